use socle::{Erreur, commande, francais::parse_date};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Id, Reponse};

use super::super::{
    Evenement,
    service::{self, Changement},
    store,
};

/// Everything is read from the fields as typed.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Libre {}

pub(super) async fn change(ctx: Ctx, Id(id): Id, f: Formulaire<Libre>) -> Reponse {
    let droit = ctx.acteur().require(&service::MODIFIER)?;
    let mut tx = ctx.write().await?;
    store::get_in(&mut tx, droit.perimetre(), id).await?;
    let (e, message) = match f.champs.get("evenement") {
        "publier" => (
            Evenement::Publier,
            "Le lieu est publié : il paraît sur la carte.",
        ),
        "masquer" => (Evenement::Masquer, "Le lieu n’est plus visible du public."),
        "fermer_provisoirement" => (
            Evenement::FermerProvisoirement,
            "La fermeture est annoncée.",
        ),
        "fermer" => (Evenement::Fermer, "Le lieu est fermé."),
        "rouvrir" => (Evenement::Rouvrir, "Le lieu est rouvert."),
        "abandonner" => (Evenement::Abandonner, "Le brouillon est abandonné."),
        _ => {
            return Err(
                Erreur::Conflit("Ce formulaire est incomplet. Rechargez la page.".into()).into(),
            );
        }
    };
    let cle = f.champs.get("id_commande").to_owned();
    let empreinte = commande::empreinte(&(
        id,
        f.champs.get("evenement"),
        f.champs.get("du"),
        f.champs.get("au"),
    ));
    let lien = if e == Evenement::Abandonner {
        "/mes-lieux".to_owned()
    } else {
        format!("/lieux/{id}")
    };
    if commande::claim(&mut tx, ctx.acteur(), &cle, "lieu.etat", &empreinte)
        .await?
        .is_some()
    {
        return ctx.redirect(&lien, message);
    }
    let c = Changement {
        du: parse_date(f.champs.get("du")).ok(),
        au: parse_date(f.champs.get("au")).ok(),
        motif: f.champs.get("motif").to_owned(),
    };
    match service::change(&mut tx, ctx.acteur(), id, e, &c).await {
        Ok(()) => {
            commande::conclude(&mut tx, ctx.acteur(), &cle, "fait").await?;
            tx.commit().await?;
            ctx.redirect(&lien, message)
        }
        Err(Erreur::Saisie(s)) => {
            drop(tx);
            refused(&ctx, id, Form::refused(f.champs, s)).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn refused(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    crate::carte::place(ctx, id, form, true).await
}
