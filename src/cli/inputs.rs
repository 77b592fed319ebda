//! Policies and findings, in any order, told apart by their shape.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::basis::Basis;
use super::exit::Failure;
use crate::catalogue::Catalogue;
use crate::findings::{Findings, MissingPages, Page, UnusedFor};
use crate::iam::{Action, ActionPattern, Name};
use crate::policies::{self, LoadedPolicy, PolicyOwner, Recommendation};
use crate::refine::{Granularity, Options};
use crate::review::ReviewInput;
use crate::text::{
    Holds, Json, LARGEST_ACCOUNT, LARGEST_FILE, Problem, Problems, Source, recognise,
};

/// What is refined, and how.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Policies and the findings for their principal, in any order; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Tell what AWS recommends beside what is proposed here, entry by entry: what `aws
    /// accessanalyzer get-finding-recommendation` or `aws securityhub get-recommended-policy-v2`
    /// prints
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,

    #[command(flatten)]
    pub how: How,
}

/// How it is refined.
#[derive(Debug, Args)]
pub struct How {
    #[command(flatten)]
    pub basis: Basis,

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

impl How {
    /// What holds for all wildcards.
    pub fn options(&self) -> Result<Options, Failure> {
        Ok(Options {
            granularity: self.granularity.granularity(),
            keeps: self.basis.keeps()?,
        })
    }
}

/// What was read, ready to be reviewed.
pub struct Loaded {
    /// The case.
    pub input: ReviewInput,
    /// The file of each policy; none for standard input and other pipes.
    pub paths: Vec<Option<PathBuf>>,
    /// What to tell about the files although they are used.
    pub notes: Vec<Problem>,
}

impl Inputs {
    /// The files, as they were given.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether one of the files is standard input.
    pub fn read_stdin(&self) -> bool {
        self.all_files().any(|path| is_stdin(path))
    }

    /// All files that are read.
    fn all_files(&self) -> impl Iterator<Item = &PathBuf> {
        let files = self.files.iter().chain(&self.compare);
        files.chain(self.how.basis.files())
    }

    /// Reads all files, of which one at least is to be a policy.
    pub fn load(&self) -> Result<Loaded, Failure> {
        stdin_once(self.all_files())?;
        let mut loaded = self.how.load(&self.files)?;
        if loaded.input.policies.is_empty() {
            return Err(Failure::with_help(
                "none of the files is a policy",
                "give a policy document (a JSON object with a \"Statement\"), or what `aws iam \
                 get-role-policy` or `get-policy-version` prints, beside the findings",
            ));
        }
        if let Some(path) = &self.compare {
            loaded.compare_with(path)?;
        }
        Ok(loaded)
    }
}

impl Loaded {
    /// Puts to the policies what AWS recommends in their place.
    fn compare_with(&mut self, path: &Path) -> Result<(), Failure> {
        let source = read(path)?;
        let recommendation = Recommendation::read(&source, &Json::parse(&source)?)?;
        let policies = &mut self.input.policies;
        let principal = self.input.findings.principal.as_deref();
        let principal = principal.and_then(PolicyOwner::from_arn);
        let owners = policies.iter().filter_map(|one| one.origin.owner.as_ref());
        let agrees = recommendation.agree_with(owners.chain(&principal));
        agrees.map_err(Problems::from)?;
        self.notes.extend(recommendation.put_to(policies));
        Ok(())
    }
}

/// Whether standard input is given for one of `files` at most.
///
/// # Errors
/// It is given for several.
pub fn stdin_once<'p>(files: impl Iterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    if files.filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::with_help(
            "standard input is given twice",
            "give `-` for one file at most",
        ));
    }
    Ok(())
}

impl How {
    /// Reads findings, and policies where there are any, in any order. Everything that is wrong
    /// with any of the files is told together.
    pub fn load(&self, files: &[PathBuf]) -> Result<Loaded, Failure> {
        stdin_once(files.iter().chain(self.basis.files()))?;
        let catalogue = self.basis.catalogue()?;
        let options = self.options()?;
        each_once(files)?;
        let mut reading = Reading::default();
        for path in files {
            reading.read(path, self.basis.unused_for());
        }
        reading.finish(catalogue, options, self.basis.missing_pages())
    }
}

/// Whether each file is given once, standard input too.
///
/// # Errors
/// One that is given twice.
pub fn each_once(files: &[PathBuf]) -> Result<(), Failure> {
    stdin_once(files.iter())?;
    match given_twice(files) {
        Some(twice) => Err(Failure::with_help(
            format!("{} is given twice", twice.display()),
            "give each file once",
        )),
        None => Ok(()),
    }
}

/// A file that is given twice, under one name or two.
fn given_twice(files: &[PathBuf]) -> Option<&PathBuf> {
    let mut seen = BTreeSet::new();
    let real = |path: &PathBuf| std::fs::canonicalize(path).ok();
    files
        .iter()
        .find(|path| real(path).is_some_and(|real| !seen.insert(real)))
}

/// What the files held, so far.
#[derive(Default)]
struct Reading {
    policies: Vec<(Option<PathBuf>, LoadedPolicy)>,
    pages: Vec<Page>,
    problems: Vec<Problem>,
    failure: Option<Failure>,
}

impl Reading {
    fn read(&mut self, path: &Path, unused_for: UnusedFor) {
        let source = match read(path) {
            Ok(source) => source,
            Err(Failure::Problems(problems)) => return self.problems.extend(problems),
            Err(failure) => {
                self.failure.get_or_insert(failure);
                return;
            }
        };
        if let Err(problems) = self.sort(path, &source, unused_for) {
            self.problems.extend(problems);
        }
    }

    fn sort(
        &mut self,
        path: &Path,
        source: &Source,
        unused_for: UnusedFor,
    ) -> Result<(), Problems> {
        let json = policies::parse(source)?;
        if recognise(&json).holds() == Holds::Policies {
            for policy in policies::read(source, &json)? {
                let path = is_kept(path).then(|| path.to_owned());
                self.policies.push((path, policy));
            }
        } else {
            self.pages.push(Page::read_for(source, &json, unused_for)?);
        }
        Ok(())
    }

    fn finish(
        self,
        catalogue: Arc<Catalogue>,
        options: Options,
        missing_pages: MissingPages,
    ) -> Result<Loaded, Failure> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if !self.problems.is_empty() {
            return Err(Problems(self.problems).into());
        }
        let findings = Findings::join(self.pages, missing_pages)?;
        let Some(findings) = Findings::of_one_principal(findings)? else {
            return Err(Failure::with_help(
                "none of the files holds findings, so nothing is known to be unused",
                "give what `aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER --id \
                 FINDING` prints",
            ));
        };
        let (paths, policies): (Vec<_>, Vec<_>) = self.policies.into_iter().unzip();
        let outdated = policies::agree(&policies, &findings)?;
        let mut notes: Vec<Problem> = (policies.iter().flat_map(LoadedPolicy::notes))
            .chain(&findings.notes)
            .chain(&outdated)
            .cloned()
            .collect();
        let input = ReviewInput::new(policies, findings, catalogue, options);
        notes.extend(input.unknown_actions());
        notes.extend(idle_keeps(&input));
        Ok(Loaded {
            input,
            paths,
            notes,
        })
    }
}

/// Whether what `path` holds can be read again: not so standard input, and a pipe that a shell
/// makes of `<(…)`.
fn is_kept(path: &Path) -> bool {
    !is_stdin(path) && path.is_file()
}

/// Whether `path` means standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file, or standard input, up to the size that is read at all.
pub fn read(path: &Path) -> Result<Source, Failure> {
    let (name, bytes) = read_bytes(path, LARGEST_FILE)?;
    Source::from_bytes(&name, &bytes).map_err(|problem| Problems::from(problem).into())
}

/// Reads a file that holds a whole account.
pub fn read_account(path: &Path) -> Result<Source, Failure> {
    let (name, bytes) = read_bytes(path, LARGEST_ACCOUNT)?;
    Source::of_an_account(&name, &bytes).map_err(|problem| Problems::from(problem).into())
}

/// The name of a file and what it holds, of one that is longer than `most` a byte more.
fn read_bytes(path: &Path, most: usize) -> Result<(String, Vec<u8>), Failure> {
    let limit = most as u64 + 1;
    let mut bytes = Vec::new();
    let (name, result) = if is_stdin(path) {
        let stdin = std::io::stdin().lock();
        (
            "standard input".to_owned(),
            stdin.take(limit).read_to_end(&mut bytes),
        )
    } else {
        let result = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        (path.display().to_string(), result)
    };
    if let Err(error) = result {
        let error = anyhow::Error::new(error).context(format!("{name} cannot be read"));
        return Err(error.into());
    }
    Ok((name, bytes))
}

/// Notes for each keep that keeps nothing because no action is called so: perhaps it is misspelt.
fn idle_keeps(input: &ReviewInput) -> impl Iterator<Item = Problem> {
    let universe = &input.universe;
    let is_known = |action: &Action| {
        // A keep makes the action known that it names, so the universe is not asked.
        universe.catalogue.contains(action)
            || universe.unused.contains_name(action)
            || input.policies.iter().any(|one| names(one, action))
    };
    let matches_any = move |pattern: &ActionPattern| match pattern.as_action() {
        Some(action) => is_known(&action),
        None => universe.services().iter().any(|service| {
            let matches = |name: &&Name| pattern.matches_parts(service, name.as_str());
            pattern.covers_service(service) && universe.names(service).iter().any(matches)
        }),
    };
    let idle = (input.options.keeps.iter()).filter(move |keep| !matches_any(&keep.pattern));
    idle.map(|keep| {
        let source = Source::from_text(&format!("--keep {}", keep.pattern), "");
        source.note("matches no action of the catalogue, the findings or the policies")
    })
}

/// Whether an entry of the policy is just `action`.
fn names(policy: &LoadedPolicy, action: &Action) -> bool {
    let statements = policy.document.policy().statements.iter();
    let mut entries = statements.flat_map(|statement| statement.actions.entries());
    entries.any(|entry| entry.as_action().as_ref() == Some(action))
}
