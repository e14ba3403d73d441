//! Screens of statistics.

mod definitions;
mod export;
mod graphique;
mod liens;
mod page;
mod partage;

use socle::{Resultat, Tx};
use web::{Acces, Ctx, Routes};

use super::{
    Bloc, Demande, Question, Reponse,
    acces::{self, Acquise},
    coordination::{self, Groupe},
    etiquettes,
    filtres::Inconnu,
    presentation::{Noms, Rapport, rapport},
    repondre,
};
use crate::{vocabulaire::Vocabulaires, voisins};

const LECTEURS: Acces = Acces::Roles(acces::LECTEURS);

/// Pages, menus and exports of statistics.
#[must_use]
pub fn routes() -> Routes {
    let mut r = Routes::new()
        .get("/statistiques", LECTEURS, page::page)
        .get("/statistiques/export", LECTEURS, export::file)
        .get("/statistiques/graphique", LECTEURS, graphique::file)
        .get("/statistiques/liens", liens::AUTEURS, liens::page)
        .post("/statistiques/liens", liens::AUTEURS, liens::create)
        .post(
            "/statistiques/liens/{id}/desactiver",
            liens::AUTEURS,
            liens::disable,
        )
        .get("/partage/statistiques/{jeton}", Acces::Jeton, partage::page)
        .get("/chiffres/definitions", Acces::Public, definitions::page);
    for role in acces::LECTEURS {
        r = r.menu(*role, "Statistiques", "/statistiques");
    }
    r
}

/// A page's question, answered and named.
pub(super) struct Lue {
    pub demande: Demande,
    pub acquise: Acquise,
    pub question: Question,
    pub reponse: Reponse,
    pub noms: Noms,
    pub rapport: Rapport,
    /// ST60.
    pub coordination: Vec<Groupe>,
}

/// 400 « Filtre inconnu : x. »
fn unknown(i: &Inconnu) -> web::Erreur {
    web::Erreur::page(axum::http::StatusCode::BAD_REQUEST, i.to_string())
}

/// Reads the address, checks the right, counts.
/// `lignes`: how many cells of a long list are wanted.
async fn read(
    ctx: &Ctx,
    tx: &mut Tx,
    paires: &[(String, String)],
    lignes: usize,
) -> Result<Lue, web::Erreur> {
    let voc = Vocabulaires::ever(tx).await?;
    let demande = Demande::parse(paires, &voc).map_err(|i| unknown(&i))?;
    let acteur = ctx.acteur();
    let acquise = acces::resolve(tx, acteur, &demande).await?;
    let mut question = acces::question(tx, acteur, &acquise, &demande)
        .await?
        .map_err(|i| unknown(&i))?;
    if !acquise.masque {
        // Hiding small cells looks at every cell.
        question.listes.lieux = lignes;
    }
    if acquise.portee == super::Portee::National && lignes < usize::MAX {
        // Thousands of lines: in files only.
        question.listes.structures = false;
    }
    let mut reponse = repondre(tx, &question).await?;
    super::catalogue::derive_missions(&mut reponse, &voc);
    strip(&mut reponse, &acquise);
    let noms = names(tx, voc, &reponse, &question).await?;
    let rapport = rapport(&reponse, &question, &noms, acquise.masque);
    let coordination = coordination::groups(tx, &acquise, &demande, &noms.voc).await?;
    Ok(Lue {
        demande,
        acquise,
        question,
        reponse,
        noms,
        rapport,
        coordination,
    })
}

/// The figures and blocks of an answer as HTML, as a page shows them when
/// nothing is hidden; what only the database names is not named.
///
/// # Errors
/// `Erreur::Interne` when the page cannot be written.
pub fn figures(question: &Question, mut reponse: Reponse, voc: Vocabulaires) -> Resultat<String> {
    super::catalogue::derive_missions(&mut reponse, &voc);
    let noms = Noms {
        voc,
        ..Noms::default()
    };
    let acquise = Acquise {
        portee: question.portee.clone(),
        nom: String::new(),
        masque: false,
        par_auteur: question.listes.auteurs,
    };
    let lue = Lue {
        demande: Demande {
            filtres: question.filtres.clone(),
            ..Demande::default()
        },
        rapport: rapport(&reponse, question, &noms, false),
        acquise,
        question: question.clone(),
        reponse,
        noms,
        coordination: Vec::new(),
    };
    let corps = page::body(&lue, |d| Some(format!("/statistiques{}", d.query())));
    askama::Template::render(&corps).map_err(|e| socle::Erreur::Interne(e.to_string()))
}

/// What a scope does not show: places and tags where small cells are hidden.
fn strip(r: &mut Reponse, a: &Acquise) {
    if a.masque {
        r.blocs.remove(&Bloc::Lieux);
        r.blocs.remove(&Bloc::Etiquettes);
    }
}

/// More names than this are not looked for.
const NOMS: usize = 300;

async fn names(tx: &mut Tx, voc: Vocabulaires, r: &Reponse, q: &Question) -> Resultat<Noms> {
    let mut autres = etiquettes::names(tx, &q.etiquettes).await?;
    let mut lieux: Vec<(i64, uuid::Uuid)> = r
        .cells(Bloc::Lieux)
        .into_iter()
        .flatten()
        .filter_map(|(c, n)| Some((-n, c.parse().ok()?)))
        .collect();
    lieux.sort_unstable();
    let lieux = lieux.into_iter().take(NOMS).map(|l| l.1);
    for (id, nom) in voisins::place_names(tx, lieux).await? {
        autres.insert(id.to_string(), nom);
    }
    for v in q.filtres.get(super::Nom::Lieu) {
        if let Ok(id) = v.parse()
            && let Some(nom) = voisins::place_name(tx, id).await?
        {
            autres.insert(v.clone(), nom);
        }
    }
    let mut auteurs: Vec<uuid::Uuid> = r.auteurs.keys().copied().collect();
    auteurs.truncate(NOMS);
    let auteurs = voisins::names(tx, auteurs.into_iter()).await?;
    for (id, nom) in &auteurs {
        autres.insert(id.to_string(), nom.clone());
    }
    let structures = if r.structures.len() > 1 {
        voisins::all_structures(tx).await?
    } else {
        voisins::structures(tx, r.structures.keys().flatten().copied()).await?
    };
    Ok(Noms {
        voc,
        autres,
        auteurs,
        structures,
    })
}

/// The block named in an address; the first one when none is.
fn block(paires: &mut Vec<(String, String)>) -> Result<Bloc, web::Erreur> {
    match take(paires, "bloc") {
        None => Ok(Bloc::Type),
        Some(cle) => Bloc::from_cle(&cle).ok_or_else(|| unknown(&Inconnu("bloc".into()))),
    }
}

/// Takes one parameter out of an address.
fn take(paires: &mut Vec<(String, String)>, nom: &str) -> Option<String> {
    let valeur = paires.iter().find(|(n, _)| n == nom).map(|p| p.1.clone());
    paires.retain(|(n, _)| n != nom);
    valeur
}
