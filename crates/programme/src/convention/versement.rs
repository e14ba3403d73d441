//! Payments (spec 10 §8.6): planned, asked for, confirmed by a second person,
//! paid.

use jiff::civil::Date;
use serde::Deserialize;
use socle::{
    Acteur, Erreur, Ligne, Resultat, Saisies, Tx, francais, params, reference, sql,
    valeurs::Montant,
};
use uuid::Uuid;

use super::{Convention, Etat as EtatConvention, GERER, service, store};
use crate::commun::{check_version, cles, free_text, one_row, stale, step};

cles! {
    Etat {
        Prevu "prevu" "Prévu",
        APayer "a_payer" "À payer",
        Ordonnance "ordonnance" "Ordonnancé",
        Verse "verse" "Versé",
        Bloque "bloque" "Bloqué",
        Rejete "rejete" "Rejeté par la banque",
        Annule "annule" "Annulé",
    }
}

cles! {
    Evenement {
        Demander "demander" "Mettre en paiement",
        Bloquer "bloquer" "Bloquer",
        Ordonnancer "ordonnancer" "Confirmer le paiement",
        Payer "payer" "Enregistrer le versement",
        Rejeter "rejeter" "Enregistrer le rejet de la banque",
    }
}

impl Evenement {
    #[must_use]
    pub fn target(self, de: Etat) -> Option<Etat> {
        match (self, de) {
            (Evenement::Demander, Etat::Prevu | Etat::Bloque | Etat::Rejete) => Some(Etat::APayer),
            (Evenement::Bloquer, Etat::APayer) => Some(Etat::Bloque),
            (Evenement::Ordonnancer, Etat::APayer) => Some(Etat::Ordonnance),
            (Evenement::Payer, Etat::Ordonnance) => Some(Etat::Verse),
            (Evenement::Rejeter, Etat::Ordonnance) => Some(Etat::Rejete),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Versement {
    pub id: Uuid,
    pub convention: Uuid,
    pub rang: i64,
    pub montant: Montant,
    pub prevu_le: Date,
    pub etat: Etat,
    pub demandeur: Option<String>,
    pub motif: Option<String>,
    /// The payer's.
    pub reference: Option<String>,
    pub date_valeur: Option<Date>,
    pub version: i64,
}

fn read(l: &Ligne) -> Resultat<Versement> {
    Ok(Versement {
        id: l.get("id")?,
        convention: l.get("convention")?,
        rang: l.get("rang")?,
        montant: Montant(l.get("montant")?),
        prevu_le: l.get("prevu_le")?,
        etat: Etat::from_cle(&l.get::<String>("etat")?)?,
        demandeur: l.get("demandeur")?,
        motif: l.get("motif")?,
        reference: l.get("reference")?,
        date_valeur: l.get("date_valeur")?,
        version: l.get("version")?,
    })
}

/// Payments of a convention, in order.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, convention: Uuid) -> Resultat<Vec<Versement>> {
    tx.rows(
        sql!(
            "SELECT id, convention, rang, montant, prevu_le, etat, demandeur, motif, reference, date_valeur, version
             FROM versement WHERE convention = $1 ORDER BY rang"
        ),
        params![convention],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Payments of conventions in force that are due, the oldest first.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn waiting(tx: &mut Tx, le: Date, combien: usize) -> Resultat<Vec<Versement>> {
    tx.rows(
        sql!(
            "SELECT v.id, v.convention, v.rang, v.montant, v.prevu_le, v.etat, v.demandeur, v.motif, v.reference, v.date_valeur, v.version
             FROM versement v JOIN convention c ON c.id = v.convention
             WHERE c.etat = 'active' AND ((v.etat = 'prevu' AND v.prevu_le <= $1) OR v.etat IN ('a_payer', 'ordonnance', 'rejete'))
             ORDER BY v.prevu_le, v.id LIMIT $2"
        ),
        params![le, combien],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

pub(crate) async fn insert(tx: &mut Tx, v: &Versement) -> Resultat<()> {
    let le = tx.today();
    tx.execute(
        sql!(
            "INSERT INTO versement (id, convention, rang, montant, prevu_le, etat, etat_depuis, demandeur, motif, reference,
                                    date_valeur, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        params![
            v.id,
            v.convention,
            v.rang,
            v.montant.0,
            v.prevu_le,
            v.etat.cle(),
            le,
            &v.demandeur,
            &v.motif,
            &v.reference,
            v.date_valeur,
            v.version
        ],
    )
    .await?;
    Ok(())
}

/// Share of the total and months after the start, per instalment.
pub(crate) async fn instalments(tx: &mut Tx, c: &Convention) -> Resultat<Vec<(Montant, Date)>> {
    let annees = store::years(tx, c.id).await?;
    let postes = i64::try_from(store::posts(tx, c.id).await?.len()).unwrap_or(0);
    if c.phase == service::PHASE {
        // First at signature or start, the later; then at anniversaries.
        return Ok(annees
            .iter()
            .map(|a| (Montant(a.montant.0 * postes), a.debut))
            .collect());
    }
    let total = annees.iter().map(|a| a.montant.0).sum::<i64>() * postes;
    let mut sortie = Vec::new();
    for e in reference::list(tx, "echeancier_v1", c.debut).await? {
        let regle = e.valeur.unwrap_or_default();
        let (part, mois) = regle.split_once(';').unwrap_or(("0", "0"));
        let (part, mois) = (part.parse().unwrap_or(0), mois.parse().unwrap_or(0));
        sortie.push((
            Montant(total).prorata(part, 100),
            francais::plus_months(c.debut, mois),
        ));
    }
    Ok(sortie)
}

/// Opens the schedule when a convention comes into force.
pub(super) async fn schedule(tx: &mut Tx, c: &Convention) -> Resultat<()> {
    let jour = tx.today();
    for (rang, (montant, le)) in (1..).zip(instalments(tx, c).await?) {
        let v = Versement {
            id: tx.new_id(),
            convention: c.id,
            rang,
            montant,
            prevu_le: le.max(jour),
            etat: Etat::Prevu,
            demandeur: None,
            motif: None,
            reference: None,
            date_valeur: None,
            version: 1,
        };
        insert(tx, &v).await?;
    }
    Ok(())
}

pub(super) async fn cancel_planned(tx: &mut Tx, convention: Uuid) -> Resultat<()> {
    let le = tx.today();
    tx.execute(
        sql!(
            "UPDATE versement SET etat = 'annule', etat_depuis = $2, version = version + 1 WHERE convention = $1 AND etat = 'prevu'"
        ),
        params![convention, le],
    )
    .await?;
    Ok(())
}

/// The form of a step of a payment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Saisie {
    pub evenement: String,
    pub version: String,
    pub motif: String,
    pub justification: String,
    pub reference: String,
    pub date_valeur: String,
}

/// One step of a payment. Who asked for it does not confirm it.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Conflit`.
pub async fn act(
    tx: &mut Tx,
    acteur: &Acteur,
    convention: Uuid,
    id: Uuid,
    s: &Saisie,
    site: &str,
) -> Resultat<()> {
    let droit = acteur.require(&GERER)?;
    let c = store::get(tx, droit.perimetre(), convention).await?;
    let mut v = list(tx, convention)
        .await?
        .into_iter()
        .find(|v| v.id == id)
        .ok_or(Erreur::Introuvable)?;
    let ev = Evenement::from_cle(&s.evenement).map_err(|_| Erreur::Introuvable)?;
    check_version(v.version, &s.version)?;
    let (de, vers) = (v.etat, ev.target(v.etat).ok_or_else(stale)?);
    if c.etat == EtatConvention::Suspendue {
        return Err(Erreur::Conflit(
            "La convention est suspendue : les versements sont retenus.".into(),
        ));
    }
    let moi = acteur.compte.map(|c| c.to_string());
    let mut e = Saisies::new();
    v.motif = None;
    match ev {
        Evenement::Demander => {
            if v.prevu_le > tx.today() {
                e.add(
                    "evenement",
                    format!("Ce versement est prévu le {}.", francais::date(v.prevu_le)),
                );
            }
            if v.rang > 1 && c.phase == service::PHASE && s.justification != "oui" {
                e.add(
                    "justification",
                    "La justification de l'année précédente doit être validée.",
                );
            }
            v.demandeur = moi;
        }
        Evenement::Ordonnancer if v.demandeur == moi => {
            return Err(Erreur::Interdit(
                "Une seconde personne confirme le paiement : demandez à quelqu'un de votre équipe."
                    .into(),
            ));
        }
        Evenement::Ordonnancer => {}
        Evenement::Payer => {
            v.reference = Some(free_text(&mut e, "reference", &s.reference, 3, 40));
            v.date_valeur = e.take("date_valeur", francais::parse_date(&s.date_valeur));
        }
        Evenement::Bloquer | Evenement::Rejeter => {
            v.motif = Some(free_text(&mut e, "motif", &s.motif, 10, 500))
        }
    }
    e.check()?;
    save(tx, &v, vers).await?;
    step(
        tx,
        acteur,
        ("versement", "versement.etat"),
        id,
        Some(de.cle()),
        vers.cle(),
        v.motif.as_deref(),
    )
    .await?;
    tell(tx, &c, &v, vers, site).await
}

async fn save(tx: &mut Tx, v: &Versement, vers: Etat) -> Resultat<()> {
    let le = tx.today();
    let n = tx
        .execute(
            sql!(
                "UPDATE versement SET etat = $3, etat_depuis = $4, demandeur = $5, motif = $6, reference = $7, date_valeur = $8,
                        version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![v.id, v.version, vers.cle(), le, &v.demandeur, &v.motif, &v.reference, v.date_valeur],
        )
        .await;
    match n {
        Err(e) if e.is_unique_violation() => Err(Erreur::field(
            "reference",
            "Cette référence est déjà celle d'un autre versement.",
        )),
        autre => one_row(autre?),
    }
}

/// P15: paid, blocked, rejected.
async fn tell(tx: &mut Tx, c: &Convention, v: &Versement, vers: Etat, site: &str) -> Resultat<()> {
    let motif = v.motif.as_deref().unwrap_or_default();
    let (sujet, texte) = match vers {
        Etat::Verse => (
            "Un versement est fait",
            format!("Le versement n° {} de {} est fait.", v.rang, v.montant),
        ),
        Etat::Bloque => (
            "Un versement est bloqué",
            format!("Le versement n° {} est bloqué : {motif}", v.rang),
        ),
        Etat::Rejete => (
            "Un versement est rejeté par la banque",
            format!(
                "Le versement n° {} est rejeté : {motif}. Vérifiez votre RIB.",
                v.rang
            ),
        ),
        _ => return Ok(()),
    };
    let cle = format!("P15:{}:{}", v.id, v.version);
    service::write_to_structure(tx, c, sujet, &texte, &cle, site).await
}
