//! Where a key is pressed: it decides what the key means.

use super::model::{Model, Overlay, Pane};

/// Where a key is pressed: it decides what the key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// In the policy pane.
    Policy,
    /// In the trie pane.
    Trie,
    /// In the why pane.
    Why,
    /// In the diff.
    Diff,
    /// In the preview of what would be written.
    Write,
    /// When asked whether to leave.
    Quit,
    /// In the list of all keys.
    Help,
    /// When asked for the reason of a keep.
    Keep,
    /// When asked whether a drop is meant.
    Drop,
    /// In the table of granularities.
    Granularity,
    /// When asked what to search for.
    Search,
    /// Among the steps of a wildcard.
    Steps,
    /// When asked for the number of a step.
    StepNumber,
    /// When asked what a prefix is.
    Predict,
    /// In a window that is too small to show anything.
    TooSmall,
}

impl Context {
    /// All of them.
    pub const ALL: &[Context] = &[
        Context::Policy,
        Context::Trie,
        Context::Why,
        Context::Diff,
        Context::Write,
        Context::Quit,
        Context::Help,
        Context::Keep,
        Context::Drop,
        Context::Granularity,
        Context::Search,
        Context::Steps,
        Context::StepNumber,
        Context::Predict,
        Context::TooSmall,
    ];

    /// Those in which something is shown.
    pub(super) const SHOWN: &[Context] = match Context::ALL {
        [shown @ .., Context::TooSmall] => shown,
        all => all,
    };

    /// Those of the steps of a wildcard.
    pub(super) const OF_STEPS: &[Context] =
        &[Context::Steps, Context::StepNumber, Context::Predict];

    /// Whether letters are typed there, not pressed as keys.
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Context::Help | Context::Keep | Context::Search | Context::StepNumber
        )
    }
}

impl Model {
    /// Where a key is pressed.
    pub fn context(&self) -> Context {
        if self.seen.is_too_small {
            return Context::TooSmall;
        }
        if let (Overlay::None, Some(steps)) = (&self.overlay, &self.steps) {
            return steps.context();
        }
        match (&self.overlay, self.pane) {
            (Overlay::Write, _) => Context::Write,
            (Overlay::Quit, _) => Context::Quit,
            (Overlay::Help(_), _) => Context::Help,
            (Overlay::Keep { .. }, _) => Context::Keep,
            (Overlay::Drop { .. }, _) => Context::Drop,
            (Overlay::Search(_), _) => Context::Search,
            (Overlay::Granularity(_), _) => Context::Granularity,
            (Overlay::None, Pane::Policy) => Context::Policy,
            (Overlay::None, Pane::Trie) => Context::Trie,
            (Overlay::None, Pane::Why) => Context::Why,
            (Overlay::None, Pane::Diff) => Context::Diff,
        }
    }
}
