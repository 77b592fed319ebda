//! Marks: what is said before one is set, where they are listed, and taking them back.

use std::sync::Arc;

use crate::setup::{Tester, article, review};
use iam_refine::catalogue::Catalogue;
use iam_refine::text::Source;
use iam_refine::tui::Settings;

/// A wildcard with the sibling trap, twice, over a small catalogue.
fn siblings(keys: &str) -> Tester {
    siblings_on((120, 30), keys)
}

fn siblings_on(size: (u16, u16), keys: &str) -> Tester {
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
    Tester::new(review, Settings::default(), size).press(keys)
}

#[test]
fn a_mark_that_reaches_a_sibling_says_so_before_it_is_set() {
    let asked = siblings(". 2 j Space");
    let text = asked.text();
    assert!(
        text.contains("ecs:ListService reaches ListServices too, which is not beneath it"),
        "{text}"
    );
    // An action that others extend stands right beneath its prefix.
    assert!(text.contains("✓ ListService "), "{text}");
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
    assert_eq!(
        left.footer(),
        "took back keep s3:GetBucket: the entry stays accepted"
    );
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
    assert_eq!(
        other.footer(),
        "took back split s3:GetAccess: the entry stays accepted"
    );
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
    assert!(kept.text().contains("kept (dr)."), "{}", kept.text());
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
fn what_another_entry_of_the_statement_still_grants_is_told() {
    let policy = r#"{"Statement":
        {"Effect": "Allow", "Action": ["ecs:*", "ecs:List*"], "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "ecs", "actions": ["ListServices", "ListTasks"]}]"#;
    let actions = "ecs:ListClusters\necs:ListServices\necs:ListTasks\necs:Run\n";
    let file = Source::from_text("actions.txt", actions);
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let review = review(&[policy], findings, catalogue);
    let told = "! all of it by ecs:List* of this statement";
    let tester = Tester::new(review, Settings::default(), (160, 30));
    assert!(tester.text().contains(told), "{}", tester.text());
    // Not when that entry is narrowed too.
    let tester = tester.press(". a ,");
    assert!(tester.row_in(0).contains("ecs:*"), "{}", tester.text());
    assert!(!tester.text().contains(told), "{}", tester.text());
}

#[test]
fn a_service_that_is_not_in_the_catalogue_has_an_unknown_count() {
    let text = article((120, 30)).text();
    let invoke = text.lines().find(|line| line.contains("lambda:Invoke*"));
    let pane = invoke.and_then(|line| line.split('│').next()).unwrap();
    assert!(pane.trim_end().ends_with('?'), "{pane}");
}

#[test]
fn what_is_typed_is_in_sight_however_long_the_name_is() {
    let tester = article((80, 24)).press("/ o b j e c t L o c k Enter Space o n e");
    let footer = tester.footer();
    assert!(footer.contains("because: one_"), "{footer}");
    // What it is about stands in a line of its own.
    let text = tester.text();
    assert!(
        text.contains("\n Keep 1 unused: s3:GetBucketObjectLockConfiguration,\n"),
        "{text}"
    );
    let long = tester.press("Space t w o Space t h r e e Space f o u r Space f i v e Space s i x");
    let footer = long.footer();
    assert!(
        footer.contains("because: one two three four five six_"),
        "{footer}"
    );
}

#[test]
fn the_end_of_a_long_reason_stays_in_sight() {
    let typed = "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9";
    let tester = article((80, 24)).press(". 2 j j j Space").press(typed);
    assert!(tester.footer().contains("789_"), "{}", tester.footer());
}

#[test]
fn what_a_drop_would_take_is_told_in_full_on_a_small_screen() {
    let asked = siblings_on((80, 24), ". 2 j Space Enter Space");
    let text = asked.text();
    let question = "\n Drop 2 actions: ecs:ListService and ecs:ListServiceNames,\n";
    assert!(text.contains(question), "{text}");
    let told = "Not reported unused: age unknown 2. ecs:ListService reaches ListServices too, which \
                is not beneath it";
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(told), "{text}");
}

#[test]
fn taking_a_mark_back_decides_nothing() {
    // The entry is left as it is, undecided and rejected after it was marked.
    let marked = || article((120, 30)).press(". 2 j j j Space y Enter");
    let undecided = marked().press("1 Space Space 3 x");
    assert_eq!(
        undecided.footer(),
        "took back keep s3:GetBucket: the entry stays undecided"
    );
    let again = marked().press("3 x");
    assert_eq!(
        again.footer(),
        "took back keep s3:GetBucket: the entry is undecided again"
    );
    let rejected = marked().press("1 Space 3 x");
    assert_eq!(
        rejected.footer(),
        "took back keep s3:GetBucket: the entry stays rejected"
    );
}

#[test]
fn a_split_that_the_cut_makes_idle_is_told_and_can_be_taken_back() {
    let split = article((120, 30)).press(". 2 j s");
    assert_eq!(
        split.footer(),
        "split s3:GetAccess: the entry is accepted, edited"
    );
    let idle = split.press("v l Enter");
    assert_eq!(
        idle.footer(),
        "cut s3:Get* by character: the entry is accepted, edited; \
         the split of s3:GetAccess does nothing so"
    );
    let listed = idle.press("3");
    assert!(
        listed.text().contains("does nothing as names are"),
        "{}",
        listed.text()
    );
    let taken = listed.press("x");
    assert_eq!(
        taken.footer(),
        "took back split s3:GetAccess: the entry stays accepted"
    );
    assert!(!taken.text().contains("MARKS ON"), "{}", taken.text());
    assert_eq!(
        taken.press("u").footer(),
        "Undid: took back split s3:GetAccess"
    );
}

#[test]
fn what_comes_to_the_same_is_no_step() {
    // The whole of a wildcard goes, however it is cut.
    let gone = r#"[{"serviceNamespace": "ecs"}]"#;
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "ecs:List*", "Resource": "*"}}"#;
    let file = Source::from_text("actions.txt", "ecs:ListServices\necs:ListTasks\n");
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let tester = Tester::new(
        review(&[policy], gone, catalogue),
        Settings::default(),
        (120, 30),
    );
    let same = tester.press("v l Enter");
    assert_eq!(
        same.footer(),
        "ecs:List* comes to the same cut by character: it is left as it is"
    );
    assert_eq!(same.press("u").footer(), "There is nothing to undo");
}

#[test]
fn a_long_reason_is_told_whole() {
    let words = "quarterly recovery exercise of the storage team, see the runbook";
    let keys = words.chars().map(|letter| match letter {
        ' ' => "Space".to_owned(),
        letter => letter.to_string(),
    });
    let keys: Vec<String> = keys.collect();
    let marked = article((80, 24))
        .press(". 2 j j j Space")
        .press(&keys.join(" "));
    let text = marked.press("Enter 3").text();
    assert!(text.contains("   quarterly recovery exercise"), "{text}");
    assert!(text.contains("runbook"), "{text}");
}

#[test]
fn what_is_kept_is_not_called_safe_from_unused_actions() {
    let node = article((120, 30)).press(". 2 j j j Space y Enter");
    let text = node.text();
    assert!(text.contains("GetBucket is safe: the 14"), "{text}");
    assert!(!text.contains("no unused action"), "{text}");
    insta::assert_snapshot!(node.press("3").text());
    // The entry it becomes says so too.
    let entry = article((120, 30)).press(". 2 j j j Space y Enter 1 j j j");
    let text = entry.text();
    assert!(text.contains("3 WHY s3:GetBucket*"), "{text}");
    assert!(!text.contains("no unused action"), "{text}");
}

#[test]
fn what_was_dropped_is_not_called_unused() {
    let dropped = article((120, 30)).press(". 2 j Space Enter");
    let text = dropped.text();
    assert!(text.contains("✗ Access [drop]"), "{text}");
    assert!(text.contains("✗ all go"), "{text}");
    assert!(text.contains("! 12 dropped"), "{text}");
    let beneath = dropped.press("l").text();
    assert!(beneath.contains("dropped"), "{beneath}");
    assert!(!beneath.contains("Access all unused"), "{beneath}");
}

#[test]
fn the_hints_of_the_trie_offer_what_can_be_done() {
    // On the root, which is unsafe; on a safe prefix; on the row of several prefixes.
    let trie = || article((120, 30)).press(". 2 g");
    assert!(!trie().footer().contains("s split"), "{}", trie().footer());
    let safe = trie().press("j");
    assert!(
        safe.footer().contains("Space keep/drop"),
        "{}",
        safe.footer()
    );
    assert!(safe.footer().contains("s split"), "{}", safe.footer());
    let gathered = trie().press("G");
    assert!(
        !gathered.footer().contains("Space keep/drop"),
        "{}",
        gathered.footer()
    );
}

#[test]
fn one_action_goes_and_two_go() {
    let two = siblings_on((160, 30), ".").text();
    assert!(two.contains("grants 2 stay and 2"), "{two}");
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "ecs", "actions": ["ListTasks"]}]"#;
    let file = Source::from_text("actions.txt", "ecs:ListServices\necs:ListTasks\necs:Run\n");
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let tester = Tester::new(
        review(&[policy], findings, catalogue),
        Settings::default(),
        (160, 30),
    );
    let text = tester.text();
    assert!(text.contains("2 stay and 1 goes."), "{text}");
}

#[test]
fn leaving_asks_also_when_entries_are_only_marked() {
    let marked = article((120, 30)).press(". 2 j j j Space y e a r l y Enter 1 Space Space");
    assert!(marked.footer().starts_with("made undecided "));
    let asked = marked.press("q");
    assert_eq!(asked.requests, []);
    let question = "Leave? 1 decision is saved, but not written.";
    assert!(asked.footer().starts_with(question), "{}", asked.footer());
}

#[test]
fn the_cursor_stays_on_what_is_dropped_and_now_shares_a_row() {
    let dropped = article((160, 50)).press(". 2 j j Space Enter");
    assert!(
        dropped.row_in(1).contains("AccountPublicAccessBlock"),
        "{}",
        dropped.text()
    );
}

#[test]
fn the_preview_names_what_was_marked_by_hand() {
    let marked = article((120, 40)).press(". 2 j j j Space y e a r l y Enter w");
    let text = marked.text();
    assert!(
        text.contains("✓ Kept by hand: s3:GetBucket (yearly)."),
        "{text}"
    );
}
