//! Keeps what is decided on disk while it goes on, and finds what was left.
//!
//! The journal is called by the policies' real paths. It goes when a review is written over its own files,
//! or quit with nothing decided; where the files stay as they were it stays too, for whoever goes on. A line
//! is on the disk before the next key is read: neither a killed program nor a power cut loses anything.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::exit::Failure;
use super::resume::{
    ResumeAnswer, ask_to_begin_anew, ask_to_go_on, tell_damaged, tell_differing, tell_kept,
    tell_left, tell_not_kept, tell_of_others, tell_unread,
};
use crate::explain::policy_name;
use crate::policies::Origin;
use crate::review::journal::{self, Beginning, Changed, Heading, Lines, OfAnother, step_line};
use crate::review::{BeganWith, EntryRecord, PolicyInput, Review, State};
use crate::store::{Journal, JournalPlace, NotTaken};
use crate::text::{Error, Shown, sha256};

/// What a journal can be kept of: a review, or those of an account.
pub trait Journaled: Sized {
    /// What of it is on the disk.
    type Saved;

    /// What a line of the journal tells.
    type Step: DeserializeOwned;

    /// What the journal that was left comes to now; none when nothing was decided.
    fn resumed(&self, journal: Lines<Self::Step>) -> Option<Resumed<Self>>;

    /// The lines of a journal that begins with what is decided now, and with what is kept for others.
    ///
    /// # Errors
    /// Something has no form in JSON.
    fn lines(&self, others: &[OfAnother]) -> Result<String, Error>;

    /// The lines of a journal with nothing but what is kept for others.
    ///
    /// # Errors
    /// Something has no form in JSON.
    fn lines_of_others(&self, others: &[OfAnother]) -> Result<String, Error>;

    /// A hash of the records that it began with, where any were given.
    fn records(&self) -> Option<&str>;

    /// What is decided now.
    fn snapshot(&self) -> Self::Saved;
}

/// A review that was left, and what it still comes to.
pub struct Resumed<T> {
    /// What has changed since.
    pub inputs: Changed,
    /// How many decisions were made.
    pub all: usize,
    /// How many of them still apply.
    pub applying: usize,
    /// The review with these.
    pub review: T,
    /// Where some do not apply: the names of the policies, each with how many of its decisions do not, and
    /// whether it is another text, or makes or is had by others.
    pub differing: Vec<Differing>,
    /// Decisions on policies that are not reviewed now.
    pub others: Vec<OfAnother>,
}

/// A policy of which decisions do not apply any more.
pub struct Differing {
    /// What it is called.
    pub name: String,
    /// How many of its decisions do not apply.
    pub count: usize,
    /// Whether it is another text, or makes or is had by others.
    pub is_changed: bool,
}

/// What is decided, on its way to the disk.
pub struct Autosave<S> {
    /// Where it goes, or why nothing can be kept.
    journal: Result<Journal, String>,
    /// The lines that are kept for other reviews when this one ends.
    for_others: Option<String>,
    pub(super) saved: S,
}

/// Begins the journal called `name` of `review`, after offering to go on with what was left, unless that began
/// with other records than are given now. None when the person was asked and there was nobody.
///
/// # Errors
/// Another review of the same files is going on; the state folder cannot be written.
pub fn begin<T: Journaled>(
    name: &str,
    review: &mut T,
) -> Result<Option<Autosave<T::Saved>>, Failure> {
    let place = match JournalPlace::take("reviews", name) {
        Ok(place) => place,
        Err(NotTaken::Held) => return Err(held().into()),
        Err(NotTaken::NoFolder) => {
            let reason = "there is no folder to keep decisions in".to_owned();
            return Ok(Some(nothing_kept(review, reason)));
        }
        Err(NotTaken::Unwritable { folder, error }) => {
            let reason = cannot_keep(&folder, error).in_one_line();
            return Ok(Some(nothing_kept(review, reason)));
        }
    };
    let left = place.text();
    let lines = match &left {
        Ok(Some(text)) => Lines::<T::Step>::read(text),
        _ => None,
    };
    let is_unread = tell_what_is_unread(&left, lines.as_ref());
    let resumed = lines.and_then(|lines| review.resumed(lines));
    let mut takes_over = false;
    let mut others = Vec::new();
    let asks_to_begin = resumed.is_none() && is_unread;
    if let Some(resumed) = resumed {
        others = resumed.others;
        tell_of_others(&others);
        takes_over = resumed.all == 0;
        let given = review.records();
        let goes_on = given.is_none() || given == resumed.review.records();
        if goes_on && resumed.all > 0 {
            tell_left(resumed.inputs, resumed.applying == resumed.all);
            tell_differing(&resumed.differing);
            match ask_to_go_on(resumed.applying, resumed.all)? {
                ResumeAnswer::Yes { whole } => (takes_over, *review) = (whole, resumed.review),
                ResumeAnswer::No => {}
                ResumeAnswer::NobodyAnswers => return Ok(None),
            }
        }
    }
    let holds_more = match left {
        Ok(text) => text.is_some_and(|text| journal::holds_decisions(&text)),
        Err(_) => true,
    };
    if asks_to_begin && !ask_to_begin_anew()? {
        return Ok(None);
    }
    let lines = review.lines(&others)?;
    let for_others = match others.as_slice() {
        [] => None,
        others => Some(review.lines_of_others(others)?),
    };
    let folder = place.folder().to_owned();
    let cannot = |error| {
        cannot_keep(&folder, error).help("make room there, or set XDG_STATE_HOME to another folder")
    };
    if holds_more && (!takes_over || is_unread) {
        // Told at once: whatever comes next, it is there.
        tell_kept(&place.set_aside().map_err(cannot)?);
    }
    let journal = place.begin(&lines).map_err(cannot)?;
    Ok(Some(Autosave {
        journal: Ok(journal),
        for_others,
        saved: review.snapshot(),
    }))
}

/// Tells what of a journal that was left cannot be read. Returns whether something cannot.
fn tell_what_is_unread<S>(left: &io::Result<Option<String>>, lines: Option<&Lines<S>>) -> bool {
    match (left, lines) {
        (Err(error), _) => tell_unread(error),
        (Ok(Some(text)), None) if !text.is_empty() => {
            tell_unread(&"it is no saved review, or one of another version");
        }
        (
            _,
            Some(Lines {
                damaged: Some(line),
                ..
            }),
        ) => tell_damaged(*line),
        _ => return false,
    }
    true
}

fn nothing_kept<T: Journaled>(review: &T, reason: String) -> Autosave<T::Saved> {
    tell_not_kept(&reason);
    Autosave {
        journal: Err(reason),
        for_others: None,
        saved: review.snapshot(),
    }
}

fn held() -> Error {
    Error::with_help(
        "another review of these files is running",
        "quit that one first, or continue there",
    )
}

fn cannot_keep(folder: &Path, error: io::Error) -> Error {
    Error::new(format!("decisions cannot be kept in {}", folder.shown())).caused_by(error)
}

impl<S> Autosave<S> {
    /// Whether what is decided outlives the program.
    pub fn keeps(&self) -> bool {
        self.journal.is_ok()
    }

    /// Why it does not.
    pub fn not_kept(&self) -> Option<&str> {
        self.journal.as_ref().err().map(String::as_str)
    }

    /// Puts a line on disk.
    ///
    /// # Errors
    /// Whatever the system refuses, in a sentence.
    pub(super) fn append(&mut self, line: &str) -> Result<(), String> {
        let Ok(journal) = &mut self.journal else {
            return Ok(());
        };
        let appended = journal.append(&format!("{line}\n"));
        appended.map_err(|error| format!("this decision could not be saved: {error}"))
    }

    /// Ends the journal: what was decided is written, or there is nothing in it.
    pub fn end(self) {
        if let Ok(journal) = self.journal {
            journal.end(self.for_others.as_deref());
        }
    }
}

impl Autosave<Arc<State>> {
    /// Puts the last step on disk.
    ///
    /// # Errors
    /// Whatever the system refuses, in a sentence.
    pub fn step(&mut self, review: &Review) -> Result<(), String> {
        if let Some(line) = step_line(review, &self.saved) {
            self.append(&line)?;
        }
        self.saved = review.snapshot();
        Ok(())
    }
}

/// A review, and the record that it began with, where one was given.
pub struct Begun {
    /// What is decided now.
    pub review: Review,
    /// The record, and what that says.
    pub with: Option<BeganWith>,
}

impl Begun {
    fn heading(&self) -> Heading {
        let beginning = |with: &BeganWith| Beginning {
            records: with.record.sha256.clone(),
            with: BTreeMap::from([(String::new(), with.clone())]),
        };
        heading_of(&self.review).beginning(self.with.as_ref().map(beginning))
    }

    /// What a policy is called on which was decided. A journal that does not tell names may have more of them than
    /// there are now.
    fn name_of_decided(&self, policy: usize) -> String {
        if policy < self.review.input().policies.len() {
            policy_name(&self.review, policy)
        } else {
            "a policy that is not given now".to_owned()
        }
    }

    /// The review as it was before anything was decided.
    fn undecided(&self) -> Review {
        let mut review = self.review.clone();
        while review.undo().is_some() {}
        review.clear_history();
        review
    }
}

impl Journaled for Begun {
    type Saved = Arc<State>;
    type Step = Vec<EntryRecord>;

    fn resumed(&self, journal: Lines<Self::Step>) -> Option<Resumed<Self>> {
        let now = heading_of(&self.review);
        let (journal, others) = journal::Journal::of(journal)?.numbered_as(&now);
        let decided = journal.at_the_end();
        let undecided = self.undecided();
        let mut differing: BTreeMap<usize, usize> = BTreeMap::new();
        for entry in undecided.clone().replay(&decided) {
            *differing.entry(entry.policy).or_default() += 1;
        }
        let differ: usize = differing.values().sum();
        let differing = differing.into_iter().map(|(policy, count)| Differing {
            name: self.name_of_decided(policy),
            count,
            is_changed: !journal.heading.has_as(&now, policy),
        });
        let mut review = undecided;
        review.replay_steps(&journal.steps);
        let began = journal.heading.began();
        let with = began.and_then(|began| began.with.values().next().cloned());
        Some(Resumed {
            inputs: journal.heading.compare(&now),
            all: decided.len(),
            applying: decided.len() - differ,
            review: Begun { review, with },
            differing: differing.collect(),
            others,
        })
    }

    fn lines(&self, others: &[OfAnother]) -> Result<String, Error> {
        let (heading, of_others) = self.heading().with_others(others);
        let mut steps = self.review.recorded_steps();
        steps[0].extend(of_others);
        let mut lines = format!("{}\n", json(&heading)?);
        for step in &steps {
            lines += &json(step)?;
            lines.push('\n');
        }
        Ok(lines)
    }

    fn lines_of_others(&self, others: &[OfAnother]) -> Result<String, Error> {
        let (heading, records) = self.heading().of_none().with_others(others);
        Ok(format!("{}\n{}\n", json(&heading)?, json(&records)?))
    }

    fn records(&self) -> Option<&str> {
        let with = self.with.as_ref();
        with.map(|with| with.record.sha256.as_str())
    }

    fn snapshot(&self) -> Arc<State> {
        self.review.snapshot()
    }
}

/// A value in a line of a journal.
pub fn json(value: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value).map_err(io::Error::from)?)
}

fn heading_of(review: &Review) -> Heading {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let names = review.input().policies.iter().map(|policy| {
        let name = name_of_policy(policy);
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => name,
            number => format!("{name}, number {number}"),
        }
    });
    let names = names.collect();
    Heading::of(review.input(), names)
}

/// What a policy is known by: its block, or what AWS calls it, in the real path of its file; without a file
/// what AWS calls it, or what it says.
fn name_of_policy(policy: &PolicyInput) -> String {
    let source = policy.loaded.document.source();
    let origin = &policy.loaded.origin;
    let own = match &origin.block {
        Some(block) => Some(block.address.clone()),
        None => name_in_aws(origin),
    };
    match (source.path().map(real_name), own) {
        (Some(path), Some(own)) => format!("{own} of {path}"),
        (Some(path), None) => path,
        (None, own) => own.unwrap_or_else(|| sha256(source.text())),
    }
}

/// The name of the journal for the policies of a review: a hash of the real paths of their files, in
/// whatever order they are given. What was fetched is known by its ARNs, and what came through a pipe
/// by what it says.
pub fn name_of_review(review: &Review) -> String {
    let policies = review.input().policies.iter();
    let mut names: Vec<String> = policies
        .map(|policy| {
            let source = policy.loaded.document.source();
            let path = source.path().map(real_name);
            path.or_else(|| name_in_aws(&policy.loaded.origin))
                .unwrap_or_else(|| sha256(source.text()))
        })
        .collect();
    names.sort();
    sha256(&names.join("\0"))
}

/// The name of the journal for the policies of root modules: a hash of their real paths, in whatever order
/// they are given. Which policies are reviewed the findings tell, and decisions on others are kept.
pub fn name_of_sources(roots: &[PathBuf]) -> String {
    let mut names: Vec<String> = roots.iter().map(|root| real_name(root)).collect();
    names.sort();
    format!("sources-{}", sha256(&names.join("\0")))
}

/// What AWS calls a policy, where that is no name of another one too.
fn name_in_aws(origin: &Origin) -> Option<String> {
    if let Some(arn) = &origin.arn {
        return Some(arn.to_string());
    }
    let owner = origin.owner.as_ref()?.arn.as_ref()?;
    Some(format!("{owner} {}", origin.name.as_ref()?))
}

/// The name of the journal for the account at `path`; one that came through a pipe is known by the
/// heading of its journal.
pub fn name_of_account(path: Option<&Path>, heading: &str) -> String {
    let path = path.map(real_name);
    format!("account-{}", sha256(path.as_deref().unwrap_or(heading)))
}

/// The real path of a file, as a text that no other path has: one that is not UTF-8 is spelled out.
pub(super) fn real_name(path: &Path) -> String {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match real.to_str() {
        Some(name) => name.to_owned(),
        // A real path begins with a slash, and this does not.
        None => format!("b{}", real.as_os_str().as_encoded_bytes().escape_ascii()),
    }
}
