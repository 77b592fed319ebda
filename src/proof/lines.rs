//! Whether two texts are the same but for statements that went with their lines, as where comments may
//! stand.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::document::is_directive;

/// A statement that goes.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    /// Its bytes.
    pub range: Range<usize>,
    /// Where the statement before it ends; none where it is the first of its policy.
    pub behind: Option<usize>,
    /// Whether what is above it is about all statements: it is the first, and not each has a comment of its own.
    pub heads_all: bool,
}

/// Whether the line above that in which something begins at `start` is a comment and nothing else.
pub(super) fn has_comment_above(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches([' ', '\t']);
    let Some(above) = before.strip_suffix('\n') else {
        return false;
    };
    is_comment(above.rsplit('\n').next().unwrap_or_default())
}

/// Whether `new` is `old` without its `gaps`. Each takes its lines, may take the comment right above that
/// is meant for people, one empty line beside it, and the comma before it where it was the last of a
/// list.
pub(super) fn is_equal_but_for_lines(old: &str, gaps: &[Gap], new: &str) -> bool {
    let Some(old) = old_lines(old, gaps) else {
        return false;
    };
    let comparison = Comparison {
        gaps_around: gaps_around(&old),
        old,
        new: new.split_inclusive('\n').collect(),
    };
    comparison.holds()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// It has to be there.
    Stay,
    /// It has to be there, and may be without the comma at this byte of it.
    LoseComma(usize),
    /// It and those below it that may go too are there, or all of them are gone.
    Go,
    /// It is empty and may be gone, once for each gap beside it.
    GoOnce,
    /// It is gone; with it begins a gap.
    GapBegins,
    /// It is gone.
    Gone,
}

/// The lines of `old` and what may become of each; none where something else stands in a line that goes.
fn old_lines<'a>(old: &'a str, gaps: &[Gap]) -> Option<Vec<(&'a str, May)>> {
    let mut left: Vec<&Gap> = gaps.iter().collect();
    left.sort_by_key(|gap| gap.range.start);
    let mut left = left.into_iter().peekable();
    let (mut lines, mut starts): (Vec<(&str, May)>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut at = 0;
    for line in old.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        starts.push(range.start);
        while left.next_if(|gap| gap.range.end <= range.start).is_some() {}
        let Some(&gap) = left.peek().filter(|gap| gap.range.start < range.end) else {
            lines.push((line, May::Stay));
            continue;
        };
        let before = &old[range.start..gap.range.start.max(range.start)];
        let end = gap.range.end.min(range.end);
        let mut others = left.clone().skip(1);
        let is_shared = others
            .next()
            .is_some_and(|next| next.range.start < range.end);
        if is_shared || !before.trim().is_empty() || !is_behind(&old[end..range.end]) {
            return None;
        }
        if range.contains(&gap.range.start) {
            above(&mut lines, gap.heads_all);
            lines.push((line, May::GapBegins));
        } else {
            lines.push((line, May::Gone));
        }
    }
    for comma in gaps.iter().filter_map(|gap| comma_behind(old, gap.behind?)) {
        let line = starts.partition_point(|start| *start <= comma) - 1;
        if let May::Stay = lines[line].1 {
            lines[line].1 = May::LoseComma(comma - starts[line]);
        }
    }
    for place in 1..lines.len() {
        let is_below = matches!(lines[place - 1].1, May::GapBegins | May::Gone);
        if is_below && lines[place].1 == May::Stay && is_empty(lines[place].0) {
            lines[place].1 = May::GoOnce;
        }
    }
    Some(lines)
}

/// The comma that comes next in the text behind `at`, if nothing but white space is between.
fn comma_behind(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.trim_start();
    rest.starts_with(',').then_some(text.len() - rest.len())
}

/// Whether what stands behind a gap in its line goes with it: a comma and a comment.
fn is_behind(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(',').unwrap_or(text).trim_start();
    text.is_empty() || is_comment(text)
}

/// Marks what may go of the lines above a gap.
fn above(lines: &mut [(&str, May)], heads_all: bool) {
    let mut at = lines.len();
    // What is left of a line with something else is no comment of its own.
    while at > 1 && lines[at - 1].1 == May::Stay && is_comment(lines[at - 1].0) {
        if heads_all || is_directive(lines[at - 1].0.trim()) {
            return;
        }
        at -= 1;
        lines[at].1 = May::Go;
    }
    if at > 0 && lines[at - 1].1 == May::Stay && is_empty(lines[at - 1].0) {
        lines[at - 1].1 = May::GoOnce;
    }
}

fn is_empty(line: &str) -> bool {
    line.trim().is_empty()
}

/// Whether a line is one comment and nothing else.
fn is_comment(line: &str) -> bool {
    let line = line.trim();
    match line.find("*/") {
        Some(end) => line.starts_with("/*") && end + 2 == line.len(),
        None => line.starts_with('#') || line.starts_with("//"),
    }
}

struct Comparison<'a> {
    old: Vec<(&'a str, May)>,
    new: Vec<&'a str>,
    /// For each old line, how many gaps are beside each other there.
    gaps_around: Vec<usize>,
}

/// How far the new lines are met, and how many empty lines are gone beside the gaps here.
type Met = (usize, usize);

impl Comparison<'_> {
    /// Whether the new lines are the old ones, each of which became what it may.
    fn holds(&self) -> bool {
        let mut reached = BTreeMap::from([(0, BTreeSet::from([(0, 0)]))]);
        while let Some((at, met)) = reached.pop_first() {
            if at == self.old.len() {
                return met.iter().any(|(new_at, _)| *new_at == self.new.len());
            }
            for (at, met) in met.into_iter().flat_map(|met| self.next(at, met)) {
                reached.entry(at).or_default().insert(met);
            }
        }
        false
    }

    /// From where on the old lines are to be compared next, in one way or another.
    fn next(&self, at: usize, (new_at, gone): Met) -> Vec<(usize, Met)> {
        let (old, may) = self.old[at];
        let new = self.new.get(new_at).copied();
        let is_there = new.is_some_and(|new| {
            let is_without = |at| is_without_comma(old, at, new);
            new == old || matches!(may, May::LoseComma(at) if is_without(at))
        });
        let (stays, goes) = match may {
            May::GapBegins | May::Gone => (None, Some((at + 1, (new_at, gone)))),
            May::Stay | May::LoseComma(_) => (is_there.then_some((at + 1, (new_at + 1, 0))), None),
            May::Go => {
                let count = (self.old[at..].iter()).take_while(|line| line.1 == May::Go);
                let count = count.count();
                let mut comment = self.old[at..at + count].iter().map(|line| line.0);
                let is_there = (self.new.get(new_at..new_at + count))
                    .is_some_and(|new| new.iter().copied().eq(&mut comment));
                let stays = is_there.then_some((at + count, (new_at + count, gone)));
                (stays, Some((at + count, (new_at, gone))))
            }
            May::GoOnce => {
                let goes = gone < self.gaps_around[at];
                (
                    is_there.then_some((at + 1, (new_at + 1, gone))),
                    goes.then_some((at + 1, (new_at, gone + 1))),
                )
            }
        };
        stays.into_iter().chain(goes).collect()
    }
}

/// For each line how many gaps are beside each other there, with nothing between that has to be there.
fn gaps_around(lines: &[(&str, May)]) -> Vec<usize> {
    let has_to_stay = |may: May| matches!(may, May::Stay | May::LoseComma(_));
    let runs = lines.chunk_by(|one, next| has_to_stay(one.1) == has_to_stay(next.1));
    let counts = runs.flat_map(|run| {
        let gaps = run.iter().filter(|line| line.1 == May::GapBegins).count();
        std::iter::repeat_n(gaps, run.len())
    });
    counts.collect()
}

/// Whether `new` is `old` without its byte `at`.
fn is_without_comma(old: &str, at: usize, new: &str) -> bool {
    new.get(..at) == old.get(..at) && new.get(at..) == old.get(at + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<` and `>` in `old` mark what is removed, `|` where the statement before it ends.
    fn equal(old: &str, new: &str) -> bool {
        equal_with(old, new, false)
    }

    /// The same where the first gap `is_first` of its policy.
    fn equal_with(old: &str, new: &str, is_first: bool) -> bool {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut text = String::new();
        let (mut from, mut behind) = (0, None);
        for letter in old.chars() {
            match letter {
                '<' => from = text.len(),
                '>' => gaps.push(Gap {
                    range: from..text.len(),
                    behind: (!is_first || !gaps.is_empty()).then_some(behind.unwrap_or(from)),
                    heads_all: is_first && gaps.is_empty(),
                }),
                '|' => behind = Some(text.len()),
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
        assert!(equal("[\n a|,\n # two\n <b>\n]", "[\n a\n]"));
    }

    #[test]
    fn what_is_above_the_first_statement_stays() {
        let (old, without) = ("a\n# all\n<b>\nc\n", "a\nc\n");
        assert!(equal_with(old, "a\n# all\nc\n", true));
        assert!(!equal_with(old, without, true));
        assert!(equal_with(old, without, false));
    }

    #[test]
    fn a_comment_stands_above_what_begins_in_the_next_line() {
        let is_above = |text: &str| has_comment_above(text, text.find('<').unwrap());
        assert!(is_above("[\n  # one\n  <b>") && is_above("// one\n<b>"));
        assert!(!is_above("[\n  # one\n\n  <b>") && !is_above("[ # all\n  <b>"));
        assert!(!is_above("# one\na, <b>") && !is_above("<b>"));
    }

    #[test]
    fn a_comment_goes_whole_or_not_at_all() {
        let old = "a\n# one\n# two\n<b>\nc\n";
        assert!(equal(old, "a\nc\n") && equal(old, "a\n# one\n# two\nc\n"));
        assert!(!equal(old, "a\n# one\nc\n") && !equal(old, "a\n# two\nc\n"));
        // Within a comment of several lines nothing is a comment of its own.
        let within = "a\n/* one\n# two */\n<b>\nc\n";
        assert!(equal(within, "a\n/* one\n# two */\nc\n"));
        assert!(!equal(within, "a\n/* one\nc\n"));
    }

    #[test]
    fn each_gap_takes_one_empty_line_beside_it() {
        let old = "a\n\n<b>\n\nc\n\n<d>\n\ne\n";
        assert!(equal(old, "a\n\nc\n\ne\n"));
        assert!(
            !equal(old, "a\nc\n\n\ne\n"),
            "two at one, none at the other"
        );
        assert!(equal("a\n\n<b>\n\n<c>\n\nd\n", "a\n\nd\n"));
        assert!(!equal("a\n\n<b>\n\n<c>\n\nd\n", "a\nd\n"));
    }

    #[test]
    fn a_comma_of_a_comment_is_none() {
        assert!(equal("[\n a|, # x, y\n <b>\n]", "[\n a # x, y\n]"));
        assert!(!equal("[\n a|, # x, y\n <b>\n]", "[\n a, # x y\n]"));
        assert!(!equal("[\n \"a,b\"|,\n <b>\n]", "[\n \"ab\",\n]"));
        // What a comment is depends on the format.
        assert!(equal(
            "[\n {r: s3://*}|,\n <b> # c\n]",
            "[\n {r: s3://*}\n]"
        ));
        assert!(equal("[\n {r: '#/*'}|,\n <b> # c\n]", "[\n {r: '#/*'}\n]"));
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
        assert!(
            !equal("x <b>\nc\n", "c\n"),
            "what stands before it in its line"
        );
        assert!(!equal("a\n<b> x\nc\n", "a\nc\n"), "what stands behind it");
        let twice = "a\n# why\n# why\nc\n";
        assert!(!equal("a\n# why\n<b>\nc\n", twice), "a comment twice");
        assert!(!equal("a\n<b>\nc\n", "a\nd\n"), "another line");
        assert!(!equal("a\n<b>\nc\n", "a\n c\n"), "white space");
        assert!(!equal("a\n<b>\nc\n", "a\nb\nc\n"), "what was to go");
        assert!(
            !equal("[\n a,\n <b>,\n c,\n d\n]", "[\n a,\n c\n d\n]"),
            "another comma"
        );
    }
}
