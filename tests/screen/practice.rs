//! Practice on the screen: pointed at or typed, looked at, tried again, told.

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{Practice, PracticeStage, Sets, Subject, Tally};
use iam_refine::tui::{App, Context, Request, Settings};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::setup::Tester;

fn practising(subject: Subject, seed: u64, size: (u16, u16)) -> Tester {
    let sets = Sets::of(Catalogue::built_in(), &[subject]);
    let practice = Practice::begin(sets, seed, Tally::default()).expect("a set");
    let heading = format!("Practice {}", subject.lesson());
    let app = App::of_practice(practice, heading, true, Settings::default());
    Tester::of(app, size)
}

fn practice(tester: &Tester) -> &Practice {
    tester.app.practice().expect("practice")
}

fn written(tester: &Tester) -> Vec<String> {
    let entries = practice(tester).attempt().written().iter();
    entries.map(|entry| entry.name().to_string()).collect()
}

fn type_text(tester: &mut Tester, text: &str) {
    for letter in text.chars() {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
        tester.event(&Event::Key(key));
    }
}

/// Types all of the result, entry by entry.
fn type_result(tester: &mut Tester) {
    let result = practice(tester)
        .set()
        .refining()
        .expect("a wildcard")
        .result();
    let result: Vec<String> = result
        .iter()
        .map(|entry| entry.name().to_string())
        .collect();
    for entry in result {
        type_text(tester, &format!("{entry} "));
    }
}

#[test]
fn a_result_is_typed_looked_at_tried_again_and_right() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    insta::assert_snapshot!("practice_begins", tester.text());
    type_text(&mut tester, "ListP* ListS*");
    let tester = tester.press("Enter Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_tried", tester.text());
    let told = "NOT YET. 0 entries are right, 2 have to go: typed again, an entry is taken";
    assert!(tester.text().contains(told), "{}", tester.text());
    // The same again takes it back, and so does Backspace of the last one; with it goes what was said of it.
    let of_last = "✗ ListS* ";
    assert!(tester.text().contains(of_last), "{}", tester.text());
    let mut tester = tester.press("Backspace");
    assert_eq!(tester.footer(), "ListS* is taken back");
    assert!(!tester.text().contains(of_last), "{}", tester.text());
    type_text(&mut tester, "arc-region-switch:ListP* ");
    assert_eq!(written(&tester), [""; 0]);
    let mut tester = tester.press("Backspace");
    assert!(
        tester.footer().starts_with("Nothing is written"),
        "{}",
        tester.footer()
    );
    type_result(&mut tester);
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
    insta::assert_snapshot!("practice_right", tester.text());
    assert_eq!(
        practice(&tester).tally().to_string(),
        "1 of 1 right, 0 at once; best 0 in a row"
    );
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
}

#[test]
fn what_was_found_goes_with_what_is_changed() {
    let mut tester = practising(Subject::Siblings, 0, (120, 40));
    type_text(&mut tester, "ListP* ListS* ");
    let tester = tester.press("Enter");
    let tries = |tester: &Tester| practice(tester).attempt().tries();
    assert_eq!(tries(&tester), 1);
    // The same again is no try.
    let tester = tester.press("Enter");
    assert_eq!(tries(&tester), 1);
    let told = "This was looked at already";
    assert!(tester.footer().starts_with(told), "{}", tester.footer());
    // Whatever is changed since, what was found of the whole is found no more.
    let mut tester = tester.press("Backspace");
    let told = "NOT YET. It is changed since: Enter looks again";
    assert!(tester.text().contains(told), "{}", tester.text());
    type_text(&mut tester, "ListS* ");
    let told = "NOT YET. 0 entries are right, 2 have to go";
    assert!(tester.text().contains(told), "{}", tester.text());
    // What no entry granted is granted by a new one.
    let attempt = practice(&tester).attempt();
    let lost = attempt.judgement().expect("found").lost.clone();
    let lost = lost.first().expect("something is lost").clone();
    assert!(attempt.misses().contains(&&lost), "{lost:?}");
    type_text(&mut tester, &format!("{} ", lost.because.name));
    let attempt = practice(&tester).attempt();
    assert!(!attempt.misses().contains(&&lost), "{lost:?}");
    // A second try that fails is told as the first one was.
    let tester = tester.press("Enter");
    assert_eq!(tries(&tester), 2);
    assert!(
        !tester.footer().starts_with("Nothing"),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("NOT YET. "), "{}", tester.text());
}

#[test]
fn a_prefix_is_pointed_at_word_by_word() {
    // From the whole name on: what is proposed first is no answer.
    let tester = practising(Subject::Siblings, 0, (80, 24)).press("Tab");
    assert_eq!(written(&tester), ["ListPlanExecutionEvents"]);
    let tester = tester.press("Left Tab Right Space");
    assert_eq!(written(&tester), ["ListPlanExecution*"]);
    let tester = tester.press("Left Left Left Left Down Tab");
    assert_eq!(
        written(&tester),
        ["ListPlanExecution*", "ListPlanExecutions"]
    );
    // A shorter prefix was meant for that name alone.
    let tester = tester.press("Left Left Up");
    let told = "ENTRY  ListPlanExecutionEvents ";
    assert!(tester.text().contains(told), "{}", tester.text());
    // What is typed is edited where one is in it.
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "ListXJob");
    let tester = tester.press("Left Left Left Backspace Enter");
    assert_eq!(written(&tester), ["ListJob"]);
}

#[test]
fn behind_a_prefix_the_rest_of_the_wildcard_is_typed() {
    let tester = practising(Subject::Middle, 0, (80, 24));
    // A name in full too is typed first, and written by Enter: it may be a prefix.
    let tester = tester.press("Space");
    assert_eq!(written(&tester), [""; 0]);
    assert!(tester.text().contains("ENTRY  Create"), "{}", tester.text());
    let tester = tester.press("Esc Down Left Left Left Left Left Left Left Space");
    assert_eq!(written(&tester), [""; 0]);
    assert!(
        tester.footer().starts_with("Type what is left of"),
        "{}",
        tester.footer()
    );
    let mut tester = tester;
    type_text(&mut tester, "*Slack*");
    let tester = tester.press("Enter");
    assert_eq!(written(&tester), ["Delete*Slack*"]);
}

#[test]
fn what_is_no_entry_is_told_and_stays_typed() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "a:b:c");
    let tester = tester.press("Enter");
    assert!(
        tester.footer().starts_with("a:b:c: "),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("ENTRY  a:b:c_"), "{}", tester.text());
    // What is in no entry is not typed.
    let tester = tester.press("# é");
    assert!(
        tester.footer().starts_with("Left out: an entry"),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("ENTRY  a:b:c_"), "{}", tester.text());
    let tester = tester.press("Esc");
    assert!(!tester.text().contains("a:b:c"), "{}", tester.text());
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
}

#[test]
fn only_escape_pressed_twice_tells_the_result() {
    let tester = practising(Subject::Siblings, 0, (80, 24)).press("Esc");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
    let tester = tester.press("Down Esc Right");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
    let tester = tester.press("Esc Esc");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Told);
    insta::assert_snapshot!("practice_told", tester.text());
    assert_eq!(tester.press("n").requests, [Request::GoOn]);
}

#[test]
fn rows_are_put_where_they_belong() {
    let mut tester = practising(Subject::Granting, 0, (80, 24));
    insta::assert_snapshot!("practice_rows", tester.text());
    assert_eq!(tester.app.context(), Context::PracticeChoose);
    tester = tester.press("Enter");
    assert!(
        tester.footer().contains("no answer yet"),
        "{}",
        tester.footer()
    );
    let rows: Vec<usize> = {
        let choosing = practice(&tester)
            .attempt()
            .exercise()
            .choosing()
            .expect("rows");
        choosing.rows.iter().map(|row| row.right).collect()
    };
    // The second row wrong, all others right.
    for (at, right) in rows.iter().enumerate() {
        let choice = if at == 1 { (right + 1) % 5 } else { *right };
        tester = tester.press(&(choice + 1).to_string());
    }
    tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_rows_tried", tester.text());
    // The cursor is on the row that is wrong.
    let tester = tester.press(&(rows[1] + 1).to_string()).press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
    assert!(tester.text().contains("RIGHT."), "{}", tester.text());
}

#[test]
fn every_size_shows_practice() {
    for (subject, seed) in [
        (Subject::Shortest, 2),
        (Subject::Evidence, 2),
        (Subject::Characters, 2),
        (Subject::Cuts, 2),
    ] {
        let mut tester = practising(subject, seed, (80, 24));
        for keys in ["", "Esc Esc"] {
            tester = tester.press(keys);
            for width in [0, 39, 40, 60, 80, 160] {
                for height in 0..50 {
                    tester.resize(width, height);
                }
            }
        }
        tester.resize(160, 50);
        assert!(tester.text().contains("seed 2"), "{}", tester.text());
    }
}

#[test]
fn no_key_is_silent_in_practice() {
    for (subject, keys) in [
        (Subject::Siblings, "Esc Esc"),
        (Subject::Granting, ""),
        (Subject::Granting, "j"),
        (Subject::Evidence, "Esc Esc"),
    ] {
        crate::silent::press_each(keys, (80, 24), || {
            practising(subject, 0, (80, 24)).press(keys)
        });
    }
}

/// Types entries, a blank behind each.
fn write(tester: &mut Tester, entries: &[&str]) {
    for entry in entries {
        type_text(tester, &format!("{entry} "));
    }
}

#[test]
fn a_not_action_is_written_whole() {
    let mut tester = practising(Subject::Extended, 3, (80, 24));
    insta::assert_snapshot!("practice_extends", tester.text());
    // What stood there is written already. A prefix, a name of a service of which nothing was used, and an entry
    // that is lost.
    write(
        &mut tester,
        &[
            "verifiedpermissions:Get*",
            "continuum:ListCodeScans",
            "iam:*",
        ],
    );
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_extends_tried", tester.text());
    let mut tester = tester;
    write(
        &mut tester,
        &[
            "verifiedpermissions:Get*",
            "continuum:ListCodeScans",
            "iam:*",
            "continuum:*",
        ],
    );
    // By pointing, too: a name in full, and the service alone.
    let tester = tester.press("Down Down Down Down Tab Down Down Tab Enter");
    assert_eq!(
        practice(&tester).attempt().stage(),
        PracticeStage::Right,
        "{}",
        tester.text()
    );
    // What is typed without its service is told.
    let mut tester = practising(Subject::Extended, 3, (80, 24));
    type_text(&mut tester, "GetSchema ");
    assert!(
        tester.footer().contains("say of which service"),
        "{}",
        tester.footer()
    );
}

#[test]
fn a_question_mark_shows_the_keys_where_no_entry_is_begun() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "?");
    assert_eq!(tester.app.context(), Context::Help);
    let mut tester = tester.press("Esc");
    type_text(&mut tester, "List?");
    assert!(tester.text().contains("ENTRY  List?_"), "{}", tester.text());
}
