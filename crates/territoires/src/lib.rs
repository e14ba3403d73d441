//! territoires
