//! A lesson on any words: the rule needs nothing of AWS.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lesson::Lesson;
use super::own_names::{OwnNames, Said};
use crate::explain::Names;
use crate::iam::{ActionPattern, Name, PatternError, ServicePrefix};
use crate::refine::Granularity;
use crate::text::{Error, Problem, Problems, Source, quoted};

/// The service that the words are actions of.
const SERVICE: &str = "words";

/// Words, one a line, and where each stands.
#[derive(Clone, Debug)]
pub struct WordList {
    source: Source,
    words: BTreeMap<Name, Range<usize>>,
}

impl WordList {
    /// Reads a word a line. White space around it and empty lines are passed over.
    ///
    /// # Errors
    /// All words that IAM would not allow as the name of an action, and those that stand twice; a
    /// file without words.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let mut list = WordList {
            source: source.clone(),
            words: BTreeMap::new(),
        };
        let mut problems = Vec::new();
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let word = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            if !word.is_empty() {
                problems.extend(list.add(word, start).err());
            }
        }
        if problems.is_empty() && list.words.is_empty() {
            let problem = source.error("there are no words in it");
            problems.push(problem.help("write a word a line"));
        }
        if problems.is_empty() {
            Ok(list)
        } else {
            Err(Problems(problems))
        }
    }

    fn add(&mut self, word: &str, start: usize) -> Result<(), Problem> {
        let span = start..start + word.len();
        let stranger = word
            .char_indices()
            .find(|(_, letter)| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_'));
        if let Some((offset, letter)) = stranger {
            let from = start + offset;
            let message = format!("{}: {}", quoted(word), PatternError::Character(letter));
            let problem = self
                .source
                .error_at(from..from + letter.len_utf8(), message);
            let help = "a word has letters from a to z, digits, - and _ alone, as IAM allows them; \
                        write one a line";
            return Err(problem.help(help));
        }
        let long = format!("{SERVICE}:{word}").parse::<ActionPattern>();
        if let Err(error) = long {
            return Err(self.source.error_at(span, error.to_string()));
        }
        if let Some(first) = self.words.insert(Name::from(word), span.clone()) {
            let line = self.source.position(first.start).line;
            let message = format!("{} stands in line {line} already", quoted(word));
            let problem = self.source.error_at(span, message);
            return Err(problem.help("letter case makes no difference; write each word once"));
        }
        Ok(())
    }
}

impl Lesson {
    /// The rule, played on `words`: which prefixes leave out all that is `unused`. Where nobody says where words are cut
    /// that is before capital letters, or at every character where no word has one inside.
    ///
    /// # Errors
    /// Unused words that are none of the words; words of which all are unused.
    pub fn of_words(
        words: &WordList,
        unused: &WordList,
        granularity: Option<Granularity>,
    ) -> Result<Self, Error> {
        let strangers = unused.words.iter();
        let strangers: Vec<Problem> = strangers
            .filter(|(word, _)| !words.words.contains_key(*word))
            .map(|(word, span)| {
                let name = words.source.name();
                let message = format!("{} is none of the words in {name}", quoted(word.as_str()));
                let problem = unused.source.error_at(span.clone(), message);
                problem.help("what is unused is one of the words: add it there, or leave it out")
            })
            .collect();
        if !strangers.is_empty() {
            return Err(Problems(strangers).into());
        }
        if unused.words.len() == words.words.len() {
            let problem = unused
                .source
                .error("all words are unused, so no prefix stays");
            return Err(problem.help("leave out the words that stay").into());
        }
        let (used, all) = (words.words.len() - unused.words.len(), words.words.len());
        let service = ServicePrefix::parse(SERVICE);
        let service = service.ok_or_else(|| words.source.error("there is nothing to play"))?;
        let names = OwnNames {
            wildcard: ActionPattern::whole_service(service.clone()),
            service: &service,
            names: words.names(),
            unused: unused.names(),
            granularity: granularity.unwrap_or_else(|| words.granularity()),
            called: [words.source.name().raw(), unused.source.name().raw()],
        };
        // What was not asked for is said.
        let cut = match (granularity, names.granularity) {
            (None, Granularity::Character) => {
                " No word has a capital letter inside, so they are cut at every character."
            }
            _ => "",
        };
        names.lesson(Said {
            title: words.source.name().to_string(),
            wrong: format!("{SERVICE}:* grants all {all} words, and {used} of them are to stay."),
            watch: format!(
                "Watch which prefixes are taken: each stands for as many words as it can without one that is unused.{cut}"
            ),
            names: Names::Words,
        })
    }
}

impl WordList {
    /// Where they are cut if nobody says where: before capital letters, if a word has one inside; or else nothing but whole
    /// words would come of it.
    fn granularity(&self) -> Granularity {
        let is_cut = |word: &str| Granularity::Word.cuts(word, 0).nth(1).is_some();
        if self.names().into_iter().any(is_cut) {
            Granularity::Word
        } else {
            Granularity::Character
        }
    }

    fn names(&self) -> Vec<&str> {
        self.words.keys().map(Name::as_str).collect()
    }
}
