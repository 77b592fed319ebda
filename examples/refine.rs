//! Refines a policy with the library: `cargo run --example refine`.

use iam_refine::catalogue::Catalogue;
use iam_refine::document::Document;
use iam_refine::findings::{Findings, MissingPages, Page};
use iam_refine::refine::Options;
use iam_refine::review::{Decision, LoadedPolicy, Review, ReviewInput};
use iam_refine::text::{Json, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Source::from_text("policy.json", include_str!("../assets/demo/policy.json"));
    let unused = Source::from_text(
        "findings.json",
        include_str!("../assets/demo/findings.json"),
    );
    let page = Page::read(&unused, &Json::parse(&unused)?)?;
    let findings = Findings::join(vec![page], MissingPages::Refused)?.remove(0);
    let loaded = vec![LoadedPolicy::bare(Document::parse(policy)?)];
    let input = ReviewInput::new(loaded, findings, Catalogue::built_in(), Options::default());
    let mut review = Review::new(input);
    review.decide(&review.undecided(), Decision::Accepted);
    assert!(review.is_proved());
    for file in review.files() {
        print!("{}", file.text().unwrap_or_default());
    }
    Ok(())
}
