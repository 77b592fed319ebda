//! What to do with a written policy: the next `aws` command, and how to go back.
//!
//! People paste these lines, so whatever comes from a file is a name or an ARN that IAM allows, or
//! stands in quotes; where that is not enough it is left for the reader to fill in.

use std::fmt;
use std::path::Path;

use super::shell::word;
use super::{Arg, AwsCommand, Operation, permission_set};
use crate::iam::PolicyName;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::iam::{Arn, PrincipalName, VersionId};
    use crate::policies::{Origin, OtherHolders};
    use crate::text::Source;

    fn policy(kind: PolicyKind, origin: Origin) -> LoadedPolicy {
        let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*"}}"#;
        let document = Document::parse(Source::from_text("answer.json", text)).unwrap();
        LoadedPolicy {
            kind,
            origin,
            ..LoadedPolicy::bare(document)
        }
    }

    fn inline_in(owner: Owner, name: &str) -> LoadedPolicy {
        let holder = PolicyOwner {
            kind: owner,
            name: PrincipalName::parse(name).unwrap(),
            arn: None,
        };
        let origin = Origin {
            owner: Some(holder),
            name: PolicyName::parse("Mine"),
            ..Origin::default()
        };
        policy(PolicyKind::Inline(owner), origin)
    }

    fn managed(arn: Option<&str>) -> LoadedPolicy {
        let origin = Origin {
            arn: arn.and_then(Arn::parse),
            version: VersionId::parse("v3"),
            ..Origin::default()
        };
        policy(PolicyKind::Managed, origin)
    }

    fn hints_of(policy: &LoadedPolicy, refined: PolicyFile<'_>) -> String {
        let principal = Principal {
            name: Some("arn:aws:iam::123456789012:role/app/MyRole".into()),
            ..Principal::default()
        };
        let steps = next_steps(policy, &principal, refined);
        steps
            .iter()
            .map(Hint::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn written(file: &str) -> PolicyFile<'_> {
        PolicyFile::Written {
            file: Path::new(file),
            size: 221,
            bytes: 300,
        }
    }

    #[test]
    fn an_inline_policy_is_put_or_deleted() {
        let role = inline_in(Owner::Role, "MyRole");
        let hints = [
            hints_of(&role, written("refined.json")),
            hints_of(&inline_in(Owner::User, "Ann"), written("it's mine.json")),
            hints_of(&inline_in(Owner::Group, "Ops"), PolicyFile::NothingLeft),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
to be able to go back, keep it as it is; go on only if it is what was refined: aws iam get-role-policy --role-name MyRole --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam put-role-policy --role-name MyRole --policy-name Mine --policy-document file://refined.json
to go back, if nobody has changed it since: aws iam put-role-policy --role-name MyRole --policy-name Mine --policy-document file://Mine.before.json

to be able to go back, keep it as it is; go on only if it is what was refined: aws iam get-user-policy --user-name Ann --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam put-user-policy --user-name Ann --policy-name Mine --policy-document 'file://it'\''s mine.json'
to go back, if nobody has changed it since: aws iam put-user-policy --user-name Ann --policy-name Mine --policy-document file://Mine.before.json

to be able to go back, keep it as it is; go on only if it is what was refined: aws iam get-group-policy --group-name Ops --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam delete-group-policy --group-name Ops --policy-name Mine
to go back, if nobody has changed it since: aws iam put-group-policy --group-name Ops --policy-name Mine --policy-document file://Mine.before.json
");
    }

    #[test]
    fn a_name_that_begins_with_a_hyphen_is_no_option() {
        let mut policy = inline_in(Owner::Role, "--profile");
        policy.origin.name = PolicyName::parse("-Mine");
        let hints = hints_of(&policy, written("p.json"));
        let put = "put-role-policy --role-name=--profile --policy-name=-Mine --policy-document";
        assert!(hints.contains(put), "{hints}");
        assert!(hints.contains("> -Mine.before.json"), "{hints}");
    }

    #[test]
    fn what_aws_refuses_for_its_length_is_told_before_the_command() {
        let hints_at_size = |policy: &LoadedPolicy, size| {
            let file = Path::new("p.json");
            let bytes = 2 * size;
            hints_of(policy, PolicyFile::Written { file, size, bytes })
        };
        let managed = managed(None);
        assert!(!hints_at_size(&managed, 6_144).contains("refuse"));
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let first = |hints: String| hints.lines().next().map(str::to_owned);
        let lines = [
            first(hints_at_size(&managed, 6_145)),
            first(hints_at_size(&inline_in(Owner::User, "Ann"), 2_049)),
            Some(hints_at_size(&bare, 7_000)),
            Some(hints_at_size(&bare, 12_000)),
        ];
        insta::assert_snapshot!(lines.map(Option::unwrap).join("\n\n"), @r"
warning: AWS will refuse it: 6,145 characters of 6,144 for a managed policy; try refine --if-too-long keep or split, --granularity character, or reject in the review what takes most

warning: AWS will refuse it: 2,049 characters of 2,048 over all inline policies of the user; try refine --if-too-long keep or split, --granularity character, or reject in the review what takes most

if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
warning: if it is managed, and nobody else has it, AWS will refuse it: 7,000 characters of 6,144 for a managed policy; try refine --if-too-long keep or split, --granularity character, or reject in the review what takes most
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default

warning: if it is inline, AWS will refuse it: 12,000 characters of 10,240 over all inline policies of the role; try refine --if-too-long keep or split, --granularity character, or reject in the review what takes most
if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
warning: if it is managed, and nobody else has it, AWS will refuse it: 12,000 characters of 6,144 for a managed policy; try refine --if-too-long keep or split, --granularity character, or reject in the review what takes most
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
");
    }

    #[test]
    fn a_managed_policy_gets_a_new_version_or_is_detached() {
        let hints = [
            hints_of(&managed(Some("arn:aws:iam::1:policy/P")), written("p.json")),
            hints_of(&managed(None), written("p.json")),
            hints_of(
                &managed(Some("arn:aws:iam::1:policy/P")),
                PolicyFile::NothingLeft,
            ),
            hints_of(
                &managed(Some("arn:aws:iam::aws:policy/ReadOnly")),
                written("p.json"),
            ),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
go on only if this shows v3, which was refined: aws iam get-policy --policy-arn arn:aws:iam::1:policy/P --query Policy.DefaultVersionId --output text
it changes for everyone who has it; go on only if you know what each of these uses: aws iam list-entities-for-policy --policy-arn arn:aws:iam::1:policy/P
aws iam create-policy-version --policy-arn arn:aws:iam::1:policy/P --policy-document file://p.json --set-as-default
to go back, if nobody else has got it since: aws iam set-default-policy-version --policy-arn arn:aws:iam::1:policy/P --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn arn:aws:iam::1:policy/P --version-id OLDEST_VERSION_ID

go on only if this shows v3, which was refined: aws iam get-policy --policy-arn POLICY_ARN --query Policy.DefaultVersionId --output text
it changes for everyone who has it; go on only if you know what each of these uses: aws iam list-entities-for-policy --policy-arn POLICY_ARN
aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
to go back, if nobody else has got it since: aws iam set-default-policy-version --policy-arn POLICY_ARN --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn POLICY_ARN --version-id OLDEST_VERSION_ID

aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/P
to go back, if that was done: aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/P

this policy is AWS's own and cannot be changed; make a policy of yours:
aws iam create-policy --policy-name ReadOnly-refined --policy-document file://p.json
go on only if this shows the old one and fewer than 20, the most that a role may have unless AWS was asked for more: aws iam list-attached-role-policies --role-name MyRole
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN
when it has the new one: aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::aws:policy/ReadOnly
to go back, if it still has the new one: attach the old one and detach the new one
");
    }

    fn shared(others: OtherHolders) -> LoadedPolicy {
        let mut policy = managed(Some("arn:aws:iam::1:policy/app/P"));
        policy.origin.others = Some(others);
        policy
    }

    fn others(named: &[&str], unnamed: Option<u64>, is_boundary: bool) -> OtherHolders {
        let owner = |name: &&str| {
            PolicyOwner::from_arn(&format!("arn:aws:iam::123456789012:{name}")).unwrap()
        };
        OtherHolders {
            named: named.iter().map(owner).collect(),
            is_boundary,
            unnamed,
        }
    }

    #[test]
    fn a_policy_that_others_have_is_left_to_them() {
        let with_two = shared(others(&["role/B", "user/Ann"], Some(1), false));
        let of_user = LoadedPolicy {
            origin: Origin {
                owner: PolicyOwner::from_arn("arn:aws:iam::123456789012:user/Eve"),
                ..with_two.origin.clone()
            },
            ..with_two.clone()
        };
        let hints = [
            hints_of(&with_two, written("p.json")),
            hints_of(&shared(others(&[], Some(0), true)), written("p.json")),
            hints_of(&of_user, written("p.json")),
            hints_of(&with_two, PolicyFile::NothingLeft),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
this policy is shared with role B and 2 more, and stays as it is; make one for this role alone:
aws iam create-policy --policy-name P-refined --policy-document file://p.json
go on only if this shows the old one and fewer than 20, the most that a role may have unless AWS was asked for more: aws iam list-attached-role-policies --role-name MyRole
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN
when it has the new one: aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/app/P
to go back, if it still has the new one: attach the old one and detach the new one

this policy is a permissions boundary, and stays as it is; make one for this role alone:
aws iam create-policy --policy-name P-refined --policy-document file://p.json
go on only if this shows the old one and fewer than 20, the most that a role may have unless AWS was asked for more: aws iam list-attached-role-policies --role-name MyRole
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN
when it has the new one: aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/app/P
to go back, if it still has the new one: attach the old one and detach the new one

this policy is shared with role B and 2 more, and stays as it is; make one for this user alone:
aws iam create-policy --policy-name P-refined --policy-document file://p.json
go on only if this shows the old one and fewer than 10, the most that a user may have unless AWS was asked for more: aws iam list-attached-user-policies --user-name Eve
aws iam attach-user-policy --user-name Eve --policy-arn NEW_POLICY_ARN
when it has the new one: aws iam detach-user-policy --user-name Eve --policy-arn arn:aws:iam::1:policy/app/P
to go back, if it still has the new one: attach the old one and detach the new one

aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/app/P
to go back, if that was done: aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/app/P
");
    }

    #[test]
    fn a_policy_that_nobody_else_has_gets_a_new_version_if_that_is_still_so() {
        let hints = hints_of(&shared(others(&[], Some(0), false)), written("p.json"));
        insta::assert_snapshot!(hints, @r"
go on only if this shows v3, which was refined: aws iam get-policy --policy-arn arn:aws:iam::1:policy/app/P --query Policy.DefaultVersionId --output text
go on only if this shows nobody else: aws iam list-entities-for-policy --policy-arn arn:aws:iam::1:policy/app/P
aws iam create-policy-version --policy-arn arn:aws:iam::1:policy/app/P --policy-document file://p.json --set-as-default
to go back, if nobody else has got it since: aws iam set-default-policy-version --policy-arn arn:aws:iam::1:policy/app/P --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn arn:aws:iam::1:policy/app/P --version-id OLDEST_VERSION_ID
");
    }

    #[test]
    fn what_may_be_shared_is_never_narrowed_for_others() {
        for named in [&[][..], &["role/B"], &["group/Ops", "user/Ann"]] {
            for unnamed in [None, Some(0), Some(1), Some(u64::MAX)] {
                for is_boundary in [false, true] {
                    let others = others(named, unnamed, is_boundary);
                    let is_shared = others.are_any();
                    let policy = shared(others);
                    for refined in [written("p.json"), PolicyFile::NothingLeft] {
                        let hints = hints_of(&policy, refined);
                        let narrows = hints.contains("create-policy-version");
                        let is_written = matches!(refined, PolicyFile::Written { .. });
                        assert_eq!(narrows, !is_shared && is_written, "{hints}");
                    }
                }
            }
        }
    }

    #[test]
    fn of_a_bare_document_it_is_not_known_how_it_is_attached() {
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let hints = [
            hints_of(&bare, written("p.json")),
            hints_of(&bare, PolicyFile::NothingLeft),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default

if it is inline: aws iam delete-role-policy --role-name MyRole --policy-name POLICY_NAME
if it is managed: aws iam detach-role-policy --role-name MyRole --policy-arn POLICY_ARN
");
    }

    /// What is told for these roles, of an account each.
    fn hints_for(whom: &[&str], policy: &LoadedPolicy, refined: PolicyFile<'_>) -> String {
        let arn = |(account, role): (usize, &&str)| {
            format!("arn:aws:iam::{:012}:role/{role}", account + 1).into()
        };
        let principal = Principal {
            everywhere: whom.iter().enumerate().map(arn).collect(),
            ..Principal::default()
        };
        let steps = next_steps(policy, &principal, refined).into_iter();
        let hints = steps.map(|step| step.to_string());
        // How to find the set is told first, and the same for all.
        let hints = hints.filter(|step| !step.contains("_ARN is") && !step.contains("describe"));
        hints.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_several_have_is_changed_for_each() {
        const MADE: &str = "AWSReservedSSO_Dev_0123456789abcdef";
        let inline = inline_in(Owner::Role, "app");
        let own_managed = managed(Some("arn:aws:iam::1:policy/P"));
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let hints = [
            hints_for(&["app", "app"], &inline, PolicyFile::NothingLeft),
            hints_for(&["app", "other"], &bare, written("p.json")),
            hints_for(&["app", MADE], &bare, written("p.json")),
            hints_for(&["app", MADE], &own_managed, written("p.json")),
            hints_for(&["app", MADE], &own_managed, PolicyFile::NothingLeft),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
for each of arn:aws:iam::000000000001:role/app, arn:aws:iam::000000000002:role/app:
to be able to go back, keep it as it is; go on only if it is what was refined: aws iam get-role-policy --role-name app --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam delete-role-policy --role-name app --policy-name Mine
to go back, if nobody has changed it since: aws iam put-role-policy --role-name app --policy-name Mine --policy-document file://Mine.before.json

for each of arn:aws:iam::000000000001:role/app, arn:aws:iam::000000000002:role/other:
if it is inline: aws iam put-role-policy --role-name ROLE_NAME --policy-name POLICY_NAME --policy-document file://p.json
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default

for each of arn:aws:iam::000000000001:role/app:
if it is inline: aws iam put-role-policy --role-name ROLE_NAME --policy-name POLICY_NAME --policy-document file://p.json
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
not for arn:aws:iam::000000000002:role/AWSReservedSSO_Dev_0123456789abcdef: AWS changes these with their permission sets, which are refined by themselves

for each of arn:aws:iam::000000000001:role/app, arn:aws:iam::000000000002:role/AWSReservedSSO_Dev_0123456789abcdef:
it changes for everyone who has it; go on only if you know what each of these uses: aws iam list-entities-for-policy --policy-arn POLICY_ARN
aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
to go back, if nobody else has got it since: aws iam set-default-policy-version --policy-arn POLICY_ARN --version-id VERSION_ID
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn POLICY_ARN --version-id OLDEST_VERSION_ID

for each of arn:aws:iam::000000000001:role/app:
aws iam detach-role-policy --role-name ROLE_NAME --policy-arn POLICY_ARN
to go back, if that was done: aws iam attach-role-policy --role-name ROLE_NAME --policy-arn POLICY_ARN
not for arn:aws:iam::000000000002:role/AWSReservedSSO_Dev_0123456789abcdef: AWS changes these with their permission sets, which are refined by themselves
");
    }

    #[test]
    fn what_a_permission_set_has_is_changed_there() {
        let set = policy(PolicyKind::PermissionSet, Origin::default());
        let own_managed = managed(Some("arn:aws:iam::1:policy/app/P"));
        let of_aws = managed(Some("arn:aws:iam::aws:policy/ReadOnly"));
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let made = [
            "AWSReservedSSO_Dev_0123456789abcdef",
            "AWSReservedSSO_Dev_fedcba9876543210",
        ];
        let too_long = PolicyFile::Written {
            file: Path::new("p.json"),
            size: 10_241,
            bytes: 10_241,
        };
        let hints = [
            hints_for(&made, &set, too_long),
            hints_for(&made, &set, PolicyFile::NothingLeft),
            hints_for(&made, &own_managed, written("p.json")),
            hints_for(&made, &own_managed, PolicyFile::NothingLeft),
            hints_for(&made, &of_aws, written("p.json")),
            hints_for(&made, &of_aws, PolicyFile::NothingLeft),
            hints_for(&made, &managed(None), PolicyFile::NothingLeft),
            hints_for(&made, &bare, PolicyFile::NothingLeft),
            hints_for(&["AWSReservedSSO_Dev"], &set, PolicyFile::NothingLeft),
        ];
        insta::assert_snapshot!(hints.join("\n\n"), @r"
warning: AWS will refuse it: 10,241 characters of 10,240 for the inline policy of a permission set; try refine --if-too-long keep, --granularity character, or reject in the review what takes most
to be able to go back, keep it as it is; go on only if it is what was refined: aws sso-admin get-inline-policy-for-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --query InlinePolicy --output text > Dev.before.json
aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --inline-policy file://p.json
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if nobody has changed it since, this, and then provision it as above: aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --inline-policy file://Dev.before.json

to be able to go back, keep it as it is; go on only if it is what was refined: aws sso-admin get-inline-policy-for-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --query InlinePolicy --output text > Dev.before.json
aws sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if nobody has changed it since, this, and then provision it as above: aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --inline-policy file://Dev.before.json

go on only if this shows v3, which was refined: aws iam get-policy --policy-arn arn:aws:iam::1:policy/app/P --query Policy.DefaultVersionId --output text
it changes for everyone who has it; go on only if you know what each of these uses: aws iam list-entities-for-policy --policy-arn arn:aws:iam::1:policy/app/P
aws iam create-policy-version --policy-arn arn:aws:iam::1:policy/app/P --policy-document file://p.json --set-as-default
to go back, if nobody else has got it since: aws iam set-default-policy-version --policy-arn arn:aws:iam::1:policy/app/P --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn arn:aws:iam::1:policy/app/P --version-id OLDEST_VERSION_ID

aws sso-admin detach-customer-managed-policy-reference-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --customer-managed-policy-reference Name=P,Path=/app/
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if that was done, this, and then provision it as above: aws sso-admin attach-customer-managed-policy-reference-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --customer-managed-policy-reference Name=P,Path=/app/

this policy is AWS's own and cannot be changed; in each of its accounts make one of yours: aws iam create-policy --policy-name ReadOnly-refined --policy-document file://p.json --output json
aws sso-admin attach-customer-managed-policy-reference-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --customer-managed-policy-reference Name=ReadOnly-refined
aws sso-admin detach-managed-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --managed-policy-arn arn:aws:iam::aws:policy/ReadOnly
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if it still has the new one: attach the old one, detach the new one and provision it again

aws sso-admin detach-managed-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --managed-policy-arn arn:aws:iam::aws:policy/ReadOnly
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if that was done, this, and then provision it as above: aws sso-admin attach-managed-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --managed-policy-arn arn:aws:iam::aws:policy/ReadOnly

aws sso-admin detach-customer-managed-policy-reference-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --customer-managed-policy-reference Name=POLICY_NAME
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if that was done, this, and then provision it as above: aws sso-admin attach-customer-managed-policy-reference-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --customer-managed-policy-reference Name=POLICY_NAME

if it is the inline policy of its permission set:
to be able to go back, keep it as it is; go on only if it is what was refined: aws sso-admin get-inline-policy-for-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --query InlinePolicy --output text > Dev.before.json
aws sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if nobody has changed it since, this, and then provision it as above: aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --inline-policy file://Dev.before.json

to be able to go back, keep it as it is; go on only if it is what was refined: aws sso-admin get-inline-policy-for-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --query InlinePolicy --output text > permission-set.before.json
aws sso-admin delete-inline-policy-from-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN
aws sso-admin provision-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --target-type ALL_PROVISIONED_ACCOUNTS --output json
to go back, if nobody has changed it since, this, and then provision it as above: aws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN --permission-set-arn PERMISSION_SET_ARN --inline-policy file://permission-set.before.json
");
    }

    #[test]
    fn no_role_that_aws_keeps_is_changed() {
        let made = "arn:aws:iam::123456789012:role/AWSReservedSSO_Dev_0123456789abcdef";
        let mut policies = vec![
            policy(PolicyKind::PermissionSet, Origin::default()),
            policy(PolicyKind::Unknown, Origin::default()),
            managed(Some("arn:aws:iam::aws:policy/ReadOnly")),
            managed(Some("arn:aws:iam::1:policy/P")),
            managed(None),
            shared(others(&["role/B"], Some(0), false)),
        ];
        for policy in policies.clone() {
            let origin = Origin {
                owner: PolicyOwner::from_arn(made),
                ..policy.origin
            };
            policies.push(LoadedPolicy { origin, ..policy });
        }
        let alone = Principal {
            name: Some(made.into()),
            ..Principal::default()
        };
        let everywhere = Principal {
            everywhere: vec![made.into()],
            ..alone.clone()
        };
        for policy in &policies {
            for principal in [&alone, &everywhere] {
                for refined in [written("p.json"), PolicyFile::NothingLeft] {
                    for step in next_steps(policy, principal, refined) {
                        let Some(operation) = step.command.as_ref().map(AwsCommand::operation)
                        else {
                            continue;
                        };
                        assert!(operation.kind().is_none(), "{step}");
                        let is_of_set = operation.service() == "sso-admin";
                        let waits = is_of_set && principal.everywhere.is_empty();
                        assert!(!waits || operation.reads(), "{step}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_of_a_path_reaches_a_shell_or_a_terminal() {
        let role = inline_in(Owner::Role, "MyRole");
        let put = |file| hints_of(&role, written(file));
        assert!(put("$(reboot)").contains("--policy-document 'file://$(reboot)'\n"));
        assert!(put("a\u{1b}[2J").contains("--policy-document file://REFINED_POLICY\n"));
    }
}
