//! `/beneficiaires/{id}`: one file and what was done together. Reading it is noted.

use askama::Template;
use socle::francais;
use uuid::Uuid;
use web::{Ctx, Html, Id, Reponse, composants};

use crate::{
    activite::{lecture, tranche},
    beneficiaire::{Etat, conservation, fusion, lectures, partage, service, store},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

#[derive(Template)]
#[template(path = "beneficiaire/fiche.html")]
struct Page {
    id: Uuid,
    fiche: Html,
    notes: String,
    etat: Html,
    limitee: bool,
    motif: String,
    referent: bool,
    fusions: Vec<Uuid>,
    lectures: Vec<(String, String)>,
    activites: Vec<(Uuid, &'static str, String)>,
}

pub(super) async fn page(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let b = service::open(&mut tx, ctx.acteur(), id).await?;
    let activites = lecture::of_person(&mut tx, id)
        .await?
        .into_iter()
        .map(|(id, date, t)| (id, t.libelle(), francais::date_longue(date)))
        .collect();
    let voc = Vocabulaires::ever(&mut tx).await?;
    let vie = store::life(&mut tx, id).await?;
    let reglage = conservation::service::settings(&mut tx).await?;
    let usage = conservation::store::usage(&mut tx, id).await?;
    let fusions = fusion::store::of_file(&mut tx, id)
        .await?
        .into_iter()
        .filter(|f| f.etat == fusion::Etat::Faite && f.destination == id)
        .map(|f| f.id)
        .collect();
    let partages = partage::list(&mut tx, id).await?;
    let noms = voisins::names(
        &mut tx,
        partages.iter().map(|p| p.personne).chain([b.referent]),
    )
    .await?;
    let lues = lectures::list(&mut tx, id, ctx.acteur()).await?;
    tx.commit().await?;
    let referent = ctx.acteur().personne == Some(b.referent);
    let avec: Vec<String> = partages
        .iter()
        .filter_map(|p| noms.get(&p.personne).cloned())
        .collect();
    let f = &b.fiche;
    let commune = f
        .commune_residence
        .as_deref()
        .and_then(|c| territoires::geographie().commune(c))
        .map_or_else(String::new, territoires::Commune::libelle);
    let age = f.annee_naissance.map_or_else(String::new, |a| {
        format!(
            "{a} ({})",
            voc.label(liste::TRANCHE, tranche(Some(a), ctx.today()))
        )
    });
    let telephone = match (&f.telephone, f.sans_telephone) {
        (Some(t), _) => t.clone(),
        (None, true) => "N'a pas de téléphone".to_owned(),
        (None, false) => String::new(),
    };
    let corps = Page {
        id,
        fiche: composants::fiche(&[
            ("Genre", voc.label(liste::GENRE, &f.genre)),
            ("Statut", voc.label(liste::STATUT, &f.statut)),
            ("Année de naissance", age),
            ("Commune de résidence", commune),
            ("Téléphone", telephone),
            ("Adresse e-mail", f.courriel.clone().unwrap_or_default()),
            (
                "Informée le",
                f.informe_le.map_or_else(String::new, francais::date),
            ),
            (
                "Accompagnée depuis",
                f.connu_depuis.map_or_else(String::new, francais::date),
            ),
            (
                "Suivie par",
                if referent {
                    "Vous".to_owned()
                } else {
                    noms.get(&b.referent).cloned().unwrap_or_default()
                },
            ),
            (
                "Partagée avec",
                if avec.is_empty() {
                    "Personne".to_owned()
                } else {
                    avec.join(", ")
                },
            ),
            (
                "Conservée jusqu'au",
                francais::date(usage.echeance(reglage)),
            ),
        ]),
        etat: match vie.etat {
            Etat::Limitee => composants::etat(composants::Ton::Attention, "Usage limité"),
            _ => composants::etat(composants::Ton::Succes, "Active"),
        },
        limitee: vie.etat == Etat::Limitee,
        motif: vie.limite_motif.unwrap_or_default(),
        referent,
        fusions,
        lectures: lues,
        notes: f.notes.clone().unwrap_or_default(),
        activites,
    };
    ctx.page(f.nom_affiche())
        .fil("Personnes suivies", "/beneficiaires")
        .body(&corps)
}
