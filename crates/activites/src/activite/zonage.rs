//! Zonings of the place at the date of the activity (spec 20 §3.5, ST39): a
//! quartier prioritaire by the point of the place, France ruralités
//! revitalisation (ZRR before July 2024) by its commune. What nobody can tell
//! is not written, and never counts as « hors ».

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, civil::Date};
use socle::{Base, Ligne, Resultat, Tx, params, sql};
use territoires::zonage::{Genre, Position, Statut, Zonage, service, store};
use uuid::Uuid;

use super::{
    Activite, dimension,
    rattachement::{self, RETOUR_JOURS},
};
use crate::voisins;

pub const QPV: &str = "qpv";
pub const HORS_QPV: &str = "hors_qpv";
pub const FRR: &str = "frr";
pub const HORS_FRR: &str = "hors_frr";

/// Keys of the layers, the latest first.
const COUCHES_QPV: [&str; 2] = ["qpv_2024", "qpv_2015"];
const COUCHES_FRR: [&str; 2] = ["frr", "zrr"];

/// Where something takes place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Endroit {
    lieu: Option<Uuid>,
    commune: Option<String>,
}

/// The layers of now, and what was already answered from them.
pub struct Zonages {
    couches: Vec<Zonage>,
    connus: HashMap<(Endroit, [Option<Uuid>; 2]), Vec<&'static str>>,
}

impl Zonages {
    /// # Errors
    /// `Erreur::Base`.
    pub async fn load(tx: &mut Tx) -> Resultat<Self> {
        Ok(Self {
            couches: store::all(tx).await?,
            connus: HashMap::new(),
        })
    }

    fn at(&self, cles: [&str; 2], genre: Genre, le: Date) -> Option<&Zonage> {
        cles.iter().find_map(|c| {
            self.couches.iter().find(|z| {
                z.cle == *c
                    && z.genre == genre
                    && z.valid_from <= le
                    && z.valid_to.is_none_or(|f| f >= le)
            })
        })
    }

    /// The days on which an activity may be elsewhere once these versions are
    /// loaded: theirs, and those after when the one before was cut short.
    fn days_of(&self, chargees: &[Zonage]) -> Option<(Date, Option<Date>)> {
        let suivies = chargees
            .iter()
            .filter(|z| COUCHES_QPV.contains(&&*z.cle) || COUCHES_FRR.contains(&&*z.cle));
        suivies
            .map(|z| {
                let cut = |avant: &Zonage| {
                    let suite = avant.valid_to.and_then(|f| f.tomorrow().ok());
                    avant.cle == z.cle && suite == Some(z.valid_from)
                };
                let coupee = self.couches.iter().any(cut);
                (z.valid_from, z.valid_to.filter(|_| !coupee))
            })
            .reduce(|a, b| (a.0.min(b.0), a.1.zip(b.1).map(|(x, y)| x.max(y))))
    }

    /// Values of the dimension `zonage`.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn of(
        &mut self,
        tx: &mut Tx,
        lieu: Option<Uuid>,
        commune: Option<&str>,
        le: Date,
    ) -> Resultat<Vec<&'static str>> {
        let qpv = self.at(COUCHES_QPV, Genre::Polygones, le);
        let frr = self.at(COUCHES_FRR, Genre::Communes, le);
        let endroit = Endroit {
            lieu,
            commune: commune.map(str::to_owned),
        };
        let cle = (endroit, [qpv.map(|z| z.id), frr.map(|z| z.id)]);
        if let Some(v) = self.connus.get(&cle) {
            return Ok(v.clone());
        }
        let mut v = Vec::new();
        if let (Some(z), Some(lieu)) = (qpv, lieu) {
            let point = voisins::point(tx, lieu).await?;
            match service::position(tx, &z.cle, point, le).await? {
                Position::Dans { .. } => v.push(QPV),
                Position::Hors => v.push(HORS_QPV),
                Position::Inconnu => {}
            }
        }
        let commune = commune.and_then(|c| territoires::geographie().commune(c));
        if let (Some(z), Some(c)) = (frr, commune) {
            match service::statut(tx, &z.cle, c, le).await?.0 {
                Statut::Oui => v.push(FRR),
                Statut::Non => v.push(HORS_FRR),
                // Partly in: nobody knows which side the place is on.
                Statut::Partiel | Statut::Inconnu => {}
            }
        }
        self.connus.insert(cle, v.clone());
        Ok(v)
    }

    /// Those of an activity.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn of_activity(&mut self, tx: &mut Tx, a: &Activite) -> Resultat<Vec<&'static str>> {
        let commune = a.rattachement.commune.as_deref();
        self.of(tx, a.contenu.lieu, commune, a.contenu.date).await
    }
}

/// Writes them beside an activity that has none.
///
/// # Errors
/// `Erreur::Base`.
pub async fn write(tx: &mut Tx, activite: Uuid, zones: &[&'static str]) -> Resultat<()> {
    for z in zones {
        tx.execute(
            sql!("INSERT INTO activite_valeur (activite, dimension, valeur, nombre) VALUES ($1, $2, $3, 1)"),
            params![activite, dimension::ZONAGE, *z],
        )
        .await?;
    }
    Ok(())
}

struct Passee {
    id: Uuid,
    date: Date,
    lieu: Option<Uuid>,
    commune: Option<String>,
}

fn read(l: &Ligne) -> Resultat<Passee> {
    Ok(Passee {
        id: l.get("id")?,
        date: l.get("date")?,
        lieu: l.get("lieu")?,
        commune: l.get("commune")?,
    })
}

/// What may have moved: the activities of some days, and those of some places.
struct Concerne {
    du: Option<Date>,
    au: Option<Date>,
    lieux: Vec<Uuid>,
}

impl Concerne {
    /// What the layers and the places changed since an instant may move.
    async fn since(tx: &mut Tx, depuis: Timestamp) -> Resultat<Self> {
        let chargees = store::loaded_since(tx, depuis).await?;
        let jours = Zonages::load(tx).await?.days_of(&chargees);
        let lieux = voisins::places_changed_since(tx, depuis).await?;
        Ok(Self {
            du: jours.map(|j| j.0),
            au: jours.and_then(|j| j.1),
            lieux: lieux.into_iter().map(|l| l.0).collect(),
        })
    }

    async fn authors(&self, tx: &mut Tx) -> Resultat<Vec<Uuid>> {
        if self.du.is_none() && self.lieux.is_empty() {
            return Ok(Vec::new());
        }
        tx.rows(
            sql!(
                "SELECT DISTINCT auteur FROM activite
                 WHERE etat = 'enregistree'
                   AND (lieu IN liste($3) OR (date >= $1 AND (CAST($2 AS text) IS NULL OR date <= $2)))
                 ORDER BY auteur"
            ),
            params![self.du, self.au, &self.lieux],
        )
        .await?
        .iter()
        .map(|l| l.get("auteur"))
        .collect()
    }

    async fn of_author(&self, tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Passee>> {
        tx.rows(
            sql!(
                "SELECT id, date, lieu, commune FROM activite
                 WHERE auteur = $4 AND etat = 'enregistree'
                   AND (lieu IN liste($3) OR (date >= $1 AND (CAST($2 AS text) IS NULL OR date <= $2)))
                 ORDER BY date, id"
            ),
            params![self.du, self.au, &self.lieux, auteur],
        )
        .await?
        .iter()
        .map(read)
        .collect()
    }
}

/// Looks again at some of what an author recorded; returns how many changed.
async fn look_again(tx: &mut Tx, z: &mut Zonages, passees: &[Passee]) -> Resultat<usize> {
    let ids: Vec<Uuid> = passees.iter().map(|p| p.id).collect();
    let mut avant: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for l in tx
        .rows(
            sql!(
                "SELECT activite, valeur FROM activite_valeur
                 WHERE activite IN liste($1) AND dimension = 'zonage' ORDER BY activite, valeur"
            ),
            params![&ids],
        )
        .await?
    {
        avant
            .entry(l.get("activite")?)
            .or_default()
            .push(l.get("valeur")?);
    }
    let mut n = 0;
    for p in passees {
        let mut zones = z.of(tx, p.lieu, p.commune.as_deref(), p.date).await?;
        zones.sort_unstable();
        if avant.get(&p.id).map_or(&[][..], Vec::as_slice) == zones.as_slice() {
            continue;
        }
        tx.execute(
            sql!("DELETE FROM activite_valeur WHERE activite = $1 AND dimension = 'zonage'"),
            params![p.id],
        )
        .await?;
        write(tx, p.id, &zones).await?;
        rattachement::touch(tx, p.id).await?;
        n += 1;
    }
    Ok(n)
}

/// After a layer or a place changed in the last days, looks again at the
/// activities it may hold, one transaction an author. Returns how many moved.
///
/// # Errors
/// `Erreur::Base`.
pub async fn follow(base: &Base) -> Resultat<usize> {
    let mut tx = base.read().await?;
    let depuis = tx.now() - SignedDuration::from_hours(24 * RETOUR_JOURS);
    let concerne = Concerne::since(&mut tx, depuis).await?;
    let auteurs = concerne.authors(&mut tx).await?;
    drop(tx);
    let mut n = 0;
    for auteur in auteurs {
        let mut tx = base.write().await?;
        let mut z = Zonages::load(&mut tx).await?;
        let passees = concerne.of_author(&mut tx, auteur).await?;
        n += look_again(&mut tx, &mut z, &passees).await?;
        tx.commit().await?;
    }
    Ok(n)
}
