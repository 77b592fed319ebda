//! Predicting: questions about a few prefixes of a walk.
//!
//! A question is asked only with facts that decide it: the unused actions in the order of their names, in
//! which one points at a witness, an action that starts with the prefix, or says that there is none; pointing
//! begins where the prefix would stand. The actions beneath decide the rest.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explain::Names;
use crate::explain::RuleLine;
use crate::explain::Walkthrough;
use crate::iam::{Action, Glob, Name};
use crate::refine::{Fate, NodeId, Safety, ServiceStatus, Step, StepDecision, residuals};
use crate::text::{counted, list, some_of};

/// How many questions a walk is worth.
const QUESTIONS: usize = 6;

/// How many names are listed that one is to look at.
const NEAR_NAMES: usize = 2;

/// What a prefix can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Some unused action starts with it, and something beneath it stays: its children are visited.
    Unsafe,
    /// Some unused action starts with it, and nothing beneath it stays: nothing is written.
    NothingStays,
    /// Some unused action starts with it, and it is itself an action that stays: that is named.
    OwnName,
    /// Safe, and it stands for several actions: prefix and star.
    SafeStar,
    /// Safe, and one action is beneath: its full name.
    SafeName,
}

/// What can be said to a question: first whether an unused action starts with the prefix, and then what the prefix is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// This unused action starts with it.
    Starts(Name),
    /// None does.
    NoneStarts,
    /// It is this.
    Answer(Answer),
    /// It is safe, and this entry stands for it, where several could.
    Entry(String),
}

/// One of what can be said once it is known whether the prefix is safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub said: Said,
    /// The same in a few words, as it is offered.
    pub words: String,
}

/// A question about a step that is not shown yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The step it is about.
    pub step: usize,
    /// The prefix, without the service.
    pub prefix: String,
    /// How many actions are beneath it, itself included.
    pub beneath: usize,
    /// The first of them.
    first_beneath: String,
    /// Whether it is itself an action, unused or not.
    pub is_action: bool,
    /// All unused actions that the wildcard grants, in the order of their names.
    pub unused: Vec<Name>,
    /// What could stand for a safe prefix, where more than a star is left of the wildcard; one of these is
    /// right.
    pub rests: Vec<String>,
    /// Which of these is right; none where no star stands for it.
    pub rest: Option<usize>,
    /// Which of the unused actions pointing begins with: the first one that is not ordered before the prefix, or the
    /// last. If any starts with the prefix, that one does.
    pub near: usize,
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
        let all = Question::all(walk);
        let mut chosen = choose(&all);
        chosen.sort_unstable();
        let mut kept = all.into_iter().enumerate();
        chosen
            .into_iter()
            .filter_map(|place| kept.find(|(at, _)| *at == place))
            .map(|(_, question)| question)
            .collect()
    }

    /// The questions about these prefixes, in the order of the steps.
    pub(super) fn about_each(walk: &Walkthrough, prefixes: &[Name]) -> Vec<Self> {
        let mut all = Question::all(walk);
        all.retain(|question| prefixes.contains(&Name::from(question.prefix.as_str())));
        all
    }

    fn all(walk: &Walkthrough) -> Vec<Self> {
        let steps = walk.steps().iter().enumerate();
        let questions = steps.filter_map(|(at, step)| Question::about(walk, at, step));
        questions.collect()
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
        let answer = answer_to(node.safety, narration.line, &step.decision)?;
        // What was decided by hand or is held back counts the other way than what is found of it.
        let mut actions = grants.actions.iter();
        let is_curated = actions.any(|granted| !matches!(granted.fate, Fate::Stays | Fate::Goes));
        if is_curated {
            return None;
        }
        let all_unused = (grants.actions.iter())
            .filter(|granted| !granted.fate.stays())
            .map(|granted| granted.name.clone());
        let all_unused: Vec<Name> = all_unused.collect();
        let mut unused =
            (all_unused.iter()).map(|name| Action::new(grants.service.clone(), name.clone()));
        let emitted = if answer == Answer::SafeStar {
            step.emitted()
        } else {
            &[]
        };
        let emitted = emitted.first().map(|new| new.entry.name().to_string());
        let (rests, rest) = rests(&grants.glob, prefix, emitted.as_deref());
        let start = Name::from(prefix);
        let here = all_unused.iter().position(|name| *name >= start);
        let here = here.unwrap_or(all_unused.len());
        let before = unused.clone().take_while(|a| a.name < start).last();
        let after = unused.find(|action| action.name >= start);
        Some(Question {
            step: at,
            prefix: prefix.to_owned(),
            beneath: node.stays + node.goes,
            first_beneath: trie.beneath(step.node).next()?.0.name.to_string(),
            stops_early: answer == Answer::SafeStar && trie.only_child(step.node).is_some(),
            is_sibling_trap: answer.says_unsafe() && node.goes == 0,
            near: here.min(all_unused.len().saturating_sub(1)),
            before,
            after,
            answer,
            unused: all_unused,
            is_action: trie.own_action(step.node).is_some(),
            rests,
            rest,
            explanation: narration.sentence,
        })
    }

    /// What is asked first, in a sentence.
    pub fn sentence(&self, names: Names) -> String {
        format!("Does an unused {} start with {}?", names.one(), self.prefix)
    }

    /// What is asked then, in a sentence: behind the unused action that starts with the prefix, or that none does.
    pub fn sentence_behind(&self, witness: Option<&Name>) -> String {
        let prefix = &self.prefix;
        let known = match witness {
            Some(name) if name.as_str() == prefix => {
                format!("{name} is itself unused, so it is unsafe.")
            }
            Some(name) => format!("{name} does, so {prefix} is unsafe."),
            None => format!("None does, so {prefix} is safe."),
        };
        format!("{known} What is written for it?")
    }

    /// What can be said to be written, once it is known whether the prefix is safe.
    pub fn choices(&self, is_safe: bool) -> Vec<Choice> {
        let choice = |answer, words: &str| Choice {
            said: Said::Answer(answer),
            words: words.to_owned(),
        };
        // Why it is so, the rule says; here are the entries alone.
        if !is_safe {
            return vec![
                choice(Answer::NothingStays, "nothing"),
                choice(
                    Answer::OwnName,
                    &format!("{}, and then its children", self.prefix),
                ),
                choice(Answer::Unsafe, "its children alone"),
            ];
        }
        let mut choices = vec![choice(Answer::SafeName, &self.first_beneath)];
        if self.rests.is_empty() {
            choices.push(choice(Answer::SafeStar, &format!("{}*", self.prefix)));
        }
        choices.extend(self.rests.iter().map(|entry| Choice {
            said: Said::Entry(entry.clone()),
            words: entry.clone(),
        }));
        choices
    }

    /// Where to look, without giving the answer: first for an unused action that starts with the prefix, then for what
    /// is written.
    pub fn hint(&self, is_first: bool, names: Names) -> String {
        let (prefix, many) = (&self.prefix, names.many());
        if is_first {
            let closest = self.before.iter().chain(&self.after);
            let closest: Vec<String> = closest.map(|action| action.name.to_string()).collect();
            let (stand, of) = match closest.as_slice() {
                [_] => ("stands", "its"),
                _ => ("stand", "their"),
            };
            return format!(
                "Closest to {prefix} among the unused {many} {stand} {}. Compare {of} first {} letters with it.",
                list(&closest),
                prefix.len()
            );
        }
        if self.answer.says_unsafe() {
            return format!(
                "{} Does one of them stay? And is {prefix} itself one that does?",
                self.facts(names)
            );
        }
        let then = if self.rests.is_empty() {
            "the prefix and a star"
        } else {
            "the prefix and what of the wildcard is still to come"
        };
        format!(
            "Count the {many} beneath {prefix}, itself included: one is written in full, several get {then}."
        )
    }

    /// How much lies beneath the prefix, where that is not seen beside the question.
    pub fn facts(&self, names: Names) -> String {
        let beneath = counted(self.beneath, names.one(), names.many());
        let lie = if self.beneath == 1 { "lies" } else { "lie" };
        format!("{beneath} {lie} beneath it.")
    }

    /// Whether it is so.
    pub fn is_right(&self, said: &Said) -> bool {
        match said {
            Said::Starts(name) => name.starts_with(&self.prefix) && self.unused.contains(name),
            Said::NoneStarts => !self.answer.says_unsafe(),
            Said::Answer(_) | Said::Entry(_) => *said == self.right(),
        }
    }

    /// Whether it says that all that lies beneath is unused: it points at the one name that does.
    pub(super) fn is_all_beneath(&self, said: &Said) -> bool {
        match said {
            Said::Starts(name) => self.beneath == 1 && name.as_str() == self.first_beneath,
            _ => false,
        }
    }

    /// What is right to say in the end: of several entries that could stand for a safe prefix the one that does.
    pub fn right(&self) -> Said {
        match self.rest.and_then(|rest| self.rests.get(rest)) {
            Some(entry) if self.answer == Answer::SafeStar => Said::Entry(entry.clone()),
            _ => Said::Answer(self.answer),
        }
    }

    /// Why what is said is wrong, without telling what is right: something to look at once more.
    pub fn look_again(&self, said: &Said, names: Names) -> String {
        let prefix = &self.prefix;
        match said {
            Said::Starts(name) => {
                let alike = letters_alike(name.as_str(), prefix);
                match &prefix[..alike] {
                    "" => format!("{name} does not start with {prefix}."),
                    alike => {
                        format!("{name} does not start with {prefix}: they part behind {alike}.")
                    }
                }
            }
            Said::Answer(answer) if self.answer.says_unsafe() && answer.says_unsafe() => {
                self.look_beneath_again(*answer, names)
            }
            _ if self.answer.says_unsafe() => self.read_on(names),
            Said::Entry(entry) if self.answer == Answer::SafeStar => {
                format!("{entry}: {}", self.against_rest(entry))
            }
            // How many lie beneath is the question, whatever would stand behind the prefix. The same whether one lies
            // beneath or several: to count is the question.
            _ => self.count_again(names),
        }
    }

    /// Which of the unused names begin as an unsafe prefix does up to within its last word, and how far to read on.
    fn read_on(&self, names: Names) -> String {
        let prefix = &self.prefix;
        let word = prefix.rfind(|letter: char| letter.is_ascii_uppercase());
        let word = word.unwrap_or_default();
        let start = &prefix[..word + (prefix.len() - word).div_ceil(2)];
        let so = self.unused.iter().filter(|name| name.starts_with(start));
        let so: Vec<String> = so.map(ToString::to_string).collect();
        let begin = if so.len() == 1 { "begins" } else { "begin" };
        format!(
            "Of the unused {} {} {begin} with {start}: read on there, {prefix} has {} letters.",
            names.many(),
            some_of(&so, NEAR_NAMES),
            prefix.len()
        )
    }

    /// Why it is not this that an unsafe prefix is.
    fn look_beneath_again(&self, said: Answer, names: Names) -> String {
        let (prefix, one, many) = (&self.prefix, names.one(), names.many());
        match (self.answer, said) {
            (Answer::OwnName, _) => {
                format!("That makes it unsafe; but is {prefix} itself one of the names, and stays?")
            }
            (_, Answer::OwnName) if self.is_action => {
                format!(
                    "{prefix} is itself {}, but unused: it does not stay.",
                    names.an()
                )
            }
            (_, Answer::OwnName) => {
                format!("That makes it unsafe; but no {one} is called {prefix}.")
            }
            (Answer::NothingStays, _) => format!(
                "That makes it unsafe; but is there any {one} beneath {prefix} that is not unused?"
            ),
            _ => format!("That makes it unsafe; but are all {many} beneath {prefix} unused?"),
        }
    }

    /// Asks how many names lie beneath a safe prefix.
    fn count_again(&self, names: Names) -> String {
        format!(
            "Count once more: how many {} lie beneath {}, itself included?",
            names.many(),
            self.prefix
        )
    }

    /// What is wrong with the other entries that could stand for the prefix, a sentence each.
    pub fn against_others(&self) -> Vec<String> {
        let rests = self.rests.iter().enumerate();
        let others = rests.filter(|(at, _)| self.rest.is_some() && Some(*at) != self.rest);
        others
            .map(|(_, rest)| format!("{rest}: {}", self.against_rest(rest)))
            .collect()
    }

    /// What is wrong with what could stand for the prefix: a name that tells it from what is right.
    fn against_rest(&self, rest: &str) -> String {
        let right = self.rest.and_then(|right| self.rests.get(right));
        let globs = (
            Glob::parse(rest),
            right.and_then(|right| Glob::parse(right)),
        );
        let (Some(wrong), Some(right)) = globs else {
            return "that is not what is left of the wildcard.".to_owned();
        };
        match told_apart(&wrong, &right, &self.prefix) {
            Some((name, true)) => {
                format!("it would grant a name like {name}, which the wildcard never did.")
            }
            Some((name, false)) => {
                format!("it would not grant a name like {name}, which the wildcard does.")
            }
            None => "what the prefix has matched already does not have to follow again.".to_owned(),
        }
    }
}

/// A name behind `prefix` that one of both grants alone, and whether that is `wrong`.
pub(super) fn told_apart(wrong: &Glob, right: &Glob, prefix: &str) -> Option<(String, bool)> {
    let left = right.as_str().get(prefix.len()..).unwrap_or_default();
    let mut names = names_behind(prefix, left).into_iter();
    names.find_map(|name| {
        let (is_wrong, is_right) = (wrong.matches(&name), right.matches(&name));
        (is_wrong != is_right).then_some((name, is_wrong))
    })
}

/// Names behind `prefix` that tell entries apart: with the letters of what is `left` of a wildcard, and without.
pub(super) fn names_behind(prefix: &str, left: &str) -> Vec<String> {
    let literals = left.replace('*', "");
    vec![
        format!("{prefix}Other"),
        prefix.to_owned(),
        format!("{prefix}s"),
        format!("{prefix}{literals}"),
        format!("{prefix}Other{literals}"),
        format!("{prefix}{literals}Other"),
    ]
}

/// What is right of a prefix; none where that is no question.
fn answer_to(safety: Safety, line: RuleLine, decision: &StepDecision) -> Option<Answer> {
    match (safety, line, decision) {
        (Safety::Unsafe, RuleLine::OwnName, _) => Some(Answer::OwnName),
        (Safety::Unsafe, ..) => Some(Answer::Unsafe),
        (Safety::AllUnused, ..) => Some(Answer::NothingStays),
        (_, RuleLine::ItsName, _) => Some(Answer::SafeName),
        (_, RuleLine::PrefixStar, StepDecision::Emit(entries))
            if entries.len() == 1 && !entries[0].entry.is_literal() =>
        {
            Some(Answer::SafeStar)
        }
        _ => None,
    }
}

/// What could stand for a safe prefix of the wildcard `glob`, and which of it does: where more than a star is
/// left behind it: what is `emitted`, where that is known. Others would grant more or less. Nothing stands
/// for a name in full, which has no star.
pub(super) fn rests(
    glob: &Glob,
    prefix: &str,
    emitted: Option<&str>,
) -> (Vec<String>, Option<usize>) {
    if glob.as_prefix_star().is_some() {
        return (Vec::new(), None);
    }
    let mut starred = residuals(glob, prefix);
    starred.retain(|rest| rest.contains('*'));
    let of_emitted = emitted.and_then(|entry| entry.get(prefix.len()..));
    let right = of_emitted.or(match starred[..] {
        [right] => Some(right),
        _ => None,
    });
    let whole = glob.as_str();
    let end = whole.trim_start_matches(|letter| letter != '*');
    let other_end = match end.strip_suffix('*') {
        Some(end) => end.to_owned(),
        None => format!("{end}*"),
    };
    let candidates = right.into_iter().chain(["*", end, &other_end]);
    let mut rests: Vec<String> = Vec::new();
    for rest in candidates {
        let entry = format!("{prefix}{rest}");
        if rest.contains('*') && !rests.contains(&entry) {
            rests.push(entry);
        }
    }
    // Not always the first one is right.
    let count = rests.len();
    let turns = sum_of_letters(prefix) % count.max(1);
    rests.rotate_left(turns);
    (rests, right.map(|_| (count - turns) % count.max(1)))
}

/// A number that a prefix always gives, and that tells nothing of it.
fn sum_of_letters(prefix: &str) -> usize {
    prefix.bytes().map(usize::from).sum()
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
        of_kind(&|q| q.answer == Answer::OwnName && !q.is_sibling_trap),
        of_kind(&|q| q.stops_early),
        of_kind(&|q| q.answer == Answer::SafeStar && !q.stops_early),
        of_kind(&|q| q.answer == Answer::Unsafe && !q.is_sibling_trap),
        of_kind(&|q| q.answer == Answer::NothingStays),
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
        letters_alike(name, &question.prefix)
    };
    let near = shared(&question.before).max(shared(&question.after));
    (Reverse(question.prefix.len() - near), question.beneath)
}

/// How many letters two names begin with that are the same to AWS.
fn letters_alike(a: &str, b: &str) -> usize {
    let pairs = a.bytes().zip(b.bytes());
    pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

impl Answer {
    /// Whether it says that an unused action starts with the prefix.
    pub fn says_unsafe(self) -> bool {
        matches!(
            self,
            Answer::Unsafe | Answer::NothingStays | Answer::OwnName
        )
    }

    /// The words for it, as the screen shows them.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Unsafe => "unsafe, then its children",
            Answer::NothingStays => "unsafe, and all go",
            Answer::OwnName => "unsafe, and it stays itself",
            Answer::SafeStar => "safe: prefix and star",
            Answer::SafeName => "safe: its one name in full",
        }
    }
}

impl fmt::Display for Said {
    /// As it is said of what was wrong, and of what is right.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Starts(name) => write!(f, "unsafe, by {name}"),
            Said::NoneStarts => f.write_str("safe, as none starts with it"),
            Said::Answer(answer) => f.write_str(answer.as_str()),
            Said::Entry(entry) => write!(f, "safe: {entry}"),
        }
    }
}
