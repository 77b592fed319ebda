//! Who else may make what stands in a folder: other root modules, other states, and what AWS has a copy of.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::{Here, MadeOf, Matching};
use crate::document::{Document, StatementForm};
use crate::sources::copies::{GIVE_ITS_STATE, Original, copy};
use crate::sources::merged::Written;
use crate::sources::roots::is_root_too;
use crate::sources::tree::INIT;
use crate::sources::{LivePolicy, MODULES_JSON};
use crate::terraform::Block;
use crate::text::{Problem, some_of};

/// Who else may make what stands in a folder.
pub(super) struct Elsewhere {
    /// The blocks that call its module, as `FILE:LINE`.
    pub called: Vec<String>,
    /// Whether other states may make it, which are said not to be there.
    pub is_possible: bool,
    /// What is to be believed for that.
    pub claims: Vec<String>,
}

impl<'a> Matching<'a> {
    /// Who else may make what stands in a folder.
    ///
    /// # Errors
    /// Somebody may, and nobody says that the states are all.
    pub(super) fn made_elsewhere(
        &self,
        here: &Here<'_>,
        read_elsewhere: &[String],
    ) -> Result<Elsewhere, Problem> {
        let mut claims: Vec<String> = self.is_called_here_alone(here)?.into_iter().collect();
        let mut called = self.callers.of(here.folder);
        called.extend(self.called_without_state(here.folder));
        let others = called.iter().chain(read_elsewhere);
        claims.extend(others.map(|one| format!("{one} makes nothing of it")));
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
    pub(super) fn has_no_copy(
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
}
