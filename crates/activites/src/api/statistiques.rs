//! `GET /statistiques`: the figures and blocks of the catalogue over the
//! perimeter of the application, as numbers.

use axum::response::Response;
use comptes::client::Client;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use socle::{Perimetre, Resultat, Tx, params, sql};
use uuid::Uuid;

use super::{
    appel::{Appel, Doc},
    filtres,
    refus::Refus,
};
use crate::{
    petites_cellules as pc,
    statistiques::{
        self, Bloc, Filtres, Grain, Listes, Portee, Question, Reponse, Serie,
        calcul::{moyenne, part},
        catalogue::{self, Lecture},
        filtres::Nom,
        portee::Niveau,
    },
    vocabulaire::Vocabulaires,
    voisins,
};

/// Calls per minute: they cost more than the rest.
const PAR_MINUTE: u32 = 60;

pub async fn read(mut appel: Appel) -> Response {
    let r = match appel.throttle("statistiques", PAR_MINUTE) {
        Ok(()) => answer(&appel).await,
        Err(e) => Err(e),
    };
    appel.answer(r)
}

/// Small cells are hidden from whoever does not run what is counted (§5.7).
fn masked(c: &Client) -> bool {
    !c.has("statistiques:lire") || matches!(c.perimetre(), Perimetre::Departements(_))
}

async fn answer(appel: &Appel) -> Result<Doc, Refus> {
    appel.only(|p| matches!(p, "par" | "serie" | "blocs") || filtres::knows(p))?;
    let blocs = blocks(appel)?;
    let par_activite = one_of(appel, "par", &["personne", "activite"])? == Some("activite");
    let grain = match appel.param("serie") {
        None => None,
        Some(g) => Some(
            Grain::from_cle(g).ok_or_else(|| Refus::parametre("serie", "Pas inconnu : serie."))?,
        ),
    };
    let masque = masked(&appel.client);
    let mut tx = appel.ctx.read().await?;
    let mut f = filtres::read(&mut tx, appel).await?;
    let fins = [Nom::Auteur, Nom::Lieu, Nom::Etiquette];
    if masque && let Some(n) = fins.iter().find(|n| !f.get(**n).is_empty()) {
        let nom = format!("filter[{}]", n.cle());
        return Err(Refus::parametre(
            &nom,
            "Ce filtre ne s'applique pas à des chiffres dont les petites cellules sont masquées.",
        ));
    }
    if masque {
        months(&mut f);
    }
    let grain = if masque {
        Some(grain.unwrap_or(Grain::Mois).max(Grain::Mois))
    } else {
        grain
    };
    let question = question(&mut tx, &appel.client, f, par_activite, grain).await?;
    let mut reponse = statistiques::repondre(&mut tx, &question).await?;
    let voc = Vocabulaires::ever(&mut tx).await?;
    catalogue::derive_missions(&mut reponse, &voc);
    let l = Lecteur {
        r: &reponse,
        voc: &voc,
        masque,
        par_activite,
    };
    let voulu = |id: &str| blocs.is_empty() || blocs.iter().any(|b| b == id);
    let mut attributs = json!({
        "stat_version": reponse.version,
        "catalogue": catalogue::VERSION,
        "petites_cellules_masquees": masque,
        "chiffres": l.figures(voulu),
        "blocs": Bloc::TOUS.iter().filter(|b| voulu(b.id())).filter_map(|b| l.block(*b)).collect::<Vec<_>>(),
    });
    if voulu("ST47") {
        attributs["serie"] = l.series();
    }
    Ok(Doc::ok(json!({ "data": {
        "type": "statistiques", "id": appel.client.id, "attributes": attributs,
    }})))
}

/// Periods there are whole months.
fn months(f: &mut Filtres) {
    f.du = f.du.map(Date::first_of_month);
    f.au = f.au.map(Date::last_of_month);
}

fn one_of<'a>(appel: &'a Appel, nom: &str, valeurs: &[&str]) -> Result<Option<&'a str>, Refus> {
    match appel.param(nom) {
        Some(v) if !valeurs.contains(&v) => Err(Refus::parametre(
            nom,
            format!("Valeur inconnue : {nom}. Valeurs : {}.", valeurs.join(", ")),
        )),
        v => Ok(v),
    }
}

/// `blocs=ST04,ST28`.
fn blocks(appel: &Appel) -> Result<Vec<String>, Refus> {
    let demandes = appel.requete.get("blocs").into_iter().flatten();
    demandes
        .flat_map(|v| v.split(','))
        .filter(|b| !b.is_empty())
        .map(|b| {
            let juste = b
                .strip_prefix("ST")
                .and_then(|n| n.parse::<u8>().ok())
                .is_some_and(|n| (1..=60).contains(&n));
            if juste {
                Ok(b.to_owned())
            } else {
                Err(Refus::parametre("blocs", format!("Bloc inconnu : {b}.")))
            }
        })
        .collect()
}

async fn question(
    tx: &mut Tx,
    c: &Client,
    filtres: Filtres,
    par_activite: bool,
    grain: Option<Grain>,
) -> Result<Question, Refus> {
    let portee = match c.perimetre() {
        Perimetre::National => Portee::National,
        Perimetre::Departements(d) => Portee::territoire(Niveau::Departement, d),
        Perimetre::Structures(s) => match s.first() {
            Some(s) => Portee::Structure(*s),
            None => return Err(Refus::introuvable()),
        },
        Perimetre::Aucun | Perimetre::Soi(_) => return Err(Refus::introuvable()),
    };
    let aujourdhui = tx.today();
    Ok(Question {
        portee,
        serie: Serie::of(grain, filtres.du, filtres.au, aujourdhui),
        filtres,
        par_activite,
        aujourdhui,
        etiquettes: tags(tx, c).await?,
        itinerants: voisins::places_on_wheels(tx).await?,
        listes: Listes {
            lieux: usize::MAX,
            ..Listes::AUCUNE
        },
    })
}

/// The tags an application may count by: national ones, those of its
/// départements.
async fn tags(tx: &mut Tx, c: &Client) -> Resultat<Vec<Uuid>> {
    let departements = match c.perimetre() {
        Perimetre::Departements(d) => d,
        _ => Vec::new(),
    };
    tx.rows(
        sql!(
            "SELECT id FROM etiquette
             WHERE portee = 'nationale' OR (portee = 'departementale' AND proprietaire IN liste($1)) ORDER BY id"
        ),
        params![&departements],
    )
    .await?
    .iter()
    .map(|l| l.get("id"))
    .collect()
}

struct Lecteur<'a> {
    r: &'a Reponse,
    voc: &'a Vocabulaires,
    masque: bool,
    par_activite: bool,
}

impl Lecteur<'_> {
    fn alone(&self, n: i64) -> Option<i64> {
        if self.masque { pc::shown(n) } else { Some(n) }
    }

    fn split(&self, nombres: &[i64], partition: bool) -> Vec<Option<i64>> {
        match (self.masque, partition) {
            (false, _) => nombres.iter().map(|n| Some(*n)).collect(),
            (true, true) => pc::partition(nombres).0,
            (true, false) if self.tiny() => nombres.iter().map(|_| None).collect(),
            (true, false) => pc::multiple(nombres),
        }
    }

    /// Everything derived is hidden with a small ST04.
    fn tiny(&self) -> bool {
        self.masque && pc::shown(self.r.totaux.accompagnements()).is_none()
    }

    fn figures(&self, voulu: impl Fn(&str) -> bool) -> Vec<Value> {
        let t = &self.r.totaux;
        let n = t.accompagnements();
        let derive = |x: i64| (!self.tiny()).then_some(x);
        let paire = |a, b| {
            let v = self.split(&[a, b], true);
            (v[0], v[1])
        };
        let (individuels, ateliers) = paire(t.individuels, t.ateliers);
        let (n_ind, n_ate) = paire(t.accompagnements_individuels, t.participations_ateliers);
        let (suivis, anonymes) = paire(t.accompagnements_suivis, t.anonymes);
        let entiers = [
            ("ST01", "activites", self.alone(t.activites())),
            ("ST02", "individuels", individuels),
            ("ST03", "ateliers", ateliers),
            ("ST04", "accompagnements", self.alone(n)),
            ("ST05", "accompagnements_individuels", n_ind),
            ("ST06", "participations_ateliers", n_ate),
            ("ST08", "accompagnements_suivis", suivis),
            ("ST09", "participations_anonymes", anonymes),
            (
                "ST10",
                "beneficiaires_suivis",
                derive(t.beneficiaires_suivis),
            ),
            ("ST11", "beneficiaires_haut", derive(t.beneficiaires_haut())),
            ("ST12", "beneficiaires_bas", derive(t.beneficiaires_bas())),
            ("ST13", "nouveaux_beneficiaires", derive(t.nouveaux())),
            ("ST14", "suivis_recurrents", derive(t.suivis_recurrents)),
            ("ST16", "temps_activite", derive(t.temps_activite)),
            ("ST17", "temps_personnes", derive(t.temps_personnes)),
            ("ST48", "lieux_actifs", derive(t.lieux_actifs)),
            (
                "ST49",
                "professionnels_actifs_30j",
                self.alone(t.professionnels_actifs_30j),
            ),
            (
                "ST52",
                "accompagnements_agents",
                self.alone(t.accompagnements_agents),
            ),
            ("ST57", "hors_champ", self.alone(t.hors_champ)),
        ];
        // Tenths: means, and parts in percent.
        let moyen = |somme, combien| {
            if self.tiny() {
                None
            } else {
                moyenne(somme, combien)
            }
        };
        let taux = |x: i64, de: i64| {
            self.alone(x)
                .filter(|_| !self.tiny())
                .and_then(|_| part(x, de))
        };
        let suites: i64 = self.r.cells(Bloc::Suites).map_or(0, |c| c.values().sum());
        let dixiemes = [
            (
                "ST07",
                "moyenne_par_atelier",
                moyen(t.participations_ateliers, t.ateliers),
            ),
            (
                "ST15",
                "accompagnements_par_suivi",
                moyen(t.accompagnements_suivis, t.beneficiaires_suivis),
            ),
            ("ST19", "taux_de_suite", taux(suites, n)),
            ("ST50", "part_rdv", taux(t.avec_rdv, n)),
            ("ST51", "part_mandat", taux(t.avec_mandat, n)),
            ("ST55", "aller_vers", taux(t.aller_vers, n)),
            (
                "ST53",
                "part_demarches_seules",
                taux(t.demarches_seules, t.activites()),
            ),
            (
                "ST58",
                "confiance",
                moyen(t.confiance_somme, t.confiance_nombre),
            ),
        ];
        let entiers = entiers
            .iter()
            .map(|(id, cle, v)| (id, json!({ "id": id, "cle": cle, "valeur": v })));
        let dixiemes = dixiemes
            .iter()
            .map(|(id, cle, v)| (id, json!({ "id": id, "cle": cle, "valeur": v.map(tenth) })));
        entiers
            .chain(dixiemes)
            .filter(|(id, _)| voulu(id))
            .map(|(_, v)| v)
            .collect()
    }

    /// A block; nothing when nothing was said in it, nor where a hidden cell
    /// could be found by difference with another level of territory.
    fn block(&self, b: Bloc) -> Option<Value> {
        let fin = matches!(
            b,
            Bloc::Lieux | Bloc::Communes | Bloc::Epci | Bloc::Departements | Bloc::Regions
        );
        if self.masque && fin {
            return None;
        }
        let ordre = b.order(self.r.cells(b)?, self.voc);
        let nombres: Vec<i64> = ordre.iter().map(|c| c.1).collect();
        let vues = self.split(&nombres, b.is_partition());
        let somme: i64 = nombres.iter().sum();
        let multiple = b.lecture() == Lecture::Multiple;
        let base = match (multiple, b.is_weighted() && self.par_activite) {
            (false, _) => somme,
            (true, true) => self.r.totaux.activites(),
            (true, false) => self.r.totaux.accompagnements(),
        };
        let toutes = vues.iter().all(Option::is_some);
        let lignes: Vec<Value> = ordre
            .iter()
            .zip(&vues)
            .map(|((cle, n), vue)| {
                let connu = vue.is_some() && self.alone(base).is_some();
                let mut m = Map::new();
                let nom = if cle.is_empty() { "non_precise" } else { cle };
                m.insert("cle".into(), json!(nom));
                if !matches!(b, Bloc::Lieux | Bloc::Etiquettes) {
                    let libelle = b.label(cle, self.voc, &Default::default());
                    m.insert("libelle".into(), json!(libelle));
                }
                m.insert("nombre".into(), json!(vue));
                let p = part(*n, base).filter(|_| connu);
                m.insert("part".into(), json!(p.map(tenth)));
                if multiple {
                    // The number of answers would give hidden ones away.
                    let p = part(*n, somme).filter(|_| connu && toutes);
                    m.insert("part_reponses".into(), json!(p.map(tenth)));
                }
                Value::Object(m)
            })
            .collect();
        Some(json!({ "id": b.id(), "cle": b.cle(), "libelle": b.libelle(), "lignes": lignes }))
    }

    /// ST47. Months are parts of their year, which may be read alone.
    fn series(&self) -> Value {
        let mut annees: Vec<(i16, Vec<i64>)> = Vec::new();
        for p in &self.r.serie {
            let n = if self.par_activite {
                p.activites
            } else {
                p.accompagnements
            };
            match annees.last_mut() {
                Some((a, v)) if *a == p.debut.year() => v.push(n),
                _ => annees.push((p.debut.year(), vec![n])),
            }
        }
        let groupes: Vec<Vec<i64>> = annees.into_iter().map(|a| a.1).collect();
        let vues: Vec<Option<i64>> = if self.masque {
            pc::nested(&groupes).1.concat()
        } else {
            groupes.concat().into_iter().map(Some).collect()
        };
        self.r
            .serie
            .iter()
            .zip(vues)
            .map(|(p, v)| json!({ "debut": p.debut, "nombre": v }))
            .collect()
    }
}

/// 235 tenths are 23.5.
#[allow(clippy::cast_precision_loss)] // a number to read, far below 2^53
fn tenth(dixiemes: i64) -> f64 {
    dixiemes as f64 / 10.0
}
