//! What is to be written: the names with what is unused, and the entries beside them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::names;
use super::state::{Beside, PracticeScreen};
use super::trie::{self, Trie};
use crate::iam::ActionPattern;
use crate::lessons::WrittenEntries;
use crate::refine::Fate;
use crate::text::{break_of, wrap};
use crate::tui::lines::{draw_lines, rows, take_right, tell_hidden, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::said::known_lines;
use crate::tui::text::{spread, width};

/// The cells before an entry.
const BEFORE_ENTRY: usize = 5;

/// The columns that the entries have at least.
const ENTRIES: u16 = 28;

/// An entry, and how it is drawn.
struct ShownEntry<'a> {
    /// Whether it is the one for the name that is pointed at.
    is_for_name: bool,
    /// Whether it is the one to be seen, where there is no room for all: that one, or the one that was written last.
    is_in_sight: bool,
    sign: Span<'a>,
    text: String,
    style: Style,
}

impl<'a> ShownEntry<'a> {
    fn of(sign: Span<'a>, text: String, style: Style) -> Self {
        ShownEntry {
            is_for_name: false,
            is_in_sight: false,
            sign,
            text,
            style,
        }
    }
}

/// What is to be done, and what is known beside the names.
pub(super) fn asked<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    let Some(writing) = screen.writing() else {
        return Vec::new();
    };
    let mut signs = vec![
        Span::styled(look.glyphs.caution, look.caution),
        Span::styled(" unused ", look.faint),
    ];
    if writing.listed().iter().any(|(_, fate)| *fate == Fate::Kept) {
        signs.push(Span::styled(look.glyphs.held, look.strong));
        signs.push(Span::styled(" unused, but kept ", look.faint));
    }
    let mut lines = known_lines(look, &writing.known(), room);
    let taken: usize = signs.iter().map(Span::width).sum();
    let mut asked = wrap(&writing.asked(), room.saturating_sub(taken + 2)).into_iter();
    let first = asked.next().unwrap_or_default();
    let first = Span::styled(format!(" {first}"), look.strong);
    lines.push(spread(vec![first], signs, room, look.glyphs.more));
    lines.extend(asked.map(|line| Line::styled(format!(" {line}"), look.strong)));
    lines
}

/// How the names and the entries stand beside each other, and the trie between them where there is room for it.
pub(super) struct Panes {
    /// The columns of the names.
    names: u16,
    trie: Option<Trie>,
    /// The columns of the entries; none where the trie takes their place.
    entries: u16,
    /// What there is room for beside the names.
    pub(super) beside: Beside,
    /// How many rows there are to show.
    pub(super) rows: usize,
}

impl Panes {
    /// What is to be written, in so many columns.
    pub(super) fn of(look: &Look, screen: &PracticeScreen, room: u16) -> Self {
        let shown = screen.writing().map_or_else(Vec::new, names::name_rows);
        // The entries are seldom longer than the names.
        let needed = screen.writing().map_or(0, names::columns);
        let walk = screen.walk();
        let has_room = walk.is_some() && room >= needed + trie::COLUMNS + ENTRIES;
        let beside = match screen.beside {
            _ if has_room || walk.is_none() => Beside::All,
            Beside::Trie => Beside::Trie,
            Beside::All | Beside::Entries => Beside::Entries,
        };
        let least = room / 2;
        let names = if has_room {
            needed
        } else {
            needed.clamp(least, least.max(room.saturating_sub(ENTRIES)))
        };
        let spare = room.saturating_sub(names);
        let of_trie = if has_room { spare - ENTRIES } else { spare };
        let trie = walk.filter(|_| has_room || beside == Beside::Trie);
        let trie = trie.map(|walk| Trie::of(look, screen, walk, of_trie));
        let taken = trie.as_ref().map_or(0, |trie| trie.columns);
        Panes {
            names,
            entries: if beside == Beside::Trie {
                0
            } else {
                spare - taken
            },
            beside,
            rows: trie.as_ref().map_or(0, Trie::count).max(shown.len()),
            trie,
        }
    }

    /// Draws the names, and beside them the trie and the entries, or one of them.
    pub(super) fn draw(
        self,
        look: &Look,
        screen: &mut PracticeScreen,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let mut left = area;
        let mut right = take_right(&mut left, area.width - self.names);
        let entries = take_right(&mut right, self.entries);
        if let Some(trie) = self.trie {
            trie.draw(look, frame, right);
        }
        if entries.width > 0 {
            draw_entries(look, screen, frame, entries);
        }
        names::draw(look, screen, frame, left);
    }
}

/// How many letters an entry has before anything may stand in a name.
pub(super) fn letters_before_star(entry: &str) -> usize {
    entry.find(['*', '?']).unwrap_or(entry.len())
}

fn draw_entries(look: &Look, screen: &PracticeScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let heading = if screen.attempt().is_done() {
        "  THE RESULT"
    } else {
        "  YOUR ENTRIES"
    };
    let heading = vec![bar(), Span::styled(heading, look.strong)];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let room = room.saturating_sub(BEFORE_ENTRY).max(1);
    let mut current = 0;
    let mut lines: Vec<Line<'_>> = Vec::new();
    for entry in entries(look, screen) {
        let (cursor, style) = if entry.is_for_name {
            let lit = look.selected.add_modifier(Modifier::BOLD);
            (look.glyphs.cursor, entry.style.patch(lit))
        } else {
            (" ", entry.style)
        };
        let is_in_sight = entry.is_in_sight;
        let first = (format!("{cursor} "), entry.sign);
        let others = std::iter::repeat_with(|| ("  ".to_owned(), Span::raw(" ")));
        let before = std::iter::once(first).chain(others);
        let pieces = in_pieces(&entry.text, room).into_iter();
        lines.extend(before.zip(pieces).map(|((cursor, sign), piece)| {
            Line::from(vec![
                bar(),
                Span::raw(cursor),
                sign,
                Span::raw(" "),
                Span::styled(piece.to_owned(), style),
            ])
        }));
        if is_in_sight {
            current = lines.len() - 1;
        }
    }
    let top = top_for(current, lines.len(), 0, rows(body));
    let hidden = lines.len().saturating_sub(top + rows(body));
    let bars = std::iter::repeat_with(|| Line::from(bar()));
    draw_lines(frame, body, lines.into_iter().skip(top).chain(bars));
    tell_hidden(frame, area, hidden, look);
}

/// An entry in pieces of at most `room` cells: it is not to be cut.
fn in_pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while width(rest) > room {
        let (piece, more) = rest.split_at(break_of(rest, room).max(1));
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

/// The entries that are written; once the set is done the result, and what was written beside it.
fn entries<'a>(look: &Look, screen: &PracticeScreen) -> Vec<ShownEntry<'a>> {
    match screen.attempt().entries() {
        Some(written) if screen.attempt().is_done() => {
            result(look, written, screen.entry_of_result().as_ref())
        }
        Some(written) => so_far(look, written),
        None => Vec::new(),
    }
}

/// The entries that are written, with what was found of them.
fn so_far<'a>(look: &Look, written: &WrittenEntries) -> Vec<ShownEntry<'a>> {
    let found = |entry: &ActionPattern| {
        let mut judged = written.judgement()?.entries.iter();
        let (_, miss) = judged.find(|(other, _)| other == entry)?;
        Some(miss.is_none())
    };
    // What was written since they were checked has no sign.
    let shown = written.sorted().into_iter().map(|entry| {
        let (sign, style) = match found(entry) {
            None => (look.glyphs.none, Style::new()),
            Some(true) => (look.glyphs.safe, look.safe),
            Some(false) => (look.glyphs.unused, look.caution),
        };
        let text = written.writing().shown(entry);
        ShownEntry {
            is_in_sight: written.last() == Some(entry),
            ..ShownEntry::of(Span::styled(sign, style), text, style)
        }
    });
    shown.collect()
}

/// The result, with the entry in it that is for the name that is pointed at, and what was written beside it.
fn result<'a>(
    look: &Look,
    written: &WrittenEntries,
    for_name: Option<&ActionPattern>,
) -> Vec<ShownEntry<'a>> {
    let writing = written.writing();
    let wanted = writing.wanted();
    let right = wanted.iter().map(|entry| {
        let (sign, style) = if written.has(entry) {
            (look.glyphs.safe, look.safe)
        } else {
            ("+", look.safe.patch(look.strong))
        };
        ShownEntry {
            is_for_name: for_name == Some(entry),
            is_in_sight: for_name == Some(entry),
            ..ShownEntry::of(Span::styled(sign, style), writing.shown(entry), style)
        }
    });
    let struck = look.faint.add_modifier(Modifier::CROSSED_OUT);
    let left_out = writing.left_out().into_iter().map(|out| {
        let text = format!("{}  covered: left out", writing.shown(&out));
        ShownEntry::of(Span::styled(look.glyphs.none, look.faint), text, struck)
    });
    let wrong = written.sorted().into_iter();
    let wrong = wrong.filter(|entry| !wanted.contains(entry)).map(|entry| {
        let sign = Span::styled(look.glyphs.unused, look.caution);
        ShownEntry::of(sign, writing.shown(entry), struck)
    });
    right.chain(left_out).chain(wrong).collect()
}
