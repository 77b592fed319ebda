//! The diff of the exact bytes that would be written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{draw_lines, rows};
use crate::document::printable;
use crate::review::{DiffLine, Written, diff_lines};
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::why::policy_name;

pub(super) fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let lines = lines(model, usize::from(area.width));
    model.seen.scrolled = (lines.len(), rows(area));
    let last_top = lines.len().saturating_sub(rows(area));
    model.scroll.diff = model.scroll.diff.min(last_top);
    draw_lines(frame, area, lines.into_iter().skip(model.scroll.diff));
}

/// The diffs of all policies, each under its name.
pub(super) fn lines<'a>(model: &Model, room: usize) -> Vec<Line<'a>> {
    let look = &model.look;
    let review = &model.review;
    let mut lines = Vec::new();
    for (policy, loaded) in review.case().policies.iter().enumerate() {
        let outcome = &review.outcomes()[policy];
        let name = policy_name(review, policy);
        let said = match outcome.written {
            Written::Unchanged => "the same bytes: nothing of it is accepted",
            Written::Changed(_) => "changes as follows",
            Written::NothingLeft => "nothing is left: detach or delete it; no policy is written",
        };
        let heading = format!(" {name}: {said}");
        lines.push(Line::styled(
            fit(&heading, room, look.glyphs.more),
            look.strong,
        ));
        let source = loaded.document.source();
        let old = source.restored(source.text().to_owned());
        let new = outcome.text(&loaded.document).unwrap_or_default();
        for line in diff_lines(&old, &new) {
            let style = match line {
                DiffLine::Hunk(_) | DiffLine::NoNewline => look.faint,
                DiffLine::Same(_) => ratatui::style::Style::new(),
                DiffLine::Removed(_) => look.caution,
                DiffLine::Added(_) => look.safe,
            };
            let text = format!(" {}", printable(&line.to_string()));
            lines.push(Line::styled(fit(&text, room, look.glyphs.more), style));
        }
    }
    lines
}
