//! A wildcard that is to be refined: its names with what is unused, and the entries beside them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::iam::ActionPattern;
use crate::lessons::{Judgement, Refining};
use crate::refine::{Fate, GrantedAction};
use crate::tui::lines::{
    draw_lines, rows, select_line, take_right, tell_hidden, top_for, under_title,
};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, spread, width};

/// The cells before a name.
const BEFORE_NAME: usize = 5;

/// The columns that the entries have at least.
const ENTRIES: u16 = 30;

/// An entry with its sign, and how it is drawn.
type ShownEntry<'a> = (Span<'a>, String, Style);

/// What is to be done.
pub(super) fn asked<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let Some(refining) = screen.refining() else {
        return Line::default();
    };
    let left = vec![
        Span::raw(" What takes the place of "),
        Span::styled(refining.wildcard().to_string(), look.strong),
        Span::raw("? Write all of it."),
    ];
    let mut right = vec![
        Span::styled(look.glyphs.caution, look.caution),
        Span::styled(" unused ", look.faint),
    ];
    if refining.names().any(|one| one.fate == Fate::Kept) {
        right.push(Span::styled(look.glyphs.held, look.strong));
        right.push(Span::styled(" unused, but kept ", look.faint));
    }
    spread(left, right, room, look.glyphs.more)
}

/// Draws the names, and beside them the entries.
pub(super) fn draw(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let mut left = area;
    // The names are to be read and typed in full; the entries are seldom longer.
    let names = screen.refining().into_iter().flat_map(Refining::names);
    let longest = names.map(|one| width(one.name.as_str())).max();
    let needed = cells(longest.unwrap_or_default() + BEFORE_NAME + 1);
    let least = area.width / 2;
    let left_columns = needed.clamp(least, least.max(area.width.saturating_sub(ENTRIES)));
    let right = take_right(&mut left, area.width - left_columns);
    draw_entries(look, screen, frame, right);
    draw_names(look, screen, frame, left);
}

fn draw_names(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let how = if screen.practice.is_done() {
        "  j k: how each is decided"
    } else {
        ""
    };
    let heading = vec![
        Span::styled("   NAMES", look.strong),
        Span::styled(how, look.faint),
    ];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let count = screen.count();
    let top = top_for(screen.cursor, count, screen.seen_top, rows(body));
    (screen.seen_rows, screen.seen_top) = (body, top);
    let is_done = screen.practice.is_done();
    let names = screen.refining().into_iter().flat_map(Refining::names);
    let lines = names.enumerate().skip(top).map(|(at, one)| {
        let is_current = at == screen.cursor;
        let pointed = (is_current && !is_done).then(|| screen.pointed());
        name_line(look, one, pointed, is_current, room)
    });
    draw_lines(frame, body, lines);
    if is_done {
        select_line(frame, body, screen.cursor - top, look);
    }
    tell_hidden(frame, area, count.saturating_sub(top + rows(body)), look);
}

/// A name with its sign; what is pointed at of it is lit.
fn name_line<'a>(
    look: &Look,
    one: &GrantedAction,
    pointed: Option<usize>,
    is_current: bool,
    room: usize,
) -> Line<'a> {
    let (sign, style) = match one.fate {
        Fate::Kept => (look.glyphs.held, look.strong),
        fate if fate.stays() => (" ", Style::new()),
        _ => (look.glyphs.caution, look.caution),
    };
    let cursor = if is_current { look.glyphs.cursor } else { " " };
    let name = fit(
        one.name.as_str(),
        room.saturating_sub(BEFORE_NAME),
        look.glyphs.more,
    );
    let (lit, rest) = name
        .split_at_checked(pointed.unwrap_or(0))
        .unwrap_or((&name, ""));
    let lit_style = look.selected.add_modifier(Modifier::BOLD);
    Line::from(vec![
        Span::raw(format!(" {cursor} ")),
        Span::styled(format!("{sign} "), style),
        Span::styled(lit.to_owned(), lit_style),
        Span::styled(rest.to_owned(), style),
    ])
}

fn draw_entries(look: &Look, screen: &PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let heading = if screen.practice.is_done() {
        "  THE RESULT"
    } else {
        "  YOUR ENTRIES"
    };
    let heading = vec![bar(), Span::styled(heading, look.strong)];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let entries = entries(look, screen)
        .into_iter()
        .map(|(sign, text, style)| {
            let text = fit(&text, room.saturating_sub(BEFORE_NAME), look.glyphs.more);
            let text = Span::styled(text, style);
            Line::from(vec![bar(), Span::raw("  "), sign, Span::raw(" "), text])
        });
    let entries: Vec<Line<'_>> = entries.collect();
    let hidden = entries.len().saturating_sub(rows(body));
    let bars = std::iter::repeat_with(|| Line::from(bar()));
    draw_lines(frame, body, entries.into_iter().chain(bars));
    tell_hidden(frame, area, hidden, look);
}

/// The entries that are written; once the set is done the result, and what was written beside it.
fn entries<'a>(look: &Look, screen: &PracticeScreen) -> Vec<ShownEntry<'a>> {
    let practice = &screen.practice;
    let written = practice.written();
    let Some(refining) = screen.refining().filter(|_| practice.is_done()) else {
        let entries = written.iter();
        let judged = practice.judgement();
        return entries
            .map(|entry| written_entry(look, entry, judged))
            .collect();
    };
    let result = refining.result();
    let right = result.iter().map(|entry| {
        let (sign, style) = if written.contains(entry) {
            (look.glyphs.safe, look.safe)
        } else {
            ("+", look.safe.patch(look.strong))
        };
        (Span::styled(sign, style), entry.name().to_string(), style)
    });
    let struck = look.faint.add_modifier(Modifier::CROSSED_OUT);
    let left_out = refining.walk().left_out().into_iter().map(|out| {
        let text = format!("{}  covered: left out", out.entry.name());
        (Span::styled(look.glyphs.none, look.faint), text, struck)
    });
    let wrong = written.iter().filter(|entry| !result.contains(entry));
    let wrong = wrong.map(|entry| {
        let sign = Span::styled(look.glyphs.unused, look.caution);
        (sign, entry.name().to_string(), struck)
    });
    right.chain(left_out).chain(wrong).collect()
}

/// An entry as it was looked at last; what was written since has no sign.
fn written_entry<'a>(
    look: &Look,
    entry: &ActionPattern,
    judged: Option<&Judgement>,
) -> ShownEntry<'a> {
    let mut entries = judged.into_iter().flat_map(|judged| &judged.entries);
    let found = entries.find(|(other, _)| other == entry);
    let (sign, style) = match found {
        None => (look.glyphs.none, Style::new()),
        Some((_, None)) => (look.glyphs.safe, look.safe),
        Some((_, Some(_))) => (look.glyphs.unused, look.caution),
    };
    (Span::styled(sign, style), entry.name().to_string(), style)
}
