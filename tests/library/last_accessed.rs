//! Last-accessed reports: what counts as unused, what as used, and what is refused.

use iam_refine::findings::{Findings, Joined, MissingPages, Page, UnusedFor, UnusedInService};
use iam_refine::iam::Name;
use iam_refine::text::{Json, Problem, Problems, Source, Untrusted};

/// A report that was finished on 2024-07-22, of these services.
fn report(services: &str) -> String {
    format!(
        r#"{{"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL",
  "JobCompletionDate": "2024-07-22T00:00:00Z",
  "ServicesLastAccessed": [{services}]}}"#
    )
}

fn read_for(days: u32, text: &str) -> Result<Page, Problems> {
    let source = Source::from_text("report.json", text);
    Page::read_for(&source, &Json::parse(&source)?, UnusedFor::days(days))
}

fn page(name: &str, text: &str) -> Page {
    let source = Source::from_text(name, text);
    Page::read(&source, &Json::parse(&source).unwrap()).unwrap()
}

/// What is unused, service by service, `|`, and the actions that were used.
fn told(days: u32, services: &str) -> String {
    match read_for(days, &report(services)) {
        Ok(page) => {
            let unused = page
                .unused
                .services()
                .map(|(service, unused)| match unused {
                    UnusedInService::Wholly(_) => format!("{service}:*"),
                    UnusedInService::Actions(names) => {
                        let names: Vec<&str> = names.keys().map(Name::as_str).collect();
                        format!("{service}:{}", names.join(","))
                    }
                });
            let unused: Vec<String> = unused.collect();
            let used: Vec<String> = page
                .used
                .actions()
                .map(|action| action.to_string())
                .collect();
            format!("{} | {}", unused.join(" "), used.join(" "))
        }
        Err(problems) => problems.to_string(),
    }
}

const S3: &str = r#"{"ServiceNamespace": "s3", "LastAuthenticated": "2024-07-20T00:00:00Z",
  "TrackedActionsLastAccessed": [
    {"ActionName": "ListBuckets", "LastAccessedTime": "2024-07-20T00:00:00Z"},
    {"ActionName": "GetBucketAcl", "LastAccessedTime": "2024-04-23T00:00:00Z"},
    {"ActionName": "PutBucketAcl"}]}"#;

#[test]
fn an_action_is_unused_when_it_was_not_used_for_so_many_days() {
    assert_eq!(
        told(91, S3),
        "s3:PutBucketAcl | s3:GetBucketAcl s3:ListBuckets"
    );
    assert_eq!(
        told(90, S3),
        "s3:PutBucketAcl | s3:GetBucketAcl s3:ListBuckets"
    );
    assert_eq!(
        told(89, S3),
        "s3:GetBucketAcl,PutBucketAcl | s3:ListBuckets"
    );
    assert_eq!(
        told(u32::MAX, S3),
        "s3:PutBucketAcl | s3:GetBucketAcl s3:ListBuckets"
    );
}

#[test]
fn a_service_is_wholly_unused_when_nothing_of_it_was_used() {
    assert_eq!(told(90, r#"{"ServiceNamespace": "sqs"}"#), "sqs:* | ");
    assert_eq!(
        told(
            90,
            r#"{"ServiceNamespace": "sqs", "LastAuthenticated": null}"#
        ),
        "sqs:* | "
    );
    let long_ago = r#"{"ServiceNamespace": "sqs", "LastAuthenticated": "2024-01-01T00:00:00Z",
        "TrackedActionsLastAccessed": [{"ActionName": "SendMessage"}]}"#;
    assert_eq!(told(90, long_ago), "sqs:* | ");
    assert_eq!(told(365, long_ago), "sqs:SendMessage | ");
}

#[test]
fn a_service_in_use_of_which_no_action_is_told_says_nothing_of_them() {
    let used = r#"{"ServiceNamespace": "ec2", "LastAuthenticated": "2024-07-01T00:00:00Z"}"#;
    assert_eq!(told(90, used), " | ");
    let empty = used.replace('}', r#", "TrackedActionsLastAccessed": []}"#);
    assert_eq!(told(90, &empty), " | ");
}

#[test]
fn a_service_is_in_use_when_any_of_its_actions_is() {
    let odd = r#"{"ServiceNamespace": "s3", "TrackedActionsLastAccessed": [
        {"ActionName": "ListBuckets", "LastAccessedTime": "2024-07-20T00:00:00Z"}]}"#;
    assert_eq!(told(90, odd), " | s3:ListBuckets");
}

#[test]
fn what_was_used_and_nobody_tells_when_counts_as_used() {
    let tracked = r#""TrackedActionsLastAccessed": [{"ActionName": "SendMessage"}]"#;
    for sign in [
        r#""TotalAuthenticatedEntities": 2"#,
        r#""LastAuthenticatedEntity": "arn:aws:iam::1:role/R""#,
    ] {
        let odd = format!(r#"{{"ServiceNamespace": "sqs", {sign}, {tracked}}}"#);
        let services = format!(r#"{odd}, {{"ServiceNamespace": "sns"}}"#);
        assert_eq!(told(90, &services), "sns:* | ");
        let notes = Problems(read_for(90, &report(&services)).unwrap().notes).to_string();
        let warning = "says that sqs:* was used, and not when: it counts as used and stays";
        assert!(notes.contains(warning), "{notes}");
        assert!(notes.contains("warning: report.json:3:28:"), "{notes}");
        let dated = services.replace(
            sign,
            &format!(r#"{sign}, "LastAuthenticated": "2024-01-01T00:00:00Z""#),
        );
        assert_eq!(told(90, &dated), "sns:* sqs:* | ");
    }
    let none = r#"{"ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0,
        "LastAuthenticatedEntity": null, "LastAuthenticated": "0001-01-01T00:00:00"}"#;
    assert_eq!(told(90, none), "sqs:* | ");
    let action = S3.replace(
        r#""ActionName": "PutBucketAcl""#,
        r#""ActionName": "PutBucketAcl", "LastAccessedEntity": "arn:aws:iam::1:role/R""#,
    );
    assert_eq!(
        told(90, &action),
        " | s3:GetBucketAcl s3:ListBuckets s3:PutBucketAcl"
    );
}

#[test]
fn it_is_told_that_a_report_names_nobody() {
    let by = |entity: &str| {
        S3.replace(
            "\"LastAuth",
            &format!(r#""LastAuthenticatedEntity": "{entity}", "LastAuth"#),
        )
    };
    let text = report(&by("arn:aws:iam::1:role/R")).replace("ACTION_L", "SERVICE_L");
    let page = read_for(90, &text).unwrap();
    let notes = |page: Page| Problems(join(vec![page]).unwrap().remove(0).notes).to_string();
    insta::assert_snapshot!(notes(page.clone()));
    let named = notes(page.about(role("R"), None));
    assert!(named.starts_with("note: report.json: this report tells of whole services alone"));
}

fn role(name: &str) -> Untrusted {
    format!("arn:aws:iam::1:role/{name}").as_str().into()
}

#[test]
fn reports_that_could_be_misread_are_refused() {
    let finished = report(S3);
    let told = [
        finished.replace("COMPLETED", "IN_PROGRESS"),
        finished.replace("COMPLETED", "FAILED"),
        r#"{"JobStatus": "IN_PROGRESS", "JobCreationDate": "2024-07-22T00:00:00Z"}"#.to_owned(),
        finished.replace(r#""JobStatus": "COMPLETED", "#, ""),
        finished.replace(
            r#""JobType""#,
            r#""Error": {"Code": "X", "Message": "Y"}, "JobType""#,
        ),
        finished.replace("JobCompletionDate", "JobEnd"),
        finished.replace("2024-07-22T00:00:00Z", "yesterday"),
        finished.replace("2024-07-22T00:00:00Z", "0001-01-01T00:00:00"),
        finished.replace("2024-07-22T00:00:00Z", "9999-12-31T23:59:59Z"),
        report(""),
        finished
            .replace('[', "{")
            .replace(']', "}")
            .replace(&S3.replace('[', "{").replace(']', "}"), ""),
        report(&format!("{S3}, {S3}")),
        report(r#"{"ServiceName": "Amazon S3"}"#),
        report(r#"{"ServiceNamespace": "S 3"}"#),
        report(r#"{"ServiceNamespace": 3, "TrackedActionsLastAccessed": "all"}"#),
        report(&S3.replace("ListBuckets", "List*")),
        report(&S3.replace("ListBuckets", "sqs:SendMessage")),
        report(&S3.replace("2024-07-20T00:00:00Z", "20 July")),
        report(&S3.replace("\"ActionName\": \"PutBucketAcl\"", "")),
    ]
    .map(|text| read_for(90, &text).unwrap_err().to_string())
    .join("\n\n");
    insta::assert_snapshot!(told);
}

fn join(pages: Vec<Page>) -> Result<Vec<Findings>, Problems> {
    Findings::join(pages, MissingPages::Refused)
}

#[test]
fn pages_of_a_report_belong_together_by_its_date() {
    let sqs = r#"{"ServiceNamespace": "sqs"}"#;
    let first = report(S3).replace(
        "\"JobType\"",
        r#""IsTruncated": true, "Marker": "x", "JobType""#,
    );
    let refused = join(vec![page("1.json", &first)]).unwrap_err();
    assert!(refused.to_string().contains("one page of several"));
    let pages = vec![page("1.json", &first), page("2.json", &report(sqs))];
    let joined = join(pages).unwrap().remove(0);
    assert_eq!(joined.unused.services().count(), 2);
    let other = report(sqs).replace("07-22", "07-21");
    assert!(join(vec![page("1.json", &first), page("2.json", &other)]).is_err());
    let both = vec![page("1.json", &report(S3)), page("2.json", &other)];
    assert!(join(both).is_err());
}

const FINDING: &str = r#"{"id": "1", "resource": "arn:aws:iam::1:role/R", "findingDetails": [
  {"unusedPermissionDetails": {"serviceNamespace": "s3",
    "actions": [{"action": "ListBuckets"}, {"action": "PutBucketTagging"}]}},
  {"unusedPermissionDetails": {"serviceNamespace": "sqs"}},
  {"unusedPermissionDetails": {"serviceNamespace": "sns"}}]}"#;

#[test]
fn beside_a_finding_a_report_only_tells_what_was_used() {
    let used = r#"{"ServiceNamespace": "sqs", "LastAuthenticated": "2024-07-01T00:00:00Z"}"#;
    let report = page("report.json", &report(&format!("{S3}, {used}")));
    for pages in [
        vec![page("finding.json", FINDING), report.clone()],
        vec![report, page("finding.json", FINDING)],
    ] {
        let joined = join(pages).unwrap();
        assert_eq!(joined.len(), 1);
        let finding = &joined[0];
        assert_eq!(finding.id, Some("1".into()));
        let named: Vec<String> = finding.unused.named().map(|a| a.to_string()).collect();
        assert_eq!(named, ["s3:PutBucketTagging"]);
        let services: Vec<String> = (finding.unused.services())
            .map(|(service, _)| service.to_string())
            .collect();
        assert_eq!(services, ["s3", "sns"]);
        let notes: Vec<&str> = finding.notes.iter().map(Problem::message).collect();
        assert_eq!(
            notes[1..],
            [
                "beside a finding this report only tells what was used",
                "used and unused in what was given, so counted as used: s3:ListBuckets, sqs:*"
            ]
        );
    }
}

fn named(name: &str, services: &str, of: &str) -> Page {
    page(name, &report(services)).about(role(of), None)
}

const SQS: &str = r#"{"ServiceNamespace": "sqs"}"#;

#[test]
fn a_report_whose_principal_is_known_names_it() {
    let one = named("report.json", S3, "R");
    assert!(one.is_nameless().is_none());
    let joined = join(vec![one]).unwrap();
    assert_eq!(joined[0].principal, Some(role("R")));
    // What a finding says itself is not overruled.
    let finding = page("finding.json", FINDING).about(role("Other"), None);
    assert_eq!(finding.principal, Some(role("R")));
}

#[test]
fn reports_of_different_principals_are_no_pages_of_one_even_of_the_same_second() {
    let joined = join(vec![named("1.json", S3, "R"), named("2.json", SQS, "Q")]).unwrap();
    assert_eq!(joined.len(), 2);
    let first = report(S3).replace(
        "\"JobType\"",
        r#""IsTruncated": true, "Marker": "x", "JobType""#,
    );
    let first = page("1.json", &first).about(role("R"), None);
    let joined = join(vec![first.clone(), named("2.json", SQS, "R")]).unwrap();
    assert_eq!(joined.len(), 1);
    assert!(join(vec![first, named("2.json", SQS, "Q")]).is_err());
    let twice = join(vec![named("1.json", S3, "R"), named("2.json", S3, "R")]);
    assert!(
        twice
            .unwrap_err()
            .to_string()
            .contains("this is the same page as \"1.json\"")
    );
}

#[test]
fn a_report_joins_the_finding_of_its_own_principal_alone() {
    let finding = |of: &str| {
        let text = FINDING
            .replace("role/R", &format!("role/{of}"))
            .replace(r#""1""#, &format!("\"{of}\""));
        page("finding.json", &text)
    };
    let told = |findings: &Findings| {
        let unused = findings.unused.named().map(|action| action.to_string());
        let unused: Vec<String> = unused.collect();
        (findings.reports.len(), unused.join(" "))
    };
    let pages = vec![named("report.json", S3, "Q"), finding("R"), finding("Q")];
    let joined = join(pages).unwrap();
    let both = "s3:ListBuckets s3:PutBucketTagging".to_owned();
    assert_eq!(told(&joined[0]), (0, both));
    assert_eq!(told(&joined[1]), (1, "s3:PutBucketTagging".to_owned()));
    // Of another principal it is a finding itself, and of two principals none can be taken.
    let joined = join(vec![finding("R"), named("report.json", S3, "Q")]).unwrap();
    assert_eq!(joined.len(), 2);
    let refused = Findings::of_one_principal(joined).unwrap_err().to_string();
    assert!(
        refused.contains("this finding speaks of another principal, arn:aws:iam::1:role/Q"),
        "{refused}"
    );
}

#[test]
fn a_report_does_not_step_in_for_a_finding_that_is_refused() {
    let missing = FINDING.replacen('{', r#"{"nextToken": "x", "#, 1);
    let pages = vec![
        page("finding.json", &missing),
        named("report.json", S3, "R"),
        named("q.json", S3, "Q"),
    ];
    let Joined {
        findings: joined,
        problems,
        ..
    } = Findings::join_each(pages, MissingPages::Refused);
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0].principal, Some(role("Q")));
    let problems = problems.to_string();
    assert!(problems.contains("one page of several"), "{problems}");
    assert!(
        problems.contains("that of arn:aws:iam::1:role/R is not used"),
        "{problems}"
    );
}

#[test]
fn what_is_granted_to_a_young_principal_is_not_unused_yet() {
    let made = |day: &str| page("report.json", &report(S3)).about(role("R"), Some(time(day)));
    let young = join(vec![made("2024-07-10")]).unwrap().remove(0);
    let old = join(vec![made("2024-01-10")]).unwrap().remove(0);
    for changed_at in [None, Some(time("2023-01-01")), Some(time("2024-07-12"))] {
        assert!(young.unused_of(changed_at).is_empty());
        assert!(!young.is_of_unknown_age(changed_at));
    }
    assert_eq!(young.young_since(None), Some(time("2024-07-10")));
    assert_eq!(
        young.young_since(Some(time("2024-07-12"))),
        Some(time("2024-07-12"))
    );
    assert!(!old.unused_of(None).is_empty());
    assert!(old.is_of_unknown_age(None));
    assert!(old.is_of_unknown_age(Some(time("2023-01-01"))));
    assert!(old.unused_of(Some(time("2024-07-12"))).is_empty());
    // Of a finding AWS sees to it.
    let finding = page("finding.json", FINDING).about(role("R"), Some(time("2024-07-10")));
    let finding = join(vec![finding]).unwrap().remove(0);
    assert!(!finding.unused_of(None).is_empty());
    assert!(!finding.is_of_unknown_age(None));
}

fn time(day: &str) -> jiff::Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

#[test]
fn a_role_that_is_reported_as_not_used_and_was_used_is_refused() {
    let role = r#"{"id": "1", "status": "ACTIVE", "resource": "arn:aws:iam::1:role/R",
        "findingType": "UnusedIAMRole", "findingDetails": [{"unusedIamRoleDetails": {}}]}"#;
    let source = Source::from_text("finding.json", role);
    let json = Json::parse(&source).unwrap();
    let shape = iam_refine::text::Shape::FindingV2;
    let role = Page::read_of_several(&source, &json, shape, UnusedFor::default()).unwrap();
    let both = join(vec![role.clone(), named("report.json", S3, "R")]).unwrap_err();
    let told = "arn:aws:iam::1:role/R is reported as not used at all, and was used all the same";
    assert!(both.to_string().contains(told), "{both}");
    assert_eq!(
        join(vec![role, named("report.json", SQS, "R")])
            .unwrap()
            .len(),
        1
    );
}
