//! `/campagnes/{id}`: state, actions, contingents, history.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Role, clock, francais, historique};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::{
    super::{Campagne, Etat, Evenement, SaisieContingent, Solde, service, store},
    ton,
};
use crate::{
    commun::{departement, departements},
    poste::Nature,
};

struct Ligne {
    nom: String,
    s: Solde,
}

#[derive(Template)]
#[template(path = "campagne/dossier.html")]
struct Dossier {
    c: Campagne,
    etat: Html,
    fiche: Html,
    pilote: bool,
    principale: Option<Evenement>,
    secondaires: Vec<Evenement>,
    form: Form,
    commande: String,
    departements: Vec<(String, String)>,
    soldes: Vec<Ligne>,
    total: Solde,
    chronologie: Html,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, Form::new()).await
}

async fn page(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, id).await?;
    let pilote = ctx.acteur().role == Role::Administrateur;
    if c.etat == Etat::Brouillon && !pilote {
        return Err(Erreur::Introuvable.into());
    }
    let mut total = Solde::default();
    let mut soldes = Vec::new();
    for s in store::balances(&mut tx, &c, Nature::Conseiller).await? {
        total.contingent += s.contingent;
        total.attribues += s.attribues;
        total.rendus += s.rendus;
        total.proposes += s.proposes;
        soldes.push(Ligne {
            nom: departement(&s.departement),
            s,
        });
    }
    let etapes = historique::read(&mut tx, "campagne", id).await?;
    let libelle =
        |k: &str| Etat::from_cle(k).map_or_else(|_| k.to_owned(), |e| e.libelle().to_owned());
    let mut possibles: Vec<Evenement> = Evenement::TOUS
        .iter()
        .copied()
        .filter(|v| v.target(c.etat).is_some())
        .collect();
    let principale = possibles
        .iter()
        .position(|v| {
            matches!(
                v,
                Evenement::Publier | Evenement::Ouvrir | Evenement::Reprendre | Evenement::Archiver
            )
        })
        .map(|i| possibles.remove(i));
    let refus = !form.erreurs.is_empty();
    let corps = Dossier {
        etat: composants::etat(ton(c.etat), c.etat.libelle()),
        fiche: composants::fiche(&[
            ("Type", c.genre.libelle().to_owned()),
            ("Depuis le", francais::date(c.etat_depuis)),
            ("Premier jour de dépôt", francais::date(c.ouverture)),
            (
                "Dernier jour de dépôt",
                c.fermeture
                    .map_or_else(|| "Au fil de l’eau".to_owned(), francais::date),
            ),
            (
                "Postes par demande",
                format!("de {} à {}", c.postes_min, c.postes_max),
            ),
            ("Délai de l’avis", format!("{} jours", c.delai_avis_jours)),
        ]),
        pilote,
        principale: principale.filter(|_| pilote),
        secondaires: if pilote { possibles } else { Vec::new() },
        form,
        commande: ctx.new_commande(),
        departements: departements(),
        soldes,
        total,
        chronologie: composants::chronologie(&etapes, &clock::paris(), libelle),
        c,
    };
    let p = ctx.page(corps.c.nom.clone()).fil("Campagnes", "/campagnes");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    evenement: String,
    version: String,
    motif: String,
}

pub(super) async fn act(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let evenement = Evenement::from_cle(&f.saisie.evenement).map_err(|_| Erreur::Introuvable)?;
    let mut tx = ctx.write().await?;
    match service::act(
        &mut tx,
        ctx.acteur(),
        id,
        evenement,
        &f.saisie.version,
        &f.saisie.motif,
    )
    .await
    {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, id, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/campagnes/{id}"), "C’est fait.")
}

pub(super) async fn contingent(ctx: Ctx, Id(id): Id, f: Formulaire<SaisieContingent>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::add_contingent(&mut tx, ctx.acteur(), id, &f.saisie).await {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, id, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/campagnes/{id}"), "Le contingent est modifié.")
}
