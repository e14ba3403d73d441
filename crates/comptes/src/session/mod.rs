//! Who is behind a cookie: a reference token of 256 random bits of which the
//! database keeps the hash. Sessions can be listed and revoked.

mod store;

pub use store::{
    Etape, SessionListee, Suite, close, close_all, list, open, open_after_code, pending, purge,
    switch,
};

use std::{future::Future, pin::Pin};

use jiff::SignedDuration;
use socle::{Acteur, Base, Resultat};

/// Without a click for so long, the session closes: one sits at a desk that
/// is often not one's own.
pub const INACTIVITE: SignedDuration = SignedDuration::from_hours(8);
/// Whatever happens, it closes after a day.
pub const ABSOLUE: SignedDuration = SignedDuration::from_hours(24);
/// Between the password and the code.
pub const ATTENTE_CODE: SignedDuration = SignedDuration::from_mins(10);

/// The sessions of the database.
#[derive(Debug, Clone, Copy)]
pub struct Sessions;

impl web::Sessions for Sessions {
    fn find<'a>(
        &'a self,
        base: &'a Base,
        jeton: &'a str,
    ) -> Pin<Box<dyn Future<Output = Resultat<Option<web::Session>>> + Send + 'a>> {
        Box::pin(find(base, jeton))
    }
}

async fn find(base: &Base, jeton: &str) -> Resultat<Option<web::Session>> {
    let mut tx = base.read().await?;
    let Some(s) = store::load(&mut tx, jeton).await? else {
        return Ok(None);
    };
    let mut roles = crate::attribution::valid(&mut tx, s.personne).await?;
    // A role given since a sign-in without a code waits for the next one.
    roles.retain(|a| s.second_facteur || !a.role.second_facteur());
    // A role that ended gives way to another one, or to nothing.
    let Some(a) = roles
        .iter()
        .find(|a| Some(a.id) == s.attribution)
        .or_else(|| roles.first())
    else {
        return Ok(None);
    };
    let acteur = Acteur {
        compte: Some(s.compte),
        personne: Some(s.personne),
        nom: crate::personne::get(&mut tx, s.personne)
            .await?
            .nom_complet(),
        role: a.role,
        perimetre: a.perimetre.perimetre(s.personne),
    };
    let session = web::Session {
        id: s.id,
        acteur,
        perimetre: a.libelle.clone(),
        autres_roles: roles.len() > 1,
    };
    let a_noter = tx.now() - s.vu_le > SignedDuration::from_mins(1);
    drop(tx);
    // Once a minute at most, so that reading stays reading.
    if a_noter && let Err(e) = note(base, jeton).await {
        // A busy database must not refuse a page for want of this.
        tracing::warn!("dernière visite non notée : {e}");
    }
    Ok(Some(session))
}

async fn note(base: &Base, jeton: &str) -> Resultat<()> {
    let mut tx = base.write().await?;
    store::touch(&mut tx, jeton).await?;
    tx.commit().await
}
