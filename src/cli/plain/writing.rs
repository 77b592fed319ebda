//! What would be written, told before it is.

use std::io;

use super::telling::{in_a_word, write_diff};
use super::{Pending, Plain};
use crate::explain::before_writing;
use crate::explain::report::{caveat_sentence, size_sentence, spoken_proof, statement_changes};
use crate::refine::MarkKind;
use crate::review::{Caveat, Decision, EntryPlace, Written};
use crate::text::Error;
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
        self.tell_unreported()?;
        let catalogue = self.review.input().universe.catalogue.clone();
        for caveat in self.review.caveats() {
            let is_said = matches!(
                caveat,
                Caveat::FindingNewerThanCatalogue
                    | Caveat::UsedBefore(_)
                    | Caveat::DroppedByHand(_)
            );
            if !is_said {
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

    /// The actions that were dropped by hand: nobody reported them, and they go.
    fn tell_unreported(&mut self) -> io::Result<()> {
        let state = self.review.state();
        let is_accepted = |place: &EntryPlace| state.decision(*place) == Some(Decision::Accepted);
        for place in state.places().filter(is_accepted) {
            let marks = state.entry(place).map_or(&[][..], |entry| &entry.marks);
            if !marks.iter().any(|mark| mark.kind == MarkKind::Drop) {
                continue;
            }
            let universe = self.review.input().universe_of(place.policy);
            let goes = self.review.what_goes_at(place);
            for action in goes.iter().filter(|action| !universe.is_unused(action)) {
                writeln!(self.out, "  goes, though nobody reported it: {action}")?;
            }
        }
        Ok(())
    }
}
