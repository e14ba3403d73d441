//! Lines that become activities of the past (spec 20 §3.7): the fields of the
//! form, counts per value, and the vocabulary of the former tool.

mod analyse;
mod ancien;
mod auteur;
mod champs;
mod ecriture;

pub use analyse::{Bonne, analyse};
pub use ecriture::{apply, undo};

use super::Colonne;
use crate::vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste};

/// Ages of the former tool that cut across ours: kept apart (§3.7).
pub const AGE_ANCIENNE: &str = "age_ancienne";

/// The columns of the file, the usual ones first.
#[must_use]
pub fn columns(voc: &Vocabulaires) -> Vec<Colonne> {
    let c = Colonne::new;
    let mut v = vec![
        c(
            "id_externe",
            "Identifiant",
            &["id externe", "id", "référence", "numéro"],
            "A-001",
        ),
        c(
            "courriel_mediateur",
            "E-mail du médiateur",
            &[
                "courriel mediateur",
                "courriel du médiateur",
                "email mediateur",
                "mail du médiateur",
                "email du conseiller",
            ],
            "",
        ),
        c(
            "type",
            "Type",
            &["type d'activité", "activité", "type de cra"],
            "Individuel",
        ),
        c(
            "date",
            "Date",
            &["date de l'accompagnement", "le"],
            "03/03/2025",
        ),
        c(
            "duree",
            "Durée",
            &["durée en minutes", "durée (min)", "temps"],
            "45",
        ),
        c(
            "type_lieu",
            "Où",
            &["type de lieu", "canal"],
            "Lieu d'activité",
        ),
        c(
            "lieu",
            "Lieu d'activité",
            &["nom du lieu", "lieu"],
            "Médiathèque",
        ),
        c("code_insee", "Code INSEE", &["insee"], ""),
        c("code_postal", "Code postal", &["cp"], ""),
        c("commune", "Commune", &["ville"], ""),
        c(
            "thematiques",
            "Thématiques",
            &["thématique", "thèmes", "thème"],
            "E-mail ; Bureautique",
        ),
        c(
            "sous_thematiques",
            "Sous-thématiques",
            &["sous thématique"],
            "",
        ),
        c("materiel", "Matériel", &["équipement"], "Ordinateur"),
        c(
            "participants",
            "Participants",
            &["nombre de participants", "nb participants", "total"],
            "1",
        ),
        c(
            "deja",
            "Déjà accompagnés",
            &[
                "déjà accompagné",
                "deja accompagne",
                "participants récurrents",
                "récurrents",
            ],
            "",
        ),
        c("genre", "Genre", &["sexe"], "Féminin"),
        c(
            "tranche",
            "Tranche d'âge",
            &["âge", "tranche age"],
            "70 ans et plus",
        ),
        c("statut", "Statut", &["situation"], "Retraité"),
        c("commune_residence", "Commune de résidence", &[], ""),
        c("beneficiaire", "Personne suivie", &["bénéficiaire"], ""),
        c("titre", "Titre", &["titre de l'atelier"], ""),
        c(
            "notes",
            "Notes",
            &["commentaire", "commentaires", "description"],
            "",
        ),
        c("etiquettes", "Étiquettes", &["tags"], ""),
        c("modalite", "Modalité", &["modalité d'accompagnement"], ""),
        c("public", "Public", &[], ""),
        c("cadre", "Cadre", &[], ""),
        c("autonomie", "Autonomie", &[], ""),
        c("niveau", "Niveau", &[], ""),
        c("origine", "Origine", &["comment la personne est venue"], ""),
        c("motifs", "Motifs", &["motif"], ""),
        c("publics", "Publics", &["publics particuliers"], ""),
        c("suite", "Suite", &["accompagnement"], ""),
        c("destination", "Orientation vers", &["destination"], ""),
        c("organisme", "Organisme", &["organismes"], ""),
        c(
            "mode_aide",
            "Mode d'intervention",
            &["mode intervention"],
            "",
        ),
        c("raison_aide", "Raison", &["raison de faire à la place"], ""),
        c("aide_urgence", "Aide d'urgence", &["urgence"], ""),
        c(
            "operateur_1",
            "Site en difficulté",
            &["opérateur", "operateur"],
            "",
        ),
        c("nature_1", "Difficulté", &["nature", "irritant"], ""),
        c("confiance_avant", "Confiance avant", &[], ""),
        c("confiance_apres", "Confiance après", &[], ""),
        c(
            "pass_propose",
            "Pass numérique proposé",
            &["pass proposé"],
            "",
        ),
        c(
            "pass_utilise",
            "Pass numérique utilisé",
            &["pass utilisé"],
            "",
        ),
    ];
    let comptes = [
        ("genre", "Genre", liste::GENRE),
        ("tranche", "Âge", liste::TRANCHE),
        ("statut", "Statut", liste::STATUT),
        ("suite", "Suites", liste::SUITE),
    ];
    for (prefixe, mot, l) in comptes {
        for e in voc.entries(l).iter().filter(|e| e.cle != NON_COMMUNIQUE) {
            let alias: Vec<String> = usual_headings(&e.cle)
                .iter()
                .map(|a| (*a).to_owned())
                .chain([e.libelle.clone(), format!("{prefixe} {}", e.libelle)])
                .collect();
            v.push(Colonne {
                cle: format!("{prefixe}_{}", e.cle),
                titre: format!("{mot} : {}", e.libelle),
                alias,
                exemple: String::new(),
            });
        }
    }
    for (cle, libelle) in ancien::AGES {
        v.push(c(
            &format!("age_{cle}"),
            &format!("Âge : {libelle} (ancien)"),
            &[
                libelle,
                &format!("{libelle} ans"),
                &format!("âge {libelle}"),
            ],
            "",
        ));
    }
    v
}

/// Headings of the former tool and of ordinary sheets.
fn usual_headings(cle: &str) -> &'static [&'static str] {
    match cle {
        "feminin" => &["femmes", "nombre de femmes"],
        "masculin" => &["hommes", "nombre d'hommes"],
        "moins_de_douze" => &["moins de 12 ans", "moins de 12", "- 12 ans", "< 12"],
        "douze_dix_huit" => &["12-18", "12-18 ans", "12-17", "12-17 ans"],
        "dix_huit_vingt_quatre" => &["18-24", "18-24 ans"],
        "vingt_cinq_trente_neuf" => &["25-39", "25-39 ans"],
        "quarante_cinquante_neuf" => &["40-59", "40-59 ans"],
        "soixante_soixante_neuf" => &["60-69", "60-69 ans"],
        "soixante_dix_plus" => &["70 ans et plus", "70 et plus", "70+"],
        "scolarise" => &["étudiant", "étudiants", "scolarisés"],
        "sans_emploi" => &["sans emploi"],
        "en_emploi" => &["en emploi"],
        "retraite" => &["retraités"],
        _ => &[],
    }
}
