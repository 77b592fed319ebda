//! What to do with a written policy: the next `aws` command, and how to go back.
//!
//! People paste these lines, so whatever comes from a file is a name or an ARN that IAM allows, or
//! stands in quotes; where that is not enough it is left for the reader to fill in.

use std::fmt;
use std::path::Path;

use super::on_policy::{
    arn, file_url, fill_in, holder, inline, new_name, old_version, on_policy, put_in_force,
};
use super::shell::word;
use super::{AwsCommand, Operation, permission_set};
use crate::iam::quota::{Owner, PolicyKind};
use crate::policies::{LoadedPolicy, Locked, PolicyOwner};
use crate::review::Principal;
use crate::review::TooLong;
use crate::text::Untrusted;

/// A line for a person: words, a command to paste, or a command after words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What is said before the command.
    before: String,
    command: Option<AwsCommand>,
    /// The file that the command's output goes to.
    output: Option<String>,
}

impl Hint {
    pub(super) fn of(command: AwsCommand) -> Self {
        Hint::after("", command)
    }

    pub(super) fn after(words: &str, command: AwsCommand) -> Self {
        Hint {
            before: words.to_owned(),
            command: Some(command),
            output: None,
        }
    }

    pub(super) fn words(words: impl Into<String>) -> Self {
        Hint {
            before: words.into(),
            command: None,
            output: None,
        }
    }

    /// With what the command prints going to this file.
    pub(super) fn into_file(self, file: String) -> Self {
        Hint {
            output: Some(file),
            ..self
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.before)?;
        if let Some(command) = &self.command {
            f.write_str(&command.hint())?;
        }
        match &self.output {
            Some(file) => write!(f, " > {}", word(file)),
            None => Ok(()),
        }
    }
}

/// A refined policy on its way to AWS.
#[derive(Clone, Copy, Debug)]
pub enum PolicyFile<'a> {
    /// It was written to a file.
    Written {
        /// The path that it was written to.
        file: &'a Path,
        /// How many characters count against its quota.
        size: usize,
        /// How many bytes the file has.
        bytes: usize,
    },
    /// Nothing is left of it.
    NothingLeft,
}

/// The commands that put into force what was decided of a policy of `principal`, and how to go
/// back, after a warning where AWS would refuse them; for a policy of which the inputs do not say
/// how it is attached, those for either way. Several principals that have the policy are named: what
/// is said then has to be done for each.
pub fn next_steps(
    policy: &LoadedPolicy,
    principal: &Principal,
    refined: PolicyFile<'_>,
) -> Vec<Hint> {
    let whom = principal.everywhere.as_slice();
    if whom.len() < 2 || permission_set::is_of_one(policy, principal) {
        return steps(policy, principal, refined);
    }
    let is_changed_by_account = matches!(
        (policy.kind, refined),
        (PolicyKind::Managed, PolicyFile::Written { .. }) if !policy.is_aws_managed()
    );
    let is_made = |whom: &&Untrusted| {
        let owner = PolicyOwner::from_arn(whom.raw());
        !is_changed_by_account
            && owner.is_some_and(|owner| owner.locked() == Some(Locked::PermissionSet))
    };
    let mut policy = policy.clone();
    if !policy.is_aws_managed() {
        // Each account calls its own by another ARN.
        (policy.origin.arn, policy.origin.version) = (None, None);
    }
    let (made, others): (Vec<&Untrusted>, Vec<&Untrusted>) = whom.iter().partition(is_made);
    let mut hints = Vec::new();
    if !others.is_empty() {
        hints.push(Hint::words(format!("for each of {}:", named(&others))));
        hints.extend(steps(&policy, principal, refined));
    }
    if !made.is_empty() {
        hints.push(Hint::words(format!(
            "not for {}: AWS changes these with their permission sets, which are refined by \
             themselves",
            named(&made)
        )));
    }
    hints
}

/// The names of several, one after the other.
pub(super) fn named(whom: &[&Untrusted]) -> String {
    let names: Vec<String> = whom.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn steps(policy: &LoadedPolicy, principal: &Principal, refined: PolicyFile<'_>) -> Vec<Hint> {
    let is_of_set = permission_set::is_of_one(policy, principal);
    let commands = match (policy.kind, refined) {
        (PolicyKind::Unknown, _) if is_of_set => {
            return of_permission_set_or_managed(policy, principal, refined);
        }
        (PolicyKind::Unknown, _) => return either(policy, principal, refined),
        (PolicyKind::PermissionSet, _) => permission_set::next_steps(policy, principal, refined),
        (PolicyKind::Managed, PolicyFile::NothingLeft) if is_of_set => {
            permission_set::next_steps(policy, principal, refined)
        }
        (PolicyKind::Managed, _) if is_of_set && stays_as_it_is(policy, principal) => {
            permission_set::next_steps(policy, principal, refined)
        }
        (PolicyKind::Inline(owner), PolicyFile::Written { file, .. }) => {
            let put = inline(Operation::PutInlinePolicy(owner), policy);
            reversible(policy, owner, put.arg("policy-document", file_url(file)))
        }
        (PolicyKind::Inline(owner), PolicyFile::NothingLeft) => {
            let delete = inline(Operation::DeleteInlinePolicy(owner), policy);
            reversible(policy, owner, delete)
        }
        (PolicyKind::Managed, PolicyFile::Written { file, .. })
            if stays_as_it_is(policy, principal) =>
        {
            new_policy(policy, principal, file)
        }
        (PolicyKind::Managed, PolicyFile::Written { file, .. }) => new_version(policy, file),
        (PolicyKind::Managed, PolicyFile::NothingLeft) => detach(policy, principal),
    };
    let too_long = too_long(policy.kind, refined);
    let warning =
        too_long.map(|too_long| Hint::words(format!("warning: AWS will refuse it: {too_long}")));
    warning.into_iter().chain(commands).collect()
}

fn too_long(kind: PolicyKind, refined: PolicyFile<'_>) -> Option<TooLong> {
    match refined {
        PolicyFile::Written { size, bytes, .. } => {
            TooLong::of(size, kind).or_else(|| TooLong::of_bytes(bytes, kind))
        }
        PolicyFile::NothingLeft => None,
    }
}

/// The commands for a policy of a role of IAM Identity Center, which may be the inline one of its
/// permission set, or a managed one of the account.
fn of_permission_set_or_managed(
    policy: &LoadedPolicy,
    principal: &Principal,
    refined: PolicyFile<'_>,
) -> Vec<Hint> {
    let as_kind = |kind| LoadedPolicy {
        kind,
        ..policy.clone()
    };
    let inline = steps(&as_kind(PolicyKind::PermissionSet), principal, refined);
    let managed = match refined {
        PolicyFile::Written { .. } => steps(&as_kind(PolicyKind::Managed), principal, refined),
        // It would be taken from the permission set.
        PolicyFile::NothingLeft => Vec::new(),
    };
    let of_account = (!managed.is_empty()).then(|| {
        Hint::words(match principal.everywhere.as_slice() {
            [] => "if it is managed, and nobody else has it:",
            _ => "if it is managed, in each of the accounts, if nobody else has it:",
        })
    });
    std::iter::once(Hint::words(
        "if it is the inline policy of its permission set:",
    ))
    .chain(inline)
    .chain(of_account)
    .chain(managed)
    .collect()
}

/// The commands for a policy that may be inline or managed, with what has to be filled in.
fn either(policy: &LoadedPolicy, principal: &Principal, refined: PolicyFile<'_>) -> Vec<Hint> {
    let owner = principal.owner();
    let owner = owner.or_else(|| policy.origin.owner.clone());
    let kind = owner.as_ref().map_or(Owner::Role, |owner| owner.kind);
    let mut policy = policy.clone();
    policy.origin.owner = owner;
    let managed = match refined {
        PolicyFile::Written { .. } => "managed, and nobody else has it",
        PolicyFile::NothingLeft => "managed",
    };
    let ways = [
        ("inline", PolicyKind::Inline(kind)),
        (managed, PolicyKind::Managed),
    ];
    let commands = |(way, kind): (&str, PolicyKind)| {
        let policy = LoadedPolicy {
            kind,
            ..policy.clone()
        };
        let too_long = too_long(kind, refined);
        let warning = too_long.map(|too_long| {
            Hint::words(format!(
                "warning: if it is {way}, AWS will refuse it: {too_long}"
            ))
        });
        let mut steps = steps(&policy, principal, refined).into_iter();
        let next = steps.find_map(|step| step.command.filter(|_| step.before.is_empty()));
        let next = next.map(|command| Hint::after(&format!("if it is {way}: "), command));
        warning.into_iter().chain(next)
    };
    ways.into_iter().flat_map(commands).collect()
}

/// A `change` of an inline policy, of which AWS keeps no versions, between what keeps the policy as
/// it is and what puts that back. The file that was read may hold more than the policy.
pub(super) fn reversible(policy: &LoadedPolicy, owner: Owner, change: AwsCommand) -> Vec<Hint> {
    let kept = format!("{}.before.json", called(policy));
    let get = inline(Operation::GetInlinePolicy(owner), policy)
        .arg("query", "PolicyDocument")
        .arg("output", "json");
    let put = inline(Operation::PutInlinePolicy(owner), policy)
        .arg("policy-document", file_url(Path::new(&kept)));
    vec![
        Hint {
            output: Some(kept),
            ..Hint::after(
                "to be able to go back, keep it as it is; go on only if it is what was refined: ",
                get,
            )
        },
        Hint::of(change),
        Hint::after("to go back, if nobody has changed it since: ", put),
    ]
}

/// What a policy is called: its name, or else its file, so that of several each is kept in a file of its
/// own.
fn called(policy: &LoadedPolicy) -> String {
    let file = || {
        let file = Path::new(policy.document.source().name().raw()).file_stem()?;
        Some(file.to_string_lossy().into_owned())
    };
    let name = policy.origin.name.as_ref().map(ToString::to_string);
    name.or_else(file).unwrap_or_else(|| "policy".to_owned())
}

fn new_version(policy: &LoadedPolicy, file: &Path) -> Vec<Hint> {
    let mut hints = Vec::new();
    hints.extend(is_still_in_force(policy));
    hints.extend([
        Hint::after(
            match &policy.origin.others {
                // Nobody had when that was asked, and somebody may have got it since.
                Some(others) if !others.are_any() => "go on only if this shows nobody else: ",
                _ => {
                    "it changes for everyone who has it; go on only if you know what each of these \
                     uses: "
                }
            },
            on_policy(Operation::ListEntitiesForPolicy, policy),
        ),
        Hint::of(put_in_force(policy, file)),
        Hint::after(
            "to go back, if nobody else has got it since: ",
            old_version(policy),
        ),
        make_room(policy),
    ]);
    hints
}

/// What tells whether the version that was refined is still the one in force; none where it is not
/// known which that is.
pub(super) fn is_still_in_force(policy: &LoadedPolicy) -> Option<Hint> {
    let version = policy.origin.version.as_ref()?;
    let get = on_policy(Operation::GetPolicy, policy)
        .arg("query", "Policy.DefaultVersionId")
        .arg("output", "text");
    let words = format!("go on only if this shows {version}, which was refined: ");
    Some(Hint::after(&words, get))
}

pub(super) fn make_room(policy: &LoadedPolicy) -> Hint {
    Hint::after(
        "a policy has five versions at most; to make room: ",
        on_policy(Operation::DeletePolicyVersion, policy)
            .arg("version-id", fill_in("OLDEST_VERSION_ID")),
    )
}

/// Whether a managed policy cannot be changed for this `principal`: it is AWS's own, or others have it
/// too, and only this one's findings are there.
pub(super) fn stays_as_it_is(policy: &LoadedPolicy, principal: &Principal) -> bool {
    policy.is_aws_managed() || principal.shares(policy).is_some()
}

/// Why a new policy takes the place of one that stays as it is.
pub(super) fn why_new(policy: &LoadedPolicy, principal: &Principal) -> Hint {
    Hint::words(match principal.shares(policy) {
        Some(others) => {
            let kind = holder(policy, principal).0.as_str();
            format!("this policy is {others}, and stays as it is; make one for this {kind} alone:")
        }
        None => {
            "this policy is AWS's own and cannot be changed; make a policy of yours:".to_owned()
        }
    })
}

/// A new policy takes the place of one that stays as it is.
fn new_policy(policy: &LoadedPolicy, principal: &Principal, file: &Path) -> Vec<Hint> {
    let create = AwsCommand::new(Operation::CreatePolicy)
        .arg("policy-name", new_name(policy))
        .arg("policy-document", file_url(file));
    let (kind, holder) = holder(policy, principal);
    let list = AwsCommand::new(Operation::ListAttachedPolicies(kind)).principal(holder.clone());
    let attach = AwsCommand::new(Operation::AttachPolicy(kind))
        .principal(holder.clone())
        .arg("policy-arn", fill_in("NEW_POLICY_ARN"));
    let detach = AwsCommand::new(Operation::DetachPolicy(kind))
        .principal(holder)
        .arg("policy-arn", arn(policy));
    let most = most_attached(kind);
    vec![
        why_new(policy, principal),
        Hint::of(create),
        Hint::after(
            &format!(
                "go on only if this shows the old one and fewer than {most}, the most that a {} may \
                 have unless AWS was asked for more: ",
                kind.as_str()
            ),
            list,
        ),
        Hint::of(attach),
        Hint::after("when it has the new one: ", detach),
        Hint::words(
            "to go back, if it still has the new one: attach the old one and detach the new one",
        ),
    ]
}

/// How many managed policies one may have unless AWS was asked for more.
pub(super) fn most_attached(kind: Owner) -> usize {
    match kind {
        Owner::Role => 20,
        Owner::User | Owner::Group => 10,
    }
}

fn detach(policy: &LoadedPolicy, principal: &Principal) -> Vec<Hint> {
    let (kind, holder) = holder(policy, principal);
    let attachment = |operation| {
        AwsCommand::new(operation)
            .principal(holder.clone())
            .arg("policy-arn", arn(policy))
    };
    vec![
        Hint::of(attachment(Operation::DetachPolicy(kind))),
        Hint::after(
            "to go back, if that was done: ",
            attachment(Operation::AttachPolicy(kind)),
        ),
    ]
}

#[cfg(test)]
mod tests;
