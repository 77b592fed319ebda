//! One exact sentence or two for each step: what is decided, and by which action. The reasons that
//! stand beside a prefix on the screen are in `reasons/prefix.rs`.

use super::rule::RuleLine;
use crate::explain::names::Names;
use crate::iam::{Action, ActionPattern, Glob};
use crate::refine::{
    Emitted, Fate, NodeId, Safety, ServiceGrants, ServiceStatus, Step, Trie, residuals,
};
use crate::text::{counted, list};

/// One step in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narration {
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
    let (line, sentences) = match trie.node(step.node).safety {
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
        sentence: sentences.join(" "),
        line,
        deciding: telling.deciding().cloned(),
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

    fn deciding(&self) -> Option<&Action> {
        self.going.first().or(self.kept.first())
    }

    fn nothing_stays(&self) -> Vec<String> {
        if self.is_wholly_unused() && self.trie.is_service_root(self.id) {
            let service = self.service_name();
            return vec![format!(
                "The whole of {service} is unused, actions that AWS adds tomorrow included, so \
                 nothing of it is written."
            )];
        }
        let rest = match self.trie.node(self.id).goes {
            1 => "Nothing else lies beneath it, so nothing is written.",
            _ => "Nothing beneath it stays, so nothing is written.",
        };
        vec![self.why_unsafe(), rest.to_owned()]
    }

    fn unsafe_prefix(&self) -> Vec<String> {
        let mut sentences = vec![self.why_unsafe()];
        sentences.extend(self.what_is_named_here());
        sentences.extend(self.what_comes_next());
        sentences
    }

    fn split_prefix(&self) -> Vec<String> {
        let subject = self.subject();
        let mut sentences = vec![format!(
            "{subject} is safe, but a mark splits it: its children are written in its place."
        )];
        sentences.extend(self.what_is_named_here());
        sentences.extend(self.what_comes_next());
        sentences
    }

    fn safe_name(&self) -> Vec<String> {
        let name = list(&self.entries());
        let only = if self.trie.own_action(self.id).is_some() {
            format!(
                "It is {} itself, and nothing else lies beneath",
                self.names.an()
            )
        } else {
            match self.names {
                Names::Some => format!("Of these names only {name} lies beneath"),
                Names::Actions | Names::Words => format!("Only {name} lies beneath"),
            }
        };
        let wildcard = self.wildcards_behind().into_iter().next();
        let tomorrow = wildcard.map_or_else(String::new, |wildcard| {
            if let Some(covered_by) = self.covered_by {
                return format!(
                    "; {} grants it anyway, so it is left out in the end",
                    self.shown(covered_by)
                );
            }
            let others = match self.names {
                // AWS has more names than are told.
                Names::Some => "other actions that AWS has or may add",
                Names::Actions => "what AWS may add there",
                Names::Words => "what may be added there",
            };
            format!("; {wildcard} would also grant {others}")
        });
        vec![
            self.why_safe(),
            format!("{only}, so it is named in full{tomorrow}."),
        ]
    }

    fn safe_prefix(&self) -> Vec<String> {
        let entries = list(&self.entries());
        let glob = self.grants().map(|grants| &grants.glob);
        let what = match self.emitted {
            [only] if self.trie.is_service_root(self.id) => match only.grants {
                0 => format!("{entries} is written; the catalogue lists no action of it."),
                grants => format!("{entries} is written and grants {}.", self.known(grants)),
            },
            [only] => format!(
                "{entries} is written and grants {}; {}.",
                self.known(only.grants),
                self.why_nothing_shorter()
            ),
            _ => format!(
                "Behind it {} leaves {entries}, which are written; {}.",
                glob.map_or("the wildcard", Glob::as_str),
                self.why_nothing_shorter()
            ),
        };
        let mut sentences = vec![self.why_safe(), what];
        if let Some(child) = self.trie.only_child(self.id) {
            sentences.push(format!(
                "It is safe already, so the walk stops; {} is never looked at.",
                self.trie.prefix_name(child)
            ));
        }
        sentences
    }

    fn unlisted_service(&self) -> Vec<String> {
        let service = self.service_name();
        vec![format!(
            "The catalogue does not have {service}, so {service}:* is written: what is unused of \
             it stays granted."
        )]
    }

    fn whole_prefix(&self) -> Vec<String> {
        let rest = match self.going.len() {
            1 => "It is left whole all the same, so it is written, and what is unused stays.",
            _ => "It is left whole all the same, so it is written, and all of these stay.",
        };
        vec![self.why_unsafe(), rest.to_owned()]
    }

    fn within_whole(&self) -> Vec<String> {
        let subject = self.subject();
        vec![format!(
            "{subject} starts with a prefix that is left whole, which grants all that is here, so \
             nothing is written."
        )]
    }

    fn why_unsafe(&self) -> String {
        let subject = self.subject();
        let Some(grants) = self.grants() else {
            let services = &self.trie.wildcard().services;
            let going: Vec<&ServiceGrants> = services.iter().filter(|s| s.has_unsafe()).collect();
            let first = going.first().map_or("none", |s| s.service.as_str());
            return format!(
                "{subject} is unsafe: something goes in {} of {}, {first} for one.",
                going.len(),
                counted(services.len(), "service", "services")
            );
        };
        if self.going.is_empty() {
            // Its siblings that go do not start with it: it is a whole service that is unused.
            return format!(
                "{subject} gets no star: {} is unused as a whole, and what AWS adds to it tomorrow is not to \
                 come with what stays.",
                grants.service
            );
        }
        if self.is_wholly_unused() {
            let service = &grants.service;
            let tomorrow = if self.trie.is_service_root(self.id) {
                ", actions that AWS adds tomorrow included"
            } else {
                ""
            };
            return format!("{subject} is unsafe: the whole of {service} is unused{tomorrow}.");
        }
        let although = if self.has_going_siblings_only() {
            " although nothing unused lies beneath it"
        } else {
            ""
        };
        let what_goes = match self.going.as_slice() {
            [only] => self.the_one_that_goes(only),
            _ => self.those_that_go(),
        };
        format!("{subject} is unsafe{although}: {what_goes}.")
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

    fn why_safe(&self) -> String {
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
        format!("{subject} is safe: {why}.")
    }

    /// The line of the rule that opens the prefix: first it is named itself, if it stays.
    fn opening(&self) -> RuleLine {
        if self.trie.own_action(self.id).is_some() && !self.emitted.is_empty() {
            RuleLine::OwnName
        } else {
            RuleLine::Children
        }
    }

    /// What an opened prefix emits itself.
    fn what_is_named_here(&self) -> Vec<String> {
        let own_action = self.trie.own_action(self.id);
        let mut sentences = Vec::new();
        for new in self.emitted {
            let entry = self.shown(&new.entry);
            sentences.push(match own_action {
                Some(own_action) if new.entry.is_literal() && own_action.fate.is_kept() => {
                    format!("{entry} itself is kept, so it is named in full.")
                }
                Some(_) if new.entry.is_literal() => {
                    format!("{entry} itself stays, so it is named in full.")
                }
                _ => format!("{entry} is kept, so it is written."),
            });
        }
        sentences
    }

    fn what_comes_next(&self) -> Option<String> {
        match self.trie.children(self.id).count() {
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
