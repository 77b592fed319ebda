//! What was answered in a lesson stays answered, wherever one goes from there.

use std::collections::BTreeMap;

use iam_refine::lessons::{AnswerBy, Reached, Replies, Reply, Saved, Stage, built_in_lessons};
use iam_refine::tui::{App, Settings};

use crate::lesson_cases::asked;
use crate::setup::{Tester, begun, judged, lesson};

/// Keys that answer, go on and back, leave for the task and come back from there.
const KEYS: [&str; 18] = [
    "Enter", "Right", "1", "n", "Down", "3", "Left", "Esc", "F3", "p", "u", "Enter", "2", "End",
    "Home", "t", "g", "Space",
];

fn replies(tester: &Tester) -> BTreeMap<String, Saved> {
    let reached = tester.app.reached().expect("a lesson");
    reached.replies.into_iter().collect()
}

/// Leaves the lesson and comes back to it: what was saved is read again.
fn come_back(tester: &Tester, number: usize) -> Tester {
    let mut from = tester.app.reached().expect("a lesson");
    let saved = serde_json::to_string(&from.replies).expect("JSON");
    from.replies = serde_json::from_str(&saved).expect("it is read");
    let app = App::of_lesson(lesson(number), String::new(), &from, Settings::default());
    Tester::of(app, (80, 24))
}

#[test]
fn who_was_wrong_once_and_comes_back_has_the_second_answer_left() {
    let case = begun(5, Stage::Steps(2), (80, 24));
    let [wrong, right] = asked(&case, &lesson(5)).expect("a question");
    let step = begun(3, Stage::Steps(6), (80, 24));
    let tries = [(3, step, "n", "Down Enter 3"), (5, case, &wrong, &right)];
    for (number, tester, wrong, right) in tries {
        let tester = tester.press(wrong);
        judged(&tester, " NOT YET. ");
        let back = || come_back(&tester, number);
        judged(&back(), " NOT YET. ");
        judged(&back().press(wrong), " WRONG. ");
        // What came of it at last is what is kept.
        let done = come_back(&back().press(right), number);
        let replies: Vec<Saved> = replies(&done).into_values().collect();
        assert_eq!(replies, [Saved::Reply(Reply::Later)], "{number}");
    }
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
            let shown = before
                .into_iter()
                .filter(|(_, saved)| !matches!(saved, Saved::Begun(_)));
            for (question, reply) in shown {
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

/// The words that were chosen are kept, and what speaks against them is found by these.
#[test]
fn a_wrong_choice_is_told_with_what_speaks_against_it_also_when_one_comes_back() {
    let lesson = built_in_lessons().expect("lessons").swap_remove(4);
    let told_apart = |at: usize, choice: usize| {
        let question = lesson.cases()[at].question.as_ref()?;
        let against = question.row.against(choice);
        let is_apart = !against.is_empty() && !question.row.why.contains(against);
        is_apart.then(|| against.to_owned())
    };
    let is_asked = |at: &usize| {
        let question = lesson.cases()[*at].question.as_ref();
        let question = question.filter(|question| !question.is_example);
        question.is_some_and(|question| matches!(question.answer_by, AnswerBy::Choice))
    };
    let places = (0..lesson.cases().len()).filter(is_asked);
    let mut choices = places.flat_map(|at| (0..5).map(move |choice| (at, choice)));
    let (at, choice) = choices
        .find(|(at, choice)| told_apart(*at, *choice).is_some())
        .expect("a choice that something else speaks against than what is told anyway");
    let against = told_apart(at, choice).expect("it is the same");
    let begun = |from: &Reached| {
        let app = App::of_lesson(lesson.clone(), String::new(), from, Settings::default());
        Tester::of(app, (160, 50))
    };
    let tells = |tester: &Tester| {
        let text = tester.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        let words = words.join(" ");
        assert!(words.contains("WRONG."), "{text}");
        assert!(words.contains(&against), "{text}");
    };
    let key = (choice + 1).to_string();
    let from = Reached {
        stage: Stage::Steps(at),
        replies: Replies::default(),
    };
    let wrong = begun(&from).press(&format!("{key} {key}"));
    tells(&wrong);
    tells(&begun(&wrong.app.reached().expect("a lesson")));
}

/// The same where one points or types: what was said is judged anew when it is read.
#[test]
fn what_was_pointed_at_or_typed_wrongly_is_told_also_when_one_comes_back() {
    let case = |number, at| begun(number, Stage::Steps(at), (120, 40));
    let tries = [
        (
            5,
            case(5, 2),
            "Up Enter Up Enter",
            "That is said of DeleteBucketWebsite",
        ),
        (
            6,
            case(6, 1),
            "D * Enter Ctrl-u D e * Enter",
            "De* would grant DeleteCertificate",
        ),
    ];
    for (number, tester, keys, against) in tries {
        let told = tester.press(keys);
        judged(&told, " WRONG. ");
        assert!(told.text().contains(against), "{}", told.text());
        let back = come_back(&told, number);
        assert!(back.text().contains(against), "{}", back.text());
    }
}
