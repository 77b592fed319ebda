//! No size of the screen and no order of keys ends in a panic.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::text::Source;
use iam_refine::tui::{ROWS, Request, Settings};
use ratatui::crossterm::event::{Event, KeyModifiers, MouseEvent, MouseEventKind};

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
    let keys = ROWS.iter().flat_map(|row| row.keys);
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
        assert!(tester.review().is_proved());
    }
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut tester = article((39, 10));
    assert_eq!(tester.text().lines().next(), Some("needs 40x10, has 39x10"));
    tester.resize(40, 9);
    assert!(tester.text().starts_with("needs 40x10, has 40x9"));
    tester.resize(11, 1);
    assert_eq!(tester.text(), "needs 40x1…");
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

#[test]
fn a_status_that_is_too_long_is_told_over_the_lines_above_it() {
    let told = "/home/ann/policies/policy.json has changed since it was read; run \
                it again on the new text; nothing was written";
    for (size, keys) in [
        ((40, 10), ""),
        ((80, 24), ". 2"),
        ((80, 24), ". t"),
        ((120, 30), ""),
    ] {
        let mut tester = article(size).press(keys);
        let before = tester.text();
        tester.app.tell_error(told);
        tester.draw();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&tester.text()).ends_with(told), "{}", tester.text());
        // The next key shows again what was there.
        assert_eq!(tester.press("F1 Esc").text(), before);
    }
    let mut tester = article((40, 10));
    tester.app.tell_error(told.repeat(9));
    tester.draw();
    assert!(tester.text().contains("POLICY"), "{}", tester.text());
    assert!(tester.footer().ends_with('…'), "{}", tester.footer());
}

#[test]
fn a_short_quota_does_not_say_how_a_policy_is_attached() {
    let narrow = size_line(&article((80, 24)));
    assert!(narrow.ends_with("; quota 6,144 or 10,240"), "{narrow}");
    let wide = size_line(&article((120, 24)));
    let told = "; quota 6,144 if managed, 10,240 if inline in a role";
    assert!(wide.ends_with(told), "{wide}");
}

fn size_line(tester: &Tester) -> String {
    let text = tester.text();
    let mut lines = text.lines().rev();
    lines.nth(1).unwrap_or_default().to_owned()
}

/// Keys and a turn of the wheel, most of which do something somewhere.
const BLIND: &str = "A Enter a r Space w Enter y Esc s x Tab d u Ctrl-r Ctrl-s Enter PgDn 1 t n R";

#[test]
fn nothing_happens_where_nothing_is_seen_but_leaving_and_stopping() {
    for before in [
        "",
        "w",
        "A w",
        "A q",
        ". 2",
        ". 2 j Space",
        "?",
        "/",
        ". v",
        ". t",
        ". t p",
        "d",
    ] {
        let opened = || article((120, 40)).press(before);
        let (seen, written) = (opened().text(), opened().written());
        let mut tester = opened();
        // What was asked for before is not asked for again.
        tester.requests.clear();
        tester.resize(20, 5);
        assert_eq!(tester.text().trim(), "needs 40x10, has 20…");
        let mut tester = tester.press(BLIND);
        tester.event(&wheel_at(5, 5));
        assert_eq!(tester.requests, [], "{before}");
        assert_eq!(tester.written(), written, "{before}");
        tester.resize(120, 40);
        assert_eq!(tester.text(), seen, "{before}");
        tester.resize(20, 5);
        let tester = tester.press("Ctrl-z q");
        assert_eq!(
            tester.requests,
            [Request::Suspend, Request::Quit],
            "{before}"
        );
        assert_eq!(tester.written(), written, "{before}");
        assert_eq!(tester.press("Ctrl-c").requests.len(), 3, "{before}");
    }
}

fn wheel_at(column: u16, row: u16) -> Event {
    Event::Mouse(MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}
