//! What a trie is of: a wildcard, whose prefixes can be marked, or several entries together, to be
//! looked at.

use std::sync::Arc;

use crate::iam::ActionPattern;
use crate::refine::{
    Curation, EntryExpansion, EntryPlan, Extension, Fate, Granularity, ServiceStatus, Universe,
};
use crate::review::{EntryPlace, Review, StatementReview};
use crate::text::counted;
use crate::tui::policy::OutlineRow;

/// What a trie is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The wildcard at a place.
    Wildcard(EntryPlace),
    /// Literals of one service, so many from a place on.
    Literals(EntryPlace, usize),
    /// All entries of a statement.
    Statement {
        /// The place of the policy among those reviewed.
        policy: usize,
        /// The place of the statement in the policy.
        statement: usize,
    },
    /// All entries of a policy that allow something by name.
    Policy(usize),
}

/// What the rows of a trie say of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Which prefixes of one wildcard are safe.
    Prefixes,
    /// What stays and goes of several entries.
    Entries,
    /// The actions that are denied.
    Denied,
    /// The actions that a `NotAction` does not grant, and those that are to be added to these.
    Excepted,
}

/// What a trie was made of: as long as it is the same, the trie is.
#[derive(Clone, Debug)]
pub(super) enum MadeOf {
    Plans(Vec<Arc<EntryPlan>>),
    Extension(Arc<Extension>),
    Entries,
}

impl MadeOf {
    pub(super) fn is(&self, other: &MadeOf) -> bool {
        match (self, other) {
            (MadeOf::Plans(a), MadeOf::Plans(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
            }
            (MadeOf::Extension(a), MadeOf::Extension(b)) => Arc::ptr_eq(a, b),
            (MadeOf::Entries, MadeOf::Entries) => true,
            _ => false,
        }
    }
}

impl Subject {
    /// What the trie beside a row of the policy pane is of.
    pub(crate) fn of(review: &Review, row: OutlineRow) -> Self {
        match row {
            OutlineRow::Policy(policy) => Subject::Policy(policy),
            OutlineRow::Statement { policy, statement }
            | OutlineRow::Denies { policy, statement } => Subject::Statement { policy, statement },
            OutlineRow::Literals { first, count } => Subject::Literals(first, count),
            OutlineRow::Entry(place) | OutlineRow::New { place, .. } => {
                match review.state().entry(place) {
                    None => Subject::Statement {
                        policy: place.policy,
                        statement: place.statement,
                    },
                    Some(entry) if entry.plan.old.is_literal() => Subject::Literals(place, 1),
                    Some(_) => Subject::Wildcard(place),
                }
            }
        }
    }

    /// The entry whose prefixes can be marked, if it is one.
    pub(crate) fn wildcard(self) -> Option<EntryPlace> {
        match self {
            Subject::Wildcard(place) => Some(place),
            _ => None,
        }
    }

    /// What its pane is titled.
    pub(crate) fn title(self, review: &Review) -> String {
        let state = review.state();
        match (self, self.telling(review)) {
            (Subject::Wildcard(place) | Subject::Literals(place, 1), _) => {
                let entry = state.entry(place);
                entry.map_or_else(String::new, |entry| entry.plan.old.to_string())
            }
            (Subject::Literals(_, count), _) => format!("{count} actions"),
            (Subject::Statement { statement, .. }, Telling::Denied) => {
                format!("denied by #{}", statement + 1)
            }
            (Subject::Statement { statement, .. }, Telling::Excepted) => {
                format!("all but these, #{}", statement + 1)
            }
            (Subject::Statement { statement, .. }, _) => {
                let entries = self.places(review).len();
                let entries = counted(entries, "entry", "entries");
                format!("{entries} of #{}", statement + 1)
            }
            (Subject::Policy(_), _) => {
                let entries = self.places(review).len();
                counted(entries, "entry", "entries")
            }
        }
    }

    /// The policy it stands in.
    pub(crate) fn policy(self) -> usize {
        match self {
            Subject::Wildcard(place) | Subject::Literals(place, _) => place.policy,
            Subject::Statement { policy, .. } | Subject::Policy(policy) => policy,
        }
    }

    /// The entries that are planned, of which it is made; none of a `Deny` and a `NotAction`.
    pub(crate) fn places(self, review: &Review) -> Vec<EntryPlace> {
        let in_statement = |policy, statement| {
            let entries = match &review.state().statements(policy)[statement] {
                StatementReview::Entries(entries) => entries.len(),
                StatementReview::Denies | StatementReview::NotAction { .. } => 0,
            };
            (0..entries).map(move |entry| EntryPlace {
                policy,
                statement,
                entry,
            })
        };
        match self {
            Subject::Wildcard(place) => vec![place],
            Subject::Literals(first, count) => (first.entry..first.entry + count)
                .map(|entry| EntryPlace { entry, ..first })
                .collect(),
            Subject::Statement { policy, statement } => in_statement(policy, statement).collect(),
            Subject::Policy(policy) => (0..review.state().statements(policy).len())
                .flat_map(|statement| in_statement(policy, statement))
                .collect(),
        }
    }

    /// Whether the names are listed in full, not cut into prefixes.
    pub(super) fn granularity(self, review: &Review) -> Granularity {
        match self {
            Subject::Literals(..) => Granularity::Name,
            _ => review.input().options.granularity,
        }
    }

    pub(super) fn telling(self, review: &Review) -> Telling {
        match self {
            Subject::Wildcard(_) => Telling::Prefixes,
            Subject::Literals(..) | Subject::Policy(_) => Telling::Entries,
            Subject::Statement { policy, statement } => {
                match review.state().statements(policy)[statement] {
                    StatementReview::Denies => Telling::Denied,
                    StatementReview::NotAction { .. } => Telling::Excepted,
                    StatementReview::Entries(_) => Telling::Entries,
                }
            }
        }
    }

    pub(super) fn made_of(self, review: &Review) -> MadeOf {
        let state = review.state();
        match (self, self.telling(review)) {
            (_, Telling::Denied) => MadeOf::Entries,
            (Subject::Statement { policy, statement }, Telling::Excepted) => {
                match &state.statements(policy)[statement] {
                    StatementReview::NotAction { extension, .. } => {
                        MadeOf::Extension(Arc::clone(extension))
                    }
                    _ => MadeOf::Entries,
                }
            }
            _ => {
                let entries = self.places(review).into_iter();
                let entries = entries.filter_map(|place| state.entry(place));
                MadeOf::Plans(entries.map(|entry| Arc::clone(&entry.plan)).collect())
            }
        }
    }

    /// All that it grants, or does not, with what becomes of it.
    pub(super) fn expansion(self, review: &Review) -> EntryExpansion {
        let (input, state) = (review.input(), review.state());
        let universe = input.universe_of(self.policy());
        let of_entry = |place: EntryPlace| {
            let entry = state.entry(place)?;
            let curation = state.curation(input, place);
            Some(EntryExpansion::new(&entry.plan.old, universe, curation))
        };
        match (self, self.telling(review)) {
            (Subject::Wildcard(place), _) => {
                of_entry(place).unwrap_or_else(|| EntryExpansion::of_all([]))
            }
            (Subject::Statement { policy, statement }, Telling::Denied | Telling::Excepted) => {
                let written = &input.document(policy).policy().statements[statement];
                let entries = written.actions.entries().iter();
                let entries = entries.map(|entry| all_of(entry, universe, Fate::Stays));
                let MadeOf::Extension(extension) = self.made_of(review) else {
                    return EntryExpansion::of_all(entries);
                };
                let added = extension.additions.iter();
                let added = added.map(|entry| all_of(entry, universe, Fate::Goes));
                EntryExpansion::of_all(entries.chain(added))
            }
            _ => EntryExpansion::of_all(self.places(review).into_iter().filter_map(of_entry)),
        }
    }
}

/// What an entry is about, of which all is to be shown alike.
fn all_of(entry: &ActionPattern, universe: &Universe, fate: Fate) -> EntryExpansion {
    let mut all = EntryExpansion::new(entry, universe, Curation::NONE);
    for grants in &mut all.services {
        if grants.status == ServiceStatus::WhollyUnused {
            grants.status = ServiceStatus::Listed;
        }
        grants.kept_patterns.clear();
        for granted in &mut grants.actions {
            granted.fate = fate;
        }
    }
    all
}
