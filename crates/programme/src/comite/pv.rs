//! Minutes and records of decision: sealed text, PDF, letters (spec 10 §6.3).

use documents::pdf::{Bloc, Document, Signataire, Tableau, pdf};
use serde_json::json;
use socle::{
    Erreur, Resultat, Tx,
    courrier::{self, Message},
    crypto::sha256_hex,
    francais,
};

use super::{Decision, Point, Session, Voix, store};
use crate::{candidature, commun, reference};

const EMETTEUR: &str = "Comité national de sélection des conseillers numériques";
const RECOURS: &str = "Cette décision peut faire l'objet, dans les deux mois, d'un recours gracieux auprès du comité ou d'un recours contentieux devant le tribunal administratif.";

fn words(p: &Point) -> String {
    match (p.decision, p.nombre_postes) {
        (Some(Decision::Attribution), Some(n)) => {
            format!("Attribution de {}", francais::pluriel(n, "poste"))
        }
        (Some(d), _) => d.libelle().to_owned(),
        (None, _) => "Non décidé".to_owned(),
    }
}

/// Seals the minutes: from now on they can only be corrected by another text.
pub(super) async fn seal(tx: &mut Tx, s: &Session, points: &[Point]) -> Resultat<()> {
    let mut lignes = Vec::new();
    for p in points {
        let votes = store::votes(tx, p.id).await?;
        let n = |v: Voix| votes.iter().filter(|x| x.voix == v).count();
        lignes.push(json!({
            "candidature": p.candidature_numero, "departement": p.departement, "avis": p.avis,
            "decision": p.decision.map(Decision::cle), "postes": p.nombre_postes, "motifs": p.motifs, "motif": p.motif,
            "votes": { "pour": n(Voix::Pour), "contre": n(Voix::Contre), "abstention": n(Voix::Abstention),
                       "deport": n(Voix::Deport), "sans_vote": p.sans_vote },
        }));
    }
    let membres = store::members(tx, s.id).await?;
    let texte = json!({
        "session": s.numero, "date": s.date_seance.to_string(), "lieu": s.lieu,
        "membres": membres.len(), "presents": membres.iter().filter(|m| m.present).count(),
        "points": lignes,
    })
    .to_string();
    store::seal_minutes(tx, s.id, &texte, &sha256_hex(texte.as_bytes())).await
}

/// The record of decisions of a session, as PDF.
pub(super) async fn record(tx: &mut Tx, s: &Session, points: &[Point]) -> Resultat<Vec<u8>> {
    let membres = store::members(tx, s.id).await?;
    let presents = membres.iter().filter(|m| m.present).count();
    let mut lignes = Vec::new();
    let mut total = 0;
    for p in points {
        total += p.nombre_postes.unwrap_or(0);
        lignes.push([
            p.ordre.to_string(),
            p.structure_nom.clone(),
            commun::commune(&p.commune_insee),
            commun::departement(&p.departement),
            words(p),
        ]);
    }
    let tableau = Tableau::new(
        ["Point", "Structure", "Commune", "Département", "Décision"],
        lignes,
    )
    .legende("Décisions du comité")
    .total(["", "", "", "Postes attribués", &total.to_string()]);
    let mut d = Document::new("Relevé de décisions", s.date_seance)
        .emetteur(EMETTEUR)
        .sous_titre(format!(
            "Séance {} du {}, {}",
            s.numero,
            francais::date(s.date_seance),
            s.lieu
        ))
        .bloc(Bloc::titre(1, "Séance"))
        .bloc(Bloc::fiche([
            ("Membres", membres.len().to_string()),
            ("Présents", presents.to_string()),
            ("Quorum", super::quorum(membres.len()).to_string()),
            ("Points", points.len().to_string()),
        ]))
        .bloc(Bloc::titre(1, "Décisions"))
        .bloc(tableau);
    for p in points {
        d = d
            .bloc(Bloc::titre(2, format!("{}. {}", p.ordre, p.structure_nom)))
            .bloc(Bloc::paragraphe(details(tx, p).await?));
    }
    if let Some(empreinte) = &s.pv_empreinte {
        d = d.bloc(Bloc::paragraphe(format!(
            "Empreinte SHA-256 du procès-verbal signé : {empreinte}"
        )));
    }
    make(&d)
}

async fn details(tx: &mut Tx, p: &Point) -> Resultat<String> {
    let votes = store::votes(tx, p.id).await?;
    let n = |v: Voix| votes.iter().filter(|x| x.voix == v).count();
    let vote = if p.sans_vote {
        "Décision prise par consensus".to_owned()
    } else {
        format!(
            "Pour : {}, contre : {}, abstentions : {}, déports : {}",
            n(Voix::Pour),
            n(Voix::Contre),
            n(Voix::Abstention),
            n(Voix::Deport)
        )
    };
    let mut texte = format!(
        "Candidature {}, avis de la préfecture, version {}.\n{vote}.\n{}.",
        p.candidature_numero,
        p.avis.unwrap_or(0),
        words(p)
    );
    for m in &p.motifs {
        texte.push_str(&format!(
            "\nMotif : {}.",
            reference::label(tx, "motif_refus_comite", m).await?
        ));
    }
    if !p.motif.is_empty() {
        texte.push('\n');
        texte.push_str(&p.motif);
    }
    Ok(texte)
}

/// The record for one structure: decision, reasons, next step, remedies.
pub(super) async fn letter(tx: &mut Tx, s: &Session, p: &Point) -> Resultat<Vec<u8>> {
    let suite = match p.decision {
        Some(Decision::Attribution) => {
            "L'opérateur prépare la convention. Vous pourrez recruter dès qu'elle sera en vigueur."
        }
        _ => "Vous pouvez déposer une nouvelle candidature lors d'une prochaine campagne.",
    };
    let mut d = Document::new("Relevé de décision", s.date_seance)
        .emetteur(EMETTEUR)
        .sous_titre(format!(
            "{}, {}",
            p.structure_nom,
            commun::commune(&p.commune_insee)
        ))
        .bloc(Bloc::titre(1, "Décision"))
        .bloc(Bloc::fiche([
            ("Candidature", p.candidature_numero.clone()),
            (
                "Séance",
                format!("{} du {}", s.numero, francais::date(s.date_seance)),
            ),
            ("Décision", words(p)),
        ]));
    if p.decision == Some(Decision::Refus) {
        let mut motifs = Vec::new();
        for m in &p.motifs {
            motifs.push(reference::label(tx, "motif_refus_comite", m).await?);
        }
        d = d
            .bloc(Bloc::titre(1, "Motifs"))
            .bloc(Bloc::liste(motifs))
            .bloc(Bloc::paragraphe(p.motif.clone()));
    }
    let d = d
        .bloc(Bloc::titre(1, "Suite"))
        .bloc(Bloc::paragraphe(suite))
        .bloc(Bloc::titre(1, "Voies de recours"))
        .bloc(Bloc::paragraphe(RECOURS))
        .bloc(Bloc::Signature {
            fait: format!("Fait le {}.", francais::date(s.date_seance)),
            signataires: vec![Signataire {
                qualite: "Pour le comité, la présidence".into(),
                nom: String::new(),
            }],
        });
    make(&d)
}

fn make(d: &Document) -> Resultat<Vec<u8>> {
    pdf(d).map_err(|e| Erreur::Interne(format!("pdf : {e}")))
}

/// P08: each structure learns the decision when the record is published.
pub(super) async fn publish(
    tx: &mut Tx,
    s: &Session,
    points: &[Point],
    site: &str,
) -> Resultat<()> {
    for p in points {
        if !matches!(p.decision, Some(Decision::Attribution | Decision::Refus)) {
            continue;
        }
        let contact = candidature::open_contact(tx, p.candidature).await?;
        let texte = format!(
            "Bonjour,\n\nLe comité a examiné votre candidature {}.\n\nDécision : {}.\n\nVotre relevé de décision : {site}/candidatures/{}\n\n{RECOURS}\n",
            p.candidature_numero,
            words(p),
            p.candidature
        );
        let m = Message {
            a: &contact.courriel,
            sujet: "Décision du comité sur votre candidature",
            texte: &texte,
            cle: &format!("P08:{}:{}", s.id, p.candidature),
        };
        courrier::send(tx, m).await?;
    }
    Ok(())
}
