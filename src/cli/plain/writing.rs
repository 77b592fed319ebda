//! What would be written, told before it is.

use std::io;

use super::telling::{in_a_word, write_diff};
use super::{Pending, Plain};
use crate::explain::before_writing;
use crate::explain::report::{caveat_sentence, size_sentence, spoken_proof, statement_changes};
use crate::iam::Action;
use crate::refine::{MarkKind, SetBy};
use crate::review::{Caveat, Decision, EntryPlace, Written};
use crate::text::{Error, Untrusted};
use crate::tui::Preview;

impl Plain<'_> {
    /// Whether there is something that may be written; says what hinders it.
    pub(super) fn can_write(&mut self) -> io::Result<bool> {
        if !self.review.changes_something() {
            writeln!(self.out, "Nothing is accepted: there is nothing to write.")?;
            return Ok(false);
        }
        if !self.review.is_proved() {
            writeln!(self.out, "A proof does not hold: nothing is written.")?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Tells what would be written, and asks whether it shall be; `found` says where to.
    pub(super) fn tell_writing(&mut self, found: Result<Preview, Error>) -> io::Result<()> {
        let target = match found {
            Ok(Preview::Files(target)) => Ok(target),
            Ok(Preview::Folder(folder)) => Ok(format!("Into {}.", folder.folder)),
            Err(error) => Err(error.in_one_line()),
        };
        writeln!(self.out, "This would be written:")?;
        for (sign, sentence) in before_writing(&self.review, Some(&target)) {
            writeln!(self.out, "{}{sentence}", in_a_word(sign))?;
        }
        self.tell_changes()?;
        self.tell_by_hand()?;
        self.tell_held()?;
        let catalogue = self.review.input().universe.catalogue.clone();
        for caveat in self.review.caveats() {
            // Said among what to know before writing.
            if !matches!(caveat, Caveat::FindingNewerThanCatalogue) {
                writeln!(self.out, "Note: {}.", caveat_sentence(&caveat, &catalogue))?;
            }
        }
        let proof = spoken_proof(&self.review.proof(), &catalogue);
        writeln!(self.out, "{proof}")?;
        write_diff(self.out, &self.review)?;
        if target.is_ok() {
            self.pending = Some(Pending::Write);
        }
        Ok(())
    }

    /// What becomes of each policy that changes, and its size.
    fn tell_changes(&mut self) -> io::Result<()> {
        for policy in self.review.policies() {
            if policy.outcome.written == Written::Unchanged {
                continue;
            }
            let name = self.policy_name(policy.place);
            writeln!(self.out, "{name}:")?;
            for line in statement_changes(&self.review, policy.place) {
                writeln!(self.out, "{}", line.replace(" → ", " becomes "))?;
            }
            let size = size_sentence(&self.review.size(policy.place));
            writeln!(self.out, "  size: {}", size.replace(" → ", " to "))?;
        }
        Ok(())
    }

    /// What a person kept, dropped, split or left whole, and why; what goes though nobody reported it is
    /// named.
    fn tell_by_hand(&mut self) -> io::Result<()> {
        let state = self.review.state();
        let is_accepted = |place: &EntryPlace| state.decision(*place) == Some(Decision::Accepted);
        for place in state.places().filter(is_accepted) {
            let Some(entry) = state.entry(place) else {
                continue;
            };
            let by_person = entry.marks.iter().filter(|mark| mark.by == SetBy::Person);
            for mark in by_person {
                let reason = mark
                    .reason
                    .as_ref()
                    .map_or("no reason given".into(), Untrusted::to_string);
                let old = &entry.plan.old;
                let kind = mark.kind;
                writeln!(
                    self.out,
                    "By hand, on {old}: {kind} {}: {reason}",
                    mark.prefix
                )?;
            }
            let drops = entry.marks.iter().any(|mark| mark.kind == MarkKind::Drop);
            let dropped = if drops {
                self.review.what_goes_at(place)
            } else {
                Vec::new()
            };
            let universe = self.review.input().universe_of(place.policy);
            let unreported = |action: &&Action| !universe.is_unused(action);
            for action in dropped.iter().filter(unreported) {
                writeln!(self.out, "  goes, though nobody reported it: {action}")?;
            }
        }
        Ok(())
    }
}
