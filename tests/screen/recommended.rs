//! What AWS recommends, beside what is proposed here.

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Document;
use iam_refine::policies::Recommended;
use iam_refine::review::{Review, ReviewInput};
use iam_refine::text::Source;
use iam_refine::tui::Settings;

use crate::setup::{ARTICLE, Tester, review};

/// The article's example with an answer of AWS.
fn with_answer(answer: Recommended, size: (u16, u16)) -> Tester {
    let article = review(&[ARTICLE.0], ARTICLE.1, Catalogue::s3_of_june_2024());
    let mut input = ReviewInput::clone(article.input());
    input.policies[0].loaded.origin.recommended = Some(answer);
    Tester::new(Review::new(input), Settings::default(), size)
}

fn published(change: (&str, &str)) -> Recommended {
    let text = include_str!("../data/examples/article.refined.json");
    let text = text.replace(change.0, change.1);
    let source = Source::from_text("answer.json", &text);
    Recommended::Policy(Document::parse(source).expect("a policy"))
}

#[test]
fn the_reasons_tell_what_aws_makes_of_an_entry() {
    let looser = published((r#""s3:GetMulti*""#, r#""s3:GetM*""#));
    let tester = with_answer(looser, (120, 30)).press(".");
    insta::assert_snapshot!("looser", tester.text());
    insta::assert_snapshot!("in_its_statement", tester.press("k").text());
}

#[test]
fn a_mark_changes_at_once_how_aws_compares() {
    let tester = with_answer(published(("", "")), (120, 30)).press(".");
    assert!(tester.text().contains("AWS: same"), "{}", tester.text());
    let tester = tester.press("2 j j j Space y e a r l y Enter 1");
    let text = tester.text();
    assert!(text.contains("AWS: tighter"), "{text}");
    let text = tester.press("u").text();
    assert!(text.contains("AWS: same"), "{text}");
}

#[test]
fn a_filter_shows_the_entries_of_which_aws_makes_something_else() {
    let looser = published((r#""s3:GetMulti*""#, r#""s3:GetM*""#));
    let tester = with_answer(looser, (120, 30)).press("f f f f");
    assert_eq!(
        tester.footer(),
        "Shows the entries of which AWS's answer makes something else"
    );
    let text = tester.text();
    assert!(
        text.contains("s3:Get*") && !text.contains("lambda:"),
        "{text}"
    );
    // Where there is no answer to compare with, there is no such filter.
    let without = crate::setup::article((120, 30)).press("f f f f");
    assert_eq!(without.footer(), "Shows all entries");
}
