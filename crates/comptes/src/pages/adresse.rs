//! Changing one's e-mail address: asked with the password, confirmed from the
//! new mailbox, told to the old one. Sessions go on.

use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use socle::{
    Erreur, Resultat, Saisies, Tx,
    courrier::{self, Message},
    journal,
    valeurs::Courriel,
};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Reponse};

use super::espace;
use crate::{
    compte::{self, frein, liens},
    personne,
};

#[derive(Template)]
#[template(path = "comptes/adresse.html")]
struct Page {
    form: Form,
    jeton: String,
    ancienne: String,
    nouvelle: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    nouvelle: String,
    preuve: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Vide {}

pub(super) async fn ask(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    match request(&ctx, &f.saisie).await {
        Ok(()) => ctx.redirect(
            "/compte",
            "Un lien est parti à votre nouvelle adresse. Ouvrez-le dans les 24 heures : d’ici là, votre adresse ne change pas.",
        ),
        Err(Erreur::Saisie(e)) => espace::show(&ctx, Form::refused(f.champs, e), true).await,
        Err(e) => Err(e.into()),
    }
}

async fn request(ctx: &Ctx, s: &Saisie) -> Resultat<()> {
    let (compte, personne, _) = espace::me(ctx)?;
    let mut tx = ctx.read().await?;
    let moi = personne::get(&mut tx, personne).await?;
    drop(tx);
    let mut e = Saisies::new();
    let nouvelle = e.take("nouvelle", s.nouvelle.parse::<Courriel>());
    if nouvelle
        .as_ref()
        .is_some_and(|n| n.as_str() == moi.courriel)
    {
        e.add("nouvelle", "C'est déjà votre adresse : donnez la nouvelle.");
    }
    e.check()?;
    let nouvelle = nouvelle.ok_or(Erreur::Introuvable)?;
    espace::prove(ctx, compte, "preuve", &s.preuve).await?;
    let mut tx = ctx.write().await?;
    // Each request counts: no mailbox is flooded with links.
    let cle = [tx.blind("frein.courriel", &compte.to_string())];
    match frein::attempt(&mut tx, &cle).await {
        Err(Erreur::Conflit(m)) => return Err(Erreur::field("nouvelle", m)),
        autre => autre?,
    }
    let url = &ctx.config().url;
    // The same answer whether the address is known or not: its owner alone learns it.
    let texte = if personne::find_by_courriel(&mut tx, nouvelle.as_str())
        .await?
        .is_some()
    {
        format!(
            "Bonjour,\n\nQuelqu'un a voulu utiliser cette adresse pour un autre compte de Maillage. Elle est déjà celle d'un compte : rien n'a changé.\n\
             Si c'était vous, connectez-vous avec cette adresse : {url}/connexion\n"
        )
    } else {
        let jeton = liens::create_for_address(&mut tx, compte, nouvelle.as_str()).await?;
        format!(
            "Bonjour {},\n\nVous avez demandé à utiliser cette adresse sur Maillage. Confirmez-le avec ce lien, valable 24 heures :\n\
             {url}/changer-adresse/{jeton}\n\nSi ce n'était pas vous, ne faites rien.\n",
            moi.prenom
        )
    };
    let m = Message {
        a: nouvelle.as_str(),
        sujet: "Confirmez votre nouvelle adresse",
        texte: &texte,
        cle: "",
    };
    courrier::send(&mut tx, m).await?;
    let texte = format!(
        "Bonjour {},\n\nUn changement d'adresse a été demandé pour votre compte Maillage. Il prendra effet quand la nouvelle adresse l'aura confirmé.\n\
         Si ce n'était pas vous, changez votre mot de passe tout de suite : {url}/compte\n",
        moi.prenom
    );
    warn(
        &mut tx,
        &moi.courriel,
        "Changement d’adresse demandé",
        &texte,
    )
    .await?;
    record(&mut tx, ctx, "compte.demander_courriel", compte);
    tx.commit().await
}

async fn warn(tx: &mut Tx, a: &str, sujet: &str, texte: &str) -> Resultat<()> {
    let m = Message {
        a,
        sujet,
        texte,
        cle: "",
    };
    courrier::send(tx, m).await
}

fn record(tx: &mut Tx, ctx: &Ctx, geste: &'static str, compte: Uuid) {
    let rien = serde_json::json!({});
    journal::record(tx, ctx.acteur(), geste, "compte", compte, rien);
}

/// A button, not the link itself: mail filters open links.
pub(super) async fn page(ctx: Ctx, Path(jeton): Path<String>) -> Reponse {
    show(&ctx, jeton, Form::new(), false).await
}

async fn show(ctx: &Ctx, jeton: String, form: Form, refuse: bool) -> Reponse {
    let mut tx = ctx.read().await?;
    let compte = match liens::read(&mut tx, &jeton, liens::Genre::Courriel).await {
        Ok(c) => compte::get(&mut tx, c).await?,
        Err(Erreur::Introuvable) => {
            return ctx.redirect(
                "/compte",
                "Ce lien a déjà servi ou n'est plus valable. Demandez-en un nouveau ici.",
            );
        }
        Err(e) => return Err(e.into()),
    };
    let corps = Page {
        ancienne: personne::get(&mut tx, compte.personne).await?.courriel,
        nouvelle: liens::address(&mut tx, &jeton).await?,
        jeton,
        form,
    };
    let p = ctx.page("Votre nouvelle adresse");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn confirm(ctx: Ctx, Path(jeton): Path<String>, f: Formulaire<Vide>) -> Reponse {
    match change(&ctx, &jeton).await {
        Ok(()) => ctx.redirect(
            "/compte",
            "Votre adresse est changée. Utilisez-la pour vos prochaines connexions.",
        ),
        Err(Erreur::Saisie(e)) => show(&ctx, jeton, Form::refused(f.champs, e), true).await,
        Err(Erreur::Introuvable) => show(&ctx, jeton, Form::new(), false).await,
        Err(e) => Err(e.into()),
    }
}

async fn change(ctx: &Ctx, jeton: &str) -> Resultat<()> {
    let mut tx = ctx.write().await?;
    let nouvelle = liens::address(&mut tx, jeton).await?;
    let compte = liens::consume(&mut tx, jeton, liens::Genre::Courriel).await?;
    let compte = compte::get(&mut tx, compte).await?;
    let avant = personne::get(&mut tx, compte.personne).await?;
    personne::set_courriel(&mut tx, compte.personne, &nouvelle).await?;
    // A link to the former mailbox must not take the account back.
    liens::close_all(&mut tx, compte.id).await?;
    let texte = format!(
        "Bonjour {},\n\nL'adresse de votre compte Maillage vient de changer. Cette adresse-ci n'ouvre plus rien.\n\
         Si ce n'était pas vous, écrivez tout de suite à l'assistance de la plateforme.\n",
        avant.prenom
    );
    warn(&mut tx, &avant.courriel, "Votre adresse a changé", &texte).await?;
    record(&mut tx, ctx, "compte.changer_courriel", compte.id);
    tx.commit().await
}
