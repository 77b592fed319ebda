//! When an action was there, beside the time that a finding is about.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::iam::{Action, Name};

/// The time of a finding, and that of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// When the finding was made; it is about the time before.
    pub finding: FindingMade,
    /// The action.
    pub action: Name,
    /// The day on which AWS added it, where that was later than all that is known.
    pub since: Option<Date>,
    /// Whether AWS tracks its use, where that is known.
    pub tracked: Option<bool>,
}

/// When a finding was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingMade {
    /// On this day.
    On(Date),
    /// On a day that it does not tell.
    Undated,
    /// Later than all that is known: it is made anew.
    Anew,
}

impl Timeline {
    /// That of an action; none of one that is not known.
    pub(super) fn of(known: &Catalogue, action: &Action, finding: FindingMade) -> Option<Self> {
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
        match (self.since, self.finding) {
            (Some(since), FindingMade::On(made)) => since > made,
            (None, _) | (Some(_), FindingMade::Undated | FindingMade::Anew) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_is_what_came_after_the_day_of_the_finding() {
        let day = |day: &str| day.parse::<Date>().expect("a day");
        let times = |since: Option<&str>, finding| Timeline {
            finding,
            action: Name::from("GetObject"),
            since: since.map(day),
            tracked: None,
        };
        let made = FindingMade::On(day("2026-06-30"));
        assert!(times(Some("2026-07-01"), made).is_newer());
        assert!(!times(Some("2026-06-30"), made).is_newer());
        assert!(!times(None, made).is_newer());
        assert!(!times(Some("2026-07-01"), FindingMade::Anew).is_newer());
        assert!(!times(Some("2026-07-01"), FindingMade::Undated).is_newer());
    }
}
