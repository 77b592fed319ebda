//! What surrounds every part of the screen: what is open over it, what just happened, how it looks.

use std::ops::Range;

use super::cut::CutTable;
use super::fit::FitTable;
use super::help::Help;
use super::list::FolderPreview;
use super::look::{Look, Theme};
use super::message::Message;
use super::search::{From, Search};
use super::trie::TrieMessage;
use super::typed::Typed;
use super::write::WritePreview;
use crate::refine::MarkKind;
use crate::review::EntryPlace;

/// How the screen is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The colours to draw with.
    pub theme: Theme,
    /// Whether to draw with ASCII alone.
    pub ascii: bool,
    /// Whether the mouse is listened to; without it the terminal selects text with it.
    pub mouse: bool,
}

/// What surrounds every part of the screen.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) overlay: Overlay,
    pub(crate) status: Option<Status>,
    /// Whether nothing is saved of what is decided and not written.
    pub(crate) saves_nothing: bool,
    /// Whether the last decision could not be saved; the next one is saved with it.
    pub(crate) save_failed: bool,
    pub(crate) settings: Settings,
    pub(crate) look: Look,
    pub(crate) seen: Seen,
    /// Where the words of the last line stand, and what a click on each asks for.
    pub(crate) footer: Vec<(Range<u16>, Message)>,
}

/// What is open over the part of the screen that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// Nothing is open over it.
    #[default]
    None,
    /// The preview of what would be written of a review.
    Write(WritePreview),
    /// The preview of what would be written of an account.
    Folder {
        /// What would be written, policy by policy.
        preview: FolderPreview,
        /// The first line that is seen.
        top: usize,
    },
    /// The diff of a policy of an account, over the list.
    PolicyDiff {
        /// The first line that is seen.
        top: usize,
    },
    /// The question whether to leave.
    Quit,
    /// The list of all keys.
    Help(Help),
    /// The text that is being typed to be searched for.
    Search(Search),
    /// The question why a prefix is to be kept, or left whole.
    Keep {
        /// Which of the two.
        kind: MarkKind,
        /// The prefix and what starts with it.
        reaches: String,
        /// What is to be known of it: what stays, or what it reaches that does not lie beneath it.
        told: Option<String>,
        /// What was typed so far.
        reason: Typed,
    },
    /// That no mark is set, or the question in which entry.
    Unmarked {
        /// Why not.
        why: String,
        /// The entries to choose from, and what is done in the chosen one; none where there is no choice.
        choice: Option<(Vec<EntryPlace>, TrieMessage)>,
    },
    /// The question why proposals are rejected.
    Reject {
        /// The entries that it is asked of.
        places: Vec<EntryPlace>,
        /// What these are called.
        named: String,
        /// What was typed so far.
        reason: Typed,
    },
    /// The question whether a prefix is to be dropped.
    Drop {
        /// The prefix, and how many actions that nobody reported start with it.
        reaches: String,
        /// What is known of these.
        evidence: String,
        /// What it reaches that does not lie beneath it, and what it takes back.
        told: Vec<String>,
        /// What was typed so far.
        reason: Typed,
    },
    /// The question whether to accept several proposals, also what was used before, and what is perhaps
    /// not granted long enough.
    AcceptAll {
        /// The proposals that it is asked of.
        places: Vec<EntryPlace>,
        /// What there is to mind, in a few words.
        question: String,
        /// What was used before, and when; whose age nobody knows.
        told: Vec<String>,
    },
    /// What each granularity of a wildcard comes to.
    Cut(CutTable),
    /// What policies come to at each length.
    Fit(FitTable),
}

/// A sentence in the place of the key hints, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// What happened, in a sentence.
    pub(crate) text: String,
    /// Whether it went wrong.
    pub(crate) is_error: bool,
}

/// What the last drawing showed, whatever part of the screen it was of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The lines of the text that is scrolled, and how many of them are seen.
    pub(crate) scrolled: (usize, usize),
    /// The rows of the screen.
    pub(crate) height: u16,
    /// How many of them are the last line's: two where it asks about more than it has room for.
    pub(crate) footer: u16,
    /// Whether nothing was seen, since there was no room: no key decides or writes then.
    pub(crate) is_too_small: bool,
}

impl Overlay {
    /// Whether the last line asks something that Enter does, or a text is typed there.
    pub(crate) fn asks_in_last_line(&self) -> bool {
        matches!(
            self,
            Overlay::Keep { .. }
                | Overlay::Drop { .. }
                | Overlay::Reject { .. }
                | Overlay::AcceptAll { .. }
        )
    }

    /// The preview of what would be written, if it is seen: also while it is searched.
    pub(crate) fn preview(&self) -> Option<&WritePreview> {
        match self {
            Overlay::Write(preview) => Some(preview),
            Overlay::Search(search) => match &search.from {
                From::Preview { preview, .. } => Some(preview),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn preview_mut(&mut self) -> Option<&mut WritePreview> {
        match self {
            Overlay::Write(preview) => Some(preview),
            Overlay::Search(search) => match &mut search.from {
                From::Preview { preview, .. } => Some(preview),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Shell {
    /// Whether what is decided outlives the program.
    pub(crate) fn saves_decisions(&self) -> bool {
        !self.saves_nothing && !self.save_failed
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Shell {
            overlay: Overlay::None,
            status: None,
            saves_nothing: false,
            save_failed: false,
            settings,
            look: Look::new(settings.theme, settings.ascii),
            seen: Seen::default(),
            footer: Vec::new(),
        }
    }

    /// Draws with the colours of `theme`.
    pub(crate) fn set_theme(&mut self, theme: Theme) {
        self.look = Look::new(theme, self.settings.ascii);
    }

    /// Shows a sentence until the next key.
    pub(crate) fn tell(&mut self, text: impl Into<String>) {
        self.status = Some(Status {
            text: text.into(),
            is_error: false,
        });
    }

    /// Shows until the next key what went wrong.
    pub(crate) fn tell_error(&mut self, text: impl Into<String>) {
        self.status = Some(Status {
            text: text.into(),
            is_error: true,
        });
    }
}
