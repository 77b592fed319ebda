//! Where a key is pressed: it decides what the key means.

/// Where a key is pressed: it decides what the key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// In the policy pane, where entries are decided.
    Policy,
    /// In the trie pane, where prefixes are marked.
    Trie,
    /// In the pane of reasons, where marks are taken back.
    Why,
    /// In the diff of what would be written.
    Diff,
    /// In the preview of what would be written.
    Write,
    /// When asked whether to leave.
    Quit,
    /// When asked for the reason of a keep, or of what is left whole.
    Keep,
    /// When no mark could be set, or one of several entries is to be chosen for it.
    Unmarked,
    /// When asked why a proposal is rejected.
    Reject,
    /// When asked whether a drop is meant.
    Drop,
    /// When asked whether to accept all, also what was used before.
    AcceptAll,
    /// In the table of granularities.
    Cut,
    /// In the panel of lengths.
    Fit,
    /// When asked what to search for.
    Search,
    /// Among the steps of a wildcard.
    Steps,
    /// When asked for the number of a step.
    StepNumber,
    /// When asked what a prefix is.
    Predict,
    /// Among the cases of a lesson.
    Cases,
    /// When asked there which line of what is known decides.
    CasePoint,
    /// When asked there for entries, which are typed.
    CaseWrite,
    /// In practice, where entries are typed.
    Practice,
    /// In practice, where rows are put where they belong.
    PracticeChoose,
    /// In practice, when the set is done.
    PracticeDone,
    /// On the sheet of a test, with what came of each set.
    TestSheet,
    /// In a playground, where names are marked.
    Playground,
    /// When asked there for another wildcard.
    PlaygroundWildcard,
    /// In the list of an account's policies.
    List,
    /// When asked there what to search for.
    ListSearch,
    /// In the preview of what would be written of an account.
    ListWrite,
    /// In the diff of one of these policies.
    ListDiff,
    /// When asked there whether to leave.
    ListQuit,
    /// In the list of all keys.
    Help,
    /// In a window that is too small to show anything.
    TooSmall,
}

impl Context {
    /// All of them, each once.
    pub const ALL: &[Context] = &[
        Context::Policy,
        Context::Trie,
        Context::Why,
        Context::Diff,
        Context::Write,
        Context::Quit,
        Context::Keep,
        Context::Unmarked,
        Context::Reject,
        Context::Drop,
        Context::AcceptAll,
        Context::Cut,
        Context::Fit,
        Context::Search,
        Context::Steps,
        Context::StepNumber,
        Context::Predict,
        Context::Cases,
        Context::CasePoint,
        Context::CaseWrite,
        Context::Practice,
        Context::PracticeChoose,
        Context::PracticeDone,
        Context::TestSheet,
        Context::Playground,
        Context::PlaygroundWildcard,
        Context::List,
        Context::ListSearch,
        Context::ListWrite,
        Context::ListDiff,
        Context::ListQuit,
        Context::Help,
        Context::TooSmall,
    ];

    /// Whether letters are typed there, not pressed as keys.
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Context::Help
                | Context::Keep
                | Context::Reject
                | Context::Drop
                | Context::Search
                | Context::ListSearch
                | Context::StepNumber
                | Context::CaseWrite
                | Context::Practice
                | Context::PlaygroundWildcard
        )
    }

    /// Whether one is there most of the time, and not to answer or to choose something.
    pub(crate) fn is_main(self) -> bool {
        matches!(
            self,
            Context::Policy
                | Context::Trie
                | Context::Why
                | Context::Diff
                | Context::Steps
                | Context::List
        )
    }

    /// Whether it is one of the list of an account alone.
    pub(crate) fn is_of_list(self) -> bool {
        matches!(
            self,
            Context::List
                | Context::ListSearch
                | Context::ListWrite
                | Context::ListDiff
                | Context::ListQuit
        )
    }

    /// Whether it is one of the steps of a wildcard.
    pub(crate) fn is_of_steps(self) -> bool {
        matches!(
            self,
            Context::Steps
                | Context::StepNumber
                | Context::Predict
                | Context::Cases
                | Context::CasePoint
                | Context::CaseWrite
        )
    }

    /// Whether it is one of practice, or of a playground, which is drawn like it.
    pub(crate) fn is_of_practice(self) -> bool {
        self.is_of_playground()
            || matches!(
                self,
                Context::Practice
                    | Context::PracticeChoose
                    | Context::PracticeDone
                    | Context::TestSheet
            )
    }

    /// Whether it is one of a playground.
    pub(crate) fn is_of_playground(self) -> bool {
        matches!(self, Context::Playground | Context::PlaygroundWildcard)
    }

    /// Whether it is one of whatever is shown.
    pub(crate) fn is_shared(self) -> bool {
        matches!(self, Context::Help | Context::TooSmall)
    }
}
