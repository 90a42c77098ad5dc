//! Files that hold secrets or buyers' data are their owner's alone: 0600, and 0700 the folder. Made so, and tightened
//! when they are there already and were not.
//!
//! What belongs to somebody else is refused, and so is a folder that is plainly not ours: nobody's home is closed to
//! others because it was named with `--dir`.

use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::Mode;

/// Bits of the mode that let others in.
const OTHERS: u32 = 0o077;
const WRITABLE_BY_ALL: u32 = 0o002;

/// What `pagam up` writes into its folder first: a folder that has one of them, or nothing, is ours.
const OURS: [&str; 3] = ["lock", "local.json", "gateway.db"];

/// From here on no file that this process makes can be read by others.
pub fn by_default() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// The data folder, made or tightened, with every file in it.
///
/// # Errors
/// It cannot be made, belongs to somebody else, or is open to others and holds other things.
pub fn folder(dir: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let found = fs::metadata(dir).with_context(|| format!("cannot look at {}", dir.display()))?;
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot look into {}", dir.display()))? {
        names.push(entry?.file_name());
    }
    if found.mode() & OTHERS != 0 {
        let is_ours = names.is_empty() || OURS.iter().any(|ours| names.iter().any(|name| name == ours));
        ensure!(
            is_ours && found.mode() & WRITABLE_BY_ALL == 0,
            "{} is open to other users and holds other things; name a folder of its own with --dir",
            dir.display()
        );
    }
    tighten(dir, &found, 0o700)?;
    for path in names.iter().map(|name| dir.join(name)) {
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => tighten(&path, &found, 0o600)?,
            _ => {}
        }
    }
    Ok(())
}

/// A file that is there from now on, empty when it was not.
///
/// # Errors
/// It cannot be made, or belongs to somebody else.
pub fn file(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => found(path),
        Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
    }
}

/// A SQLite database with its log and index, those of them that are there.
///
/// # Errors
/// One of them belongs to somebody else.
pub fn database(path: &Path) -> Result<()> {
    ["", "-wal", "-shm"].iter().try_for_each(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        found(&PathBuf::from(name))
    })
}

/// Writes a file as a whole.
///
/// # Errors
/// As [`file`], and when it cannot be written.
pub fn write(path: &Path, text: &str) -> Result<()> {
    file(path)?;
    let written =
        OpenOptions::new().write(true).truncate(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Tightens a file that may be there.
fn found(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => tighten(path, &found, 0o600),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot look at {}", path.display())),
    }
}

fn tighten(path: &Path, found: &Metadata, mode: u32) -> Result<()> {
    let me = rustix::process::geteuid().as_raw();
    match verdict(me, found.uid(), found.mode()) {
        Verdict::Tight => Ok(()),
        Verdict::Loose => fs::set_permissions(path, Permissions::from_mode(mode))
            .with_context(|| format!("{} is open to other users, and that cannot be changed", path.display())),
        Verdict::Foreign => bail!(
            "{} belongs to another user (uid {}), who could read what is kept there; give it to the user who runs pagam, \
             or take another",
            path.display(),
            found.uid()
        ),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Tight,
    Loose,
    Foreign,
}

/// The superuser may have files that are somebody else's: in a container the folder often is.
fn verdict(me: u32, owner: u32, mode: u32) -> Verdict {
    match (me == owner || me == 0, mode & OTHERS) {
        (false, _) => Verdict::Foreign,
        (true, 0) => Verdict::Tight,
        (true, _) => Verdict::Loose,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_somebody_else_is_never_used() {
        for mode in [0o600, 0o660, 0o644, 0o777] {
            assert_eq!(verdict(1000, 1001, mode), Verdict::Foreign, "{mode:o}");
        }
        assert_eq!(verdict(1000, 1000, 0o100_600), Verdict::Tight);
        for mode in [0o640, 0o604, 0o610, 0o777] {
            assert_eq!(verdict(1000, 1000, mode), Verdict::Loose, "{mode:o}");
            assert_eq!(verdict(0, 1000, mode), Verdict::Loose, "{mode:o}");
        }
    }
}
