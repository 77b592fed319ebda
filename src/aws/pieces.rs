//! The commands for a policy that was written as several managed policies.
//!
//! Whoever has the policy is to be allowed at every moment what the new ones allow together. So they
//! are made and attached before anything is taken away: then the old one is detached or deleted, or,
//! where it is a managed policy of one's own, the first of them becomes its new version, so that it
//! keeps its name, its path and its tags.

use std::path::{Path, PathBuf};

use super::hints::{Hint, make_room, most_attached, named, reversible, stays_as_it_is, why_new};
use super::on_policy::{
    arn, file_url, fill_in, holder, inline, numbered_name, old_version, on_policy, put_in_force,
};
use super::{Arg, AwsCommand, Operation, permission_set};
use crate::iam::quota::{Owner, PolicyKind};
use crate::policies::LoadedPolicy;
use crate::review::Principal;

/// The commands that put `pieces` in the place of a policy of `principal`, which are files of managed
/// policies that say together what it is to say; and how to go back.
pub fn next_steps_in_pieces(
    policy: &LoadedPolicy,
    principal: &Principal,
    pieces: &[PathBuf],
) -> Vec<Hint> {
    let whom = principal.everywhere.as_slice();
    if whom.len() < 2 {
        return steps(policy, principal, pieces);
    }
    let mut policy = policy.clone();
    if !policy.is_aws_managed() {
        // Each account calls its own by another ARN.
        (policy.origin.arn, policy.origin.version) = (None, None);
    }
    let whom: Vec<_> = whom.iter().collect();
    let mut hints = vec![Hint::words(format!("for each of {}:", named(&whom)))];
    hints.extend(steps(&policy, principal, pieces));
    hints
}

fn steps(policy: &LoadedPolicy, principal: &Principal, pieces: &[PathBuf]) -> Vec<Hint> {
    match policy.kind {
        PolicyKind::Managed if stays_as_it_is(policy, principal) => {
            let is_of_set = permission_set::is_of_one(policy, principal);
            if is_of_set && principal.everywhere.is_empty() {
                return permission_set::which_and_where(policy, principal);
            }
            let mut hints = vec![why_new(policy, principal)];
            hints.extend(replaced(policy, principal, pieces));
            hints
        }
        PolicyKind::Managed => new_version(policy, principal, pieces),
        _ => replaced(policy, principal, pieces),
    }
}

/// The first piece becomes the new version of a policy, when whoever has it has the others.
fn new_version(policy: &LoadedPolicy, principal: &Principal, pieces: &[PathBuf]) -> Vec<Hint> {
    let Some((first, others)) = pieces.split_first() else {
        return Vec::new();
    };
    let others = 2..others.len() + 2;
    let mut hints = vec![
        Hint::after(
            "it changes for everyone who has it, and each of them needs all of the new policies; go \
             on only if you know what each of these uses, and it is nobody's permissions boundary: ",
            on_policy(Operation::ListEntitiesForPolicy, policy),
        ),
        room_for(policy, principal, others.len()),
    ];
    hints.extend((others.clone()).map(|number| made(policy, number, &pieces[number - 1])));
    hints.push(Hint::words("for everyone who has it:"));
    hints.extend(others.map(|number| attached(policy, principal, number)));
    hints.extend([
        Hint::after(
            "when everyone has all of them: ",
            put_in_force(policy, first),
        ),
        Hint::after(
            "to go back, if nobody else has got it since, this, and then detach the new ones: ",
            old_version(policy),
        ),
        make_room(policy),
    ]);
    hints
}

/// All pieces are new policies, and the old one goes when they are attached.
fn replaced(policy: &LoadedPolicy, principal: &Principal, pieces: &[PathBuf]) -> Vec<Hint> {
    let mut hints = vec![room_for(policy, principal, pieces.len())];
    let numbered = (1..).zip(pieces);
    hints.extend(numbered.map(|(number, file)| made(policy, number, file)));
    hints.extend((1..=pieces.len()).map(|number| attached(policy, principal, number)));
    let (owner, name) = holder(policy, principal);
    let detach =
        || on_holder(Operation::DetachPolicy(owner), name.clone()).arg("policy-arn", arn(policy));
    match policy.kind {
        PolicyKind::Inline(owner) => hints.extend(deleted(policy, owner)),
        PolicyKind::Unknown => {
            hints.push(Hint::after("then, if the old one is managed: ", detach()));
            hints.push(Hint::words("or, if it is inline:"));
            let mut policy = policy.clone();
            policy.origin.owner = principal.owner().or(policy.origin.owner);
            hints.extend(deleted(&policy, owner));
        }
        PolicyKind::Managed | PolicyKind::PermissionSet => {
            hints.push(Hint::after("when it has all of the new ones: ", detach()));
            hints.push(Hint::words(
                "to go back, if it still has the new ones: attach the old one and detach the new ones",
            ));
        }
    }
    hints
}

/// How many managed policies the holder has, and how many more it may have.
pub(super) fn room_for(policy: &LoadedPolicy, principal: &Principal, more: usize) -> Hint {
    let (owner, name) = holder(policy, principal);
    let most = most_attached(owner);
    let kind = owner.as_str();
    Hint::after(
        &format!(
            "{more} more will be attached, and a {kind} may have {most} managed policies unless AWS \
             was asked for more; go on only if there is room: "
        ),
        on_holder(Operation::ListAttachedPolicies(owner), name),
    )
}

fn made(policy: &LoadedPolicy, number: usize, file: &Path) -> Hint {
    Hint::of(
        AwsCommand::new(Operation::CreatePolicy)
            .arg("policy-name", numbered_name(policy, number))
            .arg("policy-document", file_url(file)),
    )
}

fn attached(policy: &LoadedPolicy, principal: &Principal, number: usize) -> Hint {
    let (owner, name) = holder(policy, principal);
    let new = fill_in(&format!("NEW_POLICY_ARN_{number}"));
    Hint::of(on_holder(Operation::AttachPolicy(owner), name).arg("policy-arn", new))
}

/// The inline policy is kept in a file, and goes.
fn deleted(policy: &LoadedPolicy, owner: Owner) -> Vec<Hint> {
    let delete = inline(Operation::DeleteInlinePolicy(owner), policy);
    let mut hints = reversible(policy, owner, delete);
    hints.push(Hint::words("and then detach the new ones"));
    hints
}

pub(super) fn on_holder(operation: Operation, name: Arg) -> AwsCommand {
    AwsCommand::new(operation).principal(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};
    use crate::policies::{Origin, OtherHolders, PolicyOwner};
    use crate::text::Source;

    fn hints(kind: PolicyKind, origin: Origin, everywhere: &[&str]) -> String {
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;
        let document = Document::parse(Source::from_text("answer.json", text)).unwrap();
        let policy = LoadedPolicy {
            kind,
            origin,
            ..LoadedPolicy::bare(document)
        };
        let principal = Principal {
            name: Some(match kind {
                PolicyKind::Inline(_) => "arn:aws:iam::123456789012:user/Ann".into(),
                _ => "arn:aws:iam::123456789012:role/app/MyRole".into(),
            }),
            everywhere: everywhere.iter().map(|arn| (*arn).into()).collect(),
            ..Principal::default()
        };
        let files = ["p-1.json", "p-2.json", "p-3.json"].map(PathBuf::from);
        let steps = next_steps_in_pieces(&policy, &principal, &files).into_iter();
        steps
            .map(|step| step.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn managed(arn: &str) -> Origin {
        Origin {
            arn: Arn::parse(arn),
            version: VersionId::parse("v3"),
            ..Origin::default()
        }
    }

    #[test]
    fn of_a_policy_that_others_have_all_pieces_are_new() {
        let origin = Origin {
            others: Some(OtherHolders {
                named: vec![PolicyOwner::from_arn("arn:aws:iam::123456789012:role/B").unwrap()],
                is_boundary: true,
                unnamed: Some(0),
            }),
            ..managed("arn:aws:iam::1:policy/P")
        };
        let shared = hints(PolicyKind::Managed, origin, &[]);
        insta::assert_snapshot!(shared, @r"
this policy is shared with role B, and a permissions boundary, and stays as it is; make one for this role alone:
3 more will be attached, and a role may have 20 managed policies unless AWS was asked for more; go on only if there is room: aws iam list-attached-role-policies --role-name MyRole
aws iam create-policy --policy-name P-refined --policy-document file://p-1.json
aws iam create-policy --policy-name P-refined-2 --policy-document file://p-2.json
aws iam create-policy --policy-name P-refined-3 --policy-document file://p-3.json
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN_1
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN_2
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN_3
when it has all of the new ones: aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/P
to go back, if it still has the new ones: attach the old one and detach the new ones
");
    }

    #[test]
    fn nothing_is_taken_away_before_all_is_attached() {
        let owned = managed("arn:aws:iam::1:policy/P");
        let of_aws = managed("arn:aws:iam::aws:policy/ReadOnly");
        let inline = Origin {
            owner: Some(PolicyOwner {
                kind: Owner::User,
                name: PrincipalName::parse("Ann").unwrap(),
                arn: None,
            }),
            name: PolicyName::parse("Mine"),
            ..Origin::default()
        };
        let roles = ["arn:aws:iam::1:role/app", "arn:aws:iam::2:role/app"];
        let all = [
            hints(PolicyKind::Managed, owned.clone(), &[]),
            hints(PolicyKind::Managed, of_aws, &[]),
            hints(PolicyKind::Inline(Owner::User), inline, &[]),
            hints(PolicyKind::Unknown, Origin::default(), &[]),
            hints(PolicyKind::Managed, owned.clone(), &roles),
        ];
        insta::assert_snapshot!(all.join("\n\n"));
    }
}
