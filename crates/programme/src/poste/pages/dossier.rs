//! `/postes/{id}`: state, ledger, return.

use askama::Template;
use socle::{Erreur, Resultat, Role, Tx, clock, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::super::{
    Etat, Mouvement, Poste,
    retour::{self, Saisie},
    store,
};
use crate::{commun::departement, convention, reference};

struct Ligne {
    m: Mouvement,
    effet: String,
    quand: String,
    motif: String,
}

#[derive(Template)]
#[template(path = "poste/dossier.html")]
struct Dossier {
    p: Poste,
    entete: Html,
    convention: Option<Uuid>,
    form: Form,
    rend: bool,
    gere: bool,
    demande: Option<(String, String)>,
    motifs: Vec<(String, String)>,
    mouvements: Vec<Ligne>,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, Form::new()).await
}

async fn page(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let a = ctx.acteur();
    a.require(&retour::LIRE)?;
    let mut tx = ctx.read().await?;
    let p = store::get(&mut tx, &a.perimetre, id).await?;
    let mut mouvements = Vec::new();
    for m in store::movements(&mut tx, id).await? {
        mouvements.push(Ligne {
            effet: francais::date(m.effet),
            quand: francais::instant(m.le, &clock::paris()),
            motif: match &m.motif {
                Some(k) => reference::label(&mut tx, "motif_retour_poste", k).await?,
                None => String::new(),
            },
            m,
        });
    }
    let demande = match retour::pending(&mut tx, id).await? {
        Some(d) => Some((
            francais::date(d.effet),
            reference::label(&mut tx, "motif_retour_poste", &d.motif).await?,
        )),
        None => None,
    };
    let qui = match p.etat {
        Etat::Vacant => "La structure, pour recruter",
        Etat::Reserve => "L’opérateur, pour valider le contrat",
        Etat::Gele => "L’opérateur",
        _ => "Personne",
    };
    let refus = !form.erreurs.is_empty();
    let corps = Dossier {
        entete: composants::dossier(
            &p.numero,
            &composants::etat(p.etat.ton(), p.etat.libelle()),
            qui,
            &[
                ("Depuis", francais::date(p.depuis)),
                ("Jusqu’au", p.fin.map(francais::date).unwrap_or_default()),
                ("Structure", p.structure_nom.clone()),
                ("Département", departement(&p.departement)),
                ("Nature", p.nature.libelle().to_owned()),
            ],
        ),
        convention: if convention::LIRE.roles.contains(&a.role) {
            convention::of_post(&mut tx, id, ctx.today()).await?
        } else {
            None
        },
        rend: a.role == Role::GestionnaireStructure && p.etat.is_open() && demande.is_none(),
        gere: a.role == Role::Operateur && p.etat.is_open(),
        demande,
        motifs: reference::choices(&mut tx, "motif_retour_poste").await?,
        form,
        mouvements,
        p,
    };
    let page = ctx
        .page(format!("Poste {}", corps.p.numero))
        .fil("Postes", "/postes");
    if refus {
        page.refused().body(&corps)
    } else {
        page.body(&corps)
    }
}

async fn answer(
    ctx: &Ctx,
    id: Uuid,
    tx: Tx,
    champs: Champs,
    fait: Resultat<()>,
    dit: &str,
) -> Reponse {
    match fait {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(ctx, id, Form::refused(champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/postes/{id}"), dit)
}

pub(super) async fn ask(ctx: Ctx, Id(id): Id, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = retour::ask(&mut tx, ctx.acteur(), id, &f.saisie).await;
    answer(
        &ctx,
        id,
        tx,
        f.champs,
        fait,
        "Votre demande est envoyée à l’opérateur.",
    )
    .await
}

pub(super) async fn manage(ctx: Ctx, Id(id): Id, f: Formulaire<Saisie>) -> Reponse {
    let mut tx = ctx.write().await?;
    let fait = retour::manage(&mut tx, ctx.acteur(), id, &f.saisie).await;
    answer(&ctx, id, tx, f.champs, fait, "C’est enregistré.").await
}
