//! Marks: what is said before one is set, where they are listed, and taking them back.

use std::sync::Arc;

use crate::setup::{Tester, article, review};
use iam_refine::catalogue::Catalogue;
use iam_refine::document::Source;
use iam_refine::tui::Settings;

/// A wildcard with the sibling trap, twice, over a small catalogue.
fn siblings(keys: &str) -> Tester {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ecs:List*", "Resource": "*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "ecs", "actions": ["ListServices", "ListTasks"]}]"#;
    let actions =
        "ecs:ListService\necs:ListServiceNames\necs:ListServices\necs:ListTasks\necs:Run\n";
    let file = Source::from_text("actions.txt", actions);
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let review = review(&[policy], findings, catalogue);
    Tester::new(review, Settings::default(), (120, 30)).press(keys)
}

#[test]
fn a_mark_that_reaches_a_sibling_says_so_before_it_is_set() {
    let asked = siblings(". 2 j Space");
    let text = asked.text();
    assert!(
        text.contains("ecs:ListService reaches ListServices too, which is not beneath it"),
        "{text}"
    );
    let silent = article((120, 30)).press(". 2 j j j Space");
    assert!(
        !silent.text().contains("not beneath it"),
        "{}",
        silent.text()
    );
}

#[test]
fn marks_are_listed_and_taken_back_one_by_one() {
    let marked = article((120, 30)).press(". 2 j j j Space y e a r l y Enter k k s 3");
    insta::assert_snapshot!(marked.text());
    let both = marked.written();
    // The first is taken back; the split stays.
    let left = marked.press("x");
    assert_eq!(left.footer(), "took back keep s3:GetBucket");
    assert!(
        !left.written().contains("s3:GetBucket"),
        "{}",
        left.written()
    );
    assert!(
        left.written().contains("s3:GetAccessGrant"),
        "{}",
        left.written()
    );
    assert_eq!(left.press("u").written(), both);
    let other = article((120, 30)).press(". 2 j j j Space y Enter k k s 3 j x");
    assert_eq!(other.footer(), "took back split s3:GetAccess");
    assert!(
        other.written().contains("s3:GetBucket* s3:GetDataAccess"),
        "{}",
        other.written()
    );
}

#[test]
fn keeping_everything_leaves_the_entry_as_it_was_and_tells_why() {
    let kept = article((120, 30)).press(". 2 g Space d r Enter 1");
    assert!(
        kept.text().contains("s3:Get* unchanged, kept"),
        "{}",
        kept.text()
    );
    assert!(kept.text().contains("Because: dr."), "{}", kept.text());
    assert!(
        kept.written().ends_with("| s3:Get* s3:List*"),
        "{}",
        kept.written()
    );
}

#[test]
fn what_is_kept_here_and_goes_elsewhere_is_told() {
    let kept = siblings(". 2 g Space Enter 1");
    let text = kept.text();
    assert!(text.contains("KEPT HERE, BUT NOT ELSEWHERE"), "{text}");
    assert!(text.contains("! 2 of 2 from ecs:"), "{text}");
}

#[test]
fn a_service_that_is_not_in_the_catalogue_has_an_unknown_count() {
    let text = article((120, 30)).text();
    let invoke = text.lines().find(|line| line.contains("lambda:Invoke*"));
    let pane = invoke.and_then(|line| line.split('│').next()).unwrap();
    assert!(pane.trim_end().ends_with('?'), "{pane}");
}

#[test]
fn the_end_of_a_long_reason_stays_in_sight() {
    let typed = "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9";
    let tester = article((80, 24)).press(". 2 j j j Space").press(typed);
    assert!(tester.footer().contains("789_"), "{}", tester.footer());
}
