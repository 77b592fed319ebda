//! What is known of an action that stays. It informs, and decides nothing.

use std::fmt;

use jiff::civil::Date;

use super::universe::Universe;
use crate::catalogue::KnownAction;
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
        if let Some(newer) = Evidence::of_age(known, universe, finding_date) {
            return newer;
        }
        match known.tracked {
            _ if known.first_seen.is_none() => Evidence::AgeUnknown,
            Some(true) => Evidence::TrackedNotReported,
            Some(false) => Evidence::NeverTracked,
            None => Evidence::TrackingUnknown,
        }
    }

    /// Of an action that is reported with its whole service, that it may be newer than the finding:
    /// then nobody looked at whether it is used. What is reported by name was there.
    pub fn of_reported(
        action: &Action,
        universe: &Universe,
        finding_date: Option<Date>,
    ) -> Option<Self> {
        let known = universe.catalogue.action(action)?;
        let is_named = universe.unused.contains_name(action);
        let of_age = || Evidence::of_age(known, universe, finding_date);
        (universe.is_unused(action) && !is_named).then(of_age)?
    }

    /// That an action is, or may be, newer than the finding.
    fn of_age(
        known: &KnownAction,
        universe: &Universe,
        finding_date: Option<Date>,
    ) -> Option<Self> {
        // The earliest snapshot means "then or before"; only later ones tell an age.
        let is_dated = known.first_seen > universe.catalogue.oldest_snapshot();
        match (known.first_seen, finding_date) {
            (Some(first_seen), Some(finding)) if first_seen > finding && is_dated => {
                Some(Evidence::NewerThanFinding)
            }
            (Some(first_seen), Some(finding)) if first_seen > finding => Some(Evidence::AgeUnknown),
            (_, None) if is_dated => Some(Evidence::AgeUnknown),
            _ => None,
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
        let same_day = evidence("GetLater", Some("2025-06-01"));
        assert_eq!(same_day, Evidence::TrackedNotReported);
        assert_eq!(evidence("GetLater", None), Evidence::AgeUnknown);
        assert_eq!(evidence("GetFlagless", between), Evidence::NewerThanFinding);
        assert_eq!(evidence("GetFlagless", after), Evidence::TrackingUnknown);
        assert_eq!(evidence("GetUndated", after), Evidence::AgeUnknown);
        assert_eq!(evidence("GetOldFlagless", None), Evidence::TrackingUnknown);
    }

    #[test]
    fn of_a_service_that_is_unused_as_a_whole_some_may_be_newer_than_the_finding() {
        let text = "date 2026-10-27\nsince 2024-06-10\ns3\n R+ GetOld\n R+ GetLater 2025-06-01\n\
                    sqs\n R+ GetOld\n R+ GetLater 2025-06-01\n";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", text)).unwrap();
        let mut unused = UnusedActions::default();
        unused.add_service(crate::iam::ServicePrefix::parse("s3").unwrap(), None);
        unused.add("sqs:GetLater".parse().unwrap(), None);
        let universe = Universe::new(Arc::new(catalogue), Arc::new(unused), []);
        let evidence = |name: &str, date: Option<&str>| {
            let date = date.map(|date| date.parse().unwrap());
            Evidence::of_reported(&name.parse().unwrap(), &universe, date)
        };
        let (between, after) = (Some("2025-01-01"), Some("2026-01-01"));
        assert_eq!(evidence("s3:GetLater", None), Some(Evidence::AgeUnknown));
        assert_eq!(
            evidence("s3:GetLater", between),
            Some(Evidence::NewerThanFinding)
        );
        assert_eq!(evidence("s3:GetLater", after), None);
        assert_eq!(evidence("s3:GetOld", None), None);
        assert_eq!(
            evidence("s3:GetOld", Some("2024-01-01")),
            Some(Evidence::AgeUnknown)
        );
        assert_eq!(evidence("sqs:GetLater", None), None);
        assert_eq!(evidence("sqs:GetOld", None), None);
    }
}
