use jiff::{Timestamp, civil::Date};
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
    // A role about to end does not stand in for one that goes on.
    let deja = valid(tx, personne).await?.iter().any(|a| {
        a.role == role
            && a.perimetre.genre() == perimetre.genre()
            && a.perimetre.valeurs() == perimetre.valeurs()
            && a.fin_le.is_none()
    });
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
    du: Date,
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

/// Ends a role now, for one structure (a role over oneself belongs to each) or
/// everywhere. Sessions acting in it lose it at their next request.
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
    let le = tx.now();
    revoke_at(tx, acteur, personne, role, structure, le).await
}

/// As [`revoke`], from the first minute of `le` in Paris: the first day
/// without the role. A day already past ends it now.
///
/// # Errors
/// `Erreur::Base`.
pub async fn revoke_on(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    role: Role,
    structure: Option<Uuid>,
    le: Date,
) -> Resultat<()> {
    let le = midnight(le)?.max(tx.now());
    revoke_at(tx, acteur, personne, role, structure, le).await
}

/// The first instant of a day in Paris.
fn midnight(le: Date) -> Resultat<Timestamp> {
    le.to_zoned_datetime(socle::clock::paris())
        .map(|z| z.timestamp())
        .map_err(|e| Erreur::Interne(format!("date d'un rôle : {e}")))
}

async fn revoke_at(
    tx: &mut Tx,
    acteur: &Acteur,
    personne: Uuid,
    role: Role,
    structure: Option<Uuid>,
    le: Timestamp,
) -> Resultat<()> {
    for a in valid(tx, personne).await? {
        let ici = match (structure, &a.perimetre) {
            (Some(s), PerimetreDe::Structure(d)) => s == *d,
            (Some(_), p) => *p == PerimetreDe::Soi,
            (None, _) => true,
        };
        if a.role == role && ici {
            end(tx, acteur, &a, le).await?;
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
    let le = tx.now();
    end(tx, acteur, &a, le).await
}

async fn end(tx: &mut Tx, acteur: &Acteur, a: &Attribution, le: Timestamp) -> Resultat<()> {
    let n = tx
        .execute(
            sql!(
                "UPDATE attribution SET fin_le = $2
                 WHERE id = $1 AND (fin_le IS NULL OR fin_le > $2)"
            ),
            params![a.id, le],
        )
        .await?;
    if n == 1 {
        let donnees = json!({ "role": a.role.cle(), "valeurs": a.perimetre.valeurs(), "le": le });
        journal::record(tx, acteur, "role.retirer", "personne", a.personne, donnees);
    }
    Ok(())
}

/// The pairs in force of a person, oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn valid(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Attribution>> {
    let le = tx.now();
    tx.rows(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du, fin_le FROM attribution
             WHERE personne = $1 AND (fin_le IS NULL OR fin_le > $2) ORDER BY du, id"
        ),
        params![personne, le],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Every pair a person holds or held, most recent first.
pub(crate) async fn of_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Vec<Attribution>> {
    tx.rows(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du, fin_le FROM attribution
             WHERE personne = $1 ORDER BY CASE WHEN fin_le IS NULL THEN 0 ELSE 1 END, du DESC, id DESC"
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
    let le = tx.now();
    tx.row(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du, fin_le FROM attribution
             WHERE id = $1 AND (fin_le IS NULL OR fin_le > $2)"
        ),
        params![id, le],
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
    let le = tx.now();
    tx.rows(
        sql!(
            "SELECT id, personne, role, genre, valeurs, libelle, du, fin_le FROM attribution
             WHERE (fin_le IS NULL OR fin_le > $3) AND (CAST($1 AS text) IS NULL OR role = $1)
             ORDER BY du DESC, id DESC LIMIT $2"
        ),
        params![role.map(|r| r.cle().to_owned()), combien, le],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Who holds a role on `le`, in a structure or a département when one is
/// given (a national holder answers for every département). For e-mails to
/// « the préfecture », « the structure ».
///
/// # Errors
/// `Erreur::Base`.
pub async fn personnes(
    tx: &mut Tx,
    role: Role,
    structure: Option<Uuid>,
    departement: Option<&str>,
    le: Date,
) -> Resultat<Vec<Uuid>> {
    let structure = structure.map(|s| s.to_string());
    let instant = if le == tx.today() {
        tx.now()
    } else {
        midnight(le)?
    };
    let lignes = tx
        .rows(
            sql!(
                "SELECT id, personne, role, genre, valeurs, libelle, du, fin_le FROM attribution
                 WHERE role = $1 AND (CAST($2 AS text) IS NULL OR valeurs = $2)
                   AND du <= $3 AND (fin_le IS NULL OR fin_le > $4) ORDER BY du, id"
            ),
            params![role.cle(), structure, le, instant],
        )
        .await?;
    let mut vues: Vec<Uuid> = Vec::new();
    for l in &lignes {
        let a = read(l)?;
        let dedans = match (departement, &a.perimetre) {
            (Some(d), PerimetreDe::Departements(codes)) => codes.iter().any(|c| c == d),
            (Some(_), p) => *p == PerimetreDe::National,
            (None, _) => true,
        };
        if dedans && !vues.contains(&a.personne) {
            vues.push(a.personne);
        }
    }
    Ok(vues)
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
        fin_le: l.get("fin_le")?,
    })
}
