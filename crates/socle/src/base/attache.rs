//! What a space keeps in memory beside an open database (an index, a cache):
//! one value of each type per database, shared by every transaction.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

type Valeurs = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Values by type.
#[derive(Clone, Default)]
pub(super) struct Attaches(Arc<Mutex<Valeurs>>);

impl Attaches {
    /// The value of a type, made the first time.
    pub(super) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut valeurs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let v = valeurs
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()))
            .clone();
        // The key is the type: the value is of it.
        v.downcast().unwrap_or_default()
    }
}

impl fmt::Debug for Attaches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attaches")
    }
}
