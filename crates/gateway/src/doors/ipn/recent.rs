//! What was dealt with lately, so that a repeat costs nothing. A bounded memory of one process: it forgets the oldest
//! first, and nothing may depend on what it still knows.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

const REMEMBERED_MOST: usize = 4096;

/// Names of what was dealt with.
#[derive(Default)]
pub struct Recent {
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    known: HashSet<String>,
    by_age: VecDeque<String>,
}

impl Recent {
    /// Whether it was dealt with not long ago. No means that nobody knows.
    pub fn has(&self, name: &str) -> bool {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).known.contains(name)
    }

    /// To be called once it is dealt with, never before.
    pub fn remember(&self, name: String) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.known.insert(name.clone()) {
            names.by_age.push_back(name);
        }
        if names.by_age.len() > REMEMBERED_MOST
            && let Some(oldest) = names.by_age.pop_front()
        {
            names.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first_and_the_memory_does_not_grow() {
        let recent = Recent::default();
        for number in 0..REMEMBERED_MOST + 10 {
            recent.remember(number.to_string());
            recent.remember(number.to_string());
        }
        assert!(!recent.has("9") && recent.has("10") && recent.has(&(REMEMBERED_MOST + 9).to_string()));
        let names = recent.names.lock().expect("whole");
        assert_eq!(
            (names.known.len(), names.by_age.len()),
            (REMEMBERED_MOST, REMEMBERED_MOST),
            "both lists hold the newest and no more, though each name was remembered twice"
        );
    }
}
