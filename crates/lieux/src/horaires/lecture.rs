//! Reading OSM opening_hours, with the repairs of spec 30 §3.

use socle::francais::fold;

use super::{
    Dates, Horaires, Illisible, JOURS, MOIS, MoisJour, Plage, Regle, Selecteur, Semaines, united,
};

type Lu<T> = Result<T, Illisible>;

pub(super) fn read(s: &str) -> Lu<Horaires> {
    let mut h = Horaires::default();
    if s.len() > 2_000 {
        return Err(Illisible);
    }
    for morceau in split_rules(s)? {
        let (texte, commentaire) = take_comment(morceau)?;
        if let Some(c) = commentaire {
            let c = fold(&c);
            if c.contains("rendez vous") || c.contains("rdv") || c.contains("appointment") {
                h.sur_rendez_vous = true;
            }
        }
        let texte = texte.trim();
        // A comment alone would read as open all the time: no rule at all.
        if texte.is_empty() {
            continue;
        }
        rule(texte, &mut h)?;
    }
    Ok(h)
}

fn split_rules(s: &str) -> Lu<Vec<&str>> {
    let mut morceaux = Vec::new();
    let (mut debut, mut dans) = (0, false);
    for (i, c) in s.char_indices() {
        match c {
            '"' => dans = !dans,
            ';' | '|' if !dans => {
                morceaux.push(&s[debut..i]);
                debut = i + 1;
            }
            _ => {}
        }
    }
    if dans {
        return Err(Illisible);
    }
    morceaux.push(&s[debut..]);
    Ok(morceaux)
}

fn take_comment(s: &str) -> Lu<(String, Option<String>)> {
    let Some(i) = s.find('"') else {
        return Ok((s.to_owned(), None));
    };
    let j = s[i + 1..].find('"').ok_or(Illisible)? + i + 1;
    Ok((
        format!("{} {}", &s[..i], &s[j + 1..]),
        Some(s[i + 1..j].to_owned()),
    ))
}

fn rule(texte: &str, h: &mut Horaires) -> Lu<()> {
    if texte.split_whitespace().collect::<String>() == "24/7" {
        h.regles.push(Regle {
            quand: Selecteur::default(),
            plages: vec![Plage::new(0, 1440)],
        });
        return Ok(());
    }
    let mut l = Lecteur {
        reste: texte.trim(),
    };
    let quand = l.selector()?;
    let plages = l.times()?;
    if !l.reste.trim().is_empty() {
        return Err(Illisible);
    }
    let Some(plages) = plages else {
        // 00:00-00:00 only: no opening that day, and no rule.
        return Ok(());
    };
    let (plages, fusion) = united(plages);
    h.plages_fusionnees |= fusion;
    // « PH Mo-Fr » would mean « PH and Mo-Fr »: two rules.
    if quand.feries && (quand.jours != 0 || !quand.niemes.is_empty()) {
        let mut sans = quand.clone();
        sans.feries = false;
        h.regles.push(Regle {
            quand: sans,
            plages: plages.clone(),
        });
        let seul = Selecteur {
            jours: 0,
            niemes: Vec::new(),
            ..quand
        };
        h.regles.push(Regle {
            quand: seul,
            plages,
        });
    } else {
        h.regles.push(Regle { quand, plages });
    }
    Ok(())
}

struct Lecteur<'a> {
    reste: &'a str,
}

impl<'a> Lecteur<'a> {
    fn skip(&mut self) {
        self.reste = self.reste.trim_start_matches([' ', '\u{a0}']);
    }

    fn eat(&mut self, mot: &str) -> bool {
        self.skip();
        if let Some(r) = self.reste.strip_prefix(mot) {
            self.reste = r;
            return true;
        }
        false
    }

    fn number(&mut self) -> Option<i64> {
        self.skip();
        let n = self.reste.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 || n > 4 {
            return None;
        }
        let (a, b) = self.reste.split_at(n);
        self.reste = b;
        a.parse().ok()
    }

    fn peek_word(&mut self) -> &'a str {
        self.skip();
        let n = self
            .reste
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        &self.reste[..n]
    }

    fn word_in(&mut self, liste: &[&str]) -> Option<usize> {
        let mot = self.peek_word();
        let i = liste.iter().position(|m| m.eq_ignore_ascii_case(mot))?;
        self.reste = &self.reste[mot.len()..];
        Some(i)
    }

    fn selector(&mut self) -> Lu<Selecteur> {
        let mut q = Selecteur::default();
        loop {
            self.skip();
            let annee = self.year();
            let mot = self.peek_word();
            if mot.eq_ignore_ascii_case("week") {
                if let Some(a) = annee {
                    q.annees = Some(a);
                }
                self.reste = &self.reste[mot.len()..];
                self.weeks(&mut q)?;
            } else if MOIS.iter().any(|m| m.eq_ignore_ascii_case(mot)) {
                self.dates(&mut q, annee.map(|a| a.0))?;
            } else if let Some(a) = annee {
                q.annees = Some(a);
            } else if mot.eq_ignore_ascii_case("PH")
                || mot.eq_ignore_ascii_case("SH")
                || JOURS.iter().any(|j| j.eq_ignore_ascii_case(mot))
            {
                self.days(&mut q)?;
            } else {
                self.eat(":");
                return Ok(q);
            }
        }
    }

    /// Four digits that are not a time.
    fn year(&mut self) -> Option<(i16, i16)> {
        let avant = self.reste;
        let un = |l: &mut Self| {
            let chiffres = l.reste.bytes().take_while(u8::is_ascii_digit).count();
            (chiffres == 4).then(|| l.number()).flatten()
        };
        let a = un(self)?;
        let apres = self.reste;
        let b = if self.eat("-") { un(self) } else { None };
        if b.is_none() {
            self.reste = apres;
        }
        let (a, b) = (i16::try_from(a).ok()?, i16::try_from(b.unwrap_or(a)).ok()?);
        if (2000..=2200).contains(&a) && (a..=2200).contains(&b) {
            Some((a, b))
        } else {
            self.reste = avant;
            None
        }
    }

    fn weeks(&mut self, q: &mut Selecteur) -> Lu<()> {
        loop {
            let de = self.small(1, 53)?;
            let a = if self.eat("-") {
                self.small(1, 53)?
            } else {
                de
            };
            let pas = if self.eat("/") { self.small(1, 26)? } else { 1 };
            if a < de {
                return Err(Illisible);
            }
            q.semaines.push(Semaines { de, a, pas });
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn small(&mut self, min: i64, max: i64) -> Lu<i8> {
        let n = self.number().ok_or(Illisible)?;
        if (min..=max).contains(&n) {
            i8::try_from(n).map_err(|_| Illisible)
        } else {
            Err(Illisible)
        }
    }

    fn dates(&mut self, q: &mut Selecteur, annee: Option<i16>) -> Lu<()> {
        let mut annee = annee;
        loop {
            let (de, entier) = self.month_day(true)?;
            let mut a = if entier { (de.0, 31) } else { de };
            let mut annee_fin = annee;
            let avant = self.reste;
            if self.eat("-") {
                if let Some((y, _)) = self.year() {
                    annee_fin = Some(y);
                }
                if MOIS
                    .iter()
                    .any(|m| m.eq_ignore_ascii_case(self.peek_word()))
                {
                    a = self.month_day(false)?.0;
                } else if !entier && self.number().is_some() {
                    // « Dec 24-26 »
                    self.reste = avant;
                    self.eat("-");
                    a = (de.0, self.small(1, 31)?);
                } else {
                    return Err(Illisible);
                }
            }
            q.dates.push(Dates {
                annee,
                de,
                annee_fin,
                a,
            });
            let avant = self.reste;
            if !self.eat(",") {
                return Ok(());
            }
            if let Some((y, _)) = self.year() {
                annee = Some(y);
            }
            if !MOIS
                .iter()
                .any(|m| m.eq_ignore_ascii_case(self.peek_word()))
            {
                self.reste = avant;
                return Ok(());
            }
        }
    }

    /// A month and a day; true when there was no day (whole month).
    fn month_day(&mut self, debut: bool) -> Lu<(MoisJour, bool)> {
        let m = self.word_in(&MOIS).ok_or(Illisible)?;
        let m = i8::try_from(m + 1).map_err(|_| Illisible)?;
        self.skip();
        let chiffres = self.reste.bytes().take_while(u8::is_ascii_digit).count();
        let heure = self.reste.as_bytes().get(chiffres) == Some(&b':');
        if (1..=2).contains(&chiffres) && !heure {
            return Ok(((m, self.small(1, 31)?), false));
        }
        Ok(((m, if debut { 1 } else { 31 }), true))
    }

    fn days(&mut self, q: &mut Selecteur) -> Lu<()> {
        loop {
            match self.word_in(&["PH", "SH"]) {
                Some(0) => q.feries = true,
                Some(_) => q.vacances = true,
                None => {
                    let a = self.word_in(&JOURS).ok_or(Illisible)?;
                    if self.eat("[") {
                        loop {
                            let moins = self.eat("-");
                            let n = self.small(1, 5)?;
                            let jour = u8::try_from(a).map_err(|_| Illisible)?;
                            q.niemes.push((jour, if moins { -n } else { n }));
                            if !self.eat(",") {
                                break;
                            }
                        }
                        if !self.eat("]") {
                            return Err(Illisible);
                        }
                    } else if self.eat("-") {
                        let b = self.word_in(&JOURS).ok_or(Illisible)?;
                        let mut j = a;
                        loop {
                            q.jours |= 1 << j;
                            if j == b {
                                break;
                            }
                            j = (j + 1) % 7;
                        }
                    } else {
                        q.jours |= 1 << a;
                    }
                }
            }
            let avant = self.reste;
            if !self.eat(",") {
                // « PH Mo-Fr »: the day list goes on without a comma.
                let mot = self.peek_word();
                if mot.len() == 2 && JOURS.iter().any(|j| j.eq_ignore_ascii_case(mot)) {
                    continue;
                }
                return Ok(());
            }
            if self.peek_word().len() != 2 {
                self.reste = avant;
                return Ok(());
            }
        }
    }

    /// The ranges; `None` when only `00:00-00:00` was written.
    fn times(&mut self) -> Lu<Option<Vec<Plage>>> {
        if self.word_in(&["off", "closed"]).is_some() {
            return Ok(Some(Vec::new()));
        }
        let ouvert = self.word_in(&["open"]).is_some();
        self.skip();
        if self.reste.is_empty() {
            // A day without hours says nothing we can show.
            return if ouvert {
                Ok(Some(vec![Plage::new(0, 1440)]))
            } else {
                Err(Illisible)
            };
        }
        let mut plages = Vec::new();
        let mut nuls = false;
        loop {
            let debut = self.time()?;
            if self.eat("+") {
                plages.push(Plage {
                    debut,
                    fin: 1440,
                    ouverte: true,
                });
            } else {
                if !self.eat("-") {
                    return Err(Illisible);
                }
                let fin = self.time()?;
                if debut == 0 && fin == 0 {
                    nuls = true;
                } else if fin <= debut {
                    return Err(Illisible);
                } else {
                    plages.push(Plage::new(debut, fin));
                }
            }
            if !self.eat(",") {
                break;
            }
        }
        Ok((!(plages.is_empty() && nuls)).then_some(plages))
    }

    fn time(&mut self) -> Lu<u16> {
        let h = self.small(0, 24)?;
        if !self.reste.starts_with(':') {
            return Err(Illisible);
        }
        self.reste = &self.reste[1..];
        if self.reste.bytes().take_while(u8::is_ascii_digit).count() != 2 {
            return Err(Illisible);
        }
        let m = self.small(0, 59)?;
        let t = u16::try_from(h).map_err(|_| Illisible)? * 60
            + u16::try_from(m).map_err(|_| Illisible)?;
        if t > 1440 { Err(Illisible) } else { Ok(t) }
    }
}
