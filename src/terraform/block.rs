//! The blocks of a file, and what their arguments say as far as it is plain.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{self, Body};

use super::parsed::Parsed;
use super::references::references;
use super::value::{Value, members, texts};
use crate::document::Places;
use crate::text::{Problems, Source};

/// A block: `resource "aws_iam_role" "app" { … }`, `module "queue" { … }`, `backend "s3" { … }`.
///
/// ```
/// use iam_refine::terraform::{ConfigurationFile, Value};
/// use iam_refine::text::Source;
/// let text = "resource \"aws_iam_role\" \"app\" {\n  count = var.n\n  name  = \"app\"\n}\n";
/// let file = ConfigurationFile::read(&Source::from_text("main.tf", text))?;
/// let role = file.block("aws_iam_role.app").unwrap();
/// assert_eq!(role.argument("name").unwrap().value, Value::Text("app".to_owned()));
/// assert_eq!(role.argument("count").unwrap().value, Value::Reference("var.n".to_owned()));
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its type: `resource`, `data`, `module`, `terraform`, `statement`, `dynamic`.
    pub kind: String,
    /// Its labels: type and name of a resource, the name of a module.
    pub labels: Vec<String>,
    /// Its bytes, from its type to its closing brace.
    pub range: Range<usize>,
    /// The line it begins in, from 1.
    pub line: usize,
    /// What it says in arguments, in order.
    pub arguments: Vec<Argument>,
    /// The blocks in it, in order.
    pub blocks: Vec<Block>,
}

/// `name = value` in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name: `policy`, `role`, `count`, `for_each`, `source`.
    pub name: String,
    /// The bytes of its value.
    pub range: Range<usize>,
    /// The line of its value, from 1.
    pub line: usize,
    /// What it says.
    pub value: Value,
    /// All that it refers to, wherever in its value, in order and as in [`Value::Reference`].
    pub references: Vec<String>,
    /// The texts in it, wherever in its value, names of members too: each a [`Value::Text`] or a
    /// [`Value::EndsIn`].
    pub texts: Vec<Value>,
    /// Of an object whose names are all literal and plain its members, each with its name among its texts.
    pub members: Vec<Argument>,
}

/// Reads the blocks of a file and nothing else of it.
///
/// # Errors
/// What is no HCL, with its place.
pub fn read_blocks(source: &Source) -> Result<Vec<Block>, Problems> {
    let parsed = Parsed::of(source)?;
    Ok(Block::all_of(&parsed, &Places::of(source)))
}

impl Argument {
    fn of(name: &str, expression: &Expression, parsed: &Parsed, places: &Places) -> Self {
        let range = expression.span().unwrap_or_default();
        let is_masked = parsed.masked_in(&range).is_some();
        let member = |(name, value): (String, &Expression)| {
            let mut member = Argument::of(&name, value, parsed, places);
            member.texts.push(Value::Text(name));
            member
        };
        let is_plain = |name: &str| {
            (name.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        let members = members(expression)
            .filter(|members| !is_masked && members.iter().all(|(name, _)| is_plain(name)));
        Argument {
            name: name.to_owned(),
            line: places.line(range.start),
            value: if is_masked {
                Value::Expression
            } else {
                Value::of(expression)
            },
            range,
            references: references(expression),
            texts: texts(expression),
            members: members.into_iter().flatten().map(member).collect(),
        }
    }
}

impl Argument {
    fn at(&self, range: &Range<usize>) -> Option<&Argument> {
        let mut members = self.members.iter();
        Some(self)
            .filter(|own| own.range == *range)
            .or_else(|| members.find_map(|one| one.at(range)))
    }
}

impl Block {
    /// How Terraform calls it within its module: `aws_iam_role.app`,
    /// `data.aws_iam_policy_document.app`, `module.queue`; others by their type and labels.
    pub fn address(&self) -> String {
        let words = std::iter::once(&self.kind).filter(|kind| *kind != "resource");
        let words: Vec<&str> = words.chain(&self.labels).map(String::as_str).collect();
        words.join(".")
    }

    /// The argument called `name`, if it has one.
    pub fn argument(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// The argument whose value has these bytes, or the member of an object that one is.
    pub fn argument_at(&self, range: &Range<usize>) -> Option<&Argument> {
        self.arguments.iter().find_map(|one| one.at(range))
    }

    /// The blocks in it of one type: `backend`, `inline_policy`.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }

    /// Where an argument of it or of a block in it refers to something, as `is_it` tells; none where none does.
    pub fn refers(&self, is_it: &impl Fn(&Argument, &str) -> bool) -> Option<Range<usize>> {
        let mut arguments = self.arguments.iter();
        let own = arguments.find(|argument| {
            let mut references = argument.references.iter();
            references.any(|reference| is_it(argument, reference))
        });
        let mut inner = self.blocks.iter();
        own.map(|argument| argument.range.clone())
            .or_else(|| inner.find_map(|inner| inner.refers(is_it)))
    }

    /// Whether it is a data source of a type.
    pub fn is_data(&self, kind: &str) -> bool {
        self.kind == "data" && self.labels.first().is_some_and(|label| label == kind)
    }

    /// Whether it stands for as many as its `count` or `for_each` says.
    pub fn is_repeated(&self) -> bool {
        self.argument("count").is_some() || self.argument("for_each").is_some()
    }

    pub(super) fn all_of(parsed: &Parsed, places: &Places) -> Vec<Block> {
        Block::all_in(&parsed.body, parsed, places)
    }

    fn all_in(body: &Body, parsed: &Parsed, places: &Places) -> Vec<Block> {
        let blocks = body.blocks();
        blocks
            .map(|block| Block::of(block, parsed, places))
            .collect()
    }

    fn of(block: &structure::Block, parsed: &Parsed, places: &Places) -> Self {
        let range = block.span().unwrap_or_default();
        let arguments = block.body.attributes().map(|attribute| {
            Argument::of(attribute.key.as_str(), &attribute.value, parsed, places)
        });
        let labels = block.labels.iter();
        Block {
            kind: block.ident.as_str().to_owned(),
            labels: labels.map(|label| label.as_str().to_owned()).collect(),
            line: places.line(range.start),
            range,
            arguments: arguments.collect(),
            blocks: Block::all_in(&block.body, parsed, places),
        }
    }
}
