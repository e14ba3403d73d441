//! `cargo xtask bench stats`: the index of statistics beside plain SQL on
//! PostgreSQL and on DuckDB, on the same fictitious register, in one run.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    demo,
    postgres::Cluster,
    tools::{capture, cargo, stream},
};

/// Each question, and what narrows it in the columns of the wide tables.
/// `{email}`… are codes found in the data.
const QUESTIONS: [(&str, &str); 7] = [
    ("un professionnel", "auteur = {auteur}"),
    ("un département", "departement = {35}"),
    (
        "France, un an",
        "date BETWEEN '2026-01-01' AND '2026-12-31'",
    ),
    ("France, tout", "1 = 1"),
    (
        "France, période quelconque",
        "date BETWEEN '2023-03-10' AND '2025-09-17'",
    ),
    (
        "filtres libres",
        "collectif = 0 AND bits & {email} <> 0 AND bits & {telephone} <> 0",
    ),
    ("filtre large", "collectif = 0"),
];

/// A page as SQL: totals, blocks, distinct people, latest profiles. Fewer
/// blocks than ours: what is left out would only slow it down.
const PAGE: [&str; 6] = [
    "SELECT count(*), sum(collectif), sum(suivis + anonymes), sum(anonymes), sum(deja), sum(duree), \
     sum(duree * (suivis + anonymes)) FROM a WHERE habitants = 1 AND {ici}",
    "SELECT type_lieu, modalite, autonomie, niveau, origine, duree, sum(suivis + anonymes) FROM a \
     WHERE habitants = 1 AND {ici} GROUP BY 1, 2, 3, 4, 5, 6",
    "SELECT bits, sum(suivis + anonymes) FROM a WHERE habitants = 1 AND {ici} GROUP BY bits",
    "SELECT lieu, commune, departement, sum(suivis + anonymes) FROM a WHERE habitants = 1 AND {ici} GROUP BY 1, 2, 3",
    "SELECT date, sum(suivis + anonymes) FROM a WHERE habitants = 1 AND {ici} GROUP BY date",
    "SELECT genre, tranche, statut, count(*), sum(CASE WHEN fois > 1 THEN 1 ELSE 0 END), sum(premier) FROM \
     (SELECT genre, tranche, statut, row_number() OVER (PARTITION BY personne ORDER BY date DESC, activite DESC) AS rang, \
      count(*) OVER (PARTITION BY personne) AS fois, max(premier) OVER (PARTITION BY personne) AS premier \
      FROM k WHERE habitants = 1 AND {ici}) x WHERE rang = 1 GROUP BY 1, 2, 3",
];

const TABLES: &str = "\
CREATE TABLE a (activite bigint, date date, auteur int, structure int, lieu int, departement int, habitants int, \
 duree int, suivis int, anonymes int, deja int, bits bigint, collectif int, type_lieu int, commune int, modalite int, \
 autonomie int, niveau int, origine int);
CREATE TABLE k (activite bigint, personne int, date date, auteur int, departement int, habitants int, collectif int, \
 bits bigint, premier int, genre int, tranche int, statut int);";

/// Covering: each question reads an index alone.
const INDEX: &str = "\
CREATE INDEX ON a (auteur, date) INCLUDE (habitants, duree, suivis, anonymes, deja, bits, collectif, type_lieu, \
 commune, modalite, autonomie, niveau, origine, lieu, departement);
CREATE INDEX ON a (departement, date) INCLUDE (habitants, duree, suivis, anonymes, deja, bits, collectif, type_lieu, \
 commune, modalite, autonomie, niveau, origine, lieu);
CREATE INDEX ON a (date) INCLUDE (habitants, duree, suivis, anonymes, deja, bits, collectif, type_lieu, \
 commune, modalite, autonomie, niveau, origine, lieu, departement);
CREATE INDEX ON k (auteur, personne, date DESC, activite DESC) INCLUDE (habitants, genre, tranche, statut, premier);
CREATE INDEX ON k (departement, personne, date DESC, activite DESC) INCLUDE (habitants, genre, tranche, statut, premier);
CREATE INDEX ON k (personne, date DESC, activite DESC) INCLUDE (habitants, collectif, bits, genre, tranche, statut, premier);
VACUUM ANALYZE a;
VACUUM ANALYZE k;";

type Mesures = BTreeMap<String, f64>;

/// Runs it. Options: `--activities N`, `--sans-sql`.
///
/// # Errors
/// When a step fails.
pub fn run(args: &[String]) -> Result<()> {
    let mut activites = 1_000_000_u64;
    let mut sql = true;
    let mut reste = args.iter();
    while let Some(a) = reste.next() {
        match a.as_str() {
            "--activities" | "--activites" => {
                let n = reste.next().context("--activities attend un nombre")?;
                activites = n.replace('_', "").parse()?;
            }
            "--sans-sql" => sql = false,
            autre => bail!("Option inconnue : {autre}"),
        }
    }
    stream(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "activites",
        "--example",
        "banc",
    ]))?;
    let dossier = demo::target()
        .join("bench")
        .join(format!("stats-{activites}"));
    std::fs::create_dir_all(&dossier)?;
    let generer = sql && !dossier.join("k.tsv").exists();
    let mut banc = Command::new(demo::target().join("release/examples/banc"));
    banc.arg(activites.to_string()).arg(&dossier);
    if generer {
        banc.arg("sql");
    }
    let index = measures(&capture(&mut banc)?);
    let (mut postgres, mut duckdb) = (Mesures::new(), Mesures::new());
    if sql {
        let codes = codes(&dossier)?;
        postgres = in_postgres(&dossier, &codes)?;
        duckdb = in_duckdb(&dossier, &codes)?;
    }
    show(activites, &index, &postgres, &duckdb);
    Ok(())
}

/// `name<tab>value` lines.
fn measures(texte: &str) -> Mesures {
    texte
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .filter_map(|(nom, v)| Some((nom.to_owned(), v.trim().parse().ok()?)))
        .collect()
}

fn codes(dossier: &Path) -> Result<Vec<(String, String)>> {
    let texte = std::fs::read_to_string(dossier.join("codes.tsv"))?;
    Ok(texte
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .map(|(n, v)| (format!("{{{n}}}"), v.to_owned()))
        .collect())
}

/// The statements of a question.
fn statements(question: usize, codes: &[(String, String)]) -> Vec<String> {
    PAGE.iter()
        .map(|s| {
            let mut s = s.replace("{ici}", QUESTIONS[question].1);
            for (nom, valeur) in codes {
                s = s.replace(nom, valeur);
            }
            s
        })
        .collect()
}

fn in_postgres(dossier: &Path, codes: &[(String, String)]) -> Result<Mesures> {
    println!("PostgreSQL : chargement…");
    let serveur = Cluster::start()?;
    let url = format!("{}/postgres", serveur.url());
    let psql = |texte: &str| -> Result<String> {
        let mut p = Command::new("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", &url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("psql manque")?;
        p.stdin
            .take()
            .context("psql sans entrée")?
            .write_all(texte.as_bytes())?;
        let sortie = p.wait_with_output()?;
        if !sortie.status.success() {
            bail!("psql a échoué");
        }
        Ok(String::from_utf8_lossy(&sortie.stdout).into_owned())
    };
    psql(TABLES)?;
    for t in ["a", "k"] {
        let fichier = dossier.join(format!("{t}.tsv"));
        psql(&format!("\\copy {t} FROM '{}'\n", fichier.display()))?;
    }
    psql(&format!("SET maintenance_work_mem = '1GB';\n{INDEX}"))?;
    let mut m = Mesures::new();
    for (i, (nom, _)) in QUESTIONS.iter().enumerate() {
        let texte = statements(i, codes).into_iter().fold(
            "SET work_mem = '512MB';\n".to_owned(),
            |mut t, s| {
                let _ = writeln!(t, "\\o /dev/null\n{s};");
                t
            },
        );
        m.insert((*nom).into(), timed(|| psql(&texte).map(|_| ()))?);
    }
    Ok(m)
}

fn in_duckdb(dossier: &Path, codes: &[(String, String)]) -> Result<Mesures> {
    let Some(python) = python_with_duckdb(dossier) else {
        println!("DuckDB : ignoré, « pip install duckdb » n'aboutit pas ici");
        return Ok(Mesures::new());
    };
    println!("DuckDB : chargement…");
    let mut script = String::from("import duckdb, time, statistics\nc = duckdb.connect()\n");
    for ligne in TABLES.split(";\n").filter(|l| !l.trim().is_empty()) {
        let _ = writeln!(
            script,
            "c.execute(\"\"\"{}\"\"\")",
            ligne.trim_end_matches(';')
        );
    }
    for t in ["a", "k"] {
        let f = dossier.join(format!("{t}.tsv"));
        let _ = writeln!(
            script,
            "c.execute(\"COPY {t} FROM '{}' (DELIMITER '\\t', HEADER false)\")",
            f.display()
        );
    }
    script.push_str("def page(q):\n  for s in q: c.execute(s).fetchall()\n");
    for (i, (nom, _)) in QUESTIONS.iter().enumerate() {
        let _ = writeln!(script, "q = {:?}", statements(i, codes));
        script.push_str("page(q)\nt = []\nfor _ in range(3):\n  d = time.perf_counter(); page(q); t.append(time.perf_counter() - d)\n");
        let _ = writeln!(
            script,
            "print('{nom}\\t%.3f' % (statistics.median(t) * 1000))"
        );
    }
    let fichier = dossier.join("questions.py");
    std::fs::write(&fichier, script)?;
    Ok(measures(&capture(Command::new(python).arg(&fichier))?))
}

fn python_with_duckdb(dossier: &Path) -> Option<PathBuf> {
    let venv = dossier.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        capture(Command::new("python3").args(["-m", "venv"]).arg(&venv)).ok()?;
        capture(Command::new(&python).args(["-m", "pip", "install", "-q", "duckdb"])).ok()?;
    }
    capture(Command::new(&python).args(["-c", "import duckdb"])).ok()?;
    Some(python)
}

/// Once to warm, then the median of three; once is enough of what takes long.
fn timed(mut f: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut temps = Vec::new();
    while temps.len() < 4 && temps.first().is_none_or(|t: &Duration| t.as_secs() < 5) {
        let depart = Instant::now();
        f()?;
        temps.push(depart.elapsed());
    }
    if temps.len() > 1 {
        temps.remove(0);
    }
    temps.sort_unstable();
    Ok(temps[temps.len() / 2].as_secs_f64() * 1_000.0)
}

fn show(activites: u64, index: &Mesures, postgres: &Mesures, duckdb: &Mesures) {
    let cell = |m: &Mesures, cle: &str| m.get(cle).map_or("–".to_owned(), |v| format!("{v:.1}"));
    let charge = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let charge = charge.split(' ').next().unwrap_or("?").to_owned();
    println!("\n{activites} activités, médianes en millisecondes (charge à la fin : {charge})\n");
    println!("| question | index | dont processeur, en tout | page | PostgreSQL | DuckDB |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (q, _) in QUESTIONS {
        println!(
            "| {q} | {} | {} | {} | {} | {} |",
            cell(index, &format!("index|{q}")),
            cell(index, &format!("travail|{q}")),
            cell(index, &format!("page|{q}")),
            cell(postgres, q),
            cell(duckdb, q)
        );
    }
    println!();
    for (nom, v) in index.iter().filter(|(nom, _)| !nom.contains('|')) {
        println!("{nom} : {v:.1}");
    }
}
