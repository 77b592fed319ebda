//! The test over all lessons: a set about each, and what is handed in is right or told.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::ActionPattern;
use iam_refine::lessons::{Attempt, ClosingTest, Exercise, PracticeStage};

fn begin(seed: u64) -> ClosingTest {
    ClosingTest::begin(&Catalogue::built_in(), seed).expect("a test")
}

/// What is asked in each set.
fn sets(test: &ClosingTest) -> Vec<String> {
    let asked = test.parts().iter().map(|part| {
        let exercise = &part.set.exercise;
        let writing = exercise.writing();
        let written = writing.map(|writing| (writing.asked(), writing.listed(), writing.known()));
        format!("{written:?} {:?}", exercise.choosing())
    });
    asked.collect()
}

/// Writes or chooses what is right.
fn solve(exercise: &Exercise, attempt: &mut Attempt) {
    if let Some(writing) = exercise.writing() {
        let wanted = writing.wanted();
        let begun: Vec<ActionPattern> = writing.begun().to_vec();
        for entry in begun.iter().filter(|entry| !wanted.contains(entry)) {
            attempt.toggle(entry);
        }
        for entry in wanted.iter().filter(|entry| !begun.contains(entry)) {
            attempt.toggle(entry);
        }
    }
    if let Some(choosing) = exercise.choosing() {
        for (at, row) in choosing.rows.iter().enumerate() {
            attempt.choose(at, row.right);
        }
    }
}

#[test]
fn each_lesson_has_a_set_and_the_seed_tells_them_all() {
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let test = begin(seed);
        let lessons = test.parts().iter().map(|part| part.set.subject.lesson());
        let lessons: Vec<usize> = lessons.collect();
        let mut sorted = lessons.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3, 4, 5, 6, 7], "seed {seed}");
        orders.insert(lessons);
        assert_eq!(sets(&test), sets(&begin(seed)), "seed {seed}");
    }
    assert!(
        orders.len() > 6,
        "where a set stands tells nothing: {orders:?}"
    );
}

#[test]
fn what_is_right_counts_and_what_is_not_is_told() {
    let mut test = begin(3);
    // The second one is handed in with one thing more or another one than is right.
    for at in 0..test.parts().len() {
        assert_eq!(test.next_open(), Some(at));
        test.go_to(at);
        let exercise = test.part().set.exercise.clone();
        solve(&exercise, test.attempt_mut());
        if at == 1 {
            test.attempt_mut().toggle(&"iam:PassRole".parse().unwrap());
            if let Some(choosing) = exercise.choosing() {
                let other = (choosing.rows[0].right + 1) % choosing.choices.len();
                test.attempt_mut().choose(0, other);
            }
        }
        test.hand_in();
        let stage = test.part().attempt.stage();
        let wanted = if at == 1 {
            PracticeStage::Told
        } else {
            PracticeStage::Right
        };
        assert_eq!(stage, wanted, "{at}: {:?}", test.part().set.subject);
        assert_eq!(test.part().missed().is_some(), at == 1);
        assert_eq!(test.handed_in(), at + 1);
        // Handed in once is handed in.
        test.hand_in();
        assert_eq!(test.part().attempt.stage(), wanted);
    }
    assert_eq!(test.next_open(), None);
    assert_eq!(test.right(), test.parts().len() - 1);
}
