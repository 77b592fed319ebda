//! `review --role` in a terminal: it asks AWS before the screen opens, and never inside.

use std::fs;

use serde_json::{Value, json};

use crate::aws::{Aws, a_role, program, with_rules};
use crate::screen::{Screen, start_with};

const ALTERNATE: &str = "\u{1b}[?1049h";

fn review(aws: &Aws, arguments: &[&str]) -> Screen {
    let program = program();
    let all = [&["review", "--aws", program.to_str().unwrap()], arguments].concat();
    let folder = aws.path().to_str().unwrap();
    start_with(aws.path(), &all, 30, 120, &[("PLAYED_AWS", folder)])
}

fn with_slow_calls(world: Value) -> Value {
    with_rules(
        world,
        json!([{"on": ["get-policy-version"], "do": {"sleep": 500}}]),
    )
}

#[test]
fn the_progress_is_shown_before_the_screen_opens() {
    let aws = Aws::with(&with_slow_calls(a_role()));
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("undecided");
    let sent = screen.sent();
    let (before, inside) = sent.split_once(ALTERNATE).unwrap();
    assert!(before.contains("asking AWS"), "{before:?}");
    assert!(!inside.contains("asking AWS"), "{inside:?}");
    let calls = aws.calls().len();
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    // No call was made while it was open.
    assert_eq!(aws.calls().len(), calls);
}

#[test]
fn an_error_is_told_without_a_screen() {
    for (fault, way_out) in [
        ("expired-sso", "aws sso login"),
        ("no-credentials", "--profile"),
        ("unreachable", "resumes"),
    ] {
        let rules = json!([{"on": ["get-caller-identity"], "do": fault}]);
        let aws = Aws::with(&with_rules(a_role(), rules));
        let mut screen = review(&aws, &["--role", "MyRole"]);
        assert_eq!(screen.end(), 2);
        let sent = screen.sent();
        assert!(!sent.contains(ALTERNATE), "{sent:?}");
        assert!(sent.contains(way_out), "{sent:?}");
        assert!(screen.is_given_back());
    }
}

#[test]
fn what_was_not_answered_is_told_before_the_screen() {
    let rules = json!([{"on": ["list-entities-for-policy"], "do": "access-denied"}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("undecided");
    let sent = screen.sent();
    let (before, _) = sent.split_once(ALTERNATE).unwrap();
    assert!(before.contains("iam:ListEntitiesForPolicy"), "{before:?}");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn reviewing_again_within_the_hour_asks_only_who_one_is_and_resumes() {
    let aws = Aws::with(&a_role());
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("undecided");
    screen.press("Aq");
    screen.wait_for("Leave?");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let first = aws.calls().len();
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("Resume");
    screen.press("\u{3}");
    screen.end();
    let asked = aws.calls();
    let again: Vec<String> = asked[first..].iter().map(crate::aws::Call::words).collect();
    assert_eq!(again, ["--version", "sts get-caller-identity"]);
}

#[test]
fn nothing_is_left_in_the_folder_where_one_stands() {
    let aws = Aws::with(&a_role());
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("undecided");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let names = fs::read_dir(aws.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["calls.jsonl", "state", "world.json"]);
    let fetched = aws.path().join("state/iam-refine/fetched");
    assert_eq!(fs::read_dir(fetched).unwrap().count(), 1);
}

#[test]
fn asking_can_be_interrupted_and_is_resumed() {
    let rules = json!([{"on": ["get-policy"], "do": "hang"}]);
    let aws = Aws::with(&with_rules(a_role(), rules));
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("asking AWS");
    aws.wait_for("get-policy ");
    screen.press("\u{3}");
    assert_ne!(screen.end(), 0);
    assert!(screen.is_given_back());
    assert!(!screen.sent().contains(ALTERNATE));
    aws.becomes(&a_role());
    let mut screen = review(&aws, &["--role", "MyRole"]);
    screen.wait_for("undecided");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let lists = aws.asked();
    let lists = lists.iter().filter(|it| it.contains("list-attached"));
    assert_eq!(lists.count(), 1, "what was answered is not asked again");
}
