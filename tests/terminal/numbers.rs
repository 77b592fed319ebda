//! The numbers on a real terminal are those of the decision record that the program prints.

use std::fs;

use serde_json::Value;

use crate::drawn_policy::World;
use crate::run::{RunIt, folder, iam_refine};
use crate::screen::{Screen, start};
use crate::shown_numbers::{Person, check, entries};

/// How many policies are drawn; `tests/screen` has many more.
const POLICIES: u64 = 10;
/// Wide enough for all panes.
const SIZE: (u16, u16) = (160, 50);

impl Person for Screen {
    fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            let frames = self.frames();
            Screen::press(
                &mut self,
                match key {
                    "Right" => "\u{1b}[C",
                    letter => letter,
                },
            );
            // What a key does is drawn in a frame of its own.
            self.wait(&format!("frame after {key}"), |_| self.frames() > frames);
        }
        self
    }

    fn text(&self) -> String {
        Screen::text(self)
    }
}

#[test]
fn numbers_are_those_of_the_record() {
    let mut seen = 0;
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let folder = folder();
        for (name, text) in [
            ("policy.json", &world.policy),
            ("findings.json", &world.findings),
            ("actions.txt", &world.catalogue),
        ] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        let files = ["policy.json", "findings.json", "--catalogue", "actions.txt"];
        let refined = iam_refine()
            .current_dir(folder.path())
            .arg("refine")
            .args(files)
            .args(["--format", "json"])
            .run();
        let record: Value = serde_json::from_str(&refined.stdout).expect("a record");
        if entries(&record).is_empty() {
            continue;
        }
        let arguments = [&["review"][..], &files].concat();
        let screen = start(folder.path(), &arguments, SIZE.1, SIZE.0);
        screen.wait_for("entries decided");
        let mut screen = Person::press(screen, "g");
        for entry in entries(&record) {
            screen = check(screen, entry, &record, SIZE, &world);
            seen += 1;
        }
    }
    assert!(seen > POLICIES, "{seen} entries");
}
