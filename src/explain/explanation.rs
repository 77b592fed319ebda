//! A walk with what it was worked out from, ready to be explained.

use jiff::civil::Date;

use super::outcome::outcome_sentence;
use super::walkthrough::Walkthrough;
use crate::refine::Granularity;

/// A walk, and what it was worked out from.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The steps that the trie of the pattern was walked in.
    pub walk: Walkthrough,
    /// Where the findings come from, in words: `findings.json`.
    pub findings: String,
    /// The date of the catalogue.
    pub catalogue: Option<Date>,
}

/// How a trie and sentences are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Without colours, for files and screen readers.
    #[default]
    Plain,
    /// With a terminal's own green and yellow.
    Ansi,
}

impl Explanation {
    /// What becomes of the pattern, and why.
    pub fn outcome(&self) -> String {
        outcome_sentence(&self.walk, self.catalogue)
    }

    /// How many actions stay and go, and by what, in a line.
    pub(super) fn counts_and_basis(&self) -> String {
        let plan = self.walk.plan();
        format!(
            "{} of {} known actions stay, {} go. By {}.",
            plan.stays,
            plan.stays + plan.goes,
            plan.goes,
            self.basis()
        )
    }

    /// Findings, catalogue and granularity in a line.
    pub fn basis(&self) -> String {
        let actions = match self.catalogue {
            Some(date) => format!("the actions of {date}"),
            None => "a catalogue without a date".to_owned(),
        };
        let cut = match self.walk.trie().granularity() {
            Granularity::Word => "names cut before capitals",
            Granularity::Character => "names cut everywhere",
            Granularity::Name => "names not cut",
        };
        format!("{}, {actions}, {cut}", self.findings)
    }
}
