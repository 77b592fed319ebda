//! The numbers on the screen are those of the decision record, which `refine --format json` prints: of
//! random policies, at the usual size and on a wide screen.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::review::{Accept, DecidedWith, DecisionRecord, Decisions, Review};
use iam_refine::text::Source;
use iam_refine::tui::Settings;
use serde_json::Value;

use crate::drawn_policy::World;
use crate::setup::{Tester, review};
use crate::shown_numbers::{Person, check, entries, goes_and_stays};

/// How many policies are drawn.
const POLICIES: u64 = 200;

#[test]
fn numbers_are_those_of_the_record() {
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let record = record(&drawn(&world));
        for size in [(80, 24), (160, 50)] {
            let mut screen = Tester::new(drawn(&world), Settings::default(), size).press("g");
            for entry in entries(&record) {
                screen = check(screen, entry, &record, size, &world);
            }
        }
    }
}

#[test]
fn what_is_gone_is_what_the_record_says_is_accepted_and_not_excepted() {
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let record = record(&drawn(&world));
        let accepted = Tester::new(drawn(&world), Settings::default(), (160, 50));
        let accepted = accepted.press("A Enter");
        let excepted = names(&record["policies"][0]["exceptions"]);
        let all = entries(&record).iter().flat_map(|entry| {
            let is_accepted = entry["decision"] == "accepted";
            if is_accepted {
                names(goes_and_stays(entry, &record)["goes"].clone())
            } else {
                Vec::new()
            }
        });
        let mut gone: Vec<String> = all.filter(|name| !excepted.contains(name)).collect();
        gone.sort();
        gone.dedup();
        let text = accepted.text();
        let actions = if gone.len() == 1 { "action" } else { "actions" };
        let shown = [
            format!(" {} unused {actions} gone", gone.len()),
            format!(" {} gone", gone.len()),
        ];
        assert!(
            shown.iter().any(|shown| text.contains(shown.as_str())),
            "{} gone\n{world}\n{text}",
            gone.len()
        );
    }
}

#[test]
fn what_would_be_true_is_never_cut_on_a_narrow_screen() {
    for seed in 0..POLICIES {
        let world = World::drawn(seed);
        let mut tester = Tester::new(drawn(&world), Settings::default(), (80, 24));
        for keys in ["", "r", "a a", "A Enter"] {
            tester = tester.press(keys);
            let text = tester.text();
            let now = text.lines().rev().nth(2).expect("a line");
            assert!(now.contains("gone"), "{now}\n{world}\n{text}");
            assert!(!now.contains('…'), "{now}\n{world}\n{text}");
        }
    }
}

#[test]
fn what_a_not_action_grants_again_has_no_tick() {
    let policy = r#"{"Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::reports/*"}
    ]}"#;
    let findings = r#"[{"serviceNamespace": "s3", "actions": ["GetObject", "PutObject"]}]"#;
    for size in [(80, 24), (160, 50)] {
        let review = review(&[policy], findings, Catalogue::built_in());
        let undecided = Tester::new(review, Settings::default(), size);
        assert!(
            undecided.text().contains("2 undecided"),
            "{}",
            undecided.text()
        );
        let accepted = undecided.press("A");
        let text = accepted.text();
        assert!(text.contains("! 0 gone: #2 still grants all 2"), "{text}");
        assert!(!text.contains("undecided,"), "{text}");
        let mut screen = accepted;
        for key in ["g", "j", "j", "j", "3"] {
            screen = screen.press(key);
            let text = screen.text();
            assert!(!text.contains("✓ not by"), "{text}");
            assert!(!text.contains("✓ 0"), "{text}");
        }
    }
}

/// The review of a drawn policy.
fn drawn(world: &World) -> Review {
    let file = Source::from_text("actions.txt", &world.catalogue);
    let catalogue = Arc::new(Catalogue::parse(&file).expect("a catalogue"));
    review(&[&world.policy], &world.findings, catalogue)
}

impl Person for Tester {
    fn press(self, keys: &str) -> Self {
        Tester::press(self, keys)
    }

    fn text(&self) -> String {
        Tester::text(self)
    }
}

/// All that `refine --format json` would print of a review with everything accepted.
fn record(review: &Review) -> Value {
    let mut accepted = Review::new((**review.input()).clone());
    accepted.accept_all(Accept::Entries);
    let decided = Decisions {
        by: None,
        with: DecidedWith::Refine,
        at: "2026-11-29T00:00:00Z".parse().expect("a time"),
        version: None,
    };
    let record = DecisionRecord::of(&accepted, decided, None);
    serde_json::to_value(record).expect("a record")
}

fn names(list: impl std::borrow::Borrow<Value>) -> Vec<String> {
    let list = list.borrow().as_array().cloned().unwrap_or_default();
    let names = list.iter().filter_map(|action| action["action"].as_str());
    names.map(str::to_owned).collect()
}
