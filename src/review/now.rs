//! What would be true if it were written now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::granting::GrantingStatement;
use super::input::ReviewInput;
use super::outcome::{Outcome, Written};
use super::state::{Decision, EntryPlace, State};
use crate::findings::UnusedInService;
use crate::iam::{Action, Allowed, Grants, Name, Policy};
use crate::refine::{Fate, HeldBecause, Universe};
use crate::text::Untrusted;

/// What becomes of the unused actions, counted over all loaded policies. Each is counted once for those who
/// have policies in common: what one has is of no use to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// How many no loaded policy grants any more.
    pub gone: usize,
    /// Which these are, in order.
    pub gone_actions: Vec<Action>,
    /// An entry that nobody decided on yet still grants them.
    pub undecided: usize,
    /// How many of these only a `NotAction` grants.
    pub undecided_in_not_action: usize,
    /// An entry that was left as it is still grants them.
    pub left: usize,
    /// They were asked to be kept.
    pub kept: usize,
    /// They start with a prefix that is left whole, whatever else grants them.
    pub left_whole: usize,
    /// Which these are, in order.
    pub left_whole_actions: Vec<Action>,
    /// They are held back: something speaks for them, and nobody let them go.
    pub held: usize,
    /// An entry that cannot be edited where it is written still grants them.
    pub not_editable: usize,
    /// A policy in a source still grants them, of which nothing would be left: it stays as it is.
    pub nothing_left: usize,
    /// Something else still grants them: a `NotAction`, or a wildcard of a service that the catalogue
    /// does not have; or what is not known among the entries may.
    pub still_granted: usize,
    /// Every entry that granted them lets them go as it is accepted, but a `NotAction` that nobody decided
    /// on yet still grants them.
    pub in_not_action: usize,
    /// The statements that still grant what is in either of these.
    pub granted_by: BTreeSet<GrantingStatement>,
    /// The statements that still grant what something else still grants.
    pub still_granted_by: BTreeSet<GrantingStatement>,
    /// How many of those that are held back each comment asks for.
    pub commented: BTreeMap<Untrusted, usize>,
    /// None of the reviewed policies grants them any more, but another loaded one does.
    pub granted_beside: usize,
    /// Which these are, in order.
    pub granted_beside_actions: Vec<Action>,
    /// No loaded policy ever granted them, of those that are reported by name.
    pub never_granted: usize,
}

impl Now {
    pub(super) fn new(input: &ReviewInput, state: &State, outcomes: &[Outcome]) -> Self {
        let mut now = Now::default();
        let groups = input.groups();
        for group in &groups {
            now.count(input, state, outcomes, group, groups.len() == 1);
        }
        now
    }

    /// Counts what becomes of the unused actions of the policies of a `group`, which are all there are or
    /// not.
    fn count(
        &mut self,
        input: &ReviewInput,
        state: &State,
        outcomes: &[Outcome],
        group: &[usize],
        is_only: bool,
    ) {
        let now = self;
        let outcomes = || group.iter().map(|&policy| &outcomes[policy]);
        let before = group.iter().map(|&policy| input.document(policy).policy());
        let before = allowed_by(before);
        let after = granted_after(group, outcomes());
        let beside = allowed_by(others(input));
        let left_whole: BTreeSet<&Action> = outcomes()
            .flat_map(|outcome| &outcome.proved.left_whole)
            .collect();
        let places = || group.iter().flat_map(|&policy| state.places_of(policy));
        let marked = MarkedEntries::new(input, state, places());
        let held: BTreeMap<&Action, &HeldBecause> = places()
            .flat_map(|place| state.held_back(input, place))
            .collect();
        let open = OpenEntries::new(state, places());
        let accepted = accepted(state, places());
        let not_editable = not_editable(state, places());
        let emptied = outcomes().filter(|outcome| outcome.written == Written::NothingLeft);
        let emptied = allowed_by(emptied.map(|outcome| &*outcome.policy));
        let universes = if is_only {
            input.universes()
        } else {
            input.universes_of(group)
        };
        for action in unused_actions(&universes) {
            let was_granted = before.any_of(&action);
            let goes_here = was_granted && !after.any_of(&action);
            let is_gone = goes_here && !beside.any_of(&action);
            let count = if !was_granted {
                if !universes
                    .iter()
                    .any(|universe| universe.unused.contains_name(&action))
                {
                    continue;
                }
                &mut now.never_granted
            } else if is_gone {
                &mut now.gone
            } else if goes_here {
                now.granted_beside_actions.push(action.clone());
                &mut now.granted_beside
            } else if emptied.any_of(&action) {
                &mut now.nothing_left
            } else if left_whole.contains(&action) || marked.any_of(&action, Fate::Whole) {
                now.left_whole_actions.push(action.clone());
                &mut now.left_whole
            } else if let Some(because) = held.get(&action) {
                if let HeldBecause::Commented(comment) = because {
                    *now.commented.entry(comment.place.clone()).or_default() += 1;
                }
                &mut now.held
            } else if open.grants(&action, Decision::Undecided) {
                &mut now.undecided
            } else if open.grants(&action, Decision::Rejected) {
                &mut now.left
            } else if open.not_action_grants(&action, Decision::Undecided) {
                if accepted.any_of(&action) {
                    now.granted_by.extend(after.of(&action));
                    &mut now.in_not_action
                } else {
                    now.undecided_in_not_action += 1;
                    &mut now.undecided
                }
            } else if open.not_action_grants(&action, Decision::Rejected) {
                &mut now.left
            } else if marked.any_of(&action, Fate::Kept)
                || input.keeps().fate(&action, true).stays()
            {
                &mut now.kept
            } else if not_editable.any_of(&action) {
                &mut now.not_editable
            } else {
                now.granted_by.extend(after.of(&action));
                now.still_granted_by.extend(after.of(&action));
                &mut now.still_granted
            };
            *count += 1;
            if is_gone {
                now.gone_actions.push(action);
            }
        }
    }
}

/// What the policies of a `group` allow when `outcomes` are written, each with the statement that does.
fn granted_after<'o>(
    group: &[usize],
    outcomes: impl Iterator<Item = &'o Outcome>,
) -> Allowed<'o, GrantingStatement> {
    let statements = group.iter().zip(outcomes).flat_map(|(&policy, outcome)| {
        let places = outcome.places_written().into_iter();
        let places = places.map(move |statement| GrantingStatement { policy, statement });
        outcome.policy.statements.iter().zip(places)
    });
    statements.collect()
}

/// What is granted by the entries that are accepted to be narrowed, as they are written.
fn accepted(state: &State, places: impl Iterator<Item = EntryPlace>) -> Grants<'_, ()> {
    let entries = places.filter_map(|place| state.entry(place));
    let accepted =
        entries.filter(|entry| entry.decision == Decision::Accepted && entry.plan.changes());
    accepted.map(|entry| (&entry.plan.old, ())).collect()
}

/// What is granted by entries that are not written where they can be edited.
fn not_editable(state: &State, places: impl Iterator<Item = EntryPlace>) -> Grants<'_, ()> {
    let entries = places.filter_map(|place| state.entry(place));
    let foreign = entries.filter(|entry| !entry.plan.is_editable);
    foreign.map(|entry| (&entry.plan.old, ())).collect()
}

/// The policies that are loaded and not reviewed. Many principals may have the same.
fn others(input: &ReviewInput) -> impl Iterator<Item = &Policy> {
    let mut seen = BTreeSet::new();
    let others = input.others.iter().map(|other| &other.policy);
    let others = others.filter(move |policy| seen.insert(Arc::as_ptr(policy)));
    others.map(|policy| policy.document.policy())
}

/// The unused actions that have names, in order: those reported by name, and the known ones of
/// wholly unused services.
pub(super) fn unused_actions(universes: &[&Universe]) -> Vec<Action> {
    let of = |universe: &&Universe| -> Vec<Action> {
        let services = universe.unused.services();
        let actions = services.flat_map(|(service, unused)| {
            let names: Vec<&Name> = match unused {
                UnusedInService::Wholly(_) => universe.names(service),
                UnusedInService::Actions(actions) => actions.keys().collect(),
            };
            let names = names.into_iter();
            names.map(|name| Action::new(service.clone(), name.clone()))
        });
        actions.collect()
    };
    let mut actions: Vec<Action> = universes.iter().flat_map(of).collect();
    if universes.len() > 1 {
        actions.sort();
        actions.dedup();
    }
    actions
}

pub(super) fn allowed_by<'p>(policies: impl Iterator<Item = &'p Policy>) -> Allowed<'p, ()> {
    Allowed::by(policies.flat_map(|policy| &policy.statements))
}

/// The accepted entries that have marks.
struct MarkedEntries<'a> {
    input: &'a ReviewInput,
    state: &'a State,
    places: Grants<'a, EntryPlace>,
}

impl<'a> MarkedEntries<'a> {
    fn new(
        input: &'a ReviewInput,
        state: &'a State,
        places: impl Iterator<Item = EntryPlace>,
    ) -> Self {
        let decidable = places.filter(|place| state.decision(*place).is_some());
        let entries = decidable.filter_map(|place| Some((state.entry(place)?, place)));
        let marked = entries
            .filter(|(entry, _)| entry.decision == Decision::Accepted && !entry.marks.is_empty());
        MarkedEntries {
            input,
            state,
            places: marked
                .map(|(entry, place)| (&entry.plan.old, place))
                .collect(),
        }
    }

    /// Whether marks make this of the unused `action` in an entry that grants it.
    fn any_of(&self, action: &Action, fate: Fate) -> bool {
        let mut places = self.places.of(action);
        places.any(|place| self.state.curation(self.input, place).fate(action, true) == fate)
    }
}

/// What is proposed to be narrowed, or to be appended to a `NotAction`, and is not accepted.
struct OpenEntries<'a> {
    entries: Grants<'a, Decision>,
    additions: Grants<'a, Decision>,
}

impl<'a> OpenEntries<'a> {
    fn new(state: &'a State, places: impl Iterator<Item = EntryPlace>) -> Self {
        let (mut entries, mut additions) = (Vec::new(), Vec::new());
        for place in places {
            let Some(decision) = state.decision(place) else {
                continue;
            };
            if decision != Decision::Accepted {
                let old = state.entry(place).map(|entry| &entry.plan.old);
                entries.extend(old.map(|pattern| (pattern, decision)));
                let added = state.additions(place).iter();
                additions.extend(added.map(|pattern| (pattern, decision)));
            }
        }
        OpenEntries {
            entries: entries.into_iter().collect(),
            additions: additions.into_iter().collect(),
        }
    }

    /// Whether an entry that was decided so grants it.
    fn grants(&self, action: &Action, decision: Decision) -> bool {
        self.entries.of(action).any(|found| found == decision)
    }

    /// Whether a `NotAction` that was decided so grants it.
    fn not_action_grants(&self, action: &Action, decision: Decision) -> bool {
        self.additions.of(action).any(|found| found == decision)
    }
}
