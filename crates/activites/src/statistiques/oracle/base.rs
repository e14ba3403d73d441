//! The set A of §5.1 as the beginning of a statement, and its parameters.

use socle::base::Valeur;
use uuid::Uuid;

use super::super::{
    Filtres, Nom, Portee, Question,
    portee::{Zone, communes_of_epci},
};

/// A statement over `a`, the activities counted: columns of `activite`, `n`
/// (people), `suivis` recounted, `p` (the weight).
macro_rules! sur_a {
    ($reste:literal) => {
        socle::base::Sql(concat!(
            "WITH membre(v) AS (SELECT * FROM liste($3) AS x),
             a AS MATERIALIZED (
               SELECT b.*, b.suivis + b.anonymes AS n,
                      CASE WHEN CAST($4 AS bigint) = 1 THEN 1 ELSE b.suivis + b.anonymes END AS p
               FROM (
                 SELECT c.id, c.type_activite, c.date, c.duree, c.auteur, c.employeur, c.role, c.lieu, c.type_lieu,
                        c.cadre, c.commune, c.departement, c.modalite, c.origine, c.mode_aide, c.autonomie, c.niveau,
                        c.confiance_avant, c.confiance_apres, c.destination, c.organisme, c.pass_propose,
                        c.pass_utilise, c.anonymes, c.deja_accompagnes, c.commune_residence,
                        (SELECT count(*) FROM accompagnement k WHERE k.activite = c.id) AS suivis
                 FROM activite c
                 WHERE c.etat = 'enregistree' AND c.type_activite IN ('individuel', 'collectif')
                   AND (CASE CAST($1 AS text)
                     WHEN 'national' THEN 1 = 1
                     WHEN 'soi' THEN c.auteur IN liste($2)
                       OR EXISTS (SELECT 1 FROM coanimation o WHERE o.activite = c.id AND o.personne IN liste($2))
                     WHEN 'equipe' THEN c.auteur IN liste($2)
                       OR EXISTS (SELECT 1 FROM membre m WHERE substr(m.v, 1, 36) = c.auteur
                                  AND substr(m.v, 37, 10) <= c.date AND c.date <= substr(m.v, 47, 10))
                     WHEN 'employeurs' THEN c.employeur IN liste($2)
                     WHEN 'lieux' THEN c.lieu IN liste($2)
                     WHEN 'communes' THEN c.commune IN liste($2)
                     WHEN 'departements' THEN c.departement IN liste($2)
                     ELSE 1 = 0 END)
                   AND (CAST($5 AS text) IS NULL OR c.date >= $5)
                   AND (CAST($6 AS text) IS NULL OR c.date <= $6)
                   AND (CAST($7 AS text) IS NULL OR c.public IN liste($7))
                   AND (CAST($8 AS text) IS NULL OR c.type_activite IN liste($8))
                   AND (CAST($9 AS text) IS NULL OR c.type_lieu IN liste($9))
                   AND (CAST($10 AS text) IS NULL OR c.cadre IN liste($10))
                   AND (CAST($11 AS text) IS NULL OR c.lieu IN liste($11))
                   AND (CAST($12 AS text) IS NULL OR c.commune IN liste($12))
                   AND (CAST($13 AS text) IS NULL OR c.commune IN liste($13))
                   AND (CAST($14 AS text) IS NULL OR c.departement IN liste($14))
                   AND (CAST($15 AS text) IS NULL OR c.departement IN liste($15))
                   AND (CAST($16 AS text) IS NULL OR c.employeur IN liste($16))
                   AND (CAST($17 AS text) IS NULL OR c.auteur IN liste($17))
                   AND (CAST($18 AS text) IS NULL OR c.role IN liste($18))
                   AND (CAST($19 AS text) IS NULL OR c.modalite IN liste($19))
                   AND (CAST($20 AS text) IS NULL OR c.origine IN liste($20))
                   AND (CAST($21 AS text) IS NULL OR c.autonomie IN liste($21))
                   AND (CAST($22 AS text) IS NULL OR c.niveau IN liste($22))
                   AND (CAST($23 AS text) IS NULL OR c.source IN liste($23))
                   AND (CAST($24 AS text) IS NULL OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'thematique' AND v.valeur IN liste($24)))
                   AND (CAST($25 AS text) IS NULL OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'materiel' AND v.valeur IN liste($25)))
                   AND (CAST($26 AS text) IS NULL OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'motif' AND v.valeur IN liste($26)))
                   AND (CAST($27 AS text) IS NULL OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'publics' AND v.valeur IN liste($27)))
                   AND (CAST($28 AS text) IS NULL OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'suite' AND v.valeur IN liste($28)))
                   AND (CAST($29 AS text) IS NULL OR $29 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'thematique'
                          AND v.valeur = 'aide_aux_demarches_administratives') THEN 'oui' ELSE 'non' END)
                   AND (CAST($30 AS text) IS NULL OR $30 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'hors_champ') THEN 'oui' ELSE 'non' END)
                   AND (CAST($31 AS text) IS NULL OR $31 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'rendez_vous') THEN 'oui' ELSE 'non' END)
                   AND (CAST($32 AS text) IS NULL OR $32 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'mandat') THEN 'oui' ELSE 'non' END)
                   AND (CAST($33 AS text) IS NULL OR $33 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'zonage' AND v.valeur = 'qpv') THEN 'oui'
                        WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = c.id
                          AND v.dimension = 'zonage' AND v.valeur = 'hors_qpv') THEN 'non' ELSE '' END)
                   AND (CAST($34 AS text) IS NULL OR $34 = CASE WHEN EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = c.id AND v.dimension = 'zonage' AND v.valeur = 'frr') THEN 'oui'
                        WHEN EXISTS (SELECT 1 FROM activite_valeur v WHERE v.activite = c.id
                          AND v.dimension = 'zonage' AND v.valeur = 'hors_frr') THEN 'non' ELSE '' END)
                   AND (CAST($35 AS text) IS NULL OR CAST($36 AS bigint) <= (SELECT count(*) FROM activite_etiquette x
                        WHERE x.activite = c.id AND x.etiquette IN liste($35)))
                   AND (CAST($37 AS text) IS NULL OR EXISTS (SELECT 1 FROM accompagnement k
                        WHERE k.activite = c.id AND k.personne IN liste($37)))
               ) b) ",
            $reste
        ))
    };
}
pub(super) use sur_a;

/// $1 to $37 for a question.
pub(super) fn params(q: &Question) -> Vec<Valeur> {
    with(q, &q.filtres, Some(q.filtres.publics()))
}

/// The same scope under other filters; no public means everybody.
pub(super) fn with(q: &Question, f: &Filtres, publics: Option<Vec<String>>) -> Vec<Valeur> {
    let (genre, liste, membres) = scope(&q.portee);
    let uns = |nom| list(f.get(nom));
    let oui = |nom| Valeur::Texte(f.oui_non(nom).map(|o| if o { "oui" } else { "non" }.into()));
    let epci = match f.get(Nom::Epci) {
        [] => Valeur::Texte(None),
        codes => (&communes_of_epci(codes)).into(),
    };
    let region = match f.get(Nom::Region) {
        [] => Valeur::Texte(None),
        codes => (&departements_of(codes)).into(),
    };
    let etiquettes = f.get(Nom::Etiquette);
    let combien = if f.toutes_etiquettes {
        etiquettes.len()
    } else {
        1
    };
    vec![
        genre.into(),
        (&liste).into(),
        (&membres).into(),
        i64::from(q.par_activite).into(),
        f.du.into(),
        f.au.into(),
        publics.map_or(Valeur::Texte(None), |p| (&p).into()),
        uns(Nom::Type),
        uns(Nom::TypeLieu),
        uns(Nom::Cadre),
        uns(Nom::Lieu),
        uns(Nom::Commune),
        epci,
        uns(Nom::Departement),
        region,
        uns(Nom::Structure),
        uns(Nom::Auteur),
        uns(Nom::Role),
        uns(Nom::Modalite),
        uns(Nom::Origine),
        uns(Nom::Autonomie),
        uns(Nom::Niveau),
        uns(Nom::Source),
        uns(Nom::Thematique),
        uns(Nom::Materiel),
        uns(Nom::Motif),
        uns(Nom::Publics),
        uns(Nom::Suite),
        oui(Nom::Demarche),
        oui(Nom::HorsChamp),
        oui(Nom::Rdv),
        oui(Nom::Mandat),
        oui(Nom::Qpv),
        oui(Nom::Frr),
        list(etiquettes),
        combien.into(),
        uns(Nom::Beneficiaire),
    ]
}

fn list(valeurs: &[String]) -> Valeur {
    if valeurs.is_empty() {
        Valeur::Texte(None)
    } else {
        valeurs.into()
    }
}

fn departements_of(regions: &[String]) -> Vec<String> {
    territoires::geographie()
        .departements
        .iter()
        .filter(|d| regions.iter().any(|r| r == d.region))
        .map(|d| d.code.to_owned())
        .collect()
}

fn scope(p: &Portee) -> (&'static str, Vec<String>, Vec<String>) {
    let ids = |v: &[Uuid]| v.iter().map(Uuid::to_string).collect::<Vec<_>>();
    match p {
        Portee::National => ("national", vec![], vec![]),
        Portee::Soi(p) => ("soi", vec![p.to_string()], vec![]),
        Portee::Equipe {
            coordinateur,
            membres,
        } => {
            let lignes = membres
                .iter()
                .map(|i| {
                    let sortie = i
                        .sortie
                        .map_or_else(|| "9999-12-31".to_owned(), |s| s.to_string());
                    format!("{}{}{sortie}", i.membre, i.entree)
                })
                .collect();
            (
                "equipe",
                coordinateur.iter().map(Uuid::to_string).collect(),
                lignes,
            )
        }
        Portee::Structure(s) => ("employeurs", ids(&[*s]), vec![]),
        Portee::Accueil { lieux, .. } => ("lieux", ids(lieux), vec![]),
        Portee::Territoire { zone, .. } => match zone {
            Zone::Communes(c) => ("communes", c.clone(), vec![]),
            Zone::Departements(d) => ("departements", d.clone(), vec![]),
            Zone::Employeurs(e) => ("employeurs", ids(e), vec![]),
        },
    }
}
