//! Reminders, computed each morning on the state of the files: a run that was
//! missed loses nothing, one more says nothing twice, and only the nearest
//! step is said (spec 10 §5, §7.3, §8.3, §8.7; notices P05, P11, P13, P18).

use jiff::civil::Date;
use socle::{
    Base, Perimetre, Resultat, Role, Tx,
    courrier::{self, Message},
    francais, reference,
};

use crate::{
    candidature,
    commun::write_to_role,
    convention::{self, renewed_by, write_to_structure},
    poste::{self, Poste, Situation},
    structure,
};

/// The latest step whose day has come.
fn due<'a>(etapes: &[(&'a str, Date)], le: Date) -> Option<&'a str> {
    let venues = etapes.iter().filter(|(_, d)| *d <= le);
    venues.max_by_key(|(_, d)| *d).map(|(nom, _)| *nom)
}

/// Every reminder of the day.
///
/// # Errors
/// `Erreur::Base`.
pub(crate) async fn daily(base: Base, url: &str) -> Resultat<()> {
    let mut tx = base.write().await?;
    opinions(&mut tx, url).await?;
    signatures(&mut tx, url).await?;
    renewals(&mut tx, url).await?;
    tx.commit().await?;
    let mut tx = base.write().await?;
    vacancies(&mut tx, url).await?;
    tx.commit().await
}

/// P05: the préfecture before and after its deadline, the administrateur a
/// week late.
async fn opinions(tx: &mut Tx, url: &str) -> Resultat<()> {
    let le = tx.today();
    let f = candidature::Filtre {
        etat: Some(candidature::Etat::AvisAttendu),
        ..candidature::Filtre::default()
    };
    for c in candidature::list(tx, &Perimetre::National, &f).await? {
        let Some(limite) = c.avis_limite else {
            continue;
        };
        let etapes = [
            ("J-10", francais::plus_days(limite, -10)),
            ("J-3", francais::plus_days(limite, -3)),
            ("J+1", francais::plus_days(limite, 1)),
            ("J+7", francais::plus_days(limite, 7)),
        ];
        let Some(etape) = due(&etapes, le) else {
            continue;
        };
        let texte = format!(
            "Bonjour,\n\nL'avis sur la candidature {} de {} {} le {}.\nDonnez-le ici : {url}/candidatures/{}/avis\n",
            c.numero,
            c.structure_nom,
            if le > limite {
                "était attendu"
            } else {
                "est attendu"
            },
            francais::date(limite),
            c.id
        );
        let sujet = "Un avis est attendu de votre préfecture";
        let cle = format!("P05:{}:{limite}:{etape}", c.id);
        write_to_role(tx, Role::Prefecture, &c.departement, sujet, &texte, &cle).await?;
        if etape == "J+7" {
            let sujet = "Un avis de préfecture a une semaine de retard";
            write_to_role(
                tx,
                Role::Administrateur,
                &c.departement,
                sujet,
                &texte,
                &cle,
            )
            .await?;
        }
    }
    Ok(())
}

/// P11: a convention waits 60 days for its signature.
async fn signatures(tx: &mut Tx, url: &str) -> Resultat<()> {
    let le = tx.today();
    let f = convention::Filtre {
        etat: Some(convention::Etat::Envoyee),
        ..convention::Filtre::default()
    };
    for c in convention::list(tx, &Perimetre::National, f).await? {
        let jour = |n: i32| francais::plus_days(c.etat_depuis, n);
        let Some(etape) = due(&[("30", jour(30)), ("50", jour(50))], le) else {
            continue;
        };
        let texte = format!(
            "La convention {} attend votre signature depuis le {}. Signez-la avant le {}.",
            c.numero,
            francais::date(c.etat_depuis),
            francais::date(jour(60))
        );
        let sujet = "Votre convention est à signer";
        let cle = format!("P11:{}:{}:{etape}", c.id, c.etat_depuis);
        write_to_structure(tx, &c, sujet, &texte, &cle, url).await?;
    }
    Ok(())
}

/// P18: a convention that ends, until it is renewed.
async fn renewals(tx: &mut Tx, url: &str) -> Resultat<()> {
    let le = tx.today();
    let f = convention::Filtre {
        etat: Some(convention::Etat::Active),
        ..convention::Filtre::default()
    };
    for c in convention::list(tx, &Perimetre::National, f).await? {
        let avant = |n: i32| francais::plus_months(c.fin, -n);
        let etapes = [
            ("12", avant(12)),
            ("6", avant(6)),
            ("3", avant(3)),
            ("1", avant(1)),
        ];
        let Some(etape) = due(&etapes, le) else {
            continue;
        };
        if renewed_by(tx, c.id).await?.is_some() {
            continue;
        }
        let texte = format!(
            "La convention {} se termine le {}. Pour chaque poste, dites si vous le renouvelez ou le rendez.",
            c.numero,
            francais::date(c.fin)
        );
        let sujet = "Votre convention se termine : que souhaitez-vous ?";
        let cle = format!("P18:{}:{}:{etape}", c.id, c.fin);
        write_to_structure(tx, &c, sujet, &texte, &cle, url).await?;
    }
    Ok(())
}

/// P13: a post nobody occupies, at one third, two thirds and the end of its
/// delay. A reservation does not stop the count.
async fn vacancies(tx: &mut Tx, url: &str) -> Resultat<()> {
    let le = tx.today();
    for etat in [poste::Etat::Vacant, poste::Etat::Reserve] {
        let f = poste::Filtre {
            etat: Some(etat),
            ..poste::Filtre::default()
        };
        for p in poste::list(tx, &Perimetre::National, &f).await? {
            vacancy(tx, url, &p, le).await?;
        }
    }
    Ok(())
}

async fn vacancy(tx: &mut Tx, url: &str, p: &Poste, le: Date) -> Resultat<()> {
    let s = Situation::of(&poste::movements(tx, p.id).await?)?;
    let debut = s.since(le);
    let cle = if s.occupations.is_empty() {
        "premier_recrutement"
    } else {
        "remplacement"
    };
    // The more favourable of the rule of then and the rule of now.
    let mut mois = 0;
    for jour in [debut, le] {
        let lu = reference::value(tx, "delai_vacance", cle, jour).await?;
        mois = mois.max(lu.and_then(|v| v.parse::<i32>().ok()).unwrap_or(0));
    }
    if mois == 0 {
        return Ok(());
    }
    let limite = francais::plus_months(debut, mois);
    let tiers = |n: i64| {
        let jours = francais::days(debut, limite) * n / 3;
        francais::plus_days(debut, i32::try_from(jours).unwrap_or(0))
    };
    let etapes = [("1/3", tiers(1)), ("2/3", tiers(2)), ("limite", limite)];
    let Some(etape) = due(&etapes, le) else {
        return Ok(());
    };
    let depuis = francais::date(debut);
    let reste = francais::days(le, limite);
    let texte = format!(
        "Bonjour,\n\nLe poste {} de {} est vacant depuis le {depuis}. {}\n\n\
         Recrutez ({url}/recrutement), ou rendez le poste s'il n'est plus nécessaire : {url}/postes/{}\n",
        p.numero,
        p.structure_nom,
        if reste > 0 {
            format!(
                "Il doit être pourvu avant le {} ({}).",
                francais::date(limite),
                francais::delai(le, limite)
            )
        } else {
            format!("Il devait être pourvu le {}.", francais::date(limite))
        },
        p.id
    );
    let sujet = "Un poste reste à pourvoir";
    let cle = format!("P13:{}:{debut}:{etape}", p.id);
    for contact in structure::contacts(tx, p.structure).await? {
        let a = comptes::personne::get(tx, contact.personne).await?.courriel;
        let m = Message {
            a: &a,
            sujet,
            texte: &texte,
            cle: &format!("{cle}:{}", contact.personne),
        };
        courrier::send(tx, m).await?;
    }
    if etape == "limite" {
        let sujet = "Un poste est vacant au-delà du délai";
        write_to_role(tx, Role::Prefecture, &p.departement, sujet, &texte, &cle).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::due;

    #[test]
    fn only_the_nearest_step_is_due() {
        // Spec 10, scenario 4: deadline 30/04, jobs down until 03/05.
        let etapes = [
            ("J-10", date(2026, 4, 20)),
            ("J-3", date(2026, 4, 27)),
            ("J+1", date(2026, 5, 1)),
            ("J+7", date(2026, 5, 7)),
        ];
        assert_eq!(due(&etapes, date(2026, 4, 19)), None);
        assert_eq!(due(&etapes, date(2026, 4, 20)), Some("J-10"));
        assert_eq!(due(&etapes, date(2026, 5, 3)), Some("J+1"));
        assert_eq!(due(&etapes, date(2026, 6, 1)), Some("J+7"));
    }
}
