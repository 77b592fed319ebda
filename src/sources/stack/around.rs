//! Who names a managed policy of a template in other files of its repository, or reads what that puts out.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Templates;
use super::given::Given;
use super::live::WrittenIn;
use crate::cloudformation::{Name, TemplateOutput};
use crate::iam::Arn;
use crate::sources::elsewhere::{Other, others_in};
use crate::sources::names::is_word_of;
use crate::sources::policy_texts::Texts;
use crate::sources::surroundings::{Surroundings, real, repository};
use crate::text::Problem;

/// What lies in the repositories of templates.
pub(super) struct Around {
    /// The files of the templates.
    templates: Vec<Option<PathBuf>>,
    /// The files that may name policies, or read outputs of stacks.
    others: OnceCell<Vec<Other>>,
}

/// How that is imported which another stack exports.
const IMPORTING: [&str; 4] = [
    "ImportValue",
    "cloudformation_export",
    "importValue",
    "import_value",
];

/// How the outputs of a stack are read: by the one around it, by a command, by Terraform, by the Serverless Framework.
const READING: [&str; 4] = ["Outputs.", "OutputKey", "outputs", "${cf"];

impl Around {
    pub fn of(templates: &Templates) -> Self {
        let files = templates.files.iter();
        Around {
            templates: files
                .map(|file| file.source.path().and_then(real))
                .collect(),
            others: OnceCell::new(),
        }
    }

    /// What is to be noted of the files beside its template that name a policy, or read an output that has it.
    pub fn notes(&self, of: &WrittenIn<'_>, arn: &Arn, given: &Given<'_>) -> Vec<Problem> {
        let texts = Texts::of_one(arn);
        let own = self.templates[of.place.0].as_deref();
        let others = self.others.get_or_init(|| self.look());
        let others = others
            .iter()
            .filter(|other| Some(other.path.as_path()) != own);
        let notes = others.filter_map(|Other { source, .. }| {
            let text = source.text();
            let read = || read_in(text, &given.outputs, of.logical_id);
            let (place, what) = texts.named_in(text, of.logical_id).or_else(read)?;
            let message = format!(
                "{what}, in another file than its template, so for whom this is cannot be told"
            );
            Some(source.note_at(place, message))
        });
        notes.collect()
    }

    /// Goes through the repositories.
    fn look(&self) -> Vec<Other> {
        let folders = self
            .templates
            .iter()
            .flatten()
            .filter_map(|path| path.parent());
        let repositories = folders.filter_map(repository).map(Path::to_owned);
        let repositories: BTreeSet<PathBuf> = repositories.collect();
        let words: Vec<&str> = IMPORTING.into_iter().chain(READING).collect();
        others_in(
            &Surroundings::in_folders(&repositories),
            &BTreeSet::new(),
            &words,
        )
    }
}

/// Where a text reads one of the outputs of a stack, with what is to be said of that.
fn read_in(
    text: &str,
    outputs: &[&TemplateOutput],
    policy: &str,
) -> Option<(Range<usize>, String)> {
    outputs.iter().find_map(|output| {
        let export = output.export.as_ref();
        if let Some(place) = export.and_then(|name| imported_in(text, name)) {
            let what = format!("an export that has the ARN of {policy} may be imported here");
            return Some((place, what));
        }
        let place = found(text, &READING, |behind| {
            let line = behind.lines().next().unwrap_or_default();
            is_word_of(line, &output.name)
        })?;
        let what = format!("an output that has the ARN of {policy} may be read here");
        Some((place, what))
    })
}

/// How many lines from where something is imported on may say what that is.
const LINES: usize = 4;

/// How many bytes behind a sign may say what is meant: all of a program may be one line.
const FAR: usize = 500;

/// Where a text imports what may be exported by a name.
fn imported_in(text: &str, name: &Name) -> Option<Range<usize>> {
    found(text, &IMPORTING, |behind| {
        let mut lines = behind.lines().take(LINES);
        lines.any(|line| words(line).iter().any(|word| may_be_of(name, word)))
    })
}

/// Where a text has one of these signs, and behind it what is meant.
fn found(text: &str, signs: &[&str], is_meant: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    signs.iter().find_map(|sign| {
        let places = text.match_indices(sign);
        let mut places = places.map(|(at, sign)| at..at + sign.len());
        places.find(|place| {
            let behind = &text[place.end..];
            let mut ends = (0..=FAR.min(behind.len())).rev();
            let end = ends.find(|&end| behind.is_char_boundary(end));
            is_meant(&behind[..end.unwrap_or_default()])
        })
    })
}

/// The words of a line, each as its parts, with anything between them: `${Stack}-policy`.
fn words(line: &str) -> Vec<Vec<String>> {
    let mut parts = line.split("${");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // What is computed stands between the parts.
        told.push('\0');
        told += part.split_once('}').map_or("", |(_, rest)| rest);
    }
    let is_between = |letter: char| letter.is_whitespace() || "\"'`,[](){}".contains(letter);
    let words = told.split(is_between);
    words
        .map(|word| word.split('\0').map(str::to_owned).collect())
        .collect()
}

/// Whether a word may be a name, or how it ends where the rest is put together before.
fn may_be_of(name: &Name, word: &[String]) -> bool {
    if !name.is_told() || word.iter().all(String::is_empty) {
        return false;
    }
    match (name, word) {
        (_, [word]) => name.may_be(word) || is_end_of(name, word),
        (Name::Text(text), parts) => Name::Parts(parts.to_vec()).may_be(text),
        (Name::Parts(own), parts) => {
            let ((own_start, own_end), (start, end)) = (ends(own), ends(parts));
            let are_told = |one: &str, other: &str| !one.is_empty() && !other.is_empty();
            (are_told(own_start, start) || are_told(own_end, end))
                && (own_start.starts_with(start) || start.starts_with(own_start))
                && (own_end.ends_with(end) || end.ends_with(own_end))
        }
    }
}

/// How these parts start and end.
fn ends(parts: &[String]) -> (&str, &str) {
    let (first, last) = (parts.first(), parts.last());
    (
        first.map_or("", String::as_str),
        last.map_or("", String::as_str),
    )
}

/// Whether a name ends with a word, and with nothing of another one.
fn is_end_of(name: &Name, word: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric();
    let before = name.end().strip_suffix(word);
    word.chars().filter(|&letter| is_letter(letter)).count() >= 3
        && before.is_some_and(|before| !before.ends_with(is_letter) || !word.starts_with(is_letter))
}
