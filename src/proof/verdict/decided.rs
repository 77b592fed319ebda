//! Whether a refined policy is the one that was decided on.

use std::collections::{BTreeMap, BTreeSet};

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

/// Where `refined` is not what was decided: statement by statement, in whatever order and spelling. What a
/// policy says beside its statements, and their `Sid`s, are not looked at.
pub fn unlike_decided(decided: &[DecidedStatement], refined: &Policy) -> Vec<Objection> {
    let mut expected: BTreeMap<Said<'_>, Vec<&DecidedStatement>> = BTreeMap::new();
    for one in decided {
        if let Some(statement) = &one.becomes {
            expected.entry(said(statement)).or_default().push(one);
        }
    }
    for same in expected.values_mut() {
        // Those that have to be there are taken first, from the end.
        same.sort_by_key(|one| !one.may_go);
    }
    let mut unlike = Vec::new();
    for (place, statement) in refined.statements.iter().enumerate() {
        let taken = expected.get_mut(&said(statement)).and_then(Vec::pop);
        if taken.is_none() {
            let what = "nothing was decided to become this";
            unlike.push(Objection::new(Part::NothingElseTouched, what).at(Side::Refined, place));
        }
    }
    for one in expected.into_values().flatten().filter(|one| !one.may_go) {
        let what = "it did not become what was decided";
        let objection = Objection::new(Part::NothingElseTouched, what);
        unlike.push(objection.at(Side::Original, one.place));
    }
    unlike
}
