//! SQL of structures.

use jiff::civil::Date;
use socle::{Erreur, Ligne, Perimetre, Resultat, Tx, francais, params, sql};
use uuid::Uuid;

use super::{Contact, DEJA, Filtre, Identifiant, Nature, NouvelleStructure, Structure};

fn read(l: &Ligne) -> Resultat<Structure> {
    Ok(Structure {
        id: l.get("id")?,
        nom: l.get("nom")?,
        siret: l.get("siret")?,
        ridet: l.get("ridet")?,
        antenne: l.get::<Option<String>>("antenne")?.unwrap_or_default(),
        type_structure: l.get("type_structure")?,
        nature: Nature::from_cle(&l.get::<String>("nature")?)?,
        adresse: l.get("adresse")?,
        commune_insee: l.get("commune_insee")?,
        departement: l.get("departement")?,
        etat: l.get("etat")?,
        version: l.get("version")?,
    })
}

/// A structure, whoever asks: for rules of other spaces, never for a page.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Structure> {
    get_in(tx, &Perimetre::National, id).await
}

/// A structure inside a perimeter.
///
/// # Errors
/// `Erreur::Introuvable` outside it.
pub async fn get_in(tx: &mut Tx, p: &Perimetre, id: Uuid) -> Resultat<Structure> {
    let l = tx
        .row_in(
            sql!(
                "SELECT s.id, s.nom, s.type_structure, s.nature, s.adresse, s.commune_insee, s.departement, s.etat, s.version,
                        (SELECT max(i.valeur) FROM structure_identifiant i WHERE i.structure = s.id AND i.type = 'siret' AND i.valid_to IS NULL) AS siret,
                        (SELECT max(i.valeur) FROM structure_identifiant i WHERE i.structure = s.id AND i.type = 'ridet' AND i.valid_to IS NULL) AS ridet,
                        (SELECT max(i.antenne_libelle) FROM structure_identifiant i WHERE i.structure = s.id AND i.valid_to IS NULL) AS antenne
                 FROM structure s WHERE s.id = $2 AND perimetre(s.departement, s.id, -)"
            ),
            p,
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(&l)
}

/// Structures inside a perimeter, by name.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, p: &Perimetre, f: &Filtre) -> Resultat<Vec<Structure>> {
    let texte = francais::fold(&f.texte);
    let departement = f.departement.trim();
    tx.rows_in(
        sql!(
            "SELECT s.id, s.nom, s.type_structure, s.nature, s.adresse, s.commune_insee, s.departement, s.etat, s.version,
                    (SELECT max(i.valeur) FROM structure_identifiant i WHERE i.structure = s.id AND i.type = 'siret' AND i.valid_to IS NULL) AS siret,
                    (SELECT max(i.valeur) FROM structure_identifiant i WHERE i.structure = s.id AND i.type = 'ridet' AND i.valid_to IS NULL) AS ridet,
                    (SELECT max(i.antenne_libelle) FROM structure_identifiant i WHERE i.structure = s.id AND i.valid_to IS NULL) AS antenne
             FROM structure s
             WHERE perimetre(s.departement, s.id, -)
               AND ($2 = '' OR s.recherche LIKE '%' || $2 || '%') AND ($3 = '' OR s.departement = $3)
             ORDER BY s.nom, s.id LIMIT 1000"
        ),
        p,
        params![texte, departement],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// (id, name) of the structures of a perimeter, by name: for drop-down lists.
///
/// # Errors
/// `Erreur::Base`.
pub async fn names(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(Uuid, String)>> {
    tx.rows_in(
        sql!("SELECT s.id, s.nom FROM structure s WHERE perimetre(s.departement, s.id, -) ORDER BY s.nom, s.id"),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("nom")?)))
    .collect()
}

/// The structure that holds a number and antenne today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn find_by_identifiant(tx: &mut Tx, i: &Identifiant) -> Resultat<Option<Uuid>> {
    tx.row(
        sql!(
            "SELECT structure FROM structure_identifiant
             WHERE type = $1 AND valeur = $2 AND antenne = $3 AND valid_to IS NULL"
        ),
        params![i.genre, &i.valeur, i.folded()],
    )
    .await?
    .map(|l| l.get("structure"))
    .transpose()
}

/// Adds a structure with its number.
///
/// # Errors
/// `Erreur::Conflit` when another structure holds the number.
pub async fn insert(tx: &mut Tx, n: &NouvelleStructure) -> Resultat<Uuid> {
    let (le, jour) = (tx.now(), tx.today());
    if find_by_identifiant(tx, &n.identifiant).await?.is_some() {
        return Err(Erreur::Conflit(DEJA.into()));
    }
    tx.execute(
        sql!(
            "INSERT INTO structure (id, nom, recherche, type_structure, nature, adresse, commune_insee, departement, etat, version, cree_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)"
        ),
        params![
            n.id,
            n.nom.trim(),
            francais::fold(&n.nom),
            &n.type_structure,
            n.nature.cle(),
            &n.adresse,
            &n.commune_insee,
            &n.departement,
            n.etat,
            le
        ],
    )
    .await?;
    let pris = tx
        .execute(
            sql!(
                "INSERT INTO structure_identifiant (structure, type, valeur, antenne, antenne_libelle, valid_from)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            params![n.id, n.identifiant.genre, &n.identifiant.valeur, n.identifiant.folded(), &n.identifiant.antenne, jour],
        )
        .await;
    match pris {
        Err(e) if e.is_unique_violation() => Err(Erreur::Conflit(DEJA.into())),
        Err(e) => Err(e),
        Ok(_) => Ok(n.id),
    }
}

/// Names someone for a role (`referent_projet`, `representant_legal`…) from a
/// day on. Naming again changes nothing.
///
/// # Errors
/// `Erreur::Base`.
pub async fn add_contact(tx: &mut Tx, structure: Uuid, c: &Contact, depuis: Date) -> Resultat<()> {
    if contacts(tx, structure)
        .await?
        .iter()
        .any(|x| x.personne == c.personne && x.role == c.role)
    {
        return Ok(());
    }
    tx.execute(
        sql!(
            "INSERT INTO structure_contact (structure, personne, role, fonction, valid_from)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
        ),
        params![structure, c.personne, &c.role, &c.fonction, depuis],
    )
    .await?;
    Ok(())
}

/// Who answers for a structure today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn contacts(tx: &mut Tx, structure: Uuid) -> Resultat<Vec<Contact>> {
    let jour = tx.today();
    tx.rows(
        sql!(
            "SELECT personne, role, fonction FROM structure_contact
             WHERE structure = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)
             ORDER BY valid_from, personne"
        ),
        params![structure, jour],
    )
    .await?
    .iter()
    .map(|l| {
        Ok(Contact {
            personne: l.get("personne")?,
            role: l.get("role")?,
            fonction: l.get("fonction")?,
        })
    })
    .collect()
}

/// Changes the state in the register.
///
/// # Errors
/// `Erreur::Conflit` when somebody changed the structure first.
pub async fn set_state(tx: &mut Tx, s: &Structure, vers: &str) -> Resultat<()> {
    let n = tx
        .execute(
            sql!("UPDATE structure SET etat = $3, version = version + 1 WHERE id = $1 AND version = $2"),
            params![s.id, s.version, vers],
        )
        .await?;
    crate::commun::one_row(n)
}
