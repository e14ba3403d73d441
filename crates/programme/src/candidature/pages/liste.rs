//! `/candidatures`: the queue of each role, filtered in the address.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Role, francais};
use web::{Champs, Ctx, Form, Html, Reponse, composants};

use super::super::{Etat, Filtre, LIRE, store};
use crate::commun::{departement, departements, options};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Requete {
    etat: String,
    departement: String,
    page: String,
}

struct Ligne {
    lien: String,
    numero: String,
    structure: String,
    departement: String,
    demande: String,
    etat: Html,
    depuis: String,
    limite: Html,
}

#[derive(Template)]
#[template(path = "candidature/liste.html")]
struct Liste {
    form: Form,
    etats: Vec<(String, String)>,
    departements: Vec<(String, String)>,
    national: bool,
    total: usize,
    lignes: Vec<Ligne>,
    pagination: Html,
    vide: Html,
}

const PAR_PAGE: usize = 50;

pub(super) async fn show(ctx: Ctx, Query(r): Query<Requete>) -> Reponse {
    ctx.acteur().require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let f = Filtre {
        etat: Etat::from_cle(&r.etat).ok(),
        departement: r.departement.clone(),
        ..Filtre::default()
    };
    let jour = ctx.today();
    let comite = ctx.acteur().role == Role::Comite;
    let etats: Vec<String> = Etat::TOUS
        .iter()
        .filter(|e| f.etat.is_none_or(|seul| seul == **e))
        .filter(|e| visible(ctx.acteur().role, **e, comite))
        .map(|e| e.cle().to_owned())
        .collect();
    // A page far beyond the last one is empty, not too large a number.
    let page = r.page.parse::<usize>().unwrap_or(1).clamp(1, 1_000_000);
    let portion = ((page - 1) * PAR_PAGE, PAR_PAGE);
    let perimetre = &ctx.acteur().perimetre;
    let (vues, total) = store::page(&mut tx, perimetre, &f, &etats, portion).await?;
    drop(tx);
    let lignes = vues
        .into_iter()
        .map(|c| Ligne {
            lien: format!("/candidatures/{}", c.id),
            demande: c
                .nombre_postes
                .map_or_else(|| "à proposer".into(), francais::entier),
            etat: composants::etat(c.etat.ton(), c.etat.libelle()),
            depuis: francais::date_courte(c.etat_depuis),
            limite: match c.avis_limite.filter(|_| c.etat == Etat::AvisAttendu) {
                Some(l) => composants::echeance(jour, l),
                None => Html::default(),
            },
            numero: c.numero,
            structure: c.structure_nom,
            departement: departement(&c.departement),
        })
        .collect();
    let (etat, dep) = (r.etat.clone(), r.departement.clone());
    let pagination = composants::pagination(page, total, PAR_PAGE, |n| {
        format!("/candidatures?etat={etat}&departement={dep}&page={n}")
    });
    let champs = Champs::default()
        .with("etat", &r.etat)
        .with("departement", &r.departement);
    let action = (ctx.acteur().role == Role::GestionnaireStructure)
        .then_some(("Déposer une candidature", "/candidater"));
    let corps = Liste {
        form: Form::filled(champs),
        etats: options(Etat::TOUS, Etat::cle, Etat::libelle),
        departements: departements(),
        national: ctx.acteur().perimetre == socle::Perimetre::National,
        total,
        lignes,
        pagination,
        vide: composants::vide("Aucune candidature ici.", action),
    };
    ctx.page("Candidatures").body(&corps)
}

/// Files waiting for their confirmation concern nobody yet; the comité sees
/// what is on its agenda (spec 10 §11).
pub(super) fn visible(role: Role, etat: Etat, comite: bool) -> bool {
    match etat {
        Etat::Deposee | Etat::Caduque => {
            role == Role::Operateur || role == Role::GestionnaireStructure
        }
        Etat::Inscrite | Etat::Acceptee | Etat::Refusee | Etat::ExamenComplementaire => true,
        _ => !comite,
    }
}
