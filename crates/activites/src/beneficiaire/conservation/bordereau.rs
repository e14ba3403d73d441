//! The bordereau d'élimination: what the public archives approve. It names no
//! followed person: a structure, dates, counts.

use std::collections::BTreeMap;

use documents::{
    pdf::{self, Bloc, Document, Signataire, Tableau},
    tableur::{self, Cellule, Colonne, Feuille, Genre},
};
use jiff::civil::Date;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;

use super::{Elimination, Ligne};

/// « Bordereau n° 3 ».
#[must_use]
pub fn title(e: &Elimination) -> String {
    format!("Bordereau d'élimination n° {}", e.numero)
}

/// One line per file.
#[must_use]
pub fn csv(lignes: &[Ligne], structures: &BTreeMap<Uuid, String>) -> Vec<u8> {
    let mut f = Feuille::new(
        "Bordereau",
        [
            Colonne::new("Fiche", Genre::Texte),
            Colonne::new("Structure", Genre::Texte),
            Colonne::new("Ouverte le", Genre::Date),
            Colonne::new("Dernière utilisation", Genre::Date),
            Colonne::new("Échéance", Genre::Date),
            Colonne::new("Accompagnements", Genre::Entier),
            Colonne::new("Sort", Genre::Texte),
        ],
    );
    for l in lignes {
        f = f.ligne([
            Cellule::texte(l.beneficiaire.to_string()),
            Cellule::texte(structure(l, structures)),
            Cellule::Date(l.ouverte_le),
            Cellule::Date(l.dernier_le),
            Cellule::Date(l.echeance),
            Cellule::Entier(l.accompagnements),
            Cellule::texte(fate(&l.sort)),
        ]);
    }
    tableur::csv(&f)
}

/// The summary to sign, one line per structure.
///
/// # Errors
/// `Erreur::Interne`.
pub fn pdf(
    e: &Elimination,
    lignes: &[Ligne],
    structures: &BTreeMap<Uuid, String>,
    le: Date,
) -> Resultat<Vec<u8>> {
    let mut par: BTreeMap<String, (i64, Date, Date)> = BTreeMap::new();
    for l in lignes {
        let s = par
            .entry(structure(l, structures))
            .or_insert((0, l.ouverte_le, l.dernier_le));
        *s = (s.0 + 1, s.1.min(l.ouverte_le), s.2.max(l.dernier_le));
    }
    let rangs = par.iter().map(|(nom, (n, du, au))| {
        [
            nom.clone(),
            francais::entier(*n),
            francais::date(*du),
            francais::date(*au),
        ]
    });
    let total = i64::try_from(lignes.len()).unwrap_or(0);
    let d = Document::new(title(e), le)
        .emetteur("Programme conseillers numériques")
        .sous_titre("Fiches de personnes accompagnées arrivées au terme de leur conservation")
        .bloc(Bloc::paragraphe(
            "Les fiches listées sont anonymisées : identité, coordonnées, notes, année de naissance et commune sont effacées. Les comptes rendus d'activité restent, sans nom. La liste fiche par fiche accompagne ce bordereau au format CSV.",
        ))
        .bloc(
            Tableau::new(
                ["Structure", "Fiches", "Ouvertes depuis", "Dernière utilisation"],
                rangs,
            )
            .legende("Fiches proposées à l'élimination")
            .total(["Total", &francais::entier(total), "", ""]),
        )
        .bloc(Bloc::Signature {
            fait: "Fait à                    , le".into(),
            signataires: vec![
                Signataire {
                    qualite: "Pour le responsable de traitement".into(),
                    nom: String::new(),
                },
                Signataire {
                    qualite: "Visa du directeur des archives".into(),
                    nom: String::new(),
                },
            ],
        });
    pdf::pdf(&d).map_err(|e| Erreur::Interne(e.to_string()))
}

fn structure(l: &Ligne, structures: &BTreeMap<Uuid, String>) -> String {
    l.structure
        .and_then(|s| structures.get(&s).cloned())
        .unwrap_or_else(|| "Sans structure".to_owned())
}

/// What became of a line, in words.
#[must_use]
pub fn fate(sort: &str) -> &'static str {
    match sort {
        "anonymisee" => "Anonymisée",
        "conservee" => "Conservée",
        _ => "En attente",
    }
}
