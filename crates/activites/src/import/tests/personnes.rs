use socle::{Base, Erreur, Perimetre, Role, Tx, essai, params, sql};
use uuid::Uuid;
use web::Champs;

use super::{analysis, file, import, send};
use crate::{
    activite,
    beneficiaire::{self, Beneficiaire},
    import::{Choix, Etat, Genre::Beneficiaires, Probleme, service, store},
    tests::{bases, counsellor, entry},
};

const TITRES: &[&str] = &[
    "Prénom",
    "NOM",
    "Information le",
    "Téléphone",
    "E-mail",
    "Année de naissance",
    "Ville",
    "CP",
    "Sexe",
];

/// A hundred people, three of them with a wrong cell.
fn hundred() -> Vec<u8> {
    let lignes: Vec<Vec<String>> = (0..100)
        .map(|i| {
            let mut l = vec![
                format!("Prénom{}", lettres(i)),
                format!("Nom{}", lettres(i)),
                "03/03/2026".into(),
                format!("06 00 00 {:02} {:02}", i / 10, i % 100),
                String::new(),
                "1956".into(),
                "Rennes".into(),
                "35000".into(),
                "F".into(),
            ];
            match i {
                10 => l[3] = "12".into(),
                20 => l[5] = "1856".into(),
                30 => l[7] = "29000".into(),
                _ => {}
            }
            l
        })
        .collect();
    let mut refs: Vec<Vec<&str>> = vec![TITRES.to_vec()];
    refs.extend(
        lignes
            .iter()
            .map(|l| l.iter().map(String::as_str).collect()),
    );
    let refs: Vec<&[&str]> = refs.iter().map(Vec::as_slice).collect();
    file(&refs)
}

fn lettres(i: usize) -> String {
    let l = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    [l(i / 26), l(i), l(i * 7), l(i / 13), l(i * 3)]
        .iter()
        .collect()
}

async fn files(tx: &mut Tx, referent: Uuid) -> Vec<Beneficiaire> {
    beneficiaire::store::list(tx, &Perimetre::Soi(referent))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_hundred_lines_with_three_wrong_cells_make_97_files_once() {
    // Scenario 15.
    for (b, m) in bases().await {
        let moi = m.moi.personne.unwrap();
        let mut tx = b.write().await.unwrap();
        let id = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        let a = analysis(&mut tx, id).await;
        let p = |ligne, colonne: &str, message: &str| Probleme {
            ligne,
            colonne: colonne.into(),
            message: message.into(),
        };
        assert_eq!(
            a.problemes,
            [
                p(12, "telephone", "Numéro de téléphone non reconnu."),
                p(
                    22,
                    "annee_naissance",
                    "L'année de naissance doit être comprise entre 1900 et 2026."
                ),
                p(
                    32,
                    "code_postal",
                    "La commune et le code postal ne correspondent pas."
                ),
            ]
        );
        assert_eq!((a.lignes, a.valides), (100, 97));
        // Not without agreeing to leave three lines.
        let refus = service::confirm(&mut tx, &m.moi, id, false)
            .await
            .unwrap_err();
        assert!(matches!(refus, Erreur::Saisie(e) if e.get("valides").is_some()));
        assert!(files(&mut tx, moi).await.is_empty());
        for _ in 0..2 {
            let i = service::confirm(&mut tx, &m.moi, id, true).await.unwrap();
            assert_eq!((i.etat, i.ecrites), (Etat::Confirme, 97));
        }
        let toutes = files(&mut tx, moi).await;
        assert_eq!(toutes.len(), 97);
        let f = &toutes[0].fiche;
        assert_eq!(f.commune_residence.as_deref(), Some("35238"));
        assert_eq!(f.genre, "feminin");
        assert_eq!(f.informe_le.unwrap().to_string(), "2026-03-03");
        assert!(f.telephone.as_deref().unwrap().starts_with("+336"));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn cells_are_corrected_in_place() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        let champs = Champs::default()
            .with("c.12.telephone", "06 00 00 00 12")
            .with("c.22.annee_naissance", "1957")
            .with("c.32.code_postal", "35200")
            // A line that was right is not touched by a forged field.
            .with("c.2.nom", "Autre");
        let a = service::correct(&mut tx, &m.moi, id, &champs)
            .await
            .unwrap();
        assert_eq!((a.fausses(), a.valides), (0, 100));
        let i = service::confirm(&mut tx, &m.moi, id, false).await.unwrap();
        assert_eq!(i.ecrites, 100);
        let toutes = files(&mut tx, m.moi.personne.unwrap()).await;
        assert!(
            toutes
                .iter()
                .all(|b| b.fiche.nom.as_deref() != Some("Autre"))
        );
    }
}

#[tokio::test]
async fn the_same_file_twice_writes_nothing_more() {
    for (b, m) in bases().await {
        let moi = m.moi.personne.unwrap();
        let mut tx = b.write().await.unwrap();
        import(&mut tx, &m.moi, Beneficiaires, &hundred()).await;
        let id = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        let a = analysis(&mut tx, id).await;
        assert_eq!((a.valides, a.ecartees, a.doublons.len()), (0, 97, 97));
        assert!(a.remarques[0].starts_with("Vous avez déjà importé ce même fichier"));
        let refus = service::confirm(&mut tx, &m.moi, id, true).await;
        assert!(matches!(refus, Err(Erreur::Saisie(_))));
        assert_eq!(files(&mut tx, moi).await.len(), 97);
    }
}

#[tokio::test]
async fn two_clicks_at_once_import_once() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let click = |base: Base| {
            let moi = m.moi.clone();
            async move {
                let mut tx = base.write().await.unwrap();
                let r = service::confirm(&mut tx, &moi, id, true).await;
                if r.is_ok() {
                    tx.commit().await.unwrap();
                }
                r.map(|_| ())
            }
        };
        let (r1, r2) = tokio::join!(click((*b).clone()), click((*b).clone()));
        assert!(r1.is_ok() || r2.is_ok());
        let mut tx = b.write().await.unwrap();
        assert_eq!(files(&mut tx, m.moi.personne.unwrap()).await.len(), 97);
    }
}

#[tokio::test]
async fn known_people_are_completed_created_or_left() {
    for (b, m) in bases().await {
        let moi = m.moi.personne.unwrap();
        let mut tx = b.write().await.unwrap();
        let premiere = file(&[
            &["Nom", "Prénom", "Année", "Information le"],
            &["Diallo", "Aïssatou", "1950", "2026-01-05"],
        ]);
        import(&mut tx, &m.moi, Beneficiaires, &premiere).await;
        let seconde = file(&[
            &["Nom", "Prénom", "Année", "Tél", "Commune", "Informée le"],
            &[
                "DIALLO",
                "Aissatou",
                "1950",
                "0600000001",
                "Rennes",
                "2026-02-01",
            ],
            &["Diallo", "Aissatou", "", "0600000002", "", "2026-02-01"],
        ]);
        let id = send(&mut tx, &m.moi, Beneficiaires, &seconde)
            .await
            .unwrap();
        let a = analysis(&mut tx, id).await;
        assert_eq!(a.doublons.len(), 2, "{a:?}");
        assert_eq!(a.doublons[1].connu, "Aïssatou Diallo");
        let champs = Champs::default()
            .with("choix.2", "completer")
            .with("choix.3", "ignorer");
        let a = service::correct(&mut tx, &m.moi, id, &champs)
            .await
            .unwrap();
        assert_eq!((a.valides, a.ecartees), (1, 1));
        assert_eq!(a.doublons[1].choix, Choix::Ignorer);
        service::confirm(&mut tx, &m.moi, id, false).await.unwrap();
        let v = files(&mut tx, moi).await;
        assert_eq!(v.len(), 1);
        assert_eq!(v[0].fiche.telephone.as_deref(), Some("+33600000001"));
        assert_eq!(
            v[0].fiche.prenom.as_deref(),
            Some("Aïssatou"),
            "what was there stays"
        );
        // Undone: the file loses what it gained, and only that.
        assert_eq!(service::cancel(&mut tx, &m.moi, id).await.unwrap(), 0);
        let v = files(&mut tx, moi).await;
        assert_eq!(
            (v[0].fiche.telephone.clone(), v[0].fiche.annee_naissance),
            (None, Some(1950))
        );
    }
}

#[tokio::test]
async fn an_import_is_undone_for_a_week_where_nobody_touched_it() {
    for (b, m) in bases().await {
        let moi = m.moi.personne.unwrap();
        let f = file(&[
            &["Repère", "Notes"],
            &["M. D., mairie", "Vient le mardi"],
            &["Mme R., marché", ""],
            &["M. K., bus", ""],
        ]);
        let mut tx = b.write().await.unwrap();
        let i = import(&mut tx, &m.moi, Beneficiaires, &f).await;
        assert_eq!(i.ecrites, 3);
        let v = files(&mut tx, moi).await;
        let de = |nom: &str| {
            v.iter()
                .find(|b| b.fiche.nom_affiche() == nom)
                .unwrap()
                .clone()
        };
        // One came, one was corrected: both stay.
        let vue = entry(&m).with("beneficiaire", de("Mme R., marché").id);
        let vue = Champs::default()
            .with("id_commande", "x")
            .with("date", vue.get("date"))
            .with("duree", "45")
            .with("lieu", vue.get("lieu"))
            .with("thematiques", "email")
            .with("beneficiaire", de("Mme R., marché").id);
        activite::service::record(&mut tx, &m.moi, activite::TypeActivite::Individuel, &vue)
            .await
            .unwrap();
        let k = de("M. K., bus");
        let corrige = Champs::default()
            .with("mode", "pseudonyme")
            .with("alias", "M. K., bus 57");
        beneficiaire::tests::modify(&mut tx, &m.moi, k.id, 1, &corrige)
            .await
            .unwrap();
        assert_eq!(service::cancel(&mut tx, &m.moi, i.id).await.unwrap(), 2);
        assert_eq!(files(&mut tx, moi).await.len(), 2);
        let encore = service::cancel(&mut tx, &m.moi, i.id).await;
        assert!(matches!(encore, Err(Erreur::Conflit(_))));
        tx.commit().await.unwrap();
        // Eight days later it is too late.
        let mut tx = b.write().await.unwrap();
        let f = file(&[&["Repère"], &["Mme Z., gare"]]);
        let i = import(&mut tx, &m.moi, Beneficiaires, &f).await;
        tx.commit().await.unwrap();
        b.clock().advance_days(8);
        let mut tx = b.write().await.unwrap();
        let tard = service::cancel(&mut tx, &m.moi, i.id).await;
        assert!(matches!(tard, Err(Erreur::Conflit(_))));
    }
}

#[tokio::test]
async fn somebody_else_s_import_does_not_exist() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        let autre = counsellor(
            &mut tx,
            "Ali",
            m.structure,
            jiff::civil::Date::constant(2025, 6, 1),
            None,
        )
        .await;
        let autre_role = socle::Acteur {
            role: Role::GestionnaireStructure,
            ..m.moi.clone()
        };
        for a in [&autre, &autre_role] {
            let champs = Champs::default();
            let v = [
                service::get(&mut tx, a, id).await.map(|_| ()),
                service::confirm(&mut tx, a, id, true).await.map(|_| ()),
                service::correct(&mut tx, a, id, &champs).await.map(|_| ()),
                service::cancel(&mut tx, a, id).await.map(|_| ()),
                service::discard(&mut tx, a, id).await.map(|_| ()),
            ];
            assert!(
                v.iter().all(|r| matches!(r, Err(Erreur::Introuvable))),
                "{v:?}"
            );
        }
        let prefet = essai::acteur(Role::Prefecture, Perimetre::Departements(vec!["35".into()]));
        let r = send(&mut tx, &prefet, Beneficiaires, &hundred()).await;
        assert!(matches!(r, Err(Erreur::Interdit(_))));
    }
}

#[tokio::test]
async fn what_was_read_of_a_file_does_not_stay() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let fait = import(&mut tx, &m.moi, Beneficiaires, &hundred()).await;
        let laisse = send(&mut tx, &m.moi, Beneficiaires, &hundred())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for (jours, garde) in [(0, true), (1, false)] {
            b.clock().advance_days(jours);
            let mut tx = b.write().await.unwrap();
            service::purge(&mut tx).await.unwrap();
            assert_eq!(
                store::content(&mut tx, fait.id).await.unwrap().is_some(),
                garde
            );
            assert!(store::content(&mut tx, laisse).await.unwrap().is_some());
            tx.commit().await.unwrap();
        }
        b.clock().advance_days(6);
        let mut tx = b.write().await.unwrap();
        service::purge(&mut tx).await.unwrap();
        assert!(matches!(
            service::get(&mut tx, &m.moi, laisse).await,
            Err(Erreur::Introuvable)
        ));
        // The one that was confirmed keeps its counts, not the name of its file.
        let i = service::get(&mut tx, &m.moi, fait.id).await.unwrap();
        assert_eq!((i.ecrites, i.fichier), (97, None));
        // Nothing in clear: neither names nor the name of the file.
        let n = tx
            .count(
                sql!("SELECT count(*) AS n FROM import WHERE tableau IS NOT NULL"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(n, 0);
    }
}

#[tokio::test]
async fn unreadable_cells_say_what_is_possible() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let f = file(&[
            &[
                "Nom",
                "Prénom",
                "Alias",
                "Genre",
                "Statut",
                "Information le",
                "Code INSEE",
                "Notes",
            ],
            &["", "", "", "F", "", "", "", ""],
            &[
                "Roy",
                "Ana",
                "",
                "X",
                "Astronaute",
                "2026-01-01",
                "99999",
                "",
            ],
            &["Ney", "", "", "", "", "2026-01-01", "", ""],
            &[
                "Ney",
                "Luc",
                "",
                "",
                "",
                "",
                "",
                "sécu 2 55 08 14 168 025 38",
            ],
            &["", "", "M. T.", "", "", "", "", ""],
            &["", "", "M. T.", "", "", "", "", ""],
        ]);
        let id = send(&mut tx, &m.moi, Beneficiaires, &f).await.unwrap();
        let a = analysis(&mut tx, id).await;
        let dits: Vec<(usize, &str, &str)> = a
            .problemes
            .iter()
            .map(|p| (p.ligne, p.colonne.as_str(), p.message.as_str()))
            .collect();
        assert_eq!(
            dits[0],
            (2, "nom", "Nom et prénom, ou repère, obligatoires.")
        );
        assert_eq!(
            dits[1],
            (
                3,
                "genre",
                "Valeur inconnue. Valeurs possibles : Féminin, Masculin, Non communiqué."
            )
        );
        assert_eq!((dits[2].0, dits[2].1), (3, "statut"));
        assert_eq!(dits[3], (3, "code_insee", "Code INSEE inconnu."));
        assert_eq!(dits[4], (4, "prenom", "Indiquez le prénom."));
        assert_eq!(dits[5].1, "notes");
        assert!(dits[5].2.starts_with("Ne saisissez"), "{dits:?}");
        // What is refused is not kept, not even sealed.
        let (t, _) = store::content(&mut tx, id).await.unwrap().unwrap();
        assert_eq!(t.lignes[3].get("notes"), crate::import::RETIRE);
        assert!(dits.contains(&(7, "nom", "Ligne identique à la ligne 6.")));
        assert_eq!(a.valides, 1);
    }
}
