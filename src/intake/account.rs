//! An account and the findings of its principals, from files and folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fetched::is_empty_report;
use super::file::{is_stdin, read_account};
use super::keep_file::KeptPrincipal;
use super::notes::{odd_dates, of_unknown};
use super::{Given, Intake, Reading, each_once, fetched, unanswered};
use crate::account::{AccountReview, WithoutFinding};
use crate::fetched::Folder;
use crate::findings::{AccountPage, Findings, Page, UnusedFor};
use crate::iam::quota::Owner;
use crate::policies::Account;
use crate::text::{
    Error, Holds, Json, Problem, Problems, Severity, Shape, Shown, Source, Untrusted, parse_parts,
    printable, recognise,
};

impl Intake {
    /// Reads all that was given as findings of the principals of an account, folders of such files
    /// too, and opens the `account` for review. A file in a folder that cannot be read, or is
    /// something else, is passed over with a note.
    ///
    /// # Errors
    /// What is wrong with the account or any of the files that were named, all together; no findings
    /// at all, or none of this account; a file that is given twice; a folder without files.
    pub fn account(self, account: impl Into<Given>) -> Result<AccountReview, Error> {
        let account = account.into();
        match account.folder()? {
            Some(folder) => self.fetched_account(&folder),
            None => self.account_with(&account, Vec::new()),
        }
    }

    /// Opens the account with what was given and with what was `fetched` beside it, which is passed
    /// over where it is of no use, as in a folder.
    fn account_with(self, account: &Given, fetched: Vec<Given>) -> Result<AccountReview, Error> {
        let options = self.options;
        let (mut files, beside) = in_folders(self.given)?;
        files.extend(fetched.into_iter().map(FindingsFile::fetched));
        let mut all: Vec<Given> = files.iter().map(|file| file.given.clone()).collect();
        all.push(account.clone());
        each_once(&all)?;
        let mut reading = Reading::default();
        let account = reading.keep(account.read_account());
        let mut findings = GatheredFindings::default();
        findings.add_all(&files, options.unused_for, &mut reading);
        let mut notes = findings.notes(&mut reading);
        for problem in findings.of_two_ages() {
            reading.keep::<()>(Err(problem.into()));
        }
        reading.finish()?;
        let passed_over = options.pass_over_kept(&mut findings.pages)?;
        notes.extend(passed_over.into_iter().map(|(_, note)| note));
        notes.extend(odd_dates(&findings.pages, options.today));
        let Some(account) = account else {
            return Err(Error::new("there is no account"));
        };
        for kept in &options.principals {
            let of_it = kept_of(&account, kept);
            if of_it.is_empty() {
                notes.push(kept.keeps_nobody());
            }
            findings.without.extend(of_it);
        }
        let opened = AccountReview::open(
            account,
            findings.pages,
            options.missing_pages,
            Arc::clone(&options.catalogue),
            options.refine.clone(),
        )?;
        let found: Vec<&Findings> = opened.findings().collect();
        notes.extend(of_unknown(&found, opened.account().policies(), &options));
        let opened =
            opened.noting_why(findings.without.iter().map(|(arn, why)| (arn, why.clone())));
        Ok(opened.noting(notes.into_iter().chain(beside)))
    }
}

impl Intake {
    /// Opens a fetched account for review, with the findings that were fetched with it and those that
    /// were given beside it.
    fn fetched_account(mut self, folder: &Folder) -> Result<AccountReview, Error> {
        let without = "it is of one role or user: give it without --account";
        let fetched = account_of(folder, without)?;
        self.options = self.options.of_analyzer(fetched.days);
        let opened = self.account_with(&Given::Text(fetched.details), fetched.findings)?;
        let without = unanswered::without_finding(folder, opened.account())?;
        let opened = opened.noting_why(without.iter().map(|(arn, why)| (arn, why.clone())));
        Ok(opened.noting(fetched.notes))
    }
}

/// What was fetched of an account.
pub(super) struct FetchedAccount {
    /// What AWS has of it.
    pub(super) details: Source,
    /// The findings and reports of its principals.
    pub(super) findings: Vec<Given>,
    /// How many days the analyzer of the findings looks at.
    pub(super) days: Option<u32>,
    /// What to tell of the folder.
    pub(super) notes: Vec<Problem>,
}

/// The account that was fetched into a folder, and what was fetched of its principals. `without` says what
/// to do with one that holds no account.
///
/// # Errors
/// It holds none; what cannot be read.
pub(super) fn account_of(folder: &Folder, without: &str) -> Result<FetchedAccount, Error> {
    let Some(details) = folder.answers("get-account-authorization-details").next() else {
        let message = format!("{} holds no account", folder.path().shown());
        return Err(Error::with_help(message, without));
    };
    let details = folder.read(details)?;
    let mut findings = Vec::new();
    for answer in &folder.manifest.answers {
        if is_empty_report(folder, answer)? {
            continue;
        }
        match answer.sub_command() {
            "get-finding-v2" => findings.push(Given::Text(folder.read(answer)?)),
            "get-service-last-accessed-details" => {
                let principal = answer.about.clone().unwrap_or_default();
                findings.push(Given::ReportAbout {
                    report: folder.read(answer)?,
                    principal: principal.as_str().into(),
                });
            }
            _ => {}
        }
    }
    let analyzer = folder.manifest.analyzer.as_ref();
    Ok(FetchedAccount {
        details,
        findings,
        days: analyzer.and_then(|analyzer| analyzer.days),
        notes: fetched::notes(folder),
    })
}

/// Reads what `aws iam get-account-authorization-details` prints.
pub(super) fn read_details(source: &Source) -> Result<Account, Error> {
    let json = Json::parse(source)?;
    if recognise(&json) != Shape::AuthorizationDetails {
        return Err(refused(source, "this holds no account", FETCH_ACCOUNT).into());
    }
    Ok(Account::read(source, &json)?)
}

/// The findings of an account, and what lies beside them.
#[derive(Default)]
pub(super) struct GatheredFindings {
    pub(super) pages: Vec<Page>,
    /// Whom that is about which is not used, and why not.
    pub(super) without: Vec<(Untrusted, WithoutFinding)>,
    /// Sound findings that say nothing of permissions.
    not_needed: Vec<Problem>,
    /// The statuses that findings are given with, by their ids, each with the file.
    statuses: BTreeMap<String, Vec<(String, Source)>>,
    /// What lies in a folder and is of no use, and how grave that is.
    foreign: Vec<(Error, Severity)>,
}

impl GatheredFindings {
    pub(super) fn add_all(
        &mut self,
        files: &[FindingsFile],
        unused_for: UnusedFor,
        reading: &mut Reading,
    ) {
        for file in files {
            self.add(file, unused_for, reading);
        }
    }

    fn add(&mut self, file: &FindingsFile, unused_for: UnusedFor, reading: &mut Reading) {
        // What is called JSON and is none was meant to be a finding.
        let unread = if file.is_called_json() {
            Severity::Warning
        } else {
            Severity::Note
        };
        let source = match file.given.read() {
            Ok(source) => source,
            Err(error) => return self.refuse(file, error, unread, reading),
        };
        let parts = match parse_parts(&source) {
            Ok(parts) => parts,
            Err(problems) => return self.refuse(file, problems.into(), unread, reading),
        };
        for json in parts {
            let shape = recognise(&json);
            self.note_status(&source, &json);
            let severity = match shape.holds() {
                Holds::Findings => Severity::Warning,
                Holds::Policies | Holds::Neither => Severity::Note,
            };
            match read_page(&file.given, &source, &json, shape, unused_for) {
                Ok(AccountPage::Needed(page)) => self.pages.push(*page),
                Ok(AccountPage::NotNeeded(note)) => {
                    self.without.extend(without_finding(&json));
                    self.not_needed.push(*note);
                }
                Err(problems) => {
                    self.without.extend(without_finding(&json));
                    self.refuse(file, problems.into(), severity, reading);
                }
            }
        }
    }

    fn note_status(&mut self, source: &Source, json: &Json) {
        let text = |key: &str| json.get_spelled(key).and_then(Json::as_str);
        if let (Some(id), Some(status)) = (text("id"), text("status")) {
            let statuses = self.statuses.entry(id.to_owned()).or_default();
            statuses.push((status.to_owned(), source.clone()));
        }
    }

    /// Findings that are active in one file and put away in another one: of two ages of one nobody can tell here
    /// which is meant.
    pub(super) fn of_two_ages(&self) -> Vec<Problem> {
        let twice = self.statuses.iter().filter_map(|(id, statuses)| {
            let (status, first) = statuses.first()?;
            let (other, second) = statuses.iter().find(|(other, _)| other != status)?;
            let message = format!(
                "this is the finding {} with the status {other}, and {} has it as {status}",
                printable(id),
                first.name()
            );
            Some(
                second
                    .error(message)
                    .help("give each finding once, as it is now"),
            )
        });
        twice.collect()
    }

    /// What was named has to be of use; what lies in a folder need not.
    fn refuse(
        &mut self,
        file: &FindingsFile,
        error: Error,
        severity: Severity,
        reading: &mut Reading,
    ) {
        if file.is_in_folder {
            self.foreign.push((error, severity));
        } else {
            reading.keep(Err::<(), _>(error));
        }
    }

    /// The `notes` so far and what is passed over, where a file may be a part of a state or a plan: it
    /// is no finding and holds secrets as all of it does, so that none of its lines is shown.
    pub(super) fn notes_hiding_lines(
        &mut self,
        mut notes: Vec<Problem>,
        reading: &mut Reading,
    ) -> Vec<Problem> {
        notes.extend(self.notes(reading));
        reading.hide_lines();
        notes.into_iter().map(Problem::hiding_line).collect()
    }

    /// What is passed over, unless there is nothing else.
    pub(super) fn notes(&mut self, reading: &mut Reading) -> Vec<Problem> {
        let foreign = std::mem::take(&mut self.foreign);
        let is_all = self.pages.is_empty() && self.not_needed.is_empty();
        let mut notes = std::mem::take(&mut self.not_needed);
        for (error, severity) in foreign {
            match error {
                error if is_all => {
                    reading.keep(Err::<(), _>(error));
                }
                Error::Problems(problems) => {
                    let problems = problems.into_iter();
                    notes.extend(problems.map(|problem| problem.passed_over(severity)));
                }
                error => {
                    let source = Source::from_text("findings", "");
                    notes.push(source.note(error.in_one_line()).passed_over(severity));
                }
            }
        }
        notes
    }
}

/// The roles and users of the account of whom all is kept.
fn kept_of(account: &Account, kept: &KeptPrincipal) -> Vec<(Untrusted, WithoutFinding)> {
    let principals = account.principals.iter();
    let owners = principals.map(|principal| &principal.owner);
    let owners = owners.filter(|owner| owner.kind != Owner::Group);
    let arns = owners.filter_map(|owner| owner.arn.as_ref());
    let arns = arns.map(|arn| Untrusted::from(arn.as_str()));
    let of_it = arns.filter(|arn| kept.is(arn));
    of_it
        .map(|arn| (arn, WithoutFinding::Kept(kept.said.clone())))
        .collect()
}

/// The principal that a value names where a finding does, whether it is a sound one or not, and why that
/// is not used.
fn without_finding(json: &Json) -> Option<(Untrusted, WithoutFinding)> {
    let text = |key| json.get_spelled(key).and_then(Json::as_str);
    let why = match text("status") {
        Some("ARCHIVED") => WithoutFinding::Archived,
        _ => WithoutFinding::PassedOver,
    };
    Some((text("resource")?.into(), why))
}

impl Given {
    fn read_account(&self) -> Result<Account, Error> {
        let source = match self {
            Given::Path(path) => read_account(path)?,
            Given::Text(source) | Given::ReportAbout { report: source, .. } => source.clone(),
        };
        read_details(&source)
    }
}

fn read_page(
    given: &Given,
    source: &Source,
    json: &Json,
    shape: Shape,
    unused_for: UnusedFor,
) -> Result<AccountPage, Problems> {
    if shape.holds() == Holds::Policies {
        let message = "this holds policies, and no findings";
        return Err(refused(source, message, FINDINGS_ALONE));
    }
    let Given::ReportAbout { principal, .. } = given else {
        return Page::read_beside_account(source, json, shape, unused_for);
    };
    let report = Page::read_shape(source, json, shape, unused_for)?;
    let report = report.about(principal.clone(), None);
    if let Some(problem) = report.is_of_another() {
        return Err(problem.into());
    }
    Ok(AccountPage::Needed(Box::new(report)))
}

const FETCH_ACCOUNT: &str =
    "give what `aws iam get-account-authorization-details --output json` prints";

const FINDINGS_ALONE: &str =
    "give findings alone here: the policies are those of the account, or of the sources";

fn refused(source: &Source, message: &str, help: &str) -> Problems {
    source.error(message).help(help).into()
}

/// A file of findings, and whether it was found in a folder and not named.
pub(super) struct FindingsFile {
    pub(super) given: Given,
    pub(super) is_in_folder: bool,
}

impl FindingsFile {
    /// One that was fetched with an account: it is passed over where it is of no use.
    pub(super) fn fetched(given: Given) -> Self {
        FindingsFile {
            given,
            is_in_folder: true,
        }
    }

    fn is_called_json(&self) -> bool {
        let extension = self.given.path().and_then(Path::extension);
        extension.is_some_and(|extension| extension == "json" || extension == "jsonl")
    }
}

/// What is given, with the files of a folder in its place, in the order of their names; and notes on
/// what is in a folder and is not read.
pub(super) fn in_folders(given: Vec<Given>) -> Result<(Vec<FindingsFile>, Vec<Problem>), Error> {
    let mut all = Vec::new();
    let mut notes = Vec::new();
    for one in given {
        let Some(folder) = one.path().filter(|path| !is_stdin(path) && path.is_dir()) else {
            all.push(FindingsFile {
                given: one,
                is_in_folder: false,
            });
            continue;
        };
        let mut files = Vec::new();
        add_folder(folder, &mut files, &mut notes)?;
        if files.is_empty() {
            return Err(Error::with_help(
                format!("there is no file in {}", folder.shown()),
                "give a folder with findings: a file for each principal",
            ));
        }
        all.extend(files.into_iter().map(|path| FindingsFile {
            given: Given::Path(path),
            is_in_folder: true,
        }));
    }
    Ok((all, notes))
}

/// Adds the files in a folder and the folders in it, but for hidden ones, and notes on the rest. A
/// link to a folder is not followed: it could lead back here.
fn add_folder(
    folder: &Path,
    files: &mut Vec<PathBuf>,
    notes: &mut Vec<Problem>,
) -> Result<(), Error> {
    let mut entries = Vec::new();
    let cannot = |error| Error::new(format!("{} cannot be read", folder.shown())).caused_by(error);
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push((entry.path(), entry.file_type()?.is_dir()));
        }
    }
    entries.sort();
    for (path, is_folder) in entries {
        if is_folder {
            add_folder(&path, files, notes)?;
        } else if path.is_file() {
            files.push(path);
        } else {
            let name = path.shown();
            notes.push(Source::from_text(name.raw(), "").note(what_is_not_read(&path)));
        }
    }
    Ok(())
}

/// What something in a folder is that is neither a file nor a folder.
fn what_is_not_read(path: &Path) -> &'static str {
    if path.is_dir() {
        "this is a link to a folder, and is not followed"
    } else if path.is_symlink() && !path.exists() {
        "this is a link to nothing, and is not read"
    } else {
        "this is neither a file nor a folder, and is not read"
    }
}
