//! The week as a table.

use socle::{Erreur, params, sql};
use web::{Champs, essai::TestApp};

use super::{bases, count};
use crate::activite::semaine;

fn table(m: &super::Monde) -> Champs {
    let lieu = format!("lieu_activite:{}", m.lieu);
    let mut f = Champs::default()
        .with("id_commande", "s1")
        .with("lignes", "4");
    for n in 1..=4 {
        f = f
            .with(&format!("jour_{n}"), "2026-03-02")
            .with(&format!("lieu_{n}"), &lieu)
            .with(&format!("duree_{n}"), "30");
    }
    f
}

/// §3.7: the same line repeated, one transaction, once.
#[tokio::test]
async fn a_line_makes_as_many_individuels() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = table(&m)
            .with("theme_1", "email")
            .with("second_1", "sante")
            .with("genre_1", "feminin")
            .with("fois_1", "20")
            .with("theme_3", "bureautique");
        assert_eq!(semaine::record(&mut tx, &m.moi, &f).await.unwrap(), 21);
        assert_eq!(semaine::record(&mut tx, &m.moi, &f).await.unwrap(), 21);
        assert_eq!(count(&mut tx).await, 21, "the same table twice, once");
        let journal = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(journal, 21);
        let themes = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_valeur WHERE dimension = 'thematique'"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(themes, 41);
    }
}

#[tokio::test]
async fn one_wrong_cell_and_nothing_is_recorded() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        for (f, cellule, message) in [
            (
                table(&m).with("theme_1", "email").with("fois_2", "2"),
                "theme_2",
                "Ligne 2 : Choisissez au moins une thématique.",
            ),
            (
                table(&m).with("theme_1", "email").with("fois_1", "21"),
                "fois_1",
                "Ligne 1 : de 1 à 20 fois.",
            ),
            (
                (1..=4).fold(table(&m), |f, n| {
                    f.with(&format!("theme_{n}"), "email")
                        .with(&format!("fois_{n}"), "16")
                }),
                "fois_1",
                "60 accompagnements au maximum par envoi (actuellement 64).",
            ),
            (table(&m), "theme_1", "Remplissez au moins une ligne."),
            (
                Champs::default()
                    .with("lignes", "1")
                    .with("theme_1", "email"),
                "duree_1",
                "Ligne 1 : La durée doit être comprise entre 5 min et 10 h.",
            ),
        ] {
            let e = semaine::record(&mut tx, &m.moi, &f).await;
            let Err(Erreur::Saisie(e)) = e else {
                panic!("{cellule} accepted")
            };
            assert_eq!(e.get(cellule), Some(message));
        }
        assert_eq!(count(&mut tx).await, 0);
    }
}

#[tokio::test]
async fn the_table_opens_filled_and_keeps_what_was_typed() {
    for (base, m) in bases().await {
        let app = TestApp::new(base, &crate::routes());
        let mut c = app.as_acteur(&m.moi);
        c.get("/activites/semaine")
            .await
            .expect(200)
            .shows("Semaine du 2 mars 2026")
            .shows("Thème, ligne 7")
            .shows(&format!("value=\"lieu_activite:{}\" selected", m.lieu));
        c.get("/activites/semaine?lundi=2026-02-18")
            .await
            .expect(200)
            .shows("Semaine du 16 février 2026")
            .shows("Semaine suivante");
        let mut f = vec![
            ("id_commande", "w"),
            ("lignes", "7"),
            ("jour_1", "2026-03-02"),
            ("lieu_1", "a_distance"),
            ("duree_1", "30"),
            ("genre_1", "feminin"),
        ];
        c.post("/activites/semaine", &f)
            .await
            .expect(422)
            .shows("Ligne 1 : Choisissez au moins une thématique.")
            .shows("value=\"feminin\" selected");
        f.push(("theme_1", "email"));
        let mut plus = f.clone();
        plus.push(("faire", "lignes"));
        c.post("/activites/semaine", &plus)
            .await
            .expect(200)
            .shows("Thème, ligne 12")
            .shows("value=\"email\" selected");
        f.push(("fois_1", "3"));
        c.post("/activites/semaine", &f).await.expect(303);
        c.get("/activites").await.shows("3 activités");
    }
}
