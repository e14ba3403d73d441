//! The file as it was read, with an « Erreur » column; and the model file.

use documents::tableur::{Cellule, Colonne as Titre, Feuille, Genre as Type};

use super::{Analyse, Colonne, Genre, Tableau, colonne};

/// Every line with what is wrong in it.
#[must_use]
pub fn sheet(colonnes: &[Colonne], t: &Tableau, a: &Analyse) -> Feuille {
    let titres = t
        .colonnes
        .iter()
        .map(|(cle, _)| colonne::title(colonnes, cle))
        .chain(["Erreur".to_owned()])
        .map(|titre| Titre::new(titre, Type::Texte));
    let mut f = Feuille::new("Rapport", titres);
    for l in &t.lignes {
        let erreurs: Vec<String> = a
            .problemes
            .iter()
            .filter(|p| p.ligne == l.numero)
            .map(|p| format!("{} : {}", colonne::title(colonnes, &p.colonne), p.message))
            .collect();
        let cellules = t
            .colonnes
            .iter()
            .map(|(cle, _)| Cellule::texte(l.get(cle)))
            .chain([Cellule::texte(erreurs.join(" "))]);
        f = f.ligne(cellules);
    }
    f
}

/// Headings and one example line.
#[must_use]
pub fn model(genre: Genre, colonnes: &[Colonne]) -> Feuille {
    let nom = match genre {
        Genre::Beneficiaires => "Personnes suivies",
        Genre::Activites => "Activités",
    };
    let titres = colonnes
        .iter()
        .map(|c| Titre::new(c.titre.clone(), Type::Texte));
    Feuille::new(nom, titres).ligne(colonnes.iter().map(|c| Cellule::texte(c.exemple.clone())))
}
