//! The form of a place.

use askama::Template;
use socle::{Erreur, Perimetre, Resultat, Saisies, commande, francais::fold, valeurs::Courriel};
use territoires::{Point, ResultatCommune, geographie, resolve_saisie};
use uuid::Uuid;
use web::{Champs, Ctx, Form, Formulaire, Id, Reponse};

use super::super::{Fiche, Lieu, Precision, service, store};
use super::etat::Libre;
use crate::{
    horaires::{Horaires, JOURS_FR, Plage, Regle, Selecteur, day_ranges, read_day},
    pivot, telephone, vocabulaire as v,
};

/// Fields whose values come from a list, and the vocabulary of each.
const LISTES: &[&v::Vocabulaire] = &[
    &v::SERVICES,
    &v::PUBLICS,
    &v::PRISE_EN_CHARGE,
    &v::FRAIS,
    &v::ITINERANCE,
    &v::DISPOSITIFS,
    &v::FORMATIONS_LABELS,
    &v::MODALITES_ACCES,
    &v::MODALITES_ACCOMPAGNEMENT,
];

#[derive(Template)]
#[template(path = "lieu/formulaire.html")]
struct Page {
    form: Form,
    commande: String,
    /// Empty for a new place.
    lien: String,
    version: String,
    typologies: Vec<(String, String)>,
    listes: Vec<Vec<(String, String)>>,
    jours: Vec<(String, String)>,
    feries: Vec<(String, String)>,
    /// Hours that the week cannot hold.
    particuliers: bool,
    doublons: Vec<(Uuid, String)>,
    bouton: &'static str,
}

fn page(
    form: Form,
    commande: String,
    doublons: Vec<(Uuid, String)>,
    id: Option<Uuid>,
    version: i64,
) -> Page {
    let choisis = form.champs.all("typologie");
    let typologies = v::TYPOLOGIES
        .valeurs
        .iter()
        .filter(|(c, _)| v::TYPOLOGIES_COURANTES.contains(c) || choisis.contains(c))
        .map(|(c, l)| ((*c).to_owned(), (*l).to_owned()))
        .collect();
    Page {
        typologies,
        listes: LISTES.iter().map(|l| l.options()).collect(),
        jours: JOURS_FR
            .iter()
            .map(|j| (format!("h_{j}"), capital(j)))
            .collect(),
        feries: [("ferme", "Fermé"), ("inconnu", "Je ne sais pas")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into(),
        particuliers: !form.champs.get("horaires").is_empty(),
        bouton: if id.is_some() {
            "Enregistrer le lieu"
        } else {
            "Déclarer le lieu"
        },
        lien: id.map_or_else(String::new, |i| format!("/lieux/{i}/modifier")),
        form,
        commande,
        version: version.to_string(),
        doublons,
    }
}

fn capital(s: &str) -> String {
    socle::francais::libelle(s)
}

pub(super) async fn new(ctx: Ctx) -> Reponse {
    let champs = Champs::default()
        .with("feries", "inconnu")
        .with("modalites_acces", "se_presenter");
    show(
        &ctx,
        page(
            Form::filled(champs),
            ctx.new_commande(),
            Vec::new(),
            None,
            0,
        ),
        false,
    )
}

fn show(ctx: &Ctx, p: Page, refuse: bool) -> Reponse {
    let titre = if p.lien.is_empty() {
        "Déclarer un lieu"
    } else {
        "Modifier le lieu"
    };
    let page = ctx.page(titre).fil("Mes lieux", "/mes-lieux");
    let page = if refuse { page.refused() } else { page };
    page.body(&p)
}

pub(super) async fn create(ctx: Ctx, f: Formulaire<Libre>) -> Reponse {
    let cle = f.champs.get("id_commande").to_owned();
    let mut tx = ctx.write().await?;
    let lu = read(&f.champs, &Fiche::default());
    let refus = match lu {
        Ok(fiche) => {
            // Before looking for duplicates: a second click would find the first's.
            let empreinte = commande::empreinte(&fiche);
            if let Some(lien) =
                commande::claim(&mut tx, ctx.acteur(), &cle, "lieu.creer", &empreinte).await?
            {
                return ctx.redirect(&lien, "Le lieu est déclaré.");
            }
            let doublons = duplicates(&mut tx, &fiche).await?;
            if !doublons.is_empty() && !f.champs.has("confirmer", "oui") {
                let mut e = Saisies::new();
                e.add(
                    "confirmer",
                    "Ce lieu existe peut-être déjà : vérifiez la liste, puis confirmez.",
                );
                return show(
                    &ctx,
                    page(Form::refused(f.champs, e), cle, doublons, None, 0),
                    true,
                );
            }
            match service::declare(&mut tx, ctx.acteur(), fiche, structure(&ctx, &f.champs)).await {
                Ok(id) => {
                    let lien = format!("/lieux/{id}");
                    commande::conclude(&mut tx, ctx.acteur(), &cle, &lien).await?;
                    let publie = super::super::get(&mut tx, id).await?.etat.is_public();
                    tx.commit().await?;
                    let m = if publie {
                        "Le lieu est publié : il paraît sur la carte."
                    } else {
                        "Le lieu est déclaré. Sa publication est demandée."
                    };
                    return ctx.redirect(&lien, m);
                }
                Err(e) => e,
            }
        }
        Err(e) => e,
    };
    match refus {
        Erreur::Saisie(e) => show(
            &ctx,
            page(Form::refused(f.champs, e), cle, Vec::new(), None, 0),
            true,
        ),
        e => Err(e.into()),
    }
}

/// A manager of several structures chooses; the others have nothing to choose.
fn structure(ctx: &Ctx, c: &Champs) -> Option<Uuid> {
    match &ctx.acteur().perimetre {
        Perimetre::Structures(s) if s.len() == 1 => s.first().copied(),
        _ => c.get("structure").parse().ok(),
    }
}

/// Places of the commune whose name is close.
async fn duplicates(tx: &mut socle::Tx, f: &Fiche) -> Resultat<Vec<(Uuid, String)>> {
    let nom = fold(&f.nom);
    let proche = |l: &Lieu| {
        let autre = fold(&l.nom);
        autre == nom || strsim::jaro_winkler(&autre, &nom) >= 0.92
    };
    Ok(store::list_of_commune(tx, &f.commune_insee)
        .await?
        .into_iter()
        .filter(proche)
        .map(|l| (l.id, format!("{}, {}", l.nom, l.fiche.adresse)))
        .collect())
}

pub(super) async fn edit(ctx: Ctx, Id(id): Id) -> Reponse {
    let droit = ctx.acteur().require(&service::MODIFIER)?;
    let mut tx = ctx.read().await?;
    let l = store::get_in(&mut tx, droit.perimetre(), id).await?;
    let contacts = store::contacts(&mut tx, id).await?;
    let mut f = l.fiche.clone();
    f.courriels.extend(contacts.courriels);
    f.telephones.extend(contacts.telephones);
    show(
        &ctx,
        page(
            Form::filled(fill(&f)),
            ctx.new_commande(),
            Vec::new(),
            Some(id),
            l.version,
        ),
        false,
    )
}

pub(super) async fn update(ctx: Ctx, Id(id): Id, f: Formulaire<Libre>) -> Reponse {
    let droit = ctx.acteur().require(&service::MODIFIER)?;
    let cle = f.champs.get("id_commande").to_owned();
    let version = f.champs.get("version").parse().unwrap_or(0);
    let mut tx = ctx.write().await?;
    let avant = store::get_in(&mut tx, droit.perimetre(), id).await?;
    let lien = format!("/lieux/{id}");
    let refus = match read(&f.champs, &avant.fiche) {
        Ok(fiche) => {
            let empreinte = commande::empreinte(&(id, version, &fiche));
            if commande::claim(&mut tx, ctx.acteur(), &cle, "lieu.modifier", &empreinte)
                .await?
                .is_some()
            {
                return ctx.redirect(&lien, "Le lieu est enregistré.");
            }
            match service::modify(&mut tx, ctx.acteur(), id, version, fiche).await {
                Ok(()) => {
                    commande::conclude(&mut tx, ctx.acteur(), &cle, &lien).await?;
                    tx.commit().await?;
                    return ctx.redirect(&lien, "Le lieu est enregistré.");
                }
                Err(e) => e,
            }
        }
        Err(e) => e,
    };
    match refus {
        Erreur::Saisie(e) => show(
            &ctx,
            page(
                Form::refused(f.champs, e),
                cle,
                Vec::new(),
                Some(id),
                version,
            ),
            true,
        ),
        e => Err(e.into()),
    }
}

fn fill(f: &Fiche) -> Champs {
    let commune = geographie().commune_today(&f.commune_insee);
    let mut c = Champs::default()
        .with("nom", &f.nom)
        .with("pivot", &f.pivot)
        .with(
            "commune",
            commune.map_or_else(String::new, territoires::Commune::libelle),
        )
        .with("code_postal", &f.code_postal)
        .with("adresse", &f.adresse)
        .with("complement_adresse", &f.complement_adresse)
        .with(
            "telephone",
            f.telephones
                .iter()
                .chain(&f.numeros_courts)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        )
        .with("courriels", f.courriels.join(", "))
        .with("site_web", f.sites_web.join(" "))
        .with("prise_rdv", &f.prise_rdv)
        .with("fiche_acces_libre", &f.fiche_acces_libre)
        .with("acces_transport", &f.acces_transport)
        .with("presentation_resume", &f.presentation_resume)
        .with("presentation_detail", &f.presentation_detail);
    if f.sur_rendez_vous {
        c = c.with("sur_rendez_vous", "oui");
    }
    if let (Some(p), false) = (f.point(), f.precision == Precision::Commune) {
        c = c.with("point", format!("{:.6}, {:.6}", p.lat, p.lon));
    }
    for t in &f.typologies {
        c = c.with("typologie", t);
    }
    for voc in LISTES {
        for k in f.choix(voc) {
            c = c.with(voc.champ, k);
        }
    }
    match f.horaires.parse::<Horaires>() {
        Ok(h) if h.is_plain_week() => {
            for (j, nom) in JOURS_FR.iter().enumerate() {
                c = c.with(&format!("h_{nom}"), day_ranges(h.ordinary(j)));
            }
            let ferme = h.regles.iter().any(|r| r.quand.feries);
            c.with("feries", if ferme { "ferme" } else { "inconnu" })
        }
        _ => c.with("horaires", &f.horaires).with("feries", "inconnu"),
    }
}

/// What was typed, as a place; what the form does not show is kept.
fn read(c: &Champs, avant: &Fiche) -> Resultat<Fiche> {
    let mut e = Saisies::new();
    let t = |nom: &str| c.get(nom).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut f = avant.clone();
    f.nom = t("nom");
    f.adresse = t("adresse");
    f.complement_adresse = t("complement_adresse");
    f.code_postal = t("code_postal");
    f.prise_rdv = t("prise_rdv");
    f.fiche_acces_libre = t("fiche_acces_libre");
    f.acces_transport = t("acces_transport");
    f.presentation_resume = t("presentation_resume");
    f.presentation_detail = c.get("presentation_detail").trim().to_owned();
    f.typologies = c.all("typologie").into_iter().map(str::to_owned).collect();
    for voc in LISTES {
        if let Some(l) = f.choix_mut(voc) {
            *l = c.all(voc.champ).into_iter().map(str::to_owned).collect();
        }
    }
    match resolve_saisie(c.get("commune")) {
        ResultatCommune::Trouvee(x) => {
            if f.code_postal.is_empty()
                || (f.commune_insee != x.code && !x.has_code_postal(&f.code_postal))
            {
                f.code_postal = x.codes_postaux().next().unwrap_or_default().to_owned();
            }
            f.commune_insee = x.code.to_owned();
        }
        ResultatCommune::Plusieurs(v) => {
            let noms: Vec<String> = v.iter().take(5).map(|x| x.libelle()).collect();
            e.add(
                "commune",
                format!(
                    "Plusieurs communes sont possibles : {}. Précisez.",
                    noms.join(", ")
                ),
            );
        }
        ResultatCommune::Aucune => e.add("commune", "Choisissez la commune dans la liste."),
    }
    match pivot::read(c.get("pivot"), &f.commune_insee) {
        pivot::Pivot::Absent => f.pivot.clear(),
        pivot::Pivot::Valide(p) => f.pivot = p,
        pivot::Pivot::Siren(_) | pivot::Pivot::Invalide => e.add("pivot", pivot::MESSAGE),
    }
    read_point(c, &mut f, &mut e);
    read_contacts(c, &mut f, &mut e);
    read_hours(c, &mut f, &mut e);
    match f.check() {
        Err(Erreur::Saisie(autres)) => {
            for (champ, m) in autres.iter() {
                e.add(champ, m);
            }
        }
        r => r?,
    }
    e.check()?;
    Ok(f)
}

fn read_point(c: &Champs, f: &mut Fiche, e: &mut Saisies) {
    let texte = c.get("point").trim();
    if texte.is_empty() {
        f.latitude = None;
        f.longitude = None;
        f.precision = Precision::Inconnue;
        return;
    }
    let lu = texte
        .split_once([',', ';'])
        .and_then(|(a, b)| Some(Point::new(b.trim().parse().ok()?, a.trim().parse().ok()?)));
    match lu.filter(|p| p.is_in_france()) {
        Some(p) => {
            if f.point().is_none_or(|q| q.distance_km(p) > 0.001) {
                f.precision = Precision::Manuel;
            }
            f.latitude = Some(p.lat);
            f.longitude = Some(p.lon);
        }
        None => e.add(
            "point",
            "Écrivez la latitude puis la longitude : 48.1147, -1.6794.",
        ),
    }
}

fn read_contacts(c: &Champs, f: &mut Fiche, e: &mut Saisies) {
    let departement = territoires::geographie::departement_of(&f.commune_insee);
    f.telephones.clear();
    f.numeros_courts.clear();
    for t in c
        .get("telephone")
        .split([',', ';', '/'])
        .map(str::trim)
        .filter(|t| !t.is_empty())
    {
        match telephone::read(t, departement) {
            telephone::Numero::E164(n) => f.telephones.push(n),
            telephone::Numero::Court(n) => f.numeros_courts.push(n),
            telephone::Numero::Invalide => e.add("telephone", "Numéro de téléphone non reconnu."),
        }
    }
    f.courriels.clear();
    for m in c
        .get("courriels")
        .split([',', ';', ' ', '\n'])
        .filter(|m| !m.trim().is_empty())
    {
        if let Some(a) = e.take("courriels", m.parse::<Courriel>()) {
            f.courriels.push(a.to_string());
        }
    }
    f.sites_web = c
        .get("site_web")
        .split_whitespace()
        .map(|s| {
            if s.contains("://") {
                s.to_owned()
            } else {
                format!("https://{s}")
            }
        })
        .collect();
}

fn read_hours(c: &Champs, f: &mut Fiche, e: &mut Saisies) {
    f.sur_rendez_vous = c.has("sur_rendez_vous", "oui");
    let expert = c.get("horaires").trim();
    let mut semaine: [Vec<Plage>; 7] = Default::default();
    let mut remplie = false;
    for (j, nom) in JOURS_FR.iter().enumerate() {
        let champ = format!("h_{nom}");
        match read_day(c.get(&champ)) {
            Ok(p) => {
                remplie |= !p.is_empty();
                semaine[j] = p;
            }
            Err(_) => {
                remplie = true;
                e.add(champ, "Écrivez par exemple 9h-12h, 14h-18h.");
            }
        }
    }
    let remplacer = remplie && c.has("remplacer", "oui");
    if !expert.is_empty() && !remplacer {
        match expert.parse::<Horaires>() {
            Ok(_) if remplie => e.add(
                "remplacer",
                "Ces horaires ont une forme particulière : cochez pour les remplacer par la semaine ci-dessus.",
            ),
            Ok(h) => f.horaires = h.to_string(),
            Err(x) => e.add("horaires", x.to_string()),
        }
        return;
    }
    let mut h = Horaires::of_week(semaine);
    if remplie && c.get("feries") == "ferme" {
        h.regles.push(Regle {
            quand: Selecteur {
                feries: true,
                ..Selecteur::default()
            },
            plages: Vec::new(),
        });
    }
    f.horaires = h.to_string();
    if remplie {
        f.horaires_texte.clear();
    }
}
