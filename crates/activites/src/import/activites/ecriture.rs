//! Writes the good lines together, and undoes what nobody touched since.

use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, historique, journal};
use uuid::Uuid;

use super::Bonne;
use crate::{
    activite::{
        Activite, Etat, image,
        image::Image,
        rattachement, service, store,
        zonage::{self, Zonages},
    },
    import::store::{self as imports, Objet},
};

/// Activities written in one statement.
const LOT: usize = 500;

/// Writes every line. Returns how many.
///
/// # Errors
/// `Erreur::Conflit` when another import of the same lines was just written.
pub async fn apply(
    tx: &mut Tx,
    acteur: &Acteur,
    import: Uuid,
    bonnes: Vec<Bonne>,
) -> Resultat<usize> {
    let le = tx.now();
    let mut toutes = Vec::with_capacity(bonnes.len());
    for b in bonnes {
        let id = tx.new_id();
        let rattachement =
            rattachement::resolve(tx, b.auteur, &b.contenu, b.lieu.as_slice()).await?;
        imports::insert_line(tx, &b.cle, id, import)
            .await
            .map_err(|e| if e.is_unique_violation() { taken() } else { e })?;
        let objet = Objet {
            objet: id,
            ligne: b.ligne,
            complete: false,
            version: 1,
            champs: String::new(),
        };
        imports::insert_object(tx, import, &objet).await?;
        let motif = Some("Import d'un fichier");
        historique::append(
            tx,
            acteur,
            "activite",
            id,
            None,
            Etat::Enregistree.cle(),
            motif,
        )
        .await?;
        toutes.push(Activite {
            id,
            etat: Etat::Enregistree,
            auteur: b.auteur,
            profils: b.profils,
            rattachement,
            contenu: b.contenu,
            source: "import".into(),
            version: 1,
            enregistree_le: le,
            modifiee_le: le,
            supprimee_le: None,
        });
    }
    let mut zonages = Zonages::load(tx).await?;
    let mut zones = Vec::with_capacity(toutes.len());
    for a in &toutes {
        zones.push((a.id, zonages.of_activity(tx, a).await?));
    }
    // Writers of activities queue behind this number: taken last.
    let mut revision = image::next_revision(tx).await?;
    for lot in toutes.chunks(LOT) {
        store::insert_all(tx, lot, revision).await?;
        revision += i64::try_from(lot.len()).unwrap_or(0);
    }
    for (id, z) in &zones {
        zonage::write(tx, *id, z).await?;
    }
    journal::record(
        tx,
        acteur,
        "activite.importer",
        "import",
        import,
        json!({ "lignes": toutes.len() }),
    );
    Ok(toutes.len())
}

fn taken() -> Erreur {
    Erreur::Conflit("Ces lignes viennent d'être importées. Rechargez la page.".into())
}

/// Takes out of the figures the activities nobody changed since. Returns how
/// many stay.
///
/// # Errors
/// `Erreur::Base`.
pub async fn undo(tx: &mut Tx, acteur: &Acteur, import: Uuid) -> Resultat<usize> {
    let mut restent = 0;
    for o in imports::objects(tx, import).await? {
        let mut a = store::fetch(tx, o.objet).await?;
        if a.version != o.version || a.etat == Etat::Supprimee {
            restent += usize::from(a.etat != Etat::Supprimee);
            continue;
        }
        let avant = Image::of(&a).map(|i| i.text());
        a.etat = Etat::Supprimee;
        a.supprimee_le = Some(tx.now());
        service::change_state(tx, acteur, a, "activite.annuler_import", avant).await?;
        imports::forget_line(tx, o.objet, import).await?;
    }
    Ok(restent)
}
