//! Somebody at a browser: reads a page, fills its form in, presses a button.

use comptes::{compte::second_facteur, demo::MOT_DE_PASSE};
use web::essai::{Client, Rep};

use super::{html, site::Site};

/// Fails with what the page says when it was refused.
#[track_caller]
pub fn done(r: &Rep) {
    assert_eq!(r.statut, 303, "{}", html::text(&r.texte()));
}

/// Of two answers to two people, one is done and the other learns that it was.
#[track_caller]
pub fn one_of_two(a: &Rep, b: &Rep) {
    let mut statuts = [a.statut.as_u16(), b.statut.as_u16()];
    statuts.sort_unstable();
    assert_eq!(statuts, [303, 409]);
}

/// What a browser is about to send.
#[derive(Debug, Clone)]
pub struct Envoi {
    action: String,
    champs: Vec<(String, String)>,
    saisis: Vec<(String, String)>,
    bouton: String,
}

#[derive(Clone)]
pub struct Personne<'a> {
    pub site: &'a Site,
    client: Client,
    /// Address of the page shown.
    pub chemin: String,
    pub page: String,
}

impl<'a> Personne<'a> {
    pub fn new(site: &'a Site, client: Client) -> Self {
        Self {
            site,
            client,
            chemin: String::new(),
            page: String::new(),
        }
    }

    /// Signs in with an account that has its second factor.
    pub async fn entre(&mut self, adresse: &str) {
        // A code serves once.
        self.site.base.clock().advance(31);
        comptes::essai::sign_in(&self.site.base, &mut self.client, adresse).await;
    }

    async fn get(&mut self, chemin: &str) -> Rep {
        self.site.base.clock().advance(2);
        self.client.get(chemin).await
    }

    /// Signs in for the first time with a role, enrolling the second factor it asks for.
    pub async fn connecte(&mut self, adresse: &str) {
        self.site.base.clock().advance(31);
        self.va("/connexion").await;
        self.presse(
            "Se connecter",
            &[("courriel", adresse), ("mot_de_passe", MOT_DE_PASSE)],
        )
        .await;
        if !self.chemin.starts_with("/connexion/code") {
            return;
        }
        let cle = |debut: &str| {
            let (_, suite) = self.page.split_once(debut)?;
            Some(suite.split('<').next()?.replace(' ', ""))
        };
        let secret = cle("la clé <code>").or_else(|| cle("(clé : <code>"));
        let now = self.site.base.clock().now();
        let code = second_facteur::code(&secret.expect("la clé du second facteur"), now).unwrap();
        let e = self.envoi("Continuer", &[("code", &code)]);
        let r = self.poste(&e).await;
        if r.statut == 303 {
            self.va(&r.lien()).await;
        }
    }

    /// Signs in again when the session has ended.
    pub async fn revient(&mut self, adresse: &str) {
        self.va("/compte").await;
        if self.chemin.starts_with("/connexion") {
            self.entre(adresse).await;
        }
    }

    /// Acts under another role, signing in again if it asks for a code.
    pub async fn devient(&mut self, role: &str, adresse: &str) {
        self.va("/compte").await;
        if !self.page.contains("Agir en tant que") {
            return;
        }
        let e = self.envoi(&format!("Agir en tant que {role}"), &[]);
        done(&self.poste(&e).await);
        self.va("/compte").await;
        if self.chemin.starts_with("/connexion") {
            self.connecte(adresse).await;
        }
    }

    /// Opens a page, following redirections.
    pub async fn va(&mut self, chemin: &str) -> &Self {
        let demande = chemin.to_owned();
        let mut chemin = chemin.to_owned();
        loop {
            let r = self.get(&chemin).await;
            if r.statut == 303 {
                chemin = r.lien();
                continue;
            }
            assert_eq!(
                r.statut,
                200,
                "{demande} puis {chemin} :\n{}",
                html::text(&r.texte())
            );
            self.chemin = chemin;
            self.page = r.texte();
            return self;
        }
    }

    /// What an address answers.
    pub async fn statut(&mut self, chemin: &str) -> u16 {
        self.get(chemin).await.statut.as_u16()
    }

    /// A file.
    pub async fn fichier(&mut self, chemin: &str) -> Vec<u8> {
        let r = self.get(chemin).await;
        assert_eq!(r.statut, 200, "{chemin}");
        r.octets
    }

    /// Fails with the page when the words are not on it.
    #[track_caller]
    pub fn voit(&self, mots: &str) -> &Self {
        let t = html::text(&self.page);
        assert!(
            t.contains(mots),
            "« {mots} » absent de {} :\n{t}",
            self.chemin
        );
        self
    }

    /// How many times the page says these words.
    pub fn fois(&self, mots: &str) -> usize {
        html::text(&self.page).matches(mots).count()
    }

    /// The address of a link of the page, by its words.
    #[track_caller]
    pub fn lien(&self, mots: &str) -> String {
        html::read(&self.page)
            .liens
            .into_iter()
            .find(|(m, _)| m.contains(mots))
            .unwrap_or_else(|| panic!("lien « {mots} » absent de {}", self.chemin))
            .1
    }

    /// The row of a table that says these words.
    #[track_caller]
    fn ligne(&self, mots: &str) -> String {
        self.page
            .split("<tr>")
            .skip(1)
            .filter_map(|l| Some(format!("<tr>{}", l.split("</tr>").next()?)))
            .find(|l| html::text(l).contains(mots))
            .unwrap_or_else(|| panic!("ligne « {mots} » absente de {}", self.chemin))
    }

    /// What the row of a table says.
    #[track_caller]
    pub fn lit(&self, mots: &str) -> String {
        html::text(&self.ligne(mots))
    }

    /// The address beginning so of the row of a table that says these words.
    #[track_caller]
    pub fn lien_de(&self, mots: &str, debut: &str) -> String {
        html::read(&self.ligne(mots))
            .liens
            .into_iter()
            .map(|(_, a)| a)
            .find(|a| a.starts_with(debut))
            .unwrap_or_else(|| panic!("lien {debut} absent de la ligne « {mots} »"))
    }

    /// Addresses of the links that begin so.
    pub fn liens(&self, debut: &str) -> Vec<String> {
        let liens = html::read(&self.page).liens.into_iter();
        liens
            .map(|(_, a)| a)
            .filter(|a| a.starts_with(debut))
            .collect()
    }

    /// The value of a choice of the page, by its words.
    #[track_caller]
    pub fn choix(&self, nom: &str, mots: &str) -> String {
        html::read(&self.page)
            .formulaires
            .into_iter()
            .flat_map(|f| f.choix)
            .find(|(n, v, l)| n == nom && !v.is_empty() && l.contains(mots))
            .unwrap_or_else(|| panic!("« {mots} » absent des choix {nom} de {}", self.chemin))
            .1
    }

    /// Every value of a group.
    pub fn tous(&self, nom: &str) -> Vec<String> {
        html::read(&self.page)
            .formulaires
            .into_iter()
            .flat_map(|f| f.choix)
            .filter(|(n, v, _)| n == nom && !v.is_empty())
            .map(|(_, v, _)| v)
            .collect()
    }

    /// The words of the last button of the page.
    #[track_caller]
    pub fn dernier_bouton(&self) -> String {
        html::read(&self.page)
            .formulaires
            .into_iter()
            .flat_map(|f| f.boutons)
            .next_back()
            .expect("un bouton")
            .0
    }

    /// The form of a button as shown, filled in.
    #[track_caller]
    pub fn envoi(&self, bouton: &str, saisie: &[(&str, &str)]) -> Envoi {
        let page = html::read(&self.page);
        let f = page
            .formulaires
            .into_iter()
            .find(|f| f.boutons.iter().any(|(m, ..)| m.contains(bouton)))
            .unwrap_or_else(|| {
                panic!(
                    "bouton « {bouton} » absent de {} :\n{}",
                    self.chemin,
                    html::text(&self.page)
                )
            });
        let mut champs = f.champs;
        champs.retain(|(n, _)| !saisie.iter().any(|(s, _)| s == n));
        let mut saisis = Vec::new();
        for (nom, valeur) in saisie {
            assert!(
                f.noms.iter().any(|n| n == nom),
                "champ {nom} absent de {} : {:?}",
                self.chemin,
                f.noms
            );
            let choix: Vec<_> = f.choix.iter().filter(|(n, ..)| n == nom).collect();
            assert!(
                valeur.is_empty() || choix.is_empty() || choix.iter().any(|(_, v, _)| v == valeur),
                "choix {nom}={valeur} absent de {} : {choix:?}",
                self.chemin
            );
            let vide_a_cocher = valeur.is_empty() && !choix.is_empty();
            if !vide_a_cocher {
                saisis.push(((*nom).to_owned(), (*valeur).to_owned()));
            }
        }
        champs.extend(saisis.clone());
        let (_, nom, valeur) = f
            .boutons
            .into_iter()
            .find(|(m, ..)| m.contains(bouton))
            .unwrap_or_default();
        if !nom.is_empty() {
            champs.push((nom, valeur));
        }
        Envoi {
            action: f.action,
            champs,
            saisis,
            bouton: bouton.to_owned(),
        }
    }

    pub async fn poste(&mut self, e: &Envoi) -> Rep {
        let champs: Vec<(&str, &str)> = e
            .champs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        self.site.base.clock().advance(2);
        self.client.post(&e.action, &champs).await
    }

    /// Presses a button and follows to the next page.
    pub async fn presse(&mut self, bouton: &str, saisie: &[(&str, &str)]) -> &Self {
        let e = self.envoi(bouton, saisie);
        let r = self.poste(&e).await;
        assert_eq!(
            r.statut,
            303,
            "« {bouton} » sur {} :\n{}",
            self.chemin,
            html::text(&r.texte())
        );
        self.va(&r.lien()).await
    }

    /// Presses a button that refuses: 422, the words beside the field, and
    /// what was typed still there.
    pub async fn refuse(&mut self, bouton: &str, saisie: &[(&str, &str)], message: &str) {
        let e = self.envoi(bouton, saisie);
        let r = self.poste(&e).await;
        let t = html::text(&r.texte());
        assert_eq!(r.statut, 422, "« {bouton} » sur {} :\n{t}", self.chemin);
        let page = r.texte();
        assert!(
            t.contains(message) || page.contains(&format!("href=\"#c-{message}\"")),
            "« {message} » absent du refus de « {bouton} » :\n{t}"
        );
        self.page = page;
        let garde = html::read(&self.page)
            .formulaires
            .into_iter()
            .find(|f| f.boutons.iter().any(|(m, ..)| m.contains(&e.bouton)))
            .unwrap_or_default();
        for (nom, valeur) in &e.saisis {
            let secret = nom.contains("mot_de_passe") || nom == "confirmation";
            assert!(
                secret || garde.champs.iter().any(|(n, v)| n == nom && v == valeur),
                "« {bouton} » : {nom} = {valeur} n'est pas gardé : {:?}",
                garde.champs
            );
        }
    }

    /// Two clicks at once, or two people: both answers.
    pub async fn ensemble(&self, a: &Envoi, autre: &Personne<'_>, b: &Envoi) -> (Rep, Rep) {
        let (mut x, mut y) = (self.clone(), autre.clone());
        tokio::join!(x.poste(a), y.poste(b))
    }
}
