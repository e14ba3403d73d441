//! Load on a running site, at a steady pace: who asks does not wait for who
//! answers, so a slow server shows. Bounded in time, on this machine only.
//!
//! `charge <port> <pid> [requêtes par seconde] [secondes]`
#![allow(clippy::disallowed_methods)] // the real time is what is measured

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
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

/// What every browser says it understands.
const COMPRESSIONS: &str = "gzip, deflate, br, zstd";

/// How long each answer took since the instant it should have been asked for,
/// by address; and how many were not the right ones.
#[derive(Default)]
struct Releve {
    lectures: BTreeMap<String, Vec<f64>>,
    ecritures: Vec<f64>,
    erreurs: usize,
}

// One thread: the generator takes little of what the server is measured on.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let port: u16 = args.first().context("port")?.parse()?;
    let pid: u32 = args.get(1).context("pid")?.parse()?;
    let rythme: u64 = args.get(2).map_or(Ok(200), |s| s.parse())?;
    let secondes: u64 = args.get(3).map_or(Ok(30), |s| s.parse())?;
    let site = format!("http://127.0.0.1:{port}");
    let memoire_avant = resident(pid)?;
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
    let charge_machine = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "{rythme} requêtes par seconde pendant {secondes} s, une sur dix écrit un compte rendu ; \
         charge de la machine avant : {}",
        charge_machine.split(' ').next().unwrap_or("?")
    );
    let releve = Arc::new(Mutex::new(Releve::default()));
    let fini = Arc::new(AtomicBool::new(false));
    let pointe = tokio::spawn(peak(pid, fini.clone()));
    let (cpu_serveur, cpu_ici) = (cpu(pid)?, cpu(std::process::id())?);
    let debut = Instant::now();
    let mut taches = tokio::task::JoinSet::new();
    for i in 0..rythme * secondes {
        // Late or not, each request counts from the instant it was due.
        let prevu = debut + Duration::from_micros(1_000_000 * i / rythme);
        tokio::time::sleep_until(prevu.into()).await;
        let (clients, site, releve, ecriture) = (
            clients.clone(),
            site.clone(),
            releve.clone(),
            ecriture.clone(),
        );
        taches.spawn(async move {
            let ecrit = i % 10 == 9;
            let (role, chemin) = reading(i);
            let requete = if ecrit {
                let mut champs = (*ecriture).clone();
                champs.retain(|(n, _)| n != "id_commande");
                champs.push((
                    "id_commande".into(),
                    format!("charge-{i}-{}", debut.elapsed().as_nanos()),
                ));
                clients[1]
                    .1
                    .post(format!("{site}/activites/individuel"))
                    .form(&champs)
            } else {
                clients
                    .iter()
                    .find(|(r, _)| *r == role)
                    .map_or(&clients[0].1, |(_, c)| c)
                    .get(format!("{site}{chemin}"))
            };
            let attendu = if ecrit {
                StatusCode::SEE_OTHER
            } else {
                StatusCode::OK
            };
            let bon = match requete.header("accept-encoding", COMPRESSIONS).send().await {
                Ok(r) => r.status() == attendu && r.bytes().await.is_ok(),
                Err(_) => false,
            };
            let ms = prevu.elapsed().as_secs_f64() * 1000.0;
            if let Ok(mut d) = releve.lock() {
                d.erreurs += usize::from(!bon);
                if ecrit {
                    d.ecritures.push(ms);
                } else {
                    let nom = format!("{chemin} {role}");
                    d.lectures.entry(nom).or_default().push(ms);
                }
            }
        });
    }
    while taches.join_next().await.is_some() {}
    let ecoule = debut.elapsed().as_secs_f64();
    let n = (rythme * secondes) as f64;
    let (cpu_serveur, cpu_ici) = (cpu(pid)? - cpu_serveur, cpu(std::process::id())? - cpu_ici);
    fini.store(true, Ordering::Relaxed);
    let memoire_pointe = pointe.await?;
    let releve = releve.lock().map(|mut r| std::mem::take(&mut *r));
    let mut r = releve.unwrap_or_default();
    show(&mut r);
    println!("débit {:.1}/s, erreurs {}", n / ecoule, r.erreurs);
    println!(
        "processeur : serveur {:.2} ms par requête, générateur {:.2} ms",
        cpu_serveur * 1000.0 / n,
        cpu_ici * 1000.0 / n
    );
    println!(
        "mémoire résidente du serveur : {} Mo avant, {} Mo au plus, {} Mo après",
        memoire_avant / 1024,
        memoire_pointe / 1024,
        resident(pid)? / 1024
    );
    if r.erreurs > 0 {
        bail!("des réponses étaient fausses");
    }
    Ok(())
}

fn show(r: &mut Releve) {
    println!(
        "{:<36} {:>8} {:>9} {:>9} {:>9}",
        "", "nombre", "p50 ms", "p99 ms", "max ms"
    );
    let line = |nom: &str, d: &mut Vec<f64>| {
        d.sort_by(f64::total_cmp);
        println!(
            "{nom:<36} {:>8} {:>9.1} {:>9.1} {:>9.1}",
            d.len(),
            rank(d, 0.50),
            rank(d, 0.99),
            rank(d, 1.0)
        );
    };
    let mut lectures = Vec::new();
    for (nom, d) in &mut r.lectures {
        line(nom, d);
        lectures.append(&mut d.clone());
    }
    let mut toutes = [&lectures[..], &r.ecritures].concat();
    line("lectures", &mut lectures);
    line("écritures", &mut r.ecritures);
    line("toutes", &mut toutes);
}

/// The most memory held until the end, looked at ten times a second.
async fn peak(pid: u32, fini: Arc<AtomicBool>) -> u64 {
    let mut pointe = 0;
    while !fini.load(Ordering::Relaxed) {
        pointe = pointe.max(resident(pid).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    pointe
}

/// Seconds of processor used by a process, threads that ended included.
fn cpu(pid: u32) -> Result<f64> {
    let texte = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name, which may hold anything, come the state and numbers;
    // Linux counts in hundredths of a second.
    let apres = texte.rsplit(')').next().context("stat")?;
    let champs: Vec<&str> = apres.split_whitespace().collect();
    let centiemes: u64 = [11, 12]
        .iter()
        .filter_map(|i| champs.get(*i)?.parse::<u64>().ok())
        .sum();
    Ok(centiemes as f64 / 100.0)
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
