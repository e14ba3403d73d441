//! Lists of values whose members the rules know by name.

/// An enum with its database keys and French labels.
macro_rules! cles {
    ($(#[$doc:meta])* $nom:ident { $($v:ident $cle:literal $libelle:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $nom { $($v),* }

        impl $nom {
            pub const TOUS: &'static [$nom] = &[$($nom::$v),*];

            /// The key the database keeps.
            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $($nom::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $($nom::$v => $libelle),* }
            }

            #[must_use]
            pub fn find(cle: &str) -> Option<Self> {
                match cle { $($cle => Some($nom::$v),)* _ => None }
            }

            /// Reads a key of the database.
            ///
            /// # Errors
            /// `Erreur::Interne` for an unknown key.
            pub fn from_cle(cle: &str) -> socle::Resultat<Self> {
                Self::find(cle).ok_or_else(|| socle::Erreur::Interne(format!("clé inconnue : {cle}")))
            }

            /// (key, label) of all values, for a field of a form.
            #[must_use]
            pub fn options() -> Vec<(String, String)> {
                Self::TOUS.iter().map(|v| (v.cle().to_owned(), v.libelle().to_owned())).collect()
            }
        }
    };
}
pub(crate) use cles;
