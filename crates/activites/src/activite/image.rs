//! The statistics journal: every change to an activity appends its image
//! before and after, in the order of commits (spec 20 §6). The engine that
//! counts in memory follows it; the same numbers are the `revision` the API
//! gives.

use serde::Serialize;
use socle::{Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Activite, Etat};
use crate::beneficiaire::Profil;

/// The statistical columns of an activity: no name, no free text.
#[derive(Debug, Serialize)]
pub struct Image<'a> {
    #[serde(rename = "type")]
    type_activite: &'a str,
    date: jiff::civil::Date,
    duree: i64,
    auteur: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    employeur: Option<Uuid>,
    role: &'a str,
    type_lieu: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lieu: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cadre: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commune: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departement: Option<&'a str>,
    public: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    modalite: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origine: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode_aide: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    autonomie: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    niveau: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confiance: Option<(i64, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisme: Option<&'a str>,
    pass: (bool, bool),
    anonymes: i64,
    deja: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    residence: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Profil]>::is_empty")]
    suivis: &'a [Profil],
    valeurs: Vec<(&'a str, &'a str, i64)>,
    #[serde(skip_serializing_if = "<[Uuid]>::is_empty")]
    coanimateurs: &'a [Uuid],
}

impl<'a> Image<'a> {
    /// What statistics count of an activity; nothing once it is deleted.
    #[must_use]
    pub fn of(a: &'a Activite) -> Option<Self> {
        if a.etat == Etat::Supprimee {
            return None;
        }
        let c = &a.contenu;
        Some(Self {
            type_activite: c.type_activite.cle(),
            date: c.date,
            duree: c.duree,
            auteur: a.auteur,
            employeur: a.rattachement.employeur,
            role: &a.rattachement.role,
            type_lieu: &c.type_lieu,
            lieu: c.lieu,
            cadre: c.cadre.as_deref(),
            commune: a.rattachement.commune.as_deref(),
            departement: a.rattachement.departement.as_deref(),
            public: &c.public,
            modalite: c.modalite.as_deref(),
            origine: c.origine.as_deref(),
            mode_aide: c.mode_aide.as_deref(),
            autonomie: c.autonomie.as_deref(),
            niveau: c.niveau.as_deref(),
            confiance: c.confiance_avant.zip(c.confiance_apres),
            destination: c.destination.as_deref(),
            organisme: c.organisme.as_deref(),
            pass: (c.pass_propose, c.pass_utilise),
            anonymes: c.anonymes,
            deja: c.deja_accompagnes,
            residence: c.commune_residence.as_deref(),
            suivis: &a.profils,
            valeurs: c
                .valeurs
                .iter()
                .map(|v| (v.dimension.as_str(), v.valeur.as_str(), v.nombre))
                .collect(),
            coanimateurs: &c.coanimateurs,
        })
    }

    /// As text, for the journal.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The next number. Writers queue here until they commit, so that a reader
/// that has seen a number will never see a smaller one appear.
///
/// # Errors
/// `Erreur::Base`.
pub async fn next_revision(tx: &mut Tx) -> Resultat<i64> {
    tx.lock("activite_journal").await?;
    crate::api::announce(tx).await?;
    Ok(tx
        .count(
            sql!("SELECT coalesce(max(numero), 0) AS n FROM activite_journal"),
            params![],
        )
        .await?
        + 1)
}

/// Appends a change under a number given by [`next_revision`].
///
/// # Errors
/// `Erreur::Base`.
pub async fn append(
    tx: &mut Tx,
    numero: i64,
    id: Uuid,
    avant: Option<String>,
    apres: Option<String>,
) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("INSERT INTO activite_journal (numero, activite, avant, apres, le) VALUES ($1, $2, $3, $4, $5)"),
        params![numero, id, avant, apres, le],
    )
    .await?;
    Ok(())
}

/// Puts a token in the place of a person in every image of an activity, past
/// ones too: no mapping from one to the other is kept (spec 20 §2.3).
///
/// # Errors
/// `Erreur::Base`.
pub async fn replace_person(tx: &mut Tx, id: Uuid, personne: Uuid, jeton: Uuid) -> Resultat<()> {
    tx.execute(
        sql!(
            "UPDATE activite_journal SET avant = replace(avant, $2, $3), apres = replace(apres, $2, $3) WHERE activite = $1"
        ),
        params![id, personne, jeton],
    )
    .await?;
    Ok(())
}
