//! What a key asks for in practice.

/// What a key asks for in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PracticeMessage {
    /// Takes what is pointed at as an entry, or takes that entry back.
    Take,
    /// Points at a shorter prefix of the name.
    Shorter,
    /// Points at a longer one.
    Longer,
    /// Chooses what comes next for the row.
    ChooseNext,
    /// Chooses what comes before it.
    ChoosePrevious,
    /// Chooses what has this number, counted from 0, and goes on to the next row.
    Choose(usize),
    /// Writes the entry that is typed; where none is, looks whether all is right.
    Check,
    /// Goes to a name or row that is not right yet, and tells how it is decided, or by which line of the rule.
    Hint,
    /// Tells what is right.
    Tell,
    /// Shows the trie in the place of the result, or the other way round, where there is room for one of them.
    Swap,
    /// Goes on to the next set, or from the last of a test to its sheet.
    Next,
    /// Goes from the sheet of a test to the set that is pointed at.
    LookAtSet,
    /// Goes on to the next lesson.
    NextLesson,
    /// Goes back from the task of a lesson to its steps.
    BackToSteps,
    /// Marks the name that is pointed at otherwise, in a playground.
    Mark,
    /// Marks all names there at random.
    MarkAtRandom,
    /// Cuts the names there otherwise.
    CutNext,
    /// Asks for another wildcard.
    AskWildcard,
    /// Takes the wildcard that is typed.
    TakeWildcard,
    /// Shows the steps that come to the result.
    Steps,
}
