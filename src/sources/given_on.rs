//! Where the text of a document goes that is given on, by local values, arguments and outputs of modules: each block
//! that takes it in the end has to be known, and all that it makes of it to be in the states.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::applied::Concern;
use super::evaluation::{BlockOnce, Origins, Placed, Said, Value, only_text};
use super::merged::Place;
use super::names::{Names, with_each};
use super::references::{OF_ITS_OWN, apart, is_of, is_role, of_itself};
use super::uses::{Taker, Uses, is_left, is_no_policy};
use crate::terraform::{Argument, Asked, Block, takes_policy};
use crate::text::{Problem, Source};

/// What a document is called wherever its text is given on to.
pub(super) struct GivenOn<'a> {
    /// By what it is called, and by what the policies are that take it.
    names: Names,
    /// The same without what is looked into in the document's own folder.
    others: Names,
    /// What it is called where it is written, and what the policies are that take it.
    itself: Names,
    /// The blocks that take it otherwise than by a plain reference in its own folder.
    takers: Vec<Taker<'a>>,
}

impl<'a> Uses<'_, 'a> {
    /// Looks where the document goes, of which these in its own folder take it by a plain reference.
    pub(super) fn given_on(&self, plain: &[Taker<'a>]) -> GivenOn<'a> {
        let own = self.folder.to_owned();
        let begin = self.names.iter().map(|name| (own.clone(), name.clone()));
        let begin = begin.chain(plain.iter().map(name_of_policy));
        let begin: Vec<(PathBuf, String)> = begin.collect();
        let mut takers: Vec<Taker<'a>> = Vec::new();
        loop {
            let itself = self.names_of_itself(&begin, plain, &takers);
            let may_have = |origins: &Origins| self.may_be_in(origins, &itself);
            let links = &self.survey.links;
            let names = links.names(self.evaluation, &itself, may_have);
            let found = self.takers_of(&names, &itself, plain);
            if found.len() == takers.len() {
                return GivenOn {
                    others: names.without(&begin),
                    names,
                    itself,
                    takers,
                };
            }
            takers = found;
        }
    }

    fn names_of_itself(
        &self,
        begin: &[(PathBuf, String)],
        plain: &[Taker<'a>],
        takers: &[Taker<'a>],
    ) -> Names {
        let is_own =
            |argument: &Argument| self.argument.is_some_and(|own| std::ptr::eq(own, argument));
        let own = self.survey.links.called(&is_own);
        let taken = takers.iter().map(name_of_policy);
        let all = plain.iter().chain(takers);
        let read_back = all.flat_map(|taker| self.names_in_roles(taker));
        let mut names = Names::default();
        let called = begin.iter().cloned().chain(own).chain(taken);
        for (folder, name) in called.chain(read_back) {
            names.add(&folder, &name);
        }
        names
    }

    /// What the policy of a block is called in the roles that it is embedded in.
    fn names_in_roles(&self, taker: &Taker<'a>) -> Vec<(PathBuf, String)> {
        let read_back = self.survey.read_back.iter();
        let roles = read_back.filter(|role| self.is_embedded_in(taker, role));
        let names = roles.map(|role| {
            let address = role.placed.block.address();
            (role.folder.clone(), format!("{address}.inline_policy"))
        });
        names.collect()
    }

    /// Whether a block embeds its policy in what another one makes, by a reference or by its name.
    fn is_embedded_in(&self, taker: &Taker<'a>, role: &Taker<'a>) -> bool {
        let Some(said) = taker.placed.argument("role") else {
            return false;
        };
        let is_asked_for =
            |one: &Asked| *one.folder == *role.folder && one.address == role.placed.block.address();
        let roles = self.evaluation.each(&role.folder, role.placed);
        let names = roles.iter().filter_map(|one| {
            let made = one.made.and_then(|made| made.attributes.name.clone());
            let said = || {
                self.evaluation
                    .argument(one, one.placed.argument("name")?)
                    .known_text()
            };
            made.or_else(said)
        });
        let names: BTreeSet<String> = names.collect();
        let each = self.evaluation.each(&taker.folder, taker.placed);
        each.iter().any(|one| {
            let name = self.evaluation.argument(one, said).known_text();
            name.is_some_and(|name| names.contains(&name))
                || (self.evaluation.origins(one, said).asked.iter()).any(is_asked_for)
        })
    }

    /// The blocks that take what is called so, but for those in its own folder that do so by a plain reference.
    fn takers_of(&self, names: &Names, itself: &Names, plain: &[Taker<'a>]) -> Vec<Taker<'a>> {
        let mut takers = Vec::new();
        for (folder, placed) in self.referring_to(names) {
            let is_plain = |one: &Taker<'a>| std::ptr::eq(one.placed.block, placed.block);
            let argument = policy_of(placed).filter(|_| !plain.iter().any(is_plain));
            let is_taken = argument.is_some_and(|argument| {
                is_about(names, &folder, placed.block, argument)
                    && self.concerns(&folder, placed, argument, itself) != Concern::No
            });
            if is_taken {
                takers.push(Taker { folder, placed });
            }
        }
        takers
    }

    /// The blocks that refer to what is called so, each with its folder.
    fn referring_to(&self, names: &Names) -> Vec<(PathBuf, Placed<'a>)> {
        let referring = names.folders().flat_map(|folder| {
            let found = self.survey.referring.to(folder, names.of(folder));
            let found = found.into_iter();
            found.map(|(file, block)| (folder.to_owned(), Placed { file, block }))
        });
        referring.collect()
    }

    /// Whether what a block takes as its policy may be the document, in whichever of those that it stands for.
    fn concerns(
        &self,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
        itself: &Names,
    ) -> Concern {
        let file = placed.file;
        let each = self.evaluation.each(folder, placed);
        let values = each
            .iter()
            .map(|one| self.concern_of_once(one, Said { file, argument }, itself));
        values.max().unwrap_or(Concern::No)
    }

    /// The same of one of them. What nothing leads to is something else, though nobody can tell what.
    fn concern_of_once(&self, one: &Rc<BlockOnce<'a>>, said: Said<'a>, itself: &Names) -> Concern {
        match self.concern_of_text(&self.evaluation.argument(one, said)) {
            Concern::Unknown if !self.may_be_in(&self.evaluation.origins(one, said), itself) => {
                Concern::No
            }
            concern => concern,
        }
    }

    /// Whether the text of the document may be in what comes of this.
    fn may_be_in(&self, origins: &Origins, itself: &Names) -> bool {
        let is_own = |place: &Place| self.is_own(place);
        origins.may_have(is_own, |folder, name| itself.may_have(folder, name))
    }

    /// Whether a value is the text of the document, or of one that takes it.
    fn concern_of_text(&self, value: &Value<'_>) -> Concern {
        match only_text(value) {
            Some(text) if self.is_own(&text.place) => Concern::Yes,
            // Another one may be put together of it.
            Some(text) => self.concern_of_text(&text.letters),
            None if is_known(value) => Concern::No,
            None => Concern::Unknown,
        }
    }

    /// Whether a text is that of the document, or of one that takes it.
    fn is_own(&self, (folder, file, at): &Place) -> bool {
        let is_called = || {
            let file = &self.tree.files(folder)[*file];
            self.names
                .contains(&file.configuration.policies[*at].address)
        };
        folder == self.folder && is_called()
    }
}

impl<'a> GivenOn<'a> {
    /// Whether an argument of a block in the document's own folder is looked into here: what is given on by it, and
    /// what takes the text by more than a plain reference; or has nothing of the text.
    pub fn follows(&self, uses: &Uses<'_, 'a>, placed: Placed<'a>, argument: &'a Argument) -> bool {
        uses.gives_on(uses.folder, placed)
            || self.is_taken_by(placed, argument)
            || !self.is_in(uses, uses.folder, placed, argument)
    }

    /// Whether the text may be in what an argument comes to. What a block is repeated for has it where the keys have
    /// it: who asks for what is at these is looked into.
    fn is_in(
        &self,
        uses: &Uses<'_, 'a>,
        folder: &Path,
        placed: Placed<'a>,
        argument: &'a Argument,
    ) -> bool {
        let origins = uses.evaluation.origins_anywhere(folder, placed, argument);
        let mut origins = origins.iter();
        origins
            .next()
            .is_none_or(|origins| uses.may_be_in(origins, &self.itself))
    }

    /// Whether an argument is the policy of a block that takes the text.
    fn is_taken_by(&self, placed: Placed<'a>, argument: &Argument) -> bool {
        let mut takers = self.takers.iter();
        takers.any(|one| std::ptr::eq(one.placed.block, placed.block))
            && policy_of(placed).is_some_and(|policy| std::ptr::eq(policy, argument))
    }

    /// Refuses a document whose text goes where nobody follows it, or of which blocks do not make what the states
    /// say. These in its own folder take it by a plain reference.
    pub fn are_known(&self, uses: &Uses<'_, 'a>, plain: &[Taker<'a>]) -> Result<(), Problem> {
        for folder in self.names.folders() {
            if let Some(unread) = uses.tree.unread(Some(folder)).next() {
                let message = format!("this file is not read, and may use {} too", uses.names[0]);
                let why = unread.source().error(message);
                return Err(why.help("see what is said of that file"));
            }
        }
        for (folder, placed) in uses.referring_to(&self.names) {
            let referring = Referring {
                given_on: self,
                uses,
                folder: &folder,
                placed,
            };
            if let Some(range) = referring.other_use(placed.block) {
                let message = format!("{} is used here for something else too", uses.names[0]);
                let why = placed.file.source.error_at(range, message);
                return Err(why.help(apart(placed.block)));
            }
        }
        let mut made: BTreeSet<usize> = BTreeSet::new();
        made.extend(plain.iter().flat_map(|one| uses.places_made_by(one)));
        for taker in &self.takers {
            made.extend(uses.is_made_as_given(taker, &self.itself)?);
        }
        match uses.makes.iter().find(|place| !made.contains(place)) {
            None => Ok(()),
            Some(&place) => Err(uses.not_followed_to(place)),
        }
    }
}

/// A block that refers to what is called so.
struct Referring<'r, 'a> {
    given_on: &'r GivenOn<'a>,
    uses: &'r Uses<'r, 'a>,
    folder: &'r Path,
    placed: Placed<'a>,
}

impl<'a> Referring<'_, 'a> {
    /// Where a block, or one within it, does something with the text which is not followed.
    fn other_use(&self, block: &'a Block) -> Option<Range<usize>> {
        let is_checked_alone = matches!(block.kind.as_str(), "assert" | "variable" | "lifecycle");
        if is_checked_alone {
            return None;
        }
        let mut arguments = block.arguments.iter();
        let other = arguments.find(|argument| {
            is_about(
                &self.given_on.names,
                self.folder,
                self.placed.block,
                argument,
            ) && !self.is_followed(block, argument)
                && (self.given_on).is_in(self.uses, self.folder, self.placed, argument)
        });
        let other = other.map(|argument| argument.range.clone());
        let mut inner = block.blocks.iter();
        other.or_else(|| inner.find_map(|inner| self.other_use(inner)))
    }

    fn is_followed(&self, block: &'a Block, argument: &'a Argument) -> bool {
        let is_outer = std::ptr::eq(block, self.placed.block);
        match (block.kind.as_str(), argument.name.as_str()) {
            (_, "count" | "depends_on") => true,
            ("moved" | "import" | "removed", "from" | "to") if is_outer => true,
            ("locals" | "module" | "output", _) if is_outer => {
                self.uses.gives_on(self.folder, self.placed)
            }
            _ => {
                self.is_by_own_name(argument)
                    || self.given_on.is_taken_by(self.placed, argument)
                    || self.is_something_else(argument)
            }
        }
    }

    /// Whether an argument refers to it by its own name alone, which is looked into where that is. By what its block is
    /// repeated for it does so without any.
    fn is_by_own_name(&self, argument: &Argument) -> bool {
        let block = self.placed.block;
        let of_itself = |reference: &String| {
            let others = &self.given_on.others;
            others.are_referred_to(self.folder, &of_itself(block, reference))
        };
        let is_of_each = |each| is_about(&self.given_on.names, self.folder, block, each);
        let asks_for_value = |reference: &String| is_of(reference, "each.value");
        let mut references = argument.references.iter();
        let is_repeated_for_it = argument.references.iter().any(asks_for_value)
            && block.argument("for_each").is_some_and(is_of_each);
        !is_repeated_for_it && !references.any(of_itself)
    }

    /// Whether an argument comes to something that is known, in whichever of those that the block stands for.
    fn is_something_else(&self, argument: &'a Argument) -> bool {
        let file = self.placed.file;
        let evaluation = self.uses.evaluation;
        let each = evaluation.each(self.folder, self.placed);
        each.iter().all(|one| {
            let value = evaluation.argument(one, Said { file, argument });
            let is_policy = policy_of(self.placed).is_some_and(|own| std::ptr::eq(own, argument));
            is_no_policy(&value) || is_policy && self.uses.concern_of_text(&value) == Concern::No
        })
    }
}

impl<'a> Uses<'_, 'a> {
    /// Whether a block gives on what it is given to where that is looked into: to those that refer to it in its
    /// folder, or to a module that is read, or back to whoever calls its own.
    fn gives_on(&self, folder: &Path, placed: Placed<'a>) -> bool {
        match placed.block.kind.as_str() {
            "locals" => true,
            "module" => {
                let calls = self.tree.calls();
                let own = calls.filter(|call| std::ptr::eq(call.block, placed.block));
                let mut own = own.peekable();
                own.peek().is_some() && own.all(|call| call.is_read)
            }
            "output" => !self.tree.roots.iter().any(|root| root.is_at(folder)),
            _ => false,
        }
    }

    /// Whether all that a block makes of the text it is given is in the states and edited with it; returns what that
    /// is.
    fn is_made_as_given(&self, taker: &Taker<'a>, itself: &Names) -> Result<Vec<usize>, Problem> {
        let (folder, placed) = (&taker.folder, taker.placed);
        if self.evaluation.is_laid_over(folder, placed.block) {
            let message = "another file here changes this block, which is not looked into";
            let why = placed.file.error_at(placed.block, message);
            return Err(why.help(OF_ITS_OWN));
        }
        let Some(argument) = policy_of(placed) else {
            return Ok(Vec::new());
        };
        let said = Said {
            file: placed.file,
            argument,
        };
        let concern = |one: &Rc<BlockOnce<'a>>| self.concern_of_once(one, said, itself);
        let each = self.evaluation.each(folder, placed);
        let mut made = Vec::new();
        for one in &each {
            match concern(one) {
                Concern::No => {}
                Concern::Unknown if !one.is_other() => {
                    let message = format!("nobody can tell whether this is {}", self.names[0]);
                    let why = placed.file.source.error_at(argument.range.clone(), message);
                    return Err(why.help(OF_ITS_OWN));
                }
                _ => made.extend(self.place_of(one)),
            }
        }
        self.is_as_made(folder, placed, concern)?;
        if let Some(&left) = made.iter().find(|place| !self.makes.contains(place)) {
            return Err(is_left(placed, &self.live.policies[left]));
        }
        self.is_known_to_take(taker)?;
        Ok(made)
    }

    /// The policy that a block has made once.
    fn place_of(&self, one: &BlockOnce<'_>) -> Option<usize> {
        let address = &one.made?.address;
        let mut policies = self.live.policies.iter();
        policies.position(|policy| policy.state == one.module.state && policy.address == *address)
    }

    /// That a policy is made of the document, and no block is found that takes it.
    fn not_followed_to(&self, policy: usize) -> Problem {
        let address = &self.live.policies[policy].address;
        let source = &self.states[self.live.policies[policy].state].name;
        let about = Source::from_text(source.raw(), "");
        let message = format!(
            "{address}: how it is given {} is not followed",
            self.names[0]
        );
        about.warning(message).help(OF_ITS_OWN)
    }
}

/// Whether an argument of a block refers to what is called so, or asks for it of what the block is repeated for.
fn is_about(names: &Names, folder: &Path, block: &Block, argument: &Argument) -> bool {
    let of_itself =
        |reference: &String| names.are_referred_to(folder, &of_itself(block, reference));
    with_each(block, argument).any(|argument| argument.references.iter().any(of_itself))
}

/// The policy that a block takes as that of a role, a user or a group, or as a managed one.
fn policy_of(placed: Placed<'_>) -> Option<&Argument> {
    let kind = placed.block.labels.first();
    let kind = kind.filter(|_| placed.block.kind == "resource");
    let policy = placed.block.argument("policy");
    policy.filter(|_| kind.is_some_and(|kind| takes_policy(kind)))
}

/// What the policy of a block is called.
fn name_of_policy(taker: &Taker<'_>) -> (PathBuf, String) {
    let block = taker.placed.block;
    let policy = if is_role(block) {
        "inline_policy"
    } else {
        "policy"
    };
    let name = format!("{}.{policy}", block.address());
    (taker.folder.clone(), name)
}

/// Whether all of a value is known.
fn is_known(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.as_known().is_some(),
        Value::List(items) => items.are_all() && items.values.iter().all(is_known),
        Value::Object(members) => members.are_all() && members.values.values().all(is_known),
        Value::Unknown(_) | Value::One(_) | Value::Several(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::NotMade(..) => true,
    }
}
