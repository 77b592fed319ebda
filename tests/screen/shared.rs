//! A policy that others have too.

use iam_refine::catalogue::Catalogue;
use iam_refine::policies::{OtherHolders, PolicyOwner};
use iam_refine::review::{Review, ReviewInput};
use iam_refine::tui::Settings;

use crate::setup::{ARTICLE, Tester, review};

/// The article's example, so many times; role Other has the first of the policies too.
fn shared(policies: usize) -> Tester {
    let article = review(
        &vec![ARTICLE.0; policies],
        ARTICLE.1,
        Catalogue::s3_of_june_2024(),
    );
    let mut input = ReviewInput::clone(article.input());
    input.principal.name = Some("arn:aws:iam::123456789012:role/MyRole".into());
    input.policies[0].loaded.origin.others = Some(OtherHolders {
        named: PolicyOwner::from_arn("arn:aws:iam::123456789012:role/Other")
            .into_iter()
            .collect(),
        is_boundary: false,
        unnamed: Some(0),
    });
    Tester::new(Review::new(input), Settings::default(), (140, 40))
}

/// What is seen, in one line, without what stands between the panes.
fn said(tester: &Tester) -> String {
    let text = tester.text().replace(['│', '┃', '|'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn its_row_and_the_preview_say_what_becomes_of_it() {
    let tester = shared(2);
    assert_eq!(
        tester.text().matches(" shared ").count(),
        1,
        "{}",
        tester.text()
    );
    let preview = tester.press("A w");
    let preview = said(&preview);
    let sentence = "is shared with role Other: becomes a new policy for role MyRole alone.";
    assert_eq!(preview.matches(sentence).count(), 1, "{preview}");
}

#[test]
fn of_one_policy_alone_its_statements_say_it() {
    let tester = shared(1);
    assert!(!tester.text().contains(" shared "));
    let text = tester.press("g").text();
    assert!(text.contains("shared with role Other"), "{text}");
}
