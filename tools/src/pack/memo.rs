//! What is made once, however many modules are linked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

/// What has been made so far, by what it was made of.
pub struct Memo<K, V>(Mutex<BTreeMap<K, Arc<V>>>);

impl<K: Ord, V> Memo<K, V> {
    pub const fn new() -> Memo<K, V> {
        Memo(Mutex::new(BTreeMap::new()))
    }

    /// What belongs to `key`, made now if it is not there. Who else wants something waits, and most want the same.
    pub fn get(&self, key: K, make: impl FnOnce() -> Result<V>) -> Result<Arc<V>> {
        // A panic while something was made has left the others whole.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = made.get(&key) {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(make()?);
        made.insert(key, Arc::clone(&value));
        Ok(value)
    }
}
