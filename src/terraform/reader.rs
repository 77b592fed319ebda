//! Finds the policies in a file, and says what each is.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::structure::{Block, BlockLabel, Body};

use super::block::reference;
use super::configuration::Merged;
use super::expression::Tree;
use super::policy_file::PolicyFile;
use super::{heredoc, json_encoded, policy_document, policy_file};
use crate::document::{Document, PolicyTree};
use crate::text::{Problem, Problems, Source};

/// A place that takes a policy, and what is said there.
pub(super) struct Found {
    pub address: String,
    /// Which of the blocks of the file it stands in.
    pub block: usize,
    pub range: Range<usize>,
    pub line: usize,
    pub said: Said,
}

/// What is said of a policy.
pub(super) enum Said {
    /// It itself, in a form that is read and without an error.
    Policy(Box<PolicyTree>),
    /// Which others it takes statements from, and those that it has itself.
    Merged(Merged, Option<Box<PolicyTree>>),
    /// Where it comes from.
    Reference(String),
    /// In which file it stands.
    InFile(PolicyFile),
    /// That it is none of those that findings speak of.
    NotOffered(Problem),
    /// What is not read, or is wrong.
    Refused(Problems),
}

impl Said {
    /// The policy that is written there, if one is.
    pub fn tree(&self) -> Option<&PolicyTree> {
        match self {
            Said::Policy(tree) | Said::Merged(_, Some(tree)) => Some(tree),
            _ => None,
        }
    }

    /// The same, to be kept.
    pub fn into_tree(self) -> Option<PolicyTree> {
        match self {
            Said::Policy(tree) | Said::Merged(_, Some(tree)) => Some(*tree),
            _ => None,
        }
    }
}

/// Whether the `policy` of resources of a type is one of a role, a user, a group, or a managed one.
pub fn takes_policy(kind: &str) -> bool {
    const WITH_POLICY: [&str; 4] = [
        "aws_iam_policy",
        "aws_iam_role_policy",
        "aws_iam_user_policy",
        "aws_iam_group_policy",
    ];
    WITH_POLICY.contains(&kind)
}

/// The blocks of a file.
pub(super) fn body(source: &Source) -> Result<Body, Problems> {
    hcl_edit::parser::parse_body(source.text()).map_err(|error| {
        let place = source.character_at(error.location().offset());
        let message = error.message().split_whitespace();
        let message = message.collect::<Vec<_>>().join(" ");
        let help = if message.contains("redefined object key") {
            "keep one of the two: Terraform takes the last, and which one holds is not looked into"
        } else {
            "`terraform validate` says more; where Terraform reads it, write it in another way"
        };
        let problem = source.error_at(place, format!("this is not HCL: {message}"));
        problem.help(help).into()
    })
}

/// The places of a file that take a policy, in order of the text.
pub(super) fn find(source: &Source, body: &Body) -> Vec<Found> {
    let mut finder = Finder {
        tree: Tree::of(source),
        found: Vec::new(),
    };
    for (place, block) in body.blocks().enumerate() {
        finder.block(place, block);
    }
    finder.found
}

struct Finder<'a> {
    tree: Tree<'a>,
    found: Vec<Found>,
}

impl Finder<'_> {
    fn block(&mut self, place: usize, block: &Block) {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), &labels[..]) {
            ("data", ["aws_iam_policy_document", name]) => {
                let address = format!("data.aws_iam_policy_document.{name}");
                let said = policy_document::read(&self.tree, block);
                self.add(address, place, block.span(), said);
            }
            ("resource", [kind, name]) if takes_policy(kind) => {
                self.argument(&format!("{kind}.{name}"), place, block);
            }
            ("locals", []) => self.locals(place, block),
            ("resource", ["aws_iam_role", name]) => {
                self.inline_policies(&format!("aws_iam_role.{name}"), place, block);
            }
            _ => {}
        }
    }

    /// The values that are policies. Others are none of our business.
    fn locals(&mut self, place: usize, block: &Block) {
        for attribute in block.body.attributes() {
            let said = match &attribute.value {
                Expression::FuncCall(_) | Expression::HeredocTemplate(_) => {
                    self.policy(&attribute.value)
                }
                _ => continue,
            };
            if matches!(&said, Said::Policy(tree) if Document::check(self.tree.source(), tree).is_ok())
            {
                let address = format!("local.{}", attribute.key.as_str());
                self.add(address, place, attribute.value.span(), said);
            }
        }
    }

    fn inline_policies(&mut self, role: &str, place: usize, block: &Block) {
        let inline = block.body.get_blocks("inline_policy");
        let inline: Vec<&Block> = inline.collect();
        for (number, inline) in inline.into_iter().enumerate() {
            self.argument(&format!("{role}.inline_policy[{number}]"), place, inline);
        }
        let mut dynamic = block.body.get_blocks("dynamic");
        if let Some(dynamic) = dynamic.find(|one| is_called(one, "inline_policy")) {
            let problem = self.tree.error(
                dynamic.span(),
                "the inline policies are made by a dynamic block",
                "write each in an aws_iam_role_policy of its own",
            );
            let address = format!("{role}.inline_policy");
            let said = Said::Refused(problem.into());
            self.add(address, place, dynamic.span(), said);
        }
    }

    /// The argument `policy` of a block.
    fn argument(&mut self, address: &str, place: usize, block: &Block) {
        if let Some(attribute) = block.body.get_attribute("policy") {
            let said = self.policy(&attribute.value);
            let range = attribute.value.span();
            self.add(format!("{address}.policy"), place, range, said);
        }
    }

    fn policy(&self, expression: &Expression) -> Said {
        if let Some(reference) = reference(expression) {
            return Said::Reference(reference);
        }
        let refused = |message: &str, help: &str| {
            Said::Refused(self.tree.error(expression.span(), message, help).into())
        };
        match expression {
            Expression::Parenthesis(inner) => self.policy(inner.inner()),
            Expression::FuncCall(call) => self.call(call, expression),
            Expression::HeredocTemplate(heredoc) => heredoc::read(&self.tree, heredoc),
            Expression::String(_) | Expression::StringTemplate(_) => refused(
                "the policy is JSON in a quoted string, which is not read",
                "use jsonencode({ … })",
            ),
            Expression::Null(_) => refused("the policy is null", "give the policy"),
            Expression::Conditional(_) => refused(
                "which policy it is depends on a condition, which is not read",
                "write both policies in blocks of their own",
            ),
            _ => refused(
                "the policy is computed, which is not read",
                "use jsonencode({ … }) or data \"aws_iam_policy_document\"",
            ),
        }
    }

    fn call(&self, call: &FuncCall, expression: &Expression) -> Said {
        let name = call.name.name.as_str();
        if name == "jsonencode" && !call.name.is_namespaced() && call.args.len() == 1 {
            return json_encoded::read(&self.tree, call);
        }
        if let Some(file) = policy_file::read_by(call) {
            return Said::InFile(file);
        }
        let (message, help) = match name {
            "file" | "templatefile" => (
                format!("the policy is in a file that {name}(…) reads, whose path is not plain"),
                "write the path as \"${path.module}/FILE\", or use jsonencode({ … }) in its place",
            ),
            _ => (
                format!("the policy comes from {name}(…), which is not read"),
                "use jsonencode({ … }) or data \"aws_iam_policy_document\"",
            ),
        };
        Said::Refused(self.tree.error(expression.span(), message, help).into())
    }

    fn add(&mut self, address: String, block: usize, range: Option<Range<usize>>, said: Said) {
        let own = said.tree();
        let wrong = own.and_then(|own| Document::check(self.tree.source(), own).err());
        let said = wrong.map_or(said, Said::Refused);
        let range = range.unwrap_or_default();
        self.found.push(Found {
            address,
            block,
            line: self.tree.line(range.start),
            range,
            said,
        });
    }
}

/// Whether a block has this one label.
pub(super) fn is_called(block: &Block, name: &str) -> bool {
    matches!(&block.labels[..], [label] if label.as_str() == name)
}
