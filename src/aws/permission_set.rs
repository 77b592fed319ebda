//! The commands for a policy of a permission set of IAM Identity Center.
//!
//! AWS refuses to change the roles that it made of a permission set. The set itself is changed, and
//! with it the roles in all of its accounts: so its policy loses what is unused in all of them, and
//! commands that change it are told only where it was said that the findings are from all.

use std::path::{Path, PathBuf};

use super::hints::{Hint, PolicyFile};
use super::on_policy::{arn, file_url, fill_in, new_name};
use super::{Arg, AwsCommand, Operation};
use crate::iam::PrincipalName;
use crate::iam::quota::PolicyKind;
use crate::policies::{LoadedPolicy, Locked, PolicyOwner};
use crate::review::Principal;

/// Whether a policy is that of a permission set, or its principal a role that was made of one.
pub(super) fn is_of_one(policy: &LoadedPolicy, principal: &Principal) -> bool {
    let holder = principal.owner().or_else(|| policy.origin.owner.clone());
    let locked = holder.as_ref().and_then(PolicyOwner::locked);
    policy.kind == PolicyKind::PermissionSet || locked == Some(Locked::PermissionSet)
}

/// The commands that put into force what was decided of the policy of a permission set, inline or
/// managed; those that tell its accounts where the findings may not be from all of them.
pub(super) fn next_steps(
    policy: &LoadedPolicy,
    principal: &Principal,
    refined: PolicyFile<'_>,
) -> Vec<Hint> {
    if principal.everywhere.is_empty() {
        return which_and_where(policy, principal);
    }
    let name = name(policy, principal);
    let mut steps = which_one(name.as_ref());
    steps.extend(match (policy.kind, refined) {
        (PolicyKind::Managed, PolicyFile::Written { file, .. }) => {
            copy_of_aws_managed(policy, file)
        }
        (PolicyKind::Managed, PolicyFile::NothingLeft) => detach(policy),
        (_, PolicyFile::Written { file, .. }) => {
            let put = on_set(Operation::PutInlinePolicyToPermissionSet);
            reversible(name.as_ref(), put.arg("inline-policy", file_url(file)))
        }
        (_, PolicyFile::NothingLeft) => {
            let delete = on_set(Operation::DeleteInlinePolicyFromPermissionSet);
            reversible(name.as_ref(), delete)
        }
    });
    steps
}

/// Which permission set it is, and the accounts that it is in.
pub(super) fn which_and_where(policy: &LoadedPolicy, principal: &Principal) -> Vec<Hint> {
    let mut steps = which_one(name(policy, principal).as_ref());
    steps.extend(where_it_is());
    steps
}

/// What the permission set is called, as far as the role that was made of it tells.
fn name(policy: &LoadedPolicy, principal: &Principal) -> Option<PrincipalName> {
    let holder = principal.owner().or_else(|| policy.origin.owner.clone());
    holder.and_then(|role| role.permission_set())
}

/// The commands that attach new policies of these `names`, each made of its file, to a permission set;
/// those that tell its accounts where the findings may not be from all of them.
pub(super) fn next_steps_as_deny(
    policy: &LoadedPolicy,
    principal: &Principal,
    names: &[Arg],
    files: &[PathBuf],
) -> Vec<Hint> {
    let holder = principal.owner().or_else(|| policy.origin.owner.clone());
    let mut steps = which_one(holder.and_then(|role| role.permission_set()).as_ref());
    if principal.everywhere.is_empty() {
        steps.extend(where_it_is());
        return steps;
    }
    let each = |operation| {
        names.iter().map(move |name| {
            let reference = match name {
                Arg::Text(name) => Arg::Text(format!("Name={name}")),
                _ => fill_in("Name=POLICY_NAME"),
            };
            on_set(operation).arg("customer-managed-policy-reference", reference)
        })
    };
    for (name, file) in names.iter().zip(files) {
        let create = AwsCommand::new(Operation::CreatePolicy)
            .arg("policy-name", name.clone())
            .arg("policy-document", file_url(file));
        steps.push(Hint::after("in each of its accounts: ", create));
    }
    let attach = each(Operation::AttachCustomerManagedPolicyReferenceToPermissionSet);
    steps.extend(attach.map(Hint::of));
    steps.push(provision());
    let detach = each(Operation::DetachCustomerManagedPolicyReferenceFromPermissionSet);
    steps.extend(detach.map(|detach| {
        let words = "to take it back, if something breaks, this, and then provision it as above: ";
        Hint::after(words, detach)
    }));
    steps
}

/// How to find the ARNs that the other commands need: no file has them.
fn which_one(name: Option<&PrincipalName>) -> Vec<Hint> {
    let its_name = match name {
        Some(name) => format!("the one that this calls {name}: "),
        None => "the one that this calls by its name: ".to_owned(),
    };
    vec![
        Hint::after(
            "INSTANCE_ARN is what this prints: ",
            AwsCommand::new(Operation::ListInstances)
                .arg("query", "Instances[].InstanceArn")
                .arg("output", "text"),
        ),
        Hint::after(
            "PERMISSION_SET_ARN is one of these: ",
            AwsCommand::new(Operation::ListPermissionSets)
                .arg("instance-arn", fill_in("INSTANCE_ARN"))
                .arg("output", "json"),
        ),
        Hint::after(
            &its_name,
            on_set(Operation::DescribePermissionSet)
                .arg("query", "PermissionSet.Name")
                .arg("output", "text"),
        ),
    ]
}

/// The accounts, from each of which a finding is needed.
fn where_it_is() -> Vec<Hint> {
    vec![
        Hint::after(
            "a permission set is the same in all of its accounts, which are: ",
            on_set(Operation::ListAccountsForProvisionedPermissionSet).arg("output", "json"),
        ),
        Hint::words(
            "what one of them does not use another may: give the findings of its roles in all of \
             these accounts, and --everywhere; what is unused in all can then be taken from the set",
        ),
    ]
}

/// A `change` of the inline policy, of which AWS keeps no versions, between what keeps the policy as
/// it is and what puts that back.
fn reversible(name: Option<&PrincipalName>, change: AwsCommand) -> Vec<Hint> {
    let name = name.map_or("permission-set", PrincipalName::as_str);
    let kept = format!("{name}.before.json");
    let get = on_set(Operation::GetInlinePolicyForPermissionSet)
        .arg("query", "InlinePolicy")
        .arg("output", "text");
    let put = on_set(Operation::PutInlinePolicyToPermissionSet)
        .arg("inline-policy", file_url(Path::new(&kept)));
    vec![
        Hint::after(
            "to be able to go back, keep it as it is; go on only if it is what was refined: ",
            get,
        )
        .into_file(kept),
        Hint::of(change),
        provision(),
        Hint::after(
            "to go back, if nobody has changed it since, this, and then provision it as above: ",
            put,
        ),
    ]
}

/// AWS's own policies cannot be changed, and one of the customer's is called by its name in each
/// account.
fn copy_of_aws_managed(policy: &LoadedPolicy, file: &Path) -> Vec<Hint> {
    let create = AwsCommand::new(Operation::CreatePolicy)
        .arg("policy-name", new_name(policy))
        .arg("policy-document", file_url(file))
        .arg("output", "json");
    let reference = match new_name(policy) {
        Arg::Text(name) => Arg::Text(format!("Name={name}")),
        _ => fill_in("Name=POLICY_NAME-refined"),
    };
    vec![
        Hint::after(
            "this policy is AWS's own and cannot be changed; in each of its accounts make one of \
             yours: ",
            create,
        ),
        Hint::of(
            on_set(Operation::AttachCustomerManagedPolicyReferenceToPermissionSet)
                .arg("customer-managed-policy-reference", reference),
        ),
        Hint::of(
            on_set(Operation::DetachManagedPolicyFromPermissionSet)
                .arg("managed-policy-arn", arn(policy)),
        ),
        provision(),
        Hint::words(
            "to go back, if it still has the new one: attach the old one, detach the new one and \
             provision it again",
        ),
    ]
}

/// Nothing is left of a managed policy.
fn detach(policy: &LoadedPolicy) -> Vec<Hint> {
    let change = |aws_managed, customer_managed| {
        if policy.is_aws_managed() {
            return on_set(aws_managed).arg("managed-policy-arn", arn(policy));
        }
        on_set(customer_managed).arg("customer-managed-policy-reference", reference(policy))
    };
    let detach = change(
        Operation::DetachManagedPolicyFromPermissionSet,
        Operation::DetachCustomerManagedPolicyReferenceFromPermissionSet,
    );
    let attach = change(
        Operation::AttachManagedPolicyToPermissionSet,
        Operation::AttachCustomerManagedPolicyReferenceToPermissionSet,
    );
    vec![
        Hint::of(detach),
        provision(),
        Hint::after(
            "to go back, if that was done, this, and then provision it as above: ",
            attach,
        ),
    ]
}

/// What a permission set calls a policy of the customer's: its name, and its path if it has one.
fn reference(policy: &LoadedPolicy) -> Arg {
    let origin = &policy.origin;
    let Some(arn) = &origin.arn else {
        return match &origin.name {
            Some(name) => Arg::Text(format!("Name={name}")),
            None => fill_in("Name=POLICY_NAME"),
        };
    };
    let name = arn.name();
    let resource = arn.as_str().split_once(":policy/");
    let path = resource.and_then(|(_, resource)| resource.strip_suffix(name));
    match path {
        None | Some("") => Arg::Text(format!("Name={name}")),
        Some(path) => Arg::Text(format!("Name={name},Path=/{path}")),
    }
}

/// Makes the roles anew in all accounts.
fn provision() -> Hint {
    Hint::of(
        on_set(Operation::ProvisionPermissionSet)
            .arg("target-type", "ALL_PROVISIONED_ACCOUNTS")
            .arg("output", "json"),
    )
}

/// `operation` on the permission set, whose ARNs have to be filled in.
fn on_set(operation: Operation) -> AwsCommand {
    AwsCommand::new(operation)
        .arg("instance-arn", fill_in("INSTANCE_ARN"))
        .arg("permission-set-arn", fill_in("PERMISSION_SET_ARN"))
}
