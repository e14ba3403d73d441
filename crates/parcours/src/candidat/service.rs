//! Use cases of candidates: register, confirm, keep one's profile true.

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socle::{
    Acteur, Erreur, Resultat, Role, Saisies, Tx,
    commande::{self, empreinte},
    courrier::{self, Message},
    francais, historique, journal, texte_libre,
    valeurs::{Courriel, Telephone},
};
use territoires::{ResultatCommune, resolve_saisie};
use uuid::Uuid;

use super::{
    Candidat, DISTANCES, Experience, Partage, Situation, point_of,
    store::{self, Attente, OBJET},
};
use crate::{droits::CANDIDAT, mise_en_relation, outdated};

/// The link of a registration is good for so long (spec 15 §1.2).
const LIEN_JOURS: i64 = 7;

/// The form of a profile; `Inscription` adds who it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfilSaisi {
    pub commune: String,
    pub situation: Vec<String>,
    pub diplome: String,
    pub experiences: Vec<String>,
    pub date_disponibilite: String,
    pub distance_max: String,
    pub mobilite_outre_mer: String,
    pub departements_exclus: String,
    pub motivation: String,
    pub partage: String,
    pub pix_palier: String,
    pub pix_partage: String,
    pub version: String,
    pub id_commande: String,
}

/// The form of `/devenir-conseiller`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Inscription {
    pub prenom: String,
    pub nom: String,
    pub courriel: String,
    pub telephone: String,
    pub commune: String,
    pub situation: Vec<String>,
    pub diplome: String,
    pub experiences: Vec<String>,
    pub date_disponibilite: String,
    pub distance_max: String,
    pub mobilite_outre_mer: String,
    pub departements_exclus: String,
    pub motivation: String,
    pub partage: String,
    pub eligibilite: String,
    pub conditions: String,
    pub visibilite: String,
    pub id_commande: String,
}

impl Inscription {
    fn profil(&self) -> ProfilSaisi {
        ProfilSaisi {
            commune: self.commune.clone(),
            situation: self.situation.clone(),
            diplome: self.diplome.clone(),
            experiences: self.experiences.clone(),
            date_disponibilite: self.date_disponibilite.clone(),
            distance_max: self.distance_max.clone(),
            mobilite_outre_mer: self.mobilite_outre_mer.clone(),
            departements_exclus: self.departements_exclus.clone(),
            motivation: self.motivation.clone(),
            partage: self.partage.clone(),
            ..ProfilSaisi::default()
        }
    }
}

/// Who registers, checked.
struct Identite {
    prenom: String,
    nom: String,
    courriel: Courriel,
    telephone: Option<Telephone>,
}

/// Reads the fields of a profile; what is wrong goes to `s`. `None` only when
/// something is.
fn read_profile(
    s: &mut Saisies,
    f: &ProfilSaisi,
    personne: Uuid,
    tx: &Tx,
    le: Date,
) -> Option<Candidat> {
    let commune = match resolve_saisie(&f.commune) {
        ResultatCommune::Trouvee(c) => Some(c),
        ResultatCommune::Plusieurs(v) => {
            let noms: Vec<String> = v.iter().take(5).map(|c| c.libelle()).collect();
            s.add(
                "commune",
                format!(
                    "Plusieurs communes portent ce nom : précisez, par exemple {}.",
                    noms.join(", ")
                ),
            );
            None
        }
        ResultatCommune::Aucune => {
            s.add("commune", "Choisissez la commune dans la liste.");
            None
        }
    };
    let point = commune.and_then(point_of);
    if commune.is_some() && point.is_none() {
        s.add(
            "commune",
            "Personne n'habite cette commune : choisissez-en une autre.",
        );
    }
    let situations: Vec<Situation> = f
        .situation
        .iter()
        .filter_map(|c| Situation::find(c))
        .collect();
    if situations.is_empty() {
        s.add("situation", "Cochez au moins une situation.");
    }
    let diplome = f.diplome.trim();
    if situations.contains(&Situation::DiplomeMednum) && diplome.is_empty() {
        s.add("diplome", "Indiquez votre diplôme.");
    }
    s.take("diplome", texte_libre::check(diplome));
    let date = s.take(
        "date_disponibilite",
        francais::parse_date(&f.date_disponibilite),
    );
    if date.is_some_and(|d| d < le) {
        s.add(
            "date_disponibilite",
            "Cette date est passée : indiquez aujourd'hui ou une date à venir.",
        );
    }
    let distance = match f.distance_max.as_str() {
        "national" => Some(None),
        d => d
            .parse::<i64>()
            .ok()
            .filter(|k| DISTANCES.contains(k))
            .map(Some),
    };
    if distance.is_none() {
        s.add(
            "distance_max",
            "Choisissez jusqu'où vous acceptez de travailler.",
        );
    }
    let exclus = read_departements(s, &f.departements_exclus);
    let motivation = f.motivation.trim();
    if !(50..=2_500).contains(&motivation.chars().count()) {
        s.add("motivation", "Écrivez de 50 à 2 500 caractères.");
    }
    s.take("motivation", texte_libre::check(motivation));
    let partage = Partage::find(&f.partage);
    if partage.is_none() {
        s.add(
            "partage",
            "Choisissez quand vos coordonnées sont partagées.",
        );
    }
    let pix = match f.pix_palier.as_str() {
        "" => None,
        p => p.parse::<i64>().ok().filter(|p| (1..=3).contains(p)),
    };
    if pix.is_none() && !f.pix_palier.is_empty() {
        s.add("pix_palier", "Le palier Pix va de 1 à 3.");
    }
    let (commune, point) = (commune?, point?);
    Some(Candidat {
        personne,
        disponible: true,
        date_disponibilite: date?,
        commune_insee: commune.code.to_owned(),
        departement: commune.departement.to_owned(),
        point,
        distance_max: distance?,
        mobilite_outre_mer: f.mobilite_outre_mer == "oui",
        departements_exclus: exclus,
        situations,
        experiences: f
            .experiences
            .iter()
            .filter_map(|c| Experience::find(c))
            .collect(),
        diplome: diplome.to_owned(),
        motivation: motivation.to_owned(),
        partage: partage?,
        pix_palier: pix,
        pix_partage: f.pix_partage == "oui",
        inscrit_le: tx.now(),
        confirme_le: tx.today(),
        supprime: false,
        version: 1,
    })
}

/// Reads « 35, 2A 971 ».
fn read_departements(s: &mut Saisies, texte: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for mot in texte
        .split([',', ';', ' '])
        .map(str::trim)
        .filter(|m| !m.is_empty())
    {
        match territoires::geographie().departement(&mot.to_uppercase()) {
            Some(d) => codes.push(d.code.to_owned()),
            None => s.add(
                "departements_exclus",
                format!(
                    "« {mot} » n'est pas un numéro de département : écrivez par exemple 35, 2A."
                ),
            ),
        }
    }
    codes
}

fn read_identity(s: &mut Saisies, f: &Inscription) -> Option<Identite> {
    for (champ, v) in [("prenom", &f.prenom), ("nom", &f.nom)] {
        if !(1..=80).contains(&v.trim().chars().count()) {
            s.add(champ, "Écrivez de 1 à 80 caractères.");
        }
    }
    let courriel = s.take("courriel", f.courriel.parse::<Courriel>());
    let telephone = match f.telephone.trim() {
        "" => None,
        t => s.take("telephone", t.parse::<Telephone>()),
    };
    for (champ, v, m) in [
        (
            "eligibilite",
            &f.eligibilite,
            "Confirmez que vous remplissez cette condition.",
        ),
        (
            "conditions",
            &f.conditions,
            "Acceptez les conditions pour continuer.",
        ),
        (
            "visibilite",
            &f.visibilite,
            "Sans cet accord, aucune structure ne peut vous trouver.",
        ),
    ] {
        if v != "oui" {
            s.add(champ, m);
        }
    }
    Some(Identite {
        prenom: f.prenom.trim().to_owned(),
        nom: f.nom.trim().to_owned(),
        courriel: courriel?,
        telephone,
    })
}

/// Registers: nothing exists before the link of the e-mail is followed, and
/// the answer is the same whether or not the address is known.
///
/// # Errors
/// `Erreur::Saisie`, one message per field.
pub async fn register(tx: &mut Tx, url: &str, f: &Inscription) -> Resultat<()> {
    let mut s = Saisies::new();
    let le = tx.today();
    let identite = read_identity(&mut s, f);
    let profil = read_profile(&mut s, &f.profil(), Uuid::nil(), tx, le);
    s.check()?;
    let (Some(i), Some(_)) = (identite, profil) else {
        return Err(Erreur::Interne("inscription incomplète".into()));
    };
    let adresse = i.courriel.as_str();
    if let Some(personne) = comptes::personne::find_by_courriel(tx, adresse).await?
        && store::get(tx, personne).await.is_ok()
    {
        let texte = format!(
            "Bonjour,\n\nVous avez déjà un espace candidat avec cette adresse. Connectez-vous :\n{url}/connexion\n\nSi vous n'êtes pas à l'origine de cette demande, ignorez ce message.\n"
        );
        let m = Message {
            a: adresse,
            sujet: "Vous avez déjà un espace candidat",
            texte: &texte,
            cle: "",
        };
        return courrier::send(tx, m).await;
    }
    let (id, jeton, maintenant) = (tx.new_id(), tx.ids().token(), tx.now());
    let a = Attente {
        id,
        donnees: serde_json::to_string(f).map_err(|e| Erreur::Interne(e.to_string()))?,
        courriel_index: tx.blind("courriel", adresse),
        cree_le: maintenant,
        expire_le: maintenant + SignedDuration::from_hours(24 * LIEN_JOURS),
        confirme: false,
    };
    store::wait(tx, &a, &jeton).await?;
    let texte = format!(
        "Bonjour {} {},\n\nConfirmez votre adresse pour terminer votre inscription :\n{url}/devenir-conseiller/confirmer/{jeton}\n\nCe lien est valable {LIEN_JOURS} jours. Si vous n'êtes pas à l'origine de cette demande, ignorez ce message.\n",
        i.prenom, i.nom
    );
    let m = Message {
        a: adresse,
        sujet: "Confirmez votre inscription",
        texte: &texte,
        cle: "",
    };
    courrier::send(tx, m).await
}

/// Follows the link: the person, the profile and the right to sign in exist
/// from here on. Following it again changes nothing.
///
/// # Errors
/// `Erreur::Introuvable` for an unknown link; `Erreur::Conflit` when it expired.
pub async fn confirm(tx: &mut Tx, url: &str, jeton: &str) -> Resultat<()> {
    let a = store::waiting(tx, jeton).await?;
    if a.confirme {
        return Ok(());
    }
    if a.expire_le < tx.now() {
        return Err(Erreur::Conflit(
            "Ce lien a expiré. Inscrivez-vous de nouveau pour en recevoir un autre.".into(),
        ));
    }
    let f: Inscription =
        serde_json::from_str(&a.donnees).map_err(|e| Erreur::Interne(e.to_string()))?;
    tx.lock(&format!("courriel:{}", a.courriel_index)).await?;
    let mut s = Saisies::new();
    let Some(i) = read_identity(&mut s, &f) else {
        return Err(Erreur::Interne("inscription illisible".into()));
    };
    let connue = comptes::personne::find_by_courriel(tx, i.courriel.as_str()).await?;
    let nouvelle = connue.is_none();
    let personne = match connue {
        Some(p) => p,
        None => {
            let n = comptes::personne::NouvellePersonne {
                prenom: i.prenom,
                nom: i.nom,
                courriel: i.courriel.to_string(),
                telephone: i.telephone.map(|t| t.to_string()),
            };
            comptes::personne::create(tx, &n).await?
        }
    };
    store::confirmed(tx, a.id).await?;
    if !nouvelle && store::get(tx, personne).await.is_ok() {
        return Ok(());
    }
    let le = a.cree_le.to_zoned_datetime(socle::clock::paris()).date();
    let Some(c) = read_profile(&mut s, &f.profil(), personne, tx, le) else {
        return Err(Erreur::Interne("inscription illisible".into()));
    };
    store::save(tx, &c).await?;
    let acteur = Acteur::systeme();
    comptes::attribution::grant(
        tx,
        &acteur,
        personne,
        Role::Candidat,
        &comptes::attribution::PerimetreDe::Soi,
    )
    .await?;
    comptes::invitation::invite(tx, &acteur, personne, url).await?;
    historique::append(tx, &acteur, OBJET, personne, None, "inscrit", None).await?;
    journal::record(
        tx,
        &acteur,
        "candidat.inscrit",
        OBJET,
        personne,
        json!({ "departement": c.departement }),
    );
    Ok(())
}

/// Changes the acting candidate's profile.
///
/// # Errors
/// `Erreur::Saisie`; `Erreur::Conflit` when another window changed it.
pub async fn change(tx: &mut Tx, acteur: &Acteur, f: &ProfilSaisi) -> Resultat<()> {
    let droit = acteur.require(&CANDIDAT)?;
    let avant = store::load(tx, &droit).await?;
    if commande::claim(tx, acteur, &f.id_commande, "candidat.profil", &empreinte(f))
        .await?
        .is_some()
    {
        return Ok(());
    }
    if f.version != avant.version.to_string() {
        return Err(outdated());
    }
    let mut s = Saisies::new();
    let le = tx.today().min(avant.date_disponibilite);
    let lu = read_profile(&mut s, f, avant.personne, tx, le);
    s.check()?;
    let Some(c) = lu else {
        return Err(Erreur::Interne("profil incomplet".into()));
    };
    let c = Candidat {
        disponible: avant.disponible,
        ..c
    };
    store::save(tx, &c).await?;
    note(tx, acteur, c.personne, "profil_modifie").await
}

/// Turns availability on or off; open matchings pause and come back.
///
/// # Errors
/// `Erreur::Introuvable` without a profile.
pub async fn set_available(tx: &mut Tx, acteur: &Acteur, disponible: bool) -> Resultat<()> {
    let droit = acteur.require(&CANDIDAT)?;
    let mut c = store::load(tx, &droit).await?;
    let change = c.disponible != disponible;
    c.disponible = disponible;
    c.confirme_le = tx.today();
    store::save(tx, &c).await?;
    if !change {
        return Ok(());
    }
    if disponible {
        mise_en_relation::service::resume_all(tx, acteur, c.personne).await?;
    } else {
        mise_en_relation::service::pause_all(tx, acteur, c.personne, None).await?;
    }
    note(
        tx,
        acteur,
        c.personne,
        if disponible {
            "disponible"
        } else {
            "indisponible"
        },
    )
    .await
}

/// Reasons to leave (spec 15 §1.3).
pub const DEPARTS: &[(&str, &str)] = &[
    ("rgpd", "Je ne veux plus que mes données soient gardées"),
    ("poste_trouve", "J'ai trouvé un poste"),
    ("non_interesse", "Je ne suis plus intéressé par ce métier"),
    ("doublon", "J'ai un autre compte"),
    ("autre", "Autre raison"),
];

/// Deletes the acting candidate's profile. The contract file, if any, stays.
///
/// # Errors
/// `Erreur::Saisie` without a reason.
pub async fn delete(tx: &mut Tx, acteur: &Acteur, motif: &str) -> Resultat<()> {
    let droit = acteur.require(&CANDIDAT)?;
    let c = store::load(tx, &droit).await?;
    let Some((cle, _)) = DEPARTS.iter().find(|(k, _)| *k == motif) else {
        return Err(Erreur::field("motif", "Choisissez une raison."));
    };
    mise_en_relation::service::pause_all(tx, acteur, c.personne, None).await?;
    store::erase(tx, c.personne, cle).await?;
    comptes::attribution::revoke(tx, &Acteur::systeme(), c.personne, Role::Candidat, None).await?;
    note(tx, acteur, c.personne, "supprime").await
}

async fn note(tx: &mut Tx, acteur: &Acteur, personne: Uuid, vers: &'static str) -> Resultat<()> {
    historique::append(tx, acteur, OBJET, personne, None, vers, None).await?;
    journal::record(
        tx,
        acteur,
        "candidat.maj",
        OBJET,
        personne,
        json!({ "vers": vers }),
    );
    Ok(())
}
