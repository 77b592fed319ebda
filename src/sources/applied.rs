//! Whether what a block says is what the states have of it: all that it stands for, and to whom it gives
//! something. A source that is ahead of its states makes more than anybody can have findings of.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::literals::{Each, Keys, Literals, Said};
use super::tree::TreeFile;
use super::uses::{APPLY, Uses};
use super::{Kind, Module, Resource};
use crate::terraform::{Argument, Block, Value};
use crate::text::{Problem, some_of};

impl<'a> Uses<'a> {
    pub(super) fn literals(&self) -> Literals<'a> {
        Literals {
            tree: self.tree,
            made: self.made,
        }
    }

    /// Whether a block of a folder has made all that it stands for, as far as its `count` or `for_each` and
    /// those of the modules it is in are written out. What is not is believed to be as the states have it.
    pub(super) fn is_applied(
        &self,
        folder: &Path,
        file: &TreeFile,
        block: &'a Block,
    ) -> Result<(), Problem> {
        for module in self.modules_in(folder) {
            let levels = self.levels(module, block);
            if levels.iter().any(|level| matches!(level, Keys::Unknown)) {
                self.believe(file, block);
            }
            let made = self.made.of_block(module, block).iter();
            let made: Vec<&[String]> = made.map(|one| one.address.keys()).collect();
            let Some(keys) = missing(&levels, &made, 0) else {
                continue;
            };
            let what = self.called(module, block, &keys);
            return Err(file
                .error_at(block, format!("no state has what {what} makes"))
                .help(APPLY));
        }
        Ok(())
    }

    /// The modules in a folder of whose root modules there are states. Nothing is made of a root module without
    /// one: otherwise it had to be given.
    pub(super) fn modules_in(&self, folder: &Path) -> impl Iterator<Item = Module<'a>> + use<'a> {
        let (tree, states) = (self.tree, self.states);
        let here = tree.modules().filter(|(_, path, _)| path == folder);
        let here: Vec<Module<'a>> = here.map(|(module, ..)| module).collect();
        let has_state =
            move |module: &Module<'_>| states.iter().any(|state| state.root == module.root);
        here.into_iter().filter(has_state)
    }

    /// What the modules around a block and the block are repeated for, from the outermost on.
    fn levels(&self, module: Module<'a>, block: &'a Block) -> Vec<Keys<'a>> {
        let literals = self.literals();
        let calls = module.from_outside().map(|module| {
            let call = self.tree.call(module).zip(module.call());
            call.map_or(Keys::Unknown, |((_, call), (_, around))| {
                literals.keys(around, call)
            })
        });
        calls.chain([literals.keys(module, block)]).collect()
    }

    /// What a block stands for at these keys.
    fn called(&self, module: Module<'_>, block: &Block, keys: &[String]) -> String {
        let index = |key: Option<&String>| match key {
            Some(key) if key.parse::<usize>().is_ok() => format!("[{key}]"),
            Some(key) if !key.is_empty() => format!("[\"{key}\"]"),
            _ => String::new(),
        };
        let mut called = format!("{}{}", block.address(), index(keys.last()));
        for (place, name) in module.names.iter().enumerate() {
            let before = if place == 0 { " of " } else { "." };
            let _ = write!(called, "{before}module.{name}{}", index(keys.get(place)));
        }
        if let Some(root) = self.tree.one_of_several(module.root) {
            let _ = write!(called, " in {}", root.shown());
        }
        called
    }

    /// Whether the names that a block says are those that the states have: its own, since a copy of a root
    /// module has the same addresses, and those of whoever gets something by it.
    pub(super) fn names_are_as_said(
        &self,
        folder: &Path,
        file: &TreeFile,
        block: &'a Block,
    ) -> Result<(), Problem> {
        for module in self.modules_in(folder) {
            let keys = self.literals().keys(module, block);
            for resource in self.made.of_block(module, block) {
                let each = each(module, &keys, resource);
                for (argument, in_state) in names_in(resource) {
                    let Some(argument) = block.argument(argument) else {
                        continue;
                    };
                    let value = &argument.value;
                    let said = Said { module, value };
                    if is_of_others(resource.kind) && !self.is_told(said, each.as_ref()) {
                        self.believe(file, block);
                    }
                    let Some(other) = self.other(said, each.as_ref(), &in_state) else {
                        continue;
                    };
                    return Err(other_name(file, argument, &other, &in_state, resource));
                }
                if let Some((argument, other)) = other_prefix(block, resource) {
                    let in_state = resource.attributes.name.as_slice();
                    return Err(other_name(file, argument, &other, in_state, resource));
                }
            }
        }
        Ok(())
    }

    /// Notes a block of which it cannot be read for whom it is.
    pub(super) fn believe(&self, file: &TreeFile, block: &Block) {
        let message =
            "for whom this is cannot be read here, so it is taken to be as the states have it";
        let note = file.note_at(block, message);
        let mut believed = self.believed.borrow_mut();
        if !believed.contains(&note) {
            believed.push(note);
        }
    }

    /// Whether it can be read what a value names.
    fn is_told(&self, said: Said<'a>, each: Option<&Each<'a>>) -> bool {
        let literals = self.literals();
        // Which of several of a block one is, is not looked into.
        let is_one = |value: Said<'a>| {
            let names = literals.names(value, each);
            names.is_some_and(|names| names.len() < 2 || !matches!(value.value, Value::Indexed(_)))
        };
        match literals.values(said, each) {
            Some(values) => values.into_iter().all(is_one),
            None => is_one(said),
        }
    }

    /// What an argument says that is not in the state.
    fn other(
        &self,
        said: Said<'a>,
        each: Option<&Each<'a>>,
        in_state: &[String],
    ) -> Option<String> {
        let Some(values) = self.literals().values(said, each) else {
            return self.other_one(said, each, in_state);
        };
        let other = |&value: &Said<'a>| self.other_one(value, each, in_state);
        if let Some(other) = values.iter().find_map(other) {
            return Some(other);
        }
        let is_plain = |one: &Said<'_>| !matches!(one.value, Value::Expression | Value::Null);
        // One may be said twice, by its name and by a reference.
        let different = values.iter().map(|&value| {
            let names = self.literals().names(value, each);
            let name = names.and_then(|names| names.into_iter().next());
            let unknown = || format!("{:?}", value.value);
            name.map_or_else(unknown, |name| name.to_ascii_lowercase())
        });
        let told = different.collect::<BTreeSet<String>>().len();
        let is_more = told > in_state.len() && values.iter().all(is_plain);
        is_more.then(|| format!("a list of {told}"))
    }

    fn other_one(
        &self,
        said: Said<'a>,
        each: Option<&Each<'a>>,
        in_state: &[String],
    ) -> Option<String> {
        let names = self.literals().names(said, each)?;
        let is_it = |name: &String| in_state.iter().any(|one| one.eq_ignore_ascii_case(name));
        if names.iter().any(is_it) {
            return None;
        }
        let not_made = || said.value.as_reference().unwrap_or_default().to_owned();
        Some(names.into_iter().next().unwrap_or_else(not_made))
    }
}

/// Whether what is of this kind gives something to others.
fn is_of_others(kind: Kind) -> bool {
    matches!(kind, Kind::Attachment | Kind::Membership)
}

/// The keys of what is not made, of all that is written out; none where all is.
fn missing(levels: &[Keys<'_>], made: &[&[String]], at: usize) -> Option<Vec<String>> {
    let Some(keys) = levels.get(at) else {
        return made.is_empty().then(Vec::new);
    };
    let below = |key: &str| {
        let made: Vec<&[String]> = made.iter().copied().filter(|one| one[at] == key).collect();
        let rest = missing(levels, &made, at + 1)?;
        Some([vec![key.to_owned()], rest].concat())
    };
    match keys {
        Keys::Once => Some([vec![String::new()], missing(levels, made, at + 1)?].concat()),
        Keys::These(keys) => keys.iter().find_map(|(key, _)| below(key)),
        Keys::Unknown => made.iter().find_map(|one| below(&one[at])),
    }
}

/// Which one of those that a block stands for a resource is.
fn each<'a>(module: Module<'a>, keys: &Keys<'a>, resource: &Resource) -> Option<Each<'a>> {
    let Keys::These(keys) = keys else { return None };
    let own_key = resource.address.keys().last()?;
    let (key, value) = keys.iter().find(|(key, _)| key == own_key)?;
    Some(Each {
        module,
        key: key.clone(),
        value: *value,
    })
}

/// What a state has for the arguments that name something.
fn names_in(resource: &Resource) -> impl Iterator<Item = (&'static str, Vec<String>)> {
    let attributes = &resource.attributes;
    let one = |name: &Option<String>| name.iter().cloned().collect::<Vec<String>>();
    // What an attachment or a membership is called is a word of Terraform's alone.
    let is_label = matches!(resource.kind, Kind::Attachment | Kind::Membership);
    let own_name = attributes.name.as_ref().filter(|_| !is_label);
    let names = [
        ("name", own_name.into_iter().cloned().collect()),
        ("role", one(&attributes.role)),
        ("user", one(&attributes.user)),
        ("group", one(&attributes.group)),
        ("role_name", one(&attributes.role)),
        ("user_name", one(&attributes.user)),
        ("group_name", one(&attributes.group)),
        ("policy_arn", attributes.policy_arns.clone()),
    ];
    let lists = [
        ("roles", attributes.roles.clone()),
        ("users", attributes.users.clone()),
        ("groups", attributes.groups.clone()),
        ("policy_arns", attributes.policy_arns.clone()),
    ];
    // Of a name that a state does not have it does not tell.
    let told = names.into_iter().filter(|(_, names)| !names.is_empty());
    told.chain(lists)
}

/// Where the name in the state does not begin as the block says.
fn other_prefix<'b>(block: &'b Block, resource: &Resource) -> Option<(&'b Argument, String)> {
    let prefix = block.argument("name_prefix")?;
    let text = prefix.value.as_text()?;
    let name = resource.attributes.name.as_ref()?;
    (!name.starts_with(text)).then(|| (prefix, format!("{text}…")))
}

fn other_name(
    file: &TreeFile,
    argument: &Argument,
    other: &str,
    in_state: &[String],
    resource: &Resource,
) -> Problem {
    let name = argument
        .name
        .strip_suffix("_prefix")
        .unwrap_or(&argument.name);
    let in_state = if in_state.is_empty() {
        "nobody".to_owned()
    } else {
        some_of(in_state, 5)
    };
    let message = format!(
        "here {name} is {other}, and the state has {in_state} for {}",
        resource.address
    );
    let why = file.source.error_at(argument.range.clone(), message);
    why.help(
        "give the state of this root module; where this is to change, run `terraform apply` first",
    )
}
