//! What a person can do in the list, by which keys.

use std::sync::LazyLock;

use ratatui::crossterm::event::{Event, KeyCode};

use super::model::Context::{self, Help, List, Quit, Search, TooSmall, Write};
use super::model::Model;
use crate::tui::action::{Action as ReviewAction, Motion};
use crate::tui::command::{Command, Group, Key, listed};
use crate::tui::input::{Asked, action_for as review_action_for, asked_for};
use crate::tui::table::{ctrl, key, on};

/// Something that a person can do on the screen of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Moves the cursor, or scrolls where there is none.
    Move(Motion),
    /// Opens the policy under the cursor.
    Open,
    /// In the policy that is open.
    Review(ReviewAction),
    /// Asks for a text and goes to where it is found.
    Search,
    /// Leaves the cursor where the text was found.
    FinishSearch,
    /// Goes to the next place where it is found.
    NextFound,
    /// Goes to the previous one.
    PreviousFound,
    /// Shows other policies.
    Filter,
    /// Shows what would be written, and asks.
    Write,
    /// Writes.
    ConfirmWrite,
    /// Leaves, after asking when decisions are not written.
    Quit,
    /// Leaves.
    ConfirmQuit,
    /// Stops the program until the shell brings it back.
    Suspend,
    /// Shows all keys.
    Help,
    /// Runs the selected row of the help.
    RunRow,
    /// Types into the search.
    Type(String),
    /// Takes back the last letter typed.
    Erase,
    /// Closes what is open on top.
    Close,
    /// A click of the mouse.
    Click {
        /// The column of the screen.
        column: u16,
        /// The line of the screen.
        row: u16,
    },
    /// A turn of the mouse's wheel.
    Wheel {
        /// Whether it was turned down.
        down: bool,
    },
}

type Row = Command<Model, Action, Context>;

const SCROLLING: &[Context] = &[List, Write];

/// Every row of the table. The footer shows those with a word in this order.
pub static COMMANDS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut commands = answers();
    commands.extend(in_the_list());
    commands.extend(moves());
    commands.extend(leaving());
    commands
});

/// The rows as the help lists them.
pub(super) static LISTED: LazyLock<Vec<&'static Row>> = LazyLock::new(|| {
    let most_used: &[(Group, &[Key])] = &[
        (Group::Move, &[key('j'), key('k'), key('/')]),
        (Group::Look, &[key('?'), key('f')]),
        (Group::Leave, &[key('w'), key('q')]),
    ];
    listed(&COMMANDS, &[List], most_used)
});

fn row(
    action: Action,
    keys: impl Into<Vec<Key>>,
    help: &'static str,
    group: Group,
    contexts: &'static [Context],
) -> Row {
    Command::new(action, keys, help, group, contexts)
}

/// Answering what is asked.
fn answers() -> Vec<Row> {
    let enter = || [on(KeyCode::Enter)];
    vec![
        row(
            Action::ConfirmWrite,
            enter(),
            "write the folder that the preview tells of",
            Group::Leave,
            &[Write],
        )
        .hint("write")
        .when(Model::can_write),
        row(
            Action::ConfirmQuit,
            [key('q'), key('y'), ctrl('c')],
            "leave without writing; the same command goes on",
            Group::Leave,
            &[Quit],
        )
        .hint("leave"),
        row(
            Action::RunRow,
            enter(),
            "run the selected row of the help",
            Group::Look,
            &[Help],
        )
        .hint("run"),
        row(
            Action::FinishSearch,
            enter(),
            "stay where the text was found",
            Group::Move,
            &[Search],
        )
        .hint("stay here"),
    ]
}

fn in_the_list() -> Vec<Row> {
    vec![
        row(
            Action::NextFound,
            [key('n')],
            "go to the next policy whose names have the text",
            Group::Move,
            &[List],
        )
        .hint("next found")
        .when(Model::is_searching),
        row(
            Action::PreviousFound,
            [key('N')],
            "go to the previous policy whose names have the text",
            Group::Move,
            &[List],
        )
        .when(Model::is_searching),
        row(
            Action::Open,
            [on(KeyCode::Enter), on(KeyCode::Right), key('l')],
            "open the policy: decide what goes, q comes back to the list",
            Group::Decide,
            &[List],
        )
        .hint("open")
        .when(Model::can_open),
        row(
            Action::Search,
            [key('/')],
            "search the names of policies and of those who have them",
            Group::Move,
            &[List],
        )
        .hint("search"),
        row(
            Action::Filter,
            [key('f')],
            "show other policies: all, to review, changed, kept",
            Group::Look,
            &[List],
        )
        .hint("filter"),
        row(
            Action::Write,
            [key('w'), ctrl('s')],
            "show what would be written of all policies, and ask",
            Group::Leave,
            &[List, Quit],
        )
        .hint("write"),
    ]
}

fn moves() -> Vec<Row> {
    let go =
        |motion, keys: &[_], help| row(Action::Move(motion), keys, help, Group::Move, SCROLLING);
    let help =
        |motion, code, help| row(Action::Move(motion), [on(code)], help, Group::Move, &[Help]);
    let everywhere = |motion, code, help| {
        row(
            Action::Move(motion),
            [on(code)],
            help,
            Group::Move,
            &[List, Write, Help],
        )
    };
    vec![
        go(Motion::Down, &[key('j'), on(KeyCode::Down)], "down"),
        go(Motion::Up, &[key('k'), on(KeyCode::Up)], "up"),
        help(Motion::Down, KeyCode::Down, "down in the help"),
        help(Motion::Up, KeyCode::Up, "up in the help"),
        go(
            Motion::First,
            &[key('g'), on(KeyCode::Home)],
            "to the first row",
        ),
        go(
            Motion::Last,
            &[key('G'), on(KeyCode::End)],
            "to the last row",
        ),
        go(Motion::HalfDown, &[ctrl('d')], "half a page down"),
        go(Motion::HalfUp, &[ctrl('u')], "half a page up"),
        everywhere(Motion::PageDown, KeyCode::PageDown, "a page down"),
        everywhere(Motion::PageUp, KeyCode::PageUp, "a page up"),
    ]
}

fn leaving() -> Vec<Row> {
    vec![
        row(
            Action::Close,
            [on(KeyCode::Esc)],
            "close what is open; never decides, never leaves",
            Group::Move,
            Context::SHOWN,
        )
        .hint("back")
        .when(Model::can_close),
        row(
            Action::Erase,
            [on(KeyCode::Backspace)],
            "take back the last letter typed",
            Group::Look,
            &[Help, Search],
        ),
        row(
            Action::Suspend,
            [ctrl('z')],
            "stop the program; fg brings it back whole",
            Group::Leave,
            Context::ALL,
        ),
        row(
            Action::Quit,
            [key('q'), ctrl('c')],
            "leave; asks when decisions are not written",
            Group::Leave,
            &[List, Write],
        )
        .hint("quit"),
        row(
            Action::Quit,
            [ctrl('c')],
            "leave from what is open",
            Group::Leave,
            &[Help, Search],
        ),
        row(
            Action::ConfirmQuit,
            [key('q'), ctrl('c')],
            "in a window too small to show anything: leave, write nothing",
            Group::Leave,
            &[TooSmall],
        ),
        row(
            Action::Help,
            [key('?'), on(KeyCode::F(1))],
            "show all keys; type to search, Enter runs the row",
            Group::Look,
            &[List, Write, Quit],
        )
        .hint("keys"),
    ]
}

/// What `event` asks for, if it asks for anything.
pub fn action_for(event: &Event, model: &Model) -> Option<Action> {
    let context = model.context();
    if context == TooSmall && !matches!(event, Event::Key(_)) {
        return None;
    }
    if let Some((_, opened)) = &model.opened
        && context != TooSmall
    {
        return review_action_for(event, opened.context()).map(Action::Review);
    }
    let asked = asked_for(event, &COMMANDS, context, context.takes_text())?;
    Some(match asked {
        Asked::For(action) => action.clone(),
        Asked::Typed(text) => Action::Type(text),
        Asked::Click { column, row } => Action::Click { column, row },
        Asked::Wheel { down, .. } => Action::Wheel { down },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &context in Context::ALL {
            let mut seen = Vec::new();
            for command in COMMANDS.iter().filter(|command| command.is_in(context)) {
                for key in &command.keys {
                    assert!(!seen.contains(key), "{key:?} is there twice in {context:?}");
                    seen.push(*key);
                }
            }
        }
    }
}
