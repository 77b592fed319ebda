//! Whether two files are the same outside what was to change.

use std::ops::Range;

use super::lines::{Gap, has_comment_above, is_equal_but_for_lines};
use super::rewritten::{is_removed, places_left};
use crate::document::{Document, Edited};

/// Whether the file of the `new` documents is that of the `old` ones outside the actions of the
/// edited statements and outside the removed statements, each of which goes with one comma and
/// white space. The documents are in the order of the text, and each has the statements it should.
pub fn outside_is_equal<N>(old: &[Edited<'_, N>], new: &[&Document]) -> bool {
    let (Some((before, _)), Some(after)) = (old.first(), new.first()) else {
        return old.is_empty() && new.is_empty();
    };
    let (before, after) = (before.source(), after.source());
    let (mut old_actions, mut new_actions, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut has_comments, mut is_alike) = (false, true);
    for (edited, new) in old.iter().zip(new) {
        let (old, edits) = edited;
        has_comments |= old.syntax().has_comments();
        // What is before a policy is compared apart from what is in it.
        let start = |document: &Document| {
            let start = document.policy_range().start;
            start..start
        };
        old_actions.push(start(old));
        new_actions.push(start(new));
        for (new_place, old_place) in places_left(edited).into_iter().enumerate() {
            if edits[old_place].is_some() {
                let (old, new) = actions((old, old_place), (new, new_place));
                is_alike &= old.len() == new.len();
                old_actions.extend(old);
                new_actions.extend(new);
            }
        }
        let places = (0..edits.len()).filter(|&place| is_removed(edited, place));
        let each_has_its_own = (0..edits.len())
            .all(|place| has_comment_above(before.text(), old.statement_range(place).start));
        removed.extend(places.map(|place| Gap {
            range: old.statement_range(place),
            behind: (place > 0).then(|| old.statement_range(place - 1).end),
            heads_all: place == 0 && !each_has_its_own,
        }));
    }
    let old_chunks = between(before.text().len(), old_actions.into_iter());
    let new_chunks = between(after.text().len(), new_actions.into_iter());
    is_alike
        && before.restored(String::new()) == after.restored(String::new())
        && old_chunks.len() == new_chunks.len()
        && old_chunks.iter().zip(&new_chunks).all(|(old, new)| {
            let first = removed.partition_point(|gap| gap.range.start < old.start);
            let gaps = removed[first..].iter();
            let gaps = gaps.take_while(|gap| gap.range.end <= old.end);
            let gaps: Vec<Gap> = gaps
                .map(|gap| Gap {
                    range: gap.range.start - old.start..gap.range.end - old.start,
                    behind: gap.behind.map(|end| end.saturating_sub(old.start)),
                    heads_all: gap.heads_all,
                })
                .collect();
            let (old, new) = (&before.text()[old.clone()], &after.text()[new.clone()]);
            is_equal_but_for(old, &gaps, new)
                || has_comments && !gaps.is_empty() && is_equal_but_for_lines(old, &gaps, new)
        })
}

/// Where actions of a statement stand that may change, before and after: in its lists, or in all of the
/// value where that is or was one string.
fn actions(
    old: (&Document, usize),
    new: (&Document, usize),
) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let lists =
        |(document, statement): (&Document, usize)| document.action_lists(statement).collect();
    let (of_old, of_new): (Vec<_>, Vec<_>) = (lists(old), lists(new));
    if of_old.is_empty() || of_new.is_empty() {
        let all = |(document, statement): (&Document, usize)| document.actions_range(statement);
        return (vec![all(old)], vec![all(new)]);
    }
    (of_old, of_new)
}

/// What is between `ranges`, which are in order, from 0 to `end`.
fn between(end: usize, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut chunks: Vec<Range<usize>> = ranges
        .map(|range| {
            let chunk = at..range.start;
            at = range.end;
            chunk
        })
        .collect();
    chunks.push(at..end);
    chunks
}

fn is_separator(byte: u8) -> bool {
    byte == b',' || byte.is_ascii_whitespace()
}

/// Whether `new` is `old` without its `gaps`, each of which went with one comma and white space
/// next to it. Gaps with nothing but commas and white space between them are one.
fn is_equal_but_for(old: &str, gaps: &[Gap], new: &str) -> bool {
    let (old, mut new) = (old.as_bytes(), new.as_bytes());
    let loose_before = |at: usize| {
        old[..at]
            .iter()
            .rev()
            .take_while(|&&byte| is_separator(byte))
            .count()
    };
    let loose_after = |at: usize| {
        old[at..]
            .iter()
            .take_while(|&&byte| is_separator(byte))
            .count()
    };
    let mut at = 0;
    let mut gaps = gaps.iter().map(|gap| &gap.range).peekable();
    while let Some(first) = gaps.next() {
        let mut end = first.end;
        while let Some(next) = gaps.next_if(|next| end + loose_after(end) == next.start) {
            end = next.end;
        }
        let start = first.start - loose_before(first.start);
        let stop = end + loose_after(end);
        let Some(behind) = new.strip_prefix(&old[at..start]) else {
            return false;
        };
        let rest = behind
            .iter()
            .take_while(|&&byte| is_separator(byte))
            .count();
        if !is_left_of(&old[start..first.start], &old[end..stop], &behind[..rest]) {
            return false;
        }
        new = &behind[rest..];
        at = stop;
    }
    &old[at..] == new
}

/// Whether `rest` is the start of `before` and the end of `after`, with one comma gone.
fn is_left_of(before: &[u8], after: &[u8], rest: &[u8]) -> bool {
    let commas = |text: &[u8]| memchr::memchr_iter(b',', text).count();
    let alike = |(a, b): &(&u8, &u8)| a == b;
    let at_start = before.iter().zip(rest).take_while(alike).count();
    let at_end = (after.iter().rev().zip(rest.iter().rev()))
        .take_while(alike)
        .count();
    commas(before) + commas(after) == commas(rest) + 1 && at_start + at_end >= rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[` and `]` in `old` mark what is removed.
    fn equal(old: &str, new: &str) -> bool {
        let mut gaps = Vec::new();
        let mut text = String::new();
        let mut from = 0;
        for letter in old.chars() {
            match letter {
                '[' => from = text.len(),
                ']' => gaps.push(Gap {
                    range: from..text.len(),
                    behind: None,
                    heads_all: false,
                }),
                _ => text.push(letter),
            }
        }
        is_equal_but_for(&text, &gaps, new)
    }

    #[test]
    fn a_removed_statement_takes_one_comma_and_white_space() {
        assert!(equal("x{a}, [{b}], {c}y", "x{a}, {c}y"));
        assert!(equal("x{a},\n [{b}]\n y", "x{a}\n y"));
        assert!(equal("x [{a}],\n {c} y", "x {c} y"));
        assert!(equal("x{a}, [{b}], [{c}], {d}y", "x{a}, {d}y"));
        assert!(equal("x [{a}], {b}, [{c}] y", "x {b} y"));
    }

    #[test]
    fn anything_more_or_less_is_seen() {
        assert!(!equal("x{a}, [{b}], {c}y", "x{a},, {c}y"));
        assert!(!equal("x{a}, [{b}], {c}y", "x{a} {c}y"));
        assert!(!equal("x{a}, [{b}], {c}y", "x{a}, {c} y"));
        assert!(!equal("x{a}, [{b}], {c}y", "x{a}, {d}y"));
        assert!(!equal("x{a},\n [{b}]\n y", "x{a}\t y"));
        assert!(!equal("xy", "xz"));
    }

    #[test]
    fn what_is_left_is_a_start_and_an_end() {
        // The same by its definition, for all short texts.
        let texts: Vec<Vec<u8>> = (0..4_u32)
            .flat_map(|length| (0..3_u32.pow(length)).map(move |number| (length, number)))
            .map(|(length, number)| {
                let letter = |at| b", \n"[(number / 3_u32.pow(at) % 3) as usize];
                (0..length).map(letter).collect()
            })
            .collect();
        let commas = |text: &[u8]| memchr::memchr_iter(b',', text).count();
        for before in &texts {
            for after in &texts {
                for rest in &texts {
                    let mut cuts = 0..=before.len().min(rest.len());
                    let meets = cuts
                        .any(|at| rest.starts_with(&before[..at]) && after.ends_with(&rest[at..]));
                    let one_less = commas(before) + commas(after) == commas(rest) + 1;
                    assert_eq!(is_left_of(before, after, rest), one_less && meets);
                }
            }
        }
    }
}
