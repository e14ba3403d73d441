//! The thread of people's activities, month by month: who they were at their
//! latest activity when a month ended. A long period starts from there and
//! takes away those whom nobody met since it began.

use std::sync::{Arc, LazyLock};

use super::{
    Index, Mois,
    gens::Gens,
    jours,
    segment::{HORS_DE_A, JAMAIS_APRES, JAMAIS_AVANT, Segment},
};

/// The month of each day of a chain.
static MOIS: LazyLock<Vec<Mois>> = LazyLock::new(|| {
    let mut v = Vec::with_capacity(usize::from(JAMAIS_APRES) + 1);
    let mut m = Mois(1970 * 12);
    while v.len() <= usize::from(JAMAIS_APRES) {
        let n = jours(m.fin()) - jours(m.debut()) + 1;
        v.extend((0..n).map(|_| m));
        m = Mois(m.0 + 1);
    }
    v
});

/// What one month adds to the latest activities and takes from them.
#[derive(Debug, Clone, Default)]
struct Pas {
    profils: Vec<i32>,
    domiciles: Vec<i32>,
    /// Activities that are the only one of their person.
    seuls: i32,
}

/// From one month on, each the month after.
#[derive(Debug, Clone, Default)]
pub struct Fil {
    debut: i32,
    pas: Vec<Arc<Pas>>,
}

impl Fil {
    /// Follows every link.
    #[must_use]
    pub fn of(index: &Index) -> Self {
        let mut f = Self::default();
        for (mois, m) in &index.mois {
            for (s, lot) in m.lots() {
                f.lot(*mois, s, lot, 1);
            }
        }
        f
    }

    /// Adds the links of a lot, or takes them away with −1.
    pub fn lot(&mut self, mois: Mois, s: &Segment, lot: usize, sens: i32) {
        for k in s.links(lot) {
            self.link(mois, s, k, sens);
        }
    }

    /// The same with one link.
    pub fn link(&mut self, mois: Mois, s: &Segment, k: usize, sens: i32) {
        let apres = s.apres[k];
        let suivant = (apres != JAMAIS_APRES).then(|| MOIS[usize::from(apres)]);
        if apres == HORS_DE_A || suivant == Some(mois) {
            return;
        }
        let (profil, domicile) = (s.profil.get(k) as usize, s.domicile.get(k) as usize);
        let pas = self.at(mois);
        *place(&mut pas.profils, profil) += sens;
        *place(&mut pas.domiciles, domicile) += sens;
        match suivant {
            None if s.avant[k] == JAMAIS_AVANT => pas.seuls += sens,
            None => {}
            Some(m) => {
                let pas = self.at(m);
                *place(&mut pas.profils, profil) -= sens;
                *place(&mut pas.domiciles, domicile) -= sens;
            }
        }
    }

    fn at(&mut self, mois: Mois) -> &mut Pas {
        if self.pas.is_empty() {
            self.debut = mois.0;
        }
        let avant = usize::try_from(self.debut - mois.0).unwrap_or(0);
        if avant > 0 {
            let neufs = std::iter::repeat_with(Arc::default).take(avant);
            self.pas.splice(0..0, neufs);
            self.debut = mois.0;
        }
        let rang = usize::try_from(mois.0 - self.debut).unwrap_or(0);
        if rang >= self.pas.len() {
            self.pas.resize_with(rang + 1, Arc::default);
        }
        Arc::make_mut(&mut self.pas[rang])
    }

    /// Counts people as they were when a month ended.
    pub fn add_to(&self, fin: Mois, gens: &mut Gens) {
        let combien = usize::try_from(fin.0 - self.debut + 1).unwrap_or(0);
        for p in self.pas.iter().take(combien) {
            gens.change(&p.profils, &p.domiciles);
        }
    }

    /// People who came only once.
    #[must_use]
    pub fn once(&self) -> u64 {
        let n: i64 = self.pas.iter().map(|p| i64::from(p.seuls)).sum();
        u64::try_from(n).unwrap_or(0)
    }

    /// What is not zero: by month, kind and code.
    #[cfg(test)]
    pub(crate) fn plain(&self) -> std::collections::BTreeMap<(i32, u8, usize), i32> {
        let mut v = std::collections::BTreeMap::new();
        for (mois, p) in (self.debut..).zip(&self.pas) {
            for (genre, t) in [(0, &p.profils), (1, &p.domiciles), (2, &vec![p.seuls])] {
                v.extend(t.iter().enumerate().map(|(i, n)| ((mois, genre, i), *n)));
            }
        }
        v.retain(|_, n| *n != 0);
        v
    }

    /// Bytes held.
    #[must_use]
    pub fn octets(&self) -> usize {
        let places = |p: &Arc<Pas>| (p.profils.capacity() + p.domiciles.capacity()) * 4 + 72;
        self.pas.iter().map(places).sum()
    }
}

fn place(v: &mut Vec<i32>, rang: usize) -> &mut i32 {
    if rang >= v.len() {
        v.resize(rang + 1, 0);
    }
    &mut v[rang]
}

/// Which of at most sixty-four days pass a test, as bits: tests first, so that
/// the processor makes many at once, then eight bytes gathered by a product.
#[inline]
pub fn days_where(v: &[u16], test: impl Fn(u16) -> bool) -> u64 {
    let mut oui = [0_u8; 64];
    for (o, j) in oui.iter_mut().zip(v) {
        *o = u8::from(test(*j));
    }
    let mut bits = 0;
    for (rang, huit) in oui.as_chunks::<8>().0.iter().enumerate() {
        let huit = u64::from_le_bytes(*huit).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits |= huit << (8 * rang);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_say_which_days_pass() {
        let v: Vec<u16> = (0..64_u32).map(|i| (i * 977 % 50) as u16).collect();
        for n in [0, 1, 8, 33, 64] {
            let dits = days_where(&v[..n], |j| j > 20);
            for (i, j) in v.iter().enumerate() {
                assert_eq!(dits & (1 << i) != 0, i < n && *j > 20, "{n} {i}");
            }
        }
    }

    #[test]
    fn a_day_is_of_its_month() {
        let jour = |a, m, j| usize::try_from(jours(jiff::civil::date(a, m, j))).unwrap();
        assert_eq!(MOIS[jour(2024, 2, 29)], Mois(2024 * 12 + 1));
        assert_eq!(MOIS[jour(2024, 3, 1)], Mois(2024 * 12 + 2));
        assert_eq!(MOIS[0], Mois(1970 * 12));
    }
}
