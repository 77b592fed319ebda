//! Whether a refined policy is the one that was decided on.

use std::collections::BTreeSet;

use super::correspondence::scope;
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
    let mut expected: Vec<Expected<'_>> = expected.collect();
    // Those that have to be there are taken first, and of these those that can be fewest things.
    expected.sort_by_key(|one| (one.decided.may_go, one.decided.may_stay.len()));
    let mut unlike = Vec::new();
    for (place, statement) in refined.statements.iter().enumerate() {
        let said = said(statement);
        if let Some(taken) = expected.iter().position(|one| one.may_be(&said)) {
            expected.remove(taken);
        } else {
            let what = "nothing was decided to become this";
            let objection = Objection::new(Part::NothingElseTouched, what);
            unlike.push(objection.at(Side::Refined, place));
        }
    }
    let missing = expected.into_iter().map(|one| one.decided);
    for one in missing.filter(|one| !one.may_go) {
        let what = "it did not become what was decided";
        let objection = Objection::new(Part::NothingElseTouched, what);
        unlike.push(objection.at(Side::Original, one.place));
    }
    unlike
}
