//! The applications that have access, for an administrator.

use askama::Template;
use comptes::{
    attribution::PerimetreDe,
    client::{
        self, Client, PORTEES,
        service::{self, GERER, Nouveau},
    },
};
use jiff::civil::Date;
use programme::structure::{self, Identifiant};
use serde::Deserialize;
use socle::{Erreur, Resultat, Saisies, Tx, commande, francais, historique};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Html, Id, Reponse, composants as c, composants::Ton};

const ICI: &str = "/administration/applications";
const PERIMETRES: [(&str, &str); 3] = [
    ("national", "France entière"),
    ("departements", "Des départements"),
    ("structure", "Une structure"),
];

#[derive(Template)]
#[template(path = "api/liste.html")]
struct Liste {
    /// Client, state, until when.
    lignes: Vec<(Client, Html, String)>,
    form: Form,
    commande: String,
    perimetres: Vec<(String, String)>,
    portees: Vec<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Saisie {
    id_commande: String,
    nom: String,
    contact: String,
    portees: Vec<String>,
    perimetre: String,
    departements: String,
    siret: String,
    valid_from: String,
    valid_to: String,
}

pub(super) async fn list(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("valid_from", ctx.today())
        .with("perimetre", "structure");
    show_list(&ctx, Form::filled(champs)).await
}

fn pairs(p: &[(&str, &str)]) -> Vec<(String, String)> {
    p.iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

async fn show_list(ctx: &Ctx, form: Form) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let mut tx = ctx.read().await?;
    let aujourdhui = tx.today();
    let lignes = client::list(&mut tx)
        .await?
        .into_iter()
        .map(|c| {
            let fin = c.valid_to.map_or_else(String::new, francais::date);
            let etat = state(&c, aujourdhui);
            (c, etat, fin)
        })
        .collect();
    let refus = !form.erreurs.is_empty();
    let corps = Liste {
        lignes,
        form,
        commande: ctx.new_commande(),
        perimetres: pairs(&PERIMETRES),
        portees: pairs(&PORTEES),
    };
    let page = ctx.page("Applications");
    let page = if refus { page.refused() } else { page };
    page.body(&corps)
}

fn state(c: &Client, le: Date) -> Html {
    let ton = if c.is_active(le) {
        Ton::Succes
    } else {
        Ton::Neutre
    };
    c::etat(ton, c.etat(le))
}

pub(super) async fn create(ctx: Ctx, f: Formulaire<Saisie>) -> Reponse {
    match record(&ctx, &f.saisie).await {
        Ok((id, Some(secret))) => show_file(&ctx, id, Some(secret)).await,
        // The same click twice: the secret was shown by the first.
        Ok((id, None)) => ctx.redirect(
            &format!("{ICI}/{id}"),
            "Cette application est déjà créée. Si son secret n’a pas été noté, renouvelez-le.",
        ),
        Err(Erreur::Saisie(e)) => show_list(&ctx, Form::refused(f.champs, e)).await,
        Err(e) => Err(e.into()),
    }
}

async fn record(ctx: &Ctx, s: &Saisie) -> Resultat<(Uuid, Option<String>)> {
    ctx.acteur().require(&GERER)?;
    let mut tx = ctx.write().await?;
    let mut e = Saisies::new();
    let perimetre = perimeter(&mut tx, s, &mut e).await?;
    let valid_from = e.take("valid_from", francais::parse_date(&s.valid_from));
    let valid_to = match s.valid_to.trim() {
        "" => None,
        t => e.take("valid_to", francais::parse_date(t)),
    };
    e.check()?;
    let (Some((perimetre, libelle)), Some(valid_from)) = (perimetre, valid_from) else {
        return Err(Erreur::Introuvable);
    };
    let empreinte = commande::empreinte(&(&s.nom, &s.contact, &s.portees, &libelle));
    let deja = commande::claim(
        &mut tx,
        ctx.acteur(),
        &s.id_commande,
        "client.creer",
        &empreinte,
    )
    .await?;
    if let Some(faite) = deja {
        return Ok((faite.parse().map_err(|_| Erreur::Introuvable)?, None));
    }
    let n = Nouveau {
        nom: s.nom.clone(),
        contact: s.contact.clone(),
        portees: s.portees.clone(),
        perimetre,
        libelle,
        valid_from,
        valid_to,
    };
    let (id, secret) = service::create(&mut tx, ctx.acteur(), n).await?;
    commande::conclude(&mut tx, ctx.acteur(), &s.id_commande, &id.to_string()).await?;
    tx.commit().await?;
    Ok((id, Some(secret)))
}

/// The perimeter chosen, and how it is called.
async fn perimeter(
    tx: &mut Tx,
    s: &Saisie,
    e: &mut Saisies,
) -> Resultat<Option<(PerimetreDe, String)>> {
    match s.perimetre.as_str() {
        "national" => Ok(Some((PerimetreDe::National, "France entière".into()))),
        "departements" => Ok(departements(&s.departements, e)),
        "structure" => {
            let Some(i) = e.take("siret", Identifiant::parse(&s.siret, "", None)) else {
                return Ok(None);
            };
            let Some(id) = structure::find_by_identifiant(tx, &i).await? else {
                e.add("siret", "Aucune structure du programme n’a ce SIRET.");
                return Ok(None);
            };
            let nom = structure::get(tx, id).await?.nom;
            Ok(Some((PerimetreDe::Structure(id), nom)))
        }
        _ => {
            e.add("perimetre", "Choisissez un périmètre.");
            Ok(None)
        }
    }
}

fn departements(saisis: &str, e: &mut Saisies) -> Option<(PerimetreDe, String)> {
    let codes: Vec<String> = saisis
        .split([',', ' ', ';'])
        .map(|d| d.trim().to_uppercase())
        .filter(|d| !d.is_empty())
        .collect();
    let noms: Option<Vec<&str>> = codes
        .iter()
        .map(|d| territoires::geographie().departement(d).map(|d| d.nom))
        .collect();
    match noms {
        Some(n) if !n.is_empty() => Some((PerimetreDe::Departements(codes.clone()), n.join(", "))),
        _ => {
            e.add(
                "departements",
                "Donnez un ou plusieurs codes de département, par exemple 35 ou 2A.",
            );
            None
        }
    }
}

#[derive(Template)]
#[template(path = "api/fiche.html")]
struct Fiche {
    id: Uuid,
    /// Shown once.
    secret: Option<String>,
    etat: Html,
    fiche: Html,
    ouverte: bool,
    chronologie: Html,
}

pub(super) async fn show(ctx: Ctx, Id(id): Id) -> Reponse {
    show_file(&ctx, id, None).await
}

async fn show_file(ctx: &Ctx, id: Uuid, secret: Option<String>) -> Reponse {
    ctx.acteur().require(&GERER)?;
    let mut tx = ctx.read().await?;
    let client = client::get(&mut tx, id).await?;
    let etapes = historique::read(&mut tx, "client", id).await?;
    let zone = socle::clock::paris();
    let droits: Vec<&str> = PORTEES
        .iter()
        .filter(|(cle, _)| client.has(cle))
        .map(|(_, libelle)| *libelle)
        .collect();
    let validite = match client.valid_to {
        Some(fin) => format!(
            "Du {} au {}",
            francais::date(client.valid_from),
            francais::date(fin)
        ),
        None => format!("Depuis le {}, sans fin", francais::date(client.valid_from)),
    };
    let mut lignes = vec![
        ("Identifiant", client.id.to_string()),
        ("Périmètre", client.libelle.clone()),
        ("Droits", droits.join(", ")),
        ("Valable", validite),
        ("Contact", client.contact.clone()),
        ("Secret depuis", francais::instant(client.secret_le, &zone)),
    ];
    if let Some(t) = client.ancien_jusqua.filter(|t| *t > tx.now()) {
        lignes.push((
            "Ancien secret valable jusqu’au",
            francais::instant(t, &zone),
        ));
    }
    let corps = Fiche {
        id,
        secret,
        etat: state(&client, tx.today()),
        fiche: c::fiche(&lignes),
        ouverte: client.revoque_le.is_none(),
        chronologie: c::chronologie(&etapes, &zone, |e| step(e).to_owned()),
    };
    ctx.page(&client.nom).fil("Applications", ICI).body(&corps)
}

fn step(etat: &str) -> &'static str {
    match etat {
        "active" => "Accès ouvert",
        "secret_renouvele" => "Secret renouvelé",
        _ => "Accès révoqué",
    }
}

pub(super) async fn rotate(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    let secret = service::rotate(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    show_file(&ctx, id, Some(secret)).await
}

pub(super) async fn revoke(ctx: Ctx, Id(id): Id) -> Reponse {
    let mut tx = ctx.write().await?;
    service::revoke(&mut tx, ctx.acteur(), id).await?;
    tx.commit().await?;
    ctx.redirect(
        &format!("{ICI}/{id}"),
        "L’accès est révoqué : cette application n’ouvre plus rien.",
    )
}
