//! Fictitious training: bodies, sessions of two years, places, certificates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Acteur, Base, Resultat, Role, Tx, demo::Alea, francais};
use territoires::geographie;
use uuid::Uuid;

use super::{LOT, before, contrats::Embauche};
use crate::formation::{
    Certification, Etat, Inscription, Positionnement, Resultat as Issue, Session, Titre, organisme,
    store,
};

const ORGANISMES: [&str; 5] = [
    "Institut fictif de médiation",
    "Formation Horizon (fictif)",
    "Atelier des compétences (fictif)",
    "École numérique du Ponant (fictive)",
    "Campus Méridien (fictif)",
];
/// (parcours, hours, half-days, days from first to last).
const PARCOURS: [(&str, i64, i64, i32); 3] = [
    ("m2_court", 105, 30, 45),
    ("m2_moyen", 280, 80, 100),
    ("m2_long", 420, 120, 150),
];
const VILLES: [&str; 8] = [
    "35238", "69123", "31555", "59350", "67482", "33063", "13055", "44109",
];
const CAPACITE: i64 = 20;

/// Sessions every five weeks for each parcours, then a place for each hire.
pub(super) async fn seed(
    base: &Base,
    alea: &mut Alea,
    embauches: &[Embauche],
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    let sessions = open(&mut tx, alea).await?;
    tx.commit().await?;
    progres(sessions.len() as u64);
    let mut prises: BTreeMap<usize, i64> = BTreeMap::new();
    for lot in embauches.chunks(LOT / 4) {
        let mut tx = base.write().await?;
        for e in lot {
            train(&mut tx, alea, &sessions, &mut prises, e).await?;
        }
        tx.commit().await?;
        progres(lot.len() as u64);
    }
    Ok(())
}

async fn open(tx: &mut Tx, alea: &mut Alea) -> Resultat<Vec<Session>> {
    for nom in ORGANISMES {
        let id = tx.new_id();
        store::insert_organisme(tx, id, nom, "contact@exemple.invalid").await?;
    }
    let organismes = store::organismes(tx).await?;
    // The demonstration's training body serves Bretagne and Pays de la Loire.
    if let Some((id, nom)) = organismes.first() {
        organisme::serve(tx, *id, &["53".to_owned(), "52".to_owned()]).await?;
        attach(tx, *id, nom).await?;
    }
    let le = tx.today();
    let mut numeros: BTreeMap<i16, i64> = BTreeMap::new();
    let mut sessions = Vec::new();
    let mut debut = before(le, 700);
    while debut < francais::plus_days(le, 100) {
        for (parcours, heures, demi_journees, jours) in PARCOURS {
            let n = numeros.entry(debut.year()).or_default();
            *n += 1;
            let code: &&str = alea.pick(&VILLES[..]);
            let commune = geographie().commune(code);
            let s = Session {
                id: tx.new_id(),
                numero: format!("SF-{}-{n:04}", debut.year()),
                organisme: alea.pick(&organismes).0,
                organisme_nom: String::new(),
                departement: commune.map_or("75", |c| c.departement).to_owned(),
                commune_insee: commune.map_or("75056", |c| c.code).to_owned(),
                parcours: parcours.to_owned(),
                heures,
                debut,
                fin: francais::plus_days(debut, jours),
                a_distance: alea.chance(15),
                capacite: CAPACITE,
                demi_journees,
                annulee: false,
                confirmees: 0,
                en_attente: 0,
            };
            store::insert_session(tx, &s).await?;
            sessions.push(s);
        }
        debut = francais::plus_days(debut, 35);
    }
    Ok(sessions)
}

/// The demonstration account of training bodies acts for one of them.
async fn attach(tx: &mut Tx, organisme: Uuid, nom: &str) -> Resultat<()> {
    use comptes::attribution::{PerimetreDe, grant_named, revoke};
    let (systeme, role) = (Acteur::systeme(), Role::OrganismeFormation);
    let courriel = "formation@demo.maillage.example";
    let Some(p) = comptes::personne::find_by_courriel(tx, courriel).await? else {
        return Ok(());
    };
    revoke(tx, &systeme, p, role, None).await?;
    grant_named(
        tx,
        &systeme,
        p,
        role,
        &PerimetreDe::Structure(organisme),
        nom,
    )
    .await
}

async fn train(
    tx: &mut Tx,
    alea: &mut Alea,
    sessions: &[Session],
    prises: &mut BTreeMap<usize, i64>,
    e: &Embauche,
) -> Resultat<()> {
    let le = tx.today();
    // The last hired still wait for their test.
    if e.debut > before(le, 15) {
        return Ok(());
    }
    let parcours = PARCOURS[alea.below(PARCOURS.len())].0;
    test(tx, alea, e, parcours).await?;
    let choix = sessions.iter().enumerate().find(|(i, s)| {
        s.parcours == parcours
            && s.debut >= e.debut
            && prises.get(i).copied().unwrap_or(0) < CAPACITE
    });
    let Some((i, s)) = choix else { return Ok(()) };
    *prises.entry(i).or_default() += 1;
    let finie = s.fin < le;
    let injustifiees = if alea.chance(15) {
        alea.between(1, 3)
    } else {
        0
    };
    let justifiees = if alea.chance(25) {
        alea.between(1, 3)
    } else {
        0
    };
    let place = Inscription {
        id: tx.new_id(),
        session: s.id,
        contrat: e.contrat,
        personne: e.personne,
        structure: e.structure,
        etat: if finie { Etat::Suivie } else { Etat::Confirmee },
        embauche: e.debut,
        amenagement: alea.chance(3),
        presents: if finie {
            s.demi_journees - injustifiees - justifiees
        } else {
            0
        },
        justifiees: if finie { justifiees } else { 0 },
        injustifiees: if finie { injustifiees } else { 0 },
    };
    store::insert_place(tx, &place, &e.departement).await?;
    if finie {
        certify(tx, alea, e, &place, s.fin).await?;
    }
    Ok(())
}

async fn test(tx: &mut Tx, alea: &mut Alea, e: &Embauche, parcours: &str) -> Resultat<()> {
    let p = Positionnement {
        id: tx.new_id(),
        personne: e.personne,
        le: before(e.debut, alea.between(1, 10)),
        experience: alea.between(10, 95),
        posture: alea.between(30, 95),
        technique: alea.between(20, 95),
        parcours: parcours.to_owned(),
        commentaire: String::new(),
    };
    store::insert_test(tx, &p, e.structure, &e.departement).await
}

/// CCP1 within the two months after the session; some go on with CCP2.
async fn certify(
    tx: &mut Tx,
    alea: &mut Alea,
    e: &Embauche,
    i: &Inscription,
    fin: Date,
) -> Resultat<()> {
    let le = tx.today();
    let jury = francais::plus_days(fin, i32::try_from(alea.between(10, 60)).unwrap_or(30));
    if jury > le {
        return Ok(());
    }
    let reussi = alea.chance(85);
    let resultat = if reussi { Issue::Obtenu } else { Issue::Echoue };
    let mut attempts = vec![Certification {
        titre: Titre::Ccp1,
        resultat,
        le: jury,
    }];
    let suite = francais::plus_days(jury, 120);
    if reussi && suite <= le && alea.chance(20) {
        attempts.push(Certification {
            titre: Titre::Ccp2,
            resultat: Issue::Obtenu,
            le: suite,
        });
    }
    for c in &attempts {
        let id = tx.new_id();
        store::insert_certification(tx, id, i, &e.departement, c).await?;
    }
    Ok(())
}
