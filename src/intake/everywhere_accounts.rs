//! `--everywhere` with fetched accounts: those in them who have a policy that says the same, and what is found
//! of each.

use serde_json::Value;

use super::{Intake, IntakeOptions};
use crate::account::{AccountPolicy, AccountReview, Blocker};
use crate::fetched::Folder;
use crate::findings::Findings;
use crate::policies::{LoadedPolicy, Locked, UnreadablePolicy};
use crate::text::{Error, Problem, Problems, Shown, Source};

/// What is found of those in the account in `folder` who have one of `policies`, and what is to be told of the
/// account, with a warning where nobody has.
///
/// # Errors
/// What is wrong with the account; one who has the policy and of whom nothing is found, or of whom it cannot be told
/// who has it, since nothing may go then; a policy of the same name that says something else, or cannot be read.
pub(super) fn holders_in(
    folder: &Folder,
    policies: &[LoadedPolicy],
    options: &IntakeOptions,
) -> Result<(Vec<Findings>, Vec<Problem>), Error> {
    let intake = Intake::new().options(options.clone());
    let account = intake.account(folder.path())?;
    let source = Source::from_text(folder.path().shown().raw(), "");
    let mut found: Vec<Findings> = Vec::new();
    let mut problems = Vec::new();
    for policy in account.policies() {
        let of_it = account.policy(policy);
        if !policies.iter().any(|given| says_the_same(given, of_it)) {
            problems.extend(policies.iter().find_map(|given| {
                let drifted = is_called_alike(given, of_it);
                drifted.then(|| says_something_else(&source, &account, policy))
            }));
            continue;
        }
        for blocker in policy.blockers.iter().filter(|blocker| keeps_all(blocker)) {
            let message = format!("{}: {}", account.name(policy), account.reason(blocker));
            let problem = source.error(message);
            problems.push(problem.help("nothing of it can go while that is so"));
        }
        for finding in policy
            .holders
            .iter()
            .filter_map(|&holder| account.finding(holder))
        {
            if found
                .iter()
                .all(|known| known.principal != finding.principal)
            {
                found.push(finding.clone());
            }
        }
    }
    for unreadable in account.unreadable() {
        if policies.iter().any(|given| may_be(unreadable, given)) {
            let (name, reason) = (&unreadable.name, unreadable.reason());
            let message = format!("{name} cannot be read: {reason}");
            let problem = source.error(message);
            problems.push(problem.help("nobody can tell whether it says the same"));
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let mut notes = account.notes().to_vec();
    if found.is_empty() {
        let warning = source.warning("nobody in this account has a policy that says the same");
        notes.push(warning.help("what is written is not for this account"));
    }
    Ok((found, notes))
}

/// Whether two policies are the same as JSON.
fn says_the_same(one: &LoadedPolicy, other: &LoadedPolicy) -> bool {
    let json = |policy: &LoadedPolicy| -> Option<Value> {
        serde_json::from_str(
            policy
                .document
                .source()
                .text()
                .trim_start_matches('\u{feff}'),
        )
        .ok()
    };
    json(one).is_some_and(|one| json(other) == Some(one))
}

/// Whether it is known of both that they are called the same.
fn is_called_alike(one: &LoadedPolicy, other: &LoadedPolicy) -> bool {
    let name = one.origin.name.as_ref();
    name.is_some() && name == other.origin.name.as_ref() && one.kind == other.kind
}

/// Whether a policy that cannot be read is called as one that is given.
fn may_be(unreadable: &UnreadablePolicy, given: &LoadedPolicy) -> bool {
    // `Send of role Reporter`: a name has no space.
    let called = unreadable.name.raw().split(' ').next();
    let name = given.origin.name.as_ref();
    name.is_some_and(|name| called == Some(name.as_str()))
}

fn says_something_else(
    source: &Source,
    account: &AccountReview,
    policy: &AccountPolicy,
) -> Problem {
    let message = format!("{} says something else here", account.name(policy));
    source.error(message).help(
        "bring the accounts to one text first, or leave this one out and do not write it there",
    )
}

/// Whether nothing of a policy may go for this reason. That AWS alone changes what it made of a permission set
/// does not matter: the set is changed.
fn keeps_all(blocker: &Blocker) -> bool {
    match blocker {
        Blocker::NotAttached
        | Blocker::RoleUnused(_)
        | Blocker::Locked(_, Locked::PermissionSet)
        | Blocker::TooLong(_)
        | Blocker::KeptAttached(_)
        | Blocker::Nameless => false,
        Blocker::NoFinding(_)
        | Blocker::Newer(_)
        | Blocker::EmptyGroup(_)
        | Blocker::AttachmentsUnseen { .. }
        | Blocker::Boundary { .. }
        | Blocker::Locked(_, Locked::ServiceLinked) => true,
    }
}
