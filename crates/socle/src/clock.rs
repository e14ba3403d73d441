//! Time as an argument.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{Timestamp, tz::TimeZone};

/// Where the present is read: the system's, the system's and some seconds
/// (a demonstration at another date), or one that tests move by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Systeme,
    /// Seconds ahead of the system's; behind when negative.
    Decale(i64),
    /// Milliseconds since the Unix epoch.
    Fixe(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self(Source::Systeme)
    }

    /// The system's clock and some seconds: the demonstration at another date.
    #[must_use]
    pub fn ahead(secondes: i64) -> Self {
        match secondes {
            0 => Self::system(),
            s => Self(Source::Decale(s)),
        }
    }

    #[must_use]
    pub fn fixed(t: Timestamp) -> Self {
        Self(Source::Fixe(Arc::new(AtomicI64::new(t.as_millisecond()))))
    }

    #[must_use]
    #[allow(clippy::disallowed_methods)] // the one place where the system is asked
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Systeme => Timestamp::now(),
            Source::Decale(s) => {
                let t = Timestamp::now();
                t.checked_add(jiff::SignedDuration::from_secs(*s))
                    .unwrap_or(t)
            }
            Source::Fixe(ms) => {
                Timestamp::from_millisecond(ms.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves a fixed clock; the system's does not move.
    pub fn advance(&self, secondes: i64) {
        if let Source::Fixe(ms) = &self.0 {
            ms.fetch_add(secondes * 1000, Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock by whole days.
    pub fn advance_days(&self, jours: i64) {
        self.advance(jours * 86_400);
    }
}

/// The zone of national acts; UTC when the machine has no zone data.
#[must_use]
pub fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}
