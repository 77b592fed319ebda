//! The folder with what becomes of an account: for each policy that changes what it was, what it
//! is to be, and the scripts that take it there and back.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use tempfile::TempDir;

use crate::account::{AccountReview, RefinedPolicy};
use crate::aws::{ScriptFolder, script_folders};
use crate::cli::exit::Failure;
use crate::cli::save::{exists, not_written};
use crate::explain::report::{account_overview, policy_review};
use crate::review::prove_text;

/// Whether `folder` can be made: there is nothing of that name, or an empty folder.
///
/// # Errors
/// Something is there.
pub fn must_be_free(folder: &Path) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map(|mut entries| entries.next());
    match entries {
        Ok(None) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(Some(_)) => Err(Failure::with_help(
            format!("the folder {} is not empty", folder.display()),
            "give another name, or move it away; nothing was written",
        )),
        Err(_) => Err(exists(folder)),
    }
}

/// Writes the folder, all of it or nothing: under another name first, where all is read back and
/// proved once more.
///
/// # Errors
/// Whatever the system refuses; a proof that fails.
pub fn write(
    folder: &Path,
    account: &AccountReview,
    refined: &[RefinedPolicy<'_>],
) -> Result<(), Failure> {
    let folders = script_folders(account, refined)?;
    let unfinished = Unfinished::beside(folder)?;
    let overview = account_overview(account, refined, &folders);
    unfinished.put("REVIEW.md", &overview, 0o666)?;
    for policy in &folders {
        write_policy(&unfinished, account, policy)?;
    }
    unfinished.finish()
}

/// A folder and everything in it.
fn all_within(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = vec![folder.to_owned()];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            all.extend(all_within(&entry.path())?);
        } else {
            all.push(entry.path());
        }
    }
    Ok(all)
}

/// How many files are brought to the disk at a time: it takes many as fast as one.
const SYNCED_AT_ONCE: usize = 32;

/// Returns when all of it is on the disk.
fn sync_all(paths: &[PathBuf]) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let sync = || {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let syncing: Vec<_> = (0..SYNCED_AT_ONCE.min(paths.len()))
            .map(|_| scope.spawn(sync))
            .collect();
        let result = |thread: ScopedJoinHandle<'_, io::Result<()>>| {
            (thread.join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        syncing.into_iter().try_for_each(result)
    })
}

fn write_policy(
    unfinished: &Unfinished<'_>,
    account: &AccountReview,
    policy: &ScriptFolder<'_, '_>,
) -> Result<(), Failure> {
    let name = &policy.name;
    unfinished.make(name)?;
    let document = &account.policy(policy.refined.policy).document;
    let before = document.source().original();
    unfinished.put(&format!("{name}/before.json"), &before, 0o666)?;
    if let Some(text) = &policy.change.text {
        let back = unfinished.put(&format!("{name}/after.json"), text, 0o666)?;
        let faults = prove_text(document, &back, &policy.change.settled);
        if !faults.is_empty() {
            return Err(Failure::Proof(faults));
        }
    }
    let scripts = &policy.scripts;
    unfinished.put(&format!("{name}/apply.sh"), &scripts.apply, 0o777)?;
    unfinished.put(&format!("{name}/rollback.sh"), &scripts.rollback, 0o777)?;
    let review = policy_review(account, policy);
    unfinished.put(&format!("{name}/REVIEW.md"), &review, 0o666)?;
    Ok(())
}

/// The folder before it has its name. It goes away, with all that is in it, unless it is finished.
struct Unfinished<'f> {
    at: TempDir,
    /// The name that it is to have.
    folder: &'f Path,
}

impl<'f> Unfinished<'f> {
    fn beside(folder: &'f Path) -> Result<Self, Failure> {
        let at = tempfile::Builder::new()
            .prefix(".iam-refine-")
            .permissions(Permissions::from_mode(0o777))
            .tempdir_in(parent_of(folder));
        Ok(Unfinished {
            at: at.map_err(|error| cannot(folder, &error))?,
            folder,
        })
    }

    fn make(&self, name: &str) -> Result<(), Failure> {
        let made = DirBuilder::new()
            .mode(0o777)
            .create(self.at.path().join(name));
        made.map_err(|error| cannot(self.folder, &error))
    }

    /// Writes a new file and reads it back.
    fn put(&self, name: &str, text: &str, mode: u32) -> Result<String, Failure> {
        let path = self.at.path().join(name);
        let back = written(&path, text, mode).map_err(|error| cannot(self.folder, &error))?;
        if back == text {
            return Ok(back);
        }
        Err(Failure::with_help(
            format!("{} was written and does not hold that now", path.display()),
            "something else writes to it; nothing else was written",
        ))
    }

    fn finish(self) -> Result<(), Failure> {
        let cannot = |error: io::Error| cannot(self.folder, &error);
        let within = all_within(self.at.path()).map_err(cannot)?;
        sync_all(&within).map_err(cannot)?;
        must_be_free(self.folder)?;
        fs::rename(self.at.path(), self.folder).map_err(cannot)?;
        // It has its name now, and there is nothing left to clear away.
        let _ = self.at.keep();
        let parent = File::open(parent_of(self.folder));
        parent.and_then(|parent| parent.sync_all()).map_err(cannot)
    }
}

fn parent_of(folder: &Path) -> &Path {
    match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn written(path: &Path, text: &str, mode: u32) -> io::Result<String> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    fs::read_to_string(path)
}

fn cannot(folder: &Path, error: &io::Error) -> Failure {
    not_written(
        error,
        &format!("the folder {} cannot be written", folder.display()),
    )
}
