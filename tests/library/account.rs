//! A whole account: who is attached to which policy, and what is refused.

use iam_refine::iam::quota::{Owner, PolicyKind};
use iam_refine::iam::{Arn, PolicyName, PrincipalName, VersionId};
use iam_refine::policies::{Account, AccountPrincipal, BoundaryUses, Locked};
use iam_refine::text::{Json, Problems, Source};

const EXAMPLE: &str = include_str!("../data/examples/get-account-authorization-details.json");

fn read(text: &str) -> Result<Account, Problems> {
    let source = Source::from_text("account.json", text);
    Account::read(&source, &Json::parse(&source)?)
}

#[test]
fn principals_policies_and_attachments_are_read() {
    let account = read(EXAMPLE).unwrap();
    let names: Vec<String> = (account.principals.iter())
        .map(|principal| principal.owner.to_string())
        .collect();
    assert_eq!(names, ["role Reporter", "role Deployer"]);
    let inline = &account.principals[0].inline[0];
    assert_eq!(inline.kind, PolicyKind::Inline(Owner::Role));
    assert_eq!(inline.origin.name, PolicyName::parse("ReadBuckets"));
    assert_eq!(
        inline.document.source().name(),
        "account.json (policy ReadBuckets)"
    );
    let managed = &account.managed[0];
    assert_eq!(
        (managed.attachments, managed.boundary_uses),
        (Some(2), BoundaryUses::Counted(0))
    );
    let arn = managed.policy.origin.arn.clone().unwrap();
    let has_it = |principal: &&AccountPrincipal| principal.attached.contains(&arn);
    assert_eq!(account.principals.iter().filter(has_it).count(), 2);
}

#[test]
fn of_a_managed_policy_the_default_version_is_taken() {
    let account = read(EXAMPLE).unwrap();
    let policy = &account.managed[0].policy;
    assert_eq!(policy.origin.version, VersionId::parse("v2"));
    assert!(policy.document.source().text().contains("lambda:Update*"));
    assert_eq!(
        policy.origin.changed_at,
        "2024-03-01T12:00:00Z".parse().ok()
    );
    let updated = EXAMPLE.replace(
        "\"UpdateDate\": \"2024-03-01",
        "\"UpdateDate\": \"2024-03-02",
    );
    let policy = &read(&updated).unwrap().managed[0].policy;
    assert_eq!(
        policy.origin.changed_at,
        "2024-03-02T12:00:00Z".parse().ok()
    );
    let without_flags = EXAMPLE
        .replace("\"IsDefaultVersion\": true, ", "")
        .replace("\"IsDefaultVersion\": false, ", "")
        .replace(
            "\"DefaultVersionId\": \"v2\"",
            "\"DefaultVersionId\": \"v1\"",
        );
    let account = read(&without_flags).unwrap();
    assert_eq!(
        account.managed[0]
            .policy
            .origin
            .version
            .as_ref()
            .map(VersionId::as_str),
        Some("v1")
    );
}

#[test]
fn users_have_groups_and_some_roles_are_locked() {
    let account = read(
        r#"{"UserDetailList": [
              {"UserName": "Ann", "GroupList": ["Ops"], "UserPolicyList": [],
               "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::1:policy/B"}}],
            "GroupDetailList": [{"GroupName": "Ops"}],
            "RoleDetailList": [
              {"RoleName": "Linked", "Path": "/aws-service-role/x.amazonaws.com/"},
              {"RoleName": "AWSReservedSSO_Admin_0123456789abcdef"},
              {"RoleName": "Pathless",
               "Arn": "arn:aws-cn:iam::1:role/aws-service-role/x.amazonaws.com/Pathless"}]}"#,
    )
    .unwrap();
    let locked: Vec<Option<Locked>> = account.principals.iter().map(|own| own.locked).collect();
    let [linked, set] = [Locked::ServiceLinked, Locked::PermissionSet].map(Some);
    assert_eq!(locked, [linked, set, linked, None, None]);
    let of_ops = account
        .principals
        .iter()
        .filter(|own| own.groups == [PrincipalName::parse("Ops").unwrap()]);
    let members: Vec<String> = of_ops.map(|user| user.owner.to_string()).collect();
    assert_eq!(members, ["user Ann"]);
    assert_eq!(
        account.principals[3].boundary.as_ref().map(Arn::as_str),
        Some("arn:aws:iam::1:policy/B")
    );
}

#[test]
fn an_account_that_is_cut_short_or_odd_is_refused() {
    let told = [
        EXAMPLE.replace(
            "\"IsTruncated\": false",
            "\"IsTruncated\": true, \"Marker\": \"x\"",
        ),
        EXAMPLE.replace("\"IsTruncated\": false", "\"NextToken\": \"x\""),
        EXAMPLE.replace(
            "\"PolicyArn\": \"arn:aws:iam::123456789012:policy/SharedLambda\"",
            "",
        ),
        EXAMPLE.replace("\"RoleName\": \"Deployer\"", "\"RoleName\": \"De ployer\""),
        // The number of the account goes into scripts that people run.
        EXAMPLE.replace("123456789012:role/", "$(reboot):role/"),
        EXAMPLE.replace("\"GroupDetailList\": []", "\"GroupDetailList\": {}"),
    ]
    .map(|text| {
        read(
            &text
                .replace("MyRole\", }", "MyRole\"}")
                .replace("\", }", "\"}"),
        )
    })
    .map(|read| read.unwrap_err().to_string())
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn a_policy_that_cannot_be_read_costs_itself_alone() {
    let twice = |list: &str, text: &str| {
        let mut account: serde_json::Value = serde_json::from_str(EXAMPLE).unwrap();
        let list = account.pointer_mut(list).unwrap().as_array_mut().unwrap();
        let mut second = list[0].clone();
        if !text.is_empty() {
            second["IsDefaultVersion"] = true.into();
        }
        list.push(second);
        account.to_string()
    };
    let odd = [
        EXAMPLE.replace("\"s3:List*\"", "\"s3List\""),
        EXAMPLE.replace("\"s3:List*\"", "\"s3: X\""),
        EXAMPLE.replace("\"s3:List*\"", "\"s3:\""),
        EXAMPLE.replace("\"IsDefaultVersion\": true", "\"IsDefaultVersion\": false"),
        EXAMPLE.replace(
            "\"IsDefaultVersion\": false",
            "\"IsDefaultVersion\": \"false\"",
        ),
        EXAMPLE.replace("\"AttachmentCount\": 2", "\"AttachmentCount\": \"two\""),
        EXAMPLE.replace(
            "\"DefaultVersionId\": \"v2\"",
            "\"DefaultVersionId\": \"v1\"",
        ),
        EXAMPLE.replace("\"IsDefaultVersion\": false", "\"IsDefaultVersion\": true"),
        twice("/Policies", ""),
        twice("/RoleDetailList/0/RolePolicyList", ""),
    ];
    let whole = read(EXAMPLE).unwrap();
    let policies = |account: &Account| {
        let inline = account.principals.iter().map(|own| own.inline.len());
        account.managed.len() + inline.sum::<usize>()
    };
    let mut told = Vec::new();
    for text in odd {
        let account = read(&text).unwrap();
        assert_eq!(account.principals.len(), whole.principals.len(), "{text}");
        assert_eq!(policies(&account), policies(&whole) - 1, "{text}");
        let unreadable = account.unreadable.iter();
        told.extend(unreadable.map(|own| format!("{}: {}", own.name, own.reason())));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn boundaries_decide_where_aws_counts_none_and_all_principals_are_shown() {
    let uses = |text: &str| read(text).unwrap().managed[0].boundary_uses;
    let without = EXAMPLE.replace("\"PermissionsBoundaryUsageCount\": 0,", "");
    let null = EXAMPLE.replace(
        "\"PermissionsBoundaryUsageCount\": 0,",
        "\"PermissionsBoundaryUsageCount\": null,",
    );
    for text in [&without, &null] {
        assert_ne!(*text, EXAMPLE);
        assert_eq!(uses(text), BoundaryUses::AsShown);
        let notes = read(text).unwrap().notes;
        assert!(
            notes[0]
                .message()
                .contains("the boundaries of all users and roles")
        );
    }
    let cut = without.replace("\"UserDetailList\"", "\"Users\"");
    assert_eq!(uses(&cut), BoundaryUses::Unknown);
}
