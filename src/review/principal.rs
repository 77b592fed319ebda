//! The principal whose policies are reviewed.

use std::fmt;

use crate::text::Untrusted;

/// A role, user or group, and whether all of its policies are loaded.
///
/// An action is gone only when none of its policies grants it any more, so what another policy
/// still grants is unknown as long as [`Principal::all_policies_loaded`] is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// The ARN or name, when the inputs have it.
    pub name: Option<Untrusted>,
    /// Whether the loaded policies are known to be all that the principal has.
    pub all_policies_loaded: bool,
}

impl Principal {
    /// What messages and the screen call it: the last part of an ARN.
    ///
    /// ```
    /// use iam_refine::review::Principal;
    /// let role = Principal {
    ///     name: Some("arn:aws:iam::123456789012:role/app/MyRole".into()),
    ///     all_policies_loaded: false,
    /// };
    /// assert_eq!(role.display_name().to_string(), "MyRole");
    /// assert_eq!(Principal::default().display_name().to_string(), "the principal");
    /// ```
    pub fn display_name(&self) -> Untrusted {
        match self.name.as_ref().map(Untrusted::raw) {
            Some(arn) => arn.rsplit('/').next().unwrap_or(arn).into(),
            None => "the principal".into(),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.display_name().fmt(f)
    }
}
