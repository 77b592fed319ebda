//! Where a policy of a state is written: the block, and what that refers to.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::evaluation::{Evaluation, Placed, TextOnce, only_text};
use super::files::TreeFile;
use super::matched::shown_folder;
use super::merged::{MergedPolicy, NotMerged, Place, Written};
use super::names::root_of;
use super::tree::INIT;
use super::{Live, LivePolicy, MODULES_JSON, Module, State, Tree};
use crate::terraform::{Argument, Block, Content, Merged, Referred, WrittenPolicy};
use crate::text::{Problem, Shown, Source, list};

const SEE_UNREAD: &str = "see what is said of the files that are not read";

/// Looks for policies of states in a tree.
#[derive(Clone, Copy)]
pub(super) struct Search<'s, 'a> {
    pub tree: &'a Tree,
    pub states: &'a [State],
    pub live: &'s Live,
    pub evaluation: &'s Evaluation<'a>,
}

/// Where a policy is written that was found.
pub(super) struct Found<'a> {
    pub written: Written,
    /// The text that its block is given, where nothing but its value tells which one that is.
    pub given: Option<Rc<TextOnce<'a>>>,
}

impl<'a> Search<'_, 'a> {
    /// Where the policy that a state has is written.
    ///
    /// # Errors
    /// It is not found, or is written in a form or a place that is not read.
    pub fn of(&self, policy: &LivePolicy) -> Result<Found<'a>, Problem> {
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
        let downloaded = || self.downloaded(policy, within, &folder, about_state);
        if module.is_downloaded && !self.tree.is_read(&folder) {
            return Err(downloaded());
        }
        if !within.names.is_empty() && self.tree.call(within).is_none() {
            let called = within.names.join(".module.");
            let why = about_state(format!("no block that is read calls module.{called}"));
            return Err(match self.tree.unread(None).next() {
                Some(_) => why.help(SEE_UNREAD),
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
                let help = if self.tree.unread(Some(&folder)).next().is_some() {
                    SEE_UNREAD
                } else if self.tree.has_moved() {
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
        let here = Here {
            tree: self.tree,
            folder: &folder,
            module: within,
        };
        let argument = if policy.is_embedded_by_role() {
            let number = self.inline_policy(policy, (file, block), &about_state)?;
            format!("{wanted}.inline_policy[{number}].policy")
        } else {
            format!("{wanted}.policy")
        };
        let written = here.written(at, &argument, &[]).unwrap_or_else(|| {
            let why = file.error_at(block, "this block says no policy");
            Err(why.help("write its policy as `policy = …`"))
        });
        match written {
            Ok(written) if !module.is_downloaded => Ok(Found {
                written,
                given: None,
            }),
            written => self.given(policy, Placed { file, block }).ok_or_else(|| {
                let why = written.err().filter(|_| !module.is_downloaded);
                why.unwrap_or_else(downloaded)
            }),
        }
    }

    /// Where the text is written that the block of a policy is given by arguments, local values and whatever else can
    /// be told; none where nobody can tell it, or it is written where nothing is edited.
    fn given(&self, policy: &LivePolicy, placed: Placed<'a>) -> Option<Found<'a>> {
        let once = self.evaluation.once(policy, placed)?;
        let given = self.evaluation.argument(&once, placed.argument("policy")?);
        let text = Rc::clone(only_text(&given)?);
        let (folder, file, at) = &text.place;
        let (_, written_in) = self.tree.folder(text.module.module?).ok()?;
        let here = Here {
            tree: self.tree,
            folder,
            module: text.module.module?,
        };
        let address = &self.tree.files(folder)[*file].configuration.policies[*at].address;
        let written = here.written(*file, address, &[])?.ok()?;
        (!written_in.is_downloaded).then_some(Found {
            written,
            given: Some(text),
        })
    }

    /// Which of the `inline_policy` blocks of a role makes a policy: the one that has its name, or else the
    /// only one whose name is computed, where no other policy of the role is left for that.
    fn inline_policy(
        &self,
        policy: &LivePolicy,
        (file, role): (&TreeFile, &Block),
        about_state: &impl Fn(String) -> Problem,
    ) -> Result<usize, Problem> {
        let blocks: Vec<&Block> = role.blocks_of("inline_policy").collect();
        let name_of = |block: &Block| Some(block.argument("name")?.value.as_text()?.to_owned());
        let with_name = |name: &str| {
            let numbers = 0..blocks.len();
            numbers
                .filter(|&at| name_of(blocks[at]).as_deref() == Some(name))
                .collect()
        };
        let found: Vec<usize> = with_name(policy.name.raw());
        match found.as_slice() {
            [only] => return Ok(*only),
            [_, second, ..] => {
                let message = format!("there are two inline policies {}", policy.name);
                let why = file.error_at(blocks[*second], message);
                return Err(why.help("make one of them: which one holds is not looked into"));
            }
            [] => {}
        }
        if let Some(dynamic) = dynamic_inline_policy(role) {
            let message = format!(
                "{}: a dynamic block makes the inline policies",
                policy.address
            );
            let why = file.error_at(dynamic, message);
            return Err(why.help("write each in an aws_iam_role_policy of its own"));
        }
        let computed: Vec<usize> = (0..blocks.len())
            .filter(|&at| name_of(blocks[at]).is_none())
            .collect();
        let others = self.live.policies.iter().filter(|other| {
            other.is_embedded_by_role()
                && other.embedded_in() == policy.embedded_in()
                && with_name(other.name.raw()).is_empty()
        });
        match (computed.as_slice(), others.count()) {
            ([only], 1) => Ok(*only),
            ([], _) => {
                let message = format!("no inline_policy of {} has its name", role.address());
                Err(about_state(message)
                    .help("run `terraform apply` first, and give the new state"))
            }
            ([first, ..], _) => {
                let message = format!(
                    "{}: nobody can tell which inline_policy makes it, since names are computed",
                    policy.address
                );
                let why = file.error_at(blocks[*first], message);
                Err(why.help("write their names, or each as an aws_iam_role_policy of its own"))
            }
        }
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
        let variables = self.variables_in(policy, folder);
        let may_be_in_it =
            |name: &&String| (variables.as_ref()).is_none_or(|variables| variables.contains(*name));
        let arguments = call.arguments.iter().map(|argument| &argument.name);
        let given: Vec<&String> = arguments.filter(may_be_in_it).collect();
        // What carries statements is most often called so.
        let is_about_policies = |name: &&&String| {
            let words = ["polic", "statement", "action", "permission"];
            words.iter().any(|word| name.contains(word))
        };
        let named = given.iter().filter(is_about_policies);
        let named: Vec<String> = named.map(|&name| name.clone()).collect();
        let address = call.address();
        let help = if given.is_empty() {
            format!(
                "nothing that {address} gives it is in its text: write a policy here in its place"
            )
        } else if named.is_empty() {
            format!("change what {address} gives it")
        } else {
            format!("change {} of {address}", list(&named))
        };
        file.error_at(call, message).help(help)
    }

    /// The variables of a module that the text of a policy in its files comes of; none where these are not read.
    fn variables_in(&self, policy: &LivePolicy, folder: &Path) -> Option<BTreeSet<String>> {
        let files = self.tree.files(folder);
        let blocks = || files.iter().flat_map(|file| &file.configuration.blocks);
        let made = &policy.address.block;
        let own = blocks().find(|block| made.is_of(block))?;
        let left = RefCell::new(Vec::new());
        let take = |block: &Block, is_taken: &dyn Fn(&Argument) -> bool| {
            // All that it refers to is looked through.
            _ = block.refers(&|argument, reference| {
                if is_taken(argument) {
                    left.borrow_mut().push(root_of(reference).to_owned());
                }
                false
            });
        };
        take(own, &|one| {
            matches!(one.name.as_str(), "policy" | "for_each")
        });
        let next = |left: &RefCell<Vec<String>>| left.borrow_mut().pop();
        let mut gone = BTreeSet::new();
        while let Some(name) = next(&left) {
            if !gone.insert(name.clone()) {
                continue;
            }
            for block in blocks() {
                let is_local =
                    |one: &Argument| name.strip_prefix("local.") == Some(one.name.as_str());
                if block.kind == "locals" {
                    take(block, &is_local);
                } else if block.address() == name {
                    take(block, &|_| true);
                }
            }
        }
        let variables = gone.iter().filter_map(|name| name.strip_prefix("var."));
        Some(variables.map(str::to_owned).collect())
    }
}

/// Whether a role has policies in blocks of its own.
pub(super) fn embeds_policies(role: &Block) -> bool {
    role.blocks_of("inline_policy").next().is_some() || dynamic_inline_policy(role).is_some()
}

fn dynamic_inline_policy(role: &Block) -> Option<&Block> {
    let mut dynamic = role.blocks_of("dynamic");
    dynamic.find(|one| matches!(one.labels.as_slice(), [label] if label == "inline_policy"))
}

/// A module in which references are followed.
#[derive(Clone, Copy)]
struct Here<'a> {
    tree: &'a Tree,
    folder: &'a Path,
    module: Module<'a>,
}

impl Here<'_> {
    /// Where the policy at an address is written, in a file by its place; none where nothing is there.
    /// `around` are the addresses of those that take it.
    fn written(
        &self,
        file: usize,
        address: &str,
        around: &[&str],
    ) -> Option<Result<Written, Problem>> {
        let file_at = &self.tree.files(self.folder)[file];
        let policies = &file_at.configuration.policies;
        let at = policies
            .iter()
            .position(|policy| policy.address == address)?;
        let written = &policies[at];
        let place = (self.folder.to_owned(), file, at);
        Some(match &written.content {
            Content::Document(_) | Content::InFile(_) => Ok(Written::Whole(place)),
            Content::Merged(merged, _) => {
                let around: Vec<&str> = around.iter().copied().chain([address]).collect();
                self.merged(file_at, &place, written, merged, &around)
            }
            Content::NotOffered(why) => Err(why.clone()),
            Content::Refused(problems) => Err(first(problems.0.first(), file_at, written)),
            Content::Reference(to) => {
                let range = written.range.clone();
                let to = to.clone();
                self.referred(file_at, &Referred { to, range }, around)
            }
        })
    }

    /// Where the document is written that a reference in a file is to.
    fn referred(
        &self,
        file: &TreeFile,
        referred: &Referred,
        around: &[&str],
    ) -> Result<Written, Problem> {
        let reference = referred.to.as_str();
        let is_policy = |address: &&str| {
            let mut files = self.tree.files(self.folder).iter();
            files.any(|file| file.configuration.policy(address).is_some())
        };
        let local = Some(reference).filter(|to| to.starts_with("local."));
        let other = template_of(reference).or(local).filter(is_policy);
        let document = document_of(reference).or(other);
        let here = |message: String| file.source.error_at(referred.range.clone(), message);
        if let Some((other, to)) = local
            .and_then(|local| self.local(local))
            .filter(|_| document.is_none())
        {
            if around.contains(&reference) {
                let why = here(format!("{reference} takes itself"));
                return Err(why.help("`terraform validate` says more"));
            }
            let around: Vec<&str> = around.iter().copied().chain([reference]).collect();
            return self.referred(other, &to, &around);
        }
        if document == Some(reference) && self.local_values(reference).count() > 1 {
            let why = here(format!("{reference} is given twice"));
            return Err(why.help("keep one of them: which one holds is not looked into"));
        }
        if let Some(document) = document {
            if around.contains(&document) {
                let why = here(format!("{document} takes itself"));
                return Err(why.help("`terraform validate` says more"));
            }
            let files = 0..self.tree.files(self.folder).len();
            let mut found = files.filter_map(|at| self.written(at, document, around));
            return match (found.next(), found.next()) {
                (Some(found), None) => found,
                (None, _) => {
                    let shown = shown_folder(self.folder);
                    let why = here(format!("there is no {document} in {shown}"));
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
        Err(match (argument, self.tree.call(self.module)) {
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

    /// Where a document and those that it takes statements from are written: first its sources, then
    /// itself, then what overrides these.
    fn merged(
        &self,
        file: &TreeFile,
        place: &Place,
        written: &WrittenPolicy,
        taken: &Merged,
        around: &[&str],
    ) -> Result<Written, Problem> {
        let mut merged = MergedPolicy::default();
        for source in &taken.sources {
            let other = self.taken(file, source, around)?;
            let added = merged.add_source(other);
            added.map_err(|why| why.told(file, source))?;
        }
        if let Some(own) = written.document() {
            let own = MergedPolicy::of(place, own);
            let start = written.range.start..written.range.start;
            let here = Referred {
                to: written.address.clone(),
                range: start,
            };
            merged.merge(own).map_err(|why| why.told(file, &here))?;
        }
        for other in &taken.overrides {
            let policy = self.taken(file, other, around)?;
            merged.merge(policy).map_err(|why| why.told(file, other))?;
        }
        Ok(Written::Merged(merged))
    }

    /// The statements of a document that another one takes.
    fn taken(
        &self,
        file: &TreeFile,
        referred: &Referred,
        around: &[&str],
    ) -> Result<MergedPolicy, Problem> {
        if document_of(&referred.to).is_none() {
            let message = format!(
                "the document takes statements from {}, which is not followed",
                referred.to
            );
            let why = file.source.error_at(referred.range.clone(), message);
            return Err(why.help("write them as data \"aws_iam_policy_document\" in this module"));
        }
        let place = match self.referred(file, referred, around)? {
            Written::Merged(merged) => return Ok(merged),
            Written::Whole(place) => place,
        };
        let document = self.tree.document(&place);
        let document = document.map(|document| MergedPolicy::of(&place, document));
        document.ok_or_else(|| {
            let message = format!("{} is not read", referred.to);
            file.source.error_at(referred.range.clone(), message)
        })
    }

    /// What the one local value that is called so refers to, if that is all.
    fn local(&self, reference: &str) -> Option<(&TreeFile, Referred)> {
        let mut values = self.local_values(reference);
        let (file, argument) = values.next().filter(|_| values.next().is_none())?;
        let to = argument.value.as_reference()?.to_owned();
        let range = argument.range.clone();
        Some((file, Referred { to, range }))
    }

    /// The local values that are called so: an override file may give one again.
    fn local_values(&self, reference: &str) -> impl Iterator<Item = (&TreeFile, &Argument)> {
        let name = reference
            .strip_prefix("local.")
            .unwrap_or(reference)
            .to_owned();
        let files = self.tree.files(self.folder).iter();
        let blocks =
            files.flat_map(|file| file.configuration.blocks.iter().map(move |one| (file, one)));
        let locals = blocks.filter(|(_, block)| block.kind == "locals");
        locals.filter_map(move |(file, block)| Some((file, block.argument(&name)?)))
    }
}

/// The `data "aws_iam_policy_document"` that a reference takes the JSON of.
fn document_of(reference: &str) -> Option<&str> {
    ["json", "minified_json"].iter().find_map(|attribute| {
        let document = reference.strip_suffix(attribute)?.strip_suffix('.')?;
        let is_document = document.starts_with("data.aws_iam_policy_document.");
        is_document.then_some(document)
    })
}

/// The `data "template_file"` that a reference takes the text of.
fn template_of(reference: &str) -> Option<&str> {
    let template = reference.strip_suffix(".rendered")?;
    template
        .starts_with("data.template_file.")
        .then_some(template)
}

impl NotMerged {
    /// The same, said of the document at a reference.
    fn told(self, file: &TreeFile, at: &Referred) -> Problem {
        let (message, help) = match self {
            NotMerged::Twice(sid) => (
                format!(
                    "{} has a statement with the Sid {sid}, and another document that is taken too",
                    at.to
                ),
                "give one of them another Sid, as Terraform asks for",
            ),
            NotMerged::Computed => (
                format!(
                    "{} or another document that is taken has a statement whose Sid is computed",
                    at.to
                ),
                "write the Sid: a statement takes the place of one with the same Sid",
            ),
            NotMerged::MayBeNone(sid) => (
                format!(
                    "{} and another document that is taken have a statement with the Sid {sid}, and one of \
                     these may not be made",
                    at.to
                ),
                "give one of them another Sid: which one replaces the other is not looked into",
            ),
            NotMerged::TooMany => (
                format!("with {} the statements are too many", at.to),
                "AWS takes no policy of so many statements",
            ),
        };
        file.source.error_at(at.range.clone(), message).help(help)
    }
}

fn first(problem: Option<&Problem>, file: &TreeFile, written: &WrittenPolicy) -> Problem {
    let unread = || {
        file.source
            .error_at(written.range.clone(), "the policy is not read")
    };
    problem.cloned().unwrap_or_else(unread)
}
