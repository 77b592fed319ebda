//! Finds the policies in a file, and says what each is.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::structure::{Block, BlockLabel};

use super::configuration::{Content, WrittenPolicy};
use super::expression::Tree;
use super::parsed::{Masked, Parsed};
use super::value::{members, reference};
use super::{heredoc, json_encoded, policy_document, policy_file};
use crate::document::{PolicyTree, ReadPolicy};

/// What stands in a place that takes a policy, as it is read first.
pub(super) type Said = Content<PolicyTree>;

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

/// The places of a file that take a policy, in order of the text.
pub(super) fn find(tree: &Tree, parsed: &Parsed) -> Vec<WrittenPolicy<ReadPolicy>> {
    let mut finder = Finder {
        tree,
        parsed,
        found: Vec::new(),
    };
    for (place, block) in parsed.body.blocks().enumerate() {
        finder.block(place, block);
    }
    finder.found
}

struct Finder<'a> {
    tree: &'a Tree<'a>,
    parsed: &'a Parsed,
    found: Vec<WrittenPolicy<ReadPolicy>>,
}

impl Finder<'_> {
    fn block(&mut self, place: usize, block: &Block) {
        let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), &labels[..]) {
            ("data", ["aws_iam_policy_document", name]) => {
                let address = format!("data.aws_iam_policy_document.{name}");
                let content = self.read(policy_document::read(self.tree, block));
                self.add(address, place, block.span(), content);
            }
            ("data", ["template_file", name]) => {
                if let Some(file) = policy_file::filled_in(block) {
                    let address = format!("data.template_file.{name}");
                    self.add(address, place, block.span(), Content::InFile(file));
                }
            }
            ("resource", [kind, name]) if takes_policy(kind) => {
                self.argument(&format!("{kind}.{name}"), place, block);
            }
            ("locals", []) => self.values("local", place, block),
            ("module", [name]) => self.values(&format!("module.{name}"), place, block),
            ("resource", ["aws_iam_role", name]) => {
                self.inline_policies(&format!("aws_iam_role.{name}"), place, block);
            }
            _ => {}
        }
    }

    /// The values that are policies, of local values or of what a module is given. Others are none of our business.
    fn values(&mut self, around: &str, place: usize, block: &Block) {
        for attribute in block.body.attributes() {
            let address = format!("{around}.{}", attribute.key.as_str());
            self.value(address, place, &attribute.value);
        }
    }

    /// A value, or those in an object.
    fn value(&mut self, address: String, place: usize, value: &Expression) {
        if let Some(members) = members(value) {
            for (name, member) in members {
                self.value(format!("{address}.{name}"), place, member);
            }
            return;
        }
        let said = match value {
            Expression::FuncCall(_) | Expression::HeredocTemplate(_) => self.policy(value),
            _ => return,
        };
        let content = self.read(said);
        if matches!(content, Content::Document(_) | Content::InFile(_)) {
            self.add(address, place, value.span(), content);
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
            let content = Content::Refused(problem.into());
            self.add(address, place, dynamic.span(), content);
        }
    }

    /// The argument `policy` of a block.
    fn argument(&mut self, address: &str, place: usize, block: &Block) {
        if let Some(attribute) = block.body.get_attribute("policy") {
            let content = self.read(self.policy(&attribute.value));
            let range = attribute.value.span();
            self.add(format!("{address}.policy"), place, range, content);
        }
    }

    fn policy(&self, expression: &Expression) -> Said {
        if let Some(reference) = reference(expression) {
            return Said::Reference(reference);
        }
        if let Some(file) = policy_file::read_by(expression) {
            return Said::InFile(file);
        }
        let refused = |message: &str, help: &str| {
            Said::Refused(self.tree.error(expression.span(), message, help).into())
        };
        match expression {
            Expression::Parenthesis(inner) => self.policy(inner.inner()),
            Expression::FuncCall(call) => self.call(call, expression),
            Expression::HeredocTemplate(heredoc) => heredoc::read(self.tree, heredoc),
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
            return json_encoded::read(self.tree, call);
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

    /// What is written here as the policy that it is.
    fn read(&self, said: Said) -> Content<ReadPolicy> {
        said.and_then(|tree| match ReadPolicy::of(self.tree.source(), tree) {
            Ok(read) => Content::Document(read),
            Err(problems) => Content::Refused(problems),
        })
    }

    fn add(
        &mut self,
        address: String,
        block: usize,
        range: Option<Range<usize>>,
        content: Content<ReadPolicy>,
    ) {
        let range = range.unwrap_or_default();
        let content = match self.parsed.masked_in(&range) {
            Some(Masked { at, why, help }) => {
                Content::Refused(self.tree.error(Some(at..at + 1), why, help).into())
            }
            None => content,
        };
        self.found.push(WrittenPolicy {
            address,
            block,
            line: self.tree.line(range.start),
            range,
            content,
        });
    }
}

/// Whether a block has this one label.
pub(super) fn is_called(block: &Block, name: &str) -> bool {
    matches!(&block.labels[..], [label] if label.as_str() == name)
}
