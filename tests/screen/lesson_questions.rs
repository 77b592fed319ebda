//! The steps of a lesson on the screen, and what is asked about them.

use iam_refine::explain::RuleLine;
use iam_refine::lessons::{Answer, Lesson, Reached, Replies, Reply, Stage};
use iam_refine::tui::{App, Context, Input, Look, Request, Settings, update};
use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::style::Modifier;

use crate::lesson_cases::asked;
use crate::lesson_tasks::DOING_3;
use crate::setup::{Tester, begun, begun_of, is_selected, judged, lesson, walked};

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
            .contains("RIGHT. ListService is unsafe: its 2 children come next")
    );
    tester = tester.press("g 1 4 Enter");
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
        words(&tester).contains(" begins with ListServ: read on there"),
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
    // Behind the steps comes what is written of a few names, and then the task.
    let tester = tester.press("Enter");
    assert_eq!(tester.stage(), Some(Stage::Steps(17)));
    assert!(tester.text().contains("case 1 of 1"), "{}", tester.text());
    assert_eq!(tester.press("Esc Esc Enter").stage(), Some(Stage::Task));
}

#[test]
fn what_was_told_stays_in_sight() {
    // A prefix that only leads on to its one child keeps its row.
    let tester = begun(3, Stage::Steps(0), (120, 40)).press("g 1 4 Enter Esc Esc");
    for told in ["! Target ", "✓ Groups "] {
        assert!(tester.text().contains(told), "{}", tester.text());
    }
}

#[test]
fn the_trie_and_the_names_are_seen_by_turns_where_there_is_room_for_one() {
    let shows = |tester: &Tester, what: &str| tester.text().contains(&format!("   {what} "));
    let tester = begun(1, Stage::Steps(5), (50, 24));
    assert!(shows(&tester, "NAMES") && !shows(&tester, "TRIE"));
    // Nothing changes by itself once it is told.
    let tester = tester.press("Esc Esc");
    assert!(shows(&tester, "NAMES") && !shows(&tester, "TRIE"));
    // What is chosen stays chosen, where it is asked and where it is told.
    let mut tester = tester.press("Tab");
    for _ in 0..5 {
        assert!(shows(&tester, "TRIE") && !shows(&tester, "NAMES"));
        let is_asked = tester.app.context() == Context::Predict;
        tester = tester.press(if is_asked { "Esc Esc" } else { "Right" });
    }
    assert!(shows(&tester.press("Left Tab"), "NAMES"));
    // From one part of the lesson to the next too.
    let few = begun(1, Stage::First(8), (50, 24)).press("Tab Right");
    assert_eq!(few.stage(), Some(Stage::Steps(0)));
    assert!(shows(&few, "TRIE"), "{}", few.text());
    // Elsewhere both are seen.
    let both = begun(1, Stage::Steps(5), (80, 24)).press("Tab");
    assert!(shows(&both, "TRIE") && both.text().contains("  NAMES "));
    assert_eq!(both.footer(), "The trie and the names are both seen");
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
fn what_is_new_has_a_sign_of_its_own() {
    let tester = begun(1, Stage::First(0), (80, 24)).press("Right");
    let sign = judged(&tester, " NEW ");
    assert!(sign.modifier.contains(Modifier::REVERSED));
    let text = tester.text();
    // Below the verdict, which is in the colour of what is safe, and the reason.
    let at = |start: &str| text.lines().position(|line| line.starts_with(start));
    let (verdict, reason) = (at(" GetAlias is safe → GetAlias"), at(" No unused action"));
    assert!(
        verdict.is_some() && verdict < reason && reason < at(" NEW "),
        "{text}"
    );
    let look = Look::new(Settings::default().theme, false);
    assert_eq!(
        judged(&tester, " GetAlias is safe").style().fg,
        look.safe.fg
    );
    let root = begun(1, Stage::First(0), (80, 24));
    assert_eq!(judged(&root, " Get is unsafe").style().fg, look.caution.fg);
}

#[test]
fn of_steps_that_are_told_together_each_has_a_line() {
    let text = begun(3, Stage::Steps(0), (80, 24)).press("Right").text();
    for line in [
        " ListAccess is safe → ListAccessLogSubscriptions",
        " ListListeners is safe → ListListeners",
        " ListResource is safe → ListResource*",
    ] {
        assert!(text.lines().any(|told| told.trim_end() == line), "{text}");
    }
}

#[test]
fn the_second_half_is_told_where_it_is_no_question() {
    // ListServices is the one name beneath, and it is unused: nothing is left to be found out.
    let tester = begun(3, Stage::Steps(9), (120, 40)).press("Down Enter");
    let told = "RIGHT. ListServices is unsafe → nothing";
    assert!(tester.text().contains(told), "{}", tester.text());
    assert!(tester.text().contains("score 1 of 1"), "{}", tester.text());
    // Two other names lie beneath it than the one that was pointed at.
    let tester = begun(3, Stage::Steps(6), (120, 40)).press("Down Enter");
    let asked = "What is written for it?";
    assert!(tester.text().contains(asked), "{}", tester.text());
}

#[test]
fn what_was_right_at_once_on_the_first_few_names_counts_on_all() {
    let (_, quiz) = lesson(1).first_quiz(&Replies::default()).expect("few");
    let asked = (0..9).filter_map(|step| quiz.asked_at(step));
    let alike = asked.filter(|question| question.answer == Answer::NothingStays);
    let right = alike.map(|question| (format!("first {}", question.prefix), Reply::AtOnce));
    let right: Vec<(String, Reply)> = right.collect();
    assert!(right.len() >= 2, "{right:?}");
    for (known, is_told) in [(2, true), (1, false)] {
        let reached = Reached {
            stage: Stage::Steps(5),
            replies: right[..known].iter().cloned().collect(),
        };
        let app = App::of_lesson(lesson(1), String::new(), &reached, Settings::default());
        let tester = Tester::of(app, (120, 40)).press("Down Down Down Enter");
        let told = "RIGHT. GetBucket is unsafe \u{2192} nothing";
        assert_eq!(tester.text().contains(told), is_told, "{}", tester.text());
    }
}

/// How many of the names are told to begin as far as the letters are there.
fn counted_names(tester: &Tester) -> String {
    let text = tester.text();
    let (_, said) = text.split_once("starting so: ").expect(&text);
    said.split(" unused").next().unwrap_or_default().to_owned()
}

#[test]
fn the_letters_of_the_first_steps_and_of_right_answers_run_by_once() {
    let ticks = |tester: &mut Tester, count: usize| {
        for _ in 0..count {
            update(&mut tester.app, Input::Tick);
        }
        tester.draw();
    };
    let mut tester = begun(1, Stage::First(0), (120, 40)).press("Right");
    // All is told at once; among the names the letters come.
    let told = "GetAlias is safe → GetAlias";
    assert!(tester.text().contains(told), "{}", tester.text());
    assert_eq!(counted_names(&tester), "3 of 9");
    ticks(&mut tester, 1);
    assert_eq!(counted_names(&tester), "0 of 1");
    // They stop at the last one, and the step stays.
    ticks(&mut tester, 30);
    assert_eq!(counted_names(&tester), "0 of 1");
    assert!(tester.text().contains("step 2 of 9"), "{}", tester.text());
    // Once is enough.
    let again = tester.press("Left Right");
    assert_eq!(counted_names(&again), "0 of 1");
    // A key does what it does, and ends it.
    let back = begun(1, Stage::First(0), (120, 40)).press("Right Left");
    assert!(back.text().contains("step 1 of 9"), "{}", back.text());
    let playing = begun(1, Stage::First(0), (120, 40)).press("Right Space");
    assert!(
        playing.footer().starts_with("Plays"),
        "{}",
        playing.footer()
    );
    // After a right answer too, not after a wrong one or none.
    let right = begun(3, Stage::Steps(9), (120, 40)).press("Down Enter");
    assert_eq!(counted_names(&right), "2 of 16");
    for keys in ["Esc Esc", "n n"] {
        let other = begun(3, Stage::Steps(9), (120, 40)).press(keys);
        assert_eq!(counted_names(&other), "1 of 1", "{keys}");
    }
}

#[test]
fn a_hint_names_the_closest_unused_names_and_how_many_letters_to_read() {
    let asked = begun(1, Stage::Steps(13), (120, 40)).press("H");
    let told = "HINT Closest to GetMulti among the unused actions stand GetMetricsConfiguration and GetReplicationConfiguration. \
                Compare their first 8 letters with it.";
    assert!(words(&asked).contains(told), "{}", asked.text());
    let safe = asked.press("n H");
    let told = "HINT Count the actions beneath GetMulti, itself included: one is written in full, several get the \
                prefix and a star.";
    assert!(words(&safe).contains(told), "{}", safe.text());
}

/// The branch of the rule that is said where there is no room for all of it.
fn branch(tester: &Tester) -> String {
    let text = tester.text();
    let lines: Vec<&str> = text.lines().collect();
    let at = { lines.iter() }.position(|line| line.starts_with(" RULE    "));
    let (first, rest) = lines[at.expect(&text)..].split_first().expect("a line");
    let rest = rest.iter().take_while(|line| line.starts_with("         "));
    let branch = std::iter::once(first).chain(rest).map(|line| line.trim());
    let branch = branch.collect::<Vec<_>>().join("   ");
    branch.trim_start_matches("RULE    ").to_owned()
}

#[test]
fn the_rule_stands_beside_every_step_or_the_branch_one_is_on() {
    let mut is_named_itself = false;
    for number in [2, 3, 4] {
        let lesson = lesson(number);
        let walk = lesson.walk();
        let wildcard = lesson.wildcard();
        for at in 0..walk.steps().len() {
            // A wrong answer is told at more length than a right one.
            let narrow = begun(number, Stage::Steps(at), (80, 24)).press("n n 1 1");
            let wide = begun(number, Stage::Steps(at), (140, 40)).press("n n 1 1");
            let line = walk.narration(at).line;
            let branch = branch(&narrow);
            assert!(branch.contains(line.in_walk_of(&wildcard)), "{branch}");
            for line in RuleLine::ALL {
                let words = line.in_walk_of(&wildcard);
                assert!(wide.text().contains(words), "{words}: {}", wide.text());
            }
            let marked = format!("│ >     {}", RuleLine::OwnName.as_str());
            is_named_itself |= wide.text().contains(&marked);
        }
    }
    // None of them is: the few names that the first lesson begins with have one that is.
    assert!(!is_named_itself);
    let few = begun(1, Stage::First(0), (80, 24)).press("g 3 Enter");
    let asked = "unused starts with it?   no: safe   yes: unsafe";
    assert_eq!(branch(&few), asked);
    let few = few.press("Down Enter");
    let asked = "all go: nothing   itself stays: name it   others stay: children";
    assert_eq!(branch(&few), asked);
    assert_eq!(
        branch(&few.press("2")),
        "yes: unsafe > itself stays: name it"
    );
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
fn esc_cancels_the_number_of_a_step() {
    let asked = begun(1, Stage::Steps(1), (80, 24)).press("g");
    let footer = asked.footer();
    assert!(footer.starts_with("Go to step (1 to 17)"), "{footer}");
    assert!(
        footer.contains("Esc cancel") && !footer.contains("skip"),
        "{footer}"
    );
}

#[test]
fn the_keys_of_a_lesson_are_those_of_its_steps() {
    let tester = begun(1, Stage::Steps(2), (80, 24));
    let before = tester.text();
    let tester = tester.press("?");
    assert!(!tester.text().contains(" STILL "), "{}", tester.text());
    let told = "steps 2 to 3 of 17";
    assert!(tester.text().contains(told), "{}", tester.text());
    // What opens them closes them.
    assert_eq!(tester.press("?").text(), before);
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
    let told = "GetAnalyticsConfiguration does not start with GetBucket: they part behind Get.";
    assert!(words(&tester).contains(told), "{}", tester.text());
    // That again says nothing of the answer yet.
    let tester = tester.press("K Enter");
    let told = "GetAccelerateConfiguration does not start with GetBucket: they part behind Get.";
    assert!(words(&tester).contains(told), "{}", tester.text());
    // Once it is found it is asked what is written, and nothing is pointed at any more.
    let mut tester = tester.press("J J Enter");
    let told = "so GetBucket is unsafe. What is written for it?";
    assert!(tester.text().contains(told), "{}", tester.text());
    insta::assert_snapshot!("what_is_written", tester.text());
    for key in ["Down", "J", "n", "Enter", "4"] {
        tester = tester.press(key);
        assert_eq!(tester.footer(), "Choose what is written: 1 to 3");
    }
    assert!(branch(&tester).starts_with("all go: nothing   "));
    let tester = tester.press("1");
    assert!(
        tester
            .text()
            .contains("RIGHT THIS TIME. GetBucket is unsafe"),
        "{}",
        tester.text()
    );
    assert_eq!(branch(&tester), "yes: unsafe > all go: nothing");
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
        let [wrong, _] = asked(&tester, &lesson(5)).expect("a question");
        tester.press(&wrong)
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
        // One looks with the task in mind, and not yet at what is still wrong.
        let text = tester.text();
        assert!(text.contains(" LOOK ") && text.contains(" TASK "), "{text}");
        assert!(!text.contains(" STILL "), "{text}");
        // Which key goes on is named as that which leaves is.
        let is_diff = tester.app.context() == Context::Diff;
        let footer = tester.footer();
        let named = ["Enter go on", "q leave"];
        assert!(
            is_diff || named.iter().all(|key| footer.contains(key)),
            "{footer}"
        );
        // No hint is used up before there is something to do.
        assert!(!tester.footer().contains("hint"), "{}", tester.footer());
        tester = tester.press("H");
        let told = "Hints come once you have looked around: Enter goes on";
        assert_eq!(tester.footer(), told);
        tester = tester.press("Enter");
    }
    let text = tester.text();
    assert!(
        text.contains(" TASK ") && text.contains(" STILL "),
        "{text}"
    );
    assert!(!text.contains(" HINT "), "{text}");
    // The key of the task is always told.
    let tester = tester.press("2");
    assert!(tester.footer().starts_with("Space"), "{}", tester.footer());
    // Once is enough.
    let tester = tester.press("b Esc Esc");
    assert_eq!(tester.stage(), Some(Stage::Task));
    assert!(tester.text().contains(" STILL "), "{}", tester.text());
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
    let is_marked = right
        .any(|(_, rule)| rule.starts_with(" >") && !rule.contains(RuleLine::Question.as_str()));
    let mut branches = text.lines().filter(|line| line.starts_with(" RULE    "));
    is_marked || branches.any(|branch| branch.contains(" > "))
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
            tester = tester.press("F4");
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
fn pointing_begins_at_or_close_before_where_the_prefix_would_stand() {
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
            let told = |at: usize| format!("Enter {} does", question.unused[at]);
            let close = question.near.saturating_sub(2)..=question.near;
            let pointed = { close }.find(|at| tester.text().contains(&told(*at)));
            let pointed = pointed.unwrap_or_else(|| panic!("{}", tester.text()));
            let pointed = &question.unused[pointed];
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

/// All words, with one blank between them.
fn words(tester: &Tester) -> String {
    let text = tester.text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
        "· Alias 1",
        "· Function 4",
        "· Concurrency 1",
        "· Configuration 1",
        "· Url·Config 1",
        "· Layer·Version 2",
        "· Policy 1",
        "· Provisioned·Concurrency·Config 1",
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
        place("> ? ListService 5"),
        place("· Network 4"),
        place("· Services 1"),
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
    assert!(place("· Vpc 2").is_some(), "{seen:?}");
}

#[test]
fn of_a_trie_that_is_too_high_the_upper_rows_are_seen() {
    // The children of the root with their names, and beneath them what has room.
    let wide = begun(1, Stage::Steps(0), (160, 50));
    let seen = lines(&wide);
    for row in [
        "· Access 12",
        "· Bucket 14",
        "· Storage·Lens 4",
        "· Routes 1",
    ] {
        assert!(seen.iter().any(|line| line == row), "{row} {seen:?}");
    }
    assert!(!wide.text().contains(" to come"), "{}", wide.text());
    // What is unfolded stays so, however much is told and asked.
    let unfolded = |tester: &Tester| lines(tester).iter().any(|line| line == "· Routes 1");
    let mut tester = begun(1, Stage::Steps(1), (160, 50));
    while !matches!(tester.stage(), Some(Stage::Steps(13..))) {
        assert!(unfolded(&tester), "{}", tester.text());
        let is_asked = tester.app.context() == Context::Predict;
        tester = tester.press(if is_asked { "Esc Esc" } else { "Right" });
    }
    // Where the children of the root have no room the others are counted, and what is told scrolls away above.
    let mut low = begun(1, Stage::Steps(0), (80, 24)).press("p Right");
    assert!(low.text().contains(" to come"), "{}", low.text());
    let walk = lesson(1).walk();
    while low.stage() != Some(Stage::Steps(16)) {
        let Some(Stage::Steps(at)) = low.stage() else {
            panic!("{}", low.text());
        };
        // The row that is told, and the one that comes next.
        let text = low.text();
        let next = walk.trie().prefix_name(walk.steps()[at + 1].node);
        let next = next.strip_prefix("Get").unwrap_or(next);
        assert!(text.contains(&format!("  · {next}")), "{next} {text}");
        assert!(text.contains("\n >   "), "{text}");
        low = low.press("Right");
    }
    assert!(!low.text().contains(" to come"), "{}", low.text());
    assert!(low.text().contains("\u{2191} "), "{}", low.text());
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
fn who_wants_no_questions_on_the_first_few_names_is_asked_none_on_all() {
    let tester = begun(1, Stage::First(8), (80, 24)).press("p Enter");
    assert_eq!(tester.stage(), Some(Stage::Steps(0)), "{}", tester.text());
    // Where something is asked End goes no further than there.
    let tester = tester.press("End");
    assert_eq!(tester.stage(), Some(Stage::Steps(16)), "{}", tester.text());
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

/// The names that are drawn in bold in the pane of names: those that start with the prefix.
fn lit_names(tester: &Tester) -> Vec<String> {
    let (buffer, text) = (tester.buffer(), tester.text());
    let bar = Look::new(Settings::default().theme, false).glyphs.bar;
    let body = text.lines().enumerate().skip(3);
    let body = body.take_while(|(_, line)| line.contains(bar));
    let lit = body.filter_map(|(row, line)| {
        let line: Vec<char> = line.chars().collect();
        let bar = line.iter().position(|letter| bar.contains(*letter))?;
        let start = bar + 5;
        let cell = &buffer[(u16::try_from(start).ok()?, u16::try_from(row).ok()?)];
        let name: String = line[start..]
            .iter()
            .take_while(|letter| letter.is_alphanumeric())
            .collect();
        cell.modifier.contains(Modifier::BOLD).then_some(name)
    });
    lit.filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_names_of_all_steps_that_are_told_together_are_lit_and_counted() {
    let tester = begun(3, Stage::Steps(0), (140, 50)).press("Right");
    let text = tester.text();
    assert!(text.contains("steps 2 to 6 of 14"), "{text}");
    assert!(text.contains("these 5 prefixes: 0 of 7 unused"), "{text}");
    let lit = lit_names(&tester);
    assert_eq!(lit.len(), 7, "{lit:?}\n{text}");
    // Of one alone it is said as ever.
    let text = begun(3, Stage::Steps(0), (140, 50)).text();
    assert!(text.contains("starting so: 2 of 16 unused"), "{text}");
}

#[test]
fn a_star_that_grants_what_lies_beside_its_prefix_says_how_much() {
    let tester = begun(3, Stage::Steps(7), (140, 50)).press("n 2");
    let text = tester.text();
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(" 4 beneath, 5 granted "), "{text}");
    // Where it grants just what lies beneath, one number says it.
    assert!(text.contains(" 3 \u{2192} ListResource*"), "{text}");
}

#[test]
fn what_is_asked_about_stands_where_it_is_told() {
    let column = |tester: &Tester, word: &str| {
        let text = tester.text();
        let column = |row: &str| Some(row.split_once(word)?.0.chars().count());
        let mut rows = text.lines().filter_map(column);
        rows.next().unwrap_or_else(|| panic!("{word}: {text}"))
    };
    // The trie that is still to come has no room.
    let tester = begun(1, Stage::Steps(3), (120, 24));
    let asked = column(&tester, "? GetAccount");
    let told = column(&tester.press("Esc Esc"), "Account ");
    assert_eq!(asked + 2, told);
}
