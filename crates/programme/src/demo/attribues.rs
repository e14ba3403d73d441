//! Structures that were given posts: decision, posts, convention, payments.

use jiff::civil::Date;
use socle::{Acteur, Base, Resultat, Role, Tx, demo::Alea, francais};
use uuid::Uuid;

use super::{Fiche, LOT, before, candidats, decor::Appels, noon, step};
use crate::{
    avis,
    candidature::Etat,
    comite,
    comite::{Decision, Point},
    convention::{self, Convention, versement},
    poste::{self, Attribution, Nature},
    structure,
};

pub(super) async fn seed(
    base: &Base,
    alea: &mut Alea,
    postes: usize,
    appels: &Appels,
    fiches: &[Fiche],
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let parts = shares(alea, postes, fiches.len());
    for (lot, nombres) in fiches.chunks(LOT).zip(parts.chunks(LOT)) {
        let mut tx = base.write().await?;
        let jour = tx.today();
        let seance = before(jour, alea.between(735, 770));
        let s = candidats::session(
            &mut tx,
            alea,
            appels.passe.id,
            seance,
            comite::Etat::Publiee,
        )
        .await?;
        let mut n = 0;
        for (ordre, (f, nombre)) in (1..).zip(lot.iter().zip(nombres)) {
            one(&mut tx, alea, appels, f, &s, ordre, *nombre).await?;
            n += 2 + u64::try_from(*nombre).unwrap_or(0);
        }
        tx.commit().await?;
        progres(n);
    }
    Ok(())
}

/// How many posts each structure has: together `postes`, the demo one 4.
fn shares(alea: &mut Alea, postes: usize, structures: usize) -> Vec<i64> {
    let mut parts = vec![1_i64; structures];
    let reste = postes.saturating_sub(structures);
    for (i, p) in parts.iter_mut().enumerate() {
        if i == 0 && reste >= 3 {
            *p = 4;
        }
    }
    for _ in 0..reste.saturating_sub(3) {
        let i = 1 + alea.below(structures.saturating_sub(1));
        if let Some(p) = parts.get_mut(i) {
            *p += 1;
        }
    }
    parts
}

async fn one(
    tx: &mut Tx,
    alea: &mut Alea,
    appels: &Appels,
    f: &Fiche,
    s: &comite::Session,
    ordre: i64,
    nombre: i64,
) -> Resultat<()> {
    let depose = before(s.date_seance, alea.between(60, 90));
    let c = candidats::file(tx, alea, f, appels.passe.id, Etat::Acceptee, nombre, depose).await?;
    let a = candidats::opinion(alea, 1, nombre, francais::plus_days(depose, 20));
    avis::insert(tx, c.id, &a).await?;
    let point = alea.uuid(noon(s.date_seance));
    comite::insert_point(tx, point, s.id, c.id, ordre).await?;
    let decide = Point {
        id: point,
        session: s.id,
        candidature: c.id,
        candidature_numero: String::new(),
        structure: Some(f.id),
        structure_nom: String::new(),
        departement: f.s.departement.clone(),
        commune_insee: f.s.commune_insee.clone(),
        demande: Some(nombre),
        ordre,
        avis: Some(1),
        decision: Some(Decision::Attribution),
        nombre_postes: Some(nombre),
        motifs: Vec::new(),
        motif: String::new(),
        sans_vote: true,
        version: 1,
    };
    comite::set_decision(tx, &decide).await?;
    let secretariat = Acteur {
        nom: "Secrétariat du comité".into(),
        role: Role::Secretariat,
        ..Acteur::systeme()
    };
    let attribution = Attribution {
        campagne: Some(appels.passe.id),
        point: Some(point),
        structure: f.id,
        departement: &f.s.departement,
        nature: Nature::Conseiller,
        nombre,
        le: s.date_seance,
    };
    let mut postes = Vec::new();
    for _ in 0..nombre {
        let id = alea.uuid(noon(s.date_seance));
        poste::open(tx, &secretariat, &attribution, id).await?;
        postes.push(id);
    }
    convention(
        tx,
        alea,
        f,
        c.id,
        &postes,
        a.zone_qpv || a.zone_frr,
        s.date_seance,
    )
    .await
}

async fn convention(
    tx: &mut Tx,
    alea: &mut Alea,
    f: &Fiche,
    candidature: Uuid,
    postes: &[Uuid],
    bonus: bool,
    seance: Date,
) -> Resultat<()> {
    let debut = francais::plus_days(seance, 30);
    let s = structure::get(tx, f.id).await?;
    let annees =
        convention::plan(tx, &s, Nature::Conseiller, convention::PHASE, bonus, debut).await?;
    let n = poste::next_number(tx, &format!("convention:{}", debut.year())).await?;
    let c = Convention {
        id: alea.uuid(noon(debut)),
        numero: format!("CONV-{}-{n:05}", debut.year()),
        structure: f.id,
        structure_nom: f.s.nom.clone(),
        departement: f.s.departement.clone(),
        candidature: Some(candidature),
        renouvelle: None,
        phase: convention::PHASE.into(),
        zone_bonus: bonus,
        debut,
        fin: annees.last().map_or(debut, |a| a.fin),
        etat: convention::Etat::Active,
        etat_depuis: debut,
        version: 4,
    };
    convention::insert(tx, &c, postes, &annees).await?;
    let signataires = [
        (
            convention::Etat::Brouillon,
            "Opérateur",
            Role::Operateur,
            15,
        ),
        (convention::Etat::Envoyee, "Opérateur", Role::Operateur, 14),
        (
            convention::Etat::SigneeStructure,
            f.s.nom.as_str(),
            Role::GestionnaireStructure,
            5,
        ),
        (convention::Etat::Active, "Opérateur", Role::Operateur, 0),
    ];
    for (numero, (etat, par, role, avant)) in (1..).zip(signataires) {
        step(
            tx,
            ("convention", c.id),
            numero,
            etat.cle(),
            (par, role),
            before(debut, avant),
        )
        .await?;
    }
    payments(tx, alea, &c).await
}

/// First instalments paid, the second of some waiting, the others planned.
async fn payments(tx: &mut Tx, alea: &mut Alea, c: &Convention) -> Resultat<()> {
    let jour = tx.today();
    for (rang, (montant, le)) in (1..).zip(versement::instalments(tx, c).await?) {
        let due = le <= jour;
        let etat = match rang {
            _ if !due => versement::Etat::Prevu,
            1 => versement::Etat::Verse,
            _ if alea.chance(90) => versement::Etat::Verse,
            _ => versement::Etat::Prevu,
        };
        let verse = etat == versement::Etat::Verse;
        let v = versement::Versement {
            id: alea.uuid(noon(le)),
            convention: c.id,
            rang,
            montant,
            prevu_le: le,
            etat,
            demandeur: None,
            motif: None,
            reference: verse.then(|| format!("VIR-{}-{rang}", c.numero)),
            date_valeur: verse.then(|| francais::plus_days(le, 12).min(jour)),
            version: 1,
        };
        versement::insert(tx, &v).await?;
    }
    Ok(())
}
