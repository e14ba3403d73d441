//! The public page of one place, and what professionals may do there.

use askama::Template;
use socle::{Erreur, francais, historique};
use uuid::Uuid;
use web::{Ctx, Form, Html, Id, Reponse, composants as c, composants::Ton};

use super::{dessin, pages::ton};
use crate::{
    horaires::{self, Horaires},
    lieu::{self, Etat, Lieu, service as droits},
    permanence, telephone, vocabulaire as v,
};

/// One line of permanences, without any name (spec 30 §5).
struct Presence {
    id: Uuid,
    quand: String,
    acces: &'static str,
    details: String,
    etat: Html,
    au: String,
    sienne: bool,
    a_decider: bool,
}

#[derive(Template)]
#[template(path = "carte/lieu.html")]
struct LieuPage {
    l: Lieu,
    genre: String,
    ouverture: Html,
    badges: Vec<(Html, &'static str)>,
    avertissement: Html,
    adresse: String,
    acces_transport: String,
    itineraire: String,
    dessin: Option<Html>,
    approximatif: bool,
    telephones: Vec<(String, String)>,
    horaires: Vec<(String, String)>,
    feries: bool,
    fiche: Html,
    services: Vec<&'static str>,
    presences: Vec<Presence>,
    source: String,
    commande: String,
    form: Form,
    gestion: Option<Gestion>,
    conseiller: bool,
}

/// What a professional who may act on the place sees.
struct Gestion {
    dossier: Html,
    manque: String,
    publier: bool,
    modifier: bool,
    fermer: bool,
    rouvrir: bool,
    masquer: bool,
    abandonner: bool,
    contacts: String,
    chronologie: Html,
}

pub(super) async fn lieu(ctx: Ctx, Id(id): Id) -> Reponse {
    place(&ctx, id, Form::new(), false).await
}

/// The page of a place; `form` holds a refused change of state.
pub(crate) async fn place(ctx: &Ctx, id: Uuid, form: Form, refusee: bool) -> Reponse {
    let mut tx = ctx.read().await?;
    let acteur = ctx.acteur();
    let dedans = lieu::store::get_in(&mut tx, &acteur.perimetre, id).await;
    let gere = dedans.is_ok() && acteur.require(&droits::MODIFIER).is_ok();
    let l = lieu::get(&mut tx, id).await?;
    if !l.is_public() && l.etat != Etat::Ferme && dedans.is_err() {
        return Err(Erreur::Introuvable.into());
    }
    let zone = territoires::calendrier::zone(&l.commune_insee);
    let jour = tx.today_in(&zone);
    let commune = territoires::geographie().commune_today(&l.commune_insee);
    let h: Option<Horaires> = l.fiche.horaires.parse().ok();
    let ouverture = h.as_ref().map(|h| h.now(tx.now(), &zone, &l.departement));
    let siennes = permanence::store::list_of_lieu(&mut tx, id, jour).await?;
    let decide = gere && acteur.require(&permanence::service::ACCEPTER).is_ok();
    let presences: Vec<Presence> = siennes
        .into_iter()
        .filter(|p| {
            let active = p.etat == permanence::Etat::Active && p.acces != "prive" && p.covers(jour);
            active || gere || Some(p.personne) == acteur.personne
        })
        .map(|p| presence(&p, acteur.personne, decide))
        .collect();
    let conseiller = presences.iter().any(|p| p.etat.0.is_empty());
    let f = &l.fiche;
    let gestion = if gere {
        Some(manage(ctx, &mut tx, &l, jour).await?)
    } else {
        None
    };
    let dessin = match f.point() {
        Some(_) if l.is_public() || gere => dessin::around(&l),
        _ => None,
    };
    let corps = LieuPage {
        genre: v::TYPOLOGIES.libelles(&f.typologies).join(", "),
        ouverture: match ouverture {
            Some(o) if l.etat_on(jour) == Etat::Publie => c::etat(ton(o), &o.libelle()),
            _ => Html::default(),
        },
        badges: badges(conseiller, f.is_france_services()),
        avertissement: closed(&l),
        adresse: format!(
            "{}, {} {}",
            f.adresse,
            f.code_postal,
            commune.map_or("", |x| x.nom)
        ),
        acces_transport: f.acces_transport.clone(),
        itineraire: f
            .point()
            .map_or_else(String::new, |p| format!("geo:{:.5},{:.5}", p.lat, p.lon)),
        dessin,
        approximatif: f.precision == lieu::Precision::Commune,
        telephones: f
            .telephones
            .iter()
            .chain(&f.numeros_courts)
            .map(|t| (t.clone(), telephone::shown(t)))
            .collect(),
        feries: h
            .as_ref()
            .is_some_and(|h| !h.is_empty() && !h.regles.iter().any(|r| r.quand.feries)),
        horaires: h.as_ref().map(horaires::lines).unwrap_or_default(),
        fiche: details(&l),
        services: v::SERVICES.libelles(&f.services),
        presences,
        source: provenance(&l, &ctx.config().nom),
        commande: ctx.new_commande(),
        form,
        gestion,
        conseiller: acteur.require(&permanence::service::DECLARER).is_ok() && l.is_open_on(jour),
        l,
    };
    let page = ctx
        .page(corps.l.nom.clone())
        .fil("Trouver un lieu", "/carte");
    let page = if refusee { page.refused() } else { page };
    page.body(&corps)
}

fn presence(p: &permanence::Permanence, moi: Option<Uuid>, decide: bool) -> Presence {
    let details: Vec<&str> = [
        (p.usage != "accueil").then(|| v::USAGES.libelle(&p.usage)),
        (p.assise != "non_precise").then(|| v::ASSISES.libelle(&p.assise)),
        Some(v::ESPACES.libelle(&p.espace)),
        (p.confidentiel == "oui").then_some("Échange confidentiel"),
    ]
    .into_iter()
    .flatten()
    .collect();
    Presence {
        id: p.id,
        quand: p.recurrence.words(),
        acces: v::ACCES_PERMANENCE
            .valeurs
            .iter()
            .find(|(k, _)| *k == p.acces)
            .map_or("", |(_, l)| l),
        details: details.join(", "),
        etat: if p.etat == permanence::Etat::Active {
            Html::default()
        } else {
            c::etat(Ton::Attention, p.etat.libelle())
        },
        au: p.au.map_or_else(String::new, francais::date),
        sienne: moi == Some(p.personne),
        a_decider: decide && p.etat == permanence::Etat::Proposee,
    }
}

/// Two badges with two explanations, never one (R2).
fn badges(conseiller: bool, france_services: bool) -> Vec<(Html, &'static str)> {
    let mut b = Vec::new();
    if conseiller {
        b.push((
            c::etat(Ton::Succes, "Conseiller numérique présent"),
            "Un conseiller numérique vous apprend à vous servir d’un ordinateur, d’un téléphone, d’internet.",
        ));
    }
    if france_services {
        b.push((
            c::etat(Ton::Info, "France Services"),
            "Des agents vous aident dans vos démarches avec les services publics (impôts, retraite, santé…).",
        ));
    }
    b
}

fn closed(l: &Lieu) -> Html {
    let date = |d: Option<jiff::civil::Date>| d.map_or_else(String::new, francais::date);
    match l.etat {
        Etat::Ferme => c::alerte(
            Ton::Attention,
            "Ce lieu a fermé",
            &format!(
                "Depuis le {}. Cherchez un autre lieu à proximité.",
                date(l.ferme_du)
            ),
        ),
        Etat::FermeTemporaire => c::alerte(
            Ton::Attention,
            "Fermeture provisoire",
            &format!("Fermé du {} au {}.", date(l.ferme_du), date(l.ferme_au)),
        ),
        _ => Html::default(),
    }
}

fn details(l: &Lieu) -> Html {
    let f = &l.fiche;
    let liste = |voc: &v::Vocabulaire, x: &[String]| voc.libelles(x).join(", ");
    let publics = if f.publics.is_empty() {
        "Tout public".to_owned()
    } else {
        liste(&v::PUBLICS, &f.publics)
    };
    let toutes = [
        (
            "Accompagnement",
            liste(&v::MODALITES_ACCOMPAGNEMENT, &f.modalites_accompagnement),
        ),
        ("Publics", publics),
        (
            "Prise en charge",
            liste(&v::PRISE_EN_CHARGE, &f.prise_en_charge),
        ),
        ("Tarif", liste(&v::FRAIS, &f.frais)),
        (
            "Comment venir",
            liste(&v::MODALITES_ACCES, &f.modalites_acces),
        ),
        ("Programmes", liste(&v::DISPOSITIFS, &f.dispositifs)),
        (
            "Formations et labels",
            liste(&v::FORMATIONS_LABELS, &f.formations_labels)
                .replace("numériques(La", "numériques (La"),
        ),
        ("Itinérance", liste(&v::ITINERANCE, &f.itinerance)),
        ("Structure", f.structure_parente.clone()),
    ];
    let remplies: Vec<(&str, String)> = toutes.into_iter().filter(|(_, v)| !v.is_empty()).collect();
    c::fiche(&remplies)
}

fn provenance(l: &Lieu, instance: &str) -> String {
    let source = if l.fiche.source.is_empty() {
        instance
    } else {
        &l.fiche.source
    };
    match l.fiche.date_maj {
        Some(d) => format!("Source : {source}. Informations du {}.", francais::date(d)),
        None => format!("Source : {source}. Date inconnue."),
    }
}

async fn manage(
    ctx: &Ctx,
    tx: &mut socle::Tx,
    l: &Lieu,
    jour: jiff::civil::Date,
) -> socle::Resultat<Gestion> {
    let a = ctx.acteur();
    let peut = |x| a.require(x).is_ok();
    let etat = l.etat_on(jour);
    let ton = match etat {
        Etat::Publie => Ton::Succes,
        Etat::Brouillon if l.propose_le.is_some() => Ton::Info,
        Etat::Ferme | Etat::Abandonne => Ton::Neutre,
        _ => Ton::Attention,
    };
    let attend = match etat {
        Etat::Brouillon if l.propose_le.is_some() => {
            "la structure, le coordinateur ou le hub, pour publier"
        }
        Etat::Brouillon => "la personne qui a déclaré le lieu, pour compléter",
        _ => "",
    };
    let contacts = lieu::store::contacts(tx, l.id).await?;
    let etapes = historique::read(tx, "lieu", l.id).await?;
    let suite = [(
        "Fraîcheur",
        l.fiche
            .date_maj
            .map_or_else(|| "Date inconnue".into(), francais::date),
    )];
    Ok(Gestion {
        dossier: c::dossier("", &c::etat(ton, etat.libelle()), attend, &suite),
        manque: l.missing().join(", "),
        publier: peut(&droits::PUBLIER)
            && l.etat.after(lieu::Evenement::Publier).is_some()
            && l.missing().is_empty(),
        modifier: !matches!(l.etat, Etat::Ferme | Etat::Abandonne),
        fermer: peut(&droits::FERMER) && l.etat.after(lieu::Evenement::Fermer).is_some(),
        rouvrir: peut(&droits::FERMER) && l.etat.after(lieu::Evenement::Rouvrir).is_some(),
        masquer: peut(&droits::FERMER) && l.etat.after(lieu::Evenement::Masquer).is_some(),
        abandonner: l.etat.after(lieu::Evenement::Abandonner).is_some(),
        contacts: contacts
            .telephones
            .iter()
            .map(|t| telephone::shown(t))
            .chain(contacts.courriels.iter().cloned())
            .collect::<Vec<_>>()
            .join(", "),
        chronologie: c::chronologie(&etapes, &socle::clock::paris(), |e| {
            Etat::from_cle(e)
                .map_or("Modifié", Etat::libelle)
                .to_owned()
        }),
    })
}
