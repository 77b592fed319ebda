//! When a task is done: what has to hold of what would be written now.

use std::collections::BTreeSet;

use crate::iam::Action;
use crate::refine::MarkKind;
use crate::review::{Decision, EntryPlace, EntryReview, Review};

/// What has to hold when the task is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goals {
    /// No policy grants these any more.
    pub gone: Vec<Action>,
    /// Some policy grants each of these.
    pub granted: Vec<Action>,
    /// Each of these stays by a mark with a reason.
    pub reasons: Vec<Action>,
    /// The wildcard becomes exactly these.
    pub entries: Vec<String>,
    /// No entry with a star takes the wildcard's place.
    pub without_stars: bool,
}

impl Goals {
    /// Whether nothing has to hold.
    pub fn is_empty(&self) -> bool {
        *self == Goals::default()
    }

    /// What does not hold yet, in a sentence. The wildcard of the lesson is at `place`.
    pub fn missing(&self, review: &Review, place: EntryPlace) -> Option<String> {
        let gone = || {
            let mut gone = self.gone.iter();
            gone.find(|action| is_granted(review, action))
                .map(|action| format!("{action} is granted"))
        };
        let granted = || {
            let mut granted = self.granted.iter();
            let lost = granted.find(|action| !is_granted(review, action))?;
            Some(format!("{lost} is not granted any more"))
        };
        let reasons = || {
            let mut reasons = self.reasons.iter();
            reasons.find_map(|action| without_reason(review, action))
        };
        // What grants or lacks it is for the learner to find.
        let missing = [
            gone(),
            granted(),
            reasons(),
            self.entries_missing(review, place),
        ];
        let missing: Vec<String> = missing.into_iter().flatten().collect();
        (!missing.is_empty()).then(|| missing.join("; "))
    }

    fn entries_missing(&self, review: &Review, place: EntryPlace) -> Option<String> {
        if self.entries.is_empty() && !self.without_stars {
            return None;
        }
        let entry = review.state().entry(place)?;
        if entry.decision != Decision::Accepted {
            return Some(format!("{} is not accepted", entry.plan.old));
        }
        let new = entry.plan.replacements().unwrap_or_default();
        let new = new.iter().map(|emitted| emitted.entry.to_string());
        let new: BTreeSet<String> = new.collect();
        if self.without_stars
            && let Some(star) = new.iter().find(|name| name.contains('*'))
        {
            return Some(format!("{star} has a star"));
        }
        if self.entries.is_empty() {
            return None;
        }
        let mut wanted = self.entries.iter();
        let lacking = wanted.find(|wanted| !new.contains(*wanted));
        let mut written = new.iter();
        let other = written.find(|written| !self.entries.contains(written));
        match (lacking, other) {
            (None, None) => None,
            (Some(lacking), None) => Some(format!("{lacking} is not written")),
            (Some(_), Some(other)) if new.len() == self.entries.len() => Some(format!(
                "{other} is written, but is none of the entries that are wanted"
            )),
            (_, Some(_)) => Some(format!(
                "{} entries are written in its place, not {}",
                new.len(),
                self.entries.len()
            )),
        }
    }
}

/// Whether some policy grants `action` as the policies would be written now.
pub fn is_granted(review: &Review, action: &Action) -> bool {
    let mut policies = review.policies();
    policies.any(|policy| policy.outcome.policy.allows(action))
}

fn without_reason(review: &Review, action: &Action) -> Option<String> {
    if !is_granted(review, action) {
        return Some(format!("{action} is not granted any more"));
    }
    let keeps = |entry: &EntryReview| {
        entry.marks.iter().any(|mark| {
            let is_said = mark
                .reason
                .as_ref()
                .is_some_and(|reason| !reason.raw().trim().is_empty());
            mark.kind == MarkKind::Keep && mark.prefix.starts(action) && is_said
        })
    };
    let state = review.state();
    let is_kept = state.places().any(|place| {
        let entry = state.entry(place);
        entry.is_some_and(|entry| entry.decision == Decision::Accepted && keeps(entry))
    });
    (!is_kept).then(|| format!("{action} is granted, but no mark says why"))
}
