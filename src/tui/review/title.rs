//! The title of a pane.

use ratatui::text::{Line, Span};

use super::pane::Pane;
use super::screen::ReviewScreen;
use crate::tui::look::Look;
use crate::tui::text::spread;

/// The title of a pane: its number and name, and what stands at the right.
pub(crate) fn pane_title<'a>(
    look: &Look,
    screen: &ReviewScreen,
    pane: Pane,
    about: &str,
    right: Vec<Span<'a>>,
    width: u16,
) -> Line<'a> {
    let style = if screen.pane == pane {
        look.strong.patch(look.selected)
    } else {
        look.faint
    };
    let name = format!("{} {}", pane.number(), pane.as_str().to_uppercase());
    let about = if about.is_empty() {
        String::new()
    } else {
        format!(" {about}")
    };
    spread(
        vec![Span::raw(" "), Span::styled(name, style), Span::raw(about)],
        right,
        usize::from(width),
        look.glyphs.more,
    )
}
