//! What the blocks of root modules have made, or looked up, as the states tell.

use std::collections::{BTreeMap, BTreeSet};

use super::{BlockAddress, Resource, State};
use crate::terraform::Block;

/// The resources of states by the blocks that made them, and the keys of modules.
pub(super) struct Made<'a> {
    by_block: Vec<BTreeMap<&'a BlockAddress, Vec<&'a Resource>>>,
    modules: Vec<BTreeMap<&'a [String], BTreeSet<&'a [String]>>>,
}

impl<'a> Made<'a> {
    pub fn of(states: &'a [State]) -> Self {
        let mut made = Made {
            by_block: Vec::new(),
            modules: Vec::new(),
        };
        for state in states {
            let mut by_block: BTreeMap<&BlockAddress, Vec<&Resource>> = BTreeMap::new();
            let mut modules: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
            for resource in &state.resources {
                let address = &resource.address;
                let keys = address.keys();
                for depth in 1..=address.block.module.len() {
                    let of_module = modules.entry(&address.block.module[..depth]);
                    of_module.or_default().insert(&keys[..depth]);
                }
            }
            // An earlier one that is to be deleted is made no more.
            let all = state.resources.iter().chain(&state.looked_up);
            for resource in all.filter(|one| !one.is_deposed) {
                let of_block = by_block.entry(&resource.address.block).or_default();
                of_block.push(resource);
            }
            made.by_block.push(by_block);
            made.modules.push(modules);
        }
        made
    }

    /// What a block has made in a module that a state has, wherever that is repeated.
    pub fn of_block_in(&self, state: usize, names: &[String], block: &Block) -> &[&'a Resource] {
        let address = BlockAddress::of(names, block);
        let made = address.and_then(|address| self.by_block.get(state)?.get(&address));
        made.map_or(&[], Vec::as_slice)
    }

    /// The keys that a module is called at within what is at the keys `around`, as a state has them.
    pub fn keys_of_module(
        &self,
        state: usize,
        names: &[String],
        around: &[String],
    ) -> BTreeSet<String> {
        let modules = self
            .modules
            .get(state)
            .and_then(|modules| modules.get(names));
        let keys = modules
            .into_iter()
            .flatten()
            .filter(|keys| keys.starts_with(around));
        keys.filter_map(|keys| keys.last().cloned()).collect()
    }
}
