//! Whom a finding speaks of.

/// A role, user or group.
///
/// An action is gone only when none of its policies grants it any more, so what another policy
/// still grants is unknown as long as [`Principal::all_policies_loaded`] is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// The ARN or name, when the inputs tell it.
    pub name: Option<String>,
    /// Whether the loaded policies are known to be all that the principal has.
    pub all_policies_loaded: bool,
}

impl Principal {
    /// What messages and the screen call it: the last part of an ARN.
    ///
    /// ```
    /// use iam_refine::iam::Principal;
    /// let role = Principal {
    ///     name: Some("arn:aws:iam::123456789012:role/app/MyRole".to_owned()),
    ///     all_policies_loaded: false,
    /// };
    /// assert_eq!(role.display_name(), "MyRole");
    /// assert_eq!(Principal::default().display_name(), "the principal");
    /// ```
    pub fn display_name(&self) -> &str {
        match &self.name {
            Some(arn) => arn.rsplit('/').next().unwrap_or(arn),
            None => "the principal",
        }
    }
}
