//! The price of a granularity, in facts: what it would have granted unasked.
//!
//! The shorter the prefixes, the more of what AWS adds tomorrow they grant. Tomorrow is not known,
//! but yesterday is: the wildcard is refined again with the actions of an earlier day and the same
//! findings, and of the actions that AWS has added since, those are counted that it would have
//! granted and that the findings do not report.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::granularity::Granularity;
use super::marks::Curation;
use super::plan::{EntryOutcome, plan_entry};
use super::settle::settle_entries;
use super::universe::Universe;
use crate::iam::{Action, ActionPattern, Grants};

/// What a wildcard comes to at every granularity, and what it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// The wildcard as it stands in the policy. It grants everything that is added under it.
    pub unrefined: Estimate,
    /// One for each of [`Granularity::ALL`], in their order.
    pub choices: Vec<(Granularity, Estimate)>,
}

/// The size of some entries, and what they grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// How many entries they are.
    pub entries: usize,
    /// The characters of them that IAM counts, quotes and commas included.
    pub characters: usize,
    /// How many of the actions known today they grant.
    pub grants: usize,
    /// What would have been granted unasked, from the earliest day on.
    pub unasked: Vec<NotEstimated>,
}

/// The actions that AWS has added since a day, that would have been granted, and that the findings
/// do not report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEstimated {
    /// The day of the snapshot that the wildcard is refined with.
    pub since: Date,
    /// The actions that it would have granted without anybody asking for them.
    pub granted: BTreeSet<Action>,
}

/// Refines `pattern` at every granularity, with the actions of today and with those of each
/// earlier snapshot behind which something was added to it.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*};
/// let mut unused = UnusedActions::default();
/// unused.add("s3:GetBucketAcl".parse()?, None);
/// let universe = Universe::new(Catalogue::built_in(), Arc::new(unused), []);
/// let foresight = estimate(&"s3:Get*".parse()?, &universe, Curation::NONE);
/// let since_june_2024 = |prospect: &Estimate| prospect.unasked[0].granted.len();
/// let [(_, word), _, (_, name)] = foresight.choices.as_slice() else { unreachable!() };
/// assert!(since_june_2024(word) <= since_june_2024(&foresight.unrefined));
/// assert_eq!(since_june_2024(name), 0);
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn estimate(pattern: &ActionPattern, universe: &Universe, curation: Curation<'_>) -> Backtest {
    let mut sizes = sizes(pattern, universe, curation);
    for since in snapshots(pattern, universe) {
        let earlier = Earlier::new(pattern, universe, since);
        let unrefined = earlier.unasked(std::slice::from_ref(pattern));
        sizes.unrefined.unasked.push(unrefined);
        for (granularity, choice) in &mut sizes.choices {
            let entries = becomes(pattern, &earlier.universe, curation, *granularity);
            choice.unasked.push(earlier.unasked(&entries));
        }
    }
    sizes
}

/// What `pattern` comes to at every granularity today; of no earlier day anything is told.
pub fn sizes(pattern: &ActionPattern, universe: &Universe, curation: Curation<'_>) -> Backtest {
    let today = |entries: &[ActionPattern]| Estimate {
        entries: entries.len(),
        characters: characters(entries),
        grants: granted_today(pattern, universe, entries),
        unasked: Vec::new(),
    };
    let choice = |granularity| {
        let entries = becomes(pattern, universe, curation, granularity);
        (granularity, today(&entries))
    };
    Backtest {
        unrefined: today(std::slice::from_ref(pattern)),
        choices: Granularity::ALL.map(choice).into(),
    }
}

impl Backtest {
    /// Adds what another wildcard comes to today.
    pub fn add_sizes(&mut self, other: &Backtest) {
        self.unrefined.add_sizes(&other.unrefined);
        for ((_, ours), (_, theirs)) in self.choices.iter_mut().zip(&other.choices) {
            ours.add_sizes(theirs);
        }
    }
}

impl Estimate {
    fn add_sizes(&mut self, other: &Estimate) {
        self.entries += other.entries;
        self.characters += other.characters;
        self.grants += other.grants;
    }
}

/// The days behind which something was added that `pattern` grants.
fn snapshots(pattern: &ActionPattern, universe: &Universe) -> BTreeSet<Date> {
    let catalogue = &universe.catalogue;
    let seen = catalogue
        .granted_by(pattern)
        .filter_map(|(_, action)| action.first_seen);
    let mut dates: BTreeSet<Date> = seen.chain(catalogue.oldest_snapshot()).collect();
    dates.pop_last();
    dates
}

/// What was known on an earlier day, and what was added since.
struct Earlier {
    since: Date,
    universe: Universe,
    added: Vec<Action>,
}

impl Earlier {
    fn new(pattern: &ActionPattern, universe: &Universe, since: Date) -> Self {
        let added = universe.catalogue.granted_by(pattern);
        let added = added
            .filter(|(_, action)| action.first_seen > Some(since))
            .map(|(service, action)| Action::new(service.clone(), action.name.clone()))
            .filter(|action| !universe.is_unused(action));
        Earlier {
            since,
            universe: universe.as_of(since, pattern),
            added: added.collect(),
        }
    }

    fn unasked(&self, entries: &[ActionPattern]) -> NotEstimated {
        let grants = grants(entries);
        let granted = (self.added.iter())
            .filter(|action| grants.any_of(action))
            .cloned();
        NotEstimated {
            since: self.since,
            granted: granted.collect(),
        }
    }
}

fn grants(entries: &[ActionPattern]) -> Grants<'_, ()> {
    entries.iter().map(|entry| (entry, ())).collect()
}

/// The entries that stand in the place of `pattern` when what is proposed is accepted.
fn becomes(
    pattern: &ActionPattern,
    universe: &Universe,
    curation: Curation<'_>,
    granularity: Granularity,
) -> Vec<ActionPattern> {
    let plan = plan_entry(pattern, universe, curation, granularity);
    if let EntryOutcome::Stays(_) = plan.outcome {
        return vec![pattern.clone()];
    }
    // What another of the new entries covers is not written.
    let settled = settle_entries(&[&plan], |_| true);
    let new = settled
        .iter()
        .flat_map(|settled| settled.edit.new_entries());
    new.map(|new| new.entry.clone()).collect()
}

/// The characters of `entries` in a list, without white space: each in quotes, commas between.
fn characters(entries: &[ActionPattern]) -> usize {
    let quoted = entries.iter().map(|entry| entry.to_string().len() + 2);
    quoted.sum::<usize>() + entries.len().saturating_sub(1)
}

fn granted_today(pattern: &ActionPattern, universe: &Universe, entries: &[ActionPattern]) -> usize {
    let grants = grants(entries);
    let wildcard = super::EntryExpansion::new(pattern, universe, Curation::NONE);
    let granted = wildcard
        .actions()
        .filter(|(action, _)| grants.any_of(action));
    granted.count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::text::Source;

    const CATALOGUE: &str = "date 2026-01-01\nsince 2024-06-10\n\ns3\n R+ GetBucketAcl\n \
        R+ GetObject\n R+ GetObjectAcl\n R+ GetObjectTagging 2025-02-13\n R+ GetOther\n \
        R+ GetOtherThing 2025-11-27\n R+ GetOutpost 2025-11-27\n R+ GetObviously 2025-11-27\n";

    fn foreseen(pattern: &str, unused: &[&str]) -> Backtest {
        let file = Source::from_text("catalogue.txt", CATALOGUE);
        let catalogue = Catalogue::parse(&file).expect("a catalogue");
        let mut actions = UnusedActions::default();
        for action in unused {
            actions.add(action.parse().unwrap(), None);
        }
        let universe = Universe::new(Arc::new(catalogue), Arc::new(actions), []);
        estimate(&pattern.parse().unwrap(), &universe, Curation::NONE)
    }

    /// The names granted unasked since each day.
    fn unasked(prospect: &Estimate) -> Vec<String> {
        let lines = prospect.unasked.iter().map(|unasked| {
            let names: Vec<String> = unasked.granted.iter().map(|a| a.name.to_string()).collect();
            format!("{}: {}", unasked.since, names.join(" "))
        });
        lines.collect()
    }

    #[test]
    fn each_granularity_grants_what_its_entries_of_that_day_match() {
        let foresight = foreseen("s3:Get*", &["s3:GetBucketAcl"]);
        let [(_, word), (_, character), (_, name)] = foresight.choices.as_slice() else {
            panic!("there are three");
        };
        // In June 2024 GetOther stood alone and was written in full; later there are two of it.
        assert_eq!(
            unasked(word),
            ["2024-06-10: GetObjectTagging", "2025-02-13: ",]
        );
        assert_eq!(
            unasked(character),
            [
                "2024-06-10: GetObjectTagging GetObviously GetOtherThing GetOutpost",
                "2025-02-13: GetObviously GetOtherThing GetOutpost",
            ]
        );
        assert_eq!(unasked(name), ["2024-06-10: ", "2025-02-13: "]);
        assert_eq!(unasked(&foresight.unrefined), unasked(character));
    }

    #[test]
    fn what_another_new_entry_covers_is_not_counted() {
        let names = "vpc-lattice:ListServiceNetworkOne\nvpc-lattice:ListServiceNetworkTwo\n\
                     vpc-lattice:ListServiceNetworks\nvpc-lattice:ListServices";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue.txt", names)).unwrap();
        let mut unused = UnusedActions::default();
        unused.add("vpc-lattice:ListServices".parse().unwrap(), None);
        let universe = Universe::new(Arc::new(catalogue), Arc::new(unused), []);
        let pattern = "vpc-lattice:List*".parse().unwrap();
        let (_, word) = &estimate(&pattern, &universe, Curation::NONE).choices[0];
        // ListServiceNetworks begins with ListServiceNetwork*, which is written for the other two.
        let written = "\"vpc-lattice:ListServiceNetwork*\"";
        assert_eq!(
            (word.entries, word.characters, word.grants),
            (1, written.len(), 3)
        );
    }

    #[test]
    fn entries_characters_and_grants_are_those_of_today() {
        let foresight = foreseen("s3:Get*", &["s3:GetBucketAcl"]);
        let sizes = |prospect: &Estimate| (prospect.entries, prospect.characters, prospect.grants);
        let choices: Vec<_> = (foresight.choices.iter())
            .map(|(_, prospect)| sizes(prospect))
            .collect();
        // s3:GetObject* s3:GetObviously s3:GetOther* s3:GetOutpost; s3:GetO*; seven names.
        assert_eq!(
            choices,
            [(4, 13 + 15 + 12 + 13 + 8 + 3, 7), (1, 10, 7), (7, 121, 7)]
        );
        assert_eq!(sizes(&foresight.unrefined), (1, 9, 8));
    }

    #[test]
    fn what_is_reported_is_never_counted() {
        let foresight = foreseen("s3:Get*", &["s3:GetBucketAcl", "s3:GetOutpost"]);
        for (granularity, prospect) in &foresight.choices {
            let mut granted = prospect.unasked.iter().flat_map(|unasked| &unasked.granted);
            let reported = granted.find(|action| action.name.as_str() == "GetOutpost");
            assert_eq!(reported, None, "{granularity}");
        }
        let whole = &foresight.unrefined.unasked[0];
        assert_eq!(whole.granted.len(), 3);
    }

    #[test]
    fn a_catalogue_without_dates_tells_nothing_of_the_future() {
        let universe = Universe::new(
            Catalogue::s3_of_june_2024(),
            Arc::new(UnusedActions::default()),
            [],
        );
        let foresight = estimate(&"s3:Get*".parse().unwrap(), &universe, Curation::NONE);
        assert_eq!(foresight.unrefined.unasked, []);
    }
}
