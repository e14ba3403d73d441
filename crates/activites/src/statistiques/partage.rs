//! Shared links (§5.6): scope and filters are fixed when the link is made; it
//! ends within twelve months; disabling is final.

use jiff::{Timestamp, ToSpan, civil::Date};
use socle::{Acteur, Action, Erreur, Resultat, Role, Tx, crypto::sha256_hex, params, sql};
use uuid::Uuid;

use super::{
    Demande, Listes, Nom, Portee, Question, Serie,
    acces::{self, Acquise},
    filtres::Inconnu,
    serie::Grain,
};
use crate::{vocabulaire::Vocabulaires, voisins};

pub const AUTEURS: &[Role] = &[Role::Conseiller, Role::Mediateur, Role::Coordinateur];

pub static PARTAGER: Action = Action::new(
    "statistiques.partager",
    AUTEURS,
    "Les liens partagés se créent par les professionnels et leurs coordinateurs.",
);

/// How long a link lives at most, in days.
pub const JOURS_MAX: i64 = 365;

/// A link of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lien {
    pub id: Uuid,
    pub jeton: String,
    pub auteur: Uuid,
    pub portee: String,
    pub requete: String,
    pub cree_le: Timestamp,
    pub expire_le: Date,
    pub desactive_le: Option<Timestamp>,
}

impl Lien {
    /// Opens something on a day.
    #[must_use]
    pub fn is_open(&self, le: Date) -> bool {
        self.desactive_le.is_none() && le <= self.expire_le
    }

    /// (name, value) pairs of its question.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.requete
            .trim_start_matches('?')
            .split('&')
            .filter_map(|p| p.split_once('='))
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect()
    }
}

/// What a link may hold: own or team activities, nothing that names a person,
/// a place or a tag.
///
/// # Errors
/// The filter that has no place in a link.
pub fn admits(d: &Demande) -> Result<(), Inconnu> {
    for nom in [
        Nom::Beneficiaire,
        Nom::Auteur,
        Nom::Lieu,
        Nom::Etiquette,
        Nom::Structure,
    ] {
        if !d.filtres.get(nom).is_empty() {
            return Err(Inconnu(nom.cle().to_owned()));
        }
    }
    Ok(())
}

/// Makes a link; gives its secret.
///
/// # Errors
/// `Erreur::Interdit`, `Erreur::Saisie` on `expire`, `Erreur::Introuvable` for
/// a scope that is not one's own.
pub async fn create(
    tx: &mut Tx,
    acteur: &Acteur,
    demande: &Demande,
    expire: &str,
) -> Resultat<Lien> {
    acteur.require(&PARTAGER)?;
    let auteur = acces::personne(acteur)?;
    let portee = match acces::resolve(tx, acteur, demande).await?.portee {
        Portee::Soi(_) => "soi",
        Portee::Equipe { .. } => "equipe",
        _ => return Err(Erreur::Introuvable),
    };
    let aujourdhui = tx.today();
    let dernier = aujourdhui.saturating_add(JOURS_MAX.days());
    let expire_le = expire
        .trim()
        .parse::<Date>()
        .ok()
        .filter(|e| (aujourdhui..=dernier).contains(e))
        .ok_or_else(|| {
            Erreur::field(
                "expire",
                format!(
                    "Choisissez une date entre aujourd'hui et le {}.",
                    socle::francais::date(dernier)
                ),
            )
        })?;
    let octets: [u8; 16] = tx.ids().bytes();
    let jeton: String = octets.iter().map(|o| format!("{o:02x}")).collect();
    let lien = Lien {
        id: tx.new_id(),
        jeton,
        auteur,
        portee: portee.to_owned(),
        requete: Demande {
            portee: String::new(),
            ..demande.clone()
        }
        .query(),
        cree_le: tx.now(),
        expire_le,
        desactive_le: None,
    };
    let scelle = tx.seal("partage_statistique", "jeton", lien.id, &lien.jeton);
    tx.execute(
        sql!(
            "INSERT INTO partage_statistique (id, empreinte, jeton, auteur, portee, requete, cree_le, expire_le)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![
            lien.id,
            sha256_hex(lien.jeton.as_bytes()),
            scelle,
            auteur,
            portee,
            &lien.requete,
            lien.cree_le,
            expire_le
        ],
    )
    .await?;
    socle::historique::append(
        tx,
        acteur,
        "partage_statistique",
        lien.id,
        None,
        "ouvert",
        None,
    )
    .await?;
    Ok(lien)
}

/// One's own links, the latest first.
///
/// # Errors
/// `Erreur::Base`.
pub async fn list(tx: &mut Tx, auteur: Uuid) -> Resultat<Vec<Lien>> {
    let lignes = tx
        .rows(
            sql!("SELECT * FROM partage_statistique WHERE auteur = $1 ORDER BY cree_le DESC, id LIMIT 200"),
            params![auteur],
        )
        .await?;
    lignes.iter().map(|l| read(tx, l)).collect()
}

fn read(tx: &Tx, l: &socle::Ligne) -> Resultat<Lien> {
    let id: Uuid = l.get("id")?;
    Ok(Lien {
        jeton: tx.unseal(
            "partage_statistique",
            "jeton",
            id,
            &l.get::<Vec<u8>>("jeton")?,
        )?,
        id,
        auteur: l.get("auteur")?,
        portee: l.get("portee")?,
        requete: l.get("requete")?,
        cree_le: l.get("cree_le")?,
        expire_le: l.get("expire_le")?,
        desactive_le: l.get("desactive_le")?,
    })
}

/// Ends a link, for good.
///
/// # Errors
/// `Erreur::Introuvable` when it is somebody else's.
pub async fn disable(tx: &mut Tx, acteur: &Acteur, id: Uuid) -> Resultat<()> {
    acteur.require(&PARTAGER)?;
    let le = tx.now();
    let n = tx
        .execute(
            sql!(
                "UPDATE partage_statistique SET desactive_le = coalesce(desactive_le, $3) WHERE id = $1 AND auteur = $2"
            ),
            params![id, acteur.personne, le],
        )
        .await?;
    if n == 0 {
        return Err(Erreur::Introuvable);
    }
    socle::historique::append(
        tx,
        acteur,
        "partage_statistique",
        id,
        Some("ouvert"),
        "desactive",
        None,
    )
    .await
}

/// The link a secret opens today.
///
/// # Errors
/// `Erreur::Introuvable` when it is unknown, over or disabled.
pub async fn open(tx: &mut Tx, jeton: &str) -> Resultat<Lien> {
    let l = tx
        .row(
            sql!("SELECT * FROM partage_statistique WHERE empreinte = $1"),
            params![sha256_hex(jeton.as_bytes())],
        )
        .await?
        .ok_or(Erreur::Introuvable)?;
    let lien = read(tx, &l)?;
    let le = tx.today();
    if lien.is_open(le) {
        Ok(lien)
    } else {
        Err(Erreur::Introuvable)
    }
}

/// The question of a link: small cells hidden, whole months.
///
/// # Errors
/// `Erreur::Base`.
pub async fn question(
    tx: &mut Tx,
    lien: &Lien,
    voc: &Vocabulaires,
) -> Resultat<(Demande, Acquise, Question)> {
    let demande = Demande::parse(&lien.pairs(), voc).map_err(|i| Erreur::Interne(i.to_string()))?;
    let portee = if lien.portee == "equipe" {
        acces::team(tx, lien.auteur, demande.sans_moi).await?
    } else {
        Portee::Soi(lien.auteur)
    };
    let mut filtres = demande.filtres.clone();
    acces::months(&mut filtres);
    let grain = Some(demande.grain.unwrap_or(Grain::Mois).max(Grain::Mois));
    let aujourdhui = tx.today();
    let q = Question {
        portee: portee.clone(),
        serie: Serie::of(grain, filtres.du, filtres.au, aujourdhui),
        filtres,
        par_activite: demande.par_activite,
        aujourdhui,
        etiquettes: Vec::new(),
        itinerants: voisins::places_on_wheels(tx).await?,
        // Where small cells are hidden, every cell is looked at.
        listes: Listes {
            lieux: usize::MAX,
            ..Listes::AUCUNE
        },
    };
    let a = Acquise {
        portee,
        nom: if lien.portee == "equipe" {
            "Une équipe de conseillers numériques".into()
        } else {
            "L'activité d'un conseiller numérique".into()
        },
        masque: true,
        par_auteur: false,
    };
    Ok((demande, a, q))
}
