//! A text as a stream: JSON as it comes, anything else line by line.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Cursor, Read};

use jiff::Timestamp;
use memchr::memmem;
use serde::de::DeserializeSeed;

use super::call::denied_calls;
use super::event::{Walk, json_at, walk};
use super::message::{Message, REACH, WORDS, denials, floor, messages, nameless, only_named};
use super::{Denial, Refusal, time};

/// The longest line that is looked at as a whole, in bytes. Longer ones are searched in parts that
/// overlap.
pub const LONGEST_LINE: usize = 5 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How much of the next line may belong to a message that a terminal or a mail has broken.
const NEXT_LINE: usize = 300;

/// What to say of how a text was read.
#[derive(Default)]
pub(super) struct HowRead {
    pub(super) long_lines: u64,
    pub(super) broken_json: Option<usize>,
}

/// Tells every denial in `text`.
pub(super) fn read<S: FnMut(Denial, Option<Timestamp>)>(
    mut text: impl BufRead,
    tell: &mut S,
) -> io::Result<HowRead> {
    let mut start = Vec::new();
    loop {
        let blank = start.len();
        (&mut text)
            .take(LONGEST_LINE as u64)
            .read_until(b'\n', &mut start)?;
        // Blank lines do not tell what it is; a text of nothing else is no JSON either.
        if start.len() == blank || !start.trim_ascii().is_empty() || start.len() > LONGEST_LINE {
            break;
        }
    }
    if start.starts_with(BYTE_ORDER_MARK) {
        start.drain(..BYTE_ORDER_MARK.len());
    }
    let is_json = begins_json(&start);
    let mut text = Cursor::new(start).chain(text);
    let mut read = HowRead::default();
    if !is_json {
        read.long_lines = Lines::new(tell).read(text)?;
        return Ok(read);
    }
    if let Some(broken) = read_json(&mut text, tell)? {
        read.broken_json = Some(broken.line);
        read.long_lines = Lines::new(tell).read(Cursor::new(broken.unread).chain(text))?;
    }
    Ok(read)
}

/// Whether a text that begins so is JSON: `[INFO]` is none.
fn begins_json(start: &[u8]) -> bool {
    let Some((first, rest)) = start.trim_ascii_start().split_first() else {
        return false;
    };
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => next.is_none_or(|next| b"\"}".contains(next)),
        b'[' => next.is_none_or(|next| b"{]".contains(next)),
        _ => false,
    }
}

/// JSON that is none any more.
struct Broken {
    /// In which line, from 1.
    line: usize,
    /// What was taken of it and not understood.
    unread: Vec<u8>,
}

/// Reads one value after the other. Returns where that is not possible any more.
fn read_json<S: FnMut(Denial, Option<Timestamp>)>(
    text: &mut impl BufRead,
    tell: &mut S,
) -> io::Result<Option<Broken>> {
    let seen = Seen::default();
    let mut json = serde_json::Deserializer::from_reader(Watched { text, seen: &seen });
    loop {
        seen.is_in_value.set(false);
        let result = Walk::new(&mut *tell).deserialize(&mut json);
        match result {
            Ok(()) => {}
            Err(error) if error.is_io() && !seen.is_too_long.get() => return Err(error.into()),
            Err(error) if error.is_eof() && !seen.is_in_value.get() => return Ok(None),
            Err(_) => {
                drop(json);
                return Ok(Some(Broken {
                    line: seen.line.get() + 1,
                    unread: seen.unread.take(),
                }));
            }
        }
    }
}

/// What was seen of JSON, byte by byte.
#[derive(Default)]
struct Seen {
    line: Cell<usize>,
    is_in_value: Cell<bool>,
    is_too_long: Cell<bool>,
    /// Everything since the last quotation mark: what would be lost if this were no JSON.
    unread: RefCell<Vec<u8>>,
}

/// A text that is watched while it is read, and ends with an error where one of its texts is too
/// long to be held.
struct Watched<'w, R> {
    text: R,
    seen: &'w Seen,
}

impl<R: BufRead> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut unread = self.seen.unread.borrow_mut();
        if unread.len() > LONGEST_LINE {
            self.seen.is_too_long.set(true);
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = self.text.read(into)?;
        for &byte in &into[..count] {
            if byte == b'"' {
                unread.clear();
            } else {
                unread.push(byte);
            }
            if byte == b'\n' {
                self.seen.line.set(self.seen.line.get() + 1);
            }
            if !byte.is_ascii_whitespace() {
                self.seen.is_in_value.set(true);
            }
        }
        Ok(count)
    }
}

/// A text that is read line by line.
struct Lines<'t, S> {
    tell: &'t mut S,
    /// The end of the last line, with a message that may go on in the next.
    open: Option<(String, Option<Timestamp>)>,
}

impl<'t, S: FnMut(Denial, Option<Timestamp>)> Lines<'t, S> {
    fn new(tell: &'t mut S) -> Self {
        Lines { tell, open: None }
    }

    /// Reads to the end. Returns how many lines are too long to be looked at as a whole.
    fn read(mut self, mut text: impl BufRead) -> io::Result<u64> {
        let mut long_lines = 0;
        // What was read of the line, and up to where that was searched in the part before.
        let (mut line, mut searched) = (Vec::new(), 0);
        loop {
            let before = line.len();
            (&mut text)
                .take(LONGEST_LINE as u64)
                .read_until(b'\n', &mut line)?;
            let has_ended = line.len() - before < LONGEST_LINE || line.ends_with(b"\n");
            if has_ended {
                if line.is_empty() {
                    break;
                }
                let is_whole = before == 0;
                self.part(&line, searched, line.len(), is_whole);
                line.clear();
                searched = 0;
                continue;
            }
            if before == 0 {
                long_lines += 1;
            }
            // A message that reaches beyond the part is for the next one, which knows what is before it.
            let to = line.len() - 2 * REACH;
            self.part(&line, searched, to, false);
            let kept = to - 2 * REACH;
            line.drain(..kept);
            searched = to - kept;
        }
        self.close("");
        Ok(long_lines)
    }

    /// Searches a part of a line for the messages that begin from one place up to another.
    fn part(&mut self, bytes: &[u8], from: usize, to: usize, is_whole: bool) {
        let may_say = |words: &str| memmem::find(bytes, words.as_bytes()).is_some();
        if self.open.is_none() && !["uthoriz", "ccess", "(403)"].into_iter().any(may_say) {
            return;
        }
        if !is_whole {
            self.close("");
            self.search_part(bytes, from, to);
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        let text = without_colours(text.trim_end());
        self.close(&text);
        self.line(&text);
    }

    fn search_part(&mut self, bytes: &[u8], from: usize, to: usize) {
        // What is no UTF-8 takes other places as text.
        let mut text = String::from_utf8_lossy(&bytes[..from]).into_owned();
        let start = text.len();
        text += &String::from_utf8_lossy(&bytes[from..to]);
        let end = text.len();
        text += &String::from_utf8_lossy(&bytes[to..]);
        let found = messages(&text).into_iter();
        let found = found.filter(|message| (start..end).contains(&message.at));
        let named = only_named(found.map(|message| message.denial));
        let at = time::in_line(&text);
        for denial in named.unwrap_or_default() {
            (self.tell)(denial, at);
        }
    }

    /// Tells the message that the line before ended with, now that it is known how the next begins.
    fn close(&mut self, next: &str) {
        let Some((open, at)) = self.open.take() else {
            return;
        };
        let next = &next[..floor(next, NEXT_LINE)];
        let joined = format!("{open} {}", next.trim_start());
        let first = messages(&joined).into_iter().next();
        let Some(Message { denial, .. }) = first else {
            return;
        };
        // The call is named before the message, and what the next line names is another.
        let named = only_named([denial].into_iter().chain(denied_calls(&open)));
        for denial in named.unwrap_or_default() {
            (self.tell)(denial, at);
        }
    }

    fn line(&mut self, line: &str) {
        let at = time::in_line(line);
        if let Some((start, end)) = json_in(line) {
            self.text(&line[..start], at);
            let tell = &mut *self.tell;
            walk(
                &line[start..end],
                &mut |denial, own| tell(denial, own.or(at)),
                0,
            );
            self.text(&line[end..], at);
            return;
        }
        let mut found = messages(line);
        if found.pop_if(|last| last.is_open).is_some() {
            let from = found.last().map_or(0, |before| before.at + WORDS.len());
            self.open = Some((line[from..].to_owned(), at));
            // What is before it is told now; EC2's first sentence is no denial of its own.
            let named = found.into_iter().map(|message| message.denial);
            let named = named.filter(is_of_action);
            named.for_each(|denial| (self.tell)(denial, at));
            return;
        }
        self.text(line, at);
    }

    /// Tells what is in a text that stands for itself.
    fn text(&mut self, text: &str, at: Option<Timestamp>) {
        // A member of an event that is printed over several lines: the message is another one.
        let is_code = text.trim_start().starts_with("\"errorCode\"");
        if is_code && !text.contains(WORDS) {
            return;
        }
        for denial in denials(text) {
            (self.tell)(denial, at);
        }
    }
}

fn is_of_action(denial: &Denial) -> bool {
    matches!(denial.refusal, Refusal::Of { .. })
}

/// The JSON object in a line, from where to where, if it says that something was denied.
fn json_in(line: &str) -> Option<(usize, usize)> {
    let start = line.find('{')?;
    let end = start + json_at(&line[start..])?;
    let json = &line[start..end];
    let says = json.contains(WORDS) || nameless(json).is_some() || !denied_calls(json).is_empty();
    says.then_some((start, end))
}

/// A line without what a terminal takes for colours.
fn without_colours(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return line.into();
    }
    let mut bare = String::with_capacity(line.len());
    let mut pieces = line.split("\u{1b}[");
    bare.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let is_final = |letter: char| ('@'..='~').contains(&letter);
        let end = piece.find(is_final);
        bare.push_str(end.map_or("", |end| &piece[end + 1..]));
    }
    bare.into()
}
