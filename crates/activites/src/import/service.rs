//! Use cases of imports: right → reading → analysis → writing, together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx,
    crypto::sha256_hex,
    francais,
    jobs::{self, When},
    journal,
};
use uuid::Uuid;
use web::Champs;

use super::{
    Analyse, Choix, Colonne, Etat, Genre, Import, Tableau, activites, beneficiaires, kept, lecture,
    store,
};
use crate::{beneficiaire::service::SUIVRE, vocabulaire::Vocabulaires};

pub static IMPORTER_ACTIVITES: Action = Action::new(
    "activite.importer",
    &[
        Role::Conseiller,
        Role::Mediateur,
        Role::GestionnaireStructure,
        Role::Administrateur,
    ],
    "Les activités passées s'importent par leur auteur, son employeur ou l'ANCT.",
);

/// The job that writes a long import.
pub const APPLIQUER: &str = "import.appliquer";
/// More lines than this are written by a job.
const IMMEDIAT: usize = 1_000;

/// What importing a kind of file asks for.
#[must_use]
pub fn action(genre: Genre) -> &'static Action {
    match genre {
        Genre::Beneficiaires => &SUIVRE,
        Genre::Activites => &IMPORTER_ACTIVITES,
    }
}

/// The columns a kind of file may hold today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn columns(tx: &mut Tx, genre: Genre) -> Resultat<Vec<Colonne>> {
    match genre {
        Genre::Beneficiaires => Ok(beneficiaires::columns()),
        Genre::Activites => {
            let le = tx.today();
            Ok(activites::columns(&Vocabulaires::on(tx, le).await?))
        }
    }
}

/// How far the author of an import sees, kept for the job that writes it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Portee {
    Aucun,
    National,
    Departements(Vec<String>),
    Structures(Vec<Uuid>),
    Soi(Uuid),
}

fn scope_text(p: &Perimetre) -> String {
    let portee = match p.clone() {
        Perimetre::Aucun => Portee::Aucun,
        Perimetre::National => Portee::National,
        Perimetre::Departements(d) => Portee::Departements(d),
        Perimetre::Structures(s) => Portee::Structures(s),
        Perimetre::Soi(p) => Portee::Soi(p),
    };
    serde_json::to_string(&portee).unwrap_or_default()
}

fn scope(texte: &str) -> Perimetre {
    match serde_json::from_str(texte) {
        Ok(Portee::National) => Perimetre::National,
        Ok(Portee::Departements(d)) => Perimetre::Departements(d),
        Ok(Portee::Structures(s)) => Perimetre::Structures(s),
        Ok(Portee::Soi(p)) => Perimetre::Soi(p),
        Ok(Portee::Aucun) | Err(_) => Perimetre::Aucun,
    }
}

/// Reads a file and says, line by line, what importing it would do.
///
/// # Errors
/// `Erreur::Saisie` beside `fichier`: « Fichier refusé : … ».
pub async fn upload(
    tx: &mut Tx,
    acteur: &Acteur,
    genre: Genre,
    source: &str,
    nom: &str,
    octets: &[u8],
) -> Resultat<Uuid> {
    acteur.require(action(genre))?;
    let compte = acteur.compte.ok_or(Erreur::Introuvable)?;
    let colonnes = columns(tx, genre).await?;
    let t =
        lecture::read(genre, nom, octets, &colonnes).map_err(|m| Erreur::field("fichier", m))?;
    let empreinte = sha256_hex(octets);
    let mut i = Import {
        id: tx.new_id(),
        genre,
        etat: Etat::Analyse,
        compte,
        personne: acteur.personne,
        role: acteur.role,
        perimetre: scope_text(&acteur.perimetre),
        source: source.to_owned(),
        fichier: Some(nom.chars().take(120).collect()),
        lignes: 0,
        valides: 0,
        erreurs: 0,
        doublons: 0,
        ecrites: 0,
        version: 1,
        cree_le: tx.now(),
        confirme_le: None,
        applique_le: None,
        annule_le: None,
        efface_le: None,
        empreinte,
    };
    let mut a = preview(tx, acteur, &i, &t).await?;
    if let Some(le) = store::confirmed_before(tx, compte, genre, &i.empreinte).await? {
        a.remarques.insert(0, already(le));
    }
    let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    i.lignes = nombre(a.lignes);
    i.valides = nombre(a.valides);
    i.erreurs = nombre(a.fausses());
    i.doublons = nombre(a.doublons.len());
    store::insert(tx, &i, &t, &a).await?;
    journal::record(
        tx,
        acteur,
        "import.deposer",
        "import",
        i.id,
        json!({ "genre": genre.cle(), "lignes": a.lignes, "erreurs": a.fausses() }),
    );
    Ok(i.id)
}

fn already(le: Timestamp) -> String {
    format!(
        "Vous avez déjà importé ce même fichier le {}. Rien ne sera écrit deux fois.",
        francais::instant(le, &socle::clock::paris())
    )
}

async fn preview(tx: &mut Tx, acteur: &Acteur, i: &Import, t: &Tableau) -> Resultat<Analyse> {
    Ok(match i.genre {
        Genre::Beneficiaires => {
            let referent = i.personne.ok_or(Erreur::Introuvable)?;
            let cx = beneficiaires::context(tx, referent).await?;
            beneficiaires::analyse(t, &cx).1
        }
        Genre::Activites => activites::analyse(tx, acteur, &i.source, t).await?.1,
    })
}

/// One's own import.
///
/// # Errors
/// `Erreur::Introuvable` for anybody else's.
pub async fn get(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Import> {
    let compte = acteur.compte.ok_or(Erreur::Introuvable)?;
    let i = store::get(tx, compte, acteur.role, id).await?;
    acteur.require(action(i.genre))?;
    Ok(i)
}

/// What was read, while it is kept.
///
/// # Errors
/// `Erreur::Introuvable` once it is erased.
pub async fn content(tx: &mut Tx, i: &Import) -> Resultat<(Tableau, Analyse)> {
    store::content(tx, i.id).await?.ok_or(Erreur::Introuvable)
}

/// Replaces cells (`c.{line}.{column}`) and answers about duplicates
/// (`choix.{line}`, or `tous` for all), then looks again.
///
/// # Errors
/// `Erreur::Conflit` when the import changed meanwhile.
pub async fn correct(tx: &mut Tx, acteur: &Acteur, id: Uuid, champs: &Champs) -> Resultat<Analyse> {
    let i = get(tx, acteur, id).await?;
    let (mut t, avant) = content(tx, &i).await?;
    let colonnes = columns(tx, i.genre).await?;
    let touchees: Vec<usize> = avant
        .problemes
        .iter()
        .map(|p| p.ligne)
        .chain(avant.doublons.iter().map(|d| d.ligne))
        .collect();
    for l in t.lignes.iter_mut().filter(|l| touchees.contains(&l.numero)) {
        for c in &colonnes {
            let nom = format!("c.{}.{}", l.numero, c.cle);
            let Some(v) = champs.all(&nom).first().map(|v| v.trim()) else {
                continue;
            };
            let v = kept(&c.cle, v);
            if t.colonnes.iter().all(|(cle, _)| *cle != c.cle) {
                t.colonnes.push((c.cle.clone(), c.titre.clone()));
            }
            if v.is_empty() {
                l.valeurs.remove(&c.cle);
            } else {
                l.valeurs.insert(c.cle.clone(), v);
            }
        }
    }
    let tous = Choix::from_cle(champs.get("tous"));
    for d in &avant.doublons {
        let choisi = tous.or_else(|| Choix::from_cle(champs.get(&format!("choix.{}", d.ligne))));
        if let Some(c) = choisi {
            t.choix.insert(d.ligne, c);
        }
    }
    let mut a = preview(tx, acteur, &i, &t).await?;
    a.remarques = avant.remarques;
    store::correct(tx, &i, &t, &a).await?;
    Ok(a)
}

/// Writes the good lines: at once, or by a job when there are many. The same
/// click twice writes once.
///
/// # Errors
/// `Erreur::Saisie` when lines are wrong and nobody agreed to leave them.
pub async fn confirm(tx: &mut Tx, acteur: &Acteur, id: Uuid, valides: bool) -> Resultat<Import> {
    let i = get(tx, acteur, id).await?;
    if i.etat != Etat::Analyse {
        return Ok(i);
    }
    let (_, a) = content(tx, &i).await?;
    if a.valides == 0 {
        return Err(Erreur::field(
            "valides",
            "Il n'y a aucune ligne à importer.",
        ));
    }
    if a.fausses() > 0 && !valides {
        return Err(Erreur::field(
            "valides",
            format!(
                "{} à corriger. Corrigez, ou cochez cette case pour importer seulement les autres.",
                francais::pluriel(i.erreurs, "ligne")
            ),
        ));
    }
    if !store::claim(tx, id).await? {
        return get(tx, acteur, id).await;
    }
    journal::record(tx, acteur, "import.confirmer", "import", id, json!({}));
    if a.valides > IMMEDIAT {
        let cle = id.to_string();
        jobs::enqueue(
            tx,
            APPLIQUER,
            &json!({ "import": id }),
            When::Now,
            Some(&cle),
        )
        .await?;
    } else {
        write(tx, acteur, &i).await?;
    }
    get(tx, acteur, id).await
}

/// The job: writes a confirmed import, once.
///
/// # Errors
/// `Erreur::Base`.
pub async fn apply(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let i = store::fetch(tx, id).await?;
    if !i.is_running() {
        return Ok(());
    }
    let nom = match i.personne {
        Some(p) => comptes::personne::get(tx, p).await?.nom_complet(),
        None => i.role.libelle().to_owned(),
    };
    let acteur = Acteur {
        compte: Some(i.compte),
        personne: i.personne,
        nom,
        role: i.role,
        perimetre: scope(&i.perimetre),
    };
    write(tx, &acteur, &i).await
}

/// Everything is looked at again: files may have been opened meanwhile.
async fn write(tx: &mut Tx, acteur: &Acteur, i: &Import) -> Resultat<()> {
    let (t, avant) = content(tx, i).await?;
    let (n, mut a) = match i.genre {
        Genre::Beneficiaires => {
            let referent = i.personne.ok_or(Erreur::Introuvable)?;
            tx.lock(&format!("import:{referent}")).await?;
            let cx = beneficiaires::context(tx, referent).await?;
            let (bonnes, a) = beneficiaires::analyse(&t, &cx);
            let n = beneficiaires::apply(tx, acteur, i.id, referent, &cx, bonnes).await?;
            (n, a)
        }
        Genre::Activites => {
            let (bonnes, a) = activites::analyse(tx, acteur, &i.source, &t).await?;
            let n = activites::apply(tx, acteur, i.id, bonnes).await?;
            (n, a)
        }
    };
    a.remarques = avant.remarques;
    store::finish(tx, i.id, n, &a).await
}

/// Undoes an import where nobody touched what it wrote. Returns how many
/// objects stay.
///
/// # Errors
/// `Erreur::Conflit` after 7 days.
pub async fn cancel(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<usize> {
    let i = get(tx, acteur, id).await?;
    if !i.can_be_undone(tx.now()) {
        return Err(Erreur::Conflit(
            "Un import s'annule pendant 7 jours, une seule fois.".into(),
        ));
    }
    let restent = match i.genre {
        Genre::Beneficiaires => beneficiaires::undo(tx, acteur, id).await?,
        Genre::Activites => activites::undo(tx, acteur, id).await?,
    };
    store::undo(tx, id, restent).await?;
    Ok(restent)
}

/// Forgets a file before it is confirmed.
///
/// # Errors
/// `Erreur::Conflit` once it is confirmed.
pub async fn discard(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<Genre> {
    let i = get(tx, acteur, id).await?;
    store::discard(tx, id).await?;
    journal::record(tx, acteur, "import.abandonner", "import", id, json!({}));
    Ok(i.genre)
}

/// The daily job: what was read of files does not stay.
///
/// # Errors
/// `Erreur::Base`.
pub async fn purge(tx: &mut Tx) -> Resultat<()> {
    let n = store::purge(tx).await?;
    if n > 0 {
        let le = tx.today();
        journal::record(
            tx,
            &Acteur::systeme(),
            "import.conservation",
            "import",
            le,
            json!({ "effaces": n }),
        );
    }
    Ok(())
}
