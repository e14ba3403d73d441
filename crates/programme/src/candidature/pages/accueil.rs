//! What applications put on the home page of each role.

use socle::{Resultat, francais};
use web::{AFaire, Chiffre, Ctx};

use super::super::{Candidature, Etat, Filtre, store};

/// At most so many lines of one kind on a home page.
const LIGNES: usize = 8;

async fn todo(
    ctx: &Ctx,
    etat: Etat,
    quoi: &str,
    lien: impl Fn(&Candidature) -> String,
) -> Resultat<Vec<AFaire>> {
    let mut tx = ctx.read().await?;
    let f = Filtre {
        etat: Some(etat),
        ..Filtre::default()
    };
    let tous = store::list(&mut tx, &ctx.acteur().perimetre, &f).await?;
    Ok(tous
        .iter()
        .take(LIGNES)
        .map(|c| AFaire {
            quoi: quoi.to_owned(),
            pour: format!("{}, {}", c.structure_nom, c.demande()),
            avant: c.avis_limite.filter(|_| etat == Etat::AvisAttendu),
            lien: lien(c),
        })
        .collect())
}

fn file(c: &Candidature) -> String {
    format!("/candidatures/{}", c.id)
}

pub(super) async fn operateur(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let mut v = todo(&ctx, Etat::Recevabilite, "Vérifier la recevabilité", file).await?;
    v.extend(
        todo(&ctx, Etat::Acceptee, "Préparer la convention", |c| {
            format!("/conventions/nouvelle?candidature={}", c.id)
        })
        .await?,
    );
    Ok(v)
}

pub(super) async fn prefecture(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    let avis = |c: &Candidature| format!("/candidatures/{}/avis", c.id);
    let mut v = todo(&ctx, Etat::AvisAttendu, "Donner votre avis", avis).await?;
    v.extend(
        todo(
            &ctx,
            Etat::ExamenComplementaire,
            "Donner un nouvel avis",
            avis,
        )
        .await?,
    );
    Ok(v)
}

pub(super) async fn structure(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    todo(&ctx, Etat::Complement, "Compléter votre candidature", file).await
}

pub(super) async fn secretariat(ctx: Ctx) -> Resultat<Vec<AFaire>> {
    todo(
        &ctx,
        Etat::AvisRendu,
        "Inscrire à une séance du comité",
        |_| "/comites".to_owned(),
    )
    .await
}

pub(super) async fn figures(ctx: Ctx) -> Resultat<Vec<Chiffre>> {
    let mut tx = ctx.read().await?;
    let p = ctx.acteur().perimetre.clone();
    let mut v = Vec::new();
    for (etat, libelle) in [
        (Etat::Recevabilite, "Recevabilités à vérifier"),
        (Etat::AvisAttendu, "Avis attendus"),
        (Etat::AvisRendu, "Dossiers prêts pour le comité"),
    ] {
        v.push(Chiffre {
            libelle: libelle.into(),
            valeur: francais::entier(store::count(&mut tx, &p, etat).await?),
            detail: String::new(),
            lien: format!("/candidatures?etat={}", etat.cle()),
        });
    }
    Ok(v)
}
