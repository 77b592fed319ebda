//! A file of Terraform's configuration: its blocks, and the policies in it.

use std::ops::Range;

use super::block::Block;
use super::policy_file::PolicyFile;
use super::reader::{self, Found, Said};
use crate::document::{Document, File, PolicyTree};
use crate::text::{Lines, Problem, Problems, Source};

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
}

/// What stands in a place that takes a policy.
#[derive(Clone, Debug)]
pub struct WrittenPolicy {
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
    pub content: Content,
}

/// What a policy is, as the file has it.
#[derive(Clone, Debug)]
pub enum Content {
    /// It is written here in a form that is read. All documents of a file are of one
    /// [`File`], and those that follow each other are in its order.
    Document(Document),
    /// It takes statements from others. Those that are written here are a document, if there are any.
    Merged(Merged, Option<Document>),
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
        let body = reader::body(source)?;
        let blocks = Block::all_of(&body, &Lines::of(source.text()));
        let found = reader::find(source, &body);
        let mut documents = File::read(source.clone(), trees)?.into_iter();
        let policies = found
            .into_iter()
            .map(|found| WrittenPolicy::of(found, &mut documents, source))
            .collect();
        Ok(ConfigurationFile { blocks, policies })
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

impl WrittenPolicy {
    /// The policy, if it is written here.
    pub fn document(&self) -> Option<&Document> {
        match &self.content {
            Content::Document(document) | Content::Merged(_, Some(document)) => Some(document),
            _ => None,
        }
    }

    fn of(
        found: Found,
        documents: &mut impl Iterator<Item = Document>,
        source: &Source,
    ) -> WrittenPolicy {
        let content = match found.said {
            Said::Policy(..) => match documents.next() {
                Some(document) => Content::Document(document),
                // Both come of one reading, so there is one.
                None => Content::Refused(source.error("a policy is not read").into()),
            },
            Said::Merged(merged, own) => {
                Content::Merged(merged, own.and_then(|_| documents.next()))
            }
            Said::Reference(reference) => Content::Reference(reference),
            Said::InFile(file) => Content::InFile(file),
            Said::NotOffered(problem) => Content::NotOffered(problem),
            Said::Refused(problems) => Content::Refused(problems),
        };
        WrittenPolicy {
            address: found.address,
            block: found.block,
            line: found.line,
            range: found.range,
            content,
        }
    }
}

/// The policies of a file that can be edited.
fn trees(source: &Source) -> Result<Vec<PolicyTree>, Problems> {
    let body = reader::body(source)?;
    let found = reader::find(source, &body).into_iter();
    let trees = found.filter_map(|found| found.said.into_tree());
    Ok(trees.collect())
}
