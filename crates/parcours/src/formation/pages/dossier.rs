//! `/formations/{id}`: a session, its places, attendance and results.

use askama::Template;
use axum::extract::Path;
use socle::{Erreur, Perimetre, Resultat, Role, Tx, francais, historique};
use uuid::Uuid;
use web::{AFaire, Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants};

use super::sessions::{place as place_of, tone};
use crate::{
    contrat::{self, store::Filtre},
    droits::{FORMATEURS, STRUCTURE},
    formation::{
        Etat, Resultat as Issue, Titre, gap, organisme,
        service::{self, Demande, Suivi},
        store::{self, OBJET},
    },
};

#[derive(Template)]
#[template(path = "formation/dossier.html")]
struct Vue {
    id: Uuid,
    entete: Html,
    fiche: Html,
    lignes: Vec<Ligne>,
    inscrire: bool,
    gerer: bool,
    personnes: Vec<(String, String)>,
    form: Form,
    commande: String,
    chronologie: Html,
}

struct Ligne {
    lien: String,
    personne: String,
    structure: String,
    embauche: String,
    delai: String,
    etat: Html,
    rang: String,
    assiduite: String,
}

async fn view(ctx: &Ctx, id: Uuid, form: Form) -> Resultat<(String, Vue)> {
    let a = ctx.acteur();
    let mut tx = ctx.read().await?;
    let p = organisme::calendar(a);
    let s = store::session(&mut tx, &p, id).await?;
    // A body sees everybody in its own session, whoever employs them.
    let siennes = match p {
        Perimetre::Structures(_) => &Perimetre::National,
        _ => &a.perimetre,
    };
    let le = ctx.today();
    let (mut lignes, mut rang) = (Vec::new(), 0);
    for i in store::places(&mut tx, siennes, id).await? {
        let attente = i.etat == Etat::ListeAttente;
        rang += i64::from(attente);
        let jours = francais::days(i.embauche, s.debut);
        lignes.push(Ligne {
            lien: format!("/formations/{id}/inscriptions/{}", i.id),
            personne: comptes::personne::get(&mut tx, i.personne)
                .await?
                .nom_complet(),
            structure: programme::structure::get(&mut tx, i.structure).await?.nom,
            embauche: francais::date_courte(i.embauche),
            delai: format!("{}, {}", gap(jours), francais::pluriel(jours, "jour")),
            etat: composants::etat(place_tone(i.etat), i.etat.libelle()),
            rang: if attente {
                format!("rang {rang}")
            } else {
                String::new()
            },
            assiduite: i.attendance().unwrap_or_default(),
        });
    }
    let inscrire =
        (STRUCTURE.contains(&a.role) || a.role == Role::Operateur) && s.takes_registrations(le);
    let personnes = if inscrire {
        candidates(&mut tx, ctx).await?
    } else {
        Vec::new()
    };
    let parcours = service::parcours_label(&mut tx, &s.parcours, s.debut).await?;
    let gerer = FORMATEURS.contains(&a.role);
    let etapes = if gerer {
        historique::read(&mut tx, OBJET, id).await?
    } else {
        Vec::new()
    };
    let attend = if s.takes_registrations(le) {
        "Les employeurs, qui inscrivent"
    } else {
        "L'organisme de formation"
    };
    let vue = Vue {
        id,
        entete: composants::dossier(
            &s.numero,
            &composants::etat(tone(&s, le), s.etat(le)),
            attend,
            &[
                ("Commence le", francais::date_longue(s.debut)),
                ("Finit le", francais::date_longue(s.fin)),
                (
                    "Places libres",
                    format!("{} sur {}", s.places_left(), s.capacite),
                ),
            ],
        ),
        fiche: composants::fiche(&[
            ("Parcours", format!("{parcours} ({} h)", s.heures)),
            ("Organisme", s.organisme_nom.clone()),
            ("Lieu", place_of(&s)),
            ("Demi-journées", s.demi_journees.to_string()),
            (
                "Liste d'attente",
                francais::pluriel(s.en_attente, "personne"),
            ),
        ]),
        lignes,
        inscrire,
        gerer,
        personnes,
        form,
        commande: ctx.new_commande(),
        chronologie: composants::chronologie(&etapes, &socle::clock::paris(), |k| {
            Etat::find(k).map_or_else(
                || francais::libelle(k),
                |e| format!("Place {}", e.libelle().to_lowercase()),
            )
        }),
    };
    Ok((format!("Session {}", s.numero), vue))
}

fn place_tone(e: Etat) -> composants::Ton {
    match e {
        Etat::Confirmee | Etat::Suivie => composants::Ton::Succes,
        Etat::ListeAttente => composants::Ton::Attention,
        Etat::Refusee | Etat::Abandonnee => composants::Ton::Danger,
        Etat::Annulee => composants::Ton::Neutre,
    }
}

/// (contract, name) of the people an employer may register.
async fn candidates(tx: &mut Tx, ctx: &Ctx) -> Resultat<Vec<(String, String)>> {
    let f = Filtre {
        etats: vec![contrat::Etat::Valide],
        combien: 200,
        ..Filtre::default()
    };
    let mut v = Vec::new();
    for c in contrat::store::list(tx, &ctx.acteur().perimetre, &f).await? {
        let pris = store::places_of(tx, c.personne)
            .await?
            .iter()
            .any(|i| matches!(i.etat, Etat::Confirmee | Etat::Suivie));
        if !pris {
            let nom = comptes::personne::get(tx, c.personne).await?.nom_complet();
            v.push((c.id.to_string(), nom));
        }
    }
    v.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(v)
}

pub async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    let (titre, vue) = view(&ctx, id, Form::new()).await?;
    ctx.page(titre).fil("Formations", "/formations").body(&vue)
}

pub async fn register(ctx: Ctx, Id(id): Id, f: Formulaire<Demande>) -> Reponse {
    let mut tx = ctx.write().await?;
    match service::register(&mut tx, ctx.acteur(), &ctx.config().url, id, &f.saisie).await {
        Ok(etat) => {
            tx.commit().await?;
            let message = if etat == Etat::Confirmee {
                "La place est confirmée. La personne est prévenue."
            } else {
                "La session est complète : la personne est sur la liste d'attente."
            };
            ctx.redirect(&format!("/formations/{id}"), message)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let (titre, vue) = view(&ctx, id, Form::refused(f.champs, e)).await?;
            ctx.page(titre)
                .fil("Formations", "/formations")
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Template)]
#[template(path = "formation/place.html")]
struct Place {
    action: String,
    fiche: Html,
    form: Form,
    etats: Vec<(String, String)>,
    titres: Vec<(String, String)>,
    resultats: Vec<(String, String)>,
}

async fn place_view(ctx: &Ctx, session: Uuid, place: Uuid, refus: Option<Form>) -> Resultat<Place> {
    let mut tx = ctx.write().await?;
    let s = store::load(&mut tx, ctx.acteur(), session).await?;
    let i = store::place(&mut tx, session, place).await?;
    let nom = comptes::personne::get(&mut tx, i.personne)
        .await?
        .nom_complet();
    let structure = programme::structure::get(&mut tx, i.structure).await?.nom;
    let passees: Vec<String> = store::certifications(&mut tx, i.personne)
        .await?
        .iter()
        .map(|c| {
            format!(
                "{} : {}",
                c.titre.libelle(),
                c.resultat.libelle().to_lowercase()
            )
        })
        .collect();
    let form = refus.unwrap_or_else(|| {
        Form::filled(
            Champs::default()
                .with("presents", i.presents)
                .with("justifiees", i.justifiees)
                .with("injustifiees", i.injustifiees)
                .with("etat", i.etat.cle())
                .with("id_commande", ctx.new_commande()),
        )
    });
    let etats = [
        Etat::Confirmee,
        Etat::Suivie,
        Etat::Abandonnee,
        Etat::Annulee,
    ];
    Ok(Place {
        action: format!("/formations/{session}/inscriptions/{place}"),
        fiche: composants::fiche(&[
            ("Personne", nom),
            ("Employeur", structure),
            ("Demi-journées prévues", s.demi_journees.to_string()),
            ("Certifications", passees.join(", ")),
            (
                "Aménagement",
                if i.amenagement {
                    "À prévoir : appelez la personne"
                } else {
                    "Aucun demandé"
                }
                .to_owned(),
            ),
        ]),
        form,
        etats: etats
            .map(|e| (e.cle().to_owned(), e.libelle().to_owned()))
            .into(),
        titres: Titre::options(),
        resultats: Issue::options(),
    })
}

pub async fn place(ctx: Ctx, Path((id, place)): Path<(String, String)>) -> Reponse {
    let (id, place) = (crate::uuid(&id)?, crate::uuid(&place)?);
    let vue = place_view(&ctx, id, place, None).await?;
    ctx.page("Suivi d'une place")
        .fil("Formations", "/formations")
        .fil("Session", format!("/formations/{id}"))
        .body(&vue)
}

pub async fn follow(
    ctx: Ctx,
    Path((id, place)): Path<(String, String)>,
    f: Formulaire<Suivi>,
) -> Reponse {
    let (id, place) = (crate::uuid(&id)?, crate::uuid(&place)?);
    let mut tx = ctx.write().await?;
    match service::follow(
        &mut tx,
        ctx.acteur(),
        &ctx.config().url,
        id,
        place,
        &f.saisie,
    )
    .await
    {
        Ok(()) => {
            tx.commit().await?;
            ctx.redirect(&format!("/formations/{id}"), "Le suivi est enregistré.")
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            let vue = place_view(&ctx, id, place, Some(Form::refused(f.champs, e))).await?;
            ctx.page("Suivi d'une place")
                .fil("Formations", "/formations")
                .fil("Session", format!("/formations/{id}"))
                .refused()
                .body(&vue)
        }
        Err(e) => Err(e.into()),
    }
}

/// People an employer still has to register: training begins within 15 days.
pub async fn todo(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let mut lignes = Vec::new();
    let f = Filtre {
        etats: vec![contrat::Etat::Valide],
        ..Filtre::default()
    };
    for c in contrat::store::list(&mut tx, &ctx.acteur().perimetre, &f).await? {
        let teste = store::last_test(&mut tx, c.personne).await?.is_some();
        if teste && store::places_of(&mut tx, c.personne).await?.is_empty() {
            lignes.push(AFaire {
                quoi: "Inscrire en formation initiale".into(),
                pour: comptes::personne::get(&mut tx, c.personne)
                    .await?
                    .nom_complet(),
                avant: Some(francais::plus_days(c.date_debut, 15)),
                lien: "/formations".into(),
            });
        }
    }
    Ok(lignes)
}
