use socle::{Acteur, Erreur, Perimetre, Role, essai};
use uuid::Uuid;

use super::{service::Changement, *};
use crate::MIGRATIONS;

/// A place that may be published.
pub fn fiche() -> Fiche {
    Fiche {
        nom: "Médiathèque des Lilas".into(),
        commune_insee: "35238".into(),
        code_postal: "35000".into(),
        adresse: "12 rue de la Paix".into(),
        typologies: vec!["BIB".into()],
        telephones: vec!["+33299000012".into()],
        services: vec!["aide_demarches".into()],
        horaires: "Tu-Fr 09:00-12:00,14:00-18:00; PH off".into(),
        ..Fiche::default()
    }
}

fn conseiller(n: u128) -> Acteur {
    essai::acteur(Role::Conseiller, Perimetre::Soi(Uuid::from_u128(n)))
}

fn message<T: std::fmt::Debug>(r: socle::Resultat<T>, champ: &str) -> String {
    match r {
        Err(Erreur::Saisie(s)) => s.get(champ).unwrap_or_default().to_owned(),
        r => format!("{r:?}"),
    }
}

#[test]
fn entry_rules_say_what_to_do() {
    let essai = |f: fn(&mut Fiche), champ: &str, attendu: &str| {
        let mut x = fiche();
        f(&mut x);
        assert_eq!(message(x.check(), champ), attendu);
    };
    assert!(fiche().check().is_ok());
    essai(|f| f.nom = "12".into(), "nom", "Indiquez le nom du lieu.");
    essai(
        |f| f.code_postal = "75001".into(),
        "code_postal",
        "La commune et le code postal ne correspondent pas.",
    );
    essai(
        |f| f.services.clear(),
        "services",
        "Choisissez au moins un service.",
    );
    essai(
        |f| f.typologies.clear(),
        "typologie",
        "Choisissez au moins un type de lieu.",
    );
    essai(
        |f| f.pivot = "43493312300028".into(),
        "pivot",
        crate::pivot::MESSAGE,
    );
    essai(
        |f| {
            f.telephones.clear();
            f.modalites_acces = vec!["telephoner".into()];
        },
        "telephone",
        "Vous indiquez « Téléphoner » : ajoutez un numéro.",
    );
    essai(
        |f| f.presentation_resume = "a".repeat(281),
        "presentation_resume",
        "Le résumé est limité à 280 caractères (281).",
    );
    essai(
        |f| f.fiche_acces_libre = "https://exemple.fr/".into(),
        "fiche_acces_libre",
        "L'adresse doit être celle d'une fiche Acceslibre.",
    );
}

#[test]
fn contacts_that_name_people_are_recognised() {
    for oui in ["jeanne.martin@ville.fr", "awa.diallo@exemple.org"] {
        assert!(nominatif_courriel(oui), "{oui}");
    }
    for non in [
        "accueil@ville.fr",
        "mediatheque.lilas@ville.fr",
        "france.services@x.fr",
        "contact35@x.fr",
    ] {
        assert!(!nominatif_courriel(non), "{non}");
    }
    assert!(nominatif_telephone("+33612345678") && !nominatif_telephone("+33299000012"));
}

/// Y9, spec 30 §2.1 and §11: a conseiller proposes, a structure publishes its own.
#[tokio::test]
async fn a_place_lives_its_states_with_rights() {
    for base in essai::bases(&[socle::MIGRATIONS, MIGRATIONS]).await {
        let (s1, s2) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let gestion = essai::acteur(Role::GestionnaireStructure, Perimetre::Structures(vec![s1]));
        let hub = essai::acteur(Role::Hub, Perimetre::Departements(vec!["35".into()]));
        let ailleurs = essai::acteur(Role::Hub, Perimetre::Departements(vec!["29".into()]));
        let mut tx = base.write().await.unwrap();
        // A conseiller's place waits for somebody who may publish.
        let id = declare(&mut tx, &conseiller(9), fiche(), None)
            .await
            .unwrap();
        let l = get(&mut tx, id).await.unwrap();
        assert_eq!((l.etat, l.propose_le), (Etat::Brouillon, Some(tx.today())));
        assert_eq!(l.fiche.precision, Precision::Commune);
        assert!(!l.is_public());
        let publier = |a: Acteur| (a, Evenement::Publier);
        let c = Changement::default();
        let (a, e) = publier(conseiller(9));
        assert!(matches!(
            service::change(&mut tx, &a, id, e, &c).await,
            Err(Erreur::Interdit(_))
        ));
        for (a, e) in [publier(ailleurs.clone()), publier(gestion.clone())] {
            assert!(matches!(
                service::change(&mut tx, &a, id, e, &c).await,
                Err(Erreur::Introuvable)
            ));
        }
        assert_eq!(
            store::list_proposed(&mut tx, &hub.perimetre)
                .await
                .unwrap()
                .len(),
            1
        );
        service::change(&mut tx, &hub, id, Evenement::Publier, &c)
            .await
            .unwrap();
        assert!(get(&mut tx, id).await.unwrap().is_public());
        assert!(matches!(
            service::change(&mut tx, &hub, id, Evenement::Publier, &c).await,
            Err(Erreur::Conflit(_))
        ));
        // Another conseiller does not change it; a stale version neither.
        let r = service::modify(&mut tx, &conseiller(8), id, 2, fiche()).await;
        assert!(matches!(r, Err(Erreur::Introuvable)), "{r:?}");
        let r = service::modify(&mut tx, &conseiller(9), id, 1, fiche()).await;
        assert!(matches!(r, Err(Erreur::Conflit(_))), "{r:?}");
        let mut f = fiche();
        f.courriels = vec!["jeanne.martin@ville.fr".into(), "accueil@ville.fr".into()];
        service::modify(&mut tx, &conseiller(9), id, 2, f)
            .await
            .unwrap();
        let l = get(&mut tx, id).await.unwrap();
        assert_eq!(l.fiche.courriels, ["accueil@ville.fr"]);
        assert_eq!(
            store::contacts(&mut tx, id).await.unwrap().courriels,
            ["jeanne.martin@ville.fr"]
        );
        // Closing asks for a date and a reason.
        let r = service::change(&mut tx, &hub, id, Evenement::Fermer, &c).await;
        assert_eq!(message(r, "motif"), "Indiquez la raison.");
        let du = tx.today();
        let c = Changement {
            du: Some(du),
            motif: "Travaux".into(),
            ..Changement::default()
        };
        service::change(&mut tx, &hub, id, Evenement::Fermer, &c)
            .await
            .unwrap();
        let l = get(&mut tx, id).await.unwrap();
        assert!(!l.is_open_on(du) && l.is_open_on(socle::francais::plus_days(du, -1)));
        service::change(&mut tx, &hub, id, Evenement::Rouvrir, &c)
            .await
            .unwrap();

        // A structure publishes its own at once, never for another.
        let id = declare(&mut tx, &gestion, fiche(), None).await.unwrap();
        let l = get(&mut tx, id).await.unwrap();
        assert_eq!((l.etat, l.structure), (Etat::Publie, Some(s1)));
        assert!(matches!(
            declare(&mut tx, &gestion, fiche(), Some(s2)).await,
            Err(Erreur::Introuvable)
        ));
        assert_eq!(list_of_structure(&mut tx, s1).await.unwrap().len(), 1);
        assert_eq!(
            list_of_personne(&mut tx, Uuid::from_u128(9))
                .await
                .unwrap()
                .len(),
            1
        );
        let r = declare(&mut tx, &ailleurs, fiche(), None).await;
        assert_eq!(
            message(r, "commune"),
            "Cette commune n’est pas dans votre territoire."
        );
        assert!(matches!(
            declare(&mut tx, &Acteur::visiteur(), fiche(), None).await,
            Err(Erreur::Introuvable)
        ));
        tx.commit().await.unwrap();
    }
}
