//! What is read of a decision record of what it took away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::super::began::Replayed;
use super::super::decisions::{Becomes, Decisions};
use super::super::in_iam::InIam;
use super::super::record::EntryRecord;
use super::super::saved::{NotRead, must_be_record};
use super::super::state::{Decision, EntryPlace};
use super::{
    Entry, Gone, Holder, LastUse, Pattern, PolicyRemovals, Removals, StatementRemovals, by_name,
    pattern,
};
use crate::iam::ServicePrefix;
use crate::iam::quota::MOST_ATTACHED;
use crate::text::{Source, Untrusted};

impl Removals {
    /// Reads what is told of it in a record of this format or the first.
    ///
    /// # Errors
    /// A text that is no record.
    pub fn read(file: &Source) -> Result<Self, NotRead> {
        must_be_record(file)?;
        let record: Record = serde_json::from_str(file.text())?;
        let everywhere = record.everywhere.into_iter();
        let everywhere: Vec<Untrusted> = everywhere.filter_map(|one| one.principal).collect();
        let is_everywhere = record.holders.is_empty() && everywhere.len() > 1;
        let named = if record.holders.is_empty() {
            record.principal.into_iter().chain(everywhere).collect()
        } else {
            record.holders
        };
        let all = record.policies.iter().flat_map(|policy| &policy.entries);
        let told = all.filter(|entry| entry.goes_and_stays_as.is_none());
        let told = told.map(|entry| Ok((entry.record.place(), entry.gone()?)));
        let told: Told = told.collect::<Result<_, NotRead>>()?;
        let all = record.policies.iter().flat_map(|policy| &policy.entries);
        let goes: BTreeSet<&str> = all.flat_map(RecordedEntry::gone_names).collect();
        let policies = record.policies.iter().map(|policy| policy.removals(&told));
        Ok(Removals {
            decided: record.decided,
            first: first(record.replayed.as_ref()),
            as_deny: record.as_deny,
            deny_policies: record.deny_policies.unwrap_or(1).clamp(1, MOST_ATTACHED),
            is_everywhere,
            called: by_name(goes.iter().filter_map(|gone| gone.parse().ok())),
            whole_services: (goes.iter())
                .filter_map(|gone| ServicePrefix::parse(gone.strip_suffix(":*")?))
                .collect(),
            holders: named.into_iter().map(Holder::of).collect(),
            policies: policies.collect::<Result<_, NotRead>>()?,
        })
    }
}

/// What is read of a record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    /// None in the first format.
    decided: Option<Decisions>,
    replayed: Option<Replayed>,
    #[serde(default)]
    as_deny: bool,
    deny_policies: Option<usize>,
    principal: Option<Untrusted>,
    #[serde(default)]
    holders: Vec<Untrusted>,
    #[serde(default)]
    everywhere: Vec<PrincipalRecord>,
    policies: Vec<PolicyRecord>,
}

/// When the first of the records was made that this one began with.
fn first(replayed: Option<&Replayed>) -> Option<Timestamp> {
    let decided = replayed?.chain().filter_map(|one| one.decided.as_ref());
    decided.map(|decided| decided.at).min()
}

#[derive(Deserialize)]
struct PrincipalRecord {
    principal: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyRecord {
    file: Untrusted,
    block: Option<BlockRecord>,
    iam: Option<InIam>,
    becomes: Option<Becomes>,
    /// Why nothing of it was written.
    not_written: Option<Untrusted>,
    entries: Vec<RecordedEntry>,
    /// None in records of before they were told.
    others: Option<Vec<OtherEntries>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct BlockRecord {
    pub(super) address: Untrusted,
}

#[derive(Deserialize)]
struct OtherEntries {
    statement: usize,
    sid: Option<Untrusted>,
    entries: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedEntry {
    #[serde(flatten)]
    record: EntryRecord,
    /// Who decided, where it is as in the record that was replayed.
    decided: Option<Decisions>,
    sid: Option<Untrusted>,
    not_done: Option<Untrusted>,
    goes: Option<Vec<GoneRecord>>,
    goes_and_stays_as: Option<Place>,
    /// What the first format had in the place of `goes`: the action and its last use.
    removes: Option<BTreeMap<String, Option<Timestamp>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GoneRecord {
    action: String,
    last_used: Option<Timestamp>,
    finding: Option<Untrusted>,
}

#[derive(Clone, Copy, Deserialize)]
struct Place {
    policy: usize,
    statement: usize,
    entry: usize,
}

impl Place {
    fn place(self) -> EntryPlace {
        EntryPlace {
            policy: self.policy,
            statement: self.statement,
            entry: self.entry,
        }
    }
}

/// What goes of the entries that tell it, by their places.
type Told = BTreeMap<EntryPlace, Arc<[Gone]>>;

impl PolicyRecord {
    fn removals(&self, told: &Told) -> Result<PolicyRemovals, NotRead> {
        let mut statements: BTreeMap<usize, StatementRemovals> = BTreeMap::new();
        for recorded in &self.entries {
            let statement = statements.entry(recorded.record.statement).or_default();
            statement.sid.clone_from(&recorded.sid);
            statement
                .entries
                .push(recorded.entry(told, self.not_written.is_none())?);
        }
        for others in self.others.iter().flatten() {
            let statement = statements.entry(others.statement).or_default();
            statement.sid.clone_from(&others.sid);
            let read = others.entries.iter().map(|entry| Pattern::read(entry));
            statement.others = read.collect::<Result<_, _>>()?;
        }
        Ok(PolicyRemovals {
            file: self.file.clone(),
            block: self.block.clone(),
            iam: self.iam.clone(),
            becomes: self.becomes,
            statements,
            is_whole: self.others.is_some(),
        })
    }
}

impl RecordedEntry {
    /// The names of what goes.
    fn gone_names(&self) -> impl Iterator<Item = &str> {
        let goes = self.goes.iter().flatten().map(|gone| gone.action.as_str());
        goes.chain((self.removes.iter().flatten()).map(|(action, _)| action.as_str()))
    }

    /// The entry, where its policy `is_written`.
    fn entry(&self, told: &Told, is_written: bool) -> Result<Entry, NotRead> {
        let record = &self.record;
        let is_accepted = record.decision == Decision::Accepted;
        let is_done = is_written && is_accepted && self.not_done.is_none();
        let became = is_done.then_some(&record.becomes);
        let became = became.map(|became| became.iter().map(|entry| pattern(entry)).collect());
        let place = self.goes_and_stays_as.map_or(record.place(), Place::place);
        Ok(Entry {
            shown: record.pattern.clone(),
            before: Pattern::read(&record.pattern)?,
            became: became.transpose()?,
            decided: self.decided.clone(),
            goes: told.get(&place).cloned().unwrap_or_default(),
        })
    }

    fn gone(&self) -> Result<Arc<[Gone]>, NotRead> {
        let goes = self.goes.iter().flatten().map(|gone| {
            let last_use = match (gone.last_used, &gone.finding) {
                (Some(at), _) => LastUse::At(at),
                (None, Some(_)) => LastUse::Never,
                (None, None) => LastUse::NotReported,
            };
            (&gone.action, last_use)
        });
        let removes = self.removes.iter().flatten();
        let removes = removes.map(|(action, at)| (action, at.map_or(LastUse::Never, LastUse::At)));
        let gone = goes.chain(removes).map(|(action, last_use)| {
            Ok(Gone {
                action: pattern(action)?,
                last_use,
            })
        });
        gone.collect()
    }
}
