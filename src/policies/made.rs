//! What AWS has of a policy that is written in a block: how long that is counts against its quotas, and
//! not how long the source is.

use std::collections::{BTreeMap, BTreeSet};

use super::PolicyOwner;
use crate::document::Document;
use crate::iam::quota::{self, PolicyKind};
use crate::iam::{ActionPattern, Arn, PolicyName, StatementEdit};

/// A quota that policies in AWS count against: of one managed policy, or of all that is inline in one role,
/// user or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceQuota {
    /// How they are attached, which tells how much it is.
    pub kind: PolicyKind,
    /// Which policy, or whose: a number that no other one of this kind has.
    pub of: usize,
}

/// Which policy of AWS it is, and who has it.
#[derive(Clone, Debug)]
pub struct InAws {
    /// What is made is called so, as `module.queue["a"].aws_iam_role_policy.this`.
    pub called: String,
    /// Its name.
    pub name: Option<PolicyName>,
    /// Its ARN, if it is managed.
    pub arn: Option<Arn>,
    /// In whom it is embedded; none of a managed one.
    pub owner: Option<PolicyOwner>,
    /// Who has it.
    pub holders: Vec<PolicyOwner>,
}

/// A policy in AWS that is made of a written one, or of several of which this is one.
#[derive(Clone, Debug)]
pub struct Made {
    /// Which one it is.
    pub in_aws: InAws,
    /// What it counts against.
    pub quota: SourceQuota,
    /// The policy as AWS has it.
    pub live: Document,
    /// For each of its statements the written one that makes it; none of one that is written elsewhere.
    pub source_of: Vec<Option<usize>>,
    /// For each written statement what its expressions come to here.
    pub computed: Vec<Computed>,
    /// The documents that it is put together of, in their order; none where it is one.
    pub documents: Vec<TakenDocument>,
    /// The characters of policies that count against the same quota and are not reviewed.
    pub beside: usize,
    /// The characters of all that counts against it.
    pub all: usize,
}

/// What the expressions of a written statement come to in a policy of AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Computed {
    /// The entries of AWS that come from them.
    pub entries: BTreeSet<ActionPattern>,
    /// Whether others that are written as they are may come from them too.
    pub may_repeat: bool,
}

/// A document that a policy in AWS is put together of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenDocument {
    /// Which of the reviewed policies it is; none where it is not reviewed.
    pub policy: Option<usize>,
    /// The `Sid` of each of its statements, if it has one.
    pub sids: Vec<Option<String>>,
}

impl Made {
    /// How many characters of its quota are left.
    pub fn room(&self) -> usize {
        self.quota.kind.quota().saturating_sub(self.all)
    }

    /// Its characters, as far as they come of this written one: all of them, or those of its statements.
    pub fn size(&self) -> usize {
        if self.source_of.iter().all(Option::is_some) {
            return self.live.size();
        }
        let text = self.live.source().text();
        let own = (0..self.source_of.len()).filter(|&at| self.source_of[at].is_some());
        own.map(|at| quota::size(&text[self.live.statement_range(at)]))
            .sum()
    }

    /// The same with these edits done to the `written` policy.
    pub fn size_with<N: AsRef<ActionPattern>>(
        &self,
        written: &Document,
        edits: &[Option<StatementEdit<N>>],
    ) -> usize {
        let text = self.live.source().text();
        let mut size = self.size();
        for (at, &from) in self.source_of.iter().enumerate() {
            let Some(from) = from else { continue };
            let Some(edit) = &edits[from] else { continue };
            let entries = self.entries_with(at, written, edit);
            let (gone, new) = if entries.is_empty() {
                (self.live.statement_range(at), 0)
            } else {
                (self.live.actions_range(at), size_of_list(&entries))
            };
            size = size.saturating_sub(quota::size(&text[gone])) + new;
        }
        size
    }

    /// What the statement at a place has when the `written` one that makes it is edited so: what AWS has in it
    /// beyond what is written stays, and so does all of one that nothing written makes. Nothing is left where all
    /// of it goes.
    pub fn entries_with<N: AsRef<ActionPattern>>(
        &self,
        at: usize,
        written: &Document,
        edit: &StatementEdit<N>,
    ) -> BTreeSet<ActionPattern> {
        let live = self.live.policy().statements[at].actions.entries().iter();
        let Some(from) = self.source_of[at] else {
            return live.cloned().collect();
        };
        let statement = &written.policy().statements[from];
        if edit.removes(statement) {
            return BTreeSet::new();
        }
        // What its expressions come to may be more elsewhere.
        let old = statement.actions.entries().iter().enumerate();
        let literal = old.filter(|(entry, _)| written.place(from, *entry).is_editable());
        let literal: BTreeMap<usize, &ActionPattern> = literal.collect();
        let kept = edit.kept().filter_map(|entry| literal.get(&entry).copied());
        let new = edit.new_entries().map(AsRef::as_ref);
        let computed = &self.computed[from].entries;
        let beyond = live
            .filter(|entry| computed.contains(entry) || !literal.values().any(|one| one == entry));
        kept.chain(new).chain(beyond).cloned().collect()
    }

    /// The entries of the statement at a place that go by such an edit unless an expression beside them comes to
    /// them too.
    pub fn entries_that_may_stay<N: AsRef<ActionPattern>>(
        &self,
        at: usize,
        written: &Document,
        edit: &StatementEdit<N>,
    ) -> BTreeSet<ActionPattern> {
        let may_repeat = self.source_of[at].is_some_and(|from| self.computed[from].may_repeat);
        if !may_repeat {
            return BTreeSet::new();
        }
        let left = self.entries_with(at, written, edit);
        let live = self.live.policy().statements[at].actions.entries().iter();
        live.filter(|entry| !left.contains(entry))
            .cloned()
            .collect()
    }
}

/// How many characters a list of actions takes; one alone is a string.
fn size_of_list(entries: &BTreeSet<ActionPattern>) -> usize {
    let count = entries.len();
    let length = |entry: &ActionPattern| entry.to_string().len() + "\"\"".len();
    let size: usize = entries.iter().map(length).sum();
    match count {
        0 | 1 => size,
        _ => size + "[]".len() + count - 1,
    }
}

/// What stands between what is made and the root module and state that have it, where there are several.
const WITHIN: &str = " in ";

/// What stands between a role and the name of a policy that it embeds itself.
pub const EMBEDDED: &str = ", inline policy ";

/// What is made at an `address` is called so, where others within other root modules or states may have the
/// same one.
pub fn made_within(address: &str, within: &str) -> String {
    format!("{address}{WITHIN}{within}")
}

/// Whether what is made and called so, maybe with its root module and state, is at an `address`.
///
/// ```
/// use iam_refine::policies::is_made_at;
/// assert!(is_made_at("aws_iam_policy.a in dev", "aws_iam_policy.a"));
/// assert!(is_made_at("aws_iam_policy.a", "aws_iam_policy.a"));
/// assert!(!is_made_at("aws_iam_policy.ab in dev", "aws_iam_policy.a"));
/// assert!(is_made_at("aws_iam_role.a in dev, inline policy p", "aws_iam_role.a, inline policy p"));
/// ```
pub fn is_made_at(name: &str, address: &str) -> bool {
    if let (Some((role, policy)), Some((own_role, own_policy))) =
        (address.rsplit_once(EMBEDDED), name.rsplit_once(EMBEDDED))
    {
        return policy == own_policy && is_made_at(own_role, role);
    }
    let rest = name.strip_prefix(address);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(WITHIN))
}
