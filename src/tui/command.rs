//! A row of the table of actions: what can be done, its keys, its words, and where it can be done.

use ratatui::crossterm::event::KeyCode;

use super::action::Action;
use super::context::Context;
use super::model::Model;

/// A key with or without Ctrl.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Whether Ctrl is held.
    pub ctrl: bool,
}

/// What a command is about; the help and the documents list them by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving decides nothing.
    Move,
    /// Deciding.
    Decide,
    /// Looking.
    Look,
    /// Going through steps.
    Learn,
    /// Leaving.
    Leave,
}

/// A row of the table of a screen, whose model, actions and contexts these are.
#[derive(Debug)]
pub struct Command<M = Model, A = Action, C: 'static = Context> {
    /// What it does.
    pub action: A,
    /// The word in the footer; none where the footer need not mention it.
    pub hint: Option<&'static str>,
    /// The keys that do it.
    pub keys: Vec<Key>,
    /// What it does, in words.
    pub help: &'static str,
    /// What it is about.
    pub group: Group,
    /// Where its keys mean this.
    pub contexts: &'static [C],
    /// Whether it would do something now.
    pub enabled: fn(&M) -> bool,
}

impl<M, A, C: PartialEq + Copy> Command<M, A, C> {
    /// A row whose action would always do something.
    pub(super) fn new(
        action: A,
        keys: impl Into<Vec<Key>>,
        help: &'static str,
        group: Group,
        contexts: &'static [C],
    ) -> Self {
        Command {
            action,
            hint: None,
            keys: keys.into(),
            help,
            group,
            contexts,
            enabled: |_| true,
        }
    }

    /// With a word for the footer.
    pub(super) fn hint(self, hint: &'static str) -> Self {
        Command {
            hint: Some(hint),
            ..self
        }
    }

    /// Only when `enabled` says so.
    pub(super) fn when(self, enabled: fn(&M) -> bool) -> Self {
        Command { enabled, ..self }
    }

    /// Whether its keys mean this in `context`.
    pub fn is_in(&self, context: C) -> bool {
        self.contexts.contains(&context)
    }

    /// Whether its keys mean this in `context` and it would do something now.
    pub(super) fn is_offered(&self, model: &M, context: C) -> bool {
        self.is_in(context) && (self.enabled)(model)
    }

    /// Its keys, separated by a space.
    pub fn keys_text(&self, ascii: bool) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| key.name(ascii)).collect();
        keys.join(" ")
    }
}

/// The rows of a table as they are listed: group by group, and in each first those that mean
/// something in a `main` place, in the order in which `most_used` has one of their keys. The rest
/// is in the order of the table, which is that of the footer.
pub(super) fn listed<M, A, C: PartialEq + Copy>(
    commands: &'static [Command<M, A, C>],
    main: &[C],
    most_used: &[(Group, &[Key])],
) -> Vec<&'static Command<M, A, C>> {
    let place = |command: &&Command<M, A, C>| {
        let mut of_group = most_used.iter().filter(|(own, _)| *own == command.group);
        let keys = of_group.next().map_or(&[] as &[Key], |(_, keys)| keys);
        let group = Group::ALL.iter().position(|own| *own == command.group);
        let is_main = main.iter().any(|context| command.is_in(*context));
        let mut used = keys.iter().filter(|_| is_main);
        let used = used.position(|key| command.keys.contains(key));
        (group, !is_main, used.unwrap_or(keys.len()))
    };
    let mut rows: Vec<_> = commands.iter().collect();
    rows.sort_by_key(place);
    rows
}

impl Group {
    /// All of them, in the order they are listed.
    pub const ALL: [Group; 5] = [
        Group::Decide,
        Group::Move,
        Group::Look,
        Group::Leave,
        Group::Learn,
    ];

    /// Its heading.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Move => "Move",
            Group::Decide => "Decide",
            Group::Look => "Look",
            Group::Leave => "Write and leave",
            Group::Learn => "Steps",
        }
    }
}

impl Key {
    /// What it is called; in ASCII alone the arrows by their words.
    pub fn name(self, ascii: bool) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Left if !ascii => "←".to_owned(),
            KeyCode::Right if !ascii => "→".to_owned(),
            KeyCode::Up if !ascii => "↑".to_owned(),
            KeyCode::Down if !ascii => "↓".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            code => code.to_string(),
        };
        if self.ctrl {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}
