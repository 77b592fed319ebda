//! Which block makes which policy, and whether what stands there is what AWS has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::callers::Callers;
use super::tree::{INIT, TreeFile};
use super::uses::Uses;
use super::{
    BlockAddress, Different, Held, Live, LivePolicy, MODULES_JSON, Module, Others, SameStatements,
    State, Tree, same_statements,
};
use super::{in_file, meant};
use crate::document::Document;
use crate::iam::Arn;
use crate::terraform::{Block, Content, WrittenPolicy};
use crate::text::{Problem, Shown, Source, list, some_of};

/// What the policies of a tree are, as far as states tell.
#[derive(Clone, Debug)]
pub struct Matched {
    /// Who has which policies.
    pub live: Live,
    /// The policies that can be edited, each with all that its block makes.
    pub policies: Vec<SourcePolicy>,
    /// Those that cannot, and why.
    pub left: Vec<LeftPolicy>,
}

/// A policy as it is written, and what is made of it.
#[derive(Clone, Debug)]
pub struct SourcePolicy {
    /// The policy in its file.
    pub document: Document,
    /// Its address in its module, as `data.aws_iam_policy_document.app`.
    pub address: String,
    /// The line it begins in.
    pub line: usize,
    /// Where it begins in the text.
    pub start: usize,
    /// The policies that are made of it, by their places: one, or several that are one here.
    pub makes: Vec<usize>,
    /// All who have any of these, by their places.
    pub holders: BTreeSet<usize>,
    /// For each of `makes` how its statements and those that are written belong together.
    pub statements: Vec<SameStatements>,
}

/// A policy that is not edited.
#[derive(Clone, Debug)]
pub struct LeftPolicy {
    /// Which it is, by its place.
    pub policy: usize,
    /// Why, with the place and the way out.
    pub why: Problem,
}

/// Where a policy is written: the folder, the file in it and the policy in that.
type Place = (PathBuf, usize, usize);

impl Matched {
    /// Finds the block of each policy of the `states`, whose holders what AWS `held` tells where it has them.
    /// With `complete` there are no other states, and
    /// nobody else has what these have.
    pub fn of(tree: &Tree, states: &[State], held: &Held, complete: bool) -> Self {
        let live = Live::of(states, held);
        let matching = Matching {
            tree,
            states,
            complete,
            callers: if complete {
                Callers::default()
            } else {
                Callers::outside(tree)
            },
            not_initialised: Callers::not_initialised(tree),
            in_states: blocks_in(states),
            live: &live,
        };
        let (mut policies, left) = matching.run();
        meant::tell(&mut policies, |policy| {
            live.policies[policy].address.to_string()
        });
        Matched {
            live,
            policies,
            left,
        }
    }

    /// What a policy is called in messages: its address in the state.
    pub fn name(&self, policy: usize) -> String {
        self.live.policies[policy].address.to_string()
    }
}

/// The blocks of each root module that have made something.
fn blocks_in(states: &[State]) -> BTreeSet<(usize, &BlockAddress)> {
    let blocks = states.iter().flat_map(|state| {
        let resources = state.resources.iter();
        resources.map(|resource| (state.root, &resource.address.block))
    });
    blocks.collect()
}

struct Matching<'a> {
    tree: &'a Tree,
    states: &'a [State],
    complete: bool,
    /// Who calls the modules outside of the tree; nobody where the states are complete.
    callers: Callers,
    /// Who calls them in it, and is not initialised.
    not_initialised: Callers,
    /// The blocks of each root module that have made something.
    in_states: BTreeSet<(usize, &'a BlockAddress)>,
    live: &'a Live,
}

impl Matching<'_> {
    fn run(&self) -> (Vec<SourcePolicy>, Vec<LeftPolicy>) {
        let mut made: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
        let mut left = Vec::new();
        for policy in 0..self.live.policies.len() {
            match self.place(&self.live.policies[policy]) {
                Ok(place) => made.entry(place).or_default().push(policy),
                Err(why) => left.push(LeftPolicy { policy, why }),
            }
        }
        let mut policies = Vec::new();
        for (place, makes) in made {
            match self.source_policy(&place, &makes) {
                Ok(policy) => policies.push(policy),
                Err(why) => left.extend(makes.into_iter().map(|policy| LeftPolicy {
                    policy,
                    why: why.clone(),
                })),
            }
        }
        (policies, left)
    }

    /// Where the policy that a state has is written.
    fn place(&self, policy: &LivePolicy) -> Result<Place, Problem> {
        let address = &policy.address.block;
        let within = self.states[policy.state].module(&policy.address);
        let about_state = |message: String| {
            let name = &self.states[policy.state].name;
            Source::from_text(name.raw(), "").warning(format!("{}: {message}", policy.address))
        };
        let (folder, module) = self
            .tree
            .folder(within)
            .map_err(|error| about_state(error.to_string()).help(INIT))?;
        if module.is_downloaded {
            return Err(self.downloaded(policy, within, &folder, about_state));
        }
        if !within.names.is_empty() && self.tree.call(within).is_none() {
            let called = within.names.join(".module.");
            let why = about_state(format!("no block that is read calls module.{called}"));
            return Err(match self.tree.unread(None).next() {
                Some(_) => why.help("see what is said of the files that are not read"),
                None => why.help("run `terraform apply` first, and give the new state"),
            });
        }
        if let Some((file, call)) = self.tree.misplaced_call(within) {
            let message = format!(
                "{}: {MODULES_JSON} has another folder for {} than is written here",
                policy.address,
                call.address()
            );
            return Err(file.error_at(call, message).help(INIT));
        }
        let wanted = format!("{}.{}", address.kind, address.name);
        let blocks: Vec<(usize, &TreeFile, &Block)> = (self.tree.files(&folder).iter().enumerate())
            .filter_map(|(at, file)| Some((at, file, file.configuration.block(&wanted)?)))
            .collect();
        let (at, file, block) = match blocks.as_slice() {
            [only] => *only,
            [] => {
                let shown = shown_folder(&folder);
                let message = format!("no block {wanted} is found in {shown}");
                let help = if self.tree.has_moved() {
                    "there are `moved` blocks: run `terraform apply` first, and give the new state"
                } else {
                    "give the folder of the root module that the state is of; where the block was \
                     removed, run `terraform apply` first"
                };
                return Err(about_state(message).help(help));
            }
            [_, (_, file, block), ..] => {
                let why = file.error_at(block, format!("there are two blocks {wanted}"));
                return Err(why.help("make one of them: which one holds is not looked into"));
            }
        };
        self.written(&folder, at, &format!("{wanted}.policy"), within)
            .unwrap_or_else(|| {
                let why = file.error_at(block, "this block says no policy");
                Err(why.help("write its policy as `policy = …`"))
            })
    }

    /// A module that `terraform init` downloaded: what is changed there is lost.
    fn downloaded(
        &self,
        policy: &LivePolicy,
        module: Module<'_>,
        folder: &Path,
        about_state: impl Fn(String) -> Problem,
    ) -> Problem {
        let message = format!(
            "{}: the policy is written in a module that is downloaded ({})",
            policy.address,
            folder.shown().raw()
        );
        let Some((file, call)) = self.tree.call(module) else {
            return about_state(message).help("change what its caller gives it");
        };
        // What carries statements is most often called so.
        let is_about_policies = |name: &str| {
            ["polic", "statement", "action", "permission"]
                .iter()
                .any(|word| name.contains(word))
        };
        let arguments = call.arguments.iter().map(|argument| &argument.name);
        let named: Vec<String> = arguments
            .filter(|name| is_about_policies(name))
            .cloned()
            .collect();
        let help = if named.is_empty() {
            format!("change what {} gives it", call.address())
        } else {
            format!("change {} of {}", list(&named), call.address())
        };
        file.error_at(call, message).help(help)
    }

    /// The place of the policy at an address of a folder, references followed; none where nothing is
    /// there.
    fn written(
        &self,
        folder: &Path,
        file: usize,
        address: &str,
        module: Module<'_>,
    ) -> Option<Result<Place, Problem>> {
        let files = self.tree.files(folder);
        let policies = &files[file].configuration.policies;
        let at = policies
            .iter()
            .position(|policy| policy.address == address)?;
        let written = &policies[at];
        Some(match &written.content {
            Content::Document(_) | Content::InFile(_) => Ok((folder.to_owned(), file, at)),
            Content::NotOffered(why) => Err(why.clone()),
            Content::Refused(problems) => Err(first(problems.0.first(), &files[file], written)),
            Content::Reference(reference) => {
                self.referred(folder, &files[file], written, reference, module)
            }
        })
    }

    fn referred(
        &self,
        folder: &Path,
        file: &TreeFile,
        written: &WrittenPolicy,
        reference: &str,
        module: Module<'_>,
    ) -> Result<Place, Problem> {
        let document = ["json", "minified_json"].iter().find_map(|attribute| {
            let document = reference.strip_suffix(attribute)?.strip_suffix('.')?;
            let is_document = document.starts_with("data.aws_iam_policy_document.");
            is_document.then_some(document)
        });
        let is_local_policy = |address: &&str| {
            let mut files = self.tree.files(folder).iter();
            address.starts_with("local.")
                && files.any(|file| file.configuration.policy(address).is_some())
        };
        let document = document.or(Some(reference).filter(is_local_policy));
        let here = |message: String| file.source.error_at(written.range.clone(), message);
        if document == Some(reference) && self.local_values(folder, reference) > 1 {
            let why = here(format!("{reference} is given twice"));
            return Err(why.help("keep one of them: which one holds is not looked into"));
        }
        if let Some(document) = document {
            let files = 0..self.tree.files(folder).len();
            let mut found = files.filter_map(|at| self.written(folder, at, document, module));
            return match (found.next(), found.next()) {
                (Some(found), None) => found,
                (None, _) => {
                    let why = here(format!(
                        "there is no {document} in {}",
                        shown_folder(folder)
                    ));
                    Err(why.help("`terraform validate` says more"))
                }
                (Some(_), Some(_)) => {
                    let why = here(format!("there are two blocks {document}"));
                    Err(why.help("make one of them: which one holds is not looked into"))
                }
            };
        }
        let why = here(format!(
            "the policy comes from {reference}, which is not followed"
        ));
        let argument = reference.strip_prefix("var.");
        Err(match (argument, self.tree.call(module)) {
            (Some(argument), Some((caller, call))) => why.help(format!(
                "change the argument {argument} of {} by hand, {}:{}",
                call.address(),
                caller.source.name(),
                call.line
            )),
            _ => why
                .help("write it there in jsonencode({ … }) or as data \"aws_iam_policy_document\""),
        })
    }

    /// How many local values of a folder are called so, as an override file may give one again.
    fn local_values(&self, folder: &Path, reference: &str) -> usize {
        let name = reference.strip_prefix("local.").unwrap_or(reference);
        let files = self.tree.files(folder).iter();
        let blocks = files.flat_map(|file| &file.configuration.blocks);
        let locals = blocks.filter(|block| block.kind == "locals");
        locals
            .filter(|block| block.argument(name).is_some())
            .count()
    }

    /// The policy at a place with all that its block makes.
    fn source_policy(&self, place: &Place, makes: &[usize]) -> Result<SourcePolicy, Problem> {
        let (folder, file, at) = place;
        let file = &self.tree.files(folder)[*file];
        let written = &file.configuration.policies[*at];
        let block = &file.configuration.blocks[written.block];
        let document = match &written.content {
            Content::Document(document) => document.clone(),
            Content::InFile(policy_file) => {
                let place = (file, written);
                in_file::document(self.tree, folder, place, policy_file, self.complete)?
            }
            _ => return Err(file.error_at(block, "the policy is not read")),
        };
        let is_in_file = matches!(written.content, Content::InFile(_));
        if !self.tree.is_own_file(file) {
            let message = "this file is a link, or in the tree by several paths: it may be a part of \
                           something else too";
            let why = file.error_at(block, message);
            return Err(why.help("give the folder that the file itself is in"));
        }
        if let Some(unread) = self.tree.unread(Some(folder)).next() {
            let name = unread.source().name();
            let message = format!("{name} beside it is not read, and may use it too");
            return Err(file
                .error_at(block, message)
                .help("see what is said of that file"));
        }
        let uses = Uses {
            tree: self.tree,
            states: self.states,
            live: self.live,
            in_states: &self.in_states,
            folder,
            written,
            makes,
        };
        uses.are_all_known()?;
        let mut statements = Vec::new();
        let mut holders = BTreeSet::new();
        for policy in makes.iter().map(|&policy| &self.live.policies[policy]) {
            if !policy.blockers.is_empty() {
                let why = list(&policy.blockers);
                let why = file.error_at(block, format!("{}: {why}", policy.address));
                return Err(why.help("it stays as it is, with all that its block makes"));
            }
            if policy.others == Others::Perhaps && !self.complete {
                let message = format!(
                    "{}: a state does not tell who else has a managed policy, or whose permissions \
                     boundary it is",
                    policy.address
                );
                let account = policy.arn().and_then(Arn::account);
                let account = account.map_or(String::new(), |id| format!(" in account {id}"));
                return Err(file.error_at(block, message).help(format!(
                    "give what `aws iam get-account-authorization-details --output json` prints{account}, \
                     or say --states-complete when nobody has it whom the states do not name"
                )));
            }
            holders.extend(&policy.holders);
            statements.push(self.same(&document, policy, file, block)?);
        }
        self.is_called_here_alone(folder, file, block)?;
        Ok(SourcePolicy {
            document,
            address: written.address.clone(),
            line: if is_in_file { 1 } else { written.line },
            start: if is_in_file { 0 } else { written.range.start },
            makes: makes.to_vec(),
            holders,
            statements,
        })
    }

    /// Whether all that calls its module is in the states that are given.
    fn is_called_here_alone(
        &self,
        folder: &Path,
        file: &TreeFile,
        block: &Block,
    ) -> Result<(), Problem> {
        let not_initialised = self.not_initialised.of(folder);
        if !not_initialised.is_empty() {
            let message = format!(
                "its module is called where {MODULES_JSON} does not have it so: {}",
                some_of(&not_initialised, 5)
            );
            return Err(file.error_at(block, message).help(INIT));
        }
        if self.callers.is_outside(folder) {
            let message = "its module is not in the repository of the root module, so who else calls \
                           it is not known";
            return Err(file
                .error_at(block, message)
                .help("say --states-complete when nobody else does"));
        }
        let callers = self.callers.of(folder);
        if callers.is_empty() {
            return Ok(());
        }
        let message = format!(
            "its module is called elsewhere too: {}",
            some_of(&callers, 5)
        );
        Err(file.error_at(block, message).help(
            "give the root modules that these are in too, each with its state, or say --states-complete \
             when they make nothing",
        ))
    }

    /// How what is written and what AWS has belong together.
    fn same(
        &self,
        document: &Document,
        policy: &LivePolicy,
        file: &TreeFile,
        block: &Block,
    ) -> Result<SameStatements, Problem> {
        let state = &self.states[policy.state].name;
        let apply_first = |what: String| {
            let message = format!("{}: {what}", policy.address);
            let why = file.error_at(block, message);
            why.help("run `terraform apply` first, and give the new state")
        };
        let live = policy.document.as_deref().unwrap_or_default();
        let live = Document::parse(Source::from_text(state.raw(), live));
        let Ok(live) = live else {
            return Err(apply_first(format!("the policy in {state} is not read")));
        };
        let form = |statement: usize| document.form(statement).clone();
        same_statements(document.policy(), live.policy(), form).map_err(|different| {
            let Different { of_source, of_live } = different;
            let mut parts = Vec::new();
            if let Some(&first) = of_source.first() {
                parts.push(format!(
                    "statement {} of the source is not there",
                    first + 1
                ));
            }
            if let Some(&first) = of_live.first() {
                parts.push(format!(
                    "statement {} there is not in the source",
                    first + 1
                ));
            }
            apply_first(format!(
                "{state} has another policy than the source: {}",
                parts.join(", and ")
            ))
        })
    }
}

fn first(problem: Option<&Problem>, file: &TreeFile, written: &WrittenPolicy) -> Problem {
    let unread = || {
        file.source
            .error_at(written.range.clone(), "the policy is not read")
    };
    problem.cloned().unwrap_or_else(unread)
}

pub(super) fn shown_folder(folder: &Path) -> String {
    if folder.as_os_str().is_empty() {
        "this folder".to_owned()
    } else {
        folder.shown().to_string()
    }
}
