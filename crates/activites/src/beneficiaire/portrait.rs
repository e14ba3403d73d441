//! Everything kept about one person, for their right of access (R16): to read
//! and as JSON.

use serde::Serialize;
use socle::{Acteur, Resultat, Role, Tx, francais, journal};
use uuid::Uuid;

use super::{Beneficiaire, acces, partage, service};
use crate::{
    activite::{self, TypeActivite, dimension},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

/// What is handed to the person.
#[derive(Debug, Serialize)]
pub struct Portrait {
    pub fiche: Vec<(&'static str, String)>,
    pub accompagnements: Vec<Seance>,
    pub partagee_avec: Vec<String>,
    pub etabli_le: String,
}

/// One time the person came.
#[derive(Debug, Serialize)]
pub struct Seance {
    pub date: String,
    pub genre: &'static str,
    pub duree: String,
    pub thematiques: Vec<String>,
    /// Notes of an individual accompagnement are about the person alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub par: String,
}

/// Gathers it, which is noted as a reading. For who follows the person, and
/// the dpo under a running access.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Interdit`.
pub async fn draw(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<(Beneficiaire, Portrait)> {
    let b = if acteur.role == Role::Dpo {
        acces::read(tx, acteur, id).await?
    } else {
        service::open(tx, acteur, id).await?
    };
    let voc = Vocabulaires::ever(tx).await?;
    let structure = match b.structure {
        Some(s) => programme::structure::get(tx, s).await?.nom,
        None => String::new(),
    };
    let noms = voisins::names(tx, [b.referent].into_iter()).await?;
    let referent = noms.get(&b.referent).cloned().unwrap_or_default();
    let mut accompagnements = Vec::new();
    for (activite, _) in super::store::dated_activities(tx, id).await? {
        let a = activite::store::fetch(tx, activite).await?;
        if a.etat == activite::Etat::Supprimee {
            continue;
        }
        let par = voisins::names(tx, [a.auteur].into_iter()).await?;
        accompagnements.push(Seance {
            date: francais::date(a.contenu.date),
            genre: a.contenu.type_activite.libelle(),
            duree: francais::duree(a.contenu.duree),
            thematiques: a
                .contenu
                .values(dimension::THEMATIQUE)
                .map(|v| voc.label(liste::THEMATIQUE, &v.valeur))
                .collect(),
            notes: a
                .contenu
                .notes
                .clone()
                .filter(|_| a.contenu.type_activite == TypeActivite::Individuel),
            par: par.get(&a.auteur).cloned().unwrap_or_default(),
        });
    }
    let partages = partage::list(tx, id).await?;
    let partagee_avec = voisins::names(tx, partages.iter().map(|p| p.personne))
        .await?
        .into_values()
        .collect();
    let mut fiche = lines(&b, &voc);
    fiche.push(("Structure responsable de la fiche", structure));
    fiche.push(("Suivi par", referent));
    fiche.push((
        "Fiche ouverte le",
        francais::date(b.cree_le.to_zoned_datetime(socle::clock::paris()).date()),
    ));
    fiche.retain(|(_, v)| !v.is_empty());
    journal::record(
        tx,
        acteur,
        "beneficiaire.exporter",
        "beneficiaire",
        id,
        serde_json::json!({}),
    );
    let etabli_le = francais::date(tx.today());
    Ok((
        b,
        Portrait {
            fiche,
            accompagnements,
            partagee_avec,
            etabli_le,
        },
    ))
}

/// The fields of a file with their labels, empty ones too.
#[must_use]
pub fn lines(b: &Beneficiaire, voc: &Vocabulaires) -> Vec<(&'static str, String)> {
    let f = &b.fiche;
    let texte = |t: &Option<String>| t.clone().unwrap_or_default();
    let date = |d: Option<jiff::civil::Date>| d.map_or_else(String::new, francais::date);
    vec![
        ("Nom ou repère", f.nom_affiche()),
        ("Genre", voc.label(liste::GENRE, &f.genre)),
        ("Statut", voc.label(liste::STATUT, &f.statut)),
        (
            "Année de naissance",
            f.annee_naissance
                .map_or_else(String::new, |a| a.to_string()),
        ),
        (
            "Commune de résidence",
            f.commune_residence
                .as_deref()
                .and_then(|c| territoires::geographie().commune(c))
                .map_or_else(String::new, territoires::Commune::libelle),
        ),
        (
            "Téléphone",
            if f.sans_telephone {
                "N'a pas de téléphone".to_owned()
            } else {
                texte(&f.telephone)
            },
        ),
        ("Adresse e-mail", texte(&f.courriel)),
        ("Informée de l'usage de ses données le", date(f.informe_le)),
        ("Accompagnée depuis", date(f.connu_depuis)),
        ("Notes", texte(&f.notes)),
    ]
}
