//! All keys, searched by typing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::{draw_lines, rows, select_line, tell_hidden, top_for, under_title};
use crate::tui::command::Command;
use crate::tui::help::Help;
use crate::tui::look::Look;
use crate::tui::model::{Model, Overlay};
use crate::tui::text::{fit, spread};
use crate::tui::update::help_rows;

/// From this width on each row tells its group.
const GROUP_FROM: usize = 100;

/// The cells that the keys take.
const KEYS: usize = 14;

pub(super) fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    if let Overlay::Help(help) = &model.overlay {
        draw_rows(frame, area, &model.look, &help_rows(model), help);
    }
}

/// Draws `commands`, those that `help` leaves of a table, from where the selected one is seen.
pub(in crate::tui) fn draw_rows<M, A, C: PartialEq + Copy>(
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Look,
    commands: &[&Command<M, A, C>],
    help: &Help,
) {
    let (search, cursor) = (help.typed(), help.cursor());
    let room = usize::from(area.width);
    let (title, body) = under_title(area);
    let prompt = if search.is_empty() {
        Span::styled("type to search", look.faint)
    } else {
        Span::raw(format!("{search}_"))
    };
    let left = vec![Span::styled(" KEYS  ", look.strong), prompt];
    frame.render_widget(spread(left, Vec::new(), room, look.glyphs.more), title);

    let top = top_for(cursor, commands.len(), 0, rows(body));
    let lines = commands
        .iter()
        .enumerate()
        .skip(top)
        .map(|(index, command)| {
            let is_current = index == cursor;
            let sign = if is_current { look.glyphs.cursor } else { " " };
            let keys = fit(&command.keys_text(look.ascii), KEYS, look.glyphs.more);
            let left = vec![
                Span::raw(format!("{sign} ")),
                Span::styled(format!("{keys:<KEYS$} "), look.strong),
                Span::raw(command.help),
            ];
            let group = Span::styled(format!(" {} ", command.group.as_str()), look.faint);
            let right = if room < GROUP_FROM {
                Vec::new()
            } else {
                vec![group]
            };
            spread(left, right, room, look.glyphs.more)
        });
    draw_lines(frame, body, lines);
    select_line(frame, body, cursor - top, look);
    let hidden = commands.len().saturating_sub(top + rows(body));
    tell_hidden(frame, body, hidden, look);
}
