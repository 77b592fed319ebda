//! Templates of CloudFormation, their stacks, what AWS has of these, and findings, from files in any
//! order.

use std::path::Path;

use super::account::{GatheredFindings, in_folders};
use super::file::{is_kept, is_stdin, read_account};
use super::source_report::without_stack;
use super::sources::{from_here, joined};
use super::{Gathered, Given, Intake, Reading, SourceReview, each_once, fetched, kept};
use crate::fetched::{FetchedOf, Folder};
use crate::findings::Findings;
use crate::iam::{AccountId, Arn};
use crate::policies::{self, Account, LoadedPolicy};
use crate::sources::{Held, Matched, Stack, Templates};
use crate::text::{Error, Holds, Json, Problem, Problems, Shape, Shown, Source, recognise};

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
        let (files, mut notes) = in_folders(std::mem::take(&mut beside.others))?;
        for file in &files {
            beside.findings.add(file, options.unused_for, &mut reading);
        }
        for folder in &beside.fetched {
            let mut gathered = Gathered::default();
            gathered.add_fetched(folder, &options, &mut reading);
            notes.extend(fetched::notes(folder));
            beside.held.policies.extend(gathered.policies);
            beside.findings.pages.extend(gathered.pages);
        }
        notes.extend(beside.findings.notes(&mut reading));
        let templates = from_here(path).and_then(|path| Templates::open(&path));
        let templates = reading.keep(templates);
        reading.finish()?;
        let Some(templates) = templates else {
            return Err(Error::new("there is no template"));
        };
        notes.extend(templates.unread.iter().cloned());
        let held_notes = beside
            .held
            .accounts
            .iter()
            .flat_map(|account| &account.notes);
        notes.extend(held_notes.cloned());
        let findings = joined(beside.findings, &options, &mut notes)?;
        if beside.stacks.is_empty() {
            return Err(without_stack(&templates, &findings, &options));
        }
        if !stacks_complete {
            let several: Vec<Problem> = may_have_several(&templates, &beside.stacks);
            if !several.is_empty() {
                return Err(Problems(several).into());
            }
        }
        let folder = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(Path::new(""))
        };
        kept::add_found(folder, &mut options, &mut notes)?;
        let account = account_of(&findings);
        let matched =
            Matched::of_templates(&templates, &beside.stacks, &beside.held, account.as_ref())?;
        let mut review = SourceReview::of(&matched, findings, notes, &options);
        kept::hold_back_commented(&mut review.input, &options, &mut review.notes)?;
        Ok(review)
    }
}

/// Signs that a template of which a stack is given has others too.
fn may_have_several(templates: &Templates, _stacks: &[Stack]) -> Vec<Problem> {
    let files = templates.files.iter();
    files
        .flat_map(|file| file.template.may_differ.iter().cloned())
        .collect()
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
                iam get-account-authorization-details` prints";
    Err(source
        .error_from(json.start_in(source), message)
        .help(help)
        .into())
}

/// The account that all findings are of; none where they are of several.
fn account_of(findings: &[Findings]) -> Option<AccountId> {
    let accounts = findings.iter().map(|finding| {
        let arn = Arn::parse(finding.principal.as_ref()?.raw())?;
        arn.account()
    });
    let accounts: Option<Vec<AccountId>> = accounts.collect();
    let accounts = accounts?;
    let first = accounts.first()?;
    accounts
        .iter()
        .all(|one| one == first)
        .then(|| first.clone())
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
        let mut findings = false;
        for json in policies::parse_each(&source)? {
            let shape = recognise(&json);
            if Stack::is_one(&json) {
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
        let Some(details) = folder.answers("get-account-authorization-details").next() else {
            return Err(Error::new(format!(
                "{} holds no account",
                folder.path().shown()
            )));
        };
        let source = folder.read(details)?;
        self.held
            .accounts
            .push(Account::read(&source, &Json::parse(&source)?)?);
        for answer in folder.answers("get-finding-v2") {
            self.others.push(Given::Text(folder.read(answer)?));
        }
        Ok(())
    }
}
