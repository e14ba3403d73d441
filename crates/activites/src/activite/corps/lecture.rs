//! From a JSON body to the fields of the form.

use serde_json::{Map, Value};
use socle::valeurs::whole;
use web::Champs;

use super::{CONFIRMATIONS, Faute, LISTES, PROFIL, SIMPLES};
use crate::activite::{TypeActivite, saisie::IRRITANTS};

const TEXTE: &str = "Un texte est attendu.";
const NOMBRE: &str = "Un nombre entier est attendu.";
const VRAI_FAUX: &str = "Vrai ou faux est attendu.";
const LISTE: &str = "Une liste de textes est attendue.";
const OBJET: &str = "Un objet est attendu.";

/// Reads a body. Values are judged later, by the rules of the form; here a
/// value only has to be of the right kind under a known key.
///
/// # Errors
/// Every fault at once.
pub fn read(corps: &Value) -> Result<(TypeActivite, Champs), Vec<Faute>> {
    let Value::Object(objet) = corps else {
        return Err(vec![Faute::new("", OBJET)]);
    };
    let Some(t) = objet
        .get("type")
        .and_then(Value::as_str)
        .and_then(TypeActivite::from_cle)
    else {
        return Err(vec![Faute::new(
            "/type",
            "Type inconnu : individuel ou collectif.",
        )]);
    };
    let mut l = Lecture {
        t,
        champs: Champs::default(),
        fautes: Vec::new(),
    };
    for (cle, valeur) in objet.iter().filter(|(_, v)| !v.is_null()) {
        l.key(cle, valeur);
    }
    l.place(objet);
    if l.fautes.is_empty() {
        Ok((t, l.champs))
    } else {
        Err(l.fautes)
    }
}

struct Lecture {
    t: TypeActivite,
    champs: Champs,
    fautes: Vec<Faute>,
}

impl Lecture {
    fn fault(&mut self, pointeur: String, message: impl Into<String>) {
        self.fautes.push(Faute::new(pointeur, message));
    }

    fn put(&mut self, champ: &str, valeur: impl ToString) {
        self.champs = std::mem::take(&mut self.champs).with(champ, valeur);
    }

    fn key(&mut self, cle: &str, valeur: &Value) {
        let p = format!("/{cle}");
        let individuel = self.t == TypeActivite::Individuel;
        if let Some((_, champ)) = SIMPLES.iter().find(|s| s.0 == cle) {
            return self.text(champ, p, valeur);
        }
        if LISTES.contains(&cle) {
            return self.texts(cle, &p, valeur);
        }
        match cle {
            // Read before, or together.
            "type" | "type_lieu" | "lieu_id" => {
                if !valeur.is_string() {
                    self.fault(p, TEXTE);
                }
            }
            "commune" => self.commune("commune", p, valeur),
            "duree" => self.number("duree_autre", p, valeur),
            "confiance_avant" | "confiance_apres" => self.number(cle, p, valeur),
            "aide_urgence" => self.tick("aide_urgence", p, valeur),
            "pass_numerique" => self.object(&p, valeur, |l, k, q, v| match k {
                "propose" => l.tick("pass_propose", q, v),
                "utilise" => l.tick("pass_utilise", q, v),
                _ => l.unknown(q, k),
            }),
            "etiquettes" => self.tags(&p, valeur),
            "irritants" => self.irritants(&p, valeur),
            "suites" => self.outcomes(&p, valeur),
            "suivis" if individuel => {
                if valeur.as_array().is_some_and(|a| a.len() > 1) {
                    self.fault(
                        p,
                        "Une seule personne suivie pour un accompagnement individuel.",
                    );
                } else {
                    self.texts("beneficiaire", &p, valeur);
                }
            }
            "suivis" => self.texts("suivis", &p, valeur),
            "anonyme" if individuel => self.object(&p, valeur, |l, k, q, v| match k {
                "commune_residence" => l.commune(k, q, v),
                "deja_accompagne" => l.tick(k, q, v),
                _ if PROFIL.contains(&k) => l.text(k, q, v),
                _ => l.unknown(q, k),
            }),
            "anonymes" if !individuel => self.object(&p, valeur, |l, k, q, v| match k {
                "total" => l.number("total", q, v),
                "deja_accompagnes" => l.number("deja", q, v),
                _ if PROFIL.contains(&k) => l.object(&q, v, |l, valeur, r, n| {
                    // What is not said of a participant is the remainder.
                    if valeur != crate::vocabulaire::NON_COMMUNIQUE {
                        l.number(&format!("{k}_{valeur}"), r, n);
                    }
                }),
                _ => l.unknown(q, k),
            }),
            "confirmations" => self.confirmations(&p, valeur),
            _ => self.unknown(p, cle),
        }
    }

    fn unknown(&mut self, p: String, cle: &str) {
        self.fault(p, format!("Champ inconnu : {cle}."));
    }

    fn text(&mut self, champ: &str, p: String, v: &Value) {
        match v.as_str() {
            Some(t) => self.put(champ, t),
            None => self.fault(p, TEXTE),
        }
    }

    fn number(&mut self, champ: &str, p: String, v: &Value) {
        match whole(v) {
            Some(n) => self.put(champ, n),
            None => self.fault(p, NOMBRE),
        }
    }

    fn tick(&mut self, champ: &str, p: String, v: &Value) {
        match v.as_bool() {
            Some(true) => self.put(champ, "oui"),
            Some(false) => {}
            None => self.fault(p, VRAI_FAUX),
        }
    }

    /// An INSEE code: the form takes « Rennes (35000) », which names one only.
    fn commune(&mut self, champ: &str, p: String, v: &Value) {
        let Some(code) = v.as_str() else {
            return self.fault(p, TEXTE);
        };
        match territoires::geographie().commune(code) {
            Some(c) => self.put(champ, c.libelle()),
            None => self.fault(p, "Choisissez une commune dans la liste."),
        }
    }

    fn list(&mut self, p: &str, v: &Value, mut chaque: impl FnMut(&mut Self, String, &Value)) {
        match v {
            Value::Array(a) => {
                for (i, e) in a.iter().enumerate() {
                    chaque(self, format!("{p}/{i}"), e);
                }
            }
            _ => self.fault(p.to_owned(), LISTE),
        }
    }

    fn object(
        &mut self,
        p: &str,
        v: &Value,
        mut chaque: impl FnMut(&mut Self, &str, String, &Value),
    ) {
        match v {
            Value::Object(m) => {
                for (k, e) in m.iter().filter(|(_, e)| !e.is_null()) {
                    chaque(self, k, format!("{p}/{k}"), e);
                }
            }
            _ => self.fault(p.to_owned(), OBJET),
        }
    }

    fn texts(&mut self, champ: &str, p: &str, v: &Value) {
        self.list(p, v, |l, q, e| l.text(champ, q, e));
    }

    /// The form separates tags with commas.
    fn tags(&mut self, p: &str, v: &Value) {
        let mut noms: Vec<String> = Vec::new();
        self.list(p, v, |l, q, e| match e.as_str() {
            Some(t) if t.contains([',', ';']) => {
                l.fault(q, "Une étiquette ne contient ni virgule ni point-virgule.");
            }
            Some(t) => noms.push(t.to_owned()),
            None => l.fault(q, TEXTE),
        });
        if !noms.is_empty() {
            self.put("etiquettes", noms.join(", "));
        }
    }

    fn irritants(&mut self, p: &str, v: &Value) {
        if v.as_array().is_some_and(|a| a.len() > IRRITANTS) {
            return self.fault(p.to_owned(), format!("{IRRITANTS} difficultés au maximum."));
        }
        let mut i = 0;
        self.list(p, v, |l, q, e| {
            i += 1;
            l.object(&q, e, |l, k, r, texte| match k {
                "operateur" | "nature" => l.text(&format!("{k}_{i}"), r, texte),
                _ => l.unknown(r, k),
            });
        });
    }

    /// Counts by outcome; one outcome, once, for an individuel.
    fn outcomes(&mut self, p: &str, v: &Value) {
        let individuel = self.t == TypeActivite::Individuel;
        let seule = v.as_object().is_some_and(|m| {
            m.values()
                .filter(|n| whole(n) != Some(0))
                .all(|n| whole(n) == Some(1))
                && m.len() <= 1
        });
        if individuel && !seule {
            return self.fault(
                p.to_owned(),
                "Une seule suite, comptée une fois, pour un accompagnement individuel.",
            );
        }
        self.object(p, v, |l, k, q, n| {
            if !individuel {
                l.number(&format!("suite_{k}"), q, n);
            } else if whole(n) == Some(1) {
                l.put("suite", k);
            }
        });
    }

    fn confirmations(&mut self, p: &str, v: &Value) {
        self.list(p, v, |l, q, e| {
            match e
                .as_str()
                .and_then(|m| CONFIRMATIONS.iter().find(|c| c.0 == m))
            {
                Some((mot, _)) => l.put(&format!("confirme_{mot}"), "oui"),
                None => l.fault(q, "Confirmation inconnue."),
            }
        });
    }

    /// The form says the kind and the place in one choice.
    fn place(&mut self, o: &Map<String, Value>) {
        let texte = |k: &str| o.get(k).and_then(Value::as_str).unwrap_or_default();
        let (genre, id) = (texte("type_lieu"), texte("lieu_id"));
        if genre == "lieu_activite" {
            self.put("lieu", format!("{genre}:{id}"));
        } else {
            self.put("lieu", genre);
            if !id.is_empty() {
                self.fault(
                    "/lieu_id".into(),
                    "Un lieu d'activité ne se choisit que pour « Lieu d'activité ».",
                );
            }
        }
    }
}
