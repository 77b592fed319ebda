//! What a refined policy was decided to be, of which some may be there or not: a search through all the ways in
//! which its statements could be what was decided says the same.

use std::collections::BTreeSet;

use iam_refine::iam::{ActionPattern, Actions, Policy, Statement};
use iam_refine::proof::{DecidedStatement, Side, unlike_decided};
use proptest::prelude::*;

use super::case::read;

/// A statement that was decided on: its resource, what it becomes and may keep, and whether it may go.
type Decided = (usize, BTreeSet<char>, BTreeSet<char>, bool);

/// A statement that is there.
type Found = (usize, BTreeSet<char>);

fn statement(resource: usize, letters: &BTreeSet<char>) -> Statement {
    let text = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "s3:z", "Resource": "arn:{resource}"}}}}"#
    );
    Statement {
        actions: Actions::Action(entries(letters).into_iter().collect()),
        ..read(&text).policy().statements[0].clone()
    }
}

fn policy(statements: &[Found]) -> Policy {
    let statements = statements.iter();
    Policy {
        statements: statements
            .map(|(resource, letters)| statement(*resource, letters))
            .collect(),
        ..read(r#"{"Statement": {"Effect": "Allow", "Action": "s3:z"}}"#)
            .policy()
            .clone()
    }
}

fn entries(letters: &BTreeSet<char>) -> BTreeSet<ActionPattern> {
    let texts = letters.iter().map(|one| format!("s3:{one}"));
    texts.map(|text| text.parse().unwrap()).collect()
}

fn decided(all: &[Decided]) -> Vec<DecidedStatement> {
    let all = all.iter().enumerate();
    let all = all.map(
        |(place, (resource, becomes, may_stay, may_go))| DecidedStatement {
            place,
            becomes: (!becomes.is_empty()).then(|| statement(*resource, becomes)),
            may_stay: entries(may_stay),
            may_go: *may_go,
        },
    );
    all.collect()
}

/// Whether what was decided can be what is found, by trying every way.
fn can_be(decided: &[Decided], found: &[Found]) -> bool {
    let Some(((resource, becomes, may_stay, may_go), rest)) = decided.split_first() else {
        return found.is_empty();
    };
    if (becomes.is_empty() || *may_go) && can_be(rest, found) {
        return true;
    }
    !becomes.is_empty()
        && (0..found.len()).any(|place| {
            let (found_resource, letters) = &found[place];
            let all: BTreeSet<char> = becomes.union(may_stay).copied().collect();
            let is_it =
                resource == found_resource && becomes.is_subset(letters) && letters.is_subset(&all);
            let mut others = found.to_vec();
            others.remove(place);
            is_it && can_be(rest, &others)
        })
}

fn letters(least: usize) -> impl Strategy<Value = BTreeSet<char>> {
    prop::collection::btree_set(prop::sample::select(vec!['a', 'b', 'c']), least..3)
}

fn one_decided() -> impl Strategy<Value = Decided> {
    let may_go = prop_oneof![3 => Just(false), 1 => Just(true)];
    (0..2_usize, letters(0), letters(0), may_go)
}

/// What was decided as one of the ways in which it can be, and maybe a mistake.
fn case() -> impl Strategy<Value = (Vec<Decided>, Vec<Found>)> {
    let found = (any::<bool>(), letters(0), any::<prop::sample::Index>());
    let all = prop::collection::vec((one_decided(), found), 0..6);
    let mistake = (
        any::<prop::sample::Index>(),
        0..2_usize,
        letters(1),
        0..3_usize,
    );
    (all, prop::option::of(mistake)).prop_map(|(all, mistake)| {
        let mut found: Vec<(usize, Found)> = Vec::new();
        for ((resource, becomes, may_stay, may_go), (is_there, picked, order)) in &all {
            if !becomes.is_empty() && (*is_there || !may_go) {
                let more = picked.intersection(may_stay);
                let letters = becomes.iter().chain(more).copied().collect();
                found.push((order.index(100), (*resource, letters)));
            }
        }
        found.sort();
        let mut found: Vec<Found> = found.into_iter().map(|(_, one)| one).collect();
        if let Some((place, resource, letters, taken_out)) = mistake {
            let at = place.index(found.len() + 1);
            let end = found.len().min(at + taken_out);
            let new = (taken_out < 2).then_some((resource, letters));
            found.splice(at..end, new);
        }
        (all.into_iter().map(|(decided, _)| decided).collect(), found)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn it_is_what_trying_every_way_says((all, found) in case()) {
        let unlike = unlike_decided(&decided(&all), &policy(&found));
        prop_assert_eq!(unlike.is_empty(), can_be(&all, &found));
        // Without those that are said to be too many, no other is.
        let spots: Vec<_> = unlike.iter().filter_map(|one| one.spot).collect();
        prop_assert_eq!(spots.len(), unlike.len());
        let is_extra = |place: usize| {
            spots.iter().any(|spot| (spot.side, spot.statement) == (Side::Refined, place))
        };
        let is_missing = |place: usize| {
            spots.iter().any(|spot| (spot.side, spot.statement) == (Side::Original, place))
        };
        let places = 0..found.len();
        let rest: Vec<Found> =
            places.filter(|&place| !is_extra(place)).map(|place| found[place].clone()).collect();
        let needed: Vec<Decided> =
            (0..all.len()).filter(|&place| !is_missing(place)).map(|place| all[place].clone()).collect();
        prop_assert!(can_be(&needed, &rest), "{:?}", spots);
    }
}
