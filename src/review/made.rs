//! What becomes of the policies of AWS that are made of what is reviewed: what a record tells, and a plan
//! is held against.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::in_iam::{owner, shown};
use super::record::on;
use super::{Decision, InIam, Review, Written};
use crate::iam::{Action, ActionPattern, Actions, Policy, Statement};
use crate::policies::{InAws, Made, PolicyOwner, is_made_at};
use crate::proof::{DecidedStatement, unpaired};
use crate::text::{Untrusted, list};

/// A policy of AWS, and what each of its statements becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeRecord {
    /// What is made is called so, with its root module and state where others may have the same address.
    address: Untrusted,
    iam: InIam,
    /// All who have it, one at least: their ARNs, or `role NAME`.
    #[serde(with = "owners")]
    holders: Vec<PolicyOwner>,
    /// What goes of it although no finding asks for that: it was dropped, or let go.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", with = "texts")]
    by_hand: BTreeSet<Action>,
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
    #[serde(with = "texts")]
    entries: Entries,
    /// What these become, nothing where all of it goes; not there where it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    becomes: Option<Becoming>,
    /// The entries that go unless an expression beside them comes to them too, which nobody can tell.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", with = "texts")]
    may_stay: Entries,
    /// Set where it stays as nothing would be left, and is to be removed by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    to_remove: bool,
}

type Entries = BTreeSet<ActionPattern>;

/// The entries that those of a statement become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Becoming(#[serde(with = "texts")] Entries);

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
                || !self.may_stay(policy).is_empty()
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
                let statement = &mut record.statements[at];
                let entries = made.entries_with(at, &loaded.document, edit);
                statement.may_stay = made.entries_that_may_stay(at, &loaded.document, edit);
                statement.becomes = (entries != statement.entries).then_some(Becoming(entries));
            }
        }
        if !is_left {
            record.by_hand.extend(self.by_hand(policy));
        }
    }

    /// The entries of what is made of a policy that go unless an expression beside them comes to them too.
    fn may_stay(&self, policy: usize) -> Entries {
        let (loaded, outcome) = (self.policy(policy).loaded, &self.outcomes()[policy]);
        let made = loaded
            .origin
            .block
            .iter()
            .flat_map(|block| block.made.iter());
        let mut all = Entries::new();
        for made in made.filter(|_| outcome.written != Written::NothingLeft) {
            for (at, from) in made.source_of.iter().enumerate() {
                if let Some(edit) = from.and_then(|from| outcome.edits[from].as_ref()) {
                    all.extend(made.entries_that_may_stay(at, &loaded.document, edit));
                }
            }
        }
        all
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
            holders: holders.clone(),
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

    /// What it is called, with who has it: another root module may have one that is called the same.
    pub fn called(&self) -> String {
        let holders: Vec<String> = self
            .holders
            .iter()
            .map(|one| shown(one).to_string())
            .collect();
        format!("{} of {}", self.address, list(&holders))
    }

    /// Whether the same becomes of it as of another.
    pub fn becomes_as(&self, other: &MadeRecord) -> bool {
        self.statements == other.statements && self.by_hand == other.by_hand
    }

    /// All who have it.
    pub fn holders(&self) -> &[PolicyOwner] {
        &self.holders
    }

    /// What goes although no finding asks for that.
    pub fn by_hand(&self) -> &BTreeSet<Action> {
        &self.by_hand
    }

    /// How many statements are to be removed by hand, since nothing would be left of what makes them.
    pub fn to_remove(&self) -> usize {
        let statements = self.statements.iter();
        statements.filter(|statement| statement.to_remove).count()
    }

    /// Whether a policy is what this says that it becomes.
    pub fn is_done(&self, policy: &Policy) -> bool {
        let expected = self.statements.iter();
        let expected = expected.filter(|record| !record.left().is_empty());
        let expected: Vec<&StatementRecord> = expected.collect();
        let is_needed: Vec<bool> = expected.iter().map(|record| !record.to_remove).collect();
        let found = policy.statements.iter();
        let found: Vec<(String, Entries)> = found.map(|one| (on(one), entries_of(one))).collect();
        let unpaired = unpaired(&is_needed, found.len(), |record, statement| {
            let (record, (on, entries)) = (expected[record], &found[statement]);
            record.on == *on && record.may_have(entries)
        });
        unpaired.unexpected.is_empty() && !unpaired.missing.iter().any(|&place| is_needed[place])
    }

    /// What becomes of a policy; none where it is another one than was decided on.
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
            entries: entries_of(statement),
            becomes: None,
            may_stay: BTreeSet::new(),
            to_remove: false,
        }
    }

    /// The entries that are left of it for certain.
    fn left(&self) -> &Entries {
        self.becomes.as_ref().map_or(&self.entries, |one| &one.0)
    }

    /// Whether these may be the entries that it has when it has become what this says.
    fn may_have(&self, entries: &Entries) -> bool {
        let becomes = self.left();
        let mut more = entries.difference(becomes);
        becomes.is_subset(entries) && more.all(|entry| self.may_stay.contains(entry))
    }

    /// What becomes of the statement at a place; none where this is about another one.
    fn decided(&self, place: usize, statement: &Statement) -> Option<DecidedStatement> {
        if self.on != on(statement) || self.entries != entries_of(statement) {
            return None;
        }
        let mut becomes = Some(statement.clone());
        if let Some(Becoming(entries)) = &self.becomes {
            let entries: Vec<ActionPattern> = entries.iter().cloned().collect();
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
            may_stay: self.may_stay.clone(),
            may_go: self.to_remove,
        })
    }
}

fn entries_of(statement: &Statement) -> Entries {
    statement.actions.entries().iter().cloned().collect()
}

/// Actions and patterns as the texts that they are.
mod texts {
    use std::collections::BTreeSet;
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub fn serialize<T: Display, S: Serializer>(
        all: &BTreeSet<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(ToString::to_string))
    }

    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<BTreeSet<T>, D::Error>
    where
        T: FromStr<Err: Display> + Ord,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let parsed = texts.iter().map(|text| text.parse().map_err(Error::custom));
        parsed.collect()
    }
}

/// Roles, users and groups as a record has them: one at least.
mod owners {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    use super::{owner, shown};
    use crate::policies::PolicyOwner;
    use crate::text::quoted;

    pub fn serialize<S: Serializer>(all: &[PolicyOwner], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(shown))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<PolicyOwner>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        if texts.is_empty() {
            return Err(D::Error::custom("nobody has this policy"));
        }
        let read = texts.iter().map(|text| {
            let is_none =
                || D::Error::custom(format!("{} is no role, user or group", quoted(text)));
            owner(text).ok_or_else(is_none)
        });
        read.collect()
    }
}
