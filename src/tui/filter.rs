//! Which entries the policy pane shows.

use crate::review::{Decision, EntryPlace, State};

/// Which entries are shown; a statement is when one of its entries is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those that would be written differently now.
    Changed,
    /// Those that nobody decided on.
    Undecided,
    /// Those of which something is unsafe: something is proposed for them.
    Unsafe,
}

impl Filter {
    /// The one that comes after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Filter::All => Filter::Changed,
            Filter::Changed => Filter::Undecided,
            Filter::Undecided => Filter::Unsafe,
            Filter::Unsafe => Filter::All,
        }
    }

    /// The word shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Filter::All => "all",
            Filter::Changed => "changed",
            Filter::Undecided => "undecided",
            Filter::Unsafe => "unsafe",
        }
    }

    /// What it shows, in words.
    pub fn told(self) -> &'static str {
        match self {
            Filter::All => "all entries",
            Filter::Changed => "the entries that would be written differently now",
            Filter::Undecided => "the entries that are undecided",
            Filter::Unsafe => "the entries that are unsafe: something is proposed for them",
        }
    }

    /// Whether the entry at `place` is shown.
    pub fn shows(self, state: &State, place: EntryPlace) -> bool {
        let decision = state.decision(place);
        match self {
            Filter::All => true,
            Filter::Changed => {
                let changes = (state.entry(place)).is_none_or(|entry| entry.plan.changes());
                decision == Some(Decision::Accepted) && changes
            }
            Filter::Undecided => decision == Some(Decision::Undecided),
            Filter::Unsafe => decision.is_some(),
        }
    }

    /// Whether something of the statement is shown.
    pub(super) fn shows_statement(self, state: &State, policy: usize, statement: usize) -> bool {
        let mut places = state.places_in(policy, statement);
        self == Filter::All || places.any(|place| self.shows(state, place))
    }
}
