//! `/contrats/{id}`: the file of a contract, and its decisions.

use askama::Template;
use serde::Deserialize;
use socle::{Erreur, Resultat, Role, Tx, francais};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::tone;
use crate::{
    contrat::{
        Contrat, Etat, MotifQuotite, prolongation,
        rupture::{self, EtatRupture, Rupture},
        service::{self, Decision},
        store,
    },
    droits::STRUCTURE,
};

#[derive(Template)]
#[template(path = "contrat/dossier.html")]
pub(super) struct Vue {
    id: Uuid,
    entete: Html,
    alertes: Vec<Html>,
    fiche: Html,
    liens: Vec<(String, String)>,
    modifier: bool,
    soumettre: bool,
    annuler: bool,
    decider: bool,
    renouveler: bool,
    prolonger: bool,
    rompre: bool,
    prolongation: Option<(String, bool)>,
    rupture: Option<VueRupture>,
    decisions: Vec<(String, String)>,
    form: Form,
    version: String,
    commande: String,
    chronologie: Html,
}

struct VueRupture {
    fiche: Html,
    version: String,
    valider: bool,
    annuler: bool,
    rectifier: bool,
}

/// Salaries are for the employer, the person and those who decide.
fn sees_pay(role: Role) -> bool {
    !matches!(
        role,
        Role::Prefecture | Role::Coordinateur | Role::Hub | Role::GrandReseau
    )
}

pub(super) async fn view(ctx: &Ctx, id: Uuid, form: Form) -> Resultat<(String, Vue)> {
    let a = ctx.acteur();
    let mut tx = ctx.read().await?;
    let c = store::get(&mut tx, &a.perimetre, id).await?;
    let structure = STRUCTURE.contains(&a.role);
    let operateur = matches!(a.role, Role::Operateur | Role::Administrateur);
    let r = rupture::of_contrat(&mut tx, id).await?;
    let demande = prolongation::of_contrat(&mut tx, id).await?;
    let suivant = store::successor(&mut tx, id).await?;
    let mut alertes = Vec::new();
    if operateur && c.etat == Etat::Soumis {
        for m in service::guards(
            &mut tx,
            &Contrat {
                piece: true,
                ..c.clone()
            },
        )
        .await?
        .unmet()
        {
            alertes.push(composants::alerte(composants::Ton::Attention, "", &m));
        }
    }
    let liens = links(&mut tx, &c, suivant, operateur || structure).await?;
    let personne = comptes::personne::get(&mut tx, c.personne)
        .await?
        .nom_complet();
    let nom = programme::structure::get(&mut tx, c.structure).await?.nom;
    let etapes = store::history(&mut tx, id).await?;
    let redige = matches!(c.etat, Etat::Brouillon | Etat::ACompleter);
    let vue = Vue {
        id,
        entete: header(&c, ctx),
        alertes,
        fiche: sheet(&c, &personne, &nom, sees_pay(a.role)),
        liens,
        modifier: structure && redige,
        soumettre: structure && redige,
        annuler: structure && (redige || c.etat == Etat::Soumis),
        decider: operateur && c.etat == Etat::Soumis,
        renouveler: structure
            && matches!(c.etat, Etat::Valide | Etat::Termine)
            && c.date_fin.is_some()
            && suivant.is_none()
            && r.is_none(),
        prolonger: structure
            && c.etat == Etat::Valide
            && c.date_fin.is_some_and(|f| f >= ctx.today())
            && suivant.is_none()
            && r.is_none()
            && demande.is_none(),
        prolongation: demande.map(|p| {
            let quoi = if sees_pay(a.role) {
                format!(
                    "Jusqu'au {}, salaire {}.",
                    francais::date(p.date_fin),
                    p.salaire
                )
            } else {
                format!("Jusqu'au {}.", francais::date(p.date_fin))
            };
            (quoi, operateur)
        }),
        rompre: (structure || a.role == Role::Operateur) && c.etat == Etat::Valide && r.is_none(),
        rupture: match r {
            Some(r) => Some(break_view(&mut tx, &r, a.role).await?),
            None => None,
        },
        decisions: [
            ("valider", "Valider le contrat"),
            ("demander_piece", "Demander un complément"),
            ("refuser", "Refuser le contrat"),
        ]
        .map(|(k, l)| (k.to_owned(), l.to_owned()))
        .into(),
        form,
        version: c.version.to_string(),
        commande: ctx.new_commande(),
        chronologie: composants::chronologie(&etapes, &socle::clock::paris(), step_label),
    };
    Ok((format!("Contrat {}", c.numero), vue))
}

fn step_label(cle: &str) -> String {
    if cle.starts_with("prolongation_") {
        return match cle {
            "prolongation_validee" => "Prolongation acceptée",
            "prolongation_refusee" => "Prolongation refusée",
            _ => "Prolongation demandée",
        }
        .to_owned();
    }
    match cle.strip_prefix("rupture_").and_then(EtatRupture::find) {
        Some(r) => format!("Rupture {}", r.libelle().to_lowercase()),
        None => Etat::find(cle).map_or_else(|| cle.to_owned(), |e| e.libelle().to_owned()),
    }
}

fn header(c: &Contrat, ctx: &Ctx) -> Html {
    let le = ctx.today();
    let attend = match c.etat {
        Etat::Brouillon | Etat::ACompleter => "La structure",
        Etat::Soumis => "L'opérateur",
        _ => "",
    };
    let fin = c
        .derniere_date()
        .map(|f| format!("{} ({})", francais::date(f), francais::delai(le, f)));
    composants::dossier(
        &c.numero,
        &composants::etat(tone(c.etat), c.phase(le)),
        attend,
        &[
            (
                "Depuis",
                francais::instant(c.maj_le, &socle::clock::paris()),
            ),
            ("Commence le", francais::date(c.date_debut)),
            ("Finit le", fin.unwrap_or_else(|| "Sans terme".into())),
        ],
    )
}

fn sheet(c: &Contrat, personne: &str, structure: &str, paie: bool) -> Html {
    let oui = |v: bool| if v { "Oui" } else { "Non" }.to_owned();
    let motif = c
        .quotite_motif
        .as_deref()
        .and_then(MotifQuotite::find)
        .map_or(String::new(), |m| {
            format!(", {}", m.libelle().to_lowercase())
        });
    let mut lignes = vec![
        ("Personne", personne.to_owned()),
        ("Employeur", structure.to_owned()),
        ("Type", c.genre.libelle().to_owned()),
        ("Temps de travail", format!("{}\u{a0}%{motif}", c.quotite)),
        ("Code ROME", c.code_rome.clone()),
    ];
    if paie {
        lignes.push(("Salaire brut mensuel", c.salaire.to_string()));
        lignes.push((
            "Catégorie",
            c.categorie.clone().unwrap_or_else(|| "Sans objet".into()),
        ));
    }
    if !c.duree_motif.is_empty() {
        lignes.push(("Raison de la durée", c.duree_motif.clone()));
    }
    lignes.push(("Personne éligible", oui(c.eligibilite)));
    lignes.push(("Arrivée préparée", oui(c.preparation)));
    lignes.push(("Fiche de mission à jour", oui(c.fiche_mission)));
    lignes.push(("Contrat signé accepté", oui(c.piece)));
    composants::fiche(&lignes)
}

async fn links(
    tx: &mut Tx,
    c: &Contrat,
    suivant: Option<(Uuid, Etat)>,
    tous: bool,
) -> Resultat<Vec<(String, String)>> {
    let mut v = Vec::new();
    if let Some(p) = c.precedent {
        v.push(("Contrat précédent".to_owned(), format!("/contrats/{p}")));
    }
    if let Some((s, etat)) = suivant {
        v.push((
            format!("Contrat suivant ({})", etat.libelle().to_lowercase()),
            format!("/contrats/{s}"),
        ));
    }
    if tous && let Some(p) = c.poste {
        let poste = programme::poste::get(tx, &socle::Perimetre::National, p).await?;
        v.push((format!("Poste {}", poste.numero), format!("/postes/{p}")));
    }
    Ok(v)
}

async fn break_view(tx: &mut Tx, r: &Rupture, role: Role) -> Resultat<VueRupture> {
    let motifs = rupture::reasons(tx, "rupture_motif").await?;
    let sous = rupture::reasons(tx, "rupture_sous_motif").await?;
    let nom = |liste: &[(String, String)], cle: &str| {
        liste
            .iter()
            .find(|(k, _)| k == cle)
            .map_or_else(|| francais::libelle(cle), |(_, l)| l.clone())
    };
    let mut lignes = vec![
        ("État", r.etat.libelle().to_owned()),
        ("Motif", nom(&motifs, &r.motif)),
        ("Prend effet le", francais::date(r.date_effet)),
    ];
    // Préfectures and coordinators read the category only (spec 15 §13).
    if sees_pay(role) {
        if let Some(s) = &r.sous_motif {
            lignes.push(("Précision", nom(&sous, s)));
        }
        if !r.precision.is_empty() {
            lignes.push(("Précision", r.precision.clone()));
        }
    }
    let ouverte = matches!(r.etat, EtatRupture::Declaree | EtatRupture::ACompleter);
    Ok(VueRupture {
        fiche: composants::fiche(&lignes),
        version: r.version.to_string(),
        valider: role == Role::Operateur && r.etat == EtatRupture::Declaree,
        annuler: ouverte && (role == Role::Operateur || STRUCTURE.contains(&role)),
        rectifier: role == Role::Operateur && r.etat == EtatRupture::Validee,
    })
}

pub async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    answer(&ctx, id, None).await
}

/// The page of the file; with a refusal, as 422.
pub(super) async fn answer(ctx: &Ctx, id: Uuid, refus: Option<Form>) -> Reponse {
    let refuse = refus.is_some();
    let (titre, vue) = view(ctx, id, refus.unwrap_or_default()).await?;
    let page = ctx.page(titre).fil("Contrats", "/contrats");
    let page = if refuse { page.refused() } else { page };
    page.body(&vue)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Bouton {
    id_commande: String,
}

pub async fn submit(ctx: Ctx, Id(id): Id, f: Formulaire<Bouton>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::submit(
        &mut tx,
        ctx.acteur(),
        &ctx.config().url,
        id,
        &f.saisie.id_commande,
    )
    .await
    {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{id}"),
                "Le contrat est envoyé à l'opérateur. Un poste est réservé.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            answer(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn annul(ctx: Ctx, Id(id): Id, f: Formulaire<Bouton>) -> Reponse {
    let mut tx = ctx.write().await?;
    service::annul(&mut tx, ctx.acteur(), id, &f.saisie.id_commande).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("/contrats/{id}"),
        "Le contrat est annulé. Le poste est de nouveau libre.",
    )
}

pub async fn decide(ctx: Ctx, Id(id): Id, f: Formulaire<Decision>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::decide(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(
                &format!("/contrats/{id}"),
                "Votre décision est enregistrée. La structure et la personne sont prévenues.",
            )
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            answer(&ctx, id, Some(Form::refused(f.champs, e))).await
        }
        Err(e) => Err(e.into()),
    }
}
