//! Opening a fetched folder. What lies in it is believed as little as any other file: that the answers
//! are as they were fetched is checked by their hashes.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Answer, FORMAT, Heading, Manifest};
use crate::store::read_filled;
use crate::text::{Error, LARGEST_ACCOUNT, Shown, Source, sha256};

/// The file that says what a folder holds. It is written last.
pub const MANIFEST: &str = "manifest.json";

/// The file that says so while it is being fetched.
pub const UNFINISHED: &str = "unfinished.jsonl";

/// A folder of AWS's answers.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// What the answers in it are.
    pub manifest: Manifest,
}

impl Folder {
    /// Whether there is such a folder at `path`, finished or not.
    pub fn is_at(path: &Path) -> bool {
        [MANIFEST, UNFINISHED]
            .iter()
            .any(|name| path.join(name).is_file())
    }

    /// Opens the folder at `path`.
    ///
    /// # Errors
    /// It is not finished; its manifest cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = path.join(MANIFEST);
        if !file.is_file() {
            return Err(Error::with_help(
                format!("{} is not fetched to its end", path.shown()),
                "run the same `iam-refine fetch` again; it resumes",
            ));
        }
        let text = read_filled(&file, LARGEST_ACCOUNT);
        let text = text.map_err(|error| unreadable(&file).caused_by(error))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| unreadable(&file).caused_by(error).help(FETCH_AGAIN))?;
        if manifest.format != FORMAT {
            return Err(Error::with_help(
                format!("{} has the format {}", file.shown(), manifest.format),
                format!("this version of iam-refine reads format {FORMAT}; fetch again"),
            ));
        }
        Ok(Folder {
            path: path.to_owned(),
            manifest,
        })
    }

    /// When the folder at `path` was begun that is not finished; none where nobody knows.
    pub fn begun_at(path: &Path) -> Option<Timestamp> {
        let text = read_filled(&path.join(UNFINISHED), LARGEST_ACCOUNT).ok()?;
        let heading: Heading = serde_json::from_str(text.lines().next()?).ok()?;
        Some(heading.started_at)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The answers to this sub-command.
    pub fn answers(&self, sub_command: &str) -> impl Iterator<Item = &Answer> {
        let answers = self.manifest.answers.iter();
        answers.filter(move |answer| answer.sub_command() == sub_command)
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// It is not there, or not as it was fetched.
    pub fn read(&self, answer: &Answer) -> Result<Source, Error> {
        let is_name = !answer.file.contains('/') && !answer.file.starts_with('.');
        let path = self.path.join(&answer.file);
        if !is_name {
            let file = self.path.join(MANIFEST);
            let name = crate::text::quoted(&answer.file);
            let message = format!("{} names the file {name}, which is not in it", file.shown());
            return Err(Error::with_help(message, FETCH_AGAIN));
        }
        let text = read_filled(&path, LARGEST_ACCOUNT)
            .map_err(|error| unreadable(&path).caused_by(error).help(FETCH_AGAIN))?;
        if sha256(&text) != answer.sha256 {
            return Err(Error::with_help(
                format!("{} was changed since it was fetched", path.shown()),
                "fetch again; or give the files that you mean by their names",
            ));
        }
        Ok(Source::from_text(path.shown().raw(), &text))
    }
}

const FETCH_AGAIN: &str = "remove the folder and fetch again";

fn unreadable(path: &Path) -> Error {
    Error::new(format!("{} cannot be read", path.shown()))
}
