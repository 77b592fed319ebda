//! Whether `Deny` statements are as they were.

use std::collections::BTreeSet;

use super::correspondence::{Group, Placed};
use super::language::{Escape, Language};
use super::parts::{Judge, denying, portions};
use super::{Objection, Side};
use crate::iam::{ActionPattern, Actions};
use crate::proof::Part;

impl Judge<'_> {
    /// Part 5: a `Deny` is there, with the same entries in whatever order, and no other. Part 3: it
    /// denies nothing that stays.
    pub(super) fn judge_denials(&mut self, group: &Group<'_>, granted: &Language<'_>) {
        let (before, after) = (denying(&group.original), denying(&group.refined));
        if same_entries(&before, &after) {
            return;
        }
        let (old, new) = (
            Language::of(Side::Original, &before, &self.effort),
            Language::of(Side::Refined, &after, &self.effort),
        );
        match (before.first(), after.first()) {
            (Some((statement, _)), None) => self.object(
                Objection::new(Part::NothingElseTouched, "the Deny is missing")
                    .at(Side::Original, *statement),
            ),
            (None, Some((statement, _))) => self.object(
                Objection::new(Part::NothingElseTouched, "the original has no such Deny")
                    .at(Side::Refined, *statement),
            ),
            (_, None) => {}
            (Some(_), Some((statement, _))) => {
                let weaker = self.first_escape(&before, &new);
                let stronger = self.first_escape(&after, &old);
                let (what, shown) = match (weaker, stronger) {
                    (Some(escape), _) => ("the Deny is weaker than it was", escape),
                    (None, Some(escape)) => ("the Deny is stronger than it was", escape),
                    (None, None) => (
                        "the Deny is written otherwise, though it denies the same",
                        Escape::Nothing,
                    ),
                };
                self.object(
                    Objection::new(Part::NothingElseTouched, what)
                        .at(Side::Refined, *statement)
                        .shown_by(shown.into_witness()),
                );
            }
        }
        if let Some((statement, _)) = after.first() {
            self.denies_what_stays(*statement, &new, &old, granted);
        }
    }

    fn first_escape(&self, statements: &[Placed<'_>], language: &Language<'_>) -> Option<Escape> {
        let portions = statements
            .iter()
            .flat_map(|(_, statement)| portions(statement));
        let mut escapes = portions.map(|(_, portion)| language.escape(&portion, &self.known));
        escapes.find(|escape| *escape != Escape::Nothing)
    }

    fn denies_what_stays(
        &mut self,
        statement: usize,
        denied: &Language<'_>,
        before: &Language<'_>,
        granted: &Language<'_>,
    ) {
        let lost: Vec<_> = (denied.known_in(&self.known).into_iter())
            .filter(|action| !before.matches(action))
            .filter(|action| self.stays(action) && granted.matches(action))
            .cloned()
            .collect();
        if !lost.is_empty() {
            self.object(
                Objection::new(Part::NothingLost, "a Deny takes away what stays")
                    .at(Side::Refined, statement)
                    .shown_by(lost),
            );
        }
    }
}

/// Whether two sides have the same entries, whatever their order, case and number of statements.
fn same_entries(a: &[Placed<'_>], b: &[Placed<'_>]) -> bool {
    entry_sets(a) == entry_sets(b)
}

fn entry_sets<'p>(
    statements: &[Placed<'p>],
) -> (
    BTreeSet<&'p ActionPattern>,
    BTreeSet<BTreeSet<&'p ActionPattern>>,
) {
    let mut named = BTreeSet::new();
    let mut left_out = BTreeSet::new();
    for (_, statement) in statements {
        match &statement.actions {
            Actions::Action(entries) => named.extend(entries),
            Actions::NotAction(entries) => {
                left_out.insert(entries.iter().collect());
            }
        }
    }
    (named, left_out)
}
