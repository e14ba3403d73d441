//! Lists of activities and the figures above them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use socle::{Acteur, Ligne, Perimetre, Resultat, Role, Tx, params, sql};
use uuid::Uuid;

use super::{TypeActivite, habitude::Passee};

/// What a list is narrowed to; an empty text narrows nothing.
#[derive(Debug, Clone)]
pub struct Filtre {
    pub du: Date,
    pub au: Date,
    pub type_activite: String,
    pub type_lieu: String,
    pub thematique: String,
    pub auteur: String,
    /// Only what was done in somebody's place without a reason yet.
    pub sans_raison: bool,
    /// Only what the team of this coordinateur did while in it, and what they
    /// did themselves.
    pub equipe: Option<Uuid>,
}

impl Filtre {
    /// Everything of a period.
    #[must_use]
    pub fn period(du: Date, au: Date) -> Self {
        Self {
            du,
            au,
            type_activite: String::new(),
            type_lieu: String::new(),
            thematique: String::new(),
            auteur: String::new(),
            sans_raison: false,
            equipe: None,
        }
    }

    fn params(&self) -> Vec<socle::base::Valeur> {
        params![
            self.du,
            self.au,
            &self.type_activite,
            &self.type_lieu,
            &self.thematique,
            &self.auteur,
            self.sans_raison,
            self.equipe.map_or_else(String::new, |e| e.to_string())
        ]
    }

    /// Narrowed to what somebody may read (§1), with the perimeter to read in:
    /// a coordinateur reads by the intervals of the team, whatever the
    /// territory; the others by their perimeter.
    #[must_use]
    pub fn within_reach(mut self, acteur: &Acteur) -> (Perimetre, Self) {
        if acteur.role != Role::Coordinateur {
            return (acteur.perimetre.clone(), self);
        }
        self.equipe = acteur.personne;
        let p = match acteur.personne {
            Some(_) => Perimetre::National,
            None => Perimetre::Aucun,
        };
        (p, self)
    }
}

/// One line of a list.
#[derive(Debug, Clone)]
pub struct Resume {
    pub id: Uuid,
    pub type_activite: TypeActivite,
    pub date: Date,
    pub duree: i64,
    pub auteur: Uuid,
    pub role: String,
    pub employeur: Option<Uuid>,
    pub type_lieu: String,
    pub lieu: Option<Uuid>,
    pub commune: Option<String>,
    pub departement: Option<String>,
    pub suivis: i64,
    pub anonymes: i64,
    pub deja_accompagnes: i64,
    pub titre: Option<String>,
    pub thematiques: Vec<String>,
}

impl Resume {
    /// n(a).
    #[must_use]
    pub fn participants(&self) -> i64 {
        self.suivis + self.anonymes
    }
}

/// The activities of a perimeter, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(
    tx: &mut Tx,
    p: &Perimetre,
    f: &Filtre,
    combien: usize,
    apres: usize,
) -> Resultat<Vec<Resume>> {
    let mut params = f.params();
    params.extend(params![combien, apres]);
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT a.id, a.type_activite, a.date, a.duree, a.auteur, a.role, a.employeur, a.type_lieu, a.lieu,
                    a.commune, a.departement, a.suivis, a.anonymes, a.deja_accompagnes, a.titre
                 FROM activite a
                 WHERE a.etat = 'enregistree' AND perimetre(a.departement, a.employeur, a.auteur)
                   AND a.date BETWEEN $2 AND $3
                   AND ($4 = '' OR a.type_activite = $4) AND ($5 = '' OR a.type_lieu = $5)
                   AND ($6 = '' OR EXISTS (SELECT 1 FROM activite_valeur v
                        WHERE v.activite = a.id AND v.dimension = 'thematique' AND v.valeur = $6))
                   AND ($7 = '' OR a.auteur = $7)
                   AND ($8 = 0 OR (a.mode_aide = 'faire_a_la_place' AND a.raison_aide IS NULL))
                   AND ($9 = '' OR a.auteur = $9 OR EXISTS (SELECT 1 FROM equipe_membre m
                        WHERE m.membre = a.auteur AND m.coordinateur = $9 AND m.entree <= a.date
                          AND (m.sortie IS NULL OR m.sortie >= a.date)))
                 ORDER BY a.date DESC, a.id DESC LIMIT $10 OFFSET $11"
            ),
            p,
            params,
        )
        .await?;
    let mut v = Vec::with_capacity(lignes.len());
    for l in &lignes {
        v.push(read_row(tx, l)?);
    }
    let ids: Vec<Uuid> = v.iter().map(|r| r.id).collect();
    let mut themes = themes(tx, &ids).await?;
    for r in &mut v {
        r.thematiques = themes.remove(&r.id).unwrap_or_default();
    }
    Ok(v)
}

fn read_row(tx: &Tx, l: &Ligne) -> Resultat<Resume> {
    let id: Uuid = l.get("id")?;
    let titre: Option<Vec<u8>> = l.get("titre")?;
    Ok(Resume {
        id,
        type_activite: TypeActivite::from_cle(&l.get::<String>("type_activite")?)
            .unwrap_or(TypeActivite::Individuel),
        date: l.get("date")?,
        duree: l.get("duree")?,
        auteur: l.get("auteur")?,
        role: l.get("role")?,
        employeur: l.get("employeur")?,
        type_lieu: l.get("type_lieu")?,
        lieu: l.get("lieu")?,
        commune: l.get("commune")?,
        departement: l.get("departement")?,
        suivis: l.get("suivis")?,
        anonymes: l.get("anonymes")?,
        deja_accompagnes: l.get("deja_accompagnes")?,
        titre: titre
            .map(|o| tx.unseal("activite", "titre", id, &o))
            .transpose()?,
        thematiques: Vec::new(),
    })
}

async fn themes(tx: &mut Tx, ids: &Vec<Uuid>) -> Resultat<BTreeMap<Uuid, Vec<String>>> {
    let mut m: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for l in tx
        .rows(
            sql!(
                "SELECT activite, valeur FROM activite_valeur
                 WHERE activite IN liste($1) AND dimension = 'thematique' ORDER BY activite, valeur"
            ),
            params![ids],
        )
        .await?
    {
        m.entry(l.get("activite")?)
            .or_default()
            .push(l.get("valeur")?);
    }
    Ok(m)
}

/// Every value of some activities, for exports.
///
/// # Errors
/// `Erreur::Base`.
pub async fn all_values(
    tx: &mut Tx,
    ids: &Vec<Uuid>,
) -> Resultat<BTreeMap<Uuid, Vec<super::Valeur>>> {
    let mut m: BTreeMap<Uuid, Vec<super::Valeur>> = BTreeMap::new();
    for l in tx
        .rows(
            sql!(
                "SELECT activite, dimension, valeur, nombre FROM activite_valeur
                 WHERE activite IN liste($1) AND dimension <> 'zonage' ORDER BY activite, dimension, valeur"
            ),
            params![ids],
        )
        .await?
    {
        m.entry(l.get("activite")?)
            .or_default()
            .push(super::Valeur {
                dimension: l.get("dimension")?,
                valeur: l.get("valeur")?,
                nombre: l.get("nombre")?,
            });
    }
    Ok(m)
}

/// What stands above a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totaux {
    pub activites: i64,
    pub ateliers: i64,
    pub accompagnements: i64,
    /// Followed persons once each, and every anonymous participant.
    pub personnes: i64,
}

/// # Errors
/// `Erreur::Base`.
pub async fn totals(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Totaux> {
    let Some(l) = tx
        .row_in(
            sql!(
                "WITH choix AS (
                    SELECT a.id, a.type_activite, a.suivis, a.anonymes FROM activite a
                    WHERE a.etat = 'enregistree' AND perimetre(a.departement, a.employeur, a.auteur)
                      AND a.date BETWEEN $2 AND $3
                      AND ($4 = '' OR a.type_activite = $4) AND ($5 = '' OR a.type_lieu = $5)
                      AND ($6 = '' OR EXISTS (SELECT 1 FROM activite_valeur v
                           WHERE v.activite = a.id AND v.dimension = 'thematique' AND v.valeur = $6))
                      AND ($7 = '' OR a.auteur = $7)
                      AND ($8 = 0 OR (a.mode_aide = 'faire_a_la_place' AND a.raison_aide IS NULL))
                      AND ($9 = '' OR a.auteur = $9 OR EXISTS (SELECT 1 FROM equipe_membre m
                        WHERE m.membre = a.auteur AND m.coordinateur = $9 AND m.entree <= a.date
                          AND (m.sortie IS NULL OR m.sortie >= a.date))))
                 SELECT count(*) AS activites,
                    CAST(coalesce(sum(CASE WHEN type_activite = 'collectif' THEN 1 ELSE 0 END), 0) AS bigint) AS ateliers,
                    CAST(coalesce(sum(suivis + anonymes), 0) AS bigint) AS accompagnements,
                    CAST(coalesce(sum(anonymes), 0) AS bigint) AS anonymes,
                    (SELECT count(DISTINCT k.personne) FROM choix c JOIN accompagnement k ON k.activite = c.id) AS suivis
                 FROM choix"
            ),
            p,
            f.params(),
        )
        .await?
    else {
        return Ok(Totaux::default());
    };
    Ok(Totaux {
        activites: l.get("activites")?,
        ateliers: l.get("ateliers")?,
        accompagnements: l.get("accompagnements")?,
        personnes: l.get::<i64>("suivis")? + l.get::<i64>("anonymes")?,
    })
}

/// How many accompagnements per theme, the most frequent first. Several themes
/// may go with one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn by_theme(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Vec<(String, i64)>> {
    tx.rows_in(
        sql!(
            "SELECT t.valeur, CAST(sum(a.suivis + a.anonymes) AS bigint) AS n
             FROM activite a JOIN activite_valeur t ON t.activite = a.id AND t.dimension = 'thematique'
             WHERE a.etat = 'enregistree' AND perimetre(a.departement, a.employeur, a.auteur)
               AND a.date BETWEEN $2 AND $3
               AND ($4 = '' OR a.type_activite = $4) AND ($5 = '' OR a.type_lieu = $5)
               AND ($6 = '' OR t.valeur = $6) AND ($7 = '' OR a.auteur = $7)
               AND ($8 = 0 OR (a.mode_aide = 'faire_a_la_place' AND a.raison_aide IS NULL))
               AND ($9 = '' OR a.auteur = $9 OR EXISTS (SELECT 1 FROM equipe_membre m
                    WHERE m.membre = a.auteur AND m.coordinateur = $9 AND m.entree <= a.date
                      AND (m.sortie IS NULL OR m.sortie >= a.date)))
             GROUP BY t.valeur ORDER BY n DESC, t.valeur"
        ),
        p,
        f.params(),
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("valeur")?, l.get("n")?)))
    .collect()
}

/// The author's last activities, the latest first, for the entry aids.
///
/// # Errors
/// `Erreur::Base`.
pub async fn past(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Passee>> {
    tx.rows(
        sql!(
            "SELECT type_activite, date, duree, lieu FROM activite
             WHERE auteur = $1 AND etat = 'enregistree' ORDER BY date DESC, id DESC LIMIT $2"
        ),
        params![auteur, super::habitude::PROFONDEUR],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Passee {
            type_activite: TypeActivite::from_cle(&l.get::<String>("type_activite")?)
                .unwrap_or(TypeActivite::Individuel),
            date: l.get("date")?,
            duree: l.get("duree")?,
            lieu: l.get("lieu")?,
        })
    })
    .collect()
}

/// The themes of an author's last 60 days, the most used first; at most six.
///
/// # Errors
/// `Erreur::Base`.
pub async fn recent_themes(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<String>> {
    let depuis = socle::francais::plus_days(tx.today(), -60);
    tx.rows(
        sql!(
            "SELECT v.valeur, count(*) AS n FROM activite a
             JOIN activite_valeur v ON v.activite = a.id AND v.dimension = 'thematique'
             WHERE a.auteur = $1 AND a.etat = 'enregistree' AND a.date >= $2
             GROUP BY v.valeur ORDER BY n DESC, v.valeur LIMIT 6"
        ),
        params![auteur, depuis],
    )
    .await?
    .iter()
    .map(|l| l.get("valeur"))
    .collect()
}

/// The activities of one person, the latest first: (id, date, kind).
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_person(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<(Uuid, Date, TypeActivite)>> {
    tx.rows(
        sql!(
            "SELECT a.id, a.date, a.type_activite FROM accompagnement k JOIN activite a ON a.id = k.activite
             WHERE k.personne = $1 AND a.etat = 'enregistree' ORDER BY a.date DESC, a.id DESC LIMIT 100"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(|l| {
        Ok((
            l.get("id")?,
            l.get("date")?,
            TypeActivite::from_cle(&l.get::<String>("type_activite")?)
                .unwrap_or(TypeActivite::Individuel),
        ))
    })
    .collect()
}

/// How many times a person was helped in an emergency since a day (R3).
///
/// # Errors
/// `Erreur::Base`.
pub async fn emergencies(tx: &mut Tx, personne: Uuid, depuis: Date) -> Resultat<i64> {
    tx.count(
        sql!(
            "SELECT count(*) AS n FROM accompagnement k JOIN activite a ON a.id = k.activite
             WHERE k.personne = $1 AND a.etat = 'enregistree' AND a.aide_urgence = 1 AND a.date >= $2"
        ),
        params![personne, depuis],
    )
    .await
}

/// The recorded activities of an author: (id, date, employer).
///
/// # Errors
/// `Erreur::Base`.
pub async fn employers(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<(Uuid, Date, Option<Uuid>)>> {
    tx.rows(
        sql!(
            "SELECT id, date, employeur FROM activite WHERE auteur = $1 AND etat = 'enregistree' ORDER BY date, id"
        ),
        params![auteur],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("date")?, l.get("employeur")?)))
    .collect()
}

/// The recorded activities of a place that count in another commune than its
/// own.
///
/// # Errors
/// `Erreur::Base`.
pub async fn elsewhere(tx: &mut Tx, lieu: Uuid, commune: &str) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!(
            "SELECT id FROM activite WHERE lieu = $1 AND etat = 'enregistree'
               AND (commune IS NULL OR commune <> $2) ORDER BY date, id"
        ),
        params![lieu, commune],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

/// Authors of activities whose employer is still to be found.
///
/// # Errors
/// `Erreur::Base`.
pub async fn unattached_authors(tx: &mut Tx) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT DISTINCT auteur FROM activite WHERE employeur IS NULL AND etat = 'enregistree' ORDER BY auteur"),
        params![],
    )
    .await?
    .iter()
    .map(|l| l.get("auteur"))
    .collect()
}
