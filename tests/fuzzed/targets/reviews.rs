//! Reviews to be driven anywhere, and what holds wherever they are.

use std::cell::RefCell;

use iam_refine::catalogue::Catalogue;
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::review::{Review, Written};

const POLICY: &str = include_str!("../../data/examples/article.policy.json");
const FINDINGS: &str = include_str!("../../data/examples/article.findings.json");

/// A second policy of every kind of statement and wildcard.
const MIXED: &str = r#"{"Statement": [
    {"Sid": "odd", "Effect": "Allow", "Action": ["s3:*Tagging", "s3:?et*", "s3:Get*", "newsvc:*"], "Resource": "*"},
    {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
    {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}
]}"#;

thread_local! {
    static REVIEWS: RefCell<[Option<Review>; 2]> = const { RefCell::new([None, None]) };
}

/// The article's example, with everything undecided.
pub fn article() -> Review {
    kept(0, || review(&[POLICY]))
}

/// The article's policy and one that has a bit of everything.
pub fn mixed() -> Review {
    kept(1, || review(&[MIXED, POLICY]))
}

/// Making a review takes longer than copying one.
fn kept(place: usize, make: impl FnOnce() -> Review) -> Review {
    REVIEWS.with_borrow_mut(|reviews| reviews[place].get_or_insert_with(make).clone())
}

fn review(policies: &[&str]) -> Review {
    let intake = Intake::new().options(IntakeOptions::of(Catalogue::s3_of_june_2024()));
    let intake = policies
        .iter()
        .fold(intake, |intake, policy| intake.text("policy.json", policy));
    intake.text("findings.json", FINDINGS).review().unwrap()
}

/// Every proof holds of what would be written.
pub fn check_proved(review: &Review) {
    for outcome in review.outcomes() {
        assert!(outcome.proved.holds(), "{:?}", outcome.proved.faults);
    }
}

/// With nothing decided the same bytes would be written.
pub fn check_undone(review: &Review) {
    for outcome in review.outcomes() {
        assert_eq!(outcome.written, Written::Unchanged);
    }
}
