//! Statements that are blocks: each goes with its lines, the comment right above it, and one empty line;
//! the last one with the one above it, since what is below belongs to what follows.
//!
//! What is above the first statement is about all of them, unless each has a comment of its own, and what is
//! meant for another program stays too; the empty line then stays with it.

use std::ops::Range;

use super::comment::{directive_in_text, is_comment_line, is_directive};
use super::splice::Splice;

/// Why one of the `blocks` may not be removed, and where that stands; none where it may.
pub(super) fn cannot_go(
    text: &str,
    blocks: &[Range<usize>],
    place: usize,
) -> Option<(&'static str, usize)> {
    let block = &blocks[place];
    let start = line_start(text, block.start);
    let end = line_end(text, block.end);
    if !text[start..block.start].trim().is_empty() || !text[block.end..end].trim().is_empty() {
        return Some(("something else stands in its line", block.start));
    }
    directive_in(text, block).or_else(|| directive_above(text, blocks, place))
}

/// What is meant for another program above a statement, where the next statement would come to stand
/// below it.
pub(super) fn directive_above(
    text: &str,
    statements: &[Range<usize>],
    place: usize,
) -> Option<(&'static str, usize)> {
    let (statement, next) = (&statements[place], statements.get(place + 1)?);
    // What is above the first is about all of them.
    if place == 0 || text[statement.end..next.start].matches('\n').count() > 1 {
        return None;
    }
    let mut start = line_start(text, statement.start);
    while let Some(line) = line_before(text, start) {
        let content = text[line.clone()].trim();
        if !is_comment_line(content) {
            return None;
        }
        if is_directive(content) {
            return Some(("a comment for another program stands above it", line.start));
        }
        start = line.start;
    }
    None
}

/// What is meant for another program within a statement.
pub(super) fn directive_in(text: &str, statement: &Range<usize>) -> Option<(&'static str, usize)> {
    let place = directive_in_text(&text[statement.clone()])?;
    Some((
        "a comment for another program stands in it",
        statement.start + place,
    ))
}

/// Blocks that go, with nothing between them that stays.
struct Run {
    range: Range<usize>,
    /// Whether the empty line above it goes with it.
    takes_above: bool,
}

/// Removes those of the `blocks` that go.
pub(super) fn block_removals(text: &str, blocks: &[Range<usize>], goes: &[bool]) -> Vec<Splice> {
    let mut runs: Vec<Run> = Vec::new();
    for place in (0..blocks.len()).filter(|&place| goes[place]) {
        let (mut gone, is_commented) = lines_of(text, blocks, place);
        let before = runs.pop_if(|last| last.range.end == gone.start);
        let mut takes_above = before.as_ref().is_some_and(|before| before.takes_above);
        gone.start = before.map_or(gone.start, |before| before.range.start);
        let below = gone.end..line_end(text, gone.end);
        let above = line_before(text, gone.start).filter(|line| is_empty(text, line));
        if is_commented {
            // The empty line stays with the comment.
        } else if is_empty(text, &below) && place + 1 < blocks.len() {
            // One of the two around a run stays.
            gone.end = if takes_above { gone.end } else { below.end };
        } else if let Some(above) = above.filter(|_| !takes_above) {
            gone.start = above.start;
            takes_above = true;
        }
        runs.push(Run {
            range: gone,
            takes_above,
        });
    }
    let removed = runs.into_iter().map(|run| Splice::remove(run.range));
    removed.collect()
}

/// The lines of a block, with the comment right above it that goes too; and whether one is there that
/// stays.
fn lines_of(text: &str, blocks: &[Range<usize>], place: usize) -> (Range<usize>, bool) {
    let block = &blocks[place];
    let mut gone = line_start(text, block.start)..line_end(text, block.end);
    let before = place.checked_sub(1).map_or(0, |before| blocks[before].end);
    while let Some(line) = line_before(text, gone.start).filter(|line| line.start >= before) {
        let content = text[line.clone()].trim();
        if !is_comment_line(content) {
            // What ends here began above, and may be a comment.
            return (gone, content.contains("*/"));
        }
        if place == 0 && !each_has_a_comment(text, blocks) || is_directive(content) {
            return (gone, true);
        }
        gone.start = line.start;
    }
    (gone, false)
}

/// Whether a comment of its own stands above each block.
fn each_has_a_comment(text: &str, blocks: &[Range<usize>]) -> bool {
    blocks.iter().all(|block| {
        let above = line_before(text, line_start(text, block.start));
        let content = above.map(|line| text[line].trim());
        content.is_some_and(|content| is_comment_line(content) && !is_directive(content))
    })
}

fn is_empty(text: &str, line: &Range<usize>) -> bool {
    !line.is_empty() && text[line.clone()].trim().is_empty()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The line before the one that begins at `start`.
fn line_before(text: &str, start: usize) -> Option<Range<usize>> {
    let end = start.checked_sub(1)?;
    Some(line_start(text, end)..start)
}
