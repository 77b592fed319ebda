//! Which block makes which policy, and whether what stands there is what AWS has.

mod here;
mod made_elsewhere;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

pub(super) use here::shown_folder;

use super::callers::Callers;
use super::evaluation::Evaluation;
use super::expression_values;
use super::in_file::PolicyFiles;
use super::made::Made;
use super::merged::{MergedDocument, Place, Written};
use super::references::names;
use super::roots::may_have_several;
use super::surroundings::Surroundings;
use super::survey::Survey;
use super::uses::{APPLY, Uses};
use super::written::{Found, Search};
use super::{
    Different, InAws, Live, LivePolicy, Others, SameStatements, State, Tree, same_statements,
};
use crate::document::{Document, StatementForm};
use crate::iam::{Arn, Policy};
use crate::terraform::Content;
use crate::text::{Problem, Source, list};
use here::Here;

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
    /// The files elsewhere that name the file it is in, and are in none of the states either.
    pub read_elsewhere: Vec<String>,
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
    /// What else names what it is written in, and is in none of the states, with how that is told; none where nothing
    /// does.
    pub fn named_elsewhere(&self) -> Option<(&'static str, Vec<String>)> {
        let all: Vec<String> = (self.called_elsewhere.iter())
            .chain(&self.read_elsewhere)
            .cloned()
            .collect();
        let how = match (&self.called_elsewhere[..], &self.read_elsewhere[..]) {
            ([], []) => return None,
            (_, []) => "module is called",
            ([], _) => "file is named",
            _ => "module is called and file is named",
        };
        Some((how, all))
    }

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
                let look = || Surroundings::of(tree);
                Callers::outside(tree, surroundings.get_or_init(look))
            },
            policy_files: PolicyFiles {
                tree,
                evaluation: &evaluation,
                surroundings: &surroundings,
                complete,
                found: OnceCell::new(),
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
        let (document, read_elsewhere) = self.document(&here)?;
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
        let elsewhere = self.made_elsewhere(&here, &read_elsewhere)?;
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
            read_elsewhere,
            may_be_made_elsewhere: elsewhere.is_possible,
            claims,
            believed,
            notes,
        })
    }

    /// The document that is written at a place, or in the file that is named there; and what reads that elsewhere and
    /// is said to make nothing of it.
    fn document(&self, here: &Here<'_>) -> Result<(Document, Vec<String>), Problem> {
        match &here.written.content {
            Content::Document(document) | Content::Merged(_, Some(document)) => {
                Ok((document.clone(), Vec::new()))
            }
            Content::InFile(policy_file) => {
                let place = (here.file, here.written);
                let found = (self.policy_files).document(here.folder, place, policy_file)?;
                Ok((found.document, found.read_elsewhere))
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
