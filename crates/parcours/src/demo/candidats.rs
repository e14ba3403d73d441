//! Fictitious candidates on real communes.

use jiff::civil::Date;
use socle::{
    Base, Resultat, Tx,
    demo::{Alea, Taille},
};
use territoires::{Commune, geographie};
use uuid::Uuid;

use super::{LOT, before, contrats::Place, noon};
use crate::candidat::{Candidat, DISTANCES, Experience, Partage, Situation, point_of, store};

pub(super) const CONSEILLER: &str = "conseiller@demo.maillage.example";
pub(super) const CANDIDAT: &str = "candidat@demo.maillage.example";

/// What the other seeds need to know of somebody.
#[derive(Debug, Clone)]
pub(super) struct Fiche {
    pub personne: Uuid,
    pub departement: String,
}

/// Candidates of the demo structure's département, besides the login's.
const VOISINS: usize = 40;

const MOTIVATIONS: [&str; 6] = [
    "J'aime prendre le temps d'expliquer. Je veux aider les personnes à faire seules leurs démarches en ligne.",
    "Après dix ans d'accueil du public, je souhaite transmettre ce que je sais du numérique près de chez moi.",
    "J'anime déjà des ateliers pour les aînés de ma commune et je voudrais en faire mon métier.",
    "Le numérique m'a beaucoup apporté. Je voudrais que personne ne reste de côté faute d'accompagnement.",
    "Je cherche un métier utile, de contact, où je continue à apprendre chaque jour avec les habitants.",
    "Je connais bien les associations du territoire et je veux y installer des permanences numériques.",
];

/// One candidate per hire first (near the post), then the others.
pub(super) async fn seed(
    base: &Base,
    alea: &mut Alea,
    taille: &Taille,
    places: &[Place],
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<Vec<Fiche>> {
    let total = taille.candidats.max(places.len() + 1);
    let mut gens = Vec::with_capacity(total);
    while gens.len() < total {
        let mut tx = base.write().await?;
        let mut n = 0;
        while n < LOT && gens.len() < total {
            let i = gens.len();
            let place = places.get(i);
            let departement = match place {
                Some(p) => p.departement.clone(),
                // The login's candidate lives where the demo structure recruits.
                None if i <= places.len() + VOISINS => "35".to_owned(),
                None => somewhere(alea, places),
            };
            let courriel = match place {
                Some(p) if p.demo => CONSEILLER.to_owned(),
                None if i == places.len() => CANDIDAT.to_owned(),
                _ => format!("candidat-{:04}@exemple.invalid", i + 1),
            };
            gens.push(one(&mut tx, alea, &courriel, &departement, place.is_some()).await?);
            n += 1;
        }
        tx.commit().await?;
        progres(n as u64);
    }
    Ok(gens)
}

/// Nobody lives in the Terres australes nor on Clipperton.
const DESERTS: [&str; 2] = ["984", "989"];

/// Most candidates live where there are posts.
fn somewhere(alea: &mut Alea, places: &[Place]) -> String {
    if !places.is_empty() && alea.chance(70) {
        return alea.pick(places).departement.clone();
    }
    alea.pick(&geographie().departements).code.to_owned()
}

/// A commune of a département, the larger ones more often.
fn commune(alea: &mut Alea, departement: &str) -> &'static Commune {
    let departement = match DESERTS.contains(&departement) {
        true => "974",
        false => departement,
    };
    let communes = geographie().communes_of_departement(departement);
    let mut choix = alea.pick(communes);
    for _ in 0..3 {
        let autre = alea.pick(communes);
        if autre.population() > choix.population() {
            choix = autre;
        }
    }
    choix
}

async fn one(
    tx: &mut Tx,
    alea: &mut Alea,
    courriel: &str,
    departement: &str,
    en_poste: bool,
) -> Resultat<Fiche> {
    let le = tx.today();
    let (prenom, nom) = match courriel {
        CONSEILLER => ("Maëlle", "Gourvenec"),
        CANDIDAT => ("Farid", "Estrivaux"),
        _ => alea.personne(),
    };
    let n = comptes::personne::NouvellePersonne {
        prenom: prenom.into(),
        nom: nom.into(),
        courriel: courriel.into(),
        telephone: None,
    };
    let personne = match comptes::personne::find_by_courriel(tx, courriel).await? {
        Some(p) => p,
        None => comptes::personne::create(tx, &n).await?,
    };
    let commune = commune(alea, departement);
    let Some(point) = point_of(commune) else {
        return Err(socle::Erreur::Interne(format!(
            "{} sans point",
            commune.code
        )));
    };
    let login = courriel == CANDIDAT;
    let c = Candidat {
        personne,
        disponible: login || (!en_poste && alea.chance(85)),
        date_disponibilite: availability(alea, le),
        commune_insee: commune.code.to_owned(),
        departement: commune.departement.to_owned(),
        point,
        distance_max: match alea.below(8) {
            _ if login => Some(100),
            7 => None,
            i => Some(DISTANCES[i.min(5)].max(10)),
        },
        mobilite_outre_mer: alea.chance(4),
        departements_exclus: Vec::new(),
        situations: situations(alea),
        experiences: experiences(alea),
        diplome: String::new(),
        motivation: (*alea.pick(&MOTIVATIONS)).to_owned(),
        partage: if alea.chance(70) {
            Partage::ALaPreselection
        } else {
            Partage::SurAccord
        },
        pix_palier: alea.chance(40).then(|| alea.between(1, 3)),
        pix_partage: alea.chance(50),
        inscrit_le: noon(before(le, alea.between(1, 700))),
        // One in ten has not answered for more than a year.
        confirme_le: match alea.chance(10) && !login {
            true => before(le, alea.between(370, 700)),
            false => before(le, alea.between(0, 330)),
        },
        supprime: false,
        version: 1,
    };
    store::save(tx, &c).await?;
    Ok(Fiche {
        personne,
        departement: c.departement,
    })
}

fn availability(alea: &mut Alea, le: Date) -> Date {
    before(le, alea.between(-180, 60))
}

fn situations(alea: &mut Alea) -> Vec<Situation> {
    let mut v = vec![*alea.pick(&Situation::TOUS[..3])];
    if alea.chance(35) {
        v.push(Situation::ExperienceMednum);
    }
    v
}

fn experiences(alea: &mut Alea) -> Vec<Experience> {
    let mut v: Vec<Experience> = Vec::new();
    for e in Experience::TOUS {
        if alea.chance(25) {
            v.push(*e);
        }
    }
    v
}
