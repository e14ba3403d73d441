//! What an entry form offers: the lists, the author's places, durations,
//! people and colleagues.

use jiff::civil::Date;
use socle::{Resultat, Tx, francais};
use uuid::Uuid;

use crate::{
    activite::{TypeActivite, habitude, habitude::Passee, lecture},
    beneficiaire, etiquette,
    vocabulaire::{NON_COMMUNIQUE, Vocabulaires, liste},
    voisins,
};
use socle::Perimetre;

type Options = Vec<(String, String)>;

/// Every option of a form.
#[derive(Debug)]
pub(crate) struct Choix {
    pub aujourdhui: Date,
    pub lieux: Options,
    pub durees: Options,
    pub beneficiaires: Options,
    pub collegues: Options,
    /// The tags used most, by their name.
    pub etiquettes: Options,
    pub thematiques: Options,
    pub sous_thematiques: Options,
    pub themes_locaux: Options,
    pub materiel: Options,
    pub genres: Options,
    pub tranches: Options,
    pub statuts: Options,
    pub autonomies: Options,
    pub niveaux: Options,
    pub modalites: Options,
    pub origines: Options,
    pub motifs: Options,
    pub publics: Options,
    pub public: Options,
    pub modes: Options,
    pub raisons: Options,
    pub operateurs: Options,
    pub natures: Options,
    pub suites: Options,
    pub destinations: Options,
    pub organismes: Options,
    pub cadres: Options,
    pub notes_confiance: Options,
    pub passees: Vec<Passee>,
    pub attendu: voisins::Attendu,
    pub voc: Vocabulaires,
}

impl Choix {
    /// The options of `auteur` for an activity of `date` (today when `None`).
    pub async fn load(
        tx: &mut Tx,
        auteur: Uuid,
        t: TypeActivite,
        date: Option<Date>,
    ) -> Resultat<Self> {
        let ici = voisins::here(tx, auteur).await?;
        let le = date.unwrap_or(ici.jour);
        let passees = lecture::past(tx, auteur).await?;
        let employeur = ici.employer_on(tx, auteur, le).await?;
        let structure = employeur.as_ref().map(|e| e.structure);
        let departement = employeur.map_or_else(String::new, |e| e.departement);
        let voc = Vocabulaires::on_in(tx, le, &departement).await?;
        let mut connus = voisins::places(tx, auteur, structure, le).await?;
        connus.sort_by_cached_key(|l| {
            (
                std::cmp::Reverse(habitude::rank(l.id, &passees)),
                l.nom.clone(),
            )
        });
        let mut lieux: Options = connus
            .into_iter()
            .filter(|l| l.ouvert)
            .map(|l| (format!("lieu_activite:{}", l.id), l.nom))
            .collect();
        lieux.extend(voc.options_where(liste::TYPE_LIEU, |e| e.cle != "lieu_activite"));
        let beneficiaires = beneficiaire::store::list(tx, &Perimetre::Soi(auteur))
            .await?
            .into_iter()
            .map(|b| (b.id.to_string(), b.fiche.nom_affiche()))
            .collect();
        let collegues = match structure {
            Some(s) => voisins::colleagues(tx, auteur, s)
                .await?
                .into_iter()
                .map(|(id, nom)| (id.to_string(), nom))
                .collect(),
            None => Vec::new(),
        };
        let domaines = etiquette::service::visible_in(tx, auteur, le, &departement).await?;
        let etiquettes =
            etiquette::store::most_used(tx, auteur, &domaines, etiquette::PROPOSEES).await?;
        let themes = lecture::recent_themes(tx, auteur).await?;
        let connu = |l| voc.options_where(l, |e| e.cle != NON_COMMUNIQUE);
        Ok(Self {
            aujourdhui: ici.jour,
            lieux,
            durees: habitude::durations(t, &passees)
                .into_iter()
                .map(|d| (d.to_string(), francais::duree(d)))
                .collect(),
            beneficiaires,
            collegues,
            etiquettes: etiquettes.into_iter().map(|e| (e.clone(), e)).collect(),
            thematiques: habitude::favourites_first(
                voc.options_where(liste::THEMATIQUE, |e| e.cle != "non_precise"),
                &themes,
            ),
            sous_thematiques: voc.options(liste::SOUS_THEMATIQUE),
            themes_locaux: voc.options(liste::THEME_LOCAL),
            materiel: voc.options(liste::MATERIEL),
            genres: connu(liste::GENRE),
            tranches: connu(liste::TRANCHE),
            statuts: connu(liste::STATUT),
            autonomies: voc.options(liste::AUTONOMIE),
            niveaux: voc.options(liste::NIVEAU),
            modalites: voc.options_where(liste::MODALITE, |e| e.parent.as_deref() == Some(t.cle())),
            origines: voc.options(liste::ORIGINE),
            motifs: voc.options(liste::MOTIF),
            publics: voc.options(liste::PUBLICS),
            public: voc.options(liste::PUBLIC),
            modes: voc.options(liste::MODE_AIDE),
            raisons: voc.options(liste::RAISON),
            operateurs: voc.options(liste::OPERATEUR),
            natures: voc.options(liste::IRRITANT),
            suites: voc.options(liste::SUITE),
            destinations: voc.options(liste::DESTINATION),
            organismes: voc.options(liste::ORGANISME),
            cadres: voc.options(liste::CADRE),
            notes_confiance: (1..=5).map(|n| (n.to_string(), n.to_string())).collect(),
            passees,
            attendu: voisins::expected_place(tx, auteur, &ici).await?,
            voc,
        })
    }

    /// Who the form names stays choosable, even when their file is somebody
    /// else's now or gone.
    pub fn keep(&mut self, champs: &web::Champs) {
        let mut nommes = champs.all("suivis");
        nommes.push(champs.get("beneficiaire"));
        for id in nommes {
            if id.parse::<Uuid>().is_ok() && self.beneficiaires.iter().all(|b| b.0 != id) {
                let nom = "Personne déjà dans ce compte rendu".to_owned();
                self.beneficiaires.push((id.to_owned(), nom));
            }
        }
    }

    /// The choice of place that opens a new form (§3.7): the permanence running
    /// now, else the place most used lately, else the main one, else the first.
    pub fn usual_place(&self) -> Option<String> {
        [
            self.attendu.maintenant,
            habitude::place(self.aujourdhui, &self.passees),
            self.attendu.principal,
        ]
        .into_iter()
        .flatten()
        .map(|id| format!("lieu_activite:{id}"))
        .chain(self.lieux.first().map(|l| l.0.clone()))
        .find(|v| v.starts_with("lieu_activite:") && self.lieux.iter().any(|l| l.0 == *v))
    }
}
