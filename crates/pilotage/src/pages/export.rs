//! The table of a view, as a file.

use axum::extract::Query;
use documents::tableur::{self, Cellule, Colonne, Feuille, Genre};
use socle::{Erreur, francais};
use web::{Ctx, Reponse};

use super::tableau::Requete;
use crate::tableau::{Ligne, Mesure, Periode, Tableau, Vue, load};

pub(super) async fn csv(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let (nom, feuille) = sheet(&ctx, &q).await?;
    ctx.download(
        &format!("{nom}.csv"),
        "text/csv; charset=utf-8",
        tableur::csv(&feuille),
    )
}

pub(super) async fn xlsx(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let (nom, feuille) = sheet(&ctx, &q).await?;
    let octets = tableur::xlsx(&[feuille]).map_err(|e| Erreur::Interne(e.to_string()))?;
    let genre = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    ctx.download(&format!("{nom}.xlsx"), genre, octets)
}

async fn sheet(ctx: &Ctx, q: &Requete) -> Result<(String, Feuille), Erreur> {
    let p = &ctx.acteur().perimetre;
    let vue = q.vue(p)?;
    let periode = Periode::parse(&q.du, &q.au, ctx.today());
    let mut tx = ctx.read().await?;
    let t = load(&mut tx, p, &vue, periode).await?;
    let tous = |c: &[i64]| c.iter().map(|n| Some(*n)).collect();
    Ok((
        format!("pilotage-{}", vue.cle()),
        write(&vue, periode, &t, tous),
    ))
}

/// The sheet of a view; `montrer` says which counts of an activity column may
/// be read (`None` is « n.d. »).
pub(super) fn write(
    vue: &Vue,
    periode: Periode,
    t: &Tableau,
    montrer: impl Fn(&[i64]) -> Vec<Option<i64>>,
) -> Feuille {
    let nombre = |m: Mesure| Colonne::new(m.libelle(), Genre::Entier);
    let colonnes = [
        Colonne::new(vue.niveau(), Genre::Texte),
        Colonne::new("Code", Genre::Texte),
        nombre(Mesure::Attribues),
        nombre(Mesure::Occupes),
        nombre(Mesure::Vacants),
        nombre(Mesure::Activites),
        nombre(Mesure::Accompagnements),
    ];
    let dit = format!(
        "{} : postes à ce jour, activité du {} au {}",
        vue.nom(),
        francais::date(periode.debut),
        francais::date(periode.fin)
    );
    let colonne = |de: fn(&Ligne) -> i64| {
        let mut vues = montrer(&t.lignes.iter().map(de).collect::<Vec<_>>());
        vues.push(montrer(&[de(&t.total)]).into_iter().next().flatten());
        vues
    };
    let total = Ligne {
        nom: format!("Total {}", t.total.nom),
        ..t.total.clone()
    };
    let vues = colonne(|l| l.activites)
        .into_iter()
        .zip(colonne(|l| l.accompagnements));
    let cellule = |v: Option<i64>| v.map_or_else(|| Cellule::texte("n.d."), Cellule::Entier);
    let feuille = Feuille::new("Pilotage", colonnes).preambule(dit);
    t.lignes
        .iter()
        .chain([&total])
        .zip(vues)
        .fold(feuille, |f, (l, (a, k))| {
            f.ligne([
                Cellule::texte(&l.nom),
                Cellule::texte(if matches!(vue, Vue::Departement(_)) {
                    ""
                } else {
                    &l.code
                }),
                Cellule::Entier(l.attribues),
                Cellule::Entier(l.occupes),
                Cellule::Entier(l.vacants),
                cellule(a),
                cellule(k),
            ])
        })
}
