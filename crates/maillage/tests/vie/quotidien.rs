//! Steps 8 to 10: the work, what the public sees, the figures.

use super::{Vie, attribution::MAIRIES, jour, personne::done};

const LIEU: &str = "Espace numérique de l’essai";

/// Step 8: The conseiller declares a place and their hours; the coordinateur
/// of the department publishes the place.
pub async fn lieu(v: &mut Vie<'_>) {
    let jour = jour(v.site, 0);
    let c = v.conseiller();
    c.va("/lieux/nouveau").await;
    let typologie = c.tous("typologie")[0].clone();
    let mut saisie = [
        ("nom", LIEU),
        ("typologie", typologie.as_str()),
        ("commune", "Rennes (35000)"),
        ("adresse", "12 rue de Paris"),
        ("services", "aide_demarches"),
        ("h_lundi", "9h-12h, 14h-18h"),
        ("h_mardi", "neuf heures"),
    ];
    c.refuse("Déclarer le lieu", &saisie, "9h-12h").await;
    saisie[6].1 = "9h-12h";
    let e = c.envoi("Déclarer le lieu", &saisie);
    let (a, b) = c.ensemble(&e, c, &e).await;
    done(&a);
    assert_eq!(a.lien(), b.lien(), "deux clics, un lieu");
    v.lieu = a.lien();
    let lieu = v.lieu.clone();
    v.hidden_from_strangers(&lieu).await;
    let mut coordinateur = v.site.demo("coordinateur").await;
    coordinateur.va(&lieu).await;
    let e = coordinateur.envoi("Publier le lieu", &[]);
    let (a, b) = coordinateur.ensemble(&e, &coordinateur, &e).await;
    done(&a);
    done(&b);
    let c = v.conseiller();
    let lien = c.va(&lieu).await.lien("Ajouter ma permanence");
    c.va(&lien).await;
    let groupes = ["usage", "acces", "espace", "confidentiel", "assise"];
    let premiers = groupes.map(|g| c.tous(g)[0].clone());
    let mut saisie = vec![("h_lundi", ""), ("du", jour.as_str())];
    saisie.extend(groupes.iter().zip(&premiers).map(|(g, p)| (*g, p.as_str())));
    c.refuse("Enregistrer la permanence", &saisie, "creneaux")
        .await;
    saisie[0].1 = "9h-12h";
    c.presse("Enregistrer la permanence", &saisie).await;
}

/// Step 8: One person helped, one workshop.
pub async fn activites(v: &mut Vie<'_>) {
    let c = v.conseiller();
    for page in ["/activites/individuel", "/activites/atelier"] {
        c.va(page).await;
        let lieu = c.choix("lieu", LIEU);
        let mut saisie = vec![
            ("lieu", lieu.as_str()),
            ("duree", "60"),
            ("thematiques", "email"),
        ];
        if page.ends_with("atelier") {
            saisie.extend([("titre", "Atelier de l’essai"), ("total", "6")]);
        }
        c.refuse("Enregistrer", &saisie[..1], "thematiques").await;
        let e = c.envoi("Enregistrer", &saisie);
        let (a, b) = c.ensemble(&e, c, &e).await;
        done(&a);
        done(&b);
    }
    c.va("/activites").await.voit("Atelier de l’essai");
    let fiches: Vec<String> = c
        .liens("/activites/")
        .into_iter()
        .filter(|l| {
            l.rsplit('/')
                .next()
                .is_some_and(|id| id.parse::<uuid::Uuid>().is_ok())
        })
        .collect();
    assert_eq!(fiches.len(), 2, "{fiches:?}");
    v.activites = fiches.clone();
    for fiche in fiches {
        v.conseiller().va(&fiche).await;
        v.hidden_from_strangers(&fiche).await;
    }
}

/// Step 9: The place is on the public map and in the open data.
pub async fn public(v: &mut Vie<'_>) {
    let lieu = v.lieu.clone();
    let p = &mut v.visiteur;
    p.va("/carte?autour=Rennes+(35000)&q=essai")
        .await
        .voit(LIEU);
    p.va(&lieu).await.voit("Permanences");
    let csv = p.fichier("/donnees-ouvertes/lieux.csv").await;
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.matches(LIEU).count(), 1);
}

/// The columns of the structure in the figures of its department.
pub async fn ligne(v: &mut Vie<'_>) -> Vec<String> {
    let nom = MAIRIES[v.gagnante].0;
    let export = "/pilotage/export.csv?vue=departement-35&du=2026-01-01";
    let csv = v.anct.fichier(export).await;
    let csv = String::from_utf8(csv).unwrap();
    let ligne = csv.lines().find(|l| l.contains(nom)).unwrap_or_default();
    ligne
        .split(';')
        .skip(2)
        .map(|c| c.trim_matches('"').to_owned())
        .collect()
}

/// Step 10: Granted, occupied, vacant, activities and people helped.
pub async fn chiffres(v: &mut Vie<'_>) {
    assert_eq!(ligne(v).await, ["1", "1", "0", "2", "7"]);
    let nom = MAIRIES[v.gagnante].0;
    v.anct.va("/pilotage?vue=departement-35").await.voit(nom);
    v.prefet.va("/pilotage?vue=departement-35").await.voit(nom);
    // Outside their perimeter there is nothing (spec 01, arbitration 1).
    let dehors = v.voisin.statut("/pilotage?vue=departement-35").await;
    assert_eq!(dehors, 404);
    v.visiteur.va("/chiffres").await;
}
