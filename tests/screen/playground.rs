//! The playground on the screen: names are marked, the result follows, another wildcard is typed, steps are asked for.

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{Playground, Reached, Replies};
use iam_refine::tui::{App, Context, Request, Settings};

use crate::practice::type_text;
use crate::setup::Tester;
use crate::silent::press_each;

fn playing(wildcard: &str, size: (u16, u16)) -> Tester {
    let playground = Playground::new(Catalogue::built_in(), wildcard).expect("a wildcard");
    Tester::of(App::of_playground(playground, 0, Settings::default()), size)
}

fn playground(tester: &Tester) -> &Playground {
    tester.app.playground().expect("a playground").0
}

#[test]
fn what_takes_the_place_of_the_wildcard_follows_the_marks() {
    let tester = playing("s3:Get*Tag*", (120, 30));
    let whole = "No name of s3:Get*Tag* is unused, so it stays as it is.";
    assert!(tester.text().contains(whole), "{}", tester.text());
    // The first is unused, the second is unused and kept.
    let tester = tester.press("Space j Space Space");
    insta::assert_snapshot!("playground_marked", tester.text());
    let tester = tester.press("c");
    assert!(tester.text().contains("cut at every character"));
    assert!(tester.text().contains("GetJ"), "{}", tester.text());
    let before = tester.text();
    let tester = tester.press("r");
    assert_ne!(tester.text(), before);
    assert_eq!(tester.app.context(), Context::Playground);
}

#[test]
fn another_wildcard_is_typed_and_one_that_is_none_says_why() {
    let mut tester = playing("sqs:*", (80, 24)).press("w Ctrl-u");
    assert_eq!(tester.app.context(), Context::PlaygroundWildcard);
    type_text(&mut tester, "s4:Get*");
    let tester = tester.press("Enter");
    assert_eq!(tester.footer(), "no service s4 is known");
    assert_eq!(playground(&tester).wildcard().to_string(), "sqs:*");
    // What was typed is still there to be put right.
    let mut tester = tester.press("Ctrl-u");
    type_text(&mut tester, "sns:List*");
    let tester = tester.press("Enter");
    assert_eq!(playground(&tester).wildcard().to_string(), "sns:List*");
    assert_eq!(tester.app.context(), Context::Playground);
    let tester = tester.press("w Esc");
    assert_eq!(tester.app.context(), Context::Playground);
    assert_eq!(playground(&tester).wildcard().to_string(), "sns:List*");
}

#[test]
fn the_steps_are_asked_for_once_something_is_unused() {
    let tester = playing("sqs:*", (80, 24)).press("Enter");
    assert_eq!(tester.requests, []);
    let told = "Nothing goes: Space marks a name as unused, r marks some at random";
    assert_eq!(tester.footer(), told);
    let tester = tester.press("Space Enter");
    assert_eq!(tester.requests, [Request::GoOn]);
}

#[test]
fn on_a_narrow_screen_tab_shows_the_trie_in_the_place_of_the_result() {
    let tester = playing("sqs:*", (80, 24)).press("Space");
    assert!(tester.text().contains("THE RESULT"), "{}", tester.text());
    let tester = tester.press("Tab");
    assert!(!tester.text().contains("THE RESULT"), "{}", tester.text());
    assert!(tester.text().contains("  TRIE"), "{}", tester.text());
    // Where there is room for both, no key is offered.
    let wide = playing("sqs:*", (120, 30)).press("Space");
    assert!(wide.text().contains("THE RESULT") && wide.text().contains("  TRIE"));
    assert!(!wide.text().contains("Tab "), "{}", wide.text());
}

#[test]
fn no_key_is_silent_in_a_playground() {
    for keys in ["", "Space", "w"] {
        press_each(keys, (80, 24), || playing("sqs:*", (80, 24)).press(keys));
    }
}

#[test]
fn a_trie_of_characters_is_no_staircase() {
    let tester = playing("s3:Get*", (120, 40)).press("r c");
    insta::assert_snapshot!("playground_characters", tester.text());
    // Of each letter between GetAccessG and GetAccessGrant nothing is to be said.
    assert!(tester.text().contains("! Grant "), "{}", tester.text());
}

#[test]
fn the_title_of_its_steps_names_the_wildcard_once() {
    let playground = Playground::new(Catalogue::built_in(), "sqs:*").expect("a wildcard");
    let mut playground = playground;
    playground.mark_next(0);
    let lesson = playground.lesson().expect("steps").expect("something goes");
    let from = Reached {
        stage: lesson.begins_at(),
        replies: Replies::default(),
    };
    let heading = "Steps of sqs:*".to_owned();
    let app = App::of_lesson(lesson, heading, &from, Settings::default());
    let text = Tester::of(app, (80, 24)).text();
    let title = text.lines().next().unwrap_or_default();
    assert_eq!(title.matches("sqs:*").count(), 1, "{title}");
}

#[test]
fn of_a_title_what_is_told_beside_it_goes_first() {
    let first_line = |size| {
        let text = playing("s3:Get*", (size, 24)).press("r").text();
        text.lines()
            .next()
            .unwrap_or_default()
            .trim_end()
            .to_owned()
    };
    let whole = first_line(60);
    assert!(whole.ends_with("28 unused \u{b7} cut at words"), "{whole}");
    assert!(
        first_line(40).ends_with("  cut at words"),
        "{}",
        first_line(40)
    );
}
