//! Whole statements: what is said of a wrong entry is true, and what is right of them is counted.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{Action, ActionPattern};
use iam_refine::lessons::{
    Attempt, EntryScore, Exercise, Miss, MissKind, PracticeStage, Subject, WholeStatement, Writing,
};
use iam_refine::refine::{Fate, Granularity};
use proptest::prelude::*;

use super::dealt;

/// How many are dealt for these tests.
const SEEDS: u64 = 24;

fn statement(seed: u64) -> (Exercise, WholeStatement) {
    let exercise = dealt(Subject::Whole, seed).exercise;
    let Exercise::Whole(statement) = &exercise else {
        panic!("{seed} {exercise:?}")
    };
    (exercise.clone(), (**statement).clone())
}

/// Checks that what is said of an entry, or of what is lacking, is true, and that the action named decides it.
fn check_miss(
    statement: &WholeStatement,
    entry: Option<&ActionPattern>,
    written: &[ActionPattern],
    miss: &Miss,
) {
    let told = format!("{entry:?}: {}", miss.sentence);
    let Some(because) = &miss.because else {
        assert!(entry.is_some() && miss.kind != MissKind::Lost, "{told}");
        return;
    };
    assert!(miss.sentence.contains(because.name.as_str()), "{told}");
    let fate = |action: &Action| {
        let mut listed = statement.listed().into_iter();
        listed
            .find(|(other, _)| other == action)
            .map(|(_, fate)| fate)
    };
    let was_granted = statement.entries().iter().any(|old| old.matches(because));
    let is_granted = written.iter().any(|entry| entry.matches(because));
    let is_old = statement.entries().contains(&ActionPattern::from(because));
    let matches = entry.is_some_and(|entry| entry.matches(because));
    match miss.kind {
        MissKind::GrantsUnused | MissKind::GrantsBeside => {
            assert!(matches && fate(because) == Some(Fate::Goes), "{told}");
        }
        MissKind::GoesBeyond | MissKind::LacksRest => {
            assert!(matches && !was_granted, "{told}");
            assert!(Catalogue::built_in().contains(because), "{told}");
        }
        MissKind::Lost => {
            assert!(
                !is_granted && fate(because).is_some_and(Fate::stays),
                "{told}"
            );
        }
        MissKind::NamedNoMore => assert!(is_granted && is_old, "{told}"),
        _ => assert!(was_granted && fate(because) != Some(Fate::Goes), "{told}"),
    }
}

/// An entry that somebody could write of a name.
fn entry(statement: &WholeStatement, at: prop::sample::Index, letters: usize) -> ActionPattern {
    let listed = statement.listed();
    let (action, _) = at.get(&listed);
    let name = action.name.as_str();
    let cuts: Vec<usize> = Granularity::Word.cuts(name, 0).collect();
    let cut = cuts[letters % cuts.len()];
    let rest = match letters % 4 {
        0 => statement
            .parts()
            .iter()
            .find(|part| part.wildcard().matches(action)),
        _ => None,
    };
    let rest = rest.map(|part| part.wildcard().name().to_string());
    let rest = rest.as_deref().and_then(|whole| whole.split_once('*'));
    let star = match rest {
        _ if cut == name.len() => String::new(),
        Some((_, rest)) => format!("*{rest}"),
        None => "*".to_owned(),
    };
    format!("{}:{}{star}", action.service, &name[..cut])
        .parse()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn each_miss_is_true_and_names_an_action_that_decides_it(
        seed in 0..SEEDS,
        picked in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12), 0..4),
        left_out in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    ) {
        let (_, statement) = statement(seed);
        let mut written = statement.wanted();
        for at in &left_out {
            written.remove(at.index(written.len()));
        }
        written.extend(picked.iter().map(|(at, letters)| entry(&statement, *at, *letters)));
        written.sort();
        written.dedup();
        let mut wanted = statement.wanted();
        wanted.sort();
        let judgement = statement.judge(&written);
        prop_assert_eq!(judgement.is_right(), written == wanted);
        for (entry, miss) in &judgement.entries {
            prop_assert_eq!(miss.is_none(), wanted.contains(entry));
            if let Some(miss) = miss {
                check_miss(&statement, Some(entry), &written, miss);
            }
        }
        for miss in &judgement.lost {
            check_miss(&statement, None, &written, miss);
        }
        // Whatever is lost is told of.
        for (action, fate) in statement.listed() {
            let is_lost = fate.stays() && !written.iter().any(|entry| entry.matches(&action));
            prop_assert!(!is_lost || judgement.lost.iter().any(|miss| miss.kind == MissKind::Lost));
        }
    }
}

#[test]
fn what_stood_there_in_full_stays_though_a_star_grants_it_too() {
    let mut told = 0;
    for seed in 0..SEEDS {
        let (_, statement) = statement(seed);
        let mut wanted = statement.wanted();
        let old = wanted
            .iter()
            .position(|entry| statement.entries().contains(entry));
        let old = wanted.remove(old.expect("one that is not reported"));
        let action = old.as_action().unwrap();
        let granting = wanted.iter().find(|entry| entry.matches(&action));
        let judgement = statement.judge(&wanted);
        let kinds: Vec<MissKind> = judgement.misses().map(|miss| miss.kind).collect();
        let kind = match granting {
            Some(_) => MissKind::NamedNoMore,
            None => MissKind::Lost,
        };
        assert_eq!(kinds, [kind], "{seed} {old}");
        told += usize::from(granting.is_some());
    }
    assert!(told > 3, "{told}");
}

#[test]
fn an_entry_is_typed_with_its_service_where_there_are_two() {
    let (mut one, mut two) = (0, 0);
    for seed in 0..SEEDS {
        let (_, statement) = statement(seed);
        let services: std::collections::BTreeSet<String> = statement
            .listed()
            .iter()
            .map(|(action, _)| action.service.to_string())
            .collect();
        for entry in statement.wanted() {
            let shown = statement.shown(&entry);
            assert_eq!(shown.contains(':'), services.len() == 2, "{shown}");
            assert_eq!(statement.read(&shown), Ok(entry));
        }
        let is_read = statement.read("GetObject").is_ok();
        assert_eq!(is_read, services.len() == 1, "{seed}");
        *if is_read { &mut one } else { &mut two } += 1;
    }
    assert!(one > 3 && two > 3, "{one} {two}");
}

#[test]
fn what_is_right_of_it_is_counted_by_entries() {
    let (exercise, statement) = statement(2);
    let wanted = statement.wanted();
    let mut attempt = Attempt::new(&exercise);
    for entry in &wanted[2..] {
        attempt.toggle(entry);
    }
    attempt.toggle(&"iam:PassRole".parse().unwrap());
    attempt.check();
    let score = EntryScore::of(attempt.entries().unwrap());
    let right = wanted.len() - 2;
    assert_eq!(
        score,
        EntryScore {
            right,
            missing: 2,
            too_much: 1
        }
    );
    assert_eq!(
        score.to_string(),
        format!(
            "{right} of {} entries right, 2 missing, 1 too much",
            wanted.len()
        )
    );
    assert_eq!(attempt.stage(), PracticeStage::Tried);
}

/// Each name of it is told why it is decided so; of the one beside, what becomes of it there.
#[test]
fn each_name_is_told_how_it_is_decided() {
    for seed in 0..SEEDS {
        let (_, statement) = statement(seed);
        for (action, fate) in statement.listed() {
            let told = statement.decided(&action).expect("a sentence");
            let is_beside = statement.entries().contains(&ActionPattern::from(&action));
            let word = if fate.stays() {
                "stays as it is"
            } else {
                "unused there too"
            };
            assert_eq!(
                told.contains("also stands there in full"),
                is_beside,
                "{told}"
            );
            assert!(!is_beside || told.contains(word), "{told}");
            assert_eq!(statement.note(&action) == "and in full", is_beside);
        }
    }
}
