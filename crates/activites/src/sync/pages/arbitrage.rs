//! « À arbitrer »: two changes of one activity, decided on field by field.

use std::collections::BTreeMap;

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::{AFaire, Ctx, Formulaire, Id, Reponse};

use super::super::{
    arbitrage, fiche,
    fusion::{self, Fusion},
    lecture,
    store::{self, Genre, Proposition},
};
use crate::{
    activite::{self, Activite, Etat, corps, service},
    beneficiaire::{self, Beneficiaire},
    vocabulaire::Vocabulaires,
    voisins,
};

#[derive(Template)]
#[template(path = "sync/a_arbitrer.html")]
struct Liste {
    lignes: Vec<(Uuid, String, String)>,
}

#[derive(Template)]
#[template(path = "sync/arbitrage.html")]
struct Page {
    id: Uuid,
    /// Where it is changed by hand.
    modifier: String,
    intro: &'static str,
    groupes: Vec<Groupe>,
    /// What was changed on one side only, and is kept in any case.
    repris: Vec<String>,
    /// Taken or left whole: the words of both choices.
    entier: Option<(&'static str, &'static str)>,
    erreur: String,
}

struct Groupe {
    cle: String,
    nom: String,
    serveur: String,
    autre: String,
}

fn author(ctx: &Ctx) -> Resultat<Uuid> {
    ctx.acteur().require(&service::ECRIRE)?;
    ctx.acteur().personne.ok_or(Erreur::Introuvable)
}

/// One line of « À faire ».
pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let auteur = author(&ctx)?;
    let mut tx = ctx.read().await?;
    let n = store::open_propositions(&mut tx, auteur).await?.len();
    if n == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![AFaire {
        quoi: "Choisir entre deux versions".into(),
        pour: francais::pluriel(i64::try_from(n).unwrap_or(0), "saisie"),
        avant: None,
        lien: "/activites/a-arbitrer".into(),
    }])
}

pub(super) async fn list(ctx: Ctx) -> Reponse {
    let auteur = author(&ctx)?;
    let mut tx = ctx.read().await?;
    let mut lignes = Vec::new();
    for p in store::open_propositions(&mut tx, auteur).await? {
        let Some(objet) = target(&mut tx, &ctx, &p).await? else {
            continue;
        };
        lignes.push((
            p.id,
            objet.title(),
            francais::instant(p.cree_le, &socle::clock::paris()),
        ));
    }
    ctx.page("À arbitrer")
        .fil("Mes activités", "/activites")
        .body(&Liste { lignes })
}

/// What was changed at two places.
enum Objet {
    Activite(Box<Activite>),
    Fiche(Box<Beneficiaire>),
}

impl Objet {
    fn title(&self) -> String {
        match self {
            Self::Activite(a) => format!(
                "{} du {}",
                a.contenu.type_activite.libelle(),
                francais::date_longue(a.contenu.date)
            ),
            Self::Fiche(b) => format!("Fiche de {}", b.fiche.nom_affiche()),
        }
    }
}

/// The object of a proposition; `None`: a file this person follows no more.
async fn target(tx: &mut Tx, ctx: &Ctx, p: &Proposition) -> Resultat<Option<Objet>> {
    if !p.fiche {
        let a = activite::store::fetch(tx, p.objet).await?;
        return Ok(Some(Objet::Activite(Box::new(a))));
    }
    ctx.acteur().require(&beneficiaire::service::SUIVRE)?;
    // The list locks nothing: this is a page to read.
    let suivies = beneficiaire::store::list(tx, &Perimetre::Soi(p.auteur)).await?;
    Ok(suivies
        .into_iter()
        .find(|b| b.id == p.objet)
        .map(|b| Objet::Fiche(Box::new(b))))
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    show(&ctx, id, String::new()).await
}

async fn show(ctx: &Ctx, id: Uuid, erreur: String) -> Reponse {
    let auteur = author(ctx)?;
    let mut tx = ctx.read().await?;
    let p = store::find_proposition(&mut tx, auteur, id).await?;
    let objet = target(&mut tx, ctx, &p).await?.ok_or(Erreur::Introuvable)?;
    let refuse = !erreur.is_empty();
    let vue = match &objet {
        Objet::Activite(a) => view(&mut tx, &p, a, erreur).await?,
        Objet::Fiche(b) => view_file(&mut tx, &p, b, erreur).await?,
    };
    let page = ctx
        .page(objet.title())
        .fil("Mes activités", "/activites")
        .fil("À arbitrer", "/activites/a-arbitrer");
    if refuse {
        page.refused().body(&vue)
    } else {
        page.body(&vue)
    }
}

async fn view(tx: &mut Tx, p: &Proposition, a: &Activite, erreur: String) -> Resultat<Page> {
    let mut page = Page {
        id: p.id,
        modifier: format!("/activites/{}/modifier", a.id),
        intro: "Ce compte rendu a été modifié à deux endroits. Rien n'est perdu : choisissez, pour chaque ligne, ce qui doit rester.",
        groupes: Vec::new(),
        repris: Vec::new(),
        entier: None,
        erreur,
    };
    if p.genre == Genre::Suppression {
        page.intro =
            "Vous avez supprimé ce compte rendu sur un appareil, mais il a été modifié depuis.";
        page.entier = Some(("Le supprimer", "Le garder"));
        return Ok(page);
    }
    if a.etat == Etat::Supprimee {
        page.intro =
            "Vous avez modifié ce compte rendu sur un appareil, mais il a été supprimé depuis.";
        page.entier = Some(("Le restaurer avec mes changements", "Le laisser supprimé"));
        return Ok(page);
    }
    let f = arbitrage::merge(tx, a, p.base, &p.corps).await?;
    let serveur = corps::write(&a.contenu);
    let noms = names(tx, a, &[&serveur, &p.corps]).await?;
    compare(tx, &mut page, &f, &serveur, &p.corps, &noms).await?;
    Ok(page)
}

async fn view_file(
    tx: &mut Tx,
    p: &Proposition,
    b: &Beneficiaire,
    erreur: String,
) -> Resultat<Page> {
    let mut page = Page {
        id: p.id,
        modifier: format!("/beneficiaires/{}/modifier", b.id),
        intro: "Cette fiche a été modifiée à deux endroits. Rien n'est perdu : choisissez, pour chaque ligne, ce qui doit rester.",
        groupes: Vec::new(),
        repris: Vec::new(),
        entier: None,
        erreur,
    };
    let f = fiche::merge(tx, b, p.base, &p.corps).await?;
    let serveur = beneficiaire::corps::write(&b.fiche);
    compare(tx, &mut page, &f, &serveur, &p.corps, &BTreeMap::new()).await?;
    Ok(page)
}

/// What differs, in words: what is decided on, and what is kept in any case.
async fn compare(
    tx: &mut Tx,
    page: &mut Page,
    f: &Fusion,
    serveur: &serde_json::Value,
    autre: &serde_json::Value,
    noms: &BTreeMap<String, String>,
) -> Resultat<()> {
    let voc = Vocabulaires::ever(tx).await?;
    page.groupes = f
        .conflits
        .iter()
        .map(|g| Groupe {
            cle: g.clone(),
            nom: lecture::name(g),
            serveur: lecture::describe(serveur, g, &voc, noms),
            autre: lecture::describe(autre, g, &voc, noms),
        })
        .collect();
    page.repris = fusion::merge(None, serveur, &f.corps)
        .conflits
        .iter()
        .map(|g| {
            format!(
                "{} : {}",
                lecture::name(g),
                lecture::describe(&f.corps, g, &voc, noms)
            )
        })
        .collect();
    Ok(())
}

/// Names of the places and people both versions speak of.
async fn names(
    tx: &mut Tx,
    a: &Activite,
    corps: &[&serde_json::Value],
) -> Resultat<BTreeMap<String, String>> {
    let mut noms = BTreeMap::new();
    for c in corps {
        if let Some(id) = c["lieu_id"].as_str().and_then(|i| i.parse().ok())
            && let Some(nom) = voisins::place_name(tx, id).await?
        {
            noms.insert(id.to_string(), nom);
        }
    }
    for b in beneficiaire::store::list(tx, &Perimetre::Soi(a.auteur)).await? {
        noms.insert(b.id.to_string(), b.fiche.nom_affiche());
    }
    Ok(noms)
}

pub(super) async fn decide(ctx: Ctx, Id(id): Id, f: Formulaire<Vec<(String, String)>>) -> Reponse {
    let auteur = author(&ctx)?;
    let mut tx = ctx.write().await?;
    let p = store::load_proposition(&mut tx, auteur, id).await?;
    let choisis: Vec<String> = f
        .saisie
        .iter()
        .filter(|(_, v)| v == "autre")
        .filter_map(|(n, _)| n.strip_prefix("champ_").map(ToOwned::to_owned))
        .collect();
    let prendre = f.champs.get("entier") == "prendre";
    let (decision, suite) = if p.fiche {
        (
            fiche::decide(&mut tx, ctx.acteur(), &p, &choisis).await,
            format!("/beneficiaires/{}", p.objet),
        )
    } else {
        (
            arbitrage::decide(&mut tx, ctx.acteur(), &p, prendre, &choisis).await,
            format!("/activites/{}", p.objet),
        )
    };
    match decision {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(&suite, "Votre choix est enregistré.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let m: Vec<&str> = e.iter().map(|m| m.1).collect();
            show(&ctx, id, m.join(" ")).await
        }
        Err(e) => Err(e.into()),
    }
}
