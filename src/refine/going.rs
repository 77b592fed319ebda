//! What goes from policies when they are refined, and how a Deny says it.
//!
//! An explicit Deny takes an action from every statement, whatever its `Resource` and `Condition`. So
//! what some statement still allows is not among what goes here, and no entry of the Deny may match it.

use super::{Granularity, Universe};
use crate::iam::{
    Action, ActionPattern, Actions, Allowed, Effect, Glob, Grants, Name, Policy, ServicePrefix,
    Statement, starts_with_ignoring_case,
};

/// The known actions that policies allow as they are, and that nothing allows when they are refined.
#[derive(Clone, Debug)]
pub struct Going<'a> {
    universe: &'a Universe,
    before: Vec<&'a Statement>,
    after: Vec<&'a Statement>,
    names: Vec<(ServicePrefix, Vec<&'a Name>)>,
}

/// How a Deny calls what goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenyBy {
    /// Each action by its name, but for wildcards and services that go as a whole.
    Name,
    /// Prefixes of names too, where nothing that stays starts so.
    Prefix,
}

impl<'a> Going<'a> {
    /// What goes when what the policies `before` said is what they say `after`.
    pub fn new(
        universe: &'a Universe,
        before: impl IntoIterator<Item = &'a Policy>,
        after: impl IntoIterator<Item = &'a Policy>,
    ) -> Self {
        let (before, after) = (statements(before), statements(after));
        let (was_allowed, is_allowed) = (
            Allowed::by(before.iter().copied()),
            Allowed::by(after.iter().copied()),
        );
        let goes = |action: &Action| was_allowed.any_of(action) && !is_allowed.any_of(action);
        let names_in = |service: ServicePrefix| {
            let names = universe.names(&service).into_iter();
            let names = names.filter(|name| goes(&Action::new(service.clone(), (*name).clone())));
            let names: Vec<&Name> = names.collect();
            (service, names)
        };
        let names = universe.services().into_iter().map(names_in).collect();
        Going {
            universe,
            before,
            after,
            names,
        }
    }

    /// The actions, in order.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.names.iter().flat_map(|(service, names)| {
            let names = names.iter();
            names.map(|name| Action::new(service.clone(), (*name).clone()))
        })
    }

    /// The entries of a Deny of just these actions, in order. A wildcard among them matches nothing that
    /// stays and nothing that was not allowed, known today or not.
    pub fn deny_entries(&self, by: DenyBy) -> Vec<ActionPattern> {
        let mut wildcards = self.whole_wildcards();
        let mut literals = Vec::new();
        let written = wildcards.clone();
        let written: Grants<'_, ()> = written.iter().map(|entry| (entry, ())).collect();
        for (service, names) in &self.names {
            let whole = ActionPattern::whole_service(service.clone());
            let is_reported = || self.universe.unused.is_wholly_unused(service);
            if (!names.is_empty() || is_reported()) && self.is_free(&whole) {
                wildcards.push(whole);
                continue;
            }
            let in_service = written.in_service(service);
            let is_left = |name: &&&Name| in_service.of(name.as_str()).next().is_none();
            let left: Vec<&Name> = names.iter().filter(is_left).copied().collect();
            match by {
                DenyBy::Name => literals.extend(left.iter().map(|name| literal(service, name))),
                DenyBy::Prefix => {
                    self.shorten(service, &left, 0, &mut |entry| {
                        if entry.is_literal() {
                            literals.push(entry);
                        } else {
                            wildcards.push(entry);
                        }
                    });
                }
            }
        }
        let mut entries = widest(wildcards);
        entries.extend(literals);
        entries.sort();
        entries
    }

    /// The wildcards of the policies that go as a whole, as they are written.
    fn whole_wildcards(&self) -> Vec<ActionPattern> {
        let allowing = self.before.iter().filter(|one| one.effect == Effect::Allow);
        let entries = allowing.flat_map(|statement| match &statement.actions {
            Actions::Action(entries) => entries.as_slice(),
            Actions::NotAction(_) => &[],
        });
        let wildcards = entries.filter(|entry| !entry.is_literal() && self.is_free(entry));
        wildcards.cloned().collect()
    }

    /// Gives out entries for `names`, which go and are in order and start with the same `length`
    /// letters: one prefix, where that is free, or else those of the words that come next.
    fn shorten(
        &self,
        service: &ServicePrefix,
        names: &[&Name],
        length: usize,
        give: &mut impl FnMut(ActionPattern),
    ) {
        let (first, mut rest) = match names {
            [] => return,
            [only] => return give(literal(service, only)),
            [first, ..] => (first.as_str(), names),
        };
        let prefix = prefix_star(service, &first[..length]);
        if let Some(prefix) = prefix.filter(|prefix| length > 0 && self.is_free(prefix)) {
            return give(prefix);
        }
        while let [next, ..] = rest {
            let Some(end) = Granularity::Word.cuts(next.as_str(), length).next() else {
                give(literal(service, next));
                rest = &rest[1..];
                continue;
            };
            let word = &next.as_str()[..end];
            let starts = |name: &&&Name| starts_with_ignoring_case(name.as_str(), word);
            let (alike, others) = rest.split_at(rest.iter().take_while(starts).count());
            self.shorten(service, alike, end, give);
            rest = others;
        }
    }

    /// Whether everything that `pattern` matches, known today or not, was allowed, and nothing of it is
    /// after.
    fn is_free(&self, pattern: &ActionPattern) -> bool {
        (self.before.iter()).any(|statement| statement.allows_all_of(pattern))
            && !(self.after.iter()).any(|statement| statement.may_allow_some_of(pattern))
    }
}

fn statements<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Vec<&'a Statement> {
    let policies = policies.into_iter();
    policies.flat_map(|policy| &policy.statements).collect()
}

fn literal(service: &ServicePrefix, name: &Name) -> ActionPattern {
    ActionPattern::InService {
        service: service.clone(),
        name: Glob::literal(name),
    }
}

fn prefix_star(service: &ServicePrefix, prefix: &str) -> Option<ActionPattern> {
    Some(ActionPattern::InService {
        service: service.clone(),
        name: Glob::parse(&format!("{prefix}*"))?,
    })
}

/// Those of `wildcards` that no other one includes; of equal ones the first.
fn widest(wildcards: Vec<ActionPattern>) -> Vec<ActionPattern> {
    let mut widest: Vec<ActionPattern> = Vec::new();
    for wildcard in wildcards {
        if !widest.iter().any(|wider| wildcard.is_included_in(wider)) {
            widest.retain(|narrower| !narrower.is_included_in(&wildcard));
            widest.push(wildcard);
        }
    }
    widest
}
