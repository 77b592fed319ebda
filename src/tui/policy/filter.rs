//! Which entries the policy pane shows.

use crate::review::{Decision, EntryPlace, State};

/// Which entries are shown; a statement is when one of its entries is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryFilter {
    /// All entries, also those that stay.
    #[default]
    All,
    /// Those that would be written differently now.
    Changed,
    /// Those that nobody decided on.
    Undecided,
    /// Those of which something is unsafe: something is proposed for them.
    Unsafe,
}

impl EntryFilter {
    /// The one that comes after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            EntryFilter::All => EntryFilter::Changed,
            EntryFilter::Changed => EntryFilter::Undecided,
            EntryFilter::Undecided => EntryFilter::Unsafe,
            EntryFilter::Unsafe => EntryFilter::All,
        }
    }

    /// The word shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryFilter::All => "all",
            EntryFilter::Changed => "changed",
            EntryFilter::Undecided => "undecided",
            EntryFilter::Unsafe => "unsafe",
        }
    }

    /// What it shows, in words.
    pub fn description(self) -> &'static str {
        match self {
            EntryFilter::All => "all entries",
            EntryFilter::Changed => "the entries that would be written differently now",
            EntryFilter::Undecided => "the entries that are undecided",
            EntryFilter::Unsafe => "the entries that are unsafe: something is proposed for them",
        }
    }

    /// Whether the entry at `place` is shown.
    pub fn shows(self, state: &State, place: EntryPlace) -> bool {
        let decision = state.decision(place);
        match self {
            EntryFilter::All => true,
            EntryFilter::Changed => {
                let changes = (state.entry(place)).is_none_or(|entry| entry.plan.changes());
                decision == Some(Decision::Accepted) && changes
            }
            EntryFilter::Undecided => decision == Some(Decision::Undecided),
            EntryFilter::Unsafe => decision.is_some(),
        }
    }

    /// Whether something of the statement is shown.
    pub(crate) fn shows_statement(self, state: &State, policy: usize, statement: usize) -> bool {
        let mut places = state.places_in(policy, statement);
        self == EntryFilter::All || places.any(|place| self.shows(state, place))
    }
}
