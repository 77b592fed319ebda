//! What was answered in a lesson stays answered, wherever one goes from there.

use std::collections::BTreeMap;

use iam_refine::lessons::{Reached, Replies, Saved, built_in_lessons};
use iam_refine::tui::{App, Settings};

use crate::setup::Tester;

/// Keys that answer, go on and back, leave for the task and come back from there.
const KEYS: [&str; 18] = [
    "Enter", "Right", "1", "n", "Down", "3", "Left", "Esc", "F3", "p", "u", "Enter", "2", "End",
    "Home", "t", "g", "Space",
];

fn replies(tester: &Tester) -> BTreeMap<String, Saved> {
    let reached = tester.app.reached().expect("a lesson");
    reached.replies.into_iter().collect()
}

#[test]
fn no_key_takes_an_answer_back() {
    let mut answered = 0;
    for (number, lesson) in built_in_lessons().expect("lessons").into_iter().enumerate() {
        let from = Reached {
            stage: lesson.begins_at(),
            replies: Replies::default(),
        };
        let app = App::of_lesson(lesson, String::new(), &from, Settings::default());
        let mut tester = Tester::of(app, (80, 24));
        let mut before = replies(&tester);
        for press in 0..300_usize {
            // Without an order that one sees, and the same each time.
            let key = KEYS[(press * press + press / KEYS.len() + number) % KEYS.len()];
            tester = tester.press(key);
            let now = replies(&tester);
            for (question, reply) in before {
                assert_eq!(
                    now.get(&question),
                    Some(&reply),
                    "lesson {}, {key}: {question}",
                    number + 1
                );
            }
            before = now;
        }
        answered += before.len();
    }
    assert!(answered > 20, "{answered}");
}
