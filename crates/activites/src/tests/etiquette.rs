//! Tags and their scopes.

use jiff::civil::Date;
use socle::{Acteur, Erreur, Perimetre, Role, essai, params, sql};
use uuid::Uuid;
use web::{Champs, essai::TestApp};

use super::{bases, counsellor, entry, equipe::coordinateur};
use crate::{
    activite::{TypeActivite, service as activite, store},
    equipe,
    etiquette::{self, service},
};

const I: TypeActivite = TypeActivite::Individuel;

fn named(nom: &str) -> Champs {
    Champs::default().with("nom", nom)
}

async fn tags_of(tx: &mut socle::Tx, moi: &Acteur, id: Uuid) -> Vec<String> {
    store::read(tx, &moi.perimetre, None, id)
        .await
        .unwrap()
        .contenu
        .etiquettes
}

/// §3.8: who may make which.
#[tokio::test]
async fn each_scope_has_its_owners() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let dep = Perimetre::Departements(vec!["35".into()]);
        let prefet = essai::acteur(Role::Prefecture, dep);
        let anct = essai::acteur(Role::Administrateur, Perimetre::National);
        let c = coordinateur();
        let equipe = format!("equipe:{}", c.personne.unwrap());
        for (qui, domaine, possible) in [
            (&m.moi, "", true),
            (&m.moi, "nationale:", false),
            (&c, equipe.as_str(), true),
            (&c, "departementale:35", true),
            (&c, "departementale:29", false),
            (&prefet, "departementale:35", false),
            (&anct, "nationale:", true),
            (&anct, "departementale:35", false),
        ] {
            let f = named("Aidants").with("domaine", domaine);
            let fait = service::create(&mut tx, qui, &f).await;
            assert_eq!(fait.is_ok(), possible, "{} {domaine}", qui.role.cle());
        }
        // Taken: the coordinateur made it first in that département.
        let e = service::create(&mut tx, &prefet, &named("aidants")).await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("nom").is_some()));
        for mauvais in ["ab", "un, deux"] {
            let e = service::create(&mut tx, &m.moi, &named(mauvais)).await;
            assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("nom").is_some()));
        }
        let chef = super::head(m.structure);
        assert!(matches!(
            service::create(&mut tx, &chef, &named("Aidants")).await,
            Err(Erreur::Interdit(_))
        ));
    }
}

#[tokio::test]
async fn an_author_picks_in_every_scope_they_see() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let moi = m.moi.personne.unwrap();
        let c = coordinateur();
        let equipe_cle = format!("equipe:{}", c.personne.unwrap());
        let partagee = service::create(
            &mut tx,
            &c,
            &named("Semaine bleue").with("domaine", &equipe_cle),
        )
        .await
        .unwrap();
        let le = Date::constant(2026, 3, 3);
        let avant = service::named(&mut tx, moi, le, "semaine bleue")
            .await
            .unwrap();
        assert_ne!(avant, partagee, "not in the team yet: a tag of one's own");
        equipe::service::add(&mut tx, &c, &[moi], "2026-03-01")
            .await
            .unwrap();
        service::rename(&mut tx, &m.moi, avant, &named("À moi"))
            .await
            .unwrap();
        let apres = service::named(&mut tx, moi, le, "SEMAINE BLEUE")
            .await
            .unwrap();
        assert_eq!(apres, partagee);
        let f = entry(&m)
            .with("etiquettes", "Semaine bleue")
            .with("etiquettes", "À moi")
            .with("etiquettes_autres", "zèbre, à moi");
        let id = activite::record(&mut tx, &m.moi, I, &f).await.unwrap();
        let tags = tags_of(&mut tx, &m.moi, id).await;
        assert_eq!(tags, ["À moi", "Semaine bleue", "zèbre"]);
        let domaines = service::visible(&mut tx, moi, le).await.unwrap();
        assert_eq!(domaines.len(), 4);
        service::set_archived(&mut tx, &m.moi, avant, true)
            .await
            .unwrap();
        let v = etiquette::store::most_used(&mut tx, moi, &domaines, 10)
            .await
            .unwrap();
        assert_eq!(v.len(), 2, "archived tags leave the picker: {v:?}");
        assert_eq!(tags_of(&mut tx, &m.moi, id).await.len(), 3, "and stay");
    }
}

#[tokio::test]
async fn a_merge_moves_activities_and_is_undone_for_thirty_days() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let mut ids = Vec::new();
        for (i, tags) in ["seniors", "seniors, aînés", "aînés"].iter().enumerate() {
            let f = entry(&m)
                .with("id_commande", format!("k{i}"))
                .with("etiquettes", tags);
            let id = activite::record(&mut tx, &m.moi, I, &f).await;
            // The command id of the helper comes first: each needs its own.
            ids.push(id);
        }
        assert!(ids[1].is_err(), "one command, one body");
        let mut ids = vec![ids.swap_remove(0).unwrap()];
        for (i, tags) in ["seniors, aînés", "aînés"].iter().enumerate() {
            let f = Champs::default()
                .with("id_commande", format!("k{i}"))
                .with("date", "2026-03-03")
                .with("duree", "30")
                .with("lieu", "a_distance")
                .with("thematiques", "email")
                .with("etiquettes", tags);
            ids.push(activite::record(&mut tx, &m.moi, I, &f).await.unwrap());
        }
        let moi = m.moi.personne.unwrap();
        let le = Date::constant(2026, 3, 3);
        let source = service::named(&mut tx, moi, le, "aînés").await.unwrap();
        let cible = service::named(&mut tx, moi, le, "seniors").await.unwrap();
        let depuis = Date::constant(2025, 6, 1);
        let autre = counsellor(&mut tx, "Zoé", m.structure, depuis, None).await;
        let c = cible.to_string();
        assert!(matches!(
            service::merge(&mut tx, &autre, source, &c).await,
            Err(Erreur::Introuvable)
        ));
        let soi = service::merge(&mut tx, &m.moi, source, &source.to_string()).await;
        assert!(matches!(soi, Err(Erreur::Saisie(e)) if e.get("cible").is_some()));
        for _ in 0..2 {
            service::merge(&mut tx, &m.moi, source, &c).await.unwrap();
        }
        for id in &ids {
            assert_eq!(tags_of(&mut tx, &m.moi, *id).await, ["seniors"]);
        }
        // Three recorded, two moved: the figures read them again.
        let journal = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(journal, 5);
        service::undo_merge(&mut tx, &m.moi, source).await.unwrap();
        let avant: Vec<Vec<String>> = vec![
            vec!["seniors".into()],
            vec!["aînés".into(), "seniors".into()],
            vec!["aînés".into()],
        ];
        for (id, attendu) in ids.iter().zip(&avant) {
            assert_eq!(&tags_of(&mut tx, &m.moi, *id).await, attendu);
        }
        service::merge(&mut tx, &m.moi, source, &c).await.unwrap();
        tx.commit().await.unwrap();
        b.clock().advance_days(31);
        let mut tx = b.write().await.unwrap();
        assert!(matches!(
            service::undo_merge(&mut tx, &m.moi, source).await,
            Err(Erreur::Conflit(_))
        ));
    }
}

#[tokio::test]
async fn tags_have_pages() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/etiquettes").await.expect(200);
        c.post("/etiquettes", &[("nom", "x")])
            .await
            .expect(422)
            .shows("de 3 à 80 caractères");
        for nom in ["Aidants", "Proches aidants"] {
            c.post("/etiquettes", &[("nom", nom)]).await.expect(303);
        }
        let page = c.get("/etiquettes").await.texte();
        let liens: Vec<String> = page
            .split("href=\"")
            .filter_map(|l| l.split('"').next())
            .filter(|l| l.starts_with("/etiquettes/"))
            .map(ToOwned::to_owned)
            .collect();
        assert_eq!(liens.len(), 2);
        let cible = liens[1].rsplit('/').next().unwrap();
        c.get(&liens[0]).await.expect(200).shows("Proches aidants");
        c.post(&format!("{}/fusionner", liens[0]), &[("cible", "")])
            .await
            .expect(422);
        c.post(&format!("{}/fusionner", liens[0]), &[("cible", cible)])
            .await
            .expect(303);
        c.get(&liens[0]).await.shows("Défaire la fusion");
        c.post(&format!("{}/defusionner", liens[0]), &[])
            .await
            .expect(303);
        for geste in ["archiver", "reprendre"] {
            c.post(&format!("{}/{geste}", liens[0]), &[])
                .await
                .expect(303);
        }
        // The form of an activity proposes them.
        c.get("/activites/individuel")
            .await
            .shows("value=\"Aidants\"");
        app.as_acteur(&coordinateur())
            .get(&liens[0])
            .await
            .expect(404);
    }
}
