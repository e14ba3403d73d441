//! From what was typed to a checked report (spec 20 §3.3). Pure.

use jiff::civil::Date;
use socle::{Saisies, francais};
use web::Champs;

use super::{AUTRE, Choix, Contenu, Genre, Partenaire, dimension, mission};
use crate::{
    activite::saisie as commune,
    texte_libre,
    vocabulaire::{Vocabulaires, liste},
};

/// Partners a form offers.
pub const PARTENAIRES: usize = 6;
const NOM_MAX: usize = 150;
const PRECISION_MAX: usize = 100;
const PARTICIPANTS_MAX: i64 = 100_000;
const INCONNU: &str = "Valeur inconnue à cette date : choisissez dans la liste.";

/// Reads a form.
///
/// # Errors
/// Every message at once, beside its field.
pub fn read(
    genre: Genre,
    champs: &Champs,
    voc: &Vocabulaires,
    aujourdhui: Date,
) -> Result<Contenu, Saisies> {
    let mut l = Lecture {
        champs,
        voc,
        erreurs: Saisies::new(),
    };
    let date = l.erreurs.take("date", commune::date(champs, aujourdhui));
    if date.is_some_and(|d| francais::days(d, aujourdhui) > 90)
        && champs.get("confirme_date") != "oui"
    {
        l.erreurs.add(
            "confirme_date",
            "Cette activité date de plus de 3 mois : confirmez.",
        );
    }
    let mut c = Contenu {
        genre,
        date: date.unwrap_or(aujourdhui),
        duree: l.duration(genre),
        nom: None,
        mediateurs: 0,
        structures: 0,
        autres: 0,
        participants: 0,
        initiative: None,
        echelon: None,
        mission: String::new(),
        choix: Vec::new(),
        partenaires: Vec::new(),
        notes: l.text("notes", 2_000),
    };
    match genre {
        Genre::Animation => l.animation(&mut c),
        Genre::Evenement => l.event(&mut c),
        Genre::Partenariat => l.partnership(&mut c),
    }
    let themes: Vec<String> = c
        .values(dimension::THEME)
        .map(|t| t.valeur.clone())
        .collect();
    c.mission = l
        .one("mission", liste::MISSION_COORDINATION)
        .unwrap_or_else(|| mission(genre, &themes).to_owned());
    c.choix.sort();
    if l.erreurs.is_empty() {
        Ok(c)
    } else {
        Err(l.erreurs)
    }
}

struct Lecture<'a> {
    champs: &'a Champs,
    voc: &'a Vocabulaires,
    erreurs: Saisies,
}

impl Lecture<'_> {
    fn animation(&mut self, c: &mut Contenu) {
        c.mediateurs = self.count("mediateurs");
        c.structures = self.count("structures");
        c.autres = self.count("autres");
        c.participants = c.mediateurs + c.structures + c.autres;
        if c.participants == 0 && self.erreurs.get("mediateurs").is_none() {
            self.erreurs
                .add("mediateurs", "Indiquez au moins un participant.");
        }
        c.initiative = self.one_asked("initiative", liste::INITIATIVE);
        c.choix
            .extend(self.single(dimension::TYPE_ANIMATION, liste::TYPE_ANIMATION));
        c.choix
            .extend(self.several(dimension::THEME, liste::THEME_ANIMATION));
    }

    fn event(&mut self, c: &mut Contenu) {
        c.nom = self.name();
        c.participants = self.count("participants");
        if self.champs.get("participants").trim().is_empty() {
            self.erreurs
                .add("participants", "Indiquez un nombre entre 0 et 100 000.");
        }
        c.choix
            .extend(self.single(dimension::TYPE_EVENEMENT, liste::TYPE_EVENEMENT));
        c.choix
            .extend(self.several(dimension::ORGANISATEUR, liste::ORGANISATEUR));
        c.echelon = self.one_asked("echelon", liste::ECHELON);
    }

    fn partnership(&mut self, c: &mut Contenu) {
        c.nom = self.name();
        c.choix
            .extend(self.several(dimension::NATURE, liste::NATURE_PARTENARIAT));
        c.echelon = self.one_asked("echelon", liste::ECHELON);
        c.partenaires = self.partners();
    }

    fn get(&self, nom: &str) -> String {
        self.champs.get(nom).trim().to_owned()
    }

    fn duration(&mut self, genre: Genre) -> Option<i64> {
        let t = self.get("duree");
        if t.is_empty() && genre != Genre::Animation {
            return None;
        }
        let n = t.parse::<i64>().ok().filter(|n| (5..=1_440).contains(n));
        if n.is_none() {
            self.erreurs.add(
                "duree",
                format!(
                    "La durée doit être comprise entre 5 min et {}.",
                    francais::duree(1_440)
                ),
            );
        }
        n
    }

    fn name(&mut self) -> Option<String> {
        let v = self.text("nom", NOM_MAX);
        if v.is_none() {
            self.erreurs.add("nom", "Donnez un nom.");
        }
        v
    }

    fn count(&mut self, nom: &str) -> i64 {
        let t: String = self
            .get(nom)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        if t.is_empty() {
            return 0;
        }
        let n = t
            .parse::<i64>()
            .ok()
            .filter(|n| (0..=PARTICIPANTS_MAX).contains(n));
        if n.is_none() {
            self.erreurs
                .add(nom, "Indiquez un nombre entre 0 et 100 000.");
        }
        n.unwrap_or(0)
    }

    fn text(&mut self, nom: &str, max: usize) -> Option<String> {
        let v = self.get(nom);
        if v.chars().count() > max {
            self.erreurs.add(
                nom,
                format!("{} caractères au maximum.", francais::grouped(max as u64)),
            );
        }
        texte_libre::judge_reason(&v, nom, &mut self.erreurs);
        (!v.is_empty()).then_some(v)
    }

    fn one(&mut self, nom: &str, liste: &str) -> Option<String> {
        let v = self.get(nom);
        if v.is_empty() {
            return None;
        }
        if self.voc.get(liste, &v).is_none() {
            self.erreurs.add(nom, INCONNU);
            return None;
        }
        Some(v)
    }

    fn one_asked(&mut self, nom: &str, liste: &str) -> Option<String> {
        let v = self.one(nom, liste);
        if v.is_none() && self.erreurs.get(nom).is_none() {
            self.erreurs.add(nom, "Choisissez une réponse.");
        }
        v
    }

    fn single(&mut self, d: &'static str, liste: &str) -> Option<Choix> {
        let valeur = self.one_asked(d, liste)?;
        Some(self.choice(d, valeur))
    }

    fn several(&mut self, d: &'static str, liste: &str) -> Vec<Choix> {
        let mut v: Vec<Choix> = Vec::new();
        for cle in self.champs.all(d) {
            if cle.is_empty() || v.iter().any(|c| c.valeur == cle) {
                continue;
            }
            if self.voc.get(liste, cle).is_none() {
                self.erreurs.add(d, INCONNU);
            } else {
                let choix = self.choice(d, cle.to_owned());
                v.push(choix);
            }
        }
        if v.is_empty() && self.erreurs.get(d).is_none() {
            self.erreurs.add(d, "Choisissez au moins une réponse.");
        }
        v
    }

    fn choice(&mut self, d: &'static str, valeur: String) -> Choix {
        let precision = (valeur == AUTRE)
            .then(|| self.precision(&format!("{d}_precision")))
            .flatten();
        Choix {
            dimension: d,
            valeur,
            precision,
        }
    }

    fn precision(&mut self, nom: &str) -> Option<String> {
        let v = self.text(nom, PRECISION_MAX);
        if v.is_none() {
            self.erreurs.add(nom, "Précisez.");
        }
        v
    }

    fn partners(&mut self) -> Vec<Partenaire> {
        let mut v = Vec::new();
        for i in 1..=PARTENAIRES {
            let (champ_nom, champ_type) =
                (format!("partenaire_{i}"), format!("partenaire_type_{i}"));
            let nom = self.text(&champ_nom, NOM_MAX);
            let genre = self.one(&champ_type, liste::ORGANISATEUR);
            if genre.as_deref() == Some("ma_structure") {
                self.erreurs.add(
                    champ_type.clone(),
                    "Votre structure n'est pas un partenaire.",
                );
                continue;
            }
            match (nom, genre) {
                (Some(nom), Some(type_organisateur)) => {
                    let precision = (type_organisateur == AUTRE)
                        .then(|| self.precision(&format!("partenaire_precision_{i}")))
                        .flatten();
                    v.push(Partenaire {
                        nom,
                        type_organisateur,
                        precision,
                    });
                }
                (Some(_), None) => self.erreurs.add(champ_type, "Dites qui est ce partenaire."),
                (None, Some(_)) => self.erreurs.add(champ_nom, "Donnez le nom du partenaire."),
                (None, None) => {}
            }
        }
        if v.is_empty() && self.erreurs.get("partenaire_1").is_none() {
            self.erreurs
                .add("partenaire_1", "Indiquez au moins un partenaire.");
        }
        v
    }
}

/// The fields of a report, as its form shows them.
#[must_use]
pub fn fields(c: &Contenu) -> Champs {
    let mut f = Champs::default()
        .with("date", c.date)
        .with("mission", &c.mission);
    if let Some(d) = c.duree {
        f = f.with("duree", d);
    }
    for (nom, v) in [
        ("nom", &c.nom),
        ("initiative", &c.initiative),
        ("echelon", &c.echelon),
        ("notes", &c.notes),
    ] {
        if let Some(v) = v {
            f = f.with(nom, v);
        }
    }
    match c.genre {
        Genre::Animation => {
            f = f
                .with("mediateurs", c.mediateurs)
                .with("structures", c.structures)
                .with("autres", c.autres);
        }
        Genre::Evenement => f = f.with("participants", c.participants),
        Genre::Partenariat => {}
    }
    for choix in &c.choix {
        f = f.with(choix.dimension, &choix.valeur);
        if let Some(p) = &choix.precision {
            f = f.with(&format!("{}_precision", choix.dimension), p);
        }
    }
    for (i, p) in (1..).zip(&c.partenaires) {
        f = f
            .with(&format!("partenaire_{i}"), &p.nom)
            .with(&format!("partenaire_type_{i}"), &p.type_organisateur);
        if let Some(t) = &p.precision {
            f = f.with(&format!("partenaire_precision_{i}"), t);
        }
    }
    f
}
