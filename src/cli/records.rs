//! `--record` and `--decisions`: decision records in files.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Failure;
use super::speak::{eprint_line, print_json};
use crate::intake::read;
use crate::review::{DecisionRecord, Review};
use crate::store::{FileWrite, Target, already_exists, write_files};
use crate::text::{Error, printable};

/// Decision records, for audits and replays.
#[derive(Debug, Args)]
pub struct Records {
    /// Decide as this record says, in place of accepting everything
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// Write a record of the decisions, what they rest on and what is proved
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

impl Records {
    /// Decides as the record says that was asked for. False when none was.
    ///
    /// # Errors
    /// A file that cannot be read, is no record, or is one of other policies.
    pub fn replay(&self, review: &mut Review) -> Result<bool, Failure> {
        let Some(path) = &self.decisions else {
            return Ok(false);
        };
        let source = read(path)?;
        let record: DecisionRecord = serde_json::from_str(source.text()).map_err(|error| {
            Error::new(format!("{} is no decision record", path.display()))
                .caused_by(error)
                .help("give a file that --record wrote")
        })?;
        let differing = record.replay_in(review).map_err(|error| {
            Error::new(path.display().to_string())
                .caused_by(error)
                .help("give the policies that were decided on, in the same order")
        })?;
        for entry in differing {
            eprint_line(format_args!(
                "warning: statement {}: {} does not come to what was decided on any more; it is \
                 left as it is",
                entry.statement.saturating_add(1),
                printable(&entry.pattern)
            ));
        }
        Ok(true)
    }

    /// Makes sure that the record that was asked for can be written, before anything else is.
    ///
    /// # Errors
    /// A file that already exists.
    pub fn can_keep(&self) -> Result<(), Failure> {
        match &self.record {
            Some(path) if path.symlink_metadata().is_ok() => Err(already_exists(path).into()),
            _ => Ok(()),
        }
    }

    /// The record that was asked for, to be written before anything else; never over a file.
    ///
    /// # Errors
    /// It has no form in JSON.
    pub fn record(&self, review: &Review) -> Result<Option<RecordFile<'_>>, Failure> {
        let Some(path) = &self.record else {
            return Ok(None);
        };
        let text = text(review)?;
        Ok(Some(RecordFile { path, text }))
    }
}

/// A record on its way to its file.
pub struct RecordFile<'a> {
    path: &'a Path,
    text: String,
}

impl RecordFile<'_> {
    /// The file that it is to be.
    pub fn file(&self) -> FileWrite<'_> {
        FileWrite {
            path: self.path,
            text: &self.text,
            target: Target::New,
        }
    }

    /// Writes it alone, before `print` prints what goes to standard output: a reader that went away
    /// costs no record. Where printing fails, that it was written is told too.
    ///
    /// # Errors
    /// A file that already exists, or cannot be written; what `print` fails with.
    pub fn write_before(&self, print: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        write_files(&[self.file()])?;
        match print() {
            Err(Failure::Error(error)) => {
                let path = self.path.display();
                Err(Error::new("the policy could not be printed whole")
                    .caused_by(error)
                    .help(format!("the record was written, to {path}"))
                    .into())
            }
            printed => printed,
        }
    }
}

/// Prints the record on standard output.
///
/// # Errors
/// Whatever writing fails with.
pub fn print_record(review: &Review) -> Result<(), Failure> {
    print_json(&text(review)?)
}

fn text(review: &Review) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&DecisionRecord::of(review));
    Ok(text.map_err(io::Error::from)? + "\n")
}
