//! What a person can do on the screen.

use super::model::Pane;
use super::steps::StepAction;

/// Something that a person can do on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Moves the cursor, or scrolls where there is none.
    Move(Motion),
    /// Goes to this pane.
    Show(Pane),
    /// Goes to the next pane.
    NextPane,
    /// Folds, goes to what is above, or to the pane before.
    Fold,
    /// Unfolds, or goes to the next pane.
    Unfold,
    /// In the trie: folds what is selected and all beneath it.
    FoldAll,
    /// In the trie: unfolds what is selected and all beneath it.
    UnfoldAll,
    /// Opens what is selected.
    Open,
    /// Goes to the next undecided entry.
    NextUndecided,
    /// Goes to the previous undecided entry.
    PreviousUndecided,
    /// Accepts what is proposed.
    Accept,
    /// Leaves it as it was.
    Reject,
    /// Accepts all that is undecided.
    AcceptAll,
    /// Rejects all that is undecided.
    RejectAll,
    /// Undecided, accepted, rejected, and again.
    Cycle,
    /// In the trie: keep, drop, as found, and again.
    Mark,
    /// In the trie: the children of a safe prefix in its stead, or again itself.
    Split,
    /// Takes back the mark that is selected among the reasons.
    TakeBack,
    /// Asks for a text and goes to where it is found.
    Search,
    /// Leaves the cursor where the text was found.
    FinishSearch,
    /// Goes to the next place where it is found.
    NextFound,
    /// Goes to the previous one.
    PreviousFound,
    /// Shows other entries of the policy.
    Filter,
    /// Shows what each granularity of the wildcard comes to.
    Granularity,
    /// In a lesson: how its task can be done, or the task again.
    TaskHint,
    /// Among the steps of a wildcard.
    Steps(StepAction),
    /// Goes to the next granularity.
    NextChoice,
    /// Goes to the granularity before.
    PreviousChoice,
    /// Shows by name what would have been granted unasked.
    Names,
    /// Cuts the names as chosen.
    TakeChoice,
    /// Sets the mark that was asked about.
    ConfirmMark,
    /// Takes the last decision back.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Shows the diff, or goes back from it.
    Diff,
    /// Copies the diff.
    Copy,
    /// Shows what would be written, and asks.
    Write,
    /// Writes.
    ConfirmWrite,
    /// Leaves, after asking when decisions are not written.
    Quit,
    /// Leaves.
    ConfirmQuit,
    /// Stops the program until the shell brings it back.
    Suspend,
    /// Shows all keys.
    Help,
    /// Runs the selected row of the help.
    RunRow,
    /// Types into the search of the help, or the reason of a keep.
    Type(String),
    /// Takes back the last letter typed.
    Erase,
    /// Closes what is open on top.
    Close,
    /// A click of the mouse.
    Click {
        /// The column of the screen.
        column: u16,
        /// The line of the screen.
        row: u16,
    },
    /// A turn of the mouse's wheel.
    Wheel {
        /// The column of the screen.
        column: u16,
        /// The line of the screen.
        row: u16,
        /// Whether it was turned down.
        down: bool,
    },
}

/// How far the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
}
