//! Files that leave and enter the house: accessible PDF letters and records,
//! spreadsheets to download, spreadsheets people send us.
//!
//! - [`pdf`] turns a small document model into a tagged PDF that claims, and is
//!   checked against, PDF/A-2a and PDF/UA-1.
//! - [`image`] turns a drawing into a picture;
//! - [`tableur`] writes XLSX, ODS and CSV from one model, and reads what people
//!   send with limits that hold before anything is parsed.
//!
//! Nothing here knows the database, HTTP, the clock or the programme: the same
//! input gives the same bytes.

pub mod image;
pub mod pdf;
pub mod tableur;
