//! The texts that stand in an expression, as its letters tell: what is in quotes or a heredoc, and `path.module`.

use std::ops::Range;

/// A text in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextIn<'t> {
    /// Its bytes in the expression, without the quotes.
    pub range: Range<usize>,
    /// The functions that it is given to, from the outermost on. Of one that reads a file this is its path alone.
    pub given_to: Vec<&'t str>,
}

/// What reads the file that its first argument names.
pub(crate) const READING: [&str; 3] = ["file", "filebase64", "templatefile"];

/// The folders that Terraform has names for.
pub(crate) const FOLDERS: [&str; 3] = ["path.module", "path.root", "path.cwd"];

/// What is nested deeper is passed over.
const DEEPEST: usize = 64;

/// The texts in an expression, those in what is put into others too. One of `path.module`, `path.root` and `path.cwd`
/// that is put into none is a text as well.
pub(crate) fn texts_in(expression: &str) -> Vec<TextIn<'_>> {
    Scan::of(expression).found
}

/// The comments in the text of a file.
pub(crate) fn comments_in(text: &str) -> Vec<Range<usize>> {
    Scan::of(text).comments
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The function of each bracket that is open; nothing where it is none.
    calls: Vec<&'t str>,
    found: Vec<TextIn<'t>>,
    comments: Vec<Range<usize>>,
}

impl<'t> Scan<'t> {
    fn of(text: &'t str) -> Self {
        let mut scan = Scan {
            text,
            at: 0,
            calls: Vec::new(),
            found: Vec::new(),
            comments: Vec::new(),
        };
        scan.expression(0);
        scan
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes to the brace that closes what an expression is put in, and behind it.
    fn expression(&mut self, depth: usize) {
        let open = self.calls.len();
        while let Some(letter) = self.rest().chars().next() {
            let start = self.at;
            self.at += letter.len_utf8();
            match letter {
                '"' => self.quoted(depth),
                '<' if self.rest().starts_with('<') => self.heredoc(depth),
                '#' => self.comment(start, "\n"),
                '/' if self.rest().starts_with('/') => self.comment(start, "\n"),
                '/' if self.rest().starts_with('*') => self.comment(start, "*/"),
                '(' => self.calls.push(name_before(&self.text[..start])),
                '[' | '{' => self.calls.push(""),
                '}' if self.calls.len() <= open => return,
                ')' | ']' | '}' => _ = self.calls.pop(),
                ',' => {
                    if let Some(call) = self.calls.last_mut().filter(|call| READING.contains(*call))
                    {
                        *call = "";
                    }
                }
                'p' if depth == 0 => self.folder(start),
                _ => {}
            }
        }
    }

    /// One of the folders that Terraform has names for.
    fn folder(&mut self, start: usize) {
        let is_in_name =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        let word = &self.text[start..];
        let word = &word[..word
            .find(|letter| !is_in_name(letter))
            .unwrap_or(word.len())];
        let is_whole = !self.text[..start].ends_with(is_in_name);
        if is_whole && FOLDERS.contains(&word) {
            self.add(start..start + word.len());
            self.at = start + word.len();
        }
    }

    fn quoted(&mut self, depth: usize) {
        let start = self.at;
        while let Some(letter) = self.rest().chars().next() {
            self.at += letter.len_utf8();
            match letter {
                '\\' => self.at += self.rest().chars().next().map_or(0, char::len_utf8),
                '"' => return self.add(start..self.at - 1),
                _ => self.put_in(letter, depth),
            }
        }
    }

    fn heredoc(&mut self, depth: usize) {
        let begin = self.rest()[1..].trim_start_matches('-');
        let Some((name, text)) = begin.split_once('\n') else {
            return;
        };
        let name = name.trim();
        if name.is_empty()
            || name.contains(|letter: char| !letter.is_alphanumeric() && letter != '_')
        {
            return;
        }
        let start = self.text.len() - text.len();
        let lines = text.split_inclusive('\n').scan(start, |at, line| {
            let begin = *at;
            *at += line.len();
            Some((begin, line))
        });
        let mut lines = lines.filter(|(_, line)| line.trim() == name);
        let end = lines.next().map_or(self.text.len(), |(begin, _)| begin);
        self.at = start;
        while self.at < end {
            let Some(letter) = self.rest().chars().next() else {
                break;
            };
            self.at += letter.len_utf8();
            self.put_in(letter, depth);
        }
        self.add(start..end);
        self.at = self.at.max(end);
    }

    /// Goes through what is put into a text behind a letter.
    fn put_in(&mut self, letter: char, depth: usize) {
        if matches!(letter, '$' | '%') && self.rest().starts_with('{') {
            self.at += 1;
            let calls = self.calls.len();
            if depth < DEEPEST {
                self.expression(depth + 1);
            }
            self.calls.truncate(calls);
        }
    }

    fn comment(&mut self, start: usize, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
        self.comments.push(start..self.at);
    }

    fn add(&mut self, range: Range<usize>) {
        let given_to = self.calls.iter().filter(|call| !call.is_empty());
        self.found.push(TextIn {
            range,
            given_to: given_to.copied().collect(),
        });
    }
}

/// The name that a text ends in.
fn name_before(text: &str) -> &str {
    let text = text.trim_end();
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let start = text.trim_end_matches(is_in_name).len();
    &text[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str) -> Vec<String> {
        let texts = texts_in(expression).into_iter();
        let shown = texts.map(|one| {
            let calls = one.given_to.iter().map(|call| format!("{call}:"));
            let calls: String = calls.collect();
            format!("{calls}{}", &expression[one.range])
        });
        shown.collect()
    }

    #[test]
    fn texts_are_found_wherever_they_stand() {
        assert_eq!(
            found(r#"{ a = "x", b = [path.module, "${path.root}/y"] } # "no""#),
            ["x", "path.module", "${path.root}/y"]
        );
        assert_eq!(
            found(r#"templatefile("${path.module}/t", { d = basename(path.module) })"#),
            ["templatefile:${path.module}/t", "basename:path.module"]
        );
        assert_eq!(
            found("<<-EOT\n  cp \"a\" ${join(\"/\", [\"b\"])}\n  EOT\n"),
            ["join:/", "join:b", "  cp \"a\" ${join(\"/\", [\"b\"])}\n"]
        );
        assert_eq!(found(r#"a << 2 ? "x\"y" : local.path.module"#), ["x\\\"y"]);
        assert_eq!(
            found(
                r#"["a", # of "b"
            // "c"
            /* "d" */ "e"]"#
            ),
            ["a", "e"]
        );
    }

    #[test]
    fn what_is_cut_off_or_nested_without_end_is_gone_through() {
        let deep = "\"${".repeat(10_000);
        for text in [
            "\"",
            "\"${",
            "<<",
            "<<EOT",
            "<<EOT\n${",
            "path.",
            "/*",
            "\"\\",
            ")}]",
            &deep,
        ] {
            texts_in(text);
        }
    }
}
