//! SQL of contracts.

use jiff::civil::Date;
use socle::{
    Droit, Erreur, Ligne, Perimetre, Resultat, Tx,
    historique::{self, Etape},
    params, sql,
    valeurs::Montant,
};
use uuid::Uuid;

use super::{Contrat, Etat, Genre};

/// Name of this noun in histories and in the audit journal.
pub const OBJET: &str = "contrat";

/// Where somebody works on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emploi {
    pub contrat: Uuid,
    pub structure: Uuid,
    pub departement: String,
    pub poste: Option<Uuid>,
    pub debut: Date,
    pub fin: Option<Date>,
}

impl Emploi {
    /// First and last day included.
    #[must_use]
    pub fn covers(&self, le: Date) -> bool {
        self.debut <= le && self.fin.is_none_or(|f| f >= le)
    }
}

/// What a list shows; empty fields filter nothing.
#[derive(Debug, Clone, Default)]
pub struct Filtre {
    pub etats: Vec<Etat>,
    pub departement: String,
    /// Rows to skip, and the most to give.
    pub debut: usize,
    pub combien: usize,
}

pub(super) fn read(tx: &Tx, l: &Ligne) -> Resultat<Contrat> {
    let id: Uuid = l.get("id")?;
    let duree_motif = match l.get::<Option<Vec<u8>>>("duree_motif")? {
        Some(o) => tx.unseal("contrat", "duree_motif", id, &o)?,
        None => String::new(),
    };
    Ok(Contrat {
        id,
        numero: l.get("numero")?,
        structure: l.get("structure")?,
        departement: l.get("departement")?,
        personne: l.get("personne")?,
        poste: l.get("poste")?,
        mise_en_relation: l.get("mise_en_relation")?,
        precedent: l.get("precedent")?,
        genre: Genre::from_cle(&l.get::<String>("type")?)?,
        date_debut: l.get("date_debut")?,
        date_fin: l.get("date_fin")?,
        fin_effective: l.get("fin_effective")?,
        fin_motif: l.get("fin_motif")?,
        quotite: l.get("quotite")?,
        quotite_motif: l.get("quotite_motif")?,
        salaire: Montant(l.get("salaire")?),
        categorie: l.get("categorie_fp")?,
        code_rome: l.get("code_rome")?,
        coordination: l.get("coordination")?,
        duree_motif,
        eligibilite: l.get("eligibilite")?,
        preparation: l.get("preparation")?,
        fiche_mission: l.get("fiche_mission")?,
        piece: l.get("piece")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        soumis_le: l.get("soumis_le")?,
        valide_le: l.get("valide_le")?,
        maj_le: l.get("maj_le")?,
        version: l.get("version")?,
    })
}

/// A contract inside a perimeter.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn get(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Contrat> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.* FROM contrat c
                 WHERE c.id = $2 AND perimetre(c.departement, c.structure, c.personne)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// A contract to change, its row held until the end of the transaction.
///
/// # Errors
/// `Erreur::Introuvable` outside the perimeter of the right.
pub async fn load(tx: &mut Tx, droit: &Droit, id: Uuid) -> Resultat<Contrat> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.* FROM contrat c
                 WHERE c.id = $2 AND perimetre(c.departement, c.structure, c.personne) verrou_ligne()"
            ),
            droit.perimetre(),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// Contracts of a perimeter, the latest change first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Vec<Contrat>> {
    let etats = keys(&f.etats);
    let combien = if f.combien == 0 { 1000 } else { f.combien };
    tx.rows_in(
        sql!(
            "SELECT c.* FROM contrat c
             WHERE perimetre(c.departement, c.structure, c.personne)
               AND c.etat IN liste($2) AND ($3 = '' OR c.departement = $3)
             ORDER BY c.maj_le DESC, c.id LIMIT $4 OFFSET $5"
        ),
        p,
        params![&etats, &f.departement, combien, f.debut],
    )
    .await?
    .iter()
    .map(|l| read(tx, l))
    .collect()
}

/// How many contracts a filter finds.
///
/// # Errors
/// `Erreur::Base`.
pub async fn count(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<usize> {
    let etats = keys(&f.etats);
    tx.row_in(
        sql!(
            "SELECT count(*) AS n FROM contrat c
             WHERE perimetre(c.departement, c.structure, c.personne)
               AND c.etat IN liste($2) AND ($3 = '' OR c.departement = $3)"
        ),
        p,
        params![&etats, &f.departement],
    )
    .await?
    .ok_or(Erreur::Introuvable)?
    .get("n")
}

fn keys(etats: &[Etat]) -> Vec<String> {
    let etats = if etats.is_empty() { Etat::TOUS } else { etats };
    etats.iter().map(|e| e.cle().to_owned()).collect()
}

/// Where a person works or worked, whatever the contracts have become since;
/// the latest start first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn emplois(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Emploi>> {
    tx.rows(
        sql!(
            "SELECT id, structure, departement, poste, date_debut, coalesce(fin_effective, date_fin) AS fin FROM contrat
             WHERE personne = $1 AND etat IN ('valide', 'termine', 'rompu', 'remplace')
             ORDER BY date_debut DESC, id DESC"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Emploi {
            contrat: l.get("id")?,
            structure: l.get("structure")?,
            departement: l.get("departement")?,
            poste: l.get("poste")?,
            debut: l.get("date_debut")?,
            fin: l.get("fin")?,
        })
    })
    .collect()
}

/// Where a person works on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn emploi_at(tx: &mut Tx, personne: Uuid, le: Date) -> Resultat<Option<Emploi>> {
    let emplois = emplois(tx, personne).await?;
    Ok(emplois.into_iter().find(|e| e.covers(le)))
}

/// Who works today inside a perimeter: (person, structure, département).
///
/// # Errors
/// `Erreur::Base`.
pub async fn conseillers(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(Uuid, Uuid, String)>> {
    let le = tx.today();
    tx.rows_in(
        sql!(
            "SELECT c.personne, c.structure, c.departement FROM contrat c
             WHERE perimetre(c.departement, c.structure, c.personne)
               AND c.etat IN ('valide', 'termine', 'rompu', 'remplace') AND c.date_debut <= $2
               AND (coalesce(c.fin_effective, c.date_fin) IS NULL OR coalesce(c.fin_effective, c.date_fin) >= $2)
             ORDER BY c.departement, c.structure, c.personne"
        ),
        p,
        params![le],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("personne")?, l.get("structure")?, l.get("departement")?)))
    .collect()
}

/// Every contract of a person that binds or may bind, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Contrat>> {
    tx.rows(
        sql!(
            "SELECT c.* FROM contrat c WHERE c.personne = $1 AND c.etat NOT IN ('refuse', 'annule')
             ORDER BY c.date_debut, c.id"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(|l| read(tx, l))
    .collect()
}

/// Validated contracts whose last day is before `le`.
///
/// # Errors
/// `Erreur::Base`.
pub async fn past(tx: &mut Tx, le: Date) -> Resultat<Vec<Uuid>> {
    tx.rows(
        sql!(
            "SELECT id FROM contrat WHERE etat = 'valide' AND date_fin < $1 ORDER BY date_fin, id"
        ),
        params![le],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

/// Validated contracts that end between two days: (id, last day).
///
/// # Errors
/// `Erreur::Base`.
pub async fn ending(tx: &mut Tx, de: Date, a: Date) -> Resultat<Vec<(Uuid, Date)>> {
    tx.rows(
        sql!(
            "SELECT id, date_fin FROM contrat WHERE etat = 'valide' AND date_fin >= $1 AND date_fin <= $2
             ORDER BY date_fin, id"
        ),
        params![de, a],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("date_fin")?)))
    .collect()
}

/// The contract that renews another and is not refused nor cancelled.
///
/// # Errors
/// `Erreur::Base`.
pub async fn successor(tx: &mut Tx, id: Uuid) -> Resultat<Option<(Uuid, Etat)>> {
    tx.row(
        sql!(
            "SELECT id, etat FROM contrat WHERE precedent = $1 AND etat NOT IN ('refuse', 'annule')"
        ),
        params![id],
    )
    .await?
    .map(|l| Ok((l.get("id")?, Etat::from_cle(&l.get::<String>("etat")?)?)))
    .transpose()
}

/// Next number of a year. The name is locked until the end of the transaction.
///
/// # Errors
/// `Erreur::Base`.
pub async fn next_numero(tx: &mut Tx, annee: i16) -> Resultat<String> {
    tx.lock("contrat.numero").await?;
    let prefixe = format!("CT-{annee}-");
    let dernier: Option<String> = tx
        .row(
            sql!("SELECT max(numero) AS dernier FROM contrat WHERE numero LIKE $1"),
            params![format!("{prefixe}%")],
        )
        .await?
        .and_then(|l| l.get("dernier").ok());
    let n = dernier
        .and_then(|d| d.rsplit('-').next().and_then(|n| n.parse::<i64>().ok()))
        .unwrap_or(0);
    Ok(format!("{prefixe}{:05}", n + 1))
}

/// Adds a contract.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, c: &Contrat) -> Resultat<()> {
    let motif = sealed(tx, c);
    tx.execute(
        sql!(
            "INSERT INTO contrat (id, numero, structure, departement, personne, poste, mise_en_relation, precedent, type,
                date_debut, date_fin, fin_effective, fin_motif, quotite, quotite_motif, salaire, categorie_fp, code_rome,
                coordination, duree_motif, eligibilite, preparation, fiche_mission, piece, etat, soumis_le, valide_le,
                cree_le, maj_le, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24, $25, $26, $27, $28, $28, 1)"
        ),
        params![
            c.id, &c.numero, c.structure, &c.departement, c.personne, c.poste, c.mise_en_relation, c.precedent,
            c.genre.cle(), c.date_debut, c.date_fin, c.fin_effective, &c.fin_motif, c.quotite, &c.quotite_motif,
            c.salaire.0, &c.categorie, &c.code_rome, &c.coordination, motif, c.eligibilite, c.preparation,
            c.fiche_mission, c.piece, c.etat.cle(), c.soumis_le, c.valide_le, c.maj_le
        ],
    )
    .await?;
    Ok(())
}

fn sealed(tx: &Tx, c: &Contrat) -> Option<Vec<u8>> {
    (!c.duree_motif.is_empty()).then(|| tx.seal("contrat", "duree_motif", c.id, &c.duree_motif))
}

/// Writes a contract that was loaded in this transaction.
///
/// # Errors
/// `Erreur::Conflit` when somebody changed it in between.
pub async fn update(tx: &mut Tx, c: &Contrat) -> Resultat<()> {
    let (motif, le) = (sealed(tx, c), tx.now());
    let n = tx
        .execute(
            sql!(
                "UPDATE contrat SET poste = $3, type = $4, date_debut = $5, date_fin = $6, fin_effective = $7, fin_motif = $8,
                    quotite = $9, quotite_motif = $10, salaire = $11, categorie_fp = $12, code_rome = $13, coordination = $14,
                    duree_motif = $15, eligibilite = $16, preparation = $17, fiche_mission = $18, piece = $19, etat = $20,
                    soumis_le = $21, valide_le = $22, maj_le = $23, version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![
                c.id, c.version, c.poste, c.genre.cle(), c.date_debut, c.date_fin, c.fin_effective, &c.fin_motif,
                c.quotite, &c.quotite_motif, c.salaire.0, &c.categorie, &c.code_rome, &c.coordination, motif,
                c.eligibilite, c.preparation, c.fiche_mission, c.piece, c.etat.cle(), c.soumis_le, c.valide_le, le
            ],
        )
        .await?;
    if n == 1 {
        Ok(())
    } else {
        Err(crate::outdated())
    }
}

/// What happened to a contract, its ruptures and prolongations.
///
/// # Errors
/// `Erreur::Base`.
pub async fn history(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Etape>> {
    historique::read(tx, OBJET, id).await
}
