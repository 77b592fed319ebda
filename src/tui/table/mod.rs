//! The table of actions.
//!
//! Dispatch, the footer, the help and the documents are all made of it, so none can say what
//! another does not.

use std::sync::LazyLock;

use ratatui::crossterm::event::KeyCode;

use super::action::{Action, Motion};
use super::command::{Command, Group, Key};
use super::model::Context::{
    self, Diff, Drop, Granularity, Help, Keep, Policy, Predict, Quit, Search, StepNumber, Steps,
    Trie, Why, Write,
};
use super::model::Model;
use super::step_keys::step_commands;
use super::steps::StepAction;

pub(super) const fn key(letter: char) -> Key {
    on(KeyCode::Char(letter))
}

pub(super) const fn on(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

const fn ctrl(letter: char) -> Key {
    Key {
        code: KeyCode::Char(letter),
        ctrl: true,
    }
}

const LISTS: &[Context] = &[Policy, Trie, Why];
const PANES: &[Context] = &[Policy, Trie, Why, Diff];
/// Where `u` answers no question.
const UNDOING: &[Context] = &[Policy, Trie, Why, Diff, Steps];
const SCROLLING: &[Context] = &[Policy, Trie, Why, Diff, Write, Granularity];
const EVERYWHERE: &[Context] = Context::ALL;

/// Every row of the table. The footer shows those with a word in this order.
pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    let mut commands = step_commands();
    commands.extend([
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
            "when asked: leave without writing; the same command goes on with it",
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
            Action::Steps(StepAction::Show),
            [key('t')],
            "show how this wildcard is refined, step by step",
            Group::Look,
            PANES,
        )
        .hint("steps")
        .when(Model::has_trie),
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
            Action::TakeBack,
            [key('x')],
            "among the reasons: take back the selected mark; the others stay",
            Group::Decide,
            &[Why],
        )
        .hint("take back")
        .when(Model::has_marks),
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
            Action::Copy,
            [key('y')],
            "copy the diff, through the terminal",
            Group::Look,
            &[Policy, Trie, Why, Diff, Write],
        ),
        Command::new(
            Action::Write,
            [key('w'), ctrl('s')],
            "show what would be written, and ask",
            Group::Leave,
            &[Policy, Trie, Why, Diff, Quit],
        )
        .hint("write"),
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
            Action::Cycle,
            [key(' ')],
            "in the policy: undecided, accepted, rejected, and again",
            Group::Decide,
            &[Policy],
        )
        .when(Model::can_decide),
        Command::new(
            Action::PreviousUndecided,
            [key(',')],
            "go to the previous undecided entry",
            Group::Move,
            PANES,
        )
        .when(Model::has_previous_undecided),
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
            Action::Show(1),
            [key('1')],
            "go to the policy",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(2),
            [key('2')],
            "go to the trie of the wildcard",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(3),
            [key('3')],
            "go to the reasons",
            Group::Move,
            PANES,
        ),
        Command::new(
            Action::Show(4),
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
            "leave; asks when decisions are not written",
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
            EVERYWHERE,
        ),
        Command::new(
            Action::Help,
            [key('?'), on(KeyCode::F(1))],
            "show all keys; type to search, Enter runs the row",
            Group::Look,
            &[Policy, Trie, Why, Diff, Write, Quit, Steps, Predict],
        )
        .hint("keys"),
    ]);
    commands
});

/// The table as documents print it: group, keys and help of each row, group by group.
///
/// ```
/// let mut rows = iam_refine::tui::key_table();
/// assert!(rows.any(|(_, keys, _)| keys == "a"));
/// ```
pub fn key_table() -> impl Iterator<Item = (Group, String, &'static str)> {
    Group::ALL.into_iter().flat_map(|group| {
        let commands = COMMANDS.iter().filter(move |own| own.group == group);
        commands.map(move |own| (group, own.keys_text(false), own.help))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &context in Context::ALL {
            let mut seen: Vec<Key> = Vec::new();
            for command in COMMANDS.iter().filter(|command| command.is_in(context)) {
                for key in &command.keys {
                    assert!(!seen.contains(key), "{key:?} is there twice in {context:?}");
                    seen.push(*key);
                }
            }
        }
    }

    #[test]
    fn every_help_fits_a_narrow_screen() {
        for (_, keys, help) in key_table() {
            assert!(help.len() <= 63, "{keys}: {help}");
        }
    }

    #[test]
    fn what_is_typed_in_the_help_is_never_a_command() {
        let in_help = COMMANDS.iter().filter(|command| command.is_in(Help));
        for key in in_help.flat_map(|command| &command.keys) {
            assert!(key.ctrl || !matches!(key.code, KeyCode::Char(_)), "{key:?}");
        }
    }
}
