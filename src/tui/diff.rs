//! The diff of the exact bytes that would be written.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::shown_file;
use crate::review::{FileText, Review, Written};
use crate::text::{
    DiffLine, DiffRow, SideLine, diff_lines, printable, side_by_side, unified_diff, wrap,
};
use crate::tui::lines::scroll;
use crate::tui::look::Look;
use crate::tui::text::{pieces, width};

/// From this width on the old text stands at the left and the new one at the right.
const BESIDE_FROM: usize = 140;

/// Draws it from the line `top` on, or as near to that as fills the area. Returns how many lines
/// it has, and how many are seen.
pub(crate) fn draw(
    look: &Look,
    review: &Review,
    frame: &mut Frame<'_>,
    area: Rect,
    top: &mut usize,
) -> (usize, usize) {
    let lines = lines(look, review, usize::from(area.width));
    scroll(look, frame, area, lines, top)
}

/// The diffs of all files, as `patch` reads them.
pub(crate) fn text(review: &Review) -> String {
    (review.files())
        .map(|file| {
            let source = file.source();
            let old = source.original();
            let new = file.text().unwrap_or_default();
            let name = source.name().in_patch("");
            unified_diff(&name, &old, &name, &new)
        })
        .collect()
}

/// The diffs of all files, each under its name.
pub(crate) fn lines<'a>(look: &Look, review: &Review, room: usize) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for file in review.files() {
        let name = shown_file(file.first.loaded);
        let mut policies = file.outcome.policies.iter();
        let stays =
            policies.any(|&policy| review.outcomes()[policy].written == Written::NothingLeft);
        let said = match file.outcome.written {
            FileText::Unchanged if stays => {
                "the same bytes: nothing is left of a policy, which stays as it is"
            }
            FileText::Unchanged => "the same bytes: nothing of it is accepted",
            FileText::Changed(_) => "changes as follows",
            FileText::NothingLeft => "nothing is left: detach or delete it; no policy is written",
        };
        for text in wrap(&format!("{name}: {said}"), room.saturating_sub(1)) {
            lines.push(Line::styled(format!(" {text}"), look.strong));
        }
        let old = file.source().original();
        let new = file.text().unwrap_or_default();
        if room >= BESIDE_FROM {
            let rows = side_by_side(&diff_lines(&old, &new));
            lines.extend(rows.iter().flat_map(|row| beside_lines(look, row, room)));
            continue;
        }
        for line in diff_lines(&old, &new) {
            let style = match line {
                DiffLine::Hunk(_) | DiffLine::NoNewline => look.faint,
                DiffLine::Same(_) => Style::new(),
                DiffLine::Removed(_) => look.caution,
                DiffLine::Added(_) => look.safe,
            };
            let line = line.to_string();
            let (sign, text) = line.split_at_checked(1).unwrap_or(("", &line));
            let texts = in_lines(look, sign, text, room).into_iter();
            lines.extend(texts.map(|text| Line::styled(text, style)));
        }
    }
    lines
}

/// A line of a text behind its sign, in as many lines of `room` cells as show all of it; a sign of
/// their own distinguishes the further ones from lines of the text.
fn in_lines(look: &Look, sign: &str, text: &str, room: usize) -> Vec<String> {
    let text = printable(text);
    let pieces = pieces(&text, room.saturating_sub(2).max(1)).into_iter();
    let line = |(at, piece)| match at {
        0 => format!(" {sign}{piece}"),
        _ => format!(" {}{piece}", look.glyphs.more),
    };
    pieces.enumerate().map(line).collect()
}

fn beside_lines<'a>(look: &Look, row: &DiffRow, room: usize) -> Vec<Line<'a>> {
    let (left, right) = match row {
        DiffRow::Hunk(header) => return vec![Line::styled(format!(" {header}"), look.faint)],
        DiffRow::Lines(left, right) => (left, right),
    };
    let half = (room - 1) / 2;
    let left = side(look, left.as_ref(), ("-", look.caution), half);
    let right = side(look, right.as_ref(), ("+", look.safe), half);
    let line = |at: usize| {
        let cell = |side: &[Span<'a>]| {
            let empty = || Span::raw(" ".repeat(half));
            side.get(at).cloned().unwrap_or_else(empty)
        };
        let bar = Span::styled(look.glyphs.bar, look.faint);
        Line::from(vec![cell(&left), bar, cell(&right)])
    };
    (0..left.len().max(right.len())).map(line).collect()
}

/// One side of a row, in lines of exactly `room` cells.
fn side<'a>(
    look: &Look,
    line: Option<&SideLine>,
    (sign, changed): (&str, Style),
    room: usize,
) -> Vec<Span<'a>> {
    let Some(line) = line else { return Vec::new() };
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
    let lines = in_lines(look, sign, &format!("{}{end}", line.text), room).into_iter();
    let padded = |text: String| {
        let padding = " ".repeat(room.saturating_sub(width(&text)));
        Span::styled(format!("{text}{padding}"), style)
    };
    lines.map(padded).collect()
}
