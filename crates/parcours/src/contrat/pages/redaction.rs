//! The form of a contract: new, corrected, or the renewal of another.

use askama::Template;
use socle::{Erreur, Resultat, francais};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use crate::{
    contrat::{
        Contrat, Genre, MotifQuotite,
        service::{self, Redaction},
        store,
    },
    droits::CONTRAT_REDIGER,
    mise_en_relation, reference,
};

#[derive(Template)]
#[template(path = "contrat/redaction.html")]
struct Vue {
    action: String,
    form: Form,
    qui: Html,
    genres: Vec<(String, String)>,
    motifs: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    coordinations: Vec<(String, String)>,
    aide_salaire: String,
    bouton: &'static str,
}

/// What the form is about.
struct Sujet {
    action: String,
    structure: Uuid,
    personne: Uuid,
    bouton: &'static str,
}

async fn view(ctx: &Ctx, s: Sujet, form: Form) -> Resultat<Vue> {
    let mut tx = ctx.read().await?;
    let structure = programme::structure::get(&mut tx, s.structure).await?;
    let personne = comptes::personne::get(&mut tx, s.personne)
        .await?
        .nom_complet();
    let public = structure.nature == programme::structure::Nature::Public;
    let le = ctx.today();
    let aide_salaire = match reference::smic(&mut tx, &structure.departement, le).await? {
        Some(v) => format!("Pour 35 heures, au moins {v} aujourd'hui."),
        None => "Le minimum local s'applique : l'opérateur le vérifie.".to_owned(),
    };
    let paires = |v: &[(&str, &str)]| {
        v.iter()
            .map(|(k, l)| ((*k).to_owned(), (*l).to_owned()))
            .collect::<Vec<_>>()
    };
    Ok(Vue {
        action: s.action,
        qui: composants::fiche(&[("Personne", personne), ("Employeur", structure.nom)]),
        genres: Genre::TOUS
            .iter()
            .filter(|g| g.admits(public))
            .map(|g| (g.cle().to_owned(), g.libelle().to_owned()))
            .collect(),
        motifs: MotifQuotite::options(),
        categories: paires(&[("A", "A"), ("B", "B"), ("C", "C")]),
        coordinations: paires(&[
            ("aucune", "Aucune"),
            ("FT", "Coordination à temps plein"),
            ("PT", "Coordination à temps partagé"),
        ]),
        aide_salaire,
        form,
        bouton: s.bouton,
    })
}

async fn page(ctx: &Ctx, titre: &str, sujet: Sujet, form: Form) -> Reponse {
    let refuse = !form.erreurs.is_empty();
    let vue = view(ctx, sujet, form).await?;
    let page = ctx.page(titre).fil("Contrats", "/contrats");
    let page = if refuse { page.refused() } else { page };
    page.body(&vue)
}

fn start(ctx: &Ctx) -> Champs {
    Champs::default()
        .with("quotite", "100")
        .with("code_rome", "K2111")
        .with("coordination", "aucune")
        .with("id_commande", ctx.new_commande())
}

fn filled(ctx: &Ctx, c: &Contrat) -> Champs {
    let mut champs = Champs::default()
        .with("genre", c.genre.cle())
        .with("quotite", c.quotite)
        .with("quotite_motif", c.quotite_motif.clone().unwrap_or_default())
        .with(
            "salaire",
            format!("{},{:02}", c.salaire.0 / 100, c.salaire.0 % 100),
        )
        .with("categorie", c.categorie.clone().unwrap_or_default())
        .with("code_rome", &c.code_rome)
        .with("coordination", &c.coordination)
        .with("duree_motif", &c.duree_motif)
        .with("version", c.version)
        .with("id_commande", ctx.new_commande());
    for (nom, v) in [
        ("eligibilite", c.eligibilite),
        ("preparation", c.preparation),
        ("fiche_mission", c.fiche_mission),
    ] {
        if v {
            champs = champs.with(nom, "oui");
        }
    }
    champs
}

async fn relation(ctx: &Ctx, id: Uuid) -> Resultat<Sujet> {
    ctx.acteur().require(&CONTRAT_REDIGER)?;
    let mut tx = ctx.read().await?;
    let m = mise_en_relation::store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    // The name is shown here: only once the candidate has accepted.
    if m.etat != mise_en_relation::Etat::Acceptee {
        return Err(Erreur::Conflit(
            "La personne n'a pas encore accepté votre proposition.".into(),
        ));
    }
    Ok(Sujet {
        action: format!("/contrats/nouveau/{id}"),
        structure: m.structure,
        personne: m.personne,
        bouton: "Enregistrer le contrat",
    })
}

pub async fn new(ctx: Ctx, Id(id): Id) -> Reponse {
    let sujet = relation(&ctx, id).await?;
    let form = Form::filled(start(&ctx));
    page(&ctx, "Rédiger le contrat", sujet, form).await
}

pub async fn create(ctx: Ctx, Id(id): Id, f: Formulaire<Redaction>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::draft(&mut tx, ctx.acteur(), id, &f.saisie).await {
        Ok(c) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{c}"),
                "Le contrat est enregistré. Relisez-le puis envoyez-le.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let sujet = relation(&ctx, id).await?;
            page(
                &ctx,
                "Rédiger le contrat",
                sujet,
                Form::refused(f.champs, e),
            )
            .await
        }
        Err(e) => Err(e.into()),
    }
}

async fn own(
    ctx: &Ctx,
    id: Uuid,
    action: &str,
    bouton: &'static str,
) -> Resultat<(Contrat, Sujet)> {
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &ctx.acteur().perimetre, id).await?;
    let sujet = Sujet {
        action: format!("/contrats/{id}/{action}"),
        structure: c.structure,
        personne: c.personne,
        bouton,
    };
    Ok((c, sujet))
}

pub async fn edit(ctx: Ctx, Id(id): Id) -> Reponse {
    let (c, sujet) = own(&ctx, id, "modifier", "Enregistrer le contrat").await?;
    let champs = filled(&ctx, &c).with("date_debut", c.date_debut).with(
        "date_fin",
        c.date_fin.map(|d| d.to_string()).unwrap_or_default(),
    );
    page(&ctx, "Modifier le contrat", sujet, Form::filled(champs)).await
}

pub async fn save(ctx: Ctx, Id(id): Id, f: Formulaire<Redaction>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::redraft(&mut tx, ctx.acteur(), id, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(&format!("/contrats/{id}"), "Le contrat est enregistré.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let (_, sujet) = own(&ctx, id, "modifier", "Enregistrer le contrat").await?;
            page(
                &ctx,
                "Modifier le contrat",
                sujet,
                Form::refused(f.champs, e),
            )
            .await
        }
        Err(e) => Err(e.into()),
    }
}

const RENOUVELER: &str = "Enregistrer le renouvellement";

/// Opens filled in with the terms of today: début, the day after the end.
pub async fn renewal(ctx: Ctx, Id(id): Id) -> Reponse {
    let (c, sujet) = own(&ctx, id, "renouveler", RENOUVELER).await?;
    let mut champs = filled(&ctx, &c);
    if let Some(fin) = c.date_fin {
        champs = champs.with("date_debut", francais::plus_days(fin, 1));
    }
    page(&ctx, "Renouveler le contrat", sujet, Form::filled(champs)).await
}

pub async fn renew(ctx: Ctx, Id(id): Id, f: Formulaire<Redaction>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::renew(&mut tx, ctx.acteur(), id, &f.saisie).await {
        Ok(n) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{n}"),
                "Le renouvellement est enregistré. Relisez-le puis envoyez-le.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let (_, sujet) = own(&ctx, id, "renouveler", RENOUVELER).await?;
            page(
                &ctx,
                "Renouveler le contrat",
                sujet,
                Form::refused(f.champs, e),
            )
            .await
        }
        Err(e) => Err(e.into()),
    }
}
