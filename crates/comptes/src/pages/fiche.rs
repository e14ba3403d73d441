//! Somebody's access, for an administrator: roles held or ended, sessions,
//! invitation sent again, second factor lost.

use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use socle::{
    Action, Erreur, Resultat, Role,
    courrier::{self, Message},
    francais, journal,
};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Reponse, composants};

use super::administration::GERER;
use crate::{
    attribution::{self, Attribution},
    compte::{self, Compte},
    invitation,
    personne::{self, Personne},
    session,
};

/// Why a second factor is erased; the journal keeps the key, its owner reads
/// the words.
const MOTIFS: [(&str, &str); 3] = [
    ("perdu", "Téléphone perdu, volé ou en panne"),
    ("change", "Téléphone changé sans reprendre l’application"),
    ("compromis", "Quelqu’un d’autre a pu voir les codes"),
];

static REINITIALISER: Action = Action::new(
    "comptes.reinitialiser_second_facteur",
    &[Role::Administrateur],
    "Seul un administrateur réinitialise un second facteur.",
);

#[derive(Template)]
#[template(path = "comptes/personne.html")]
struct Page {
    p: Personne,
    fiche: Html,
    /// A role, and when it ended.
    roles: Vec<(Attribution, Option<String>)>,
    /// (device, opened, last seen).
    sessions: Vec<(String, String, String)>,
    invite: bool,
    second_facteur: bool,
    motifs: Vec<(String, String)>,
    form: Form,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Motif {
    motif: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Vide {}

fn id(texte: &str) -> Resultat<Uuid> {
    texte.parse().map_err(|_| Erreur::Introuvable)
}

fn state(c: Option<&Compte>) -> &'static str {
    match c {
        None => "Aucun compte",
        Some(c) if c.mot_de_passe.is_none() => "Invitation envoyée, mot de passe pas encore choisi",
        Some(_) => "Actif",
    }
}

pub(super) async fn page(ctx: Ctx, Path(p): Path<String>) -> Reponse {
    show(&ctx, id(&p)?, Form::new(), false).await
}

async fn show(ctx: &Ctx, id: Uuid, form: Form, refuse: bool) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let paris = socle::clock::paris();
    let mut tx = ctx.read().await?;
    let p = personne::get(&mut tx, id).await?;
    let c = compte::by_personne(&mut tx, id).await?;
    let le = tx.now();
    let roles = attribution::of_personne(&mut tx, id).await?;
    let roles = roles.into_iter().map(|a| {
        let fin = a.fin_le.filter(|f| *f <= le);
        let fin = fin.map(|f| francais::instant(f, &paris));
        (a, fin)
    });
    let sessions = match &c {
        Some(c) => session::list(&mut tx, c.id).await?,
        None => Vec::new(),
    };
    let sessions = sessions.into_iter().map(|s| {
        let (ouverte, vue) = (
            francais::instant(s.cree_le, &paris),
            francais::instant(s.vu_le, &paris),
        );
        (s.appareil, ouverte, vue)
    });
    let second_facteur = c.as_ref().is_some_and(|c| c.totp.is_some());
    let corps = Page {
        fiche: composants::fiche(&[
            ("Adresse électronique", p.courriel.clone()),
            ("Téléphone", p.telephone.clone().unwrap_or_default()),
            ("Compte", state(c.as_ref()).to_owned()),
            (
                "Second facteur",
                if second_facteur {
                    "Configuré"
                } else {
                    "Aucun"
                }
                .to_owned(),
            ),
        ]),
        roles: roles.collect(),
        sessions: sessions.collect(),
        invite: c.is_none_or(|c| c.mot_de_passe.is_none()),
        second_facteur,
        motifs: MOTIFS.map(|(k, l)| (k.to_owned(), l.to_owned())).into(),
        form,
        p,
    };
    let page = ctx
        .page(corps.p.nom_complet())
        .fil("Comptes et rôles", "/administration/comptes");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

fn back(ctx: &Ctx, id: Uuid, dit: &str) -> Reponse {
    ctx.redirect(&format!("/administration/personnes/{id}"), dit)
}

pub(super) async fn invite(ctx: Ctx, Path(p): Path<String>, _: Formulaire<Vide>) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let id = id(&p)?;
    let mut tx = ctx.write().await?;
    personne::get(&mut tx, id).await?;
    if attribution::valid(&mut tx, id).await?.is_empty() {
        return Err(Erreur::Conflit(
            "Cette personne n'a aucun rôle : donnez-lui-en un, l'invitation part avec.".into(),
        )
        .into());
    }
    invitation::invite(&mut tx, ctx.acteur(), id, &ctx.config().url).await?;
    tx.commit().await?;
    back(
        &ctx,
        id,
        "L’invitation est repartie. Les liens précédents n’ouvrent plus rien.",
    )
}

pub(super) async fn sign_out(ctx: Ctx, Path(p): Path<String>, _: Formulaire<Vide>) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let id = id(&p)?;
    let mut tx = ctx.write().await?;
    let c = compte::by_personne(&mut tx, id)
        .await?
        .ok_or(Erreur::Introuvable)?;
    session::close_all(&mut tx, c.id, "").await?;
    let rien = serde_json::json!({});
    journal::record(
        &mut tx,
        ctx.acteur(),
        "session.fermer",
        "compte",
        c.id,
        rien,
    );
    tx.commit().await?;
    back(&ctx, id, "Toutes ses connexions sont fermées.")
}

pub(super) async fn reset(ctx: Ctx, Path(p): Path<String>, f: Formulaire<Motif>) -> Reponse {
    let id = id(&p)?;
    match forget_second_factor(&ctx, id, f.saisie.motif.trim()).await {
        Ok(()) => back(
            &ctx,
            id,
            "Le second facteur est effacé. La personne en configurera un autre à sa prochaine connexion ; un message l’en prévient.",
        ),
        Err(Erreur::Saisie(e)) => show(&ctx, id, Form::refused(f.champs, e), true).await,
        Err(e) => Err(e.into()),
    }
}

async fn forget_second_factor(ctx: &Ctx, id: Uuid, motif: &str) -> Resultat<()> {
    ctx.acteur().require(&REINITIALISER)?;
    let mut tx = ctx.write().await?;
    let p = personne::get(&mut tx, id).await?;
    if ctx.acteur().personne == Some(id) {
        return Err(Erreur::Interdit(
            "Un autre administrateur doit réinitialiser votre propre second facteur.".into(),
        ));
    }
    let c = compte::by_personne(&mut tx, id)
        .await?
        .filter(|c| c.totp.is_some())
        .ok_or_else(|| Erreur::Conflit("Cette personne n'a pas de second facteur.".into()))?;
    let Some((motif, dit)) = MOTIFS.into_iter().find(|(k, _)| *k == motif) else {
        return Err(Erreur::field(
            "motif",
            "Dites pourquoi : la personne lira ce motif.",
        ));
    };
    compte::clear_totp(&mut tx, c.id).await?;
    session::close_all(&mut tx, c.id, "").await?;
    let texte = format!(
        "Bonjour {},\n\nUn administrateur a effacé le second facteur de votre compte Maillage. Motif : {dit}.\n\
         À votre prochaine connexion, vous en configurerez un autre. Vos connexions en cours sont fermées.\n\
         Si vous n'avez rien demandé, changez votre mot de passe et répondez à l'assistance : {}/connexion\n",
        p.prenom,
        ctx.config().url
    );
    let m = Message {
        a: &p.courriel,
        sujet: "Votre second facteur a été effacé",
        texte: &texte,
        cle: "",
    };
    courrier::send(&mut tx, m).await?;
    let donnees = serde_json::json!({ "motif": motif });
    journal::record(
        &mut tx,
        ctx.acteur(),
        "compte.effacer_second_facteur",
        "compte",
        c.id,
        donnees,
    );
    tx.commit().await
}
