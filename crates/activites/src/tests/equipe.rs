//! Teams: who reads what, and since when.

use jiff::civil::Date;
use socle::{Acteur, Erreur, Perimetre, Role, essai, params, sql};
use uuid::Uuid;
use web::{Champs, essai::TestApp};

use super::{bases, counsellor, entry};
use crate::{
    activite::{TypeActivite, lecture, service},
    equipe,
};

pub(crate) fn coordinateur() -> Acteur {
    essai::acteur(
        Role::Coordinateur,
        Perimetre::Departements(vec!["35".into()]),
    )
}

fn on(m: &super::Monde, commande: &str, date: &str) -> Champs {
    let lieu = format!("lieu_activite:{}", m.lieu);
    Champs::default()
        .with("id_commande", commande)
        .with("date", date)
        .with("duree", "45")
        .with("lieu", lieu)
        .with("thematiques", "email")
        .with("confirme_date", "oui")
}

async fn team_of(tx: &mut socle::Tx, c: &Acteur) -> (i64, Vec<Date>) {
    let (p, f) = lecture::Filtre::period(Date::constant(2025, 1, 1), Date::constant(2026, 12, 31))
        .within_reach(c);
    let n = lecture::totals(tx, &p, &f).await.unwrap().activites;
    let liste = lecture::list(tx, &p, &f, 50, 0).await.unwrap();
    let themes = lecture::by_theme(tx, &p, &f).await.unwrap();
    assert_eq!(themes.is_empty(), n == 0);
    (n, liste.into_iter().map(|r| r.date).collect())
}

/// Scenario 5 and the example of spec 60 §2.4.
#[tokio::test]
async fn a_team_counts_inside_its_intervals_and_never_twice() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let (moi, c) = (m.moi.personne.unwrap(), coordinateur());
        let mut ids = Vec::new();
        for d in [
            "2025-11-09",
            "2025-11-10",
            "2025-12-31",
            "2026-01-15",
            "2026-02-01",
        ] {
            let id = service::record(&mut tx, &m.moi, TypeActivite::Individuel, &on(&m, d, d))
                .await
                .unwrap();
            ids.push(id);
        }
        assert_eq!(team_of(&mut tx, &c).await.0, 0, "nobody in the team");
        equipe::service::add(&mut tx, &c, &[moi], "2025-11-10")
            .await
            .unwrap();
        let sejour = equipe::store::list(&mut tx, c.personne.unwrap())
            .await
            .unwrap()[0]
            .id;
        equipe::service::remove(&mut tx, &c, sejour, "2025-12-31")
            .await
            .unwrap();
        // Coming back on a day still inside is refused beside the date.
        let e = equipe::service::add(&mut tx, &c, &[moi], "2025-12-31").await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("entree").is_some()));
        equipe::service::add(&mut tx, &c, &[moi], "2026-02-01")
            .await
            .unwrap();
        // The same click twice has one effect.
        let n = equipe::service::add(&mut tx, &c, &[moi], "2026-02-01").await;
        assert_eq!(n.unwrap(), 0);
        let attendu = ["2026-02-01", "2025-12-31", "2025-11-10"].map(|d| d.parse().unwrap());
        assert_eq!(team_of(&mut tx, &c).await, (3, attendu.to_vec()));
        for (id, lisible) in ids.iter().zip([false, true, true, false, true]) {
            let lu = service::read(&mut tx, &c, *id).await;
            assert_eq!(lu.is_ok(), lisible);
        }
        let v = equipe::intervalles(&mut tx, c.personne.unwrap())
            .await
            .unwrap();
        assert_eq!(v.len(), 2);
        assert_eq!(v[1], (moi, Date::constant(2026, 2, 1), None));
        let etapes = socle::historique::read(&mut tx, "equipe", sejour)
            .await
            .unwrap();
        assert_eq!(etapes.len(), 2);
        // A second coordinateur of the same member changes nothing for the first.
        let mut second = coordinateur();
        second.personne = Some(Uuid::from_u128(0xc2));
        equipe::service::add(&mut tx, &second, &[moi], "2025-11-01")
            .await
            .unwrap();
        assert_eq!(team_of(&mut tx, &c).await.0, 3);
        assert_eq!(team_of(&mut tx, &second).await.0, 5);
        let le = Date::constant(2025, 12, 1);
        let qui = equipe::store::coordinateurs(&mut tx, moi, le)
            .await
            .unwrap();
        assert_eq!(qui.len(), 2);
    }
}

/// Scenario 6: co-animated by two members, one for the team, one for each.
#[tokio::test]
async fn a_shared_workshop_counts_once_for_the_team() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let c = coordinateur();
        let depuis = Date::constant(2025, 6, 1);
        let autre = counsellor(&mut tx, "Zoé", m.structure, depuis, None).await;
        let (moi, elle) = (m.moi.personne.unwrap(), autre.personne.unwrap());
        equipe::service::add(&mut tx, &c, &[moi, elle], "2026-01-01")
            .await
            .unwrap();
        let f = super::workshop(&m).with("coanimateurs", elle);
        let id = service::record(&mut tx, &m.moi, TypeActivite::Collectif, &f)
            .await
            .unwrap();
        assert_eq!(team_of(&mut tx, &c).await.1.len(), 1);
        assert!(service::read(&mut tx, &m.moi, id).await.is_ok());
        assert!(service::read(&mut tx, &autre, id).await.is_ok());
    }
}

#[tokio::test]
async fn only_people_of_the_territory_come_in() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let moi = m.moi.personne.unwrap();
        let ailleurs = essai::acteur(
            Role::Coordinateur,
            Perimetre::Departements(vec!["29".into()]),
        );
        let e = equipe::service::add(&mut tx, &ailleurs, &[moi], "2026-01-01").await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("membres").is_some()));
        for (qui, quand, champ) in [
            (vec![], "2026-01-01", "membres"),
            (vec![moi], "2026-03-04", "entree"),
            (vec![moi], "2019-12-31", "entree"),
            (vec![moi], "", "entree"),
        ] {
            let e = equipe::service::add(&mut tx, &coordinateur(), &qui, quand).await;
            assert!(
                matches!(e, Err(Erreur::Saisie(e)) if e.get(champ).is_some()),
                "{quand}"
            );
        }
        let e = equipe::service::add(&mut tx, &m.moi, &[moi], "2026-01-01").await;
        assert!(matches!(e, Err(Erreur::Interdit(_))));
    }
}

/// Scenario 20.
#[tokio::test]
async fn an_activity_outside_the_team_is_unknown_and_the_question_is_kept() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        let c = coordinateur();
        let mut tx = app.base.write().await.unwrap();
        let id = service::record(&mut tx, &m.moi, TypeActivite::Individuel, &entry(&m))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut x = app.as_acteur(&c);
        let lien = format!("/activites/{id}");
        x.get(&lien).await.expect(404);
        let moi = m.moi.personne.unwrap().to_string();
        x.get("/equipe").await.expect(200).shows("Awa Essai");
        x.post("/equipe", &[("entree", "2026-03-01")])
            .await
            .expect(422)
            .shows("Choisissez au moins une personne.");
        x.post("/equipe", &[("membres", &moi), ("entree", "2026-03-01")])
            .await
            .expect(303);
        x.get(&lien).await.expect(200);
        x.get("/activites/equipe")
            .await
            .expect(200)
            .shows("1 activité")
            .shows("Awa Essai");
        x.get("/activites/export?format=csv")
            .await
            .expect(200)
            .shows(&id.to_string());
        let page = x.get("/equipe").await.texte();
        let sortie = page
            .split("href=\"")
            .find_map(|l| l.split('"').next().filter(|l| l.ends_with("/sortie")))
            .unwrap()
            .to_owned();
        x.get(&sortie).await.expect(200).shows("Awa Essai");
        x.post(&sortie, &[("sortie", "2026-02-01")])
            .await
            .expect(422)
            .shows("ne peut pas précéder");
        x.post(&sortie, &[("sortie", "2026-03-02")])
            .await
            .expect(303);
        x.get("/equipe").await.shows("Anciens membres");
        x.get(&lien).await.expect(404);
        let mut voisin = coordinateur();
        voisin.personne = Some(Uuid::from_u128(0xc3));
        app.as_acteur(&voisin).get(&sortie).await.expect(404);
        let mut tx = app.base.read().await.unwrap();
        let n = tx
            .count(
                sql!("SELECT count(*) AS n FROM journal WHERE action = 'activite.lecture_refusee' AND objet_id = $1"),
                params![id],
            )
            .await
            .unwrap();
        assert_eq!(n, 2);
    }
}
