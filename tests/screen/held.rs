//! What is held back: it is seen, and let go with a key; what was used before is named.

use iam_refine::catalogue::Catalogue;
use iam_refine::review::Review;
use iam_refine::tui::{Settings, Theme};

use crate::setup::{Tester, review};

const FINDING: &str = include_str!("../data/used/finding.json");

fn used(size: (u16, u16)) -> Tester {
    with(FINDING, Settings::default(), size)
}

fn with(finding: &str, settings: Settings, size: (u16, u16)) -> Tester {
    let policy = include_str!("../data/used/policy.json");
    let review = review(&[policy], finding, Catalogue::built_in());
    let input = iam_refine::review::ReviewInput::clone(review.input());
    Tester::new(Review::new(input.holding_tear_down()), settings, size)
}

#[test]
fn what_is_held_back_is_seen_with_its_reason() {
    insta::assert_snapshot!("held_back_in_the_policy", used((120, 30)).text());
    insta::assert_snapshot!("held_back_in_the_trie", used((120, 30)).press("2 j").text());
}

#[test]
fn a_key_lets_go_what_is_held_back() {
    let tester = used((120, 30)).press("j j j j j j j j x");
    assert_eq!(
        tester.footer(),
        "let go s3:GetObject: a accepts that it goes"
    );
    assert_eq!(
        tester.review().held_back().len(),
        2,
        "of the wildcard still"
    );
    let tester = tester.press("u");
    assert!(
        tester.footer() == "Undid: let go s3:GetObject",
        "{}",
        tester.footer()
    );
    let tester = tester.press("g j 2 g x");
    assert_eq!(
        tester.footer(),
        "let go s3:GetObject: a accepts that it goes"
    );
}

#[test]
fn accepting_all_names_what_was_used_before_and_asks() {
    let asked = used((120, 30)).press("A");
    assert!(
        asked
            .text()
            .contains("Used before, and would go: s3:GetObjectTagging on 2026-02-03"),
        "{}",
        asked.text()
    );
    assert!(
        asked.footer().contains("2 that go were used before."),
        "{}",
        asked.footer()
    );
    let left = asked.press("Esc");
    assert!(!left.review().undecided().is_empty());
    let all = left.press("A Enter");
    assert!(all.review().undecided().is_empty());
    assert_eq!(all.review().held_back().len(), 2);
}

#[test]
fn accepting_several_at_once_asks_as_well() {
    // On the row of the whole policy.
    for key in ["a", "Space"] {
        let asked = used((120, 30)).press("g").press(key);
        assert!(
            asked.footer().contains("used before."),
            "{key}: {}",
            asked.text()
        );
        assert_eq!(asked.review().decisions(), 0, "{key}");
        let accepted = asked.press("Enter");
        assert!(accepted.review().undecided().is_empty(), "{key}");
    }
}

#[test]
fn the_trie_shows_what_was_let_go() {
    let trie = |tester: &Tester| -> Vec<String> {
        let text = tester.text();
        let panes = text.lines().filter_map(|line| line.split('│').nth(1));
        panes.map(str::to_owned).collect()
    };
    let before = used((120, 30));
    let held = trie(&before);
    assert!(
        held.iter().any(|row| row.contains("= GetObject held")),
        "{held:?}"
    );
    let after = trie(&before.press("x"));
    assert!(
        after.iter().any(|row| row.contains("✗ GetObject unused")),
        "{after:?}"
    );
}

#[test]
fn what_is_held_back_has_a_sign_of_its_own_in_the_trie() {
    let mono = Settings {
        theme: Theme::Mono,
        ascii: true,
        mouse: false,
    };
    for (settings, size) in [
        (Settings::default(), (120, 30)),
        (Settings::default(), (80, 24)),
        (mono, (80, 24)),
    ] {
        let tester = with(FINDING, settings, size).press("2");
        let text = tester.text();
        assert!(text.contains("= GetObject held"), "{text}");
        assert!(text.contains("= held"), "{text}");
        // A row with something else that stays is not held back.
        let unsafe_row = text.lines().find(|line| line.contains("GetObject unsafe"));
        let unsafe_row = unsafe_row.expect("it is seen");
        assert!(!unsafe_row.contains("held"), "{unsafe_row}");
    }
    let nothing = crate::setup::article((120, 30)).press("2").text();
    assert!(!nothing.contains("= held"), "{nothing}");
}

#[test]
fn what_is_held_back_for_two_reasons_is_let_go_by_two_keys() {
    let finding = FINDING.replace(
        r#"{"action": "DeleteQueue"},"#,
        r#"{"action": "DeleteQueue"}, {"action": "SendMessage", "lastAccessed": "2026-10-01T11:59:00Z"},"#,
    );
    assert_ne!(finding, FINDING);
    let tester = with(&finding, Settings::default(), (120, 30)).press("/ s q s : * Enter x");
    let told = "let go sqs:DeleteQueue: x again lets go 1 that was used";
    assert_eq!(tester.footer(), told);
    let held = |tester: &Tester| -> Vec<String> {
        let held = tester.review().held_back().into_keys();
        held.map(ToString::to_string).collect()
    };
    assert_eq!(held(&tester), ["s3:GetObject", "sqs:SendMessage"]);
    let tester = tester.press("x");
    assert_eq!(
        tester.footer(),
        "let go sqs:SendMessage: a accepts that it goes"
    );
    assert_eq!(held(&tester), ["s3:GetObject"]);
    let undone = tester.press("u");
    assert_eq!(held(&undone), ["s3:GetObject", "sqs:SendMessage"]);
}

#[test]
fn accepting_all_names_policies_of_unknown_age_and_asks() {
    let report = r#"{"JobStatus": "COMPLETED", "JobCompletionDate": "2026-10-01T00:00:00Z",
        "ServicesLastAccessed": [{"ServiceNamespace": "ses"}]}"#;
    let asked = with(report, Settings::default(), (120, 30)).press("A");
    let told = "may be granted for fewer days than the report is asked about.";
    assert!(asked.text().contains("Age unknown: "), "{}", asked.text());
    assert!(asked.text().contains(told), "{}", asked.text());
    assert!(
        asked.footer().contains("The age of the policy is unknown."),
        "{}",
        asked.footer()
    );
    assert!(!asked.review().undecided().is_empty());
    assert!(asked.press("Enter").review().undecided().is_empty());
}
