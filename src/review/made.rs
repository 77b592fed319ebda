//! What becomes of the policies of AWS that are made of what is reviewed: what a record tells, and a plan
//! is held against.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::in_iam::{owner, shown};
use super::record::on;
use super::{Decision, InIam, Review, Written};
use crate::iam::{Action, ActionPattern, Actions, Policy, Statement};
use crate::policies::{InAws, Made, PolicyOwner, is_made_at};
use crate::proof::DecidedStatement;
use crate::text::Untrusted;

/// A policy of AWS, and what each of its statements becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeRecord {
    /// What is made is called so, with its root module and state where others may have the same address.
    address: Untrusted,
    iam: InIam,
    /// The ARNs of all who have it, or `role NAME`.
    holders: Vec<Untrusted>,
    /// What goes of it although no finding asks for that: it was dropped, or let go.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    by_hand: BTreeSet<String>,
    statements: Vec<StatementRecord>,
}

/// A statement of a policy of AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatementRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Untrusted>,
    /// A hash of what it says beside its actions.
    on: String,
    /// The entries of its `Action` or `NotAction`.
    entries: Vec<String>,
    /// What these become, nothing where all of it goes; not there where it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    becomes: Option<Vec<String>>,
    /// Set where it stays as nothing would be left, and is to be removed by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    to_remove: bool,
}

impl Review {
    /// What becomes of each policy of AWS that is made of what is reviewed, if it were written now.
    pub(super) fn made(&self) -> Vec<MadeRecord> {
        let mut records: BTreeMap<&str, MadeRecord> = BTreeMap::new();
        for policy in 0..self.input().policies.len() {
            let block = &self.policy(policy).loaded.origin.block;
            for made in block.iter().flat_map(|block| block.made.iter()) {
                let record = records.entry(&made.in_aws.called);
                let record = record.or_insert_with(|| MadeRecord::unchanged(made));
                self.add_to(record, policy, made);
            }
        }
        records.into_values().collect()
    }

    /// Whether what becomes of the policies is more than findings and a plan tell: some of what is unused
    /// stays, something goes by hand, a document is shared by policies that are not one, or nobody but an
    /// account tells who has a policy.
    pub fn is_more_than_findings_tell(&self) -> bool {
        (0..self.input().policies.len()).any(|policy| {
            let block = self.policy(policy).loaded.origin.block.as_ref();
            let mut made = block.into_iter().flat_map(|block| block.made.iter());
            block.is_some_and(|block| block.is_part && block.makes.len() > 1)
                || made.any(|made| made.in_aws.arn.is_some())
                || !self.exceptions(policy).is_empty()
                || !self.by_hand(policy).is_empty()
        })
    }

    /// Adds what becomes of the statements that a reviewed policy makes.
    fn add_to(&self, record: &mut MadeRecord, policy: usize, made: &Made) {
        let (loaded, outcome) = (self.policy(policy).loaded, &self.outcomes()[policy]);
        let is_left = outcome.written == Written::NothingLeft;
        for (at, from) in made.source_of.iter().enumerate() {
            let Some(from) = *from else { continue };
            record.statements[at].to_remove = is_left;
            if let (Some(edit), false) = (&outcome.edits[from], is_left) {
                let entries = made.entries_with(at, &loaded.document, edit);
                record.statements[at].becomes = Some(texts(&entries));
            }
        }
        if !is_left {
            let by_hand = self.by_hand(policy);
            record
                .by_hand
                .extend(by_hand.iter().map(ToString::to_string));
        }
    }

    /// What goes of a policy although no finding asks for that.
    fn by_hand(&self, policy: usize) -> BTreeSet<Action> {
        let (input, state) = (self.input(), self.state());
        let dropped = self.outcomes()[policy].proved.dropped.iter().cloned();
        let accepted = state.places().filter(|place| {
            place.policy == policy && state.decision(*place) == Some(Decision::Accepted)
        });
        let let_go = accepted.flat_map(|place| state.record(input, place).let_go);
        let let_go = let_go.filter_map(|action| action.parse().ok());
        dropped.chain(let_go).collect()
    }
}

impl MadeRecord {
    fn unchanged(made: &Made) -> Self {
        let InAws {
            called, holders, ..
        } = &made.in_aws;
        let statements = made.live.policy().statements.iter();
        MadeRecord {
            address: called.as_str().into(),
            iam: InIam::made(&made.in_aws),
            holders: holders.iter().map(shown).collect(),
            by_hand: BTreeSet::new(),
            statements: statements.map(StatementRecord::unchanged).collect(),
        }
    }

    /// Whether it is what Terraform calls so, as far as that is known: another root module may have one that
    /// is called the same.
    pub fn is(&self, in_aws: &InAws) -> bool {
        is_made_at(self.address.raw(), &in_aws.called)
            && self.iam.is(&InIam::made(in_aws)) != Some(false)
    }

    /// Whether the same becomes of it as of another.
    pub fn becomes_as(&self, other: &MadeRecord) -> bool {
        self.statements == other.statements && self.by_hand == other.by_hand
    }

    /// All who have it.
    pub fn holders(&self) -> Vec<PolicyOwner> {
        let holders = self.holders.iter();
        holders.filter_map(|holder| owner(holder.raw())).collect()
    }

    /// What goes although no finding asks for that.
    pub fn by_hand(&self) -> BTreeSet<Action> {
        let actions = self.by_hand.iter();
        actions.filter_map(|action| action.parse().ok()).collect()
    }

    /// What becomes of a policy; none where it is another one than was decided on, or the record says what
    /// nothing becomes.
    pub fn becomes(&self, policy: &Policy) -> Option<Vec<DecidedStatement>> {
        let statements = &policy.statements;
        if self.statements.len() != statements.len() {
            return None;
        }
        let both = self.statements.iter().zip(statements).enumerate();
        let decided = both.map(|(place, (record, statement))| record.decided(place, statement));
        decided.collect()
    }
}

impl StatementRecord {
    fn unchanged(statement: &Statement) -> Self {
        StatementRecord {
            sid: statement.sid().map(Untrusted::from),
            on: on(statement),
            entries: texts(&entries_of(statement)),
            becomes: None,
            to_remove: false,
        }
    }

    /// What becomes of the statement at a place; none where this is about another one.
    fn decided(&self, place: usize, statement: &Statement) -> Option<DecidedStatement> {
        let parsed = |texts: &[String]| -> Option<Vec<ActionPattern>> {
            texts.iter().map(|text| text.parse().ok()).collect()
        };
        let was: BTreeSet<ActionPattern> = parsed(&self.entries)?.into_iter().collect();
        if self.on != on(statement) || was != entries_of(statement) {
            return None;
        }
        let mut becomes = Some(statement.clone());
        if let Some(entries) = &self.becomes {
            let entries = parsed(entries)?;
            let is_left = !entries.is_empty();
            let actions = match &statement.actions {
                Actions::Action(_) => Actions::Action(entries),
                Actions::NotAction(_) => Actions::NotAction(entries),
            };
            becomes = is_left.then(|| Statement {
                actions,
                ..statement.clone()
            });
        }
        Some(DecidedStatement {
            place,
            becomes,
            may_go: self.to_remove,
        })
    }
}

fn entries_of(statement: &Statement) -> BTreeSet<ActionPattern> {
    statement.actions.entries().iter().cloned().collect()
}

fn texts(entries: &BTreeSet<ActionPattern>) -> Vec<String> {
    entries.iter().map(ToString::to_string).collect()
}
