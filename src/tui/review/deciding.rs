//! Deciding, and taking decisions back. Each says what it did.

use super::changed::changed;
use super::pane::Pane;
use super::screen::ReviewScreen;
use crate::explain::report::{age_unknown, used_names};
use crate::review::{Decision, EntryPlace, State};
use crate::text::{Untrusted, counted};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::typed::Typed;

/// Decides what the cursor is on, and goes on to the next undecided entry.
pub(crate) fn decide_here(shell: &mut Shell, screen: &mut ReviewScreen, to: Decision) {
    let places = screen.decidable();
    if places.is_empty() {
        shell.tell("There is nothing to decide here");
        return;
    }
    if is_decided(screen, &places, to) {
        // The cursor stays: what is said is about the row that it is on.
        return shell.tell(decided_already(screen, &places, to));
    }
    if !decide_several(shell, screen, &places, to) {
        return;
    }
    if to == Decision::Rejected {
        screen.rejected_now.clone_from(&places);
    }
    go_on_from(shell, screen, &places);
}

/// Whether all of `places` are decided so.
fn is_decided(screen: &ReviewScreen, places: &[EntryPlace], to: Decision) -> bool {
    let state = screen.review.state();
    let mut decisions = places.iter().map(|&place| state.decision(place));
    decisions.all(|decision| decision == Some(to))
}

/// What is decided already of the row under the cursor, and what is left to do.
fn decided_already(screen: &ReviewScreen, places: &[EntryPlace], to: Decision) -> String {
    let decided = to.as_str();
    let named = named(screen, places);
    let what = match (screen.current_emitted(), places) {
        (Some(new), _) => format!(
            "{} comes with {named}, which is {decided} already",
            new.entry
        ),
        (None, [_]) => format!("{named} is {decided} already"),
        (None, _) => format!("{named} are {decided} already"),
    };
    let is_all = screen.undecided_places().next().is_none();
    if to != Decision::Accepted || !is_all {
        return what;
    }
    let rejected = match screen.rejected_places().count() {
        0 => String::new(),
        1 => ". 1 entry is rejected, with [-]: on it a accepts it after all".to_owned(),
        count => format!(". {count} entries are rejected, with [-]: on one a accepts it after all"),
    };
    let then = if screen.has_open_task() {
        ". The task is not done; H gives a hint"
    } else if rejected.is_empty() {
        "; everything is decided, w shows what would be written"
    } else {
        ""
    };
    format!("{what}{rejected}{then}")
}

/// What the entries at `places` are called: one by its text, several by their number.
fn named(screen: &ReviewScreen, places: &[EntryPlace]) -> String {
    match places {
        [only] => match screen.review.state().entry(*only) {
            Some(entry) => entry.plan.old.to_string(),
            None => format!("NotAction of statement #{}", only.statement + 1),
        },
        several => counted(several.len(), "proposal", "proposals"),
    }
}

/// Goes to the undecided entry after `places`, or else to the first one.
fn go_on_from(shell: &mut Shell, screen: &mut ReviewScreen, places: &[EntryPlace]) {
    let rank = |place: &EntryPlace| screen.outline.rank(*place);
    let here = places.iter().map(rank).max();
    let mut undecided = screen.undecided_in_order().into_iter();
    let next = undecided.find(|place| Some(rank(place)) > here);
    if let Some(place) = next {
        screen.outline.go_on_to(&screen.review, place);
    } else if let Some(first) = screen.undecided_in_order().first().copied() {
        screen.outline.go_on_to(&screen.review, first);
        if let Some(status) = &mut shell.status {
            status
                .text
                .push_str(", the last; on to the first undecided");
        }
    } else {
        // Whether that was all of a lesson's task.
        screen.refresh();
        if screen.has_open_task() {
            shell.tell("Everything is decided, and the task is not done; H gives a hint");
        } else if !screen.is_lesson_done() {
            shell.tell("Everything is decided; w shows what would be written");
        }
    }
}

/// Asks why what the cursor is on is to be left as it was; right after a rejection, which the cursor
/// has left already, why that. What is rejected has the reason it was given.
pub(crate) fn ask_why_rejected(shell: &mut Shell, screen: &mut ReviewScreen) {
    let (places, just_now) = match std::mem::take(&mut screen.rejected_before) {
        none if none.is_empty() => (screen.decidable(), ""),
        rejected => (rejected, " (rejected just now)"),
    };
    if places.is_empty() {
        return shell.tell("There is nothing to decide here");
    }
    let state = screen.review.state();
    let named = named(screen, &places);
    let mut reasons = places.iter().map(|&place| state.reason(place));
    let first = reasons.next().flatten();
    let is_one = reasons.all(|other| other == first);
    shell.overlay = Overlay::Reject {
        reason: first
            .filter(|_| is_one)
            .map_or_else(Typed::default, |reason| Typed::from(reason.to_string())),
        named: named + just_now,
        places,
    };
}

/// Rejects what the open question is about, for the reason that was typed.
pub(crate) fn confirm_reject(shell: &mut Shell, screen: &mut ReviewScreen) {
    let overlay = std::mem::take(&mut shell.overlay);
    let Overlay::Reject { places, reason, .. } = overlay else {
        shell.overlay = overlay;
        return;
    };
    let reason = reason.trimmed().map(Untrusted::from);
    let before = screen.review.snapshot();
    if screen.review.reject(&places, reason.as_ref()) == 0 {
        return shell.tell("No change");
    }
    let what = decided_since(screen, &before);
    shell.tell(what);
    // Right after that its reason can be given anew.
    screen.rejected_now.clone_from(&places);
    go_on_from(shell, screen, &places);
}

/// Accepts all that is still undecided. What was used before is named first, and what is perhaps not
/// granted long enough, and asked about.
pub(crate) fn accept_all(shell: &mut Shell, screen: &mut ReviewScreen) {
    let undecided = screen.review.undecided();
    match what_to_mind(screen, undecided) {
        Some(question) => shell.overlay = question,
        None => decide_all(shell, screen, Decision::Accepted),
    }
}

/// Accepts what the open question is about.
pub(crate) fn confirm_accept_all(shell: &mut Shell, screen: &mut ReviewScreen) {
    if let Overlay::AcceptAll { places, .. } = std::mem::take(&mut shell.overlay) {
        decide(shell, screen, &places, Decision::Accepted);
    }
}

/// The question whether to accept the proposals at `places`, if something of what goes was used before, or
/// is perhaps not granted long enough.
fn what_to_mind(screen: &ReviewScreen, places: Vec<EntryPlace>) -> Option<Overlay> {
    let used = screen.review.used_before(&places);
    let undated = screen.review.of_unknown_age(&places);
    let mut told = Vec::new();
    if !used.is_empty() {
        told.push(format!("Used before, and would go: {}.", used_names(&used)));
    }
    if !undated.is_empty() {
        told.push(format!("Age unknown: {}.", age_unknown(&undated)));
    }
    let question = match (used.len(), undated.len()) {
        (0, 0) => return None,
        (0, 1) => "The age of the policy is unknown".to_owned(),
        (0, count) => format!("{count} policies are of unknown age"),
        (1, _) => "1 that goes was used before".to_owned(),
        (count, _) => format!("{count} that go were used before"),
    };
    Some(Overlay::AcceptAll {
        places,
        question,
        told,
    })
}

/// Decides on all of `places` in one step. Before several are accepted of which something is to mind, that is
/// asked. Returns whether it is decided.
fn decide_several(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    places: &[EntryPlace],
    to: Decision,
) -> bool {
    let state = screen.review.state();
    let changing = places.iter().copied();
    let changing = changing.filter(|&place| state.decision(place) != Some(to));
    let changing: Vec<EntryPlace> = changing.collect();
    if to == Decision::Accepted
        && changing.len() > 1
        && let Some(question) = what_to_mind(screen, changing)
    {
        shell.overlay = question;
        return false;
    }
    decide(shell, screen, places, to);
    true
}

/// Decides all that is still undecided, in one step; what is `NotAction` never.
pub(crate) fn decide_all(shell: &mut Shell, screen: &mut ReviewScreen, to: Decision) {
    let places = screen.review.undecided();
    if places.is_empty() {
        let left = left_to_decide(screen.undecided_places().count(), to);
        return shell.tell(left);
    }
    decide(shell, screen, &places, to);
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
            format!(
                "One NotAction is undecided; {all} (accept all) skips those: go to it and press {one}"
            )
        }
        _ => format!(
            "{count} NotActions are undecided; {all} (accept all) skips those: go to each and press {one}"
        ),
    }
}

/// Undecided, accepted, rejected, and again; of a mixed row the rest is accepted.
pub(crate) fn cycle(shell: &mut Shell, screen: &mut ReviewScreen) {
    let places = screen.decidable();
    let state = screen.review.state();
    let decisions = places.iter().filter_map(|place| state.decision(*place));
    let decisions: Vec<Decision> = decisions.collect();
    let are_all = |wanted| decisions.iter().all(|decision| *decision == wanted);
    let to = if decisions.is_empty() {
        return shell.tell("There is nothing to decide here");
    } else if are_all(Decision::Accepted) {
        Decision::Rejected
    } else if are_all(Decision::Rejected) {
        Decision::Undecided
    } else {
        Decision::Accepted
    };
    decide_several(shell, screen, &places, to);
}

/// Decides on all of `places` in one step.
pub(crate) fn decide(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    places: &[EntryPlace],
    to: Decision,
) {
    let before = screen.review.snapshot();
    if screen.review.decide(places, to) == 0 {
        shell.tell(format!("Already {}", to.as_str()));
        return;
    }
    let used = match to {
        Decision::Accepted => screen.review.used_before_and_gone(places),
        _ => Vec::new(),
    };
    let what = decided_since(screen, &before);
    shell.tell(match used.len() {
        0 => what,
        count => format!(
            "{what}. Used before, and {}: {}",
            if count == 1 { "goes" } else { "go" },
            used_names(&used)
        ),
    });
}

pub(crate) fn undo(shell: &mut Shell, screen: &mut ReviewScreen) {
    let after = screen.review.snapshot();
    let Some(place) = screen.review.undo() else {
        shell.tell("There is nothing to undo");
        return;
    };
    go_to_change(screen, place);
    let what = changed(screen.review.state(), &after);
    shell.tell(format!("Undid: {what}"));
}

pub(crate) fn redo(shell: &mut Shell, screen: &mut ReviewScreen) {
    let before = screen.review.snapshot();
    let Some(place) = screen.review.redo() else {
        shell.tell("There is nothing to redo");
        return;
    };
    go_to_change(screen, place);
    let what = changed(&before, screen.review.state());
    shell.tell(format!("Redid: {what}"));
}

fn go_to_change(screen: &mut ReviewScreen, place: EntryPlace) {
    screen.outline.rebuild(&screen.review);
    screen.outline.reveal(&screen.review, place);
    if screen.pane == Pane::Trie && screen.review.state().entry(place).is_none() {
        screen.pane = Pane::Policy;
        screen.cursor_pane = Pane::Policy;
    }
}

/// Shows the policy as it is now. Returns what was decided since `before`, in words.
pub(crate) fn decided_since(screen: &mut ReviewScreen, before: &State) -> String {
    screen.outline.rebuild(&screen.review);
    changed(before, screen.review.state())
}
