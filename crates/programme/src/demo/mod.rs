//! This space's share of the fictitious programme: structures on real
//! communes, two calls, applications in every state, posts, conventions and
//! payments. Numbers of structures begin with 0: no register gives them.

mod attribues;
mod candidats;
mod decor;

use comptes::{
    attribution::PerimetreDe,
    personne::{self, NouvellePersonne},
};
use jiff::{Timestamp, civil::Date};
use socle::{
    Base, Resultat, Role, Tx,
    demo::{Alea, Taille},
    francais, params, sql,
};
use uuid::Uuid;

use crate::structure::{self, Contact};

/// Share of the structures that have posts, in percent.
const ATTRIBUEES: usize = 80;
/// Structures per transaction.
const LOT: usize = 60;

/// A structure of the demonstration.
pub(super) struct Fiche {
    pub id: Uuid,
    pub s: structure::NouvelleStructure,
    pub commune: &'static territoires::Commune,
    pub contact: Uuid,
}

/// Seeds the programme.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seed(
    base: &Base,
    alea: &mut Alea,
    taille: &Taille,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    crate::reference(&mut tx).await?;
    let jour = tx.today();
    let appels = decor::calls(&mut tx, alea, jour).await?;
    let (demo, voisine) = decor::logins(&mut tx).await?;
    tx.commit().await?;
    let gens = [demo, voisine];
    let mut fiches = Vec::new();
    for debut in (0..taille.structures).step_by(LOT) {
        let fin = (debut + LOT).min(taille.structures);
        let mut tx = base.write().await?;
        for i in debut..fin {
            fiches.push(structure(&mut tx, alea, i, taille.structures, &gens).await?);
        }
        tx.commit().await?;
        progres(u64::try_from(fin - debut).unwrap_or(0));
    }
    let attribuees = fiches.len() * ATTRIBUEES / 100;
    let (ont, veulent) = fiches.split_at(attribuees);
    attribues::seed(base, alea, taille.postes, &appels, ont, progres).await?;
    candidats::seed(base, alea, &appels, veulent, progres).await
}

/// Structure `i` of the list: the first two belong to the logins, the others
/// go round the départements, the most populated communes first.
async fn structure(
    tx: &mut Tx,
    alea: &mut Alea,
    i: usize,
    total: usize,
    gens: &[Uuid; 2],
) -> Resultat<Fiche> {
    let s = decor::employer(tx, alea, i, total)?;
    structure::insert(tx, &s.0).await?;
    let contact = match gens.get(i) {
        Some(p) => *p,
        None => {
            let (prenom, nom) = alea.personne();
            let n = NouvellePersonne {
                prenom: prenom.into(),
                nom: nom.into(),
                courriel: format!("contact{i}@structure.example"),
                telephone: Some("0100000000".into()),
            };
            personne::create(tx, &n).await?
        }
    };
    if i < gens.len() {
        let perimetre = PerimetreDe::Structure(s.0.id);
        let systeme = socle::Acteur::systeme();
        let role = Role::GestionnaireStructure;
        comptes::attribution::grant_named(tx, &systeme, contact, role, &perimetre, &s.0.nom)
            .await?;
    }
    let jour = tx.today();
    let c = Contact {
        personne: contact,
        role: "referent_projet".into(),
        fonction: "Direction".into(),
    };
    structure::add_contact(tx, s.0.id, &c, before(jour, 900)).await?;
    Ok(Fiche {
        id: s.0.id,
        s: s.0,
        commune: s.1,
        contact,
    })
}

/// A step of a history on the day it is said to have happened.
pub(super) async fn step(
    tx: &mut Tx,
    (objet, id): (&str, Uuid),
    numero: i64,
    vers: &str,
    (par, role): (&str, Role),
    le: Date,
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO historique (objet, objet_id, numero, de, vers, par, role, motif, le)
             VALUES ($1, $2, $3, NULL, $4, $5, $6, NULL, $7)"
        ),
        params![objet, id, numero, vers, par, role.cle(), noon(le)],
    )
    .await?;
    Ok(())
}

/// Noon in Paris.
pub(super) fn noon(le: Date) -> Timestamp {
    le.at(12, 0, 0, 0)
        .to_zoned_datetime(socle::clock::paris())
        .map(|z| z.timestamp())
        .unwrap_or_default()
}

/// A day `n` days before another.
pub(super) fn before(le: Date, n: i64) -> Date {
    francais::plus_days(le, -i32::try_from(n).unwrap_or(0))
}
