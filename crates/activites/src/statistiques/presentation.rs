//! An answer as it is read: labels, parts, small cells hidden. The same for
//! the page, the shared links and every export.

use std::collections::BTreeMap;

use socle::francais::{self, entier};
use uuid::Uuid;

use super::{
    Bloc, Part, Question, Reponse,
    calcul::{dixiemes, heures, moyenne, pourcent},
    catalogue::{self, Lecture},
};
use crate::{
    petites_cellules::{self as pc, Vue},
    vocabulaire::Vocabulaires,
};

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chiffre {
    pub id: &'static str,
    pub cle: &'static str,
    pub libelle: &'static str,
    pub valeur: String,
    pub detail: String,
}

/// One line of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ligne {
    pub cle: String,
    pub libelle: String,
    pub nombre: Vue,
    pub part: String,
    /// Of the answers; empty where each gives one.
    pub part_reponses: String,
}

/// « 1 atelier », « n.d. ateliers ».
fn counted(n: Option<i64>, mot: &str) -> String {
    n.map_or_else(
        || format!("{} {mot}s", pc::dit(None)),
        |n| francais::pluriel(n, mot),
    )
}

impl Ligne {
    /// « 1 234 » or « n.d. ».
    #[must_use]
    pub fn dit(&self) -> String {
        pc::dit(self.nombre)
    }
}

/// A block with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tableau {
    pub bloc: Bloc,
    pub lignes: Vec<Ligne>,
    /// What the parts are parts of, in words.
    pub base: String,
}

/// One line of ST41, ST42: name, accompagnements, activities, people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qui {
    pub nom: String,
    pub accompagnements: String,
    pub activites: String,
    pub suivis: String,
}

/// Everything of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rapport {
    pub version: i64,
    pub chiffres: Vec<Chiffre>,
    pub tableaux: Vec<Tableau>,
    /// (bucket, count) of ST47.
    pub serie: Vec<(String, Vue)>,
    pub auteurs: Vec<Qui>,
    pub structures: Vec<Qui>,
    pub vide: bool,
}

/// What names the answer: vocabularies, and what only the database knows.
#[derive(Debug, Default)]
pub struct Noms {
    pub voc: Vocabulaires,
    /// Places and tags, by identifier.
    pub autres: BTreeMap<String, String>,
    pub auteurs: BTreeMap<Uuid, String>,
    pub structures: BTreeMap<Uuid, String>,
}

/// Reads an answer. `masque`: small cells are hidden.
#[must_use]
pub fn rapport(r: &Reponse, q: &Question, noms: &Noms, masque: bool) -> Rapport {
    let v = Lecteur { r, q, noms, masque };
    Rapport {
        version: r.version,
        chiffres: v.figures(),
        tableaux: Bloc::TOUS.iter().filter_map(|b| v.table(*b)).collect(),
        serie: v.serie(),
        auteurs: v.people(r.auteurs.iter().map(|(id, p)| {
            let nom = noms.auteurs.get(id).cloned();
            (nom.unwrap_or_else(|| "Professionnel parti".into()), *p)
        })),
        structures: v.people(r.structures.iter().map(|(id, p)| {
            let nom = match id {
                None => "Employeur à préciser".to_owned(),
                Some(id) => noms
                    .structures
                    .get(id)
                    .cloned()
                    .unwrap_or_else(|| "Structure inconnue".into()),
            };
            (nom, *p)
        })),
        vide: r.totaux.activites() == 0,
    }
}

struct Lecteur<'a> {
    r: &'a Reponse,
    q: &'a Question,
    noms: &'a Noms,
    masque: bool,
}

const ND: &str = "n.d.";

impl Lecteur<'_> {
    /// Everything derived is hidden with a small ST04.
    fn tiny(&self) -> bool {
        self.masque && pc::shown(self.r.totaux.accompagnements()).is_none()
    }

    fn alone(&self, n: i64) -> Vue {
        if self.masque { pc::shown(n) } else { Some(n) }
    }

    fn two(&self, a: i64, b: i64) -> [Vue; 2] {
        if self.masque {
            let v = pc::partition(&[a, b]).0;
            [v[0], v[1]]
        } else {
            [Some(a), Some(b)]
        }
    }

    #[allow(clippy::too_many_lines)] // one line per figure of the catalogue
    fn figures(&self) -> Vec<Chiffre> {
        let t = &self.r.totaux;
        let n = t.accompagnements();
        let derive = |texte: String| if self.tiny() { ND.to_owned() } else { texte };
        let [individuels, ateliers] = self.two(t.individuels, t.ateliers);
        let [n_ind, n_ate] = self.two(t.accompagnements_individuels, t.participations_ateliers);
        let [suivis, anonymes] = self.two(t.accompagnements_suivis, t.anonymes);
        // A part gives its count away: hidden with it.
        let part = |x: i64| {
            if self.alone(x).is_none() || self.tiny() {
                ND.to_owned()
            } else {
                pourcent(x, n)
            }
        };
        let suites: i64 = self.sum(Bloc::Suites);
        let c = |id, cle, libelle, valeur: String, detail: String| Chiffre {
            id,
            cle,
            libelle,
            valeur,
            detail,
        };
        let nombre = |id, cle, libelle, v: Vue| c(id, cle, libelle, pc::dit(v), String::new());
        let base = "des accompagnements";
        let mut v = vec![
            c(
                "ST04",
                "accompagnements",
                "Accompagnements",
                pc::dit(self.alone(n)),
                format!(
                    "{} en individuel, {} en atelier",
                    pc::dit(n_ind),
                    pc::dit(n_ate)
                ),
            ),
            c(
                "ST11",
                "beneficiaires_haut",
                "Personnes, estimation haute",
                derive(entier(t.beneficiaires_haut())),
                format!(
                    "estimation basse : {}",
                    derive(entier(t.beneficiaires_bas()))
                ),
            ),
            c(
                "ST01",
                "activites",
                "Activités",
                pc::dit(self.alone(t.activites())),
                format!(
                    "{}, {}",
                    counted(individuels, "individuel"),
                    counted(ateliers, "atelier")
                ),
            ),
            nombre(
                "ST02",
                "individuels",
                "Accompagnements individuels",
                individuels,
            ),
            nombre("ST03", "ateliers", "Ateliers", ateliers),
            nombre(
                "ST05",
                "accompagnements_individuels",
                "Personnes en individuel",
                n_ind,
            ),
            nombre(
                "ST06",
                "participations_ateliers",
                "Participations aux ateliers",
                n_ate,
            ),
            c(
                "ST07",
                "moyenne_par_atelier",
                "Participants par atelier",
                derive(dixiemes(moyenne(t.participations_ateliers, t.ateliers))),
                "en moyenne".into(),
            ),
            nombre(
                "ST08",
                "accompagnements_suivis",
                "Accompagnements de personnes suivies",
                suivis,
            ),
            nombre(
                "ST09",
                "participations_anonymes",
                "Accompagnements anonymes",
                anonymes,
            ),
            c(
                "ST10",
                "beneficiaires_suivis",
                "Personnes suivies",
                derive(entier(t.beneficiaires_suivis)),
                "chacune comptée une fois".into(),
            ),
            c(
                "ST12",
                "beneficiaires_bas",
                "Personnes, estimation basse",
                derive(entier(t.beneficiaires_bas())),
                "sans les anonymes déjà accompagnés".into(),
            ),
            c(
                "ST13",
                "nouveaux_beneficiaires",
                "Nouvelles personnes",
                derive(entier(t.nouveaux())),
                String::new(),
            ),
            c(
                "ST14",
                "suivis_recurrents",
                "Personnes suivies venues au moins deux fois",
                derive(entier(t.suivis_recurrents)),
                String::new(),
            ),
            c(
                "ST15",
                "accompagnements_par_suivi",
                "Accompagnements par personne suivie",
                derive(dixiemes(moyenne(
                    t.accompagnements_suivis,
                    t.beneficiaires_suivis,
                ))),
                "en moyenne".into(),
            ),
            c(
                "ST16",
                "temps_activite",
                "Temps d'activité",
                derive(heures(t.temps_activite)),
                String::new(),
            ),
            c(
                "ST17",
                "temps_personnes",
                "Temps reçu par les personnes",
                derive(heures(t.temps_personnes)),
                "durée × participants".into(),
            ),
            c(
                "ST19",
                "taux_de_suite",
                "Accompagnements avec une suite",
                part(suites),
                base.into(),
            ),
            c(
                "ST48",
                "lieux_actifs",
                "Lieux actifs",
                derive(entier(t.lieux_actifs)),
                String::new(),
            ),
            c(
                "ST49",
                "professionnels_actifs_30j",
                "Professionnels actifs",
                entier(t.professionnels_actifs_30j),
                "ces 30 derniers jours".into(),
            ),
            c(
                "ST50",
                "part_rdv",
                "Sur rendez-vous",
                part(t.avec_rdv),
                base.into(),
            ),
            c(
                "ST51",
                "part_mandat",
                "Sous mandat",
                part(t.avec_mandat),
                base.into(),
            ),
            nombre(
                "ST52",
                "accompagnements_agents",
                "Accompagnements d'agents de structures",
                self.alone(t.accompagnements_agents),
            ),
            c(
                "ST53",
                "part_demarches_seules",
                "Activités de démarches seules",
                if self.alone(t.demarches_seules).is_none() || self.tiny() {
                    ND.to_owned()
                } else {
                    pourcent(t.demarches_seules, t.activites())
                },
                "des activités".into(),
            ),
            c(
                "ST55",
                "aller_vers",
                "Aller vers",
                part(t.aller_vers),
                base.into(),
            ),
            nombre("ST57", "hors_champ", "Hors champ", self.alone(t.hors_champ)),
        ];
        if t.confiance_nombre > 0 {
            v.push(c(
                "ST58",
                "confiance",
                "Confiance gagnée",
                derive(dixiemes(moyenne(t.confiance_somme, t.confiance_nombre))),
                format!(
                    "sur 5, en moyenne de {}",
                    pc::dit(self.alone(t.confiance_nombre))
                ),
            ));
        }
        v
    }

    fn sum(&self, bloc: Bloc) -> i64 {
        self.r.cells(bloc).map_or(0, |c| c.values().sum())
    }

    /// A block; none when nothing was said in it.
    fn table(&self, bloc: Bloc) -> Option<Tableau> {
        let cellules = self.r.cells(bloc)?;
        if cellules.keys().all(String::is_empty) {
            return None;
        }
        let ordre = bloc.order(cellules, &self.noms.voc);
        let nombres: Vec<i64> = ordre.iter().map(|c| c.1).collect();
        let vues = self.hide(bloc, &ordre, &nombres);
        let somme: i64 = nombres.iter().sum();
        let t = &self.r.totaux;
        let (base, dite) = match (bloc.lecture(), bloc.is_weighted() && self.q.par_activite) {
            (Lecture::Personnes, _) => (somme, "personnes, estimation haute".to_owned()),
            (Lecture::Simple, true) => (somme, "activités".to_owned()),
            (Lecture::Simple, false) if matches!(bloc, Bloc::Suites) => {
                (somme, "suites données".to_owned())
            }
            (Lecture::Simple, false) if matches!(bloc, Bloc::Destinations | Bloc::Organismes) => {
                (somme, "orientations".to_owned())
            }
            (Lecture::Simple, false) if matches!(bloc, Bloc::Missions) => {
                (somme, "réponses".to_owned())
            }
            (Lecture::Simple, false) => (somme, "accompagnements".to_owned()),
            (Lecture::Multiple, true) => (
                t.activites(),
                "activités ; plusieurs réponses possibles".to_owned(),
            ),
            (Lecture::Multiple, false) => (
                t.accompagnements(),
                "accompagnements ; plusieurs réponses possibles".to_owned(),
            ),
        };
        let base_vue = self.alone(base);
        let lignes = ordre
            .iter()
            .zip(&vues)
            .map(|((cle, n), vue)| {
                let connu = vue.is_some() && base_vue.is_some();
                let dire = |t: i64| {
                    if connu {
                        pourcent(*n, t)
                    } else {
                        ND.to_owned()
                    }
                };
                Ligne {
                    libelle: bloc.label(cle, &self.noms.voc, &self.noms.autres),
                    cle: if cle.is_empty() {
                        "non_precise".to_owned()
                    } else {
                        cle.clone()
                    },
                    nombre: *vue,
                    part: dire(base),
                    part_reponses: if bloc.lecture() == Lecture::Multiple {
                        // The number of answers would give hidden ones away.
                        if vues.iter().all(Option::is_some) {
                            dire(somme)
                        } else {
                            ND.to_owned()
                        }
                    } else {
                        String::new()
                    },
                }
            })
            .collect();
        Some(Tableau {
            bloc,
            lignes,
            base: format!("{} {dite}", pc::dit(base_vue)),
        })
    }

    fn hide(&self, bloc: Bloc, ordre: &[(String, i64)], nombres: &[i64]) -> Vec<Vue> {
        if !self.masque {
            return nombres.iter().map(|n| Some(*n)).collect();
        }
        let g = territoires::geographie();
        match bloc {
            // Nested in régions, in EPCI.
            Bloc::Departements => nested(ordre, |c| g.departement(c).map(|d| d.region)),
            Bloc::Communes => nested(ordre, |c| g.commune_today(c).and_then(|c| c.epci)),
            b if b.is_partition() => pc::partition(nombres).0,
            _ if self.tiny() => nombres.iter().map(|_| None).collect(),
            _ => pc::multiple(nombres),
        }
    }

    fn serie(&self) -> Vec<(String, Vue)> {
        let nombres: Vec<i64> = self
            .r
            .serie
            .iter()
            .map(|p| {
                if self.q.par_activite {
                    p.activites
                } else {
                    p.accompagnements
                }
            })
            .collect();
        let vues = if self.masque {
            // Months are parts of their year, which may be read alone.
            let mut annees: Vec<(i16, Vec<i64>)> = Vec::new();
            for (p, n) in self.r.serie.iter().zip(&nombres) {
                match annees.last_mut() {
                    Some((a, v)) if *a == p.debut.year() => v.push(*n),
                    _ => annees.push((p.debut.year(), vec![*n])),
                }
            }
            let groupes: Vec<Vec<i64>> = annees.into_iter().map(|a| a.1).collect();
            pc::nested(&groupes).1.concat()
        } else {
            nombres.iter().map(|n| Some(*n)).collect()
        };
        self.r
            .serie
            .iter()
            .zip(vues)
            .map(|(p, v)| (self.q.serie.grain.label(p.debut), v))
            .collect()
    }

    /// Lines of ST41 and ST42, the largest first.
    fn people(&self, lignes: impl Iterator<Item = (String, Part)>) -> Vec<Qui> {
        let mut v: Vec<(String, Part)> = lignes.collect();
        v.sort_by_cached_key(|(nom, p)| (-p.accompagnements, francais::fold(nom)));
        let hidden = |de: fn(&Part) -> i64| {
            let n: Vec<i64> = v.iter().map(|(_, p)| de(p)).collect();
            if self.masque {
                pc::partition(&n).0
            } else {
                n.into_iter().map(Some).collect()
            }
        };
        let accompagnements = hidden(|p| p.accompagnements);
        let activites = hidden(|p| p.activites);
        v.iter()
            .zip(accompagnements.into_iter().zip(activites))
            .map(|((nom, p), (k, a))| Qui {
                nom: nom.clone(),
                accompagnements: pc::dit(k),
                activites: pc::dit(a),
                suivis: match k {
                    None => ND.to_owned(),
                    Some(_) => entier(p.suivis),
                },
            })
            .collect()
    }
}

fn nested<'g>(ordre: &[(String, i64)], groupe: impl Fn(&str) -> Option<&'g str>) -> Vec<Vue> {
    let mut groupes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, (cle, _)) in ordre.iter().enumerate() {
        groupes
            .entry(groupe(cle).unwrap_or_default())
            .or_default()
            .push(i);
    }
    let valeurs: Vec<Vec<i64>> = groupes
        .values()
        .map(|g| g.iter().map(|i| ordre[*i].1).collect())
        .collect();
    let (_, dedans, _) = pc::nested(&valeurs);
    let mut vues = vec![None; ordre.len()];
    for (g, v) in groupes.values().zip(dedans) {
        for (i, x) in g.iter().zip(v) {
            vues[*i] = x;
        }
    }
    vues
}

/// The version every reader is told (§7).
#[must_use]
pub fn signature(r: &Rapport) -> String {
    format!(
        "Version {} des chiffres, catalogue version {}",
        r.version,
        catalogue::VERSION
    )
}
