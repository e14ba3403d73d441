//! What is known of a place: the fields of the national standard, richer
//! inside than in the file (spec 30 §2.3, §2.5, §2.6).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use socle::{Saisies, francais, texte_libre, valeurs::Courriel};
use territoires::{Point, geographie};

use crate::{horaires::Horaires, pivot, telephone, vocabulaire as v};

/// How the point was found (spec 30 §2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Numero,
    Voie,
    LieuDit,
    Commune,
    Source,
    Manuel,
    #[default]
    Inconnue,
}

impl Precision {
    #[must_use]
    pub fn libelle(self) -> &'static str {
        match self {
            Precision::Numero => "Au numéro",
            Precision::Voie => "À la rue",
            Precision::LieuDit => "Au lieu-dit",
            Precision::Commune => "À la commune",
            Precision::Source => "Donnée par le producteur",
            Precision::Manuel => "Placée à la main",
            Precision::Inconnue => "Inconnue",
        }
    }
}

/// Everything that describes a place, but its state and its links.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fiche {
    pub nom: String,
    /// SIRET, RNA or RIDET; empty when unknown.
    pub pivot: String,
    /// A bare SIREN: kept, never exported as pivot.
    pub siren: String,
    pub commune_insee: String,
    pub code_postal: String,
    pub adresse: String,
    pub complement_adresse: String,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub precision: Precision,
    pub typologies: Vec<String>,
    /// E.164, the main one first.
    pub telephones: Vec<String>,
    /// 3 or 4 digits: shown, never exported.
    pub numeros_courts: Vec<String>,
    pub courriels: Vec<String>,
    pub sites_web: Vec<String>,
    /// OSM opening_hours, canonical; empty when unknown.
    pub horaires: String,
    /// The text that could not be read.
    pub horaires_texte: String,
    pub sur_rendez_vous: bool,
    pub presentation_resume: String,
    pub presentation_detail: String,
    pub source: String,
    pub itinerance: Vec<String>,
    pub structure_parente: String,
    pub date_maj: Option<Date>,
    pub services: Vec<String>,
    pub publics: Vec<String>,
    pub prise_en_charge: Vec<String>,
    pub frais: Vec<String>,
    pub dispositifs: Vec<String>,
    pub formations_labels: Vec<String>,
    pub autres_labels: Vec<String>,
    pub modalites_acces: Vec<String>,
    pub modalites_accompagnement: Vec<String>,
    pub fiche_acces_libre: String,
    pub prise_rdv: String,
    pub acces_transport: String,
}

impl Fiche {
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        Some(Point::new(self.longitude?, self.latitude?))
    }

    /// The point, unless it only says which commune (spec 30 §2.6).
    #[must_use]
    pub fn precise_point(&self) -> Option<Point> {
        self.point()
            .filter(|_| !matches!(self.precision, Precision::Commune | Precision::Inconnue))
    }

    #[must_use]
    pub fn refuses_public(&self) -> bool {
        self.modalites_acces.iter().any(|m| m == "ne_recoit_pas")
    }

    /// Label or typology: it is a France Services place.
    #[must_use]
    pub fn is_france_services(&self) -> bool {
        self.dispositifs.iter().any(|d| d == "france_services")
            || self.typologies.iter().any(|t| t == "RFS")
    }

    /// Values of a field that has a vocabulary.
    #[must_use]
    pub fn choix(&self, voc: &v::Vocabulaire) -> &[String] {
        match voc.champ {
            "services" => &self.services,
            "publics_specifiquement_adresses" => &self.publics,
            "prise_en_charge_specifique" => &self.prise_en_charge,
            "frais_a_charge" => &self.frais,
            "itinerance" => &self.itinerance,
            "dispositif_programmes_nationaux" => &self.dispositifs,
            "formations_labels" => &self.formations_labels,
            "modalites_acces" => &self.modalites_acces,
            "modalites_accompagnement" => &self.modalites_accompagnement,
            _ => &[],
        }
    }

    /// The same, to fill.
    pub fn choix_mut(&mut self, voc: &v::Vocabulaire) -> Option<&mut Vec<String>> {
        Some(match voc.champ {
            "services" => &mut self.services,
            "publics_specifiquement_adresses" => &mut self.publics,
            "prise_en_charge_specifique" => &mut self.prise_en_charge,
            "frais_a_charge" => &mut self.frais,
            "itinerance" => &mut self.itinerance,
            "dispositif_programmes_nationaux" => &mut self.dispositifs,
            "formations_labels" => &mut self.formations_labels,
            "modalites_acces" => &mut self.modalites_acces,
            "modalites_accompagnement" => &mut self.modalites_accompagnement,
            _ => return None,
        })
    }

    /// What is missing to be published (spec 30 §2.4), in words.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let contact = !self.telephones.is_empty()
            || !self.numeros_courts.is_empty()
            || !self.courriels.is_empty()
            || !self.sites_web.is_empty()
            || !self.prise_rdv.is_empty()
            || !self.horaires.is_empty();
        [
            (self.nom.is_empty(), "le nom"),
            (self.commune_insee.is_empty(), "la commune"),
            (self.code_postal.is_empty(), "le code postal"),
            (self.adresse.is_empty(), "l’adresse"),
            (self.services.is_empty(), "au moins un service"),
            (
                !contact,
                "un moyen de contact (téléphone, courriel, site, rendez-vous) ou des horaires",
            ),
        ]
        .into_iter()
        .filter_map(|(manque, quoi)| manque.then_some(quoi))
        .collect()
    }

    /// Puts the point at the commune when there is none (spec 30 §2.6).
    pub fn place_at_commune(&mut self) {
        if self.point().is_some() {
            return;
        }
        let p = geographie()
            .commune_today(&self.commune_insee)
            .and_then(|c| c.mairie.or(c.centre));
        if let Some(p) = p {
            self.latitude = Some(p.lat);
            self.longitude = Some(p.lon);
            self.precision = Precision::Commune;
        }
    }

    /// The rules of entry (spec 30 §2.3), beside the fields of the form.
    ///
    /// # Errors
    /// `Erreur::Saisie`.
    pub fn check(&self) -> socle::Resultat<()> {
        let mut e = Saisies::new();
        let n = self.nom.chars().count();
        if !(3..=150).contains(&n) || !self.nom.chars().any(char::is_alphabetic) {
            e.add("nom", "Indiquez le nom du lieu.");
        }
        if !self.pivot.is_empty() && !pivot::is_valid(&self.pivot, &self.commune_insee) {
            e.add("pivot", pivot::MESSAGE);
        }
        self.check_adresse(&mut e);
        if self.typologies.is_empty() {
            e.add("typologie", "Choisissez au moins un type de lieu.");
        }
        if self.services.is_empty() {
            e.add("services", "Choisissez au moins un service.");
        }
        self.check_contacts(&mut e);
        let r = self.presentation_resume.chars().count();
        if r > 280 {
            e.add(
                "presentation_resume",
                format!("Le résumé est limité à 280 caractères ({r})."),
            );
        }
        if self.presentation_detail.chars().count() > 5_000 {
            e.add(
                "presentation_detail",
                "La présentation est limitée à 5 000 caractères.",
            );
        }
        for (champ, texte) in [
            ("presentation_resume", &self.presentation_resume),
            ("presentation_detail", &self.presentation_detail),
            ("complement_adresse", &self.complement_adresse),
            ("acces_transport", &self.acces_transport),
        ] {
            e.take(champ, texte_libre::check(texte));
        }
        if !self.horaires.is_empty() && self.horaires.parse::<Horaires>().is_err() {
            e.add(
                "horaires",
                "Horaires illisibles : écrivez par exemple 9h-12h, 14h-18h.",
            );
        }
        for voc in v::TOUS {
            if self.choix(voc).iter().any(|c| !voc.has(c)) {
                e.add(voc.champ, "Valeur inconnue.");
            }
        }
        e.check()
    }

    fn check_adresse(&self, e: &mut Saisies) {
        match geographie().commune(&self.commune_insee) {
            None => e.add("commune", "Choisissez la commune dans la liste."),
            Some(c) if !self.code_postal.is_empty() && !c.has_code_postal(&self.code_postal) => e
                .add(
                    "code_postal",
                    "La commune et le code postal ne correspondent pas.",
                ),
            Some(_) => {}
        }
        if !(3..=200).contains(&self.adresse.chars().count()) {
            e.add("adresse", "Indiquez l’adresse ou le lieu-dit.");
        }
        if self.complement_adresse.chars().count() > 200 {
            e.add(
                "complement_adresse",
                "Le complément est limité à 200 caractères.",
            );
        }
        if let Some(p) = self.point()
            && !p.is_in_france()
        {
            e.add("latitude", "Coordonnées illisibles ou hors de France.");
        }
    }

    fn check_contacts(&self, e: &mut Saisies) {
        if self.telephones.iter().any(|t| !telephone::is_e164(t)) {
            e.add("telephone", "Numéro de téléphone non reconnu.");
        }
        if self.courriels.len() > 5
            || self
                .courriels
                .iter()
                .any(|c| c.parse::<Courriel>().is_err())
        {
            e.add(
                "courriels",
                "Indiquez au plus 5 adresses, comme accueil@exemple.fr.",
            );
        }
        let url = |u: &String| u.starts_with("https://") || u.starts_with("http://");
        if self.sites_web.len() > 5 || !self.sites_web.iter().all(url) {
            e.add(
                "site_web",
                "Indiquez au plus 5 adresses commençant par https://.",
            );
        }
        if !self.prise_rdv.is_empty() && !url(&self.prise_rdv) {
            e.add("prise_rdv", "L’adresse doit commencer par https://.");
        }
        if !self.fiche_acces_libre.is_empty()
            && !self
                .fiche_acces_libre
                .starts_with("https://acceslibre.beta.gouv.fr/")
        {
            e.add(
                "fiche_acces_libre",
                "L'adresse doit être celle d'une fiche Acceslibre.",
            );
        }
        let mode = |m: &str| self.modalites_acces.iter().any(|x| x == m);
        if mode("ne_recoit_pas") && self.modalites_acces.len() > 1 {
            e.add(
                "modalites_acces",
                "« Ce lieu n’accueille pas de public » ne va avec aucune autre réponse.",
            );
        }
        if mode("telephoner") && self.telephones.is_empty() && self.numeros_courts.is_empty() {
            e.add(
                "telephone",
                "Vous indiquez « Téléphoner » : ajoutez un numéro.",
            );
        }
        if (mode("mail") || mode("fiche_prescription")) && self.courriels.is_empty() {
            e.add(
                "courriels",
                "Vous indiquez « Contacter par mail » : ajoutez une adresse.",
            );
        }
        if mode("rdv_en_ligne") && self.prise_rdv.is_empty() {
            e.add(
                "prise_rdv",
                "Vous indiquez « Prendre un RDV en ligne » : ajoutez l’adresse de la page.",
            );
        }
    }
}

/// `prenom.nom@…`: an address that names a person (spec 30 §5).
#[must_use]
pub fn nominatif_courriel(courriel: &str) -> bool {
    const SERVICES: &[&str] = &[
        "accueil",
        "contact",
        "mairie",
        "mediatheque",
        "bibliotheque",
        "france",
        "services",
        "service",
        "fs",
        "msap",
        "ccas",
        "centre",
        "social",
        "espace",
        "numerique",
        "maison",
        "secretariat",
        "info",
        "infos",
        "point",
        "mission",
        "locale",
        "epn",
        "cyber",
        "asso",
        "communaute",
        "ville",
        "saint",
        "sainte",
        "public",
        "animation",
        "direction",
        "administration",
        "formation",
        "mediation",
        "bus",
        "pimms",
    ];
    let Some((local, _)) = courriel.split_once('@') else {
        return false;
    };
    let local = francais::fold(local);
    let Some((a, b)) = local.split_once('.') else {
        return false;
    };
    let nom = |s: &str| s.len() >= 2 && s.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    let connu = |s: &str| s.split(' ').any(|m| SERVICES.contains(&m));
    nom(a) && nom(b) && !connu(a) && !connu(b)
}

/// A French mobile number: belongs to somebody until the place confirms.
#[must_use]
pub fn nominatif_telephone(e164: &str) -> bool {
    e164.starts_with("+336") || e164.starts_with("+337")
}
