//! A line understood by the rules of the form, its faults told cell by cell.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use socle::{Acteur, Resultat, Tx, crypto::sha256_hex, francais};
use uuid::Uuid;

use super::{
    auteur::Auteurs,
    champs::{self, fill},
};
use crate::{
    activite::{Contenu, TypeActivite, saisie},
    beneficiaire::Profil,
    import::{Analyse, Ligne, Probleme, Tableau, commune::Communes, store},
};

/// A line that would be written.
#[derive(Debug, Clone)]
pub struct Bonne {
    pub ligne: usize,
    pub auteur: Uuid,
    pub contenu: Contenu,
    pub profils: Vec<Profil>,
    /// The place it names, with where it is.
    pub lieu: Option<saisie::LieuConnu>,
    /// Knows the line again.
    pub cle: String,
}

type Fautes = Vec<(String, String)>;

/// Says what each line would become, and what is wrong.
///
/// # Errors
/// `Erreur::Base`.
pub async fn analyse(
    tx: &mut Tx,
    acteur: &Acteur,
    source: &str,
    t: &Tableau,
) -> Resultat<(Vec<Bonne>, Analyse)> {
    let mut a = Analyse {
        lignes: t.lignes.len(),
        ..Analyse::default()
    };
    let mut auteurs = Auteurs::default();
    if let Some(moi) = acteur.personne
        && crate::AUTEURS.contains(&acteur.role)
        && t.lignes.iter().any(|l| l.has("beneficiaire"))
    {
        auteurs.open_files(tx, moi).await?;
    }
    let mut lecteur = Lecteur {
        acteur,
        source,
        auteurs,
        communes: Communes::default(),
        rangs: HashMap::new(),
    };
    let mut bonnes: Vec<Bonne> = Vec::new();
    let mut vues: HashMap<String, usize> = HashMap::new();
    for l in &t.lignes {
        let fautes = match lecteur.read(tx, l).await? {
            Ok(b) => match vues.get(&b.cle) {
                Some(premiere) => {
                    vec![(
                        "id_externe".to_owned(),
                        format!("Ligne identique à la ligne {premiere}."),
                    )]
                }
                None => {
                    vues.insert(b.cle.clone(), l.numero);
                    bonnes.push(b);
                    continue;
                }
            },
            Err(f) => f,
        };
        a.problemes
            .extend(fautes.into_iter().map(|(colonne, message)| Probleme {
                ligne: l.numero,
                colonne,
                message,
            }));
    }
    let cles: Vec<String> = bonnes.iter().map(|b| b.cle.clone()).collect();
    let connues = store::known_lines(tx, &cles).await?;
    bonnes.retain(|b| !connues.contains(&b.cle));
    a.ecartees = connues.len();
    a.valides = bonnes.len();
    Ok((bonnes, a))
}

struct Lecteur<'a> {
    acteur: &'a Acteur,
    source: &'a str,
    auteurs: Auteurs,
    communes: Communes,
    /// Lines without an identifier that say the same: the first, the second…
    rangs: HashMap<String, usize>,
}

impl Lecteur<'_> {
    async fn read(&mut self, tx: &mut Tx, l: &Ligne) -> Resultat<Result<Bonne, Fautes>> {
        if let Some(colonne) = l.removed() {
            let message = socle::texte_libre::MESSAGE.to_owned();
            return Ok(Err(vec![(colonne.to_owned(), message)]));
        }
        let mut fautes = Fautes::new();
        let genre = champs::kind(l.get("type"))
            .map_err(|m| fautes.push(("type".into(), m)))
            .ok();
        let date = francais::parse_date(l.get("date"))
            .map_err(|m| fautes.push(("date".into(), m.into())))
            .ok();
        let aujourdhui = self.auteurs.today(tx, None).await?;
        let le = date.unwrap_or(aujourdhui);
        let auteur = self
            .auteurs
            .find(tx, self.acteur, l.get("courriel_mediateur"), le)
            .await?
            .map_err(|m| fautes.push(("courriel_mediateur".into(), m)))
            .ok();
        let (Some((t, modalite)), Some(auteur)) = (genre, auteur) else {
            return Ok(Err(fautes));
        };
        let followed = match l.get("beneficiaire") {
            "" => None,
            nom => match self.auteurs.followed(auteur, nom) {
                Ok((id, f)) => Some((id, f.clone())),
                Err(m) => {
                    fautes.push(("beneficiaire".into(), m.into()));
                    None
                }
            },
        };
        let commune = match self
            .communes
            .read(l, ["code_insee", "code_postal", "commune"])
        {
            Ok(c) => c.map(territoires::Commune::libelle),
            Err((colonne, m)) => {
                fautes.push((colonne.into(), m));
                None
            }
        };
        let coop = self.source == "espace_coop";
        let cx = self.auteurs.day(tx, auteur, le).await?;
        let mut r = fill(l, t, modalite, &cx.voc, &cx.lieux, coop);
        fautes.append(&mut r.fautes);
        let mut saisis = r.champs;
        if let Some(c) = commune {
            saisis = saisis.with("commune", c);
        }
        if let Some((id, _)) = &followed {
            let champ = match t {
                TypeActivite::Individuel => "beneficiaire",
                TypeActivite::Collectif => "suivis",
            };
            saisis = saisis.with(champ, id);
        }
        let mut contenu = match saisie::read(t, &saisis, cx) {
            Ok(c) if fautes.is_empty() => c,
            Ok(_) => return Ok(Err(fautes)),
            Err(e) => {
                for (champ, message) in e.iter() {
                    let colonne = column(champ, l);
                    if fautes.iter().all(|(c, _)| *c != colonne) {
                        fautes.push((colonne, message.to_owned()));
                    }
                }
                return Ok(Err(fautes));
            }
        };
        contenu.valeurs.extend(r.ages);
        let contenu = contenu.ordered();
        let lieu = contenu
            .lieu
            .and_then(|id| cx.lieux.iter().find(|p| p.id == id).cloned());
        let profils = followed
            .iter()
            .map(|(id, f)| f.profil(*id, contenu.date))
            .collect();
        Ok(Ok(Bonne {
            ligne: l.numero,
            auteur,
            cle: self.key(tx, auteur, contenu.date, l),
            contenu,
            profils,
            lieu,
        }))
    }

    /// `(source, id_externe)` of this author; without an identifier, what the
    /// line says and how many said the same before it.
    fn key(&mut self, tx: &Tx, auteur: Uuid, le: Date, l: &Ligne) -> String {
        let id = if l.has("id_externe") {
            format!("id:{}", l.get("id_externe"))
        } else {
            let dit: BTreeMap<&str, &str> = l
                .valeurs
                .iter()
                .map(|(c, v)| (c.as_str(), v.trim()))
                .collect();
            let empreinte = sha256_hex(format!("{le}{dit:?}").as_bytes());
            let rang = self
                .rangs
                .entry(format!("{auteur}{empreinte}"))
                .or_default();
            *rang += 1;
            format!("texte:{empreinte}:{rang}")
        };
        tx.blind("import.activite", &format!("{}|{auteur}|{id}", self.source))
    }
}

/// The column to correct for a field of the form.
fn column(champ: &str, l: &Ligne) -> String {
    match champ {
        "lieu" if l.has("type_lieu") || l.has("lieu") => "lieu",
        "lieu" => "type_lieu",
        "total" => "participants",
        "deja_accompagne" => "deja",
        "suivis" => "beneficiaire",
        "confirme_texte" => "notes",
        autre => autre,
    }
    .to_owned()
}
