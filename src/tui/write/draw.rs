//! The preview: what would be written, and what is left as it was.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::explain::before_writing;
use crate::tui::diff;
use crate::tui::lines::{scroll, signed};
use crate::tui::look::Look;
use crate::tui::review::{ReviewScreen, select_found};
use crate::tui::write::WritePreview;

/// The columns that it needs beside the policy: those of a diff.
pub(crate) const COLUMNS: usize = 80;

/// Draws it from the line on where one is, or as near to that as fills the area. Returns how many lines it
/// has, and how many are seen.
pub(crate) fn draw(
    look: &Look,
    screen: &ReviewScreen,
    preview: &mut WritePreview,
    frame: &mut Frame<'_>,
    area: Rect,
) -> (usize, usize) {
    let lines = lines(look, screen, preview, usize::from(area.width));
    let seen = scroll(look, frame, area, lines, &mut preview.top);
    select_found(look, frame, area, preview.found, preview.top);
    seen
}

/// Its lines in so many columns.
pub(crate) fn lines<'a>(
    look: &Look,
    screen: &ReviewScreen,
    preview: &WritePreview,
    room: usize,
) -> Vec<Line<'a>> {
    let target = preview.target.as_ref();
    // The lines below the preview have the proof and the size.
    let mut lines = vec![Line::styled(" WRITE THIS?", look.strong)];
    for (sign, sentence) in before_writing(&screen.review, target) {
        lines.extend(signed(look, Some(sign), &sentence, room));
    }
    lines.push(Line::raw(""));
    lines.extend(diff::lines(look, &screen.review, room));
    lines
}
