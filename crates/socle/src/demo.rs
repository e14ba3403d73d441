//! What the spaces share to seed a fictitious national programme: chance that
//! repeats, sizes, invented names. Never used on real data.

use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// How much to seed.
#[derive(Debug, Clone, Copy)]
pub struct Taille {
    pub structures: usize,
    pub postes: usize,
    pub candidats: usize,
    pub conseillers: usize,
    pub activites: usize,
}

impl Taille {
    /// The demonstration.
    #[must_use]
    pub fn nationale() -> Self {
        Self {
            structures: 320,
            postes: 640,
            candidats: 2_000,
            conseillers: 500,
            activites: 50_000,
        }
    }

    /// Enough for a test.
    #[must_use]
    pub fn petite() -> Self {
        Self {
            structures: 12,
            postes: 24,
            candidats: 30,
            conseillers: 15,
            activites: 200,
        }
    }
}

/// Chance that repeats: the same seed gives the same programme.
#[derive(Debug)]
pub struct Alea(StdRng);

impl Alea {
    #[must_use]
    pub fn new(graine: u64) -> Self {
        Self(StdRng::seed_from_u64(graine))
    }

    /// An integer in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            return 0;
        }
        usize::try_from(self.0.next_u64() % n as u64).unwrap_or(0)
    }

    /// An integer in `a..=b`.
    pub fn between(&mut self, a: i64, b: i64) -> i64 {
        a + i64::try_from(self.below(usize::try_from(b - a + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// True `pourcent` times out of a hundred.
    pub fn chance(&mut self, pourcent: usize) -> bool {
        self.below(100) < pourcent
    }

    /// One of a list. The list must not be empty.
    pub fn pick<'a, T>(&mut self, liste: &'a [T]) -> &'a T {
        &liste[self.below(liste.len())]
    }

    /// An id whose time part is `t`, so that ids sort by age.
    pub fn uuid(&mut self, t: jiff::Timestamp) -> Uuid {
        let mut octets = [0; 10];
        self.0.fill_bytes(&mut octets);
        let ms = u64::try_from(t.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &octets).into_uuid()
    }

    /// An invented person: (first name, last name).
    pub fn personne(&mut self) -> (&'static str, &'static str) {
        (*self.pick(&PRENOMS[..]), *self.pick(&NOMS[..]))
    }
}

const PRENOMS: [&str; 40] = [
    "Awa", "Bruno", "Camille", "Driss", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Jonas",
    "Karima", "Léo", "Maëlle", "Nadir", "Odile", "Pascal", "Quentin", "Rania", "Solène", "Thomas",
    "Ulysse", "Valérie", "William", "Yasmine", "Zoé", "Agathe", "Boris", "Clara", "Denis", "Emma",
    "Fanny", "Gilles", "Hélène", "Ismaël", "Jade", "Kévin", "Lucie", "Mathis", "Noémie", "Rémi",
];

const NOMS: [&str; 40] = [
    "Abautret",
    "Bellonde",
    "Carvalin",
    "Delaprée",
    "Estrivaux",
    "Fontarel",
    "Gourvenec",
    "Hautbourg",
    "Ilmar",
    "Jouvenot",
    "Kerlaz",
    "Lamirault",
    "Mestadier",
    "Noirfalise",
    "Oraval",
    "Prévantin",
    "Quervel",
    "Roquebert",
    "Sauveterre",
    "Tavernel",
    "Urvoas",
    "Valcourbe",
    "Wattrelin",
    "Yvonnec",
    "Zaratier",
    "Aubrelle",
    "Brissonne",
    "Chantrelle",
    "Dubourval",
    "Esterran",
    "Flamanc",
    "Grésillac",
    "Hombrel",
    "Izarn",
    "Jarnaudou",
    "Lestrévan",
    "Montbrisel",
    "Nérondet",
    "Pelvoisin",
    "Rambouval",
];
