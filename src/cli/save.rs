//! The one place that writes policies, and what stands around it.
//!
//! Several policies are written together: whatever can be found out before is found out for all of
//! them, then each file takes the place of the old one in a single step. A file that holds what is
//! to be written already is done, so that trying again after a failure is safe.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::exit::Failure;
use crate::document::Document;
use crate::refine::SettledStatement;
use crate::review::prove_text;
use crate::text::Error;

/// What may be at a target already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: a file that is there is not written over.
    New,
    /// The policy that was read, and still is as it was.
    InPlace,
}

/// A policy to be written, and what it is to be proved against.
pub struct Rewritten<'a> {
    /// Which of the policies.
    pub policy: usize,
    /// The policy as it was read.
    pub document: &'a Document,
    /// The statements as they were settled.
    pub settled: &'a [Option<SettledStatement>],
    /// The text to write.
    pub text: &'a str,
    /// Where to.
    pub path: PathBuf,
}

/// A file that was written.
#[derive(Debug)]
pub struct WrittenFile {
    /// Which of the policies.
    pub policy: usize,
    /// Where.
    pub path: PathBuf,
    /// Where the bytes are that stood there before.
    pub old_bytes: Option<PathBuf>,
}

/// Writes policies, each all of it or nothing: to a new file in the target's folder, which is
/// synced and then takes the target's place. Links are followed; mode and owner of a file written
/// over are kept, and so are its bytes, under the user's state folder. Every text is proved before
/// the first file is touched, and every file is read back.
///
/// # Errors
/// A target that is there and may not be, or that changed since it was read, whatever the system
/// refuses, and a proof that fails. What was written before the failure is named in it.
pub fn save(policies: &[Rewritten<'_>], target: Target) -> Result<Vec<WrittenFile>, Failure> {
    let mut waiting = Vec::new();
    for rewritten in policies {
        waiting.extend(rewritten.prepare(target)?);
    }
    let mut written: Vec<WrittenFile> = Vec::new();
    for prepared in waiting {
        match prepared.put() {
            Ok(file) => written.push(file),
            Err(failure) if written.is_empty() => return Err(failure),
            Err(failure) => return Err(after(&written, &failure)),
        }
    }
    Ok(written)
}

/// A failure that came after some files were written.
fn after(written: &[WrittenFile], failure: &Failure) -> Failure {
    let files: Vec<String> = written.iter().map(ToString::to_string).collect();
    Failure::with_help(
        format!("not all was written\n{failure}"),
        format!("before that: {}", files.join("; ")),
    )
}

/// A policy on disk under another name, that only has to take its place.
struct Prepared<'a> {
    rewritten: &'a Rewritten<'a>,
    target: Target,
    path: PathBuf,
    file: NamedTempFile,
    old_bytes: Option<PathBuf>,
}

impl<'a> Rewritten<'a> {
    /// Makes sure that the policy may be written and is right, and puts it beside its target. None
    /// when the target holds it already.
    fn prepare(&'a self, target: Target) -> Result<Option<Prepared<'a>>, Failure> {
        let path = match target {
            Target::New => self.path.clone(),
            Target::InPlace => fs::canonicalize(&self.path)
                .map_err(|error| told(error, format!("{} cannot be found", self.path.display())))?,
        };
        if self.is_done(&path, target)? {
            return Ok(None);
        }
        let faults = prove_text(self.document, self.text, self.settled);
        if !faults.is_empty() {
            return Err(Failure::Proof(faults));
        }
        let old_bytes = match target {
            Target::New => None,
            Target::InPlace => Some(self.keep_old()?),
        };
        let file = self.put_beside(&path, target).map_err(|error| {
            not_written(&error, &format!("{} cannot be written", path.display()))
        })?;
        Ok(Some(Prepared {
            rewritten: self,
            target,
            path,
            file,
            old_bytes,
        }))
    }

    /// Whether the target holds the new text already; refuses one that may not be written.
    fn is_done(&self, path: &Path, target: Target) -> Result<bool, Failure> {
        let there = path.symlink_metadata();
        match target {
            Target::New if there.is_err() => return Ok(false),
            // Reading from a pipe or a device could wait for ever.
            Target::New if !path.is_file() => return Err(exists(path)),
            _ => {}
        }
        let now = fs::read(path)
            .map_err(|error| told(error, format!("{} cannot be read", path.display())))?;
        if now == self.text.as_bytes() {
            return Ok(true);
        }
        match target {
            Target::New => Err(exists(path)),
            Target::InPlace if now == self.document.source().original().as_bytes() => {
                // It would be replaced, for which the folder's mode counts; but who protects a file
                // means the file.
                let writable = OpenOptions::new().write(true).open(path);
                writable.map_err(|error| {
                    not_written(&error, &format!("{} cannot be written", path.display()))
                })?;
                Ok(false)
            }
            Target::InPlace => Err(Failure::with_help(
                format!("{} has changed since it was read", path.display()),
                "run it again on the new text; nothing was written",
            )),
        }
    }

    fn put_beside(&self, path: &Path, target: Target) -> io::Result<NamedTempFile> {
        let file = new_file(folder_of(path), self.text)?;
        if target == Target::InPlace {
            let old = fs::metadata(path)?;
            // Giving a file away is for root alone; for everybody else it is theirs already.
            let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
            file.as_file().set_permissions(old.permissions())?;
            file.as_file().sync_all()?;
        }
        Ok(file)
    }

    /// Keeps the old bytes under the user's state folder, for going back, readable by the user
    /// alone. Returns where.
    fn keep_old(&self) -> Result<PathBuf, Failure> {
        let folder = folder_of_replaced()?;
        let kept = || -> io::Result<PathBuf> {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&folder)?;
            let name = self.path.file_name().unwrap_or("policy.json".as_ref());
            let now = jiff::Timestamp::now().as_nanosecond();
            let path = folder.join(format!("{now}-{}", name.to_string_lossy()));
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            file.write_all(self.document.source().original().as_bytes())?;
            file.sync_all()?;
            File::open(&folder)?.sync_all()?;
            Ok(path)
        };
        kept().map_err(|error| {
            let what = format!("the old bytes cannot be kept in {}", folder.display());
            match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    Failure::with_help(
                        format!("{what}: {error}"),
                        "set XDG_STATE_HOME to a folder that can be written, or write elsewhere \
                         with -o; nothing was written",
                    )
                }
                _ => not_written(&error, &what),
            }
        })
    }
}

impl Prepared<'_> {
    /// Takes the target's place, and reads it back.
    fn put(self) -> Result<WrittenFile, Failure> {
        let path = self.path;
        let cannot = |error: io::Error| {
            not_written(&error, &format!("{} cannot be written", path.display()))
        };
        match self.target {
            Target::New => self.file.persist_noclobber(&path),
            Target::InPlace => self.file.persist(&path),
        }
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => cannot(error.error),
        })?;
        File::open(folder_of(&path))
            .and_then(|folder| folder.sync_all())
            .map_err(cannot)?;
        let back = fs::read(&path)
            .map_err(|error| told(error, format!("{} cannot be read back", path.display())))?;
        if back != self.rewritten.text.as_bytes() {
            return Err(Failure::with_help(
                format!("{} was written and does not hold that now", path.display()),
                "something else writes to it; look at it before you use it",
            ));
        }
        Ok(WrittenFile {
            policy: self.rewritten.policy,
            path: self.rewritten.path.clone(),
            old_bytes: self.old_bytes,
        })
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file where none is, all of it or nothing: never over what someone has worked on.
///
/// # Errors
/// A file that is there already, and whatever the system refuses.
pub fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot =
        |error: io::Error| not_written(&error, &format!("{} cannot be written", path.display()));
    let file = new_file(folder_of(path), text).map_err(cannot)?;
    file.persist_noclobber(path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => cannot(error.error),
        })?;
    let folder = File::open(folder_of(path));
    folder.and_then(|folder| folder.sync_all()).map_err(cannot)
}

/// A file that holds `text` and has no name of its own yet, in the folder that it is for. When the
/// program is killed before it has one, it stays there as `.iam-refine-` and some letters.
fn new_file(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(".iam-refine-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The refusal to write over a file that is there.
pub fn exists(path: &Path) -> Failure {
    Failure::with_help(
        format!("{} is there already", path.display()),
        "give another name, or move it away; nothing was written",
    )
}

/// Where the program keeps what belongs to its user: `$XDG_STATE_HOME/iam-refine` or its like.
pub fn state_folder() -> Result<PathBuf, Failure> {
    use etcetera::BaseStrategy;
    let strategy =
        etcetera::choose_base_strategy().map_err(|error| Error::new(error.to_string()))?;
    let base = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(base.join("iam-refine"))
}

/// Where the bytes are kept of policies that are written over.
pub fn folder_of_replaced() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("replaced"))
}

/// Makes a folder that is the user's alone, if it is not there.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn told(error: io::Error, what: String) -> Failure {
    Error::new(what).caused_by(error).into()
}

/// What could not be written, and what to do about it. The file that was to be written is as it was.
pub fn not_written(error: &io::Error, what: &str) -> Failure {
    let way_out = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
            "make room there, or write elsewhere"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "get the right to write there, or write elsewhere"
        }
        io::ErrorKind::NotFound => "make the folder, or write elsewhere",
        _ => "write elsewhere",
    };
    // Behind that stands the file that was to become the one that is meant.
    let error = error.to_string();
    let error = error.split(" at path ").next().unwrap_or_default();
    Failure::with_help(
        format!("{what}: {error}"),
        format!("{way_out}; what was there is as it was"),
    )
}

impl fmt::Display for WrittenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}", self.path.display())?;
        if let Some(old_bytes) = &self.old_bytes {
            write!(f, "; the old bytes are in {}", old_bytes.display())?;
        }
        Ok(())
    }
}
