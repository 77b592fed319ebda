//! The trie: a row for each prefix that was decided on, and the rest of it, which is still to come.

use std::collections::{BTreeSet, VecDeque};

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::{Grouping, Outline, Row, TrieRow, Walkthrough, rows_as_opened};
use crate::lessons::Question;
use crate::refine::{Fate, NodeId, Safety, StepDecision};
use crate::text::{grouped, wrap};
use crate::tui::lines::{draw_lines, rows, select_line, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::said::NO_BREAK;
use crate::tui::steps::Steps;
use crate::tui::text::{fit_middle, spread, width};

/// From so many columns on there is room to say what is counted.
const TITLED_FROM: usize = 36;

/// From so many columns on there is room to say what the arrow means too.
const EXPLAINED_FROM: usize = 50;

/// A row with its words.
struct DrawnRow {
    /// Whether it is told or asked about now.
    is_current: bool,
    sign: &'static str,
    depth: usize,
    label: String,
    style: Style,
    note: Note,
}

/// What stands behind the label of a row.
enum Note {
    /// What was decided; perhaps also in fewer words, for where that has no room.
    Decided(String, Option<String>),
    /// How many names lie beneath, where nothing is decided yet.
    Beneath(usize),
}

impl DrawnRow {
    /// Its lines, with labels `column` cells wide.
    fn lines<'a>(&self, look: &Look, column: usize, room: usize) -> Vec<Line<'a>> {
        match &self.note {
            Note::Decided(note, short) => {
                self.decided_lines(look, (note, short.as_deref()), column, room)
            }
            Note::Beneath(names) => vec![self.coming_line(look, *names, column, room)],
        }
    }

    /// What was decided stands behind the label, below those of other rows if there is room; where there is none it
    /// stands below.
    fn decided_lines<'a>(
        &self,
        look: &Look,
        (note, short): (&str, Option<&str>),
        column: usize,
        room: usize,
    ) -> Vec<Line<'a>> {
        let indent = 2 * self.depth;
        let own = width(&self.label);
        let label_room = column.saturating_sub(indent);
        let behind = |label_room: usize| 3 + indent + 2 + label_room + 2;
        let in_column = Some(label_room).filter(|label_room| own <= *label_room);
        let places = in_column.into_iter().chain([own]);
        let mut places =
            places.flat_map(|place| [Some(note), short].map(|note| note.map(|note| (place, note))));
        let fits = |(place, note): &(usize, &str)| behind(*place) + width(note) < room;
        if let Some((place, note)) = places.find_map(|one| one.filter(fits)) {
            let mut line = self.start(look, &format!("{:place$}", self.label));
            line.push(Span::raw(format!("  {}", note.replace(NO_BREAK, " "))));
            return vec![Line::from(line)];
        }
        let note = short.unwrap_or(note);
        let longest = note.split(' ').map(width).max().unwrap_or_default();
        let beside = in_column.filter(|place| behind(*place) + longest < room);
        let before = match beside {
            Some(place) => behind(place),
            None => (3 + indent + 4).min(room.saturating_sub(longest + 1)),
        };
        let notes = wrap(note, room.saturating_sub(before + 1)).into_iter();
        let mut notes = notes.map(|note| note.replace(NO_BREAK, " "));
        let place = beside.unwrap_or(own);
        let mut first = self.start(look, &format!("{:place$}", self.label));
        if beside.is_some() {
            first.push(Span::raw(format!("  {}", notes.next().unwrap_or_default())));
        }
        let rest = notes.map(|note| Line::raw(format!("{}{note}", " ".repeat(before))));
        std::iter::once(Line::from(first)).chain(rest).collect()
    }

    /// One line: how many names lie beneath is told for each row, so the label gives way.
    fn coming_line<'a>(&self, look: &Look, names: usize, column: usize, room: usize) -> Line<'a> {
        let indent = 2 * self.depth;
        let names = grouped(names);
        let most = room.saturating_sub(3 + indent + 2 + 2 + width(&names) + 1);
        let label = fit_middle(&self.label, most, look.glyphs.more);
        let column = column.saturating_sub(indent).min(most);
        let mut line = self.start(look, &format!("{label:column$}"));
        line.push(Span::styled(format!("  {names}"), look.faint));
        Line::from(line)
    }

    /// What every row begins with.
    fn start<'a>(&self, look: &Look, label: &str) -> Vec<Span<'a>> {
        let cursor = if self.is_current {
            look.glyphs.cursor
        } else {
            " "
        };
        vec![
            Span::raw(format!(" {cursor} {}", "  ".repeat(self.depth))),
            Span::styled(self.sign, self.style),
            Span::styled(format!(" {label}"), self.style),
        ]
    }
}

/// How much of the rows behind the one that is shown is seen as well, if they do not all fit.
const SEEN_BEHIND: usize = 3;

/// Draws what is decided and what is still to come, of which so much is unfolded as fits into `unfolded` rows.
pub(crate) fn draw(steps: &Steps, look: &Look, frame: &mut Frame<'_>, area: Rect, unfolded: usize) {
    let (title, body) = under_title(area);
    let (room, height) = (usize::from(area.width), rows(body));
    let told = Outline::new(&steps.walk, steps.told_steps(), Grouping::Steps).rows;
    let coming: Vec<TrieRow> = coming(steps, unfolded).collect();
    // What is asked about comes after what is told.
    let current = if steps.asked().is_some() {
        told.len()
    } else {
        told.len().saturating_sub(1)
    };
    let run = steps.run_of(steps.at);
    let is_told_now =
        |row: &Row| steps.asked().is_none() && row.steps.clone().any(|step| run.contains(&step));
    // No more than can be seen: a trie may have thousands of rows.
    let from = current.saturating_sub(height);
    let mut drawn: Vec<DrawnRow> = Vec::new();
    for row in told.iter().skip(from) {
        drawn.push(DrawnRow {
            is_current: is_told_now(row),
            ..decided_row(&steps.walk, row, look)
        });
    }
    for (at, row) in coming.iter().take(height).enumerate() {
        let asked = steps.asked().filter(|_| at == 0);
        drawn.push(coming_row(&steps.walk, row, asked, look));
    }
    let lines = lines_of(&drawn, look, room);
    let first = lines.iter().position(|(row, _)| from + row == current);
    let first = first.unwrap_or_default();
    let behind = current - from + height.div_ceil(SEEN_BEHIND);
    let target = lines.iter().rposition(|(row, _)| *row <= behind);
    let all = lines.len();
    let mut top = top_for(target.unwrap_or_default(), all, 0, height).min(first);
    // A row is seen from its first line on.
    while top > 0 && top < first && lines[top].0 == lines[top - 1].0 {
        top += 1;
    }
    let above = from + lines.get(top).map_or(0, |(row, _)| *row);
    frame.render_widget(heading(look, room, above), title);

    let mut seen: Vec<(usize, Line<'_>)> = lines.into_iter().skip(top).take(height).collect();
    let all = told.len() + coming.len();
    let last = seen.last().map_or(0, |(row, _)| from + row);
    if last + 1 < all && last > current {
        // In the place of the last row, which is counted too.
        seen.retain(|(row, _)| from + row < last);
        let hidden = format!("   {} {} to come", look.glyphs.none, all - last);
        seen.push((last - from, Line::styled(hidden, look.faint)));
    }
    draw_lines(frame, body, seen.into_iter().map(|(_, line)| line));
    // While one points among the names, the row that is acted on is there.
    let is_in_names = steps.asking.pointed.is_some();
    if !is_in_names && !drawn.is_empty() {
        select_line(frame, body, first - top, look);
    }
}

/// What is counted, where there is room to say that, or how many rows are hidden above.
fn heading<'a>(look: &Look, room: usize, hidden: usize) -> Line<'a> {
    let heading = vec![Span::styled("   TRIE", look.strong)];
    // The names beside it are counted by their letters.
    let told = match room {
        _ if hidden > 0 => format!("{} {} more ", look.glyphs.above, grouped(hidden)),
        0..TITLED_FROM => String::new(),
        _ if room < EXPLAINED_FROM => "counts what lies beneath ".to_owned(),
        _ => format!(
            "counts what lies beneath, {} is written ",
            look.glyphs.arrow
        ),
    };
    let told = vec![Span::styled(told, look.faint)];
    spread(heading, told, room, look.glyphs.more)
}

/// The lines of what is decided, each with the place of its row.
pub(crate) fn shown_rows<'a>(
    walk: &Walkthrough,
    rows: &[Row],
    look: &Look,
    room: usize,
) -> Vec<(usize, Line<'a>)> {
    let drawn = rows.iter().map(|row| decided_row(walk, row, look));
    lines_of(&drawn.collect::<Vec<_>>(), look, room)
}

/// The lines of `rows`, each with the place of its row. A row takes as many as its words need: the name that decides
/// is not to be cut.
fn lines_of<'a>(rows: &[DrawnRow], look: &Look, room: usize) -> Vec<(usize, Line<'a>)> {
    let column = label_column(rows, room);
    let lines = rows.iter().enumerate().flat_map(|(at, row)| {
        let lines = row.lines(look, column, room).into_iter();
        lines.map(move |line| (at, line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// What is to come: the rest of the trie, whether it is going to be visited or not, unfolded as far as all of the trie
/// fits into so many rows.
fn coming(steps: &Steps, unfolded: usize) -> impl Iterator<Item = TrieRow> {
    let next = steps.walk.steps().get(steps.told_steps());
    let rows = next.map(|next| {
        let opened = opened(&steps.walk, steps.told_steps(), unfolded);
        rows_as_opened(&steps.walk, next.node, move |node| opened.contains(&node))
    });
    rows.into_iter().flatten()
}

/// The prefixes that are unfolded before they are visited: the root, and then, level by level, each whose children
/// have room as well. What the first `told` steps came to without opening it takes a row alone.
fn opened(walk: &Walkthrough, told: usize, room: usize) -> BTreeSet<NodeId> {
    let trie = walk.trie();
    let told = walk.steps()[..told].iter();
    let closed = told.filter(|step| !matches!(step.decision, StepDecision::Open(_)));
    let closed: BTreeSet<NodeId> = closed.map(|step| step.node).collect();
    let mut opened = BTreeSet::new();
    let Some(first) = walk.steps().first().map(|step| step.node) else {
        return opened;
    };
    let mut taken = 1;
    let mut waiting = VecDeque::from([first]);
    while let Some(next) = waiting.pop_front() {
        if closed.contains(&next) {
            continue;
        }
        // What only leads on shares the row of what it leads to.
        let mut row = vec![next];
        let mut last = next;
        while last != first
            && let Some(child) = trie.only_child(last)
        {
            row.push(child);
            last = child;
        }
        let children = trie.children(last).count();
        if last == first || taken + children <= room {
            taken += children;
            opened.extend(row);
            waiting.extend(trie.children(last));
        }
    }
    opened
}

/// The cells that are left for what is decided, if there are as many.
const NOTE: usize = 25;

/// How wide the labels are, indented: at least half of the room if they need it. Where room is scarce those of what is
/// decided count alone, behind which more is said.
fn label_column(drawn: &[DrawnRow], room: usize) -> usize {
    let counts = |row: &&DrawnRow| room >= EXPLAINED_FROM || matches!(row.note, Note::Decided(..));
    let widths = drawn.iter().filter(counts);
    let widths = widths.map(|row| 2 * row.depth + width(&row.label));
    let room = room.saturating_sub(7);
    let most = room.saturating_sub(NOTE).max(room / 2);
    widths.max().unwrap_or(0).min(most)
}

/// The colour of what was found of a prefix.
pub(super) fn colour(safety: Safety, look: &Look) -> Style {
    match safety {
        Safety::Safe => look.safe,
        _ => look.caution,
    }
}

/// A prefix that was decided on.
fn decided_row(walk: &Walkthrough, row: &Row, look: &Look) -> DrawnRow {
    let (sign, style) = match row.safety {
        Safety::Safe => (look.glyphs.safe, look.safe),
        Safety::Unlisted => (look.glyphs.unknown, look.caution),
        Safety::Unsafe | Safety::Split | Safety::Whole => (look.glyphs.caution, look.caution),
        Safety::AllUnused | Safety::WithinWhole => (look.glyphs.unused, look.faint),
    };
    DrawnRow {
        is_current: false,
        sign,
        depth: row.depth,
        label: row.full_label(),
        style,
        note: Note::Decided(
            note(walk, row, look.glyphs.arrow),
            short_note(row, look.glyphs.arrow),
        ),
    }
}

/// A prefix that is still to come, with how many names lie beneath it; perhaps it is `asked` about.
fn coming_row(
    walk: &Walkthrough,
    row: &TrieRow,
    asked: Option<&Question>,
    look: &Look,
) -> DrawnRow {
    let node = walk.trie().node(row.node);
    let (sign, label, style) = match asked {
        Some(asked) => (look.glyphs.unknown, asked.prefix.clone(), look.strong),
        None => (look.glyphs.none, row.label(look.glyphs.dot), look.faint),
    };
    DrawnRow {
        is_current: asked.is_some(),
        sign,
        depth: row.depth,
        label,
        style,
        note: Note::Beneath(node.stays + node.goes),
    }
}

/// The unused action that starts with a prefix beneath which none lies.
fn sibling(walk: &Walkthrough, row: &Row) -> Option<String> {
    let (trie, node) = (walk.trie(), *row.nodes.last()?);
    let starting = trie.grants(node)?.starting_with(trie.prefix_name(node));
    let unused = starting.iter().find(|one| !one.fate.stays());
    unused.map(|one| one.name.to_string())
}

/// The same in fewer words, where there are such: what is named stands among the names.
fn short_note(row: &Row, arrow: &str) -> Option<String> {
    match (row.safety, row.emitted.as_slice()) {
        (Safety::Safe, [only]) if only.entry.is_literal() => {
            Some(format!("{} {arrow} its name", row.stays))
        }
        (Safety::AllUnused, _) => Some(format!("{arrow} nothing")),
        // The title says what is counted.
        (Safety::Unsafe, []) if row.goes > 0 => {
            Some(format!("unsafe, {} of {}", row.goes, row.stays + row.goes))
        }
        _ => None,
    }
}

/// What is decided there, in a few words.
fn note(walk: &Walkthrough, row: &Row, arrow: &str) -> String {
    let emitted = row.emitted.iter();
    let entries: Vec<String> = emitted.map(|new| walk.short(&new.entry)).collect();
    let gives = if entries.is_empty() {
        String::new()
    } else {
        format!(" {arrow}{NO_BREAK}{}", entries.join(" "))
    };
    // What was dropped is not unused, and not all that is unused goes where something is kept.
    let is_other = |(_, fate): (_, Fate)| fate != Fate::Stays && fate != Fate::Goes;
    let has_others = |node: &NodeId| walk.trie().beneath(*node).any(is_other);
    let (go, goes) = if row.nodes.iter().any(has_others) {
        ("go", "goes")
    } else {
        ("unused", "unused")
    };
    match row.safety {
        // A star also grants what begins with its prefix and lies beside it.
        Safety::Safe | Safety::Unlisted => match &row.emitted[..] {
            [only] if only.grants > row.stays => {
                format!("{} beneath, {} granted{gives}", row.stays, only.grants)
            }
            _ => format!("{}{gives}", row.stays),
        },
        Safety::Split => format!("split{gives}"),
        Safety::Whole => format!("unsafe, left whole{gives}"),
        Safety::WithinWhole => "within what is left whole".to_owned(),
        Safety::Unsafe if row.goes == 0 => match sibling(walk, row) {
            Some(name) => format!("unsafe, by {name}{gives}"),
            None => format!("unsafe{gives}"),
        },
        Safety::Unsafe => {
            let all = row.stays + row.goes;
            format!("unsafe, {} of {all} {go}{gives}", row.goes)
        }
        Safety::AllUnused if row.goes == 1 => format!("{goes}: nothing"),
        Safety::AllUnused if row.goes == 2 => format!("both {go}: nothing"),
        Safety::AllUnused => format!("all {} {go}: nothing", row.goes),
    }
}
