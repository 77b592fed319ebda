//! What the blocks of a tree stand for and say, evaluated as Terraform would against the states: with local
//! values, the arguments and outputs of modules, what each is repeated for, and what the states have of the
//! blocks that are referred to. Each is evaluated when it is asked for, and once.

mod actions;
mod attributes;
mod ignored;
mod iterators;
mod kept;
mod keys;
mod leading;
mod names;
mod once;
mod origins;
mod policy_text;
mod read_files;
mod scope;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub(super) use names::{Placed, Said};
pub(super) use once::{All, BlockOnce, Each, ModuleOnce, Repeated};
pub(super) use origins::{Gap, Origins};
pub(super) use policy_text::{TextOnce, only_text};
pub(super) use read_files::arguments_in;

use super::made::Made;
use super::{Module, State, Tree};
use crate::terraform::{
    Argument, Asked, Block, Evaluated, Expression, Made as MadeOnce, Of, Origin, evaluate,
};
use kept::Kept;
use keys::{Keys, Other};
use names::Names;
use once::{CalledOnce, OTHER};
use scope::Here;

/// What an expression comes to.
pub(super) type Value<'a> = Evaluated<Thing<'a>>;

/// What a name may refer to that has attributes of its own.
#[derive(Clone, Debug)]
pub(super) enum Thing<'a> {
    /// A resource, or data.
    Block(Rc<BlockOnce<'a>>),
    /// A module, with its outputs.
    Module(Rc<ModuleOnce<'a>>),
    /// The text of a policy that is written in the tree. It has no attributes, and is not known in full.
    Text(Rc<TextOnce<'a>>),
}

impl MadeOnce for Thing<'_> {
    fn origins(&self) -> Of {
        match self {
            Thing::Block(one) => one.asked("").into(),
            Thing::Module(module) => module.asked().into(),
            Thing::Text(text) => {
                let (folder, file, at) = &text.place;
                let policy = Origin::Policy(folder.as_path().into(), *file, *at);
                text.letters.origins().and(&policy.into())
            }
        }
    }
}

/// What is in a module that is called once.
type In<'a, K> = (*const ModuleOnce<'a>, K);

/// How deep expressions may lead from one to the next.
const DEEPEST: usize = 200;

/// How many expressions are evaluated for one.
const LONGEST: usize = 200_000;

/// Evaluates what is written in a tree.
pub(super) struct Evaluation<'a> {
    pub tree: &'a Tree,
    pub states: &'a [State],
    pub made: &'a Made<'a>,
    names: Kept<PathBuf, Rc<Names<'a>>>,
    expressions: Kept<*const Argument, Option<Rc<Expression>>>,
    roots: Kept<usize, Rc<All<ModuleOnce<'a>>>>,
    modules: Kept<(usize, &'a [String]), Rc<All<ModuleOnce<'a>>>>,
    called: Kept<In<'a, String>, Rc<All<ModuleOnce<'a>>>>,
    blocks: Kept<In<'a, *const Block>, Rc<All<BlockOnce<'a>>>>,
    locals: Kept<In<'a, String>, Value<'a>>,
    variables: Kept<In<'a, String>, Value<'a>>,
    outputs: Kept<In<'a, String>, Value<'a>>,
    arguments: Kept<(*const BlockOnce<'a>, *const Argument), Value<'a>>,
    leading: Kept<Asked, Of>,
    anywhere: Kept<*const Argument, Rc<Option<Origins>>>,
    files: Kept<PathBuf, Option<String>>,
    in_folders: HashMap<PathBuf, Vec<Module<'a>>>,
    depth: Cell<usize>,
    effort: Cell<usize>,
}

impl<'a> Evaluation<'a> {
    /// With nothing evaluated yet.
    pub fn new(tree: &'a Tree, states: &'a [State], made: &'a Made<'a>) -> Self {
        let mut in_folders: HashMap<PathBuf, Vec<Module<'a>>> = HashMap::new();
        for (module, folder, _) in tree.modules() {
            in_folders.entry(folder).or_default().push(module);
        }
        Evaluation {
            tree,
            states,
            made,
            in_folders,
            names: Kept::default(),
            expressions: Kept::default(),
            roots: Kept::default(),
            modules: Kept::default(),
            called: Kept::default(),
            blocks: Kept::default(),
            locals: Kept::default(),
            variables: Kept::default(),
            outputs: Kept::default(),
            arguments: Kept::default(),
            leading: Kept::default(),
            anywhere: Kept::default(),
            files: Kept::default(),
            depth: Cell::new(0),
            effort: Cell::new(0),
        }
    }

    /// All that a module is called for, in each state of its root module. Nothing is made of a root module
    /// without one: otherwise it had to be given.
    pub fn modules(&self, module: Module<'a>) -> Rc<All<ModuleOnce<'a>>> {
        let Some((name, around)) = module.call() else {
            return self.roots(module);
        };
        self.modules.of((module.root, module.names), || {
            let around = self.modules(around);
            let (mut known, mut others) = (Vec::new(), Vec::new());
            for one in &around.known {
                let called = self.called(one, name);
                known.extend(called.known.iter().cloned());
                others.extend(called.others.iter().cloned());
            }
            for one in &around.others {
                others.extend(self.called(one, name).each().cloned());
            }
            Rc::new(All {
                repeated: Repeated::Once,
                known,
                others,
                may_be_fewer: false,
            })
        })
    }

    /// The modules in a folder.
    pub fn modules_in(&self, folder: &Path) -> &[Module<'a>] {
        self.in_folders.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The folder of a module; nothing where that is not known.
    fn folder(&self, module: Option<Module<'a>>) -> Rc<Path> {
        let folder = module.and_then(|module| self.tree.folder(module).ok());
        folder.map_or_else(
            || Path::new("").into(),
            |(folder, _)| folder.as_path().into(),
        )
    }

    /// A root module in each of its states.
    fn roots(&self, module: Module<'a>) -> Rc<All<ModuleOnce<'a>>> {
        self.roots.of(module.root, || {
            let states = self.states.iter().enumerate();
            let own = states.filter(|(_, state)| state.root == module.root);
            let once = own.map(|(state, _)| {
                Rc::new(ModuleOnce {
                    folder: self.folder(Some(module)),
                    module: Some(module),
                    names: Vec::new(),
                    state,
                    keys: Vec::new(),
                    called: None,
                })
            });
            Rc::new(All {
                repeated: Repeated::Once,
                known: once.collect(),
                others: Vec::new(),
                may_be_fewer: false,
            })
        })
    }

    /// All root modules, each in each of its states.
    fn all_roots(&self) -> Vec<Rc<ModuleOnce<'a>>> {
        let roots = 0..self.tree.roots.len();
        let roots = roots.map(|root| self.roots(Module { root, names: &[] }));
        roots.flat_map(|root| root.known.clone()).collect()
    }

    /// All that a module calls by a name.
    pub fn called(&self, around: &Rc<ModuleOnce<'a>>, name: &str) -> Rc<All<ModuleOnce<'a>>> {
        self.called.of((Rc::as_ptr(around), name.to_owned()), || {
            let names = self.names(around);
            let address = format!("module.{name}");
            if (names.as_ref()).is_some_and(|names| !names.may_have(&address)) {
                return Rc::new(All::none());
            }
            let call = names.and_then(|names| names.block(&address));
            let names = [around.names.as_slice(), &[name.to_owned()]].concat();
            let module = around
                .module
                .and_then(|around| self.tree.called_by(around, name));
            let in_state = || self.made.keys_of_module(around.state, &names, &around.keys);
            let once = |each: Each<'a>, key: String| {
                Rc::new(ModuleOnce {
                    folder: self.folder(module),
                    module,
                    names: names.clone(),
                    state: around.state,
                    keys: [around.keys.as_slice(), &[key]].concat(),
                    called: Some(CalledOnce {
                        around: Rc::clone(around),
                        call,
                        each,
                    }),
                })
            };
            Rc::new(self.all(around, call, in_state, once))
        })
    }

    /// All that a block of a resource or of data stands for in a module.
    pub fn blocks(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        placed: Placed<'a>,
    ) -> Rc<All<BlockOnce<'a>>> {
        let key = (Rc::as_ptr(module), std::ptr::from_ref(placed.block));
        self.blocks.of(key, || {
            let made = self
                .made
                .of_block_in(module.state, &module.names, placed.block);
            let in_state = || {
                let below = made
                    .iter()
                    .filter(|one| one.address.keys().starts_with(&module.keys));
                let keys = below.filter_map(|one| one.address.keys().last().cloned());
                keys.collect()
            };
            let once = |each: Each<'a>, key: String| {
                let keys = [module.keys.as_slice(), &[key]].concat();
                let made = made.iter().copied().find(|one| one.address.keys() == keys);
                Rc::new(BlockOnce {
                    module: Rc::clone(module),
                    placed,
                    each,
                    keys,
                    made,
                })
            };
            Rc::new(self.all(module, Some(placed), in_state, once))
        })
    }

    /// All that a block stands for, in all modules that are in a folder.
    pub fn each(&self, folder: &Path, placed: Placed<'a>) -> Vec<Rc<BlockOnce<'a>>> {
        let mut each = Vec::new();
        for &module in self.modules_in(folder) {
            for once in self.modules(module).each() {
                each.extend(self.blocks(once, placed).each().cloned());
            }
        }
        each
    }

    /// All that a block stands for which is repeated as it says, or else as a state has it.
    fn all<T>(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        placed: Option<Placed<'a>>,
        in_state: impl Fn() -> BTreeSet<String>,
        once: impl Fn(Each<'a>, String) -> Rc<T>,
    ) -> All<T> {
        // What is not found, or laid over another, may be repeated for anything.
        let unknown = || (Repeated::ForEach, Keys::untold());
        let (repeated, keys) = placed.map_or_else(unknown, |placed| self.repeated(module, placed));
        let may_be_fewer = !keys.are_all();
        let is_told: BTreeSet<&String> = keys.told.iter().map(|(key, _)| key).collect();
        // Where a state has what may be there, it is there already.
        let made: BTreeSet<String> = if may_be_fewer {
            in_state()
        } else {
            BTreeSet::new()
        };
        let mut perhaps: BTreeMap<&String, Each<'a>> = BTreeMap::new();
        let mut others = Vec::new();
        for other in &keys.others {
            let is_it = |key: &&String| !is_told.contains(key) && other.may_be_at(key);
            for key in made.iter().filter(is_it) {
                let each = other.at(repeated, key);
                let each = match perhaps.remove(key) {
                    Some(known) => known.or(&each),
                    None => each,
                };
                perhaps.insert(key, each);
            }
            let is_there = |key: &String| made.contains(key) || is_told.contains(key);
            if !other.key().is_some_and(is_there) {
                others.push(once(other.each(repeated), OTHER.to_owned()));
            }
        }
        let perhaps = perhaps.into_iter();
        let perhaps = perhaps.map(|(key, each)| once(each, key.clone()));
        let told = keys.told.iter().cloned();
        let told = told.map(|(key, each)| once(each, key));
        All {
            repeated,
            known: told.chain(perhaps).collect(),
            others,
            may_be_fewer,
        }
    }

    /// What a block is repeated for.
    fn repeated(&self, module: &Rc<ModuleOnce<'a>>, placed: Placed<'a>) -> (Repeated, Keys<'a>) {
        let (said, repeated) = match (placed.argument("count"), placed.argument("for_each")) {
            (Some(count), _) => (count, Repeated::Count),
            (None, Some(each)) => (each, Repeated::ForEach),
            (None, None) => return (Repeated::Once, self.enabled(module, placed)),
        };
        let value = self.value_in(module, &Each::Once, said);
        let keys = match repeated {
            Repeated::Count => Keys::of_count(&value),
            _ => Keys::of_each(&value),
        };
        (repeated, keys)
    }

    /// Whether a block that is not repeated is made: its `lifecycle` may be asked.
    fn enabled(&self, module: &Rc<ModuleOnce<'a>>, placed: Placed<'a>) -> Keys<'a> {
        let once = || vec![(String::new(), Each::Once)];
        let mut lifecycles = placed.block.blocks_of("lifecycle");
        let Some(argument) = lifecycles.find_map(|one| one.argument("enabled")) else {
            return Keys::all(once());
        };
        let file = placed.file;
        let is_enabled = self.value_in(module, &Each::Once, Said { file, argument });
        match is_enabled.as_bool() {
            Some(true) => Keys::all(once()),
            Some(false) => Keys::all(Vec::new()),
            None => Keys {
                told: Vec::new(),
                others: vec![Other::This(String::new(), Each::Once)],
            },
        }
    }

    /// Whether another block of its folder has the address of a block, so that one is laid over the other.
    pub fn is_laid_over(&self, folder: &Path, block: &Block) -> bool {
        self.names_in(folder).block(&block.address()).is_none()
    }

    /// What an argument of a block comes to.
    pub fn argument(&self, once: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Value<'a> {
        let key = (Rc::as_ptr(once), std::ptr::from_ref(said.argument));
        self.arguments.of(key, || {
            let is_ignored = once.placed.ignores(&said.argument.name);
            let ignored = is_ignored.then(|| self.ignored(once, said)).flatten();
            if let Some(ignored) = ignored {
                return ignored;
            }
            self.written_once(once, said)
        })
    }

    /// What an argument of a block comes to as it is written.
    fn written_once(&self, once: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Value<'a> {
        self.value_within(
            &once.module,
            &once.each,
            (Some(once), once.placed.block),
            said,
        )
    }

    /// What an argument of a call comes to, where it is called once.
    pub fn given(&self, called: &ModuleOnce<'a>, said: Said<'a>) -> Value<'a> {
        match &called.called {
            Some(call) => self.value_in(&call.around, &call.each, said),
            None => Value::made_of(Origin::Untold),
        }
    }

    fn value_in(&self, module: &Rc<ModuleOnce<'a>>, each: &Each<'a>, said: Said<'a>) -> Value<'a> {
        let Some(expression) = self.expression(said) else {
            return self.spelled(module, each, said.argument);
        };
        let value = self.value_of(module, each, &expression);
        self.with_texts(module, each, said, value)
    }

    /// The same of an argument of a block, or of one in it, which may ask for the block itself.
    fn value_within(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        (once, block): (Option<&Rc<BlockOnce<'a>>>, &'a Block),
        said: Said<'a>,
    ) -> Value<'a> {
        let Some(expression) = self.expression(said) else {
            return self.spelled(module, each, said.argument);
        };
        let here = Here {
            evaluation: self,
            module,
            each,
            block: once,
        };
        let Some(bound) = self.iterators(&here, block, said) else {
            return Value::Null;
        };
        let value = self.in_scope(&here, &expression, bound);
        self.with_texts(module, each, said, value)
    }

    /// What an expression comes to that stands in a module, within one of those that a block stands for.
    fn value_of(
        &self,
        module: &Rc<ModuleOnce<'a>>,
        each: &Each<'a>,
        expression: &Expression,
    ) -> Value<'a> {
        let here = Here {
            evaluation: self,
            module,
            each,
            block: None,
        };
        self.in_scope(&here, expression, Vec::new())
    }

    fn in_scope(
        &self,
        here: &Here<'_, 'a>,
        expression: &Expression,
        bound: Vec<(String, Value<'a>)>,
    ) -> Value<'a> {
        if self.depth.get() == 0 {
            self.effort.set(0);
        }
        evaluate(expression, here, bound)
    }

    fn expression(&self, said: Said<'a>) -> Option<Rc<Expression>> {
        self.expressions.of(std::ptr::from_ref(said.argument), || {
            let file = said.file;
            let expression = file.configuration.expression(&file.source, said.argument);
            expression.map(Rc::new)
        })
    }

    /// What the names in the files of a module refer to; none where its folder is not known.
    fn names(&self, once: &ModuleOnce<'a>) -> Option<Rc<Names<'a>>> {
        let (folder, _) = self.tree.folder(once.module?).ok()?;
        Some(self.names_in(&folder))
    }

    fn names_in(&self, folder: &Path) -> Rc<Names<'a>> {
        let names = || Rc::new(Names::of(self.tree, folder));
        self.names.of(folder.to_owned(), names)
    }
}
