//! Denials, sorted by what they have to do with what was taken away.

use std::collections::{BTreeMap, BTreeSet};

use super::Records;
use crate::denials::{Denial, Denials, Nameless, Refusal, Times};
use crate::iam::{Action, Name};
use crate::review::{Elsewhere, Removal, StatementOf, Verdict};

/// Denials by what they have to do with the records.
#[derive(Default)]
pub struct Sorted {
    /// What was taken away.
    pub ours: BTreeMap<Action, Ours>,
    /// What was not removed, with the statements that allow it.
    pub stays: BTreeMap<Action, (Times, BTreeSet<StatementOf>)>,
    /// What none of the policies allowed; and whether that is certain.
    pub never_allowed: BTreeMap<Action, (Times, bool)>,
    /// What is not about what was refined.
    pub elsewhere: BTreeMap<Elsewhere, Times>,
    /// Messages that name no action.
    pub nameless: BTreeMap<Nameless, Times>,
}

/// An action that was taken away and denied.
pub struct Ours {
    /// How often it was denied.
    pub times: Times,
    /// Whom it was denied.
    pub callers: BTreeSet<String>,
    /// The calls that probably needed it, where a message names no more than that.
    pub calls: BTreeSet<Name>,
    /// Whether any message names it.
    pub is_named: bool,
    /// Whether every message tells whom.
    pub is_told_whom: bool,
    /// Out of which statements it was taken, each with the number of its record.
    pub from: Vec<(usize, Removal)>,
    /// Statements that allow it still, on what they are about.
    pub stays: BTreeSet<StatementOf>,
}

/// What all records say of a denied action.
#[derive(Default)]
struct Found {
    from: Vec<(usize, Removal)>,
    stays: BTreeSet<StatementOf>,
    /// Set where a record tells that nothing allowed it, and whether that is certain.
    never: Option<bool>,
    elsewhere: Option<Elsewhere>,
}

impl Found {
    fn of(records: &Records, denial: &Denial, times: Times) -> Self {
        let mut found = Found::default();
        for (number, record) in records.all.iter().enumerate() {
            match record.removals.judge(denial, times.last) {
                None => {}
                Some(Verdict::Ours { from, stays }) => {
                    let from = from
                        .into_iter()
                        .map(|removal| (number, record.call(removal)));
                    found.from.extend(from);
                    found.stays.extend(record.call_all(stays));
                }
                Some(Verdict::Stays(stays)) => found.stays.extend(record.call_all(stays)),
                Some(Verdict::NeverAllowed { is_certain }) => {
                    found.never = Some(found.never.unwrap_or(true) && is_certain);
                }
                Some(Verdict::Elsewhere(why)) => {
                    found.elsewhere = Some(found.elsewhere.map_or(why, |other| other.min(why)));
                }
            }
        }
        found
    }
}

impl Sorted {
    /// Holds all of them against all records.
    pub fn new(records: &Records, denials: &Denials) -> Self {
        let mut sorted = Sorted::default();
        for (denial, times) in denials.iter() {
            match &denial.refusal {
                Refusal::Nameless(how) => {
                    sorted.nameless.entry(*how).or_default().add_all(*times);
                }
                Refusal::Of { action, .. } => {
                    let found = Found::of(records, denial, *times);
                    sorted.add(denial, action, None, found, *times);
                }
                Refusal::Call { operation, how, .. } => {
                    sorted.add_call(records, denial, operation, *how, *times);
                }
            }
        }
        sorted
    }

    /// A call is ours if it probably needs an action that was taken away. If not, all that is known of
    /// it is that something was denied.
    fn add_call(
        &mut self,
        records: &Records,
        denial: &Denial,
        operation: &Name,
        how: Nameless,
        times: Times,
    ) {
        let records_of = records.all.iter().map(|record| &record.removals);
        let actions = records_of.flat_map(|removals| removals.actions_of_call(operation));
        let actions: BTreeSet<Action> = actions.collect();
        let found = actions.into_iter().filter_map(|action| {
            let of_action = denial.of_action(action.clone())?;
            let found = Found::of(records, &of_action, times);
            Some((action, of_action, found))
        });
        let (ours, others): (Vec<_>, Vec<_>) =
            found.partition(|(_, _, found)| !found.from.is_empty());
        if ours.is_empty() {
            let elsewhere = others.iter().filter_map(|(_, _, found)| found.elsewhere);
            match elsewhere.min() {
                Some(why) => self.elsewhere.entry(why).or_default().add_all(times),
                None => self.nameless.entry(how).or_default().add_all(times),
            }
        }
        for (action, of_action, found) in ours {
            self.add(&of_action, &action, Some(operation), found, times);
        }
    }

    fn add(
        &mut self,
        denial: &Denial,
        action: &Action,
        call: Option<&Name>,
        found: Found,
        times: Times,
    ) {
        let Found {
            from,
            stays: still,
            never,
            elsewhere,
        } = found;
        if !from.is_empty() {
            let ours = self.ours.entry(action.clone()).or_insert_with(|| Ours {
                times: Times::default(),
                callers: BTreeSet::new(),
                calls: BTreeSet::new(),
                is_named: false,
                is_told_whom: true,
                from: Vec::new(),
                stays: BTreeSet::new(),
            });
            ours.calls.extend(call.cloned());
            ours.add(denial, times, from, still);
        } else if !still.is_empty() {
            let entry = self.stays.entry(action.clone()).or_default();
            entry.0.add_all(times);
            entry.1.extend(still);
        } else if let Some(is_certain) = never {
            let entry = self.never_allowed.entry(action.clone());
            let entry = entry.or_insert((Times::default(), true));
            entry.0.add_all(times);
            entry.1 &= is_certain;
        } else if let Some(why) = elsewhere {
            self.elsewhere.entry(why).or_default().add_all(times);
        }
    }
}

impl Ours {
    fn add(
        &mut self,
        denial: &Denial,
        times: Times,
        from: Vec<(usize, Removal)>,
        stays: BTreeSet<StatementOf>,
    ) {
        self.times.add_all(times);
        self.callers
            .extend(denial.caller.as_ref().map(ToString::to_string));
        self.is_named |= matches!(denial.refusal, Refusal::Of { is_named: true, .. });
        self.is_told_whom &= denial.caller.is_some();
        for removal in from {
            if !self.from.contains(&removal) {
                self.from.push(removal);
            }
        }
        self.stays.extend(stays);
    }
}
