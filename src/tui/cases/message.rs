//! What a key asks among the cases of a lesson.

/// What a key asks among the cases of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMessage {
    /// Goes to the next case; behind the last one comes the task.
    Next,
    /// Goes to the case before.
    Back,
    /// Chooses what has this number, counted from 0.
    Choose(usize),
    /// Tells how to find the answer.
    Hint,
    /// Tells what is asked, without an answer.
    Tell,
    /// Leaves the lesson.
    Leave,
}
