//! The lines of a text.

/// Where the lines of a text end, to be asked often.
///
/// ```
/// use iam_refine::text::Lines;
/// let lines = Lines::of("a\nb\n");
/// assert_eq!((lines.at(0), lines.at(2)), (1, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Lines(Vec<usize>);

impl Lines {
    /// Goes through a text.
    pub fn of(text: &str) -> Self {
        Lines(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line that holds a byte, from 1.
    pub fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|&end| end < offset) + 1
    }
}
