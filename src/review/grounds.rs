//! What goes and what stays of an entry, as a record tells it. Of entries that are alike it is told
//! once: a policy may have the same wildcard hundreds of times, with thousands of actions each.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::began::{BeganWith, EntryBefore, Since};
use super::decisions::Decisions;
use super::record::{EntryRecord, LastUseRecord, MarkRecord};
use super::{Decision, EntryPlace, Review, ReviewInput};
use crate::findings::LastUse;
use crate::iam::{Action, ActionPattern};
use crate::refine::{EntryExpansion, Evidence, Fate, Granularity, MarkKind, Universe};
use crate::text::{Position, Untrusted};

/// The decision on an entry and its grounds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct EntryDecision {
    #[serde(flatten)]
    record: EntryRecord,
    /// Who decided, where it is as in the record that was replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Decisions>,
    /// What that record says of it, where something else is decided now.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Was>,
    /// Where it stands in the file, from 1; none inside an answer of AWS, and of a `NotAction`, which
    /// has no entry of its own.
    #[serde(flatten)]
    position: Option<Position>,
    /// Why it is not done although it was accepted.
    #[serde(rename = "notDone", skip_serializing_if = "Option::is_none")]
    not_done: Option<Untrusted>,
    /// The `Sid` of its statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Untrusted>,
    /// Those of what it becomes that are not written, since other entries cover them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covered: Vec<String>,
    #[serde(flatten)]
    grounds: Grounds,
}

/// What was decided of an entry before.
#[derive(Clone, Debug, Default, Serialize)]
struct Was {
    decision: Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Untrusted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granularity: Option<Granularity>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<MarkRecord>,
    becomes: Vec<String>,
    /// By whom; none where nobody had, or nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Decisions>,
}

impl Was {
    fn of(before: &EntryBefore, decided: Option<&Decisions>) -> Self {
        let record = before.record.clone();
        Was {
            decision: record.decision,
            reason: record.reason,
            granularity: record.granularity,
            marks: record.marks,
            becomes: record.becomes,
            decided: decided.cloned(),
        }
    }
}

/// What goes and what stays.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Grounds {
    /// Told here.
    Here(Actions),
    /// The same as of an entry before.
    As {
        /// Where that entry is.
        #[serde(rename = "goesAndStaysAs")]
        entry: Place,
    },
}

#[derive(Clone, Debug, Default, Serialize)]
struct Actions {
    /// The actions that the proposal takes away.
    goes: Vec<ActionRecord>,
    /// The actions that stay, by what that means.
    stays: BTreeMap<String, Vec<String>>,
}

/// The place of an entry, each number from 0.
#[derive(Clone, Copy, Debug, Serialize)]
struct Place {
    policy: usize,
    statement: usize,
    entry: usize,
}

/// An action and what is known of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActionRecord {
    action: String,
    /// The access level, in AWS's words; none where the catalogue does not tell.
    level: Option<String>,
    /// When it was last used, or when at the latest; none when it never was, as far back as AWS looked.
    last_used: Option<Timestamp>,
    /// How exactly that is known, and who tells it.
    #[serde(flatten)]
    told: LastUseRecord,
    /// Set when it is, or may be, newer than the finding, which names its service alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<&'static str>,
    /// The id of the finding that reports it, or its file where it has none; none where nobody
    /// reported it.
    finding: Option<Untrusted>,
}

/// The entries whose grounds are told, each with its place.
#[derive(Default)]
pub(super) struct Told(HashMap<Alike, Place>);

/// What the grounds of an entry follow from: those of two entries with the same are the same.
#[derive(PartialEq, Eq, Hash)]
struct Alike {
    /// What is known and reported of its policy.
    universe: *const Universe,
    /// The entry, or a whole `NotAction`.
    pattern: String,
    marks: Vec<(MarkKind, String)>,
    held: Vec<Action>,
}

impl Alike {
    fn new(review: &Review, place: EntryPlace, record: &EntryRecord) -> Self {
        let (input, state) = (review.input(), review.state());
        let marks = record.marks.iter();
        let held = state.held_back(input, place);
        Alike {
            universe: Arc::as_ptr(&input.policies[place.policy].universe),
            pattern: record.pattern.clone(),
            marks: marks.map(|mark| (mark.mark, mark.prefix.clone())).collect(),
            held: held.map(|(action, _)| action.clone()).collect(),
        }
    }
}

impl EntryDecision {
    /// The decision on the entry at `place`, with its grounds unless they are `told`.
    pub(super) fn of(
        review: &Review,
        place: EntryPlace,
        began: Option<&BeganWith>,
        told: &mut Told,
    ) -> Self {
        let record = review.state().record(review.input(), place);
        let alike = Alike::new(review, place, &record);
        let grounds = match told.0.entry(alike) {
            Entry::Occupied(entry) => Grounds::As {
                entry: *entry.get(),
            },
            Entry::Vacant(entry) => {
                entry.insert(Place::of(place));
                Grounds::Here(Actions::of(review, place))
            }
        };
        let since = began.and_then(|began| Some((began, began.since(&record)?)));
        let (decided, was) = match since {
            Some((began, Since::AsThere(before))) => (began.who(before).cloned(), None),
            Some((began, Since::Otherwise(Some(before)))) => {
                (None, Some(Was::of(before, began.who(before))))
            }
            Some((_, Since::Otherwise(None))) => (None, Some(Was::default())),
            None => (None, None),
        };
        EntryDecision {
            record,
            decided,
            was,
            position: position(review, place),
            not_done: review.why_not_done(place).map(Untrusted::from),
            sid: review.input().statement(place).sid().map(Untrusted::from),
            covered: (review.left_out(place).iter())
                .map(|covered| covered.entry.to_string())
                .collect(),
            grounds,
        }
    }
}

impl Place {
    fn of(place: EntryPlace) -> Self {
        Place {
            policy: place.policy,
            statement: place.statement,
            entry: place.entry,
        }
    }
}

impl Actions {
    fn of(review: &Review, place: EntryPlace) -> Self {
        let (input, state) = (review.input(), review.state());
        let mut actions = Actions::default();
        for addition in state.additions(place) {
            let action = match addition.as_action() {
                Some(action) => ActionRecord::of(input, place.policy, &action),
                None => ActionRecord::of_service(input, place.policy, addition),
            };
            actions.goes.push(action);
        }
        let Some(entry) = state.entry(place) else {
            return actions;
        };
        let curation = state.curation(input, place);
        let wildcard =
            EntryExpansion::new(&entry.plan.old, input.universe_of(place.policy), curation);
        for (action, fate) in wildcard.actions() {
            actions.add(input, place.policy, &action, fate);
        }
        actions
    }

    fn add(&mut self, input: &ReviewInput, policy: usize, action: &Action, fate: Fate) {
        let universe = input.universe_of(policy);
        if !fate.stays() {
            self.goes.push(ActionRecord::of(input, policy, action));
            return;
        }
        let evidence = Evidence::of(action, universe, input.finding_date());
        let class = match input.findings_of(policy).last_seen(action) {
            Some(last) => format!("{} {last}", evidence.key()),
            None => evidence.key().to_owned(),
        };
        let actions = self.stays.entry(class).or_default();
        actions.push(action.to_string());
    }
}

impl ActionRecord {
    pub(super) fn of(input: &ReviewInput, policy: usize, action: &Action) -> Self {
        let universe = input.reported_of(policy);
        let known = universe.catalogue.action(action);
        let findings = input.findings_of(policy);
        let last = (findings.last_use(action)).or_else(|| findings.last_seen(action));
        ActionRecord {
            action: action.to_string(),
            level: known.and_then(|known| Some(known.level?.to_string())),
            last_used: last.as_ref().map(LastUse::latest),
            told: last.as_ref().map(LastUseRecord::of).unwrap_or_default(),
            age: Evidence::of_reported(action, universe, input.finding_date()).map(Evidence::key),
            finding: (universe.is_unused(action)).then(|| finding_name(input, policy)),
        }
    }

    /// All actions of a service that is reported as a whole.
    fn of_service(input: &ReviewInput, policy: usize, whole: &ActionPattern) -> Self {
        let service = whole.service();
        let findings = input.findings_of(policy);
        let last = service.and_then(|service| findings.service_last_use(service));
        ActionRecord {
            action: whole.to_string(),
            level: None,
            last_used: last.as_ref().map(LastUse::latest),
            told: last.as_ref().map(LastUseRecord::of).unwrap_or_default(),
            age: None,
            finding: Some(finding_name(input, policy)),
        }
    }
}

fn position(review: &Review, place: EntryPlace) -> Option<Position> {
    let loaded = review.policy(place.policy).loaded;
    let is_one_entry = review.state().entry(place).is_some();
    (is_one_entry && !loaded.origin.is_in_answer).then(|| {
        let range = loaded.document.entry_range(place.statement, place.entry);
        loaded.document.source().position(range.start)
    })
}

/// What the findings about a policy are called: their ids, or their files where AWS gave them none.
fn finding_name(input: &ReviewInput, policy: usize) -> Untrusted {
    let findings = input.findings_of(policy);
    match &input.policies[policy].loaded.origin.block {
        Some(block) => {
            let names = block.findings.iter().map(|finding| finding.name().raw());
            names.collect::<Vec<_>>().join(", ").into()
        }
        None => findings.name().clone(),
    }
}
