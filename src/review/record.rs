//! Decisions in a form that is saved: for audits, for replays, for resuming later.
//!
//! Not only what was decided is saved, but also what it came to. If today's computation gives
//! something else (another catalogue, another version), the entry is undecided again: what a person
//! agreed to was those entries and no others.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::input::ReviewInput;
use super::state::{Decision, EntryPlace, EntryReview, State};
use crate::findings::{LastUse, When};
use crate::iam::{Action, ActionPrefix, Statement};
use crate::refine::{CommentPlace, Granularity, HeldBack, HeldBecause, Mark, MarkKind, SetBy};
use crate::text::{Untrusted, sha256};

/// What was decided of one entry, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// Which of the policies, from 0.
    pub policy: usize,
    /// Which of its statements, from 0.
    pub statement: usize,
    /// Which of its entries, from 0; 0 for a `NotAction`.
    pub entry: usize,
    /// A hash of what else the statement says: its effect, resources, conditions. A decision is
    /// about the entry on those resources and no others.
    pub on: String,
    /// The entry as it stands in the policy; `NotAction` and its entries for what is appended.
    pub pattern: String,
    /// What the person decided of the proposal.
    pub decision: Decision,
    /// Why it was rejected, in the person's words, if it was and a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Untrusted>,
    /// Where its names are cut, where that is not the same everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granularity: Option<Granularity>,
    /// The marks on its trie.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<MarkRecord>,
    /// What of it was held back when the person did something about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldRecord>,
    /// What the person let go of that.
    #[serde(default, rename = "letGo", skip_serializing_if = "Vec::is_empty")]
    pub let_go: Vec<String>,
    /// The entries proposed for it.
    pub becomes: Vec<String>,
}

/// An action that stays although it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRecord {
    /// The action.
    pub action: String,
    /// What speaks for it.
    #[serde(flatten)]
    pub because: HeldReason,
}

/// What speaks for an action that is held back: one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldReason {
    /// When it was used, if that is the reason; or, where the moment is not known, when at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// How exactly that is known, and who tells it.
    #[serde(flatten)]
    pub told: LastUseRecord,
    /// The action that stays and makes what it tears down, if that is the reason.
    #[serde(default, rename = "tearsDown", skip_serializing_if = "Option::is_none")]
    pub tears_down: Option<String>,
    /// Where the comment stands that asks for it, if that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Untrusted>,
    /// Why, in the words of the comment.
    #[serde(
        default,
        rename = "commentReason",
        skip_serializing_if = "Option::is_none"
    )]
    pub comment_reason: Option<Untrusted>,
    /// The last day that the comment holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// What there is to say of a last use other than when it was at the latest; nothing where it is the
/// finding that tells the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUseRecord {
    /// The earliest moment that it may have been, where that is another.
    #[serde(default, rename = "usedAfter", skip_serializing_if = "Option::is_none")]
    after: Option<Timestamp>,
    /// Set when it may have been any time before.
    #[serde(
        default,
        rename = "orBefore",
        skip_serializing_if = "std::ops::Not::not"
    )]
    or_before: bool,
    /// The file that tells.
    #[serde(default, rename = "toldBy", skip_serializing_if = "Option::is_none")]
    told_by: Option<Untrusted>,
}

impl LastUseRecord {
    pub(super) fn of(last: &LastUse) -> Self {
        let (after, or_before) = match last.when {
            When::At(_) => (None, false),
            When::Between(start, _) => (Some(start), false),
            When::By(_) => (None, true),
        };
        LastUseRecord {
            after,
            or_before,
            told_by: last.told_by.clone(),
        }
    }

    fn to_last_use(&self, latest: Timestamp) -> LastUse {
        let when = match self.after {
            Some(start) => When::Between(start, latest),
            None if self.or_before => When::By(latest),
            None => When::At(latest),
        };
        LastUse {
            when,
            told_by: self.told_by.clone(),
        }
    }
}

/// A mark on a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRecord {
    /// Whether the prefix is kept, dropped, split or left whole.
    pub mark: MarkKind,
    /// On which prefix: `s3:GetBucket`, `s3:`, or nothing for everything.
    pub prefix: String,
    /// Who or what set it; a person, where older programs did not say.
    #[serde(default)]
    pub by: SetBy,
    /// The reason that the person gave, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Untrusted>,
}

impl State {
    /// What is decided or marked at `place`, and what it comes to.
    pub fn record(&self, input: &ReviewInput, place: EntryPlace) -> EntryRecord {
        let record = |pattern: String, decision, becomes| EntryRecord {
            policy: place.policy,
            statement: place.statement,
            entry: place.entry,
            on: statement(input, place).map(on).unwrap_or_default(),
            pattern,
            decision,
            reason: self.reason(place).cloned(),
            granularity: None,
            marks: Vec::new(),
            held: Vec::new(),
            let_go: self.let_go(input, place),
            becomes,
        };
        let mut record = match self.entry(place) {
            None => {
                let additions = self.additions(place).iter().map(ToString::to_string);
                let decision = self.decision(place).unwrap_or_default();
                record(not_action(input, place), decision, additions.collect())
            }
            Some(entry) => EntryRecord {
                granularity: Some(entry.granularity)
                    .filter(|&granularity| granularity != input.options.granularity),
                marks: entry.marks.iter().map(MarkRecord::new).collect(),
                ..record(entry.plan.old.to_string(), entry.decision, becomes(entry))
            },
        };
        if record.says_something() {
            let held = self.held_back(input, place);
            record.held = held.map(HeldRecord::new).collect();
        }
        record
    }

    /// What is held back by the findings at `place`, and is not any more.
    fn let_go(&self, input: &ReviewInput, place: EntryPlace) -> Vec<String> {
        let (preset, Some(held)) = (input.held(place.policy), self.held(place)) else {
            return Vec::new();
        };
        if Arc::ptr_eq(preset, held) {
            return Vec::new();
        }
        let let_go = preset.iter().map(|(action, _)| action);
        let let_go = let_go.filter(|action| !held.contains(action));
        let_go.map(ToString::to_string).collect()
    }

    /// Every place where something is decided or marked, recorded.
    pub fn records(&self, input: &ReviewInput) -> Vec<EntryRecord> {
        let records = self.places().map(|place| self.record(input, place));
        records.filter(EntryRecord::says_something).collect()
    }

    /// The places in which `self` is not as `before`, recorded as they are in `self`.
    pub fn records_since(&self, input: &ReviewInput, before: &State) -> Vec<EntryRecord> {
        let places = self.places_since(before).into_iter();
        places.map(|place| self.record(input, place)).collect()
    }

    /// Does again what `record` says. Where it does not come to the same any more, nothing is
    /// done, and false is returned.
    pub(super) fn replay(&mut self, input: &ReviewInput, record: &EntryRecord) -> bool {
        let place = record.place();
        match self.replayed(input, record) {
            None => return false,
            Some(Replayed::Entry(entry)) => {
                if let Some(old) = self.entry_mut(place) {
                    *old = entry;
                }
            }
            Some(Replayed::NotAction(held)) => {
                if self.held(place) != Some(&held) {
                    self.hold_back(input, place, held);
                }
                self.decide_because(place, record.decision, record.reason.clone());
            }
        }
        true
    }

    fn replayed(&self, input: &ReviewInput, record: &EntryRecord) -> Option<Replayed> {
        let place = record.place();
        if statement(input, place).map(on).as_ref() != Some(&record.on) {
            return None;
        }
        self.held(place)?;
        let held = record.held_in(self, input)?;
        let Some(old) = self.entry(place) else {
            let extension = input.extension(place, &held);
            let additions = extension.additions.iter().map(ToString::to_string);
            let is_same = place.entry == 0
                && !extension.additions.is_empty()
                && not_action(input, place) == record.pattern
                && additions.eq(record.becomes.iter().cloned());
            return is_same.then_some(Replayed::NotAction(held));
        };
        let marks: Option<Vec<Mark>> = record.marks.iter().map(MarkRecord::to_mark).collect();
        let mut entry = EntryReview {
            decision: record.decision,
            reason: (record.reason.clone()).filter(|_| record.decision == Decision::Rejected),
            marks: marks?,
            held,
            granularity: record.granularity.unwrap_or(input.options.granularity),
            ..old.clone()
        };
        if input.takes_idle_wholes(place, &mut entry) {
            return None;
        }
        let is_as_planned = entry.marks == old.marks
            && entry.granularity == old.granularity
            && entry.held == old.held;
        if !is_as_planned {
            if !input.is_editable(place) {
                return None;
            }
            entry.plan = Arc::new(input.plan(place, &entry));
        }
        let is_same =
            old.plan.old.to_string() == record.pattern && becomes(&entry) == record.becomes;
        is_same.then_some(Replayed::Entry(entry))
    }
}

/// What a replayed record comes to: an entry, or what is held back of a `NotAction`.
enum Replayed {
    Entry(EntryReview),
    NotAction(Arc<HeldBack>),
}

fn statement(input: &ReviewInput, place: EntryPlace) -> Option<&Statement> {
    let policy = input.policies.get(place.policy)?;
    policy
        .loaded
        .document
        .policy()
        .statements
        .get(place.statement)
}

/// A hash of what a statement says other than its actions.
pub(super) fn on(statement: &Statement) -> String {
    sha256(&serde_json::Value::Object(statement.elements.to_object()).to_string())
}

fn not_action(input: &ReviewInput, place: EntryPlace) -> String {
    let entries = statement(input, place).map_or(&[][..], |statement| statement.actions.entries());
    let words = entries.iter().map(ToString::to_string);
    let words: Vec<String> = std::iter::once("NotAction".to_owned())
        .chain(words)
        .collect();
    words.join(" ")
}

/// The entry at `place` as it stands in the policy, or a `NotAction` as a whole.
pub(super) fn pattern(input: &ReviewInput, state: &State, place: EntryPlace) -> String {
    match state.entry(place) {
        Some(entry) => entry.plan.old.to_string(),
        None => not_action(input, place),
    }
}

fn becomes(entry: &EntryReview) -> Vec<String> {
    match entry.plan.replacements() {
        None => vec![entry.plan.old.to_string()],
        Some(new) => new
            .iter()
            .map(|emitted| emitted.entry.to_string())
            .collect(),
    }
}

impl EntryRecord {
    /// The place it is about.
    pub fn place(&self) -> EntryPlace {
        EntryPlace {
            policy: self.policy,
            statement: self.statement,
            entry: self.entry,
        }
    }

    /// Whether another record says the same of the same entry; what is held back beside that may have been told anew.
    pub fn is_decided_as(&self, other: &EntryRecord) -> bool {
        let said = |record: &EntryRecord| {
            let EntryRecord {
                policy: _,
                statement,
                entry,
                on,
                pattern,
                decision,
                reason,
                granularity,
                marks,
                held: _,
                let_go: _,
                becomes,
            } = record.clone();
            let what = (statement, entry, on, pattern);
            (what, decision, reason, granularity, marks, becomes)
        };
        said(self) == said(other)
    }

    /// Whether it says anything but "undecided, as proposed".
    pub(super) fn says_something(&self) -> bool {
        self.decision != Decision::Undecided
            || self.granularity.is_some()
            || !self.marks.is_empty()
            || !self.let_go.is_empty()
    }

    /// What is held back now that it is done again: what was held back then, and what was used
    /// lately as the findings of today say, but for what was let go. None where it cannot be read.
    fn held_in(&self, state: &State, input: &ReviewInput) -> Option<Arc<HeldBack>> {
        let preset = input.held(self.policy);
        if !self.says_something() {
            return Some(Arc::clone(preset));
        }
        let place = self.place();
        let mut held = preset.except(|action| state.allows(input, place, action));
        for (action, because) in preset.for_all().iter() {
            held.add(action.clone(), because.clone());
        }
        for record in &self.held {
            let (action, because) = record.to_held()?;
            held.add(action, because);
        }
        let let_go = self.let_go.iter().map(|action| action.parse().ok());
        let let_go: BTreeSet<Action> = let_go.collect::<Option<_>>()?;
        let held = held.without(&let_go);
        // Most often it is what the findings have, and what is shared is not planned anew.
        Some(if held == **preset {
            Arc::clone(preset)
        } else {
            Arc::new(held)
        })
    }
}

impl HeldRecord {
    fn new((action, because): (&Action, &HeldBecause)) -> Self {
        HeldRecord {
            action: action.to_string(),
            because: HeldReason::of(because),
        }
    }

    fn to_held(&self) -> Option<(Action, HeldBecause)> {
        Some((self.action.parse().ok()?, self.because.to_because()?))
    }
}

impl HeldReason {
    pub(super) fn of(because: &HeldBecause) -> Self {
        match because {
            HeldBecause::Used(last) => HeldReason {
                used: Some(last.latest()),
                told: LastUseRecord::of(last),
                ..HeldReason::default()
            },
            HeldBecause::TearsDown(maker) => HeldReason {
                tears_down: Some(maker.to_string()),
                ..HeldReason::default()
            },
            HeldBecause::Commented(comment) => HeldReason {
                comment: Some(comment.place.clone()),
                comment_reason: comment.reason.clone(),
                until: comment.until,
                ..HeldReason::default()
            },
        }
    }

    fn to_because(&self) -> Option<HeldBecause> {
        match (self.used, &self.tears_down, &self.comment) {
            (Some(at), None, None) => Some(HeldBecause::Used(self.told.to_last_use(at))),
            (None, Some(maker), None) => Some(HeldBecause::TearsDown(maker.parse().ok()?)),
            (None, None, Some(place)) => Some(HeldBecause::Commented(CommentPlace {
                place: place.clone(),
                reason: self.comment_reason.clone(),
                until: self.until,
            })),
            _ => None,
        }
    }
}

impl MarkRecord {
    pub(super) fn new(mark: &Mark) -> Self {
        MarkRecord {
            mark: mark.kind,
            prefix: match mark.prefix.service() {
                Some(service) => format!("{service}:{}", mark.prefix.name()),
                None => String::new(),
            },
            by: mark.by,
            reason: mark.reason.clone(),
        }
    }

    fn to_mark(&self) -> Option<Mark> {
        let prefix = if self.prefix.is_empty() {
            ActionPrefix::of_everything()
        } else {
            let (service, name) = self.prefix.split_once(':')?;
            ActionPrefix::in_service(crate::iam::ServicePrefix::parse(service)?, name)
        };
        Some(Mark {
            kind: self.mark,
            prefix,
            by: self.by,
            reason: self.reason.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    /// What is decided is found again by hashes of JSON: these have to be the same whatever else is built beside
    /// this, be it with a feature of `serde_json` that keeps the order of what is read.
    #[test]
    fn what_is_hashed_is_in_order() {
        let object: serde_json::Value = serde_json::from_str(r#"{"b": 1, "a": 2}"#).unwrap();
        assert_eq!(object.to_string(), r#"{"a":2,"b":1}"#);
    }
}
