//! A file of HCL, parsed. The parser refuses two things that Terraform reads: an object that has a key twice, of
//! which the last counts, and a line of a heredoc that begins with its marker and goes on. There another name
//! of as many letters is put, and what it stands in is not read.

use std::borrow::Cow;
use std::ops::Range;

use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;

use super::comments::false_ends;
use crate::text::{Problem, Problems, Source};

/// What stands in a file, as far as it is read.
pub(super) struct Parsed {
    pub body: Body,
    masked: Vec<Masked>,
}

/// Where another name was put, and why what it stands in is not read.
#[derive(Clone, Copy)]
pub(super) struct Masked {
    pub at: usize,
    pub why: &'static str,
    pub help: &'static str,
}

/// So many names are put at most: each takes another pass.
const MOST: usize = 50;

impl Parsed {
    /// Parses a file.
    ///
    /// # Errors
    /// What is no HCL, with its place.
    pub fn of(source: &Source) -> Result<Self, Problems> {
        let mut text = Cow::Borrowed(source.text());
        let mut masked = Vec::new();
        loop {
            let error = match parse_body(&text) {
                Ok(body) => return Ok(Parsed { body, masked }),
                Err(error) => error,
            };
            let places = if masked.len() < MOST {
                misread(&text, &error)
            } else {
                Vec::new()
            };
            if places.is_empty() {
                return Err(refused(source, &error).into());
            }
            for (place, one) in places {
                let name = name(masked.len(), place.len());
                text.to_mut().replace_range(place, &name);
                masked.push(one);
            }
        }
    }

    /// What is not read as it stands within some bytes; none where all is.
    pub fn masked_in(&self, range: &Range<usize>) -> Option<Masked> {
        let mut masked = self.masked.iter().copied();
        masked.find(|one| range.contains(&one.at))
    }
}

/// The names that make an error where Terraform sees none.
fn misread(text: &str, error: &Error) -> Vec<(Range<usize>, Masked)> {
    let masked = |place: Range<usize>, why, help| {
        let at = place.start;
        (place, Masked { at, why, help })
    };
    if error.message().contains("redefined object key") {
        let key = key(text, error.location().offset()).into_iter();
        let why = "an object here has this key twice: Terraform takes the last";
        return key
            .map(|key| masked(key, why, "keep one of the two"))
            .collect();
    }
    let why = "a line of the heredoc begins with its marker here";
    let ends = false_ends(text).into_iter();
    ends.map(|end| masked(end, why, "give the heredoc another marker"))
        .collect()
}

/// The letters of the key that begins at a place, without quotes; none where it is no plain name.
fn key(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let letters = rest.strip_prefix('"').unwrap_or(rest);
    let start = at + rest.len() - letters.len();
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || "_-./:".contains(letter);
    let length = letters.find(|letter| !is_in_name(letter))?;
    (length > 0).then_some(start..start + length)
}

/// A name of so many letters that is not likely to be there already.
fn name(number: usize, length: usize) -> String {
    let letters = "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA";
    let letter = letters.chars().nth(number).unwrap_or('z');
    letter.to_string().repeat(length)
}

fn refused(source: &Source, error: &Error) -> Problem {
    let place = source.character_at(error.location().offset());
    let message = error.message().split_whitespace();
    let message = message.collect::<Vec<_>>().join(" ");
    let help = if message.contains("redefined object key") {
        "keep one of the two: Terraform takes the last, and which one holds is not looked into"
    } else {
        "`terraform validate` says more; where Terraform reads it, write it in another way"
    };
    let problem = source.error_at(place, format!("this is not HCL: {message}"));
    problem.help(help)
}
