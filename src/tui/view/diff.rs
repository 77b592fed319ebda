//! The diff of the exact bytes that would be written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{draw_lines, rows};
use crate::document::printable;
use crate::review::{DiffLine, DiffRow, SideLine, Written, diff_lines, side_by_side};
use crate::tui::look::Look;
use crate::tui::model::Model;
use crate::tui::text::{fit, width};
use crate::tui::why::policy_name;

/// From this width on the old text stands at the left and the new one at the right.
const BESIDE_FROM: usize = 140;

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
        let old = source.original();
        let new = outcome.text(&loaded.document).unwrap_or_default();
        if room >= BESIDE_FROM {
            let rows = side_by_side(&diff_lines(&old, &new));
            lines.extend(rows.iter().map(|row| beside_line(look, row, room)));
            continue;
        }
        for line in diff_lines(&old, &new) {
            let style = match line {
                DiffLine::Hunk(_) | DiffLine::NoNewline => look.faint,
                DiffLine::Same(_) => Style::new(),
                DiffLine::Removed(_) => look.caution,
                DiffLine::Added(_) => look.safe,
            };
            let text = format!(" {}", printable(&line.to_string()));
            lines.push(Line::styled(fit(&text, room, look.glyphs.more), style));
        }
    }
    lines
}

fn beside_line<'a>(look: &Look, row: &DiffRow, room: usize) -> Line<'a> {
    let (left, right) = match row {
        DiffRow::Hunk(header) => return Line::styled(format!(" {header}"), look.faint),
        DiffRow::Lines(left, right) => (left, right),
    };
    let half = (room - 1) / 2;
    Line::from(vec![
        side(look, left.as_ref(), ("-", look.caution), half),
        Span::styled(look.glyphs.bar, look.faint),
        side(look, right.as_ref(), ("+", look.safe), half),
    ])
}

/// One side of a row, in exactly `room` cells.
fn side<'a>(
    look: &Look,
    line: Option<&SideLine>,
    (sign, changed): (&str, Style),
    room: usize,
) -> Span<'a> {
    let Some(line) = line else {
        return Span::raw(" ".repeat(room));
    };
    let (sign, style) = if line.is_changed {
        (sign, changed)
    } else {
        (" ", Style::new())
    };
    let end = if line.is_unended {
        " (no line end)"
    } else {
        ""
    };
    let text = format!(" {sign}{}{end}", printable(&line.text));
    let text = fit(&text, room, look.glyphs.more);
    let padding = " ".repeat(room - width(&text));
    Span::styled(format!("{text}{padding}"), style)
}
