//! `--record` and `--decisions`: decision records in files.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::exit::Failure;
use super::inputs;
use crate::review::{DecisionRecord, Review};

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
        let source = inputs::read(path)?;
        let record: DecisionRecord = serde_json::from_str(source.text()).map_err(|error| {
            Failure::with_help(
                format!("{} is no decision record: {error}", path.display()),
                "give a file that --record wrote",
            )
        })?;
        let differing = record.replay_in(review).map_err(|error| {
            Failure::with_help(
                format!("{}: {error}", path.display()),
                "give the policies that were decided on, in the same order",
            )
        })?;
        for entry in differing {
            eprintln!(
                "warning: statement {}: {} does not come to what was decided on any more; it is \
                 left as it is",
                entry.statement + 1,
                entry.pattern
            );
        }
        Ok(true)
    }

    /// Writes the record that was asked for; never over a file.
    ///
    /// # Errors
    /// A file that is there already, or cannot be written.
    pub fn keep(&self, review: &Review) -> Result<(), Failure> {
        let Some(path) = &self.record else {
            return Ok(());
        };
        let mut file = File::create_new(path).map_err(|error| {
            let what = format!("{} cannot be written", path.display());
            anyhow::Error::new(error).context(what)
        })?;
        file.write_all(text(review)?.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }
}

/// Prints the record on standard output.
///
/// # Errors
/// Whatever writing fails with.
pub fn print(review: &Review) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text(review)?.as_bytes())?;
    Ok(())
}

fn text(review: &Review) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(&DecisionRecord::of(review));
    Ok(text.map_err(anyhow::Error::from)? + "\n")
}
