//! Accounts of the demonstration: fictitious people, one password, codes
//! shown on the sign-in page. They open nothing outside demonstration mode.

use socle::{
    Acteur, Base, Resultat, Role, Tx,
    demo::{Alea, Taille},
    params, sql,
};
use uuid::Uuid;

use crate::{
    attribution::{self, PerimetreDe},
    client,
    compte::{self, mot_de_passe, second_facteur},
    personne::{self, NouvellePersonne},
};

pub const MOT_DE_PASSE: &str = "Demonstration-2026";

/// The application of the demonstration, with every scope. Its secret is shown
/// on the page of the API and opens nothing elsewhere.
pub const CLIENT: Uuid = Uuid::from_u128(0x0dec_0ded_0000_7000_8000_0000_0000_0001);
pub const SECRET_CLIENT: &str = "demonstration-maillage-2026";

/// One line of the sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub courriel: String,
    pub role: Role,
    pub libelle: String,
}

/// Gives somebody an account they can sign in with, and a role.
///
/// # Errors
/// `Erreur::Base`.
pub async fn account(
    tx: &mut Tx,
    courriel: &str,
    prenom: &str,
    nom: &str,
    role: Role,
    perimetre: &PerimetreDe,
    libelle: &str,
) -> Resultat<Uuid> {
    let id = match personne::find_by_courriel(tx, courriel).await? {
        Some(id) => id,
        None => {
            let n = NouvellePersonne {
                prenom: prenom.into(),
                nom: nom.into(),
                courriel: courriel.into(),
                telephone: None,
            };
            personne::create(tx, &n).await?
        }
    };
    open(tx, id).await?;
    attribution::grant_named(tx, &Acteur::systeme(), id, role, perimetre, libelle).await?;
    Ok(id)
}

/// Lets a person of the demonstration sign in, whatever their roles.
///
/// # Errors
/// `Erreur::Base`.
pub async fn open(tx: &mut Tx, personne: Uuid) -> Resultat<()> {
    let c = compte::ensure(tx, personne).await?;
    let phc = shared_hash().await?;
    compte::set_password(tx, c.id, &phc).await?;
    let secret = second_facteur::new_secret(tx.ids().bytes());
    compte::set_totp(tx, c.id, &secret, true).await
}

/// Made once per process: hashing for each account would take most of the
/// seeding, for a password that is shown anyway.
async fn shared_hash() -> Resultat<String> {
    static FAIT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    if let Some(h) = FAIT.get() {
        return Ok(h.clone());
    }
    let h = mot_de_passe::hash(MOT_DE_PASSE, [0x0d; 16]).await?;
    Ok(FAIT.get_or_init(|| h).clone())
}

/// The accounts that the sign-in page of a demonstration offers.
///
/// # Errors
/// `Erreur::Base`.
pub async fn logins(tx: &mut Tx) -> Resultat<Vec<Login>> {
    let lignes = tx
        .rows(
            sql!("SELECT personne FROM compte WHERE demo = 1"),
            params![],
        )
        .await?;
    let mut logins = Vec::new();
    for l in lignes {
        let personne: Uuid = l.get("personne")?;
        let courriel = personne::get(tx, personne).await?.courriel;
        if let Some(a) = attribution::valid(tx, personne).await?.into_iter().next() {
            logins.push(Login {
                courriel,
                role: a.role,
                libelle: a.libelle,
            });
        }
    }
    logins.sort_by_key(|l| {
        (
            Role::TOUS.iter().position(|r| *r == l.role),
            l.courriel.clone(),
        )
    });
    Ok(logins)
}

/// National accounts, one per role and three members of the committee.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seed(
    base: &Base,
    alea: &mut Alea,
    _: &Taille,
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<()> {
    let mut tx = base.write().await?;
    let comptes = [
        ("administrateur", Role::Administrateur),
        ("operateur", Role::Operateur),
        ("secretariat", Role::Secretariat),
        ("comite", Role::Comite),
        ("comite2", Role::Comite),
        ("comite3", Role::Comite),
        ("animation", Role::AnimationNationale),
        ("formation", Role::OrganismeFormation),
        ("observateur", Role::Observateur),
        ("dpo", Role::Dpo),
        ("support", Role::Support),
        ("exploitant", Role::Exploitant),
    ];
    for (debut, role) in comptes {
        let (prenom, nom) = alea.personne();
        let courriel = format!("{debut}@demo.maillage.example");
        account(
            &mut tx,
            &courriel,
            prenom,
            nom,
            role,
            &PerimetreDe::National,
            "France",
        )
        .await?;
    }
    application(&mut tx).await?;
    tx.commit().await?;
    progres(0);
    Ok(())
}

async fn application(tx: &mut Tx) -> Resultat<()> {
    let n = client::service::Nouveau {
        nom: "Logiciel de démonstration".into(),
        contact: "logiciel@demo.maillage.example".into(),
        portees: client::PORTEES
            .iter()
            .map(|(cle, _)| (*cle).to_owned())
            .collect(),
        perimetre: PerimetreDe::National,
        libelle: "France entière".into(),
        valid_from: tx.today(),
        valid_to: None,
    };
    client::service::create_demo(tx, CLIENT, SECRET_CLIENT, n).await
}
