use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

/// Posts without an account accepted per address and per minute.
const PER_MINUTE: u32 = 60;

/// Slows down robots on public forms, per process. Sign-in has its own
/// throttle, in the database.
#[derive(Debug, Default)]
pub(crate) struct Debit(Mutex<HashMap<String, (i64, u32)>>);

impl Debit {
    pub(crate) fn admits(&self, ip: &str, le: Timestamp) -> bool {
        let minute = le.as_second() / 60;
        let mut vus = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if vus.len() > 10_000 {
            vus.retain(|_, (m, _)| *m == minute);
        }
        let (m, n) = vus.entry(ip.to_owned()).or_insert((minute, 0));
        if *m != minute {
            (*m, *n) = (minute, 0);
        }
        *n += 1;
        *n <= PER_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_slowed_down_and_comes_back_after_a_minute() {
        let d = Debit::default();
        let t = Timestamp::from_second(1_700_000_000).unwrap();
        assert!((0..PER_MINUTE).all(|_| d.admits("1.2.3.4", t)));
        assert!(!d.admits("1.2.3.4", t));
        assert!(d.admits("5.6.7.8", t));
        assert!(d.admits("1.2.3.4", Timestamp::from_second(1_700_000_060).unwrap()));
    }
}
