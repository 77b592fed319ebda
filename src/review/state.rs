//! What is decided at one moment, entry by entry.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::input::{PolicyInput, ReviewInput};
use crate::iam::{Action, ActionPattern};
use crate::refine::{
    Curation, EntryPlan, Extension, Granularity, HeldBack, HeldBecause, Mark, Plan,
    SettledStatement, StatementPlan, settle_entries,
};
use crate::text::Untrusted;

/// The place of an entry. What can be decided of a `NotAction` is one thing, at entry 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPlace {
    /// Which of the loaded policies.
    pub policy: usize,
    /// The place of the statement in its policy, from 0.
    pub statement: usize,
    /// The place of the entry in its statement, from 0.
    pub entry: usize,
}

/// What a person decided of a proposal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing yet: it is written as it was.
    #[default]
    Undecided,
    /// It is narrowed or removed, as proposed.
    Accepted,
    /// It stays as it was.
    Rejected,
}

impl Decision {
    /// The words shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Undecided => "undecided",
            Decision::Accepted => "accepted",
            Decision::Rejected => "rejected",
        }
    }
}

/// An entry with what is proposed, what was asked for, and what was decided.
#[derive(Clone, Debug)]
pub struct EntryReview {
    /// What becomes of it, under its marks and at its granularity.
    pub plan: Arc<EntryPlan>,
    /// What the person decided of the proposal.
    pub decision: Decision,
    /// Why it was rejected, in the person's words; none unless it is.
    pub reason: Option<Untrusted>,
    /// The marks on its trie, in the order they were set.
    pub marks: Vec<Mark>,
    /// What stays although it is reported, until the person lets it go; other entries' too.
    pub held: Arc<HeldBack>,
    /// Where its names are cut.
    pub granularity: Granularity,
}

/// A statement as far as it is decided.
#[derive(Clone, Debug)]
pub enum StatementReview {
    /// `Deny`: there is nothing to decide.
    Denies,
    /// `Allow` with `NotAction`, decided as a whole.
    NotAction {
        /// The unused actions that could be appended to it.
        extension: Arc<Extension>,
        /// Whether they are appended.
        decision: Decision,
        /// Why that was rejected, in the person's words; none unless it is.
        reason: Option<Untrusted>,
        /// What stays although it is reported, until the person lets it go.
        held: Arc<HeldBack>,
    },
    /// `Allow` with `Action`, its entries in order.
    Entries(Vec<EntryReview>),
}

/// The statements of every policy.
#[derive(Clone, Debug)]
pub struct State {
    /// Shared with the states before and after, as far as they are the same.
    policies: Vec<Arc<Vec<StatementReview>>>,
}

impl State {
    /// Plans every statement of every policy, with nothing decided.
    pub fn undecided(input: &ReviewInput) -> Self {
        let plan = |policy: &PolicyInput| {
            let document = &policy.loaded.document;
            crate::refine::plan(
                document.policy(),
                &policy.universe,
                &input.options,
                &policy.held,
                |statement, entry| document.place(statement, entry).is_editable(),
            )
        };
        State {
            policies: input
                .policies
                .iter()
                .map(|policy| {
                    Arc::new(undecided(
                        plan(policy),
                        input.options.granularity,
                        &policy.held,
                    ))
                })
                .collect(),
        }
    }

    /// How many policies there are.
    pub fn policies(&self) -> usize {
        self.policies.len()
    }

    /// Whether nothing of a policy was decided between `before` and this.
    pub(super) fn is_as_before(&self, before: &State, policy: usize) -> bool {
        Arc::ptr_eq(&self.policies[policy], &before.policies[policy])
    }

    /// The statements of a policy.
    pub fn statements(&self, policy: usize) -> &[StatementReview] {
        &self.policies[policy]
    }

    /// The entry at `place`, if it is one of an `Action`.
    pub fn entry(&self, place: EntryPlace) -> Option<&EntryReview> {
        match self.policies.get(place.policy)?.get(place.statement)? {
            StatementReview::Entries(entries) => entries.get(place.entry),
            _ => None,
        }
    }

    pub(super) fn entry_mut(&mut self, place: EntryPlace) -> Option<&mut EntryReview> {
        let statements = Arc::make_mut(self.policies.get_mut(place.policy)?);
        match statements.get_mut(place.statement)? {
            StatementReview::Entries(entries) => entries.get_mut(place.entry),
            _ => None,
        }
    }

    /// What was decided at `place`; none where there is nothing to decide.
    pub fn decision(&self, place: EntryPlace) -> Option<Decision> {
        match self.policies.get(place.policy)?.get(place.statement)? {
            StatementReview::Denies => None,
            StatementReview::NotAction {
                extension,
                decision,
                ..
            } => (!extension.additions.is_empty() && place.entry == 0).then_some(*decision),
            StatementReview::Entries(entries) => entries.get(place.entry)?.decidable(),
        }
    }

    /// Why what is proposed at `place` was rejected, if it was and a reason was given.
    pub fn reason(&self, place: EntryPlace) -> Option<&Untrusted> {
        match self.policies.get(place.policy)?.get(place.statement)? {
            StatementReview::Denies => None,
            StatementReview::NotAction { reason, .. } => reason.as_ref(),
            StatementReview::Entries(entries) => entries.get(place.entry)?.reason.as_ref(),
        }
    }

    pub(super) fn decide(&mut self, place: EntryPlace, to: Decision) {
        self.decide_because(place, to, None);
    }

    pub(super) fn decide_because(
        &mut self,
        place: EntryPlace,
        to: Decision,
        because: Option<Untrusted>,
    ) {
        let because = because.filter(|_| to == Decision::Rejected);
        match &mut Arc::make_mut(&mut self.policies[place.policy])[place.statement] {
            StatementReview::Denies => {}
            StatementReview::NotAction {
                decision, reason, ..
            } => (*decision, *reason) = (to, because),
            StatementReview::Entries(entries) => {
                let entry = &mut entries[place.entry];
                (entry.decision, entry.reason) = (to, because);
            }
        }
    }

    /// The statements of a policy as they would be written: with what is accepted by `accepted`,
    /// given the statement and what was decided. None for one that does not change. Statements of
    /// which the same is proposed and accepted are settled once, and share their entries.
    ///
    /// A statement that cannot become that, such as one that may not be removed, does not change.
    pub(super) fn settle(
        &self,
        input: &ReviewInput,
        policy: usize,
        accepted: impl Fn(&StatementReview, Decision) -> bool,
    ) -> Vec<Option<SettledStatement>> {
        let mut known: HashMap<Vec<(*const EntryPlan, bool)>, Option<SettledStatement>> =
            HashMap::new();
        let statements = self.policies[policy].iter();
        let settled = statements.map(|statement| {
            let accepted = |decision| accepted(statement, decision);
            let StatementReview::Entries(entries) = statement else {
                return statement.settle(accepted);
            };
            let alike =
                (entries.iter()).map(|entry| (Arc::as_ptr(&entry.plan), accepted(entry.decision)));
            let settled = known.entry(alike.collect());
            settled
                .or_insert_with(|| statement.settle(accepted))
                .clone()
        });
        let document = input.document(policy);
        let may_be = |place: usize, settled: &SettledStatement| {
            document.cannot_be(place, &settled.edit).is_none()
        };
        let settled = settled.enumerate();
        let settled =
            settled.map(|(place, settled)| settled.filter(|settled| may_be(place, settled)));
        settled.collect()
    }

    /// Why statements stay of which nothing would be left with what is accepted.
    pub fn stay_whole<'a>(&'a self, input: &'a ReviewInput) -> impl Iterator<Item = &'a str> {
        let policies = self.policies.iter().enumerate();
        policies.flat_map(move |(policy, statements)| {
            let statements = 0..statements.len();
            statements.filter_map(move |statement| self.why_whole(input, policy, statement))
        })
    }

    /// Why a statement stays as it is written whatever is accepted of it; none where it becomes that.
    ///
    /// # Panics
    /// When there is no such statement.
    pub fn why_whole<'a>(
        &self,
        input: &'a ReviewInput,
        policy: usize,
        statement: usize,
    ) -> Option<&'a str> {
        let reviewed = &self.policies[policy][statement];
        let settled = reviewed.settle(|decision| decision == Decision::Accepted)?;
        let document = input.document(policy);
        document.cannot_be(statement, &settled.edit)
    }

    /// Every place where there is something to decide, in the order of the policies.
    pub fn places(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        self.policies
            .iter()
            .enumerate()
            .flat_map(move |(policy, statements)| {
                (0..statements.len()).flat_map(move |statement| self.places_in(policy, statement))
            })
    }

    /// The places of one statement where there is something to decide.
    pub fn places_in(
        &self,
        policy: usize,
        statement: usize,
    ) -> impl Iterator<Item = EntryPlace> + '_ {
        (0..self.policies[policy][statement].places())
            .map(move |entry| EntryPlace {
                policy,
                statement,
                entry,
            })
            .filter(|place| self.decision(*place).is_some())
    }

    /// The place of every entry of an `Action` and of every `NotAction`, also where there is nothing
    /// to decide.
    pub fn all_places(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        (0..self.policies.len()).flat_map(|policy| self.places_of(policy))
    }

    /// Those of one policy.
    pub(super) fn places_of(&self, policy: usize) -> impl Iterator<Item = EntryPlace> + '_ {
        let statements = self.policies[policy].iter().enumerate();
        statements.flat_map(move |(statement, review)| {
            (0..review.places()).map(move |entry| EntryPlace {
                policy,
                statement,
                entry,
            })
        })
    }

    /// The places in which this is not as `before`.
    pub fn places_since(&self, before: &State) -> Vec<EntryPlace> {
        let mut places: Vec<EntryPlace> = self.places().chain(before.places()).collect();
        places.sort_unstable();
        places.dedup();
        places.retain(|&place| !self.is_same_at(before, place));
        places
    }

    /// Whether nothing is decided or curated otherwise than in `other`, a state of the same review.
    pub(super) fn is_same_as(&self, other: &State) -> bool {
        let mut places = self.places().chain(other.places());
        places.all(|place| self.is_same_at(other, place))
    }

    fn is_same_at(&self, other: &State, place: EntryPlace) -> bool {
        if self.decision(place) != other.decision(place)
            || self.reason(place) != other.reason(place)
        {
            return false;
        }
        let is_curated_alike = match (self.entry(place), other.entry(place)) {
            (Some(entry), Some(other)) => {
                entry.marks == other.marks && entry.granularity == other.granularity
            }
            _ => true,
        };
        is_curated_alike && self.held(place) == other.held(place)
    }

    /// What stays at `place` although it is reported, also of what other entries grant.
    pub(super) fn held(&self, place: EntryPlace) -> Option<&Arc<HeldBack>> {
        match self.policies.get(place.policy)?.get(place.statement)? {
            StatementReview::Denies => None,
            StatementReview::NotAction { held, .. } => Some(held),
            StatementReview::Entries(entries) => Some(&entries.get(place.entry)?.held),
        }
    }

    /// Whether something is decided, marked, cut or let go at `place`: what a record tells.
    pub(super) fn says_something(&self, input: &ReviewInput, place: EntryPlace) -> bool {
        let is_decided = self.decision(place).unwrap_or_default() != Decision::Undecided;
        let is_curated = self.entry(place).is_some_and(|entry| {
            !entry.marks.is_empty() || entry.granularity != input.options.granularity
        });
        is_decided || is_curated || self.lets_go(input, place)
    }

    /// Whether something that the findings hold back at `place` is not held back any more.
    fn lets_go(&self, input: &ReviewInput, place: EntryPlace) -> bool {
        let (preset, Some(held)) = (input.held(place.policy), self.held(place)) else {
            return false;
        };
        !Arc::ptr_eq(preset, held) && preset.iter().any(|(action, _)| !held.contains(action))
    }

    /// What is allowed at `place` and stays although it is reported, until the person lets it go.
    pub fn held_back<'a>(
        &'a self,
        input: &'a ReviewInput,
        place: EntryPlace,
    ) -> impl Iterator<Item = (&'a Action, &'a HeldBecause)> {
        let held = self.held(place).into_iter().flat_map(|held| held.iter());
        held.filter(move |(action, _)| self.allows(input, place, action))
    }

    /// Whether the entry at `place`, or the `NotAction`, allows `action` as it was read.
    pub(super) fn allows(&self, input: &ReviewInput, place: EntryPlace, action: &Action) -> bool {
        match self.entry(place) {
            Some(entry) => entry.plan.old.matches(action),
            None => input.statement(place).allows(action),
        }
    }

    /// Holds back `held` at `place` in the place of what was, and plans it anew.
    pub(super) fn hold_back(
        &mut self,
        input: &ReviewInput,
        place: EntryPlace,
        held: Arc<HeldBack>,
    ) {
        let statements = Arc::make_mut(&mut self.policies[place.policy]);
        match &mut statements[place.statement] {
            StatementReview::Denies => {}
            StatementReview::NotAction {
                extension,
                held: slot,
                ..
            } => {
                *extension = Arc::new(input.extension(place, &held));
                *slot = held;
            }
            StatementReview::Entries(entries) => {
                let entry = &mut entries[place.entry];
                entry.held = held;
                entry.plan = Arc::new(input.plan(place, entry));
            }
        }
    }

    /// Whether what is decided at `place` is about a `NotAction`.
    pub fn is_not_action(&self, place: EntryPlace) -> bool {
        matches!(
            self.policies[place.policy][place.statement],
            StatementReview::NotAction { .. }
        )
    }

    /// What could be appended at `place`; nothing unless it is about a `NotAction`.
    pub fn additions(&self, place: EntryPlace) -> &[ActionPattern] {
        match &self.policies[place.policy][place.statement] {
            StatementReview::NotAction { extension, .. } => &extension.additions,
            _ => &[],
        }
    }

    /// The marks at `place` over the keeps that hold everywhere.
    pub fn curation<'a>(&'a self, input: &'a ReviewInput, place: EntryPlace) -> Curation<'a> {
        let marks = self.entry(place).map_or(&[][..], |entry| &entry.marks);
        let held = self.held(place).map_or(HeldBack::NOTHING, |held| held);
        input.options.curation(marks, held)
    }
}

impl EntryReview {
    fn decidable(&self) -> Option<Decision> {
        (self.plan.changes() || !self.marks.is_empty()).then_some(self.decision)
    }
}

impl StatementReview {
    /// How many places it has: one for each entry of an `Action`, one for a `NotAction`.
    fn places(&self) -> usize {
        match self {
            StatementReview::Denies => 0,
            StatementReview::NotAction { .. } => 1,
            StatementReview::Entries(entries) => entries.len(),
        }
    }

    /// The statement as it would be written: with what is accepted by `accepted`, given what was
    /// decided. None when nothing of it changes.
    fn settle(&self, accepted: impl Fn(Decision) -> bool) -> Option<SettledStatement> {
        match self {
            StatementReview::Denies => None,
            StatementReview::NotAction {
                extension,
                decision,
                ..
            } => accepted(*decision).then(|| extension.settle()).flatten(),
            StatementReview::Entries(entries) => {
                let plans: Vec<&EntryPlan> = entries.iter().map(|entry| &*entry.plan).collect();
                settle_entries(&plans, |place| accepted(entries[place].decision))
            }
        }
    }
}

fn undecided(plan: Plan, granularity: Granularity, held: &Arc<HeldBack>) -> Vec<StatementReview> {
    let statements = plan.statements.into_iter();
    statements
        .map(|statement| match statement {
            StatementPlan::Denies => StatementReview::Denies,
            StatementPlan::NotAction(extension) => StatementReview::NotAction {
                extension: Arc::new(extension),
                decision: Decision::Undecided,
                reason: None,
                held: Arc::clone(held),
            },
            StatementPlan::Entries(entries) => StatementReview::Entries(
                entries
                    .into_iter()
                    .map(|plan| EntryReview {
                        plan,
                        decision: Decision::Undecided,
                        reason: None,
                        marks: Vec::new(),
                        held: Arc::clone(held),
                        granularity,
                    })
                    .collect(),
            ),
        })
        .collect()
}
