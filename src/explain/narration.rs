//! What is told of each step, in exact words: what is decided, because of which action, and what is written. The
//! reasons that stand beside a prefix on the screen are in `reasons/prefix.rs`.

use super::rule::RuleLine;
use super::verdict::Verdict;
use crate::explain::names::Names;
use crate::iam::{Action, ActionPattern, Glob};
use crate::refine::{
    Emitted, Fate, NodeId, Safety, ServiceGrants, ServiceStatus, Step, Trie, residuals,
};
use crate::text::{capitalised, counted, list};

/// What is told of one step: its parts, and all of it in running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narration {
    /// What is decided, in a line.
    pub verdict: Verdict,
    /// What decides it, in one sentence.
    pub reason: String,
    /// The same in fewer words, for who was told as much of other steps before.
    pub short_reason: String,
    /// What is decided and why, in sentences.
    pub sentence: String,
    /// The line of the rule that applies.
    pub line: RuleLine,
    /// The action that makes the prefix unsafe, or would if it were not kept; the first of several.
    pub deciding: Option<Action>,
}

/// Explains a step of the walk through `trie`. What it emits may be granted by another new entry as
/// well, `covered_by`.
pub(super) fn narrate(
    trie: &Trie,
    step: &Step,
    covered_by: Option<&ActionPattern>,
    names: Names,
) -> Narration {
    let telling = Telling {
        covered_by,
        names,
        ..Telling::new(trie, step)
    };
    let safety = trie.node(step.node).safety;
    let (line, told) = match safety {
        Safety::AllUnused => (RuleLine::Nothing, telling.nothing_stays()),
        Safety::Unsafe => (telling.opening(), telling.unsafe_prefix()),
        Safety::Split => (telling.opening(), telling.split_prefix()),
        Safety::Safe if telling.emits_the_only_name() => (RuleLine::ItsName, telling.safe_name()),
        Safety::Safe => (RuleLine::PrefixStar, telling.safe_prefix()),
        Safety::Unlisted => (RuleLine::PrefixStar, telling.unlisted_service()),
        Safety::Whole => (RuleLine::PrefixStar, telling.whole_prefix()),
        Safety::WithinWhole => (RuleLine::Nothing, telling.within_whole()),
    };
    Narration {
        verdict: Verdict {
            found: told.found.clone(),
            safety,
            written: telling.entries(),
            children: telling.children(),
        },
        reason: telling.reason(&told),
        short_reason: telling.short_reason(&told),
        sentence: told.sentence(),
        line,
        deciding: telling.deciding().cloned(),
    }
}

/// What is told of a step, in the clauses that its sentences are put together from.
#[derive(Default)]
struct Told {
    /// What the prefix is: `GetBucket is unsafe`.
    found: String,
    /// Against what one would think; empty for most.
    although: &'static str,
    /// What decides it.
    why: String,
    /// What else decides what is written.
    also: Option<String>,
    /// What would be, were something else written.
    otherwise: Option<String>,
    /// What follows, in sentences.
    then: Vec<String>,
}

impl Told {
    /// `GetBucket is unsafe: 16 unused actions start with it. Its 4 children come next.`
    fn sentence(&self) -> String {
        let first = format!("{}{}: {}.", self.found, self.although, self.why);
        let all = std::iter::once(first).chain(self.then.iter().cloned());
        all.collect::<Vec<_>>().join(" ")
    }
}

/// What makes a prefix unsafe.
const GOING: [Fate; 3] = [Fate::Goes, Fate::Dropped, Fate::Whole];

/// A step with what its sentences are about.
struct Telling<'a> {
    trie: &'a Trie,
    id: NodeId,
    emitted: &'a [Emitted],
    covered_by: Option<&'a ActionPattern>,
    names: Names,
    /// The actions that make the prefix unsafe and start with it, wherever they are in the trie: those
    /// that go, and those that stay only since a prefix is left whole.
    going: Vec<Action>,
    /// How many of these are not reported, but were dropped by hand.
    dropped: usize,
    /// The reported actions that start with the prefix and are kept.
    kept: Vec<Action>,
}

impl<'a> Telling<'a> {
    fn new(trie: &'a Trie, step: &'a Step) -> Self {
        let prefix = trie.prefix(step.node);
        // Under `*` what is unused of a service the catalogue does not have stays granted.
        let speaks_of = |grants: &&ServiceGrants| {
            grants.status != ServiceStatus::Unlisted
                && prefix
                    .service()
                    .is_none_or(|service| *service == grants.service)
        };
        let starting: Vec<(Action, Fate)> = (trie.wildcard().services.iter())
            .filter(speaks_of)
            .flat_map(|grants| {
                let starting = grants.starting_with(prefix.name()).iter();
                starting.map(|granted| {
                    let action = Action::new(grants.service.clone(), granted.name.clone());
                    (action, granted.fate)
                })
            })
            .collect();
        let of_fate = |wanted: &[Fate]| -> Vec<Action> {
            let found = starting.iter().filter(|(_, fate)| wanted.contains(fate));
            found.map(|(action, _)| action.clone()).collect()
        };
        Telling {
            trie,
            id: step.node,
            emitted: step.emitted(),
            covered_by: None,
            names: Names::Actions,
            going: of_fate(&GOING),
            dropped: of_fate(&[Fate::Dropped]).len(),
            kept: of_fate(&[Fate::Kept, Fate::Held]),
        }
    }

    /// What decides it, in one sentence.
    fn reason(&self, told: &Told) -> String {
        let short = self.short_reason(told);
        match &told.otherwise {
            Some(otherwise) => format!("{}; {otherwise}.", short.trim_end_matches('.')),
            None => short,
        }
    }

    fn short_reason(&self, told: &Told) -> String {
        let and = if told.why.contains(',') {
            "; "
        } else {
            ", and "
        };
        let also = told.also.iter().map(|also| format!("{and}{also}"));
        let also: String = also.collect();
        // A name is spelled as it is.
        let why = if self.begins_with_a_name(&told.why) {
            told.why.clone()
        } else {
            capitalised(&told.why)
        };
        format!("{why}{}{also}.", told.although)
    }

    fn begins_with_a_name(&self, clause: &str) -> bool {
        let first = clause.split(' ').next().unwrap_or_default();
        let mut names = self.going.iter().chain(&self.kept);
        first == self.service_name() || names.any(|action| action.name.as_str() == first)
    }

    fn deciding(&self) -> Option<&Action> {
        self.going.first().or(self.kept.first())
    }

    fn nothing_stays(&self) -> Told {
        if self.is_wholly_unused() && self.trie.is_service_root(self.id) {
            let service = self.service_name();
            return Told {
                found: format!("{} is unsafe", self.subject()),
                why: format!(
                    "the whole of {service} is unused, actions that AWS adds tomorrow included"
                ),
                then: vec!["So nothing of it is written.".to_owned()],
                ..Told::default()
            };
        }
        let beneath = match self.trie.node(self.id).goes {
            1 => "nothing else lies beneath it",
            _ => "nothing beneath it stays",
        };
        Told {
            also: Some(beneath.to_owned()),
            then: vec![format!("{}, so nothing is written.", capitalised(beneath))],
            ..self.why_unsafe()
        }
    }

    fn unsafe_prefix(&self) -> Told {
        self.opened(self.why_unsafe())
    }

    fn split_prefix(&self) -> Told {
        let subject = self.subject();
        self.opened(Told {
            found: format!("{subject} is split"),
            why: "it is safe, but a mark has its children written in its place".to_owned(),
            ..Told::default()
        })
    }

    /// With what is named at a prefix whose children come next.
    fn opened(&self, told: Told) -> Told {
        let named = self.what_is_named_here();
        let also: Vec<String> = named.iter().map(|(also, _)| also.clone()).collect();
        let named = named.into_iter().map(|(also, so)| format!("{also}, {so}."));
        Told {
            also: (!also.is_empty()).then(|| also.join(", and ")),
            then: named.chain(self.what_comes_next()).collect(),
            ..told
        }
    }

    fn safe_name(&self) -> Told {
        let name = list(&self.entries());
        let is_itself = self.trie.own_action(self.id).is_some();
        let only = match self.names {
            _ if is_itself => "nothing else lies beneath".to_owned(),
            Names::Some => format!("of these names only {name} lies beneath"),
            Names::Actions | Names::Words => format!("only {name} lies beneath"),
        };
        let itself = if is_itself {
            format!("it is {} itself, and {only}", self.names.an())
        } else {
            only.clone()
        };
        let otherwise = self.in_place_of_the_name();
        let more = otherwise.iter().map(|otherwise| format!("; {otherwise}"));
        let more: String = more.collect();
        Told {
            also: Some(only),
            then: vec![format!(
                "{}, so it is named in full{more}.",
                capitalised(&itself)
            )],
            otherwise,
            ..self.why_safe()
        }
    }

    /// What a wildcard in the place of the one name would grant too, or what grants the name anyway.
    fn in_place_of_the_name(&self) -> Option<String> {
        let wildcard = self.wildcards_behind().into_iter().next()?;
        if let Some(covered_by) = self.covered_by {
            return Some(format!(
                "{} grants it anyway, so it is left out in the end",
                self.shown(covered_by)
            ));
        }
        let others = match self.names {
            // AWS has more names than are told.
            Names::Some => "other actions that AWS has or may add",
            Names::Actions => "what AWS may add there",
            Names::Words => "what may be added there",
        };
        Some(format!("{wildcard} would also grant {others}"))
    }

    fn safe_prefix(&self) -> Told {
        let entries = list(&self.entries());
        let left = || {
            let glob = self.grants().map(|grants| &grants.glob);
            let glob = glob.map_or("the wildcard", Glob::as_str);
            format!("behind it {glob} leaves {entries}")
        };
        let (also, otherwise, then) = match self.emitted {
            [only] if self.trie.is_service_root(self.id) => {
                let then = match only.grants {
                    0 => format!("{entries} is written; the catalogue lists no action of it."),
                    grants => format!("{entries} is written and grants {}.", self.known(grants)),
                };
                (None, None, then)
            }
            [only] => {
                let shorter = self.why_nothing_shorter();
                let grants = self.known(only.grants);
                let then = format!("{entries} is written and grants {grants}; {shorter}.");
                (Some(shorter), None, then)
            }
            _ => {
                let (shorter, left) = (self.why_nothing_shorter(), left());
                let then = format!("{}, which are written; {shorter}.", capitalised(&left));
                (Some(shorter), Some(left), then)
            }
        };
        let child = self.trie.only_child(self.id).map(|child| {
            format!(
                "It is safe already, so the walk stops; {} is never looked at.",
                self.trie.prefix_name(child)
            )
        });
        Told {
            also,
            otherwise,
            then: std::iter::once(then).chain(child).collect(),
            ..self.why_safe()
        }
    }

    fn unlisted_service(&self) -> Told {
        let service = self.service_name();
        Told {
            found: format!("{service} is not in the catalogue"),
            why: "nobody can tell all that it grants".to_owned(),
            then: vec![format!(
                "So {service}:* is written: what is unused of it stays granted."
            )],
            ..Told::default()
        }
    }

    fn whole_prefix(&self) -> Told {
        let rest = match self.going.len() {
            1 => "It is left whole all the same, so it is written, and what is unused stays.",
            _ => "It is left whole all the same, so it is written, and all of these stay.",
        };
        Told {
            also: Some("it is left whole all the same".to_owned()),
            then: vec![rest.to_owned()],
            ..self.why_unsafe()
        }
    }

    fn within_whole(&self) -> Told {
        let subject = self.subject();
        Told {
            found: format!("{subject} is granted already"),
            why: "it starts with a prefix that is left whole, which grants all that is here"
                .to_owned(),
            then: vec!["So nothing is written.".to_owned()],
            ..Told::default()
        }
    }

    fn why_unsafe(&self) -> Told {
        let subject = self.subject();
        let is_unsafe = |why: String| Told {
            found: format!("{subject} is unsafe"),
            why,
            ..Told::default()
        };
        let Some(grants) = self.grants() else {
            let services = &self.trie.wildcard().services;
            let going: Vec<&ServiceGrants> = services.iter().filter(|s| s.has_unsafe()).collect();
            let first = going.first().map_or("none", |s| s.service.as_str());
            return is_unsafe(format!(
                "something goes in {} of {}, {first} for one",
                going.len(),
                counted(services.len(), "service", "services")
            ));
        };
        let service = &grants.service;
        if self.going.is_empty() {
            // Its siblings that go do not start with it: it is a whole service that is unused.
            return Told {
                found: format!("{subject} gets no star"),
                why: format!(
                    "{service} is unused as a whole, and what AWS adds to it tomorrow is not to come with what stays"
                ),
                ..Told::default()
            };
        }
        if self.is_wholly_unused() {
            let tomorrow = if self.trie.is_service_root(self.id) {
                ", actions that AWS adds tomorrow included"
            } else {
                ""
            };
            return is_unsafe(format!("the whole of {service} is unused{tomorrow}"));
        }
        let what_goes = match self.going.as_slice() {
            [only] => self.the_one_that_goes(only),
            _ => self.those_that_go(),
        };
        Told {
            although: if self.has_going_siblings_only() {
                " although nothing unused lies beneath it"
            } else {
                ""
            },
            ..is_unsafe(what_goes)
        }
    }

    fn the_one_that_goes(&self, action: &Action) -> String {
        let name = &action.name;
        let how = match self.dropped {
            0 => "unused",
            _ => "dropped by hand",
        };
        if name.as_str().len() == self.trie.prefix_name(self.id).len() {
            format!("it is itself {}, and {how}", self.names.an())
        } else if self.is_whole_service() {
            format!("{name} is {how}")
        } else if self.has_going_siblings_only() {
            format!("{name} starts with it{}", self.but_for_case())
        } else {
            format!("{name} is {how} and starts with it{}", self.but_for_case())
        }
    }

    /// What is added to "starts with it" where that holds of one of those that go by letter case alone.
    fn but_for_case(&self) -> &'static str {
        let prefix = self.trie.prefix_name(self.id);
        let is_exact = |action: &Action| action.name.as_str().starts_with(prefix);
        if self.going.iter().all(is_exact) {
            ""
        } else {
            self.names.but_for_case()
        }
    }

    fn those_that_go(&self) -> String {
        let count = self.going.len();
        // One that goes on behind the prefix tells more than the prefix itself.
        let length = self.trie.prefix_name(self.id).len();
        let longer = self.going.iter().find(|a| a.name.as_str().len() > length);
        let first = longer.or(self.going.first());
        let first = first.map_or("none", |action| action.name.as_str());
        let (those, many) = (self.of_the_wildcard(), self.names.many());
        let starts = match (self.dropped, self.is_whole_service()) {
            (0, true) => format!("{count} of its {many} are unused"),
            (0, false) => format!("{count} unused {many}{those} start with it"),
            (_, true) => format!("{count} of its {many} go"),
            (_, false) => format!("{count} {many} that go{those} start with it"),
        };
        let case = self.but_for_case();
        // The trie counts those that are cut there.
        let beneath = match self.going_beneath() {
            0 => String::new(),
            all if all == count => String::new(),
            1 => "; 1 of them lies beneath it in the trie".to_owned(),
            some => format!("; {some} of them lie beneath it in the trie"),
        };
        let dropped = match self.dropped {
            0 => String::new(),
            all if all == count => ", all dropped by hand".to_owned(),
            some => format!(", {some} of them dropped by hand"),
        };
        format!("{starts}{case}{dropped}, {first} for one{beneath}")
    }

    /// How many of those that make it unsafe lie beneath it in the trie.
    fn going_beneath(&self) -> usize {
        let beneath = self.trie.beneath(self.id);
        let going = beneath.filter(|(_, fate)| GOING.contains(fate));
        going.count()
    }

    /// The sibling trap: what makes the prefix unsafe is its sibling in the trie.
    fn has_going_siblings_only(&self) -> bool {
        self.trie.node(self.id).goes == 0 && self.grants().is_some()
    }

    fn why_safe(&self) -> Told {
        let subject = self.subject();
        let (those, many) = (self.of_the_wildcard(), self.names.many());
        let first = self.kept.first().map_or("none", |a| a.name.as_str());
        let why = match (self.kept.len(), self.is_whole_service()) {
            (0, true) => format!("none of its {many} is unused"),
            (0, false) => format!("no unused {}{those} starts with it", self.names.one()),
            (1, true) => format!("{first} is unused, and is kept"),
            (1, false) => format!(
                "the one unused {} that starts with it, {first}, is kept",
                self.names.one()
            ),
            (count, true) => format!("{count} of its {many} are unused, and are kept"),
            (count, false) => {
                format!("the {count} unused {many} that start with it are kept, {first} for one")
            }
        };
        Told {
            found: format!("{subject} is safe"),
            why,
            ..Told::default()
        }
    }

    /// The line of the rule that opens the prefix: first it is named itself, if it stays.
    fn opening(&self) -> RuleLine {
        if self.trie.own_action(self.id).is_some() && !self.emitted.is_empty() {
            RuleLine::OwnName
        } else {
            RuleLine::Children
        }
    }

    /// What an opened prefix emits itself: why, and what comes of that.
    fn what_is_named_here(&self) -> Vec<(String, &'static str)> {
        let own_action = self.trie.own_action(self.id);
        let named = self.emitted.iter().map(|new| {
            let entry = self.shown(&new.entry);
            match own_action {
                Some(own_action) if new.entry.is_literal() && own_action.fate.is_kept() => {
                    (format!("{entry} itself is kept"), "so it is named in full")
                }
                Some(_) if new.entry.is_literal() => {
                    (format!("{entry} itself stays"), "so it is named in full")
                }
                _ => (format!("{entry} is kept"), "so it is written"),
            }
        });
        named.collect()
    }

    /// How many children come next.
    fn children(&self) -> usize {
        match self.trie.node(self.id).safety {
            Safety::Unsafe | Safety::Split => self.trie.children(self.id).count(),
            _ => 0,
        }
    }

    fn what_comes_next(&self) -> Option<String> {
        match self.children() {
            0 => None,
            1 => Some("Its one child comes next.".to_owned()),
            count => Some(format!("Its {count} children come next.")),
        }
    }

    /// Why the walk could not stop above.
    fn why_nothing_shorter(&self) -> String {
        let Some(parent) = self.trie.node(self.id).parent else {
            return "nothing is shorter".to_owned();
        };
        let shorter = match self.trie.prefix_name(parent) {
            "" => "the empty prefix".to_owned(),
            name => format!("the shorter {name}"),
        };
        match self.trie.node(parent).safety {
            Safety::Split => format!("{shorter} is split"),
            _ => format!("{shorter} is unsafe"),
        }
    }

    /// What the sentence is about: the prefix, or what the root stands for.
    fn subject(&self) -> String {
        match self.grants() {
            None => "Everything".to_owned(),
            Some(grants) if self.is_whole_service() => format!("All of {}", grants.service),
            Some(_) => match self.trie.prefix_name(self.id) {
                "" => "The empty prefix".to_owned(),
                name => name.to_owned(),
            },
        }
    }

    /// ` that s3:*Tagging grants`, for wildcards that grant only some of what starts alike.
    fn of_the_wildcard(&self) -> String {
        match self.grants() {
            Some(grants) if grants.glob.as_prefix_star().is_none() => {
                format!(" that {} grants", grants.glob)
            }
            _ => String::new(),
        }
    }

    /// What could stand in place of the one name beneath: the wildcard behind the prefix.
    fn wildcards_behind(&self) -> Vec<String> {
        let prefix = self.trie.prefix_name(self.id);
        let Some(grants) = self.grants() else {
            return Vec::new();
        };
        let behind = residuals(&grants.glob, prefix).into_iter();
        behind
            .filter(|rest| rest.contains(['*', '?']))
            .map(|rest| format!("{prefix}{rest}"))
            .collect()
    }

    fn emits_the_only_name(&self) -> bool {
        let node = self.trie.node(self.id);
        node.stays + node.goes == 1 && !self.trie.is_service_root(self.id)
    }

    fn entries(&self) -> Vec<String> {
        let entries = self.emitted.iter();
        entries.map(|new| self.shown(&new.entry)).collect()
    }

    /// An entry as the sentences show it: without the service, where there is but one.
    fn shown(&self, entry: &ActionPattern) -> String {
        match self.trie.wildcard().pattern {
            ActionPattern::Everything => entry.to_string(),
            ActionPattern::InService { .. } => entry.name().to_string(),
        }
    }

    fn grants(&self) -> Option<&'a ServiceGrants> {
        self.trie.grants(self.id)
    }

    fn service_name(&self) -> &str {
        self.grants().map_or("*", |grants| grants.service.as_str())
    }

    fn is_wholly_unused(&self) -> bool {
        self.grants()
            .is_some_and(|grants| grants.status == ServiceStatus::WhollyUnused)
    }

    /// Whether the prefix starts every action of its service, and the wildcard grants them all.
    fn is_whole_service(&self) -> bool {
        let whole = self
            .grants()
            .is_some_and(|grants| grants.glob.is_everything());
        whole && self.trie.prefix_name(self.id).is_empty()
    }

    /// `4 actions known today`; the words of a list are all there are.
    fn known(&self, grants: usize) -> String {
        let counted = counted(grants, self.names.one(), self.names.many());
        match self.names {
            Names::Actions => format!("{counted} known today"),
            Names::Some => format!("{grants} of these {}", self.names.many()),
            Names::Words => counted,
        }
    }
}
