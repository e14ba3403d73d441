//! The public places, in memory: every public request reads this index, which
//! follows the database by its changes. Each process has its own.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, RwLock},
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use socle::{Resultat, Tx, francais::fold};
use territoires::{Commune, Point, calendrier, geographie};
use uuid::Uuid;

use crate::{
    horaires::Horaires,
    lieu::{Lieu, Precision, store},
};

/// A transaction that began before the last reading may commit after it: what
/// changed in that delay is read again.
const DELAI: SignedDuration = SignedDuration::from_secs(90);

/// One public place, ready to be searched.
#[derive(Debug)]
pub struct Entree {
    pub lieu: Lieu,
    pub commune: Option<&'static Commune>,
    pub horaires: Option<Horaires>,
    pub zone: TimeZone,
    /// Active permanences of conseillers, today.
    pub presents: i64,
    /// Words people may type, folded.
    pub mots: Vec<String>,
    cle: String,
}

impl Entree {
    fn new(lieu: Lieu, presents: i64) -> Self {
        let commune = geographie().commune_today(&lieu.commune_insee);
        let nom_commune = commune.map_or("", |c| c.nom);
        let texte = fold(&format!(
            "{} {nom_commune} {} {}",
            lieu.nom, lieu.fiche.adresse, lieu.fiche.complement_adresse
        ));
        let mut mots: Vec<String> = texte
            .split(|c: char| !c.is_alphanumeric())
            .filter(|m| !m.is_empty())
            .map(|m| {
                if matches!(m, "st" | "ste") {
                    "saint"
                } else {
                    m
                }
                .to_owned()
            })
            .collect();
        let conseiller = presents > 0
            || lieu
                .fiche
                .dispositifs
                .iter()
                .any(|d| d == "conseillers_numeriques");
        if conseiller {
            mots.extend(
                [
                    "cnfs",
                    "conseiller",
                    "conseillers",
                    "numerique",
                    "numeriques",
                ]
                .map(String::from),
            );
        }
        if lieu.fiche.is_france_services() {
            mots.extend(["france", "services"].map(String::from));
        }
        Self {
            commune,
            horaires: lieu
                .fiche
                .horaires
                .parse::<Horaires>()
                .ok()
                .map(|h| Horaires {
                    sur_rendez_vous: h.sur_rendez_vous || lieu.fiche.sur_rendez_vous,
                    ..h
                }),
            zone: calendrier::zone(&lieu.commune_insee),
            presents,
            mots,
            cle: fold(&lieu.nom),
            lieu,
        }
    }

    /// Its point, unless it only stands for the commune.
    #[must_use]
    pub fn exact_point(&self) -> Option<Point> {
        (self.lieu.fiche.precision != Precision::Commune)
            .then(|| self.lieu.fiche.point())
            .flatten()
    }

    #[must_use]
    pub fn nom_commune(&self) -> &str {
        self.commune.map_or("", |c| c.nom)
    }

    /// « 12 rue de la Paix, 35000 Rennes ».
    #[must_use]
    pub fn adresse(&self) -> String {
        format!(
            "{}, {} {}",
            self.lieu.fiche.adresse,
            self.lieu.fiche.code_postal,
            self.nom_commune()
        )
    }
}

/// All public places at one moment, by name.
#[derive(Debug, Default)]
pub struct Instantane {
    pub lieux: Vec<Arc<Entree>>,
    /// Every word of every place, once: what a mistyped word is compared with.
    pub mots: Vec<String>,
    /// Changes whenever what is shown changes.
    pub version: String,
}

#[derive(Debug, Default)]
struct Etat {
    instantane: Arc<Instantane>,
    par_id: HashMap<Uuid, Arc<Entree>>,
    vus: HashMap<Uuid, (Timestamp, i64, i64)>,
    depuis: Timestamp,
    jour: Option<Date>,
}

/// The index of one process.
#[derive(Debug, Default)]
pub struct Annuaire(RwLock<Etat>);

impl Annuaire {
    /// The places as they are now.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn get(&self, tx: &mut Tx) -> Resultat<Arc<Instantane>> {
        let jour = tx.today();
        let (depuis, complet) = match self.0.read() {
            Ok(e) if e.jour == Some(jour) => (e.depuis, false),
            _ => (Timestamp::UNIX_EPOCH, true),
        };
        let depuis = depuis.checked_sub(DELAI).unwrap_or(Timestamp::UNIX_EPOCH);
        let changes = store::changed_since(tx, depuis, jour).await?;
        let Ok(mut e) = self.0.write() else {
            return Err(socle::Erreur::Interne("annuaire des lieux".into()));
        };
        let mut neuf = complet;
        if complet {
            *e = Etat::default();
        }
        e.jour = Some(jour);
        e.depuis = e.depuis.max(tx.now());
        for (lieu, presents) in changes {
            let marque = (lieu.modifie_le, lieu.version, presents);
            if e.vus.insert(lieu.id, marque) == Some(marque) {
                continue;
            }
            neuf = true;
            if lieu.is_public() {
                e.par_id
                    .insert(lieu.id, Arc::new(Entree::new(lieu, presents)));
            } else {
                e.par_id.remove(&lieu.id);
            }
        }
        if neuf {
            let mut lieux: Vec<Arc<Entree>> = e.par_id.values().cloned().collect();
            lieux.sort_by(|a, b| (&a.cle, a.lieu.id).cmp(&(&b.cle, b.lieu.id)));
            let derniere = e
                .vus
                .values()
                .map(|v| v.0)
                .max()
                .unwrap_or(Timestamp::UNIX_EPOCH);
            let somme: i64 = e.vus.values().map(|v| v.1 + v.2).sum();
            let version = format!("{}-{}-{somme}", derniere.as_millisecond(), lieux.len());
            let mots: BTreeSet<&String> = lieux.iter().flat_map(|l| &l.mots).collect();
            let mots = mots.into_iter().cloned().collect();
            e.instantane = Arc::new(Instantane {
                lieux,
                mots,
                version,
            });
        }
        Ok(e.instantane.clone())
    }
}
