//! Waiting for what somebody does, and passing over what the terminal says itself.

use std::io;
use std::time::Duration;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};

/// The longest gap within an answer that comes late.
const ANSWER_GAP: Duration = Duration::from_millis(20);

/// What a screen goes on with.
pub(crate) enum Next {
    /// A key, a click, text that is pasted, or a new size.
    Event(Event),
    /// The next step: they go on by themselves, and it is time.
    Tick,
}

/// Waits for an event; where what is shown goes on by itself, no longer than it stays.
pub(crate) fn next_event(pause: Option<Duration>) -> io::Result<Next> {
    loop {
        if let Some(pause) = pause
            && !event::poll(pause)?
        {
            return Ok(Next::Tick);
        }
        let event = event::read()?;
        if !begins_an_answer(&event) {
            return Ok(Next::Event(event));
        }
        skip_answer()?;
    }
}

/// Whether there are more events already, which are done before anything is drawn.
pub(crate) fn more_events() -> io::Result<bool> {
    event::poll(Duration::ZERO)
}

/// Whether the terminal answers what it was asked too late (`ESC ] 11 ; rgb: …`). Its letters must
/// not be taken for keys: an `r` would reject something.
fn begins_an_answer(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    key.code == KeyCode::Char(']') && key.modifiers == KeyModifiers::ALT
}

/// Reads what came in one piece.
fn skip_answer() -> io::Result<()> {
    while event::poll(ANSWER_GAP)? {
        event::read()?;
    }
    Ok(())
}
