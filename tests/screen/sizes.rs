//! No size of the screen and no order of keys ends in a panic.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Source;
use iam_refine::tui::{COMMANDS, Settings};
use ratatui::crossterm::event::Event;

use crate::setup::{ARTICLE, Tester, article, press_of, review};

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }
}

/// Every key of the table.
fn keys() -> Vec<Event> {
    let keys = COMMANDS.iter().flat_map(|command| &command.keys);
    keys.map(press_of).collect()
}

#[test]
fn every_size_can_be_drawn_whatever_is_pressed() {
    let keys = keys();
    let mut dice = Dice(1);
    let mut tester = article((80, 24));
    for width in 0..50 {
        for height in 0..15 {
            tester.resize(width, height);
            tester.event(&keys[dice.roll(keys.len())]);
        }
    }
}

#[test]
fn any_order_of_keys_can_be_drawn_on_any_screen() {
    let policies = [
        ARTICLE.0,
        r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:*Tagging", "new:*", "s3:Get?bject"], "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": "lambda:*", "Resource": ["a", "b"]}
        ]}"#,
    ];
    let keys = keys();
    let mut dice = Dice(7);
    let catalogue = Catalogue::s3_of_june_2024();
    let review = review(&policies, ARTICLE.1, Arc::clone(&catalogue));
    let mut tester = Tester::new(review, Settings::default(), (120, 40));
    for _ in 0..3000 {
        if dice.roll(20) == 0 {
            let side = |length: usize| u16::try_from(length).unwrap();
            tester.resize(side(dice.roll(180)), side(dice.roll(60)));
        }
        tester.event(&keys[dice.roll(keys.len())]);
        assert!(tester.model.review().is_proved());
    }
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut tester = article((39, 10));
    assert_eq!(
        tester.text().lines().next(),
        Some("39x10 is too small: 40x10 is needed")
    );
    tester.resize(40, 9);
    assert!(tester.text().starts_with("40x9 is too small"));
    tester.resize(40, 10);
    assert!(tester.text().contains("#1 Allow"));
}

#[test]
fn a_warning_about_the_size_is_never_cut() {
    let names: Vec<String> = (0..800).map(|at| format!("ecs:Get{at:08}Thing")).collect();
    let file = Source::from_text("actions.txt", &names.join("\n"));
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    let unused: Vec<String> = (0..200)
        .map(|at| format!("Get{:08}Thing", at * 2))
        .collect();
    let findings = serde_json::json!([{"serviceNamespace": "ecs", "actions": unused}]);
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}}"#;
    let on = |keys: &str, columns: u16| {
        let review = review(&[policy], &findings.to_string(), Arc::clone(&catalogue));
        Tester::new(review, Settings::default(), (columns, 24)).press(keys)
    };
    for columns in [80, 100, 120] {
        let undecided = on("", columns).text();
        assert!(undecided.contains("over the quota"), "{undecided}");
        let accepted = on("a", columns).text();
        assert!(accepted.contains("over the quota"), "{accepted}");
    }
    insta::assert_snapshot!(size_line(&on("", 80)));
}

fn size_line(tester: &Tester) -> String {
    let text = tester.text();
    let mut lines = text.lines().rev();
    lines.nth(1).unwrap_or_default().to_owned()
}
