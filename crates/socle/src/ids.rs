//! Chance as an argument: identifiers, secret links, nonces.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// A source of identifiers: unpredictable, or repeatable for tests and the
/// demonstration's data.
#[derive(Clone)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// Seeded by the system.
    #[must_use]
    pub fn system() -> Self {
        let mut rng = rand::rngs::SysRng;
        Self(Arc::new(Mutex::new(match StdRng::try_from_rng(&mut rng) {
            Ok(r) => r,
            // A machine without a random source must not give guessable links.
            Err(_) => std::process::abort(),
        })))
    }

    /// Always the same sequence. Never for real accounts.
    #[must_use]
    pub fn deterministic(graine: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(graine))))
    }

    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut o = [0; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(&mut o);
        o
    }

    /// UUID v7: 48 bits of time then 74 of chance, so that ids sort by age.
    #[must_use]
    pub fn uuid(&self, t: Timestamp) -> Uuid {
        let ms = u64::try_from(t.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &self.bytes()).into_uuid()
    }

    /// 256 random bits in hexadecimal, for secret links and sessions.
    #[must_use]
    pub fn token(&self) -> String {
        use std::fmt::Write;
        self.bytes::<32>()
            .iter()
            .fold(String::with_capacity(64), |mut s, o| {
                let _ = write!(s, "{o:02x}");
                s
            })
    }
}
