//! `/mon-parcours`: a conseiller's contract, training and certifications.

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::{Ctx, Html, Reponse, composants};

use crate::{
    contrat,
    formation::{Titre, gap, holds, service, store, title_progress},
};

#[derive(Template)]
#[template(path = "formation/mon_parcours.html")]
struct Vue {
    etapes: Html,
    contrat: Html,
    lien_contrat: String,
    test: Html,
    places: Vec<(String, String, Html, String)>,
    certifications: Vec<(String, Html, String)>,
    titre: usize,
}

pub async fn show(ctx: Ctx) -> Reponse {
    let personne = ctx.acteur().personne.ok_or(Erreur::Introuvable)?;
    let mut tx = ctx.read().await?;
    let vue = view(&mut tx, personne).await?;
    ctx.page("Mon parcours").body(&vue)
}

async fn view(tx: &mut Tx, personne: Uuid) -> Resultat<Vue> {
    let le = tx.today();
    let contrats = contrat::store::of_personne(tx, personne).await?;
    let actuel = contrats.iter().rev().find(|c| c.etat.is_signed());
    let (mut fiche, mut lien) = (
        composants::vide("Aucun contrat validé.", None),
        String::new(),
    );
    if let Some(c) = actuel {
        let structure = programme::structure::get(tx, c.structure).await?.nom;
        fiche = composants::fiche(&[
            ("Employeur", structure),
            (
                "Contrat",
                format!("{}, {}", c.genre.libelle(), c.phase(le).to_lowercase()),
            ),
            ("Depuis le", francais::date(c.date_debut)),
            (
                "Jusqu'au",
                c.derniere_date()
                    .map_or_else(|| "Sans terme".to_owned(), francais::date),
            ),
        ]);
        lien = format!("/contrats/{}", c.id);
    }
    let test = store::last_test(tx, personne).await?;
    let places = store::places_of(tx, personne).await?;
    let certifications = store::certifications(tx, personne).await?;
    let etape = if holds(&certifications, Titre::Ccp1) {
        5
    } else if places
        .iter()
        .any(|p| p.etat == crate::formation::Etat::Suivie)
    {
        4
    } else if !places.is_empty() {
        3
    } else if test.is_some() {
        2
    } else {
        1
    };
    let mut lignes = Vec::new();
    for p in &places {
        let s = store::session(tx, &Perimetre::National, p.session).await?;
        let parcours = service::parcours_label(tx, &s.parcours, s.debut).await?;
        lignes.push((
            format!("/formations/{}", s.id),
            format!(
                "{parcours}, du {} au {} ({})",
                francais::date(s.debut),
                francais::date(s.fin),
                gap(francais::days(p.embauche, s.debut))
            ),
            composants::etat(composants::Ton::Info, p.etat.libelle()),
            p.attendance().unwrap_or_default(),
        ));
    }
    let test = match test {
        Some(t) => composants::fiche(&[
            ("Date", francais::date(t.le)),
            (
                "Parcours recommandé",
                service::parcours_label(tx, &t.parcours, t.le).await?,
            ),
            ("Expérience", format!("{} sur 100", t.experience)),
            ("Posture", format!("{} sur 100", t.posture)),
            ("Technique", format!("{} sur 100", t.technique)),
            ("Commentaire", t.commentaire),
        ]),
        None => composants::vide(
            "Votre test de positionnement n'est pas encore passé. L'organisme de formation vous contacte.",
            None,
        ),
    };
    Ok(Vue {
        etapes: composants::etapes(
            &[
                "Test",
                "Inscription",
                "Formation",
                "Certification",
                "Parcours continu",
            ],
            etape,
        ),
        contrat: fiche,
        lien_contrat: lien,
        test,
        places: lignes,
        titre: title_progress(&certifications),
        certifications: certifications
            .iter()
            .map(|c| {
                let ton = if holds(std::slice::from_ref(c), c.titre) {
                    composants::Ton::Succes
                } else {
                    composants::Ton::Neutre
                };
                (
                    c.titre.libelle().to_owned(),
                    composants::etat(ton, c.resultat.libelle()),
                    francais::date(c.le),
                )
            })
            .collect(),
    })
}
