//! Screens of permanences.

use askama::Template;
use socle::{Erreur, Resultat, Saisies, commande, francais::parse_date};
use uuid::Uuid;
use web::{Acces, Champs, Ctx, Form, Formulaire, Id, Reponse, Routes};

use super::{Creneau, Recurrence, Rythme, recurrence::monday, service, service::Demande, store};
use crate::{
    horaires::{JOURS_FR, read_day},
    lieu, vocabulaire as v,
};

pub(crate) fn routes() -> Routes {
    let declarer = Acces::Roles(service::DECLARER.roles);
    Routes::new()
        .get("/lieux/{id}/permanences/nouvelle", declarer, new)
        .post("/lieux/{id}/permanences", declarer, create)
        .post("/permanences/{id}/terminer", Acces::Connecte, end)
        .post(
            "/permanences/{id}/reponse",
            Acces::Roles(service::ACCEPTER.roles),
            answer,
        )
}

#[derive(Debug, serde::Deserialize)]
struct Libre {}

#[derive(Template)]
#[template(path = "permanence/formulaire.html")]
struct Page {
    form: Form,
    commande: String,
    lieu: Uuid,
    horaires: Vec<(String, String)>,
    jours: Vec<(String, String)>,
    rythmes: Vec<(String, String)>,
    usages: Vec<(String, String)>,
    acces: Vec<(String, String)>,
    assises: Vec<(String, String)>,
    espaces: Vec<(String, String)>,
    confidentiel: Vec<(String, String)>,
    accord: bool,
}

const RYTHMES: &[(&str, &str)] = &[
    ("1", "Toutes les semaines"),
    ("2", "Une semaine sur deux"),
    ("4", "Une semaine sur quatre"),
    ("m1", "Le premier du mois"),
    ("m2", "Le deuxième du mois"),
    ("m3", "Le troisième du mois"),
    ("m4", "Le quatrième du mois"),
    ("m-1", "Le dernier du mois"),
];

async fn new(ctx: Ctx, Id(id): Id) -> Reponse {
    let champs = Champs::default()
        .with("rythme", "1")
        .with("usage", "accueil")
        .with("acces", "libre")
        .with("assise", "non_precise")
        .with("espace", "partage")
        .with("confidentiel", "inconnu")
        .with("du", ctx.today());
    show(&ctx, id, Form::filled(champs), ctx.new_commande(), false).await
}

async fn show(ctx: &Ctx, id: Uuid, form: Form, commande: String, refuse: bool) -> Reponse {
    let droit = ctx.acteur().require(&service::DECLARER)?;
    let mut tx = ctx.read().await?;
    let l = lieu::get(&mut tx, id).await?;
    if !l.is_public() {
        lieu::store::get_in(&mut tx, droit.perimetre(), id).await?;
    }
    let corps = Page {
        lieu: id,
        horaires: l
            .fiche
            .horaires
            .parse::<crate::horaires::Horaires>()
            .map(|h| crate::horaires::lines(&h))
            .unwrap_or_default(),
        jours: JOURS_FR
            .iter()
            .map(|j| (format!("h_{j}"), socle::francais::libelle(j)))
            .collect(),
        rythmes: RYTHMES
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        usages: v::USAGES.options(),
        acces: v::ACCES_PERMANENCE.options(),
        assises: v::ASSISES.options(),
        espaces: v::ESPACES.options(),
        confidentiel: v::CONFIDENTIEL.options(),
        accord: l.structure.is_some() && l.auteur != ctx.acteur().personne,
        form,
        commande,
    };
    let page = ctx
        .page(format!("Ma permanence : {}", l.nom))
        .fil("Mes lieux", "/mes-lieux")
        .fil(l.nom.clone(), format!("/lieux/{id}"));
    let page = if refuse { page.refused() } else { page };
    page.body(&corps)
}

fn read(c: &Champs) -> Resultat<Demande> {
    let mut e = Saisies::new();
    let du = e.take("du", parse_date(c.get("du")));
    let au = match c.get("au").trim() {
        "" => None,
        t => e.take("au", parse_date(t)),
    };
    let mut creneaux = Vec::new();
    for (j, nom) in JOURS_FR.iter().enumerate() {
        let champ = format!("h_{nom}");
        match read_day(c.get(&champ)) {
            Ok(plages) => creneaux.extend(plages.iter().map(|p| Creneau {
                jour: u8::try_from(j).unwrap_or(0),
                debut: p.debut,
                fin: p.fin,
            })),
            Err(_) => e.add(champ, "Écrivez par exemple 9h-12h."),
        }
    }
    let rythme = match (c.get("rythme"), du) {
        (r, _) if r.starts_with('m') => Rythme::DuMois {
            rang: r[1..].parse().unwrap_or(0),
        },
        (r, Some(d)) => Rythme::Semaines {
            n: r.parse().unwrap_or(0),
            ancre: monday(d),
        },
        _ => Rythme::DuMois { rang: 1 },
    };
    e.check()?;
    Ok(Demande {
        usage: c.get("usage").to_owned(),
        acces: c.get("acces").to_owned(),
        assise: c.get("assise").to_owned(),
        espace: c.get("espace").to_owned(),
        confidentiel: c.get("confidentiel").to_owned(),
        recurrence: Recurrence { creneaux, rythme },
        du,
        au,
        principal: c.has("principal", "oui"),
        hors_horaires: c.has("hors_horaires", "oui"),
        confirme: c.has("confirme", "oui"),
    })
}

async fn create(ctx: Ctx, Id(id): Id, f: Formulaire<Libre>) -> Reponse {
    let cle = f.champs.get("id_commande").to_owned();
    let refus = match read(&f.champs) {
        Ok(d) => {
            let mut tx = ctx.write().await?;
            let empreinte = commande::empreinte(&(id, &d.recurrence, d.du, d.au, &d.usage));
            let fait = "La permanence est enregistrée.";
            if commande::claim(
                &mut tx,
                ctx.acteur(),
                &cle,
                "permanence.declarer",
                &empreinte,
            )
            .await?
            .is_some()
            {
                return ctx.redirect("/mes-lieux", fait);
            }
            match service::declare(&mut tx, ctx.acteur(), id, &d).await {
                Ok(p) => {
                    commande::conclude(&mut tx, ctx.acteur(), &cle, &p.to_string()).await?;
                    let proposee = store::get(&mut tx, p).await?.etat == super::Etat::Proposee;
                    tx.commit().await?;
                    return ctx.redirect(
                        "/mes-lieux",
                        if proposee {
                            "La permanence est proposée à la structure qui gère le lieu."
                        } else {
                            fait
                        },
                    );
                }
                Err(e) => e,
            }
        }
        Err(e) => e,
    };
    match refus {
        Erreur::Saisie(e) => show(&ctx, id, Form::refused(f.champs, e), cle, true).await,
        e => Err(e.into()),
    }
}

async fn end(ctx: Ctx, Id(id): Id, _: Formulaire<Libre>) -> Reponse {
    let mut tx = ctx.write().await?;
    let le = tx.today();
    let lieu = store::get(&mut tx, id).await?.lieu;
    service::end(&mut tx, ctx.acteur(), id, le).await?;
    tx.commit().await?;
    ctx.redirect(&format!("/lieux/{lieu}"), "La permanence est terminée.")
}

async fn answer(ctx: Ctx, Id(id): Id, f: Formulaire<Libre>) -> Reponse {
    let mut tx = ctx.write().await?;
    let lieu = store::get(&mut tx, id).await?.lieu;
    let accord = f.champs.get("reponse") == "accepter";
    match service::decide(&mut tx, ctx.acteur(), id, accord, f.champs.get("motif")).await {
        Ok(()) => {
            tx.commit().await?;
            let m = if accord {
                "La permanence est acceptée."
            } else {
                "La permanence est refusée."
            };
            ctx.redirect(&format!("/lieux/{lieu}"), m)
        }
        Err(Erreur::Saisie(e)) => {
            drop(tx);
            crate::carte::place(&ctx, lieu, Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}
