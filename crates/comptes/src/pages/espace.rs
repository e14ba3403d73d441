//! My account: roles, sessions, password.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, francais, journal};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Reponse, composants};

use super::{
    connexion::{encoded, with_cookie},
    mots_de_passe::hash_checked,
};
use crate::{
    attribution::{self, Attribution},
    compte::{self, frein, mot_de_passe},
    personne, session,
};

#[derive(Template)]
#[template(path = "comptes/espace.html")]
struct Page {
    fiche: Html,
    roles: Vec<(Attribution, bool)>,
    sessions: Vec<Ligne>,
    form: Form,
    conseil: &'static str,
}

struct Ligne {
    id: String,
    appareil: String,
    vu: String,
    ici: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choix {
    id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    actuel: String,
    mot_de_passe: String,
    confirmation: String,
}

/// (account, person, session id) of the request.
pub(super) fn me(ctx: &Ctx) -> Resultat<(Uuid, Uuid, String)> {
    match (ctx.acteur().compte, ctx.acteur().personne, ctx.session()) {
        (Some(c), Some(p), Some(s)) => Ok((c, p, s.id.clone())),
        _ => Err(Erreur::Introuvable),
    }
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    show(&ctx, Form::new(), false).await
}

pub(super) async fn show(ctx: &Ctx, form: Form, refuse: bool) -> Reponse {
    let (compte, personne, ici) = me(ctx)?;
    let mut tx = ctx.read().await?;
    let acteur = ctx.acteur();
    let roles = attribution::valid(&mut tx, personne).await?;
    let roles = roles.into_iter().map(|a| {
        let actif = a.role == acteur.role && a.perimetre.perimetre(personne) == acteur.perimetre;
        (a, actif)
    });
    let paris = socle::clock::paris();
    let sessions = session::list(&mut tx, compte)
        .await?
        .into_iter()
        .map(|s| Ligne {
            ici: s.id == ici,
            vu: francais::instant(s.vu_le, &paris),
            id: s.id,
            appareil: s.appareil,
        });
    let moi = personne::get(&mut tx, personne).await?;
    let corps = Page {
        roles: roles.collect(),
        sessions: sessions.collect(),
        fiche: composants::fiche(&[
            ("Nom", moi.nom_complet()),
            ("Adresse électronique", moi.courriel),
            ("Téléphone", moi.telephone.unwrap_or_default()),
        ]),
        form,
        conseil: mot_de_passe::CONSEIL,
    };
    let p = ctx.page("Mon compte");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn switch(ctx: Ctx, f: Formulaire<Choix>) -> Reponse {
    let (_, personne, session) = me(&ctx)?;
    let id: Uuid = f.saisie.id.parse().map_err(|_| Erreur::Introuvable)?;
    let mut tx = ctx.write().await?;
    let suite = session::switch(&mut tx, &session, personne, id).await?;
    let courriel = personne::get(&mut tx, personne).await?.courriel;
    tx.commit().await?;
    match suite {
        session::Suite::Agir => ctx.redirect("/", "Vous agissez maintenant dans cet autre rôle."),
        session::Suite::SeReconnecter => {
            let r = ctx.redirect(
                &format!("/connexion?courriel={}", encoded(&courriel)),
                "Ce rôle demande un code de votre téléphone. Reconnectez-vous : vous agirez dans ce rôle.",
            )?;
            Ok(with_cookie(r, &web::session_cookie(ctx.config(), "")))
        }
    }
}

pub(super) async fn close(ctx: Ctx, f: Formulaire<Choix>) -> Reponse {
    let (compte, _, ici) = me(&ctx)?;
    let mut tx = ctx.write().await?;
    if f.saisie.id == "autres" {
        session::close_all(&mut tx, compte, &ici).await?;
    } else {
        session::close(&mut tx, compte, &f.saisie.id).await?;
    }
    journal::record(
        &mut tx,
        ctx.acteur(),
        "session.fermer",
        "compte",
        compte,
        serde_json::json!({}),
    );
    tx.commit().await?;
    ctx.redirect(
        "/compte",
        "C'est fermé : il faudra se reconnecter sur cet appareil.",
    )
}

pub(super) async fn password(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    match record(&ctx, &f.saisie).await {
        Ok(()) => ctx.redirect(
            "/compte",
            "Votre mot de passe est changé. Les autres appareils sont déconnectés.",
        ),
        Err(Erreur::Saisie(e)) => show(&ctx, Form::refused(f.champs, e), true).await,
        Err(e) => Err(e.into()),
    }
}

/// The person at the screen knows the password: a session left open is not
/// enough to take the account away.
pub(super) async fn prove(ctx: &Ctx, compte: Uuid, champ: &'static str, mdp: &str) -> Resultat<()> {
    let mut tx = ctx.write().await?;
    let cle = [tx.blind("frein.actuel", &compte.to_string())];
    match frein::attempt(&mut tx, &cle).await {
        Err(Erreur::Conflit(m)) => return Err(Erreur::field(champ, m)),
        autre => autre?,
    }
    let actuel = compte::get(&mut tx, compte).await?.mot_de_passe;
    tx.commit().await?;
    if !mot_de_passe::verify(mdp, actuel.as_deref()).await? {
        return Err(Erreur::field(
            champ,
            "Ce n'est pas votre mot de passe actuel.",
        ));
    }
    let mut tx = ctx.write().await?;
    frein::succeeded(&mut tx, &cle).await?;
    tx.commit().await
}

async fn record(ctx: &Ctx, s: &Saisie) -> Resultat<()> {
    let (compte, personne, ici) = me(ctx)?;
    prove(ctx, compte, "actuel", &s.actuel).await?;
    let phc = hash_checked(ctx, personne, &s.mot_de_passe, &s.confirmation).await?;
    let mut tx = ctx.write().await?;
    compte::set_password(&mut tx, compte, &phc).await?;
    session::close_all(&mut tx, compte, &ici).await?;
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
