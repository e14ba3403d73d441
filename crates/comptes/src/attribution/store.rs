use serde_json::json;
use socle::{Acteur, Erreur, Ligne, Resultat, Role, Tx, journal, params, sql};
use uuid::Uuid;

use super::{Attribution, PerimetreDe};

/// Gives a role; the same pair twice is one.
///
/// # Errors
/// `Erreur::Base`.
pub async fn grant(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    role: Role,
    perimetre: &PerimetreDe,
) -> Resultat<()> {
    let libelle = match perimetre {
        PerimetreDe::National => "France".to_owned(),
        PerimetreDe::Departements(d) => d.join(", "),
        _ => String::new(),
    };
    grant_named(tx, acteur, personne, role, perimetre, &libelle).await
}

/// As [`grant`], with the perimeter in words.
///
/// # Errors
/// `Erreur::Base`.
pub async fn grant_named(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    role: Role,
    perimetre: &PerimetreDe,
    libelle: &str,
) -> Resultat<()> {
    tx.lock(&format!("attribution:{personne}")).await?;
    let deja = valid(tx, personne)
        .await?
        .iter()
        .any(|a| a.role == role && a.perimetre == *perimetre);
    if deja {
        return Ok(());
    }
    let (id, du) = (tx.new_id(), tx.today());
    insert(tx, id, personne, role, perimetre, libelle, du).await?;
    let donnees =
        json!({ "role": role.cle(), "genre": perimetre.genre(), "valeurs": perimetre.valeurs() });
    journal::record(tx, acteur, "role.donner", "personne", personne, donnees);
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    id: Uuid,
    personne: Uuid,
    role: Role,
    p: &PerimetreDe,
    libelle: &str,
    du: jiff::civil::Date,
) -> Resultat<()> {
    tx.execute(
        sql!(
            "INSERT INTO attribution (id, personne, role, genre, valeurs, libelle, du)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![
            id,
            personne,
            role.cle(),
            p.genre(),
            p.valeurs(),
            libelle,
            du
        ],
    )
    .await?;
    Ok(())
}

/// Ends a role now, for one structure or everywhere. Sessions acting in it
/// lose it at their next request.
///
/// # Errors
/// `Erreur::Base`.
pub async fn revoke(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    role: Role,
    structure: Option<Uuid>,
) -> Resultat<()> {
    for a in valid(tx, personne).await? {
        let ici = structure.is_none_or(|s| a.perimetre == PerimetreDe::Structure(s));
        if a.role == role && ici {
            end(tx, acteur, &a).await?;
        }
    }
    Ok(())
}

/// Ends one attribution now.
///
/// # Errors
/// `Erreur::Introuvable` when it is not in force.
pub async fn revoke_by_id(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let a = load(tx, id).await?.ok_or(Erreur::Introuvable)?;
    end(tx, acteur, &a).await
}

async fn end(tx: &mut Tx, acteur: &Acteur, a: &Attribution) -> Resultat<()> {
    let le = tx.now();
    tx.execute(
        sql!("UPDATE attribution SET fin_le = $2 WHERE id = $1 AND fin_le IS NULL"),
        params![a.id, le],
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "role.retirer",
        "personne",
        a.personne,
        json!({ "role": a.role.cle() }),
    );
    Ok(())
}

/// The pairs in force of a person, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn valid(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Attribution>> {
    tx.rows(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du FROM attribution
             WHERE personne = $1 AND fin_le IS NULL ORDER BY du, id"
        ),
        params![personne],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One pair, if it is in force.
pub(crate) async fn load(tx: &mut Tx, id: Uuid) -> Resultat<Option<Attribution>> {
    tx.row(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du FROM attribution
             WHERE id = $1 AND fin_le IS NULL"
        ),
        params![id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// The most recent pairs in force, of a role or of all.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, role: Option<Role>, combien: usize) -> Resultat<Vec<Attribution>> {
    tx.rows(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du FROM attribution
             WHERE fin_le IS NULL AND (CAST($1 AS text) IS NULL OR role = $1)
             ORDER BY du DESC, id DESC LIMIT $2"
        ),
        params![role.map(|r| r.cle().to_owned()), combien],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

fn read(l: &Ligne) -> Resultat<Attribution> {
    let role: String = l.get("role")?;
    Ok(Attribution {
        id: l.get("id")?,
        personne: l.get("personne")?,
        role: Role::from_cle(&role)
            .ok_or_else(|| Erreur::Interne(format!("rôle inconnu : {role}")))?,
        perimetre: PerimetreDe::read(&l.get::<String>("genre")?, &l.get::<String>("valeurs")?)?,
        libelle: l.get("libelle")?,
        du: l.get("du")?,
    })
}
