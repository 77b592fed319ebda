//! When an action was there, beside the time that a finding is about.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::iam::{Action, Name};

/// The time of a finding, and that of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// The day on which the finding was made, where it is known; it is about the time before.
    pub finding: Option<Date>,
    /// The action.
    pub action: Name,
    /// The day on which AWS added it, where that was later than all that is known.
    pub since: Option<Date>,
    /// Whether AWS tracks its use, where that is known.
    pub tracked: Option<bool>,
}

impl Timeline {
    /// That of an action; none of one that is not known.
    pub(super) fn of(known: &Catalogue, action: &Action, finding: Option<Date>) -> Option<Self> {
        let one = known.action(action)?;
        let oldest = known.oldest_snapshot();
        Some(Timeline {
            finding,
            action: one.name.clone(),
            since: one.first_seen.filter(|seen| Some(*seen) > oldest),
            tracked: one.tracked,
        })
    }

    /// Whether the action came after the finding.
    pub fn is_newer(&self) -> bool {
        let days = self.since.zip(self.finding);
        days.is_some_and(|(since, finding)| since > finding)
    }
}
