//! Opening a fetched folder. What lies in it is believed as little as any other file: that the answers
//! are as they were fetched is checked by their hashes.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, FORMAT, FetchedOf, Heading, Manifest};
use crate::store::{read_filled, read_log};
use crate::text::{Error, LARGEST_ACCOUNT, Shown, Source, sha256};

/// The file that says what a folder holds. It is written last.
pub const MANIFEST: &str = "manifest.json";

/// The file that says so while it is being fetched.
pub const UNFINISHED: &str = "unfinished.jsonl";

/// What only our own manifests have.
#[derive(Deserialize)]
struct Sign {
    #[serde(rename = "format")]
    _format: u32,
    #[serde(rename = "of")]
    _of: FetchedOf,
    #[serde(rename = "answers")]
    _answers: Vec<serde::de::IgnoredAny>,
}

/// A folder of AWS's answers.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// What the answers in it are.
    pub manifest: Manifest,
}

impl Folder {
    /// Whether there is such a folder at `path`, finished or not: a file of the same name may be
    /// another program's.
    pub fn is_at(path: &Path) -> bool {
        let manifest = read_filled(&path.join(MANIFEST), LARGEST_ACCOUNT);
        let is_ours = |text: String| serde_json::from_str::<Sign>(&text).is_ok();
        manifest.is_ok_and(is_ours) || Folder::begun_at(path).is_some()
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

    /// When the folder at `path` was begun that is not finished; none where there is none.
    pub fn begun_at(path: &Path) -> Option<Timestamp> {
        let log = read_log(&path.join(UNFINISHED)).ok()??;
        let heading: Heading = serde_json::from_str(log.lines().next()?).ok()?;
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
        read_answer(&self.path, answer)
    }
}

/// Reads an answer in `folder`.
///
/// # Errors
/// It is not there, or not as it was fetched.
pub fn read_answer(folder: &Path, answer: &Answer) -> Result<Source, Error> {
    let is_name = !answer.file.contains('/') && !answer.file.starts_with('.');
    let path = folder.join(&answer.file);
    if !is_name {
        let file = folder.join(MANIFEST);
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

/// A folder in which something is still to be fetched.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What it was begun with.
    pub heading: Heading,
    /// The answers that it has.
    pub answers: Vec<Answer>,
}

/// A line of the log after the first.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Answer(Answer),
    Forgotten(Forgotten),
}

/// That the answer to a question is not to be used any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forgotten {
    /// The arguments of the question.
    pub forgotten: Vec<String>,
}

impl Begun {
    /// Whether not even whom it is about is in it.
    pub fn has_nothing(&self) -> bool {
        let tell_whom = ["get-role", "get-user", "get-account-authorization-details"];
        let answers = &self.answers;
        !answers
            .iter()
            .any(|answer| tell_whom.contains(&answer.sub_command()))
    }

    /// The folder at `path` that is not finished, or in which calls were not answered. None where
    /// there is no fetched folder.
    ///
    /// # Errors
    /// It is complete; it cannot be read.
    pub fn at(path: &Path) -> Result<Option<Self>, Error> {
        let manifest = path.join(MANIFEST);
        if manifest.is_file() && Folder::is_at(path) {
            let manifest = Folder::open(path)?.manifest;
            if manifest.unanswered.is_empty() {
                return Err(Error::with_help(
                    format!(
                        "{} was fetched on {}, and is complete",
                        path.shown(),
                        manifest.completed_at
                    ),
                    "give another name, or remove it to fetch again",
                ));
            }
            return Ok(Some(Begun {
                heading: manifest.heading,
                answers: manifest.answers,
            }));
        }
        let log = path.join(UNFINISHED);
        let Some(text) = read_log(&log).map_err(|error| unreadable(&log).caused_by(error))? else {
            return Ok(None);
        };
        let mut lines = text.lines();
        let Some(Ok(heading)) = lines.next().map(serde_json::from_str) else {
            return Ok(None);
        };
        let mut answers: Vec<Answer> = Vec::new();
        for line in lines {
            match serde_json::from_str(line) {
                Ok(Line::Answer(answer)) => answers.push(answer),
                Ok(Line::Forgotten(Forgotten { forgotten })) => {
                    answers.retain(|answer| answer.arguments != forgotten);
                }
                Err(error) => return Err(unreadable(&log).caused_by(error).help(FETCH_AGAIN)),
            }
        }
        Ok(Some(Begun { heading, answers }))
    }
}

/// What to do with a folder that cannot be used.
pub const FETCH_AGAIN: &str = "remove the folder and fetch again";

fn unreadable(path: &Path) -> Error {
    Error::new(format!("{} cannot be read", path.shown()))
}
