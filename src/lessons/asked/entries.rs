//! What a cut writes for an action, and which cuts grant what AWS adds.

use std::sync::Arc;

use super::answer::{AnswerBy, EntryCheck, name_in};
use super::case::{Asked, Case, MOST_CHOICES};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::cuts::{backtest, prices, told_of_cuts};
use super::matter::Matter;
use crate::iam::{Action, ActionPattern, Glob, Name, ServicePrefix};
use crate::refine::{Curation, Granularity, Universe, plan_entry};
use crate::text::{capitalised, list};

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "which entry?",
    lines: &[
        "the shortest prefix with this cut",
        "that no unused name begins with:",
        "  several beneath: prefix*",
        "  one beneath: its name",
        "if there is none: the name itself",
    ],
};

pub(in crate::lessons) static TOMORROW: ChoiceRule = ChoiceRule {
    title: "who grants it then?",
    lines: &[
        "a star grants all that matches,",
        "  what AWS adds too;",
        "a name in full, itself alone",
    ],
};

/// How many entries of a cut are shown at most: those of a low screen.
const MOST_ENTRIES: usize = 18;

/// Which of the two cuts with stars grant an action.
pub(in crate::lessons) const CUTS: [&str; 4] = ["neither", "word", "character", "both"];

/// How many entries are offered beside the right one.
const OTHERS: usize = 3;

/// A wildcard, refined with each cut.
pub(in crate::lessons) struct ByCuts<'a> {
    pub(in crate::lessons) wildcard: &'a ActionPattern,
    pub(in crate::lessons) universe: &'a Universe,
}

impl ByCuts<'_> {
    fn entries(&self, cut: Granularity) -> Vec<ActionPattern> {
        let plan = plan_entry(self.wildcard, self.universe, Curation::NONE, cut);
        let entries = plan.replacements().unwrap_or_default().iter();
        entries.map(|new| new.entry.clone()).collect()
    }

    /// The unused actions that the wildcard grants.
    fn unused(&self) -> impl Iterator<Item = Action> + '_ {
        let unused = self.universe.unused.named();
        unused.filter(|action| self.wildcard.matches(action))
    }

    fn granting(&self, cut: Granularity, action: &Action) -> Option<ActionPattern> {
        let mut entries = self.entries(cut).into_iter();
        entries.find(|entry| entry.matches(action))
    }

    /// The entries that one could think of for `action`, by their length, and which of them the cut writes.
    pub(in crate::lessons) fn entry(
        &self,
        action: &Action,
        cut: Granularity,
    ) -> Option<(Vec<String>, ChoosingRow)> {
        let right = self.granting(cut, action)?.name().to_string();
        let name = action.name.as_str();
        let mut others: Vec<String> = Granularity::ALL
            .iter()
            .filter_map(|other| self.granting(*other, action))
            .map(|entry| entry.name().to_string())
            .collect();
        // Of a name in full one could think that the first safe prefix stands for it.
        others.extend(
            self.first_safe(name, cut)
                .map(|prefix| format!("{prefix}*")),
        );
        let kept = right.trim_end_matches('*').len();
        let cuts: Vec<usize> = Granularity::Word.cuts(name, 0).collect();
        let shorter = [kept.saturating_sub(1), 1]
            .into_iter()
            .filter(|length| *length > 0);
        let longer = cuts.iter().copied().filter(|cut| *cut > kept).take(1);
        let prefixes = shorter.chain(longer).filter(|length| *length < name.len());
        others.extend(prefixes.map(|length| format!("{}*", &name[..length])));
        let mut choices = vec![right.clone()];
        for other in others {
            if choices.len() <= OTHERS && !choices.contains(&other) {
                choices.push(other);
            }
        }
        choices.sort_by_key(String::len);
        let place = choices.iter().position(|choice| *choice == right)?;
        let is_star = right.ends_with('*');
        let beneath = self.matched(&right);
        let mut longer = self.unused();
        let longer = longer.find(|unused| unused.name.starts_with(&right));
        let (line, why) = match longer {
            _ if is_star => (
                2,
                format!(
                    "No unused name begins with {}, {} that stay do, and no shorter prefix with this cut is safe.",
                    &right[..kept],
                    beneath.len()
                ),
            ),
            Some(longer) => (
                4,
                format!(
                    "Even {right} is unsafe, since {} begins with it. But it is itself a name that stays, so it is \
                     written in full.",
                    longer.name
                ),
            ),
            None => (
                3,
                "Every shorter prefix with this cut is unsafe or has this one name beneath it, which is written \
                 in full."
                    .to_owned(),
            ),
        };
        let row = ChoosingRow {
            what: format!("{name}, {cut}"),
            known: String::new(),
            right: place,
            line,
            why,
            against: against_others(choices.len(), place, |at| {
                self.against(&choices[at], &right)
            }),
            because: Some(action.clone()),
        };
        Some((choices, row))
    }

    /// The shortest prefix of a name with this cut that no unused name begins with.
    fn first_safe<'n>(&self, name: &'n str, cut: Granularity) -> Option<&'n str> {
        let root = self.wildcard.name().literal_prefix().len();
        let prefixes = cut.cuts(name, root).map(|end| &name[..end]);
        let mut prefixes = prefixes.filter(|prefix| prefix.len() < name.len());
        prefixes.find(|prefix| self.unused().all(|unused| !unused.name.starts_with(prefix)))
    }

    /// Why an entry is not what a cut writes, where `right` is.
    fn against(&self, entry: &str, right: &str) -> String {
        let unused = Glob::parse(entry).and_then(|glob| {
            let mut unused = self.unused();
            unused.find(|action| glob.matches(action.name.as_str()))
        });
        match unused {
            Some(unused) => format!("{entry} would grant {}, which is unused.", unused.name),
            None if entry.ends_with('*') && self.matched(entry).len() == 1 => {
                format!("{entry} grants one name; a star for one lets in only what AWS adds.")
            }
            None if entry.len() < right.len() => {
                format!("{entry} is safe; but does this cut make that prefix?")
            }
            None => format!(
                "{entry} grants nothing unused; but is there no shorter prefix with this cut that is safe?"
            ),
        }
    }

    /// The names that stay and that an entry grants.
    fn matched(&self, entry: &str) -> Vec<Name> {
        let names = self.names().into_iter();
        let glob = Glob::parse(entry);
        names
            .filter(|(name, is_unused)| {
                !is_unused
                    && glob
                        .as_ref()
                        .is_some_and(|glob| glob.matches(name.as_str()))
            })
            .map(|(name, _)| name)
            .collect()
    }

    /// The names that the wildcard grants, and whether each is unused.
    fn names(&self) -> Vec<(Name, bool)> {
        let granted = self.universe.catalogue.granted_by(self.wildcard);
        let granted = granted.map(|(service, known)| {
            let action = Action::new(service.clone(), known.name.clone());
            let is_unused = self.universe.is_unused(&action);
            (action.name, is_unused)
        });
        granted.collect()
    }

    /// The names that begin with the same letter as an action.
    pub(in crate::lessons) fn names_beside(&self, action: &Action) -> Vec<String> {
        let letter = &action.name.as_str()[..1];
        let of_lot = |wanted: bool| -> Vec<String> {
            let names = self.names().into_iter();
            names
                .filter(|(name, is_unused)| *is_unused == wanted && name.starts_with(letter))
                .map(|(name, _)| name.to_string())
                .collect()
        };
        let told = |lot: Vec<String>| match lot.as_slice() {
            [] => "none".to_owned(),
            names => list(names),
        };
        vec![
            format!("these names with {letter} stay: {}", told(of_lot(false))),
            format!("these are unused: {}", told(of_lot(true))),
        ]
    }

    /// What the cuts with stars write for the names that begin with the same letter as an action.
    pub(in crate::lessons) fn entries_beside(&self, action: &Action) -> Vec<String> {
        let letter = &action.name.as_str()[..1];
        let told = |cut: Granularity| {
            let entries = self
                .entries(cut)
                .into_iter()
                .map(|entry| entry.name().to_string());
            let beside: Vec<String> = entries
                .filter(|entry| Name::from(entry.as_str()).starts_with(letter))
                .collect();
            format!(
                "cut at {}, entries with {letter}: {}",
                places(cut),
                list(&beside)
            )
        };
        vec![told(Granularity::Word), told(Granularity::Character)]
    }

    /// Which of the two cuts grants an action that AWS does not have.
    pub(in crate::lessons) fn tomorrow(&self, action: &Action) -> Option<ChoosingRow> {
        let is_new = !self.universe.catalogue.contains(action) && self.wildcard.matches(action);
        if !is_new {
            return None;
        }
        let by = [Granularity::Word, Granularity::Character].map(|cut| self.granting(cut, action));
        let right = usize::from(by[0].is_some()) + 2 * usize::from(by[1].is_some());
        let name = &action.name;
        let told = |entry: &Option<ActionPattern>, cut: Granularity| match entry {
            Some(entry) => format!("cut at {}, {} matches it", places(cut), entry.name()),
            None => format!("cut at {}, nothing matches it", places(cut)),
        };
        let [word, character] = &by;
        Some(ChoosingRow {
            what: format!("{name}, tomorrow"),
            known: String::new(),
            right,
            line: if right == 0 { 2 } else { 1 },
            why: format!(
                "{}; {}.",
                capitalised(&told(word, Granularity::Word)),
                told(character, Granularity::Character)
            ),
            against: against_others(CUTS.len(), right, |choice| {
                let is_word = (choice & 1 == 1) == word.is_some();
                let cut = if is_word {
                    Granularity::Character
                } else {
                    Granularity::Word
                };
                format!(
                    "Look at the entries cut at {}: does one match {name}?",
                    places(cut)
                )
            }),
            because: Some(action.clone()),
        })
    }
}

/// Where names are cut, in words.
pub(in crate::lessons) fn places(cut: Granularity) -> &'static str {
    match cut {
        Granularity::Word => "words",
        Granularity::Character => "every character",
        Granularity::Name => "no place",
    }
}

/// What the wildcard becomes with a cut: told.
pub(in crate::lessons) fn told(matter: &Matter<'_>, cut: Granularity) -> Case {
    let universe = matter.universe();
    let plan = plan_entry(&matter.wildcard, universe, Curation::NONE, cut);
    let entries = plan.replacements().unwrap_or_default().iter();
    let entries: Vec<String> = entries.map(|new| new.entry.name().to_string()).collect();
    let backtest = backtest(matter);
    let mut known = told_of_cuts(matter, &backtest, &prices(&backtest));
    let most = entries.len().min(MOST_ENTRIES);
    let more = match entries.len() - most {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    known.push(format!(
        "{} cut at {}: {}{more}",
        matter.wildcard,
        places(cut),
        entries[..most].join(" ")
    ));
    Case {
        known,
        ..Case::default()
    }
}

/// Which entry stands for an action with a cut.
pub(in crate::lessons) fn case(matter: &Matter<'_>, action: &Action, cut: Granularity) -> Asked {
    let by_cuts = by_cuts(matter);
    let asked = format!(
        "Names are cut at {}. Which entry stands for {}?",
        places(cut),
        action.name
    );
    let (choices, row) = by_cuts
        .entry(action, cut)
        .filter(|(choices, _)| (2..=MOST_CHOICES).contains(&choices.len()))
        .ok_or_else(|| format!("{} grants no {action} that stays", matter.wildcard))?;
    let check = WrittenForCut {
        wildcard: matter.wildcard.clone(),
        universe: matter.universe().clone(),
        action: action.clone(),
        right: choices[row.right].clone(),
    };
    let case = Case::asking(
        by_cuts.names_beside(action),
        asked,
        &RULE,
        choices.iter(),
        row,
    );
    Ok(case.answered_by(AnswerBy::Entries(Arc::new(check))))
}

/// Checks what is written for an action with a cut.
#[derive(Debug)]
struct WrittenForCut {
    wildcard: ActionPattern,
    universe: Universe,
    action: Action,
    right: String,
}

impl EntryCheck for WrittenForCut {
    fn against(&self, entries: &[String]) -> String {
        let name = &self.action.name;
        let [entry] = entries else {
            return format!("One entry stands for {name}; which?");
        };
        let entry = name_in(entry, self.service());
        let glob = Glob::parse(entry);
        if !glob
            .as_ref()
            .is_some_and(|glob| glob.matches(name.as_str()))
        {
            return format!("{entry} does not grant {name}, which stays.");
        }
        let is_written = |glob: &Glob| glob.is_literal() || glob.as_prefix_star().is_some();
        if !glob.as_ref().is_some_and(is_written) {
            return "An entry here is a name in full, or a prefix and a star.".to_owned();
        }
        let by_cuts = ByCuts {
            wildcard: &self.wildcard,
            universe: &self.universe,
        };
        by_cuts.against(entry, &self.right)
    }

    fn service(&self) -> Option<&ServicePrefix> {
        Some(&self.action.service)
    }
}

/// Which cuts grant an action that AWS may add.
pub(in crate::lessons) fn case_of_tomorrow(matter: &Matter<'_>, action: &Action) -> Asked {
    let by_cuts = by_cuts(matter);
    let asked = format!("AWS adds {action} tomorrow. Which of the two cuts would grant it?");
    let row = by_cuts.tomorrow(action);
    let row = row.ok_or_else(|| {
        format!(
            "AWS has {action} already, or {} is not wide enough",
            matter.wildcard
        )
    })?;
    let choices = CUTS.iter();
    Ok(Case::asking(
        by_cuts.entries_beside(action),
        asked,
        &TOMORROW,
        choices,
        row,
    ))
}

fn by_cuts<'a>(matter: &'a Matter<'_>) -> ByCuts<'a> {
    ByCuts {
        wildcard: &matter.wildcard,
        universe: matter.universe(),
    }
}
