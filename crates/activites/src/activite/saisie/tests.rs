//! The rules of entry (spec 20 §3.1, §3.2, §3.4).

use super::*;
use crate::vocabulaire::Entree;

fn voc() -> Vocabulaires {
    Vocabulaires::of(&[
        (
            liste::TYPE_LIEU,
            &[
                ("lieu_activite", ""),
                ("domicile", ""),
                ("a_distance", ""),
                ("autre", ""),
            ],
        ),
        (
            liste::THEMATIQUE,
            &[
                ("email", ""),
                ("aide_aux_demarches_administratives", ""),
                ("non_precise", ""),
            ],
        ),
        (
            liste::SOUS_THEMATIQUE,
            &[("logement", "aide_aux_demarches_administratives")],
        ),
        (liste::MATERIEL, &[("ordinateur", ""), ("aucun", "")]),
        (
            liste::GENRE,
            &[("feminin", ""), ("masculin", ""), ("non_communique", "")],
        ),
        (
            liste::TRANCHE,
            &[("dix_huit_vingt_quatre", ""), ("non_communique", "")],
        ),
        (liste::STATUT, &[("retraite", ""), ("non_communique", "")]),
        (
            liste::SUITE,
            &[
                ("poursuite_atelier", ""),
                ("orientation", ""),
                ("hors_champ", ""),
            ],
        ),
        (liste::DESTINATION, &[("aide_sociale", "")]),
        (liste::ORGANISME, &[("ccas_cias", "aide_sociale")]),
        (
            liste::MODALITE,
            &[("tout_venant", "individuel"), ("atelier_base", "collectif")],
        ),
        (
            liste::MODE_AIDE,
            &[("faire_avec", ""), ("faire_a_la_place", "")],
        ),
        (liste::RAISON, &[("urgence", "")]),
        (liste::OPERATEUR, &[("caf", "")]),
        (liste::IRRITANT, &[("panne", "")]),
        (
            liste::PUBLIC,
            &[("habitants", ""), ("agents_de_structure", "")],
        ),
        (liste::CADRE, &[("espace_public", "")]),
    ])
}

const LIEU: Uuid = Uuid::from_u128(7);
const FERME: Uuid = Uuid::from_u128(8);
const SUIVIE: Uuid = Uuid::from_u128(9);

fn contexte() -> Contexte {
    let lieu = |id, ouvert| LieuConnu {
        id,
        nom: "Médiathèque".into(),
        commune: "35238".into(),
        departement: "35".into(),
        ouvert,
    };
    Contexte {
        aujourdhui: Date::constant(2026, 3, 3),
        voc: voc(),
        lieux: vec![lieu(LIEU, true), lieu(FERME, false)],
        beneficiaires: BTreeMap::from([(SUIVIE, Some("35047".to_owned()))]),
        collegues: vec![Uuid::from_u128(11)],
        employe: true,
        reprise: false,
    }
}

fn base() -> Champs {
    Champs::default()
        .with("date", "2026-03-03")
        .with("duree", "45")
        .with("lieu", format!("lieu_activite:{LIEU}"))
        .with("thematiques", "email")
}

fn individuel(f: Champs) -> Result<Contenu, Saisies> {
    read(TypeActivite::Individuel, &f, &contexte())
}

fn atelier(f: Champs) -> Result<Contenu, Saisies> {
    read(TypeActivite::Collectif, &f, &contexte())
}

/// The reference form with one field changed.
fn with(nom: &str, valeur: &str) -> Champs {
    let mut f = Champs::default().with(nom, valeur);
    for n in ["date", "duree", "lieu", "thematiques"] {
        if n != nom {
            f = f.with(n, base().get(n));
        }
    }
    f
}

#[track_caller]
fn refused(r: Result<Contenu, Saisies>, champ: &str, message: &str) {
    let e = r.expect_err("accepted");
    assert_eq!(e.get(champ), Some(message), "{e:?}");
}

#[test]
fn the_reference_entry_is_accepted() {
    let c = individuel(base()).unwrap();
    assert_eq!(
        (c.duree, c.lieu, c.anonymes, c.participants()),
        (45, Some(LIEU), 1, 1)
    );
    assert_eq!(c.public, "habitants");
    let nc: Vec<_> = c.values("genre").collect();
    assert_eq!((nc[0].valeur.as_str(), nc[0].nombre), ("non_communique", 1));
}

#[test]
fn dates_are_bounded_and_old_ones_confirmed() {
    refused(
        individuel(with("date", "2026-03-04")),
        "date",
        "La date ne peut pas être dans le futur.",
    );
    refused(
        individuel(with("date", "2019-12-31")),
        "date",
        "La date doit être postérieure au 1er janvier 2020.",
    );
    assert!(
        individuel(with("date", "2025-12-03")).is_ok(),
        "90 days ago"
    );
    let message = "Cette activité date de plus de 3 mois : confirmez.";
    refused(
        individuel(with("date", "2025-12-02")),
        "confirme_date",
        message,
    );
    assert!(individuel(with("date", "2025-12-02").with("confirme_date", "oui")).is_ok());
}

#[test]
fn a_date_without_contract_is_refused_until_confirmed() {
    let mut cx = contexte();
    cx.employe = false;
    let e = read(TypeActivite::Individuel, &base(), &cx).unwrap_err();
    assert!(
        e.get("confirme_emploi")
            .unwrap()
            .starts_with("Vous n'aviez pas de contrat à cette date.")
    );
    let f = base().with("confirme_emploi", "oui");
    assert!(read(TypeActivite::Individuel, &f, &cx).is_ok());
}

#[test]
fn durations_are_bounded_by_kind() {
    let m = "La durée doit être comprise entre 5 min et 10 h.";
    for faux in ["4", "601", "", "une heure"] {
        refused(individuel(with("duree", faux)), "duree", m);
    }
    assert!(
        individuel(with("duree", "241"))
            .unwrap_err()
            .get("confirme_duree")
            .is_some()
    );
    assert!(individuel(with("duree", "241").with("confirme_duree", "oui")).is_ok());
    assert_eq!(
        individuel(base().with("duree_autre", "20")).unwrap().duree,
        20
    );
    let f = with("duree", "1440").with("total", "3");
    assert_eq!(atelier(f).unwrap().duree, 1_440);
}

#[test]
fn places_are_the_authors_and_open() {
    refused(
        individuel(with("lieu", "")),
        "lieu",
        "Choisissez où l'accompagnement a eu lieu.",
    );
    refused(
        individuel(with("lieu", "lieu_activite")),
        "lieu",
        "Choisissez un lieu d'activité.",
    );
    let autre = format!("lieu_activite:{}", Uuid::from_u128(99));
    refused(
        individuel(with("lieu", &autre)),
        "lieu",
        "Choisissez un lieu d'activité.",
    );
    let ferme = format!("lieu_activite:{FERME}");
    refused(
        individuel(with("lieu", &ferme)),
        "lieu",
        "Ce lieu était fermé à cette date.",
    );
    refused(
        individuel(with("lieu", "autre")),
        "commune",
        "Choisissez une commune.",
    );
    let f = with("lieu", "autre")
        .with("commune", "Rennes (35000)")
        .with("cadre", "espace_public");
    assert_eq!(individuel(f).unwrap().commune.as_deref(), Some("35238"));
    assert!(
        individuel(base().with("cadre", "espace_public")).is_err(),
        "a cadre is for another place"
    );
    assert!(
        individuel(with("lieu", "a_distance"))
            .unwrap()
            .commune
            .is_none()
    );
}

#[test]
fn a_home_visit_takes_the_commune_of_the_followed_person() {
    let f = with("lieu", "domicile").with("beneficiaire", SUIVIE);
    assert_eq!(individuel(f).unwrap().commune.as_deref(), Some("35047"));
}

#[test]
fn themes_are_asked_for_and_a_sub_theme_adds_its_parent() {
    refused(
        individuel(with("thematiques", "")),
        "thematiques",
        "Choisissez au moins une thématique.",
    );
    let c = individuel(with("thematiques", "").with("sous_thematiques", "logement")).unwrap();
    assert!(
        c.values("thematique")
            .any(|v| v.valeur == "aide_aux_demarches_administratives")
    );
    for hors_liste in ["inconnu", "non_precise"] {
        assert!(
            individuel(with("thematiques", hors_liste)).is_err(),
            "{hors_liste}"
        );
    }
}

#[test]
fn no_equipment_stands_alone() {
    let f = base()
        .with("materiel", "aucun")
        .with("materiel", "ordinateur");
    refused(
        individuel(f),
        "materiel",
        "« Pas de matériel » ne se combine pas avec un autre choix.",
    );
}

#[test]
fn one_person_is_followed_or_described() {
    let suivie = base().with("beneficiaire", SUIVIE);
    assert_eq!(individuel(suivie.clone()).unwrap().anonymes, 0);
    assert!(individuel(suivie.with("genre", "feminin")).is_err());
    let autre = base().with("beneficiaire", Uuid::from_u128(1));
    refused(
        individuel(autre),
        "beneficiaire",
        "Bénéficiaire introuvable.",
    );
}

#[test]
fn an_orientation_says_where_to() {
    let m = "Indiquez vers qui la personne a été orientée.";
    for suite in ["orientation", "hors_champ"] {
        refused(individuel(base().with("suite", suite)), "destination", m);
    }
    let c = individuel(
        base()
            .with("suite", "orientation")
            .with("organisme", "ccas_cias"),
    )
    .unwrap();
    assert_eq!(
        c.destination.as_deref(),
        Some("aide_sociale"),
        "an organisme carries its destination"
    );
}

#[test]
fn what_really_happened_is_never_refused() {
    // Spec 01, arbitration 2.
    let c = individuel(base().with("mode_aide", "faire_a_la_place")).unwrap();
    assert!(c.reason_is_missing());
    let f = base()
        .with("mode_aide", "faire_a_la_place")
        .with("raison_aide", "urgence");
    assert!(!individuel(f).unwrap().reason_is_missing());
}

#[test]
fn a_modality_belongs_to_its_kind() {
    assert!(individuel(base().with("modalite", "tout_venant")).is_ok());
    assert!(individuel(base().with("modalite", "atelier_base")).is_err());
}

#[test]
fn numbers_of_people_are_refused_and_password_like_text_confirmed() {
    // Scenario 13 and spec 01, arbitration 3.
    let nir = base().with("notes", "son numéro 2 55 08 14 168 025 38");
    let passage = |n: &str| format!("{} Passage : « {n} ».", socle::texte_libre::MESSAGE);
    refused(individuel(nir), "notes", &passage("2 55 08 14 168 025 38"));
    let iban = base().with("etiquettes", "FR76 3000 6000 0112 3456 7890 189");
    refused(
        individuel(iban),
        "etiquettes",
        &passage("FR76 3000 6000 0112 3456 7890 189"),
    );
    let mdp = base().with("notes", "mdp : azerty");
    assert!(
        individuel(mdp.clone())
            .unwrap_err()
            .get("confirme_texte")
            .is_some()
    );
    assert!(individuel(mdp.with("confirme_texte", "oui")).is_ok());
}

#[test]
fn irritants_come_in_pairs() {
    let c = individuel(base().with("operateur_1", "caf").with("nature_1", "panne")).unwrap();
    assert_eq!(c.values("irritant").next().unwrap().valeur, "caf:panne");
    assert!(
        individuel(base().with("operateur_2", "caf"))
            .unwrap_err()
            .get("nature_2")
            .is_some()
    );
}

#[test]
fn marginals_never_exceed_the_total() {
    // Scenario 2.
    let six = || base().with("total", "6");
    refused(
        atelier(six().with("genre_feminin", "4").with("genre_masculin", "3")),
        "genre_feminin",
        "Le total par genre (7) dépasse le nombre de participants anonymes (6).",
    );
    let c = atelier(six().with("genre_feminin", "4").with("genre_masculin", "1")).unwrap();
    let nc = c
        .values("genre")
        .find(|v| v.valeur == "non_communique")
        .unwrap();
    assert_eq!(nc.nombre, 1);
    refused(
        atelier(base()),
        "total",
        "Indiquez au moins un participant.",
    );
    assert!(atelier(base().with("suivis", SUIVIE)).is_ok());
    assert!(
        atelier(base().with("total", "31"))
            .unwrap_err()
            .get("confirme_total")
            .is_some()
    );
    assert!(
        atelier(six().with("deja", "7"))
            .unwrap_err()
            .get("deja")
            .is_some()
    );
    assert!(atelier(base().with("total", "-1")).is_err());
    refused(
        atelier(six().with("suite_poursuite_atelier", "7")),
        "suite_poursuite_atelier",
        "Le total des suites dépasse le nombre de participants.",
    );
}

#[test]
fn a_closed_list_refuses_its_past_values() {
    let mut cx = contexte();
    cx.voc = Vocabulaires::of(&[(liste::TYPE_LIEU, &[("a_distance", "")])]);
    let f = with("lieu", "a_distance");
    let e = read(TypeActivite::Individuel, &f, &cx).unwrap_err();
    assert_eq!(e.get("thematiques"), Some(UNKNOWN));
}

proptest::proptest! {
    /// Whatever is typed, each dimension of an accepted atelier adds up to its
    /// total, and nothing panics.
    #[test]
    fn each_dimension_adds_up(total in 0_i64..40, f in 0_i64..40, m in 0_i64..40, r in 0_i64..40, texte in ".{0,30}") {
        let champs = base()
            .with("total", total)
            .with("confirme_total", "oui")
            .with("genre_feminin", f)
            .with("genre_masculin", m)
            .with("statut_retraite", r)
            .with("notes", texte);
        if let Ok(c) = atelier(champs) {
            for d in ["genre", "tranche", "statut"] {
                proptest::prop_assert_eq!(c.values(d).map(|v| v.nombre).sum::<i64>(), total);
            }
        }
    }
}

const CHAMPS: [&str; 44] = [
    "date",
    "duree",
    "duree_autre",
    "lieu",
    "commune",
    "cadre",
    "thematiques",
    "sous_thematiques",
    "materiel",
    "beneficiaire",
    "suivis",
    "genre",
    "tranche",
    "statut",
    "deja_accompagne",
    "commune_residence",
    "total",
    "deja",
    "genre_feminin",
    "tranche_dix_huit_vingt_quatre",
    "statut_retraite",
    "suite",
    "suite_orientation",
    "destination",
    "organisme",
    "autonomie",
    "niveau",
    "modalite",
    "public",
    "publics",
    "motifs",
    "origine",
    "mode_aide",
    "raison_aide",
    "aide_urgence",
    "confiance_avant",
    "confiance_apres",
    "operateur_1",
    "nature_1",
    "titre",
    "notes",
    "etiquettes",
    "coanimateurs",
    "confirme_texte",
];

proptest::proptest! {
    /// Any text in any field is read or refused in words, never worse.
    #[test]
    fn any_form_is_answered(valeurs in proptest::collection::vec((0_usize..44, "\\PC{0,24}|[0-9]{1,20}|oui|email|autre"), 0..30)) {
        let f = valeurs.iter().fold(Champs::default(), |f, (i, v)| f.with(CHAMPS[*i], v));
        for t in TypeActivite::TOUS {
            if let Err(e) = read(t, &f, &contexte()) {
                proptest::prop_assert!(e.iter().all(|(c, m)| !c.is_empty() && !m.is_empty()));
            }
        }
    }
}

impl Vocabulaires {
    /// Lists for tests: (list, [(key, parent)]).
    fn of(listes: &[(&str, &[(&str, &str)])]) -> Self {
        listes.iter().fold(Self::default(), |v, (liste, entrees)| {
            let entrees = entrees.iter().map(|(cle, parent)| Entree {
                cle: (*cle).to_owned(),
                libelle: (*cle).to_owned(),
                parent: Some((*parent).to_owned()).filter(|p| !p.is_empty()),
            });
            v.with(liste, entrees.collect())
        })
    }
}
