//! The table of granularities.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::refine::Granularity;
use iam_refine::review::Decision;
use iam_refine::review::journal::at_the_end;
use iam_refine::text::Source;
use iam_refine::tui::{Context, Settings};

use crate::setup::{Tester, article, article_today, review};

/// On the wildcard `s3:Get*`, with the actions of today.
fn on_get(keys: &str) -> Tester {
    article_today((80, 24)).press(".").press(keys)
}

#[test]
fn the_table_tells_what_each_choice_comes_to() {
    insta::assert_snapshot!(on_get("v").text());
    insta::assert_snapshot!(on_get("v l j Space").text());
}

#[test]
fn enter_takes_the_choice_as_one_step() {
    let taken = on_get("v l Enter");
    assert!(
        taken.written().contains("s3:GetAcces* "),
        "{}",
        taken.written()
    );
    assert_eq!(
        taken.footer(),
        "cut s3:Get* by character: the entry is accepted, edited"
    );
    assert_eq!(taken.press("u").written(), on_get("").written());
    let names = on_get("v l l l Enter");
    assert!(
        names.written().contains("s3:GetObjectAcl"),
        "{}",
        names.written()
    );
    assert_eq!(
        names.press("v Enter").footer(),
        "s3:Get* is cut by name already"
    );
}

#[test]
fn looking_decides_nothing() {
    let closed = on_get("v l j k h Space PgDn PgUp Space Esc");
    assert_eq!(closed.written(), on_get("").written());
    assert_eq!(closed.app.context(), Context::Policy);
    // What is taken already is not decided either.
    assert_eq!(on_get("v Enter").written(), on_get("").written());
}

#[test]
fn the_figures_are_those_of_the_wildcard_as_it_is_marked() {
    let keep = "2 j j j Space Enter 1";
    let again = on_get("v Esc").press(keep).press("v");
    assert_eq!(again.text(), on_get(keep).press("v").text());
    assert_ne!(again.text(), on_get("v").text());
}

#[test]
fn only_what_is_cut_can_be_cut_differently() {
    let literal = article((80, 24)).press("l j v");
    assert_eq!(
        literal.footer(),
        "Only the names of a wildcard are cut: go to one first"
    );
    let stays = article((80, 24)).press("G v");
    assert_eq!(
        stays.footer(),
        "Nothing of s3:List* goes: it stays however it is cut"
    );
}

#[test]
fn a_catalogue_without_dates_says_so() {
    let text = article((80, 24)).press(". v Space").text();
    assert!(text.contains("does not tell when"), "{text}");
}

/// A review of three wildcards; nothing of the last one goes.
fn of_three(keys: &str) -> Tester {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": ["s3:GetB*", "s3:GetO*", "s3:List*"], "Resource": "*"}]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl", "GetObjectAcl"]}]"#;
    let review = review(&[policy], findings, Catalogue::built_in());
    Tester::new(review, Settings::default(), (80, 24)).press(keys)
}

#[test]
fn one_cut_for_all_keeps_what_was_decided() {
    insta::assert_snapshot!(of_three("V").text());
    let cut = of_three("a V l l Enter");
    assert_eq!(cut.footer(), "Cut 2 wildcards by name");
    let places: Vec<_> = cut.review().state().places().collect();
    let decided: Vec<_> = { places.iter() }
        .map(|place| cut.review().state().decision(*place))
        .collect();
    assert_eq!(
        decided,
        [Some(Decision::Accepted), Some(Decision::Undecided)]
    );
    // Accepted, and cut by name.
    assert!(
        cut.written().contains("s3:GetBucketCORS "),
        "{}",
        cut.written()
    );
    // It is one step.
    assert_eq!(cut.press("u").written(), of_three("a").written());
}

#[test]
fn one_cut_for_all_leaves_what_is_rejected_and_says_so() {
    let cut = of_three("r V l l Enter");
    assert_eq!(
        cut.footer(),
        "Cut 1 wildcard by name; 1 rejected wildcard stays as it is"
    );
    assert_eq!(
        of_three("R V").footer(),
        "Of no wildcard that is not rejected anything goes: there is none to cut"
    );
    assert_eq!(
        of_three("V Enter").footer(),
        "All come to the same cut by word: nothing changes"
    );
}

#[test]
fn one_cut_for_all_names_the_splits_that_do_nothing_then() {
    let split = of_three("j 2 G s 1 V l l Enter");
    assert_eq!(
        split.footer(),
        "Cut 2 wildcards by name; the split of s3:GetObjectVersion does nothing so"
    );
}

#[test]
fn what_was_taken_back_is_not_decided_again_where_the_last_decision_differs() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;
    let of = |actions: &str| {
        let file = Source::from_text("actions.txt", actions);
        let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
        review(&[policy], findings, catalogue)
    };
    let actions = "s3:GetBucketAcl\ns3:GetObject\ns3:GetObjectAcl\n";
    let mut left = of(actions);
    let place = left.state().places().next().expect("one is proposed");
    // Accepted, cut in another way, and then rejected.
    left.decide(&[place], Decision::Accepted);
    assert!(left.set_granularity(place, Granularity::Name));
    left.reject(&[place], Some(&"for the audit".into()));
    // Of the same actions all of it is there again, step by step.
    let mut same = of(actions);
    same.replay_steps(&left.recorded_steps());
    assert_eq!(same.state().decision(place), Some(Decision::Rejected));
    assert!(same.undo().is_some() && same.undo().is_some() && same.undo().is_some());
    // With one action more names are others, and what was accepted before was rejected since.
    let mut later = of(&format!("{actions}s3:GetObjectTagging\n"));
    later.replay_steps(&left.recorded_steps());
    assert_eq!(later.state().decision(place), Some(Decision::Undecided));
    let mut last_alone = of(&format!("{actions}s3:GetObjectTagging\n"));
    let decided = at_the_end(&left.recorded_steps());
    assert_eq!(last_alone.replay(&decided).len(), 1);
}
