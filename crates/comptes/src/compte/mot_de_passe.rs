//! Passwords: CNIL recommendation 2022-100, argon2id.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use socle::{Erreur, Resultat, francais};

/// Memory (KiB), passes, lanes: OWASP's first choice for argon2id.
const COUT: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Roots of the most stolen passwords, French ones included, and of this
/// site's words.
const CONNUS: [&str; 100] = [
    "password",
    "motdepasse",
    "azerty",
    "azertyuiop",
    "qwerty",
    "qwertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "abcdef",
    "abcdefgh",
    "abcdefghij",
    "abcdefghijkl",
    "abcdefghijklmn",
    "abcabcabc",
    "admin",
    "administrateur",
    "administrator",
    "root",
    "bonjour",
    "bonsoir",
    "bienvenue",
    "welcome",
    "soleil",
    "chouchou",
    "doudou",
    "loulou",
    "nicolas",
    "camille",
    "marseille",
    "paris",
    "lyon",
    "bretagne",
    "france",
    "vivelafrance",
    "football",
    "liverpool",
    "barcelona",
    "olympique",
    "psg",
    "iloveyou",
    "jetaime",
    "monamour",
    "amour",
    "princesse",
    "princess",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "superman",
    "batman",
    "pokemon",
    "starwars",
    "sunshine",
    "letmein",
    "trustno",
    "whatever",
    "charlie",
    "michael",
    "jordan",
    "jessica",
    "ashley",
    "thomas",
    "alexandre",
    "caroline",
    "juliette",
    "maximilien",
    "isabelle",
    "printemps",
    "ete",
    "automne",
    "hiver",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "maillage",
    "conseiller",
    "conseillernumerique",
    "numerique",
    "prefecture",
    "mairie",
    "secret",
    "changeme",
    "test",
];

/// What a good password is, for hints and refusals.
pub const CONSEIL: &str = "Au moins 12 caractères avec trois sortes parmi minuscules, majuscules, chiffres et signes, ou au moins 14 caractères. Quelques mots sans lien font un bon mot de passe.";

/// Checks a new password; `personnels` are the person's names and address.
///
/// # Errors
/// What to do, in French.
pub fn check(mdp: &str, personnels: &[&str]) -> Result<(), &'static str> {
    let n = mdp.chars().count();
    let sortes = [
        mdp.chars().any(char::is_lowercase),
        mdp.chars().any(char::is_uppercase),
        mdp.chars().any(char::is_numeric),
        mdp.chars().any(|c| !c.is_alphanumeric()),
    ]
    .iter()
    .filter(|s| **s)
    .count();
    if n > 200 {
        return Err("200 caractères au plus.");
    }
    if n < 12 || (n < 14 && sortes < 3) {
        return Err(CONSEIL);
    }
    let distincts: std::collections::BTreeSet<char> = mdp.chars().collect();
    let net = squeeze(mdp);
    let lettres: String = net.chars().filter(|c| c.is_alphabetic()).collect();
    // A known word with digits around it, or that makes most of the password.
    let connu = CONNUS
        .iter()
        .any(|c| lettres == *c || (net.contains(c) && c.len() * 2 > net.len()));
    if distincts.len() < 5 || connu || (lettres.is_empty() && is_sequence(&net)) {
        return Err("Ce mot de passe est trop connu. Choisissez-en un autre.");
    }
    let personnel = personnels
        .iter()
        .flat_map(|p| p.split('@').next())
        .map(squeeze);
    if personnel.filter(|p| p.len() >= 4).any(|p| net.contains(&p)) {
        return Err("Le mot de passe ne doit pas contenir votre nom ni votre adresse.");
    }
    Ok(())
}

/// Digits that follow each other: « 12345678901234 ».
fn is_sequence(s: &str) -> bool {
    let n: Vec<u32> = s.chars().filter_map(|c| c.to_digit(10)).collect();
    n.windows(2)
        .all(|w| (w[0] + 1) % 10 == w[1] || (w[1] + 1) % 10 == w[0])
}

fn squeeze(s: &str) -> String {
    francais::fold(s)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn argon() -> Resultat<Argon2<'static>> {
    let p =
        Params::new(COUT.0, COUT.1, COUT.2, None).map_err(|e| Erreur::Interne(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, p))
}

/// Hashes a password, off the async threads: it takes tens of milliseconds.
///
/// # Errors
/// `Erreur::Interne`.
pub async fn hash(mdp: &str, sel: [u8; 16]) -> Resultat<String> {
    let mdp = mdp.to_owned();
    blocking(move || {
        let phc = argon()?.hash_password_with_salt(mdp.as_bytes(), &sel);
        phc.map(|p: PasswordHash| p.to_string())
            .map_err(|e| Erreur::Interne(e.to_string()))
    })
    .await
}

/// True when the cost has changed since: hashed again at the next sign-in.
#[must_use]
pub fn is_outdated(phc: &str) -> bool {
    let (m, t, p) = COUT;
    !phc.starts_with(&format!("$argon2id$v=19$m={m},t={t},p={p}$"))
}

/// Compares with a hash. `None` costs the same and is never right, so that an
/// unknown address answers like a wrong password.
///
/// # Errors
/// `Erreur::Interne`.
pub async fn verify(mdp: &str, phc: Option<&str>) -> Resultat<bool> {
    let mdp = mdp.to_owned();
    let phc = phc.map(ToOwned::to_owned);
    blocking(move || {
        let a = argon()?;
        match phc.as_deref().map(PasswordHash::new) {
            Some(Ok(h)) => Ok(a.verify_password(mdp.as_bytes(), &h).is_ok()),
            _ => {
                let _: Result<PasswordHash, _> =
                    a.hash_password_with_salt(mdp.as_bytes(), &[0; 16]);
                Ok(false)
            }
        }
    })
    .await
}

async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Resultat<T> + Send + 'static,
) -> Resultat<T> {
    tokio::task::spawn_blocking(f)
        .await
        .map_err(|e| Erreur::Interne(e.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_and_bad_passwords() {
        for bon in ["Crepe-Bateau-7", "cheval agrafe pile", "Demonstration-2026"] {
            assert_eq!(
                check(bon, &["Awa", "Diallo", "awa@exemple.fr"]),
                Ok(()),
                "{bon}"
            );
        }
        for mauvais in [
            "court",
            "aaaaaaaaaaaaaaaaaa",
            "azertyuiop1234",
            "minusculesss",
            "awadiallo-Rennes35",
            "12345678901234",
            "Août-2026-2027",
            "Password-2026!",
        ] {
            assert!(
                check(mauvais, &["Awa", "Diallo", "awadiallo@exemple.fr"]).is_err(),
                "{mauvais}"
            );
        }
    }

    #[tokio::test]
    async fn a_hash_verifies_and_an_unknown_account_never_does() {
        let h = hash("Crepe-Bateau-7", [1; 16]).await.unwrap();
        assert!(!is_outdated(&h), "{h}");
        assert!(verify("Crepe-Bateau-7", Some(&h)).await.unwrap());
        assert!(!verify("crepe-bateau-7", Some(&h)).await.unwrap());
        assert!(!verify("Crepe-Bateau-7", None).await.unwrap());
        assert!(is_outdated("$argon2id$v=19$m=4096,t=3,p=1$x$y"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_rule(s in ".{0,220}") {
            let _ = check(&s, &["Awa", "", "a@b.fr"]);
        }
    }
}
