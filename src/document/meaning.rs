//! What the expressions in a policy come to, told by who has seen what is made of it.

use std::collections::{BTreeMap, BTreeSet};

use super::policy_tree::{PolicyTree, StatementForm};
use crate::text::{Json, JsonValue, Known, Member, Opaque, either};

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
    /// Whether they may come to what is written beside them too: nobody can tell.
    pub may_repeat: bool,
}

/// That a statement which something else decides about is not to be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Why.
    pub reason: String,
    /// Whether it is made nowhere, so that it allows nothing.
    pub is_made_nowhere: bool,
    /// The entries, in small letters, that it holds for; all of them where none are told.
    pub entries: Option<BTreeSet<String>>,
}

/// What is told of a policy that its text alone does not tell.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What its expressions come to.
    pub meanings: Meanings,
    /// For each of its statements a lock, as far as the list goes: its actions stay as they are if nobody may
    /// remove it, or if it is made nowhere.
    pub locks: Vec<Option<Lock>>,
    /// The statements that have to stay.
    pub stays: Vec<StayingStatement>,
}

/// Which statement has to stay, and why.
pub type StayingStatement = (usize, String);

/// What is told of a policy and holds too when statements have been removed from it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastingTold {
    meanings: Meanings,
    locks: Locks,
}

/// The statements that stay as they are: each is found again when others are gone.
#[derive(Clone, Debug, Default)]
struct Locks {
    /// The lock of each of those that are never removed, in their order.
    staying: Vec<Option<Lock>>,
    /// Those of others that are made nowhere, by their `Sid`.
    by_sid: BTreeMap<String, Lock>,
}

impl Told {
    /// Whether nothing is told.
    pub fn is_nothing(&self) -> bool {
        let mut meanings = self.meanings.iter();
        let has_all = self.locks.iter().all(Option::is_none);
        meanings.all(Option::is_none) && has_all && self.stays.is_empty()
    }

    /// What of it holds whatever is removed from the policy that `tree` is.
    pub(super) fn lasting(&self, tree: &PolicyTree) -> LastingTold {
        LastingTold {
            meanings: self.meanings.clone(),
            locks: Locks::of(tree, &self.locks),
        }
    }
}

impl Lock {
    fn holds(&self, entry: &str) -> bool {
        let entries = self.entries.as_ref();
        entries.is_none_or(|entries| entries.contains(&entry.to_ascii_lowercase()))
    }
}

impl LastingTold {
    /// Whether it says nothing.
    pub fn is_nothing(&self) -> bool {
        let mut meanings = self.meanings.iter();
        meanings.all(Option::is_none) && self.locks.is_nothing()
    }
}

impl Locks {
    fn of(tree: &PolicyTree, locks: &[Option<Lock>]) -> Self {
        let mut found = Locks::default();
        let statements = tree.statements().iter().enumerate();
        for ((place, statement), lock) in statements.zip(locks) {
            if tree.must_stay(place) {
                found.staying.push(lock.clone());
            } else if let (Some(sid), Some(lock)) = (sid_of(statement), lock)
                && lock.is_made_nowhere
            {
                found.by_sid.insert(sid.to_owned(), lock.clone());
            }
        }
        found
    }

    fn is_nothing(&self) -> bool {
        self.staying.iter().all(Option::is_none) && self.by_sid.is_empty()
    }
}

impl PolicyTree {
    /// Takes over what is told of it.
    pub(super) fn take_in(&mut self, told: &LastingTold) {
        self.tell(&told.meanings);
        self.lock(&told.locks);
    }

    /// Takes over that a statement has to stay.
    pub(super) fn keep(&mut self, (statement, reason): &StayingStatement) {
        let count = self.forms.len().max(statement + 1);
        self.forms.resize(count, StatementForm::default());
        self.forms[*statement].stays_for(Some(reason.clone()));
    }

    fn tell(&mut self, meanings: &[Option<Meaning>]) {
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

    /// Makes that no action can be edited of those statements that have a lock.
    fn lock(&mut self, locks: &Locks) {
        let mut staying = locks.staying.iter();
        let must_stay: Vec<bool> = (0..self.forms.len()).map(|at| self.must_stay(at)).collect();
        for (place, statement) in statements_of(&mut self.json).into_iter().enumerate() {
            let lock = if must_stay.get(place).is_some_and(|stays| *stays) {
                staying.next().and_then(Option::as_ref)
            } else {
                sid_of(statement).and_then(|sid| locks.by_sid.get(sid))
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

    fn statements(&self) -> &[Json] {
        match self.json.get("Statement") {
            Some(statement) => (statement.as_array()).unwrap_or(std::slice::from_ref(statement)),
            None => &[],
        }
    }
}

fn sid_of(statement: &Json) -> Option<&str> {
    statement.get("Sid")?.as_str()
}

/// What a statement would allow that is made nowhere, nothing allows.
fn lock_statement(statement: &mut Json, lock: &Lock) {
    let JsonValue::Object(members) = &mut statement.value else {
        return;
    };
    let mut own = members.iter();
    let allows = own.any(|one| one.name == "Effect" && one.value.as_str() == Some("Allow"));
    for member in actions_of(members) {
        let comes_to_nothing = lock.is_made_nowhere && allows && member.name == "Action";
        lock_value(&mut member.value, lock, comes_to_nothing);
    }
}

/// What a statement says of actions.
fn actions_of(members: &mut [Member]) -> impl Iterator<Item = &mut Member> {
    let is_one = |member: &&mut Member| member.name == "Action" || member.name == "NotAction";
    members.iter_mut().filter(is_one)
}

/// Makes the texts of a value expressions that come to them, or to nothing.
fn lock_value(value: &mut Json, lock: &Lock, comes_to_nothing: bool) {
    match &mut value.value {
        JsonValue::String(text) if lock.holds(text) => {
            let known = (!comes_to_nothing).then(|| Known::from(text.clone()));
            let opaque = Opaque {
                text: text.clone(),
                reason: lock.reason.clone(),
                strings: Some(known.into_iter().collect()),
                may_be_nothing: false,
                may_repeat: false,
            };
            value.value = JsonValue::Opaque(Box::new(opaque));
        }
        JsonValue::Array(parts) | JsonValue::Joined(parts) => {
            for part in parts {
                lock_value(part, lock, comes_to_nothing);
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
        let several = (reasons.len() > 1).then(|| either(&reasons));
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
            opaque.may_repeat = self.may_repeat;
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
    let mut unknown = Vec::new();
    for member in actions_of(members) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;

    #[test]
    fn the_first_of_several_expressions_says_it_all_and_why_any_of_them_does() {
        let unknown = |reason: &str| Opaque {
            text: String::new(),
            reason: reason.to_owned(),
            strings: None,
            may_be_nothing: true,
            may_repeat: false,
        };
        let meaning = Meaning {
            actions: vec![Known::from("s3:GetObject".to_owned())],
            ..Meaning::default()
        };
        let told = |reasons: &[&str]| {
            let mut unknown: Vec<Opaque> = reasons.iter().map(|reason| unknown(reason)).collect();
            meaning.tell(unknown.iter_mut().collect());
            let told = unknown.into_iter().map(|one| {
                let strings = one.strings.unwrap_or_default().into_iter();
                (one.reason, strings.map(|known| known.text).collect())
            });
            told.collect::<Vec<(String, Vec<String>)>>()
        };
        let says_it = |reason: &str| (reason.to_owned(), vec!["s3:GetObject".to_owned()]);
        let says_nothing = |reason: &str| (reason.to_owned(), Vec::new());
        assert_eq!(told(&["var.a"]), [says_it("var.a")]);
        assert_eq!(
            told(&["var.a", "local.b"]),
            [says_it("var.a or local.b"), says_nothing("local.b")]
        );
        assert_eq!(
            told(&["var.a", "var.a"]),
            [says_it("var.a"), says_nothing("var.a")]
        );
    }

    #[test]
    fn of_the_statements_that_may_go_those_are_locked_whose_sid_says_so() {
        let statement =
            |sid: &str| format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "s3:*"}}"#);
        let tree = |sids: &[&str]| {
            let statements = sids.iter().map(|sid| statement(sid));
            let statements = statements.collect::<Vec<_>>().join(", ");
            let text = format!(r#"{{"Statement": [{statements}]}}"#);
            let json = Json::parse(&Source::from_text("policy.json", &text));
            PolicyTree::from(json.unwrap())
        };
        let lock = Lock {
            reason: "it is made nowhere".to_owned(),
            is_made_nowhere: true,
            entries: None,
        };
        let told = Told {
            locks: vec![None, Some(lock), None],
            ..Told::default()
        };
        let lasting = told.lasting(&tree(&["A", "B", "C"]));
        let locked = |sids: &[&str]| {
            let mut tree = tree(sids);
            tree.take_in(&lasting);
            let actions = tree.statements().iter().map(|one| one.get("Action"));
            let is_locked =
                |action: Option<&Json>| matches!(action.unwrap().value, JsonValue::Opaque(_));
            actions.map(is_locked).collect::<Vec<_>>()
        };
        assert_eq!(locked(&["A", "B", "C"]), [false, true, false]);
        assert_eq!(locked(&["B", "C"]), [true, false]);
        assert_eq!(locked(&["A", "C"]), [false, false]);
    }
}
