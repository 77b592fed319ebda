//! What an event asks for, by the table of actions.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::action::Action;
use super::command::Key;
use super::model::Context;
use super::table::COMMANDS;

/// Keys that make another key of a key; no command has them.
const OTHER_MODIFIERS: KeyModifiers = KeyModifiers::SUPER
    .union(KeyModifiers::HYPER)
    .union(KeyModifiers::META);

/// What `event` asks for in `context`, if it asks for anything.
///
/// ```
/// use iam_refine::tui::{Action, Context, action_for};
/// use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
/// let a = Event::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE));
/// assert_eq!(action_for(&a, Context::Policy), Some(Action::Accept));
/// assert_eq!(action_for(&a, Context::Help), Some(Action::Type("a".to_owned())));
/// ```
pub fn action_for(event: &Event, context: Context) -> Option<Action> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => on_key(*key, context),
        Event::Mouse(mouse) => on_mouse(*mouse),
        Event::Paste(text) if context.takes_text() => {
            let line = text.lines().next().unwrap_or_default();
            Some(Action::Type(line.to_owned()))
        }
        _ => None,
    }
}

fn on_key(event: KeyEvent, context: Context) -> Option<Action> {
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
    let key = Key { code, ctrl };
    let mut commands = COMMANDS.iter().filter(|command| command.is_in(context));
    let command = commands.find(|command| command.keys.contains(&key));
    match (command, code) {
        (Some(command), _) => Some(command.action.clone()),
        (None, KeyCode::Char(letter)) if context.takes_text() && !ctrl => {
            Some(Action::Type(letter.to_string()))
        }
        _ => None,
    }
}

fn on_mouse(event: MouseEvent) -> Option<Action> {
    let (column, row) = (event.column, event.row);
    let wheel = |down| Action::Wheel { column, row, down };
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Action::Click { column, row }),
        MouseEventKind::ScrollDown => Some(wheel(true)),
        MouseEventKind::ScrollUp => Some(wheel(false)),
        _ => None,
    }
}
