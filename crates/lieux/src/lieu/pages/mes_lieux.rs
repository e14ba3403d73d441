use askama::Template;
use axum::extract::RawQuery;
use socle::{Role, francais};
use uuid::Uuid;
use web::{Ctx, Html, Reponse, composants as c, composants::Ton};

use super::super::{Etat, Lieu, store};
use crate::permanence;

const PAR_PAGE: usize = 50;

struct Ligne {
    id: Uuid,
    nom: String,
    commune: &'static str,
    etat: Html,
    maj: String,
    permanences: Vec<String>,
    minutes: String,
    part: String,
    principal: bool,
}

#[derive(Template)]
#[template(path = "lieu/mes_lieux.html")]
struct MesLieux {
    lignes: Vec<Ligne>,
    total: String,
    vide: Html,
    pages: Html,
    /// A professional's own table, with hours and shares.
    miens: bool,
}

pub(super) async fn page(ctx: Ctx, RawQuery(q): RawQuery) -> Reponse {
    let a = ctx.acteur();
    let miens = matches!(a.role, Role::Conseiller | Role::Mediateur);
    let page = q
        .as_deref()
        .and_then(|q| q.strip_prefix("page="))
        .and_then(|n| n.parse::<usize>().ok())
        .unwrap_or(1)
        .max(1);
    let mut tx = ctx.read().await?;
    let etats = [
        Etat::Brouillon,
        Etat::Publie,
        Etat::Masque,
        Etat::FermeTemporaire,
        Etat::Ferme,
    ];
    let (lieux, total) = match a.personne {
        Some(p) if miens => {
            let l = store::list_of_personne(&mut tx, p).await?;
            let n = l.len();
            (l, n)
        }
        _ => {
            let n = store::count(&mut tx, &a.perimetre, &etats).await?;
            let debut = (page - 1).saturating_mul(PAR_PAGE);
            let l = store::list(&mut tx, &a.perimetre, &etats, debut, PAR_PAGE).await?;
            (l, usize::try_from(n).unwrap_or(0))
        }
    };
    let siennes = match a.personne {
        Some(p) if miens => permanence::store::list_of_personne(&mut tx, p).await?,
        _ => Vec::new(),
    };
    let jour = tx.today();
    let actives = || {
        siennes
            .iter()
            .filter(|p| p.etat == permanence::Etat::Active && p.covers(jour))
    };
    let somme: i64 = actives().map(|p| p.recurrence.minutes()).sum();
    let lignes = lieux
        .iter()
        .map(|l| {
            let ici: Vec<_> = siennes.iter().filter(|p| p.lieu == l.id).collect();
            let minutes: i64 = actives()
                .filter(|p| p.lieu == l.id)
                .map(|p| p.recurrence.minutes())
                .sum();
            Ligne {
                id: l.id,
                nom: l.nom.clone(),
                commune: territoires::geographie()
                    .commune_today(&l.commune_insee)
                    .map_or("", |x| x.nom),
                etat: state(l, jour),
                maj: l
                    .fiche
                    .date_maj
                    .map_or_else(|| "Date inconnue".into(), francais::date_courte),
                permanences: ici
                    .iter()
                    .map(|p| match p.etat {
                        permanence::Etat::Active => p.recurrence.words(),
                        e => format!("{} ({})", p.recurrence.words(), e.libelle().to_lowercase()),
                    })
                    .collect(),
                minutes: if minutes > 0 {
                    francais::duree(minutes)
                } else {
                    String::new()
                },
                part: if minutes > 0 {
                    francais::pourcent(minutes, somme).unwrap_or_default()
                } else {
                    String::new()
                },
                principal: ici.iter().any(|p| p.principal),
            }
        })
        .collect();
    let vide = if lieux.is_empty() {
        c::vide(
            "Aucun lieu pour l’instant.",
            Some(("Déclarer un lieu", "/lieux/nouveau")),
        )
    } else {
        Html::default()
    };
    let corps = MesLieux {
        lignes,
        total: crate::carte::lieux(total),
        vide,
        pages: c::pagination(page, if miens { 0 } else { total }, PAR_PAGE, |n| {
            format!("/mes-lieux?page={n}")
        }),
        miens,
    };
    ctx.page(if miens { "Mes lieux" } else { "Lieux" })
        .body(&corps)
}

fn state(l: &Lieu, jour: jiff::civil::Date) -> Html {
    let e = l.etat_on(jour);
    match e {
        Etat::Publie => c::etat(Ton::Succes, e.libelle()),
        Etat::Brouillon if l.propose_le.is_some() => c::etat(Ton::Info, "Publication demandée"),
        Etat::Ferme | Etat::Abandonne => c::etat(Ton::Neutre, e.libelle()),
        _ => c::etat(Ton::Attention, e.libelle()),
    }
}
