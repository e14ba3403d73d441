//! A later end on the same contract (spec 15 §5): asked by the structure
//! before the end, decided by the opérateur.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Ligne, Perimetre, Resultat, Saisies, Tx,
    commande::{claim, empreinte},
    francais, historique, journal, params, sql,
    valeurs::Montant,
};
use uuid::Uuid;

use super::{Contrat, Etat, floor, rupture, store};
use crate::{
    droits::{CONTRAT_DECIDER, CONTRAT_REDIGER},
    message::{self, Avis},
    reference,
};

/// A request that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prolongation {
    pub id: Uuid,
    pub date_fin: Date,
    pub salaire: Montant,
}

/// The form of the request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Demande {
    pub date_fin: String,
    pub salaire: String,
    pub id_commande: String,
}

/// The form of the decision: `valider` or `refuser`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reponse {
    pub decision: String,
    pub id_commande: String,
}

fn read(l: &Ligne) -> Resultat<Prolongation> {
    Ok(Prolongation {
        id: l.get("id")?,
        date_fin: l.get("date_fin")?,
        salaire: Montant(l.get("salaire")?),
    })
}

/// The request of a contract that waits, if any.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_contrat(tx: &mut Tx, contrat: Uuid) -> Resultat<Option<Prolongation>> {
    tx.row(
        sql!(
            "SELECT id, date_fin, salaire FROM prolongation WHERE contrat = $1 AND etat = 'initiee'"
        ),
        params![contrat],
    )
    .await?
    .map(|l| read(&l))
    .transpose()
}

/// Requests of a perimeter that wait: (contract, its number, new end).
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(Uuid, String, Date)>> {
    tx.rows_in(
        sql!(
            "SELECT c.id, c.numero, p.date_fin FROM prolongation p JOIN contrat c ON c.id = p.contrat
             WHERE perimetre(c.departement, c.structure, c.personne) AND p.etat = 'initiee'
             ORDER BY p.demande_le, p.id LIMIT 50"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("id")?, l.get("numero")?, l.get("date_fin")?)))
    .collect()
}

/// Checks dates and pay; the floor is that of the first added day.
async fn check(tx: &mut Tx, c: &Contrat, ancienne: Date, f: &Demande) -> Resultat<(Date, Montant)> {
    let mut s = Saisies::new();
    let fin = s.take("date_fin", francais::parse_date(&f.date_fin));
    let salaire = s.take("salaire", Montant::parse(&f.salaire));
    if fin.is_some_and(|d| d <= ancienne) {
        s.add(
            "date_fin",
            format!(
                "Le contrat finit déjà le {} : choisissez une date plus tard.",
                francais::date(ancienne)
            ),
        );
    }
    let lendemain = francais::plus_days(ancienne, 1);
    let smic = reference::smic(tx, &c.departement, lendemain).await?;
    if let (Some(m), Some(smic)) = (salaire, smic)
        && m < floor(smic, c.quotite)
    {
        s.add(
            "salaire",
            format!(
                "Le salaire est inférieur au SMIC ({} pour {}\u{a0}%).",
                floor(smic, c.quotite),
                c.quotite
            ),
        );
    }
    s.check()?;
    match (fin, salaire) {
        (Some(f), Some(m)) => Ok((f, m)),
        _ => Err(Erreur::Interne("prolongation incomplète".into())),
    }
}

/// True when the post is promised to somebody else after the contract.
async fn promised(tx: &mut Tx, c: &Contrat) -> Resultat<bool> {
    let Some(p) = c.poste else { return Ok(false) };
    let s = programme::poste::Situation::of(&programme::poste::movements(tx, p).await?)?;
    Ok(s.reservation.is_some()
        || s.occupations
            .iter()
            .any(|o| o.contrat != c.id && o.debut > c.date_debut))
}

/// Asks for a later end.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when the contract is over, renewed,
/// broken, or its post promised.
pub async fn ask(tx: &mut Tx, acteur: &Acteur, contrat: Uuid, f: &Demande) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let c = store::load(tx, &droit, contrat).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "contrat.prolonger",
        &empreinte(&(contrat, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    let ancienne = match c.date_fin {
        Some(d) if c.etat == Etat::Valide && d >= tx.today() => d,
        _ => {
            return Err(Erreur::Conflit(
                "Ce contrat ne se prolonge pas : il est terminé ou sans terme.".into(),
            ));
        }
    };
    if store::successor(tx, contrat).await?.is_some()
        || rupture::of_contrat(tx, contrat).await?.is_some()
    {
        return Err(Erreur::Conflit(
            "Un renouvellement ou une rupture est ouvert pour ce contrat.".into(),
        ));
    }
    if of_contrat(tx, contrat).await?.is_some() {
        return Err(Erreur::Conflit(
            "Une prolongation est déjà demandée.".into(),
        ));
    }
    if promised(tx, &c).await? {
        return Err(Erreur::Conflit(
            "Le poste est déjà promis à une autre personne après ce contrat.".into(),
        ));
    }
    let (fin, salaire) = check(tx, &c, ancienne, f).await?;
    let (id, le) = (tx.new_id(), tx.now());
    tx.execute(
        sql!(
            "INSERT INTO prolongation (id, contrat, date_fin, salaire, etat, ancienne_fin, ancien_salaire, demande_le)
             VALUES ($1, $2, $3, $4, 'initiee', $5, $6, $7)"
        ),
        params![id, contrat, fin, salaire.0, ancienne, c.salaire.0, le],
    )
    .await?;
    trace(tx, acteur, contrat, "prolongation_demandee", fin).await
}

/// Accepts or refuses the request that waits.
///
/// # Errors
/// `Erreur::Conflit` when there is none, or the contract is over.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    contrat: Uuid,
    f: &Reponse,
) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_DECIDER)?;
    let mut c = store::load(tx, &droit, contrat).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "prolongation.decider",
        &empreinte(&(contrat, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    let p = of_contrat(tx, contrat).await?;
    let Some(p) = p.filter(|_| c.etat == Etat::Valide) else {
        return Err(Erreur::Conflit(
            "Aucune prolongation n'attend de décision.".into(),
        ));
    };
    let (etat, vers, quoi) = match f.decision.as_str() {
        "valider" => ("validee", "prolongation_validee", "est acceptée"),
        "refuser" => ("refusee", "prolongation_refusee", "n'est pas acceptée"),
        _ => return Err(Erreur::field("decision", "Choisissez une décision.")),
    };
    if etat == "validee" {
        if promised(tx, &c).await? {
            return Err(Erreur::Conflit(
                "Le poste est déjà promis à une autre personne après ce contrat.".into(),
            ));
        }
        c.date_fin = Some(p.date_fin);
        c.salaire = p.salaire;
        store::update(tx, &c).await?;
        if let Some(poste) = c.poste {
            let lendemain = francais::plus_days(p.date_fin, 1);
            programme::poste::vacate(tx, acteur, poste, contrat, lendemain, "prolongation").await?;
        }
    }
    let le = tx.now();
    tx.execute(
        sql!("UPDATE prolongation SET etat = $2, decide_le = $3 WHERE id = $1"),
        params![p.id, etat, le],
    )
    .await?;
    trace(tx, acteur, contrat, vers, p.date_fin).await?;
    let texte = format!(
        "La prolongation du contrat {} jusqu'au {} {quoi}.\n{url}/contrats/{contrat}",
        c.numero,
        francais::date(p.date_fin)
    );
    let a = Avis {
        evenement: &format!("R07:prolongation:{}", p.id),
        sujet: "Prolongation de contrat",
        texte: &texte,
    };
    message::to_structure(tx, c.structure, a).await?;
    message::to_personne(tx, c.personne, a).await
}

async fn trace(
    tx: &mut Tx,
    acteur: &Acteur,
    contrat: Uuid,
    vers: &'static str,
    fin: Date,
) -> Resultat<()> {
    let motif = format!("jusqu'au {}", francais::date(fin));
    historique::append(tx, acteur, store::OBJET, contrat, None, vers, Some(&motif)).await?;
    journal::record(
        tx,
        acteur,
        "contrat.prolongation",
        store::OBJET,
        contrat,
        json!({ "vers": vers, "fin": fin.to_string() }),
    );
    Ok(())
}
