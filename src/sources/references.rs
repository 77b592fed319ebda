//! What refers to a policy, and whether that takes it on for something else.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use super::Tree;
use crate::terraform::{Argument, Block, Content, Value, WrittenPolicy, takes_policy};

/// What a document of a folder is called, first, and what those are that take statements from it, and the local
/// values that are one of these.
pub(super) fn names(tree: &Tree, folder: &Path, written: &WrittenPolicy) -> Vec<String> {
    let mut names = vec![written.address.clone()];
    let mut others: Vec<(String, Vec<&str>)> = Vec::new();
    for file in tree.files(folder) {
        for policy in &file.configuration.policies {
            if let Content::Merged(merged, _) = &policy.content {
                let taken = merged.all().map(|referred| referred.to.as_str());
                others.push((policy.address.clone(), taken.collect()));
            }
        }
        let blocks = file.configuration.blocks.iter();
        let locals = blocks.filter(|block| block.kind == "locals");
        for argument in locals.flat_map(|block| &block.arguments) {
            let taken = argument.value.as_reference().into_iter();
            let taken = taken.filter(|to| is_text(to));
            others.push((format!("local.{}", argument.name), taken.collect()));
        }
    }
    let takes = |taken: &[&str], names: &[String]| {
        let is_one = |to: &&str| names.iter().any(|name| is_of(to, name));
        taken.iter().any(is_one)
    };
    while let Some(at) = others.iter().position(|(_, taken)| takes(taken, &names)) {
        let (name, _) = others.swap_remove(at);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a reference is to the text of a document, or to a local value that may be one.
fn is_text(reference: &str) -> bool {
    let ends = [".json", ".minified_json", ".rendered"];
    reference.starts_with("local.") || ends.iter().any(|end| reference.ends_with(end))
}

/// How often a block has a policy of these names as its own, or the document that is it: a role may have
/// several.
pub(super) fn takes(block: &Block, names: &[String]) -> usize {
    let takes = |own: String, policy: Option<&Argument>| {
        policy.is_some_and(|policy| {
            let reference = policy.value.as_reference();
            let is_it = |name: &String| {
                *name == own || reference.is_some_and(|reference| is_of(reference, name))
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

/// What a role has of a policy that a block embeds in it, where the block refers to that.
pub(super) fn read_back(block: &Block) -> Option<String> {
    let role = block.argument("role")?.value.as_reference()?;
    let (role, _) = role.rsplit_once('.').filter(|_| is_with_policy(block))?;
    role.starts_with("aws_iam_role.")
        .then(|| format!("{role}.inline_policy"))
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
        || reference == ALL[0]
        || ALL[1..].iter().any(|all| {
            let below = address.strip_prefix(all).filter(|_| reference == *all);
            below.is_some_and(|below| below.starts_with('.'))
        })
}

/// What refers to all there are of these refers to each: documents, texts of templates, local values.
pub(super) const ALL: [&str; 3] = [
    "data.aws_iam_policy_document",
    "data.template_file",
    "local",
];

/// What to do where a text goes where nobody follows it.
pub(super) const OF_ITS_OWN: &str =
    "give this a document of its own: what is taken from one is taken from both";

/// The same where it is a block that has it.
pub(super) fn apart(block: &Block) -> &'static str {
    if block.kind == "output" {
        "leave it out of this output: who takes the text from that has it too, and no state shows it"
    } else {
        OF_ITS_OWN
    }
}

/// What refers to a policy refers to one of these.
pub(super) struct Addresses<'a> {
    /// That of the document, or of the argument that it is, and those of documents that take it.
    pub names: &'a [String],
    /// Those of the blocks that take it.
    pub takers: Vec<String>,
    /// Those of what roles have of the policies that are embedded in them.
    pub read_back: Vec<String>,
}

impl Addresses<'_> {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let taken = self.takers.iter().chain(&self.read_back);
        self.names.iter().chain(taken).map(String::as_str)
    }

    /// Whether a reference is to the policy, or to all of a block that takes it.
    fn has(&self, reference: &str) -> bool {
        let is_of_block = |taker: &String| {
            let policies = ["policy", "inline_policy"].map(|name| format!("{taker}.{name}"));
            reference == taker.as_str() || policies.iter().any(|one| is_of(reference, one))
        };
        let mut read_back = self.read_back.iter();
        self.is_document(reference)
            || self.takers.iter().any(is_of_block)
            || read_back.any(|address| is_of(reference, address))
    }

    /// Whether a reference is to the policy itself, or to one that takes its statements.
    fn is_document(&self, reference: &str) -> bool {
        self.names.iter().any(|name| is_of(reference, name))
    }

    /// Where a block, or one within it, uses the policy otherwise than as that of a role, a user, a
    /// group, or as a managed one, and what it refers to. Of an argument that `is_plain` all is known that it comes
    /// to, and that is no policy.
    pub fn other_use<'b>(
        &self,
        outer: &Block,
        block: &'b Block,
        is_plain: &impl Fn(&'b Argument) -> bool,
    ) -> Option<(Range<usize>, String)> {
        let mut arguments = block.arguments.iter();
        let own_use = arguments.find(|argument| {
            let is_it = |reference: &String| self.has(&of_itself(outer, reference));
            argument.references.iter().any(is_it)
                && !self.is_followed(outer, block, argument)
                && !self.is_harmless(outer, block, argument)
                && !is_plain(argument)
        });
        let used = own_use.and_then(|argument| {
            let references = argument.references.iter();
            let mut used = references.map(|reference| of_itself(outer, reference));
            let used = used.find(|used| self.has(used))?.into_owned();
            Some((argument.range.clone(), used))
        });
        used.or_else(|| {
            let mut inner = block.blocks.iter();
            inner.find_map(|inner| self.other_use(outer, inner, is_plain))
        })
    }

    /// What is wrong where a block refers to this for something else, and what can be done about it.
    pub fn told_of(&self, used: &str, block: &Block) -> (String, String) {
        if self.takers.iter().any(|taker| taker == used) {
            let message =
                format!("{used} is used here for something else too: all of it, with its policy");
            return (
                message,
                format!("write what is needed of it alone, as {used}.id"),
            );
        }
        let used = if self.is_document(used) {
            &self.names[0]
        } else {
            used
        };
        let message = format!("{used} is used here for something else too");
        (message, apart(block).to_owned())
    }

    /// Whether an argument takes the document as its policy, or for a document of these names. Only where it
    /// is all of that it is found there; a resource's policy is nobody else's.
    fn is_followed(&self, outer: &Block, block: &Block, argument: &Argument) -> bool {
        const TAKES: [&str; 2] = ["source_policy_documents", "override_policy_documents"];
        let reference = argument.value.as_reference();
        let mut shared = ["data.", "local."].iter();
        let is_shared = shared.any(|start| self.names[0].starts_with(start));
        match argument.name.as_str() {
            name if outer.kind == "locals" => {
                self.names.contains(&format!("local.{name}"))
                    && reference.is_some_and(|reference| self.is_document(reference))
            }
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

    /// How many there are is nothing of what they say, nor is when they are made anew, nor what each one is called. A `dynamic` block
    /// may call each one by another name.
    fn is_harmless(&self, outer: &Block, block: &Block, argument: &Argument) -> bool {
        let is_taker = |reference: &str| self.takers.iter().any(|taker| taker == reference);
        match argument.name.as_str() {
            "depends_on" | "count" | "replace_triggered_by" => true,
            // It is tried out, and given to nobody.
            _ if block.is_data("aws_iam_principal_policy_simulation") => true,
            // What is asked whether it holds takes nothing on.
            "condition" | "error_message" => {
                ["assert", "postcondition", "precondition"].contains(&block.kind.as_str())
            }
            // These say what something is called, or was.
            "from" | "to" => {
                outer == block && ["moved", "import", "removed"].contains(&outer.kind.as_str())
            }
            // Who asks for what a block is repeated for is looked into.
            "for_each" if outer != block => {
                let mut references = argument.references.iter();
                let are_takers =
                    references.all(|reference| is_taker(reference) || !self.has(reference));
                are_takers && is_whole(&argument.value) && !asks_for_more(block)
            }
            _ => false,
        }
    }
}

/// What a reference in a block is to, where that may ask for itself.
pub(super) fn of_itself<'r>(block: &Block, reference: &'r str) -> Cow<'r, str> {
    match reference.strip_prefix("self.") {
        Some(rest) => Cow::Owned(format!("{}.{rest}", block.address())),
        None if reference == "self" => Cow::Owned(block.address()),
        None => Cow::Borrowed(reference),
    }
}

/// Whether a value is something, or several things, each as a whole.
fn is_whole(value: &Value) -> bool {
    match value {
        Value::List(values) => values.iter().all(is_whole),
        Value::Object(members) => members.iter().all(|(_, value)| is_whole(value)),
        value => value.as_reference().is_some() || value.as_text().is_some(),
    }
}

/// Whether a `dynamic` block asks for more of what it is repeated for than its name, ARN or id.
fn asks_for_more(block: &Block) -> bool {
    let iterator = block.argument("iterator");
    let iterator = iterator.and_then(|one| one.value.as_reference());
    let label = block.labels.first().map(String::as_str);
    match iterator.or(label) {
        Some(name) if block.kind == "dynamic" => asks_of(block, &format!("{name}.value")),
        _ => true,
    }
}

/// Whether a block asks for more of what it is repeated for than its name, ARN or id.
pub(super) fn asks_for_each(block: &Block) -> bool {
    asks_of(block, "each.value")
}

/// Whether a block asks for more of a value that is called so than its name, ARN or id.
fn asks_of(block: &Block, called: &str) -> bool {
    let asks = |reference: &String| {
        let value = reference.strip_prefix(called);
        value.is_some_and(|value| {
            (value.is_empty() || value.starts_with('.'))
                && !matches!(value, ".arn" | ".name" | ".id")
        })
    };
    let mut arguments = block.arguments.iter();
    arguments.any(|argument| argument.references.iter().any(asks))
        || block.blocks.iter().any(|inner| asks_of(inner, called))
}
