//! Free texts of this space: the scanner's verdict beside the field, with the
//! passage it found (spec 20 §2.6, spec 01 arbitration 3).

use socle::{
    Saisies,
    texte_libre::{self, MESSAGE, Trouve},
};
use web::Champs;

/// Shown beside the box that confirms there is no password.
pub const CONFIRMER: &str =
    "Ce texte semble contenir un mot de passe. Retirez-le, ou confirmez qu'il n'y en a pas.";

/// Refuses numbers of persons and banks; asks to confirm what looks like a
/// password (box `confirme_texte`).
pub fn judge(texte: &str, champ: &str, champs: &Champs, e: &mut Saisies) {
    match texte_libre::locate(texte) {
        None => {}
        Some((Trouve::MotDePasse, _)) if champs.get("confirme_texte") == "oui" => {}
        Some((Trouve::MotDePasse, _)) => e.add("confirme_texte", CONFIRMER),
        Some((_, passage)) => e.add(champ, format!("{MESSAGE} Passage : « {passage} ».")),
    }
}

/// The same for a reason, where a password has no place at all.
pub fn judge_reason(texte: &str, champ: &str, e: &mut Saisies) {
    if let Some((_, passage)) = texte_libre::locate(texte) {
        e.add(champ, format!("{MESSAGE} Passage : « {passage} »."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases the browser replays too.
    #[test]
    fn every_published_case_has_its_verdict() {
        let cas: serde_json::Value =
            serde_json::from_str(include_str!("../tests-data/texte_libre.json")).unwrap();
        assert_eq!(cas["message"], MESSAGE);
        for c in cas["cas"].as_array().unwrap() {
            let texte = c["texte"].as_str().unwrap();
            assert_eq!(
                texte_libre::scan(texte).map(Trouve::cle),
                c["attendu"].as_str(),
                "{texte}"
            );
        }
    }

    #[test]
    fn a_refusal_shows_its_passage_and_a_password_asks() {
        let mut e = Saisies::new();
        judge(
            "sécu 2 55 08 14 168 025 38 !",
            "notes",
            &Champs::default(),
            &mut e,
        );
        assert_eq!(
            e.get("notes"),
            Some(format!("{MESSAGE} Passage : « 2 55 08 14 168 025 38 ».").as_str())
        );
        let mut e = Saisies::new();
        judge("mdp : x", "notes", &Champs::default(), &mut e);
        assert_eq!(e.get("confirme_texte"), Some(CONFIRMER));
        let mut e = Saisies::new();
        judge(
            "mdp : x",
            "notes",
            &Champs::default().with("confirme_texte", "oui"),
            &mut e,
        );
        assert!(e.is_empty());
    }
}
