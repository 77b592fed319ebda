//! Practice on the screen: pointed at or typed, looked at, tried again, told.

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{
    MissKind, Practice, PracticeStage, Reached, Replies, Sets, Stage, Subject, Tally,
    WrittenEntries, built_in_lessons,
};
use iam_refine::tui::{App, Context, Request, Settings};
use ratatui::buffer::Cell;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Modifier;

use crate::setup::{Tester, is_selected};

/// A set to practise on.
pub fn practising(subject: Subject, seed: u64, size: (u16, u16)) -> Tester {
    let sets = Sets::of(Catalogue::built_in(), &[subject]);
    let practice = Practice::begin(sets, seed, Tally::default()).expect("a set");
    let heading = match subject.lesson() {
        Some(lesson) => format!("Practice {lesson}"),
        None => "Practice".to_owned(),
    };
    let app = App::of_practice(practice, heading, true, Settings::default());
    Tester::of(app, size)
}

/// How far one is with the sets.
pub fn practice(tester: &Tester) -> &Practice {
    tester.app.practice().expect("practice")
}

fn entries(tester: &Tester) -> &WrittenEntries {
    practice(tester).attempt().entries().expect("entries")
}

fn written(tester: &Tester) -> Vec<String> {
    let entries = entries(tester).sorted().into_iter();
    entries.map(|entry| entry.name().to_string()).collect()
}

/// Types letter by letter.
pub fn type_text(tester: &mut Tester, text: &str) {
    for letter in text.chars() {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
        tester.event(&Event::Key(key));
    }
}

/// Types all of the result, entry by entry.
fn type_result(tester: &mut Tester) {
    let result = practice(tester)
        .set()
        .refining()
        .expect("a wildcard")
        .result();
    let result: Vec<String> = result
        .iter()
        .map(|entry| entry.name().to_string())
        .collect();
    for entry in result {
        type_text(tester, &format!("{entry} "));
    }
}

#[test]
fn a_result_is_typed_looked_at_tried_again_and_right() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    insta::assert_snapshot!("practice_begins", tester.text());
    type_text(&mut tester, "ListP* ListS*");
    let tester = tester.press("Enter Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_tried", tester.text());
    let told = "NOT YET. No entry is right, 2 have to go: type one again to take it back.";
    assert!(tester.text().contains(told), "{}", tester.text());
    // The same again takes it back, and so does Backspace of the last one; with it goes what was said of it.
    let of_last = "✗ ListS* ";
    assert!(tester.text().contains(of_last), "{}", tester.text());
    let mut tester = tester.press("Backspace");
    assert_eq!(tester.footer(), "ListS* is taken back");
    assert!(!tester.text().contains(of_last), "{}", tester.text());
    type_text(&mut tester, "arc-region-switch:ListP* ");
    assert_eq!(written(&tester), [""; 0]);
    let mut tester = tester.press("Backspace");
    assert!(
        tester.footer().starts_with("Nothing is written"),
        "{}",
        tester.footer()
    );
    type_result(&mut tester);
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
    insta::assert_snapshot!("practice_right", tester.text());
    assert_eq!(
        practice(&tester).tally().to_string(),
        "1 of 1 right, 0 at once; best 0 in a row"
    );
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
}

#[test]
fn what_comes_again_is_said_until_the_set_is_checked() {
    let sets = Sets::of(Catalogue::built_in(), &[Subject::Opened]);
    let mistakes = serde_json::from_str(r#"{"one-beneath": 1}"#).expect("a mistake");
    let practice = Practice::begin(sets, 0, Tally::default()).expect("a set");
    let practice = practice.after(mistakes);
    let app = App::of_practice(practice, "Practice 2".to_owned(), true, Settings::default());
    let again = "Again: one name gets no star.";
    let tester = Tester::of(app, (80, 24));
    assert!(!tester.text().contains(again), "{}", tester.text());
    let tester = tester.press("Esc Esc Enter");
    assert!(tester.text().contains(again), "{}", tester.text());
    let tester = tester.press("Esc Esc");
    assert!(!tester.text().contains(again), "{}", tester.text());
}

#[test]
fn what_a_trap_was_gone_into_with_is_told_first() {
    let mut tester = practising(Subject::Opened, 0, (120, 40));
    // Of the last name that stays alone a star grants too much or nothing else.
    let writing = entries(&tester).writing();
    let wrong = writing.listed().into_iter().rev().find_map(|(action, _)| {
        let entry = writing.read(&format!("{}*", action.name)).ok()?;
        let judgement = writing.judge(std::slice::from_ref(&entry));
        let miss = judgement.entries[0].1.clone()?;
        (miss.kind == MissKind::OneBeneath).then_some(action)
    });
    let name = wrong.expect("a name").name.to_string();
    type_text(&mut tester, &format!("{name}* "));
    let tester = tester.press("Enter Esc Esc");
    let text = tester.text();
    assert!(
        text.contains("The point: a single name is written in full"),
        "{text}"
    );
    let mut rows = text.lines().filter(|row| row.starts_with(" > "));
    assert!(rows.any(|row| row.contains(&name)), "{name} {text}");
}

#[test]
fn what_was_found_goes_with_what_is_changed() {
    let mut tester = practising(Subject::Siblings, 0, (120, 40));
    type_text(&mut tester, "ListP* ListS* ");
    let tester = tester.press("Enter");
    let tries = |tester: &Tester| practice(tester).attempt().tries();
    assert_eq!(tries(&tester), 1);
    // The same again is no try.
    let tester = tester.press("Enter");
    assert_eq!(tries(&tester), 1);
    let told = "This was checked already";
    assert!(tester.footer().starts_with(told), "{}", tester.footer());
    // Whatever is changed since, what was found of the whole is found no more.
    let mut tester = tester.press("Backspace");
    let told = "NOT YET. It was changed since: Enter checks it again";
    assert!(tester.text().contains(told), "{}", tester.text());
    type_text(&mut tester, "ListS* ");
    let told = "NOT YET. No entry is right, 2 have to go";
    assert!(tester.text().contains(told), "{}", tester.text());
    // What no entry granted is granted by a new one.
    let attempt = entries(&tester);
    let lost = attempt.judgement().expect("found").lost.clone();
    let lost = lost.first().expect("something is lost").clone();
    assert!(attempt.misses().contains(&&lost), "{lost:?}");
    let because = lost.because.as_ref().expect("an action");
    type_text(&mut tester, &format!("{} ", because.name));
    let attempt = entries(&tester);
    assert!(!attempt.misses().contains(&&lost), "{lost:?}");
    // A second try that fails is told as the first one was.
    let tester = tester.press("Enter");
    assert_eq!(tries(&tester), 2);
    assert!(
        !tester.footer().starts_with("Nothing"),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("NOT YET. "), "{}", tester.text());
}

#[test]
fn a_prefix_is_pointed_at_word_by_word() {
    // From the whole name on: what is proposed first is no answer.
    let tester = practising(Subject::Siblings, 0, (80, 24)).press("Tab");
    assert_eq!(written(&tester), ["ListPlanExecutionEvents"]);
    let tester = tester.press("Left Tab Right Space");
    assert_eq!(written(&tester), ["ListPlanExecution*"]);
    let tester = tester.press("Left Left Left Left Down Tab");
    assert_eq!(
        written(&tester),
        ["ListPlanExecution*", "ListPlanExecutions"]
    );
    // A shorter prefix was meant for that name alone.
    let tester = tester.press("Left Left Up");
    let told = "ENTRY  ListPlanExecutionEvents ";
    assert!(tester.text().contains(told), "{}", tester.text());
    // What is typed is edited where one is in it.
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "ListXJob");
    let tester = tester.press("Left Left Left Backspace Enter");
    assert_eq!(written(&tester), ["ListJob"]);
}

#[test]
fn behind_a_prefix_the_rest_of_the_wildcard_is_typed() {
    let tester = practising(Subject::Middle, 0, (80, 24));
    // A name in full too is typed first, and written by Enter: it may be a prefix.
    let tester = tester.press("Space");
    assert_eq!(written(&tester), [""; 0]);
    assert!(tester.text().contains("ENTRY  Create"), "{}", tester.text());
    let tester = tester.press("Esc Down Left Left Left Left Left Left Left Space");
    assert_eq!(written(&tester), [""; 0]);
    assert!(
        tester.footer().starts_with("Type what is left of"),
        "{}",
        tester.footer()
    );
    let mut tester = tester;
    type_text(&mut tester, "*Slack*");
    let tester = tester.press("Enter");
    assert_eq!(written(&tester), ["Delete*Slack*"]);
}

#[test]
fn what_is_no_entry_is_told_and_stays_typed() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "a:b:c");
    let tester = tester.press("Enter");
    assert!(
        tester.footer().starts_with("a:b:c: "),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("ENTRY  a:b:c_"), "{}", tester.text());
    // What is in no entry is not typed.
    let tester = tester.press("# é");
    assert!(
        tester.footer().starts_with("Left out: an entry"),
        "{}",
        tester.footer()
    );
    assert!(tester.text().contains("ENTRY  a:b:c_"), "{}", tester.text());
    let tester = tester.press("Esc");
    assert!(!tester.text().contains("a:b:c"), "{}", tester.text());
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
}

#[test]
fn only_escape_pressed_twice_tells_the_result() {
    let tester = practising(Subject::Siblings, 0, (80, 24)).press("Esc");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
    let tester = tester.press("Down Esc Right");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Open);
    let tester = tester.press("Esc Esc");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Told);
    insta::assert_snapshot!("practice_told", tester.text());
    assert_eq!(tester.press("n").requests, [Request::GoOn]);
}

#[test]
fn rows_are_put_where_they_belong() {
    let mut tester = practising(Subject::Granting, 0, (80, 24));
    insta::assert_snapshot!("practice_rows", tester.text());
    assert_eq!(tester.app.context(), Context::PracticeChoose);
    tester = tester.press("Enter");
    assert!(
        tester.footer().contains("no answer yet"),
        "{}",
        tester.footer()
    );
    let rows: Vec<usize> = {
        let rows = practice(&tester).attempt().rows().expect("rows");
        rows.choosing().rows.iter().map(|row| row.right).collect()
    };
    // The second row wrong, all others right.
    for (at, right) in rows.iter().enumerate() {
        let choice = if at == 1 { (right + 1) % 5 } else { *right };
        tester = tester.press(&(choice + 1).to_string());
    }
    tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_rows_tried", tester.text());
    // The cursor is on the row that is wrong.
    let tester = tester.press(&(rows[1] + 1).to_string()).press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
    assert!(tester.text().contains("RIGHT."), "{}", tester.text());
}

#[test]
fn every_size_shows_practice() {
    for (subject, seed) in [
        (Subject::Shortest, 2),
        (Subject::Evidence, 2),
        (Subject::Characters, 2),
        (Subject::Cuts, 2),
    ] {
        let mut tester = practising(subject, seed, (80, 24));
        for keys in ["", "Esc Esc"] {
            tester = tester.press(keys);
            for width in [0, 39, 40, 60, 80, 160] {
                for height in 0..50 {
                    tester.resize(width, height);
                    let text = tester.text();
                    let is_shown = width >= 40 && height >= 10;
                    assert_eq!(
                        text.contains("seed 2"),
                        is_shown,
                        "{width} x {height}: {text}"
                    );
                    // What is pointed at is seen, whatever gives way.
                    let is_pointed = text.lines().any(|line| line.starts_with(" > "));
                    assert_eq!(is_pointed, is_shown, "{width} x {height}: {text}");
                }
            }
        }
    }
}

#[test]
fn no_key_is_silent_in_practice() {
    for (subject, keys) in [
        (Subject::Siblings, "Esc Esc"),
        (Subject::Granting, ""),
        (Subject::Granting, "j"),
        (Subject::Evidence, "Esc Esc"),
    ] {
        crate::silent::press_each(keys, (80, 24), || {
            practising(subject, 0, (80, 24)).press(keys)
        });
    }
}

/// Types entries, a blank behind each.
fn write(tester: &mut Tester, entries: &[&str]) {
    for entry in entries {
        type_text(tester, &format!("{entry} "));
    }
}

#[test]
fn a_not_action_is_written_whole() {
    let mut tester = practising(Subject::Extended, 3, (80, 24));
    insta::assert_snapshot!("practice_extends", tester.text());
    // What stood there is written already. A prefix, a name of a service of which nothing was used, and an entry
    // that is lost.
    write(
        &mut tester,
        &[
            "verifiedpermissions:Get*",
            "continuum:ListCodeScans",
            "iam:*",
        ],
    );
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Tried);
    insta::assert_snapshot!("practice_extends_tried", tester.text());
    let mut tester = tester;
    write(
        &mut tester,
        &[
            "verifiedpermissions:Get*",
            "continuum:ListCodeScans",
            "iam:*",
            "continuum:*",
        ],
    );
    // By pointing, too: a name in full, and the service alone.
    let tester = tester.press("Down Down Down Tab Down Down Tab Enter");
    assert_eq!(
        practice(&tester).attempt().stage(),
        PracticeStage::Right,
        "{}",
        tester.text()
    );
    // What is typed without its service is told.
    let mut tester = practising(Subject::Extended, 3, (80, 24));
    type_text(&mut tester, "GetSchema ");
    assert!(
        tester.footer().contains("say of which service"),
        "{}",
        tester.footer()
    );
}

#[test]
fn a_question_mark_shows_the_keys_where_no_entry_is_begun() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    type_text(&mut tester, "?");
    assert_eq!(tester.app.context(), Context::Help);
    let mut tester = tester.press("Esc");
    type_text(&mut tester, "List?");
    assert!(tester.text().contains("ENTRY  List?_"), "{}", tester.text());
}

/// Pastes a text.
fn paste(tester: &mut Tester, text: &str) {
    tester.event(&Event::Paste(text.to_owned()));
}

#[test]
fn what_cannot_be_read_of_what_is_pasted_stays_typed_and_the_rest_is_written() {
    let mut tester = practising(Subject::Siblings, 0, (120, 24));
    paste(&mut tester, "a:b:c\nListP*\nd:e:f ListS*");
    assert_eq!(written(&tester), ["ListP*", "ListS*"]);
    let text = tester.text();
    assert!(text.contains("ENTRY  a:b:c d:e:f_"), "{text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    assert!(text.contains(" a:b:c: "), "{text}");
    assert!(
        text.ends_with("; 1 more cannot be read; 2 entries are written"),
        "{text}"
    );
    // It can be edited, and is not read again before a blank or Enter ends it.
    let mut tester = tester.press("Backspace Backspace");
    assert!(
        tester.text().contains("ENTRY  a:b:c d:e_"),
        "{}",
        tester.text()
    );
    let tester = {
        type_text(&mut tester, " ");
        tester
    };
    assert!(tester.text().contains("ENTRY  a:b:c_"), "{}", tester.text());
    assert_eq!(written(&tester), ["ListP*", "ListS*", "e"]);
}

#[test]
fn what_is_pasted_takes_nothing_back() {
    let mut tester = practising(Subject::Extended, 3, (80, 24));
    let begun = written(&tester);
    let wanted = entries(&tester).writing().wanted();
    assert!(!begun.is_empty() && wanted.len() > begun.len());
    let shown: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    paste(&mut tester, &shown.join("\n"));
    let told = format!(
        "{} entries are written; {} entries are written already",
        wanted.len() - begun.len(),
        begun.len()
    );
    assert_eq!(tester.footer(), told);
    let tester = tester.press("Enter");
    assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
}

#[test]
fn a_result_is_pasted_however_long_it_is() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    let names: Vec<String> = (10..60).map(|at| format!("ListNothing{at}")).collect();
    paste(&mut tester, &names.join(" "));
    assert_eq!(written(&tester), names);
}

#[test]
fn behind_a_task_comes_practice_and_not_the_next_lesson() {
    let lesson = built_in_lessons().expect("lessons").swap_remove(0);
    let reached = Reached {
        stage: Stage::Task,
        replies: Replies::default(),
    };
    let app = App::of_lesson(lesson, "Lesson 1".to_owned(), &reached, Settings::default());
    let tester = Tester::of(app, (80, 24)).press("Esc Esc n");
    assert_eq!(tester.footer(), "Practice comes first: Enter goes on to it");
    assert_eq!(tester.requests, []);
}

/// The names of which letters are lit, with these letters.
pub fn lit(tester: &Tester) -> Vec<(String, String)> {
    let buffer = tester.buffer();
    let lit = (0..buffer.area.height).filter_map(|y| {
        let cells: Vec<&Cell> = (0..buffer.area.width).map(|x| &buffer[(x, y)]).collect();
        let bar = cells.iter().position(|cell| cell.symbol() == "│")?;
        let is_lit = |cell: &&&Cell| is_selected(cell) && cell.modifier.contains(Modifier::BOLD);
        let lit = cells[..bar].iter().filter(is_lit).map(|cell| cell.symbol());
        let (lit, line): (String, String) = (
            lit.collect(),
            cells[..bar].iter().map(|cell| cell.symbol()).collect(),
        );
        (!lit.is_empty() && !lit.contains("NAMES")).then_some((line, lit))
    });
    lit.collect()
}

#[test]
fn once_it_is_done_the_entry_for_each_name_is_shown() {
    for (subject, seed) in [
        (Subject::Siblings, 0),
        (Subject::Middle, 0),
        (Subject::Extended, 3),
    ] {
        let mut tester = practising(subject, seed, (100, 50)).press("Esc Esc Home");
        let listed = entries(&tester).writing().listed();
        for (action, fate) in &listed {
            let writing = entries(&tester).writing();
            let mut wanted = writing.wanted().into_iter();
            let entry = wanted.find(|entry| entry.matches(action));
            // What is unused is granted by nothing.
            if subject != Subject::Extended {
                assert_eq!(entry.is_some(), fate.stays(), "{action}");
            }
            let shown = entry.as_ref().map(|entry| writing.shown(entry));
            let text = tester.text();
            let right = text.lines().filter_map(|line| line.rsplit_once('│'));
            let marked: Vec<&str> = right
                .filter_map(|(_, right)| right.strip_prefix("> "))
                .map(|marked| marked.trim_start_matches(['+', '✓', ' ']))
                .collect();
            let of_result: Vec<&str> = shown.iter().map(String::as_str).collect();
            assert_eq!(marked, of_result, "{action}: {text}");
            // All names that it is for are lit as far as it goes without a star.
            let prefix = shown.as_ref().and_then(|shown| shown.split('*').next());
            let names = listed
                .iter()
                .filter(|(other, _)| entry.as_ref().is_some_and(|entry| entry.matches(other)));
            let names = names.filter(|_| prefix != Some(""));
            let lit = lit(&tester);
            assert_eq!(lit.len(), names.count(), "{action}: {lit:?} {text}");
            for (line, letters) in lit {
                assert!(
                    line.contains(&letters) && Some(letters.as_str()) == prefix,
                    "{line}: {letters}"
                );
            }
            tester = tester.press("j");
        }
    }
}

#[test]
fn of_the_title_the_level_gives_way_to_what_is_to_be_done() {
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let practice = Practice::begin(sets, 918, Tally::default()).expect("a set");
    let app = App::of_practice(practice, "Practice".to_owned(), false, Settings::default());
    let text = Tester::of(app, (60, 24)).text();
    let title = text.lines().next().unwrap_or_default();
    let whole = " Practice: what takes the place of a wildcard      seed 918";
    assert_eq!(title.trim_end(), whole);
}

#[test]
fn the_title_says_where_names_are_cut_if_that_is_not_at_words() {
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let practice = Practice::begin(sets, 7617, Tally::default()).expect("a set");
    assert_eq!(practice.set().subject, Subject::Characters);
    for width in [60, 80, 120] {
        let settings = Settings::default();
        let app = App::of_practice(practice.clone(), "Practice".to_owned(), false, settings);
        let text = Tester::of(app, (width, 24)).text();
        let title = text.lines().next().unwrap_or_default();
        assert!(
            title.starts_with(" Practice: cut at every character "),
            "{title}"
        );
    }
}
