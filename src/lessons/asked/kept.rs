//! What the rule says of a prefix when somebody keeps an unused name.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::explain::{RuleLine, Walkthrough};
use crate::iam::{Action, ActionPattern, Name};
use crate::refine::{Curation, Granularity, Keep, Universe};
use crate::text::{counted, list};

pub(in crate::lessons) const CHOICES: [&str; 5] = [
    "safe: prefix*",
    "safe: its name",
    "unsafe: nothing",
    "unsafe: itself, and children",
    "unsafe: children",
];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "with a name kept",
    lines: &[
        "a kept name counts as used",
        "unused starts with it?",
        "  no: safe",
        "    2 or more beneath: prefix*",
        "    1 beneath: its name",
        "  yes: unsafe",
        "    all go: nothing",
        "    itself stays: name it",
        "    others stay: children",
    ],
};

const STAR: usize = 0;
const NAME: usize = 1;
const NOTHING: usize = 2;
const ITSELF: usize = 3;
const CHILDREN: usize = 4;

/// How many names are listed at most.
const LISTED: usize = 12;

/// A wildcard of which somebody keeps an unused action.
pub(in crate::lessons) struct WithKept<'a> {
    pub(in crate::lessons) wildcard: &'a ActionPattern,
    pub(in crate::lessons) universe: &'a Universe,
    pub(in crate::lessons) kept: &'a Action,
}

impl WithKept<'_> {
    /// What the rule says of `prefix` then. None where the walk does not come to it.
    pub(in crate::lessons) fn row(&self, prefix: &str) -> Option<ChoosingRow> {
        let keeps = [Keep::of(ActionPattern::from(self.kept))];
        let curation = Curation {
            keeps: &keeps,
            ..Curation::NONE
        };
        let walk = Walkthrough::new(self.wildcard, self.universe, curation, Granularity::Word);
        let trie = walk.trie();
        let mut steps = walk.steps().iter();
        let at = steps.position(|step| trie.prefix_name(step.node) == prefix)?;
        let told = walk.narration(at);
        let (right, line) = match told.line {
            RuleLine::PrefixStar => (STAR, 3),
            RuleLine::ItsName => (NAME, 4),
            RuleLine::Nothing => (NOTHING, 6),
            RuleLine::OwnName => (ITSELF, 7),
            RuleLine::Children => (CHILDREN, 8),
            _ => return None,
        };
        let kept = &self.kept.name;
        let is_safe = matches!(right, STAR | NAME);
        let starting = self.starting(prefix).into_iter();
        let (unused, staying): (Vec<Name>, Vec<Name>) = starting.partition(|name| self.goes(name));
        let staying = staying.len();
        let against = against_others(CHOICES.len(), right, |choice| {
            match (choice, unused.first()) {
                (STAR | NAME, Some(unused)) => {
                    format!("{unused} is unused still, and begins with {prefix}.")
                }
                (STAR | NAME, None) => {
                    let names = counted(staying, "name that stays", "names that stay");
                    let begin = if staying == 1 { "begins" } else { "begin" };
                    format!("{names} {begin} with {prefix}, {kept} among them if it does.")
                }
                _ if is_safe => format!(
                    "No unused name begins with {prefix}: {kept} is kept, and so it counts as used."
                ),
                (ITSELF, _) => format!("Is {prefix} itself one of the names, and does it stay?"),
                _ if right == ITSELF => {
                    format!("{prefix} is itself one of the names, and it stays.")
                }
                _ => format!("Does a name beneath {prefix} stay? A kept one does."),
            }
        });
        Some(ChoosingRow {
            what: format!("{prefix}, with {kept} kept"),
            known: String::new(),
            right,
            line,
            why: told.sentence,
            against,
            because: Some(self.kept.clone()),
        })
    }

    /// What has to be known of `prefix`, a line each.
    pub(in crate::lessons) fn known(&self, prefix: &str) -> Vec<String> {
        let unused = self.universe.unused.named();
        let unused = unused.filter(|action| self.wildcard.matches(action));
        let unused: Vec<String> = unused.map(|action| action.name.to_string()).collect();
        let starting = self.starting(prefix);
        let begin = if starting.len() > LISTED {
            format!("{} names begin with {prefix}", starting.len())
        } else {
            let names: Vec<String> = starting.iter().map(ToString::to_string).collect();
            format!("names that begin with {prefix}: {}", list(&names))
        };
        vec![
            format!(
                "{} is refined; found unused: {}",
                self.wildcard,
                list(&unused)
            ),
            format!("kept all the same: {}", self.kept.name),
            begin,
        ]
    }

    /// The names that begin with `prefix`.
    fn starting(&self, prefix: &str) -> Vec<Name> {
        let granted = self.universe.catalogue.granted_by(self.wildcard);
        let names = granted.map(|(_, known)| known.name.clone());
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    /// Whether one of them goes.
    fn goes(&self, name: &Name) -> bool {
        let action = Action::new(self.kept.service.clone(), name.clone());
        *name != self.kept.name && self.universe.is_unused(&action)
    }
}
