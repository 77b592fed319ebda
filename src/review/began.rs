//! What a review began with: a record whose decisions were done again, and how those of now stand to it.

use serde::{Deserialize, Serialize};

use super::decisions::Decisions;
use super::record::EntryRecord;
use crate::text::Untrusted;

/// A record whose decisions were done again before others were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// The file of the record.
    pub file: Untrusted,
    /// The hash of that file.
    pub sha256: String,
    /// The hash of the `SHA256SUMS` of the folder that it was in, which names that as a whole.
    #[serde(
        default,
        rename = "sha256sums",
        skip_serializing_if = "Option::is_none"
    )]
    pub sums: Option<String>,
    /// Who decided then; none in the first format of records.
    pub decided: Option<Decisions>,
    /// The one that this began with itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<Box<Replayed>>,
}

impl Replayed {
    /// It and those that it began with, the last one first.
    pub fn chain(&self) -> impl Iterator<Item = &Replayed> {
        std::iter::successors(Some(self), |replayed| replayed.replayed.as_deref())
    }
}

/// A record whose decisions a review began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeganWith {
    /// Which one it is, and who made it.
    pub record: Replayed,
    /// What it says of each entry that it decides on.
    pub entries: Vec<EntryBefore>,
}

/// What a record says of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryBefore {
    /// What was decided, and what it came to.
    #[serde(flatten)]
    pub record: EntryRecord,
    /// Who decided it, where that is another one than made the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decisions>,
}

/// How the decision on an entry stands to the record that the review began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since<'b> {
    /// It is as there.
    AsThere(&'b EntryBefore),
    /// It is another one; there nobody had decided on it, or this.
    Otherwise(Option<&'b EntryBefore>),
}

/// An entry of which another thing is decided than in the record that the review began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecidedOtherwise<'b> {
    /// Where it is, and what stands there.
    pub entry: &'b EntryRecord,
    /// What the record says; none where nobody had decided on it.
    pub before: Option<&'b EntryBefore>,
    /// What is decided now; none where nobody has decided on it.
    pub now: Option<&'b EntryRecord>,
}

impl BeganWith {
    /// Who decided on an entry of the record.
    pub fn who<'b>(&'b self, before: &'b EntryBefore) -> Option<&'b Decisions> {
        before.decided.as_ref().or(self.record.decided.as_ref())
    }

    /// How what is decided `now` stands to the record; none where nobody has decided, then or now.
    pub fn since(&self, now: &EntryRecord) -> Option<Since<'_>> {
        let mut entries = self.entries.iter();
        match entries.find(|before| before.record.place() == now.place()) {
            Some(before) if before.record.is_decided_as(now) => Some(Since::AsThere(before)),
            Some(before) => Some(Since::Otherwise(Some(before))),
            None => now.says_something().then_some(Since::Otherwise(None)),
        }
    }

    /// The entries on which is decided otherwise `now`; that has a record of each on which anything is decided.
    pub fn decided_otherwise<'b>(&'b self, now: &'b [EntryRecord]) -> Vec<DecidedOtherwise<'b>> {
        let changed = now.iter().filter_map(|now| match self.since(now)? {
            Since::AsThere(_) => None,
            Since::Otherwise(before) => Some(DecidedOtherwise {
                entry: now,
                before,
                now: Some(now),
            }),
        });
        let is_decided = |before: &EntryBefore| {
            let place = before.record.place();
            now.iter().any(|now| now.place() == place)
        };
        let open = self.entries.iter().filter(|before| !is_decided(before));
        let open = open.map(|before| DecidedOtherwise {
            entry: &before.record,
            before: Some(before),
            now: None,
        });
        changed.chain(open).collect()
    }
}
