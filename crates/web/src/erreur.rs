use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use socle::Saisies;

/// A refusal on its way to becoming a page (people) or a problem (machines).
#[derive(Debug, Clone)]
pub struct Erreur {
    pub statut: StatusCode,
    /// What happened and what to do, in French. Empty: the usual words.
    pub message: String,
    pub saisies: Saisies,
}

impl Erreur {
    #[must_use]
    pub fn page(statut: StatusCode, message: impl Into<String>) -> Self {
        Self {
            statut,
            message: message.into(),
            saisies: Saisies::new(),
        }
    }

    /// Title and advice for a status that came without words.
    #[must_use]
    pub fn words(statut: StatusCode) -> (&'static str, &'static str) {
        match statut.as_u16() {
            400 => (
                "Demande incomplète",
                "Rechargez la page précédente puis recommencez.",
            ),
            401 => ("Connexion nécessaire", "Connectez-vous pour continuer."),
            403 => ("Action réservée", "Votre rôle ne permet pas cette action."),
            404 | 405 => (
                "Page introuvable",
                "Cette page n'existe pas, ou elle n'est pas dans votre périmètre. Vérifiez l'adresse ou revenez à l'accueil.",
            ),
            408 | 504 => (
                "Délai dépassé",
                "La réponse a pris trop de temps. Recommencez dans un instant.",
            ),
            409 => (
                "Déjà modifié",
                "Quelqu'un a modifié ce dossier en même temps que vous. Rechargez la page.",
            ),
            413 => (
                "Envoi trop lourd",
                "Réduisez la taille du fichier puis recommencez.",
            ),
            422 => (
                "Saisie à corriger",
                "Revenez au formulaire et corrigez les champs signalés.",
            ),
            429 => ("Trop de demandes", "Attendez une minute puis recommencez."),
            _ => (
                "Une erreur est survenue",
                "Ce n’est pas de votre fait. Rien n'a été enregistré à moitié. Recommencez dans un instant.",
            ),
        }
    }
}

impl From<socle::Erreur> for Erreur {
    fn from(e: socle::Erreur) -> Self {
        use socle::Erreur as S;
        match e {
            S::Introuvable => Self::page(StatusCode::NOT_FOUND, ""),
            S::Interdit(m) => Self::page(StatusCode::FORBIDDEN, m),
            S::Conflit(m) => Self::page(StatusCode::CONFLICT, m),
            S::Saisie(s) => {
                let message = s.iter().map(|(_, m)| m).collect::<Vec<_>>().join(" ");
                Self {
                    statut: StatusCode::UNPROCESSABLE_ENTITY,
                    message,
                    saisies: s,
                }
            }
            S::Base(e) => {
                tracing::error!("base de données : {e}");
                Self::page(StatusCode::INTERNAL_SERVER_ERROR, "")
            }
            S::Interne(m) => {
                tracing::error!("{m}");
                Self::page(StatusCode::INTERNAL_SERVER_ERROR, "")
            }
        }
    }
}

impl From<askama::Error> for Erreur {
    fn from(e: askama::Error) -> Self {
        socle::Erreur::Interne(format!("gabarit : {e}")).into()
    }
}

/// Only a mark: the edge writes the page, since only it knows who asks.
impl IntoResponse for Erreur {
    fn into_response(self) -> Response {
        let mut r = self.statut.into_response();
        r.extensions_mut().insert(self);
        r
    }
}
