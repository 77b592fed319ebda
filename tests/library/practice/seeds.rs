//! What a seed tells: the whole set, whatever it is about.

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::ServicePrefix;
use iam_refine::lessons::{Exercise, PracticeSet, Sets, Subject};

use super::extended::check_extending;
use super::refined::check;
use super::{REFINED, SEEDS, deal, dealt};

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
            Exercise::Extend(_) | Exercise::Whole(_) => panic!("{seed} {:?}", set.subject),
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
