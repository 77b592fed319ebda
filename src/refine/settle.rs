//! The finished statement: accepted proposals in place, covered entries left out.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::not_action::Extension;
use super::plan::EntryPlan;
use super::shortest::Claim;
use crate::iam::{ActionPattern, EntryEdit, Grants, StatementEdit};

/// A statement after all decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledStatement {
    /// What is kept of its old entries and what is new, in the order in which it is written.
    pub edit: StatementEdit<Replacement>,
    /// New entries that are not written, since another one covers them.
    pub not_written: Arc<NotWritten>,
}

/// The new entries of a statement that are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotWritten {
    /// Those that another entry covers, in the order of the entries that they would have replaced.
    covered: Vec<LeftOut>,
    /// The places of entries of which the same is proposed as of an earlier one, with that one's
    /// place: all that is new of them stands there, or is covered there.
    repeated: BTreeMap<usize, usize>,
}

/// A new entry, and why it may stand in the place of an old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The place of the entry that it (with others) replaces; 0 for what a `NotAction` is extended
    /// by.
    pub from: usize,
    /// The pattern to write.
    pub entry: ActionPattern,
    /// Why it may be written, for the proof to check.
    pub claim: Claim,
}

impl AsRef<ActionPattern> for Replacement {
    fn as_ref(&self) -> &ActionPattern {
        &self.entry
    }
}

/// A new entry that is not written, as another one covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LeftOut {
    /// The place of the entry that it would have replaced.
    from: usize,
    entry: ActionPattern,
    covered_by: ActionPattern,
}

/// A new entry that is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered<'a> {
    /// The entry that is not written.
    pub entry: &'a ActionPattern,
    /// The entry of the same statement that covers it.
    pub covered_by: &'a ActionPattern,
}

impl NotWritten {
    /// What is not written in the place of the old entry at `from`, `edit` being what is written of
    /// its statement.
    pub fn of<'a>(
        &'a self,
        edit: Option<&'a StatementEdit<Replacement>>,
        from: usize,
    ) -> impl Iterator<Item = Covered<'a>> {
        let first = self.repeated.get(&from).copied();
        let stands_earlier = (first.and(edit).into_iter())
            .flat_map(StatementEdit::new_entries)
            .filter(move |new| Some(new.from) == first)
            .map(|new| Covered {
                entry: &new.entry,
                covered_by: &new.entry,
            });
        let place = first.unwrap_or(from);
        let start = self.covered.partition_point(|left| left.from < place);
        let covered = self.covered[start..].iter();
        let covered = covered
            .take_while(move |left| left.from == place)
            .map(|left| Covered {
                entry: &left.entry,
                covered_by: &left.covered_by,
            });
        stands_earlier.chain(covered)
    }
}

impl SettledStatement {
    /// What is not written in the place of the old entry at `from`.
    pub fn left_out(&self, from: usize) -> impl Iterator<Item = Covered<'_>> {
        self.not_written.of(Some(&self.edit), from)
    }
}

impl Extension {
    /// The `NotAction` with what is proposed appended. None when nothing is.
    pub fn settle(&self) -> Option<SettledStatement> {
        let old = (0..self.old_entries).map(EntryEdit::Kept);
        let new = self.additions.iter().map(|addition| {
            EntryEdit::New(Replacement {
                from: 0,
                entry: addition.clone(),
                claim: Claim::Appended,
            })
        });
        (!self.additions.is_empty()).then(|| SettledStatement {
            edit: StatementEdit {
                entries: old.chain(new).collect(),
            },
            not_written: Arc::default(),
        })
    }
}

/// The entries of an `Action` with the proposals that `accepted` says yes to, by their place, and
/// the rest as it was. None when nothing changes. Where several entries share one plan, what is new
/// is worked out once.
pub fn settle_entries(
    plans: &[&EntryPlan],
    accepted: impl Fn(usize) -> bool,
) -> Option<SettledStatement> {
    let changes = |place: usize| accepted(place) && plans[place].changes();
    if !(0..plans.len()).any(changes) {
        return None;
    }
    let mut entries = Vec::new();
    let mut firsts: HashMap<*const EntryPlan, usize> = HashMap::new();
    let mut repeated = BTreeMap::new();
    for (from, &plan) in plans.iter().enumerate() {
        match plan.replacements() {
            Some(new) if changes(from) => {
                let first = *firsts.entry(plan).or_insert(from);
                if first != from {
                    repeated.insert(from, first);
                    continue;
                }
                entries.extend(new.iter().map(|emitted| {
                    EntryEdit::New(Replacement {
                        from,
                        entry: emitted.entry.clone(),
                        claim: emitted.claim.clone(),
                    })
                }));
            }
            _ => entries.push(EntryEdit::Kept(from)),
        }
    }
    let (entries, covered) = leave_out_covered(plans, entries);
    Some(SettledStatement {
        edit: StatementEdit {
            entries: entries.into(),
        },
        not_written: Arc::new(NotWritten { covered, repeated }),
    })
}

/// Leaves out each new entry that another one covers; of entries that cover each other an old one
/// stays, or else the first. Old entries stay, covered or not. Returns those that are written, and
/// those that are not.
fn leave_out_covered(
    plans: &[&EntryPlan],
    entries: Vec<EntryEdit<Replacement>>,
) -> (Vec<EntryEdit<Replacement>>, Vec<LeftOut>) {
    let covers = Covers::new(plans, &entries);
    let covering = (0..entries.len()).map(|place| covers.of(place).cloned());
    let covering: Vec<Option<ActionPattern>> = covering.collect();
    let mut written = Vec::new();
    let mut left_out = Vec::new();
    for (entry, covered_by) in entries.into_iter().zip(covering) {
        match (entry, covered_by) {
            (EntryEdit::New(new), Some(covered_by)) => left_out.push(LeftOut {
                from: new.from,
                entry: new.entry,
                covered_by,
            }),
            (entry, _) => written.push(entry),
        }
    }
    (written, left_out)
}

/// What an entry of a settled statement is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// One that was there and stays.
    Old,
    /// One that is to be written.
    New,
    /// One that is written elsewhere, and may be another tomorrow: it covers nothing.
    Foreign,
}

/// Finds what covers an entry.
struct Covers<'a> {
    /// Each entry, and what stands there.
    patterns: Vec<(&'a ActionPattern, Standing)>,
    /// For each entry the one that stays of those that are equal to it.
    leaders: Vec<usize>,
    /// The places of the leaders, to be found by what they grant.
    places: Grants<'a, usize>,
    /// What may still be spent on patterns that are hard to compare.
    budget: Cell<usize>,
}

/// How much is spent on comparing the entries of one statement that are hard to compare, in
/// positions: a tenth of a second. Entries that people write take nothing of it.
const BUDGET: usize = 1_000_000;

impl<'a> Covers<'a> {
    fn new(plans: &[&'a EntryPlan], entries: &'a [EntryEdit<Replacement>]) -> Self {
        let patterns: Vec<(&ActionPattern, Standing)> = entries
            .iter()
            .map(|entry| match entry {
                EntryEdit::Kept(place) if plans[*place].is_editable => {
                    (&plans[*place].old, Standing::Old)
                }
                EntryEdit::Kept(place) => (&plans[*place].old, Standing::Foreign),
                EntryEdit::New(new) => (&new.entry, Standing::New),
            })
            .collect();
        let leaders = leaders(&patterns);
        let may_cover =
            |place: usize| leaders[place] == place && patterns[place].1 != Standing::Foreign;
        let leading = (0..patterns.len()).filter(|&place| may_cover(place));
        Covers {
            places: leading.map(|place| (patterns[place].0, place)).collect(),
            patterns,
            leaders,
            budget: Cell::new(BUDGET),
        }
    }

    /// The entry that covers the new one at `place`, if one does: one that is written, and so
    /// covered by none itself.
    fn of(&self, place: usize) -> Option<&'a ActionPattern> {
        let mut covering = self.next_of(place)?;
        while let Some(wider) = self.next_of(covering) {
            covering = wider;
        }
        Some(self.patterns[covering].0)
    }

    fn next_of(&self, place: usize) -> Option<usize> {
        let (pattern, standing) = self.patterns[place];
        if standing != Standing::New {
            return None;
        }
        if self.leaders[place] != place {
            return Some(self.leaders[place]);
        }
        let candidates = self.places.that_may_include(pattern);
        candidates.filter(|&other| self.covers(other, place)).min()
    }

    /// Whether the entry at `other` covers the new one at `place`, of which it is not an equal.
    fn covers(&self, other: usize, place: usize) -> bool {
        let ((wide, standing), (narrow, _)) = (self.patterns[other], self.patterns[place]);
        if other == place || !self.includes(wide, narrow) {
            return false;
        }
        // Two spellings of one pattern, such as `?*` and `*?`, cover each other: an old one stays,
        // or else the first.
        let mutual = self.includes(narrow, wide);
        !mutual || standing == Standing::Old || other < place
    }

    fn includes(&self, wide: &ActionPattern, narrow: &ActionPattern) -> bool {
        let mut budget = self.budget.get();
        let included = narrow.is_included_within(wide, &mut budget);
        self.budget.set(budget);
        included
    }
}

/// For each entry the one that stays of those that are equal to it: an old one, or else the first.
fn leaders(patterns: &[(&ActionPattern, Standing)]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..patterns.len()).collect();
    sorted.sort_by_key(|&place| patterns[place]);
    let mut leaders = vec![0; patterns.len()];
    for equal in sorted.chunk_by(|a, b| patterns[*a].0 == patterns[*b].0) {
        for &place in equal {
            leaders[place] = equal[0];
        }
    }
    leaders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refine::{Emitted, EntryOutcome, NodeId, StaysBecause};

    fn emitted(entry: &str) -> Emitted {
        Emitted {
            entry: entry.parse().unwrap(),
            claim: Claim::Name,
            grants: 1,
            node: NodeId::ROOT,
        }
    }

    fn entry(old: &str, new: Option<&[&str]>) -> EntryPlan {
        EntryPlan {
            old: old.parse().unwrap(),
            outcome: match new {
                Some(new) => EntryOutcome::Narrowed(new.iter().map(|text| emitted(text)).collect()),
                None => EntryOutcome::Stays(StaysBecause::NothingUnused),
            },
            stays: 1,
            goes: 1,
            excepted: Vec::new(),
            is_editable: true,
        }
    }

    fn written(plans: &[EntryPlan], accepted: impl Fn(usize) -> bool) -> String {
        let old: Vec<ActionPattern> = plans.iter().map(|plan| plan.old.clone()).collect();
        let Some(settled) = settle_entries(&plans.iter().collect::<Vec<_>>(), accepted) else {
            return "unchanged".to_owned();
        };
        let patterns = settled.edit.patterns(&old);
        let texts: Vec<String> = patterns.map(ToString::to_string).collect();
        texts.join(" ")
    }

    #[test]
    fn a_new_entry_that_an_old_one_covers_is_left_out() {
        let plans = vec![
            entry("s3:Get*", Some(&["s3:GetObject", "s3:GetJob*"])),
            entry("s3:*Object", None),
        ];
        assert_eq!(written(&plans, |_| true), "s3:GetJob* s3:*Object");
    }

    #[test]
    fn an_entry_that_is_written_elsewhere_covers_nothing() {
        let elsewhere = |old| entry(old, None).left_as_it_is();
        let plans = vec![
            entry("s3:Get*", Some(&["s3:GetObject", "s3:GetJob*"])),
            elsewhere("s3:*Object"),
            elsewhere("s3:GetJob*"),
        ];
        let all = "s3:GetObject s3:GetJob* s3:*Object s3:GetJob*";
        assert_eq!(written(&plans, |_| true), all);
    }

    #[test]
    fn of_equal_entries_the_old_one_or_else_the_first_stays() {
        let plans = vec![
            entry("s3:Get*", Some(&["s3:GetA", "s3:GetB"])),
            entry("s3:*B", Some(&["s3:getb"])),
            entry("s3:GETA", None),
        ];
        assert_eq!(written(&plans, |_| true), "s3:GetB s3:GETA");
    }

    #[test]
    fn entries_that_were_there_are_never_left_out() {
        let plans = vec![
            entry("s3:GetA", None),
            entry("s3:*", None),
            entry("s3:P*", Some(&[])),
        ];
        assert_eq!(written(&plans, |_| true), "s3:GetA s3:*");
    }

    #[test]
    fn two_spellings_of_one_pattern_leave_one() {
        let plans = vec![
            entry("s3:*", Some(&["s3:Get?*"])),
            entry("s3:G*", Some(&["s3:Get*?"])),
        ];
        assert_eq!(written(&plans, |_| true), "s3:Get?*");
    }

    #[test]
    fn what_is_left_out_is_said_to_be_covered_by_an_entry_that_is_written() {
        let plans = [
            entry("s3:G*", Some(&["s3:GetA"])),
            entry("s3:*A", Some(&["s3:GetA"])),
            entry("s3:Get*", None),
        ];
        let settled = settle_entries(&plans.iter().collect::<Vec<_>>(), |_| true).unwrap();
        let covering = (0..3).flat_map(|from| settled.left_out(from));
        let texts: Vec<String> = covering.map(|left| left.covered_by.to_string()).collect();
        assert_eq!(texts, ["s3:Get*", "s3:Get*"]);
    }

    #[test]
    fn of_entries_that_share_a_plan_the_later_ones_are_covered_by_the_first() {
        let shared = entry("s3:Get*", Some(&["s3:GetA", "s3:GetB"]));
        let kept = entry("s3:*B", None);
        let alike = entry("s3:Get*", Some(&["s3:GetA", "s3:GetB"]));
        let result_of = |plans: &[&EntryPlan]| {
            let settled = settle_entries(plans, |_| true).unwrap();
            let left_out = (0..plans.len()).map(|from| {
                let left_out = settled.left_out(from);
                let words =
                    left_out.map(|covered| format!("{} by {}", covered.entry, covered.covered_by));
                let mut words: Vec<String> = words.collect();
                words.sort();
                words
            });
            let left_out: Vec<_> = left_out.collect();
            (settled.edit, left_out)
        };
        assert_eq!(
            result_of(&[&shared, &kept, &shared, &shared]),
            result_of(&[&shared, &kept, &alike, &alike.clone()])
        );
    }

    #[test]
    fn what_is_not_accepted_stays_as_it_was() {
        let plans = || {
            vec![
                entry("s3:G*", Some(&["s3:Get"])),
                entry("s3:P*", Some(&["s3:Put"])),
            ]
        };
        assert_eq!(written(&plans(), |_| false), "unchanged");
        assert_eq!(written(&plans(), |place| place == 1), "s3:G* s3:Put");
    }
}
