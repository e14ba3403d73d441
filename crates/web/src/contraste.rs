//! The contrasts of the neutral theme, computed from the style sheet itself:
//! 4.5:1 for text, 3:1 for controls and marks, in both schemes.

use std::collections::HashMap;

const STYLE: &str = include_str!("../assets/style.css");

type Jetons = HashMap<&'static str, &'static str>;

/// The tokens declared in the block that follows a selector.
fn tokens(selector: &str) -> Jetons {
    let start = STYLE.find(selector).expect(selector) + selector.len();
    let block = STYLE[start..].split('}').next().unwrap();
    block
        .split([';', '{'])
        .filter_map(|d| d.trim().strip_prefix("--")?.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect()
}

/// Light tokens, and dark ones laid over them.
fn schemes() -> [(&'static str, Jetons); 2] {
    let light = tokens(":root {");
    let mut dark = light.clone();
    dark.extend(tokens(":root[data-theme=\"sombre\"] {"));
    [("clair", light), ("sombre", dark)]
}

/// Relative luminance of `#rrggbb` (WCAG 2.1).
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let v = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect(colour)) / 255.0;
        if v <= 0.040_45 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn shortfalls(pairs: &[(&str, &[&str])], least: f64) -> Vec<String> {
    let mut wrong = Vec::new();
    for (scheme, tokens) in schemes() {
        for (front, backs) in pairs {
            for back in *backs {
                let c = contrast(tokens[front], tokens[back]);
                if c < least {
                    wrong.push(format!("{scheme} : --{front} sur --{back} = {c:.2}"));
                }
            }
        }
    }
    wrong
}

#[test]
fn every_text_stands_out_from_what_it_is_written_on() {
    const PAPERS: &[&str] = &["papier", "fond", "doux"];
    let pairs: &[(&str, &[&str])] = &[
        (
            "encre",
            &[
                "papier",
                "fond",
                "doux",
                "primaire-fond",
                "succes-fond",
                "attention-fond",
                "danger-fond",
                "info-fond",
                "neutre-fond",
            ],
        ),
        ("discret", PAPERS),
        ("primaire", &["papier", "fond", "doux", "primaire-fond"]),
        (
            "primaire-fort",
            &["papier", "fond", "doux", "primaire-fond", "neutre-fond"],
        ),
        ("sur-primaire", &["primaire", "primaire-fort"]),
        ("succes", &["papier", "doux", "succes-fond"]),
        ("attention", &["papier", "doux", "attention-fond"]),
        ("danger", &["papier", "doux", "danger-fond"]),
        ("danger-fort", &["danger-fond"]),
        ("info", &["papier", "info-fond"]),
        ("neutre", &["papier", "neutre-fond"]),
    ];
    assert_eq!(shortfalls(pairs, 4.5), Vec::<String>::new());
}

#[test]
fn every_control_and_mark_is_seen() {
    let papers: &[&str] = &["papier", "fond", "doux"];
    let pairs = [
        ("bord", papers),
        ("primaire", papers),
        ("succes", papers),
        ("danger", papers),
    ];
    assert_eq!(shortfalls(&pairs, 3.0), Vec::<String>::new());
}

#[test]
fn the_chosen_dark_theme_is_the_dark_theme_of_the_system() {
    assert_eq!(
        tokens(":root[data-theme=\"sombre\"] {"),
        tokens(":root:not([data-theme]) {")
    );
}

#[test]
fn the_ramp_of_maps_goes_one_way() {
    for (scheme, tokens) in schemes() {
        let ramp: Vec<f64> = (1..=7)
            .map(|n| luminance(tokens[format!("seq-{n}").as_str()]))
            .collect();
        assert!(
            ramp.is_sorted() || ramp.iter().rev().is_sorted(),
            "{scheme} : {ramp:?}"
        );
    }
}
