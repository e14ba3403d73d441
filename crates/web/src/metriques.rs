//! Counters in the Prometheus text format.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Etiquettes {
    methode: String,
    /// The route as declared, never the address typed.
    route: String,
    statut: u16,
}

/// What one process counts.
#[derive(Debug)]
pub struct Metriques {
    registre: Registry,
    requetes: Family<Etiquettes, Counter>,
    durees: Histogram,
}

impl Metriques {
    #[must_use]
    pub fn new() -> Self {
        let mut registre = Registry::with_prefix("maillage");
        let requetes = Family::default();
        registre.register("requetes", "Requêtes par route et statut", requetes.clone());
        let durees = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        registre.register("duree_secondes", "Durée des requêtes", durees.clone());
        Self {
            registre,
            requetes,
            durees,
        }
    }

    pub(crate) fn count(&self, methode: &str, route: &str, statut: u16, duree: Duration) {
        self.requetes
            .get_or_create(&Etiquettes {
                methode: methode.to_owned(),
                route: route.to_owned(),
                statut,
            })
            .inc();
        self.durees.observe(duree.as_secs_f64());
    }

    /// Everything counted, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut s = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut s, &self.registre);
        s
    }
}

impl Default for Metriques {
    fn default() -> Self {
        Self::new()
    }
}
