//! The verdict on what the engine makes of random worlds.

use iam_refine::iam::{Actions, Policy};
use iam_refine::proof::{Knowledge, Part, Verdict, judge};
use iam_refine::refine::{SettledEntry, StatementPlan};
use proptest::prelude::*;

use super::drawn::worlds;

use super::world::{Given, World};

/// The policy with every proposal accepted; none when nothing is left of it.
fn refined(given: &Given, extend: bool) -> Option<Policy> {
    let mut policy = given.policy().clone();
    for (statement, plan) in policy.statements.iter_mut().zip(given.plans()) {
        let is_not_action = matches!(plan, StatementPlan::NotAction(_));
        let Some(settled) = plan.settle(|_| !is_not_action || extend) else {
            continue;
        };
        let old = statement.actions.entries().to_vec();
        let entries = settled.entries.iter().map(|entry| match entry {
            SettledEntry::Old(place) => old[*place].clone(),
            SettledEntry::New { emitted, .. } => emitted.entry.clone(),
            SettledEntry::Appended(pattern) => pattern.clone(),
        });
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
    let knowledge = Knowledge::new(catalogue, unused, [given.policy(), refined]).with_kept(keeps);
    judge(given.policy(), refined, &knowledge, keeps)
}

/// The world as the program gives it to the engine, without marks: nobody tells a judge of them.
fn without_marks(mut world: World) -> Given {
    let statements = world.statements.iter_mut();
    for entry in statements.flat_map(|statement| &mut statement.entries) {
        entry.marks.clear();
    }
    let mut given = world.given();
    given.universe = given.universe.with_kept(&given.options.keeps);
    given
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

    #[test]
    fn what_an_entry_less_denies_is_lost(world in worlds(), at in any::<prop::sample::Index>()) {
        let given = without_marks(world);
        let Some(mut wrong) = refined(&given, false) else { return Ok(()) };
        let place = at.index(wrong.statements.len());
        let statement = &mut wrong.statements[place];
        let Actions::Action(entries) = &mut statement.actions else { return Ok(()) };
        let dropped = entries.remove(at.index(entries.len()));
        let is_allow = statement.effect == iam_refine::iam::Effect::Allow;
        let elements = statement.elements.clone();
        wrong.statements.retain(|statement| !statement.actions.entries().is_empty());
        let loses = given.universe.services().iter().any(|service| {
            given.universe.names(service).iter().any(|name| {
                let action = iam_refine::iam::Action::new(service.clone(), (*name).clone());
                dropped.matches(&action)
                    && !given.universe.is_unused(&action)
                    && !(wrong.statements.iter())
                        .any(|one| one.elements == elements && one.actions.matches(&action))
            })
        });
        if loses && is_allow {
            prop_assert!(!judged(&given, &wrong).part_holds(Part::NothingLost), "{}", dropped);
        }
    }
}
