//! A whole statement on the screen: its names below the wildcard that grants them, and what is typed lights them up.

use std::sync::LazyLock;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{Practice, PracticeStage, Sets, Subject, Tally, Writing, WrittenEntries};
use iam_refine::tui::{App, Settings};
use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::practice::{lit, practice, practising, type_text};
use crate::setup::Tester;
use crate::silent::press_each;

fn entries(tester: &Tester) -> &WrittenEntries {
    practice(tester).attempt().entries().expect("entries")
}

/// A hard statement, with names of two services.
static HARD: LazyLock<Practice> = LazyLock::new(|| {
    let sets = Sets::of(Catalogue::built_in(), &[Subject::Whole]);
    let seeds = (2..100).step_by(3);
    let mut all = seeds.map(|seed| Practice::begin(sets.clone(), seed, Tally::default()));
    let is_of_two = |practice: &Practice| {
        let listed = practice.set().exercise.writing().map(Writing::listed);
        let listed = listed.expect("names");
        listed[0].0.service != listed[listed.len() - 1].0.service
    };
    let found = all.find_map(|practice| practice.filter(is_of_two));
    found.expect("one of two services")
});

fn hard(size: (u16, u16)) -> Tester {
    let heading = "Practice".to_owned();
    let app = App::of_practice(HARD.clone(), heading, false, Settings::default());
    Tester::of(app, size)
}

/// The name that is pointed at.
fn pointed(tester: &Tester) -> String {
    let text = tester.text();
    let row = text
        .lines()
        .find(|line| line.starts_with(" > "))
        .expect(&text);
    let name = row[3..].split('│').next().unwrap_or_default();
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|word| word.len() > 1)
        .collect();
    words[0].to_owned()
}

#[test]
fn its_names_stand_below_the_wildcard_that_grants_them() {
    for size in [(80, 24), (120, 40), (160, 50)] {
        insta::assert_snapshot!(format!("whole_statement_{}", size.0), hard(size).text());
    }
    // With the first name of a wildcard that is seen, wherever one comes from.
    let tester = hard((80, 24));
    let (groups, listed) = {
        let writing = entries(&tester).writing();
        (writing.groups(), writing.listed())
    };
    let to_the_end = "Down ".repeat(listed.len());
    for (begins, keys) in [(String::new(), "Down"), (to_the_end, "Up")] {
        let mut tester = hard((80, 24)).press(&begins);
        for _ in 1..listed.len() {
            tester = tester.press(keys);
            let name = pointed(&tester);
            let at = listed
                .iter()
                .position(|(action, _)| action.to_string() == name);
            let heading = groups.iter().find(|(begins, _)| Some(*begins) == at);
            let is_seen = |(_, heading): &(usize, String)| {
                let row = format!(" {heading}  ");
                tester.text().lines().any(|line| line.starts_with(&row))
            };
            assert!(heading.is_none_or(is_seen), "{}", tester.text());
        }
    }
}

#[test]
fn what_is_typed_lights_up_what_it_grants_and_comes_into_sight() {
    let mut tester = hard((160, 60));
    let (groups, listed) = {
        let writing = entries(&tester).writing();
        (writing.groups(), writing.listed())
    };
    let (begins, middle) = groups
        .iter()
        .find(|(_, one)| !one.ends_with('*') || one.matches('*').count() > 1)
        .expect("it");
    let (service, _) = middle.split_once(':').expect("a service");
    // Up to the star in the middle it lights all that begins so, and behind it what it grants.
    for typed in [middle.as_str(), middle.trim_end_matches('*')] {
        type_text(&mut tester, typed);
        let end = groups
            .iter()
            .map(|(at, _)| *at)
            .find(|at| at > begins)
            .unwrap_or(listed.len());
        let lit = lit(&tester);
        let prefix = middle.split('*').next().unwrap_or_default();
        assert!(lit.iter().all(|(_, letters)| letters == prefix), "{lit:?}");
        assert_eq!(lit.len(), end - begins, "{typed} {lit:?}");
        assert!(pointed(&tester).starts_with(prefix), "{}", tester.text());
        tester = tester.press("Esc");
    }
    // On a low screen what is typed comes into sight.
    let mut tester = hard((80, 24));
    let (last, _) = listed.last().expect("a name");
    type_text(&mut tester, &last.to_string());
    assert_eq!(pointed(&tester), last.to_string());
    // Without its service it is no entry.
    let mut tester = tester.press("Esc");
    type_text(&mut tester, "GetObject ");
    assert!(
        tester.footer().contains("say of which service"),
        "{}",
        tester.footer()
    );
    assert!(!service.is_empty());
}

#[test]
fn what_is_typed_is_told_what_it_would_grant() {
    let mut tester = practising(Subject::Siblings, 0, (80, 24));
    let listed = entries(&tester).writing().listed();
    let unused = listed.iter().filter(|(_, fate)| !fate.stays()).count();
    type_text(&mut tester, "ListP");
    assert!(!tester.text().contains("grants "), "{}", tester.text());
    type_text(&mut tester, "*");
    let grants = |action: &str| action.starts_with("ListP");
    let granted = listed
        .iter()
        .filter(|(action, _)| grants(action.name.as_str()));
    let of_unused = granted.clone().filter(|(_, fate)| !fate.stays()).count();
    let told = format!(
        "grants {} names, {of_unused} of them unused",
        granted.count()
    );
    assert!(
        of_unused > 0 && tester.text().contains(&told),
        "{told} {}",
        tester.text()
    );
    let mut tester = tester.press("Esc");
    type_text(&mut tester, "Zzz*");
    assert!(
        tester.text().contains("grants none of these names"),
        "{}",
        tester.text()
    );
    let mut tester = tester.press("Esc");
    type_text(&mut tester, "*");
    let told = format!("grants {} names, {unused} of them unused", listed.len());
    assert!(tester.text().contains(&told), "{}", tester.text());
}

#[test]
fn a_whole_statement_is_written_and_right() {
    for size in [(80, 24), (160, 50)] {
        let mut tester = hard(size);
        let writing = entries(&tester).writing();
        let wanted: Vec<String> = writing
            .wanted()
            .iter()
            .map(|one| writing.shown(one))
            .collect();
        for entry in &wanted {
            type_text(&mut tester, &format!("{entry} "));
            // The one that was written last is seen.
            assert!(
                tester.text().contains(&format!(" {entry}")),
                "{entry} {}",
                tester.text()
            );
        }
        let tester = tester.press("Enter");
        assert_eq!(practice(&tester).attempt().stage(), PracticeStage::Right);
        insta::assert_snapshot!(format!("whole_statement_right_{}", size.0), tester.text());
    }
}

#[test]
fn a_click_points_at_the_name_of_its_row_and_at_no_wildcard() {
    let mut tester = hard((80, 30));
    let text = tester.text();
    let heading = text
        .lines()
        .position(|line| line.trim_start().ends_with("names") || line.contains(" names "))
        .expect(&text);
    let mut click = |row: usize| {
        tester.event(&Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 6,
            row: u16::try_from(row).expect("a row"),
            modifiers: KeyModifiers::NONE,
        }));
        pointed(&tester)
    };
    let first = click(heading + 1);
    let third = click(heading + 3);
    assert_ne!(first, third);
    assert!(
        text.lines()
            .nth(heading + 3)
            .expect("a row")
            .contains(&third),
        "{text}"
    );
    assert_eq!(click(heading), third);
}

#[test]
fn every_size_shows_a_whole_statement() {
    let mut tester = hard((80, 24));
    for keys in ["", "Esc Esc"] {
        tester = tester.press(keys);
        for width in [39, 40, 60, 80, 120, 160] {
            for height in (0..60).step_by(3) {
                tester.resize(width, height);
                let text = tester.text();
                let is_shown = width >= 40 && height >= 10;
                let is_pointed = text.lines().any(|line| line.starts_with(" > "));
                assert_eq!(is_pointed, is_shown, "{width} x {height}: {text}");
            }
        }
    }
}

#[test]
fn no_key_is_silent_in_a_whole_statement() {
    for keys in ["", "Esc Esc"] {
        press_each(keys, (80, 24), || hard((80, 24)).press(keys));
    }
}
