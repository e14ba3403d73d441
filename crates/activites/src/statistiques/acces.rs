//! Who may count what (spec 20 §1): a scope asked for becomes a resolved one,
//! or is not there.

use jiff::civil::Date;
use socle::{Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx};
use uuid::Uuid;

use super::{
    Demande, Filtres, Listes, Nom, Portee, Question, Serie, etiquettes,
    filtres::Inconnu,
    portee::{Intervalle, Niveau, Zone},
    serie::Grain,
};
use crate::voisins;

pub const LECTEURS: &[Role] = &[
    Role::Conseiller,
    Role::Mediateur,
    Role::Coordinateur,
    Role::GestionnaireStructure,
    Role::Prefecture,
    Role::Collectivite,
    Role::Hub,
    Role::Secretariat,
    Role::Administrateur,
    Role::Operateur,
    Role::AnimationNationale,
    Role::Observateur,
];

pub static LIRE: Action = Action::new(
    "statistiques.lire",
    LECTEURS,
    "Les statistiques se lisent par les professionnels, leurs structures et ceux qui suivent le dispositif. Tout le monde lit la page « Chiffres ».",
);

/// A scope that was granted.
#[derive(Debug, Clone, PartialEq)]
pub struct Acquise {
    pub portee: Portee,
    /// « Mes activités », « Mairie de Rennes », « Ille-et-Vilaine »…
    pub nom: String,
    /// Small cells are hidden (§5.7).
    pub masque: bool,
    /// A line per professional may be shown (ST41).
    pub par_auteur: bool,
}

impl Acquise {
    /// A line per structure is somebody's business (ST42).
    #[must_use]
    pub fn par_structure(&self) -> bool {
        self.portee.is_territorial() || matches!(self.portee, Portee::Equipe { .. })
    }
}

/// Reads the figures without their small cells hidden: who runs the programme.
fn sees_all(role: Role) -> bool {
    matches!(role, Role::Administrateur | Role::Operateur)
}

/// Who acts, as a person.
///
/// # Errors
/// `Erreur::Interdit` for an account without a person.
pub fn personne(acteur: &Acteur) -> Resultat<Uuid> {
    acteur.personne.ok_or_else(|| {
        Erreur::Interdit(
            "Votre compte n'est relié à aucune personne. Écrivez à l'assistance.".into(),
        )
    })
}

/// The scopes one may choose between: (key, label), the usual one first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn choices(tx: &mut Tx, acteur: &Acteur) -> Resultat<Vec<(String, String)>> {
    let mut v = Vec::new();
    let mut put = |cle: &str, nom: &str| v.push((cle.to_owned(), nom.to_owned()));
    match (&acteur.perimetre, acteur.role) {
        (_, Role::Coordinateur) => {
            put("equipe", "Mon équipe");
            put("soi", "Mes activités");
        }
        (Perimetre::Soi(p), _) => {
            put("soi", "Mes activités");
            if let Some(e) = voisins::employment(tx, *p, tx.today()).await? {
                put(
                    "structure",
                    &voisins::structure_name(tx, e.structure).await?,
                );
            }
        }
        (Perimetre::Structures(s), _) => {
            for id in s {
                let nom = voisins::structure_name(tx, *id).await?;
                put(&format!("structure:{id}"), &nom);
            }
        }
        (Perimetre::Departements(d), _) => {
            if d.len() > 1 {
                put("departements", "Tout mon territoire");
            }
            let g = territoires::geographie();
            for code in d {
                let nom = g.departement(code).map_or(code.as_str(), |d| d.nom);
                put(&format!("departement:{code}"), nom);
            }
        }
        (Perimetre::National, _) => {
            put("national", "France");
            for r in &territoires::geographie().regions {
                put(&format!("region:{}", r.code), r.nom);
            }
        }
        (Perimetre::Aucun, _) => {}
    }
    Ok(v)
}

/// The scope asked for, if it is inside what the acting person may count.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Introuvable`, `Erreur::Base`.
pub async fn resolve(tx: &mut Tx, acteur: &Acteur, d: &Demande) -> Resultat<Acquise> {
    acteur.require(&LIRE)?;
    let (genre, code) = d.portee.split_once(':').unwrap_or((&d.portee, ""));
    let genre = match (genre, &acteur.perimetre, acteur.role) {
        ("", _, Role::Coordinateur) => "equipe",
        ("", Perimetre::Soi(_), _) => "soi",
        ("", Perimetre::Structures(_), _) => "structure",
        ("", Perimetre::Departements(_), _) => "departements",
        ("", Perimetre::National, _) => "national",
        (g, _, _) => g,
    };
    match genre {
        "soi" | "equipe" => personal(tx, acteur, d, genre).await,
        "structure" => structure(tx, acteur, d, code).await,
        _ => territory(tx, acteur, d, genre, code).await,
    }
}

async fn personal(tx: &mut Tx, acteur: &Acteur, d: &Demande, genre: &str) -> Resultat<Acquise> {
    let moi = personne(acteur)?;
    if genre == "soi" {
        if !matches!(
            acteur.role,
            Role::Conseiller | Role::Mediateur | Role::Coordinateur
        ) {
            return Err(Erreur::Introuvable);
        }
        return Ok(Acquise {
            portee: Portee::Soi(moi),
            nom: "Mes activités".into(),
            masque: false,
            par_auteur: false,
        });
    }
    if acteur.role != Role::Coordinateur {
        return Err(Erreur::Introuvable);
    }
    Ok(Acquise {
        portee: team(tx, moi, d.sans_moi).await?,
        nom: "Mon équipe".into(),
        masque: false,
        par_auteur: true,
    })
}

/// The team of a coordinateur, with the days each was in it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn team(tx: &mut Tx, coordinateur: Uuid, sans_moi: bool) -> Resultat<Portee> {
    let membres = crate::equipe::store::intervalles(tx, coordinateur)
        .await?
        .into_iter()
        .map(|(membre, entree, sortie)| Intervalle {
            membre,
            entree,
            sortie,
        })
        .collect();
    Ok(Portee::Equipe {
        coordinateur: (!sans_moi).then_some(coordinateur),
        membres,
    })
}

async fn structure(tx: &mut Tx, acteur: &Acteur, d: &Demande, code: &str) -> Resultat<Acquise> {
    let demandee: Option<Uuid> = code.parse().ok();
    let (id, par_auteur) = match &acteur.perimetre {
        // Own structure's totals, never a line per colleague.
        Perimetre::Soi(p) if code.is_empty() => {
            let e = voisins::employment(tx, *p, tx.today()).await?;
            (e.ok_or(Erreur::Introuvable)?.structure, false)
        }
        Perimetre::Structures(s) => {
            let id = demandee.or_else(|| s.first().copied().filter(|_| code.is_empty()));
            let id = id.filter(|i| s.contains(i)).ok_or(Erreur::Introuvable)?;
            (id, true)
        }
        Perimetre::National if sees_all(acteur.role) => {
            (demandee.ok_or(Erreur::Introuvable)?, true)
        }
        _ => return Err(Erreur::Introuvable),
    };
    let nom = voisins::structure_name(tx, id).await?;
    let portee = if d.lecture == "accueil" {
        let lieux = lieux::lieu::list_of_structure(tx, id)
            .await?
            .into_iter()
            .map(|l| l.id)
            .collect();
        Portee::Accueil {
            structure: id,
            lieux,
        }
    } else {
        Portee::Structure(id)
    };
    Ok(Acquise {
        portee,
        nom,
        masque: false,
        par_auteur,
    })
}

async fn territory(
    tx: &mut Tx,
    acteur: &Acteur,
    d: &Demande,
    genre: &str,
    code: &str,
) -> Resultat<Acquise> {
    let siens: Option<&[String]> = match &acteur.perimetre {
        _ if acteur.role == Role::Coordinateur => return Err(Erreur::Introuvable),
        Perimetre::National => None,
        Perimetre::Departements(d) => Some(d),
        _ => return Err(Erreur::Introuvable),
    };
    let mien = |dep: &str| siens.is_none_or(|s| s.iter().any(|x| x == dep));
    let g = territoires::geographie();
    let (portee, nom) = match genre {
        "national" if siens.is_none() => (Portee::National, "France".to_owned()),
        "departements" => {
            let codes = siens.ok_or(Erreur::Introuvable)?.to_vec();
            let noms: Vec<&str> = codes
                .iter()
                .filter_map(|c| g.departement(c).map(|d| d.nom))
                .collect();
            let nom = noms.join(", ");
            (Portee::territoire(Niveau::Departement, codes), nom)
        }
        "departement" => {
            let dep = g
                .departement(code)
                .filter(|d| mien(d.code))
                .ok_or(Erreur::Introuvable)?;
            (
                Portee::territoire(Niveau::Departement, vec![code.to_owned()]),
                dep.nom.to_owned(),
            )
        }
        "region" => {
            let r = g.region(code).ok_or(Erreur::Introuvable)?;
            let toute = g
                .departements
                .iter()
                .filter(|d| d.region == code)
                .all(|d| mien(d.code));
            if !toute {
                return Err(Erreur::Introuvable);
            }
            (
                Portee::territoire(Niveau::Region, vec![code.to_owned()]),
                r.nom.to_owned(),
            )
        }
        "commune" => {
            let c = g
                .commune(code)
                .filter(|c| mien(c.departement))
                .ok_or(Erreur::Introuvable)?;
            (
                Portee::territoire(Niveau::Commune, vec![code.to_owned()]),
                c.libelle(),
            )
        }
        "epci" => {
            let e = g
                .epci
                .iter()
                .find(|e| e.code == code)
                .ok_or(Erreur::Introuvable)?;
            let membres = g.communes.iter().filter(|c| c.epci == Some(e.code));
            if !membres.map(|c| c.departement).any(mien) {
                return Err(Erreur::Introuvable);
            }
            let mut p = Portee::territoire(Niveau::Epci, vec![code.to_owned()]);
            // Only the communes of one's own départements.
            if let Portee::Territoire {
                zone: Zone::Communes(c),
                ..
            } = &mut p
            {
                c.retain(|c| g.commune(c).is_some_and(|c| mien(c.departement)));
            }
            (p, e.nom.to_owned())
        }
        _ => return Err(Erreur::Introuvable),
    };
    let portee = if d.lecture == "employeur" {
        by_seat(tx, portee).await?
    } else {
        portee
    };
    Ok(Acquise {
        portee,
        nom,
        masque: !sees_all(acteur.role),
        par_auteur: false,
    })
}

/// `lecture=employeur`: the structures whose seat is in the territory.
async fn by_seat(tx: &mut Tx, p: Portee) -> Resultat<Portee> {
    let Portee::Territoire {
        niveau,
        codes,
        zone,
    } = p
    else {
        return Ok(p);
    };
    let ids = match &zone {
        Zone::Departements(d) => voisins::structures_of(tx, d, None).await?,
        Zone::Communes(c) => {
            let g = territoires::geographie();
            let mut deps: Vec<String> = c
                .iter()
                .filter_map(|c| g.commune(c))
                .map(|c| c.departement.to_owned())
                .collect();
            deps.sort_unstable();
            deps.dedup();
            voisins::structures_of(tx, &deps, Some(c)).await?
        }
        Zone::Employeurs(e) => e.clone(),
    };
    Ok(Portee::Territoire {
        niveau,
        codes,
        zone: Zone::Employeurs(ids),
    })
}

/// A granted question, or the filter that has no place there.
///
/// # Errors
/// `Erreur::Base`.
pub async fn question(
    tx: &mut Tx,
    acteur: &Acteur,
    a: &Acquise,
    d: &Demande,
) -> Resultat<Result<Question, Inconnu>> {
    let mut filtres = d.filtres.clone();
    let refuse = |nom: Nom, cas: bool| (cas && !d.filtres.get(nom).is_empty()).then_some(nom);
    let soi = matches!(a.portee, Portee::Soi(_));
    let deplace = refuse(Nom::Beneficiaire, !soi)
        .or_else(|| refuse(Nom::Auteur, !a.par_auteur))
        .or_else(|| refuse(Nom::Lieu, a.masque))
        .or_else(|| refuse(Nom::Etiquette, a.masque));
    if let Some(nom) = deplace {
        return Ok(Err(Inconnu(nom.cle().to_owned())));
    }
    let mut grain = d.grain;
    if a.masque {
        months(&mut filtres);
        grain = Some(grain.unwrap_or(Grain::Mois).max(Grain::Mois));
    }
    let aujourdhui = tx.today();
    Ok(Ok(Question {
        portee: a.portee.clone(),
        serie: Serie::of(grain, filtres.du, filtres.au, aujourdhui),
        filtres,
        par_activite: d.par_activite,
        aujourdhui,
        etiquettes: etiquettes::visible(tx, acteur).await?,
        itinerants: voisins::places_on_wheels(tx).await?,
        listes: Listes {
            auteurs: a.par_auteur,
            structures: a.par_structure(),
            lieux: usize::MAX,
        },
    }))
}

/// Periods there are whole months (§5.7).
pub fn months(f: &mut Filtres) {
    f.du = f.du.map(Date::first_of_month);
    f.au = f.au.map(Date::last_of_month);
}
