//! Fields of forms: label, hint, control and error tied together by ids, so
//! that a screen reader says them in one breath.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::{
    formulaire::Form,
    html::{Html, esc},
};

#[derive(Debug, Clone)]
enum Genre<'a> {
    Saisie(&'static str),
    Zone(u8),
    Liste(&'a [(String, String)]),
    Radios(&'a [(String, String)]),
    Cases(&'a [(String, String)]),
    Case,
    Commune,
}

/// One field being described; printed by the template.
#[derive(Debug, Clone)]
pub struct Champ<'a> {
    form: &'a Form,
    nom: &'a str,
    libelle: &'a str,
    aide: &'a str,
    genre: Genre<'a>,
    facultatif: bool,
    court: bool,
    remplissage: &'static str,
}

impl Form {
    fn any<'a>(&'a self, nom: &'a str, libelle: &'a str, genre: Genre<'a>) -> Champ<'a> {
        Champ {
            form: self,
            nom,
            libelle,
            aide: "",
            genre,
            facultatif: false,
            court: false,
            remplissage: "",
        }
    }

    /// A line of text.
    #[must_use]
    pub fn champ<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("text"))
    }

    #[must_use]
    pub fn date<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("date")).court()
    }

    #[must_use]
    pub fn courriel<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("email")).auto("email")
    }

    #[must_use]
    pub fn telephone<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("tel"))
            .court()
            .auto("tel")
    }

    #[must_use]
    pub fn mot_de_passe<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("password"))
    }

    /// A whole number or an amount: text with a numeric keyboard, because
    /// browsers' number fields lose commas and spaces.
    #[must_use]
    pub fn nombre<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Saisie("decimal")).court()
    }

    /// Several lines.
    #[must_use]
    pub fn zone<'a>(&'a self, nom: &'a str, libelle: &'a str, lignes: u8) -> Champ<'a> {
        self.any(nom, libelle, Genre::Zone(lignes))
    }

    /// A drop-down list; `options` are (key, label).
    #[must_use]
    pub fn liste<'a>(
        &'a self,
        nom: &'a str,
        libelle: &'a str,
        options: &'a [(String, String)],
    ) -> Champ<'a> {
        self.any(nom, libelle, Genre::Liste(options))
    }

    /// One choice among a few, all visible.
    #[must_use]
    pub fn radios<'a>(
        &'a self,
        nom: &'a str,
        libelle: &'a str,
        options: &'a [(String, String)],
    ) -> Champ<'a> {
        self.any(nom, libelle, Genre::Radios(options))
    }

    /// Several choices.
    #[must_use]
    pub fn cases<'a>(
        &'a self,
        nom: &'a str,
        libelle: &'a str,
        options: &'a [(String, String)],
    ) -> Champ<'a> {
        self.any(nom, libelle, Genre::Cases(options))
    }

    /// One box; its value is `oui`.
    #[must_use]
    pub fn case<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Case)
    }

    /// A commune typed by name, postcode or code, completed from
    /// `/api/communes` where JavaScript runs.
    #[must_use]
    pub fn commune<'a>(&'a self, nom: &'a str, libelle: &'a str) -> Champ<'a> {
        self.any(nom, libelle, Genre::Commune)
    }

    /// A hidden value.
    #[must_use]
    pub fn cache(&self, nom: &str, valeur: &str) -> Html {
        Html(format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            esc(nom),
            esc(valeur)
        ))
    }

    /// The summary of errors, which takes focus; empty when there is none.
    #[must_use]
    pub fn resume(&self) -> Html {
        if self.erreurs.is_empty() {
            return Html::default();
        }
        let lignes: String = self
            .erreurs
            .iter()
            .map(|(c, m)| format!("<li><a href=\"#c-{}\">{}</a></li>", esc(c), esc(m)))
            .collect();
        Html(format!(
            "<div class=\"alerte alerte-danger\" role=\"alert\" tabindex=\"-1\" id=\"resume-erreurs\" autofocus>\
             <h2>Des réponses sont à corriger</h2><ul>{lignes}</ul></div>"
        ))
    }
}

impl<'a> Champ<'a> {
    /// A hint under the label.
    #[must_use]
    pub fn aide(mut self, aide: &'a str) -> Self {
        self.aide = aide;
        self
    }

    /// Fields are asked for unless said otherwise.
    #[must_use]
    pub fn facultatif(mut self) -> Self {
        self.facultatif = true;
        self
    }

    #[must_use]
    pub fn court(mut self) -> Self {
        self.court = true;
        self
    }

    /// Token of the HTML `autocomplete` attribute.
    #[must_use]
    pub fn auto(mut self, jeton: &'static str) -> Self {
        self.remplissage = jeton;
        self
    }

    fn control(&self, id: &str, decrit: &str) -> String {
        let valeur = esc(self.form.champs.get(self.nom));
        let nom = esc(self.nom);
        let classe = if self.court { " class=\"court\"" } else { "" };
        let auto = if self.remplissage.is_empty() {
            String::new()
        } else {
            format!(" autocomplete=\"{}\"", self.remplissage)
        };
        match &self.genre {
            Genre::Saisie("decimal") => format!(
                "<input type=\"text\" inputmode=\"decimal\" id=\"{id}\" name=\"{nom}\" value=\"{valeur}\"{classe}{auto}{decrit}>"
            ),
            // A password is never sent back to the page.
            Genre::Saisie("password") => {
                format!(
                    "<input type=\"password\" id=\"{id}\" name=\"{nom}\"{classe}{auto}{decrit}>"
                )
            }
            Genre::Saisie(t) => {
                // Browsers empty a date field whose value is no date: what was
                // typed without their calendar comes back as text.
                let t = match *t {
                    "date" if !is_blank_or_date(&valeur) => "text",
                    t => t,
                };
                format!(
                    "<input type=\"{t}\" id=\"{id}\" name=\"{nom}\" value=\"{valeur}\"{classe}{auto}{decrit}>"
                )
            }
            Genre::Commune => format!(
                "<input type=\"text\" id=\"{id}\" name=\"{nom}\" value=\"{valeur}\" autocomplete=\"off\" \
                 list=\"{id}-liste\" data-communes{decrit}><datalist id=\"{id}-liste\"></datalist>"
            ),
            Genre::Zone(n) => {
                format!(
                    "<textarea id=\"{id}\" name=\"{nom}\" rows=\"{n}\"{decrit}>{valeur}</textarea>"
                )
            }
            Genre::Liste(options) => {
                let mut s = format!("<select id=\"{id}\" name=\"{nom}\"{classe}{decrit}>");
                s.push_str("<option value=\"\">Choisir…</option>");
                for (cle, libelle) in *options {
                    let choisi = if self.form.champs.has(self.nom, cle) {
                        " selected"
                    } else {
                        ""
                    };
                    s.push_str(&format!(
                        "<option value=\"{}\"{choisi}>{}</option>",
                        esc(cle),
                        esc(libelle)
                    ));
                }
                s + "</select>"
            }
            Genre::Case => {
                let coche = if self.form.champs.has(self.nom, "oui") {
                    " checked"
                } else {
                    ""
                };
                format!(
                    "<input type=\"checkbox\" id=\"{id}\" name=\"{nom}\" value=\"oui\"{coche}{decrit}>"
                )
            }
            Genre::Radios(o) | Genre::Cases(o) => {
                let t = if matches!(self.genre, Genre::Radios(_)) {
                    "radio"
                } else {
                    "checkbox"
                };
                let options = o.iter().enumerate().map(|(i, (cle, libelle))| {
                    let coche = if self.form.champs.has(self.nom, cle) { " checked" } else { "" };
                    // The summary's link leads to the first option.
                    let id = if i == 0 { id.to_owned() } else { format!("{id}-{i}") };
                    format!(
                        "<div class=\"option\"><input type=\"{t}\" id=\"{id}\" name=\"{nom}\" value=\"{}\"{coche}>\
                         <label for=\"{id}\">{}</label></div>",
                        esc(cle),
                        esc(libelle)
                    )
                });
                options.collect()
            }
        }
    }
}

fn is_blank_or_date(valeur: &str) -> bool {
    valeur.is_empty() || (valeur.len() == 10 && valeur.parse::<jiff::civil::Date>().is_ok())
}

impl HtmlSafe for Champ<'_> {}

impl fmt::Display for Champ<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = format!("c-{}", esc(self.nom));
        let erreur = self.form.erreurs.get(self.nom);
        let mut decrit = Vec::new();
        if !self.aide.is_empty() {
            decrit.push(format!("{id}-aide"));
        }
        if erreur.is_some() {
            decrit.push(format!("{id}-erreur"));
        }
        let invalide = if erreur.is_some() {
            " aria-invalid=\"true\""
        } else {
            ""
        };
        let decrit = if decrit.is_empty() {
            invalide.to_owned()
        } else {
            format!(" aria-describedby=\"{}\"{invalide}", decrit.join(" "))
        };
        let libelle = esc(self.libelle);
        let facultatif = if self.facultatif {
            " <span class=\"facultatif\">(facultatif)</span>"
        } else {
            ""
        };
        let aide = if self.aide.is_empty() {
            String::new()
        } else {
            format!("<p class=\"aide\" id=\"{id}-aide\">{}</p>", esc(self.aide))
        };
        let message = erreur.map_or_else(String::new, |m| {
            format!(
                "<p class=\"erreur\" id=\"{id}-erreur\"><span aria-hidden=\"true\">⚠ </span>{}</p>",
                esc(m)
            )
        });
        let classe = if erreur.is_some() {
            "champ champ-erreur"
        } else {
            "champ"
        };
        let controle = self.control(&id, &decrit);
        match self.genre {
            Genre::Radios(_) | Genre::Cases(_) => write!(
                f,
                "<fieldset class=\"{classe}\"{decrit}><legend>{libelle}{facultatif}</legend>{aide}{controle}{message}</fieldset>"
            ),
            Genre::Case => write!(
                f,
                "<div class=\"{classe}\"><div class=\"option\">{controle}<label for=\"{id}\">{libelle}{facultatif}</label></div>{aide}{message}</div>"
            ),
            _ => write!(
                f,
                "<div class=\"{classe}\"><label for=\"{id}\">{libelle}{facultatif}</label>{aide}{controle}{message}</div>"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulaire::Champs;
    use socle::Saisies;

    #[test]
    fn a_refused_field_keeps_what_was_typed_and_ties_its_error() {
        let mut e = Saisies::new();
        e.add("siret", "SIRET invalide : vérifiez les 14 chiffres.");
        let f = Form::refused(Champs::default().with("siret", "12\"<"), e);
        let html = f.champ("siret", "SIRET").aide("14 chiffres").to_string();
        assert!(html.contains("value=\"12&quot;&lt;\""), "{html}");
        assert!(
            html.contains("aria-describedby=\"c-siret-aide c-siret-erreur\" aria-invalid=\"true\""),
            "{html}"
        );
        assert!(f.resume().0.contains("href=\"#c-siret\""));
    }

    #[test]
    fn a_date_that_is_none_comes_back_as_typed() {
        let html = |v: &str| {
            let f = Form::filled(Champs::default().with("le", v));
            f.date("le", "Le").to_string()
        };
        assert!(
            html("2026-02-31")
                .contains("type=\"text\" id=\"c-le\" name=\"le\" value=\"2026-02-31\"")
        );
        assert!(html("2026-02-28").contains("type=\"date\""));
        assert!(html("").contains("type=\"date\""));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let f = Form::filled(Champs::default().with("mdp", "secret"));
        assert!(
            !f.mot_de_passe("mdp", "Mot de passe")
                .to_string()
                .contains("secret")
        );
    }
}
