//! What findings report as unused although something speaks for it: it stays until it is let go.

use std::fs;
use std::path::Path;

use crate::run::{Run, RunIt, folder, iam_refine};
use iam_refine::iam::ActionPrefix;
use iam_refine::intake::Intake;
use iam_refine::refine::{Granularity, Mark, MarkKind, SetBy};
use iam_refine::review::{
    Accept, Caveat, DecidedWith, Decision, DecisionRecord, Decisions, Review, SavedDecisions,
    StillThere,
};
use iam_refine::text::Source;

const POLICY: &str = "tests/data/used/policy.json";
const FINDING: &str = "tests/data/used/finding.json";

fn review() -> Review {
    let intake = Intake::new().paths([POLICY, FINDING]);
    Review::new(
        intake
            .load()
            .expect("both are read")
            .input
            .holding_tear_down(),
    )
}

/// What would be written, and whether it is proved.
fn text(review: &Review) -> String {
    assert!(review.is_proved(), "{:?}", review.faults());
    let file = review.files().next().expect("there is a file");
    file.text().expect("something is left").into_owned()
}

fn prefix(text: &str) -> ActionPrefix {
    let action: iam_refine::iam::Action = text.parse().expect("an action");
    ActionPrefix::in_service(action.service.clone(), action.name.as_str())
}

fn grants(text: &str, action: &str) -> bool {
    let document = iam_refine::document::Document::parse(Source::from_text("policy.json", text));
    let action = action.parse().expect("an action");
    document.expect("a policy").policy().allows(&action)
}

#[test]
fn accepting_all_leaves_what_is_held_back() {
    let mut review = review();
    review.accept_all(Accept::Entries);
    let held: Vec<String> = review.held_back().keys().map(ToString::to_string).collect();
    assert_eq!(held, ["s3:GetObject", "sqs:DeleteQueue"]);
    let text = text(&review);
    for stays in ["s3:GetObject", "sqs:DeleteQueue", "sns:Publish"] {
        assert!(grants(&text, stays), "{stays}\n{text}");
    }
    for goes in [
        "s3:GetObjectTagging",
        "s3:GetObjectAcl",
        "sqs:PurgeQueue",
        "ses:SendEmail",
    ] {
        assert!(!grants(&text, goes), "{goes}\n{text}");
    }
    assert_eq!(review.now().held, 2);
}

#[test]
fn what_is_let_go_goes_when_it_is_accepted_and_comes_back_with_an_undo() {
    let mut review = review();
    review.accept_all(Accept::Entries);
    let held = text(&review);
    let places: Vec<_> = review.state().all_places().collect();
    let gone = review.let_go(&places, &prefix("s3:GetObject"));
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    assert_eq!(gone, ["s3:GetObject"]);
    // The literal is a proposal of its own now, and nobody accepted it.
    assert!(grants(&text(&review), "s3:GetObject"));
    review.accept_all(Accept::Entries);
    assert!(!grants(&text(&review), "s3:GetObject"));
    assert!(grants(&text(&review), "sqs:DeleteQueue"));
    review.undo();
    review.undo();
    assert_eq!(text(&review), held);
    assert_eq!(review.held_back().len(), 2);
    assert!(review.let_go(&places, &prefix("s3:PutObject")).is_empty());
}

#[test]
fn decisions_are_counted_as_a_record_has_them() {
    let mut review = review();
    let counted = |review: &Review, expected: usize| {
        assert_eq!(review.decisions(), expected);
        let records = review.state().records(review.input());
        assert_eq!(records.len(), expected, "{records:?}");
    };
    counted(&review, 0);
    let places: Vec<_> = review.state().all_places().collect();
    review.let_go(&places, &prefix("sqs:DeleteQueue"));
    counted(&review, 1);
    review.undo();
    counted(&review, 0);
    let first = review.undecided()[0];
    review.decide(&[first], Decision::Rejected);
    counted(&review, 1);
    let second = review.undecided()[0];
    assert!(review.set_granularity(second, Granularity::Character));
    counted(&review, 2);
    review.decide(&[second], Decision::Undecided);
    counted(&review, 2);
    let third = review.undecided()[1];
    let mark = Mark {
        kind: MarkKind::Keep,
        prefix: ActionPrefix::of_everything(),
        by: SetBy::Person,
        reason: None,
    };
    review.set_marks(third, vec![mark]);
    review.decide(&[third], Decision::Undecided);
    counted(&review, 3);
    review.accept_all(Accept::Entries);
    counted(&review, review.state().places().count());
}

/// The decisions of a review after they were written as a record and read.
fn saved(review: &Review) -> SavedDecisions {
    let who = Decisions {
        by: None,
        with: DecidedWith::Review,
        at: jiff::Timestamp::UNIX_EPOCH,
        version: None,
    };
    let record = serde_json::to_string(&DecisionRecord::of(review, who, None)).expect("JSON");
    SavedDecisions::read(&Source::from_text("record.json", &record)).expect("a record")
}

#[test]
fn a_record_brings_back_what_was_held_back_and_what_was_let_go() {
    let mut decided = review();
    let places: Vec<_> = decided.state().all_places().collect();
    decided.let_go(&places, &prefix("s3:GetObject"));
    decided.accept_all(Accept::Entries);
    let read = saved(&decided);

    // `refine --decisions` holds nothing back for what it tears down; the record tells.
    let mut replayed = Intake::new()
        .paths([POLICY, FINDING])
        .review()
        .expect("both are read");
    let differing = read.replay_in(&mut replayed).expect("of the same policy");
    assert!(differing.is_empty(), "{differing:?}");
    assert_eq!(text(&replayed), text(&decided));
}

#[test]
fn steps_that_were_saved_bring_back_what_was_let_go_and_taken_back() {
    let mut decided = review();
    let places: Vec<_> = decided.state().all_places().collect();
    let mut steps = Vec::new();
    let mut before = decided.snapshot();
    let mut save = |review: &Review| {
        steps.push(review.state().records_since(review.input(), &before));
        before = review.snapshot();
    };
    decided.let_go(&places, &prefix("s3:GetObject"));
    save(&decided);
    decided.undo();
    save(&decided);
    decided.let_go(&places, &prefix("sqs:DeleteQueue"));
    save(&decided);
    let mut resumed = review();
    resumed.replay_steps(&steps);
    assert_eq!(resumed.held_back(), decided.held_back());
    let at_the_end = iam_refine::review::journal::at_the_end(&steps);
    let mut resumed = review();
    assert!(resumed.replay(&at_the_end).is_empty());
    assert_eq!(resumed.held_back(), decided.held_back());
}

/// The finding with another last use of `sqs:PurgeQueue`: of that nothing was told before.
fn purged_on(day: &str) -> String {
    let finding = fs::read_to_string(FINDING).expect("it is there");
    finding.replace(
        r#"{"action": "PurgeQueue"}"#,
        &format!(r#"{{"action": "PurgeQueue", "lastAccessed": "{day}T00:00:00Z"}}"#),
    )
}

#[test]
fn a_decision_does_not_take_what_was_used_since() {
    let mut decided = review();
    decided.accept_all(Accept::Entries);
    let record = saved(&decided);

    let policy = fs::read_to_string(POLICY).expect("it is there");
    let newer = purged_on("2026-09-30");
    let intake = Intake::new().text(POLICY, &policy).text(FINDING, &newer);
    let mut newer = intake.review().expect("both are read");
    let differing = record.replay_in(&mut newer).expect("of the same policy");
    let differing: Vec<&str> = differing
        .iter()
        .map(|entry| entry.pattern.as_str())
        .collect();
    assert_eq!(differing, ["sqs:*"], "that one is undecided again");
    assert!(grants(&text(&newer), "sqs:PurgeQueue"));
    assert!(!grants(&text(&newer), "s3:GetObjectTagging"));
}

#[test]
fn a_journal_of_a_finding_with_other_times_is_one_of_another_finding() {
    let folder = folder();
    let finding = folder.path().join("finding.json");
    let review = |day: &str, answers: &str| {
        fs::write(&finding, purged_on(day)).expect("written");
        let mut command = iam_refine();
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        command.args(["review", "--plain", POLICY]).arg(&finding);
        command.arg("-o").arg(folder.path().join("refined.json"));
        command.run_with(answers)
    };
    assert_eq!(review("2025-09-30", "A\ny\nq\ny\n").exit, 0);
    let resumed = review("2026-09-30", "y\nw\ny\n");
    assert!(
        resumed.stderr.contains("2 of 3 saved decisions"),
        "{}",
        resumed.stderr
    );
    let written = fs::read_to_string(folder.path().join("refined.json")).expect("written");
    assert!(grants(&written, "sqs:PurgeQueue"), "{written}");
}

/// `Allow` with `NotAction`, and a finding of what is torn down and what was just used.
fn not_action(finding: &str) -> Intake {
    let policy = r#"{"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}}"#;
    Intake::new()
        .text("policy.json", policy)
        .text("finding.json", finding)
}

#[test]
fn what_a_not_action_allows_is_held_back_and_let_go_too() {
    let finding = purged_on("2026-09-30");
    let load = || not_action(&finding).load().expect("both are read").input;
    let mut review = Review::new(load().holding_tear_down());
    let held: Vec<String> = review.held_back().keys().map(ToString::to_string).collect();
    assert_eq!(held, ["s3:GetObject", "sqs:DeleteQueue", "sqs:PurgeQueue"]);
    review.accept_all(Accept::EntriesAndNotActions);
    assert!(grants(&text(&review), "sqs:DeleteQueue"));
    assert!(!grants(&text(&review), "s3:GetObjectTagging"));
    assert_eq!(review.now().held, 3);
    let places: Vec<_> = review.state().all_places().collect();
    let gone = review.let_go(&places, &prefix("sqs:DeleteQueue"));
    assert_eq!(gone.len(), 1);
    assert!(!grants(&text(&review), "sqs:DeleteQueue"));

    // Where nothing is held back for what it tears down, the record tells what was.
    let record = saved(&review);
    let mut replayed = Review::new(load());
    let differing = record.replay_in(&mut replayed).expect("of the same policy");
    assert!(differing.is_empty(), "{differing:?}");
    assert_eq!(text(&replayed), text(&review));
}

#[test]
fn what_is_kept_or_was_seen_used_is_not_held_back() {
    let folder = folder();
    let report = r#"{"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL",
        "JobCompletionDate": "2026-10-01T00:00:00Z", "ServicesLastAccessed": [{"ServiceNamespace": "s3",
        "LastAuthenticated": "2026-10-01T00:00:00Z", "TrackedActionsLastAccessed": [
        {"ActionName": "GetObject", "LastAccessedTime": "2026-10-01T00:00:00Z"}]}]}"#;
    let path = folder.path().join("report.json");
    fs::write(&path, report).expect("written");
    let seen = Intake::new().paths([POLICY, FINDING]).path(&path);
    assert!(seen.review().expect("all are read").held_back().is_empty());
}

#[test]
fn a_literal_that_is_let_go_is_undecided_whatever_was_decided_before() {
    let mut review = review();
    let literal = review
        .state()
        .all_places()
        .find(|&place| {
            let entry = review.state().entry(place);
            entry.is_some_and(|entry| entry.plan.old.to_string() == "s3:GetObject")
        })
        .expect("it is there");
    review.let_go(&[literal], &prefix("s3:GetObject"));
    assert_eq!(review.state().decision(literal), Some(Decision::Undecided));
}

#[test]
fn what_goes_and_was_used_before_is_named_the_latest_first() {
    let review = review();
    let used = review.used_before(&review.undecided());
    let used: Vec<String> = used
        .iter()
        .map(|(name, at)| format!("{name} {}", at.in_short()))
        .collect();
    assert_eq!(used, ["s3:GetObjectTagging 2026-02-03", "ses:* 2025-01-01"]);
}

/// Refines a policy of one entry after a finding with these details.
fn refine_entry(entry: &str, details: &str, options: &[&str]) -> Run {
    let dates = r#""analyzedAt": "2026-10-01T12:00:00Z""#;
    let finding = format!(
        r#"{{"id": "1", "status": "ACTIVE", {dates},
            "resource": "arn:aws:iam::111122223333:role/R", "findingDetails": [{details}]}}"#
    );
    refine_after(entry, &finding, options)
}

/// Refines a policy of one entry after a finding, on 2026-11-23.
fn refine_after(entry: &str, finding: &str, options: &[&str]) -> Run {
    let folder = folder();
    let policy =
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{entry}", "Resource": "*"}}}}"#);
    for (name, text) in [("policy.json", policy.as_str()), ("finding.json", finding)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command.env("SOURCE_DATE_EPOCH", "1795392000");
    command.args(["refine", "policy.json", "finding.json"]);
    command.args(options).run()
}

/// Whether `s3:GetObject`, which was used on this day, stays after a finding with these dates.
fn stays_after(dates: &str, used: &str) -> (bool, String) {
    let details = format!(
        r#"{{"unusedPermissionDetails": {{"serviceNamespace": "s3", "actions": [
             {{"action": "GetObject", "lastAccessed": "{used}"}},
             {{"action": "GetObjectAcl", "lastAccessed": "2020-01-01T00:00:00Z"}}]}}}}"#
    );
    let finding = format!(
        r#"{{"id": "1", "status": "ACTIVE", {dates}
            "resource": "arn:aws:iam::111122223333:role/R", "findingDetails": [{details}]}}"#
    );
    let run = refine_after("s3:GetObject*", &finding, &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(!grants(&run.stdout, "s3:GetObjectAcl"), "{}", run.stdout);
    (grants(&run.stdout, "s3:GetObject"), run.stderr)
}

#[test]
fn a_finding_that_does_not_tell_when_it_was_made_is_measured_from_another_date() {
    let nothing = "\\/Date(-62135596800000)\\/";
    for (dates, used, from) in [
        ("", "2026-11-01T00:00:00Z", Some("2026-11-23 00:00 UTC")),
        ("", "2026-06-01T00:00:00Z", None),
        (
            r#""updatedAt": "2026-07-01T00:00:00Z", "createdAt": "2026-06-01T00:00:00Z","#,
            "2026-06-01T00:00:00Z",
            Some("2026-07-01 00:00 UTC"),
        ),
        (
            r#""analyzedAt": "0001-01-01T00:00:00","#,
            "2026-11-01T00:00:00Z",
            Some("2026-11-23 00:00 UTC"),
        ),
        (
            &format!(r#""analyzedAt": "{nothing}","#),
            "2026-11-01T00:00:00Z",
            Some("2026-11-23 00:00 UTC"),
        ),
        (
            r#""analyzedAt": "9999-12-31T23:59:59.9999999","#,
            "2026-11-01T00:00:00Z",
            Some("2026-11-23 00:00 UTC"),
        ),
    ] {
        let (stays, told) = stays_after(dates, used);
        assert_eq!(stays, from.is_some(), "{dates} {used}\n{told}");
        if let Some(from) = from {
            let within = format!(
                "used within 90 days before {from}, as the finding does not tell when it was made"
            );
            assert!(told.contains(&within), "{told}");
            assert!(told.contains("as AWS printed it, with its \"analyzedAt\""));
        }
    }
}

#[test]
fn a_finding_from_the_future_is_measured_from_today() {
    let (stays, told) = stays_after(
        r#""analyzedAt": "2099-01-01T00:00:00Z","#,
        "2026-11-01T00:00:00Z",
    );
    assert!(stays, "{told}");
    let said = "AWS is said to have looked on 2099-01-01, which is yet to come: the days without use are \
                those before today, 2026-11-23";
    assert!(told.contains(said), "{told}");
    // Two clocks may be a day apart.
    let (_, told) = stays_after(
        r#""analyzedAt": "2026-11-24T00:00:00Z","#,
        "2026-11-01T00:00:00Z",
    );
    assert!(!told.contains("yet to come"), "{told}");
}

#[test]
fn a_last_use_at_the_end_of_time_is_one_and_in_the_year_one_is_none() {
    let dates = r#""analyzedAt": "2026-10-01T12:00:00Z","#;
    for (used, stays) in [
        ("9999-12-31T23:59:59Z", true),
        ("\\/Date(253402300799999)\\/", true),
        ("0001-01-01T00:00:00", false),
        ("\\/Date(-62135596800000)\\/", false),
    ] {
        assert_eq!(stays_after(dates, used).0, stays, "{used}");
        assert_eq!(stays_after("", used).0, stays, "{used}");
    }
}

#[test]
fn what_was_used_lately_stays_after_a_list_too() {
    let list = r#"[{"serviceNamespace": "s3", "actions": [
        {"action": "GetObject", "lastAccessed": "2026-11-01T00:00:00Z"},
        {"action": "GetObjectAcl", "lastAccessed": "2026-01-01T00:00:00Z"}]}]"#;
    let run = refine_after("s3:GetObject*", list, &[]);
    assert!(grants(&run.stdout, "s3:GetObject"), "{}", run.stderr);
    assert!(!grants(&run.stdout, "s3:GetObjectAcl"), "{}", run.stdout);
    let told = "so it stays: s3:GetObject; last used on 2026-11-01 00:00 UTC";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn where_nobody_tells_the_time_the_newest_use_is_the_end_of_the_window() {
    let list = r#"[{"serviceNamespace": "s3", "actions": [
        {"action": "GetObject", "lastAccessed": "2023-03-01T00:00:00Z"},
        {"action": "GetObjectAcl", "lastAccessed": "2023-02-01T00:00:00Z"},
        {"action": "GetObjectTagging", "lastAccessed": "2022-02-01T00:00:00Z"}]}]"#;
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    let intake = Intake::new()
        .text("policy.json", policy)
        .text("list.json", list);
    let review = intake.review().expect("they are read");
    let held: Vec<String> = review.held_back().keys().map(ToString::to_string).collect();
    assert_eq!(held, ["s3:GetObject", "s3:GetObjectAcl"]);
}

#[test]
fn what_stays_is_not_named_among_what_goes_and_was_used_before() {
    // A service that the catalogue does not have stays whole under `*`.
    let unlisted = refine_entry(
        "*",
        r#"{"unusedPermissionDetails": {"serviceNamespace": "nosuch", "actions": [
             {"action": "GetIt", "lastAccessed": "2025-01-01T00:00:00Z"}]}},
           {"unusedPermissionDetails": {"serviceNamespace": "sqs", "actions": [
             {"action": "PurgeQueue", "lastAccessed": "2025-02-02T00:00:00Z"}]}}"#,
        &[],
    );
    let told = "note   was used before, and goes: sqs:PurgeQueue on 2025-02-02\n";
    assert!(unlisted.stderr.contains(told), "{}", unlisted.stderr);
    let s3 = r#"{"unusedPermissionDetails":
        {"serviceNamespace": "s3", "lastAccessed": "2025-01-01T00:00:00Z"}}"#;
    for (entry, told) in [
        ("s3:*", Some("s3:* except what is kept")),
        ("s3:Put*", Some("s3:Put*")),
        ("s3:Get*", None),
    ] {
        let run = refine_entry(entry, s3, &["--keep", "s3:Get*=audit"]);
        let told = told.map(|told| format!("and goes: {told} on 2025-01-01\n"));
        let told = told.as_deref();
        assert!(
            told.is_none_or(|told| run.stderr.contains(told)),
            "{}",
            run.stderr
        );
        let is_told = run.stderr.contains("was used before");
        assert_eq!(is_told, told.is_some(), "{}", run.stderr);
    }
}

#[test]
fn refine_leaves_what_was_just_used_and_says_so() {
    let run = iam_refine().args(["refine", POLICY, FINDING]).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(grants(&run.stdout, "s3:GetObject"));
    assert!(grants(&run.stdout, "sns:Publish"));
    assert!(
        !grants(&run.stdout, "sqs:DeleteQueue"),
        "a note is enough there"
    );
    for told in [
        "used within 90 days before the finding, so it stays: s3:GetObject and sns:*; last used on \
         2026-10-01 11:59 UTC",
        "--unused-for DAYS",
        "note   1 unused held back",
        "note   was used before, and goes: s3:GetObjectTagging on 2026-02-03 and ses:* on 2025-01-01",
        "note   changes or removes what can still be made, and goes: sqs:DeleteQueue",
    ] {
        assert!(run.stderr.contains(told), "{told}\n{}", run.stderr);
    }
}

#[test]
fn a_shorter_window_takes_what_was_used_before_it() {
    let folder = folder();
    let finding = fs::read_to_string(FINDING).expect("it is there");
    let older = finding.replace("2026-10-01T11:59:00Z", "2026-09-20T11:59:00Z");
    let path = folder.path().join("finding.json");
    fs::write(&path, older).expect("written");
    let refine = |days: &str| {
        let mut command = iam_refine();
        command.args(["refine", POLICY]).arg(&path);
        command.args(["--unused-for", days]).run()
    };
    assert!(grants(&refine("12").stdout, "s3:GetObject"));
    assert!(!grants(&refine("10").stdout, "s3:GetObject"));
}

#[test]
fn verify_objects_when_what_was_just_used_is_gone() {
    let folder = folder();
    let verify_as = |policy: &str, format: &str| {
        let path = folder.path().join("refined.json");
        fs::write(&path, policy).expect("written");
        iam_refine()
            .args(["verify", POLICY])
            .arg(&path)
            .args([FINDING, "--format", format])
            .run()
    };
    let verify = |policy: &str| verify_as(policy, "text");
    let refined = iam_refine().args(["refine", POLICY, FINDING]).run().stdout;
    let agreed = verify(&refined);
    assert_eq!(agreed.exit, 0);
    let told = "note: 1 unused held back: used just before the finding\n";
    assert!(agreed.stdout.contains(told), "{}", agreed.stdout);
    assert!(!agreed.stdout.contains("kept"), "{}", agreed.stdout);
    let json = verify_as(&refined, "json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["held"], serde_json::json!(["s3:GetObject"]));
    assert_eq!(json["kept"], serde_json::json!([]));
    let without = refined
        .replace("\"s3:GetObject\", ", "")
        .replace("\"s3:GetObject\",", "");
    assert_ne!(without, refined);
    let objected = verify(&without);
    assert_eq!(objected.exit, 1);
    assert!(
        objected.stdout.contains("s3:GetObject"),
        "{}",
        objected.stdout
    );
}

fn plain(folder: &Path, answers: &str) -> Run {
    iam_refine()
        .env("XDG_STATE_HOME", folder.join("state"))
        .args(["review", "--plain", POLICY, FINDING, "-o"])
        .arg(folder.join("refined.json"))
        .run_with(answers)
}

#[test]
fn on_plain_lines_all_is_accepted_after_what_was_used_is_named() {
    let folder = folder();
    let run = plain(
        folder.path(),
        "A\nn\nA\ny\nletgo s3:GetObject\nA\ny\nw\ny\n",
    );
    assert_eq!(run.exit, 0, "{}", run.stderr);
    for told in [
        "  s3:GetObject: it was used on 2026-10-01",
        "  sqs:DeleteQueue: sqs:CreateQueue stays, and it changes or removes what that makes",
        "These were used before, and would go:\n  s3:GetObjectTagging  2026-02-03\n",
        "Not done.",
        "Let go, where its proposal is accepted: s3:GetObject.",
    ] {
        assert!(run.stdout.contains(told), "{told}\n{}", run.stdout);
    }
    let written = fs::read_to_string(folder.path().join("refined.json")).expect("written");
    assert!(!grants(&written, "s3:GetObject"));
    assert!(grants(&written, "sqs:DeleteQueue"));
}

const REPORT: &str = r#"{"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL",
  "JobCompletionDate": "2026-10-01T00:00:00Z",
  "ServicesLastAccessed": [{"ServiceNamespace": "sqs"}]}"#;

/// A version of a managed policy that was made on this day, refined after the report.
fn refine_version_of(day: &str, options: &[&str]) -> Run {
    let folder = folder();
    let policy = format!(
        r#"{{"PolicyVersion": {{"CreateDate": "{day}T00:00:00Z", "VersionId": "v2",
            "IsDefaultVersion": true, "Document": {{"Version": "2012-10-17", "Statement":
            [{{"Effect": "Allow", "Action": ["sqs:SendMessage", "s3:GetObject"], "Resource": "*"}}]}}}}}}"#
    );
    for (name, text) in [("policy.json", policy.as_str()), ("report.json", REPORT)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let mut command = iam_refine();
    command.current_dir(folder.path());
    command.args(["refine", "policy.json", "report.json", "--unused-for"]);
    command.args(options);
    command.run()
}

#[test]
fn of_a_policy_that_is_younger_than_the_report_asks_nothing_is_unused() {
    let young = refine_version_of("2026-09-20", &["90"]);
    assert!(grants(&young.stdout, "sqs:SendMessage"), "{}", young.stderr);
    let told = "this policy was changed on 2026-09-20, within the days that \"report.json\" is asked \
                about: nothing that it grants is unused yet, and all of it stays";
    assert!(young.stderr.contains(told), "{}", young.stderr);
    let told = "note   1 unused still granted by a policy that is too young for the report\n";
    assert!(young.stderr.contains(told), "{}", young.stderr);
    for old in [
        refine_version_of("2026-09-20", &["10"]),
        refine_version_of("2026-06-20", &["90"]),
    ] {
        assert!(!grants(&old.stdout, "sqs:SendMessage"), "{}", old.stderr);
    }
}

#[test]
fn a_record_tells_that_a_policy_is_too_young() {
    let exceptions = |day| {
        let run = refine_version_of(day, &["90", "--format", "json"]);
        let record: serde_json::Value = serde_json::from_str(&run.stdout).expect("a record");
        record["policies"][0]["exceptions"].clone()
    };
    let expected = serde_json::json!([{
        "action": "sqs:SendMessage",
        "level": "Write",
        "lastUsed": null,
        "finding": "report.json",
        "because": "policy too young",
        "changed": "2026-09-20T00:00:00Z",
    }]);
    assert_eq!(exceptions("2026-09-20"), expected);
    assert_eq!(exceptions("2026-06-20"), serde_json::json!([]));
}

#[test]
fn what_is_unused_and_a_young_policy_grants_is_told_as_such() {
    let policy = |actions: &str| {
        format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{actions}", "Resource": "*"}}}}"#)
    };
    let young = format!(
        r#"{{"PolicyVersion": {{"CreateDate": "2026-09-20T00:00:00Z", "VersionId": "v2",
            "IsDefaultVersion": true, "Document": {}}}}}"#,
        policy("sqs:SendMessage")
    );
    let intake = Intake::new()
        .text("old.json", &policy("sqs:Se*"))
        .text("young.json", &young)
        .text("report.json", REPORT);
    let mut review = intake.review().expect("they are read");
    review.accept_all(Accept::Entries);
    let stay: Vec<(usize, StillThere)> = (review.caveats().into_iter())
        .filter_map(|caveat| match caveat {
            Caveat::StillThere(count, why) => Some((count, why)),
            _ => None,
        })
        .collect();
    assert_eq!(stay, [(1, StillThere::Young)]);
}
