//! The engine against a naive model of its definitions, in random small worlds.
//!
//! The model ([`definition`]) is a second implementation that shares nothing with the first but
//! the words: it tries every prefix of every name, has no trie, and its own matching. The proof is then asked about the same worlds: it has to accept what the engine gives,
//! and to reject it with an error planted ([`decisions`], [`bytes`]).

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod agreement;
mod ahead;
mod as_deny;
mod became;
mod bytes;
mod dealt;
mod decided;
mod decisions;
mod definition;
mod drawn;
mod handed_on;
mod known;
mod layout;
mod pattern;
mod planting;
mod sources;
mod statement;
mod templates;
mod tree;
mod verdict;
mod world;

use proptest::prelude::*;

use drawn::{decided_worlds, worlds};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn what_becomes_of_every_entry_is_what_the_definitions_say(world in worlds()) {
        agreement::on_every_entry(&world)?;
    }

    #[test]
    fn a_settled_statement_leaves_out_what_the_definition_says((world, accepted) in decided_worlds()) {
        agreement::on_settled_statements(&world, &accepted)?;
    }
}
