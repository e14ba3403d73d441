//! What both entry forms share: opening, refusing, recording, keeping a draft.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, Saisies, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Reponse};

use super::{choix::Choix, remplissage};
use crate::{
    activite::{TypeActivite, brouillon, service, store},
    serie,
};

/// A posted form, every field as typed.
pub(super) type Saisie = Formulaire<Vec<(String, String)>>;

/// What an entry page is asked to open with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ouverture {
    copie: String,
    /// `oui`: the copy keeps the followed persons.
    suivis: String,
    brouillon: String,
    beneficiaire: String,
    modele: String,
    /// A planned séance to complete.
    seance: String,
    /// The day of the entry before, when one follows another.
    date: String,
}

/// The boxes that confirm what is rare, with their labels.
const CONFIRMATIONS: [(&str, &str); 6] = [
    ("confirme_date", "Oui, la date est juste"),
    (
        "confirme_emploi",
        "Oui, la date est juste, l'employeur est à préciser",
    ),
    ("confirme_duree", "Oui, la durée est juste"),
    ("confirme_total", "Oui, ce nombre est juste"),
    (
        "confirme_texte",
        "Oui, il n'y a pas de mot de passe dans ce texte",
    ),
    ("confirme", "Oui"),
];

/// Names of the fields under « Plus de détails »: they open when one is filled
/// or refused.
const DETAILS: [&str; 22] = [
    "origine",
    "modalite",
    "motifs",
    "publics",
    "public",
    "mode_aide",
    "raison_aide",
    "aide_urgence",
    "autonomie",
    "niveau",
    "confiance_avant",
    "confiance_apres",
    "operateur_1",
    "site_1",
    "nature_1",
    "pass_propose",
    "pass_utilise",
    "coanimateurs",
    "etiquettes",
    "etiquettes_autres",
    "notes",
    "commune_residence",
];

/// What a template of an entry form shows.
pub(super) struct Vue {
    pub form: Form,
    pub choix: Choix,
    pub action: String,
    pub commande: String,
    pub confirmations: Vec<(&'static str, &'static str)>,
    pub details: bool,
    /// Empty for a new activity: it can be kept as a draft.
    pub version: String,
    pub brouillon: String,
    /// The planned séance this atelier completes.
    pub seance: String,
    pub retour: String,
}

impl Vue {
    fn new(form: Form, mut choix: Choix, action: String, commande: String) -> Self {
        choix.keep(&form.champs);
        let montrees = |nom: &str| form.erreurs.get(nom).is_some() || form.champs.has(nom, "oui");
        let details = DETAILS.iter().any(|d| {
            form.erreurs.get(d).is_some()
                || !matches!((*d, form.champs.get(d)), (_, "") | ("public", "habitants"))
        });
        Self {
            confirmations: CONFIRMATIONS
                .into_iter()
                .filter(|(nom, _)| montrees(nom))
                .collect(),
            details,
            version: form.champs.get("version").to_owned(),
            brouillon: form.champs.get("brouillon").to_owned(),
            seance: form.champs.get("seance").to_owned(),
            retour: "/activites".into(),
            form,
            choix,
            action,
            commande,
        }
    }

    /// Something is filled or refused in a folded part, which opens it.
    pub fn filled(&self, nom: &str) -> bool {
        !self.form.champs.get(nom).is_empty() || self.form.erreurs.get(nom).is_some()
    }

    /// « Site 2 ».
    pub fn count_label(&self, mot: &str, n: impl std::fmt::Display) -> String {
        format!("{mot} {n}")
    }

    /// The name of one of several alike fields.
    pub fn count_name(&self, dimension: &str, cle: impl std::fmt::Display) -> String {
        format!("{dimension}_{cle}")
    }
}

/// The author behind a request.
pub(super) fn author(ctx: &Ctx) -> Resultat<Uuid> {
    ctx.acteur().personne.ok_or(Erreur::Introuvable)
}

/// Opens a new form.
pub(super) async fn open<T: Template>(
    ctx: &Ctx,
    t: TypeActivite,
    o: &Ouverture,
    gabarit: impl FnOnce(Vue) -> T,
) -> Reponse {
    let auteur = author(ctx)?;
    let mut tx = ctx.read().await?;
    let choix = Choix::load(&mut tx, auteur, t, None).await?;
    let mut champs = remplissage::usual(t, &choix);
    if let Ok(id) = o.brouillon.parse() {
        champs = brouillon::open(&mut tx, auteur, id)
            .await?
            .with("brouillon", id);
    } else if let Ok(id) = o.copie.parse() {
        let a = store::read(&mut tx, &ctx.acteur().perimetre, None, id).await?;
        if a.contenu.type_activite == t {
            champs = remplissage::copy(&a.contenu, &choix, o.suivis == "oui");
        }
    } else if let Ok(id) = o.seance.parse() {
        champs = serie::service::opened(&mut tx, auteur, id).await?;
    } else if let Ok(jour) = francais::parse_date(&o.date) {
        champs = remplissage::on(champs, jour);
    } else if !o.modele.is_empty() {
        champs = remplissage::model(champs, &choix, &o.modele);
    }
    if let Ok(id) = o.beneficiaire.parse() {
        champs = remplissage::about(champs, id);
    }
    let vue = Vue::new(
        Form::filled(champs),
        choix,
        t.chemin().into(),
        ctx.new_commande(),
    );
    ctx.page(title(t))
        .fil("Mes activités", "/activites")
        .body(&gabarit(vue))
}

/// Records a new activity, or keeps it as a draft.
pub(super) async fn submit<T: Template>(
    ctx: &Ctx,
    t: TypeActivite,
    f: Saisie,
    gabarit: impl FnOnce(Vue) -> T,
) -> Reponse {
    let mut tx = ctx.write().await?;
    if f.champs.get("faire") == "brouillon" {
        match brouillon::keep(&mut tx, ctx.acteur(), t, &f.saisie).await {
            Err(Erreur::Saisie(e)) => {
                drop(tx);
                return refuse(ctx, t, t.chemin().into(), title(t), f.champs, e, gabarit).await;
            }
            garde => garde?,
        };
        tx.commit().await?;
        return ctx.redirect(
            "/activites",
            "Le brouillon est gardé 30 jours. Il ne compte pas encore dans vos chiffres.",
        );
    }
    match service::record(&mut tx, ctx.acteur(), t, &f.champs).await {
        Ok(id) => {
            let message = if service::suggests_follow_up(&mut tx, ctx.acteur(), id).await? {
                "C'est enregistré. C'est au moins la troisième aide dans l'urgence en trois mois : proposez un accompagnement suivi ?"
            } else {
                "C'est enregistré."
            };
            tx.commit().await?;
            let suite = match (
                f.champs.get("faire"),
                francais::parse_date(f.champs.get("date")),
            ) {
                ("suivant", Ok(jour)) => format!("{}?date={jour}", t.chemin()),
                _ => format!("/activites/{id}"),
            };
            ctx.redirect(&suite, message)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            refuse(ctx, t, t.chemin().into(), title(t), f.champs, e, gabarit).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Shows a refused form again, with everything typed.
pub(super) async fn refuse<T: Template>(
    ctx: &Ctx,
    t: TypeActivite,
    action: String,
    titre: &str,
    champs: Champs,
    e: Saisies,
    gabarit: impl FnOnce(Vue) -> T,
) -> Reponse {
    let auteur = author(ctx)?;
    let mut tx = ctx.read().await?;
    let date = francais::parse_date(champs.get("date")).ok();
    let choix = Choix::load(&mut tx, auteur, t, date).await?;
    let commande = champs.get("id_commande").to_owned();
    let vue = Vue::new(Form::refused(champs, e), choix, action, commande);
    ctx.page(titre)
        .fil("Mes activités", "/activites")
        .refused()
        .body(&gabarit(vue))
}

/// Opens a form on a recorded activity.
pub(super) async fn edit<T: Template>(
    ctx: &Ctx,
    a: &crate::activite::Activite,
    choix: Choix,
    gabarit: impl FnOnce(Vue) -> T,
) -> Reponse {
    let champs = remplissage::fields(&a.contenu, &choix).with("version", a.version);
    let action = format!("/activites/{}/modifier", a.id);
    let mut vue = Vue::new(Form::filled(champs), choix, action, ctx.new_commande());
    vue.retour = format!("/activites/{}", a.id);
    ctx.page("Modifier le compte rendu")
        .fil("Mes activités", "/activites")
        .body(&gabarit(vue))
}

fn title(t: TypeActivite) -> &'static str {
    match t {
        TypeActivite::Individuel => "Saisir un accompagnement",
        TypeActivite::Collectif => "Saisir un atelier",
    }
}
