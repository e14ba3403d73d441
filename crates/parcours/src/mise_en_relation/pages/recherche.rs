//! `/recrutement`: candidates around a structure, with the reasons of their
//! rank; and one candidate at level 1, without name.

use askama::Template;
use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;
use socle::{Erreur, Resultat, Tx, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use crate::{
    candidat::{self, Depart, distance_label},
    mise_en_relation::{
        calcul::Score,
        recherche::{self, Rayon, Recherche, Trouve},
        service::{self, Preselection, own_structure},
        store,
    },
};

const PAR_PAGE: usize = 50;

/// The filter row, which lives in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filtre {
    rayon: String,
    ordre: String,
    mission_le: String,
    experience: String,
    certifie: String,
    sans_proximite: String,
    sans_disponibilite: String,
    sans_experience: String,
    sans_certification: String,
    page: String,
}

impl Filtre {
    fn read(&self, le: Date) -> Recherche {
        let sans = [
            ("proximite", &self.sans_proximite),
            ("disponibilite", &self.sans_disponibilite),
            ("experience", &self.sans_experience),
            ("certification", &self.sans_certification),
        ];
        Recherche {
            rayon: Rayon::find(&self.rayon).unwrap_or(Rayon::Km50),
            mission_le: francais::parse_date(&self.mission_le).unwrap_or(le),
            par_score: self.ordre == "score",
            sans: sans
                .iter()
                .filter(|(_, v)| *v == "oui")
                .map(|(k, _)| (*k).to_owned())
                .collect(),
            experience: self.experience == "oui",
            certifie: self.certifie == "oui",
        }
    }

    fn champs(&self, r: &Recherche) -> Champs {
        Champs::default()
            .with("rayon", r.rayon.cle())
            .with("ordre", if r.par_score { "score" } else { "distance" })
            .with("mission_le", r.mission_le)
            .with("experience", &self.experience)
            .with("certifie", &self.certifie)
            .with("sans_proximite", &self.sans_proximite)
            .with("sans_disponibilite", &self.sans_disponibilite)
            .with("sans_experience", &self.sans_experience)
            .with("sans_certification", &self.sans_certification)
    }

    fn lien(&self, r: &Recherche, page: usize) -> String {
        format!(
            "/recrutement?rayon={}&ordre={}&mission_le={}&experience={}&certifie={}&sans_proximite={}&sans_disponibilite={}&sans_experience={}&sans_certification={}&page={page}",
            r.rayon.cle(),
            if r.par_score { "score" } else { "distance" },
            r.mission_le,
            flag(&self.experience),
            flag(&self.certifie),
            flag(&self.sans_proximite),
            flag(&self.sans_disponibilite),
            flag(&self.sans_experience),
            flag(&self.sans_certification),
        )
    }
}

fn flag(v: &str) -> &'static str {
    if v == "oui" { "oui" } else { "" }
}

#[derive(Template)]
#[template(path = "mise_en_relation/recherche.html")]
struct Vue {
    disponibles: i64,
    form: Form,
    rayons: Vec<(String, String)>,
    ordres: Vec<(String, String)>,
    total: usize,
    lignes: Vec<Ligne>,
    plus_tard: Vec<Ligne>,
    pagination: Html,
    conseil: String,
}

struct Ligne {
    lien: String,
    commune: String,
    km: i64,
    disponible: String,
    score: i64,
    raisons: String,
}

fn line(t: &Trouve) -> Ligne {
    let commune = territoires::geographie()
        .commune(&t.candidat.commune_insee)
        .map_or("", |c| c.nom);
    Ligne {
        lien: format!("/recrutement/candidats/{}", t.candidat.personne),
        commune: commune.to_owned(),
        km: t.km(),
        disponible: francais::date_courte(t.candidat.date_disponibilite),
        score: t.score.total,
        raisons: t
            .score
            .facteurs
            .iter()
            .map(|f| f.raison.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

pub async fn show(ctx: Ctx, Query(f): Query<Filtre>) -> Reponse {
    let structure = own_structure(ctx.acteur())?;
    let mut tx = ctx.read().await?;
    let le = ctx.today();
    let r = f.read(le);
    let disponibles = programme::poste::available(&mut tx, structure, None, le).await?;
    let mut trouves = recherche::Resultats::default();
    let mut conseil = String::new();
    if disponibles > 0 {
        trouves = recherche::search(&mut tx, structure, &r).await?;
        if trouves.maintenant.is_empty() && trouves.plus_tard.is_empty() {
            conseil = advice(&mut tx, structure, &r).await?;
        }
    }
    let total = trouves.maintenant.len();
    let page = f.page.parse::<usize>().unwrap_or(1).max(1);
    let vue = Vue {
        disponibles,
        form: Form::filled(f.champs(&r)),
        rayons: Rayon::options(),
        ordres: vec![
            ("distance".into(), "Les plus proches d'abord".into()),
            ("score".into(), "Selon le score".into()),
        ],
        total,
        lignes: trouves
            .maintenant
            .iter()
            .skip((page - 1) * PAR_PAGE)
            .take(PAR_PAGE)
            .map(line)
            .collect(),
        plus_tard: trouves.plus_tard.iter().take(PAR_PAGE).map(line).collect(),
        pagination: composants::pagination(page, total, PAR_PAGE, |n| f.lien(&r, n)),
        conseil,
    };
    ctx.page("Recruter un conseiller").body(&vue)
}

async fn advice(tx: &mut Tx, structure: Uuid, r: &Recherche) -> Resultat<String> {
    Ok(match recherche::wider(tx, structure, r).await? {
        Some((rayon, n)) => format!(
            "Personne dans ce rayon : élargir à « {} » en ajouterait {}.",
            rayon.libelle(),
            francais::entier(i64::try_from(n).unwrap_or(0))
        ),
        None => "Personne ne cherche dans votre zone pour l'instant. Revenez dans quelques jours."
            .to_owned(),
    })
}

#[derive(Template)]
#[template(path = "mise_en_relation/profil.html")]
struct Profil {
    personne: Uuid,
    fiche: Html,
    motivation: String,
    score: Score,
    dehors: String,
    relation: String,
    form: Form,
    commande: String,
}

async fn view(ctx: &Ctx, personne: Uuid, form: Form) -> Resultat<Profil> {
    let structure = own_structure(ctx.acteur())?;
    let mut tx = ctx.write().await?;
    let le = ctx.today();
    // Level 1 is open to structures that recruit (spec 15 §2.1).
    if programme::poste::available(&mut tx, structure, None, le).await? < 1 {
        return Err(Erreur::Introuvable);
    }
    let c = candidat::store::get(&mut tx, personne).await?;
    let relation = store::find(&mut tx, structure, personne).await?;
    if !c.disponible && relation.is_none() {
        return Err(Erreur::Introuvable);
    }
    let (departement, point) = recherche::origin(&mut tx, structure).await?;
    let metres = recherche::metres(&c, point);
    let certifie = candidat::store::is_certified(&mut tx, personne).await?;
    let poids = recherche::weights(&mut tx).await?;
    let r = Filtre::default().read(le);
    let depart = Depart {
        departement: &departement,
        point,
    };
    let commune = territoires::geographie()
        .commune(&c.commune_insee)
        .map(territoires::Commune::libelle);
    let experiences: Vec<&str> = c.experiences.iter().map(|x| x.libelle()).collect();
    let pix = match c.pix_palier {
        Some(p) if c.pix_partage => format!("Palier {p}"),
        _ => "Non partagé".into(),
    };
    Ok(Profil {
        personne,
        fiche: composants::fiche(&[
            ("Commune", commune.unwrap_or_default()),
            (
                "Distance",
                format!(
                    "{}\u{a0}km",
                    crate::mise_en_relation::calcul::round_km(metres)
                ),
            ),
            (
                "Disponible à partir du",
                francais::date(c.date_disponibilite),
            ),
            ("Distance acceptée", distance_label(c.distance_max)),
            ("Expériences", experiences.join(", ")),
            ("Pix", pix),
        ]),
        motivation: c.motivation.clone(),
        score: recherche::rate(&c, certifie, metres, &r, &poids),
        dehors: candidat::out_of_reach(&c, &depart, metres).unwrap_or_default(),
        relation: relation.map_or_else(String::new, |m| format!("/mises-en-relation/{}", m.id)),
        form,
        commande: ctx.new_commande(),
    })
}

pub async fn profile(ctx: Ctx, Id(personne): Id) -> Reponse {
    let vue = view(&ctx, personne, Form::new()).await?;
    ctx.page("Profil d'une personne candidate")
        .fil("Recruter", "/recrutement")
        .body(&vue)
}

pub async fn preselect(ctx: Ctx, Id(personne): Id, f: Formulaire<Preselection>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::preselect(
        &mut tx,
        ctx.acteur(),
        &ctx.config().url,
        personne,
        &f.saisie,
    )
    .await
    {
        Ok(id) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/mises-en-relation/{id}"),
                "La personne est présélectionnée et prévenue.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let vue = view(&ctx, personne, Form::refused(f.champs, e)).await?;
            ctx.page("Profil d'une personne candidate")
                .fil("Recruter", "/recrutement")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}
