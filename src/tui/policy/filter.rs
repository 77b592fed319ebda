//! Which entries the policy pane shows.

use crate::proof::Relation;
use crate::review::{Decision, EntryPlace, Review};

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
    /// Those of which AWS's answer makes something else.
    Differs,
}

impl EntryFilter {
    /// The one that comes after it.
    #[must_use]
    pub fn next(self, review: &Review) -> Self {
        match self {
            EntryFilter::All => EntryFilter::Changed,
            EntryFilter::Changed => EntryFilter::Undecided,
            EntryFilter::Undecided => EntryFilter::Unsafe,
            EntryFilter::Unsafe if !review.compared().is_empty() => EntryFilter::Differs,
            EntryFilter::Unsafe | EntryFilter::Differs => EntryFilter::All,
        }
    }

    /// The word shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            EntryFilter::All => "all",
            EntryFilter::Changed => "changed",
            EntryFilter::Undecided => "undecided",
            EntryFilter::Unsafe => "unsafe",
            EntryFilter::Differs => "unlike AWS",
        }
    }

    /// What it shows, in words.
    pub fn description(self) -> &'static str {
        match self {
            EntryFilter::All => "all entries",
            EntryFilter::Changed => "the entries that would be written differently now",
            EntryFilter::Undecided => "the entries that are undecided",
            EntryFilter::Unsafe => "the entries that are unsafe: something is proposed for them",
            EntryFilter::Differs => "the entries of which AWS's answer makes something else",
        }
    }

    /// Whether the entry at `place` is shown.
    pub fn shows(self, review: &Review, place: EntryPlace) -> bool {
        let state = review.state();
        let decision = state.decision(place);
        match self {
            EntryFilter::All => true,
            EntryFilter::Changed => {
                let changes = (state.entry(place)).is_none_or(|entry| entry.plan.changes());
                decision == Some(Decision::Accepted) && changes
            }
            EntryFilter::Undecided => decision == Some(Decision::Undecided),
            EntryFilter::Unsafe => decision.is_some(),
            EntryFilter::Differs => {
                let compared = review.compared().get(place);
                compared.is_some_and(|compared| compared.relation() != Relation::Same)
            }
        }
    }

    /// Whether something of the statement is shown.
    pub(crate) fn shows_statement(self, review: &Review, policy: usize, statement: usize) -> bool {
        let mut places = review.state().places_in(policy, statement);
        self == EntryFilter::All || places.any(|place| self.shows(review, place))
    }
}
