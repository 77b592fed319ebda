//! Changes to a text that leave the rest of it alone.

use std::ops::Range;

/// Some bytes of a text, and what comes in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    range: Range<usize>,
    text: String,
}

impl Splice {
    pub fn new(range: Range<usize>, text: String) -> Self {
        Splice { range, text }
    }

    pub fn insert(at: usize, text: String) -> Self {
        Splice::new(at..at, text)
    }

    pub fn remove(range: Range<usize>) -> Self {
        Splice::new(range, String::new())
    }

    /// Whether it changes nothing outside of a part of the text.
    pub fn is_in(&self, part: &Range<usize>) -> bool {
        part.start <= self.range.start && self.range.end <= part.end
    }
}

/// `text` with the splices done, which do not overlap.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for splice in &splices {
        result.push_str(&text[copied..splice.range.start]);
        result.push_str(&splice.text);
        copied = splice.range.end;
    }
    result.push_str(&text[copied..]);
    result
}

/// What a part of `text` is with the splices done, all of which are in it.
pub(super) fn splice_part(text: &str, part: &Range<usize>, splices: Vec<Splice>) -> String {
    let splices = splices.into_iter().map(|splice| Splice {
        range: splice.range.start - part.start..splice.range.end - part.start,
        text: splice.text,
    });
    splice(&text[part.clone()], splices.collect())
}

/// Removes those `elements` of a list that go, each with one comma and the white space that goes
/// with it: as a rule what stands behind it, so that the next element moves up to its place. At the
/// end of the list, of a line that holds several, or of a group set off by an empty line, it is what
/// stands before it, so that lines and groups stay apart.
pub(super) fn removals(text: &str, elements: &[Range<usize>], goes: &[bool]) -> Vec<Splice> {
    let line_breaks = |range: Range<usize>| text[range].matches('\n').count();
    let blanks = |range: Range<usize>| text[range].trim_start_matches([',', ' ', '\t', '\r']);
    let keeps_before = |before: &Range<usize>,
                        first: &Range<usize>,
                        last: &Range<usize>,
                        after: &Range<usize>| {
        let (above, below) = (before.end..first.start, last.end..after.start);
        let (breaks_above, breaks_below) = (line_breaks(above.clone()), line_breaks(below.clone()));
        // An element in a line of its own stays as far from the margin as it was.
        breaks_below > breaks_above
            || breaks_below == breaks_above && breaks_above > 0 && blanks(above) != blanks(below)
    };
    runs(goes)
        .map(|run| {
            let (first, last) = (&elements[run.start], &elements[run.end - 1]);
            let before = run.start.checked_sub(1).map(|index| &elements[index]);
            let after = elements.get(run.end);
            Splice::remove(match (before, after) {
                (Some(before), Some(after)) if keeps_before(before, first, last, after) => {
                    before.end..last.end
                }
                (_, Some(after)) => first.start..after.start,
                (Some(before), None) => before.end..last.end,
                (None, None) => first.start..last.end,
            })
        })
        .collect()
}

/// The longest runs of neighbours that go.
fn runs(goes: &[bool]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next + goes[next..].iter().position(|&goes| goes)?;
        let length = goes[start..].iter().take_while(|&&goes| goes).count();
        next = start + length;
        Some(start..next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Removes the elements of a list whose letters are upper case.
    fn without_capitals(list: &str) -> String {
        let places = list.char_indices().filter(|(_, c)| c.is_alphabetic());
        let (elements, goes): (Vec<_>, Vec<_>) = places
            .map(|(at, letter)| (at..at + 1, letter.is_uppercase()))
            .unzip();
        splice(list, removals(list, &elements, &goes))
    }

    #[test]
    fn an_element_goes_with_one_comma_and_its_white_space() {
        assert_eq!(without_capitals("[a, B, c]"), "[a, c]");
        assert_eq!(without_capitals("[ A,b ,C ]"), "[ b ]");
        assert_eq!(without_capitals("[a ,B, c]"), "[a ,c]");
        assert_eq!(without_capitals("[a,B,C,d,E,F]"), "[a,d]");
        assert_eq!(without_capitals("[\n  A,\n  b,\n  C\n]"), "[\n  b\n]");
    }

    #[test]
    fn lines_that_hold_several_elements_are_not_joined() {
        assert_eq!(without_capitals("[a, B,\n c]"), "[a,\n c]");
        assert_eq!(without_capitals("[a,\n B, c]"), "[a,\n c]");
    }

    #[test]
    fn groups_stay_apart() {
        assert_eq!(without_capitals("[a,\n B,\n\n c]"), "[a,\n\n c]");
        assert_eq!(without_capitals("[a,\n\n B,\n c]"), "[a,\n\n c]");
    }

    #[test]
    fn commas_at_the_start_of_a_line_stay_there() {
        assert_eq!(without_capitals("[ A\n, b\n, C\n, d\n]"), "[ b\n, d\n]");
    }
}
