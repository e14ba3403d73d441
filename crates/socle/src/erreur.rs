use thiserror::Error;

/// What a use case answers.
pub type Resultat<T> = Result<T, Erreur>;

/// Everything a use case may refuse. `web` turns it into a page or a problem.
#[derive(Debug, Error)]
pub enum Erreur {
    /// 404: does not exist, or not for you.
    #[error("introuvable")]
    Introuvable,
    /// 403, inside the perimeter: the reason, in French.
    #[error("{0}")]
    Interdit(String),
    /// 409: someone else was first; what to do, in French.
    #[error("{0}")]
    Conflit(String),
    /// 422: what to mend, field by field.
    #[error("saisie à corriger")]
    Saisie(Saisies),
    #[error("base de données : {0}")]
    Base(#[from] Panne),
    #[error("{0}")]
    Interne(String),
}

/// What a database answers when it cannot do what it is asked.
#[derive(Debug, Error)]
pub enum Panne {
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// Every connection stayed busy, or the database was closed.
    #[error("aucune connexion libre")]
    Attente,
}

impl From<sqlx::Error> for Erreur {
    fn from(e: sqlx::Error) -> Self {
        Erreur::Base(e.into())
    }
}

impl From<rusqlite::Error> for Erreur {
    fn from(e: rusqlite::Error) -> Self {
        Erreur::Base(e.into())
    }
}

impl Erreur {
    /// True for a broken uniqueness rule of the database.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        match self {
            Erreur::Base(Panne::Postgres(sqlx::Error::Database(e))) => e.is_unique_violation(),
            Erreur::Base(Panne::Sqlite(rusqlite::Error::SqliteFailure(e, _))) => matches!(
                e.extended_code,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                    | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            ),
            _ => false,
        }
    }

    /// One wrong field.
    #[must_use]
    pub fn field(champ: &'static str, message: impl Into<String>) -> Self {
        let mut s = Saisies::new();
        s.add(champ, message);
        Erreur::Saisie(s)
    }
}

/// What is wrong in a form: a message beside each field, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saisies(Vec<(String, String)>);

impl Saisies {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message; the first one of a field is kept.
    pub fn add(&mut self, champ: impl Into<String>, message: impl Into<String>) {
        let champ = champ.into();
        if self.get(&champ).is_none() {
            self.0.push((champ, message.into()));
        }
    }

    #[must_use]
    pub fn get(&self, champ: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(c, _)| c == champ)
            .map(|(_, m)| m.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(c, m)| (c.as_str(), m.as_str()))
    }

    /// # Errors
    /// `Erreur::Saisie` unless empty.
    pub fn check(self) -> Resultat<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Erreur::Saisie(self))
        }
    }

    /// Keeps the value, or notes its error beside the field.
    pub fn take<T, E: std::fmt::Display>(&mut self, champ: &str, r: Result<T, E>) -> Option<T> {
        match r {
            Ok(v) => Some(v),
            Err(e) => {
                self.add(champ, e.to_string());
                None
            }
        }
    }
}
