//! Practice: every set has the trap of its lesson, its result is the engine's, and what is said of a wrong
//! one is true. All is held against plain string tests.

use std::collections::BTreeMap;
use std::sync::Mutex;

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::{Action, ActionPattern, Name, ServicePrefix, starts_with_ignoring_case};
use iam_refine::lessons::{
    Exercise, Extending, Level, Miss, MissKind, Practice, PracticeSet, PracticeStage, Refining,
    Sets, Subject, Tally, Trap, Writing,
};
use iam_refine::refine::{Fate, Granularity};
use proptest::prelude::*;

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

/// How many seeds every test tries; [`so_have_ten_thousand`] tries more.
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

fn names<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<String> {
    names.map(ToString::to_string).collect()
}

/// A set as strings alone.
struct Plain {
    /// The literal beginning of the wildcard.
    root: usize,
    /// Whether names are cut at every character, and not before capitals alone.
    is_cut_anywhere: bool,
    staying: Vec<String>,
    unused: Vec<String>,
}

impl Plain {
    fn of(refining: &Refining) -> Self {
        Plain {
            root: refining.wildcard().name().literal_prefix().len(),
            is_cut_anywhere: refining.granularity() == Granularity::Character,
            staying: names(refining.staying()),
            unused: names(refining.unused()),
        }
    }

    /// Where names can be cut behind the root, and their ends.
    fn prefixes<'n>(&self, name: &'n str) -> Vec<&'n str> {
        let inner = (self.root + 1..name.len())
            .filter(|at| self.is_cut_anywhere || name.as_bytes()[*at].is_ascii_uppercase());
        let ends = inner.chain([name.len()]).filter(|end| *end > self.root);
        ends.map(|end| &name[..end]).collect()
    }

    fn is_safe(&self, prefix: &str) -> bool {
        !self
            .unused
            .iter()
            .any(|name| starts_with_ignoring_case(name, prefix))
    }

    /// The names that are cut behind `prefix`, or end with it.
    fn beneath<'n>(&self, all: &'n [String], prefix: &str) -> Vec<&'n String> {
        let ends = |name: &str| -> Vec<usize> {
            let prefixes = self.prefixes(name).into_iter().map(str::len);
            prefixes.filter(|end| *end <= prefix.len()).collect()
        };
        // GetSso is one word and GetSSO three: neither lies beneath the other, though they begin alike.
        let is_beneath =
            |name: &&String| starts_with_ignoring_case(name, prefix) && ends(name) == ends(prefix);
        all.iter().filter(is_beneath).collect()
    }

    /// The result for a wildcard with its star at the end, by the definition: for each name that stays its
    /// shortest safe prefix, which stands for it where it stands for others too.
    fn result(&self) -> Vec<String> {
        let mut entries: Vec<String> = self
            .staying
            .iter()
            .map(|name| {
                let prefixes = self.prefixes(name);
                let shortest = prefixes.iter().find(|prefix| self.is_safe(prefix));
                match shortest {
                    Some(prefix) if self.beneath(&self.staying, prefix).len() > 1 => {
                        format!("{prefix}*")
                    }
                    _ => name.clone(),
                }
            })
            .collect();
        entries.sort_by_key(|entry| entry.to_ascii_lowercase());
        entries.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let stars: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry.strip_suffix('*'))
            .map(str::to_owned)
            .collect();
        entries.retain(|entry| {
            let mut others = stars.iter().filter(|star| format!("{star}*") != *entry);
            !others.any(|star| starts_with_ignoring_case(entry, star))
        });
        entries
    }

    fn has_sibling_trap(&self) -> bool {
        self.staying.iter().any(|name| {
            self.prefixes(name).into_iter().any(|prefix| {
                // Of one name beneath nothing else would be written without it.
                let is_told_by_it = self.beneath(&self.staying, prefix).len() > 1;
                let is_beside = self.beneath(&self.unused, prefix).is_empty();
                !self.is_safe(prefix) && is_beside && is_told_by_it
            })
        })
    }

    /// An unsafe prefix below the root, with unused names and others beneath it.
    fn opens_something(&self) -> bool {
        self.staying.iter().any(|name| {
            self.prefixes(name).into_iter().any(|prefix| {
                let others = self.beneath(&self.staying, prefix);
                !self.beneath(&self.unused, prefix).is_empty() && !others.is_empty()
            })
        })
    }

    /// A star whose names all begin with a longer prefix that is cut.
    fn stops_early(&self) -> bool {
        self.result()
            .iter()
            .filter_map(|entry| entry.strip_suffix('*'))
            .any(|prefix| {
                let beneath = self.beneath(&self.staying, prefix);
                let next = |name: &String| {
                    let prefixes = self.prefixes(name);
                    let longer = prefixes.iter().find(|cut| cut.len() > prefix.len());
                    longer.map(|cut| cut.to_ascii_lowercase())
                };
                let first = next(beneath[0]);
                first.is_some() && beneath.iter().all(|name| next(name) == first)
            })
    }
}

fn shown(entries: &[&ActionPattern]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.name().to_string())
        .collect()
}

/// Checks a set by its names alone.
fn check(set: &PracticeSet, seed: u64) {
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

fn check_seeds(seeds: u64, deal: fn(Subject, u64) -> PracticeSet) {
    for seed in 0..seeds {
        for subject in REFINED {
            check(&deal(subject, seed), seed);
        }
        check_extending(&deal(Subject::Extended, seed), seed);
    }
}

#[test]
fn every_set_has_the_trap_of_its_lesson_and_the_engines_result() {
    check_seeds(SEEDS, dealt);
}

#[test]
#[ignore = "takes minutes: ten thousand sets of each subject"]
fn so_have_ten_thousand() {
    check_seeds(10_000, deal);
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
fn a_seed_tells_the_whole_set() {
    for seed in [0, 1, 2, 90] {
        let one = Sets::of(Catalogue::built_in(), &Subject::ALL)
            .deal(seed)
            .unwrap();
        let other = Sets::of(Catalogue::built_in(), &Subject::ALL)
            .deal(seed)
            .unwrap();
        assert_eq!(
            one.refining().unwrap().wildcard(),
            other.refining().unwrap().wildcard()
        );
        assert!(
            one.refining()
                .unwrap()
                .names()
                .eq(other.refining().unwrap().names())
        );
        let next = Sets::of(Catalogue::built_in(), &Subject::ALL)
            .deal(seed + 3 * Subject::ALL.len() as u64)
            .unwrap();
        assert!(
            !one.refining()
                .unwrap()
                .names()
                .eq(next.refining().unwrap().names())
        );
    }
}

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
fn check_extending(set: &PracticeSet, seed: u64) {
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

/// Where a subject without a wildcard has its turn, the next one that has one is taken.
#[test]
fn a_set_with_steps_is_found_from_every_seed() {
    let lessons = |number| Sets::of(Catalogue::built_in(), &Subject::of_lesson(number));
    for seed in 0..12 {
        for number in [3, 5] {
            let set = lessons(number).deal_refined(seed).expect("a wildcard");
            assert!(set.refining().is_some(), "{number} {seed}");
            assert_eq!(set.seed % 3, seed % 3, "{number} {seed}");
            let is_first = lessons(number)
                .deal(seed)
                .is_some_and(|set| set.refining().is_some());
            assert_eq!(set.seed == seed, is_first, "{number} {seed}");
        }
    }
    assert!(lessons(7).deal_refined(0).is_none());
    // No seed comes behind the last one.
    assert!(lessons(1).deal_refined(u64::MAX).is_some());
}

#[test]
fn sets_of_one_wildcard_or_one_service_are_about_nothing_else() {
    let all = Sets::of(Catalogue::built_in(), &Subject::ALL);
    let own = all.clone().of_wildcard("s3:Get*".parse().unwrap());
    for seed in (0..36).step_by(3) {
        let set = own.deal(seed).expect("a set");
        match &set.exercise {
            Exercise::Refine(refining) => assert_eq!(refining.wildcard().to_string(), "s3:Get*"),
            Exercise::Extend(_) => panic!("{seed} {:?}", set.subject),
            Exercise::Choose(choosing) => {
                let mut told = choosing.known.iter().chain([&choosing.asked]);
                assert!(
                    told.any(|line| line.contains("s3:Get*")),
                    "{seed} {choosing:?}"
                );
            }
        }
        let set = all
            .clone()
            .in_service(ServicePrefix::parse("s3").unwrap())
            .deal(seed);
        assert_ne!(set.expect("a set").subject, Subject::Extended, "{seed}");
    }
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
