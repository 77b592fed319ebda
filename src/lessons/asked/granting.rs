//! What grants an action, of two statements that allow and one that denies.

use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::matter::Matter;
use crate::iam::{Action, Actions, Effect, Policy, Statement};

/// What grants an action.
pub(in crate::lessons) const CHOICES: [&str; 5] = ["#1", "#2", "#1 and #2", "denied", "nothing"];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what grants it?",
    lines: &[
        "a Deny on * names it: denied",
        "#1 Action: grants what it matches",
        "#2 NotAction: all it does not name",
        "  so both may, or neither",
    ],
};

const FIRST: usize = 0;
const SECOND: usize = 1;
const BOTH: usize = 2;
const DENIED: usize = 3;
const NOTHING: usize = 4;

/// An `Action`, a `NotAction`, and what is denied.
pub(in crate::lessons) struct Statements {
    pub(in crate::lessons) allowed: Actions,
    pub(in crate::lessons) all_but: Actions,
    pub(in crate::lessons) denied: Actions,
    /// What alone it is denied for, where that is not everything.
    pub(in crate::lessons) denied_for: Option<String>,
    /// What the first two allow it on.
    pub(in crate::lessons) allowed_on: [String; 2],
}

impl Statements {
    /// Those of the policy of a lesson, where its wildcard is in the first.
    pub(in crate::lessons) fn of_lesson(matter: &Matter<'_>) -> Result<Self, String> {
        let is_first = matter.place.statement == 0;
        let statements = Statements::of(&matter.refined()).filter(|_| is_first);
        statements.ok_or_else(|| {
            "the policy has not an Allow with the wildcard, an Allow with a NotAction and a Deny, in \
             this order"
                .to_owned()
        })
    }

    /// Those of a policy that has just these three, in this order.
    pub(in crate::lessons) fn of<'p>(policy: &'p Policy) -> Option<Self> {
        let [first, second, third] = policy.statements.as_slice() else {
            return None;
        };
        let effects = [first, second, third].map(|statement| statement.effect);
        let is_so = effects == [Effect::Allow, Effect::Allow, Effect::Deny]
            && matches!(first.actions, Actions::Action(_))
            && matches!(second.actions, Actions::NotAction(_))
            && matches!(third.actions, Actions::Action(_));
        let resource = |statement: &'p Statement| {
            let on = statement.elements.get("Resource");
            on.and_then(|on| on.as_str())
        };
        let allowed_on = [first, second].map(|own| resource(own).unwrap_or("*").to_owned());
        let resource = resource(third);
        is_so.then(|| Statements {
            allowed: first.actions.clone(),
            all_but: second.actions.clone(),
            denied: third.actions.clone(),
            denied_for: resource.filter(|on| *on != "*").map(str::to_owned),
            allowed_on,
        })
    }

    /// The statements, a line each.
    pub(in crate::lessons) fn told(&self) -> Vec<String> {
        let entries = |actions: &Actions| -> String {
            let entries = actions.entries().iter().map(ToString::to_string);
            entries.collect::<Vec<_>>().join(", ")
        };
        let denied_for = self.denied_for.as_deref().unwrap_or("*");
        let [first, second] = &self.allowed_on;
        vec![
            format!("#1 Allow on {first}, Action: {}", entries(&self.allowed)),
            format!(
                "#2 Allow on {second}, NotAction: {}",
                entries(&self.all_but)
            ),
            format!("#3 Deny on {denied_for}, Action: {}", entries(&self.denied)),
        ]
    }

    /// An action, with what is `known` of it, and what grants it.
    pub(in crate::lessons) fn row(&self, action: &Action, known: &str) -> ChoosingRow {
        let (first, second) = (self.allowed.matches(action), self.all_but.matches(action));
        let is_named = self.denied.matches(action);
        let is_denied = is_named && self.denied_for.is_none();
        let not_action = if second {
            format!("the NotAction of #2 does not name {action}")
        } else {
            format!("the NotAction of #2 names {action}")
        };
        let (right, line, why) = match (is_denied, first, second) {
            (true, ..) => (
                DENIED,
                0,
                format!("#3 names {action}: what is denied is not granted, whatever allows it."),
            ),
            (_, true, true) => (
                BOTH,
                3,
                format!("#1 matches it, and {not_action}, so both grant it."),
            ),
            (_, true, false) => (
                FIRST,
                1,
                format!("#1 matches it; {not_action}, so #2 does not grant it."),
            ),
            (_, false, true) => (
                SECOND,
                2,
                format!("#1 does not match it; {not_action}, so #2 grants it."),
            ),
            (_, false, false) => (
                NOTHING,
                3,
                format!("#1 does not match it, and {not_action}."),
            ),
        };
        let why = match &self.denied_for {
            Some(on) if is_named => format!("{why} #3 denies it, but only on {on}."),
            _ => why,
        };
        let against = against_others(CHOICES.len(), right, |choice| self.against(choice, action));
        ChoosingRow {
            what: action.to_string(),
            known: known.to_owned(),
            right,
            line,
            why,
            against,
            because: Some(action.clone()),
        }
    }

    /// What speaks against a choice: a statement that it reads wrongly.
    fn against(&self, choice: usize, action: &Action) -> String {
        let name = &action.name;
        let is_named = self.denied.matches(action);
        if choice == DENIED {
            return match &self.denied_for {
                Some(on) if is_named => format!("#3 denies {name} only on {on}."),
                _ if !self.all_but.matches(action) => format!(
                    "#3 does not name {name}. What a NotAction names is not denied: that statement does not grant it."
                ),
                _ => format!("#3 does not name {name}."),
            };
        }
        if is_named && self.denied_for.is_none() {
            return format!("Look at the Deny: does #3 name {name}?");
        }
        let says_first = matches!(choice, FIRST | BOTH);
        if says_first != self.allowed.matches(action) {
            return format!("Does an entry of #1 match {name}?");
        }
        format!("#2 grants what its NotAction does not name: does it name {name}?")
    }
}

/// Which statement grants an action once the wildcard is refined.
pub(in crate::lessons) fn case(matter: &Matter<'_>, action: &Action) -> Asked {
    let statements = Statements::of_lesson(matter)?;
    let universe = matter.universe();
    let known = if universe.is_unused(action) {
        "reported as unused"
    } else {
        "not reported"
    };
    let asked = format!("What grants {action} now? It is {known}.");
    let choices = CHOICES.iter();
    Ok(Case::asking(
        statements.told(),
        asked,
        &RULE,
        choices,
        statements.row(action, known),
    ))
}
