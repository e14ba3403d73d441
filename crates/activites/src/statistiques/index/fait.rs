//! What the index is told of one activity, and how it is coded.

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    dico::Dico,
    somme::{FACETTES, Facette},
};

/// A word of a vocabulary; 0 is « nothing said ».
pub type Mot = u32;

/// One activity as statistics see it. Everything is already resolved: the
/// index knows neither files nor contracts.
#[derive(Debug, Clone, Default)]
pub struct Fait {
    pub id: Uuid,
    pub auteur: Uuid,
    pub date: Date,
    pub collectif: bool,
    pub duree: u32,
    pub employeur: Option<Uuid>,
    pub role: String,
    pub type_lieu: String,
    pub cadre: Option<String>,
    pub lieu: Option<Uuid>,
    pub commune: Option<String>,
    pub departement: Option<String>,
    pub public: String,
    pub source: String,
    pub modalite: Option<String>,
    pub autonomie: Option<String>,
    pub niveau: Option<String>,
    pub origine: Option<String>,
    pub mode_aide: Option<String>,
    pub destination: Option<String>,
    pub organisme: Option<String>,
    pub pass_propose: bool,
    pub pass_utilise: bool,
    /// Après − avant, when both were answered.
    pub confiance: Option<i8>,
    pub anonymes: u32,
    pub deja: u32,
    /// Of the anonymous person of an individuel.
    pub residence: Option<String>,
    /// (dimension, valeur, nombre).
    pub valeurs: Vec<(String, String, u32)>,
    pub etiquettes: Vec<Uuid>,
    pub coanimateurs: Vec<Uuid>,
    pub liens: Vec<Lien>,
}

/// One followed person in one activity.
#[derive(Debug, Clone, Default)]
pub struct Lien {
    pub personne: Uuid,
    pub genre: String,
    pub tranche: String,
    pub statut: String,
    /// A commune, or `departement:35` once anonymised.
    pub residence: Option<String>,
    /// This activity is the first of the person in the whole register.
    pub premier: bool,
    /// Order among the activities of this person on this day.
    pub rang: u8,
    /// Days of the person's activities before and after, as in
    /// [`super::segment::Segment`].
    pub avant: u16,
    pub apres: u16,
}

/// What an activity is to a person: as in [`Lien`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rang {
    pub premier: bool,
    pub rang: u8,
    pub avant: u16,
    pub apres: u16,
}

/// Where it took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Site {
    pub type_lieu: Mot,
    pub cadre: Mot,
    /// Code of the place + 1.
    pub lieu: u32,
    pub commune: Mot,
    pub departement: Mot,
    /// 1: QPV, 2: FRR.
    pub zonage: u32,
}

/// What kind of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nature {
    pub collectif: bool,
    pub public: Mot,
    pub source: Mot,
    pub modalite: Mot,
    pub autonomie: Mot,
    pub niveau: Mot,
    /// 1: proposé, 2: utilisé.
    pub pass: u32,
    pub confiance: Option<i8>,
}

/// How people came and where they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Venue {
    pub origine: Mot,
    pub mode_aide: Mot,
    pub destination: Mot,
    pub organisme: Mot,
}

/// For whom the author worked that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attache {
    /// Code of the employer + 1.
    pub employeur: u32,
    pub role: Mot,
}

/// How a followed person counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Profil {
    pub genre: Mot,
    pub tranche: Mot,
    pub statut: Mot,
    pub premier: bool,
    pub rang: u8,
}

/// Several values, each so many times: (code of the value, number), sorted.
pub type Ensemble = Box<[(u32, u32)]>;

/// The anonymous participants: their number is beside when above one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Anonymes {
    pub nombre: u32,
    pub deja: u32,
    pub marges: Ensemble,
}

/// Dimensions of values, in the order of their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    Thematique,
    SousThematique,
    Materiel,
    Motif,
    Publics,
    RendezVous,
    Mandat,
    HorsChamp,
    Suite,
    Irritant,
    Etiquette,
    Genre,
    Tranche,
    Statut,
}

impl Dimension {
    pub const TOUTES: [(Self, &'static str); 14] = [
        (Self::Thematique, "thematique"),
        (Self::SousThematique, "sous_thematique"),
        (Self::Materiel, "materiel"),
        (Self::Motif, "motif"),
        (Self::Publics, "publics"),
        (Self::RendezVous, "rendez_vous"),
        (Self::Mandat, "mandat"),
        (Self::HorsChamp, "hors_champ"),
        (Self::Suite, "suite"),
        (Self::Irritant, "irritant"),
        (Self::Etiquette, "etiquette"),
        (Self::Genre, "genre"),
        (Self::Tranche, "tranche"),
        (Self::Statut, "statut"),
    ];

    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUTES
            .iter()
            .find(|(_, c)| *c == cle)
            .map(|(d, _)| *d)
    }

    /// Which column holds it.
    fn facette(self) -> usize {
        match self {
            Self::Thematique | Self::SousThematique => 0,
            Self::Materiel
            | Self::Motif
            | Self::Publics
            | Self::RendezVous
            | Self::Mandat
            | Self::HorsChamp => 1,
            Self::Suite | Self::Irritant | Self::Etiquette => 2,
            Self::Genre | Self::Tranche | Self::Statut => 3,
        }
    }
}

/// Everything that is written once.
#[derive(Debug, Clone)]
pub struct Dicos {
    pub mots: Dico<Box<str>>,
    /// Residences: communes, `departement:35`; 0 is « nothing said ».
    pub residences: Dico<Box<str>>,
    pub personnes: Dico<Uuid>,
    pub auteurs: Dico<Uuid>,
    pub structures: Dico<Uuid>,
    pub lieux: Dico<Uuid>,
    pub sites: Dico<Site>,
    pub natures: Dico<Nature>,
    pub venues: Dico<Venue>,
    pub attaches: Dico<Attache>,
    pub durees: Dico<u32>,
    pub profils: Dico<Profil>,
    /// (dimension, word).
    pub valeurs: Dico<(Dimension, Mot)>,
    pub themes: Dico<Ensemble>,
    pub moyens: Dico<Ensemble>,
    pub reste: Dico<Ensemble>,
    /// Code − 2 of the column: 0 is nobody, 1 « beside ».
    pub anonymes: Dico<Anonymes>,
}

impl Default for Dicos {
    fn default() -> Self {
        let rien = || Dico::of(vec![Ensemble::default()]);
        Self {
            mots: Dico::of(vec!["".into()]),
            residences: Dico::of(vec!["".into()]),
            personnes: Dico::default(),
            auteurs: Dico::default(),
            structures: Dico::default(),
            lieux: Dico::default(),
            sites: Dico::default(),
            natures: Dico::default(),
            venues: Dico::default(),
            attaches: Dico::default(),
            durees: Dico::default(),
            profils: Dico::default(),
            valeurs: Dico::default(),
            themes: rien(),
            moyens: rien(),
            reste: rien(),
            anonymes: Dico::default(),
        }
    }
}

/// An activity in codes.
#[derive(Debug, Clone)]
pub struct Code {
    pub auteur: u32,
    pub attache: u32,
    pub jour: u8,
    pub id: Uuid,
    pub site: u32,
    pub nature: u32,
    pub venue: u32,
    pub duree: u32,
    pub themes: u32,
    pub moyens: u32,
    pub reste: u32,
    pub anonymes: Option<Anonymes>,
    pub residence: u32,
    pub coanimateurs: Vec<u32>,
    pub liens: Vec<CodeLien>,
}

/// A link in codes.
#[derive(Debug, Clone, Copy)]
pub struct CodeLien {
    pub personne: u32,
    pub profil: u32,
    pub domicile: u32,
    pub avant: u16,
    pub apres: u16,
}

impl Dicos {
    pub fn mot(&mut self, m: &str) -> Mot {
        self.mots.code(m.into())
    }

    fn opt(&mut self, m: Option<&str>) -> Mot {
        m.map_or(0, |m| self.mot(m))
    }

    fn home(&mut self, m: Option<&str>) -> u32 {
        m.map_or(0, |m| self.residences.code(m.into()))
    }

    /// Codes of a word already there; a word nobody wrote has none.
    #[must_use]
    pub fn known(&self, m: &str) -> Option<Mot> {
        self.mots.find(&m.into())
    }

    #[must_use]
    pub fn text(&self, m: Mot) -> &str {
        self.mots.get(m)
    }

    /// Codes an activity.
    pub fn encode(&mut self, f: &Fait) -> Code {
        let mut facettes: [Vec<(u32, u32)>; 4] = Default::default();
        let mut zonage = 0;
        for (dim, val, n) in &f.valeurs {
            match Dimension::from_cle(dim) {
                Some(d) => {
                    let mot = self.mot(val);
                    facettes[d.facette()].push((self.valeurs.code((d, mot)), *n));
                }
                None if dim == "zonage" => zonage |= zone(val),
                None => {}
            }
        }
        for e in &f.etiquettes {
            let mot = self.mot(&e.to_string());
            facettes[2].push((self.valeurs.code((Dimension::Etiquette, mot)), 1));
        }
        let [themes, moyens, reste, marges] = facettes.map(ensemble);
        let site = Site {
            type_lieu: self.mot(&f.type_lieu),
            cadre: self.opt(f.cadre.as_deref()),
            lieu: f.lieu.map_or(0, |l| self.lieux.code(l) + 1),
            commune: self.opt(f.commune.as_deref()),
            departement: self.opt(f.departement.as_deref()),
            zonage,
        };
        let nature = Nature {
            collectif: f.collectif,
            public: self.mot(&f.public),
            source: self.mot(&f.source),
            modalite: self.opt(f.modalite.as_deref()),
            autonomie: self.opt(f.autonomie.as_deref()),
            niveau: self.opt(f.niveau.as_deref()),
            pass: u32::from(f.pass_propose) + 2 * u32::from(f.pass_utilise),
            confiance: f.confiance,
        };
        let venue = Venue {
            origine: self.opt(f.origine.as_deref()),
            mode_aide: self.opt(f.mode_aide.as_deref()),
            destination: self.opt(f.destination.as_deref()),
            organisme: self.opt(f.organisme.as_deref()),
        };
        let attache = Attache {
            employeur: f.employeur.map_or(0, |e| self.structures.code(e) + 1),
            role: self.mot(&f.role),
        };
        Code {
            auteur: self.auteurs.code(f.auteur),
            attache: self.attaches.code(attache),
            jour: u8::try_from(f.date.day()).unwrap_or(1),
            id: f.id,
            site: self.sites.code(site),
            nature: self.natures.code(nature),
            venue: self.venues.code(venue),
            duree: self.durees.code(f.duree),
            themes: self.themes.code(themes),
            moyens: self.moyens.code(moyens),
            reste: self.reste.code(reste),
            anonymes: (f.anonymes > 0).then_some(Anonymes {
                nombre: f.anonymes,
                deja: f.deja,
                marges,
            }),
            residence: self.home(f.residence.as_deref().filter(|_| !f.collectif)),
            coanimateurs: f
                .coanimateurs
                .iter()
                .map(|c| self.auteurs.code(*c))
                .collect(),
            liens: f.liens.iter().map(|l| self.link(l)).collect(),
        }
    }

    fn link(&mut self, l: &Lien) -> CodeLien {
        let profil = Profil {
            genre: self.mot(&l.genre),
            tranche: self.mot(&l.tranche),
            statut: self.mot(&l.statut),
            premier: l.premier,
            rang: l.rang,
        };
        CodeLien {
            personne: self.personnes.code(l.personne),
            profil: self.profils.code(profil),
            domicile: self.home(l.residence.as_deref()),
            avant: l.avant,
            apres: l.apres,
        }
    }

    /// How many codes each facet has.
    #[must_use]
    pub fn sizes(&self) -> [usize; FACETTES] {
        let mut t = [0; FACETTES];
        for (f, n) in [
            (Facette::Site, self.sites.len()),
            (Facette::Nature, self.natures.len()),
            (Facette::Venue, self.venues.len()),
            (Facette::Duree, self.durees.len()),
            (Facette::Themes, self.themes.len()),
            (Facette::Moyens, self.moyens.len()),
            (Facette::Reste, self.reste.len()),
            (Facette::Anonymes, self.anonymes.len()),
            (Facette::Auteur, self.auteurs.len()),
            (Facette::Attache, self.attaches.len()),
            (Facette::Suivis, self.natures.len()),
            (Facette::Orientation, self.venues.len()),
            (Facette::Marge, self.valeurs.len()),
            (Facette::Residence, self.residences.len()),
            (Facette::Divers, 3),
        ] {
            t[f as usize] = n;
        }
        t
    }

    pub fn shrink(&mut self) {
        self.personnes.shrink();
        self.sites.shrink();
        self.themes.shrink();
        self.moyens.shrink();
        self.reste.shrink();
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        let ensembles = |d: &Dico<Ensemble>| {
            d.octets() + d.valeurs().iter().map(|e| e.len() * 8 + 16).sum::<usize>()
        };
        self.mots.octets()
            + self
                .mots
                .valeurs()
                .iter()
                .map(|m| m.len() + 16)
                .sum::<usize>()
            + self.residences.octets()
            + self.personnes.octets()
            + self.auteurs.octets()
            + self.structures.octets()
            + self.lieux.octets()
            + self.sites.octets()
            + self.natures.octets()
            + self.venues.octets()
            + self.attaches.octets()
            + ensembles(&self.themes)
            + ensembles(&self.moyens)
            + ensembles(&self.reste)
            + self.anonymes.octets()
    }
}

/// The first bit that says « hors »; neither bit: nobody knows.
const HORS: u32 = 1 << 2;

impl Site {
    /// Where it stands in a zoning (0: QPV, 1: FRR), when somebody knows.
    pub fn inside(&self, zoning: u32) -> Option<bool> {
        if self.zonage & (1 << zoning) != 0 {
            Some(true)
        } else {
            (self.zonage & (HORS << zoning) != 0).then_some(false)
        }
    }
}

fn zone(val: &str) -> u32 {
    match val {
        "qpv" => 1,
        "frr" => 2,
        "hors_qpv" => HORS,
        "hors_frr" => HORS << 1,
        _ => 0,
    }
}

fn ensemble(mut v: Vec<(u32, u32)>) -> Ensemble {
    v.sort_unstable();
    v.into_boxed_slice()
}
