//! A policy as it is read: as a tree, and what that says.

use std::collections::BTreeSet;

use super::grammar::read_policy;
use super::layout::Layout;
use super::meaning::{LastingTold, StayingStatement};
use crate::iam::Policy;
use crate::text::{Json, Problem, Problems, Source};

/// A policy as it stands in a file, whatever the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTree {
    /// The policy document, in which every value knows its bytes.
    pub json: Json,
    /// How its statements and lists are written.
    pub syntax: Syntax,
    /// For each statement how it is written; as any where the list is shorter.
    pub forms: Vec<StatementForm>,
}

/// How a statement is written, beside what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementForm {
    /// Why it may not be removed, though all of its entries may go.
    pub must_stay: Option<String>,
    /// Whether it is made as often as something says: several times, once, or not at all.
    pub repeats: bool,
    /// Whether it is computed as a whole: it may be any statement, one that denies too.
    pub is_computed: bool,
    /// The entries, in small letters, that stand in its expressions, as between the branches of a condition: where
    /// nothing else tells, the expressions count as coming to them.
    pub perhaps: BTreeSet<String>,
    /// What its expressions come to, as far as that is told.
    pub comes_to: ComesTo,
}

/// What the expressions among the actions of a statement come to, all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComesTo {
    /// The entries, in small letters.
    pub entries: BTreeSet<String>,
    /// Whether there are no others.
    pub are_all: bool,
}

/// How the statements and the lists of a policy are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Commas between elements, none behind the last, and no comments.
    Json,
    /// The same with `${…}` and `%{…}` in it.
    JsonTemplate,
    /// Terraform's: comments, and a comma behind the last element where one likes. Statements may be
    /// blocks, with no commas at all.
    Hcl,
    /// YAML's: comments; elements behind dashes, each on lines of its own, or in brackets as in JSON; texts
    /// with quotes of either kind or without.
    Yaml,
}

impl Syntax {
    /// Whether there may be comments.
    pub fn has_comments(self) -> bool {
        matches!(self, Syntax::Hcl | Syntax::Yaml)
    }
}

impl StatementForm {
    /// Whether its expressions count as coming to an entry, in small letters.
    pub fn counts(&self, entry: &str) -> bool {
        self.comes_to.entries.contains(entry) || self.perhaps.contains(entry)
    }

    /// Takes over why the statement may not be removed, unless another reason is there.
    pub(super) fn stays_for(&mut self, reason: Option<String>) {
        self.must_stay = self.must_stay.take().or(reason);
    }
}

/// A tree in JSON, of which every statement may go.
impl From<Json> for PolicyTree {
    fn from(json: Json) -> Self {
        PolicyTree {
            json,
            syntax: Syntax::Json,
            forms: Vec::new(),
        }
    }
}

/// A tree that is a policy, with what it means and where its parts stand.
#[derive(Clone, Debug)]
pub struct ReadPolicy {
    pub(super) tree: PolicyTree,
    pub(super) policy: Policy,
    pub(super) layout: Layout,
    pub(super) warnings: Vec<Problem>,
}

impl ReadPolicy {
    /// Reads the policy that `tree` is, which stands in `source`.
    ///
    /// # Errors
    /// All that is wrong with the policy, in the order of the text.
    pub fn of(source: &Source, tree: PolicyTree) -> Result<Self, Problems> {
        let (policy, mut layout, warnings) = read_policy(source, &tree.json)?;
        layout.take_from(source, &tree);
        Ok(ReadPolicy {
            tree,
            policy,
            layout,
            warnings,
        })
    }

    /// Reads the policies that all of `trees` are.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn all(
        source: &Source,
        trees: impl IntoIterator<Item = PolicyTree>,
    ) -> Result<Vec<Self>, Problems> {
        let trees = trees.into_iter();
        all_or_problems(trees.map(|tree| ReadPolicy::of(source, tree)))
    }

    /// The same policy, with what is told of it.
    pub(super) fn told(
        self,
        source: &Source,
        told: Option<&LastingTold>,
        stays: &[StayingStatement],
    ) -> Result<Self, Problems> {
        let told = told.filter(|told| !told.is_nothing());
        if told.is_none() && stays.is_empty() {
            return Ok(self);
        }
        let mut tree = self.tree;
        if let Some(told) = told {
            tree.take_in(told);
        }
        for statement in stays {
            tree.keep(statement);
        }
        ReadPolicy::of(source, tree)
    }
}

/// All results, or all problems.
pub(super) fn all_or_problems<T>(
    results: impl Iterator<Item = Result<T, Problems>>,
) -> Result<Vec<T>, Problems> {
    let (mut all, mut problems) = (Vec::new(), Problems::default());
    for result in results {
        match result {
            Ok(one) => all.push(one),
            Err(wrong) => problems.0.extend(wrong.0),
        }
    }
    if problems.0.is_empty() {
        Ok(all)
    } else {
        Err(problems)
    }
}
