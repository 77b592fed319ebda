//! Keeps a review's journal on disk while it goes on, and finds one that was left.
//!
//! It lies in the user's state folder under a name made of the policies' real paths, is readable
//! by the user alone, and goes when the review is written or quit with nothing decided; that of an
//! account stays, for it is rarely decided at once. A line is one `write`, made before the next key
//! is read: a killed program loses nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exit::Failure;
use super::save::state_folder;
use crate::review::journal::{Changed, Heading, Journal, step_line};
use crate::review::{Review, State};
use crate::text::sha256;

/// The journal of a review that is going on.
pub struct Autosave {
    journal: Result<JournalFile, String>,
    saved: Arc<State>,
}

/// A journal that is being written.
pub struct JournalFile {
    path: PathBuf,
    file: File,
    /// How much of the file is whole lines.
    length: u64,
    /// Held while the review goes on, so that a second one on the same files is told.
    _lock: File,
}

/// A review that was left, and what it still comes to.
pub struct Left {
    /// Its journal.
    pub journal: Journal,
    /// What has changed since.
    pub inputs: Changed,
}

/// The place of a journal, before the review has begun.
pub struct Desk {
    path: PathBuf,
    lock: File,
}

impl Desk {
    /// Takes the place for reviews of the policies at `paths`, as `review` is. The inner error says why nothing can
    /// be kept.
    ///
    /// # Errors
    /// Another review of the same files is going on.
    pub fn take(
        review: &Review,
        paths: &[Option<PathBuf>],
    ) -> Result<Result<Self, String>, Failure> {
        Self::take_named(&name(review, paths))
    }

    /// Takes the place for reviews of the account at `path`; one that came through a pipe is known
    /// by the `heading` of its journal.
    ///
    /// # Errors
    /// As [`Desk::take`].
    pub fn take_for_account(
        path: Option<&Path>,
        heading: &str,
    ) -> Result<Result<Self, String>, Failure> {
        let path = path.map(|path| real(path).to_string_lossy().into_owned());
        let name = sha256(path.as_deref().unwrap_or(heading));
        Self::take_named(&format!("account-{name}"))
    }

    fn take_named(name: &str) -> Result<Result<Self, String>, Failure> {
        let Ok(folder) = state_folder().map(|folder| folder.join("reviews")) else {
            return Ok(Err("there is no folder to keep decisions in".to_owned()));
        };
        let path = folder.join(format!("{name}.jsonl"));
        let cannot =
            |error: io::Error| format!("decisions cannot be kept in {}: {error}", folder.display());
        let lock = match lock_file(&folder, &path) {
            Ok(lock) => lock,
            Err(error) => return Ok(Err(cannot(error))),
        };
        match lock.try_lock() {
            Ok(()) => Ok(Ok(Desk { path, lock })),
            Err(TryLockError::WouldBlock) => Err(Failure::with_help(
                "another review of these files is going on",
                "end that one first, or go on with it there",
            )),
            Err(TryLockError::Error(error)) => Ok(Err(cannot(error))),
        }
    }

    /// The text of the journal that was left here, if there is one.
    pub fn text(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()
    }

    /// The review that was left here, if there is one.
    pub fn left(&self, review: &Review) -> Option<Left> {
        let journal = Journal::read(&self.text()?)?;
        let inputs = journal.heading.compare(&Heading::of(review.input()));
        Some(Left { journal, inputs })
    }

    /// Whether a journal is here that something was decided in, or that cannot be read.
    fn holds_decisions(&self) -> bool {
        let Ok(text) = fs::read_to_string(&self.path) else {
            return self.path.exists();
        };
        let mut lines = text.lines();
        let is_read = lines.next().is_none_or(Heading::is_read);
        !is_read || lines.any(|line| line != "[]")
    }

    /// Begins the journal of `review` with what is decided in it already. What a journal that is
    /// there holds is taken over by that; where it is not, it is kept under another name, which is
    /// returned.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn begin(
        self,
        review: &Review,
        takes_over: bool,
    ) -> Result<(Autosave, Option<PathBuf>), Failure> {
        let heading = json(&Heading::of(review.input()))?;
        let records = json(&review.state().records(review.input()))?;
        let (journal, kept) = self.begin_with(&format!("{heading}\n{records}\n"), takes_over)?;
        let autosave = Autosave {
            journal: Ok(journal),
            saved: review.snapshot(),
        };
        Ok((autosave, kept))
    }

    /// Begins a journal with these `lines`. What a journal that is there holds is taken over by
    /// them; where it is not, it is kept under another name, which is returned.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn begin_with(
        self,
        lines: &str,
        takes_over: bool,
    ) -> Result<(JournalFile, Option<PathBuf>), Failure> {
        let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        let begun = || -> io::Result<_> {
            let mut kept = None;
            if !takes_over && self.holds_decisions() {
                let now = jiff::Timestamp::now().as_second();
                let aside = self.path.with_extension(format!("{now}.jsonl"));
                fs::rename(&self.path, &aside)?;
                kept = Some(aside);
            }
            // The new journal takes the old one's place in one step.
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(lines.as_bytes())?;
            file.as_file().sync_all()?;
            Ok((file.persist(&self.path)?, kept))
        };
        let (file, kept) = begun().map_err(|error| cannot_keep(&error, &folder))?;
        let journal = JournalFile {
            path: self.path,
            file,
            length: lines.len() as u64,
            _lock: self.lock,
        };
        Ok((journal, kept))
    }
}

/// A value in a line of a journal.
pub fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string(value).map_err(io::Error::from)?)
}

impl Autosave {
    /// Keeps nothing: there is no place for it, for this reason.
    pub fn none(review: &Review, reason: String) -> Self {
        Autosave {
            journal: Err(reason),
            saved: review.snapshot(),
        }
    }

    /// Whether what is decided outlives the program.
    pub fn keeps(&self) -> bool {
        self.journal.is_ok()
    }

    /// Why it does not.
    pub fn not_kept(&self) -> Option<&str> {
        self.journal.as_ref().err().map(String::as_str)
    }

    /// Puts the last step on disk.
    ///
    /// # Errors
    /// Whatever the system refuses, in a sentence.
    pub fn step(&mut self, review: &Review) -> Result<(), String> {
        let now = review.snapshot();
        let line = step_line(review, &self.saved);
        if let (Ok(journal), Some(line)) = (&mut self.journal, line) {
            journal.append(&(line + "\n"))?;
        }
        self.saved = now;
        Ok(())
    }

    /// Ends the journal: what was decided is written, or there is nothing in it.
    pub fn end(self) {
        if let Ok(journal) = self.journal {
            journal.end();
        }
    }
}

impl JournalFile {
    /// Puts a line on disk, all of it or nothing.
    ///
    /// # Errors
    /// Whatever the system refuses, in a sentence.
    pub fn append(&mut self, line: &str) -> Result<(), String> {
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Half a line would hide all that come after it.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(format!("this decision could not be saved: {error}"));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Ends the journal: what was decided is done with, or there is nothing in it.
    pub fn end(self) {
        // A journal that cannot be removed is offered again, which does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// The name of the journal for policies at these paths: a hash of their real paths, in whatever
/// order they are given. What came through a pipe is known by what it says.
fn name(review: &Review, paths: &[Option<PathBuf>]) -> String {
    let mut names: Vec<String> = (review.input().policies.iter().zip(paths))
        .map(|(policy, path)| match path {
            Some(path) => real(path).to_string_lossy().into_owned(),
            None => sha256(policy.document.source().text()),
        })
        .collect();
    names.sort();
    sha256(&names.join("\0"))
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn lock_file(folder: &Path, path: &Path) -> io::Result<File> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path.with_extension("lock"))
}

fn cannot_keep(error: &io::Error, folder: &Path) -> Failure {
    Failure::with_help(
        format!("decisions cannot be kept in {}: {error}", folder.display()),
        "make room there, or set XDG_STATE_HOME to another folder",
    )
}
