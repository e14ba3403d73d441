//! Activities as the index wants them, read from the tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use socle::{Ligne, Resultat, Tx, base::Valeur, params, sql};
use uuid::Uuid;

use super::super::index::{
    Fait, Lien, Mois, Rang, chain_day,
    segment::{HORS_DE_A, JAMAIS_APRES, JAMAIS_AVANT},
};

/// One participation of a person, in the order of their activities.
#[derive(Debug, Clone, Copy)]
pub struct Pas {
    pub activite: Uuid,
    pub auteur: Uuid,
    pub date: Date,
    /// First of all, and known from no earlier; or frozen so.
    pub premier: bool,
    /// Order in the day.
    pub rang: u8,
    /// Of residents: in the chain.
    pub habitants: bool,
    /// Days of those before and after it in the chain.
    pub avant: u16,
    pub apres: u16,
}

impl Pas {
    /// What it is to the person.
    pub fn rang(&self) -> Rang {
        Rang {
            premier: self.premier,
            rang: self.rang,
            avant: self.avant,
            apres: self.apres,
        }
    }
}

/// Activities of persons, in order.
pub type Histoires = BTreeMap<Uuid, Vec<Pas>>;

/// All activities of a month.
///
/// # Errors
/// `Erreur::Base`.
pub async fn month(tx: &mut Tx, mois: Mois) -> Resultat<Vec<Fait>> {
    let p = || params![mois.debut(), mois.fin()];
    let lignes = tx
        .rows(
            sql!(
                "SELECT a.id, a.type_activite, a.auteur, a.date, a.duree, a.type_lieu, a.lieu, a.cadre, a.public,
                    a.modalite, a.origine, a.mode_aide, a.autonomie, a.niveau, a.confiance_avant, a.confiance_apres,
                    a.destination, a.organisme, a.pass_propose, a.pass_utilise, a.anonymes, a.deja_accompagnes,
                    a.commune_residence, a.employeur, a.role, a.commune, a.departement, a.source
                 FROM activite a
                 WHERE a.etat = 'enregistree' AND a.type_activite IN ('individuel', 'collectif')
                   AND a.date BETWEEN $1 AND $2"
            ),
            p(),
        )
        .await?;
    let mut faits = lignes.iter().map(fact).collect::<Resultat<Vec<_>>>()?;
    let rangs = ranks(&faits);
    let liens = tx
        .rows(
            sql!(
                "SELECT k.activite, k.personne, k.genre, k.tranche, k.statut, k.commune_residence,
                    k.departement_residence
                 FROM accompagnement k JOIN activite a ON a.id = k.activite
                 WHERE a.etat = 'enregistree' AND a.date BETWEEN $1 AND $2 ORDER BY k.activite, k.personne"
            ),
            p(),
        )
        .await?;
    links(&mut faits, &rangs, &liens)?;
    let autres = tx
        .rows(
            sql!(
                "SELECT v.activite, v.dimension, v.valeur, v.nombre
                   FROM activite_valeur v JOIN activite a ON a.id = v.activite
                   WHERE a.etat = 'enregistree' AND a.date BETWEEN $1 AND $2
                 UNION ALL SELECT e.activite, 'etiquette', e.etiquette, 1
                   FROM activite_etiquette e JOIN activite a ON a.id = e.activite
                   WHERE a.etat = 'enregistree' AND a.date BETWEEN $1 AND $2
                 UNION ALL SELECT c.activite, 'coanimation', c.personne, 1
                   FROM coanimation c JOIN activite a ON a.id = c.activite
                   WHERE a.etat = 'enregistree' AND a.date BETWEEN $1 AND $2"
            ),
            p(),
        )
        .await?;
    others(&mut faits, &rangs, &autres)?;
    Ok(faits)
}

/// What one author did in a month.
///
/// # Errors
/// `Erreur::Base`.
pub async fn author(tx: &mut Tx, mois: Mois, auteur: Uuid) -> Resultat<Vec<Fait>> {
    let p = || -> Vec<Valeur> { params![auteur, mois.debut(), mois.fin()] };
    let lignes = tx
        .rows(
            sql!(
                "SELECT a.id, a.type_activite, a.auteur, a.date, a.duree, a.type_lieu, a.lieu, a.cadre, a.public,
                    a.modalite, a.origine, a.mode_aide, a.autonomie, a.niveau, a.confiance_avant, a.confiance_apres,
                    a.destination, a.organisme, a.pass_propose, a.pass_utilise, a.anonymes, a.deja_accompagnes,
                    a.commune_residence, a.employeur, a.role, a.commune, a.departement, a.source
                 FROM activite a
                 WHERE a.auteur = $1 AND a.date BETWEEN $2 AND $3 AND a.etat = 'enregistree'
                   AND a.type_activite IN ('individuel', 'collectif')"
            ),
            p(),
        )
        .await?;
    let mut faits = lignes.iter().map(fact).collect::<Resultat<Vec<_>>>()?;
    let rangs = ranks(&faits);
    let liens = tx
        .rows(
            sql!(
                "SELECT k.activite, k.personne, k.genre, k.tranche, k.statut, k.commune_residence,
                    k.departement_residence
                 FROM activite a JOIN accompagnement k ON k.activite = a.id
                 WHERE a.auteur = $1 AND a.date BETWEEN $2 AND $3 AND a.etat = 'enregistree'
                 ORDER BY k.activite, k.personne"
            ),
            p(),
        )
        .await?;
    links(&mut faits, &rangs, &liens)?;
    let autres = tx
        .rows(
            sql!(
                "SELECT v.activite, v.dimension, v.valeur, v.nombre
                   FROM activite a JOIN activite_valeur v ON v.activite = a.id
                   WHERE a.auteur = $1 AND a.date BETWEEN $2 AND $3 AND a.etat = 'enregistree'
                 UNION ALL SELECT e.activite, 'etiquette', e.etiquette, 1
                   FROM activite a JOIN activite_etiquette e ON e.activite = a.id
                   WHERE a.auteur = $1 AND a.date BETWEEN $2 AND $3 AND a.etat = 'enregistree'
                 UNION ALL SELECT c.activite, 'coanimation', c.personne, 1
                   FROM activite a JOIN coanimation c ON c.activite = a.id
                   WHERE a.auteur = $1 AND a.date BETWEEN $2 AND $3 AND a.etat = 'enregistree'"
            ),
            p(),
        )
        .await?;
    others(&mut faits, &rangs, &autres)?;
    Ok(faits)
}

/// Every activity of some persons, in order, and what it is to them.
///
/// # Errors
/// `Erreur::Base`.
pub async fn histories(tx: &mut Tx, personnes: &BTreeSet<Uuid>) -> Resultat<Histoires> {
    let mut v = Histoires::new();
    let tous: Vec<String> = personnes.iter().map(Uuid::to_string).collect();
    for lot in tous.chunks(500) {
        let lignes = tx
            .rows(
                sql!(
                    "SELECT k.personne, k.connu_depuis, k.premier, a.id, a.auteur, a.date, a.public
                     FROM accompagnement k JOIN activite a ON a.id = k.activite
                     WHERE k.personne IN liste($1) AND a.etat = 'enregistree'
                     ORDER BY k.personne, a.date, a.id"
                ),
                params![lot],
            )
            .await?;
        for l in lignes {
            let date: Date = l.get("date")?;
            let pas = v.entry(l.get("personne")?).or_default();
            let dernier = pas.last().copied();
            pas.push(Pas {
                activite: l.get("id")?,
                auteur: l.get("auteur")?,
                date,
                premier: first(&l, date, dernier.is_none())?,
                rang: dernier
                    .filter(|d| d.date == date)
                    .map_or(0, |d| d.rang.saturating_add(1)),
                habitants: l.get::<String>("public")? == "habitants",
                avant: JAMAIS_AVANT,
                apres: HORS_DE_A,
            });
        }
    }
    v.values_mut().for_each(|pas| chain(pas));
    Ok(v)
}

/// Ties the activities of a person that are in A to one another.
fn chain(pas: &mut [Pas]) {
    let mut dernier: Option<usize> = None;
    for i in 0..pas.len() {
        if !pas[i].habitants {
            continue;
        }
        pas[i].apres = JAMAIS_APRES;
        if let Some(d) = dernier {
            pas[i].avant = chain_day(pas[d].date);
            pas[d].apres = chain_day(pas[i].date);
        }
        dernier = Some(i);
    }
}

fn first(l: &Ligne, date: Date, rien_avant: bool) -> Resultat<bool> {
    if let Some(gele) = l.get::<Option<bool>>("premier")? {
        return Ok(gele);
    }
    let connu: Option<Date> = l.get("connu_depuis")?;
    Ok(rien_avant && connu.is_none_or(|c| c >= date))
}

/// Months that hold activities: activities, people, minutes.
///
/// # Errors
/// `Erreur::Base`.
pub async fn sums(tx: &mut Tx) -> Resultat<BTreeMap<Mois, [i64; 3]>> {
    let lignes = tx
        .rows(
            sql!(
                "SELECT substr(a.date, 1, 7) AS mois, count(*) AS activites,
                    CAST(sum(a.anonymes + (SELECT count(*) FROM accompagnement k WHERE k.activite = a.id)) AS bigint) AS n,
                    CAST(sum(a.duree) AS bigint) AS minutes
                 FROM activite a
                 WHERE a.etat = 'enregistree' AND a.type_activite IN ('individuel', 'collectif')
                 GROUP BY substr(a.date, 1, 7)"
            ),
            params![],
        )
        .await?;
    lignes
        .iter()
        .filter_map(|l| {
            let mois: Date = format!("{}-01", l.get::<String>("mois").ok()?)
                .parse()
                .ok()?;
            let sommes = || Ok([l.get("activites")?, l.get("n")?, l.get("minutes")?]);
            Some(sommes().map(|s| (Mois::of(mois), s)))
        })
        .collect()
}

fn ranks(faits: &[Fait]) -> HashMap<Uuid, usize> {
    faits.iter().enumerate().map(|(i, f)| (f.id, i)).collect()
}

fn fact(l: &Ligne) -> Resultat<Fait> {
    let avant: Option<i64> = l.get("confiance_avant")?;
    let apres: Option<i64> = l.get("confiance_apres")?;
    let small = |c: &str| l.get::<i64>(c).map(|n| u32::try_from(n).unwrap_or(0));
    Ok(Fait {
        id: l.get("id")?,
        auteur: l.get("auteur")?,
        date: l.get("date")?,
        collectif: l.get::<String>("type_activite")? == "collectif",
        duree: small("duree")?,
        employeur: l.get("employeur")?,
        role: l.get("role")?,
        type_lieu: l.get("type_lieu")?,
        cadre: l.get("cadre")?,
        lieu: l.get("lieu")?,
        commune: l.get("commune")?,
        departement: l.get("departement")?,
        public: l.get("public")?,
        source: l.get("source")?,
        modalite: l.get("modalite")?,
        autonomie: l.get("autonomie")?,
        niveau: l.get("niveau")?,
        origine: l.get("origine")?,
        mode_aide: l.get("mode_aide")?,
        destination: l.get("destination")?,
        organisme: l.get("organisme")?,
        pass_propose: l.get("pass_propose")?,
        pass_utilise: l.get("pass_utilise")?,
        confiance: avant.zip(apres).and_then(|(a, b)| i8::try_from(b - a).ok()),
        anonymes: small("anonymes")?,
        deja: small("deja_accompagnes")?,
        residence: l.get("commune_residence")?,
        valeurs: Vec::new(),
        etiquettes: Vec::new(),
        coanimateurs: Vec::new(),
        liens: Vec::new(),
    })
}

fn links(faits: &mut [Fait], rangs: &HashMap<Uuid, usize>, lignes: &[Ligne]) -> Resultat<()> {
    for l in lignes {
        let Some(i) = rangs.get(&l.get("activite")?) else {
            continue;
        };
        let departement: Option<String> = l.get("departement_residence")?;
        let commune: Option<String> = l.get("commune_residence")?;
        faits[*i].liens.push(Lien {
            personne: l.get("personne")?,
            genre: l.get("genre")?,
            tranche: l.get("tranche")?,
            statut: l.get("statut")?,
            residence: commune.or(departement.map(|d| format!("departement:{d}"))),
            premier: false,
            rang: 0,
            avant: JAMAIS_AVANT,
            apres: HORS_DE_A,
        });
    }
    Ok(())
}

fn others(faits: &mut [Fait], rangs: &HashMap<Uuid, usize>, lignes: &[Ligne]) -> Resultat<()> {
    for l in lignes {
        let Some(i) = rangs.get(&l.get("activite")?) else {
            continue;
        };
        let f = &mut faits[*i];
        match l.get::<String>("dimension")?.as_str() {
            "etiquette" => f.etiquettes.push(l.get("valeur")?),
            "coanimation" => f.coanimateurs.push(l.get("valeur")?),
            d => f.valeurs.push((
                d.to_owned(),
                l.get("valeur")?,
                u32::try_from(l.get::<i64>("nombre")?).unwrap_or(0),
            )),
        }
    }
    Ok(())
}
