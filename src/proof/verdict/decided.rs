//! Whether a refined policy is the one that was decided on.

use std::collections::BTreeSet;

use super::correspondence::scope;
use super::pairs::unpaired;
use super::{Objection, Side};
use crate::iam::{ActionPattern, Actions, Policy, Statement};
use crate::proof::Part;

/// What was decided to become of a statement.
#[derive(Clone, Debug)]
pub struct DecidedStatement {
    /// Its place in the policy as it was, from 0.
    pub place: usize,
    /// The statement as it is to be; none where all of it goes.
    pub becomes: Option<Statement>,
    /// The entries that it may have beside those.
    pub may_stay: BTreeSet<ActionPattern>,
    /// Whether it may go all the same.
    pub may_go: bool,
}

/// What a statement says, however it is spelled: on what, and its entries.
type Said<'p> = (String, bool, BTreeSet<&'p ActionPattern>);

fn said(statement: &Statement) -> Said<'_> {
    let (is_action, entries) = match &statement.actions {
        Actions::Action(entries) => (true, entries),
        Actions::NotAction(entries) => (false, entries),
    };
    (scope(statement), is_action, entries.iter().collect())
}

/// Whether two statements say the same, however they are spelled.
pub fn say_the_same(one: &Statement, other: &Statement) -> bool {
    let sid = |statement: &Statement| statement.sid().unwrap_or_default().to_owned();
    sid(one) == sid(other) && said(one) == said(other)
}

/// A statement that is expected, and what it says.
struct Expected<'d> {
    decided: &'d DecidedStatement,
    said: Said<'d>,
}

impl Expected<'_> {
    /// Whether a statement may be what this becomes.
    fn may_be(&self, (scope, is_action, entries): &Said<'_>) -> bool {
        let (own_scope, own_is_action, becomes) = &self.said;
        let mut more = entries.difference(becomes);
        own_scope == scope
            && own_is_action == is_action
            && becomes.is_subset(entries)
            && more.all(|entry| self.decided.may_stay.contains(*entry))
    }
}

/// Where `refined` is not what was decided: statement by statement, in whatever order and spelling. What a
/// policy says beside its statements, and their `Sid`s, are not looked at.
pub fn unlike_decided(decided: &[DecidedStatement], refined: &Policy) -> Vec<Objection> {
    let expected = decided.iter().filter_map(|decided| {
        let said = said(decided.becomes.as_ref()?);
        Some(Expected { decided, said })
    });
    let expected: Vec<Expected<'_>> = expected.collect();
    let found: Vec<Said<'_>> = refined.statements.iter().map(said).collect();
    let is_needed: Vec<bool> = expected.iter().map(|one| !one.decided.may_go).collect();
    let unpaired = unpaired(&is_needed, found.len(), |one, statement| {
        expected[one].may_be(&found[statement])
    });
    let unexpected = unpaired.unexpected.into_iter().map(|place| {
        let what = "nothing was decided to become this";
        Objection::new(Part::NothingElseTouched, what).at(Side::Refined, place)
    });
    let missing = unpaired
        .missing
        .into_iter()
        .map(|one| expected[one].decided);
    let missing = missing.filter(|one| !one.may_go).map(|one| {
        let what = "it did not become what was decided";
        Objection::new(Part::NothingElseTouched, what).at(Side::Original, one.place)
    });
    unexpected.chain(missing).collect()
}
