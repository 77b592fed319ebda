//! Policy, unused actions and catalogue in; a [`Plan`] out.
//!
//! A wildcard that grants something unused is replaced by its *shortest safe prefixes*. A prefix
//! is *safe* when no unused action that the wildcard grants starts with it, ignoring case. The
//! names that the wildcard grants are cut into tokens ([`Granularity`]) and put in a [`Trie`]; a
//! walk from its root stops at the first safe prefix on each path and emits it
//! ([`Trie::shortest_safe_prefixes`]).
//!
//! Safety is a test on strings, not on what lies beneath a node: nothing unused may lie beneath
//! `ListService` when `ListServices` is unused, for that is its sibling; yet `ListService*` would
//! grant it again.
//!
//! A person changes what this works from, never its output: [`Mark`]s and [`Keep`]s decide the
//! [`Fate`] of actions, and the walk is the same.

mod backtest;
mod evidence;
mod expansion;
mod granularity;
mod marks;
mod not_action;
mod plan;
mod residual;
mod settle;
mod shortest;
mod trie;
mod universe;

pub use backtest::{Backtest, Estimate, NotEstimated, estimate};
pub use evidence::Evidence;
pub use expansion::{EntryExpansion, GrantedAction, ServiceGrants, ServiceStatus};
pub use granularity::Granularity;
pub use marks::{Curation, Fate, Keep, Mark, MarkKind, prefix_of};
pub use not_action::Extension;
pub use plan::{
    EntryOutcome, EntryPlan, GoesBecause, Options, Plan, StatementPlan, StaysBecause, plan,
    plan_entry,
};
pub use residual::residuals;
pub use settle::{LeftOut, Replacement, SettledStatement, settle_entries};
pub use shortest::{Claim, Emitted, Step, StepDecision};
pub use trie::{Node, NodeId, Safety, Trie};
pub use universe::Universe;
