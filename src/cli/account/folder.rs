//! The folder with what becomes of an account: for each policy that changes what it was, what it
//! is to be, and the scripts that take it there and back.

use std::collections::BTreeSet;
use std::path::Path;

use super::refined::{Change, Refined};
use super::report;
use super::script::{Scripts, new_names, scripts};
use super::table::changes;
use crate::account::{AccountReview, SubjectKind};
use crate::cli::exit::Failure;
use crate::review::prove_text;
use crate::store::NewFolder;

/// A policy that changes, and the sub-folder it gets.
pub struct Placed<'r, 'a> {
    /// The name of its sub-folder.
    pub folder: String,
    /// The policy.
    pub refined: &'r Refined<'a>,
    /// What goes of it.
    pub change: &'r Change,
    /// What the policy is called that takes its place, if it is one of AWS's own.
    pub new_name: String,
    /// The way there and the way back.
    pub scripts: Scripts,
}

/// Writes the folder, all of it or nothing: under another name first, where all is read back and
/// proved once more.
///
/// # Errors
/// Whatever the system refuses; a proof that fails.
pub fn write(
    folder: &Path,
    account: &AccountReview,
    refined: &[Refined<'_>],
) -> Result<(), Failure> {
    let placed = place(account, refined);
    let new = NewFolder::begin(folder)?;
    let overview = report::overview(account, refined, &placed);
    new.put("REVIEW.md", &overview, 0o666)?;
    for policy in &placed {
        write_policy(&new, account, policy)?;
    }
    new.finish()?;
    Ok(())
}

fn write_policy(
    new: &NewFolder<'_>,
    account: &AccountReview,
    policy: &Placed<'_, '_>,
) -> Result<(), Failure> {
    let name = &policy.folder;
    new.make(name)?;
    let document = &account.policy(policy.refined.subject).document;
    let before = document.source().original();
    new.put(&format!("{name}/before.json"), &before, 0o666)?;
    if let Some(text) = &policy.change.text {
        let back = new.put(&format!("{name}/after.json"), text, 0o666)?;
        let faults = prove_text(document, &back, &policy.change.settled);
        if !faults.is_empty() {
            return Err(Failure::Proof(faults));
        }
    }
    let scripts = &policy.scripts;
    new.put(&format!("{name}/apply.sh"), &scripts.apply, 0o777)?;
    new.put(&format!("{name}/rollback.sh"), &scripts.rollback, 0o777)?;
    let review = report::of_policy(account, policy);
    new.put(&format!("{name}/REVIEW.md"), &review, 0o666)?;
    Ok(())
}

/// Gives every policy that changes a sub-folder of its own.
fn place<'r, 'a>(account: &AccountReview, refined: &'r [Refined<'a>]) -> Vec<Placed<'r, 'a>> {
    let changed: Vec<(&Refined<'_>, &Change)> = changes(refined).collect();
    let of_aws: Vec<&Refined<'_>> = (changed.iter().map(|(refined, _)| *refined))
        .filter(|refined| refined.subject.kind == SubjectKind::AwsManaged)
        .collect();
    let mut new_names = new_names(account, &of_aws).into_iter();
    let mut taken = BTreeSet::new();
    let placed = changed.into_iter().map(|(refined, change)| {
        let new_name = match refined.subject.kind {
            SubjectKind::AwsManaged => new_names.next().unwrap_or_default(),
            _ => String::new(),
        };
        Placed {
            folder: folder_name(account, refined, &mut taken),
            refined,
            change,
            scripts: scripts(account, refined, change, &new_name),
            new_name,
        }
    });
    placed.collect()
}

/// How long the name of a sub-folder may be, before a number that tells it from another.
const LONGEST: usize = 200;

/// `role-Reporter-ReadBuckets`, `policy-SharedLambda`, `aws-ReadOnlyAccess`: nothing but what every
/// file system takes, and no two that differ in case alone.
fn folder_name(
    account: &AccountReview,
    refined: &Refined<'_>,
    taken: &mut BTreeSet<String>,
) -> String {
    let origin = &account.policy(refined.subject).origin;
    let name = origin.name.as_deref().unwrap_or(&refined.name);
    let name = match (&origin.owner, refined.subject.kind) {
        (Some(owner), _) => format!("{}-{}-{name}", owner.kind.as_str(), owner.name),
        (None, SubjectKind::AwsManaged) => format!("aws-{name}"),
        (None, _) => format!("policy-{name}"),
    };
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let name = name.chars().map(|c| if is_safe(&c) { c } else { '-' });
    let name: String = name.take(LONGEST).collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let free = names.find(|name| taken.insert(name.to_ascii_lowercase()));
    free.unwrap_or_default()
}
