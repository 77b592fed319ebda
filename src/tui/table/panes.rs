//! The rows of the table of actions that decide, mark and look, in the panes.

use ratatui::crossterm::event::KeyCode;

use super::{LISTS, PANES, UNDOING, ctrl, key, on};
use crate::tui::action::Action;
use crate::tui::command::{Command, Group};
use crate::tui::context::Context::{Diff, Policy, Quit, Trie, Why, Write};
use crate::tui::model::Model;
use crate::tui::steps::StepAction;

/// The rows, in the order of the footer.
pub(super) fn in_panes() -> Vec<Command> {
    [about_the_row(), about_the_review(), without_a_hint()]
        .into_iter()
        .flatten()
        .collect()
}

/// What is about the row under the cursor.
fn about_the_row() -> Vec<Command> {
    vec![
        Command::new(
            Action::TaskHint,
            [key('H')],
            "in a lesson: how the task can be done, or the task again",
            Group::Learn,
            PANES,
        )
        .hint("hint")
        .when(Model::has_open_task),
        Command::new(
            Action::NextFound,
            [key('n')],
            "go to the next place where the text is found",
            Group::Move,
            LISTS,
        )
        .hint("next found")
        .when(Model::is_searching),
        Command::new(
            Action::PreviousFound,
            [key('N')],
            "go to the previous place where the text is found",
            Group::Move,
            LISTS,
        )
        .when(Model::is_searching),
        Command::new(
            Action::Accept,
            [key('a')],
            "accept: narrow it as proposed, and go to the next undecided",
            Group::Decide,
            PANES,
        )
        .hint("accept")
        .when(Model::can_decide),
        Command::new(
            Action::Reject,
            [key('r')],
            "reject: leave it as it was, and go to the next undecided",
            Group::Decide,
            PANES,
        )
        .hint("reject")
        .when(Model::can_decide),
        Command::new(
            Action::Unfold,
            [on(KeyCode::Right), key('l')],
            "unfold, or go to the next pane",
            Group::Move,
            LISTS,
        )
        .hint("open")
        .when(Model::can_unfold),
        Command::new(
            Action::Cycle,
            [key(' ')],
            "in the policy: undecided, accepted, rejected, and again",
            Group::Decide,
            &[Policy],
        )
        .when(Model::can_decide),
        Command::new(
            Action::Mark,
            [key(' ')],
            "in the trie: keep what is unused, drop what stays, as found",
            Group::Decide,
            &[Trie],
        )
        .hint("keep/drop")
        .when(Model::can_mark),
        Command::new(
            Action::Split,
            [key('s')],
            "in the trie: split this safe prefix into its children",
            Group::Decide,
            &[Trie],
        )
        .hint("split")
        .when(Model::can_split),
        Command::new(
            Action::TakeBack,
            [key('x')],
            "among the reasons: take back the selected mark; the others stay",
            Group::Decide,
            &[Why],
        )
        .hint("take back")
        .when(Model::has_marks),
    ]
}

/// What is about the whole wildcard or the whole review.
fn about_the_review() -> Vec<Command> {
    vec![
        Command::new(
            Action::Steps(StepAction::Show),
            [key('t')],
            "show how this wildcard is refined, step by step",
            Group::Look,
            PANES,
        )
        .hint("steps")
        .when(Model::has_trie),
        Command::new(
            Action::Diff,
            [key('d')],
            "show the diff of the bytes that would be written, or go back",
            Group::Look,
            PANES,
        )
        .hint("diff"),
        Command::new(
            Action::Undo,
            [key('u')],
            "take the last decision back; there is no limit",
            Group::Decide,
            UNDOING,
        )
        .hint("undo")
        .when(Model::can_undo),
        Command::new(
            Action::Write,
            [key('w'), ctrl('s')],
            "show what would be written, and ask",
            Group::Leave,
            &[Policy, Trie, Why, Diff, Quit],
        )
        .hint("write"),
        Command::new(
            Action::Granularity,
            [key('v')],
            "where the names of this wildcard are cut: a table of cuts",
            Group::Decide,
            PANES,
        )
        .hint("cut")
        .when(Model::has_trie),
        Command::new(
            Action::AcceptAll,
            [key('A')],
            "accept all that is undecided, as one step; never a NotAction",
            Group::Decide,
            PANES,
        )
        .hint("accept all")
        .when(Model::has_undecided),
        Command::new(
            Action::NextUndecided,
            [key('.')],
            "go to the next undecided entry",
            Group::Move,
            PANES,
        )
        .hint("next")
        .when(Model::has_next_undecided),
        Command::new(
            Action::Search,
            [key('/')],
            "search statements, entries and tries for a text",
            Group::Move,
            LISTS,
        )
        .hint("search"),
        Command::new(
            Action::Filter,
            [key('f')],
            "show other entries: all, changed, undecided, unsafe",
            Group::Look,
            LISTS,
        )
        .hint("filter"),
    ]
}

/// What the footer need not mention.
fn without_a_hint() -> Vec<Command> {
    vec![
        Command::new(
            Action::Copy,
            [key('y')],
            "copy the diff, through the terminal",
            Group::Look,
            &[Policy, Trie, Why, Diff, Write],
        ),
        Command::new(
            Action::Redo,
            [ctrl('r'), key('U')],
            "do again what was taken back",
            Group::Decide,
            PANES,
        )
        .when(Model::can_redo),
        Command::new(
            Action::RejectAll,
            [key('R')],
            "reject all that is undecided, as one step; never a NotAction",
            Group::Decide,
            PANES,
        )
        .when(Model::has_undecided),
        Command::new(
            Action::PreviousUndecided,
            [key(',')],
            "go to the previous undecided entry",
            Group::Move,
            PANES,
        )
        .when(Model::has_previous_undecided),
    ]
}
