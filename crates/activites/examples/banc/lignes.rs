//! The same rows for other engines: one wide table of activities and one of
//! participations that repeats what questions need, so that they join nothing.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use activites::statistiques::index::Fait;
use uuid::Uuid;

use crate::donnees;

pub struct Fichiers {
    activites: BufWriter<File>,
    liens: BufWriter<File>,
    numeros: [HashMap<Uuid, u32>; 4],
    mots: HashMap<String, u32>,
    bits: HashMap<String, u32>,
    n: u64,
}

impl Fichiers {
    pub fn create(dossier: &Path) -> io::Result<Self> {
        let open = |nom: &str| {
            File::create(dossier.join(nom)).map(|f| BufWriter::with_capacity(1 << 20, f))
        };
        Ok(Self {
            activites: open("a.tsv")?,
            liens: open("k.tsv")?,
            numeros: Default::default(),
            mots: HashMap::new(),
            bits: HashMap::new(),
            n: 0,
        })
    }

    fn numero(&mut self, quoi: usize, id: Uuid) -> u32 {
        let m = &mut self.numeros[quoi];
        let suivant = u32::try_from(m.len()).unwrap_or(u32::MAX) + 1;
        *m.entry(id).or_insert(suivant)
    }

    fn mot(&mut self, mot: Option<&str>) -> u32 {
        let Some(m) = mot else { return 0 };
        let suivant = u32::try_from(self.mots.len()).unwrap_or(u32::MAX) + 1;
        *self.mots.entry(m.to_owned()).or_insert(suivant)
    }

    /// Sets are bits: fewer than sixty values here.
    fn bit(&mut self, valeur: &str) -> u32 {
        let suivant = u32::try_from(self.bits.len()).unwrap_or(0).min(61);
        *self.bits.entry(valeur.to_owned()).or_insert(suivant)
    }

    /// What questions name, with its code here.
    pub fn finish(&mut self, dossier: &Path) -> io::Result<()> {
        let mut f = File::create(dossier.join("codes.tsv"))?;
        for (nom, mot) in [
            ("email", "thematique:email"),
            ("telephone", "materiel:telephone"),
        ] {
            let rang = self.bit(mot);
            writeln!(f, "{nom}\t{}", 1_u64 << rang)?;
        }
        writeln!(f, "auteur\t{}", self.numero(0, donnees::id(4, 137)))?;
        writeln!(f, "35\t{}", self.mot(Some("35")))?;
        self.activites.flush()?;
        self.liens.flush()
    }

    /// Writes the activities of a month.
    pub fn write(&mut self, faits: &[Fait]) -> io::Result<()> {
        for f in faits {
            self.n += 1;
            let auteur = self.numero(0, f.auteur);
            let structure = f.employeur.map_or(0, |e| self.numero(1, e));
            let lieu = f.lieu.map_or(0, |l| self.numero(2, l));
            let mut bits = 0_u64;
            for (dim, val, _) in &f.valeurs {
                if matches!(
                    dim.as_str(),
                    "thematique" | "sous_thematique" | "materiel" | "motif"
                ) {
                    bits |= 1 << self.bit(&format!("{dim}:{val}"));
                }
            }
            let champs = [
                u32::from(f.collectif),
                self.mot(Some(&f.type_lieu)),
                self.mot(f.commune.as_deref()),
                self.mot(f.modalite.as_deref()),
                self.mot(f.autonomie.as_deref()),
                self.mot(f.niveau.as_deref()),
                self.mot(f.origine.as_deref()),
            ];
            let habitants = u32::from(f.public == "habitants");
            let departement = self.mot(f.departement.as_deref());
            writeln!(
                self.activites,
                "{}\t{}\t{auteur}\t{structure}\t{lieu}\t{departement}\t{habitants}\t{}\t{}\t{}\t{}\t{bits}\t{}",
                self.n,
                f.date,
                f.duree,
                f.liens.len(),
                f.anonymes,
                f.deja,
                champs.map(|c| c.to_string()).join("\t"),
            )?;
            for l in &f.liens {
                let personne = self.numero(3, l.personne);
                let profil = [
                    self.mot(Some(&l.genre)),
                    self.mot(Some(&l.tranche)),
                    self.mot(Some(&l.statut)),
                ];
                writeln!(
                    self.liens,
                    "{}\t{personne}\t{}\t{auteur}\t{departement}\t{habitants}\t{}\t{bits}\t{}\t{}",
                    self.n,
                    f.date,
                    u32::from(f.collectif),
                    u32::from(l.premier),
                    profil.map(|c| c.to_string()).join("\t"),
                )?;
            }
        }
        Ok(())
    }
}
