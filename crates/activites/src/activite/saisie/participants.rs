//! Who took part: one person, or a group (spec 20 §3.2).

use uuid::Uuid;

use super::{Lecture, commune};
use crate::{
    activite::{Valeur, anonyme},
    vocabulaire::NON_COMMUNIQUE,
};

/// Who took part.
#[derive(Debug, Default)]
pub(super) struct Participants {
    pub suivis: Vec<Uuid>,
    pub anonymes: i64,
    pub deja: i64,
    pub commune_residence: Option<String>,
    pub valeurs: Vec<Valeur>,
}

impl Lecture<'_> {
    /// One followed person, or one anonymous profile.
    pub(super) fn person(&mut self) -> Participants {
        let choix = self.get("beneficiaire");
        let profil = ["genre", "tranche", "statut"].map(|d| self.get(d));
        let decrit = profil.iter().any(|v| !v.is_empty() && v != NON_COMMUNIQUE)
            || !self.get("commune_residence").is_empty()
            || self.tick("deja_accompagne");
        if !choix.is_empty() {
            if decrit {
                self.erreurs.add(
                    "beneficiaire",
                    "Choisissez une personne suivie ou décrivez une personne anonyme, pas les deux.",
                );
            }
            return Participants {
                suivis: self.followed("beneficiaire", &[choix.as_str()]),
                ..Participants::default()
            };
        }
        let valeurs = anonyme::DIMENSIONS
            .iter()
            .map(|(d, l, _)| {
                let v = self.one(d, l);
                Valeur::new(d, v.as_deref().unwrap_or(NON_COMMUNIQUE), 1)
            })
            .collect();
        Participants {
            suivis: Vec::new(),
            anonymes: 1,
            deja: i64::from(self.tick("deja_accompagne")),
            commune_residence: self
                .erreurs
                .take(
                    "commune_residence",
                    commune(self.champs.get("commune_residence")),
                )
                .flatten(),
            valeurs,
        }
    }

    pub(super) fn group(&mut self) -> Participants {
        let choisis: Vec<String> = self
            .champs
            .all("suivis")
            .into_iter()
            .filter(|v| !v.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        let choisis: Vec<&str> = choisis.iter().map(String::as_str).collect();
        let suivis = self.followed("suivis", &choisis);
        if suivis.len() > 100 {
            self.erreurs
                .add("suivis", "100 personnes suivies au maximum.");
        }
        let bloc = anonyme::read(self.champs, &self.cx.voc, &mut self.erreurs);
        if suivis.is_empty() && bloc.total == 0 && self.erreurs.get("total").is_none() {
            self.erreurs
                .add("total", "Indiquez au moins un participant.");
        }
        Participants {
            suivis,
            anonymes: bloc.total,
            deja: bloc.deja,
            commune_residence: None,
            valeurs: bloc.valeurs,
        }
    }

    /// Own files only, each once.
    fn followed(&mut self, champ: &str, choisis: &[&str]) -> Vec<Uuid> {
        let mut v = Vec::new();
        for c in choisis {
            match c.parse::<Uuid>() {
                Ok(id) if self.cx.beneficiaires.contains_key(&id) => {
                    if !v.contains(&id) {
                        v.push(id);
                    }
                }
                _ => self.erreurs.add(champ, "Bénéficiaire introuvable."),
            }
        }
        v
    }
}
