//! The trie as far as it is visited, a row for each prefix that was decided on.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::{Grouping, Outline, Row};
use crate::refine::{Fate, NodeId, Safety};
use crate::tui::lines::{draw_lines, rows, select_line, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::steps::Steps;
use crate::tui::text::{fit, spread, width};

/// From so many columns on there is room to say what is counted.
const TITLED_FROM: usize = 36;

/// From so many columns on there is room to say what the arrow means too.
const EXPLAINED_FROM: usize = 50;

/// A row with its words.
struct DrawnRow<'a> {
    sign: Span<'a>,
    depth: usize,
    label: String,
    note: String,
    style: Style,
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
    let listed = outline.rows.len() + usize::from(left > 0);
    // What comes next is seen as well, where there is room.
    let target = (current + 1).min(listed.saturating_sub(1));
    let top = top_for(target, listed, 0, rows(body));
    let shown = || outline.rows.iter().skip(top).take(rows(body));
    let drawn: Vec<DrawnRow<'_>> = shown().map(|row| drawn_row(steps, row, look)).collect();
    let column = label_column(&drawn, room);
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
    let lines = drawn.iter().enumerate().map(|(at, row)| {
        let indent = "  ".repeat(row.depth);
        let label_room = column.saturating_sub(2 * row.depth);
        let label = fit(&row.label, label_room, look.glyphs.more);
        let padding = " ".repeat(label_room - width(&label) + 2);
        let spans = vec![
            Span::raw(cursor(top + at)),
            Span::raw(indent),
            row.sign.clone(),
            Span::styled(format!(" {label}"), row.style),
            Span::raw(padding),
            Span::raw(row.note.clone()),
        ];
        spread(spans, Vec::new(), room, look.glyphs.more)
    });
    let coming = (left > 0).then(|| {
        let text = match steps.asked() {
            Some(asked) => format!(
                "{}{} {}",
                cursor(current),
                look.glyphs.unknown,
                asked.prefix
            ),
            None => format!("   {} {left} to come", look.glyphs.none),
        };
        Line::styled(fit(&text, room, look.glyphs.more), look.faint)
    });
    draw_lines(frame, body, lines.chain(coming));
    if current >= top {
        select_line(frame, body, current - top, look);
    }
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
fn label_column(drawn: &[DrawnRow<'_>], room: usize) -> usize {
    let widths = drawn.iter().map(|row| 2 * row.depth + width(&row.label));
    let room = room.saturating_sub(7);
    let most = room.saturating_sub(NOTE).max(room / 2);
    widths.max().unwrap_or(0).min(most)
}

fn drawn_row<'a>(steps: &Steps, row: &Row, look: &Look) -> DrawnRow<'a> {
    let (glyph, style) = match row.safety {
        Safety::Safe => (look.glyphs.safe, look.safe),
        Safety::Unlisted => (look.glyphs.unknown, look.caution),
        Safety::Unsafe | Safety::Split | Safety::Whole => (look.glyphs.caution, look.caution),
        Safety::AllUnused | Safety::WithinWhole => (look.glyphs.unused, look.faint),
    };
    DrawnRow {
        sign: Span::styled(glyph, style),
        depth: row.depth,
        label: row.full_label(),
        note: note(steps, row, look.glyphs.arrow),
        style,
    }
}

/// The unused action that starts with a prefix beneath which none lies.
fn sibling(steps: &Steps, row: &Row) -> Option<String> {
    let (trie, node) = (steps.walk.trie(), *row.nodes.last()?);
    let starting = trie.grants(node)?.starting_with(trie.prefix_name(node));
    let unused = starting.iter().find(|one| !one.fate.stays());
    unused.map(|one| one.name.to_string())
}

/// What is decided there, in a few words.
fn note(steps: &Steps, row: &Row, arrow: &str) -> String {
    let emitted = row.emitted.iter();
    let entries: Vec<String> = emitted.map(|new| steps.short(&new.entry)).collect();
    let gives = if entries.is_empty() {
        String::new()
    } else {
        format!(" {arrow} {}", entries.join(" "))
    };
    // What was dropped is not unused, and not all that is unused goes where something is kept.
    let is_other = |(_, fate): (_, Fate)| fate != Fate::Stays && fate != Fate::Goes;
    let has_others = |node: &NodeId| steps.walk.trie().beneath(*node).any(is_other);
    let (go, goes) = if row.nodes.iter().any(has_others) {
        ("go", "goes")
    } else {
        ("unused", "unused")
    };
    match row.safety {
        Safety::Safe | Safety::Unlisted => format!("{}{gives}", row.stays),
        Safety::Split => format!("split{gives}"),
        Safety::Whole => format!("unsafe, left whole{gives}"),
        Safety::WithinWhole => "within what is left whole".to_owned(),
        Safety::Unsafe if row.goes == 0 => match sibling(steps, row) {
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
