//! Reading files and standard input, up to the size that is read at all; what is larger is refused
//! in `text/source.rs`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::sources::{TELLING, is_state, root_modules_below};
use crate::text::{
    Error, LARGEST_ACCOUNT, LARGEST_FILE, Shown, Source, Untrusted, no_text, some_of,
};

/// How many root modules are named.
const NAMED: usize = 5;

/// Whether `path` means standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Whether standard input is given for one of `files` at most.
///
/// # Errors
/// It is given for several.
pub fn stdin_once<'p>(files: impl Iterator<Item = &'p Path>) -> Result<(), Error> {
    if files.filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::with_help(
            "standard input is given twice",
            "give `-` for one file at most",
        ));
    }
    Ok(())
}

/// Whether what `path` holds can be read again: not so standard input, and a pipe that a shell
/// makes of `<(…)`.
pub(super) fn is_kept(path: &Path) -> bool {
    !is_stdin(path) && path.is_file()
}

/// Reads a file, or standard input.
///
/// # Errors
/// It cannot be read, is a folder, is larger than [`LARGEST_FILE`], or is no text.
pub fn read(path: &Path) -> Result<Source, Error> {
    if !is_stdin(path) && path.is_dir() {
        let modules = root_modules_below(path).into_iter();
        let modules: Vec<String> = modules.map(|module| module.shown().to_string()).collect();
        let help = if modules.is_empty() {
            "give the files in it; a folder of findings goes with --account ACCOUNT".to_owned()
        } else {
            let modules = some_of(&modules, NAMED);
            format!("give the folder of the root module, in which its files lie: {modules}")
        };
        return Err(Error::with_help(
            format!("{} is a folder", path.shown()),
            help,
        ));
    }
    let (name, bytes) = read_bytes(path, LARGEST_FILE)?;
    Ok(Source::from_bytes(name.raw(), &bytes)?)
}

/// Opens a text of any length, to be read as it comes; `-` is standard input. With the name that
/// messages have for it.
///
/// # Errors
/// It cannot be read, is a folder, is packed, or is in UTF-16.
pub fn open(path: &Path) -> Result<(Untrusted, Box<dyn BufRead>), Error> {
    let (name, mut text): (Untrusted, Box<dyn BufRead>) = if is_stdin(path) {
        ("standard input".into(), Box::new(std::io::stdin().lock()))
    } else {
        let file = File::open(path).map(|file| Box::new(BufReader::new(file)));
        (
            path.shown(),
            file.map_err(|error| unreadable(&path.shown(), error))?,
        )
    };
    if path.is_dir() {
        return Err(Error::with_help(
            format!("{name} is a folder"),
            "give one file, or all of them in a pipe: cat FOLDER/* | iam-refine …",
        ));
    }
    let start = text.fill_buf().map_err(|error| unreadable(&name, error))?;
    match no_text(name.raw(), start) {
        Some(problem) => Err(problem.into()),
        None => Ok((name, text)),
    }
}

/// A file of which the beginning is known.
pub(super) enum Begun {
    /// A state or a plan of Terraform, to be read as it comes, with the name that messages have for it.
    Terraform(Untrusted, Box<dyn BufRead>),
    /// Something else, all of it.
    Other(Source),
}

/// Reads a file as far as to tell whether it is a state or a plan, and all of it if it is not: a pipe
/// is read once.
pub(super) fn begin(path: &Path) -> Result<Begun, Error> {
    let (name, mut text) = open(path)?;
    let unread = |error| unreadable(&name, error);
    // A pipe may give a byte at a time.
    let mut bytes = Vec::new();
    let mut start = text.by_ref().take(TELLING as u64);
    start.read_to_end(&mut bytes).map_err(unread)?;
    if is_state(&bytes) {
        let whole = BufReader::new(std::io::Cursor::new(bytes).chain(text));
        return Ok(Begun::Terraform(name, Box::new(whole)));
    }
    let is_account = memchr::memmem::find(&bytes, b"DetailList\"").is_some();
    let largest = if is_account {
        LARGEST_ACCOUNT
    } else {
        LARGEST_FILE
    };
    let most = (largest + 1 - bytes.len()) as u64;
    text.take(most).read_to_end(&mut bytes).map_err(unread)?;
    if is_account {
        return Ok(Begun::Other(Source::of_an_account(name.raw(), &bytes)?));
    }
    let source = Source::from_bytes(name.raw(), &bytes)?;
    Ok(Begun::Other(if is_kept(path) {
        source.at(path)
    } else {
        source
    }))
}

/// Reads a record of what was decided, which may be as large as an account: of wildcards it tells each action that
/// goes.
///
/// # Errors
/// As [`read`], for what is larger than [`LARGEST_ACCOUNT`].
pub fn read_record(path: &Path) -> Result<Source, Error> {
    let is_folder = !is_stdin(path) && path.is_dir();
    if is_folder {
        read(path)
    } else {
        read_account(path)
    }
}

/// Reads a file that holds a whole account, or what was decided of one.
///
/// # Errors
/// It cannot be read, is larger than [`LARGEST_ACCOUNT`], or is no text.
pub fn read_account(path: &Path) -> Result<Source, Error> {
    let (name, bytes) = read_bytes(path, LARGEST_ACCOUNT)?;
    Ok(Source::of_an_account(name.raw(), &bytes)?)
}

/// The name of a file and what it holds, of one that is longer than `most` a byte more.
fn read_bytes(path: &Path, most: usize) -> Result<(Untrusted, Vec<u8>), Error> {
    let limit = most as u64 + 1;
    let mut bytes = Vec::new();
    let (name, result) = if is_stdin(path) {
        let stdin = std::io::stdin().lock();
        (
            "standard input".into(),
            stdin.take(limit).read_to_end(&mut bytes),
        )
    } else {
        let result = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        (path.shown(), result)
    };
    match result {
        Ok(_) => Ok((name, bytes)),
        Err(error) => Err(unreadable(&name, error)),
    }
}

fn unreadable(name: &Untrusted, error: std::io::Error) -> Error {
    Error::new(format!("{name} cannot be read")).caused_by(error)
}
