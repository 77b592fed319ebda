//! The rows of the table of actions that close, leave and explain; the last is seen in every footer.

use ratatui::crossterm::event::KeyCode;

use super::{EVERYWHERE, ctrl, key, on};
use crate::tui::action::Action;
use crate::tui::command::{Command, Group};
use crate::tui::context::Context::{
    self, Diff, Drop, Granularity, Help, Keep, Policy, Predict, Quit, Search, StepNumber, Steps,
    TooSmall, Trie, Why, Write,
};
use crate::tui::model::Model;

/// The rows, in the order of the footer.
pub(super) fn ways_out() -> Vec<Command> {
    vec![
        Command::new(
            Action::Close,
            [on(KeyCode::Esc)],
            "close what is open; never decides, never leaves",
            Group::Move,
            EVERYWHERE,
        )
        .hint("back")
        .when(Model::can_close),
        Command::new(
            Action::Quit,
            [key('q'), ctrl('c')],
            "leave, or go back to the list of the account",
            Group::Leave,
            &[Policy, Trie, Why, Diff, Write],
        ),
        Command::new(
            Action::Quit,
            [ctrl('c')],
            "leave from what is open",
            Group::Leave,
            &[
                Help,
                Keep,
                Drop,
                Granularity,
                Search,
                Steps,
                StepNumber,
                Predict,
            ],
        ),
        Command::new(
            Action::ConfirmQuit,
            [key('q'), ctrl('c')],
            "in a window too small to show anything: leave, write nothing",
            Group::Leave,
            &[TooSmall],
        ),
        Command::new(
            Action::Erase,
            [on(KeyCode::Backspace)],
            "take back the last letter typed",
            Group::Look,
            &[Help, Keep, Search, StepNumber],
        ),
        Command::new(
            Action::Suspend,
            [ctrl('z')],
            "stop the program; fg brings it back whole",
            Group::Leave,
            Context::ALL,
        ),
        Command::new(
            Action::Help,
            [key('?'), on(KeyCode::F(1))],
            "show all keys; type to search, Enter runs the row",
            Group::Look,
            &[Policy, Trie, Why, Diff, Write, Quit, Steps, Predict],
        )
        .hint("keys"),
    ]
}
