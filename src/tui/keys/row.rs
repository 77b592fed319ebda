//! A row of the table of keys: what can be done, by which keys, where, and in which words.

use super::context::Context;
use super::key::Key;
use crate::tui::app::App;
use crate::tui::list::AccountList;
use crate::tui::message::Message;
use crate::tui::review::ReviewScreen;

/// What a row is about; the help and the documents list them by this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving the cursor, which decides nothing.
    Move,
    /// Deciding on proposals and setting marks.
    Decide,
    /// Looking at the same in another way.
    Look,
    /// Going through the steps of a wildcard.
    Learn,
    /// Writing, and leaving the program.
    Leave,
}

/// A row of the table of keys.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What its keys ask for.
    pub message: Message,
    /// The keys that do it.
    pub keys: &'static [Key],
    /// The contexts in which the keys mean it.
    pub contexts: &'static [Context],
    /// The heading that the help lists it under.
    pub group: Group,
    /// The word in the footer; empty where the footer need not mention it.
    pub hint: &'static str,
    /// When it would do something.
    pub(crate) when: When,
    /// What it does, in words.
    pub help: &'static str,
}

/// When the message of a row would do something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// Wherever its keys mean it.
    Always,
    /// When the screen as a whole is so.
    App(fn(&App) -> bool),
    /// When a review is shown, and is so.
    Review(fn(&ReviewScreen) -> bool),
    /// When the list of an account is shown, and is so.
    List(fn(&AccountList) -> bool),
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

    /// Its heading in the help and in the documents.
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

impl Row {
    /// Whether its keys mean this in `context`.
    pub fn is_in(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }

    /// Whether its keys mean this now, and it would do something.
    pub(crate) fn is_offered(&self, app: &App) -> bool {
        self.can_be_done(app, app.context())
    }

    /// Whether its keys mean this in `context`, and it would do something.
    pub(crate) fn can_be_done(&self, app: &App, context: Context) -> bool {
        self.is_in(context)
            && match self.when {
                When::Always => true,
                When::App(holds) => holds(app),
                When::Review(holds) => app.view.screen().is_some_and(holds),
                When::List(holds) => app.view.list().is_some_and(holds),
            }
    }

    /// Its keys, separated by a space.
    pub fn keys_text(&self, ascii: bool) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| key.name(ascii)).collect();
        keys.join(" ")
    }
}
