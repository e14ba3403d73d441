//! The public form: reading it, and what is wrong with it, field by field.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use socle::{
    Resultat, Saisies, Tx, francais,
    valeurs::{Courriel, Telephone},
};
use territoires::{Commune, ResultatCommune, resolve_saisie};

use super::{Antecedent, Contact, Dossier, ENGAGEMENTS, Part, Portage};
use crate::{
    campagne::Campagne,
    commun::{choice, free_text, number},
    structure::{Identifiant, Nature, Structure},
};

/// Everything typed. One post may be shared between five communes.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Saisie {
    pub id_commande: String,
    /// The link of the draft this was resumed from.
    pub brouillon: String,
    /// Hidden from people: only robots fill it in.
    pub site_web: String,
    pub campagne: String,
    /// Chosen by somebody who already answers for a structure.
    pub structure: String,
    pub nom: String,
    pub identifiant: String,
    pub antenne: String,
    pub type_structure: String,
    pub adresse: String,
    pub commune: String,
    pub nombre_postes: String,
    pub nombre_inconnu: String,
    pub date_debut: String,
    pub portage: String,
    pub antecedent: String,
    pub territoire_1: String,
    pub part_1: String,
    pub territoire_2: String,
    pub part_2: String,
    pub territoire_3: String,
    pub part_3: String,
    pub territoire_4: String,
    pub part_4: String,
    pub territoire_5: String,
    pub part_5: String,
    pub besoins_territoire: String,
    pub besoins_services: String,
    pub besoins_publics: String,
    pub projet: String,
    pub objectif: String,
    pub strategie_locale: String,
    pub france_services: String,
    pub additionnel: String,
    pub candidat_identifie: String,
    pub motivation: String,
    pub engagements: Vec<String>,
    pub prenom: String,
    pub nom_contact: String,
    pub fonction: String,
    pub courriel: String,
    pub telephone: String,
}

/// A form read without a mistake.
pub(super) struct Lue {
    pub nom: String,
    pub siege: &'static Commune,
    pub nombre_postes: Option<i64>,
    pub parts: Vec<Part>,
    pub dossier: Dossier,
    pub contact: Contact,
}

/// What the text of a commune field designates.
fn commune(e: &mut Saisies, champ: &str, texte: &str) -> Option<&'static Commune> {
    match resolve_saisie(texte) {
        ResultatCommune::Trouvee(c) => Some(c),
        ResultatCommune::Plusieurs(v) => {
            let noms: Vec<String> = v.iter().take(5).map(|c| c.libelle()).collect();
            e.add(
                champ,
                format!(
                    "Plusieurs communes correspondent : écrivez {}.",
                    noms.join(", ou ")
                ),
            );
            None
        }
        ResultatCommune::Aucune => {
            e.add(
                champ,
                "Commune inconnue : écrivez son nom et son code postal.",
            );
            None
        }
    }
}

impl Saisie {
    fn territoires(&self) -> [(&'static str, &'static str, &str, &str); 5] {
        [
            ("territoire_1", "part_1", &self.territoire_1, &self.part_1),
            ("territoire_2", "part_2", &self.territoire_2, &self.part_2),
            ("territoire_3", "part_3", &self.territoire_3, &self.part_3),
            ("territoire_4", "part_4", &self.territoire_4, &self.part_4),
            ("territoire_5", "part_5", &self.territoire_5, &self.part_5),
        ]
    }

    fn read_shares(&self, e: &mut Saisies) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (nom, nom_part, texte, part) in self.territoires() {
            if texte.trim().is_empty() && part.trim().is_empty() {
                continue;
            }
            let lue = commune(e, nom, texte);
            let part = hundredths(part);
            if part.is_none() {
                e.add(nom_part, "Indiquez un pourcentage, par exemple 40.");
            }
            if let (Some(c), Some(part)) = (lue, part) {
                if parts.iter().any(|p| p.commune_insee == c.code) {
                    e.add(nom, "Cette commune est déjà dans la liste.");
                }
                parts.push(Part {
                    commune_insee: c.code.to_owned(),
                    departement: c.departement.to_owned(),
                    part,
                });
            }
        }
        let somme: i64 = parts.iter().map(|p| p.part).sum();
        if parts.is_empty() {
            e.add(
                "territoire_1",
                "Indiquez au moins une commune d'intervention.",
            );
        } else if somme != 10_000
            && !self
                .territoires()
                .iter()
                .any(|t| e.get(t.0).is_some() || e.get(t.1).is_some())
        {
            e.add(
                "part_1",
                format!(
                    "La somme des parts doit être égale à 100 % (actuellement {} %).",
                    percent(somme)
                ),
            );
        }
        parts
    }

    fn read_contact(&self, e: &mut Saisies) -> Contact {
        let prenom = free_text(e, "prenom", &self.prenom, 1, 100);
        let nom = free_text(e, "nom_contact", &self.nom_contact, 1, 100);
        let fonction = free_text(e, "fonction", &self.fonction, 2, 100);
        let courriel = e.take("courriel", self.courriel.parse::<Courriel>());
        let telephone = e.take("telephone", self.telephone.parse::<Telephone>());
        Contact {
            prenom,
            nom,
            fonction,
            courriel: courriel.map(|c| c.to_string()).unwrap_or_default(),
            telephone: telephone.map(|t| t.to_string()).unwrap_or_default(),
        }
    }

    /// Reads everything; `connue` is the structure of somebody signed in.
    pub(super) async fn read(
        &self,
        tx: &mut Tx,
        c: &Campagne,
        connue: Option<&Structure>,
    ) -> Resultat<Lue> {
        let mut e = Saisies::new();
        let mut d = Dossier::default();
        let jour = tx.today();
        let (nom, siege) = match connue {
            Some(s) => {
                d.type_structure.clone_from(&s.type_structure);
                (
                    s.nom.clone(),
                    territoires::geographie().commune(&s.commune_insee),
                )
            }
            None => self.read_identity(tx, &mut e, &mut d).await?,
        };
        let nombre_postes = if self.nombre_inconnu == "oui" {
            None
        } else {
            number(
                &mut e,
                "nombre_postes",
                &self.nombre_postes,
                c.postes_min,
                c.postes_max,
            )
        };
        if let Some(debut) = e.take("date_debut", francais::parse_date(&self.date_debut)) {
            if debut < jour {
                e.add(
                    "date_debut",
                    "La mission commence aujourd'hui ou plus tard.",
                );
            }
            d.date_debut = debut.to_string();
        }
        if let Some(p) = choice(&mut e, "portage", &self.portage, Portage::from_cle) {
            d.portage = p.cle().into();
        }
        if let Some(a) = choice(&mut e, "antecedent", &self.antecedent, Antecedent::from_cle) {
            d.antecedent = a.cle().into();
        }
        let parts = self.read_shares(&mut e);
        d.besoins_territoire = free_text(
            &mut e,
            "besoins_territoire",
            &self.besoins_territoire,
            50,
            1500,
        );
        d.besoins_services =
            free_text(&mut e, "besoins_services", &self.besoins_services, 50, 1500);
        d.besoins_publics = free_text(&mut e, "besoins_publics", &self.besoins_publics, 50, 1500);
        match self.projet.as_str() {
            "nouveau" => {}
            "renforcement" => d.renforcement = true,
            _ => e.add("projet", "Choisissez une réponse."),
        }
        if self.objectif.trim().is_empty() {
            e.add("objectif", "Indiquez au moins un objectif local.");
        }
        d.objectif = free_text(&mut e, "objectif", &self.objectif, 30, 1500);
        d.strategie_locale = free_text(&mut e, "strategie_locale", &self.strategie_locale, 5, 1500);
        d.france_services = yes_no(&mut e, "france_services", &self.france_services);
        if d.france_services && self.additionnel != "oui" {
            e.add("additionnel", "Le conseiller vient en plus des deux agents France Services : cochez pour l'attester.");
        }
        d.candidat_identifie = yes_no(&mut e, "candidat_identifie", &self.candidat_identifie);
        d.motivation = free_text(&mut e, "motivation", &self.motivation, 200, 2500);
        if ENGAGEMENTS
            .iter()
            .any(|(k, _)| !self.engagements.iter().any(|x| x == k))
        {
            e.add("engagements", "Chaque engagement doit être accepté.");
        }
        let contact = self.read_contact(&mut e);
        e.check()?;
        let siege = siege.ok_or(socle::Erreur::Introuvable)?;
        Ok(Lue {
            nom,
            siege,
            nombre_postes,
            parts,
            dossier: d,
            contact,
        })
    }

    async fn read_identity(
        &self,
        tx: &mut Tx,
        e: &mut Saisies,
        d: &mut Dossier,
    ) -> Resultat<(String, Option<&'static Commune>)> {
        let nom = free_text(e, "nom", &self.nom, 2, 200);
        let siege = commune(e, "commune", &self.commune);
        d.adresse = free_text(e, "adresse", &self.adresse, 3, 200);
        let departement = siege.map(|c| c.departement);
        if let Some(i) = e.take(
            "identifiant",
            Identifiant::parse(&self.identifiant, &self.antenne, departement),
        ) {
            if crate::structure::find_by_identifiant(tx, &i)
                .await?
                .is_some()
            {
                e.add("identifiant", crate::structure::DEJA);
            }
            d.identifiant_genre = i.genre.into();
            d.identifiant = i.valeur;
            d.antenne = i.antenne;
        }
        match nature_of(tx, &self.type_structure).await? {
            None => e.add("type_structure", "Choisissez une réponse."),
            Some(Nature::NonEligible) => e.add(
                "type_structure",
                "Ce type de structure ne peut pas porter un poste de conseiller numérique.",
            ),
            Some(_) => d.type_structure.clone_from(&self.type_structure),
        }
        Ok((nom, siege))
    }
}

/// Nature of a type of structure, from the reference list.
pub(super) async fn nature_of(tx: &mut Tx, type_structure: &str) -> Resultat<Option<Nature>> {
    let le: Date = tx.today();
    match socle::reference::value(tx, "type_structure", type_structure, le).await? {
        Some(n) => Ok(Some(Nature::from_cle(&n)?)),
        None => Ok(None),
    }
}

fn yes_no(e: &mut Saisies, champ: &str, valeur: &str) -> bool {
    if !matches!(valeur, "oui" | "non") {
        e.add(champ, "Répondez par oui ou par non.");
    }
    valeur == "oui"
}

/// « 33,3 » in hundredths of a percent.
fn hundredths(s: &str) -> Option<i64> {
    let net = s.trim().trim_end_matches('%').trim();
    socle::valeurs::Montant::parse(net)
        .ok()
        .map(|m| m.0)
        .filter(|n| (1..=10_000).contains(n))
}

/// « 105 », « 99,9 ».
fn percent(centiemes: i64) -> String {
    let (entier, reste) = (centiemes / 100, centiemes % 100);
    match reste {
        0 => entier.to_string(),
        r if r % 10 == 0 => format!("{entier},{}", r / 10),
        r => format!("{entier},{r:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_a_hundred() {
        // Scenario 17: 40 + 30 + 20 + 15, then 10.
        let mut s = Saisie {
            territoire_1: "Rennes (35000)".into(),
            part_1: "40".into(),
            territoire_2: "35047".into(),
            part_2: "30".into(),
            territoire_3: "Fougères".into(),
            part_3: "20 %".into(),
            territoire_4: "Vitré".into(),
            part_4: "15".into(),
            ..Saisie::default()
        };
        let mut e = Saisies::new();
        s.read_shares(&mut e);
        assert_eq!(
            e.get("part_1"),
            Some("La somme des parts doit être égale à 100 % (actuellement 105 %).")
        );
        s.part_4 = "10".into();
        let mut e = Saisies::new();
        assert_eq!(s.read_shares(&mut e).len(), 4);
        assert!(e.is_empty(), "{e:?}");
    }

    #[test]
    fn communes_that_are_not_clear_are_asked_again() {
        let mut e = Saisies::new();
        assert!(commune(&mut e, "a", "Saint-Denis").is_none());
        assert!(e.get("a").is_some_and(|m| m.contains("Plusieurs communes")));
        assert!(commune(&mut e, "b", "Xyzabc").is_none());
        assert_eq!(percent(9990), "99,9");
        assert_eq!(hundredths("33,33"), Some(3333));
        assert_eq!(hundredths("0"), None);
    }
}
