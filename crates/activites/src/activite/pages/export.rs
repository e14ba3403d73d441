//! `/activites/export`: the list of a month as a spreadsheet (spec 20 §7).
//! Names of professionals for teams and structures; titles for one's own.

use axum::extract::Query;
use documents::tableur::{self, Cellule, Colonne, Feuille, Genre};
use socle::{Erreur, francais};
use web::{Ctx, Reponse};

use super::periode::{self, Demande};
use crate::{
    activite::{dimension, lecture, service},
    vocabulaire::{Vocabulaires, liste},
    voisins,
};

const COLONNES: [(&str, Genre); 19] = [
    ("id", Genre::Texte),
    ("date", Genre::Date),
    ("type", Genre::Texte),
    ("auteur", Genre::Texte),
    ("rôle à date", Genre::Texte),
    ("employeur", Genre::Texte),
    ("type de lieu", Genre::Texte),
    ("lieu", Genre::Texte),
    ("code INSEE", Genre::Texte),
    ("département", Genre::Texte),
    ("durée", Genre::Entier),
    ("participants", Genre::Entier),
    ("suivis", Genre::Entier),
    ("anonymes", Genre::Entier),
    ("déjà accompagnés", Genre::Entier),
    ("thématiques", Genre::Texte),
    ("sous-thématiques", Genre::Texte),
    ("matériel", Genre::Texte),
    ("titre", Genre::Texte),
];
/// More rows than this would be a job of its own (§7).
const MAXIMUM: usize = 20_000;

pub(super) async fn file(ctx: Ctx, Query(d): Query<Demande>) -> Reponse {
    let acteur = ctx.acteur();
    acteur.require(&service::LIRE)?;
    let mut tx = ctx.read().await?;
    let (p, f) = d.filter(ctx.today()).within_reach(acteur);
    let resumes = lecture::list(&mut tx, &p, &f, MAXIMUM, 0).await?;
    let ids = resumes.iter().map(|r| r.id).collect();
    let valeurs = lecture::all_values(&mut tx, &ids).await?;
    let auteurs = voisins::names(&mut tx, resumes.iter().map(|r| r.auteur)).await?;
    let structures =
        voisins::structures(&mut tx, resumes.iter().filter_map(|r| r.employeur)).await?;
    let lieux = voisins::place_names(&mut tx, resumes.iter().filter_map(|r| r.lieu)).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    let mois = d.month(ctx.today());
    let mut feuille = Feuille::new(
        "Activités",
        COLONNES.map(|(titre, genre)| Colonne::new(titre, genre)),
    );
    for r in &resumes {
        let mienne = acteur.personne == Some(r.auteur);
        let labels = |dimension: &str, liste: &str| {
            let v: Vec<String> = valeurs
                .get(&r.id)
                .into_iter()
                .flatten()
                .filter(|v| v.dimension == dimension)
                .map(|v| voc.label(liste, &v.valeur))
                .collect();
            Cellule::Texte(v.join(", "))
        };
        let texte = |t: Option<&String>| t.map_or(Cellule::Vide, Cellule::texte);
        feuille = feuille.ligne([
            Cellule::texte(r.id.to_string()),
            Cellule::Date(r.date),
            Cellule::texte(r.type_activite.libelle()),
            texte(auteurs.get(&r.auteur)),
            Cellule::texte(francais::libelle(&r.role)),
            texte(r.employeur.as_ref().and_then(|e| structures.get(e))),
            Cellule::Texte(voc.label(liste::TYPE_LIEU, &r.type_lieu)),
            texte(r.lieu.as_ref().and_then(|l| lieux.get(l))),
            texte(r.commune.as_ref()),
            texte(r.departement.as_ref()),
            Cellule::Entier(r.duree),
            Cellule::Entier(r.participants()),
            Cellule::Entier(r.suivis),
            Cellule::Entier(r.anonymes),
            Cellule::Entier(r.deja_accompagnes),
            labels(dimension::THEMATIQUE, liste::THEMATIQUE),
            labels(dimension::SOUS_THEMATIQUE, liste::SOUS_THEMATIQUE),
            labels(dimension::MATERIEL, liste::MATERIEL),
            texte(r.titre.as_ref().filter(|_| mienne)),
        ]);
    }
    let nom = format!("activites-{}", mois.strftime("%Y-%m"));
    let panne = |e: tableur::Erreur| Erreur::Interne(e.to_string());
    match d.format.as_str() {
        "csv" => ctx.download(
            &format!("{nom}.csv"),
            "text/csv; charset=utf-8",
            tableur::csv(&feuille),
        ),
        "ods" => {
            let octets = tableur::ods(&[titled(feuille, mois)]).map_err(panne)?;
            ctx.download(
                &format!("{nom}.ods"),
                "application/vnd.oasis.opendocument.spreadsheet",
                octets,
            )
        }
        _ => {
            let octets = tableur::xlsx(&[titled(feuille, mois)]).map_err(panne)?;
            ctx.download(
                &format!("{nom}.xlsx"),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                octets,
            )
        }
    }
}

/// Says what the sheet covers.
fn titled(feuille: Feuille, mois: jiff::civil::Date) -> Feuille {
    let n = i64::try_from(feuille.lignes.len()).unwrap_or(0);
    feuille.preambule(format!(
        "Activités de {}, {}",
        periode::label(mois),
        francais::pluriel(n, "ligne")
    ))
}
