//! How one gets in: a link by e-mail to choose a password.

use socle::{
    Acteur, Resultat, Tx,
    courrier::{self, Message},
    journal,
};
use uuid::Uuid;

use crate::{
    attribution,
    compte::{self, liens},
    personne,
};

/// Sends a link, good for 7 days, to choose a password. Nothing is sent to an
/// account already in use: its new roles show at the next page.
///
/// # Errors
/// `Erreur::Base`.
pub async fn invite(tx: &mut Tx, acteur: &Acteur, personne: Uuid, url: &str) -> Resultat<()> {
    let c = compte::ensure(tx, personne).await?;
    if c.mot_de_passe.is_some() {
        return Ok(());
    }
    let jeton = liens::create(tx, c.id, liens::Genre::Invitation).await?;
    let p = personne::get(tx, personne).await?;
    let roles = attribution::valid(tx, personne).await?;
    let roles: Vec<String> = roles
        .iter()
        .map(|a| {
            if a.libelle.is_empty() {
                a.role.libelle().to_owned()
            } else {
                format!("{} ({})", a.role.libelle(), a.libelle)
            }
        })
        .collect();
    let texte = format!(
        "Bonjour {},\n\nUn accès vous est ouvert sur Maillage, la plateforme des conseillers numériques.\n\
         Rôle : {}.\n\nChoisissez votre mot de passe avec ce lien, valable 7 jours :\n{url}/invitation/{jeton}\n\n\
         Si vous n'attendiez pas ce message, ne faites rien.\n",
        p.prenom,
        roles.join(", ")
    );
    let m = Message {
        a: &p.courriel,
        sujet: "Votre accès à Maillage",
        texte: &texte,
        cle: "",
    };
    courrier::send(tx, m).await?;
    journal::record(
        tx,
        acteur,
        "compte.inviter",
        "personne",
        personne,
        serde_json::json!({}),
    );
    Ok(())
}
