//! Two files of one person become one (spec 20 §2.5). Types and pure rules.

pub mod service;
pub mod store;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::Champs;

use super::{Fiche, Mode, Profil};

/// The image of both files is kept so long, and the merge can be undone.
pub const ANNULATION_JOURS: i32 = 30;

/// Fields that a merge may choose, with their name on screen.
pub const CHAMPS: [(&str, &str); 9] = [
    ("identite", "Nom"),
    ("annee_naissance", "Année de naissance"),
    ("genre", "Genre"),
    ("statut", "Statut"),
    ("commune_residence", "Commune de résidence"),
    ("telephone", "Téléphone"),
    ("courriel", "Adresse e-mail"),
    ("connu_depuis", "Accompagnée depuis"),
    ("notes", "Notes"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    Proposee,
    Faite,
    Refusee,
    Annulee,
}

impl Etat {
    #[must_use]
    pub fn cle(self) -> &'static str {
        match self {
            Self::Proposee => "proposee",
            Self::Faite => "faite",
            Self::Refusee => "refusee",
            Self::Annulee => "annulee",
        }
    }

    #[must_use]
    pub fn from_cle(cle: &str) -> Self {
        match cle {
            "faite" => Self::Faite,
            "refusee" => Self::Refusee,
            "annulee" => Self::Annulee,
            _ => Self::Proposee,
        }
    }
}

/// What was decided: the fields that come from the file that goes away; once
/// undone, the activities that stayed with the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choix {
    pub prises: Vec<String>,
    pub restees: Vec<Uuid>,
}

impl Choix {
    /// What the side-by-side form says.
    #[must_use]
    pub fn read(champs: &Champs) -> Self {
        let prises = CHAMPS
            .iter()
            .filter(|(c, _)| champs.get(c) == "source")
            .map(|(c, _)| (*c).to_owned());
        Self {
            prises: prises.collect(),
            restees: Vec::new(),
        }
    }

    fn takes(&self, champ: &str) -> bool {
        self.prises.iter().any(|c| c == champ)
    }
}

/// The fields whose values differ, both filled.
#[must_use]
pub fn differing(destination: &Fiche, source: &Fiche) -> Vec<&'static str> {
    CHAMPS
        .iter()
        .map(|(c, _)| *c)
        .filter(|c| {
            let (d, s) = (value(destination, c), value(source, c));
            !is_blank(&d) && !is_blank(&s) && d != s
        })
        .collect()
}

/// A field as text, to compare and to show.
#[must_use]
pub fn value(f: &Fiche, champ: &str) -> String {
    let texte = |t: &Option<String>| t.clone().unwrap_or_default();
    match champ {
        "identite" => f.nom_affiche(),
        "annee_naissance" => f
            .annee_naissance
            .map_or_else(String::new, |a| a.to_string()),
        "genre" => f.genre.clone(),
        "statut" => f.statut.clone(),
        "commune_residence" => texte(&f.commune_residence),
        "telephone" => texte(&f.telephone),
        "courriel" => texte(&f.courriel),
        "connu_depuis" => f.connu_depuis.map_or_else(String::new, |d| d.to_string()),
        "notes" => texte(&f.notes),
        _ => String::new(),
    }
}

fn is_blank(v: &str) -> bool {
    v.is_empty() || v == crate::vocabulaire::NON_COMMUNIQUE
}

/// The merged file: the destination, its blanks filled from the source, and
/// what was chosen from the source. A name wins over a landmark.
#[must_use]
pub fn merge(destination: &Fiche, source: &Fiche, choix: &Choix) -> Fiche {
    let mut f = destination.clone();
    for (champ, _) in CHAMPS {
        let (d, s) = (value(destination, champ), value(source, champ));
        let nomme = champ == "identite"
            && destination.mode == Mode::Pseudonyme
            && source.mode == Mode::Identifie;
        if !is_blank(&s) && (is_blank(&d) || nomme || choix.takes(champ)) {
            copy(&mut f, source, champ);
        }
    }
    f.sans_telephone =
        f.telephone.is_none() && (destination.sans_telephone || source.sans_telephone);
    f
}

/// Copies one field, with what goes with it.
fn copy(f: &mut Fiche, de: &Fiche, champ: &str) {
    match champ {
        "identite" => {
            f.mode = de.mode;
            f.prenom.clone_from(&de.prenom);
            f.nom.clone_from(&de.nom);
            f.alias.clone_from(&de.alias);
            f.informe_le = de.informe_le;
        }
        "annee_naissance" => f.annee_naissance = de.annee_naissance,
        "genre" => f.genre.clone_from(&de.genre),
        "statut" => f.statut.clone_from(&de.statut),
        "commune_residence" => f.commune_residence.clone_from(&de.commune_residence),
        "telephone" => {
            f.telephone.clone_from(&de.telephone);
            f.sans_telephone = de.sans_telephone;
        }
        "courriel" => f.courriel.clone_from(&de.courriel),
        "connu_depuis" => f.connu_depuis = de.connu_depuis,
        "notes" => f.notes.clone_from(&de.notes),
        _ => {}
    }
}

/// Puts back what a merge changed; what was edited since stays.
#[must_use]
pub fn unmerge(actuelle: &Fiche, image: &Image) -> Fiche {
    let mut f = actuelle.clone();
    for (champ, _) in CHAMPS {
        if value(actuelle, champ) == value(&image.apres, champ) {
            copy(&mut f, &image.destination, champ);
        }
    }
    f
}

/// Both files and their accompagnements before the merge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Image {
    pub destination: Fiche,
    pub source: Fiche,
    pub apres: Fiche,
    pub rangs: Vec<Rang>,
}

/// How one person counted in one activity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rang {
    pub activite: Uuid,
    pub profil: Profil,
}

/// A merge, asked or done.
#[derive(Debug, Clone)]
pub struct Fusion {
    pub id: Uuid,
    pub destination: Uuid,
    pub source: Uuid,
    pub etat: Etat,
    pub choix: Choix,
    pub par: Uuid,
    pub faite_le: Option<jiff::Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fiche(nom: &str) -> Fiche {
        Fiche {
            mode: Mode::Identifie,
            prenom: Some("Marie".into()),
            nom: Some(nom.into()),
            alias: None,
            informe_le: None,
            annee_naissance: Some(1950),
            telephone: None,
            sans_telephone: false,
            courriel: None,
            commune_residence: None,
            genre: "non_communique".into(),
            statut: "retraite".into(),
            connu_depuis: None,
            notes: None,
        }
    }

    #[test]
    fn blanks_are_filled_and_choices_kept() {
        let d = fiche("Dupont");
        let mut s = fiche("Dupond");
        s.genre = "feminin".into();
        s.telephone = Some("+33299000000".into());
        assert_eq!(differing(&d, &s), ["identite"]);
        let m = merge(&d, &s, &Choix::default());
        assert_eq!(
            (m.nom_affiche().as_str(), m.genre.as_str()),
            ("Marie Dupont", "feminin")
        );
        assert_eq!(m.telephone, s.telephone);
        let m = merge(
            &d,
            &s,
            &Choix::read(&Champs::default().with("identite", "source")),
        );
        assert_eq!(m.nom_affiche(), "Marie Dupond");
    }

    #[test]
    fn undoing_keeps_what_was_edited_since() {
        let (d, mut s) = (fiche("Dupont"), fiche("Dupond"));
        s.courriel = Some("m@exemple.fr".into());
        let apres = merge(&d, &s, &Choix::default());
        let image = Image {
            destination: d.clone(),
            source: s,
            apres: apres.clone(),
            rangs: Vec::new(),
        };
        assert_eq!(unmerge(&apres, &image), d);
        let mut editee = apres;
        editee.courriel = Some("marie@exemple.fr".into());
        assert_eq!(
            unmerge(&editee, &image).courriel.as_deref(),
            Some("marie@exemple.fr")
        );
    }
}
