//! What the files of refined policies are called, on the disk and in patches.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::policies::LoadedPolicy;

/// `NAME.refined.json` beside the file that the policy came from; in the current folder for
/// standard input.
pub(super) fn beside(policy: &LoadedPolicy) -> PathBuf {
    let name = file_name(policy);
    let stem = Path::new(&name).file_stem().unwrap_or_default();
    let refined = format!("{}.refined.json", stem.to_string_lossy());
    let path = policy.document.source().path();
    path.unwrap_or("policy.json".as_ref())
        .with_file_name(refined)
}

/// The first name like [`beside`] that is free.
pub(super) fn free_beside(policy: &LoadedPolicy) -> PathBuf {
    let first = beside(policy);
    let stem = first.with_extension("");
    let numbered = (2..).map(|number| PathBuf::from(format!("{}-{number}.json", stem.display())));
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

/// A file's name as `git apply` takes it: without what makes it absolute, or points here.
pub(super) fn relative(name: &str) -> &str {
    let name = name.trim_start_matches('/');
    name.strip_prefix("./").unwrap_or(name)
}

/// A file's name as it stands in a patch: where a line would not hold it as it is, in quotes and
/// spelled out, which `git apply` reads back.
pub(super) fn in_patch(name: &str) -> String {
    let is_plain = |byte: u8| byte >= b' ' && !matches!(byte, b'"' | b'\\' | 0x7f);
    if name.bytes().all(is_plain) {
        return name.to_owned();
    }
    let letters = name.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        '\0'..='\u{1f}' | '\u{7f}' => format!("\\{:03o}", u32::from(letter)),
        _ => letter.to_string(),
    });
    format!("\"{}\"", letters.collect::<Vec<_>>().concat())
}
