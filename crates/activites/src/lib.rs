//! activites
