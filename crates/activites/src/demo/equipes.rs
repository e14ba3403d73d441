//! The teams of the demonstration: each coordinateur has the counsellors of
//! the département, one of whom left and came back.

use jiff::civil::Date;
use parcours::contrat;
use socle::{Perimetre, Resultat, Role, Tx, francais};

use crate::equipe::{Intervalle, Origine, store};

/// People in a team of the demonstration.
const TAILLE: usize = 25;

/// Seeds the teams; returns how many rows.
pub(super) async fn seed(tx: &mut Tx, aujourdhui: Date) -> Resultat<u64> {
    let mut n = 0;
    for a in comptes::attribution::list(tx, Some(Role::Coordinateur), 500).await? {
        let comptes::attribution::PerimetreDe::Departements(d) = a.perimetre else {
            continue;
        };
        let mut membres: Vec<_> = contrat::conseillers(tx, &Perimetre::Departements(d))
            .await?
            .into_iter()
            .map(|c| c.0)
            .filter(|m| *m != a.personne)
            .collect();
        membres.dedup();
        for (i, membre) in membres.into_iter().take(TAILLE).enumerate() {
            let debut = francais::plus_days(aujourdhui, -700);
            let pause = (
                Some(francais::plus_days(aujourdhui, -200)),
                francais::plus_days(aujourdhui, -150),
            );
            let mut sejours = vec![(debut, None)];
            if i == 1 {
                sejours = vec![(debut, pause.0), (pause.1, None)];
            }
            for (entree, sortie) in sejours {
                let sejour = Intervalle {
                    id: tx.new_id(),
                    coordinateur: a.personne,
                    membre,
                    entree,
                    sortie,
                };
                store::insert(tx, &sejour, Origine::Perimetre).await?;
                n += 1;
            }
        }
    }
    Ok(n)
}
