//! Steps of a payment, from the page of its convention.

use crate::commun::Ids;
use web::{Ctx, Formulaire, Reponse};

use super::{
    super::versement::{self, Saisie},
    dossier,
};

pub(super) async fn act(ctx: Ctx, Ids(id, versement): Ids, f: Formulaire<Saisie>) -> Reponse {
    let site = ctx.config().url.clone();
    let mut tx = ctx.write().await?;
    let fait = versement::act(&mut tx, ctx.acteur(), id, versement, &f.saisie, &site).await;
    dossier::answer_form(&ctx, id, tx, f.champs, fait, "Le versement est mis à jour.").await
}
