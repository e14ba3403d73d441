//! An application set aside: sealed, found again by the link mailed to whoever
//! fills it in, forgotten 60 days after it was last touched (spec 10 §3, §4.3).

use comptes::compte::frein;
use jiff::SignedDuration;
use socle::{
    Base, Erreur, Resultat, Tx,
    courrier::{self, Message},
    crypto::sha256_hex,
    francais, params, sql,
    valeurs::Courriel,
};
use uuid::Uuid;

use super::Saisie;

const GARDE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Keeps what was typed; gives the secret of the link. The link is mailed the
/// first time, and again when the address changes.
///
/// # Errors
/// `Erreur::Saisie` on `courriel` when nobody could be written to, or when too
/// many links were asked for.
pub(super) async fn keep(tx: &mut Tx, s: &Saisie, site: &str) -> Resultat<String> {
    if !s.site_web.is_empty() {
        return Err(Erreur::Introuvable);
    }
    let adresse: Courriel = s.courriel.parse().map_err(|_| {
        Erreur::field(
            "courriel",
            "Donnez votre adresse électronique : le lien pour reprendre y sera envoyé.",
        )
    })?;
    let index = tx.blind("brouillon.courriel", adresse.as_str());
    let (le, expire) = (tx.now(), tx.now() + GARDE);
    let ancien = find(tx, &s.brouillon).await?;
    let (id, jeton) = match &ancien {
        Some((id, _)) => (*id, s.brouillon.clone()),
        None => (tx.new_id(), tx.ids().token()),
    };
    let garde = Saisie {
        id_commande: String::new(),
        brouillon: String::new(),
        ..s.clone()
    };
    let texte =
        serde_json::to_string(&garde).map_err(|e| Erreur::Interne(format!("brouillon : {e}")))?;
    let donnees = tx.seal("brouillon_candidature", "donnees", id, &texte);
    let ecrit = ancien.is_none_or(|(_, courriel)| courriel != index);
    if ecrit {
        // Each link counts: a mailbox is not flooded.
        let cle = [tx.blind("frein.brouillon", adresse.as_str())];
        match frein::attempt(tx, &cle).await {
            Err(Erreur::Conflit(m)) => return Err(Erreur::field("courriel", m)),
            autre => autre?,
        }
    }
    tx.execute(
        sql!(
            "INSERT INTO brouillon_candidature (id, empreinte, courriel, donnees, cree_le, maj_le, expire_le)
             VALUES ($1, $2, $3, $4, $5, $5, $6)
             ON CONFLICT (id) DO UPDATE SET courriel = excluded.courriel, donnees = excluded.donnees,
                maj_le = excluded.maj_le, expire_le = excluded.expire_le"
        ),
        params![id, sha256_hex(jeton.as_bytes()), index, donnees, le, expire],
    )
    .await?;
    if ecrit {
        let texte = format!(
            "Bonjour,\n\nVotre candidature est gardée, elle n'est pas encore envoyée. Reprenez-la avec ce lien :\n\
             {site}/candidater/reprendre/{jeton}\n\nElle est gardée jusqu'au {}, et plus longtemps si vous la modifiez. \
             Quiconque a ce lien peut la lire et la modifier : ne le transmettez qu'aux personnes qui la préparent avec vous.\n",
            francais::date(expire.to_zoned_datetime(socle::clock::paris()).date()),
        );
        let m = Message {
            a: adresse.as_str(),
            sujet: "Reprendre votre candidature",
            texte: &texte,
            cle: "",
        };
        courrier::send(tx, m).await?;
    }
    Ok(jeton)
}

/// (id, blind address) of the draft of a link.
async fn find(tx: &mut Tx, jeton: &str) -> Resultat<Option<(Uuid, String)>> {
    let le = tx.now();
    tx.row(
        sql!(
            "SELECT id, courriel FROM brouillon_candidature WHERE empreinte = $1 AND expire_le > $2"
        ),
        params![sha256_hex(jeton.as_bytes()), le],
    )
    .await?
    .map(|l| Ok((l.get("id")?, l.get("courriel")?)))
    .transpose()
}

/// What was typed, as (field, value).
///
/// # Errors
/// `Erreur::Introuvable` for a link that is unknown or too old.
pub(super) async fn resume(tx: &mut Tx, jeton: &str) -> Resultat<Vec<(String, String)>> {
    let (id, _) = find(tx, jeton).await?.ok_or(Erreur::Introuvable)?;
    let l = tx
        .row(
            sql!("SELECT donnees FROM brouillon_candidature WHERE id = $1"),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let octets: Vec<u8> = l.get("donnees")?;
    let texte = tx.unseal("brouillon_candidature", "donnees", id, &octets)?;
    let valeurs: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&texte)
        .map_err(|e| Erreur::Interne(format!("brouillon illisible : {e}")))?;
    let mut champs = Vec::new();
    for (nom, v) in valeurs {
        match v {
            serde_json::Value::String(t) if !t.is_empty() => champs.push((nom, t)),
            serde_json::Value::Array(choix) => {
                let choix = choix.iter().filter_map(|c| c.as_str());
                champs.extend(choix.map(|c| (nom.clone(), c.to_owned())));
            }
            _ => {}
        }
    }
    champs.push(("brouillon".to_owned(), jeton.to_owned()));
    Ok(champs)
}

/// Once filed, nothing of it is kept here.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn discard(tx: &mut Tx, jeton: &str) -> Resultat<()> {
    tx.execute(
        sql!("DELETE FROM brouillon_candidature WHERE empreinte = $1"),
        params![sha256_hex(jeton.as_bytes())],
    )
    .await?;
    Ok(())
}

/// Every night: drafts nobody touched for 60 days.
///
/// # Errors
/// `Erreur::Base`.
pub async fn forget_drafts(base: Base) -> Resultat<()> {
    let mut tx = base.write().await?;
    let le = tx.now();
    tx.execute(
        sql!("DELETE FROM brouillon_candidature WHERE expire_le <= $1"),
        params![le],
    )
    .await?;
    tx.commit().await
}
