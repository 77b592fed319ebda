//! What blocks do with what they are given, of whichever type they are: which arguments may give a policy to
//! somebody, or put somebody into a group.

use std::sync::LazyLock;

use super::Kind;
use super::applied::type_of;
use super::state::{
    has_word, is_deploying, is_of_permission_sets, is_remark, may_give, takes_policies,
};
use crate::terraform::{Argument, Block, Value};

/// An argument of a block, or of one in it, with what is done with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act<'b> {
    pub argument: &'b Argument,
    pub does: Does,
    /// Whether something is run or deployed by it: nobody can tell here what that does.
    pub is_run: bool,
}

/// What is done with the ARN of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// The policy may be given to somebody by it.
    MayGive,
    /// It is written down where others may read it.
    WritesDown,
    /// It is a word about something.
    Remark,
}

/// All that a block does, but what is read of it as attachments, boundaries and memberships are.
pub(super) fn acts(block: &Block) -> Vec<Act<'_>> {
    let mut acts = Vec::new();
    add(block, block, &mut Vec::new(), &mut acts);
    acts
}

fn add<'b>(outer: &'b Block, block: &'b Block, under: &mut Vec<&'b str>, acts: &mut Vec<Act<'b>>) {
    for argument in told(outer, block) {
        under.push(&argument.name);
        acts.extend(act(outer, argument, under));
        under.pop();
    }
    for inner in within(outer, block) {
        under.push(name_of(inner));
        add(outer, inner, under, acts);
        under.pop();
    }
}

/// What a block does with an argument under these names; none where it is read in another way, or only read.
fn act<'b>(block: &Block, argument: &'b Argument, under: &[&str]) -> Option<Act<'b>> {
    let kind = block.labels.first().map_or("", String::as_str);
    let is_command = under.contains(&"provisioner");
    // What is of IAM is read, and runs nothing.
    let is_of_iam = kind.starts_with("aws_iam_");
    let is_run = is_command
        || match block.kind.as_str() {
            "action" => true,
            "resource" | "data" | "ephemeral" => is_deploying(kind) && !is_of_iam,
            _ => false,
        };
    let is_resource = block.kind == "resource";
    let of_type = match block.kind.as_str() {
        "resource" | "ephemeral" => kind,
        // A session of Terraform itself has the policies that these name as a boundary.
        "provider" | "terraform" => "",
        _ if is_run => "",
        _ => return None,
    };
    if !is_command && is_resource && is_read(kind, under) {
        return None;
    }
    let does =
        if is_run || may_give(of_type, under) || inner_may_give(of_type, under, &argument.value) {
            Does::MayGive
        } else if is_remark(under) {
            Does::Remark
        } else {
            Does::WritesDown
        };
    (is_resource || does == Does::MayGive).then_some(Act {
        argument,
        does,
        is_run,
    })
}

/// Whether a member of an object, under whose names it stands then, may give what it names.
fn inner_may_give(kind: &str, under: &[&str], value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    members.iter().any(|(name, value)| {
        let under = [under, &[name.as_str()]].concat();
        let may_be_arn = match value {
            Value::Bool(_) | Value::Number(_) | Value::Null | Value::Object(_) => false,
            Value::Text(text) => text.contains("policy/"),
            _ => true,
        };
        may_be_arn && may_give(kind, &under) || inner_may_give(kind, &under, value)
    })
}

/// Whether resources of a type attach something: policies of IAM, or other things, as volumes.
pub(super) fn is_attachment(kind: &str) -> bool {
    kind.contains("_attachment")
}

/// Whether a resource of such a type attaches policies by an argument under these names: those of IAM by whichever, and
/// others by those that are named after policies.
pub(super) fn attaches_by(kind: &str, under: &[&str]) -> bool {
    let is_of_iam = has_word(kind, &["iam"]) || is_of_permission_sets(kind);
    is_attachment(kind) && (is_of_iam || takes_policies(under))
}

/// Whether a text says to attach policies, as command lines, SDKs and state machines say it. Policies, and what watches
/// who does that, say `AttachRolePolicy`.
pub(super) fn is_to_attach(text: &str) -> bool {
    static SAID: LazyLock<Vec<String>> = LazyLock::new(|| {
        let whom = [("role", "Role"), ("user", "User"), ("group", "Group")];
        let said = whom.map(|(low, high)| {
            [
                format!("attach-{low}-policy"),
                format!("attach{high}Policy"),
                format!("attach_{low}_policy("),
                format!("put-{low}-policy"),
                format!("put{high}Policy"),
                format!("put_{low}_policy("),
                format!("put-{low}-permissions-boundary"),
                format!("put{high}PermissionsBoundary"),
                format!("put_{low}_permissions_boundary("),
            ]
        });
        said.into_iter().flatten().collect()
    });
    SAID.iter().any(|said| text.contains(said))
}

/// Whether it is read what a resource of a type attaches by an argument under these names.
fn is_read(kind: &str, under: &[&str]) -> bool {
    Kind::of(kind).is_some()
        || attaches_by(kind, under)
        || under.first() == Some(&"managed_policy_arns")
        || *under == ["permissions_boundary"]
}

/// The arguments of a block and of those in it that say more than how often and in what order it is made, each with
/// the names that it stands under.
pub(super) fn told_under(block: &Block) -> Vec<(&Argument, Vec<&str>)> {
    let mut told = Vec::new();
    add_told(block, block, &mut Vec::new(), &mut told);
    told
}

fn add_told<'b>(
    outer: &'b Block,
    block: &'b Block,
    under: &mut Vec<&'b str>,
    found: &mut Vec<(&'b Argument, Vec<&'b str>)>,
) {
    found.extend(told(outer, block).map(|argument| {
        let names = under.iter().copied().chain([argument.name.as_str()]);
        (argument, names.collect())
    }));
    for inner in within(outer, block) {
        under.push(name_of(inner));
        add_told(outer, inner, under, found);
        under.pop();
    }
}

/// The arguments of a block that say more than how often and in what order it is made. In a block within it these are
/// called as the provider has it.
fn told<'b>(outer: &'b Block, block: &'b Block) -> impl Iterator<Item = &'b Argument> {
    let of_terraform: &[&str] = match block.kind.as_str() {
        _ if std::ptr::eq(outer, block) => &["depends_on", "count", "for_each", "provider"],
        "dynamic" => &["for_each", "iterator"],
        _ => &[],
    };
    let arguments = block.arguments.iter();
    arguments.filter(|one| !of_terraform.contains(&one.name.as_str()))
}

fn within<'b>(outer: &'b Block, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    let is_outer = std::ptr::eq(outer, block);
    let blocks = block.blocks.iter();
    blocks.filter(move |one| !is_outer || one.kind != "lifecycle")
}

/// What the blocks are called that one is or makes.
fn name_of(block: &Block) -> &str {
    match (block.kind.as_str(), block.labels.first()) {
        ("dynamic", Some(made)) => made,
        (name, _) => name,
    }
}

/// What does something of a block of a file: itself, or what is in a `check`.
pub(super) fn doing(block: &Block) -> impl Iterator<Item = &Block> {
    let itself = Some(block).filter(|block| {
        const DOING: [&str; 6] = [
            "action",
            "data",
            "ephemeral",
            "provider",
            "removed",
            "terraform",
        ];
        DOING.contains(&block.kind.as_str()) || type_of(block).is_some()
    });
    let checked = (block.kind == "check").then(|| block.blocks_of("data"));
    itself.into_iter().chain(checked.into_iter().flatten())
}
