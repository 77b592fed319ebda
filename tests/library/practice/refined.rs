//! Sets of a wildcard: they have their trap, and their result is what the definitions say.

use std::collections::BTreeMap;

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{ActionPattern, Name, starts_with_ignoring_case};
use iam_refine::lessons::{Level, PracticeSet, Subject, Writing};
use iam_refine::refine::{Fate, Granularity};

use super::plain::Plain;
use super::{REFINED, SEEDS, dealt};

fn shown(entries: &[&ActionPattern]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.name().to_string())
        .collect()
}

/// Checks a set by its names alone.
pub fn check(set: &PracticeSet, seed: u64) {
    let refining = set.refining().unwrap();
    let plain = Plain::of(refining);
    let told = || format!("{:?} {seed} {}", set.subject, refining.wildcard());
    let count = plain.staying.len() + plain.unused.len();
    let sizes = match set.level {
        Level::Easy => 6..=8,
        Level::Middling => 8..=11,
        Level::Hard => 11..=14,
    };
    assert!(*sizes.end() >= count && count >= 6, "{}: {count}", told());
    for name in refining.names() {
        let whole = format!("{}:{}", refining.wildcard().service().unwrap(), name.name);
        assert!(
            Catalogue::built_in().contains(&whole.parse().unwrap()),
            "{whole}"
        );
    }
    let result = refining.result();
    for name in &plain.staying {
        assert!(
            result.iter().any(|entry| entry.name().matches(name)),
            "{}: {name}",
            told()
        );
    }
    for name in &plain.unused {
        assert!(
            !result.iter().any(|entry| entry.name().matches(name)),
            "{}: {name}",
            told()
        );
    }
    assert!(
        result
            .iter()
            .all(|entry| entry.is_included_in(refining.wildcard())),
        "{}",
        told()
    );
    match set.subject {
        Subject::Shortest => {
            assert!(plain.stops_early(), "{}", told());
            // A harder one has a name in it that stays though something unused begins with it.
            let begins_unused = |entry: &String| {
                let mut unused = plain.unused.iter();
                !entry.contains('*') && unused.any(|name| starts_with_ignoring_case(name, entry))
            };
            let has_own_name = shown(&result).iter().any(begins_unused);
            assert!(set.level == Level::Easy || has_own_name, "{}", told());
        }
        Subject::Opened => assert!(plain.opens_something(), "{}", told()),
        Subject::Siblings => assert!(plain.has_sibling_trap(), "{}", told()),
        Subject::Middle => {
            let has_rest = |entry: &String| {
                entry
                    .split_once('*')
                    .is_some_and(|(_, rest)| !rest.is_empty())
            };
            assert!(shown(&result).iter().any(has_rest), "{}", told());
        }
        Subject::Kept => assert!(
            refining.names().any(|one| one.fate == Fate::Kept),
            "{}",
            told()
        ),
        Subject::Characters => {
            // A star that stands within a word of all that begin with it.
            let is_within = |entry: &String| {
                entry.strip_suffix('*').is_some_and(|prefix| {
                    let mut starting = plain.staying.iter();
                    starting.all(|name| {
                        let next = name.as_bytes().get(prefix.len());
                        !starts_with_ignoring_case(name, prefix)
                            || next.is_some_and(|next| !next.is_ascii_uppercase())
                    })
                })
            };
            assert!(shown(&result).iter().any(is_within), "{}", told());
        }
        other => panic!("{other:?} is not refined by hand"),
    }
    if set.subject != Subject::Middle {
        assert_eq!(shown(&result), plain.result(), "{}", told());
    }
}

#[test]
fn a_name_beside_a_prefix_is_no_name_beneath_it() {
    let set = dealt(Subject::Siblings, 0);
    let seeds = (0..SEEDS).map(|seed| dealt(Subject::Opened, seed));
    let mut told = 0;
    for set in seeds.chain([set]) {
        let refining = set.refining().unwrap();
        let plain = Plain::of(refining);
        for name in &plain.staying {
            for prefix in plain.prefixes(name) {
                let starting = plain
                    .staying
                    .iter()
                    .filter(|other| starts_with_ignoring_case(other, prefix))
                    .count();
                let is_beside =
                    plain.is_safe(prefix) && plain.beneath(&plain.staying, prefix).len() == 1;
                let service = refining.wildcard().service().unwrap();
                let entry: ActionPattern = format!("{service}:{prefix}*").parse().unwrap();
                let is_longer = refining
                    .result()
                    .iter()
                    .any(|right| entry.is_included_in(right));
                if is_beside && starting > 1 && !is_longer {
                    let judgement = refining.judge(&[entry]);
                    let miss = judgement.entries[0].1.as_ref().unwrap();
                    assert!(
                        miss.sentence.contains("does not lie beneath it"),
                        "{}",
                        miss.sentence
                    );
                    let beside = miss.because.as_ref().unwrap();
                    assert!(!plain.prefixes(beside.name.as_str()).contains(&prefix));
                    told += 1;
                }
            }
        }
    }
    assert!(told > 0);
}

#[test]
fn the_engines_own_result_is_right_and_no_part_of_it_is() {
    for (subject, seed) in REFINED
        .into_iter()
        .flat_map(|subject| (0..SEEDS).map(move |seed| (subject, seed)))
    {
        let set = dealt(subject, seed);
        let refining = set.refining().unwrap();
        let mut result: Vec<ActionPattern> = refining.result().into_iter().cloned().collect();
        assert!(refining.judge(&result).is_right(), "{subject:?} {seed}");
        result.pop();
        assert!(!refining.judge(&result).is_right(), "{subject:?} {seed}");
    }
}

#[test]
fn who_writes_at_random_has_no_set_right() {
    // A generator of its own: what is dealt must not follow from what is written.
    let mut state = 88_172_645_463_325_252_u64;
    let mut below = move |count: usize| -> usize {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % count as u64).unwrap()
    };
    for subject in REFINED {
        let right = (0..60).filter(|seed| {
            let set = dealt(subject, *seed);
            let refining = set.refining().unwrap();
            let all: Vec<Name> = refining.names().map(|one| one.name.clone()).collect();
            // As many entries as there are to be written, each a name or a prefix that is cut.
            let entries = refining.result().into_iter().map(|_| {
                let name = all[below(all.len())].as_str();
                let cuts: Vec<usize> = Granularity::Word.cuts(name, 0).collect();
                let end = cuts[below(cuts.len())];
                let star = if end < name.len() { "*" } else { "" };
                let service = refining.wildcard().service().unwrap();
                format!("{service}:{}{star}", &name[..end]).parse().unwrap()
            });
            let entries: Vec<ActionPattern> = entries.collect();
            refining.judge(&entries).is_right()
        });
        assert!(right.count() <= 1, "{subject:?}");
    }
}

/// What is told after a set that was right is the trap of that set: the rarest one that is in it, and not one that
/// most sets have.
#[test]
fn what_is_told_is_the_trap_of_the_set() {
    let mut points = BTreeMap::<String, usize>::new();
    for seed in (1..SEEDS).filter(|seed| seed % 3 > 0) {
        let set = dealt(Subject::Shortest, seed);
        let refining = set.refining().unwrap();
        let plain = Plain::of(refining);
        let point = refining.point().expect("a trap");
        *points.entry(point.to_owned()).or_default() += 1;
        // A name that stays though something unused begins with it is rarer than a walk that stops early.
        let begins_unused = |name: &&String| {
            let mut unused = plain.unused.iter();
            unused.any(|other| starts_with_ignoring_case(other, name))
        };
        if plain.staying.iter().any(|name| begins_unused(&name)) {
            assert!(!point.contains("the walk stops"), "{seed} {point}");
        }
    }
    assert!(points.len() > 2, "{points:?}");
}

/// What is left out in the end is not told as written alone.
#[test]
fn what_is_left_out_is_told_with_what_covers_it() {
    for seed in (2..60).step_by(3) {
        let set = dealt(Subject::Siblings, seed);
        let refining = set.refining().unwrap();
        assert!(
            !refining.left_out().is_empty() || set.level < Level::Hard,
            "{seed}"
        );
        let pointed = refining.instructive().expect("a trap");
        let told = refining.decided(&pointed).expect("a sentence");
        let point = refining.point().expect("a trap");
        let is_covered = point.starts_with("an entry that another one covers");
        assert_eq!(is_covered, !refining.left_out().is_empty(), "{seed} {told}");
        assert_eq!(is_covered, told.contains(" is left out: "), "{seed} {told}");
    }
}
