//! Writes of several files that were cut off: all of them are done, or none.
//!
//! Before the first of several files takes its place, what is to be done is written down in a folder of
//! the program's own, and taken away when all of it is done. What is found there later was cut off:
//! the next run completes it, or undoes it where a file was changed by then.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{PRIVATE, Staged, folder_of};
use super::folder::make_private_folder;
use super::own::{Links, free_name, lock_file, read_regular};
use super::places::state_folder;
use crate::text::{LARGEST_ACCOUNT, Shown, sha256, some_of};

/// A write that is under way.
pub(super) struct WriteUnderWay {
    path: PathBuf,
    /// Who holds it is at it.
    lock: File,
}

/// What is to be done with one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PlannedFile {
    /// The file, as the bytes of its path.
    target: Vec<u8>,
    /// Where its new text is until it takes its place.
    staged: Vec<u8>,
    /// The hash of its new text.
    sha256: String,
    /// Where its old text is kept; none of a file that is new.
    old: Option<Vec<u8>>,
    /// Whether it only tells of the others.
    #[serde(default)]
    pub is_record: bool,
}

impl PlannedFile {
    pub fn new(target: &Path, staged: &Staged, text: &str, old: Option<&Path>) -> Self {
        let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
        let real = |path: &Path| {
            let folder =
                fs::canonicalize(folder_of(path)).unwrap_or_else(|_| folder_of(path).into());
            bytes(&folder.join(path.file_name().unwrap_or_default()))
        };
        PlannedFile {
            target: real(target),
            staged: real(staged.path()),
            sha256: sha256(text),
            old: old.map(bytes),
            is_record: false,
        }
    }

    fn target(&self) -> PathBuf {
        path(&self.target)
    }

    fn staged(&self) -> PathBuf {
        path(&self.staged)
    }

    /// Whether its new text has yet to take its place.
    fn is_pending(&self) -> bool {
        self.staged().is_file()
    }

    /// Whether what is at its place is as it was before.
    fn is_as_it_was(&self) -> bool {
        match &self.old {
            None => self.target().symlink_metadata().is_err(),
            Some(old) => match (fs::read(self.target()), fs::read(path(old))) {
                (Ok(now), Ok(old)) => now == old,
                _ => false,
            },
        }
    }

    /// Whether its new text is in its place.
    fn is_done(&self) -> bool {
        let now = fs::read_to_string(self.target());
        now.is_ok_and(|text| sha256(&text) == self.sha256)
    }

    fn can_be_completed(&self) -> bool {
        let staged = fs::read_to_string(self.staged());
        staged.is_ok_and(|text| sha256(&text) == self.sha256) && self.is_as_it_was()
    }

    fn complete(&self) -> io::Result<()> {
        fs::rename(self.staged(), self.target())?;
        File::open(folder_of(&self.target()))?.sync_all()
    }

    /// Puts back what was there, where nothing else was written since.
    fn undo(&self) -> io::Result<()> {
        let target = self.target();
        let Some(old) = &self.old else {
            return fs::remove_file(target);
        };
        let old = fs::read_to_string(path(old))?;
        Staged::to_replace(&target, &old)?.persist_over(&target)?;
        Ok(())
    }
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(std::ffi::OsString::from_vec(bytes.to_vec()))
}

/// Where it is written down what is under way.
fn folder() -> Option<PathBuf> {
    Some(state_folder().ok()?.join("writing"))
}

impl WriteUnderWay {
    /// Writes down what is to be done, before anything is.
    ///
    /// # Errors
    /// Whatever the system refuses.
    pub fn begin(files: &[PlannedFile]) -> io::Result<Self> {
        let folder = folder().ok_or_else(|| io::Error::other("the user has no home"))?;
        WriteUnderWay::begin_in(&folder, files)
    }

    fn begin_in(folder: &Path, files: &[PlannedFile]) -> io::Result<Self> {
        make_private_folder(folder)?;
        let path = free_name(|stamp| folder.join(format!("{stamp}.json")));
        let lock = lock_file(folder, &path)?;
        lock.try_lock()?;
        let text = serde_json::to_string(files)?;
        let mut file = Staged::in_same_folder(&path, &text, PRIVATE)?.persist_new(&path)?;
        file.flush()?;
        Ok(WriteUnderWay { path, lock })
    }

    /// All of it is done, or is told to be not.
    pub fn end(self) {
        remove(&self.path);
        drop(self.lock);
    }
}

fn remove(path: &Path) {
    // What is left there is looked at once more, and found to be done.
    let _ = fs::remove_file(path);
    let _ = fs::remove_file(path.with_extension("lock"));
}

/// What became of a write that was cut off.
pub struct FinishedWrite {
    /// What is to be said of it, in a sentence.
    pub said: String,
    /// Whether files were changed for it now.
    pub changes: bool,
}

impl FinishedWrite {
    fn only_said(said: String) -> Self {
        FinishedWrite {
            said,
            changes: false,
        }
    }
}

/// Completes or undoes what earlier runs were cut off at, where this one `writes` too; else says that
/// there is something to be done.
pub fn finish_interrupted_writes(writes: bool) -> Vec<FinishedWrite> {
    folder().map_or_else(Vec::new, |folder| finish_in(&folder, writes))
}

fn finish_in(folder: &Path, writes: bool) -> Vec<FinishedWrite> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    (paths.iter().filter_map(|path| finish(folder, path, writes))).collect()
}

fn finish(folder: &Path, path: &Path, writes: bool) -> Option<FinishedWrite> {
    let lock = match lock_file(folder, path) {
        Ok(lock) => lock,
        Err(error) => return unread(path, &error),
    };
    match lock.try_lock() {
        Ok(()) => {}
        // Another run is at it.
        Err(TryLockError::WouldBlock) => return None,
        Err(TryLockError::Error(error)) => return unread(path, &error),
    }
    let files = match read_planned(path) {
        Ok(files) => files,
        Err(error) => return unread(path, &error),
    };
    if !writes && files.iter().any(PlannedFile::is_pending) {
        let names = names(&files.iter().collect::<Vec<_>>());
        return Some(FinishedWrite::only_said(format!(
            "an earlier run was cut off while it wrote; the next run that writes completes or undoes it: \
             {names}"
        )));
    }
    let said = finish_files(&files);
    remove(path);
    said
}

fn read_planned(path: &Path) -> io::Result<Vec<PlannedFile>> {
    let text = read_regular(path, LARGEST_ACCOUNT, Links::Refused)?;
    Ok(serde_json::from_str(&text)?)
}

/// That nobody can tell what was cut off; nothing, where another run has finished it meanwhile.
fn unread(path: &Path, error: &io::Error) -> Option<FinishedWrite> {
    if error.kind() == io::ErrorKind::NotFound {
        return None;
    }
    Some(FinishedWrite::only_said(format!(
        "an earlier run may have been cut off while it wrote, and what it had to do cannot be read: look at \
         {}, see whether the files that it names are whole, and remove it ({error})",
        path.shown()
    )))
}

fn names(files: &[&PlannedFile]) -> String {
    let names = files.iter().map(|file| file.target().shown().to_string());
    some_of(&names.collect::<Vec<_>>(), NAMED)
}

/// How many files are named.
const NAMED: usize = 5;

/// Completes it where all of it can be; else undoes what was done. Where there is nothing but a record, nothing is
/// half done: it tells of nothing, and goes.
fn finish_files(files: &[PlannedFile]) -> Option<FinishedWrite> {
    let (pending, others): (Vec<&PlannedFile>, Vec<&PlannedFile>) =
        files.iter().partition(|file| file.is_pending());
    let (done, changed): (Vec<&PlannedFile>, Vec<&PlannedFile>) =
        others.into_iter().partition(|file| file.is_done());
    let look = format!("look at {}", names(&changed));
    if pending.is_empty() {
        // All was written, or was cleaned away; what was changed since is not known to be either.
        return (!changed.is_empty()).then(|| {
            let said =
                format!("an earlier run was cut off when it had written, or nearly so: {look}");
            FinishedWrite::only_said(said)
        });
    }
    let is_begun = done.iter().any(|file| !file.is_record);
    let can_be_completed = changed.is_empty() && pending.iter().all(|file| file.can_be_completed());
    if can_be_completed && is_begun {
        let failed = pending
            .iter()
            .copied()
            .filter(|file| file.complete().is_err());
        let failed: Vec<&PlannedFile> = failed.collect();
        let said = if failed.is_empty() {
            let names = names(&pending);
            format!("an earlier run was cut off while it wrote, and is completed: {names}")
        } else {
            format!(
                "an earlier run was cut off while it wrote, and these could not be completed: {}; their \
                 new text is beside them",
                names(&failed)
            )
        };
        return Some(FinishedWrite {
            said,
            changes: true,
        });
    }
    let failed = done.iter().copied().filter(|file| file.undo().is_err());
    let failed: Vec<&PlannedFile> = failed.collect();
    for file in &pending {
        let _ = fs::remove_file(file.staged());
    }
    let said = if !failed.is_empty() {
        let names = names(&failed);
        format!(
            "an earlier run was cut off while it wrote, and could not be undone: look at {names}"
        )
    } else if !is_begun {
        let said = format!(
            "an earlier run was cut off before it wrote these: {}",
            names(&pending)
        );
        if done.is_empty() {
            said
        } else {
            format!("{said}; its record is removed: {}", names(&done))
        }
    } else {
        format!(
            "an earlier run was cut off while it wrote, and files were changed since, so it is undone: {}",
            names(&done)
        )
    };
    Some(FinishedWrite {
        said: if changed.is_empty() {
            said
        } else {
            format!("{said}; {look}")
        },
        changes: !done.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::atomic::is_unfinished;
    use super::*;

    fn said(finished: Vec<FinishedWrite>) -> Vec<String> {
        finished.into_iter().map(|one| one.said).collect()
    }

    /// Two files that are written over, cut off when so many have taken their places.
    struct World {
        folder: tempfile::TempDir,
    }

    impl World {
        fn cut_off_after(done: usize) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut planned = Vec::new();
            let mut all_staged = Vec::new();
            for name in ["a", "b"] {
                let target = folder.path().join(name);
                let old = folder.path().join(format!("{name}.old"));
                fs::write(&target, "old").unwrap();
                fs::write(&old, "old").unwrap();
                let staged = Staged::to_replace(&target, "new").unwrap();
                planned.push(PlannedFile::new(&target, &staged, "new", Some(&old)));
                all_staged.push((target, staged));
            }
            let world = World { folder };
            let under_way = WriteUnderWay::begin_in(&world.state(), &planned).unwrap();
            for (place, (target, staged)) in all_staged.into_iter().enumerate() {
                if place < done {
                    staged.persist_over(&target).unwrap();
                } else {
                    // As a killed program leaves it.
                    std::mem::forget(staged);
                }
            }
            // The lock goes with the program.
            drop(under_way.lock);
            world
        }

        fn state(&self) -> PathBuf {
            self.folder.path().join("state")
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.folder.path().join(name), text).unwrap();
        }

        fn texts(&self) -> [String; 2] {
            ["a", "b"].map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap())
        }

        fn finish(&self) -> Vec<String> {
            let said = said(finish_in(&self.state(), true));
            let left = fs::read_dir(self.folder.path()).unwrap();
            let left = left.filter(|entry| is_unfinished(entry.as_ref().unwrap()));
            assert_eq!(left.count(), 0, "nothing is left behind");
            assert!(finish_in(&self.state(), true).is_empty(), "it is done once");
            said
        }
    }

    #[test]
    fn what_was_cut_off_in_the_middle_is_completed() {
        let world = World::cut_off_after(1);
        assert_eq!(world.texts(), ["new", "old"]);
        let said = world.finish();
        assert_eq!(world.texts(), ["new", "new"]);
        assert!(said[0].contains("is completed"), "{said:?}");
    }

    #[test]
    fn what_was_cut_off_before_anything_was_written_leaves_all_as_it_was() {
        let world = World::cut_off_after(0);
        let said = world.finish();
        assert_eq!(world.texts(), ["old", "old"]);
        assert!(said[0].contains("before it wrote these"), "{said:?}");
    }

    /// As it is where a record is written beside the old bytes first.
    #[test]
    fn a_record_alone_is_taken_back_and_nothing_is_completed() {
        for (is_record, written_over) in [(true, 0), (true, 1), (false, 0)] {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::write(at("a.old"), "old").unwrap();
            fs::write(at("b.old"), "old").unwrap();
            let mut planned = Vec::new();
            let mut all_staged = Vec::new();
            for name in ["new", "a", "b"] {
                let old = (name != "new").then(|| at(&format!("{name}.old")));
                if old.is_some() {
                    fs::write(at(name), "old").unwrap();
                }
                let staged = Staged::in_same_folder(&at(name), "new", PRIVATE).unwrap();
                planned.push(PlannedFile {
                    is_record: is_record && old.is_none(),
                    ..PlannedFile::new(&at(name), &staged, "new", old.as_deref())
                });
                all_staged.push((at(name), staged));
            }
            let under_way = WriteUnderWay::begin_in(&at("state"), &planned).unwrap();
            for (place, (target, staged)) in all_staged.into_iter().enumerate() {
                if place <= written_over {
                    staged.persist_over(&target).unwrap();
                } else {
                    std::mem::forget(staged);
                }
            }
            drop(under_way.lock);
            let finished = finish_in(&at("state"), true);
            let [one] = finished.as_slice() else {
                panic!("{} are told", finished.len());
            };
            let texts = ["a", "b"].map(|name| fs::read_to_string(at(name)).unwrap());
            assert!(one.changes);
            if is_record && written_over == 0 {
                assert_eq!(texts, ["old", "old"]);
                assert!(one.said.contains("before it wrote these"), "{}", one.said);
                let told = format!("its record is removed: {}", at("new").display());
                assert!(one.said.ends_with(&told), "{}", one.said);
                assert!(!at("new").exists(), "it tells of what never was");
            } else {
                assert_eq!(texts, ["new", "new"]);
                assert!(one.said.contains("is completed"), "{}", one.said);
                assert!(at("new").exists());
            }
        }
    }

    #[test]
    fn what_was_all_written_is_done() {
        let world = World::cut_off_after(2);
        assert_eq!(world.finish(), [""; 0]);
        assert_eq!(world.texts(), ["new", "new"]);
    }

    #[test]
    fn what_was_changed_since_is_kept_and_the_rest_undone() {
        let world = World::cut_off_after(1);
        world.write("b", "mine");
        let said = world.finish();
        assert_eq!(world.texts(), ["old", "mine"]);
        assert!(said[0].contains("so it is undone"), "{said:?}");

        // What was done was taken back by hand, so the rest of it is not done either.
        let world = World::cut_off_after(1);
        world.write("a", "old");
        let said = world.finish();
        assert_eq!(world.texts(), ["old", "old"]);
        assert!(said[0].contains("before it wrote these"), "{said:?}");
    }

    #[test]
    fn what_was_staged_and_is_gone_counts_as_changed() {
        let world = World::cut_off_after(1);
        let staged = fs::read_dir(world.folder.path()).unwrap();
        let mut staged = staged.map(Result::unwrap).filter(is_unfinished);
        fs::remove_file(staged.next().unwrap().path()).unwrap();
        let said = world.finish();
        assert_eq!(world.texts(), ["new", "old"]);
        assert!(said[0].contains("look at"), "{said:?}");
    }

    #[test]
    fn what_was_all_written_and_changed_since_stays_as_it_is() {
        let world = World::cut_off_after(2);
        world.write("b", "mine");
        let said = world.finish();
        assert_eq!(world.texts(), ["new", "mine"]);
        assert!(said[0].contains("look at"), "{said:?}");
    }

    #[test]
    fn a_run_that_writes_nothing_only_says_so() {
        let world = World::cut_off_after(1);
        let said = said(finish_in(&world.state(), false));
        assert!(said[0].contains("the next run that writes"), "{said:?}");
        assert_eq!(world.texts(), ["new", "old"]);
        world.finish();
        assert_eq!(world.texts(), ["new", "new"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_until_somebody_has_looked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.json");
        for damaged in [&b"[{\"target\": [1"[..], b"{}", b"\xff"] {
            fs::write(&path, damaged).unwrap();
            for writes in [false, true] {
                let said = said(finish_in(folder.path(), writes));
                assert!(said[0].contains("1.json"), "{said:?}");
                assert!(said[0].contains("cannot be read"), "{said:?}");
            }
            assert_eq!(fs::read(&path).unwrap(), damaged);
        }
        fs::remove_file(&path).unwrap();
        assert!(finish_in(folder.path(), true).is_empty());
    }

    #[test]
    fn what_another_run_is_at_is_left_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let under_way = WriteUnderWay::begin_in(folder.path(), &[]).unwrap();
        assert!(finish_in(folder.path(), true).is_empty());
        assert!(under_way.path.is_file());
        under_way.end();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
