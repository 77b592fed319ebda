//! Which root module each state is of, where several are read together.

use std::collections::{BTreeMap, BTreeSet};

use super::{BlockAddress, Kind, Module, Root, State, Tree};
use crate::policies::made_within;
use crate::text::{Problem, Problems, Source, list, printable};

/// The states that have somebody whom another root module's state has: one of these is a copy.
fn made_twice(states: &[State]) -> Vec<Problem> {
    let mut makers: BTreeMap<&str, &State> = BTreeMap::new();
    let mut problems = Vec::new();
    for state in states {
        let made = state.resources.iter();
        let made = made.filter(|one| matches!(one.kind, Kind::Role | Kind::User | Kind::Group));
        let mut arns = made.filter_map(|one| one.attributes.arn.as_deref());
        let twice = arns.find_map(|arn| {
            let other = *makers.entry(arn).or_insert(state);
            (other.root != state.root).then_some((arn, other))
        });
        for arn in arns {
            makers.entry(arn).or_insert(state);
        }
        let Some((arn, other)) = twice else { continue };
        let source = Source::from_text(state.name.raw(), "");
        let message = format!(
            "this has {}, and so has {} of another root module",
            printable(arn),
            other.name
        );
        let problem = source.error(message);
        problems.push(problem.help("give each root module its own state"));
    }
    problems
}

impl Tree {
    /// The root module at a place, where there are others too.
    pub fn one_of_several(&self, root: usize) -> Option<&Root> {
        self.roots.get(root).filter(|_| self.roots.len() > 1)
    }

    /// Gives each state to its root module: to the one it is said to be of, or else to the only one that
    /// has its blocks. What is made of several root modules is then called by these too.
    ///
    /// # Errors
    /// A state that may be of several, or is of none; one that is said to be of another than has its blocks.
    pub fn take(&self, states: Vec<(State, Option<usize>)>) -> Result<Vec<State>, Problems> {
        let mut taken = Vec::new();
        let mut problems = Vec::new();
        for (mut state, said) in states {
            let root = match said {
                Some(root) => self.may_be_of(&state, root).map(|()| root),
                None => self.root_of(&state),
            };
            match root {
                Ok(root) => {
                    state.root = root;
                    self.follow_moves(&mut state);
                    taken.push(state);
                }
                Err(why) => problems.push(why),
            }
        }
        problems.extend(made_twice(&taken));
        if problems.is_empty() {
            self.call_apart(&mut taken);
            Ok(taken)
        } else {
            Err(Problems(problems))
        }
    }

    /// The root modules of which none of the `states` is.
    pub fn without_state(&self, states: &[State]) -> Vec<Problem> {
        let roots = self.roots.iter().enumerate();
        let without = roots.filter(|(place, _)| states.iter().all(|state| state.root != *place));
        let problem = |(_, root): (usize, &Root)| {
            let shown = root.shown();
            let source = Source::from_text(shown.raw(), "");
            let problem = source.error("no state of this root module is given");
            problem.help(format!(
                "give it: terraform -chdir={shown} show -json > state.json; or say --states-complete when \
                 nothing is made of it"
            ))
        };
        without.map(problem).collect()
    }

    /// Refuses a state that is said to be of a root module and has the blocks of another one alone.
    fn may_be_of(&self, state: &State, said: usize) -> Result<(), Problem> {
        match self.root_of(state) {
            Ok(root) if root != said => {
                let source = Source::from_text(state.name.raw(), "");
                let (said, own) = (self.roots[said].shown(), self.roots[root].shown());
                let message = format!("this is said to be of {said}, and has the blocks of {own}");
                let problem = source.error(message);
                Err(problem.help("give each root module its own state"))
            }
            _ => Ok(()),
        }
    }

    fn root_of(&self, state: &State) -> Result<usize, Problem> {
        if self.roots.len() == 1 {
            return Ok(0);
        }
        let resources = state.resources.iter();
        let of_iam = resources.filter(|resource| resource.kind != Kind::Other);
        let blocks: BTreeSet<&BlockAddress> = of_iam.map(|one| &one.address.block).collect();
        let roots = 0..self.roots.len();
        let has = |root: usize| blocks.iter().filter(move |block| self.has(root, block));
        let with_all: Vec<usize> = (roots.clone())
            .filter(|&root| has(root).count() == blocks.len())
            .collect();
        let with_some = || roots.filter(|&root| has(root).count() > 0).collect();
        let may_be: Vec<usize> = if with_all.is_empty() {
            with_some()
        } else {
            with_all
        };
        match may_be.as_slice() {
            [only] => Ok(*only),
            [] => Err(self.unclear(state, "none of its blocks is in", 0..self.roots.len())),
            several => Err(self.unclear(state, "it may be of any of", several.iter().copied())),
        }
    }

    /// That nobody can tell which root module a state is of.
    fn unclear(&self, state: &State, what: &str, roots: impl Iterator<Item = usize>) -> Problem {
        let roots: Vec<String> = roots
            .map(|root| self.roots[root].shown().to_string())
            .collect();
        let source = Source::from_text(state.name.raw(), "");
        let problem = source.error(format!("{what} {}", list(&roots)));
        let said: Vec<String> = roots
            .iter()
            .map(|root| format!("{root}={}", state.name))
            .collect();
        problem.help(format!("say of which it is: {}", said.join(" or ")))
    }

    /// Whether a root module, or one that it calls, has a block; of what was downloaded nobody looks.
    fn has(&self, root: usize, block: &BlockAddress) -> bool {
        let names = &block.module;
        let Ok((folder, module)) = self.folder(Module { root, names }) else {
            return false;
        };
        let mut files = self.files(&folder).iter();
        module.is_downloaded
            || files.any(|file| {
                let mut blocks = file.configuration.blocks.iter();
                blocks.any(|one| block.is_of(one))
            })
    }

    /// Calls what is made by its root module too, and by its state, where there are several: in each of
    /// them the addresses may be the same.
    fn call_apart(&self, states: &mut [State]) {
        let roots: Vec<usize> = states.iter().map(|state| state.root).collect();
        for state in states {
            let root = self.one_of_several(state.root).map(Root::shown);
            let is_one = roots.iter().filter(|root| **root == state.root).count() == 1;
            let name = Some(state.name.clone()).filter(|_| !is_one);
            let within: Vec<String> = root.iter().chain(&name).map(ToString::to_string).collect();
            if within.is_empty() {
                continue;
            }
            for resource in &mut state.resources {
                let text = &mut resource.address.text;
                *text = made_within(text.raw(), &within.join(", ")).into();
            }
        }
    }
}
