//! Dictionaries and code columns: a value is written once, rows hold its code
//! in as few bytes as the month needs.

use std::ops::Range;

use super::plan::{BESIDE, TOUT};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// Values by code, and back. Codes are given in order and never change.
#[derive(Debug, Clone)]
pub struct Dico<T> {
    valeurs: Vec<T>,
    /// Code + 1 in an open table twice as large; 0 is free.
    cases: Vec<u32>,
}

impl<T> Default for Dico<T> {
    fn default() -> Self {
        Self {
            valeurs: Vec::new(),
            cases: Vec::new(),
        }
    }
}

type Hacheur = BuildHasherDefault<DefaultHasher>;

impl<T: Hash + Eq> Dico<T> {
    /// A dictionary whose codes are already given.
    #[must_use]
    pub fn of(valeurs: Vec<T>) -> Self {
        let mut d = Self {
            valeurs,
            cases: Vec::new(),
        };
        d.rehash();
        d
    }

    /// The code of a value, given now when it is new.
    pub fn code(&mut self, v: T) -> u32 {
        if self.cases.len() * 3 < (self.valeurs.len() + 1) * 4 {
            self.rehash();
        }
        let i = self.slot(&v);
        match self.cases[i] {
            0 => {
                let code = u32::try_from(self.valeurs.len()).unwrap_or(u32::MAX - 1);
                self.cases[i] = code + 1;
                self.valeurs.push(v);
                code
            }
            n => n - 1,
        }
    }

    /// The code of a value already there.
    pub fn find(&self, v: &T) -> Option<u32> {
        if self.cases.is_empty() {
            return None;
        }
        self.cases[self.slot(v)].checked_sub(1)
    }

    /// The value of a code this dictionary gave.
    #[inline]
    #[must_use]
    pub fn get(&self, code: u32) -> &T {
        &self.valeurs[code as usize]
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.valeurs.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.valeurs.is_empty()
    }

    #[must_use]
    pub fn valeurs(&self) -> &[T] {
        &self.valeurs
    }

    /// A table by code.
    pub fn table<U>(&self, f: impl FnMut(&T) -> U) -> Vec<U> {
        self.valeurs.iter().map(f).collect()
    }

    /// Bytes held, but for what values hold themselves.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.valeurs.capacity() * size_of::<T>() + self.cases.capacity() * 4
    }

    pub fn shrink(&mut self) {
        self.valeurs.shrink_to_fit();
    }

    fn slot(&self, v: &T) -> usize {
        let masque = self.cases.len() - 1;
        let mut i = usize::try_from(Hacheur::default().hash_one(v) & u64::from(u32::MAX))
            .unwrap_or(0)
            & masque;
        loop {
            match self.cases[i] {
                0 => return i,
                n if self.valeurs[n as usize - 1] == *v => return i,
                _ => i = (i + 1) & masque,
            }
        }
    }

    fn rehash(&mut self) {
        let taille = ((self.valeurs.len() + 1) * 4 / 3 + 8).next_power_of_two();
        self.cases = vec![0; taille];
        for i in 0..self.valeurs.len() {
            let masque = taille - 1;
            let h = Hacheur::default().hash_one(&self.valeurs[i]) & u64::from(u32::MAX);
            let mut k = usize::try_from(h).unwrap_or(0) & masque;
            while self.cases[k] != 0 {
                k = (k + 1) & masque;
            }
            self.cases[k] = u32::try_from(i).unwrap_or(u32::MAX - 1) + 1;
        }
    }
}

/// A column of codes, one, two or four bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    Un(Vec<u8>),
    Deux(Vec<u16>),
    Quatre(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Un(Vec::new())
    }
}

impl Codes {
    #[inline]
    #[must_use]
    pub fn get(&self, i: usize) -> u32 {
        match self {
            Self::Un(v) => u32::from(v[i]),
            Self::Deux(v) => u32::from(v[i]),
            Self::Quatre(v) => v[i],
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Un(v) => v.len(),
            Self::Deux(v) => v.len(),
            Self::Quatre(v) => v.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a place of the column, or beyond its end.
    #[must_use]
    pub fn or_zero(&self, i: usize) -> u32 {
        if i < self.len() { self.get(i) } else { 0 }
    }

    /// Adds to a number of the column, which grows with zeros up to it.
    pub fn change(&mut self, i: usize, de: i64) {
        while self.len() <= i {
            self.push(0);
        }
        let n = u32::try_from(i64::from(self.get(i)) + de).unwrap_or(0);
        let entre = match self {
            Self::Un(v) => u8::try_from(n).map(|n| v[i] = n).is_ok(),
            Self::Deux(v) => u16::try_from(n).map(|n| v[i] = n).is_ok(),
            Self::Quatre(v) => {
                v[i] = n;
                true
            }
        };
        if !entre {
            self.widen();
            self.change(i, de);
        }
    }

    fn widen(&mut self) {
        *self = match self {
            Self::Un(v) => Self::Deux(v.iter().map(|c| u16::from(*c)).collect()),
            Self::Deux(v) => Self::Quatre(v.iter().map(|c| u32::from(*c)).collect()),
            Self::Quatre(v) => Self::Quatre(std::mem::take(v)),
        };
    }

    /// Empties, of some rows, those whose code is not in a table, but for what
    /// stands beside.
    pub fn keep(&self, lignes: Range<usize>, table: &[bool], masque: &mut [u8]) {
        fn keep<T: Copy + Into<u32>>(codes: &[T], table: &[bool], masque: &mut [u8]) {
            for (m, c) in masque.iter_mut().zip(codes) {
                *m &= 0_u8.wrapping_sub(u8::from(table[(*c).into() as usize])) | TOUT << BESIDE;
            }
        }
        match self {
            Self::Un(v) => keep(&v[lignes], table, masque),
            Self::Deux(v) => keep(&v[lignes], table, masque),
            Self::Quatre(v) => keep(&v[lignes], table, masque),
        }
    }

    /// Keeps, of what each of some rows is, what a table says of its code.
    pub fn mask(&self, lignes: Range<usize>, table: &[u8], masque: &mut [u8]) {
        fn mask<T: Copy + Into<u32>>(codes: &[T], table: &[u8], masque: &mut [u8]) {
            for (m, c) in masque.iter_mut().zip(codes) {
                *m &= table[(*c).into() as usize];
            }
        }
        match self {
            Self::Un(v) => mask(&v[lignes], table, masque),
            Self::Deux(v) => mask(&v[lignes], table, masque),
            Self::Quatre(v) => mask(&v[lignes], table, masque),
        }
    }

    /// Calls `f` on the code of each of some rows, in order.
    #[inline]
    pub fn each(&self, lignes: &[u32], mut f: impl FnMut(u32)) {
        match self {
            Self::Un(v) => lignes.iter().for_each(|i| f(v[*i as usize].into())),
            Self::Deux(v) => lignes.iter().for_each(|i| f(v[*i as usize].into())),
            Self::Quatre(v) => lignes.iter().for_each(|i| f(v[*i as usize])),
        }
    }

    /// Calls `f` on the code of each row of a run.
    #[inline]
    pub fn walk(&self, lignes: Range<usize>, mut f: impl FnMut(u32)) {
        match self {
            Self::Un(v) => v[lignes].iter().for_each(|c| f(u32::from(*c))),
            Self::Deux(v) => v[lignes].iter().for_each(|c| f(u32::from(*c))),
            Self::Quatre(v) => v[lignes].iter().for_each(|c| f(*c)),
        }
    }

    /// The sum of some rows, each seen through `f`.
    #[inline]
    pub fn sum(&self, lignes: Range<usize>, f: impl Fn(u32) -> u32) -> usize {
        let n: u32 = match self {
            Self::Un(v) => v[lignes].iter().map(|c| f(u32::from(*c))).sum(),
            Self::Deux(v) => v[lignes].iter().map(|c| f(u32::from(*c))).sum(),
            Self::Quatre(v) => v[lignes].iter().map(|c| f(*c)).sum(),
        };
        n as usize
    }

    /// Adds each number of the column to one of a table.
    pub fn add_to(&self, table: &mut [u32]) {
        fn add<T: Copy + Into<u32>>(de: &[T], vers: &mut [u32]) {
            for (v, n) in vers.iter_mut().zip(de) {
                *v += (*n).into();
            }
        }
        match self {
            Self::Un(v) => add(v, table),
            Self::Deux(v) => add(v, table),
            Self::Quatre(v) => add(v, table),
        }
    }

    /// Appends, widening the column when the code asks for it.
    pub fn push(&mut self, code: u32) {
        match self {
            Self::Un(v) => match u8::try_from(code) {
                Ok(c) => v.push(c),
                Err(_) => {
                    self.widen();
                    self.push(code);
                }
            },
            Self::Deux(v) => match u16::try_from(code) {
                Ok(c) => v.push(c),
                Err(_) => {
                    self.widen();
                    self.push(code);
                }
            },
            Self::Quatre(v) => v.push(code),
        }
    }

    #[must_use]
    pub fn octets(&self) -> usize {
        match self {
            Self::Un(v) => v.capacity(),
            Self::Deux(v) => v.capacity() * 2,
            Self::Quatre(v) => v.capacity() * 4,
        }
    }

    pub fn shrink(&mut self) {
        match self {
            Self::Un(v) => v.shrink_to_fit(),
            Self::Deux(v) => v.shrink_to_fit(),
            Self::Quatre(v) => v.shrink_to_fit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_code() {
        let mut d = Dico::default();
        for i in 0..5_000_u32 {
            assert_eq!(d.code(i * 7), i);
        }
        for i in 0..5_000_u32 {
            assert_eq!(d.code(i * 7), i);
            assert_eq!(d.find(&(i * 7)), Some(i));
        }
        assert_eq!(d.find(&3), None);
        let relu = Dico::of(d.valeurs().to_vec());
        assert_eq!(relu.find(&70), Some(10));
    }

    #[test]
    fn a_column_widens_and_keeps_what_it_held() {
        let mut c = Codes::default();
        let valeurs = [1, 255, 256, 3, 65_535, 65_536, 0, 4_000_000_000];
        for v in valeurs {
            c.push(v);
        }
        for (i, v) in valeurs.into_iter().enumerate() {
            assert_eq!(c.get(i), v);
        }
    }
}
