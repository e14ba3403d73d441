//! `/candidatures/{id}`: the file, what each role may do with it, its history.

use askama::Template;
use serde::Deserialize;
use socle::{Acteur, Erreur, Resultat, Role, Tx, clock, francais, historique};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::{
    super::{Antecedent, Candidature, Etat, Evenement, LIRE, Part, Portage, service, store},
    liste::visible,
};
use crate::{
    avis::{self, Avis},
    campagne,
    commun::{commune, departement},
    reference,
};

/// The request and the project, shown the same way here and to the comité.
pub(crate) struct Resume {
    pub fiche: Html,
    pub textes: Vec<(&'static str, String)>,
    pub parts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "candidature/dossier.html")]
struct Page {
    c: Candidature,
    entete: Html,
    principale: Option<Evenement>,
    secondaires: Vec<Evenement>,
    rend_avis: bool,
    prepare: bool,
    contact: Option<Html>,
    form: Form,
    resume: Resume,
    avis: Vec<Avis>,
    chronologie: Html,
}

/// What a file asks for, in words.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn summary(tx: &mut Tx, c: &Candidature) -> Resultat<Resume> {
    let d = &c.dossier;
    let cle = |r: Resultat<&'static str>| r.unwrap_or("").to_owned();
    let oui = |b: bool| if b { "Oui" } else { "Non" }.to_owned();
    let debut = d
        .date_debut
        .parse()
        .map_or_else(|_| String::new(), francais::date);
    let fiche = composants::fiche(&[
        ("Structure", c.structure_nom.clone()),
        (
            "Type",
            reference::label(tx, "type_structure", &d.type_structure).await?,
        ),
        ("Siège", commune(&c.commune_insee)),
        ("Demande", c.demande()),
        ("Poste", c.nature.libelle().to_owned()),
        ("Début souhaité", debut),
        (
            "Portage",
            cle(Portage::from_cle(&d.portage).map(Portage::libelle)),
        ),
        (
            "Ce poste est",
            cle(Antecedent::from_cle(&d.antecedent).map(Antecedent::libelle)),
        ),
        ("En France Services", oui(d.france_services)),
        ("Personne déjà identifiée", oui(d.candidat_identifie)),
        ("Stratégie locale", d.strategie_locale.clone()),
    ]);
    let textes = [
        ("Besoins du territoire", &d.besoins_territoire),
        ("Services proposés", &d.besoins_services),
        ("Publics aidés", &d.besoins_publics),
        ("Objectifs locaux", &d.objectif),
        ("Motivation", &d.motivation),
    ];
    let part = |p: Part| {
        (
            commune(&p.commune_insee),
            francais::pourcent(p.part, 10_000).unwrap_or_default(),
        )
    };
    Ok(Resume {
        fiche,
        textes: textes.into_iter().map(|(t, v)| (t, v.clone())).collect(),
        parts: store::communes(tx, c.id)
            .await?
            .into_iter()
            .map(part)
            .collect(),
    })
}

/// What this person may do now.
fn possible(a: &Acteur, c: &Candidature) -> Vec<Evenement> {
    Evenement::TOUS
        .iter()
        .copied()
        .filter(|v| {
            v.action().roles.contains(&a.role) && v.target(c.etat, c.etat_precedent).is_some()
        })
        .collect()
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    page(&ctx, id, Form::new()).await
}

async fn page(ctx: &Ctx, id: Uuid, form: Form) -> Reponse {
    let a = ctx.acteur();
    a.require(&LIRE)?;
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &a.perimetre, id).await?;
    if !visible(a.role, c.etat, a.role == Role::Comite) {
        return Err(Erreur::Introuvable.into());
    }
    let nom_campagne = campagne::get(&mut tx, c.campagne).await?.nom;
    let jour = ctx.today();
    let limite = c
        .avis_limite
        .filter(|_| c.etat == Etat::AvisAttendu)
        .map_or_else(String::new, |l| {
            format!("{} ({})", francais::date(l), francais::delai(jour, l))
        });
    let entete = composants::dossier(
        &c.numero,
        &composants::etat(c.etat.ton(), c.etat.libelle()),
        c.etat.who(),
        &[
            ("Depuis", francais::date(c.etat_depuis)),
            ("Avant le", limite),
            ("Préfecture", departement(&c.departement)),
            ("Campagne", nom_campagne),
        ],
    );
    let mut possibles = possible(a, &c);
    let principale = possibles
        .iter()
        .position(|v| matches!(v, Evenement::DeclarerRecevable | Evenement::Completer))
        .map(|i| possibles.remove(i));
    let contact = if matches!(
        a.role,
        Role::Operateur | Role::Prefecture | Role::GestionnaireStructure
    ) {
        let x = store::open_contact(&mut tx, id).await?;
        Some(composants::fiche(&[
            ("Contact", format!("{} {}", x.prenom, x.nom)),
            ("Fonction", x.fonction),
            ("Courriel", x.courriel),
            ("Téléphone", x.telephone),
        ]))
    } else {
        None
    };
    let montre_avis = a.role != Role::GestionnaireStructure || c.etat.is_decided();
    let etapes = historique::read(&mut tx, "candidature", id).await?;
    let libelle =
        |k: &str| Etat::from_cle(k).map_or_else(|_| k.to_owned(), |e| e.libelle().to_owned());
    let corps = Page {
        entete,
        principale,
        secondaires: possibles,
        rend_avis: a.role == Role::Prefecture && avis::is_possible(c.etat),
        prepare: a.role == Role::Operateur && c.etat == Etat::Acceptee,
        contact,
        resume: summary(&mut tx, &c).await?,
        avis: if montre_avis {
            avis::list(&mut tx, id).await?
        } else {
            Vec::new()
        },
        chronologie: composants::chronologie(
            &hidden(etapes, montre_avis),
            &clock::paris(),
            libelle,
        ),
        form,
        c,
    };
    let refus = !corps.form.erreurs.is_empty();
    let p = ctx
        .page(format!("Candidature : {}", corps.c.structure_nom))
        .fil("Candidatures", "/candidatures");
    if refus {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

/// The structure reads the opinion's reasons after the decision only.
fn hidden(mut etapes: Vec<historique::Etape>, montre_avis: bool) -> Vec<historique::Etape> {
    for e in &mut etapes {
        if !montre_avis && e.role == Role::Prefecture.cle() && e.vers == Etat::AvisRendu.cle() {
            e.motif = None;
        }
    }
    etapes
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    evenement: String,
    version: String,
    motif: String,
}

pub(super) async fn act(ctx: Ctx, Id(id): Id, f: Formulaire<Action>) -> Reponse {
    let evenement = Evenement::from_cle(&f.saisie.evenement).map_err(|_| Erreur::Introuvable)?;
    let mut tx = ctx.write().await?;
    let site = ctx.config().url.clone();
    match service::act(
        &mut tx,
        ctx.acteur(),
        id,
        evenement,
        &f.saisie.version,
        &f.saisie.motif,
        &site,
    )
    .await
    {
        Ok(()) => {}
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            return page(&ctx, id, Form::refused(f.champs, e)).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    ctx.redirect(&format!("/candidatures/{id}"), "C’est enregistré.")
}
