//! The task of a lesson on the screen, and that it is said at once when it is done.

use iam_refine::iam::ActionPattern;
use iam_refine::lessons::Stage;
use iam_refine::tui::{App, Context, Request, Settings};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::setup::{Tester, begun, lesson};

#[test]
fn the_row_of_a_not_action_says_how_it_is_decided() {
    let settings = Settings::default();
    let tester = Tester::of(App::of_review(lesson(7).review(), settings), (80, 24));
    let tester = tester.press("A .");
    let told = "A (accept all) skips this; press a to accept it.";
    assert!(tester.text().contains(told), "{}", tester.text());
    let tester = tester.press("A");
    assert_eq!(
        tester.footer(),
        "One NotAction is undecided; A (accept all) skips those: go to it and press a"
    );
}

#[test]
fn a_lesson_may_leave_the_reasons_to_who_goes_there() {
    let tester = begun(2, Stage::Task, (120, 40));
    assert!(!tester.text().contains("3 WHY"), "{}", tester.text());
    assert!(tester.press("3").text().contains("3 WHY"));
    let tester = begun(3, Stage::Task, (120, 40));
    assert!(tester.text().contains("3 WHY"), "{}", tester.text());
}

#[test]
fn a_mark_is_seen_behind_a_long_name() {
    for size in [(80, 24), (120, 40)] {
        let keys = "g j j 2 / M u l t i Enter Space d r Enter 2";
        let tester = begun(5, Stage::Task, size).press(keys);
        let marked = ["Point [keep]", "… [keep]"];
        let text = tester.text();
        assert!(marked.iter().any(|marked| text.contains(marked)), "{text}");
        // Space and x take it back from there.
        for key in ["Space", "x"] {
            let text = begun(5, Stage::Task, size).press(keys).press(key).text();
            assert!(!text.contains("[keep]"), "{key} {text}");
        }
    }
}

#[test]
fn what_is_not_accepted_any_more_is_told_as_a_slip() {
    let tester = begun(2, Stage::Task, (120, 40)).press("r");
    let told = "s3:Get* is not accepted any more, so it is written as it was";
    assert!(tester.text().contains(told), "{}", tester.text());
    assert!(!tester.press("u").text().contains(told));
}

/// Types entries, a blank behind each.
fn write(tester: &mut Tester, entries: &[String]) {
    for letter in entries.iter().flat_map(|entry| entry.chars().chain([' '])) {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
        tester.event(&Event::Key(key));
    }
}

#[test]
fn a_task_is_written_by_hand_and_what_somebody_wrote_is_put_right() {
    for number in [1, 4, 6, 7] {
        let lesson = lesson(number);
        let task = lesson.task.as_ref().expect("a task");
        let writing = task
            .exercise()
            .and_then(|exercise| exercise.writing())
            .expect("entries");
        let shown = |entries: &[ActionPattern]| -> Vec<String> {
            entries.iter().map(|entry| writing.shown(entry)).collect()
        };
        let (begun_with, wanted) = (writing.begun().to_vec(), writing.wanted());
        // Somebody wrote something right and something wrong.
        let judged = writing.judge(&begun_with);
        assert!(
            !judged.is_right() && judged.misses().count() >= 3,
            "{number} {judged:?}"
        );
        for size in [(80, 24), (120, 40)] {
            let mut tester = begun(number, Stage::Task, size);
            assert_eq!(tester.stage(), Some(Stage::Task));
            if size.0 == 80 {
                insta::assert_snapshot!(format!("written_task_{number}"), tester.text());
            }
            tester = tester.press("Enter");
            assert!(tester.text().contains("NOT YET."), "{}", tester.text());
            // Every entry that is wrong, or lacking, is typed: the first ones go, the others come.
            let wrong = begun_with.iter().filter(|entry| !wanted.contains(entry));
            let lacking = wanted.iter().filter(|entry| !begun_with.contains(entry));
            let changed: Vec<ActionPattern> = wrong.chain(lacking).cloned().collect();
            write(&mut tester, &shown(&changed));
            assert_eq!(tester.stage(), Some(Stage::Task));
            tester = tester.press("Enter");
            assert_eq!(tester.stage(), Some(Stage::Done), "{}", tester.text());
            assert!(tester.text().contains("DONE"), "{}", tester.text());
            // What was written last is told first.
            let last = changed.last().expect("an entry");
            let mut listed = writing.listed().into_iter();
            let first = listed.find(|(action, _)| last.matches(action));
            let (first, _) = first.expect("a name");
            let name = writing.shown(&ActionPattern::from(&first));
            let text = tester.text();
            let mut rows = text.lines().filter(|row| row.starts_with(" > "));
            assert!(
                rows.any(|row| row.contains(&format!(" {name} "))),
                "{name} {text}"
            );
            if size.0 == 80 && number == 4 {
                insta::assert_snapshot!("written_task_done", tester.text());
            }
            assert_eq!(tester.press("Enter").requests, [Request::GoOn]);
        }
    }
}

#[test]
fn a_task_that_was_told_is_not_done_and_leads_to_practice_all_the_same() {
    let tester = begun(4, Stage::Task, (80, 24)).press("Esc Esc");
    assert_eq!(tester.stage(), Some(Stage::Task));
    assert!(tester.text().contains("TOLD"), "{}", tester.text());
    assert_eq!(tester.press("Enter").requests, [Request::GoOn]);
}

/// Goes to the task, whatever is asked on the way there.
fn to_task(mut tester: Tester) -> Tester {
    for _ in 0..6 {
        if tester.stage() != Some(Stage::Task) {
            tester = tester.press("Esc");
        }
    }
    assert_eq!(tester.stage(), Some(Stage::Task), "{}", tester.text());
    tester
}

#[test]
fn where_the_task_asks_why_that_is_not_called_optional() {
    let tester = begun(5, Stage::Task, (120, 40)).press("g j j 2 / M u l t i Enter Space");
    assert!(
        tester.footer().contains("(the task asks: any words)"),
        "{}",
        tester.footer()
    );
    assert!(!tester.footer().contains("optional"), "{}", tester.footer());
    // Without a reason the mark would not do, and what is typed next would be taken for keys.
    let tester = tester.press("Enter");
    assert_eq!(tester.app.context(), Context::Keep);
    assert_eq!(
        tester.footer(),
        "The task asks why: type a reason, then Enter"
    );
    let kept = tester.press("d r i l l Enter");
    assert_eq!(kept.app.context(), Context::Trie);
    assert!(kept.footer().starts_with("kept"), "{}", kept.footer());
}

#[test]
fn one_can_go_back_from_a_written_task_to_the_questions() {
    let tester = to_task(begun(4, Stage::Steps(3), (80, 24)));
    assert_eq!(tester.app.context(), Context::Practice);
    let tester = tester.press("F3");
    assert_eq!(tester.stage(), Some(Stage::Steps(3)), "{}", tester.text());
}

#[test]
fn one_can_go_back_from_the_task_to_the_questions() {
    let tester =
        begun(3, Stage::Steps(6), (80, 24)).press("Down Enter 3 g 1 4 Enter Esc Esc Enter");
    assert_eq!(tester.stage(), Some(Stage::Task));
    // One is where one was, in the middle and among the first few names too.
    let tester = tester.press("b");
    assert_eq!(tester.stage(), Some(Stage::Steps(13)));
    let tester = tester.press("g 8 Enter Esc Esc b");
    assert_eq!(tester.stage(), Some(Stage::Steps(7)));
    let few = begun(1, Stage::First(0), (80, 24)).press("Right");
    let few = to_task(few).press("F3");
    assert!(few.text().contains("step 2 of 9"), "{}", few.text());
    let tester = tester.press("g 7 Enter");
    assert!(
        tester.text().contains("RIGHT. ListService is unsafe"),
        "{}",
        tester.text()
    );
}

#[test]
fn behind_a_lesson_that_is_done_comes_practice() {
    let tester = begun(3, Stage::Task, (80, 24)).press(DOING_3);
    assert_eq!(tester.stage(), Some(Stage::Done));
    let text = tester.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(
        words.join(" ").contains("Enter goes on to practice"),
        "{text}"
    );
    // What leads on is named once that is read which happened.
    let footer = tester.press("Down").footer();
    assert!(footer.starts_with("Enter practice"), "{footer}");
    let tester = begun(3, Stage::Task, (80, 24)).press(DOING_3);
    assert_eq!(tester.press("Enter").requests, [Request::GoOn]);
}

#[test]
fn below_a_short_prefix_names_are_shown_whole() {
    let settings = Settings::default();
    let tester = Tester::of(App::of_review(lesson(7).review(), settings), (80, 24));
    let text = tester.press("g j t g 4 Enter").text();
    assert!(text.contains("Delete "), "{text}");
    assert!(!text.contains(" lete "), "{text}");
}

#[test]
fn that_nothing_is_written_is_said_before_anything_is_asked() {
    let tester = begun(3, Stage::Task, (80, 24)).press("w");
    assert_eq!(
        tester.footer(),
        "Nothing of a lesson is written; d shows what would be, q leaves"
    );
    assert!(!tester.text().contains("Enter writes"), "{}", tester.text());
    assert!(tester.press("Enter").requests.is_empty());
}

#[test]
fn a_mark_on_an_action_itself_tells_what_it_reaches() {
    let tester = begun(5, Stage::Task, (120, 40)).press("2 j j j Space");
    let words: Vec<String> = tester
        .text()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let told = "A mark is on all that starts with s3:DeleteBucket: on \
                DeleteBucketMetadataTableConfiguration and 2 more too";
    assert!(words.join(" ").contains(told), "{}", tester.text());
}

#[test]
fn the_hint_is_shown_on_demand_and_the_task_again() {
    let tester = begun(3, Stage::Task, (80, 24));
    assert!(tester.footer().starts_with("H hint"), "{}", tester.footer());
    let tester = tester.press("H");
    insta::assert_snapshot!("hint_of_a_task", tester.text());
    assert!(tester.text().contains(" HINT 1 of 3 "), "{}", tester.text());
    assert!(tester.text().contains(" TASK "), "{}", tester.text());
    let tester = tester.press("H H");
    assert!(tester.text().contains(" HINT 3 of 3 "), "{}", tester.text());
    assert!(!tester.press("H").text().contains(" HINT "));
}

pub const DOING_3: &str = "3 x 2 / N e t w o r k R Enter Space Enter";

/// (lesson, keys that do its task)
const DOING: [(usize, &str); 3] = [
    (2, "2 j j j j Space Enter"),
    (3, DOING_3),
    (
        5,
        "j j j j j j j j j j j a g j j 2 / M u l t i Enter Space d r i l l Enter",
    ),
];

#[test]
fn every_task_is_done_by_keys_and_that_is_said_at_once() {
    for (number, keys) in DOING {
        let mut tester = begun(number, Stage::Task, (80, 24));
        let keys: Vec<&str> = keys.split(' ').collect();
        for key in &keys {
            assert_eq!(tester.stage(), Some(Stage::Task), "{}", tester.text());
            // A question in the last line is not to be overlooked.
            let text = tester.text();
            let is_asked = text.contains("Enter yes");
            let word = if is_asked { " ASKED " } else { " STILL " };
            assert!(text.contains(word), "{text}");
            tester = tester.press(key);
        }
        assert_eq!(tester.stage(), Some(Stage::Done), "{}", tester.text());
        assert!(tester.text().contains("DONE"), "{}", tester.text());
        // What is undone is not done any more.
        let tester = tester.press("u");
        assert!(tester.text().contains(" STILL "), "{}", tester.text());
    }
}

#[test]
fn what_is_decided_already_is_said_and_that_a_rejection_can_be_taken_back() {
    let tester = begun(5, Stage::Task, (120, 40)).press("1 Down a");
    let text = tester.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let told = "s3:DeleteAccess* comes with s3:Delete*, which is accepted already. 1 entry is rejected, \
                with [-]: on it a accepts it after all. The task is not done; H gives a hint";
    assert!(words.join(" ").contains(told), "{text}");
    // The cursor stays on what that was said of, and goes from entry to entry.
    assert!(tester.row_in(0).contains("DeleteAccess*"));
    assert!(tester.press("Down").footer().contains("J next entry"));
    let rejected = begun(5, Stage::Task, (120, 40)).press("1 J");
    for told in ["1 POLICY 1 accepted, 1 rejected", "1 of 1 rejected"] {
        assert!(rejected.text().contains(told), "{}", rejected.text());
    }
    assert!(rejected.row_in(0).contains("[-]"), "{}", rejected.text());
    assert!(
        rejected.footer().starts_with("a accept after all"),
        "{}",
        rejected.footer()
    );
    assert!(rejected.press("a").text().contains("[x] - s3:*Website"));
    // What is rejected is not rejected once more: nothing is there to be undone.
    let again = begun(5, Stage::Task, (120, 40)).press("1 J r");
    assert!(
        again.footer().contains("is rejected already"),
        "{}",
        again.footer()
    );
    assert!(again.row_in(0).contains("[-]"), "{}", again.text());
    let undone = again.press("u");
    assert!(undone.text().contains("[-]"), "{}", undone.text());
}

#[test]
fn the_task_is_not_told_what_it_does_not_need() {
    let reviewed = |number: usize, size| {
        let app = App::of_review(lesson(number).review(), Settings::default());
        Tester::of(app, size).press("1 J").text()
    };
    // What a review shows all the same.
    let asides = [
        " ch ",
        "other bytes equal",
        "nothing else lost",
        "THEIR ACCESS LEVELS",
        "OF THE",
        "w write",
        "v cut",
    ];
    for number in [3, 5] {
        let review = reviewed(number, (160, 50));
        let task = begun(number, Stage::Task, (160, 50)).text();
        for aside in asides {
            assert!(review.contains(aside), "{number} {aside} {review}");
            assert!(!task.contains(aside), "{number} {aside} {task}");
        }
        assert!(task.contains("q leave"), "{task}");
        assert!(task.contains("H hint"), "{task}");
    }
}

#[test]
fn what_is_written_is_read_whole_beside_the_other_panes() {
    let narrow = begun(5, Stage::Task, (120, 40)).text();
    assert!(narrow.contains("▸ ✓ Storage* "), "{narrow}");
    assert!(!narrow.contains("StorageLens"), "{narrow}");
    // Where there is room the name is seen too.
    let wide = begun(5, Stage::Task, (160, 50)).text();
    assert!(wide.contains("StorageLens  + s3:DeleteStorage*"), "{wide}");
}

#[test]
fn days_in_the_reasons_say_of_what_they_are() {
    for size in [(120, 40), (160, 50)] {
        let tester = begun(5, Stage::Task, size);
        let text = tester.text();
        let rows: Vec<&str> = text.lines().collect();
        let day = rows.iter().position(|row| row.contains("2025-12-30"));
        let day = day.expect("a day");
        let heading = rows[..day].iter().rev().take(3);
        let mut heading = heading.filter(|row| row.trim_end().ends_with("last used"));
        assert!(heading.next().is_some(), "{text}");
    }
}

#[test]
fn what_is_decided_last_is_not_told_as_a_task_that_is_open() {
    // What is kept first, and accepted last.
    let (accept, keep) = (
        "j j j j j j j j j j j a",
        "g j j 2 / M u l t i Enter Space d r i l l Enter",
    );
    let tester = begun(5, Stage::Task, (120, 40)).press(keep);
    assert_eq!(tester.stage(), Some(Stage::Task), "{}", tester.text());
    let tester = tester.press("1 g").press(accept);
    assert_eq!(tester.stage(), Some(Stage::Done), "{}", tester.text());
    assert!(!tester.text().contains("is not done"), "{}", tester.text());
}

#[test]
fn a_task_that_is_done_tells_what_to_take_along() {
    let tester = begun(3, Stage::Task, (80, 24)).press(DOING_3).press("1");
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
