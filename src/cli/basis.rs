//! What an answer rests on, wherever a policy is refined or judged: the actions there are, what is
//! to be kept, and what of the findings counts.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::catalogue_in_use;
use super::exit::Failure;
use super::inputs::read;
use super::keep_file;
use crate::catalogue::Catalogue;
use crate::findings::{MissingPages, UnusedFor};
use crate::iam::ActionPattern;
use crate::refine::Keep;

/// What an answer rests on.
#[derive(Debug, Args)]
pub struct Basis {
    /// Use this catalogue of actions: the program's own form, or a line `service:Action` each
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,

    /// Keep the unused actions that PATTERN matches (repeatable); say why behind `=`
    #[arg(long = "keep", value_name = "PATTERN[=REASON]", value_parser = parse_keep)]
    keeps: Vec<Keep>,

    /// Keep what this file says (TOML: `[[keep]]` with `pattern` and `reason`)
    #[arg(long, value_name = "FILE")]
    keep_file: Option<PathBuf>,

    /// Of a last-accessed report, take as unused what was not used for so many days
    #[arg(long, value_name = "DAYS", default_value_t = UnusedFor::default().0)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    unused_for: u32,

    /// Go on although pages of a finding are missing: what they name stays granted
    #[arg(long)]
    partial: bool,
}

/// Reads `PATTERN` or `PATTERN=REASON`.
fn parse_keep(text: &str) -> Result<Keep, String> {
    let (pattern, reason) = match text.split_once('=') {
        Some((pattern, reason)) => (pattern, Some(reason.trim().to_owned())),
        None => (text, None),
    };
    let pattern: ActionPattern = pattern.trim().parse().map_err(|e| format!("{e}"))?;
    Ok(Keep { pattern, reason })
}

impl Basis {
    /// The catalogue that is asked for.
    pub fn catalogue(&self) -> Result<Arc<Catalogue>, Failure> {
        catalogue_in_use::chosen_with_hint(self.catalogue.as_deref())
    }

    /// What is to be kept: what the file says, then what the command line does.
    pub fn keeps(&self) -> Result<Vec<Keep>, Failure> {
        let mut keeps = match &self.keep_file {
            None => Vec::new(),
            Some(path) => keep_file::read(&read(path)?)?,
        };
        keeps.extend(self.keeps.iter().cloned());
        Ok(keeps)
    }

    /// How long an action must not have been used to be unused.
    pub fn unused_for(&self) -> UnusedFor {
        UnusedFor(self.unused_for)
    }

    /// What to do when pages are missing.
    pub fn missing_pages(&self) -> MissingPages {
        if self.partial {
            MissingPages::Accepted
        } else {
            MissingPages::Refused
        }
    }

    /// The files that are read for it.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.catalogue.iter().chain(&self.keep_file)
    }
}
