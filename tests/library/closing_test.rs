//! The test over all lessons: a set about each, and what is handed in is right or told.

use std::time::Duration;

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::ActionPattern;
use iam_refine::lessons::{
    Attempt, ClosingTest, Exercise, PracticeStage, SavedTest, Subject, TestPart, TestProgress,
};

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
        let mut lessons: Vec<Option<usize>> = lessons.collect();
        // The whole statement comes last.
        assert_eq!(lessons.pop(), Some(None), "seed {seed}");
        let mut sorted = lessons.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [1, 2, 3, 4, 5, 6, 7].map(Some), "seed {seed}");
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
        // Of the whole statement it is told how many entries are right.
        let is_whole = test.part().set.subject == Subject::Whole;
        assert_eq!(test.part().told().is_some(), at == 1 || is_whole);
        assert_eq!(test.handed_in(), at + 1);
        // Handed in once is handed in.
        test.hand_in();
        assert_eq!(test.part().attempt.stage(), wanted);
    }
    assert_eq!(test.next_open(), None);
    assert_eq!(test.right(), test.parts().len() - 1);
}

/// Hands in three sets, the second one wrong, and begins with the fourth.
fn left() -> ClosingTest {
    let mut test = begin(3);
    for at in 0..4 {
        test.go_to(at);
        let exercise = test.part().set.exercise.clone();
        test.key_pressed(Duration::from_secs(10 * at as u64));
        test.key_pressed(Duration::from_secs(10 * at as u64 + 7));
        if at != 1 {
            solve(&exercise, test.attempt_mut());
        }
        if at < 3 {
            test.hand_in();
        }
    }
    test
}

fn saved_again(test: &ClosingTest) -> SavedTest {
    let saved = serde_json::to_string(&SavedTest::of(test)).unwrap();
    serde_json::from_str(&saved).unwrap()
}

#[test]
fn a_test_that_is_left_goes_on_where_it_was() {
    let begun = left();
    let again = saved_again(&begun)
        .resumed(&Catalogue::built_in())
        .expect("the same sets");
    assert_eq!((again.at(), again.handed_in(), again.right()), (3, 3, 2));
    assert_eq!(sets(&again), sets(&begun));
    for (one, other) in begun.parts().iter().zip(again.parts()) {
        assert_eq!(one.attempt.stage(), other.attempt.stage());
        assert_eq!(one.spent, other.spent);
        let written = |part: &TestPart| part.attempt.entries().map(|it| it.in_order().to_vec());
        assert_eq!(written(one), written(other));
        let chosen = |part: &TestPart| part.attempt.rows().map(|it| it.chosen().to_vec());
        assert_eq!(chosen(one), chosen(other));
    }
    assert_eq!(SavedTest::of(&again), SavedTest::of(&begun));
    assert_eq!(SavedTest::of(&begun).handed_in(), (3, 8));
    // What does not count does not count when it is gone on with.
    let again = saved_again(&begun.again()).resumed(&Catalogue::built_in());
    assert!(!again.expect("the same sets").is_first_time());
}

#[test]
fn a_test_whose_sets_are_others_now_is_not_gone_on_with() {
    let text = serde_json::to_string(&SavedTest::of(&left())).unwrap();
    let other = text.replacen("\"seed\":3", "\"seed\":4", 1);
    assert_ne!(text, other);
    let other: SavedTest = serde_json::from_str(&other).unwrap();
    assert!(other.resumed(&Catalogue::built_in()).is_none());
}

#[test]
fn time_is_spent_on_a_set_from_its_first_key_to_handing_it_in() {
    let second = Duration::from_secs;
    let mut test = begin(3);
    assert_eq!(test.part().spent, None);
    test.key_pressed(second(100));
    test.key_pressed(second(130));
    assert_eq!(test.part().spent, Some(second(30)));
    test.hand_in();
    // What is looked at behind it takes no time of any set.
    test.key_pressed(second(200));
    assert_eq!(test.part().spent, Some(second(30)));
    test.go_to(1);
    test.key_pressed(second(203));
    assert_eq!(test.part().spent, Some(second(0)));
    // Where it is gone on with, what lies between does not count.
    test.key_pressed(second(210));
    let mut again = saved_again(&test)
        .resumed(&Catalogue::built_in())
        .expect("the same sets");
    again.key_pressed(second(5));
    again.key_pressed(second(9));
    assert_eq!(again.part().spent, Some(second(11)));
}

#[test]
fn a_seed_counts_once_and_the_best_statement_is_kept() {
    let mut known = TestProgress::default();
    let mut test = begin(3);
    known.note(&test);
    assert!(known.seen.is_empty() && known.left.is_some());
    while let Some(open) = test.next_open() {
        test.go_to(open);
        test.key_pressed(Duration::from_secs(100 * open as u64));
        if open % 2 == 1 {
            let exercise = test.part().set.exercise.clone();
            solve(&exercise, test.attempt_mut());
        }
        test.key_pressed(Duration::from_secs(100 * open as u64 + 50));
        test.hand_in();
        known.note(&test);
        // As soon as one result was seen.
        assert!(known.seen.contains(&3));
        assert_eq!(known.statement.is_some(), test.next_open().is_none());
    }
    assert_eq!(known.left, None);
    let best = known.statement.expect("a score");
    let wanted = best.score.wanted();
    assert_eq!(
        best.to_string(),
        format!("{wanted} of {wanted} entries right, in 50 s")
    );
    assert_eq!(test.statement_score(), Some(best));
    assert_eq!((test.right(), test.right_of_lessons()), (4, 3));
    // The same again, quicker: it does not count.
    let mut quicker = begin(3).again();
    while let Some(open) = quicker.next_open() {
        quicker.go_to(open);
        let exercise = quicker.part().set.exercise.clone();
        solve(&exercise, quicker.attempt_mut());
        quicker.hand_in();
    }
    assert!(
        quicker
            .statement_score()
            .is_some_and(|score| score.seconds < best.seconds)
    );
    known.note(&quicker);
    assert_eq!(known.statement, Some(best));
}
