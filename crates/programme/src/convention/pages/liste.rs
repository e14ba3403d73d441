//! `/conventions`, and what conventions put on home pages.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Resultat, francais};
use web::{AFaire, Champs, Chiffre, Ctx, Form, Html, Reponse, composants};

use super::super::{Etat, Filtre, LIRE, renouvellement, store, versement};
use crate::commun::{departement, options};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Requete {
    etat: String,
}

struct Ligne {
    lien: String,
    numero: String,
    structure: String,
    departement: String,
    fin: String,
    etat: Html,
}

#[derive(Template)]
#[template(path = "convention/liste.html")]
struct Liste {
    form: Form,
    etats: Vec<(String, String)>,
    lignes: Vec<Ligne>,
    vide: Html,
}

pub(super) async fn show(ctx: Ctx, Query(r): Query<Requete>) -> Reponse {
    ctx.acteur().require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let f = Filtre {
        etat: Etat::from_cle(&r.etat).ok(),
        structure: None,
    };
    let lignes = store::list(&mut tx, &ctx.acteur().perimetre, f)
        .await?
        .into_iter()
        .map(|c| Ligne {
            lien: format!("/conventions/{}", c.id),
            departement: departement(&c.departement),
            fin: francais::date_courte(c.fin),
            etat: composants::etat(c.etat.ton(), c.etat.libelle()),
            numero: c.numero,
            structure: c.structure_nom,
        })
        .collect();
    let corps = Liste {
        form: Form::filled(Champs::default().with("etat", &r.etat)),
        etats: options(Etat::TOUS, Etat::cle, Etat::libelle),
        lignes,
        vide: composants::vide(
            "Aucune convention ici. Elle est préparée après l’acceptation d’une candidature.",
            None,
        ),
    };
    ctx.page("Conventions").body(&corps)
}

pub(super) async fn todo_structure(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let jour = ctx.today();
    let mut v = Vec::new();
    for c in store::list(&mut tx, &ctx.acteur().perimetre, Filtre::default()).await? {
        let (quoi, avant) = if c.etat == Etat::Envoyee {
            (
                "Signer la convention",
                francais::plus_days(c.etat_depuis, 60),
            )
        } else if renouvellement::is_open(&c, jour)
            && store::posts(&mut tx, c.id)
                .await?
                .iter()
                .any(|(_, r)| r.is_none())
            && store::renewed_by(&mut tx, c.id).await?.is_none()
        {
            ("Dire si vous renouvelez vos postes", c.fin)
        } else {
            continue;
        };
        v.push(AFaire {
            quoi: quoi.into(),
            pour: c.numero,
            avant: Some(avant),
            lien: format!("/conventions/{}", c.id),
        });
    }
    Ok(v)
}

pub(super) async fn todo_operateur(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let p = ctx.acteur().perimetre.clone();
    let mut v = Vec::new();
    for (etat, quoi) in [
        (Etat::Brouillon, "Envoyer la convention à la structure"),
        (Etat::SigneeStructure, "Signer la convention pour l’État"),
    ] {
        let f = Filtre {
            etat: Some(etat),
            structure: None,
        };
        v.extend(
            store::list(&mut tx, &p, f)
                .await?
                .into_iter()
                .take(8)
                .map(|c| AFaire {
                    quoi: quoi.into(),
                    pour: format!("{}, {}", c.structure_nom, c.numero),
                    avant: None,
                    lien: format!("/conventions/{}", c.id),
                }),
        );
    }
    for x in versement::waiting(&mut tx, ctx.today(), 8).await? {
        let quoi = match x.etat {
            versement::Etat::APayer => "Confirmer un paiement",
            versement::Etat::Ordonnance => "Enregistrer un versement",
            _ => "Mettre un versement en paiement",
        };
        v.push(AFaire {
            quoi: quoi.into(),
            pour: x.montant.to_string(),
            avant: Some(x.prevu_le),
            lien: format!("/conventions/{}", x.convention),
        });
    }
    Ok(v)
}

pub(super) async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let (mut verse, mut prevu) = (0, 0);
    for c in store::list(&mut tx, &ctx.acteur().perimetre, Filtre::default()).await? {
        for v in versement::list(&mut tx, c.id).await? {
            match v.etat {
                versement::Etat::Verse => verse += v.montant.0,
                versement::Etat::Annule => {}
                _ => prevu += v.montant.0,
            }
        }
    }
    Ok(vec![Chiffre {
        libelle: "Subvention versée".into(),
        valeur: euros(verse),
        detail: format!("{} à venir", euros(prevu)),
        lien: "/conventions".into(),
    }])
}

/// A large amount in whole euros: cents are on the page of the convention.
fn euros(centimes: i64) -> String {
    format!(
        "{}\u{a0}€",
        francais::entier((centimes + 50).div_euclid(100))
    )
}
