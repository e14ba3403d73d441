//! The bytes of `territoires.bin`: numbers as variable-length integers,
//! texts prefixed by their length. Written by the builder, read here.

/// The file is cut short or is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("fichier des territoires illisible")]
pub struct Illisible;

/// Reads what [`Ecriture`] wrote, in the same order.
#[derive(Debug, Clone, Copy)]
pub struct Lecture<'a>(&'a [u8]);

impl<'a> Lecture<'a> {
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// # Errors
    /// [`Illisible`] at the end of the bytes.
    pub fn bytes(&mut self, n: usize) -> Result<&'a [u8], Illisible> {
        let (tete, reste) = self.0.split_at_checked(n).ok_or(Illisible)?;
        self.0 = reste;
        Ok(tete)
    }

    /// # Errors
    /// [`Illisible`] at the end of the bytes.
    pub fn natural(&mut self) -> Result<u64, Illisible> {
        let mut n = 0_u64;
        for decalage in (0..64).step_by(7) {
            let (&o, reste) = self.0.split_first().ok_or(Illisible)?;
            self.0 = reste;
            n |= u64::from(o & 0x7f) << decalage;
            if o < 0x80 {
                return Ok(n);
            }
        }
        Err(Illisible)
    }

    /// # Errors
    /// [`Illisible`] at the end of the bytes.
    pub fn integer(&mut self) -> Result<i64, Illisible> {
        let n = self.natural()?;
        Ok(((n >> 1).cast_signed()) ^ -((n & 1).cast_signed()))
    }

    /// A count of things of at least one byte each: a broken file cannot ask
    /// for more memory than it has bytes.
    ///
    /// # Errors
    /// [`Illisible`] when it is larger than what remains.
    pub fn len(&mut self) -> Result<usize, Illisible> {
        let n = usize::try_from(self.natural()?).map_err(|_| Illisible)?;
        if n > self.0.len() {
            Err(Illisible)
        } else {
            Ok(n)
        }
    }

    /// # Errors
    /// [`Illisible`] at the end of the bytes or outside UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Illisible> {
        let n = self.len()?;
        std::str::from_utf8(self.bytes(n)?).map_err(|_| Illisible)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The writing side.
#[cfg(any(test, feature = "construction"))]
#[derive(Debug, Default)]
pub struct Ecriture(pub Vec<u8>);

#[cfg(any(test, feature = "construction"))]
impl Ecriture {
    pub fn natural(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push((n & 0x7f) as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    pub fn integer(&mut self, n: i64) {
        self.natural(((n << 1) ^ (n >> 63)).cast_unsigned());
    }

    pub fn text(&mut self, t: &str) {
        self.natural(t.len() as u64);
        self.0.extend_from_slice(t.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(n: u64, i: i64, t: String) {
            let mut e = Ecriture::default();
            e.natural(n);
            e.integer(i);
            e.text(&t);
            let mut l = Lecture::new(&e.0);
            prop_assert_eq!(l.natural(), Ok(n));
            prop_assert_eq!(l.integer(), Ok(i));
            prop_assert_eq!(l.text(), Ok(t.as_str()));
            prop_assert!(l.is_empty());
        }

        #[test]
        fn broken_bytes_are_refused_not_followed(o: Vec<u8>) {
            let mut l = Lecture::new(&o);
            while l.text().is_ok() {}
        }
    }
}
