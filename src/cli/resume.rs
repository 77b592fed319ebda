//! Offers to go on with a review that was left, and tells what is kept of one.

use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use super::autosave::Differing;
use super::exit::Failure;
use super::screen::terminal;
use super::speak::{eprint_line, eprint_text, is_terminal};
use crate::review::journal::{Changed, OfAnother};
use crate::text::{Shown, counted, list, printable};

/// Warns that decisions are not kept, and why.
pub fn tell_not_kept(error: &str) {
    eprint_line(format_args!(
        "warning: {error}; what you decide is lost if the program ends before you write"
    ));
}

/// Tells where a journal is that was not gone on with.
pub fn tell_kept(kept: &Path) {
    eprint_line(format_args!(
        "your earlier decisions are saved in {}",
        kept.shown()
    ));
}

/// Tells of decisions on policies that are not reviewed now; they stay saved.
pub fn tell_of_others(others: &[OfAnother]) {
    if others.is_empty() {
        return;
    }
    let count = others.iter().map(|other| other.entries.len()).sum();
    let names = others
        .iter()
        .map(|other| printable(&other.name).to_string());
    eprint_line(format_args!(
        "{} about what is not reviewed here, and kept: {}",
        counted(count, "saved decision is", "saved decisions are"),
        list(&names.collect::<Vec<_>>())
    ));
}

/// Tells which decisions do not apply any more.
pub fn tell_differing(differing: &[Differing]) {
    for one in differing {
        let why = if one.is_changed {
            "it is another text, or makes or is had by others"
        } else {
            "something else would become of it"
        };
        let decisions = counted(one.count, "decision", "decisions");
        let name = &one.name;
        eprint_line(format_args!(
            "{decisions} on {name} cannot be resumed: {why}."
        ));
    }
}

/// What the person answered to the offer of going on.
pub enum ResumeAnswer {
    /// To go on; with the whole of what was decided, or with what still applies.
    Yes {
        /// Whether all of it still applies.
        whole: bool,
    },
    No,
    NobodyAnswers,
}

/// Tells that there is a review that was left, and what has changed since.
pub fn tell_left(inputs: Changed, all_applies: bool) {
    eprint_line(match inputs {
        Changed::Same if all_applies => "You left a review of these files.",
        Changed::Same => "You left a review of these files with other options or another version.",
        Changed::OtherFinding => {
            "You left a review of these policies; the findings, catalogue or options are others."
        }
        Changed::OtherPolicies => "You left a review; the policies changed since.",
    });
}

/// Asks whether to go on with what still `applies` of `all` decisions; Enter takes it.
pub fn ask_to_go_on(applies: usize, all: usize) -> Result<ResumeAnswer, Failure> {
    if applies == 0 {
        eprint_line(format_args!(
            "None of its {} applies any more.",
            counted(all, "decision", "decisions")
        ));
        return Ok(ResumeAnswer::No);
    }
    let decisions = if all == 1 { "decision" } else { "decisions" };
    let answer = ask(&format!("Resume {applies} of {all} saved {decisions}?"))?;
    Ok(match answer {
        Some(true) => ResumeAnswer::Yes {
            whole: applies == all,
        },
        Some(false) => ResumeAnswer::No,
        None => ResumeAnswer::NobodyAnswers,
    })
}

/// Tells that a line in the middle of what was saved cannot be read.
pub fn tell_damaged(line: usize) {
    eprint_line(format_args!(
        "warning: line {line} of what was saved cannot be read: what was decided from there on is not resumed"
    ));
}

/// Tells that nothing of what was saved can be read, and why.
pub fn tell_unread(why: &dyn std::fmt::Display) {
    eprint_line(format_args!(
        "warning: what was saved cannot be read: {why}"
    ));
}

/// Asks whether to begin anew where nothing of what was saved can be resumed; Enter takes it.
pub fn ask_to_begin_anew() -> Result<bool, Failure> {
    Ok(ask("Begin a new review? What was saved is kept.")?.unwrap_or(false))
}

/// How long an answer is read, in bytes, and how often it is asked for: what does not end is no answer.
const LONGEST_ANSWER: u64 = 64 << 10;
const TIMES: usize = 3;

/// Asks a question that Enter says yes to; none when nobody answers.
fn ask(question: &str) -> Result<Option<bool>, Failure> {
    for _ in 0..TIMES {
        eprint_text(format_args!("{question} [Y/n] "));
        let mut answer = String::new();
        let read = if std::io::stdin().is_terminal() || !is_terminal() {
            Read::take(std::io::stdin().lock(), LONGEST_ANSWER).read_line(&mut answer)?
        } else {
            Read::take(BufReader::new(terminal()?), LONGEST_ANSWER).read_line(&mut answer)?
        };
        if read == 0 {
            eprint_line("");
            return Ok(None);
        }
        match answer.trim().to_ascii_lowercase().as_str() {
            "" | "y" | "yes" => return Ok(Some(true)),
            "n" | "no" => return Ok(Some(false)),
            _ => eprint_line("Answer y or n."),
        }
    }
    Ok(None)
}
