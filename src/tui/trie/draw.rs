//! The trie pane: which prefixes are safe, how many actions stay and go, what becomes of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::tree::{self, Unfolded};
use crate::refine::{MarkKind, Safety};
use crate::text::{grouped, wrap};
use crate::tui::lines::{draw_lines, rows, tell_hidden, under_title, without_last};
use crate::tui::look::Look;
use crate::tui::review::{Pane, ReviewScreen, pane_title};
use crate::tui::text::{fit, spread, width};
use crate::tui::trie::{OpenedTrie, RowId, TrieRow};

/// From this width on a column shows what each row gives to the policy.
const BECOMES_FROM: usize = 56;

/// The cells of each of the two counts.
const COUNT: usize = 6;

pub(crate) fn draw(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let opened = screen.trie();
    let room = usize::from(area.width);
    let mut right = Vec::new();
    if opened.is_some() {
        let becomes = if room >= BECOMES_FROM { " becomes" } else { "" };
        let column = becomes_room(room);
        right.push(Span::styled(
            format!("{becomes:<column$}{:>COUNT$}{:>COUNT$} ", "stay", "go"),
            look.faint,
        ));
    }
    let about = opened.map(|opened| opened.trie().wildcard().pattern.to_string());
    let line = pane_title(
        look,
        screen,
        Pane::Trie,
        about.as_deref().unwrap_or_default(),
        right,
        title.width,
    );
    frame.render_widget(line, title);
    if about.is_some() {
        draw_tree(look, screen, frame, body);
    } else {
        say_why_not(look, screen, frame, body);
    }
}

fn draw_tree(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let mut body = area;
    if rows(area) >= 8 {
        body = without_last(area, 1);
        let legend = Rect {
            y: body.bottom(),
            height: 1,
            ..area
        };
        if let Some(opened) = screen.trie() {
            frame.render_widget(legend_line(look, opened), legend);
        }
    }
    let is_focused = screen.pane == Pane::Trie;
    let Some(place) = screen.place() else { return };
    let Some(opened) = screen.tries.get(place) else {
        return;
    };
    let is_roomy = usize::from(area.width) >= BECOMES_FROM;
    let column = becomes_room(usize::from(area.width));
    let tree = Unfolded {
        rows: opened.rows(),
        cursor: opened.cursor(),
        is_focused,
    };
    let top = &mut screen.seen.trie_top;
    tree::draw(frame, body, tree, look, top, |row, room| {
        row_line(opened, row, room, is_roomy.then_some(column), look)
    });
    let hidden = opened.rows().len().saturating_sub(*top + rows(body));
    tell_hidden(frame, area, hidden, look);
    screen.seen.trie = body;
}

/// The cells of the column that shows what a row becomes.
fn becomes_room(room: usize) -> usize {
    if room >= BECOMES_FROM {
        room * 2 / 5
    } else {
        0
    }
}

fn row_line<'a>(
    opened: &OpenedTrie,
    row: &TrieRow,
    room: usize,
    becomes: Option<usize>,
    look: &Look,
) -> Line<'a> {
    let (glyph, style, word) = safety(opened, row, look);
    let mut left = vec![
        Span::styled(format!("{glyph} "), style),
        Span::styled(opened.label(row), style),
    ];
    let mark = mark_on(opened, row);
    let is_whole = opened.trie().node(opened.representative(row)).safety == Safety::Whole;
    let says_the_same = !is_whole && mark.is_some_and(|mark| word.contains(mark.as_str()));
    if !word.is_empty() && !says_the_same {
        left.push(Span::styled(format!(" {word}"), look.faint));
    }
    // "left whole" says it.
    if let Some(mark) = mark.filter(|_| !is_whole) {
        left.push(Span::styled(format!(" [{mark}]"), look.strong));
    }
    let count = |count: usize| match count {
        0 => look.glyphs.none.to_owned(),
        count => grouped(count),
    };
    let mut right = Vec::new();
    if let Some(column) = becomes {
        // What is written for a prefix that is left whole is no safe one.
        let is_whole = opened.trie().node(opened.representative(row)).safety == Safety::Whole;
        let style = if is_whole { look.caution } else { look.safe };
        right.push(becomes_span(opened, row, column, style, look));
    }
    right.push(Span::raw(format!(
        "{:>COUNT$}{:>COUNT$} ",
        count(row.stays),
        count(row.goes)
    )));
    spread(left, right, room, look.glyphs.more)
}

fn becomes_span<'a>(
    opened: &OpenedTrie,
    row: &TrieRow,
    column: usize,
    style: Style,
    look: &Look,
) -> Span<'a> {
    let text = match opened.emitted(row) {
        [] => String::new(),
        // A space of its own, for the name before it may be cut.
        entries => format!(" + {}", entries.join(" ")),
    };
    let text = fit(&text, column - 1, look.glyphs.more);
    let padding = " ".repeat(column - width(&text));
    Span::styled(format!("{text}{padding}"), style)
}

/// A glyph, its colour and its word. What is safe needs no word at every row: the entry it becomes
/// says it, and so does the legend.
fn safety(opened: &OpenedTrie, row: &TrieRow, look: &Look) -> (&'static str, Style, &'static str) {
    let glyphs = &look.glyphs;
    let node = opened.trie().node(opened.representative(row));
    if opened.is_held(row) {
        return (glyphs.held, look.caution, "held back");
    }
    match (row.id, node.safety) {
        (RowId::Gathered(_), _) | (_, Safety::AllUnused) if row.stays == 0 => {
            (glyphs.unused, look.faint, opened.gone_word(row))
        }
        (RowId::Own(_), _) if row.goes > 0 => (glyphs.unused, look.faint, opened.gone_word(row)),
        (RowId::Own(_), Safety::Whole | Safety::WithinWhole) => {
            (glyphs.caution, look.caution, "stays")
        }
        (RowId::Own(_), _) | (_, Safety::Safe) => (glyphs.safe, look.safe, ""),
        (_, Safety::Unlisted) => (glyphs.unknown, look.caution, "not in the catalogue"),
        (_, Safety::Split) => (glyphs.safe, look.safe, "split"),
        (_, Safety::Whole) => (glyphs.caution, look.caution, "left whole"),
        (_, Safety::WithinWhole) => (glyphs.caution, look.caution, "stays"),
        (_, Safety::Unsafe | Safety::AllUnused) => (glyphs.caution, look.caution, "unsafe"),
    }
}

fn mark_on(opened: &OpenedTrie, row: &TrieRow) -> Option<MarkKind> {
    let prefix = opened.trie().prefix(opened.representative(row));
    let mut marks = opened.marks().iter().rev();
    let mark = marks.find(|mark| mark.prefix == prefix)?;
    Some(mark.kind)
}

fn legend_line<'a>(look: &Look, opened: &OpenedTrie) -> Line<'a> {
    let glyphs = &look.glyphs;
    let gone = if opened.has_drops() {
        "all go"
    } else {
        "all unused"
    };
    let mut legend = vec![
        Span::raw(" "),
        Span::styled(glyphs.safe, look.safe),
        Span::styled(" safe  ", look.faint),
        Span::styled(glyphs.caution, look.caution),
        Span::styled(" unsafe  ", look.faint),
        Span::styled(format!("{} {gone}", glyphs.unused), look.faint),
    ];
    if opened.has_held() {
        legend.push(Span::styled(format!("  {}", glyphs.held), look.caution));
        legend.push(Span::styled(" held", look.faint));
    }
    Line::from(legend)
}

fn say_why_not(look: &Look, screen: &ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let literal = screen
        .place()
        .and_then(|place| screen.review.state().entry(place))
        .map(|entry| entry.plan.old.to_string());
    let text = match literal {
        Some(name) => format!("{name} is one action: there is no trie of it."),
        None => "The trie of a wildcard is shown when the cursor is on it.".to_owned(),
    };
    let lines = wrap(&text, usize::from(area.width).saturating_sub(2));
    let lines = lines
        .into_iter()
        .map(|line| Line::styled(format!(" {line}"), look.faint));
    draw_lines(frame, area, lines);
}
