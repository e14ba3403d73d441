//! The bundled typefaces: one serif family for everything, one fallback for the
//! rare characters it lacks.

use std::sync::LazyLock;

use krilla::text::Font;
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script};

use super::Erreur;

/// Style of a run of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Normal,
    Gras,
    Italique,
}

/// One glyph placed by the shaper; lengths in em.
#[derive(Clone, Debug)]
pub(super) struct Glyphe {
    pub fonte: usize,
    pub id: u32,
    pub avance: f32,
    pub dx: f32,
    pub dy: f32,
    /// Bytes of the text it stands for.
    pub debut: usize,
    pub fin: usize,
}

pub(super) struct Fonte {
    pub krilla: Font,
    face: Face<'static>,
    /// Making a plan costs more than shaping a word with it.
    plan: ShapePlan,
}

pub(super) struct Fontes {
    fontes: Vec<Fonte>,
}

/// Printed in place of a character no bundled typeface has (an emoji, say): a
/// missing glyph would make the whole document refuse to conform.
const INCONNU: char = '\u{25a1}';
/// Index of the fallback in [`Fontes`].
const SECOURS: usize = 3;
/// Names of the files in the bundle are not exposed: its documented order is.
const RANGS: [usize; 4] = [0, 1, 2, 16];

static FONTES: LazyLock<Option<Fontes>> = LazyLock::new(|| {
    let octets: Vec<&'static [u8]> = typst_assets::fonts().collect();
    let fontes = RANGS
        .iter()
        .map(|&rang| {
            let octets = *octets.get(rang)?;
            let face = Face::from_slice(octets, 0)?;
            let latin = Some(script::LATIN);
            let plan = ShapePlan::new(&face, Direction::LeftToRight, latin, None, &[]);
            Some(Fonte {
                krilla: Font::new(octets.into(), 0)?,
                face,
                plan,
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Fontes { fontes })
});

impl Style {
    const fn rang(self) -> usize {
        match self {
            Self::Normal => 0,
            Self::Gras => 1,
            Self::Italique => 2,
        }
    }
}

impl Fontes {
    pub fn load() -> Result<&'static Self, Erreur> {
        FONTES.as_ref().ok_or(Erreur::Police)
    }

    pub fn krilla(&self, rang: usize) -> Option<Font> {
        self.fontes.get(rang).map(|fonte| fonte.krilla.clone())
    }

    #[cfg(test)]
    pub fn names(&self) -> Vec<String> {
        use rustybuzz::ttf_parser::name_id::POST_SCRIPT_NAME;
        self.fontes
            .iter()
            .filter_map(|fonte| {
                fonte
                    .face
                    .names()
                    .into_iter()
                    .find(|nom| nom.name_id == POST_SCRIPT_NAME && nom.is_unicode())
                    .and_then(|nom| nom.to_string())
            })
            .collect()
    }

    fn has(&self, rang: usize, c: char) -> bool {
        self.fontes
            .get(rang)
            .is_some_and(|fonte| fonte.face.glyph_index(c).is_some())
    }

    /// Makes a text printable: no control or invisible character, tabs become
    /// spaces, a narrow no-break space the typeface lacks becomes a wide one, and
    /// what no typeface has becomes a white square. Line feeds stay.
    pub fn clean(&self, texte: &str, style: Style) -> String {
        texte
            .chars()
            .filter_map(|c| match c {
                '\n' => Some('\n'),
                '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
                '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => None,
                c if c.is_control() => None,
                c if self.has(style.rang(), c) || self.has(SECOURS, c) => Some(c),
                '\u{202f}' | '\u{2007}' => Some('\u{a0}'),
                '\u{2011}' => Some('-'),
                _ => Some(INCONNU),
            })
            .map(|c| match c {
                // Private-use characters have no meaning outside one typeface.
                '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => INCONNU,
                c => c,
            })
            .collect()
    }

    /// Shapes one line of clean text into glyphs, in reading order (left to right).
    pub fn shape(&self, texte: &str, style: Style) -> Vec<Glyphe> {
        let mut glyphes = Vec::with_capacity(texte.len());
        let mut debut = 0;
        while debut < texte.len() {
            let reste = &texte[debut..];
            let rang = self.rang_pour(reste.chars().next(), style);
            let fin = reste
                .char_indices()
                .find(|&(_, c)| self.rang_pour(Some(c), style) != rang)
                .map_or(texte.len(), |(i, _)| debut + i);
            self.shape_run(&texte[debut..fin], debut, rang, &mut glyphes);
            debut = fin;
        }
        glyphes
    }

    fn rang_pour(&self, c: Option<char>, style: Style) -> usize {
        match c {
            Some(c) if !self.has(style.rang(), c) => SECOURS,
            _ => style.rang(),
        }
    }

    fn shape_run(&self, texte: &str, decalage: usize, rang: usize, glyphes: &mut Vec<Glyphe>) {
        let Some(fonte) = self.fontes.get(rang) else {
            return;
        };
        let cadratin = fonte.face.units_per_em().max(1) as f32;
        let em = |unites: i32| unites as f32 / cadratin;
        let mut tampon = UnicodeBuffer::new();
        tampon.push_str(texte);
        tampon.set_script(script::LATIN);
        tampon.set_direction(Direction::LeftToRight);
        let forme = rustybuzz::shape_with_plan(&fonte.face, &fonte.plan, tampon);
        let infos = forme.glyph_infos();
        for (i, (info, position)) in infos.iter().zip(forme.glyph_positions()).enumerate() {
            let fin = infos[i..]
                .iter()
                .find(|suivant| suivant.cluster != info.cluster)
                .map_or(texte.len(), |suivant| suivant.cluster as usize);
            glyphes.push(Glyphe {
                fonte: rang,
                id: info.glyph_id,
                avance: em(position.x_advance),
                dx: em(position.x_offset),
                dy: em(position.y_offset),
                debut: decalage + info.cluster as usize,
                fin: decalage + fin,
            });
        }
    }
}
