//! The table of actions.
//!
//! Dispatch, the footer, the help and the documents are all made of it, so none can say what
//! another does not.

mod leaving;
mod moving;
mod panes;
mod questions;
mod steps;

use std::sync::LazyLock;

use ratatui::crossterm::event::KeyCode;

use super::command::{Command, Group, Key};
use super::context::Context::{self, Diff, Granularity, Policy, Steps, Trie, Why, Write};

pub(in crate::tui) const fn key(letter: char) -> Key {
    on(KeyCode::Char(letter))
}

pub(in crate::tui) const fn on(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}

pub(in crate::tui) const fn ctrl(letter: char) -> Key {
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
const EVERYWHERE: &[Context] = Context::SHOWN;

/// Every row of the table. The footer shows those with a word in this order.
pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    let rows = [
        steps::step_commands(),
        questions::answers(),
        panes::in_panes(),
        moving::moves(),
        leaving::ways_out(),
    ];
    rows.into_iter().flatten().collect()
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
    use super::super::context::Context::Help;
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
