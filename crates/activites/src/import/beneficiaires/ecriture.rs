//! Writes the good lines, and undoes what nobody touched since.

use serde_json::json;
use socle::{Acteur, Erreur, Resultat, Tx, historique, journal, params, sql};
use uuid::Uuid;

use super::analyse::{Bonne, Contexte, blanks};
use crate::{
    activite,
    beneficiaire::{Beneficiaire, Correction, Fiche, service::SUIVRE, store},
    import::store::{self as imports, Objet},
    vocabulaire::NON_COMMUNIQUE,
    voisins,
};

/// Writes every line. Returns how many.
///
/// # Errors
/// `Erreur::Base`.
pub async fn apply(
    tx: &mut Tx,
    acteur: &Acteur,
    import: Uuid,
    referent: Uuid,
    cx: &Contexte,
    bonnes: Vec<Bonne>,
) -> Resultat<usize> {
    let droit = acteur.require(&SUIVRE)?;
    let structure = voisins::employment(tx, referent, cx.aujourdhui)
        .await?
        .map(|e| e.structure);
    let n = bonnes.len();
    for bonne in bonnes {
        let objet = match bonne.complete {
            None => {
                let b = Beneficiaire {
                    id: tx.new_id(),
                    structure,
                    referent,
                    fiche: bonne.fiche,
                    version: 1,
                    cree_le: tx.now(),
                };
                store::insert(tx, &b).await?;
                historique::append(tx, acteur, "beneficiaire", b.id, None, "active", None).await?;
                Objet {
                    objet: b.id,
                    ligne: bonne.ligne,
                    complete: false,
                    version: 1,
                    champs: String::new(),
                }
            }
            Some(id) => {
                let mut b = store::load(tx, &droit, id).await?;
                let champs = blanks(&b.fiche, &bonne.fiche);
                fill(&mut b.fiche, &bonne.fiche, &champs);
                save(tx, acteur, &mut b, &champs).await?;
                Objet {
                    objet: id,
                    ligne: bonne.ligne,
                    complete: true,
                    version: b.version,
                    champs: champs.join(","),
                }
            }
        };
        imports::insert_object(tx, import, &objet).await?;
    }
    journal::record(
        tx,
        acteur,
        "beneficiaire.importer",
        "import",
        import,
        json!({ "lignes": n }),
    );
    Ok(n)
}

fn fill(b: &mut Fiche, f: &Fiche, champs: &[&str]) {
    for c in champs {
        match *c {
            "telephone" => b.telephone.clone_from(&f.telephone),
            "courriel" => b.courriel.clone_from(&f.courriel),
            "annee_naissance" => b.annee_naissance = f.annee_naissance,
            "commune_residence" => b.commune_residence.clone_from(&f.commune_residence),
            "connu_depuis" => b.connu_depuis = f.connu_depuis,
            "notes" => b.notes.clone_from(&f.notes),
            "genre" => b.genre.clone_from(&f.genre),
            _ => b.statut.clone_from(&f.statut),
        }
    }
    b.sans_telephone = b.sans_telephone && b.telephone.is_none();
}

/// A gender or a year learnt corrects the past too, as in the form.
async fn save(tx: &mut Tx, acteur: &Acteur, b: &mut Beneficiaire, champs: &[&str]) -> Resultat<()> {
    b.version += 1;
    let correction = Correction {
        genre: champs.contains(&"genre"),
        annee: champs.contains(&"annee_naissance"),
        connu: champs.contains(&"connu_depuis"),
        ..Correction::default()
    };
    if !correction.is_empty() {
        activite::service::correct_person(tx, b, correction).await?;
    }
    store::update(tx, b).await?;
    historique::append(
        tx,
        acteur,
        "beneficiaire",
        b.id,
        Some("active"),
        "active",
        Some("Import d'un fichier"),
    )
    .await
}

/// Takes back what an import wrote where nobody touched it: new files go
/// away, completed ones lose what they gained. Returns how many stay.
///
/// # Errors
/// `Erreur::Base`.
pub async fn undo(tx: &mut Tx, acteur: &Acteur, import: Uuid) -> Resultat<usize> {
    let droit = acteur.require(&SUIVRE)?;
    let mut restent = 0;
    let mut retires = 0;
    for o in imports::objects(tx, import).await? {
        let mut b = match store::load(tx, &droit, o.objet).await {
            Ok(b) if b.version == o.version => b,
            Ok(_) | Err(Erreur::Introuvable) => {
                restent += 1;
                continue;
            }
            Err(e) => return Err(e),
        };
        if o.complete {
            let champs: Vec<&str> = o.champs.split(',').collect();
            let vide = Fiche {
                telephone: None,
                courriel: None,
                annee_naissance: None,
                commune_residence: None,
                connu_depuis: None,
                notes: None,
                genre: NON_COMMUNIQUE.into(),
                statut: NON_COMMUNIQUE.into(),
                ..b.fiche.clone()
            };
            fill(&mut b.fiche, &vide, &champs);
            save(tx, acteur, &mut b, &champs).await?;
        } else if !remove(tx, o.objet).await? {
            restent += 1;
            continue;
        }
        retires += 1;
    }
    journal::record(
        tx,
        acteur,
        "beneficiaire.annuler_import",
        "import",
        import,
        json!({ "retires": retires, "restent": restent }),
    );
    Ok(restent)
}

/// A file nobody used is as if it had never been opened.
async fn remove(tx: &mut Tx, id: Uuid) -> Resultat<bool> {
    let n = tx
        .execute(
            sql!(
                "DELETE FROM beneficiaire WHERE id = $1
                   AND NOT EXISTS (SELECT 1 FROM accompagnement k WHERE k.personne = $1)
                   AND NOT EXISTS (SELECT 1 FROM beneficiaire_partage k WHERE k.beneficiaire = $1)
                   AND NOT EXISTS (SELECT 1 FROM passation k WHERE k.beneficiaire = $1)
                   AND NOT EXISTS (SELECT 1 FROM doublon_ecarte k WHERE k.premiere = $1 OR k.seconde = $1)
                   AND NOT EXISTS (SELECT 1 FROM fusion k WHERE k.destination = $1 OR k.source = $1)
                   AND NOT EXISTS (SELECT 1 FROM beneficiaire_acces k WHERE k.beneficiaire = $1)
                   AND NOT EXISTS (SELECT 1 FROM beneficiaire_gel k WHERE k.beneficiaire = $1)"
            ),
            params![id],
        )
        .await?;
    Ok(n == 1)
}
