//! The lessons that come with the program: folders under `assets/lessons`.

use crate::lessons::{Lesson, LessonFiles};
use crate::text::{Error, Source};

/// A file's name and text.
type Written = (&'static str, &'static str);

macro_rules! folder {
    ($folder:literal: $($name:literal),+) => {
        &[$((
            $name,
            include_str!(concat!("../../assets/lessons/", $folder, "/", $name)),
        )),+]
    };
}

/// The folders in their order, `lesson.toml` first in each.
const FOLDERS: [&[Written]; 7] = [
    folder!("1-shortest-safe-prefixes": "lesson.toml", "policy.json", "findings.json"),
    folder!("2-today": "lesson.toml", "policy.json", "findings.json"),
    folder!("3-sibling-trap": "lesson.toml", "policy.json", "findings.json"),
    folder!("4-wildcards-in-the-middle": "lesson.toml", "policy.json", "findings.json"),
    folder!("5-what-findings-cannot-know":
        "lesson.toml", "policy.json", "reports.json", "findings.json"),
    folder!("6-granularity": "lesson.toml", "policy.json", "findings.json"),
    folder!("7-notaction-and-deny": "lesson.toml", "policy.json", "findings.json"),
];

/// The built-in lessons, in their order.
///
/// # Errors
/// What is wrong with one of them: none is.
pub fn built_in_lessons() -> Result<Vec<Lesson>, Error> {
    FOLDERS.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &[Written]) -> Result<Lesson, Error> {
    let files = folder.iter();
    let mut files: Vec<Source> = files
        .map(|(name, text)| Source::from_text(name, text))
        .collect();
    let lesson = files.remove(0);
    Lesson::read(&LessonFiles {
        lesson,
        others: files,
    })
}
