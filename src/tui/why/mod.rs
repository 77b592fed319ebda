//! The reasons: why a prefix is safe or not, and why an entry is changed or not.
//!
//! *Safe* means that no unused action starts with the prefix; it says nothing about risk.

mod elsewhere;
mod entry;
mod facts;
mod node;
mod sign;
mod statement;

pub use sign::Sign;

pub(crate) use facts::policy_name;

use crate::review::{EntryPlace, Review};
use crate::tui::policy::OutlineRow;
use crate::tui::trie::{TrieRow, Tries};

/// What the reasons are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// Nothing: there are no rows.
    #[default]
    Nothing,
    /// A row of the policy pane.
    Row(OutlineRow),
    /// A row of the trie pane.
    Node(EntryPlace, TrieRow),
}

/// A line of the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyLine {
    /// A heading.
    Heading(String),
    /// A sentence.
    Text(String),
    /// A name, and what is known of it.
    Pair(String, String),
    /// A mark of the entry, and its reason or that it does nothing.
    Mark(String, String),
    /// A sentence with a sign.
    Signed(Sign, String),
    /// An action of the longest list; a short pane leaves most of them out.
    Listed(String, String),
}

/// The reasons for one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// What they are for.
    pub subject: Subject,
    /// Its name.
    pub title: String,
    /// The most important sentences; the short strip shows these alone.
    pub lead: Vec<String>,
    /// The rest.
    pub lines: Vec<WhyLine>,
}

impl Why {
    /// The reasons for `subject`. The trie of a node is to be prepared.
    pub fn of(review: &Review, tries: &Tries, subject: Subject) -> Self {
        let mut why = Why {
            subject,
            ..Why::default()
        };
        match subject {
            Subject::Nothing => {}
            Subject::Node(place, row) => {
                if let Some(opened) = tries.get(place) {
                    node::tell(&mut why, review, place, opened, &row);
                }
            }
            Subject::Row(OutlineRow::Entry(place) | OutlineRow::New { place, .. })
                if review.state().entry(place).is_some() =>
            {
                entry::tell(&mut why, review, tries.get(place), place, subject);
            }
            Subject::Row(row) => statement::tell(&mut why, review, row),
        }
        why
    }

    fn lead(&mut self, sentence: impl Into<String>) {
        self.lead.push(sentence.into());
    }

    fn heading(&mut self, text: impl Into<String>) {
        self.lines.push(WhyLine::Heading(text.into()));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.lines.push(WhyLine::Text(text.into()));
    }

    fn pair(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.lines.push(WhyLine::Pair(name.into(), value.into()));
    }

    fn signed(&mut self, sign: Sign, text: impl Into<String>) {
        self.lines.push(WhyLine::Signed(sign, text.into()));
    }
}
