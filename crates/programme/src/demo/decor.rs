//! Calls, accounts and employers of the demonstration.

use comptes::{attribution::PerimetreDe, demo};
use jiff::civil::Date;
use socle::{Acteur, Erreur, Resultat, Role, Tx, demo::Alea, valeurs::Siret};
use territoires::Commune;
use uuid::Uuid;

use super::{before, noon, step};
use crate::{
    campagne::{self, Campagne, Contingent, Etat, Genre},
    poste::Nature,
    structure::{Identifiant, Nature as Statut, NouvelleStructure},
};

/// The two calls: one over, one open.
pub(super) struct Appels {
    pub passe: Campagne,
    pub ouvert: Campagne,
}

pub(super) async fn calls(tx: &mut Tx, alea: &mut Alea, jour: Date) -> Resultat<Appels> {
    let appel = |id, nom: String, ouverture: Date, fermeture: Date, etat, depuis| Campagne {
        id,
        nom,
        genre: Genre::AmiConseiller,
        ouverture,
        fermeture: Some(fermeture),
        postes_min: 1,
        postes_max: 30,
        delai_avis_jours: 30,
        reattribution_rendus: false,
        prorata_vacance: true,
        etat,
        etat_depuis: depuis,
        version: 3,
    };
    let (d1, f1) = (before(jour, 900), before(jour, 780));
    let (d2, f2) = (before(jour, 45), before(jour, -150));
    let passe = appel(
        alea.uuid(noon(d1)),
        format!("Conseillers numériques, appel {}", d1.year()),
        d1,
        f1,
        Etat::Close,
        f1,
    );
    let ouvert = appel(
        alea.uuid(noon(d2)),
        format!("Conseillers numériques, appel {}", d2.year()),
        d2,
        f2,
        Etat::Ouverte,
        d2,
    );
    for (c, dotation) in [(&passe, 40), (&ouvert, 6)] {
        campagne::insert(tx, c).await?;
        for d in &territoires::geographie().departements {
            let ligne = Contingent {
                departement: d.code,
                nature: Nature::Conseiller,
                delta: dotation,
                origine: "notification_nationale",
                motif: "Dotation de départ",
            };
            campagne::insert_contingent(tx, &Acteur::systeme(), c.id, &ligne).await?;
        }
        let anct = ("ANCT", Role::Administrateur);
        for (n, etat) in (1..).zip([Etat::Brouillon, Etat::Publiee, Etat::Ouverte]) {
            step(tx, ("campagne", c.id), n, etat.cle(), anct, c.ouverture).await?;
        }
        if c.etat == Etat::Close {
            step(tx, ("campagne", c.id), 4, c.etat.cle(), anct, f1).await?;
        }
    }
    Ok(Appels { passe, ouvert })
}

/// Préfectures, a second opérateur (who confirms payments), and the people of
/// the two demo structures, whose ids come back.
pub(super) async fn logins(tx: &mut Tx) -> Resultat<(Uuid, Uuid)> {
    let dep = |d: &str| PerimetreDe::Departements(vec![d.to_owned()]);
    let domaine = "demo.maillage.example";
    for (nom, code, libelle) in [
        ("prefecture", "35", "Ille-et-Vilaine"),
        ("prefecture29", "29", "Finistère"),
    ] {
        let a = format!("{nom}@{domaine}");
        demo::account(
            tx,
            &a,
            "Préfecture",
            libelle,
            Role::Prefecture,
            &dep(code),
            libelle,
        )
        .await?;
    }
    let a = format!("operateur2@{domaine}");
    demo::account(
        tx,
        &a,
        "Odile",
        "Prévantin",
        Role::Operateur,
        &PerimetreDe::National,
        "France",
    )
    .await?;
    let mut gens = Vec::new();
    for (nom, prenom, famille) in [
        ("structure", "Solène", "Urvoas"),
        ("structure2", "Gilles", "Quervel"),
    ] {
        let n = comptes::personne::NouvellePersonne {
            prenom: prenom.into(),
            nom: famille.into(),
            courriel: format!("{nom}@{domaine}"),
            telephone: Some("0200000000".into()),
        };
        let p = comptes::personne::create(tx, &n).await?;
        demo::open(tx, p).await?;
        gens.push(p);
    }
    match gens.as_slice() {
        [a, b] => Ok((*a, *b)),
        _ => Err(Erreur::Interne("comptes de démonstration".into())),
    }
}

/// A number that passes the check and that no register gives.
fn siret(n: usize) -> Resultat<String> {
    (0..10)
        .map(|cle| format!("0{n:08}0001{cle}"))
        .find(|s| s.parse::<Siret>().is_ok())
        .ok_or_else(|| Erreur::Interne("SIRET fictif".into()))
}

/// Départements of the last employers of the list.
const VOISINS: &[&str] = &["35", "35", "29", "35", "29", "35"];

/// The commune where employer `i` has its head office.
fn seat(alea: &mut Alea, i: usize, total: usize) -> Option<&'static Commune> {
    let g = territoires::geographie();
    match i {
        0 => return g.commune("35360"),
        1 => return g.commune("29232"),
        _ => {}
    }
    // Somebody lives there, and it can be put on a map.
    let inhabited = |c: &&Commune| c.population().is_some_and(|n| n > 0) && c.point().is_some();
    let departements: Vec<_> = g
        .departements
        .iter()
        .filter(|d| {
            g.communes_of_departement(d.code)
                .iter()
                .any(|c| inhabited(&c))
        })
        .collect();
    // The préfectures of the demonstration always have applications to read.
    let choisi = match VOISINS.get(total - 1 - i.min(total - 1)) {
        Some(code) => departements.iter().find(|d| d.code == *code),
        None => departements.get(i % departements.len().max(1)),
    };
    let d = choisi?;
    let mut communes: Vec<&Commune> = g
        .communes_of_departement(d.code)
        .iter()
        .filter(inhabited)
        .collect();
    communes.sort_by_key(|c| (std::cmp::Reverse(c.population()), c.code));
    let rang = i / departements.len().max(1) + i % 7 + alea.below(2);
    let n = communes.len().max(1);
    communes.get(rang % n).copied()
}

/// Employer `i`: overseas ones are associations, whose tariff is known.
pub(super) fn employer(
    tx: &Tx,
    alea: &mut Alea,
    i: usize,
    total: usize,
) -> Resultat<(NouvelleStructure, &'static Commune)> {
    let c =
        seat(alea, i, total).ok_or_else(|| Erreur::Interne("commune de démonstration".into()))?;
    let outre_mer = c.departement.starts_with("97") || c.departement.starts_with("98");
    let tirage = if i < 2 { 0 } else { alea.below(100) };
    let (genre, nature, nom) = match tirage {
        _ if outre_mer => (
            "association",
            Statut::Prive,
            format!("Le Fil numérique {}", c.de()),
        ),
        0..45 => ("commune", Statut::Public, format!("Mairie {}", c.de())),
        45..55 => ("ccas_cias", Statut::Public, format!("CCAS {}", c.de())),
        55..70 => (
            "epci",
            Statut::Public,
            format!("Communauté de communes du pays {}", c.de()),
        ),
        70..90 => (
            "association",
            Statut::Prive,
            format!("Association Clic et lien {}", c.de()),
        ),
        _ => (
            "entreprise_ess",
            Statut::Prive,
            format!("Coopérative numérique {}", c.de()),
        ),
    };
    let le = before(tx.today(), 890);
    let (type_numero, valeur) = if c.departement == "988" {
        ("ridet", format!("{:07}", 9_000_000 + i))
    } else {
        ("siret", siret(i + 1)?)
    };
    let s = NouvelleStructure {
        id: alea.uuid(noon(le)),
        nom,
        identifiant: Identifiant {
            genre: type_numero,
            valeur,
            antenne: String::new(),
        },
        type_structure: genre.into(),
        nature,
        adresse: format!("{} place de l’Exemple", i % 40 + 1),
        commune_insee: c.code.into(),
        departement: c.departement.into(),
        etat: "active",
    };
    Ok((s, c))
}
