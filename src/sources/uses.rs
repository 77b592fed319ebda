//! Whether all that a document is used for is known: which blocks take it, what these have made, and
//! that it serves nothing else.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::applied::{Concern, WHAT, type_of};
use super::evaluation::{BlockOnce, Evaluation, Placed, Said, Value as Evaluated};
use super::policy_texts::Texts;
use super::references::{Addresses, OF_ITS_OWN, asks_for_each, is_of, is_role, read_back, takes};
use super::survey::Survey;
use super::{Live, LivePolicy, Module, State, Tree};
use crate::terraform::{Argument, Block, Value};
use crate::text::Problem;

/// A document, the folder of its module, and the policies that are made of it.
pub(super) struct Uses<'u, 'a> {
    pub tree: &'a Tree,
    pub states: &'a [State],
    pub live: &'u Live,
    pub evaluation: &'u Evaluation<'a>,
    /// What is found in the tree.
    pub survey: &'u Survey<'a>,
    pub folder: &'u Path,
    /// The argument that it is written in, of a local value or what a module is given.
    pub argument: Option<&'u Argument>,
    /// What it is called, first, and then what those are called that take its statements.
    pub names: Vec<String>,
    pub makes: &'u [usize],
    /// Whether nobody else has what the states have.
    pub complete: bool,
    /// Blocks of which it cannot be read for whom they are, and which are taken to be as the states have
    /// them.
    pub believed: RefCell<Vec<Problem>>,
    /// What else is to be known of whom the policies may be given to.
    pub notes: RefCell<Vec<Problem>>,
    /// What holds since the states are said to be complete, and for no other reason.
    pub claims: RefCell<Vec<String>>,
}

/// A block that takes a document as its policy.
#[derive(Clone, Debug)]
pub(super) struct Taker<'a> {
    /// Its folder.
    pub folder: PathBuf,
    /// The block.
    pub placed: Placed<'a>,
}

pub(super) const APPLY: &str = "run `terraform apply` first, and give the new state";

impl<'a> Uses<'_, 'a> {
    /// Refuses a document that serves something else, or whose blocks do not make what the states say.
    pub fn are_all_known(&self) -> Result<(), Problem> {
        let takers = self.takers();
        let addresses = Addresses {
            names: &self.names,
            takers: takers
                .iter()
                .map(|one| one.placed.block.address())
                .collect(),
            read_back: takers
                .iter()
                .filter_map(|one| read_back(one.placed.block))
                .collect(),
        };
        let given_on = self.given_on(&takers);
        let referring = &self.survey.referring;
        let own = addresses.takers.iter().map(String::as_str);
        let referring = referring.called_or_to(self.folder, own, addresses.all());
        for (file, block) in referring {
            let placed = Placed { file, block };
            let is_plain = |argument: &'a Argument| {
                given_on.follows(self, placed, argument) || self.is_plain(placed, argument)
            };
            if let Some((range, used)) = addresses.other_use(block, block, &is_plain) {
                let (message, help) = addresses.told_of(&used, block);
                return Err(file.source.error_at(range, message).help(help));
            }
        }
        self.modules_are_known();
        self.members_are_known()?;
        for taker in &takers {
            self.is_made_as_said(taker)?;
            self.is_as_made(&taker.folder, taker.placed, |_| Concern::Yes)?;
            self.is_known_to_take(taker)?;
        }
        given_on.are_known(self, &takers)
    }

    /// Whether all is known of a block that takes the document but who else has what it makes.
    pub(super) fn is_known_to_take(&self, taker: &Taker<'a>) -> Result<(), Problem> {
        changes_are_applied(taker.placed)?;
        self.provider_is_known(taker)?;
        if is_managed_policy(taker.placed.block) {
            self.attachments_are_known(taker)?;
            self.is_not_read_back(taker)?;
        }
        Ok(())
    }

    /// Whether all is known that an argument of a resource comes to, and none of it is a policy.
    fn is_plain(&self, placed: Placed<'a>, argument: &'a Argument) -> bool {
        if type_of(placed.block).is_none() || argument.name == "for_each" {
            return false;
        }
        let file = placed.file;
        let said = Said { file, argument };
        let each = self.evaluation.each(self.folder, placed);
        let mut values = each.iter().map(|one| self.evaluation.argument(one, said));
        !each.is_empty() && values.all(|value| is_no_policy(&value))
    }

    /// The blocks that take the document as their policy.
    fn takers(&self) -> Vec<Taker<'a>> {
        let names = || self.names.iter().map(String::as_str);
        // What stands in a block itself is called after that.
        let own = names().filter_map(|name| {
            let (outer, _) = name.rsplit_once(".policy")?;
            Some(outer.split(".inline_policy[").next().unwrap_or(outer))
        });
        let referring = &self.survey.referring;
        let mut takers = referring.called_or_to(self.folder, own, names());
        takers.retain(|(_, block)| takes(block, &self.names) > 0);
        let takers = takers.into_iter().map(|(file, block)| Taker {
            folder: self.folder.to_owned(),
            placed: Placed { file, block },
        });
        takers.collect()
    }

    /// What a block has made that is in the states.
    fn made_by<'b>(
        &'b self,
        taker: &'b Taker<'_>,
    ) -> impl Iterator<Item = (usize, &'b LivePolicy)> {
        let policies = self.live.policies.iter().enumerate();
        policies.filter(move |(_, policy)| {
            let one = &policy.address.block;
            // One whose module nobody knows the folder of may be here.
            let is_here = || {
                let place = self.tree.folder(self.module_of(policy));
                place.map_or(true, |(place, _)| place == taker.folder)
            };
            one.is_of(taker.placed.block) && is_here()
        })
    }

    /// The places of what a block has made that is in the states.
    pub(super) fn places_made_by(&self, taker: &Taker<'_>) -> Vec<usize> {
        self.made_by(taker).map(|(place, _)| place).collect()
    }

    /// What a block has made of the document.
    pub(super) fn made_of_it<'b>(
        &'b self,
        taker: &'b Taker<'_>,
    ) -> impl Iterator<Item = &'b LivePolicy> {
        let made = self
            .made_by(taker)
            .filter(|(place, _)| self.makes.contains(place));
        made.map(|(_, policy)| policy)
    }

    /// The module that a policy is made in.
    fn module_of<'b>(&self, policy: &'b LivePolicy) -> Module<'b> {
        self.states[policy.state].module(&policy.address)
    }

    /// Whether what a block has made is all among what is made of the document.
    fn is_made_as_said(&self, taker: &Taker<'a>) -> Result<(), Problem> {
        if is_role(taker.placed.block) {
            return self.is_embedded_as_said(taker);
        }
        let mut made = self.made_by(taker);
        match made.find(|(place, _)| !self.makes.contains(place)) {
            Some((_, left)) => Err(is_left(taker.placed, left)),
            None => Ok(()),
        }
    }

    /// Whether each role that a block makes has as many policies of the document as the block says.
    fn is_embedded_as_said(&self, taker: &Taker<'a>) -> Result<(), Problem> {
        let Placed { file, block: role } = taker.placed;
        let said = takes(role, &self.names);
        let made = self.states.iter().flat_map(|state| {
            let resources = state.resources.iter();
            resources.map(move |resource| (state.module(&resource.address), resource))
        });
        let is_here = |module: Module<'_>| {
            let place = self.tree.folder(module);
            place.map_or(true, |(place, _)| place == taker.folder)
        };
        let roles = made.filter(|(module, one)| one.address.block.is_of(role) && is_here(*module));
        let here: Vec<(usize, &LivePolicy)> = self.made_by(taker).collect();
        let embedded = |holder| {
            here.iter()
                .filter(move |(_, one)| one.embedded_in() == holder)
        };
        for (_, one) in roles {
            let arn = one.attributes.arn.as_deref().unwrap_or_default();
            let holder = self.live.principal(arn);
            let of_document = embedded(holder).filter(|(place, _)| self.makes.contains(place));
            if of_document.count() == said {
                continue;
            }
            let message = format!(
                "no state has for each {} what its inline policies make of {}",
                role.address(),
                self.names[0]
            );
            return Err(file.error_at(role, message).help(APPLY));
        }
        Ok(())
    }

    /// Whether it is known in which account an embedded policy is. What `show -json` prints does not
    /// tell it, where another provider than the default one is meant.
    fn provider_is_known(&self, taker: &Taker<'a>) -> Result<(), Problem> {
        let Placed { file, block } = taker.placed;
        for policy in self.made_of_it(taker) {
            if policy.is_managed() || policy.provider_is_told {
                continue;
            }
            let module = self.module_of(policy);
            if !self.survey.has_other_accounts[module.root] {
                continue;
            }
            let is_given = |module: Module<'_>| {
                let call = self.tree.call(module);
                call.is_some_and(|(_, call)| call.argument("providers").is_some())
            };
            let own = block.argument("provider");
            // By its name alone it may be another role, in the account of another provider.
            let is_by_name = !self.refers_to_holder(taker);
            if own.is_some_and(|own| own.value.as_reference() != Some("aws"))
                || module.from_outside().any(is_given)
                || is_by_name
            {
                let message = format!(
                    "{}: the state does not tell through which provider it was made, so not in \
                     which account its role or user is",
                    policy.address
                );
                let why = file.error_at(block, message);
                return Err(why.help("give what `terraform state pull` prints, which tells it"));
            }
        }
        Ok(())
    }

    /// Whether a block says by a reference to a block beside it, which is made through the same provider, in
    /// whom its policy is embedded.
    fn refers_to_holder(&self, taker: &Taker<'a>) -> bool {
        let block = taker.placed.block;
        let provider = |one: &Block| one.argument("provider").map(|said| said.value.clone());
        let is_block = |reference: &str| {
            let address = reference
                .rsplit_once('.')
                .map_or(reference, |(address, _)| address);
            let called = self.survey.referring.called(&taker.folder, [address]);
            let mut called = called.into_iter();
            called.any(|(_, one)| one.kind == "resource" && provider(one) == provider(block))
        };
        let arguments = ["role", "user", "group"].into_iter();
        let mut said = arguments.filter_map(|name| block.argument(name));
        said.any(|one| one.value.as_reference().is_some_and(is_block))
    }

    /// Refuses a managed policy whose text is read back from AWS: who takes it from there is another one
    /// who has it.
    fn is_not_read_back(&self, policy: &Taker<'a>) -> Result<(), Problem> {
        let address = policy.placed.block.address();
        for &(folder, placed) in &self.survey.data_of_policies {
            if !self.may_read(folder, placed, policy) {
                continue;
            }
            let data = placed.block.address();
            let asks = format!("{data}.policy");
            // What is repeated for all of it asks for what it says of each.
            let is_harmless = |block: &Block, argument: &Argument| {
                argument.name == "for_each"
                    && argument.value.as_reference() == Some(&data)
                    && !asks_for_each(block)
            };
            let asks_in = |block: &Block| {
                block.refers(&|argument, reference| {
                    reference == data && !is_harmless(block, argument) || is_of(reference, &asks)
                })
            };
            let referring = self.survey.referring.to(folder, [data.as_str()]);
            let mut found = referring.into_iter();
            let found = found.find_map(|(file, block)| Some((file, asks_in(block)?)));
            if let Some((file, range)) = found {
                let message = format!("the text of {address} may be taken from AWS here");
                let why = file.source.error_at(range, message);
                return Err(why.help(OF_ITS_OWN));
            }
        }
        Ok(())
    }

    /// Whether a `data "aws_iam_policy"` may read what a block makes. What nobody can tell is as the states have
    /// it.
    pub(super) fn may_read(&self, folder: &Path, data: Placed<'a>, policy: &Taker<'a>) -> bool {
        let texts = Texts::of(self, policy);
        let all = self.evaluation.each(folder, data);
        let looked_up = |one: &BlockOnce<'a>| one.made?.attributes.arn.as_deref();
        let is_in_states = all.iter().any(|one| looked_up(one).is_some());
        let mut all = all.iter();
        all.any(|one| match self.reads(one, &texts) {
            Concern::No => false,
            Concern::Yes => true,
            Concern::Unknown => {
                let may_be = match looked_up(one) {
                    Some(arn) => texts.is_arn(arn),
                    None => !(one.is_other() && is_in_states),
                };
                if !may_be {
                    self.believe(data, WHAT);
                }
                may_be
            }
        })
    }

    /// Whether a `data "aws_iam_policy"`, once, asks for the policy.
    fn reads(&self, one: &Rc<BlockOnce<'a>>, texts: &Texts) -> Concern {
        let said = |name: &str| {
            let value = self.evaluation.argument(one, one.placed.argument(name)?);
            // What is `null` or empty is as if it were not said.
            let is_said = !matches!(value, Evaluated::Null)
                && value.known_text().is_none_or(|text| !text.is_empty());
            is_said.then_some(value)
        };
        let by_arn = said("arn").map(|arn| texts.concern(&arn));
        let by_name = said("name").map(|name| texts.concern_of_name(&name));
        let said = by_arn.into_iter().chain(by_name);
        said.min().unwrap_or(Concern::Unknown)
    }
}

/// Why a document stays of which a policy is made that stays.
pub(super) fn is_left(placed: Placed<'_>, left: &LivePolicy) -> Problem {
    let message = format!("{} is made of it too, and stays as it is", left.address);
    let why = placed.file.error_at(placed.block, message);
    why.help("see why that is left; what is taken from one is taken from both")
}

/// Whether all of a value is known, and no text in it is an object.
pub(super) fn is_no_policy(value: &Evaluated<'_>) -> bool {
    match value {
        Evaluated::Text(text) => text.as_known().is_some_and(|text| !text.contains('{')),
        Evaluated::List(items) => items.are_all() && items.values.iter().all(is_no_policy),
        Evaluated::Object(members) => {
            members.are_all() && members.values.values().all(is_no_policy)
        }
        Evaluated::Null | Evaluated::Bool(_) | Evaluated::Number(_) | Evaluated::NotMade(..) => {
            true
        }
        _ => false,
    }
}

fn is_managed_policy(block: &Block) -> bool {
    block
        .labels
        .first()
        .is_some_and(|kind| kind == "aws_iam_policy")
}

/// Whether Terraform applies a change of the policy.
fn changes_are_applied(Placed { file, block }: Placed<'_>) -> Result<(), Problem> {
    let is_ignored = |value: &Value| {
        // In quotes it is the way of Terraform before 0.12, as "*" is.
        let name = value.as_reference().or_else(|| value.as_text());
        name.is_some_and(|name| ["policy", "inline_policy", "all", "*"].contains(&name))
    };
    let mut lifecycles = block.blocks_of("lifecycle");
    let ignored = lifecycles.find_map(|lifecycle| {
        let argument = lifecycle.argument("ignore_changes")?;
        let is_it = match &argument.value {
            Value::List(values) => values.iter().any(is_ignored),
            value => is_ignored(value),
        };
        is_it.then_some(argument)
    });
    let Some(argument) = ignored else {
        return Ok(());
    };
    let message = format!(
        "Terraform ignores changes of the policy of {}",
        block.address()
    );
    let why = file.source.error_at(argument.range.clone(), message);
    Err(why.help("take it out of ignore_changes, or change the policy where that is done"))
}
