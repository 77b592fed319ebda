//! Why a policy, a statement or a run of literals is changed or not.

use serde_json::Value;

use super::facts::policy_name;
use super::{ReasonLine, Reasons, Sign};
use crate::explain::outcome::OutcomeReason;
use crate::explain::shared_sentence;
use crate::iam::{Action, ActionPattern};
use crate::proof::Relation;
use crate::refine::{EntryOutcome, StaysBecause};
use crate::review::{Decision, EntryPlace, Review, StatementReview, Written, on_other_services};
use crate::text::{counted, printable, some_of};

/// How many of those who have a policy are named where room is short.
const HOLDERS: usize = 3;

impl Reasons {
    /// Why a policy is changed or not.
    pub fn of_policy(review: &Review, policy: usize) -> Self {
        let mut reasons = Reasons::titled(policy_name(review, policy));
        reasons.lead(match review.outcomes()[policy].written {
            Written::Unchanged => {
                "Nothing of it is accepted: the same bytes would be written.".into()
            }
            Written::Changed => "Only the accepted entries change; every other byte stays.".into(),
            Written::NothingLeft => nothing_left(review, policy),
        });
        reasons.tell_block(review, policy);
        reasons.tell_shared(review, policy);
        reasons.count_recommended(review, |place| place.policy == policy);
        let going: Vec<Action> = review.going_from(policy).into_iter().collect();
        if !going.is_empty() {
            reasons.heading_of_going(going.len());
            reasons.list_going(review, policy, &going, None);
        }
        reasons
    }

    /// Where the policy is written, what is made of it and who has that.
    fn tell_block(&mut self, review: &Review, policy: usize) {
        let loaded = review.policy(policy).loaded;
        let Some(block) = &loaded.origin.block else {
            return;
        };
        let holders = some_of(&block.holders, HOLDERS);
        self.lead(format!("It is of {}.", printable(&holders)));
        self.heading("THE BLOCK");
        let name = loaded.document.source().name();
        self.text(format!("{name}:{}", block.line));
        self.text(printable(&block.address));
        self.heading(match block.makes.len() {
            1 => "MAKES".to_owned(),
            count => format!("MAKES {count}, WHICH CHANGE TOGETHER"),
        });
        for made in &block.makes {
            self.text(printable(made));
        }
        self.heading("WHO HAS IT");
        for holder in &block.holders {
            self.text(printable(holder));
        }
    }

    /// What of a statement is not literal, and why it may not be removed.
    fn tell_locked(&mut self, review: &Review, policy: usize, statement: usize) {
        let document = review.input().document(policy);
        let mut reasons: Vec<&str> = document.opaque_reasons(statement).collect();
        reasons.dedup();
        for reason in reasons {
            let reason = printable(reason);
            self.signed(Sign::Caution, format!("not all of it is literal: {reason}"));
        }
        let state = review.state();
        if let Some(why) = state.why_whole(review.input(), policy, statement) {
            let text = "what is accepted would leave nothing here, so all of it stays";
            self.signed(Sign::Caution, format!("{text}: {}", printable(why)));
        } else if let Some(why) = document.stays_because(statement) {
            let why = printable(why);
            self.signed(
                Sign::Caution,
                format!("the statement is never removed: {why}"),
            );
        }
    }

    /// Who else has the policy, and keeps it as it is.
    fn tell_shared(&mut self, review: &Review, policy: usize) {
        if let Some(shared) = shared_sentence(review, policy) {
            self.signed(Sign::Caution, shared);
        }
    }

    /// Why a statement is changed or not.
    pub fn of_statement(review: &Review, policy: usize, statement: usize) -> Self {
        let mut reasons = Reasons::titled(format!("statement #{}", statement + 1));
        match &review.state().statements(policy)[statement] {
            StatementReview::Denies => {
                reasons.lead(
                    "Never changed: a Deny takes permissions away, and nobody reports those.",
                );
            }
            StatementReview::NotAction { extension, .. } if extension.additions.is_empty() => {
                reasons
                    .lead("Left as it is: nothing that is reported is granted by this NotAction.");
            }
            StatementReview::NotAction { extension, .. } => {
                let place = EntryPlace {
                    policy,
                    statement,
                    entry: 0,
                };
                match review.state().decision(place) {
                    Some(Decision::Rejected) => {
                        reasons.lead("Rejected: left as it was.");
                        reasons.tell_why_rejected(review, place);
                    }
                    Some(Decision::Accepted) => {
                        reasons.lead("Accepted, by itself: A (accept all) skips it.");
                    }
                    _ => reasons.lead("A (accept all) skips this; press a to accept it."),
                }
                reasons.lead(format!(
                    "NotAction grants all but its entries. Appending {} takes away exactly these.",
                    counted(extension.additions.len(), "entry", "entries")
                ));
                reasons.lead("Access Analyzer recommends nothing for such policies.");
                let written = &review.input().document(policy).policy().statements[statement];
                let services = extension
                    .additions
                    .iter()
                    .filter_map(ActionPattern::service);
                if let Some(only) = on_other_services(written, services) {
                    reasons.signed(Sign::Caution, format!("the statement is {only}"));
                }
            }
            StatementReview::Entries(entries) => {
                let changing: Vec<_> = entries.iter().filter(|e| e.plan.changes()).collect();
                let locked = EntryOutcome::Stays(StaysBecause::NotEditable);
                reasons.lead(
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
                        reasons.pair(decision.as_str(), count.to_string());
                    }
                }
                reasons.text("Its resources and conditions are never touched.");
                if review.input().policies.len() == 1 && !changing.is_empty() {
                    // There is no row of the policy that says it.
                    reasons.tell_shared(review, policy);
                }
                reasons.count_recommended(review, |place| {
                    (place.policy, place.statement) == (policy, statement)
                });
            }
        }
        reasons.tell_locked(review, policy, statement);
        if review.input().policies.len() == 1 {
            // There is no row of the policy that says it.
            reasons.tell_block(review, policy);
        }
        if review.outcomes()[policy].is_removed(statement) {
            reasons.signed(
                Sign::Caution,
                "nothing of it is left, so the statement goes",
            );
        }
        reasons.show_statement(review, policy, statement);
        reasons
    }

    /// Shows what a statement says besides its actions, as JSON.
    pub(super) fn show_statement(&mut self, review: &Review, policy: usize, statement: usize) {
        let document = review.input().document(policy);
        let elements = document.policy().statements[statement].elements.to_object();
        let Ok(json) = serde_json::to_string_pretty(&Value::Object(elements)) else {
            return;
        };
        self.aside(|reasons| {
            reasons.heading(format!("STATEMENT #{}", statement + 1));
            let lines = json.lines().map(printable);
            let lines = lines.map(|line| ReasonLine::Json(line.into_owned()));
            reasons.lines.extend(lines);
        });
    }

    /// Why `count` neighbouring literals of one service and one fate, from `first` on, stay or go.
    pub fn of_literals(review: &Review, first: EntryPlace, count: usize) -> Self {
        let mut reasons = Reasons::titled(counted(count, "literal action", "literal actions"));
        let entries = first.entry..first.entry + count;
        let places = entries.map(|entry| EntryPlace { entry, ..first });
        let plans: Vec<_> = (places.clone())
            .filter_map(|place| review.state().entry(place))
            .map(|entry| &entry.plan)
            .collect();
        let actions: Vec<Action> = (plans.iter())
            .filter_map(|plan| plan.old.as_action())
            .collect();
        let rejected = review.state().decision(first) == Some(Decision::Rejected);
        if rejected {
            reasons.lead("They are unused, and stay: you rejected that they go.");
            let because = |place: EntryPlace| review.state().reason(place);
            if places.clone().all(|place| because(place) == because(first)) {
                reasons.tell_why_rejected(review, first);
            }
        } else if let Some(outcome) = OutcomeReason::of_entry(review, first) {
            reasons.lead(outcome.without_note().sentence("Each"));
        }
        reasons.tell_young(review, first.policy);
        for place in places {
            let compared = review.compared().get(place);
            if compared.is_some_and(|compared| compared.relation() != Relation::Same) {
                reasons.tell_recommended(review, place);
            }
        }
        if plans.first().is_some_and(|plan| plan.changes()) {
            let what = if rejected { "ARE UNUSED" } else { "GO" };
            reasons.heading(format!("THE {count} THAT {what}"));
            reasons.tell_unknown_age(review, first.policy);
            reasons.list_going(review, first.policy, &actions, Some(""));
            reasons.tell_elsewhere(review, first, count, &actions);
        } else {
            reasons.count_staying(review, first.policy, &actions);
        }
        reasons.show_statement(review, first.policy, first.statement);
        reasons
    }
}

/// What is to be done of a policy of which nothing is left.
fn nothing_left(review: &Review, policy: usize) -> String {
    match &review.policy(policy).loaded.origin.block {
        Some(block) => format!("Nothing of it is left: it stays; {}.", block.to_remove()),
        None => "Nothing of it is left: it is to be detached or deleted.".to_owned(),
    }
}
