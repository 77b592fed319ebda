//! Where the comments of a file of HCL stand, by the same rules as its lexer: what looks like one inside a
//! quoted text or a heredoc is none, and one between `${` and `}` is.
//!
//! A file that is broken somewhere is read as well as can be: a quoted text ends with its line at the
//! latest.

use std::ops::Range;

/// The comments of a file of HCL: `.tf`, `.tfvars`, `terragrunt.hcl`.
///
/// ```
/// use iam_refine::terraform::comments;
/// let text = "a = \"# none\" # one\nb = <<EOF\n# none\n${c /* two */}\nEOF\n";
/// let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["# one", "/* two */"]);
/// ```
pub fn comments(text: &str) -> Vec<Range<usize>> {
    Scanner::new(text, Mode::Code { braces: 0 }).scan()
}

/// The comments of a template that `templatefile` reads: those between `${` and `}`.
///
/// ```
/// use iam_refine::terraform::template_comments;
/// let text = "{\"Action\": \"${a /* one */}\"} # none";
/// assert_eq!(template_comments(text), [16..25]);
/// ```
pub fn template_comments(text: &str) -> Vec<Range<usize>> {
    Scanner::new(text, Mode::Template).scan()
}

/// The lines of heredocs that begin with the marker and go on, by the bytes of that: they do not end it.
pub(super) fn false_ends(text: &str) -> Vec<Range<usize>> {
    let mut scanner = Scanner::new(text, Mode::Code { braces: 0 });
    scanner.run();
    scanner.false_ends
}

/// What a place in a file is a part of.
enum Mode<'a> {
    /// Expressions and blocks, in so many braces.
    Code { braces: usize },
    /// A quoted text.
    Quoted,
    /// A heredoc, to the line that has this alone.
    Heredoc(&'a str),
    /// A file that is a template as a whole.
    Template,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// What the place is in, from the outside in. A file may nest as deep as it likes.
    modes: Vec<Mode<'a>>,
    found: Vec<Range<usize>>,
    false_ends: Vec<Range<usize>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, mode: Mode<'a>) -> Self {
        Scanner {
            text,
            at: 0,
            modes: vec![mode],
            found: Vec::new(),
            false_ends: Vec::new(),
        }
    }

    fn scan(mut self) -> Vec<Range<usize>> {
        self.run();
        self.found
    }

    fn run(&mut self) {
        while self.at < self.text.len() {
            match self.modes.last() {
                Some(Mode::Code { .. }) | None => self.code(),
                Some(Mode::Quoted) => self.quoted(),
                Some(Mode::Heredoc(marker)) if self.begins_line() && self.is_end(marker) => {
                    // What follows is code again, and so is the end of this line.
                    self.at += self.line().len();
                    self.modes.pop();
                }
                Some(Mode::Heredoc(marker)) => {
                    let marker = *marker;
                    self.note_false_end(marker);
                    self.template();
                }
                Some(Mode::Template) => self.template(),
            }
        }
    }

    fn note_false_end(&mut self, marker: &str) {
        if !self.begins_line() {
            return;
        }
        let line = self.line();
        let words = line.trim_start();
        if words.starts_with(marker) {
            let start = self.at + line.len() - words.len();
            self.false_ends.push(start..start + marker.len());
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What is left of the line.
    fn line(&self) -> &'a str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    fn begins_line(&self) -> bool {
        self.text[..self.at].ends_with('\n')
    }

    fn is_end(&self, marker: &str) -> bool {
        self.line().trim() == marker
    }

    fn code(&mut self) {
        let rest = self.rest();
        if rest.starts_with('#') || rest.starts_with("//") {
            self.add(self.line().trim_end_matches('\r').len());
        } else if let Some(words) = rest.strip_prefix("/*") {
            let end = words.find("*/").map(|end| "/**/".len() + end);
            self.add(end.unwrap_or(rest.len()));
        } else if rest.starts_with('"') {
            self.enter(1, Mode::Quoted);
        } else if let Some((length, marker)) = heredoc(rest) {
            self.enter(length, Mode::Heredoc(marker));
        } else {
            self.brace(rest);
            self.letter();
        }
    }

    /// Counts a brace; the last one that closes may end an interpolation.
    fn brace(&mut self, rest: &str) {
        let is_inner = self.modes.len() > 1;
        match self.modes.last_mut() {
            Some(Mode::Code { braces }) if rest.starts_with('{') => *braces += 1,
            Some(Mode::Code { braces: 0 }) if rest.starts_with('}') && is_inner => {
                self.modes.pop();
            }
            Some(Mode::Code { braces }) if rest.starts_with('}') => {
                *braces = braces.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn quoted(&mut self) {
        let rest = self.rest();
        if rest.starts_with('\\') {
            self.letter();
            self.letter();
        } else if rest.starts_with(['"', '\n']) {
            self.modes.pop();
            self.letter();
        } else {
            self.template();
        }
    }

    /// A text with `${…}` and `%{…}` in it.
    fn template(&mut self) {
        let rest = self.rest();
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            self.at += 3;
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            self.enter(2, Mode::Code { braces: 0 });
        } else {
            self.letter();
        }
    }

    fn enter(&mut self, length: usize, mode: Mode<'a>) {
        self.at += length;
        self.modes.push(mode);
    }

    fn add(&mut self, length: usize) {
        self.found.push(self.at..self.at + length);
        self.at += length;
    }

    fn letter(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }
}

/// What begins a heredoc, `<<EOF` or `<<-EOF` with the end of its line, and its marker.
fn heredoc(text: &str) -> Option<(usize, &str)> {
    let after = text.strip_prefix("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after);
    let marker = after.split_once('\n')?.0;
    let end = text.len() - after.len() + marker.len() + 1;
    let marker = marker.trim_end_matches('\r');
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    (!marker.is_empty() && marker.chars().all(is_name)).then_some((end, marker))
}
