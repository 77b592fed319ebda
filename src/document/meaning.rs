//! What the expressions in a policy come to, told by who has seen what is made of it.

use std::collections::BTreeMap;

use super::file::PolicyTree;
use crate::text::{Json, JsonValue, Known, Opaque, list};

/// What the expressions among the actions of a policy come to: one for each statement that has any which
/// its text alone does not tell, in order of the text; none where nobody knows.
pub type Meanings = Vec<Option<Meaning>>;

/// What the expressions of one statement come to, all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// The actions, each with a reason of its own where it has one.
    pub actions: Vec<Known>,
    /// Whether they come to nothing in one of the places where the policy is made, so that nothing
    /// would be left there without an entry that is written as it is.
    pub may_be_nothing: bool,
}

impl PolicyTree {
    /// Takes over what is known of its expressions.
    pub(super) fn tell(&mut self, meanings: &[Option<Meaning>]) {
        let mut meanings = meanings.iter();
        for statement in statements_of(&mut self.json) {
            let unknown = unknown_of(statement);
            if unknown.is_empty() {
                continue;
            }
            if let Some(Some(meaning)) = meanings.next() {
                meaning.tell(unknown);
            }
        }
    }
}

/// That a statement is not to be edited which something else decides about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Why.
    pub reason: String,
    /// Whether it is made nowhere, so that it allows nothing.
    pub is_made_nowhere: bool,
}

/// What is told of a policy by who has seen all that is made of it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What its expressions come to.
    pub meanings: Meanings,
    /// For each statement a lock where it stays as it is.
    pub locks: Vec<Option<Lock>>,
    /// The statements that may not be removed, and why.
    pub stays: Vec<(usize, String)>,
}

/// The statements that stay as they are: each is found again when others are gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    /// Of those that are never removed, in their order.
    staying: Vec<Option<Lock>>,
    /// Of others that are made nowhere by their `Sid`.
    by_sid: BTreeMap<String, Lock>,
}

impl Locks {
    /// The locks of the statements of a policy, as far as these can be found again.
    pub fn of(tree: &PolicyTree, locks: &[Option<Lock>]) -> Self {
        let mut found = Locks::default();
        let mut json = tree.json.clone();
        let statements = statements_of(&mut json).into_iter().enumerate();
        for ((place, statement), lock) in statements.zip(locks) {
            if tree.must_stay(place) {
                found.staying.push(lock.clone());
            } else if let (Some(sid), Some(lock)) = (sid_of(statement), lock)
                && lock.is_made_nowhere
            {
                found.by_sid.insert(sid, lock.clone());
            }
        }
        found
    }
}

impl PolicyTree {
    /// Makes that no action can be edited of those statements that have a lock. What one would allow that is
    /// made nowhere, nothing allows.
    pub(super) fn lock(&mut self, locks: &Locks) {
        let mut staying = locks.staying.iter();
        let must_stay: Vec<bool> = (0..self.forms.len()).map(|at| self.must_stay(at)).collect();
        for (place, statement) in statements_of(&mut self.json).into_iter().enumerate() {
            let lock = if must_stay.get(place).is_some_and(|stays| *stays) {
                staying.next().and_then(Option::as_ref)
            } else {
                sid_of(statement).and_then(|sid| locks.by_sid.get(&sid))
            };
            if let Some(lock) = lock {
                lock_statement(statement, lock);
            }
        }
    }

    fn must_stay(&self, statement: usize) -> bool {
        let form = self.forms.get(statement);
        form.is_some_and(|form| form.must_stay.is_some())
    }
}

fn sid_of(statement: &Json) -> Option<String> {
    statement.get("Sid")?.as_str().map(str::to_owned)
}

fn lock_statement(statement: &mut Json, lock: &Lock) {
    let JsonValue::Object(members) = &mut statement.value else {
        return;
    };
    let mut own = members.iter();
    let allows = own.any(|one| one.name == "Effect" && one.value.as_str() == Some("Allow"));
    let is_actions = |name: &str| name == "Action" || name == "NotAction";
    for member in members.iter_mut().filter(|member| is_actions(&member.name)) {
        let comes_to_nothing = lock.is_made_nowhere && allows && member.name == "Action";
        lock_value(&mut member.value, &lock.reason, comes_to_nothing);
    }
}

/// Makes the texts of a value expressions that come to them, or to nothing.
fn lock_value(value: &mut Json, reason: &str, comes_to_nothing: bool) {
    match &mut value.value {
        JsonValue::String(text) => {
            let known = (!comes_to_nothing).then(|| Known::from(text.clone()));
            let opaque = Opaque {
                text: text.clone(),
                reason: reason.to_owned(),
                strings: Some(known.into_iter().collect()),
                may_be_nothing: false,
            };
            value.value = JsonValue::Opaque(Box::new(opaque));
        }
        JsonValue::Array(parts) | JsonValue::Joined(parts) => {
            for part in parts {
                lock_value(part, reason, comes_to_nothing);
            }
        }
        _ => {}
    }
}

impl Meaning {
    /// The first says all of it, since nobody knows which of them says what.
    fn tell(&self, unknown: Vec<&mut Opaque>) {
        let mut reasons: Vec<String> = unknown.iter().map(|one| one.reason.clone()).collect();
        reasons.dedup();
        let several = (reasons.len() > 1).then(|| list(&reasons).replace(" and ", " or "));
        let mut actions = Some(self.actions.clone());
        for opaque in unknown {
            let told = actions.take().unwrap_or_default();
            if let (false, Some(several)) = (told.is_empty(), &several) {
                opaque.reason.clone_from(several);
            }
            let reason = opaque.reason.clone();
            let told = told.into_iter().map(|known| Known {
                reason: known.reason.map(|own| format!("{reason}, {own}")),
                ..known
            });
            opaque.strings = Some(told.collect());
            opaque.may_be_nothing &= self.may_be_nothing;
        }
    }
}

fn statements_of(policy: &mut Json) -> Vec<&mut Json> {
    let JsonValue::Object(members) = &mut policy.value else {
        return Vec::new();
    };
    let Some(statement) = members.iter_mut().find(|member| member.name == "Statement") else {
        return Vec::new();
    };
    let statement = &mut statement.value;
    match statement.value {
        JsonValue::Array(_) => match &mut statement.value {
            JsonValue::Array(list) => list.iter_mut().collect(),
            _ => Vec::new(),
        },
        _ => vec![statement],
    }
}

/// What is written among the actions of a statement and is not known.
fn unknown_of(statement: &mut Json) -> Vec<&mut Opaque> {
    let JsonValue::Object(members) = &mut statement.value else {
        return Vec::new();
    };
    let is_actions = |name: &str| name == "Action" || name == "NotAction";
    let mut unknown = Vec::new();
    for member in members.iter_mut().filter(|member| is_actions(&member.name)) {
        add_unknown(&mut member.value, &mut unknown);
    }
    unknown
}

fn add_unknown<'j>(value: &'j mut Json, unknown: &mut Vec<&'j mut Opaque>) {
    match &mut value.value {
        JsonValue::Opaque(opaque) if opaque.strings.is_none() => unknown.push(opaque),
        JsonValue::Array(parts) | JsonValue::Joined(parts) => {
            for part in parts {
                add_unknown(part, unknown);
            }
        }
        _ => {}
    }
}
