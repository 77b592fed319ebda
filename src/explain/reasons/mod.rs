//! Why a prefix is safe or not, and why an entry, a statement or a policy is changed or not.

mod elsewhere;
mod entry;
mod facts;
mod prefix;
mod several;
mod sign;
mod statement;

pub use facts::{GoingAction, KnownUse, NO_USE, going_in_order, policy_name, shown_file};
pub use prefix::Prefix;
pub use several::ToldOf;
pub use sign::Sign;

use std::ops::Range;

/// The reasons for one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// What the reasons are for, as a pane's title shows it.
    pub title: String,
    /// How many of what goes are of which access level, the most far-reaching first; empty where nothing
    /// goes.
    pub levels: String,
    /// The most important sentences: all there is room for where room is short.
    pub lead: Vec<String>,
    /// Everything else there is to say, in order.
    pub lines: Vec<ReasonLine>,
    /// Which of these only accompany the others.
    asides: Vec<Range<usize>>,
}

/// A line of the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReasonLine {
    /// A heading of the lines that follow it.
    Heading(String),
    /// The same, perhaps empty, of a list of actions each with when it was last used.
    LastUsed(String),
    /// A sentence without a sign.
    Text(String),
    /// A name, and what is known of it.
    Pair(String, String),
    /// A mark of the entry, and its reason or that it does nothing.
    Mark(String, String),
    /// A sentence with a sign.
    Signed(Sign, String),
    /// The access level of the actions that follow, in the same list.
    Level(String),
    /// A line of JSON, with its indentation.
    Json(String),
    /// An action of the longest list: most of them can be left out where room is short.
    Listed(String, String),
}

impl Reasons {
    /// The same without what only accompanies: costs, access levels, what is known of what stays, and what is
    /// written in the statement.
    #[must_use]
    pub fn without_asides(mut self) -> Self {
        let asides = std::mem::take(&mut self.asides);
        let is_aside = |at: usize| asides.iter().any(|lines| lines.contains(&at));
        let lines = self.lines.into_iter().enumerate();
        let lines =
            lines.filter(|(at, line)| !is_aside(*at) && !matches!(line, ReasonLine::Level(_)));
        self.lines = lines.map(|(_, line)| line).collect();
        self.levels.clear();
        self
    }

    /// Remembers that what `tell` adds only accompanies the rest.
    fn aside(&mut self, tell: impl FnOnce(&mut Self)) {
        let from = self.lines.len();
        tell(self);
        self.asides.push(from..self.lines.len());
    }

    fn titled(title: impl Into<String>) -> Self {
        Reasons {
            title: title.into(),
            ..Reasons::default()
        }
    }

    fn lead(&mut self, sentence: impl Into<String>) {
        self.lead.push(sentence.into());
    }

    fn heading(&mut self, text: impl Into<String>) {
        self.lines.push(ReasonLine::Heading(text.into()));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.lines.push(ReasonLine::Text(text.into()));
    }

    fn pair(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.lines.push(ReasonLine::Pair(name.into(), value.into()));
    }

    fn signed(&mut self, sign: Sign, text: impl Into<String>) {
        self.lines.push(ReasonLine::Signed(sign, text.into()));
    }
}
