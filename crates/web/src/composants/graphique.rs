use crate::html::{Html, esc};

/// Horizontal bars drawn by the table that holds the figures: (label, value,
/// value in words). The picture and its table are one thing.
#[must_use]
#[allow(clippy::cast_precision_loss)] // widths of bars
pub fn barres(titre: &str, entetes: [&str; 2], lignes: &[(String, i64, String)]) -> Html {
    let max = lignes.iter().map(|l| l.1).max().unwrap_or(0).max(1);
    let corps: String = lignes
        .iter()
        .map(|(libelle, n, dit)| {
            let largeur = (*n).max(0) as f64 * 100.0 / max as f64;
            format!(
                "<tr><th scope=\"row\">{}</th><td><svg class=\"barre\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" \
                 aria-hidden=\"true\"><rect width=\"{largeur:.1}\" height=\"10\"/></svg></td><td class=\"num\">{}</td></tr>",
                esc(libelle),
                esc(dit)
            )
        })
        .collect();
    Html(format!(
        "<table class=\"barres\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th>\
         <td></td><th scope=\"col\" class=\"num\">{}</th></tr></thead><tbody>{corps}</tbody></table>",
        esc(titre),
        esc(entetes[0]),
        esc(entetes[1])
    ))
}

/// A small trend line; `description` says it in words.
#[must_use]
#[allow(clippy::cast_precision_loss)] // coordinates of a drawing
pub fn sparkline(valeurs: &[i64], description: &str) -> Html {
    let max = valeurs.iter().copied().max().unwrap_or(0).max(1) as f64;
    let pas = 100.0 / valeurs.len().saturating_sub(1).max(1) as f64;
    let points: Vec<String> = valeurs
        .iter()
        .enumerate()
        .map(|(i, v)| format!("{:.1},{:.1}", i as f64 * pas, 28.0 - *v as f64 * 26.0 / max))
        .collect();
    Html(format!(
        "<svg class=\"sparkline\" viewBox=\"0 0 100 30\" role=\"img\"><title>{}</title><polyline points=\"{}\"/></svg>",
        esc(description),
        points.join(" ")
    ))
}
