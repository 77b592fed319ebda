//! The review of a principal's policies: what is proposed, what a person decided, and what would be
//! written now. There is no terminal here.
//!
//! A [`ReviewInput`] goes in: policies, findings, catalogue and options. A [`Review`] starts with
//! everything undecided, and undecided means unchanged. [`Review::decide`] and its neighbours each
//! make one step that can be undone. Before anything is said of the decisions, the files that they
//! touch are settled, written, read back and proved anew; what is shown is therefore always what
//! would be written. [`Review::files`] and [`Review::policies`] are what comes out.
//!
//! [`EntryPlace`] names an entry, [`State`] holds the decisions of one moment. A
//! [`DecisionRecord`] and the [`journal`] save them; [`SavedDecisions`] is what is read of a record.

mod as_deny;
mod baseline;
mod began;
mod caveat;
mod comparison;
mod computed;
mod cost;
mod decisions;
mod denied;
mod everywhere;
mod exceptions;
mod fit;
mod granting;
mod grounds;
mod in_iam;
mod input;
pub mod journal;
mod made;
mod matched;
mod now;
mod outcome;
mod pieces;
mod principal;
mod record;
mod reviewed;
mod saved;
mod size;
mod state;
mod title;
mod unknown;
mod used_before;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A policy that a review is about.
pub use crate::policies::LoadedPolicy;
pub use as_deny::{AsDeny, StillAllowed};
pub use baseline::{Baseline, Going};
pub use began::{BeganWith, DecidedOtherwise, EntryBefore, Replayed, Since};
pub use caveat::{Caveat, ProofReport, StillThere};
pub use comparison::ComparedEntries;
pub use computed::GoesUnless;
pub use cost::Cost;
pub use decisions::{Becomes, DecidedWith, DecisionRecord, Decisions};
pub use denied::{Elsewhere, LastUse, Removal, Removals, StatementOf, Verdict};
pub use everywhere::{keepers_by_name, name_of};
pub use exceptions::{ExceptedBecause, Exception};
pub use fit::{Fit, Fitting, LeftWhole, Proposals, reason_to_fit};
pub use granting::GrantingStatement;
pub use in_iam::InIam;
pub use input::{KeptFor, OtherPolicy, PolicyInput, ReviewInput};
pub use made::MadeRecord;
pub use matched::{KnownPolicies, NotFound};
pub use now::Now;
pub use outcome::{FileOutcome, FileText, Outcome, Written, prove_text};
pub use pieces::{NotInPieces, Overlong};
pub use principal::Principal;
pub use record::{EntryRecord, HeldReason, HeldRecord, MarkRecord};
use reviewed::Outcomes;
pub use reviewed::{ReviewedFile, ReviewedPolicy};
pub use saved::{NotRead, NotReplayed, SavedDecisions};
pub use size::{SizeReport, TooLong};
pub use state::{Decision, EntryPlace, EntryReview, State, StatementReview};
pub use title::{condition_in_words, on_other_services, statement_scope, statement_title};
pub use unknown::unknown_unused;
pub use used_before::is_untold;

use crate::iam::{Action, ActionPrefix};
use crate::refine::{Granularity, HeldBecause, Mark};
use crate::text::Untrusted;

/// A review of a principal's policies.
#[derive(Clone, Debug)]
pub struct Review {
    input: Arc<ReviewInput>,
    state: Arc<State>,
    /// These six are worked out when first asked for.
    outcomes: OnceCell<Box<Outcomes>>,
    sizes_if_all_accepted: OnceCell<Vec<IfAllAccepted>>,
    costs: OnceCell<BTreeMap<EntryPlace, cost::Proposed>>,
    going: OnceCell<Vec<OnceCell<usize>>>,
    compared: OnceCell<ComparedEntries>,
    now: OnceCell<Now>,
    past: Vec<Change>,
    future: Vec<Change>,
}

/// The proposals that [`Review::accept_all`] accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// Those for entries that nobody decided on; a `NotAction` stays as it is.
    Entries,
    /// All, also to append what is unused to a `NotAction`.
    EntriesAndNotActions,
}

/// The characters of a policy with everything accepted that is not rejected.
#[derive(Clone, Copy, Debug)]
struct IfAllAccepted {
    own: usize,
    /// With all that counts against the same quota.
    counted: usize,
}

/// One step that can be taken back or done again: the state on its other side.
#[derive(Clone, Debug)]
struct Change {
    state: Arc<State>,
    at: EntryPlace,
}

impl Review {
    /// Opens a review with everything undecided.
    pub fn new(input: ReviewInput) -> Self {
        let input = Arc::new(input);
        let state = Arc::new(State::undecided(&input));
        Review::at(input, state)
    }

    fn at(input: Arc<ReviewInput>, state: Arc<State>) -> Self {
        Review {
            input,
            state,
            outcomes: OnceCell::new(),
            sizes_if_all_accepted: OnceCell::new(),
            costs: OnceCell::new(),
            going: OnceCell::new(),
            compared: OnceCell::new(),
            now: OnceCell::new(),
            past: Vec::new(),
            future: Vec::new(),
        }
    }

    /// The same decisions without the loaded policies beside the reviewed ones, and without the
    /// steps that led there.
    #[must_use]
    pub fn alone(&self) -> Review {
        let mut input = ReviewInput::clone(&self.input);
        input.others.clear();
        Review::at(Arc::new(input), Arc::clone(&self.state))
    }

    /// The same with all accepted that is undecided, but for what a `NotAction` would exclude.
    #[must_use]
    pub fn if_all_accepted(&self) -> Review {
        let mut review = Review::at(Arc::clone(&self.input), Arc::clone(&self.state));
        review.accept_all(Accept::Entries);
        review
    }

    /// What the review is about.
    pub fn input(&self) -> &Arc<ReviewInput> {
        &self.input
    }

    /// What is decided now, entry by entry, with what is proposed for each.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What is decided now, to compare with later.
    pub fn snapshot(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// What would be true if it were written now.
    pub fn now(&self) -> &Now {
        let now = || Now::new(&self.input, &self.state, self.outcomes());
        self.now.get_or_init(now)
    }

    /// The size that IAM would count of a policy with everything accepted that is not rejected.
    pub fn size_if_all_accepted(&self, policy: usize) -> usize {
        self.sizes_if_all_accepted()[policy].own
    }

    /// The characters that would then count against its quota.
    pub fn counted_if_all_accepted(&self, policy: usize) -> usize {
        self.sizes_if_all_accepted()[policy].counted
    }

    fn sizes_if_all_accepted(&self) -> &[IfAllAccepted] {
        let sizes = || sizes_if_all_accepted(&self.input, &self.state);
        self.sizes_if_all_accepted.get_or_init(sizes)
    }

    /// What AWS recommends, compared with what is proposed here, as far as it is known.
    pub fn compared(&self) -> &ComparedEntries {
        self.compared
            .get_or_init(|| ComparedEntries::new(&self.input, &self.state))
    }

    /// Whether every proof of what would be written now holds.
    pub fn is_proved(&self) -> bool {
        let mut outcomes = self.outcomes().iter();
        outcomes.all(|outcome| outcome.proved.holds()) && self.faults_together().is_empty()
    }

    /// Decides the proposals at `places`, as one step. Places where there is nothing to decide, or
    /// where this is decided already, are passed over. Returns how many were decided.
    pub fn decide(&mut self, places: &[EntryPlace], to: Decision) -> usize {
        let changing: Vec<EntryPlace> = places
            .iter()
            .copied()
            .filter(|&place| {
                self.state
                    .decision(place)
                    .is_some_and(|decision| decision != to)
            })
            .collect();
        let Some(&first) = changing.first() else {
            return 0;
        };
        let mut state = State::clone(&self.state);
        for &place in &changing {
            state.decide(place, to);
        }
        self.step_of_decisions(state, first);
        changing.len()
    }

    /// Rejects the proposals at `places` for a `reason`, as one step. Those that are rejected for
    /// just that are passed over. Returns how many were rejected, or got another reason.
    pub fn reject(&mut self, places: &[EntryPlace], reason: Option<&Untrusted>) -> usize {
        let changing: Vec<EntryPlace> = (places.iter().copied())
            .filter(|&place| match self.state.decision(place) {
                None => false,
                Some(Decision::Rejected) => self.state.reason(place) != reason,
                Some(_) => true,
            })
            .collect();
        let Some(&first) = changing.first() else {
            return 0;
        };
        let mut state = State::clone(&self.state);
        for &place in &changing {
            state.decide_because(place, Decision::Rejected, reason.cloned());
        }
        self.step_of_decisions(state, first);
        changing.len()
    }

    /// How many entries are decided, or only marked: what would be lost by leaving.
    pub fn decisions(&self) -> usize {
        let (state, input) = (&self.state, &self.input);
        let places = state.places();
        places
            .filter(|&place| state.says_something(input, place))
            .count()
    }

    /// Accepts every undecided proposal of a kind that may be accepted without asking, as one step.
    pub fn accept_all(&mut self, which: Accept) {
        let places: Vec<EntryPlace> = match which {
            Accept::Entries => self.undecided(),
            Accept::EntriesAndNotActions => self.all_undecided().collect(),
        };
        self.decide(&places, Decision::Accepted);
    }

    /// Everything that is still undecided, but for proposals to extend a `NotAction`: those are
    /// decided one by one.
    pub fn undecided(&self) -> Vec<EntryPlace> {
        self.all_undecided()
            .filter(|&place| !self.state.is_not_action(place))
            .collect()
    }

    fn all_undecided(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        let is_undecided =
            |place: &EntryPlace| self.state.decision(*place) == Some(Decision::Undecided);
        self.state.places().filter(is_undecided)
    }

    /// Puts `marks` on the trie of the wildcard at `place` in the place of those it had, plans it
    /// anew and accepts it, as one step. False, and no step, when it comes to the same as before.
    /// With some marks taken back and none set it is always a step, and taking back is not agreeing: what was accepted is
    /// again as it was decided when it last had just these marks and was cut like this, if it ever
    /// had. A rejection stays.
    pub fn set_marks(&mut self, place: EntryPlace, marks: Vec<Mark>) -> bool {
        self.curate(place, |entry| entry.marks = marks)
    }

    /// Cuts the names of the wildcard at `place` differently, plans it anew and accepts it, as one
    /// step. False, and no step, when it comes to the same as before.
    pub fn set_granularity(&mut self, place: EntryPlace, granularity: Granularity) -> bool {
        self.curate(place, |entry| entry.granularity = granularity)
    }

    /// The wildcards of which something is proposed, whose names can be cut in another way.
    pub fn cut_places(&self) -> impl Iterator<Item = EntryPlace> + '_ {
        let is_cut = |place: &EntryPlace| {
            let entry = self.state.entry(*place);
            entry.is_some_and(|entry| !entry.plan.old.is_literal() && entry.plan.changes())
                && self.input.is_editable(*place)
        };
        self.state.places().filter(is_cut)
    }

    /// Cuts the names of the wildcards at `places` differently and plans them anew, as one step; what was
    /// decided stays. Returns how many come to something else than before; no step when none does. Also the
    /// others are cut so from then on, whatever is marked of them later.
    pub fn set_granularity_of(&mut self, places: &[EntryPlace], granularity: Granularity) -> usize {
        let mut state = State::clone(&self.state);
        let mut changed = Vec::new();
        for &place in places {
            let Some(entry) = state.entry_mut(place) else {
                continue;
            };
            let before = Arc::clone(&entry.plan);
            entry.granularity = granularity;
            self.input.takes_idle_wholes(place, entry);
            entry.plan = Arc::new(self.input.plan(place, entry));
            if entry.plan != before {
                changed.push(place);
            }
        }
        if let Some(&first) = changed.first() {
            self.step(state, first);
        }
        changed.len()
    }

    /// Lets go what is held back at `places` and starts with `prefix`, as one step: it goes where the
    /// proposal is accepted. What was decided stays as it was. Returns which actions these are.
    pub fn let_go(&mut self, places: &[EntryPlace], prefix: &ActionPrefix) -> BTreeSet<Action> {
        self.let_go_of(places, |action, _| prefix.starts(action))
    }

    /// [`Review::let_go`] of those actions for which `is_meant`, by what they are held back for.
    pub fn let_go_of(
        &mut self,
        places: &[EntryPlace],
        is_meant: impl Fn(&Action, &HeldBecause) -> bool,
    ) -> BTreeSet<Action> {
        let mut state = State::clone(&self.state);
        let mut let_go = BTreeSet::new();
        let mut first = None;
        for &place in places {
            let held = state.held_back(&self.input, place);
            let held = held.filter(|(action, because)| is_meant(action, because));
            let going: BTreeSet<Action> = held.map(|(action, _)| action.clone()).collect();
            let Some(held) = state.held(place).filter(|_| !going.is_empty()) else {
                continue;
            };
            let held = held.without(&going);
            let was_proposed = state.decision(place).is_some();
            state.hold_back(&self.input, place, Arc::new(held));
            if !was_proposed {
                // Nobody has seen this proposal.
                state.decide(place, Decision::Undecided);
            }
            let_go.extend(going);
            first.get_or_insert(place);
        }
        if let Some(first) = first {
            self.step(state, first);
        }
        let_go
    }

    /// What is held back, in order, each action once.
    pub fn held_back(&self) -> BTreeMap<&Action, &HeldBecause> {
        let places = self.state.all_places();
        let held = places.flat_map(|place| self.state.held_back(&self.input, place));
        held.collect()
    }

    fn curate(&mut self, place: EntryPlace, change: impl FnOnce(&mut EntryReview)) -> bool {
        if self.state.entry(place).is_none() || !self.input.is_editable(place) {
            return false;
        }
        let mut state = State::clone(&self.state);
        let Some(entry) = state.entry_mut(place) else {
            return false;
        };
        let before = entry.clone();
        change(entry);
        self.input.takes_idle_wholes(place, entry);
        let plan = self.input.plan(place, entry);
        let takes_back = entry.marks.len() < before.marks.len()
            && entry.marks.iter().all(|mark| before.marks.contains(mark));
        if plan == *before.plan && !takes_back {
            return false;
        }
        entry.plan = Arc::new(plan);
        if !takes_back {
            (entry.decision, entry.reason) = (Decision::Accepted, None);
        } else if entry.decision == Decision::Accepted
            && let Some(earlier) = self.last_curated_as(place, entry)
        {
            (entry.decision, entry.reason) = (earlier.decision, earlier.reason.clone());
        }
        self.step(state, place);
        true
    }

    /// The entry at `place` as it was when it last had the marks and was cut as `now`.
    fn last_curated_as(&self, place: EntryPlace, now: &EntryReview) -> Option<&EntryReview> {
        let mut before = (self.past.iter().rev()).filter_map(|change| change.state.entry(place));
        before.find(|entry| entry.marks == now.marks && entry.granularity == now.granularity)
    }

    /// Clears the history: what was decided so far cannot be undone.
    pub fn clear_history(&mut self) {
        self.past.clear();
        self.future.clear();
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step that was taken back.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Takes the last step back. Returns where it was, or nothing when there is none.
    pub fn undo(&mut self) -> Option<EntryPlace> {
        let change = self.past.pop()?;
        let at = change.at;
        let state = self.set_state(change.state);
        self.future.push(Change { state, at });
        Some(at)
    }

    /// Does the step again that was taken back last. Returns where it is, or nothing.
    pub fn redo(&mut self) -> Option<EntryPlace> {
        let change = self.future.pop()?;
        let at = change.at;
        let state = self.set_state(change.state);
        self.past.push(Change { state, at });
        Some(at)
    }

    /// Does again what `records` say, as one step. Returns those that do not come to the same any
    /// more: what they are about is as it was.
    pub fn replay<'r>(&mut self, records: &'r [EntryRecord]) -> Vec<&'r EntryRecord> {
        let Some((state, at, differing)) = self.replayed(records.iter()) else {
            return records.iter().collect();
        };
        self.step(state, at);
        differing
    }

    /// Does again `steps` that were done before, so that each can be taken back again. One that
    /// leads back to where the last one came from took that back, and is no step of its own; one
    /// that then leads on as before did it again. An entry of which what was decided last does not come to
    /// the same any more is as it was from the start: what was decided of it before that was taken back.
    pub fn replay_steps(&mut self, steps: &[Vec<EntryRecord>]) {
        let mut differing: BTreeMap<EntryPlace, &EntryRecord> = { steps.iter().flatten() }
            .map(|record| (record.place(), record))
            .collect();
        let mut at_the_end = State::clone(&self.state);
        differing.retain(|_, last| !at_the_end.replay(&self.input, last));
        // Nobody sees what would have been written between them.
        self.outcomes = OnceCell::new();
        for records in steps {
            let applies = |record: &&EntryRecord| !differing.contains_key(&record.place());
            let Some((state, at, _)) = self.replayed(records.iter().filter(applies)) else {
                continue;
            };
            let leads_to = |change: &Change| state.is_same_as(&change.state);
            if self.past.last().is_some_and(leads_to) {
                self.undo();
            } else if self.future.last().is_some_and(leads_to) {
                self.redo();
            } else {
                self.step(state, at);
            }
        }
    }

    /// The steps that led here, each with the entries that it changed; the first one is what it began with.
    pub fn recorded_steps(&self) -> Vec<Vec<EntryRecord>> {
        let states = self.past.iter().map(|change| &change.state);
        let states: Vec<&Arc<State>> = states.chain([&self.state]).collect();
        let first = states[0].records(&self.input);
        let steps = states.windows(2);
        let steps = steps.map(|two| two[1].records_since(&self.input, two[0]));
        std::iter::once(first).chain(steps).collect()
    }

    /// What doing again what `records` say leads to, where its first change is, and those that do
    /// not come to the same any more. None when nothing does.
    fn replayed<'r>(
        &self,
        records: impl Iterator<Item = &'r EntryRecord>,
    ) -> Option<(State, EntryPlace, Vec<&'r EntryRecord>)> {
        let mut state = State::clone(&self.state);
        let (done, differing): (Vec<_>, Vec<_>) =
            records.partition(|record| state.replay(&self.input, record));
        Some((state, done.first()?.place(), differing))
    }

    /// A step in which nothing is proposed anew: what goes and what it costs is as it was.
    fn step_of_decisions(&mut self, state: State, at: EntryPlace) {
        let (costs, going) = (
            std::mem::take(&mut self.costs),
            std::mem::take(&mut self.going),
        );
        self.step(state, at);
        (self.costs, self.going) = (costs, going);
    }

    fn step(&mut self, state: State, at: EntryPlace) {
        let before = self.set_state(Arc::new(state));
        self.past.push(Change { state: before, at });
        self.future.clear();
    }

    /// Goes over to another state: what is known of the policies that differ holds no more. Returns
    /// the state before.
    fn set_state(&mut self, state: Arc<State>) -> Arc<State> {
        let before = std::mem::replace(&mut self.state, state);
        if let Some(outcomes) = self.outcomes.get_mut() {
            outcomes.follow(&self.input, &self.state, &before);
        }
        self.now = OnceCell::new();
        self.sizes_if_all_accepted = OnceCell::new();
        self.costs = OnceCell::new();
        self.going = OnceCell::new();
        self.compared = OnceCell::new();
        before
    }
}

fn sizes_if_all_accepted(input: &ReviewInput, state: &State) -> Vec<IfAllAccepted> {
    let accepted = |statement: &_, decision| Proposals::NotRejected.accepts(statement, decision);
    let size = |policy, quota| outcome::size_with(input, state, policy, quota, accepted);
    let policies = 0..input.policies.len();
    let own: Vec<usize> = (policies.clone())
        .map(|policy| size(policy, input.quota(policy)))
        .collect();
    let sizes = policies.map(|policy| {
        let quota = input.quota(policy);
        let in_its_quota = |other: usize| {
            if input.quota(other) == quota {
                own[other]
            } else {
                size(other, quota)
            }
        };
        let sharing = input.sharing(policy, quota).map(in_its_quota);
        IfAllAccepted {
            own: own[policy],
            counted: input.beside(policy) + sharing.sum::<usize>(),
        }
    });
    sizes.collect()
}
