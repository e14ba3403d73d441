//! SQL of posts: reading the ledger. A state is never stored.

use std::collections::HashMap;

use jiff::civil::Date;
use socle::{Acteur, Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Etat, Genre, Mouvement, Nature, Poste, Situation};

/// Which posts a list shows; empty fields filter nothing.
#[derive(Debug, Clone, Default)]
pub struct Filtre {
    pub structure: Option<Uuid>,
    pub departement: String,
    pub etat: Option<Etat>,
    /// Date of the states; today when `None`.
    pub le: Option<Date>,
    /// Closed posts too.
    pub clos: bool,
}

fn read_movement(l: &Ligne) -> Resultat<Mouvement> {
    Ok(Mouvement {
        numero: l.get("numero")?,
        genre: Genre::from_cle(&l.get::<String>("genre")?)?,
        structure: l.get("structure")?,
        departement: l.get("departement")?,
        nature: Nature::from_cle(&l.get::<String>("nature")?)?,
        contrat: l.get("contrat")?,
        personne: l.get("personne")?,
        effet: l.get("effet")?,
        fin: l.get("fin")?,
        motif: l.get("motif")?,
        par: l.get("par")?,
        role: l.get("role")?,
        le: l.get("le")?,
    })
}

/// The ledger of one post, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn movements(tx: &mut Tx, poste: Uuid) -> Resultat<Vec<Mouvement>> {
    tx.rows(
        sql!(
            "SELECT numero, genre, structure, departement, nature, contrat, personne, effet, fin, motif, par, role, le
             FROM mouvement_poste WHERE poste = $1 ORDER BY numero"
        ),
        params![poste],
    )
    .await?
    .iter()
    .map(read_movement)
    .collect()
}

/// Posts of a perimeter with their state, by number.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Vec<Poste>> {
    let le = f.le.unwrap_or_else(|| tx.today());
    let postes = tx
        .rows_in(
            sql!(
                "SELECT p.id, p.numero, p.campagne, p.structure, s.nom, p.departement, p.nature
                 FROM poste p JOIN structure s ON s.id = p.structure
                 WHERE perimetre(p.departement, p.structure, -)
                   AND (CAST($2 AS text) IS NULL OR p.structure = $2) AND ($3 = '' OR p.departement = $3)
                 ORDER BY p.numero"
            ),
            p,
            params![f.structure, &f.departement],
        )
        .await?;
    let mut registres: HashMap<Uuid, Vec<Mouvement>> = HashMap::with_capacity(postes.len());
    for l in tx
        .rows_in(
            sql!(
                "SELECT m.poste, m.numero, m.genre, m.structure, m.departement, m.nature, m.contrat, m.personne,
                        m.effet, m.fin, m.motif, m.par, m.role, m.le
                 FROM mouvement_poste m JOIN poste p ON p.id = m.poste
                 WHERE perimetre(p.departement, p.structure, -)
                   AND (CAST($2 AS text) IS NULL OR p.structure = $2) AND ($3 = '' OR p.departement = $3)
                 ORDER BY m.poste, m.numero"
            ),
            p,
            params![f.structure, &f.departement],
        )
        .await?
    {
        registres.entry(l.get("poste")?).or_default().push(read_movement(&l)?);
    }
    let mut sortie = Vec::with_capacity(postes.len());
    for l in &postes {
        let id: Uuid = l.get("id")?;
        let s = Situation::of(registres.get(&id).map_or(&[], Vec::as_slice))?;
        let poste = compose(l, id, &s, le)?;
        let garde = match f.etat {
            Some(e) => poste.etat == e,
            None => f.clos || poste.etat.is_open(),
        };
        if garde {
            sortie.push(poste);
        }
    }
    Ok(sortie)
}

fn compose(l: &Ligne, id: Uuid, s: &Situation, le: Date) -> Resultat<Poste> {
    let occupation = s.occupation_at(le);
    Ok(Poste {
        id,
        numero: l.get("numero")?,
        campagne: l.get("campagne")?,
        structure: l.get("structure")?,
        structure_nom: l.get("nom")?,
        departement: l.get("departement")?,
        nature: Nature::from_cle(&l.get::<String>("nature")?)?,
        etat: s.etat(le),
        personne: occupation.and_then(|o| o.personne),
        contrat: occupation.map(|o| o.contrat).or(s.reservation.map(|r| r.0)),
        depuis: s.since(le),
        fin: occupation.and_then(|o| o.fin),
    })
}

/// One post of a perimeter, today.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn get(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Poste> {
    let le = tx.today();
    let l = tx
        .row_in(
            sql!(
                "SELECT p.id, p.numero, p.campagne, p.structure, s.nom, p.departement, p.nature
                 FROM poste p JOIN structure s ON s.id = p.structure
                 WHERE p.id = $2 AND perimetre(p.departement, p.structure, -)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let s = Situation::of(&movements(tx, id).await?)?;
    compose(&l, id, &s, le)
}

/// Every movement with its post, in the order of each post.
pub(super) async fn all_movements(tx: &mut Tx) -> Resultat<Vec<(Uuid, Mouvement)>> {
    tx.rows(
        sql!(
            "SELECT poste, numero, genre, structure, departement, nature, contrat, personne, effet, fin, motif, par, role, le
             FROM mouvement_poste ORDER BY poste, numero"
        ),
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("poste")?, read_movement(l)?)))
    .collect()
}

/// What a post is when a movement is written.
#[derive(Debug, Clone)]
pub(super) struct Detenteur {
    pub structure: Uuid,
    pub departement: String,
    pub nature: Nature,
}

pub(super) async fn holder(tx: &mut Tx, poste: Uuid) -> Resultat<Detenteur> {
    let l = tx
        .row(
            sql!("SELECT structure, departement, nature FROM poste WHERE id = $1 verrou_ligne()"),
            params![poste],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    Ok(Detenteur {
        structure: l.get("structure")?,
        departement: l.get("departement")?,
        nature: Nature::from_cle(&l.get::<String>("nature")?)?,
    })
}

/// Next number of a series, from 1. Two transactions never get the same one.
pub(crate) async fn next_number(tx: &mut Tx, serie: &str) -> Resultat<i64> {
    tx.count(
        sql!(
            "INSERT INTO compteur (nom, valeur) VALUES ($1, 1)
             ON CONFLICT (nom) DO UPDATE SET valeur = compteur.valeur + 1 RETURNING valeur AS n"
        ),
        params![serie],
    )
    .await
}

pub(super) struct NouveauPoste<'a> {
    pub id: Uuid,
    pub numero: &'a str,
    pub campagne: Option<Uuid>,
    pub point: Option<Uuid>,
    pub detenteur: &'a Detenteur,
}

pub(super) async fn insert(tx: &mut Tx, n: &NouveauPoste<'_>) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO poste (id, numero, campagne, point, structure, departement, nature, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![
            n.id,
            n.numero,
            n.campagne,
            n.point,
            n.detenteur.structure,
            &n.detenteur.departement,
            n.detenteur.nature.cle(),
            le
        ],
    )
    .await?;
    Ok(())
}

/// A movement to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ecriture<'a> {
    pub genre: Genre,
    pub contrat: Option<Uuid>,
    pub personne: Option<Uuid>,
    pub effet: Date,
    pub fin: Option<Date>,
    pub motif: Option<&'a str>,
}

/// Adds a row after the last one; two writers of one post cannot both win,
/// the number is unique.
pub(super) async fn append(
    tx: &mut Tx,
    acteur: &Acteur,
    poste: Uuid,
    d: &Detenteur,
    e: Ecriture<'_>,
) -> Resultat<()> {
    let numero = tx
        .count(
            sql!("SELECT count(*) AS n FROM mouvement_poste WHERE poste = $1"),
            params![poste],
        )
        .await?
        + 1;
    let le = tx.now();
    tx.execute(
        sql!(
            "INSERT INTO mouvement_poste
                (poste, numero, genre, structure, departement, nature, contrat, personne, effet, fin, motif, par, role, le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        params![
            poste,
            numero,
            e.genre.cle(),
            d.structure,
            &d.departement,
            d.nature.cle(),
            e.contrat,
            e.personne,
            e.effet,
            e.fin,
            e.motif.map(str::to_owned),
            &acteur.nom,
            acteur.role.cle(),
            le
        ],
    )
    .await?;
    Ok(())
}
