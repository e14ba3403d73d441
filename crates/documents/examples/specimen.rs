//! Writes a specimen of every block to the file given, to look at the typography:
//! `cargo run -p documents --example specimen -- specimen.pdf`.

use documents::pdf::{Alignement, Bloc, Document, Signataire, Tableau, pdf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let chemin = std::env::args().nth(1).ok_or("donnez un fichier")?;
    std::fs::write(chemin, pdf(&specimen())?)?;
    Ok(())
}

fn specimen() -> Document {
    let long = "Le comité régional de sélection, réuni le 3 mars 2026 sous la présidence de \
        Mme la préfète, a examiné les candidatures reçues : elles portent sur 42 postes, dont \
        « 7 en zone de revitalisation ». L'avis motivé du préfet de département est joint à chaque \
        dossier ; il tient compte de la fragilité numérique du territoire, des lieux déjà ouverts \
        au public et des 1 234 567,89 € de crédits disponibles. Contact : \
        conseiller-numerique@agence-nationale-de-la-cohesion-des-territoires.exemple.gouv.fr.";
    let lignes: Vec<Vec<String>> = (1..=70)
        .map(|i| {
            vec![
                format!("CN-2026-{i:05}"),
                match i % 4 {
                    0 => "Communauté de communes Creuse Sud-Ouest".to_owned(),
                    1 => "Saint-Étienne-du-Bois-l'Abbé".to_owned(),
                    2 => "Association « Le Fil numérique » pour l'inclusion des personnes \
                          éloignées des usages, Guéret et environs"
                        .to_owned(),
                    _ => "CCAS de La Souterraine".to_owned(),
                },
                if i % 3 == 0 { "Refusée" } else { "Accordée" }.to_owned(),
                (i % 5).to_string(),
                format!("{}\u{202f}{:03},00\u{a0}€", 10 + i, (i * 37) % 1000),
            ]
        })
        .collect();
    let tableau = Tableau::new(
        ["Dossier", "Structure", "Décision", "Postes", "Montant"],
        lignes,
    )
    .legende("Décisions du comité, par ordre de dossier")
    .alignements([
        Alignement::Gauche,
        Alignement::Gauche,
        Alignement::Centre,
        Alignement::Droite,
        Alignement::Droite,
    ])
    .total(["Total", "", "", "140", "3\u{202f}215\u{202f}000,00\u{a0}€"]);
    Document::new(
        "Relevé de décision du comité régional de Nouvelle-Aquitaine",
        jiff::civil::date(2026, 3, 3),
    )
    .emetteur("Agence nationale de la cohésion des territoires")
    .sous_titre("Séance du 3 mars 2026, campagne 2026-1")
    .bloc(Bloc::titre(1, "Objet de la séance"))
    .bloc(Bloc::paragraphe(long))
    .bloc(Bloc::fiche([
        (
            "Président",
            "Mme Anne Exemple, secrétaire générale pour les affaires régionales",
        ),
        ("Quorum", "5 membres présents sur 7"),
        ("Postes disponibles", "120"),
        (
            "Adresse",
            "Préfecture de région\n4 bis esplanade Charles-de-Gaulle\n33000 Bordeaux",
        ),
    ]))
    .bloc(Bloc::titre(2, "Points à l'ordre du jour"))
    .bloc(Bloc::liste([
        "Approbation du relevé précédent",
        "Examen des candidatures, y compris celles qui ont fait l'objet d'un complément \
             d'instruction demandé lors de la séance précédente",
        "Questions diverses : œuvres, cœur, Œdipe, Ÿ, naïve, Łódź, Ελλάδα, Київ, 🙂",
    ]))
    .bloc(Bloc::titre(1, "Décisions"))
    .bloc(tableau)
    .bloc(Bloc::titre(1, "Voies de recours"))
    .bloc(Bloc::paragraphe(long))
    .bloc(Bloc::Signature {
        fait: "Fait à Bordeaux, le 3 mars 2026, en deux exemplaires.".to_owned(),
        signataires: vec![
            Signataire {
                qualite:
                    "Pour l'Agence nationale de la cohésion des territoires, le directeur général"
                        .to_owned(),
                nom: "M. Jean Exemple".to_owned(),
            },
            Signataire {
                qualite: "Pour la structure, la présidente".to_owned(),
                nom: "Mme Marie Modèle".to_owned(),
            },
        ],
    })
}
