//! The arguments that several commands have, and what they come to as options of an [`Intake`].

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::catalogue_in_use;
use super::clock::{now, today};
use super::exit::Failure;
use super::fetching::{AwsArgs, PrincipalArgs};
use super::speak::eprint_line;
use crate::fetched::Folder;
use crate::findings::{MissingPages, UnusedFor};
use crate::iam::ActionPattern;
use crate::intake::{
    Intake, IntakeOptions, Loaded, SourceRoot, is_stdin, keep_file, read, stdin_once,
};
use crate::refine::{Granularity, Keep, Options};
use crate::sources::{is_module, is_source};
use crate::store::remove_filled;
use crate::text::Shown;

/// What is refined, and how.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// Policies and the findings for their principal, in any order; `-` for standard input. Or a folder
    /// that `iam-refine fetch` made. Or root modules of Terraform with their states, or a template of
    /// CloudFormation with its stacks and what AWS has of these, and findings
    #[arg(required_unless_present_any = ["role", "user", "account"], value_name = "FILE")]
    #[arg(conflicts_with_all = ["role", "user"])]
    files: Vec<PathBuf>,

    #[command(flatten)]
    principal: PrincipalArgs,

    #[command(flatten)]
    aws: AwsArgs,

    /// Where AWS's answers are that nobody asked to keep.
    #[arg(skip)]
    fetched: OnceCell<PathBuf>,

    /// Tell what AWS recommends beside what is proposed here, entry by entry: what `aws
    /// accessanalyzer get-finding-recommendation` or `aws securityhub get-recommended-policy-v2`
    /// prints with `--output json`
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,

    #[command(flatten)]
    everywhere: EverywhereArg,

    #[command(flatten)]
    pub refine: RefineArgs,
}

/// Whose findings are given.
#[derive(Clone, Copy, Debug, Args)]
pub struct EverywhereArg {
    /// The findings are those of all who have the policy, such as the roles of one permission set in
    /// many accounts: only what none of them uses is unused
    #[arg(long)]
    everywhere: bool,
}

impl EverywhereArg {
    /// `options` with what was asked for.
    pub fn add_to(self, options: IntakeOptions) -> IntakeOptions {
        IntakeOptions {
            everywhere: self.everywhere,
            ..options
        }
    }
}

/// How it is refined.
#[derive(Debug, Args)]
pub struct RefineArgs {
    #[command(flatten)]
    pub input: InputArgs,

    /// Where names are cut
    #[arg(long, value_name = "WHERE", default_value_t = GranularityChoice::Word)]
    #[arg(value_enum)]
    granularity: GranularityChoice,
}

/// Where names are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GranularityChoice {
    /// Before every capital letter, as AWS's recommendations do
    Word,
    /// Anywhere: the fewest characters, the most future grants
    Character,
    /// Nowhere: explicit lists in place of refined wildcards
    Name,
}

/// What an answer rests on, wherever a policy is refined or judged: the actions there are, what is
/// to be kept, and what of the findings counts.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Use this catalogue of actions: the program's own form, or a line `service:Action` each
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,

    /// Keep the unused actions that PATTERN matches (repeatable); say why behind `=`
    #[arg(long = "keep", value_name = "PATTERN[=REASON]", value_parser = parse_keep)]
    keeps: Vec<Keep>,

    /// Keep what this file says (TOML: `[[keep]]` with `pattern` and `reason`)
    #[arg(long, value_name = "FILE")]
    keep_file: Option<PathBuf>,

    /// What was used in so many days before the finding or the report is not unused [default: 90]
    #[arg(long, value_name = "DAYS")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    unused_for: Option<u32>,

    /// Go on although pages of a finding are missing: what they name stays granted
    #[arg(long)]
    partial: bool,
}

/// Reads `PATTERN` or `PATTERN=REASON`.
fn parse_keep(text: &str) -> Result<Keep, String> {
    let (pattern, reason) = match text.split_once('=') {
        Some((pattern, reason)) => (pattern, Some(reason.trim().into())),
        None => (text, None),
    };
    let pattern: ActionPattern = pattern.trim().parse().map_err(|e| format!("{e}"))?;
    Ok(Keep {
        reason,
        ..Keep::of(pattern)
    })
}

/// Whether a path is a source of policies, and no fetched folder.
fn is_root(path: &Path) -> bool {
    !(is_stdin(path) || path.is_dir() && Folder::is_at(path)) && is_source(path)
}

/// The two of `ROOT=STATE`, where that is no file of its own.
fn root_and_state(path: &Path) -> Option<(&Path, &Path)> {
    let (root, state) = path.to_str()?.split_once('=')?;
    let (root, state) = (Path::new(root), Path::new(state));
    (!path.exists() && root.is_dir() && is_module(root)).then_some((root, state))
}

impl FileArgs {
    /// The files, as they were given.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The root modules, the template or the folder of templates among them, and the other files.
    ///
    /// # Errors
    /// One file of a module.
    pub fn sources(&self) -> Result<(Vec<SourceRoot>, Vec<&Path>), Failure> {
        let mut roots: Vec<SourceRoot> = Vec::new();
        let mut others = Vec::new();
        for path in self.files.iter().map(PathBuf::as_path) {
            let (root, state) = match root_and_state(path) {
                Some((root, state)) if state.as_os_str().is_empty() => {
                    return Err(Failure::with_help(
                        format!("{} names no state", path.shown()),
                        format!("give one: {}=STATE", root.shown()),
                    ));
                }
                Some((root, state)) => (root, Some(state)),
                None if is_root(path) => (path, None),
                None => {
                    others.push(path);
                    continue;
                }
            };
            match roots.iter_mut().find(|one| one.path == root) {
                Some(known) => known.states.extend(state.map(Path::to_owned)),
                None => roots.push(SourceRoot {
                    path: root.to_owned(),
                    states: state.into_iter().map(Path::to_owned).collect(),
                }),
            }
        }
        let is_one_file = |path: &&&Path| {
            let extension = path.extension();
            extension.is_some_and(|end| end == "tf" || end == "tofu")
        };
        match others.iter().find(is_one_file) {
            None => Ok((roots, others)),
            Some(file) => Err(Failure::with_help(
                format!("{} is one file of a module", file.shown()),
                "give the folder of the root module, which holds it or calls its module",
            )),
        }
    }

    /// What was asked for that does not go with Terraform files or a template.
    pub fn not_for_sources(&self) -> Option<&'static str> {
        match (&self.compare, self.everywhere.everywhere) {
            (Some(_), _) => Some("--compare"),
            (None, true) => Some("--everywhere"),
            (None, false) => None,
        }
    }

    /// Whether one of the files is standard input.
    pub fn read_stdin(&self) -> bool {
        self.all_files().any(is_stdin)
    }

    /// All files that are read.
    fn all_files(&self) -> impl Iterator<Item = &Path> {
        let files = self.files.iter().chain(&self.compare);
        files.map(PathBuf::as_path).chain(self.refine.input.files())
    }

    /// Reads all files, of which one at least is to be a policy.
    pub fn load(&self) -> Result<Loaded, Failure> {
        stdin_once(self.all_files())?;
        if let Some(target) = self.principal.target() {
            // It is loaded once.
            let _ = self.fetched.set(self.aws.fetched(&target)?);
        }
        let options = self.everywhere.add_to(self.refine.intake_options()?);
        let intake = Intake::new()
            .options(options)
            .paths(self.files.iter().chain(self.fetched.get()));
        Ok(match &self.compare {
            Some(recommendation) => intake.load_compared(recommendation.as_path())?,
            None => intake.load()?,
        })
    }
}

impl FileArgs {
    /// Does not use AWS's answers again: the policies are about to be changed.
    pub fn forget_fetched(&self) {
        if let Some(folder) = self.fetched.get() {
            // What is left there is used for an hour at most, and that is told.
            let _ = remove_filled(folder);
        }
    }
}

impl RefineArgs {
    /// Reads findings, and policies where there are any, in any order.
    pub fn load_findings(&self, files: &[PathBuf]) -> Result<Loaded, Failure> {
        stdin_once(files.iter().map(PathBuf::as_path).chain(self.input.files()))?;
        Ok(self.intake()?.paths(files).findings()?)
    }

    /// An intake for what is refined so.
    pub fn intake(&self) -> Result<Intake, Failure> {
        Ok(Intake::new().options(self.intake_options()?))
    }

    /// What an answer rests on.
    pub fn intake_options(&self) -> Result<IntakeOptions, Failure> {
        let mut options = self.input.intake_options()?;
        options.refine.granularity = self.granularity.granularity();
        Ok(options)
    }

    /// What holds for all wildcards.
    pub fn options(&self) -> Result<Options, Failure> {
        Ok(Options {
            granularity: self.granularity.granularity(),
            keeps: self.input.kept()?.keeps,
        })
    }
}

impl GranularityChoice {
    /// The granularity that is asked for.
    pub fn granularity(self) -> Granularity {
        match self {
            GranularityChoice::Word => Granularity::Word,
            GranularityChoice::Character => Granularity::Character,
            GranularityChoice::Name => Granularity::Name,
        }
    }
}

impl InputArgs {
    /// What an answer rests on, with names cut as by default.
    pub fn intake_options(&self) -> Result<IntakeOptions, Failure> {
        let catalogue = catalogue_in_use::chosen_with_hint(self.catalogue.as_deref())?;
        let kept = self.kept()?;
        Ok(IntakeOptions {
            catalogue,
            refine: Options {
                keeps: kept.keeps,
                ..Options::default()
            },
            principals: kept.principals,
            unused_for: self.unused_for(),
            missing_pages: if self.partial {
                MissingPages::Accepted
            } else {
                MissingPages::Refused
            },
            everywhere: false,
            today: today().ok(),
        })
    }

    /// The days that were asked for, if any were.
    fn unused_for(&self) -> UnusedFor {
        let days = self
            .unused_for
            .map_or_else(UnusedFor::default, UnusedFor::days);
        match now() {
            Ok(now) => days.at(now),
            Err(_) => days,
        }
    }

    /// What is to be kept: what the file says, then what the command line does.
    fn kept(&self) -> Result<keep_file::Kept, Failure> {
        let mut kept = match &self.keep_file {
            None => keep_file::Kept::default(),
            Some(path) => keep_file::read(&read(path)?, today().ok())?,
        };
        for passed in kept.passed.drain(..) {
            eprint_line(passed);
        }
        kept.keeps.extend(self.keeps.iter().cloned());
        Ok(kept)
    }

    /// The files that are read for it.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let files = self.catalogue.iter().chain(&self.keep_file);
        files.map(PathBuf::as_path)
    }
}
