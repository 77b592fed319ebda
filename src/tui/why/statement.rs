//! Why a policy, a statement or a run of literals is changed or not.

use super::Why;
use super::facts::policy_name;
use crate::iam::Action;
use crate::proof::Relation;
use crate::refine::{EntryOutcome, GoesBecause, StaysBecause};
use crate::review::{Decision, EntryPlace, Review, StatementReview, Written};
use crate::text::counted;
use crate::tui::policy::OutlineRow;
use crate::tui::why::Sign;

pub(crate) fn tell(why: &mut Why, review: &Review, row: OutlineRow) {
    match row {
        OutlineRow::Policy(policy) => tell_policy(why, review, policy),
        OutlineRow::Statement { policy, statement } | OutlineRow::Denies { policy, statement } => {
            tell_statement(why, review, policy, statement);
        }
        OutlineRow::Entry(place) | OutlineRow::New { place, .. } => {
            tell_statement(why, review, place.policy, place.statement);
        }
        OutlineRow::Literals { first, count } => tell_literals(why, review, first, count),
    }
}

fn tell_policy(why: &mut Why, review: &Review, policy: usize) {
    why.title = policy_name(review, policy);
    why.lead(match review.outcomes()[policy].written {
        Written::Unchanged => "Nothing of it is accepted: the same bytes would be written.",
        Written::Changed => "Only the accepted entries change; every other byte stays.",
        Written::NothingLeft => "Nothing of it is left: it is to be detached or deleted.",
    });
    why.count_recommended(review, |place| place.policy == policy);
}

fn tell_statement(why: &mut Why, review: &Review, policy: usize, statement: usize) {
    why.title = format!("statement #{}", statement + 1);
    match &review.state().statements(policy)[statement] {
        StatementReview::Denies => {
            why.lead("Never changed: a Deny takes permissions away, and nobody reports those.");
        }
        StatementReview::NotAction { extension, .. } if extension.additions.is_empty() => {
            why.lead("Left as it is: nothing that is reported is granted by this NotAction.");
        }
        StatementReview::NotAction { extension, .. } => {
            why.lead("A (accept all) skips this; press a to accept it.");
            why.lead(format!(
                "NotAction grants all but its entries. Appending {} takes away exactly these.",
                counted(extension.additions.len(), "entry", "entries")
            ));
            why.lead("Access Analyzer recommends nothing for such policies.");
        }
        StatementReview::Entries(entries) => {
            let changing: Vec<_> = entries.iter().filter(|e| e.plan.changes()).collect();
            let locked = EntryOutcome::Stays(StaysBecause::NotEditable);
            why.lead(
                if changing.is_empty() && entries.iter().any(|e| e.plan.outcome == locked) {
                    "Stays as it is: what would go of it cannot be edited here.".to_owned()
                } else if changing.is_empty() {
                    "Stays as it is: nothing it grants goes.".to_owned()
                } else {
                    format!(
                        "{} of its {} can be narrowed.",
                        changing.len(),
                        counted(entries.len(), "entry", "entries")
                    )
                },
            );
            for decision in [Decision::Undecided, Decision::Accepted, Decision::Rejected] {
                let count = changing.iter().filter(|e| e.decision == decision).count();
                if count > 0 {
                    why.pair(decision.as_str(), count.to_string());
                }
            }
            why.text("Its resources and conditions are never touched.");
            why.count_recommended(review, |place| {
                (place.policy, place.statement) == (policy, statement)
            });
        }
    }
    if review.outcomes()[policy].is_removed(statement) {
        why.signed(
            Sign::Caution,
            "nothing of it is left, so the statement goes",
        );
    }
}

fn tell_literals(why: &mut Why, review: &Review, first: EntryPlace, count: usize) {
    let entries = first.entry..first.entry + count;
    let plans: Vec<_> = entries
        .filter_map(|entry| review.state().entry(EntryPlace { entry, ..first }))
        .map(|entry| &entry.plan)
        .collect();
    let actions: Vec<Action> = (plans.iter())
        .filter_map(|plan| plan.old.as_action())
        .collect();
    why.title = counted(count, "literal action", "literal actions");
    let rejected = review.state().decision(first) == Some(Decision::Rejected);
    match plans.first().map(|plan| &plan.outcome) {
        Some(EntryOutcome::Goes(_)) if rejected => {
            why.lead("They are unused, and stay: you rejected that they go.");
        }
        Some(EntryOutcome::Goes(GoesBecause::ServiceUnused)) => {
            why.lead("They go: their whole service is unused.");
        }
        Some(EntryOutcome::Goes(_)) => why.lead("They go: each of them is unused."),
        Some(EntryOutcome::Stays(StaysBecause::NotEditable)) => {
            why.lead("They stay: each of them is unused, and cannot be edited here.");
        }
        _ => why.lead("They stay: none of them is reported as unused."),
    }
    for entry in first.entry..first.entry + count {
        let place = EntryPlace { entry, ..first };
        let compared = review.compared().get(place);
        if compared.is_some_and(|compared| compared.relation() != Relation::Same) {
            why.tell_recommended(review, place);
        }
    }
    if plans.first().is_some_and(|plan| plan.changes()) {
        let what = if rejected { "ARE UNUSED" } else { "GO" };
        why.heading(format!("THE {count} THAT {what}"));
        why.list_going(review, first.policy, &actions, "");
        why.tell_elsewhere(review, first, count, &actions);
    } else {
        why.count_staying(review, first.policy, &actions);
    }
}
