//! Policy, keys, policy: what keys do to what would be written.

use iam_refine::catalogue::Catalogue;
use iam_refine::review::Decision;
use iam_refine::text::Error;
use iam_refine::tui::{Context, Preview, Request, Settings};
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::setup::{ARTICLE, Tester, article, key_event, review};

const LITERALS: &str = "lambda:AddPermission lambda:GetFunctionConfiguration \
    lambda:UpdateFunctionConfiguration lambda:UpdateFunctionCode lambda:CreateFunction \
    lambda:DeleteFunction lambda:ListVersionsByFunction lambda:GetFunction lambda:Invoke*";
const NARROWED: &str = "s3:GetAccess* s3:GetAccountPublicAccessBlock s3:GetDataAccess \
    s3:GetJobTagging s3:GetMulti* s3:GetObject* s3:GetStorage* s3:List*";

fn pressed(keys: &str) -> Tester {
    article((120, 40)).press(keys)
}

fn written(first: &str, second: &str) -> String {
    format!("{first} | {second}")
}

fn untouched() -> String {
    written(LITERALS, "s3:Get* s3:List*")
}

#[test]
fn opening_moving_and_closing_decide_nothing() {
    let moves = "j j l j Enter k h g G Ctrl-d Ctrl-u PgDn PgUp Tab Tab Tab 1 2 3 4 . , Esc Esc d d";
    let tester = pressed(moves);
    assert_eq!(tester.written(), untouched());
    assert_eq!(tester.requests, []);
}

#[test]
fn accepting_goes_on_to_the_next_undecided() {
    assert_eq!(
        pressed("a").written(),
        written("lambda:Invoke*", "s3:Get* s3:List*")
    );
    assert_eq!(
        pressed("a a").written(),
        written("lambda:Invoke*", NARROWED)
    );
    assert_eq!(pressed("r a").written(), written(LITERALS, NARROWED));
}

#[test]
fn accepting_all_says_how_many_and_where() {
    let tester = pressed("A");
    assert_eq!(tester.written(), written("lambda:Invoke*", NARROWED));
    assert_eq!(tester.footer(), "accepted 9 in 2 statements");
    assert_eq!(pressed("R").written(), untouched());
    assert_eq!(pressed("R A").written(), untouched());
}

#[test]
fn space_goes_through_the_three() {
    assert_eq!(pressed(". Space").written(), written(LITERALS, NARROWED));
    assert_eq!(pressed(". Space Space").written(), untouched());
    assert_eq!(
        pressed(". Space Space Space").footer(),
        "made undecided s3:Get*"
    );
}

#[test]
fn space_on_a_statement_with_mixed_entries_accepts_the_rest() {
    // Unfold the literals, accept one of them, then go up to the statement.
    let mixed = pressed("l j a");
    assert!(mixed.text().contains("[~] - 8 literal"), "{}", mixed.text());
    let tester = mixed.press("g Space");
    assert_eq!(
        tester.written(),
        written("lambda:Invoke*", "s3:Get* s3:List*")
    );
}

#[test]
fn undo_and_redo_go_to_the_change_and_say_what_they_did() {
    let tester = pressed(". a g u");
    assert_eq!(tester.written(), untouched());
    assert_eq!(tester.footer(), "Undid: accepted s3:Get*");
    assert!(
        tester.text().contains("> [ ] - s3:Get*"),
        "{}",
        tester.text()
    );
    for redo in ["Ctrl-r", "U"] {
        let tester = pressed(". a g u").press(redo);
        assert_eq!(tester.written(), written(LITERALS, NARROWED));
        assert_eq!(tester.footer(), "Redid: accepted s3:Get*");
    }
    assert_eq!(pressed("A u").written(), untouched());
    assert_eq!(pressed("u").footer(), "There is nothing to undo");
}

#[test]
fn deciding_works_from_every_pane_that_shows_the_entry() {
    assert_eq!(pressed(". 2 a").written(), written(LITERALS, NARROWED));
    assert_eq!(pressed(". 3 a").written(), written(LITERALS, NARROWED));
    // Of the diff nobody sees which entry it would be.
    let in_diff = pressed(". d a");
    assert_eq!(in_diff.written(), untouched());
    let told = "a does nothing in the diff: d goes back to the entries";
    assert_eq!(in_diff.footer(), told);
    assert_eq!(pressed(". j j 2 a").written(), written(LITERALS, NARROWED));
}

#[test]
fn leaving_asks_only_when_something_would_be_lost() {
    assert_eq!(pressed("q").requests, [Request::Quit]);
    assert_eq!(pressed("Ctrl-c").requests, [Request::Quit]);
    let asked = pressed("A q");
    assert_eq!(asked.requests, []);
    assert!(
        asked
            .footer()
            .starts_with("Leave? 9 decisions are saved, but not written.")
    );
    assert_eq!(pressed("A q Esc").requests, []);
    assert_eq!(pressed("A q q").requests, [Request::Quit]);
    assert_eq!(pressed("A Ctrl-c Ctrl-c").requests, [Request::Quit]);
    assert_eq!(pressed("A u q").requests, [Request::Quit]);
    assert_eq!(
        pressed("A w Ctrl-c Ctrl-c").requests,
        [Request::Preview, Request::Quit]
    );
    assert_eq!(pressed("A ? Ctrl-c").requests, []);
    assert_eq!(pressed("A ? Ctrl-c Ctrl-c").requests, [Request::Quit]);
}

#[test]
fn leaving_says_what_is_lost_where_nothing_is_kept() {
    let mut tester = article((120, 40));
    tester.app.tell_not_saved("What you decide is lost");
    tester.draw();
    assert_eq!(tester.footer(), "What you decide is lost");
    let tester = tester.press("A q");
    let asked = "Leave? 9 decisions will be lost.";
    assert!(tester.footer().starts_with(asked), "{}", tester.footer());
}

#[test]
fn writing_shows_first_and_asks() {
    let written = [Request::Preview, Request::Write];
    assert_eq!(pressed("A w").requests, [Request::Preview]);
    assert_eq!(pressed("A w Enter").requests, written);
    assert_eq!(pressed("A Ctrl-s Enter").requests, written);
    assert_eq!(pressed("A w Esc Enter").requests, [Request::Preview]);
    let nothing = pressed("w Enter");
    assert_eq!(nothing.requests, [Request::Preview]);
    assert_eq!(
        nothing.footer(),
        "Nothing is accepted: there is nothing to write"
    );
}

#[test]
fn the_preview_says_where_it_would_be_written() {
    let mut tester = pressed("A w");
    let files = Preview::Files("Into policy.refined.json.".to_owned());
    tester.app.show_preview(Ok(files));
    tester.draw();
    assert!(
        tester.text().contains(" ✓ Into policy.refined.json.\n"),
        "{}",
        tester.text()
    );
    tester
        .app
        .show_preview(Err(Error::new("It cannot be written")));
    tester.draw();
    assert!(
        tester.text().contains(" ✗ It cannot be written\n"),
        "{}",
        tester.text()
    );
    // Where nothing changes nothing is written anywhere.
    let mut tester = tester.press("Esc u w");
    tester
        .app
        .show_preview(Err(Error::new("It cannot be written")));
    tester.draw();
    let nothing = tester.text();
    assert!(!nothing.contains("It cannot be written"), "{nothing}");
}

#[test]
fn the_help_is_searched_by_typing_and_runs_its_rows() {
    let tester = pressed("? a c c e p t Space a l l Enter");
    assert_eq!(tester.written(), written("lambda:Invoke*", NARROWED));
    assert_eq!(tester.app.context(), Context::Policy);
    assert_eq!(pressed("F1 a Esc").written(), untouched());
    // What is typed there never decides.
    assert_eq!(pressed("? a A r R").written(), untouched());
}

#[test]
fn copying_hands_out_the_diff() {
    let copied = pressed("A y").requests;
    let [Request::Copy(diff)] = copied.as_slice() else {
        panic!("{copied:?}");
    };
    assert!(diff.contains("\n-      \"s3:Get*\",\n"), "{diff}");
    assert_eq!(pressed("y").requests, []);
}

#[test]
fn released_keys_do_nothing() {
    let mut tester = article((120, 40));
    let mut key = KeyEvent::new(KeyCode::Char('A'), KeyModifiers::NONE);
    key.kind = KeyEventKind::Release;
    tester.event(&Event::Key(key));
    assert_eq!(tester.written(), untouched());
}

#[test]
fn alt_makes_another_key_and_alt_gr_a_letter() {
    let held = |modifiers| {
        let mut tester = article((120, 40));
        tester.event(&Event::Key(KeyEvent::new(KeyCode::Char('A'), modifiers)));
        tester.written()
    };
    for modifiers in [KeyModifiers::ALT, KeyModifiers::SUPER, KeyModifiers::META] {
        assert_eq!(held(modifiers), untouched(), "{modifiers:?}");
    }
    let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
    assert_eq!(held(alt_gr), written("lambda:Invoke*", NARROWED));
}

#[test]
fn a_click_selects_and_a_click_on_a_box_decides() {
    let mut tester = article((120, 40));
    let line = tester
        .text()
        .lines()
        .position(|line| line.contains("- s3:Get*"));
    let row = u16::try_from(line.unwrap()).unwrap();
    tester.event(&click(12, row));
    assert_eq!(tester.written(), untouched());
    assert!(tester.text().contains("> [ ] - s3:Get*"));
    tester.event(&click(5, row));
    assert_eq!(tester.written(), written(LITERALS, NARROWED));
}

fn click(column: u16, row: u16) -> Event {
    Event::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

#[test]
fn a_not_action_is_decided_alone_and_a_deny_never() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "s3:GetBucketAcl", "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;
    let press = |keys: &str| {
        let review = review(&[policy], findings, Catalogue::s3_of_june_2024());
        Tester::new(review, Settings::default(), (120, 40)).press(keys)
    };
    assert_eq!(press("A").written(), "s3:GetBucketAcl | iam:*");
    assert_eq!(press("g a").written(), "s3:GetBucketAcl | iam:*");
    assert_eq!(
        press("g . a").written(),
        "s3:GetBucketAcl | iam:* s3:GetBucketAcl"
    );
}

#[test]
fn a_policy_does_not_speak_for_its_not_action() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetBucketA*", "Resource": "*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;
    let policies = [policy, ARTICLE.0];
    let review = review(&policies, findings, Catalogue::s3_of_june_2024());
    let tester = Tester::new(review, Settings::default(), (120, 40)).press("g");
    assert!(
        tester.row_in(0).contains("policy.json"),
        "{}",
        tester.text()
    );
    let tester = tester.press("a");
    assert_eq!(tester.footer(), "accepted s3:GetBucketA*");
    assert!(
        tester.written().starts_with("iam:* | "),
        "{}",
        tester.written()
    );
}

#[test]
fn literals_of_one_service_and_one_fate_are_one_row() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Resource": "*", "Action": [
        "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLogging",
        "sqs:GetA", "sqs:GetB", "sqs:GetC", "sqs:GetD"
    ]}}"#;
    let findings = r#"[
        {"serviceNamespace": "s3", "actions":
            ["GetBucketAcl", "GetBucketCORS", "GetBucketLogging"]},
        {"serviceNamespace": "sqs", "actions": ["GetA", "GetB", "GetC"]}
    ]"#;
    let review = review(&[policy], findings, Catalogue::s3_of_june_2024());
    let text = Tester::new(review, Settings::default(), (120, 40)).text();
    for row in ["3 literal s3 actions", "3 literal sqs actions", "sqs:GetD"] {
        assert!(text.contains(row), "{text}");
    }
}

#[test]
fn not_everything_is_decided_while_a_not_action_is_not() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetBucketA*", "Resource": "*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetBucketAcl"]}]"#;
    let review = review(&[policy], findings, Catalogue::s3_of_june_2024());
    let tester = Tester::new(review, Settings::default(), (120, 40));
    let tester = tester.press("g . . a");
    assert_eq!(
        tester.footer(),
        "accepted s3:GetBucketA*, the last; on to the first undecided"
    );
    assert_eq!(
        tester.press(", a").footer(),
        "Everything is decided; w shows what would be written"
    );
}

#[test]
fn suspending_leaves_the_model_alone() {
    let mut tester = article((80, 24));
    tester.event(&key_event("Ctrl-z"));
    assert_eq!(tester.requests, [Request::Suspend]);
    assert_eq!(tester.written(), untouched());
}

#[test]
fn keeping_asks_for_a_reason_and_accepts_the_entry() {
    // The third row below the root is GetBucket, of which nothing stays.
    let keep = ". 2 j j j Space q u a r t e r l y Enter";
    let tester = pressed(keep);
    assert!(
        tester.written().contains("s3:GetBucket*"),
        "{}",
        tester.written()
    );
    assert!(
        tester.text().contains("[x] - s3:Get* edited"),
        "{}",
        tester.text()
    );
    let undone = pressed(keep).press("u");
    assert_eq!(undone.written(), untouched());
    assert_eq!(pressed(". 2 j j j Space q Esc").written(), untouched());
}

#[test]
fn dropping_asks_with_the_evidence() {
    let asked = pressed(". 2 j Space");
    assert!(
        asked
            .footer()
            .starts_with("Drop 12 actions of s3:GetAccess, because: _")
    );
    assert!(
        asked
            .text()
            .contains("Not reported unused: age unknown 12.")
    );
    assert_eq!(asked.written(), untouched());
    let dropped = pressed(". 2 j Space Enter").written();
    assert!(!dropped.contains("s3:GetAccess*") && dropped.contains("s3:GetObject*"));
    // As found again, and as undecided as before.
    let again = pressed(". 2 j Space Enter Space");
    assert_eq!(again.written(), untouched());
    let accepted = pressed(". a k 2 j Space Enter Space");
    assert_eq!(accepted.written(), written(LITERALS, NARROWED));
}

#[test]
fn a_split_writes_the_children_and_one_without_effect_is_refused() {
    let split = pressed(". 2 j s");
    assert!(
        !split.written().contains("s3:GetAccess*"),
        "{}",
        split.written()
    );
    assert!(
        split.written().contains("s3:GetAccessGrant"),
        "{}",
        split.written()
    );
    assert_eq!(pressed(". 2 j s s").written(), untouched());
    let refused = pressed(". 2 s");
    assert_eq!(refused.written(), untouched());
    assert!(
        refused
            .footer()
            .starts_with("Only a safe prefix can be split")
    );
}

#[test]
fn what_was_decided_before_is_named_when_it_is_taken_back() {
    let mut review = review(&[ARTICLE.0], ARTICLE.1, Catalogue::s3_of_june_2024());
    let undecided = review.undecided();
    let last = undecided.last().copied().expect("something to decide");
    review.decide(&[last], Decision::Accepted);
    review.decide(&undecided, Decision::Accepted);
    let tester = Tester::new(review, Settings::default(), (120, 30)).press("u");
    assert_eq!(tester.footer(), "Undid: accepted 8 in 1 statement");
    let tester = tester.press("u");
    assert_eq!(tester.footer(), "Undid: accepted s3:Get*");
    assert_eq!(
        tester.press("U U").footer(),
        "Redid: accepted 8 in 1 statement"
    );
}

#[test]
fn before_writing_it_is_told_what_aws_refuses_and_what_is_left_of_nothing() {
    let everything = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let only = r#"{"Statement": {"Effect": "Allow", "Action": "sqs:PurgeQueue", "Resource": "*"}}"#;
    let findings = r#"[{"serviceNamespace": "sqs", "actions": ["PurgeQueue"]}]"#;
    let opened = review(&[everything, only], findings, Catalogue::built_in());
    let tester = Tester::new(opened, Settings::default(), (120, 30));
    let undecided = tester.press("w");
    assert!(!undecided.text().contains("AWS will refuse it"));
    let text = undecided.press("Esc A w").text();
    assert!(
        text.contains(" ! policy.json: if it is managed AWS will refuse it, "),
        "{text}"
    );
    assert!(text.contains(" of 6,144 characters."), "{text}");
    assert!(
        text.contains(" ! Nothing is left of policy.json: no file is written for it."),
        "{text}"
    );
}

#[test]
fn a_rejection_is_given_a_reason_that_is_shown_changed_and_taken_back() {
    let asked = article((120, 30)).press(". e n i g h t");
    let question = "Reject s3:Get*, because: night_";
    assert!(asked.footer().starts_with(question), "{}", asked.footer());
    let rejected = asked.press("Enter");
    let told = "rejected, with a reason, s3:Get*, the last; on to the first undecided";
    assert_eq!(rejected.footer(), told);
    let rejected = rejected.press("j j j");
    assert!(rejected.text().contains("Because: night"));
    // Asked again, it begins with the reason there is.
    let again = rejected.press("e l y");
    assert!(again.footer().contains("because: nightly_"));
    assert!(again.press("Esc").text().contains("Because: night"));
    let changed = article((120, 30)).press(". e n i g h t Enter e l y Enter j j j");
    assert!(changed.text().contains("Because: nightly"));
    let without = changed.press("e Ctrl-u Enter j j j");
    assert!(!without.text().contains("Because:"), "{}", without.text());
    assert!(without.text().contains("Rejected: left as it was."));
    let undone = without.press("u");
    assert!(undone.text().contains("Because: nightly"));
    assert!(!undone.press("u u").text().contains("Because:"));
    // Deciding anew is not for that reason any more.
    let accepted = article((120, 30)).press(". e n i g h t Enter a . ,");
    assert!(!accepted.text().contains("Because:"));
}

#[test]
fn a_reason_right_after_a_rejection_is_that_of_what_was_rejected() {
    let first = article((120, 30)).press("e").footer();
    let named = first
        .split(", because")
        .next()
        .expect("a question")
        .to_owned();
    let asked = article((120, 30)).press("r e n i g h t");
    let question = format!("{named} (rejected just now), because: night_");
    assert!(asked.footer().starts_with(&question), "{}", asked.footer());
    let done = asked.press("Enter");
    let state = done.review().state();
    let reasons: Vec<_> = (state.places())
        .filter(|place| state.reason(*place).is_some())
        .collect();
    let places: Vec<_> = state.places().collect();
    // The eight literals that the cursor was on, in one row.
    assert_eq!(reasons, places[..8]);
    // The cursor is where it went, and any other key is about what it is on.
    let second = article((120, 30)).press("r j k e");
    assert!(!second.footer().contains("just now"), "{}", second.footer());
    assert!(!second.footer().starts_with(&named), "{}", second.footer());
    let undone = article((120, 30)).press("r u e");
    assert!(undone.footer().starts_with(&format!("{named}, because:")));
}
