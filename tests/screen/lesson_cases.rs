//! The cases of a lesson on the screen: they are answered, told, and gone on from.

use std::collections::BTreeMap;

use iam_refine::lessons::{AnswerBy, Lesson, Score, Stage};
use ratatui::crossterm::event::{Event, KeyModifiers, MouseEvent, MouseEventKind};

use crate::setup::{Tester, begun, begun_of, judged, lesson, walked};

#[test]
fn what_speaks_against_a_choice_is_told_once() {
    let lesson = lesson(7);
    let tester = begun_of(lesson.clone(), 7, Stage::Steps(9), (80, 24));
    let wrong = "Ctrl-u e c 2 : D e l e t e";
    let tester = tester.press(&format!("{wrong} S * Enter {wrong} * Enter"));
    let text = tester.text();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("WRONG. Not"), "{text}");
    assert_eq!(words.matches("which is not reported").count(), 1, "{text}");
}

#[test]
fn a_finding_is_told_in_the_spelling_of_aws() {
    let known = lesson(3)
        .cases()
        .iter()
        .flat_map(|case| case.known.clone())
        .collect::<Vec<_>>();
    assert!(
        known.iter().any(|line| line.contains("ListServices")),
        "{known:?}"
    );
    assert!(
        known.iter().all(|line| !line.contains("LISTSERVICES")),
        "{known:?}"
    );
}

#[test]
fn a_case_has_a_second_hint_that_strikes_a_wrong_choice() {
    let lesson = lesson(5);
    let tester = begun(5, Stage::Steps(3), (120, 40)).press("H");
    assert!(!tester.footer().contains("Nothing"), "{}", tester.footer());
    let told = " HINT    Go through the rule from the top";
    assert!(tester.text().contains(told), "{}", tester.text());
    asked(&tester, &lesson).expect("a question");
    let tester = tester.press("H");
    let struck =
        " HINT    Not \u{201c}the finding of 2026-06-30 names DeleteBucketWebsite\u{201d}: ";
    assert!(tester.text().contains(struck), "{}", tester.text());
    // On a low screen it hides neither the question nor the choices, and the rule is seen to its end.
    let low = begun(5, Stage::Steps(3), (80, 24)).press("H");
    for told in [" HINT ", " POINT ", "Why is s3:"] {
        assert!(low.text().contains(told), "{told} {}", low.text());
    }
    let tester = tester.press("H");
    assert!(
        tester.footer().starts_with("That was the last hint"),
        "{}",
        tester.footer()
    );
}

#[test]
fn a_hint_draws_what_a_prefix_matches_and_not_what_is_left() {
    let lesson = lesson(4);
    let tester = begun(4, Stage::Steps(9), (120, 40)).press("F4");
    let has = |tester: &Tester, heading: &str| {
        let text = tester.text();
        text.lines().any(|line| line.starts_with(heading))
    };
    for heading in [" WILDCARD ", " PREFIX "] {
        assert!(has(&tester, heading), "{}", tester.text());
    }
    assert!(!has(&tester, " LEFT "), "{}", tester.text());
    let [_, right] = asked(&tester, &lesson).expect("a question");
    let tester = tester.press(&right);
    assert!(has(&tester, " LEFT "), "{}", tester.text());
}

/// The keys of a wrong answer to what is asked in the case that is shown, and those of the right one.
pub fn asked(tester: &Tester, lesson: &Lesson) -> Option<[String; 2]> {
    let Some(Stage::Steps(at)) = tester.stage() else {
        return None;
    };
    let question = lesson.cases()[at - walked(lesson)].question.clone()?;
    let text = tester.text();
    let mut words = [" CHOOSE ", " POINT ", " WRITE "].iter();
    words.find(|word| text.contains(**word))?;
    Some(match &question.answer_by {
        AnswerBy::Choice => {
            let (right, count) = (question.row.right, question.choices.len());
            [(right + 1) % count, right].map(|choice| (choice + 1).to_string())
        }
        AnswerBy::Fact(facts) => {
            let first = "Up ".repeat(facts.rows.len());
            let point = |at: usize| format!("{first}{}Enter", "Down ".repeat(at));
            match facts.deciding() {
                Some(0) => ["n".to_owned(), point(0)],
                Some(at) => [point(0), point(at)],
                None => [point(0), "n".to_owned()],
            }
        }
        AnswerBy::Entries(_) => {
            let typed = question.right().chars().map(|letter| match letter {
                ' ' => "Space ".to_owned(),
                letter => format!("{letter} "),
            });
            let right = format!("Ctrl-u {}Enter", typed.collect::<String>());
            ["x Enter".to_owned(), right]
        }
    })
}

#[test]
fn a_case_is_answered_by_a_number_told_and_gone_on_from() {
    let lesson = lesson(5);
    let mut tester = begun(5, Stage::Steps(0), (80, 24));
    insta::assert_snapshot!("an_example", tester.text());
    // An example asks nothing.
    assert_eq!(asked(&tester, &lesson), None);
    tester = tester.press("1");
    assert_eq!(tester.footer(), "Nothing is asked here; Enter goes on");
    tester = tester.press("Enter Enter");
    insta::assert_snapshot!("a_case", tester.text());
    let [wrong, right] = asked(&tester, &lesson).expect("a question");
    // Going on answers nothing, and a wrong answer is not told at once.
    tester = tester.press("Right");
    assert!(
        tester.footer().starts_with("Answer first"),
        "{}",
        tester.footer()
    );
    tester = tester.press(&wrong);
    judged(&tester, " NOT YET. ");
    tester = tester.press(&right);
    judged(&tester, " RIGHT THIS TIME. ");
    assert!(tester.text().contains("score 0 of 1"), "{}", tester.text());
    // Told without an answer it counts as none.
    tester = tester.press("Enter Esc Esc");
    judged(&tester, " Not answered:");
    assert!(tester.text().contains("score 0 of 1"), "{}", tester.text());
    // Wrong twice is wrong.
    tester = tester.press("Enter");
    let [wrong, _] = asked(&tester, &lesson).expect("a question");
    tester = tester.press(&format!("{wrong} {wrong}"));
    judged(&tester, " WRONG. ");
    assert!(tester.text().contains("score 0 of 2"), "{}", tester.text());
}

#[test]
fn every_case_can_be_answered_and_then_comes_the_task() {
    for number in 3..=7 {
        let lesson = lesson(number);
        let questions = lesson
            .cases()
            .iter()
            .filter_map(|case| case.question.as_ref());
        let questions = questions.filter(|question| !question.is_example).count();
        for size in [(80, 24), (40, 10)] {
            let mut tester = begun(number, Stage::Steps(walked(&lesson)), size);
            for _ in lesson.cases() {
                if let Some([_, right]) = asked(&tester, &lesson) {
                    tester = tester.press(&right);
                }
                tester = tester.press("Enter");
            }
            assert_eq!(tester.stage(), Some(Stage::Task), "{number} {size:?}");
            let reached = tester.app.reached().unwrap();
            let score = Score::of(&lesson, &reached.replies);
            assert_eq!(score.right, questions, "{number} {score}");
            // And one can go back to them.
            let last = walked(&lesson) + lesson.cases().len() - 1;
            let is_review = lesson
                .task
                .as_ref()
                .is_some_and(|task| task.mending().is_some());
            let tester = tester.press(if is_review { "b" } else { "F3" });
            assert_eq!(tester.stage(), Some(Stage::Steps(last)), "{number}");
        }
    }
}

#[test]
fn behind_the_steps_come_the_cases_and_back() {
    let tester = begun(4, Stage::Steps(7), (80, 24)).press("Enter");
    assert_eq!(tester.stage(), Some(Stage::Steps(8)), "{}", tester.text());
    insta::assert_snapshot!("what_is_left_behind_a_prefix", tester.press("Enter").text());
    let tester = begun(4, Stage::Steps(8), (80, 24)).press("Left");
    assert_eq!(tester.stage(), Some(Stage::Steps(7)));
    // No mouse decides or moves anything unseen.
    let mut tester = begun(5, Stage::Steps(5), (80, 24));
    let before = tester.text();
    tester.event(&Event::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 3,
        row: 9,
        modifiers: KeyModifiers::NONE,
    }));
    assert_eq!(tester.text(), before);
}

#[test]
fn a_rule_that_a_question_had_is_to_be_known_by_heart() {
    let lesson = lesson(5);
    let hidden = "by heart";
    let mut asked_before: BTreeMap<&str, usize> = BTreeMap::default();
    let mut is_hidden = 0;
    for (at, case) in lesson.cases().iter().enumerate() {
        let Some(question) = case.question.as_ref().filter(|asked| !asked.is_example) else {
            continue;
        };
        let tester = begun(5, Stage::Steps(at), (120, 40));
        let before = asked_before.entry(question.rule.title).or_default();
        assert_eq!(
            tester.text().contains(hidden),
            *before >= 1,
            "{}",
            tester.text()
        );
        is_hidden += usize::from(*before >= 1);
        *before += 1;
        let hinted = tester.press("F4");
        assert!(!hinted.text().contains(hidden), "{}", hinted.text());
        assert!(
            hinted.text().contains(question.rule.lines[0]),
            "{}",
            hinted.text()
        );
    }
    assert!(is_hidden > 0);
}

/// Whoever presses Esc twice to be told the answer, which a second miss has told just now, is not led away.
#[test]
fn what_was_told_just_now_is_not_left_by_who_wants_it_told() {
    let tester = begun(3, Stage::Steps(6), (80, 24)).press("n n");
    judged(&tester, " WRONG. ");
    let tester = tester.press("Esc Esc");
    assert_eq!(tester.stage(), Some(Stage::Steps(6)));
    assert_eq!(tester.press("Esc").stage(), Some(Stage::Task));
    let lesson = lesson(5);
    let tester = begun(5, Stage::Steps(3), (80, 24));
    let [wrong, _] = asked(&tester, &lesson).expect("a question");
    let tester = tester.press(&format!("{wrong} {wrong} Esc Esc"));
    assert_eq!(tester.stage(), Some(Stage::Steps(3)), "{}", tester.text());
}

/// Pointing moves and says nothing; what is pointed at is taken by Enter alone, and typed letters are no keys.
#[test]
fn a_fact_is_pointed_at_and_an_entry_is_typed() {
    for size in [(160, 50), (80, 24), (40, 12)] {
        let pointed = |tester: &Tester| -> Vec<String> {
            let text = tester.text();
            let known = text
                .lines()
                .take_while(|line| !line.contains("FOUND SO FAR"));
            let lines = known.filter(|line| line.starts_with(" > "));
            lines.map(|line| line.trim_end().to_owned()).collect()
        };
        let tester = begun(5, Stage::Steps(2), size).press("Enter");
        assert!(
            tester.text().contains("Point at a line first"),
            "{}",
            tester.text()
        );
        assert_eq!(pointed(&tester), [""; 0], "{}", tester.text());
        let first = tester.press("Down");
        assert!(
            first.text().contains("DeleteBucketWebsite"),
            "{}",
            first.text()
        );
        let last = begun(5, Stage::Steps(2), size).press(&"Down ".repeat(30));
        assert!(last.text().contains("s3:*Website"), "{}", last.text());
        assert_eq!(last.stage(), Some(Stage::Steps(2)));
        let answered = last.press("Enter");
        if size.1 > 12 {
            judged(&answered, " NOT YET. ");
        }
    }
    let typing = begun(6, Stage::Steps(1), (80, 24)).press("q ? H 1");
    assert!(
        typing.text().contains(" WRITE   q?H1_"),
        "{}",
        typing.text()
    );
    // Esc takes back what is typed before it tells.
    let cleared = typing.press("Esc");
    assert!(cleared.text().contains(" WRITE   _"), "{}", cleared.text());
    let told = cleared.press("Enter");
    assert!(
        told.footer().starts_with("Type the entry first"),
        "{}",
        told.footer()
    );
    judged(&told.press("Esc Esc"), " Not answered:");
    // What can be no answer is told, counts as nothing, and stays to be mended.
    // So does a wrong answer, and given again unmended it is none.
    let wrong = begun(6, Stage::Steps(1), (80, 24)).press("D * Enter Enter");
    judged(&wrong, " NOT YET. ");
    assert!(wrong.text().contains(" WRITE   D*_"), "{}", wrong.text());
    assert!(
        wrong.footer().contains("not right yet"),
        "{}",
        wrong.footer()
    );
    let slip = begun(6, Stage::Steps(1), (80, 24)).press("x : y : z Enter");
    assert!(
        slip.footer().contains("is not an entry"),
        "{}",
        slip.footer()
    );
    assert!(slip.text().contains(" WRITE   x:y:z_"), "{}", slip.text());
    let right = slip.press("Ctrl-u D e l e t e A * Enter");
    judged(&right, " RIGHT. ");
    // What is typed belongs to its case, and what is too long to be an answer is not taken.
    let other = begun(6, Stage::Steps(1), (80, 24)).press("a b F3 Right");
    assert!(other.text().contains(" WRITE   _"), "{}", other.text());
    let mut pasted = begun(6, Stage::Steps(1), (80, 24));
    pasted.event(&Event::Paste("a".repeat(3000)));
    pasted.event(&Event::Paste("G*\nH*".to_owned()));
    assert!(
        pasted.text().contains(" WRITE   G* H* _"),
        "{}",
        pasted.text()
    );
}

/// What one types is seen on a narrow screen, and of what is known that there is more.
#[test]
fn on_a_narrow_screen_one_sees_what_one_types_and_that_there_is_more() {
    let typed = "P u t T a g * T a g g i n g Space P u t T a g g i n g";
    for columns in [40, 50, 60, 80] {
        let tester = begun(4, Stage::Steps(12), (columns, 24)).press(typed);
        assert!(tester.text().contains(" PutTagging_"), "{}", tester.text());
    }
    for (size, is_cut) in [((60, 24), true), ((80, 24), false), ((120, 40), false)] {
        let tester = begun(5, Stage::Steps(3), size);
        let known = tester.text();
        let known = known
            .lines()
            .take_while(|line| !line.contains("FOUND SO FAR"));
        let is_told = known.filter(|line| line.ends_with(" more")).count() == 1;
        assert_eq!(is_told, is_cut, "{}", tester.text());
    }
}

/// The words of the timeline below the answer to a case, if one is drawn.
fn timeline(tester: &Tester) -> Option<Vec<String>> {
    let text = tester.text();
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with(" the finding  "));
    let lines = [lines.next()?, lines.next()?];
    Some(lines.map(str::trim_end).map(str::to_owned).to_vec())
}

#[test]
fn a_timeline_is_drawn_whole_or_not_at_all() {
    let lesson = lesson(5);
    let (mut drawn, mut left_out) = (0, 0);
    for at in 0..lesson.cases().len() {
        for columns in [60, 80, 120] {
            let tester = begun(5, Stage::Steps(at), (columns, 40)).press("Esc Esc");
            let Some(lines) = timeline(&tester) else {
                left_out += 1;
                continue;
            };
            drawn += 1;
            let ends = ["2026-06-30", "half a year later"];
            assert!(ends.iter().any(|end| lines[0].ends_with(end)), "{lines:?}");
            // Of what came after the finding it is not always known whether AWS tracks it.
            let ends = ["tracked", "2026-08-07"];
            assert!(ends.iter().any(|end| lines[1].ends_with(end)), "{lines:?}");
            assert_eq!(
                lines[1].contains("since 2026-08-07"),
                !lines[1].contains('=') && !lines[1].contains("not tracked"),
                "{lines:?}"
            );
        }
    }
    assert!(drawn > 10 && left_out > 3, "{drawn} {left_out}");
}
