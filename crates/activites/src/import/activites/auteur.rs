//! Whose activities a file holds, and what the rules need to know of them.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use jiff::civil::Date;
use socle::{Acteur, Perimetre, Resultat, Role, Tx, francais};
use uuid::Uuid;

use crate::{
    activite::saisie::Contexte,
    beneficiaire::{self, Fiche},
    vocabulaire::Vocabulaires,
    voisins,
};

/// Authors and their days, read once each.
#[derive(Default)]
pub(super) struct Auteurs {
    par_courriel: HashMap<String, Option<Uuid>>,
    jours: HashMap<(Uuid, Date), Contexte>,
    aujourdhui: HashMap<Uuid, Date>,
    voc: HashMap<Date, Vocabulaires>,
    fiches: HashMap<Uuid, BTreeMap<Uuid, Fiche>>,
}

pub(super) const INCONNU: &str =
    "Aucune personne de votre périmètre ne porte cette adresse à cette date.";

impl Auteurs {
    /// The author of a line; a message when it is nobody's.
    pub(super) async fn find(
        &mut self,
        tx: &mut Tx,
        acteur: &Acteur,
        courriel: &str,
        le: Date,
    ) -> Resultat<Result<Uuid, String>> {
        let soi = crate::AUTEURS.contains(&acteur.role);
        if courriel.is_empty() {
            return Ok(match acteur.personne {
                Some(p) if soi => Ok(p),
                _ => Err(
                    "Indiquez l'adresse e-mail de la personne qui a fait cette activité.".into(),
                ),
            });
        }
        let cle = courriel.to_lowercase();
        let trouve = match self.par_courriel.get(&cle) {
            Some(p) => *p,
            None => {
                let p = comptes::personne::find_by_courriel(tx, &cle).await?;
                self.par_courriel.insert(cle, p);
                p
            }
        };
        let Some(p) = trouve else {
            return Ok(Err(INCONNU.into()));
        };
        let permis = match (&acteur.perimetre, acteur.role) {
            _ if soi => acteur.personne == Some(p),
            (Perimetre::National, Role::Administrateur) => true,
            (Perimetre::Structures(s), _) => voisins::employment(tx, p, le)
                .await?
                .is_some_and(|e| s.contains(&e.structure)),
            _ => false,
        };
        Ok(if permis {
            Ok(p)
        } else if soi {
            Err(
                "Vous importez ici vos propres activités : cette adresse n'est pas la vôtre."
                    .into(),
            )
        } else {
            Err(INCONNU.into())
        })
    }

    pub(super) async fn today(&mut self, tx: &mut Tx, auteur: Option<Uuid>) -> Resultat<Date> {
        let Some(a) = auteur else {
            return Ok(tx.today());
        };
        if let Some(d) = self.aujourdhui.get(&a) {
            return Ok(*d);
        }
        let d = voisins::today(tx, a).await?;
        self.aujourdhui.insert(a, d);
        Ok(d)
    }

    /// The lists of a day.
    pub(super) async fn lists(&mut self, tx: &mut Tx, le: Date) -> Resultat<&Vocabulaires> {
        Ok(match self.voc.entry(le) {
            Entry::Occupied(e) => e.into_mut(),
            Entry::Vacant(e) => e.insert(Vocabulaires::on(tx, le).await?),
        })
    }

    /// What the rules of the form need to know of an author on a day.
    pub(super) async fn day(&mut self, tx: &mut Tx, auteur: Uuid, le: Date) -> Resultat<&Contexte> {
        let cle = (auteur, le);
        if !self.jours.contains_key(&cle) {
            let emploi = voisins::employment(tx, auteur, le).await?;
            let structure = emploi.map(|e| e.structure);
            let cx = Contexte {
                aujourdhui: self.today(tx, Some(auteur)).await?,
                voc: self.lists(tx, le).await?.clone(),
                lieux: voisins::places(tx, auteur, structure, le).await?,
                beneficiaires: self
                    .fiches
                    .get(&auteur)
                    .into_iter()
                    .flatten()
                    .map(|(id, f)| (*id, f.commune_residence.clone()))
                    .collect(),
                employe: emploi.is_some(),
                reprise: true,
                ..Contexte::default()
            };
            self.jours.insert(cle, cx);
        }
        Ok(self.jours.entry(cle).or_default())
    }

    /// Opens the files of one's own followed persons, to know them by name.
    pub(super) async fn open_files(&mut self, tx: &mut Tx, auteur: Uuid) -> Resultat<()> {
        let fiches = beneficiaire::store::list(tx, &Perimetre::Soi(auteur))
            .await?
            .into_iter()
            .map(|b| (b.id, b.fiche))
            .collect();
        self.fiches.insert(auteur, fiches);
        Ok(())
    }

    /// The followed person a line names.
    pub(super) fn followed(&self, auteur: Uuid, nom: &str) -> Result<(Uuid, &Fiche), &'static str> {
        let dit = francais::fold(nom);
        let mut v = self
            .fiches
            .get(&auteur)
            .into_iter()
            .flatten()
            .filter(|(_, f)| francais::fold(&f.nom_affiche()) == dit);
        match (v.next(), v.next()) {
            (Some((id, f)), None) => Ok((*id, f)),
            (Some(_), Some(_)) => Err("Plusieurs personnes suivies portent ce nom."),
            _ => Err("Bénéficiaire introuvable."),
        }
    }
}
