//! To whom templates give a managed policy, and whom they put into a group, that AWS does not show, against the truth:
//! who gets what by what is chosen first, and then written in random forms.
//!
//! Where a policy can be edited, whoever gets it is known to have it, or a note at the resource that gives it says that
//! nobody can tell. What is another's costs nothing.

mod forms;
mod written;

use iam_refine::cloudformation::Template;
use iam_refine::policies::Account;
use iam_refine::sources::{InAws, Matched, Stack, TemplateFile, Templates};
use iam_refine::text::{Json, Source};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::became::{Became, Tally};
use written::{Truth, World};

fn source(name: &str, text: &str) -> Source {
    Source::from_text(name, text)
}

fn judged(world: &World) -> Became {
    let text = source("template.yaml", &world.template);
    let template = Template::read(&text).unwrap_or_else(|why| panic!("{why}\n{world}"));
    assert!(template.macros.is_empty(), "{world}");
    let templates = Templates {
        files: vec![TemplateFile {
            source: text,
            template,
        }],
        unread: Vec::new(),
    };
    let stack = source("stack.json", &world.stack);
    let stack = Stack::read(&stack, &Json::parse(&stack).unwrap()).unwrap();
    let account = source("account.json", &world.account);
    let account = Account::read(&account, &Json::parse(&account).unwrap()).unwrap();
    let held = InAws {
        accounts: vec![account],
        policies: Vec::new(),
    };
    let matched = Matched::of_templates(&templates, &[stack], &held, &[]).unwrap();
    Became::of(&matched, |name| name.contains(world.policy()))
}

/// Holds what became of the policy of a world against the truth.
fn holds(world: &World) -> Result<(), TestCaseError> {
    let became = judged(world);
    let told = &became.told;
    let place = format!("template.yaml:{}:", world.line_of_giver());
    let is_noted = told.iter().any(|note| note.contains(&place));
    match (&world.truth, &became.holders) {
        (Truth::Somebody(who), Some(holders)) => {
            let is_known = who.as_ref().is_some_and(|who| holders.contains(who));
            prop_assert!(is_noted || is_known, "nothing is said: {told:?}\n{world}");
        }
        (Truth::AsAwsHasIt | Truth::Somebody(_), _) => {}
        (Truth::Nobody, Some(_)) => {
            prop_assert!(told.is_empty() || world.is_computed, "{told:?}\n{world}");
        }
        (Truth::Nobody, None) => prop_assert!(false, "it stays: {told:?}\n{world}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn whoever_gets_a_policy_by_a_template_has_it_in_aws_or_it_is_said(seed in any::<u64>()) {
        holds(&World::of(seed))?;
    }
}

/// As many as `TEMPLATES` says, from the first seed on.
#[test]
#[ignore = "it takes long: TEMPLATES=100000 cargo test --test model templates -- --ignored"]
fn in_very_many_worlds() {
    let count: u64 = std::env::var("TEMPLATES").map_or(10_000, |count| count.parse().unwrap());
    let (mut tally, mut failed) = (Tally::default(), 0);
    for seed in 0..count {
        let world = World::of(seed);
        if let Err(error) = holds(&world) {
            failed += 1;
            println!("seed {seed}: {error}");
        }
        tally.add(&judged(&world));
    }
    println!("{failed} are wrong");
    assert!(tally.tells_of_all() && failed == 0, "{tally:?}");
}
