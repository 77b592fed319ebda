//! The trie pane: which prefixes are safe, how many actions stay and go, what becomes of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::subject::Telling;
use super::tree::{self, BEFORE_TEXT, Unfolded};
use crate::iam::ActionPrefix;
use crate::refine::{MarkKind, NodeId, Safety};
use crate::text::grouped;
use crate::tui::lines::{rows, tell_hidden, under_title, without_last};
use crate::tui::look::Look;
use crate::tui::review::{Pane, ReviewScreen, pane_title};
use crate::tui::text::{fit_name, spread};
use crate::tui::trie::{OpenedTrie, RowId, TrieRow};

pub(crate) fn draw(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let Some((subject, opened)) = screen.subject().zip(screen.shown_trie()) else {
        let line = pane_title(look, screen, Pane::Trie, "", Vec::new(), title.width);
        frame.render_widget(line, title);
        return;
    };
    let [first, second] = headings(opened.telling());
    let [of_first, of_second] = count_cells(opened);
    let right = format!("{first:>of_first$}{second:>of_second$} ");
    let right = vec![Span::styled(right, look.faint)];
    let about = subject.title(&screen.review);
    let line = pane_title(look, screen, Pane::Trie, &about, right, title.width);
    frame.render_widget(line, title);
    draw_tree(look, screen, frame, body);
}

/// The headings of the two counts.
fn headings(telling: Telling) -> [&'static str; 2] {
    match telling {
        Telling::Prefixes | Telling::Entries => ["stay", "go"],
        Telling::Denied => ["", "denied"],
        Telling::Excepted => ["not", "go"],
    }
}

fn draw_tree(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let Some(subject) = screen.subject() else {
        return;
    };
    let Some(opened) = screen.tries.of(subject) else {
        return;
    };
    let mut body = area;
    if rows(area) >= 8 {
        body = without_last(area, 1);
        let legend = Rect {
            y: body.bottom(),
            height: 1,
            ..area
        };
        frame.render_widget(legend_line(look, opened), legend);
    }
    let tree = Unfolded {
        rows: opened.rows(),
        cursor: opened.cursor(),
        is_focused: screen.pane == Pane::Trie,
    };
    let top = &mut screen.seen.trie_top;
    let cells = count_cells(opened);
    tree::draw(frame, body, tree, look, top, |row, room| {
        row_line(opened, row, cells, room, look)
    });
    let hidden = opened.rows().len().saturating_sub(*top + rows(body));
    tell_hidden(frame, area, hidden, look);
    screen.seen.trie = body;
}

/// The columns that the first so many rows need, with what is written for each, and the title.
pub(crate) fn columns(look: &Look, screen: &ReviewScreen, most: usize) -> usize {
    let Some((subject, opened)) = screen.subject().zip(screen.shown_trie()) else {
        return 0;
    };
    let title = " 2 TRIE ".len() + subject.title(&screen.review).len();
    let seen = opened.rows().iter().take(most);
    let needed = seen.map(|row| {
        let left: usize = row_left(opened, row, look).iter().map(Span::width).sum();
        let becomes = becomes(opened, row, look);
        let becomes = becomes.first().map_or(0, Span::width);
        BEFORE_TEXT + 2 * row.depth + left + becomes
    });
    let rows = needed.fold(title, usize::max);
    let legend = legend_line(look, opened).width() + 1;
    (rows + count_cells(opened).iter().sum::<usize>() + 2).max(legend)
}

/// The cells of each of the two counts, with a blank before it.
fn count_cells(opened: &OpenedTrie) -> [usize; 2] {
    let [first, second] = headings(opened.telling()).map(str::len);
    let most = |count: fn(&TrieRow) -> usize| opened.rows().iter().map(count).max().unwrap_or(0);
    let cells = |heading: usize, most: usize| heading.max(grouped(most).len()) + 1;
    [
        cells(first, most(|row| row.stays)),
        cells(second, most(|row| row.goes)),
    ]
}

fn row_line<'a>(
    opened: &OpenedTrie,
    row: &TrieRow,
    [of_first, of_second]: [usize; 2],
    room: usize,
    look: &Look,
) -> Line<'a> {
    let count = |count: usize| match count {
        0 => look.glyphs.none.to_owned(),
        count => grouped(count),
    };
    let [first, second] = match opened.telling() {
        Telling::Denied => [String::new(), count(row.stays)],
        _ => [count(row.stays), count(row.goes)],
    };
    let right = Span::raw(format!("{first:>of_first$}{second:>of_second$} "));
    let mut left = row_left(opened, row, look);
    let taken: usize = left.iter().map(Span::width).sum();
    // The name matters more than the word that says what its sign does.
    let says_what_the_sign_does = |span: &Span<'_>| {
        ["unused", "unsafe"]
            .iter()
            .any(|word| span.content.ends_with(word))
    };
    if taken + right.width() > room && left.get(WORD).is_some_and(says_what_the_sign_does) {
        left.remove(WORD);
    }
    // A mark stands behind the name, and is not to be cut off with it.
    let marked = if mark_on(opened, row).is_some() {
        left[WORD..].iter().map(Span::width).sum()
    } else {
        0
    };
    let room_for_name = room.saturating_sub(right.width() + marked);
    fit_name(&mut left, WORD - 1, room_for_name, look.glyphs.more);
    let taken: usize = left.iter().map(Span::width).sum();
    let free = room.saturating_sub(taken + right.width());
    let becomes = becomes(opened, row, look);
    let fitting = becomes.iter().find(|becomes| becomes.width() <= free);
    match (fitting, opened.entry_as_label(row)) {
        (Some(fitting), _) => left.push(fitting.clone()),
        // A part of it would say nothing: it stands in the place of the longer name.
        (None, Some(entry)) if !becomes.is_empty() => {
            left[WORD - 1].content = entry.into();
            fit_name(&mut left, WORD - 1, room_for_name, look.glyphs.more);
        }
        (None, _) => {}
    }
    spread(left, vec![right], room, look.glyphs.more)
}

/// Where the word stands that says what the sign of a row does, if it has one.
const WORD: usize = 2;

/// What stands before the counts: a sign, a name, and a word for the sign.
fn row_left<'a>(opened: &OpenedTrie, row: &TrieRow, look: &Look) -> Vec<Span<'a>> {
    let (glyph, style, word) = safety(opened, row, look);
    let mut left = vec![
        Span::styled(format!("{glyph} "), style),
        Span::styled(opened.label(row), style),
    ];
    // A mark is on the prefix, also where that is a name: it is shown once, above.
    let mark = mark_on(opened, row).filter(|_| !matches!(row.id, RowId::Own(_)));
    let is_whole = opened.trie().node(opened.representative(row)).safety == Safety::Whole;
    let says_the_same = !is_whole && mark.is_some_and(|mark| word.contains(mark.as_str()));
    if !word.is_empty() && !says_the_same {
        left.push(Span::styled(format!(" {word}"), look.faint));
    }
    // "left whole" says it.
    if let Some(mark) = mark.filter(|_| !is_whole) {
        left.push(Span::styled(format!(" [{mark}]"), look.strong));
    }
    left
}

/// What is written for a row, as far as its name does not say it: with its service, and without.
fn becomes<'a>(opened: &OpenedTrie, row: &TrieRow, look: &Look) -> Vec<Span<'a>> {
    let is_whole = opened.trie().node(opened.representative(row)).safety == Safety::Whole;
    // What is written for a prefix that is left whole is no safe one.
    let style = if is_whole { look.caution } else { look.safe };
    let Some(becomes) = opened.becomes(row) else {
        return Vec::new();
    };
    let name = becomes.split_once(':').map(|(_, name)| name.to_owned());
    let texts = [Some(becomes), name].into_iter().flatten();
    texts
        .map(|text| Span::styled(format!("  + {text}"), style))
        .collect()
}

/// A glyph, its colour and its word. What is safe needs no word at every row: the entry it becomes
/// says it, and so does the legend.
fn safety(opened: &OpenedTrie, row: &TrieRow, look: &Look) -> (&'static str, Style, &'static str) {
    let glyphs = &look.glyphs;
    match opened.telling() {
        Telling::Excepted if row.stays == 0 => return (glyphs.unused, look.caution, ""),
        Telling::Denied | Telling::Excepted => return (glyphs.none, Style::new(), ""),
        Telling::Prefixes | Telling::Entries => {}
    }
    let node = opened.trie().node(opened.representative(row));
    if opened.is_held(row) {
        return (glyphs.held, look.caution, "held");
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
        // A run down to the one action that stays: its star would grant what goes, its name does not.
        (RowId::Node(node), Safety::Unsafe)
            if row.last != node && row.goes == 0 && row.stays == 1 =>
        {
            (glyphs.safe, look.safe, "in full")
        }
        (_, Safety::Unsafe | Safety::AllUnused) => (glyphs.caution, look.caution, "unsafe"),
    }
}

/// The mark that a row bears: on its prefix, or on a longer one that is one row with it.
pub(crate) fn mark_on(opened: &OpenedTrie, row: &TrieRow) -> Option<MarkKind> {
    let run = run_of(opened, row);
    let mut marks = opened.marks().iter().rev();
    let mark = marks.find(|mark| run.contains(&mark.prefix))?;
    Some(mark.kind)
}

/// The prefix of a row, and the longer ones that are one row with it.
pub(crate) fn run_of(opened: &OpenedTrie, row: &TrieRow) -> Vec<ActionPrefix> {
    // Of only children each is the next node.
    let run = opened.representative(row).0..=row.last.0;
    run.map(|node| opened.trie().prefix(NodeId(node))).collect()
}

fn legend_line<'a>(look: &Look, opened: &OpenedTrie) -> Line<'a> {
    let glyphs = &look.glyphs;
    let faint = |text: &'static str| Line::styled(text, look.faint);
    match opened.telling() {
        Telling::Denied => return faint(" what the statement denies"),
        Telling::Excepted => return faint(" what the NotAction does not grant"),
        Telling::Prefixes | Telling::Entries => {}
    }
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
    ];
    if opened.has_held() {
        legend.push(Span::styled(glyphs.held, look.caution));
        legend.push(Span::styled(" held  ", look.faint));
    }
    legend.push(Span::styled(
        format!("{} {gone}", glyphs.unused),
        look.faint,
    ));
    Line::from(legend)
}
