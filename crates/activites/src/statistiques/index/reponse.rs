//! From codes to the answer.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};

use super::{
    Index, balayage,
    fait::{Dicos, Dimension, Ensemble},
    plan::Plan,
    resume,
    somme::{AGENTS, DEJA, Facette, Hist, PREMIERS, Somme},
    visite,
};
use crate::{
    statistiques::{Bloc, Point, Question, Reponse, Totaux, catalogue},
    vocabulaire::NON_COMMUNIQUE,
};

/// The 19th theme.
pub const DEMARCHES: &str = "aide_aux_demarches_administratives";

impl Index {
    /// Answers a question; every figure is from this state of the index.
    #[must_use]
    pub fn answer(&self, q: &Question) -> Reponse {
        let plan = Plan::of(self, q);
        let s = if plan.partout {
            resume::add_up(self, &plan)
        } else {
            balayage::add_up(self, &plan)
        };
        let mut r = Reponse {
            version: self.version,
            ..Reponse::default()
        };
        let d = &self.dicos;
        kinds(d, q, &s, &mut r);
        places(self, q, &s, &mut r);
        ways(d, q, &s, &mut r);
        sets(d, q, &s, &mut r);
        durations(d, q, &s, &mut r);
        people(d, q, &s, &mut r);
        lines(d, q, &s, &mut r);
        series(q, &s, &mut r);
        let hier = q.aujourdhui.saturating_sub(1.day());
        let trente = plan.scope(self, q, hier.saturating_sub(29.days()), hier);
        r.totaux.professionnels_actifs_30j = count(visite::active_authors(self, &trente));
        r.totaux.accompagnements_agents = s.number(AGENTS);
        r
    }
}

/// The weight asked for.
fn poids(q: &Question, activites: i64, n: i64) -> i64 {
    if q.par_activite { activites } else { n }
}

fn kinds(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    r.totaux.accompagnements_suivis = s.of(Facette::Suivis).iter().map(|x| x.2).sum();
    for (code, a, n) in s.of(Facette::Nature).iter() {
        let x = d.natures.get(code);
        let p = poids(q, a, n);
        let t: &mut Totaux = &mut r.totaux;
        if x.collectif {
            t.ateliers += a;
            t.participations_ateliers += n;
        } else {
            t.individuels += a;
            t.accompagnements_individuels += n;
            if let Some(c) = x.confiance {
                t.confiance_nombre += a;
                t.confiance_somme += i64::from(c) * a;
            }
        }
        let (genre, bloc, mot) = if x.collectif {
            ("collectif", Bloc::Niveau, x.niveau)
        } else {
            ("individuel", Bloc::Autonomie, x.autonomie)
        };
        r.add(Bloc::Type, genre, p);
        r.add(bloc, d.text(mot), p);
        r.add(Bloc::Modalite, d.text(x.modalite), p);
        if x.pass & 1 == 1 {
            r.add(Bloc::PassNumerique, "propose", n);
        }
        if x.pass & 2 == 2 {
            r.add(Bloc::PassNumerique, "utilise", n);
        }
    }
    let t = &mut r.totaux;
    t.anonymes = t.accompagnements() - t.accompagnements_suivis;
}

fn places(index: &Index, q: &Question, s: &Somme, r: &mut Reponse) {
    let d = &index.dicos;
    let itinerants: Vec<u32> = q
        .itinerants
        .iter()
        .filter_map(|l| d.lieux.find(l))
        .collect();
    let (domicile, autre) = (d.known("domicile"), d.known("autre"));
    let a_distance = d.known("a_distance");
    let mut lieux = vec![0_i64; d.lieux.len() + 1];
    let mut types = vec![0_i64; d.mots.len()];
    let mut cadres = vec![0_i64; d.mots.len()];
    let mut communes = vec![0_i64; d.mots.len()];
    let mut departements = vec![0_i64; d.mots.len()];
    let mut zones = [[0_i64; 3]; 2];
    let mut actifs = vec![false; d.lieux.len() + 1];
    for (code, a, n) in s.of(Facette::Site).iter() {
        let x = d.sites.get(code);
        let p = poids(q, a, n);
        types[x.type_lieu as usize] += p;
        cadres[x.cadre as usize] += p;
        lieux[x.lieu as usize] += p;
        actifs[x.lieu as usize] = true;
        let commune = a_distance
            .filter(|m| *m == x.type_lieu)
            .unwrap_or(x.commune);
        communes[commune as usize] += p;
        departements[x.departement as usize] += p;
        for (zone, k) in zones.iter_mut().zip(0..) {
            zone[match x.inside(k) {
                Some(true) => 0,
                Some(false) => 1,
                None => 2,
            }] += p;
        }
        let vers = Some(x.type_lieu) == domicile
            || (x.cadre != 0 && Some(x.cadre) != autre)
            || (x.lieu > 0 && itinerants.contains(&(x.lieu - 1)));
        if vers {
            r.totaux.aller_vers += n;
        }
    }
    if q.listes.lieux < communes.len() {
        // Before the smaller communes are put together.
        let mut epci: HashMap<&str, i64> = HashMap::new();
        for (n, code) in communes.iter().zip(0..).filter(|(n, _)| **n != 0) {
            let ici = index.terrain.epci(d, code).unwrap_or_default();
            *epci.entry(ici).or_default() += n;
        }
        for (code, n) in epci {
            r.add(Bloc::Epci, code, n);
        }
    }
    r.totaux.lieux_actifs = count(actifs.iter().skip(1).filter(|a| **a).count());
    for (bloc, sommes) in [
        (Bloc::TypeLieu, types),
        (Bloc::Cadre, cadres),
        (Bloc::Communes, communes),
        (Bloc::Departements, departements),
    ] {
        let cles = match bloc {
            Bloc::Communes => q.listes.lieux,
            _ => usize::MAX,
        };
        fill(r, bloc, sommes, cles, |m| d.text(m).to_owned());
    }
    fill(r, Bloc::Lieux, lieux, q.listes.lieux, |l| match l {
        0 => String::new(),
        l => d.lieux.get(l - 1).to_string(),
    });
    for (bloc, [oui, non, sans]) in [(Bloc::Qpv, zones[0]), (Bloc::Frr, zones[1])] {
        r.add(bloc, "oui", oui);
        r.add(bloc, "non", non);
        r.add(bloc, "", sans);
    }
}

/// Fills a block with its `cles` largest cells; the others add up in one.
fn fill(r: &mut Reponse, bloc: Bloc, sommes: Vec<i64>, cles: usize, cle: impl Fn(u32) -> String) {
    let mut v: Vec<(u32, i64)> = (0..).zip(sommes).filter(|(_, n)| *n != 0).collect();
    // What was not said has the first code, and stays beside.
    if v.first().is_some_and(|x| x.0 == 0) {
        r.add(bloc, "", v.remove(0).1);
    }
    if v.len() > cles {
        let (_, seuil, _) = v.select_nth_unstable_by_key(cles, |(_, n)| std::cmp::Reverse(*n));
        let seuil = seuil.1;
        // Those that tie for the last places are told apart by their keys.
        let (mut gardees, mut egales) = (Vec::new(), Vec::new());
        let mut autres = 0;
        for (code, n) in v {
            match n.cmp(&seuil) {
                std::cmp::Ordering::Greater => gardees.push((cle(code), n)),
                std::cmp::Ordering::Equal => egales.push((cle(code), n)),
                std::cmp::Ordering::Less => autres += n,
            }
        }
        egales.sort_unstable();
        let reste = egales.split_off(cles - gardees.len());
        autres += reste.iter().map(|x| x.1).sum::<i64>();
        gardees.extend(egales);
        gardees.push((catalogue::AUTRES.to_owned(), autres));
        for (cle, n) in gardees {
            r.add(bloc, cle, n);
        }
        return;
    }
    for (code, n) in v {
        r.add(bloc, cle(code), n);
    }
}

fn ways(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    for (code, a, n) in s.of(Facette::Venue).iter() {
        let x = d.venues.get(code);
        let p = poids(q, a, n);
        r.add(Bloc::Origine, d.text(x.origine), p);
        r.add(Bloc::ModeIntervention, d.text(x.mode_aide), p);
    }
    for (code, _, n) in s.of(Facette::Orientation).iter() {
        let x = d.venues.get(code);
        r.add(Bloc::Destinations, d.text(x.destination), n);
        r.add(Bloc::Organismes, d.text(x.organisme), n);
    }
    for (code, a, n) in s.of(Facette::Attache).iter() {
        let x = d.attaches.get(code);
        r.add(Bloc::Role, d.text(x.role), poids(q, a, n));
    }
}

fn sets(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    // By value: the weight, the people, the numbers given.
    let mut sommes = vec![[0_i64; 3]; d.valeurs.len()];
    let mut presents = [0_i64; 14];
    let aide = d
        .known(DEMARCHES)
        .and_then(|m| d.valeurs.find(&(Dimension::Thematique, m)));
    let mut add = |e: &Ensemble, a: i64, n: i64| {
        let mut vues = [false; 14];
        for (v, k) in e {
            let x = &mut sommes[*v as usize];
            x[0] += poids(q, a, n);
            x[1] += n;
            x[2] += a * i64::from(*k);
            vues[d.valeurs.get(*v).0 as usize] = true;
        }
        for (p, vue) in presents.iter_mut().zip(vues) {
            *p += if vue { n } else { 0 };
        }
    };
    for (dico, hist) in [
        (&d.themes, s.of(Facette::Themes)),
        (&d.moyens, s.of(Facette::Moyens)),
        (&d.reste, s.of(Facette::Reste)),
    ] {
        for (code, a, n) in hist.iter() {
            add(dico.get(code), a, n);
        }
    }
    r.totaux.avec_rdv = presents[Dimension::RendezVous as usize];
    r.totaux.avec_mandat = presents[Dimension::Mandat as usize];
    r.totaux.hors_champ = presents[Dimension::HorsChamp as usize];
    r.totaux.demarches_seules = only(d, s.of(Facette::Themes), aide);
    for ((dim, mot), [p, n, k]) in d.valeurs.valeurs().iter().zip(sommes) {
        let (bloc, n) = match dim {
            Dimension::Thematique => (Bloc::Thematiques, p),
            Dimension::SousThematique => (Bloc::SousThematiques, p),
            Dimension::Materiel => (Bloc::Materiel, p),
            Dimension::Motif => (Bloc::Motifs, p),
            Dimension::Publics => (Bloc::Publics, p),
            Dimension::Suite => (Bloc::Suites, k),
            Dimension::Irritant => (Bloc::Irritants, n),
            Dimension::Etiquette if sees(q, d.text(*mot)) => (Bloc::Etiquettes, p),
            _ => continue,
        };
        r.add(bloc, d.text(*mot), n);
    }
}

fn sees(q: &Question, etiquette: &str) -> bool {
    etiquette.parse().is_ok_and(|e| q.etiquettes.contains(&e))
}

/// ST53: themes, and no other than the 19th.
fn only(d: &Dicos, themes: &Hist, aide: Option<u32>) -> i64 {
    themes
        .iter()
        .filter(|(code, _, _)| {
            let mut t = d
                .themes
                .get(*code)
                .iter()
                .filter(|(v, _)| d.valeurs.get(*v).0 == Dimension::Thematique)
                .peekable();
            t.peek().is_some() && t.all(|(v, _)| Some(*v) == aide)
        })
        .map(|(_, a, _)| a)
        .sum()
}

fn durations(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    for (code, a, n) in s.of(Facette::Duree).iter() {
        let minutes = i64::from(*d.durees.get(code));
        r.totaux.temps_activite += minutes * a;
        r.totaux.temps_personnes += minutes * n;
        r.add(
            Bloc::DureeClasse,
            catalogue::duree_classe(minutes),
            poids(q, a, n),
        );
    }
}

/// ST10, ST13, ST14, ST43–ST46.
fn people(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    let t = &mut r.totaux;
    t.beneficiaires_suivis = long(s.gens.distincts);
    t.suivis_recurrents = long(s.gens.encore);
    t.premiers = s.number(PREMIERS);
    t.deja_accompagnes = s.number(DEJA);
    let mut residences: Vec<i64> = s.gens.domiciles.iter().map(|n| i64::from(*n)).collect();
    for (code, _, n) in s.of(Facette::Residence).iter() {
        residences[code as usize] += n;
    }
    residences[0] = 0;
    for (p, n) in d.profils.valeurs().iter().zip(&s.gens.profils) {
        let n = i64::from(*n);
        r.add(Bloc::Genre, d.text(p.genre), n);
        r.add(Bloc::Tranche, d.text(p.tranche), n);
        r.add(Bloc::Statut, d.text(p.statut), n);
    }
    let mut marges = vec![0_i64; d.valeurs.len()];
    for (code, _, n) in s.of(Facette::Marge).iter() {
        marges[code as usize] += n;
    }
    for (code, a, _) in s.of(Facette::Anonymes).iter() {
        let x = d.anonymes.get(code);
        r.totaux.deja_accompagnes += a * i64::from(x.deja);
        for (v, n) in &x.marges {
            marges[*v as usize] += a * i64::from(*n);
        }
    }
    for ((dim, mot), n) in d.valeurs.valeurs().iter().zip(marges) {
        let bloc = match dim {
            Dimension::Genre => Bloc::Genre,
            Dimension::Tranche => Bloc::Tranche,
            Dimension::Statut => Bloc::Statut,
            _ => continue,
        };
        r.add(bloc, d.text(*mot), n);
    }
    fill(r, Bloc::Residence, residences, q.listes.lieux, |c| {
        d.residences.get(c).to_string()
    });
    let tous = r.totaux.beneficiaires_haut();
    for (bloc, reste) in [
        (Bloc::Genre, NON_COMMUNIQUE),
        (Bloc::Tranche, NON_COMMUNIQUE),
        (Bloc::Statut, NON_COMMUNIQUE),
        (Bloc::Residence, ""),
    ] {
        let dits: i64 = r.cells(bloc).map_or(0, |c| c.values().sum());
        r.add(bloc, reste, tous - dits);
    }
}

/// ST41 and ST42.
fn lines(d: &Dicos, q: &Question, s: &Somme, r: &mut Reponse) {
    if q.listes.auteurs {
        for (code, a, n) in s.of(Facette::Auteur).iter() {
            let part = r.auteurs.entry(*d.auteurs.get(code)).or_default();
            part.activites += a;
            part.accompagnements += n;
            part.suivis = i64::from(s.gens.par_auteur[code as usize]);
        }
    }
    if q.listes.structures {
        for (code, a, n) in s.of(Facette::Attache).iter() {
            let employeur = d.attaches.get(code).employeur;
            let cle = employeur.checked_sub(1).map(|e| *d.structures.get(e));
            let part = r.structures.entry(cle).or_default();
            part.activites += a;
            part.accompagnements += n;
            part.suivis = i64::from(s.gens.par_employeur[employeur as usize]);
        }
    }
}

/// ST47.
fn series(q: &Question, s: &Somme, r: &mut Reponse) {
    r.serie = q
        .serie
        .points()
        .into_iter()
        .map(|debut| Point {
            debut,
            activites: 0,
            accompagnements: 0,
        })
        .collect();
    let mut rang = 0;
    let mut jour: Date = q.serie.du;
    for [a, n] in &s.jours {
        while rang + 1 < r.serie.len() && r.serie[rang + 1].debut <= jour {
            rang += 1;
        }
        if let Some(point) = r.serie.get_mut(rang) {
            point.activites += long(*a);
            point.accompagnements += long(*n);
        }
        jour = jour.saturating_add(1.day());
    }
}

fn long(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
