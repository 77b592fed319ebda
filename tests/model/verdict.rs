//! The verdict on what the engine makes of random worlds.

use std::cell::Cell;

use iam_refine::iam::{Action, ActionPattern, Actions, Effect, Policy};
use iam_refine::proof::{Knowledge, Part, Verdict, judge};
use iam_refine::refine::StatementPlan;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use super::decided::settle;
use super::drawn::worlds;
use super::world::{Given, World};

/// The policy with every proposal accepted; none when nothing is left of it.
fn refined(given: &Given, extend: bool) -> Option<Policy> {
    let mut policy = given.policy().clone();
    for (statement, plan) in policy.statements.iter_mut().zip(given.plans()) {
        let is_not_action = matches!(plan, StatementPlan::NotAction(_));
        let Some(settled) = settle(&plan, |_| !is_not_action || extend) else {
            continue;
        };
        let old = statement.actions.entries().to_vec();
        let entries = settled.edit.patterns(&old).cloned();
        statement.actions = match statement.actions {
            Actions::Action(_) => Actions::Action(entries.collect()),
            Actions::NotAction(_) => Actions::NotAction(entries.collect()),
        };
    }
    policy
        .statements
        .retain(|statement| !statement.actions.entries().is_empty());
    (!policy.statements.is_empty()).then_some(policy)
}

fn judged(given: &Given, refined: &Policy) -> Verdict {
    let (catalogue, unused) = (&given.universe.catalogue, &given.universe.unused);
    let keeps = &given.options.keeps;
    let knowledge = Knowledge::new(catalogue, unused, [given.policy(), refined])
        .with_kept(keeps)
        .with_held(given.held.iter().map(|(action, _)| action))
        .with_used(&given.universe.used);
    judge(
        given.policy(),
        refined,
        &knowledge,
        given.options.curation(&[], &given.held),
    )
}

/// The world as the program gives it to the engine, without marks: nobody tells a judge of them.
fn without_marks(mut world: World) -> Given {
    let statements = world.statements.iter_mut();
    for entry in statements.flat_map(|statement| &mut statement.entries) {
        entry.marks.clear();
    }
    world.given()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn what_the_engine_makes_is_accepted(world in worlds(), extend in any::<bool>()) {
        let given = without_marks(world);
        if let Some(refined) = refined(&given, extend) {
            let verdict = judged(&given, &refined);
            prop_assert!(verdict.holds(), "{:#?}\n{:?}", verdict.objections, refined);
        }
    }
}

#[test]
fn what_an_entry_less_denies_is_lost() {
    let lost = Cell::new(0);
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(2_000)
    };
    let drawn = (worlds(), any::<Index>());
    let run = TestRunner::new(config).run(&drawn, |(world, at)| {
        let given = without_marks(world);
        let Some((wrong, dropped)) = with_an_entry_less(&given, at) else {
            return Ok(());
        };
        let verdict = judged(&given, &wrong);
        prop_assert!(!verdict.part_holds(Part::NothingLost), "{dropped}");
        lost.set(lost.get() + 1);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
    assert!(lost.get() >= 600, "only {} times", lost.get());
}

/// What the engine makes, without one entry, and that entry; none where nothing is lost by it.
fn with_an_entry_less(given: &Given, at: Index) -> Option<(Policy, ActionPattern)> {
    let mut wrong = refined(given, false)?;
    let place = at.index(wrong.statements.len());
    let statement = &mut wrong.statements[place];
    let Actions::Action(entries) = &mut statement.actions else {
        return None;
    };
    let dropped = entries.remove(at.index(entries.len()));
    let is_allow = statement.effect == Effect::Allow;
    let elements = statement.elements.clone();
    wrong
        .statements
        .retain(|statement| !statement.actions.entries().is_empty());
    let loses = given.universe.services().iter().any(|service| {
        given.universe.names(service).iter().any(|name| {
            let action = Action::new(service.clone(), (*name).clone());
            dropped.matches(&action)
                && !given.universe.is_unused(&action)
                && !(wrong.statements.iter())
                    .any(|one| one.elements == elements && one.actions.matches(&action))
        })
    });
    (loses && is_allow).then_some((wrong, dropped))
}
