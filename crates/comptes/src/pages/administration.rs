//! Accounts and roles, for an administrator.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use socle::{Action, Erreur, Resultat, Role, Saisies, valeurs::Courriel};
use uuid::Uuid;
use web::{Ctx, Form, Formulaire, Reponse};

use crate::{
    attribution::{self, Attribution, PerimetreDe},
    invitation,
    personne::{self, NouvellePersonne, Personne},
};

pub(super) static GERER: Action = Action::new(
    "comptes.gerer",
    &[Role::Administrateur],
    "Seul un administrateur donne ou retire un rôle.",
);

#[derive(Template)]
#[template(path = "comptes/administration.html")]
struct Page {
    q: String,
    /// The people found, when some were looked for.
    trouvees: Option<Vec<Personne>>,
    lignes: Vec<(Personne, Attribution)>,
    role: String,
    roles: Vec<(String, String)>,
    form: Form,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filtre {
    role: String,
    q: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    prenom: String,
    nom: String,
    courriel: String,
    role_donne: String,
    departements: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Retrait {
    id: String,
}

/// Roles given by hand: national ones and those of a département. Roles of a
/// structure or of oneself come with the file that creates them.
fn by_hand(r: Role) -> bool {
    national(r) || territorial(r)
}

fn territorial(r: Role) -> bool {
    matches!(
        r,
        Role::Prefecture | Role::Collectivite | Role::Hub | Role::Coordinateur
    )
}

fn national(r: Role) -> bool {
    matches!(
        r,
        Role::Comite
            | Role::Secretariat
            | Role::Administrateur
            | Role::Operateur
            | Role::AnimationNationale
            | Role::Dpo
            | Role::Observateur
            | Role::Support
            | Role::Exploitant
    )
}

pub(super) async fn page(ctx: Ctx, Query(q): Query<Filtre>) -> Reponse {
    show(&ctx, &q, Form::new(), false).await
}

async fn show(ctx: &Ctx, f: &Filtre, form: Form, refuse: bool) -> Reponse {
    let (role, q) = (f.role.as_str(), f.q.trim());
    let mut tx = ctx.read().await?;
    let trouvees = match q {
        "" => None,
        q => Some(personne::search(&mut tx, q, 50).await?),
    };
    let mut lignes = Vec::new();
    for a in attribution::list(&mut tx, Role::from_cle(role), 100).await? {
        lignes.push((personne::get(&mut tx, a.personne).await?, a));
    }
    let roles = Role::TOUS
        .iter()
        .filter(|r| by_hand(**r))
        .map(|r| (r.cle().to_owned(), r.libelle().to_owned()));
    let corps = Page {
        q: q.to_owned(),
        trouvees,
        lignes,
        role: role.to_owned(),
        roles: roles.collect(),
        form,
    };
    let p = ctx.page("Comptes et rôles");
    if refuse {
        p.refused().body(&corps)
    } else {
        p.body(&corps)
    }
}

pub(super) async fn invite(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    match record(&ctx, &f.saisie).await {
        Ok(()) => ctx.redirect(
            "/administration/comptes",
            "Le rôle est donné. Si besoin, une invitation est partie.",
        ),
        Err(Erreur::Saisie(e)) => {
            show(&ctx, &Filtre::default(), Form::refused(f.champs, e), true).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn record(ctx: &Ctx, s: &Saisie) -> Resultat<()> {
    ctx.acteur().require(&GERER)?;
    let mut e = Saisies::new();
    for (champ, v) in [("prenom", &s.prenom), ("nom", &s.nom)] {
        if v.trim().is_empty() || v.chars().count() > 80 {
            e.add(champ, "De 1 à 80 caractères.");
        }
    }
    let courriel = e.take("courriel", s.courriel.parse::<Courriel>());
    let role = Role::from_cle(&s.role_donne).filter(|r| by_hand(*r));
    if role.is_none() {
        e.add("role_donne", "Choisissez un rôle dans la liste.");
    }
    let departements: Vec<String> = s
        .departements
        .split([',', ' ', ';'])
        .map(|d| d.trim().to_uppercase())
        .filter(|d| !d.is_empty())
        .collect();
    let code =
        |d: &String| (2..=3).contains(&d.len()) && d.chars().all(|c| c.is_ascii_alphanumeric());
    if role.is_some_and(territorial) && (departements.is_empty() || !departements.iter().all(code))
    {
        e.add(
            "departements",
            "Donnez un ou plusieurs codes de département, par exemple 35 ou 2A.",
        );
    }
    e.check()?;
    let (Some(courriel), Some(role)) = (courriel, role) else {
        return Err(Erreur::Introuvable);
    };
    let perimetre = if territorial(role) {
        PerimetreDe::Departements(departements)
    } else {
        PerimetreDe::National
    };
    let mut tx = ctx.write().await?;
    let personne = match personne::find_by_courriel(&mut tx, courriel.as_str()).await? {
        Some(p) => p,
        None => {
            let n = NouvellePersonne {
                prenom: s.prenom.clone(),
                nom: s.nom.clone(),
                courriel: courriel.to_string(),
                telephone: None,
            };
            personne::create(&mut tx, &n).await?
        }
    };
    attribution::grant(&mut tx, ctx.acteur(), personne, role, &perimetre).await?;
    invitation::invite(&mut tx, ctx.acteur(), personne, &ctx.config().url).await?;
    tx.commit().await
}

pub(super) async fn revoke(ctx: Ctx, f: Formulaire<Retrait>) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let id: Uuid = f.saisie.id.parse().map_err(|_| Erreur::Introuvable)?;
    let mut tx = ctx.write().await?;
    let a = attribution::load(&mut tx, id)
        .await?
        .ok_or(Erreur::Introuvable)?;
    if Some(a.personne) == ctx.acteur().personne && a.role == Role::Administrateur {
        return Err(Erreur::Interdit(
            "Un autre administrateur doit retirer votre propre rôle.".into(),
        )
        .into());
    }
    attribution::revoke_by_id(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        "/administration/comptes",
        "Le rôle est retiré : il ne donne plus accès à rien.",
    )
}
