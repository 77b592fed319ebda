//! One pattern and the steps that refine it.

use super::narration::{Narration, narrate};
use crate::explain::names::Names;
use crate::explain::prefix_match::PrefixMatch;
use crate::iam::{Action, ActionPattern, ActionPrefix, Glob};
use crate::refine::{
    Covered, Curation, Emitted, EntryExpansion, EntryOutcome, EntryPlan, Granularity,
    SettledStatement, Step, Trie, Universe, plan_entry, settle_entries,
};

/// How many entries that are left out are listed by name.
const MOST_LEFT_OUT: usize = 2;

/// What becomes of one pattern, with the steps of the walk through its trie.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::catalogue::Catalogue;
/// use iam_refine::findings::UnusedActions;
/// use iam_refine::refine::*;
/// use iam_refine::explain::Walkthrough;
/// let mut unused = UnusedActions::default();
/// unused.add("s3:GetBucketAcl".parse()?, None);
/// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
/// let walk = Walkthrough::new(&"s3:Get*".parse()?, &universe, Curation::NONE, Granularity::Word);
/// assert_eq!(
///     walk.narration(0).sentence,
///     "Get is unsafe: GetBucketAcl is unused and starts with it. Its 16 children come next."
/// );
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walkthrough {
    plan: EntryPlan,
    trie: Trie,
    steps: Vec<Step>,
    settled: Option<SettledStatement>,
    names: Names,
}

impl Walkthrough {
    /// Refines `pattern` and keeps every step of it.
    pub fn new(
        pattern: &ActionPattern,
        universe: &Universe,
        curation: Curation<'_>,
        granularity: Granularity,
    ) -> Self {
        let plan = plan_entry(pattern, universe, curation, granularity);
        let wildcard = EntryExpansion::new(pattern, universe, curation);
        let trie = Trie::new(wildcard, granularity, curation);
        // What stays as it is written, and a single action, are decided without a walk.
        let is_walked = !pattern.is_literal() && !matches!(plan.outcome, EntryOutcome::Stays(_));
        let steps = if is_walked { trie.steps() } else { Vec::new() };
        let settled = settle_entries(&[&plan], |_| true);
        Walkthrough {
            plan,
            trie,
            steps,
            settled,
            names: Names::Actions,
        }
    }

    /// The same walk, with sentences about words, not actions.
    #[must_use]
    pub fn of_words(self) -> Self {
        Walkthrough {
            names: Names::Words,
            ..self
        }
    }

    /// The same walk, with sentences about a few of the actions that there are.
    #[must_use]
    pub fn of_some(self) -> Self {
        Walkthrough {
            names: Names::Some,
            ..self
        }
    }

    /// Whether its sentences are about actions or words.
    pub fn names(&self) -> Names {
        self.names
    }

    /// An entry without the service, where all that is written is of the pattern's.
    pub fn short(&self, entry: &ActionPattern) -> String {
        match self.plan.old {
            ActionPattern::Everything => entry.to_string(),
            ActionPattern::InService { .. } => entry.name().to_string(),
        }
    }

    /// The steps at `prefix` and beneath it alone. None when it is not visited.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use iam_refine::catalogue::Catalogue;
    /// use iam_refine::findings::UnusedActions;
    /// use iam_refine::refine::*;
    /// use iam_refine::explain::Walkthrough;
    /// let mut unused = UnusedActions::default();
    /// unused.add("s3:GetBucketAcl".parse()?, None);
    /// let universe = Universe::new(Catalogue::built_in(), Arc::new(unused), []);
    /// let pattern = "s3:Get*".parse()?;
    /// let whole = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
    /// let part = whole.clone().at(&prefix_of(&"s3:GetBucket".parse()?)).expect("it is visited");
    /// assert!(part.narration(0).sentence.starts_with("GetBucket is unsafe"));
    /// assert!(part.steps().len() < whole.steps().len());
    /// # Ok::<(), iam_refine::iam::PatternError>(())
    /// ```
    #[must_use]
    pub fn at(mut self, prefix: &ActionPrefix) -> Option<Self> {
        let mut steps = self.steps.iter();
        let first = steps
            .find(|step| self.trie.prefix(step.node) == *prefix)?
            .node;
        let end = self.trie.node(first).end;
        self.steps.retain(|step| (first..end).contains(&step.node));
        Some(self)
    }

    /// What becomes of the pattern.
    pub fn plan(&self) -> &EntryPlan {
        &self.plan
    }

    /// The trie that is walked.
    pub fn trie(&self) -> &Trie {
        &self.trie
    }

    /// The steps in order. There are none for a single action and for what stays as it is written.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What is decided at a step and why. Panics when there is no such step.
    pub fn narration(&self, step: usize) -> Narration {
        let step = &self.steps[step];
        let covered = match step.emitted() {
            [only] => (self.left_out().into_iter()).find(|out| *out.entry == only.entry),
            _ => None,
        };
        let covered_by = covered.map(|out| out.covered_by);
        narrate(&self.trie, step, covered_by, self.names)
    }

    /// What is emitted at a step. Panics when there is no such step.
    pub fn emitted_at(&self, step: usize) -> &[Emitted] {
        self.steps[step].emitted()
    }

    /// The steps whose prefix has an action beneath it, in their order: the last of them decides what becomes of it.
    pub fn steps_above(&self, action: &Action) -> Vec<usize> {
        let steps = self.steps.iter().enumerate();
        let above = steps.filter(|(_, step)| {
            let mut beneath = self.trie.beneath(step.node);
            beneath.any(|(other, _)| other == *action)
        });
        above.map(|(at, _)| at).collect()
    }

    /// How the prefix of a step matches the wildcard, where more than a star at its end is left of that: each way with
    /// what is written for it, which is nothing where no action goes on so. None where nothing is written with a star.
    /// Panics when there is no such step.
    pub fn matches_at(&self, step: usize) -> Vec<(PrefixMatch, Vec<&ActionPattern>)> {
        let step = &self.steps[step];
        let has_star = step.emitted().iter().any(|new| !new.entry.is_literal());
        let glob = (self.trie.grants(step.node)).map(|grants| &grants.glob);
        let glob = glob.filter(|glob| has_star && glob.as_prefix_star().is_none());
        let prefix = self.trie.prefix_name(step.node);
        let matches = glob.map_or_else(Vec::new, |glob| PrefixMatch::all(glob, prefix));
        let matches = matches.into_iter().map(|one| {
            let whole = Glob::parse(&format!("{prefix}{}", one.left()));
            let entries = step.emitted().iter().map(|new| &new.entry);
            let written = entries.filter(|entry| match (&whole, entry.name()) {
                (Some(whole), name) if name.is_literal() => whole.matches(name.as_str()),
                (Some(whole), name) => *whole == name,
                (None, _) => false,
            });
            let written = written.collect();
            (one, written)
        });
        matches.collect()
    }

    /// What is emitted by the first `steps` steps, in the order in which it is written.
    pub fn result_after(&self, steps: usize) -> Vec<&Emitted> {
        let mut result: Vec<&Emitted> =
            self.steps[..steps].iter().flat_map(Step::emitted).collect();
        result.sort_by(|a, b| a.entry.cmp(&b.entry));
        result.dedup_by(|a, b| a.entry == b.entry);
        result
    }

    /// What is said after the last step: which of the new entries are not written. None when all of
    /// them are.
    pub fn closing(&self) -> Option<String> {
        let left_out = self.left_out();
        let sentences = left_out.iter().take(MOST_LEFT_OUT).map(|omitted| {
            let (entry, by) = (omitted.entry, omitted.covered_by);
            format!("{entry} is left out: {by} covers it.")
        });
        let mut sentences: Vec<String> = sentences.collect();
        if let more @ 1.. = left_out.len().saturating_sub(MOST_LEFT_OUT) {
            let are = if more == 1 { "is" } else { "are" };
            sentences.push(format!("So {are} {more} more."));
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// What is emitted and yet not written, since another of the new entries covers it.
    pub fn left_out(&self) -> Vec<Covered<'_>> {
        let settled = self.settled.iter();
        settled.flat_map(|settled| settled.left_out(0)).collect()
    }
}
