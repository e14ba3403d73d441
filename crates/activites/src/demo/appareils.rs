//! A telephone each, and one compte rendu changed at two places.

use serde_json::json;
use socle::{Resultat, Tx};
use uuid::Uuid;

use crate::{
    activite::{Activite, corps},
    appareil::{self, Appareil, Etat},
    sync::{
        store::{self, Genre, Proposition},
        version,
    },
};

/// The device of somebody, and what they have to decide about their last
/// activity: its duration.
pub(super) async fn seed(tx: &mut Tx, personne: Uuid, derniere: Option<&Activite>) -> Resultat<()> {
    let le = tx.now();
    let telephone = Appareil {
        id: tx.new_id(),
        personne,
        libelle: "Téléphone".into(),
        etat: Etat::Actif,
        cree_le: le,
        vu_le: le,
        en_attente: 0,
    };
    appareil::store::insert(tx, &telephone, "").await?;
    let Some(a) = derniere else { return Ok(()) };
    let mut avant = corps::write(&a.contenu);
    let mut autre = avant.clone();
    avant["duree"] = json!(a.contenu.duree + 5);
    autre["duree"] = json!(a.contenu.duree + 15);
    version::keep(tx, version::ACTIVITE, a.id, 0, &avant).await?;
    let p = Proposition {
        id: tx.new_id(),
        genre: Genre::Modification,
        objet: a.id,
        fiche: false,
        auteur: personne,
        venue: Some((telephone.id, tx.new_id())),
        base: 0,
        corps: autre,
        cree_le: le,
        tranchee: false,
    };
    store::insert_proposition(tx, &p).await?;
    Ok(())
}
