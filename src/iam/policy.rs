//! Policies and their statements, as far as refining needs to know them.

use serde_json::Value;

use super::{Action, ActionPattern, Elements};

/// A permissions policy: its statements in the order of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The elements other than `Statement`: `Version`, `Id`, and whatever else stands there.
    pub elements: Elements,
    /// The statements, in the order of the text, also when there is just one without a list.
    pub statements: Vec<Statement>,
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The patterns of its `Action` or `NotAction`, in the order of the text.
    pub actions: Actions,
    /// Whether something stands among these that nobody knows the actions of: what it is about may
    /// be more than its patterns say.
    pub has_unknown_entries: bool,
    /// Every other element as a value: `Sid`, `Effect`, `Resource`, `Condition`, unknown ones.
    pub elements: Elements,
}

/// What a statement does with the actions it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `"Effect": "Allow"`: it grants them.
    Allow,
    /// `"Effect": "Deny"`: it takes them away, whatever else allows them.
    Deny,
}

/// The actions that a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actions {
    /// `Action`: those that one of the entries matches.
    Action(Vec<ActionPattern>),
    /// `NotAction`: those that none of the entries matches.
    NotAction(Vec<ActionPattern>),
}

impl Actions {
    /// The entries, whichever element they stand in.
    pub fn entries(&self) -> &[ActionPattern] {
        match self {
            Actions::Action(entries) | Actions::NotAction(entries) => entries,
        }
    }

    /// Whether the statement is about `action`: its entries match it, or do not for `NotAction`.
    pub fn matches(&self, action: &Action) -> bool {
        match self {
            Actions::Action(entries) => entries.iter().any(|entry| entry.matches(action)),
            Actions::NotAction(entries) => !entries.iter().any(|entry| entry.matches(action)),
        }
    }
}

impl Statement {
    /// The statement's `Sid`, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.elements.get("Sid").and_then(Value::as_str)
    }

    /// Whether this statement allows `action` (on some resource, under some condition), or may do
    /// so for all that is known.
    pub fn allows(&self, action: &Action) -> bool {
        self.effect == Effect::Allow && (self.may_allow_all() || self.actions.matches(action))
    }

    /// Whether this statement may allow any action there is, since not all that stands in its
    /// `Action` is known. What is not known of a `NotAction` only allows less.
    pub fn may_allow_all(&self) -> bool {
        self.has_unknown_entries && self.refinable_entries().is_some()
    }

    /// Whether this statement may allow some action, known today or not, that `pattern` matches.
    pub fn may_allow_some_of(&self, pattern: &ActionPattern) -> bool {
        let is_about_some = || match &self.actions {
            Actions::Action(entries) => entries.iter().any(|entry| entry.meets(pattern)),
            Actions::NotAction(entries) => {
                !entries.iter().any(|entry| pattern.is_included_in(entry))
            }
        };
        self.effect == Effect::Allow && (self.may_allow_all() || is_about_some())
    }

    /// Whether this statement allows for certain every action, known today or not, that `pattern`
    /// matches (on some resource, under some condition).
    pub fn allows_all_of(&self, pattern: &ActionPattern) -> bool {
        let is_about_all = || match &self.actions {
            Actions::Action(entries) => entries.iter().any(|entry| pattern.is_included_in(entry)),
            Actions::NotAction(entries) => {
                !self.has_unknown_entries && !entries.iter().any(|entry| entry.meets(pattern))
            }
        };
        self.effect == Effect::Allow && is_about_all()
    }

    /// The entries of an `Allow` statement's `Action`: what refining works on.
    pub fn refinable_entries(&self) -> Option<&[ActionPattern]> {
        match (&self.effect, &self.actions) {
            (Effect::Allow, Actions::Action(entries)) => Some(entries),
            _ => None,
        }
    }
}

impl Policy {
    /// Whether some statement allows `action` (on some resource, under some condition), or may do
    /// so for all that is known.
    pub fn allows(&self, action: &Action) -> bool {
        self.statements.iter().any(|s| s.allows(action))
    }
}
