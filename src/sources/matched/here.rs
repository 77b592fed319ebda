//! Where a policy is written, and whether that may be edited.

use std::path::Path;

use crate::sources::Tree;
use crate::sources::files::TreeFile;
use crate::sources::generated::generator;
use crate::terraform::{Block, WrittenPolicy, takes_policy};
use crate::text::{Problem, Shown};

/// Where a policy is written.
pub(super) struct Here<'a> {
    pub folder: &'a Path,
    pub file: &'a TreeFile,
    pub written: &'a WrittenPolicy,
    pub block: &'a Block,
}

impl Here<'_> {
    pub fn error(&self, message: impl Into<String>) -> Problem {
        self.file.error_at(self.block, message)
    }

    /// Whether the file is what Terraform reads, and nothing else, and all of its folder is read.
    pub fn may_be_edited(&self, tree: &Tree) -> Result<(), Problem> {
        if let Some(generator) = generator(self.file.source.text()) {
            let message =
                format!("{generator} makes this file anew, and what is changed in it is lost");
            return Err(self.error(message).help("change what it is made of"));
        }
        if !self.file.is_own {
            let message = "this file is a link, or in the tree by several paths: it may be a part of \
                           something else too";
            let why = self.error(message);
            return Err(why.help("give the folder that the file itself is in"));
        }
        let mut files = tree.files(self.folder).iter();
        if let Some(file) = files.find(|file| overrides(file)) {
            let name = file.source.name();
            let message = format!("{name} changes the blocks beside it, which is not looked into");
            let why = self.error(message);
            return Err(why.help("write in the blocks themselves what it changes"));
        }
        let Some(unread) = tree.unread(Some(self.folder)).next() else {
            return Ok(());
        };
        let name = unread.source().name();
        let why = self.error(format!("{name} beside it is not read, and may use it too"));
        Err(why.help("see what is said of that file"))
    }
}

/// Whether what stands in a file is laid over the blocks of the other files of its folder, as its name tells.
/// One that has a policy is told with that, of which there are two then.
fn overrides(file: &TreeFile) -> bool {
    let path = file.source.path().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default();
    let is_policy = |block: &Block| {
        let kind = block.labels.first().filter(|_| block.kind == "resource");
        kind.is_some_and(|kind| takes_policy(kind))
    };
    // Where the state lies changes nothing of what is made.
    let is_setting = |block: &Block| block.kind == "terraform";
    let mut blocks = file.configuration.blocks.iter();
    (name == "override" || name.ends_with("_override"))
        && !blocks.all(|block| is_policy(block) || is_setting(block))
}

pub(in crate::sources) fn shown_folder(folder: &Path) -> String {
    if folder.as_os_str().is_empty() {
        "this folder".to_owned()
    } else {
        folder.shown().to_string()
    }
}
