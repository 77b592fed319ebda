//! A task in the trie alone: the trie, and beside it what the wildcard becomes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::counted;
use crate::tui::lines::{
    draw_lines, draw_rule, rows, take_bottom, take_right, take_top, tell_hidden, under_title,
};
use crate::tui::look::Look;
use crate::tui::message::{Message, ShellMessage};
use crate::tui::review::{Pane, ReviewMessage, ReviewScreen};
use crate::tui::shell::Overlay;
use crate::tui::text::{cells, fit, spread};
use crate::tui::{reasons, trie};

/// The columns that the entries have at least.
const ENTRIES: u16 = 34;

/// From this height on it is told what the row under the cursor is.
const STRIP_FROM: u16 = 14;

impl ReviewScreen {
    /// Whether the task takes place in the trie alone, and is there now.
    pub(crate) fn is_in_trie_alone(&self, overlay: &Overlay) -> bool {
        let is_open =
            !matches!(overlay, Overlay::None | Overlay::Quit) && !overlay.asks_in_last_line();
        let task = self.lesson.as_ref().and_then(|lesson| lesson.task());
        let is_so = task.is_some_and(|task| task.is_in_trie);
        is_so && !is_open && !self.is_watching() && self.pane == Pane::Trie && !self.shows_one_pane
    }

    /// The keys that the task takes, in their order.
    pub(crate) fn task_keys(&self) -> &[char] {
        let lesson = self.lesson.as_ref().filter(|lesson| !lesson.is_done());
        let task = lesson.and_then(|lesson| lesson.task());
        task.filter(|_| !self.is_watching())
            .map_or(&[], |task| task.keys.as_slice())
    }
}

/// Whether what a key does is of use where a task takes place in the trie alone.
pub(crate) fn is_of_use(message: Message) -> bool {
    let message = match message {
        Message::Review(message) => message,
        other => return other == Message::Shell(ShellMessage::Help),
    };
    matches!(
        message,
        ReviewMessage::TaskHint
            | ReviewMessage::BackToSteps
            | ReviewMessage::Undo
            | ReviewMessage::Show(Pane::Policy)
    )
}

/// Draws it into `area`, but for the last line of the screen.
pub(crate) fn draw(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let mut rest = area;
    take_bottom(&mut rest, 1);
    if rest.height >= STRIP_FROM {
        let strip = take_bottom(&mut rest, 2);
        reasons::draw_strip(look, &screen.reasons, frame, strip);
        draw_rule(frame, take_bottom(&mut rest, 1), look);
    }
    if rest.height > 0 {
        draw_rule(frame, take_top(&mut rest), look);
    }
    let (_, wanted) = screen.seen.trie_columns;
    let trie_columns = cells(wanted).min(rest.width.saturating_sub(ENTRIES));
    let mut left = rest;
    let right = take_right(&mut left, rest.width - trie_columns);
    draw_entries(look, screen, frame, right);
    trie::draw(look, screen, frame, left);
}

/// What the wildcard becomes as it is marked now.
fn draw_entries(look: &Look, screen: &ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let Some(lesson) = &screen.lesson else {
        return;
    };
    let (title, body) = under_title(area);
    let room = usize::from(area.width);
    let entry = screen.review.state().entry(lesson.lesson().place());
    let new = entry
        .and_then(|entry| entry.plan.replacements())
        .unwrap_or_default();
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let wildcard = lesson.lesson().wildcard();
    let heading = vec![
        bar(),
        Span::styled(format!(" {wildcard} BECOMES"), look.strong),
        Span::raw(format!(" {}", counted(new.len(), "entry", "entries"))),
    ];
    frame.render_widget(spread(heading, Vec::new(), room, look.glyphs.more), title);
    let lines = new.iter().map(|one| {
        let text = fit(
            &format!("+ {}", one.entry.name()),
            room.saturating_sub(3),
            look.glyphs.more,
        );
        Line::from(vec![bar(), Span::raw(" "), Span::styled(text, look.safe)])
    });
    let bars = std::iter::repeat_with(|| Line::from(bar()));
    draw_lines(frame, body, lines.chain(bars));
    tell_hidden(frame, area, new.len().saturating_sub(rows(body)), look);
}
