//! A drawing (SVG) as a picture (PNG), with the typefaces of the documents.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

/// Pixels for one unit of the drawing: sharp on a printed page.
const ECHELLE: f32 = 2.0;
/// No picture is larger, in pixels of one side.
const COTE: u32 = 8_000;
const POLICE: &str = "Libertinus Serif";

static POLICES: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut base = Database::new();
    for police in typst_assets::fonts() {
        base.load_font_data(police.to_vec());
    }
    base.set_sans_serif_family(POLICE);
    Arc::new(base)
});

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("dessin impossible à convertir : {0}")]
pub struct Erreur(String);

/// The drawing at twice its size. Texts are set in the bundled typeface.
///
/// # Errors
/// When `svg` is no drawing, or too large a one.
pub fn png(svg: &str) -> Result<Vec<u8>, Erreur> {
    let options = Options {
        fontdb: POLICES.clone(),
        font_family: POLICE.to_owned(),
        ..Options::default()
    };
    let arbre = Tree::from_str(svg, &options).map_err(|e| Erreur(e.to_string()))?;
    let taille = arbre.size().to_int_size().scale_by(ECHELLE);
    let mut image = taille
        .filter(|t| t.width().max(t.height()) <= COTE)
        .and_then(|t| Pixmap::new(t.width(), t.height()))
        .ok_or_else(|| Erreur("taille".into()))?;
    let echelle = Transform::from_scale(ECHELLE, ECHELLE);
    resvg::render(&arbre, echelle, &mut image.as_mut());
    image.encode_png().map_err(|e| Erreur(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark_pixels(octets: &[u8]) -> usize {
        let image = Pixmap::decode_png(octets).unwrap();
        image
            .pixels()
            .iter()
            .filter(|p| p.alpha() > 0 && p.red() < 128)
            .count()
    }

    #[test]
    fn texts_and_bars_are_drawn() {
        let svg = |dedans: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"40\" font-family=\"sans-serif\">{dedans}</svg>"
            )
        };
        let vide = png(&svg("")).unwrap();
        assert!(vide.starts_with(b"\x89PNG"));
        assert_eq!(dark_pixels(&vide), 0);
        let barre = png(&svg("<rect width=\"50\" height=\"10\"/>")).unwrap();
        assert_eq!(dark_pixels(&barre), 100 * 20);
        assert!(dark_pixels(&png(&svg("<text x=\"5\" y=\"20\">Été</text>")).unwrap()) > 50);
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        assert!(png("Été").is_err());
        let immense = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90000\" height=\"40\"/>";
        assert!(png(immense).is_err());
    }
}
