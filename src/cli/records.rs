//! `--record` and `--decisions`: decision records in files.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::clock::now;
use super::exit::Failure;
use super::speak::{eprint_line, print_json};
use crate::explain::policy_name;
use crate::intake::{is_stdin, read_record};
use crate::review::{
    BeganWith, DecidedWith, DecisionRecord, Decisions, FileText, NotRead, NotReplayed, Review,
    SavedDecisions,
};
use crate::store::{FileWrite, Target, already_exists, beside_old_bytes, write_files};
use crate::text::{Error, LARGEST_ACCOUNT, Shown, Untrusted, grouped, list, printable};

/// Decision records, for audits and replays.
#[derive(Debug, Args)]
pub struct Records {
    /// Decide as this record says, in place of accepting everything; of an account as those in a folder that -o
    /// wrote
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// Write a record of the decisions, what they rest on and what is proved
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

impl Records {
    /// The record that is to be replayed, or the folder of records.
    pub fn decisions(&self) -> Option<&Path> {
        self.decisions.as_deref()
    }

    /// Decides as the record says that was asked for. Tells which it was; none when none was.
    ///
    /// # Errors
    /// A file that cannot be read, is no record, or is one of other policies.
    pub fn replay(&self, review: &mut Review) -> Result<Option<BeganWith>, Failure> {
        let Some(path) = &self.decisions else {
            return Ok(None);
        };
        let record = read_decisions(path)?;
        let refused = |error: NotReplayed| {
            let help = match &error {
                NotReplayed::Ambiguous { .. } => {
                    "leave out the policies that were not decided on and have the same bytes"
                }
                _ => {
                    "give all policies that were decided on, as they were; others may be beside them"
                }
            };
            Error::new(path.shown().to_string())
                .caused_by(error)
                .help(help)
        };
        let unknown = record.unknown_in(review).map_err(refused)?;
        let began = record.began_in(review).map_err(refused)?;
        let differing = record.replay_in(review).map_err(refused)?;
        if !unknown.is_empty() {
            let names: Vec<String> = unknown.iter().map(ToString::to_string).collect();
            eprint_line(format_args!(
                "note: {} nothing was decided in {}: {}",
                if names.len() == 1 {
                    "a policy is left as it is, of which".to_owned()
                } else {
                    format!(
                        "{} policies are left as they are, of which",
                        grouped(names.len())
                    )
                },
                path.shown(),
                list(&names)
            ));
        }
        for entry in differing {
            eprint_line(format_args!(
                "warning: {}: statement {}: {} does not come to what was decided on any more; it \
                 is left as it is",
                policy_name(review, entry.policy),
                entry.statement.saturating_add(1),
                printable(&entry.pattern)
            ));
        }
        Ok(Some(began))
    }

    /// Makes sure that the record that was asked for can be written, before anything else is.
    ///
    /// # Errors
    /// A file that already exists.
    pub fn can_keep(&self) -> Result<(), Failure> {
        match &self.record {
            Some(path) if is_stdin(path) => Err(Failure::with_help(
                "--record writes a file, and - is none",
                "to print the record: iam-refine refine --format json FILE...",
            )),
            Some(path) if path.symlink_metadata().is_ok() => Err(already_exists(path).into()),
            _ => Ok(()),
        }
    }

    /// The record that was asked for, to be written before anything else; never over a file.
    ///
    /// # Errors
    /// The time cannot be told, or the record is longer than `--decisions` reads.
    pub fn record(
        &self,
        review: &Review,
        with: DecidedWith,
        began: Option<&BeganWith>,
    ) -> Result<Option<RecordFile<'_>>, Failure> {
        self.file(|| decision_record(review, with, began))
    }

    /// The same of a run that writes what goes as so many Deny policies.
    ///
    /// # Errors
    /// As there.
    pub fn record_as_deny(
        &self,
        review: &Review,
        policies: usize,
        began: Option<&BeganWith>,
    ) -> Result<Option<RecordFile<'_>>, Failure> {
        self.file(|| Ok(decision_record(review, DecidedWith::Refine, began)?.as_deny(policies)))
    }

    fn file(
        &self,
        record: impl FnOnce() -> Result<DecisionRecord, Failure>,
    ) -> Result<Option<RecordFile<'_>>, Failure> {
        let Some(path) = &self.record else {
            return Ok(None);
        };
        let text = record_text(&record()?)?;
        if text.len() > LARGEST_ACCOUNT {
            return Err(Failure::with_help(
                format!(
                    "the record would be larger than 256 MiB, and --decisions could not read {} again",
                    path.shown()
                ),
                "give fewer policies at a time, or leave --record out; nothing was written",
            ));
        }
        let path = Cow::Borrowed(path.as_path());
        Ok(Some(RecordFile { path, text }))
    }

    /// The record of sources that are written over: the one that was asked for, or else one beside their old
    /// bytes, since what was decided on is there no more afterwards. None where nothing is written, or it would
    /// be longer than is read again.
    ///
    /// # Errors
    /// As [`record`](Self::record); there is no folder for old bytes.
    pub fn record_of_sources(
        &self,
        review: &Review,
        with: DecidedWith,
        began: Option<&BeganWith>,
    ) -> Result<Option<RecordFile<'_>>, Failure> {
        let mut files = review.files();
        let is_written = files.any(|file| matches!(file.outcome.written, FileText::Changed(_)));
        if self.record.is_some() || !is_written {
            return self.record(review, with, began);
        }
        let text = record_text(&decision_record(review, with, began)?)?;
        if text.len() > LARGEST_ACCOUNT {
            return Ok(None);
        }
        let path = Cow::Owned(beside_old_bytes("record.json")?);
        Ok(Some(RecordFile { path, text }))
    }
}

/// A record on its way to its file.
pub struct RecordFile<'a> {
    path: Cow<'a, Path>,
    text: String,
}

impl RecordFile<'_> {
    /// Where it is to be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that it is to be.
    pub fn file(&self) -> FileWrite<'_> {
        FileWrite {
            path: &self.path,
            text: &self.text,
            target: Target::Record,
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
                let path = self.path.shown();
                Err(Error::new("the policy could not be printed whole")
                    .caused_by(error)
                    .help(format!("the record was written, to {path}"))
                    .into())
            }
            printed => printed,
        }
    }
}

/// Reads a record that was written before.
///
/// # Errors
/// It cannot be read, or is no record.
pub fn read_decisions(path: &Path) -> Result<SavedDecisions, Failure> {
    let read = SavedDecisions::read(&read_record(path)?);
    Ok(read.map_err(|error| not_read(path, error))?)
}

/// Prints the record on standard output.
///
/// # Errors
/// Whatever writing fails with.
pub fn print_record(
    review: &Review,
    with: DecidedWith,
    began: Option<&BeganWith>,
) -> Result<(), Failure> {
    print_json(&record_text(&decision_record(review, with, began)?)?)
}

fn decision_record(
    review: &Review,
    with: DecidedWith,
    began: Option<&BeganWith>,
) -> Result<DecisionRecord, Failure> {
    let decided = decided(with)?;
    Ok(DecisionRecord::of(review, decided, began))
}

/// A record as it is written.
///
/// # Errors
/// What makes it no JSON, which nothing should.
pub fn record_text(record: &DecisionRecord) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(record);
    Ok(text.map_err(io::Error::from)? + "\n")
}

/// Why a file is no record.
pub fn not_read(path: &Path, error: NotRead) -> Error {
    match error {
        NotRead::OtherVersion(_) => Error::new(path.shown().to_string())
            .caused_by(error)
            .help("a newer version wrote it: use that one"),
        NotRead::Several => Error::new(format!("{} is no decision record", path.shown()))
            .caused_by(error)
            .help("give one record, as --record wrote it"),
        NotRead::OtherFormat(_) | NotRead::Broken(_) => {
            Error::new(format!("{} is no decision record", path.shown()))
                .caused_by(error)
                .help("give what --record wrote, or what `refine --format json` printed")
        }
        NotRead::Contradicts(problems) => problems.into(),
    }
}

/// Who decides now with the command: the login name, as the environment has it, and no more.
///
/// # Errors
/// The time cannot be told.
pub fn decided(with: DecidedWith) -> Result<Decisions, Failure> {
    let name = |variable| std::env::var(variable).ok().filter(|name| !name.is_empty());
    Ok(Decisions {
        by: name("USER")
            .or_else(|| name("LOGNAME"))
            .map(Untrusted::from),
        with,
        at: now()?,
        version: Some(env!("CARGO_PKG_VERSION").into()),
    })
}
