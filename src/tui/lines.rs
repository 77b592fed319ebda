//! Lines of a screen, and the areas they are drawn in.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::explain::Sign;
use crate::text::{grouped, wrap};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, width};

/// Smaller than this nothing useful can be shown.
const SMALLEST: (u16, u16) = (40, 10);

/// Says so in one line when the screen is too small to show anything useful.
pub(crate) fn is_too_small(frame: &mut Frame<'_>, more: &str) -> bool {
    let (area, (width, height)) = (frame.area(), SMALLEST);
    if area.width >= width && area.height >= height {
        return false;
    }
    // What is needed comes first: the line may be cut.
    let text = format!("needs {width}x{height}, has {}x{}", area.width, area.height);
    let line = Line::raw(fit(&text, usize::from(area.width), more));
    if area.height > 0 {
        frame.render_widget(line, Rect { height: 1, ..area });
    }
    true
}

pub(crate) fn take_top(rest: &mut Rect) -> Rect {
    let top = Rect { height: 1, ..*rest };
    rest.y += 1;
    rest.height -= 1;
    top
}

pub(crate) fn take_bottom(rest: &mut Rect, height: u16) -> Rect {
    rest.height -= height;
    Rect {
        y: rest.bottom(),
        height,
        ..*rest
    }
}

pub(crate) fn take_right(rest: &mut Rect, width: u16) -> Rect {
    rest.width -= width;
    Rect {
        x: rest.right(),
        width,
        ..*rest
    }
}

/// Draws `lines` one below the other, from the top of `area` on.
pub(crate) fn draw_lines<'a>(
    frame: &mut Frame<'_>,
    area: Rect,
    lines: impl IntoIterator<Item = Line<'a>>,
) {
    for (line, y) in lines.into_iter().zip(area.top()..area.bottom()) {
        frame.render_widget(
            line,
            Rect {
                y,
                height: 1,
                ..area
            },
        );
    }
}

/// Draws `lines` from the one at `top` on, or as near to that as fills the area. Returns how many
/// they are, and how many are seen.
pub(crate) fn scroll(
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
    lines: Vec<Line<'_>>,
    top: &mut usize,
) -> (usize, usize) {
    let seen = (lines.len(), rows(area));
    let last_top = lines.len().saturating_sub(rows(area));
    *top = (*top).min(last_top);
    draw_lines(frame, area, lines.into_iter().skip(*top));
    tell_hidden(frame, area, last_top - *top, look);
    seen
}

/// Tells on the rule below a pane how many of its rows are hidden further below.
pub(crate) fn tell_hidden(frame: &mut Frame<'_>, pane: Rect, hidden: usize, look: &Look) {
    let text = format!(" {} {} more ", look.glyphs.below, grouped(hidden));
    let width = cells(width(&text));
    let at = Rect {
        x: pane.right().saturating_sub(width + 1),
        y: pane.bottom(),
        width,
        height: 1,
    };
    let below = frame.buffer_mut().cell((at.x, at.y));
    // A low screen has no rules.
    let is_rule = below.is_some_and(|cell| cell.symbol() == look.glyphs.rule);
    if hidden > 0 && is_rule && pane.width > width {
        frame.render_widget(Span::styled(text, look.faint), at);
    }
}

/// A sentence behind its sign, if it has one, in lines of at most `room` cells. The further lines
/// stand below its first word.
pub(crate) fn signed<'a>(
    look: &Look,
    sign: Option<Sign>,
    sentence: &str,
    room: usize,
) -> Vec<Line<'a>> {
    let wrapped = wrap(&look.spelled(sentence), room.saturating_sub(4)).into_iter();
    let line = |(at, text): (usize, String)| {
        let sign = match (at, sign) {
            (0, Some(sign)) => look.sign(sign),
            _ => Span::raw(" "),
        };
        let text = Span::raw(format!(" {text}"));
        Line::from(vec![Span::raw(" "), sign, text])
    };
    wrapped.enumerate().map(line).collect()
}

/// Marks the line at `index` of what was drawn as the one that keys act on.
pub(crate) fn select_line(frame: &mut Frame<'_>, area: Rect, index: usize, look: &Look) {
    let line = Rect {
        y: area.y.saturating_add(cells(index)),
        height: 1,
        ..area
    };
    let line = line.intersection(area);
    frame.buffer_mut().set_style(line, look.selected);
}

/// The first row to be seen of a list, such that the cursor is seen and as little as possible
/// moves.
pub(crate) fn top_for(cursor: usize, rows: usize, top: usize, height: usize) -> usize {
    let lowest = cursor.saturating_sub(height.saturating_sub(1));
    let fullest = rows.saturating_sub(height);
    top.min(fullest).clamp(lowest, cursor.max(lowest))
}

/// The area without its first line, which is returned apart.
pub(crate) fn under_title(area: Rect) -> (Rect, Rect) {
    let mut rest = area;
    let title = take_top(&mut rest);
    (title, rest)
}

/// How many rows `area` has.
pub(crate) fn rows(area: Rect) -> usize {
    usize::from(area.height)
}

/// `area` without its last `count` rows.
pub(crate) fn without_last(area: Rect, count: usize) -> Rect {
    Rect {
        height: area.height.saturating_sub(cells(count)),
        ..area
    }
}

/// Draws a rule from one side of `area` to the other.
pub(crate) fn draw_rule(frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let text = look.glyphs.rule.repeat(usize::from(area.width));
    frame.render_widget(Span::styled(text, look.faint), area);
}
