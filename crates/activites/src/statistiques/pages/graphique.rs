//! `/statistiques/graphique`: the bars of one block as a picture to put in a
//! report, with its figures written in it.

use axum::extract::Query;
use socle::Erreur;
use web::{Ctx, Reponse};

use super::{
    super::{filtres::Inconnu, presentation::Tableau},
    block, export, read, take, unknown,
};

/// Bars of a picture.
const BARRES: usize = 30;
const LARGEUR: usize = 800;
const HAUTEUR: usize = 28;

pub(super) async fn file(ctx: Ctx, Query(mut paires): Query<Vec<(String, String)>>) -> Reponse {
    let format = take(&mut paires, "format").unwrap_or_default();
    let bloc = block(&mut paires)?;
    if !matches!(format.as_str(), "" | "svg" | "png") {
        return Err(unknown(&Inconnu("format".into())));
    }
    let mut tx = ctx.read().await?;
    let lue = read(&ctx, &mut tx, &paires, usize::MAX).await?;
    let vide = Tableau {
        bloc,
        lignes: Vec::new(),
        base: "0 accompagnement".into(),
    };
    let t = lue.rapport.tableaux.iter().find(|t| t.bloc == bloc);
    let t = t.unwrap_or(&vide);
    let nom = format!("{}-{}", bloc.cle(), ctx.today());
    let dessin = draw(t, &export::header(&lue));
    if format == "png" {
        let image = documents::image::png(&dessin).map_err(|e| Erreur::Interne(e.to_string()))?;
        return ctx.download(&format!("{nom}.png"), "image/png", image);
    }
    ctx.download(&format!("{nom}.svg"), "image/svg+xml", dessin.into_bytes())
}

/// A drawing that stands alone: title, bars, numbers, where it comes from.
pub(super) fn draw(t: &Tableau, entete: &[String]) -> String {
    let lignes: Vec<_> = t.lignes.iter().take(BARRES).collect();
    let max = lignes.iter().filter_map(|l| l.nombre).max().unwrap_or(0);
    let bas = 60 + lignes.len() * HAUTEUR;
    let hauteur = bas + 20 + entete.len() * 18;
    let titre = format!("{}, sur {}", t.bloc.libelle(), t.base);
    let mut s = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {LARGEUR} {hauteur}\" width=\"{LARGEUR}\" height=\"{hauteur}\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"14\"><title>{0}</title>\
         <rect width=\"{LARGEUR}\" height=\"{hauteur}\" fill=\"#fff\"/><text x=\"20\" y=\"32\" font-size=\"18\" font-weight=\"bold\">{0}</text>",
        esc(&titre)
    );
    for (i, l) in lignes.iter().enumerate() {
        let y = 50 + i * HAUTEUR;
        // 300 pixels for the longest bar.
        let largeur = l.nombre.unwrap_or(0) * 300 / max.max(1);
        s.push_str(&format!(
            "<text x=\"340\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"350\" y=\"{}\" width=\"{largeur}\" height=\"18\" fill=\"#1f4e8c\"/>\
             <text x=\"{}\" y=\"{0}\">{} ({})</text>",
            y + 18,
            esc(&shortened(&l.libelle)),
            y + 4,
            360 + largeur,
            esc(&l.dit()),
            esc(&l.part)
        ));
    }
    for (i, ligne) in entete.iter().enumerate() {
        s.push_str(&format!(
            "<text x=\"20\" y=\"{}\" font-size=\"12\" fill=\"#444\">{}</text>",
            bas + 20 + i * 18,
            esc(ligne)
        ));
    }
    s + "</svg>\n"
}

/// What fits at the left of a bar.
fn shortened(t: &str) -> String {
    if t.chars().count() <= 44 {
        return t.to_owned();
    }
    t.chars().take(43).chain(['…']).collect()
}

fn esc(t: &str) -> String {
    t.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistiques::{Bloc, presentation::Ligne};

    #[test]
    fn the_drawing_says_its_figures_and_hides_what_is_hidden() {
        let ligne = |cle: &str, nombre| Ligne {
            cle: cle.into(),
            libelle: format!("<{cle}>"),
            nombre,
            part: nombre.map_or("n.d.".into(), |_| "50,0 %".into()),
            part_reponses: String::new(),
        };
        let t = Tableau {
            bloc: Bloc::Genre,
            lignes: vec![ligne("a", Some(40)), ligne("b", None)],
            base: "80 personnes".into(),
        };
        let s = draw(&t, &["Version 3".into()]);
        assert!(s.contains("<title>Genre, sur 80 personnes</title>"));
        assert!(s.contains("&lt;a&gt;") && s.contains("40 (50,0 %)"));
        assert!(s.contains("n.d. (n.d.)") && s.contains("width=\"0\""));
        assert!(s.contains("Version 3"));
    }
}
