//! Whom a finding speaks of.

use super::Policy;
use super::quota::PolicyKind;

/// A role, user or group and the policies of it that were loaded.
///
/// An action is gone only when none of its policies grants it any more, so what another policy
/// still grants is unknown as long as [`Principal::all_policies_loaded`] is false.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// The ARN or name, when the inputs tell it.
    pub name: Option<String>,
    /// The loaded policies.
    pub policies: Vec<AttachedPolicy>,
    /// Whether these are known to be all policies the principal has.
    pub all_policies_loaded: bool,
}

/// A policy as it belongs to a principal.
#[derive(Clone, Debug, PartialEq)]
pub struct AttachedPolicy {
    /// What to call it: the file's name, or the policy's.
    pub name: String,
    /// How it is attached, which decides its quota.
    pub kind: PolicyKind,
    /// Its statements.
    pub policy: Policy,
}

impl Principal {
    /// How messages and the screen call the principal.
    pub fn display_name(&self) -> &str {
        match &self.name {
            Some(arn) => arn.rsplit('/').next().unwrap_or(arn),
            None => "the principal",
        }
    }
}
