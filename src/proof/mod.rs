//! A second opinion on what refining did: a document and its edits go in ([`prove`], and
//! [`prove_file`] for the text that was written); a list of [`Fault`]s comes out, empty when all is
//! well ([`Proved`]).
//!
//! Everything here is checked by plain matching and by inclusion of patterns over all strings. The
//! code of the trie, of the tokens and of the walk is not used: what has to be known of them, the
//! parent prefix that a wildcard claims, is data in the plan.
//!
//! 1. **Nothing added**: every new entry is included in the entry it replaces.
//! 2. **Unused gone**: no new entry matches an unused action of the entry it replaces.
//! 3. **Nothing lost**: every known action that the entry granted and that stays is granted.
//! 4. **Shortest**: every new wildcard extends a parent prefix with which an unused action starts.
//! 5. **Nothing else touched**: all other bytes, and all other values, are as they were.
//!
//! A proof that fails is a bug in this program. Nothing is written then.
//!
//! That just what was decided is done is judged by [`prove_decided`], as part 5.
//!
//! Parts 1 to 4 are in `narrowed.rs`, for a `NotAction` in `not_action.rs`; part 5 is in `rewritten.rs`
//! and `bytes.rs`; what `verify` judges by is in `verdict`.
//!
//! A policy that is put together of several documents, each proved by itself, is proved as a whole by
//! [`prove_merged`]: no statement is back that another one stood in the place of.
//!
//! The policies that a long one was cut into are judged by [`prove_pieces`]; those that deny what goes,
//! in place of the policies being narrowed, by [`prove_as_deny`].
//!
//! A policy that was refined elsewhere is judged by the same parts, as far as the values allow: see
//! [`judge`]. Two refined policies are compared entry by entry: see [`Comparison`].

mod as_decided;
mod as_deny;
mod bytes;
mod comments;
mod fate;
mod fault;
mod knowledge;
mod lines;
mod merged;
mod narrowed;
mod not_action;
mod pieces;
mod rewritten;
mod verdict;

pub use as_decided::{Asked, prove_decided};
pub use as_deny::prove_as_deny;
pub use fault::{Fault, Part};
pub use knowledge::Knowledge;
pub use merged::prove_merged;
pub use narrowed::Proved;
pub use pieces::prove_pieces;
pub use rewritten::{prove, prove_file};
pub use verdict::{
    Apart, Compared, Comparison, DecidedStatement, Objection, Relation, Side, Spot, Unpaired,
    Verdict, judge, say_the_same, unlike_decided, unpaired,
};
