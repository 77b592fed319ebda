//! What an event asks for, by the table of actions.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::action::Action;
use super::command::{Command, Key};
use super::context::Context;
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
    if context == Context::TooSmall && !matches!(event, Event::Key(_)) {
        return None;
    }
    let asked = asked_for(event, &COMMANDS, context, context.takes_text())?;
    Some(match asked {
        Asked::For(action) => action.clone(),
        Asked::Typed(text) => Action::Type(text),
        Asked::Click { column, row } => Action::Click { column, row },
        Asked::Wheel { column, row, down } => Action::Wheel { column, row, down },
    })
}

/// What an event asks for, on any screen.
pub(super) enum Asked<'c, A> {
    /// What a row of the table does.
    For(&'c A),
    /// Text that is typed.
    Typed(String),
    /// A click of the mouse.
    Click { column: u16, row: u16 },
    /// A turn of its wheel.
    Wheel { column: u16, row: u16, down: bool },
}

/// What `event` asks for in `context` by the table of a screen.
pub(super) fn asked_for<'c, M, A, C: PartialEq + Copy>(
    event: &Event,
    commands: &'c [Command<M, A, C>],
    context: C,
    takes_text: bool,
) -> Option<Asked<'c, A>> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => {
            let key = key_of(*event)?;
            let mut commands = commands.iter().filter(|command| command.is_in(context));
            match (commands.find(|own| own.keys.contains(&key)), key.code) {
                (Some(command), _) => Some(Asked::For(&command.action)),
                (None, KeyCode::Char(letter)) if takes_text && !key.ctrl => {
                    Some(Asked::Typed(letter.to_string()))
                }
                _ => None,
            }
        }
        Event::Mouse(mouse) => on_mouse(*mouse),
        Event::Paste(text) if takes_text => {
            // The first line; terminals end it in one way or the other.
            let line = text.split(['\n', '\r']).next().unwrap_or_default();
            Some(Asked::Typed(line.replace(char::is_control, " ")))
        }
        _ => None,
    }
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

fn on_mouse<'c, A>(event: MouseEvent) -> Option<Asked<'c, A>> {
    let (column, row) = (event.column, event.row);
    let wheel = |down| Asked::Wheel { column, row, down };
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Asked::Click { column, row }),
        MouseEventKind::ScrollDown => Some(wheel(true)),
        MouseEventKind::ScrollUp => Some(wheel(false)),
        _ => None,
    }
}
