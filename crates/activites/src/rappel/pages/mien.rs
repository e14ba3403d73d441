//! `/activites/rythme`: where one is, what was sent, who sees it.

use askama::Template;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{AFaire, Ctx, Form, Html, Reponse, composants};

use super::super::{Groupe, Rythme, service, store};
use crate::voisins;

#[derive(Template)]
#[template(path = "rappel/mien.html")]
struct Mien {
    personne: Uuid,
    dit: String,
    faits: Option<Html>,
    silencieux: bool,
    arret: Option<(String, String)>,
    envois: Vec<(String, String)>,
    groupes: Vec<(&'static str, String)>,
    form: Form,
}

pub(super) async fn page(ctx: Ctx) -> Reponse {
    show(&ctx, Form::new()).await
}

pub(super) async fn show(ctx: &Ctx, form: Form) -> Reponse {
    let moi = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let zone = socle::clock::paris();
    let r = service::mine(&mut tx, moi).await?;
    let (mut arret, mut envois) = (None, Vec::new());
    if let Some(r) = &r {
        arret = store::stopped(&mut tx, moi, r.reference).await?;
        let etapes = store::steps(&mut tx, moi, r.reference).await?;
        let noms = voisins::names(&mut tx, etapes.iter().map(|e| e.destinataire)).await?;
        envois = etapes
            .iter()
            .filter(|e| e.envoye)
            .map(|e| {
                let a = if e.destinataire == moi {
                    "à vous".to_owned()
                } else {
                    let nom = noms.get(&e.destinataire);
                    format!("à {}", nom.map_or("un collègue", String::as_str))
                };
                (
                    format!("{}, {a}", e.etape.libelle()),
                    francais::instant(e.le, &zone),
                )
            })
            .collect();
    }
    let refus = !form.erreurs.is_empty();
    let corps = Mien {
        personne: moi,
        dit: r.as_ref().map_or_else(
            || "Votre rythme se calcule chaque nuit, pour les contrats du dispositif en cours. Rien à signaler pour vous.".to_owned(),
            |r| r.groupe.dit().to_owned(),
        ),
        faits: r.as_ref().map(facts),
        silencieux: r.as_ref().is_some_and(|r| r.groupe.is_silent()),
        arret,
        envois,
        groupes: store::groups(&mut tx, moi)
            .await?
            .into_iter()
            .map(|(g, le)| (g.dit(), francais::date(le)))
            .collect(),
        form,
    };
    let page = ctx
        .page("Mon rythme de saisie")
        .fil("Mes activités", "/activites");
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

fn facts(r: &Rythme) -> Html {
    composants::fiche(&[
        (
            "Dernière saisie",
            r.derniere
                .map_or_else(|| "Aucune pour le moment".into(), francais::date),
        ),
        ("Compté depuis", francais::date(r.reference)),
    ])
}

/// A kind line on the home page of somebody who has been silent for a month.
pub(super) async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let Some(moi) = ctx.acteur().personne else {
        return Ok(Vec::new());
    };
    let mut tx = ctx.read().await?;
    if service::waits_on_device(&mut tx, moi).await? {
        return Ok(vec![AFaire {
            quoi: "Des saisies attendent sur votre appareil".into(),
            pour: "Ouvrez Maillage dessus quand vous avez du réseau : elles partiront".into(),
            avant: None,
            lien: "/activites/rythme".into(),
        }]);
    }
    let Some(r) = service::mine(&mut tx, moi).await? else {
        return Ok(Vec::new());
    };
    let caduc = !r.groupe.is_silent()
        || store::recorded_since(&mut tx, moi, r.calcule_le).await?
        || store::stopped(&mut tx, moi, r.reference).await?.is_some();
    if caduc {
        return Ok(Vec::new());
    }
    let pour = match r.groupe {
        Groupe::Jamais => "Vous n'avez encore rien saisi : une saisie prend une minute".to_owned(),
        _ => format!(
            "Rien depuis le {} : quelques lignes suffisent, ou dites que vous étiez absent",
            francais::date(r.reference)
        ),
    };
    Ok(vec![AFaire {
        quoi: "Raconter vos dernières activités".into(),
        pour,
        avant: None,
        lien: "/activites/rythme".into(),
    }])
}
