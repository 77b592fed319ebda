//! A file of Terraform's configuration: its blocks, and what stands where a policy may stand.

use std::ops::Range;

use hcl_edit::expr::Expression;
use hcl_edit::parser::parse_expr;

use super::block::{Argument, Block};
use super::parsed::Parsed;
use super::policy_file::PolicyFile;
use super::{json_syntax, reader};
use crate::document::{Document, File, Places, ReadPolicy};
use crate::text::{Problem, Problems, Source};

/// A `.tf` or `.tofu` file.
///
/// ```
/// use iam_refine::terraform::{ConfigurationFile, Content};
/// use iam_refine::text::Source;
/// let text = "data \"aws_iam_policy_document\" \"app\" {\n  statement {\n    \
///     actions   = [\"s3:Get*\"]\n    resources = [\"*\"]\n  }\n}\n";
/// let file = ConfigurationFile::read(&Source::from_text("main.tf", text))?;
/// let policy = &file.policies[0];
/// assert_eq!(policy.address, "data.aws_iam_policy_document.app");
/// let Content::Document(document) = &policy.content else { unreachable!() };
/// assert_eq!(document.policy().statements[0].actions.entries()[0].to_string(), "s3:Get*");
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConfigurationFile {
    /// The blocks that stand in the file itself, in order: `resource`, `data`, `module`, `terraform`.
    pub blocks: Vec<Block>,
    /// The policies, in order of the text: each `data "aws_iam_policy_document"`, and each argument
    /// of a resource that takes a policy of a role, a user, a group or a managed one.
    pub policies: Vec<WrittenPolicy>,
    /// Whether it is a `.tf.json` file.
    is_json: bool,
}

/// What stands in a place that takes a policy. While a file is being read `P` is what is known so far of
/// one that is written there.
#[derive(Clone, Debug)]
pub struct WrittenPolicy<P = Document> {
    /// Its address in the module: `data.aws_iam_policy_document.app`, `aws_iam_policy.app.policy`,
    /// `aws_iam_role.app.inline_policy[0].policy`.
    pub address: String,
    /// Which of the blocks of the file it stands in.
    pub block: usize,
    /// The bytes of the block of a `data`, and else of the argument's value.
    pub range: Range<usize>,
    /// The line it begins in, from 1.
    pub line: usize,
    /// What it is.
    pub content: Content<P>,
}

/// What a policy is, as the file has it.
#[derive(Clone, Debug)]
pub enum Content<P = Document> {
    /// It is written here in a form that is read. All documents of a file are of one
    /// [`File`], and those that follow each other are in its order.
    Document(P),
    /// It takes statements from others. Those that are written here are a policy, if there are any.
    Merged(Merged, Option<P>),
    /// It comes from elsewhere: `data.aws_iam_policy_document.app.json`, `var.policy`, `local.policy`,
    /// `module.policies.json`, without indices.
    Reference(String),
    /// It stands in a file of its own.
    InFile(PolicyFile),
    /// It is a policy of a resource or of who may assume a role. No finding speaks of these.
    NotOffered(Problem),
    /// It is written in a form that is not read, or there is something wrong with it.
    Refused(Problems),
}

/// The documents that a `data "aws_iam_policy_document"` takes statements from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// `source_policy_documents`: their statements come before its own.
    pub sources: Vec<Referred>,
    /// `override_policy_documents`: their statements come behind, or in the place of one with the same
    /// `Sid`.
    pub overrides: Vec<Referred>,
}

/// A document that another refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred {
    /// The reference, such as `data.aws_iam_policy_document.app.json`, without indices.
    pub to: String,
    /// Its bytes.
    pub range: Range<usize>,
}

impl Merged {
    /// Whether it takes statements from nobody.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.overrides.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Referred> {
        self.sources.iter().chain(&self.overrides)
    }
}

impl ConfigurationFile {
    /// Reads a file: all of it, or nothing where it is not HCL.
    ///
    /// # Errors
    /// What is no HCL, with its place. What is wrong with one policy is told with that one.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        let parsed = Parsed::of(source)?;
        let places = Places::of(source);
        let blocks = Block::all_of(&parsed, &places);
        let found = reader::find(&places, &parsed);
        let count = found.iter().filter_map(WrittenPolicy::document).count();
        let mut file = File::begin(source.clone(), policies, count);
        let policies = found.into_iter().map(|found| WrittenPolicy {
            content: found
                .content
                .and_then(|read| Content::Document(file.document(read))),
            address: found.address,
            block: found.block,
            range: found.range,
            line: found.line,
        });
        Ok(ConfigurationFile {
            blocks,
            policies: policies.collect(),
            is_json: false,
        })
    }

    /// Reads a `.tf.json` file: its blocks, where none of them is about IAM, a backend or a provider.
    ///
    /// # Errors
    /// What is no JSON, or not read in this form, with its place.
    pub fn read_json(source: &Source) -> Result<Self, Problems> {
        Ok(ConfigurationFile {
            blocks: json_syntax::blocks(source)?,
            policies: Vec::new(),
            is_json: true,
        })
    }

    /// What an argument of a block of it is, to be evaluated; none where it is not read.
    pub(crate) fn expression(&self, source: &Source, argument: &Argument) -> Option<Expression> {
        self.expression_at(source, argument.range.clone())
    }

    /// The expression that stands at these bytes, to be evaluated; none where it is not read.
    pub(crate) fn expression_at(&self, source: &Source, range: Range<usize>) -> Option<Expression> {
        let text = source.text().get(range)?;
        if self.is_json {
            json_syntax::expression(text)
        } else {
            parse_expr(text).ok()
        }
    }

    /// The block called so within its module: `aws_iam_role.app`.
    pub fn block(&self, address: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.address() == address)
    }

    /// The policy at an address.
    pub fn policy(&self, address: &str) -> Option<&WrittenPolicy> {
        let mut policies = self.policies.iter();
        policies.find(|policy| policy.address == address)
    }

    /// The policies that can be edited, in order of the text.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.policies.iter().filter_map(WrittenPolicy::document)
    }
}

impl<P> WrittenPolicy<P> {
    /// The policy, if it is written here.
    pub fn document(&self) -> Option<&P> {
        match &self.content {
            Content::Document(document) | Content::Merged(_, Some(document)) => Some(document),
            _ => None,
        }
    }
}

impl<P> Content<P> {
    /// The same, with what a policy that is written here comes to.
    pub(super) fn and_then<Q>(self, read: impl FnOnce(P) -> Content<Q>) -> Content<Q> {
        match self {
            Content::Document(policy) => read(policy),
            Content::Merged(others, None) => Content::Merged(others, None),
            Content::Merged(others, Some(own)) => match read(own) {
                Content::Document(own) => Content::Merged(others, Some(own)),
                wrong => wrong,
            },
            Content::Reference(reference) => Content::Reference(reference),
            Content::InFile(file) => Content::InFile(file),
            Content::NotOffered(note) => Content::NotOffered(note),
            Content::Refused(problems) => Content::Refused(problems),
        }
    }
}

/// The policies that are written in a file.
fn policies(source: &Source) -> Result<Vec<ReadPolicy>, Problems> {
    let parsed = Parsed::of(source)?;
    let found = reader::find(&Places::of(source), &parsed).into_iter();
    let policies = found.filter_map(|found| match found.content {
        Content::Document(read) | Content::Merged(_, Some(read)) => Some(read),
        _ => None,
    });
    Ok(policies.collect())
}
