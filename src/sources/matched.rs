//! Which block makes which policy, and whether what stands there is what AWS has.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::callers::Callers;
use super::copies::{GIVE_ITS_STATE, Original, copy};
use super::evaluation::Evaluation;
use super::expression_values;
use super::files::TreeFile;
use super::generated::generator;
use super::in_file::PolicyFiles;
use super::made::Made;
use super::merged::{MergedDocument, Place, Written};
use super::references::names;
use super::roots::{is_root_too, may_have_several};
use super::surroundings::Surroundings;
use super::survey::Survey;
use super::tree::INIT;
use super::uses::{APPLY, Uses};
use super::written::{Found, Search};
use super::{
    Different, InAws, Live, LivePolicy, MODULES_JSON, Others, SameStatements, State, Tree,
    same_statements,
};
use crate::document::{Document, StatementForm};
use crate::iam::{Arn, Policy};
use crate::terraform::{Block, Content, WrittenPolicy, takes_policy};
use crate::text::{Problem, Shown, Source, list, some_of};

/// A policy of a state, by its place, and where it is written.
type MadeOf<'f, 'a> = (usize, &'f Found<'a>);

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
    /// Where it is written in the files of a tree; none in a template.
    pub place: Option<Place>,
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
    /// For each of `makes` the documents that it is put together of, in their order; none where it is one.
    pub documents: Vec<Vec<MergedDocument>>,
    /// The statements that stand in the place of those of other documents, which would be back without
    /// them.
    pub replacing: BTreeSet<usize>,
    /// The statements in whose place those of other documents stand, each with the `Sid` that both have.
    pub replaced: BTreeMap<usize, String>,
    /// The blocks elsewhere that call its module and are in none of the states, so that these are not all, as
    /// `FILE:LINE`.
    pub called_elsewhere: Vec<String>,
    /// Whether other states or stacks may make it too, which are said not to be there.
    pub may_be_made_elsewhere: bool,
    /// Blocks that are taken to be as the states have them, since it cannot be read for whom they are.
    pub believed: Vec<Problem>,
    /// What else is to be known of it.
    pub notes: Vec<Problem>,
    /// What holds of it since the states are said to be complete, and for no other reason.
    pub claims: Vec<String>,
}

impl SourcePolicy {
    /// Whether a policy that is made of it has statements of other documents too.
    pub fn is_part(&self) -> bool {
        let mut made = self.statements.iter();
        made.any(|same| same.source_of.contains(&None))
    }
}

/// A policy that is not edited.
#[derive(Clone, Debug)]
pub struct LeftPolicy {
    /// Which it is, by its place.
    pub policy: usize,
    /// Why, with the place and the way out.
    pub why: Problem,
}

impl Matched {
    /// Finds the block of each policy of the `states`, whose holders what AWS `held` tells where it has them.
    /// With `complete` there are no other states, and
    /// nobody else has what these have.
    pub fn of(tree: &Tree, states: &[State], held: &InAws, complete: bool) -> Self {
        let live = Live::embedding(states, held, |state, role| {
            tree.embeds_policies(state.module(&role.address), &role.address.block)
        });
        let surroundings = OnceCell::new();
        let made = Made::of(states);
        let evaluation = Evaluation::new(tree, states, &made);
        let survey = Survey::of(&evaluation, &live);
        let matching = Matching {
            tree,
            states,
            complete,
            callers: {
                let look = || Surroundings::of(tree, false);
                // Of what is complete nothing but the folders of the modules is looked at for readers of files.
                let all = OnceCell::new();
                let around = if complete { &all } else { &surroundings };
                Callers::outside(tree, around.get_or_init(look))
            },
            policy_files: PolicyFiles {
                tree,
                evaluation: &evaluation,
                surroundings: &surroundings,
                complete,
                readers: OnceCell::new(),
            },
            not_initialised: Callers::not_initialised(tree),
            evaluation: &evaluation,
            survey: &survey,
            live: &live,
            held,
            may_have_others: if complete {
                may_have_several(tree)
            } else {
                Vec::new()
            },
        };
        let (mut policies, mut left) = matching.run();
        left.extend(expression_values::tell(&mut policies, |policy| {
            live.policies[policy].address.to_string()
        }));
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
    /// Who calls the modules outside of the tree.
    callers: Callers,
    /// Who calls them in it, and is not initialised.
    not_initialised: Callers,
    policy_files: PolicyFiles<'a>,
    evaluation: &'a Evaluation<'a>,
    survey: &'a Survey<'a>,
    live: &'a Live,
    held: &'a InAws,
    /// Why there may be other states, where it is said that there are none.
    may_have_others: Vec<Problem>,
}

impl<'a> Matching<'a> {
    fn run(&self) -> (Vec<SourcePolicy>, Vec<LeftPolicy>) {
        let search = Search {
            tree: self.tree,
            states: self.states,
            live: self.live,
            evaluation: self.evaluation,
        };
        let mut left = Vec::new();
        let mut written = BTreeMap::new();
        for (policy, live) in self.live.policies.iter().enumerate() {
            match search.of(live) {
                Ok(found) => {
                    written.insert(policy, found);
                }
                Err(why) => left.push(LeftPolicy { policy, why }),
            }
        }
        let mut made: BTreeMap<&Place, Vec<MadeOf<'_, 'a>>> = BTreeMap::new();
        for (&policy, found) in &written {
            for place in found.written.places() {
                made.entry(place).or_default().push((policy, found));
            }
        }
        let mut policies = Vec::new();
        for (place, makes) in made {
            match self.source_policy(place, &makes) {
                Ok(policy) => policies.push(policy),
                Err(why) => left.extend(makes.into_iter().map(|(policy, _)| LeftPolicy {
                    policy,
                    why: why.clone(),
                })),
            }
        }
        (policies, left)
    }

    /// The policy at a place with all that its block makes.
    fn source_policy(
        &self,
        place: &Place,
        made: &[MadeOf<'_, 'a>],
    ) -> Result<SourcePolicy, Problem> {
        let (folder, file, at) = place;
        let file = &self.tree.files(folder)[*file];
        let written = &file.configuration.policies[*at];
        let block = &file.configuration.blocks[written.block];
        let here = Here {
            folder,
            file,
            written,
            block,
        };
        let document = self.document(&here)?;
        here.may_be_edited(self.tree)?;
        let makes: Vec<usize> = made.iter().map(|(policy, _)| *policy).collect();
        let uses = Uses {
            tree: self.tree,
            states: self.states,
            live: self.live,
            evaluation: self.evaluation,
            survey: self.survey,
            folder,
            argument: block.argument_at(&written.range),
            names: names(self.tree, folder, written),
            makes: &makes,
            complete: self.complete,
            believed: RefCell::default(),
            notes: RefCell::default(),
            claims: RefCell::default(),
        };
        uses.are_all_known()?;
        let (believed, claims) = (uses.believed.into_inner(), uses.claims.into_inner());
        let notes = uses.notes.into_inner();
        let (mut statements, mut replacing) = (Vec::new(), BTreeSet::new());
        let mut replaced = BTreeMap::new();
        let (mut holders, mut claims) = (BTreeSet::new(), claims);
        for (policy, found) in made {
            let policy = &self.live.policies[*policy];
            claims.extend(self.holders_are_known(&here, policy)?);
            holders.extend(&policy.holders);
            let given = (policy, found.given.as_deref());
            statements.push(match &found.written {
                Written::Whole(place) => {
                    let form = |at: usize| StatementForm {
                        comes_to: self.evaluation.comes_to(given, place, at),
                        perhaps: BTreeSet::new(),
                        ..document.form(at).clone()
                    };
                    self.same(document.policy(), form, policy, &here)?
                }
                Written::Merged(merged) => {
                    let form = |at: usize| {
                        let one = &merged.statements[at];
                        StatementForm {
                            comes_to: self.evaluation.comes_to(given, &one.place, one.number),
                            perhaps: BTreeSet::new(),
                            ..merged.form(at)
                        }
                    };
                    let all = self.same(&merged.policy(), form, policy, &here)?;
                    replacing.extend(merged.replacing(place));
                    replaced.extend(merged.replaced(place));
                    merged.part(place, document.policy().statements.len(), &all)
                }
            });
        }
        let elsewhere = self.made_elsewhere(&here)?;
        if elsewhere.is_possible {
            for one in made {
                self.has_no_copy(&here, &document, one)?;
            }
        }
        claims.extend(elsewhere.claims);
        let is_in_file = matches!(written.content, Content::InFile(_));
        let documents = made
            .iter()
            .map(|(_, found)| found.written.documents().to_vec());
        Ok(SourcePolicy {
            place: Some(place.clone()),
            documents: documents.collect(),
            document,
            address: written.address.clone(),
            line: if is_in_file { 1 } else { written.line },
            start: if is_in_file { 0 } else { written.range.start },
            makes,
            holders,
            statements,
            replacing,
            replaced,
            called_elsewhere: elsewhere.called,
            may_be_made_elsewhere: elsewhere.is_possible,
            claims,
            believed,
            notes,
        })
    }

    /// Who else may make what stands in a folder.
    ///
    /// # Errors
    /// Somebody may, and nobody says that the states are all.
    fn made_elsewhere(&self, here: &Here<'_>) -> Result<Elsewhere, Problem> {
        let mut claims: Vec<String> = self.is_called_here_alone(here)?.into_iter().collect();
        let mut called = self.callers.of(here.folder);
        called.extend(self.called_without_state(here.folder));
        claims.extend(
            called
                .iter()
                .map(|one| format!("{one} makes nothing of it")),
        );
        if let Some(first) = self.may_have_others.first() {
            let more = match self.may_have_others.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more such places"),
            };
            claims.push(format!(
                "there is no other state ({}{more})",
                first.in_one_line()
            ));
        }
        Ok(Elsewhere {
            is_possible: self.complete && !claims.is_empty(),
            called,
            claims,
        })
    }

    /// Whether what AWS has shows no copy of one of the policies at a place, which another state would have made.
    fn has_no_copy(
        &self,
        here: &Here<'_>,
        document: &Document,
        (policy, found): &MadeOf<'_, 'a>,
    ) -> Result<(), Problem> {
        let policy = &self.live.policies[*policy];
        let (statements, form): (_, &dyn Fn(usize) -> StatementForm) = match &found.written {
            Written::Whole(_) => (Cow::Borrowed(document.policy()), &|at| {
                document.form(at).clone()
            }),
            Written::Merged(merged) => (Cow::Owned(merged.policy()), &|at| merged.form(at)),
        };
        let own_name = self.written_name(policy);
        let original = Original {
            policy: &statements,
            form,
            may_be_called: &|name| own_name.as_deref().is_none_or(|own| own == name),
            is_managed: policy.is_managed(),
        };
        let Some(copy) = copy(self.held, self.live, &original) else {
            return Ok(());
        };
        let message = format!(
            "{}: AWS has a policy of the same statements that no state has: {copy}",
            policy.address
        );
        Err(here.error(message).help(GIVE_ITS_STATE))
    }

    /// The name of a policy, where its block says it.
    fn written_name(&self, policy: &LivePolicy) -> Option<String> {
        let module = self.states[policy.state].module(&policy.address);
        let (folder, _) = self.tree.folder(module).ok()?;
        let files = self.tree.files(&folder).iter();
        let mut blocks = files.flat_map(|file| &file.configuration.blocks);
        let block = blocks.find(|block| policy.address.block.is_of(block))?;
        let name = |block: &Block| Some(block.argument("name")?.value.as_text()?.to_owned());
        if policy.is_embedded_by_role() {
            let mut inline = block.blocks_of("inline_policy").filter_map(name);
            inline.find(|name| name == policy.name.raw())
        } else {
            name(block)
        }
    }

    /// The blocks that call a module in root modules of which no state is given: these are said to make nothing.
    fn called_without_state(&self, folder: &Path) -> BTreeSet<String> {
        let here = self.tree.modules().filter(|(_, path, _)| path == folder);
        let without = here.filter(|(module, ..)| {
            let mut states = self.states.iter();
            states.all(|state| state.root != module.root)
        });
        let calls = without.filter_map(|(module, ..)| self.tree.call(module));
        let places =
            calls.map(|(file, call)| format!("{}:{}", file.source.name().raw(), call.line));
        places.collect()
    }

    /// The document that is written at a place, or in the file that is named there.
    fn document(&self, here: &Here<'_>) -> Result<Document, Problem> {
        match &here.written.content {
            Content::Document(document) | Content::Merged(_, Some(document)) => {
                Ok(document.clone())
            }
            Content::InFile(policy_file) => {
                let place = (here.file, here.written);
                self.policy_files.document(here.folder, place, policy_file)
            }
            _ => Err(here.error("the policy is not read")),
        }
    }

    /// Whether all are known who have a policy; returns what is to be believed for that.
    fn holders_are_known(
        &self,
        here: &Here<'_>,
        policy: &LivePolicy,
    ) -> Result<Option<String>, Problem> {
        let address = &policy.address;
        if !policy.blockers.is_empty() {
            let why = here.error(format!("{address}: {}", list(&policy.blockers)));
            return Err(why.help("it stays as it is, with all that its block makes"));
        }
        if policy.others != Others::Perhaps {
            return Ok(None);
        }
        if self.complete {
            return Ok(Some(format!("nobody else has {address}")));
        }
        let message = format!(
            "{address}: a state does not tell who else has a managed policy, or whose permissions \
             boundary it is"
        );
        let account = policy.arn().and_then(Arn::account);
        let account = account.map_or(String::new(), |id| format!(" in account {id}"));
        Err(here.error(message).help(format!(
            "give what `aws iam get-account-authorization-details --output json` prints{account}, \
             or say --states-complete when nobody has it whom the states do not name"
        )))
    }

    /// Whether all that calls its module is in the states that are given; returns what is to be believed for
    /// that, but for the callers.
    fn is_called_here_alone(&self, here: &Here<'_>) -> Result<Option<String>, Problem> {
        let folder = here.folder;
        let not_initialised = self.not_initialised.of(folder);
        if !not_initialised.is_empty() {
            let message = format!(
                "its module is called where {MODULES_JSON} does not have it so: {}",
                some_of(&not_initialised, 5)
            );
            return Err(here.error(message).help(INIT));
        }
        let shows = is_root_too(self.tree, folder);
        if self.complete {
            return Ok(shows.map(|what| format!("what {what} shows has no other states")));
        }
        if self.callers.is_outside(folder) {
            let message = "its module is in no repository that the root module is in, so who else \
                           calls it is not known";
            let why = here.error(message);
            return Err(why.help("say --states-complete when nobody else does"));
        }
        if let Some(what) = shows {
            let message = format!(
                "its module, or one around it, is a root module too, which may have states of its own, as {what} \
                 shows"
            );
            return Err(here.error(message).help(
                "give that root module too, with its state, or say --states-complete when it has none",
            ));
        }
        let callers = self.callers.of(folder);
        if callers.is_empty() {
            return Ok(None);
        }
        let message = format!(
            "its module is called elsewhere too: {}",
            some_of(&callers, 5)
        );
        Err(here.error(message).help(
            "give the root modules that these are in too, each with its state, or say --states-complete \
             when they make nothing",
        ))
    }

    /// How what is written and what AWS has belong together.
    fn same(
        &self,
        written: &Policy,
        form: impl Fn(usize) -> StatementForm,
        policy: &LivePolicy,
        here: &Here<'_>,
    ) -> Result<SameStatements, Problem> {
        let state = &self.states[policy.state].name;
        let apply_first = |what: String| {
            here.error(format!("{}: {what}", policy.address))
                .help(APPLY)
        };
        let live = policy.document.as_deref().unwrap_or_default();
        let live = Document::parse(Source::from_text(state.raw(), live));
        let Ok(live) = live else {
            return Err(apply_first(format!("the policy in {state} is not read")));
        };
        same_statements(written, live.policy(), form).map_err(|different| {
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

/// Who else may make what stands in a folder.
struct Elsewhere {
    /// The blocks that call its module, as `FILE:LINE`.
    called: Vec<String>,
    /// Whether other states may make it, which are said not to be there.
    is_possible: bool,
    /// What is to be believed for that.
    claims: Vec<String>,
}

/// Where a policy is written.
struct Here<'a> {
    folder: &'a Path,
    file: &'a TreeFile,
    written: &'a WrittenPolicy,
    block: &'a Block,
}

impl Here<'_> {
    fn error(&self, message: impl Into<String>) -> Problem {
        self.file.error_at(self.block, message)
    }

    /// Whether the file is what Terraform reads, and nothing else, and all of its folder is read.
    fn may_be_edited(&self, tree: &Tree) -> Result<(), Problem> {
        if let Some(generator) = generator(self.file.source.text()) {
            let message =
                format!("{generator} makes this file anew, and what is changed in it is lost");
            return Err(self.error(message).help("change what it is made of"));
        }
        if !self.file.is_own {
            let message = "this file is a link, or in the tree by several paths: it may be a part of \
                           something else too";
            let why = self.error(message);
            return Err(why.help("give the folder that the file itself is in"));
        }
        let mut files = tree.files(self.folder).iter();
        if let Some(file) = files.find(|file| overrides(file)) {
            let name = file.source.name();
            let message = format!("{name} changes the blocks beside it, which is not looked into");
            let why = self.error(message);
            return Err(why.help("write in the blocks themselves what it changes"));
        }
        let Some(unread) = tree.unread(Some(self.folder)).next() else {
            return Ok(());
        };
        let name = unread.source().name();
        let why = self.error(format!("{name} beside it is not read, and may use it too"));
        Err(why.help("see what is said of that file"))
    }
}

/// Whether what stands in a file is laid over the blocks of the other files of its folder, as its name tells.
/// One that has a policy is told with that, of which there are two then.
fn overrides(file: &TreeFile) -> bool {
    let path = file.source.path().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default();
    let is_policy = |block: &Block| {
        let kind = block.labels.first().filter(|_| block.kind == "resource");
        kind.is_some_and(|kind| takes_policy(kind))
    };
    // Where the state lies changes nothing of what is made.
    let is_setting = |block: &Block| block.kind == "terraform";
    let mut blocks = file.configuration.blocks.iter();
    (name == "override" || name.ends_with("_override"))
        && !blocks.all(|block| is_policy(block) || is_setting(block))
}

pub(super) fn shown_folder(folder: &Path) -> String {
    if folder.as_os_str().is_empty() {
        "this folder".to_owned()
    } else {
        folder.shown().to_string()
    }
}
