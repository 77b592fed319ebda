//! The names that something is to be written about: below the wildcard that grants them, where there are several.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::iam::{Action, ActionPattern};
use crate::lessons::Writing;
use crate::refine::Fate;
use crate::text::counted;
use crate::tui::lines::{draw_lines, rows, select_line, tell_hidden, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, spread, width};

/// The cells before a name.
const BEFORE_NAME: usize = 5;

/// The cells between a name and what is noted of it.
const BEFORE_NOTE: usize = 2;

/// A row of the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameRow {
    /// What grants the names below it, and how many there are.
    Group(String, usize),
    /// The name at this place.
    Name(usize),
}

/// The rows of what is to be written about.
pub(super) fn name_rows(writing: &dyn Writing) -> Vec<NameRow> {
    let (count, groups) = (writing.listed().len(), writing.groups());
    let rows = (0..count).flat_map(|at| {
        let group = groups.iter().position(|(begins, _)| *begins == at);
        let heading = group.map(|group| {
            let end = groups.get(group + 1).map_or(count, |(begins, _)| *begins);
            NameRow::Group(groups[group].1.clone(), end - at)
        });
        heading.into_iter().chain([NameRow::Name(at)])
    });
    rows.collect()
}

/// The columns that they need: they are to be read and typed in full.
pub(super) fn columns(writing: &dyn Writing) -> u16 {
    let listed = writing.listed().into_iter();
    let needed = listed.map(|(action, _)| {
        let note = match writing.note(&action) {
            "" => 0,
            note => BEFORE_NOTE + width(note),
        };
        width(&writing.shown(&ActionPattern::from(&action))) + note
    });
    cells(needed.max().unwrap_or_default() + BEFORE_NAME + 1)
}

pub(super) fn draw(look: &Look, screen: &mut PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let how = if screen.attempt().is_done() {
        "  j k: why"
    } else {
        ""
    };
    let heading = vec![
        Span::styled("   NAMES", look.strong),
        Span::styled(how, look.faint),
    ];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let Some(writing) = screen.writing() else {
        return;
    };
    let (shown, listed) = (name_rows(writing), writing.listed());
    let current = shown
        .iter()
        .position(|row| *row == NameRow::Name(screen.cursor));
    let current = current.unwrap_or_default();
    // With the first name of a group what grants it is seen.
    let above = current
        .checked_sub(1)
        .filter(|above| matches!(shown[*above], NameRow::Group(..)));
    let top = top_for(current, shown.len(), screen.seen_top, rows(body));
    let top = if rows(body) > 1 {
        top.min(above.unwrap_or(top))
    } else {
        top
    };
    let lines = shown.iter().skip(top).map(|row| match row {
        NameRow::Group(grants, count) => {
            let count = format!("  {}", counted(*count, "name", "names"));
            let grants = Span::styled(format!(" {grants}"), look.strong);
            let count = Span::styled(count, look.faint);
            spread(vec![grants, count], Vec::new(), room, look.glyphs.more)
        }
        NameRow::Name(at) => {
            let (action, fate) = &listed[*at];
            name_line(
                look,
                screen,
                writing,
                (action, *fate),
                *at == screen.cursor,
                room,
            )
        }
    });
    let lines: Vec<Line<'_>> = lines.take(rows(body)).collect();
    (screen.seen_rows, screen.seen_top) = (body, top);
    draw_lines(frame, body, lines);
    if screen.attempt().is_done() {
        select_line(frame, body, current - top, look);
    }
    tell_hidden(
        frame,
        area,
        shown.len().saturating_sub(top + rows(body)),
        look,
    );
}

/// A name with its sign, and what is noted of it. Those of its letters are lit that are pointed at or typed, or that the
/// entry begins with that is for it.
fn name_line(
    look: &Look,
    screen: &PracticeScreen,
    writing: &dyn Writing,
    (action, fate): (&Action, Fate),
    is_current: bool,
    room: usize,
) -> Line<'static> {
    let (sign, style) = match fate {
        Fate::Kept => (look.glyphs.held, look.strong),
        fate if fate.stays() => (" ", Style::new()),
        _ => (look.glyphs.caution, look.caution),
    };
    let cursor = if is_current { look.glyphs.cursor } else { " " };
    let name = writing.shown(&ActionPattern::from(action));
    let name = fit(&name, room.saturating_sub(BEFORE_NAME), look.glyphs.more);
    let lit = screen.lit(action, is_current);
    let (lit, rest) = name.split_at_checked(lit).unwrap_or((&name, ""));
    let lit_style = look.selected.add_modifier(Modifier::BOLD);
    let left = vec![
        Span::raw(format!(" {cursor} ")),
        Span::styled(format!("{sign} "), style),
        Span::styled(lit.to_owned(), lit_style),
        Span::styled(rest.to_owned(), style),
    ];
    let note = Span::styled(format!("{} ", writing.note(action)), look.faint);
    let has_room = left.iter().map(Span::width).sum::<usize>() + 1 + note.width() <= room;
    let right = if has_room { vec![note] } else { Vec::new() };
    spread(left, right, room, look.glyphs.more)
}
