//! The folder with what becomes of an account: for each policy that changes what it was, what it
//! is to be, and the scripts that take it there and back.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use tempfile::TempDir;

use super::refined::{Change, Refined};
use super::report;
use super::script::{Scripts, new_names, scripts};
use super::table::changes;
use crate::account::{AccountReview, SubjectKind};
use crate::cli::exit::Failure;
use crate::cli::save::{exists, not_written};
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

/// A policy that changes, and the sub-folder it gets.
pub struct Placed<'r, 'a> {
    /// The name of its sub-folder.
    pub folder: String,
    /// The policy.
    pub refined: &'r Refined<'a>,
    /// What goes of it.
    pub change: &'r Change,
    /// What the policy is called that takes its place, if it is one of AWS's own.
    pub new_name: String,
    /// The way there and the way back.
    pub scripts: Scripts,
}

/// Writes the folder, all of it or nothing: under another name first, where all is read back and
/// proved once more.
///
/// # Errors
/// Whatever the system refuses; a proof that fails.
pub fn write(
    folder: &Path,
    account: &AccountReview,
    refined: &[Refined<'_>],
) -> Result<(), Failure> {
    let placed = place(account, refined);
    let unfinished = Unfinished::beside(folder)?;
    let overview = report::overview(account, refined, &placed);
    unfinished.put("REVIEW.md", &overview, 0o666)?;
    for policy in &placed {
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
    policy: &Placed<'_, '_>,
) -> Result<(), Failure> {
    let name = &policy.folder;
    unfinished.make(name)?;
    let document = &account.policy(policy.refined.subject).document;
    let before = document.source().original();
    unfinished.put(&format!("{name}/before.json"), &before, 0o666)?;
    if let Some(text) = &policy.change.text {
        let back = unfinished.put(&format!("{name}/after.json"), text, 0o666)?;
        let faults = prove_text(&[(document, &policy.change.edits[..])], &back);
        if !faults.is_empty() {
            return Err(Failure::Proof(faults));
        }
    }
    let scripts = &policy.scripts;
    unfinished.put(&format!("{name}/apply.sh"), &scripts.apply, 0o777)?;
    unfinished.put(&format!("{name}/rollback.sh"), &scripts.rollback, 0o777)?;
    let review = report::of_policy(account, policy);
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

/// Gives every policy that changes a sub-folder of its own.
fn place<'r, 'a>(account: &AccountReview, refined: &'r [Refined<'a>]) -> Vec<Placed<'r, 'a>> {
    let changed: Vec<(&Refined<'_>, &Change)> = changes(refined).collect();
    let of_aws: Vec<&Refined<'_>> = (changed.iter().map(|(refined, _)| *refined))
        .filter(|refined| refined.subject.kind == SubjectKind::AwsManaged)
        .collect();
    let mut new_names = new_names(account, &of_aws).into_iter();
    let mut taken = BTreeSet::new();
    let placed = changed.into_iter().map(|(refined, change)| {
        let new_name = match refined.subject.kind {
            SubjectKind::AwsManaged => new_names.next().unwrap_or_default(),
            _ => String::new(),
        };
        Placed {
            folder: folder_name(account, refined, &mut taken),
            refined,
            change,
            scripts: scripts(account, refined, change, &new_name),
            new_name,
        }
    });
    placed.collect()
}

/// How long the name of a sub-folder may be, before a number that tells it from another.
const LONGEST: usize = 200;

/// `role-Reporter-ReadBuckets`, `policy-SharedLambda`, `aws-ReadOnlyAccess`: nothing but what every
/// file system takes, and no two that differ in case alone.
fn folder_name(
    account: &AccountReview,
    refined: &Refined<'_>,
    taken: &mut BTreeSet<String>,
) -> String {
    let origin = &account.policy(refined.subject).origin;
    let name = origin.name.as_deref().unwrap_or(&refined.name);
    let name = match (&origin.owner, refined.subject.kind) {
        (Some(owner), _) => format!("{}-{}-{name}", owner.kind.as_str(), owner.name),
        (None, SubjectKind::AwsManaged) => format!("aws-{name}"),
        (None, _) => format!("policy-{name}"),
    };
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c);
    let name = name.chars().map(|c| if is_safe(&c) { c } else { '-' });
    let name: String = name.take(LONGEST).collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    let free = names.find(|name| taken.insert(name.to_ascii_lowercase()));
    free.unwrap_or_default()
}
