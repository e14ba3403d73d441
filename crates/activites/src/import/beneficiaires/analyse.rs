//! A line understood by the rules of the form (§2.1), its faults told cell by
//! cell. Pure: what it needs to know is read once per file.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use socle::{Perimetre, Resultat, Tx, francais};
use uuid::Uuid;
use web::Champs;

use super::doublons::Connus;
use crate::{
    beneficiaire::{Beneficiaire, Fiche, saisie, store},
    import::{Analyse, Choix, Doublon, Ligne, Probleme, Tableau, commune::Communes},
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
    voisins,
};

/// What the rules need to know besides the file.
pub struct Contexte {
    pub aujourdhui: Date,
    pub voc: Vocabulaires,
    /// Where the counsellor works: short phone numbers are read with it.
    pub departement: Option<String>,
    /// The active files of the counsellor.
    pub fiches: Vec<Beneficiaire>,
}

/// A line that would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bonne {
    pub ligne: usize,
    pub fiche: Fiche,
    /// The file it completes; none: a new one.
    pub complete: Option<Uuid>,
}

/// What the counsellor's files and lists are today.
///
/// # Errors
/// `Erreur::Base`.
pub async fn context(tx: &mut Tx, referent: Uuid) -> Resultat<Contexte> {
    let ici = voisins::here(tx, referent).await?;
    let aujourdhui = ici.jour;
    let employeur = ici.employer_on(tx, referent, aujourdhui).await?;
    Ok(Contexte {
        aujourdhui,
        departement: employeur.map(|e| e.departement),
        voc: Vocabulaires::on(tx, aujourdhui).await?,
        fiches: store::list(tx, &Perimetre::Soi(referent)).await?,
    })
}

/// Says what each line would become, and what is wrong.
#[must_use]
pub fn analyse(t: &Tableau, cx: &Contexte) -> (Vec<Bonne>, Analyse) {
    let mut a = Analyse {
        lignes: t.lignes.len(),
        ..Analyse::default()
    };
    let mut bonnes = Vec::new();
    let mut communes = Communes::default();
    let mut vues: HashMap<&BTreeMap<String, String>, usize> = HashMap::new();
    let connus = Connus::of(&cx.fiches);
    for l in &t.lignes {
        if let Some(premiere) = vues.get(&l.valeurs) {
            a.problemes.push(Probleme {
                ligne: l.numero,
                colonne: "nom".into(),
                message: format!("Ligne identique à la ligne {premiere}."),
            });
            continue;
        }
        vues.insert(&l.valeurs, l.numero);
        if let Some(colonne) = l.removed() {
            a.problemes.push(Probleme {
                ligne: l.numero,
                colonne: colonne.to_owned(),
                message: socle::texte_libre::MESSAGE.into(),
            });
            continue;
        }
        let fiche = match read(l, cx, &mut communes) {
            Ok(f) => f,
            Err(fautes) => {
                a.problemes
                    .extend(fautes.into_iter().map(|(colonne, message)| Probleme {
                        ligne: l.numero,
                        colonne,
                        message,
                    }));
                continue;
            }
        };
        let mut complete = None;
        if let Some((b, score)) = connus.closest(&fiche) {
            let choix = t.choix.get(&l.numero).copied().unwrap_or(if score >= 85 {
                Choix::Completer
            } else {
                Choix::Creer
            });
            a.doublons.push(Doublon {
                ligne: l.numero,
                nom: fiche.nom_affiche(),
                fiche: b.id,
                connu: b.fiche.nom_affiche(),
                score,
                choix,
            });
            match choix {
                Choix::Creer => {}
                Choix::Completer if !blanks(&b.fiche, &fiche).is_empty() => complete = Some(b.id),
                Choix::Completer | Choix::Ignorer => {
                    a.ecartees += 1;
                    continue;
                }
            }
        }
        a.valides += 1;
        bonnes.push(Bonne {
            ligne: l.numero,
            fiche,
            complete,
        });
    }
    (bonnes, a)
}

/// The fields a known file lacks and a line has.
pub(super) fn blanks(connue: &Fiche, lue: &Fiche) -> Vec<&'static str> {
    let vide = |v: &str| v == NON_COMMUNIQUE;
    [
        (
            "telephone",
            connue.telephone.is_none() && lue.telephone.is_some(),
        ),
        (
            "courriel",
            connue.courriel.is_none() && lue.courriel.is_some(),
        ),
        (
            "annee_naissance",
            connue.annee_naissance.is_none() && lue.annee_naissance.is_some(),
        ),
        (
            "commune_residence",
            connue.commune_residence.is_none() && lue.commune_residence.is_some(),
        ),
        (
            "connu_depuis",
            connue.connu_depuis.is_none() && lue.connu_depuis.is_some(),
        ),
        ("notes", connue.notes.is_none() && lue.notes.is_some()),
        ("genre", vide(&connue.genre) && !vide(&lue.genre)),
        ("statut", vide(&connue.statut) && !vide(&lue.statut)),
    ]
    .into_iter()
    .filter_map(|(champ, manque)| manque.then_some(champ))
    .collect()
}

type Fautes = Vec<(String, String)>;

fn read(l: &Ligne, cx: &Contexte, communes: &mut Communes) -> Result<Fiche, Fautes> {
    let identifie = l.has("nom") || l.has("prenom");
    if !identifie && !l.has("alias") {
        return Err(vec![(
            "nom".into(),
            "Nom et prénom, ou repère, obligatoires.".into(),
        )]);
    }
    let mut fautes = Fautes::new();
    let mut champs = Champs::default()
        .with("mode", if identifie { "identifie" } else { "pseudonyme" })
        .with("annee_naissance", year(l.get("annee_naissance")))
        .with("telephone", phone(l.get("telephone")));
    for nom in [
        "nom",
        "prenom",
        "alias",
        "courriel",
        "connu_depuis",
        "notes",
    ] {
        champs = champs.with(nom, l.get(nom));
    }
    for (nom, cle_de_liste) in [("genre", liste::GENRE), ("statut", liste::STATUT)] {
        match value(&cx.voc, cle_de_liste, l.get(nom)) {
            Ok(v) => champs = champs.with(nom, v),
            Err(m) => fautes.push((nom.into(), m)),
        }
    }
    let informe_le = l
        .has("informe_le")
        .then(|| francais::parse_date(l.get("informe_le")));
    match informe_le {
        Some(Err(m)) => fautes.push(("informe_le".into(), m.into())),
        Some(Ok(d)) if d > cx.aujourdhui => fautes.push((
            "informe_le".into(),
            "La date ne peut pas être dans le futur.".into(),
        )),
        Some(Ok(_)) | None => {}
    }
    if informe_le.is_some() {
        champs = champs.with("informe", "oui");
    }
    let commune = match communes.read(l, ["code_insee", "code_postal", "commune"]) {
        Ok(c) => c.map(|c| c.code.to_owned()),
        Err((colonne, m)) => {
            fautes.push((colonne.into(), m));
            None
        }
    };
    match saisie::read(&champs, &cx.voc, cx.aujourdhui, cx.departement.as_deref()) {
        Ok(mut f) if fautes.is_empty() => {
            f.commune_residence = commune;
            if identifie {
                f.informe_le = informe_le.and_then(Result::ok);
            }
            Ok(f)
        }
        Ok(_) => Err(fautes),
        Err(e) => {
            for (champ, message) in e.iter() {
                let colonne = match champ {
                    "informe" => "informe_le",
                    "commune_residence" => "commune",
                    "confirme_texte" => "notes",
                    autre => autre,
                };
                if fautes.iter().all(|(c, _)| c != colonne) {
                    fautes.push((colonne.into(), message.into()));
                }
            }
            Err(fautes)
        }
    }
}

/// A key of a list, told by its key, its label or a usual word.
fn value(voc: &Vocabulaires, cle_de_liste: &str, texte: &str) -> Result<String, String> {
    let dit = francais::fold(texte);
    if dit.is_empty() {
        return Ok(NON_COMMUNIQUE.into());
    }
    let dit = match (cle_de_liste, dit.trim_end_matches('.')) {
        (liste::GENRE, "f" | "femme" | "mme" | "madame" | "feminine") => "feminin",
        (liste::GENRE, "h" | "m" | "homme" | "monsieur") => "masculin",
        (liste::STATUT, "retraitee") => "retraite",
        (liste::STATUT, "scolarisee" | "etudiant" | "etudiante" | "eleve") => "scolarise",
        (liste::STATUT, "heterogene" | "non communique") | (liste::GENRE, "nc" | "non precise") => {
            "non communique"
        }
        (liste::STATUT, "chomage" | "demandeur d emploi" | "demandeuse d emploi") => "sans emploi",
        (liste::STATUT, "salarie" | "salariee" | "en activite") => "en emploi",
        (_, autre) => autre,
    };
    voc.entries(cle_de_liste)
        .iter()
        .find(|e| francais::fold(&e.cle) == dit || francais::fold(&e.libelle) == dit)
        .map(|e| e.cle.clone())
        .ok_or_else(|| possible(voc, cle_de_liste))
}

/// « Valeur inconnue. Valeurs possibles : … »
fn possible(voc: &Vocabulaires, cle_de_liste: &str) -> String {
    let libelles: Vec<&str> = voc
        .entries(cle_de_liste)
        .iter()
        .map(|e| e.libelle.as_str())
        .collect();
    format!(
        "Valeur inconnue. Valeurs possibles : {}.",
        libelles.join(", ")
    )
}

/// A year; of a whole date of birth, the year alone is kept.
fn year(texte: &str) -> String {
    match francais::parse_date(texte) {
        Ok(d) => d.year().to_string(),
        Err(_) => texte.to_owned(),
    }
}

/// Spreadsheets lose the first zero of a number.
fn phone(texte: &str) -> String {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect();
    if net.len() == 9 && !net.starts_with('0') && net.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{net}")
    } else {
        texte.to_owned()
    }
}
