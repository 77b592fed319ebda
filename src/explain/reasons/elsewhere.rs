//! What other entries, statements and policies make of the same actions.

use std::collections::BTreeMap;
use std::ops::Range;

use super::facts::policy_name;
use super::{Reasons, Sign};
use crate::iam::{Action, ActionPattern};
use crate::review::{
    Decision, EntryPlace, Review, condition_in_words, on_other_services, statement_scope,
};

impl Reasons {
    /// Says where unused actions that are kept here go all the same.
    pub(super) fn tell_kept(&mut self, review: &Review, place: EntryPlace, kept: &[Action]) {
        let (input, state) = (review.input(), review.state());
        let mut lines = Vec::new();
        for other in state.places().filter(|other| *other != place) {
            let Some(entry) = state.entry(other).filter(|entry| entry.plan.changes()) else {
                continue;
            };
            let curation = state.curation(input, other);
            let goes = |action: &&Action| {
                entry.plan.old.matches(action) && !curation.fate(action, true).stays()
            };
            let count = kept.iter().filter(goes).count();
            if count > 0 {
                let mut of = format!("from {} of #{}", entry.plan.old, other.statement + 1);
                if other.policy != place.policy {
                    of = format!("{of} of {}", policy_name(review, other.policy));
                }
                let decision = entry.decision.as_str();
                lines.push(format!("{count} of {} {of}: {decision}", kept.len()));
            }
        }
        if !lines.is_empty() {
            self.heading("KEPT HERE, BUT NOT ELSEWHERE");
        }
        for line in lines {
            self.signed(Sign::Caution, line);
        }
    }

    /// Says which other entries, statements and policies grant what goes from the `count` entries
    /// from `place` on.
    pub(super) fn tell_elsewhere(
        &mut self,
        review: &Review,
        place: EntryPlace,
        count: usize,
        going: &[Action],
    ) {
        if going.is_empty() {
            return;
        }
        self.heading("STILL GRANTED ELSEWHERE");
        let own_entries = place.entry..place.entry + count;
        let mut elsewhere: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut beside: BTreeMap<String, usize> = BTreeMap::new();
        let policies = review.input().of_same_holders(place.policy);
        for (action, granting_now) in review.granting_now(&policies, going) {
            for granting in granting_now {
                if (granting.policy, granting.statement) != (place.policy, place.statement) {
                    *elsewhere
                        .entry((granting.policy, granting.statement))
                        .or_default() += 1;
                } else if let Some(entry) = entry_elsewhere(review, place, &own_entries, action) {
                    *beside.entry(entry.to_string()).or_default() += 1;
                }
            }
        }
        let some = |count: usize| {
            if count == going.len() {
                "all of it".to_owned()
            } else {
                format!("{count} of {}", going.len())
            }
        };
        for (entry, count) in &beside {
            self.signed(
                Sign::Caution,
                format!("{} by {entry} of this statement", some(*count)),
            );
        }
        for ((policy, statement), count) in &elsewhere {
            let mut text = format!("{} by statement #{}", some(*count), statement + 1);
            if *policy != place.policy {
                text = format!("{text} of {}", policy_name(review, *policy));
            }
            let written = &review.input().document(*policy).policy().statements[*statement];
            let services = going.iter().map(|action| &action.service);
            let only = on_other_services(written, services);
            let scope = match only {
                Some(only) => format!(", {only}{}", condition_in_words(written)),
                None => statement_scope(written),
            };
            text.push_str(&scope);
            self.signed(Sign::Caution, text);
        }
        let others = policies_not_reviewed(review, going);
        for (policy, count) in &others {
            self.signed(Sign::Caution, format!("{} by {policy}", some(*count)));
        }
        if beside.is_empty() && elsewhere.is_empty() && others.is_empty() {
            self.signed(
                Sign::Holds,
                match policies.len() {
                    1 => "not by this policy".to_owned(),
                    count => format!("not by the {count} loaded policies"),
                },
            );
        }
        let principal = &review.input().principal;
        if !principal.all_policies_loaded {
            self.signed(
                Sign::Unknown,
                format!("other policies of {} not loaded", principal.display_name()),
            );
        }
    }
}

/// How many of the actions that go here each policy grants that is loaded and not reviewed.
fn policies_not_reviewed(review: &Review, going: &[Action]) -> BTreeMap<String, usize> {
    let mut granting: BTreeMap<String, usize> = BTreeMap::new();
    for (other, granted) in review.granting_elsewhere(going) {
        let name = other.policy.document.source().name();
        let label = format!("{name}, of {}", other.holder);
        *granting.entry(label).or_default() += granted;
    }
    granting
}

/// An entry of the same statement, not one of its `own_entries`, that would still be there and
/// grants `action`.
fn entry_elsewhere<'r>(
    review: &'r Review,
    place: EntryPlace,
    own_entries: &Range<usize>,
    action: &Action,
) -> Option<&'r ActionPattern> {
    let document = review.input().document(place.policy);
    let entries = 0..document.policy().statements[place.statement]
        .actions
        .entries()
        .len();
    entries
        .filter(|entry| !own_entries.contains(entry))
        .filter_map(|entry| review.state().entry(EntryPlace { entry, ..place }))
        .filter(|entry| entry.decision != Decision::Accepted || !entry.plan.changes())
        .map(|entry| &entry.plan.old)
        .find(|pattern| pattern.matches(action))
}
