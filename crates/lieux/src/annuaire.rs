//! The public places, in memory: every public request reads this index, which
//! follows the database by its changes. Each process has its own.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, RwLock},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use socle::{Resultat, Tx, francais::fold};
use territoires::{Commune, Point, calendrier, geographie};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{
    horaires::Horaires,
    lieu::{Lieu, Precision, store},
};

/// What every transaction that changes what is shown of a place announces.
pub(crate) const ANNONCE: &str = "lieux";

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
    /// Number of the last announcement taken in.
    annonce: i64,
    jour: Option<Date>,
}

/// The index of one process.
#[derive(Debug, Default)]
pub struct Annuaire {
    etat: RwLock<Etat>,
    /// Held by the one request that reads what changed; the others wait for it.
    lecture: Mutex<()>,
}

impl Annuaire {
    /// The places as they are now: one small statement when nothing changed.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn get(&self, tx: &mut Tx) -> Resultat<Arc<Instantane>> {
        if let Some(i) = self.current(tx).await? {
            return Ok(i);
        }
        let _seul = self.lecture.lock().await;
        if let Some(i) = self.current(tx).await? {
            return Ok(i);
        }
        let jour = tx.today();
        let vu = self.seen(jour);
        // Who presides today depends on the day: another one reads everything.
        let complet = vu.is_none();
        let annonces = tx.announced(ANNONCE, vu.unwrap_or(0)).await?;
        let depuis = match annonces {
            Some(a) if !complet => a.depuis,
            _ => Timestamp::UNIX_EPOCH,
        };
        let changes = store::changed_since(tx, depuis, jour).await?;
        let Ok(mut e) = self.etat.write() else {
            return Err(socle::Erreur::Interne("annuaire des lieux".into()));
        };
        if complet {
            *e = Etat::default();
        }
        e.jour = Some(jour);
        e.annonce = annonces.map_or(e.annonce, |a| a.n);
        let mut neuf = complet;
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

    /// The number taken in, when it was on that day.
    fn seen(&self, jour: Date) -> Option<i64> {
        let e = self.etat.read().ok()?;
        (e.jour == Some(jour)).then_some(e.annonce)
    }

    /// What is in memory, unless a change was announced since.
    async fn current(&self, tx: &mut Tx) -> Resultat<Option<Arc<Instantane>>> {
        let Some(vu) = self.seen(tx.today()) else {
            return Ok(None);
        };
        if tx.announced(ANNONCE, vu).await?.is_some() {
            return Ok(None);
        }
        Ok(self.etat.read().ok().map(|e| e.instantane.clone()))
    }
}
