//! What leads to the attributes of blocks that no argument says: what their providers make these of.

use std::path::Path;
use std::rc::Rc;

use super::names::{Placed, Said};
use super::once::{BlockOnce, Each, ModuleOnce};
use super::{Evaluation, Value};
use crate::terraform::{Argument, Asked, Block, Expression, Of, Origin, PartText, Value as Plain};

impl<'a> Evaluation<'a> {
    /// What is asked for of a resource, of data or of a module comes of this, but for what its arguments and outputs
    /// tell.
    pub(super) fn leads_to(&self, asked: &Asked) -> Of {
        self.leading.of(asked.clone(), || {
            let folder = &asked.folder;
            if let Some(name) = asked.address.strip_prefix("module.") {
                return self.leads_to_module(folder, name);
            }
            let names = self.names_in(folder);
            let all = names.blocks(&asked.address).iter();
            Of::all(all.map(|placed| self.leads_to_block(folder, *placed, &asked.attribute)))
        })
    }

    /// All that a module puts out; one of which not all is read may give back what it is given.
    fn leads_to_module(&self, folder: &Path, name: &str) -> Of {
        let mut all = Vec::new();
        for &around in self.modules_in(folder) {
            for around in self.modules(around).each() {
                for once in self.called(around, name).each() {
                    let names = self.names(once);
                    if names.as_ref().is_none_or(|names| names.may_put_out_more()) {
                        all.push(self.given_to(once));
                    }
                    let names = names.map_or(Vec::new(), |names| names.output_names());
                    all.extend(names.iter().map(|name| self.output(once, name).origins()));
                }
            }
        }
        Of::all(all)
    }

    /// All that a module is given comes of this.
    fn given_to(&self, module: &ModuleOnce<'a>) -> Of {
        let call = module.called.as_ref().and_then(|called| called.call);
        let given = call.iter().flat_map(|call| {
            let arguments = call.block.arguments.iter();
            let arguments = arguments.filter(|one| !is_of_call(one));
            let file = call.file;
            arguments.map(move |argument| self.given(module, Said { file, argument }).origins())
        });
        Of::all(given.chain([Origin::Untold.into()]))
    }

    fn leads_to_block(&self, folder: &Path, placed: Placed<'a>, attribute: &str) -> Of {
        let block = placed.block;
        let kind = block.labels.first().map_or("", String::as_str);
        let is_of_aws = kind.starts_with("aws_") || kind.starts_with("awscc_");
        match (block.kind.as_str(), kind, attribute) {
            // What these have is not made of what may be given to somebody, or is told already: an input, what other
            // root modules put out.
            ("resource", "aws_iam_policy", _)
            | ("data", "aws_iam_policy" | "aws_iam_policy_document", _)
            | ("resource", "terraform_data", "output")
            | ("data", "terraform_remote_state", "outputs")
            | ("data", "tfe_outputs", "values" | "nonsensitive_values") => Of::default(),
            ("data", "local_file" | "local_sensitive_file", _) => {
                self.each_of(folder, placed, |one| self.file_of(one, "filename"))
            }
            // What is packed is all that it has.
            ("data", "archive_file", _) => self.each_of(folder, placed, |one| {
                let names = ["source_file", "source_dir"].into_iter();
                let names = names.filter(|name| block.argument(name).is_some());
                let files = names.map(|name| self.file_of(one, name));
                Of::all(files.chain([self.all_of(one, block)]))
            }),
            ("data", "terraform_remote_state", "") => self.each_of(folder, placed, |one| {
                self.attribute(one, "outputs").origins()
            }),
            ("data", "tfe_outputs", "") => self.each_of(folder, placed, |one| {
                self.attribute(one, "values").origins()
            }),
            (_, _, name) if !name.is_empty() && has(block, name) => {
                self.each_of(folder, placed, |one| {
                    let inner = block.blocks.iter().filter(|inner| is_called(inner, name));
                    Of::all(inner.map(|inner| self.all_of(one, inner)))
                })
            }
            ("resource", _, name) if is_of_aws && !name.is_empty() => Of::default(),
            (other, ..) => {
                let all = self.each_of(folder, placed, |one| self.all_of(one, block));
                if other == "resource" {
                    all
                } else {
                    all.and(&Origin::Untold.into())
                }
            }
        }
    }

    fn each_of(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        of: impl Fn(&Rc<BlockOnce<'a>>) -> Of,
    ) -> Of {
        Of::all(self.each(folder, placed).iter().map(of))
    }

    /// The file that an argument of a block is the path of.
    fn file_of(&self, one: &Rc<BlockOnce<'a>>, name: &str) -> Of {
        let path = one.placed.argument(name);
        let path = path.map(|path| self.argument(one, path).as_text());
        let path = path.unwrap_or_else(PartText::unknown);
        Origin::File(Rc::clone(&one.module.folder), path).into()
    }

    /// All that the arguments of a block, or of one in it, come of.
    fn all_of(&self, one: &Rc<BlockOnce<'a>>, block: &'a Block) -> Of {
        let file = one.placed.file;
        let arguments = block.arguments.iter();
        let arguments = arguments.filter(|argument| !is_of_call(argument));
        let arguments =
            arguments.map(|argument| self.argument(one, Said { file, argument }).origins());
        let inner = block.blocks.iter();
        let inner =
            inner.filter(|inner| !["lifecycle", "provisioner"].contains(&inner.kind.as_str()));
        Of::all(arguments.chain(inner.map(|inner| self.all_of(one, inner))))
    }

    /// What an argument comes to that is not HCL: it is known what texts are in it, and what it refers to.
    pub(super) fn spelled(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        argument: &Argument,
    ) -> Value<'a> {
        let texts = written_in(argument).map(Value::Text);
        let referred = argument.references.iter().flat_map(|reference| {
            // The keys between the names are not told.
            let names: Vec<&str> = reference.split('.').collect();
            let begin = if matches!(names[0], "data" | "ephemeral") {
                3
            } else {
                2
            };
            let (begin, rest) = names.split_at(begin.min(names.len()));
            let begin = self.referred(module, each, &begin.join("."), None);
            let any = begin.any();
            let rest = rest.join(".");
            [begin, any].map(|value| match rest.as_str() {
                "" => value,
                rest => self.referred(module, each, &format!("it.{rest}"), Some(value)),
            })
        });
        let other = Value::nothing();
        Value::one_of(texts.chain(referred).chain([other]))
    }

    /// What names come to, of which the first may be bound to a value.
    pub(super) fn referred(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        names: &str,
        it: Option<Value<'a>>,
    ) -> Value<'a> {
        let here = super::Here {
            evaluation: self,
            module,
            each,
            block: None,
        };
        let bound = it.map(|it| ("it".to_owned(), it)).into_iter().collect();
        match names.parse::<Expression>() {
            Ok(expression) => self.in_scope(&here, &expression, bound),
            Err(_) => Value::made_of(Origin::GivenUp),
        }
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
pub(super) fn is_of_call(argument: &Argument) -> bool {
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

/// The texts that are written in an argument.
pub(super) fn written_in(argument: &Argument) -> impl Iterator<Item = PartText> {
    argument.texts.iter().filter_map(|text| match text {
        Plain::Text(text) => Some(PartText::known(text.as_str())),
        Plain::EndsIn(end) => Some(PartText::unknown().then(&PartText::known(end.as_str()))),
        _ => None,
    })
}
