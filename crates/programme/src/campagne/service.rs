//! Opening a call and setting its contingents.

use serde::{Deserialize, Serialize};
use socle::{Acteur, Erreur, Resultat, Saisies, Tx, commande, francais};
use uuid::Uuid;

use super::{Campagne, Etat, Evenement, Genre, PILOTER, store};
use crate::{
    commun::{check_version, choice, free_text, number, step},
    poste::Nature,
};

/// The form of a new call.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Saisie {
    pub id_commande: String,
    pub nom: String,
    pub genre: String,
    pub ouverture: String,
    pub fermeture: String,
    pub postes_min: String,
    pub postes_max: String,
    pub delai_avis_jours: String,
    pub reattribution_rendus: String,
    /// Posts given to each département to begin with; may be empty.
    pub contingent: String,
}

/// Creates a call as a draft; gives its id.
///
/// # Errors
/// `Erreur::Saisie`, `Erreur::Interdit`.
pub async fn create(tx: &mut Tx, acteur: &Acteur, s: &Saisie) -> Resultat<Uuid> {
    acteur.require(&PILOTER)?;
    let empreinte = commande::empreinte(s);
    if let Some(deja) =
        commande::claim(tx, acteur, &s.id_commande, "campagne.creer", &empreinte).await?
    {
        return deja.parse().map_err(|_| Erreur::Introuvable);
    }
    let mut e = Saisies::new();
    let nom = free_text(&mut e, "nom", &s.nom, 3, 200);
    let genre = choice(&mut e, "genre", &s.genre, Genre::from_cle);
    let ouverture = e.take("ouverture", francais::parse_date(&s.ouverture));
    let fermeture = match s.fermeture.trim() {
        "" => None,
        f => e.take("fermeture", francais::parse_date(f)),
    };
    if let (Some(o), Some(f)) = (ouverture, fermeture)
        && f < o
    {
        e.add("fermeture", "La fermeture vient après l'ouverture.");
    }
    let postes_min = number(&mut e, "postes_min", &s.postes_min, 1, 500);
    let postes_max = number(
        &mut e,
        "postes_max",
        &s.postes_max,
        postes_min.unwrap_or(1),
        500,
    );
    let delai = number(&mut e, "delai_avis_jours", &s.delai_avis_jours, 5, 180);
    let contingent = match s.contingent.trim() {
        "" => Some(0),
        n => number(&mut e, "contingent", n, 0, 500),
    };
    e.check()?;
    let (
        Some(genre),
        Some(ouverture),
        Some(postes_min),
        Some(postes_max),
        Some(delai),
        Some(contingent),
    ) = (genre, ouverture, postes_min, postes_max, delai, contingent)
    else {
        return Err(Erreur::Interne("saisie vérifiée incomplète".into()));
    };
    let c = Campagne {
        id: tx.new_id(),
        nom,
        genre,
        ouverture,
        fermeture,
        postes_min,
        postes_max,
        delai_avis_jours: delai,
        reattribution_rendus: s.reattribution_rendus == "oui",
        prorata_vacance: true,
        etat: Etat::Brouillon,
        etat_depuis: tx.today(),
        version: 1,
    };
    store::insert(tx, &c).await?;
    if contingent > 0 {
        for d in &territoires::geographie().departements {
            let dotation = store::Contingent {
                departement: d.code,
                nature: Nature::Conseiller,
                delta: contingent,
                origine: "notification_nationale",
                motif: "Dotation de départ",
            };
            store::insert_contingent(tx, acteur, c.id, &dotation).await?;
        }
    }
    step(
        tx,
        acteur,
        ("campagne", "campagne.creer"),
        c.id,
        None,
        c.etat.cle(),
        None,
    )
    .await?;
    commande::conclude(tx, acteur, &s.id_commande, &c.id.to_string()).await?;
    Ok(c.id)
}

/// Publishes, opens, suspends, closes.
///
/// # Errors
/// `Erreur::Conflit` when the state does not allow it.
pub async fn act(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    evenement: Evenement,
    version: &str,
    motif: &str,
) -> Resultat<()> {
    acteur.require(&PILOTER)?;
    let c = store::get(tx, id).await?;
    check_version(c.version, version)?;
    let vers = evenement.target(c.etat).ok_or_else(crate::commun::stale)?;
    let motif = motif.trim();
    if evenement.asks_motif() && motif.chars().count() < 10 {
        return Err(Erreur::field(
            "motif",
            "Expliquez pourquoi (10 caractères au moins) : ce texte est public.",
        ));
    }
    store::set_state(tx, &c, vers).await?;
    let motif = Some(motif).filter(|m| !m.is_empty());
    step(
        tx,
        acteur,
        ("campagne", "campagne.etat"),
        id,
        Some(c.etat.cle()),
        vers.cle(),
        motif,
    )
    .await
}

/// The form of a row of contingent.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SaisieContingent {
    pub id_commande: String,
    pub departement: String,
    pub delta: String,
    pub motif: String,
}

/// Adds posts to a département, or takes some away; never below what is
/// already given or proposed.
///
/// # Errors
/// `Erreur::Saisie`.
pub async fn add_contingent(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    s: &SaisieContingent,
) -> Resultat<()> {
    acteur.require(&PILOTER)?;
    let empreinte = commande::empreinte(s);
    if commande::claim(
        tx,
        acteur,
        &s.id_commande,
        "campagne.contingent",
        &empreinte,
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    let mut e = Saisies::new();
    let c = store::get(tx, id).await?;
    if territoires::geographie()
        .departement(&s.departement)
        .is_none()
    {
        e.add("departement", "Choisissez un département.");
    }
    let delta = number(&mut e, "delta", &s.delta, -500, 500);
    if delta == Some(0) {
        e.add("delta", "Indiquez un nombre différent de 0.");
    }
    let motif = free_text(&mut e, "motif", &s.motif, 20, 500);
    e.check()?;
    let delta = delta.unwrap_or_default();
    let nature = Nature::Conseiller;
    lock(tx, id, &s.departement).await?;
    let reste = store::balance(tx, &c, &s.departement, nature)
        .await?
        .projete();
    if reste + delta < 0 {
        return Err(Erreur::field(
            "delta",
            format!("Il reste {reste} poste(s) : vous ne pouvez pas en retirer davantage."),
        ));
    }
    let origine = if delta > 0 {
        "redistribution"
    } else {
        "correction"
    };
    let ligne = store::Contingent {
        departement: &s.departement,
        nature,
        delta,
        origine,
        motif: &motif,
    };
    store::insert_contingent(tx, acteur, id, &ligne).await?;
    socle::journal::record(
        tx,
        acteur,
        "campagne.contingent",
        "campagne",
        id,
        serde_json::json!({ "departement": s.departement, "delta": delta }),
    );
    Ok(())
}

/// Decisions on one contingent are taken one after the other.
pub(crate) async fn lock(tx: &mut Tx, campagne: Uuid, departement: &str) -> Resultat<()> {
    tx.lock(&format!("contingent:{campagne}:{departement}"))
        .await
}
