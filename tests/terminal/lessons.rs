//! Lessons in a real terminal: played to the end, left in the middle, gone on with.

use std::fs;
use std::path::Path;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{ClosingTest, Exercise};

use crate::screen::{Screen, start};

fn learn(folder: &Path, arguments: &[&str]) -> Screen {
    let arguments = [&["learn"], arguments].concat();
    start(folder, &arguments, 24, 80)
}

/// Goes through the few names that the first lesson begins with: to the last, has it told, and goes on.
fn pass_few_names(screen: &mut Screen) {
    screen.wait_for("step 1 of 9");
    screen.press("g9\r");
    screen.wait_for("step 9 of 9");
    screen.press("\u{1b}OQ\r");
    screen.wait_for("step 1 of 17");
}

/// What `learn` lists.
fn listed(folder: &Path) -> String {
    let mut screen = learn(folder, &[]);
    assert_eq!(screen.end(), 0);
    screen.wait_for("7  More: NotAction and Deny");
    screen.text()
}

#[test]
fn a_lesson_is_played_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["4"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    screen.wait_for("step 1 of 8");
    // What comes of three alike is one step.
    for step in ["step 2", "step 3", "steps 4 to 6", "step 7", "step 8"] {
        // Where something is asked it is answered first.
        screen.press("nn1111\u{1b}[C");
        screen.wait_for(&format!("{step} of 8"));
    }
    screen.wait_for("Enter goes on");
    screen.press("\r");
    screen.wait_for("case 1 of 5");
    for case in 2..=5 {
        screen.press("\r");
        screen.wait_for(&format!("case {case} of 5"));
        // Wrong twice.
        screen.press("x\rx\r");
        screen.wait_for("WRONG. ");
    }
    screen.wait_for("Enter goes to the task");
    screen.press("\r");
    screen.wait_for("TASK");
    // What the colleague wrote is taken back by typing it again.
    screen.press("Attach* Create*Policy DeletePolicy*Policy* Get*Policy* ");
    screen.press("Attach*Policy* Create*Policy* DeleteGroupPolicy DeletePolicy* GetPolicy* \r");
    screen.wait_for("DONE A new entry is one action in full");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    screen.wait_for("Done: Lesson 4 of 7");
    screen.wait_for("Questions: ");
    screen.wait_for("Practice: iam-refine learn 4 practice");
    screen.wait_for("Next: iam-refine learn 5");
    let listed = listed(folder.path());
    assert!(listed.contains("[x] 4  Wildcards"), "{listed}");
    let titled = "[x] 4  Wildcards in the middle\n";
    let rest = listed.split(titled).nth(1).expect("a score");
    assert!(
        rest.lines()
            .next()
            .is_some_and(|line| line.contains(" right")),
        "{listed}"
    );
    assert!(listed.contains("[ ] 5"), "{listed}");
}

#[test]
fn a_lesson_goes_on_where_it_was_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    pass_few_names(&mut screen);
    screen.press("g5\r");
    screen.wait_for("step 5 of 17");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Left at step 5. Resume: iam-refine learn 1");
    assert!(listed(folder.path()).contains("Shortest safe prefixes\n         left at step 5\n"));
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("You left it at step 5; it resumes there.");
    screen.press("\r");
    screen.wait_for("step 5 of 17");
    screen.press("\u{1b}");
    screen.wait_for("Esc again");
    screen.press("\u{1b}");
    screen.wait_for("TASK");
    // Not even a kill loses where one is.
    screen.signal("-KILL");
    screen.end();
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("You left it at the task, which begins anew.");
    screen.press("\r");
    screen.wait_for("TASK");
    screen.press("\u{3}");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Not done yet: the entries.");
    screen.wait_for("Resume: iam-refine learn 1");
    // The task of another lesson is a review.
    let state = folder.path().join("state/iam-refine/lessons.json");
    fs::write(state, r#"{"3": {"left": "task"}}"#).expect("written");
    let mut screen = learn(folder.path(), &["3"]);
    screen.wait_for("You left it at the task, which begins anew. t shows");
    screen.press("\r");
    screen.wait_for("TASK");
    screen.press("H");
    screen.wait_for("HINT");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Not done yet: ");
    screen.wait_for("Resume: iam-refine learn 3; H there tells how.");
    assert!(!screen.text().contains("HINT"), "{}", screen.text());
}

#[test]
fn among_the_first_names_one_is_where_one_left_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    screen.wait_for("step 1 of 9");
    screen.press("g4\r");
    screen.wait_for("step 4 of 9");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Left at step 4 on the first names.");
    assert!(listed(folder.path()).contains("left at step 4 on the first names"));
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("You left it at step 4 on the first names");
    screen.press("\r");
    screen.wait_for("step 4 of 9");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn the_introduction_hears_single_keys_and_shows_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("Enter begins, q leaves.");
    screen.press("?x\u{1b}[B");
    screen.press("\r");
    pass_few_names(&mut screen);
    let sent = screen.sent();
    assert!(!sent.contains("^["), "{sent:?}");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("q leaves.");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(!screen.text().contains("step 1"), "{}", screen.text());
}

#[test]
fn the_introduction_is_broken_between_words_on_a_narrow_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = start(folder.path(), &["learn", "1"], 24, 60);
    screen.wait_for("Enter begins, q leaves.");
    let text = screen.text();
    let line = "A role may do all 58 actions of s3:Get*. IAM Access Analyzer";
    assert!(text.lines().any(|row| row.trim_end() == line), "{text}");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn progress_that_cannot_be_read_counts_as_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    fs::write(state.join("lessons.json"), "{\"1\": ").expect("written");
    assert!(listed(folder.path()).contains("[ ] 1  Shortest safe prefixes\n"));
}

#[test]
fn the_list_says_which_mistake_comes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    let saved = r#"{"practice": {
        "practice": {"sets": 2, "at_once": 1, "right": 1, "best": 1},
        "mistakes": {"one-beneath": 1, "left-out": 0, "of-another-version": 3}}}"#;
    fs::write(state.join("lessons.json"), saved).expect("written");
    let told = "1 of 2 right, 1 at once; best 1 in a row; again: one name gets no star";
    let listed = listed(folder.path());
    let words: Vec<&str> = listed.split_whitespace().collect();
    assert!(words.join(" ").contains(told), "{listed}");
}

#[test]
fn what_could_not_be_saved_is_saved_when_it_can_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    fs::write(&state, "a file, no folder").expect("written");
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    pass_few_names(&mut screen);
    screen.press("g5\r");
    screen.wait_for("how far you are is not kept");
    screen.wait_for("step 5 of 17");
    fs::remove_file(&state).expect("removed");
    // A key that goes nowhere.
    screen.press("?");
    screen.wait("file", |_| state.join("iam-refine/lessons.json").exists());
    screen.signal("-KILL");
    screen.end();
    assert!(listed(folder.path()).contains("left at step 5"));
}

#[test]
fn a_step_beyond_the_last_is_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    let left = r#"{"1": {"done": true, "left": {"step": 99}}}"#;
    fs::write(state.join("lessons.json"), left).expect("written");
    let mut screen = learn(folder.path(), &["1"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    // Behind the steps of the lesson comes one case.
    screen.wait_for("case 1 of 1");
    screen.press("\u{3}");
    assert_eq!(screen.end(), 0);
    assert!(listed(folder.path()).contains("[x] 1  Shortest safe prefixes\n         left at case"));
}

#[test]
fn a_step_beyond_all_numbers_is_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    let most = usize::MAX;
    let left =
        format!(r#"{{"1": {{"left": {{"step": {most}}}}}, "2": {{"left": {{"first": {most}}}}}}}"#);
    fs::write(state.join("lessons.json"), left).expect("written");
    let listed = listed(folder.path());
    assert!(
        listed.contains("1  Shortest safe prefixes\n         left at case 1\n"),
        "{listed}"
    );
    for lesson in ["1", "2"] {
        let mut screen = learn(folder.path(), &[lesson]);
        screen.wait_for("Enter begins");
        screen.press("\r");
        screen.wait("lesson", vt100::Screen::alternate_screen);
        screen.press("\u{3}");
        assert_eq!(screen.end(), 0);
    }
}

#[test]
fn what_comes_next_is_the_last_line_of_the_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    let all: Vec<String> = (1..=7)
        .map(|lesson| format!(r#""{lesson}": {{"done": true}}"#))
        .collect();
    let test = r#""test": {"done": true, "best": 5}"#.to_owned();
    for (saved, last) in [
        (
            vec![all[0].clone(), all[2].clone()],
            "Next is lesson 2: iam-refine learn 2",
        ),
        (
            all.clone(),
            "All lessons are done. Next is the test, which tells what you know: iam-refine learn test",
        ),
        (
            [all, vec![test]].concat(),
            "All lessons are done. Next is a policy of your own: iam-refine review --role ROLE",
        ),
    ] {
        let saved = format!("{{{}}}", saved.join(", "));
        fs::write(state.join("lessons.json"), saved).expect("written");
        let listed = listed(folder.path());
        assert_eq!(listed.trim_end().lines().last(), Some(last), "{listed}");
    }
}

#[test]
fn no_number_that_was_saved_is_told_beyond_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state/iam-refine");
    fs::create_dir_all(&state).expect("made");
    let saved = r#"{"1": {"left": {"first": 99}}, "test": {"done": true, "best": 99}}"#;
    fs::write(state.join("lessons.json"), saved).expect("written");
    let listed = listed(folder.path());
    assert!(
        listed.contains("left at step 9 on the first names\n"),
        "{listed}"
    );
    assert!(listed.contains("best 7 of 7 sets right"), "{listed}");
}

/// The keys that do a set, before it is handed in.
fn right_keys(exercise: &Exercise) -> String {
    if let Some(choosing) = exercise.choosing() {
        let rows = choosing.rows.iter();
        return rows.map(|row| (row.right + 1).to_string()).collect();
    }
    let writing = exercise.writing().expect("something to write");
    let (wanted, begun) = (writing.wanted(), writing.begun());
    let gone = begun.iter().filter(|entry| !wanted.contains(entry));
    let new = wanted.iter().filter(|entry| !begun.contains(entry));
    let typed = gone.chain(new).map(|entry| writing.shown(entry) + " ");
    typed.collect()
}

#[test]
fn a_test_is_kept_once_all_its_sets_are_handed_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let test = ClosingTest::begin(&Catalogue::built_in(), 12).expect("a test");
    let mut screen = learn(folder.path(), &["test", "--seed", "12"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    for (number, part) in (1..).zip(test.parts()) {
        screen.wait_for(&format!("set {number} of 8"));
        assert!(!listed(folder.path()).contains("best"), "{number}");
        screen.press(&right_keys(&part.set.exercise));
        screen.press("\r");
        screen.wait_for("RIGHT.");
        screen.press("\r");
        if number == 3 {
            // It is left, and gone on with.
            screen.wait_for("set 4 of 8");
            screen.press("\x03");
            assert_eq!(screen.end(), 0);
            screen.wait_for("Test: left with 3 of 8 sets handed in, 3 right.");
            let listed = listed(folder.path());
            assert!(
                listed.contains("left with 3 of 8 sets handed in"),
                "{listed}"
            );
            screen = learn(folder.path(), &["test"]);
            screen.wait_for("3 of 8 are handed in");
            screen.press("\r");
        }
    }
    screen.wait_for("This counts");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    screen.wait_for("Test: 7 of 7 sets right.");
    let of_test = listed(folder.path());
    assert!(
        of_test.contains("best 7 of 7 sets right; best statement: "),
        "{of_test}"
    );
    assert!(!of_test.contains("left with"), "{of_test}");
    // Its seed does not count again, and another one is begun in its place.
    let mut screen = learn(folder.path(), &["test", "--seed", "12"]);
    screen.wait_for("so this time it does not count");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn the_rule_is_played_on_any_words() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("w"),
        "ListRole\nListRoleTags\nListRoles\n",
    )
    .expect("written");
    fs::write(folder.path().join("u"), "ListRoles\n").expect("written");
    let mut screen = learn(folder.path(), &["--words", "w", "--unused", "u"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    screen.wait_for("step 1 of 5");
    screen.press("c");
    screen.wait_for("Does an unused word start with List?");
    // What the last line says of Esc is so.
    screen.press("\u{1b}");
    screen.wait_for("Esc again tells the answer");
    assert!(!screen.text().contains("action"), "{}", screen.text());
    screen.press("j\r");
    screen.wait_for("What is written for it?");
    screen.press("3");
    screen.wait_for("RIGHT. List");
    // There is no policy behind the steps; whoever presses Esc twice to be told does not leave by it.
    screen.press("\u{1b}");
    screen.wait_for("The answer is told");
    screen.press("\u{1b}");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
}

#[test]
fn behind_a_lesson_come_practice_and_the_next_lesson() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["4"]);
    screen.wait_for("Enter begins");
    screen.press("\r");
    screen.wait_for("step 1 of 8");
    screen.press("\u{1b}");
    screen.wait_for("Esc again");
    screen.press("\u{1b}");
    screen.wait_for("TASK");
    screen.press("Attach* Create*Policy DeletePolicy*Policy* Get*Policy* ");
    screen.press("Attach*Policy* Create*Policy* DeleteGroupPolicy DeletePolicy* GetPolicy* \r");
    screen.wait_for("DONE");
    screen.press("\r");
    screen.wait_for("Practice 4: a star in the middle");
    screen.wait_for("Enter begins");
    screen.press("\r");
    screen.wait_for("ENTRY");
    // F2 tells the result.
    screen.press("\u{1b}OQ");
    screen.wait_for("TOLD.");
    screen.press("n");
    screen.wait_for("Lesson 5 of 7");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let listed = listed(folder.path());
    assert!(
        listed.contains("practice: 0 of 1 right, 0 at once; best 0 in a row"),
        "{listed}"
    );
}

#[test]
fn everybody_gets_the_set_of_a_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = learn(folder.path(), &["3", "practice", "--seed", "0"]);
    screen.wait_for("This one has the seed 0");
    screen.press("\r");
    screen.wait_for("ENTRY");
    screen.wait_for("What takes the place of arc-region-switch:List*?");
    screen.press(
        "ListPlanExecutionEvents ListPlanExecutions ListRoute53* ListServiceQuotaWarnings\r\r",
    );
    screen.wait_for("RIGHT.");
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert!(screen.is_given_back());
    screen.wait_for("Practice 3: 1 of 1 right, 1 at once; best 1 in a row.");
    screen.wait_for("The last set again: iam-refine learn 3 practice --seed 0");
}

#[test]
fn the_page_of_the_rule_is_coloured_and_shows_no_escapes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = start(folder.path(), &["learn", "rule"], 50, 100);
    assert_eq!(screen.end(), 0);
    screen.wait_for("covered");
    let text = screen.text();
    assert!(text.contains("! lambda:Get unsafe"), "{text}");
    assert!(!text.contains("[33m") && !text.contains("u{1b}"), "{text}");
}
