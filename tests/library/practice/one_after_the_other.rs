//! One set after the other: they become harder, and what was missed comes again.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{ActionPattern, ServicePrefix};
use iam_refine::lessons::{
    Exercise, Level, MissKind, Practice, PracticeStage, Refining, Sets, Subject, Tally, Trap,
    Writing,
};

use super::SEEDS;
use super::plain::Plain;

#[test]
fn sets_become_harder_as_they_go_well_and_what_is_told_counts_for_nothing() {
    let sets = Sets::of(Catalogue::built_in(), &[Subject::Shortest]);
    let mut practice = Practice::begin(sets, 0, Tally::default()).unwrap();
    let solve = |practice: &mut Practice| {
        let result: Vec<_> = practice
            .set()
            .refining()
            .unwrap()
            .result()
            .into_iter()
            .cloned()
            .collect();
        for entry in result {
            assert!(practice.attempt_mut().toggle(&entry));
        }
        practice.check();
        assert!(matches!(practice.attempt().stage(), PracticeStage::Right));
    };
    let mut levels = Vec::new();
    for _ in 0..7 {
        levels.push(practice.set().level.number());
        solve(&mut practice);
        practice.next();
    }
    assert_eq!(levels, [1, 1, 2, 2, 2, 3, 3]);
    assert_eq!(
        practice.tally().to_string(),
        "7 of 7 right, 7 at once; best 7 in a row"
    );
    // A second look counts as right, and not as right at once.
    practice
        .attempt_mut()
        .toggle(&"s3:Nothing".parse().unwrap());
    practice.check();
    assert!(matches!(practice.attempt().stage(), PracticeStage::Tried));
    assert!(
        !practice
            .attempt_mut()
            .toggle(&"s3:Nothing".parse().unwrap())
    );
    solve(&mut practice);
    practice.next();
    practice.tell();
    assert_eq!(
        practice.tally().to_string(),
        "8 of 9 right, 7 at once; best 7 in a row"
    );
    practice.tell();
    practice.check();
    assert_eq!(practice.tally().sets, 9);
    practice.next();
    // A row of seven is half of it.
    assert_eq!(practice.set().level.number(), 2);
}

#[test]
fn a_small_service_is_practised_on_without_end_and_no_key_waits() {
    // It has too few names for a hard set, and for some subjects.
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    for service in ["account", "sns"] {
        let sets = sets
            .clone()
            .in_service(ServicePrefix::parse(service).unwrap());
        let mut practice = Practice::begin(sets, 1, Tally::default()).unwrap();
        for _ in 0..5 {
            solve(&mut practice);
            assert_eq!(
                practice.attempt().stage(),
                PracticeStage::Right,
                "{service}"
            );
            practice.next();
        }
        assert_eq!(practice.in_a_row(), 5);
    }
}

/// Does a set as the engine does.
fn solve(practice: &mut Practice) {
    let right: Vec<usize> = (practice.set().exercise.choosing().iter())
        .flat_map(|choosing| choosing.rows.iter().map(|row| row.right))
        .collect();
    for (row, choice) in right.into_iter().enumerate() {
        practice.attempt_mut().choose(row, choice);
    }
    let exercise = practice.set().exercise.clone();
    let wanted = exercise.writing().map_or_else(Vec::new, Writing::wanted);
    for entry in wanted {
        // What is there to begin with is not written again.
        if !practice
            .attempt()
            .entries()
            .is_some_and(|written| written.has(&entry))
        {
            practice.attempt_mut().toggle(&entry);
        }
    }
    practice.check();
}

#[test]
fn all_subjects_have_their_turn_and_what_was_missed_comes_back() {
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let mut practice = Practice::begin(sets, 0, Tally::default()).unwrap();
    let mut dealt = vec![practice.set().subject];
    for _ in 1..3 * Subject::ALL.len() {
        solve(&mut practice);
        practice.next();
        dealt.push(practice.set().subject);
    }
    for subject in Subject::ALL {
        assert!(dealt.contains(&subject), "{subject:?}: {dealt:?}");
    }
    // Between rows that are put where they belong something is written.
    for three in dealt.windows(3) {
        let rows = three.iter().filter(|subject| !subject.is_written());
        assert!(rows.count() <= 1, "{dealt:?}");
    }
    // One is told: it comes back, behind a set about something else.
    let missed = practice.set().subject;
    practice.tell();
    practice.next();
    assert_ne!(practice.set().subject, missed);
    solve(&mut practice);
    practice.next();
    assert_eq!(practice.set().subject, missed);
}

/// An entry that goes into a trap, of those that are a prefix of a name and a star.
fn wrong_by(refining: &Refining, kind: MissKind) -> Option<ActionPattern> {
    let listed = refining.listed();
    let mut entries = listed.iter().flat_map(|(action, _)| {
        let ends = refining.cuts(action).into_iter();
        ends.filter_map(move |end| {
            refining
                .read(&format!("{}*", &action.name.as_str()[..end]))
                .ok()
        })
    });
    entries.find(|entry| {
        let judgement = refining.judge(std::slice::from_ref(entry));
        let missed: Vec<MissKind> = judgement.entries[0]
            .1
            .iter()
            .map(|miss| miss.kind)
            .collect();
        missed == [kind]
    })
}

#[test]
fn a_trap_that_was_gone_into_comes_again_until_it_was_avoided() {
    for (kind, trap) in [
        (MissKind::OneBeneath, Trap::OneBeneath),
        (MissKind::TooLong, Trap::StopsEarly),
        (MissKind::GrantsBeside, Trap::Sibling),
        (MissKind::LacksRest, Trap::Rest),
    ] {
        let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
        let begun = (0..SEEDS).find_map(|seed| {
            let practice = Practice::begin(sets.clone(), seed, Tally::default())?;
            let wrong = wrong_by(practice.set().refining()?, kind)?;
            Some((practice, wrong))
        });
        let (mut practice, wrong) = begun.expect("a set with the trap");
        practice.attempt_mut().toggle(&wrong);
        practice.check();
        practice.tell();
        assert_eq!(practice.mistakes().most(&Subject::ALL), Some(trap));
        for _ in 0..2 {
            practice.next();
            assert_eq!(practice.again(), Some(trap));
            let set = practice.set();
            let refining = set.refining().expect("a wildcard");
            // The seed alone still tells the set.
            let dealt = sets.deal(set.seed).unwrap();
            assert!(refining.names().eq(dealt.refining().unwrap().names()));
            // Between two of them comes another one.
            practice.tell();
            practice.next();
            assert_eq!(practice.again(), None);
        }
        practice.next();
        solve(&mut practice);
        assert!(practice.mistakes().is_empty(), "{kind:?}");
        practice.next();
        assert_eq!(practice.again(), None);
    }
}

/// What is missed where the set does not turn on it may be in no other set.
#[test]
fn what_comes_again_is_what_the_set_itself_takes_away_when_it_is_right() {
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let kinds = [
        MissKind::TooLong,
        MissKind::OneBeneath,
        MissKind::GrantsBeside,
        MissKind::LacksRest,
        MissKind::Covered,
    ];
    let (mut noted, mut missed) = (0, 0);
    for seed in 0..SEEDS {
        let begin = || Practice::begin(sets.clone(), seed, Tally::default()).expect("a set");
        for kind in kinds {
            let mut practice = begin();
            let refining = practice.set().refining();
            let Some(wrong) = refining.and_then(|refining| wrong_by(refining, kind)) else {
                continue;
            };
            practice.attempt_mut().toggle(&wrong);
            practice.check();
            practice.tell();
            missed += 1;
            noted += usize::from(!practice.mistakes().is_empty());
            let mut again = begin().after(practice.mistakes().clone());
            solve(&mut again);
            assert!(again.mistakes().is_empty(), "{seed} {kind:?}");
        }
    }
    assert!(0 < noted && noted < missed, "{noted} of {missed}");
}

#[test]
fn what_no_trap_of_the_set_is_about_does_not_come_again() {
    // The first has no rest that could follow, and the second names nothing of its wildcard.
    for (subject, typed) in [(Subject::Shortest, "Zzz*"), (Subject::Middle, "Zzz*")] {
        let sets = Sets::of(Catalogue::built_in(), &[subject]);
        let mut practice = Practice::begin(sets, 12, Tally::default()).expect("a set");
        let refining = practice.set().refining().expect("a wildcard");
        let entry = refining.read(typed).expect("an entry");
        practice.attempt_mut().toggle(&entry);
        practice.check();
        let entries = practice.attempt().entries().expect("entries");
        let told: Vec<&str> = entries
            .judgement()
            .expect("checked")
            .misses()
            .map(|miss| miss.sentence.as_str())
            .collect();
        assert!(!told.concat().contains("what is left of"), "{told:?}");
        practice.tell();
        assert!(practice.mistakes().is_empty(), "{subject:?}");
    }
}

#[test]
fn a_set_that_is_dealt_for_a_trap_has_it_whatever_it_is_about() {
    let sets = Sets::of(Catalogue::built_in(), &[Subject::Shortest]);
    let practice = Practice::begin(sets, 0, Tally::default()).expect("a set");
    let mut practice = practice.after(serde_json::from_str(r#"{"opened": 3}"#).unwrap());
    let mut dealt = 0;
    for _ in 0..20 {
        practice.next();
        if practice.again() == Some(Trap::Opened) {
            let plain = Plain::of(practice.set().refining().unwrap());
            assert!(plain.opens_something(), "{}", practice.set().seed);
            dealt += 1;
        }
    }
    assert!(dealt > 2, "{dealt}");
}

#[test]
fn among_the_hard_sets_of_all_lessons_a_whole_statement_has_its_turn() {
    let sets = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let mut practice = Practice::begin(sets, 0, Tally::default()).unwrap();
    let mut before = 0;
    while practice.set().subject != Subject::Whole {
        solve(&mut practice);
        practice.next();
        before += 1;
        assert!(before < 30, "none comes");
    }
    // Five sets that were right at once come before a hard one.
    let set = practice.set();
    assert!(before >= 5 && set.level == Level::Hard, "{before}");
    // Among whole statements its seed tells it.
    let statements = Sets::of(Catalogue::built_in(), &[Subject::Whole]);
    let dealt = statements.deal(set.seed).expect("a statement");
    let listed = |exercise: &Exercise| exercise.writing().map(Writing::listed);
    assert_eq!(listed(&dealt.exercise), listed(&set.exercise));
    // It is like any other set.
    solve(&mut practice);
    assert_eq!(practice.in_a_row(), before + 1);
}
