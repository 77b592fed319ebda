//! The lines of an input, none of which is held beyond the size that is read at all.

use std::io::{self, BufRead};

use crate::text::{LARGEST_FILE, Problem, Source};

/// One line that is not blank.
pub struct Line {
    /// Counted from 1, blank lines too.
    pub number: usize,
    /// Its bytes without the line's end; of one that is too long, a byte more than is read.
    bytes: Vec<u8>,
}

impl Line {
    /// How many bytes it holds.
    pub fn weight(&self) -> usize {
        self.bytes.len()
    }

    /// The line as a text.
    ///
    /// # Errors
    /// It is too long, or no text.
    pub fn source(&self) -> Result<Source, Problem> {
        let name = format!("line {}", self.number);
        if self.bytes.len() > LARGEST_FILE {
            return Err(Source::from_text(&name, "")
                .error("it is longer than 16 MiB")
                .help("a policy and its findings are never that long; is a line break missing?"));
        }
        Source::from_bytes(&name, &self.bytes)
    }
}

/// The lines of `input` that are not blank.
pub fn lines(mut input: impl BufRead) -> impl Iterator<Item = io::Result<Line>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        loop {
            number += 1;
            let bytes = match next_line(&mut input) {
                Ok(bytes) => bytes?,
                Err(error) => return Some(Err(error)),
            };
            if !bytes.trim_ascii().is_empty() {
                return Some(Ok(Line { number, bytes }));
            }
        }
    })
}

/// The next line, of which what is too much is passed over; `None` at the end.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let most = LARGEST_FILE as u64 + 1;
    if io::Read::take(&mut *input, most).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.pop_if(|last| *last == b'\n').is_none() && bytes.len() > LARGEST_FILE {
        input.skip_until(b'\n')?;
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    fn read(input: impl Read) -> Vec<(usize, Result<String, String>)> {
        lines(BufReader::new(input))
            .map(|line| {
                let line = line.unwrap();
                let text = line.source().map(|source| source.text().to_owned());
                (line.number, text.map_err(|problem| problem.to_string()))
            })
            .collect()
    }

    #[test]
    fn blank_lines_are_counted_and_passed_over() {
        let found = read(&b"a\n\n \r\nb\r\nc"[..]);
        let found: Vec<_> = (found.iter())
            .map(|(number, text)| (*number, text.as_deref().unwrap()))
            .collect();
        assert_eq!(found, [(1, "a"), (4, "b\r"), (5, "c")]);
        assert!(read(&b""[..]).is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_not_held_and_the_next_one_is_read() {
        let most = LARGEST_FILE as u64;
        let xs = |count| io::repeat(b'x').take(count);
        let found = read(
            xs(most)
                .chain(&b"\n"[..])
                .chain(xs(3 * most))
                .chain(&b"\nb\n"[..]),
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].1.as_ref().map(String::len), Ok(LARGEST_FILE));
        assert!(
            found[1]
                .1
                .as_ref()
                .unwrap_err()
                .contains("line 2: it is longer")
        );
        assert_eq!(found[2], (3, Ok("b".to_owned())));
    }

    #[test]
    fn no_more_than_the_limit_is_held_of_a_line() {
        let long = io::repeat(b'x').take(2 * LARGEST_FILE as u64);
        let line = lines(BufReader::new(long)).next().unwrap().unwrap();
        assert_eq!(line.bytes.len(), LARGEST_FILE + 1);
    }
}
