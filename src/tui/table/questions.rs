//! The rows of the table of actions that answer what is asked, or choose in what is open over the
//! panes.

use ratatui::crossterm::event::KeyCode;

use super::{ctrl, key, on};
use crate::tui::action::Action;
use crate::tui::command::{Command, Group};
use crate::tui::context::Context::{Drop, Granularity, Help, Keep, Quit, Search, Write};
use crate::tui::model::Model;

/// The rows, in the order of the footer.
pub(super) fn answers() -> Vec<Command> {
    vec![
        Command::new(
            Action::ConfirmWrite,
            [on(KeyCode::Enter)],
            "in the preview: write what it shows",
            Group::Leave,
            &[Write],
        )
        .hint("write")
        .when(Model::can_write),
        Command::new(
            Action::ConfirmQuit,
            [key('q'), key('y'), ctrl('c')],
            "when asked: leave without writing, to go on another time",
            Group::Leave,
            &[Quit],
        )
        .hint("leave"),
        Command::new(
            Action::ConfirmMark,
            [on(KeyCode::Enter)],
            "when asked: set the mark",
            Group::Decide,
            &[Keep, Drop],
        )
        .hint("yes"),
        Command::new(
            Action::RunRow,
            [on(KeyCode::Enter)],
            "in this list: run the selected row",
            Group::Look,
            &[Help],
        )
        .hint("run"),
        Command::new(
            Action::TakeChoice,
            [on(KeyCode::Enter)],
            "in the table of cuts: cut the names as chosen",
            Group::Decide,
            &[Granularity],
        )
        .hint("take it"),
        Command::new(
            Action::NextChoice,
            [on(KeyCode::Right), key('l')],
            "in the table of cuts: the next one",
            Group::Move,
            &[Granularity],
        )
        .hint("choose"),
        Command::new(
            Action::PreviousChoice,
            [on(KeyCode::Left), key('h')],
            "in the table of cuts: the one before",
            Group::Move,
            &[Granularity],
        ),
        Command::new(
            Action::Names,
            [key(' ')],
            "in the table of cuts: what would have been granted, by name",
            Group::Look,
            &[Granularity],
        )
        .hint("names"),
        Command::new(
            Action::FinishSearch,
            [on(KeyCode::Enter)],
            "in a search: stay where the text was found",
            Group::Move,
            &[Search],
        )
        .hint("stay here"),
    ]
}
