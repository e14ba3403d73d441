//! What this space asks of the others: the employment and the places of a
//! person on a day. One file, so that the walls show.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use parcours::contrat;
use socle::{Erreur, Perimetre, Resultat, Tx, francais};
use uuid::Uuid;

use crate::activite::saisie::LieuConnu;

/// Contracts read at a time.
const LOT: usize = 1_000;

/// The employment that counts on a day (spec 20 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emploi {
    pub structure: Uuid,
}

/// Where somebody is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attendu {
    pub maintenant: Option<Uuid>,
    pub principal: Option<Uuid>,
}

/// The employment of a person on a day.
///
/// # Errors
/// `Erreur::Base`.
pub async fn employment(tx: &mut Tx, personne: Uuid, le: Date) -> Resultat<Option<Emploi>> {
    Ok(contrat::emploi_at(tx, personne, le).await?.map(|e| Emploi {
        structure: e.structure,
    }))
}

/// Every employment of somebody, to be asked about many days.
#[derive(Debug, Clone)]
pub struct Emplois(Vec<contrat::Emploi>);

impl Emplois {
    /// # Errors
    /// `Erreur::Base`.
    pub async fn of(tx: &mut Tx, personne: Uuid) -> Resultat<Self> {
        Ok(Self(contrat::emplois(tx, personne).await?))
    }

    /// As [`employment`].
    #[must_use]
    pub fn on(&self, le: Date) -> Option<Emploi> {
        let e = self.0.iter().find(|e| e.covers(le))?;
        Some(Emploi {
            structure: e.structure,
        })
    }
}

/// Whose contracts changed since an instant.
///
/// # Errors
/// `Erreur::Base`.
pub async fn contracts_changed_since(tx: &mut Tx, depuis: Timestamp) -> Resultat<Vec<Uuid>> {
    let mut f = contrat::store::Filtre {
        combien: LOT,
        ..contrat::store::Filtre::default()
    };
    let mut v = Vec::new();
    loop {
        // The latest change first.
        let lot = contrat::list(tx, &Perimetre::National, &f).await?;
        let recents: Vec<Uuid> = lot
            .iter()
            .filter(|c| c.maj_le >= depuis)
            .map(|c| c.personne)
            .collect();
        v.extend(&recents);
        if recents.len() < LOT {
            break;
        }
        f.debut += LOT;
    }
    v.sort_unstable();
    v.dedup();
    Ok(v)
}

/// The places changed since an instant: (place, commune, département).
///
/// # Errors
/// `Erreur::Base`.
pub async fn places_changed_since(
    tx: &mut Tx,
    depuis: Timestamp,
) -> Resultat<Vec<(Uuid, String, String)>> {
    let le = tx.today();
    Ok(lieux::lieu::store::changed_since(tx, depuis, le)
        .await?
        .into_iter()
        .map(|(l, _)| (l.id, l.commune_insee, l.departement))
        .collect())
}

/// Commune and département of the seat of a structure.
///
/// # Errors
/// `Erreur::Base`.
pub async fn seat(tx: &mut Tx, structure: Uuid) -> Resultat<(String, String)> {
    let s = programme::structure::get(tx, structure).await?;
    Ok((s.commune_insee, s.departement))
}

/// Who employs somebody on a day, and where it sits.
#[derive(Debug, Clone)]
pub struct Employeur {
    pub structure: Uuid,
    pub commune: String,
    pub departement: String,
}

/// # Errors
/// `Erreur::Base`.
pub async fn employer(tx: &mut Tx, personne: Uuid, le: Date) -> Resultat<Option<Employeur>> {
    let Some(Emploi { structure }) = employment(tx, personne, le).await? else {
        return Ok(None);
    };
    let (commune, departement) = seat(tx, structure).await?;
    Ok(Some(Employeur {
        structure,
        commune,
        departement,
    }))
}

/// Where somebody works today, and what time it is there: at the seat of the
/// employer, else in Paris.
#[derive(Debug, Clone)]
pub struct Ici {
    pub zone: TimeZone,
    pub jour: Date,
    /// Of the day.
    pub minute: i64,
    employeur: Option<Employeur>,
    paris: Date,
}

impl Ici {
    /// The employer on a day, read again only when it is not today.
    ///
    /// # Errors
    /// `Erreur::Base`.
    pub async fn employer_on(
        &self,
        tx: &mut Tx,
        personne: Uuid,
        le: Date,
    ) -> Resultat<Option<Employeur>> {
        if le == self.paris {
            Ok(self.employeur.clone())
        } else {
            employer(tx, personne, le).await
        }
    }
}

/// # Errors
/// `Erreur::Base`.
pub async fn here(tx: &mut Tx, personne: Uuid) -> Resultat<Ici> {
    let paris = tx.today();
    let employeur = employer(tx, personne, paris).await?;
    let zone = match &employeur {
        Some(e) => territoires::calendrier::zone(&e.commune),
        None => socle::clock::paris(),
    };
    let ici = tx.now().to_zoned_datetime(zone.clone());
    Ok(Ici {
        zone,
        jour: ici.date(),
        minute: i64::from(ici.hour()) * 60 + i64::from(ici.minute()),
        employeur,
        paris,
    })
}

/// Today where the person works.
///
/// # Errors
/// `Erreur::Base`.
pub async fn today(tx: &mut Tx, personne: Uuid) -> Resultat<Date> {
    Ok(here(tx, personne).await?.jour)
}

/// The day of an instant where the person works.
///
/// # Errors
/// `Erreur::Base`.
pub async fn day(tx: &mut Tx, personne: Uuid, instant: Timestamp) -> Resultat<Date> {
    let ici = here(tx, personne).await?;
    Ok(instant.to_zoned_datetime(ici.zone).date())
}

/// The last employment of somebody, until today when it runs.
///
/// # Errors
/// `Erreur::Base`.
pub async fn last_employment(tx: &mut Tx, personne: Uuid) -> Resultat<Option<(Date, Date)>> {
    use contrat::Etat;
    let aujourdhui = tx.today();
    Ok(contrat::store::of_personne(tx, personne)
        .await?
        .into_iter()
        .filter(|c| {
            matches!(
                c.etat,
                Etat::Valide | Etat::Termine | Etat::Rompu | Etat::Remplace
            ) && c.date_debut <= aujourdhui
        })
        .map(|c| {
            let fin = c.fin_effective.or(c.date_fin).unwrap_or(aujourdhui);
            (c.date_debut, fin.min(aujourdhui))
        })
        .max_by_key(|e| e.1))
}

/// The places a person may name on a day: their own and their employer's.
///
/// # Errors
/// `Erreur::Base`.
pub async fn places(
    tx: &mut Tx,
    personne: Uuid,
    structure: Option<Uuid>,
    le: Date,
) -> Resultat<Vec<LieuConnu>> {
    let mut tous = lieux::lieu::list_of_personne(tx, personne).await?;
    if let Some(s) = structure {
        tous.extend(lieux::lieu::list_of_structure(tx, s).await?);
    }
    let mut v: Vec<LieuConnu> = Vec::new();
    for l in tous {
        if v.iter().all(|d| d.id != l.id) {
            v.push(LieuConnu {
                ouvert: l.is_open_on(le),
                id: l.id,
                nom: l.nom,
                commune: l.commune_insee,
                departement: l.departement,
            });
        }
    }
    Ok(v)
}

/// Where the person is expected: in the permanence running at this moment,
/// else in their main place.
///
/// # Errors
/// `Erreur::Base`.
pub async fn expected_place(tx: &mut Tx, personne: Uuid, ici: &Ici) -> Resultat<Attendu> {
    let jour = ici.jour;
    let minute = u16::try_from(ici.minute).unwrap_or(0);
    let mut attendu = Attendu::default();
    for p in lieux::permanence::store::list_of_personne(tx, personne).await? {
        if p.etat != lieux::permanence::Etat::Active || !p.covers(jour) {
            continue;
        }
        let maintenant = p
            .recurrence
            .occurrences(jour, jour)
            .iter()
            .any(|(_, c)| (c.debut..c.fin).contains(&minute));
        if maintenant {
            attendu.maintenant = Some(p.lieu);
        }
        if p.principal {
            attendu.principal = Some(p.lieu);
        }
    }
    Ok(attendu)
}

/// Who works for the same structure, without the person: (id, name).
///
/// # Errors
/// `Erreur::Base`.
pub async fn colleagues(
    tx: &mut Tx,
    personne: Uuid,
    structure: Uuid,
) -> Resultat<Vec<(Uuid, String)>> {
    let equipe = contrat::conseillers(tx, &Perimetre::Structures(vec![structure])).await?;
    let autres = equipe.into_iter().map(|c| c.0).filter(|p| *p != personne);
    let mut v: Vec<(Uuid, String)> = names(tx, autres).await?.into_iter().collect();
    v.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(v)
}

/// Who works in a perimeter today, by name: at most `combien`, none beyond.
///
/// # Errors
/// `Erreur::Base`.
pub async fn team(tx: &mut Tx, p: &Perimetre, combien: usize) -> Resultat<Vec<(Uuid, String)>> {
    let equipe = contrat::conseillers(tx, p).await?;
    if equipe.len() > combien {
        return Ok(Vec::new());
    }
    let mut v: Vec<(Uuid, String)> = names(tx, equipe.iter().map(|c| c.0))
        .await?
        .into_iter()
        .collect();
    v.sort_by_cached_key(|(_, nom)| francais::fold(nom));
    Ok(v)
}

/// Names of professionals, for the teams' views. Somebody erased since has
/// none: what they did stays.
///
/// # Errors
/// `Erreur::Base`.
pub async fn names(
    tx: &mut Tx,
    personnes: impl Iterator<Item = Uuid>,
) -> Resultat<BTreeMap<Uuid, String>> {
    let mut ids: Vec<Uuid> = personnes.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    ids.sort_unstable();
    ids.dedup();
    comptes::personne::names(tx, &ids).await
}

/// The point of a place, when it is precise enough to tell a neighbourhood.
///
/// # Errors
/// `Erreur::Base`.
pub async fn point(tx: &mut Tx, id: Uuid) -> Resultat<Option<territoires::Point>> {
    match lieux::lieu::get(tx, id).await {
        Ok(l) => Ok(l.fiche.precise_point()),
        Err(Erreur::Introuvable) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The name of a place.
///
/// # Errors
/// `Erreur::Base`.
pub async fn place_name(tx: &mut Tx, id: Uuid) -> Resultat<Option<String>> {
    match lieux::lieu::get(tx, id).await {
        Ok(l) => Ok(Some(l.nom)),
        Err(Erreur::Introuvable) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Names of places, for lists.
///
/// # Errors
/// `Erreur::Base`.
pub async fn place_names(
    tx: &mut Tx,
    lieux: impl Iterator<Item = Uuid>,
) -> Resultat<BTreeMap<Uuid, String>> {
    let mut noms = BTreeMap::new();
    for id in lieux {
        if !noms.contains_key(&id)
            && let Some(nom) = place_name(tx, id).await?
        {
            noms.insert(id, nom);
        }
    }
    Ok(noms)
}

/// Names of structures, for exports.
///
/// # Errors
/// `Erreur::Base`.
pub async fn structures(
    tx: &mut Tx,
    ids: impl Iterator<Item = Uuid>,
) -> Resultat<BTreeMap<Uuid, String>> {
    let mut noms = BTreeMap::new();
    for id in ids {
        if let Entry::Vacant(e) = noms.entry(id) {
            e.insert(programme::structure::get(tx, id).await?.nom);
        }
    }
    Ok(noms)
}

/// The name of a structure, if it is still known.
///
/// # Errors
/// `Erreur::Base`.
pub async fn structure_name(tx: &mut Tx, id: Uuid) -> Resultat<String> {
    match programme::structure::get(tx, id).await {
        Ok(s) => Ok(s.nom),
        Err(Erreur::Introuvable) => Ok("Ma structure".to_owned()),
        Err(e) => Err(e),
    }
}

/// Structures whose seat is in one of these départements, and communes if any
/// are named.
///
/// # Errors
/// `Erreur::Base`.
pub async fn structures_of(
    tx: &mut Tx,
    departements: &[String],
    communes: Option<&[String]>,
) -> Resultat<Vec<Uuid>> {
    let p = Perimetre::Departements(departements.to_vec());
    let Some(communes) = communes else {
        let noms = programme::structure::names(tx, &p).await?;
        return Ok(noms.into_iter().map(|(id, _)| id).collect());
    };
    let toutes =
        programme::structure::list(tx, &p, &programme::structure::Filtre::default()).await?;
    Ok(toutes
        .into_iter()
        .filter(|s| communes.contains(&s.commune_insee))
        .map(|s| s.id)
        .collect())
}

/// Names of every structure, for national and territorial tables.
///
/// # Errors
/// `Erreur::Base`.
pub async fn all_structures(tx: &mut Tx) -> Resultat<BTreeMap<Uuid, String>> {
    Ok(programme::structure::names(tx, &Perimetre::National)
        .await?
        .into_iter()
        .collect())
}

/// Places that come to people, sorted.
///
/// # Errors
/// `Erreur::Base`.
pub async fn places_on_wheels(tx: &mut Tx) -> Resultat<Vec<Uuid>> {
    lieux::lieu::itinerant(tx).await
}

/// True when somebody works for a structure on a day, whatever other
/// employment they have.
///
/// # Errors
/// `Erreur::Base`.
pub async fn works_for(tx: &mut Tx, personne: Uuid, structure: Uuid, le: Date) -> Resultat<bool> {
    if employment(tx, personne, le)
        .await?
        .is_some_and(|e| e.structure == structure)
    {
        return Ok(true);
    }
    Ok(contrat::store::of_personne(tx, personne)
        .await?
        .iter()
        .any(|c| {
            c.structure == structure
                && c.etat.is_signed()
                && c.date_debut <= le
                && c.derniere_date().is_none_or(|d| d >= le)
        }))
}

/// Somebody the programme employs today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Professionnel {
    pub personne: Uuid,
    pub structure: Uuid,
    pub departement: String,
    /// First day of the contract that runs.
    pub debut: Date,
    /// Last day of the last training that is over.
    pub fin_formation: Option<Date>,
}

/// Everybody with a programme contract running today, but those in initial
/// training.
///
/// # Errors
/// `Erreur::Base`.
pub async fn professionals(tx: &mut Tx) -> Resultat<Vec<Professionnel>> {
    let le = tx.today();
    let mut en_cours = std::collections::HashSet::new();
    let mut finies: BTreeMap<Uuid, Date> = BTreeMap::new();
    for (personne, debut, fin) in parcours::formation::store::periods(tx, le).await? {
        if fin >= le && debut <= le {
            en_cours.insert(personne);
        } else if fin < le {
            let f = finies.entry(personne).or_insert(fin);
            *f = fin.max(*f);
        }
    }
    let mut v: Vec<Professionnel> = Vec::new();
    for (personne, _, departement) in contrat::conseillers(tx, &Perimetre::National).await? {
        // Two contracts make one person, like a training that runs.
        if !en_cours.insert(personne) {
            continue;
        }
        if let Some(e) = contrat::emploi_at(tx, personne, le).await? {
            v.push(Professionnel {
                personne,
                structure: e.structure,
                departement,
                debut: e.debut,
                fin_formation: finies.get(&personne).copied(),
            });
        }
    }
    Ok(v)
}
