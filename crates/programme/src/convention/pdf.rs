//! The convention on paper: parties, posts, plan, signatures.

use documents::pdf::{Alignement, Bloc, Document, Signataire, Tableau, pdf};
use socle::{Erreur, Resultat, francais, valeurs::Montant};

use super::{Annee, Convention};
use crate::structure::Structure;

pub(super) fn make(
    c: &Convention,
    s: &Structure,
    postes: &[String],
    annees: &[Annee],
) -> Resultat<Vec<u8>> {
    let nombre = i64::try_from(postes.len()).unwrap_or(0);
    let lignes = annees.iter().map(|a| {
        [
            a.annee.to_string(),
            format!(
                "du {} au {}",
                francais::date(a.debut),
                francais::date(a.fin)
            ),
            a.montant.to_string(),
            Montant(a.montant.0 * nombre).to_string(),
        ]
    });
    let un: i64 = annees.iter().map(|a| a.montant.0).sum();
    let plan = Tableau::new(["Année", "Période", "Par poste", "Total"], lignes)
        .legende("Plan de la subvention")
        .alignements([
            Alignement::Gauche,
            Alignement::Gauche,
            Alignement::Droite,
            Alignement::Droite,
        ])
        .total([
            "Total",
            "",
            &Montant(un).to_string(),
            &Montant(un * nombre).to_string(),
        ]);
    let d = Document::new("Convention de subvention", c.debut)
        .emetteur("Programme conseillers numériques")
        .sous_titre(format!("{}, {}", c.numero, s.nom))
        .bloc(Bloc::titre(1, "Parties"))
        .bloc(Bloc::fiche([
            ("Structure", s.nom.clone()),
            ("SIRET ou RIDET", s.siret.clone().or_else(|| s.ridet.clone()).unwrap_or_default()),
            ("Adresse", s.adresse.clone()),
            ("Commune", crate::commun::commune(&s.commune_insee)),
            ("Durée", format!("du {} au {}", francais::date(c.debut), francais::date(c.fin))),
            ("Bonus de zone (QPV, ZRR ou FRR)", if c.zone_bonus { "Oui" } else { "Non" }.to_owned()),
        ]))
        .bloc(Bloc::titre(1, "Postes"))
        .bloc(Bloc::liste(postes.iter().cloned()))
        .bloc(Bloc::titre(1, "Subvention"))
        .bloc(plan)
        .bloc(Bloc::paragraphe(
            "Chaque année, la subvention due est plafonnée au prorata des jours où le poste est occupé et aux dépenses de salaire justifiées, déduction faite des autres financements publics de ce salaire.",
        ))
        .bloc(Bloc::Signature {
            fait: format!("Fait le {}, en deux exemplaires.", francais::date(c.etat_depuis)),
            signataires: vec![
                Signataire { qualite: "Pour la structure, son représentant légal".into(), nom: String::new() },
                Signataire { qualite: "Pour l'État, l'opérateur".into(), nom: String::new() },
            ],
        });
    pdf(&d).map_err(|e| Erreur::Interne(format!("pdf : {e}")))
}
