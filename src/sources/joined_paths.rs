//! The paths that a program puts together of several texts, wherever in it: names that a call takes one by one, as
//! `join(root, "infra", "policies")`, and what `/` or `+` joins, as `ROOT / "policies"` and `dir + "/policies/" + name`.
//!
//! No language is known here. Texts in one pair of brackets that commas alone separate may be one path, and what is
//! computed between them may be anything.

use std::ops::Range;

use super::path_words::{PathWord, Start, closed, is_computed, path_words};
use crate::terraform::FOLDERS;

/// What is put into a path where nobody knows it, as texts say it.
const UNKNOWN: &str = "${…}";

/// A list of more names is no path.
const MOST_NAMES: usize = 64;

/// What is in more brackets than these is no path.
const DEEPEST: usize = 64;

/// A longer text is none.
const LONGEST: usize = 1000;

/// In the names of functions that join paths, whatever the language: of these one name is enough.
const JOINING: [&str; 3] = ["combine", "join", "resolve"];

/// What texts stand in.
const QUOTES: [char; 3] = ['"', '\'', '`'];

/// The paths that are put together in a text. Each has the place of its first text, up to the end of the last.
pub(super) fn joined_paths(text: &str) -> Vec<PathWord> {
    Scan::through(text, false).found
}

struct Scan<'t> {
    text: &'t str,
    /// Whether it is what stands behind `//`.
    is_aside: bool,
    at: usize,
    /// What stands in no brackets.
    outside: Bracket,
    /// Those that are open, the innermost last.
    open: Vec<Bracket>,
    /// Of each kind of quote up to where the other one was looked for, of one that nothing closes.
    unclosed: [usize; QUOTES.len()],
    found: Vec<PathWord>,
    /// How many letters were looked at; some are looked at several times, but none the more the longer the text is.
    read: usize,
}

/// What stands in a pair of brackets.
struct Bracket {
    sign: char,
    /// Whether the function before it joins paths, or the one before a bracket around it.
    joins: bool,
    elements: Vec<Element>,
    element: Element,
}

/// What stands between two commas: texts, and what is computed, with what joins them.
#[derive(Default)]
struct Element {
    said: String,
    /// From the first text in it to the last.
    range: Option<Range<usize>>,
    last: Last,
    pieces: usize,
    /// Whether it is more than texts that are joined.
    is_more: bool,
}

/// What an element ends in so far.
#[derive(Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Text,
    /// Something that is computed, and where it stands in the text.
    Computed(Range<usize>),
    Joint,
}

impl Bracket {
    fn of(sign: char, joins: bool) -> Self {
        Bracket {
            sign,
            joins,
            elements: Vec::new(),
            element: Element::default(),
        }
    }

    /// Whether lines go on in it.
    fn is_list(&self) -> bool {
        matches!(self.sign, '(' | '[')
    }
}

impl<'t> Scan<'t> {
    fn through(text: &'t str, is_aside: bool) -> Self {
        let mut scan = Scan {
            text,
            is_aside,
            at: 0,
            outside: Bracket::of(' ', false),
            open: Vec::new(),
            unclosed: [0; QUOTES.len()],
            found: Vec::new(),
            read: 0,
        };
        scan.go_through();
        scan
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn go_through(&mut self) {
        while let Some(letter) = self.rest().chars().next() {
            let start = self.at;
            self.at += letter.len_utf8();
            self.read += 1;
            let before = self.text[..start].chars().next_back();
            let is_apart = before.is_none_or(char::is_whitespace);
            match letter {
                '"' | '\'' | '`' => self.quoted(start, letter),
                '#' if is_apart => self.skip_line(),
                '/' if self.rest().starts_with('/') => self.aside(),
                '/' => self.joint("/"),
                '+' => self.joint(""),
                '.' if is_apart && self.rest().starts_with([' ', '.']) => self.joint(""),
                '.' if before == Some('.') && self.rest().starts_with(' ') => self.joint(""),
                '(' | '[' | '{' => self.open(start, letter),
                ')' | ']' | '}' => self.close(letter),
                ',' => self.end_element(true),
                '\n' if !self.bracket().is_list() => self.end_element(true),
                '=' | ':' | ';' | '?' | '|' | '&' | '<' | '>' | '!' => self.end_element(false),
                _ if letter.is_whitespace() => self.skip(|letter| matches!(letter, ' ' | '\t')),
                _ => {
                    self.skip(is_in_name);
                    self.computed(start);
                }
            }
        }
        self.end_element(true);
        while self.open.pop().is_some() {
            self.end_element(true);
        }
    }

    /// The innermost bracket that is open.
    fn bracket(&mut self) -> &mut Bracket {
        self.open.last_mut().unwrap_or(&mut self.outside)
    }

    fn open(&mut self, start: usize, sign: char) {
        if self.open.len() == DEEPEST {
            self.open.clear();
        }
        let call = name_before(&self.text[..start]);
        self.read += call.len();
        // `join("/", [root, "policies"])`
        let joins = if call.is_empty() {
            self.bracket().joins
        } else {
            let call = call.to_ascii_lowercase();
            JOINING.iter().any(|word| call.contains(word))
        };
        self.open.push(Bracket::of(sign, joins));
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        let behind = self.rest().trim_start_matches(is_skipped);
        self.go_to(self.text.len() - behind.len());
    }

    fn skip_line(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.go_to(self.at + length);
    }

    /// Goes on behind what was looked at by itself.
    fn go_to(&mut self, end: usize) {
        self.read += end - self.at;
        self.at = end;
    }

    /// Goes by itself through what stands behind `//` in a line: a comment, or what comes of a division in Python.
    fn aside(&mut self) {
        self.skip(|letter| letter == '/');
        if self.is_aside {
            return;
        }
        let start = self.at;
        self.skip_line();
        self.add(Scan::through(&self.text[start..self.at], true), start);
    }

    /// Adds what was found in a text that begins at a place.
    fn add(&mut self, inner: Scan<'_>, start: usize) {
        self.read += inner.read;
        self.found
            .extend(inner.found.into_iter().map(|word| PathWord {
                range: start + word.range.start..start + word.range.end,
                ..word
            }));
    }

    fn element(&mut self) -> &mut Element {
        &mut self.bracket().element
    }

    /// A text in quotes; an apostrophe that nothing closes in its line is none.
    fn quoted(&mut self, start: usize, quote: char) {
        let kind = QUOTES.iter().position(|one| *one == quote).unwrap_or(0);
        if start < self.unclosed[kind] {
            return;
        }
        match self.end_of(quote) {
            Ok(end) => {
                let range = self.at..end;
                self.go_to(end + 1);
                self.within(range.clone());
                self.add_text(range);
            }
            Err(end) => {
                self.read += end - self.at;
                self.unclosed[kind] = end;
            }
        }
    }

    /// Where a text in quotes ends; or how far nothing closes it.
    fn end_of(&self, quote: char) -> Result<usize, usize> {
        let mut at = self.at;
        while let Some(letter) = self.text[at..].chars().next() {
            let behind = at + letter.len_utf8();
            at = match letter {
                letter if letter == quote => return Ok(at),
                '\n' if quote != '`' => return Err(at),
                '\\' => {
                    let next = self.text[behind..].chars().next();
                    behind + next.map_or(0, char::len_utf8)
                }
                '$' if quote != '\'' => behind + put_in(&self.text[behind..]),
                _ => behind,
            };
        }
        Err(at)
    }

    /// Looks into a text that has texts in it: `"${join(\"/\", …)}"`.
    fn within(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        self.read += text.len();
        if !text.contains(['(', '[']) || !text.contains(['"', '\'']) {
            return;
        }
        let text = text.replace("\\\"", " \"");
        self.add(Scan::through(&text, false), range.start);
    }

    fn add_text(&mut self, range: Range<usize>) {
        let text = self.text[range.clone()].trim();
        match self.element() {
            // `Join-Path $root "infra" "policies"`
            element if element.last == Last::Text => element.said.push('/'),
            // `return "policies"`, `f"policies"`
            element if element.pieces == 1 => element.forget(),
            element if matches!(element.last, Last::Computed(_)) => self.end_element(false),
            _ => {}
        }
        let element = self.element();
        element.said.push_str(text);
        element.pieces += 1;
        element.last = Last::Text;
        let first = element.range.take().map_or(range.start, |one| one.start);
        element.range = Some(first..range.end);
    }

    /// What stands between a place and this one is computed.
    fn computed(&mut self, start: usize) {
        let end = self.at;
        match &mut self.element().last {
            Last::Computed(range) => return range.end = end,
            // `"policies" if x`, `"%s".format(x)`
            Last::Text => self.end_element(false),
            Last::Nothing | Last::Joint => {}
        }
        let element = self.element();
        element.pieces += 1;
        element.last = Last::Computed(start..end);
    }

    /// Says what was computed: one of Terraform's folders, or nobody knows.
    fn say_computed(&mut self) {
        let text = self.text;
        let element = self.element();
        if let Last::Computed(range) = &element.last {
            let computed = &text[range.clone()];
            if FOLDERS.contains(&computed) {
                element.said.push_str("${");
                element.said.push_str(computed);
                element.said.push('}');
            } else {
                element.said.push_str(UNKNOWN);
            }
        }
    }

    fn joint(&mut self, sign: &str) {
        self.say_computed();
        let element = self.element();
        if element.last != Last::Nothing {
            element.said.push_str(sign);
            element.last = Last::Joint;
        }
    }

    /// Ends what stands between two commas, or goes on behind what is no comma.
    fn end_element(&mut self, is_whole: bool) {
        self.say_computed();
        let bracket = self.open.last_mut().unwrap_or(&mut self.outside);
        let mut element = std::mem::take(&mut bracket.element);
        if element.pieces > 1 {
            let is_path = |word: &PathWord| known_names(word) > 0;
            self.found.extend(element.path().filter(is_path));
        }
        if !is_whole {
            bracket.element.is_more |= element.is_more || element.pieces > 0;
            return;
        }
        if element.is_more {
            element = Element {
                said: UNKNOWN.to_owned(),
                pieces: 1,
                ..Element::default()
            };
        }
        if bracket.is_list() && element.pieces > 0 && bracket.elements.len() <= MOST_NAMES {
            bracket.elements.push(element);
        }
    }

    fn close(&mut self, sign: char) {
        let open = match sign {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        // What closes nothing is no bracket: `:)`.
        let Some(there) = self.open.iter().rposition(|bracket| bracket.sign == open) else {
            return;
        };
        while self.open.len() > there + 1 {
            self.end_element(true);
            self.open.pop();
        }
        self.end_element(true);
        if let Some(bracket) = self.open.pop() {
            let said = bracket.elements.iter().map(|element| element.said.len());
            self.read += said.sum::<usize>();
            self.found.extend(path_of(&bracket));
            // What comes of it is computed.
            self.computed(self.at - 1);
        }
    }
}

impl Element {
    /// Forgets what is computed so far.
    fn forget(&mut self) {
        if matches!(self.last, Last::Computed(_)) {
            let is_more = self.is_more;
            *self = Element {
                is_more,
                ..Element::default()
            };
        }
    }

    fn path(&self) -> Option<PathWord> {
        path_said(&self.said, self.range.clone()?)
    }
}

/// The path that the elements in brackets may be the names of.
fn path_of(bracket: &Bracket) -> Option<PathWord> {
    let Bracket {
        elements, joins, ..
    } = bracket;
    let is_one = elements.len() < 2 && !(*joins && bracket.sign == '(');
    if elements.len() > MOST_NAMES || is_one {
        return None;
    }
    let ranges = elements.iter().filter_map(|element| element.range.clone());
    let range = ranges.reduce(|first, last| first.start..last.end)?;
    let mut said = String::new();
    for element in elements {
        if !said.is_empty() && !said.ends_with('/') {
            said.push('/');
        }
        let is_first = said.is_empty();
        let name = &element.said;
        said.push_str(if is_first {
            name
        } else {
            name.trim_start_matches('/')
        });
    }
    let word = path_said(&said, range)?;
    // Two names say that these are names of a path, or the name of what joins them.
    let least = if *joins { 1 } else { 2 };
    (known_names(&word) >= least).then_some(word)
}

/// A text that is a path as a whole.
fn path_said(said: &str, range: Range<usize>) -> Option<PathWord> {
    if said.len() > LONGEST {
        return None;
    }
    let mut words = path_words(said).into_iter();
    let word = words.next().filter(|word| word.range == (0..said.len()))?;
    words.next().is_none().then_some(PathWord { range, ..word })
}

/// How many names in a path are known; of what begins somewhere those behind a slash.
fn known_names(word: &PathWord) -> usize {
    let is_open = usize::from(word.start == Start::Unknown);
    let names = word.path.split('/').skip(is_open);
    let known = names.filter(|name| {
        name.contains(|letter: char| letter.is_alphanumeric()) && !is_computed(name)
    });
    known.count()
}

/// The length of what is put into a text behind `$`.
fn put_in(behind: &str) -> usize {
    let is_open = behind.starts_with('{');
    is_open.then(|| closed(behind)).flatten().unwrap_or(0)
}

/// The name that a text ends in, of a function that is called behind it.
fn name_before(text: &str) -> &str {
    let start = text.trim_end_matches(is_in_name).len();
    &text[start..]
}

fn is_in_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::path_words::Bases;

    /// The paths that are put together in a text.
    fn paths(text: &str) -> Vec<String> {
        let bases = Bases {
            module: "/r/m",
            here: &["/r".to_owned()],
        };
        let words = joined_paths(text).into_iter();
        words.flat_map(|word| word.paths(&bases)).collect()
    }

    #[test]
    fn texts_that_are_put_together_are_one_path() {
        for (text, path) in [
            ("d = os.path.join(ROOT, \"infra\", \"iam\")", "…/infra/iam"),
            ("path.join('infra', 'iam', 'x')", "/r/infra/iam/x"),
            (
                "path.join(__dirname, '..', 'infra/iam', 'x')",
                "…/infra/iam/x",
            ),
            (
                "path.resolve('infra', 'iam', `${name}.json`)",
                "/r/infra/iam/….json",
            ),
            (
                "x.Join(\"infra\", \"iam\", name+\".json\")",
                "/r/infra/iam/….json",
            ),
            ("File.join(__dir__, \"policies\")", "…/policies"),
            ("Path.Combine(root, \"policies\", n)", "…/policies/…"),
            ("any(a, \"infra\", \"iam\")", "…/infra/iam"),
            (
                "any(\n  a, // it's (here)\n  'infra',\n  'iam',\n)",
                "…/infra/iam",
            ),
            ("any(f(a, b), \"infra\", \"iam\")", "…/infra/iam"),
            // A quote that nothing closes.
            ("/* a ` */\njoin(root, \"infra\", \"iam\")", "…/infra/iam"),
            (
                "n = a // b; d = join(root, \"infra\", \"iam\")",
                "…/infra/iam",
            ),
            ("fn f<'a>() { join(root, \"infra\") }", "…/infra"),
            ("['infra', 'iam'].join('/')", "/r/infra/iam"),
            (
                "join(\"/\", [path.module, \"..\", \"iam\", \"${var.n}.json\"])",
                "/r/iam/….json",
            ),
            (
                "\"${join(\\\"/\\\", [path.module, \\\"..\\\", \\\"iam\\\"])}\"",
                "/r/iam",
            ),
            ("ROOT / \"infra\" / \"iam\"", "…/infra/iam"),
            ("Path(x).parent / \"policies\"", "…/policies"),
            (
                "dir + \"/policies/\" + name + \".json\"",
                "…/policies/….json",
            ),
            ("$dir . '/policies/' . $name", "…/policies/…"),
            ("Join-Path $root \"infra\" \"iam\"", "/r/infra/iam"),
            ("[path.module # here\n + \"/iam\"]", "/r/m/iam"),
        ] {
            assert!(
                paths(text).contains(&path.to_owned()),
                "{text}: {:?}",
                paths(text)
            );
        }
    }

    #[test]
    fn texts_that_are_no_path_are_none() {
        for text in [
            "put(x, \"policies\")",
            "p[\"policies\"]",
            "print(\"a b\", \"policies\", x)",
            "x ? \"infra\" : \"iam\"",
            "name + \".json\"",
            "it's (infra, 'iam",
            "f(a=\"infra\", b=\"iam\")",
            ":) ] } (",
        ] {
            assert_eq!(paths(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_text_is_read_in_its_length() {
        const HARD: [&str; 28] = [
            "(",
            "[(",
            "[]",
            ")",
            "([)",
            "\"",
            "\\`",
            "'\\'",
            "\"\\\"",
            "${",
            "\"${",
            "`${\"",
            "\"a\"+",
            "(\"a\",",
            "(\"a\",\"b\")",
            "é/\"é\"",
            "'\"`",
            "\\\\\"(",
            "\"(\\\"",
            "a.b(\"c\"",
            "//",
            "/ ",
            "# ",
            ". \"a\"",
            "\"a\" \"b\" ",
            "`(\"a\",\"b\")",
            "[\"[\\\"[",
            "join",
        ];
        for start in HARD {
            for unit in HARD {
                for tail in ["", "\"", "é", "\n\"a\" / \"b\""] {
                    let read = |times: usize| {
                        let text = start.repeat(times) + "(" + &unit.repeat(times) + tail;
                        let scan = Scan::through(&text, false);
                        for word in scan.found {
                            assert!(text.get(word.range.clone()).is_some(), "{text}: {word:?}");
                        }
                        assert!(scan.read <= 20 * text.len(), "{start} {unit} {tail}");
                        scan.read
                    };
                    let (short, long) = (read(100), read(200));
                    assert!(
                        long <= 2 * short + 1000,
                        "{start} {unit} {tail}: {short} {long}"
                    );
                }
            }
        }
    }
}
