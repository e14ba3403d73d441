//! Following the link: the structure enters the register, its contact gets an
//! account, the opérateur a task. And the daily job for links never followed.

use comptes::{
    attribution::{self, PerimetreDe},
    invitation,
    personne::{self, NouvellePersonne},
};
use socle::{
    Acteur, Base, Erreur, Resultat, Role, Tx,
    courrier::{self, Message},
    crypto::sha256_hex,
    francais,
};
use uuid::Uuid;

use super::{Candidature, Contact, Etat, identifiant, saisie, store};
use crate::{
    commun::step,
    structure::{self, NouvelleStructure},
};

/// Days after which a file never confirmed lapses.
const CADUC: i32 = 30;

/// What a link leads to, before the button is pressed.
///
/// # Errors
/// `Erreur::Introuvable` for a link that is unknown or too old.
pub(super) async fn peek(tx: &mut Tx, jeton: &str) -> Resultat<Candidature> {
    let (c, expire) = store::find_by_link(tx, &sha256_hex(jeton.as_bytes()))
        .await?
        .ok_or(Erreur::Introuvable)?;
    if c.etat == Etat::Deposee && expire < tx.now() {
        return Err(Erreur::Introuvable);
    }
    Ok(c)
}

/// Confirms the file of a link. Pressing the button again changes nothing.
///
/// # Errors
/// `Erreur::Introuvable` for an unknown or old link; `Erreur::Conflit` when
/// the structure was registered, or applied, in the meantime.
pub async fn confirm(tx: &mut Tx, jeton: &str, site: &str) -> Resultat<Candidature> {
    let c = peek(tx, jeton).await?;
    if c.etat != Etat::Deposee {
        return Ok(c);
    }
    let contact = store::open_contact(tx, c.id).await?;
    let acteur = Acteur {
        nom: format!("{} {}", contact.prenom, contact.nom),
        ..Acteur::visiteur()
    };
    let structure = match c.structure {
        Some(s) => s,
        None => register(tx, &c).await?,
    };
    if store::has_open(tx, structure, &c).await? {
        return Err(Erreur::Conflit("Une candidature est déjà en cours.".into()));
    }
    store::set_structure(tx, c.id, structure).await?;
    store::set_state(tx, &c, Etat::Recevabilite, None).await?;
    step(
        tx,
        &acteur,
        ("candidature", "candidature.confirmer"),
        c.id,
        Some(c.etat.cle()),
        Etat::Recevabilite.cle(),
        None,
    )
    .await?;
    attach(tx, structure, &c.structure_nom, &contact, site).await?;
    Ok(c)
}

/// Puts the declared structure in the register, to be checked.
async fn register(tx: &mut Tx, c: &Candidature) -> Resultat<Uuid> {
    let nature = saisie::nature_of(tx, &c.dossier.type_structure)
        .await?
        .ok_or_else(|| Erreur::Interne("type de structure disparu".into()))?;
    let n = NouvelleStructure {
        id: tx.new_id(),
        nom: c.structure_nom.clone(),
        identifiant: identifiant(&c.dossier),
        type_structure: c.dossier.type_structure.clone(),
        nature,
        adresse: c.dossier.adresse.clone(),
        commune_insee: c.commune_insee.clone(),
        departement: territoires::geographie()
            .commune(&c.commune_insee)
            .map_or_else(|| c.departement.clone(), |x| x.departement.to_owned()),
        etat: "a_verifier",
    };
    structure::insert(tx, &n).await
}

/// Creates or finds the person, who answers for the structure from now on.
async fn attach(
    tx: &mut Tx,
    structure: Uuid,
    nom: &str,
    contact: &Contact,
    site: &str,
) -> Resultat<()> {
    let personne = match personne::find_by_courriel(tx, &contact.courriel).await? {
        Some(p) => p,
        None => {
            personne::create(
                tx,
                &NouvellePersonne {
                    prenom: contact.prenom.clone(),
                    nom: contact.nom.clone(),
                    courriel: contact.courriel.clone(),
                    telephone: Some(contact.telephone.clone()),
                },
            )
            .await?
        }
    };
    let jour = tx.today();
    let c = structure::Contact {
        personne,
        role: "referent_projet".into(),
        fonction: contact.fonction.clone(),
    };
    structure::add_contact(tx, structure, &c, jour).await?;
    let systeme = Acteur::systeme();
    attribution::grant_named(
        tx,
        &systeme,
        personne,
        Role::GestionnaireStructure,
        &PerimetreDe::Structure(structure),
        nom,
    )
    .await?;
    invitation::invite(tx, &systeme, personne, site).await
}

/// Lets files that were never confirmed lapse, and says so to the contact.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn lapse(base: Base) -> Resultat<()> {
    let mut tx = base.write().await?;
    let avant = francais::plus_days(tx.today(), -CADUC);
    for c in store::unconfirmed_since(&mut tx, avant).await? {
        store::set_state(&mut tx, &c, Etat::Caduque, None).await?;
        let (de, vers) = (Some(c.etat.cle()), Etat::Caduque.cle());
        let systeme = Acteur::systeme();
        step(
            &mut tx,
            &systeme,
            ("candidature", "candidature.caduque"),
            c.id,
            de,
            vers,
            None,
        )
        .await?;
        let contact = store::open_contact(&mut tx, c.id).await?;
        // P03.
        let texte = format!(
            "Bonjour,\n\nLa candidature {} n'a pas été confirmée dans les 30 jours : elle n'est plus valable.\nVous pouvez en déposer une nouvelle tant que la campagne est ouverte.\n",
            c.numero
        );
        let m = Message {
            a: &contact.courriel,
            sujet: "Votre candidature n'est plus valable",
            texte: &texte,
            cle: &format!("P03:{}", c.id),
        };
        courrier::send(&mut tx, m).await?;
    }
    tx.commit().await
}
