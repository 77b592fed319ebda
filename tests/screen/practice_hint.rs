//! A hint in practice: on the name or the row that is pointed at, and what it costs.

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{Practice, PracticeStage, Sets, Subject, Tally};
use iam_refine::tui::{App, Settings};

use crate::setup::Tester;

fn practising(subject: Subject) -> Tester {
    let sets = Sets::of(Catalogue::built_in(), &[subject]);
    let practice = Practice::begin(sets, 0, Tally::default()).expect("a set");
    let app = App::of_practice(practice, "Practice".to_owned(), true, Settings::default());
    Tester::of(app, (120, 40))
}

fn practice(tester: &Tester) -> &Practice {
    tester.app.practice().expect("practice")
}

#[test]
fn a_hint_tells_how_the_name_is_decided_that_is_pointed_at() {
    let tester = practising(Subject::Siblings);
    assert!(tester.footer().contains("F4 hint"), "{}", tester.footer());
    let tester = tester.press("F4");
    let writing = practice(&tester).set().exercise.writing();
    let writing = writing.expect("entries are written");
    let (first, _) = writing.listed().swap_remove(0);
    let told = writing.decided(&first).expect("it is decided");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = format!("HINT. {told}");
    let text = words(&tester.text());
    assert!(text.contains(&words(&expected)), "{expected}: {text}");
    // It is about that name alone.
    let tester = tester.press("Down");
    assert!(!tester.text().contains("HINT."), "{}", tester.text());
}

#[test]
fn what_is_right_behind_a_hint_is_not_right_at_once() {
    for is_helped in [false, true] {
        let mut tester = practising(Subject::Siblings);
        if is_helped {
            tester = tester.press("F4");
        }
        let writing = practice(&tester).set().exercise.writing();
        let wanted = writing.expect("entries are written").wanted();
        for entry in wanted {
            let keys = entry.name().to_string();
            let keys: Vec<String> = keys.chars().map(String::from).collect();
            tester = tester.press(&keys.join(" ")).press("Enter");
        }
        tester = tester.press("Enter");
        let practice = practice(&tester);
        assert_eq!(practice.attempt().stage(), PracticeStage::Right);
        assert_eq!(practice.tally().at_once, usize::from(!is_helped));
        assert_eq!(practice.in_a_row(), usize::from(!is_helped));
        assert!(!tester.text().contains("HINT."), "{}", tester.text());
    }
}

#[test]
fn the_hint_on_a_row_is_the_line_of_the_rule_that_decides_it() {
    let tester = practising(Subject::Evidence).press("Down H");
    let choosing = practice(&tester).set().exercise.choosing().cloned();
    let choosing = choosing.expect("rows are chosen for");
    let line = choosing.rule.lines[choosing.rows[1].line].trim();
    let line = line.trim_end_matches([',', ';', ':']);
    let told = format!("HINT. This line of the rule decides it: \u{201c}{line}\u{201d}.");
    assert!(tester.text().contains(&told), "{told}: {}", tester.text());
}

#[test]
fn a_hint_is_on_what_is_not_right_yet() {
    let mut tester = practising(Subject::Siblings);
    let writing = practice(&tester).set().exercise.writing();
    let writing = writing.expect("entries are written");
    let (wanted, listed) = (writing.wanted(), writing.listed());
    let (missing, others) = wanted.split_last().expect("entries");
    for entry in others {
        let keys: Vec<String> = entry.name().to_string().chars().map(String::from).collect();
        tester = tester.press(&keys.join(" ")).press("Enter");
    }
    let attempt = practice(&tester).attempt();
    let open: Vec<usize> = (0..listed.len())
        .filter(|row| !attempt.is_settled(*row))
        .collect();
    let of_missing = |row: &&usize| missing.matches(&listed[**row].0);
    assert_eq!(open.iter().filter(of_missing).count(), open.len());
    // From name to name of these, and to none where all is as it should be.
    for row in &open {
        tester = tester.press("F4");
        assert_eq!(practice(&tester).attempt().hinted(), Some(*row));
    }
    let keys: Vec<String> = missing
        .name()
        .to_string()
        .chars()
        .map(String::from)
        .collect();
    let tester = tester.press(&keys.join(" ")).press("Enter F4");
    let told = "All names are as they should be: Enter checks the entries";
    assert_eq!(tester.footer(), told);
}
