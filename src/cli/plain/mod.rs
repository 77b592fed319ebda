//! The review as questions and answers on lines that are only ever appended: for screen readers,
//! logs and slow links.

mod fitting;
mod items;
mod marking;
mod question;
mod telling;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read, Write};

use items::Item;

use crate::catalogue::LevelCounts;
use crate::explain::report::age_unknown;
use crate::refine::{Mark, MarkKind};
use crate::review::{Decision, EntryPlace, Fit, Review};
use crate::text::counted;
use crate::tui::Host;

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
        here: None,
        asked: BTreeSet::new(),
        said: None,
        parted: BTreeSet::new(),
        ranks: None,
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
            Then::ShowWriting => {
                let found = host.preview(&plain.review);
                plain.tell_writing(found)?;
            }
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
    ShowWriting,
    Write,
    Leave,
}

/// The review and where in it one is.
struct Plain<'a> {
    review: Review,
    out: &'a mut dyn Write,
    /// The first place of what is asked about; none when all were.
    here: Option<EntryPlace>,
    /// What was asked about so far.
    asked: BTreeSet<EntryPlace>,
    /// What was said before the question when it was asked last; while that holds, the question alone
    /// is asked again.
    said: Option<String>,
    /// What is asked about one by one, though it goes with others.
    parted: BTreeSet<EntryPlace>,
    /// What each proposal takes away, where that is the order in which they are asked about.
    ranks: Option<BTreeMap<EntryPlace, LevelCounts>>,
    /// What the last answer asked for, and is done only when it is confirmed.
    pending: Option<Pending>,
    /// Whether what is decided outlives the program.
    is_saved: bool,
}

/// What is done only when it is confirmed.
enum Pending {
    /// Letting go what nobody reported.
    Drop(Vec<Mark>),
    /// Accepting what is asked about, of which some was used before.
    Accept(Item),
    /// Accepting all, also what was used before.
    AcceptAll,
    /// Leaving prefixes whole, to come to no more characters.
    Fit(Fit, usize),
    /// Leaving although something is decided and not written.
    Leave,
    /// Writing what was told.
    Write,
}

impl Plain<'_> {
    fn answer(&mut self, line: &str) -> io::Result<Then> {
        if let Some(pending) = self.pending.take() {
            return self.confirm(pending, line);
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "a" => self.accept()?,
            // The screen's key for a rejection with a reason is known here too.
            "r" | "e" => self.reject(rest)?,
            "" | "s" => self.go_on(),
            "b" => self.go_back(),
            "each" => self.tell_parts()?,
            "o" => self.reorder()?,
            "held" => self.tell_all_held()?,
            "A" => self.accept_all()?,
            "R" => self.decide_all(Decision::Rejected)?,
            "go" => self.tell_going()?,
            "new" => self.tell_new()?,
            "why" => self.tell_why()?,
            "t" => self.tell_trie()?,
            "keep" => self.mark(MarkKind::Keep, rest)?,
            "drop" => self.mark(MarkKind::Drop, rest)?,
            "split" => self.mark(MarkKind::Split, rest)?,
            "whole" => self.leave_whole(rest)?,
            "clear" => self.curate("There are no marks to take back.", |review, place| {
                review.set_marks(place, Vec::new())
            })?,
            "letgo" => self.let_go(rest)?,
            "cut" => self.cut(rest)?,
            "fit" => self.propose_fit(rest)?,
            "u" => self.travel(Review::undo, "Undone", "Nothing to undo.")?,
            "U" => self.travel(Review::redo, "Redone", "Nothing to redo.")?,
            "d" => self.tell_diff()?,
            "n" => self.tell_now()?,
            "w" if self.can_write()? => return Ok(Then::ShowWriting),
            "w" => {}
            "q" if !is_decided(&self.review) => return Ok(Then::Leave),
            "q" => self.pending = Some(Pending::Leave),
            "?" => self.tell_answers()?,
            _ => writeln!(
                self.out,
                "{word:?} is no answer; type ? for those there are."
            )?,
        }
        Ok(Then::Ask)
    }

    fn confirm(&mut self, pending: Pending, line: &str) -> io::Result<Then> {
        let is_confirmed = matches!(line.to_ascii_lowercase().as_str(), "y" | "yes");
        match pending {
            _ if !is_confirmed => writeln!(self.out, "Not done.")?,
            Pending::Drop(marks) => {
                self.curate("No change.", |review, place| review.set_marks(place, marks))?;
            }
            Pending::Accept(item) => self.decide(&item, Decision::Accepted)?,
            Pending::AcceptAll => self.decide_all(Decision::Accepted)?,
            Pending::Fit(fit, length) => self.take_fit(&fit, length)?,
            Pending::Leave => return Ok(Then::Leave),
            Pending::Write => return Ok(Then::Write),
        }
        Ok(Then::Ask)
    }

    /// Accepts what is asked about. What was used before is named first, and asked about.
    fn accept(&mut self) -> io::Result<()> {
        let Some(item) = self.item() else {
            return self.tell_nothing_here();
        };
        let is_accepted =
            |place: &EntryPlace| self.review.state().decision(*place) == Some(Decision::Accepted);
        if !item.iter().all(is_accepted)
            && self.asks_about_use(&item, Pending::Accept(item.clone()))?
        {
            return Ok(());
        }
        self.decide(&item, Decision::Accepted)
    }

    fn decide(&mut self, item: &[EntryPlace], decision: Decision) -> io::Result<()> {
        let (gone, behind) = (self.review.now().gone, self.behind());
        self.review.decide(item, decision);
        self.tell_decided(decision.as_str(), decision, gone)?;
        self.go_to_undecided(&behind);
        Ok(())
    }

    /// Rejects what is asked about; with a reason, if one is given.
    fn reject(&mut self, reason: &str) -> io::Result<()> {
        let reason = reason.trim();
        let Some(item) = self.item() else {
            return self.tell_nothing_here();
        };
        if reason.is_empty() {
            return self.decide(&item, Decision::Rejected);
        }
        let (gone, behind) = (self.review.now().gone, self.behind());
        self.review.reject(&item, Some(&reason.into()));
        self.tell_decided("rejected, with a reason", Decision::Rejected, gone)?;
        self.go_to_undecided(&behind);
        Ok(())
    }

    fn tell_nothing_here(&mut self) -> io::Result<()> {
        writeln!(
            self.out,
            "There is nothing here to decide; type b to go back."
        )
    }

    /// Says what was decided, and what has come of it; `gone` is how many were gone before.
    fn tell_decided(&mut self, word: &str, decision: Decision, gone: usize) -> io::Result<()> {
        let now = self.review.now();
        let undecided = match (now.undecided, self.undecided_not_actions()) {
            (0, 0) => "none is undecided".to_owned(),
            (0, some) => format!(
                "{} undecided",
                counted(some, "NotAction is", "NotActions are")
            ),
            (some, _) => format!("{some} undecided"),
        };
        let by_it = match now.gone.checked_sub(gone) {
            Some(0) if decision == Decision::Accepted => {
                "Something else still grants what goes of it, as why tells:".to_owned()
            }
            Some(more @ 1..) => {
                format!("{more} unused gone by it,")
            }
            Some(0) | None => "It is left as it was:".to_owned(),
        };
        writeln!(
            self.out,
            "{word}. {by_it} {} gone in all, {undecided}.",
            now.gone
        )
    }

    /// How many statements with `NotAction` are undecided; `A` passes these over.
    fn undecided_not_actions(&self) -> usize {
        let state = self.review.state();
        let of_statements = state.places().filter(|&place| state.entry(place).is_none());
        let undecided =
            of_statements.filter(|&place| state.decision(place) == Some(Decision::Undecided));
        undecided.count()
    }

    fn tell_now(&mut self) -> io::Result<()> {
        let now = self.now();
        writeln!(self.out, "{now}")
    }

    /// Accepts all that is undecided. What was used before is named first, and asked about.
    fn accept_all(&mut self) -> io::Result<()> {
        let undecided = self.review.undecided();
        let asks = self.asks_about_use(&undecided, Pending::AcceptAll)?;
        let undated = self.review.of_unknown_age(&undecided);
        if !undated.is_empty() {
            writeln!(self.out, "Age unknown: {}.", age_unknown(&undated))?;
            self.pending = Some(Pending::AcceptAll);
        } else if !asks {
            return self.decide_all(Decision::Accepted);
        }
        Ok(())
    }

    fn decide_all(&mut self, decision: Decision) -> io::Result<()> {
        let gone = self.review.now().gone;
        let undecided = self.review.undecided();
        let decided = self.review.decide(&undecided, decision);
        if decided == 0 {
            return writeln!(self.out, "Nothing is undecided.");
        }
        let decided = counted(decided, "proposal", "proposals");
        self.tell_decided(&format!("{} {decided}", decision.as_str()), decision, gone)?;
        self.go_to_first_undecided();
        Ok(())
    }

    fn tell_parts(&mut self) -> io::Result<()> {
        match self.part() {
            Some(count) => writeln!(self.out, "Each of the {count} on its own."),
            None => writeln!(self.out, "It is one alone."),
        }
    }

    fn reorder(&mut self) -> io::Result<()> {
        if self.change_order() {
            let order = "What manages permissions is asked about first, then what writes.";
            writeln!(self.out, "{order}")?;
            self.go_to_first_undecided();
            return Ok(());
        }
        writeln!(self.out, "Asked about as they are written.")
    }

    fn travel(
        &mut self,
        step: fn(&mut Review) -> Option<EntryPlace>,
        done: &str,
        otherwise: &str,
    ) -> io::Result<()> {
        let gone = self.review.now().gone;
        let Some(place) = step(&mut self.review) else {
            return writeln!(self.out, "{otherwise}");
        };
        self.here = Some(place);
        let now = self.review.now();
        let (before, now, undecided) = (gone, now.gone, now.undecided);
        writeln!(
            self.out,
            "{done}: {now} gone, {before} before; {undecided} undecided."
        )
    }
}
