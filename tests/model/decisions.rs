//! Parts 1 to 4 of the proof: it accepts what the engine gives, and rejects it with one error.
//!
//! The model says whether a planted error is one in its world; where it is none, nothing is asked.

use std::cell::RefCell;
use std::collections::BTreeMap;

use iam_refine::proof::Proved;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::decided::Decided;
use super::drawn::decided_worlds;
use super::planting::{Planted, plant};
use super::world::Kind;

/// How often each error was planted in a world where it is one.
pub type Effective = BTreeMap<&'static str, usize>;

#[test]
fn the_proof_accepts_what_the_engine_gives() {
    check(2_000, |decided| {
        let proved = decided.prove(&decided.edits);
        holds(proved.holds(), || format!("{:?}", proved.faults))?;
        for (statement, edit) in decided.edits.iter().enumerate() {
            let (Some(edit), Kind::Allow) = (edit, decided.world.statements[statement].kind) else {
                continue;
            };
            let entries = &edit.entries;
            let wrong = decided.loses(statement, entries)
                || decided.grants_what_goes(statement, entries)
                || decided.adds(statement, entries);
            holds(!wrong, || "the model finds it wrong".to_owned())?;
        }
        Ok(())
    });
}

#[test]
fn the_proof_rejects_planted_errors() {
    let effective = RefCell::new(Effective::new());
    check(1_500, |decided| {
        for planted in plant(decided) {
            let proved = decided.prove(&planted.edits);
            let found = planted.parts.iter().any(|part| !proved.part_holds(*part));
            holds(found, || rejected_wrongly(&planted, &proved))?;
            *effective.borrow_mut().entry(planted.error).or_default() += 1;
        }
        Ok(())
    });
    let effective = effective.into_inner();
    for (error, least) in [
        ("an entry is dropped", 1_500),
        ("a prefix is widened to its parent", 200),
        ("the widened prefix grants what goes", 200),
        ("an unused action is granted again", 800),
        ("a wholly unused service claims to be unlisted", 50),
        ("an entry lies outside", 800),
        ("the parent is the prefix itself", 200),
        ("the parent is of elsewhere", 200),
        ("the parent is safe", 30),
        ("a wildcard claims to be one action", 200),
        ("a wildcard claims to be kept", 150),
        ("a wildcard claims an unlisted service", 200),
        ("a wildcard claims to extend a NotAction", 200),
        ("an entry is put beside the one it replaces", 1_000),
        ("an entry is appended", 500),
        ("a NotAction loses an entry", 200),
        ("a NotAction is not extended by all", 250),
        ("a NotAction is extended by a replacement", 250),
        ("a NotAction denies what is not unused", 250),
        ("a NotAction denies what is kept", 10),
        ("a Deny is rewritten", 150),
    ] {
        let count = effective.get(error).copied().unwrap_or_default();
        assert!(
            count >= least,
            "{error}: only {count} times, of {effective:?}"
        );
    }
}

/// Runs a check on random decided worlds.
pub fn check(cases: u32, check: impl Fn(&Decided) -> Result<(), TestCaseError>) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    let run = TestRunner::new(config).run(&decided_worlds(), |(world, accepted)| {
        check(&Decided::new(world, &accepted))
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}

pub fn holds(condition: bool, why_not: impl Fn() -> String) -> Result<(), TestCaseError> {
    if condition {
        Ok(())
    } else {
        Err(TestCaseError::fail(why_not()))
    }
}

fn rejected_wrongly(planted: &Planted, proved: &Proved) -> String {
    format!(
        "{}: {:?} found in {:?}",
        planted.error, proved.faults, planted.edits
    )
}
