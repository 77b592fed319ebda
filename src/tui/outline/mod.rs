//! The rows of the policy pane: policies, statements, entries, and what replaces them.

mod rows;

use std::collections::HashSet;

use self::rows::Rows;
use super::filter::Filter;
use crate::review::{Decision, EntryPlace, Review, State};

/// Entries that become more than this are folded at first.
const LARGEST_UNFOLDED: usize = 12;

/// What a row of the policy pane is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutlineRow {
    /// A policy; shown when there are several.
    Policy(usize),
    /// A statement.
    Statement {
        /// Which policy.
        policy: usize,
        /// Which statement of it.
        statement: usize,
    },
    /// What a `Deny` statement says of itself.
    Denies {
        /// Which policy.
        policy: usize,
        /// Which statement of it.
        statement: usize,
    },
    /// Neighbouring literals of one service and one fate.
    Literals {
        /// The first of them.
        first: EntryPlace,
        /// How many they are.
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
pub struct Placed {
    /// What it is about.
    pub row: OutlineRow,
    /// How many rows it is beneath.
    pub depth: usize,
}

/// The rows as they are folded, and the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    rows: Vec<Placed>,
    cursor: usize,
    /// The rows whose fold is not as it was at first.
    flipped: HashSet<OutlineRow>,
    filter: Filter,
}

impl Outline {
    /// The rows that are to be seen.
    pub fn rows(&self) -> &[Placed] {
        &self.rows
    }

    /// Where the cursor is.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row the cursor is on; none only before [`Outline::rebuild`].
    pub fn current(&self) -> Option<OutlineRow> {
        self.rows.get(self.cursor).map(|placed| placed.row)
    }

    /// Puts the cursor on the row at `index`, or on the last one.
    pub fn put_cursor(&mut self, index: usize) {
        self.cursor = index.min(self.rows.len().saturating_sub(1));
    }

    /// Makes the rows anew after something changed. The cursor stays on its row, or goes to the
    /// one above it when that is gone.
    pub fn rebuild(&mut self, review: &Review) {
        let before: Vec<OutlineRow> = self.rows.iter().map(|placed| placed.row).collect();
        let mut above = before.iter().take(self.cursor + 1).rev();
        self.rows = Rows::of(review, &self.flipped, self.filter);
        let kept = above.find_map(|row| self.index_of(*row)).unwrap_or(0);
        self.put_cursor(kept);
    }

    /// Which entries are shown.
    pub fn filter(&self) -> Filter {
        self.filter
    }

    /// Shows these entries. The cursor stays on its row, or goes to the one above it that is shown.
    pub fn set_filter(&mut self, review: &Review, filter: Filter) {
        self.filter = filter;
        self.rebuild(review);
    }

    /// Whether the row can be folded and unfolded.
    pub fn can_fold(review: &Review, row: OutlineRow) -> bool {
        match row {
            OutlineRow::Policy(_) | OutlineRow::Statement { .. } | OutlineRow::Literals { .. } => {
                true
            }
            OutlineRow::Entry(place) => new_entries(review.state(), place) > 0,
            OutlineRow::New { .. } | OutlineRow::Denies { .. } => false,
        }
    }

    /// Whether what is beneath the row is to be seen.
    pub fn is_open(&self, review: &Review, row: OutlineRow) -> bool {
        Outline::can_fold(review, row)
            && (is_open_at_first(review, row) != self.flipped.contains(&row))
    }

    /// Folds or unfolds the row.
    pub fn flip(&mut self, review: &Review, row: OutlineRow) {
        if !Outline::can_fold(review, row) {
            return;
        }
        if !self.flipped.remove(&row) {
            self.flipped.insert(row);
        }
        self.rebuild(review);
    }

    /// Puts the cursor on the row that the one it is on stands beneath. Returns whether there is
    /// one.
    pub fn go_to_parent(&mut self) -> bool {
        let Some(depth) = self.rows.get(self.cursor).map(|placed| placed.depth) else {
            return false;
        };
        let parent = self.rows[..self.cursor]
            .iter()
            .rposition(|placed| placed.depth < depth);
        self.cursor = parent.unwrap_or(self.cursor);
        parent.is_some()
    }

    /// Puts the cursor on the entry at `place`, and unfolds what hides it, but for literals that
    /// are one row.
    pub fn reveal(&mut self, review: &Review, place: EntryPlace) {
        if !self.filter.shows(review.state(), place) {
            self.set_filter(review, Filter::All);
        }
        for row in [
            OutlineRow::Policy(place.policy),
            OutlineRow::Statement {
                policy: place.policy,
                statement: place.statement,
            },
        ] {
            if !self.is_open(review, row) {
                self.flip(review, row);
            }
        }
        let index = self.rows.iter().position(|placed| match placed.row {
            OutlineRow::Entry(own) => own == place,
            row @ OutlineRow::Literals { .. } => row.covers(place) && !self.is_open(review, row),
            _ => false,
        });
        if let Some(index) = index {
            self.cursor = index;
        }
    }

    /// Puts the cursor on `row`, and unfolds what hides it.
    pub fn go_to(&mut self, review: &Review, row: OutlineRow) {
        match row {
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => {
                self.reveal(review, place);
                let folded = self
                    .current()
                    .filter(|at| matches!(at, OutlineRow::Literals { .. }) || *at != row);
                if let Some(folded) = folded.filter(|folded| !self.is_open(review, *folded)) {
                    self.flip(review, folded);
                }
            }
            OutlineRow::Statement { policy, statement }
            | OutlineRow::Denies { policy, statement } => {
                if !self
                    .filter
                    .shows_statement(review.state(), policy, statement)
                {
                    self.set_filter(review, Filter::All);
                }
                for above in [
                    OutlineRow::Policy(policy),
                    OutlineRow::Statement { policy, statement },
                ] {
                    if above != row && !self.is_open(review, above) {
                        self.flip(review, above);
                    }
                }
            }
            OutlineRow::Policy(_) | OutlineRow::Literals { .. } => {}
        }
        self.cursor = self.index_of(row).unwrap_or(self.cursor);
    }

    fn index_of(&self, row: OutlineRow) -> Option<usize> {
        self.rows.iter().position(|placed| placed.row == row)
    }
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
    fn covers(self, place: EntryPlace) -> bool {
        match self {
            OutlineRow::Literals { first, count } => {
                (first.policy, first.statement) == (place.policy, place.statement)
                    && (first.entry..first.entry + count).contains(&place.entry)
            }
            _ => false,
        }
    }
}

fn is_open_at_first(review: &Review, row: OutlineRow) -> bool {
    match row {
        OutlineRow::Policy(_) | OutlineRow::Statement { .. } => true,
        OutlineRow::Entry(place) => {
            let state = review.state();
            state.decision(place) != Some(Decision::Rejected)
                && new_entries(state, place) <= LARGEST_UNFOLDED
        }
        _ => false,
    }
}

/// How many entries come in the place of the one at `place`, or are appended.
fn new_entries(state: &State, place: EntryPlace) -> usize {
    let replacements = state
        .entry(place)
        .and_then(|entry| entry.plan.replacements());
    replacements.map_or(state.additions(place).len(), <[_]>::len)
}
