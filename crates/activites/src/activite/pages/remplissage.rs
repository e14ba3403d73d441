//! What a form opens with: the usual values, a copy, an activity to change.

use uuid::Uuid;
use web::Champs;

use super::choix::Choix;
use crate::{
    activite::{Contenu, TypeActivite, anonyme, dimension, habitude, saisie::irritant_fields},
    vocabulaire::{NON_COMMUNIQUE, liste},
};

/// A new form: today, the usual place, the usual duration.
pub(super) fn usual(t: TypeActivite, c: &Choix) -> Champs {
    let mut f = Champs::default()
        .with("date", c.aujourdhui)
        .with("duree", habitude::duration(t, &c.passees))
        .with("public", "habitants");
    if let Some(l) = c.usual_place() {
        f = f.with("lieu", l);
    }
    f
}

/// The same form about another day.
pub(super) fn on(f: Champs, jour: jiff::civil::Date) -> Champs {
    let mut v = Champs::default().with("date", jour);
    for nom in ["duree", "duree_autre", "lieu", "public"] {
        for x in f.all(nom) {
            v = v.with(nom, x);
        }
    }
    v
}

/// What a model of session chooses (P27): theme, modalité and public.
pub(super) fn model(f: Champs, c: &Choix, cle: &str) -> Champs {
    let Some(parts) = c
        .voc
        .get(liste::MODELE, cle)
        .and_then(|e| e.parent.as_deref())
        .map(|p| p.split(',').map(ToOwned::to_owned).collect::<Vec<_>>())
    else {
        return f;
    };
    let [theme, modalite, public] = &parts[..] else {
        return f;
    };
    let date = f.get("date").to_owned();
    let duree = f.get("duree").to_owned();
    let lieu = f.get("lieu").to_owned();
    Champs::default()
        .with("date", date)
        .with("duree", duree)
        .with("lieu", lieu)
        .with("public", public)
        .with("modalite", modalite)
        .with("thematiques", theme)
}

/// A copy of an activity (§3.7): today, without counts nor notes; with the
/// followed persons when asked.
pub(super) fn copy(contenu: &Contenu, c: &Choix, avec_suivis: bool) -> Champs {
    let mut sans = contenu.clone();
    sans.date = c.aujourdhui;
    if !avec_suivis {
        sans.suivis.clear();
    }
    sans.anonymes = 0;
    sans.deja_accompagnes = 0;
    sans.commune_residence = None;
    sans.notes = None;
    sans.valeurs.retain(|v| {
        ![
            dimension::GENRE,
            dimension::TRANCHE,
            dimension::STATUT,
            dimension::SUITE,
        ]
        .contains(&v.dimension.as_str())
    });
    fields(&sans, c)
}

/// The fields of an activity, as its form shows them.
pub(super) fn fields(a: &Contenu, c: &Choix) -> Champs {
    let individuel = a.type_activite == TypeActivite::Individuel;
    let mut f = Champs::default().with("date", a.date);
    let connue = c.durees.iter().any(|d| d.0 == a.duree.to_string());
    f = f.with(if connue { "duree" } else { "duree_autre" }, a.duree);
    f = f.with(
        "lieu",
        a.lieu
            .map_or_else(|| a.type_lieu.clone(), |l| format!("lieu_activite:{l}")),
    );
    let simples = [
        ("cadre", &a.cadre),
        ("modalite", &a.modalite),
        ("origine", &a.origine),
        ("mode_aide", &a.mode_aide),
        ("raison_aide", &a.raison_aide),
        ("autonomie", &a.autonomie),
        ("niveau", &a.niveau),
        ("destination", &a.destination),
        ("organisme", &a.organisme),
        ("titre", &a.titre),
        ("notes", &a.notes),
    ];
    for (nom, v) in simples {
        if let Some(v) = v {
            f = f.with(nom, v);
        }
    }
    for (nom, code) in [
        ("commune", &a.commune),
        ("commune_residence", &a.commune_residence),
    ] {
        if let Some(code) = code {
            f = f.with(nom, commune(code));
        }
    }
    f = f.with("public", &a.public);
    for (nom, v) in [
        ("confiance_avant", a.confiance_avant),
        ("confiance_apres", a.confiance_apres),
    ] {
        if let Some(v) = v {
            f = f.with(nom, v);
        }
    }
    for (nom, vrai) in [
        ("aide_urgence", a.aide_urgence),
        ("pass_propose", a.pass_propose),
        ("pass_utilise", a.pass_utilise),
        ("deja_accompagne", individuel && a.deja_accompagnes > 0),
    ] {
        if vrai {
            f = f.with(nom, "oui");
        }
    }
    for (nom, d) in [
        ("thematiques", dimension::THEMATIQUE),
        ("sous_thematiques", dimension::SOUS_THEMATIQUE),
        ("themes_locaux", dimension::THEME_LOCAL),
        ("materiel", dimension::MATERIEL),
        ("motifs", dimension::MOTIF),
        ("publics", dimension::PUBLICS),
    ] {
        for v in a.values(d) {
            f = f.with(nom, &v.valeur);
        }
    }
    f = irritant_fields(f, a, &c.voc);
    f = if individuel {
        person(f, a)
    } else {
        group(f, a)
    };
    for id in &a.coanimateurs {
        f = f.with("coanimateurs", id);
    }
    let (choisies, autres): (Vec<_>, Vec<_>) = a
        .etiquettes
        .iter()
        .cloned()
        .partition(|e| c.etiquettes.iter().any(|(nom, _)| nom == e));
    for e in choisies {
        f = f.with("etiquettes", e);
    }
    if !autres.is_empty() {
        f = f.with("etiquettes_autres", autres.join(", "));
    }
    f
}

fn person(mut f: Champs, a: &Contenu) -> Champs {
    if let Some(id) = a.suivis.first() {
        return one_outcome(f.with("beneficiaire", id), a);
    }
    for (d, _, _) in anonyme::DIMENSIONS {
        for v in a.values(d).filter(|v| v.valeur != NON_COMMUNIQUE) {
            f = f.with(d, &v.valeur);
        }
    }
    one_outcome(f, a)
}

fn one_outcome(f: Champs, a: &Contenu) -> Champs {
    match a.values(dimension::SUITE).next() {
        Some(s) => f.with("suite", &s.valeur),
        None => f,
    }
}

fn group(mut f: Champs, a: &Contenu) -> Champs {
    for id in &a.suivis {
        f = f.with("suivis", id);
    }
    if a.anonymes > 0 {
        f = f.with("total", a.anonymes).with("deja", a.deja_accompagnes);
    }
    for (d, _, _) in anonyme::DIMENSIONS {
        for v in a.values(d).filter(|v| v.valeur != NON_COMMUNIQUE) {
            f = f.with(&format!("{d}_{}", v.valeur), v.nombre);
        }
    }
    for v in a.values(dimension::SUITE) {
        f = f.with(&format!("suite_{}", v.valeur), v.nombre);
    }
    f
}

/// « Rennes (35000) », which the form reads back.
pub(super) fn commune(code: &str) -> String {
    territoires::geographie()
        .commune(code)
        .map_or_else(|| code.to_owned(), territoires::Commune::libelle)
}

/// A form about one person.
pub(super) fn about(f: Champs, personne: Uuid) -> Champs {
    f.with("beneficiaire", personne)
}
