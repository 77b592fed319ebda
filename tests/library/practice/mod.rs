//! Practice: every set has the trap of its lesson, its result is the engine's, and what is said of a wrong
//! one is true. All is held against plain string tests.

mod extended;
mod misses;
mod one_after_the_other;
mod plain;
mod refined;
mod seeds;
mod statement;

use std::collections::BTreeMap;
use std::sync::Mutex;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{PracticeSet, Sets, Subject};

/// Those whose sets are refined by hand.
const REFINED: [Subject; 6] = [
    Subject::Shortest,
    Subject::Opened,
    Subject::Siblings,
    Subject::Middle,
    Subject::Kept,
    Subject::Characters,
];

fn sets(subject: Subject) -> Sets {
    Sets::of(Catalogue::built_in(), &[subject])
}

/// How many seeds every test tries; [`seeds::so_have_ten_thousand`] tries more.
const SEEDS: u64 = 120;

fn deal(subject: Subject, seed: u64) -> PracticeSet {
    sets(subject).deal(seed).expect("there are such names")
}

/// The set of one of the [`SEEDS`]. It is dealt once for all tests: that is what takes time.
fn dealt(subject: Subject, seed: u64) -> PracticeSet {
    static DEALT: Mutex<BTreeMap<(Subject, u64), PracticeSet>> = Mutex::new(BTreeMap::new());
    let there = DEALT.lock().unwrap().get(&(subject, seed)).cloned();
    there.unwrap_or_else(|| {
        let set = deal(subject, seed);
        let mut all = DEALT.lock().unwrap();
        all.entry((subject, seed)).or_insert(set).clone()
    })
}
