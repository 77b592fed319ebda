//! What is said of a wrong entry is true, and the action that is named decides it.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{ActionPattern, Name, starts_with_ignoring_case};
use iam_refine::lessons::{Miss, MissKind, Refining, Writing};
use iam_refine::refine::Granularity;
use proptest::prelude::*;

use super::plain::{Plain, names};
use super::{REFINED, SEEDS, dealt};

/// What somebody makes of a name: where it is cut, and what is written then.
type Picked = (prop::sample::Index, usize, Form);

/// What somebody could write of a name.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// A prefix that it is cut at, and a star.
    Cut,
    /// Any of its letters, and a star.
    Letters,
    /// A star in the middle of it.
    StarWithin,
    /// A ? in the place of a letter, and a star behind some more.
    Mark,
}

/// Some names of a set, and what somebody could write of each.
fn written() -> impl Strategy<Value = (u64, Vec<Picked>)> {
    let form = prop::sample::select(vec![Form::Cut, Form::Letters, Form::StarWithin, Form::Mark]);
    let entry = (any::<prop::sample::Index>(), 1_usize..40, form);
    (0..SEEDS, prop::collection::vec(entry, 1..6))
}

fn entries(refining: &Refining, picked: &[Picked]) -> Vec<ActionPattern> {
    let all: Vec<String> = names(refining.names().map(|one| &one.name));
    let service = refining.wildcard().service().unwrap();
    let mut entries: Vec<ActionPattern> = picked
        .iter()
        .map(|(at, letters, form)| {
            let name = at.get(&all).as_str();
            let cuts: Vec<usize> = Granularity::Word.cuts(name, 0).collect();
            let cut = cuts[letters % cuts.len()];
            let end = (*letters).min(name.len());
            let star = |end: usize| if end < name.len() { "*" } else { "" };
            let entry = match form {
                Form::Cut => format!("{}{}", &name[..cut], star(cut)),
                Form::Letters => format!("{}{}", &name[..end], star(end)),
                Form::StarWithin => format!("{}*{}", &name[..cut], &name[cut.max(end)..]),
                Form::Mark => {
                    let longer = (end + 3).min(name.len());
                    let rest = &name[end..longer];
                    format!("{}?{rest}{}", &name[..end - 1], star(longer))
                }
            };
            format!("{service}:{entry}").parse().unwrap()
        })
        .collect();
    entries.sort();
    entries.dedup();
    entries
}

/// Of the letters before the first star that a name starts with them is said alone where nothing else decides.
fn check_start(entry: &ActionPattern, miss: &Miss, count: usize) {
    let told = format!("{entry}: {}", miss.sentence);
    let text = entry.name().to_string();
    let prefix = text
        .strip_suffix('*')
        .filter(|prefix| !prefix.contains(['*', '?']));
    let starts = miss
        .sentence
        .split_once(" starts with ")
        .map(|(_, rest)| rest);
    let is_told = starts.is_some_and(|rest| prefix.is_some_and(|prefix| rest.starts_with(prefix)));
    assert_eq!(starts.is_some(), is_told, "{told}");
    assert_eq!(is_told, prefix.is_some() && count == 1, "{told}");
}

/// A shorter prefix is part of the result, and what is said of the entry without its last word is so.
fn check_shorter(refining: &Refining, plain: &Plain, entry: &ActionPattern, told: &str) {
    // Of the same prefix, with less behind it, it is no longer one.
    let is_longer = |right: &&ActionPattern| {
        let length = |entry: &ActionPattern| entry.name().literal_prefix().len();
        entry.is_included_in(right) && length(right) < length(entry)
    };
    assert!(refining.result().iter().any(is_longer), "{told}");
    // What is said of it without its last word is so.
    let glob = entry.name();
    let prefix = glob.literal_prefix();
    let cuts: Vec<usize> = refining.granularity().cuts(prefix, 0).collect();
    let shorter = cuts.iter().rev().nth(1).map_or("", |cut| &prefix[..*cut]);
    let mut unused = plain.unused.iter();
    let begins = unused.find(|name| starts_with_ignoring_case(name, shorter));
    assert_eq!(begins, None, "{told}");
    let named = format!(" has to be: {shorter} is safe already. No unused name begins with it.");
    assert!(told.ends_with(&named), "{told}");
}

/// Checks that what is said of an entry is true, and that the action named decides it.
fn check_miss(refining: &Refining, entry: &ActionPattern, miss: &Miss) {
    let plain = Plain::of(refining);
    let told = format!("{entry}: {}", miss.sentence);
    let Some(because) = &miss.because else {
        check_without_action(refining, &plain, entry, miss);
        return;
    };
    let (action, because) = (because, because.name.to_string());
    assert!(
        miss.sentence.contains(&because) || miss.sentence.contains(&action.to_string()),
        "{told}"
    );
    let is_unused = plain.unused.contains(&because);
    let granted = |all: &[String]| all.iter().filter(|name| entry.name().matches(name)).count();
    let is_within = entry.is_included_in(refining.wildcard());
    if matches!(miss.kind, MissKind::MidWord | MissKind::OneBeneath) {
        check_form(refining, entry, &told);
    }
    match miss.kind {
        MissKind::GrantsUnused | MissKind::GrantsBeside => {
            assert!(is_unused && entry.matches(action), "{told}");
            let count = granted(&plain.unused);
            let more = format!(" and {} more.", count - 1);
            assert_eq!(miss.sentence.ends_with(&more), count > 1, "{told}");
            check_start(entry, miss, count);
        }
        MissKind::GoesBeyond | MissKind::LacksRest => {
            assert!(!is_within, "{told}");
            let catalogue = Catalogue::built_in();
            let mut known = catalogue.granted_by(entry);
            let goes_beyond = known.any(|(service, action)| {
                let action = format!("{service}:{}", action.name).parse().unwrap();
                !refining.wildcard().matches(&action)
            });
            // Where no action of AWS tells it, a name of the set does.
            let is_beyond = entry.matches(action) && !refining.wildcard().matches(action);
            assert_eq!(is_beyond, goes_beyond, "{told}");
        }
        MissKind::OneBeneath => {
            assert!(
                entry.matches(action) && granted(&plain.staying) == 1,
                "{told}"
            );
        }
        MissKind::MidWord => {
            assert!(entry.matches(action), "{told}");
            let glob = entry.name();
            let prefixes = plain.prefixes(&because);
            assert!(!prefixes.contains(&glob.literal_prefix()), "{told}");
        }
        MissKind::InFull => {
            assert!(entry.is_literal() && !is_unused, "{told}");
            let both = |right: &&ActionPattern| {
                right.matches(action) && right.name().matches(&entry.name().to_string())
            };
            assert!(refining.result().iter().any(both), "{told}");
        }
        MissKind::NotTheRule | MissKind::Covered => {
            assert!(!is_unused && is_within, "{told}");
            let beside = miss
                .sentence
                .split_once(": only ")
                .map(|(_, beneath)| beneath);
            if let Some(beneath) = beside.and_then(|said| said.split_once(" lies beneath ")) {
                let glob = entry.name();
                let beneath_it = plain.beneath(&plain.staying, glob.literal_prefix());
                let granted = beneath_it.into_iter().filter(|name| glob.matches(name));
                assert_eq!(granted.collect::<Vec<_>>(), [beneath.0], "{told}");
            }
        }
        MissKind::GrantsNothing
        | MissKind::TooLong
        | MissKind::Lost
        | MissKind::TakesUsed
        | MissKind::NamedAlready
        | MissKind::NamedNoMore
        | MissKind::GrantedStill => panic!("of an entry: {told}"),
    }
}

/// Checks what is said of an entry where no single action decides it.
fn check_without_action(refining: &Refining, plain: &Plain, entry: &ActionPattern, miss: &Miss) {
    let told = format!("{entry}: {}", miss.sentence);
    match miss.kind {
        MissKind::GrantsNothing => {
            let mut names = plain.staying.iter().chain(&plain.unused);
            assert!(!names.any(|name| entry.name().matches(name)), "{told}");
            assert!(told.ends_with(" grants none of these names."), "{told}");
        }
        MissKind::TooLong => {
            check_form(refining, entry, &told);
            check_shorter(refining, plain, entry, &told);
        }
        other => panic!("{other:?} {told}"),
    }
}

/// What is said of how long a prefix is, is so of a prefix and what is left of the wildcard alone.
fn check_form(refining: &Refining, entry: &ActionPattern, told: &str) {
    let is_star = entry.name().as_prefix_star().is_some();
    let has_rest = refining.wildcard().name().as_prefix_star().is_none();
    assert!(
        is_star || has_rest && !entry.to_string().contains('?'),
        "{told}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn each_miss_is_true_and_names_an_action_that_decides_it((seed, picked) in written()) {
        for subject in REFINED {
            let set = dealt(subject, seed);
            let refining = set.refining().unwrap();
            let entries = entries(refining, &picked);
            let judgement = refining.judge(&entries);
            let result: Vec<ActionPattern> = refining.result().into_iter().cloned().collect();
            prop_assert_eq!(judgement.is_right(), entries == result);
            for (entry, miss) in &judgement.entries {
                prop_assert_eq!(miss.is_none(), result.contains(entry));
                if let Some(miss) = miss {
                    check_miss(refining, entry, miss);
                }
            }
            let is_granted = |name: &Name| entries.iter().any(|entry| entry.name().matches(name.as_str()));
            let lost = judgement.lost.iter().filter(|miss| miss.kind == MissKind::Lost);
            for miss in lost.clone() {
                let because = miss.because.as_ref().unwrap();
                prop_assert!(miss.sentence.contains(because.name.as_str()));
                prop_assert!(refining.staying().any(|name| *name == because.name));
            }
            // Whatever is lost is told of.
            let is_lost = refining.staying().any(|name| !is_granted(name));
            prop_assert!(!is_lost || lost.count() > 0);
        }
    }

}
