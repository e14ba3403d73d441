//! Reports of coordinateurs: rules, figures, who reads them.

use jiff::civil::Date;
use socle::{Erreur, Perimetre, Role, essai};
use web::{Champs, essai::TestApp};

use super::{bases, counsellor, equipe::coordinateur, head};
use crate::coordination::{Genre, chiffres, service};

fn animation() -> Champs {
    Champs::default()
        .with("id_commande", "a")
        .with("date", "2026-03-02")
        .with("duree", "90")
        .with("type_animation", "reunion_coordination")
        .with("initiative", "demande")
        .with("theme_animation", "soutien")
        .with("theme_animation", "autre")
        .with("theme_animation_precision", "Matériel")
        .with("mediateurs", "8")
        .with("structures", "2")
}

fn event() -> Champs {
    Champs::default()
        .with("id_commande", "e")
        .with("date", "2026-02-20")
        .with("nom", "Forum des aidants")
        .with("participants", "1 200")
        .with("type_evenement", "nec_local")
        .with("organisateur", "departement")
        .with("organisateur", "hub")
        .with("echelon", "departemental")
}

fn partnership() -> Champs {
    Champs::default()
        .with("id_commande", "p")
        .with("date", "2026-01-20")
        .with("duree", "45")
        .with("nom", "Relais")
        .with("nature", "parcours_usager")
        .with("echelon", "communal")
        .with("partenaire_1", "CCAS")
        .with("partenaire_type_1", "commune")
        .with("partenaire_2", "Atelier du Vélo")
        .with("partenaire_type_2", "autre")
        .with("partenaire_precision_2", "coopérative")
}

async fn refused(tx: &mut socle::Tx, g: Genre, f: &Champs, champ: &str, message: &str) {
    let e = service::record(tx, &coordinateur(), g, f).await;
    let Err(Erreur::Saisie(e)) = e else {
        panic!("{champ} accepted")
    };
    assert_eq!(e.get(champ), Some(message), "{champ}");
}

#[tokio::test]
async fn each_kind_asks_for_what_it_needs() {
    for (b, _) in bases().await {
        let mut tx = b.write().await.unwrap();
        let vide = Champs::default().with("id_commande", "v");
        let un = "Choisissez au moins une réponse.";
        for (g, champ, message) in [
            (
                Genre::Animation,
                "mediateurs",
                "Indiquez au moins un participant.",
            ),
            (Genre::Animation, "theme_animation", un),
            (Genre::Evenement, "nom", "Donnez un nom."),
            (Genre::Evenement, "organisateur", un),
            (
                Genre::Evenement,
                "participants",
                "Indiquez un nombre entre 0 et 100 000.",
            ),
            (Genre::Partenariat, "nature", un),
            (
                Genre::Partenariat,
                "partenaire_1",
                "Indiquez au moins un partenaire.",
            ),
        ] {
            refused(&mut tx, g, &vide, champ, message).await;
        }
        let autre = event()
            .with("type_evenement", "x")
            .with("organisateur", "autre");
        refused(
            &mut tx,
            Genre::Evenement,
            &autre,
            "organisateur_precision",
            "Précisez.",
        )
        .await;
        let moi = partnership()
            .with("partenaire_3", "Nous")
            .with("partenaire_type_3", "ma_structure");
        refused(
            &mut tx,
            Genre::Partenariat,
            &moi,
            "partenaire_type_3",
            "Votre structure n'est pas un partenaire.",
        )
        .await;
        let futur = Champs::default().with("date", "2026-03-04");
        refused(
            &mut tx,
            Genre::Animation,
            &futur,
            "date",
            "La date ne peut pas être dans le futur.",
        )
        .await;
    }
}

/// ST60.
#[tokio::test]
async fn figures_are_a_set_of_their_own() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let c = coordinateur();
        for (g, f) in [
            (Genre::Animation, animation()),
            (Genre::Evenement, event()),
            (Genre::Partenariat, partnership()),
        ] {
            let un = service::record(&mut tx, &c, g, &f).await.unwrap();
            let deux = service::record(&mut tx, &c, g, &f).await.unwrap();
            assert_eq!(un, deux, "two clicks, one effect");
            let lu = service::read(&mut tx, &c, un).await.unwrap();
            assert_eq!(lu.departement.as_deref(), Some("35"));
        }
        let p35 = Perimetre::Departements(vec!["35".into()]);
        let (du, au) = (Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
        let v = chiffres::compter(&mut tx, &p35, du, au).await.unwrap();
        let un = |par: &str, genre: &str, valeur: &str| {
            v.iter()
                .find(|c| c.par == par && c.genre == genre && c.valeur == valeur)
                .map(|c| (c.nombre, c.minutes, c.participants))
        };
        assert_eq!(un("genre", "animation", "animation"), Some((1, 90, 10)));
        assert_eq!(un("genre", "evenement", "evenement"), Some((1, 0, 1200)));
        assert_eq!(un("echelon", "partenariat", "communal"), Some((1, 45, 0)));
        assert_eq!(un("type", "evenement", "nec_local"), Some((1, 0, 1200)));
        assert_eq!(un("trimestre", "animation", "2026-T1"), Some((1, 90, 10)));
        assert_eq!(un("mission", "animation", "relais"), Some((1, 90, 10)));
        let ailleurs = Perimetre::Departements(vec!["29".into()]);
        let v = chiffres::compter(&mut tx, &ailleurs, du, au).await.unwrap();
        assert!(v.is_empty());
        assert_eq!(super::count(&mut tx).await, 0, "never an accompagnement");
        let e = service::record(&mut tx, &m.moi, Genre::Animation, &animation()).await;
        assert!(matches!(e, Err(Erreur::Interdit(_))));
    }
}

#[tokio::test]
async fn a_report_is_shown_changed_deleted_restored_and_exported() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        // A coordinateur employed by the structure of the head.
        let mut tx = app.base.write().await.unwrap();
        let depuis = Date::constant(2025, 6, 1);
        let mut moi = counsellor(&mut tx, "Hélène", m.structure, depuis, None).await;
        tx.commit().await.unwrap();
        moi.role = Role::Coordinateur;
        moi.perimetre = Perimetre::Departements(vec!["35".into()]);
        let mut c = app.as_acteur(&moi);
        for genre in ["animation", "evenement", "partenariat"] {
            let chemin = format!("/coordination/{genre}");
            c.get(&chemin).await.expect(200).shows("2026-03-03");
            c.post(&chemin, &[("nom", "Forum <b>")]).await.expect(422);
        }
        let envoi = [
            ("id_commande", "x"),
            ("date", "2026-02-20"),
            ("nom", "Forum des aidants"),
            ("participants", "120"),
            ("type_evenement", "autre"),
            ("type_evenement_precision", "salon"),
            ("organisateur", "hub"),
            ("echelon", "regional"),
            ("notes", "Entre nous"),
            ("version", "1"),
        ];
        let lien = c
            .post("/coordination/evenement", &envoi)
            .await
            .expect(303)
            .lien();
        c.get(&lien)
            .await
            .expect(200)
            .shows("Autre (salon)")
            .shows("Entre nous")
            .shows("120\u{a0}participants");
        c.get(&format!("{lien}/modifier"))
            .await
            .expect(200)
            .shows("value=\"salon\"");
        let mut change = envoi;
        change[3] = ("participants", "130");
        c.post(&format!("{lien}/modifier"), &change)
            .await
            .expect(303);
        change[3] = ("participants", "140");
        c.post(&format!("{lien}/modifier"), &change)
            .await
            .expect(409);
        c.get("/coordination").await.shows("130\u{a0}participants");
        for format in ["csv", "ods", "xlsx"] {
            c.get(&format!("/coordination/export?format={format}"))
                .await
                .expect(200);
        }
        let mut chef = app.as_acteur(&head(m.structure));
        let vu = chef.get(&lien).await;
        vu.expect(200).shows("Forum des aidants");
        assert!(!vu.texte().contains("Entre nous"), "notes are the author's");
        c.post(&format!("{lien}/supprimer"), &[]).await.expect(303);
        chef.get(&lien).await.expect(404);
        c.get(&lien).await.expect(200).shows("Restaurer");
        c.post(&format!("{lien}/restaurer"), &[]).await.expect(303);
        chef.get(&lien).await.expect(200);
        let autre = head(uuid::Uuid::from_u128(0xdead));
        app.as_acteur(&autre).get(&lien).await.expect(404);
        app.as_acteur(&coordinateur()).get(&lien).await.expect(404);
        let prefet = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        app.as_acteur(&prefet)
            .get("/coordination")
            .await
            .expect(403);
    }
}
