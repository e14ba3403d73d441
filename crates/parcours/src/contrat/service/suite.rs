//! What follows a contract: renewal, natural end, reminders (spec 15 §5, §6.4).

use jiff::civil::Date;
use socle::{
    Acteur, Base, Erreur, Perimetre, Resultat, Tx,
    commande::{claim, empreinte},
    francais,
};
use uuid::Uuid;

use super::{Redaction, blank, checked, decision::role_of, open, put, trace};
use crate::{
    candidat,
    contrat::{Contrat, Etat, store},
    droits::CONTRAT_REDIGER,
    message::{self, Avis},
};

/// Opens the contract that follows another: same person, structure and post
/// (spec 15 §5). Gives its id.
///
/// # Errors
/// `Erreur::Conflit` when it cannot be renewed or is being renewed.
pub async fn renew(tx: &mut Tx, acteur: &Acteur, id: Uuid, f: &Redaction) -> Resultat<Uuid> {
    let droit = acteur.require(&CONTRAT_REDIGER)?;
    let ancien = store::load(tx, &droit, id).await?;
    if let Some(n) = claim(
        tx,
        acteur,
        &f.id_commande,
        "contrat.renouveler",
        &empreinte(&(id, f)),
    )
    .await?
    {
        return n.parse().map_err(|_| Erreur::Introuvable);
    }
    if !matches!(ancien.etat, Etat::Valide | Etat::Termine) || ancien.date_fin.is_none() {
        return Err(Erreur::Conflit("Ce contrat ne se renouvelle pas.".into()));
    }
    if store::successor(tx, id).await?.is_some() {
        return Err(Erreur::Conflit(
            "Un renouvellement est déjà ouvert pour cette personne.".into(),
        ));
    }
    let t = checked(tx, ancien.structure, ancien.personne, f, None).await?;
    let annee = tx.today().year();
    let numero = store::next_numero(tx, annee).await?;
    let mut c = blank(
        tx,
        numero,
        ancien.structure,
        ancien.departement.clone(),
        ancien.personne,
        &t,
    );
    c.precedent = Some(id);
    // Once the post was vacated, a renewal asks the ledger again.
    c.poste = ancien.poste.filter(|_| ancien.etat == Etat::Valide);
    put(&mut c, t, f);
    open(tx, acteur, &c, &f.id_commande).await?;
    Ok(c.id)
}

/// Ends every contract past its last day, and reminds of the coming ends.
/// State-based: it catches up after an outage, and once more changes nothing.
///
/// # Errors
/// `Erreur::Base`.
pub async fn daily(base: &Base, url: &str) -> Resultat<usize> {
    let mut tx = base.read().await?;
    let le = tx.today();
    let finis = store::past(&mut tx, le).await?;
    drop(tx);
    for id in &finis {
        let mut tx = base.write().await?;
        end(&mut tx, *id).await?;
        tx.commit().await?;
    }
    remind(base, url).await?;
    Ok(finis.len())
}

async fn end(tx: &mut Tx, id: Uuid) -> Resultat<()> {
    let systeme = Acteur::systeme();
    let mut c = store::get(tx, &Perimetre::National, id).await?;
    let Some(fin) = c
        .date_fin
        .filter(|f| c.etat == Etat::Valide && *f < tx.today())
    else {
        return Ok(());
    };
    c.etat = Etat::Termine;
    c.fin_effective = Some(fin);
    c.fin_motif = Some("fin_de_contrat".into());
    store::update(tx, &c).await?;
    trace(tx, &systeme, &c, Some(Etat::Valide), None).await?;
    leave(tx, &systeme, &c, fin, "fin_de_contrat").await
}

/// What the end of a contract does, natural or not (spec 15 §6.3): the post is
/// vacant from the next day, the rights of a conseiller end, the person's
/// availability is asked. Nothing else is touched.
pub(crate) async fn leave(
    tx: &mut Tx,
    acteur: &Acteur,
    c: &Contrat,
    dernier: Date,
    motif: &str,
) -> Resultat<()> {
    let lendemain = francais::plus_days(dernier, 1);
    if let Some(p) = c.poste {
        programme::poste::vacate(tx, acteur, p, c.id, lendemain, motif).await?;
    }
    let autre = store::of_personne(tx, c.personne)
        .await?
        .into_iter()
        .any(|x| {
            x.id != c.id && x.etat.is_signed() && x.derniere_date().is_none_or(|f| f > dernier)
        });
    if autre {
        return Ok(());
    }
    let (role, _) = role_of(c);
    comptes::attribution::revoke(tx, &Acteur::systeme(), c.personne, role, None).await?;
    candidat::store::ask_availability(tx, c.personne).await
}

/// R10: 12, 6, 3 months and 30 days before the end; the nearest one only.
async fn remind(base: &Base, url: &str) -> Resultat<()> {
    let mut tx = base.write().await?;
    let le = tx.today();
    let seuils = [
        ("30j", francais::plus_days(le, 30)),
        ("3m", francais::plus_months(le, 3)),
        ("6m", francais::plus_months(le, 6)),
        ("12m", francais::plus_months(le, 12)),
    ];
    for (id, fin) in store::ending(&mut tx, le, seuils[3].1).await? {
        let Some((seuil, _)) = seuils.iter().find(|(_, d)| fin <= *d) else {
            continue;
        };
        let c = store::get(&mut tx, &Perimetre::National, id).await?;
        let texte = format!(
            "Le contrat {} finit le {}. Préparez la suite : renouvellement, CDI ou fin.\n{url}/contrats/{id}",
            c.numero,
            francais::date(fin)
        );
        let a = Avis {
            evenement: &format!("R10:{id}:{seuil}:{fin}"),
            sujet: "Un contrat arrive à son terme",
            texte: &texte,
        };
        message::to_structure(&mut tx, c.structure, a).await?;
        message::to_personne(&mut tx, c.personne, a).await?;
    }
    tx.commit().await
}
