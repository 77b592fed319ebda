//! The tightest policies of at most so many characters: what of the proposals is left whole so that
//! AWS takes the result.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::input::ReviewInput;
use super::outcome::sizes_with;
use super::state::{Decision, EntryPlace, EntryReview, State, StatementReview};
use super::{Overlong, Review};
use crate::iam::{Action, ActionPattern, ActionPrefix, Grants, quota};
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
    policies: Vec<usize>,
    /// The wildcards that are narrowed; of equal ones of a statement the first.
    wildcards: Vec<EntryPlace>,
    tightest: Tightest,
    /// The characters that are written whatever is chosen.
    fixed: usize,
    narrowest: usize,
}

/// What is left whole so that policies come to a length.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The characters of all these policies together.
    pub size: usize,
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
    /// Of the policies at these places of a review, for lengths up to `longest`.
    fn new(review: &'a Review, policies: Vec<usize>, proposals: Proposals, longest: usize) -> Self {
        let input = &**review.input();
        let plain = without_fit(input, review.state(), &policies);
        let accepts = |statement: &_, decision| proposals.accepts(statement, decision);
        let sizes = sizes_with(input, &plain, accepts);
        let narrowest: usize = policies.iter().map(|&policy| sizes[policy]).sum();
        let mut wildcards = Vec::new();
        let mut choices = Vec::new();
        let mut new_entries = 0;
        for &policy in &policies {
            let settled = plain.settle(policy, accepts);
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
                for (place, choice) in narrowed.choices() {
                    wildcards.push(place);
                    choices.push(choice);
                }
            }
        }
        let fixed = narrowest.saturating_sub(new_entries);
        let longest = longest.min(narrowest).saturating_sub(fixed);
        Fitting {
            input,
            proposals,
            plain,
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

    /// About how short they can get; none where that is longer than was looked at.
    pub fn shortest(&self) -> Option<usize> {
        Some(self.fixed + self.tightest.shortest()?)
    }

    /// What is left whole so that the policies come to at most `length` characters, and the least of
    /// what is unused stays. None where nothing makes them as short.
    pub fn within(&self, length: usize) -> Option<Fit> {
        if self.narrowest <= length {
            return Some(self.measured(Vec::new()));
        }
        let mut best: Option<Fit> = None;
        let mut most = length.checked_sub(self.fixed)?;
        // Where entries of one statement overlap, less is written than was reckoned with, and what is
        // left can be used.
        for _ in 0..ATTEMPTS {
            let Some((chosen, reckoned)) = self.tightest.left_whole(most) else {
                break;
            };
            let chosen = chosen
                .into_iter()
                .map(|prefixes| prefixes.into_iter().cloned().collect());
            let fit = self.measured(chosen.collect());
            let spared = (self.fixed + reckoned).saturating_sub(fit.size);
            let is_better = |best: &Fit| fit.excess < best.excess;
            if fit.size > length || !best.as_ref().is_none_or(is_better) {
                break;
            }
            best = Some(fit);
            if spared == 0 {
                break;
            }
            most += spared;
        }
        best
    }

    /// What the policies come to with these prefixes left whole, by wildcard.
    fn measured(&self, chosen: Vec<Vec<ActionPrefix>>) -> Fit {
        let mut left_whole = Vec::new();
        let mut excess: BTreeMap<(usize, usize, Action), Excess> = BTreeMap::new();
        for (&place, prefixes) in self.wildcards.iter().zip(chosen) {
            for prefix in prefixes {
                let stays = self.going_under(place, &prefix);
                for action in &stays {
                    let EntryPlace {
                        policy, statement, ..
                    } = place;
                    let universe = self.input.universe_of(policy);
                    let one = Excess::of(action, universe).unwrap_or_default();
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
            size: self.narrowest,
            excess: excess.into_values().sum(),
            left_whole,
            policies: self.policies.clone(),
        };
        if !fit.left_whole.is_empty() {
            let mut state = self.plain.clone();
            fit.mark(self.input, &mut state, None);
            let accepts = |statement: &_, decision| self.proposals.accepts(statement, decision);
            let sizes = sizes_with(self.input, &state, accepts);
            fit.size = self.policies.iter().map(|&policy| sizes[policy]).sum();
        }
        fit
    }

    /// What would go, and stays when a prefix of the wildcard at `place` is left whole. What an entry
    /// grants that stands beside it as it was would not go.
    fn going_under(&self, place: EntryPlace, prefix: &ActionPrefix) -> Vec<Action> {
        let StatementReview::Entries(entries) =
            &self.plain.statements(place.policy)[place.statement]
        else {
            return Vec::new();
        };
        let entry = &entries[place.entry];
        let beside = entries.iter().filter(|entry| self.proposals.leave(entry));
        let beside: Vec<&ActionPattern> = beside.map(|entry| &entry.plan.old).collect();
        let goes = |action: &Action| !beside.iter().any(|entry| entry.matches(action));
        let curation = self.plain.curation(self.input, place);
        let universe = self.input.universe_of(place.policy);
        let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
        let going = wildcard
            .actions()
            .filter(|(action, fate)| *fate == Fate::Goes && prefix.starts(action) && goes(action));
        going.map(|(action, _)| action).collect()
    }
}

/// How often what was spared is used for less excess.
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
    fn choices(&self) -> Vec<(EntryPlace, Choices)> {
        let kept = self.settled.edit.kept();
        let beside: Grants<'_, _> = kept
            .filter_map(|place| self.entries.get(place))
            .map(|entry| (&entry.plan.old, &entry.plan.old))
            .collect();
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
            .map(|(entry, place)| (place, self.choices_of(entry, place, &beside)))
            .collect()
    }

    fn choices_of(
        &self,
        entry: &EntryReview,
        place: EntryPlace,
        beside: &Grants<'_, &ActionPattern>,
    ) -> Choices {
        let curation = self.plain.curation(self.input, place);
        let universe = self.input.universe_of(place.policy);
        let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
        let trie = Trie::new(wildcard, entry.granularity, curation);
        let document = self.input.document(place.policy);
        let new = self.settled.edit.new_entries();
        let own = new.filter(|new| new.from == place.entry);
        let old = document.entry_range(place.statement, place.entry);
        Choices::of(&Narrowing {
            trie: &trie,
            marks: &entry.marks,
            written: own.map(|new| &new.entry).collect(),
            beside,
            old_size: quota::size(&document.source().text()[old]),
            is_only_string: !document.has_action_list(place.statement),
            universe,
        })
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
            entry.plan = Arc::new(input.plan(place, entry));
        }
    }
    plain
}

impl Fit {
    /// Puts its marks into `state`, in which no fit has set any.
    fn mark(&self, input: &ReviewInput, state: &mut State, reason: Option<&Untrusted>) {
        let by_place = self.left_whole.chunk_by(|a, b| a.place == b.place);
        let mut marks: BTreeMap<EntryPlace, Vec<Mark>> = BTreeMap::new();
        for whole in by_place.flatten() {
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
    /// what is proposed for them, for lengths up to `longest` characters.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn fitting(&self, place: usize, proposals: Proposals, longest: usize) -> Fitting<'_> {
        let policies = self.sharing_quota(place).collect();
        Fitting::new(self, policies, proposals, longest)
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
    /// was `asked` for, as far as that can be done: the least of what is unused stays. What is longer
    /// afterwards is [`overlong`](Self::overlong).
    pub fn keep_to_fit(&mut self, asked: Option<usize>) {
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
