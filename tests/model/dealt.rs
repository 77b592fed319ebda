//! Whole statements to practise on, dealt of AWS's names: their result is what the definitions say, and each has in it
//! what makes it hard.

use std::ops::Range;
use std::sync::LazyLock;
use std::thread;

use iam_refine::catalogue::Catalogue;
use iam_refine::lessons::{Exercise, Level, Sets, Subject, WholeStatement, Writing};
use iam_refine::refine::{Fate, Granularity};

use super::definition::Model;
use super::pattern::{grants, is_literal, name_of, service_of, starts_with};
use super::statement::written;
use super::world::{Entry, Kind, StatementText, World};

/// How many are dealt, of all levels.
const SEEDS: u64 = 300;

/// All of them, dealt once for all tests: that is what takes time.
static DEALT: LazyLock<Vec<WholeStatement>> = LazyLock::new(|| {
    let half = |seeds: Range<u64>| {
        thread::spawn(move || {
            let sets = Sets::of(Catalogue::built_in(), &[Subject::Whole]);
            seeds.map(|seed| deal(&sets, seed)).collect::<Vec<_>>()
        })
    };
    let halves = [half(0..SEEDS / 2), half(SEEDS / 2..SEEDS)];
    let dealt = halves.into_iter().flat_map(|half| half.join().unwrap());
    dealt.collect()
});

fn deal(sets: &Sets, seed: u64) -> WholeStatement {
    let set = sets.deal(seed).unwrap();
    let levels = [Level::Easy, Level::Middling, Level::Hard];
    assert_eq!(levels[usize::try_from(seed % 3).unwrap()], set.level);
    match set.exercise {
        Exercise::Whole(statement) => (*statement).clone(),
        other => panic!("{seed} {other:?}"),
    }
}

/// The names of a statement with this fate, with their service.
fn names(statement: &WholeStatement, is_it: impl Fn(Fate) -> bool) -> Vec<String> {
    let listed = statement.listed().into_iter();
    let listed = listed.filter(|(_, fate)| is_it(*fate));
    listed.map(|(action, _)| action.to_string()).collect()
}

/// All that is known of a statement, as texts.
fn world(statement: &WholeStatement) -> World {
    let mut catalogue: Vec<(String, Vec<String>)> = Vec::new();
    for action in names(statement, |_| true) {
        let (service, name) = (service_of(&action), name_of(&action));
        match catalogue.iter_mut().find(|(other, _)| other == service) {
            Some((_, names)) => names.push(name.to_owned()),
            None => catalogue.push((service.to_owned(), vec![name.to_owned()])),
        }
    }
    let reported = names(statement, |fate| fate != Fate::Stays).into_iter();
    let unused = reported.map(|action| {
        (
            service_of(&action).to_owned(),
            Some(name_of(&action).to_owned()),
        )
    });
    let entries = statement.entries().iter().map(|entry| Entry {
        text: entry.to_string(),
        marks: Vec::new(),
    });
    World {
        catalogue,
        unused: unused.collect(),
        statements: vec![StatementText {
            kind: Kind::Allow,
            entries: entries.collect(),
        }],
        keeps: names(statement, |fate| fate == Fate::Kept),
        used: Vec::new(),
        held: Vec::new(),
        granularity: Granularity::Word,
        layout: 0,
    }
}

/// What becomes of the statement, by the definitions.
fn result(world: &World) -> Vec<String> {
    let mut all: Vec<(String, bool)> = Vec::new();
    for entry in &world.statements[0].entries {
        let becomes = Model::new(world, entry).becomes();
        if becomes.outcome.starts_with("Stays") {
            all.push((entry.text.clone(), false));
        }
        let new = becomes.new.iter().filter_map(|line| line.split(' ').next());
        all.extend(new.map(|entry| (entry.to_owned(), true)));
    }
    let is_written = written(&all).into_iter();
    let written = all.into_iter().zip(is_written).filter(|(_, is)| *is);
    written.map(|((entry, _), _)| entry).collect()
}

/// The prefixes that a name is cut at, before its capitals, with its service; and all of it.
fn prefixes(action: &str) -> Vec<&str> {
    let begins = service_of(action).len() + 2;
    let ends = (begins..action.len()).filter(|at| action.as_bytes()[*at].is_ascii_uppercase());
    ends.chain([action.len()])
        .map(|end| &action[..end])
        .collect()
}

/// Whether an unused name begins with a prefix of one that stays, and none is cut there; or with all of that name.
fn has_trap(statement: &WholeStatement) -> bool {
    let unused = names(statement, |fate| fate == Fate::Goes);
    let staying = names(statement, Fate::stays);
    staying.iter().any(|name| {
        prefixes(name).into_iter().any(|prefix| {
            let starting = unused.iter().filter(|other| starts_with(other, prefix));
            let is_cut = |other: &&String| prefixes(other).contains(&&other[..prefix.len()]);
            let mut beside = starting.clone().filter(|other| !is_cut(other));
            beside.next().is_some() && !starting.clone().any(|other| is_cut(&other))
                || prefix == name && starting.count() > 0
        })
    })
}

#[test]
fn a_whole_statement_becomes_what_the_definitions_say() {
    for (seed, statement) in DEALT.iter().enumerate() {
        let wanted: Vec<String> = statement.wanted().iter().map(ToString::to_string).collect();
        assert_eq!(wanted, result(&world(statement)), "seed {seed}");
        assert!((6..=16).contains(&wanted.len()), "seed {seed}: {wanted:?}");
    }
}

#[test]
fn each_has_in_it_what_makes_it_hard() {
    for (seed, statement) in DEALT.iter().enumerate() {
        let entries = statement.entries().iter().map(ToString::to_string);
        let (literals, wildcards): (Vec<String>, Vec<String>) =
            entries.partition(|entry| is_literal(name_of(entry)));
        let has_middle = |entry: &String| entry.trim_end_matches('*').contains('*');
        let told = format!("seed {seed} {wildcards:?} {literals:?}");
        assert!(
            wildcards.len() >= 2 && wildcards.iter().any(has_middle),
            "{told}"
        );
        let world = world(statement);
        assert!(world.catalogue.len() <= 2, "{told}");
        let all = names(statement, |_| true);
        assert!((20..=40).contains(&all.len()), "{told}: {}", all.len());
        for action in &all {
            assert!(
                Catalogue::built_in().contains(&action.parse().unwrap()),
                "{action}"
            );
            let granting = wildcards.iter().filter(|wildcard| grants(wildcard, action));
            assert_eq!(granting.count(), 1, "{told} {action}");
        }
        // One name beside them is reported, and one is not.
        let unused = names(statement, |fate| fate == Fate::Goes);
        assert_eq!(literals.len(), 2, "{told}");
        let reported = literals.iter().filter(|literal| unused.contains(literal));
        assert_eq!(reported.count(), 1, "{told}");
        assert!(
            literals.iter().all(|literal| all.contains(literal)),
            "{told}"
        );
        // What is kept decides something, what is kept is told with its reason, and a rest is to be written.
        let mut without = world.clone();
        without.keeps.clear();
        let result_without = result(&without);
        assert_eq!(world.keeps.len(), 1, "{told}");
        let is_told =
            |line: &String| line.starts_with(&format!("kept: {}, since ", world.keeps[0]));
        assert!(statement.known().iter().any(is_told), "{told}");
        let wanted = result(&world);
        assert_ne!(wanted, result_without, "{told}");
        assert!(wanted.iter().any(has_middle), "{told} {wanted:?}");
        assert!(has_trap(statement), "{told}");
    }
}
