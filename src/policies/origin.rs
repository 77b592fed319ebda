//! A policy that was loaded, and what is known of where it came from.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Made, OtherHolders, PolicyOwner, Recommended, SourceQuota};
use crate::document::Document;
use crate::findings::Findings;
use crate::iam::quota::PolicyKind;
use crate::iam::{ActionPattern, Arn, PolicyName, StatementEdit, VersionId};
use crate::text::Problem;

/// A policy that was loaded, in its source text.
#[derive(Clone, Debug)]
pub struct LoadedPolicy {
    /// The policy document, with its own source text.
    pub document: Document,
    /// How it is attached, as far as the inputs say.
    pub kind: PolicyKind,
    /// What else they say of it.
    pub origin: Origin,
}

/// What the inputs say of a policy besides its document. Of a bare document: nothing.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Whether the document stood inside an answer of AWS. It is then no file of its own, so
    /// nothing can be written in its place.
    pub is_in_answer: bool,
    /// Whom it is embedded in, or was fetched for.
    pub owner: Option<PolicyOwner>,
    /// The policy's name in IAM, where the inputs have it.
    pub name: Option<PolicyName>,
    /// Its ARN, if it is managed.
    pub arn: Option<Arn>,
    /// The version of a managed policy.
    pub version: Option<VersionId>,
    /// Who else has it, if it is managed and that was asked for; none where nobody knows.
    pub others: Option<OtherHolders>,
    /// When it, or this version of it, was made or changed last.
    pub changed_at: Option<Timestamp>,
    /// What AWS recommends in its place: something to compare with.
    pub recommended: Option<Recommended>,
    /// The block of a source file that it is written in.
    pub block: Option<Arc<SourceBlock>>,
    /// What to mind about it although it is used.
    pub notes: Vec<Problem>,
}

/// The block of a source file that makes policies: one, or several that are one here.
#[derive(Clone, Debug)]
pub struct SourceBlock {
    /// What it is called in its file, as `data.aws_iam_policy_document.app`.
    pub address: String,
    /// The line that the policy begins in, from 1.
    pub line: usize,
    /// What is made of it, as `module.queue["a"].aws_iam_role_policy.this`: one at least.
    pub makes: Vec<String>,
    /// Whether something of this has statements of other documents too.
    pub is_part: bool,
    /// The same with AWS's text of each, where that is known.
    pub made: Arc<[Made]>,
    /// Who has any of these, as `role Deployer`.
    pub holders: Vec<String>,
    /// What is found of each of these.
    pub findings: Vec<Findings>,
    /// What holds of it since the states are said to be complete, and for no other reason.
    pub claims: Vec<String>,
    /// The blocks of which something cannot be read, so that they are taken to be as the states have them, as
    /// `FILE:LINE`.
    pub as_in_states: Vec<String>,
    /// What else is to be known of it, each with its place.
    pub notes: Vec<String>,
}

impl SourceBlock {
    /// `aws_iam_role_policy.app`, or the first and `+2`: what it makes.
    pub fn called(&self) -> String {
        match self.makes.as_slice() {
            [] => self.address.clone(),
            [only] => only.clone(),
            [first, others @ ..] => format!("{first} +{}", others.len()),
        }
    }

    /// What is to be done by hand where nothing of it is left.
    pub fn to_remove(&self) -> &'static str {
        if self.is_part {
            "take this document out of those that take its statements: the others are needed"
        } else {
            "remove the resource and what attaches it"
        }
    }

    /// Of what is made of it that which has the least room for more.
    pub fn tightest(&self) -> Option<&Made> {
        self.made.iter().min_by_key(|made| made.room())
    }
}

impl LoadedPolicy {
    /// The quota that it counts against, where others in other files may count against it too: of a
    /// policy in a block that which has the least room for more.
    pub fn quota(&self) -> Option<SourceQuota> {
        Some(self.origin.block.as_ref()?.tightest()?.quota)
    }

    /// All quotas that it counts against: one of its own where it is no policy in a block.
    pub fn quotas(&self) -> Vec<Option<SourceQuota>> {
        let block = self.origin.block.iter();
        let mut quotas: Vec<_> = block
            .flat_map(|block| block.made.iter().map(|made| Some(made.quota)))
            .collect();
        if quotas.is_empty() {
            quotas.push(None);
        }
        quotas
    }

    /// The characters that IAM counts of it against a `quota` of its own; of a policy in a block of all that
    /// is made of it and counts against that.
    pub fn size(&self, quota: Option<SourceQuota>) -> usize {
        match self.made_in(quota) {
            Some(made) => made.map(Made::size).sum(),
            None => self.document.size(),
        }
    }

    /// The same with these `edits` done; 0 when no statement of a policy is left.
    ///
    /// # Panics
    /// When `edits` asks for what cannot be, as in [`rewrite`](crate::document::rewrite).
    pub fn size_with<N: AsRef<ActionPattern>>(
        &self,
        quota: Option<SourceQuota>,
        edits: &[Option<StatementEdit<N>>],
    ) -> usize {
        match self.made_in(quota) {
            Some(made) => made.map(|made| made.size_with(&self.document, edits)).sum(),
            None => self.document.size_with(edits),
        }
    }

    fn made_in(&self, quota: Option<SourceQuota>) -> Option<impl Iterator<Item = &Made>> {
        let (block, quota) = (self.origin.block.as_ref()?, quota?);
        Some(block.made.iter().filter(move |made| made.quota == quota))
    }

    /// A document of which nothing else is known.
    pub fn bare(document: Document) -> Self {
        LoadedPolicy {
            document,
            kind: PolicyKind::Unknown,
            origin: Origin::default(),
        }
    }

    /// What to mind about it, and about its document.
    pub fn notes(&self) -> impl Iterator<Item = &Problem> {
        self.origin.notes.iter().chain(self.document.warnings())
    }

    /// Whether it is one of AWS's own policies, which nobody else can change.
    pub fn is_aws_managed(&self) -> bool {
        let account = self.origin.arn.as_ref().and_then(Arn::account);
        account.is_some_and(|account| account.as_str() == "aws")
    }
}
