//! Themes of a département, and sites nobody listed.

use socle::{Erreur, Perimetre, Role, essai};
use web::{Champs, essai::TestApp};

use super::{bases, entry, equipe::coordinateur};
use crate::{
    activite::{TypeActivite, dimension, service, store},
    theme_local,
};

const I: TypeActivite = TypeActivite::Individuel;

/// W29.
#[tokio::test]
async fn a_local_theme_counts_under_its_parent_in_its_departement() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let c = coordinateur();
        let f = Champs::default()
            .with("nom", "Vélo connecté")
            .with("parent", "culture_numerique");
        theme_local::add(&mut tx, &c, &f).await.unwrap();
        let e = theme_local::add(&mut tx, &c, &f).await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("nom").is_some()));
        let vide = theme_local::add(&mut tx, &c, &Champs::default()).await;
        assert!(matches!(vide, Err(Erreur::Saisie(e)) if e.get("parent").is_some()));
        let local = entry(&m).with("themes_locaux", "35_velo_connecte");
        let id = service::record(&mut tx, &m.moi, I, &local).await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        let themes: Vec<&str> = a
            .contenu
            .values(dimension::THEMATIQUE)
            .map(|v| v.valeur.as_str())
            .collect();
        assert_eq!(themes, ["culture_numerique", "email"]);
        assert_eq!(a.contenu.values(dimension::THEME_LOCAL).count(), 1);
        // Another département has none of it.
        let ailleurs = essai::acteur(
            Role::Coordinateur,
            Perimetre::Departements(vec!["29".into()]),
        );
        theme_local::add(&mut tx, &ailleurs, &f.clone().with("departement", "29"))
            .await
            .unwrap();
        let autre = entry(&m)
            .with("id_commande", "x")
            .with("themes_locaux", "29_velo_connecte");
        let e = service::record(&mut tx, &m.moi, I, &autre).await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("themes_locaux").is_some()));
        assert!(matches!(
            theme_local::close(&mut tx, &ailleurs, "35_velo_connecte").await,
            Err(Erreur::Introuvable)
        ));
        theme_local::close(&mut tx, &c, "35_velo_connecte")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let app = TestApp::new(b, &crate::routes());
        app.as_acteur(&c)
            .get("/themes-locaux")
            .await
            .expect(200)
            .shows("Vélo connecté");
        let mut x = app.as_acteur(&m.moi);
        x.get(&format!("/activites/{id}"))
            .await
            .expect(200)
            .shows("Vélo connecté");
        app.base.clock().advance_days(1);
        let page = x.get("/activites/individuel").await;
        assert!(!page.texte().contains("35_velo_connecte"), "closed");
    }
}

/// W26: a site nobody listed is added by who stumbles on it, and comes back
/// in the form.
#[tokio::test]
async fn a_site_may_be_named_freely() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = entry(&m)
            .with("operateur_1", "caf")
            .with("nature_1", "panne")
            .with("site_2", "Ma banque en ligne")
            .with("nature_2", "delai")
            .with("site_3", "sncf")
            .with("nature_3", "panne");
        let id = service::record(&mut tx, &m.moi, I, &f).await.unwrap();
        let a = store::read(&mut tx, &m.moi.perimetre, None, id)
            .await
            .unwrap();
        let v: Vec<&str> = a
            .contenu
            .values(dimension::IRRITANT)
            .map(|v| v.valeur.as_str())
            .collect();
        assert_eq!(
            v,
            ["autre_ma_banque_en_ligne:delai", "caf:panne", "sncf:panne"]
        );
        let seul = entry(&m).with("id_commande", "z").with("site_1", "Un site");
        let e = service::record(&mut tx, &m.moi, I, &seul).await;
        assert!(matches!(e, Err(Erreur::Saisie(e)) if e.get("nature_1").is_some()));
        tx.commit().await.unwrap();
        let app = TestApp::new(b, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get(&format!("/activites/{id}"))
            .await
            .shows("Ma banque en ligne : Délai");
        c.get(&format!("/activites/{id}/modifier"))
            .await
            .shows("value=\"Ma banque en ligne\"");
    }
}
