//! Where the parts of a screen stand around what it is about.

use crate::tui::lines::{draw_rule, take_bottom, take_top};
use crate::tui::look::Look;
use ratatui::Frame;
use ratatui::layout::Rect;

/// From this height on there are rules between the parts.
const RULES_FROM: u16 = 14;

/// Where the parts of a screen stand, from its top to its bottom.
pub(crate) struct Parts {
    pub(crate) header: Rect,
    pub(crate) body: Rect,
    /// What there is to know of the row under the cursor.
    pub(crate) strip: Option<Rect>,
    /// What would be true if it were written.
    pub(crate) now: Rect,
    rules: [Option<Rect>; 3],
}

impl Parts {
    /// Parts of `area` with so many rows for what would be written now, and for the strip, if there
    /// is one. The body gets the rest.
    pub(crate) fn of(area: Rect, now_rows: u16, strip_rows: Option<u16>) -> Self {
        let mut rest = area;
        let header = take_top(&mut rest);
        let has_rules = area.height >= RULES_FROM;
        let upper = has_rules.then(|| take_top(&mut rest));
        // The last line of the screen.
        take_bottom(&mut rest, 1);
        let now = take_bottom(&mut rest, now_rows);
        let lower = has_rules.then(|| take_bottom(&mut rest, 1));
        let strip = strip_rows.map(|rows| take_bottom(&mut rest, rows));
        let middle = strip.map(|_| take_bottom(&mut rest, 1));
        Parts {
            header,
            body: rest,
            strip,
            now,
            rules: [upper, middle, lower],
        }
    }

    /// Draws the rules between the parts.
    pub(crate) fn draw_rules(&self, frame: &mut Frame<'_>, look: &Look) {
        for rule in self.rules.into_iter().flatten() {
            draw_rule(frame, rule, look);
        }
    }
}
