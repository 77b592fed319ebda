//! An account and the findings of its principals, from files and folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::account::AccountReview;
use crate::cli::exit::Failure;
use crate::cli::inputs::{self, How, each_once, is_stdin, read, stdin_once};
use crate::findings::Page;
use crate::policies::Account;
use crate::text::{Error, Holds, Json, Problem, Problems, Shape, Source, recognise};

/// Reads an account and findings: files, or folders of them. Everything that is wrong with any of
/// them is told together.
///
/// # Errors
/// What is wrong with a file, or forbids to bring them together.
pub fn load(account: &Path, findings: &[PathBuf], how: &How) -> Result<AccountReview, Failure> {
    let files = files_of(findings)?;
    let mut all = files.clone();
    all.push(account.to_owned());
    stdin_once(all.iter().chain(how.basis.files()))?;
    each_once(&all)?;
    let catalogue = how.basis.catalogue()?;
    let options = how.options()?;
    let mut problems = Vec::new();
    let account = keep(&mut problems, read_account(account))?;
    let mut pages = Vec::new();
    for file in &files {
        pages.extend(keep(&mut problems, read_page(file, how))?);
    }
    let Some(account) = account.filter(|_| problems.is_empty()) else {
        return Err(Problems(problems).into());
    };
    let missing = how.basis.missing_pages();
    Ok(AccountReview::open(
        account, pages, missing, catalogue, options,
    )?)
}

/// Sets problems aside, to go on reading; whatever else failed ends it.
fn keep<T>(problems: &mut Vec<Problem>, read: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Failure::Error(Error::Problems(found))) => {
            problems.extend(found);
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn read_account(path: &Path) -> Result<Account, Failure> {
    let source = inputs::read_account(path)?;
    let json = Json::parse(&source)?;
    if recognise(&json) != Shape::AuthorizationDetails {
        return Err(refused(&source, "this holds no account", FETCH_ACCOUNT));
    }
    Ok(Account::read(&source, &json)?)
}

const FETCH_ACCOUNT: &str = "give what `aws iam get-account-authorization-details` prints";

fn read_page(path: &Path, how: &How) -> Result<Page, Failure> {
    let source = read(path)?;
    let json = Json::parse(&source)?;
    if recognise(&json).holds() == Holds::Policies {
        let help = "give findings alone beside --account; the policies are those of the account";
        return Err(refused(
            &source,
            "this holds policies, and no findings",
            help,
        ));
    }
    Ok(Page::read_for(&source, &json, how.basis.unused_for())?)
}

fn refused(source: &Source, message: &str, help: &str) -> Failure {
    Problems::from(source.error(message).help(help)).into()
}

/// The files that are meant, those in folders in the order of their names.
fn files_of(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if is_stdin(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        add_folder(path, &mut files)?;
        if files.len() == before {
            return Err(Failure::with_help(
                format!("there is no file in {}", path.display()),
                "give a folder with findings: a file for each principal",
            ));
        }
    }
    Ok(files)
}

/// Adds the files in a folder and the folders in it, but for hidden ones. A link to a folder is not
/// followed: it could lead back here.
fn add_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push((entry.path(), entry.file_type()?.is_dir()));
        }
    }
    entries.sort();
    for (path, is_folder) in entries {
        if is_folder {
            add_folder(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
