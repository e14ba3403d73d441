//! `maillage admin`: what must be possible without any account.

use anyhow::{Result, anyhow};
use comptes::{attribution::PerimetreDe, personne::NouvellePersonne};
use socle::{Acteur, Base, Role, valeurs::Courriel};

/// Creates a person with a national role and queues their invitation. Returns
/// the link, which the operator hands over when no mail server is set.
///
/// # Errors
/// When the address or the role is not one.
pub async fn create_user(
    base: &Base,
    url: &str,
    courriel: &str,
    prenom: &str,
    nom: &str,
    role: &str,
) -> Result<String> {
    let courriel: Courriel = courriel.parse().map_err(|e| anyhow!("{courriel} : {e}"))?;
    let role = Role::from_cle(role)
        .filter(|r| r.second_facteur())
        .ok_or_else(|| {
            let cles: Vec<&str> = Role::TOUS
                .iter()
                .filter(|r| r.second_facteur())
                .map(|r| r.cle())
                .collect();
            anyhow!("Rôle inconnu : {role}. Rôles : {}", cles.join(", "))
        })?;
    let acteur = Acteur::systeme();
    let mut tx = base.write().await?;
    let personne = match comptes::personne::find_by_courriel(&mut tx, courriel.as_str()).await? {
        Some(p) => p,
        None => {
            let p = NouvellePersonne {
                prenom: prenom.to_owned(),
                nom: nom.to_owned(),
                courriel: courriel.to_string(),
                telephone: None,
            };
            comptes::personne::create(&mut tx, &p).await?
        }
    };
    comptes::attribution::grant(&mut tx, &acteur, personne, role, &PerimetreDe::National).await?;
    comptes::invitation::invite(&mut tx, &acteur, personne, url).await?;
    tx.commit().await?;
    let mut tx = base.read().await?;
    let lien = socle::courrier::recent(&mut tx, 20)
        .await?
        .into_iter()
        .find(|c| c.a == courriel.as_str())
        .and_then(|c| {
            c.texte
                .split_whitespace()
                .find(|m| m.contains("/invitation/"))
                .map(ToOwned::to_owned)
        });
    Ok(lien.unwrap_or_else(|| "Ce compte est déjà actif : le rôle est ajouté.".to_owned()))
}
