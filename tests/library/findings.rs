//! Which findings are read, as what, and what is said of those that are not.

use std::path::{Path, PathBuf};

use iam_refine::findings::{Findings, MissingPages, Page, UnusedInService};
use iam_refine::text::{Holds, Json, Problems, Shape, Source, Untrusted, recognise};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/examples")
}

fn example(name: &str) -> Source {
    Source::from_bytes(name, &std::fs::read(examples().join(name)).unwrap()).unwrap()
}

fn read(source: &Source) -> Result<Page, Problems> {
    Page::read(source, &Json::parse(source)?)
}

fn page(name: &str, text: &str) -> Page {
    read(&Source::from_text(name, text)).unwrap()
}

fn refusal(text: &str) -> String {
    let read = read(&Source::from_text("f.json", text));
    // What is only evidence is refused where there is no finding beside it.
    let joined = read.and_then(|page| Findings::join(vec![page], MissingPages::Refused));
    joined.unwrap_err().to_string()
}

/// One line a service: its actions, `*` for all of them; the last access where it is told.
fn told(page: &Page) -> String {
    let services = page
        .unused
        .services()
        .map(|(service, unused)| match unused {
            UnusedInService::Wholly(last) => format!("{service}: *{}", accessed(*last)),
            UnusedInService::Actions(actions) => {
                let actions = actions.iter();
                let actions: Vec<String> = actions
                    .map(|(name, last)| format!("{name}{}", accessed(*last)))
                    .collect();
                format!("{service}: {}", actions.join(" "))
            }
        });
    services.collect::<Vec<_>>().join("\n")
}

fn accessed(time: Option<jiff::Timestamp>) -> String {
    time.map(|time| format!(" ({time})")).unwrap_or_default()
}

#[test]
fn every_example_is_recognised_by_its_shape() {
    let shapes = [
        ("article.findings.json", Shape::ArticleList),
        ("article.policy.json", Shape::PolicyDocument),
        ("article.refined.json", Shape::PolicyDocument),
        ("bedrock.findings.json", Shape::ArticleList),
        ("bedrock.policy.json", Shape::PolicyDocument),
        ("eventbridge.json", Shape::Event),
        (
            "get-account-authorization-details.json",
            Shape::AuthorizationDetails,
        ),
        (
            "get-finding-recommendation.failed.json",
            Shape::Recommendation,
        ),
        (
            "get-finding-recommendation.in-progress.json",
            Shape::Recommendation,
        ),
        ("get-finding-recommendation.json", Shape::Recommendation),
        ("get-finding-v2.json", Shape::FindingV2),
        ("get-generated-policy.json", Shape::GeneratedPolicy),
        ("get-group-policy.json", Shape::InlinePolicy),
        ("get-policy-version.json", Shape::PolicyVersion),
        ("get-policy-version.not-default.json", Shape::PolicyVersion),
        (
            "get-recommended-policy-v2.in-progress.json",
            Shape::RecommendedPolicy,
        ),
        ("get-recommended-policy-v2.json", Shape::RecommendedPolicy),
        ("get-role-policy.json", Shape::InlinePolicy),
        (
            "get-service-last-accessed-details.json",
            Shape::LastAccessed,
        ),
        ("get-user-policy.json", Shape::InlinePolicy),
        ("inline-lambda.findings.json", Shape::ArticleList),
        ("inline-lambda.policy.json", Shape::PolicyDocument),
        ("inline-lambda.refined.json", Shape::PolicyDocument),
        ("list-findings-v2.json", Shape::FindingsList),
        ("security-hub-asff.json", Shape::SecurityHub),
    ];
    let mut names: Vec<String> = std::fs::read_dir(examples())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, shapes.map(|(name, _)| name));
    for (name, shape) in shapes {
        let json = Json::parse(&example(name)).unwrap();
        assert_eq!(recognise(&json), shape, "{name}");
        let is_read = read(&example(name)).is_ok();
        assert_eq!(is_read, shape.holds() == Holds::Findings, "{name}");
    }
}

#[test]
fn the_articles_list_is_read() {
    let page = read(&example("article.findings.json")).unwrap();
    assert_eq!(page.unused.named().count(), 30);
    assert!(page.unused.contains(&"s3:getbucketacl".parse().unwrap()));
    assert_eq!((page.id, page.principal, page.more), (None, None, None));
    let whole = read(&example("bedrock.findings.json")).unwrap();
    assert_eq!(told(&whole), "bedrock: *");
}

#[test]
fn a_finding_is_read() {
    let page = read(&example("get-finding-v2.json")).unwrap();
    insta::assert_snapshot!(told(&page), @r#"
bedrock: *
lambda: AddPermission (2023-11-02T08:15:00Z) UpdateFunctionCode
s3: GetBucketLocation GetBucketPolicyStatus GetBucketWebsite
"#);
    assert_eq!(
        page.id.as_ref().map(Untrusted::raw),
        Some("1e952245-bcf3-48ad-a708-afa460df794b")
    );
    let principal = "arn:aws:iam::123456789012:role/MyRole";
    assert_eq!(page.principal.as_ref().map(Untrusted::raw), Some(principal));
    assert_eq!(page.analyzed_at, "2024-05-29T07:25:34Z".parse().ok());
    assert_eq!((page.more, page.notes), (None, vec![]));
}

#[test]
fn what_names_no_actions_says_what_to_give() {
    let told = [
        "eventbridge.json",
        "get-account-authorization-details.json",
        "get-finding-recommendation.failed.json",
        "get-finding-recommendation.in-progress.json",
        "get-finding-recommendation.json",
        "get-policy-version.json",
        "inline-lambda.policy.json",
        "list-findings-v2.json",
        "security-hub-asff.json",
    ]
    .map(|name| read(&example(name)).unwrap_err().to_string())
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn metadata_names_the_command_that_tells_permissions() {
    let told = [
        r#"{"Policy": {"Arn": "arn:aws:iam::1:policy/P", "DefaultVersionId": "v3"}}"#,
        r#"{"Role": {"RoleName": "R", "AssumeRolePolicyDocument": {"Statement": []}}}"#,
        r#"{"User": {"UserName": "u; rm -rf ~"}}"#,
        r#"{"Group": {}, "Users": []}"#,
        r#"{"findings": [{"id": "$(reboot)"}, {"id": "a", "findingType": "ExternalAccess"}]}"#,
        r#"{"findings": [{"id": "a", "status": "RESOLVED"}, {"id": "b"}]}"#,
        r#"{"detail-type": "x", "detail": {}, "resources": ["arn:`x`"]}"#,
        r#"{"Findings": [{"Id": "x/y/z"}, {}]}"#,
        r#"{"Findings": []}"#,
        "{}",
        r#"{"id": "a", "findingType": "UnusedPermission"}"#,
        "[[]]",
        "7",
    ]
    .map(refusal)
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn names_may_be_bare_or_prefixed_in_any_case_and_entries_split() {
    let page = page(
        "f.json",
        r#"[{"serviceNamespace": "S3", "actions": ["GetObject", "s3:getobject", "s3:PutObject"], "x": 1},
            {"serviceNamespace": "s3", "actions": ["DeleteObject"]},
            {"serviceNamespace": "ec2", "actions": null, "lastAccessed": "2024-01-01T00:00:00Z"},
            {"serviceNamespace": "ec2"},
            {"serviceNamespace": "vpc-lattice", "actions": [
                {"action": "A-B", "lastAccessed": "2024-01-01T00:00:00Z"},
                {"action": "a-b", "lastAccessed": "2023-01-01T00:00:00Z", "more": []}]},
            {"serviceNamespace": "sns", "lastAccessed": "2024-06-01T00:00:00Z"}]"#,
    );
    insta::assert_snapshot!(told(&page), @r#"
ec2: * (2024-01-01T00:00:00Z)
S3: DeleteObject GetObject PutObject
vpc-lattice: A-B (2024-01-01T00:00:00Z)
"#);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    insta::assert_snapshot!(refusal(
        r#"[
  "s3:GetObject",
  {"actions": ["GetObject"]},
  {"serviceNamespace": 1},
  {"serviceNamespace": "s3:*"},
  {"serviceNamespace": "s3", "actions": []},
  {"serviceNamespace": "s3", "actions": "GetObject"},
  {"serviceNamespace": "s3", "Actions": ["GetObject"]},
  {"serviceNamespace": "s3", "unused": ["GetObject"]},
  {"serviceNamespace": "s3", "action": "GetObject"},
  {"serviceNamespace": "s3", "actions": ["Get*", "*", "ec2:RunInstances", "", "s3:", "a b", 7, {"name": "x"}]},
  {"serviceNamespace": "ec2", "lastAccessed": "yesterday"},
  {"serviceNamespace": "ec2", "actions": ["RunInstances"]}
]"#
    ));
}

/// A finding with these members and one unused action.
fn finding(members: &str) -> String {
    format!(
        r#"{{"findingDetails": [{{"unusedPermissionDetails":
            {{"serviceNamespace": "s3", "actions": [{{"action": "GetObject"}}]}}}}], {members}}}"#
    )
}

#[test]
fn findings_that_must_not_be_used_are_refused() {
    let told = [
        finding(r#""status": "RESOLVED""#),
        finding(r#""status": "DONE", "error": "INTERNAL_ERROR", "id": 7"#),
        finding(r#""findingType": "UnusedIAMRole", "analyzedAt": 1716967534"#),
        r#"{"findingDetails": []}"#.to_owned(),
        r#"{"findingDetails": null, "findingType": "UnusedPermission"}"#.to_owned(),
        r#"{"findingDetails": [{"externalAccessDetails": {"action": ["s3:GetObject"]}}]}"#
            .to_owned(),
        "[]".to_owned(),
    ]
    .map(|text| refusal(&text))
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn an_archived_finding_is_used_with_a_warning() {
    let page = page("f.json", &finding(r#""status": "ARCHIVED", "error": null"#));
    insta::assert_snapshot!(page.notes[0], @r#"
warning: f.json:2:91: this finding is archived: someone meant these permissions to stay
2 | …rviceNamespace": "s3", "actions": [{"action": "GetObject"}]}}], "status": "ARCHIVED", "error": null}
  |                                                                            ^^^^^^^^^^
help: make sure that they may go now
"#);
}

/// What joining `pages`, each a list of members, says, or the number of findings and of actions.
fn joined(missing: MissingPages, pages: &[&str]) -> String {
    let pages = (b'a'..).zip(pages).map(|(letter, members)| {
        let name = format!("{}.json", char::from(letter));
        let action = format!("Get{}", char::from(letter).to_ascii_uppercase());
        page(&name, &finding(members).replace("GetObject", &action))
    });
    match Findings::join(pages.collect(), missing) {
        Err(problems) => problems.to_string(),
        Ok(findings) => {
            let told = findings.iter().map(|finding| {
                let actions: Vec<String> = finding
                    .unused
                    .named()
                    .map(|action| action.to_string())
                    .collect();
                let notes = match finding.notes.len() {
                    0 => String::new(),
                    count => format!(", {count} note"),
                };
                format!("{}{notes}", actions.join(" "))
            });
            told.collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn pages_of_one_finding_are_joined_whatever_their_order() {
    let pages = [
        r#""id": "1", "nextToken": "x""#,
        r#""id": "1""#,
        r#""id": "1", "Marker": "y""#,
    ];
    assert_eq!(
        joined(MissingPages::Refused, &pages),
        "s3:GetA s3:GetB s3:GetC"
    );
}

#[test]
fn missing_pages_are_refused_unless_accepted() {
    for sign in [
        r#""nextToken": "x""#,
        r#""NextToken": "x""#,
        r#""Marker": "x""#,
        r#""IsTruncated": true"#,
        r#""IsTruncated": "true""#,
    ] {
        let refused = joined(MissingPages::Refused, &[sign]);
        assert!(refused.contains("one page of several"), "{sign}: {refused}");
        assert_eq!(joined(MissingPages::Accepted, &[sign]), "s3:GetA, 1 note");
    }
    let whole = r#""nextToken": null, "NextToken": "", "IsTruncated": false"#;
    assert_eq!(joined(MissingPages::Refused, &[whole]), "s3:GetA");
}

#[test]
fn pages_and_findings_that_do_not_go_together_are_refused() {
    let cases: [&[&str]; 7] = [
        &[r#""id": "1""#, r#""id": "1""#],
        &[
            r#""id": "1", "nextToken": "x""#,
            r#""id": "1", "nextToken": "x""#,
            r#""id": "1""#,
        ],
        &[
            r#""id": "1", "nextToken": "x", "analyzedAt": "2024-01-01T00:00:00Z""#,
            r#""id": "1", "analyzedAt": "2024-01-02T00:00:00Z""#,
        ],
        &[
            r#""id": "1", "resource": "arn:aws:iam::1:role/r", "analyzedAt": "2024-01-03T00:00:00Z""#,
            r#""id": "2", "resource": "arn:aws:iam::1:role/r", "analyzedAt": "2024-01-02T00:00:00Z""#,
        ],
        &[
            r#""id": "1", "resource": "arn:aws:iam::1:role/r""#,
            r#""id": "2", "resource": "arn:aws:iam::1:role/r""#,
        ],
        &[r#""id": "1""#, r#""status": null"#],
        &[r#""id": "1", "nextToken": "x""#],
    ];
    let told = cases
        .map(|pages| joined(MissingPages::Refused, pages))
        .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn a_service_is_not_unused_as_a_whole_on_one_page_and_in_part_on_another() {
    let first = page("a.json", &finding(r#""id": "1", "nextToken": "x""#));
    let second = page(
        "b.json",
        r#"{"findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "S3"}}], "id": "1"}"#,
    );
    let refused = Findings::join(vec![first, second], MissingPages::Refused).unwrap_err();
    insta::assert_snapshot!(refused, @r#"
error: b.json: the whole of S3 is unused by one page, and some actions of it by another
help: fetch all pages of a finding at one time
"#);
}

#[test]
fn notes_of_all_pages_are_kept() {
    let archived = r#""status": "ARCHIVED", "id": "1""#;
    let pages = [
        format!("{archived}, \"nextToken\": \"x\""),
        archived.to_owned(),
    ];
    let pages = pages.map(|members| page("f.json", &finding(&members)));
    let findings = Findings::join(pages.into(), MissingPages::Refused).unwrap();
    assert_eq!(findings[0].notes.len(), 2);
}

#[test]
fn findings_of_different_principals_stay_apart() {
    let pages = [
        r#""id": "1", "resource": "arn:aws:iam::1:role/r""#,
        r#""id": "2", "resource": "arn:aws:iam::1:role/q""#,
    ];
    assert_eq!(joined(MissingPages::Refused, &pages), "s3:GetA\ns3:GetB");
    let pages = pages.map(|members| page("f.json", &finding(members)));
    let findings = Findings::join(pages.into(), MissingPages::Refused).unwrap();
    let refused = Findings::of_one_principal(findings.clone()).unwrap_err();
    insta::assert_snapshot!(refused, @r#"
error: f.json: this finding speaks of another principal, arn:aws:iam::1:role/q
help: give the findings of one principal; if all of them have this very policy, --everywhere (of review, refine and verify) removes what none of them uses; all policies of one account need --account
"#);
    let one = Findings::of_one_principal(findings[..1].to_vec()).unwrap();
    assert_eq!(one.as_ref(), findings.first());
}
