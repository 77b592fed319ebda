//! The front door: files, standard input and texts go in; a [`Review`] comes out, or an
//! [`AccountReview`](crate::account::AccountReview).
//!
//! An [`Intake`] takes policies and findings in any order and recognises them by their shape. All
//! that is wrong with any of them is reported together, each at its place. [`Intake::review`] opens
//! what was read, [`Intake::load`] returns it with notes for the user ([`Loaded`]), and
//! [`Intake::account`] opens an account. The documentation of the crate has an example, and so does
//! [`account`](crate::account).

mod account;
mod beside;
mod everywhere;
mod everywhere_accounts;
mod fetched;
mod file;
mod judging;
pub mod keep_file;
mod kept;
mod loaded;
mod made;
mod notes;
mod options;
mod passed_over;
mod plan;
mod source_report;
mod source_review;
mod sources;
mod templates;
mod unanswered;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use file::{is_stdin, open, read, read_account, read_record, stdin_once};
pub use judging::ToJudge;
pub use loaded::{Gathered, Loaded, join_findings};
pub use options::IntakeOptions;
pub use plan::{Answer, JudgedChange, JudgedPlan, PlanOrOther};
pub use source_review::SourceReview;
pub use sources::SourceRoot;

use crate::fetched::Folder;
use crate::policies::Recommendation;
use crate::review::Review;
use crate::sources::is_state;
use crate::text::{Error, Json, Problem, Problems, Shown, Source, Untrusted};

/// Policies and findings that are to be read, and the options that an answer depends on.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    options: IntakeOptions,
    given: Vec<Given>,
}

/// A file to be read, or one that is read already.
#[derive(Clone, Debug)]
pub enum Given {
    /// A file or folder; `-` for standard input.
    Path(PathBuf),
    /// A text that the caller has read, with the name that messages have for it.
    Text(Source),
    /// The same of a report that does not tell whom it is about.
    ReportAbout {
        /// The text of the report.
        report: Source,
        /// The ARN of the principal.
        principal: Untrusted,
    },
}

impl Intake {
    /// An intake without files, with the default options and the built-in catalogue.
    pub fn new() -> Self {
        Intake::default()
    }

    /// Takes these options in place of the default ones.
    #[must_use]
    pub fn options(mut self, options: IntakeOptions) -> Self {
        self.options = options;
        self
    }

    /// Adds a file; `-` for standard input.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.given.push(Given::Path(path.into()));
        self
    }

    /// Adds files, as [`Intake::path`] adds one.
    #[must_use]
    pub fn paths<P: Into<PathBuf>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        paths.into_iter().fold(self, Intake::path)
    }

    /// Adds a text, which messages call `name`.
    #[must_use]
    pub fn text(self, name: &str, text: &str) -> Self {
        self.source(Source::from_text(name, text))
    }

    /// Adds a file that was read.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.given.push(Given::Text(source));
        self
    }

    /// Reads all of it as the policies of one principal, of which there has to be one at least, and
    /// the findings for it.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; files that do not go together; no policy
    /// or no findings among them.
    pub fn load(self) -> Result<Loaded, Error> {
        let loaded = self.findings()?;
        if loaded.input.policies.is_empty() {
            return Err(Error::with_help(
                "none of the files is a policy",
                "give a policy document (a JSON object with a \"Statement\"), or what `aws iam \
                 get-role-policy` or `get-policy-version` prints with `--output json`, beside the \
                 findings",
            ));
        }
        Ok(loaded)
    }

    /// [`Intake::load`], compared with what AWS recommends in the place of the policies.
    ///
    /// # Errors
    /// As [`Intake::load`]; a recommendation that is for somebody else.
    pub fn load_compared(self, recommendation: impl Into<Given>) -> Result<Loaded, Error> {
        let mut reading = Reading::default();
        let loaded = reading.keep(self.load());
        let recommendation = reading.keep(recommendation.into().read_recommendation());
        reading.finish()?;
        let (Some(mut loaded), Some(recommendation)) = (loaded, recommendation) else {
            return Err(Error::new("there is nothing to compare"));
        };
        loaded.compare_with(recommendation)?;
        Ok(loaded)
    }

    /// Reads all of it as the findings for one principal, and policies where there are any.
    ///
    /// # Errors
    /// As [`Intake::load`]; there may be no policy.
    pub fn findings(self) -> Result<Loaded, Error> {
        let options = self.options.clone();
        let Some(mut loaded) = self.gather()?.join(&options)? else {
            return Err(no_findings());
        };
        loaded.notes.extend(loaded.input.unknown_actions());
        loaded.notes.extend(notes::idle_keeps(&loaded.input));
        Ok(loaded)
    }

    /// Reads all of it as [`Intake::load`] does, and opens it for review, with everything undecided.
    ///
    /// # Errors
    /// As [`Intake::load`].
    pub fn review(self) -> Result<Review, Error> {
        Ok(Review::new(self.load()?.input))
    }

    /// Reads all of it, and recognises policies and findings by their shape.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together; a file that is given twice.
    pub fn gather(self) -> Result<Gathered, Error> {
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let mut gathered = Gathered::default();
        for given in &self.given {
            let Some(folder) = reading.keep(given.folder()) else {
                continue;
            };
            if let Some(folder) = folder {
                gathered.add_fetched(&folder, &self.options, &mut reading);
            } else if let Some(source) = reading.keep(given.read()) {
                let path = given.path().filter(|path| file::is_kept(path));
                let source = match path {
                    Some(path) => source.at(path),
                    None => source,
                };
                let added = gathered.add(&source, &self.options);
                reading.keep(added.map_err(Error::from));
            }
        }
        gathered.add_accounts(&self.options, &mut reading);
        reading.finish()?;
        Ok(gathered)
    }
}

impl Given {
    fn path(&self) -> Option<&Path> {
        match self {
            Given::Path(path) => Some(path),
            Given::Text(_) | Given::ReportAbout { .. } => None,
        }
    }

    /// The fetched folder that it is, if it is one.
    fn folder(&self) -> Result<Option<Folder>, Error> {
        let path = self.path().filter(|path| !is_stdin(path));
        let path = path.filter(|path| path.is_dir() && Folder::is_at(path));
        path.map(Folder::open).transpose()
    }

    fn read(&self) -> Result<Source, Error> {
        match self {
            Given::Path(path) => {
                let source = read(path)?;
                if is_state(source.text().as_bytes()) {
                    return Err(Error::with_help(
                        format!("{} is a state of Terraform", source.name()),
                        "name it on the command line, beside the folder of its root module: \
                         iam-refine refine FOLDER STATE FINDINGS...",
                    ));
                }
                Ok(source)
            }
            Given::Text(source) | Given::ReportAbout { report: source, .. } => Ok(source.clone()),
        }
    }

    fn read_recommendation(&self) -> Result<Recommendation, Error> {
        let source = self.read()?;
        Ok(Recommendation::read(&source, &Json::parse(&source)?)?)
    }
}

impl From<&Path> for Given {
    fn from(path: &Path) -> Self {
        Given::Path(path.to_owned())
    }
}

impl From<Source> for Given {
    fn from(source: Source) -> Self {
        Given::Text(source)
    }
}

/// What is wrong with the files that were read so far. The problems of all are reported together;
/// of what the system refuses only the first.
#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
    refused: Option<Error>,
}

impl Reading {
    /// Sets aside what is wrong, to go on reading.
    fn keep<T>(&mut self, read: Result<T, Error>) -> Option<T> {
        match read {
            Ok(read) => return Some(read),
            Err(Error::Problems(problems)) => self.problems.extend(problems),
            Err(error) => {
                self.refused.get_or_insert(error);
            }
        }
        None
    }

    /// Shows no line of what was read so far.
    fn hide_lines(&mut self) {
        let problems = std::mem::take(&mut self.problems).into_iter();
        self.problems = problems.map(Problem::hiding_line).collect();
    }

    fn finish(self) -> Result<(), Error> {
        match self.refused {
            Some(error) => Err(error),
            None if self.problems.is_empty() => Ok(()),
            None => Err(Problems(self.problems).into()),
        }
    }
}

fn no_findings() -> Error {
    Error::with_help(
        "none of the files holds findings, so nothing is known to be unused",
        "give what `aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID --output json` \
         prints",
    )
}

/// Fails when a file or standard input is given more than once.
fn each_once(given: &[Given]) -> Result<(), Error> {
    let paths = || given.iter().filter_map(Given::path);
    stdin_once(paths())?;
    let mut seen: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for path in paths() {
        let Ok(real) = std::fs::canonicalize(path) else {
            continue;
        };
        let Some(first) = seen.insert(real, path) else {
            continue;
        };
        // A file may be given under two names.
        let message = if first == path {
            format!("{} is given twice", path.shown())
        } else {
            format!("{} is given twice, as {} too", path.shown(), first.shown())
        };
        return Err(Error::with_help(message, "give each file once"));
    }
    Ok(())
}
