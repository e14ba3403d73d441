//! Training bodies: the regions they serve and who acts for them. A body sees
//! its own sessions and trainees only (spec 15 §10.4, A18).

use serde::Deserialize;
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Ligne, Perimetre, Resultat, Role, Saisies, Tx, journal, params, sql,
    valeurs::Courriel,
};
use territoires::geographie;
use uuid::Uuid;

pub static ORGANISME_GERER: Action = Action::new(
    "organisme.gerer",
    GESTIONNAIRES,
    "Seule l'animation nationale ajoute un organisme et lui ouvre un accès.",
);
pub const GESTIONNAIRES: &[Role] = &[Role::AnimationNationale, Role::Administrateur];

/// A body that trains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisme {
    pub id: Uuid,
    pub nom: String,
    pub contact: String,
    /// Codes; none: all of France.
    pub regions: Vec<String>,
}

/// The form of a body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Saisie {
    pub nom_organisme: String,
    pub contact: String,
    pub regions: Vec<String>,
}

/// The form of an access.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Acces {
    pub organisme: String,
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
}

/// Sessions somebody may look at: a body its own, the others the whole calendar.
#[must_use]
pub fn calendar(a: &Acteur) -> Perimetre {
    match (a.role, &a.perimetre) {
        (Role::OrganismeFormation, Perimetre::Structures(v)) => Perimetre::Structures(v.clone()),
        (Role::OrganismeFormation, _) => Perimetre::Aucun,
        _ => Perimetre::National,
    }
}

/// Contracts whose people somebody tests: a body those of its regions.
///
/// # Errors
/// `Erreur::Base`.
pub async fn served(tx: &mut Tx, a: &Acteur) -> Resultat<Perimetre> {
    if a.role != Role::OrganismeFormation {
        return Ok(a.perimetre.clone());
    }
    let Perimetre::Structures(siens) = calendar(a) else {
        return Ok(Perimetre::Aucun);
    };
    let mut departements = Vec::new();
    for o in list(tx).await? {
        if !siens.contains(&o.id) {
            continue;
        }
        if o.regions.is_empty() {
            return Ok(Perimetre::National);
        }
        for r in &o.regions {
            let d = geographie().departements_of_region(r);
            departements.extend(d.map(|d| d.code.to_owned()));
        }
    }
    Ok(Perimetre::Departements(departements))
}

fn read(l: &Ligne) -> Resultat<Organisme> {
    let regions: String = l.get("regions")?;
    Ok(Organisme {
        id: l.get("id")?,
        nom: l.get("nom")?,
        contact: l.get("contact")?,
        regions: regions
            .split(',')
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

/// Every body, by name.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx) -> Resultat<Vec<Organisme>> {
    tx.rows(
        sql!("SELECT id, nom, contact, regions FROM organisme ORDER BY nom"),
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Says which regions a body serves.
///
/// # Errors
/// `Erreur::Base`.
pub async fn serve(tx: &mut Tx, id: Uuid, regions: &[String]) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE organisme SET regions = $2 WHERE id = $1"),
        params![id, regions.join(",")],
    )
    .await?;
    Ok(())
}

/// Adds a body; gives its id.
///
/// # Errors
/// `Erreur::Saisie`.
pub async fn add(tx: &mut Tx, acteur: &Acteur, f: &Saisie) -> Resultat<Uuid> {
    acteur.require(&ORGANISME_GERER)?;
    let mut s = Saisies::new();
    let nom = f.nom_organisme.trim();
    if nom.is_empty() || nom.chars().count() > 120 {
        s.add("nom_organisme", "De 1 à 120 caractères.");
    }
    tx.lock("organisme").await?;
    if list(tx).await?.iter().any(|o| o.nom == nom) {
        s.add("nom_organisme", "Cet organisme est déjà dans la liste.");
    }
    let contact = s.take("contact", f.contact.parse::<Courriel>());
    if f.regions.iter().any(|r| geographie().region(r).is_none()) {
        s.add("regions", "Choisissez les régions dans la liste.");
    }
    s.check()?;
    let contact = contact.ok_or(Erreur::Introuvable)?;
    let id = tx.new_id();
    super::store::insert_organisme(tx, id, nom, contact.as_str()).await?;
    serve(tx, id, &f.regions).await?;
    let donnees = json!({ "regions": f.regions });
    journal::record(tx, acteur, "organisme.ajouter", "organisme", id, donnees);
    Ok(id)
}

/// Lets somebody act for a body.
///
/// # Errors
/// `Erreur::Saisie`.
pub async fn give_access(tx: &mut Tx, acteur: &Acteur, url: &str, f: &Acces) -> Resultat<()> {
    use comptes::{attribution, invitation, personne};
    acteur.require(&ORGANISME_GERER)?;
    let mut s = Saisies::new();
    let tous = list(tx).await?;
    let organisme = tous.iter().find(|o| o.id.to_string() == f.organisme);
    if organisme.is_none() {
        s.add("organisme", "Choisissez l'organisme dans la liste.");
    }
    for (champ, v) in [("prenom", &f.prenom), ("nom", &f.nom)] {
        if v.trim().is_empty() || v.chars().count() > 80 {
            s.add(champ, "De 1 à 80 caractères.");
        }
    }
    let courriel = s.take("courriel", f.courriel.parse::<Courriel>());
    s.check()?;
    let (Some(o), Some(courriel)) = (organisme, courriel) else {
        return Err(Erreur::Introuvable);
    };
    let qui = match personne::find_by_courriel(tx, courriel.as_str()).await? {
        Some(p) => p,
        None => {
            let n = personne::NouvellePersonne {
                prenom: f.prenom.clone(),
                nom: f.nom.clone(),
                courriel: courriel.to_string(),
                telephone: None,
            };
            personne::create(tx, &n).await?
        }
    };
    let p = attribution::PerimetreDe::Structure(o.id);
    attribution::grant_named(tx, acteur, qui, Role::OrganismeFormation, &p, &o.nom).await?;
    invitation::invite(tx, acteur, qui, url).await
}
