//! The worked example of §5.5 on both databases.

mod exemple;
mod hasard;
mod index;
pub(crate) mod monde;

use jiff::civil::Date;
use uuid::Uuid;

use super::{Filtres, Listes, Portee, Question, Serie};

pub(crate) fn d(a: i16, m: i8, j: i8) -> Date {
    Date::constant(a, m, j)
}

/// A question with no filter, asked on 3 February 2026.
pub(crate) fn question(portee: Portee, filtres: Filtres) -> Question {
    let aujourdhui = d(2026, 2, 3);
    Question {
        portee,
        serie: Serie::of(None, filtres.du, filtres.au, aujourdhui),
        filtres,
        par_activite: false,
        aujourdhui,
        etiquettes: Vec::<Uuid>::new(),
        itinerants: Vec::new(),
        listes: Listes::TOUTES,
    }
}
