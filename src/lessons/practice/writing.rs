//! What is written by hand, entry by entry, as the engine would write it.

use std::fmt;

use super::judge::Judgement;
use crate::explain::Walkthrough;
use crate::iam::{Action, ActionPattern};
use crate::refine::Fate;

/// Entries that are to be written by hand: those that take the place of a wildcard
/// ([`Refining`](super::Refining)), all of a `NotAction` that grows ([`Extending`](super::Extending)), or all of a
/// statement ([`WholeStatement`](super::WholeStatement)).
pub trait Writing: fmt::Debug + Send + Sync {
    /// What is to be written, in a sentence.
    fn asked(&self) -> String;

    /// What is known beside the names, a line each.
    fn known(&self) -> Vec<String>;

    /// What the entries are like, in a few words that tell none of them.
    fn rule(&self) -> String;

    /// The actions that it is about, in their order, each with what becomes of it.
    fn listed(&self) -> Vec<(Action, Fate)>;

    /// Where the names begin that belong together, and what stands above them; none where all do.
    fn groups(&self) -> Vec<(usize, String)> {
        Vec::new()
    }

    /// What is known of an action beside its name, in a word or two.
    fn note(&self, _action: &Action) -> &'static str {
        ""
    }

    /// An entry as it is shown, and as it can be typed.
    fn shown(&self, entry: &ActionPattern) -> String;

    /// The walks that come to what is to be written, one for each wildcard.
    fn walks(&self) -> Vec<&Walkthrough>;

    /// Where an action, as it is shown, can be cut; the last place is its end.
    fn cuts(&self, action: &Action) -> Vec<usize>;

    /// Whether more than a star has to follow a prefix of this action.
    fn has_rest(&self, action: &Action) -> bool;

    /// Reads an entry as it is typed.
    ///
    /// # Errors
    /// Why it is none, in a sentence.
    fn read(&self, typed: &str) -> Result<ActionPattern, String>;

    /// The entries that are there to begin with.
    fn begun(&self) -> &[ActionPattern];

    /// What the engine writes.
    fn wanted(&self) -> Vec<ActionPattern>;

    /// What it finds beside that, and leaves out since an entry covers it.
    fn left_out(&self) -> Vec<ActionPattern>;

    /// Compares `written` with what the engine writes.
    fn judge(&self, written: &[ActionPattern]) -> Judgement;

    /// Where to look for what becomes of an action, without telling it.
    fn hint(&self, action: &Action) -> Option<String>;

    /// How it is decided what becomes of an action.
    fn decided(&self, action: &Action) -> Option<String>;

    /// What is to be learnt from it, as it goes on behind `The point: `.
    fn point(&self) -> Option<&'static str>;

    /// The action of which it is worth the most to be told how it is decided: the one with the trap in it.
    fn instructive(&self) -> Option<Action>;
}
