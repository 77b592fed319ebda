//! A root module of Terraform with its states and findings, in a folder of its own.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Run, RunIt, copy, folder, iam_refine};
use tempfile::TempDir;

/// What is given of a root module.
pub const FILES: [&str; 4] = [".", "../state.json", "../app.json", "../other.json"];

/// A copy of a root module with its states and findings, to be edited.
pub struct World {
    folder: TempDir,
    files: Vec<&'static str>,
}

impl World {
    /// With a module that is used twice, one that is downloaded, and findings of two roles.
    pub fn new() -> Self {
        World::copy_of("match", &FILES)
    }

    /// With a statement that has to stay and expressions in another, and a finding of a user.
    pub fn with_what_stays() -> Self {
        World::copy_of("stays", &FILES[..3])
    }

    fn copy_of(name: &str, files: &[&'static str]) -> Self {
        let world = World {
            folder: folder(),
            files: files.to_vec(),
        };
        let from = Path::new("tests/data/sources").join(name);
        copy(&from, world.folder.path());
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is read")
    }

    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    /// A command in the root module, of all its files, which are all there are.
    pub fn run(&self, command: &str, options: &[&str]) -> Run {
        self.run_with(command, options, "")
    }

    /// The same with something on standard input.
    pub fn run_with(&self, command: &str, options: &[&str], input: &str) -> Run {
        let mut program = iam_refine();
        program.current_dir(self.path("root"));
        program.env("XDG_STATE_HOME", self.path("state"));
        program
            .arg(command)
            .args(&self.files)
            .arg("--states-complete");
        program.args(options).run_with(input)
    }
}
