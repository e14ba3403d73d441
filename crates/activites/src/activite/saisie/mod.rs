//! From what was typed to a checked activity (spec 20 §3.1, §3.2). Pure: the
//! service brings what the rules need to know.

mod detail;
mod participants;
pub use detail::{IRRITANTS, irritant_fields, site_label};
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Saisies, francais};
use territoires::ResultatCommune;
use uuid::Uuid;
use web::Champs;

use super::{Contenu, TypeActivite, Valeur, dimension};
use crate::{
    texte_libre,
    vocabulaire::{Vocabulaires, liste},
};

/// A place the author may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LieuConnu {
    pub id: Uuid,
    pub nom: String,
    pub commune: String,
    pub departement: String,
    /// Open on the date of the activity.
    pub ouvert: bool,
}

/// What the rules need to know besides the form.
#[derive(Debug, Default)]
pub struct Contexte {
    /// Today where the author works.
    pub aujourdhui: Date,
    /// Lists as valid at the date of the activity.
    pub voc: Vocabulaires,
    pub lieux: Vec<LieuConnu>,
    /// The author's own files, with the commune of residence.
    pub beneficiaires: BTreeMap<Uuid, Option<String>>,
    /// Who may have been there too.
    pub collegues: Vec<Uuid>,
    /// The author had an employment at that date.
    pub employe: bool,
    /// Taking over the past: a theme nobody noted is accepted (§3.4).
    pub reprise: bool,
}

const PREMIER_JOUR: Date = Date::constant(2020, 1, 1);
const ANCIEN_JOURS: i64 = 90;
const LONG_INDIVIDUEL: i64 = 240;

/// The date typed, which decides of the lists and the employment.
///
/// # Errors
/// A message in French.
pub fn date(champs: &Champs, aujourdhui: Date) -> Result<Date, &'static str> {
    let d = francais::parse_date(champs.get("date"))?;
    if d > aujourdhui {
        Err("La date ne peut pas être dans le futur.")
    } else if d < PREMIER_JOUR {
        Err("La date doit être postérieure au 1er janvier 2020.")
    } else {
        Ok(d)
    }
}

/// Reads a form.
///
/// # Errors
/// Every message at once, beside its field.
pub fn read(t: TypeActivite, champs: &Champs, cx: &Contexte) -> Result<Contenu, Saisies> {
    let mut l = Lecture {
        champs,
        cx,
        erreurs: Saisies::new(),
    };
    let date = l.date();
    let duree = l.duration(t);
    let (type_lieu, lieu) = l.place();
    let mut valeurs = l.themes();
    valeurs.extend(l.equipment());
    valeurs.extend(l.many("motifs", liste::MOTIF, dimension::MOTIF));
    valeurs.extend(l.many("publics", liste::PUBLICS, dimension::PUBLICS));
    valeurs.extend(l.irritants());
    let participants = match t {
        TypeActivite::Individuel => l.person(),
        TypeActivite::Collectif => l.group(),
    };
    let suivis = participants.suivis.clone();
    let nombre = i64::try_from(suivis.len()).unwrap_or(0) + participants.anonymes;
    valeurs.extend(participants.valeurs);
    let commune = l.place_commune(&type_lieu, &suivis);
    let suites = match t {
        TypeActivite::Individuel => l.single_outcome(),
        TypeActivite::Collectif => l.counted_outcomes(nombre),
    };
    let oriente = suites
        .iter()
        .any(|v| matches!(v.valeur.as_str(), "orientation" | "hors_champ"));
    valeurs.extend(suites);
    let (destination, organisme) = l.destination(oriente);
    let cadre = l.one("cadre", liste::CADRE);
    if cadre.is_some() && type_lieu != "autre" {
        l.erreurs
            .add("cadre", "Le cadre ne se choisit que pour « Autre lieu ».");
    }
    let modalite = l.one_of_kind("modalite", liste::MODALITE, t);
    let mode_aide = l.one("mode_aide", liste::MODE_AIDE);
    let raison_aide = l
        .one("raison_aide", liste::RAISON)
        .filter(|_| mode_aide.as_deref() == Some(super::FAIRE_A_LA_PLACE));
    let titre = (t == TypeActivite::Collectif)
        .then(|| l.text("titre", 150))
        .flatten();
    let notes = l.text("notes", 2_000);
    let contenu = Contenu {
        type_activite: t,
        date: date.unwrap_or(PREMIER_JOUR),
        duree,
        type_lieu,
        lieu,
        commune,
        cadre,
        public: l
            .one("public", liste::PUBLIC)
            .unwrap_or_else(|| "habitants".into()),
        modalite,
        origine: l.one("origine", liste::ORIGINE),
        mode_aide,
        raison_aide,
        aide_urgence: l.tick("aide_urgence"),
        autonomie: l.one("autonomie", liste::AUTONOMIE),
        niveau: l.one("niveau", liste::NIVEAU),
        confiance_avant: l.confidence("confiance_avant"),
        confiance_apres: l.confidence("confiance_apres"),
        destination,
        organisme,
        pass_propose: l.tick("pass_propose"),
        pass_utilise: l.tick("pass_utilise"),
        titre,
        notes,
        suivis,
        anonymes: participants.anonymes,
        deja_accompagnes: participants.deja,
        commune_residence: participants.commune_residence,
        valeurs,
        coanimateurs: l.colleagues(),
        etiquettes: l.tags(),
    };
    l.erreurs.check_with(contenu.ordered())
}

/// Errors, or the value they did not spoil.
trait CheckWith {
    fn check_with<T>(self, valeur: T) -> Result<T, Saisies>;
}

impl CheckWith for Saisies {
    fn check_with<T>(self, valeur: T) -> Result<T, Saisies> {
        if self.is_empty() {
            Ok(valeur)
        } else {
            Err(self)
        }
    }
}

/// The commune a text designates, or what to write instead.
///
/// # Errors
/// A message in French.
pub fn commune(texte: &str) -> Result<Option<String>, String> {
    if texte.trim().is_empty() {
        return Ok(None);
    }
    match territoires::resolve_saisie(texte) {
        ResultatCommune::Trouvee(c) => Ok(Some(c.code.to_owned())),
        ResultatCommune::Plusieurs(v) => {
            let noms: Vec<String> = v
                .iter()
                .take(3)
                .map(|c| format!("{} ({})", c.nom, c.departement))
                .collect();
            Err(format!(
                "Plusieurs communes portent ce nom : {}… Ajoutez le code postal.",
                noms.join(", ")
            ))
        }
        ResultatCommune::Aucune => Err("Choisissez une commune dans la liste.".into()),
    }
}

/// One reading of one form.
struct Lecture<'a> {
    champs: &'a Champs,
    cx: &'a Contexte,
    erreurs: Saisies,
}

impl Lecture<'_> {
    fn get(&self, nom: &str) -> String {
        self.champs.get(nom).trim().to_owned()
    }

    fn tick(&self, nom: &str) -> bool {
        self.champs.get(nom) == "oui"
    }

    /// Asks to confirm what is rare, in a box shown beside the message.
    fn confirm(&mut self, nom: &str, message: &str) {
        if !self.tick(nom) {
            self.erreurs.add(nom, message);
        }
    }

    fn date(&mut self) -> Option<Date> {
        let d = self
            .erreurs
            .take("date", date(self.champs, self.cx.aujourdhui))?;
        if francais::days(d, self.cx.aujourdhui) > ANCIEN_JOURS {
            self.confirm(
                "confirme_date",
                "Cette activité date de plus de 3 mois : confirmez.",
            );
        }
        if !self.cx.employe {
            self.confirm(
                "confirme_emploi",
                "Vous n'aviez pas de contrat à cette date. Vérifiez la date, ou confirmez : l'employeur restera à préciser.",
            );
        }
        Some(d)
    }

    fn duration(&mut self, t: TypeActivite) -> i64 {
        let max = t.duree_max();
        let autre = self.get("duree_autre");
        let texte = if autre.is_empty() {
            self.get("duree")
        } else {
            autre
        };
        let message = format!(
            "La durée doit être comprise entre 5 min et {}.",
            francais::duree(max)
        );
        let Ok(n) = texte.parse::<i64>() else {
            self.erreurs.add("duree", message);
            return 5;
        };
        if !(5..=max).contains(&n) {
            self.erreurs.add("duree", message);
        } else if t == TypeActivite::Individuel && n > LONG_INDIVIDUEL {
            self.confirm(
                "confirme_duree",
                &format!(
                    "{} avec une seule personne : confirmez cette durée.",
                    francais::duree(n)
                ),
            );
        }
        n
    }

    /// Reads `lieu`: `lieu_activite:{id}`, `domicile`, `a_distance` or `autre`.
    fn place(&mut self) -> (String, Option<Uuid>) {
        let choix = self.get("lieu");
        let (genre, id) = choix.split_once(':').unwrap_or((&choix, ""));
        if self.cx.voc.get(liste::TYPE_LIEU, genre).is_none() {
            self.erreurs
                .add("lieu", "Choisissez où l'accompagnement a eu lieu.");
            return (genre.to_owned(), None);
        }
        if genre != "lieu_activite" {
            return (genre.to_owned(), None);
        }
        let lieu = id
            .parse::<Uuid>()
            .ok()
            .and_then(|id| self.cx.lieux.iter().find(|l| l.id == id));
        match lieu {
            None => self.erreurs.add("lieu", "Choisissez un lieu d'activité."),
            Some(l) if !l.ouvert => self
                .erreurs
                .add("lieu", "Ce lieu était fermé à cette date."),
            Some(_) => {}
        }
        (genre.to_owned(), lieu.map(|l| l.id))
    }

    /// The commune of a visit: typed, or where the followed person lives.
    fn place_commune(&mut self, type_lieu: &str, suivis: &[Uuid]) -> Option<String> {
        if !matches!(type_lieu, "domicile" | "autre") {
            return None;
        }
        let lue = self
            .erreurs
            .take("commune", commune(self.champs.get("commune")))?;
        let trouvee = lue.or_else(|| match (type_lieu, suivis) {
            ("domicile", [p]) => self.cx.beneficiaires.get(p).cloned().flatten(),
            _ => None,
        });
        if trouvee.is_none() {
            self.erreurs.add("commune", "Choisissez une commune.");
        }
        trouvee
    }

    /// A sub-theme adds its parent.
    fn themes(&mut self) -> Vec<Valeur> {
        let mut v = self.many("thematiques", liste::THEMATIQUE, dimension::THEMATIQUE);
        let sous = self.many(
            "sous_thematiques",
            liste::SOUS_THEMATIQUE,
            dimension::SOUS_THEMATIQUE,
        );
        let locaux = self.many("themes_locaux", liste::THEME_LOCAL, dimension::THEME_LOCAL);
        let enfants = sous.iter().map(|s| (liste::SOUS_THEMATIQUE, s));
        for (liste, s) in enfants.chain(locaux.iter().map(|s| (liste::THEME_LOCAL, s))) {
            let parent = self
                .cx
                .voc
                .get(liste, &s.valeur)
                .and_then(|e| e.parent.clone());
            if let Some(p) = parent
                && v.iter().all(|t| t.valeur != p)
            {
                v.push(Valeur::new(dimension::THEMATIQUE, &p, 1));
            }
        }
        if !self.cx.reprise && v.iter().any(|t| t.valeur == "non_precise") {
            self.erreurs.add("thematiques", UNKNOWN);
        }
        if v.is_empty() {
            self.erreurs
                .add("thematiques", "Choisissez au moins une thématique.");
        }
        v.extend(sous);
        v.extend(locaux);
        v
    }

    fn equipment(&mut self) -> Vec<Valeur> {
        let v = self.many("materiel", liste::MATERIEL, dimension::MATERIEL);
        if v.len() > 1 && v.iter().any(|m| m.valeur == "aucun") {
            self.erreurs.add(
                "materiel",
                "« Pas de matériel » ne se combine pas avec un autre choix.",
            );
        }
        v
    }

    fn one(&mut self, nom: &str, liste: &str) -> Option<String> {
        let v = self.get(nom);
        if v.is_empty() {
            return None;
        }
        if self.cx.voc.get(liste, &v).is_none() {
            self.erreurs.add(nom, UNKNOWN);
            return None;
        }
        Some(v)
    }

    fn one_of_kind(&mut self, nom: &str, liste: &str, t: TypeActivite) -> Option<String> {
        let v = self.one(nom, liste)?;
        let genre = self.cx.voc.get(liste, &v).and_then(|e| e.parent.as_deref());
        if genre.is_some_and(|g| g != t.cle()) {
            self.erreurs.add(nom, UNKNOWN);
            return None;
        }
        Some(v)
    }

    fn many(&mut self, nom: &str, liste: &str, dimension: &str) -> Vec<Valeur> {
        let mut v: Vec<Valeur> = Vec::new();
        for cle in self.champs.all(nom) {
            if cle.is_empty() || v.iter().any(|d| d.valeur == cle) {
                continue;
            }
            if self.cx.voc.get(liste, cle).is_none() {
                self.erreurs.add(nom, UNKNOWN);
            } else {
                v.push(Valeur::new(dimension, cle, 1));
            }
        }
        v
    }

    /// A free text: numbers of people and banks are refused, what looks like
    /// a password is confirmed (spec 01, arbitration 3).
    fn text(&mut self, nom: &str, max: usize) -> Option<String> {
        let v = self.get(nom);
        if v.chars().count() > max {
            self.erreurs.add(
                nom,
                format!("{} caractères au maximum.", francais::grouped(max as u64)),
            );
        }
        texte_libre::judge(&v, nom, self.champs, &mut self.erreurs);
        (!v.is_empty()).then_some(v)
    }
}

const UNKNOWN: &str = "Valeur inconnue à cette date : choisissez dans la liste.";
