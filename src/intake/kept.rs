//! What is to be kept by what lies beside sources: comments in them, and a found `keep.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{IntakeOptions, keep_file, read};
use crate::cloudformation;
use crate::document::{Document, KeepComment, keep_comments, speaks_to_us};
use crate::iam::Action;
use crate::refine::{CommentPlace, HeldBack, HeldBecause, Universe};
use crate::review::{PolicyInput, ReviewInput};
use crate::sources::repository;
use crate::terraform;
use crate::text::{Error, Problem, Problems, Source, counted};

/// How a file is called that tells what a team keeps.
const KEEP_TOML: &str = "keep.toml";

/// Adds what the nearest `keep.toml` keeps, from each folder on upwards to that of its repository; notes
/// which one it is. What is kept for one is kept for all.
///
/// # Errors
/// What is wrong with that file.
pub(super) fn add_found<'p>(
    folders: impl IntoIterator<Item = &'p Path>,
    options: &mut IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<(), Error> {
    let paths: BTreeSet<PathBuf> = folders.into_iter().filter_map(nearest).collect();
    for path in paths {
        let source = read(&path)?;
        let found = keep_file::read(&source, options.today)?;
        notes.extend(found.passed);
        let count = counted(
            found.keeps.len(),
            "pattern of it is kept",
            "patterns of it are kept",
        );
        notes.push(source.note(count));
        options.refine.keeps.extend(found.keeps);
    }
    Ok(())
}

fn nearest(folder: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(Path::new(".").join(folder)).ok()?;
    let top = repository(&real).unwrap_or(&real);
    let folders = real.ancestors().take_while(|one| one.starts_with(top));
    let mut files = folders.map(|one| one.join(KEEP_TOML));
    files.find(|path| path.is_file())
}

/// A file that may have comments to this program, and where its comments stand.
pub(super) struct Commented {
    source: Source,
    comments: Vec<Range<usize>>,
}

impl Commented {
    /// A file of HCL; none where nothing in it is said to this program.
    pub(super) fn hcl(source: &Source) -> Option<Self> {
        let comments = || terraform::comments(source.text());
        Commented::with(source, comments)
    }

    /// A template that Terraform fills in.
    pub(super) fn filled_in(source: &Source) -> Option<Self> {
        let comments = || terraform::template_comments(source.text());
        Commented::with(source, comments)
    }

    /// A template of CloudFormation.
    ///
    /// # Errors
    /// It is not YAML.
    pub(super) fn template(source: &Source) -> Result<Option<Self>, Problem> {
        if !speaks_to_us(source.text()) {
            return Ok(None);
        }
        let comments = cloudformation::comments(source)?;
        Ok(Commented::with(source, || comments))
    }

    fn with(source: &Source, comments: impl FnOnce() -> Vec<Range<usize>>) -> Option<Self> {
        speaks_to_us(source.text()).then(|| Commented {
            source: source.clone(),
            comments: comments(),
        })
    }
}

/// Holds back what comments in `files` ask for: those of the policies, and others beside them; one that
/// stands in none of the policies holds for all of them. Notes those that hold no more, and those that keep
/// nothing.
///
/// # Errors
/// Comments that name no pattern, or no day, each at its place.
pub(super) fn hold_back_commented(
    input: &mut ReviewInput,
    files: Vec<Commented>,
    options: &IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<(), Problems> {
    let by_name = files
        .into_iter()
        .map(|file| (file.source.name().raw().to_owned(), file));
    let by_name: BTreeMap<String, Commented> = by_name.collect();
    let mut problems = Vec::new();
    for file in by_name.into_values() {
        match keep_comments(&file.source, file.comments) {
            Ok(comments) => {
                for comment in comments {
                    notes.extend(hold_back(input, &file.source, &comment, options));
                }
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(problems))
    }
}

/// Holds back what one comment asks for; returns what is to be said of it.
fn hold_back(
    input: &mut ReviewInput,
    source: &Source,
    comment: &KeepComment,
    options: &IntakeOptions,
) -> Option<Problem> {
    let warn = |message: String| source.warning_at(comment.range.clone(), message);
    if let (Some(until), Some(today)) = (comment.until, options.today)
        && until < today
    {
        let message = format!("this held until {until}, and keeps nothing any more");
        return Some(warn(message).help("remove the comment, or give it another day"));
    }
    let is_here = |policy: &PolicyInput| {
        let document = &policy.loaded.document;
        document.source() == source && with_comments(document).contains(&comment.range.start)
    };
    let is_in_one = input.policies.iter().any(is_here);
    let line = source.position(comment.range.start).line;
    let because = HeldBecause::Commented(CommentPlace {
        place: format!("{}:{line}", source.name().raw()).into(),
        reason: comment.reason.clone(),
    });
    let mut kept = 0;
    for policy in &mut input.policies {
        // One that is in none was meant for one of its file, or for one that this refers to.
        if is_in_one && !is_here(policy) {
            continue;
        }
        let mut held = HeldBack::clone(&policy.held);
        for action in unused_of(comment, &policy.universe) {
            held.add(action, because.clone());
            kept += 1;
        }
        policy.held = Arc::new(held);
    }
    if !is_in_one {
        if kept == 0 {
            return None;
        }
        let message = "this is in no policy that is refined, so it holds for all of them";
        return Some(
            warn(message.to_owned())
                .help("put it above a statement of the policy, or behind an entry"),
        );
    }
    (kept == 0).then(|| source.note_at(comment.range.clone(), "nothing that this keeps is unused"))
}

/// The bytes of a policy with the lines that it begins and ends in, and the comments above it.
fn with_comments(document: &Document) -> Range<usize> {
    let text = document.source().text();
    let policy = document.policy_range();
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut start = line_start(policy.start);
    while start > 0 {
        let above = line_start(start - 1);
        let line = text[above..start].trim();
        let is_comment = ["#", "//", "/*", "*"]
            .iter()
            .any(|begin| line.starts_with(begin));
        if !is_comment {
            break;
        }
        start = above;
    }
    let end = text[policy.end..]
        .find('\n')
        .map_or(text.len(), |newline| policy.end + newline);
    start..end
}

/// The unused actions that a comment names.
fn unused_of(comment: &KeepComment, universe: &Universe) -> Vec<Action> {
    let services = universe.services().into_iter();
    let actions = services.flat_map(|service| {
        let names = universe.names(&service).into_iter().cloned();
        let actions: Vec<Action> = names
            .map(|name| Action::new(service.clone(), name))
            .collect();
        actions
    });
    actions
        .filter(|action| comment.pattern.matches(action) && universe.is_unused(action))
        .collect()
}
