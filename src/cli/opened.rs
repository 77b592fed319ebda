//! What `refine` and `review` work on: policies in files of their own, or in sources: the blocks of a root
//! module of Terraform, templates of `CloudFormation`.

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
use crate::review::{FileText, Review, ReviewInput, Written};
use crate::sources::{MadeBy, made_by};
use crate::text::{Problem, Problems, Shown, alike};

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
        /// The folders of root modules, or one template or folder of templates.
        roots: Vec<PathBuf>,
        /// What makes something of them.
        made_by: MadeBy,
    },
}

/// That sources have nothing to be refined.
pub const NO_POLICIES: &str = "Nothing can be refined: no policy is left of those that the findings are about. \
                               What is said above tells why.";

/// What is said of sources.
#[derive(Clone, Copy, Debug, Args)]
pub struct SourceArgs {
    /// Of Terraform files there are no other states than those given, or of a template no other stacks, and
    /// nobody else has what they make
    #[arg(long, conflicts_with = "account")]
    pub states_complete: bool,
}

impl SourceArgs {
    /// Reads what is refined, and tells what to mind of it.
    ///
    /// # Errors
    /// What is wrong with the files; what does not go together.
    pub fn open(self, inputs: &FileArgs) -> Result<Opened, Failure> {
        let (roots, files) = inputs.sources()?;
        let Some(first) = roots.first() else {
            return self.open_files(inputs);
        };
        let made_by = made_by(&first.path);
        if let Some(option) = inputs.not_for_sources() {
            return Err(refuse(option, "leave it out"));
        }
        let intake = inputs.refine.intake()?.paths(files);
        let SourceReview { input, notes } = intake.sources(&roots, self.states_complete)?;
        for note in alike(&notes).into_iter().chain(alike(&input.left)) {
            eprint_line(note);
        }
        let roots = roots.into_iter().map(|root| root.path).collect();
        Ok(Opened {
            input,
            home: Home::Sources { roots, made_by },
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
pub fn refuse(option: &str, help: &str) -> Failure {
    let message = format!("{option} does not go with Terraform files or a template");
    Failure::with_help(message, help)
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
    pub fn nothing_left(&self, review: &Review) -> &'static str {
        let mut policies = review.policies();
        let is_part = policies.any(|policy| {
            let block = policy.loaded.origin.block.as_ref();
            policy.outcome.written == Written::NothingLeft
                && block.is_some_and(|block| block.is_part)
        });
        match self {
            Home::Files => NOTHING_LEFT,
            Home::Sources { .. } if is_part => {
                "Nothing would be left of a document that others take, and it stays as it is: take it out of \
                 source_policy_documents or override_policy_documents. The other documents of the policy are \
                 needed. Where it is a policy of its own, remove that, what attaches it, and the document."
            }
            Home::Sources { .. } => {
                "Nothing would be left of a policy, and it stays as it is: remove the resource, what \
                 attaches it, and the document; of a policy that stands in a role, only its part there."
            }
        }
    }

    /// What to do with what was `written`, a line a step; a `record` of it may have been written too.
    pub fn next_steps(
        &self,
        review: &Review,
        output: &Output<'_>,
        written: &[RefinedFile],
        record: Option<&Path>,
    ) -> Vec<String> {
        match self {
            Home::Files => (output.next_steps(written).iter())
                .map(ToString::to_string)
                .collect(),
            Home::Sources { .. } if written.is_empty() => Vec::new(),
            Home::Sources { .. } => self.after_sources(review, record),
        }
    }

    /// What to do once the changes stand in sources, where there are any.
    pub fn after_sources(&self, review: &Review, record: Option<&Path>) -> Vec<String> {
        let mut files = review.files();
        match self {
            _ if !files.any(|file| matches!(file.outcome.written, FileText::Changed(_))) => {
                Vec::new()
            }
            Home::Files => Vec::new(),
            Home::Sources {
                made_by: MadeBy::CloudFormation,
                ..
            } => vec![
                "next: the stack's next change set has to show these changes of policies and no others"
                    .to_owned(),
            ],
            Home::Sources { roots, .. } => {
                let decisions = record.map_or(String::new(), |record| {
                    format!(" --decisions {}", record.shown())
                });
                let each = if roots.len() > 1 { " in each root module" } else { "" };
                let mut steps = vec![format!(
                    "next: `terraform plan -out tfplan`{each} has to show these changes of policies and no \
                     others; `terraform show -json tfplan > plan.json` and `iam-refine verify plan.json \
                     FINDINGS...{decisions}` judge it"
                )];
                if record.is_none() && (roots.len() > 1 || review.is_more_than_findings_tell()) {
                    steps.push(
                        "note: the findings alone do not tell all of this: `verify` needs a record of it, which this command writes with --record FILE as long as the files are as \
                         they were, and reads with --decisions FILE"
                            .to_owned(),
                    );
                }
                steps
            }
        }
    }

    /// Whether what is written can be applied: AWS refuses what is too long, and half of the rest may be
    /// done by then.
    ///
    /// # Errors
    /// A policy of sources that would be too long.
    pub fn can_be_applied(&self, review: &Review) -> Result<(), Failure> {
        if self.made_by().is_none() {
            return Ok(());
        }
        let overlong = review.overlong(None).into_iter();
        let problems = overlong.map(|one| {
            let problem = review.overlong_problem(one);
            problem.help("F leaves some of what is unused granted, so that it fits")
        });
        let problems: Vec<Problem> = problems.collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(problems).into())
        }
    }

    /// What the journal of a review is called.
    pub fn journal_name(&self, review: &Review) -> String {
        match self {
            Home::Files => name_of_review(review),
            Home::Sources { roots, .. } => name_of_sources(roots),
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
            let mut folders = path.ancestors().skip(1);
            if let Some(link) = folders.find(|folder| folder.is_symlink()) {
                return Err(Failure::with_help(
                    format!("{} is a link, and no patch goes beyond one", link.shown()),
                    "give the folder that it leads to, or write the files with --in-place",
                ));
            }
            if path.to_str().is_none() {
                return Err(Failure::with_help(
                    format!("{} is not UTF-8, and a patch cannot name it", path.shown()),
                    "write the files with --in-place",
                ));
            }
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
