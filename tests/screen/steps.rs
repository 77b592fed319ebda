//! The steps of a wildcard, opened from the review.

use iam_refine::catalogue::Catalogue;
use iam_refine::tui::{Input, Settings, update};

use crate::setup::{ARTICLE, Tester, article, article_today, review};

/// The article's `s3:Get*`, which the cursor comes to after its literals.
fn steps(size: (u16, u16), keys: &str) -> Tester {
    article(size).press(". t").press(keys)
}

#[test]
fn the_first_step() {
    insta::assert_snapshot!(steps((80, 24), "").text());
}

#[test]
fn a_step_that_gives_an_entry() {
    insta::assert_snapshot!(steps((80, 24), "g 1 1 Enter").text());
}

#[test]
fn an_unsafe_prefix_and_the_last_step_of_today() {
    let today = |keys: &str| article_today((80, 24)).press(". t").press(keys);
    insta::assert_snapshot!("unsafe_today", today("g 6 Enter").text());
    insta::assert_snapshot!("last_today", today("End").text());
}

#[test]
fn the_last_step_on_a_wide_screen() {
    insta::assert_snapshot!(steps((160, 40), "End").text());
}

#[test]
fn only_ascii_where_that_is_asked_for() {
    let review = review(&[ARTICLE.0], ARTICLE.1, Catalogue::s3_of_june_2024());
    let settings = Settings {
        ascii: true,
        ..Settings::default()
    };
    let tester = Tester::new(review, settings, (80, 24)).press(". t c c c");
    assert!(tester.text().is_ascii(), "{}", tester.text());
}

#[test]
fn stepping_to_the_end_shows_what_the_wildcard_becomes() {
    let policies = [
        ARTICLE.0,
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:*Tagging", "s3:Get?b*", "s3:*"], "Resource": "*"}
        ]}"#,
    ];
    for catalogue in [Catalogue::s3_of_june_2024(), Catalogue::built_in()] {
        let review = review(&policies, ARTICLE.1, catalogue);
        let places: Vec<_> = review.state().places().collect();
        let mut tester = Tester::new(review, Settings::default(), (400, 200));
        for _ in places {
            tester = tester.press("t");
            let Some(steps) = tester.app.steps() else {
                tester = tester.press(".");
                continue;
            };
            let (entry, count) = (steps.entry(), steps.count());
            let plan = tester.review().state().entry(entry).unwrap().plan.clone();
            tester = tester.press(if count > 300 { "End" } else { "Left" });
            for _ in 1..count.min(300) {
                tester = tester.press("Right");
            }
            let steps = tester.app.steps().unwrap();
            let shown: Vec<String> = steps.result().iter().map(ToString::to_string).collect();
            let emitted = plan.replacements().unwrap_or_default().iter();
            let expected: Vec<String> = emitted.map(|new| new.entry.to_string()).collect();
            assert_eq!(shown, expected);
            tester = tester.press("q .");
        }
    }
}

#[test]
fn an_entry_is_decided_from_its_steps() {
    let tester = steps((80, 24), "Right a");
    assert_eq!(tester.footer(), "accepted s3:Get*");
    assert!(tester.text().contains("step 2 of 17"));
    assert!(tester.written().contains("s3:GetAccess*"));
    let tester = tester.press("r q");
    assert!(tester.text().contains("[-]"), "{}", tester.text());
}

#[test]
fn undo_works_among_the_steps_but_not_while_something_is_asked() {
    let tester = steps((80, 24), "Right a u");
    assert_eq!(tester.footer(), "Undid: accepted s3:Get*");
    assert!(tester.text().contains("step 2 of 17"));
    assert!(tester.written().contains("s3:Get* "));
    let tester = tester.press("a p u");
    assert!(
        !tester.written().contains("s3:Get* "),
        "{}",
        tester.written()
    );
    // The steps are those of what is undone to: of a split GetObject there are more.
    let tester = article((80, 24)).press(". 2 j j j j j j j s t");
    assert!(tester.text().contains("step 1 of 24"), "{}", tester.text());
    let tester = tester.press("u");
    assert!(tester.text().contains("step 1 of 17"), "{}", tester.text());
}

#[test]
fn what_was_told_in_full_twice_is_told_in_fewer_words() {
    let said = |step: &str| {
        let text = steps((120, 40), &format!("g {step} Enter")).text();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("No unused action starts with it, and only Get"),
            "{text}"
        );
        text.contains("* would also grant what AWS may add there.")
    };
    // GetAccount, GetData and GetJob are named in full.
    assert!(said("4") && said("7"));
    assert!(!said("1 1"));
}

#[test]
fn a_number_that_is_no_step_is_told() {
    let tester = steps((80, 24), "g 9 9 Enter");
    assert_eq!(tester.footer(), "There is no step 99: give 1 to 17");
    let tester = tester.press("g 3 x Esc g 4 Enter");
    assert!(tester.text().contains("step 4 of 17"));
}

#[test]
fn playing_goes_on_until_the_last_step_or_a_key() {
    let tick = |tester: &mut Tester| {
        update(&mut tester.app, Input::Tick);
        tester.draw();
    };
    // Each letter is a step on the way.
    let mut tester = steps((80, 24), "Space");
    for _ in 0..400 {
        tick(&mut tester);
    }
    assert!(tester.text().contains("step 17 of 17"));
    let mut tester = tester.press("Space");
    tick(&mut tester);
    tester = tester.press("Left");
    tick(&mut tester);
    assert!(tester.text().contains("step 1 of 17"));
}

#[test]
fn a_question_and_a_wrong_answer() {
    let asked = steps((80, 24), "p g 3 Enter");
    insta::assert_snapshot!("question", asked.text());
    insta::assert_snapshot!("hint", asked.press("h").text());
    let wrong = steps((80, 24), "p g 3 Enter n n");
    insta::assert_snapshot!("answered", wrong.text());
}

#[test]
fn going_on_answers_nothing_and_escape_twice_tells() {
    for key in ["Right", "c", "Space"] {
        let asked = steps((80, 24), "p g 3 Enter");
        let at = |tester: &Tester| tester.text().lines().next().map(str::to_owned);
        let before = at(&asked);
        let stays = asked.press(key);
        assert_eq!(at(&stays), before);
        assert!(
            stays.text().contains("start with GetAccess?"),
            "{}",
            stays.text()
        );
        assert!(
            stays.footer().starts_with("Answer first"),
            "{}",
            stays.footer()
        );
        let told = stays.press("Esc").press("Esc");
        assert_eq!(at(&told), before);
        assert!(told.text().contains(" Not answered. "), "{}", told.text());
        assert!(told.text().contains("score 0 of 0"), "{}", told.text());
        assert_ne!(at(&told.press("Right")), before);
    }
}

#[test]
fn no_question_is_passed_over() {
    // Neither by going from result to result, nor by going on without a hand.
    let mut tester = steps((80, 24), "p");
    let mut asked = 0;
    for _ in 0..40 {
        tester = tester.press("c");
        if tester.text().contains("Does an unused action") {
            asked += 1;
            tester = tester.press("Esc Esc");
        }
    }
    assert_eq!(asked, 6);
    let mut tester = steps((80, 24), "p Space");
    for _ in 0..40 {
        update(&mut tester.app, Input::Tick);
    }
    tester.draw();
    let text = tester.text();
    assert!(text.contains("step 3 of 17"), "{text}");
    assert!(text.contains("start with GetAccess?"), "{text}");
}

#[test]
fn the_keys_of_the_steps_are_shown_over_them() {
    let help = steps((80, 24), "p g 3 Enter ?");
    insta::assert_snapshot!("keys", help.text());
    let found = help.press("h i n t Enter");
    assert!(found.text().contains(" HINT "), "{}", found.text());
}

#[test]
fn every_question_is_answered_half_by_half_and_then_all_is_told() {
    let mut tester = steps((120, 40), "p");
    // The walk of the first lesson is the same.
    let lesson = iam_refine::lessons::built_in_lessons()
        .expect("lessons")
        .swap_remove(0);
    let questions = iam_refine::lessons::Question::of(&lesson.walk());
    assert_eq!(questions.len(), 6);
    for question in &questions {
        let step = (question.step + 1).to_string();
        let step: Vec<String> = step.chars().map(String::from).collect();
        tester = tester.press(&format!("g {} Enter", step.join(" ")));
        let is_safe = !question.answer.says_unsafe();
        tester = tester.press(if is_safe { "n" } else { "Down Enter" });
        let choices = question.choices(is_safe);
        let right = choices
            .iter()
            .position(|choice| question.is_right(&choice.said));
        tester = tester.press(&(right.expect("a right one") + 1).to_string());
        assert!(tester.text().contains(" RIGHT. "), "{}", tester.text());
    }
    assert!(tester.text().contains("score 6 of 6"), "{}", tester.text());
    let tester = tester.press("End");
    assert!(
        tester.text().contains("no question is left here"),
        "{}",
        tester.text()
    );
}

/// Where the names are seen, the letters of a prefix come one by one before its step is told.
#[test]
fn a_prefix_is_spelled_while_the_steps_go_on_by_themselves() {
    let mut tester = steps((120, 40), "Space");
    let mut said: Vec<String> = Vec::new();
    while !tester.text().contains("step 2 of 17") {
        update(&mut tester.app, Input::Tick);
        tester.draw();
        let text = tester.text();
        let is_spelled = |line: &&str| line.contains("begin so.") || line.contains("begins so.");
        let line = text.lines().find(is_spelled);
        said.extend(line.map(|line| line.trim().to_owned()));
        assert!(said.len() < 60, "{text}");
    }
    // From the letters of its parent on; those that do not begin so fall out.
    let expected = [
        "Get\u{2026} 58 actions begin so.",
        "GetA\u{2026} 15 actions begin so.",
        "GetAc\u{2026} 14 actions begin so.",
        "GetAcc\u{2026} 14 actions begin so.",
        "GetAcce\u{2026} 13 actions begin so.",
        "GetAccel\u{2026} 1 action begins so.",
    ];
    assert_eq!(said[..5], expected[..5], "{said:#?}");
    let last = said.last().expect("letters");
    assert_eq!(
        last,
        "GetAccelerate 1 action begins so. 1 of them is unused: unsafe."
    );
    // A key stops it within a word, and the step that was told is still the one that is shown.
    for _ in 0..4 {
        update(&mut tester.app, Input::Tick);
    }
    let mut tester = tester.press("Space");
    assert_eq!(tester.footer(), "Stopped: Space goes on");
    update(&mut tester.app, Input::Tick);
    tester.draw();
    let text = tester.text();
    assert!(text.contains("step 2 of 17"), "{text}");
    assert!(!text.contains("begin so."), "{text}");
    // Where the trie alone is seen nothing is spelled.
    let mut narrow = steps((50, 24), "Space");
    update(&mut narrow.app, Input::Tick);
    narrow.draw();
    assert!(narrow.text().contains("step 2 of 17"), "{}", narrow.text());
}
