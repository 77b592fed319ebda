//! Rows that are to be put where they belong: what is known of all of them, and what is chosen for each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::lessons::{Choosing, PracticeStage};
use crate::text::wrap;
use crate::tui::lines::{
    draw_lines, rows, select_line, take_right, tell_hidden, top_for, under_title,
};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, spread, width};

/// The cells before a row.
const BEFORE_ROW: usize = 5;

/// The columns that the rows have at least beside the rule.
const ROWS_BESIDE_RULE: u16 = 40;

/// What is asked, what is known of all rows, and what can be chosen.
pub(super) fn asked<'a>(look: &Look, choosing: &Choosing, room: usize) -> Vec<Line<'a>> {
    let wrapped = |text: &str, indent: usize| -> Vec<String> {
        let lines = wrap(&look.spelled(text), room.saturating_sub(2 + indent)).into_iter();
        let margin = |at: usize| " ".repeat(if at == 0 { 1 } else { 1 + indent });
        let lines = lines.enumerate();
        lines.map(|(at, line)| margin(at) + &line).collect()
    };
    let question = wrapped(&choosing.asked, 0).into_iter();
    let question = question.map(|line| Line::styled(line, look.strong));
    let is_table = |line: &str| line.contains("   ");
    let known = choosing.known.iter().flat_map(|line| {
        if is_table(line) {
            vec![fit(&format!(" {line}"), room, look.glyphs.more)]
        } else {
            wrapped(line, 2)
        }
    });
    question.chain(known.map(Line::raw)).collect()
}

/// Draws the rows, and at the right of each what is chosen for it.
pub(super) fn draw(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let top = top_for(screen.cursor, screen.count(), screen.seen_top, rows(body));
    (screen.seen_rows, screen.seen_top) = (body, top);
    let Some(choosing) = screen.choosing() else {
        return;
    };
    let (rule, left) = beside_rule(look, choosing, body);
    let room = usize::from(left.width);
    let choices = choosing.choices.iter().enumerate();
    let choices: Vec<String> = choices
        .map(|(at, choice)| format!("{} {choice}", at + 1))
        .collect();
    let heading = vec![
        Span::styled("   CHOOSE  ", look.strong),
        Span::raw(choices.join("   ")),
    ];
    let heading = spread(
        heading,
        Vec::new(),
        usize::from(title.width),
        look.glyphs.more,
    );
    frame.render_widget(heading, title);
    let body = left;
    let widest = choosing.choices.iter().map(|choice| width(choice)).max();
    let widest = widest.unwrap_or_default();
    let lines = (0..choosing.rows.len()).skip(top);
    let lines = lines.map(|at| row_line(look, screen, choosing, at, widest, room));
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

/// The rule at the right of the rows, with its lines, where there is room for all of it, and what is left for
/// the rows.
fn beside_rule<'a>(
    look: &Look,
    choosing: &Choosing,
    area: Rect,
) -> (Option<(Rect, Vec<Line<'a>>)>, Rect) {
    let rule = choosing.rule;
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let title = vec![
        bar(),
        Span::styled("  RULE  ", look.strong),
        Span::raw(rule.title),
    ];
    let lines = rule.lines.iter();
    let lines = lines.map(|line| Line::from(vec![bar(), Span::raw(format!("   {line}"))]));
    let mut lines: Vec<Line<'_>> = std::iter::once(Line::from(title)).chain(lines).collect();
    let needed = cells(lines.iter().map(Line::width).max().unwrap_or_default() + 1);
    // What a row is about is told below the rows as well.
    if lines.len() > rows(area) || area.width < needed + ROWS_BESIDE_RULE {
        return (None, area);
    }
    lines.resize_with(rows(area), || Line::from(bar()));
    let mut left = area;
    let right = take_right(&mut left, needed);
    (Some((right, lines)), left)
}

fn row_line<'a>(
    look: &Look,
    screen: &PracticeScreen,
    choosing: &Choosing,
    at: usize,
    widest: usize,
    room: usize,
) -> Line<'a> {
    let practice = &screen.practice;
    let row = &choosing.rows[at];
    let chosen = practice.chosen().get(at).copied().flatten();
    let judged = practice.judged().get(at).copied().flatten();
    let (sign, style) = match judged {
        Some(true) => (look.glyphs.safe, look.safe),
        Some(false) => (look.glyphs.unused, look.caution),
        None => (look.glyphs.none, Style::new()),
    };
    let choice = |choice: usize| choosing.choices.get(choice).map_or("", String::as_str);
    let answer = match practice.stage() {
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
        room.saturating_sub(BEFORE_ROW + widest + 2),
        look.glyphs.more,
    );
    let left = vec![
        Span::raw(format!(" {cursor} ")),
        Span::styled(sign, style),
        Span::raw(format!(" {what}")),
    ];
    let right = vec![Span::styled(format!("{answer:<widest$} "), style)];
    spread(left, right, room, look.glyphs.more)
}
