//! Where a reader has come: a revision and the day it was given, signed, so
//! that nobody makes one up, and opaque, so that nobody relies on its inside.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use socle::Coffre;
use uuid::Uuid;

/// Days during which deletions are remembered; an older reader starts again.
pub const MEMOIRE_JOURS: i32 = 400;

/// Where a reader has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Curseur {
    pub revision: i64,
    pub le: Date,
}

/// Why a cursor opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refuse {
    Illisible,
    /// Deletions since then are forgotten.
    Perime,
}

impl Curseur {
    /// The cursor after a revision, given now.
    #[must_use]
    pub fn after(revision: i64, maintenant: Timestamp) -> Self {
        Self {
            revision,
            le: maintenant.to_zoned_datetime(TimeZone::UTC).date(),
        }
    }

    /// As text, for one client.
    #[must_use]
    pub fn write(self, coffre: &Coffre, client: Uuid) -> String {
        let clair = format!("{:x}.{}", self.revision, self.le.strftime("%Y%m%d"));
        format!("{clair}.{}", sign(coffre, client, &clair))
    }

    /// Reads a cursor of that client.
    ///
    /// # Errors
    /// [`Refuse`].
    pub fn read(
        texte: &str,
        coffre: &Coffre,
        client: Uuid,
        maintenant: Timestamp,
    ) -> Result<Self, Refuse> {
        let (clair, signature) = texte.rsplit_once('.').ok_or(Refuse::Illisible)?;
        if sign(coffre, client, clair) != signature {
            return Err(Refuse::Illisible);
        }
        let (revision, le) = clair.split_once('.').ok_or(Refuse::Illisible)?;
        let c = Self {
            revision: i64::from_str_radix(revision, 16).map_err(|_| Refuse::Illisible)?,
            le: Date::strptime("%Y%m%d", le).map_err(|_| Refuse::Illisible)?,
        };
        if c.le < oldest(maintenant) {
            return Err(Refuse::Perime);
        }
        Ok(c)
    }
}

/// The first day whose deletions are remembered.
#[must_use]
pub fn oldest(maintenant: Timestamp) -> Date {
    let jour = maintenant.to_zoned_datetime(TimeZone::UTC).date();
    jour.checked_sub(MEMOIRE_JOURS.days()).unwrap_or(Date::MIN)
}

fn sign(coffre: &Coffre, client: Uuid, clair: &str) -> String {
    let mut s = coffre.blind("api.curseur", &format!("{client}.{clair}"));
    s.truncate(32);
    s
}

#[cfg(test)]
mod tests {
    use socle::essai;

    use super::*;

    #[test]
    fn a_cursor_reads_back_for_its_client_until_deletions_are_forgotten() {
        let coffre = essai::outils(1).coffre;
        let t: Timestamp = essai::DEBUT.parse().unwrap();
        let (moi, autre) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let texte = Curseur::after(4_012, t).write(&coffre, moi);
        let lu = |qui, t| Curseur::read(&texte, &coffre, qui, t);
        assert_eq!(lu(moi, t).unwrap().revision, 4_012);
        assert_eq!(lu(autre, t), Err(Refuse::Illisible));
        let dans = |jours: i64| t + jiff::SignedDuration::from_hours(24 * jours);
        assert!(lu(moi, dans(400)).is_ok());
        assert_eq!(lu(moi, dans(401)), Err(Refuse::Perime));
        for faux in ["", ".", "fac.20260303", &texte.replace("fac", "fad")] {
            assert_eq!(
                Curseur::read(faux, &coffre, moi, t),
                Err(Refuse::Illisible),
                "{faux}"
            );
        }
    }
}
