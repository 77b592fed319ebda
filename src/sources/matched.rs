//! Which block makes which policy, and whether what stands there is what AWS has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::callers::Callers;
use super::meant;
use super::tree::{INIT, TreeFile};
use super::{Different, Live, LivePolicy, SameStatements, State, Tree, same_statements};
use crate::document::Document;
use crate::terraform::{Argument, Block, Content, Value, WrittenPolicy};
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
    /// Finds the block of each policy of the `states`. With `complete` there are no other states, and
    /// nobody else has what these have.
    pub fn of(tree: &Tree, states: &[State], complete: bool) -> Self {
        let live = Live::of(states);
        let matching = Matching {
            tree,
            states,
            complete,
            callers: if complete {
                Callers::default()
            } else {
                Callers::outside(tree)
            },
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

struct Matching<'a> {
    tree: &'a Tree,
    states: &'a [State],
    complete: bool,
    callers: Callers,
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
        let about_state = |message: String| {
            let name = &self.states[policy.state].name;
            Source::from_text(name.raw(), "").warning(format!("{}: {message}", policy.address))
        };
        let (folder, module) = self
            .tree
            .folder(&address.module)
            .map_err(|error| about_state(error.to_string()).help(INIT))?;
        if module.is_downloaded {
            return Err(self.downloaded(policy, &folder, about_state));
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
                return Err(about_state(message).help(
                    "give the folder of the root module that the state is of; where the block was \
                     removed, run `terraform apply` first",
                ));
            }
            [_, (_, file, block), ..] => {
                let why = file.error_at(block, format!("there are two blocks {wanted}"));
                return Err(why.help("make one of them: which one holds is not looked into"));
            }
        };
        self.written(&folder, at, &format!("{wanted}.policy"), &address.module)
            .unwrap_or_else(|| {
                let why = file.error_at(block, "this block says no policy");
                Err(why.help("write its policy as `policy = …`"))
            })
    }

    /// A module that `terraform init` downloaded: what is changed there is lost.
    fn downloaded(
        &self,
        policy: &LivePolicy,
        folder: &Path,
        about_state: impl Fn(String) -> Problem,
    ) -> Problem {
        let module = &policy.address.block.module;
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
        module: &[String],
    ) -> Option<Result<Place, Problem>> {
        let files = self.tree.files(folder);
        let policies = &files[file].configuration.policies;
        let at = policies
            .iter()
            .position(|policy| policy.address == address)?;
        let written = &policies[at];
        Some(match &written.content {
            Content::Document(_) => Ok((folder.to_owned(), file, at)),
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
        module: &[String],
    ) -> Result<Place, Problem> {
        let document = ["json", "minified_json"].iter().find_map(|attribute| {
            let document = reference.strip_suffix(attribute)?.strip_suffix('.')?;
            let is_document = document.starts_with("data.aws_iam_policy_document.");
            is_document.then_some(document)
        });
        let here = |message: String| file.source.error_at(written.range.clone(), message);
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

    /// The policy at a place with all that its block makes.
    fn source_policy(&self, place: &Place, makes: &[usize]) -> Result<SourcePolicy, Problem> {
        let (folder, file, at) = place;
        let file = &self.tree.files(folder)[*file];
        let written = &file.configuration.policies[*at];
        let block = &file.configuration.blocks[written.block];
        let Content::Document(document) = &written.content else {
            return Err(file.error_at(block, "the policy is not read"));
        };
        if let Some(unread) = self.tree.unread(Some(folder)).next() {
            let name = unread.source().name();
            let message = format!("{name} beside it is not read, and may use it too");
            return Err(file
                .error_at(block, message)
                .help("see what is said of that file"));
        }
        self.serves_no_other(folder, written)?;
        self.has_all(folder, written, makes)?;
        let mut statements = Vec::new();
        let mut holders = BTreeSet::new();
        for policy in makes.iter().map(|&policy| &self.live.policies[policy]) {
            if let Some(why) = policy.blockers.first() {
                let why = file.error_at(block, format!("{}: {why}", policy.address));
                return Err(why.help("it stays as it is, with all that its block makes"));
            }
            if policy.arn.is_some() && !self.complete {
                let message = format!(
                    "{}: a state does not tell who else has a managed policy, or whose permissions \
                     boundary it is",
                    policy.address
                );
                return Err(file
                    .error_at(block, message)
                    .help("say --states-complete when nobody has it whom the states do not name"));
            }
            holders.extend(&policy.holders);
            statements.push(self.same(document, policy, file, block)?);
        }
        let callers: Vec<String> = self.callers.of(folder).map(str::to_owned).collect();
        if !callers.is_empty() {
            let message = format!(
                "its module is called elsewhere too: {}",
                some_of(&callers, 5)
            );
            return Err(file.error_at(block, message).help(
                "give the states of these too, and say --states-complete when there are no others",
            ));
        }
        Ok(SourcePolicy {
            document: document.clone(),
            address: written.address.clone(),
            line: written.line,
            start: written.range.start,
            makes: makes.to_vec(),
            holders,
            statements,
        })
    }

    /// Whether a document is used for policies of roles, users and groups alone.
    fn serves_no_other(&self, folder: &Path, written: &WrittenPolicy) -> Result<(), Problem> {
        for file in self.tree.files(folder) {
            for block in &file.configuration.blocks {
                if let Some(range) = other_use(block, block, &written.address) {
                    let message =
                        format!("{} is used here for something else too", written.address);
                    let why = file.source.error_at(range, message);
                    return Err(why.help(
                        "give this a document of its own: what is taken from one is taken from both",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether `makes` is all that is made of a policy, and each block that it is written for has made
    /// something. What is to be made yet, nobody can have used.
    fn has_all(
        &self,
        folder: &Path,
        written: &WrittenPolicy,
        makes: &[usize],
    ) -> Result<(), Problem> {
        for file in self.tree.files(folder) {
            for block in &file.configuration.blocks {
                if !is_written_for(block, written) {
                    continue;
                }
                let address = block.address();
                let made_by_it = |policy: &usize| {
                    let one = &self.live.policies[*policy].address.block;
                    let is_here = || {
                        let place = self.tree.folder(&one.module);
                        place.is_ok_and(|(place, _)| place == folder)
                    };
                    format!("{}.{}", one.kind, one.name) == address && is_here()
                };
                let mut all = (0..self.live.policies.len()).filter(made_by_it);
                if let Some(left) = all.find(|policy| !makes.contains(policy)) {
                    let name = &self.live.policies[left].address;
                    let message = format!("{name} is made of it too, and stays as it is");
                    return Err(file
                        .error_at(block, message)
                        .help("see why that is left; what is taken from one is taken from both"));
                }
                if !block.is_repeated() {
                    self.is_applied(folder, file, block, makes)?;
                }
            }
        }
        Ok(())
    }

    /// Whether a block has made something in each module that it is in once.
    fn is_applied(
        &self,
        folder: &Path,
        file: &TreeFile,
        block: &Block,
        makes: &[usize],
    ) -> Result<(), Problem> {
        let address = block.address();
        let is_made = |module: &[String]| {
            let mut made = makes
                .iter()
                .map(|&one| &self.live.policies[one].address.block);
            made.any(|one| one.module == module && format!("{}.{}", one.kind, one.name) == address)
        };
        let mut modules = self.tree.once_in(folder);
        let Some(module) = modules.find(|module| !is_made(module)) else {
            return Ok(());
        };
        let within = match module {
            [] => String::new(),
            module => format!(" of module.{}", module.join(".module.")),
        };
        let message = format!("no state has what {address}{within} makes");
        let why = file.error_at(block, message);
        Err(why.help("run `terraform apply` first, and give the new state"))
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

/// The resources whose `policy` may be a document.
const WITH_POLICY: [&str; 4] = [
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
];

/// Whether a policy is that of a block, or the document that this has as its policy.
fn is_written_for(block: &Block, written: &WrittenPolicy) -> bool {
    let policy = block.argument("policy").filter(|_| is_with_policy(block));
    policy.is_some_and(|policy| {
        let mut references = policy.references.iter();
        written.address == format!("{}.policy", block.address())
            || references.any(|reference| is_of(reference, &written.address))
    })
}

fn is_with_policy(block: &Block) -> bool {
    let kind = block.labels.first().filter(|_| block.kind == "resource");
    kind.is_some_and(|kind| WITH_POLICY.contains(&kind.as_str()))
}

/// Whether a reference is to a document, or to all documents there are.
fn is_of(reference: &str, document: &str) -> bool {
    let rest = reference.strip_prefix(document);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        || reference == "data.aws_iam_policy_document"
}

/// Where a block uses a document otherwise than as the policy of a role, a user, a group, or a managed
/// one.
fn other_use(outer: &Block, block: &Block, document: &str) -> Option<std::ops::Range<usize>> {
    // Only where it is all of a policy it is found there; a resource's policy is nobody else's.
    let may_be_policy = outer == block && is_with_policy(outer) && document.starts_with("data.");
    let is_policy = |argument: &Argument| {
        let is_all = matches!(argument.value, Value::Reference(_));
        may_be_policy && argument.name == "policy" && is_all
    };
    let is_it = |reference: &String| is_of(reference, document);
    let mut arguments = block.arguments.iter();
    let own_use = arguments.find(|argument| {
        let is_harmless = argument.name == "depends_on" || is_policy(argument);
        !is_harmless && argument.references.iter().any(is_it)
    });
    own_use.map(|argument| argument.range.clone()).or_else(|| {
        let mut inner = block.blocks.iter();
        inner.find_map(|inner| other_use(outer, inner, document))
    })
}

fn first(problem: Option<&Problem>, file: &TreeFile, written: &WrittenPolicy) -> Problem {
    let unread = || {
        file.source
            .error_at(written.range.clone(), "the policy is not read")
    };
    problem.cloned().unwrap_or_else(unread)
}

fn shown_folder(folder: &Path) -> String {
    if folder.as_os_str().is_empty() {
        "this folder".to_owned()
    } else {
        folder.shown().to_string()
    }
}
