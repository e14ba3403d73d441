//! The life of a post, in the order of the national programme.

pub mod attribution;
mod courant;
pub mod fin;
mod html;
pub mod personne;
pub mod quotidien;
pub mod recrutement;
pub mod site;

use personne::Personne;
use site::Site;

/// The address of the second operator.
pub const COLLEGUE: &str = "ines.second@operateur.example";

/// Everybody, and the addresses of what they made.
pub struct Vie<'a> {
    pub site: &'a Site,
    pub visiteur: Personne<'a>,
    pub anct: Personne<'a>,
    pub operateur: Personne<'a>,
    /// Who confirms what the other operator asked.
    pub collegue: Personne<'a>,
    pub secretariat: Personne<'a>,
    pub prefet: Personne<'a>,
    /// The préfecture of another department.
    pub voisin: Personne<'a>,
    pub mairies: Vec<Personne<'a>>,
    /// Which of `mairies` was granted the post.
    pub gagnante: usize,
    pub campagne: String,
    pub candidatures: Vec<String>,
    pub seance: String,
    pub poste: String,
    pub convention: String,
    /// One matching per candidate.
    pub relations: Vec<String>,
    pub candidats: Vec<Personne<'a>>,
    /// Which of `candidats` was hired.
    pub recrute: usize,
    pub contrat: String,
    /// The renewal of the contract.
    pub suite: String,
    /// The contract that found no post left.
    pub attente: String,
    pub lieu: String,
    pub activites: Vec<String>,
}

impl<'a> Vie<'a> {
    pub async fn begin(site: &'a Site) -> Self {
        Self {
            site,
            visiteur: site.visiteur(),
            anct: site.demo("administrateur").await,
            operateur: site.demo("operateur").await,
            collegue: site.visiteur(),
            secretariat: site.demo("secretariat").await,
            prefet: site.demo("prefecture").await,
            voisin: site.demo("prefecture29").await,
            mairies: Vec::new(),
            gagnante: 0,
            campagne: String::new(),
            candidatures: Vec::new(),
            seance: String::new(),
            poste: String::new(),
            convention: String::new(),
            relations: Vec::new(),
            candidats: Vec::new(),
            recrute: 0,
            contrat: String::new(),
            suite: String::new(),
            attente: String::new(),
            lieu: String::new(),
            activites: Vec::new(),
        }
    }

    pub fn mairie(&mut self) -> &mut Personne<'a> {
        &mut self.mairies[self.gagnante]
    }

    pub fn autre_mairie(&mut self) -> &mut Personne<'a> {
        &mut self.mairies[1 - self.gagnante]
    }

    pub fn conseiller(&mut self) -> &mut Personne<'a> {
        &mut self.candidats[self.recrute]
    }

    /// The state of the post, as its structure reads it.
    pub async fn post_is(&mut self, etat: &str) {
        let ligne = self.mairie().va("/postes").await.lit("Mairie");
        assert!(ligne.contains(etat), "« {etat} » attendu : {ligne}");
    }

    /// Days go by with their daily jobs; whoever acts afterwards signs in again.
    pub async fn days_pass(&mut self, jours: i64) {
        self.site.base.clock().advance_days(jours);
        self.site.run_jobs().await;
        let (_, adresse, _) = attribution::MAIRIES[self.gagnante];
        self.mairie().revient(adresse).await;
        self.collegue.revient(COLLEGUE).await;
        self.operateur = self.site.demo("operateur").await;
        self.voisin = self.site.demo("prefecture29").await;
        self.anct = self.site.demo("administrateur").await;
        let autre = 1 - self.gagnante;
        let (_, adresse, _) = attribution::MAIRIES[autre];
        self.mairies[autre].revient(adresse).await;
    }

    /// The neighbour préfecture, the other structure and the public find
    /// nothing at this address.
    pub async fn hidden_from_strangers(&mut self, chemin: &str) {
        assert_eq!(self.voisin.statut(chemin).await, 404, "préfecture 29");
        assert_eq!(self.visiteur.statut(chemin).await, 404, "visiteur");
        let gagnante = self.gagnante;
        let autre = &mut self.mairies[1 - gagnante];
        assert_eq!(autre.statut(chemin).await, 404, "autre structure");
    }
}

/// Today plus some days, as a date field wants it.
pub fn jour(site: &Site, jours: i64) -> String {
    let t = socle::clock::paris().to_datetime(site.base.clock().now());
    (t.date() + jiff::ToSpan::days(jours)).to_string()
}
