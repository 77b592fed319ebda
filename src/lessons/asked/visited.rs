//! What the rule says of a prefix, perhaps when somebody keeps an unused name.

use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::matter::Matter;
use crate::explain::{RuleLine, Walkthrough};
use crate::iam::{Action, ActionPattern, Name};
use crate::lessons::practice::{Lot, Refining};
use crate::refine::{Curation, GrantedAction, Granularity, Keep};
use crate::text::{counted, list};

pub(in crate::lessons) const CHOICES: [&str; 5] = [
    "safe: prefix*",
    "safe: its name",
    "unsafe: nothing",
    "unsafe: itself, and any children",
    "unsafe: children",
];

/// The rule where a name is kept; without that its first line is left out.
const LINES: [&str; 9] = [
    "a kept name counts as used",
    "unused starts with it?",
    "  no: safe",
    "    1 beneath: its name",
    "    2 or more: prefix*",
    "  yes: unsafe",
    "    all go: nothing",
    "    itself stays: name it",
    "    others stay: children",
];

static RULE: ChoiceRule = ChoiceRule {
    title: "what does it say?",
    lines: LINES.split_at(1).1,
};

static RULE_WITH_KEPT: ChoiceRule = ChoiceRule {
    title: "with a name kept",
    lines: &LINES,
};

const STAR: usize = 0;
const NAME: usize = 1;
const NOTHING: usize = 2;
const ITSELF: usize = 3;
const CHILDREN: usize = 4;

/// How many names are listed at most.
const LISTED: usize = 12;

/// A prefix that a walk comes to, perhaps of a wildcard of which somebody keeps an unused action.
pub(in crate::lessons) struct Visited<'a> {
    pub(in crate::lessons) walk: &'a Walkthrough,
    pub(in crate::lessons) prefix: &'a str,
    pub(in crate::lessons) kept: Option<&'a Action>,
}

/// A wildcard on a few names, some of them unused, which are all there are.
pub(in crate::lessons) struct FewNames {
    pub(in crate::lessons) wildcard: ActionPattern,
    pub(in crate::lessons) names: Vec<Action>,
    pub(in crate::lessons) unused: Vec<Action>,
}

impl Visited<'_> {
    /// By what rule it is decided.
    pub(in crate::lessons) fn rule(&self) -> &'static ChoiceRule {
        match self.kept {
            Some(_) => &RULE_WITH_KEPT,
            None => &RULE,
        }
    }

    /// What the rule says of the prefix. None where the walk does not come to it.
    pub(in crate::lessons) fn row(&self) -> Option<ChoosingRow> {
        let (walk, prefix) = (self.walk, self.prefix);
        let trie = walk.trie();
        let mut steps = walk.steps().iter();
        let at = steps.position(|step| trie.prefix_name(step.node) == prefix)?;
        let told = walk.narration(at);
        let (right, line) = match told.line {
            RuleLine::PrefixStar => (STAR, 3),
            RuleLine::ItsName => (NAME, 2),
            RuleLine::Nothing => (NOTHING, 5),
            RuleLine::OwnName => (ITSELF, 6),
            RuleLine::Children => (CHILDREN, 7),
            _ => return None,
        };
        let starting = self.starting().into_iter();
        let (staying, unused): (Vec<_>, Vec<_>) = starting.partition(|one| one.fate.stays());
        let unused = unused.first().map(|one| &one.name);
        // What makes it unsafe lies beside it: no star is safe, though all beneath it stays.
        let node = trie.node(walk.steps()[at].node);
        let beside = unused.filter(|_| right == ITSELF && node.goes == 0);
        let no_star = beside.map(|unused| {
            format!(
                " {prefix}* would grant {unused}; the name in full \
                 grants itself alone, whatever begins with it."
            )
        });
        Some(ChoosingRow {
            what: match self.kept {
                Some(kept) => format!("{prefix}, with {} kept", kept.name),
                None => prefix.to_owned(),
            },
            known: String::new(),
            right,
            line: line + usize::from(self.kept.is_some()),
            why: told.sentence + &no_star.unwrap_or_default(),
            against: against_others(CHOICES.len(), right, |choice| {
                self.against(choice, right, [node.stays, staying.len()], unused)
            }),
            because: self.kept.cloned(),
        })
    }

    /// Why a choice is wrong, where so many names stay beneath the prefix and so many that begin with it, and one
    /// that is `unused` may.
    fn against(
        &self,
        choice: usize,
        right: usize,
        [beneath, beginning]: [usize; 2],
        unused: Option<&Name>,
    ) -> String {
        let prefix = self.prefix;
        let is_safe = matches!(right, STAR | NAME);
        match (choice, unused, self.kept) {
            (STAR | NAME, Some(unused), Some(_)) => {
                format!("{unused} is unused still, and begins with {prefix}.")
            }
            (STAR | NAME, Some(unused), None) => {
                format!("{unused} is unused, and begins with {prefix}.")
            }
            (STAR | NAME, None, _) => {
                let names = counted(beneath, "name that stays lies", "names that stay lie");
                let beside = if beginning > beneath {
                    "; what else begins with it lies beside it"
                } else {
                    ""
                };
                format!("{names} beneath {prefix}{beside}.")
            }
            (_, _, Some(kept)) if is_safe => format!(
                "No unused name begins with {prefix}: {} is kept, and so it counts as used.",
                kept.name
            ),
            (_, _, None) if is_safe => format!("No unused name begins with {prefix}."),
            (ITSELF, ..) => format!("Is {prefix} itself one of the names, and does it stay?"),
            _ if right == ITSELF => {
                format!("{prefix} is itself one of the names, and it stays.")
            }
            (_, _, Some(_)) => format!("Does a name beneath {prefix} stay? A kept one does."),
            (_, _, None) => format!("Does a name beneath {prefix} stay?"),
        }
    }

    /// What has to be known of the prefix, a line each: of a few names all of them, and where one is kept those that
    /// begin with it.
    pub(in crate::lessons) fn known(&self) -> Vec<String> {
        let names = |wanted: &dyn Fn(&GrantedAction) -> bool| -> String {
            let names = self.names().filter(|one| wanted(one));
            let names: Vec<String> = names.map(|one| one.name.to_string()).collect();
            list(&names)
        };
        let kept = self.kept.map(|kept| &kept.name);
        let wildcard = &self.walk.plan().old;
        let unused = names(&|one| !one.fate.stays() || Some(&one.name) == kept);
        let Some(kept) = kept else {
            return vec![
                format!("{wildcard} is refined where it grants {}", names(&|_| true)),
                format!("found unused: {unused}"),
            ];
        };
        let prefix = self.prefix;
        let starting = self.starting();
        let begin = if starting.len() > LISTED {
            format!("{} names begin with {prefix}", starting.len())
        } else {
            let names: Vec<String> = starting.iter().map(|one| one.name.to_string()).collect();
            format!("names that begin with {prefix}: {}", list(&names))
        };
        vec![
            format!("{wildcard} is refined; found unused: {unused}"),
            format!("kept all the same: {kept}"),
            begin,
        ]
    }

    /// The names that the wildcard grants.
    fn names(&self) -> impl Iterator<Item = &GrantedAction> {
        let services = &self.walk.trie().wildcard().services;
        services.iter().flat_map(|grants| &grants.actions)
    }

    /// Those that begin with the prefix.
    fn starting(&self) -> Vec<&GrantedAction> {
        let services = self.walk.trie().wildcard().services.iter();
        services
            .flat_map(|grants| grants.starting_with(self.prefix))
            .collect()
    }
}

/// What the rule says of a prefix when somebody keeps an unused action.
pub(in crate::lessons) fn case_of_kept(matter: &Matter<'_>, kept: &Action, prefix: &str) -> Asked {
    let universe = matter.universe();
    let keeps = [Keep::of(ActionPattern::from(kept))];
    let curation = Curation {
        keeps: &keeps,
        ..Curation::NONE
    };
    let walk = Walkthrough::new(&matter.wildcard, universe, curation, Granularity::Word);
    let visited = Visited {
        walk: &walk,
        prefix,
        kept: Some(kept),
    };
    let asked = case(
        &visited,
        format!("What does the rule say of {prefix} then?"),
    );
    asked
        .filter(|_| universe.is_unused(kept))
        .ok_or_else(|| format!("with {kept} kept the walk does not come to {prefix}"))
}

impl FewNames {
    /// The wildcard, to be refined on these names; why it cannot be, in a sentence.
    pub(super) fn refining(&self, matter: &Matter<'_>) -> Result<Refining, String> {
        let FewNames {
            wildcard,
            names,
            unused,
        } = self;
        let known = &matter.input.universe.catalogue;
        if let Some(strange) = names.iter().find(|action| !known.contains(action)) {
            return Err(format!("AWS has no {strange} that is known"));
        }
        if let Some(strange) = unused.iter().find(|action| !names.contains(action)) {
            return Err(format!("{strange} is none of the names"));
        }
        if let Some(strange) = names.iter().find(|action| !wildcard.matches(action)) {
            return Err(format!("{wildcard} grants no {strange}"));
        }
        let lots = names.iter().map(|action| {
            let is_unused = unused.contains(action);
            let lot = if is_unused { Lot::Unused } else { Lot::Stays };
            (action.name.clone(), lot)
        });
        let lots: Vec<_> = lots.collect();
        let refining = Refining::new(wildcard, &lots, known, Granularity::Word);
        refining.ok_or_else(|| format!("{wildcard} is not narrowed on these"))
    }
}

/// What the rule says of a prefix of a wildcard, on a few names alone.
pub(in crate::lessons) fn case_of_few(matter: &Matter<'_>, prefix: &str, few: &FewNames) -> Asked {
    let refining = few.refining(matter)?;
    let visited = Visited {
        walk: refining.walk(),
        prefix,
        kept: None,
    };
    case(&visited, format!("What does the rule say of {prefix}?"))
        .ok_or_else(|| format!("the walk does not come to {prefix}"))
}

/// What the rule says of a prefix. None where the walk does not come to it.
fn case(visited: &Visited<'_>, asked: String) -> Option<Case> {
    let row = visited.row()?;
    Some(Case::asking(
        visited.known(),
        asked,
        visited.rule(),
        CHOICES.iter(),
        row,
    ))
}
