//! Drawing: the list of an account or a review, and the last line of the screen.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;

use super::app::App;
use super::footer;
use super::help;
use super::lines::is_too_small;
use super::list;
use super::practice;
use super::review;
use super::shell::Seen;
use super::view::ShownMut;
use crate::text::printable;

/// Draws all of it. What it learns of where things stand is kept for clicks and pages.
pub fn draw(app: &mut App, frame: &mut Frame<'_>) {
    app.shell.seen = Seen {
        is_too_small: is_too_small(frame, app.shell.look.glyphs.more),
        height: frame.area().height,
        ..Seen::default()
    };
    if app.shell.seen.is_too_small {
        return;
    }
    app.shell.seen.footer = footer::height(app, frame.area().width);
    let keys = help::HelpRows::of(app);
    match app.view.shown_mut() {
        ShownMut::Review(screen) => review::draw(&mut app.shell, screen, &keys, frame),
        ShownMut::List(list) => list::draw(&mut app.shell, list, &keys, frame),
        ShownMut::Practice(screen) => practice::draw(&app.shell, screen, &keys, frame),
    }
    footer::draw(app, frame);
    replace_unseen(frame.buffer_mut());
}

/// What is drawn was made printable where it came in. This is for what was not: nothing that nobody
/// sees reaches the terminal.
fn replace_unseen(drawn: &mut Buffer) {
    for cell in &mut drawn.content {
        if let Cow::Owned(_) = printable(cell.symbol()) {
            cell.set_char('?');
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::text::Line;
    use ratatui::widgets::Widget;

    use super::replace_unseen;

    #[test]
    fn nothing_that_nobody_sees_is_drawn() {
        let mut drawn = Buffer::with_lines(["......."]);
        let area = drawn.area;
        Line::raw("a\u{202e}b\u{3164}é").render(area, &mut drawn);
        assert_eq!(drawn.content[0].symbol(), "a\u{202e}");
        replace_unseen(&mut drawn);
        assert_eq!(drawn, Buffer::with_lines(["??é...."]));
    }
}
