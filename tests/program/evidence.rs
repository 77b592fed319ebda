//! What else tells that something was used, beside the finding that reports it as unused: what
//! `CloudTrail` saw, findings that are resolved, reports. It only ever adds use.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use iam_refine::account::AccountReview;
use iam_refine::catalogue::Catalogue;
use iam_refine::findings::{LastUse, MissingPages, Page};
use iam_refine::intake::Intake;
use iam_refine::policies::Account;
use iam_refine::refine::Options;
use iam_refine::review::{Accept, Caveat, Review};
use iam_refine::text::{Json, Source};
use serde_json::{Value, json};

use crate::accounts::{account, arn, refine as refine_account, usual};
use crate::run::{Run, RunIt, folder, iam_refine};

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Effect": "Allow", "Action": ["s3:Get*", "sqs:SendMessage"], "Resource": "*"}]}"#;

/// A finding of a role that was made on this day: these actions of S3 are not used.
fn found(day: &str, actions: &[&str]) -> Value {
    let actions: Vec<Value> = actions.iter().map(|name| json!({"action": name})).collect();
    json!({"id": "1", "status": "ACTIVE", "resource": arn("role/MyRole"),
        "analyzedAt": format!("{day}T00:00:00Z"), "findingType": "UnusedPermission",
        "findingDetails": [{"unusedPermissionDetails":
            {"serviceNamespace": "s3", "actions": actions}}]})
}

/// What `CloudTrail` saw a role use from 13 to 14 February 2026.
fn generated(role: &str, actions: &[&str]) -> Value {
    let policy = json!({"Version": "2012-10-17", "Statement":
        [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    json!({"jobDetails": {"jobId": "j", "status": "SUCCEEDED",
            "startedOn": "2026-02-14T22:44:41Z", "completedOn": "2026-02-15T00:47:01Z"},
        "generatedPolicyResult": {
            "properties": {"isComplete": true, "principalArn": arn(role),
                "cloudTrailProperties": {"trailProperties": [],
                    "startTime": "2026-02-13T00:30:00Z", "endTime": "2026-02-14T22:44:40Z"}},
            "generatedPolicies": [{"policy": policy.to_string()}]}})
}

fn write(folder: &Path, files: &[(&str, &Value)]) {
    fs::write(folder.join("policy.json"), POLICY).unwrap();
    for (name, json) in files {
        fs::write(folder.join(name), json.to_string()).unwrap();
    }
}

/// Refines the policy with these files beside it.
fn refine(files: &[(&str, &Value)], options: &[&str]) -> Run {
    let at = folder();
    write(at.path(), files);
    let mut command = iam_refine();
    command
        .current_dir(at.path())
        .args(["refine", "policy.json"]);
    command
        .args(files.iter().map(|(name, _)| name))
        .args(options);
    command.run()
}

fn grants(text: &str, action: &str) -> bool {
    let document = iam_refine::document::Document::parse(Source::from_text("policy.json", text));
    let action = action.parse().unwrap();
    document.expect("a policy").policy().allows(&action)
}

#[test]
fn what_cloudtrail_saw_within_the_window_stays_with_a_warning_by_name() {
    let finding = found("2026-02-20", &["GetObject", "GetBucketAcl"]);
    let seen = generated("role/MyRole", &["s3:GetObject"]);
    let run = refine(&[("finding.json", &finding), ("seen.json", &seen)], &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(grants(&run.stdout, "s3:GetObject"), "{}", run.stdout);
    assert!(!grants(&run.stdout, "s3:GetBucketAcl"), "{}", run.stdout);
    for told in [
        "note: seen.json: beside a finding this only tells what was used",
        "warning: seen.json: reported as unused, and this tells of a use that was, or may have been, \
         within 90 days before the finding, so it stays",
        "s3:GetObject between 2026-02-13 and 2026-02-14",
    ] {
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
}

#[test]
fn what_it_saw_longer_ago_goes_and_is_named() {
    let finding = found("2026-10-01", &["GetObject", "GetBucketAcl"]);
    let seen = generated("role/MyRole", &["s3:GetObject"]);
    let files = [("finding.json", &finding), ("seen.json", &seen)];
    let run = refine(&files, &[]);
    assert!(!grants(&run.stdout, "s3:GetObject"), "{}", run.stdout);
    let told = "was used before, and goes: s3:GetObject between 2026-02-13 and 2026-02-14";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // The window may be asked to be wider.
    let run = refine(&files, &["--unused-for", "300"]);
    assert!(grants(&run.stdout, "s3:GetObject"), "{}", run.stdout);
}

#[test]
fn the_record_says_who_tells_that_it_was_used_and_when() {
    let seen = generated("role/MyRole", &["s3:GetObject", "s3:GetObjectAcl"]);
    let record = |day: &str| {
        let finding = found(day, &["GetObject"]);
        let files = [("finding.json", &finding), ("seen.json", &seen)];
        let run = refine(&files, &["--format", "json"]);
        serde_json::from_str::<Value>(&run.stdout).expect("a record")
    };
    let old = record("2026-10-01");
    assert_eq!(old["finding"]["reports"][0]["file"], "seen.json");
    let goes = &old["policies"][0]["entries"][0]["goes"][0];
    let expected = json!({"action": "s3:GetObject", "level": "Read",
        "lastUsed": "2026-02-14T22:44:40Z", "usedAfter": "2026-02-13T00:30:00Z",
        "toldBy": "seen.json", "finding": "1"});
    assert_eq!(goes, &expected);
    let stays = &old["policies"][0]["entries"][0]["stays"];
    let used = &stays["used between 2026-02-13 and 2026-02-14"];
    assert_eq!(used, &json!(["s3:GetObjectAcl"]));
    let held = &record("2026-02-20")["policies"][0]["exceptions"][0];
    assert_eq!(held["because"], "held back");
    assert_eq!(held["used"], "2026-02-14T22:44:40Z");
    assert_eq!(held["usedAfter"], "2026-02-13T00:30:00Z");
    assert_eq!(held["toldBy"], "seen.json");
}

#[test]
fn what_only_tells_what_was_used_is_no_finding() {
    let seen = generated("role/MyRole", &["s3:GetObject"]);
    let run = refine(&[("seen.json", &seen)], &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = format!(
        "error: seen.json: this tells what {} used, and no finding for it is here",
        arn("role/MyRole")
    );
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    // What another principal uses tells nothing of this one.
    let finding = found("2026-02-20", &["GetObject"]);
    let other = generated("role/Other", &["s3:GetObject"]);
    let run = refine(&[("finding.json", &finding), ("seen.json", &other)], &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = format!(
        "this tells what {} used, and no finding for it is here",
        arn("role/Other")
    );
    assert!(run.stderr.contains(&told), "{}", run.stderr);
}

#[test]
fn of_a_wildcard_only_its_service_was_used() {
    let seen = generated("role/MyRole", &["s3:*"]);
    let named = found("2026-02-20", &["GetObject"]);
    let run = refine(&[("finding.json", &named), ("seen.json", &seen)], &[]);
    assert!(!grants(&run.stdout, "s3:GetObject"), "{}", run.stdout);
    let told = "something was used after the finding was made, and it is not told which actions";
    assert!(!run.stderr.contains(told), "{}", run.stderr);
    let before = found("2026-02-13", &["GetObject"]);
    let run = refine(&[("finding.json", &before), ("seen.json", &seen)], &[]);
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(
        run.stderr.contains("s3 on 2026-02-15 or before"),
        "{}",
        run.stderr
    );
    let wholly = |day: &str| {
        let mut finding = found(day, &[]);
        finding["findingDetails"] =
            json!([{"unusedPermissionDetails": {"serviceNamespace": "s3"}}]);
        refine(&[("finding.json", &finding), ("seen.json", &seen)], &[])
    };
    let run = wholly("2026-02-20");
    assert!(grants(&run.stdout, "s3:GetObject"), "{}", run.stderr);
    assert!(
        run.stderr.contains("s3:* on 2026-02-15 or before"),
        "{}",
        run.stderr
    );
    let run = wholly("2026-10-01");
    assert!(!grants(&run.stdout, "s3:GetObject"), "{}", run.stderr);
    let told = "was used before, and goes: s3:Get* on 2026-02-15 or before";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn generated_policies_that_could_be_misread_are_refused() {
    let fine = generated("role/MyRole", &["s3:GetObject"]).to_string();
    let with = |from: &str, to: &str| {
        assert!(fine.contains(from), "{from}\n{fine}");
        fine.replace(from, to)
    };
    let told = [
        with("SUCCEEDED", "IN_PROGRESS"),
        with("SUCCEEDED", "FAILED"),
        with(r#","status":"SUCCEEDED""#, ""),
        with(
            r#""jobId""#,
            r#""jobError":{"code":"SERVICE_ERROR"},"jobId""#,
        ),
        with(&arn("role/MyRole"), "MyRole"),
        with("principalArn", "principal"),
        with("2026-02-14T22:44:40Z", "yesterday"),
        with("2026-02-13T00:30:00Z", "2026-03-13T00:30:00Z"),
        with("generatedPolicies", "policies"),
        with(r#"{\"Statement"#, r"{Statement"),
        with("Effect", "Affect"),
        with(r#"\"Action\""#, r#"\"NotAction\""#),
        with("s3:GetObject", "*"),
        with("s3:GetObject", "s3"),
        r#"{"jobDetails": {"jobId": "j", "status": "IN_PROGRESS"}}"#.to_owned(),
    ]
    .map(|text| {
        let source = Source::from_text("seen.json", &text);
        let read = Json::parse(&source).and_then(|json| Page::read(&source, &json));
        read.expect_err(&text).to_string()
    })
    .join("\n\n");
    insta::assert_snapshot!(told);
}

#[test]
fn a_resolved_finding_beside_an_active_one_tells_when_actions_were_used() {
    let active = |day: &str| found(day, &["GetObject", "GetBucketAcl"]);
    let mut resolved = found("2026-01-01", &["GetBucketAcl"]);
    resolved["id"] = "0".into();
    resolved["status"] = "RESOLVED".into();
    let actions = &mut resolved["findingDetails"][0]["unusedPermissionDetails"]["actions"];
    *actions = json!([{"action": "GetObject", "lastAccessed": "2025-12-24T00:00:00Z"},
        {"action": "GetBucketAcl"}]);
    let long_ago = active("2026-10-01");
    let run = refine(
        &[("resolved.json", &resolved), ("active.json", &long_ago)],
        &[],
    );
    assert!(!grants(&run.stdout, "s3:GetObject"), "{}", run.stderr);
    let told = "was used before, and goes: s3:GetObject on 2025-12-24\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let lately = active("2026-02-20");
    let run = refine(
        &[("active.json", &lately), ("resolved.json", &resolved)],
        &[],
    );
    assert!(grants(&run.stdout, "s3:GetObject"), "{}", run.stderr);
    assert!(!grants(&run.stdout, "s3:GetBucketAcl"), "{}", run.stderr);
    // Alone it is none, and of two that are active nobody knows which one holds.
    let run = refine(&[("resolved.json", &resolved)], &[]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = "this finding is resolved: what it names is gone, or was used since";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let mut second = active("2026-01-01");
    second["id"] = "2".into();
    let run = refine(&[("active.json", &lately), ("second.json", &second)], &[]);
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("holds a finding for"), "{}", run.stderr);
}

/// The account and what `CloudTrail` saw Reader use, of which a finding was made on this day.
fn account_with(seen: &Value, findings: Vec<Value>) -> Run {
    let mut files = findings;
    files.push(seen.clone());
    let at = folder();
    let run = refine_account(at.path(), &account(), &files, &["-o", "changes"]);
    let review = fs::read_to_string(at.path().join("changes/role-Reader-Own/REVIEW.md"));
    Run {
        stdout: review.unwrap_or_default(),
        ..run
    }
}

#[test]
fn in_an_account_it_tells_of_its_principal_alone() {
    let seen = generated("role/Reader", &["sqs:SetQueueAttributes"]);
    let run = account_with(&seen, usual());
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let told = "| **between 2026-02-13 and 2026-02-14**, as `findings/4.json` tells | Permissions management | **sqs** SetQueueAttributes |";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("only tells what was used | | `findings/4.json` |"),
        "{}",
        run.stdout
    );
    let mut lately = usual();
    lately[0]["analyzedAt"] = "2026-02-20T00:00:00Z".into();
    let run = account_with(&seen, lately);
    let told = "held back: it was used between 2026-02-13 and 2026-02-14, as findings/4.json tells";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    // One of a role without a finding changes nothing.
    let stranger = generated("role/Silent", &["sqs:SetQueueAttributes"]);
    let run = account_with(&stranger, usual());
    let told = format!(
        "note: findings/4.json: passed over: this tells what {} used",
        arn("role/Silent")
    );
    assert!(run.stderr.contains(&told), "{}", run.stderr);
}

#[test]
fn a_role_is_not_unused_where_a_service_was_used() {
    let unused = |day: &str| {
        let mut findings = usual();
        findings[0] = json!({"id": "r", "status": "ACTIVE", "resource": arn("role/Reader"),
            "analyzedAt": format!("{day}T00:00:00Z"), "findingType": "UnusedIAMRole",
            "findingDetails": [{"unusedIamRoleDetails": {}}]});
        findings
    };
    let told = "is reported as not used at all, and was used all the same";
    for used in ["sqs:SetQueueAttributes", "sqs:*"] {
        let seen = generated("role/Reader", &[used]);
        let run = account_with(&seen, unused("2026-02-20"));
        assert!(run.stderr.contains(told), "{used}: {}", run.stderr);
        let run = account_with(&seen, unused("2026-10-01"));
        assert!(!run.stderr.contains(told), "{used}: {}", run.stderr);
        assert!(
            run.stderr.contains("is not used at all"),
            "{used}: {}",
            run.stderr
        );
    }
}

/// A report of this role, which was made on this day, of an account that was fetched.
fn report(role: &str, created: &str) -> Page {
    let text = json!({"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T00:00:00Z",
        "ServicesLastAccessed": [
            {"ServiceNamespace": "sqs", "LastAuthenticated": "2026-09-20T00:00:00Z",
             "TrackedActionsLastAccessed": [{"ActionName": "SetQueueAttributes"}]},
            {"ServiceNamespace": "sns"}]});
    let source = Source::from_text(&format!("{role}.json"), &text.to_string());
    let page = Page::read(&source, &Json::parse(&source).unwrap()).unwrap();
    let created = format!("{created}T00:00:00Z").parse().unwrap();
    page.about(arn(&format!("role/{role}")).as_str().into(), Some(created))
}

fn opened(account: &Value, pages: Vec<Page>) -> AccountReview {
    let source = Source::from_text("account.json", &account.to_string());
    let account = Account::read(&source, &Json::parse(&source).unwrap()).unwrap();
    let (catalogue, missing) = (Catalogue::built_in(), MissingPages::default());
    AccountReview::open(account, pages, missing, catalogue, Options::default()).unwrap()
}

fn unused_of(opened: &AccountReview, name: &str) -> Option<usize> {
    let mut policies = opened.policies().iter();
    let policy = policies.find(|policy| opened.name(policy) == name);
    policy.expect("there is one").unused
}

#[test]
fn in_an_account_reports_count_for_those_they_are_about() {
    let old = vec![
        report("Reader", "2020-01-01"),
        report("Writer", "2020-01-01"),
    ];
    let both = opened(&account(), old.clone());
    assert_eq!(unused_of(&both, "Shared"), Some(1));
    assert_eq!(unused_of(&both, "Own of role Reader"), Some(2));
    let one = opened(&account(), old[..1].to_vec());
    assert!(
        !one.policies()
            .iter()
            .any(|policy| one.name(policy) == "Shared" && policy.is_refined())
    );
}

#[test]
fn in_an_account_what_a_young_holder_has_stays_for_all_who_have_it() {
    let pages = vec![
        report("Reader", "2020-01-01"),
        report("Writer", "2026-09-18"),
    ];
    let opened = opened(&account(), pages);
    assert_eq!(unused_of(&opened, "Shared"), Some(0));
    assert_eq!(unused_of(&opened, "Own of role Writer"), Some(0));
    assert_eq!(unused_of(&opened, "Own of role Reader"), Some(2));
    let shared = opened
        .policies()
        .iter()
        .find(|policy| opened.name(policy) == "Shared")
        .unwrap();
    let kept = opened.kept_for(shared, &"sqs:SetQueueAttributes".parse().unwrap());
    let kept: Vec<String> = kept
        .iter()
        .map(|&place| opened.principal(place).owner.to_string())
        .collect();
    assert_eq!(kept, ["role Writer"]);
    let warned = opened.notes();
    let told = format!(
        "{} was made on 2026-09-18, within the days that this report is asked about",
        arn("role/Writer")
    );
    assert!(
        warned.iter().any(|one| one.message().starts_with(&told)),
        "{warned:?}"
    );
}

#[test]
fn in_an_account_a_version_that_is_too_young_for_one_report_stays() {
    let with_version_of = |day: &str| {
        let mut account = account();
        let version = &mut account["Policies"][0]["PolicyVersionList"][0];
        version["CreateDate"] = format!("{day}T00:00:00Z").into();
        let roles = ["Reader", "Writer"].map(|role| report(role, "2020-01-01"));
        opened(&account, roles.to_vec())
    };
    // How many are counted as unused, and how many proposals there are when it is opened.
    let told = |opened: &AccountReview| {
        let mut policies = opened.policies().iter();
        let shared = policies.find(|policy| opened.name(policy) == "Shared");
        let review = shared.and_then(|policy| opened.review(policy));
        let proposals = review.expect("it is opened").undecided().len();
        (unused_of(opened, "Shared"), proposals)
    };
    assert_eq!(told(&with_version_of("2026-09-18")), (Some(0), 0));
    assert_eq!(told(&with_version_of("2020-09-18")), (Some(1), 1));
}

const REPORT: &str = r#"{"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T00:00:00Z",
    "ServicesLastAccessed": [{"ServiceNamespace": "sqs"}]}"#;

fn versioned(day: &str) -> String {
    format!(
        r#"{{"PolicyVersion": {{"CreateDate": "{day}T00:00:00Z", "VersionId": "v2",
            "IsDefaultVersion": true, "Document": {POLICY}}}}}"#
    )
}

fn reviewed(policy: &str, finding: &str) -> Review {
    let intake = Intake::new()
        .text("policy.json", policy)
        .text("finding.json", finding);
    intake.review().expect("they are read")
}

#[test]
fn that_nobody_knows_the_age_of_what_goes_is_named() {
    let names = |policy: &str, finding: &str| {
        let mut review = reviewed(policy, finding);
        let undecided = review.undecided();
        let before = review.of_unknown_age(&undecided);
        assert!(review.accepted_of_unknown_age().is_empty());
        review.accept_all(Accept::Entries);
        let caveats = review
            .caveats()
            .into_iter()
            .filter_map(|caveat| match caveat {
                Caveat::AgeUnknown(names) => Some(names),
                _ => None,
            });
        assert_eq!(caveats.flatten().collect::<Vec<_>>(), before);
        before.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(POLICY, REPORT), ["policy.json"]);
    // An old version may be attached since yesterday.
    let dated = names(&versioned("2020-01-01"), REPORT);
    assert_eq!(dated, ["policy.json (the policy in it)"]);
    // AWS reports in a finding only what was granted long enough.
    let finding = found("2026-10-01", &["GetObject"]).to_string();
    assert!(names(POLICY, &finding).is_empty());
}

#[test]
fn the_record_says_that_the_age_of_a_policy_is_unknown() {
    let report: Value = serde_json::from_str(REPORT).unwrap();
    let run = refine(&[("report.json", &report)], &["--format", "json"]);
    let record: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(record["policies"][0]["ageUnknown"], true);
    let run = refine(&[("report.json", &report)], &[]);
    let told = "age unknown: policy.json may be granted for fewer days than the report";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_last_use_is_told_as_exactly_as_it_is_known() {
    let finding = found("2026-10-01", &["GetObject"]);
    let mut exact = finding.clone();
    let action = &mut exact["findingDetails"][0]["unusedPermissionDetails"]["actions"][0];
    action["lastAccessed"] = "2026-02-14T08:00:00Z".into();
    let seen = generated("role/MyRole", &["s3:GetObject"]);
    let last = |finding: &Value| -> LastUse {
        let intake = Intake::new().text("policy.json", POLICY);
        let intake = intake.text("finding.json", &finding.to_string());
        let review = intake
            .text("seen.json", &seen.to_string())
            .review()
            .unwrap();
        let used = review.used_before(&review.undecided());
        used.into_iter().next().expect("something was used").1
    };
    assert_eq!(
        last(&finding).to_string(),
        "between 2026-02-13 and 2026-02-14"
    );
    // The finding tells the moment of what may be the same use.
    assert_eq!(
        last(&exact),
        "2026-02-14T08:00:00Z"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .into()
    );
}

#[test]
fn what_may_not_have_existed_when_an_undated_finding_was_made_is_told_as_such() {
    use iam_refine::explain::Reasons;
    let catalogue = "date 2026-10-27\nsince 2024-06-10\ns3\n R+ GetOld\n R+ GetLater 2025-06-01\n";
    let catalogue = Catalogue::parse(&Source::from_text("catalogue", catalogue));
    let catalogue = Arc::new(catalogue.unwrap());
    let told = |finding: &str| {
        let options = iam_refine::intake::IntakeOptions::of(Arc::clone(&catalogue));
        let intake = Intake::new().options(options).text("policy.json", POLICY);
        let review = intake.text("finding.json", finding).review().unwrap();
        let place = review.undecided()[0];
        let lines = Reasons::of_entry(&review, place, None, None).lines;
        let lines: Vec<String> = lines.iter().map(|line| format!("{line:?}")).collect();
        lines.join("\n")
    };
    let undated = told(r#"[{"serviceNamespace": "s3"}]"#);
    assert!(
        undated.contains(r#"Listed("GetLater", "age unknown")"#),
        "{undated}"
    );
    assert!(undated.contains(r#"Listed("GetOld", "")"#), "{undated}");
    let named = told(r#"[{"serviceNamespace": "s3", "actions": ["GetLater"]}]"#);
    assert!(named.contains(r#"Listed("GetLater", "")"#), "{named}");
    let dated = r#"{"id": "1", "status": "ACTIVE", "analyzedAt": "2025-01-01T00:00:00Z",
        "findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "s3"}}]}"#;
    let dated = told(dated);
    assert!(
        dated.contains(r#"Listed("GetLater", "newer than the finding")"#),
        "{dated}"
    );
}

#[test]
fn the_reasons_tell_that_something_is_too_young_or_of_unknown_age_and_who_saw_it_used() {
    use iam_refine::explain::Reasons;
    let told = |review: &Review| {
        let place = review.state().all_places().next().unwrap();
        let reasons = Reasons::of_entry(review, place, None, None);
        let lines = reasons.lines.iter().map(|line| format!("{line:?}"));
        (reasons.lead.join(" "), lines.collect::<Vec<_>>().join("\n"))
    };
    let report = REPORT.replace("sqs", "s3");
    let (lead, _) = told(&reviewed(&versioned("2026-09-19"), &report));
    let young = "Granted on 2026-09-19, 12 days before the report: too young for anything of it to be unused.";
    assert!(lead.contains(young), "{lead}");
    let (_, lines) = told(&reviewed(POLICY, &report));
    assert!(
        lines.contains("age unknown: it may be granted for fewer days"),
        "{lines}"
    );
    let (_, lines) = told(&reviewed(&versioned("2020-01-01"), &report));
    assert!(lines.contains("age unknown: it"), "{lines}");
    let seen = generated("role/MyRole", &["s3:GetObject"]).to_string();
    let with = |day: &str| {
        let intake = Intake::new()
            .text("policy.json", POLICY)
            .text("seen.json", &seen);
        let finding = found(day, &["GetObject"]).to_string();
        told(&intake.text("finding.json", &finding).review().unwrap()).1
    };
    for day in ["2026-02-20", "2026-10-01"] {
        let lines = with(day);
        let who = "used, as seen.json tells: GetObject between 2026-02-13 and 2026-02-14";
        assert!(lines.contains(who), "{lines}");
        assert!(lines.contains("by 2026-02-14"), "{lines}");
    }
}

#[test]
fn evidence_that_is_old_is_told_wherever_it_counts() {
    let old = "AWS looked last on 2026-10-01";
    let at = folder();
    let written = |day: &str, arguments: &[&str]| {
        // Days after that: 59 are not told yet.
        let mut run = iam_refine();
        run.current_dir(at.path()).env("SOURCE_DATE_EPOCH", day);
        run.args(arguments).run()
    };
    let (after_59, after_60) = ("1795910400", "1795996800");
    let account = crate::accounts::refine(at.path(), &account(), &usual(), &[]);
    assert!(
        !account.stderr.contains("AWS looked last"),
        "{}",
        account.stderr
    );
    let of_account = ["refine", "--account", "account.json", "findings"];
    assert!(!written(after_59, &of_account).stderr.contains(old));
    let told = written(after_60, &of_account).stderr;
    let said = format!("{old}, for the oldest of 4 findings and reports, 60 days ago");
    assert_eq!(told.matches(&said).count(), 1, "{told}");
    fs::write(
        at.path().join("policy.json"),
        r#"{"Statement": {"Effect": "Allow", "Action": "sqs:Se*", "Resource": "*"}}"#,
    )
    .unwrap();
    let alone = ["refine", "policy.json", "findings/1.json"];
    assert!(!written(after_59, &alone).stderr.contains(old));
    let told = written(after_60, &alone).stderr;
    assert!(told.contains(&format!("{old}, 60 days ago")), "{told}");
    let verify = ["verify", "policy.json", "policy.json", "findings/1.json"];
    assert!(written(after_60, &verify).stderr.contains(old));
}
