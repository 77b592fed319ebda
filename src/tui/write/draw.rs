//! The preview: what would be written, and what is left as it was.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::explain::before_writing;
use crate::tui::diff;
use crate::tui::lines::{scroll, signed};
use crate::tui::look::Look;
use crate::tui::review::ReviewScreen;

/// Draws it from the line `top` on, or as near to that as fills the area; `target` says where it
/// would be written, or why it cannot be. Returns how many lines it has, and how many are seen.
pub(crate) fn draw(
    look: &Look,
    screen: &ReviewScreen,
    target: Option<&Result<String, String>>,
    frame: &mut Frame<'_>,
    area: Rect,
    top: &mut usize,
) -> (usize, usize) {
    let room = usize::from(area.width);
    // The lines below the preview have the proof and the size.
    let mut lines = vec![Line::styled(" WRITE THIS?", look.strong)];
    for (sign, sentence) in before_writing(&screen.review, target) {
        lines.extend(signed(look, Some(sign), &sentence, room));
    }
    lines.push(Line::raw(""));
    lines.extend(diff::lines(look, &screen.review, room));
    scroll(look, frame, area, lines, top)
}
