//! « Plus de détails »: what is optional in every compte rendu.

use uuid::Uuid;

use super::{Lecture, UNKNOWN};
use crate::{
    activite::{Valeur, anonyme, dimension},
    texte_libre,
    vocabulaire::{Vocabulaires, liste},
};

/// Pairs of irritants a form offers (§3.1).
pub const IRRITANTS: usize = 3;
const ETIQUETTES: usize = 10;
const SITE_MAX: usize = 40;
/// How the key of a site named freely begins.
const LIBRE: &str = "autre_";

fn is_free(cle: &str) -> bool {
    cle.strip_prefix(LIBRE).is_some_and(|r| {
        (1..=SITE_MAX).contains(&r.len())
            && r.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// The name of a site, listed or not.
#[must_use]
pub fn site_label(voc: &Vocabulaires, cle: &str) -> String {
    match cle.strip_prefix(LIBRE) {
        Some(libre) => socle::francais::libelle(libre),
        None => voc.label(liste::OPERATEUR, cle),
    }
}

impl Lecture<'_> {
    pub(super) fn irritants(&mut self) -> Vec<Valeur> {
        let mut v: Vec<Valeur> = Vec::new();
        for i in 1..=IRRITANTS {
            let (champ_o, champ_n) = (format!("operateur_{i}"), format!("nature_{i}"));
            let operateur = self.site(i, &champ_o);
            let nature = self.one(&champ_n, liste::IRRITANT);
            match (operateur, nature) {
                (Some(o), Some(n)) => {
                    let paire = format!("{o}:{n}");
                    if v.iter().all(|d| d.valeur != paire) {
                        v.push(Valeur::new(dimension::IRRITANT, &paire, 1));
                    }
                }
                (Some(_), None) => self
                    .erreurs
                    .add(champ_n, "Dites aussi quelle difficulté s'est présentée."),
                (None, Some(_)) => self.erreurs.add(
                    champ_o,
                    "Dites aussi sur quel site la difficulté s'est présentée.",
                ),
                (None, None) => {}
            }
        }
        v
    }

    /// A site of the list, else one named freely (W26), whose key says so.
    fn site(&mut self, i: usize, champ: &str) -> Option<String> {
        let choisi = self.get(champ);
        if is_free(&choisi) {
            return Some(choisi);
        }
        if !choisi.is_empty() {
            return self.one(champ, liste::OPERATEUR);
        }
        let nom = format!("site_{i}");
        let libre = self.get(&nom);
        if libre.is_empty() {
            return None;
        }
        if libre.chars().count() > SITE_MAX {
            self.erreurs
                .add(nom.clone(), format!("{SITE_MAX} caractères au maximum."));
        }
        texte_libre::judge_reason(&libre, &nom, &mut self.erreurs);
        let plie = socle::francais::fold(&libre);
        let connu = self
            .cx
            .voc
            .entries(liste::OPERATEUR)
            .iter()
            .find(|e| socle::francais::fold(&e.libelle) == plie)
            .map(|e| e.cle.clone());
        let cle: String = plie
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        Some(connu.unwrap_or_else(|| format!("{LIBRE}{cle}")))
    }

    /// What follows an individuel: one thing at most.
    pub(super) fn single_outcome(&mut self) -> Vec<Valeur> {
        self.one("suite", liste::SUITE)
            .map(|s| Valeur::new(dimension::SUITE, &s, 1))
            .into_iter()
            .collect()
    }

    /// What follows an atelier: how many people each.
    pub(super) fn counted_outcomes(&mut self, participants: i64) -> Vec<Valeur> {
        let mut v = Vec::new();
        let mut somme = 0;
        let entrees = self.cx.voc.entries(liste::SUITE);
        for e in entrees {
            let nom = format!("suite_{}", e.cle);
            let n = self
                .erreurs
                .take(&nom, anonyme::count(self.champs.get(&nom)))
                .unwrap_or(0);
            somme += n;
            if n > 0 {
                v.push(Valeur::new(dimension::SUITE, &e.cle, n));
            }
        }
        if somme > participants
            && let Some(e) = entrees.first()
        {
            self.erreurs.add(
                format!("suite_{}", e.cle),
                "Le total des suites dépasse le nombre de participants.",
            );
        }
        v
    }

    /// Where people were sent; the destination of a chosen organisme is its own.
    pub(super) fn destination(&mut self, oriente: bool) -> (Option<String>, Option<String>) {
        let organisme = self.one("organisme", liste::ORGANISME);
        let mut destination = self.one("destination", liste::DESTINATION);
        if !oriente {
            return (None, None);
        }
        if destination.is_none() {
            destination = organisme.as_deref().and_then(|o| {
                self.cx
                    .voc
                    .get(liste::ORGANISME, o)
                    .and_then(|e| e.parent.clone())
            });
        }
        if destination.is_none() {
            self.erreurs.add(
                "destination",
                "Indiquez vers qui la personne a été orientée.",
            );
        }
        (destination, organisme)
    }

    pub(super) fn confidence(&mut self, nom: &str) -> Option<i64> {
        let v = self.get(nom);
        if v.is_empty() {
            return None;
        }
        let note = v.parse().ok().filter(|n| (1..=5).contains(n));
        if note.is_none() {
            self.erreurs.add(nom, "La confiance se note de 1 à 5.");
        }
        note
    }

    pub(super) fn colleagues(&mut self) -> Vec<Uuid> {
        let mut v = Vec::new();
        for c in self.champs.all("coanimateurs") {
            match c.parse::<Uuid>() {
                _ if c.is_empty() => {}
                Ok(id) if self.cx.collegues.contains(&id) => {
                    if !v.contains(&id) {
                        v.push(id);
                    }
                }
                _ => self.erreurs.add("coanimateurs", UNKNOWN),
            }
        }
        if v.len() > 5 {
            self.erreurs
                .add("coanimateurs", "5 personnes au maximum animent avec vous.");
        }
        v
    }

    /// Tags: those chosen, and others typed, separated by commas.
    pub(super) fn tags(&mut self) -> Vec<String> {
        let mut v: Vec<String> = Vec::new();
        let choisies = self.champs.all("etiquettes").join(",");
        let autres = self.text("etiquettes_autres", 900).unwrap_or_default();
        texte_libre::judge(&choisies, "etiquettes", self.champs, &mut self.erreurs);
        let texte = format!("{choisies},{autres}");
        for e in texte.split([',', ';']).map(str::trim) {
            let meme = |d: &String| socle::francais::fold(d) == socle::francais::fold(e);
            if e.is_empty() || v.iter().any(meme) {
                continue;
            }
            if !(3..=80).contains(&e.chars().count()) {
                self.erreurs
                    .add("etiquettes", "Une étiquette compte de 3 à 80 caractères.");
            }
            v.push(e.to_owned());
        }
        if v.len() > ETIQUETTES {
            self.erreurs.add("etiquettes", "10 étiquettes au maximum.");
        }
        v
    }
}

/// The irritants of an activity, as the fields of a form.
#[must_use]
pub fn irritant_fields(
    mut f: web::Champs,
    a: &crate::activite::Contenu,
    voc: &Vocabulaires,
) -> web::Champs {
    for (i, v) in (1..).zip(a.values(dimension::IRRITANT)) {
        if let Some((o, n)) = v.valeur.split_once(':') {
            f = if is_free(o) {
                f.with(&format!("site_{i}"), site_label(voc, o))
            } else {
                f.with(&format!("operateur_{i}"), o)
            };
            f = f.with(&format!("nature_{i}"), n);
        }
    }
    f
}
