//! Runs the built program, for the tests that look at it from outside.
#![allow(dead_code)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the program came to.
pub struct Run {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The program, in the repository's folder, with a state folder of its own, run by ann on a day when
/// the built-in catalogue was new.
pub fn iam_refine() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iam-refine"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env(
            "XDG_DATA_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/none"),
        )
        .env("SOURCE_DATE_EPOCH", "1795392000")
        .env("USER", "ann");
    command
}

/// One of AWS's example files.
pub fn example(name: &str) -> String {
    format!("tests/data/examples/{name}")
}

/// A new empty folder for a test's files.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Copies a folder and all in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("read") {
        let entry = entry.expect("read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

pub trait RunIt {
    /// Runs it to the end, with nothing on standard input.
    fn run(&mut self) -> Run;

    /// Runs it to the end with `input` on standard input.
    fn run_with(&mut self, input: &str) -> Run;
}

impl RunIt for Command {
    fn run(&mut self) -> Run {
        self.run_with("")
    }

    fn run_with(&mut self, input: &str) -> Run {
        use std::io::Write;
        let mut child = self
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("it has an input");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || {
            // The program may end without reading all of it.
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("the writer ends");
        Run {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}
