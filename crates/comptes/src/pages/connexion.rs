//! Sign-in: address and password, then a code when a role asks for one.

use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use socle::{Erreur, Resultat, journal};
use web::{Champs, Ctx, Form, Formulaire, Html, Reponse};

use crate::{
    attribution,
    compte::{self, frein, mot_de_passe, second_facteur},
    demo, personne, session,
};

/// Cookie of the session that waits for a code.
const ATTENTE: &str = "attente";

#[derive(Template)]
#[template(path = "comptes/connexion.html")]
struct Page {
    form: Form,
    suite: String,
    demo: Option<Vec<demo::Login>>,
    mdp_demo: &'static str,
}

#[derive(Template)]
#[template(path = "comptes/code.html")]
struct PageCode {
    form: Form,
    suite: String,
    enrolement: Option<Enrolement>,
    /// (code, secret) of a demonstration account.
    demo: Option<(String, String)>,
}

/// What to copy into an authenticator application.
pub(super) struct Enrolement {
    pub secret: String,
    pub lien: String,
    pub image: Html,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Suite {
    suite: String,
    courriel: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    courriel: String,
    mot_de_passe: String,
    suite: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SaisieCode {
    code: String,
    suite: String,
}

/// Only a path of this site: never another host.
fn local(suite: &str) -> &str {
    let sur = suite.starts_with('/')
        && !suite.starts_with("//")
        && !suite.contains('\\')
        && !suite.chars().any(char::is_control);
    if sur { suite } else { "/" }
}

pub(super) async fn page(ctx: Ctx, Query(q): Query<Suite>) -> Reponse {
    if !ctx.acteur().is_anonymous() {
        return ctx.redirect(local(&q.suite), "");
    }
    let form = Form::filled(Champs::default().with("courriel", &q.courriel));
    show(&ctx, form, local(&q.suite), false).await
}

async fn show(ctx: &Ctx, form: Form, suite: &str, refuse: bool) -> Reponse {
    let demo = if ctx.config().demo {
        let mut tx = ctx.read().await?;
        Some(demo::logins(&mut tx).await?)
    } else {
        None
    };
    let corps = Page {
        form,
        suite: suite.to_owned(),
        demo,
        mdp_demo: demo::MOT_DE_PASSE,
    };
    let p = ctx.page("Se connecter");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn password(ctx: Ctx, entetes: HeaderMap, f: Formulaire<Saisie>) -> Reponse {
    let suite = local(&f.saisie.suite).to_owned();
    match check_password(&ctx, &entetes, &f.saisie).await {
        Ok((jeton, true)) => {
            let r = ctx.redirect(&format!("/connexion/code?suite={}", encoded(&suite)), "")?;
            Ok(with_cookie(r, &waiting_cookie(&ctx, &jeton)))
        }
        Ok((jeton, false)) => {
            let r = ctx.redirect(&suite, "")?;
            Ok(with_cookie(r, &web::session_cookie(ctx.config(), &jeton)))
        }
        Err(Erreur::Saisie(e)) => show(&ctx, Form::refused(f.champs, e), &suite, true).await,
        Err(Erreur::Conflit(m)) => {
            let e = Erreur::field("courriel", m);
            let Erreur::Saisie(e) = e else {
                return Err(e.into());
            };
            show(&ctx, Form::refused(f.champs, e), &suite, true).await
        }
        Err(e) => Err(e.into()),
    }
}

/// A token, and whether a code is still owed.
async fn check_password(ctx: &Ctx, entetes: &HeaderMap, s: &Saisie) -> Resultat<(String, bool)> {
    let mut tx = ctx.write().await?;
    let adresse = s.courriel.trim().to_lowercase();
    let cles = [
        tx.blind("frein.compte", &adresse),
        tx.blind("frein.ip", ctx.ip()),
    ];
    frein::attempt(&mut tx, &cles).await?;
    let compte = match personne::find_by_courriel(&mut tx, &adresse).await? {
        Some(p) => compte::by_personne(&mut tx, p).await?,
        None => None,
    };
    // The password of demonstration accounts is public.
    let compte = compte.filter(|c| !c.demo || ctx.config().demo);
    tx.commit().await?;
    // Outside any transaction: hashing takes a while and must not hold the writer.
    let juste = mot_de_passe::verify(
        &s.mot_de_passe,
        compte.as_ref().and_then(|c| c.mot_de_passe.as_deref()),
    )
    .await?;
    let sel = ctx.base().outils().ids.bytes();
    let refait = match compte.as_ref().and_then(|c| c.mot_de_passe.as_deref()) {
        Some(h) if juste && mot_de_passe::is_outdated(h) => {
            Some(mot_de_passe::hash(&s.mot_de_passe, sel).await?)
        }
        _ => None,
    };
    let mut tx = ctx.write().await?;
    let Some(compte) = compte.filter(|_| juste) else {
        journal::record(
            &mut tx,
            ctx.acteur(),
            "connexion.echec",
            "compte",
            &cles[0],
            serde_json::json!({}),
        );
        tx.commit().await?;
        return Err(Erreur::field(
            "courriel",
            "Adresse ou mot de passe inexact. Vérifiez les deux.",
        ));
    };
    frein::succeeded(&mut tx, &cles).await?;
    if let Some(phc) = refait {
        compte::set_password(&mut tx, compte.id, &phc).await?;
    }
    let roles = attribution::valid(&mut tx, compte.personne).await?;
    if roles.is_empty() {
        tx.commit().await?;
        return Err(Erreur::field(
            "courriel",
            "Ce compte n'a plus de rôle. Demandez à la personne qui vous avait invité.",
        ));
    }
    let avec_code = compte.totp.is_some() || roles.iter().any(|a| a.role.second_facteur());
    let etape = if avec_code {
        session::Etape::Code
    } else {
        session::Etape::Ouverte
    };
    let jeton = session::open(&mut tx, compte.id, &device(entetes), etape).await?;
    journal::record(
        &mut tx,
        ctx.acteur(),
        "connexion.mot_de_passe",
        "compte",
        compte.id,
        serde_json::json!({}),
    );
    tx.commit().await?;
    Ok((jeton, avec_code))
}

pub(super) async fn code_page(ctx: Ctx, entetes: HeaderMap, Query(q): Query<Suite>) -> Reponse {
    show_code(&ctx, &entetes, Form::new(), local(&q.suite), false).await
}

async fn show_code(
    ctx: &Ctx,
    entetes: &HeaderMap,
    form: Form,
    suite: &str,
    refuse: bool,
) -> Reponse {
    let Some(compte) = waiting(ctx, entetes).await? else {
        return ctx.redirect("/connexion", "");
    };
    let mut tx = ctx.write().await?;
    let compte = compte::get(&mut tx, compte).await?;
    // Not confirmed yet: the secret is shown until a first code proves it was copied.
    let confirme = compte.totp.is_some() && compte.totp_pas > 0;
    let secret = match compte.totp.clone() {
        Some(s) => s,
        None => {
            let s = second_facteur::new_secret(tx.ids().bytes());
            compte::set_totp(&mut tx, compte.id, &s, compte.demo).await?;
            s
        }
    };
    let p = personne::get(&mut tx, compte.personne).await?;
    let demo = if ctx.config().demo && compte.demo {
        Some((
            second_facteur::usable(&secret, tx.now(), compte.totp_pas)?,
            second_facteur::grouped(&secret),
        ))
    } else {
        None
    };
    tx.commit().await?;
    let enrolement = (!confirme && !compte.demo).then(|| {
        let lien = second_facteur::otpauth(&secret, &p.courriel);
        Enrolement {
            image: second_facteur::picture(&lien),
            lien,
            secret: second_facteur::grouped(&secret),
        }
    });
    let corps = PageCode {
        form,
        suite: suite.to_owned(),
        enrolement,
        demo,
    };
    let page = ctx.page("Code de connexion");
    if refuse {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

async fn waiting(ctx: &Ctx, entetes: &HeaderMap) -> Resultat<Option<uuid::Uuid>> {
    let Some(jeton) = waiting_token(entetes) else {
        return Ok(None);
    };
    let mut tx = ctx.read().await?;
    session::pending(&mut tx, &jeton).await
}

pub(super) async fn code(ctx: Ctx, entetes: HeaderMap, f: Formulaire<SaisieCode>) -> Reponse {
    let suite = local(&f.saisie.suite).to_owned();
    let Some(attente) = waiting_token(&entetes) else {
        return ctx.redirect("/connexion", "");
    };
    match check_code(&ctx, &entetes, &attente, &f.saisie.code).await {
        Ok((jeton, secours)) => {
            let r = match secours {
                None => ctx.redirect(&suite, "")?,
                Some(codes) => super::mots_de_passe::show_recovery(&ctx, codes, &suite)?,
            };
            let r = with_cookie(r, &web::session_cookie(ctx.config(), &jeton));
            Ok(with_cookie(r, &waiting_cookie(&ctx, "")))
        }
        Err(Erreur::Saisie(e)) => {
            show_code(
                &ctx,
                &entetes,
                Form::refused(Champs::default(), e),
                &suite,
                true,
            )
            .await
        }
        Err(Erreur::Conflit(m)) => {
            let mut e = socle::Saisies::new();
            e.add("code", m);
            show_code(
                &ctx,
                &entetes,
                Form::refused(Champs::default(), e),
                &suite,
                true,
            )
            .await
        }
        Err(Erreur::Introuvable) => ctx.redirect(
            "/connexion",
            "Votre attente a été trop longue. Recommencez.",
        ),
        Err(e) => Err(e.into()),
    }
}

/// A session token, and recovery codes to show when the second factor was
/// just set up.
async fn check_code(
    ctx: &Ctx,
    entetes: &HeaderMap,
    attente: &str,
    saisi: &str,
) -> Resultat<(String, Option<Vec<String>>)> {
    let mut tx = ctx.write().await?;
    let compte = session::pending(&mut tx, attente)
        .await?
        .ok_or(Erreur::Introuvable)?;
    let compte = compte::get(&mut tx, compte).await?;
    let cle = [tx.blind("frein.code", &compte.id.to_string())];
    frein::attempt(&mut tx, &cle).await?;
    let secret = compte.totp.ok_or(Erreur::Introuvable)?;
    let confirme = compte.totp_pas > 0;
    if !second_facteur::accept(&mut tx, compte.id, &secret, saisi).await? {
        tx.commit().await?;
        return Err(Erreur::field(
            "code",
            "Code inexact ou déjà utilisé. Attendez le code suivant, qui change toutes les 30 secondes.",
        ));
    }
    frein::succeeded(&mut tx, &cle).await?;
    let secours = if confirme || compte.demo {
        None
    } else {
        Some(second_facteur::recovery_codes(&mut tx, compte.id).await?)
    };
    let jeton = session::open_after_code(&mut tx, attente, &device(entetes)).await?;
    journal::record(
        &mut tx,
        ctx.acteur(),
        "connexion.code",
        "compte",
        compte.id,
        serde_json::json!({}),
    );
    tx.commit().await?;
    Ok((jeton, secours))
}

pub(super) async fn sign_out(ctx: Ctx) -> Reponse {
    if let (Some(s), Some(compte)) = (ctx.session(), ctx.acteur().compte) {
        let mut tx = ctx.write().await?;
        session::close(&mut tx, compte, &s.id).await?;
        tx.commit().await?;
    }
    let r = ctx.redirect("/", "Vous êtes déconnecté.")?;
    Ok(with_cookie(r, &web::session_cookie(ctx.config(), "")))
}

/// « Firefox, Linux »: enough to recognise one's own device in a list.
pub(super) fn device(entetes: &HeaderMap) -> String {
    let ua = entetes
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let first = |noms: &[(&'static str, &'static str)], sinon| {
        noms.iter()
            .find(|(cle, _)| ua.contains(cle))
            .map_or(sinon, |(_, n)| *n)
    };
    let navigateur = first(
        &[
            ("Edg/", "Edge"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ],
        "Navigateur inconnu",
    );
    let systeme = first(
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ],
        "appareil inconnu",
    );
    format!("{navigateur}, {systeme}")
}

fn waiting_cookie(ctx: &Ctx, jeton: &str) -> String {
    let sur = if ctx.config().url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let duree = if jeton.is_empty() {
        0
    } else {
        session::ATTENTE_CODE.as_secs()
    };
    format!("{ATTENTE}={jeton}; Path=/connexion; HttpOnly; SameSite=Strict; Max-Age={duree}{sur}")
}

fn waiting_token(entetes: &HeaderMap) -> Option<String> {
    entetes
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find(|(n, v)| *n == ATTENTE && !v.is_empty())
        .map(|(_, v)| v.to_owned())
}

pub(super) fn with_cookie(mut r: Response, cookie: &str) -> Response {
    if let Ok(v) = HeaderValue::from_str(cookie) {
        r.headers_mut().append(header::SET_COOKIE, v);
    }
    r
}

pub(super) fn encoded(suite: &str) -> String {
    suite
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"/-_.~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local("/candidatures?tri=nom"), "/candidatures?tri=nom");
        for mauvais in [
            "",
            "//mal.fr",
            "https://mal.fr",
            "/\\mal.fr",
            "javascript:1",
            "/x\r\nSet-Cookie: a",
        ] {
            assert_eq!(local(mauvais), "/", "{mauvais}");
        }
    }
}
