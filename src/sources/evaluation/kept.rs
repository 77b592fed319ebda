//! What is made once for each key and kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by their keys. What is once kept stays, so that what is known by its place in memory is there.
pub(super) struct Kept<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Kept(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The value of a key, which is made where it is asked for the first time.
    pub fn of(&self, key: K, make: impl FnOnce() -> V) -> V {
        if let Some(kept) = self.0.borrow().get(&key) {
            return kept.clone();
        }
        let value = make();
        // Making it may have asked for it.
        self.0.borrow_mut().entry(key).or_insert(value).clone()
    }

    /// The same, with another value for whoever asks for it while it is made.
    pub fn of_with(&self, key: K, meanwhile: V, make: impl FnOnce() -> V) -> V
    where
        K: Clone,
    {
        if let Some(kept) = self.0.borrow().get(&key) {
            return kept.clone();
        }
        self.0.borrow_mut().insert(key.clone(), meanwhile);
        let value = make();
        self.0.borrow_mut().insert(key, value.clone());
        value
    }
}
