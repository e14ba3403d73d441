//! SQL of coordination.

use jiff::civil::Date;
use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{Choix, Contenu, Coordination, Genre, Partenaire, dimension};

const TABLE: &str = "coordination";
const DIMENSIONS: [&str; 5] = [
    dimension::TYPE_ANIMATION,
    dimension::THEME,
    dimension::TYPE_EVENEMENT,
    dimension::ORGANISATEUR,
    dimension::NATURE,
];

/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, c: &Coordination) -> Resultat<()> {
    let (nom, notes) = sealed(tx, c);
    let le = tx.now();
    let k = &c.contenu;
    tx.execute(
        sql!(
            "INSERT INTO coordination (id, genre, etat, auteur, date, duree, nom, mediateurs, structures, autres,
                participants, initiative, echelon, mission, notes, employeur, departement, version, enregistree_le,
                modifiee_le)
             VALUES ($1, $2, 'enregistree', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17, $17)"
        ),
        params![
            c.id, k.genre.cle(), c.auteur, k.date, k.duree, nom, k.mediateurs, k.structures, k.autres, k.participants,
            &k.initiative, &k.echelon, &k.mission, notes, c.employeur, &c.departement, le
        ],
    )
    .await?;
    insert_choices(tx, c).await?;
    crate::api::coordinations::mark(tx, c.id).await
}

/// # Errors
/// `Erreur::Base`.
pub async fn update(tx: &mut Tx, c: &Coordination) -> Resultat<()> {
    let (nom, notes) = sealed(tx, c);
    let le = tx.now();
    let k = &c.contenu;
    tx.execute(
        sql!(
            "UPDATE coordination SET date = $2, duree = $3, nom = $4, mediateurs = $5, structures = $6, autres = $7,
                participants = $8, initiative = $9, echelon = $10, mission = $11, notes = $12, employeur = $13,
                departement = $14, version = $15, modifiee_le = $16
             WHERE id = $1"
        ),
        params![
            c.id, k.date, k.duree, nom, k.mediateurs, k.structures, k.autres, k.participants, &k.initiative,
            &k.echelon, &k.mission, notes, c.employeur, &c.departement, c.version, le
        ],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM coordination_valeur WHERE coordination = $1"),
        params![c.id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM coordination_partenaire WHERE coordination = $1"),
        params![c.id],
    )
    .await?;
    insert_choices(tx, c).await?;
    crate::api::coordinations::mark(tx, c.id).await
}

/// Deletes, or brings back.
///
/// # Errors
/// `Erreur::Base`.
pub async fn set_deleted(tx: &mut Tx, id: Uuid, supprimee: bool) -> Resultat<()> {
    let le = tx.now();
    let etat = if supprimee {
        "supprimee"
    } else {
        "enregistree"
    };
    tx.execute(
        sql!(
            "UPDATE coordination SET etat = $2, supprimee_le = $3, modifiee_le = $4, version = version + 1 WHERE id = $1"
        ),
        params![id, etat, supprimee.then_some(le), le],
    )
    .await?;
    crate::api::coordinations::mark(tx, id).await
}

async fn insert_choices(tx: &mut Tx, c: &Coordination) -> Resultat<()> {
    for x in &c.contenu.choix {
        let ligne = format!("{}:{}:{}", c.id, x.dimension, x.valeur);
        let precision = x
            .precision
            .as_deref()
            .map(|p| tx.seal("coordination_valeur", "precision_libre", ligne, p));
        tx.execute(
            sql!(
                "INSERT INTO coordination_valeur (coordination, dimension, valeur, precision_libre) VALUES ($1, $2, $3, $4)"
            ),
            params![c.id, x.dimension, &x.valeur, precision],
        )
        .await?;
    }
    for (rang, p) in (1_i64..).zip(&c.contenu.partenaires) {
        let id = tx.new_id();
        let nom = tx.seal("coordination_partenaire", "nom", id, &p.nom);
        let precision = p
            .precision
            .as_deref()
            .map(|t| tx.seal("coordination_partenaire", "precision_libre", id, t));
        tx.execute(
            sql!(
                "INSERT INTO coordination_partenaire (id, coordination, rang, nom, type_organisateur, precision_libre)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            params![id, c.id, rang, nom, &p.type_organisateur, precision],
        )
        .await?;
    }
    Ok(())
}

fn sealed(tx: &Tx, c: &Coordination) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let seal = |colonne, t: &Option<String>| t.as_deref().map(|t| tx.seal(TABLE, colonne, c.id, t));
    (seal("nom", &c.contenu.nom), seal("notes", &c.contenu.notes))
}

/// A report of a perimeter.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn read(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Coordination> {
    let l = tx
        .row_in(
            sql!(
                "SELECT c.id, c.genre, c.etat, c.auteur, c.date, c.duree, c.nom, c.mediateurs, c.structures, c.autres,
                    c.participants, c.initiative, c.echelon, c.mission, c.notes, c.employeur, c.departement, c.version
                 FROM coordination c WHERE c.id = $2 AND perimetre(c.departement, c.employeur, c.auteur)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let mut c = row(tx, &l)?;
    c.contenu.choix = choices(tx, id).await?;
    c.contenu.partenaires = partners(tx, id).await?;
    Ok(c)
}

/// The reports of a period, the latest first; an empty kind means all.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(
    tx: &mut Tx,
    p: &Perimetre,
    du: Date,
    au: Date,
    genre: &str,
) -> Resultat<Vec<Coordination>> {
    let lignes = tx
        .rows_in(
            sql!(
                "SELECT c.id, c.genre, c.etat, c.auteur, c.date, c.duree, c.nom, c.mediateurs, c.structures, c.autres,
                    c.participants, c.initiative, c.echelon, c.mission, c.notes, c.employeur, c.departement, c.version
                 FROM coordination c
                 WHERE c.etat = 'enregistree' AND perimetre(c.departement, c.employeur, c.auteur)
                   AND c.date BETWEEN $2 AND $3 AND ($4 = '' OR c.genre = $4)
                 ORDER BY c.date DESC, c.id DESC LIMIT 5000"
            ),
            p,
            params![du, au, genre],
        )
        .await?;
    let mut v = Vec::with_capacity(lignes.len());
    for l in &lignes {
        v.push(row(tx, l)?);
    }
    let ids: Vec<Uuid> = v.iter().map(|c| c.id).collect();
    for l in tx
        .rows(
            sql!(
                "SELECT coordination, dimension, valeur FROM coordination_valeur
                 WHERE coordination IN liste($1) ORDER BY coordination, dimension, valeur"
            ),
            params![&ids],
        )
        .await?
    {
        let id: Uuid = l.get("coordination")?;
        if let Some(c) = v.iter_mut().find(|c| c.id == id)
            && let Some(choix) = choice(&l, None)?
        {
            c.contenu.choix.push(choix);
        }
    }
    Ok(v)
}

fn row(tx: &Tx, l: &Ligne) -> Resultat<Coordination> {
    let id: Uuid = l.get("id")?;
    let ouvrir = |colonne: &'static str| -> Resultat<Option<String>> {
        l.get::<Option<Vec<u8>>>(colonne)?
            .map(|o| tx.unseal(TABLE, colonne, id, &o))
            .transpose()
    };
    Ok(Coordination {
        id,
        auteur: l.get("auteur")?,
        contenu: Contenu {
            genre: Genre::from_cle(&l.get::<String>("genre")?)
                .ok_or_else(|| Erreur::Interne("genre de coordination inconnu".into()))?,
            date: l.get("date")?,
            duree: l.get("duree")?,
            nom: ouvrir("nom")?,
            mediateurs: l.get("mediateurs")?,
            structures: l.get("structures")?,
            autres: l.get("autres")?,
            participants: l.get("participants")?,
            initiative: l.get("initiative")?,
            echelon: l.get("echelon")?,
            mission: l.get("mission")?,
            choix: Vec::new(),
            partenaires: Vec::new(),
            notes: ouvrir("notes")?,
        },
        employeur: l.get("employeur")?,
        departement: l.get("departement")?,
        supprimee: l.get::<String>("etat")? == "supprimee",
        version: l.get("version")?,
    })
}

fn choice(l: &Ligne, precision: Option<String>) -> Resultat<Option<Choix>> {
    let d: String = l.get("dimension")?;
    let valeur = l.get("valeur")?;
    Ok(DIMENSIONS
        .into_iter()
        .find(|x| *x == d)
        .map(|dimension| Choix {
            dimension,
            valeur,
            precision,
        }))
}

async fn choices(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Choix>> {
    let lignes = tx
        .rows(
            sql!("SELECT dimension, valeur, precision_libre FROM coordination_valeur WHERE coordination = $1"),
            params![id],
        )
        .await?;
    let mut v = Vec::new();
    for l in &lignes {
        let ligne = format!(
            "{id}:{}:{}",
            l.get::<String>("dimension")?,
            l.get::<String>("valeur")?
        );
        let precision = l
            .get::<Option<Vec<u8>>>("precision_libre")?
            .map(|o| tx.unseal("coordination_valeur", "precision_libre", ligne, &o))
            .transpose()?;
        v.extend(choice(l, precision)?);
    }
    v.sort();
    Ok(v)
}

async fn partners(tx: &mut Tx, id: Uuid) -> Resultat<Vec<Partenaire>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, nom, type_organisateur, precision_libre FROM coordination_partenaire
                 WHERE coordination = $1 ORDER BY rang"
            ),
            params![id],
        )
        .await?;
    lignes
        .iter()
        .map(|l| {
            let ligne: Uuid = l.get("id")?;
            let t = "coordination_partenaire";
            Ok(Partenaire {
                nom: tx.unseal(t, "nom", ligne, &l.get::<Vec<u8>>("nom")?)?,
                type_organisateur: l.get("type_organisateur")?,
                precision: l
                    .get::<Option<Vec<u8>>>("precision_libre")?
                    .map(|o| tx.unseal(t, "precision_libre", ligne, &o))
                    .transpose()?,
            })
        })
        .collect()
}
