//! What goes, as Deny policies beside the policies as they are: a step that can be taken back at once.
//!
//! A Deny takes an action from every statement that allows it, so what some loaded policy would still
//! allow when it is refined is not denied, but told.

use std::collections::BTreeMap;

use super::input::ReviewInput;
use super::{GrantingStatement, NotInPieces, Review};
use crate::document::{Document, deny_text};
use crate::iam::quota::PolicyKind;
use crate::iam::{Action, Allowed, Policy};
use crate::proof::{self, Fault, Knowledge};
use crate::refine::{DenyBy, Going};
use crate::text::Source;

/// Managed policies that deny what goes, proved.
#[derive(Clone, Debug)]
pub struct AsDeny {
    /// Their texts; none when nothing goes.
    pub texts: Vec<String>,
    /// The known actions that they deny, in order.
    pub actions: Vec<Action>,
    /// The most characters that each may have, as IAM counts them.
    pub most: usize,
    /// What goes from a statement and is still allowed by others, by where.
    pub still_allowed: Vec<StillAllowed>,
}

/// Actions that go from some statement and are not denied, since others still allow them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillAllowed {
    /// The actions, in order.
    pub actions: Vec<Action>,
    /// The statements of the reviewed policies that allow them; none where it is another loaded policy.
    pub by: Vec<GrantingStatement>,
}

impl Review {
    /// What goes as it is decided now, as Deny policies: each action by its name where that fits one
    /// managed policy, of as many characters as were `asked` for; by prefixes where it does not; and
    /// several policies where that does not either.
    ///
    /// # Errors
    /// That they would be more than AWS attaches, and what the proof finds wrong.
    pub fn as_deny(&self, asked: Option<usize>) -> Result<AsDeny, NotInPieces> {
        let input = self.input();
        let (before, after) = (self.allowed_before(), self.allowed_after());
        let (was, is) = (before.iter().copied(), after.iter().copied());
        let going = Going::new(&input.universe, was, is);
        let most = PolicyKind::Managed.limit(asked);
        let texts = self.deny_texts(&going, most)?;
        let faults = prove(input, &before, &after, &texts, most);
        if !faults.is_empty() {
            return Err(NotInPieces::Proof(faults));
        }
        Ok(AsDeny {
            texts,
            actions: going.actions().collect(),
            most,
            still_allowed: self.still_allowed(),
        })
    }

    fn deny_texts(&self, going: &Going<'_>, most: usize) -> Result<Vec<String>, NotInPieces> {
        let by_name = going.deny_entries(DenyBy::Name);
        if by_name.is_empty() {
            return Ok(Vec::new());
        }
        let mut deny = self.deny_document(&deny_text(&by_name))?;
        if deny.size() > most {
            deny = self.deny_document(&deny_text(&going.deny_entries(DenyBy::Prefix)))?;
        }
        deny.split(most).map_err(|why| {
            let message =
                format!("what goes cannot be denied by policies that are short enough: {why}");
            let problem = self.input().document(0).source().error(message);
            let help = "accept a part of it in the review, and give its record with --decisions";
            NotInPieces::of(problem.help(help))
        })
    }

    fn deny_document(&self, text: &str) -> Result<Document, NotInPieces> {
        Document::parse(Source::from_text("deny.json", text)).map_err(|problems| {
            let nothing = || {
                self.input()
                    .document(0)
                    .source()
                    .error("its Deny is no policy")
            };
            NotInPieces::of(problems.into_iter().next().unwrap_or_else(nothing))
        })
    }

    /// All loaded policies as they are.
    fn allowed_before(&self) -> Vec<&Policy> {
        self.input().meanings().chain(self.beside()).collect()
    }

    /// All loaded policies as they would be if it were written now.
    fn allowed_after(&self) -> Vec<&Policy> {
        let reviewed = self.outcomes().iter().map(|outcome| &*outcome.policy);
        reviewed.chain(self.beside()).collect()
    }

    /// The policies that are loaded and not reviewed.
    fn beside(&self) -> impl Iterator<Item = &Policy> {
        let others = self.input().others.iter();
        others.map(|other| other.policy.document.policy())
    }

    /// What goes from a statement that changes, and is still allowed by others, put together by these.
    fn still_allowed(&self) -> Vec<StillAllowed> {
        let universe = &self.input().universe;
        let (mut changed, mut becomes) = (Vec::new(), Vec::new());
        for policy in self.policies() {
            let mut left = policy.outcome.policy.statements.iter();
            let old = policy.loaded.document.policy().statements.iter();
            for (statement, old) in old.enumerate() {
                let new = (!policy.outcome.is_removed(statement))
                    .then(|| left.next())
                    .flatten();
                if policy.outcome.edits[statement].is_some() {
                    changed.push((old, becomes.len()));
                    becomes.push(new);
                }
            }
        }
        let changed: Allowed<'_, usize> = changed.into_iter().collect();
        let after = self.allowed_after().into_iter();
        let after = Allowed::by(after.flat_map(|policy| &policy.statements));
        let goes_here = |action: &Action| {
            let mut from = changed.of(action);
            from.any(|place| !becomes[place].is_some_and(|new| new.allows(action)))
        };
        let mut actions = Vec::new();
        for service in universe.services() {
            let names = universe.names(&service).into_iter();
            let known = names.map(|name| Action::new(service.clone(), name.clone()));
            actions.extend(known.filter(|action| goes_here(action) && after.any_of(action)));
        }
        let mut by_place: BTreeMap<Vec<GrantingStatement>, Vec<Action>> = BTreeMap::new();
        let policies: Vec<usize> = (0..self.outcomes().len()).collect();
        for (action, by) in self.granting_now(&policies, &actions) {
            by_place.entry(by).or_default().push(action.clone());
        }
        let still_allowed = by_place.into_iter();
        still_allowed
            .map(|(by, actions)| StillAllowed { actions, by })
            .collect()
    }
}

fn prove(
    input: &ReviewInput,
    before: &[&Policy],
    after: &[&Policy],
    texts: &[String],
    most: usize,
) -> Vec<Fault> {
    let universe = &input.universe;
    let knowledge = Knowledge::new(&universe.catalogue, &universe.unused, input.meanings())
        .with_kept(&input.options.keeps)
        .with_used(&universe.used);
    proof::prove_as_deny(&knowledge, before, after, texts, most)
}
