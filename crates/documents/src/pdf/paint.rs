//! Painting of composed pages, tagged, and export under PDF/A-2a and PDF/UA-1.

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};

use super::font::Fontes;
use super::layout::{Composition, Element, Nature, Signet};
use super::text::Ligne;
use super::{Document, Erreur, tags};

/// Colours of the neutral theme.
#[derive(Clone, Copy, Debug)]
pub(super) enum Couleur {
    Encre,
    Principale,
    Discrete,
    Filet,
    Fond,
}

impl Couleur {
    fn fill(self) -> Fill {
        let (r, v, b) = match self {
            Self::Encre => (0x1c, 0x20, 0x33),
            Self::Principale => (0x27, 0x43, 0xa6),
            Self::Discrete => (0x55, 0x5a, 0x6e),
            Self::Filet => (0xc9, 0xcc, 0xd6),
            Self::Fond => (0xee, 0xf0, 0xf7),
        };
        Fill {
            paint: rgb::Color::new(r, v, b).into(),
            opacity: NormalizedF32::ONE,
            ..Fill::default()
        }
    }
}

pub(super) fn paint(
    document: &Document,
    fontes: &Fontes,
    composition: Composition,
) -> Result<Vec<u8>, Erreur> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|erreur| Erreur::Conformite(format!("{erreur:?}")))?;
    let mut sortie = krilla::Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut identifiants: Vec<Option<Identifier>> = vec![None; composition.feuilles];
    for elements in &composition.pages {
        let format = PageSettings::from_wh(composition.largeur, composition.hauteur)
            .ok_or_else(|| Erreur::Modele("format de page".to_owned()))?;
        let mut page = sortie.start_page_with(format);
        let mut surface = page.surface();
        for element in elements {
            paint_element(&mut surface, fontes, element, &mut identifiants);
        }
        surface.finish();
        page.finish();
    }
    sortie.set_outline(outline(&composition.signets));
    sortie.set_metadata(metadata(document));
    sortie.set_tag_tree(tags::tree(composition.racine, &identifiants));
    sortie.finish().map_err(explain)
}

fn paint_element(
    surface: &mut Surface<'_>,
    fontes: &Fontes,
    element: &Element,
    identifiants: &mut [Option<Identifier>],
) {
    match element {
        Element::Aplat {
            x,
            y,
            largeur,
            hauteur,
            couleur,
        } => {
            let mut chemin = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *largeur, *hauteur) {
                chemin.push_rect(rect);
            }
            if let Some(chemin) = chemin.finish() {
                let decor = Artifact::with_kind(ArtifactType::Layout);
                surface.start_tagged(ContentTag::Artifact(decor));
                surface.set_fill(Some(couleur.fill()));
                surface.draw_path(&chemin);
                surface.end_tagged();
            }
        }
        Element::Texte {
            nature,
            x,
            y,
            ligne,
            couleur,
        } => {
            if ligne.glyphes.is_empty() {
                return;
            }
            let artefact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
            let identifiant = surface.start_tagged(match nature {
                Nature::Contenu(_) => ContentTag::Span(SpanTag::empty()),
                Nature::Entete => artefact(ArtifactType::Header),
                Nature::Pied => artefact(ArtifactType::Footer),
                Nature::Repetition => artefact(ArtifactType::PaginationOther),
            });
            if let Nature::Contenu(feuille) = nature
                && let Some(place) = identifiants.get_mut(*feuille)
            {
                *place = Some(identifiant);
            }
            surface.set_fill(Some(couleur.fill()));
            paint_line(surface, fontes, ligne, *x, *y);
            surface.end_tagged();
        }
    }
}

/// Draws a line as one run of glyphs per typeface.
fn paint_line(surface: &mut Surface<'_>, fontes: &Fontes, ligne: &Ligne, x: f32, y: f32) {
    let mut x = x;
    for suite in ligne.glyphes.chunk_by(|a, b| a.fonte == b.fonte) {
        let Some(fonte) = suite.first().and_then(|glyphe| fontes.krilla(glyphe.fonte)) else {
            continue;
        };
        let glyphes: Vec<KrillaGlyph> = suite
            .iter()
            .map(|glyphe| {
                KrillaGlyph::new(
                    GlyphId::new(glyphe.id),
                    glyphe.avance,
                    glyphe.dx,
                    glyphe.dy,
                    0.0,
                    glyphe.debut..glyphe.fin,
                    None,
                )
            })
            .collect();
        surface.draw_glyphs(
            Point::from_xy(x, y),
            &glyphes,
            fonte,
            &ligne.texte,
            ligne.corps,
            false,
        );
        x += suite.iter().map(|glyphe| glyphe.avance).sum::<f32>() * ligne.corps;
    }
}

fn metadata(document: &Document) -> Metadata {
    let date = document.date;
    let annee = u16::try_from(date.year()).unwrap_or_default();
    let nombre = |n: i8| u8::try_from(n).unwrap_or(1);
    let metadata = Metadata::new()
        .title(plain(&document.titre))
        .language("fr-FR".to_owned())
        .creator("Maillage".to_owned())
        .creation_date(
            DateTime::new(annee)
                .month(nombre(date.month()))
                .day(nombre(date.day()))
                .hour(0)
                .minute(0)
                .second(0)
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        );
    let metadata = match &document.sous_titre {
        Some(texte) => metadata.description(plain(texte)),
        None => metadata,
    };
    if document.emetteur.is_empty() {
        metadata
    } else {
        metadata.authors(vec![plain(&document.emetteur)])
    }
}

/// Metadata is also written as XML, which control characters would break.
fn plain(texte: &str) -> String {
    texte.replace(char::is_control, " ")
}

/// Bookmarks nested by heading level.
fn outline(signets: &[Signet]) -> Outline {
    let mut plan = Outline::new();
    for noeud in outline_nodes(signets) {
        plan.push_child(noeud);
    }
    plan
}

fn outline_nodes(signets: &[Signet]) -> Vec<OutlineNode> {
    let mut noeuds = Vec::new();
    let mut reste = signets;
    while let Some((tete, suite)) = reste.split_first() {
        let enfants = suite
            .iter()
            .position(|signet| signet.niveau <= tete.niveau)
            .unwrap_or(suite.len());
        let cible = XyzDestination::new(tete.page, Point::from_xy(0.0, tete.y));
        let mut noeud = OutlineNode::new(tete.texte.clone(), cible).with_open(true);
        for enfant in outline_nodes(&suite[..enfants]) {
            noeud.push_child(enfant);
        }
        noeuds.push(noeud);
        reste = &suite[enfants..];
    }
    noeuds
}

fn explain(erreur: KrillaError) -> Erreur {
    Erreur::Conformite(match erreur {
        KrillaError::Validation(erreurs) => erreurs
            .iter()
            .map(|(erreur, _)| format!("{erreur:?}"))
            .collect::<Vec<_>>()
            .join(" ; "),
        autre => autre.to_string(),
    })
}
