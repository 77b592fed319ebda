//! What is drawn, as text and with its styles.
//!
//! Under the text stands a layer of letters, one a cell: `s` and `c` for the colours of safe and
//! caution, `b` bold, `d` dim, capitals where the cell is reversed, `.` for the rest.

use iam_refine::catalogue::Catalogue;
use iam_refine::tui::{Look, Settings, Theme};
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::film;
use crate::setup::{ARTICLE, Tester, article, review};

fn styled(tester: &Tester, theme: Theme) -> String {
    let look = Look::new(theme, false);
    let buffer = tester.buffer();
    let width = usize::from(buffer.area.width);
    let rows = buffer.content.chunks(width).map(|row| {
        let letters: String = row.iter().map(|cell| letter(cell, &look)).collect();
        letters.trim_end_matches('.').to_owned()
    });
    let layer: Vec<String> = rows.collect();
    format!("{}\n\n{}", tester.text(), layer.join("\n"))
}

fn letter(cell: &Cell, look: &Look) -> char {
    let is = |modifier| cell.modifier.contains(modifier);
    let letter = if cell.fg != Color::Reset && Some(cell.fg) == look.safe.fg {
        's'
    } else if cell.fg != Color::Reset && Some(cell.fg) == look.caution.fg {
        'c'
    } else if cell.fg != Color::Reset {
        '?'
    } else if is(Modifier::BOLD) {
        'b'
    } else if is(Modifier::DIM) {
        'd'
    } else if is(Modifier::REVERSED) {
        'r'
    } else {
        '.'
    };
    if is(Modifier::REVERSED) {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}

fn themed(theme: Theme, ascii: bool, size: (u16, u16), keys: &str) -> String {
    let review = review(&[ARTICLE.0], ARTICLE.1, Catalogue::s3_of_june_2024());
    let settings = Settings {
        theme,
        ascii,
        mouse: false,
    };
    styled(&Tester::new(review, settings, size).press(keys), theme)
}

#[test]
fn wide_with_one_thing_decided() {
    insta::assert_snapshot!(themed(Theme::Dark, false, (120, 30), "a 2 j j j"));
}

#[test]
fn narrow_with_the_trie() {
    insta::assert_snapshot!(themed(Theme::Ansi, false, (80, 24), ". 2 j j"));
}

#[test]
fn narrow_with_the_policy() {
    insta::assert_snapshot!(themed(Theme::Light, false, (80, 24), "A"));
}

#[test]
fn smallest_in_ascii_without_colour() {
    insta::assert_snapshot!(themed(Theme::Mono, true, (40, 10), ""));
}

#[test]
fn the_preview_before_writing() {
    insta::assert_snapshot!(article((80, 24)).press("a w").text());
}

#[test]
fn the_diff_side_by_side_on_a_wide_screen() {
    insta::assert_snapshot!(article((160, 34)).press(". a d").text());
    let narrower = article((139, 34)).press(". a d").text();
    assert!(narrower.contains(" -      \"s3:Get*\","), "{narrower}");
}

#[test]
fn all_of_a_policy_on_one_line_can_be_read_before_it_is_written() {
    let one_line: String = ARTICLE.0.split_whitespace().collect();
    for size in [(40, 10), (80, 24), (160, 34)] {
        for keys in ["A d", "A w"] {
            let review = review(&[&one_line], ARTICLE.1, Catalogue::s3_of_june_2024());
            let mut tester = Tester::new(review, Settings::default(), size).press(keys);
            let mut seen = String::new();
            for _ in 0..80 {
                seen += &tester.text().replace(['\n', ' '], "");
                tester = tester.press("j");
            }
            let whole = [
                "\"s3:GetAccess*\",",
                "\"s3:GetStorage*\",",
                "\"lambda:GetFunction\",",
            ];
            for name in whole {
                assert!(seen.contains(name), "{name} at {size:?} after {keys}");
            }
        }
    }
    let review = review(&[&one_line], ARTICLE.1, Catalogue::s3_of_june_2024());
    let tester = Tester::new(review, Settings::default(), (80, 24)).press("A d");
    insta::assert_snapshot!(tester.text());
}

#[test]
fn a_pane_tells_how_many_of_its_rows_are_hidden_below() {
    let below = |size, keys: &str| {
        let text = article(size).press(keys).text();
        let told = |line: &str| {
            let is_rule = line.trim_end().ends_with('─');
            let line = is_rule.then_some(line)?;
            Some(
                line.split_once(" ↓ ")?
                    .1
                    .trim_matches([' ', '─'])
                    .to_owned(),
            )
        };
        text.lines().filter_map(told).collect::<Vec<_>>()
    };
    assert_eq!(below((80, 14), "l G"), [""; 0]);
    let hidden = below((80, 14), "l g");
    let [one] = hidden.as_slice() else {
        panic!("{hidden:?}")
    };
    assert!(one.ends_with(" more"), "{one}");
    for keys in ["A d", "A w", "?", ". 2"] {
        assert_eq!(below((80, 16), keys).len(), 1, "{keys}");
    }
    assert_eq!(below((80, 60), "A d"), [""; 0]);
}

#[test]
fn a_finding_that_is_newer_than_the_catalogue_is_told() {
    let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
    let finding = include_str!("../data/account/findings/reader.json");
    let review = review(&[policy], finding, Catalogue::s3_of_june_2024());
    let tester = Tester::new(review, Settings::default(), (120, 30));
    let header = "finding of 2026-10-01 · actions of 2024-06-10, before it";
    assert!(tester.text().contains(header), "{}", tester.text());
    let text = tester.press("w").text();
    let told = "? The finding is newer than the actions known: nothing lost means of those";
    assert!(text.contains(told), "{text}");
}

#[test]
fn the_keys() {
    insta::assert_snapshot!(article((80, 40)).press("?").text());
}

#[test]
fn no_theme_draws_white_or_black() {
    for theme in Theme::ALL {
        let look = Look::new(theme, false);
        for style in [
            look.safe,
            look.caution,
            look.faint,
            look.strong,
            look.selected,
        ] {
            assert!(
                !matches!(style.fg, Some(Color::White | Color::Black)),
                "{theme:?}"
            );
            assert_eq!(style.bg, None, "{theme:?}");
        }
    }
}

#[test]
fn ascii_draws_nothing_else() {
    for keys in [". 2", "3", "A w", "?", "d"] {
        let drawn = themed(Theme::Mono, true, (120, 40), keys);
        let strange = drawn.chars().find(|letter| !letter.is_ascii());
        assert_eq!(strange, None, "{keys}: {drawn}");
    }
}

#[test]
fn the_pictures_in_the_readme_are_current() {
    for (name, picture) in crate::picture::ALL {
        let path = format!("{}/assets/{name}.svg", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(path).expect("the picture is there");
        assert!(
            crate::picture::draw(&picture) == kept,
            "draw it anew: cargo run --example screen_svg {name} > new.svg; mv new.svg \
             assets/{name}.svg"
        );
    }
}

#[test]
fn the_moving_picture_in_the_readme_is_current() {
    let path = format!("{}/assets/{}.svg", env!("CARGO_MANIFEST_DIR"), film::NAME);
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let drawn = film::draw();
    assert!(
        drawn == kept,
        "draw it anew: cargo run --example screen_svg demo > new.svg; mv new.svg assets/demo.svg"
    );
    assert!(drawn.len() < 200_000, "{} bytes", drawn.len());
    // What its captions say happens in it.
    for words in [
        "s3:Get* grants this role 58 actions",
        "accepted s3:Get*, the last",
        "Everything is decided",
        "because: the audit reads it_",
        "[keep]",
        "policy.json: changes as follows",
        "WRITE THIS?",
        "Into policy.refined.json.",
        "\"s3:GetBucketPolicy*\",",
    ] {
        assert!(drawn.contains(words), "{words}");
    }
}

#[test]
fn the_diff_before_any_decision_is_that_of_all_and_says_so() {
    let before = article((80, 24)).press("d");
    let text = before.text();
    assert!(
        text.contains("Nothing is accepted yet. If all were accepted:"),
        "{text}"
    );
    assert!(text.contains("changes as follows"), "{text}");
    let accepted = before.press("d a d");
    assert!(
        !accepted.text().contains("If all were"),
        "{}",
        accepted.text()
    );
    // What is rejected is not among it.
    let rejected = article((80, 24)).press("r r d").text();
    assert!(rejected.contains("If all were accepted:"), "{rejected}");
    assert!(rejected.contains("the same bytes"), "{rejected}");
}
