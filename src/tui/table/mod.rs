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

use super::command::{Command, Group, Key, listed};
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

/// In each group the keys that are most used, for whoever reads a list of them all.
const MOST_USED: &[(Group, &[Key])] = &[
    (
        Group::Decide,
        &[
            key('a'),
            key('r'),
            key('A'),
            key('R'),
            key(' '),
            key('s'),
            key('u'),
            ctrl('r'),
            key('v'),
            key('x'),
        ],
    ),
    (
        Group::Move,
        &[
            key('j'),
            key('k'),
            key('h'),
            key('l'),
            key('.'),
            key(','),
            on(KeyCode::Tab),
            key('/'),
            key('n'),
            key('N'),
        ],
    ),
    (
        Group::Look,
        &[key('?'), key('d'), key('t'), key('f'), key('y')],
    ),
    (Group::Leave, &[key('w'), key('q')]),
    (
        Group::Learn,
        &[on(KeyCode::Right), on(KeyCode::Left), key(' '), key('p')],
    ),
];

/// The rows as the help and the documents list them.
pub(super) static LISTED: LazyLock<Vec<&'static Command>> =
    LazyLock::new(|| listed(&COMMANDS, &[Policy, Trie, Why, Diff, Steps], MOST_USED));

/// The table as documents print it: group, keys and help of each row, group by group.
///
/// ```
/// let mut rows = iam_refine::tui::key_table();
/// assert!(rows.any(|(_, keys, _)| keys == "a"));
/// ```
pub fn key_table() -> impl Iterator<Item = (Group, String, &'static str)> {
    LISTED
        .iter()
        .map(|own| (own.group, own.keys_text(false), own.help))
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
    fn each_group_is_listed_from_what_is_used_most() {
        let begins = |group: Group, begins: &str| {
            let rows = key_table().filter(|(own, ..)| *own == group);
            let keys: Vec<String> = rows.map(|(_, keys, _)| keys).collect();
            let keys = keys.join(", ");
            assert!(keys.starts_with(begins), "{keys}");
        };
        begins(
            Group::Decide,
            "a, r, A, R, Space, Space, s, u, Ctrl-r U, v, x, Enter",
        );
        begins(Group::Move, "j ↓, k ↑, h ←, → l, ., ,");
        begins(Group::Look, "? F1, d, t, f, y");
        begins(Group::Leave, "w Ctrl-s, q Ctrl-c");
        begins(Group::Learn, "→ Enter, ←, Space, p");
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
