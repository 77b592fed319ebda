//! Whether a Deny beside policies does to what they allow what refining them would.
//!
//! The texts of the Deny policies are read again. Each has to be one statement that denies actions on
//! every resource, and says nothing else. Then every known action is asked after: policies that allow
//! it and do not deny it have to be those that allow it when they are refined. Beyond what is known,
//! no entry may match what stays allowed, nor what never was.

use serde_json::json;

use super::fault::{Fault, Part};
use super::knowledge::Knowledge;
use crate::document::Document;
use crate::iam::quota::size;
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy, ServicePrefix, Statement};
use crate::text::{Source, grouped};

/// What is wrong with `texts` as Deny policies of at most `most` characters each, with which the
/// policies `before` are to allow what they allow `after`. Nothing, when all is well.
pub fn prove_as_deny(
    knowledge: &Knowledge<'_>,
    before: &[&Policy],
    after: &[&Policy],
    texts: &[impl AsRef<str>],
    most: usize,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut denied = Vec::new();
    for (number, text) in (1..).zip(texts) {
        match read_deny(text.as_ref(), most) {
            Ok(entries) => denied.extend(entries),
            Err(what) => faults.push(Fault::new(
                Part::NothingElseTouched,
                format!("Deny policy {number}: {what}"),
            )),
        }
    }
    let proof = Proof {
        before: allowing(before),
        after: allowing(after),
        denied,
    };
    faults.extend(
        proof
            .denied
            .iter()
            .filter_map(|entry| proof.judge_entry(entry)),
    );
    for service in knowledge.services_of(&ActionPattern::Everything) {
        let in_service = proof.within(&service);
        let actions = knowledge.actions_of(&service).into_iter();
        faults.extend(actions.filter_map(|action| in_service.judge_action(action)));
    }
    faults
}

/// The entries of a Deny policy, if it is one and denies actions on every resource, whatever holds.
fn read_deny(text: &str, most: usize) -> Result<Vec<ActionPattern>, String> {
    let document = Document::parse(Source::from_text("deny", text))
        .map_err(|problems| format!("it is no policy: {problems}"))?;
    let policy = document.policy();
    let [statement] = policy.statements.as_slice() else {
        return Err("it has not one statement".to_owned());
    };
    let beside = serde_json::Value::Object(policy.elements.to_object());
    let beside_actions = serde_json::Value::Object(statement.elements.to_object());
    if beside != json!({"Version": "2012-10-17"})
        || beside_actions != json!({"Effect": "Deny", "Resource": "*"})
    {
        return Err(
            "it says something else than that actions are denied on every resource".to_owned(),
        );
    }
    if size(text) > most {
        let (size, most) = (grouped(size(text)), grouped(most));
        return Err(format!("it has {size} characters, and {most} are the most"));
    }
    match &statement.actions {
        Actions::Action(entries) if !statement.has_unknown_entries => Ok(entries.clone()),
        _ => Err("it does not tell by Action what it denies".to_owned()),
    }
}

/// What statements allow, and what is denied.
struct Proof<'a> {
    before: Vec<Allowing<'a>>,
    after: Vec<Allowing<'a>>,
    denied: Vec<ActionPattern>,
}

/// What one statement allows.
#[derive(Clone)]
struct Allowing<'a> {
    /// What it is about, or with `is_not` what it is not about.
    entries: Vec<&'a ActionPattern>,
    is_not: bool,
    /// Something else stands among the entries.
    and_unknown: bool,
}

fn allowing<'a>(policies: &[&'a Policy]) -> Vec<Allowing<'a>> {
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    let allowing = statements.filter(|statement| statement.effect == Effect::Allow);
    allowing.map(Allowing::new).collect()
}

impl<'a> Allowing<'a> {
    fn new(statement: &'a Statement) -> Self {
        Allowing {
            entries: statement.actions.entries().iter().collect(),
            is_not: matches!(statement.actions, Actions::NotAction(_)),
            and_unknown: statement.has_unknown_entries,
        }
    }

    /// Whether it may allow `action`.
    fn allows(&self, action: &Action) -> bool {
        let matches = self.entries.iter().any(|entry| entry.matches(action));
        if self.is_not {
            !matches
        } else {
            matches || self.and_unknown
        }
    }

    /// Whether it may allow some action that `pattern` matches.
    fn allows_some(&self, pattern: &ActionPattern) -> bool {
        if self.is_not {
            !self
                .entries
                .iter()
                .any(|entry| pattern.is_included_in(entry))
        } else {
            self.and_unknown || self.entries.iter().any(|entry| pattern.meets(entry))
        }
    }

    /// Whether it allows for certain every action that `pattern` matches.
    fn allows_all(&self, pattern: &ActionPattern) -> bool {
        if self.is_not {
            !self.and_unknown && !self.entries.iter().any(|entry| pattern.meets(entry))
        } else {
            self.entries
                .iter()
                .any(|entry| pattern.is_included_in(entry))
        }
    }

    /// The same of the actions of `service` alone.
    fn within(&self, service: &ServicePrefix) -> Self {
        let is_about = |entry: &&&ActionPattern| entry.covers_service(service);
        Allowing {
            entries: self.entries.iter().filter(is_about).copied().collect(),
            ..*self
        }
    }

    fn allows_nothing(&self) -> bool {
        self.entries.is_empty() && !self.is_not && !self.and_unknown
    }
}

/// The same of the actions of `service` alone, without what allows none of them.
fn within<'a>(all: &[Allowing<'a>], service: &ServicePrefix) -> Vec<Allowing<'a>> {
    let all = all.iter().map(|one| one.within(service));
    all.filter(|one| !one.allows_nothing()).collect()
}

impl Proof<'_> {
    /// What an entry of a Deny must not do, known or not.
    fn judge_entry(&self, entry: &ActionPattern) -> Option<Fault> {
        let fault = |part, what: &str| Some(Fault::new(part, what).entry(entry));
        if self.after.iter().any(|one| one.allows_some(entry)) {
            return fault(Part::NothingLost, "denies what stays allowed");
        }
        let was_allowed = match entry.as_action() {
            Some(action) => self.before.iter().any(|one| one.allows(&action)),
            None => self.before.iter().any(|one| one.allows_all(entry)),
        };
        if was_allowed {
            return None;
        }
        fault(Part::NothingElseTouched, "denies what was not allowed")
    }

    /// Whether an action that was allowed and is not denied is one that stays allowed.
    fn judge_action(&self, action: Action) -> Option<Fault> {
        let was_allowed = self.before.iter().any(|one| one.allows(&action));
        let stays = self.after.iter().any(|one| one.allows(&action));
        let is_denied = self.denied.iter().any(|entry| entry.matches(&action));
        let (part, what) = match (was_allowed && !is_denied, stays) {
            (true, false) => (Part::UnusedGone, "goes, and is not denied"),
            (false, true) if is_denied => (Part::NothingLost, "stays, and is denied"),
            (false, true) => (Part::NothingAdded, "was not allowed, and is when refined"),
            (true, true) | (false, false) => return None,
        };
        Some(Fault::new(part, what).witness(action))
    }

    /// The same of the actions of `service` alone.
    fn within(&self, service: &ServicePrefix) -> Self {
        let is_about = |entry: &&ActionPattern| entry.covers_service(service);
        Proof {
            before: within(&self.before, service),
            after: within(&self.after, service),
            denied: self.denied.iter().filter(is_about).cloned().collect(),
        }
    }
}
