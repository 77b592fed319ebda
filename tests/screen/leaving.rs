//! Leaving a prefix of the trie whole: what is asked, what is refused, what takes it back.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::refine::{MarkKind, SetBy};
use iam_refine::text::Source;
use iam_refine::tui::{Context, Settings};

use crate::setup::{Tester, review};

const ACTIONS: &str = "ecs:ListClusters\necs:ListNodesA\necs:ListNodesB\necs:ListService\n\
    ecs:ListServiceNames\necs:ListServices\necs:ListTasks\necs:PutA\necs:PutB\necs:Run\n";

/// The trie of a wildcard over a few actions, with the keys pressed from its root on.
fn trie(keys: &str) -> Tester {
    let findings =
        r#"[{"serviceNamespace": "ecs", "actions": ["ListServices", "ListTasks", "PutB"]}]"#;
    of("ecs:*", findings, ACTIONS).press("2 g").press(keys)
}

fn of(entry: &str, findings: &str, actions: &str) -> Tester {
    let policy =
        serde_json::json!({"Statement": {"Effect": "Allow", "Action": entry, "Resource": "*"}});
    let file = Source::from_text("actions.txt", actions);
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let review = review(&[&policy.to_string()], findings, catalogue);
    Tester::new(review, Settings::default(), (120, 30))
}

#[test]
fn what_stays_is_named_before_and_the_reason_is_asked_for() {
    let asked = trie("j S");
    assert_eq!(asked.app.context(), Context::Keep);
    let told = "! It leaves 2 unused: ListServices, ListTasks";
    assert!(asked.text().contains(told), "{}", asked.text());
    let question = "Leave whole ecs:List, because: _";
    assert!(asked.footer().starts_with(question), "{}", asked.footer());
    let left = asked.press("w e e k l y Enter");
    assert_eq!(
        left.footer(),
        "left whole ecs:List: the entry is accepted, edited"
    );
    assert_eq!(left.written(), "ecs:List* ecs:PutA ecs:Run");
    let mark = &left
        .review()
        .state()
        .entry(left.review().state().places().next().unwrap());
    let mark = &mark.unwrap().marks[0];
    assert_eq!((mark.kind, mark.by), (MarkKind::Whole, SetBy::Person));
    assert_eq!(
        mark.reason.as_ref().map(ToString::to_string).as_deref(),
        Some("weekly")
    );
    insta::assert_snapshot!(left.text());
    // Among the new entries of the policy it is told too.
    insta::assert_snapshot!(left.press("1 j").text());
}

#[test]
fn again_it_is_taken_back() {
    let taken = trie("j S Enter S");
    assert_eq!(
        taken.footer(),
        "took back whole ecs:List: the entry is undecided again"
    );
    assert!(
        !taken.written().contains("ecs:List*"),
        "{}",
        taken.written()
    );
    assert_eq!(trie("j S Esc").written(), "ecs:*");
    let undone = trie("j S Enter u");
    assert_eq!(undone.footer(), "Undid: left whole ecs:List");
    assert_eq!(undone.written(), "ecs:*");
}

#[test]
fn where_it_changes_nothing_it_is_refused() {
    let refused = |keys: &str, why: &str| {
        let tester = trie(keys);
        assert_eq!(tester.footer(), why);
        assert_eq!(tester.app.context(), Context::Unmarked);
    };
    refused(
        "S",
        "Left whole at its root it stays as it was: that is the same as rejecting: r",
    );
    refused("G S", "ecs:Run is safe: it is written anyway");
    refused(
        "j S Enter j S",
        "It starts with ecs:List, which is left whole",
    );
    refused(
        "/ T a s k s Enter S",
        "Nothing stays that starts with ecs:ListTasks: it can be kept",
    );
    let gathered = trie("j =").press("j j j j j j j j S");
    assert_eq!(
        gathered.footer(),
        "A mark is on one prefix: choose one of those beneath this row",
        "{}",
        gathered.text()
    );
}

#[test]
fn a_service_that_is_unused_or_unknown_has_nothing_to_leave_whole() {
    let findings =
        r#"[{"serviceNamespace": "ecs"}, {"serviceNamespace": "sqs", "actions": ["Purge"]}]"#;
    let actions = "ecs:ListTasks\necs:Run\nsqs:Purge\nsqs:Send\n";
    let unused = of("*", findings, actions);
    let unused = unused.press("2 / e c s Enter S");
    assert_eq!(
        unused.footer(),
        "All of ecs is unused: leaving a prefix whole does nothing there",
        "{}",
        unused.text()
    );
}

#[test]
fn a_longer_drop_or_split_binds() {
    let dropped = trie("j j Space Enter g S");
    assert_eq!(
        dropped.footer(),
        "The drop of ecs:ListClusters beneath it binds: take that back first"
    );
    let split = trie("j j j s k k S");
    assert_eq!(
        split.footer(),
        "The split of ecs:ListNodes beneath it binds: take that back first"
    );
}

#[test]
fn a_drop_or_a_split_beneath_takes_it_back_and_says_so() {
    let asked = trie("j S Enter j Space");
    assert!(
        asked.text().contains("ecs:List is left whole no more"),
        "{}",
        asked.text()
    );
    let dropped = asked.press("Enter");
    assert_eq!(
        dropped.footer(),
        "dropped ecs:ListClusters; took back whole ecs:List: the entry is accepted, edited"
    );
    assert!(
        !dropped.written().contains("ecs:List*"),
        "{}",
        dropped.written()
    );
    assert!(
        !dropped.written().contains("ListClusters"),
        "{}",
        dropped.written()
    );
    let split = trie("j S Enter j j s");
    assert_eq!(
        split.footer(),
        "split ecs:ListNodes; took back whole ecs:List: the entry is accepted, edited"
    );
    assert!(
        split.written().contains("ecs:ListNodesA ecs:ListNodesB"),
        "{}",
        split.written()
    );
}

#[test]
fn a_keep_beneath_is_harmless() {
    let kept = trie("/ T a s k s Enter Space Enter g j S");
    let told = "It leaves 1 unused: ListServices";
    assert!(kept.text().contains(told), "{}", kept.text());
    let whole = kept.press("Enter");
    assert_eq!(whole.written(), "ecs:List* ecs:PutA ecs:Run");
    let state = whole.review().state();
    let entry = state.entry(state.places().next().unwrap()).unwrap();
    assert_eq!(entry.marks.len(), 2);
}

#[test]
fn of_a_row_of_several_prefixes_the_longest_is_left_whole_and_shown() {
    let findings = r#"[{"serviceNamespace": "ecs", "actions": ["ListAppTaskB", "PutB"]}]"#;
    let actions = "ecs:ListAppTaskA\necs:ListAppTaskB\necs:ListNodes\necs:PutA\necs:PutB\n";
    let row = of("ecs:*", findings, actions).press("2 g j j");
    assert!(row.text().contains("! AppTask unsafe"), "{}", row.text());
    let left = row.press("S Enter");
    assert_eq!(
        left.footer(),
        "left whole ecs:ListAppTask: the entry is accepted, edited"
    );
    assert!(
        left.row_in(1).contains("! Task* left whole"),
        "{}",
        left.text()
    );
    // What goes is told apart from what stays only for it.
    let above = left.press("k").text();
    assert!(above.contains("UNUSED, AND STAYS"), "{above}");
    assert!(!above.contains("WHAT GOES"), "{above}");
}

#[test]
fn what_is_not_the_root_can_be_left_whole_though_nothing_else_goes() {
    let only = of(
        "ecs:*",
        r#"[{"serviceNamespace": "ecs", "actions": ["ListTasks"]}]"#,
        ACTIONS,
    );
    let left = only.press("2 g j S Enter");
    assert_eq!(left.written(), "ecs:List* ecs:Put* ecs:Run");
}

/// What is left whole stays, and makes prefixes unsafe all the same: no name that could be pointed at would say so.
#[test]
fn nothing_is_asked_about_the_steps_where_something_is_left_whole() {
    let asked = trie("t p");
    assert!(
        asked.footer().starts_with("The next question"),
        "{}",
        asked.footer()
    );
    let whole = trie("j S w e e k l y Enter t p");
    assert_eq!(
        whole.footer(),
        "There is no question about these steps",
        "{}",
        whole.text()
    );
}
