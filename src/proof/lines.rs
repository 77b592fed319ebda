//! Whether two texts are the same but for statements that went with their lines, as where comments may
//! stand.

use std::collections::HashSet;
use std::ops::Range;

use crate::document::is_directive;

/// Whether `new` is `old` without its `gaps`. Each takes its lines, may take comments right above that
/// are meant for people, one empty line, and the comma before it where it was the last of a list.
pub(super) fn is_equal_but_for_lines(old: &str, gaps: &[Range<usize>], new: &str) -> bool {
    let Some(old) = old_lines(old, gaps) else {
        return false;
    };
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    Comparison {
        empty_lines: gaps.len(),
        old,
        new,
        known_wrong: HashSet::new(),
    }
    .holds(0, 0, 0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// It has to be there.
    Stay,
    /// It has to be there, and may have one comma less.
    LoseComma,
    /// It may be gone.
    Go,
    /// It may be gone, once for each gap.
    GoOnce,
    /// It is gone.
    Gone,
}

/// The lines of `old` and what may become of each; none where something else stands in a line that goes.
fn old_lines<'a>(old: &'a str, gaps: &[Range<usize>]) -> Option<Vec<(&'a str, May)>> {
    let mut lines: Vec<(&str, May)> = Vec::new();
    let mut at = 0;
    for line in old.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let mut own = gaps
            .iter()
            .filter(|gap| gap.start < range.end && range.start < gap.end);
        let Some(gap) = own.next() else {
            lines.push((line, May::Stay));
            continue;
        };
        let before = &old[range.start..gap.start.max(range.start)];
        let behind = &old[gap.end.min(range.end)..range.end];
        if own.next().is_some() || !before.trim().is_empty() || !is_behind(behind) {
            return None;
        }
        lines.push((line, May::Gone));
    }
    for place in 0..lines.len() {
        let begins_gap =
            lines[place].1 == May::Gone && (place == 0 || lines[place - 1].1 != May::Gone);
        if begins_gap {
            above(&mut lines[..place]);
        }
        let ends_gap = lines[place].1 == May::Gone
            && lines.get(place + 1).is_some_and(|next| next.1 == May::Stay);
        if ends_gap && lines[place + 1].0.trim().is_empty() {
            lines[place + 1].1 = May::GoOnce;
        }
    }
    Some(lines)
}

/// Whether what stands behind a gap in its line goes with it: a comma and a comment.
fn is_behind(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(',').unwrap_or(text).trim_start();
    text.is_empty() || is_comment(text)
}

/// Marks what may go of the lines above a gap.
fn above(lines: &mut [(&str, May)]) {
    let mut rest = lines.iter_mut().enumerate().rev().peekable();
    // What is left of a line with something else is no comment of its own.
    while let Some((_, line)) = rest.next_if(|(place, line)| *place > 0 && is_comment(line.0)) {
        if is_directive(line.0.trim()) {
            return;
        }
        line.1 = May::Go;
    }
    for (_, line) in rest {
        if line.0.trim().is_empty() && line.1 == May::Stay {
            line.1 = May::GoOnce;
        } else if line.1 == May::Stay && !is_comment(line.0) {
            line.1 = May::LoseComma;
            return;
        }
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim();
    let is_within_line = line.starts_with("/*") && line.ends_with("*/");
    line.starts_with('#') || line.starts_with("//") || is_within_line
}

struct Comparison<'a> {
    old: Vec<(&'a str, May)>,
    new: Vec<&'a str>,
    /// How many empty lines may be gone.
    empty_lines: usize,
    known_wrong: HashSet<(usize, usize, usize)>,
}

impl Comparison<'_> {
    /// Whether the lines from `at` on are the new ones from `new_at` on, so many empty ones being gone.
    fn holds(&mut self, mut at: usize, mut new_at: usize, gone: usize) -> bool {
        let begin = (at, new_at, gone);
        if self.known_wrong.contains(&begin) {
            return false;
        }
        loop {
            let Some(&(old, may)) = self.old.get(at) else {
                return new_at == self.new.len() || self.is_wrong(begin);
            };
            let new = self.new.get(new_at).copied();
            let is_there = new
                .is_some_and(|new| new == old || may == May::LoseComma && has_comma_less(old, new));
            match may {
                May::Gone => at += 1,
                May::Stay | May::LoseComma if is_there => (at, new_at) = (at + 1, new_at + 1),
                May::Stay | May::LoseComma => return self.is_wrong(begin),
                May::Go | May::GoOnce => {
                    let counted = gone + usize::from(may == May::GoOnce);
                    let holds = is_there && self.holds(at + 1, new_at + 1, gone)
                        || counted <= self.empty_lines && self.holds(at + 1, new_at, counted);
                    return holds || self.is_wrong(begin);
                }
            }
        }
    }

    fn is_wrong(&mut self, begin: (usize, usize, usize)) -> bool {
        self.known_wrong.insert(begin);
        false
    }
}

fn has_comma_less(old: &str, new: &str) -> bool {
    let mut commas = old.match_indices(',').map(|(at, _)| at);
    commas.any(|at| old[..at] == new[..at.min(new.len())] && new.get(at..) == Some(&old[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<` and `>` in `old` mark what is removed.
    fn equal(old: &str, new: &str) -> bool {
        let mut gaps = Vec::new();
        let mut text = String::new();
        let mut from = 0;
        for letter in old.chars() {
            match letter {
                '<' => from = text.len(),
                '>' => gaps.push(from..text.len()),
                _ => text.push(letter),
            }
        }
        is_equal_but_for_lines(&text, &gaps, new)
    }

    #[test]
    fn a_block_takes_its_lines_a_comment_and_an_empty_line() {
        assert!(equal("a\n\n # why\n <b\n b>\n\nc\n", "a\n\nc\n"));
        assert!(equal("a\n\n <b>\n}\n", "a\n}\n"));
        assert!(equal(
            "a\n # tfsec:ignore:x\n <b>\n\nc\n",
            "a\n # tfsec:ignore:x\n\nc\n"
        ));
        assert!(equal("a\n\n# d\n<b>\n\n# d\nc\n", "a\n\n# d\nc\n"));
        assert!(equal("[\n <a>, # one\n # two\n b\n]", "[\n # two\n b\n]"));
        assert!(equal("[\n a,\n # two\n <b>\n]", "[\n a\n]"));
    }

    #[test]
    fn anything_more_or_less_is_seen() {
        assert!(
            !equal("a\n# why\n\n<b>\nc\n", "a\nc\n"),
            "a comment above an empty line"
        );
        assert!(
            !equal("a\n# tfsec:ignore:x\n<b>\nc\n", "a\nc\n"),
            "a directive"
        );
        assert!(!equal("a\n\n<b>\n\nc\n", "a\nc\n"), "two empty lines");
        assert!(
            !equal("a\n<b>\n# of c\nc\n", "a\nc\n"),
            "the comment of what follows"
        );
        assert!(!equal("a\n<b>\nc\n", "a\nd\n"), "another line");
        assert!(!equal("a\n<b>\nc\n", "a\n c\n"), "white space");
        assert!(!equal("a\n<b>\nc\n", "a\nb\nc\n"), "what was to go");
        assert!(
            !equal("[\n a,\n <b>,\n c,\n d\n]", "[\n a,\n c\n d\n]"),
            "another comma"
        );
    }
}
