//! What Terraform calls its resources.

use std::fmt;

use crate::terraform::Block;
use crate::text::Untrusted;

/// A block that makes resources, in its module: what `module.queue["a"].aws_iam_role_policy.this` and
/// all others of it share, `module.queue.aws_iam_role_policy.this`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockAddress {
    /// The modules it stands in, from the root on, without the indices of `count` and `for_each`.
    pub module: Vec<String>,
    /// The type, as `aws_iam_role_policy`; of data `data.aws_iam_policy`.
    pub kind: String,
    /// The name.
    pub name: String,
}

/// A resource of a state, with the indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The block that makes it.
    pub block: BlockAddress,
    /// All of it, as Terraform prints it; where there are several root modules, with that one.
    pub text: Untrusted,
    pub(super) keys: Vec<String>,
}

impl BlockAddress {
    /// The address of a block of a resource or of data in a module; none of another block.
    pub fn of(module: &[String], block: &Block) -> Option<Self> {
        let [kind, name] = block.labels.as_slice() else {
            return None;
        };
        let kind = match block.kind.as_str() {
            "resource" => kind.clone(),
            "data" => format!("data.{kind}"),
            _ => return None,
        };
        Some(BlockAddress {
            module: module.to_vec(),
            kind,
            name: name.clone(),
        })
    }

    /// Whether it is that of a block, in whichever module.
    pub fn is_of(&self, block: &Block) -> bool {
        block.kind == "resource"
            && matches!(block.labels.as_slice(), [kind, name] if *kind == self.kind && *name == self.name)
    }
}

impl Address {
    /// The resource of this type and name at the address `text`, which begins with its modules.
    ///
    /// ```
    /// use iam_refine::sources::Address;
    /// let text = r#"module.queue["a.b"].module.x.aws_iam_role_policy.this[0]"#;
    /// let address = Address::parse(text, "aws_iam_role_policy", "this").unwrap();
    /// assert_eq!(address.block.module, ["queue", "x"]);
    /// assert_eq!(address.block.to_string(), "module.queue.module.x.aws_iam_role_policy.this");
    /// assert!(Address::parse("module.queue[", "aws_iam_role_policy", "this").is_none());
    /// ```
    pub fn parse(text: &str, kind: &str, name: &str) -> Option<Self> {
        let (modules, rest) = modules(text)?;
        let own_part = rest.strip_prefix(kind)?.strip_prefix('.')?;
        let own_index = own_part.strip_prefix(name)?;
        let is_whole = own_index.is_empty() || after_index(own_index) == Some("");
        let indices = modules.iter().map(|(_, index)| *index);
        is_whole.then(|| Address {
            keys: indices.chain([own_index]).map(key).collect(),
            block: BlockAddress {
                module: modules.iter().map(|(name, _)| (*name).to_owned()).collect(),
                kind: kind.to_owned(),
                name: name.to_owned(),
            },
            text: text.into(),
        })
    }

    /// The keys of `count` or `for_each`, of the modules it is in and then its own; nothing for what has none.
    ///
    /// ```
    /// use iam_refine::sources::Address;
    /// let text = r#"module.queue["a.b"].module.x.aws_iam_role_policy.this[0]"#;
    /// let address = Address::parse(text, "aws_iam_role_policy", "this").unwrap();
    /// assert_eq!(address.keys(), ["a.b", "", "0"]);
    /// ```
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The resource of this type and name in the module at `module`, as the raw state has them apart.
    pub fn in_module(module: &str, kind: &str, name: &str, index: Option<&str>) -> Option<Self> {
        let mut text = module.to_owned();
        if !text.is_empty() {
            text.push('.');
        }
        text.extend([kind, ".", name]);
        if let Some(index) = index {
            text.extend(["[", index, "]"]);
        }
        Address::parse(&text, kind, name)
    }
}

/// The modules that an address begins with, each by its name and its index, and what follows them.
fn modules(address: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    let mut modules = Vec::new();
    let mut rest = address;
    while let Some(module) = rest.strip_prefix("module.") {
        let (name, index) = module.split_at(module.find(['.', '['])?);
        rest = if index.starts_with('[') {
            after_index(index)?
        } else {
            index
        };
        modules.push((name, &index[..index.len() - rest.len()]));
        rest = rest.strip_prefix('.')?;
    }
    Some((modules, rest))
}

/// The key that an index such as `[0]` or `["a.b"]` has; of none nothing.
fn key(index: &str) -> String {
    let inside = index
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let inside = inside.unwrap_or_default();
    serde_json::from_str(inside).unwrap_or_else(|_| inside.to_owned())
}

/// What follows an index such as `[0]` or `["a.b"]`.
pub(super) fn after_index(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let Some(key) = inside.strip_prefix('"') else {
        let (number, rest) = inside.split_once(']')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then_some(rest);
    };
    let mut is_escaped = false;
    for (at, letter) in key.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return key[at + 1..].strip_prefix(']'),
            _ => {}
        }
    }
    None
}

impl fmt::Display for BlockAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for module in &self.module {
            text.extend(["module.", module, "."]);
        }
        text.extend([&self.kind, ".", &self.name]);
        Untrusted::from(text).fmt(f)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
