//! `/statistiques/export`: every block in an open file (§7). The first lines
//! say the scope, the filters and the version of the figures.

use axum::extract::Query;
use documents::{
    pdf::{self, Document},
    tableur::{self, Cellule, Colonne, Feuille, Genre},
};
use socle::Erreur;
use web::{Ctx, Reponse};

use super::{
    super::{
        filtres::Inconnu,
        presentation::{Qui, Rapport, Tableau, signature},
    },
    Lue, page, read, take, unknown,
};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

pub(super) async fn file(ctx: Ctx, Query(mut paires): Query<Vec<(String, String)>>) -> Reponse {
    let format = take(&mut paires, "format").unwrap_or_default();
    let mut tx = ctx.read().await?;
    let lue = read(&ctx, &mut tx, &paires, usize::MAX).await?;
    let entete = header(&lue);
    let nom = format!("statistiques-{}", ctx.today());
    let panne = |e: tableur::Erreur| Erreur::Interne(e.to_string());
    match format.as_str() {
        "csv" => ctx.download(
            &format!("{nom}.csv"),
            "text/csv; charset=utf-8",
            tableur::csv(
                &entete
                    .into_iter()
                    .fold(flat(&lue.rapport), Feuille::preambule),
            ),
        ),
        "ods" => ctx.download(
            &format!("{nom}.ods"),
            ODS,
            tableur::ods(&sheets(&lue, &entete)).map_err(panne)?,
        ),
        "pdf" => {
            let d = document(&lue, &entete, &ctx.config().nom, ctx.today());
            let octets = pdf::pdf(&d).map_err(|e| Erreur::Interne(e.to_string()))?;
            ctx.download(&format!("{nom}.pdf"), "application/pdf", octets)
        }
        "xlsx" | "" => ctx.download(
            &format!("{nom}.xlsx"),
            XLSX,
            tableur::xlsx(&sheets(&lue, &entete)).map_err(panne)?,
        ),
        _ => Err(unknown(&Inconnu("format".into()))),
    }
}

/// Scope, filters, version.
pub(super) fn header(lue: &Lue) -> Vec<String> {
    let mut v = vec![format!(
        "Statistiques : {}, {}",
        lue.acquise.nom,
        page::period_words(&lue.demande)
    )];
    v.extend(
        lue.demande
            .filtres
            .words(&lue.noms.voc, &lue.noms.autres)
            .into_iter()
            .map(|(_, dit)| dit),
    );
    v.push(signature(&lue.rapport));
    if lue.acquise.masque {
        v.push(
            "n.d. : nombre de 1 à 10, ou qui permettrait de le retrouver, non diffusé.".to_owned(),
        );
    }
    v
}

fn number(n: Option<i64>) -> Cellule {
    n.map_or_else(|| Cellule::texte("n.d."), Cellule::Entier)
}

fn block_columns() -> [Colonne; 5] {
    [
        Colonne::new("clé", Genre::Texte),
        Colonne::new("libellé", Genre::Texte),
        Colonne::new("nombre", Genre::Entier),
        Colonne::new("part", Genre::Texte),
        Colonne::new("part des réponses", Genre::Texte),
    ]
}

/// One sheet per block.
fn sheets(lue: &Lue, entete: &[String]) -> Vec<Feuille> {
    let r = &lue.rapport;
    let titled = |f: Feuille, de: &str| {
        entete
            .iter()
            .cloned()
            .chain([de.to_owned()])
            .fold(f, Feuille::preambule)
    };
    let mut v = Vec::new();
    let chiffres = Feuille::new(
        "Chiffres",
        [
            Colonne::new("clé", Genre::Texte),
            Colonne::new("libellé", Genre::Texte),
            Colonne::new("valeur", Genre::Texte),
            Colonne::new("précision", Genre::Texte),
        ],
    );
    let chiffres = r.chiffres.iter().fold(chiffres, |f, c| {
        f.ligne([
            Cellule::texte(c.cle),
            Cellule::texte(c.libelle),
            Cellule::texte(&c.valeur),
            Cellule::texte(&c.detail),
        ])
    });
    v.push(titled(chiffres, "Chiffres"));
    let serie = Feuille::new(
        "Dans le temps",
        [
            Colonne::new("période", Genre::Texte),
            Colonne::new("nombre", Genre::Entier),
        ],
    );
    let serie = r.serie.iter().fold(serie, |f, (nom, n)| {
        f.ligne([Cellule::texte(nom), number(*n)])
    });
    v.push(titled(serie, "Dans le temps (ST47)"));
    for t in &r.tableaux {
        let f = t
            .lignes
            .iter()
            .fold(Feuille::new(t.bloc.libelle(), block_columns()), |f, l| {
                f.ligne([
                    Cellule::texte(&l.cle),
                    Cellule::texte(&l.libelle),
                    number(l.nombre),
                    Cellule::texte(&l.part),
                    Cellule::texte(&l.part_reponses),
                ])
            });
        let de = format!("{} ({}), sur {}", t.bloc.libelle(), t.bloc.id(), t.base);
        v.push(titled(f, &de));
    }
    for (nom, id, lignes) in people(r) {
        let f = Feuille::new(
            nom,
            [
                Colonne::new("nom", Genre::Texte),
                Colonne::new("accompagnements", Genre::Texte),
                Colonne::new("activités", Genre::Texte),
                Colonne::new("personnes suivies", Genre::Texte),
            ],
        );
        let f = lignes.iter().fold(f, |f, q| {
            f.ligne([
                Cellule::texte(&q.nom),
                Cellule::texte(&q.accompagnements),
                Cellule::texte(&q.activites),
                Cellule::texte(&q.suivis),
            ])
        });
        v.push(titled(f, &format!("{nom} ({id})")));
    }
    if !lue.coordination.is_empty() {
        let colonnes = ["partage", "quoi", "nombre", "durée", "participants"];
        let f = Feuille::new(
            "Coordination",
            colonnes.map(|c| Colonne::new(c, Genre::Texte)),
        );
        let f = lue.coordination.iter().fold(f, |f, g| {
            g.lignes.iter().fold(f, |f, l| {
                f.ligne([
                    Cellule::texte(g.titre),
                    Cellule::texte(&l.quoi),
                    Cellule::texte(&l.nombre),
                    Cellule::texte(&l.temps),
                    Cellule::texte(&l.participants),
                ])
            })
        });
        v.push(titled(f, "Coordination (ST60)"));
    }
    v
}

fn people(r: &Rapport) -> Vec<(&'static str, &'static str, &[Qui])> {
    [
        ("Par professionnel", "ST41", r.auteurs.as_slice()),
        ("Par structure", "ST42", r.structures.as_slice()),
    ]
    .into_iter()
    .filter(|p| !p.2.is_empty())
    .collect()
}

/// The same lines in one sheet: a CSV has only one.
fn flat(r: &Rapport) -> Feuille {
    let mut colonnes = vec![
        Colonne::new("figure", Genre::Texte),
        Colonne::new("bloc", Genre::Texte),
    ];
    colonnes.extend(block_columns());
    let mut f = Feuille::new("Statistiques", colonnes);
    for c in &r.chiffres {
        f = f.ligne([
            Cellule::texte(c.id),
            Cellule::texte("chiffres"),
            Cellule::texte(c.cle),
            Cellule::texte(c.libelle),
            Cellule::texte(&c.valeur),
            Cellule::texte(""),
            Cellule::texte(""),
        ]);
    }
    for (nom, n) in &r.serie {
        f = f.ligne([
            Cellule::texte("ST47"),
            Cellule::texte("serie"),
            Cellule::texte(nom),
            Cellule::texte(nom),
            number(*n),
            Cellule::texte(""),
            Cellule::texte(""),
        ]);
    }
    for t in &r.tableaux {
        for l in &t.lignes {
            f = f.ligne([
                Cellule::texte(t.bloc.id()),
                Cellule::texte(t.bloc.cle()),
                Cellule::texte(&l.cle),
                Cellule::texte(&l.libelle),
                number(l.nombre),
                Cellule::texte(&l.part),
                Cellule::texte(&l.part_reponses),
            ]);
        }
    }
    f
}

/// A tagged PDF: one table per block.
fn document(lue: &Lue, entete: &[String], emetteur: &str, le: jiff::civil::Date) -> Document {
    let r = &lue.rapport;
    let mut d = Document::new(format!("Statistiques : {}", lue.acquise.nom), le)
        .sous_titre(page::period_words(&lue.demande))
        .emetteur(emetteur)
        .bloc(pdf::Bloc::liste(entete.iter().skip(1).cloned()))
        .bloc(pdf::Bloc::titre(1, "Chiffres"))
        .bloc(
            pdf::Tableau::new(
                ["Chiffre", "Valeur", "Précision"],
                r.chiffres
                    .iter()
                    .map(|c| [c.libelle.to_owned(), c.valeur.clone(), c.detail.clone()]),
            )
            .legende("Tous les chiffres"),
        );
    for t in &r.tableaux {
        d = d.bloc(pdf::Bloc::titre(1, t.bloc.libelle())).bloc(table(t));
    }
    for (nom, id, lignes) in people(r) {
        d = d.bloc(pdf::Bloc::titre(1, nom)).bloc(
            pdf::Tableau::new(
                ["Nom", "Accompagnements", "Activités", "Personnes suivies"],
                lignes.iter().map(|q| {
                    [
                        q.nom.clone(),
                        q.accompagnements.clone(),
                        q.activites.clone(),
                        q.suivis.clone(),
                    ]
                }),
            )
            .legende(format!("{nom} ({id})")),
        );
    }
    d
}

/// Lines of a block in a PDF; a spreadsheet holds the others.
const LIGNES: usize = 200;

fn table(t: &Tableau) -> pdf::Tableau {
    use pdf::Alignement::{Droite, Gauche};
    let legende = format!("{}, sur {}", t.bloc.id(), t.base);
    let lignes = t.lignes.iter().take(LIGNES);
    if t.bloc.is_partition() {
        pdf::Tableau::new(
            ["Réponse", "Nombre", "Part"],
            lignes.map(|l| [l.libelle.clone(), l.dit(), l.part.clone()]),
        )
        .alignements([Gauche, Droite, Droite])
    } else {
        pdf::Tableau::new(
            ["Réponse", "Nombre", "Part", "Part des réponses"],
            lignes.map(|l| {
                [
                    l.libelle.clone(),
                    l.dit(),
                    l.part.clone(),
                    l.part_reponses.clone(),
                ]
            }),
        )
        .alignements([Gauche, Droite, Droite, Droite])
    }
    .legende(legende)
}
