//! What a key asks for: of the whole screen, of the list of an account, of a review, or in practice.

use super::list::ListMessage;
use super::motion::Motion;
use super::practice::PracticeMessage;
use super::review::ReviewMessage;
use super::typed::Edit;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Whatever part of the screen is shown.
    Shell(ShellMessage),
    /// The list of an account's policies.
    List(ListMessage),
    /// The review of a policy or of several.
    Review(ReviewMessage),
    /// Practice.
    Practice(PracticeMessage),
}

/// What every part of the screen can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellMessage {
    /// Moves the cursor, or scrolls where there is none.
    Move(Motion),
    /// Asks for a text and goes to where it is found.
    Search,
    /// Leaves the cursor where the text was found.
    FinishSearch,
    /// Goes to the next place where the text is found.
    NextFound,
    /// Goes to the previous place where the text is found.
    PreviousFound,
    /// Shows other entries of the policy, or other policies of the list.
    Filter,
    /// Shows what would be written, and asks.
    Write,
    /// Writes what the preview shows.
    ConfirmWrite,
    /// Leaves, after asking when decisions are not written.
    Quit,
    /// Leaves after the question, without writing.
    ConfirmQuit,
    /// Stops the program until the shell brings it back.
    Suspend,
    /// Shows all keys in a list.
    Help,
    /// Runs the selected row of the help.
    RunRow,
    /// Moves in the text that is typed, or deletes some of it.
    Edit(Edit),
    /// Closes what is open on top.
    Close,
}

/// What is to be done outside of the [`App`](super::App).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Leave the screen without writing.
    Quit,
    /// Find out what would be written, for [`App::show_preview`](super::App::show_preview).
    Preview,
    /// Write what is decided, through [`Host::write`](super::Host::write).
    Write,
    /// Hand this to the clipboard.
    Copy(String),
    /// Stop until the shell brings the program back.
    Suspend,
    /// Leave this lesson, or its practice, for what comes next.
    GoOn,
}
