//! Use cases of imports: preview, accept, refuse. Importing the same file
//! twice changes nothing.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use socle::{
    Acteur, Action, Erreur, Perimetre, Resultat, Role, Tx, crypto::sha256_hex, francais::fold,
    historique, journal,
};
use territoires::geographie::departement_of;
use uuid::Uuid;

use super::{
    Compris, Constat, Severite, Sort, Tables, lecture, reference,
    store::{self, Comptes, Contenu, Import, Lien},
    transform,
};
use crate::lieu::{self, Etat, Lieu};

pub static IMPORTER: Action = Action::new(
    "lieu.importer",
    &[Role::Hub, Role::Administrateur],
    "Le hub territorial et l’ANCT importent les fichiers de lieux.",
);

/// Reads a file and says, line by line, what importing it would do.
///
/// # Errors
/// `Erreur::Saisie` beside the file or the source.
pub async fn preview(
    tx: &mut Tx,
    acteur: &Acteur,
    source: &str,
    nom: &str,
    octets: &[u8],
) -> Resultat<Uuid> {
    let droit = acteur.require(&IMPORTER)?;
    let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(2..=100).contains(&source.chars().count()) {
        return Err(Erreur::field("source", "Indiquez qui produit ce fichier."));
    }
    let (lignes, profil) = lecture::read(octets, nom).map_err(|m| Erreur::field("fichier", m))?;
    reference::ensure(tx).await?;
    let tables = Tables::load(tx).await?;
    let aujourdhui = tx.today();
    let mut contenu = Contenu::default();
    let mut vus: HashMap<String, usize> = HashMap::new();
    for l in &lignes {
        let (compris, constats) = transform(l, profil, &source, &tables, aujourdhui);
        contenu.constats.extend(constats);
        let Some(c) = compris else { continue };
        let rejet = |code: &str, champ: &str, message: String| Constat {
            ligne: c.ligne,
            severite: Severite::Rejet,
            code: code.into(),
            champ: champ.into(),
            valeur: c.id_source.clone(),
            message,
        };
        let departement = departement_of(&c.fiche.commune_insee);
        if let Perimetre::Departements(d) = droit.perimetre()
            && !d.iter().any(|x| x == departement)
        {
            contenu.constats.push(rejet(
                "hors_territoire",
                "commune",
                "Adresse hors du territoire de la source.".into(),
            ));
        } else if let Some(premiere) = vus.insert(c.id_source.clone(), c.ligne) {
            vus.insert(c.id_source.clone(), premiere);
            contenu.constats.push(rejet(
                "doublon_fichier",
                "id",
                format!("Même identifiant que la ligne {premiere}."),
            ));
        } else {
            contenu.lignes.push(c);
        }
    }
    let liens = store::links(tx, &cle(&source)).await?;
    for c in &mut contenu.lignes {
        c.sort = fate(c, &liens);
    }
    let comptes = count(&contenu.lignes, lignes.len());
    let i = Import {
        id: tx.new_id(),
        source,
        etat: store::Etat::EnRevue,
        fichier: nom.chars().take(120).collect(),
        comptes,
        par: acteur.compte,
        cree_le: tx.now(),
    };
    store::insert(tx, &i, &sha256_hex(octets), &contenu).await?;
    journal::record(
        tx,
        acteur,
        "lieux.import.deposer",
        "lieu_import",
        i.id,
        json!({"lus": comptes.lus, "rejetes": comptes.rejetes}),
    );
    Ok(i.id)
}

/// The same producer however it is typed.
fn cle(source: &str) -> String {
    fold(source)
}

fn empreinte(c: &Compris) -> String {
    // The name of the producer typed otherwise is not a change.
    let fiche = lieu::Fiche {
        source: cle(&c.fiche.source),
        ..c.fiche.clone()
    };
    let corps = serde_json::to_string(&(fiche, &c.contacts)).unwrap_or_default();
    sha256_hex(corps.as_bytes())
}

fn fate(c: &Compris, liens: &HashMap<String, Lien>) -> Sort {
    match liens.get(&c.id_source) {
        None => Sort::Nouveau,
        Some(l) if l.empreinte == empreinte(c) => Sort::Inchange,
        Some(l) if l.touche => Sort::Garde,
        Some(_) => Sort::Modifie,
    }
}

fn count(lignes: &[Compris], lus: usize) -> Comptes {
    let n = |s: Sort| i64::try_from(lignes.iter().filter(|c| c.sort == s).count()).unwrap_or(0);
    let lus = i64::try_from(lus).unwrap_or(0);
    Comptes {
        lus,
        crees: n(Sort::Nouveau),
        modifies: n(Sort::Modifie),
        inchanges: n(Sort::Inchange) + n(Sort::Garde),
        rejetes: lus - i64::try_from(lignes.len()).unwrap_or(0),
    }
}

/// True when so much is wrong that a person must say why it is applied
/// (more than one row in five rejected, or nothing left).
#[must_use]
pub fn is_blocked(c: &Comptes) -> bool {
    c.rejetes * 5 > c.lus || c.rejetes == c.lus
}

/// A file one may see: everyone's for the administrator, one's own for a hub.
///
/// # Errors
/// `Erreur::Introuvable`.
pub async fn get(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<(Import, Contenu)> {
    let droit = acteur.require(&IMPORTER)?;
    let (i, c) = store::get(tx, id).await?;
    if *droit.perimetre() != Perimetre::National && i.par != acteur.compte {
        return Err(Erreur::Introuvable);
    }
    Ok((i, c))
}

/// Applies a file: creates and changes places, all or nothing.
///
/// # Errors
/// `Erreur::Conflit` when it was already decided; `Erreur::Saisie` when a
/// blocked file has no reason.
pub async fn accept(tx: &mut Tx, acteur: &Acteur, id: Uuid, motif: &str) -> Resultat<Comptes> {
    tx.lock(&format!("import:{id}")).await?;
    let (i, contenu) = get(tx, acteur, id).await?;
    if is_blocked(&i.comptes) && motif.trim().chars().count() < 10 {
        return Err(Erreur::field(
            "motif",
            "Beaucoup de lignes sont rejetées : dites en une phrase pourquoi appliquer quand même.",
        ));
    }
    let source = cle(&i.source);
    tx.lock(&format!("source:{source}")).await?;
    let liens = store::links(tx, &source).await?;
    let mut lignes = contenu.lignes;
    let mut faits = HashSet::new();
    for c in &mut lignes {
        // Another run may have been applied since the preview.
        c.sort = fate(c, &liens);
        let e = empreinte(c);
        match c.sort {
            Sort::Nouveau => {
                let lieu = create(tx, acteur, c).await?;
                store::link(tx, &source, &c.id_source, lieu, &e).await?;
            }
            Sort::Modifie => {
                if let Some(l) = liens.get(&c.id_source)
                    && faits.insert(l.lieu)
                {
                    change(tx, acteur, l.lieu, c).await?;
                    store::link(tx, &source, &c.id_source, l.lieu, &e).await?;
                }
            }
            Sort::Inchange | Sort::Garde | Sort::Rejete => {}
        }
    }
    let lus = usize::try_from(i.comptes.lus).unwrap_or(0);
    let comptes = count(&lignes, lus);
    store::finish(tx, id, store::Etat::Applique, comptes).await?;
    journal::record(
        tx,
        acteur,
        "lieux.import.appliquer",
        "lieu_import",
        id,
        json!({"crees": comptes.crees, "modifies": comptes.modifies, "bloque": is_blocked(&i.comptes)}),
    );
    Ok(comptes)
}

async fn create(tx: &mut Tx, acteur: &Acteur, c: &Compris) -> Resultat<Uuid> {
    let etat = if c.fiche.missing().is_empty() {
        Etat::Publie
    } else {
        Etat::Brouillon
    };
    let l = Lieu {
        id: tx.new_id(),
        etat,
        nom: c.fiche.nom.clone(),
        departement: departement_of(&c.fiche.commune_insee).to_owned(),
        commune_insee: c.fiche.commune_insee.clone(),
        structure: None,
        auteur: None,
        propose_le: None,
        ferme_du: None,
        ferme_au: None,
        fiche: c.fiche.clone(),
        version: 1,
        cree_le: tx.now(),
        modifie_le: tx.now(),
    };
    lieu::store::insert(tx, &l, &c.contacts).await?;
    historique::append(
        tx,
        acteur,
        "lieu",
        l.id,
        None,
        etat.cle(),
        Some("Import d’un fichier"),
    )
    .await?;
    Ok(l.id)
}

async fn change(tx: &mut Tx, acteur: &Acteur, id: Uuid, c: &Compris) -> Resultat<()> {
    let mut l = lieu::get(tx, id).await?;
    l.nom.clone_from(&c.fiche.nom);
    l.departement = departement_of(&c.fiche.commune_insee).to_owned();
    l.commune_insee.clone_from(&c.fiche.commune_insee);
    l.fiche = c.fiche.clone();
    let complet = l.missing().is_empty();
    l.etat = match l.etat {
        Etat::Brouillon if complet => Etat::Publie,
        Etat::Publie if !complet => Etat::Brouillon,
        e => e,
    };
    lieu::store::update(tx, &l).await?;
    lieu::store::set_contacts(tx, id, &c.contacts).await?;
    historique::append(
        tx,
        acteur,
        "lieu",
        id,
        Some(l.etat.cle()),
        "modifie",
        Some("Import d’un fichier"),
    )
    .await
}

/// Puts a file aside; nothing changes.
///
/// # Errors
/// `Erreur::Conflit` when it was already decided.
pub async fn refuse(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    let (i, _) = get(tx, acteur, id).await?;
    store::finish(tx, id, store::Etat::Rejete, i.comptes).await?;
    journal::record(
        tx,
        acteur,
        "lieux.import.rejeter",
        "lieu_import",
        id,
        json!({}),
    );
    Ok(())
}
