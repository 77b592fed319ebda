//! The why pane, and the strip of two lines that stands for it on small screens.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{draw_lines, pane_title, rows, under_title};
use crate::tui::look::Look;
use crate::tui::model::{Model, Pane};
use crate::tui::text::{self, fit, spread, wrap};
use crate::tui::why::WhyLine;

/// How many actions of a list are shown when not everything fits; all when the pane is gone to.
const LISTED: usize = 6;

pub(super) fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let line = pane_title(model, Pane::Why, &model.why.title, Vec::new(), title.width);
    frame.render_widget(line, title);
    let is_focused = model.pane == Pane::Why;
    let mut shown = lines(model, usize::from(area.width), true);
    if !is_focused && shown.len() > rows(body) {
        shown = lines(model, usize::from(area.width), false);
    }
    let last_top = shown.len().saturating_sub(rows(body));
    model.seen.why = body;
    if is_focused {
        model.seen.scrolled = (shown.len(), rows(body));
    }
    model.scroll.why = model.scroll.why.min(last_top);
    draw_lines(frame, body, shown.into_iter().skip(model.scroll.why));
}

/// The most important sentences.
pub(super) fn draw_strip(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = wrap(&model.why.lead.join(" "), room);
    if lines.len() > rows(area) {
        lines.truncate(rows(area));
        if let Some(last) = lines.last_mut() {
            let more = model.look.glyphs.more;
            *last = fit(&format!("{last}{more}"), room, more);
        }
    }
    let lines = lines.into_iter().map(|line| Line::raw(format!(" {line}")));
    draw_lines(frame, area, lines);
}

fn lines<'a>(model: &Model, width: usize, shows_all: bool) -> Vec<Line<'a>> {
    let look = &model.look;
    let room = width.saturating_sub(2);
    let mut lines: Vec<Line<'a>> = Vec::new();
    for sentence in &model.why.lead {
        lines.extend(indented(wrap(sentence, room)));
    }
    let mut marks = 0;
    let mut listed = 0;
    let mut left_out = 0;
    for line in &model.why.lines {
        if let WhyLine::Listed(name, value) = line {
            listed += 1;
            if shows_all || listed <= LISTED {
                lines.push(pair(name, value, width, look.glyphs.more));
            } else {
                left_out += 1;
            }
            continue;
        }
        if left_out > 0 {
            let more = look.glyphs.more;
            lines.push(Line::styled(format!(" {left_out} more{more}"), look.faint));
            left_out = 0;
        }
        match line {
            WhyLine::Heading(text) => {
                if !lines.is_empty() {
                    lines.push(Line::raw(""));
                }
                lines.push(Line::styled(
                    format!(" {}", fit(text, room, look.glyphs.more)),
                    look.strong,
                ));
            }
            WhyLine::Text(text) => {
                let wrapped = indented(wrap(text, room));
                lines.extend(wrapped.map(|line| line.style(look.faint)));
            }
            WhyLine::Mark(name, reason) => {
                let is_selected = model.pane == Pane::Why && marks == model.mark;
                lines.extend(mark(look, name, reason, width, is_selected));
                marks += 1;
            }
            WhyLine::Pair(name, value) => {
                lines.push(pair(name, value, width, look.glyphs.more));
            }
            WhyLine::Signed(sign, text) => {
                for (at, rest) in wrap(text, room.saturating_sub(2)).into_iter().enumerate() {
                    let sign = match at {
                        0 => look.sign(*sign),
                        _ => Span::raw(" "),
                    };
                    lines.push(Line::from(vec![
                        Span::raw(" "),
                        sign,
                        Span::raw(format!(" {rest}")),
                    ]));
                }
            }
            WhyLine::Listed(..) => {}
        }
    }
    if left_out > 0 {
        let more = look.glyphs.more;
        lines.push(Line::styled(format!(" {left_out} more{more}"), look.faint));
    }
    lines
}

/// A mark with its reason beside it, or in lines of its own below where it is long.
fn mark<'a>(
    look: &Look,
    name: &str,
    reason: &str,
    width: usize,
    is_selected: bool,
) -> Vec<Line<'a>> {
    let sign = if is_selected { look.glyphs.cursor } else { " " };
    let left = vec![Span::raw(format!("{sign}{name}"))];
    let right = format!(" {reason} ");
    let is_beside = text::width(name) + 1 + text::width(&right) <= width;
    let (beside, below) = if is_beside {
        (right, Vec::new())
    } else {
        (String::new(), wrap(reason, width.saturating_sub(4)))
    };
    let first = spread(left, vec![Span::raw(beside)], width, look.glyphs.more);
    let first = if is_selected {
        first.style(look.selected)
    } else {
        first
    };
    let below = below
        .into_iter()
        .map(|text| Line::raw(format!("   {text}")));
    std::iter::once(first).chain(below).collect()
}

fn indented<'a>(lines: Vec<String>) -> impl Iterator<Item = Line<'a>> {
    lines.into_iter().map(|line| Line::raw(format!(" {line}")))
}

fn pair<'a>(name: &str, value: &str, width: usize, more: &str) -> Line<'a> {
    let left = vec![Span::raw(format!(" {name}"))];
    let right = vec![Span::raw(format!(" {value} "))];
    spread(left, right, width, more)
}
