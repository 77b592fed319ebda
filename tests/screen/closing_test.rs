//! The test over all lessons on the screen: handed in once, without hints, and a sheet at the end.

use std::time::Duration;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{ClosingTest, Subject};
use iam_refine::tui::{App, Context, Request, Settings};
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::practice::type_text;
use crate::setup::Tester;
use crate::silent::press_each;

fn taking(seed: u64, size: (u16, u16)) -> Tester {
    let test = ClosingTest::begin(&Catalogue::built_in(), seed).expect("a test");
    Tester::of(App::of_test(test, Settings::default()), size)
}

fn test(tester: &Tester) -> &ClosingTest {
    tester.app.test().expect("a test")
}

/// Hands in what is right, and goes on.
fn hand_in_what_is_right(mut tester: Tester) -> Tester {
    let exercise = test(&tester).part().set.exercise.clone();
    if let Some(writing) = exercise.writing() {
        let (wanted, begun) = (writing.wanted(), writing.begun());
        let gone = begun.iter().filter(|entry| !wanted.contains(entry));
        let new = wanted.iter().filter(|entry| !begun.contains(entry));
        for entry in gone.chain(new) {
            type_text(&mut tester, &format!("{} ", writing.shown(entry)));
        }
    }
    if let Some(choosing) = exercise.choosing() {
        for row in &choosing.rows {
            type_text(&mut tester, &(row.right + 1).to_string());
        }
    }
    tester.press("Enter Enter")
}

#[test]
fn there_are_no_hints_and_a_set_is_handed_in_once() {
    let tester = taking(7, (80, 24));
    assert!(!tester.text().contains("hint"), "{}", tester.text());
    let mut tester = tester;
    tester.event(&Event::Key(KeyEvent::new(
        KeyCode::F(4),
        KeyModifiers::NONE,
    )));
    assert!(tester.footer().starts_with("There are no hints in a test"));
    type_text(&mut tester, "ListC* ");
    let tester = tester.press("Enter");
    assert!(tester.text().contains("NOT RIGHT."), "{}", tester.text());
    assert!(tester.text().contains("✗ ListC*"), "{}", tester.text());
    assert_eq!((test(&tester).handed_in(), test(&tester).right()), (1, 0));
    let tester = tester.press("Enter");
    assert_eq!(test(&tester).at(), 1);
    // A set is given up by pressing twice.
    let tester = tester.press("Esc");
    assert!(
        tester.footer().contains("counts as wrong"),
        "{}",
        tester.footer()
    );
    let tester = tester.press("Esc");
    assert_eq!((test(&tester).handed_in(), test(&tester).right()), (2, 0));
}

#[test]
fn behind_the_last_set_comes_the_sheet_and_from_there_each_set() {
    let mut tester = taking(7, (120, 30)).press("Esc Esc Enter");
    while tester.app.context() != Context::TestSheet {
        tester = hand_in_what_is_right(tester);
    }
    assert_eq!((test(&tester).handed_in(), test(&tester).right()), (8, 7));
    insta::assert_snapshot!("test_sheet", tester.text());
    let tester = tester.press("j j Enter");
    assert_eq!(tester.app.context(), Context::PracticeDone);
    assert!(
        tester.text().contains("Test: set 3 of 8"),
        "{}",
        tester.text()
    );
    let tester = tester.press("Enter q");
    assert_eq!(tester.app.context(), Context::TestSheet);
    assert_eq!(tester.requests, [Request::Quit]);
}

#[test]
fn a_click_on_the_sheet_points_at_the_set_of_its_row() {
    for row in 0..8 {
        let sheet = "Esc Esc Enter ".repeat(8);
        let mut tester = taking(7, (120, 40)).press(&sheet);
        let lines = tester.text();
        let told = match test(&tester).parts()[row].set.subject.lesson() {
            Some(lesson) => format!("lesson {lesson}  "),
            None => "all       a whole statement".to_owned(),
        };
        let y = lines
            .lines()
            .position(|line| line.contains(&told))
            .expect("a row");
        tester.event(&Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 10,
            row: u16::try_from(y).expect("a row"),
            modifiers: KeyModifiers::NONE,
        }));
        let tester = tester.press("Enter");
        assert_eq!(test(&tester).at(), row, "{lines}");
    }
}

#[test]
fn a_set_is_given_up_by_no_single_key() {
    let mut tester = taking(7, (80, 24));
    tester.event(&Event::Key(KeyEvent::new(
        KeyCode::F(2),
        KeyModifiers::NONE,
    )));
    assert_eq!(test(&tester).handed_in(), 0);
    assert_eq!(
        tester.footer(),
        "In a test Esc pressed twice gives a set up"
    );
}

#[test]
fn no_key_is_silent_in_a_test() {
    let sheet = "Esc Esc Enter ".repeat(8);
    for keys in ["Esc Esc", sheet.as_str()] {
        press_each(keys, (80, 24), || taking(7, (80, 24)).press(keys));
    }
}

#[test]
fn nothing_reminds_of_the_rule_before_a_set_is_handed_in() {
    let mut tester = taking(7, (120, 40));
    for _ in 0..8 {
        let text = tester.text();
        let is_told = text.contains("Each entry is") || text.contains("  RULE  ");
        assert!(!is_told, "{text}");
        assert!(
            tester.footer().contains("Esc give it up"),
            "{}",
            tester.footer()
        );
        tester = tester.press("Esc Esc Enter");
    }
}

#[test]
fn how_long_each_set_took_and_whether_it_counts_is_told_on_the_sheet() {
    let begun = ClosingTest::begin(&Catalogue::built_in(), 7).expect("a test");
    for (taken, counts) in [
        (begun.clone(), "This counts: "),
        (
            begun.again(),
            "This does not count: results of this seed were seen before.",
        ),
    ] {
        let mut tester = Tester::of(App::of_test(taken, Settings::default()), (100, 30));
        for at in 0..8_u64 {
            tester.app.key_pressed(Duration::from_secs(at * 1000));
            tester
                .app
                .key_pressed(Duration::from_secs(at * 1000 + 60 + at));
            tester = hand_in_what_is_right(tester);
        }
        let text = tester.text();
        for at in 0..8 {
            assert!(text.contains(&format!(" 1 min {at} s")), "{text}");
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(words.join(" ").contains(counts), "{text}");
        let statement = "The statement: 15 of 15 entries right, in 1 min 7 s.";
        assert!(words.join(" ").contains(statement), "{text}");
        assert!(text.contains("Test: 7 of 7 sets right, and "), "{text}");
    }
}

#[test]
fn the_title_says_where_names_are_cut_if_that_is_not_at_words() {
    let test_with_characters = |seed: &u64| {
        let test = ClosingTest::begin(&Catalogue::built_in(), *seed).expect("a test");
        test.parts()[0].set.subject == Subject::Characters
    };
    let seed = (0..200).find(test_with_characters).expect("such a test");
    let text = taking(seed, (60, 24)).text();
    let title = text.lines().next().unwrap_or_default();
    assert!(
        title.starts_with(" Test: set 1 of 8, cut at every character "),
        "{title}"
    );
}
