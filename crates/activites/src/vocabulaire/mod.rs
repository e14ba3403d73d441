//! The lists a compte rendu is described with (spec 20 §2.2 and §3.4): dated
//! rows of the reference data, edited by an administrator. An activity accepts
//! the values valid at its date.

mod coordination;
mod initial;

pub use initial::reference;

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Resultat, Tx, francais, params, sql};

/// The lists, by the name they have in the reference data.
pub mod liste {
    pub const TYPE_LIEU: &str = "activite_type_lieu";
    pub const CADRE: &str = "activite_cadre";
    pub const THEMATIQUE: &str = "activite_thematique";
    pub const SOUS_THEMATIQUE: &str = "activite_sous_thematique";
    pub const MISSION: &str = "activite_mission";
    pub const MATERIEL: &str = "activite_materiel";
    pub const AUTONOMIE: &str = "activite_autonomie";
    pub const NIVEAU: &str = "activite_niveau";
    pub const MODALITE: &str = "activite_modalite";
    pub const MODELE: &str = "activite_modele";
    pub const ORIGINE: &str = "activite_origine";
    pub const PUBLICS: &str = "activite_publics";
    pub const PUBLIC: &str = "activite_public";
    pub const MOTIF: &str = "activite_motif";
    pub const MODE_AIDE: &str = "activite_mode_aide";
    pub const RAISON: &str = "activite_raison_a_la_place";
    pub const OPERATEUR: &str = "activite_irritant_operateur";
    pub const IRRITANT: &str = "activite_irritant_nature";
    pub const SUITE: &str = "activite_suite";
    pub const DESTINATION: &str = "activite_destination";
    pub const ORGANISME: &str = "activite_organisme";
    pub const GENRE: &str = "personne_genre";
    pub const STATUT: &str = "personne_statut";
    pub const TRANCHE: &str = "personne_tranche_age";
    /// Children of national themes, one list per département.
    pub const THEME_LOCAL: &str = "activite_theme_local";
    pub const TYPE_ANIMATION: &str = "coordination_type_animation";
    pub const INITIATIVE: &str = "coordination_initiative";
    pub const THEME_ANIMATION: &str = "coordination_theme_animation";
    pub const TYPE_EVENEMENT: &str = "coordination_type_evenement";
    pub const ORGANISATEUR: &str = "coordination_organisateur";
    pub const ECHELON: &str = "coordination_echelon";
    pub const NATURE_PARTENARIAT: &str = "coordination_nature_partenariat";
    pub const MISSION_COORDINATION: &str = "coordination_mission";

    pub const TOUTES: [&str; 32] = [
        TYPE_LIEU,
        CADRE,
        THEMATIQUE,
        SOUS_THEMATIQUE,
        MISSION,
        MATERIEL,
        AUTONOMIE,
        NIVEAU,
        MODALITE,
        MODELE,
        ORIGINE,
        PUBLICS,
        PUBLIC,
        MOTIF,
        MODE_AIDE,
        RAISON,
        OPERATEUR,
        IRRITANT,
        SUITE,
        DESTINATION,
        ORGANISME,
        GENRE,
        STATUT,
        TRANCHE,
        TYPE_ANIMATION,
        INITIATIVE,
        THEME_ANIMATION,
        TYPE_EVENEMENT,
        ORGANISATEUR,
        ECHELON,
        NATURE_PARTENARIAT,
        MISSION_COORDINATION,
    ];
}

/// « Non communiqué », in genre, statut and tranche d'âge.
pub const NON_COMMUNIQUE: &str = "non_communique";

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entree {
    pub cle: String,
    pub libelle: String,
    /// What it belongs to: the mission of a theme, the theme of a sub-theme,
    /// the destination of an organisme, the kind of a modalité.
    pub parent: Option<String>,
}

/// Every list as valid on one date.
#[derive(Debug, Clone, Default)]
pub struct Vocabulaires(BTreeMap<String, Vec<Entree>>);

impl Vocabulaires {
    /// The lists as they are on `le`.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn on(tx: &mut Tx, le: Date) -> Resultat<Self> {
        Self::on_in(tx, le, "").await
    }

    /// The same, with what a département adds.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn on_in(tx: &mut Tx, le: Date, departement: &str) -> Resultat<Self> {
        let lignes = tx
            .rows(
                sql!(
                    "SELECT liste, cle, libelle, valeur FROM reference
                     WHERE ((liste IN liste($1) AND territoire = '')
                         OR (liste = 'activite_theme_local' AND territoire = $3))
                       AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)
                     ORDER BY liste, ordre, libelle"
                ),
                params![&liste::TOUTES.map(ToOwned::to_owned)[..], le, departement],
            )
            .await?;
        Self::read(&lignes)
    }

    /// Every value there ever was, to name those of past activities.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn ever(tx: &mut Tx) -> Resultat<Self> {
        let lignes = tx
            .rows(
                sql!(
                    "SELECT liste, cle, libelle, valeur FROM reference
                     WHERE (liste IN liste($1) AND territoire = '') OR liste = 'activite_theme_local'
                     ORDER BY liste, ordre, valid_from DESC"
                ),
                params![&liste::TOUTES.map(ToOwned::to_owned)[..]],
            )
            .await?;
        Self::read(&lignes)
    }

    fn read(lignes: &[socle::Ligne]) -> Resultat<Self> {
        let mut v = Self::default();
        for l in lignes {
            let e = Entree {
                cle: l.get("cle")?,
                libelle: l.get("libelle")?,
                parent: l.get("valeur")?,
            };
            let liste = v.0.entry(l.get("liste")?).or_default();
            if liste.iter().all(|d| d.cle != e.cle) {
                liste.push(e);
            }
        }
        Ok(v)
    }

    #[cfg(test)]
    pub(crate) fn with(mut self, liste: &str, entrees: Vec<Entree>) -> Self {
        self.0.insert(liste.to_owned(), entrees);
        self
    }

    #[must_use]
    pub fn entries(&self, liste: &str) -> &[Entree] {
        self.0.get(liste).map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub fn get(&self, liste: &str, cle: &str) -> Option<&Entree> {
        self.entries(liste).iter().find(|e| e.cle == cle)
    }

    /// (key, label) pairs for a form.
    #[must_use]
    pub fn options(&self, liste: &str) -> Vec<(String, String)> {
        self.options_where(liste, |_| true)
    }

    /// The pairs whose entry passes a test.
    #[must_use]
    pub fn options_where(
        &self,
        liste: &str,
        garde: impl Fn(&Entree) -> bool,
    ) -> Vec<(String, String)> {
        self.entries(liste)
            .iter()
            .filter(|e| garde(e))
            .map(|e| (e.cle.clone(), e.libelle.clone()))
            .collect()
    }

    /// The label of a key; a key nobody named is shown capitalised.
    #[must_use]
    pub fn label(&self, liste: &str, cle: &str) -> String {
        self.get(liste, cle)
            .map_or_else(|| francais::libelle(cle), |e| e.libelle.clone())
    }
}
