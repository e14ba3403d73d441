//! Screens of places.
