//! E-mails of this space (spec 15 §11, R01–R14): written in the transaction
//! of the event, once per event and recipient.

use socle::{
    Resultat, Role, Tx,
    courrier::{self, Message},
};
use uuid::Uuid;

/// What is said, to whoever it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Avis<'a> {
    /// Identifies the event: `R07:{contract}`.
    pub evenement: &'a str,
    pub sujet: &'a str,
    pub texte: &'a str,
}

/// To one person.
///
/// # Errors
/// `Erreur::Introuvable` for an unknown person.
pub async fn to_personne(tx: &mut Tx, personne: Uuid, a: Avis<'_>) -> Resultat<()> {
    let p = comptes::personne::get(tx, personne).await?;
    let texte = format!("Bonjour {},\n\n{}\n", p.nom_complet(), a.texte);
    let m = Message {
        a: &p.courriel,
        sujet: a.sujet,
        texte: &texte,
        cle: &format!("{}:{personne}", a.evenement),
    };
    courrier::send(tx, m).await
}

/// To everybody who answers for a structure.
///
/// # Errors
/// `Erreur::Base`.
pub async fn to_structure(tx: &mut Tx, structure: Uuid, a: Avis<'_>) -> Resultat<()> {
    let mut vus = Vec::new();
    for c in programme::structure::contacts(tx, structure).await? {
        if !vus.contains(&c.personne) {
            vus.push(c.personne);
            to_personne(tx, c.personne, a).await?;
        }
    }
    Ok(())
}

/// To everybody who holds a role, in a département when one is given.
///
/// # Errors
/// `Erreur::Base`.
pub async fn to_role(
    tx: &mut Tx,
    role: Role,
    departement: Option<&str>,
    a: Avis<'_>,
) -> Resultat<()> {
    use comptes::attribution::PerimetreDe;
    let mut vus = Vec::new();
    for x in comptes::attribution::list(tx, Some(role), 1000).await? {
        let ici = match (departement, &x.perimetre) {
            (Some(d), PerimetreDe::Departements(codes)) => codes.iter().any(|c| c == d),
            (Some(_), p) => *p == PerimetreDe::National,
            (None, _) => true,
        };
        if ici && !vus.contains(&x.personne) {
            vus.push(x.personne);
            to_personne(tx, x.personne, a).await?;
        }
    }
    Ok(())
}
