//! What a key asks among the steps of a wildcard.

use crate::tui::motion::Motion;

/// What a key asks among the steps of a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMessage {
    /// Shows the steps of the wildcard under the cursor.
    Show,
    /// Goes to the next step.
    Next,
    /// Goes to the step before.
    Back,
    /// Goes to the next step that gives something to the policy.
    NextResult,
    /// Asks for the number of a step.
    AskNumber,
    /// Goes to the step of the number that was typed.
    GoTo,
    /// Goes on by itself, or stops.
    Play,
    /// Asks about some prefixes before they are explained, or no more.
    Predict,
    /// Says that the action that is pointed at starts with the prefix.
    ThisOne,
    /// Says that no unused action starts with the prefix.
    None,
    /// Chooses what is written for the prefix, by its number counted from 0.
    Choose(usize),
    /// Points at another unused action.
    Point(Motion),
    /// Points at the next one that begins with another word, or at the one before.
    Jump(bool),
    /// Shows the trie in the place of the names, or the other way, where there is room for one of them.
    Swap,
    /// Says that what is asked has to be answered first, or told.
    Ask,
    /// Tells what is asked, without an answer.
    Tell,
    /// Shows where to look for the answer.
    Hint,
    /// Goes back to the panes.
    Leave,
    /// Accepts the entry whose steps these are.
    Accept,
    /// Leaves that entry as it was.
    Reject,
}
