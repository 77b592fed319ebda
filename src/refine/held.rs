//! Unused actions that are not taken away unasked: something speaks for them.
//!
//! Findings report an action as unused, and yet it may be needed: it was used within the window
//! after all, it tears down what another action of the policy makes, or a comment beside the policy asks
//! for it. Such an action is *held back*: it stays as if it had been asked to be kept, until a person
//! lets it go.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::expansion::EntryExpansion;
use super::marks::{Curation, Keep};
use super::universe::Universe;
use crate::findings::LastUse;
use crate::iam::{Action, ActionPattern, Allowed, Name};
use crate::text::Untrusted;

/// The actions that are held back, each with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldBack {
    actions: BTreeMap<Action, HeldBecause>,
    patterns: Vec<ActionPattern>,
}

/// Why an action is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldBecause {
    /// It was used then, which is within the window of the findings, or may be.
    Used(LastUse),
    /// It changes or removes what this action makes, which stays.
    TearsDown(Action),
    /// A comment beside the policy asks for it.
    Commented(CommentPlace),
}

/// The comment that asks for an action to stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentPlace {
    /// Where it stands, as in `main.tf:12`.
    pub place: Untrusted,
    /// Why, in its words.
    pub reason: Option<Untrusted>,
    /// The last day that it holds, if it ends.
    pub until: Option<Date>,
}

/// The verbs of actions that make something, each with those of the actions that change it or take
/// it away later. What is made today is often torn down only months later.
const TEAR_DOWN: [(&str, &[&str]); 1] = [("Create", &["Delete", "Update", "Untag"])];

impl HeldBack {
    /// Holds nothing back.
    pub const NOTHING: &'static HeldBack = &HeldBack {
        actions: BTreeMap::new(),
        patterns: Vec::new(),
    };

    /// Holds back what was `used`.
    pub fn used(used: &BTreeMap<Action, LastUse>) -> Self {
        used.iter()
            .map(|(action, last)| (action.clone(), HeldBecause::Used(last.clone())))
            .collect()
    }

    /// Holds an action back. One that was used stays held back for that reason.
    pub fn add(&mut self, action: Action, because: HeldBecause) {
        let used = matches!(because, HeldBecause::Used(_));
        let held = self
            .actions
            .entry(action)
            .or_insert_with(|| because.clone());
        if used {
            *held = because;
        }
    }

    /// Holds back of a service that is reported as a whole all that `pattern` matches, known or not; what is
    /// known of it is added by its name.
    pub fn add_pattern(&mut self, pattern: ActionPattern) {
        if !self.patterns.contains(&pattern) {
            self.patterns.push(pattern);
        }
    }

    /// Holds back what tears down what stays of what is `allowed`: an action such as `DeleteQueue` that is
    /// reported as unused, while `CreateQueue` of the same service is allowed and stays: it is not
    /// reported, or held back, or one of `keeps`.
    pub fn add_tear_down(
        &mut self,
        allowed: &Allowed<'_, ()>,
        universe: &Universe,
        keeps: &[Keep],
    ) {
        let curation = Curation {
            keeps,
            held: self,
            ..Curation::NONE
        };
        let stays = |maker: &Action| {
            universe.knows(maker) && curation.fate(maker, universe.is_unused(maker)).stays()
        };
        let torn_down: Vec<(Action, Action)> = (universe.unused.named())
            .filter_map(|action| {
                let maker = maker_of(&action, universe)?;
                let both = allowed.any_of(&maker) && allowed.any_of(&action);
                (both && stays(&maker)).then_some((action, maker))
            })
            .collect();
        for (action, maker) in torn_down {
            self.add(action, HeldBecause::TearsDown(maker));
        }
    }

    /// The same without what `drops` is true of.
    #[must_use]
    pub fn except(&self, drops: impl Fn(&Action) -> bool) -> Self {
        let left = self.actions.iter().filter(|(action, _)| !drops(action));
        let left = left.map(|(action, because)| (action.clone(), because.clone()));
        HeldBack {
            actions: left.collect(),
            patterns: self.patterns.clone(),
        }
    }

    /// The same when actions are let go: with them a pattern that matches one is not held back as it is any more.
    #[must_use]
    pub fn without(&self, let_go: &BTreeSet<Action>) -> Self {
        let mut left = self.except(|action| let_go.contains(action));
        let is_whole = |pattern: &ActionPattern| !let_go.iter().any(|one| pattern.matches(one));
        left.patterns.retain(is_whole);
        left
    }

    /// What of it is held back whoever decides, and not for whoever looks at each alone.
    #[must_use]
    pub fn for_all(&self) -> Self {
        let tears_down = |because: &HeldBecause| matches!(because, HeldBecause::TearsDown(_));
        self.except(|action| self.reason(action).is_some_and(tears_down))
    }

    /// Why `action` is held back, if it is.
    pub fn reason(&self, action: &Action) -> Option<&HeldBecause> {
        self.actions.get(action)
    }

    /// Whether `action` is held back.
    pub fn contains(&self, action: &Action) -> bool {
        self.actions.contains_key(action)
    }

    /// Whether nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty() && self.patterns.is_empty()
    }

    /// The actions that are held back, in order, with the reasons.
    pub fn iter(&self) -> impl Iterator<Item = (&Action, &HeldBecause)> {
        self.actions.iter()
    }

    /// The patterns of which what nobody knows is held back too, where the service is reported as a whole.
    pub fn patterns(&self) -> &[ActionPattern] {
        &self.patterns
    }
}

impl FromIterator<(Action, HeldBecause)> for HeldBack {
    fn from_iter<I: IntoIterator<Item = (Action, HeldBecause)>>(actions: I) -> Self {
        HeldBack {
            actions: actions.into_iter().collect(),
            patterns: Vec::new(),
        }
    }
}

/// What of a pattern goes and changes or removes what another action of the pattern makes, which stays;
/// each with that other. Where each is looked at alone these are held back.
pub fn torn_down_within(expansion: &EntryExpansion, universe: &Universe) -> Vec<(Action, Action)> {
    let stays: BTreeMap<Action, bool> = (expansion.actions())
        .map(|(action, fate)| (action, fate.stays()))
        .collect();
    let goes = stays.iter().filter(|(_, stays)| !**stays);
    goes.filter_map(|(action, _)| {
        let maker = maker_of(action, universe)?;
        (stays.get(&maker) == Some(&true)).then(|| (action.clone(), maker))
    })
    .collect()
}

/// The action that makes what `action` changes or takes away, by their names in the catalogue's
/// spelling.
fn maker_of(action: &Action, universe: &Universe) -> Option<Action> {
    let known = universe.catalogue.action(action);
    let name = known.map_or(&action.name, |known| &known.name).as_str();
    TEAR_DOWN.iter().find_map(|(makes, tears_down)| {
        let mut nouns = tears_down.iter().filter_map(|verb| name.strip_prefix(verb));
        let noun = nouns.find(|noun| noun.starts_with(char::is_uppercase))?;
        let maker = Name::from([makes, noun].concat().as_str());
        Some(Action::new(action.service.clone(), maker))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::iam::{Effect, ServicePrefix};
    use crate::text::Source;

    fn torn_down(entries: &[&str], unused: &[&str]) -> Vec<String> {
        torn_down_with(entries, unused, &[], HeldBack::default())
    }

    fn torn_down_with(
        entries: &[&str],
        unused: &[&str],
        keeps: &[Keep],
        mut held: HeldBack,
    ) -> Vec<String> {
        let text = "sqs:CreateQueue\nsqs:DeleteQueue\nsqs:DeleteMessage\nsqs:UpdateQueue\n\
                    sqs:Untag\nsqs:Create\nsqs:UntagQueue\nsns:DeleteQueue";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", text)).unwrap();
        let mut reported = UnusedActions::default();
        for action in unused {
            reported.add(action.parse().unwrap(), None);
        }
        let statement = serde_json::json!({
            "Statement": [{"Effect": "Allow", "Action": entries, "Resource": "*"}]
        });
        let document = crate::document::Document::parse(Source::from_text(
            "policy.json",
            &statement.to_string(),
        ))
        .unwrap();
        assert_eq!(document.policy().statements[0].effect, Effect::Allow);
        let universe = Universe::new(Arc::new(catalogue), Arc::new(reported), []);
        let statements = document.policy().statements.iter();
        let allowed = statements.map(|statement| (statement, ())).collect();
        held.add_tear_down(&allowed, &universe, keeps);
        held.iter().map(|(action, _)| action.to_string()).collect()
    }

    #[test]
    fn what_tears_down_what_is_made_is_held_back() {
        let unused = ["sqs:DeleteQueue", "sqs:DeleteMessage", "sqs:UntagQueue"];
        assert_eq!(
            torn_down(&["sqs:*"], &unused),
            ["sqs:DeleteQueue", "sqs:UntagQueue"]
        );
    }

    #[test]
    fn nothing_is_held_back_when_the_maker_goes_too_or_is_not_allowed() {
        let unused = ["sqs:DeleteQueue", "sqs:CreateQueue"];
        assert_eq!(torn_down(&["sqs:*"], &unused), Vec::<String>::new());
        assert_eq!(
            torn_down(&["sqs:Delete*"], &["sqs:DeleteQueue"]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_maker_stays_also_where_it_is_held_back_or_kept_and_names_may_be_spelled_anyhow() {
        let unused = ["sqs:deletequeue", "sqs:CreateQueue"];
        let keep = Keep::of("sqs:Create*".parse().unwrap());
        let kept = torn_down_with(&["sqs:*"], &unused, &[keep], HeldBack::default());
        assert_eq!(kept, ["sqs:deletequeue"]);
        let used = HeldBecause::Used(jiff::Timestamp::UNIX_EPOCH.into());
        let held: HeldBack = [("sqs:CreateQueue".parse().unwrap(), used)]
            .into_iter()
            .collect();
        let held = torn_down_with(&["sqs:*"], &unused, &[], held);
        assert_eq!(held, ["sqs:CreateQueue", "sqs:deletequeue"]);
    }

    #[test]
    fn a_name_that_is_all_verb_or_of_another_service_tears_down_nothing() {
        let unused = ["sqs:Untag", "sns:DeleteQueue"];
        assert_eq!(torn_down(&["*"], &unused), Vec::<String>::new());
    }

    #[test]
    fn that_it_was_used_is_the_stronger_reason() {
        let action: Action = "sqs:DeleteQueue".parse().unwrap();
        let used = HeldBecause::Used(jiff::Timestamp::UNIX_EPOCH.into());
        let tears_down = HeldBecause::TearsDown("sqs:CreateQueue".parse().unwrap());
        for both in [[&used, &tears_down], [&tears_down, &used]] {
            let mut held = HeldBack::default();
            for because in both {
                held.add(action.clone(), because.clone());
            }
            assert_eq!(held.reason(&action), Some(&used));
        }
    }

    #[test]
    fn a_pattern_is_kept_as_it_is_until_something_of_it_is_let_go() {
        let text = "sqs:CreateQueue\nsqs:DeleteQueue";
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", text)).unwrap();
        let mut reported = UnusedActions::default();
        reported.add_service(ServicePrefix::parse("sqs").unwrap(), None);
        let universe = Universe::new(Arc::new(catalogue), Arc::new(reported), []);
        let pattern: ActionPattern = "sqs:*".parse().unwrap();
        let used = HeldBecause::Used(jiff::Timestamp::UNIX_EPOCH.into());
        let mut held = HeldBack::default();
        held.add_pattern(pattern.clone());
        for action in ["sqs:CreateQueue", "sqs:DeleteQueue"] {
            held.add(action.parse().unwrap(), used.clone());
        }
        let is_narrowed = |held: &HeldBack| {
            let curation = Curation {
                held,
                ..Curation::NONE
            };
            EntryExpansion::new(&pattern, &universe, curation).has_unsafe()
        };
        assert!(!is_narrowed(&held));
        let let_go: Action = "sqs:DeleteQueue".parse().unwrap();
        assert!(is_narrowed(&held.without(&BTreeSet::from([let_go]))));
    }
}
