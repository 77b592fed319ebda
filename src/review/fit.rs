//! The tightest policies of at most so many characters: what of the proposals is left whole so that
//! AWS takes the result.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::input::ReviewInput;
use super::outcome::size_with;
use super::state::{Decision, EntryPlace, EntryReview, State, StatementReview};
use super::{Overlong, Review};
use crate::iam::{Action, ActionPattern, ActionPrefix, Grants, quota};
use crate::policies::SourceQuota;
use crate::refine::fit::{Choices, Excess, Narrowing, Tightest};
use crate::refine::{
    EntryExpansion, EntryOutcome, Fate, Mark, MarkKind, SetBy, SettledStatement, Trie,
};
use crate::text::{Untrusted, grouped};

/// The proposals that are taken for accepted when it is looked for a fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposals {
    /// Those that are accepted: what would be written now.
    Accepted,
    /// Those for entries that are not rejected: what could still be written. A `NotAction` counts as
    /// it is decided.
    NotRejected,
}

impl Proposals {
    pub(super) fn accepts(self, statement: &StatementReview, decision: Decision) -> bool {
        match (self, statement) {
            (Proposals::NotRejected, StatementReview::Entries(_)) => decision != Decision::Rejected,
            _ => decision == Decision::Accepted,
        }
    }

    /// Whether an entry is written as it was.
    fn leave(self, entry: &EntryReview) -> bool {
        let accepted = match self {
            Proposals::Accepted => entry.decision == Decision::Accepted,
            Proposals::NotRejected => entry.decision != Decision::Rejected,
        };
        !accepted || !entry.plan.changes()
    }
}

/// Policies that count against one quota, with all that could be left whole of what is proposed for
/// them. What a person decided binds: their marks and what they rejected.
pub struct Fitting<'a> {
    input: &'a ReviewInput,
    proposals: Proposals,
    /// What is decided, without the marks of an earlier fit.
    plain: State,
    quota: Option<SourceQuota>,
    /// The characters of what else counts against it.
    beside: usize,
    policies: Vec<usize>,
    wildcards: Vec<Wildcard>,
    tightest: Tightest,
    /// The characters that are written whatever is chosen.
    fixed: usize,
    narrowest: usize,
}

/// A wildcard that is narrowed; of equal ones of a statement the first.
struct Wildcard {
    place: EntryPlace,
    /// The unused actions that go when it is narrowed: nothing else of its statement grants them.
    goes: BTreeSet<Action>,
}

/// What is left whole so that policies come to a length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The characters of all these policies together.
    pub size: usize,
    /// How many entries their statements have together.
    pub entries: usize,
    /// The unused actions that stay for it, each counted once a statement.
    pub excess: Excess,
    /// What is left whole, in the order of the policies.
    pub left_whole: Vec<LeftWhole>,
    policies: Vec<usize>,
}

/// A prefix that is left whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftWhole {
    /// The wildcard that it is a prefix of.
    pub place: EntryPlace,
    /// The prefix.
    pub prefix: ActionPrefix,
    /// The unused actions that stay for it.
    pub stays: Vec<Action>,
}

impl<'a> Fitting<'a> {
    /// Of policies of a review, for lengths up to `longest`.
    /// All count against the quota of the one at `place`.
    fn new(review: &'a Review, place: usize, proposals: Proposals, longest: usize) -> Self {
        let input = &**review.input();
        let policies: Vec<usize> = review.sharing_quota(place).collect();
        let (quota, beside) = (input.quota(place), input.beside(place));
        let plain = without_fit(input, review.state(), &policies);
        let accepts = |statement: &_, decision| proposals.accepts(statement, decision);
        let size = |&policy: &usize| size_with(input, &plain, policy, quota, accepts);
        let narrowest = beside + policies.iter().map(size).sum::<usize>();
        let mut wildcards = Vec::new();
        let mut choices = Vec::new();
        let mut new_entries = 0;
        for &policy in &policies {
            let settled = plain.settle(input, policy, accepts);
            for (statement, settled) in settled.iter().enumerate() {
                let (Some(settled), StatementReview::Entries(entries)) =
                    (settled, &plain.statements(policy)[statement])
                else {
                    continue;
                };
                let place = EntryPlace {
                    policy,
                    statement,
                    entry: 0,
                };
                new_entries += size_of_new(settled);
                let narrowed = Narrowed {
                    input,
                    proposals,
                    plain: &plain,
                    entries,
                    settled,
                    at: place,
                };
                for (wildcard, choice) in narrowed.choices() {
                    wildcards.push(wildcard);
                    choices.push(choice);
                }
            }
        }
        let fixed = narrowest.saturating_sub(new_entries);
        let longest = longest.min(narrowest).min(LONGEST).saturating_sub(fixed);
        Fitting {
            input,
            proposals,
            plain,
            quota,
            beside,
            policies,
            wildcards,
            tightest: Tightest::of(choices, longest),
            fixed,
            narrowest,
        }
    }

    /// The characters of the policies with all that is unused gone, as far as nothing was decided
    /// against it.
    pub fn narrowest(&self) -> usize {
        self.narrowest
    }

    /// What is unused and goes with nothing left whole, an action once for each statement that grants
    /// it. Of what a `NotAction` grants nothing is counted.
    pub fn going(&self) -> Vec<Action> {
        let mut going = Vec::new();
        for &policy in &self.policies {
            let settled = self
                .plain
                .settle(self.input, policy, |statement: &_, decision| {
                    self.proposals.accepts(statement, decision)
                });
            for (statement, settled) in settled.iter().enumerate() {
                if let (Some(settled), StatementReview::Entries(entries)) =
                    (settled, &self.plain.statements(policy)[statement])
                {
                    let place = EntryPlace {
                        policy,
                        statement,
                        entry: 0,
                    };
                    going.extend(self.going_of(place, entries, settled));
                }
            }
        }
        going
    }

    /// What goes of the statement that begins at `at`, each action once.
    fn going_of(
        &self,
        at: EntryPlace,
        entries: &[EntryReview],
        settled: &SettledStatement,
    ) -> BTreeSet<Action> {
        let old: Vec<ActionPattern> = entries.iter().map(|own| own.plan.old.clone()).collect();
        let after: Grants<'_, ()> = (settled.edit.patterns(&old))
            .map(|entry| (entry, ()))
            .collect();
        let universe = self.input.universe_of(at.policy);
        let changing = entries.iter().enumerate();
        let changing = changing.filter(|(_, own)| !self.proposals.leave(own));
        let going = changing.flat_map(|(entry, own)| {
            let curation = self.plain.curation(self.input, EntryPlace { entry, ..at });
            let wildcard = EntryExpansion::new(&own.plan.old, universe, curation);
            let going = wildcard.actions().filter(|(_, fate)| *fate == Fate::Goes);
            going.map(|(action, _)| action).collect::<Vec<_>>()
        });
        going.filter(|action| !after.any_of(action)).collect()
    }

    /// About how short they can get.
    pub fn shortest(&self) -> usize {
        self.fixed + self.tightest.shortest()
    }

    /// The same in words, where that is not short enough.
    pub fn shortest_words(&self) -> String {
        format!(
            "about {} characters are the shortest without leaving what manages permissions, gives others' \
             permissions or reads secrets",
            grouped(self.shortest())
        )
    }

    /// What is left whole so that the policies come to at most `length` characters, and the least of
    /// what is unused stays. None where that was not found: where no two wildcards of a statement have an
    /// action in common, nothing makes them as short.
    pub fn within(&self, length: usize) -> Option<Fit> {
        if self.narrowest <= length {
            return self.measured(Vec::new());
        }
        let mut most = length.checked_sub(self.fixed)?;
        for _ in 0..ATTEMPTS {
            let chosen = self.tightest.left_whole(most)?.into_iter();
            let chosen = chosen.map(|prefixes| prefixes.into_iter().cloned().collect());
            let fit = self.measured(chosen.collect())?;
            if fit.size <= length {
                return Some(fit);
            }
            // Where entries of one statement overlap, more may be written than was reckoned with.
            most = most.checked_sub(fit.size - length)?;
        }
        None
    }

    /// What the policies come to with these prefixes left whole, by wildcard. None if something would stay
    /// that never may.
    fn measured(&self, chosen: Vec<Vec<ActionPrefix>>) -> Option<Fit> {
        let mut left_whole = Vec::new();
        let mut excess: BTreeMap<(usize, usize, Action), Excess> = BTreeMap::new();
        for (wildcard, prefixes) in self.wildcards.iter().zip(chosen) {
            let place = wildcard.place;
            for prefix in prefixes {
                let stays = wildcard.goes.iter().filter(|action| prefix.starts(action));
                let stays: Vec<Action> = stays.cloned().collect();
                for action in &stays {
                    let EntryPlace {
                        policy, statement, ..
                    } = place;
                    let universe = self.input.universe_of(policy);
                    let one = Excess::of(action, universe)?;
                    excess.insert((policy, statement, action.clone()), one);
                }
                left_whole.push(LeftWhole {
                    place,
                    prefix,
                    stays,
                });
            }
        }
        let mut fit = Fit {
            size: self.beside,
            entries: 0,
            excess: excess.into_values().sum(),
            left_whole,
            policies: self.policies.clone(),
        };
        let mut state = self.plain.clone();
        fit.mark(self.input, &mut state, None);
        for &policy in &self.policies {
            let document = self.input.document(policy);
            let settled = state.settle(self.input, policy, |statement: &_, decision| {
                self.proposals.accepts(statement, decision)
            });
            let edits: Vec<_> = (settled.into_iter())
                .map(|settled| settled.map(|settled| settled.edit))
                .collect();
            fit.size += self.input.policies[policy]
                .loaded
                .size_with(self.quota, &edits);
            let entries = edits.iter().zip(&document.policy().statements);
            fit.entries += entries
                .map(|(edit, old)| match edit {
                    Some(edit) => edit.entries.len(),
                    None => old.actions.entries().len(),
                })
                .sum::<usize>();
        }
        Some(fit)
    }
}

/// The most characters that are looked at, far more than AWS takes: work grows with them.
const LONGEST: usize = 65_536;

/// How often less is reckoned with when more was written than that.
const ATTEMPTS: usize = 4;

/// A statement of which wildcards are narrowed.
struct Narrowed<'a> {
    input: &'a ReviewInput,
    proposals: Proposals,
    plain: &'a State,
    entries: &'a [EntryReview],
    settled: &'a SettledStatement,
    /// Its first entry.
    at: EntryPlace,
}

impl Narrowed<'_> {
    /// The wildcards, and what can be left whole of each. Of those that are planned alike only the
    /// first is given: what is written for it covers what the others would become.
    fn choices(&self) -> Vec<(Wildcard, Choices)> {
        let kept = self.settled.edit.kept();
        let beside: Grants<'_, _> = kept
            .filter_map(|place| self.entries.get(place))
            .map(|entry| (&entry.plan.old, &entry.plan.old))
            .collect();
        let old: Vec<ActionPattern> = self.entries.iter().map(|e| e.plan.old.clone()).collect();
        let after = self.settled.edit.patterns(&old).map(|entry| (entry, ()));
        let after: Grants<'_, ()> = after.collect();
        let mut wildcards: Vec<(&EntryReview, EntryPlace)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let is_narrowed = matches!(entry.plan.outcome, EntryOutcome::Narrowed(_));
            if !is_narrowed || self.proposals.leave(entry) {
                continue;
            }
            if !(wildcards.iter()).any(|(first, _)| is_planned_alike(first, entry)) {
                wildcards.push((
                    entry,
                    EntryPlace {
                        entry: at,
                        ..self.at
                    },
                ));
            }
        }
        let wildcards = wildcards.into_iter();
        wildcards
            .map(|(entry, place)| self.choices_of(entry, place, &beside, &after))
            .collect()
    }

    fn choices_of(
        &self,
        entry: &EntryReview,
        place: EntryPlace,
        beside: &Grants<'_, &ActionPattern>,
        after: &Grants<'_, ()>,
    ) -> (Wildcard, Choices) {
        let curation = self.plain.curation(self.input, place);
        let universe = self.input.universe_of(place.policy);
        let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
        let goes = wildcard.actions().filter_map(|(action, fate)| {
            (fate == Fate::Goes && !after.any_of(&action)).then_some(action)
        });
        let goes = goes.collect();
        let trie = Trie::new(wildcard, entry.granularity, curation);
        let document = self.input.document(place.policy);
        let new = self.settled.edit.new_entries();
        let own = new.filter(|new| new.from == place.entry);
        let old = document.entry_range(place.statement, place.entry);
        let choices = Choices::of(&Narrowing {
            trie: &trie,
            goes: &goes,
            curation,
            written: own.map(|new| &new.entry).collect(),
            beside,
            old_size: quota::size(&document.source().text()[old]),
            is_only_string: !document.has_action_list(place.statement),
            universe,
        });
        (Wildcard { place, goes }, choices)
    }
}

fn is_planned_alike(a: &EntryReview, b: &EntryReview) -> bool {
    Arc::ptr_eq(&a.plan, &b.plan)
        || a.plan.old == b.plan.old
            && a.marks == b.marks
            && a.granularity == b.granularity
            && a.held == b.held
}

/// The characters of the new entries of a statement, with their quotes and commas.
fn size_of_new(settled: &SettledStatement) -> usize {
    let new = settled.edit.new_entries();
    new.map(|new| new.entry.to_string().len() + 3).sum()
}

/// `state` without the marks that an earlier fit set on some policies.
fn without_fit(input: &ReviewInput, state: &State, policies: &[usize]) -> State {
    let mut plain = state.clone();
    let is_fit = |mark: &Mark| mark.by == SetBy::Fit;
    let fitted: BTreeSet<EntryPlace> = (state.all_places())
        .filter(|place| policies.contains(&place.policy))
        .filter(|place| {
            state
                .entry(*place)
                .is_some_and(|entry| entry.marks.iter().any(is_fit))
        })
        .collect();
    for place in fitted {
        if let Some(entry) = plain.entry_mut(place) {
            entry.marks.retain(|mark| !is_fit(mark));
            // A person's within one of them may be at what names are cut at no more.
            input.takes_idle_wholes(place, entry);
            entry.plan = Arc::new(input.plan(place, entry));
        }
    }
    plain
}

impl Fit {
    /// Puts its marks into `state`, in which no fit has set any.
    fn mark(&self, input: &ReviewInput, state: &mut State, reason: Option<&Untrusted>) {
        let mut marks: BTreeMap<EntryPlace, Vec<Mark>> = BTreeMap::new();
        for whole in &self.left_whole {
            marks.entry(whole.place).or_default().push(Mark {
                kind: MarkKind::Whole,
                prefix: whole.prefix.clone(),
                by: SetBy::Fit,
                reason: reason.cloned(),
            });
        }
        for (place, marks) in marks {
            if let Some(entry) = state.entry_mut(place) {
                entry.marks.extend(marks);
                entry.plan = Arc::new(input.plan(place, entry));
            }
        }
    }
}

impl Review {
    /// What could be left whole of the policies that count against the quota of the one at `place`, of
    /// what is proposed for them, for lengths up to `longest` characters (and to 65,536 at most).
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn fitting(&self, place: usize, proposals: Proposals, longest: usize) -> Fitting<'_> {
        Fitting::new(self, place, proposals, longest)
    }

    /// Leaves whole what `fit` says, for a `reason`, in the place of what an earlier fit left of the
    /// same policies, as one step. What was decided of each entry stays as it was. False, and no step,
    /// where nothing changes.
    pub fn leave_whole(&mut self, fit: &Fit, reason: &Untrusted) -> bool {
        let mut state = without_fit(self.input(), self.state(), &fit.policies);
        fit.mark(self.input(), &mut state, Some(reason));
        let changed = state.places_since(self.state());
        let Some(&first) = changed.first() else {
            return false;
        };
        self.step(state, first);
        true
    }

    /// Leaves whole what makes every policy that is too long as short as it may be, and no longer than
    /// was `asked` for, as far as that can be done: the least of what is unused stays. What an earlier fit
    /// left whole is looked at anew. What is longer afterwards is [`overlong`](Self::overlong).
    pub fn keep_to_fit(&mut self, asked: Option<usize>) {
        let policies: Vec<usize> = (0..self.input().policies.len()).collect();
        let plain = without_fit(self.input(), self.state(), &policies);
        if let Some(&first) = plain.places_since(self.state()).first() {
            self.step(plain, first);
        }
        for Overlong { policy, limit, .. } in self.overlong(asked) {
            let fitting = self.fitting(policy, Proposals::Accepted, limit);
            if let Some(fit) = fitting.within(limit) {
                self.leave_whole(&fit, &reason_to_fit(limit));
            }
        }
    }
}

/// Why something is left whole.
pub fn reason_to_fit(length: usize) -> Untrusted {
    format!("to fit {} characters", grouped(length))
        .as_str()
        .into()
}
