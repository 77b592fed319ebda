//! How to take back what a decision record tells of, days later: what was printed then is gone.

use super::as_deny::arn_of;
use super::hints::{Hint, named};
use super::on_policy::fill_in;
use super::pieces::on_holder;
use super::{Arg, AwsCommand, Operation};
use crate::iam::quota::PolicyKind;
use crate::iam::{Arn, PolicyName};
use crate::policies::{Locked, PolicyOwner};
use crate::review::{Becomes, InIam, Removals};

/// What to do to have a policy of a record as it was: words, and the commands as far as the record
/// knows the policy and who has it.
pub fn way_back(removals: &Removals, policy: usize) -> Vec<Hint> {
    if let Some(count) = removals.deny_policies() {
        return detach_denies(removals, policy, count);
    }
    let file = removals.file(policy);
    let Some(iam) = removals.in_iam(policy) else {
        return vec![Hint::words(format!(
            "put {file} back as it was: the record does not tell what policy of AWS it is"
        ))];
    };
    if iam.kind() == PolicyKind::PermissionSet || is_of_set(removals, policy) {
        return vec![Hint::words(
            "give the permission set its old policy again, and provision it",
        )];
    }
    let name = name(iam).map_or_else(|| file.to_string(), |name| name.to_string());
    match (iam.kind(), removals.becomes(policy)) {
        (PolicyKind::Managed, Some(Becomes::NewPolicy)) => {
            let words = format!(
                "{name} itself was not changed; attach it again, and detach the new policy"
            );
            attached_again(removals, policy, iam, &words, true)
        }
        (PolicyKind::Managed, Some(Becomes::Nothing)) => attached_again(
            removals,
            policy,
            iam,
            &format!("attach {name} again"),
            false,
        ),
        (PolicyKind::Managed, None) => old_version(removals, iam, &name),
        (_, becomes) => {
            let was = if becomes.is_some() {
                "deleted"
            } else {
                "changed"
            };
            put_again(
                removals,
                policy,
                iam,
                &format!("{name} was {was}; put the copy back that was kept before"),
            )
        }
    }
}

fn name(iam: &InIam) -> Option<PolicyName> {
    (iam.name()).or_else(|| PolicyName::parse(iam.arn()?.name()))
}

/// The one who has the policies; none where that are several, or nobody knows.
fn holder(removals: &Removals, policy: usize) -> Option<PolicyOwner> {
    let of_policy = || removals.in_iam(policy)?.holder();
    match removals.holders().as_slice() {
        [] => of_policy(),
        // A policy may be that of a group that the user is in.
        [only] => of_policy().or_else(|| PolicyOwner::from_arn(only.raw())),
        _ => None,
    }
}

fn is_of_set(removals: &Removals, policy: usize) -> bool {
    let of_policy = removals.in_iam(policy).and_then(InIam::holder);
    let holders = removals.holders();
    let holders = holders
        .iter()
        .filter_map(|name| PolicyOwner::from_arn(name.raw()));
    let mut all = of_policy.into_iter().chain(holders);
    all.any(|owner| owner.locked() == Some(Locked::PermissionSet))
}

/// `words` with whom they are about, and an end: a colon before commands.
fn heading(removals: &Removals, words: &str, has_commands: bool) -> Hint {
    let holders = removals.holders();
    let whom = match holders.as_slice() {
        [] | [_] => String::new(),
        several => format!(", for each of {}", named(several)),
    };
    let end = if has_commands { ":" } else { "" };
    Hint::words(format!("{words}{whom}{end}"))
}

fn detach_denies(removals: &Removals, policy: usize, count: usize) -> Vec<Hint> {
    let words = match count {
        1 => "detach the policy that denies",
        _ => "detach the policies that deny",
    };
    if is_of_set(removals, policy) {
        return vec![Hint::words(format!(
            "{words} from the permission set, and provision it"
        ))];
    }
    let one = match removals.holders().as_slice() {
        [only] => PolicyOwner::from_arn(only.raw()),
        _ => None,
    };
    let Some(owner) = one.or_else(|| holder(removals, policy)) else {
        return vec![heading(removals, words, false)];
    };
    let mut hints = vec![heading(removals, words, true)];
    hints.extend((1..=count).map(|number| {
        let name = deny_name(&owner, number, count);
        let arn = name.and_then(|name| arn_of(&owner, &name));
        let arn = arn.map_or_else(|| fill_in("NEW_POLICY_ARN"), |arn| Arg::from(&arn));
        Hint::of(on(Operation::DetachPolicy(owner.kind), &owner).arg("policy-arn", arn))
    }));
    hints
}

/// What the Deny of this `number` of `count` is called, as the commands that make it call it.
pub(super) fn deny_name(owner: &PolicyOwner, number: usize, count: usize) -> Option<PolicyName> {
    let name = owner.permission_set().unwrap_or_else(|| owner.name.clone());
    let ending = if count > 1 {
        format!("-{number}")
    } else {
        String::new()
    };
    PolicyName::parse(&format!("{name}-deny-unused{ending}"))
}

fn on(operation: Operation, owner: &PolicyOwner) -> AwsCommand {
    on_holder(operation, Arg::from(&owner.name))
}

/// Attaches a managed policy, and detaches the new one that took its place, if one did.
fn attached_again(
    removals: &Removals,
    policy: usize,
    iam: &InIam,
    words: &str,
    has_new: bool,
) -> Vec<Hint> {
    let Some(owner) = holder(removals, policy) else {
        return vec![heading(removals, words, false)];
    };
    let old = iam.arn();
    let arn = old
        .as_ref()
        .map_or_else(|| fill_in("POLICY_ARN"), Arg::from);
    let attach = on(Operation::AttachPolicy(owner.kind), &owner).arg("policy-arn", arn);
    let mut hints = vec![heading(removals, words, true), Hint::of(attach)];
    if has_new {
        let new = new_arn(iam, &owner);
        let new = new.map_or_else(|| fill_in("NEW_POLICY_ARN"), |arn| Arg::from(&arn));
        let detach = on(Operation::DetachPolicy(owner.kind), &owner).arg("policy-arn", new);
        hints.push(Hint::of(detach));
    }
    hints
}

/// What the new policy is called, as the commands that make it call it.
fn new_arn(iam: &InIam, owner: &PolicyOwner) -> Option<Arn> {
    let old = iam.arn();
    let name = name(iam)?.successor(1);
    arn_of(owner, &name).or_else(|| {
        let old = old?;
        let account = old.account().filter(|account| account.as_str() != "aws")?;
        Some(Arn::of_policy(old.partition(), &account, &name))
    })
}

fn old_version(removals: &Removals, iam: &InIam, name: &str) -> Vec<Hint> {
    // Each account calls its own by another ARN, and has other versions.
    let is_one = !removals.is_everywhere();
    let arn = iam.arn().filter(|_| is_one);
    let version = iam.version().filter(|_| is_one);
    let set = AwsCommand::new(Operation::SetDefaultPolicyVersion)
        .arg(
            "policy-arn",
            arn.map_or_else(|| fill_in("POLICY_ARN"), |arn| Arg::from(&arn)),
        )
        .arg(
            "version-id",
            version.map_or_else(|| fill_in("VERSION_ID"), |version| Arg::from(&version)),
        );
    let words = format!("put the version of {name} in force that was");
    let heading = if is_one {
        Hint::words(words + ":")
    } else {
        heading(removals, &words, true)
    };
    vec![heading, Hint::of(set)]
}

fn put_again(removals: &Removals, policy: usize, iam: &InIam, words: &str) -> Vec<Hint> {
    let (Some(owner), Some(name)) = (holder(removals, policy), iam.name()) else {
        return vec![heading(removals, words, false)];
    };
    let kept = format!("file://{name}.before.json");
    let put = on(Operation::PutInlinePolicy(owner.kind), &owner)
        .arg("policy-name", &name)
        .arg("policy-document", kept);
    vec![heading(removals, words, true), Hint::of(put)]
}
