//! The whole: composition of spaces, command line. Knows no rule of its own.

pub mod admin;
pub mod cles;
pub mod demo;
pub mod doctor;
pub mod pages;
pub mod sauvegarde;
pub mod serve;
pub mod site;
