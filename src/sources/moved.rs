//! What is called otherwise than in the state: `moved` blocks, and `count` that was put to a block or taken off it.
//! Terraform renames its resources so before it does anything else.

use std::collections::{BTreeMap, BTreeSet};

use super::{Address, Module, State, Tree};
use crate::terraform::Block;

/// That something in a module, wherever that is called, is called otherwise now.
struct Moved<'a> {
    module: &'a [String],
    from: Path,
    to: Path,
}

/// An address: that of a resource, or of a call of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Path {
    /// The calls from outside on, each with its index.
    calls: Vec<Step>,
    /// The resource.
    resource: Option<Step>,
}

/// A part of an address: `queue` and `["a"]`, or `aws_iam_role.app` and `[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: String,
    index: String,
}

impl Tree {
    /// Calls the resources of a state as its root module does now.
    pub(super) fn follow_moves(&self, state: &mut State) {
        let moves = self.moves(state.root);
        let addresses = state.resources.iter().map(|one| &one.address);
        // One that is to be deleted has the same address as what is in its place.
        let known: BTreeMap<String, Address> = addresses
            .map(|one| (one.text.raw().to_owned(), one.clone()))
            .collect();
        let mut taken: BTreeSet<String> = known.keys().cloned().collect();
        let mut renamed = BTreeMap::new();
        for (old, mut address) in known {
            // Each leads on once at most, whatever is written.
            let mut left: Vec<&Moved<'_>> = moves.iter().collect();
            while let Some((at, next)) = moved_by(&address, &left) {
                left.remove(at);
                // Where something is there already, Terraform leaves both as they are.
                if taken.insert(next.text.raw().to_owned()) {
                    address = next;
                }
            }
            if let Some(next) = self.with_or_without_count(state.root, &address)
                && taken.insert(next.text.raw().to_owned())
            {
                address = next;
            }
            renamed.insert(old, address);
        }
        for resource in &mut state.resources {
            let address = &mut resource.address;
            if let Some(now) = renamed.get(address.text.raw()) {
                address.clone_from(now);
            }
        }
    }

    /// What the modules of a root module say that is called otherwise.
    fn moves(&self, root: usize) -> Vec<Moved<'_>> {
        let modules = self.modules().filter(|(module, ..)| module.root == root);
        let moves = modules.flat_map(|(module, folder, _)| {
            let files = self.files(&folder).iter();
            let blocks = files.flat_map(|file| {
                let blocks = file.configuration.blocks.iter();
                blocks.map(move |block| (file, block))
            });
            let moved = blocks.filter(|(_, block)| block.kind == "moved");
            let moved = moved.filter_map(move |(file, block)| {
                let path = |name: &str| {
                    let range = block.argument(name)?.range.clone();
                    // In JSON it stands in quotes.
                    let text = file.source.text()[range].trim_matches('"');
                    Path::parse(text)
                };
                Some(Moved {
                    module: module.names,
                    from: path("from")?,
                    to: path("to")?,
                })
            });
            moved.collect::<Vec<Moved<'_>>>()
        });
        moves.collect()
    }

    /// What has no `count` any more is called without an index, and what has one now is its first.
    fn with_or_without_count(&self, root: usize, address: &Address) -> Option<Address> {
        let mut path = Path::parse(address.text.raw())?;
        let block = self.block(root, address)?;
        let index = &mut path.resource.as_mut()?.index;
        let has_count = block.argument("count").is_some();
        match index.as_str() {
            "" if has_count => index.push_str("[0]"),
            "[0]" if !block.is_repeated() => index.clear(),
            _ => return None,
        }
        path.address(address)
    }

    /// The block of a resource, if there is one alone.
    fn block(&self, root: usize, address: &Address) -> Option<&Block> {
        let names = &address.block.module;
        let (folder, _) = self.folder(Module { root, names }).ok()?;
        let files = self.files(&folder).iter();
        let blocks = files.flat_map(|file| &file.configuration.blocks);
        let mut own = blocks.filter(|block| address.block.is_of(block));
        own.next().filter(|_| own.next().is_none())
    }
}

/// What one of several moves calls a resource, and which one.
fn moved_by(address: &Address, moves: &[&Moved<'_>]) -> Option<(usize, Address)> {
    let path = Path::parse(address.text.raw())?;
    let mut moves = moves.iter().enumerate();
    moves.find_map(|(at, moved)| Some((at, moved.of(&path)?.address(address)?)))
}

impl Moved<'_> {
    /// What it calls a resource; none where it is about another one.
    fn of(&self, path: &Path) -> Option<Path> {
        let names = path.calls.iter().map(|call| &call.name);
        if !names.take(self.module.len()).eq(self.module) {
            return None;
        }
        let (around, calls) = path.calls.split_at(self.module.len());
        let from = &self.from;
        let (own, within) = calls.split_at_checked(from.calls.len())?;
        let (mut moved, mut resource) = (self.to.calls.clone(), self.to.resource.clone());
        // Without an index it is all of them, and each keeps its own.
        let is_whole = from.last()?.index.is_empty() && self.to.last()?.index.is_empty();
        let is_it = |from: &Step, is_last: bool, own: &Step| {
            from.name == own.name && (is_last && is_whole || from.index == own.index)
        };
        let ends_in_call = from.resource.is_none();
        let mut both = from.calls.iter().zip(own).enumerate();
        let count = from.calls.len();
        let are_it =
            both.all(|(at, (from, own))| is_it(from, ends_in_call && at + 1 == count, own));
        match (&from.resource, &path.resource) {
            _ if !are_it => return None,
            (Some(from), Some(own)) => {
                if !within.is_empty() || !is_it(from, true, own) {
                    return None;
                }
                if is_whole {
                    resource.as_mut()?.index.clone_from(&own.index);
                }
            }
            (None, _) => {
                if is_whole {
                    moved.last_mut()?.index.clone_from(&own.last()?.index);
                }
                resource.clone_from(&path.resource);
            }
            (Some(_), None) => return None,
        }
        Some(Path {
            calls: [around, &moved, within].concat(),
            resource,
        })
    }
}

impl Path {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            let after = if behind.starts_with('[') {
                super::address::after_index(behind)?
            } else {
                behind
            };
            parts.push(Step {
                name: name.to_owned(),
                index: behind[..behind.len() - after.len()].to_owned(),
            });
            rest = match after.strip_prefix('.') {
                Some(rest) if !rest.is_empty() => rest,
                None if after.is_empty() => "",
                _ => return None,
            };
        }
        let mut parts = parts.into_iter().peekable();
        let mut calls = Vec::new();
        while parts
            .next_if(|part| part.name == "module" && part.index.is_empty())
            .is_some()
        {
            calls.push(parts.next()?);
        }
        let resource = match (parts.next(), parts.next()) {
            (None, _) => None,
            (Some(kind), Some(own)) if kind.index.is_empty() => Some(Step {
                name: format!("{}.{}", kind.name, own.name),
                index: own.index,
            }),
            _ => return None,
        };
        parts.next().is_none().then_some(Path { calls, resource })
    }

    fn last(&self) -> Option<&Step> {
        self.resource.as_ref().or(self.calls.last())
    }

    /// The address of a resource that was called otherwise.
    fn address(&self, old: &Address) -> Option<Address> {
        let calls = self.calls.iter();
        let calls = calls.map(|call| format!("module.{}{}.", call.name, call.index));
        let own = self.resource.as_ref()?;
        let (kind, name) = own.name.split_once('.')?;
        let text = format!("{}{}{}", calls.collect::<String>(), own.name, own.index);
        // What becomes of another type becomes another thing.
        let address = Address::parse(&text, kind, name)?;
        (kind == old.block.kind).then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(module: &[&str], from: &str, to: &str, address: &str) -> Option<String> {
        let module: Vec<String> = module.iter().map(|&name| name.to_owned()).collect();
        let (from, to) = (Path::parse(from).unwrap(), Path::parse(to).unwrap());
        let moved = Moved {
            module: &module,
            from,
            to,
        };
        let address = Address::parse(address, "aws_x", "a").unwrap();
        let path = moved.of(&Path::parse(address.text.raw()).unwrap())?;
        Some(path.address(&address)?.text.raw().to_owned())
    }

    #[test]
    fn what_is_moved_is_called_as_it_is_now() {
        for (module, from, to, address, becomes) in [
            (&[][..], "aws_x.a", "aws_x.b", "aws_x.a", Some("aws_x.b")),
            (
                &[],
                "aws_x.a",
                "aws_x.b",
                "aws_x.a[\"k.l\"]",
                Some("aws_x.b[\"k.l\"]"),
            ),
            (
                &[],
                "aws_x.a",
                "aws_x.b[\"k\"]",
                "aws_x.a",
                Some("aws_x.b[\"k\"]"),
            ),
            (&[], "aws_x.a", "aws_x.b[\"k\"]", "aws_x.a[0]", None),
            (&[], "aws_x.a[0]", "aws_x.b", "aws_x.a[0]", Some("aws_x.b")),
            (&[], "aws_x.a[0]", "aws_x.b", "aws_x.a[1]", None),
            (
                &[],
                "aws_x.a",
                "module.m.aws_x.b",
                "aws_x.a",
                Some("module.m.aws_x.b"),
            ),
            (
                &[],
                "module.m.aws_x.a",
                "aws_x.b",
                "module.m.aws_x.a",
                Some("aws_x.b"),
            ),
            (
                &[],
                "module.m.aws_x.a",
                "aws_x.b",
                "module.m[0].aws_x.a",
                None,
            ),
            (
                &[],
                "module.m",
                "module.n",
                "module.m[1].aws_x.a",
                Some("module.n[1].aws_x.a"),
            ),
            (
                &[],
                "module.m",
                "module.n",
                "module.m.module.o.aws_x.a",
                Some("module.n.module.o.aws_x.a"),
            ),
            (
                &[],
                "module.m",
                "module.n[\"k\"]",
                "module.m.aws_x.a",
                Some("module.n[\"k\"].aws_x.a"),
            ),
            (
                &["m"],
                "aws_x.a",
                "aws_x.b",
                "module.m[\"k\"].aws_x.a",
                Some("module.m[\"k\"].aws_x.b"),
            ),
            (&["m"], "aws_x.a", "aws_x.b", "aws_x.a", None),
            (
                &["m"],
                "aws_x.a",
                "aws_x.b",
                "module.m.module.n.aws_x.a",
                None,
            ),
            // Another type is another thing.
            (&[], "aws_x.a", "aws_y.b", "aws_x.a", None),
        ] {
            let found = moved(module, from, to, address);
            assert_eq!(found.as_deref(), becomes, "{from} {to} {address}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "aws_x",
            "aws_x.a.b",
            "module",
            "a.b.",
            "aws_x[0].a",
            "a.b[",
            "a.b[0]c",
        ] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
