//! A fictitious national register, the same for the same number of activities:
//! 20,000 professionals, 60,000 places in 10,000 communes, skewed as life is.

use activites::statistiques::index::{Fait, Lien, Mois};
use jiff::civil::Date;
use uuid::Uuid;

pub const AUTEURS: u64 = 20_000;
const LIEUX: u64 = 60_000;
const COMMUNES: u64 = 10_000;
const STRUCTURES: u64 = 6_000;
const FICHES: u64 = 110;
/// Five years end here.
pub const MOIS: i32 = 60;

/// A number that follows from others.
pub fn hash(a: u64, b: u64) -> u64 {
    let mut x = a
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(b.wrapping_mul(0xD1B5_4A32_D192_ED03));
    x ^= x >> 32;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^ (x >> 32)
}

pub struct De(u64);

impl De {
    pub fn new(graine: u64) -> Self {
        Self(graine)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        hash(self.0, 77)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, n: u64) -> u64 {
        let u = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((n as f64).powf(u) as u64 - 1).min(n - 1)
    }

    fn chance(&mut self, pour_cent: u64) -> bool {
        self.below(100) < pour_cent
    }
}

pub fn id(genre: u64, n: u64) -> Uuid {
    Uuid::from_u64_pair(hash(genre, n), hash(n, genre + 1))
}

/// INSEE-like codes over a hundred départements.
pub fn commune(n: u64) -> String {
    format!("{:02}{:03}", n % 100, n / 100)
}

const THEMES: [&str; 20] = [
    "aide_aux_demarches_administratives",
    "email",
    "navigation_sur_internet",
    "prendre_en_main_du_materiel",
    "bureautique",
    "reseaux_sociaux",
    "sante",
    "banque_et_achats_en_ligne",
    "insertion_professionnelle",
    "securite_numerique",
    "parentalite",
    "scolarite_et_numerique",
    "creer_avec_le_numerique",
    "culture_numerique",
    "intelligence_artificielle",
    "diagnostic_numerique",
    "maintenance_de_materiel",
    "gere_ses_contenus_numeriques",
    "entrepreneuriat",
    "reassurance",
];
const SOUS: [&str; 5] = [
    "papiers_elections_citoyennete",
    "social_sante",
    "argent_impots",
    "logement",
    "travail_formation",
];
const MATERIEL: [&str; 4] = ["ordinateur", "telephone", "tablette", "aucun"];
const MOTIFS: [&str; 6] = [
    "appui_outils",
    "formation_outils",
    "demarche_administrative",
    "demarche_courante",
    "etre_rassure",
    "acces_materiel",
];
const TRANCHES: [&str; 8] = [
    "moins_de_douze",
    "douze_dix_huit",
    "dix_huit_vingt_quatre",
    "vingt_cinq_trente_neuf",
    "quarante_cinquante_neuf",
    "soixante_soixante_neuf",
    "soixante_dix_plus",
    "non_communique",
];
const STATUTS: [&str; 5] = [
    "scolarise",
    "sans_emploi",
    "en_emploi",
    "retraite",
    "non_communique",
];
const GENRES: [&str; 3] = ["feminin", "masculin", "non_communique"];
const DUREES: [u32; 10] = [60, 30, 45, 120, 90, 15, 20, 75, 150, 180];

/// A professional: where they work, for whom.
struct Pro {
    structure: u64,
    lieux: [u64; 4],
}

fn pro(n: u64) -> Pro {
    let mut de = De::new(hash(1, n));
    let structure = de.skewed(STRUCTURES);
    // Places and communes near those of the employer.
    let base = hash(2, structure) % LIEUX;
    Pro {
        structure,
        lieux: std::array::from_fn(|_| (base + de.skewed(40)) % LIEUX),
    }
}

/// Places near each other are of one département.
fn commune_of(lieu: u64) -> String {
    let departement = lieu * 100 / LIEUX;
    commune(hash(3, lieu) % (COMMUNES / 100) * 100 + departement)
}

/// How many activities each professional records, over all months.
pub fn weights(activites: u64) -> Vec<u64> {
    let poids: Vec<f64> = (0..AUTEURS)
        .map(|n| 1.0 / ((hash(9, n) % AUTEURS + 400) as f64).sqrt())
        .collect();
    let total: f64 = poids.iter().sum();
    poids
        .iter()
        .map(|p| (p / total * activites as f64) as u64)
        .collect()
}

/// Everybody's month. `vues` remembers who came before.
pub fn month(rang: i32, parts: &[u64], vues: &mut [bool]) -> (Mois, Vec<Fait>) {
    let mois = Mois(2022 * 12 + rang);
    let jours = u64::try_from(mois.fin().day()).unwrap_or(28);
    let mut faits = Vec::new();
    for (auteur, total) in (0..).zip(parts) {
        let r = u64::try_from(rang).unwrap_or(0);
        let m = u64::try_from(MOIS).unwrap_or(1);
        // Shares that add up over the months.
        let combien = total * (r + 1) / m - total * r / m;
        let p = pro(auteur);
        let mut de = De::new(hash(hash(5, auteur), r));
        for k in 0..combien {
            let jour = mois.debut().with().day(1 + (de.below(jours) as i8)).build();
            let date = jour.unwrap_or_else(|_| mois.debut());
            faits.push(fact(auteur, &p, date, k, &mut de, vues));
        }
    }
    (mois, faits)
}

fn fact(auteur: u64, p: &Pro, date: Date, k: u64, de: &mut De, vues: &mut [bool]) -> Fait {
    let collectif = de.chance(14);
    let lieu = p.lieux[de.skewed(4) as usize];
    let type_lieu = [
        "lieu_activite",
        "lieu_activite",
        "lieu_activite",
        "lieu_activite",
        "a_distance",
        "domicile",
        "autre",
    ][de.below(7) as usize];
    let chez = commune_of(lieu);
    let suivis = match (collectif, de.below(100)) {
        (true, _) => de.skewed(16),
        (false, ..72) => 1,
        _ => 0,
    };
    let mut liens: Vec<Lien> = Vec::new();
    for _ in 0..suivis {
        // A few go to several professionals.
        let chez_qui = if de.chance(3) {
            (auteur + de.skewed(50)) % AUTEURS
        } else {
            auteur
        };
        let n = chez_qui * FICHES + de.skewed(FICHES);
        let personne = id(7, n);
        if liens.iter().all(|l| l.personne != personne) {
            liens.push(link(n, personne, &chez, vues));
        }
    }
    let anonymes = match (collectif, liens.is_empty()) {
        (true, _) => u32::try_from(de.skewed(20)).unwrap_or(0),
        (false, vide) => u32::from(vide),
    };
    let mut valeurs: Vec<(String, String, u32)> = Vec::new();
    let mut say = |dim: &str, val: &str, n: u32| {
        if n > 0 && !valeurs.iter().any(|(d, v, _)| d == dim && v == val) {
            valeurs.push((dim.into(), val.into(), n));
        }
    };
    for _ in 0..1 + de.skewed(4) {
        let t = THEMES[de.skewed(20) as usize];
        say("thematique", t, 1);
        if t == THEMES[0] {
            say("sous_thematique", SOUS[de.skewed(5) as usize], 1);
        }
    }
    for _ in 0..de.below(3) {
        say("materiel", MATERIEL[de.skewed(4) as usize], 1);
    }
    if de.chance(50) {
        say("motif", MOTIFS[de.skewed(6) as usize], 1);
    }
    if de.chance(20) {
        say(
            "publics",
            ["seniors", "jeunes", "precaires"][de.below(3) as usize],
            1,
        );
    }
    if de.chance(25) {
        say("rendez_vous", "oui", 1);
    }
    if de.chance(15) {
        let n = 1 + u32::try_from(de.skewed(3)).unwrap_or(0);
        say(
            "suite",
            ["poursuite_individuel", "poursuite_atelier", "orientation"][de.below(3) as usize],
            n,
        );
    }
    let mut reste = u64::from(anonymes);
    for g in &GENRES[..2] {
        let n = de.below(reste + 1);
        say("genre", g, u32::try_from(n).unwrap_or(0));
        reste -= n;
    }
    if anonymes > 0 {
        say("tranche", TRANCHES[de.below(8) as usize], 1);
        say("statut", STATUTS[de.below(5) as usize], 1);
    }
    let a_distance = type_lieu == "a_distance";
    Fait {
        id: id(
            hash(8, auteur),
            hash(k, u64::try_from(date.day()).unwrap_or(0)),
        ),
        auteur: id(4, auteur),
        date,
        collectif,
        duree: DUREES[de.skewed(10) as usize],
        employeur: Some(id(6, p.structure)),
        role: if p.structure.is_multiple_of(5) {
            "mediateur"
        } else {
            "conseiller_numerique"
        }
        .into(),
        type_lieu: type_lieu.into(),
        cadre: de.chance(6).then(|| "itinerant".into()),
        lieu: (type_lieu == "lieu_activite").then(|| id(5, lieu)),
        departement: Some(chez[..2].to_owned()),
        commune: (!a_distance).then_some(chez.clone()),
        public: if de.chance(3) {
            "agents_de_structure"
        } else {
            "habitants"
        }
        .into(),
        source: if de.chance(20) {
            "hors_ligne"
        } else {
            "saisie"
        }
        .into(),
        modalite: de.chance(80).then(|| {
            let m = if collectif {
                ["atelier_base", "atelier_usages", "formation_outils"]
            } else {
                ["tout_venant", "individuel_rdv", "initiation_individuelle"]
            };
            m[de.skewed(3) as usize].into()
        }),
        autonomie: (!collectif && de.chance(60)).then(|| {
            [
                "entierement_accompagne",
                "partiellement_autonome",
                "autonome",
            ][de.below(3) as usize]
                .into()
        }),
        niveau: (collectif && de.chance(60))
            .then(|| ["debutant", "intermediaire", "avance"][de.below(3) as usize].into()),
        origine: de.chance(50).then(|| {
            [
                "de_soi_meme",
                "bouche_a_oreille",
                "orientation",
                "aller_vers",
            ][de.skewed(4) as usize]
                .into()
        }),
        mode_aide: de
            .chance(50)
            .then(|| ["former", "faire_avec", "faire_a_la_place"][de.below(3) as usize].into()),
        destination: None,
        organisme: None,
        pass_propose: false,
        pass_utilise: false,
        confiance: (!collectif && de.chance(20)).then(|| de.below(4) as i8),
        anonymes,
        deja: u32::try_from(de.below(u64::from(anonymes) + 1)).unwrap_or(0),
        residence: (anonymes == 1 && !collectif && de.chance(40)).then_some(chez),
        valeurs,
        etiquettes: Vec::new(),
        coanimateurs: if de.chance(2) {
            vec![id(4, de.below(AUTEURS))]
        } else {
            Vec::new()
        },
        liens,
    }
}

fn link(n: u64, personne: Uuid, chez: &str, vues: &mut [bool]) -> Lien {
    let h = hash(11, n);
    let vue = &mut vues[n as usize];
    let premier = !std::mem::replace(vue, true);
    Lien {
        personne,
        genre: GENRES[(h % 5 / 2) as usize].into(),
        tranche: TRANCHES[(h / 7 % 8) as usize].into(),
        statut: STATUTS[(h / 61 % 5) as usize].into(),
        residence: Some(chez.to_owned()),
        premier,
        ..Lien::default()
    }
}

/// Files in all.
pub fn files() -> usize {
    usize::try_from(AUTEURS * FICHES).unwrap_or(0)
}
