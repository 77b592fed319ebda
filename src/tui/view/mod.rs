//! Drawing the model: where everything stands, by the size of the screen.

mod diff;
pub(super) mod footer;
mod granularity;
mod header;
pub(super) mod help;
mod now;
pub(super) mod parts;
mod policy;
mod size;
mod steps;
mod task;
mod tree;
mod trie;
mod why;
mod write;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::look::{Look, Sign};
use super::model::{Model, Overlay, Pane, Seen};
use super::text::{cells, fit, spread, width, wrap};
use crate::text::grouped;
use parts::Parts;

pub(super) use policy::box_columns;
pub(super) use tree::TreeView;

/// From this width on the panes stand side by side.
const WIDE_FROM: u16 = 100;

/// Smaller than this nothing useful can be shown.
const SMALLEST: (u16, u16) = (40, 10);

/// Draws all of it. What it learns of where things stand is kept for clicks and pages.
pub fn view(model: &mut Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    model.seen = Seen {
        policy_top: model.seen.policy_top,
        is_too_small: is_too_small(frame, model.look.glyphs.more),
        ..Seen::default()
    };
    if !model.seen.is_too_small {
        draw(model, frame, area);
        footer::draw_long_status(model.status.as_ref(), &model.look, frame, area);
    }
}

fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    if matches!(model.overlay, Overlay::None | Overlay::Quit) && model.steps.is_some() {
        return steps::draw(model, frame, area);
    }
    if matches!(model.overlay, Overlay::Help(_)) && model.steps.is_some() {
        return steps::draw_keys(model, frame, area);
    }
    let is_wide = area.width >= WIDE_FROM;
    let mut rest = area;
    for line in task::lines(model, area.width, area.height) {
        frame.render_widget(line, take_top(&mut rest));
    }
    // The lower a screen is, the more of what only accompanies is left out.
    let now_rows = if rest.height >= 12 { 2 } else { 1 };
    let strip_rows = (!is_wide && rest.height >= 18).then_some(2);
    let parts = Parts::of(rest, now_rows, strip_rows);
    header::draw(model, frame, parts.header, is_wide);
    parts.draw_rules(frame, &model.look);
    draw_body(model, frame, parts.body, is_wide);
    if let Some(strip) = parts.strip {
        why::draw_strip(model, frame, strip);
    }
    now::draw(model, frame, parts.now);
    frame.render_widget(footer::line(model, parts.hints.width), parts.hints);
}

fn draw_body(model: &mut Model, frame: &mut Frame<'_>, area: Rect, is_wide: bool) {
    match (&model.overlay, model.pane) {
        (Overlay::Write, _) => write::draw(model, frame, area),
        (Overlay::Help(_), _) => help::draw(model, frame, area),
        (Overlay::Granularity(_), _) => granularity::draw(model, frame, area),
        (_, Pane::Diff) => diff::draw(model, frame, area),
        (_, _) if is_wide => draw_panes(model, frame, area),
        (_, Pane::Policy) => policy::draw(model, frame, area),
        (_, Pane::Trie) => trie::draw(model, frame, area),
        (_, Pane::Why) => why::draw(model, frame, area),
    }
}

/// The three panes side by side, with a bar between them.
fn draw_panes(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let inner = area.width - 2;
    let policy = inner * 36 / 100;
    let trie = inner * 37 / 100;
    let first = Rect {
        width: policy,
        ..area
    };
    let second = Rect {
        x: first.right() + 1,
        width: trie,
        ..area
    };
    let third = Rect {
        x: second.right() + 1,
        width: inner - policy - trie,
        ..area
    };
    for bar in [first.right(), second.right()] {
        for y in area.top()..area.bottom() {
            let at = Rect::new(bar, y, 1, 1);
            frame.render_widget(Span::styled(model.look.glyphs.bar, model.look.faint), at);
        }
    }
    policy::draw(model, frame, first);
    trie::draw(model, frame, second);
    why::draw(model, frame, third);
}

/// Says so in one line when the screen is too small to show anything useful.
pub(super) fn is_too_small(frame: &mut Frame<'_>, more: &str) -> bool {
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

pub(super) fn take_top(rest: &mut Rect) -> Rect {
    let top = Rect { height: 1, ..*rest };
    rest.y += 1;
    rest.height -= 1;
    top
}

pub(super) fn take_bottom(rest: &mut Rect, height: u16) -> Rect {
    rest.height -= height;
    Rect {
        y: rest.bottom(),
        height,
        ..*rest
    }
}

/// Draws `lines` one below the other, from the top of `area` on.
pub(super) fn draw_lines<'a>(
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

/// Tells on the rule below a pane how many of its rows are hidden further below.
pub(super) fn tell_hidden(frame: &mut Frame<'_>, pane: Rect, hidden: usize, look: &Look) {
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
pub(super) fn signed<'a>(
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
pub(super) fn select_line(frame: &mut Frame<'_>, area: Rect, index: usize, look: &Look) {
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
pub(super) fn top_for(cursor: usize, rows: usize, top: usize, height: usize) -> usize {
    let lowest = cursor.saturating_sub(height.saturating_sub(1));
    let fullest = rows.saturating_sub(height);
    top.min(fullest).clamp(lowest, cursor.max(lowest))
}

/// The area without its first line, which is returned apart.
pub(super) fn under_title(area: Rect) -> (Rect, Rect) {
    let mut rest = area;
    let title = take_top(&mut rest);
    (title, rest)
}

/// The title of a pane: its number and name, and what stands at the right.
fn pane_title<'a>(
    model: &Model,
    pane: Pane,
    about: &str,
    right: Vec<Span<'a>>,
    width: u16,
) -> Line<'a> {
    let look = &model.look;
    let style = if model.pane == pane {
        look.strong
    } else {
        look.faint
    };
    let name = format!(" {} {}", pane.number(), pane.as_str().to_uppercase());
    let about = if about.is_empty() {
        String::new()
    } else {
        format!(" {about}")
    };
    spread(
        vec![Span::styled(name, style), Span::raw(about)],
        right,
        usize::from(width),
        look.glyphs.more,
    )
}

/// How many rows `area` has.
pub(super) fn rows(area: Rect) -> usize {
    usize::from(area.height)
}

/// `area` without its last `count` rows.
fn without_last(area: Rect, count: usize) -> Rect {
    Rect {
        height: area.height.saturating_sub(cells(count)),
        ..area
    }
}
