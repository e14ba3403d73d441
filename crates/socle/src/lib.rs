//! socle
