//! What the expressions in a source come to, as what AWS has tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::same::folded;
use super::{LeftPolicy, SameStatements, SourcePolicy};
use crate::document::{File, Lock, Meaning, Meanings, Told};
use crate::iam::{Actions, Effect};
use crate::text::{Known, Problem, some_of};

/// How many of the policies are named that have an action.
const NAMED: usize = 2;

/// Tells the documents of `policies` what their expressions come to, and takes out those that cannot be told
/// it. `name` says what the policy at a place is called.
pub(super) fn tell(
    policies: &mut Vec<SourcePolicy>,
    name: impl Fn(usize) -> String,
) -> Vec<LeftPolicy> {
    let mut of_files: BTreeMap<*const File, Vec<&mut SourcePolicy>> = BTreeMap::new();
    for policy in policies.iter_mut() {
        let file = Arc::as_ptr(policy.document.file());
        of_files.entry(file).or_default().push(policy);
    }
    let mut left: BTreeMap<usize, Problem> = BTreeMap::new();
    for mut policies in of_files.into_values() {
        let file = Arc::clone(policies[0].document.file());
        let mut told = vec![Told::default(); file.policies()];
        for policy in &policies {
            told[policy.document.place_in_file()] = told_of(policy, &name);
        }
        if told.iter().all(Told::is_nothing) {
            continue;
        }
        match file.knowing(&told) {
            Ok(documents) => {
                for policy in &mut policies {
                    policy.document = documents[policy.document.place_in_file()].clone();
                }
            }
            // What AWS has is actions, so that this cannot be; without what is told nothing is edited.
            Err(problems) => {
                let unread = || file.source().error("its policies are not read");
                let why = problems.0.first().cloned().unwrap_or_else(unread);
                let makes = policies.iter().flat_map(|policy| &policy.makes);
                left.extend(makes.map(|&policy| (policy, why.clone())));
            }
        }
    }
    policies.retain(|policy| !policy.makes.iter().any(|made| left.contains_key(made)));
    let left = left.into_iter();
    left.map(|(policy, why)| LeftPolicy { policy, why })
        .collect()
}

fn told_of(policy: &SourcePolicy, name: &impl Fn(usize) -> String) -> Told {
    let replacing = policy.replacing.iter().map(|&statement| {
        let reason = "it stands in the place of one in another document, which would be back";
        (statement, reason.to_owned())
    });
    Told {
        meanings: meanings_of(policy, name),
        locks: locks_of(policy),
        stays: replacing.chain(last_of(policy)).collect(),
    }
}

/// For each statement a lock where it is not made anywhere, or may not be: then no finding is about it.
fn locks_of(policy: &SourcePolicy) -> Vec<Option<Lock>> {
    let statements = 0..policy.document.policy().statements.len();
    let alike = |statement: usize| {
        let all = policy.statements.iter();
        let alike = all.filter_map(|same| same.alike[statement].clone());
        alike.reduce(|one, other| &one & &other)
    };
    let is_made = |statement: usize| {
        let mut all = policy.statements.iter();
        all.any(|same| same.source_of.contains(&Some(statement)))
    };
    let lock_of = |statement: usize| {
        let number = statement + 1;
        if let Some(common) = alike(statement) {
            let entries = policy.document.policy().statements[statement]
                .actions
                .entries();
            let entries: BTreeSet<String> = entries.iter().map(folded).collect();
            let others: BTreeSet<String> = &entries - &common;
            (!others.is_empty()).then(|| Lock {
                reason: format!(
                    "nobody can tell whether statement {number} is made, or another one like it that does not \
                     have this: a Sid of its own for each would tell"
                ),
                is_made_nowhere: false,
                entries: Some(others),
            })
        } else if is_made(statement) {
            None
        } else {
            let reason = match policy.replaced.get(&statement) {
                Some(sid) => format!(
                    "another document gives the Sid {sid} again, and what it says takes the place of statement \
                     {number}"
                ),
                None => format!("nothing that is made has statement {number}"),
            };
            Some(Lock {
                reason,
                is_made_nowhere: true,
                entries: None,
            })
        }
    };
    statements.map(lock_of).collect()
}

/// The statement that has to stay where others are not made everywhere, so that something is left of the
/// policy in each place; none where one stays anyway.
fn last_of(policy: &SourcePolicy) -> Option<(usize, String)> {
    let document = &policy.document;
    let is_everywhere = |statement: &usize| {
        let mut all = policy.statements.iter();
        all.all(|same| same.source_of.contains(&Some(*statement)))
    };
    let statements = 0..document.policy().statements.len();
    let (everywhere, others): (Vec<usize>, Vec<usize>) = statements.partition(is_everywhere);
    let stays = |statement: &usize| {
        policy.replacing.contains(statement)
            || document.stays_because(*statement).is_some()
            || document.opaque_ranges(*statement).next().is_some()
    };
    if others.is_empty() || everywhere.iter().any(stays) {
        return None;
    }
    let reason = "the others are not made everywhere, and something has to be left";
    everywhere.first().map(|first| (*first, reason.to_owned()))
}

fn meanings_of(policy: &SourcePolicy, name: &impl Fn(usize) -> String) -> Meanings {
    let statements = policy.document.policy().statements.iter().enumerate();
    let unknown = statements.filter(|(_, statement)| statement.has_unknown_entries);
    unknown
        .map(|(place, statement)| {
            // What is denied, or not allowed, by some alone is not denied by all.
            let allows = statement.effect == Effect::Allow;
            let is_known = allows && matches!(statement.actions, Actions::Action(_));
            is_known.then(|| meaning(policy, place, name))
        })
        .collect()
}

/// What the expressions of a statement come to in all that is made of it. What is granted by some alone
/// counts as granted, and is said with their names.
fn meaning(policy: &SourcePolicy, statement: usize, name: &impl Fn(usize) -> String) -> Meaning {
    let mut made: BTreeMap<String, (String, BTreeSet<usize>)> = BTreeMap::new();
    for (&maker, same) in policy.makes.iter().zip(&policy.statements) {
        for action in &same.beyond[statement] {
            let known = made.entry(action.to_ascii_lowercase());
            let known = known.or_insert_with(|| (action.clone(), BTreeSet::new()));
            known.1.insert(maker);
        }
    }
    let actions = made.into_values().map(|(text, makers)| {
        let is_everywhere = makers.len() == policy.makes.len();
        let names: Vec<String> = makers.into_iter().map(name).collect();
        let reason = (!is_everywhere).then(|| format!("in {} alone", some_of(&names, NAMED)));
        Known { text, reason }
    });
    let any = |is_so: fn(&SameStatements) -> &Vec<bool>| {
        let mut all = policy.statements.iter();
        all.any(|same| is_so(same)[statement])
    };
    Meaning {
        actions: actions.collect(),
        may_be_nothing: any(|same| &same.may_be_nothing),
        may_repeat: any(|same| &same.may_repeat),
    }
}
