//! How long the policies become that are made of blocks: not what the source is counts, but what
//! Terraform makes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::PolicyBlock;
use crate::document::Document;
use crate::iam::quota::{self, PolicyKind};
use crate::review::Review;
use crate::sources::{Matched, SourcePolicy};
use crate::text::{Problem, Source, grouped};

/// The policies that grow and that AWS would refuse for their length, as `blocks` of `review`.
pub fn too_long(matched: &Matched, blocks: &[PolicyBlock], review: &Review) -> Vec<Problem> {
    let mut sizes = Sizes {
        matched,
        after: BTreeMap::new(),
    };
    for (place, block) in blocks.iter().enumerate() {
        sizes.add(&matched.policies[block.policy], review, place);
    }
    let mut problems = Vec::new();
    for block in blocks {
        let policy = &matched.policies[block.policy];
        problems.extend(
            policy
                .makes
                .iter()
                .find_map(|&made| sizes.refuse(policy, made)),
        );
    }
    problems
}

struct Sizes<'a> {
    matched: &'a Matched,
    /// The new size of each policy that changes, by its place.
    after: BTreeMap<usize, usize>,
}

impl Sizes<'_> {
    /// Counts what becomes of all that a block makes.
    fn add(&mut self, policy: &SourcePolicy, review: &Review, place: usize) {
        let edits = &review.outcomes()[place].edits;
        if edits.iter().all(Option::is_none) {
            return;
        }
        let written = &policy.document.policy().statements;
        for (&made, same) in policy.makes.iter().zip(&policy.statements) {
            let Some(live) = self.live(made) else {
                continue;
            };
            let mut size = live.size();
            for (at, &from) in same.source_of.iter().enumerate() {
                let Some(edit) = &edits[from] else { continue };
                if edit.removes(&written[from]) {
                    let range = live.statement_range(at);
                    size -= quota::size(&live.source().text()[range]).min(size);
                    continue;
                }
                // What its expressions come to may be more elsewhere.
                let old_entries = written[from].actions.entries().iter().enumerate();
                let is_literal = |entry| policy.document.place(from, entry).is_editable();
                let kept: BTreeSet<usize> = edit.kept().collect();
                let kept = old_entries.filter(|(at, _)| kept.contains(at) && is_literal(*at));
                let kept = kept.map(|(_, entry)| entry.to_string());
                let new = edit.new_entries().map(|new| new.entry.to_string());
                let new: BTreeSet<String> =
                    (kept.chain(new).chain(same.beyond[from].iter().cloned())).collect();
                let range = live.actions_range(at);
                size -= quota::size(&live.source().text()[range]).min(size);
                size += size_of_list(new.into_iter());
            }
            self.after.insert(made, size);
        }
    }

    /// The policy as it is in AWS.
    fn live(&self, policy: usize) -> Option<Document> {
        let text = self.matched.live.policies[policy].document.as_deref()?;
        Document::parse(Source::from_text("", text)).ok()
    }

    fn before(&self, policy: usize) -> usize {
        let text = self.matched.live.policies[policy].document.as_deref();
        text.map_or(0, quota::size)
    }

    /// That a policy is longer than AWS takes it, if it was not so before.
    fn refuse(&self, block: &SourcePolicy, policy: usize) -> Option<Problem> {
        let live = &self.matched.live.policies[policy];
        let own_size = *self.after.get(&policy)?;
        if own_size <= self.before(policy) {
            return None;
        }
        let (kind, size) = if live.is_managed() {
            (PolicyKind::Managed, own_size)
        } else {
            let holder = &self.matched.live.principals[*live.holders.first()?];
            let inline = holder.policies.iter();
            let inline = inline.filter(|&&at| !self.matched.live.policies[at].is_managed());
            let sizes = inline.map(|at| self.after.get(at).copied().unwrap_or(self.before(*at)));
            (PolicyKind::Inline(holder.owner.kind), sizes.sum())
        };
        if size <= kind.quota() {
            return None;
        }
        let message = format!(
            "refined, {} would have {} characters of {} {}",
            live.address,
            grouped(size),
            grouped(kind.quota()),
            kind.quota_scope(),
        );
        let source = block.document.source();
        let problem = source.error_at(source.line_at(block.start), message);
        Some(problem.help(
            "cut names anywhere with --granularity character, or keep some of it with --keep PATTERN",
        ))
    }
}

/// How many characters a list of actions takes; one alone is a string.
fn size_of_list(entries: impl Iterator<Item = String>) -> usize {
    let (mut count, mut size) = (0, 0);
    for entry in entries {
        count += 1;
        size += entry.len() + "\"\"".len();
    }
    match count {
        0 | 1 => size,
        count => size + "[]".len() + count - 1,
    }
}
