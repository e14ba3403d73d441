//! Ateliers planned ahead, and shared tags, so that both are seen in the
//! demonstration.

use jiff::civil::Date;
use socle::{Resultat, Tx, francais};

use super::{Conseiller, Terrain};
use crate::{
    etiquette::{self, Domaine, Portee},
    serie::{self, Frequence, Serie},
};

/// Counsellors who plan a series: the first ones of the list.
const PLANIFIENT: usize = 40;
const NATIONALES: [&str; 3] = ["Aidants", "Semaine bleue", "Journée de l'inclusion"];

/// Seeds the series and the tags; returns how many rows.
pub(super) async fn seed(
    tx: &mut Tx,
    conseillers: &[Conseiller],
    terrains: &[Terrain],
    aujourdhui: Date,
) -> Resultat<u64> {
    let mut n = 0;
    for nom in NATIONALES {
        etiquette::store::insert(tx, &Domaine::nationale(), nom, None).await?;
        n += 1;
    }
    for c in conseillers.iter().take(PLANIFIENT) {
        let moi = Domaine::new(Portee::Personnelle, c.personne);
        etiquette::store::insert(tx, &moi, "À revoir", None).await?;
        let Some((lieu, _)) = terrains[c.terrain].lieux.first() else {
            continue;
        };
        let champ = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let s = Serie {
            id: tx.new_id(),
            auteur: c.personne,
            frequence: Frequence::Hebdomadaire,
            debut: francais::plus_days(aujourdhui, -9),
            heure: Some(14 * 60),
            duree: 120,
            nombre: 8,
            sans_feries: true,
            champs: vec![
                champ("titre", "Café numérique"),
                champ("duree", "120"),
                champ("lieu", &format!("lieu_activite:{lieu}")),
                champ("thematiques", "prendre_en_main_du_materiel"),
            ],
        };
        let jours = serie::dates(s.debut, s.frequence, s.nombre, |d| {
            territoires::calendrier::ferie(d, &terrains[c.terrain].departement).is_some()
        });
        serie::store::insert(tx, &s, &jours).await?;
        n += 2 + jours.len() as u64;
    }
    Ok(n)
}
