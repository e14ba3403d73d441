use super::{Base, dialecte};
use crate::{
    crypto,
    erreur::{Erreur, Resultat},
    params, sql,
};

/// One step of the schema, never edited once released. `nom` sorts the steps
/// of all crates: `0010_comptes`, `0100_programme`…
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub nom: &'static str,
    /// Written with SQLite's STRICT types; PostgreSQL's are derived.
    pub sql: &'static str,
}

impl Base {
    /// Applies the steps not yet applied, in one transaction, in the
    /// order of their names. Returns the names applied now.
    ///
    /// # Errors
    /// `Erreur::Interne` when an applied step has changed since.
    pub async fn migrate(&self, steps: &[&[Migration]]) -> Resultat<Vec<&'static str>> {
        let mut tous: Vec<Migration> = steps.iter().flat_map(|s| s.iter().copied()).collect();
        tous.sort_by_key(|m| m.nom);
        let mut tx = self.write().await?;
        tx.lock("migration").await?;
        tx.script("CREATE TABLE IF NOT EXISTS migration (nom TEXT PRIMARY KEY, empreinte TEXT NOT NULL, le TEXT NOT NULL)")
            .await?;
        let mut faites = Vec::new();
        for m in tous {
            let empreinte = crypto::sha256_hex(m.sql.as_bytes());
            let connue = tx
                .row(
                    sql!("SELECT empreinte FROM migration WHERE nom = $1"),
                    params![m.nom],
                )
                .await?;
            match connue {
                Some(l) if l.get::<String>("empreinte")? == empreinte => {}
                Some(_) => {
                    return Err(Erreur::Interne(format!(
                        "la migration {} a changé après avoir été appliquée",
                        m.nom
                    )));
                }
                None => {
                    let d = tx.dialecte();
                    tx.script(&dialecte::migration(m.sql, d)).await?;
                    let le = tx.now();
                    tx.execute(
                        sql!("INSERT INTO migration (nom, empreinte, le) VALUES ($1, $2, $3)"),
                        params![m.nom, empreinte, le],
                    )
                    .await?;
                    faites.push(m.nom);
                }
            }
        }
        tx.commit().await?;
        Ok(faites)
    }
}
