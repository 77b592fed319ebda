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

/// How many lines of a text in a panel a page key moves.
const PAGE: usize = 10;

/// Where one is in a text in a panel, as the last drawing had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scrolled {
    /// The first line that is seen.
    pub(crate) top: usize,
    /// The last one that can be the first.
    pub(crate) last: usize,
}

impl Scrolled {
    /// In a text of so many lines, of which so many are seen.
    pub(crate) fn within(self, lines: usize, seen: usize) -> Self {
        let last = lines.saturating_sub(seen);
        Scrolled {
            top: self.top.min(last),
            last,
        }
    }

    pub(crate) fn move_by(&mut self, motion: Motion) {
        self.top = moved(self.top, self.last + 1, motion, PAGE);
    }
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
