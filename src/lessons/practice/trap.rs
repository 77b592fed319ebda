//! What can go wrong in refining a wildcard by hand, found in a walk.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::explain::{RuleLine, Walkthrough};
use crate::iam::Glob;
use crate::refine::{Fate, Granularity, NodeId, Safety, Step, StepDecision};

/// What can go wrong in refining a wildcard by hand; first what few sets have in them, and so is the point of those
/// that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trap {
    /// An entry that another one covers.
    LeftOut,
    /// An unused action that is kept.
    Kept,
    /// A prefix that only its sibling in the trie makes unsafe.
    Sibling,
    /// What is left of the wildcard is more than its end: the prefix has read a part of it.
    PastLiteral,
    /// A prefix that is written ends within an acronym.
    Acronym,
    /// A name that is the prefix of another one, and stays.
    OwnName,
    /// A prefix that is written ends within a word, as only a cut at every character makes it.
    WithinWord,
    /// What is left of the wildcard stands behind a prefix.
    Rest,
    /// A safe prefix with a longer one beneath that would do as much: the walk has stopped.
    StopsEarly,
    /// An unsafe prefix below the root with something beneath it that stays.
    Opened,
    /// One name lies beneath a safe prefix: no star stands for it.
    OneBeneath,
}

impl Trap {
    /// The same in a few words, as they follow `again: `.
    pub fn in_short(self) -> &'static str {
        match self {
            Trap::StopsEarly => "the walk stops at the first safe prefix",
            Trap::OneBeneath => "one name gets no star",
            Trap::Acronym => "capitals in a row are words",
            Trap::WithinWord => "a prefix may end within a word",
            Trap::Opened => "an unsafe prefix is opened",
            Trap::Sibling => "an unused name may lie beside a prefix",
            Trap::OwnName => "a prefix may be a name itself",
            Trap::Rest => "the rest of the wildcard follows the prefix",
            Trap::PastLiteral => "what was matched does not follow again",
            Trap::LeftOut => "what another entry covers is left out",
            Trap::Kept => "an unused name that is kept stays",
        }
    }

    /// What is to be learnt from it, in a sentence.
    pub(super) fn point(self) -> &'static str {
        match self {
            Trap::StopsEarly => {
                "the walk stops at the first safe prefix, however long the names are."
            }
            Trap::OneBeneath => "a single name is written in full, without a star.",
            Trap::Acronym => "capitals in a row are words of one letter each.",
            Trap::WithinWord => {
                "cut at every character, a prefix may end within a word, as soon as it is safe."
            }
            Trap::Opened => "an unsafe prefix is opened as long as something beneath it stays.",
            Trap::Sibling => "an unused name can begin with a prefix without lying beneath it.",
            Trap::OwnName => "a prefix can be a name itself, which is then written in full.",
            Trap::Rest => "after the prefix comes what is left of the wildcard, not just a star.",
            Trap::PastLiteral => {
                "what the prefix has matched of the wildcard does not follow again."
            }
            Trap::LeftOut => "an entry that another one covers is left out.",
            Trap::Kept => "an unused name that is kept stays, and makes no prefix unsafe.",
        }
    }
}

/// The traps that are in a walk.
pub(super) fn traps(walk: &Walkthrough) -> BTreeSet<Trap> {
    let steps = walk.steps().iter().enumerate();
    let found = steps.flat_map(|(at, step)| of_step(walk, at, step));
    found.collect()
}

/// The traps that are in a step of a walk.
pub(super) fn of_step(walk: &Walkthrough, at: usize, step: &Step) -> Vec<Trap> {
    let trie = walk.trie();
    let node = trie.node(step.node);
    let is_root = step.node == NodeId::ROOT;
    let line = walk.narration(at).line;
    let opens = matches!(step.decision, StepDecision::Open(_));
    let stars = step.emitted().iter().filter(|new| !new.entry.is_literal());
    let stars: Vec<Glob> = stars.map(|new| new.entry.name()).collect();
    let whole = walk.plan().old.name();
    let left_out = walk.left_out();
    let is_written = step
        .emitted()
        .iter()
        .all(|new| left_out.iter().all(|out| *out.entry != new.entry));
    let is_star = line == RuleLine::PrefixStar && !stars.is_empty();
    let holds = [
        (Trap::LeftOut, !is_written),
        (Trap::Kept, is_safe_by_keep(walk, step.node)),
        (
            Trap::StopsEarly,
            is_star && is_written && trie.only_child(step.node).is_some(),
        ),
        (Trap::OneBeneath, is_written && line == RuleLine::ItsName),
        (
            Trap::Acronym,
            stars.iter().any(|star| is_within_acronym(walk, star)),
        ),
        (
            Trap::WithinWord,
            is_written && stars.iter().any(|star| is_within_word(walk, star)),
        ),
        (Trap::Opened, opens && !is_root && node.goes > 0),
        (
            Trap::Sibling,
            // Of one name nothing else would be written without it.
            node.safety == Safety::Unsafe && node.goes == 0 && node.stays > 1,
        ),
        (Trap::OwnName, opens && line == RuleLine::OwnName),
        (
            Trap::Rest,
            is_star && stars.iter().any(|star| star.as_prefix_star().is_none()),
        ),
        (
            Trap::PastLiteral,
            stars.iter().any(|star| has_read(star, &whole)),
        ),
    ];
    let holds = holds.into_iter().filter(|(_, holds)| *holds);
    holds.map(|(trap, _)| trap).collect()
}

/// Whether a prefix is safe since what is unused beneath it is kept.
fn is_safe_by_keep(walk: &Walkthrough, at: NodeId) -> bool {
    let trie = walk.trie();
    let starting = trie
        .grants(at)
        .map(|grants| grants.starting_with(trie.prefix_name(at)));
    let mut starting = starting.unwrap_or_default().iter();
    trie.node(at).safety == Safety::Safe && starting.any(|one| one.fate == Fate::Kept)
}

/// Whether the prefix of a star is one that cuts capitals in a row apart: `GetDN*` of `GetDNSName`.
fn is_within_acronym(walk: &Walkthrough, star: &Glob) -> bool {
    let prefix = star.literal_prefix();
    let ends_in_capital = prefix.ends_with(|letter: char| letter.is_ascii_uppercase());
    let mut grants = walk.trie().wildcard().services.iter();
    ends_in_capital
        && grants.any(|grants| {
            let mut starting = grants.starting_with(prefix).iter();
            starting.any(|one| {
                let rest = &one.name.as_str()[prefix.len()..];
                rest.starts_with(|letter: char| letter.is_ascii_uppercase())
            })
        })
}

/// Whether the prefix of a star is one that no name is cut at by words: `GetO*` of `GetObject`.
fn is_within_word(walk: &Walkthrough, star: &Glob) -> bool {
    let prefix = star.literal_prefix();
    let mut grants = walk.trie().wildcard().services.iter();
    grants.all(|grants| {
        let mut starting = grants.starting_with(prefix).iter();
        starting.all(|one| {
            let mut cuts = Granularity::Word.cuts(one.name.as_str(), 0);
            cuts.all(|cut| cut != prefix.len())
        })
    })
}

/// Whether what stands behind the prefix of a star is not what stands behind the one of `whole`:
/// the prefix has read a literal of the wildcard.
fn has_read(star: &Glob, whole: &Glob) -> bool {
    let literals = |glob: &Glob| glob.as_str().matches('*').count();
    literals(whole) > literals(star)
}
