//! Fictitious hires on the posts of the ledger, over two years.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use programme::poste;
use socle::{Acteur, Base, Perimetre, Resultat, Role, Tx, demo::Alea, francais, valeurs::Montant};
use uuid::Uuid;

use super::{JOURS, LOT, before, candidats::Fiche, noon, step};
use crate::{
    contrat::{
        Contrat, Etat, Genre, end_after,
        rupture::{self, EtatRupture, Rupture},
        store,
    },
    mise_en_relation::{self, Etat as EtatRelation, MiseEnRelation},
};

/// A post to hire on.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub poste: Uuid,
    pub structure: Uuid,
    pub departement: String,
    public: bool,
    /// First day the post may be occupied.
    depuis: Date,
    /// The post of the login `conseiller@…`.
    pub demo: bool,
}

/// Somebody in post.
#[derive(Debug, Clone)]
pub(super) struct Embauche {
    pub contrat: Uuid,
    pub personne: Uuid,
    pub structure: Uuid,
    pub departement: String,
    pub debut: Date,
}

/// Vacant posts to hire on: one of the demo structure, whose others stay
/// vacant, then posts picked all over the country.
pub(super) async fn places(
    tx: &mut Tx,
    combien: usize,
    demo: Option<Uuid>,
) -> Resultat<Vec<Place>> {
    let le = tx.today();
    let mut publics: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut v: Vec<Place> = Vec::new();
    let f = poste::Filtre {
        etat: Some(poste::Etat::Vacant),
        ..poste::Filtre::default()
    };
    let mut demo_prise = false;
    for p in poste::list(tx, &Perimetre::National, &f).await? {
        if p.nature != poste::Nature::Conseiller || p.depuis >= le {
            continue;
        }
        let ici = demo == Some(p.structure);
        if ici && demo_prise {
            continue;
        }
        demo_prise |= ici;
        let public = match publics.get(&p.structure) {
            Some(x) => *x,
            None => {
                let s = programme::structure::get(tx, p.structure).await?;
                let x = s.nature == programme::structure::Nature::Public;
                publics.insert(p.structure, x);
                x
            }
        };
        v.push(Place {
            poste: p.id,
            structure: p.structure,
            departement: p.departement,
            public,
            depuis: p.depuis,
            demo: ici,
        });
    }
    // A stride that has no factor in common with most counts: the posts left
    // vacant are spread too.
    let n = v.len().max(1);
    let mut rang = 0;
    v.sort_by_cached_key(|p| {
        rang += 389;
        (!p.demo, rang % n)
    });
    v.truncate(combien);
    Ok(v)
}

/// Numbers of contracts, by year, with their rank.
#[derive(Debug, Default)]
struct Numeros(BTreeMap<i16, i64>);

impl Numeros {
    fn next(&mut self, le: Date) -> (String, i64) {
        let n = self.0.entry(le.year()).or_default();
        *n += 1;
        (format!("CT-{}-{n:05}", le.year()), *n)
    }
}

/// Hires one person per place: some CDD renewed, some people who left first.
pub(super) async fn seed(
    base: &Base,
    alea: &mut Alea,
    places: &[Place],
    gens: &[Fiche],
    progres: &(dyn Fn(u64) + Sync),
) -> Resultat<Vec<Embauche>> {
    let mut numeros = Numeros::default();
    let mut embauches = Vec::with_capacity(places.len());
    // Former holders are taken from the end of the list of candidates.
    let mut anciens = gens.iter().skip(places.len() + 1).rev();
    for lot in places.chunks(LOT / 5) {
        let mut tx = base.write().await?;
        for p in lot {
            let personne = &gens[embauches.len()];
            let ancien = if alea.chance(8) { anciens.next() } else { None };
            let e = hire(&mut tx, alea, &mut numeros, p, personne, ancien).await?;
            embauches.push(e);
        }
        tx.commit().await?;
        progres(lot.len() as u64);
    }
    Ok(embauches)
}

async fn hire(
    tx: &mut Tx,
    alea: &mut Alea,
    numeros: &mut Numeros,
    p: &Place,
    personne: &Fiche,
    ancien: Option<&Fiche>,
) -> Resultat<Embauche> {
    let le = tx.today();
    let plus_tot = p.depuis.max(before(le, JOURS));
    let marge = francais::days(plus_tot, le).max(1);
    let mut debut = francais::plus_days(
        plus_tot,
        i32::try_from(alea.between(0, (marge - 1).min(120))).unwrap_or(0),
    );
    if p.demo {
        // 18 months that end in about ten weeks: something to decide.
        debut = before(le, 470.min(marge - 1));
    }
    if let Some(a) = ancien
        && marge > 300
        && !p.demo
    {
        // Somebody before: four months, then a vacancy of six weeks.
        let fin = francais::plus_days(debut, 120);
        former(tx, numeros, p, a, (debut, fin), alea.chance(40)).await?;
        debut = francais::plus_days(fin, 45);
    }
    let (mut duree, mut ouvert) = (*alea.pick(&[12, 18, 24, 36]), alea.chance(40));
    if p.demo {
        (duree, ouvert) = (18, false);
    }
    let fin = (!ouvert).then(|| end_after(debut, duree));
    let mut precedent = None;
    if let Some(f) = fin.filter(|f| *f < le) {
        // The first contract is over: it was renewed.
        let c = contract(
            tx,
            numeros,
            p,
            personne,
            (debut, Some(f)),
            None,
            Etat::Remplace,
        );
        write(tx, p, &c, alea.chance(50)).await?;
        precedent = Some(c.id);
        debut = francais::plus_days(f, 1);
    }
    let fin = if precedent.is_some() {
        alea.chance(50).then(|| {
            francais::plus_days(
                le.max(debut),
                i32::try_from(alea.between(20, 500)).unwrap_or(90),
            )
        })
    } else {
        fin
    };
    let c = contract(
        tx,
        numeros,
        p,
        personne,
        (debut, fin),
        precedent,
        Etat::Valide,
    );
    write(tx, p, &c, true).await?;
    let systeme = Acteur::systeme();
    let soi = comptes::attribution::PerimetreDe::Soi;
    comptes::attribution::grant(tx, &systeme, c.personne, Role::Conseiller, &soi).await?;
    Ok(Embauche {
        contrat: c.id,
        personne: c.personne,
        structure: p.structure,
        departement: p.departement.clone(),
        debut: c.date_debut,
    })
}

/// A contract that ended, at its date or broken: its post was vacant again.
async fn former(
    tx: &mut Tx,
    numeros: &mut Numeros,
    p: &Place,
    qui: &Fiche,
    (debut, fin): (Date, Date),
    a_terme: bool,
) -> Resultat<()> {
    let (signee, etat, motif) = if a_terme {
        (fin, Etat::Termine, "fin_de_contrat")
    } else {
        (end_after(debut, 24), Etat::Rompu, "demission")
    };
    let mut c = contract(tx, numeros, p, qui, (debut, Some(signee)), None, etat);
    c.fin_effective = Some(fin);
    c.fin_motif = Some(motif.into());
    write(tx, p, &c, true).await?;
    let systeme = Acteur::systeme();
    let lendemain = francais::plus_days(fin, 1);
    poste::vacate(tx, &systeme, p.poste, c.id, lendemain, motif).await?;
    if a_terme {
        let maillage = ("Maillage", Role::Systeme);
        return step(tx, store::OBJET, c.id, 3, "termine", maillage, lendemain).await;
    }
    let r = Rupture {
        id: tx.new_id(),
        contrat: c.id,
        motif: motif.into(),
        sous_motif: Some("autre_opportunite".into()),
        precision: String::new(),
        date_effet: fin,
        lettre: true,
        etat: EtatRupture::Validee,
        declare_le: noon(before(fin, 30)),
        version: 1,
    };
    rupture::insert(tx, &r).await?;
    let operateur = ("Opérateur", Role::Operateur);
    step(tx, store::OBJET, c.id, 3, "rupture_validee", operateur, fin).await
}

fn contract(
    tx: &Tx,
    numeros: &mut Numeros,
    p: &Place,
    qui: &Fiche,
    (debut, fin): (Date, Option<Date>),
    precedent: Option<Uuid>,
    etat: Etat,
) -> Contrat {
    let genre = match (p.public, fin.is_some()) {
        (true, true) => Genre::ContratDeProjet,
        (true, false) => Genre::CdiPublic,
        (false, true) => Genre::Cdd,
        (false, false) => Genre::Cdi,
    };
    let signe = before(debut, 12);
    let (numero, rang) = numeros.next(signe);
    Contrat {
        id: tx.new_id(),
        numero,
        structure: p.structure,
        departement: p.departement.clone(),
        personne: qui.personne,
        poste: Some(p.poste),
        mise_en_relation: None,
        precedent,
        genre,
        date_debut: debut,
        date_fin: fin,
        fin_effective: None,
        fin_motif: None,
        quotite: 100,
        quotite_motif: None,
        // 1 900 € to 2 380 €, above every floor.
        salaire: Montant(190_000 + rang % 25 * 2_000),
        categorie: genre.has_categorie().then(|| "C".to_owned()),
        code_rome: "K2111".into(),
        coordination: "aucune".into(),
        duree_motif: if fin.is_some() {
            "Durée de la convention".into()
        } else {
            String::new()
        },
        eligibilite: true,
        preparation: true,
        fiche_mission: true,
        piece: true,
        etat,
        soumis_le: Some(noon(signe)),
        valide_le: Some(noon(before(debut, 6))),
        maj_le: noon(before(debut, 6)),
        version: 1,
    }
}

async fn write(tx: &mut Tx, p: &Place, c: &Contrat, historique: bool) -> Resultat<()> {
    store::insert(tx, c).await?;
    let systeme = Acteur::systeme();
    poste::occupy(
        tx,
        &systeme,
        p.poste,
        c.id,
        c.personne,
        c.date_debut,
        c.date_fin,
    )
    .await?;
    if historique {
        let structure = ("Structure", Role::GestionnaireStructure);
        step(
            tx,
            store::OBJET,
            c.id,
            1,
            "soumis",
            structure,
            before(c.date_debut, 12),
        )
        .await?;
        let operateur = ("Opérateur", Role::Operateur);
        step(
            tx,
            store::OBJET,
            c.id,
            2,
            "valide",
            operateur,
            before(c.date_debut, 6),
        )
        .await?;
    }
    Ok(())
}

/// Three contracts and two ruptures that wait for the opérateur.
pub(super) async fn waiting(
    tx: &mut Tx,
    demo: Option<Uuid>,
    embauches: &[Embauche],
    gens: &[Fiche],
) -> Resultat<()> {
    let le = tx.today();
    let libres = gens.iter().skip(embauches.len() + 1);
    let vacants = places(tx, usize::MAX, None).await?;
    let vacants = vacants.iter().filter(|p| Some(p.structure) != demo);
    for (p, qui) in vacants.zip(libres).take(3) {
        let debut = francais::plus_days(le, 12);
        let mut numeros = Numeros::default();
        let fin = Some(end_after(debut, 24));
        let mut c = contract(tx, &mut numeros, p, qui, (debut, fin), None, Etat::Soumis);
        c.numero = store::next_numero(tx, le.year()).await?;
        (c.piece, c.valide_le) = (false, None);
        (c.soumis_le, c.maj_le) = (Some(tx.now()), tx.now());
        let systeme = Acteur::systeme();
        c.poste = Some(
            poste::reserve_at(
                tx,
                &systeme,
                p.structure,
                poste::Nature::Conseiller,
                c.id,
                debut,
            )
            .await?,
        );
        store::insert(tx, &c).await?;
        let structure = ("Structure", Role::GestionnaireStructure);
        step(tx, store::OBJET, c.id, 1, "soumis", structure, le).await?;
    }
    for e in embauches
        .iter()
        .filter(|e| e.debut < before(le, 30))
        .skip(5)
        .take(2)
    {
        let r = Rupture {
            id: tx.new_id(),
            contrat: e.contrat,
            motif: "rupture_conventionnelle".into(),
            sous_motif: None,
            precision: String::new(),
            date_effet: before(le, 1),
            lettre: false,
            etat: EtatRupture::Declaree,
            declare_le: noon(before(le, 20)),
            version: 1,
        };
        rupture::insert(tx, &r).await?;
        let structure = ("Structure", Role::GestionnaireStructure);
        step(
            tx,
            store::OBJET,
            e.contrat,
            3,
            "rupture_declaree",
            structure,
            before(le, 20),
        )
        .await?;
    }
    Ok(())
}

/// The demo structure talks with its candidate and two others.
pub(super) async fn matchings(tx: &mut Tx, structure: Uuid, gens: &[Fiche]) -> Resultat<()> {
    let le = tx.today();
    let s = programme::structure::get(tx, structure).await?;
    let (_, point) = mise_en_relation::recherche::origin(tx, structure).await?;
    let Some(login) = comptes::personne::find_by_courriel(tx, super::candidats::CANDIDAT).await?
    else {
        return Ok(());
    };
    let etats = [
        EtatRelation::Entretien,
        EtatRelation::InteretCandidat,
        EtatRelation::Preselectionnee,
    ];
    let mut pris = BTreeSet::from([login]);
    let mut voisins = vec![login];
    for f in gens.iter().filter(|f| f.departement == s.departement) {
        let c = crate::candidat::store::get(tx, f.personne).await?;
        if voisins.len() < etats.len() && c.disponible && pris.insert(f.personne) {
            voisins.push(f.personne);
        }
    }
    for (personne, etat) in voisins.into_iter().zip(etats) {
        let c = crate::candidat::store::get(tx, personne).await?;
        let m = MiseEnRelation {
            id: tx.new_id(),
            structure,
            departement: s.departement.clone(),
            personne,
            etat,
            etat_avant: None,
            distance_km: mise_en_relation::calcul::round_km(mise_en_relation::recherche::metres(
                &c, point,
            )),
            score: None,
            hors_zone: String::new(),
            raison: None,
            accord: true,
            entretien_le: (etat == EtatRelation::Entretien).then(|| francais::plus_days(le, 6)),
            reponse_avant: None,
            maj_le: tx.now(),
            version: 1,
        };
        mise_en_relation::store::insert(tx, &m).await?;
        step(
            tx,
            mise_en_relation::store::OBJET,
            m.id,
            1,
            etat.cle(),
            (&s.nom, Role::GestionnaireStructure),
            before(le, 2),
        )
        .await?;
    }
    Ok(())
}
