//! `/beneficiaires/{id}/dossier`: everything kept about the person, to hand
//! over to them (right of access, R16), to read or as JSON.

use askama::Template;
use socle::Role;
use uuid::Uuid;
use web::{Ctx, Html, Id, Reponse, composants};

use crate::beneficiaire::portrait::{self, Seance};

#[derive(Template)]
#[template(path = "beneficiaire/dossier.html")]
struct Page {
    id: Uuid,
    fiche: Html,
    seances: Vec<Seance>,
    partages: String,
    etabli_le: String,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let (b, p) = portrait::draw(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    let corps = Page {
        id,
        fiche: composants::fiche(&p.fiche),
        partages: p.partagee_avec.join(", "),
        seances: p.accompagnements,
        etabli_le: p.etabli_le,
    };
    let page = ctx.page(format!("Données de {}", b.fiche.nom_affiche()));
    let page = if ctx.acteur().role == Role::Dpo {
        page.fil("Droits des personnes", "/droits-des-personnes")
    } else {
        page.fil("Personnes suivies", "/beneficiaires")
            .fil(b.fiche.nom_affiche(), format!("/beneficiaires/{id}"))
    };
    page.body(&corps)
}

pub(super) async fn json(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let (_, p) = portrait::draw(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    let octets =
        serde_json::to_vec_pretty(&p).map_err(|e| socle::Erreur::Interne(format!("json : {e}")))?;
    ctx.download("mes-donnees.json", "application/json", octets)
}
