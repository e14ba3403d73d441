//! Roles, perimeters and proofs of right (spec 01).

use uuid::Uuid;

use crate::erreur::{Erreur, Resultat};

macro_rules! roles {
    ($($v:ident $cle:literal $libelle:literal),* $(,)?) => {
        /// The role keys of spec 01; the key is what the database keeps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $($v),* }

        impl Role {
            pub const TOUS: &'static [Role] = &[$(Role::$v),*];

            #[must_use]
            pub fn cle(self) -> &'static str {
                match self { $(Role::$v => $cle),* }
            }

            #[must_use]
            pub fn libelle(self) -> &'static str {
                match self { $(Role::$v => $libelle),* }
            }

            #[must_use]
            pub fn from_cle(cle: &str) -> Option<Self> {
                match cle { $($cle => Some(Role::$v),)* _ => None }
            }
        }
    };
}

roles! {
    Visiteur "visiteur" "Visiteur",
    Beneficiaire "beneficiaire" "Bénéficiaire",
    Candidat "candidat" "Candidat",
    Conseiller "conseiller" "Conseiller numérique",
    Mediateur "mediateur" "Médiateur numérique hors dispositif",
    Coordinateur "coordinateur" "Coordinateur",
    GestionnaireStructure "gestionnaire_structure" "Responsable de structure",
    ReferentStructure "referent_structure" "Référent",
    StructureAccueil "structure_accueil" "Structure d'accueil",
    Partenaire "partenaire" "Partenaire",
    Prefecture "prefecture" "Préfecture",
    Collectivite "collectivite" "Collectivité",
    Hub "hub" "Hub territorial",
    GrandReseau "grand_reseau" "Grand réseau",
    Comite "comite" "Membre du comité",
    Secretariat "secretariat" "Secrétariat du comité",
    Administrateur "administrateur" "ANCT, pilotage du dispositif",
    Operateur "operateur" "Opérateur",
    AnimationNationale "animation_nationale" "Animation nationale",
    OrganismeFormation "organisme_formation" "Organisme de formation",
    Chercheur "chercheur" "Chercheur",
    Dpo "dpo" "Délégué à la protection des données",
    Observateur "observateur" "Observateur",
    Support "support" "Assistance",
    Exploitant "exploitant" "Exploitant technique",
    Systeme "systeme" "Système",
}

impl Role {
    /// Roles that see other people's data sign in with a second factor
    /// (quality bars). Everyone who can hold an account but the person who
    /// only sees themself or aggregates.
    #[must_use]
    pub fn second_facteur(self) -> bool {
        !matches!(
            self,
            Role::Visiteur
                | Role::Beneficiaire
                | Role::Candidat
                | Role::Observateur
                | Role::Systeme
        )
    }
}

/// How far an acting person sees. Every list turns it into SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Perimetre {
    Aucun,
    National,
    /// Département codes (`35`, `2A`, `974`).
    Departements(Vec<String>),
    Structures(Vec<Uuid>),
    /// One person: themself.
    Soi(Uuid),
}

impl Perimetre {
    /// The members, as the JSON array bound to `$1` by `Tx::rows_in`.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Perimetre::Aucun | Perimetre::National => "[]".into(),
            Perimetre::Departements(d) => serde_json::json!(d).to_string(),
            Perimetre::Structures(s) => serde_json::json!(s).to_string(),
            Perimetre::Soi(p) => serde_json::json!([p]).to_string(),
        }
    }
}

/// Who acts: one person in one (role, perimeter) pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acteur {
    pub compte: Option<Uuid>,
    pub personne: Option<Uuid>,
    /// Shown in histories: « Préfecture d'Ille-et-Vilaine », « Awa Diallo ».
    pub nom: String,
    pub role: Role,
    pub perimetre: Perimetre,
}

impl Acteur {
    /// Someone without an account.
    #[must_use]
    pub fn visiteur() -> Self {
        Self {
            compte: None,
            personne: None,
            nom: "Visiteur".into(),
            role: Role::Visiteur,
            perimetre: Perimetre::Aucun,
        }
    }

    /// A scheduled job. Never a person.
    #[must_use]
    pub fn systeme() -> Self {
        Self {
            compte: None,
            personne: None,
            nom: "Maillage".into(),
            role: Role::Systeme,
            perimetre: Perimetre::National,
        }
    }

    /// The proof that this actor may do `action`.
    ///
    /// # Errors
    /// `Erreur::Interdit` with the action's reason; `Erreur::Introuvable` for a
    /// visitor, to whom nothing is confirmed.
    pub fn require(&self, action: &'static Action) -> Resultat<Droit> {
        if action.roles.contains(&self.role) {
            return Ok(Droit {
                acteur: self.clone(),
                action,
            });
        }
        if self.role == Role::Visiteur {
            return Err(Erreur::Introuvable);
        }
        Err(Erreur::Interdit(action.motif.into()))
    }

    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.role == Role::Visiteur
    }
}

/// Something that only some roles may do, and why others may not.
#[derive(Debug)]
pub struct Action {
    pub cle: &'static str,
    pub roles: &'static [Role],
    /// Shown to those who may not: what to do instead.
    pub motif: &'static str,
}

impl Action {
    #[must_use]
    pub const fn new(cle: &'static str, roles: &'static [Role], motif: &'static str) -> Self {
        Self { cle, roles, motif }
    }
}

/// The proof of a right. Only [`Acteur::require`] makes one; loads for change
/// ask for it and apply its perimeter.
#[derive(Debug, Clone)]
pub struct Droit {
    acteur: Acteur,
    action: &'static Action,
}

impl Droit {
    #[must_use]
    pub fn acteur(&self) -> &Acteur {
        &self.acteur
    }

    #[must_use]
    pub fn perimetre(&self) -> &Perimetre {
        &self.acteur.perimetre
    }

    #[must_use]
    pub fn action(&self) -> &'static str {
        self.action.cle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static AVIS: Action = Action::new(
        "avis.rendre",
        &[Role::Prefecture],
        "Seule la préfecture rend un avis.",
    );

    #[test]
    fn a_right_is_refused_with_its_reason_and_hidden_from_visitors() {
        let mut a = Acteur::visiteur();
        assert!(matches!(a.require(&AVIS), Err(Erreur::Introuvable)));
        a.role = Role::Comite;
        assert!(matches!(a.require(&AVIS), Err(Erreur::Interdit(m)) if m.contains("préfecture")));
        a.role = Role::Prefecture;
        assert_eq!(a.require(&AVIS).unwrap().action(), "avis.rendre");
    }

    #[test]
    fn role_keys_round_trip() {
        for r in Role::TOUS {
            assert_eq!(Role::from_cle(r.cle()), Some(*r));
        }
    }
}
