//! Which rows of the policy pane can be folded, and are unfolded at first.

use super::row::OutlineRow;
use crate::review::{Decision, EntryPlace, Review, State};

/// Entries that become more than this are folded at first.
const LARGEST_UNFOLDED: usize = 12;

/// Whether the row can be folded and unfolded.
pub(super) fn can_fold(review: &Review, row: OutlineRow) -> bool {
    match row {
        OutlineRow::Policy(_) | OutlineRow::Statement { .. } | OutlineRow::Literals { .. } => true,
        OutlineRow::Entry(place) => new_entries(review.state(), place) > 0,
        OutlineRow::New { .. } | OutlineRow::Denies { .. } => false,
    }
}

/// Whether what is beneath the row is to be seen; a row `is_flipped` when its fold is not as it
/// was at first.
pub(super) fn is_open(review: &Review, row: OutlineRow, is_flipped: bool) -> bool {
    can_fold(review, row) && is_open_at_first(review, row) != is_flipped
}

fn is_open_at_first(review: &Review, row: OutlineRow) -> bool {
    match row {
        // The policies of several principals are a list to choose from.
        OutlineRow::Policy(_) => !review.input().has_several_principals(),
        OutlineRow::Statement { .. } => true,
        OutlineRow::Entry(place) => {
            let state = review.state();
            state.decision(place) != Some(Decision::Rejected)
                && new_entries(state, place) <= LARGEST_UNFOLDED
        }
        _ => false,
    }
}

/// How many entries come in the place of the one at `place`, or are appended.
pub(super) fn new_entries(state: &State, place: EntryPlace) -> usize {
    let replacements = state
        .entry(place)
        .and_then(|entry| entry.plan.replacements());
    replacements.map_or(state.additions(place).len(), <[_]>::len)
}
