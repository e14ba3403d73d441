//! The opérateur's decision on a contract: guards, then effects in one
//! transaction (spec 15 §3.4).

use serde::{Deserialize, Serialize};
use socle::{
    Acteur, Erreur, Perimetre, Resultat, Role, Saisies, Tx,
    commande::{claim, empreinte},
    francais, texte_libre,
};
use uuid::Uuid;

use super::{cancel, frame, trace};
use crate::{
    contrat::{Cadre, Contrat, Etat, Gardes, MotifQuotite, Termes, check, overlaps, store},
    droits::CONTRAT_DECIDER,
    message::{self, Avis},
    mise_en_relation::{self, Etat as EtatRelation},
    outdated,
};

/// The form of the opérateur's decision.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// `valider`, `refuser` or `demander_piece`.
    pub decision: String,
    /// The signed contract was seen and accepted.
    pub piece: String,
    pub motif: String,
    pub version: String,
    pub id_commande: String,
}

/// All that stands against validating a contract now.
///
/// # Errors
/// `Erreur::Base`.
pub async fn guards(tx: &mut Tx, c: &Contrat) -> Resultat<Gardes> {
    let t = Termes {
        genre: c.genre,
        date_debut: c.date_debut,
        date_fin: c.date_fin,
        quotite: c.quotite,
        quotite_motif: c.quotite_motif.as_deref().and_then(MotifQuotite::find),
        salaire: c.salaire,
        categorie: c.categorie.clone(),
        code_rome: c.code_rome.clone(),
        coordination: c.coordination.clone(),
        duree_motif: c.duree_motif.clone(),
    };
    let cadre = Cadre {
        fin_precedente: None,
        ..frame(tx, c.structure, c.personne, &t, Some(c.id)).await?
    };
    let autres: Vec<Contrat> = store::of_personne(tx, c.personne)
        .await?
        .into_iter()
        .filter(|x| x.id != c.id && x.etat.is_signed())
        .collect();
    let dates = (c.date_debut, c.date_fin);
    let poste = match c.poste {
        Some(p) => Some(programme::poste::get(tx, &Perimetre::National, p).await?),
        None => None,
    };
    Ok(Gardes {
        champs: check(&t, &cadre)
            .iter()
            .map(|(_, m)| m.to_owned())
            .collect(),
        poste_tenu: poste.as_ref().is_some_and(|p| p.structure == c.structure),
        chevauche: autres
            .iter()
            .find(|x| overlaps((x.date_debut, x.derniere_date()), dates))
            .map(|x| x.numero.clone()),
        fin_precedente: autres
            .iter()
            .filter(|x| x.etat == Etat::Rompu)
            .filter_map(Contrat::derniere_date)
            .filter(|f| *f >= c.date_debut)
            .max(),
        nature_juste: poste.as_ref().is_none_or(|p| p.nature == c.nature()),
        fiche_mission: c.fiche_mission,
        eligibilite: c.eligibilite,
        piece: c.piece,
    })
}

/// The opérateur validates, refuses or asks for a document.
///
/// # Errors
/// `Erreur::Saisie` with every unmet guard; `Erreur::Conflit` when it is
/// already decided.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    id: Uuid,
    f: &Decision,
) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_DECIDER)?;
    // Two contracts of one person are never validated at once (scenario 8).
    let personne = store::get(tx, droit.perimetre(), id).await?.personne;
    tx.lock(&format!("personne:{personne}")).await?;
    let mut c = store::load(tx, &droit, id).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "contrat.decider",
        &empreinte(&(id, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    if c.etat != Etat::Soumis {
        return Err(Erreur::Conflit(
            "Ce contrat n'attend plus de décision. Rechargez la page.".into(),
        ));
    }
    if f.version != c.version.to_string() {
        return Err(outdated());
    }
    let motif = f.motif.trim();
    let mut s = Saisies::new();
    if f.decision != "valider" && motif.chars().count() < 10 {
        s.add(
            "motif",
            "Expliquez en 10 caractères au moins : la structure lira votre réponse.",
        );
    }
    s.take("motif", texte_libre::check(motif));
    s.check()?;
    match f.decision.as_str() {
        "valider" => {
            c.piece = f.piece == "oui";
            validate(tx, acteur, url, c).await
        }
        "refuser" => {
            say(tx, url, &c, "refuse", &format!("Le contrat n'est pas validé : {motif}\nVous pouvez demander un nouvel examen dans les deux mois.")).await?;
            cancel(tx, acteur, c, Etat::Refuse, Some(motif)).await
        }
        "demander_piece" => {
            c.etat = Etat::ACompleter;
            store::update(tx, &c).await?;
            say(
                tx,
                url,
                &c,
                "completer",
                &format!("Le contrat est à compléter : {motif}"),
            )
            .await?;
            trace(tx, acteur, &c, Some(Etat::Soumis), Some(motif)).await
        }
        _ => Err(Erreur::field("decision", "Choisissez une décision.")),
    }
}

async fn validate(tx: &mut Tx, acteur: &Acteur, url: &str, mut c: Contrat) -> Resultat<()> {
    let mut s = Saisies::new();
    for (i, m) in guards(tx, &c).await?.unmet().into_iter().enumerate() {
        s.add(format!("garde-{i}"), m);
    }
    s.check()?;
    c.etat = Etat::Valide;
    c.valide_le = Some(tx.now());
    store::update(tx, &c).await?;
    if let Some(p) = c.poste {
        programme::poste::occupy(tx, acteur, p, c.id, c.personne, c.date_debut, c.date_fin).await?;
    }
    let systeme = Acteur::systeme();
    let (role, perimetre) = role_of(&c);
    comptes::attribution::grant(tx, &systeme, c.personne, role, &perimetre).await?;
    comptes::invitation::invite(tx, &systeme, c.personne, url).await?;
    if let Some(id) = c.precedent {
        replace(tx, acteur, id).await?;
    }
    mise_en_relation::service::pause_all(tx, &systeme, c.personne, c.mise_en_relation).await?;
    if let Some(m) = c.mise_en_relation {
        mise_en_relation::service::follow_contract(tx, &systeme, m, EtatRelation::Recrutee).await?;
    }
    let le = tx.today();
    if programme::poste::available(tx, c.structure, None, le).await? == 0 {
        mise_en_relation::service::close_all(tx, &systeme, url, c.structure).await?;
    }
    trace(tx, acteur, &c, Some(Etat::Soumis), None).await?;
    say(tx, url, &c, "valide", "Le contrat est validé.").await?;
    let texte = format!(
        "Bienvenue ! Votre contrat commence le {}.\nVotre espace vous montre votre formation, vos lieux et vos outils :\n{url}/mon-parcours",
        francais::date(c.date_debut)
    );
    let a = Avis {
        evenement: &format!("R08:{}", c.id),
        sujet: "Bienvenue parmi les conseillers numériques",
        texte: &texte,
    };
    message::to_personne(tx, c.personne, a).await?;
    arrival(tx, &c).await
}

/// R09: to those who follow the département.
async fn arrival(tx: &mut Tx, c: &Contrat) -> Resultat<()> {
    let nom = comptes::personne::get(tx, c.personne).await?.nom_complet();
    let structure = programme::structure::get(tx, c.structure).await?.nom;
    let texte = format!(
        "{nom} rejoint {structure} le {}.",
        francais::date(c.date_debut)
    );
    let a = Avis {
        evenement: &format!("R09:{}", c.id),
        sujet: "Un conseiller numérique arrive",
        texte: &texte,
    };
    for role in [Role::Coordinateur, Role::Hub, Role::Prefecture] {
        message::to_role(tx, role, Some(&c.departement), a).await?;
    }
    Ok(())
}

pub(super) fn role_of(c: &Contrat) -> (Role, comptes::attribution::PerimetreDe) {
    use comptes::attribution::PerimetreDe;
    if c.coordination == "aucune" {
        (Role::Conseiller, PerimetreDe::Soi)
    } else {
        (
            Role::Coordinateur,
            PerimetreDe::Departements(vec![c.departement.clone()]),
        )
    }
}

/// The former contract of a renewal: neither a rupture nor a departure.
async fn replace(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let mut c = store::get(tx, &Perimetre::National, id).await?;
    let de = c.etat;
    if !de.is_signed() || de == Etat::Rompu {
        return Ok(());
    }
    c.etat = Etat::Remplace;
    store::update(tx, &c).await?;
    trace(tx, acteur, &c, Some(de), None).await
}

/// R07: to the structure and to the person.
async fn say(tx: &mut Tx, url: &str, c: &Contrat, quoi: &str, texte: &str) -> Resultat<()> {
    let texte = format!("Contrat {}. {texte}\n{url}/contrats/{}", c.numero, c.id);
    let a = Avis {
        evenement: &format!("R07:{quoi}:{}:{}", c.id, c.version),
        sujet: "Votre contrat",
        texte: &texte,
    };
    message::to_structure(tx, c.structure, a).await?;
    message::to_personne(tx, c.personne, a).await
}
