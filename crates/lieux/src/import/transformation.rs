//! From a row of texts to a place, saying everything that was done.

use jiff::civil::Date;
use socle::{
    crypto::sha256_hex,
    francais::{entier, fold},
    valeurs::Courriel,
};
use territoires::{
    Point,
    contours::contours,
    geographie::departement_of,
    resolution::{Indices, resolve},
};

use super::{Compris, Constat, Ligne, Profil, Severite, Sort, Tables};
use crate::{
    horaires::Horaires,
    lieu::{Fiche, Precision, service::split_contacts},
    pivot, telephone,
    vocabulaire::{self as v, Vocabulaire},
};

/// Kilometres from the commune beyond which a point is not believed.
const COHERENT_KM: f64 = 2.0;

/// Fields of v0 and what holds them in v1.
const CHAMPS_V0: &[&str] = &[
    "services",
    "publics_accueillis",
    "conditions_acces",
    "labels_nationaux",
    "modalites_accompagnement",
];

struct Lecture<'a> {
    l: &'a Ligne,
    profil: Profil,
    tables: &'a Tables,
    f: Fiche,
    constats: Vec<Constat>,
}

/// Understands a row. The place is `None` when the row is rejected.
#[must_use]
pub fn transform(
    l: &Ligne,
    profil: Profil,
    source: &str,
    tables: &Tables,
    aujourdhui: Date,
) -> (Option<Compris>, Vec<Constat>) {
    let mut x = Lecture {
        l,
        profil,
        tables,
        f: Fiche::default(),
        constats: Vec::new(),
    };
    let vu = x.read(source, aujourdhui);
    if !vu {
        return (None, x.constats);
    }
    let id_source = match l.get("id") {
        "" => {
            x.say(
                Severite::Avertissement,
                "identifiant_absent",
                "id",
                "",
                "Identifiant absent : la ligne est reconnue à son nom et à son adresse.",
            );
            let cle = [&x.f.nom, &x.f.commune_insee, &x.f.adresse]
                .map(|s| fold(s))
                .join("|");
            sha256_hex(cle.as_bytes())
        }
        id => id.to_owned(),
    };
    let (fiche, contacts) = split_contacts(x.f.clone());
    if !contacts.is_empty() {
        x.say(
            Severite::Avertissement,
            "contact_nominatif",
            "courriels",
            "",
            "Un contact semble être celui d’une personne : il n’est pas publié avant confirmation.",
        );
    }
    let compris = Compris {
        ligne: l.numero,
        id_source,
        fiche,
        contacts,
        sort: Sort::Nouveau,
    };
    (Some(compris), x.constats)
}

impl Lecture<'_> {
    fn say(
        &mut self,
        severite: Severite,
        code: &str,
        champ: &str,
        valeur: &str,
        message: impl Into<String>,
    ) {
        self.constats.push(Constat {
            ligne: self.l.numero,
            severite,
            code: code.into(),
            champ: champ.into(),
            valeur: valeur.chars().take(200).collect(),
            message: message.into(),
        });
    }

    /// A cell without the marks of emptiness.
    fn text(&self, champ: &str) -> String {
        let t = self
            .l
            .get(champ)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if matches!(t.to_lowercase().as_str(), "-" | "/" | "n/a" | "null" | "@") {
            String::new()
        } else {
            t
        }
    }

    fn read(&mut self, source: &str, aujourdhui: Date) -> bool {
        let nom = self.text("nom");
        if !nom.chars().any(char::is_alphabetic) {
            let m = format!("Ligne {} : nom absent.", self.l.numero);
            self.say(Severite::Rejet, "nom_absent", "nom", &nom, m);
            return false;
        }
        self.f.nom = nom.chars().take(150).collect();
        if !self.place() {
            return false;
        }
        self.pivot();
        self.f.adresse = self.text("adresse").chars().take(200).collect();
        self.f.complement_adresse = self.text("complement_adresse").chars().take(200).collect();
        self.contacts();
        self.hours();
        self.presentation();
        let propre = self.text("source");
        self.f.source = if propre.is_empty() {
            source.to_owned()
        } else {
            propre
        };
        self.f.structure_parente = self.text("structure_parente");
        self.date(aujourdhui);
        self.lists();
        self.f.prise_rdv = self.url("prise_rdv");
        let acces = if self.profil == Profil::V0 {
            "accessibilite"
        } else {
            "fiche_acces_libre"
        };
        let fiche = self.url(acces);
        if fiche.is_empty() || fiche.starts_with("https://acceslibre.beta.gouv.fr/") {
            self.f.fiche_acces_libre = fiche;
        } else {
            self.say(
                Severite::Erreur,
                "url_invalide",
                acces,
                &fiche,
                format!("Contact illisible : « {fiche} »."),
            );
        }
        if self.f.services.is_empty() {
            self.say(
                Severite::Avertissement,
                "services_absents",
                "services",
                "",
                "Aucun service reconnu : le lieu ne sera pas publié.",
            );
        }
        true
    }

    fn place(&mut self) -> bool {
        let (insee, cp, nom) = (
            self.text("code_insee"),
            self.text("code_postal"),
            self.text("commune"),
        );
        let nombre = |t: String| t.replace(',', ".").replace(' ', "").parse::<f64>().ok();
        let (lat, lon) = (self.text("latitude"), self.text("longitude"));
        let point = match (nombre(lat.clone()), nombre(lon.clone())) {
            (Some(a), Some(b)) => Some(Point::new(b, a)).filter(|p| p.is_in_france()),
            _ => None,
        };
        if point.is_none() && !(lat.is_empty() && lon.is_empty()) {
            self.say(
                Severite::Erreur,
                "point_inutilisable",
                "latitude",
                &format!("{lat} {lon}"),
                "Coordonnées illisibles ou hors de France.",
            );
        }
        let rempli = |s: &String| (!s.is_empty()).then_some(s.clone());
        let (i, p, n) = (rempli(&insee), rempli(&cp), rempli(&nom));
        let lue = resolve(&Indices {
            insee: i.as_deref(),
            code_postal: p.as_deref(),
            nom: n.as_deref(),
            point,
        });
        let Some(r) = lue else {
            let valeur = format!("{cp} {nom}");
            let m = format!("Commune introuvable pour « {} ».", valeur.trim());
            self.say(
                Severite::Rejet,
                "commune_non_resolue",
                "commune",
                valeur.trim(),
                m,
            );
            return false;
        };
        let c = r.commune;
        let annonce = territoires::geographie().commune_today(&format!("{insee:0>5}"));
        if !insee.is_empty() && annonce.is_none_or(|a| a.code != c.code) {
            let m = format!(
                "Le code INSEE {insee} contredit le code postal {cp} ; {} retenu.",
                c.code
            );
            self.say(Severite::Erreur, "insee_contredit", "code_insee", &insee, m);
        }
        self.f.commune_insee = c.code.to_owned();
        let cp5 = format!("{cp:0>5}");
        self.f.code_postal = if c.has_code_postal(&cp5)
            || (cp5.len() == 5 && cp5 != "00000" && departement_of(&cp5) == c.departement)
        {
            cp5
        } else {
            c.codes_postaux().next().unwrap_or_default().to_owned()
        };
        if let Some(p) = point {
            match contours().distance_km(c.code, p) {
                Some(km) if km > COHERENT_KM => {
                    let m = format!(
                        "Le point est à {} km de {}.",
                        entier(km.round() as i64),
                        c.nom
                    );
                    self.say(
                        Severite::Erreur,
                        "point_incoherent",
                        "latitude",
                        &format!("{lat} {lon}"),
                        m,
                    );
                }
                _ => {
                    self.f.latitude = Some(p.lat);
                    self.f.longitude = Some(p.lon);
                    self.f.precision = Precision::Source;
                }
            }
        }
        self.f.place_at_commune();
        true
    }

    fn pivot(&mut self) {
        let t = self.text("pivot");
        match pivot::read(&t, &self.f.commune_insee) {
            pivot::Pivot::Absent => {}
            pivot::Pivot::Valide(p) => self.f.pivot = p,
            pivot::Pivot::Siren(s) => {
                self.say(
                    Severite::Erreur,
                    "siren_seul",
                    "pivot",
                    &s,
                    "SIREN reçu : le SIRET de l'établissement manque.",
                );
                self.f.siren = s;
            }
            pivot::Pivot::Invalide => {
                self.say(
                    Severite::Erreur,
                    "pivot_invalide",
                    "pivot",
                    &t,
                    "Clé de contrôle du SIRET fausse.",
                );
            }
        }
    }

    fn contacts(&mut self) {
        let d = departement_of(&self.f.commune_insee).to_owned();
        let t = self.text("telephone");
        for n in t
            .split(['/', ';', '|'])
            .map(str::trim)
            .filter(|n| !n.is_empty())
        {
            match telephone::read(n, &d) {
                telephone::Numero::E164(n) => self.f.telephones.push(n),
                telephone::Numero::Court(n) => self.f.numeros_courts.push(n),
                telephone::Numero::Invalide => {
                    self.say(
                        Severite::Erreur,
                        "telephone_invalide",
                        "telephone",
                        n,
                        format!("Contact illisible : « {n} »."),
                    );
                }
            }
        }
        let champ = if self.profil == Profil::V0 {
            "courriel"
        } else {
            "courriels"
        };
        let t = self.text(champ).replace("(at)", "@");
        for m in t
            .split(['|', ';', '/', ' ', ','])
            .map(|m| m.trim_matches(['.', ':']))
            .filter(|m| !m.is_empty())
        {
            match m.parse::<Courriel>() {
                Ok(a) if self.f.courriels.len() < 5 => self.f.courriels.push(a.to_string()),
                Ok(_) => {}
                Err(_) => self.say(
                    Severite::Erreur,
                    "courriel_invalide",
                    champ,
                    m,
                    format!("Contact illisible : « {m} »."),
                ),
            }
        }
        let t = self.text("site_web");
        for u in t.split(['|', ';', ' ']).filter(|u| !u.is_empty()) {
            match address(u) {
                Some(a) if self.f.sites_web.len() < 5 => self.f.sites_web.push(a),
                Some(_) => {}
                None => self.say(
                    Severite::Erreur,
                    "url_invalide",
                    "site_web",
                    u,
                    format!("Contact illisible : « {u} »."),
                ),
            }
        }
    }

    fn url(&mut self, champ: &str) -> String {
        let t = self.text(champ);
        if t.is_empty() {
            return t;
        }
        address(&t).unwrap_or_else(|| {
            self.say(
                Severite::Erreur,
                "url_invalide",
                champ,
                &t,
                format!("Contact illisible : « {t} »."),
            );
            String::new()
        })
    }

    fn hours(&mut self) {
        let t = self.text("horaires");
        if t.is_empty() {
            return;
        }
        match t.parse::<Horaires>() {
            Ok(h) => {
                self.f.sur_rendez_vous = h.sur_rendez_vous;
                self.f.horaires = h.to_string();
                if h.plages_fusionnees {
                    self.say(
                        Severite::Avertissement,
                        "plages_fusionnees",
                        "horaires",
                        &t,
                        "Des plages se recouvraient : elles sont réunies.",
                    );
                }
            }
            Err(_) => {
                self.f.horaires_texte = t.chars().take(500).collect();
                self.say(
                    Severite::Avertissement,
                    "horaires_illisibles",
                    "horaires",
                    &t,
                    format!("Horaires à compléter : « {t} »."),
                );
            }
        }
    }

    fn presentation(&mut self) {
        self.f.presentation_resume = self.text("presentation_resume");
        self.f.presentation_detail = self
            .l
            .get("presentation_detail")
            .chars()
            .take(5_000)
            .collect();
        if self.f.presentation_resume.chars().count() > 280 {
            let entier = self.f.presentation_resume.clone();
            let mut court: String = entier.chars().take(278).collect();
            if let Some(i) = court.rfind(' ') {
                court.truncate(i);
            }
            self.f.presentation_resume = format!("{court} …");
            if self.f.presentation_detail.is_empty() {
                self.f.presentation_detail = entier;
            }
            self.say(
                Severite::Info,
                "corrige",
                "presentation_resume",
                "",
                "Le résumé dépassait 280 caractères : il est coupé au dernier mot.",
            );
        }
    }

    fn date(&mut self, aujourdhui: Date) {
        let t = self.text("date_maj");
        let lue = t.get(..10).and_then(|d| {
            d.parse::<Date>()
                .or_else(|_| socle::francais::parse_date(d).map_err(|_| ()))
                .or_else(|()| d.replace('/', "-").parse().map_err(|_| ()))
                .ok()
        });
        match lue {
            Some(d) if d >= Date::constant(2000, 1, 1) && d <= aujourdhui => {
                self.f.date_maj = Some(d)
            }
            _ => self.say(
                Severite::Avertissement,
                "date_inconnue",
                "date_maj",
                &t,
                "Date de mise à jour inconnue.",
            ),
        }
    }

    fn lists(&mut self) {
        for t in self.values("typologie") {
            match self.tables.key(&v::TYPOLOGIES, &t) {
                Some(k) => push(&mut self.f.typologies, k),
                None => self.unknown("typologie", &t),
            }
        }
        let v0 = self.profil == Profil::V0;
        if v0 {
            self.lists_v0();
        }
        for voc in v::TOUS {
            if v0 && CHAMPS_V0.contains(&voc.champ) {
                continue;
            }
            for t in self.values(voc.champ) {
                match self.tables.key(voc, &t) {
                    Some(k) => self.add(voc, k),
                    None => self.unknown(voc.champ, &t),
                }
            }
        }
        for champ in ["autres_formations_labels", "labels_autres"] {
            for t in self.values(champ) {
                // Computed at export, never typed.
                if !matches!(t.as_str(), "QPV" | "FRR" | "ZRR") {
                    push(&mut self.f.autres_labels, t.chars().take(80).collect());
                }
            }
        }
    }

    fn lists_v0(&mut self) {
        let tables = self.tables;
        let mut adultes = false;
        for champ in CHAMPS_V0 {
            for t in self.values(champ) {
                match tables.v0(champ, &t) {
                    Some((_, "adultes")) => adultes = true,
                    Some((vers, cle)) => match v::TOUS.iter().find(|x| x.champ == vers) {
                        Some(voc) => self.add(voc, cle.to_owned()),
                        None => push(&mut self.f.autres_labels, cle.to_owned()),
                    },
                    None if *champ == "labels_nationaux" => {
                        push(&mut self.f.autres_labels, t.clone())
                    }
                    None => match v::TOUS
                        .iter()
                        .find(|x| x.champ == *champ)
                        .and_then(|x| Some((x, tables.key(x, &t)?)))
                    {
                        Some((voc, k)) => self.add(voc, k),
                        None => self.unknown(champ, &t),
                    },
                }
                if t.starts_with("A ma place") {
                    self.say(
                        Severite::Avertissement,
                        "valeur_sans_equivalent",
                        champ,
                        &t,
                        format!("Valeur « {t} » sans équivalent exact pour {champ}."),
                    );
                }
            }
        }
        // v0 lists who is received, v1 who is specifically addressed.
        if adultes {
            self.f.publics.retain(|p| p == "femmes");
        }
    }

    fn values(&self, champ: &str) -> Vec<String> {
        self.l
            .get(champ)
            .split(['|', ';', '\n'])
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
            .collect()
    }

    fn add(&mut self, voc: &Vocabulaire, cle: String) {
        if let Some(l) = self.f.choix_mut(voc) {
            push(l, cle);
        }
    }

    fn unknown(&mut self, champ: &str, t: &str) {
        self.say(
            Severite::Avertissement,
            "valeur_inconnue",
            champ,
            t,
            format!("Valeur « {t} » inconnue pour {champ}."),
        );
    }
}

fn push(l: &mut Vec<String>, cle: String) {
    if !l.contains(&cle) {
        l.push(cle);
    }
}

/// A web address, with its scheme; `None` when it is none.
fn address(t: &str) -> Option<String> {
    let t = t.trim();
    let sans = t
        .strip_prefix("https://")
        .or_else(|| t.strip_prefix("http://"));
    let hote = sans.unwrap_or(t).split(['/', '?']).next()?;
    let juste = hote.contains('.')
        && !hote.contains('@')
        && !hote.starts_with('.')
        && !hote.ends_with('.')
        && !t
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
    juste.then(|| {
        if sans.is_some() {
            t.to_owned()
        } else {
            format!("https://{t}")
        }
    })
}
