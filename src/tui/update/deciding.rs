//! Deciding, and taking decisions back. Each says what it did.

use super::super::model::{Model, Pane};
use super::changed::changed;
use crate::review::{Decision, EntryPlace};

/// Decides what the cursor is on, and goes on to the next undecided entry.
pub(super) fn decide_here(model: &mut Model, to: Decision) {
    let places = model.decidable();
    if places.is_empty() {
        model.tell("There is nothing to decide here");
        return;
    }
    decide(model, &places, to);
    let here = places.last();
    let next = (model.undecided_places()).find(|place| Some(place) > here);
    if let Some(place) = next {
        model.outline.reveal(&model.review, place);
    } else if model.undecided_places().next().is_none() {
        model.tell("Everything is decided; w shows what would be written");
    }
}

/// Decides all that is still undecided, in one step; what is `NotAction` never.
pub(super) fn decide_all(model: &mut Model, to: Decision) {
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
pub(super) fn cycle(model: &mut Model) {
    let places = model.decidable();
    let state = model.review.state();
    let decisions = places.iter().filter_map(|place| state.decision(*place));
    let decisions: Vec<Decision> = decisions.collect();
    let are_all = |wanted| decisions.iter().all(|decision| *decision == wanted);
    let to = if decisions.is_empty() {
        return model.tell("There is nothing to decide here");
    } else if are_all(Decision::Accepted) {
        Decision::Rejected
    } else if are_all(Decision::Rejected) {
        Decision::Undecided
    } else {
        Decision::Accepted
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

pub(super) fn undo(model: &mut Model) {
    let after = model.review.snapshot();
    let Some(place) = model.review.undo() else {
        model.tell("There is nothing to undo");
        return;
    };
    go_to_change(model, place);
    let what = changed(model.review.state(), &after);
    model.tell(format!("Undid: {what}"));
}

pub(super) fn redo(model: &mut Model) {
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
