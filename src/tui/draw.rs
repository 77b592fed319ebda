//! Drawing: the list of an account or a review, and the last line of the screen.

use ratatui::Frame;

use super::app::App;
use super::footer;
use super::help;
use super::lines::is_too_small;
use super::list;
use super::review;
use super::shell::Seen;

/// Draws all of it. What it learns of where things stand is kept for clicks and pages.
pub fn draw(app: &mut App, frame: &mut Frame<'_>) {
    app.shell.seen = Seen {
        is_too_small: is_too_small(frame, app.shell.look.glyphs.more),
        ..Seen::default()
    };
    if app.shell.seen.is_too_small {
        return;
    }
    let keys = help::rows(app);
    match (&mut app.review, &mut app.list) {
        (Some(screen), _) => review::draw(&mut app.shell, screen, &keys, frame),
        (None, Some(list)) => list::draw(&mut app.shell, list, &keys, frame),
        (None, None) => {}
    }
    footer::draw(app, frame);
}
