//! A commune told by its INSEE code, its postcode, its name, or several of them.

use std::collections::HashMap;

use socle::francais;
use territoires::{Commune, ResultatCommune, geographie};

use super::Ligne;

/// Column and message of what is wrong.
pub(super) type Faute = (&'static str, String);

/// Communes read so far: files repeat a few of them.
#[derive(Default)]
pub(super) struct Communes(HashMap<[String; 3], Result<Option<&'static Commune>, Faute>>);

pub(super) const DESACCORD: &str = "La commune et le code postal ne correspondent pas.";

impl Communes {
    /// The commune of a line; none when it says nothing.
    pub(super) fn read(
        &mut self,
        l: &Ligne,
        [insee, postal, nom]: [&'static str; 3],
    ) -> Result<Option<&'static Commune>, Faute> {
        let cle = [l.get(insee), l.get(postal), l.get(nom)].map(ToOwned::to_owned);
        if let Some(r) = self.0.get(&cle) {
            return r.clone();
        }
        let r = resolve(&cle, [insee, postal, nom]);
        self.0.insert(cle, r.clone());
        r
    }
}

/// Spreadsheets lose the first zero of codes.
fn code(texte: &str) -> String {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect();
    if net.len() == 4 && net.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{net}")
    } else {
        net.to_uppercase()
    }
}

fn resolve(
    [insee, postal, nom]: &[String; 3],
    [col_insee, col_postal, col_nom]: [&'static str; 3],
) -> Result<Option<&'static Commune>, Faute> {
    let (insee, postal) = (code(insee), code(postal));
    if !insee.is_empty() {
        let Some(c) = geographie().commune(&insee) else {
            return Err((col_insee, "Code INSEE inconnu.".into()));
        };
        let postal_juste = postal.is_empty() || c.has_code_postal(&postal);
        let nom_juste = nom.is_empty() || same_name(c, nom);
        return match (postal_juste, nom_juste) {
            (true, true) => Ok(Some(c)),
            (false, _) => Err((col_postal, DESACCORD.into())),
            (true, false) => Err((col_nom, DESACCORD.into())),
        };
    }
    let texte = match (nom.is_empty(), postal.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => postal.clone(),
        (false, true) => nom.clone(),
        (false, false) => format!("{nom} ({postal})"),
    };
    match territoires::resolve_saisie(&texte) {
        ResultatCommune::Trouvee(c) => Ok(Some(c)),
        ResultatCommune::Plusieurs(v) if !postal.is_empty() && !nom.is_empty() => {
            match v
                .iter()
                .find(|c| c.has_code_postal(&postal) && same_name(c, nom))
            {
                Some(c) => Ok(Some(c)),
                None => Err((col_postal, DESACCORD.into())),
            }
        }
        ResultatCommune::Plusieurs(v) => {
            let noms: Vec<String> = v.iter().take(3).map(|c| c.libelle()).collect();
            let (ou, quoi) = if nom.is_empty() {
                (col_postal, "Plusieurs communes ont ce code postal")
            } else {
                (col_nom, "Plusieurs communes portent ce nom")
            };
            Err((ou, format!("{quoi} : {}… Précisez.", noms.join(", "))))
        }
        ResultatCommune::Aucune if nom.is_empty() => {
            Err((col_postal, "Code postal inconnu.".into()))
        }
        ResultatCommune::Aucune if !postal.is_empty() => Err((col_postal, DESACCORD.into())),
        ResultatCommune::Aucune => Err((col_nom, "Choisissez une commune dans la liste.".into())),
    }
}

fn same_name(c: &Commune, nom: &str) -> bool {
    let net = |t: &str| {
        francais::fold(t)
            .replace("saint ", "st ")
            .replace("sainte ", "ste ")
    };
    let dit = net(nom.split('(').next().unwrap_or(nom));
    dit == net(c.nom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lue(insee: &str, postal: &str, nom: &str) -> Result<Option<&'static str>, Faute> {
        let l = Ligne {
            numero: 2,
            valeurs: [("insee", insee), ("postal", postal), ("nom", nom)]
                .map(|(c, v)| (c.to_owned(), v.to_owned()))
                .into(),
        };
        Communes::default()
            .read(&l, ["insee", "postal", "nom"])
            .map(|c| c.map(|c| c.code))
    }

    #[test]
    fn a_commune_is_found_or_said_wrong_in_its_cell() {
        assert_eq!(lue("", "", ""), Ok(None));
        assert_eq!(lue("35238", "", ""), Ok(Some("35238")));
        assert_eq!(lue("35238", "35000", "RENNES"), Ok(Some("35238")));
        assert_eq!(lue("", "35000", "Rennes"), Ok(Some("35238")));
        assert_eq!(lue("1004", "", ""), Ok(Some("01004")), "a lost zero");
        let faute = |r: Result<_, Faute>| r.unwrap_err();
        assert_eq!(
            faute(lue("99999", "", "")),
            ("insee", "Code INSEE inconnu.".into())
        );
        assert_eq!(
            faute(lue("35238", "29000", "")),
            ("postal", DESACCORD.into())
        );
        assert_eq!(faute(lue("35238", "", "Brest")), ("nom", DESACCORD.into()));
        assert_eq!(faute(lue("", "29000", "Rennes")).1, DESACCORD);
        assert_eq!(faute(lue("", "", "Xyzzy")).0, "nom");
    }
}
