//! The engine against the naive model, in worlds that are drawn from the bytes as a seed; and the
//! proof of what it gives.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::model::agreement::{on_every_entry, on_settled_statements};
use super::model::decided::Decided;
use super::model::drawn::decided_worlds;

pub fn run(bytes: &[u8]) -> bool {
    let mut seed = [0; 32];
    for (place, byte) in bytes.iter().enumerate() {
        seed[place % 32] ^= byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (world, accepted) = decided_worlds().new_tree(&mut runner).unwrap().current();
    on_every_entry(&world).unwrap();
    on_settled_statements(&world, &accepted).unwrap();
    let decided = Decided::new(world, &accepted);
    let proved = decided.prove(&decided.edits);
    assert!(proved.holds(), "{:?} in {:?}", proved.faults, decided.world);
    true
}
