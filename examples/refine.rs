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
    for file in review.files() {
        print!("{}", file.text().unwrap_or_default());
    }
    Ok(())
}
