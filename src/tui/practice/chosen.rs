//! Rows that are to be put where they belong: what is known of all of them, and what is chosen for each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::lessons::{Choosing, ChosenRows, PracticeStage};
use crate::tui::lines::{
    draw_lines, rows, select_line, take_right, take_top, tell_hidden, top_for,
};
use crate::tui::look::Look;
use crate::tui::said::{choices, known_lines, said};
use crate::tui::text::{cells, fit, spread, width};

/// The cells before a row.
const BEFORE_ROW: usize = 5;

/// The columns that the rows have at least beside the rule.
const ROWS_BESIDE_RULE: u16 = 40;

/// What is asked, and what is known of all rows.
pub(super) fn asked<'a>(look: &Look, choosing: &Choosing, room: usize) -> Vec<Line<'a>> {
    let question = said(look, None, &choosing.asked, room).into_iter();
    let question = question.map(|line| line.style(look.strong));
    question
        .chain(known_lines(look, &choosing.known, room))
        .collect()
}

/// Draws the rows, and at the right of each what is chosen for it.
pub(super) fn draw(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let Some(of_rows) = screen.attempt().rows().cloned() else {
        return;
    };
    let choosing = of_rows.choosing();
    let heading = choices(look, &choosing.choices, usize::from(area.width));
    let mut body = area;
    for line in heading {
        frame.render_widget(line, take_top(&mut body));
        if body.height == 0 {
            return;
        }
    }
    let top = top_for(screen.cursor, screen.count(), screen.seen_top, rows(body));
    (screen.seen_rows, screen.seen_top) = (body, top);
    let (rule, left) = if screen.shows_rule() {
        beside_rule(look, choosing, body)
    } else {
        (None, body)
    };
    let room = usize::from(left.width);
    let body = left;
    let lines = (0..choosing.rows.len()).skip(top);
    let lines = lines.map(|at| row_line(look, screen, &of_rows, at, room));
    draw_lines(frame, body, lines);
    if let Some((area, lines)) = rule {
        draw_lines(frame, area, lines);
    }
    select_line(frame, body, screen.cursor - top, look);
    tell_hidden(
        frame,
        area,
        choosing.rows.len().saturating_sub(top + rows(body)),
        look,
    );
}

/// The rule at the right of the rows, with its lines, where there is room for all of it and all of them, and what is
/// left for the rows.
fn beside_rule<'a>(
    look: &Look,
    choosing: &Choosing,
    area: Rect,
) -> (Option<(Rect, Vec<Line<'a>>)>, Rect) {
    let needed = rule_columns(choosing);
    if choosing.rule.lines.len() >= rows(area) || !has_room_for_rule(choosing, area.width) {
        return (None, area);
    }
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let lines = rule_lines(look, choosing).into_iter();
    let lines = lines.map(|mut line| {
        line.spans.insert(0, bar());
        line
    });
    let mut lines: Vec<Line<'_>> = lines.collect();
    lines.resize_with(rows(area), || Line::from(bar()));
    let mut left = area;
    let right = take_right(&mut left, needed);
    (Some((right, lines)), left)
}

/// The rule, with its lines.
pub(super) fn rule_lines<'a>(look: &Look, choosing: &Choosing) -> Vec<Line<'a>> {
    let rule = choosing.rule;
    let title = vec![Span::styled("  RULE  ", look.strong), Span::raw(rule.title)];
    let lines = rule
        .lines
        .iter()
        .map(|line| Line::raw(format!("   {line}")));
    std::iter::once(Line::from(title)).chain(lines).collect()
}

/// The columns that the rule takes, with the bar before it.
fn rule_columns(choosing: &Choosing) -> u16 {
    let lines = choosing.rule.lines.iter().map(|line| width(line) + 3);
    let title = width(choosing.rule.title) + 8;
    cells(lines.max().unwrap_or_default().max(title) + 2)
}

/// Whether there is room for the rule at the right of the rows, none of which is to be cut.
pub(super) fn has_room_for_rule(choosing: &Choosing, columns: u16) -> bool {
    let answer = choosing.choices.iter().map(|choice| width(choice)).max();
    let row = choosing.rows.iter().map(|row| width(&row.what)).max();
    let of_rows = BEFORE_ROW + row.unwrap_or_default() + 2 + answer.unwrap_or_default() + 1;
    columns >= rule_columns(choosing) + cells(of_rows).max(ROWS_BESIDE_RULE)
}

fn row_line<'a>(
    look: &Look,
    screen: &PracticeScreen,
    rows: &ChosenRows,
    at: usize,
    room: usize,
) -> Line<'a> {
    let choosing = rows.choosing();
    let row = &choosing.rows[at];
    let chosen = rows.chosen().get(at).copied().flatten();
    let judged = rows.judged().get(at).copied().flatten();
    let (sign, style) = match judged {
        Some(true) => (look.glyphs.safe, look.safe),
        Some(false) => (look.glyphs.unused, look.caution),
        None => (look.glyphs.none, Style::new()),
    };
    let choice = |choice: usize| choosing.choices.get(choice).map_or("", String::as_str);
    let answer = match screen.attempt().stage() {
        PracticeStage::Told | PracticeStage::Right => choice(row.right),
        _ => chosen.map_or("?", choice),
    };
    let cursor = if at == screen.cursor {
        look.glyphs.cursor
    } else {
        " "
    };
    let what = fit(
        &row.what,
        room.saturating_sub(BEFORE_ROW + width(answer) + 2),
        look.glyphs.more,
    );
    let left = vec![
        Span::raw(format!(" {cursor} ")),
        Span::styled(sign, style),
        Span::raw(format!(" {what}")),
    ];
    let right = vec![Span::styled(format!("{answer} "), style)];
    spread(left, right, room, look.glyphs.more)
}
