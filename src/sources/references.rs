//! What refers to a policy, and whether that takes it on for something else.

use std::ops::Range;
use std::path::Path;

use super::Tree;
use crate::terraform::{Argument, Block, Content, Merged, WrittenPolicy, takes_policy};

/// What a document of a folder is called, first, and what those are that take statements from it.
pub(super) fn names(tree: &Tree, folder: &Path, written: &WrittenPolicy) -> Vec<String> {
    let mut names = vec![written.address.clone()];
    let files = tree.files(folder).iter();
    let policies = files.flat_map(|file| &file.configuration.policies);
    let merged = policies.filter_map(|policy| match &policy.content {
        Content::Merged(merged, _) => Some((&policy.address, merged)),
        _ => None,
    });
    let mut others: Vec<(&String, &Merged)> = merged.collect();
    let takes = |merged: &Merged, names: &[String]| {
        let is_one = |to: &str| names.iter().any(|name| is_of(to, name));
        merged.all().any(|referred| is_one(&referred.to))
    };
    while let Some(at) = others.iter().position(|(_, one)| takes(one, &names)) {
        let (name, _) = others.swap_remove(at);
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// How often a block has a policy of these names as its own, or the document that is it: a role may have
/// several.
pub(super) fn takes(block: &Block, names: &[String]) -> usize {
    let takes = |own: String, policy: Option<&Argument>| {
        policy.is_some_and(|policy| {
            let is_it = |name: &String| {
                let mut references = policy.references.iter();
                *name == own || references.any(|reference| is_of(reference, name))
            };
            names.iter().any(is_it)
        })
    };
    let address = block.address();
    if is_role(block) {
        let inline = block.blocks_of("inline_policy").enumerate();
        let inline = inline.filter(|(number, inline)| {
            let own = format!("{address}.inline_policy[{number}].policy");
            takes(own, inline.argument("policy"))
        });
        return inline.count();
    }
    let policy = block.argument("policy").filter(|_| is_with_policy(block));
    usize::from(takes(format!("{address}.policy"), policy))
}

/// Whether a block makes roles, which may embed policies themselves.
pub(super) fn is_role(block: &Block) -> bool {
    let kind = block.labels.first().filter(|_| block.kind == "resource");
    kind.is_some_and(|kind| kind == "aws_iam_role")
}

fn is_with_policy(block: &Block) -> bool {
    let kind = block.labels.first().filter(|_| block.kind == "resource");
    kind.is_some_and(|kind| takes_policy(kind))
}

/// Whether a reference is to something at an address, or to all documents or local values there are.
pub(super) fn is_of(reference: &str, address: &str) -> bool {
    let rest = reference.strip_prefix(address);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        || reference == "data.aws_iam_policy_document"
        || reference == "local" && address.starts_with("local.")
}

/// What refers to a policy refers to one of these.
pub(super) struct Addresses<'a> {
    /// That of the document, or of the argument that it is, and those of documents that take it.
    pub names: &'a [String],
    /// Those of the blocks that take it.
    pub takers: Vec<String>,
}

impl Addresses<'_> {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.takers).map(String::as_str)
    }

    /// Whether a reference is to the policy, or to all of a block that takes it.
    fn has(&self, reference: &str) -> bool {
        let is_of_block = |taker: &String| {
            let policies = ["policy", "inline_policy"].map(|name| format!("{taker}.{name}"));
            reference == taker.as_str() || policies.iter().any(|one| is_of(reference, one))
        };
        self.is_document(reference) || self.takers.iter().any(is_of_block)
    }

    /// Whether a reference is to the policy itself, or to one that takes its statements.
    fn is_document(&self, reference: &str) -> bool {
        self.names.iter().any(|name| is_of(reference, name))
    }

    /// Where a block, or one within it, uses the policy otherwise than as that of a role, a user, a
    /// group, or as a managed one.
    pub fn other_use(&self, outer: &Block, block: &Block) -> Option<Range<usize>> {
        let mut arguments = block.arguments.iter();
        let own_use = arguments.find(|argument| {
            let is_it = |reference: &String| self.has(reference);
            argument.references.iter().any(is_it)
                && !self.is_followed(outer, block, argument)
                && !self.is_harmless(outer, block, argument)
        });
        own_use.map(|argument| argument.range.clone()).or_else(|| {
            let mut inner = block.blocks.iter();
            inner.find_map(|inner| self.other_use(outer, inner))
        })
    }

    /// Whether an argument takes the document as its policy, or for a document of these names. Only where it
    /// is all of that it is found there; a resource's policy is nobody else's.
    fn is_followed(&self, outer: &Block, block: &Block, argument: &Argument) -> bool {
        const TAKES: [&str; 2] = ["source_policy_documents", "override_policy_documents"];
        let reference = argument.value.as_reference();
        let mut shared = ["data.", "local."].iter();
        let is_shared = shared.any(|start| self.names[0].starts_with(start));
        match argument.name.as_str() {
            "policy" => {
                let is_inline =
                    || is_role(outer) && outer.blocks_of("inline_policy").any(|one| one == block);
                (outer == block && is_with_policy(block) || is_inline())
                    && is_shared
                    && reference.is_some_and(|reference| self.is_document(reference))
            }
            name => {
                TAKES.contains(&name)
                    && outer == block
                    && block.kind == "data"
                    && self.names.contains(&block.address())
            }
        }
    }

    /// How many there are is nothing of what they say; nor is what each one is called. A `dynamic` block
    /// may call each one by another name.
    fn is_harmless(&self, outer: &Block, block: &Block, argument: &Argument) -> bool {
        let is_taker = |reference: &str| self.takers.iter().any(|taker| taker == reference);
        match argument.name.as_str() {
            "depends_on" | "count" => true,
            // These say what something is called, or was.
            "from" | "to" => {
                outer == block && ["moved", "import", "removed"].contains(&outer.kind.as_str())
            }
            "for_each" => {
                outer == block
                    && argument.value.as_reference().is_some_and(is_taker)
                    && !asks_for_each(outer)
            }
            _ => false,
        }
    }
}

/// Whether a block asks for more of what it is repeated for than its name, ARN or id.
pub(super) fn asks_for_each(block: &Block) -> bool {
    let asks = |reference: &String| {
        let value = reference.strip_prefix("each.value");
        value.is_some_and(|value| !matches!(value, ".arn" | ".name" | ".id"))
    };
    let mut arguments = block.arguments.iter();
    arguments.any(|argument| argument.references.iter().any(asks))
        || block.blocks.iter().any(asks_for_each)
}
