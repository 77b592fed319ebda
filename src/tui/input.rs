//! What an event asks for, by the table of keys.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Position;

use super::app::App;
use super::keys::{Context, Key, ROWS};
use super::message::Message;

/// What a person does, or that time has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// What a row of the table of keys does.
    Row(Message),
    /// A key that means nothing where it is pressed.
    Unused(Key),
    /// Text that is typed or pasted where text is asked for.
    Text(String),
    /// Text that is pasted where nothing is typed: it would be taken for keys.
    PastedKeys,
    /// A click of the mouse.
    Click(Position),
    /// A turn of the mouse's wheel, and whether it was turned down.
    Wheel(Position, bool),
    /// It is time for the next step: they go on by themselves.
    Tick,
}

/// Keys that make another key of a key; no row has them.
const OTHER_MODIFIERS: KeyModifiers = KeyModifiers::SUPER
    .union(KeyModifiers::HYPER)
    .union(KeyModifiers::META);

/// What `event` asks for as the screen is, if it asks for anything.
///
/// ```
/// use iam_refine::lessons::built_in_lessons;
/// use iam_refine::tui::{App, Input, Message, ReviewMessage, Settings, input_for};
/// use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
///
/// let review = built_in_lessons()?.remove(0).review();
/// let app = App::of_review(review, Settings::default());
/// let a = Event::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE));
/// let accept = Input::Row(Message::Review(ReviewMessage::Accept));
/// assert_eq!(input_for(&a, &app), Some(accept));
/// # Ok::<(), iam_refine::text::Error>(())
/// ```
pub fn input_for(event: &Event, app: &App) -> Option<Input> {
    let context = app.context();
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => {
            let key = key_of(*event)?;
            let mut rows = ROWS.iter().filter(|row| row.is_in(context));
            match (rows.find(|row| row.keys.contains(&key)), key.code) {
                (Some(row), _) => Some(Input::Row(row.message)),
                (None, KeyCode::Char(letter)) if context.takes_text() && !key.ctrl => {
                    Some(Input::Text(letter.to_string()))
                }
                (None, code) if context != Context::TooSmall => {
                    is_pressed_alone(code).then_some(Input::Unused(key))
                }
                _ => None,
            }
        }
        Event::Mouse(mouse) if context != Context::TooSmall => on_mouse(*mouse),
        Event::Paste(text) if context.takes_text() => {
            // A reason may have several lines; terminals end them in one way or the other. What is searched
            // for has one.
            let mut lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
            let text = match context {
                // Each line is an entry, as each word is.
                Context::Practice | Context::CaseWrite => lines.collect::<Vec<_>>().join(" ") + " ",
                Context::Keep | Context::Reject | Context::Drop => {
                    lines.collect::<Vec<_>>().join(" ")
                }
                _ => lines.next().unwrap_or_default().to_owned(),
            };
            Some(Input::Text(text.replace(char::is_control, " ")))
        }
        Event::Paste(_) if context != Context::TooSmall => Some(Input::PastedKeys),
        _ => None,
    }
}

/// Whether a key is one that somebody presses by itself to have something done.
fn is_pressed_alone(code: KeyCode) -> bool {
    !matches!(
        code,
        KeyCode::Null
            | KeyCode::CapsLock
            | KeyCode::ScrollLock
            | KeyCode::NumLock
            | KeyCode::Media(_)
            | KeyCode::Modifier(_)
    )
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let held = |key| event.modifiers.contains(key);
    // Both together are AltGr, which makes a letter of its own.
    let (ctrl, alt) = match (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT)) {
        (true, true) => (false, false),
        keys => keys,
    };
    if alt || event.modifiers.intersects(OTHER_MODIFIERS) {
        return None;
    }
    let code = match event.code {
        // Terminals differ in whether Shift makes the letter of a Ctrl key a capital.
        KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
        code => code,
    };
    Some(Key { code, ctrl })
}

fn on_mouse(event: MouseEvent) -> Option<Input> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(at)),
        MouseEventKind::ScrollDown => Some(Input::Wheel(at, true)),
        MouseEventKind::ScrollUp => Some(Input::Wheel(at, false)),
        _ => None,
    }
}
