//! Where the engine and the model agree.

use std::sync::Arc;

use iam_refine::iam::EntryEdit;
use iam_refine::refine::{
    Claim, Emitted, EntryOutcome, EntryPlan, SettledStatement, StatementPlan,
};
use proptest::prelude::*;

use super::decided::settle;
use super::definition::{Becomes, Model};
use super::pattern::covers;
use super::statement::{appended, written};
use super::world::{Kind, StatementText, World};

/// On what becomes of every entry. Compared exactly, spelling and order included: the outcome with
/// its reason, each new entry with its claim and what it grants, the counts, and what is excepted.
pub fn on_every_entry(world: &World) -> Result<(), TestCaseError> {
    for (statement, plan) in world.statements.iter().zip(world.given().plans()) {
        match (statement.kind, plan) {
            (Kind::Allow, StatementPlan::Entries(plans)) => {
                prop_assert_eq!(plans.len(), statement.entries.len());
                for (entry, plan) in statement.entries.iter().zip(&plans) {
                    let expected = Model::new(world, entry).becomes();
                    prop_assert_eq!(told(plan), expected, "{}", entry.text);
                }
            }
            (Kind::AllowNotAction, StatementPlan::NotAction(extension)) => {
                let additions = extension.additions.iter().map(ToString::to_string);
                let additions: Vec<String> = additions.collect();
                prop_assert_eq!(additions, appended(world, &statement.entries));
                prop_assert_eq!(extension.old_entries, statement.entries.len());
            }
            (Kind::Deny, StatementPlan::Denies) => {}
            (kind, plan) => prop_assert!(false, "{:?} gives {:?}", kind, plan),
        }
    }
    Ok(())
}

/// On what a statement is like when the proposals at `accepted` are.
pub fn on_settled_statements(
    world: &World,
    accepted: &[(usize, usize)],
) -> Result<(), TestCaseError> {
    for (place, plan) in world.given().plans().iter().enumerate() {
        let statement = &world.statements[place];
        let accepts = |entry| accepted.contains(&(place, entry));
        let settled = settle(plan, accepts);
        match plan {
            StatementPlan::Denies => prop_assert_eq!(settled, None),
            StatementPlan::NotAction(extension) => {
                let wanted = accepts(0) && !extension.additions.is_empty();
                prop_assert_eq!(settled.is_some(), wanted);
            }
            StatementPlan::Entries(plans) => check_settled(statement, plans, accepts, settled)?,
        }
    }
    Ok(())
}

fn check_settled(
    statement: &StatementText,
    plans: &[Arc<EntryPlan>],
    accepts: impl Fn(usize) -> bool,
    settled: Option<SettledStatement>,
) -> Result<(), TestCaseError> {
    let changes = |place: usize| accepts(place) && plans[place].changes();
    prop_assert_eq!(settled.is_some(), (0..plans.len()).any(changes));
    let Some(settled) = settled else {
        return Ok(());
    };
    let mut all: Vec<(String, bool)> = Vec::new();
    for (place, plan) in plans.iter().enumerate() {
        match plan.replacements() {
            Some(new) if changes(place) => {
                all.extend(new.iter().map(|emitted| (emitted.entry.to_string(), true)));
            }
            _ => all.push((statement.entries[place].text.clone(), false)),
        }
    }
    let is_written = written(&all);
    let only = |wanted: bool| {
        let chosen = all
            .iter()
            .zip(&is_written)
            .filter(move |(_, is)| **is == wanted);
        chosen
            .map(|((text, _), _)| text.clone())
            .collect::<Vec<String>>()
    };
    let entries: Vec<String> = (settled.edit.entries.iter())
        .map(|entry| match entry {
            EntryEdit::Kept(place) => statement.entries[*place].text.clone(),
            EntryEdit::New(new) => new.entry.to_string(),
        })
        .collect();
    prop_assert_eq!(&entries, &only(true));
    let all_left_out: Vec<_> = (0..plans.len())
        .flat_map(|from| settled.left_out(from))
        .collect();
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words
    };
    let left_out = all_left_out.iter().map(|left| left.entry.to_string());
    prop_assert_eq!(sorted(left_out.collect()), sorted(only(false)));
    for left in &all_left_out {
        let (wide, narrow) = (left.covered_by.to_string(), left.entry.to_string());
        prop_assert!(covers(&wide, &narrow), "{wide} covers {narrow}");
        prop_assert!(
            entries.contains(&wide),
            "{narrow} is covered by {wide}, which stands there"
        );
    }
    Ok(())
}

/// What the engine says of an entry, in the model's words.
fn told(plan: &EntryPlan) -> Becomes {
    let (outcome, new) = match &plan.outcome {
        EntryOutcome::Narrowed(new) => ("Narrowed".to_owned(), new.iter().map(line).collect()),
        other => (format!("{other:?}"), Vec::new()),
    };
    Becomes {
        outcome,
        new,
        stays: plan.stays,
        goes: plan.goes,
        excepted: plan.excepted.iter().map(ToString::to_string).collect(),
    }
}

fn line(new: &Emitted) -> String {
    let claim = match &new.claim {
        Claim::SafePrefix { parent } => format!("SafePrefix({parent})"),
        Claim::WholePrefix { prefix } => format!("WholePrefix({prefix})"),
        other => format!("{other:?}"),
    };
    format!("{} {claim} {}", new.entry, new.grants)
}
