//! What is to be kept by what lies beside sources: comments in them, and a found `keep.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{IntakeOptions, keep_file, read};
use crate::cloudformation;
use crate::document::{Document, KeepComment, Place, keep_comments, speaks_to_us};
use crate::iam::{Action, ActionPattern};
use crate::refine::{CommentPlace, HeldBack, HeldBecause, Universe};
use crate::review::{PolicyInput, ReviewInput};
use crate::sources::repository;
use crate::terraform::{self, Block};
use crate::text::{Error, Problem, Problems, Shown, Source, counted, some_of};

/// How a file is called that tells what a team keeps.
const KEEP_TOML: &str = "keep.toml";

/// How many actions are named that a comment keeps.
const NAMED: usize = 5;

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
    let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
    for folder in folders {
        match nearest(folder) {
            Some(Found::Within(path)) => _ = paths.insert(path),
            Some(Found::Above(path)) => notes.push(not_taken(&path)),
            None => {}
        }
    }
    for path in paths {
        let source = read(&path)?;
        let found = keep_file::read(&source, options.today)?;
        notes.extend(found.passed);
        let patterns = found.keeps.len() + found.principals.len();
        let count = counted(patterns, "pattern of it is kept", "patterns of it are kept");
        notes.push(source.note(count));
        options.refine.keeps.extend(found.keeps);
        options.principals.extend(found.principals);
    }
    Ok(())
}

/// Where a file is that tells what is kept.
enum Found {
    /// In a folder or above it, in its repository.
    Within(PathBuf),
    /// Above a folder that is in no repository: nobody can tell whether it is meant for that.
    Above(PathBuf),
}

fn nearest(folder: &Path) -> Option<Found> {
    let real = std::fs::canonicalize(Path::new(".").join(folder)).ok()?;
    let top = repository(&real).unwrap_or(&real);
    let mut folders = real.ancestors();
    let is_there = |folder: &&Path| folder.join(KEEP_TOML).is_file();
    let found = folders.find(is_there)?;
    let path = found.join(KEEP_TOML);
    if found.starts_with(top) {
        Some(Found::Within(path))
    } else {
        repository(&real).is_none().then_some(Found::Above(path))
    }
}

/// That a file counts for nothing since no repository tells whether it is meant.
fn not_taken(path: &Path) -> Problem {
    let source = Source::from_text(path.shown().raw(), "");
    let message =
        "this keeps nothing: no repository, a folder with .git, tells that it is meant here";
    source
        .warning(message)
        .help(format!("where it is, say --keep-file {}", path.shown()))
}

/// A file that may have comments to this program, and where its comments and its blocks stand.
pub(super) struct Commented {
    source: Source,
    comments: Vec<Range<usize>>,
    blocks: Vec<Range<usize>>,
}

impl Commented {
    /// A file of HCL, with the blocks that are known of it; none where nothing in it is said to this
    /// program.
    pub(super) fn hcl(source: &Source, blocks: &[Block]) -> Option<Self> {
        let comments = || terraform::comments(source.text());
        let mut commented = Commented::with(source, comments)?;
        commented.blocks = with_inner(blocks);
        Some(commented)
    }

    /// A template that Terraform fills in.
    pub(super) fn filled_in(source: &Source) -> Option<Self> {
        let comments = || terraform::template_comments(source.text());
        Commented::with(source, comments)
    }

    /// A template of CloudFormation, with the blocks that are known of it.
    ///
    /// # Errors
    /// It is not YAML.
    pub(super) fn template(
        source: &Source,
        blocks: &[Range<usize>],
    ) -> Result<Option<Self>, Problem> {
        if !speaks_to_us(source.text()) {
            return Ok(None);
        }
        let comments = cloudformation::comments(source)?;
        let commented = Commented::with(source, || comments);
        Ok(commented.map(|commented| Commented {
            blocks: blocks.to_vec(),
            ..commented
        }))
    }

    fn with(source: &Source, comments: impl FnOnce() -> Vec<Range<usize>>) -> Option<Self> {
        speaks_to_us(source.text()).then(|| Commented {
            source: source.clone(),
            comments: comments(),
            blocks: Vec::new(),
        })
    }

    /// The policies that a comment is about, by their places: those in whose lines it stands, or else those of
    /// the innermost block that it stands in or above and that has any; none where it stands in none.
    fn policies_of(&self, comment: &KeepComment, input: &ReviewInput) -> BTreeSet<usize> {
        let policies = input.policies.iter().enumerate();
        let own = policies.filter(|(_, one)| *one.loaded.document.source() == self.source);
        let own: Vec<(usize, Range<usize>)> = own
            .map(|(place, one)| (place, one.loaded.document.policy_range()))
            .collect();
        let text = self.source.text();
        let is_in =
            |range: &Range<usize>| with_comments(text, range).contains(&comment.range.start);
        let here = own.iter().filter(|(_, range)| is_in(range));
        let here: BTreeSet<usize> = here.map(|(place, _)| *place).collect();
        if !here.is_empty() {
            return here;
        }
        let mut blocks: Vec<&Range<usize>> =
            self.blocks.iter().filter(|block| is_in(block)).collect();
        blocks.sort_by_key(|block| block.len());
        let of_block = |block: &Range<usize>| -> BTreeSet<usize> {
            let is_in = |range: &Range<usize>| block.start <= range.start && range.end <= block.end;
            let inner = own.iter().filter(|(_, range)| is_in(range));
            inner.map(|(place, _)| *place).collect()
        };
        let mut all = blocks.into_iter().map(of_block);
        all.find(|policies| !policies.is_empty())
            .unwrap_or_default()
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
        match keep_comments(&file.source, file.comments.iter().cloned()) {
            Ok(comments) => {
                for comment in comments {
                    notes.extend(hold_back(input, &file, &comment, options));
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
    file: &Commented,
    comment: &KeepComment,
    options: &IntakeOptions,
) -> Option<Problem> {
    let source = &file.source;
    let warn = |message: String| source.warning_at(comment.range.clone(), message);
    if let (Some(until), Some(today)) = (comment.until, options.today)
        && until < today
    {
        let message = format!("this held until {until}, and keeps nothing any more");
        return Some(warn(message).help("remove the comment, or give it another day"));
    }
    let about = file.policies_of(comment, input);
    let line = source.position(comment.range.start).line;
    let because = HeldBecause::Commented(CommentPlace {
        place: format!("{}:{line}", source.name().raw()).into(),
        reason: comment.reason.clone(),
        until: comment.until,
    });
    let mut kept: BTreeSet<String> = BTreeSet::new();
    let mut entry_before = None;
    for (place, policy) in input.policies.iter_mut().enumerate() {
        // One that is in none was meant for one of its file, or for one that this refers to.
        if !about.is_empty() && !about.contains(&place) {
            continue;
        }
        kept.extend(hold(policy, &comment.pattern, &because));
        // What is behind an entry goes with that.
        let document = &policy.loaded.document;
        let entry = || stands_behind_another(document, comment, &policy.universe);
        if let Some(entry) = about.contains(&place).then(entry).flatten() {
            let entry = entry.clone();
            entry_before = Some(entry.to_string());
            hold(policy, &entry, &because);
        }
    }
    if about.is_empty() {
        if kept.is_empty() {
            return None;
        }
        let message = "this is in no policy that is refined, so it holds for all of them";
        return Some(warn(message.to_owned()).help(
            "put it behind an entry, or right above a statement of the policy or its block",
        ));
    }
    let kept: Vec<String> = kept.into_iter().collect();
    let message = if kept.is_empty() {
        "nothing that this keeps is unused".to_owned()
    } else {
        format!("this keeps {}", some_of(&kept, NAMED))
    };
    match entry_before {
        None => Some(source.note_at(comment.range.clone(), message)),
        Some(entry) => {
            let message = format!("{message}; it stands behind {entry}, which stays for its sake");
            Some(warn(message).help("put it above the statement"))
        }
    }
}

/// The last entry in whose line a comment stands, if it is about none of those in that line.
fn stands_behind_another<'d>(
    document: &'d Document,
    comment: &KeepComment,
    universe: &Universe,
) -> Option<&'d ActionPattern> {
    let kept = known_of(&comment.pattern, universe);
    // Of what nobody knows the patterns have to tell.
    let is_about = |entry: &ActionPattern| {
        if kept.is_empty() {
            entry.meets(&comment.pattern)
        } else {
            kept.iter().any(|action| entry.matches(action))
        }
    };
    let text = document.source().text();
    let is_behind = |range: &Range<usize>| {
        let between = text.get(range.end..comment.range.start);
        between.is_some_and(|between| !between.contains('\n'))
    };
    let mut last = None;
    for (number, statement) in document.policy().statements.iter().enumerate() {
        for (place, entry) in statement.actions.entries().iter().enumerate() {
            match document.place(number, place) {
                Place::Literal(range) if is_behind(&range) => {
                    if is_about(entry) {
                        return None;
                    }
                    last = Some(entry);
                }
                _ => {}
            }
        }
    }
    last
}

/// The bytes of blocks, and of those in them.
fn with_inner(blocks: &[Block]) -> Vec<Range<usize>> {
    let all = blocks.iter().flat_map(|block| {
        let mut ranges = with_inner(&block.blocks);
        ranges.push(block.range.clone());
        ranges
    });
    all.collect()
}

/// The bytes of a policy or a block with the lines that it begins and ends in, and the comments above it.
fn with_comments(text: &str, of: &Range<usize>) -> Range<usize> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut start = line_start(of.start);
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
    let end = text[of.end..]
        .find('\n')
        .map_or(text.len(), |newline| of.end + newline);
    start..end
}

/// Holds back in a policy what `pattern` matches: the unused actions that are known, and of a service that is
/// reported as a whole all others too, of which nobody knows more. Returns what that is.
fn hold(
    policy: &mut PolicyInput,
    pattern: &ActionPattern,
    because: &HeldBecause,
) -> BTreeSet<String> {
    let unused = Arc::clone(&policy.universe.unused);
    let mut held = HeldBack::clone(&policy.held);
    let unknown = (pattern.as_action()).filter(|action| !policy.universe.knows(action));
    if unknown.is_some() {
        let knowing = Universe::clone(&policy.universe).with_names(unknown.as_slice());
        policy.universe = Arc::new(knowing);
    }
    let known = known_of(pattern, &policy.universe).into_iter();
    let mut kept = BTreeSet::new();
    for action in known.filter(|action| unused.contains(action)) {
        kept.insert(action.to_string());
        held.add(action, because.clone());
    }
    if let Some(action) = &unknown {
        let told = format!("{action}, which neither the catalogue nor a finding or policy has");
        kept = BTreeSet::from([told]);
    }
    let is_wildcard = pattern.as_action().is_none();
    let mut wholly = unused.wholly_unused();
    if is_wildcard && wholly.any(|service| pattern.covers_service(service)) {
        if kept.is_empty() {
            kept.insert(pattern.to_string());
        }
        held.add_pattern(pattern.clone());
    }
    policy.held = Arc::new(held);
    kept
}

/// The known actions that a pattern matches.
fn known_of(pattern: &ActionPattern, universe: &Universe) -> Vec<Action> {
    let services = universe.services().into_iter();
    let actions = services.flat_map(|service| {
        let names = universe.names(&service).into_iter().cloned();
        let actions: Vec<Action> = names
            .map(|name| Action::new(service.clone(), name))
            .collect();
        actions
    });
    actions.filter(|action| pattern.matches(action)).collect()
}
