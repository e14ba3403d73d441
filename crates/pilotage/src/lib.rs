//! pilotage
