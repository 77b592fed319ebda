//! Whether two documents are the same outside what was to change.

use std::ops::Range;

use super::rewritten::is_removed;
use crate::document::Document;
use crate::iam::StatementEdit;

/// Whether `new` is `old` outside the actions of the edited statements and outside the removed
/// statements, each of which takes one comma and white space along. `left` are the places of the
/// old statements that are still there, in order.
pub fn outside_is_equal<N>(
    old: &Document,
    new: &Document,
    edits: &[Option<StatementEdit<N>>],
    left: &[usize],
) -> bool {
    let is_edited = |old_place: usize| edits[old_place].is_some();
    let old_actions = left
        .iter()
        .filter(|&&place| is_edited(place))
        .map(|&place| old.actions_range(place));
    let new_actions = left
        .iter()
        .enumerate()
        .filter(|&(_, &place)| is_edited(place))
        .map(|(new_place, _)| new.actions_range(new_place));
    let removed: Vec<Range<usize>> = (0..edits.len())
        .filter(|&place| is_removed(edits, place))
        .map(|place| old.statement_range(place))
        .collect();
    let (old_text, new_text) = (old.source().text(), new.source().text());
    let old_chunks = between(old_text.len(), old_actions);
    let new_chunks = between(new_text.len(), new_actions);
    old.source().restored(String::new()) == new.source().restored(String::new())
        && old_chunks.len() == new_chunks.len()
        && old_chunks.iter().zip(&new_chunks).all(|(before, after)| {
            let first = removed.partition_point(|gap| gap.start < before.start);
            let gaps: Vec<Range<usize>> = removed[first..]
                .iter()
                .take_while(|gap| gap.end <= before.end)
                .map(|gap| gap.start - before.start..gap.end - before.start)
                .collect();
            is_equal_but_for(&old_text[before.clone()], &gaps, &new_text[after.clone()])
        })
}

/// What lies between `ranges`, which are in order, from 0 to `end`.
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

/// Whether `new` is `old` without its `gaps`, each having taken one comma and white space beside it
/// along. Gaps with nothing but commas and white space between them are one.
fn is_equal_but_for(old: &str, gaps: &[Range<usize>], new: &str) -> bool {
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
    let mut gaps = gaps.iter().peekable();
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
                ']' => gaps.push(from..text.len()),
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
