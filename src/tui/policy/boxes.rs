//! Where the box of a row stands in the policy pane: a click on it decides.

use std::ops::Range;

use super::row::{OutlineRow, PlacedRow};

/// The columns of the pane where the box of a row stands; none for rows without one.
pub(crate) fn box_columns(placed: &PlacedRow) -> Range<usize> {
    match placed.row {
        OutlineRow::Policy(_) | OutlineRow::Entry(_) | OutlineRow::Literals { .. } => {
            let start = indent(placed);
            start..start + 3
        }
        _ => 0..0,
    }
}

/// The column where a row's text begins.
pub(super) fn indent(placed: &PlacedRow) -> usize {
    match placed.row {
        OutlineRow::Policy(_) => 2,
        OutlineRow::New { .. } => 2 * placed.depth + 2,
        _ => 2 * placed.depth,
    }
}
