//! What the blocks of root modules have made, as the states tell.

use std::collections::BTreeMap;

use super::{BlockAddress, Module, Resource, State};
use crate::terraform::Block;

/// The resources of states, by their root modules and the blocks that made them.
pub(super) struct Made<'a>(BTreeMap<usize, ByBlock<'a>>);

type ByBlock<'a> = BTreeMap<&'a BlockAddress, Vec<&'a Resource>>;

impl<'a> Made<'a> {
    pub fn of(states: &'a [State]) -> Self {
        let mut made: BTreeMap<usize, ByBlock<'_>> = BTreeMap::new();
        for state in states {
            let of_root = made.entry(state.root).or_default();
            for resource in &state.resources {
                let by_block = of_root.entry(&resource.address.block);
                by_block.or_default().push(resource);
            }
        }
        Made(made)
    }

    /// What a block has made in a module, wherever that is repeated.
    pub fn of_block(&self, module: Module<'_>, block: &Block) -> &[&'a Resource] {
        let Some(address) = BlockAddress::of(module.names, block) else {
            return &[];
        };
        let of_root = self.0.get(&module.root);
        let made = of_root.and_then(|of_root| of_root.get(&address));
        made.map_or(&[], Vec::as_slice)
    }
}
