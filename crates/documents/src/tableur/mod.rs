//! Spreadsheets.
