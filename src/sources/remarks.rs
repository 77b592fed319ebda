//! Where in a text something is only told: comments, what is printed, what a step is called.

use std::ops::Range;
use std::path::Path;

use super::calls::Caller;
use super::surroundings::stands_in;
use super::taken::EMBEDDING;
use crate::terraform::{comments_in, texts_in};
use crate::text::{Json, Source};

/// How a text says remarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RemarkKind {
    /// A script of commands.
    Script,
    /// What is written in another language.
    Program,
    /// What says in keys what it is about, as a workflow does.
    Yaml,
    /// Terraform's own.
    Blocks,
    /// A notebook, of which some cells are run.
    Notebook,
}

/// What scripts of commands end in; so is what ends in nothing, as a Makefile or a hook of git.
const SCRIPTS: [&str; 8] = ["bash", "bat", "cmd", "ksh", "mk", "ps1", "sh", "zsh"];

impl RemarkKind {
    /// As the name of a file says.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default();
        if Caller::of_path(path).is_some() {
            RemarkKind::Blocks
        } else if extension == "yaml" || extension == "yml" {
            RemarkKind::Yaml
        } else if extension == "ipynb" {
            RemarkKind::Notebook
        } else if extension.is_empty() || SCRIPTS.iter().any(|one| extension == *one) {
            RemarkKind::Script
        } else {
            RemarkKind::Program
        }
    }
}

/// The bytes of a text in which something is only told, in order.
pub(super) fn remarks(text: &str, kind: RemarkKind) -> Vec<Range<usize>> {
    match kind {
        RemarkKind::Script | RemarkKind::Program | RemarkKind::Yaml => in_lines(text, kind),
        RemarkKind::Blocks => in_blocks(text),
        RemarkKind::Notebook => in_notebook(text).unwrap_or_default(),
    }
}

/// Whether something may only be told at a place, as far as the letters before it in its line tell: not all of a text has to
/// be gone through for most.
pub(super) fn may_be_remark(text: &str, at: usize, kind: RemarkKind) -> bool {
    const SAYING: [&str; 4] = ["#", "//", "echo ", "printf "];
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[start..at];
    kind != RemarkKind::Blocks
        || SAYING.iter().any(|word| before.contains(word))
        || stands_in(text.as_bytes(), "/*")
}

/// Those of Terraform's own files: comments, and those of the scripts in them.
fn in_blocks(text: &str) -> Vec<Range<usize>> {
    let mut remarks = comments_in(text);
    let texts = texts_in(text).into_iter().map(|one| one.range);
    for range in texts.filter(|range| text[range.clone()].contains('\n')) {
        let start = range.start;
        let within = in_lines(&text[range], RemarkKind::Script).into_iter();
        remarks.extend(within.map(|one| start + one.start..start + one.end));
    }
    remarks.sort_by_key(|one| one.start);
    // What is put into a text may have one of its own.
    let mut end = 0;
    remarks.retain(|one| {
        let is_next = one.start >= end;
        end = end.max(one.end);
        is_next
    });
    remarks
}

/// The cells of a notebook that are written for people.
fn in_notebook(text: &str) -> Option<Vec<Range<usize>>> {
    let notebook = Json::parse(&Source::from_text("", text)).ok()?;
    let cells = notebook.get("cells")?.as_array()?.iter();
    let told =
        cells.filter(|cell| cell.get("cell_type").and_then(Json::as_str) == Some("markdown"));
    Some(told.map(|cell| cell.range.clone()).collect())
}

/// The lines in which something is only told: comments, what is printed, what a step of a workflow is called, and for which
/// changes that is run.
fn in_lines(text: &str, kind: RemarkKind) -> Vec<Range<usize>> {
    const COMMENTS: [&str; 2] = ["#", "//"];
    const PRINTING: [&str; 2] = ["echo ", "printf "];
    const CALLED: [&str; 3] = ["- name:", "description:", "name:"];
    const CHANGES: [&str; 4] = ["changes:", "paths-ignore:", "paths:", "when_modified:"];
    let is_yaml = kind == RemarkKind::Yaml;
    let has_filters = is_yaml && uses_filters(text);
    let has_commands = is_yaml || kind == RemarkKind::Script && !is_interpreted(text);
    let mut remarks = Vec::new();
    let mut at = 0;
    // How far the key is indented that lists for which changes.
    let mut listed: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let said = line.trim_start();
        if said.is_empty() {
            continue;
        }
        let starts_with = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
        let indent = line.len() - said.len();
        let goes_on =
            |listed: &usize| indent > *listed || indent == *listed && starts_with(&["- "]);
        listed = listed.filter(goes_on);
        let is_filter = has_filters && said.starts_with("filters:");
        if is_yaml && starts_with(&CHANGES) || is_filter {
            listed = Some(indent);
        } else if is_yaml && said.starts_with("- changes:") {
            // The first key of an item, which goes on as far as it is indented.
            listed = Some(indent + 2);
        }
        let only_prints =
            || starts_with(&PRINTING) && !said.contains(['$', '`', '|', '<', '>', ';', '&']);
        let is_called = || is_yaml && starts_with(&CALLED) && !said.contains('/');
        let is_comment = || starts_with(&COMMENTS) && !said.starts_with(EMBEDDING);
        let is_check = || has_commands && only_checks(said);
        if listed.is_some() || is_comment() || only_prints() || is_called() || is_check() {
            remarks.push(range);
        } else if let Some(behind) = line
            .find(" # ")
            .filter(|at| !line[*at..].contains(['"', '\'']))
        {
            remarks.push(range.start + behind..range.end);
        }
    }
    remarks
}

/// Whether a step of a workflow runs what tells which files a change is about.
fn uses_filters(text: &str) -> bool {
    let mut lines = text
        .lines()
        .map(|line| line.trim_start().trim_start_matches("- "));
    lines.any(|line| line.starts_with("uses:") && line.contains("paths-filter"))
}

/// Whether the first line of a script says that another program than a shell reads it.
fn is_interpreted(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let mut programs = first
        .split_whitespace()
        .filter_map(|word| word.rsplit('/').next());
    first.starts_with("#!") && !programs.any(|program| program.ends_with("sh"))
}

/// Whether a line runs what looks at files and tells what it thinks of them, and nothing else.
fn only_checks(line: &str) -> bool {
    const CHECKING: [&str; 9] = [
        "cfn-lint",
        "checkov",
        "jsonlint",
        "parliament",
        "prettier",
        "tflint",
        "tfsec",
        "trivy",
        "yamllint",
    ];
    let command = line
        .trim_start_matches("- ")
        .trim_start_matches("run:")
        .trim_start();
    let command = command.trim_start_matches("npx ");
    let first = command.split_whitespace().next();
    let is_one = first.is_some_and(|first| CHECKING.contains(&first));
    // `trivy config: infra/iam` is a key of YAML.
    let is_key = command.contains(": ") || command.trim_end().ends_with(':');
    is_one && !is_key && !command.contains(['$', '`', '|', '<', '>', ';', '&', '=', '\\'])
}

/// Whether a place is in one of some ranges, which are in order.
pub(super) fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.contains(&at))
}
