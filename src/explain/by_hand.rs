//! What goes with what would be written, and what a person did of it: the preview names it.

use super::Sign;
use super::report::levels_in_words;
use crate::refine::{Mark, MarkKind};
use crate::review::{Decision, Review};
use crate::text::{counted, some_of};

/// How many of each are named.
const NAMED: usize = 4;

/// How many actions go and of which access level, what was used before and goes, what was marked, and what
/// is held back.
pub(super) fn by_hand(review: &Review) -> Vec<(Sign, String)> {
    let gone = gone(review);
    let used = used_before(review).map(|used| (Sign::Caution, used));
    let held = held_back(review).map(|held| (Sign::Caution, held));
    let marked = marked(review);
    let all = gone.into_iter().chain(used).chain(marked);
    all.chain(held).collect()
}

/// `30 unused actions go: 4 Write, 26 Read.`
fn gone(review: &Review) -> Option<(Sign, String)> {
    let gone = &review.now().gone_actions;
    let levels = review.input().universe.catalogue.levels_of(gone);
    let actions = counted(gone.len(), "unused action goes", "unused actions go");
    let levels = levels_in_words(levels.iter());
    let changes = review.changes_something();
    match gone.len() {
        0 if changes => {
            let text = "0 unused actions go: what is accepted is still granted by something else.";
            Some((Sign::Caution, text.to_owned()))
        }
        0 => None,
        _ => Some((Sign::Holds, format!("{actions}: {levels}."))),
    }
}

fn used_before(review: &Review) -> Option<String> {
    let used = review.accepted_used_before();
    let names: Vec<String> = { used.iter() }
        .map(|(name, last)| format!("{name} ({})", last.in_short()))
        .collect();
    (!names.is_empty()).then(|| format!("Used before, and goes: {}.", some_of(&names, NAMED)))
}

/// What was marked in what is accepted, kind by kind.
fn marked(review: &Review) -> Vec<(Sign, String)> {
    const KINDS: [(MarkKind, Sign, &str); 4] = [
        (
            MarkKind::Drop,
            Sign::Caution,
            "Dropped by hand, though not reported",
        ),
        (MarkKind::Keep, Sign::Holds, "Kept by hand"),
        (
            MarkKind::Whole,
            Sign::Caution,
            "Left whole, unused actions included",
        ),
        (MarkKind::Split, Sign::Holds, "Split by hand"),
    ];
    let state = review.state();
    let is_accepted = |place: &_| state.decision(*place) == Some(Decision::Accepted);
    let accepted = state.places().filter(is_accepted);
    let entries = accepted.filter_map(|place| state.entry(place));
    let marks: Vec<&Mark> = entries.flat_map(|entry| &entry.marks).collect();
    let of_kind = |(kind, sign, words): (MarkKind, Sign, &str)| {
        let marks = marks.iter().filter(|mark| mark.kind == kind);
        let named: Vec<String> = marks
            .map(|mark| match &mark.reason {
                Some(reason) => format!("{} ({reason})", mark.prefix),
                None => mark.prefix.to_string(),
            })
            .collect();
        let text = format!("{words}: {}.", some_of(&named, NAMED));
        (!named.is_empty()).then_some((sign, text))
    };
    KINDS.into_iter().filter_map(of_kind).collect()
}

/// What is reported as unused and stays until somebody lets it go.
fn held_back(review: &Review) -> Option<String> {
    let held: Vec<String> = review.held_back().keys().map(ToString::to_string).collect();
    (!held.is_empty()).then(|| format!("Held back, and stays: {}.", some_of(&held, NAMED)))
}
