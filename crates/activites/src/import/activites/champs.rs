//! From the cells of a line to the fields of the form. What the form would
//! refuse is told by the form; here, only what cannot be read.

use socle::francais;
use web::Champs;

use super::{AGE_ANCIENNE, ancien};
use crate::{
    activite::{TypeActivite, Valeur, saisie::LieuConnu},
    import::Ligne,
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
};

/// A line as the form would have been filled.
pub(super) struct Rempli {
    pub champs: Champs,
    /// Ages of the former tool, beside ours.
    pub ages: Vec<Valeur>,
    pub fautes: Vec<(String, String)>,
}

/// « Individuel », « Ponctuel », « Collectif », « Atelier »… and the modality
/// it implies.
pub(super) fn kind(texte: &str) -> Result<(TypeActivite, Option<&'static str>), String> {
    match francais::fold(texte).as_str() {
        "individuel" | "accompagnement individuel" => Ok((TypeActivite::Individuel, None)),
        "ponctuel" => Ok((TypeActivite::Individuel, Some("tout_venant"))),
        "collectif" | "atelier" | "atelier collectif" => Ok((TypeActivite::Collectif, None)),
        _ => Err("Valeur inconnue. Valeurs possibles : Individuel, Collectif.".into()),
    }
}

/// A key, told by its key, its label, or the word of the former tool.
fn key(voc: &Vocabulaires, l: &str, texte: &str) -> Option<String> {
    let dit = francais::fold(texte);
    voc.entries(l)
        .iter()
        .find(|e| francais::fold(&e.cle) == dit || francais::fold(&e.libelle) == dit)
        .map(|e| e.cle.clone())
        .or_else(|| ancien::key(l, texte).map(ToOwned::to_owned))
}

/// « Valeur inconnue. Valeurs possibles : … »
fn unknown(voc: &Vocabulaires, l: &str) -> String {
    let libelles: Vec<&str> = voc.entries(l).iter().map(|e| e.libelle.as_str()).collect();
    format!(
        "Valeur inconnue. Valeurs possibles : {}.",
        libelles.join(", ")
    )
}

const UNIQUES: [(&str, &str); 15] = [
    ("cadre", liste::CADRE),
    ("public", liste::PUBLIC),
    ("modalite", liste::MODALITE),
    ("origine", liste::ORIGINE),
    ("mode_aide", liste::MODE_AIDE),
    ("raison_aide", liste::RAISON),
    ("autonomie", liste::AUTONOMIE),
    ("niveau", liste::NIVEAU),
    ("operateur_1", liste::OPERATEUR),
    ("nature_1", liste::IRRITANT),
    ("destination", liste::DESTINATION),
    ("organisme", liste::ORGANISME),
    ("suite", liste::SUITE),
    ("genre", liste::GENRE),
    ("statut", liste::STATUT),
];

const MULTIPLES: [(&str, &str); 5] = [
    ("thematiques", liste::THEMATIQUE),
    ("sous_thematiques", liste::SOUS_THEMATIQUE),
    ("materiel", liste::MATERIEL),
    ("motifs", liste::MOTIF),
    ("publics", liste::PUBLICS),
];

const TEXTES: [&str; 7] = [
    "date",
    "titre",
    "notes",
    "etiquettes",
    "confiance_avant",
    "confiance_apres",
    "commune_residence",
];

/// Asked to confirm in the form; a file of the past is confirmed as a whole.
const CONFIRMATIONS: [&str; 4] = [
    "confirme_date",
    "confirme_emploi",
    "confirme_duree",
    "confirme_total",
];

/// Fills the form of a line. `coop`: it comes from the former tool.
pub(super) fn fill(
    l: &Ligne,
    t: TypeActivite,
    modalite: Option<&str>,
    voc: &Vocabulaires,
    lieux: &[LieuConnu],
    coop: bool,
) -> Rempli {
    let mut r = Rempli {
        champs: Champs::default(),
        ages: Vec::new(),
        fautes: Vec::new(),
    };
    for nom in CONFIRMATIONS {
        r.put(nom, "oui");
    }
    for nom in TEXTES {
        r.put(nom, l.get(nom));
    }
    for nom in ["aide_urgence", "pass_propose", "pass_utilise"] {
        if yes(l.get(nom)) {
            r.put(nom, "oui");
        }
    }
    match ancien::minutes(l.get("duree")) {
        Some(n) => r.put("duree", &n.to_string()),
        None => r.put("duree", l.get("duree")),
    }
    for (nom, liste_) in UNIQUES {
        let collectif = t == TypeActivite::Collectif;
        if !l.has(nom) || (collectif && matches!(nom, "genre" | "statut" | "suite")) {
            continue;
        }
        match key(voc, liste_, l.get(nom)) {
            Some(cle) => r.put(nom, &cle),
            None if coop && nom == "organisme" => r.put(nom, "autre"),
            None => r.fault(nom, unknown(voc, liste_)),
        }
    }
    if let Some(m) = modalite
        && !l.has("modalite")
    {
        r.put("modalite", m);
    }
    for (nom, liste_) in MULTIPLES {
        r.many(l, nom, liste_, voc);
    }
    r.place(l, voc, lieux);
    match t {
        TypeActivite::Individuel => r.person(l, voc),
        TypeActivite::Collectif => r.group(l, voc),
    }
    r
}

fn yes(texte: &str) -> bool {
    matches!(
        francais::fold(texte).as_str(),
        "oui" | "o" | "x" | "1" | "vrai" | "true"
    )
}

/// A count; none when it is not one. Empty is zero.
fn count(texte: &str) -> Option<i64> {
    crate::activite::anonyme::count(texte).ok()
}

impl Rempli {
    fn put(&mut self, nom: &str, valeur: &str) {
        if !valeur.is_empty() {
            self.champs = std::mem::take(&mut self.champs).with(nom, valeur);
        }
    }

    fn fault(&mut self, colonne: &str, message: impl Into<String>) {
        self.fautes.push((colonne.to_owned(), message.into()));
    }

    /// Several values, separated by semicolons; by commas too where no label
    /// holds one.
    fn many(&mut self, l: &Ligne, nom: &str, liste_: &str, voc: &Vocabulaires) {
        for part in l.get(nom).split([';', '|', '\n']).map(str::trim) {
            if part.is_empty() {
                continue;
            }
            if let Some(cle) = key(voc, liste_, part) {
                self.put(nom, &cle);
                continue;
            }
            for mot in part.split(',').map(str::trim).filter(|m| !m.is_empty()) {
                match key(voc, liste_, mot) {
                    Some(cle) => self.put(nom, &cle),
                    None => {
                        self.fault(nom, unknown(voc, liste_));
                        return;
                    }
                }
            }
        }
    }

    /// Where: a known place by its name, the only one when it is not named.
    fn place(&mut self, l: &Ligne, voc: &Vocabulaires, lieux: &[LieuConnu]) {
        let dit = if l.has("type_lieu") {
            match key(voc, liste::TYPE_LIEU, l.get("type_lieu")) {
                Some(cle) => cle,
                None => return self.fault("type_lieu", unknown(voc, liste::TYPE_LIEU)),
            }
        } else if l.has("lieu") {
            "lieu_activite".to_owned()
        } else {
            return;
        };
        if dit != "lieu_activite" {
            return self.put("lieu", &dit);
        }
        let nom = francais::fold(l.get("lieu"));
        let mut v = lieux.iter().filter(|p| {
            if nom.is_empty() {
                p.ouvert
            } else {
                francais::fold(&p.nom) == nom
            }
        });
        match (v.next(), v.next()) {
            (Some(p), None) => self.put("lieu", &format!("lieu_activite:{}", p.id)),
            (Some(_), Some(_)) if !nom.is_empty() => {
                self.fault("lieu", "Plusieurs de vos lieux portent ce nom.");
            }
            (None, _) if !nom.is_empty() => {
                self.fault(
                    "lieu",
                    "Ce lieu n'est pas parmi les vôtres. Écrivez son nom comme dans « Mes lieux ».",
                );
            }
            _ => self.put("lieu", "lieu_activite:"),
        }
    }

    /// One person. Counts are accepted when they describe one person.
    fn person(&mut self, l: &Ligne, voc: &Vocabulaires) {
        if l.has("participants") && count(l.get("participants")) != Some(1) {
            self.fault(
                "participants",
                "Un accompagnement individuel compte une seule personne.",
            );
        }
        if yes(l.get("deja")) {
            self.put("deja_accompagne", "oui");
        }
        if l.has("tranche") {
            match (
                key(voc, liste::TRANCHE, l.get("tranche")),
                ancien::old_age(l.get("tranche")),
            ) {
                (Some(cle), _) => self.put("tranche", &cle),
                (None, Some(cle)) => self.ages.push(Valeur::new(AGE_ANCIENNE, cle, 1)),
                (None, None) => self.fault("tranche", unknown(voc, liste::TRANCHE)),
            }
        }
        for (dimension, liste_) in [
            ("genre", liste::GENRE),
            ("tranche", liste::TRANCHE),
            ("statut", liste::STATUT),
            ("suite", liste::SUITE),
        ] {
            let mut dites: Vec<(String, String)> = voc
                .entries(liste_)
                .iter()
                .map(|e| (format!("{dimension}_{}", e.cle), e.cle.clone()))
                .collect();
            if dimension == "tranche" {
                dites.extend(ancien::AGES.map(|(cle, _)| (format!("age_{cle}"), cle.to_owned())));
            }
            let comptes: Vec<(String, String, Option<i64>)> = dites
                .into_iter()
                .filter(|(colonne, _)| l.has(colonne))
                .map(|(colonne, cle)| {
                    let n = count(l.get(&colonne));
                    (colonne, cle, n)
                })
                .filter(|(_, _, n)| *n != Some(0))
                .collect();
            match comptes.as_slice() {
                [] => {}
                [(colonne, cle, Some(1))] if colonne.starts_with("age_") => {
                    self.ages.push(Valeur::new(AGE_ANCIENNE, cle, 1));
                }
                [(_, cle, Some(1))] if !l.has(dimension) => self.put(dimension, cle),
                [(_, _, Some(1))] => {}
                [(colonne, ..), ..] => {
                    let colonne = colonne.clone();
                    self.fault(
                        &colonne,
                        "Un accompagnement individuel compte une seule personne.",
                    );
                }
            }
        }
    }

    /// Marginal counts, as in the form; old ages are counted « non communiqué ».
    fn group(&mut self, l: &Ligne, voc: &Vocabulaires) {
        self.put("total", l.get("participants"));
        self.put("deja", l.get("deja"));
        for (dimension, liste_) in [
            ("genre", liste::GENRE),
            ("tranche", liste::TRANCHE),
            ("statut", liste::STATUT),
            ("suite", liste::SUITE),
        ] {
            for e in voc
                .entries(liste_)
                .iter()
                .filter(|e| e.cle != NON_COMMUNIQUE)
            {
                let nom = format!("{dimension}_{}", e.cle);
                let v = l.get(&nom).to_owned();
                self.put(&nom, &v);
            }
        }
        for (cle, _) in ancien::AGES {
            let colonne = format!("age_{cle}");
            match count(l.get(&colonne)) {
                Some(0) => {}
                Some(n) => self.ages.push(Valeur::new(AGE_ANCIENNE, cle, n)),
                None => self.fault(&colonne, "Écrivez un nombre entier, par exemple 6."),
            }
        }
        let anciennes: i64 = self.ages.iter().map(|v| v.nombre).sum();
        let total = count(l.get("participants")).unwrap_or(0);
        if anciennes > total
            && let Some(v) = self.ages.first()
        {
            let colonne = format!("age_{}", v.valeur);
            self.fault(
                &colonne,
                format!("Le total par tranche d'âge ({anciennes}) dépasse le nombre de participants anonymes ({total})."),
            );
        }
    }
}
