//! Imports on real databases.

mod activites;
mod ecrans;
mod personnes;
mod refus;

use documents::tableur::{Cellule, Colonne, Feuille, Genre as Type, csv};
use socle::{Acteur, Resultat, Tx};
use uuid::Uuid;

use super::{Analyse, Genre, Import, service, store};

/// A CSV of these rows, the first one being the headings.
fn file(lignes: &[&[&str]]) -> Vec<u8> {
    let titres = lignes[0].iter().map(|t| Colonne::new(*t, Type::Texte));
    let f = lignes[1..].iter().fold(Feuille::new("f", titres), |f, l| {
        f.ligne(l.iter().map(|c| Cellule::texte(*c)))
    });
    csv(&f)
}

async fn send(tx: &mut Tx, a: &Acteur, genre: Genre, octets: &[u8]) -> Resultat<Uuid> {
    service::upload(tx, a, genre, "tableur", "liste.csv", octets).await
}

async fn analysis(tx: &mut Tx, id: Uuid) -> Analyse {
    store::content(tx, id).await.unwrap().unwrap().1
}

/// Sends and imports the good lines.
async fn import(tx: &mut Tx, a: &Acteur, genre: Genre, octets: &[u8]) -> Import {
    let id = send(tx, a, genre, octets).await.unwrap();
    service::confirm(tx, a, id, true).await.unwrap()
}
