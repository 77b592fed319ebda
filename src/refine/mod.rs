//! The engine: a policy, the unused actions and the catalogue go in ([`plan()`]); a [`Plan`] comes
//! out, which says for each entry whether it stays, goes or is narrowed, and why.
//!
//! A wildcard that grants something unused is replaced by its *shortest safe prefixes*. A prefix is
//! *safe* when no unused action that the wildcard grants starts with it, ignoring case. The names
//! that the wildcard grants are cut into tokens ([`Granularity`]) and put in a [`Trie`]; a walk
//! from its root stops at the first safe prefix on each path and emits it
//! ([`Trie::shortest_safe_prefixes`]).
//!
//! Safety is a test on strings, not on what is beneath a node: with `ListServices` unused, nothing
//! unused is beneath `ListService`, since the two are siblings; yet `ListService*` would grant it.
//!
//! A person changes what goes in, never what comes out: [`Mark`]s and [`Keep`]s decide the [`Fate`]
//! of actions, and the walk is the same. Start with [`plan_entry`], [`EntryPlan`] and [`Universe`],
//! all that is known of actions. [`settle_entries`] makes a statement of the accepted proposals.

mod backtest;
mod evidence;
mod expansion;
pub mod fit;
mod going;
mod granularity;
mod held;
mod marks;
mod not_action;
mod plan;
mod residual;
mod settle;
mod shortest;
mod trie;
mod universe;
mod whole;

pub use backtest::{Backtest, Estimate, NotEstimated, estimate, sizes};
pub use evidence::Evidence;
pub use expansion::{EntryExpansion, GrantedAction, ServiceGrants, ServiceStatus};
pub use going::{DenyBy, Going};
pub use granularity::Granularity;
pub use held::{CommentPlace, HeldBack, HeldBecause, torn_down_within};
pub use marks::{Curation, Fate, Keep, Mark, MarkKind, Rule, SetBy, prefix_of, set_mark};
pub use not_action::{Extension, extend};
pub use plan::{
    EntryOutcome, EntryPlan, GoesBecause, Options, Plan, StatementPlan, StaysBecause, plan,
    plan_entry,
};
pub use residual::residuals;
pub use settle::{Covered, NotWritten, Replacement, SettledStatement, settle_entries};
pub use shortest::{Claim, Emitted, Step, StepDecision};
pub use trie::{Node, NodeId, Safety, Trie};
pub use universe::Universe;
pub use whole::NotWhole;
