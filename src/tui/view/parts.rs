//! Where the parts of a screen stand around what it is about.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::{take_bottom, take_top};
use crate::tui::look::Look;

/// From this height on there are rules between the parts.
const RULES_FROM: u16 = 14;

/// Where the parts of a screen stand, from its top to its bottom.
pub(in crate::tui) struct Parts {
    pub(in crate::tui) header: Rect,
    pub(in crate::tui) body: Rect,
    /// What there is to know of the row under the cursor.
    pub(in crate::tui) strip: Option<Rect>,
    /// What would be true if it were written.
    pub(in crate::tui) now: Rect,
    pub(in crate::tui) hints: Rect,
    rules: [Option<Rect>; 3],
}

impl Parts {
    /// Parts of `area` with so many rows for what would be written now, and for the strip, if there
    /// is one. The body gets the rest.
    pub(in crate::tui) fn of(area: Rect, now_rows: u16, strip_rows: Option<u16>) -> Self {
        let mut rest = area;
        let header = take_top(&mut rest);
        let has_rules = area.height >= RULES_FROM;
        let upper = has_rules.then(|| take_top(&mut rest));
        let hints = take_bottom(&mut rest, 1);
        let now = take_bottom(&mut rest, now_rows);
        let lower = has_rules.then(|| take_bottom(&mut rest, 1));
        let strip = strip_rows.map(|rows| take_bottom(&mut rest, rows));
        let middle = strip.map(|_| take_bottom(&mut rest, 1));
        Parts {
            header,
            body: rest,
            strip,
            now,
            hints,
            rules: [upper, middle, lower],
        }
    }

    /// Draws the rules between the parts.
    pub(in crate::tui) fn draw_rules(&self, frame: &mut Frame<'_>, look: &Look) {
        for rule in self.rules.into_iter().flatten() {
            draw_rule(frame, rule, look);
        }
    }
}

/// Draws a rule from one side of `area` to the other.
pub(super) fn draw_rule(frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let text = look.glyphs.rule.repeat(usize::from(area.width));
    frame.render_widget(Span::styled(text, look.faint), area);
}
