//! One shared link of the demonstration's coordinateur.

use socle::{Acteur, Perimetre, Resultat, Role, Tx, francais};

use crate::statistiques::{Demande, partage};

/// Six months of the team's figures, for whoever has the address.
pub(super) async fn seed(tx: &mut Tx) -> Resultat<u64> {
    let courriel = "coordinateur@demo.maillage.example";
    let Some(personne) = comptes::personne::find_by_courriel(tx, courriel).await? else {
        return Ok(0);
    };
    let acteur = Acteur {
        compte: None,
        personne: Some(personne),
        nom: "Hélène Kerlaz".into(),
        role: Role::Coordinateur,
        perimetre: Perimetre::Departements(vec!["35".into()]),
    };
    let fin = francais::plus_months(tx.today(), 6).to_string();
    partage::create(tx, &acteur, &Demande::default(), &fin).await?;
    Ok(1)
}
