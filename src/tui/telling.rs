//! Esc where a lesson asks or tells: pressed twice it tells the answer, or goes on to the task.

/// How far Esc got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Telling {
    /// It was not pressed.
    #[default]
    Idle,
    /// It was pressed once.
    Once,
    /// The answer was told just now: whoever presses it twice to be told is not to be led away.
    Told,
}

/// What Esc comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// This is said.
    Say(&'static str),
    /// The answer is told.
    Tell,
    /// It is said what is skipped if it is pressed again.
    WarnOfSkipping,
    /// It goes on to what comes behind.
    Leave,
}

impl Telling {
    /// Presses it, while something is asked or not.
    pub(crate) fn escape(&mut self, is_asked: bool) -> Escape {
        let (next, comes_to) = match (*self, is_asked) {
            (Telling::Once, true) => (Telling::Told, Escape::Tell),
            (_, true) => (Telling::Once, Escape::Say("Esc again tells the answer")),
            (Telling::Told, false) => (
                Telling::Idle,
                Escape::Say("The answer is told; Enter goes on"),
            ),
            (Telling::Idle, false) => (Telling::Once, Escape::WarnOfSkipping),
            (Telling::Once, false) => (Telling::Idle, Escape::Leave),
        };
        *self = next;
        comes_to
    }

    /// Another key was pressed.
    pub(crate) fn interrupt(&mut self) {
        if *self == Telling::Once {
            *self = Telling::Idle;
        }
    }
}
