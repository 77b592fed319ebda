//! The review as questions and answers on lines that are only ever appended: for screen readers,
//! logs and slow links.

mod fitting;
mod marking;

use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Write};

use crate::explain::report::{age_unknown, proof_sentence};
use crate::explain::{
    Color, Grouping, OutcomeReason, Outline, Walkthrough, held_sentence, outcome_sentence,
    policy_name, shared_sentence, tree,
};
use crate::refine::{Claim, EntryOutcome, Mark, MarkKind};
use crate::review::{Decision, EntryPlace, Fit, Review, Written, statement_title};
use crate::text::{Untrusted, counted, list, printable, unified_diff};
use crate::tui::{Host, leaving_question};

/// How the questions ended.
#[derive(Debug)]
pub enum Ended {
    /// The person left without writing.
    Quit {
        /// Whether something is decided.
        is_decided: bool,
    },
    /// It was written; this is what to say about it.
    Written(String),
    /// There is nobody to answer any more. What was decided is still to be written.
    CutOff,
}

/// How long an answer is read, in bytes: what does not end is no answer.
const LONGEST_ANSWER: u64 = 64 << 10;

/// What can be answered.
const ANSWERS: &str = "\
  a            accept: narrow it as shown
  r, r REASON  reject: leave it as it was; the reason goes into the record
  s or Enter   skip it for now: undecided is left as it was
  b            back to the one before
  A, R         accept, reject all that is undecided (never a NotAction)
  t            show its trie, and what is safe
  keep PREFIX REASON   keep the unused actions that start with PREFIX, such as GetBucket
  drop PREFIX REASON   let go the staying actions that start with PREFIX
  split PREFIX         name the children of this safe prefix instead
  whole PREFIX [REASON]  leave this unsafe prefix whole: what is unused under it stays
  clear                take back its marks
  letgo PREFIX         let go what is held back and starts with PREFIX, such as s3:GetObject
  cut word|character|name   where its names are cut
  fit [CHARACTERS]     leave so much whole that the policy is no longer; its quota when left out
  u, U         undo, redo
  d            show the diff
  n            show what would be true if it were written now
  w            write
  q            leave without writing
";

/// Asks about each proposal, until what was decided is written, the person leaves, or the input
/// ends. Whether the host `saves` what is decided is said on leaving.
///
/// # Errors
/// An input or output that fails.
pub fn run(
    review: Review,
    host: &mut dyn Host<Review>,
    saves: bool,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Ended> {
    let mut plain = Plain {
        review,
        out,
        at: 0,
        pending: None,
        is_saved: saves,
    };
    plain.open()?;
    loop {
        plain.ask()?;
        let mut line = String::new();
        let read = Read::take(&mut *input, LONGEST_ANSWER).read_line(&mut line)?;
        if read == 0 {
            writeln!(plain.out, "\nThe answers end here; nothing is written.")?;
            return Ok(Ended::CutOff);
        }
        if read as u64 == LONGEST_ANSWER && !line.ends_with('\n') {
            writeln!(
                plain.out,
                "\nThis is longer than an answer; nothing is written."
            )?;
            return Ok(Ended::CutOff);
        }
        match plain.answer(line.trim())? {
            Then::Ask => {}
            Then::Leave => {
                let is_decided = is_decided(&plain.review);
                return Ok(Ended::Quit { is_decided });
            }
            Then::Write => match host.write(&plain.review) {
                Ok(text) => return Ok(Ended::Written(text)),
                Err(error) => writeln!(plain.out, "{}", error.in_one_line())?,
            },
        }
        let result = host.save(&plain.review);
        plain.is_saved = saves && result.is_ok();
        if let Err(error) = result {
            writeln!(plain.out, "{}", error.in_one_line())?;
        }
    }
}

/// Whether something of `review` is decided or marked.
pub fn is_decided(review: &Review) -> bool {
    review.decisions() > 0
}

/// What comes after an answer.
enum Then {
    Ask,
    Write,
    Leave,
}

/// The review and where in it one is.
struct Plain<'a> {
    review: Review,
    out: &'a mut dyn Write,
    /// Which of the places is asked about; one past the last when all were.
    at: usize,
    /// What the last answer asked for, and is done only when it is confirmed.
    pending: Option<Pending>,
    /// Whether what is decided outlives the program.
    is_saved: bool,
}

/// What is done only when it is confirmed.
enum Pending {
    /// Letting go what nobody reported.
    Drop(Vec<Mark>),
    /// Accepting all, also what was used before.
    AcceptAll,
    /// Leaving prefixes whole, to come to no more characters.
    Fit(Fit, usize),
    /// Leaving although something is decided and not written.
    Leave,
}

impl Plain<'_> {
    fn open(&mut self) -> io::Result<()> {
        let places = self.places();
        let undecided = |place: &EntryPlace| self.is_undecided(*place);
        self.at = places.iter().position(undecided).unwrap_or(places.len());
        writeln!(
            self.out,
            "{} to decide for {}. Undecided is left as it was. Type ? for the answers.",
            counted(places.len(), "proposal", "proposals"),
            self.review.input().principal
        )?;
        for policy in self.review.policies() {
            if let Some(block) = &policy.loaded.origin.block {
                let name = policy_name(&self.review, policy.place);
                let (makes, holders) = (list(&block.makes), list(&block.holders));
                writeln!(self.out, "{name} makes {makes}, of {holders}.")?;
            }
        }
        for policy in 0..self.review.input().policies.len() {
            if let Some(shared) = shared_sentence(&self.review, policy) {
                let name = policy_name(&self.review, policy);
                writeln!(self.out, "{name} is {shared}.")?;
            }
        }
        let held = self.review.held_back();
        if !held.is_empty() {
            writeln!(self.out, "Held back, though reported as unused:")?;
        }
        for (action, because) in held {
            writeln!(self.out, "  {action}: {}", held_sentence(because))?;
        }
        Ok(())
    }

    fn places(&self) -> Vec<EntryPlace> {
        self.review.state().places().collect()
    }

    fn place(&self) -> Option<EntryPlace> {
        self.places().get(self.at).copied()
    }

    fn is_undecided(&self, place: EntryPlace) -> bool {
        self.review.state().decision(place) == Some(Decision::Undecided)
    }

    fn ask(&mut self) -> io::Result<()> {
        if let Some(pending) = &self.pending {
            let question = match pending {
                Pending::Drop(_) => "Let them go?".to_owned(),
                Pending::AcceptAll => "Accept all, these too?".to_owned(),
                Pending::Fit(..) => "Leave these whole?".to_owned(),
                Pending::Leave => leaving_question(self.review.decisions(), self.is_saved),
            };
            write!(self.out, "{question} [y/N] ")?;
            return self.out.flush();
        }
        let text = match self.place() {
            Some(place) => self.question(place),
            None => format!(
                "\nAll were asked. {}\nWrite it? (w write, d diff, b back, q leave) ",
                self.now()
            ),
        };
        write!(self.out, "{text}")?;
        self.out.flush()
    }

    fn question(&self, place: EntryPlace) -> String {
        let document = self.review.input().document(place.policy);
        let title = statement_title(&document.policy().statements[place.statement]);
        let state = self.review.state();
        let mut text = format!(
            "\n[{} of {}] {} statement {}: {title}\n",
            self.at + 1,
            self.places().len(),
            match self.review.policy(place.policy).loaded.origin.block {
                Some(_) => policy_name(&self.review, place.policy),
                None => document.source().name().to_string(),
            },
            place.statement + 1,
        );
        match state.entry(place) {
            None => {
                let _ = writeln!(text, "  NotAction, to be appended:");
                for addition in state.additions(place) {
                    let _ = writeln!(text, "  + {addition}");
                }
            }
            Some(entry) => {
                let (stays, goes) = (entry.plan.stays, entry.plan.goes);
                let _ = writeln!(text, "  - {}  ({stays} stay, {goes} go)", entry.plan.old);
                let _ = writeln!(text, "    {}", self.why(place, &entry.plan.outcome));
                for new in entry.plan.replacements().unwrap_or_default() {
                    let whole = match new.claim {
                        Claim::WholePrefix { .. } => ", left whole",
                        _ => "",
                    };
                    let _ = writeln!(text, "  + {}  ({}{whole})", new.entry, new.grants);
                }
                if let Some(compared) = self.review.compared().get(place) {
                    let _ = writeln!(text, "    AWS: {compared}");
                }
                for mark in &entry.marks {
                    let reason = mark
                        .reason
                        .as_ref()
                        .map_or("no reason given".into(), Untrusted::to_string);
                    let _ = writeln!(text, "    {} {}: {reason}", mark.kind, mark.prefix);
                }
            }
        }
        let why_whole = state.why_whole(self.review.input(), place.policy, place.statement);
        if let Some(why) = why_whole {
            let why = printable(why);
            let _ = writeln!(text, "    The statement has to stay as it is: {why}.");
        }
        let decision = state.decision(place).unwrap_or_default().as_str();
        let because = state.reason(place);
        let because = because.map_or_else(String::new, |reason| format!(", because: {reason}"));
        let _ = write!(text, "{decision}{because}. Narrow it? (a, r, s, ?) ");
        text
    }

    /// Why an entry becomes what it becomes; what it is narrowed to is listed below.
    fn why(&self, place: EntryPlace, outcome: &EntryOutcome) -> String {
        match (outcome, OutcomeReason::of_entry(&self.review, place)) {
            (EntryOutcome::Stays(_) | EntryOutcome::Goes(_), Some(reason)) => reason.sentence("It"),
            _ => "It becomes its shortest safe prefixes:".to_owned(),
        }
    }

    fn now(&self) -> String {
        let now = self.review.now();
        let mut text = format!("{} unused gone, {} undecided. ", now.gone, now.undecided);
        text += "Proof: ";
        let catalogue = &self.review.input().universe.catalogue;
        text += &proof_sentence(&self.review.proof(), catalogue);
        text
    }

    fn answer(&mut self, line: &str) -> io::Result<Then> {
        if let Some(pending) = self.pending.take() {
            return self.confirm(pending, line);
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "a" => self.decide(Decision::Accepted)?,
            "r" => self.reject(rest)?,
            "" | "s" => self.at = (self.at + 1).min(self.places().len()),
            "b" => self.at = self.at.saturating_sub(1),
            "A" => self.accept_all()?,
            "R" => self.decide_all(Decision::Rejected)?,
            "t" => self.tell_trie()?,
            "keep" => self.mark(MarkKind::Keep, rest)?,
            "drop" => self.mark(MarkKind::Drop, rest)?,
            "split" => self.mark(MarkKind::Split, rest)?,
            "whole" => self.leave_whole(rest)?,
            "clear" => self.curate(|review, place| review.set_marks(place, Vec::new()))?,
            "letgo" => self.let_go(rest)?,
            "cut" => self.cut(rest)?,
            "fit" => self.propose_fit(rest)?,
            "u" => self.travel(Review::undo, "Nothing to undo.")?,
            "U" => self.travel(Review::redo, "Nothing to redo.")?,
            "d" => self.tell_diff()?,
            "n" => writeln!(self.out, "{}", self.now())?,
            "w" => return self.write(),
            "q" if !is_decided(&self.review) => {
                return Ok(Then::Leave);
            }
            "q" => self.pending = Some(Pending::Leave),
            "?" => write!(self.out, "{ANSWERS}")?,
            _ => writeln!(
                self.out,
                "{word:?} is no answer; type ? for those there are."
            )?,
        }
        Ok(Then::Ask)
    }

    fn decide(&mut self, decision: Decision) -> io::Result<()> {
        let Some(place) = self.place() else {
            return writeln!(
                self.out,
                "There is nothing here to decide; type b to go back."
            );
        };
        self.review.decide(&[place], decision);
        writeln!(self.out, "{}.", decision.as_str())?;
        self.go_on();
        Ok(())
    }

    /// Rejects what is asked about; with a reason, if one is given.
    fn reject(&mut self, reason: &str) -> io::Result<()> {
        let reason = reason.trim();
        let Some(place) = self.place().filter(|_| !reason.is_empty()) else {
            return self.decide(Decision::Rejected);
        };
        self.review.reject(&[place], Some(&reason.into()));
        writeln!(self.out, "rejected, with a reason.")?;
        self.go_on();
        Ok(())
    }

    /// Goes on to the next undecided proposal.
    fn go_on(&mut self) {
        let places = self.places();
        let next = (self.at + 1..places.len()).find(|&at| self.is_undecided(places[at]));
        self.at = next.unwrap_or(places.len());
    }

    /// Accepts all that is undecided. What was used before is named first, and asked about.
    fn accept_all(&mut self) -> io::Result<()> {
        let undecided = self.review.undecided();
        let used = self.review.used_before(&undecided);
        let undated = self.review.of_unknown_age(&undecided);
        if used.is_empty() && undated.is_empty() {
            return self.decide_all(Decision::Accepted);
        }
        if !used.is_empty() {
            writeln!(self.out, "These were used before, and would go:")?;
        }
        for (name, last) in &used {
            writeln!(self.out, "  {name}  {}", last.in_short())?;
        }
        if !undated.is_empty() {
            writeln!(self.out, "Age unknown: {}.", age_unknown(&undated))?;
        }
        self.pending = Some(Pending::AcceptAll);
        Ok(())
    }

    fn decide_all(&mut self, decision: Decision) -> io::Result<()> {
        let undecided = self.review.undecided();
        let decided = self.review.decide(&undecided, decision);
        writeln!(
            self.out,
            "{} {}.",
            decision.as_str(),
            counted(decided, "proposal", "proposals")
        )?;
        let places = self.places();
        let next = (0..places.len()).find(|&at| self.is_undecided(places[at]));
        self.at = next.unwrap_or(places.len());
        Ok(())
    }

    fn tell_trie(&mut self) -> io::Result<()> {
        let Some(place) = self.place() else {
            return writeln!(self.out, "There is no wildcard here.");
        };
        let (input, state) = (self.review.input(), self.review.state());
        let Some(entry) = state
            .entry(place)
            .filter(|entry| !entry.plan.old.is_literal())
        else {
            return writeln!(self.out, "This is no wildcard: it has no trie.");
        };
        let curation = state.curation(input, place);
        let (pattern, universe) = (&entry.plan.old, input.universe_of(place.policy));
        let walk = Walkthrough::new(pattern, universe, curation, entry.granularity);
        if walk.steps().is_empty() {
            let why = outcome_sentence(&walk, universe.catalogue.date());
            return writeln!(self.out, "{why}");
        }
        let outline = Outline::new(&walk, walk.steps().len(), Grouping::Joined);
        write!(self.out, "{}", tree(&outline, Color::Plain))
    }

    fn confirm(&mut self, pending: Pending, line: &str) -> io::Result<Then> {
        let is_confirmed = matches!(line.to_ascii_lowercase().as_str(), "y" | "yes");
        match pending {
            _ if !is_confirmed => writeln!(self.out, "Not done.")?,
            Pending::Drop(marks) => self.curate(|review, place| review.set_marks(place, marks))?,
            Pending::AcceptAll => self.decide_all(Decision::Accepted)?,
            Pending::Fit(fit, length) => self.take_fit(&fit, length)?,
            Pending::Leave => return Ok(Then::Leave),
        }
        Ok(Then::Ask)
    }

    fn travel(
        &mut self,
        step: fn(&mut Review) -> Option<EntryPlace>,
        otherwise: &str,
    ) -> io::Result<()> {
        let Some(place) = step(&mut self.review) else {
            return writeln!(self.out, "{otherwise}");
        };
        let at = self
            .places()
            .iter()
            .position(|&candidate| candidate == place);
        self.at = at.unwrap_or(self.at);
        Ok(())
    }

    fn tell_diff(&mut self) -> io::Result<()> {
        for file in self.review.files() {
            let source = file.source();
            let new = file.text().unwrap_or_default();
            let diff = {
                let name = source.name().in_patch("");
                unified_diff(&name, &source.original(), &name, &new)
            };
            for line in diff.lines() {
                writeln!(self.out, "{}", printable(line))?;
            }
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<Then> {
        let unchanged = |outcome: &crate::review::Outcome| outcome.written == Written::Unchanged;
        if self.review.outcomes().iter().all(unchanged) {
            writeln!(self.out, "Nothing is accepted: there is nothing to write.")?;
            return Ok(Then::Ask);
        }
        if !self.review.is_proved() {
            writeln!(self.out, "A proof does not hold: nothing is written.")?;
            return Ok(Then::Ask);
        }
        writeln!(self.out, "{}", self.now())?;
        Ok(Then::Write)
    }
}
