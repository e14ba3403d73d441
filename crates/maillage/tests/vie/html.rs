//! Just enough of HTML to post what a browser would: forms, their fields as
//! shown, their buttons, and links.

/// A form of a page.
#[derive(Debug, Clone, Default)]
pub struct Formulaire {
    pub action: String,
    /// What would be sent as it stands.
    pub champs: Vec<(String, String)>,
    /// Every name a person can fill in.
    pub noms: Vec<String>,
    /// (name, value, label) of lists, radios and boxes.
    pub choix: Vec<(String, String, String)>,
    /// (words, name, value).
    pub boutons: Vec<(String, String, String)>,
}

/// A page as read.
#[derive(Debug, Default)]
pub struct Page {
    pub formulaires: Vec<Formulaire>,
    /// (words, address).
    pub liens: Vec<(String, String)>,
}

/// A start or end tag with the text that follows it.
struct Balise<'a> {
    nom: &'a str,
    attributs: &'a str,
    texte: &'a str,
}

impl Balise<'_> {
    fn get(&self, nom: &str) -> Option<String> {
        let (_, suite) = self.attributs.split_once(&format!(" {nom}=\""))?;
        Some(plain(suite.split('"').next()?))
    }

    fn has(&self, nom: &str) -> bool {
        self.attributs.split(' ').any(|a| a == nom)
    }

    fn is(&self, genre: &str) -> bool {
        self.get("type").as_deref() == Some(genre)
    }
}

/// Text without entities.
pub fn plain(s: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("\u{a0}", " "),
        ("\u{202f}", " "),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(s.to_owned(), |s, (de, en)| s.replace(de, en))
}

/// What a person reads: text without tags, spaces gathered.
pub fn text(html: &str) -> String {
    let t: Vec<&str> = tags(html).iter().map(|b| b.texte).collect();
    plain(&t.join(" "))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn tags(html: &str) -> Vec<Balise<'_>> {
    html.split('<')
        .skip(1)
        .map(|b| {
            let (balise, texte) = b.split_once('>').unwrap_or((b, ""));
            let fin = balise.find([' ', '\n']).unwrap_or(balise.len());
            let (nom, attributs) = balise.split_at(fin);
            Balise {
                nom,
                attributs,
                texte,
            }
        })
        .collect()
}

/// The forms and links of the main part of a page.
pub fn read(html: &str) -> Page {
    let principal = html
        .split_once("<main")
        .map_or(html, |(_, m)| m.split("</main>").next().unwrap_or(m));
    let balises = tags(principal);
    let mut page = Page::default();
    let mut f: Option<Formulaire> = None;
    let mut liste = String::new();
    let mut dernier = (String::new(), String::new());
    for (i, b) in balises.iter().enumerate() {
        match (b.nom, &mut f) {
            ("a", _) => {
                let mots = inner(&balises[i..], "/a");
                page.liens.push((mots, b.get("href").unwrap_or_default()));
            }
            ("form", _) => {
                f = Some(Formulaire {
                    action: b.get("action").unwrap_or_default(),
                    ..Formulaire::default()
                });
            }
            ("/form", Some(_)) => page.formulaires.extend(f.take()),
            ("input", Some(f)) => {
                let Some(nom) = b.get("name") else { continue };
                let valeur = b.get("value").unwrap_or_default();
                let a_cocher = b.is("radio") || b.is("checkbox");
                if !b.is("hidden") {
                    f.noms.push(nom.clone());
                }
                if !a_cocher || b.has("checked") {
                    f.champs.push((nom.clone(), valeur.clone()));
                }
                if a_cocher {
                    dernier = (nom, valeur);
                }
            }
            ("label", Some(f)) if !dernier.0.is_empty() => {
                let (nom, valeur) = std::mem::take(&mut dernier);
                f.choix.push((nom, valeur, inner(&balises[i..], "/label")));
            }
            ("textarea", Some(f)) => {
                let nom = b.get("name").unwrap_or_default();
                f.noms.push(nom.clone());
                f.champs.push((nom, plain(b.texte)));
            }
            ("select", Some(f)) => {
                liste = b.get("name").unwrap_or_default();
                f.noms.push(liste.clone());
                f.champs.push((liste.clone(), String::new()));
            }
            ("option", Some(f)) => {
                let valeur = b.get("value").unwrap_or_default();
                if b.has("selected") {
                    f.champs.retain(|(n, _)| *n != liste);
                    f.champs.push((liste.clone(), valeur.clone()));
                }
                f.choix.push((liste.clone(), valeur, plain(b.texte)));
            }
            ("button", Some(f)) => f.boutons.push((
                inner(&balises[i..], "/button"),
                b.get("name").unwrap_or_default(),
                b.get("value").unwrap_or_default(),
            )),
            _ => {}
        }
    }
    page
}

/// The words between a tag and its end.
fn inner(balises: &[Balise<'_>], fin: &str) -> String {
    let t: Vec<&str> = balises
        .iter()
        .take_while(|b| b.nom != fin)
        .map(|b| b.texte)
        .collect();
    plain(&t.concat()).trim().to_owned()
}
