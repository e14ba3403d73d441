//! Pieces of HTML made in Rust, safe by construction.

use std::fmt;

use askama::filters::HtmlSafe;

/// Text that is already HTML: printed as it is by templates.
#[derive(Debug, Clone, Default)]
pub struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Escapes a text for HTML content and attribute values.
#[must_use]
pub fn esc(s: &str) -> String {
    let mut sortie = String::with_capacity(s.len() + 8);
    for c in s.chars() {
        match c {
            '&' => sortie.push_str("&amp;"),
            '<' => sortie.push_str("&lt;"),
            '>' => sortie.push_str("&gt;"),
            '"' => sortie.push_str("&quot;"),
            '\'' => sortie.push_str("&#39;"),
            c => sortie.push(c),
        }
    }
    sortie
}
