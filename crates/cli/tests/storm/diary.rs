//! What happened, in order: told at once when somebody watches, and kept for when something is
//! wrong. Threads work as fast as they like, so the diary of the play that failed is worth more
//! than that of the next one.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use testkit::clock::Wall;

/// A diary. A clone is the same diary.
#[derive(Clone)]
pub struct Diary {
    wall: Wall,
    is_told: bool,
    lines: Arc<Mutex<String>>,
}

impl Diary {
    pub fn new(wall: Wall, is_told: bool) -> Diary {
        Diary { wall, is_told, lines: Arc::default() }
    }

    /// Writes a line.
    pub fn note(&self, who: &str, what: impl Display) {
        let line = format!("{:>14} {who:<10} {what}\n", self.wall.now_ms());
        if self.is_told {
            print!("{line}");
        }
        self.lines.lock().expect("whole").push_str(&line);
    }

    /// Keeps it in a file; where.
    pub fn keep(&self, name: &str) -> PathBuf {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt"));
        std::fs::write(&path, self.lines.lock().expect("whole").as_str()).expect("a file");
        path
    }
}
