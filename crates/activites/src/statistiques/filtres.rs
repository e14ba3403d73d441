//! What a question is narrowed to (§5.3): AND between filters, OR inside one.
//! The address of a page is where filters live.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use crate::vocabulaire::{Vocabulaires, liste};

/// What the values of a filter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Valeurs {
    /// Keys of a vocabulary.
    Liste(&'static str),
    /// These, with their labels.
    Fixes(&'static [(&'static str, &'static str)]),
    Id,
    Commune,
    Epci,
    Departement,
    Region,
}

pub const OUI_NON: &[(&str, &str)] = &[("oui", "Oui"), ("non", "Non")];
const TYPES: &[(&str, &str)] = &[
    ("individuel", "Accompagnement individuel"),
    ("collectif", "Atelier"),
];
pub const ROLES: &[(&str, &str)] = &[
    ("conseiller_numerique", "Conseiller numérique"),
    ("mediateur", "Médiateur hors dispositif"),
    ("benevole", "Bénévole"),
];
const SOURCES: &[(&str, &str)] = &[
    ("saisie", "Saisie en ligne"),
    ("hors_ligne", "Saisie hors connexion"),
    ("import", "Import"),
    ("api", "Logiciel partenaire"),
];

macro_rules! noms {
    ($($v:ident $cle:literal $libelle:literal $valeurs:expr),* $(,)?) => {
        /// The filters, but the two dates and the mode of tags.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Nom { $($v),* }

        impl Nom {
            pub const TOUS: &'static [Nom] = &[$(Nom::$v),*];

            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $(Nom::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $(Nom::$v => $libelle),* }
            }

            fn valeurs(self) -> Valeurs {
                match self { $(Nom::$v => $valeurs),* }
            }
        }
    };
}

noms! {
    Type "type" "Type d'activité" Valeurs::Fixes(TYPES),
    TypeLieu "type_lieu" "Type de lieu" Valeurs::Liste(liste::TYPE_LIEU),
    Cadre "cadre" "Cadre" Valeurs::Liste(liste::CADRE),
    Lieu "lieu" "Lieu" Valeurs::Id,
    Commune "commune" "Commune" Valeurs::Commune,
    Epci "epci" "Intercommunalité" Valeurs::Epci,
    Departement "departement" "Département" Valeurs::Departement,
    Region "region" "Région" Valeurs::Region,
    Qpv "qpv" "Quartier prioritaire" Valeurs::Fixes(OUI_NON),
    Frr "frr" "France ruralités revitalisation" Valeurs::Fixes(OUI_NON),
    Structure "structure" "Structure" Valeurs::Id,
    Auteur "auteur" "Professionnel" Valeurs::Id,
    Role "role" "Rôle à la date" Valeurs::Fixes(ROLES),
    Thematique "thematique" "Thématique" Valeurs::Liste(liste::THEMATIQUE),
    Demarche "demarche" "Démarches administratives" Valeurs::Fixes(OUI_NON),
    Materiel "materiel" "Matériel" Valeurs::Liste(liste::MATERIEL),
    Public "public" "Public" Valeurs::Liste(liste::PUBLIC),
    Modalite "modalite" "Modalité" Valeurs::Liste(liste::MODALITE),
    Origine "origine" "Origine" Valeurs::Liste(liste::ORIGINE),
    Motif "motif" "Motif" Valeurs::Liste(liste::MOTIF),
    Publics "publics" "Publics" Valeurs::Liste(liste::PUBLICS),
    HorsChamp "hors_champ" "Hors champ" Valeurs::Fixes(OUI_NON),
    Autonomie "autonomie" "Autonomie" Valeurs::Liste(liste::AUTONOMIE),
    Niveau "niveau" "Niveau" Valeurs::Liste(liste::NIVEAU),
    Suite "suite" "Suite donnée" Valeurs::Liste(liste::SUITE),
    Etiquette "etiquette" "Étiquette" Valeurs::Id,
    Rdv "rdv" "Issu d'un rendez-vous" Valeurs::Fixes(OUI_NON),
    Mandat "mandat" "Sous mandat" Valeurs::Fixes(OUI_NON),
    Source "source" "Mode de saisie" Valeurs::Fixes(SOURCES),
    Beneficiaire "beneficiaire" "Bénéficiaire" Valeurs::Id,
}

impl Nom {
    #[must_use]
    pub fn from_cle(cle: &str) -> Option<Self> {
        Self::TOUS.iter().copied().find(|n| n.cle() == cle)
    }

    /// Answered by yes or no.
    #[must_use]
    pub fn is_oui_non(self) -> bool {
        self.valeurs() == Valeurs::Fixes(OUI_NON)
    }

    /// What a form proposes; nothing for identifiers and codes.
    #[must_use]
    pub fn options(self, voc: &Vocabulaires) -> Vec<(String, String)> {
        match self.valeurs() {
            Valeurs::Liste(l) => voc.options(l),
            Valeurs::Fixes(f) => f
                .iter()
                .map(|(c, l)| ((*c).to_owned(), (*l).to_owned()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// How a value is written; identifiers are named by who knows them.
    #[must_use]
    pub fn label(self, voc: &Vocabulaires, valeur: &str) -> String {
        let g = territoires::geographie();
        let nom = match self.valeurs() {
            Valeurs::Liste(l) => return voc.label(l, valeur),
            Valeurs::Fixes(f) => f.iter().find(|(c, _)| *c == valeur).map(|(_, l)| *l),
            Valeurs::Id => None,
            Valeurs::Commune => g.commune_today(valeur).map(|c| c.nom),
            Valeurs::Epci => g.epci.iter().find(|e| e.code == valeur).map(|e| e.nom),
            Valeurs::Departement => g.departement(valeur).map(|d| d.nom),
            Valeurs::Region => g.region(valeur).map(|r| r.nom),
        };
        nom.unwrap_or(valeur).to_owned()
    }

    fn admits(self, voc: &Vocabulaires, valeur: &str) -> bool {
        let g = territoires::geographie();
        match self.valeurs() {
            Valeurs::Liste(l) => voc.get(l, valeur).is_some(),
            Valeurs::Fixes(f) => f.iter().any(|(c, _)| *c == valeur),
            Valeurs::Id => valeur.parse::<Uuid>().is_ok(),
            Valeurs::Commune => g.commune_today(valeur).is_some(),
            Valeurs::Epci => g.epci.iter().any(|e| e.code == valeur),
            Valeurs::Departement => g.departement(valeur).is_some(),
            Valeurs::Region => g.region(valeur).is_some(),
        }
    }
}

/// Filters, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filtres {
    /// Inclusive civil dates.
    pub du: Option<Date>,
    pub au: Option<Date>,
    valeurs: BTreeMap<Nom, Vec<String>>,
    /// Every tag asked for, not one of them.
    pub toutes_etiquettes: bool,
}

/// « Filtre inconnu : x. »
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconnu(pub String);

impl std::fmt::Display for Inconnu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Filtre inconnu : {}.", self.0)
    }
}

impl Filtres {
    /// Reads (name, value) pairs; an empty value says nothing.
    ///
    /// # Errors
    /// The first name or value that is not one of §5.3.
    pub fn parse<'a>(
        paires: impl IntoIterator<Item = (&'a str, &'a str)>,
        voc: &Vocabulaires,
    ) -> Result<Self, Inconnu> {
        let mut f = Self::default();
        for (nom, valeur) in paires {
            let valeur = valeur.trim();
            let inconnu = || Inconnu(nom.to_owned());
            if valeur.is_empty() && (Nom::from_cle(nom).is_some() || is_other(nom)) {
                continue;
            }
            match nom {
                "du" => f.du = Some(valeur.parse().map_err(|_| inconnu())?),
                "au" => f.au = Some(valeur.parse().map_err(|_| inconnu())?),
                "mode" if valeur == "tous" => f.toutes_etiquettes = true,
                "mode" if valeur == "un" => {}
                _ => {
                    let n = Nom::from_cle(nom).ok_or_else(inconnu)?;
                    if !n.admits(voc, valeur) {
                        return Err(inconnu());
                    }
                    f.insert(n, valeur);
                }
            }
        }
        Ok(f)
    }

    /// The same filters over another period.
    #[must_use]
    pub fn between(mut self, du: Date, au: Date) -> Self {
        self.du = Some(du);
        self.au = Some(au);
        self
    }

    /// Adds a value of a filter.
    pub fn insert(&mut self, nom: Nom, valeur: impl Into<String>) {
        let v = self.valeurs.entry(nom).or_default();
        let valeur = valeur.into();
        if let Err(i) = v.binary_search(&valeur) {
            v.insert(i, valeur);
        }
        // Yes or no is everything.
        if nom.is_oui_non() && v.len() > 1 {
            self.valeurs.remove(&nom);
        }
    }

    /// Takes a filter away.
    pub fn remove(&mut self, nom: Nom) {
        self.valeurs.remove(&nom);
    }

    /// The values asked for, sorted; empty: everything.
    #[must_use]
    pub fn get(&self, nom: Nom) -> &[String] {
        self.valeurs.get(&nom).map_or(&[], Vec::as_slice)
    }

    /// The answer to a yes-or-no filter.
    #[must_use]
    pub fn oui_non(&self, nom: Nom) -> Option<bool> {
        self.get(nom).first().map(|v| v == "oui")
    }

    /// Whose public is counted: residents unless asked otherwise.
    #[must_use]
    pub fn publics(&self) -> Vec<String> {
        match self.get(Nom::Public) {
            [] => vec!["habitants".to_owned()],
            v => v.to_vec(),
        }
    }

    /// Narrowed by something else than dates.
    #[must_use]
    pub fn count(&self) -> usize {
        self.valeurs.len()
    }

    /// (name, value) pairs in one order, as an address holds them.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut v = Vec::new();
        v.extend(self.du.map(|d| ("du", d.to_string())));
        v.extend(self.au.map(|d| ("au", d.to_string())));
        for (nom, valeurs) in &self.valeurs {
            v.extend(valeurs.iter().map(|x| (nom.cle(), x.clone())));
        }
        if self.toutes_etiquettes {
            v.push(("mode", "tous".into()));
        }
        v
    }

    /// As the query of an address, without the question mark. Values are keys,
    /// codes, dates and identifiers: nothing to escape.
    #[must_use]
    pub fn query(&self) -> String {
        self.pairs()
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// In words: « Type d'activité : Atelier », one by filter. `nommer` names
    /// what only the database knows.
    #[must_use]
    pub fn words(
        &self,
        voc: &Vocabulaires,
        nommer: &BTreeMap<String, String>,
    ) -> Vec<(Nom, String)> {
        self.valeurs
            .iter()
            .map(|(nom, valeurs)| {
                let dits: Vec<String> = valeurs
                    .iter()
                    .map(|v| nommer.get(v).cloned().unwrap_or_else(|| nom.label(voc, v)))
                    .collect();
                let lien = if *nom == Nom::Etiquette && self.toutes_etiquettes {
                    " et "
                } else {
                    " ou "
                };
                (*nom, format!("{} : {}", nom.libelle(), dits.join(lien)))
            })
            .collect()
    }
}

fn is_other(nom: &str) -> bool {
    matches!(nom, "du" | "au" | "mode")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulaire::Entree;

    fn voc() -> Vocabulaires {
        let entree = |cle: &str| Entree {
            cle: cle.into(),
            libelle: cle.into(),
            parent: None,
        };
        Vocabulaires::default().with(liste::THEMATIQUE, vec![entree("email"), entree("sante")])
    }

    /// §5.3: what is not a filter, or not a value of it, is named.
    #[test]
    fn unknown_names_and_values_are_refused() {
        let lu = |n, v| Filtres::parse([(n, v)], &voc()).map_err(|e| e.to_string());
        assert_eq!(
            lu("genre", "feminin").unwrap_err(),
            "Filtre inconnu : genre."
        );
        assert_eq!(
            lu("thematique", "jardinage").unwrap_err(),
            "Filtre inconnu : thematique."
        );
        assert_eq!(lu("du", "hier").unwrap_err(), "Filtre inconnu : du.");
        assert_eq!(lu("lieu", "12").unwrap_err(), "Filtre inconnu : lieu.");
        assert_eq!(lu("age", "").unwrap_err(), "Filtre inconnu : age.");
        assert_eq!(lu("thematique", "").unwrap(), Filtres::default());
    }

    #[test]
    fn the_address_comes_back_the_same() {
        let paires = [
            ("thematique", "sante"),
            ("du", "2026-01-01"),
            ("thematique", "email"),
            ("rdv", "oui"),
        ];
        let f = Filtres::parse(paires, &voc()).unwrap();
        assert_eq!(
            f.query(),
            "du=2026-01-01&thematique=email&thematique=sante&rdv=oui"
        );
        let relu = f.pairs();
        let relu = Filtres::parse(relu.iter().map(|(n, v)| (*n, v.as_str())), &voc()).unwrap();
        assert_eq!(relu, f);
        assert_eq!(f.publics(), ["habitants"]);
    }

    #[test]
    fn yes_and_no_is_no_filter() {
        let f = Filtres::parse([("rdv", "oui"), ("rdv", "non")], &voc()).unwrap();
        assert_eq!(f, Filtres::default());
    }
}
