//! Denials, sorted by what they have to do with what was taken away.

use std::collections::{BTreeMap, BTreeSet};

use super::Records;
use crate::denials::{Denial, Denials, Nameless, Refusal, Times};
use crate::iam::Action;
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
    /// Whether any message names it.
    pub is_named: bool,
    /// Whether every message tells whom.
    pub is_told_whom: bool,
    /// Out of which statements it was taken, each with the number of its record.
    pub from: Vec<(usize, Removal)>,
    /// Statements that allow it still, on what they are about.
    pub stays: BTreeSet<StatementOf>,
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
                Refusal::Of { action, .. } => sorted.add(records, denial, action, *times),
            }
        }
        sorted
    }

    fn add(&mut self, records: &Records, denial: &Denial, action: &Action, times: Times) {
        let verdicts = records
            .all
            .iter()
            .enumerate()
            .filter_map(|(number, record)| {
                Some((number, record.removals.judge(denial, times.last)?))
            });
        let (mut from, mut still, mut never, mut elsewhere) =
            (Vec::new(), BTreeSet::new(), None, None);
        for (number, verdict) in verdicts {
            match verdict {
                Verdict::Ours {
                    from: removals,
                    stays,
                } => {
                    let removals = removals.into_iter();
                    from.extend(
                        removals.map(|removal| (number, records.all[number].call(removal))),
                    );
                    still.extend(records.all[number].call_all(stays));
                }
                Verdict::Stays(stays) => still.extend(records.all[number].call_all(stays)),
                Verdict::NeverAllowed { is_certain } => {
                    never = Some(never.unwrap_or(true) && is_certain);
                }
                Verdict::Elsewhere(why) => {
                    elsewhere = Some(elsewhere.map_or(why, |other: Elsewhere| other.min(why)));
                }
            }
        }
        if !from.is_empty() {
            let ours = self.ours.entry(action.clone()).or_insert_with(|| Ours {
                times: Times::default(),
                callers: BTreeSet::new(),
                is_named: false,
                is_told_whom: true,
                from: Vec::new(),
                stays: BTreeSet::new(),
            });
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
