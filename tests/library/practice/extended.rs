//! Sets of a `NotAction` that grows.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{Action, ActionPattern};
use iam_refine::lessons::{Exercise, Extending, Miss, MissKind, PracticeSet, Subject, Writing};
use iam_refine::refine::Granularity;

use super::{SEEDS, dealt};

fn extending(set: &PracticeSet) -> &Extending {
    match &set.exercise {
        Exercise::Extend(extending) => extending,
        other => panic!("{other:?}"),
    }
}

/// What a `NotAction` becomes, by the words of the set alone: what is marked and not named, each in full, and all
/// of a service of which nothing was used.
fn plainly_extended(extending: &Extending) -> Vec<String> {
    let known = extending.known();
    let listed = |start: &str| -> Vec<String> {
        let line = known.iter().find_map(|line| line.strip_prefix(start));
        let line = line.unwrap_or_default().replace(" and ", ", ");
        line.split(", ")
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut entries = listed("it was: Allow on *, NotAction: ");
    let idle = listed("nothing at all was used of ");
    let old = entries.clone();
    let is_named = |action: &str| {
        old.iter().any(|entry| match entry.strip_suffix('*') {
            Some(prefix) => action.starts_with(prefix),
            None => action == entry,
        })
    };
    let mut new = Vec::new();
    for (action, fate) in extending.listed() {
        let (service, action) = (action.service.to_string(), action.to_string());
        let whole = format!("{service}:*");
        let entry = if idle.contains(&service) {
            Some(whole).filter(|whole| !old.contains(whole))
        } else {
            Some(action).filter(|action| !is_named(action))
        };
        new.extend(entry.filter(|_| !fate.stays()));
    }
    new.dedup();
    entries.extend(new);
    entries.sort();
    entries
}

/// Checks that what is said of an entry of a `NotAction`, or of one that is lacking, is true, and that the action
/// named decides it.
fn check_extending_miss(
    extending: &Extending,
    entry: Option<&ActionPattern>,
    written: &[ActionPattern],
    miss: &Miss,
) {
    let told = format!("{entry:?}: {}", miss.sentence);
    let Some(because) = &miss.because else {
        let entry = entry.expect(&told);
        let names_none = extending
            .listed()
            .iter()
            .all(|(action, _)| !entry.matches(action));
        assert!(miss.kind == MissKind::GrantsNothing && names_none, "{told}");
        return;
    };
    assert!(miss.sentence.contains(&because.to_string()), "{told}");
    let old = |action: &Action| {
        extending
            .entries()
            .iter()
            .any(|entry| entry.matches(action))
    };
    let listed = extending.listed();
    let is_unused = |action: &Action| {
        let found = listed.iter().find(|(other, _)| other == action);
        found.map(|(_, fate)| !fate.stays())
    };
    let is_idle = extending.idle().any(|service| *service == because.service);
    let matches = entry.is_some_and(|entry| entry.matches(because));
    let names = |entries: &[ActionPattern]| entries.iter().any(|entry| entry.matches(because));
    match miss.kind {
        MissKind::TakesUsed => {
            assert!(
                matches && is_unused(because) != Some(true) && !old(because),
                "{told}"
            );
            assert!(Catalogue::built_in().contains(because), "{told}");
        }
        MissKind::NamedAlready => assert!(matches && old(because), "{told}"),
        MissKind::InFull => assert!(matches && is_idle, "{told}"),
        MissKind::NotTheRule => assert!(matches && is_unused(because) == Some(true), "{told}"),
        MissKind::NamedNoMore => assert!(old(because), "{told}"),
        MissKind::GrantedStill => {
            assert!(is_unused(because) == Some(true) && !old(because), "{told}");
            assert!(is_idle || !names(written), "{told}");
        }
        other => panic!("{other:?} {told}"),
    }
}

/// Every set about a `NotAction` has its traps in it: names alike of which one is not reported, something that is
/// named already, and a service of which nothing was used.
pub fn check_extending(set: &PracticeSet, seed: u64) {
    let extending = extending(set);
    let mut wanted: Vec<String> = extending.wanted().iter().map(ToString::to_string).collect();
    wanted.sort();
    assert_eq!(wanted, plainly_extended(extending), "{seed}");
    let listed = extending.listed();
    for (action, _) in &listed {
        assert!(Catalogue::built_in().contains(action), "{seed} {action}");
    }
    let appended: Vec<Action> = extending
        .additions()
        .iter()
        .filter_map(ActionPattern::as_action)
        .collect();
    let is_alike = |unused: &Action, other: &Action| {
        let end = Granularity::Word
            .cuts(unused.name.as_str(), 0)
            .next()
            .unwrap();
        unused.service == other.service && other.name.starts_with(&unused.name.as_str()[..end])
    };
    let mut staying = listed.iter().filter(|(_, fate)| fate.stays());
    assert!(
        staying.any(|(other, _)| appended.iter().any(|unused| is_alike(unused, other))),
        "{seed}"
    );
    assert!(
        extending.additions().iter().any(|new| !new.is_literal()),
        "{seed}"
    );
    let is_named = |action: &Action| {
        extending
            .entries()
            .iter()
            .any(|entry| entry.matches(action))
    };
    assert!(
        listed
            .iter()
            .any(|(action, fate)| !fate.stays() && is_named(action)),
        "{seed}"
    );
    // What is right is right, and no part of it is.
    let mut wanted = extending.wanted();
    assert!(extending.judge(&wanted).is_right());
    for at in 0..wanted.len() {
        let without = wanted.remove(at);
        let judgement = extending.judge(&wanted);
        assert!(!judgement.is_right(), "{seed} {without}");
        for miss in judgement.misses() {
            check_extending_miss(extending, None, &wanted, miss);
        }
        wanted.insert(at, without);
    }
}

#[test]
fn what_is_said_of_an_entry_of_a_not_action_is_true() {
    for seed in 0..SEEDS {
        let set = dealt(Subject::Extended, seed);
        let extending = extending(&set);
        let wanted = extending.wanted();
        let mut kinds = std::collections::BTreeSet::new();
        for (action, _) in extending.listed() {
            let shown = action.to_string();
            for cut in extending.cuts(&action) {
                let star = if cut < shown.len() { "*" } else { "" };
                let entry = extending.read(&format!("{}{star}", &shown[..cut])).unwrap();
                let judgement = extending.judge(std::slice::from_ref(&entry));
                let (_, miss) = &judgement.entries[0];
                assert_eq!(miss.is_none(), wanted.contains(&entry), "{seed} {entry}");
                if let Some(miss) = miss {
                    kinds.insert(miss.kind);
                    check_extending_miss(extending, Some(&entry), &[], miss);
                }
            }
        }
        for kind in [MissKind::TakesUsed, MissKind::InFull] {
            assert!(kinds.contains(&kind), "{seed} {kind:?}");
        }
    }
}
