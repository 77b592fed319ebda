//! The trie of the names beside them: how they are cut, and once it is done what is decided at each prefix.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::explain::{Grouping, Outline, TrieRow, Walkthrough, rows_from};
use crate::iam::Action;
use crate::lessons::Writing;
use crate::refine::{Fate, NodeId};
use crate::tui::lines::{draw_lines, rows, select_line, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::steps::shown_rows;
use crate::tui::text::{cells, fit_middle, spread, width};

/// The columns that it has at least.
pub(super) const COLUMNS: u16 = 42;

/// The columns that it has at most.
const MOST_COLUMNS: u16 = 60;

/// The trie as it is drawn in so many columns.
pub(super) struct Trie {
    /// The columns that it takes, with the bar before it.
    pub(super) columns: u16,
    rows: Drawn,
}

/// The lines of the trie, and which of them what is pointed at comes to.
struct Drawn {
    lines: Vec<Line<'static>>,
    current: Option<usize>,
}

impl Trie {
    /// As wide as its rows need, but for what `most` columns leave of them. The row is lit that what is pointed at or typed
    /// comes to.
    pub(super) fn of(look: &Look, screen: &PracticeScreen, walk: &Walkthrough, most: u16) -> Self {
        let walks = screen.writing().map_or_else(Vec::new, Writing::walks);
        // From one wildcard to the next nothing moves.
        let widest = walks.into_iter().flat_map(|walk| {
            let lines = drawn(look, screen, walk, MOST_COLUMNS).lines.into_iter();
            lines.map(|line| line.width())
        });
        let needed = widest.max();
        let needed = cells(needed.unwrap_or_default() + 3).clamp(COLUMNS, MOST_COLUMNS);
        let columns = needed.min(most);
        Trie {
            columns,
            rows: drawn(look, screen, walk, columns),
        }
    }

    /// How many rows it has.
    pub(super) fn count(&self) -> usize {
        self.rows.lines.len()
    }

    pub(super) fn draw(self, look: &Look, frame: &mut Frame<'_>, area: Rect) {
        let Drawn { lines, current } = self.rows;
        let (title, body) = under_title(area);
        let room = usize::from(area.width);
        let bar = Span::styled(look.glyphs.bar, look.faint);
        let heading = vec![bar.clone(), Span::styled("  TRIE", look.strong)];
        frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
        let height = rows(body);
        let top = top_for(current.unwrap_or_default(), lines.len(), 0, height);
        let blank = std::iter::repeat_with(Line::default);
        let lines = lines.into_iter().chain(blank).skip(top);
        let lines = lines.map(|mut line| {
            line.spans.insert(0, bar.clone());
            line
        });
        draw_lines(frame, body, lines.take(height));
        if let Some(current) = current {
            let beside_bar = Rect {
                x: body.x + 1,
                width: body.width.saturating_sub(1),
                ..body
            };
            select_line(frame, beside_bar, current - top, look);
        }
    }
}

fn drawn(look: &Look, screen: &PracticeScreen, walk: &Walkthrough, columns: u16) -> Drawn {
    let room = usize::from(columns).saturating_sub(1);
    // Where nothing is unused nothing is to be decided.
    if screen.attempt().is_done() && !walk.steps().is_empty() {
        decided(look, walk, screen.action().as_ref(), room)
    } else {
        undecided(look, walk, &screen.pointed_prefix(), room)
    }
}

/// How the names are cut; of what is unused, that it is.
fn undecided(look: &Look, walk: &Walkthrough, pointed: &str, room: usize) -> Drawn {
    let first = walk.steps().first().map_or(NodeId::ROOT, |step| step.node);
    let all: Vec<TrieRow> = rows_from(walk, first).collect();
    let is_pointed = |row: &TrieRow| {
        let prefix = walk.trie().prefix_name(row.node);
        let is_within = row.above < pointed.len() && pointed.len() <= prefix.len();
        is_within && prefix[..pointed.len()].eq_ignore_ascii_case(pointed)
    };
    let lines = all.iter().map(|row| {
        let own = walk.trie().own_action(row.node);
        let (sign, style) = match own.map(|own| own.fate) {
            None => (look.glyphs.none, look.faint),
            Some(Fate::Kept) => (look.glyphs.held, look.strong),
            Some(fate) if fate.stays() => (" ", Style::new()),
            Some(_) => (look.glyphs.caution, look.caution),
        };
        let before = format!(" {}{sign} ", "  ".repeat(row.depth));
        let left = room.saturating_sub(width(&before));
        let label = fit_middle(&row.label(look.glyphs.dot), left, look.glyphs.more);
        // Of the row alone: the bar before it has a colour of its own.
        Line::from(Span::styled(before + &label, style))
    });
    Drawn {
        lines: lines.collect(),
        current: all.iter().position(is_pointed),
    }
}

/// What is decided at each prefix that is visited.
fn decided(look: &Look, walk: &Walkthrough, pointed: Option<&Action>, room: usize) -> Drawn {
    let outline = Outline::new(walk, walk.steps().len(), Grouping::Apart);
    let is_above = |node| {
        let mut beneath = walk.trie().beneath(node);
        beneath.any(|(action, _)| Some(&action) == pointed)
    };
    let deciding =
        (outline.rows.iter()).rposition(|row| row.nodes.iter().any(|node| is_above(*node)));
    let lines = shown_rows(walk, &outline.rows, look, room);
    let current = lines.iter().position(|(row, _)| Some(*row) == deciding);
    Drawn {
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        current,
    }
}
