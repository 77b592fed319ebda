//! What is known of an action that stays. It informs, and decides nothing.

use std::fmt;

use jiff::civil::Date;

use super::universe::Universe;
use crate::iam::Action;

/// Why nobody reported an action as unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// A last-accessed report saw it used; [`Universe::used`] has the time.
    Used,
    /// AWS tracks it, and the findings do not name it: it was used.
    TrackedNotReported,
    /// AWS cannot see its use (data plane, `iam:PassRole`, …): its absence says nothing.
    NeverTracked,
    /// AWS added it after the finding was made.
    NewerThanFinding,
    /// It may be newer than the finding: the finding carries no date, or one before anything is
    /// known of when AWS added it.
    AgeUnknown,
    /// It is not newer than the finding, and whether AWS tracks it is not known.
    TrackingUnknown,
    /// Not in the catalogue any more: AWS retired it.
    Retired,
    /// Not in the catalogue: newer than it, or misspelt.
    Unknown,
    /// The findings report it as unused, and it stays all the same.
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
        let is_dated = known.first_seen > universe.catalogue.oldest_snapshot();
        let may_be_newer = match (known.first_seen, finding_date) {
            (Some(first_seen), Some(finding)) => first_seen > finding,
            (_, None) => is_dated,
            (None, Some(_)) => false,
        };
        match (may_be_newer, known.tracked) {
            (true, _) if is_dated && finding_date.is_some() => Evidence::NewerThanFinding,
            (true, _) => Evidence::AgeUnknown,
            (false, _) if known.first_seen.is_none() => Evidence::AgeUnknown,
            (false, Some(true)) => Evidence::TrackedNotReported,
            (false, Some(false)) => Evidence::NeverTracked,
            (false, None) => Evidence::TrackingUnknown,
        }
    }

    /// The words for it in records, which stay as they are: other programs read them.
    pub fn key(self) -> &'static str {
        match self {
            Evidence::Used => "used",
            Evidence::TrackedNotReported => "tracked, not reported",
            Evidence::NeverTracked => "AWS never tracks",
            Evidence::NewerThanFinding => "newer than the finding",
            Evidence::AgeUnknown => "age unknown",
            Evidence::TrackingUnknown => "tracking not known",
            Evidence::Retired => "retired by AWS",
            Evidence::Unknown => "not in the catalogue",
            Evidence::Reported => "reported unused",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Evidence::TrackedNotReported => "tracked by AWS, so probably used",
            other => other.key(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::text::Source;

    #[test]
    fn an_age_is_only_told_where_it_is_known() {
        let text = "date 2026-10-27\nsince 2024-06-10\ns3\n \
                    R+ GetOld\n R+ GetLater 2025-06-01\n ?? GetFlagless 2025-06-01\n \
                    R+ GetUndated ?\n ?? GetOldFlagless\n";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", text)).unwrap();
        let universe = Universe::new(Arc::new(catalogue), Arc::new(UnusedActions::default()), []);
        let evidence = |name: &str, date: Option<&str>| {
            let date = date.map(|date| date.parse().unwrap());
            Evidence::of(&format!("s3:{name}").parse().unwrap(), &universe, date)
        };
        // The oldest snapshot has it: it was there then, and nobody knows since when.
        let (before, between, after) = (Some("2024-05-29"), Some("2025-01-01"), Some("2026-01-01"));
        assert_eq!(evidence("GetOld", before), Evidence::AgeUnknown);
        assert_eq!(evidence("GetOld", between), Evidence::TrackedNotReported);
        assert_eq!(evidence("GetOld", None), Evidence::TrackedNotReported);
        assert_eq!(evidence("GetLater", before), Evidence::NewerThanFinding);
        assert_eq!(evidence("GetLater", between), Evidence::NewerThanFinding);
        assert_eq!(evidence("GetLater", after), Evidence::TrackedNotReported);
        assert_eq!(evidence("GetLater", None), Evidence::AgeUnknown);
        assert_eq!(evidence("GetFlagless", between), Evidence::NewerThanFinding);
        assert_eq!(evidence("GetFlagless", after), Evidence::TrackingUnknown);
        assert_eq!(evidence("GetUndated", after), Evidence::AgeUnknown);
        assert_eq!(evidence("GetOldFlagless", None), Evidence::TrackingUnknown);
    }
}
