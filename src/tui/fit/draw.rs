//! Drawing the lengths over the panes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::table::{FitRow, FitTable};
use crate::explain::Sign;
use crate::text::{grouped, wrap};
use crate::tui::lines::{draw_lines, rows, scroll, select_line, signed, tell_hidden, top_for};
use crate::tui::look::Look;
use crate::tui::text::{cells, fit, width};

/// What stands above the columns.
const HEADINGS: [&str; 5] = ["at most", "size", "entries", "unused gone", "what stays"];

/// The lines above the rows: the title and the headings.
const ABOVE: usize = 2;

/// The columns that the panel needs for its rows.
pub(crate) fn columns(table: &FitTable) -> usize {
    let widths = widths(table);
    BEFORE + widths.iter().sum::<usize>() + BETWEEN * (widths.len() - 1)
}

/// The cells of the cursor and the sign before a row.
const BEFORE: usize = 3;

/// The cells between two columns.
const BETWEEN: usize = 2;

/// The texts of a row.
fn texts(table: &FitTable, row: &FitRow) -> [String; 5] {
    [
        row.label.clone(),
        grouped(row.size),
        grouped(row.entries),
        format!("{} of {}", grouped(row.gone), grouped(table.unused)),
        row.stays.clone(),
    ]
}

/// How wide the columns are.
fn widths(table: &FitTable) -> [usize; 5] {
    let rows = table.rows.iter().map(|row| texts(table, row));
    rows.fold(HEADINGS.map(width), |widest, texts| {
        std::array::from_fn(|column| widest[column].max(width(&texts[column])))
    })
}

/// How many lines the panel would fill in `room` columns.
pub(crate) fn height(look: &Look, table: &FitTable, room: usize) -> usize {
    ABOVE + table.rows.len() + sentence(look, table, room).len()
}

/// Draws it over `area`. Returns, where names are shown, how many lines they take and how many of
/// them are seen.
pub(crate) fn draw(look: &Look, table: &mut FitTable, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let widths = widths(table);
    let above = vec![title(look, table, room), heading(look, widths, room)];
    draw_lines(frame, area, above);
    let body = Rect {
        y: area.y + cells(ABOVE),
        height: area.height.saturating_sub(cells(ABOVE)),
        ..area
    };
    if let Some(scrolled) = table.names {
        let row = Rect {
            height: 1.min(body.height),
            ..body
        };
        draw_lines(frame, row, [line(look, table, widths, table.choice, room)]);
        let area = Rect {
            y: body.y + row.height,
            height: body.height - row.height,
            ..body
        };
        let names = names_of(look, table, room);
        let mut scrolled = scrolled.within(names.len(), rows(area));
        scroll(look, frame, area, names, &mut scrolled.top);
        table.names = Some(scrolled);
        return;
    }
    let sentence = sentence(look, table, room);
    // What there is to know goes before rows that can be scrolled to.
    let told = sentence.len().min(rows(body).saturating_sub(1));
    let listed = Rect {
        height: body.height - cells(told),
        ..body
    };
    let top = top_for(table.choice, table.rows.len(), 0, rows(listed));
    let lines = (top..table.rows.len()).map(|index| line(look, table, widths, index, room));
    draw_lines(frame, listed, lines);
    select_line(frame, listed, table.choice - top, look);
    let below = Rect {
        y: listed.y + cells(table.rows.len().min(rows(listed))),
        height: cells(told),
        ..body
    };
    draw_lines(frame, below, sentence);
    let hidden = table.rows.len().saturating_sub(top + rows(listed));
    tell_hidden(frame, area, hidden, look);
}

fn title<'a>(look: &Look, table: &FitTable, room: usize) -> Line<'a> {
    let quota = grouped(table.kind.quota());
    let about = format!(
        " {}: quota {quota} {}",
        table.title,
        table.kind.quota_scope()
    );
    Line::from(vec![
        Span::styled(" FIT", look.strong),
        Span::raw(fit(&about, room.saturating_sub(4), look.glyphs.more)),
    ])
}

fn heading<'a>(look: &Look, widths: [usize; 5], room: usize) -> Line<'a> {
    let text = in_columns(HEADINGS, widths);
    let text = format!("{}{text}", " ".repeat(BEFORE));
    Line::styled(fit(&text, room, look.glyphs.more), look.faint)
}

/// A row of texts, the numbers at the right of their columns.
fn in_columns(texts: [&str; 5], widths: [usize; 5]) -> String {
    let [label, size, entries, gone, stays] = texts;
    let [of_label, of_size, of_entries, of_gone, _] = widths;
    let between = " ".repeat(BETWEEN);
    format!(
        "{label:<of_label$}{between}{size:>of_size$}{between}{entries:>of_entries$}{between}\
         {gone:>of_gone$}{between}{stays}"
    )
}

fn line<'a>(
    look: &Look,
    table: &FitTable,
    widths: [usize; 5],
    index: usize,
    room: usize,
) -> Line<'a> {
    let of: &FitRow = &table.rows[index];
    let cursor = if index == table.choice {
        look.glyphs.cursor
    } else {
        " "
    };
    let texts = texts(table, of);
    let text = in_columns(texts.each_ref().map(String::as_str), widths);
    let fits = of.size <= table.kind.quota();
    let style = if fits { Style::new() } else { look.caution };
    let sign = if fits { Sign::Holds } else { Sign::Caution };
    Line::from(vec![
        Span::raw(cursor.to_owned()),
        look.sign(sign),
        Span::styled(
            format!(
                " {}",
                fit(&text, room.saturating_sub(BEFORE), look.glyphs.more)
            ),
            style,
        ),
    ])
}

/// What there is to know of the lengths, below them.
fn sentence<'a>(look: &Look, table: &FitTable, room: usize) -> Vec<Line<'a>> {
    let quota = grouped(table.kind.quota());
    let narrowest = grouped(table.narrowest());
    let (sign, text) = if table.narrowest() <= table.kind.quota() {
        (
            Sign::Holds,
            format!("It fits with all that is unused gone: {narrowest} of {quota} characters."),
        )
    } else if table.can_fit() {
        (
            Sign::Caution,
            "What a row leaves whole stays granted: of what writes as little as can be, then of what reads, so \
             a longer one may take fewer actions away. What manages permissions or reads secrets never stays."
                .to_owned(),
        )
    } else {
        let shortest = grouped(table.shortest);
        (
            Sign::Caution,
            format!(
                "Nothing makes it fit {quota}: the shortest that may be is {shortest}. Cut into several \
                 policies it loses nothing: refine --if-too-long split"
            ),
        )
    };
    signed(look, Some(sign), &text, room)
}

/// What stays for the selected row, prefix by prefix.
fn names_of<'a>(look: &Look, table: &FitTable, room: usize) -> Vec<Line<'a>> {
    let faint = |text: &str| {
        let lines = wrap(text, room.saturating_sub(6)).into_iter();
        let lines = lines.map(|line| Line::styled(format!("     {line}"), look.faint));
        lines.collect::<Vec<_>>()
    };
    let Some((fit, _)) = &table.chosen().fit else {
        return faint("All that is unused stays.");
    };
    if fit.left_whole.is_empty() {
        return faint("Nothing is left whole: nothing that is unused stays.");
    }
    let mut lines = Vec::new();
    for whole in &fit.left_whole {
        lines.push(Line::from(vec![
            Span::raw("   "),
            look.sign(Sign::Caution),
            Span::styled(format!(" {}*", whole.prefix), look.caution),
        ]));
        let names: Vec<String> = (whole.stays.iter())
            .map(|action| action.name.to_string())
            .collect();
        lines.extend(faint(&names.join(" ")));
    }
    lines
}
