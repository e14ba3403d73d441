//! The end of a contract before its date (spec 15 §6): declared by the
//! structure, validated by the opérateur once its day has come.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Ligne, Perimetre, Resultat, Role, Saisies, Tx,
    commande::{claim, empreinte},
    francais, historique, journal, params, reference, sql, texte_libre,
};
use uuid::Uuid;

use super::{Contrat, Etat, service, store};
use crate::{
    cles::cles,
    droits::{RUPTURE_DECIDER, RUPTURE_DECLARER},
    message::{self, Avis},
    outdated,
};

cles! {
    /// Where a rupture stands (spec 15 §6.2).
    EtatRupture {
        Declaree "declaree" "Déclarée",
        ACompleter "a_completer" "À compléter",
        Validee "validee" "Validée",
        Annulee "annulee" "Annulée",
    }
}

/// A rupture as its contract shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rupture {
    pub id: Uuid,
    pub contrat: Uuid,
    pub motif: String,
    pub sous_motif: Option<String>,
    pub precision: String,
    pub date_effet: Date,
    pub lettre: bool,
    pub etat: EtatRupture,
    pub declare_le: Timestamp,
    pub version: i64,
}

/// The form of a declaration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Declaration {
    pub motif: String,
    pub sous_motif: String,
    pub precision: String,
    pub date_effet: String,
    /// Cancels the open renewal, never silently.
    pub annuler_renouvellement: String,
    pub id_commande: String,
}

/// The form of the opérateur.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Suite {
    /// `valider`, `annuler` or `rectifier`.
    pub decision: String,
    pub lettre: String,
    /// The corrected date.
    pub date_effet: String,
    pub version: String,
    pub id_commande: String,
}

fn read(tx: &Tx, l: &Ligne) -> Resultat<Rupture> {
    let id: Uuid = l.get("id")?;
    let precision = match l.get::<Option<Vec<u8>>>("precision_motif")? {
        Some(o) => tx.unseal("rupture", "precision_motif", id, &o)?,
        None => String::new(),
    };
    Ok(Rupture {
        id,
        contrat: l.get("contrat")?,
        motif: l.get("motif")?,
        sous_motif: l.get("sous_motif")?,
        precision,
        date_effet: l.get("date_effet")?,
        lettre: l.get("lettre")?,
        etat: EtatRupture::from_cle(&l.get::<String>("etat")?)?,
        declare_le: l.get("declare_le")?,
        version: l.get("version")?,
    })
}

/// The rupture of a contract that is not cancelled. Use cases hold the row of
/// the contract before they read it.
///
/// # Errors
/// `Erreur::Base`.
pub async fn of_contrat(tx: &mut Tx, contrat: Uuid) -> Resultat<Option<Rupture>> {
    let l = tx
        .row(
            sql!("SELECT r.* FROM rupture r WHERE r.contrat = $1 AND r.etat <> 'annulee'"),
            params![contrat],
        )
        .await?;
    l.map(|l| read(tx, &l)).transpose()
}

/// Ruptures of a perimeter that wait for a decision: (contract number, rupture).
///
/// # Errors
/// `Erreur::Base`.
pub async fn waiting(tx: &mut Tx, p: &Perimetre) -> Resultat<Vec<(String, Rupture)>> {
    tx.rows_in(
        sql!(
            "SELECT r.*, c.numero FROM rupture r JOIN contrat c ON c.id = r.contrat
             WHERE perimetre(c.departement, c.structure, c.personne) AND r.etat IN ('declaree', 'a_completer')
             ORDER BY r.date_effet, r.id LIMIT 50"
        ),
        p,
        params![],
    )
    .await?
    .iter()
    .map(|l| Ok((l.get("numero")?, read(tx, l)?)))
    .collect()
}

/// Adds a rupture as it is: declarations, and the fictitious programme.
///
/// # Errors
/// `Erreur::Base`.
pub async fn insert(tx: &mut Tx, r: &Rupture) -> Resultat<()> {
    let precision = (!r.precision.is_empty())
        .then(|| tx.seal("rupture", "precision_motif", r.id, &r.precision));
    tx.execute(
        sql!(
            "INSERT INTO rupture (id, contrat, motif, sous_motif, precision_motif, date_effet, lettre, etat, declare_le, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"
        ),
        params![
            r.id,
            r.contrat,
            &r.motif,
            &r.sous_motif,
            precision,
            r.date_effet,
            r.lettre,
            r.etat.cle(),
            r.declare_le
        ],
    )
    .await?;
    Ok(())
}

async fn update(tx: &mut Tx, r: &Rupture) -> Resultat<()> {
    let le = (r.etat == EtatRupture::Validee).then(|| tx.now());
    let n = tx
        .execute(
            sql!(
                "UPDATE rupture SET date_effet = $3, lettre = $4, etat = $5, valide_le = $6, version = version + 1
                 WHERE id = $1 AND version = $2"
            ),
            params![r.id, r.version, r.date_effet, r.lettre, r.etat.cle(), le],
        )
        .await?;
    if n == 1 { Ok(()) } else { Err(outdated()) }
}

/// (key, label) of the reasons, and of the reasons of a reason.
///
/// # Errors
/// `Erreur::Base`.
pub async fn reasons(tx: &mut Tx, liste: &str) -> Resultat<Vec<(String, String)>> {
    let le = tx.today();
    Ok(reference::list(tx, liste, le)
        .await?
        .into_iter()
        .map(|e| (e.cle, e.libelle))
        .collect())
}

async fn check(tx: &mut Tx, c: &Contrat, f: &Declaration) -> Resultat<Rupture> {
    let le = tx.today();
    let mut s = Saisies::new();
    let motif = reference::entry(tx, "rupture_motif", &f.motif, "", le).await?;
    let sous: Vec<String> = motif
        .as_ref()
        .and_then(|m| m.valeur.as_deref())
        .and_then(|v| serde_json::from_str(v).ok())
        .unwrap_or_default();
    if motif.is_none() {
        s.add("motif", "Choisissez le motif de la rupture.");
    } else if !sous.is_empty() && !sous.contains(&f.sous_motif) {
        s.add("sous_motif", "Précisez le motif.");
    }
    let precision = f.precision.trim();
    if f.motif == "autre" && precision.is_empty() {
        s.add("precision", "Précisez le motif.");
    }
    s.take("precision", texte_libre::check(precision));
    let date = s.take("date_effet", francais::parse_date(&f.date_effet));
    if let Some(d) = date {
        check_date(&mut s, c, d, le);
    }
    let renouvellement = store::successor(tx, c.id).await?;
    if renouvellement.is_some() && f.annuler_renouvellement != "oui" {
        s.add(
            "annuler_renouvellement",
            "Un renouvellement est ouvert : cochez cette case pour l'annuler avec la rupture.",
        );
    }
    s.check()?;
    let Some(date_effet) = date else {
        return Err(Erreur::Interne("rupture sans date".into()));
    };
    Ok(Rupture {
        id: tx.new_id(),
        contrat: c.id,
        motif: f.motif.clone(),
        sous_motif: Some(f.sous_motif.clone()).filter(|m| sous.contains(m)),
        precision: precision.to_owned(),
        date_effet,
        lettre: false,
        etat: EtatRupture::Declaree,
        declare_le: tx.now(),
        version: 1,
    })
}

fn check_date(s: &mut Saisies, c: &Contrat, d: Date, le: Date) {
    if d < c.date_debut {
        s.add(
            "date_effet",
            format!(
                "Le contrat commence le {} : la rupture ne peut pas être avant.",
                francais::date(c.date_debut)
            ),
        );
    } else if c.date_fin.is_some_and(|f| d > f) {
        s.add("date_effet", "Le contrat finit déjà avant cette date.");
    } else if d > francais::plus_months(le, 12) {
        s.add(
            "date_effet",
            "Cette date est à plus de 12 mois : déclarez la rupture plus tard.",
        );
    }
}

/// Declares the end of a contract.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when one is declared already.
pub async fn declare(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    contrat: Uuid,
    f: &Declaration,
) -> Resultat<()> {
    store::get(tx, &acteur.perimetre, contrat).await?;
    let droit = acteur.require(&RUPTURE_DECLARER)?;
    let c = store::load(tx, &droit, contrat).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "rupture.declarer",
        &empreinte(&(contrat, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    if c.etat != Etat::Valide {
        return Err(Erreur::Conflit(
            "Seul un contrat validé peut être rompu.".into(),
        ));
    }
    if of_contrat(tx, contrat).await?.is_some() {
        return Err(Erreur::Conflit(
            "Une rupture est déjà déclarée pour ce contrat.".into(),
        ));
    }
    let r = check(tx, &c, f).await?;
    if let Some((suivant, etat)) = store::successor(tx, contrat).await? {
        let n = store::get(tx, &Perimetre::National, suivant).await?;
        if etat.is_signed() {
            return Err(Erreur::Conflit(format!(
                "Le contrat {} a déjà pris la suite : rompez celui-là.",
                n.numero
            )));
        }
        service::cancel(tx, acteur, n, Etat::Annule, None).await?;
    }
    insert(tx, &r).await?;
    trace(tx, acteur, &r).await?;
    tell(tx, url, &c, &r, "est déclarée").await
}

/// The opérateur validates, corrects or cancels; the structure may cancel.
///
/// # Errors
/// `Erreur::Saisie` before the date or without the letter; `Erreur::Conflit`.
pub async fn follow(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    contrat: Uuid,
    f: &Suite,
) -> Resultat<()> {
    store::get(tx, &acteur.perimetre, contrat).await?;
    let droit = acteur.require(if f.decision == "annuler" {
        &RUPTURE_DECLARER
    } else {
        &RUPTURE_DECIDER
    })?;
    let c = store::load(tx, &droit, contrat).await?;
    let mut r = of_contrat(tx, contrat).await?.ok_or(Erreur::Introuvable)?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "rupture.suite",
        &empreinte(&(contrat, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    if f.version != r.version.to_string() {
        return Err(outdated());
    }
    match (f.decision.as_str(), r.etat) {
        ("annuler", EtatRupture::Declaree | EtatRupture::ACompleter) => {
            r.etat = EtatRupture::Annulee;
            update(tx, &r).await?;
            trace(tx, acteur, &r).await?;
            tell(tx, url, &c, &r, "est annulée : le contrat continue").await
        }
        ("valider", EtatRupture::Declaree) => {
            r.lettre = f.lettre == "oui";
            validate(tx, acteur, url, c, r).await
        }
        ("rectifier", EtatRupture::Validee) => correct(tx, acteur, url, c, r, &f.date_effet).await,
        _ => Err(Erreur::Conflit(
            "Cette action n'est plus possible. Rechargez la page.".into(),
        )),
    }
}

async fn validate(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    mut c: Contrat,
    mut r: Rupture,
) -> Resultat<()> {
    let mut s = Saisies::new();
    if r.date_effet > tx.today() {
        s.add(
            "decision",
            format!(
                "La rupture prend effet le {} : validez-la ce jour-là ou après.",
                francais::date(r.date_effet)
            ),
        );
    }
    if !r.lettre {
        s.add("lettre", "Confirmez que la lettre de rupture est acceptée.");
    }
    s.check()?;
    if c.etat != Etat::Valide {
        return Err(Erreur::Conflit("Ce contrat est déjà terminé.".into()));
    }
    r.etat = EtatRupture::Validee;
    update(tx, &r).await?;
    trace(tx, acteur, &r).await?;
    c.etat = Etat::Rompu;
    c.fin_effective = Some(r.date_effet);
    c.fin_motif = Some(r.motif.clone());
    store::update(tx, &c).await?;
    service::trace(tx, acteur, &c, Some(Etat::Valide), None).await?;
    service::leave(tx, acteur, &c, r.date_effet, &r.motif).await?;
    tell(tx, url, &c, &r, "est validée").await
}

/// Moves the date of a validated rupture; the ledger keeps both (scenario 14).
async fn correct(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    mut c: Contrat,
    mut r: Rupture,
    date: &str,
) -> Resultat<()> {
    let le = tx.today();
    let mut s = Saisies::new();
    let d = s.take("date_effet", francais::parse_date(date));
    if let Some(d) = d {
        check_date(&mut s, &c, d, le);
        if d > le {
            s.add(
                "date_effet",
                "Une rupture validée ne peut pas prendre effet dans l'avenir.",
            );
        }
        let autres = store::of_personne(tx, c.personne).await?;
        if autres.iter().any(|x| {
            x.id != c.id
                && x.etat.is_signed()
                && super::overlaps((x.date_debut, x.derniere_date()), (c.date_debut, Some(d)))
        }) {
            s.add(
                "date_effet",
                "Cette date recouvre un autre contrat de la personne.",
            );
        }
    }
    s.check()?;
    let Some(d) = d else { return Ok(()) };
    r.date_effet = d;
    update(tx, &r).await?;
    trace(tx, acteur, &r).await?;
    c.fin_effective = Some(d);
    store::update(tx, &c).await?;
    if let Some(p) = c.poste {
        programme::poste::vacate(tx, acteur, p, c.id, francais::plus_days(d, 1), &r.motif).await?;
    }
    tell(tx, url, &c, &r, "est rectifiée").await
}

/// R12: to the structure and the person.
async fn tell(tx: &mut Tx, url: &str, c: &Contrat, r: &Rupture, quoi: &str) -> Resultat<()> {
    let texte = format!(
        "La rupture du contrat {} au {} {quoi}.\n{url}/contrats/{}",
        c.numero,
        francais::date(r.date_effet),
        c.id
    );
    let a = Avis {
        evenement: &format!("R12:{}:{}:{}", r.id, r.etat.cle(), r.version),
        sujet: "Rupture de contrat",
        texte: &texte,
    };
    message::to_structure(tx, c.structure, a).await?;
    message::to_personne(tx, c.personne, a).await?;
    if r.etat == EtatRupture::Validee {
        for role in [Role::Coordinateur, Role::Prefecture] {
            message::to_role(tx, role, Some(&c.departement), a).await?;
        }
    }
    Ok(())
}

async fn trace(tx: &mut Tx, acteur: &Acteur, r: &Rupture) -> Resultat<()> {
    let vers = format!("rupture_{}", r.etat.cle());
    let date = format!("au {}", francais::date(r.date_effet));
    historique::append(
        tx,
        acteur,
        store::OBJET,
        r.contrat,
        None,
        &vers,
        Some(&date),
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "rupture.etape",
        store::OBJET,
        r.contrat,
        json!({ "vers": r.etat.cle(), "date_effet": r.date_effet.to_string(), "motif": r.motif }),
    );
    Ok(())
}
