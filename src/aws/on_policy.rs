//! Commands about a policy: what it is called in them, whose it is, and what is left to fill in.

use std::path::Path;

use super::{Arg, AwsCommand, Operation};
use crate::iam::PolicyName;
use crate::iam::quota::Owner;
use crate::policies::LoadedPolicy;
use crate::review::Principal;

/// `operation` on a managed policy.
pub(super) fn on_policy(operation: Operation, policy: &LoadedPolicy) -> AwsCommand {
    AwsCommand::new(operation).arg("policy-arn", arn(policy))
}

/// Makes what the file holds the version of a managed policy that is in force.
pub(super) fn put_in_force(policy: &LoadedPolicy, file: &Path) -> AwsCommand {
    on_policy(Operation::CreatePolicyVersion, policy)
        .arg("policy-document", file_url(file))
        .flag("set-as-default")
}

/// Puts the version in force that was.
pub(super) fn old_version(policy: &LoadedPolicy) -> AwsCommand {
    let version = policy.origin.version.as_ref();
    let version = version.map_or_else(|| fill_in("VERSION_ID"), Arg::from);
    on_policy(Operation::SetDefaultPolicyVersion, policy).arg("version-id", version)
}

/// What the policy is called that takes the place of one that stays as it is.
pub(super) fn new_name(policy: &LoadedPolicy) -> Arg {
    numbered_name(policy, 1)
}

/// The same of the first, second, third of several.
pub(super) fn numbered_name(policy: &LoadedPolicy, number: usize) -> Arg {
    let own_name = policy.origin.name.clone();
    let name = own_name.or_else(|| PolicyName::parse(policy.origin.arn.as_ref()?.name()));
    match name {
        Some(name) => Arg::from(&name.successor(number)),
        None if number > 1 => fill_in(&format!("POLICY_NAME-refined-{number}")),
        None => fill_in("POLICY_NAME-refined"),
    }
}

/// Who has the policy, as far as it is known.
pub(super) fn holder(policy: &LoadedPolicy, principal: &Principal) -> (Owner, Arg) {
    match principal.holder(policy) {
        Some(owner) => (owner.kind, Arg::from(&owner.name)),
        None => (Owner::Role, fill_in("ROLE_NAME")),
    }
}

/// `operation` on an inline policy.
pub(super) fn inline(operation: Operation, policy: &LoadedPolicy) -> AwsCommand {
    let kind = operation.kind().map_or("", Owner::as_str);
    let placeholder = || Arg::FillIn(format!("{}_NAME", kind.to_ascii_uppercase()));
    let owner = policy.origin.owner.as_ref();
    let owner = owner.map_or_else(placeholder, |owner| Arg::from(&owner.name));
    let name = policy.origin.name.as_ref();
    let name = name.map_or_else(|| fill_in("POLICY_NAME"), Arg::from);
    AwsCommand::new(operation)
        .principal(owner)
        .arg("policy-name", name)
}

pub(super) fn arn(policy: &LoadedPolicy) -> Arg {
    let arn = policy.origin.arn.as_ref();
    arn.map_or_else(|| fill_in("POLICY_ARN"), Arg::from)
}

pub(super) fn fill_in(placeholder: &str) -> Arg {
    Arg::FillIn(placeholder.to_owned())
}

/// `file://PATH`. A path that a terminal would not show as it is stays open.
pub(super) fn file_url(path: &Path) -> Arg {
    match path.to_str() {
        Some(path) if crate::text::printable(path) == path => Arg::Text(format!("file://{path}")),
        _ => fill_in("file://REFINED_POLICY"),
    }
}
