//! SQL of the register. Names, contacts and notes are sealed.

use std::collections::BTreeMap;

use socle::{Droit, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Beneficiaire, Fiche, Mode};

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

/// One's own file, locked for a change.
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
                 WHERE b.id = $2 AND b.etat = 'active' AND perimetre(-, -, b.referent) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read_row(tx, &l)
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
                 FROM beneficiaire b WHERE b.etat = 'active' AND perimetre(-, -, b.referent)
                 ORDER BY b.modifie_le DESC, b.id"
            ),
            p,
            params![],
        )
        .await?;
    lignes.iter().map(|l| read_row(tx, l)).collect()
}

/// The communes of residence of one's own active files, by id.
///
/// # Errors
/// `Erreur::Base`.
pub async fn residences(tx: &mut Tx, referent: Uuid) -> Resultat<BTreeMap<Uuid, Option<String>>> {
    tx.rows(
        sql!(
            "SELECT id, commune_residence FROM beneficiaire WHERE referent = $1 AND etat = 'active'"
        ),
        params![referent],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("commune_residence")?)))
    .collect()
}

/// How many times each of one's persons came, and when last.
///
/// # Errors
/// `Erreur::Base`.
pub async fn visits(tx: &mut Tx, referent: Uuid) -> Resultat<BTreeMap<Uuid, (i64, String)>> {
    tx.rows(
        sql!(
            "SELECT b.id, count(*) AS n, max(a.date) AS derniere FROM beneficiaire b
             JOIN accompagnement p ON p.personne = b.id
             JOIN activite a ON a.id = p.activite AND a.etat = 'enregistree'
             WHERE b.referent = $1 AND b.etat = 'active' GROUP BY b.id"
        ),
        params![referent],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, (l.get("n")?, l.get("derniere")?))))
    .collect()
}

/// The names of one's own followed persons, per activity.
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
                 WHERE k.activite IN liste($1) AND b.referent = $2 AND b.etat = 'active' ORDER BY k.activite, b.id"
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
