//! What a key asks among the cases of a lesson.

use crate::tui::motion::Motion;

/// What a key asks among the cases of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMessage {
    /// Goes to the next case; behind the last one comes the task.
    Next,
    /// Goes to the case before.
    Back,
    /// Chooses what has this number, counted from 0.
    Choose(usize),
    /// Points at another line of what is known.
    Point(Motion),
    /// Says that the line that is pointed at decides.
    ThisLine,
    /// Says that none does.
    NoLine,
    /// Answers with the entries that are typed.
    Write,
    /// Tells how to find the answer.
    Hint,
    /// Tells what is asked, without an answer.
    Tell,
    /// Leaves the lesson.
    Leave,
}
