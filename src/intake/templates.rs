//! Templates of CloudFormation, their stacks, what AWS has of these, and findings, from files in any
//! order.

use std::path::Path;

use super::account::{FindingsFile, GatheredFindings, account_of, in_folders};
use super::file::{is_kept, is_stdin, read_account};
use super::source_report::{synthesized, without_stack};
use super::sources::{from_here, joined};
use super::{Gathered, Given, Intake, Reading, SourceReview, each_once, fetched, kept};
use crate::fetched::{FetchedOf, Folder};
use crate::policies::{self, Account, LoadedPolicy, PolicyOwner};
use crate::sources::{Held, Matched, Stack, Templates, is_state};
use crate::text::{Error, Holds, Json, Problem, Problems, Shape, Source, recognise, some_of};

impl Intake {
    /// Brings together a template, or the folder that holds some, with its stacks, what AWS has of them
    /// and the findings, which were given in any order. With `stacks_complete` there are no other stacks
    /// than these.
    ///
    /// # Errors
    /// What is wrong with any of the files; no stack, with where the findings' actions stand; a template
    /// that may have several stacks, unless these are complete.
    pub fn templates(self, path: &Path, stacks_complete: bool) -> Result<SourceReview, Error> {
        let mut options = self.options;
        each_once(&self.given)?;
        let mut reading = Reading::default();
        let mut beside = Beside::default();
        for given in self.given {
            let read = beside.take(given, &mut reading);
            reading.keep(read);
        }
        let (mut files, mut notes) = in_folders(std::mem::take(&mut beside.others))?;
        let fetched = std::mem::take(&mut beside.fetched_findings).into_iter();
        files.extend(fetched.map(FindingsFile::fetched));
        notes.append(&mut beside.notes);
        options = options.of_analyzer(beside.days);
        (beside.findings).add_all(&files, options.unused_for, &mut reading);
        for folder in &beside.fetched {
            let mut gathered = Gathered::default();
            gathered.add_fetched(folder, &options, &mut reading);
            notes.extend(fetched::notes(folder));
            beside.held.policies.extend(gathered.policies);
            beside.findings.pages.extend(gathered.pages);
        }
        let mut notes = (beside.findings).notes_hiding_lines(notes, &mut reading);
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink());
        let from_here = if is_link {
            Ok(path.to_owned())
        } else {
            from_here(path)
        };
        let templates = from_here.and_then(|path| Templates::open(&path));
        let templates = reading.keep(templates);
        reading.finish()?;
        let Some(templates) = templates else {
            return Err(Error::new("there is no template"));
        };
        notes.extend(templates.unread.iter().cloned());
        let files = templates.files.iter();
        notes.extend(files.flat_map(|file| file.template.unread.iter().cloned()));
        let held_notes = beside
            .held
            .accounts
            .iter()
            .flat_map(|account| &account.notes);
        notes.extend(held_notes.cloned());
        let findings = joined(beside.findings, &options, &mut notes)?;
        if templates.are_synthesized() {
            return Err(synthesized(&templates, &findings, &options));
        }
        if beside.stacks.is_empty() {
            return Err(without_stack(&templates, &findings, &options));
        }
        if !stacks_complete {
            return Err(others(&templates, &beside.stacks));
        }
        let folder = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(Path::new(""))
        };
        kept::add_found([folder], &mut options, &mut notes)?;
        if let Some(problem) = beside.held.twice() {
            return Err(problem.into());
        }
        let found = findings.iter().filter_map(|finding| {
            let principal = finding.principal.as_ref()?;
            PolicyOwner::from_arn(principal.raw())
        });
        let found: Vec<PolicyOwner> = found.collect();
        let matched = Matched::of_templates(&templates, &beside.stacks, &beside.held, &found)?;
        notes.extend(templates.taken_for(&beside.stacks));
        let mut review = SourceReview::of(&matched, findings, notes, &options);
        let commented = commented(&templates)?;
        kept::hold_back_commented(&mut review.input, commented, &options, &mut review.notes)?;
        Ok(review)
    }
}

/// The templates with their comments, those too of which no policy is refined.
fn commented(templates: &Templates) -> Result<Vec<kept::Commented>, Problem> {
    let files = templates.files.iter();
    let commented = files.map(|file| kept::Commented::template(&file.source));
    commented.filter_map(Result::transpose).collect()
}

/// That nobody can tell whether there are other stacks.
fn others(templates: &Templates, stacks: &[Stack]) -> Error {
    let files = templates
        .files
        .iter()
        .map(|file| file.source.name().to_string());
    let files: Vec<String> = files.collect();
    let stacks: Vec<String> = stacks.iter().map(|stack| stack.name.to_string()).collect();
    let message = format!(
        "nothing tells which stacks are made of {}; given are {}",
        some_of(&files, 5),
        some_of(&stacks, 5)
    );
    Error::with_help(
        message,
        "give the stacks of all accounts and regions, and say --states-complete when there are no others",
    )
}

/// Policies of which it is told whose they are.
fn of_somebody(
    source: &Source,
    json: &Json,
    read: Vec<LoadedPolicy>,
) -> Result<Vec<LoadedPolicy>, Problems> {
    let is_known =
        |policy: &LoadedPolicy| policy.origin.owner.is_some() || policy.origin.arn.is_some();
    if read.iter().all(is_known) {
        return Ok(read);
    }
    let message = "this does not tell whose policy it is";
    let help = "beside a template give what AWS has with its names: what `aws iam get-role-policy` or `aws \
                iam get-account-authorization-details` prints; of a managed policy only the latter does";
    Err(source
        .error_from(json.start_in(source), message)
        .help(help)
        .into())
}

/// What was given beside templates.
#[derive(Default)]
struct Beside {
    stacks: Vec<Stack>,
    held: Held,
    /// Folders of a role or user.
    fetched: Vec<Folder>,
    /// Findings, to be read.
    others: Vec<Given>,
    /// What was fetched with an account.
    fetched_findings: Vec<Given>,
    /// How many days the analyzer looks at that was asked.
    days: Option<u32>,
    notes: Vec<Problem>,
    findings: GatheredFindings,
}

impl Beside {
    /// Takes a file for what it is. A pipe is read once.
    fn take(&mut self, given: Given, reading: &mut Reading) -> Result<(), Error> {
        if let Some(folder) = given.folder()? {
            return self.take_fetched(folder);
        }
        let source = match &given {
            Given::Path(path) if path.is_dir() => {
                self.others.push(given);
                return Ok(());
            }
            Given::Path(path) => {
                let source = read_account(path)?;
                if is_kept(path) && !is_stdin(path) {
                    source.at(path)
                } else {
                    source
                }
            }
            Given::Text(source) | Given::ReportAbout { report: source, .. } => source.clone(),
        };
        if is_state(source.text().as_bytes()) {
            let problem = source.error("this is a state of Terraform, and beside it is a template");
            let help = "give the folder of the root module with its state, or the template with its stacks";
            return Err(problem.help(help).hiding_line().into());
        }
        let mut findings = false;
        let no_resources = "this tells of stacks, and not of their resources";
        for json in policies::parse_each(&source)? {
            let shape = recognise(&json);
            if ["Stacks", "StackSummaries", "TemplateBody"]
                .iter()
                .any(|key| json.get(key).is_some())
            {
                let problem = source.error_from(json.start_in(&source), no_resources);
                let help = "give what `aws cloudformation list-stack-resources --stack-name STACK --output \
                            json` prints";
                reading.keep::<()>(Err(problem.help(help).into()));
            } else if Stack::is_one(&json) {
                self.stacks
                    .extend(reading.keep(Stack::read(&source, &json).map_err(Error::from)));
            } else if shape == Shape::AuthorizationDetails {
                self.held
                    .accounts
                    .extend(reading.keep(Account::read(&source, &json).map_err(Error::from)));
            } else if shape.holds() == Holds::Policies {
                let read = policies::read_shape(&source, &json, shape)
                    .and_then(|read| of_somebody(&source, &json, read));
                self.held.policies.extend(
                    reading
                        .keep(read.map_err(Error::from))
                        .into_iter()
                        .flatten(),
                );
            } else {
                findings = true;
            }
        }
        if findings {
            self.others.push(match given {
                Given::Path(_) => Given::Text(source),
                other => other,
            });
        }
        Ok(())
    }

    /// Takes what AWS has from a fetched folder, of a role or user or of an account.
    fn take_fetched(&mut self, folder: Folder) -> Result<(), Error> {
        if !matches!(folder.manifest.heading.of, FetchedOf::Account(_)) {
            self.fetched.push(folder);
            return Ok(());
        }
        let fetched = account_of(
            &folder,
            "give it of the whole account, or of a role or user",
        )?;
        let account = Account::read(&fetched.details, &Json::parse(&fetched.details)?)?;
        self.held.accounts.push(account);
        self.fetched_findings.extend(fetched.findings);
        self.days = self.days.max(fetched.days);
        self.notes.extend(fetched.notes);
        Ok(())
    }
}
