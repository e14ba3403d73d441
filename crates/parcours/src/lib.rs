//! parcours
