//! Whom source gives a managed policy to that is not applied in full, against the truth: who gets what is
//! chosen first, written in random forms, and a random part of it is applied.
//!
//! Where the policy can be edited, everybody who gets it by the source has it by the state, or a note at the
//! block that gives it says what could not be read. What is applied in full can be edited, and nothing is noted of it where all
//! is written out.

mod forms;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use iam_refine::sources::{InAws, Matched, Tree, read_state};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

use crate::became::{Became, Tally};
pub use forms::Dice;
use written::World;

/// What the policies of a root module in these files are, as far as its state tells.
pub fn matched(files: &[(String, String)], state: &Value) -> Matched {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let tree = Tree::open(&[folder.path()]).unwrap();
    let unread: Vec<String> = tree.unread(None).map(ToString::to_string).collect();
    assert!(unread.is_empty(), "{unread:?}\n{files:?}");
    let text = state.to_string();
    let state = read_state(&"state.json".into(), text.as_bytes()).unwrap();
    let states = tree.take(vec![(state, None)]).unwrap();
    Matched::of(&tree, &states, &InAws::default(), true)
}

fn judged(world: &World) -> Became {
    let matched = matched(&world.files, &world.state);
    Became::of(&matched, |name| name == "aws_iam_policy.m")
}

/// Holds what became of the policy of a world against the truth.
fn holds(world: &World) -> Result<(), TestCaseError> {
    let became = judged(world);
    let told = &became.told;
    if let Some(holders) = &became.holders {
        let holders = holders.iter().map(|holder| holder.replace("role ", ""));
        let holders: BTreeSet<String> = holders.collect();
        let ahead: Vec<&String> = world.given.difference(&holders).collect();
        for missing in &world.missing {
            let is_at = |place: &String| told.iter().any(|note| note.contains(place));
            let is_said = missing.places.iter().any(is_at);
            prop_assert!(
                is_said || holders.contains(&missing.role),
                "nothing is said of {} at {:?}, but {told:?}\n{world}",
                missing.role,
                missing.places
            );
        }
        prop_assert!(
            ahead.is_empty() || !world.missing.is_empty(),
            "{ahead:?}\n{world}"
        );
    }
    // What of the other policy is not applied is nothing to this one.
    if world.is_applied || world.is_given && !world.is_unknown {
        prop_assert!(became.holders.is_some(), "{told:?}\n{world}");
        let is_noted = !told.is_empty() && !world.is_unknown;
        prop_assert!(!is_noted, "{told:?}\n{world}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn whoever_gets_a_policy_by_the_source_has_it_by_the_state_or_it_is_said(seed in any::<u64>()) {
        holds(&World::of(seed))?;
    }
}

/// As many as `AHEAD` says, from the first seed on.
#[test]
#[ignore = "it takes long: AHEAD=10000 cargo test --test model ahead -- --ignored"]
fn in_very_many_worlds() {
    let count: u64 = std::env::var("AHEAD").map_or(10_000, |count| count.parse().unwrap());
    let mut tally = Tally::default();
    for seed in 0..count {
        let world = World::of(seed);
        if let Err(error) = holds(&world) {
            panic!("seed {seed}: {error}");
        }
        tally.add(&judged(&world));
    }
    assert!(tally.tells_of_all(), "{tally:?}");
}

/// A state in the form that `terraform show -json` prints, of resources with their modules.
pub fn state_of(resources: Vec<(String, Value)>) -> Value {
    let mut own = Vec::new();
    let mut children: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (module, resource) in resources {
        if module.is_empty() {
            own.push(resource);
        } else {
            children.entry(module).or_default().push(resource);
        }
    }
    let children = children.into_iter().map(
        |(address, resources)| serde_json::json!({"address": address, "resources": resources}),
    );
    serde_json::json!({"format_version": "1.0", "values": {"root_module": {
        "resources": own, "child_modules": children.collect::<Vec<_>>(),
    }}})
}
