//! Choropleths, drawn on the server: one shape a territory, a link each, and
//! the table of the same figures beside.

use std::fmt::Write;

use socle::francais;
use territoires::carte::{self, Carte};
use web::{Html, esc};

use crate::tableau::{Ligne, Mesure, Vue, classes};

/// The map of a view; empty where none can be drawn (a département's lines are
/// structures, not territories). `lien` gives the address of a line.
#[must_use]
pub fn choropleth(
    vue: &Vue,
    lignes: &[Ligne],
    mesure: Mesure,
    lien: impl Fn(&str) -> Option<String>,
) -> Html {
    let fond = match vue {
        Vue::France => carte::regions(),
        Vue::Region(_) => carte::departements(),
        Vue::Departement(_) => return Html::default(),
    };
    let bornes = classes(&lignes.iter().map(|l| mesure.of(l)).collect::<Vec<_>>());
    let mut formes = String::new();
    let mut cadre: Option<[f64; 4]> = None;
    let mut absent = false;
    for f in &fond.formes {
        let Some(l) = lignes.iter().find(|l| l.code == f.code) else {
            if matches!(vue, Vue::France) {
                absent = true;
                let _ = write!(
                    formes,
                    "<path class=\"c-absent\" fill=\"url(#hachures)\" d=\"{}\"><title>{} : non renseigné</title></path>",
                    f.d,
                    esc(f.nom)
                );
            }
            continue;
        };
        let v = mesure.of(l);
        let classe = class_of(v, &bornes);
        let titre = format!("{} : {}", f.nom, francais::entier(v));
        let forme = format!(
            "<path class=\"{classe}\" d=\"{}\"><title>{}</title></path>",
            f.d,
            esc(&titre)
        );
        let _ = match lien(f.code) {
            // The table beside gives the same links to the keyboard.
            Some(a) => write!(
                formes,
                "<a href=\"{}\" tabindex=\"-1\" aria-hidden=\"true\">{forme}</a>",
                esc(&a)
            ),
            None => write!(formes, "{forme}"),
        };
        cadre = Some(grow(cadre, &f.d));
    }
    let zone = match (vue, cadre) {
        (Vue::Region(_), Some([x0, y0, x1, y1])) => {
            format!(
                "{:.0} {:.0} {:.0} {:.0}",
                x0 - 10.0,
                y0 - 10.0,
                x1 - x0 + 20.0,
                y1 - y0 + 20.0
            )
        }
        _ => fond.view_box(),
    };
    let cadres = if matches!(vue, Vue::France) {
        frames(fond)
    } else {
        String::new()
    };
    Html(format!(
        "<figure class=\"choroplethe\"><svg viewBox=\"{zone}\" role=\"group\" aria-label=\"{} par {}\">{HACHURES}{cadres}{formes}</svg>\
         <figcaption>{}</figcaption></figure>",
        mesure.libelle(),
        vue.niveau().to_lowercase(),
        legend(&bornes, absent)
    ))
}

/// Territories without a figure: a zero is not an absence.
const HACHURES: &str = "<defs><pattern id=\"hachures\" patternUnits=\"userSpaceOnUse\" width=\"8\" height=\"8\" patternTransform=\"rotate(45)\"><path class=\"hachure\" d=\"M0 0v8\"/></pattern></defs>";

fn frames(fond: &Carte) -> String {
    fond.cadres
        .iter()
        .map(|c| {
            format!(
                "<rect class=\"cadre\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
                c.x, c.y, c.largeur, c.hauteur
            )
        })
        .collect()
}

fn class_of(v: i64, bornes: &[i64]) -> String {
    if v <= 0 {
        return "c0".into();
    }
    // The darkest class is always the last one, whatever their number.
    let i = bornes.iter().position(|b| v <= *b).unwrap_or(0);
    format!("c{}", 7 - (bornes.len() - 1 - i))
}

fn legend(bornes: &[i64], absent: bool) -> String {
    let mut s = String::from("<ul class=\"legende\"><li><span class=\"c0\"></span>0</li>");
    let mut bas = 1;
    for (i, b) in bornes.iter().enumerate() {
        let classe = 7 - (bornes.len() - 1 - i);
        let dit = if bas == *b {
            francais::entier(*b)
        } else {
            format!("{} à {}", francais::entier(bas), francais::entier(*b))
        };
        let _ = write!(s, "<li><span class=\"c{classe}\"></span>{dit}</li>");
        bas = b + 1;
    }
    if absent {
        s += "<li><span class=\"c-absent\"></span>Non renseigné</li>";
    }
    s + "</ul>"
}

/// The box that holds a path's absolute coordinates.
fn grow(cadre: Option<[f64; 4]>, d: &str) -> [f64; 4] {
    let mut c = cadre.unwrap_or([f64::MAX, f64::MAX, f64::MIN, f64::MIN]);
    for (x, y) in points(d) {
        c = [c[0].min(x), c[1].min(y), c[2].max(x), c[3].max(y)];
    }
    c
}

/// Every vertex of a path made of `M`, `L`, `l`, `m`, `z` steps.
fn points(d: &str) -> Vec<(f64, f64)> {
    let (mut x, mut y, mut relatif) = (0.0, 0.0, false);
    let (mut nombres, mut sortie) = (Vec::new(), Vec::new());
    let mut courant = String::new();
    let flush = |courant: &mut String, nombres: &mut Vec<f64>| {
        if let Ok(n) = courant.parse() {
            nombres.push(n);
        }
        courant.clear();
    };
    for c in d.chars().chain(" ".chars()) {
        match c {
            '0'..='9' | '.' => courant.push(c),
            '-' => {
                flush(&mut courant, &mut nombres);
                courant.push(c);
            }
            _ => flush(&mut courant, &mut nombres),
        }
        if let [a, b] = nombres[..] {
            (x, y) = if relatif { (x + a, y + b) } else { (a, b) };
            sortie.push((x, y));
            nombres.clear();
        }
        if c.is_ascii_alphabetic() {
            relatif = c.is_ascii_lowercase();
        }
    }
    sortie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_drawn_with_its_figure_and_the_darkest_is_the_highest() {
        let lignes: Vec<Ligne> = carte::regions()
            .formes
            .iter()
            .enumerate()
            .map(|(i, r)| Ligne {
                code: r.code.into(),
                nom: r.nom.into(),
                occupes: i as i64,
                ..Ligne::default()
            })
            .collect();
        let html = choropleth(&Vue::France, &lignes, Mesure::Occupes, |c| {
            Some(format!("/pilotage/region-{c}"))
        })
        .0;
        assert!(html.contains("<title>Bretagne : "), "{}", &html[..400]);
        assert_eq!(
            html.matches("class=\"c0\"").count(),
            2,
            "one région at zero and its legend"
        );
        let max = lignes.iter().max_by_key(|l| l.occupes).unwrap();
        let titre = format!("<title>{} : {}</title>", esc(&max.nom), max.occupes);
        assert!(html.contains(&titre), "{titre}");
        assert!(html.contains("class=\"c7\""));
        assert!(!html.contains("Non renseigné"));
    }

    #[test]
    fn a_territory_without_a_figure_is_hatched_and_said() {
        let bretagne = Ligne {
            code: "53".into(),
            nom: "Bretagne".into(),
            ..Ligne::default()
        };
        let html = choropleth(&Vue::France, &[bretagne], Mesure::Occupes, |_| None).0;
        assert!(html.contains("<title>Bretagne : 0</title>"));
        assert!(html.contains("<title>Normandie : non renseigné</title>"));
        assert!(html.contains("<span class=\"c-absent\"></span>Non renseigné"));
    }
}
