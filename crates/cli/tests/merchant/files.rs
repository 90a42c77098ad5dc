//! Who can read what `pagam` keeps: its owner alone, whatever was there before.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use pagam_cli::up::{House, Options};

use super::play::{Folder, pagam};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

/// Every file of a folder, by name.
fn files(dir: &Path) -> Vec<(String, u32)> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    let named = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut files: Vec<_> = entries.map(|path| (named(&path), mode(&path))).collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_can_read_the_data_folder_or_anything_in_it() {
    let folder = Folder::new("private");
    let dir = folder.0.join("data");
    let options = || Options { dir: Some(dir.clone()), ..Options::default() };
    for start in ["new", "loosened"] {
        let house = House::start(options()).await.expect("it starts");
        let paid = pagam(&["pay", "--dir", dir.to_str().expect("UTF-8")]).await;
        assert_eq!(paid.code, 0, "{}", paid.err);
        assert_eq!(mode(&dir), 0o700, "{start}");
        let found = files(&dir);
        for name in ["gateway.db", "simulator.db", "demo-shop.db"] {
            for end in ["", "-wal", "-shm"] {
                assert!(found.contains(&(format!("{name}{end}"), 0o600)), "{start}: {name}{end} in {found:?}");
            }
        }
        assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{start}: {found:?}");
        house.stop().await;
        for (name, _) in files(&dir) {
            allow(&dir.join(name), 0o644);
        }
        allow(&dir, 0o755);
    }
}

#[tokio::test]
async fn a_folder_that_is_somebody_s_home_is_refused_and_left_as_it_is() {
    let folder = Folder::new("home");
    fs::write(folder.0.join("letter.txt"), "dear").expect("written");
    allow(&folder.0, 0o755);
    let dir = folder.0.to_str().expect("UTF-8");
    let said = pagam(&["up", "--port", "0", "--dir", dir]).await;
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("open to other users and holds other things"), "{}", said.err);
    assert_eq!((mode(&folder.0), files(&folder.0).len()), (0o755, 1));
}

#[tokio::test]
async fn a_database_that_was_copied_into_place_is_tightened() {
    let folder = Folder::new("restored");
    let file = folder.0.join("pagam.db");
    let database = file.to_str().expect("UTF-8");
    let made = pagam(&["migrate", "up", "--database", database]).await;
    assert_eq!((made.code, mode(&file)), (0, 0o600), "{}", made.err);
    allow(&file, 0o664);
    let listed = pagam(&["shop", "list", "--database", database]).await;
    assert_eq!((listed.code, mode(&file)), (0, 0o600), "{}", listed.err);
}
