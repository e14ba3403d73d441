//! A file the counsellor of the demonstration is about to import, with what
//! is wrong in it; and how recording goes for everybody.

use comptes::compte;
use socle::{Acteur, Perimetre, Resultat, Role, Tx};

use crate::{
    import::{Genre, service},
    rappel,
};

const CONSEILLER: &str = "conseiller@demo.maillage.example";

const FICHIER: &str = "Nom;Prénom;Année de naissance;Commune;Code postal;Téléphone;Genre;Statut;Information le;Couleur préférée
Berthelot;Solange;1948;Rennes;35000;06 00 00 00 11;F;Retraité;12/01/2026;bleu
Nguyen;Anh;1990;Rennes;35000;;F;En emploi;12/01/2026;
Diop;Moussa;1985;Rennes;29000;06 00 00 00 12;M;Sans emploi;15/01/2026;
Le Goff;Yann;1072;Rennes;35000;06 00 00 00 13;M;Retraité;15/01/2026;vert
Marchand;Zoé;2004;Rennes;35000;06 00 00 00 14;F;Étudiante;20/01/2026;
Tessier;Paul;1961;Rennes;35000;12;M;Astronaute;20/01/2026;
";

/// Seeds one import to look at; returns how many rows.
pub(super) async fn seed(tx: &mut Tx) -> Resultat<u64> {
    let Some(personne) = comptes::personne::find_by_courriel(tx, CONSEILLER).await? else {
        return Ok(0);
    };
    let Some(c) = compte::by_personne(tx, personne).await? else {
        return Ok(0);
    };
    let acteur = Acteur {
        compte: Some(c.id),
        personne: Some(personne),
        nom: comptes::personne::get(tx, personne).await?.nom_complet(),
        role: Role::Conseiller,
        perimetre: Perimetre::Soi(personne),
    };
    let (nom, octets) = ("Mes usagers 2026.csv", FICHIER.as_bytes());
    service::upload(tx, &acteur, Genre::Beneficiaires, "tableur", nom, octets).await?;
    Ok(1)
}

/// Looks at everybody once, so that the lists are not empty on the first day.
pub(super) async fn rhythms(tx: &mut Tx) -> Resultat<u64> {
    let n = rappel::service::run(tx).await?;
    Ok(n as u64)
}
