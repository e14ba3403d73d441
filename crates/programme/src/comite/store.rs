//! SQL of the committee.

use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Decision, Etat, Membre, Point, Session, Voix, Vote};
use crate::commun::one_row;

fn read_session(l: &Ligne) -> Resultat<Session> {
    Ok(Session {
        id: l.get("id")?,
        numero: l.get("numero")?,
        campagne: l.get("campagne")?,
        date_seance: l.get("date_seance")?,
        lieu: l.get("lieu")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        etat_depuis: l.get("etat_depuis")?,
        pv_empreinte: l.get("pv_empreinte")?,
        version: l.get("version")?,
    })
}

/// A session; for a member of the committee, only those they sit in.
pub(super) async fn get(tx: &mut Tx, membre: Option<Uuid>, id: Uuid) -> Resultat<Session> {
    let l = tx
        .row(
            sql!(
                "SELECT id, numero, campagne, date_seance, lieu, etat, etat_depuis, pv_empreinte, version
                 FROM comite_session s WHERE id = $1
                   AND (CAST($2 AS text) IS NULL
                        OR EXISTS (SELECT 1 FROM comite_membre m WHERE m.session = s.id AND m.personne = $2))"
            ),
            params![id, membre],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_session(&l)
}

pub(super) async fn list(tx: &mut Tx, membre: Option<Uuid>) -> Resultat<Vec<Session>> {
    tx.rows(
        sql!(
            "SELECT id, numero, campagne, date_seance, lieu, etat, etat_depuis, pv_empreinte, version
             FROM comite_session s
             WHERE CAST($1 AS text) IS NULL
                OR EXISTS (SELECT 1 FROM comite_membre m WHERE m.session = s.id AND m.personne = $1)
             ORDER BY date_seance DESC, numero DESC"
        ),
        params![membre],
    )
    .await?
    .iter()
    .map(read_session)
    .collect()
}

pub(crate) async fn insert(tx: &mut Tx, s: &Session) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO comite_session (id, numero, campagne, date_seance, lieu, etat, etat_depuis, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![s.id, &s.numero, s.campagne, s.date_seance, &s.lieu, s.etat.cle(), s.etat_depuis, s.version],
    )
    .await?;
    Ok(())
}

pub(crate) async fn insert_member(tx: &mut Tx, session: Uuid, m: &Membre) -> Resultat<()> {
    tx.execute(
        sql!("INSERT INTO comite_membre (session, personne, president, present) VALUES ($1, $2, $3, $4)"),
        params![session, m.personne, m.president, m.present],
    )
    .await?;
    Ok(())
}

pub(super) async fn members(tx: &mut Tx, session: Uuid) -> Resultat<Vec<Membre>> {
    tx.rows(
        sql!("SELECT personne, president, present FROM comite_membre WHERE session = $1 ORDER BY president DESC, personne"),
        params![session],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Membre {
            personne: l.get("personne")?,
            president: l.get("president")?,
            present: l.get("present")?,
        })
    })
    .collect()
}

pub(super) async fn set_presence(tx: &mut Tx, session: Uuid, personne: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE comite_membre SET present = 1 WHERE session = $1 AND personne = $2"),
        params![session, personne],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_state(tx: &mut Tx, s: &Session, vers: Etat) -> Resultat<()> {
    let le = tx.today();
    let n = tx
        .execute(
            sql!("UPDATE comite_session SET etat = $3, etat_depuis = $4, version = version + 1 WHERE id = $1 AND version = $2"),
            params![s.id, s.version, vers.cle(), le],
        )
        .await?;
    one_row(n)
}

pub(super) async fn seal_minutes(
    tx: &mut Tx,
    session: Uuid,
    texte: &str,
    empreinte: &str,
) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE comite_session SET pv = $2, pv_empreinte = $3 WHERE id = $1 AND pv IS NULL"),
        params![session, texte, empreinte],
    )
    .await?;
    Ok(())
}

fn read_point(l: &Ligne) -> Resultat<Point> {
    let decision: Option<String> = l.get("decision")?;
    let motifs: String = l.get("motifs")?;
    Ok(Point {
        id: l.get("id")?,
        session: l.get("session")?,
        candidature: l.get("candidature")?,
        candidature_numero: l.get("numero")?,
        structure: l.get("structure")?,
        structure_nom: l.get("structure_nom")?,
        departement: l.get("departement")?,
        commune_insee: l.get("commune_insee")?,
        demande: l.get("demande")?,
        ordre: l.get("ordre")?,
        avis: l.get("avis")?,
        decision: decision.map(|d| Decision::from_cle(&d)).transpose()?,
        nombre_postes: l.get("nombre_postes")?,
        motifs: motifs
            .split(',')
            .filter(|m| !m.is_empty())
            .map(ToOwned::to_owned)
            .collect(),
        motif: l.get("motif")?,
        sans_vote: l.get("sans_vote")?,
        version: l.get("version")?,
    })
}

pub(super) async fn points(tx: &mut Tx, session: Uuid) -> Resultat<Vec<Point>> {
    tx.rows(
        sql!(
            "SELECT t.id, t.session, t.candidature, c.numero, c.structure, c.structure_nom, c.departement, c.commune_insee,
                    c.nombre_postes AS demande, t.ordre, t.avis, t.decision, t.nombre_postes, t.motifs, t.motif, t.sans_vote, t.version
             FROM comite_point t JOIN candidature c ON c.id = t.candidature
             WHERE t.session = $1 ORDER BY t.ordre"
        ),
        params![session],
    )
    .await?
    .iter()
    .map(read_point)
    .collect()
}

pub(super) async fn point(tx: &mut Tx, session: Uuid, id: Uuid) -> Resultat<Point> {
    points(tx, session)
        .await?
        .into_iter()
        .find(|p| p.id == id)
        .ok_or(Erreur::Introuvable)
}

/// The decision published for an application, with its session.
pub(crate) async fn published(tx: &mut Tx, candidature: Uuid) -> Resultat<Option<(Uuid, Uuid)>> {
    tx.row(
        sql!(
            "SELECT s.id AS session, t.id AS point FROM comite_point t JOIN comite_session s ON s.id = t.session
             WHERE t.candidature = $1 AND s.etat = 'publiee' AND t.decision IN ('attribution', 'refus')
             ORDER BY s.date_seance DESC LIMIT 1"
        ),
        params![candidature],
    )
    .await?
    .map(|l| Ok((l.get("session")?, l.get("point")?)))
    .transpose()
}

pub(crate) async fn insert_point(
    tx: &mut Tx,
    id: Uuid,
    session: Uuid,
    candidature: Uuid,
    ordre: i64,
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO comite_point (id, session, candidature, ordre, motifs, motif, sans_vote, version)
             VALUES ($1, $2, $3, $4, '', '', 0, 1)"
        ),
        params![id, session, candidature, ordre],
    )
    .await?;
    Ok(())
}

/// Takes a withdrawn or annulled file off the agenda of sessions not closed.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn remove_point(tx: &mut Tx, candidature: Uuid) -> Resultat<()> {
    tx.execute(
        sql!(
            "DELETE FROM comite_vote WHERE point IN (
                SELECT t.id FROM comite_point t JOIN comite_session s ON s.id = t.session
                WHERE t.candidature = $1 AND s.etat IN ('preparation', 'convoquee', 'en_seance', 'suspendue'))"
        ),
        params![candidature],
    )
    .await?;
    tx.execute(
        sql!(
            "DELETE FROM comite_point WHERE candidature = $1 AND session IN (
                SELECT id FROM comite_session WHERE etat IN ('preparation', 'convoquee', 'en_seance', 'suspendue'))"
        ),
        params![candidature],
    )
    .await?;
    Ok(())
}

/// The decision of an item, replaced while the session is open.
pub(crate) async fn set_decision(tx: &mut Tx, p: &Point) -> Resultat<()> {
    let n = tx
        .execute(
            sql!(
                "UPDATE comite_point SET avis = $3, decision = $4, nombre_postes = $5, motifs = $6, motif = $7, sans_vote = $8,
                        version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![
                p.id,
                p.version,
                p.avis,
                p.decision.map(Decision::cle),
                p.nombre_postes,
                p.motifs.join(","),
                &p.motif,
                p.sans_vote
            ],
        )
        .await?;
    one_row(n)
}

pub(super) async fn votes(tx: &mut Tx, point: Uuid) -> Resultat<Vec<Vote>> {
    tx.rows(
        sql!("SELECT personne, voix FROM comite_vote WHERE point = $1 ORDER BY personne"),
        params![point],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Vote {
            personne: l.get("personne")?,
            voix: Voix::from_cle(&l.get::<String>("voix")?)?,
        })
    })
    .collect()
}

pub(super) async fn set_vote(tx: &mut Tx, point: Uuid, v: Vote) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO comite_vote (point, personne, voix, le) VALUES ($1, $2, $3, $4)
             ON CONFLICT (point, personne) DO UPDATE SET voix = excluded.voix, le = excluded.le"
        ),
        params![point, v.personne, v.voix.cle(), le],
    )
    .await?;
    Ok(())
}
