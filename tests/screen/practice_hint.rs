//! A hint in practice: on the name or the row that is pointed at, and what it costs.

use iam_refine::iam::ActionPattern;
use iam_refine::lessons::{Hinted, PracticeStage, Stage, Subject};

use crate::practice::{practice, practising, type_text};
use crate::setup::{Tester, begun};

const SIZE: (u16, u16) = (120, 40);

/// Types an entry, and writes it.
fn write(tester: &mut Tester, entry: &ActionPattern) {
    type_text(tester, &format!("{} ", entry.name()));
}

#[test]
fn a_hint_tells_how_the_name_is_decided_that_is_pointed_at() {
    let tester = practising(Subject::Siblings, 0, SIZE);
    assert!(tester.footer().contains("F4 hint"), "{}", tester.footer());
    // First where to look, which does not tell the entry.
    let tester = tester.press("F4");
    let writing = practice(&tester).set().exercise.writing();
    let writing = writing.expect("entries are written");
    let (first, _) = writing.listed().swap_remove(0);
    let told = writing.decided(&first).expect("it is decided");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let hint = writing.hint(&first).expect("a hint");
    assert!(words(&tester.text()).contains(&words(&format!("HINT. {hint}"))));
    assert!(!words(&tester.text()).contains(&words(&told)), "{told}");
    let tester = tester.press("F4");
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
        let mut tester = practising(Subject::Siblings, 0, SIZE);
        if is_helped {
            tester = tester.press("F4");
        }
        let writing = practice(&tester).set().exercise.writing();
        let wanted = writing.expect("entries are written").wanted();
        for entry in wanted {
            write(&mut tester, &entry);
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
    let tester = practising(Subject::Evidence, 0, SIZE).press("Down H");
    let choosing = practice(&tester).set().exercise.choosing().cloned();
    let choosing = choosing.expect("rows are chosen for");
    let line = choosing.rule.lines[choosing.rows[1].line].trim();
    let line = line.trim_end_matches([',', ';', ':']);
    let told = format!("HINT. This line of the rule decides it: \u{201c}{line}\u{201d}.");
    assert!(tester.text().contains(&told), "{told}: {}", tester.text());
}

#[test]
fn a_hint_is_on_what_is_not_right_yet() {
    let mut tester = practising(Subject::Siblings, 0, SIZE);
    let writing = practice(&tester).set().exercise.writing();
    let writing = writing.expect("entries are written");
    let (wanted, listed) = (writing.wanted(), writing.listed());
    let (missing, others) = wanted.split_last().expect("entries");
    for entry in others {
        write(&mut tester, entry);
    }
    let attempt = practice(&tester).attempt();
    let open: Vec<usize> = (0..listed.len())
        .filter(|row| !attempt.is_settled(*row))
        .collect();
    let of_missing = |row: &&usize| missing.matches(&listed[**row].0);
    assert_eq!(open.iter().filter(of_missing).count(), open.len());
    // From name to name of these, and to none where all is as it should be.
    for row in open {
        for is_full in [false, true] {
            tester = tester.press("F4");
            let hinted = practice(&tester).attempt().hinted();
            assert_eq!(hinted, Some(Hinted { row, is_full }));
        }
    }
    write(&mut tester, missing);
    let tester = tester.press("F4");
    let told = "All names are as they should be: Enter checks the entries";
    assert_eq!(tester.footer(), told);
}

#[test]
fn after_a_check_a_hint_is_on_what_was_missed_first() {
    let tester = begun(1, Stage::Task, SIZE).press("Enter");
    // PutAcc* is wrong; of its names the first that lacks its entry.
    let tester = tester.press("F4");
    let text = one_line(&tester);
    let told = "HINT. PutAcc* has to go. Put is unsafe. Ask again with the next word of \
                PutAccessPointConfigurationForObjectLambda:";
    assert!(text.contains(told), "{text}");
    // It was given on entries that are others now.
    let mut tester = tester;
    type_text(&mut tester, "PutAcc* ");
    assert!(!tester.text().contains("HINT."), "{}", tester.text());
    // What is right already is not wrong.
    for entry in ["PutObject* ", "PutStorageLens* ", "PutAccess* "] {
        type_text(&mut tester, entry);
    }
    let tester = tester.press("Enter F4");
    let text = one_line(&tester);
    let told = "HINT. Put is unsafe. Ask again with the next word of PutAccountPublicAccessBlock:";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_hint_counts_when_it_is_gone_too() {
    let mut tester = practising(Subject::Siblings, 0, SIZE).press("F4");
    let writing = practice(&tester).set().exercise.writing();
    for entry in writing.expect("entries are written").wanted() {
        write(&mut tester, &entry);
        assert_eq!(practice(&tester).attempt().hinted(), None);
    }
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
    assert!(!practice(&tester).attempt().is_right_at_once());
}

#[test]
fn where_all_names_are_settled_the_entry_is_named_that_has_to_go() {
    let mut tester = practising(Subject::Siblings, 0, SIZE);
    let writing = practice(&tester).set().exercise.writing();
    for entry in writing.expect("entries are written").wanted() {
        write(&mut tester, &entry);
    }
    type_text(&mut tester, "Zebra ");
    let tester = tester.press("Enter F4");
    assert_eq!(
        tester.footer(),
        "All names are as they should be; Zebra has to go"
    );
}

/// The screen without line ends.
fn one_line(tester: &Tester) -> String {
    let text = tester.text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
