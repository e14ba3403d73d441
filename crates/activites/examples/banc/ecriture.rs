//! What statistics cost an activity that is saved: its row in the journal, then
//! the month of its author read again by the next reader.

use std::time::{Duration, Instant};

use activites::{
    activite::{
        self, Activite, Etat, Rattachement, TypeActivite, Valeur,
        image::{self, Image},
        store,
    },
    statistiques::suivi::Suivi,
};
use jiff::{ToSpan, civil::Date};
use socle::{Base, Tx};
use uuid::Uuid;

use crate::donnees;

/// Already there, of one author over a year.
const AVANT: u64 = 1_000;
const SAUVEES: u64 = 200;

/// Prints milliseconds per activity.
pub async fn measure(
    base: &Base,
    say: impl Fn(&str, f64),
) -> Result<(), Box<dyn std::error::Error>> {
    let mut tx = base.write().await?;
    for n in 0..AVANT {
        let a = activity(&tx, n);
        let revision = image::next_revision(&mut tx).await?;
        store::insert(&mut tx, &a, revision).await?;
    }
    tx.commit().await?;
    catch_up(base).await?;
    let (mut journal, mut entiere, mut suite) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..SAUVEES {
        let depart = Instant::now();
        let mut tx = base.write().await?;
        let a = activity(&tx, AVANT + n);
        let revision = image::next_revision(&mut tx).await?;
        store::insert(&mut tx, &a, revision).await?;
        tx.commit().await?;
        entiere.push(depart.elapsed());
        suite.push(catch_up(base).await?);
        // The part of the journal, written once more and given up.
        let mut tx = base.write().await?;
        let depart = Instant::now();
        let revision = image::next_revision(&mut tx).await?;
        let texte = Image::of(&a).map(|i| i.text());
        image::append(&mut tx, revision, a.id, None, texte).await?;
        journal.push(depart.elapsed());
        drop(tx);
    }
    say("écriture : activité entière (ms)", crate::middle(entiere));
    say("écriture : dont journal (ms)", crate::middle(journal));
    say("écriture : relue par l'index (ms)", crate::middle(suite));
    Ok(())
}

async fn catch_up(base: &Base) -> Result<Duration, Box<dyn std::error::Error>> {
    let mut tx = base.read().await?;
    let depart = Instant::now();
    Suivi::of(&tx).catch_up(&mut tx).await?;
    Ok(depart.elapsed())
}

fn activity(tx: &Tx, n: u64) -> Activite {
    let mut contenu = activite::empty(TypeActivite::Individuel);
    let jour = i64::try_from(n % 360).unwrap_or(0);
    contenu.date = Date::constant(2026, 1, 1).saturating_add(jour.days());
    contenu.duree = 60;
    contenu.type_lieu = "a_distance".into();
    contenu.public = "habitants".into();
    contenu.anonymes = 1;
    contenu.valeurs = vec![
        Valeur::new("genre", "feminin", 1),
        Valeur::new("materiel", "ordinateur", 1),
        Valeur::new("thematique", "email", 1),
    ];
    Activite {
        id: tx.new_id(),
        etat: Etat::Enregistree,
        auteur: donnees::id(4, 1),
        contenu,
        profils: Vec::new(),
        rattachement: Rattachement {
            employeur: Some(Uuid::from_u128(7)),
            role: "conseiller_numerique".into(),
            commune: None,
            departement: Some("35".into()),
        },
        source: "saisie".into(),
        version: 1,
        enregistree_le: tx.now(),
        modifiee_le: tx.now(),
        supprimee_le: None,
    }
}
