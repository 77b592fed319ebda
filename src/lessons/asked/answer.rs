//! How the question of a case is answered: by the number of a choice, by the line of what is known that decides it,
//! or by entries that are typed.

use std::fmt;
use std::sync::Arc;

use super::case::CaseQuestion;
use crate::iam::{Glob, ServicePrefix};
use crate::text::quoted;

/// How a question is answered.
#[derive(Clone, Debug, Default)]
pub enum AnswerBy {
    /// By the number of a choice.
    #[default]
    Choice,
    /// By the fact that decides it, or by saying that none does.
    Fact(Facts),
    /// By the entries that are right. A choice is then one of the answers that were thought of.
    Entries(Arc<dyn EntryCheck>),
}

/// What is known, of which one line may decide a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The facts.
    pub rows: Vec<Fact>,
    /// What it means that none of them decides it, in a few words.
    pub none: &'static str,
    /// Why it is wrong that none does; nothing where that is right.
    pub against_none: Option<String>,
}

/// Something that is known of an action or an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is known, as `AWS does not track`.
    pub known: String,
    /// Of what.
    pub of: String,
    /// Why it does not decide the question; nothing where it does.
    pub against: Option<String>,
}

/// Says what speaks against entries that are not those that are asked for.
pub trait EntryCheck: fmt::Debug + Send + Sync {
    /// What speaks against these, each as it was typed, in a sentence. There may be none.
    fn against(&self, entries: &[String]) -> String;

    /// Why this can be no answer at all: it is no entry, or of another service. Such a slip counts as nothing.
    fn slip(&self, entry: &str) -> Option<String> {
        let name = name_in(entry, self.service());
        if Glob::parse(name).is_some() {
            return None;
        }
        Some(match entry.split_once(':').zip(self.service()) {
            Some(((_, name), service)) if Glob::parse(name).is_some() => {
                format!("{entry} is of another service than {service}")
            }
            _ => format!("{} is not an entry", quoted(entry)),
        })
    }

    /// What may be typed besides one entry, in a few words.
    fn how(&self) -> &'static str {
        ""
    }

    /// The service that may stand before an entry or be left out.
    fn service(&self) -> Option<&ServicePrefix> {
        None
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseAnswer {
    /// The choice with this number, counted from 0.
    Choice(usize),
    /// The fact with this number, counted from 0; or none.
    Fact(Option<usize>),
    /// These entries, as they were typed.
    Entries(String),
}

impl Fact {
    /// It in words.
    pub fn line(&self) -> String {
        format!("{} {}", self.known, self.of)
    }
}

impl Facts {
    /// The fact that decides it; nothing where none does.
    pub fn deciding(&self) -> Option<usize> {
        self.rows.iter().position(|fact| fact.against.is_none())
    }

    /// The facts, a line each.
    pub fn lines(&self) -> Vec<String> {
        lines_of(&self.rows)
    }
}

/// Facts, a line each: what is known in one column, of what in the other.
pub(super) fn lines_of(facts: &[Fact]) -> Vec<String> {
    let known = facts.iter().map(|fact| fact.known.chars().count());
    let column = known.max().unwrap_or_default();
    let line = |fact: &Fact| format!("{:<column$}   {}", fact.known, fact.of);
    facts.iter().map(line).collect()
}

impl CaseQuestion {
    /// An answer in words, under which it is kept if it is wrong; none of an answer that cannot be given.
    pub fn words(&self, answer: &CaseAnswer) -> Option<String> {
        match (answer, &self.answer_by) {
            (CaseAnswer::Choice(choice), AnswerBy::Choice) => self.choices.get(*choice).cloned(),
            (CaseAnswer::Fact(None), AnswerBy::Fact(facts)) => Some(facts.none.to_owned()),
            (CaseAnswer::Fact(Some(at)), AnswerBy::Fact(facts)) => {
                Some(facts.rows.get(*at)?.line())
            }
            (CaseAnswer::Entries(typed), AnswerBy::Entries(_)) => {
                let entries = typed_entries(typed);
                let words = if entries.is_empty() {
                    NOTHING.to_owned()
                } else {
                    entries.join(" and ")
                };
                Some(words)
            }
            _ => None,
        }
    }

    /// Why an answer is wrong, by its words, in a sentence that does not tell the right one; nothing of the right one.
    pub fn against(&self, words: &str) -> Option<String> {
        let mut choices = self.choices.iter();
        if let Some(choice) = choices.position(|choice| self.is_same(choice, words)) {
            let is_right = choice == self.row.right;
            return (!is_right).then(|| self.row.against(choice).to_owned());
        }
        match &self.answer_by {
            AnswerBy::Choice => Some(String::new()),
            AnswerBy::Fact(facts) if words == facts.none => facts.against_none.clone(),
            AnswerBy::Fact(facts) => {
                let fact = facts.rows.iter().find(|fact| fact.line() == words);
                fact.map_or_else(|| Some(String::new()), |fact| fact.against.clone())
            }
            AnswerBy::Entries(check) => Some(check.against(&typed_entries(words))),
        }
    }

    /// Why what is typed can be no answer; nothing where it can.
    pub fn slip(&self, typed: &str) -> Option<String> {
        match &self.answer_by {
            AnswerBy::Entries(check) => {
                let mut entries = typed_entries(typed).into_iter();
                entries.find_map(|entry| check.slip(&entry))
            }
            AnswerBy::Choice | AnswerBy::Fact(_) => None,
        }
    }

    /// Whether two answers in words are the same: of entries those are, in whatever order and case.
    fn is_same(&self, one: &str, other: &str) -> bool {
        let AnswerBy::Entries(check) = &self.answer_by else {
            return one == other;
        };
        let sorted = |words: &str| {
            let entries = typed_entries(words).into_iter();
            let names = entries.map(|entry| name_in(&entry, check.service()).to_ascii_lowercase());
            let mut entries: Vec<String> = names.collect();
            entries.sort();
            entries.dedup();
            entries
        };
        sorted(one) == sorted(other)
    }
}

/// What is typed where no entry is right.
const NOTHING: &str = "nothing";

/// The entries in what was typed; there may be none.
fn typed_entries(typed: &str) -> Vec<String> {
    let words = typed.split(|letter: char| letter.is_whitespace() || letter == ',');
    let words = words.map(|word| word.trim_matches(['"', '\'', '\u{201c}', '\u{201d}']));
    let is_entry = |word: &&str| {
        let no_entries = ["", "and", "-", "none", NOTHING];
        !no_entries.iter().any(|no| word.eq_ignore_ascii_case(no))
    };
    words.filter(is_entry).map(str::to_owned).collect()
}

/// A typed entry without its service, where that is `service`.
pub(super) fn name_in<'e>(entry: &'e str, service: Option<&ServicePrefix>) -> &'e str {
    let parted = entry.split_once(':').zip(service);
    match parted {
        Some(((own, name), service)) if own.eq_ignore_ascii_case(service.as_str()) => name,
        _ => entry,
    }
}
