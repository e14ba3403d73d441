use std::collections::BTreeMap;

use socle::{Erreur, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{NouvellePersonne, Personne, words};

/// Said beside an address that belongs to somebody else.
const DEJA: &str = "Cette adresse est déjà celle d'une personne enregistrée.";
const MOT: &str = "personne.mot";

fn index(tx: &Tx, courriel: &str) -> String {
    tx.blind("personne.courriel", &courriel.trim().to_lowercase())
}

/// Keeps a new person.
///
/// # Errors
/// `Erreur::Saisie` on `courriel` when the address belongs to somebody: look
/// first with [`find_by_courriel`].
pub async fn create(tx: &mut Tx, n: &NouvellePersonne) -> Resultat<Uuid> {
    if find_by_courriel(tx, &n.courriel).await?.is_some() {
        return Err(Erreur::field("courriel", DEJA));
    }
    let id = tx.new_id();
    insert(tx, id, n).await?;
    Ok(id)
}

pub(crate) async fn insert(tx: &mut Tx, id: Uuid, n: &NouvellePersonne) -> Resultat<()> {
    let prenom = tx.seal("personne", "prenom", id, n.prenom.trim());
    let nom = tx.seal("personne", "nom", id, n.nom.trim());
    let courriel = tx.seal(
        "personne",
        "courriel",
        id,
        &n.courriel.trim().to_lowercase(),
    );
    let telephone = n
        .telephone
        .as_deref()
        .map(|t| tx.seal("personne", "telephone", id, t));
    let (index, le) = (index(tx, &n.courriel), tx.now());
    tx.execute(
        sql!(
            "INSERT INTO personne (id, prenom, nom, courriel, courriel_index, telephone, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![id, prenom, nom, courriel, index, telephone, le],
    )
    .await?;
    for mot in words(&format!("{} {}", n.prenom, n.nom)) {
        let mot = tx.blind(MOT, &mot);
        tx.execute(
            sql!("INSERT INTO personne_mot (mot, personne) VALUES ($1, $2)"),
            params![mot, id],
        )
        .await?;
    }
    Ok(())
}

/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Personne> {
    let l = tx
        .row(
            sql!("SELECT prenom, nom, courriel, telephone FROM personne WHERE id = $1"),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let open = |c: &str, o: &[u8]| tx.unseal("personne", c, id, o);
    Ok(Personne {
        id,
        prenom: open("prenom", &l.get::<Vec<u8>>("prenom")?)?,
        nom: open("nom", &l.get::<Vec<u8>>("nom")?)?,
        courriel: open("courriel", &l.get::<Vec<u8>>("courriel")?)?,
        telephone: l
            .get::<Option<Vec<u8>>>("telephone")?
            .map(|t| open("telephone", &t))
            .transpose()?,
    })
}

/// The names of some people, in one statement; those unknown are left out.
///
/// # Errors
/// `Erreur::Base`.
pub async fn names(tx: &mut Tx, ids: &[Uuid]) -> Resultat<BTreeMap<Uuid, String>> {
    let lignes = tx
        .rows(
            sql!("SELECT id, prenom, nom FROM personne WHERE id IN liste($1)"),
            params![ids],
        )
        .await?;
    let mut noms = BTreeMap::new();
    for l in &lignes {
        let id: Uuid = l.get("id")?;
        let open = |c: &str| tx.unseal("personne", c, id, &l.get::<Vec<u8>>(c)?);
        noms.insert(id, format!("{} {}", open("prenom")?, open("nom")?));
    }
    Ok(noms)
}

/// Gives somebody another address.
///
/// # Errors
/// `Erreur::Saisie` on `courriel` when it belongs to somebody.
pub async fn set_courriel(tx: &mut Tx, id: Uuid, courriel: &str) -> Resultat<()> {
    let index = index(tx, courriel);
    tx.lock(&index).await?;
    if find_by_courriel(tx, courriel).await?.is_some() {
        return Err(Erreur::field("courriel", DEJA));
    }
    let scelle = tx.seal("personne", "courriel", id, &courriel.trim().to_lowercase());
    tx.execute(
        sql!("UPDATE personne SET courriel = $2, courriel_index = $3 WHERE id = $1"),
        params![id, scelle, index],
    )
    .await?;
    Ok(())
}

/// People whose names hold every word typed, or whose address it is.
///
/// # Errors
/// `Erreur::Base`.
pub async fn search(tx: &mut Tx, texte: &str, combien: usize) -> Resultat<Vec<Personne>> {
    let ids: Vec<Uuid> = if texte.contains('@') {
        find_by_courriel(tx, texte).await?.into_iter().collect()
    } else {
        let mots: Vec<String> = words(texte).iter().map(|m| tx.blind(MOT, m)).collect();
        if mots.is_empty() {
            return Ok(Vec::new());
        }
        let n = i64::try_from(mots.len()).unwrap_or(i64::MAX);
        tx.rows(
            sql!(
                "SELECT personne FROM personne_mot WHERE mot IN liste($1)
                 GROUP BY personne HAVING count(*) = $2 ORDER BY personne LIMIT $3"
            ),
            params![&mots[..], n, i64::try_from(combien).unwrap_or(i64::MAX)],
        )
        .await?
        .iter()
        .map(|l| l.get("personne"))
        .collect::<Resultat<_>>()?
    };
    let mut trouvees = Vec::with_capacity(ids.len());
    for id in ids {
        trouvees.push(get(tx, id).await?);
    }
    trouvees.sort_by_cached_key(|p| {
        (
            socle::francais::fold(&p.nom),
            socle::francais::fold(&p.prenom),
        )
    });
    Ok(trouvees)
}

/// Who has this address, in any case.
///
/// # Errors
/// `Erreur::Base`.
pub async fn find_by_courriel(tx: &mut Tx, courriel: &str) -> Resultat<Option<Uuid>> {
    let index = index(tx, courriel);
    tx.row(
        sql!("SELECT id FROM personne WHERE courriel_index = $1"),
        params![index],
    )
    .await?
    .map(|l| l.get("id"))
    .transpose()
}
