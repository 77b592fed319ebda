//! What the files of refined policies are called, on the disk.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::policies::LoadedPolicy;

/// `NAME.refined.json` in the folder of the file that the policy came from; in the current folder
/// for standard input.
pub(super) fn refined_name(policy: &LoadedPolicy) -> PathBuf {
    let name = file_name(policy);
    let stem = Path::new(&name).file_stem().unwrap_or_default();
    let refined = format!("{}.refined.json", stem.to_string_lossy());
    let path = policy.document.source().path();
    path.unwrap_or("policy.json".as_ref())
        .with_file_name(refined)
}

/// The first name like [`refined_name`] that is free.
pub(super) fn free_refined_name(policy: &LoadedPolicy) -> PathBuf {
    let first = refined_name(policy);
    let stem = first.with_extension("");
    let numbered = (2..).map(|number| {
        let mut name = stem.clone().into_os_string();
        name.push(format!("-{number}.json"));
        PathBuf::from(name)
    });
    let mut names = std::iter::once(first).chain(numbered);
    names
        .find(|name| name.symlink_metadata().is_err())
        .unwrap_or_default()
}

/// What the file of a policy is called: as the one that it came from; of a policy inside an answer
/// of AWS as the policy, for there may be several in one file.
pub(super) fn file_name(policy: &LoadedPolicy) -> OsString {
    match &policy.origin.name {
        Some(name) if policy.origin.is_in_answer => format!("{name}.json").into(),
        _ => (policy.document.source().path())
            .and_then(Path::file_name)
            .unwrap_or("policy.json".as_ref())
            .to_owned(),
    }
}

/// `NAME-1.json` and so on beside `path`: where the pieces of a policy go that is split.
pub(super) fn piece_name(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default();
    let mut name = stem.to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// `path`, or `NAME-2.json` and so on beside it, the first that is not `taken`.
pub(super) fn first_free(path: &Path, taken: &[PathBuf]) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = (2..).map(|number| path.with_file_name(format!("{stem}-{number}.json")));
    let mut names = std::iter::once(path.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}
