//! Giving an opinion.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use socle::{Acteur, Erreur, Resultat, Role, Saisies, Tx, commande, texte_libre};
use uuid::Uuid;

use super::{Avis, CRITERES, Niveau, RENDRE, Sens, is_possible, store};
use crate::{
    candidature::{self, Etat},
    commun::{check_version, choice, free_text, number, stale, step, write_to_role},
};

/// The form of an opinion.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Saisie {
    pub id_commande: String,
    pub version: String,
    pub sens: String,
    pub nombre_postes: String,
    pub motivation: String,
    pub coherence_strategies_locales: String,
    pub concertation: String,
    pub coordination_departementale: String,
    pub coordination_intercommunale: String,
    pub mutualisation: String,
    pub aller_vers: String,
    pub complementarite_existant: String,
    pub capacite_accueil: String,
    pub equilibre_territorial: String,
    pub zone_qpv: String,
    pub zone_frr: String,
    pub signataire: String,
    pub qualite: String,
}

impl Saisie {
    fn critere(&self, cle: &str) -> &str {
        match cle {
            "coherence_strategies_locales" => &self.coherence_strategies_locales,
            "concertation" => &self.concertation,
            "coordination_departementale" => &self.coordination_departementale,
            "coordination_intercommunale" => &self.coordination_intercommunale,
            "mutualisation" => &self.mutualisation,
            "aller_vers" => &self.aller_vers,
            "complementarite_existant" => &self.complementarite_existant,
            "capacite_accueil" => &self.capacite_accueil,
            _ => &self.equilibre_territorial,
        }
    }

    fn read(&self, demande: Option<i64>) -> Result<Avis, Erreur> {
        let mut e = Saisies::new();
        let sens = choice(&mut e, "sens", &self.sens, Sens::from_cle);
        let nombre_postes = match (sens, self.nombre_postes.trim()) {
            (Some(Sens::Favorable), "") => {
                e.add(
                    "nombre_postes",
                    "Indiquez le nombre de postes que vous proposez.",
                );
                None
            }
            (_, "") => None,
            (Some(Sens::Favorable), n) => {
                number(&mut e, "nombre_postes", n, 1, demande.unwrap_or(500))
            }
            (_, n) => number(&mut e, "nombre_postes", n, 0, demande.unwrap_or(500)),
        };
        if self.motivation.trim().chars().count() < 50 {
            e.add("motivation", "Motivez votre avis (50 caractères au moins).");
        }
        e.take("motivation", texte_libre::check(&self.motivation));
        let motivation = free_text(&mut e, "motivation", &self.motivation, 50, 2000);
        let mut criteres = BTreeMap::new();
        for (cle, _, requis) in CRITERES {
            let valeur = self.critere(cle);
            if valeur.is_empty() && !requis {
                continue;
            }
            if let Some(n) = choice(&mut e, cle, valeur, Niveau::from_cle) {
                criteres.insert((*cle).to_owned(), n.cle().to_owned());
            }
        }
        let nom = free_text(&mut e, "signataire", &self.signataire, 2, 100);
        let qualite = free_text(&mut e, "qualite", &self.qualite, 2, 200);
        e.check()?;
        Ok(Avis {
            version: 0,
            sens: sens.ok_or(Erreur::Introuvable)?,
            nombre_postes,
            motivation,
            criteres,
            zone_qpv: self.zone_qpv == "oui",
            zone_frr: self.zone_frr == "oui",
            signataire: format!("{nom}, {qualite}"),
            par: String::new(),
            le: jiff::Timestamp::default(),
        })
    }
}

/// Gives an opinion, or a new version of it while the committee has not met.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Conflit` when no opinion is asked for any more.
pub async fn give(tx: &mut Tx, acteur: &Acteur, id: Uuid, s: &Saisie, site: &str) -> Resultat<()> {
    let droit = acteur.require(&RENDRE)?;
    let c = candidature::load(tx, &droit, id).await?;
    let empreinte = commande::empreinte(s);
    if commande::claim(tx, acteur, &s.id_commande, "avis.rendre", &empreinte)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let lu = s.read(c.nombre_postes)?;
    check_version(c.version, &s.version)?;
    if !is_possible(c.etat) {
        return Err(stale());
    }
    let version = store::list(tx, id).await?.len();
    let avis = Avis {
        version: i64::try_from(version).unwrap_or(0) + 1,
        par: acteur.nom.clone(),
        le: tx.now(),
        ..lu
    };
    store::insert(tx, id, &avis).await?;
    candidature::set_state(tx, &c, Etat::AvisRendu, c.avis_limite).await?;
    step(
        tx,
        acteur,
        ("candidature", "avis.rendre"),
        id,
        Some(c.etat.cle()),
        Etat::AvisRendu.cle(),
        Some(&format!("{} : {}", avis.sens.libelle(), avis.motivation)),
    )
    .await?;
    // P06.
    let texte = format!(
        "Bonjour,\n\nL'avis sur la candidature {} de {} est rendu : le dossier est prêt pour le comité.\n\nLe dossier : {site}/candidatures/{id}\n",
        c.numero, c.structure_nom
    );
    let cle = format!("P06:{id}:{version}");
    let sujet = "Un dossier est prêt pour le comité";
    write_to_role(tx, Role::Secretariat, &c.departement, sujet, &texte, &cle).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bonne() -> Saisie {
        Saisie {
            sens: "favorable".into(),
            nombre_postes: "2".into(),
            motivation: "Le besoin est démontré par le diagnostic et les partenaires sont prêts."
                .into(),
            coherence_strategies_locales: "forte".into(),
            concertation: "forte".into(),
            coordination_departementale: "moyenne".into(),
            coordination_intercommunale: "moyenne".into(),
            mutualisation: "sans_objet".into(),
            aller_vers: "faible".into(),
            signataire: "Camille Essai".into(),
            qualite: "sous-préfète".into(),
            ..Saisie::default()
        }
    }

    #[test]
    fn the_motivation_has_fifty_characters_and_no_bank_account() {
        // Scenario 5.
        assert!(bonne().read(Some(3)).is_ok());
        let court = Saisie {
            motivation: "x".repeat(49),
            ..bonne()
        };
        let Err(Erreur::Saisie(e)) = court.read(Some(3)) else {
            panic!("accepted")
        };
        assert_eq!(
            e.get("motivation"),
            Some("Motivez votre avis (50 caractères au moins).")
        );
        let iban = format!("{} FR76 3000 6000 0112 3456 7890 189", "x ".repeat(40));
        let Err(Erreur::Saisie(e)) = (Saisie {
            motivation: iban,
            ..bonne()
        })
        .read(Some(3)) else {
            panic!("accepted")
        };
        assert_eq!(e.get("motivation"), Some(texte_libre::MESSAGE));
        let trop = Saisie {
            nombre_postes: "4".into(),
            aller_vers: String::new(),
            ..bonne()
        };
        let Err(Erreur::Saisie(e)) = trop.read(Some(3)) else {
            panic!("accepted")
        };
        assert!(e.get("nombre_postes").is_some() && e.get("aller_vers").is_some());
    }
}
