//! A question in codes: for each facet, a table of yes and no. What no filter
//! looks at has no table.

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Index, Mois,
    dico::{Codes, Dico},
    fait::{Dicos, Dimension, Ensemble, Mot, Nature, Site},
    jours,
    segment::{Lot, PLUSIEURS, Segment},
    somme::pack,
};
use crate::statistiques::{
    Filtres, Nom, Portee, Question,
    portee::{Zone, communes_of_epci},
};

/// Yes or no by code; `None`: yes.
pub type Table = Option<Vec<bool>>;

/// What a row counts in, as bits: A over the period, ST52 over the period, the
/// series.
pub const A: u8 = 1;
pub const AGENTS: u8 = 2;
pub const SERIE: u8 = 4;
pub const TOUT: u8 = A | AGENTS | SERIE;
/// How far above are the same bits, whatever filters say.
pub const BESIDE: u8 = 4;

/// Days, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periode {
    pub du: i32,
    pub au: i32,
}

impl Periode {
    #[must_use]
    pub fn of(du: Option<Date>, au: Option<Date>) -> Self {
        Self {
            du: du.map_or(i32::MIN, jours),
            au: au.map_or(i32::MAX, jours),
        }
    }

    #[must_use]
    pub fn contains(self, jour: i32) -> bool {
        self.du <= jour && jour <= self.au
    }

    #[must_use]
    pub fn covers(self, autre: Self) -> bool {
        self.du <= autre.du && autre.au <= self.au
    }

    /// How many days of another it holds.
    #[must_use]
    pub fn days_of(self, autre: Self) -> i32 {
        (self.au.min(autre.au) - self.du.max(autre.du) + 1).max(0)
    }

    #[must_use]
    pub fn touches(self, autre: Self) -> bool {
        self.du <= autre.au && autre.du <= self.au
    }
}

/// No day.
const JAMAIS: Periode = Periode { du: 1, au: 0 };

/// A question in codes.
#[derive(Debug, Clone)]
pub struct Plan {
    pub periode: Periode,
    pub serie: Periode,
    /// Only these authors, sorted.
    pub auteurs: Option<Vec<u32>>,
    /// Whose co-animated activities count too.
    pub soi: Option<u32>,
    /// Stays in the team, by author.
    pub sejours: HashMap<u32, Vec<Periode>>,
    pub attaches: Table,
    /// Départements a lot may lie in, by word.
    pub departements: Table,
    pub sites: Table,
    /// What rows of each kind count in.
    pub natures: Vec<u8>,
    pub venues: Table,
    pub themes: Table,
    pub moyens: Table,
    pub reste: Table,
    /// One of these persons takes part.
    pub personnes: Option<Vec<u32>>,
    /// People are counted once; by author and by employer.
    pub gens: bool,
    pub lignes: bool,
    /// A in all: nothing but dates.
    pub partout: bool,
    /// A in all, narrowed by what rows say.
    pub national: bool,
    /// Code of the value « orientation ».
    pub orientation: Option<u32>,
    /// Rank and code of each profile where [`super::somme::pack`] has them;
    /// the lowest bit when it is of a first activity.
    pub profils: Vec<u64>,
}

impl Plan {
    /// Scope and filters of a question.
    #[must_use]
    pub fn of(index: &Index, q: &Question) -> Self {
        let serie = Periode::of(Some(q.serie.du), Some(q.serie.au));
        let publics = q.filtres.publics();
        Self {
            lignes: q.listes.auteurs || q.listes.structures,
            partout: q.portee == Portee::National && q.filtres.count() == 0,
            national: q.portee == Portee::National
                && [Nom::Public, Nom::Auteur, Nom::Beneficiaire]
                    .iter()
                    .all(|n| q.filtres.get(*n).is_empty()),
            ..Self::with(&index.dicos, &q.portee, &q.filtres, Some(&publics), serie)
        }
    }

    /// A month of A in all, people left out.
    #[must_use]
    pub fn month(index: &Index, mois: Mois) -> Self {
        let f = Filtres::default();
        let publics = f.publics();
        Self {
            gens: false,
            ..Self::with(
                &index.dicos,
                &Portee::National,
                &f,
                Some(&publics),
                mois.days(),
            )
        }
    }

    /// The same, and beside what each row counts in, what it would in all of A.
    #[must_use]
    pub fn beside(&self, index: &Index) -> Self {
        let f = Filtres::default();
        let publics = f.publics();
        let mut p = self.clone();
        let tout = natures(&index.dicos, &f, Some(&publics));
        for (n, tout) in p.natures.iter_mut().zip(tout) {
            *n |= tout << BESIDE;
        }
        p
    }

    /// The same question where months are cut: neither series nor people.
    #[must_use]
    pub fn edges(&self) -> Self {
        Self {
            serie: JAMAIS,
            gens: false,
            ..self.clone()
        }
    }

    /// The scope alone, everybody, in a period (ST49).
    #[must_use]
    pub fn scope(&self, index: &Index, q: &Question, du: Date, au: Date) -> Self {
        let f = Filtres::default().between(du, au);
        if q.filtres.count() > 0 {
            return Self::with(&index.dicos, &q.portee, &f, None, JAMAIS);
        }
        // The scope is worked out already.
        Self {
            periode: Periode::of(f.du, f.au),
            serie: JAMAIS,
            natures: natures(&index.dicos, &f, None),
            ..self.clone()
        }
    }

    fn with(
        d: &Dicos,
        portee: &Portee,
        f: &Filtres,
        publics: Option<&[String]>,
        serie: Periode,
    ) -> Self {
        let mut p = Self {
            periode: Periode::of(f.du, f.au),
            serie,
            auteurs: ids(f, Nom::Auteur, &d.auteurs),
            soi: None,
            sejours: HashMap::new(),
            attaches: None,
            departements: None,
            sites: None,
            natures: natures(d, f, publics),
            venues: words(d, f, &[Nom::Origine])
                .map(|m| d.venues.table(|v| holds(&m[0], v.origine))),
            themes: sets(&d.themes, &themes(d, f)),
            moyens: sets(&d.moyens, &moyens(d, f)),
            reste: sets(&d.reste, &reste(d, f)),
            personnes: ids(f, Nom::Beneficiaire, &d.personnes),
            gens: true,
            lignes: true,
            partout: false,
            national: false,
            orientation: d
                .known("orientation")
                .and_then(|m| d.valeurs.find(&(Dimension::Suite, m))),
            profils: (0..)
                .zip(d.profils.valeurs())
                .map(|(code, p)| pack(0, p.rang, code, 0) | u64::from(p.premier))
                .collect(),
        };
        let mut employeurs = ids(f, Nom::Structure, &d.structures)
            .map(|s| vec![s])
            .unwrap_or_default();
        let mut zones = Zones::of(d, f);
        p.narrow(d, portee, &mut employeurs, &mut zones);
        p.attaches = attaches(d, f, &employeurs);
        p.departements = zones.departements(d);
        p.sites = zones.table(d, f);
        p
    }

    /// Applies the scope.
    fn narrow(
        &mut self,
        d: &Dicos,
        portee: &Portee,
        employeurs: &mut Vec<Vec<u32>>,
        zones: &mut Zones,
    ) {
        match portee {
            Portee::National => {}
            Portee::Soi(p) => {
                // The author filter then bears on co-animated rows too.
                self.soi = Some(d.auteurs.find(p).unwrap_or(u32::MAX));
            }
            Portee::Equipe {
                coordinateur,
                membres,
            } => {
                for m in membres {
                    if let Some(a) = d.auteurs.find(&m.membre) {
                        let s = Periode::of(Some(m.entree), m.sortie);
                        self.sejours.entry(a).or_default().push(s);
                    }
                }
                if let Some(a) = coordinateur.and_then(|c| d.auteurs.find(&c)) {
                    self.sejours.insert(a, vec![Periode::of(None, None)]);
                }
                let mut equipe: Vec<u32> = self.sejours.keys().copied().collect();
                equipe.sort_unstable();
                if let Some(voulus) = &self.auteurs {
                    equipe.retain(|a| voulus.contains(a));
                }
                self.auteurs = Some(equipe);
            }
            Portee::Structure(s) => employeurs.push(found(&d.structures, &[*s])),
            Portee::Accueil { lieux, .. } => zones.lieux.push(found(&d.lieux, lieux)),
            Portee::Territoire { zone, .. } => match zone {
                Zone::Communes(c) => zones.communes.push(known(d, c)),
                Zone::Departements(c) => zones.departements.push(known(d, c)),
                Zone::Employeurs(e) => employeurs.push(found(&d.structures, e)),
            },
        }
    }

    /// The columns that are looked at besides the kind, and what is admitted
    /// there.
    pub fn tables<'a>(&'a self, s: &'a Segment) -> impl Iterator<Item = (&'a Codes, &'a [bool])> {
        [
            (&s.site, &self.sites),
            (&s.themes, &self.themes),
            (&s.moyens, &self.moyens),
            (&s.venue, &self.venues),
            (&s.reste, &self.reste),
        ]
        .into_iter()
        .filter_map(|(colonne, table)| Some((colonne, table.as_deref()?)))
    }

    /// Whether a lot may hold rows of the question.
    #[must_use]
    pub fn admits(&self, lot: &Lot) -> bool {
        self.attaches
            .as_ref()
            .is_none_or(|t| t[lot.attache as usize])
            && self
                .departements
                .as_ref()
                .is_none_or(|t| lot.departement == PLUSIEURS || t[lot.departement as usize])
    }

    /// Whether every lot may.
    #[must_use]
    pub fn admits_all(&self) -> bool {
        self.attaches.is_none() && self.departements.is_none()
    }

    /// What days of a month count in, by day.
    #[must_use]
    pub fn days(&self, mois: Periode) -> [u8; 32] {
        let mut t = [0; 32];
        for (bits, jour) in t.iter_mut().skip(1).zip(mois.du..) {
            if self.periode.contains(jour) {
                *bits |= A | AGENTS;
            }
            if self.serie.contains(jour) {
                *bits |= SERIE;
            }
        }
        t
    }
}

/// What a place must be: every list must hold.
struct Zones {
    lieux: Vec<Vec<u32>>,
    communes: Vec<Vec<Mot>>,
    departements: Vec<Vec<Mot>>,
}

impl Zones {
    fn of(d: &Dicos, f: &Filtres) -> Self {
        let mut z = Self {
            lieux: ids(f, Nom::Lieu, &d.lieux).into_iter().collect(),
            communes: Vec::new(),
            departements: Vec::new(),
        };
        let liste = |nom| Some(f.get(nom)).filter(|v| !v.is_empty());
        z.communes.extend(liste(Nom::Commune).map(|c| known(d, c)));
        z.communes
            .extend(liste(Nom::Epci).map(|e| known(d, &communes_of_epci(e))));
        z.departements
            .extend(liste(Nom::Departement).map(|c| known(d, c)));
        z.departements.extend(liste(Nom::Region).map(|r| {
            let codes: Vec<String> = territoires::geographie()
                .departements
                .iter()
                .filter(|d| r.iter().any(|r| r == d.region))
                .map(|d| d.code.to_owned())
                .collect();
            known(d, &codes)
        }));
        z
    }

    /// A lot elsewhere holds nothing: départements asked for.
    fn departements(&self, d: &Dicos) -> Table {
        in_all(&self.departements, d.mots.len())
    }

    fn table(&self, d: &Dicos, f: &Filtres) -> Table {
        let types = listed(d, f, Nom::TypeLieu);
        let cadres = listed(d, f, Nom::Cadre);
        let (qpv, frr) = (f.oui_non(Nom::Qpv), f.oui_non(Nom::Frr));
        if self.lieux.is_empty()
            && self.communes.is_empty()
            && self.departements.is_empty()
            && types.is_none()
            && cadres.is_none()
            && qpv.is_none()
            && frr.is_none()
        {
            return None;
        }
        let mots = |v: &[Vec<Mot>]| in_all(v, d.mots.len());
        let lieux = in_all(&self.lieux, d.lieux.len());
        let (communes, departements) = (mots(&self.communes), mots(&self.departements));
        let dit = |t: &Table, m: Mot| t.as_ref().is_none_or(|t| m > 0 && t[m as usize]);
        Some(d.sites.table(|s: &Site| {
            dit(&departements, s.departement)
                && dit(&communes, s.commune)
                && lieux
                    .as_ref()
                    .is_none_or(|t| s.lieu > 0 && t[s.lieu as usize - 1])
                && types.as_ref().is_none_or(|l| holds(l, s.type_lieu))
                && cadres
                    .as_ref()
                    .is_none_or(|l| s.cadre > 0 && holds(l, s.cadre))
                && qpv.is_none_or(|q| s.inside(0) == Some(q))
                && frr.is_none_or(|q| s.inside(1) == Some(q))
        }))
    }
}

/// What is in every list, as a table; `None`: no list.
fn in_all(listes: &[Vec<u32>], taille: usize) -> Table {
    let (premiere, autres) = listes.split_first()?;
    let mut t = vec![false; taille];
    for m in premiere {
        t[*m as usize] = autres.iter().all(|l| holds(l, *m));
    }
    Some(t)
}

fn natures(d: &Dicos, f: &Filtres, publics: Option<&[String]>) -> Vec<u8> {
    let publics = publics.map(|p| known(d, p));
    let agents = d.known("agents_de_structure").unwrap_or(u32::MAX);
    let types = f.get(Nom::Type);
    let listes: Vec<Option<Vec<Mot>>> = [Nom::Modalite, Nom::Autonomie, Nom::Niveau, Nom::Source]
        .into_iter()
        .map(|n| listed(d, f, n))
        .collect();
    d.natures.table(|n: &Nature| {
        let genre = if n.collectif {
            "collectif"
        } else {
            "individuel"
        };
        let champs = [n.modalite, n.autonomie, n.niveau, n.source];
        let oui = (types.is_empty() || types.iter().any(|t| t == genre))
            && listes
                .iter()
                .zip(champs)
                .all(|(l, m)| l.as_ref().is_none_or(|l| m > 0 && holds(l, m)));
        let compte = publics.as_ref().is_none_or(|p| holds(p, n.public));
        match (oui, compte, n.public == agents) {
            (true, true, true) => TOUT,
            (true, true, false) => A | SERIE,
            (true, false, true) => AGENTS,
            _ => 0,
        }
    })
}

/// Codes of values one of which, or enough of which, a set must hold, or none.
struct Condition {
    codes: Vec<u32>,
    assez: usize,
    present: bool,
}

fn one_of(d: &Dicos, f: &Filtres, nom: Nom, dim: Dimension) -> Option<Condition> {
    let v = f.get(nom);
    (!v.is_empty()).then(|| Condition {
        codes: values(d, dim, v),
        assez: 1,
        present: true,
    })
}

fn yes_or_no(
    d: &Dicos,
    f: &Filtres,
    nom: Nom,
    dim: Dimension,
    valeur: Option<&str>,
) -> Option<Condition> {
    f.oui_non(nom).map(|present| Condition {
        codes: match valeur {
            Some(v) => values(d, dim, &[v.to_owned()]),
            None => d
                .valeurs
                .valeurs()
                .iter()
                .zip(0..)
                .filter(|((x, _), _)| *x == dim)
                .map(|(_, c)| c)
                .collect(),
        },
        assez: 1,
        present,
    })
}

fn themes(d: &Dicos, f: &Filtres) -> Vec<Condition> {
    let aide = Some(super::reponse::DEMARCHES);
    [
        one_of(d, f, Nom::Thematique, Dimension::Thematique),
        yes_or_no(d, f, Nom::Demarche, Dimension::Thematique, aide),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn moyens(d: &Dicos, f: &Filtres) -> Vec<Condition> {
    [
        one_of(d, f, Nom::Materiel, Dimension::Materiel),
        one_of(d, f, Nom::Motif, Dimension::Motif),
        one_of(d, f, Nom::Publics, Dimension::Publics),
        yes_or_no(d, f, Nom::HorsChamp, Dimension::HorsChamp, None),
        yes_or_no(d, f, Nom::Rdv, Dimension::RendezVous, None),
        yes_or_no(d, f, Nom::Mandat, Dimension::Mandat, None),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn reste(d: &Dicos, f: &Filtres) -> Vec<Condition> {
    let mut etiquettes = one_of(d, f, Nom::Etiquette, Dimension::Etiquette);
    if let Some(e) = etiquettes.as_mut().filter(|_| f.toutes_etiquettes) {
        e.assez = f.get(Nom::Etiquette).len();
    }
    [one_of(d, f, Nom::Suite, Dimension::Suite), etiquettes]
        .into_iter()
        .flatten()
        .collect()
}

fn sets(dico: &Dico<Ensemble>, conditions: &[Condition]) -> Table {
    (!conditions.is_empty()).then(|| {
        dico.table(|e| {
            conditions.iter().all(|c| {
                let n = e.iter().filter(|(v, _)| c.codes.contains(v)).count();
                (n >= c.assez) == c.present
            })
        })
    })
}

fn attaches(d: &Dicos, f: &Filtres, employeurs: &[Vec<u32>]) -> Table {
    let roles = listed(d, f, Nom::Role);
    (roles.is_some() || !employeurs.is_empty()).then(|| {
        d.attaches.table(|a| {
            roles.as_ref().is_none_or(|r| holds(r, a.role))
                && employeurs
                    .iter()
                    .all(|e| a.employeur > 0 && holds(e, a.employeur - 1))
        })
    })
}

fn words(d: &Dicos, f: &Filtres, noms: &[Nom]) -> Option<Vec<Vec<Mot>>> {
    noms.iter().map(|n| listed(d, f, *n)).collect()
}

fn listed(d: &Dicos, f: &Filtres, nom: Nom) -> Option<Vec<Mot>> {
    let v = f.get(nom);
    (!v.is_empty()).then(|| known(d, v))
}

/// Codes of the words somebody wrote, sorted.
fn known(d: &Dicos, v: &[String]) -> Vec<Mot> {
    let mut m: Vec<Mot> = v.iter().filter_map(|x| d.known(x)).collect();
    m.sort_unstable();
    m.dedup();
    m
}

fn values(d: &Dicos, dim: Dimension, v: &[String]) -> Vec<u32> {
    v.iter()
        .filter_map(|x| d.known(x))
        .filter_map(|m| d.valeurs.find(&(dim, m)))
        .collect()
}

fn found(dico: &Dico<Uuid>, v: &[Uuid]) -> Vec<u32> {
    let mut c: Vec<u32> = v.iter().filter_map(|x| dico.find(x)).collect();
    c.sort_unstable();
    c.dedup();
    c
}

fn ids(f: &Filtres, nom: Nom, dico: &Dico<Uuid>) -> Option<Vec<u32>> {
    let v = f.get(nom);
    (!v.is_empty()).then(|| {
        let ids: Vec<Uuid> = v.iter().filter_map(|x| x.parse().ok()).collect();
        found(dico, &ids)
    })
}

fn holds(liste: &[u32], m: u32) -> bool {
    liste.binary_search(&m).is_ok()
}
