//! The policy language: actions, patterns, statements, policies, and whom they belong to.
//!
//! Everything here is well-formed by construction: a string becomes an [`Action`] or an
//! [`ActionPattern`] at the edge, in a reader, or it does not become one at all.

mod action;
mod allowed;
mod edit;
pub mod glob;
mod grants;
mod identity;
pub mod inclusion;
mod name;
mod pattern;
mod policy;
mod prefix;
pub mod quota;

pub use action::Action;
pub use allowed::Allowed;
pub use edit::{EntryEdit, StatementEdit};
pub use glob::Glob;
pub use grants::{Grants, GrantsInService};
pub use identity::{AccountId, Arn, PolicyName, PrincipalName, VersionId};
pub use inclusion::Inclusion;
pub use name::{
    LONGEST_SERVICE, Name, ServicePrefix, order_ignoring_case, run_starting_with,
    starts_with_ignoring_case,
};
pub use pattern::{ActionPattern, LONGEST_NAME, LONGEST_PATTERN, PatternError};
pub use policy::{Actions, Effect, Policy, Statement};
pub use prefix::ActionPrefix;
