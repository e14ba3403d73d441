//! Screens of permanences.
