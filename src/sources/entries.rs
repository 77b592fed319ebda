//! What lies in folders.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The path by which a folder is opened: the one where one stands has an empty path.
pub(super) fn to_read(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// The paths of all that lies in a folder, in the order of their names.
///
/// # Errors
/// It cannot be read.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(to_read(folder))?;
    let paths = entries.map(|entry| Ok(folder.join(entry?.file_name())));
    let mut paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}

/// The same; nothing of a folder that cannot be read.
pub(super) fn entries_or_none(folder: &Path) -> Vec<PathBuf> {
    entries(folder).unwrap_or_default()
}
