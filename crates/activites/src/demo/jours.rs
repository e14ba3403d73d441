//! Days people work: Monday to Friday, public holidays of the place aside.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use socle::francais;

/// Holidays already worked out.
#[derive(Debug, Default)]
pub(super) struct Calendrier(BTreeMap<(i16, String), Vec<Date>>);

impl Calendrier {
    pub fn working_days(&mut self, du: Date, au: Date, departement: &str) -> Vec<Date> {
        let mut v = Vec::new();
        let mut jour = du;
        while jour <= au {
            let semaine = !matches!(jour.weekday(), Weekday::Saturday | Weekday::Sunday);
            if semaine && !self.holidays(jour.year(), departement).contains(&jour) {
                v.push(jour);
            }
            jour = francais::plus_days(jour, 1);
        }
        v
    }

    fn holidays(&mut self, annee: i16, departement: &str) -> &[Date] {
        self.0
            .entry((annee, departement.to_owned()))
            .or_insert_with(|| {
                territoires::calendrier::jours_feries(annee, departement)
                    .iter()
                    .map(|j| j.le)
                    .collect()
            })
    }
}
