//! The one function that writes a policy, and what stands around it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use crate::document::Document;
use crate::refine::SettledStatement;
use crate::review::prove_text;

/// What may be at the target already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: a file that is there is not written over.
    New,
    /// The policy that was read, and still is as it was.
    InPlace,
}

/// A policy's new text, and what it is to be proved against.
pub struct Rewritten<'a> {
    /// The policy as it was read.
    pub document: &'a Document,
    /// The statements as they were settled.
    pub settled: &'a [Option<SettledStatement>],
    /// The text to write.
    pub text: &'a str,
}

impl Rewritten<'_> {
    /// Writes the text to `path`, all of it or nothing: to a new file in the same folder, which is
    /// synced and takes the place of the old one; then reads it back and proves it. A link is
    /// followed; the mode of a file written over is kept.
    ///
    /// # Errors
    /// A target that is there and may not be, one that changed since it was read, whatever the
    /// system refuses, and bytes that read back do not prove.
    pub fn save(&self, path: &Path, target: Target) -> Result<(), Failure> {
        let path = match target {
            Target::New => path.to_owned(),
            Target::InPlace => fs::canonicalize(path)
                .map_err(|error| told(error, format!("{} cannot be found", path.display())))?,
        };
        match target {
            Target::New if path.symlink_metadata().is_ok() => {
                return Err(exists(&path));
            }
            Target::InPlace if !self.is_as_it_was_read(&path)? => {
                return Err(Failure::with_help(
                    format!("{} has changed since it was read", path.display()),
                    "run it again on the new text; nothing was written",
                ));
            }
            Target::New | Target::InPlace => {}
        }
        self.replace(&path, target)
            .map_err(|error| told(error, format!("{} cannot be written", path.display())))?;
        self.prove_written(&path)
    }

    fn is_as_it_was_read(&self, path: &Path) -> Result<bool, Failure> {
        let now = fs::read(path)
            .map_err(|error| told(error, format!("{} cannot be read", path.display())))?;
        Ok(now == self.document.source().original().as_bytes())
    }

    fn replace(&self, path: &Path, target: Target) -> io::Result<()> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut file = tempfile::Builder::new()
            .prefix(".iam-refine-")
            .permissions(permissions(path, target)?)
            .tempfile_in(folder)?;
        file.write_all(self.text.as_bytes())?;
        file.as_file().sync_all()?;
        match target {
            Target::New => file.persist_noclobber(path)?,
            Target::InPlace => file.persist(path)?,
        };
        File::open(folder)?.sync_all()
    }

    fn prove_written(&self, path: &Path) -> Result<(), Failure> {
        let bytes = fs::read(path)
            .map_err(|error| told(error, format!("{} cannot be read back", path.display())))?;
        if bytes != self.text.as_bytes() {
            return Err(Failure::with_help(
                format!("{} does not hold what was written", path.display()),
                "something else writes to it; look at it before you use it",
            ));
        }
        let faults = prove_text(self.document, self.text, self.settled);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Failure::Proof(faults))
        }
    }

    /// Keeps the old bytes under the user's state folder, for going back. Returns where.
    ///
    /// # Errors
    /// A state folder that cannot be found or written.
    pub fn keep_old(&self) -> Result<PathBuf, Failure> {
        let folder = state_folder()?.join("replaced");
        let kept = || -> io::Result<PathBuf> {
            fs::create_dir_all(&folder)?;
            let name = Path::new(self.document.source().name())
                .file_name()
                .map_or_else(
                    || "policy.json".into(),
                    |name| name.to_string_lossy().into_owned(),
                );
            let now = jiff::Timestamp::now().as_millisecond();
            let path = folder.join(format!("{now}-{name}"));
            let mut file = File::create_new(&path)?;
            file.write_all(self.document.source().original().as_bytes())?;
            file.sync_all()?;
            Ok(path)
        };
        kept().map_err(|error| {
            told(
                error,
                format!("the old bytes cannot be kept in {}", folder.display()),
            )
        })
    }
}

/// The refusal to write over a file that is there.
pub fn exists(path: &Path) -> Failure {
    Failure::with_help(
        format!("{} is there already", path.display()),
        "give another name, or move it away; nothing was written",
    )
}

/// The permissions of the file that is replaced. A new file gets those that the system gives any
/// new file, which on Unix are these less the umask.
fn permissions(path: &Path, target: Target) -> io::Result<fs::Permissions> {
    match target {
        Target::InPlace => Ok(fs::metadata(path)?.permissions()),
        Target::New => Ok(PermissionsExt::from_mode(0o666)),
    }
}

/// Where the program keeps what belongs to its user: `$XDG_STATE_HOME/iam-refine` or its like.
pub fn state_folder() -> Result<PathBuf, Failure> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().map_err(anyhow::Error::from)?;
    let base = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(base.join("iam-refine"))
}

fn told(error: io::Error, what: String) -> Failure {
    anyhow::Error::new(error).context(what).into()
}
