//! What names lead to where it is gone through what a value comes of.

use std::path::PathBuf;
use std::rc::Rc;

use super::Value;
use super::names::{Names, Placed, Said};
use super::once::{BlockOnce, Each, ModuleOnce};
use super::origins::Asked;
use super::walk::Step::{self, Any, Anywhere, Key, Name};
use super::walk::{Stands, Walk};
use crate::terraform::{Argument, Block};

impl<'a> Walk<'_, 'a> {
    /// Goes through what a name leads to, with what is asked for of it.
    pub fn named(&mut self, first: &str, steps: &[Step], stands: Stands<'_, 'a>) {
        if self.is_bound(first, steps, stands) {
            return;
        }
        match steps {
            // An iterator hides what else is called so.
            [Name(what), rest @ ..] if self.is_of_dynamic(first, what, rest, stands) => return,
            _ => self.add_name(first, steps, stands),
        }
        match (first, steps) {
            ("local", [Name(name), rest @ ..]) => self.local(name, rest, stands.module),
            ("var", [Name(name), rest @ ..]) => self.variable(name, rest, stands.module),
            ("each", [Name(what), rest @ ..]) => self.of_each(what, rest, stands),
            ("self", steps) => {
                if let Some(placed) = stands.block {
                    self.block(placed, steps, stands);
                }
            }
            ("module", [Name(name), rest @ ..]) => self.module(name, rest, stands.module),
            ("data" | "ephemeral", [Name(kind), Name(name), rest @ ..]) => {
                self.address(&format!("{first}.{kind}.{name}"), rest, stands.module);
            }
            ("count" | "path" | "terraform" | "tofu", _) | (_, []) => {}
            (kind, [Name(name), rest @ ..]) => {
                self.address(&format!("{kind}.{name}"), rest, stands.module);
            }
            _ => {}
        }
    }

    fn add_name(&mut self, first: &str, steps: &[Step], stands: Stands<'_, 'a>) {
        let address = stands.block.filter(|_| first == "self");
        let mut name = address.map_or_else(|| first.to_owned(), |placed| placed.block.address());
        for step in steps {
            match step {
                Name(step) => {
                    name.push('.');
                    name.push_str(step);
                }
                // Of this the keys alone are asked for.
                Key => return,
                _ => break,
            }
        }
        // What is known in full is none of what is looked for by names.
        if !self.is_told {
            self.by.insert((self.folder(stands.module), name));
        }
    }

    fn local(&mut self, name: &str, rest: &[Step], module: &Rc<ModuleOnce<'a>>) {
        let names = self.evaluation.names(module);
        let all = names.map_or(Vec::new(), |names| names.locals(name).to_vec());
        if all.is_empty() {
            self.add_untold();
        }
        for said in all {
            self.said(said, rest, Stands::new(module, &Each::Once, None));
        }
    }

    /// What a call gives to a variable, or else what it is without that; to those of a root module it may be anything.
    fn variable(&mut self, name: &str, rest: &[Step], module: &Rc<ModuleOnce<'a>>) {
        let names = self.evaluation.names(module);
        let variable = names.and_then(|names| names.block(&format!("variable.{name}")));
        let call = module.called.as_ref();
        let given = call.and_then(|called| called.call?.argument(name));
        if let (Some(called), Some(given)) = (call, given) {
            self.said(
                given,
                rest,
                Stands::new(&called.around, &called.each, called.call),
            );
        } else if call.is_none_or(|called| called.call.is_none()) {
            self.add_untold();
        }
        let own = Stands::new(module, &Each::Once, None);
        let Some(variable) = variable else {
            return;
        };
        let is_nullable = variable.argument("nullable").is_none_or(|nullable| {
            let value = self.evaluation.value_in(module, &Each::Once, nullable);
            value.as_bool() != Some(false)
        });
        // What is given may be `null`, and the default stands in for it.
        let default = variable.argument("default");
        if let Some(default) = default.filter(|_| given.is_none() || !is_nullable) {
            // The text that it may be is not known to be that.
            let is_told = std::mem::replace(&mut self.is_told, false);
            self.said(default, rest, own);
            self.is_told = is_told;
        }
        if let Some(kind) = variable.argument("type") {
            // What a member is without being given.
            self.said(kind, &[], own);
        }
    }

    fn of_each(&mut self, what: &str, rest: &[Step], stands: Stands<'_, 'a>) {
        let said = stands.block.and_then(|block| block.argument("for_each"));
        let Some(said) = said else { return };
        let step = match (what, stands.each) {
            ("value", Each::Keyed(key, _)) => key.known_text().map_or(Any, Name),
            ("value", _) => Any,
            _ => Key,
        };
        let path: Vec<Step> = std::iter::once(step).chain(rest.iter().cloned()).collect();
        self.said(said, &path, Stands::new(stands.module, &Each::Once, None));
    }

    /// Goes through what a `dynamic` block is made for, where that is asked for by its name; returns whether it is.
    fn is_of_dynamic(
        &mut self,
        name: &str,
        what: &str,
        rest: &[Step],
        stands: Stands<'_, 'a>,
    ) -> bool {
        let step = match what {
            "value" => Any,
            "key" => Key,
            _ => return false,
        };
        let Some(placed) = stands.block else {
            return false;
        };
        let all = iterated(placed.block, name, stands.argument);
        for &argument in &all {
            let file = placed.file;
            let path: Vec<Step> = std::iter::once(step.clone())
                .chain(rest.iter().cloned())
                .collect();
            self.said(Said { file, argument }, &path, stands);
        }
        !all.is_empty()
    }

    fn module(&mut self, name: &str, rest: &[Step], around: &Rc<ModuleOnce<'a>>) {
        let called = self.evaluation.called(around, name);
        let names = self.evaluation.names(around);
        let call = names.and_then(|names| names.block(&format!("module.{name}")));
        let rest = match call {
            Some(call) => behind_key(call.block, rest),
            None => rest,
        };
        let mut is_read = false;
        for once in called.each() {
            let Some(names) = self.evaluation.names(once) else {
                continue;
            };
            let own = Stands::new(once, &Each::Once, None);
            for (value, rest) in outputs(&names, rest) {
                is_read = true;
                self.said(value, rest, own);
            }
        }
        // One that is not read may give back what it is given.
        if let (Some(call), false) = (call, is_read) {
            self.add_untold();
            let arguments = call.block.arguments.iter();
            for argument in arguments.filter(|one| !is_of_call(one)) {
                let said = Said {
                    file: call.file,
                    argument,
                };
                self.said(said, &[], Stands::new(around, &Each::Once, Some(call)));
            }
        }
    }

    fn address(&mut self, address: &str, rest: &[Step], module: &Rc<ModuleOnce<'a>>) {
        let names = self.evaluation.names(module);
        let all = names.map_or(Vec::new(), |names| names.blocks(address).to_vec());
        if all.is_empty() {
            self.add_untold();
        }
        for placed in all {
            self.placed(placed, rest, module);
        }
    }

    fn placed(&mut self, placed: Placed<'a>, rest: &[Step], module: &Rc<ModuleOnce<'a>>) {
        let key = match rest.first() {
            Some(Name(key)) => Some(key.as_str()),
            _ => None,
        };
        let rest = behind_key(placed.block, rest);
        let all = self.evaluation.blocks(module, placed);
        let has_key = |one: &&Rc<BlockOnce<'a>>| one.keys.last().map(String::as_str) == key;
        let only: Vec<&Rc<BlockOnce<'a>>> = all.each().filter(has_key).collect();
        let which = if only.is_empty() {
            all.each().collect()
        } else {
            only
        };
        for one in &which {
            self.block(
                placed,
                rest,
                Stands::new(&one.module, &one.each, Some(placed)),
            );
        }
        if which.is_empty() {
            self.block(placed, rest, Stands::new(module, &Each::Once, Some(placed)));
        }
    }

    /// Goes through what a resource or data has, as its arguments tell.
    fn block(&mut self, placed: Placed<'a>, rest: &[Step], stands: Stands<'_, 'a>) {
        let block = placed.block;
        let attribute = match rest {
            [Name(attribute), ..] => attribute.as_str(),
            _ => "",
        };
        let kind = block.labels.first().map_or("", String::as_str);
        // Where the text tells whether it is the ARN, it does not tell whose name it is.
        let is_part = self.is_told && ["", "arn", "id"].contains(&attribute);
        if !self.is_silent {
            self.found.asked.insert(Asked {
                folder: self.folder(stands.module),
                address: block.address(),
                attribute: if is_part { "name" } else { attribute }.to_owned(),
            });
        }
        let is_of_aws = kind.starts_with("aws_") || kind.starts_with("awscc_");
        let below = rest.get(1..).unwrap_or_default();
        match (block.kind.as_str(), kind, attribute) {
            // What these have is not made of what may be given to somebody.
            ("resource", "aws_iam_policy", _)
            | ("data", "aws_iam_policy" | "aws_iam_policy_document", _) => {}
            ("data", "local_file" | "local_sensitive_file", _) => {
                self.add_file_of(placed, "filename", stands);
            }
            // What is packed is all that it has.
            ("data", "archive_file", _) => {
                // The path that it is packed to tells nothing of what is in it.
                let is_told = std::mem::replace(&mut self.is_told, false);
                for name in ["source_file", "source_dir"] {
                    if has(block, name) {
                        self.add_file_of(placed, name, stands);
                    }
                }
                self.all_of(placed, block, stands);
                self.is_told = is_told;
            }
            (_, "terraform_data", "output") => self.argument(placed, "input", below, stands),
            ("data", "terraform_remote_state", "outputs" | "")
            | ("data", "tfe_outputs", "values" | "nonsensitive_values" | "") => {
                self.remote(below, stands.module);
            }
            (_, _, name) if !name.is_empty() && has(block, name) => {
                self.argument(placed, name, below, stands);
            }
            ("resource", _, name) if is_of_aws && !name.is_empty() => {}
            (other, ..) => {
                if other != "resource" {
                    self.add_untold();
                }
                self.all_of(placed, block, stands);
            }
        }
    }

    /// Adds the file that an argument of a block is the path of.
    fn add_file_of(&mut self, placed: Placed<'a>, name: &str, stands: Stands<'_, 'a>) {
        let path = placed.argument(name);
        let path = path.map(|path| self.evaluation.value_in(stands.module, stands.each, path));
        self.add_file(&path.unwrap_or(Value::Unknown), stands.module);
    }

    fn argument(&mut self, placed: Placed<'a>, name: &str, rest: &[Step], stands: Stands<'_, 'a>) {
        if let Some(said) = placed.argument(name) {
            self.said(said, rest, stands);
        }
        for block in placed
            .block
            .blocks
            .iter()
            .filter(|one| is_called(one, name))
        {
            self.all_of(placed, block, stands);
        }
    }

    /// Goes through all arguments of a block, or of one in it.
    fn all_of(&mut self, placed: Placed<'a>, block: &'a Block, stands: Stands<'_, 'a>) {
        for argument in block.arguments.iter().filter(|one| !is_of_call(one)) {
            let file = placed.file;
            self.said(Said { file, argument }, &[], stands);
        }
        let blocks = block.blocks.iter();
        for inner in blocks.filter(|one| !["lifecycle", "provisioner"].contains(&one.kind.as_str()))
        {
            self.all_of(placed, inner, stands);
        }
    }

    /// What root modules that are given put out is what others take from their states.
    fn remote(&mut self, rest: &[Step], module: &Rc<ModuleOnce<'a>>) {
        self.add_untold();
        for other in self.evaluation.all_roots() {
            if other.state == module.state {
                continue;
            }
            let names = self.evaluation.names(&other);
            for (value, rest) in names.iter().flat_map(|names| outputs(names, rest)) {
                self.said(value, rest, Stands::new(&other, &Each::Once, None));
            }
        }
    }

    pub fn folder(&self, module: &ModuleOnce<'a>) -> PathBuf {
        let tree = self.evaluation.tree;
        let folder = module.module.and_then(|module| tree.folder(module).ok());
        folder.map_or_else(PathBuf::new, |(folder, _)| folder.clone())
    }
}

/// What the `dynamic` block is made for of which each is called so where an argument stands in a block: of several
/// around it the innermost. Where it is not found, all of that name.
fn iterated<'b>(block: &'b Block, name: &str, argument: Option<&Argument>) -> Vec<&'b Argument> {
    let mut all = Vec::new();
    add_iterated(block, name, &mut all);
    let stands_in = |dynamic: &&&Block| argument.is_some_and(|argument| is_in(dynamic, argument));
    // Those within others come last.
    let innermost = all.iter().rfind(stands_in);
    let dynamic = innermost.map_or(all.as_slice(), std::slice::from_ref);
    let made_for = dynamic
        .iter()
        .filter_map(|dynamic| dynamic.argument("for_each"));
    made_for.collect()
}

fn add_iterated<'b>(block: &'b Block, name: &str, found: &mut Vec<&'b Block>) {
    for inner in &block.blocks {
        let iterator = inner.argument("iterator");
        let iterator = iterator.and_then(|iterator| iterator.value.as_reference());
        let label = inner.labels.first().map(String::as_str);
        if inner.kind == "dynamic" && iterator.or(label) == Some(name) {
            found.push(inner);
        }
        add_iterated(inner, name, found);
    }
}

/// Whether an argument stands in the blocks that a `dynamic` one makes.
fn is_in(dynamic: &Block, argument: &Argument) -> bool {
    let has = |block: &Block| {
        block
            .arguments
            .iter()
            .any(|one| std::ptr::eq(one, argument))
    };
    let mut inner = dynamic.blocks.iter();
    inner.any(|inner| has(inner) || is_in(inner, argument))
}

/// The outputs of a module that are asked for, each with what is asked for of it.
fn outputs<'a, 's>(names: &Names<'a>, steps: &'s [Step]) -> Vec<(Said<'a>, &'s [Step])> {
    match steps {
        [Name(output), rest @ ..] => {
            let output = names.blocks(&format!("output.{output}")).iter();
            let values = output.filter_map(|output| output.argument("value"));
            values.map(|value| (value, rest)).collect()
        }
        [Key, ..] => Vec::new(),
        [Any | Anywhere, rest @ ..] => names.outputs().map(|value| (value, rest)).collect(),
        [] => names.outputs().map(|value| (value, steps)).collect(),
    }
}

/// What is asked for behind the key of one that is repeated.
fn behind_key<'s>(block: &Block, steps: &'s [Step]) -> &'s [Step] {
    let is_repeated = ["count", "for_each"]
        .iter()
        .any(|name| block.argument(name).is_some());
    match steps {
        [_, rest @ ..] if is_repeated => rest,
        // What is not repeated any more.
        [Any, rest @ ..] => rest,
        steps => steps,
    }
}

/// Whether a block has an argument, or blocks in it, of a name.
fn has(block: &Block, name: &str) -> bool {
    block.argument(name).is_some() || block.blocks.iter().any(|one| is_called(one, name))
}

fn is_called(block: &Block, name: &str) -> bool {
    block.kind == name || block.kind == "dynamic" && block.labels.iter().any(|label| label == name)
}

/// Whether an argument says how often and in what order something is made, or where it is.
fn is_of_call(argument: &Argument) -> bool {
    const OF_CALL: [&str; 7] = [
        "count",
        "depends_on",
        "for_each",
        "provider",
        "providers",
        "source",
        "version",
    ];
    OF_CALL.contains(&argument.name.as_str())
}
