//! Drawing all keys, from where the selected one is seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use super::rows::HelpRows;
use super::state::Help;
use crate::tui::lines::{draw_lines, rows, select_line, tell_hidden, top_for, under_title};
use crate::tui::look::Look;
use crate::tui::text::{fit, spread};

/// From this width on each row shows its group.
const GROUP_FROM: usize = 100;

/// What is said when no row has what is searched for.
const NOTHING_FOUND: &str = "  no key does that";

/// The cells that the keys take.
const KEYS: usize = 14;

/// Draws the rows that `help` leaves of the table: first what can be done here.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, look: &Look, listed: &HelpRows, help: &Help) {
    let HelpRows { rows: listed, here } = listed;
    let (search, cursor) = (help.typed(), help.cursor());
    let room = usize::from(area.width);
    let (title, body) = under_title(area);
    let mut left = vec![Span::styled(" KEYS  ", look.strong)];
    if search.text().is_empty() {
        left.push(Span::styled(
            "first what can be done here; type to search",
            look.faint,
        ));
    } else {
        left.extend(search.spans(
            Style::new(),
            room.saturating_sub(NOTHING_FOUND.len() + 7),
            look.glyphs.more,
        ));
    }
    if listed.is_empty() {
        left.push(Span::raw(NOTHING_FOUND));
    }
    frame.render_widget(spread(left, Vec::new(), room, look.glyphs.more), title);

    let top = top_for(cursor, listed.len(), 0, rows(body));
    let lines = listed.iter().enumerate().skip(top).map(|(index, row)| {
        let is_current = index == cursor;
        let sign = if is_current { look.glyphs.cursor } else { " " };
        let keys = fit(&row.keys_text(look.ascii), KEYS, look.glyphs.more);
        // What cannot be done here is there to be looked up.
        let style = if index < *here {
            Style::new()
        } else {
            look.faint
        };
        let left = vec![
            Span::raw(format!("{sign} ")),
            Span::styled(format!("{keys:<KEYS$} "), look.strong.patch(style)),
            Span::styled(row.help, style),
        ];
        let group = if index < *here {
            "here"
        } else {
            row.group.as_str()
        };
        let group = Span::styled(format!(" {group} "), look.faint);
        let right = if room < GROUP_FROM {
            Vec::new()
        } else {
            vec![group]
        };
        spread(left, right, room, look.glyphs.more)
    });
    draw_lines(frame, body, lines);
    select_line(frame, body, cursor - top, look);
    let hidden = listed.len().saturating_sub(top + rows(body));
    tell_hidden(frame, body, hidden, look);
}
