//! Refines a policy with the library: `cargo run --example refine`.

use iam_refine::intake::Intake;
use iam_refine::review::Decision;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let intake = Intake::new()
        .path("assets/demo/policy.json")
        .path("assets/demo/findings.json");
    let mut review = intake.review()?;
    review.decide(&review.undecided(), Decision::Accepted);
    assert!(review.is_proved());
    let refined = review.outcomes()[0].text(&review.input().policies[0].document);
    print!("{}", refined.unwrap_or_default());
    Ok(())
}
