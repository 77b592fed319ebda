//! Which answers are believed: of whom and when they are, and of what.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::aws::{Aws, ROLE, a_role, with_rules};
use crate::run::Run;

/// Fetches the role of `world`, and refines what was fetched.
fn refined(world: &Value) -> Run {
    let aws = Aws::with(world);
    aws.fetch(&["--role", "MyRole"]);
    aws.refine(&["answers", "--diff"])
}

fn assert_refused(run: &Run, why: &str) {
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn a_finding_that_is_older_than_its_role_is_about_an_earlier_one() {
    let found = json!([{"on": ["get-finding-v2"],
        "do": {"set": {"/analyzedAt": "2026-10-20T00:00:00+00:00"}}}]);
    let mut world = with_rules(a_role(), found);
    world["roles"][0]["created"] = "2026-10-19T00:00:00+00:00".into();
    let run = refined(&world);
    // Of one of its policies nothing is left.
    assert_eq!(run.exit, 4, "{}", run.stderr);
    assert!(run.stdout.contains("s3:Get"), "{}", run.stderr);
    world["roles"][0]["created"] = "2026-10-21T00:00:00+00:00".into();
    let why = "was made on 2026-10-21: it is about another one of the same name";
    assert_refused(&refined(&world), why);
}

#[test]
fn a_finding_that_was_archived_says_nothing() {
    let mut world = a_role();
    world["analyzers"][0]["findings"][0]["status"] = "ARCHIVED".into();
    let aws = Aws::with(&world);
    let run = aws.fetch(&["--role", "MyRole"]);
    assert_refused(
        &run,
        "the only finding for it, 11111111-aaaa-4444-8888-000000000001, is archived",
    );
}

#[test]
fn a_version_that_is_not_in_force_is_refused() {
    let other = json!([{"on": ["get-policy-version"], "do": {"instead": {"v2": "v1"}}}]);
    let run = refined(&with_rules(a_role(), other));
    assert_refused(&run, "this version is not in force any more");
}

#[test]
fn a_report_about_somebody_else_is_refused() {
    let mut world = a_role();
    world["analyzers"] = json!([]);
    let other = "arn:aws:iam::123456789012:role/Other";
    let rules = json!([{"on": ["get-service-last-accessed-details"],
        "do": {"set": {"/ServicesLastAccessed/0/LastAuthenticatedEntity": other}}}]);
    assert_refused(
        &refined(&with_rules(world, rules)),
        &format!("this report is about {other}"),
    );
}

#[test]
fn an_analyzer_of_another_account_alone_finds_nothing_of_this_one() {
    let mut world = a_role();
    world["profiles"]["audit"] = json!({"region": "eu-west-1", "account": "999999999999"});
    world["analyzers"][0]["account"] = "999999999999".into();
    let aws = Aws::with(&world);
    let run = aws.fetched(&["--role", "MyRole", "--findings-profile", "audit"]);
    assert!(
        run.stderr.contains("no analyzer of unused access is found"),
        "{}",
        run.stderr
    );
    let answers = aws.answers();
    let mut names = answers.keys();
    assert!(
        !names.any(|name| name.starts_with("get-finding-v2")),
        "{answers:#?}"
    );
}

#[test]
fn a_path_may_hold_quotes() {
    let mut world = a_role();
    let arn = ROLE.replace("/app/", "/it's-\"x\"/");
    world["roles"][0]["path"] = "/it's-\"x\"/".into();
    world["analyzers"][0]["findings"][0]["resource"] = arn.as_str().into();
    let aws = Aws::with(&world);
    aws.fetched(&["--role", "MyRole"]);
    let answers = aws.answers();
    let mut names = answers.keys();
    assert!(
        names.any(|name| name.starts_with("get-finding-v2")),
        "{answers:#?}"
    );
}

#[test]
fn what_was_kept_and_says_it_is_of_tomorrow_is_fetched_again() {
    let aws = Aws::with(&a_role());
    let asks = || {
        let before = aws.calls().len();
        let run = aws.run(&["refine", "--role", "MyRole", "--diff"]);
        assert_eq!(run.exit, 4, "{}", run.stderr);
        aws.calls().len() - before
    };
    let all = asks();
    // The version, and who one is.
    assert_eq!(asks(), 2);
    for kept in manifests(&aws.path().join("state")) {
        let text = fs::read_to_string(&kept).unwrap();
        let mut manifest: Value = serde_json::from_str(&text).unwrap();
        manifest["completedAt"] = "2126-10-27T08:00:04Z".into();
        fs::write(&kept, manifest.to_string()).unwrap();
    }
    assert_eq!(asks(), all);
}

/// The manifests in a folder and in those in it.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(manifests(&path));
        } else if path.ends_with("manifest.json") {
            found.push(path);
        }
    }
    found
}
