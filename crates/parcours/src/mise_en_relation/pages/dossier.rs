//! `/mises-en-relation`: one matching, as the structure and the candidate see it.

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, Tx, francais, historique};
use uuid::Uuid;
use web::{AFaire, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::tone;
use crate::{
    candidat, contrat,
    droits::STRUCTURE,
    mise_en_relation::{
        Etat, Evenement, MiseEnRelation, Raison,
        calcul::Score,
        next,
        recherche::{self, Rayon, Recherche},
        service::{self, Geste},
        store::{self, OBJET},
    },
};

#[derive(Template)]
#[template(path = "mise_en_relation/liste.html")]
struct Liste {
    lignes: Vec<(String, String, Html, String)>,
}

#[derive(Template)]
#[template(path = "mise_en_relation/dossier.html")]
struct Vue {
    id: Uuid,
    entete: Html,
    contact: Html,
    hors_zone: String,
    raison: String,
    principal: Option<Bouton>,
    autres: Vec<Bouton>,
    entretien: bool,
    ecarter: bool,
    contrat: String,
    rediger: bool,
    form: Form,
    raisons: Vec<(String, String)>,
    version: String,
    commande: String,
    score: Score,
    chronologie: Html,
}

struct Bouton {
    evenement: &'static str,
    libelle: &'static str,
}

/// The name a reader may see: level 2 with the candidate's agreement.
async fn name(tx: &mut Tx, ctx: &Ctx, m: &MiseEnRelation) -> Resultat<String> {
    let structure = STRUCTURE.contains(&ctx.acteur().role);
    if structure && !(m.etat.is_level_2() && m.accord) {
        return Ok(format!("Profil à {}\u{a0}km", m.distance_km));
    }
    Ok(comptes::personne::get(tx, m.personne).await?.nom_complet())
}

pub async fn list(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let structure = STRUCTURE.contains(&ctx.acteur().role);
    let mut lignes = Vec::new();
    for m in store::list(&mut tx, &ctx.acteur().perimetre).await? {
        let qui = if structure {
            name(&mut tx, &ctx, &m).await?
        } else {
            programme::structure::get(&mut tx, m.structure).await?.nom
        };
        lignes.push((
            format!("/mises-en-relation/{}", m.id),
            qui,
            composants::etat(tone(m.etat), m.etat.libelle()),
            francais::instant(m.maj_le, &socle::clock::paris()),
        ));
    }
    ctx.page("Mises en relation").body(&Liste { lignes })
}

async fn view(ctx: &Ctx, id: Uuid, form: Form) -> Resultat<(String, Vue)> {
    let a = ctx.acteur();
    let mut tx = ctx.write().await?;
    let m = store::get(&mut tx, &a.perimetre, id).await?;
    let structure = STRUCTURE.contains(&a.role);
    let titre = if structure {
        name(&mut tx, ctx, &m).await?
    } else {
        programme::structure::get(&mut tx, m.structure).await?.nom
    };
    let mut contact = Html::default();
    if structure && m.etat.is_level_2() {
        if m.accord {
            let p = comptes::personne::get(&mut tx, m.personne).await?;
            contact = composants::fiche(&[
                ("Nom", p.nom_complet()),
                ("Adresse e-mail", p.courriel),
                ("Téléphone", p.telephone.unwrap_or_default()),
            ]);
            candidat::store::note_reading(&mut tx, m.personne, m.structure).await?;
        } else {
            contact = composants::alerte(
                composants::Ton::Info,
                "Coordonnées non partagées",
                "La personne décide pour chaque structure : elle a reçu votre demande.",
            );
        }
    }
    let score = score(&mut tx, &m).await?;
    let contrat = contrat::store::of_personne(&mut tx, m.personne)
        .await?
        .into_iter()
        .find(|c| c.mise_en_relation == Some(id))
        .map_or_else(String::new, |c| format!("/contrats/{}", c.id));
    let etapes = historique::read(&mut tx, OBJET, id).await?;
    tx.commit().await?;
    let peut = |e: Evenement| next(m.etat, e).is_some();
    let bouton = |e: Evenement| {
        peut(e).then(|| Bouton {
            evenement: e.cle(),
            libelle: e.libelle(),
        })
    };
    let (principal, autres) = if structure {
        let p = bouton(Evenement::Preselectionner).or_else(|| bouton(Evenement::Proposer));
        (p, Vec::new())
    } else if a.role == socle::Role::Candidat {
        let accorder = if m.accord {
            None
        } else {
            bouton(Evenement::Accorder)
        };
        let autres = [accorder, bouton(Evenement::Decliner)]
            .into_iter()
            .flatten()
            .collect();
        (bouton(Evenement::Accepter), autres)
    } else {
        (None, Vec::new())
    };
    let vue = Vue {
        id,
        entete: header(&m),
        contact,
        hors_zone: m.hors_zone.clone(),
        raison: m.raison.map_or("", Raison::libelle).to_owned(),
        principal,
        autres,
        entretien: structure && peut(Evenement::PlanifierEntretien),
        ecarter: structure && peut(Evenement::Ecarter),
        rediger: structure && m.etat == Etat::Acceptee && contrat.is_empty(),
        contrat,
        form,
        raisons: Raison::options(),
        version: m.version.to_string(),
        commande: ctx.new_commande(),
        score,
        chronologie: composants::chronologie(&etapes, &socle::clock::paris(), |k| {
            Etat::find(k).map_or_else(|| k.to_owned(), |e| e.libelle().to_owned())
        }),
    };
    Ok((titre, vue))
}

/// The factors of the pair, the same on both sides; empty once the profile
/// is deleted.
async fn score(tx: &mut Tx, m: &MiseEnRelation) -> Resultat<Score> {
    let c = match candidat::store::get(tx, m.personne).await {
        Ok(c) => c,
        Err(Erreur::Introuvable) => {
            return Ok(Score {
                total: 0,
                facteurs: Vec::new(),
            });
        }
        Err(e) => return Err(e),
    };
    let (_, point) = recherche::origin(tx, m.structure).await?;
    let certifie = candidat::store::is_certified(tx, m.personne).await?;
    let poids = recherche::weights(tx).await?;
    let r = Recherche {
        rayon: Rayon::France,
        mission_le: tx.today(),
        par_score: false,
        sans: Vec::new(),
        experience: false,
        certifie: false,
    };
    let metres = recherche::metres(&c, point);
    Ok(recherche::rate(&c, certifie, metres, &r, &poids))
}

fn header(m: &MiseEnRelation) -> Html {
    let attend = match m.etat {
        Etat::InteretCandidat | Etat::Preselectionnee | Etat::Entretien => "La structure",
        Etat::Proposition => "La personne candidate",
        Etat::Acceptee => "La structure, qui rédige le contrat",
        _ => "",
    };
    let entretien = m
        .entretien_le
        .map(francais::date_longue)
        .unwrap_or_default();
    let reponse = match m.etat {
        Etat::Proposition => m
            .reponse_avant
            .map(francais::date_longue)
            .unwrap_or_default(),
        _ => String::new(),
    };
    composants::dossier(
        "",
        &composants::etat(tone(m.etat), m.etat.libelle()),
        attend,
        &[
            (
                "Depuis",
                francais::instant(m.maj_le, &socle::clock::paris()),
            ),
            ("Distance", format!("{}\u{a0}km", m.distance_km)),
            (
                "Score",
                m.score.map(|s| format!("{s} sur 100")).unwrap_or_default(),
            ),
            ("Entretien", entretien),
            ("Réponse avant le", reponse),
        ],
    )
}

pub async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    let (titre, vue) = view(&ctx, id, Form::new()).await?;
    ctx.page(titre)
        .fil("Mises en relation", "/mises-en-relation")
        .body(&vue)
}

pub async fn act(ctx: Ctx, Id(id): Id, f: Formulaire<Geste>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::act(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await {
        Ok(etat) => {
            tx.commit().await?;
            let message = format!(
                "C'est enregistré : {}. L'autre partie est prévenue.",
                etat.libelle().to_lowercase()
            );
            ctx.redirect(&format!("/mises-en-relation/{id}"), &message)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let (titre, vue) = view(&ctx, id, Form::refused(f.champs, e)).await?;
            ctx.page(titre)
                .fil("Mises en relation", "/mises-en-relation")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

/// What a structure must answer or write.
pub async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let mut lignes = Vec::new();
    let p: &Perimetre = &ctx.acteur().perimetre;
    for m in store::list(&mut tx, p).await? {
        let quoi = match m.etat {
            Etat::InteretCandidat => "Lire une candidature spontanée",
            Etat::Acceptee => "Rédiger le contrat",
            _ => continue,
        };
        if m.etat == Etat::Acceptee {
            let deja = contrat::store::of_personne(&mut tx, m.personne).await?;
            if deja.iter().any(|c| c.mise_en_relation == Some(m.id)) {
                continue;
            }
        }
        lignes.push(AFaire {
            quoi: quoi.into(),
            pour: name(&mut tx, &ctx, &m).await?,
            avant: None,
            lien: format!("/mises-en-relation/{}", m.id),
        });
    }
    Ok(lignes)
}
