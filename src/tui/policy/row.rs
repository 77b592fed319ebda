//! What a row of the policy pane is about.

use crate::review::{EntryPlace, State};

/// What a row of the policy pane is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutlineRow {
    /// A policy; shown when there are several.
    Policy(usize),
    /// A statement, above its entries.
    Statement {
        /// The place of the policy among those reviewed.
        policy: usize,
        /// The place of the statement in the policy.
        statement: usize,
    },
    /// What a `Deny` statement says of itself.
    Denies {
        /// The place of the policy among those reviewed.
        policy: usize,
        /// The place of the statement in the policy.
        statement: usize,
    },
    /// Neighbouring literals of one service and one fate.
    Literals {
        /// The place of the first of them.
        first: EntryPlace,
        /// How many neighbours the row stands for.
        count: usize,
    },
    /// An entry, or what can be decided of a `NotAction`.
    Entry(EntryPlace),
    /// One of the entries that come in the place of another.
    New {
        /// The entry it comes in the place of.
        place: EntryPlace,
        /// Which of those that do.
        index: usize,
    },
}

/// A row and how deep it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedRow {
    /// What the row is about.
    pub row: OutlineRow,
    /// How many rows it is beneath.
    pub depth: usize,
}

impl OutlineRow {
    /// The policy it stands in.
    pub fn policy(self) -> usize {
        match self {
            OutlineRow::Policy(policy)
            | OutlineRow::Statement { policy, .. }
            | OutlineRow::Denies { policy, .. } => policy,
            OutlineRow::Literals { first, .. } => first.policy,
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => place.policy,
        }
    }

    /// The entry it is about, when it is about one.
    pub fn entry(self) -> Option<EntryPlace> {
        match self {
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => Some(place),
            _ => None,
        }
    }

    /// The places it speaks of where there is something to decide. A policy does not speak for its
    /// `NotAction` statements: those are decided one by one.
    pub fn places(self, state: &State) -> Vec<EntryPlace> {
        match self {
            OutlineRow::Policy(policy) => {
                let statements = 0..state.statements(policy).len();
                statements
                    .flat_map(|statement| state.places_in(policy, statement))
                    .filter(|&place| !state.is_not_action(place))
                    .collect()
            }
            OutlineRow::Statement { policy, statement } => {
                state.places_in(policy, statement).collect()
            }
            OutlineRow::Denies { .. } => Vec::new(),
            OutlineRow::Literals { first, .. } => state
                .places_in(first.policy, first.statement)
                .filter(|place| self.covers(*place))
                .collect(),
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => {
                state.decision(place).map(|_| place).into_iter().collect()
            }
        }
    }

    /// Whether it is a row of literals and the one at `place` is among them.
    pub(super) fn covers(self, place: EntryPlace) -> bool {
        match self {
            OutlineRow::Literals { first, count } => {
                (first.policy, first.statement) == (place.policy, place.statement)
                    && (first.entry..first.entry + count).contains(&place.entry)
            }
            _ => false,
        }
    }
}
