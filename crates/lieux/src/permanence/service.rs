//! Use cases of permanences.

use jiff::civil::Date;
use serde_json::json;
use socle::{Acteur, Action, Erreur, Resultat, Role, Saisies, Tx, historique, journal};
use uuid::Uuid;

use super::{Etat, Permanence, Recurrence, Rythme, store};
use crate::{
    horaires::{Horaires, JOURS_FR, Plage, range_text},
    lieu::{self, Lieu},
    vocabulaire as v,
};

pub static DECLARER: Action = Action::new(
    "permanence.declarer",
    &[Role::Conseiller, Role::Mediateur],
    "Les conseillers et les médiateurs déclarent leurs propres permanences.",
);

pub static ACCEPTER: Action = Action::new(
    "permanence.accepter",
    &[Role::GestionnaireStructure, Role::Hub, Role::Administrateur],
    "La structure qui gère le lieu accepte ou refuse les permanences.",
);

/// What is asked of a permanence.
#[derive(Debug, Clone)]
pub struct Demande {
    pub usage: String,
    pub acces: String,
    pub assise: String,
    pub espace: String,
    pub confidentiel: String,
    pub recurrence: Recurrence,
    pub du: Option<Date>,
    pub au: Option<Date>,
    pub principal: bool,
    /// « En dehors des horaires du lieu » is ticked.
    pub hors_horaires: bool,
    /// « partage », « exterieur » + confidential was confirmed.
    pub confirme: bool,
}

/// Adds a permanence of the acting person in a place they can see.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Introuvable` for a place out of sight.
pub async fn declare(tx: &mut Tx, acteur: &Acteur, lieu: Uuid, d: &Demande) -> Resultat<Uuid> {
    let droit = acteur.require(&DECLARER)?;
    let personne = acteur.personne.ok_or(Erreur::Introuvable)?;
    let l = lieu::get(tx, lieu).await?;
    if !l.is_public()
        && lieu::store::get_in(tx, droit.perimetre(), lieu)
            .await
            .is_err()
    {
        return Err(Erreur::Introuvable);
    }
    // Two tabs of one person must not both pass the overlap check.
    tx.lock(&format!("permanences:{personne}")).await?;
    let siennes = store::list_of_personne(tx, personne).await?;
    let du = d.du.unwrap_or_else(|| tx.today());
    let mut p = Permanence {
        id: tx.new_id(),
        lieu,
        personne,
        etat: Etat::Active,
        usage: d.usage.clone(),
        acces: d.acces.clone(),
        assise: d.assise.clone(),
        espace: d.espace.clone(),
        confidentiel: d.confidentiel.clone(),
        recurrence: d.recurrence.clone(),
        du,
        au: d.au,
        principal: d.principal || !siennes.iter().any(|x| x.principal),
        sans_accord: l.structure.is_none(),
        version: 1,
    };
    let mut e = check(&p, d, &l);
    for autre in &siennes {
        if let Some((le, c)) = p.overlap(autre) {
            let nom = lieu::get(tx, autre.lieu).await?.nom;
            let jour = JOURS_FR[usize::from(c.jour).min(6)];
            let heures = range_text(&[Plage::new(c.debut, c.fin)]);
            e.add(
                "creneaux",
                format!(
                    "Cette plage recouvre une permanence à {nom}, {jour} {heures} (le {}).",
                    socle::francais::date(le)
                ),
            );
        }
    }
    e.check()?;
    // Who runs the place has a say; nobody runs it: it begins, flagged.
    if l.structure.is_some() && l.auteur != Some(personne) {
        p.etat = Etat::Proposee;
    }
    store::insert(tx, &p).await?;
    if p.principal {
        store::set_principal(tx, personne, p.id).await?;
    }
    lieu::store::touch(tx, lieu).await?;
    historique::append(tx, acteur, "permanence", p.id, None, p.etat.cle(), None).await?;
    journal::record(
        tx,
        acteur,
        "permanence.declarer",
        "permanence",
        p.id,
        json!({"lieu": lieu, "etat": p.etat.cle()}),
    );
    Ok(p.id)
}

fn check(p: &Permanence, d: &Demande, l: &Lieu) -> Saisies {
    let mut e = Saisies::new();
    for (voc, valeur) in [
        (&v::USAGES, &p.usage),
        (&v::ACCES_PERMANENCE, &p.acces),
        (&v::ASSISES, &p.assise),
        (&v::ESPACES, &p.espace),
        (&v::CONFIDENTIEL, &p.confidentiel),
    ] {
        if !voc.has(valeur) {
            e.add(voc.champ, "Choisissez une réponse.");
        }
    }
    let r = &p.recurrence;
    let juste = |c: &super::Creneau| {
        c.jour < 7
            && c.debut < c.fin
            && c.fin <= 1440
            && c.debut.is_multiple_of(5)
            && c.fin.is_multiple_of(5)
    };
    if r.creneaux.is_empty() {
        e.add("creneaux", "Indiquez au moins un jour et une plage.");
    } else if !r.creneaux.iter().all(juste) {
        e.add(
            "creneaux",
            "Les heures vont de 5 minutes en 5 minutes, dans la même journée.",
        );
    }
    match r.rythme {
        Rythme::Semaines { n: 1 | 2 | 4, .. } | Rythme::DuMois { rang: 1..=4 | -1 } => {}
        _ => e.add("rythme", "Choisissez une réponse."),
    }
    if p.au.is_some_and(|au| au < p.du) {
        e.add("au", "La fin doit venir après le début.");
    }
    if !l.is_open_on(p.du) {
        e.add("du", "Ce lieu était fermé à cette date.");
    }
    if matches!(p.espace.as_str(), "partage" | "exterieur")
        && p.confidentiel == "oui"
        && !d.confirme
    {
        e.add(
            "confidentiel",
            "Un espace partagé ou extérieur est rarement confidentiel : cochez « Je confirme » si c’est bien le cas.",
        );
    }
    if !d.hors_horaires
        && let Ok(h) = l.fiche.horaires.parse::<Horaires>()
        && h.is_plain_week()
        && !h.is_empty()
        && let Some(c) = r.creneaux.iter().find(|c| {
            !h.ordinary(usize::from(c.jour))
                .iter()
                .any(|p| p.debut <= c.debut && c.fin <= p.fin)
        })
    {
        e.add(
            "creneaux",
            format!(
                "Le lieu n’est pas ouvert {} {}. Corrigez, ou cochez « En dehors des horaires du lieu ».",
                JOURS_FR[usize::from(c.jour).min(6)],
                range_text(&[Plage::new(c.debut, c.fin)])
            ),
        );
    }
    e
}

/// The structure that runs the place agrees, or refuses with a reason.
///
/// # Errors
/// `Erreur::Conflit` when it was already decided.
pub async fn decide(
    tx: &mut Tx,
    acteur: &Acteur,
    id: Uuid,
    accord: bool,
    motif: &str,
) -> Resultat<()> {
    let droit = acteur.require(&ACCEPTER)?;
    let p = store::get(tx, id).await?;
    lieu::store::get_for_change(tx, &droit, p.lieu, None).await?;
    if p.etat != Etat::Proposee {
        return Err(Erreur::Conflit(
            "Cette permanence a déjà une réponse. Rechargez la page.".into(),
        ));
    }
    if !accord && motif.trim().chars().count() < 3 {
        return Err(Erreur::field("motif", "Indiquez la raison du refus."));
    }
    let vers = if accord { Etat::Active } else { Etat::Refusee };
    finish(tx, acteur, &p, vers, p.au, Some(motif)).await
}

/// Ends a permanence on a day (the last one).
///
/// # Errors
/// `Erreur::Introuvable` for somebody else's.
pub async fn end(tx: &mut Tx, acteur: &Acteur, id: Uuid, le: Date) -> Resultat<()> {
    let p = store::get(tx, id).await?;
    let sienne = acteur.personne == Some(p.personne) && acteur.require(&DECLARER).is_ok();
    if !sienne {
        // Somebody else's: not even said to exist.
        let droit = acteur.require(&ACCEPTER).map_err(|_| Erreur::Introuvable)?;
        lieu::store::get_for_change(tx, &droit, p.lieu, None).await?;
    }
    if !matches!(p.etat, Etat::Active | Etat::Proposee | Etat::Suspendue) {
        return Err(Erreur::Conflit(
            "Cette permanence est déjà terminée.".into(),
        ));
    }
    finish(tx, acteur, &p, Etat::Terminee, Some(le), None).await
}

async fn finish(
    tx: &mut Tx,
    acteur: &Acteur,
    p: &Permanence,
    vers: Etat,
    au: Option<Date>,
    motif: Option<&str>,
) -> Resultat<()> {
    store::set_etat(tx, p.id, vers, au).await?;
    lieu::store::touch(tx, p.lieu).await?;
    let motif = motif.map(str::trim).filter(|m| !m.is_empty());
    historique::append(
        tx,
        acteur,
        "permanence",
        p.id,
        Some(p.etat.cle()),
        vers.cle(),
        motif,
    )
    .await?;
    journal::record(
        tx,
        acteur,
        "permanence.etat",
        "permanence",
        p.id,
        json!({"de": p.etat.cle(), "vers": vers.cle()}),
    );
    Ok(())
}
