//! Employment contracts: types, states and what must be true before one is
//! validated (spec 15 §3). Pure.

pub mod pages;
pub mod prolongation;
pub mod rupture;
pub mod service;
pub mod store;

use jiff::{Timestamp, civil::Date};
use programme::poste::Nature;
use socle::{Saisies, francais, valeurs::Montant};
use uuid::Uuid;

pub use store::{Emploi, conseillers, emploi_at, emplois, get, history, list};

use crate::cles::cles;

cles! {
    /// Kinds of contract (spec 15 §3.1). Service civique, stage and bénévolat
    /// are not eligible and are not proposed.
    Genre {
        Cdi "cdi" "CDI",
        Cdd "cdd" "CDD",
        Pec "pec" "Parcours emploi compétences",
        ContratDeProjet "contrat_de_projet" "Contrat de projet",
        CddPublic "cdd_public" "CDD de droit public",
        CdiPublic "cdi_public" "CDI de droit public",
        Titulaire "titulaire" "Agent titulaire affecté",
        AvenantCdi "avenant_cdi" "Avenant à un CDI existant",
    }
}

impl Genre {
    /// May an employer of this nature sign it?
    #[must_use]
    pub fn admits(self, public: bool) -> bool {
        match self {
            Genre::Cdi | Genre::Cdd => !public,
            Genre::Pec | Genre::AvenantCdi => true,
            _ => public,
        }
    }

    /// True when the contract has a last day.
    #[must_use]
    pub fn has_end(self) -> bool {
        matches!(
            self,
            Genre::Cdd | Genre::Pec | Genre::ContratDeProjet | Genre::CddPublic
        )
    }

    /// True when a category A, B or C goes with it.
    #[must_use]
    pub fn has_categorie(self) -> bool {
        matches!(
            self,
            Genre::ContratDeProjet | Genre::CddPublic | Genre::CdiPublic | Genre::Titulaire
        )
    }

    /// A lasting job: what « CDIsation » leads to.
    #[must_use]
    pub fn is_open_ended(self) -> bool {
        !self.has_end()
    }
}

cles! {
    /// Where a contract stands (spec 15 §3.4).
    Etat {
        Brouillon "brouillon" "Brouillon",
        Soumis "soumis" "À valider",
        ACompleter "a_completer" "À compléter",
        Valide "valide" "Validé",
        Refuse "refuse" "Refusé",
        Annule "annule" "Annulé",
        Termine "termine" "Terminé",
        Rompu "rompu" "Rompu",
        Remplace "remplace" "Remplacé par un nouveau contrat",
    }
}

impl Etat {
    /// True once it has bound somebody: its days count in history.
    #[must_use]
    pub fn is_signed(self) -> bool {
        matches!(
            self,
            Etat::Valide | Etat::Termine | Etat::Rompu | Etat::Remplace
        )
    }
}

cles! {
    /// Why a contract is not full time (spec 15 §3.2).
    MotifQuotite {
        CongeParental "conge_parental" "Congé parental",
        TempsPartielTherapeutique "temps_partiel_therapeutique" "Temps partiel thérapeutique",
        MandatElectif "mandat_electif" "Mandat électif",
    }
}

/// A contract as its file shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrat {
    pub id: Uuid,
    /// `CT-2026-00042`.
    pub numero: String,
    pub structure: Uuid,
    pub departement: String,
    pub personne: Uuid,
    pub poste: Option<Uuid>,
    pub mise_en_relation: Option<Uuid>,
    pub precedent: Option<Uuid>,
    pub genre: Genre,
    pub date_debut: Date,
    /// Last day as signed or prolonged.
    pub date_fin: Option<Date>,
    /// Last day really worked, once known.
    pub fin_effective: Option<Date>,
    pub fin_motif: Option<String>,
    /// Percent of 35 hours.
    pub quotite: i64,
    pub quotite_motif: Option<String>,
    /// Gross, per month.
    pub salaire: Montant,
    pub categorie: Option<String>,
    pub code_rome: String,
    /// `aucune`, `FT` or `PT`.
    pub coordination: String,
    pub duree_motif: String,
    pub eligibilite: bool,
    pub preparation: bool,
    pub fiche_mission: bool,
    pub piece: bool,
    pub etat: Etat,
    pub soumis_le: Option<Timestamp>,
    pub valide_le: Option<Timestamp>,
    pub maj_le: Timestamp,
    pub version: i64,
}

impl Contrat {
    /// What the post it needs is for.
    #[must_use]
    pub fn nature(&self) -> Nature {
        match self.coordination.as_str() {
            "aucune" => Nature::Conseiller,
            _ => Nature::Coordinateur,
        }
    }

    /// Last day of work, as known today.
    #[must_use]
    pub fn derniere_date(&self) -> Option<Date> {
        self.fin_effective.or(self.date_fin)
    }

    /// The state in words, with its phase: a contract past its end is never
    /// « En cours » (spec 15 §3.4).
    #[must_use]
    pub fn phase(&self, le: Date) -> &'static str {
        if self.etat != Etat::Valide && !(self.etat == Etat::Remplace && self.runs_on(le)) {
            return self.etat.libelle();
        }
        if le < self.date_debut {
            "À venir"
        } else if self.derniere_date().is_some_and(|f| f < le) {
            Etat::Termine.libelle()
        } else {
            "En cours"
        }
    }

    /// True when somebody works under it on that day.
    #[must_use]
    pub fn runs_on(&self, le: Date) -> bool {
        self.etat.is_signed()
            && self.date_debut <= le
            && self.derniere_date().is_none_or(|f| le <= f)
    }
}

/// Two closed date intervals share a day; `None` never ends.
#[must_use]
pub fn overlaps(a: (Date, Option<Date>), b: (Date, Option<Date>)) -> bool {
    b.1.is_none_or(|f| a.0 <= f) && a.1.is_none_or(|f| b.0 <= f)
}

/// `debut + n months − 1 day` (spec 15 §3.1).
#[must_use]
pub fn end_after(debut: Date, mois: i32) -> Date {
    francais::plus_days(francais::plus_months(debut, mois), -1)
}

/// The SMIC for a part of full time, half-up to the cent (spec 15 §3.3).
#[must_use]
pub fn floor(smic: Montant, quotite: i64) -> Montant {
    smic.prorata(quotite, 100)
}

/// The fields of a contract, once read from a form.
#[derive(Debug, Clone)]
pub struct Termes {
    pub genre: Genre,
    pub date_debut: Date,
    pub date_fin: Option<Date>,
    pub quotite: i64,
    pub quotite_motif: Option<MotifQuotite>,
    pub salaire: Montant,
    pub categorie: Option<String>,
    pub code_rome: String,
    pub coordination: String,
    pub duree_motif: String,
}

/// What a contract is checked against.
#[derive(Debug, Clone, Default)]
pub struct Cadre {
    pub public: bool,
    /// SMIC on the first day at the place of work; `None`: no value is known.
    pub smic: Option<Montant>,
    /// Last day of the person's previous contract.
    pub fin_precedente: Option<Date>,
    /// The person already holds a CDI with this employer.
    pub deja_cdi: bool,
}

/// Checks the fields (spec 15 §3.2): one message per wrong field.
#[must_use]
pub fn check(t: &Termes, cadre: &Cadre) -> Saisies {
    let mut s = Saisies::new();
    if !t.genre.admits(cadre.public) {
        let nature = if cadre.public { "publique" } else { "privée" };
        s.add(
            "genre",
            format!("Ce type de contrat n'est pas possible dans une structure {nature}."),
        );
    }
    if cadre.deja_cdi && matches!(t.genre, Genre::Cdd | Genre::CddPublic) {
        s.add(
            "genre",
            "Cette personne est déjà en CDI : utilisez un avenant.",
        );
    }
    check_dates(&mut s, t, cadre);
    check_time(&mut s, t);
    check_pay(&mut s, t, cadre);
    match (&t.categorie, t.genre.has_categorie()) {
        (Some(_), false) => s.add(
            "categorie",
            "La catégorie A, B ou C est réservée aux contrats de droit public.",
        ),
        (None, true) => s.add("categorie", "Choisissez la catégorie A, B ou C."),
        (Some(c), true) if !matches!(c.as_str(), "A" | "B" | "C") => {
            s.add("categorie", "Choisissez la catégorie A, B ou C.");
        }
        _ => {}
    }
    if !matches!(t.coordination.as_str(), "aucune" | "FT" | "PT") {
        s.add("coordination", "Choisissez une réponse.");
    }
    let rome = t.code_rome.as_bytes();
    if rome.len() != 5 || !rome[0].is_ascii_uppercase() || !rome[1..].iter().all(u8::is_ascii_digit)
    {
        s.add(
            "code_rome",
            "Le code ROME compte une lettre et 4 chiffres, par exemple K2111.",
        );
    }
    s
}

fn check_dates(s: &mut Saisies, t: &Termes, cadre: &Cadre) {
    match (t.date_fin, t.genre.has_end()) {
        (None, true) => s.add("date_fin", "Indiquez la date de fin du contrat."),
        (Some(_), false) => s.add("date_fin", "Ce type de contrat n'a pas de date de fin."),
        (Some(f), true) if f <= t.date_debut => {
            s.add("date_fin", "La date de fin doit suivre la date de début.");
        }
        (Some(f), true) => check_length(s, t, f),
        _ => {}
    }
    if let Some(f) = cadre.fin_precedente
        && t.date_debut <= f
    {
        s.add(
            "date_debut",
            format!(
                "Le contrat précédent de cette personne finit le {} : commencez après cette date.",
                francais::date(f)
            ),
        );
    }
}

fn check_length(s: &mut Saisies, t: &Termes, fin: Date) {
    if t.genre == Genre::ContratDeProjet
        && (fin < end_after(t.date_debut, 12) || fin > end_after(t.date_debut, 72))
    {
        s.add("date_fin", "Un contrat de projet dure de 12 à 72 mois.");
    }
    let usuelle = [18, 24].map(|n| end_after(t.date_debut, n)).contains(&fin);
    if !usuelle && t.duree_motif.trim().is_empty() {
        s.add(
            "duree_motif",
            "La durée habituelle est de 18 ou 24 mois : expliquez pourquoi celle-ci est différente.",
        );
    }
}

fn check_time(s: &mut Saisies, t: &Termes) {
    const PLEIN: &str = "Le poste est à temps plein, sauf motif prévu.";
    match (t.quotite, t.quotite_motif) {
        (100, None) => {}
        (1..=99, Some(MotifQuotite::CongeParental)) if t.quotite < 80 => {
            s.add(
                "quotite",
                "En congé parental, le temps est d'au moins 80 %.",
            );
        }
        (1..=99, Some(_)) => {}
        (1..=99, None) => s.add("quotite", PLEIN),
        (100, Some(_)) => s.add(
            "quotite_motif",
            "Un temps plein n'a pas de motif de temps partiel.",
        ),
        _ => s.add("quotite", "Indiquez un nombre entre 1 et 100."),
    }
}

fn check_pay(s: &mut Saisies, t: &Termes, cadre: &Cadre) {
    if t.salaire.0 <= 0 {
        s.add("salaire", "Indiquez le salaire brut mensuel.");
        return;
    }
    let Some(smic) = cadre.smic else { return };
    if (1..=100).contains(&t.quotite) && t.salaire < floor(smic, t.quotite) {
        s.add(
            "salaire",
            format!(
                "Le salaire est inférieur au SMIC ({} pour {}\u{a0}%).",
                floor(smic, t.quotite),
                t.quotite
            ),
        );
    }
}

/// What the opérateur must see true before validating (spec 15 §3.4).
#[derive(Debug, Clone, Default)]
pub struct Gardes {
    /// G1: messages of the fields that are wrong today.
    pub champs: Vec<String>,
    /// G2.
    pub poste_tenu: bool,
    /// G3: number of an overlapping contract, in any structure.
    pub chevauche: Option<String>,
    /// G4: last day of the previous contract when it is not before the first day.
    pub fin_precedente: Option<Date>,
    /// G5.
    pub nature_juste: bool,
    /// G6.
    pub fiche_mission: bool,
    /// G7.
    pub eligibilite: bool,
    /// G8.
    pub piece: bool,
}

impl Gardes {
    /// All that is missing, at once.
    #[must_use]
    pub fn unmet(&self) -> Vec<String> {
        let mut m = self.champs.clone();
        let mut si = |faux: bool, texte: &str| {
            if faux {
                m.push(texte.to_owned());
            }
        };
        si(
            !self.poste_tenu,
            "Aucun poste n'est réservé pour ce contrat.",
        );
        si(
            !self.nature_juste,
            "La mission de coordination ne correspond pas au poste réservé.",
        );
        si(!self.fiche_mission, "La fiche de mission n'est pas à jour.");
        si(
            !self.eligibilite,
            "L'éligibilité de la personne n'est pas attestée.",
        );
        si(!self.piece, "Le contrat signé n'est pas accepté.");
        if let Some(n) = &self.chevauche {
            m.push(format!(
                "Le contrat {n} de la même personne couvre des dates communes."
            ));
        }
        if let Some(f) = self.fin_precedente {
            m.push(format!(
                "Le contrat précédent finit le {} : celui-ci doit commencer après.",
                francais::date(f)
            ));
        }
        m
    }
}

#[cfg(test)]
mod tests;
