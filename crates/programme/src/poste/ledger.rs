//! Movements of the ledger: rule, row, audit, in the caller's transaction.
//! The caller has checked who may; these check what is possible.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, journal, params, sql};
use uuid::Uuid;

use super::{
    Etat, Genre, Nature, Situation,
    store::{self, Detenteur, Ecriture, NouveauPoste},
};

const AUCUN: &str = "Aucun poste disponible.";
const PRIS: &str = "Ce poste est occupé ou réservé à cette date. Mettez d'abord fin au contrat.";

/// Posts given to a structure by one decision.
#[derive(Debug, Clone)]
pub struct Attribution<'a> {
    pub campagne: Option<Uuid>,
    /// The agenda item that decided.
    pub point: Option<Uuid>,
    pub structure: Uuid,
    /// Of the competent préfecture: it opens the number and the contingent.
    pub departement: &'a str,
    pub nature: Nature,
    pub nombre: i64,
    pub le: Date,
}

/// Opens `nombre` posts; gives their ids in order of number.
///
/// # Errors
/// `Erreur::Base`.
pub async fn attribute(tx: &mut Tx, acteur: &Acteur, a: &Attribution<'_>) -> Resultat<Vec<Uuid>> {
    let mut ids = Vec::new();
    for _ in 0..a.nombre {
        let id = tx.new_id();
        open(tx, acteur, a, id).await?;
        ids.push(id);
    }
    Ok(ids)
}

/// Opens one post under an id chosen by the caller.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn open(
    tx: &mut Tx,
    acteur: &Acteur,
    a: &Attribution<'_>,
    id: Uuid,
) -> Resultat<()> {
    let d = Detenteur {
        structure: a.structure,
        departement: a.departement.to_owned(),
        nature: a.nature,
    };
    let n = store::next_number(tx, &format!("poste:{}", a.departement)).await?;
    let numero = format!("CN-{}-{n:05}", a.departement);
    let poste = NouveauPoste {
        id,
        numero: &numero,
        campagne: a.campagne,
        point: a.point,
        detenteur: &d,
    };
    store::insert(tx, &poste).await?;
    store::append(tx, acteur, id, &d, simple(Genre::Attribution, a.le, None)).await
}

/// Posts of a structure (of one nature, or of any) that may be recruited on
/// from a day: neither closed, frozen, reserved, nor occupied then or later.
///
/// # Errors
/// `Erreur::Base`.
pub async fn available(
    tx: &mut Tx,
    structure: Uuid,
    nature: Option<Nature>,
    le: Date,
) -> Resultat<i64> {
    Ok(free(tx, structure, nature, le)
        .await?
        .len()
        .try_into()
        .unwrap_or(i64::MAX))
}

/// Free posts, the one vacant for longest first.
async fn free(
    tx: &mut Tx,
    structure: Uuid,
    nature: Option<Nature>,
    le: Date,
) -> Resultat<Vec<Uuid>> {
    let postes = tx
        .rows(
            sql!(
                "SELECT id FROM poste WHERE structure = $1 AND (CAST($2 AS text) IS NULL OR nature = $2)
                 ORDER BY numero"
            ),
            params![structure, nature.map(Nature::cle)],
        )
        .await?;
    let mut libres = Vec::new();
    for l in &postes {
        let id: Uuid = l.get("id")?;
        let s = Situation::of(&store::movements(tx, id).await?)?;
        if s.is_free_from(le) {
            libres.push((s.since(le), id));
        }
    }
    libres.sort_by_key(|l| l.0);
    Ok(libres.into_iter().map(|(_, id)| id).collect())
}

/// Holds a vacant post of a structure for one contract that begins today.
///
/// # Errors
/// As [`reserve_at`].
pub async fn reserve(
    tx: &mut Tx,
    acteur: &Acteur,
    structure: Uuid,
    nature: Nature,
    contrat: Uuid,
) -> Resultat<Uuid> {
    let le = tx.today();
    reserve_at(tx, acteur, structure, nature, contrat, le).await
}

/// Holds a post of a structure, of the nature of the contract, that is free
/// from `debut` on. The same contract asking again gets the post it holds.
///
/// # Errors
/// `Erreur::Conflit` « Aucun poste disponible. »
pub async fn reserve_at(
    tx: &mut Tx,
    acteur: &Acteur,
    structure: Uuid,
    nature: Nature,
    contrat: Uuid,
    debut: Date,
) -> Resultat<Uuid> {
    tx.lock(&format!("postes:{structure}")).await?;
    if let Some(poste) = held(tx, contrat).await? {
        return Ok(poste);
    }
    let poste = *free(tx, structure, Some(nature), debut)
        .await?
        .first()
        .ok_or_else(|| Erreur::Conflit(AUCUN.into()))?;
    let e = Ecriture {
        contrat: Some(contrat),
        ..simple(Genre::Reservation, debut, None)
    };
    write(tx, acteur, poste, e).await?;
    Ok(poste)
}

/// The post reserved by a contract, if any.
async fn held(tx: &mut Tx, contrat: Uuid) -> Resultat<Option<Uuid>> {
    let l = tx
        .row(
            sql!("SELECT poste FROM mouvement_poste WHERE contrat = $1 AND genre = 'reservation' ORDER BY le DESC, numero DESC LIMIT 1"),
            params![contrat],
        )
        .await?;
    let Some(l) = l else { return Ok(None) };
    let poste: Uuid = l.get("poste")?;
    let s = Situation::of(&store::movements(tx, poste).await?)?;
    Ok(s.reservation.filter(|r| r.0 == contrat).map(|_| poste))
}

/// Lifts the reservation of a contract; harmless when it holds none.
///
/// # Errors
/// `Erreur::Base`.
pub async fn release(tx: &mut Tx, acteur: &Acteur, poste: Uuid, contrat: Uuid) -> Resultat<()> {
    let s = locked(tx, poste).await?;
    if s.reservation.is_some_and(|r| r.0 == contrat) {
        let le = tx.today();
        let e = Ecriture {
            contrat: Some(contrat),
            ..simple(Genre::Liberation, le, None)
        };
        write(tx, acteur, poste, e).await?;
    }
    Ok(())
}

/// Puts a person on a post, with or without a reservation beforehand. The
/// same contract asking again changes nothing.
///
/// # Errors
/// `Erreur::Conflit` when another contract holds the post on these days.
pub async fn occupy(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    contrat: Uuid,
    personne: Uuid,
    debut: Date,
    fin: Option<Date>,
) -> Resultat<()> {
    let s = locked(tx, poste).await?;
    if s.occupations.iter().any(|o| o.contrat == contrat) {
        return Ok(());
    }
    let sans_reserve = Situation {
        reservation: s.reservation.filter(|r| r.0 != contrat),
        ..s
    };
    if !sans_reserve.is_free_from(debut) {
        return Err(Erreur::Conflit(
            "Ce poste est déjà occupé ou réservé à ces dates. Rechargez la page pour voir les postes libres.".into(),
        ));
    }
    let e = Ecriture {
        genre: Genre::Occupation,
        contrat: Some(contrat),
        personne: Some(personne),
        effet: debut,
        fin,
        motif: None,
    };
    write(tx, acteur, poste, e).await
}

/// Ends the occupation of a contract: the post is vacant from `le` on. The
/// ledger keeps everything.
///
/// # Errors
/// `Erreur::Conflit` when the contract does not occupy the post.
pub async fn vacate(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    contrat: Uuid,
    le: Date,
    motif: &str,
) -> Resultat<()> {
    let s = locked(tx, poste).await?;
    let o = s
        .occupations
        .iter()
        .rev()
        .find(|o| o.contrat == contrat)
        .copied()
        .ok_or_else(|| Erreur::Conflit("Ce contrat n'occupe pas ce poste.".into()))?;
    if o.fin
        .is_some_and(|f| socle::francais::plus_days(f, 1) == le)
    {
        return Ok(());
    }
    let e = Ecriture {
        contrat: Some(contrat),
        personne: o.personne,
        ..simple(Genre::FinOccupation, le, Some(motif))
    };
    write(tx, acteur, poste, e).await
}

/// Closes a post: returned (`Etat::Rendu`), withdrawn (`Retire`) or annulled.
///
/// # Errors
/// `Erreur::Conflit` when it is occupied or reserved on that day (spec 10
/// §7.4), already closed, or, for an annulment, when it was ever occupied.
pub async fn close(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    vers: Etat,
    le: Date,
    motif: &str,
) -> Resultat<()> {
    let s = locked(tx, poste).await?;
    let genre = match vers {
        Etat::Rendu => Genre::Rendu,
        Etat::Retire => Genre::Retrait,
        Etat::Annule if s.occupations.is_empty() => Genre::Annulation,
        Etat::Annule => {
            return Err(Erreur::Conflit(
                "Ce poste a déjà été occupé : il se rend ou se retire, il ne s'annule pas.".into(),
            ));
        }
        _ => {
            return Err(Erreur::Interne(format!(
                "clôture impossible : {}",
                vers.cle()
            )));
        }
    };
    if s.cloture.is_some() {
        return Err(Erreur::Conflit("Ce poste est déjà clos.".into()));
    }
    if s.is_held_on(le) {
        return Err(Erreur::Conflit(PRIS.into()));
    }
    write(tx, acteur, poste, simple(genre, le, Some(motif))).await
}

/// Makes a post not recruitable (litigation, suspension).
///
/// # Errors
/// `Erreur::Conflit` when it is frozen already.
pub async fn freeze(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    le: Date,
    motif: &str,
) -> Resultat<()> {
    if locked(tx, poste).await?.is_frozen(le) {
        return Err(Erreur::Conflit("Ce poste est déjà gelé.".into()));
    }
    write(tx, acteur, poste, simple(Genre::Gel, le, Some(motif))).await
}

/// Makes it recruitable again.
///
/// # Errors
/// `Erreur::Conflit` when it is not frozen.
pub async fn unfreeze(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    le: Date,
    motif: &str,
) -> Resultat<()> {
    if !locked(tx, poste).await?.is_frozen(le) {
        return Err(Erreur::Conflit("Ce poste n'est pas gelé.".into()));
    }
    write(tx, acteur, poste, simple(Genre::Degel, le, Some(motif))).await
}

fn simple(genre: Genre, effet: Date, motif: Option<&str>) -> Ecriture<'_> {
    Ecriture {
        genre,
        contrat: None,
        personne: None,
        effet,
        fin: None,
        motif,
    }
}

/// The situation of a post, its row locked until the end of the transaction.
async fn locked(tx: &mut Tx, poste: Uuid) -> Resultat<Situation> {
    let d = store::holder(tx, poste).await?;
    tx.lock(&format!("postes:{}", d.structure)).await?;
    Situation::of(&store::movements(tx, poste).await?)
}

async fn write(tx: &mut Tx, acteur: &Acteur, poste: Uuid, e: Ecriture<'_>) -> Resultat<()> {
    let d = store::holder(tx, poste).await?;
    store::append(tx, acteur, poste, &d, e).await?;
    journal::record(
        tx,
        acteur,
        "poste.mouvement",
        "poste",
        poste,
        json!({ "genre": e.genre.cle(), "effet": e.effet.to_string(), "contrat": e.contrat }),
    );
    Ok(())
}

/// Why a post cannot be given back on a day; `None` when it can.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn held_on(tx: &mut Tx, poste: Uuid, le: Date) -> Resultat<Option<&'static str>> {
    let s = Situation::of(&store::movements(tx, poste).await?)?;
    Ok(if s.cloture.is_some() {
        Some("Ce poste est déjà clos.")
    } else {
        s.is_held_on(le).then_some(PRIS)
    })
}
