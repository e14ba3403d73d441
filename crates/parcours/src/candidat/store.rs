//! SQL of candidates.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value;
use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, francais, params, sql};
use territoires::Point;
use uuid::Uuid;

use super::{Candidat, Experience, Partage, Situation};

/// Name of this noun in histories and in the audit journal.
pub const OBJET: &str = "candidat";

/// A candidate's answers, without the sealed texts: what a search needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Profil {
    pub candidat: Candidat,
    /// CCP1 or REMN obtained.
    pub certifie: bool,
}

fn list<T>(v: &Value, lire: impl Fn(&str) -> Option<T>) -> Vec<T> {
    v.as_array()
        .map(|a| {
            a.iter()
                .filter_map(Value::as_str)
                .filter_map(lire)
                .collect()
        })
        .unwrap_or_default()
}

/// Everything but the sealed texts.
fn read_open(l: &Ligne) -> Resultat<Candidat> {
    Ok(Candidat {
        personne: l.get("personne")?,
        disponible: l.get("disponible")?,
        date_disponibilite: l.get("date_disponibilite")?,
        commune_insee: l.get("commune_insee")?,
        departement: l.get("departement")?,
        point: Point::new(l.get("lon")?, l.get("lat")?),
        distance_max: l.get("distance_max")?,
        mobilite_outre_mer: l.get("mobilite_outre_mer")?,
        departements_exclus: list(&l.get("departements_exclus")?, |s| Some(s.to_owned())),
        situations: list(&l.get("situations")?, Situation::find),
        experiences: list(&l.get("experiences")?, Experience::find),
        diplome: String::new(),
        motivation: String::new(),
        partage: Partage::from_cle(&l.get::<String>("partage")?)?,
        pix_palier: l.get("pix_palier")?,
        pix_partage: l.get("pix_partage")?,
        inscrit_le: l.get("inscrit_le")?,
        confirme_le: l.get("confirme_le")?,
        supprime: l.get::<Option<String>>("supprime_le")?.is_some(),
        version: l.get("version")?,
    })
}

fn read(tx: &Tx, l: &Ligne) -> Resultat<Candidat> {
    let mut c = read_open(l)?;
    let id = c.personne;
    c.motivation = tx.unseal(
        "candidat",
        "motivation",
        id,
        &l.get::<Vec<u8>>("motivation")?,
    )?;
    if let Some(o) = l.get::<Option<Vec<u8>>>("diplome")? {
        c.diplome = tx.unseal("candidat", "diplome", id, &o)?;
    }
    Ok(c)
}

/// A candidate, whoever asks: for rules, never for a page.
///
/// # Errors
/// `Erreur::Introuvable`, also for a deleted profile.
pub async fn get(tx: &mut Tx, personne: Uuid) -> Resultat<Candidat> {
    let l = tx
        .row(
            sql!("SELECT c.* FROM candidat c WHERE c.personne = $1 AND c.supprime_le IS NULL"),
            params![personne],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// The acting person's own profile, to show.
///
/// # Errors
/// `Erreur::Introuvable` when there is none in this perimeter.
pub async fn own(tx: &mut Tx, p: &Perimetre) -> Resultat<Candidat> {
    let l = tx
        .row_in(
            sql!("SELECT c.* FROM candidat c WHERE c.supprime_le IS NULL AND perimetre(-, -, c.personne)"),
            p,
            params![],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// The acting person's own profile, its row held.
///
/// # Errors
/// `Erreur::Introuvable` when there is none in this perimeter.
pub async fn load(tx: &mut Tx, droit: &socle::Droit) -> Resultat<Candidat> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.* FROM candidat c
                 WHERE c.supprime_le IS NULL AND perimetre(-, -, c.personne) verrou_ligne()"
            ),
            droit.perimetre(),
            params![],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

fn json(v: &impl Serialize) -> String {
    serde_json::to_string(v).unwrap_or_else(|_| "[]".into())
}

/// Adds a profile, or writes it again for somebody who comes back.
///
/// # Errors
/// `Erreur::Base`.
pub async fn save(tx: &mut Tx, c: &Candidat) -> Resultat<()> {
    let motivation = tx.seal("candidat", "motivation", c.personne, &c.motivation);
    let diplome =
        (!c.diplome.is_empty()).then(|| tx.seal("candidat", "diplome", c.personne, &c.diplome));
    let situations: Vec<&str> = c.situations.iter().map(|s| s.cle()).collect();
    let experiences: Vec<&str> = c.experiences.iter().map(|s| s.cle()).collect();
    tx.execute(
        sql!(
            "INSERT INTO candidat (personne, disponible, date_disponibilite, commune_insee, departement, lat, lon,
                distance_max, mobilite_outre_mer, departements_exclus, situations, experiences, diplome, motivation, partage,
                pix_palier, pix_partage, inscrit_le, confirme_le, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)
             ON CONFLICT (personne) DO UPDATE SET disponible = excluded.disponible,
                date_disponibilite = excluded.date_disponibilite, commune_insee = excluded.commune_insee,
                departement = excluded.departement, lat = excluded.lat, lon = excluded.lon,
                distance_max = excluded.distance_max, mobilite_outre_mer = excluded.mobilite_outre_mer,
                departements_exclus = excluded.departements_exclus, situations = excluded.situations,
                experiences = excluded.experiences, diplome = excluded.diplome, motivation = excluded.motivation,
                partage = excluded.partage, pix_palier = excluded.pix_palier, pix_partage = excluded.pix_partage,
                confirme_le = excluded.confirme_le, supprime_le = NULL, supprime_motif = NULL, version = candidat.version + 1"
        ),
        params![
            c.personne,
            c.disponible,
            c.date_disponibilite,
            &c.commune_insee,
            &c.departement,
            c.point.lat,
            c.point.lon,
            c.distance_max,
            c.mobilite_outre_mer,
            json(&c.departements_exclus),
            json(&situations),
            json(&experiences),
            diplome,
            motivation,
            c.partage.cle(),
            c.pix_palier,
            c.pix_partage,
            c.inscrit_le,
            c.confirme_le
        ],
    )
    .await?;
    Ok(())
}

/// Deletes the words of a person who leaves; the dates stay for the figures.
///
/// # Errors
/// `Erreur::Base`.
pub async fn erase(tx: &mut Tx, personne: Uuid, motif: &str) -> Resultat<()> {
    let (le, vide) = (tx.now(), tx.seal("candidat", "motivation", personne, ""));
    tx.execute(
        sql!(
            "UPDATE candidat SET disponible = 0, diplome = NULL, motivation = $2, situations = '[]', experiences = '[]',
                pix_palier = NULL, supprime_le = $3, supprime_motif = $4, version = version + 1
             WHERE personne = $1 AND supprime_le IS NULL"
        ),
        params![personne, vide, le, motif],
    )
    .await?;
    Ok(())
}

/// A box of degrees, and which départements; an empty list is all of them.
#[derive(Debug, Clone, Default)]
pub struct Zone {
    pub nord: f64,
    pub sud: f64,
    pub est: f64,
    pub ouest: f64,
    pub departements: Vec<String>,
}

/// Available candidates of a zone who hold no contract now or later. A first
/// sieve: the rules decide afterwards.
///
/// # Errors
/// `Erreur::Base`.
pub async fn in_zone(tx: &mut Tx, z: &Zone) -> Resultat<Vec<Profil>> {
    let le = tx.today();
    let actif = francais::plus_months(le, -12);
    tx.rows(
        sql!(
            "SELECT c.*, EXISTS (SELECT 1 FROM certification t WHERE t.personne = c.personne AND t.etat = 'obtenu'
                                   AND t.titre IN ('ccp1', 'remn')) AS certifie
             FROM candidat c
             WHERE c.disponible = 1 AND c.supprime_le IS NULL AND c.confirme_le > $1
               AND c.lat >= $2 AND c.lat <= $3 AND c.lon >= $4 AND c.lon <= $5
               AND ($6 = '[]' OR c.departement IN liste($6))
               AND NOT EXISTS (SELECT 1 FROM contrat k WHERE k.personne = c.personne AND k.etat IN ('valide', 'remplace')
                                 AND (k.date_fin IS NULL OR k.date_fin >= $7))"
        ),
        params![actif, z.sud, z.nord, z.ouest, z.est, &z.departements, le],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Profil {
            candidat: read_open(l)?,
            certifie: l.get("certifie")?,
        })
    })
    .collect()
}

/// True when the person obtained a title of mediation.
///
/// # Errors
/// `Erreur::Base`.
pub async fn is_certified(tx: &mut Tx, personne: Uuid) -> Resultat<bool> {
    Ok(tx
        .count(
            sql!("SELECT count(*) AS n FROM certification WHERE personne = $1 AND etat = 'obtenu' AND titre IN ('ccp1', 'remn')"),
            params![personne],
        )
        .await?
        > 0)
}

/// How many candidates may be found today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn count_available(tx: &mut Tx) -> Resultat<i64> {
    let actif = francais::plus_months(tx.today(), -12);
    tx.count(
        sql!("SELECT count(*) AS n FROM candidat WHERE disponible = 1 AND supprime_le IS NULL AND confirme_le > $1"),
        params![actif],
    )
    .await
}

/// Asks a person whose contract ended: never assumes they are available.
///
/// # Errors
/// `Erreur::Base`.
pub async fn ask_availability(tx: &mut Tx, personne: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE candidat SET disponible = 0, version = version + 1 WHERE personne = $1 AND disponible = 1"),
        params![personne],
    )
    .await?;
    Ok(())
}

/// Notes, once a day, that a structure read a name and contact.
///
/// # Errors
/// `Erreur::Base`.
pub async fn note_reading(tx: &mut Tx, personne: Uuid, structure: Uuid) -> Resultat<()> {
    let jour = tx.today();
    tx.execute(
        sql!("INSERT INTO consultation_candidat (personne, structure, jour) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        params![personne, structure, jour],
    )
    .await?;
    Ok(())
}

/// Which structures read the person's name and contact, last first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn readings(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(Uuid, Date)>> {
    tx.rows_in(
        sql!(
            "SELECT structure, jour FROM consultation_candidat k WHERE perimetre(-, -, k.personne)
             ORDER BY jour DESC, structure LIMIT 50"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("structure")?, l.get("jour")?)))
    .collect()
}

/// A registration waiting for its link.
#[derive(Debug, Clone)]
pub struct Attente {
    pub id: Uuid,
    /// What was typed, as JSON.
    pub donnees: String,
    pub courriel_index: String,
    pub cree_le: Timestamp,
    pub expire_le: Timestamp,
    pub confirme: bool,
}

/// Keeps a registration until its link is followed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn wait(tx: &mut Tx, a: &Attente, jeton: &str) -> Resultat<()> {
    let donnees = tx.seal("inscription_candidat", "donnees", a.id, &a.donnees);
    tx.execute(
        sql!(
            "INSERT INTO inscription_candidat (id, jeton, courriel_index, donnees, cree_le, expire_le)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![
            a.id,
            socle::crypto::sha256_hex(jeton.as_bytes()),
            &a.courriel_index,
            donnees,
            a.cree_le,
            a.expire_le
        ],
    )
    .await?;
    Ok(())
}

/// The registration of a link, its row held.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn waiting(tx: &mut Tx, jeton: &str) -> Resultat<Attente> {
    let l = tx
        .row(
            sql!(
                "SELECT id, donnees, courriel_index, cree_le, expire_le, confirme_le FROM inscription_candidat
                 WHERE jeton = $1 verrou_ligne()"
            ),
            params![socle::crypto::sha256_hex(jeton.as_bytes())],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let id: Uuid = l.get("id")?;
    Ok(Attente {
        id,
        donnees: tx.unseal(
            "inscription_candidat",
            "donnees",
            id,
            &l.get::<Vec<u8>>("donnees")?,
        )?,
        courriel_index: l.get("courriel_index")?,
        cree_le: l.get("cree_le")?,
        expire_le: l.get("expire_le")?,
        confirme: l.get::<Option<String>>("confirme_le")?.is_some(),
    })
}

/// Notes that a link was followed.
///
/// # Errors
/// `Erreur::Base`.
pub async fn confirmed(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE inscription_candidat SET confirme_le = $2 WHERE id = $1"),
        params![id, le],
    )
    .await?;
    Ok(())
}

/// Removes registrations whose link has expired (spec 15 §12).
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx) -> Resultat<u64> {
    let le = tx.now();
    tx.execute(
        sql!("DELETE FROM inscription_candidat WHERE expire_le < $1"),
        params![le],
    )
    .await
}
