//! lieux
