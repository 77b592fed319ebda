//! The language of IAM policies as types: actions, patterns, statements, policies, ARNs and names.
//!
//! Strings go in; values that are well-formed come out, or an error that says what is wrong.
//! Reading a policy's text is done in [`document`](crate::document); here its meaning is worked
//! with.
//!
//! Start with [`Action`] (`s3:GetObject`), [`ActionPattern`] (`s3:Get*`) and [`Policy`].
//! [`ActionPattern::matches`] tests one action. [`Inclusion`] compares patterns over all strings,
//! not only the actions that are known. [`StatementEdit`] says what becomes of a statement's
//! entries, and [`quota`] how long policies may be.

mod action;
mod allowed;
mod arn_pattern;
mod edit;
mod elements;
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
pub use arn_pattern::ArnPattern;
pub use edit::{EntryEdit, StatementEdit};
pub use elements::Elements;
pub use glob::Glob;
pub use grants::{Grants, GrantsInService};
pub use identity::{AccountId, Arn, PolicyName, PrincipalId, PrincipalName, VersionId};
pub use inclusion::Inclusion;
pub use name::{
    LONGEST_SERVICE, Name, ServicePrefix, order_ignoring_case, run_starting_with,
    starts_with_ignoring_case,
};
pub use pattern::{ActionPattern, LONGEST_NAME, LONGEST_PATTERN, PatternError};
pub use policy::{Actions, Effect, Policy, Statement};
pub use prefix::ActionPrefix;
