//! What comes next: what was missed comes back, and else what was not dealt for longest.

use super::dice::Dice;
use super::subject::Subject;

/// How many sets of something else come before what was missed comes back.
const BETWEEN: usize = 1;

/// How many sets are written before rows are put where they belong again, where there are both.
const REFINED_BETWEEN: usize = 2;

/// What the sets so far were about, and what of it is to come back.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    /// What was dealt, the last at the end.
    dealt: Vec<Subject>,
    missed: Vec<Subject>,
}

impl Turns {
    /// A set about this was dealt.
    pub(super) fn dealt(&mut self, subject: Subject) {
        self.dealt.push(subject);
    }

    /// The last set was not right at once.
    pub(super) fn missed(&mut self, subject: Subject) {
        if !self.missed.contains(&subject) {
            self.missed.push(subject);
        }
    }

    /// What the next set is about, one of `all`.
    pub(super) fn next(&mut self, all: &[Subject], dice: &mut Dice) -> Subject {
        let last = self.dealt.len().saturating_sub(BETWEEN);
        let is_recent = |subject: &Subject| self.dealt[last..].contains(subject);
        let due = self.missed.iter().position(|subject| !is_recent(subject));
        if let Some(due) = due {
            return self.missed.remove(due);
        }
        let lately = self.dealt.len().saturating_sub(REFINED_BETWEEN);
        let had_rows = self.dealt[lately..]
            .iter()
            .any(|subject| !subject.is_written());
        let mut rest: Vec<Subject> = all.to_vec();
        if had_rows && all.iter().any(|subject| subject.is_written()) {
            rest.retain(|subject| subject.is_written());
        }
        // By when it was dealt last; what was never dealt comes first, and of several any.
        let last_time = |subject: &Subject| self.dealt.iter().rposition(|other| other == subject);
        let longest = rest.iter().map(last_time).min();
        rest.retain(|subject| Some(last_time(subject)) == longest);
        dice.pick(&rest).copied().unwrap_or(Subject::Shortest)
    }
}
