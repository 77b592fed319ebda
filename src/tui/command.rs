//! A row of the table of actions: what can be done, its keys, its words, and where it can be done.

use ratatui::crossterm::event::KeyCode;

use super::action::Action;
use super::model::{Context, Model};

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

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// The word in the footer; none where the footer need not mention it.
    pub hint: Option<&'static str>,
    /// The keys that do it.
    pub keys: Vec<Key>,
    /// What it does, in words.
    pub help: &'static str,
    /// What it is about.
    pub group: Group,
    /// Where its keys mean this.
    pub contexts: &'static [Context],
    /// Whether it would do something now.
    pub enabled: fn(&Model) -> bool,
}

impl Command {
    /// A row whose action would always do something.
    pub(super) fn new(
        action: Action,
        keys: impl Into<Vec<Key>>,
        help: &'static str,
        group: Group,
        contexts: &'static [Context],
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
    pub(super) fn when(self, enabled: fn(&Model) -> bool) -> Self {
        Command { enabled, ..self }
    }

    /// Whether its keys mean this in `context`.
    pub fn is_in(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }

    /// Its keys, separated by a space.
    pub fn keys_text(&self, ascii: bool) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| key.name(ascii)).collect();
        keys.join(" ")
    }
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
