//! SQL of places.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, Fiche, Lieu};
use crate::annuaire::ANNONCE;

/// Contacts that name a person: sealed, shown to professionals only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contacts {
    pub telephones: Vec<String>,
    pub courriels: Vec<String>,
}

impl Contacts {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.telephones.is_empty() && self.courriels.is_empty()
    }
}

pub(crate) fn read(l: &Ligne) -> Resultat<Lieu> {
    let fiche: Fiche = serde_json::from_str(&l.get::<String>("fiche")?)
        .map_err(|e| Erreur::Interne(format!("fiche d'un lieu : {e}")))?;
    Ok(Lieu {
        id: l.get("id")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)
            .ok_or_else(|| Erreur::Interne("état d'un lieu".into()))?,
        nom: l.get("nom")?,
        departement: l.get("departement")?,
        commune_insee: l.get("commune_insee")?,
        structure: l.get("structure")?,
        auteur: l.get("auteur")?,
        propose_le: l.get("propose_le")?,
        ferme_du: l.get("ferme_du")?,
        ferme_au: l.get("ferme_au")?,
        fiche,
        version: l.get("version")?,
        cree_le: l.get("cree_le")?,
        modifie_le: l.get("modifie_le")?,
    })
}

/// A place, whatever its state.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Lieu> {
    let l = tx
        .row(sql!("SELECT * FROM lieu WHERE id = $1"), params![id])
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// A place inside a perimeter: its département, who runs it, who declared it
/// or has a permanence there.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get_in(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Lieu> {
    let l = tx
        .row_in(
            sql!(
                "SELECT l.* FROM lieu l WHERE l.id = $2 AND (perimetre(l.departement, l.structure, l.auteur)
                   OR EXISTS (SELECT 1 FROM permanence p WHERE p.lieu = l.id
                              AND p.etat IN ('active', 'proposee') AND perimetre(-, -, p.personne)))"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// A place to change, locked.
///
/// # Errors
/// `Erreur::Introuvable`; `Erreur::Conflit` when it changed since `version`.
pub async fn get_for_change(
    tx: &mut Tx,
    droit: &Droit,
    id: Uuid,
    version: Option<i64>,
) -> Resultat<Lieu> {
    tx.lock(&format!("lieu:{id}")).await?;
    let lieu = get_in(tx, droit.perimetre(), id).await?;
    if version.is_some_and(|v| v != lieu.version) {
        return Err(Erreur::Conflit(
            "Ce lieu a été modifié entre-temps. Rechargez-le avant de continuer.".into(),
        ));
    }
    Ok(lieu)
}

/// Places run by a structure, by name.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_of_structure(tx: &mut Tx, structure: Uuid) -> Resultat<Vec<Lieu>> {
    tx.rows(
        sql!("SELECT * FROM lieu WHERE structure = $1 AND etat <> 'abandonne' ORDER BY nom, id"),
        params![structure],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Places that come to people (buses, mobile stands), sorted.
///
/// # Errors
/// `Erreur::Base`.
pub async fn itinerant(tx: &mut Tx) -> Resultat<Vec<Uuid>> {
    let lignes = tx
        .rows(
            sql!("SELECT id, fiche FROM lieu WHERE fiche LIKE '%\"itinerant\"%' ORDER BY id"),
            params![],
        )
        .await?;
    let mut v = Vec::new();
    for l in lignes {
        let fiche: Fiche = serde_json::from_str(&l.get::<String>("fiche")?)
            .map_err(|e| Erreur::Interne(format!("fiche d'un lieu : {e}")))?;
        if fiche.itinerance.iter().any(|i| i == "itinerant") {
            v.push(l.get("id")?);
        }
    }
    Ok(v)
}

/// Places a person declared or has a permanence in, the main one first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_of_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Lieu>> {
    tx.rows(
        sql!(
            "SELECT l.*, CAST((SELECT coalesce(max(p.principal), -1) FROM permanence p
                WHERE p.lieu = l.id AND p.personne = $1 AND p.etat = 'active') AS bigint) AS rang
             FROM lieu l
             WHERE l.etat <> 'abandonne'
               AND (l.auteur = $1 OR l.id IN (SELECT p.lieu FROM permanence p
                      WHERE p.personne = $1 AND p.etat IN ('active', 'proposee', 'suspendue')))
             ORDER BY rang DESC, l.nom, l.id"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Places of a perimeter in some states, by name.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(
    tx: &mut Tx,
    p: &Perimetre,
    etats: &[Etat],
    debut: usize,
    combien: usize,
) -> Resultat<Vec<Lieu>> {
    let etats: Vec<String> = etats.iter().map(|e| e.cle().to_owned()).collect();
    tx.rows_in(
        sql!(
            "SELECT l.* FROM lieu l WHERE l.etat IN liste($2)
               AND (perimetre(l.departement, l.structure, l.auteur)
                    OR EXISTS (SELECT 1 FROM permanence p WHERE p.lieu = l.id
                               AND p.etat IN ('active', 'proposee') AND perimetre(-, -, p.personne)))
             ORDER BY l.nom, l.id LIMIT $3 OFFSET $4"
        ),
        p,
        params![&etats, combien, debut],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// How many, for the pages of that list.
///
/// # Errors
/// `Erreur::Base`.
pub async fn count(tx: &mut Tx, p: &Perimetre, etats: &[Etat]) -> Resultat<i64> {
    let etats: Vec<String> = etats.iter().map(|e| e.cle().to_owned()).collect();
    tx.row_in(
        sql!(
            "SELECT count(*) AS n FROM lieu l WHERE l.etat IN liste($2)
               AND (perimetre(l.departement, l.structure, l.auteur)
                    OR EXISTS (SELECT 1 FROM permanence p WHERE p.lieu = l.id
                               AND p.etat IN ('active', 'proposee') AND perimetre(-, -, p.personne)))"
        ),
        p,
        params![&etats],
    )
    .await?
    .ok_or(Erreur::Introuvable)?
    .get("n")
}

/// Places proposed by a professional, waiting for somebody to publish them.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_proposed(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<Lieu>> {
    tx.rows_in(
        sql!(
            "SELECT l.* FROM lieu l WHERE l.etat = 'brouillon' AND l.propose_le IS NOT NULL
               AND perimetre(l.departement, l.structure, -) ORDER BY l.propose_le, l.id LIMIT 200"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Places changed since an instant, whatever their state, with the number of
/// their active permanences on `le` (delta of the index in memory).
///
/// # Errors
/// `Erreur::Base`.
pub async fn changed_since(tx: &mut Tx, depuis: Timestamp, le: Date) -> Resultat<Vec<(Lieu, i64)>> {
    tx.rows(
        sql!(
            "SELECT l.*, (SELECT count(*) FROM permanence p WHERE p.lieu = l.id AND p.etat = 'active'
                AND p.acces <> 'prive' AND p.du <= $2 AND (p.au IS NULL OR p.au >= $2)) AS presents
             FROM lieu l WHERE l.modifie_le >= $1"
        ),
        params![depuis, le],
    )
    .await?
    .iter()
    .map(|l| Ok((read(l)?, l.get("presents")?)))
    .collect()
}

/// Places of the same commune whose name is close: possible duplicates.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list_of_commune(tx: &mut Tx, commune: &str) -> Resultat<Vec<Lieu>> {
    tx.rows(
        sql!(
            "SELECT * FROM lieu WHERE commune_insee = $1 AND etat NOT IN ('abandonne', 'ferme')
             ORDER BY nom LIMIT 200"
        ),
        params![commune],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Writes a new place.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, l: &Lieu, contacts: &Contacts) -> Resultat<()> {
    tx.announce(ANNONCE);
    let le = tx.now();
    let scelles = seal(tx, l.id, contacts);
    tx.execute(
        sql!(
            "INSERT INTO lieu (id, etat, nom, departement, commune_insee, structure, auteur, propose_le, ferme_du,
                ferme_au, fiche, contacts, version, cree_le, modifie_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13)"
        ),
        params![
            l.id,
            l.etat.cle(),
            &l.nom,
            &l.departement,
            &l.commune_insee,
            l.structure,
            l.auteur,
            l.propose_le,
            l.ferme_du,
            l.ferme_au,
            json(&l.fiche),
            scelles,
            le
        ],
    )
    .await?;
    Ok(())
}

/// Writes a changed place: its next version.
///
/// # Errors
/// `Erreur::Base`.
pub async fn update(tx: &mut Tx, l: &Lieu) -> Resultat<()> {
    tx.announce(ANNONCE);
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE lieu SET etat = $2, nom = $3, departement = $4, commune_insee = $5, structure = $6,
                propose_le = $7, ferme_du = $8, ferme_au = $9, fiche = $10, version = version + 1, modifie_le = $11
             WHERE id = $1"
        ),
        params![
            l.id,
            l.etat.cle(),
            &l.nom,
            &l.departement,
            &l.commune_insee,
            l.structure,
            l.propose_le,
            l.ferme_du,
            l.ferme_au,
            json(&l.fiche),
            le
        ],
    )
    .await?;
    Ok(())
}

/// Says that what is shown of a place changed (a permanence did).
///
/// # Errors
/// `Erreur::Base`.
pub async fn touch(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.announce(ANNONCE);
    let le = tx.now();
    tx.execute(
        sql!("UPDATE lieu SET modifie_le = $2 WHERE id = $1"),
        params![id, le],
    )
    .await?;
    Ok(())
}

/// Replaces the contacts that name people.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_contacts(tx: &mut Tx, id: Uuid, contacts: &Contacts) -> Resultat<()> {
    let scelles = seal(tx, id, contacts);
    tx.execute(
        sql!("UPDATE lieu SET contacts = $2 WHERE id = $1"),
        params![id, scelles],
    )
    .await?;
    Ok(())
}

/// The contacts that name people.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn contacts(tx: &mut Tx, id: Uuid) -> Resultat<Contacts> {
    let l = tx
        .row(sql!("SELECT contacts FROM lieu WHERE id = $1"), params![id])
        .await?
        .ok_or(Erreur::Introuvable)?;
    let Some(octets) = l.get::<Option<Vec<u8>>>("contacts")? else {
        return Ok(Contacts::default());
    };
    let clair = tx.unseal("lieu", "contacts", id, &octets)?;
    serde_json::from_str(&clair).map_err(|e| Erreur::Interne(format!("contacts d'un lieu : {e}")))
}

fn seal(tx: &Tx, id: Uuid, contacts: &Contacts) -> Option<Vec<u8>> {
    let clair = serde_json::to_string(contacts).ok()?;
    (!contacts.is_empty()).then(|| tx.seal("lieu", "contacts", id, &clair))
}

fn json(fiche: &Fiche) -> String {
    serde_json::to_string(fiche).unwrap_or_default()
}
