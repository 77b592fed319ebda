//! An account and the findings of its principals, from files and folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::{is_stdin, read_account};
use super::{Given, Intake, Reading, each_once};
use crate::account::AccountReview;
use crate::findings::{Page, UnusedFor};
use crate::policies::Account;
use crate::text::{Error, Holds, Json, Problem, Problems, Shape, Source, recognise};

impl Intake {
    /// Reads all that was given as findings of the principals of an account, folders of such files
    /// too, and opens the `account` for review.
    ///
    /// # Errors
    /// What is wrong with any of the files, all together, or forbids to bring them together; a file
    /// that is given twice; a folder without files.
    pub fn account(self, account: impl Into<Given>) -> Result<AccountReview, Error> {
        let (account, options) = (account.into(), self.options);
        let (findings, notes) = in_folders(self.given)?;
        let mut all = findings.clone();
        all.push(account.clone());
        each_once(&all)?;
        let mut reading = Reading::default();
        let account = reading.keep(account.read_account());
        let mut pages = Vec::new();
        for given in &findings {
            pages.extend(reading.keep(given.read_page(options.unused_for)));
        }
        reading.finish()?;
        let Some(account) = account else {
            return Err(Error::new("there is no account"));
        };
        let opened = AccountReview::open(
            account,
            pages,
            options.missing_pages,
            options.catalogue,
            options.refine,
        )?;
        Ok(opened.noting(notes))
    }
}

impl Given {
    fn read_account(&self) -> Result<Account, Error> {
        let source = match self {
            Given::Path(path) => read_account(path)?,
            Given::Text(source) => source.clone(),
        };
        let json = Json::parse(&source)?;
        if recognise(&json) != Shape::AuthorizationDetails {
            return Err(refused(&source, "this holds no account", FETCH_ACCOUNT));
        }
        Ok(Account::read(&source, &json)?)
    }

    fn read_page(&self, unused_for: UnusedFor) -> Result<Page, Error> {
        let source = self.read()?;
        let json = Json::parse(&source)?;
        let shape = recognise(&json);
        if shape.holds() == Holds::Policies {
            let message = "this holds policies, and no findings";
            return Err(refused(&source, message, FINDINGS_ALONE));
        }
        Ok(Page::read_shape(&source, &json, shape, unused_for)?)
    }
}

const FETCH_ACCOUNT: &str = "give what `aws iam get-account-authorization-details` prints";

const FINDINGS_ALONE: &str =
    "give findings alone beside --account; the policies are those of the account";

fn refused(source: &Source, message: &str, help: &str) -> Error {
    Problems::from(source.error(message).help(help)).into()
}

/// What is given, with the files of a folder in its place, in the order of their names; and notes on
/// what is in a folder and is not read.
fn in_folders(given: Vec<Given>) -> Result<(Vec<Given>, Vec<Problem>), Error> {
    let mut all = Vec::new();
    let mut notes = Vec::new();
    for one in given {
        let Some(folder) = one.path().filter(|path| !is_stdin(path) && path.is_dir()) else {
            all.push(one);
            continue;
        };
        let mut files = Vec::new();
        add_folder(folder, &mut files, &mut notes)?;
        if files.is_empty() {
            return Err(Error::with_help(
                format!("there is no file in {}", folder.display()),
                "give a folder with findings: a file for each principal",
            ));
        }
        all.extend(files.into_iter().map(Given::Path));
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
    let cannot =
        |error| Error::new(format!("{} cannot be read", folder.display())).caused_by(error);
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
            let name = path.display().to_string();
            notes.push(Source::from_text(&name, "").note(what_is_not_read(&path)));
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
