//! The rows of the table of actions that move a cursor or scroll; none of them decides.

use ratatui::crossterm::event::KeyCode;

use super::{EVERYWHERE, LISTS, PANES, SCROLLING, ctrl, key, on};
use crate::tui::action::{Action, Motion};
use crate::tui::command::{Command, Group};
use crate::tui::context::Context::{Help, Trie};
use crate::tui::model::Pane;

/// The rows, in the order of the help.
pub(super) fn moves() -> Vec<Command> {
    by_rows().into_iter().chain(further()).collect()
}

/// By a row, and folding one.
fn by_rows() -> Vec<Command> {
    vec![
        Command::new(
            Action::Move(Motion::Down),
            [key('j'), on(KeyCode::Down)],
            "down",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::Up),
            [key('k'), on(KeyCode::Up)],
            "up",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::Down),
            [on(KeyCode::Down)],
            "down in the help",
            Group::Move,
            &[Help],
        ),
        Command::new(
            Action::Move(Motion::Up),
            [on(KeyCode::Up)],
            "up in the help",
            Group::Move,
            &[Help],
        ),
        Command::new(
            Action::Fold,
            [key('h'), on(KeyCode::Left)],
            "fold, or go to what is above, or to the pane before",
            Group::Move,
            LISTS,
        ),
        Command::new(
            Action::UnfoldAll,
            [key('=')],
            "in the trie: unfold it and all that is beneath it",
            Group::Move,
            &[Trie],
        ),
        Command::new(
            Action::FoldAll,
            [key('-')],
            "in the trie: fold it and all that is beneath it",
            Group::Move,
            &[Trie],
        ),
        Command::new(
            Action::Open,
            [on(KeyCode::Enter)],
            "in a pane: unfold, fold, or go to the next pane",
            Group::Move,
            LISTS,
        ),
    ]
}

/// Further than a row: to an end, by a page, to a pane.
fn further() -> Vec<Command> {
    vec![
        Command::new(
            Action::Move(Motion::First),
            [key('g'), on(KeyCode::Home)],
            "to the first row",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::Last),
            [key('G'), on(KeyCode::End)],
            "to the last row",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::HalfDown),
            [ctrl('d')],
            "half a page down",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::HalfUp),
            [ctrl('u')],
            "half a page up",
            Group::Move,
            SCROLLING,
        ),
        Command::new(
            Action::Move(Motion::PageDown),
            [on(KeyCode::PageDown)],
            "a page down",
            Group::Move,
            EVERYWHERE,
        ),
        Command::new(
            Action::Move(Motion::PageUp),
            [on(KeyCode::PageUp)],
            "a page up",
            Group::Move,
            EVERYWHERE,
        ),
        Command::new(
            Action::Show(Pane::Policy),
            [key('1')],
            "go to the policy",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(Pane::Trie),
            [key('2')],
            "go to the trie of the wildcard",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(Pane::Why),
            [key('3')],
            "go to the reasons",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(Pane::Diff),
            [key('4')],
            "go to the diff",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::NextPane,
            [on(KeyCode::Tab)],
            "go to the next pane",
            Group::Move,
            PANES,
        ),
    ]
}
