//! `/candidat`: the candidate's own space.

use std::collections::BTreeMap;

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::{AFaire, Champs, Chiffre, Ctx, Form, Formulaire, Html, Reponse, composants};

use super::{Listes, lists};
use crate::{
    candidat::{
        self, Candidat, Depart, Etat, distance_label,
        service::{self, DEPARTS, ProfilSaisi},
        store,
    },
    contrat,
    mise_en_relation::{self, Etat as EtatRelation, pages::tone, recherche},
};

#[derive(Template)]
#[template(path = "candidat/espace.html")]
struct Vue {
    etat: Html,
    disponible: bool,
    fiche: Html,
    motivation: String,
    relations: Vec<Relation>,
    consultations: Vec<(String, String)>,
}

struct Relation {
    lien: String,
    structure: String,
    etat: Html,
    depuis: String,
}

async fn own(tx: &mut Tx, ctx: &Ctx) -> Resultat<Candidat> {
    store::own(tx, &ctx.acteur().perimetre).await
}

async fn state(tx: &mut Tx, c: &Candidat) -> Resultat<Etat> {
    let le = tx.today();
    let contrats = contrat::store::of_personne(tx, c.personne).await?;
    let en_poste = contrats.iter().any(|k| k.runs_on(le));
    Ok(c.etat(en_poste, contrats.iter().any(|k| k.etat.is_signed()), le))
}

pub async fn show(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = own(&mut tx, &ctx).await?;
    let etat = state(&mut tx, &c).await?;
    let p = &ctx.acteur().perimetre;
    let mut relations = Vec::new();
    for m in mise_en_relation::store::list(&mut tx, p).await? {
        relations.push(Relation {
            lien: format!("/mises-en-relation/{}", m.id),
            structure: programme::structure::get(&mut tx, m.structure).await?.nom,
            etat: composants::etat(tone(m.etat), m.etat.libelle()),
            depuis: francais::instant(m.maj_le, &socle::clock::paris()),
        });
    }
    let mut consultations = Vec::new();
    for (s, jour) in store::readings(&mut tx, p).await? {
        let nom = programme::structure::get(&mut tx, s).await?.nom;
        consultations.push((nom, francais::date(jour)));
    }
    let ton = match etat {
        Etat::Disponible => composants::Ton::Succes,
        Etat::EnPoste => composants::Ton::Info,
        _ => composants::Ton::Neutre,
    };
    let vue = Vue {
        etat: composants::etat(ton, etat.libelle()),
        disponible: c.disponible,
        fiche: sheet(&c),
        motivation: c.motivation.clone(),
        relations,
        consultations,
    };
    ctx.page("Mon espace candidat").body(&vue)
}

fn sheet(c: &Candidat) -> Html {
    let commune = territoires::geographie()
        .commune(&c.commune_insee)
        .map(territoires::Commune::libelle);
    let situations: Vec<&str> = c.situations.iter().map(|s| s.libelle()).collect();
    let experiences: Vec<&str> = c.experiences.iter().map(|s| s.libelle()).collect();
    composants::fiche(&[
        ("Commune", commune.unwrap_or_default()),
        (
            "Disponible à partir du",
            francais::date(c.date_disponibilite),
        ),
        ("Distance acceptée", distance_label(c.distance_max)),
        ("Situation", situations.join(", ")),
        ("Diplôme", c.diplome.clone()),
        ("Expériences", experiences.join(", ")),
        ("Coordonnées partagées", c.partage.libelle().to_owned()),
    ])
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Disponibilite {
    disponible: String,
}

pub async fn availability(ctx: Ctx, f: Formulaire<Disponibilite>) -> Reponse {
    let oui = f.saisie.disponible == "oui";
    let mut tx = ctx.write().await?;
    service::set_available(&mut tx, ctx.acteur(), oui).await?;
    tx.commit().await?;
    let message = if oui {
        "C'est noté : les structures peuvent vous trouver."
    } else {
        "C'est noté : votre profil n'est plus proposé. Vos échanges en cours sont en pause, aucun n'est refusé."
    };
    ctx.redirect("/candidat", message)
}

#[derive(Template)]
#[template(path = "candidat/profil.html")]
struct Profil {
    form: Form,
    l: Listes,
    paliers: Vec<(String, String)>,
}

fn levels() -> Vec<(String, String)> {
    (1..=3)
        .map(|n| (n.to_string(), format!("Palier {n}")))
        .collect()
}

pub async fn profile(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = own(&mut tx, &ctx).await?;
    let commune = territoires::geographie().commune(&c.commune_insee);
    let mut champs = Champs::default()
        .with(
            "commune",
            commune
                .map(territoires::Commune::libelle)
                .unwrap_or_default(),
        )
        .with("diplome", &c.diplome)
        .with("date_disponibilite", c.date_disponibilite)
        .with(
            "distance_max",
            c.distance_max
                .map_or("national".to_owned(), |k| k.to_string()),
        )
        .with("departements_exclus", c.departements_exclus.join(", "))
        .with("motivation", &c.motivation)
        .with("partage", c.partage.cle())
        .with("version", c.version)
        .with("id_commande", ctx.new_commande());
    for s in &c.situations {
        champs = champs.with("situation", s.cle());
    }
    for x in &c.experiences {
        champs = champs.with("experiences", x.cle());
    }
    if c.mobilite_outre_mer {
        champs = champs.with("mobilite_outre_mer", "oui");
    }
    if c.pix_partage {
        champs = champs.with("pix_partage", "oui");
    }
    if let Some(p) = c.pix_palier {
        champs = champs.with("pix_palier", p);
    }
    let vue = Profil {
        form: Form::filled(champs),
        l: lists(),
        paliers: levels(),
    };
    ctx.page("Mon profil")
        .fil("Mon espace candidat", "/candidat")
        .body(&vue)
}

pub async fn save(ctx: Ctx, f: Formulaire<ProfilSaisi>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::change(&mut tx, ctx.acteur(), &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/candidat", "Votre profil est enregistré.")
        }
        Err(Erreur::Saisie(e)) => {
            let vue = Profil {
                form: Form::refused(f.champs, e),
                l: lists(),
                paliers: levels(),
            };
            ctx.page("Mon profil")
                .fil("Mon espace candidat", "/candidat")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Template)]
#[template(path = "candidat/offres.html")]
struct Offres {
    offres: Vec<Offre>,
    rayon: String,
    plus_loin: usize,
}

struct Offre {
    structure: Uuid,
    nom: String,
    commune: String,
    km: i64,
    postes: usize,
    /// The matching, when there is one.
    lien: String,
    commande: String,
}

/// Structures with a vacant post, the nearest first: in reach, and how many
/// are out of it.
async fn vacant(tx: &mut Tx, ctx: &Ctx, c: &Candidat) -> Resultat<(Vec<Offre>, usize)> {
    let f = programme::poste::Filtre {
        etat: Some(programme::poste::Etat::Vacant),
        ..programme::poste::Filtre::default()
    };
    let mut postes: BTreeMap<Uuid, usize> = BTreeMap::new();
    for p in programme::poste::list(tx, &Perimetre::National, &f).await? {
        *postes.entry(p.structure).or_default() += 1;
    }
    let liens: BTreeMap<Uuid, Uuid> = mise_en_relation::store::list(tx, &ctx.acteur().perimetre)
        .await?
        .into_iter()
        .map(|m| (m.structure, m.id))
        .collect();
    let (mut offres, mut loin) = (Vec::new(), 0);
    for (structure, n) in postes {
        let s = programme::structure::get(tx, structure).await?;
        let Some(commune) = territoires::geographie().commune(&s.commune_insee) else {
            continue;
        };
        let Some(point) = candidat::point_of(commune) else {
            continue;
        };
        let metres = recherche::metres(c, point);
        let d = Depart {
            departement: &s.departement,
            point,
        };
        if candidat::out_of_reach(c, &d, metres).is_some() {
            loin += 1;
            continue;
        }
        offres.push(Offre {
            structure,
            nom: s.nom,
            commune: commune.libelle(),
            km: mise_en_relation::calcul::round_km(metres),
            postes: n,
            lien: liens
                .get(&structure)
                .map_or_else(String::new, |id| format!("/mises-en-relation/{id}")),
            commande: ctx.new_commande(),
        });
    }
    offres.sort_by(|a, b| (a.km, &a.nom).cmp(&(b.km, &b.nom)));
    offres.truncate(50);
    Ok((offres, loin))
}

pub async fn offers(ctx: Ctx) -> Reponse {
    let mut tx = ctx.read().await?;
    let c = own(&mut tx, &ctx).await?;
    let (offres, plus_loin) = vacant(&mut tx, &ctx, &c).await?;
    let vue = Offres {
        offres,
        rayon: distance_label(c.distance_max),
        plus_loin,
    };
    ctx.page("Les structures qui recrutent")
        .fil("Mon espace candidat", "/candidat")
        .body(&vue)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Candidature {
    structure: String,
    id_commande: String,
}

pub async fn apply(ctx: Ctx, f: Formulaire<Candidature>) -> Reponse {
    let structure = crate::uuid(&f.saisie.structure)?;
    let mut tx = ctx.write().await?;
    let id = mise_en_relation::service::apply(
        &mut tx,
        ctx.acteur(),
        &ctx.config().url,
        structure,
        &f.saisie.id_commande,
    )
    .await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/mises-en-relation/{id}"),
        "Votre candidature est envoyée à la structure.",
    )
}

#[derive(Template)]
#[template(path = "candidat/supprimer.html")]
struct Adieu {
    form: Form,
    motifs: Vec<(String, String)>,
}

fn leaving_view(form: Form) -> Adieu {
    let motifs = DEPARTS
        .iter()
        .map(|(k, l)| ((*k).to_owned(), (*l).to_owned()))
        .collect();
    Adieu { form, motifs }
}

pub async fn leaving(ctx: Ctx) -> Reponse {
    ctx.page("Supprimer mon profil")
        .fil("Mon espace candidat", "/candidat")
        .body(&leaving_view(Form::new()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Suppression {
    motif: String,
}

pub async fn leave(ctx: Ctx, f: Formulaire<Suppression>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::delete(&mut tx, ctx.acteur(), &f.saisie.motif).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect("/", "Votre profil est supprimé. Merci de votre intérêt.")
        }
        Err(Erreur::Saisie(e)) => ctx
            .page("Supprimer mon profil")
            .fil("Mon espace candidat", "/candidat")
            .refused()
            .body(&leaving_view(Form::refused(f.champs, e))),
        Err(e) => Err(e.into()),
    }
}

/// Proposals to answer, and whether the profile is still true.
pub async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let mut lignes = Vec::new();
    for m in mise_en_relation::store::list(&mut tx, &ctx.acteur().perimetre).await? {
        let quoi = match m.etat {
            EtatRelation::Proposition => "Répondre à une proposition de poste",
            e if e.is_level_2() && !m.accord => "Partager vos coordonnées ?",
            _ => continue,
        };
        lignes.push(AFaire {
            quoi: quoi.into(),
            pour: programme::structure::get(&mut tx, m.structure).await?.nom,
            avant: m.reponse_avant,
            lien: format!("/mises-en-relation/{}", m.id),
        });
    }
    if let Some(personne) = ctx.acteur().personne
        && let Ok(c) = store::get(&mut tx, personne).await
    {
        let limite = francais::plus_days(c.confirme_le, 90);
        if c.disponible && limite <= tx.today() {
            lignes.push(AFaire {
                quoi: "Toujours disponible ? Dites-le en un clic".into(),
                pour: "Votre profil".into(),
                avant: None,
                lien: "/candidat".into(),
            });
        }
    }
    Ok(lignes)
}

pub async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let m = mise_en_relation::store::list(&mut tx, &ctx.acteur().perimetre).await?;
    let ouverts = m.iter().filter(|m| m.etat.is_open()).count();
    Ok(vec![Chiffre {
        libelle: "Échanges en cours".into(),
        valeur: ouverts.to_string(),
        detail: format!("sur {} en tout", m.len()),
        lien: "/candidat".into(),
    }])
}
