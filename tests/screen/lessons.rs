//! A lesson on the screen: its steps, its task, and that it is said at once when it is done.

use std::collections::BTreeMap;

use iam_refine::explain::RuleLine;
use iam_refine::iam::ActionPattern;
use iam_refine::lessons::{Lesson, Reached, Replies, Score, Stage, built_in_lessons};
use iam_refine::tui::{App, Context, Look, Request, Settings};
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::style::Modifier;

use crate::setup::{Tester, is_selected};

fn lesson(number: usize) -> Lesson {
    built_in_lessons().expect("lessons").swap_remove(number - 1)
}

fn begun(number: usize, from: Stage, size: (u16, u16)) -> Tester {
    begun_of(lesson(number), number, from, size)
}

fn begun_of(lesson: Lesson, number: usize, from: Stage, size: (u16, u16)) -> Tester {
    let heading = format!("Lesson {number} of 7: {}", lesson.title);
    let from = Reached {
        stage: from,
        replies: Replies::default(),
    };
    let app = App::of_lesson(lesson, heading, &from, Settings::default());
    Tester::of(app, size)
}

#[test]
fn a_lesson_begins_with_its_steps_and_its_task_follows_them() {
    let tester = begun(3, Stage::Steps(0), (80, 24));
    assert_eq!(tester.stage(), Some(Stage::Steps(0)));
    // Siblings that open nothing are told together.
    let mut tester = tester.press("Right");
    assert_eq!(tester.stage(), Some(Stage::Steps(5)));
    assert!(tester.text().contains("steps 2 to 6 of 14"));
    // The steps are those of the rule, without what the colleague marked.
    tester = tester.press("g 7 Enter Down Enter 3");
    assert!(
        tester
            .text()
            .contains("RIGHT. ListService is unsafe although")
    );
    tester = tester.press("g 1 4 Enter Tab Tab");
    insta::assert_snapshot!("last_step_of_a_lesson", tester.text());
    // Behind them cases come, and then the task; one Esc leaves nothing.
    let tester = tester.press("Enter");
    assert_eq!(tester.stage(), Some(Stage::Steps(14)));
    let tester = tester.press("Esc");
    assert_eq!(tester.stage(), Some(Stage::Steps(14)));
    let tester = tester.press("Esc");
    assert_eq!(tester.stage(), Some(Stage::Task));
    insta::assert_snapshot!("task", tester.text());
}

/// The cell where the sentence begins.
fn judged(tester: &Tester, word: &str) -> ratatui::buffer::Cell {
    let text = tester.text();
    let row = text.lines().position(|line| line.starts_with(word));
    let row = u16::try_from(row.expect(&text)).expect("a row");
    tester.buffer()[(1, row)].clone()
}

#[test]
fn how_an_answer_was_is_told_in_bold_and_colour_and_kept() {
    let look = Look::new(Settings::default().theme, false);
    let tester = begun(3, Stage::Steps(6), (80, 24)).press("Down Enter 3");
    let right = judged(&tester, " RIGHT. ");
    assert_eq!(right.style().fg, look.safe.fg);
    assert!(right.modifier.contains(Modifier::BOLD));
    // A first wrong answer is no answer yet.
    let tester = begun(3, Stage::Steps(6), (80, 24)).press("n");
    judged(&tester, " NOT YET. ");
    assert!(
        tester.text().contains("letter by letter"),
        "{}",
        tester.text()
    );
    let tester = tester.press("n");
    let wrong = judged(&tester, " WRONG. ");
    assert_eq!(wrong.style().fg, look.caution.fg);
    assert!(wrong.modifier.contains(Modifier::BOLD));
    // Neither is lost where nothing is asked for a while, nor counted where it was passed over.
    let tester = tester.press("p").press("p");
    assert!(tester.text().contains("score 0 of 1"), "{}", tester.text());
    let tester = tester.press("g 1 4 Enter");
    let open = "4 of 5 not answered; Enter goes on";
    assert!(tester.text().contains(open), "{}", tester.text());
    let reached = tester.press("Esc Esc").app.reached().unwrap();
    assert_eq!(reached.stage, Stage::Task);
    let settings = Settings::default();
    let app = App::of_lesson(lesson(3), String::new(), &reached, settings);
    let tester = Tester::of(app, (80, 24)).press(DOING_3);
    let words: Vec<String> = tester
        .text()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let told =
        "Questions: 0 of 13 right at once, 12 not answered. Enter goes on to practice, q leaves.";
    assert!(words.join(" ").contains(told), "{}", tester.text());
}

#[test]
fn a_last_step_that_is_asked_is_no_dead_end() {
    let tester = begun(1, Stage::Steps(1), (80, 24)).press("g 1 7 Enter");
    let asked = "Does an unused action start with GetStorage?";
    assert!(tester.text().contains(asked), "{}", tester.text());
    // Neither an arrow nor one Esc tells the answer.
    let tester = tester.press("Right Esc Right");
    assert!(tester.text().contains(asked), "{}", tester.text());
    let tester = tester.press("Esc Esc");
    assert!(tester.text().contains("Not answered"), "{}", tester.text());
    assert_eq!(tester.press("Enter").stage(), Some(Stage::Task));
}

#[test]
fn what_was_told_stays_in_sight() {
    // A prefix that only leads on to its one child keeps its row.
    let tester = begun(1, Stage::First(0), (120, 40)).press("g 4 Enter");
    let tester = tester.press("Down Down Enter 2 Right");
    for told in ["! Access ", "! Point "] {
        assert!(tester.text().contains(told), "{}", tester.text());
    }
}

#[test]
fn the_trie_and_the_names_are_seen_by_turns_where_there_is_room_for_one() {
    let tester = begun(1, Stage::Steps(5), (80, 24));
    let shows = |tester: &Tester, what: &str| tester.text().contains(&format!("   {what} "));
    assert!(shows(&tester, "NAMES") && !shows(&tester, "TRIE"));
    // The rule stands beside both, with a hint too.
    let tester = tester.press("Tab H");
    assert!(shows(&tester, "TRIE") && !shows(&tester, "NAMES"));
    for line in RuleLine::ALL {
        assert!(tester.text().contains(line.as_str()), "{}", tester.text());
    }
    assert!(tester.text().contains(" HINT "), "{}", tester.text());
    assert!(shows(&tester.press("Tab H"), "NAMES"));
}

#[test]
fn what_is_told_now_has_a_row_of_its_own() {
    let row = |tester: &Tester| {
        let text = tester.text();
        let mut rows = text.lines().filter(|row| row.starts_with(" > "));
        rows.next_back().unwrap_or_default().trim_end().to_owned()
    };
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("Esc Esc");
    assert!(row(&tester).contains("✗ Bucket "), "{}", tester.text());
    // On a low screen too, where the siblings told before it share a row.
    for height in [14, 24] {
        let mut tester = begun(2, Stage::Steps(0), (80, height)).press("p");
        let lesson = lesson(2);
        let walk = lesson.walk();
        while let Some(Stage::Steps(at)) = tester.stage() {
            let name = walk.trie().prefix_name(walk.steps()[at].node);
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
fn the_whole_rule_stands_beside_every_step() {
    let mut is_named_itself = false;
    for number in [2, 3, 4] {
        let lesson = lesson(number);
        let wildcard = lesson.wildcard();
        for at in 0..lesson.walk().steps().len() {
            // A wrong answer is told at more length than a right one.
            let text = begun(number, Stage::Steps(at), (80, 24))
                .press("n n 1 1")
                .text();
            for line in RuleLine::ALL {
                let words = line.in_walk_of(&wildcard);
                assert!(text.contains(words), "{words}: {text}");
            }
            let marked = format!("│ >     {}", RuleLine::OwnName.as_str());
            is_named_itself |= text.contains(&marked);
        }
    }
    // None of them is: the few names that the first lesson begins with have one that is.
    assert!(!is_named_itself);
    let marked = format!("│ >     {}", RuleLine::OwnName.as_str());
    let few = begun(1, Stage::First(0), (80, 24)).press("g 4 Enter Down Down Enter 2");
    assert!(few.text().contains(&marked), "{}", few.text());
}

#[test]
fn what_another_entry_grants_is_told_as_granted() {
    let tester = begun(3, Stage::Task, (80, 40)).press("3 x");
    let text = tester.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let told = "vpc-lattice:ListServiceNetworks is still granted, by \
                vpc-lattice:ListServiceNetwork*: it is not written.";
    assert!(words.join(" ").contains(told), "{text}");
    assert!(words.join(" ").contains("becomes 8 entries"), "{text}");
}

#[test]
fn the_keys_of_a_lesson_are_those_of_its_steps() {
    let tester = begun(1, Stage::Steps(2), (80, 24)).press("?");
    assert!(!tester.text().contains(" STILL "), "{}", tester.text());
    let told = "step 3 of 17";
    assert!(tester.text().contains(told), "{}", tester.text());
}

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
fn a_lesson_may_begin_with_a_few_names() {
    let tester = begun(1, Stage::First(0), (80, 24));
    assert!(tester.text().contains("first 9 names"), "{}", tester.text());
    insta::assert_snapshot!("a_few_names", tester.press("Right Right").text());
    // What is answered there is kept as well, and is not where one is in the lesson.
    let mut tester = begun(1, Stage::First(0), (80, 24));
    for _ in 0..40 {
        if !tester.text().contains("first 9 names") {
            break;
        }
        assert!(matches!(tester.stage(), Some(Stage::First(_))));
        let is_asked = tester.text().contains("Does an unused action");
        tester = tester.press(if is_asked { "Esc Esc" } else { "Right" });
    }
    assert!(tester.text().contains("step 1 of 17"), "{}", tester.text());
    let open = lesson(1).first_quiz(&Replies::default()).unwrap().1.score();
    let reached = tester.app.reached().unwrap();
    let told = lesson(1).first_quiz(&reached.replies).unwrap().1;
    assert_eq!(told.next_asked(0), None);
    assert_eq!(open.all, told.count());
    assert!(tester.text().contains("score 0 of 0"), "{}", tester.text());
}

#[test]
fn a_witness_is_pointed_at_among_the_unused_names() {
    let tester = begun(1, Stage::Steps(5), (80, 24));
    assert!(
        tester
            .text()
            .contains("Does an unused action start with GetBucket?"),
        "{}",
        tester.text()
    );
    insta::assert_snapshot!("pointing_at_a_witness", tester.text());
    // Nothing is pointed at yet; and one that does not start with it is no witness.
    let tester = tester.press("Enter");
    assert!(
        tester.footer().starts_with("Point first"),
        "{}",
        tester.footer()
    );
    let tester = tester.press("1");
    assert!(
        tester.footer().starts_with("First: "),
        "{}",
        tester.footer()
    );
    // One begins where the prefix would stand, and may jump from word to word.
    let tester = tester.press("Down K Enter");
    let told = "GetAnalyticsConfiguration does not start with GetBucket.";
    assert!(tester.text().contains(told), "{}", tester.text());
    // That again says nothing of the answer yet.
    let tester = tester.press("K Enter");
    let told = "GetAccelerateConfiguration does not start with GetBucket.";
    assert!(tester.text().contains(told), "{}", tester.text());
    // Once it is found it is asked what is written, and nothing is pointed at any more.
    let mut tester = tester.press("J J Enter");
    let told = "so GetBucket is unsafe. What is written for it?";
    assert!(tester.text().contains(told), "{}", tester.text());
    insta::assert_snapshot!("what_is_written", tester.text());
    for key in ["Down", "J", "n", "Enter", "4"] {
        tester = tester.press(key);
        assert_eq!(tester.footer(), "Choose what is written: 1 to 3");
    }
    let marked = format!(">   {}", RuleLine::Unsafe.as_str());
    assert!(tester.text().contains(&marked), "{}", tester.text());
    let tester = tester.press("1");
    assert!(
        tester
            .text()
            .contains("RIGHT THIS TIME. GetBucket is unsafe"),
        "{}",
        tester.text()
    );
    // The line that decides is marked alone.
    assert!(!tester.text().contains(&marked), "{}", tester.text());
    // On a wide screen one points among all names.
    let wide = begun(1, Stage::Steps(5), (160, 50)).press("Down");
    assert!(wide.text().contains("NAMES"), "{}", wide.text());
    assert!(wide.press("Enter 1").text().contains("RIGHT. GetBucket"));
}

#[test]
fn what_becomes_of_an_unsafe_prefix_is_asked_too() {
    // All beneath it are unused: it is not opened.
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("Down Down Down Enter 3");
    judged(&tester, " NOT YET. ");
    let words = |tester: &Tester| -> String {
        let text = tester.text();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let told = "is there any action beneath GetBucket that is not unused?";
    assert!(words(&tester).contains(told), "{}", tester.text());
    // Two of them are newer: it is.
    let tester = begun(2, Stage::Steps(0), (80, 24)).press("Down Down Down Enter 1");
    judged(&tester, " NOT YET. ");
    let told = "are all actions beneath GetBucket unused?";
    assert!(words(&tester).contains(told), "{}", tester.text());
    judged(&tester.press("3"), " RIGHT THIS TIME. ");
}

#[test]
fn a_second_try_is_one_wherever_one_goes_between() {
    let tester = begun(3, Stage::Steps(6), (80, 24)).press("n Left Right n");
    judged(&tester, " WRONG. ");
    let wrong = |tester: Tester| {
        let (right, count) = asked(&tester, &lesson(5)).expect("a question");
        tester.press(&((right + 1) % count + 1).to_string())
    };
    let tester = wrong(begun(5, Stage::Steps(2), (80, 24))).press("Left Right");
    judged(&tester, " NOT YET. ");
    judged(&wrong(tester), " WRONG. ");
}

#[test]
fn the_screen_is_shown_before_the_first_task_in_it() {
    assert_eq!(lesson(2).tour().len(), 3);
    let mut tester = begun(2, Stage::Steps(2), (80, 24)).press("Esc Esc");
    // Enter goes on in whatever pane one has gone to.
    tester = tester.press("d");
    for _ in lesson(2).tour() {
        assert!(tester.text().contains(" LOOK "), "{}", tester.text());
        assert!(!tester.text().contains(" TASK "), "{}", tester.text());
        tester = tester.press("Enter");
    }
    assert!(tester.text().contains(" TASK "), "{}", tester.text());
    // The key of the task is always told.
    let tester = tester.press("2");
    assert!(tester.footer().starts_with("Space"), "{}", tester.footer());
    // Once is enough.
    let tester = tester.press("b Esc Esc");
    assert_eq!(tester.stage(), Some(Stage::Task));
    assert!(tester.text().contains(" TASK "), "{}", tester.text());
}

/// Where a lesson asks something: at a step of its walk, or in a case.
fn places_asked(lesson: &Lesson) -> Vec<usize> {
    let quiz = lesson.quiz(&Replies::default());
    let steps = (0..walked(lesson)).filter(|at| {
        let quiz = quiz.as_ref();
        quiz.is_some_and(|quiz| quiz.asked_at(*at).is_some())
    });
    let cases = lesson.cases().iter().enumerate();
    let cases = cases.filter(|(_, case)| {
        let question = case.question.as_ref();
        question.is_some_and(|question| !question.is_example)
    });
    steps
        .chain(cases.map(|(at, _)| walked(lesson) + at))
        .collect()
}

/// Whether a line of the rule, which stands at the right, is marked.
fn is_rule_marked(tester: &Tester) -> bool {
    let text = tester.text();
    let mut right = text.lines().filter_map(|line| line.rsplit_once('│'));
    // That it is asked at all tells nothing.
    right.any(|(_, rule)| rule.starts_with(" >") && !rule.contains(RuleLine::Question.as_str()))
}

#[test]
fn nothing_marks_the_answer_before_it_is_given() {
    for number in 1..=7 {
        let lesson = lesson(number);
        for (at, size) in places_asked(&lesson)
            .into_iter()
            .zip([(80, 24), (120, 40)].into_iter().cycle())
        {
            let at_place = Stage::Steps(at);
            let mut tester = begun_of(lesson.clone(), number, at_place, size);
            assert!(!is_rule_marked(&tester), "{number} {at}: {}", tester.text());
            // Nor does a hint, or a first miss.
            tester = tester.press("H");
            assert!(!is_rule_marked(&tester), "{number} {at}: {}", tester.text());
            if at < walked(&lesson) {
                // What starts so is not counted.
                assert!(!tester.text().contains("starting so"), "{}", tester.text());
                tester = tester.press("n");
                let words: Vec<String> = tester
                    .text()
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect();
                let words = words.join(" ");
                assert!(
                    !words.contains(" one of them begins with"),
                    "{number} {at}: {words}"
                );
            }
            // Once it is told, it is marked.
            let tester = tester.press("Esc Esc");
            assert!(is_rule_marked(&tester), "{number} {at}: {}", tester.text());
        }
    }
}

#[test]
fn pointing_begins_where_the_prefix_would_stand() {
    let (mut at_witness, mut all) = (0, 0);
    for number in 1..=4 {
        let lesson = lesson(number);
        let quiz = lesson.quiz(&Replies::default()).expect("questions");
        for at in places_asked(&lesson)
            .into_iter()
            .filter(|at| *at < walked(&lesson))
        {
            let question = quiz.asked_at(at).expect("a question");
            let tester =
                begun_of(lesson.clone(), number, Stage::Steps(at), (160, 50)).press("Down");
            let pointed = &question.unused[question.near];
            let told = format!("Enter {pointed} does");
            assert!(tester.text().contains(&told), "{told} {}", tester.text());
            let here = question.unused.iter();
            let here = here.take_while(|name| name.as_str() < question.prefix.as_str());
            let here = here.count();
            assert_eq!(question.near, here.min(question.unused.len() - 1));
            at_witness += usize::from(pointed.starts_with(&question.prefix));
            all += 1;
        }
    }
    assert!(at_witness > 0 && at_witness < all, "{at_witness} of {all}");
    // One bar is drawn, within the names.
    let tester = begun(1, Stage::Steps(5), (160, 50)).press("Down");
    let buffer = tester.buffer();
    let plain = buffer[(0, 0)].clone();
    assert!(!is_selected(&plain));
    let mut bars = 0;
    for row in 2..40 {
        let bar = (0..160).filter(|column| is_selected(&buffer[(*column, row)]));
        let bar: Vec<u16> = bar.collect();
        bars += usize::from(!bar.is_empty());
        let is_line = bar
            .iter()
            .any(|column| buffer[(*column, row)].symbol() == "│");
        assert!(!is_line, "{row} {}", tester.text());
        assert!(
            bar.first().is_none_or(|first| *first > 20),
            "{row} {}",
            tester.text()
        );
    }
    assert_eq!(bars, 1, "{}", tester.text());
}

/// The words of the lines, each with one blank between them.
fn lines(tester: &Tester) -> Vec<String> {
    let text = tester.text();
    let left = text
        .lines()
        .map(|line| line.split('│').next().unwrap_or_default());
    left.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_whole_trie_is_seen_before_it_is_visited_without_a_mark() {
    // From the first step on, all of the nine names, one row where a prefix only leads on.
    let tester = begun(1, Stage::First(0), (120, 40));
    let seen = lines(&tester);
    let coming = [
        "· Accelerate",
        "· Access·Point",
        "· Policy",
        "· Status",
        "· Bucket·Acl",
        "· Job·Tagging",
        "· Object",
        "· Acl",
        "· Storage·Lens·Configuration",
    ];
    for coming in coming {
        assert!(
            seen.iter().any(|line| line.starts_with(coming)),
            "{coming} {seen:?}"
        );
    }
    assert!(!tester.text().contains(" to come"), "{}", tester.text());
    // Two words that begin alike are two branches before it is asked about the first.
    let tester = begun(3, Stage::Steps(6), (120, 40));
    let seen = lines(&tester);
    let place = |row: &str| seen.iter().position(|line| line == row);
    let (asked, beneath, beside) = (
        place("> ? ListService"),
        place("· Network"),
        place("· Services"),
    );
    assert!(
        asked.is_some() && asked < beneath && beneath < beside,
        "{seen:?}"
    );
    let indent = |row: usize| {
        let text = tester.text();
        let line = text.lines().nth(row).unwrap().to_owned();
        line.find(['·', '?']).unwrap()
    };
    assert_eq!(indent(asked.unwrap()), indent(beside.unwrap()));
    assert!(indent(beneath.unwrap()) > indent(asked.unwrap()));
    // Which of them are visited is told by the walk alone: what is beneath a safe prefix is there too.
    let walk = lesson(3).walk();
    let names: Vec<&str> = walk
        .steps()
        .iter()
        .map(|step| walk.trie().prefix_name(step.node))
        .collect();
    assert!(!names.contains(&"ListServiceNetworkVpc"), "{names:?}");
    assert!(place("· Vpc").is_some(), "{seen:?}");
    // Where there is no room for all it is counted.
    let tester = begun(1, Stage::Steps(2), (120, 40)).press("p");
    assert!(tester.text().contains(" to come"), "{}", tester.text());
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
fn what_speaks_against_a_choice_is_told_once() {
    let lesson = lesson(7);
    let tester = begun_of(lesson.clone(), 7, Stage::Steps(9), (80, 24)).press("3 3");
    let text = tester.text();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("WRONG. Not"), "{text}");
    assert_eq!(words.matches("which is not reported").count(), 1, "{text}");
}

#[test]
fn what_is_not_accepted_any_more_is_told_as_a_slip() {
    let tester = begun(2, Stage::Task, (120, 40)).press("r");
    let told = "s3:Get* is not accepted any more, so it is written as it was";
    assert!(tester.text().contains(told), "{}", tester.text());
    assert!(!tester.press("u").text().contains(told));
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
    let (right, count) = asked(&tester, &lesson).expect("a question");
    let wrong = ((right + 1) % count + 1).to_string();
    let tester = tester.press(&format!("{wrong} {wrong} Esc Esc"));
    assert_eq!(tester.stage(), Some(Stage::Steps(3)), "{}", tester.text());
}

#[test]
fn a_case_has_a_second_hint_that_strikes_a_wrong_choice() {
    let lesson = lesson(5);
    let tester = begun(5, Stage::Steps(3), (120, 40)).press("H");
    assert!(!tester.footer().contains("Nothing"), "{}", tester.footer());
    let told = " HINT    Go through the rule from the top";
    assert!(tester.text().contains(told), "{}", tester.text());
    let (right, _) = asked(&tester, &lesson).expect("a question");
    let tester = tester.press("H");
    let struck = if right == 0 {
        " HINT    Not 2 ("
    } else {
        " HINT    Not 1 ("
    };
    assert!(tester.text().contains(struck), "{}", tester.text());
    // On a low screen it hides neither the question nor the choices, and the rule is seen to its end.
    let low = begun(5, Stage::Steps(3), (80, 24)).press("H");
    for told in [" HINT ", " CHOOSE ", "Why is s3:", "else: gone"] {
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
fn where_the_task_asks_why_that_is_not_called_optional() {
    let tester = begun(5, Stage::Task, (120, 40)).press("g j j 2 / M u l t i Enter Space");
    assert!(
        tester.footer().contains("(the task asks)"),
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

/// Whoever goes on comes to the next question, however far the key would go, and then has to answer it.
#[test]
fn no_key_that_goes_on_passes_over_a_question() {
    let quiz = lesson(2).quiz(&Replies::default()).expect("questions");
    let first = quiz.next_asked(1).expect("a question");
    let next = quiz.next_asked(first + 1).expect("another");
    for key in ["End", "PgDn", "c", "Right"] {
        let mut tester = begun(2, Stage::Steps(first), (80, 24)).press("Esc Esc");
        for _ in first..next {
            if tester.app.context() != Context::Predict {
                tester = tester.press(key);
            }
        }
        assert_eq!(tester.stage(), Some(Stage::Steps(next)), "{key}");
        assert_eq!(tester.app.context(), Context::Predict);
    }
    let asked = begun(2, Stage::Steps(first), (80, 24)).press("End");
    assert_eq!(asked.stage(), Some(Stage::Steps(first)));
    assert_eq!(asked.footer(), "Answer first; Esc twice tells the answer");
    // Where nothing is asked any more End goes to the last step.
    let quiet = asked.press("p End");
    assert_eq!(quiet.stage(), Some(Stage::Steps(15)), "{}", quiet.text());
}

#[test]
fn who_goes_past_questions_is_told() {
    let tester = begun(2, Stage::Steps(0), (80, 24)).press("g 1 3 Enter");
    assert!(
        tester.footer().starts_with("Passes over 4 questions"),
        "{}",
        tester.footer()
    );
    let told = "no question is left from here on; 4 before are not answered";
    assert!(tester.text().contains(told), "{}", tester.text());
}

#[test]
fn one_can_go_back_from_a_written_task_to_the_questions() {
    let tester = to_task(begun(4, Stage::Steps(3), (80, 24)));
    assert_eq!(tester.app.context(), Context::Practice);
    let tester = tester.press("F3");
    assert_eq!(tester.stage(), Some(Stage::Steps(3)), "{}", tester.text());
}

#[test]
fn what_is_left_of_the_wildcard_is_asked_for() {
    let lesson = lesson(4);
    let walk = lesson.walk();
    let questions = iam_refine::lessons::Question::of(&walk);
    let question = questions.iter().find(|question| !question.rests.is_empty());
    let question = question.expect("a question about the rest");
    let tester = begun(4, Stage::Steps(question.step), (80, 24)).press("n");
    let right = question.rest.expect("a star stands for it");
    assert!(
        tester.text().contains(&question.rests[right]),
        "{}",
        tester.text()
    );
    // The first choice is the name of the one beneath.
    let wrong = (right + 1) % question.rests.len();
    let tester = tester.press(&(wrong + 2).to_string());
    judged(&tester, " NOT YET. ");
    let tester = tester.press(&(right + 2).to_string());
    judged(&tester, " RIGHT THIS TIME. ");
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
fn siblings_of_which_nothing_stays_are_one_step() {
    let lesson = lesson(1);
    let walk = lesson.walk();
    // Without questions, from the first step to the last.
    let mut tester = begun(1, Stage::Steps(1), (80, 24)).press("p");
    let mut stops = 1;
    let mut told = tester.text();
    while tester.stage() != Some(Stage::Steps(walk.steps().len() - 1)) {
        tester = tester.press("Right");
        told += &tester.text();
        stops += 1;
    }
    assert!(stops < walk.steps().len() - 1, "{stops}");
    assert!(
        told.contains("steps 10 to 12 of 17") || told.contains(" to "),
        "{told}"
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
fn nothing_is_decided_while_watching() {
    let tester = begun(3, Stage::Steps(0), (80, 24)).press("a");
    assert!(
        tester.footer().starts_with("Watch first"),
        "{}",
        tester.footer()
    );
    assert_eq!(tester.stage(), Some(Stage::Steps(0)));
}

#[test]
fn leaving_in_the_middle_leaves_the_lesson_and_escape_goes_to_the_task() {
    let tester = begun(1, Stage::Steps(5), (80, 24)).press("q");
    assert_eq!(tester.requests, [Request::Quit]);
    assert_eq!(tester.stage(), Some(Stage::Steps(5)));
    let tester = begun(1, Stage::Steps(2), (80, 24)).press("Esc");
    assert_eq!(tester.stage(), Some(Stage::Steps(2)));
    let tester = tester.press("Esc");
    assert_eq!(tester.stage(), Some(Stage::Task));
    // Where entries are written q is a letter.
    assert_eq!(tester.press("Ctrl-c").requests, [Request::Quit]);
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

const DOING_3: &str = "3 x 2 / N e t w o r k R Enter Space Enter";

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

#[test]
fn the_mouse_decides_nothing_among_the_steps() {
    let mut tester = begun(1, Stage::Steps(4), (120, 40));
    let before = tester.review().snapshot();
    // The last line does what its words say.
    for row in 0..39 {
        for column in (0..120).step_by(3) {
            tester.event(&Event::Mouse(MouseEvent {
                kind: MouseEventKind::Down(MouseButton::Left),
                column,
                row,
                modifiers: KeyModifiers::NONE,
            }));
        }
    }
    assert_eq!(tester.stage(), Some(Stage::Steps(4)));
    assert!(std::sync::Arc::ptr_eq(&before, &tester.review().snapshot()));
    tester.event(&Event::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 3,
        row: 3,
        modifiers: KeyModifiers::NONE,
    }));
    assert_eq!(tester.stage(), Some(Stage::Steps(5)));
}

#[test]
fn a_lesson_that_is_not_seen_stays_where_it_is() {
    for stage in [Stage::Steps(2), Stage::Task] {
        let mut tester = begun(3, stage, (80, 24));
        tester.resize(20, 5);
        let tester = tester.press("Right Enter n 1 c A a Space Enter p");
        assert_eq!(tester.stage(), Some(stage));
        assert_eq!(tester.requests, []);
        assert_eq!(tester.press("q").requests, [Request::Quit]);
    }
}

/// Which choice is right of what is asked in the case that is shown, and of how many.
fn asked(tester: &Tester, lesson: &Lesson) -> Option<(usize, usize)> {
    let Some(Stage::Steps(at)) = tester.stage() else {
        return None;
    };
    let question = lesson.cases()[at - walked(lesson)].question.clone()?;
    let is_open = tester.text().contains(" CHOOSE ");
    is_open.then_some((question.row.right, question.choices.len()))
}

/// How many steps come before the cases.
fn walked(lesson: &Lesson) -> usize {
    let walk = lesson.is_walked().then(|| lesson.walk());
    walk.map_or(0, |walk| walk.steps().len())
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
    let (right, count) = asked(&tester, &lesson).expect("a question");
    // Going on answers nothing, and a wrong answer is not told at once.
    tester = tester.press("Enter");
    assert!(
        tester.footer().starts_with("Answer first"),
        "{}",
        tester.footer()
    );
    tester = tester.press(&((right + 1) % count + 1).to_string());
    judged(&tester, " NOT YET. ");
    tester = tester.press(&(right + 1).to_string());
    judged(&tester, " RIGHT THIS TIME. ");
    assert!(tester.text().contains("score 0 of 1"), "{}", tester.text());
    // Told without an answer it counts as none.
    tester = tester.press("Enter Esc Esc");
    judged(&tester, " Not answered:");
    assert!(tester.text().contains("score 0 of 1"), "{}", tester.text());
    // Wrong twice is wrong.
    tester = tester.press("Enter");
    let (right, count) = asked(&tester, &lesson).expect("a question");
    let wrong = ((right + 1) % count + 1).to_string();
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
                if let Some((right, _)) = asked(&tester, &lesson) {
                    tester = tester.press(&(right + 1).to_string());
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
    let mut tester = begun(5, Stage::Steps(3), (80, 24));
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
fn undoing_among_the_steps_of_a_lesson_leaves_them_as_they_are() {
    for number in [1, 2, 3, 4] {
        let at = lesson(number).begins_at();
        let tester = begun(number, at, (80, 24)).press("Right");
        let before = tester.app.reached();
        let quiet = tester.press("p u");
        assert!(
            quiet.footer().contains("nothing to undo"),
            "{}",
            quiet.footer()
        );
        assert_eq!(quiet.app.reached(), before, "lesson {number}");
        assert_eq!(quiet.press("p").app.reached(), before, "lesson {number}");
    }
}

#[test]
fn one_goes_back_from_the_first_step_on_all_names_to_the_first_few() {
    // Whoever left it there comes back there.
    let tester = begun(1, Stage::Steps(0), (80, 24));
    assert_eq!(tester.stage(), Some(Stage::Steps(0)));
    let few = tester.press("Left");
    assert_eq!(few.stage(), Some(Stage::First(8)), "{}", few.text());
    assert_eq!(few.press("Enter").stage(), Some(Stage::Steps(0)));
    // Elsewhere there is nothing before it.
    let tester = begun(3, Stage::Steps(0), (80, 24)).press("Left");
    assert_eq!(tester.stage(), Some(Stage::Steps(0)));
}

#[test]
fn a_rule_that_two_questions_had_is_to_be_known_by_heart() {
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
            *before >= 2,
            "{}",
            tester.text()
        );
        is_hidden += usize::from(*before >= 2);
        *before += 1;
        let hinted = tester.press("H");
        assert!(!hinted.text().contains(hidden), "{}", hinted.text());
        assert!(
            hinted.text().contains(question.rule.lines[0]),
            "{}",
            hinted.text()
        );
    }
    assert!(is_hidden > 0);
}

#[test]
fn what_was_found_out_is_asked_again_without_a_word_on_what_was_chosen() {
    // Wrong in the second half: the first one is not told when one comes back to it.
    let wrong = begun(1, Stage::Steps(5), (80, 24)).press("Down Enter 3");
    judged(&wrong, " NOT YET. ");
    let again = wrong.press("Left Right");
    assert!(!again.text().contains("NOT YET"), "{}", again.text());
    // The second answer to that half is the last one, whatever was answered to the first half between.
    let again = again.press("Down K Enter");
    judged(&again, " NOT YET. ");
    let again = again.press("J Enter");
    judged(&again, " NOT YET. That makes it unsafe");
    judged(&again.press("2"), " WRONG. ");
}
