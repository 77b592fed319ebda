//! What the program or a team wrote down: keep files, decision records, journals.
//!
//! Records and journals are replayed in a review of the article's example: whatever they ask for, the
//! proofs hold, and taking it back gives the policy as it was.

use iam_refine::intake::keep_file;
use iam_refine::review::journal::{Heading, Journal, Lines};
use iam_refine::review::{DecisionRecord, Decisions, Review, SavedDecisions};
use iam_refine::text::Source;

use super::reviews::{article, check_proved, check_undone};
use super::telling::{check, source};

pub fn run(bytes: &[u8]) -> bool {
    let Some(source) = source("keep.toml", bytes) else {
        return false;
    };
    let kept = keep_file::read(&source, None);
    if let Err(problems) = &kept {
        check(problems);
    }
    let record = SavedDecisions::read(&source);
    let journal = Lines::read(source.text()).and_then(Journal::of);
    let is_read = kept.is_ok() || record.is_ok() || journal.is_some();
    if let Ok(record) = record {
        let mut review = article();
        let _ = record.replay_in(&mut review);
        is_sound(review);
    }
    if let Some(journal) = journal {
        let mut review = article();
        let _ = journal
            .heading
            .compare(&Heading::of(review.input(), Vec::new()));
        review.replay_steps(&journal.steps);
        review.replay(&journal.at_the_end());
        is_sound(review);
    }
    is_read
}

fn is_sound(mut review: Review) {
    check_proved(&review);
    // What is recorded of it now can be replayed and comes to the same.
    let who = r#"{"by": "ann", "with": "review", "at": "2026-11-23T00:00:00Z"}"#;
    let who: Decisions = serde_json::from_str(who).unwrap();
    let text = serde_json::to_string(&DecisionRecord::of(&review, who, None)).unwrap();
    let record = Source::from_text("record.json", &text);
    let record = SavedDecisions::read(&record).unwrap();
    let mut again = article();
    assert_eq!(record.replay_in(&mut again), Ok(Vec::new()));
    for (one, other) in review.files().zip(again.files()) {
        assert_eq!(one.outcome.written, other.outcome.written);
    }
    while review.undo().is_some() {}
    check_undone(&review);
}
