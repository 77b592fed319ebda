//! What `refine` and `review` work on: policies in files of their own, or in sources: the blocks of a root
//! module of Terraform, templates of CloudFormation.

use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::autosave::{name_of_review, name_of_sources};
use super::exit::Failure;
use super::goal::Printed;
use super::output::{NOTHING_LEFT, Output, RefinedFile};
use super::shared_arguments::FileArgs;
use super::speak::eprint_line;
use crate::explain::report::{source_summary, summary};
use crate::intake::{Loaded, SourceReview};
use crate::review::{FileText, Review, ReviewInput};
use crate::sources::{MadeBy, made_by};
use crate::text::{Shown, alike};

/// Policies to be refined, and where they are written.
pub struct Opened {
    /// What is known of them. There may be none in sources.
    pub input: ReviewInput,
    /// Where they are written.
    pub home: Home,
}

/// Where policies are written.
pub enum Home {
    /// Each in a file of its own, or inside an answer of AWS.
    Files,
    /// In sources.
    Sources {
        /// The folder of the root module, the template, or the folder of templates.
        root: PathBuf,
        /// What makes something of them.
        made_by: MadeBy,
    },
}

/// That sources have nothing to be refined.
pub const NO_POLICIES: &str =
    "Nothing changes: no policy is written here of which anything is known.";

/// What is said of sources.
#[derive(Clone, Copy, Debug, Args)]
pub struct SourceArgs {
    /// Of Terraform files there are no other states than those given, or of a template no other stacks, and
    /// nobody else has what they make
    #[arg(long)]
    pub states_complete: bool,
}

impl SourceArgs {
    /// Reads what is refined, and tells what to mind of it.
    ///
    /// # Errors
    /// What is wrong with the files; what does not go together.
    pub fn open(self, inputs: &FileArgs) -> Result<Opened, Failure> {
        let Some((folder, files)) = inputs.source_folder()? else {
            return self.open_files(inputs);
        };
        let made_by = made_by(folder);
        if let Some(option) = inputs.not_for_sources() {
            return Err(refuse(made_by, option, "leave it out"));
        }
        let intake = inputs.refine.intake()?.paths(files);
        let SourceReview { input, notes } = intake.sources(folder, self.states_complete)?;
        for note in alike(&notes).into_iter().chain(alike(&input.left)) {
            eprint_line(note);
        }
        let root = folder.to_owned();
        Ok(Opened {
            input,
            home: Home::Sources { root, made_by },
        })
    }

    fn open_files(self, inputs: &FileArgs) -> Result<Opened, Failure> {
        if self.states_complete {
            return Err(Failure::with_help(
                "--states-complete is said of Terraform files or a template, and none is given",
                "give the folder of the root module beside its states, or the template beside its stacks",
            ));
        }
        let Loaded { input, notes } = inputs.load()?;
        for note in &notes {
            eprint_line(note);
        }
        Ok(Opened {
            input,
            home: Home::Files,
        })
    }
}

/// That an option has no meaning for sources, and what to do in its place.
pub fn refuse(made_by: MadeBy, option: &str, help: &str) -> Failure {
    let called = match made_by {
        MadeBy::Terraform => "a folder of Terraform files",
        MadeBy::CloudFormation => "a template",
    };
    Failure::with_help(format!("{option} does not go with {called}"), help)
}

impl Home {
    /// The form of sources, if these are.
    pub fn made_by(&self) -> Option<MadeBy> {
        match self {
            Home::Files => None,
            Home::Sources { made_by, .. } => Some(*made_by),
        }
    }

    /// What was accepted, what is proved, and what it comes to.
    pub fn summary(&self, review: &Review) -> String {
        match self {
            Home::Files => summary(review),
            Home::Sources { .. } => source_summary(review),
        }
    }

    /// What is called for where nothing is left of a policy.
    pub fn nothing_left(&self) -> &'static str {
        match self {
            Home::Files => NOTHING_LEFT,
            Home::Sources { .. } => {
                "Nothing would be left of a policy, and it stays as it is: remove the resource, what \
                 attaches it, and the document."
            }
        }
    }

    /// What to do with what was `written`, a line a step.
    pub fn next_steps(&self, output: &Output<'_>, written: &[RefinedFile]) -> Vec<String> {
        match self {
            Home::Files => (output.next_steps(written).iter())
                .map(ToString::to_string)
                .collect(),
            Home::Sources { .. } if written.is_empty() => Vec::new(),
            Home::Sources { made_by, .. } => vec![format!(
                "next: {} has to show these changes of policies and no others",
                match made_by {
                    MadeBy::Terraform => "`terraform plan`",
                    MadeBy::CloudFormation => "the stack's next change set",
                }
            )],
        }
    }

    /// What the journal of a review is called.
    pub fn journal_name(&self, review: &Review) -> String {
        match self {
            Home::Files => name_of_review(review),
            Home::Sources { root, .. } => name_of_sources(root, review),
        }
    }

    /// Whether this can be printed of policies that are written so; tells what to mind of it.
    ///
    /// # Errors
    /// Policies that do not fit it.
    pub fn can_print(
        &self,
        what: Printed,
        output: &Output<'_>,
        review: &Review,
    ) -> Result<(), Failure> {
        match what {
            Printed::Policy => output.can_print(),
            Printed::Diff => {
                output.can_be_one("in a diff of one")?;
                for note in output.notes_on_diff() {
                    eprint_line(note);
                }
                self.can_be_patched(review)
            }
            Printed::Sarif => all_in_files(review),
            Printed::Json | Printed::Markdown => Ok(()),
        }
    }

    /// Whether the diff of what changes can be applied from where one stands; that of sources is there to
    /// be applied.
    ///
    /// # Errors
    /// A file that is not below this folder.
    fn can_be_patched(&self, review: &Review) -> Result<(), Failure> {
        if self.made_by().is_none() {
            return Ok(());
        }
        let changed = review
            .files()
            .filter(|file| matches!(file.outcome.written, FileText::Changed(_)));
        for file in changed {
            let path = file.source().path().unwrap_or(Path::new(""));
            let is_below = path
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            if !is_below {
                return Err(Failure::with_help(
                    format!("{} is not below this folder, and a patch is", path.shown()),
                    "stand in the folder of the repository and give the root module from there, or \
                     write the files with --in-place",
                ));
            }
        }
        Ok(())
    }
}

/// Whether each policy stands in a file, of which lines and columns can be told.
fn all_in_files(review: &Review) -> Result<(), Failure> {
    for policy in review.policies() {
        let source = policy.loaded.document.source();
        if policy.loaded.origin.is_in_answer || source.path().is_none() {
            return Err(Failure::with_help(
                format!(
                    "--format sarif tells lines of files, and {} is in none of its own",
                    source.name()
                ),
                "give the policy as a file, or take --format json",
            ));
        }
    }
    Ok(())
}
