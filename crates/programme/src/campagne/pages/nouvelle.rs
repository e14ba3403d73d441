//! `/campagnes/nouvelle`: one form, then the file of the call.

use askama::Template;
use socle::{Erreur, Saisies};
use web::{Champs, Ctx, Form, Formulaire, Reponse};

use super::super::{Genre, Saisie, service};
use crate::commun::options;

#[derive(Template)]
#[template(path = "campagne/nouvelle.html")]
struct Nouvelle {
    form: Form,
    commande: String,
    genres: Vec<(String, String)>,
}

pub(super) async fn show(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("ouverture", ctx.today())
        .with("postes_min", 1)
        .with("postes_max", 30)
        .with("delai_avis_jours", 30)
        .with("contingent", 10)
        .with("genre", Genre::AmiConseiller.cle());
    page(&ctx, Form::filled(champs))
}

fn page(ctx: &Ctx, form: Form) -> Reponse {
    let refus = !form.erreurs.is_empty();
    let p = ctx
        .page("Préparer une campagne")
        .fil("Campagnes", "/campagnes");
    let corps = Nouvelle {
        commande: ctx.new_commande(),
        genres: options(Genre::TOUS, Genre::cle, Genre::libelle),
        form,
    };
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn submit(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let id = match service::create(&mut tx, ctx.acteur(), &f.saisie).await {
        Ok(id) => id,
        Err(Erreur::Saisie(e)) => return refused(&ctx, f.champs, e),
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    ctx.redirect(
        &format!("/campagnes/{id}"),
        "La campagne est enregistrée. Vérifiez-la, puis publiez-la.",
    )
}

fn refused(ctx: &Ctx, champs: Champs, e: Saisies) -> Reponse {
    page(ctx, Form::refused(champs, e))
}
