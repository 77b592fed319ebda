//! A lesson on the screen: its steps, its task, and that it is said at once when it is done.

use iam_refine::teach::{Lesson, built_in_lessons};
use iam_refine::tui::{Effect, Model, Settings, Stage};
use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::setup::Tester;

fn lesson(number: usize) -> Lesson {
    built_in_lessons().expect("lessons").swap_remove(number - 1)
}

fn begun(number: usize, from: Stage, size: (u16, u16)) -> Tester {
    let lesson = lesson(number);
    let heading = format!("Lesson {number} of 7: {}", lesson.title);
    let model = Model::of_lesson(lesson, heading, from, Settings::default());
    Tester::of(model, size)
}

#[test]
fn a_lesson_begins_with_its_steps_and_its_task_follows_them() {
    let tester = begun(3, Stage::Steps(0), (80, 24));
    assert_eq!(tester.model.stage(), Some(Stage::Steps(0)));
    let mut tester = tester.press("Right");
    assert_eq!(tester.model.stage(), Some(Stage::Steps(1)));
    // The steps are those of the rule, without what the colleague marked.
    tester = tester.press("g 7 Enter u");
    assert!(
        tester
            .text()
            .contains("Right. ListService is unsafe although")
    );
    tester = tester.press("End");
    insta::assert_snapshot!("last_step_of_a_lesson", tester.text());
    let tester = tester.press("Enter");
    assert_eq!(tester.model.stage(), Some(Stage::Task));
    insta::assert_snapshot!("task", tester.text());
}

#[test]
fn a_last_step_that_is_asked_is_no_dead_end() {
    let tester = begun(1, Stage::Steps(0), (80, 24)).press("End");
    let asked = "What is GetStorage? 4 actions lie beneath it.";
    assert!(tester.text().contains(asked), "{}", tester.text());
    let tester = tester.press("Enter");
    assert!(tester.text().contains("Not answered"), "{}", tester.text());
    assert_eq!(tester.press("Enter").model.stage(), Some(Stage::Task));
}

#[test]
fn what_is_told_now_has_a_row_of_its_own() {
    let row = |tester: &Tester| {
        let text = tester.text();
        let mut rows = text.lines().filter(|row| row.starts_with(" > "));
        rows.next().unwrap_or_default().trim_end().to_owned()
    };
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("u");
    assert!(row(&tester).contains("✗ Bucket "), "{}", tester.text());
    // On a low screen too, where the siblings told before it share a row.
    for height in [14, 24] {
        let mut tester = begun(2, Stage::Steps(0), (80, height)).press("p");
        let lesson = lesson(2);
        let walk = lesson.walk();
        for step in walk.steps() {
            let name = walk.trie().prefix_name(step.node);
            let last = name.rfind(|letter: char| letter.is_ascii_uppercase());
            let word = &name[last.unwrap_or(0)..];
            let shown = row(&tester);
            assert!(shown.contains(word), "{name}: {}", tester.text());
            assert!(!shown.contains(" more "), "{}", tester.text());
            tester = tester.press("Right");
        }
    }
}

#[test]
fn the_keys_of_a_lesson_are_those_of_its_steps() {
    let tester = begun(1, Stage::Steps(2), (80, 24)).press("?");
    assert!(!tester.text().contains(" STILL "), "{}", tester.text());
    assert!(tester.text().contains("step 3 of 17"), "{}", tester.text());
}

#[test]
fn the_row_of_a_not_action_says_how_it_is_decided() {
    let tester = begun(7, Stage::Task, (80, 24)).press("j j");
    let told = "A never takes this: a accepts it by itself.";
    assert!(tester.text().contains(told), "{}", tester.text());
    let tester = tester.press("A");
    assert_eq!(
        tester.footer(),
        "One NotAction is undecided; A never takes those: go to it and press a"
    );
}

#[test]
fn nothing_is_decided_while_watching() {
    let tester = begun(7, Stage::Steps(1), (80, 24)).press("a");
    assert!(
        tester.footer().starts_with("Watch first"),
        "{}",
        tester.footer()
    );
    assert_eq!(tester.model.stage(), Some(Stage::Steps(1)));
}

#[test]
fn leaving_in_the_middle_leaves_the_lesson_and_escape_goes_to_the_task() {
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("q");
    assert_eq!(tester.effects, [Effect::Quit]);
    assert_eq!(tester.model.stage(), Some(Stage::Steps(5)));
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("Esc");
    assert_eq!(tester.model.stage(), Some(Stage::Task));
    assert_eq!(tester.press("q").effects, [Effect::Quit]);
}

#[test]
fn the_hint_is_shown_on_demand_and_the_task_again() {
    let tester = begun(3, Stage::Task, (80, 24));
    assert!(tester.footer().starts_with("H hint"), "{}", tester.footer());
    let tester = tester.press("H");
    insta::assert_snapshot!("hint_of_a_task", tester.text());
    assert!(!tester.press("H").text().contains(" HINT "));
}

/// (lesson, keys that do its task)
const DOING: [(usize, &str); 7] = [
    (1, "2 j j j j j j j s G k k s"),
    (2, "2 j j j Space"),
    (3, "3 x"),
    (4, "2 j j Space"),
    (
        5,
        "j j j j j j j j j j j a g j j 2 / M u l t i Enter Space d r i l l Enter",
    ),
    (6, "v Right Right Enter"),
    (7, "j j a"),
];

#[test]
fn every_task_is_done_by_keys_and_that_is_said_at_once() {
    for (number, keys) in DOING {
        let mut tester = begun(number, Stage::Task, (80, 24));
        let keys: Vec<&str> = keys.split(' ').collect();
        for key in &keys {
            assert_eq!(tester.model.stage(), Some(Stage::Task), "{}", tester.text());
            assert!(tester.text().contains(" STILL "), "{}", tester.text());
            tester = tester.press(key);
        }
        assert_eq!(tester.model.stage(), Some(Stage::Done), "{}", tester.text());
        assert!(tester.text().contains("DONE"), "{}", tester.text());
        // What is undone is not done any more.
        let tester = tester.press("u");
        assert!(tester.text().contains(" STILL "), "{}", tester.text());
    }
}

#[test]
fn a_task_that_is_done_tells_what_to_take_along() {
    let tester = begun(4, Stage::Task, (80, 24)).press("2 j j Space 1");
    insta::assert_snapshot!("task_done", tester.text());
}

#[test]
fn every_size_shows_a_lesson() {
    let mut tester = begun(5, Stage::Task, (80, 24));
    for width in [0, 1, 39, 40, 60, 80, 120] {
        for height in 0..30 {
            tester.resize(width, height);
        }
    }
    tester.resize(40, 10);
    assert!(tester.text().contains(" STILL "), "{}", tester.text());
}

#[test]
fn the_mouse_decides_nothing_among_the_steps() {
    let mut tester = begun(1, Stage::Steps(4), (120, 40));
    let before = tester.model.review().snapshot();
    for row in 0..40 {
        for column in (0..120).step_by(3) {
            tester.event(&Event::Mouse(MouseEvent {
                kind: MouseEventKind::Down(MouseButton::Left),
                column,
                row,
                modifiers: KeyModifiers::NONE,
            }));
        }
    }
    assert_eq!(tester.model.stage(), Some(Stage::Steps(4)));
    assert!(std::sync::Arc::ptr_eq(
        &before,
        &tester.model.review().snapshot()
    ));
    tester.event(&Event::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 3,
        row: 3,
        modifiers: KeyModifiers::NONE,
    }));
    assert_eq!(tester.model.stage(), Some(Stage::Steps(5)));
}
