//! Deciding, and taking decisions back. Each says what it did.

use std::collections::BTreeSet;

use super::super::action::Action;
use super::super::model::{Model, Pane};
use super::changed::changed;
use crate::review::{Decision, EntryPlace};

pub(super) fn apply(model: &mut Model, action: &Action) {
    match action {
        Action::Accept => decide_here(model, Decision::Accepted),
        Action::Reject => decide_here(model, Decision::Rejected),
        Action::AcceptAll => decide_all(model, Decision::Accepted),
        Action::RejectAll => decide_all(model, Decision::Rejected),
        Action::Cycle => cycle(model),
        Action::Undo => undo(model),
        Action::Redo => redo(model),
        _ => {}
    }
}

/// Decides what the cursor is on, and goes on to the next undecided entry.
fn decide_here(model: &mut Model, to: Decision) {
    let places = model.decidable();
    if places.is_empty() {
        model.tell("There is nothing to decide here");
        return;
    }
    decide(model, &places, to);
    let here = places.last().copied();
    let next = (model.undecided_places()).find(|place| here.is_none_or(|here| *place > here));
    if let Some(place) = next {
        model.outline.reveal(&model.review, place);
    } else if !model.has_undecided() {
        model.tell("Everything is decided; w shows what would be written");
    }
}

fn decide_all(model: &mut Model, to: Decision) {
    let places = model.review.undecided();
    if places.is_empty() {
        let left = left_to_decide(model.undecided_places().count(), to);
        return model.tell(left);
    }
    decide(model, &places, to);
}

/// What is undecided when no entry is: `count` statements with `NotAction`.
fn left_to_decide(count: usize, to: Decision) -> String {
    let (all, one) = match to {
        Decision::Rejected => ("R", "r"),
        _ => ("A", "a"),
    };
    match count {
        0 => "Nothing is undecided".to_owned(),
        1 => {
            format!("One NotAction is undecided; {all} never takes those: go to it and press {one}")
        }
        _ => format!(
            "{count} NotActions are undecided; {all} never takes those: go to each and press {one}"
        ),
    }
}

/// Undecided, accepted, rejected, and again; of a mixed row the rest is accepted.
fn cycle(model: &mut Model) {
    let places = model.decidable();
    let state = model.review.state();
    let decisions: BTreeSet<_> = places
        .iter()
        .filter_map(|place| state.decision(*place))
        .map(|decision| decision as usize)
        .collect();
    let to = match decisions.iter().collect::<Vec<_>>().as_slice() {
        [] => return model.tell("There is nothing to decide here"),
        [only] if **only == Decision::Accepted as usize => Decision::Rejected,
        [only] if **only == Decision::Rejected as usize => Decision::Undecided,
        _ => Decision::Accepted,
    };
    decide(model, &places, to);
}

/// Decides on all of `places` in one step.
pub(super) fn decide(model: &mut Model, places: &[EntryPlace], to: Decision) {
    let before = model.review.snapshot();
    if model.review.decide(places, to) == 0 {
        model.tell(format!("Already {}", to.as_str()));
        return;
    }
    let what = model.decided_since(&before);
    model.tell(what);
}

fn undo(model: &mut Model) {
    let after = model.review.snapshot();
    let Some(place) = model.review.undo() else {
        model.tell("There is nothing to undo");
        return;
    };
    go_to_change(model, place);
    let what = changed(model.review.state(), &after);
    model.tell(format!("Undid: {what}"));
}

fn redo(model: &mut Model) {
    let before = model.review.snapshot();
    let Some(place) = model.review.redo() else {
        model.tell("There is nothing to redo");
        return;
    };
    go_to_change(model, place);
    let what = changed(&before, model.review.state());
    model.tell(format!("Redid: {what}"));
}

fn go_to_change(model: &mut Model, place: EntryPlace) {
    model.outline.rebuild(&model.review);
    model.outline.reveal(&model.review, place);
    if model.pane == Pane::Trie && model.review.state().entry(place).is_none() {
        model.pane = Pane::Policy;
        model.list = Pane::Policy;
    }
}
