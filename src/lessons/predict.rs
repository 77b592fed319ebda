//! Predicting: questions about a few prefixes of a walk.
//!
//! A question is asked only with facts that decide it. The unused actions nearest to the prefix in
//! the order of names do: if any unused action starts with the prefix, then the first one that is
//! not ordered before it does. The actions beneath decide the rest.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::explain::Names;
use crate::explain::RuleLine;
use crate::explain::Walkthrough;
use crate::iam::{Action, Name};
use crate::refine::{Fate, NodeId, Safety, ServiceStatus, Step, StepDecision};

/// How many questions a walk is worth.
const QUESTIONS: usize = 6;

/// What a prefix can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Some unused action starts with it.
    Unsafe,
    /// Safe, and it stands for several actions: prefix and star.
    SafeStar,
    /// Safe, and one action is beneath: its full name.
    SafeName,
}

/// A question about a step that is not shown yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The step it is about.
    pub step: usize,
    /// The prefix, without the service.
    pub prefix: String,
    /// How many actions are beneath it.
    pub beneath: usize,
    /// The last unused action that is ordered before the prefix.
    pub before: Option<Action>,
    /// The first unused action that is not.
    pub after: Option<Action>,
    /// The answer that is right.
    pub answer: Answer,
    /// Whether what makes it unsafe is its sibling in the trie, not beneath it.
    pub is_sibling_trap: bool,
    /// Whether a longer prefix, the only one beneath it, is safe too and would do as much today.
    pub stops_early: bool,
    /// Where to look for the answer, without giving it.
    pub hint: String,
    /// Why the answer is right, shown after another one was given.
    pub explanation: String,
}

impl Question {
    /// About six questions on well-chosen prefixes, in the order of the steps: of each kind there
    /// is, the sibling trap first.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, lessons::*, explain::*};
    /// let mut unused = UnusedActions::default();
    /// unused.add("iam:ListRoles".parse()?, None);
    /// let universe = Universe::new(Catalogue::built_in(), Arc::new(unused), []);
    /// let pattern = "iam:List*".parse()?;
    /// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
    /// let questions = Question::of(&walk);
    /// let trap = questions.iter().find(|question| question.is_sibling_trap);
    /// assert_eq!(trap.map(|trap| trap.prefix.as_str()), Some("ListRole"));
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    pub fn of(walk: &Walkthrough) -> Vec<Self> {
        let steps = walk.steps().iter().enumerate();
        let all: Vec<Self> = steps
            .filter_map(|(at, step)| Question::about(walk, at, step))
            .collect();
        let mut chosen = choose(&all);
        chosen.sort_unstable();
        let mut kept = all.into_iter().enumerate();
        chosen
            .into_iter()
            .filter_map(|place| kept.find(|(at, _)| *at == place))
            .map(|(_, question)| question)
            .collect()
    }

    /// The question about a step; none where the facts would not decide it.
    fn about(walk: &Walkthrough, at: usize, step: &Step) -> Option<Self> {
        let trie = walk.trie();
        let node = trie.node(step.node);
        let grants = trie.grants(step.node)?;
        let prefix = trie.prefix_name(step.node);
        // The root is where the walk begins; of a wholly unused service nothing is safe.
        if step.node == NodeId::ROOT || prefix.is_empty() || grants.status != ServiceStatus::Listed
        {
            return None;
        }
        let narration = walk.narration(at);
        let answer = match (node.safety, narration.line, &step.decision) {
            (Safety::Unsafe | Safety::AllUnused, ..) => Answer::Unsafe,
            (_, RuleLine::ItsName, _) => Answer::SafeName,
            (_, RuleLine::PrefixStar, StepDecision::Emit(entries))
                if entries.len() == 1 && !entries[0].entry.is_literal() =>
            {
                Answer::SafeStar
            }
            _ => return None,
        };
        // What was kept or dropped by hand is unused or not, and counts the other way.
        let is_curated = grants
            .actions
            .iter()
            .any(|granted| matches!(granted.fate, Fate::Kept | Fate::Dropped));
        if is_curated {
            return None;
        }
        let mut unused = (grants.actions.iter())
            .filter(|granted| !granted.fate.stays())
            .map(|granted| Action::new(grants.service.clone(), granted.name.clone()));
        let start = Name::from(prefix);
        let before = unused.clone().take_while(|a| a.name < start).last();
        let after = unused.find(|action| action.name >= start);
        Some(Question {
            step: at,
            prefix: prefix.to_owned(),
            beneath: node.stays + node.goes,
            stops_early: answer == Answer::SafeStar && trie.only_child(step.node).is_some(),
            is_sibling_trap: answer == Answer::Unsafe && node.goes == 0,
            hint: hint(prefix, after.as_ref(), walk.names()),
            before,
            after,
            answer,
            explanation: narration.sentence,
        })
    }
}

/// Where to look; it does not say what is found there.
fn hint(prefix: &str, after: Option<&Action>, names: Names) -> String {
    let (one, many) = (names.one(), names.many());
    match after {
        Some(after) => format!(
            "Does {} start with {prefix}? If not, how many {many} lie beneath?",
            after.name
        ),
        None => format!(
            "No unused {one} is ordered behind {prefix}: can one start with it? If not, how many \
             {many} lie beneath?"
        ),
    }
}

/// The places of the questions that are asked: by turns one of each kind, those that take more
/// thought first.
fn choose(all: &[Question]) -> Vec<usize> {
    let of_kind = |wanted: &dyn Fn(&Question) -> bool| -> Vec<usize> {
        let mut places: Vec<usize> = (0..all.len()).filter(|&at| wanted(&all[at])).collect();
        places.sort_by_key(|&at| Reverse(closeness(&all[at])));
        places
    };
    let kinds = [
        of_kind(&|q| q.is_sibling_trap),
        of_kind(&|q| q.stops_early),
        of_kind(&|q| q.answer == Answer::SafeStar && !q.stops_early),
        of_kind(&|q| q.answer == Answer::Unsafe && !q.is_sibling_trap),
        of_kind(&|q| q.answer == Answer::SafeName),
    ];
    let longest = kinds.iter().map(Vec::len).max().unwrap_or(0);
    let by_turns = (0..longest).flat_map(|turn| {
        let turns = kinds.iter().filter_map(move |kind| kind.get(turn));
        turns.copied().collect::<Vec<_>>()
    });
    by_turns.take(QUESTIONS).collect()
}

/// How alike the prefix and the unused names nearest to it are, and how much is beneath: a question
/// about nothing near, or about one action, is hardly a question.
fn closeness(question: &Question) -> (Reverse<usize>, usize) {
    let shared = |action: &Option<Action>| {
        let name = action.as_ref().map_or("", |action| action.name.as_str());
        let pairs = name.bytes().zip(question.prefix.bytes());
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let near = shared(&question.before).max(shared(&question.after));
    (Reverse(question.prefix.len() - near), question.beneath)
}

impl Answer {
    /// The words for it, as the screen shows them.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Unsafe => "unsafe",
            Answer::SafeStar => "safe, star",
            Answer::SafeName => "safe, full name",
        }
    }
}
