//! Where a claim opens its stores.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use store::Store;

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// An engine's place for data; a folder is removed with it.
pub struct Place {
    folder: Option<PathBuf>,
}

impl Place {
    pub fn folder() -> anyhow::Result<Place> {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("pagam-store-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder)?;
        Ok(Place { folder: Some(folder) })
    }

    pub fn memory() -> Place {
        Place { folder: None }
    }

    /// A store on this place; of a folder, on the same data every time.
    pub fn open(&self) -> anyhow::Result<Store> {
        match &self.folder {
            Some(folder) => Ok(Store::open(&folder.join("gateway.db"))?),
            None => Ok(Store::open_in_memory()?),
        }
    }

    /// A place with a copy of the files as they are now, which is what a killed process leaves behind.
    pub fn as_if_killed(&self) -> anyhow::Result<Place> {
        let copy = Place::folder()?;
        if let (Some(from), Some(to)) = (&self.folder, &copy.folder) {
            for file in std::fs::read_dir(from)? {
                let file = file?;
                if !file.file_name().to_string_lossy().ends_with("-shm") {
                    std::fs::copy(file.path(), to.join(file.file_name()))?;
                }
            }
        }
        Ok(copy)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}
