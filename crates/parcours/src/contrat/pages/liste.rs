//! `/contrats`: the contracts of a perimeter, and what awaits there.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Perimetre, Resultat, Role, francais};
use web::{AFaire, Champs, Chiffre, Ctx, Form, Html, Reponse, composants};

use super::tone;
use crate::{
    contrat::{
        Etat, prolongation,
        rupture::{self, EtatRupture},
        store::{self, Filtre},
    },
    droits::STRUCTURE,
};

const PAR_PAGE: usize = 50;

/// The filter row, which lives in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Requete {
    etat: String,
    departement: String,
    page: String,
}

#[derive(Template)]
#[template(path = "contrat/liste.html")]
struct Vue {
    form: Form,
    etats: Vec<(String, String)>,
    total: usize,
    lignes: Vec<Ligne>,
    pagination: Html,
}

struct Ligne {
    lien: String,
    numero: String,
    personne: String,
    structure: String,
    genre: &'static str,
    debut: String,
    fin: String,
    etat: Html,
}

pub async fn show(ctx: Ctx, Query(q): Query<Requete>) -> Reponse {
    let mut tx = ctx.read().await?;
    let p = &ctx.acteur().perimetre;
    let page = q.page.parse::<usize>().unwrap_or(1).max(1);
    let departement = territoires::geographie()
        .departement(&q.departement.to_uppercase())
        .map_or("", |d| d.code);
    let f = Filtre {
        etats: Etat::find(&q.etat).into_iter().collect(),
        departement: departement.to_owned(),
        debut: (page - 1) * PAR_PAGE,
        combien: PAR_PAGE,
    };
    let total = store::count(&mut tx, p, &f).await?;
    let le = ctx.today();
    let mut lignes = Vec::new();
    for c in store::list(&mut tx, p, &f).await? {
        lignes.push(Ligne {
            lien: format!("/contrats/{}", c.id),
            personne: comptes::personne::get(&mut tx, c.personne)
                .await?
                .nom_complet(),
            structure: programme::structure::get(&mut tx, c.structure).await?.nom,
            genre: c.genre.libelle(),
            debut: francais::date_courte(c.date_debut),
            fin: c
                .derniere_date()
                .map_or_else(|| "Sans terme".to_owned(), francais::date_courte),
            etat: composants::etat(tone(c.etat), c.phase(le)),
            numero: c.numero,
        });
    }
    let vue = Vue {
        form: Form::filled(
            Champs::default()
                .with("etat", &q.etat)
                .with("departement", departement),
        ),
        etats: Etat::options(),
        total,
        lignes,
        pagination: composants::pagination(page, total, PAR_PAGE, |n| {
            let etat = Etat::find(&q.etat).map_or("", Etat::cle);
            format!("/contrats?etat={etat}&departement={departement}&page={n}")
        }),
    };
    ctx.page("Contrats").body(&vue)
}

/// Contracts that wait for the acting side, and ends to prepare.
pub async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let p = &ctx.acteur().perimetre;
    let structure = STRUCTURE.contains(&ctx.acteur().role);
    let f = Filtre {
        etats: if structure {
            vec![Etat::Brouillon, Etat::ACompleter]
        } else {
            vec![Etat::Soumis]
        },
        combien: 50,
        ..Filtre::default()
    };
    let mut lignes = Vec::new();
    for c in store::list(&mut tx, p, &f).await? {
        let quoi = match c.etat {
            Etat::Brouillon => "Envoyer le contrat",
            Etat::ACompleter => "Compléter le contrat",
            _ => "Valider le contrat",
        };
        lignes.push(AFaire {
            quoi: format!("{quoi} {}", c.numero),
            pour: comptes::personne::get(&mut tx, c.personne)
                .await?
                .nom_complet(),
            avant: None,
            lien: format!("/contrats/{}", c.id),
        });
    }
    if structure {
        endings(&mut tx, p, &mut lignes).await?;
    } else {
        ruptures(&mut tx, p, &mut lignes).await?;
        for (id, numero, fin) in prolongation::waiting(&mut tx, p).await? {
            lignes.push(AFaire {
                quoi: format!("Décider de la prolongation du contrat {numero}"),
                pour: format!("jusqu'au {}", francais::date(fin)),
                avant: None,
                lien: format!("/contrats/{id}"),
            });
        }
    }
    Ok(lignes)
}

/// Contracts of a structure that end within three months, without a successor.
async fn endings(tx: &mut socle::Tx, p: &Perimetre, lignes: &mut Vec<AFaire>) -> Resultat<()> {
    let le = tx.today();
    let f = Filtre {
        etats: vec![Etat::Valide],
        ..Filtre::default()
    };
    for c in store::list(tx, p, &f).await? {
        let Some(fin) = c.date_fin.filter(|d| *d <= francais::plus_months(le, 3)) else {
            continue;
        };
        if store::successor(tx, c.id).await?.is_some()
            || rupture::of_contrat(tx, c.id).await?.is_some()
        {
            continue;
        }
        lignes.push(AFaire {
            quoi: format!("Décider de la suite du contrat {}", c.numero),
            pour: comptes::personne::get(tx, c.personne).await?.nom_complet(),
            avant: Some(fin),
            lien: format!("/contrats/{}", c.id),
        });
    }
    Ok(())
}

async fn ruptures(tx: &mut socle::Tx, p: &Perimetre, lignes: &mut Vec<AFaire>) -> Resultat<()> {
    for (contrat, r) in rupture::waiting(tx, p).await? {
        if r.etat != EtatRupture::Declaree {
            continue;
        }
        lignes.push(AFaire {
            quoi: format!("Valider la rupture du contrat {contrat}"),
            pour: format!("au {}", francais::date(r.date_effet)),
            avant: Some(r.date_effet),
            lien: format!("/contrats/{}", r.contrat),
        });
    }
    Ok(())
}

/// Who works today, and what waits.
pub async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let a = ctx.acteur();
    let p = &a.perimetre;
    let en_poste = store::conseillers(&mut tx, p).await?.len();
    let f = Filtre {
        etats: vec![Etat::Soumis],
        ..Filtre::default()
    };
    let soumis = store::count(&mut tx, p, &f).await?;
    let mut v = vec![Chiffre {
        libelle: "Conseillers en poste".into(),
        valeur: francais::entier(i64::try_from(en_poste).unwrap_or(0)),
        detail: format!(
            "{} à valider",
            francais::pluriel(i64::try_from(soumis).unwrap_or(0), "contrat")
        ),
        lien: "/contrats?etat=valide".into(),
    }];
    if a.role == Role::Administrateur || a.role == Role::Operateur {
        let n = crate::candidat::store::count_available(&mut tx).await?;
        v.push(Chiffre {
            libelle: "Candidats disponibles".into(),
            valeur: francais::entier(n),
            detail: "confirmés depuis moins de 12 mois".into(),
            lien: "/mises-en-relation".into(),
        });
    }
    Ok(v)
}
