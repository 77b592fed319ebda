//! A wildcard to play with: whatever is marked, what takes its place grants what stays and nothing that is unused.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::ActionPattern;
use iam_refine::lessons::{Playground, PracticeStage, Writing};
use iam_refine::refine::{Fate, Granularity};

fn playground(wildcard: &str) -> Playground {
    Playground::new(Catalogue::built_in(), wildcard).expect("a wildcard")
}

fn writing(playground: &Playground) -> &dyn Writing {
    playground.solved().entries().expect("entries").writing()
}

fn result(playground: &Playground) -> Vec<String> {
    let wanted = writing(playground).wanted();
    wanted.iter().map(ToString::to_string).collect()
}

/// Held against plain matching of each name.
fn assert_right(playground: &Playground) {
    let writing = writing(playground);
    let wanted = writing.wanted();
    for (action, fate) in writing.listed() {
        let is_granted = wanted.iter().any(|entry| entry.matches(&action));
        assert_eq!(
            is_granted,
            fate != Fate::Goes,
            "{action} {fate:?}: {wanted:?}"
        );
    }
    let within = |entry: &&ActionPattern| entry.is_included_in(playground.wildcard());
    assert!(wanted.iter().all(|entry| within(&entry)), "{wanted:?}");
    assert_eq!(playground.solved().stage(), PracticeStage::Right);
}

#[test]
fn whatever_is_marked_the_result_is_right() {
    for wildcard in [
        "sqs:*",
        "s3:Get*",
        "s3:*Tagging",
        "iam:*Policy*",
        "tag:Get*Tag*",
        "s3:GetJob*",
    ] {
        let mut playground = playground(wildcard);
        assert_eq!(result(&playground), [wildcard], "nothing is unused yet");
        for round in 0..9 {
            playground.mark_at_random();
            playground.cut_next();
            assert_right(&playground);
            playground.mark_next(round % playground.count());
            assert_right(&playground);
        }
    }
}

#[test]
fn a_name_is_marked_as_unused_then_kept_then_used() {
    let mut playground = playground("sqs:Get*");
    let fate = |playground: &Playground| writing(playground).listed()[0].1;
    let mut seen = Vec::new();
    for _ in 0..3 {
        playground.mark_next(0);
        seen.push((fate(&playground), result(&playground)));
    }
    let shown = |entries: &[&str]| entries.iter().map(ToString::to_string).collect::<Vec<_>>();
    let whole = shown(&["sqs:Get*"]);
    assert_eq!(
        seen,
        [
            (Fate::Goes, shown(&["sqs:GetQueueUrl"])),
            (Fate::Kept, whole.clone()),
            (Fate::Stays, whole),
        ]
    );
    // There is no such name.
    playground.mark_next(2);
    assert_eq!(result(&playground), ["sqs:Get*"]);
}

#[test]
fn another_wildcard_keeps_the_cut_and_what_is_none_changes_nothing() {
    let mut playground = playground("sqs:*");
    playground.cut_next();
    let cut = playground.granularity();
    assert_ne!(cut, Granularity::default());
    for (typed, why) in [
        ("", "is no wildcard"),
        ("*", "a service stands before the wildcard"),
        ("s4:Get*", "no service s4 is known"),
        ("s3:GetObject", "has no * or ?"),
        ("s3:Got*", "no action is known that s3:Got* grants"),
        ("s3:Get*,", "is no wildcard"),
    ] {
        let error = playground.replace(typed).expect_err(typed);
        assert!(error.contains(why), "{typed}: {error}");
        assert_eq!(playground.wildcard().to_string(), "sqs:*");
    }
    playground.replace(" S3:get* ").expect("in any case");
    assert_eq!(playground.granularity(), cut);
    assert!(playground.count() > 50);
}

#[test]
fn its_steps_come_to_the_same_result() {
    let mut playground = playground("sqs:*");
    assert!(
        playground.lesson().expect("names").is_none(),
        "nothing is refined"
    );
    playground.mark_at_random();
    let lesson = playground.lesson().expect("names").expect("steps");
    let walk = lesson.walk();
    let entries = walk.result_after(walk.steps().len()).into_iter();
    let mut entries: Vec<String> = entries.map(|new| new.entry.to_string()).collect();
    let left_out: Vec<String> = (walk.left_out().iter())
        .map(|out| out.entry.to_string())
        .collect();
    entries.retain(|entry| !left_out.contains(entry));
    assert_eq!(entries, result(&playground));
    assert!(lesson.task.is_none());
}
