//! Load on a running site, at a steady pace: who asks does not wait for who
//! answers, so a slow server shows. Bounded in time, on this machine only.
//!
//! `charge <port> <pid> [requêtes par seconde] [secondes]`
#![allow(clippy::disallowed_methods)] // the real time is what is measured

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use commun::{COMPTE_RENDU, client, form_of, sign_in};
use reqwest::StatusCode;

#[path = "../tests/commun/mod.rs"]
mod commun;

/// What a mixed minute looks like: (share, role's login, address).
const LECTURES: [(usize, &str, &str); 10] = [
    (12, "", "/carte"),
    (8, "", "/"),
    (10, "", "/chiffres"),
    (18, "conseiller", "/"),
    (16, "conseiller", "/activites"),
    (8, "conseiller", "/activites/individuel"),
    (8, "prefecture", "/candidatures"),
    (6, "structure", "/"),
    (6, "administrateur", "/pilotage"),
    (8, "administrateur", "/candidatures"),
];

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let port: u16 = args.first().context("port")?.parse()?;
    let pid: u32 = args.get(1).context("pid")?.parse()?;
    let rythme: u64 = args.get(2).map_or(Ok(200), |s| s.parse())?;
    let secondes: u64 = args.get(3).map_or(Ok(30), |s| s.parse())?;
    let site = format!("http://127.0.0.1:{port}");
    let mut clients = vec![("", client()?)];
    for role in ["conseiller", "prefecture", "structure", "administrateur"] {
        clients.push((
            role,
            sign_in(&site, role)
                .await
                .with_context(|| format!("connexion de {role}"))?,
        ));
    }
    let clients = Arc::new(clients);
    let ecriture = Arc::new(form_of(&site, &clients[1].1, COMPTE_RENDU.0, COMPTE_RENDU.1).await?);
    println!(
        "{rythme} requêtes par seconde pendant {secondes} s, une sur dix écrit un compte rendu"
    );
    let durees = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let erreurs = Arc::new(AtomicUsize::new(0));
    let debut = Instant::now();
    let mut battement = tokio::time::interval(Duration::from_micros(1_000_000 / rythme));
    let mut taches = tokio::task::JoinSet::new();
    for i in 0..rythme * secondes {
        battement.tick().await;
        let (clients, site, durees, erreurs, ecriture) = (
            clients.clone(),
            site.clone(),
            durees.clone(),
            erreurs.clone(),
            ecriture.clone(),
        );
        taches.spawn(async move {
            let t = Instant::now();
            let ecrit = i % 10 == 9;
            let reponse = if ecrit {
                let commande = format!("charge-{i}-{}", t.elapsed().as_nanos());
                let mut champs = (*ecriture).clone();
                champs.retain(|(n, _)| n != "id_commande");
                champs.push(("id_commande".into(), commande));
                clients[1]
                    .1
                    .post(format!("{site}/activites/individuel"))
                    .form(&champs)
                    .send()
                    .await
            } else {
                let (role, chemin) = reading(i);
                let c = clients
                    .iter()
                    .find(|(r, _)| *r == role)
                    .map_or(&clients[0].1, |(_, c)| c);
                c.get(format!("{site}{chemin}")).send().await
            };
            let bon = match reponse {
                Ok(r) => {
                    let attendu = if ecrit {
                        StatusCode::SEE_OTHER
                    } else {
                        StatusCode::OK
                    };
                    let bon = r.status() == attendu;
                    r.bytes().await.is_ok() && bon
                }
                Err(_) => false,
            };
            if !bon {
                erreurs.fetch_add(1, Ordering::Relaxed);
            }
            if let Ok(mut d) = durees.lock() {
                let ms = t.elapsed().as_secs_f64() * 1000.0;
                if ecrit { d.1.push(ms) } else { d.0.push(ms) }
            }
        });
    }
    while taches.join_next().await.is_some() {}
    let ecoule = debut.elapsed().as_secs_f64();
    let (mut lectures, mut ecritures) = durees.lock().map(|d| d.clone()).unwrap_or_default();
    println!(
        "{:<10} {:>8} {:>9} {:>9} {:>9}",
        "", "nombre", "p50 ms", "p99 ms", "max ms"
    );
    for (nom, d) in [("lectures", &mut lectures), ("écritures", &mut ecritures)] {
        d.sort_by(f64::total_cmp);
        println!(
            "{nom:<10} {:>8} {:>9.1} {:>9.1} {:>9.1}",
            d.len(),
            rank(d, 0.50),
            rank(d, 0.99),
            rank(d, 1.0)
        );
    }
    println!(
        "débit {:.0}/s, erreurs {}",
        (rythme * secondes) as f64 / ecoule,
        erreurs.load(Ordering::Relaxed)
    );
    println!(
        "mémoire résidente du serveur : {} Mo",
        resident(pid)? / 1024
    );
    if erreurs.load(Ordering::Relaxed) > 0 {
        bail!("des réponses étaient fausses");
    }
    Ok(())
}

fn reading(i: u64) -> (&'static str, &'static str) {
    // A fixed stride walks the hundred shares in a mixed order.
    let mut reste = usize::try_from(i * 37 % 100).unwrap_or(0);
    for (part, role, chemin) in LECTURES {
        if reste < part {
            return (role, chemin);
        }
        reste -= part;
    }
    ("", "/")
}

fn rank(tries: &[f64], q: f64) -> f64 {
    let i = ((tries.len() as f64 * q).ceil() as usize).clamp(1, tries.len().max(1)) - 1;
    tries.get(i).copied().unwrap_or(0.0)
}

/// Kilobytes held by a process.
fn resident(pid: u32) -> Result<u64> {
    let statut = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let ligne = statut
        .lines()
        .find(|l| l.starts_with("VmRSS:"))
        .context("VmRSS")?;
    Ok(ligne.split_whitespace().nth(1).context("VmRSS")?.parse()?)
}
