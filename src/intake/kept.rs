//! What is to be kept by what lies beside sources: comments in them, and a found `keep.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{IntakeOptions, keep_file, read};
use crate::document::{KeepComment, keep_comments};
use crate::iam::Action;
use crate::refine::{CommentPlace, HeldBack, HeldBecause, Universe};
use crate::review::{PolicyInput, ReviewInput};
use crate::sources::repository;
use crate::text::{Error, Problem, Problems, Source, counted};

/// How a file is called that tells what a team keeps.
const KEEP_TOML: &str = "keep.toml";

/// Adds what the nearest `keep.toml` keeps, from a folder on upwards to that of its repository; notes
/// which one it is.
///
/// # Errors
/// What is wrong with that file.
pub(super) fn add_found(
    folder: &Path,
    options: &mut IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<(), Error> {
    let Some(path) = nearest(folder) else {
        return Ok(());
    };
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
    Ok(())
}

fn nearest(folder: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(Path::new(".").join(folder)).ok()?;
    let top = repository(&real).unwrap_or(&real);
    let folders = real.ancestors().take_while(|one| one.starts_with(top));
    let mut files = folders.map(|one| one.join(KEEP_TOML));
    files.find(|path| path.is_file())
}

/// Holds back what comments in the policies ask for. Notes those that hold no more, and those that stand
/// in no policy that is reviewed.
///
/// # Errors
/// Comments that name no pattern, or no day, each at its place.
pub(super) fn hold_back_commented(
    input: &mut ReviewInput,
    options: &IntakeOptions,
    notes: &mut Vec<Problem>,
) -> Result<(), Problems> {
    let mut sources: Vec<Source> = Vec::new();
    for policy in &input.policies {
        let source = policy.loaded.document.source();
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    let mut problems = Vec::new();
    for source in sources {
        match keep_comments(&source) {
            Ok(comments) => {
                for comment in comments {
                    notes.extend(hold_back(input, &source, &comment, options));
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
    let is_here = |policy: &&mut PolicyInput| {
        let document = &policy.loaded.document;
        document.source() == source && document.policy_range().contains(&comment.range.start)
    };
    let mut kept = 0;
    let mut policies = input.policies.iter_mut().filter(is_here).peekable();
    if policies.peek().is_none() {
        let message = "this is in no policy that is refined, so it keeps nothing".to_owned();
        return Some(
            warn(message).help("put it above a statement of the policy, or behind an entry"),
        );
    }
    let place = source.position(comment.range.start).line;
    let because = HeldBecause::Commented(CommentPlace {
        place: format!("{}:{place}", source.name().raw()).into(),
        reason: comment.reason.clone(),
    });
    for policy in policies {
        let mut held = HeldBack::clone(&policy.held);
        for action in unused_of(comment, &policy.universe) {
            held.add(action, because.clone());
            kept += 1;
        }
        policy.held = Arc::new(held);
    }
    (kept == 0).then(|| source.note_at(comment.range.clone(), "nothing that this keeps is unused"))
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
