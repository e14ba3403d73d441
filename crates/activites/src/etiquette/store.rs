//! SQL of tags.

use jiff::Timestamp;
use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Domaine, Etiquette, Portee, normalise};

const TABLE: &str = "etiquette";

/// The tags of some scopes, by scope then age.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, domaines: &[Domaine]) -> Resultat<Vec<Etiquette>> {
    let cles: Vec<String> = domaines.iter().map(Domaine::cle).collect();
    let lignes = tx
        .rows(
            sql!(
                "SELECT e.id, e.portee, e.proprietaire, e.nom, e.description, e.archivee_le,
                    (SELECT count(*) FROM activite_etiquette x WHERE x.etiquette = e.id) AS usages
                 FROM etiquette e WHERE e.portee || ':' || e.proprietaire IN liste($1) ORDER BY e.portee, e.id"
            ),
            params![&cles],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

/// The tags of some scopes an author uses most, the most used first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn most_used(
    tx: &mut Tx,
    auteur: Uuid,
    domaines: &[Domaine],
    combien: usize,
) -> Resultat<Vec<String>> {
    let cles: Vec<String> = domaines.iter().map(Domaine::cle).collect();
    let lignes = tx
        .rows(
            sql!(
                "SELECT e.id, e.nom, count(a.id) AS n FROM etiquette e
                 LEFT JOIN activite_etiquette x ON x.etiquette = e.id
                 LEFT JOIN activite a ON a.id = x.activite AND a.auteur = $1 AND a.etat = 'enregistree'
                 WHERE e.portee || ':' || e.proprietaire IN liste($2) AND e.archivee_le IS NULL
                 GROUP BY e.id, e.nom ORDER BY n DESC, e.id DESC LIMIT $3"
            ),
            params![auteur, &cles, combien],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            let id: Uuid = l.get("id")?;
            tx.unseal(TABLE, "nom", id, &l.get::<Vec<u8>>("nom")?)
        })
        .collect()
}

/// The tag of that name in a scope.
///
/// # Errors
/// `Erreur::Base`.
pub async fn find(tx: &mut Tx, d: &Domaine, nom: &str) -> Resultat<Option<Uuid>> {
    let index = tx.blind(TABLE, &normalise(nom));
    tx.row(
        sql!("SELECT id FROM etiquette WHERE portee = $1 AND proprietaire = $2 AND nom_index = $3"),
        params![d.portee.cle(), &d.proprietaire, index],
    )
    .await?
    .map(|l| l.get("id"))
    .transpose()
}

/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Etiquette> {
    let l = tx
        .row(
            sql!(
                "SELECT e.id, e.portee, e.proprietaire, e.nom, e.description, e.archivee_le,
                    (SELECT count(*) FROM activite_etiquette x WHERE x.etiquette = e.id) AS usages
                 FROM etiquette e WHERE e.id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// # Errors
/// `Erreur::Base`; a unique violation when the name is taken.
pub async fn insert(
    tx: &mut Tx,
    d: &Domaine,
    nom: &str,
    description: Option<&str>,
) -> Resultat<Uuid> {
    let id = tx.new_id();
    let index = tx.blind(TABLE, &normalise(nom));
    let scelle = tx.seal(TABLE, "nom", id, nom);
    let description = description.map(|t| tx.seal(TABLE, "description", id, t));
    tx.execute(
        sql!(
            "INSERT INTO etiquette (id, portee, proprietaire, nom, nom_index, description) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![id, d.portee.cle(), &d.proprietaire, scelle, index, description],
    )
    .await?;
    Ok(id)
}

/// # Errors
/// `Erreur::Base`.
pub async fn rename(tx: &mut Tx, id: Uuid, nom: &str, description: Option<&str>) -> Resultat<()> {
    let index = tx.blind(TABLE, &normalise(nom));
    let scelle = tx.seal(TABLE, "nom", id, nom);
    let description = description.map(|t| tx.seal(TABLE, "description", id, t));
    tx.execute(
        sql!("UPDATE etiquette SET nom = $2, nom_index = $3, description = $4 WHERE id = $1"),
        params![id, scelle, index, description],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn set_archived(tx: &mut Tx, id: Uuid, archivee: bool) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE etiquette SET archivee_le = $2 WHERE id = $1"),
        params![id, archivee.then_some(le)],
    )
    .await?;
    Ok(())
}

/// A merge that can still be undone.
#[derive(Debug, Clone)]
pub struct Fusion {
    pub id: Uuid,
    pub source: Uuid,
    pub cible: Uuid,
    pub le: Timestamp,
}

/// Moves every activity of a tag to another one, keeping what was moved.
///
/// # Errors
/// `Erreur::Base`.
pub async fn merge(tx: &mut Tx, source: Uuid, cible: Uuid, par: Uuid) -> Resultat<Uuid> {
    let id = tx.new_id();
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO etiquette_fusion (id, source, cible, par, le) VALUES ($1, $2, $3, $4, $5)"
        ),
        params![id, source, cible, par, le],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO etiquette_fusion_activite (fusion, activite, deja)
             SELECT $1, s.activite, CASE WHEN EXISTS (SELECT 1 FROM activite_etiquette c
                 WHERE c.activite = s.activite AND c.etiquette = $3) THEN 1 ELSE 0 END
             FROM activite_etiquette s WHERE s.etiquette = $2"
        ),
        params![id, source, cible],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO activite_etiquette (activite, etiquette)
             SELECT f.activite, $2 FROM etiquette_fusion_activite f WHERE f.fusion = $1 AND f.deja = 0"
        ),
        params![id, cible],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM activite_etiquette WHERE etiquette = $1"),
        params![source],
    )
    .await?;
    Ok(id)
}

/// The activities a merge moved.
///
/// # Errors
/// `Erreur::Base`.
pub async fn moved(tx: &mut Tx, fusion: Uuid) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT activite FROM etiquette_fusion_activite WHERE fusion = $1 ORDER BY activite"),
        params![fusion],
    )
    .await?
    .iter()
    .map(|l| l.get("activite"))
    .collect()
}

/// The merge of a tag not undone yet, the latest.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_merge(tx: &mut Tx, source: Uuid) -> Resultat<Option<Fusion>> {
    tx.row(
        sql!(
            "SELECT id, source, cible, le FROM etiquette_fusion
             WHERE source = $1 AND annulee_le IS NULL ORDER BY le DESC, id DESC LIMIT 1"
        ),
        params![source],
    )
    .await?
    .map(|l| {
        Ok(Fusion {
            id: l.get("id")?,
            source: l.get("source")?,
            cible: l.get("cible")?,
            le: l.get("le")?,
        })
    })
    .transpose()
}

/// Gives a tag back the activities a merge took, those that lost it since
/// excepted; what was tagged after the merge stays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn undo_merge(tx: &mut Tx, f: &Fusion) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO activite_etiquette (activite, etiquette)
             SELECT f.activite, $2 FROM etiquette_fusion_activite f
             WHERE f.fusion = $1 AND EXISTS (SELECT 1 FROM activite_etiquette c
                 WHERE c.activite = f.activite AND c.etiquette = $3)
             ON CONFLICT DO NOTHING"
        ),
        params![f.id, f.source, f.cible],
    )
    .await?;
    tx.execute(
        sql!(
            "DELETE FROM activite_etiquette WHERE etiquette = $2 AND activite IN
                (SELECT f.activite FROM etiquette_fusion_activite f WHERE f.fusion = $1 AND f.deja = 0)"
        ),
        params![f.id, f.cible],
    )
    .await?;
    let le = tx.now();
    tx.execute(
        sql!("UPDATE etiquette_fusion SET annulee_le = $2 WHERE id = $1"),
        params![f.id, le],
    )
    .await?;
    Ok(())
}

fn read(tx: &Tx, l: &Ligne) -> Resultat<Etiquette> {
    let id: Uuid = l.get("id")?;
    let portee: String = l.get("portee")?;
    Ok(Etiquette {
        id,
        domaine: Domaine::new(
            Portee::from_cle(&portee)
                .ok_or_else(|| Erreur::Interne(format!("portée inconnue : {portee}")))?,
            l.get::<String>("proprietaire")?,
        ),
        nom: tx.unseal(TABLE, "nom", id, &l.get::<Vec<u8>>("nom")?)?,
        description: l
            .get::<Option<Vec<u8>>>("description")?
            .map(|o| tx.unseal(TABLE, "description", id, &o))
            .transpose()?,
        archivee: l.get::<Option<Timestamp>>("archivee_le")?.is_some(),
        usages: l.get("usages")?,
    })
}
