//! Applications to the open call, in every state.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Base, Resultat, Role, Tx, demo::Alea, francais};
use uuid::Uuid;

use super::{Fiche, LOT, before, decor::Appels, noon, step};
use crate::{
    avis::{self, Avis, Sens},
    candidature::{self, Candidature, Contact, Dossier, Etat, Part},
    comite::{self, Membre, Session},
    poste::{self, Nature},
};

/// One after the other, so that every state is there.
const ETATS: &[Etat] = &[
    Etat::AvisAttendu,
    Etat::Recevabilite,
    Etat::AvisRendu,
    Etat::Inscrite,
    Etat::Complement,
    Etat::AvisAttendu,
    Etat::AvisRendu,
    Etat::ExamenComplementaire,
    Etat::Irrecevable,
    Etat::Retiree,
    Etat::Deposee,
    Etat::Annulee,
    Etat::Doublon,
    Etat::Caduque,
    Etat::AvisAttendu,
    Etat::Recevabilite,
];

const BESOINS: &[&str] = &[
    "Une partie des habitants renonce à ses démarches en ligne, surtout les personnes âgées et les jeunes sans équipement.",
    "Le guichet le plus proche est à trente minutes de route et les transports sont rares en dehors du temps scolaire.",
    "Les agents d’accueil sont très sollicités pour des démarches en ligne et n’ont pas le temps d’apprendre aux gens.",
];
const OBJECTIFS: &[&str] = &[
    "Tenir trois permanences par semaine et un atelier mensuel dans chaque village, pour que 300 personnes par an gagnent en autonomie.",
    "Aller vers les personnes isolées avec un véhicule équipé, deux jours par semaine, en lien avec les travailleurs sociaux.",
];

pub(super) fn project(alea: &mut Alea, type_structure: &str, debut: Date) -> Dossier {
    let besoin = (*alea.pick(BESOINS)).to_owned();
    let objectif = (*alea.pick(OBJECTIFS)).to_owned();
    Dossier {
        type_structure: type_structure.into(),
        date_debut: debut.to_string(),
        portage: "direct".into(),
        antecedent: "creation".into(),
        besoins_territoire: besoin.clone(),
        besoins_services: "Accueil individuel sur rendez-vous, ateliers collectifs, prêt de matériel et aide aux premiers pas.".into(),
        besoins_publics: "Personnes âgées, personnes en recherche d’emploi, parents d’élèves, jeunes en insertion.".into(),
        objectif: objectif.clone(),
        strategie_locale: "Feuille de route numérique du territoire".into(),
        france_services: alea.chance(30),
        motivation: format!("{besoin} {objectif} Nos élus et nos partenaires soutiennent ce projet."),
        ..Dossier::default()
    }
}

pub(super) fn opinion(alea: &mut Alea, version: i64, nombre: i64, le: Date) -> Avis {
    let niveaux = ["forte", "moyenne", "faible"];
    let criteres: BTreeMap<String, String> = avis::CRITERES
        .iter()
        .filter(|c| c.2)
        .map(|c| (c.0.to_owned(), (*alea.pick(&niveaux)).to_owned()))
        .collect();
    Avis {
        version,
        sens: Sens::Favorable,
        nombre_postes: Some(nombre),
        motivation: "Le besoin est démontré, la structure est bien implantée et le projet complète l’offre du département.".into(),
        criteres,
        zone_qpv: alea.chance(15),
        zone_frr: alea.chance(30),
        signataire: "Secrétariat général de la préfecture".into(),
        par: "Préfecture".into(),
        le: noon(le),
    }
}

/// A row of application for a structure.
pub(super) async fn file(
    tx: &mut Tx,
    alea: &mut Alea,
    f: &Fiche,
    campagne: Uuid,
    etat: Etat,
    nombre: i64,
    depose: Date,
) -> Resultat<Candidature> {
    let n = poste::next_number(tx, &format!("candidature:{}", depose.year())).await?;
    let jour = tx.today();
    let depuis = match etat {
        Etat::Acceptee | Etat::Refusee => francais::plus_days(depose, 75),
        _ => francais::plus_days(depose, 6),
    };
    let connue = !matches!(etat, Etat::Deposee | Etat::Caduque);
    let c = Candidature {
        id: alea.uuid(noon(depose)),
        numero: format!("CAND-{}-{n:05}", depose.year()),
        campagne,
        structure: connue.then_some(f.id),
        structure_nom: f.s.nom.clone(),
        departement: f.s.departement.clone(),
        commune_insee: f.s.commune_insee.clone(),
        nature: Nature::Conseiller,
        nombre_postes: Some(nombre),
        etat,
        etat_precedent: (etat == Etat::Complement).then_some(Etat::Recevabilite),
        etat_depuis: depuis.min(jour),
        avis_limite: (etat != Etat::Recevabilite && connue)
            .then(|| francais::plus_days(depose, 35)),
        dossier: project(alea, &f.s.type_structure, francais::plus_days(depose, 120)),
        version: 1,
        depose_le: noon(depose),
    };
    let p = comptes::personne::get(tx, f.contact).await?;
    let contact = Contact {
        prenom: p.prenom,
        nom: p.nom,
        fonction: "Direction".into(),
        courriel: p.courriel,
        telephone: p.telephone.unwrap_or_default(),
    };
    let parts = [Part {
        commune_insee: f.commune.code.to_owned(),
        departement: f.commune.departement.to_owned(),
        part: 10_000,
    }];
    let i = candidature::Insertion {
        c: &c,
        contact: &contact,
        parts: &parts,
        jeton: None,
    };
    candidature::insert(tx, &i).await?;
    history(tx, &c, &contact, depose).await?;
    Ok(c)
}

/// The steps that led there.
async fn history(tx: &mut Tx, c: &Candidature, contact: &Contact, depose: Date) -> Resultat<()> {
    let structure = format!("{} {}", contact.prenom, contact.nom);
    let qui = |e: Etat| match e {
        Etat::Deposee | Etat::Recevabilite | Etat::Retiree => {
            (structure.as_str(), Role::GestionnaireStructure)
        }
        Etat::AvisRendu => ("Préfecture", Role::Prefecture),
        Etat::Inscrite | Etat::Acceptee | Etat::Refusee | Etat::ExamenComplementaire => {
            ("Secrétariat du comité", Role::Secretariat)
        }
        Etat::Caduque => ("Maillage", Role::Systeme),
        _ => ("Opérateur", Role::Operateur),
    };
    let chemin: &[Etat] = match c.etat {
        Etat::Deposee => &[],
        Etat::AvisRendu => &[Etat::Recevabilite, Etat::AvisAttendu],
        Etat::Inscrite => &[Etat::Recevabilite, Etat::AvisAttendu, Etat::AvisRendu],
        Etat::Acceptee | Etat::Refusee | Etat::ExamenComplementaire => &[
            Etat::Recevabilite,
            Etat::AvisAttendu,
            Etat::AvisRendu,
            Etat::Inscrite,
        ],
        Etat::AvisAttendu
        | Etat::Irrecevable
        | Etat::Complement
        | Etat::Retiree
        | Etat::Annulee
        | Etat::Doublon => &[Etat::Recevabilite],
        _ => &[],
    };
    step(
        tx,
        ("candidature", c.id),
        1,
        Etat::Deposee.cle(),
        qui(Etat::Deposee),
        depose,
    )
    .await?;
    let mut numero = 1;
    for e in chemin {
        numero += 1;
        let jours = i32::try_from(numero).unwrap_or(0);
        let le = francais::plus_days(depose, jours).min(c.etat_depuis);
        step(tx, ("candidature", c.id), numero, e.cle(), qui(*e), le).await?;
    }
    if c.etat != Etat::Deposee {
        step(
            tx,
            ("candidature", c.id),
            numero + 1,
            c.etat.cle(),
            qui(c.etat),
            c.etat_depuis,
        )
        .await?;
    }
    Ok(())
}

/// A session with every member of the committee; gives it back.
pub(super) async fn session(
    tx: &mut Tx,
    alea: &mut Alea,
    campagne: Uuid,
    le: Date,
    etat: comite::Etat,
) -> Resultat<Session> {
    let n = poste::next_number(tx, &format!("comite:{}", le.year())).await?;
    let jour = tx.today();
    let s = Session {
        id: alea.uuid(noon(le)),
        numero: format!("COSELEC-{}-{n:02}", le.year()),
        campagne,
        date_seance: le,
        lieu: "Paris".into(),
        etat,
        etat_depuis: le.min(jour),
        pv_empreinte: None,
        version: 1,
    };
    comite::insert(tx, &s).await?;
    let mut vus: Vec<Uuid> = Vec::new();
    for a in comptes::attribution::list(tx, Some(Role::Comite), 20).await? {
        if !vus.contains(&a.personne) {
            let m = Membre {
                personne: a.personne,
                president: vus.is_empty(),
                present: etat.is_closed(),
            };
            comite::insert_member(tx, s.id, &m).await?;
            vus.push(a.personne);
        }
    }
    let par = ("Secrétariat du comité", Role::Secretariat);
    step(tx, ("comite", s.id), 1, s.etat.cle(), par, s.etat_depuis).await?;
    Ok(s)
}

pub(super) async fn seed(
    base: &Base,
    alea: &mut Alea,
    appels: &Appels,
    fiches: &[Fiche],
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    let jour = tx.today();
    let le = francais::plus_days(jour, 9);
    let s = session(&mut tx, alea, appels.ouvert.id, le, comite::Etat::Convoquee).await?;
    tx.commit().await?;
    let mut ordre = 0;
    for (n, lot) in fiches.chunks(LOT).enumerate() {
        let mut tx = base.write().await?;
        for (i, f) in lot.iter().enumerate() {
            // The préfecture of the demonstration always has something to do.
            let etat = match f.s.departement.as_str() {
                "35" | "29" => Etat::AvisAttendu,
                _ => ETATS[(n * LOT + i) % ETATS.len()],
            };
            let depose = before(jour, alea.between(8, 44));
            let nombre = alea.between(1, 3);
            let c = file(&mut tx, alea, f, appels.ouvert.id, etat, nombre, depose).await?;
            if matches!(
                etat,
                Etat::AvisRendu | Etat::Inscrite | Etat::ExamenComplementaire
            ) {
                let a = opinion(alea, 1, nombre, c.etat_depuis);
                avis::insert(&mut tx, c.id, &a).await?;
            }
            if etat == Etat::Inscrite {
                ordre += 1;
                let point = alea.uuid(noon(jour));
                comite::insert_point(&mut tx, point, s.id, c.id, ordre).await?;
            }
        }
        tx.commit().await?;
        progres(u64::try_from(lot.len()).unwrap_or(0));
    }
    Ok(())
}
