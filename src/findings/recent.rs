//! What is reported as unused and was used within the window all the same: it stays, since AWS may
//! have looked at fewer days than were asked for.
//!
//! The window ends when the finding was made. One that does not tell when is measured from another
//! date: when it was last changed, or else today, or where that is not known from the newest use in it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Page, UnusedActions, UnusedFor, UsedActions};
use crate::iam::{Action, ServicePrefix};
use crate::text::{Problem, counted, is_beyond_time, some_of};

/// How many names a warning lists.
const NAMES: usize = 5;

/// How a moment is told.
const MOMENT: &str = "%Y-%m-%d %H:%M UTC";

/// What to do when the window is wider than that of the analyzer.
pub(super) const FEWER_DAYS: &str =
    "if the analyzer looks at fewer days, say how many: --unused-for DAYS";

/// What to do when nobody knows when a finding was made.
const UNDATED: &str = "give the finding as AWS printed it, with its \"analyzedAt\"";

/// The days within which nothing that goes may have been used, before the finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    since: Timestamp,
    days: u32,
    from: MeasuredFrom,
}

/// The end of a window.
#[derive(Clone, Copy, Debug, PartialEq)]
enum MeasuredFrom {
    /// The finding, which tells when it was made.
    Finding,
    /// A last-accessed report, which tells when it was finished.
    Report,
    /// This moment, since the finding does not tell.
    Other(Timestamp),
}

/// The dates of a finding.
#[derive(Default)]
pub(super) struct Dates {
    /// When AWS looked at what is used.
    pub(super) analyzed_at: Option<Timestamp>,
    /// When the finding was last changed.
    pub(super) changed_at: Option<Timestamp>,
    /// When what it names was last used, the latest.
    pub(super) last_used: Option<Timestamp>,
}

impl Dates {
    /// The dates of one that does not tell when it was made, and names what is `unused`.
    pub(super) fn only_of(unused: &UnusedActions) -> Self {
        Dates {
            last_used: unused
                .last_uses()
                .max_by_key(|&at| (!is_beyond_time(at), at)),
            ..Dates::default()
        }
    }
}

impl Window {
    /// The window before a finding; none when neither it nor anything else has a date.
    pub(super) fn before(dates: &Dates, days: UnusedFor) -> Option<Self> {
        let other = || (dates.changed_at.or_else(|| days.now())).or(dates.last_used);
        let (end, from) = match dates.analyzed_at {
            Some(at) => (at, MeasuredFrom::Finding),
            None => other().map(|at| (at, MeasuredFrom::Other(at)))?,
        };
        Some(Window {
            since: days.before(end),
            days: days.in_days(),
            from,
        })
    }

    /// The days that a report is asked about, which was finished at `end`.
    pub(super) fn of_report(end: Timestamp, days: UnusedFor) -> Self {
        Window {
            since: days.before(end),
            days: days.in_days(),
            from: MeasuredFrom::Report,
        }
    }

    /// The one that reaches back further.
    pub(super) fn wider(self, other: Window) -> Window {
        if other.since < self.since {
            other
        } else {
            self
        }
    }

    /// Whether what was used then was used within it, or later.
    pub(super) fn holds(self, at: Timestamp) -> bool {
        at >= self.since
    }

    /// `within 90 days before the finding`, or before what that is measured from.
    pub(super) fn words(self) -> String {
        let days = counted(self.days as usize, "day", "days");
        match self.from {
            MeasuredFrom::Finding => format!("within {days} before the finding"),
            MeasuredFrom::Report => format!("within {days} before the report"),
            MeasuredFrom::Other(at) => format!(
                "within {days} before {}, as the finding does not tell when it was made",
                moment(at)
            ),
        }
    }

    /// What to do when it is not the right one.
    pub(super) fn help(self) -> &'static str {
        match self.from {
            MeasuredFrom::Finding | MeasuredFrom::Report => FEWER_DAYS,
            MeasuredFrom::Other(_) => UNDATED,
        }
    }

    /// The page with what was used within this window: a service counts as used, an action is held
    /// back. Both are named.
    pub(super) fn apply_to(self, page: &mut Page) {
        let services = page.unused.take_out_services_used_since(self.since);
        let actions = page.unused.used_since(self.since);
        let warning = self.warning(page, &services, &actions);
        page.notes.extend(warning);
        let actions = actions.into_iter();
        page.recently_used = actions.map(|(action, at)| (action, at.into())).collect();
        page.window = Some(self);
        let mut used = UsedActions::default();
        for (service, at) in services {
            used.add_service(service, at);
        }
        page.used.add_all(used);
    }

    fn warning(
        self,
        page: &Page,
        services: &BTreeMap<ServicePrefix, Timestamp>,
        actions: &BTreeMap<Action, Timestamp>,
    ) -> Option<Problem> {
        let services = services
            .iter()
            .map(|(service, at)| (format!("{service}:*"), *at));
        let actions = actions.iter().map(|(action, at)| (action.to_string(), *at));
        let mut used: Vec<(String, Timestamp)> = services.chain(actions).collect();
        used.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        let (_, last) = used.first()?;
        let last = moment(*last);
        let names: Vec<String> = used.iter().map(|(name, _)| name.clone()).collect();
        let names = some_of(&names, NAMES);
        let within = self.words();
        let message = format!("reported as unused, and used {within}, so it stays");
        let warning = page.source.warning(message);
        let warning = warning.detail(format!("{names}; last used on {last}"));
        Some(warning.help(self.help()))
    }
}

/// A moment as it is told.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime(MOMENT).to_string()
}
