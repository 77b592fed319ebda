//! What the expressions in a source come to, as what AWS has tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{LeftPolicy, SourcePolicy};
use crate::document::{Document, File, Meaning, Meanings};
use crate::iam::{Actions, Effect};
use crate::text::{Known, Problem, some_of};

/// How many of the policies are named that have an action.
const NAMED: usize = 2;

/// Tells the documents of `policies` what their expressions come to, and what has to stay in them. `name`
/// says what the policy at a place is called. Takes away those of a file that cannot be told, and returns
/// these: what has to stay would go.
pub(super) fn tell(
    policies: &mut Vec<SourcePolicy>,
    name: impl Fn(usize) -> String,
) -> Vec<LeftPolicy> {
    let mut left = Vec::new();
    for file in files_of(policies) {
        let is_of_it = |policy: &SourcePolicy| Arc::ptr_eq(policy.document.file(), &file);
        match told(
            &file,
            policies.iter().filter(|policy| is_of_it(policy)),
            &name,
        ) {
            Ok(None) => {}
            Ok(Some(documents)) => {
                for policy in policies.iter_mut().filter(|policy| is_of_it(policy)) {
                    policy.document = documents[policy.document.place_in_file()].clone();
                }
            }
            Err(why) => {
                let untold = policies.extract_if(.., |policy| is_of_it(policy));
                let makes = untold.flat_map(|policy| policy.makes);
                left.extend(makes.map(|policy| LeftPolicy {
                    policy,
                    why: why.clone(),
                }));
            }
        }
    }
    left
}

/// The files of the policies, each once.
fn files_of(policies: &[SourcePolicy]) -> Vec<Arc<File>> {
    let mut files: Vec<Arc<File>> = Vec::new();
    for policy in policies {
        let file = policy.document.file();
        if !files.iter().any(|one| Arc::ptr_eq(one, file)) {
            files.push(Arc::clone(file));
        }
    }
    files
}

/// The documents of a file with what is known of its `policies`; none where nothing is.
fn told<'a>(
    file: &File,
    policies: impl Iterator<Item = &'a SourcePolicy>,
    name: &impl Fn(usize) -> String,
) -> Result<Option<Vec<Document>>, Problem> {
    let mut meanings: Vec<Meanings> = vec![Vec::new(); file.policies()];
    let mut not_made = vec![Vec::new(); file.policies()];
    let mut last = vec![None; file.policies()];
    for policy in policies {
        meanings[policy.document.place_in_file()] = meanings_of(policy, name);
        not_made[policy.document.place_in_file()] = not_made_of(policy);
        last[policy.document.place_in_file()] = last_of(policy);
    }
    let is_known = meanings.iter().flatten().any(Option::is_some);
    let has_all = not_made.iter().flatten().all(Option::is_none);
    if !is_known && has_all && last.iter().all(Option::is_none) {
        return Ok(None);
    }
    let documents = file.knowing(meanings, &not_made, &last);
    documents.map(Some).map_err(|problems| {
        let first = problems.0.into_iter().next();
        let what = "what AWS has of a policy that is written here cannot be told";
        first.unwrap_or_else(|| file.source().error(what))
    })
}

/// For each statement why it is not made anywhere: then no finding is about it.
fn not_made_of(policy: &SourcePolicy) -> Vec<Option<String>> {
    let statements = 0..policy.document.policy().statements.len();
    let is_made = |statement: usize| {
        let mut all = policy.statements.iter();
        all.any(|same| same.source_of.contains(&statement))
    };
    let reason = |statement| {
        (!is_made(statement)).then(|| "nothing that is made has this statement".to_owned())
    };
    statements.map(reason).collect()
}

/// The statement that has to stay where others are not made everywhere, so that something is left of the
/// policy in each place; none where one stays anyway.
fn last_of(policy: &SourcePolicy) -> Option<(usize, String)> {
    let document = &policy.document;
    let is_everywhere = |statement: &usize| {
        let mut all = policy.statements.iter();
        all.all(|same| same.source_of.contains(statement))
    };
    let statements = 0..document.policy().statements.len();
    let (everywhere, others): (Vec<usize>, Vec<usize>) = statements.partition(is_everywhere);
    let stays = |statement: &usize| {
        document.stays_because(*statement).is_some()
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
    let mut all = policy.statements.iter();
    Meaning {
        actions: actions.collect(),
        may_be_nothing: all.any(|same| same.may_be_nothing[statement]),
    }
}
