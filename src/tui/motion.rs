//! Moving a cursor in a list, or a text under a window.

/// How far the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row of all.
    First,
    /// To the last row of all.
    Last,
    /// Down by half of the rows that are seen.
    HalfDown,
    /// Up by half of the rows that are seen.
    HalfUp,
    /// Down by as many rows as are seen.
    PageDown,
    /// Up by as many rows as are seen.
    PageUp,
}

/// Where a cursor at `at` of `rows` comes to; it stops at the ends.
pub(crate) fn moved(at: usize, rows: usize, motion: Motion, page: usize) -> usize {
    let last = rows.saturating_sub(1);
    let page = page.max(2);
    let to = match motion {
        Motion::Down => at + 1,
        Motion::Up => at.saturating_sub(1),
        Motion::First => 0,
        Motion::Last => last,
        Motion::HalfDown => at + page / 2,
        Motion::HalfUp => at.saturating_sub(page / 2),
        // A row of the page before stays in sight.
        Motion::PageDown => at + page - 1,
        Motion::PageUp => at.saturating_sub(page - 1),
    };
    to.min(last)
}
