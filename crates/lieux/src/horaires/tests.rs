use jiff::civil::date;
use proptest::prelude::*;

use super::{evaluation::is_nth, *};

fn h(s: &str) -> Horaires {
    s.parse().unwrap_or_else(|_| panic!("{s}"))
}

#[test]
fn strings_are_rewritten_in_our_canonical_form() {
    for (lu, ecrit) in [
        (
            "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
            "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        ),
        ("Mo,Tu,We 9:00-12:00", "Mo-We 09:00-12:00"),
        ("mo-fr 09:00-12:00", "Mo-Fr 09:00-12:00"),
        ("PH Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00; PH 09:00-12:00"),
        ("Mo-Fr 09:00-12:00; PH off", "Mo-Fr 09:00-12:00; PH off"),
        ("Mo 00:00-00:00; Tu 09:00-12:00", "Tu 09:00-12:00"),
        ("Mo 09:00-12:00,11:00-13:00", "Mo 09:00-13:00"),
        ("week 2-52/2 Tu 09:00-12:00", "week 2-52/2 Tu 09:00-12:00"),
        (
            "2026 week 2-52/2 Tu 09:00-12:00",
            "2026 week 2-52/2 Tu 09:00-12:00",
        ),
        ("Mo[1],We[-1] 10:00-12:00", "Mo[1],We[-1] 10:00-12:00"),
        ("2026 Dec 24-2027 Jan 02 off", "2026 Dec 24-2027 Jan 02 off"),
        (
            "Jul-Aug Mo-Fr 09:00-12:00",
            "Jul 01-Aug 31 Mo-Fr 09:00-12:00",
        ),
        ("Dec 24-26 off", "Dec 24-Dec 26 off"),
        ("24/7", "24/7"),
        ("Mo 09:00+", "Mo 09:00+"),
        ("Sa-Mo 09:00-10:00", "Mo,Sa-Su 09:00-10:00"),
    ] {
        assert_eq!(h(lu).to_string(), ecrit, "{lu}");
        assert_eq!(h(ecrit), h(&h(ecrit).to_string()), "{lu}");
    }
    for faux in [
        "Mo 12:00-09:00",
        "Mo 25:00-26:00",
        "Mo 09:00-12:00 le matin",
        "lundi",
        "Mo",
        "09:00",
        "\"x",
    ] {
        assert!(faux.parse::<Horaires>().is_err(), "{faux}");
    }
}

/// Spec 30 §13, 15: a comment alone is never open 24/7.
#[test]
fn a_comment_is_never_open_all_the_time() {
    let x = h("\"sur rendez-vous\"");
    assert!(x.sur_rendez_vous && x.is_empty());
    assert_eq!(x.at(date(2026, 3, 3), 600, false), Ouverture::SurRendezVous);
    let x = h("Mo 09:00-12:00; \"sur rendez-vous\"");
    assert_eq!(x.to_string(), "Mo 09:00-12:00");
    assert!(x.sur_rendez_vous);
}

/// Spec 30 §13, 13 and 14: holidays without a rule, clocks overseas.
#[test]
fn a_holiday_without_a_rule_is_to_confirm() {
    let x = h("Mo-Fr 09:00-12:00");
    assert_eq!(x.at(date(2026, 11, 11), 600, true), Ouverture::AConfirmer);
    assert_eq!(
        h("Mo-Fr 09:00-12:00; PH off").at(date(2026, 11, 11), 600, true),
        Ouverture::Ferme
    );
    assert_eq!(
        x.at(date(2026, 3, 3), 600, false),
        Ouverture::Ouvert { jusqua: 720 }
    );
    assert_eq!(x.at(date(2026, 3, 3), 720, false), Ouverture::Ferme);
    // 11 November 2026, 10:00 in Paris; 24 September is a holiday in Nouméa only.
    let paris = territoires::calendrier::zone("75056");
    let t = "2026-11-11T09:00:00Z".parse().unwrap();
    assert_eq!(x.now(t, &paris, "75"), Ouverture::AConfirmer);
    let noumea = territoires::calendrier::zone("98818");
    let t = "2026-09-23T23:00:00Z".parse().unwrap(); // Thursday 24 September, 10:00 there
    assert_eq!(x.now(t, &noumea, "988"), Ouverture::AConfirmer);
    // 08:00 in Paris in winter is 18:00 in Nouméa.
    let soir = h("Tu 17:30-19:00");
    let t = "2026-12-01T07:00:00Z".parse().unwrap();
    assert_eq!(
        soir.now(t, &noumea, "988"),
        Ouverture::Ouvert { jusqua: 1140 }
    );
    assert_eq!(soir.now(t, &paris, "75"), Ouverture::Ferme);
}

#[test]
fn a_dated_closure_wins_and_weeks_follow_iso() {
    let x = h("Mo-Fr 09:00-12:00; 2026 Aug 03-2026 Aug 14 off");
    assert_eq!(x.at(date(2026, 8, 4), 600, false), Ouverture::Ferme);
    assert_eq!(
        x.at(date(2026, 8, 17), 600, false),
        Ouverture::Ouvert { jusqua: 720 }
    );
    // Week 53 of 2026 is followed by week 1: two odd weeks in a row.
    let impaire = h("week 1-53/2 Tu 09:00-12:00");
    assert_eq!(
        impaire.at(date(2026, 12, 29), 600, false),
        Ouverture::Ouvert { jusqua: 720 }
    );
    assert_eq!(
        impaire.at(date(2027, 1, 5), 600, false),
        Ouverture::Ouvert { jusqua: 720 }
    );
    assert_eq!(
        h("Mo 09:00+").at(date(2026, 3, 2), 600, false),
        Ouverture::Inconnu
    );
    assert!(
        is_nth(date(2026, 3, 3), 1)
            && is_nth(date(2026, 3, 31), -1)
            && !is_nth(date(2026, 3, 24), -1)
    );
}

#[test]
fn french_texts_are_read_or_never_guessed() {
    let lu = |s: &str| match read_week(s) {
        Lu::Compris(h) => h.to_string(),
        autre => format!("{autre:?}"),
    };
    assert_eq!(
        lu("du lundi au vendredi de 9h à 12h et de 14h à 17h30"),
        "Mo-Fr 09:00-12:00,14:00-17:30"
    );
    assert_eq!(
        lu("Mardi : 9 h 30 - 12 h ; jeudi : 14:00-18:00"),
        "Tu 09:30-12:00; Th 14:00-18:00"
    );
    assert_eq!(lu("Lundis et mercredis 8h12h"), "Mo,We 08:00-12:00");
    assert_eq!(lu("la semaine 09h00-12h00"), "Mo-Fr 09:00-12:00");
    for a in [
        "9h-12h",
        "sur rendez-vous",
        "lundi 9h-12h sauf vacances",
        "1er mardi du mois 9h-12h",
        "mardi 9h-12h semaine paire",
        "fermé le lundi",
        "lundi",
    ] {
        assert_eq!(lu(a), "ACompleter", "{a}");
    }
    assert_eq!(lu("Bus ligne 4 arrêt mairie"), "Illisible");
    assert_eq!(
        read_day("9h-12h, 14h-18h").unwrap(),
        [Plage::new(540, 720), Plage::new(840, 1080)]
    );
    assert_eq!(read_day("09:00 - 12:00 / 14:00 - 17:00").unwrap().len(), 2);
    assert!(read_day("fermé").unwrap().is_empty());
    assert!(read_day("12h-9h").is_err() && read_day("9h").is_err() && read_day("matin").is_err());
}

#[test]
fn hours_read_as_people_say_them() {
    let l = lines(&h("Mo-Fr 09:00-12:30; PH off; 2026 Dec 24-2026 Dec 31 off"));
    assert_eq!(
        l[0],
        ("lundi".into(), "de 9\u{a0}h à 12\u{a0}h\u{a0}30".into())
    );
    assert_eq!(l[6].1, "fermé");
    assert_eq!(l[7], ("jours fériés".into(), "fermé".into()));
    assert_eq!(l[8].0, "du 24 décembre 2026 au 31 décembre 2026");
}

proptest! {
    /// Any week typed in the form gives a string that reads back the same.
    #[test]
    fn a_week_survives_its_own_writing(semaine in prop::collection::vec(
        prop::collection::vec((0_u16..280, 1_u16..60), 0..4), 7))
    {
        let mut jours: [Vec<Plage>; 7] = Default::default();
        for (j, plages) in semaine.iter().enumerate() {
            let p = plages.iter().map(|(d, n)| Plage::new(d * 5, (d * 5 + n * 5).min(1440))).collect();
            jours[j] = united(p).0;
        }
        let x = Horaires::of_week(jours.clone());
        let y = h(&x.to_string());
        prop_assert_eq!(&x.regles, &y.regles);
        for (j, plages) in jours.iter().enumerate() {
            prop_assert_eq!(y.ordinary(j), &plages[..]);
            prop_assert_eq!(&read_day(&day_ranges(plages)).unwrap(), plages);
        }
    }

    #[test]
    fn no_text_breaks_the_readers(s in "[A-Za-zéà0-9:;,\\-\\[\\]\"+/ ]{0,60}") {
        if let Ok(x) = s.parse::<Horaires>() {
            let _ = x.at(date(2026, 3, 3), 600, false);
            let _ = lines(&x);
            prop_assert_eq!(x.regles.clone(), h(&x.to_string()).regles);
        }
        let _ = read_week(&s);
        let _ = read_day(&s);
    }
}
