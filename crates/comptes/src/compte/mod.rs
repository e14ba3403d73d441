//! What lets a person in: password, second factor, links, throttle.

pub mod frein;
pub mod liens;
pub mod mot_de_passe;
pub mod second_facteur;
mod store;

pub use store::{Compte, by_personne, ensure, get, set_password};
pub(crate) use store::{clear_totp, set_totp};
