//! Applying a batch: one operation, one transaction, one kept result.

use serde_json::Value;
use socle::{Acteur, Base, Erreur, Perimetre, Resultat as R, Role, Tx, francais};
use uuid::Uuid;

use super::{
    APRES_EMPLOI_JOURS, Operation, Resultat, Statut,
    arbitrage::{self, Issue, Venue},
    fiche, lecture, schema, store,
};
use crate::{
    activite::{
        self, Etat,
        corps::{self, Faute},
        service::{self, Depot},
    },
    appareil, beneficiaire, voisins,
};

const TROP_TARD: &str = "Votre contrat est terminé depuis plus de 30 jours : ces saisies ne peuvent plus être envoyées. Exportez-les, puis écrivez à l'assistance.";
const HORLOGE: &str =
    "L'horloge de l'appareil est décalée : réglez-la, puis enregistrez à nouveau.";
const REUTILISEE: &str = "Cette opération a déjà été envoyée avec un contenu différent.";

/// Who sends: an author, or somebody who was one lately.
#[derive(Debug, Clone)]
pub struct Auteur {
    pub acteur: Acteur,
    /// The employment that ended: only its dates are accepted.
    pub terminee: Option<(jiff::civil::Date, jiff::civil::Date)>,
}

/// Whose queue this is.
///
/// # Errors
/// `Erreur::Interdit` for somebody who records nothing.
pub async fn author(tx: &mut Tx, acteur: &Acteur) -> R<Auteur> {
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    if crate::AUTEURS.contains(&acteur.role) {
        return Ok(Auteur {
            acteur: acteur.clone(),
            terminee: None,
        });
    }
    let aujourdhui = tx.today();
    let depuis = francais::plus_days(aujourdhui, -APRES_EMPLOI_JOURS);
    let Some((debut, fin)) = voisins::last_employment(tx, personne).await? else {
        acteur.require(&service::ECRIRE)?;
        return Err(Erreur::Introuvable);
    };
    if fin < depuis {
        return Err(Erreur::Interdit(TROP_TARD.into()));
    }
    Ok(Auteur {
        acteur: Acteur {
            role: Role::Conseiller,
            perimetre: Perimetre::Soi(personne),
            ..acteur.clone()
        },
        terminee: Some((debut, fin)),
    })
}

/// Applies one operation; the same one again finds its result.
///
/// # Errors
/// `Erreur::Base` when the database does not answer: nothing is known of this
/// operation and the device keeps it.
pub async fn apply(base: &Base, auteur: &Auteur, brute: &Value, o: &Operation) -> R<Resultat> {
    let empreinte = corps::empreinte(brute);
    let mut tx = base.write().await?;
    // Two sends of one operation queue here; the second finds the first's result.
    tx.lock(&format!("operation:{}", o.op)).await?;
    if let Some(faite) = store::received(&mut tx, o.appareil, o.op).await? {
        return Ok(again(o, &empreinte, &faite));
    }
    if let Some(op) = o.corrige {
        store::lift(&mut tx, o.appareil, op).await?;
    }
    if let Some(par) = store::blocking(&mut tx, o.appareil, &depends_on(o)).await? {
        let mut r = answer(o, Statut::Reportee);
        r.bloquee_par = Some(par);
        tx.commit().await?;
        return Ok(r);
    }
    match execute(&mut tx, auteur, o).await {
        Ok(mut r) => {
            if let Some((v, revision)) = store::version(&mut tx, o.objet).await? {
                (r.version, r.revision) = (Some(v), Some(revision));
            }
            store::keep(&mut tx, o, &empreinte, kept(r.statut), &json(&r)?).await?;
            tx.commit().await?;
            Ok(r)
        }
        Err(e) => {
            let erreurs = match e {
                Erreur::Saisie(s) => corps::faults(&o.corps, &s),
                Erreur::Introuvable => vec![Faute::new(
                    "/objet",
                    "Ce compte rendu n'est pas, ou n'est plus, à vous.",
                )],
                Erreur::Interdit(m) | Erreur::Conflit(m) => vec![Faute::new("", m)],
                e => return Err(e),
            };
            drop(tx);
            let r = refuse(o, erreurs);
            let mut tx = base.write().await?;
            tx.lock(&format!("operation:{}", o.op)).await?;
            if let Some(faite) = store::received(&mut tx, o.appareil, o.op).await? {
                return Ok(again(o, &empreinte, &faite));
            }
            store::keep(&mut tx, o, &empreinte, Statut::Refusee, &json(&r)?).await?;
            tx.commit().await?;
            Ok(r)
        }
    }
}

/// What is kept: an operation without effect left is applied.
fn kept(s: Statut) -> Statut {
    match s {
        Statut::DejaAppliquee => Statut::Appliquee,
        autre => autre,
    }
}

fn json(r: &Resultat) -> R<Value> {
    serde_json::to_value(r).map_err(|e| Erreur::Interne(format!("résultat : {e}")))
}

fn answer(o: &Operation, statut: Statut) -> Resultat {
    Resultat {
        op: o.op,
        statut,
        objet: o.objet,
        version: None,
        revision: None,
        fusion: false,
        proposition: None,
        bloquee_par: None,
        motif: None,
        erreurs: Vec::new(),
    }
}

fn refuse(o: &Operation, erreurs: Vec<Faute>) -> Resultat {
    Resultat {
        erreurs,
        ..answer(o, Statut::Refusee)
    }
}

/// The answer to an operation that came before.
fn again(o: &Operation, empreinte: &str, faite: &store::Recue) -> Resultat {
    if faite.empreinte != empreinte {
        let mut r = refuse(o, vec![Faute::new("", REUTILISEE)]);
        r.motif = Some("op_reutilisee".into());
        return r;
    }
    let statut = match faite.statut.as_str() {
        "appliquee" => Statut::DejaAppliquee,
        "conflit" => Statut::Conflit,
        _ => Statut::Refusee,
    };
    let v = &faite.resultat;
    let id = |cle: &str| v[cle].as_str().and_then(|t| t.parse().ok());
    Resultat {
        version: v["version"].as_i64(),
        revision: v["revision"].as_i64(),
        fusion: v["fusion"] == true,
        proposition: id("proposition"),
        motif: v["motif"].as_str().map(ToOwned::to_owned),
        erreurs: lecture::faults(&v["erreurs"]),
        ..answer(o, statut)
    }
}

/// The objects whose fate decides of this operation: the one it changes, and
/// the people it names.
fn depends_on(o: &Operation) -> Vec<Uuid> {
    let mut v: Vec<Uuid> = o.corps["suivis"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|s| s.as_str()?.parse().ok())
        .collect();
    if !o.type_operation.ends_with(".creer") {
        v.push(o.objet);
    }
    v
}

async fn execute(tx: &mut Tx, auteur: &Auteur, o: &Operation) -> R<Resultat> {
    let acteur = &auteur.acteur;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    appareil::service::check_owner(tx, personne, o.appareil).await?;
    let Some(corps) = schema::upgrade(&o.type_operation, o.schema, &o.corps) else {
        return Err(Erreur::Conflit(
            "Cette saisie vient d'une version trop ancienne de l'application.".into(),
        ));
    };
    if o.saisi_le > tx.now() + jiff::SignedDuration::from_hours(24) {
        return Ok(refuse(o, vec![Faute::new("/saisi_le", HORLOGE)]));
    }
    let saisi_le = voisins::day(tx, personne, o.saisi_le).await?;
    let venue = Venue {
        base: o.base.unwrap_or(1),
        saisi_le: Some(saisi_le),
        appareil: Some((o.appareil, o.op)),
    };
    match o.type_operation.as_str() {
        "activite.creer" => {
            within(auteur, &corps)?;
            create(tx, auteur, personne, saisi_le, &corps, o).await
        }
        "activite.modifier" => {
            within(auteur, &corps)?;
            let (_, champs) = match corps::read(&corps) {
                Ok(lu) => lu,
                Err(fautes) => return Ok(refuse(o, fautes)),
            };
            let issue = arbitrage::amend(tx, acteur, o.objet, &venue, &champs).await?;
            Ok(outcome(o, issue))
        }
        "activite.supprimer" => {
            let issue = arbitrage::remove(tx, acteur, o.objet, &venue).await?;
            Ok(match issue {
                Issue::Inchangee => answer(o, Statut::DejaAppliquee),
                issue => outcome(o, issue),
            })
        }
        "activite.restaurer" => {
            let droit = acteur.require(&service::ECRIRE)?;
            let a = activite::store::load(tx, &droit, o.objet).await?;
            if a.etat == Etat::Enregistree {
                return Ok(answer(o, Statut::DejaAppliquee));
            }
            service::restore(tx, acteur, o.objet).await?;
            Ok(answer(o, Statut::Appliquee))
        }
        "beneficiaire.creer" => {
            if store::is_taken(tx, o.objet).await? {
                return Ok(refuse(o, vec![Faute::new("/objet", REUTILISEE)]));
            }
            let champs = match super::lecture::beneficiary(&corps) {
                Ok(c) => c,
                Err(fautes) => return Ok(refuse(o, fautes)),
            };
            beneficiaire::service::create_as(tx, acteur, o.objet, &champs).await?;
            Ok(answer(o, Statut::Appliquee))
        }
        "beneficiaire.modifier" => {
            let champs = match super::lecture::beneficiary(&corps) {
                Ok(c) => c,
                Err(fautes) => return Ok(refuse(o, fautes)),
            };
            let issue = fiche::amend(tx, acteur, o.objet, &venue, &champs).await?;
            Ok(outcome(o, issue))
        }
        _ => Ok(refuse(
            o,
            vec![Faute::new(
                "/type",
                "Ce type de saisie n'est pas encore reçu.",
            )],
        )),
    }
}

async fn create(
    tx: &mut Tx,
    auteur: &Auteur,
    personne: Uuid,
    saisi_le: jiff::civil::Date,
    corps: &Value,
    o: &Operation,
) -> R<Resultat> {
    auteur.acteur.require(&service::ECRIRE)?;
    if store::is_taken(tx, o.objet).await? {
        return Ok(refuse(o, vec![Faute::new("/objet", REUTILISEE)]));
    }
    let (t, champs) = match corps::read(corps) {
        Ok(lu) => lu,
        Err(fautes) => return Ok(refuse(o, fautes)),
    };
    let depot = Depot {
        id: o.objet,
        source: "hors_ligne",
        saisi_le: Some(saisi_le),
    };
    service::record_for(tx, &auteur.acteur, personne, &depot, t, &champs).await?;
    Ok(answer(o, Statut::Appliquee))
}

fn outcome(o: &Operation, issue: Issue) -> Resultat {
    match issue {
        Issue::Inchangee => answer(o, Statut::Appliquee),
        Issue::Modifiee { fusion } => Resultat {
            fusion,
            ..answer(o, Statut::Appliquee)
        },
        Issue::AArbitrer(p) => Resultat {
            proposition: Some(p),
            ..answer(o, Statut::Conflit)
        },
    }
}

/// After the end of an employment, only its dates are accepted.
fn within(auteur: &Auteur, corps: &Value) -> R<()> {
    let Some((debut, fin)) = auteur.terminee else {
        return Ok(());
    };
    let date = corps["date"]
        .as_str()
        .and_then(|d| francais::parse_date(d).ok());
    if date.is_some_and(|d| (debut..=fin).contains(&d)) {
        Ok(())
    } else {
        Err(Erreur::field(
            "date",
            "Votre contrat est terminé : seules les dates de ce contrat sont acceptées.",
        ))
    }
}
