use super::*;
use crate::document::Document;
use crate::iam::{Arn, PolicyName, PrincipalName, VersionId};
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
    let owner =
        |name: &&str| PolicyOwner::from_arn(&format!("arn:aws:iam::123456789012:{name}")).unwrap();
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
                    let Some(operation) = step.command.as_ref().map(AwsCommand::operation) else {
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
