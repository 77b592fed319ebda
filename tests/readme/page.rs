//! The Markdown of the README and the chapters, as the tests look at it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// One Markdown file.
pub struct Page {
    /// Where it is, from the repository's folder.
    pub path: PathBuf,
    pub text: String,
    /// Where its links and pictures lead.
    pub links: Vec<String>,
    /// What a link to one of its headings ends with, behind `#`.
    pub anchors: BTreeSet<String>,
    /// The text of its code spans.
    pub spans: Vec<String>,
    pub blocks: Vec<Block>,
}

/// A fenced block of code.
pub struct Block {
    /// The heading that it is under.
    pub heading: String,
    pub language: String,
    pub text: String,
}

/// The README and the chapters.
pub fn manual() -> Vec<Page> {
    let mut pages = vec![Page::read("README.md")];
    let chapters = fs::read_dir(in_repository("docs")).expect("the chapters");
    for chapter in chapters {
        let name = PathBuf::from(chapter.expect("a chapter").file_name());
        if name.extension().is_some_and(|extension| extension == "md") {
            pages.push(Page::read(Path::new("docs").join(name)));
        }
    }
    pages
}

/// Where a file of the repository is.
pub fn in_repository(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Page {
    pub fn read(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let text = fs::read_to_string(in_repository(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Page {
            path,
            links: Vec::new(),
            anchors: BTreeSet::new(),
            spans: Vec::new(),
            blocks: Vec::new(),
            text: text.clone(),
        };
        page.parse(&text);
        page
    }

    fn parse(&mut self, text: &str) {
        let mut heading = String::new();
        let mut in_heading = false;
        let mut in_block = false;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    heading.clear();
                    in_heading = true;
                }
                Event::End(TagEnd::Heading(_)) => {
                    in_heading = false;
                    self.anchors.insert(anchor(&heading));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    in_block = true;
                    self.blocks.push(Block {
                        heading: heading.clone(),
                        language: match kind {
                            CodeBlockKind::Fenced(language) => language.to_string(),
                            CodeBlockKind::Indented => String::new(),
                        },
                        text: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.links.push(dest_url.to_string());
                }
                Event::Code(code) => {
                    if in_heading {
                        heading.push_str(&code);
                    }
                    self.spans.push(code.to_string());
                }
                Event::Text(text) if in_heading => heading.push_str(&text),
                Event::Text(text) if in_block => {
                    let block = self.blocks.last_mut().expect("a block was begun");
                    block.text.push_str(&text);
                }
                _ => {}
            }
        }
    }

    /// What stands between `<!-- NAME -->` and `<!-- end of NAME -->`.
    pub fn part(&self, name: &str) -> &str {
        let missing = || panic!("{} has no part {name:?}", self.path.display());
        let (_, behind) = (self.text)
            .split_once(&format!("<!-- {name} -->\n"))
            .unwrap_or_else(missing);
        let (part, _) = behind
            .split_once(&format!("<!-- end of {name} -->"))
            .unwrap_or_else(missing);
        part
    }

    /// The blocks under a heading, in this language.
    pub fn blocks_under(&self, heading: &str, language: &str) -> Vec<&str> {
        let blocks = self.blocks.iter();
        let found: Vec<&str> = blocks
            .filter(|block| block.heading == heading && block.language == language)
            .map(|block| block.text.as_str())
            .collect();
        assert!(!found.is_empty(), "{}: {heading}", self.path.display());
        found
    }

    /// The commands of this program that it shows, each as its arguments.
    pub fn commands(&self) -> Vec<Vec<String>> {
        let in_blocks = (self.blocks.iter())
            .filter(|block| ["sh", "yaml", "python"].contains(&block.language.as_str()))
            .map(|block| block.text.replace("\\\n", " "))
            .collect::<Vec<_>>();
        let lines = in_blocks.iter().flat_map(|text| text.lines());
        let lines = lines.chain(self.spans.iter().map(String::as_str));
        lines.flat_map(commands_in).collect()
    }
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
    let kept: String = heading.to_lowercase().chars().filter(kept).collect();
    kept.replace(' ', "-")
}

/// The arguments of each `iam-refine` in a line: up to what a shell takes for another command or a
/// file, or the end of the quotes that the whole stands in.
fn commands_in(line: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let parts: Vec<&str> = line.split("iam-refine").collect();
    for pair in parts.windows(2) {
        let is_word = pair[1].starts_with(' ')
            && !pair[0]
                .ends_with(|before: char| before.is_alphanumeric() || "/._-".contains(before));
        if is_word {
            commands.push(arguments(pair[1]));
        }
    }
    commands
}

fn arguments(rest: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut word = String::new();
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => word.extend(letters.by_ref().take_while(|&letter| letter != '\'')),
            // Behind a word it ends what another language has the command in.
            '"' if word.is_empty() => {
                word.extend(letters.by_ref().take_while(|&letter| letter != '"'));
            }
            '|' | '<' | '>' | '#' | '"' => break,
            ' ' if word.is_empty() => {}
            ' ' => arguments.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    if !word.is_empty() {
        arguments.push(word);
    }
    arguments
}

#[test]
fn commands_end_where_a_shell_ends_them() {
    for (line, expected) in [
        ("iam-refine demo", vec!["demo"]),
        (
            "x | iam-refine batch --jobs 1 < in > out",
            vec!["batch", "--jobs", "1"],
        ),
        ("a.pipe(\"iam-refine batch\")", vec!["batch"]),
        ("iam-refine man \"$of it\" || exit", vec!["man", "$of it"]),
        (
            "iam-refine explain 's3:Get*' # all",
            vec!["explain", "s3:Get*"],
        ),
        (
            "run: iam-refine refine p --keep 'a=b c'",
            vec!["refine", "p", "--keep", "a=b c"],
        ),
    ] {
        assert_eq!(commands_in(line), [expected], "{line}");
    }
    assert!(commands_in("~/.local/state/iam-refine is a folder").is_empty());
}

#[test]
fn anchors_are_those_of_github() {
    assert_eq!(anchor("What `it` is, and isn't"), "what-it-is-and-isnt");
}
