//! All that takes the place of a wildcard on a few names, which is written.

use std::sync::Arc;

use super::answer::{AnswerBy, EntryCheck};
use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow};
use super::matter::Matter;
use super::visited::FewNames;
use crate::iam::ServicePrefix;
use crate::lessons::practice::{Refining, Writing};
use crate::text::list;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what takes its place?",
    lines: &[
        "at each prefix, from the top:",
        "  does an unused name begin so?",
        "    no: its one name, or prefix*",
        "    yes: itself if it stays,",
        "      then its children",
    ],
};

/// The line that the most depends on.
const QUESTION: usize = 1;

/// How many misses are told at once.
const MOST_MISSES: usize = 3;

/// What takes the place of a wildcard on a few names.
pub(in crate::lessons) fn case(matter: &Matter<'_>, few: &FewNames) -> Asked {
    let refining = few.refining(matter)?;
    let wildcard = refining.wildcard().clone();
    let right = refining.result().into_iter();
    let right: Vec<String> = right.map(|entry| entry.name().to_string()).collect();
    let of = |wanted: bool| -> String {
        let names = few.names.iter();
        let names = names.filter(|action| few.unused.contains(action) == wanted);
        list(
            &names
                .map(|action| action.name.to_string())
                .collect::<Vec<_>>(),
        )
    };
    let known = vec![
        format!("{wildcard} grants these names, which stay: {}", of(false)),
        format!("and these, which are unused: {}", of(true)),
    ];
    let row = ChoosingRow {
        what: format!("{wildcard} on {} names", few.names.len()),
        known: String::new(),
        right: 0,
        line: QUESTION,
        why: why(&refining),
        against: vec![String::new()],
        because: None,
    };
    let asked = format!("What takes the place of {wildcard}? Write all of it.");
    let case = Case::asking(known, asked, &RULE, [right.join(" and ")].iter(), row);
    Ok(case.answered_by(AnswerBy::Entries(Arc::new(WrittenResult(refining)))))
}

/// What is decided at each prefix, in short.
fn why(refining: &Refining) -> String {
    let walk = refining.walk();
    // The root is unsafe, or nothing would be asked.
    let steps = 1..walk.steps().len();
    let told = steps.map(|step| walk.narration(step).verdict.line("\u{2192}"));
    format!("{}.", told.collect::<Vec<_>>().join("; "))
}

/// Checks what is written for all of the names.
#[derive(Debug)]
struct WrittenResult(Refining);

impl EntryCheck for WrittenResult {
    fn against(&self, entries: &[String]) -> String {
        let mut written = Vec::new();
        for entry in entries {
            match self.0.read(entry) {
                Ok(entry) => written.push(entry),
                Err(why) => return why,
            }
        }
        let judgement = self.0.judge(&written);
        let misses = judgement.misses().take(MOST_MISSES);
        let misses: Vec<&str> = misses.map(|miss| miss.sentence.as_str()).collect();
        if misses.is_empty() {
            return "That grants the same; but is it what the rule writes?".to_owned();
        }
        misses.join(" ")
    }

    fn how(&self) -> &'static str {
        "a space between entries"
    }

    fn service(&self) -> Option<&ServicePrefix> {
        self.0.wildcard().service()
    }
}
