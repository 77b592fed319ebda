//! Which sub-folder the scripts of a policy go into.

use std::collections::BTreeSet;

use super::replaced::TakenNames;
use super::{Scripts, scripts};
use crate::account::{AccountPolicyKind, AccountReview, PolicyChange, RefinedPolicy};
use crate::iam::PolicyName;
use crate::text::Problems;

/// A policy that changes, and the sub-folder it gets.
#[derive(Clone, Debug)]
pub struct ScriptFolder<'r, 'a> {
    /// The name of its sub-folder.
    pub name: String,
    /// The policy that the scripts bring to AWS, and what becomes of it.
    pub refined: &'r RefinedPolicy<'a>,
    /// What changes, as in the result of `refined`.
    pub change: &'r PolicyChange,
    /// The scripts that apply the change and roll it back.
    pub scripts: Scripts,
}

/// Makes the scripts for every policy that changes, each in a sub-folder of its own.
///
/// # Errors
/// A policy whose text is no JSON.
pub fn script_folders<'r, 'a>(
    account: &AccountReview,
    refined: &'r [RefinedPolicy<'a>],
) -> Result<Vec<ScriptFolder<'r, 'a>>, Problems> {
    let mut names = TakenNames::of(account);
    let changed = folder_names(account, refined).into_iter().zip(refined);
    let changed = changed.filter_map(|(name, refined)| Some((name, refined, refined.change()?)));
    let folders = changed.map(|(name, refined, change)| {
        let document = &account.policy(refined.policy).document;
        Ok(ScriptFolder {
            name,
            refined,
            change,
            scripts: scripts(document, refined, change, &mut names)?,
        })
    });
    folders.collect()
}

/// What the sub-folder of each policy is called, or would be if it changed: each has one name, whatever is decided.
pub fn folder_names(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let names = refined
        .iter()
        .map(|policy| folder_name(account, policy, &mut taken));
    names.collect()
}

/// How long the name of a sub-folder may be, before a number that makes it unique.
const LONGEST: usize = 200;

/// `role-Reporter-ReadBuckets`, `policy-SharedLambda`, `aws-ReadOnlyAccess`: nothing but what every
/// file system takes, and no two that differ in case alone.
fn folder_name(
    account: &AccountReview,
    refined: &RefinedPolicy<'_>,
    taken: &mut BTreeSet<String>,
) -> String {
    let origin = &account.policy(refined.policy).origin;
    let name = origin
        .name
        .as_ref()
        .map_or(&*refined.name, PolicyName::as_str);
    let name = match (&origin.owner, refined.policy.kind) {
        (Some(owner), _) => format!("{}-{}-{name}", owner.kind.as_str(), owner.name),
        (None, AccountPolicyKind::AwsManaged) => format!("aws-{name}"),
        (None, _) => format!("policy-{name}"),
    };
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let name = name.chars().map(|c| if is_safe(&c) { c } else { '-' });
    let name: String = name.take(LONGEST).collect();
    let (mut free, mut number) = (name.clone(), 2);
    while !taken.insert(free.to_ascii_lowercase()) {
        free = format!("{name}-{number}");
        number += 1;
    }
    free
}
