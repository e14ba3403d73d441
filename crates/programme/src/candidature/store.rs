//! SQL of applications.

use jiff::civil::Date;
use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Candidature, Contact, Dossier, Etat, Part};
use crate::{commun::one_row, poste::Nature};

/// Which applications a list shows; empty fields filter nothing.
#[derive(Debug, Clone, Default)]
pub struct Filtre {
    pub etat: Option<Etat>,
    pub departement: String,
    pub campagne: Option<Uuid>,
    pub structure: Option<Uuid>,
}

fn read(l: &Ligne) -> Resultat<Candidature> {
    let dossier: String = l.get("dossier")?;
    let precedent: Option<String> = l.get("etat_precedent")?;
    Ok(Candidature {
        id: l.get("id")?,
        numero: l.get("numero")?,
        campagne: l.get("campagne")?,
        structure: l.get("structure")?,
        structure_nom: l.get("structure_nom")?,
        departement: l.get("departement")?,
        commune_insee: l.get("commune_insee")?,
        nature: Nature::from_cle(&l.get::<String>("nature")?)?,
        nombre_postes: l.get("nombre_postes")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        etat_precedent: precedent.map(|p| Etat::from_cle(&p)).transpose()?,
        etat_depuis: l.get("etat_depuis")?,
        avis_limite: l.get("avis_limite")?,
        dossier: serde_json::from_str::<Dossier>(&dossier)
            .map_err(|e| Erreur::Interne(format!("candidature.dossier : {e}")))?,
        version: l.get("version")?,
        depose_le: l.get("depose_le")?,
    })
}

/// One application of a perimeter. Before its confirmation nobody sees it.
///
/// # Errors
/// `Erreur::Introuvable` outside the perimeter.
pub async fn get(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Candidature> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.id, c.numero, c.campagne, c.structure, c.structure_nom, c.departement, c.commune_insee, c.nature,
                        c.nombre_postes, c.etat, c.etat_precedent, c.etat_depuis, c.avis_limite, c.dossier, c.version, c.depose_le
                 FROM candidature c WHERE c.id = $2 AND perimetre(c.departement, c.structure, -)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// One application, to change it.
///
/// # Errors
/// `Erreur::Introuvable` outside the perimeter of the right.
pub(crate) async fn load(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Candidature> {
    get(tx, droit.perimetre(), id).await
}

/// Applications of a perimeter, those waiting for longest first.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn list(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Vec<Candidature>> {
    tx.rows_in(
        sql!(
            "SELECT c.id, c.numero, c.campagne, c.structure, c.structure_nom, c.departement, c.commune_insee, c.nature,
                    c.nombre_postes, c.etat, c.etat_precedent, c.etat_depuis, c.avis_limite, c.dossier, c.version, c.depose_le
             FROM candidature c
             WHERE perimetre(c.departement, c.structure, -)
               AND (CAST($2 AS text) IS NULL OR c.etat = $2) AND ($3 = '' OR c.departement = $3)
               AND (CAST($4 AS text) IS NULL OR c.campagne = $4)
               AND (CAST($5 AS text) IS NULL OR c.structure = $5)
             ORDER BY c.etat_depuis, c.numero LIMIT 2000"
        ),
        p,
        params![f.etat.map(Etat::cle), &f.departement, f.campagne, f.structure],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One page of those in the states given, in the order of [`list`], and how
/// many they are in all: files are heavy, only those shown are read.
pub(super) async fn page(
    tx: &mut Tx,
    p: &Perimetre,
    f: &Filtre,
    etats: &[String],
    (debut, combien): (usize, usize),
) -> Resultat<(Vec<Candidature>, usize)> {
    let total = tx
        .row_in(
            sql!(
                "SELECT count(*) AS n FROM candidature c
                 WHERE perimetre(c.departement, c.structure, -)
                   AND c.etat IN liste($2) AND ($3 = '' OR c.departement = $3)"
            ),
            p,
            params![etats, &f.departement],
        )
        .await?
        .map_or(Ok(0), |l| l.get("n"))?;
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT c.id, c.numero, c.campagne, c.structure, c.structure_nom, c.departement, c.commune_insee, c.nature,
                        c.nombre_postes, c.etat, c.etat_precedent, c.etat_depuis, c.avis_limite, c.dossier, c.version, c.depose_le
                 FROM candidature c
                 WHERE perimetre(c.departement, c.structure, -)
                   AND c.etat IN liste($2) AND ($3 = '' OR c.departement = $3)
                 ORDER BY c.etat_depuis, c.numero LIMIT $4 OFFSET $5"
            ),
            p,
            params![etats, &f.departement, combien, debut],
        )
        .await?;
    Ok((lignes.iter().map(read).collect::<Resultat<_>>()?, total))
}

/// How many applications of a perimeter are in a state.
pub(super) async fn count(tx: &mut Tx, p: &Perimetre, etat: Etat) -> Resultat<i64> {
    tx.row_in(
        sql!("SELECT count(*) AS n FROM candidature c WHERE perimetre(c.departement, c.structure, -) AND c.etat = $2"),
        p,
        params![etat.cle()],
    )
    .await?
    .map_or(Ok(0), |l| l.get("n"))
}

/// A row to insert.
pub(crate) struct Insertion<'a> {
    pub c: &'a Candidature,
    pub contact: &'a Contact,
    pub parts: &'a [Part],
    /// SHA-256 of the confirmation link, and its last instant.
    pub jeton: Option<(String, jiff::Timestamp)>,
}

pub(crate) async fn insert(tx: &mut Tx, i: &Insertion<'_>) -> Resultat<()> {
    let c = i.c;
    let json = |e: serde_json::Error| Erreur::Interne(format!("candidature : {e}"));
    let dossier = serde_json::to_string(&c.dossier).map_err(json)?;
    let contact = serde_json::to_string(i.contact).map_err(json)?;
    let contact = tx.seal("candidature", "contact", c.id, &contact);
    tx.execute(
        sql!(
            "INSERT INTO candidature (id, numero, campagne, structure, structure_nom, departement, commune_insee, nature,
                                      nombre_postes, etat, etat_precedent, etat_depuis, avis_limite, dossier, contact, jeton,
                                      jeton_expire, version, depose_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        ),
        params![
            c.id,
            &c.numero,
            c.campagne,
            c.structure,
            &c.structure_nom,
            &c.departement,
            &c.commune_insee,
            c.nature.cle(),
            c.nombre_postes,
            c.etat.cle(),
            c.etat_precedent.map(Etat::cle),
            c.etat_depuis,
            c.avis_limite,
            dossier,
            contact,
            i.jeton.as_ref().map(|j| j.0.clone()),
            i.jeton.as_ref().map(|j| j.1),
            c.version,
            c.depose_le
        ],
    )
    .await?;
    for p in i.parts {
        tx.execute(
            sql!("INSERT INTO candidature_commune (candidature, commune_insee, departement, part) VALUES ($1, $2, $3, $4)"),
            params![c.id, &p.commune_insee, &p.departement, p.part],
        )
        .await?;
    }
    Ok(())
}

/// Where the posts will work, the largest share first.
pub(crate) async fn communes(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Part>> {
    tx.rows(
        sql!(
            "SELECT commune_insee, departement, part FROM candidature_commune WHERE candidature = $1
             ORDER BY part DESC, commune_insee"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Part {
            commune_insee: l.get("commune_insee")?,
            departement: l.get("departement")?,
            part: l.get("part")?,
        })
    })
    .collect()
}

/// Opens the sealed contact. Only for writing to them, or for their own page.
pub(crate) async fn open_contact(tx: &mut Tx, id: Uuid) -> Resultat<Contact> {
    let l = tx
        .row(
            sql!("SELECT contact FROM candidature WHERE id = $1"),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let clair = tx.unseal("candidature", "contact", id, &l.get::<Vec<u8>>("contact")?)?;
    serde_json::from_str(&clair).map_err(|e| Erreur::Interne(format!("candidature.contact : {e}")))
}

/// Moves a file to another state; somebody else's move first is a conflict.
pub(crate) async fn set_state(
    tx: &mut Tx,
    c: &Candidature,
    vers: Etat,
    limite: Option<Date>,
) -> Resultat<()> {
    let le = tx.today();
    let precedent = (vers == Etat::Complement).then_some(c.etat.cle());
    let n = tx
        .execute(
            sql!(
                "UPDATE candidature SET etat = $3, etat_precedent = $4, etat_depuis = $5, avis_limite = $6, version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![c.id, c.version, vers.cle(), precedent, le, limite],
        )
        .await?;
    one_row(n)
}

/// The file a confirmation link leads to, with the last instant of the link.
pub(super) async fn find_by_link(
    tx: &mut Tx,
    empreinte: &str,
) -> Resultat<Option<(Candidature, jiff::Timestamp)>> {
    let l = tx
        .row(
            sql!(
                "SELECT id, numero, campagne, structure, structure_nom, departement, commune_insee, nature, nombre_postes, etat,
                        etat_precedent, etat_depuis, avis_limite, dossier, version, depose_le, jeton_expire
                 FROM candidature WHERE jeton = $1"
            ),
            params![empreinte],
        )
        .await?;
    l.map(|l| Ok((read(&l)?, l.get("jeton_expire")?)))
        .transpose()
}

pub(crate) async fn set_structure(tx: &mut Tx, id: Uuid, structure: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE candidature SET structure = $2 WHERE id = $1"),
        params![id, structure],
    )
    .await?;
    Ok(())
}

/// Files never confirmed since a day (spec 10 §4.3: 30 days).
pub(super) async fn unconfirmed_since(tx: &mut Tx, avant: Date) -> Resultat<Vec<Candidature>> {
    tx.rows(
        sql!(
            "SELECT id, numero, campagne, structure, structure_nom, departement, commune_insee, nature, nombre_postes, etat,
                    etat_precedent, etat_depuis, avis_limite, dossier, version, depose_le
             FROM candidature WHERE etat = 'deposee' AND etat_depuis < $1 ORDER BY numero LIMIT 500"
        ),
        params![avant],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// True when the structure already has an open file for this call and
/// département.
pub(super) async fn has_open(tx: &mut Tx, structure: Uuid, c: &Candidature) -> Resultat<bool> {
    let n = tx
        .count(
            sql!(
                "SELECT count(*) AS n FROM candidature
                 WHERE structure = $1 AND campagne = $2 AND departement = $3 AND id <> $4
                   AND etat IN ('recevabilite', 'complement', 'avis_attendu', 'avis_rendu', 'inscrite', 'examen_complementaire')"
            ),
            params![structure, c.campagne, &c.departement, c.id],
        )
        .await?;
    Ok(n > 0)
}
