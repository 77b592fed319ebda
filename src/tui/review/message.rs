//! What a key asks of a review.

use crate::tui::cases::CaseMessage;
use crate::tui::cut::CutMessage;
use crate::tui::fit::FitMessage;
use crate::tui::review::Pane;
use crate::tui::steps::StepMessage;
use crate::tui::trie::TrieMessage;

/// What a key asks of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewMessage {
    /// Goes to this pane, which fills a narrow screen.
    Show(Pane),
    /// Shows one pane over the whole screen, or all of them.
    OnePane,
    /// Goes to the next pane.
    NextPane,
    /// Goes to the pane before.
    PreviousPane,
    /// Folds, goes to what is above, or to the pane before.
    Fold,
    /// Unfolds, or goes to the next pane.
    Unfold,
    /// Opens what is selected: folds or unfolds a row, or goes to the next pane.
    Open,
    /// Goes to the next entry that is decided by itself, past what is written for this one; false to the one before.
    ToEntry(bool),
    /// Goes to the next undecided entry.
    NextUndecided,
    /// Goes to the previous undecided entry.
    PreviousUndecided,
    /// Accepts what is proposed at the cursor.
    Accept,
    /// Leaves it as it was.
    Reject,
    /// Asks why it is left as it was.
    AskWhyRejected,
    /// Leaves it as it was, for the reason that was typed.
    ConfirmReject,
    /// Accepts all that is undecided.
    AcceptAll,
    /// Accepts all that was asked about.
    ConfirmAcceptAll,
    /// Rejects all that is undecided.
    RejectAll,
    /// Undecided, accepted, rejected, and again.
    Cycle,
    /// Takes the last decision back.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Shows the entries in another order.
    Order,
    /// Shows the diff, or goes back from it.
    Diff,
    /// Copies the diff to the clipboard.
    Copy,
    /// In a lesson: shows how its task can be done, or the task again.
    TaskHint,
    /// In a lesson: goes back from the task to the steps and their questions.
    BackToSteps,
    /// Something in the trie of a wildcard, or about its marks.
    Trie(TrieMessage),
    /// Something about where the names of a wildcard are cut.
    Cut(CutMessage),
    /// Something about the length of policies.
    Fit(FitMessage),
    /// Something among the cases of a lesson.
    Cases(CaseMessage),
    /// Something among the steps of a wildcard.
    Steps(StepMessage),
}
