//! What is reported as unused and stays all the same, with the reasons: what an audit asks for first.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::now::{allowed_by, unused_actions};
use super::{Decision, EntryPlace, Review, Written};
use crate::document::Place;
use crate::iam::{Action, Grants};
use crate::refine::{Fate, HeldBecause, Keep, Mark, MarkKind, Rule};
use crate::text::Untrusted;

/// An action that is reported as unused, and that a policy allows when it is written now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The action.
    pub action: Action,
    /// Why it stays.
    pub because: ExceptedBecause,
}

/// Why an action stays although it is reported as unused. Where several reasons hold, the first of
/// these is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExceptedBecause {
    /// The policy was changed at this time, within the days that a report is asked about: nothing of
    /// it is unused yet.
    Young(Timestamp),
    /// It was rejected that it goes; with the reason that was given, if any.
    Rejected(Option<Untrusted>),
    /// It was asked to be kept in all wildcards and literals.
    Kept(Keep),
    /// A mark on the wildcard that grants it keeps it, or leaves a prefix of it whole.
    Marked(Mark),
    /// It is held back: this speaks for it, and nobody let it go.
    Held(HeldBecause),
    /// Nobody decided on what is proposed.
    Undecided,
    /// It comes from what cannot be edited where it is written, or its statement has to stay: why.
    NotEdited(Untrusted),
    /// `*` grants it, and the catalogue does not have its service, which stays whole.
    UnknownService,
    /// Not all who have the policy are reported not to use it: these may.
    UsedByOthers(Arc<[String]>),
    /// Something that is not narrowed grants it too: a `NotAction`, or an entry of whose names not all
    /// are known.
    Otherwise,
}

impl Review {
    /// Why what is accepted at `place` is not written all the same; none where it is, or is not accepted.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn why_not_done(&self, place: EntryPlace) -> Option<&str> {
        if self.state().decision(place) != Some(Decision::Accepted) {
            return None;
        }
        let policy = self.policy(place.policy);
        if policy.outcome.written == Written::NothingLeft && policy.loaded.origin.block.is_some() {
            return Some(NOTHING_LEFT);
        }
        let input = self.input();
        self.state().why_whole(input, place.policy, place.statement)
    }

    /// What is reported as unused by any who have the policy, and stays in it when it is written now:
    /// first what is unused by all, each in order.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn exceptions(&self, policy: usize) -> Vec<Exception> {
        let input = self.input();
        let before = allowed_by([input.document(policy).policy()].into_iter());
        let after = allowed_by([&*self.outcomes()[policy].policy].into_iter());
        let grants = OwnGrants::new(self, policy);
        let young = input.young_since(policy).map(ExceptedBecause::Young);
        let unused = unused_actions(&[input.reported_of(policy)]).into_iter();
        let staying = unused.filter(|action| before.any_of(action) && after.any_of(action));
        let staying = staying.map(|action| Exception {
            because: (young.clone()).unwrap_or_else(|| grants.why_stays(&action)),
            action,
        });
        let kept_for = input.policies[policy].kept_for.iter();
        let kept_for = kept_for.filter(|(action, _)| before.any_of(action) && after.any_of(action));
        let for_others = kept_for.map(|(action, others)| Exception {
            because: ExceptedBecause::UsedByOthers(Arc::clone(others)),
            action: action.clone(),
        });
        staying.chain(for_others).collect()
    }
}

/// Why a policy of a source stays of which nothing is used.
const NOTHING_LEFT: &str = "nothing would be left of the policy, which is to be removed by hand";

/// What of one policy grants what, with what was decided.
struct OwnGrants<'a> {
    review: &'a Review,
    entries: Grants<'a, EntryPlace>,
    /// What could be appended to a `NotAction`.
    additions: Grants<'a, EntryPlace>,
    excepted: BTreeSet<&'a Action>,
}

impl<'a> OwnGrants<'a> {
    fn new(review: &'a Review, policy: usize) -> Self {
        let state = review.state();
        let places = state.all_places().filter(|place| place.policy == policy);
        let entries = places.filter_map(|place| Some((place, state.entry(place)?)));
        let entries: Vec<_> = entries.collect();
        let additions = (state.places().filter(|place| place.policy == policy))
            .flat_map(|place| state.additions(place).iter().map(move |new| (new, place)));
        OwnGrants {
            review,
            additions: additions.collect(),
            excepted: (entries.iter())
                .flat_map(|(_, entry)| &entry.plan.excepted)
                .collect(),
            entries: (entries.iter())
                .map(|(place, entry)| (&entry.plan.old, *place))
                .collect(),
        }
    }

    fn why_stays(&self, action: &Action) -> ExceptedBecause {
        let entries = self.entries.of(action);
        let entries = entries.filter_map(|place| self.why_entry_keeps(place, action));
        let additions = self.additions.of(action);
        let reasons = entries.chain(additions.filter_map(|place| self.why_open(place)));
        let otherwise = || {
            if self.excepted.contains(action) {
                ExceptedBecause::UnknownService
            } else {
                ExceptedBecause::Otherwise
            }
        };
        (reasons.min_by_key(ExceptedBecause::rank)).unwrap_or_else(otherwise)
    }

    fn why_entry_keeps(&self, place: EntryPlace, action: &Action) -> Option<ExceptedBecause> {
        let curation = self.review.state().curation(self.review.input(), place);
        match curation.fate(action, true) {
            Fate::Held => curation
                .held
                .reason(action)
                .cloned()
                .map(ExceptedBecause::Held),
            Fate::Kept | Fate::Whole => match curation.rule_for(action)? {
                Rule::Keep(keep) => Some(ExceptedBecause::Kept(keep.clone())),
                Rule::Mark(mark) => Some(ExceptedBecause::Marked(mark.clone())),
            },
            Fate::Stays | Fate::Goes | Fate::Dropped => {
                self.why_not_edited(place).or_else(|| self.why_open(place))
            }
        }
    }

    /// Why what becomes of the entry at `place` cannot be written, if it cannot.
    fn why_not_edited(&self, place: EntryPlace) -> Option<ExceptedBecause> {
        let document = self.review.input().document(place.policy);
        let why = match document.place(place.statement, place.entry) {
            Place::Opaque(_, reason) => Some(reason),
            Place::Literal(_) => self.review.why_not_done(place),
        };
        why.map(|why| ExceptedBecause::NotEdited(why.into()))
    }

    /// Why what is proposed at `place` is not done; none where it is, or nothing is proposed.
    fn why_open(&self, place: EntryPlace) -> Option<ExceptedBecause> {
        let state = self.review.state();
        match state.decision(place)? {
            Decision::Undecided => Some(ExceptedBecause::Undecided),
            Decision::Accepted => None,
            Decision::Rejected => {
                let reason = state.reason(place).cloned();
                Some(ExceptedBecause::Rejected(reason))
            }
        }
    }
}

impl ExceptedBecause {
    fn rank(&self) -> usize {
        match self {
            ExceptedBecause::Young(_) => 0,
            // What is left for its length is told whatever else keeps it.
            ExceptedBecause::Marked(mark) if mark.kind == MarkKind::Whole => 1,
            ExceptedBecause::Rejected(_) => 2,
            ExceptedBecause::Kept(_) => 3,
            ExceptedBecause::Marked(_) => 4,
            ExceptedBecause::Held(_) => 5,
            ExceptedBecause::Undecided => 6,
            ExceptedBecause::NotEdited(_) => 7,
            ExceptedBecause::UnknownService => 8,
            ExceptedBecause::UsedByOthers(_) => 9,
            ExceptedBecause::Otherwise => 10,
        }
    }
}
