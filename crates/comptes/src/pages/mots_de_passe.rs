//! Choosing a password: by invitation, or after losing it.

use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use socle::{
    Erreur, Resultat, Saisies,
    courrier::{self, Message},
    journal,
};
use web::{Ctx, Form, Formulaire, Reponse};

use crate::{
    compte::{self, frein, liens, mot_de_passe},
    personne, session,
};

#[derive(Template)]
#[template(path = "comptes/mot_de_passe.html")]
struct Choix {
    form: Form,
    action: String,
    courriel: String,
    conseil: &'static str,
    bouton: &'static str,
}

#[derive(Template)]
#[template(path = "comptes/oublie.html")]
struct Oublie {
    form: Form,
    envoye: bool,
}

#[derive(Template)]
#[template(path = "comptes/secours.html")]
struct Secours {
    codes: Vec<String>,
    suite: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    mot_de_passe: String,
    confirmation: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SaisieCourriel {
    courriel: String,
}

pub(super) fn show_recovery(ctx: &Ctx, codes: Vec<String>, suite: &str) -> Reponse {
    ctx.page("Vos codes de secours").body(&Secours {
        codes,
        suite: suite.to_owned(),
    })
}

pub(super) async fn invitation_page(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    show(&ctx, &jeton, liens::Genre::Invitation, Form::new(), false).await
}

pub(super) async fn invitation(
    ctx: Ctx,
    Path(jeton): Path<String>,
    f: Formulaire<Saisie>,
) -> Reponse {
    choose(ctx, jeton, liens::Genre::Invitation, f).await
}

pub(super) async fn reset_page(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    show(&ctx, &jeton, liens::Genre::MotDePasse, Form::new(), false).await
}

pub(super) async fn reset(ctx: Ctx, Path(jeton): Path<String>, f: Formulaire<Saisie>) -> Reponse {
    choose(ctx, jeton, liens::Genre::MotDePasse, f).await
}

async fn show(ctx: &Ctx, jeton: &str, genre: liens::Genre, form: Form, refuse: bool) -> Reponse {
    let mut tx = ctx.read().await?;
    let compte = match liens::read(&mut tx, jeton, genre).await {
        Ok(c) => compte::get(&mut tx, c).await?,
        Err(Erreur::Introuvable) => {
            return ctx.redirect(
                "/mot-de-passe-oublie",
                "Ce lien a déjà servi ou n'est plus valable. Demandez-en un nouveau ici.",
            );
        }
        Err(e) => return Err(e.into()),
    };
    let courriel = personne::get(&mut tx, compte.personne).await?.courriel;
    let (titre, chemin, bouton) = match genre {
        liens::Genre::Invitation => (
            "Bienvenue : choisissez votre mot de passe",
            "invitation",
            "Créer mon accès",
        ),
        liens::Genre::MotDePasse | liens::Genre::Courriel => (
            "Choisissez un nouveau mot de passe",
            "mot-de-passe",
            "Changer mon mot de passe",
        ),
    };
    let corps = Choix {
        form,
        action: format!("/{chemin}/{jeton}"),
        courriel,
        conseil: mot_de_passe::CONSEIL,
        bouton,
    };
    let p = ctx.page(titre);
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

async fn choose(ctx: Ctx, jeton: String, genre: liens::Genre, f: Formulaire<Saisie>) -> Reponse {
    match record(&ctx, &jeton, genre, &f.saisie).await {
        Ok(()) => ctx.redirect(
            "/connexion",
            "Votre mot de passe est enregistré. Connectez-vous.",
        ),
        Err(Erreur::Saisie(e)) => show(&ctx, &jeton, genre, Form::refused(f.champs, e), true).await,
        Err(Erreur::Introuvable) => show(&ctx, &jeton, genre, Form::new(), false).await,
        Err(e) => Err(e.into()),
    }
}

async fn record(ctx: &Ctx, jeton: &str, genre: liens::Genre, s: &Saisie) -> Resultat<()> {
    let mut tx = ctx.read().await?;
    let compte = liens::read(&mut tx, jeton, genre).await?;
    let personne = compte::get(&mut tx, compte).await?.personne;
    drop(tx);
    let phc = hash_checked(ctx, personne, &s.mot_de_passe, &s.confirmation).await?;
    let mut tx = ctx.write().await?;
    let compte = liens::consume(&mut tx, jeton, genre).await?;
    compte::set_password(&mut tx, compte, &phc).await?;
    session::close_all(&mut tx, compte, "").await?;
    journal::record(
        &mut tx,
        ctx.acteur(),
        "compte.mot_de_passe",
        "compte",
        compte,
        serde_json::json!({}),
    );
    tx.commit().await
}

/// Checks a new password twice typed, and hashes it.
pub(super) async fn hash_checked(
    ctx: &Ctx,
    personne: uuid::Uuid,
    mdp: &str,
    confirmation: &str,
) -> Resultat<String> {
    let mut tx = ctx.read().await?;
    let p = personne::get(&mut tx, personne).await?;
    let sel = tx.ids().bytes();
    drop(tx);
    let mut e = Saisies::new();
    e.take(
        "mot_de_passe",
        mot_de_passe::check(mdp, &[&p.prenom, &p.nom, &p.courriel]),
    );
    if mdp != confirmation {
        e.add(
            "confirmation",
            "Les deux mots de passe sont différents. Retapez-les.",
        );
    }
    e.check()?;
    mot_de_passe::hash(mdp, sel).await
}

pub(super) async fn forgotten_page(ctx: Ctx) -> Reponse {
    ctx.page("Mot de passe oublié").body(&Oublie {
        form: Form::new(),
        envoye: false,
    })
}

/// The same page whether the address is known or not.
pub(super) async fn forgotten(ctx: Ctx, f: Formulaire<SaisieCourriel>) -> Reponse {
    let adresse = match f.saisie.courriel.parse::<socle::valeurs::Courriel>() {
        Ok(a) => a,
        Err(m) => {
            let mut e = Saisies::new();
            e.add("courriel", m);
            let corps = Oublie {
                form: Form::refused(f.champs, e),
                envoye: false,
            };
            return ctx.page("Mot de passe oublié").refused().body(&corps);
        }
    };
    let mut tx = ctx.write().await?;
    let cles = [tx.blind("frein.oubli", adresse.as_str())];
    // Each request counts: a mailbox is not flooded with links.
    let libre = match frein::attempt(&mut tx, &cles).await {
        Ok(()) => true,
        Err(Erreur::Conflit(_)) => false,
        Err(e) => return Err(e.into()),
    };
    if let (true, Some(p)) = (
        libre,
        personne::find_by_courriel(&mut tx, adresse.as_str()).await?,
    ) && let Some(c) = compte::by_personne(&mut tx, p).await?
    {
        let genre = if c.mot_de_passe.is_some() {
            liens::Genre::MotDePasse
        } else {
            liens::Genre::Invitation
        };
        let jeton = liens::create(&mut tx, c.id, genre).await?;
        let (chemin, duree) = match genre {
            liens::Genre::Invitation => ("invitation", "7 jours"),
            liens::Genre::MotDePasse | liens::Genre::Courriel => ("mot-de-passe", "une heure"),
        };
        let texte = format!(
            "Bonjour,\n\nVous avez demandé à choisir un mot de passe sur Maillage. Ce lien est valable {duree} :\n\
             {}/{chemin}/{jeton}\n\nSi ce n'était pas vous, ne faites rien : votre mot de passe ne change pas.\n",
            ctx.config().url
        );
        let m = Message {
            a: adresse.as_str(),
            sujet: "Choisir votre mot de passe",
            texte: &texte,
            cle: "",
        };
        courrier::send(&mut tx, m).await?;
    }
    tx.commit().await?;
    ctx.page("Mot de passe oublié").body(&Oublie {
        form: Form::new(),
        envoye: true,
    })
}
