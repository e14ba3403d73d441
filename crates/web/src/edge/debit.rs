use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

/// Posts without an account accepted per address and per minute.
pub(crate) const PER_MINUTE: u32 = 60;

/// Slows down robots on public forms and applications on the API, per
/// process. Sign-in has its own throttle, in the database.
#[derive(Debug, Default)]
pub(crate) struct Debit(Mutex<HashMap<String, (i64, u32)>>);

/// Where somebody stands in the current minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mesure {
    pub admis: bool,
    pub limite: u32,
    /// Calls left.
    pub reste: u32,
    /// Seconds until the count starts again.
    pub secondes: i64,
}

impl Debit {
    pub(crate) fn measure(&self, qui: &str, limite: u32, le: Timestamp) -> Mesure {
        let minute = le.as_second().div_euclid(60);
        let mut vus = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if vus.len() > 10_000 {
            vus.retain(|_, (m, _)| *m == minute);
        }
        let (m, n) = vus.entry(qui.to_owned()).or_insert((minute, 0));
        if *m != minute {
            (*m, *n) = (minute, 0);
        }
        *n = n.saturating_add(1);
        Mesure {
            admis: *n <= limite,
            limite,
            reste: limite.saturating_sub(*n),
            secondes: 60 - le.as_second().rem_euclid(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_slowed_down_and_comes_back_after_a_minute() {
        let d = Debit::default();
        let t = Timestamp::from_second(1_700_000_010).unwrap();
        let admits = |ip, t| d.measure(ip, PER_MINUTE, t).admis;
        assert!((0..PER_MINUTE).all(|_| admits("1.2.3.4", t)));
        let m = d.measure("1.2.3.4", PER_MINUTE, t);
        assert!(!m.admis);
        assert_eq!((m.reste, m.secondes), (0, 30));
        assert!(admits("5.6.7.8", t));
        assert!(admits(
            "1.2.3.4",
            Timestamp::from_second(1_700_000_060).unwrap()
        ));
    }
}
