//! What is given beside sources, in any order: what their tool made of them, what AWS has, and findings.

use std::path::Path;

use super::account::{FindingsFile, GatheredFindings, account_of, in_folders};
use super::file::{Begun, begin};
use super::notes::odd_dates;
use super::{Gathered, Given, IntakeOptions, Reading, fetched, no_findings};
use crate::fetched::{FetchedOf, Folder};
use crate::findings::{Findings, Page};
use crate::policies::{self, Account, LoadedPolicy};
use crate::sources::{InAws, MadeBy, Stack, State, is_state, read_state};
use crate::text::{
    AS_PRINTED, Error, Holds, Json, Problem, Problems, Severity, Shape, Source, Untrusted,
    recognise,
};

/// What was given beside sources.
pub(super) struct Beside {
    made_by: MadeBy,
    /// The states, each with the root module that it is said to be of.
    states: Vec<(State, Option<usize>)>,
    stacks: Vec<Stack>,
    held: InAws,
    /// Folders of a role or user.
    folders: Vec<Folder>,
    /// Findings, to be read.
    findings: Vec<Given>,
    /// What was fetched with each account, and how many days its analyzer looks at.
    fetched: Vec<(Option<u32>, Vec<Given>)>,
    notes: Vec<Problem>,
}

/// The same, read.
pub(super) struct ReadBeside {
    /// The states, each with the root module that it is said to be of.
    pub(super) states: Vec<(State, Option<usize>)>,
    pub(super) stacks: Vec<Stack>,
    pub(super) held: InAws,
    /// Findings, as they were printed.
    pages: Vec<Page>,
    /// All whom findings are about, those too that are not used, as their ARNs name them.
    pub(super) told: Vec<Untrusted>,
    /// What an answer rests on.
    pub(super) options: IntakeOptions,
    pub(super) notes: Vec<Problem>,
}

impl Beside {
    /// Nothing yet, beside sources that something is `made_by`.
    pub(super) fn new(made_by: MadeBy) -> Self {
        Beside {
            made_by,
            states: Vec::new(),
            stacks: Vec::new(),
            held: InAws::default(),
            folders: Vec::new(),
            findings: Vec::new(),
            fetched: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Reads one as far as to tell what it is, and all of it if it is no finding. A pipe is read once.
    pub(super) fn take(&mut self, given: Given, reading: &mut Reading) -> Result<(), Error> {
        if let Some(folder) = given.folder()? {
            return self.take_fetched(folder);
        }
        match &given {
            Given::Path(path) if !path.is_dir() => match begin(path)? {
                Begun::Terraform(name, text) => self.take_state(&name, text, None),
                Begun::Other(source) => self.take_text(source, reading),
            },
            Given::Text(source) if is_state(source.text().as_bytes()) => {
                self.take_state(source.name(), source.text().as_bytes(), None)
            }
            Given::Text(source) => self.take_text(source.clone(), reading),
            Given::Path(_) | Given::ReportAbout { .. } => {
                self.findings.push(given);
                Ok(())
            }
        }
    }

    /// Reads a state that is said to be of a root module.
    pub(super) fn take_state_of(&mut self, root: usize, path: &Path) -> Result<(), Error> {
        match begin(path)? {
            Begun::Terraform(name, text) => self.take_state(&name, text, Some(root)),
            Begun::Other(source) => {
                let problem = source.error("this is said to be a state, and is none");
                let help = "give what `terraform show -json` or `terraform state pull` prints";
                Err(problem.help(help).hiding_line().into())
            }
        }
    }

    fn take_state(
        &mut self,
        name: &Untrusted,
        text: impl std::io::BufRead,
        root: Option<usize>,
    ) -> Result<(), Error> {
        if self.made_by == MadeBy::CloudFormation {
            let source = Source::from_text(name.raw(), "");
            let problem = source.error("this is a state of Terraform, and beside it is a template");
            let help = "give the folder of the root module with its state, or the template with its stacks";
            return Err(problem.help(help).into());
        }
        self.states.push((read_state(name, text)?, root));
        Ok(())
    }

    /// Takes a text for what it is. All that is no JSON may be a finding, and is told of as one.
    fn take_text(&mut self, source: Source, reading: &mut Reading) -> Result<(), Error> {
        let parts = match (policies::parse_each(&source), self.made_by) {
            (Ok(parts), _) => parts,
            (Err(problems), MadeBy::CloudFormation) => return Err(problems.into()),
            (Err(_), MadeBy::Terraform) => Vec::new(),
        };
        let mut holds_findings = parts.is_empty();
        for json in &parts {
            let shape = recognise(json);
            if self.made_by == MadeBy::CloudFormation && tells_of_stacks(json) {
                let stack = stack(&source, json);
                self.stacks.extend(reading.keep(stack.map_err(Error::from)));
            } else if shape == Shape::AuthorizationDetails {
                let added = self.add_account(&source, json);
                reading.keep(added.map_err(Error::from));
            } else if shape.holds() == Holds::Policies {
                let read = self.policies(&source, json, shape).map_err(Error::from);
                let read = reading.keep(read).into_iter().flatten();
                self.held.policies.extend(read);
            } else {
                holds_findings = true;
            }
        }
        if holds_findings {
            self.findings.push(Given::Text(source));
        }
        Ok(())
    }

    fn policies(
        &self,
        source: &Source,
        json: &Json,
        shape: Shape,
    ) -> Result<Vec<LoadedPolicy>, Problems> {
        if self.made_by == MadeBy::Terraform {
            let message = "this holds policies, and those here are in the Terraform files";
            let help = "give states and findings beside the folder, and what AWS has of the whole account: aws \
                        iam get-account-authorization-details --output json";
            return Err(source.error(message).help(help).into());
        }
        of_somebody(source, json, policies::read_shape(source, json, shape)?)
    }

    /// Takes what was fetched of a role or user, or of an account.
    fn take_fetched(&mut self, folder: Folder) -> Result<(), Error> {
        if !matches!(folder.manifest.heading.of, FetchedOf::Account(_)) {
            self.folders.push(folder);
            return Ok(());
        }
        let without = "give it of the whole account, or of a role or user";
        let fetched = account_of(&folder, without)?;
        self.fetched.push((fetched.days, fetched.findings));
        self.notes.extend(fetched.notes);
        let json = Json::parse(&fetched.details)?;
        Ok(self.add_account(&fetched.details, &json)?)
    }

    fn add_account(&mut self, source: &Source, json: &Json) -> Result<(), Problems> {
        let account = Account::read(source, json)?;
        if account.id().is_none() {
            let problem = source.error("no ARN in it tells which account this is");
            return Err(problem.help(AS_PRINTED).into());
        }
        self.notes.extend(account.notes.iter().cloned());
        self.held.accounts.push(account);
        Ok(())
    }

    /// Reads the findings.
    ///
    /// # Errors
    /// A folder without files.
    pub(super) fn read(
        mut self,
        options: &IntakeOptions,
        reading: &mut Reading,
    ) -> Result<ReadBeside, Error> {
        let (files, mut notes) = in_folders(self.findings)?;
        notes.append(&mut self.notes);
        // What was given alone may be of any of these analyzers: the longest time keeps the most.
        let days = self.fetched.iter().filter_map(|(days, _)| *days);
        let longest = days
            .filter(|days| *days > options.unused_for.in_days())
            .max();
        let mut findings = GatheredFindings::default();
        for (days, fetched) in self.fetched {
            let files: Vec<FindingsFile> = fetched.into_iter().map(FindingsFile::fetched).collect();
            findings.add_all(&files, options.of_analyzer(days).unused_for, reading);
        }
        findings.add_all(&files, options.of_analyzer(longest).unused_for, reading);
        for folder in &self.folders {
            let mut gathered = Gathered::default();
            gathered.add_fetched(folder, options, reading);
            notes.extend(fetched::notes(folder));
            self.held.policies.extend(gathered.policies);
            findings.pages.extend(gathered.pages);
        }
        let notes = findings.notes_hiding_lines(notes, reading);
        for problem in findings.of_two_ages() {
            reading.keep::<()>(Err(problem.into()));
        }
        if let Some(twice) = self.held.twice() {
            reading.keep::<()>(Err(twice.into()));
        }
        let mut told: Vec<Untrusted> = findings.without.into_iter().map(|(arn, _)| arn).collect();
        told.extend(
            findings
                .pages
                .iter()
                .filter_map(|page| page.principal.clone()),
        );
        Ok(ReadBeside {
            told,
            states: self.states,
            stacks: self.stacks,
            held: self.held,
            pages: findings.pages,
            options: options.clone(),
            notes,
        })
    }
}

impl ReadBeside {
    /// The findings of all principals but those of whom all is kept; their notes go to the others.
    ///
    /// # Errors
    /// A finding that does not tell whom it is about; missing pages, unless they are accepted; no findings.
    pub(super) fn findings(&mut self) -> Result<Vec<Findings>, Error> {
        let mut pages = std::mem::take(&mut self.pages);
        let kept = self.options.pass_over_kept(&mut pages)?;
        self.notes.extend(odd_dates(&pages, self.options.today));
        self.notes.extend(kept.into_iter().map(|(_, note)| note));
        joined(pages, &self.options, &mut self.notes)
    }
}

/// The findings of all principals, with notes on them.
fn joined(
    pages: Vec<Page>,
    options: &IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<Vec<Findings>, Error> {
    let nameless = pages.iter().filter_map(Page::is_nameless);
    let nameless: Vec<Problem> = nameless.collect();
    if !nameless.is_empty() {
        return Err(Problems(nameless).into());
    }
    let joined = Findings::join_each(pages, options.missing_pages);
    let mut problems = joined.problems.0;
    let without_finding = joined.without_finding.into_iter();
    if joined.findings.is_empty() {
        problems.extend(without_finding);
    } else {
        notes.extend(without_finding.map(|problem| problem.passed_over(Severity::Note)));
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    let findings = joined.findings;
    if findings.is_empty() {
        return Err(no_findings());
    }
    notes.extend(
        findings
            .iter()
            .flat_map(|finding| finding.notes.iter().cloned()),
    );
    Ok(findings)
}

/// Whether this is about stacks, or the resources of one.
fn tells_of_stacks(json: &Json) -> bool {
    let of_stacks = ["Stacks", "StackSummaries", "TemplateBody"];
    Stack::is_one(json) || of_stacks.iter().any(|key| json.get(key).is_some())
}

fn stack(source: &Source, json: &Json) -> Result<Stack, Problems> {
    if Stack::is_one(json) {
        return Stack::read(source, json);
    }
    let message = "this tells of stacks, and not of their resources";
    let problem = source.error_from(json.start_in(source), message);
    let help = "give what `aws cloudformation list-stack-resources --stack-name STACK --output json` prints";
    Err(problem.help(help).into())
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
