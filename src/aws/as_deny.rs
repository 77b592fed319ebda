//! The commands for Deny policies that stand in for narrowed ones: attached for a while, and detached
//! at once if something breaks.

use std::path::{Path, PathBuf};

use super::hints::{Hint, named};
use super::on_policy::{file_url, fill_in, holder};
use super::pieces::{on_holder, room_for};
use super::way_back::deny_name;
use super::{Arg, AwsCommand, Operation, permission_set};
use crate::iam::{Arn, PolicyName};
use crate::policies::{LoadedPolicy, Locked, PolicyOwner};
use crate::review::Principal;
use crate::text::Untrusted;

/// The commands that attach the Deny policies in `files` to `principal`, which has `policy` among
/// others; how to take them back, and what comes after.
pub fn next_steps_as_deny(
    policy: &LoadedPolicy,
    principal: &Principal,
    files: &[PathBuf],
) -> Vec<Hint> {
    let new: Vec<NewPolicy<'_>> = (1..)
        .zip(files)
        .map(|(number, file)| NewPolicy::new(policy, principal, number, file, files.len()))
        .collect();
    if permission_set::is_of_one(policy, principal) {
        let names: Vec<Arg> = new.iter().map(|new| new.name.clone()).collect();
        return permission_set::next_steps_as_deny(policy, principal, &names, files);
    }
    let mut hints = for_whom(principal);
    let (kind, name) = holder(policy, principal);
    let each = |operation| {
        let attachment = |new: &NewPolicy<'_>| {
            on_holder(operation, name.clone()).arg("policy-arn", new.arn.clone())
        };
        new.iter().map(attachment).collect::<Vec<AwsCommand>>()
    };
    hints.push(room_for(policy, principal, new.len()));
    hints.extend(new.iter().map(|new| Hint::of(new.create())));
    hints.extend(
        each(Operation::AttachPolicy(kind))
            .into_iter()
            .map(Hint::of),
    );
    hints.push(Hint::words("to take it back at once, if something breaks:"));
    hints.extend(
        each(Operation::DetachPolicy(kind))
            .into_iter()
            .map(Hint::of),
    );
    hints.push(Hint::words(
        "if nothing broke in two weeks: refine the policies themselves, detach it as above, and then:",
    ));
    hints.extend(new.iter().map(|new| {
        let delete = AwsCommand::new(Operation::DeletePolicy);
        Hint::of(delete.arg("policy-arn", new.arn.clone()))
    }));
    hints
}

/// For whom all of it has to be done, where that are several, and for whom it cannot.
fn for_whom(principal: &Principal) -> Vec<Hint> {
    let everywhere = principal.everywhere.as_slice();
    if everywhere.len() < 2 {
        return Vec::new();
    }
    let is_made = |whom: &&Untrusted| {
        let owner = PolicyOwner::from_arn(whom.raw());
        owner.and_then(|owner| owner.locked()) == Some(Locked::PermissionSet)
    };
    let (made, others): (Vec<&Untrusted>, Vec<&Untrusted>) = everywhere.iter().partition(is_made);
    let mut hints = Vec::new();
    if !made.is_empty() {
        hints.push(Hint::words(format!(
            "not for {}: AWS changes these with their permission sets, which are refined by \
             themselves",
            named(&made)
        )));
    }
    hints.push(Hint::words(format!("for each of {}:", named(&others))));
    hints
}

/// A managed policy that is to be made of a file.
struct NewPolicy<'a> {
    name: Arg,
    arn: Arg,
    file: &'a Path,
}

impl<'a> NewPolicy<'a> {
    /// The policy of this `number` of `count`, called after its principal.
    fn new(
        policy: &LoadedPolicy,
        principal: &Principal,
        number: usize,
        file: &'a Path,
        count: usize,
    ) -> Self {
        let placeholder = if count > 1 {
            format!("_{number}")
        } else {
            String::new()
        };
        let owner = principal.owner().or_else(|| policy.origin.owner.clone());
        let called = (owner.as_ref()).and_then(|owner| deny_name(owner, number, count));
        let arn = owner
            .as_ref()
            .zip(called.as_ref())
            .and_then(|(owner, name)| arn_of(owner, name));
        NewPolicy {
            name: called
                .as_ref()
                .map_or_else(|| fill_in(&format!("POLICY_NAME{placeholder}")), Arg::from),
            arn: arn.as_ref().map_or_else(
                || fill_in(&format!("NEW_POLICY_ARN{placeholder}")),
                Arg::from,
            ),
            file,
        }
    }

    fn create(&self) -> AwsCommand {
        AwsCommand::new(Operation::CreatePolicy)
            .arg("policy-name", self.name.clone())
            .arg("policy-document", file_url(self.file))
    }
}

/// The ARN of the policy called `name` in the account of `owner`, where its ARN tells that.
pub(super) fn arn_of(owner: &PolicyOwner, name: &PolicyName) -> Option<Arn> {
    let arn = owner.arn.as_ref()?;
    Some(Arn::of_policy(arn.partition(), &arn.account()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::text::Source;

    fn hints(name: Option<&str>, everywhere: &[&str], files: &[&str]) -> String {
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;
        let document = Document::parse(Source::from_text("policy.json", text)).unwrap();
        let principal = Principal {
            name: name.map(Into::into),
            everywhere: everywhere.iter().map(|arn| (*arn).into()).collect(),
            ..Principal::default()
        };
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let steps = next_steps_as_deny(&LoadedPolicy::bare(document), &principal, &files);
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        steps.join("\n")
    }

    #[test]
    fn whatever_is_attached_can_be_detached_at_once() {
        let role = "arn:aws:iam::123456789012:role/app/MyRole";
        let user = "arn:aws-cn:iam::123456789012:user/Ann";
        let of_set = "arn:aws:iam::1:role/AWSReservedSSO_Dev_0123456789abcdef";
        let of_set_elsewhere = "arn:aws:iam::2:role/AWSReservedSSO_Dev_fedcba9876543210";
        let all = [
            hints(Some(role), &[], &["deny.json"]),
            hints(Some(user), &[], &["deny/deny-1.json", "deny/deny-2.json"]),
            hints(None, &[], &["deny.json"]),
            hints(None, &[role, "arn:aws:iam::2:role/MyRole"], &["deny.json"]),
            hints(None, &[role, of_set], &["deny.json"]),
            hints(Some(of_set), &[], &["deny.json"]),
            hints(None, &[of_set, of_set_elsewhere], &["deny.json"]),
        ];
        insta::assert_snapshot!(all.join("\n\n"));
    }
}
