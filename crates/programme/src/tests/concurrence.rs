//! Two people at once, two clicks: one effect.

use socle::{Erreur, Role};
use uuid::Uuid;

use super::{bases, monde::*, national};
use crate::comite::{self, SaisieDecision};

/// Two files ready for decision in one session, on a call of `contingent` posts.
async fn two_points(m: &Monde, contingent: &str) -> (Uuid, Vec<Uuid>, String) {
    let c = campagne(m, contingent).await;
    let mut ids = Vec::new();
    let mut operateur = m.national(Role::Operateur);
    for n in [21, 22] {
        let id = candidature(m, c, n).await;
        step(
            &mut operateur,
            &format!("/candidatures/{id}"),
            &[("evenement", "declarer_recevable")],
        )
        .await
        .expect(303);
        avis(m, id, "1").await.expect(303);
        ids.push(id);
    }
    let s = seance(m, c, &ids).await;
    let points = points(m, &s).await.iter().map(|p| last_id(p)).collect();
    (last_id(&s), points, s)
}

fn one_post() -> SaisieDecision {
    SaisieDecision {
        version: "1".into(),
        decision: "attribution".into(),
        nombre_postes: "1".into(),
        ..SaisieDecision::default()
    }
}

#[tokio::test]
async fn the_last_post_of_a_contingent_is_given_once() {
    // Scenario 6.
    for b in bases().await {
        let m = monde(b).await;
        let (session, points, lien) = two_points(&m, "1").await;
        let decide = |i: usize| {
            let (base, point) = (m.base(), points[i]);
            async move {
                let mut tx = base.write().await?;
                comite::decide(
                    &mut tx,
                    &national(Role::Secretariat),
                    session,
                    point,
                    &one_post(),
                )
                .await?;
                tx.commit().await
            }
        };
        let (x, y) = tokio::join!(decide(0), decide(1));
        assert!(x.is_ok() != y.is_ok(), "{x:?} {y:?}");
        let refus = [x, y].into_iter().find_map(Result::err).unwrap();
        assert!(
            matches!(&refus, Erreur::Conflit(m) if m == "Contingent épuisé : il reste 0 poste(s) pour Ille-et-Vilaine."),
            "{refus:?}"
        );
        // Not closed while an item is undecided.
        let mut s = m.national(Role::Secretariat);
        s.get(&lien).await.expect(200).shows("Il reste 1 point");
    }
}

#[tokio::test]
async fn a_session_closes_once() {
    // Scenario 7.
    for b in bases().await {
        let m = monde(b).await;
        let (session, points, _) = two_points(&m, "5").await;
        let secretariat = national(Role::Secretariat);
        let mut tx = m.base().write().await.unwrap();
        for p in &points {
            comite::decide(&mut tx, &secretariat, session, *p, &one_post())
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let close = |commande: &'static str| {
            let (base, a) = (m.base(), secretariat.clone());
            async move {
                let mut tx = base.write().await?;
                comite::close(&mut tx, &a, session, "3", commande).await?;
                tx.commit().await
            }
        };
        let (x, y) = tokio::join!(close("une"), close("une"));
        // The second either waits and finds the result, or loses and changes nothing.
        assert!(x.is_ok() || y.is_ok(), "{x:?} {y:?}");
        close("une").await.unwrap();
        assert!(matches!(close("autre").await, Err(Erreur::Conflit(_))));
        let mut tx = m.base().read().await.unwrap();
        let f = crate::poste::Filtre::default();
        let postes = crate::poste::list(&mut tx, &socle::Perimetre::National, &f)
            .await
            .unwrap();
        assert_eq!(postes.len(), 2, "one set of attributions");
    }
}

#[tokio::test]
async fn votes_and_decisions_agree() {
    for b in bases().await {
        let m = monde(b).await;
        let (session, points, lien) = two_points(&m, "5").await;
        let point = format!("{lien}/points/{}", points[0]);
        m.membre(2)
            .post(&format!("{point}/vote"), &[("voix", "pour")])
            .await
            .expect(409)
            .shows("membres présents");
        m.membre(0)
            .post(&format!("{point}/vote"), &[("voix", "")])
            .await
            .expect(422);
        m.membre(0)
            .post(&format!("{point}/vote"), &[("voix", "contre")])
            .await
            .expect(303);
        m.membre(1)
            .post(&format!("{point}/vote"), &[("voix", "deport")])
            .await
            .expect(303);
        let mut s = m.national(Role::Secretariat);
        let favorable = [
            ("version", "1"),
            ("decision", "attribution"),
            ("nombre_postes", "1"),
        ];
        let adresse = format!("{point}/decision");
        s.post(&adresse, &favorable)
            .await
            .expect(422)
            .shows("Le vote est défavorable");
        m.membre(1)
            .post(&format!("{point}/vote"), &[("voix", "pour")])
            .await
            .expect(303);
        s.post(&adresse, &favorable)
            .await
            .expect(422)
            .shows("Les voix sont partagées");
        let refus = [("version", "1"), ("decision", "refus"), ("motif", "court")];
        s.post(&adresse, &refus)
            .await
            .expect(422)
            .shows("Choisissez au moins un motif");
        let tranche = [
            ("version", "1"),
            ("decision", "attribution"),
            ("nombre_postes", "1"),
            ("voix_preponderante", "oui"),
        ];
        s.post(&adresse, &tranche).await.expect(303);
        s.post(&adresse, &tranche).await.expect(409);
        m.membre(0)
            .post(&format!("{point}/vote"), &[("voix", "pour")])
            .await
            .expect(409)
            .shows("déjà enregistrée");
        // Above the request and the opinion: a reason is asked for.
        let autre = format!("{lien}/points/{}/decision", points[1]);
        let trop = [
            ("version", "1"),
            ("decision", "attribution"),
            ("nombre_postes", "3"),
        ];
        s.post(&autre, &trop)
            .await
            .expect(422)
            .shows("au moins 20 caractères");
        // A withdrawn file leaves the agenda.
        let mut tx = m.base().write().await.unwrap();
        let p = crate::candidature::Filtre::default();
        let dossiers = crate::candidature::list(&mut tx, &socle::Perimetre::National, &p)
            .await
            .unwrap();
        let d = dossiers
            .iter()
            .find(|d| d.numero.ends_with("00002"))
            .unwrap();
        let (id, version) = (d.id, d.version.to_string());
        let op = national(Role::Operateur);
        let ev = crate::candidature::Evenement::Annuler;
        let motif = "La structure renonce à son projet.";
        crate::candidature::act(&mut tx, &op, id, ev, &version, motif, "")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(super::monde::points(&m, &lien).await.len(), 1);
        assert_eq!(session, last_id(&lien));
    }
}
