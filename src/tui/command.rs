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
