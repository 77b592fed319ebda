//! What to do with a written policy: the next `aws` command, and the way back.
//!
//! People paste these lines, so whatever stems from a file is a name or an ARN that IAM allows,
//! or stands in quotes; where that is not enough it is left for the reader to fill in.

use std::path::Path;

use super::shell::{option, word};
use super::too_long::TooLong;
use crate::iam::Principal;
use crate::iam::quota::{Owner, PolicyKind};
use crate::policies::{LoadedPolicy, PolicyOwner};

/// What became of a policy.
#[derive(Clone, Copy, Debug)]
pub enum Became<'a> {
    /// It was written.
    Written {
        /// Where.
        file: &'a Path,
        /// How many characters count against its quota.
        size: usize,
    },
    /// Nothing is left of it.
    NothingLeft,
}

/// The commands that put into force what was decided of a policy of `principal`, and how to go
/// back, after a warning where AWS would refuse them; for a policy of which the inputs do not tell
/// how it is attached, those for either way.
pub fn next_steps(policy: &LoadedPolicy, principal: &Principal, became: Became<'_>) -> Vec<String> {
    let commands = match (policy.kind, became) {
        (PolicyKind::Unknown, _) => return either(policy, principal, became),
        (PolicyKind::Inline(owner), Became::Written { file, .. }) => {
            replace_inline(policy, owner, file)
        }
        (PolicyKind::Inline(owner), Became::NothingLeft) => delete_inline(policy, owner),
        (PolicyKind::Managed, Became::Written { file, .. }) if policy.is_aws_managed() => {
            copy_of_aws_managed(policy, principal, file)
        }
        (PolicyKind::Managed, Became::Written { file, .. }) => new_version(policy, file),
        (PolicyKind::Managed, Became::NothingLeft) => detach(policy, principal),
    };
    let too_long = too_long(policy.kind, became);
    let warning = too_long.map(|too_long| format!("warning: AWS will refuse it: {too_long}"));
    warning.into_iter().chain(commands).collect()
}

fn too_long(kind: PolicyKind, became: Became<'_>) -> Option<TooLong> {
    match became {
        Became::Written { size, .. } => TooLong::of(size, kind),
        Became::NothingLeft => None,
    }
}

/// The commands for a policy that may be inline or managed, with what has to be filled in.
fn either(policy: &LoadedPolicy, principal: &Principal, became: Became<'_>) -> Vec<String> {
    let owner = principal.name.as_deref().and_then(PolicyOwner::from_arn);
    let owner = owner.or_else(|| policy.origin.owner.clone());
    let kind = owner.as_ref().map_or(Owner::Role, |owner| owner.kind);
    let mut policy = policy.clone();
    policy.origin.owner = owner;
    let managed = match became {
        Became::Written { .. } => "managed, and nobody else has it",
        Became::NothingLeft => "managed",
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
        let too_long = too_long(kind, became);
        let warning = too_long
            .map(|too_long| format!("warning: if it is {way}, AWS will refuse it: {too_long}"));
        let mut steps = next_steps(&policy, principal, became).into_iter();
        let step = steps.find(|step| step.starts_with("aws "));
        let command = step.map(|step| format!("if it is {way}: {step}"));
        warning.into_iter().chain(command)
    };
    ways.into_iter().flat_map(commands).collect()
}

fn replace_inline(policy: &LoadedPolicy, owner: Owner, file: &Path) -> Vec<String> {
    let put = put_inline(policy, owner, &file_url(file));
    reversible(policy, owner, put)
}

fn delete_inline(policy: &LoadedPolicy, owner: Owner) -> Vec<String> {
    let what = inline(policy, owner);
    let delete = next(&format!("delete-{}-policy {what}", owner.as_str()));
    reversible(policy, owner, delete)
}

/// A `change` of an inline policy, of which AWS keeps no versions, between what keeps the policy as
/// it is and what puts that back. The file that was read may hold more than the policy.
fn reversible(policy: &LoadedPolicy, owner: Owner, change: String) -> Vec<String> {
    let kept = policy.origin.name.as_deref().unwrap_or("policy");
    let kept = format!("{kept}.before.json");
    let get = next(&format!(
        "get-{}-policy {} --query PolicyDocument --output json",
        owner.as_str(),
        inline(policy, owner)
    ));
    vec![
        format!(
            "to be able to go back, keep it as it is: {get} > {}",
            word(&kept)
        ),
        change,
        format!(
            "to go back: {}",
            put_inline(policy, owner, &file_url(Path::new(&kept)))
        ),
    ]
}

fn put_inline(policy: &LoadedPolicy, owner: Owner, document: &str) -> String {
    next(&format!(
        "put-{}-policy {} --policy-document {document}",
        owner.as_str(),
        inline(policy, owner)
    ))
}

fn new_version(policy: &LoadedPolicy, file: &Path) -> Vec<String> {
    let arn = arn(policy);
    let version = policy
        .origin
        .version
        .as_deref()
        .map_or_else(|| "VERSION_ID".to_owned(), word);
    vec![
        format!(
            "it changes for everyone who has it, and this shows who does: {}",
            next(&format!("list-entities-for-policy --policy-arn {arn}"))
        ),
        next(&format!(
            "create-policy-version --policy-arn {arn} --policy-document {} --set-as-default",
            file_url(file)
        )),
        format!(
            "to go back: {}",
            next(&format!(
                "set-default-policy-version --policy-arn {arn} --version-id {version}"
            ))
        ),
        format!(
            "a policy has five versions at most; to make room: {}",
            next(&format!(
                "delete-policy-version --policy-arn {arn} --version-id OLDEST_VERSION_ID"
            ))
        ),
    ]
}

/// AWS's own policies cannot be changed, so a copy takes the place of one.
fn copy_of_aws_managed(policy: &LoadedPolicy, principal: &Principal, file: &Path) -> Vec<String> {
    let arn_name = |arn: &str| arn.rsplit('/').next().map(str::to_owned);
    let own_name = policy.origin.name.clone();
    let name = own_name.or_else(|| arn_name(policy.origin.arn.as_deref()?));
    let name = name.unwrap_or_else(|| "POLICY_NAME".to_owned());
    let attach = |verb: &str, arn: &str| next(&attachment(verb, principal, policy, arn));
    vec![
        "this policy is AWS's own and cannot be changed; make a policy of yours:".to_owned(),
        next(&format!(
            "create-policy {} --policy-document {}",
            option("policy-name", &format!("{name}-refined")),
            file_url(file)
        )),
        attach("attach", "NEW_POLICY_ARN"),
        attach("detach", &arn(policy)),
        "to go back, attach the old one and detach the new one".to_owned(),
    ]
}

fn detach(policy: &LoadedPolicy, principal: &Principal) -> Vec<String> {
    let arn = arn(policy);
    let attach = |verb: &str| next(&attachment(verb, principal, policy, &arn));
    vec![
        attach("detach"),
        format!("to go back: {}", attach("attach")),
    ]
}

/// `detach-role-policy --role-name MyRole --policy-arn ARN`, for the principal as it is known.
fn attachment(verb: &str, principal: &Principal, policy: &LoadedPolicy, arn: &str) -> String {
    let found = principal.name.as_deref().and_then(PolicyOwner::from_arn);
    let (kind, name) = match found.as_ref().or(policy.origin.owner.as_ref()) {
        Some(owner) => (owner.kind.as_str(), owner.name.as_str()),
        None => (Owner::Role.as_str(), "ROLE_NAME"),
    };
    let name = option(&format!("{kind}-name"), name);
    format!("{verb}-{kind}-policy {name} --policy-arn {arn}")
}

/// `--role-name MyRole --policy-name MyPolicy`.
fn inline(policy: &LoadedPolicy, owner: Owner) -> String {
    let kind = owner.as_str();
    let of_owner = policy.origin.owner.as_ref().map(|owner| owner.name.clone());
    let of_owner = of_owner.unwrap_or_else(|| format!("{}_NAME", kind.to_ascii_uppercase()));
    let of_policy = policy.origin.name.as_deref().unwrap_or("POLICY_NAME");
    format!(
        "{} {}",
        option(&format!("{kind}-name"), &of_owner),
        option("policy-name", of_policy)
    )
}

fn arn(policy: &LoadedPolicy) -> String {
    policy
        .origin
        .arn
        .as_deref()
        .map_or_else(|| "POLICY_ARN".to_owned(), word)
}

fn next(command: &str) -> String {
    format!("aws iam {command}")
}

/// `file://PATH`, as one word. A path that a terminal would not show as it is stays open.
fn file_url(path: &Path) -> String {
    match path.to_str() {
        Some(path) if crate::text::printable(path) == path => word(&format!("file://{path}")),
        _ => "file://REFINED_POLICY".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::policies::Origin;
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
            name: name.to_owned(),
            arn: None,
        };
        let origin = Origin {
            owner: Some(holder),
            name: Some("Mine".to_owned()),
            ..Origin::default()
        };
        policy(PolicyKind::Inline(owner), origin)
    }

    fn managed(arn: Option<&str>) -> LoadedPolicy {
        let origin = Origin {
            arn: arn.map(str::to_owned),
            version: Some("v3".to_owned()),
            ..Origin::default()
        };
        policy(PolicyKind::Managed, origin)
    }

    fn told(policy: &LoadedPolicy, became: Became<'_>) -> String {
        let principal = Principal {
            name: Some("arn:aws:iam::123456789012:role/app/MyRole".to_owned()),
            all_policies_loaded: false,
        };
        next_steps(policy, &principal, became).join("\n")
    }

    fn written(file: &str) -> Became<'_> {
        Became::Written {
            file: Path::new(file),
            size: 221,
        }
    }

    #[test]
    fn an_inline_policy_is_put_or_deleted() {
        let role = inline_in(Owner::Role, "MyRole");
        let told = [
            told(&role, written("refined.json")),
            told(&inline_in(Owner::User, "Ann"), written("it's mine.json")),
            told(&inline_in(Owner::Group, "Ops"), Became::NothingLeft),
        ];
        insta::assert_snapshot!(told.join("\n\n"), @r"
to be able to go back, keep it as it is: aws iam get-role-policy --role-name MyRole --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam put-role-policy --role-name MyRole --policy-name Mine --policy-document file://refined.json
to go back: aws iam put-role-policy --role-name MyRole --policy-name Mine --policy-document file://Mine.before.json

to be able to go back, keep it as it is: aws iam get-user-policy --user-name Ann --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam put-user-policy --user-name Ann --policy-name Mine --policy-document 'file://it'\''s mine.json'
to go back: aws iam put-user-policy --user-name Ann --policy-name Mine --policy-document file://Mine.before.json

to be able to go back, keep it as it is: aws iam get-group-policy --group-name Ops --policy-name Mine --query PolicyDocument --output json > Mine.before.json
aws iam delete-group-policy --group-name Ops --policy-name Mine
to go back: aws iam put-group-policy --group-name Ops --policy-name Mine --policy-document file://Mine.before.json
");
    }

    #[test]
    fn a_name_that_begins_with_a_hyphen_is_no_option() {
        let mut policy = inline_in(Owner::Role, "--profile");
        policy.origin.name = Some("-Mine".to_owned());
        let told = told(&policy, written("p.json"));
        let put = "put-role-policy --role-name=--profile --policy-name=-Mine --policy-document";
        assert!(told.contains(put), "{told}");
        assert!(told.contains("> -Mine.before.json"), "{told}");
    }

    #[test]
    fn what_aws_refuses_for_its_length_is_told_before_the_command() {
        let told = |policy: &LoadedPolicy, size| {
            let file = Path::new("p.json");
            told(policy, Became::Written { file, size })
        };
        let managed = managed(None);
        assert!(!told(&managed, 6_144).contains("refuse"));
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let first = |told: String| told.lines().next().map(str::to_owned);
        let lines = [
            first(told(&managed, 6_145)),
            first(told(&inline_in(Owner::User, "Ann"), 2_049)),
            Some(told(&bare, 7_000)),
            Some(told(&bare, 12_000)),
        ];
        insta::assert_snapshot!(lines.map(Option::unwrap).join("\n\n"), @r"
warning: AWS will refuse it: 6,145 characters of 6,144 for a managed policy; try --granularity character, reject in the review what takes most, or split it over several policies

warning: AWS will refuse it: 2,049 characters of 2,048 over all inline policies of the user; try --granularity character, reject in the review what takes most, or move some statements to a managed policy

if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
warning: if it is managed, and nobody else has it, AWS will refuse it: 7,000 characters of 6,144 for a managed policy; try --granularity character, reject in the review what takes most, or split it over several policies
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default

warning: if it is inline, AWS will refuse it: 12,000 characters of 10,240 over all inline policies of the role; try --granularity character, reject in the review what takes most, or move some statements to a managed policy
if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
warning: if it is managed, and nobody else has it, AWS will refuse it: 12,000 characters of 6,144 for a managed policy; try --granularity character, reject in the review what takes most, or split it over several policies
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
");
    }

    #[test]
    fn a_managed_policy_gets_a_new_version_or_is_detached() {
        let told = [
            told(&managed(Some("arn:aws:iam::1:policy/P")), written("p.json")),
            told(&managed(None), written("p.json")),
            told(
                &managed(Some("arn:aws:iam::1:policy/P")),
                Became::NothingLeft,
            ),
            told(
                &managed(Some("arn:aws:iam::aws:policy/ReadOnly")),
                written("p.json"),
            ),
        ];
        insta::assert_snapshot!(told.join("\n\n"), @r"
it changes for everyone who has it, and this shows who does: aws iam list-entities-for-policy --policy-arn arn:aws:iam::1:policy/P
aws iam create-policy-version --policy-arn arn:aws:iam::1:policy/P --policy-document file://p.json --set-as-default
to go back: aws iam set-default-policy-version --policy-arn arn:aws:iam::1:policy/P --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn arn:aws:iam::1:policy/P --version-id OLDEST_VERSION_ID

it changes for everyone who has it, and this shows who does: aws iam list-entities-for-policy --policy-arn POLICY_ARN
aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default
to go back: aws iam set-default-policy-version --policy-arn POLICY_ARN --version-id v3
a policy has five versions at most; to make room: aws iam delete-policy-version --policy-arn POLICY_ARN --version-id OLDEST_VERSION_ID

aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/P
to go back: aws iam attach-role-policy --role-name MyRole --policy-arn arn:aws:iam::1:policy/P

this policy is AWS's own and cannot be changed; make a policy of yours:
aws iam create-policy --policy-name ReadOnly-refined --policy-document file://p.json
aws iam attach-role-policy --role-name MyRole --policy-arn NEW_POLICY_ARN
aws iam detach-role-policy --role-name MyRole --policy-arn arn:aws:iam::aws:policy/ReadOnly
to go back, attach the old one and detach the new one
");
    }

    #[test]
    fn of_a_bare_document_it_is_not_known_how_it_is_attached() {
        let bare = policy(PolicyKind::Unknown, Origin::default());
        let told = [
            told(&bare, written("p.json")),
            told(&bare, Became::NothingLeft),
        ];
        insta::assert_snapshot!(told.join("\n\n"), @r"
if it is inline: aws iam put-role-policy --role-name MyRole --policy-name POLICY_NAME --policy-document file://p.json
if it is managed, and nobody else has it: aws iam create-policy-version --policy-arn POLICY_ARN --policy-document file://p.json --set-as-default

if it is inline: aws iam delete-role-policy --role-name MyRole --policy-name POLICY_NAME
if it is managed: aws iam detach-role-policy --role-name MyRole --policy-arn POLICY_ARN
");
    }

    #[test]
    fn nothing_of_a_path_reaches_a_shell_or_a_terminal() {
        assert_eq!(file_url(Path::new("$(reboot)")), "'file://$(reboot)'");
        assert_eq!(file_url(Path::new("a\u{1b}[2J")), "file://REFINED_POLICY");
    }
}
