//! Use cases of contracts before they are decided: draft, change, submit,
//! give up.

mod decision;
mod suite;

use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Perimetre, Resultat, Role, Saisies, Tx,
    commande::{claim, conclude, empreinte},
    francais, historique, journal, texte_libre,
    valeurs::Montant,
};
use uuid::Uuid;

pub use decision::{Decision, decide, guards};
pub(crate) use suite::leave;
pub use suite::{daily, renew};

use super::{
    Cadre, Contrat, Etat, Genre, MotifQuotite, Termes, check,
    store::{self, OBJET},
};
use crate::{
    droits::CONTRAT_REDIGER,
    message::{self, Avis},
    mise_en_relation::{self, Etat as EtatRelation},
    outdated, reference,
};

/// The form of a contract.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Redaction {
    pub genre: String,
    pub date_debut: String,
    pub date_fin: String,
    pub quotite: String,
    pub quotite_motif: String,
    pub salaire: String,
    pub categorie: String,
    pub code_rome: String,
    pub coordination: String,
    pub duree_motif: String,
    pub eligibilite: String,
    pub preparation: String,
    pub fiche_mission: String,
    pub version: String,
    pub id_commande: String,
}

/// Reads the form; syntax only.
fn read(s: &mut Saisies, f: &Redaction) -> Option<Termes> {
    let genre = Genre::find(&f.genre);
    if genre.is_none() {
        s.add("genre", "Choisissez le type de contrat.");
    }
    let debut = s.take("date_debut", francais::parse_date(&f.date_debut));
    let fin = match f.date_fin.trim() {
        "" => None,
        d => s.take("date_fin", francais::parse_date(d)),
    };
    let salaire = s.take("salaire", Montant::parse(&f.salaire));
    let motif = match f.quotite_motif.as_str() {
        "" => None,
        m => s.take(
            "quotite_motif",
            MotifQuotite::find(m).ok_or("Choisissez un motif."),
        ),
    };
    s.take("duree_motif", texte_libre::check(&f.duree_motif));
    Some(Termes {
        genre: genre?,
        date_debut: debut?,
        date_fin: fin,
        quotite: f.quotite.trim().parse().unwrap_or(0),
        quotite_motif: motif,
        salaire: salaire?,
        categorie: Some(f.categorie.clone()).filter(|c| !c.is_empty()),
        code_rome: f.code_rome.trim().to_uppercase(),
        coordination: f.coordination.clone(),
        duree_motif: f.duree_motif.trim().to_owned(),
    })
}

/// What the terms of a person's contract are checked against.
async fn frame(
    tx: &mut Tx,
    structure: Uuid,
    personne: Uuid,
    t: &Termes,
    sauf: Option<Uuid>,
) -> Resultat<Cadre> {
    let s = programme::structure::get(tx, structure).await?;
    let autres: Vec<Contrat> = store::of_personne(tx, personne)
        .await?
        .into_iter()
        .filter(|c| c.etat.is_signed() && Some(c.id) != sauf)
        .collect();
    let precedents = autres.iter().filter(|c| c.date_debut <= t.date_debut);
    let le = t.date_debut;
    Ok(Cadre {
        public: s.nature == programme::structure::Nature::Public,
        smic: reference::smic(tx, &s.departement, le).await?,
        fin_precedente: precedents.filter_map(Contrat::derniere_date).max(),
        deja_cdi: autres
            .iter()
            .any(|c| c.structure == structure && c.genre.is_open_ended() && c.runs_on(le)),
    })
}

async fn checked(
    tx: &mut Tx,
    structure: Uuid,
    personne: Uuid,
    f: &Redaction,
    sauf: Option<Uuid>,
) -> Resultat<Termes> {
    let mut s = Saisies::new();
    let Some(t) = read(&mut s, f) else {
        return Err(Erreur::Saisie(s));
    };
    let cadre = frame(tx, structure, personne, &t, sauf).await?;
    for (champ, m) in check(&t, &cadre).iter() {
        s.add(champ, m);
    }
    s.check()?;
    Ok(t)
}

fn put(c: &mut Contrat, t: Termes, f: &Redaction) {
    c.genre = t.genre;
    c.date_debut = t.date_debut;
    c.date_fin = t.date_fin;
    c.quotite = t.quotite;
    c.quotite_motif = t.quotite_motif.map(|m| m.cle().to_owned());
    c.salaire = t.salaire;
    c.categorie = t.categorie;
    c.code_rome = t.code_rome;
    c.coordination = t.coordination;
    c.duree_motif = t.duree_motif;
    c.eligibilite = f.eligibilite == "oui";
    c.preparation = f.preparation == "oui";
    c.fiche_mission = f.fiche_mission == "oui";
}

/// A contract with its terms still to be filled in.
fn blank(
    tx: &Tx,
    numero: String,
    structure: Uuid,
    departement: String,
    personne: Uuid,
    t: &Termes,
) -> Contrat {
    Contrat {
        id: tx.new_id(),
        numero,
        structure,
        departement,
        personne,
        poste: None,
        mise_en_relation: None,
        precedent: None,
        genre: t.genre,
        date_debut: t.date_debut,
        date_fin: t.date_fin,
        fin_effective: None,
        fin_motif: None,
        quotite: 100,
        quotite_motif: None,
        salaire: t.salaire,
        categorie: None,
        code_rome: String::new(),
        coordination: "aucune".into(),
        duree_motif: String::new(),
        eligibilite: false,
        preparation: false,
        fiche_mission: false,
        piece: false,
        etat: Etat::Brouillon,
        soumis_le: None,
        valide_le: None,
        maj_le: tx.now(),
        version: 1,
    }
}

/// Opens the contract of an accepted proposal; gives its id.
///
/// # Errors
/// `Erreur::Conflit` when the proposal is not accepted or has a contract;
/// `Erreur::Saisie`.
pub async fn draft(tx: &mut Tx, acteur: &Acteur, relation: Uuid, f: &Redaction) -> Resultat<Uuid> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let m = mise_en_relation::store::load(tx, &droit, relation).await?;
    if let Some(id) = claim(
        tx,
        acteur,
        &f.id_commande,
        "contrat.rediger",
        &empreinte(&(relation, f)),
    )
    .await?
    {
        return id.parse().map_err(|_| Erreur::Introuvable);
    }
    if m.etat != EtatRelation::Acceptee {
        return Err(Erreur::Conflit(
            "La personne n'a pas encore accepté votre proposition.".into(),
        ));
    }
    if store::of_personne(tx, m.personne)
        .await?
        .iter()
        .any(|c| c.mise_en_relation == Some(relation))
    {
        return Err(Erreur::Conflit(
            "Un contrat est déjà ouvert pour cette personne.".into(),
        ));
    }
    let t = checked(tx, m.structure, m.personne, f, None).await?;
    let annee = tx.today().year();
    let numero = store::next_numero(tx, annee).await?;
    let s = programme::structure::get(tx, m.structure).await?;
    let mut c = blank(tx, numero, m.structure, s.departement, m.personne, &t);
    c.mise_en_relation = Some(relation);
    put(&mut c, t, f);
    open(tx, acteur, &c, &f.id_commande).await?;
    Ok(c.id)
}

async fn open(tx: &mut Tx, acteur: &Acteur, c: &Contrat, commande: &str) -> Resultat<()> {
    store::insert(tx, c).await?;
    trace(tx, acteur, c, None, None).await?;
    conclude(tx, acteur, commande, &c.id.to_string()).await
}

/// Changes a draft, or a contract sent back for completion.
///
/// # Errors
/// `Erreur::Conflit` once it is submitted; `Erreur::Saisie`.
pub async fn redraft(tx: &mut Tx, acteur: &Acteur, id: Uuid, f: &Redaction) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let mut c = store::load(tx, &droit, id).await?;
    if claim(
        tx,
        acteur,
        &f.id_commande,
        "contrat.modifier",
        &empreinte(&(id, f)),
    )
    .await?
    .is_some()
    {
        return Ok(());
    }
    if !matches!(c.etat, Etat::Brouillon | Etat::ACompleter) {
        return Err(Erreur::Conflit(
            "Ce contrat est envoyé : il ne se modifie plus.".into(),
        ));
    }
    if f.version != c.version.to_string() {
        return Err(outdated());
    }
    let t = checked(tx, c.structure, c.personne, f, Some(id)).await?;
    put(&mut c, t, f);
    store::update(tx, &c).await?;
    journal::record(tx, acteur, "contrat.modifier", OBJET, id, json!({}));
    Ok(())
}

/// Sends a contract to the opérateur: a post of the ledger is held for it.
///
/// # Errors
/// `Erreur::Conflit` « Aucun poste disponible. »; `Erreur::Saisie` when
/// readiness is not answered.
pub async fn submit(
    tx: &mut Tx,
    acteur: &Acteur,
    url: &str,
    id: Uuid,
    commande: &str,
) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let mut c = store::load(tx, &droit, id).await?;
    if claim(tx, acteur, commande, "contrat.soumettre", &empreinte(&id))
        .await?
        .is_some()
    {
        return Ok(());
    }
    let de = c.etat;
    if !matches!(de, Etat::Brouillon | Etat::ACompleter) {
        return Err(Erreur::Conflit("Ce contrat est déjà envoyé.".into()));
    }
    let mut s = Saisies::new();
    for (vrai, champ, m) in [
        (
            c.eligibilite,
            "eligibilite",
            "Attestez que la personne peut être recrutée.",
        ),
        (
            c.preparation,
            "preparation",
            "Confirmez que l'arrivée de la personne est préparée.",
        ),
        (
            c.fiche_mission,
            "fiche_mission",
            "Confirmez que la fiche de mission est à jour.",
        ),
    ] {
        if !vrai {
            s.add(champ, m);
        }
    }
    s.check()?;
    // A renewal keeps the post its predecessor occupies until the day before.
    if c.precedent.is_none()
        && let Some(p) = c.poste
    {
        // The terms may have changed since it was held.
        let tenu = programme::poste::get(tx, &Perimetre::National, p).await?;
        if tenu.nature != c.nature() {
            programme::poste::release(tx, acteur, p, id).await?;
            c.poste = None;
        }
    }
    if c.poste.is_none() {
        let nature = c.nature();
        let p =
            programme::poste::reserve_at(tx, acteur, c.structure, nature, id, c.date_debut).await?;
        c.poste = Some(p);
    }
    c.etat = Etat::Soumis;
    c.soumis_le = Some(tx.now());
    store::update(tx, &c).await?;
    trace(tx, acteur, &c, Some(de), None).await?;
    let texte = format!(
        "Le contrat {} attend votre décision.\n{url}/contrats/{id}",
        c.numero
    );
    let a = Avis {
        evenement: &format!("R06:{id}:{}", c.version),
        sujet: "Un contrat à valider",
        texte: &texte,
    };
    message::to_role(tx, Role::Operateur, None, a).await
}

/// The structure gives up a contract that binds nobody yet.
///
/// # Errors
/// `Erreur::Conflit` once it is decided.
pub async fn annul(tx: &mut Tx, acteur: &Acteur, id: Uuid, commande: &str) -> Resultat<()> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let c = store::load(tx, &droit, id).await?;
    if claim(tx, acteur, commande, "contrat.annuler", &empreinte(&id))
        .await?
        .is_some()
    {
        return Ok(());
    }
    if !matches!(c.etat, Etat::Brouillon | Etat::Soumis | Etat::ACompleter) {
        return Err(Erreur::Conflit(
            "Ce contrat est déjà décidé : il ne s'annule plus.".into(),
        ));
    }
    cancel(tx, acteur, c, Etat::Annule, None).await
}

/// Ends a contract that never began: its post is free, its matching open.
pub(crate) async fn cancel(
    tx: &mut Tx,
    acteur: &Acteur,
    mut c: Contrat,
    vers: Etat,
    motif: Option<&str>,
) -> Resultat<()> {
    let de = c.etat;
    if let Some(p) = c.poste {
        programme::poste::release(tx, acteur, p, c.id).await?;
    }
    c.etat = vers;
    c.poste = None;
    store::update(tx, &c).await?;
    if let Some(m) = c.mise_en_relation {
        mise_en_relation::service::follow_contract(tx, acteur, m, EtatRelation::Preselectionnee)
            .await?;
    }
    trace(tx, acteur, &c, Some(de), motif).await
}

pub(crate) async fn trace(
    tx: &mut Tx,
    acteur: &Acteur,
    c: &Contrat,
    de: Option<Etat>,
    motif: Option<&str>,
) -> Resultat<()> {
    historique::append(
        tx,
        acteur,
        OBJET,
        c.id,
        de.map(Etat::cle),
        c.etat.cle(),
        motif,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "contrat.etape",
        OBJET,
        c.id,
        json!({ "de": de.map(Etat::cle), "vers": c.etat.cle(), "numero": c.numero }),
    );
    Ok(())
}
