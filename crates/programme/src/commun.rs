//! What every noun of this space does the same way.

use serde_json::json;
use socle::{Acteur, Erreur, Perimetre, Resultat, Saisies, Tx, historique, journal, texte_libre};
use uuid::Uuid;

macro_rules! cles {
    ($(#[$doc:meta])* $nom:ident { $($v:ident $cle:literal $libelle:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $nom { $($v),* }

        impl $nom {
            pub const TOUS: &'static [$nom] = &[$($nom::$v),*];

            /// The key the database keeps.
            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $($nom::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $($nom::$v => $libelle),* }
            }

            /// Reads a key of the database.
            ///
            /// # Errors
            /// `Erreur::Interne` for an unknown key.
            pub fn from_cle(cle: &str) -> socle::Resultat<Self> {
                match cle {
                    $($cle => Ok($nom::$v),)*
                    _ => Err(socle::Erreur::Interne(format!("clé inconnue : {cle}"))),
                }
            }
        }
    };
}
pub(crate) use cles;

/// Refusal of a write on a file somebody else changed (spec 10 §0).
pub(crate) fn stale() -> Erreur {
    Erreur::Conflit("Ce dossier a été modifié entre-temps. Rechargez-le avant de continuer.".into())
}

/// Refuses a write that read another version.
pub(crate) fn check_version(lue: i64, saisie: &str) -> Resultat<()> {
    if saisie.parse() == Ok(lue) {
        Ok(())
    } else {
        Err(stale())
    }
}

/// One row changed, or somebody was first.
pub(crate) fn one_row(n: u64) -> Resultat<()> {
    if n == 1 { Ok(()) } else { Err(stale()) }
}

/// Notes a transition: timeline and audit.
pub(crate) async fn step(
    tx: &mut Tx,
    acteur: &Acteur,
    (objet, action): (&'static str, &'static str),
    id: Uuid,
    de: Option<&str>,
    vers: &str,
    motif: Option<&str>,
) -> Resultat<()> {
    historique::append(tx, acteur, objet, id, de, vers, motif).await?;
    journal::record(
        tx,
        acteur,
        action,
        objet,
        id,
        json!({ "de": de, "vers": vers }),
    );
    Ok(())
}

/// A free text of `min` to `max` characters without personal numbers; notes
/// what is wrong beside its field.
pub(crate) fn free_text(
    e: &mut Saisies,
    champ: &str,
    texte: &str,
    min: usize,
    max: usize,
) -> String {
    let net = texte.trim();
    let n = net.chars().count();
    if n < min && min == 1 {
        e.add(champ, "Écrivez une réponse.");
    } else if n < min {
        e.add(
            champ,
            format!("Écrivez au moins {min} caractères (actuellement {n})."),
        );
    } else if n > max {
        e.add(
            champ,
            format!("Écrivez {max} caractères au plus (actuellement {n})."),
        );
    }
    e.take(champ, texte_libre::check(net));
    net.to_owned()
}

/// A whole number within limits.
pub(crate) fn number(e: &mut Saisies, champ: &str, texte: &str, min: i64, max: i64) -> Option<i64> {
    match texte
        .trim()
        .replace(['\u{202f}', '\u{a0}', ' '], "")
        .parse()
    {
        Ok(n) if (min..=max).contains(&n) => Some(n),
        _ => {
            e.add(champ, format!("Indiquez un nombre entre {min} et {max}."));
            None
        }
    }
}

/// A key of a list.
pub(crate) fn choice<T>(
    e: &mut Saisies,
    champ: &str,
    cle: &str,
    lire: impl Fn(&str) -> Resultat<T>,
) -> Option<T> {
    let lu = lire(cle).ok();
    if lu.is_none() {
        e.add(champ, "Choisissez une réponse.");
    }
    lu
}

/// (key, label) pairs for drop-down lists.
pub(crate) fn options<T: Copy>(
    tous: &[T],
    cle: fn(T) -> &'static str,
    libelle: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    tous.iter()
        .map(|t| (cle(*t).to_owned(), libelle(*t).to_owned()))
        .collect()
}

/// The structures somebody answers for.
pub(crate) fn own_structures(p: &Perimetre) -> &[Uuid] {
    match p {
        Perimetre::Structures(v) => v,
        _ => &[],
    }
}

/// « Ille-et-Vilaine », or the code when unknown.
pub(crate) fn departement(code: &str) -> String {
    territoires::geographie()
        .departement(code)
        .map_or_else(|| code.to_owned(), |d| d.nom.to_owned())
}

/// « Rennes », or the code when unknown.
pub(crate) fn commune(code: &str) -> String {
    territoires::geographie()
        .commune(code)
        .map_or_else(|| code.to_owned(), |c| c.nom.to_owned())
}

/// (code, name) of all départements and collectivities.
pub(crate) fn departements() -> Vec<(String, String)> {
    territoires::geographie()
        .departements
        .iter()
        .map(|d| (d.code.to_owned(), format!("{} ({})", d.nom, d.code)))
        .collect()
}

/// A count, as a figure of a page.
pub(crate) fn figure(libelle: &str, n: impl std::borrow::Borrow<i64>) -> web::Html {
    web::composants::chiffre(libelle, &socle::francais::entier(*n.borrow()), "")
}

/// Hidden field of the version a form was made from.
pub(crate) fn version(form: &web::Form, n: impl std::borrow::Borrow<i64>) -> web::Html {
    form.cache("version", &n.borrow().to_string())
}

/// The two ids in the address of an object inside another; anything else is a 404.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids(pub Uuid, pub Uuid);

impl axum::extract::FromRequestParts<web::App> for Ids {
    type Rejection = web::Erreur;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &web::App,
    ) -> Result<Self, web::Erreur> {
        axum::extract::Path::<(Uuid, Uuid)>::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Path((a, b))| Self(a, b))
            .map_err(|_| Erreur::Introuvable.into())
    }
}

/// Mails everybody who holds a role over a département; `cle` makes each
/// message unique.
pub(crate) async fn write_to_role(
    tx: &mut Tx,
    role: socle::Role,
    departement: &str,
    sujet: &str,
    texte: &str,
    cle: &str,
) -> Resultat<()> {
    use comptes::attribution::{self, PerimetreDe};
    for a in attribution::list(tx, Some(role), 500).await? {
        let dedans = match &a.perimetre {
            PerimetreDe::National => true,
            PerimetreDe::Departements(d) => d.iter().any(|d| d == departement),
            _ => false,
        };
        if !dedans {
            continue;
        }
        let courriel = comptes::personne::get(tx, a.personne).await?.courriel;
        let m = socle::courrier::Message {
            a: &courriel,
            sujet,
            texte,
            cle: &format!("{cle}:{}", a.personne),
        };
        socle::courrier::send(tx, m).await?;
    }
    Ok(())
}

/// Control of a [`field`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Genre {
    Zone,
    Texte,
    Date,
    Case,
}

/// A field of one of several forms of a page. Only the form that was sent
/// (`envoye`) shows what was typed and what is wrong; ids stay unique.
pub(crate) fn field(
    form: &web::Form,
    envoye: impl std::borrow::Borrow<bool>,
    cle: &str,
    genre: Genre,
    nom: &str,
    libelle: &str,
) -> web::Html {
    use web::esc;
    let envoye = *envoye.borrow();
    let id = if envoye {
        format!("c-{nom}")
    } else {
        format!("c-{nom}-{cle}")
    };
    let valeur = if envoye {
        esc(form.champs.get(nom))
    } else {
        String::new()
    };
    let erreur = form.erreurs.get(nom).filter(|_| envoye);
    let (classe, decrit, message) = match erreur {
        Some(m) => (
            "champ champ-erreur",
            format!(" aria-invalid=\"true\" aria-describedby=\"{id}-erreur\""),
            format!(
                "<p class=\"erreur\" id=\"{id}-erreur\"><span aria-hidden=\"true\">⚠ </span>{}</p>",
                esc(m)
            ),
        ),
        None => ("champ", String::new(), String::new()),
    };
    let libelle = esc(libelle);
    web::Html(match genre {
        Genre::Zone => format!(
            "<div class=\"{classe}\"><label for=\"{id}\">{libelle}</label><textarea id=\"{id}\" name=\"{nom}\" rows=\"3\"{decrit}>{valeur}</textarea>{message}</div>"
        ),
        Genre::Texte | Genre::Date => {
            let t = if matches!(genre, Genre::Date) && !envoye {
                "date"
            } else {
                "text"
            };
            format!(
                "<div class=\"{classe}\"><label for=\"{id}\">{libelle}</label><input type=\"{t}\" class=\"court\" id=\"{id}\" name=\"{nom}\" value=\"{valeur}\"{decrit}>{message}</div>"
            )
        }
        Genre::Case => format!(
            "<div class=\"{classe}\"><div class=\"option\"><input type=\"checkbox\" id=\"{id}\" name=\"{nom}\" value=\"oui\"{decrit}><label for=\"{id}\">{libelle}</label></div>{message}</div>"
        ),
    })
}

/// The reason asked for by one of several steps of a page.
pub(crate) fn reason(form: &web::Form, evenement: &str, libelle: &str) -> web::Html {
    let envoye = form.champs.get("evenement") == evenement;
    field(form, envoye, evenement, Genre::Zone, "motif", libelle)
}
