//! « Plus de détails »: what is optional in every compte rendu.

use uuid::Uuid;

use super::{Lecture, UNKNOWN};
use crate::{
    activite::{Valeur, anonyme, dimension},
    vocabulaire::liste,
};

/// Pairs of irritants a form offers (§3.1).
pub const IRRITANTS: usize = 3;
const ETIQUETTES: usize = 10;

impl Lecture<'_> {
    pub(super) fn irritants(&mut self) -> Vec<Valeur> {
        let mut v: Vec<Valeur> = Vec::new();
        for i in 1..=IRRITANTS {
            let (champ_o, champ_n) = (format!("operateur_{i}"), format!("nature_{i}"));
            let operateur = self.one(&champ_o, liste::OPERATEUR);
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

    /// Tags, separated by commas.
    pub(super) fn tags(&mut self) -> Vec<String> {
        let mut v: Vec<String> = Vec::new();
        let Some(texte) = self.text("etiquettes", 900) else {
            return v;
        };
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
pub fn irritant_fields(mut f: web::Champs, a: &crate::activite::Contenu) -> web::Champs {
    for (i, v) in (1..).zip(a.values(dimension::IRRITANT)) {
        if let Some((o, n)) = v.valeur.split_once(':') {
            f = f
                .with(&format!("operateur_{i}"), o)
                .with(&format!("nature_{i}"), n);
        }
    }
    f
}
