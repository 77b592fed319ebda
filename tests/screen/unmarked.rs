//! Marks where the cursor is on no prefix of one wildcard: in which entry they are set, and that what is typed on
//! where none is set decides nothing.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::Stage;
use iam_refine::review::Decision;
use iam_refine::text::Source;
use iam_refine::tui::{Context, Settings};

use crate::setup::{Tester, begun, review};

/// What somebody types who expects to be asked for a reason.
const REASON: &str = "f a i l o v e r Space d r i l l";

/// Two wildcards that both grant `s3:DeleteBucketWebsite`, and a literal, in a statement that is under the cursor.
fn statement(size: (u16, u16)) -> Tester {
    statement_of(r#""s3:Delete*", "s3:*Website", "s3:GetObjectAcl""#, size)
}

/// A statement of these entries, under the cursor.
fn statement_of(entries: &str, size: (u16, u16)) -> Tester {
    let policy = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": [{entries}], "Resource": "*"}}}}"#
    );
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["DeleteBucketWebsite", "DeleteJob", "GetObjectAcl"]}]"#;
    let actions = "s3:DeleteBucket\ns3:DeleteBucketWebsite\ns3:DeleteJob\ns3:GetBucketWebsite\ns3:GetObjectAcl\ns3:PutObject\n";
    let file = Source::from_text("actions.txt", actions);
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let review = review(&[policy.as_str()], findings, catalogue);
    Tester::new(review, Settings::default(), size).press("g 2 =")
}

/// Puts the trie's cursor on the row in which a text is.
fn on(mut tester: Tester, text: &str) -> Tester {
    let is_there = |tester: &Tester| {
        let shown = tester.text();
        let mut rows = shown.lines().flat_map(|line| line.split('│'));
        rows.any(|row| row.starts_with('>') && row.contains(text))
    };
    for _ in 0..40 {
        if is_there(&tester) {
            return tester;
        }
        tester = tester.press("j");
    }
    panic!("{text} {}", tester.text());
}

/// Whether anything is decided, or marked.
fn is_untouched(tester: &Tester) -> bool {
    let state = tester.review().state();
    state.places().all(|place| {
        let marks = state.entry(place).map_or(0, |entry| entry.marks.len());
        marks == 0 && state.decision(place) == Some(Decision::Undecided)
    })
}

#[test]
fn where_one_entry_has_it_the_mark_is_set_there() {
    // Of a statement, and of a file in which there is one wildcard.
    let asked = on(statement((120, 40)), "Job").press("Space");
    assert_eq!(asked.app.context(), Context::Keep, "{}", asked.text());
    assert!(
        asked.footer().starts_with("Keep 1 unused: s3:DeleteJob"),
        "{}",
        asked.footer()
    );
    let kept = asked.press("y e a r l y Enter");
    assert!(kept.text().contains("Job [keep]"), "{}", kept.text());
    let file = on(begun(5, Stage::Task, (120, 40)).press("g 2"), "MultiRegio").press("Space");
    assert_eq!(file.app.context(), Context::Keep, "{}", file.text());
    let kept = file.press("d r i l l Enter");
    assert!(kept.text().contains("[keep]"), "{}", kept.text());
    assert!(!kept.text().contains("no mark says why"));
}

#[test]
fn where_several_have_it_one_is_chosen() {
    for size in [(80, 24), (120, 40)] {
        let tester = || on(statement(size), "✗ Website").press("Space");
        let asked = tester();
        let question = "In which entry?  1 s3:Delete*  2 s3:*Website";
        assert!(asked.footer().starts_with(question), "{}", asked.text());
        for (choice, kept_in, other) in [("1", "s3:Delete*", 1), ("2", "s3:*Website", 0)] {
            let chosen = tester().press(choice);
            assert_eq!(chosen.app.context(), Context::Keep, "{}", chosen.text());
            let kept = chosen.press("y e a r l y Enter");
            let state = kept.review().state();
            let places: Vec<_> = state.places().collect();
            let entry = |at: usize| state.entry(places[at]).expect("an entry");
            assert_eq!(entry(1 - other).plan.old.to_string(), kept_in);
            assert_eq!(entry(1 - other).marks.len(), 1);
            assert!(entry(other).marks.is_empty());
        }
        assert!(is_untouched(&tester().press(REASON)));
        assert_eq!(tester().press("Esc").app.context(), Context::Trie);
    }
}

/// Both wildcards grant something of the row, but one alone something unused: that is what is kept.
#[test]
fn where_one_entry_has_what_is_unused_the_mark_is_set_there() {
    let tester = statement_of(r#""s3:Delete*", "s3:*Bucket""#, (120, 40));
    let asked = on(tester, "! Bucket").press("Space");
    assert_eq!(asked.app.context(), Context::Keep, "{}", asked.text());
    let kept = asked.press("y e a r l y Enter");
    let state = kept.review().state();
    let place = state.places().next().expect("an entry");
    let entry = state.entry(place).expect("it is decided");
    assert_eq!(
        (entry.plan.old.to_string().as_str(), entry.marks.len()),
        ("s3:Delete*", 1)
    );
}

#[test]
fn what_is_typed_on_where_no_mark_is_set_decides_nothing() {
    // An entry in full, and the row of several prefixes.
    let literal = |size| on(statement(size), "ObjectAcl").press("Space");
    let told = literal((120, 40));
    let why = "s3:GetObjectAcl is no wildcard: in the policy (1) r leaves it as it was";
    assert!(told.text().contains(why), "{}", told.text());
    for size in [(80, 24), (120, 40)] {
        let typed = literal(size).press(REASON);
        let shown = typed.text();
        let words: Vec<&str> = shown.split_whitespace().collect();
        let told = format!("{why}; Esc goes back");
        assert!(words.join(" ").ends_with(&told), "{shown}");
        assert!(is_untouched(&typed), "{}", typed.text());
        let closed = typed.press("Enter");
        assert_eq!(closed.app.context(), Context::Trie);
        assert!(is_untouched(&closed));
        // Who goes on is not held up.
        assert_eq!(literal(size).press("Up").app.context(), Context::Trie);
    }
    let several = begun(3, Stage::Task, (120, 40)).press("2 G");
    assert!(several.row_in(1).contains("2 more"), "{}", several.text());
    let opened = several.press("Space");
    assert!(opened.text().contains("▾ ✗ 2 more"), "{}", opened.text());
    let decided = |tester: &Tester| tester.review().snapshot();
    let before = decided(&opened);
    assert!(Arc::ptr_eq(&before, &decided(&opened.press(REASON))));
}
