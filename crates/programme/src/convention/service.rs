//! Preparing a convention and its steps.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use socle::{
    Acteur, Base, Erreur, Resultat, Saisies, Tx, commande,
    courrier::{self, Message},
    francais, reference,
    valeurs::Montant,
};
use uuid::Uuid;

use super::{Annee, Convention, Etat, Evenement, GERER, calcul, store, versement};
use crate::{
    avis,
    candidature::{self, Candidature, Etat as EtatDossier},
    commun::{check_version, free_text, stale, step},
    poste,
    structure::{self, Nature, Structure},
};

/// The tariff of new conventions; the first phase is kept for past ones.
pub(crate) const PHASE: &str = "v2_renouvellement";
const MANQUE: &str = "Barème non renseigné pour ce cas.";

/// The form of a convention.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SaisieConvention {
    pub id_commande: String,
    pub candidature: String,
    pub debut: String,
    pub zone_bonus: String,
}

/// The plan for one post, from the tariff of the day the convention begins.
///
/// # Errors
/// `Erreur::Conflit` « Barème non renseigné pour ce cas. »: never 0 by default.
pub(crate) async fn plan(
    tx: &mut Tx,
    s: &Structure,
    n: poste::Nature,
    phase: &str,
    bonus: bool,
    debut: Date,
) -> Resultat<Vec<Annee>> {
    let prive = s.nature == Nature::Prive;
    let zone = match n {
        poste::Nature::Conseiller => calcul::zone(prive, &s.departement),
        poste::Nature::Coordinateur => "coordinateur",
    };
    let manque = || Erreur::Conflit(MANQUE.into());
    let duree = format!("{phase}.{}", if prive { "prive" } else { "public" });
    let mois = reference::value(tx, "duree_convention", &duree, debut)
        .await?
        .and_then(|v| v.parse::<i32>().ok())
        .ok_or_else(manque)?;
    let periodes = if phase == PHASE { mois / 12 } else { 1 };
    let mut montants = Vec::new();
    for k in 1..=periodes {
        let cle = format!("{phase}.{zone}.{k}");
        let base = amount(tx, &cle, &s.departement, debut)
            .await?
            .ok_or_else(manque)?;
        let mut source = format!("{cle}@{debut}");
        let mut total = base;
        if bonus && zone == "public_metropole" {
            let cle = format!("{phase}.bonus.{k}");
            if let Some(b) = amount(tx, &cle, &s.departement, debut).await? {
                total = Montant(base.0 + b.0);
                source.push_str(&format!(",{cle}@{debut}"));
            }
        }
        montants.push((total, source));
    }
    Ok(calcul::years(debut, mois, &montants))
}

async fn amount(tx: &mut Tx, cle: &str, departement: &str, le: Date) -> Resultat<Option<Montant>> {
    let e = reference::entry(tx, "bareme_subvention", cle, departement, le).await?;
    Ok(e.and_then(|e| e.valeur)
        .and_then(|v| v.parse().ok())
        .map(Montant))
}

/// Whether the zone bonus is likely: FRR list in force, else what the
/// préfecture wrote. The opérateur confirms; the result is frozen.
///
/// # Errors
/// `Erreur::Base`.
pub(super) async fn likely_bonus(tx: &mut Tx, c: &Candidature) -> Resultat<bool> {
    if let Some(commune) = territoires::geographie().commune(&c.commune_insee) {
        let jour = tx.today();
        let (statut, _) = territoires::zonage::service::statut(tx, "frr", commune, jour).await?;
        if statut == territoires::zonage::Statut::Oui {
            return Ok(true);
        }
    }
    Ok(avis::latest(tx, c.id)
        .await?
        .is_some_and(|a| a.zone_qpv || a.zone_frr))
}

/// Prepares the convention of an accepted application; gives its id.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when it exists already or the tariff
/// has no row for this case.
pub async fn prepare(tx: &mut Tx, acteur: &Acteur, s: &SaisieConvention) -> Resultat<Uuid> {
    let droit = acteur.require(&GERER)?;
    let dossier: Uuid = s.candidature.parse().map_err(|_| Erreur::Introuvable)?;
    let c = candidature::load(tx, &droit, dossier).await?;
    let empreinte = commande::empreinte(s);
    if let Some(deja) = commande::claim(
        tx,
        acteur,
        &s.id_commande,
        "convention.preparer",
        &empreinte,
    )
    .await?
    {
        return deja.parse().map_err(|_| Erreur::Introuvable);
    }
    let mut e = Saisies::new();
    let debut = e.take("debut", francais::parse_date(&s.debut));
    e.check()?;
    let debut = debut.ok_or(Erreur::Introuvable)?;
    if c.etat != EtatDossier::Acceptee {
        return Err(stale());
    }
    let structure = structure::get(tx, c.structure.ok_or(Erreur::Introuvable)?).await?;
    if structure.siret.is_none() && structure.ridet.is_none() {
        return Err(Erreur::Conflit(
            "Un SIRET ou un RIDET est nécessaire avant la convention.".into(),
        ));
    }
    let postes = store::posts_of_application(tx, dossier).await?;
    let n = Nouvelle {
        structure: &structure,
        nature: c.nature,
        candidature: Some(dossier),
        renouvelle: None,
        bonus: s.zone_bonus == "oui",
        debut,
        postes: &postes,
    };
    let id = create(tx, acteur, &n).await?;
    commande::conclude(tx, acteur, &s.id_commande, &id.to_string()).await?;
    Ok(id)
}

/// What a new convention is made of.
pub(super) struct Nouvelle<'a> {
    pub structure: &'a Structure,
    pub nature: poste::Nature,
    pub candidature: Option<Uuid>,
    pub renouvelle: Option<Uuid>,
    pub bonus: bool,
    pub debut: Date,
    pub postes: &'a [Uuid],
}

pub(super) async fn create(tx: &mut Tx, acteur: &Acteur, n: &Nouvelle<'_>) -> Resultat<Uuid> {
    let annees = plan(tx, n.structure, n.nature, PHASE, n.bonus, n.debut).await?;
    let fin = annees.last().map_or(n.debut, |a| a.fin);
    let annee = tx.today().year();
    let rang = poste::next_number(tx, &format!("convention:{annee}")).await?;
    let c = Convention {
        id: tx.new_id(),
        numero: format!("CONV-{annee}-{rang:05}"),
        structure: n.structure.id,
        structure_nom: n.structure.nom.clone(),
        departement: n.structure.departement.clone(),
        candidature: n.candidature,
        renouvelle: n.renouvelle,
        phase: PHASE.into(),
        zone_bonus: n.bonus,
        debut: n.debut,
        fin,
        etat: Etat::Brouillon,
        etat_depuis: tx.today(),
        version: 1,
    };
    match store::insert(tx, &c, n.postes, &annees).await {
        Err(e) if e.is_unique_violation() => {
            return Err(Erreur::Conflit(
                "La convention de ce dossier existe déjà.".into(),
            ));
        }
        autre => autre?,
    }
    step(
        tx,
        acteur,
        ("convention", "convention.preparer"),
        c.id,
        None,
        c.etat.cle(),
        None,
    )
    .await?;
    Ok(c.id)
}

/// One step of the convention.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Introuvable`, `Erreur::Conflit`,
/// `Erreur::Saisie` for a missing reason or attestation.
pub async fn act(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    ev: Evenement,
    s: &SaisieActe,
    site: &str,
) -> Resultat<()> {
    let droit = acteur.require(ev.action())?;
    let c = store::get(tx, droit.perimetre(), id).await?;
    check_version(c.version, &s.version)?;
    let vers = ev.target(c.etat).ok_or_else(stale)?;
    let mut e = Saisies::new();
    let motif = if ev.asks_motif() {
        free_text(&mut e, "motif", &s.motif, 20, 1000)
    } else {
        String::new()
    };
    if !ev.attestation().is_empty() && s.attestation != "oui" {
        e.add("attestation", "Cochez cette case pour continuer.");
    }
    e.check()?;
    store::set_state(tx, &c, vers).await?;
    match ev {
        Evenement::SignerFinanceur => versement::schedule(tx, &c).await?,
        Evenement::Resilier => versement::cancel_planned(tx, c.id).await?,
        _ => {}
    }
    let note = Some(motif.as_str()).filter(|m| !m.is_empty());
    step(
        tx,
        acteur,
        ("convention", "convention.etat"),
        id,
        Some(c.etat.cle()),
        vers.cle(),
        note,
    )
    .await?;
    tell(tx, &c, vers, &motif, site).await
}

/// The form of a step.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SaisieActe {
    pub evenement: String,
    pub version: String,
    pub motif: String,
    pub attestation: String,
}

/// P11 and P12.
async fn tell(tx: &mut Tx, c: &Convention, vers: Etat, motif: &str, site: &str) -> Resultat<()> {
    let (sujet, texte) = match vers {
        Etat::Envoyee => (
            "Une convention est à signer",
            format!(
                "La convention {} attend votre signature avant le {}.",
                c.numero,
                francais::date(francais::plus_days(tx.today(), 60))
            ),
        ),
        Etat::Active => (
            "Votre convention est en vigueur",
            format!(
                "La convention {} est en vigueur du {} au {}. Vous pouvez recruter.",
                c.numero,
                francais::date(c.debut),
                francais::date(c.fin)
            ),
        ),
        Etat::Suspendue | Etat::Resiliee => (
            "Votre convention change d'état",
            format!(
                "La convention {} est désormais : {}. Motif : {motif}",
                c.numero,
                vers.libelle()
            ),
        ),
        _ => return Ok(()),
    };
    let cle = format!("convention:{}:{}", c.id, c.version);
    write_to_structure(tx, c, sujet, &texte, &cle, site).await
}

/// Mails everybody who answers for the structure of a convention.
pub(crate) async fn write_to_structure(
    tx: &mut Tx,
    c: &Convention,
    sujet: &str,
    texte: &str,
    cle: &str,
    site: &str,
) -> Resultat<()> {
    let texte = format!(
        "Bonjour,\n\n{texte}\n\nVotre convention : {site}/conventions/{}\n",
        c.id
    );
    for contact in structure::contacts(tx, c.structure).await? {
        let a = comptes::personne::get(tx, contact.personne).await?.courriel;
        let cle = format!("{cle}:{}", contact.personne);
        courrier::send(
            tx,
            Message {
                a: &a,
                sujet,
                texte: &texte,
                cle: &cle,
            },
        )
        .await?;
    }
    Ok(())
}

/// Conventions whose last day has passed are over: daily, by the system.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn expire(base: Base) -> Resultat<()> {
    let mut tx = base.write().await?;
    let jour = tx.today();
    for id in store::ended_before(&mut tx, jour).await? {
        let c = store::get(&mut tx, &socle::Perimetre::National, id).await?;
        store::set_state(&mut tx, &c, Etat::Echue).await?;
        let (de, vers) = (Some(c.etat.cle()), Etat::Echue.cle());
        step(
            &mut tx,
            &Acteur::systeme(),
            ("convention", "convention.echue"),
            id,
            de,
            vers,
            None,
        )
        .await?;
    }
    tx.commit().await
}
