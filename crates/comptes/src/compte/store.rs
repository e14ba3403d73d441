use socle::{Erreur, Ligne, Resultat, Tx, params, sql};
use uuid::Uuid;

#[derive(Debug, Clone)]
pub struct Compte {
    pub id: Uuid,
    pub personne: Uuid,
    /// PHC string; `None` until the invitation is used.
    pub mot_de_passe: Option<String>,
    /// Base32 secret of the second factor.
    pub totp: Option<String>,
    /// Last time step used; 0 until a first code proved the secret was copied.
    pub totp_pas: i64,
    pub demo: bool,
}

fn read(tx: &Tx, l: &Ligne) -> Resultat<Compte> {
    let id: Uuid = l.get("id")?;
    let totp = l.get::<Option<Vec<u8>>>("totp")?;
    Ok(Compte {
        id,
        personne: l.get("personne")?,
        mot_de_passe: l.get("mot_de_passe")?,
        totp: totp
            .map(|t| tx.unseal("compte", "totp", id, &t))
            .transpose()?,
        totp_pas: l.get("totp_pas")?,
        demo: l.get("demo")?,
    })
}

/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, id: Uuid) -> Resultat<Compte> {
    let l = tx
        .row(
            sql!(
                "SELECT id, personne, mot_de_passe, totp, totp_pas, demo FROM compte WHERE id = $1"
            ),
            params![id],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    read(tx, &l)
}

/// The account of a person, if any.
///
/// # Errors
/// `Erreur::Base`.
pub async fn by_personne(tx: &mut Tx, personne: Uuid) -> Resultat<Option<Compte>> {
    let l = tx
        .row(
            sql!("SELECT id, personne, mot_de_passe, totp, totp_pas, demo FROM compte WHERE personne = $1"),
            params![personne],
        )
        .await?;
    l.map(|l| read(tx, &l)).transpose()
}

/// The account of a person, made when there is none.
///
/// # Errors
/// `Erreur::Base`.
pub async fn ensure(tx: &mut Tx, personne: Uuid) -> Resultat<Compte> {
    let (id, le) = (tx.new_id(), tx.now());
    tx.execute(
        sql!(
            "INSERT INTO compte (id, personne, totp_pas, demo, cree_le) VALUES ($1, $2, 0, 0, $3)
             ON CONFLICT DO NOTHING"
        ),
        params![id, personne, le],
    )
    .await?;
    by_personne(tx, personne).await?.ok_or(Erreur::Introuvable)
}

/// # Errors
/// `Erreur::Base`.
pub async fn set_password(tx: &mut Tx, compte: Uuid, phc: &str) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE compte SET mot_de_passe = $2 WHERE id = $1"),
        params![compte, phc],
    )
    .await?;
    Ok(())
}

pub(crate) async fn set_totp(tx: &mut Tx, compte: Uuid, secret: &str, demo: bool) -> Resultat<()> {
    let scelle = tx.seal("compte", "totp", compte, secret);
    tx.execute(
        sql!("UPDATE compte SET totp = $2, totp_pas = 0, demo = $3 WHERE id = $1"),
        params![compte, scelle, demo],
    )
    .await?;
    Ok(())
}

/// Forgets the second factor and its recovery codes: the next sign-in sets
/// another one up.
pub(crate) async fn clear_totp(tx: &mut Tx, compte: Uuid) -> Resultat<()> {
    tx.execute(
        sql!("UPDATE compte SET totp = NULL, totp_pas = 0 WHERE id = $1"),
        params![compte],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM code_secours WHERE compte = $1"),
        params![compte],
    )
    .await?;
    Ok(())
}

/// Uses up a time step: a code is good once. `false` when it was used.
pub(crate) async fn accept_step(tx: &mut Tx, compte: Uuid, pas: u64) -> Resultat<bool> {
    let pas = i64::try_from(pas).unwrap_or(i64::MAX);
    let n = tx
        .execute(
            sql!("UPDATE compte SET totp_pas = $2 WHERE id = $1 AND totp_pas < $2"),
            params![compte, pas],
        )
        .await?;
    Ok(n == 1)
}
