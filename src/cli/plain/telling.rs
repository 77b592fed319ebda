//! What is told when it is asked for: what goes, what is written, why, the trie, the diff, the answers.

use std::io::{self, Write};

use super::{Pending, Plain};
use crate::explain::{
    Grouping, Outline, ReasonLine, Reasons, Row, Sign, Walkthrough, held_sentence, locked_entries,
    outcome_sentence, shared_sentence, unused_not_edited,
};
use crate::review::{EntryPlace, Review};
use crate::text::{counted, list, printable, unified_diff};

/// How many that are held back are named before the first question.
const HELD: usize = 4;

/// What can be answered, by what one is doing.
const DECIDING: &str = "\
To decide:
  a            accept it as it was said
  r, r REASON  reject: leave it as it was; the reason goes into the record
  each         ask about each of several on its own
  A, R         accept, reject all that is undecided (never a NotAction)
  u, U         undo, redo
";

const KNOWING: &str = "\
To know more of it:
  go           all actions that go, with level and last use
  new          all that is written in its place
  why          why, what else grants it, and the statement
  t            the trie: which prefixes are safe
";

const CHANGING: &str = "\
To change what it becomes:
  keep PREFIX REASON     keep the unused actions that start with PREFIX, such as GetBucket
  drop PREFIX REASON     let go the staying actions that start with PREFIX
  split PREFIX           name the children of this safe prefix instead
  whole PREFIX [REASON]  leave this unsafe prefix whole: what is unused under it stays
  clear                  take back its marks
  cut word, cut character, cut name   where its names are cut
  fit, fit CHARACTERS    leave so much whole that the policy is no longer than that, or its quota
";

const GOING_ON: &str = "\
To go on:
  s or Enter   go on; what is undecided is left as it was
  b            go back to the one before
  o            ask in the order of risk, or as they are written
  held         all that is held back, and why
  letgo PREFIX let go what is held back and starts with PREFIX, such as s3:GetObject
To end:
  d            the diff
  n            what would be true if it were written now
  w            what would be written, and write it
  q            leave without writing
";

impl Plain<'_> {
    /// What this is about, and what is to be known before the first question.
    pub(super) fn open(&mut self) -> io::Result<()> {
        let places = self.review.state().places().count();
        self.go_to_first_undecided();
        let questions = match self.items().len() {
            items if items == places => String::new(),
            items => format!(", in {}", counted(items, "question", "questions")),
        };
        writeln!(
            self.out,
            "{} to decide for {}{questions}. What stays undecided is left as it was.",
            counted(places, "proposal", "proposals"),
            self.review.input().principal
        )?;
        self.tell_blocks()?;
        for policy in 0..self.review.input().policies.len() {
            if let Some(shared) = shared_sentence(&self.review, policy) {
                let name = self.policy_name(policy);
                writeln!(self.out, "{name} is {shared}.")?;
            }
        }
        self.tell_held(HELD)?;
        writeln!(self.out, "? tells the answers.")
    }

    fn tell_blocks(&mut self) -> io::Result<()> {
        for policy in self.review.policies() {
            let Some(block) = &policy.loaded.origin.block else {
                continue;
            };
            let name = self.policy_name(policy.place);
            let (makes, holders) = (list(&block.makes), list(&block.holders));
            writeln!(self.out, "{name} makes {makes}, of {holders}.")?;
            for (why, actions) in unused_not_edited(&self.review, policy.place) {
                let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
                let why = printable(&why);
                writeln!(self.out, "  unused, and stays: {}: {why}", list(&actions))?;
            }
            for (reason, entries) in locked_entries(&self.review, policy.place) {
                let reason = printable(&reason);
                if entries.is_empty() {
                    writeln!(self.out, "  not edited: {reason}")?;
                } else {
                    writeln!(self.out, "  not edited: {}: {reason}", list(&entries))?;
                }
            }
        }
        Ok(())
    }

    /// What is held back, and why: as many as `most`, and how many more there are.
    pub(super) fn tell_held(&mut self, most: usize) -> io::Result<()> {
        let held = self.review.held_back();
        if !held.is_empty() {
            writeln!(self.out, "Held back, though reported as unused:")?;
        }
        let more = held.len().saturating_sub(most);
        for (action, because) in held.into_iter().take(most) {
            writeln!(self.out, "  {action}: {}", held_sentence(because))?;
        }
        match more {
            0 => Ok(()),
            more => writeln!(self.out, "  and {more} more: held names them all."),
        }
    }

    /// All that is held back.
    pub(super) fn tell_all_held(&mut self) -> io::Result<()> {
        if self.review.held_back().is_empty() {
            return writeln!(self.out, "Nothing is held back.");
        }
        self.tell_held(usize::MAX)
    }

    /// The answers that there are here.
    pub(super) fn tell_answers(&mut self) -> io::Result<()> {
        if self.item().is_some() {
            write!(self.out, "{DECIDING}{KNOWING}")?;
        }
        let entry = self
            .place()
            .and_then(|place| self.review.state().entry(place));
        if entry.is_some_and(|entry| !entry.plan.old.is_literal()) {
            write!(self.out, "{CHANGING}")?;
        }
        write!(self.out, "{GOING_ON}")
    }

    /// Every action that goes, a line each.
    pub(super) fn tell_going(&mut self) -> io::Result<()> {
        let Some(item) = self.item() else {
            return writeln!(self.out, "There is nothing here that goes; b goes back.");
        };
        let going = self.going(&item);
        writeln!(
            self.out,
            "{}:",
            counted(going.len(), "action goes", "actions go")
        )?;
        for one in going {
            writeln!(self.out, "  {}", one.in_words())?;
        }
        Ok(())
    }

    /// Every entry that is written, a line each.
    pub(super) fn tell_new(&mut self) -> io::Result<()> {
        let place = self.place();
        let new = place.map_or_else(Vec::new, |place| self.new_entries(place));
        if new.is_empty() {
            return writeln!(self.out, "Nothing is written in its place.");
        }
        for entry in new {
            writeln!(self.out, "  {entry}")?;
        }
        Ok(())
    }

    /// Why it goes or stays, what else grants it, and the statement it stands in.
    pub(super) fn tell_why(&mut self) -> io::Result<()> {
        let item = self.item();
        let Some(first) = item.as_ref().map(|item| item[0]) else {
            return writeln!(self.out, "There is nothing here to tell of; b goes back.");
        };
        let review = &self.review;
        let reasons = match item.map_or(1, |item| item.len()) {
            1 if review.state().is_not_action(first) => {
                Reasons::of_statement(review, first.policy, first.statement)
            }
            1 => Reasons::of_entry(review, first, None, None),
            several => Reasons::of_literals(review, first, several),
        };
        for line in spoken(&reasons) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    /// The trie of the wildcard, each prefix whole.
    pub(super) fn tell_trie(&mut self) -> io::Result<()> {
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
        for row in &outline.rows {
            writeln!(self.out, "{}", spoken_row(&walk, row))?;
        }
        Ok(())
    }

    /// The diff of what is accepted; before anything is, that of all.
    pub(super) fn tell_diff(&mut self) -> io::Result<()> {
        if self.review.changes_something() {
            return write_diff(self.out, &self.review);
        }
        let all = self.review.if_all_accepted();
        if !all.changes_something() {
            return writeln!(
                self.out,
                "Nothing is accepted: the same bytes would be written."
            );
        }
        writeln!(self.out, "Nothing is accepted yet. If all were accepted:")?;
        write_diff(self.out, &all)
    }

    /// Names what was used before and would go, and asks. False where nothing was, so that there is
    /// nothing to ask.
    pub(super) fn asks_about_use(
        &mut self,
        places: &[EntryPlace],
        pending: Pending,
    ) -> io::Result<bool> {
        let used = self.review.used_before(places);
        if used.is_empty() {
            return Ok(false);
        }
        writeln!(self.out, "These were used before, and would go:")?;
        for (name, last) in &used {
            writeln!(self.out, "  {name}  {}", last.in_short())?;
        }
        self.pending = Some(pending);
        Ok(true)
    }
}

/// The diff of all files of a review.
pub(super) fn write_diff(out: &mut dyn Write, review: &Review) -> io::Result<()> {
    for file in review.files() {
        let source = file.source();
        let new = file.text().unwrap_or_default();
        let name = source.name().in_patch("");
        let diff = unified_diff(&name, &source.original(), &name, &new);
        for line in diff.lines() {
            writeln!(out, "{}", printable(line))?;
        }
    }
    Ok(())
}

/// `s3:GetAccess: safe, 12 stay, becomes s3:GetAccess*`.
fn spoken_row(walk: &Walkthrough, row: &Row) -> String {
    let prefix = match row.nodes.as_slice() {
        [first, ..] if walk.trie().grants(*first).is_some() => {
            walk.trie().prefix(*first).to_string()
        }
        _ => "everything".to_owned(),
    };
    let more = match row.nodes.len() {
        1 => String::new(),
        many => format!(" and {} more beside it", many - 1),
    };
    let mut words = vec![format!("{prefix}{more}: {}", row.word())];
    words.extend((row.stays > 0).then(|| format!("{} stay", row.stays)));
    words.extend((row.goes > 0).then(|| format!("{} go", row.goes)));
    words.extend((row.emitted.iter()).map(|new| format!("becomes {}", new.entry)));
    words.join(", ")
}

/// Reasons as lines that are read aloud. What goes is counted: naming it has an answer of its own.
fn spoken(reasons: &Reasons) -> Vec<String> {
    let mut lines = reasons.lead.clone();
    let mut is_of_going = false;
    for line in &reasons.lines {
        match line {
            ReasonLine::LastUsed(heading) if heading.is_empty() => {
                lines.push("Last used:".to_owned());
            }
            ReasonLine::Heading(heading) | ReasonLine::LastUsed(heading) => {
                is_of_going = heading.ends_with(" THAT GO") || heading.ends_with(" THAT GOES");
                let heading = spoken_heading(heading);
                lines.push(if is_of_going {
                    format!("{heading} are named by go.").replace("goes are", "goes is")
                } else {
                    format!("{heading}:")
                });
            }
            ReasonLine::Level(_) | ReasonLine::Listed(..) if is_of_going => {}
            ReasonLine::Level(text) | ReasonLine::Text(text) | ReasonLine::Json(text) => {
                lines.push(format!("  {text}"));
            }
            ReasonLine::Listed(name, what) | ReasonLine::Mark(name, what) if what.is_empty() => {
                lines.push(format!("  {name}"));
            }
            ReasonLine::Pair(name, what)
            | ReasonLine::Listed(name, what)
            | ReasonLine::Mark(name, what) => {
                lines.push(format!("  {name}: {}", what.replace('−', "-")));
            }
            ReasonLine::Signed(sign, text) => lines.push(format!("  {}{text}", in_a_word(*sign))),
        }
    }
    lines
}

/// What a sign says, before the sentence it stands at.
pub(super) fn in_a_word(sign: Sign) -> &'static str {
    match sign {
        Sign::Holds => "",
        Sign::Caution => "Mind: ",
        Sign::Unknown => "Not known: ",
        Sign::Broken => "Fault: ",
    }
}

/// `STILL GRANTED ELSEWHERE` as `Still granted elsewhere`: capitals are read letter by letter. What a
/// heading says of a key is of the screen alone.
fn spoken_heading(heading: &str) -> String {
    let heading = heading.split(": x ").next().unwrap_or(heading);
    let words = heading.split(' ').map(|word| match word {
        "AWS" => word.to_owned(),
        word if word.chars().any(char::is_lowercase) => word.to_owned(),
        word => word.to_lowercase(),
    });
    let words: Vec<String> = words.collect();
    let mut letters = words.join(" ");
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    letters
}
