//! A cache for values that are made once, however many modules are linked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

/// The values made so far, by their key.
pub struct Memo<K, V>(Mutex<BTreeMap<K, Arc<V>>>);

impl<K: Ord, V> Memo<K, V> {
    pub const fn new() -> Memo<K, V> {
        Memo(Mutex::new(BTreeMap::new()))
    }

    /// Returns the value of `key`, and makes it if it is missing. Other callers wait meanwhile; most want the same
    /// value.
    pub fn get(&self, key: K, make: impl FnOnce() -> Result<V>) -> Result<Arc<V>> {
        // A panic during `make` leaves the other values intact.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = made.get(&key) {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(make()?);
        made.insert(key, Arc::clone(&value));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn what_was_made_is_not_made_again() {
        let memo = Memo::new();
        assert_eq!(*memo.get(1, || Ok("one")).unwrap(), "one");
        assert_eq!(*memo.get(1, || bail!("made again")).unwrap(), "one");
        assert_eq!(*memo.get(2, || Ok("two")).unwrap(), "two");
    }

    #[test]
    fn what_could_not_be_made_is_tried_again() {
        let memo = Memo::new();
        assert!(memo.get(1, || bail!("not now")).is_err());
        assert_eq!(*memo.get(1, || Ok("one")).unwrap(), "one");
    }
}
