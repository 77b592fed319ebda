//! What AWS did not answer is missing, and everybody who reads the folder is told so.

use serde_json::{Value, json};

use crate::aws::{Aws, a_role, with_rules};

const OTHER: &str = "11111111-aaaa-4444-8888-000000000003";

/// Two roles that share a policy, and both have a finding.
fn two_roles(rules: Value) -> Value {
    let mut world = with_rules(a_role(), rules);
    world["roles"][1]["inline"] = json!({"Own": ["lambda:Get*"]});
    world
}

fn throttled() -> Value {
    json!([{"on": ["get-finding-v2", OTHER], "do": "throttle"}])
}

/// What `refine --account` says of the folder: the overview, the JSON and the `REVIEW.md`.
fn told(aws: &Aws) -> [String; 3] {
    let overview = aws.refine(&["--account", "answers"]);
    let json = aws.refine(&["--account", "answers", "--format", "json"]);
    let folder = aws.refine(&["--account", "answers", "-o", "changes"]);
    assert_eq!((overview.exit, json.exit), (folder.exit, folder.exit));
    let review = std::fs::read_to_string(aws.path().join("changes/REVIEW.md")).unwrap();
    std::fs::remove_dir_all(aws.path().join("changes")).unwrap();
    [overview.stdout, json.stdout, review]
}

#[test]
fn what_is_missing_is_told_by_the_exit_code_and_asked_for_again() {
    let aws = Aws::with(&two_roles(throttled()));
    let run = aws.fetched_in_part(&["--account"]);
    let said = "1 answer is missing: the same command asks for what is missing again\n";
    assert!(run.stderr.ends_with(said), "{}", run.stderr);
    aws.becomes(&two_roles(json!([])));
    let run = aws.fetched(&["--account"]);
    assert!(!run.stderr.contains("missing"), "{}", run.stderr);
    let asked = aws.asked();
    let lists = asked.iter().filter(|call| call.contains("list-findings"));
    assert_eq!(lists.count(), 1, "what was answered is not asked again");
}

#[test]
fn who_was_asked_about_in_vain_is_not_said_to_have_no_finding() {
    let aws = Aws::with(&two_roles(throttled()));
    aws.fetched_in_part(&["--account"]);
    let why = "AWS did not answer what role Other does not use, so it counts as using all";
    let [overview, json, review] = told(&aws);
    for text in [&overview, &json, &review] {
        assert!(text.contains(why), "{text}");
        assert!(!text.contains("has no finding"), "{text}");
    }
    let all = "AWS did not answer what 1 role or user does not use: role Other";
    assert!(overview.contains(all), "{overview}");
    assert!(
        review.contains("\n## Not answered\n") && review.contains(all),
        "{review}"
    );
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unanswered"], json!(["role Other"]));
}

#[test]
fn where_not_even_the_list_is_answered_nobody_is_said_to_have_no_finding() {
    let rules = json!([{"on": ["list-findings-v2"], "do": "access-denied"}]);
    let aws = Aws::with(&two_roles(rules));
    aws.fetched_in_part(&["--account"]);
    let [overview, json, _] = told(&aws);
    assert!(!overview.contains("has no finding"), "{overview}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unanswered"], json!(["role MyRole", "role Other"]));
}

#[test]
fn whose_report_is_not_answered_is_told_too() {
    let mut world = two_roles(json!([
        {"on": ["generate-service-last-accessed-details", "arn:aws:iam::123456789012:role/Other"],
         "do": "throttle"},
    ]));
    world["analyzers"] = json!([]);
    let aws = Aws::with(&world);
    aws.fetched_in_part(&["--account"]);
    let [_, json, _] = told(&aws);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unanswered"], json!(["role Other"]));
}

#[test]
fn who_has_an_archived_finding_alone_is_told_so() {
    let mut world = two_roles(json!([]));
    world["analyzers"][0]["findings"][2]["status"] = "ARCHIVED".into();
    let aws = Aws::with(&world);
    let run = aws.fetched(&["--account"]);
    assert!(
        run.stderr.contains("2 archived findings are left out"),
        "{}",
        run.stderr
    );
    assert!(!aws.asked().iter().any(|call| call.contains(OTHER)));
    for text in told(&aws) {
        let why = "the finding of role Other is archived, so it counts as using all";
        assert!(text.contains(why), "{text}");
        // It has an active one beside the archived one.
        assert!(!text.contains("the finding of role MyRole"), "{text}");
    }
}

#[test]
fn a_finding_that_is_gone_since_it_was_listed_is_not_missing() {
    let rules = json!([{"on": ["get-finding-v2", OTHER], "do": "no-such-entity"}]);
    let aws = Aws::with(&two_roles(rules));
    let run = aws.fetched(&["--account"]);
    assert!(run.stderr.contains("finds nothing"), "{}", run.stderr);
    let [overview, ..] = told(&aws);
    assert!(overview.contains("role Other has no finding"), "{overview}");
}

#[test]
fn calls_that_are_refused_alike_are_told_once() {
    let rules = json!([{"on": ["get-finding-v2"], "do": "access-denied"}]);
    let aws = Aws::with(&two_roles(rules));
    let run = aws.fetched_in_part(&["--account"]);
    let refined = aws.refine(&["--account", "answers"]);
    for said in [&run.stderr, &refined.stderr] {
        let warning = "access-analyzer:GetFinding is not permitted (2 calls): ";
        assert!(said.contains(warning), "{said}");
        assert_eq!(said.matches("is not permitted").count(), 1, "{said}");
    }
}

#[test]
fn a_report_does_not_stand_in_for_a_finding_of_a_role_that_was_not_answered() {
    let rules = json!([{"on": ["get-finding-v2"], "do": "throttle"}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    aws.fetched_in_part(&["--role", "MyRole"]);
    let run = aws.refine(&["answers", "--diff"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    let told = "a finding of arn:aws:iam::123456789012:role/app/MyRole was not answered";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    aws.becomes(&a_role());
    aws.fetched(&["--role", "MyRole"]);
    let run = aws.refine(&["answers", "--diff"]);
    // Of one of the policies nothing is left.
    assert_eq!(run.exit, 4, "{}", run.stderr);
}
