//! The trie as far as it is visited, a row for each prefix that was decided on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::{Grouping, Outline, Row, TrieRow, Walkthrough, rows_from};
use crate::refine::{Fate, NodeId, Safety};
use crate::text::wrap;
use crate::tui::lines::{draw_lines, rows, select_line, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::said::NO_BREAK;
use crate::tui::steps::Steps;
use crate::tui::text::{fit, spread, width};

/// From so many columns on there is room to say what is counted.
const TITLED_FROM: usize = 36;

/// From so many columns on there is room to say what the arrow means too.
const EXPLAINED_FROM: usize = 50;

/// A row with its words.
struct DrawnRow {
    sign: &'static str,
    depth: usize,
    label: String,
    note: String,
    style: Style,
}

impl DrawnRow {
    /// Its lines, with labels `column` cells wide. What is said of it stands behind the label; where there is no
    /// room for that it stands below.
    fn lines<'a>(&self, cursor: &str, column: usize, room: usize) -> Vec<Line<'a>> {
        let indent = 2 * self.depth;
        let label_room = column.saturating_sub(indent);
        let before = 3 + indent + 2 + label_room + 2;
        let longest = self.note.split(' ').map(width).max().unwrap_or_default();
        let is_beside = width(&self.label) <= label_room && before + longest < room;
        let (label_room, before) = if is_beside {
            (label_room, before)
        } else {
            let below = 3 + indent + 4;
            (
                width(&self.label),
                below.min(room.saturating_sub(longest + 1)),
            )
        };
        // The title says what is counted: of `unsafe, 2 of 16 unused` the last word may go.
        let note_room = room.saturating_sub(before + 1);
        let short = self.note.strip_suffix(" unused").unwrap_or(&self.note);
        let is_short = width(&self.note) > note_room && short.starts_with("unsafe, ");
        let note = if is_short { short } else { &self.note };
        let notes = wrap(note, note_room).into_iter();
        let mut notes = notes.map(|note| note.replace(NO_BREAK, " "));
        let mut first = vec![
            Span::raw(format!("{cursor}{}", " ".repeat(indent))),
            Span::styled(self.sign, self.style),
            Span::styled(format!(" {:label_room$}", self.label), self.style),
        ];
        if is_beside {
            first.push(Span::raw(format!("  {}", notes.next().unwrap_or_default())));
        }
        let rest = notes.map(|note| Line::raw(format!("{}{note}", " ".repeat(before))));
        std::iter::once(Line::from(first)).chain(rest).collect()
    }
}

pub(crate) fn draw(steps: &Steps, look: &Look, frame: &mut Frame<'_>, area: Rect) {
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let heading = vec![Span::styled("   TRIE", look.strong)];
    // The names beside it are counted by their letters.
    let counts = match room {
        0..TITLED_FROM => Vec::new(),
        _ if room < EXPLAINED_FROM => vec![Span::styled("counts what lies beneath ", look.faint)],
        _ => {
            let told = format!(
                "counts what lies beneath, {} is written ",
                look.glyphs.arrow
            );
            vec![Span::styled(told, look.faint)]
        }
    };
    frame.render_widget(spread(heading, counts, room, look.glyphs.more), title);

    let left = steps.count() - steps.told_steps();
    let outline = outline(steps, rows(body).saturating_sub(usize::from(left > 0)));
    let current = (outline.rows.iter())
        .rposition(|row| row.steps.contains(&steps.at))
        // What is asked about comes after what is explained.
        .unwrap_or(outline.rows.len());
    let coming = coming(steps, rows(body).saturating_sub(outline.rows.len()));
    let listed = outline.rows.len() + usize::from(left > 0).max(coming.len());
    // What comes next is seen as well, where there is room.
    let target = (current + 1).min(listed.saturating_sub(1));
    let top = top_for(target, listed, 0, rows(body));
    let seen = outline.rows.len().min(top + rows(body));
    let top = top.min(seen);
    let run = steps.run_of(steps.at);
    let is_told_now = |index: usize| {
        let row = outline.rows.get(index).filter(|_| steps.asked().is_none());
        row.is_some_and(|row| row.steps.clone().any(|step| run.contains(&step)))
    };
    let cursor = |index: usize| {
        if index == current || is_told_now(index) {
            format!(" {} ", look.glyphs.cursor)
        } else {
            "   ".to_owned()
        }
    };
    let mut lines: Vec<(usize, Line<'_>)> = Vec::new();
    for (at, told) in shown_rows(&steps.walk, &outline.rows[top..seen], look, room, |at| {
        cursor(top + at)
    }) {
        lines.push((top + at, told));
    }
    let told = outline.rows.len();
    lines.extend(coming.iter().enumerate().map(|(at, row)| {
        let (sign, label) = match steps.asked() {
            Some(asked) if at == 0 => (look.glyphs.unknown, asked.prefix.clone()),
            _ => (look.glyphs.none, row.label(look.glyphs.dot)),
        };
        let text = format!(
            "{}{}{sign} {label}",
            cursor(told + at),
            "  ".repeat(row.depth)
        );
        let line = Line::styled(fit(&text, room, look.glyphs.more), look.faint);
        (told + at, line)
    }));
    if left > 0 && coming.is_empty() {
        let text = match steps.asked() {
            // Where it stands once it is told.
            Some(asked) => format!(
                "{}{}{} {}",
                cursor(current),
                "  ".repeat(next_row(steps).map_or(0, |row| row.depth)),
                look.glyphs.unknown,
                asked.prefix
            ),
            None => format!("   {} {left} to come", look.glyphs.none),
        };
        let coming = Line::styled(fit(&text, room, look.glyphs.more), look.faint);
        lines.push((outline.rows.len(), coming));
    }
    let end = lines
        .iter()
        .rposition(|(row, _)| *row <= target)
        .unwrap_or_default();
    let skipped = (end + 1).saturating_sub(rows(body));
    let place = lines.iter().position(|(row, _)| *row == current);
    let lines = lines.into_iter().skip(skipped).map(|(_, line)| line);
    draw_lines(frame, body, lines);
    // While one points among the names, the row that is acted on is there.
    let is_in_names = steps.asking.pointed.is_some();
    if let Some(place) = place.filter(|place| *place >= skipped && !is_in_names) {
        select_line(frame, body, place - skipped, look);
    }
}

/// The lines of `rows`, each with the place of its row. A row takes as many as its words need: the name that decides
/// is not to be cut.
pub(crate) fn shown_rows<'a>(
    walk: &Walkthrough,
    rows: &[Row],
    look: &Look,
    room: usize,
    cursor: impl Fn(usize) -> String,
) -> Vec<(usize, Line<'a>)> {
    let drawn: Vec<DrawnRow> = (rows.iter())
        .map(|row| drawn_row(walk, row, look))
        .collect();
    let column = label_column(&drawn, room);
    let lines = drawn.iter().enumerate().flat_map(|(at, row)| {
        let lines = row.lines(&cursor(at), column, room).into_iter();
        lines.map(move |line| (at, line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// The row of what comes next, on which nothing is decided yet.
fn next_row(steps: &Steps) -> Option<TrieRow> {
    let next = steps.walk.steps().get(steps.told_steps())?;
    rows_from(&steps.walk, next.node).next()
}

/// What is to come: the rest of the trie, whether it is going to be visited or not. None outside of lessons, and where
/// there is no room for all of it.
fn coming(steps: &Steps, room: usize) -> Vec<TrieRow> {
    let next = steps.walk.steps().get(steps.told_steps());
    let (Some(next), true) = (next, steps.is_lesson) else {
        return Vec::new();
    };
    let coming: Vec<TrieRow> = rows_from(&steps.walk, next.node).take(room + 1).collect();
    if coming.len() > room {
        return Vec::new();
    }
    coming
}

/// The visited prefixes. Siblings of which nothing stays share a row where there is no room for
/// all; what is explained now never does.
fn outline(steps: &Steps, room: usize) -> Outline {
    let all = Outline::new(&steps.walk, steps.told_steps(), Grouping::Steps);
    if all.rows.len() <= room {
        return all;
    }
    let runs = match steps.asked() {
        Some(_) => Grouping::StepsJoined,
        None => Grouping::StepsLastApart,
    };
    Outline::new(&steps.walk, steps.told_steps(), runs)
}

/// The cells that are left for what is decided, if there are as many.
const NOTE: usize = 25;

/// How wide the labels are, indented: at least half of the room if they need it.
fn label_column(drawn: &[DrawnRow], room: usize) -> usize {
    let widths = drawn.iter().map(|row| 2 * row.depth + width(&row.label));
    let room = room.saturating_sub(7);
    let most = room.saturating_sub(NOTE).max(room / 2);
    widths.max().unwrap_or(0).min(most)
}

fn drawn_row(walk: &Walkthrough, row: &Row, look: &Look) -> DrawnRow {
    let (glyph, style) = match row.safety {
        Safety::Safe => (look.glyphs.safe, look.safe),
        Safety::Unlisted => (look.glyphs.unknown, look.caution),
        Safety::Unsafe | Safety::Split | Safety::Whole => (look.glyphs.caution, look.caution),
        Safety::AllUnused | Safety::WithinWhole => (look.glyphs.unused, look.faint),
    };
    DrawnRow {
        sign: glyph,
        depth: row.depth,
        label: row.full_label(),
        note: note(walk, row, look.glyphs.arrow),
        style,
    }
}

/// The unused action that starts with a prefix beneath which none lies.
fn sibling(walk: &Walkthrough, row: &Row) -> Option<String> {
    let (trie, node) = (walk.trie(), *row.nodes.last()?);
    let starting = trie.grants(node)?.starting_with(trie.prefix_name(node));
    let unused = starting.iter().find(|one| !one.fate.stays());
    unused.map(|one| one.name.to_string())
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
