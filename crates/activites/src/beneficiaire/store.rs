//! SQL of the register. Names, contacts and notes are sealed.

use std::collections::BTreeMap;

use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Beneficiaire, Etat, Fiche, Mode, Vie};

const TABLE: &str = "beneficiaire";

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, b: &Beneficiaire) -> Resultat<()> {
    let f = &b.fiche;
    let s = Scelle::of(tx, b.id, f);
    tx.execute(
        sql!(
            "INSERT INTO beneficiaire (id, structure, referent, mode, prenom, nom, alias, telephone, telephone_index,
                sans_telephone, courriel, courriel_index, informe_le, annee_naissance, commune_residence, genre, statut,
                connu_depuis, notes, etat, version, cree_le, modifie_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 'active', $20,
                $21, $21)"
        ),
        params![
            b.id, b.structure, b.referent, f.mode.cle(), s.prenom, s.nom, s.alias, s.telephone, s.telephone_index,
            f.sans_telephone, s.courriel, s.courriel_index, f.informe_le, f.annee_naissance, &f.commune_residence,
            &f.genre, &f.statut, f.connu_depuis, s.notes, b.version, b.cree_le
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `Erreur::Base`.
pub async fn update(tx: &mut Tx, b: &Beneficiaire) -> Resultat<()> {
    let f = &b.fiche;
    let s = Scelle::of(tx, b.id, f);
    let le = tx.now();
    tx.execute(
        sql!(
            "UPDATE beneficiaire SET mode = $2, prenom = $3, nom = $4, alias = $5, telephone = $6, telephone_index = $7,
                sans_telephone = $8, courriel = $9, courriel_index = $10, informe_le = $11, annee_naissance = $12,
                commune_residence = $13, genre = $14, statut = $15, connu_depuis = $16, notes = $17, version = $18,
                modifie_le = $19
             WHERE id = $1"
        ),
        params![
            b.id, f.mode.cle(), s.prenom, s.nom, s.alias, s.telephone, s.telephone_index, f.sans_telephone, s.courriel,
            s.courriel_index, f.informe_le, f.annee_naissance, &f.commune_residence, &f.genre, &f.statut,
            f.connu_depuis, s.notes, b.version, le
        ],
    )
    .await?;
    Ok(())
}

/// A file one follows or that was shared, locked for a change.
///
/// # Errors
/// `Erreur::Introuvable` for any other file.
pub async fn load(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Beneficiaire> {
    let l = tx
        .row_in(
            sql!(
                "SELECT b.id, b.structure, b.referent, b.mode, b.prenom, b.nom, b.alias, b.telephone, b.sans_telephone,
                    b.courriel, b.informe_le, b.annee_naissance, b.commune_residence, b.genre, b.statut, b.connu_depuis,
                    b.notes, b.version, b.cree_le
                 FROM beneficiaire b
                 WHERE b.id = $2 AND b.etat = 'active'
                   AND ((perimetre(-, -, b.referent) AND b.attente_depuis IS NULL)
                    OR EXISTS (SELECT 1 FROM beneficiaire_partage x WHERE x.beneficiaire = b.id AND perimetre(-, -, x.personne))) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_row(tx, &l)
}

/// The same file to be read: a limited one too.
///
/// # Errors
/// `Erreur::Introuvable` for any other file.
pub async fn open(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Beneficiaire> {
    let vue = tx
        .row_in(
            sql!(
                "SELECT b.id FROM beneficiaire b
                 WHERE b.id = $2 AND (b.etat = 'active' OR b.etat = 'limitee')
                   AND ((perimetre(-, -, b.referent) AND b.attente_depuis IS NULL)
                    OR (b.etat = 'active' AND EXISTS (SELECT 1 FROM beneficiaire_partage x
                        WHERE x.beneficiaire = b.id AND perimetre(-, -, x.personne)))) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?;
    match vue {
        Some(_) => fetch(tx, id).await,
        None => Err(Erreur::Introuvable),
    }
}

/// A file of the structures of a perimeter, active or limited, locked.
///
/// # Errors
/// `Erreur::Introuvable` for any other file.
pub async fn load_in_structure(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Beneficiaire> {
    let vue = tx
        .row_in(
            sql!(
                "SELECT b.id FROM beneficiaire b
                 WHERE b.id = $2 AND (b.etat = 'active' OR b.etat = 'limitee') AND perimetre(-, b.structure, -)
                 verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?;
    match vue {
        Some(_) => fetch(tx, id).await,
        None => Err(Erreur::Introuvable),
    }
}

/// Any file, for what the system does and what was checked before.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn fetch(tx: &mut Tx, id: Uuid) -> Resultat<Beneficiaire> {
    let l = tx
        .row(
            sql!(
                "SELECT id, structure, referent, mode, prenom, nom, alias, telephone, sans_telephone, courriel,
                    informe_le, annee_naissance, commune_residence, genre, statut, connu_depuis, notes, version, cree_le
                 FROM beneficiaire WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_row(tx, &l)
}

/// Where a file stands.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn life(tx: &mut Tx, id: Uuid) -> Resultat<Vie> {
    let l = tx
        .row(
            sql!(
                "SELECT etat, modifie_le, fusionnee_dans, limite_motif, prolongee_au, avertie_le, attente_depuis
                 FROM beneficiaire WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok(Vie {
        etat: Etat::from_cle(&l.get::<String>("etat")?),
        modifiee_le: l.get("modifie_le")?,
        fusionnee_dans: l.get("fusionnee_dans")?,
        limite_motif: l
            .get::<Option<Vec<u8>>>("limite_motif")?
            .map(|o| tx.unseal(TABLE, "limite_motif", id, &o))
            .transpose()?,
        prolongee_au: l.get("prolongee_au")?,
        avertie_le: l.get("avertie_le")?,
        attente_depuis: l.get("attente_depuis")?,
    })
}

/// Limits a file, with the reason; or lifts the limit, without one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_limit(tx: &mut Tx, id: Uuid, motif: Option<&str>) -> Resultat<()> {
    let etat = if motif.is_some() {
        Etat::Limitee
    } else {
        Etat::Active
    };
    let scelle = motif.map(|m| tx.seal(TABLE, "limite_motif", id, m));
    tx.execute(
        sql!("UPDATE beneficiaire SET etat = $2, limite_motif = $3 WHERE id = $1"),
        params![id, etat.cle(), scelle],
    )
    .await?;
    Ok(())
}

/// Gives a file to somebody, or puts it in the state of a merged one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_referent(tx: &mut Tx, id: Uuid, referent: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE beneficiaire SET referent = $2, attente_depuis = NULL, avertie_le = NULL WHERE id = $1"),
        params![id, referent],
    )
    .await?;
    Ok(())
}

/// Points a file to the one it was merged into; back to active with `None`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_merged(tx: &mut Tx, id: Uuid, dans: Option<Uuid>) -> Resultat<()> {
    let etat = if dans.is_some() {
        Etat::Fusionnee
    } else {
        Etat::Active
    };
    tx.execute(
        sql!("UPDATE beneficiaire SET etat = $2, fusionnee_dans = $3 WHERE id = $1"),
        params![id, etat.cle(), dans],
    )
    .await?;
    Ok(())
}

/// The active files of a perimeter, the last used first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<Beneficiaire>> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT b.id, b.structure, b.referent, b.mode, b.prenom, b.nom, b.alias, b.telephone, b.sans_telephone,
                    b.courriel, b.informe_le, b.annee_naissance, b.commune_residence, b.genre, b.statut, b.connu_depuis,
                    b.notes, b.version, b.cree_le
                 FROM beneficiaire b WHERE b.etat = 'active'
                   AND ((perimetre(-, -, b.referent) AND b.attente_depuis IS NULL)
                    OR EXISTS (SELECT 1 FROM beneficiaire_partage x WHERE x.beneficiaire = b.id AND perimetre(-, -, x.personne)))
                 ORDER BY b.modifie_le DESC, b.id"
            ),
            p,
            params![],
        )
        .await?;
    lignes.iter().map(|l| read_row(tx, l)).collect()
}

/// The communes of residence of the active files one sees, by id.
///
/// # Errors
/// `Erreur::Base`.
pub async fn residences(tx: &mut Tx, referent: Uuid) -> Resultat<BTreeMap<Uuid, Option<String>>> {
    tx.rows(
        sql!(
            "SELECT b.id, b.commune_residence FROM beneficiaire b
             WHERE b.etat = 'active' AND ((b.referent = $1 AND b.attente_depuis IS NULL)
                OR EXISTS (SELECT 1 FROM beneficiaire_partage x WHERE x.beneficiaire = b.id AND x.personne = $1))"
        ),
        params![referent],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("commune_residence")?)))
    .collect()
}

/// How many times each person one sees came, and when last.
///
/// # Errors
/// `Erreur::Base`.
pub async fn visits(tx: &mut Tx, referent: Uuid) -> Resultat<BTreeMap<Uuid, (i64, String)>> {
    tx.rows(
        sql!(
            "SELECT b.id, count(*) AS n, max(a.date) AS derniere FROM beneficiaire b
             JOIN accompagnement p ON p.personne = b.id
             JOIN activite a ON a.id = p.activite AND a.etat = 'enregistree'
             WHERE b.etat = 'active' AND ((b.referent = $1 AND b.attente_depuis IS NULL)
                OR EXISTS (SELECT 1 FROM beneficiaire_partage x WHERE x.beneficiaire = b.id AND x.personne = $1))
             GROUP BY b.id"
        ),
        params![referent],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, (l.get("n")?, l.get("derniere")?))))
    .collect()
}

/// The names of the followed persons one sees, per activity.
///
/// # Errors
/// `Erreur::Base`.
pub async fn names_by_activity(
    tx: &mut Tx,
    referent: Uuid,
    activites: &Vec<Uuid>,
) -> Resultat<BTreeMap<Uuid, Vec<String>>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT k.activite, b.id, b.prenom, b.nom, b.alias FROM accompagnement k
                 JOIN beneficiaire b ON b.id = k.beneficiaire
                 WHERE k.activite IN liste($1) AND b.etat = 'active' AND ((b.referent = $2 AND b.attente_depuis IS NULL)
                    OR EXISTS (SELECT 1 FROM beneficiaire_partage x WHERE x.beneficiaire = b.id AND x.personne = $2))
                 ORDER BY k.activite, b.id"
            ),
            params![activites, referent],
        )
        .await?;
    let mut m: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for l in &lignes {
        let id: Uuid = l.get("id")?;
        let mut nom = Vec::new();
        for colonne in ["prenom", "nom", "alias"] {
            if let Some(o) = l.get::<Option<Vec<u8>>>(colonne)? {
                nom.push(tx.unseal(TABLE, colonne, id, &o)?);
            }
        }
        m.entry(l.get("activite")?).or_default().push(nom.join(" "));
    }
    Ok(m)
}

/// The activities a person took part in, with their dates.
///
/// # Errors
/// `Erreur::Base`.
pub async fn dated_activities(tx: &mut Tx, id: Uuid) -> Resultat<Vec<(Uuid, jiff::civil::Date)>> {
    tx.rows(
        sql!(
            "SELECT a.id, a.date FROM accompagnement k JOIN activite a ON a.id = k.activite
             WHERE k.personne = $1 ORDER BY a.date, a.id"
        ),
        params![id],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("date")?)))
    .collect()
}

/// Empties a file: only its existence, its structure and its dates stay.
///
/// # Errors
/// `Erreur::Base`.
pub async fn erase(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let le = tx.today();
    tx.execute(
        sql!(
            "UPDATE beneficiaire SET mode = 'pseudonyme', prenom = NULL, nom = NULL, alias = NULL, telephone = NULL,
                telephone_index = NULL, sans_telephone = 0, courriel = NULL, courriel_index = NULL, informe_le = NULL,
                annee_naissance = NULL, commune_residence = NULL, genre = 'non_communique', statut = 'non_communique',
                connu_depuis = NULL, notes = NULL, limite_motif = NULL, prolongation_motif = NULL,
                attente_depuis = NULL, fusionnee_dans = NULL, etat = 'anonymisee', anonymisee_le = $2
             WHERE id = $1"
        ),
        params![id, le],
    )
    .await?;
    Ok(())
}

/// Erases what a merged file still says, once the merge cannot be undone.
///
/// # Errors
/// `Erreur::Base`.
pub async fn blank_merged(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    tx.execute(
        sql!(
            "UPDATE beneficiaire SET mode = 'pseudonyme', prenom = NULL, nom = NULL, alias = NULL, telephone = NULL,
                telephone_index = NULL, courriel = NULL, courriel_index = NULL, annee_naissance = NULL,
                commune_residence = NULL, genre = 'non_communique', statut = 'non_communique', notes = NULL,
                connu_depuis = NULL
             WHERE id = $1 AND etat = 'fusionnee'"
        ),
        params![id],
    )
    .await?;
    Ok(())
}

/// The activities a person took part in.
///
/// # Errors
/// `Erreur::Base`.
pub async fn activities(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!("SELECT activite FROM accompagnement WHERE personne = $1 ORDER BY activite"),
        params![id],
    )
    .await?
    .iter()
    .map(|l| l.get("activite"))
    .collect()
}

fn read_row(tx: &Tx, l: &Ligne) -> Resultat<Beneficiaire> {
    let id: Uuid = l.get("id")?;
    let open = |colonne: &str| -> Resultat<Option<String>> {
        l.get::<Option<Vec<u8>>>(colonne)?
            .map(|o| tx.unseal(TABLE, colonne, id, &o))
            .transpose()
    };
    Ok(Beneficiaire {
        id,
        structure: l.get("structure")?,
        referent: l.get("referent")?,
        fiche: Fiche {
            mode: if l.get::<String>("mode")? == "pseudonyme" {
                Mode::Pseudonyme
            } else {
                Mode::Identifie
            },
            prenom: open("prenom")?,
            nom: open("nom")?,
            alias: open("alias")?,
            informe_le: l.get("informe_le")?,
            annee_naissance: l.get("annee_naissance")?,
            telephone: open("telephone")?,
            sans_telephone: l.get("sans_telephone")?,
            courriel: open("courriel")?,
            commune_residence: l.get("commune_residence")?,
            genre: l.get("genre")?,
            statut: l.get("statut")?,
            connu_depuis: l.get("connu_depuis")?,
            notes: open("notes")?,
        },
        version: l.get("version")?,
        cree_le: l.get("cree_le")?,
    })
}

/// Sealed cells and blind indexes of a file.
struct Scelle {
    prenom: Option<Vec<u8>>,
    nom: Option<Vec<u8>>,
    alias: Option<Vec<u8>>,
    telephone: Option<Vec<u8>>,
    telephone_index: Option<String>,
    courriel: Option<Vec<u8>>,
    courriel_index: Option<String>,
    notes: Option<Vec<u8>>,
}

impl Scelle {
    fn of(tx: &Tx, id: Uuid, f: &Fiche) -> Self {
        let seal =
            |colonne, t: &Option<String>| t.as_deref().map(|t| tx.seal(TABLE, colonne, id, t));
        let blind = |domaine, t: &Option<String>| t.as_deref().map(|t| tx.blind(domaine, t));
        Self {
            prenom: seal("prenom", &f.prenom),
            nom: seal("nom", &f.nom),
            alias: seal("alias", &f.alias),
            telephone: seal("telephone", &f.telephone),
            telephone_index: blind("beneficiaire.telephone", &f.telephone),
            courriel: seal("courriel", &f.courriel),
            courriel_index: blind("beneficiaire.courriel", &f.courriel),
            notes: seal("notes", &f.notes),
        }
    }
}
