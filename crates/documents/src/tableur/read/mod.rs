//! Reading of the spreadsheets people send: what the file is, is decided by its
//! content; every limit holds before anything is parsed or allocated.

mod archive;
mod grid;
mod ods;
mod text;
mod xlsx;

use archive::Genre;
use grid::Grille;

/// One sheet as texts. Row `i` of the file is `lignes[i - 1]`, blank rows included, so
/// that a report can name the line people see; rows stop at their last filled cell.
///
/// Dates are ISO (`2026-03-03`, `2026-03-03T14:30:00`, `14:30:00`), numbers have a
/// decimal point and no exponent, truth values are `vrai` and `faux`, a formula is its
/// last computed value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeuilleBrute {
    pub nom: String,
    pub lignes: Vec<Vec<String>>,
}

/// What is accepted. [`Limites::default`] suits national files; a form that takes at
/// most 5 MB and 5,000 lines says so here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limites {
    /// Bytes received.
    pub octets: usize,
    /// Bytes of all parts of a workbook once decompressed.
    pub decompresse: u64,
    /// Decompressed size over size in the archive, for parts above 1 MB.
    pub rapport: u64,
    /// Files inside a workbook.
    pub entrees: usize,
    pub feuilles: usize,
    /// Rows per sheet, headings included.
    pub lignes: usize,
    pub colonnes: usize,
    /// Cells up to the last filled one of each row, all sheets together.
    pub cellules: usize,
    /// Formulas are read as their last value; else the file is refused, and so is a
    /// text that a spreadsheet would take for one.
    pub formules: bool,
}

impl Default for Limites {
    fn default() -> Self {
        Self {
            octets: 20 << 20,
            decompresse: 200 << 20,
            rapport: 200,
            entrees: 1_000,
            feuilles: 30,
            lignes: 100_000,
            colonnes: 300,
            cellules: 3_000_000,
            formules: true,
        }
    }
}

/// Why a file is refused, said to the person who sent it, with what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refus {
    #[error("Le fichier est vide. Vérifiez que vous avez choisi le bon fichier.")]
    Vide,
    #[error(
        "Le fichier dépasse {} Mo. Répartissez les lignes en plusieurs fichiers.",
        max >> 20
    )]
    TropGros { max: usize },
    #[error(
        "Le fichier contient des macros, qui ne sont pas acceptées. Enregistrez-le au format .xlsx ou .ods, sans macro."
    )]
    Macros,
    #[error(
        "Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe."
    )]
    Chiffre,
    #[error(
        "Le fichier décompressé serait trop grand pour être lu sans risque. Enregistrez-en une copie ne contenant que les données."
    )]
    Bombe,
    /// `trouve` names what the file seems to be (« un document PDF »).
    #[error("Ce fichier est {trouve}, pas un tableau. Envoyez un fichier .csv, .xlsx ou .ods.")]
    Format { trouve: &'static str },
    #[error(
        "Ce fichier est dans l'ancien format d'Excel. Ouvrez-le, puis enregistrez-le au format .xlsx ou .ods."
    )]
    AncienFormat,
    #[error(
        "Les caractères du fichier ne sont pas reconnus. Enregistrez-le en CSV « UTF-8 », ou au format .xlsx ou .ods."
    )]
    Encodage,
    #[error(
        "Le fichier est abîmé ou incomplet. Ouvrez-le dans un tableur, enregistrez-le à nouveau, puis recommencez."
    )]
    Illisible,
    #[error(
        "Un guillemet ouvert à la ligne {ligne} n'est jamais refermé. Corrigez cette ligne, puis recommencez."
    )]
    Guillemet { ligne: usize },
    #[error(
        "Le fichier contient une formule à la ligne {ligne}. Copiez le tableau, collez-le avec « valeurs seulement », puis recommencez."
    )]
    Formule { ligne: usize },
    #[error("Le fichier compte plus de {max} feuilles. Gardez seulement celles à lire.")]
    TropDeFeuilles { max: usize },
    #[error("Le fichier compte plus de {max} lignes. Répartissez-les en plusieurs fichiers.")]
    TropDeLignes { max: usize },
    #[error("Le fichier compte plus de {max} colonnes. Gardez seulement celles du modèle.")]
    TropDeColonnes { max: usize },
    #[error("Le fichier compte plus de {max} cellules. Répartissez-les en plusieurs fichiers.")]
    TropDeCellules { max: usize },
}

/// Reads a spreadsheet with the default limits. See [`lire_dans`].
///
/// # Errors
/// A [`Refus`] whose text can be shown as it is.
pub fn lire(octets: &[u8], nom_de_fichier: &str) -> Result<Vec<FeuilleBrute>, Refus> {
    lire_dans(octets, nom_de_fichier, &Limites::default())
}

/// Reads a CSV (UTF-8, UTF-16 with BOM or Windows-1252; `;`, `,` or tab), XLSX or ODS
/// file. The name only serves to name the sheet of a CSV and to refuse macro files
/// that hide their nature.
///
/// # Errors
/// A [`Refus`] whose text can be shown as it is.
pub fn lire_dans(
    octets: &[u8],
    nom_de_fichier: &str,
    limites: &Limites,
) -> Result<Vec<FeuilleBrute>, Refus> {
    if octets.is_empty() {
        return Err(Refus::Vide);
    }
    if octets.len() > limites.octets {
        return Err(Refus::TropGros {
            max: limites.octets,
        });
    }
    let (nom, extension) = split_name(nom_de_fichier);
    if matches!(extension.as_str(), "xlsm" | "xltm" | "xlam") {
        return Err(Refus::Macros);
    }
    let mut grille = Grille::new(limites);
    if octets.starts_with(b"PK\x03\x04") {
        match archive::inspect(octets, limites)? {
            Genre::Xlsx => xlsx::read(octets, &mut grille)?,
            Genre::Ods(contenu) => ods::read(&contenu, &mut grille)?,
        }
    } else if let Some(refus) = foreign(octets) {
        return Err(refus);
    } else {
        grille.sheet(nom)?;
        text::read(octets, &mut grille)?;
    }
    Ok(grille.finish())
}

/// Stem and lower-case extension of a file name, whatever the separators.
fn split_name(nom: &str) -> (&str, String) {
    let court = nom.rsplit(['/', '\\']).next().unwrap_or(nom);
    match court.rsplit_once('.') {
        Some((nom, extension)) => (nom, extension.to_lowercase()),
        None => (court, String::new()),
    }
}

/// Formats people send by mistake, known by their first bytes.
fn foreign(octets: &[u8]) -> Option<Refus> {
    let trouve = |trouve| Some(Refus::Format { trouve });
    if octets.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(compound(octets));
    }
    if octets.starts_with(b"%PDF") {
        return trouve("un document PDF");
    }
    if octets.starts_with(b"\x89PNG") || octets.starts_with(b"\xff\xd8\xff") {
        return trouve("une image");
    }
    if octets.starts_with(b"{\\rtf") {
        return trouve("un document texte");
    }
    if octets.starts_with(b"\x1f\x8b") || octets.starts_with(b"7z\xbc\xaf") {
        return trouve("une archive compressée");
    }
    let debut = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let debut: Vec<u8> = debut
        .iter()
        .skip_while(|octet| octet.is_ascii_whitespace())
        .take(9)
        .map(u8::to_ascii_lowercase)
        .collect();
    let web = [b"<!doctype".as_slice(), b"<html", b"<table", b"<?xml"];
    if web.iter().any(|motif| debut.starts_with(motif)) {
        return trouve("une page web ou un fichier XML");
    }
    None
}

/// A Microsoft compound file: an encrypted workbook, an old one, or something else.
/// Its directory names its streams in UTF-16.
fn compound(octets: &[u8]) -> Refus {
    let has = |nom: &str| {
        let motif: Vec<u8> = nom.encode_utf16().flat_map(u16::to_le_bytes).collect();
        octets
            .windows(motif.len())
            .any(|fenetre| fenetre == motif.as_slice())
    };
    if has("EncryptedPackage") {
        Refus::Chiffre
    } else if has("_VBA_PROJECT") {
        Refus::Macros
    } else if has("Workbook") || has("Book") {
        Refus::AncienFormat
    } else {
        Refus::Format {
            trouve: "un document d'un autre logiciel",
        }
    }
}

#[cfg(test)]
mod robustness;
#[cfg(test)]
mod tests;
