//! The three forms of coordination.

use askama::Template;
use socle::{Erreur, Resultat, Saisies};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Id, Reponse};

use crate::{
    coordination::{Genre, saisie, service},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

type Saisie = Formulaire<Vec<(String, String)>>;
type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "coordination/formulaire.html")]
struct Page {
    genre: Genre,
    form: Form,
    commande: String,
    version: String,
    retour: String,
    confirmer: bool,
    types_animation: Options,
    initiatives: Options,
    themes: Options,
    types_evenement: Options,
    organisateurs: Options,
    partenaires: Options,
    echelons: Options,
    natures: Options,
    missions: Options,
}

impl Page {
    fn name(&self, champ: &str, n: &usize) -> String {
        format!("{champ}_{n}")
    }

    /// Partners shown at once: those filled, and one more.
    fn open(&self, n: &usize) -> bool {
        *n <= 2
            || !self.form.champs.get(&self.name("partenaire", n)).is_empty()
            || self.form.erreurs.get(&self.name("partenaire", n)).is_some()
    }
}

fn title(g: Genre) -> &'static str {
    match g {
        Genre::Animation => "Saisir une animation",
        Genre::Evenement => "Saisir un évènement",
        Genre::Partenariat => "Saisir un partenariat",
    }
}

async fn show(ctx: &Ctx, genre: Genre, form: Form, objet: Option<Uuid>, refuse: bool) -> Reponse {
    ctx.acteur().require(&service::ECRIRE)?;
    let moi = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let aujourdhui = voisins::today(&mut tx, moi).await?;
    let date = crate::activite::saisie::date(&form.champs, aujourdhui).unwrap_or(aujourdhui);
    let voc = Vocabulaires::on(&mut tx, date).await?;
    let form = if form.champs.get("date").is_empty() && !refuse {
        Form::filled(form.champs.with("date", aujourdhui))
    } else {
        form
    };
    let commande = match form.champs.get("id_commande") {
        "" => ctx.new_commande(),
        c => c.to_owned(),
    };
    let corps = Page {
        genre,
        commande,
        version: form.champs.get("version").to_owned(),
        retour: objet.map_or("/coordination".into(), |id| format!("/coordination/{id}")),
        confirmer: form.erreurs.get("confirme_date").is_some()
            || form.champs.has("confirme_date", "oui"),
        types_animation: voc.options(liste::TYPE_ANIMATION),
        initiatives: voc.options(liste::INITIATIVE),
        themes: voc.options(liste::THEME_ANIMATION),
        types_evenement: voc.options(liste::TYPE_EVENEMENT),
        organisateurs: voc.options(liste::ORGANISATEUR),
        partenaires: voc.options_where(liste::ORGANISATEUR, |e| e.cle != "ma_structure"),
        echelons: voc.options(liste::ECHELON),
        natures: voc.options(liste::NATURE_PARTENARIAT),
        missions: voc.options(liste::MISSION_COORDINATION),
        form,
    };
    let titre = match objet {
        Some(_) => "Modifier l'activité de coordination",
        None => title(genre),
    };
    let p = ctx.page(titre).fil("Coordination", "/coordination");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn animation(ctx: Ctx) -> Reponse {
    show(&ctx, Genre::Animation, Form::new(), None, false).await
}

pub(super) async fn event(ctx: Ctx) -> Reponse {
    show(&ctx, Genre::Evenement, Form::new(), None, false).await
}

pub(super) async fn partnership(ctx: Ctx) -> Reponse {
    show(&ctx, Genre::Partenariat, Form::new(), None, false).await
}

pub(super) async fn record_animation(ctx: Ctx, f: Saisie) -> Reponse {
    record(&ctx, Genre::Animation, f).await
}

pub(super) async fn record_event(ctx: Ctx, f: Saisie) -> Reponse {
    record(&ctx, Genre::Evenement, f).await
}

pub(super) async fn record_partnership(ctx: Ctx, f: Saisie) -> Reponse {
    record(&ctx, Genre::Partenariat, f).await
}

async fn record(ctx: &Ctx, genre: Genre, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = service::record(&mut tx, ctx.acteur(), genre, &f.champs).await;
    let fait = match fait {
        Ok(id) => {
            tx.commit().await?;
            Ok(id)
        }
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    answer(ctx, genre, None, f.champs, fait).await
}

pub(super) async fn edit(ctx: Ctx, Id(id): Id) -> Reponse {
    ctx.acteur().require(&service::ECRIRE)?;
    let mut tx = ctx.read().await?;
    let c = service::read(&mut tx, ctx.acteur(), id).await?;
    drop(tx);
    let champs = saisie::fields(&c.contenu).with("version", c.version);
    let form = Form::filled(champs);
    show(&ctx, c.contenu.genre, form, Some(id), false).await
}

pub(super) async fn change(ctx: Ctx, Id(id): Id, f: Saisie) -> Reponse {
    let mut tx = ctx.write().await?;
    let c = service::read(&mut tx, ctx.acteur(), id).await?;
    let fait = match service::modify(&mut tx, ctx.acteur(), id, &f.champs).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(id)
        }
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    answer(&ctx, c.contenu.genre, Some(id), f.champs, fait).await
}

async fn answer(
    ctx: &Ctx,
    genre: Genre,
    objet: Option<Uuid>,
    champs: Champs,
    fait: Resultat<Uuid>,
) -> Reponse {
    match fait {
        Ok(id) => ctx.redirect(&format!("/coordination/{id}"), "C'est enregistré."),
        Err(Erreur::Saisie(e)) => refused(ctx, genre, objet, champs, e).await,
        Err(e) => Err(e.into()),
    }
}

async fn refused(
    ctx: &Ctx,
    genre: Genre,
    objet: Option<Uuid>,
    champs: Champs,
    e: Saisies,
) -> Reponse {
    show(ctx, genre, Form::refused(champs, e), objet, true).await
}
