//! Policies and their statements, as far as refining needs to know them.

use serde_json::{Map, Value};

use super::{Action, ActionPattern};

/// A permissions policy: its statements in the order of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The elements other than `Statement`: `Version`, `Id`, and whatever else stands there.
    pub elements: Map<String, Value>,
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
    pub elements: Map<String, Value>,
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
