//! What it means that an action stays. It informs, and never filters.

use std::fmt;

use jiff::civil::Date;

use super::universe::Universe;
use crate::iam::Action;

/// Why nobody reported an action as unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A last-accessed report saw it used; [`Universe::used`] tells when.
    Used,
    /// AWS tracks it, and the findings do not name it: it was used.
    TrackedNotReported,
    /// AWS cannot see its use (data plane, `iam:PassRole`, …): its absence says nothing.
    NeverTracked,
    /// AWS added it after the finding was made, or its tracking is not known.
    NewerThanFinding,
    /// It may be newer than the finding, which carries no date.
    AgeUnknown,
    /// Not in the catalogue any more: AWS retired it.
    Retired,
    /// Not in the catalogue: newer than it, or misspelt.
    Unknown,
    /// The findings report it.
    Reported,
}

impl Evidence {
    /// What is known of `action`, given the day on which the findings were made.
    pub fn of(action: &Action, universe: &Universe, finding_date: Option<Date>) -> Self {
        if universe.is_unused(action) {
            return Evidence::Reported;
        }
        if universe.used.last_used(action).is_some() {
            return Evidence::Used;
        }
        let Some(known) = universe.catalogue.action(action) else {
            return if universe.catalogue.is_retired(action) {
                Evidence::Retired
            } else {
                Evidence::Unknown
            };
        };
        // The earliest snapshot means "then or before"; only later ones tell an age.
        let could_be_newer = match (known.first_seen, finding_date) {
            (Some(first_seen), Some(finding)) => first_seen > finding,
            (first_seen, None) => first_seen > universe.catalogue.oldest_snapshot(),
            (None, Some(_)) => false,
        };
        match (known.tracked, could_be_newer, finding_date) {
            (Some(true), false, _) => Evidence::TrackedNotReported,
            (Some(false), false, _) => Evidence::NeverTracked,
            (_, _, Some(_)) => Evidence::NewerThanFinding,
            (_, _, None) => Evidence::AgeUnknown,
        }
    }

    /// All classes that a staying action can be of, in the order they are told.
    pub const OF_STAYING: [Evidence; 7] = [
        Evidence::Used,
        Evidence::TrackedNotReported,
        Evidence::NeverTracked,
        Evidence::NewerThanFinding,
        Evidence::AgeUnknown,
        Evidence::Retired,
        Evidence::Unknown,
    ];

    /// The words shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::Used => "used",
            Evidence::TrackedNotReported => "tracked, not reported",
            Evidence::NeverTracked => "AWS never tracks",
            Evidence::NewerThanFinding => "newer than the finding",
            Evidence::AgeUnknown => "age unknown",
            Evidence::Retired => "retired by AWS",
            Evidence::Unknown => "not in the catalogue",
            Evidence::Reported => "reported unused",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
