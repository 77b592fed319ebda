//! What arguments come to, as far as it is written out in the files of a tree: through local values, the
//! arguments and outputs of modules, and what states say of the blocks that are referred to.

use super::made::Made;
use super::{Module, Tree};
use crate::terraform::{Block, Value};

/// Reads what arguments come to.
#[derive(Clone, Copy)]
pub(super) struct Literals<'a> {
    pub tree: &'a Tree,
    pub made: &'a Made<'a>,
}

/// A value, and the module in which what it refers to is meant.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub module: Module<'a>,
    pub value: &'a Value,
}

/// What a block is repeated for.
pub(super) enum Keys<'a> {
    /// It has neither `count` nor `for_each`.
    Once,
    /// The keys as they are in addresses, each with what `each.value` is.
    These(Vec<(String, Option<Said<'a>>)>),
    /// Nobody can tell.
    Unknown,
}

/// One of those that a block stands for.
pub(super) struct Each<'a> {
    pub module: Module<'a>,
    pub key: String,
    pub value: Option<Said<'a>>,
}

/// So many references are followed at most: those of a circle have no end.
const FURTHEST: usize = 20;

/// So many are counted at most.
const MOST: usize = 1_000;

impl<'a> Literals<'a> {
    /// What a block is repeated for.
    pub fn keys(&self, module: Module<'a>, block: &'a Block) -> Keys<'a> {
        self.keys_within(module, block, FURTHEST)
    }

    fn keys_within(&self, module: Module<'a>, block: &'a Block, left: usize) -> Keys<'a> {
        let argument = |name| {
            let value = &block.argument(name)?.value;
            Some(self.follow(Said { module, value }, left))
        };
        if let Some(count) = argument("count") {
            let count = match count.value {
                Value::Number(count) => count.parse().ok().filter(|count| *count <= MOST),
                _ => None,
            };
            return count.map_or(Keys::Unknown, |count| {
                Keys::These((0..count).map(|at| (at.to_string(), None)).collect())
            });
        }
        let Some(said) = argument("for_each") else {
            return Keys::Once;
        };
        let module = said.module;
        match said.value {
            Value::Object(members) => {
                let members = members.iter();
                let keys = members.map(|(key, value)| (key.clone(), Some(Said { module, value })));
                Keys::These(keys.collect())
            }
            Value::List(values) => {
                let keys = values.iter().map(|value| {
                    let text = self.follow(Said { module, value }, left).value.as_text()?;
                    Some((text.to_owned(), None))
                });
                keys.collect::<Option<_>>()
                    .map_or(Keys::Unknown, Keys::These)
            }
            Value::Reference(reference) => {
                let referred = self.resource(module, reference);
                match referred.filter(|_| left > 0) {
                    Some(one) => match self.keys_within(module, one, left - 1) {
                        Keys::These(keys) => {
                            Keys::These(keys.into_iter().map(|(key, _)| (key, None)).collect())
                        }
                        _ => Keys::Unknown,
                    },
                    None => Keys::Unknown,
                }
            }
            _ => Keys::Unknown,
        }
    }

    /// What a value that names something may come to; none where nobody can tell, and nothing where that is
    /// not made yet.
    pub fn names(&self, said: Said<'a>, each: Option<&Each<'a>>) -> Option<Vec<String>> {
        let said = self.follow(said, FURTHEST);
        match said.value {
            Value::Text(text) => (!text.is_empty()).then(|| vec![text.clone()]),
            Value::Reference(reference) | Value::Indexed(reference) => {
                match each.filter(|each| each.module == said.module) {
                    Some(each) if reference.starts_with("each.") => self.of_each(each, reference),
                    _ => self.made_names(said.module, reference),
                }
            }
            _ => None,
        }
    }

    /// The values of a list, or the one that stands there; none where nobody can tell which these are.
    pub fn values(&self, said: Said<'a>, each: Option<&Each<'a>>) -> Option<Vec<Said<'a>>> {
        let mut said = self.follow(said, FURTHEST);
        if let (Value::Reference(reference), Some(each)) = (said.value, each)
            && each.module == said.module
            && let Some(rest) = reference.strip_prefix("each.value")
        {
            said = self.follow(self.member(each.value?, rest, FURTHEST)?, FURTHEST);
        }
        match said.value {
            Value::List(values) => {
                let module = said.module;
                Some(values.iter().map(|value| Said { module, value }).collect())
            }
            Value::Null | Value::Expression | Value::Reference(_) | Value::Indexed(_) => None,
            _ => Some(vec![said]),
        }
    }

    fn of_each(&self, each: &Each<'a>, reference: &str) -> Option<Vec<String>> {
        if reference == "each.key" {
            return Some(vec![each.key.clone()]);
        }
        let rest = reference.strip_prefix("each.value")?;
        match each.value {
            Some(value) => self.names(self.member(value, rest, FURTHEST)?, None),
            None => rest.is_empty().then(|| vec![each.key.clone()]),
        }
    }

    /// What the resources of a block are called that is referred to.
    fn made_names(&self, module: Module<'a>, reference: &str) -> Option<Vec<String>> {
        let (address, attribute) = reference.rsplit_once('.')?;
        let block = self.resource(module, address)?;
        let is_arn = match (block.labels.first()?.as_str(), attribute) {
            ("aws_iam_policy", "arn" | "id") => true,
            ("aws_iam_policy", "name")
            | ("aws_iam_role" | "aws_iam_user" | "aws_iam_group", "name" | "id") => false,
            _ => return None,
        };
        let name = block.argument("name").filter(|_| !is_arn);
        let name = name.map(|name| {
            self.follow(
                Said {
                    module,
                    value: &name.value,
                },
                FURTHEST,
            )
        });
        if let Some(name) = name.and_then(|name| name.value.as_text()) {
            return Some(vec![name.to_owned()]);
        }
        let made = self.made.of_block(module, block);
        if made.is_empty() && matches!(self.keys(module, block), Keys::Unknown) {
            return None;
        }
        let made = made.iter().map(|one| &one.attributes);
        let names = made.map(|one| {
            if is_arn {
                one.arn.clone()
            } else {
                one.name.clone()
            }
        });
        names.collect()
    }

    /// Follows what a value refers to, as long as that is written out.
    fn follow(&self, mut said: Said<'a>, left: usize) -> Said<'a> {
        for left in (0..left).rev() {
            let Value::Reference(reference) = said.value else {
                break;
            };
            let Some(next) = self.referred(said.module, reference, left) else {
                break;
            };
            said = next;
        }
        said
    }

    fn referred(&self, module: Module<'a>, reference: &str, left: usize) -> Option<Said<'a>> {
        let (kind, rest) = reference.split_once('.')?;
        let (name, rest) = parted(rest);
        match kind {
            "local" => self.member(self.local(module, name)?, rest, left),
            "var" => self.member(self.variable(module, name)?, rest, left),
            "module" => {
                let (output, rest) = parted(rest.strip_prefix('.')?);
                self.member(self.output(module, name, output)?, rest, left)
            }
            _ => None,
        }
    }

    /// What stands in an object at `.name.name`.
    fn member(&self, mut said: Said<'a>, path: &str, left: usize) -> Option<Said<'a>> {
        for name in path.split('.').skip(1) {
            said = self.follow(said, left);
            let Value::Object(members) = said.value else {
                return None;
            };
            said.value = &members.iter().find(|(own_name, _)| own_name == name)?.1;
        }
        Some(said)
    }

    fn local(&self, module: Module<'a>, name: &str) -> Option<Said<'a>> {
        let mut locals = self.blocks(module).filter(|block| block.kind == "locals");
        let value = &locals.find_map(|block| block.argument(name))?.value;
        Some(Said { module, value })
    }

    /// What the call of a module gives to a variable, or what it is without that. Nobody knows what is given to
    /// those of a root module.
    fn variable(&self, module: Module<'a>, name: &str) -> Option<Said<'a>> {
        let (_, around) = module.call()?;
        let (_, call) = self.tree.call(module)?;
        if let Some(given) = call.argument(name) {
            let (module, value) = (around, &given.value);
            return (*value != Value::Null).then_some(Said { module, value });
        }
        let is_it = |block: &&Block| block.kind == "variable" && block.labels == [name];
        let value = &self.blocks(module).find(is_it)?.argument("default")?.value;
        Some(Said { module, value })
    }

    fn output(&self, module: Module<'a>, called: &str, name: &str) -> Option<Said<'a>> {
        let module = self.tree.called_by(module, called)?;
        let (_, call) = self.tree.call(module)?;
        let is_it = |block: &&Block| block.kind == "output" && block.labels == [name];
        let output = self
            .blocks(module)
            .find(is_it)
            .filter(|_| !call.is_repeated())?;
        let value = &output.argument("value")?.value;
        Some(Said { module, value })
    }

    fn resource(&self, module: Module<'a>, address: &str) -> Option<&'a Block> {
        let mut blocks = self.blocks(module);
        blocks.find(|block| block.kind == "resource" && block.address() == address)
    }

    fn blocks(&self, module: Module<'a>) -> impl Iterator<Item = &'a Block> + use<'a> {
        let tree = self.tree;
        let folder = tree.folder(module).ok().map(|(folder, _)| folder);
        let files = folder.map_or(&[][..], |folder| tree.files(&folder));
        files.iter().flat_map(|file| &file.configuration.blocks)
    }
}

/// The name that a path begins with, and the rest with its dot.
fn parted(path: &str) -> (&str, &str) {
    path.split_at(path.find('.').unwrap_or(path.len()))
}
