use jiff::civil::Date;
use socle::{Acteur, Perimetre, Role, essai, params, sql};

use super::{analysis, file, import, send};
use crate::{
    activite::{Activite, Etat, store as activites},
    import::{Genre::Activites, service, store},
    tests::{bases, counsellor, count, employer, head},
};

const TITRES: &[&str] = &[
    "id",
    "type",
    "date",
    "durée",
    "canal",
    "thèmes",
    "participants",
    "18-35",
    "60+",
    "étudiant",
    "femmes",
    "organismes",
];

fn coop() -> Vec<u8> {
    file(&[
        TITRES,
        &[
            "1",
            "ponctuel",
            "2025-09-02",
            "0-30",
            "distance",
            "courriel;démarche en ligne",
            "1",
            "1",
            "",
            "1",
            "",
            "ANTS",
        ],
        &[
            "2",
            "collectif",
            "2025-09-03",
            "90",
            "rattachement",
            "sécurité",
            "6",
            "2",
            "1",
            "",
            "4",
            "",
        ],
        &[
            "3",
            "individuel",
            "2025-09-04",
            "30-60",
            "distance",
            "autre",
            "2",
            "",
            "",
            "",
            "",
            "",
        ],
        &[
            "4",
            "individuel",
            "2025-09-04",
            "60",
            "distance",
            "fusée",
            "1",
            "",
            "",
            "",
            "",
            "",
        ],
    ])
}

async fn all(tx: &mut socle::Tx) -> Vec<Activite> {
    let lignes = tx
        .rows(sql!("SELECT id FROM activite ORDER BY date, id"), params![])
        .await
        .unwrap();
    let mut v = Vec::new();
    for l in lignes {
        v.push(activites::fetch(tx, l.get("id").unwrap()).await.unwrap());
    }
    v
}

#[tokio::test]
async fn the_former_tool_s_lines_become_activities_once() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let id = service::upload(
            &mut tx,
            &m.moi,
            Activites,
            "espace_coop",
            "cra.csv",
            &coop(),
        )
        .await
        .unwrap();
        let a = analysis(&mut tx, id).await;
        let dits: Vec<(usize, &str)> = a
            .problemes
            .iter()
            .map(|p| (p.ligne, p.colonne.as_str()))
            .collect();
        assert_eq!(
            dits,
            [(4, "participants"), (5, "thematiques")],
            "{:?}",
            a.problemes
        );
        service::confirm(&mut tx, &m.moi, id, true).await.unwrap();
        let v = all(&mut tx).await;
        assert_eq!(v.len(), 2);
        let un = &v[0].contenu;
        assert_eq!(
            (un.modalite.as_deref(), un.duree, un.anonymes),
            (Some("tout_venant"), 30, 1)
        );
        let dit = |c: &crate::activite::Contenu, d: &str| {
            c.values(d)
                .map(|v| format!("{}={}", v.valeur, v.nombre))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            dit(un, "thematique"),
            ["aide_aux_demarches_administratives=1", "email=1"]
        );
        assert_eq!(dit(un, "tranche"), ["non_communique=1"]);
        assert_eq!(dit(un, "age_ancienne"), ["18_35=1"]);
        assert_eq!(dit(un, "statut"), ["scolarise=1"]);
        let deux = &v[1].contenu;
        assert_eq!(
            (deux.modalite.clone(), deux.duree, deux.anonymes),
            (None, 90, 6)
        );
        assert_eq!(deux.lieu, Some(m.lieu), "the only place of the author");
        assert_eq!(dit(deux, "tranche"), ["non_communique=6"]);
        assert_eq!(dit(deux, "age_ancienne"), ["18_35=2", "60_plus=1"]);
        assert_eq!(dit(deux, "genre"), ["feminin=4", "non_communique=2"]);
        assert_eq!(v[1].source, "import");
        assert_eq!(v[1].rattachement.employeur, Some(m.structure));
        // The same file again: known lines, nothing to write.
        let id = service::upload(
            &mut tx,
            &m.moi,
            Activites,
            "espace_coop",
            "cra.csv",
            &coop(),
        )
        .await
        .unwrap();
        let a = analysis(&mut tx, id).await;
        assert_eq!((a.valides, a.ecartees), (0, 2));
        // The journal followed.
        let n = tx
            .count(
                sql!("SELECT count(*) AS n FROM activite_journal"),
                params![],
            )
            .await
            .unwrap();
        assert_eq!(n, 2);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn undoing_takes_activities_out_and_lets_them_come_back() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let i = import(&mut tx, &m.moi, Activites, &coop()).await;
        assert_eq!(i.ecrites, 2);
        assert_eq!(service::cancel(&mut tx, &m.moi, i.id).await.unwrap(), 0);
        assert!(all(&mut tx).await.iter().all(|a| a.etat == Etat::Supprimee));
        let i = import(&mut tx, &m.moi, Activites, &coop()).await;
        assert_eq!(i.ecrites, 2);
        let vivantes = all(&mut tx)
            .await
            .iter()
            .filter(|a| a.etat == Etat::Enregistree)
            .count();
        assert_eq!(vivantes, 2);
    }
}

#[tokio::test]
async fn a_structure_imports_for_its_own_people_only() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let ailleurs = employer(&mut tx, 2).await;
        let debut = Date::constant(2025, 6, 1);
        let etranger = counsellor(&mut tx, "Ali", ailleurs, debut, None).await;
        let mut courriels = Vec::new();
        for a in [&m.moi, &etranger] {
            courriels.push(
                comptes::personne::get(&mut tx, a.personne.unwrap())
                    .await
                    .unwrap()
                    .courriel,
            );
        }
        let f = file(&[
            &[
                "E-mail du médiateur",
                "type",
                "date",
                "durée",
                "où",
                "thèmes",
            ],
            &[
                &courriels[0],
                "individuel",
                "2025-09-02",
                "45",
                "à distance",
                "E-mail",
            ],
            &[
                &courriels[1],
                "individuel",
                "2025-09-02",
                "45",
                "à distance",
                "E-mail",
            ],
            &[
                "personne@exemple.fr",
                "individuel",
                "2025-09-02",
                "45",
                "à distance",
                "E-mail",
            ],
            &["", "individuel", "2025-09-02", "45", "à distance", "E-mail"],
            &[
                &courriels[0],
                "individuel",
                "2025-05-02",
                "45",
                "à distance",
                "E-mail",
            ],
        ]);
        let chef = head(m.structure);
        let id = send(&mut tx, &chef, Activites, &f).await.unwrap();
        let a = analysis(&mut tx, id).await;
        assert_eq!(a.valides, 1, "{:?}", a.problemes);
        assert!(
            a.problemes
                .iter()
                .all(|p| p.colonne == "courriel_mediateur")
        );
        // Unknown, elsewhere, or not yet employed: the same words.
        let dits: Vec<&str> = a.problemes.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(dits[0], dits[1]);
        assert_eq!(dits[0], dits[3]);
        service::confirm(&mut tx, &chef, id, true).await.unwrap();
        assert_eq!(all(&mut tx).await[0].auteur, m.moi.personne.unwrap());
        // The ANCT imports for anybody; an author, for nobody else.
        let anct = essai::acteur(Role::Administrateur, Perimetre::National);
        let id = send(&mut tx, &anct, Activites, &f).await.unwrap();
        assert_eq!(
            analysis(&mut tx, id).await.valides,
            2,
            "the first line is known already"
        );
        let id = send(&mut tx, &m.moi, Activites, &f).await.unwrap();
        let a = analysis(&mut tx, id).await;
        assert_eq!(a.problemes.len(), 2, "{:?}", a.problemes);
    }
}

#[tokio::test]
async fn a_long_import_is_written_by_a_job_once() {
    for (b, m) in bases().await {
        let lignes: Vec<[String; 6]> = (0..1_200)
            .map(|i| {
                [
                    format!("L{i}"),
                    "individuel".into(),
                    format!("2025-{:02}-{:02}", 7 + i % 6, 1 + i % 28),
                    "45".into(),
                    "à distance".into(),
                    "Bureautique".into(),
                ]
            })
            .collect();
        let mut refs: Vec<Vec<&str>> = vec![vec!["id", "type", "date", "durée", "où", "thèmes"]];
        refs.extend(
            lignes
                .iter()
                .map(|l| l.iter().map(String::as_str).collect()),
        );
        let refs: Vec<&[&str]> = refs.iter().map(Vec::as_slice).collect();
        let mut tx = b.write().await.unwrap();
        let i = import(&mut tx, &m.moi, Activites, &file(&refs)).await;
        assert!(i.is_running());
        assert_eq!(count(&mut tx).await, 0);
        tx.commit().await.unwrap();
        crate::worker().run_all(&b).await.unwrap();
        let mut tx = b.write().await.unwrap();
        service::apply(&mut tx, i.id).await.unwrap();
        let i = service::get(&mut tx, &m.moi, i.id).await.unwrap();
        assert_eq!((i.is_running(), i.ecrites), (false, 1_200));
        assert_eq!(count(&mut tx).await, 1_200);
        let v = store::objects(&mut tx, i.id).await.unwrap();
        assert_eq!(v.len(), 1_200);
        tx.commit().await.unwrap();
    }
}

/// Two lines that say the same are two activities, whichever file they come
/// back in.
#[tokio::test]
async fn lines_without_an_identifier_are_known_by_what_they_say() {
    for (b, m) in bases().await {
        let mut tx = b.write().await.unwrap();
        let l: &[&str] = &[
            "atelier",
            "03/03/2025",
            "2 h",
            "à distance",
            "E-mail, bureautique",
            "8",
        ];
        let t: &[&str] = &["type", "date", "durée", "où", "thématiques", "participants"];
        let moi: &Acteur = &m.moi;
        let i = import(&mut tx, moi, Activites, &file(&[t, l, l])).await;
        assert_eq!(i.ecrites, 2);
        let i = import(&mut tx, moi, Activites, &file(&[t, l, l, l])).await;
        assert_eq!(i.ecrites, 1, "the third one only");
        assert_eq!(count(&mut tx).await, 3);
    }
}
