//! Variables of the environment that tests and benches read: a program that they start inherits them, and must not take
//! them for a slip of whoever runs it.

use std::fs;

use pagam_cli::command::Command;

use crate::sources::{files_in, root};

#[test]
fn what_tests_read_of_the_environment_is_known_to_the_program() {
    let program = <Command as clap::Subcommand>::augment_subcommands(clap::Command::new("pagam"));
    let mut read = 0;
    for path in files_in(&root().join("crates"), "rs") {
        let text = fs::read_to_string(&path).expect("a source");
        for call in ["env::var(\"", "env::var_os(\""] {
            for name in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                if !name.starts_with("PAGAM_") {
                    continue;
                }
                assert!(pagam_cli::environment::is_known(name, &program), "{}: {name}", path.display());
                read += 1;
            }
        }
    }
    assert!(read >= 5, "{read}");
}
