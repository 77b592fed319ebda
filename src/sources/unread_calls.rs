//! Whether what modules that are not read do with a managed policy shows in the states.

use std::rc::Rc;

use super::applied::{Concern, FOR_WHOM, WHAT};
use super::attached::Attached;
use super::calls::called;
use super::entries::{entries_or_none, to_read};
use super::evaluation::{ModuleOnce, Origins, Placed, Said, Value};
use super::files::is_read;
use super::module_calls::Call;
use super::naming::Naming;
use super::surroundings::real_or;
use super::tree::Tree;
use super::uses::{APPLY, Uses};
use super::{Module, Resource};
use crate::terraform::Argument;
use crate::text::Problem;

/// The calls of modules that `terraform init` has not written down as they are now.
pub(super) fn unplaced_calls(tree: &Tree) -> Vec<Placed<'_>> {
    let is_placed = |call: &Call<'_>| {
        call.calls.as_ref().is_some_and(|(folder, _)| {
            let called = called(&real_or(&call.folder), call.block, &call.file.source);
            called.is_none_or(|called| called.may_be(&real_or(folder)))
        })
    };
    let unplaced = tree
        .calls()
        .filter(|call| !call.is_downloaded() && !is_placed(call));
    unplaced.map(|call| call.placed()).collect()
}

impl Uses<'_, '_> {
    /// Notes the calls of modules of which it is not known where these are, and what Terraform keeps no more of: to
    /// whom these give something is not read.
    pub fn modules_are_known(&self) {
        let gives = |&policy: &usize| {
            let policy = &self.live.policies[policy];
            policy.is_managed() || !policy.groups.is_empty()
        };
        if self.makes.iter().any(gives) {
            for &call in &self.survey.unplaced_calls {
                self.believe(call, FOR_WHOM);
            }
            self.forgotten_are_known();
        }
    }
}

impl<'a> Uses<'_, 'a> {
    /// What a call calls, once each.
    pub(super) fn called_by(&self, call: &Call<'a>) -> Vec<Rc<ModuleOnce<'a>>> {
        let name = call.block.labels.first().map_or("", String::as_str);
        let around = self.evaluation.modules(call.module);
        let called = around.each().map(|once| self.evaluation.called(once, name));
        called
            .flat_map(|called| called.each().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// The texts of the files of a module that is called, and of those that it calls.
    pub(super) fn texts_below(&self, call: &Call<'a>) -> impl Iterator<Item = String> + use<'a> {
        let name = call.block.labels.first();
        let names: Vec<&String> = call.module.names.iter().chain(name).collect();
        let root = call.module.root;
        let is_below = move |module: Module<'_>| {
            module.root == root
                && module.names.len() >= names.len()
                && module
                    .names
                    .iter()
                    .zip(&names)
                    .all(|(one, other)| one == *other)
        };
        let modules = self.tree.modules();
        let folders = modules.filter(move |(module, ..)| is_below(*module));
        let paths = folders.flat_map(|(_, folder, _)| entries_or_none(&folder));
        let read = paths.filter(|path| is_read(path));
        read.filter_map(|path| std::fs::read_to_string(to_read(&path)).ok())
    }

    /// What a state has in a module that is called once.
    pub(super) fn made_below<'b>(
        &self,
        called: &'b ModuleOnce<'_>,
    ) -> impl Iterator<Item = &'a Resource> + use<'a, 'b> {
        let resources = self.states[called.state].resources.iter();
        resources.filter(|one| {
            let address = &one.address;
            address.block.module.starts_with(&called.names)
                && address.keys().starts_with(&called.keys)
        })
    }
}

impl<'a> Attached<'_, 'a> {
    /// Whether what a call does with the ARN of the policy shows in the states, of a module that is not read.
    pub fn is_known_to_call(&self, call: &Call<'a>) -> Result<(), Problem> {
        let called = self.uses.called_by(call);
        if call.is_downloaded() && self.is_said_below(call) {
            self.uses.believe(call.placed(), WHAT);
        }
        let Some(given) = self.given_to(call, &called) else {
            return Ok(());
        };
        let placed = call.placed();
        let (with, without): (Vec<_>, Vec<_>) = called
            .iter()
            .filter(|once| !once.is_other())
            .partition(|once| self.is_attached_below(once));
        if called.iter().any(|once| once.is_other()) {
            // Some of those that it makes may have it, and some not yet.
            self.uses.believe(placed, FOR_WHOM);
        }
        if with.is_empty() && without.is_empty() {
            return Ok(());
        }
        // What some of those attach the others are to attach too.
        if self.uses.complete && (with.is_empty() || without.is_empty()) {
            let claim = format!("{} gives it to nobody else", call.place());
            self.uses.claims.borrow_mut().push(claim);
            if with.is_empty() {
                self.uses.believe(placed, FOR_WHOM);
            }
            return Ok(());
        }
        let Some(missing) = without.first() else {
            // To whom else it is to give it nobody can tell, whatever AWS has.
            self.uses.believe(placed, FOR_WHOM);
            return Ok(());
        };
        let key = missing.keys.last().filter(|key| !key.is_empty());
        let key = key.map_or_else(String::new, |key| format!("[\"{key}\"]"));
        let message = format!(
            "{} is given to {}{key} here, which is not read, and no state has that it attaches it",
            self.policy.placed.block.address(),
            call.block.address()
        );
        let why = call.file.source.error_at(given.range.clone(), message);
        Err(why.help(format!(
            "{APPLY}; or say --states-complete when nobody gets it there"
        )))
    }

    /// The argument by which a call is given the policy. One that may be it, or its name alone, is noted.
    fn given_to(&self, call: &Call<'a>, called: &[Rc<ModuleOnce<'a>>]) -> Option<&'a Argument> {
        let evaluation = self.uses.evaluation;
        let values = |argument: &'a Argument| {
            let file = call.file;
            let said = Said { file, argument };
            called.iter().map(move |once| evaluation.given(once, said))
        };
        let origins = |argument: &'a Argument| {
            let file = call.file;
            let given = called.iter();
            let given = given.map(|once| evaluation.origins_given(once, Said { file, argument }));
            given.fold(Origins::default(), Origins::with)
        };
        let concern = |argument: &'a Argument, naming: Naming| {
            if naming == Naming::ByArn {
                return Concern::Yes;
            }
            let concerns = values(argument).map(|value| self.texts.concern(&value));
            concerns.max().unwrap_or(Concern::No)
        };
        let arguments = call.block.arguments.iter();
        let arguments =
            arguments.filter(|one| !["depends_on", "count"].contains(&one.name.as_str()));
        for argument in arguments {
            let naming = self.naming(&origins(argument));
            match concern(argument, naming) {
                Concern::Yes => return Some(argument),
                // The text of a document is no ARN.
                Concern::Unknown if is_of_documents(argument) => {}
                Concern::Unknown if argument.name.contains("polic") || naming == Naming::Untold => {
                    self.uses.believe(call.placed(), WHAT);
                }
                _ if naming == Naming::ByName
                    || values(argument)
                        .any(|value| self.is_named_in_what(&argument.name, &value)) =>
                {
                    self.uses.believe(call.placed(), WHAT);
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a value has the name of the policy where it is about policies by the names that it stands under.
    fn is_named_in_what(&self, under: &str, value: &Value<'_>) -> bool {
        let is_about = under.contains("polic") || under.contains("boundary");
        let is_named = matches!(value, Value::Text(_))
            && is_about
            && self.texts.concern_of_name(value) != Concern::No;
        is_named
            || value.parts().iter().any(|(key, one)| match key {
                Some(key) if !is_about => self.is_named_in_what(key.as_text().start(), one),
                _ => self.is_named_in_what(under, one),
            })
    }

    /// Whether a file of a module that was downloaded, or of one that it calls, which nobody reads else, has the ARN
    /// of the policy or asks AWS for it by its name.
    fn is_said_below(&self, call: &Call<'a>) -> bool {
        let mut texts = self.uses.texts_below(call);
        texts.any(|text| self.texts.are_said_in(&text))
    }

    /// Whether a state has something in a module that is called once which gives the policy to somebody.
    fn is_attached_below(&self, called: &ModuleOnce<'_>) -> bool {
        let mut below = self.uses.made_below(called);
        below.any(|one| {
            let mut arns = one.attributes.given_policy_arns(&one.address.block.kind);
            arns.any(|arn| self.texts.is_arn(arn))
        })
    }
}

/// Whether all that an argument refers to are the texts of documents.
fn is_of_documents(argument: &Argument) -> bool {
    let is_text = |reference: &String| {
        reference.starts_with("data.aws_iam_policy_document.") && reference.ends_with("json")
    };
    !argument.references.is_empty() && argument.references.iter().all(is_text)
}
