//! Whether the states know of all members of the groups that have a policy, as the files of the tree write them.

use std::collections::BTreeSet;
use std::path::Path;

use super::Kind;
use super::literals::Said;
use super::uses::Uses;
use crate::terraform::Block;
use crate::text::Problem;

impl<'a> Uses<'a> {
    /// Refuses a policy of a group whose members the files tell otherwise than the states.
    pub fn members_are_known(&self) -> Result<(), Problem> {
        let policies = self.makes.iter().map(|&policy| &self.live.policies[policy]);
        let groups = policies.flat_map(|policy| &policy.groups);
        let groups = groups.map(|&group| self.live.principals[group].owner.name.as_str());
        let groups: BTreeSet<String> = groups.map(str::to_ascii_lowercase).collect();
        if groups.is_empty() {
            return Ok(());
        }
        for (folder, files) in self.tree.folders() {
            for file in files {
                for block in &file.configuration.blocks {
                    if self.may_add_to(folder, block, &groups) {
                        self.is_applied(folder, file, block)?;
                        self.names_are_as_said(folder, file, block)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a block may add somebody to one of the groups.
    fn may_add_to(&self, folder: &Path, block: &'a Block, groups: &BTreeSet<String>) -> bool {
        let kind = block.labels.first().filter(|_| block.kind == "resource");
        if kind.and_then(|kind| Kind::of(kind)) != Some(Kind::Membership) {
            return false;
        }
        let literals = self.literals();
        let may_be = |said: Said<'a>| match literals.names(said, None) {
            Some(names) => names
                .iter()
                .any(|name| groups.contains(&name.to_ascii_lowercase())),
            None => true,
        };
        self.modules_in(folder).any(|module| {
            let said = ["group", "groups"].into_iter();
            let mut said = said.filter_map(|name| block.argument(name));
            said.any(|argument| {
                let value = &argument.value;
                let values = literals.values(Said { module, value }, None);
                values.is_none_or(|values| values.into_iter().any(may_be))
            })
        })
    }
}
