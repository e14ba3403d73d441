//! Use cases of the zonings: send a file, read its report, load it; ask what
//! a commune or a point is in.

use std::collections::{BTreeMap, HashMap};

use jiff::{ToSpan, civil::Date};
use socle::{Acteur, Action, Droit, Erreur, Perimetre, Resultat, Role, Tx, crypto, journal};
use uuid::Uuid;

use super::{
    Anomalie, Appartenance, Description, Genre, Position, Statut, Zonage,
    communes::{self, ListeCommunes},
    is_national,
    polygones::{self, ListePolygones},
    store::{self, Depot},
};
use crate::geographie::{Commune, Point, departement_of, geographie};

/// Loading the geography or a zoning (spec 30 §1.5).
pub static CHARGER: Action = Action::new(
    "zonage.charger",
    &[Role::Administrateur, Role::Hub],
    "Seuls l'ANCT et les hubs territoriaux chargent un zonage.",
);

/// What a waiting file holds.
#[derive(Debug, Clone)]
pub enum Rapport {
    Communes(ListeCommunes),
    Polygones(ListePolygones),
}

impl Rapport {
    fn of(d: &Depot) -> Self {
        let x = &d.description;
        match Genre::from_cle(&x.genre) {
            Some(Genre::Polygones) => Rapport::Polygones(polygones::read(
                &d.contenu,
                &x.colonne_code,
                &x.colonne_classe,
            )),
            _ => Rapport::Communes(communes::read(
                &d.contenu,
                &x.colonne_code,
                &x.colonne_classe,
            )),
        }
    }

    #[must_use]
    pub fn anomalies(&self) -> &[Anomalie] {
        match self {
            Rapport::Communes(l) => &l.anomalies,
            Rapport::Polygones(l) => &l.anomalies,
        }
    }

    #[must_use]
    pub fn membres(&self) -> usize {
        match self {
            Rapport::Communes(l) => l.lignes.len(),
            Rapport::Polygones(l) => l.polygones.len(),
        }
    }
}

/// Keeps a file with its description; nothing is loaded. Gives its number.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Saisie`, `Erreur::Base`.
pub async fn deposit(
    tx: &mut Tx,
    acteur: &Acteur,
    description: Description,
    fichier: &str,
    contenu: Vec<u8>,
) -> Resultat<Uuid> {
    let droit = acteur.require(&CHARGER)?;
    let mut s = description.check();
    if contenu.is_empty() {
        s.add("fichier", "Choisissez un fichier.");
    }
    if !national_right(&droit) && is_national(&description.cle) {
        s.add(
            "cle",
            "Ce zonage est national : seule l'ANCT le charge. Choisissez une autre clé.",
        );
    }
    s.check()?;
    let depot = Depot {
        id: tx.new_id(),
        fichier: fichier.chars().take(120).collect(),
        contenu,
        description,
    };
    store::keep(tx, &depot, acteur.compte).await?;
    Ok(depot.id)
}

/// The dry run: what the file holds and what is wrong, line by line.
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's file, `Erreur::Base`.
pub async fn report(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<(Depot, Rapport)> {
    acteur.require(&CHARGER)?;
    let depot = store::depot(tx, id, acteur.compte).await?;
    let rapport = Rapport::of(&depot);
    Ok((depot, rapport))
}

/// Gives a waiting file up.
///
/// # Errors
/// `Erreur::Introuvable`, `Erreur::Base`.
pub async fn give_up(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    acteur.require(&CHARGER)?;
    store::depot(tx, id, acteur.compte).await?;
    store::forget(tx, id).await
}

/// Loads a waiting file. `classes` says what each class means; a class left
/// out keeps its guess. The version that held until then ends the day before.
/// The same click twice loads once.
///
/// # Errors
/// `Erreur::Saisie` with the first anomalies, `Erreur::Conflit` when another
/// version holds on these days, `Erreur::Introuvable`, `Erreur::Base`.
pub async fn load(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    classes: &BTreeMap<String, Statut>,
) -> Resultat<Uuid> {
    let droit = acteur.require(&CHARGER)?;
    tx.lock("zonage").await?;
    let depot = match store::depot(tx, id, acteur.compte).await {
        // The version bears the number of its file: already loaded.
        Err(Erreur::Introuvable) if store::one(tx, id).await.is_ok() => return Ok(id),
        autre => autre?,
    };
    let rapport = Rapport::of(&depot);
    if let [premiere, ..] = rapport.anomalies() {
        let n = rapport.anomalies().len();
        let message = format!(
            "Ligne {} : {} ({n} à corriger)",
            premiere.ligne, premiere.message
        );
        return Err(Erreur::field("fichier", message));
    }
    let d = &depot.description;
    check_territory(&droit, &rapport)?;
    make_room(tx, &droit, d).await?;
    let empreinte = crypto::sha256_hex(&depot.contenu);
    store::insert(tx, id, d, &empreinte, rapport.membres()).await?;
    match &rapport {
        Rapport::Communes(l) => insert_communes(tx, id, l, classes).await?,
        Rapport::Polygones(l) => {
            for p in &l.polygones {
                store::insert_polygone(tx, id, p).await?;
            }
        }
    }
    store::forget(tx, id).await?;
    let donnees = serde_json::json!({
        "cle": d.cle, "valid_from": d.valid_from, "empreinte": empreinte, "membres": rapport.membres(),
    });
    journal::record(tx, acteur, "zonage.charger", "zonage", id, donnees);
    Ok(id)
}

async fn insert_communes(
    tx: &mut Tx,
    id: Uuid,
    l: &ListeCommunes,
    classes: &BTreeMap<String, Statut>,
) -> Resultat<()> {
    let mut groupes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (code, classe) in &l.lignes {
        groupes.entry(classe).or_default().push(code.clone());
    }
    for (classe, codes) in groupes {
        let statut = classes
            .get(classe)
            .copied()
            .unwrap_or_else(|| Statut::guess(classe));
        store::insert_communes(tx, id, classe, statut, &codes).await?;
    }
    Ok(())
}

fn national_right(droit: &Droit) -> bool {
    *droit.perimetre() == Perimetre::National
}

/// A hub loads lists of communes of its own départements only.
fn check_territory(droit: &Droit, rapport: &Rapport) -> Resultat<()> {
    let departements = match droit.perimetre() {
        Perimetre::National => return Ok(()),
        Perimetre::Departements(d) => d.as_slice(),
        _ => &[],
    };
    let dehors = match rapport {
        Rapport::Communes(l) => l
            .lignes
            .iter()
            .find(|(c, _)| !departements.iter().any(|d| d == departement_of(c)))
            .map(|(c, _)| c),
        Rapport::Polygones(l) => l
            .polygones
            .iter()
            .find(|p| {
                let (ouest, sud, est, nord) = p.cadre();
                let milieu = Point::new(f64::midpoint(ouest, est), f64::midpoint(sud, nord));
                let commune = crate::contours::contours().nearest(milieu, 5.0);
                !commune.is_some_and(|(c, _)| departements.iter().any(|d| d == c.departement))
            })
            .map(|p| &p.code),
    };
    match dehors {
        Some(code) => Err(Erreur::field(
            "fichier",
            format!("{code} n'est pas dans votre territoire."),
        )),
        None => Ok(()),
    }
}

/// Ends the version that held until then; refuses any other overlap.
async fn make_room(tx: &mut Tx, droit: &Droit, d: &Description) -> Resultat<()> {
    for z in store::overlapping(tx, &d.cle, d.valid_from, d.valid_to).await? {
        if !national_right(droit) {
            // Keys are shared by all: a hub may not end another's version.
            let siens = matches!(droit.perimetre(), Perimetre::Departements(liste)
                if store::communes(tx, z.id).await?.keys().all(|c| liste.iter().any(|x| x == departement_of(c))));
            if !siens || z.genre == Genre::Polygones {
                return Err(Erreur::Conflit(
                    "Cette clé est déjà utilisée par un autre territoire.".into(),
                ));
            }
        }
        let veille = d
            .valid_from
            .checked_sub(1.day())
            .map_err(|e| Erreur::Interne(e.to_string()))?;
        if z.valid_to.is_some() || z.valid_from >= d.valid_from {
            return Err(Erreur::Conflit(format!(
                "Une version de « {} » couvre déjà ces dates ({}). Choisissez d'autres dates.",
                z.libelle, z.millesime
            )));
        }
        store::end(tx, z.id, veille).await?;
    }
    Ok(())
}

/// What a commune is in on a day, one line per zoning that lists it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn zonages_de(tx: &mut Tx, c: &Commune, le: Date) -> Resultat<Vec<Appartenance>> {
    let mut sortie: Vec<Appartenance> = Vec::new();
    for a in store::memberships(tx, &codes(c), le).await? {
        match sortie.iter_mut().find(|x| x.zonage.id == a.zonage.id) {
            Some(x) => {
                x.statut = Statut::united(&[x.statut, a.statut]);
                if x.classe != a.classe {
                    x.classe = format!("{}, {}", x.classe, a.classe);
                }
            }
            None => sortie.push(a),
        }
    }
    Ok(sortie)
}

/// Whether a commune is in a zoning on a day, and by which version.
///
/// # Errors
/// `Erreur::Base`.
pub async fn statut(
    tx: &mut Tx,
    cle: &str,
    c: &Commune,
    le: Date,
) -> Resultat<(Statut, Option<Zonage>)> {
    let Some(z) = store::at(tx, cle, le).await? else {
        return Ok((Statut::Inconnu, None));
    };
    if z.genre == Genre::Polygones {
        return Ok((Statut::Inconnu, Some(z)));
    }
    let ici = zonages_de(tx, c, le)
        .await?
        .into_iter()
        .find(|a| a.zonage.id == z.id);
    Ok((ici.map_or(Statut::Non, |a| a.statut), Some(z)))
}

/// Where a point stands in a zoning of polygons on a day. Give `None` for a
/// point that is not precise enough: the answer is « inconnu », never « hors ».
///
/// # Errors
/// `Erreur::Base`.
pub async fn position(tx: &mut Tx, cle: &str, p: Option<Point>, le: Date) -> Resultat<Position> {
    let (Some(z), Some(p)) = (store::at(tx, cle, le).await?, p) else {
        return Ok(Position::Inconnu);
    };
    if z.genre == Genre::Communes {
        return Ok(Position::Inconnu);
    }
    store::position(tx, z.id, p).await
}

/// The status of every commune of today in a zoning on a day: one read for
/// counts by territory. Empty when no version holds.
///
/// # Errors
/// `Erreur::Base`.
pub async fn statuts(tx: &mut Tx, cle: &str, le: Date) -> Resultat<HashMap<&'static str, Statut>> {
    let Some(z) = store::at(tx, cle, le).await? else {
        return Ok(HashMap::new());
    };
    let mut par_commune: HashMap<&'static str, Vec<Statut>> = HashMap::new();
    for (code, s) in store::communes(tx, z.id).await? {
        if let Some(c) = geographie().commune_today(&code) {
            par_commune.entry(c.code).or_default().push(s);
        }
    }
    Ok(par_commune
        .into_iter()
        .map(|(c, s)| (c, Statut::united(&s)))
        .collect())
}

/// A commune and the former codes it replaces: a list may be older than it.
fn codes(c: &Commune) -> Vec<String> {
    let g = geographie();
    let anciens = g
        .anciens_codes()
        .filter(|(_, x)| x.code == c.code)
        .map(|(a, _)| a.to_owned());
    std::iter::once(c.code.to_owned()).chain(anciens).collect()
}
