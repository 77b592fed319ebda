//! What a review is about: a principal's policies, what is unused, and what is known.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::now::allowed_by;
use super::state::{EntryPlace, EntryReview};
use crate::catalogue::Catalogue;
use crate::document::Document;
use crate::findings::Findings;
use crate::iam::quota::PolicyKind;
use crate::iam::{Action, Policy, Statement};
use crate::policies::LoadedPolicy;
use crate::refine::{
    Curation, EntryExpansion, EntryPlan, Extension, Fate, HeldBack, Mark, MarkKind, Options, Trie,
    Universe, extend, plan_entry,
};
use crate::review::Principal;
use crate::text::{Problem, Severity, Untrusted, day};

/// All that a review works from. It does not change while one decides.
#[derive(Clone, Debug)]
pub struct ReviewInput {
    /// The role, user or group that has the policies, as far as the inputs say.
    pub principal: Principal,
    /// The policies, in the order they were given.
    pub policies: Vec<PolicyInput>,
    /// The findings, all pages joined.
    pub findings: Findings,
    /// What is unused by the principal, and all names that could matter.
    pub universe: Arc<Universe>,
    /// The granularity and the keeps, as asked for on the command line.
    pub options: Options,
    /// Other policies of the principals that have the reviewed ones. What goes here they may still
    /// grant.
    pub others: Vec<OtherPolicy>,
    /// What is found of each of all who have the policies, where that was asked for; nothing where
    /// the findings are those of one principal, or of those who have a policy in an account.
    pub everywhere: Vec<Findings>,
    /// Why other policies stay as they are that those have whom the findings are about.
    pub left: Vec<Problem>,
}

/// A policy that is reviewed.
#[derive(Clone, Debug)]
pub struct PolicyInput {
    /// The policy in its source text, and what the inputs say of it.
    pub loaded: LoadedPolicy,
    /// What is unused by all who have it, and all names that could matter: the principal's, unless
    /// others have it too.
    pub universe: Arc<Universe>,
    /// What is found of all who have it: the review's findings, unless others have it than have the
    /// other policies.
    pub findings: Arc<Findings>,
    /// What is reported and not taken away unasked.
    pub held: Arc<HeldBack>,
    /// What some of those who have it do not use, and stays because others do.
    pub kept_for: Arc<KeptFor>,
}

/// Actions that some who have a policy do not use, each with the names of those who may use it.
pub type KeptFor = BTreeMap<Action, Arc<[String]>>;

/// A policy that is loaded and not reviewed.
#[derive(Clone, Debug)]
pub struct OtherPolicy {
    /// Who has it, as `role Deployer`.
    pub holder: String,
    /// The policy in its source text; those who share it share this.
    pub policy: Arc<LoadedPolicy>,
}

/// The first policy of the group that one is in, where each tells `earlier` ones.
fn first(earlier: &[usize], mut place: usize) -> usize {
    while earlier[place] != place {
        place = earlier[place];
    }
    place
}

/// Each universe once.
fn distinct<'u>(all: impl Iterator<Item = &'u Arc<Universe>>) -> Vec<&'u Universe> {
    let mut found: Vec<&Universe> = Vec::new();
    for universe in all {
        if !found
            .iter()
            .any(|known| std::ptr::eq(*known, Arc::as_ptr(universe)))
        {
            found.push(universe);
        }
    }
    found
}

impl ReviewInput {
    /// Brings together what was read: policies of one principal, and the findings about it.
    pub fn new(
        policies: Vec<LoadedPolicy>,
        findings: Findings,
        catalogue: Arc<Catalogue>,
        options: Options,
    ) -> Self {
        let meanings = policies.iter().map(|loaded| loaded.document.policy());
        let universe = Universe::new(catalogue, Arc::clone(&findings.unused), meanings);
        let universe = universe.with_kept(&options.keeps);
        let universe = Arc::new(universe.with_used(Arc::clone(&findings.used)));
        let of_young = OnceCell::new();
        let universes: Vec<Arc<Universe>> = (policies.iter())
            .map(|loaded| {
                if findings.is_younger(loaded.origin.changed_at) {
                    let young = || Arc::new(universe.with_nothing_unused());
                    Arc::clone(of_young.get_or_init(young))
                } else {
                    Arc::clone(&universe)
                }
            })
            .collect();
        let held = HeldBack::used(&findings.recently_used);
        let keeps = options.curation(&[], HeldBack::NOTHING);
        // What is kept anyway, or is not reported of this policy, need not be held back.
        let held =
            Arc::new(held.except(|action| {
                keeps.fate(action, findings.unused.contains(action)) != Fate::Goes
            }));
        let shared_findings = Arc::new(findings.clone());
        ReviewInput {
            principal: Principal {
                name: findings.principal.clone().or_else(|| owner(&policies)),
                ..Principal::default()
            },
            policies: (policies.into_iter().zip(universes))
                .map(|(loaded, universe)| PolicyInput {
                    loaded,
                    universe,
                    findings: Arc::clone(&shared_findings),
                    held: Arc::clone(&held),
                    kept_for: Arc::default(),
                })
                .collect(),
            findings,
            universe,
            options,
            others: Vec::new(),
            everywhere: Vec::new(),
            left: Vec::new(),
        }
    }

    /// Says of all the policies what stays because of others who have them.
    pub(crate) fn keep_for_others(&mut self, kept_for: KeptFor) {
        let kept_for = Arc::new(kept_for);
        for policy in &mut self.policies {
            policy.kept_for = Arc::clone(&kept_for);
        }
    }

    /// The same, where policies are of this `kind` of which the inputs do not tell how they are
    /// attached.
    #[must_use]
    pub fn of_kind(mut self, kind: PolicyKind) -> Self {
        for policy in &mut self.policies {
            if policy.loaded.kind == PolicyKind::Unknown {
                policy.loaded.kind = kind;
            }
        }
        self
    }

    /// The same, where these names of other policies matter too.
    #[must_use]
    pub fn knowing(mut self, names: &[Action]) -> Self {
        let with_names = |universe: &Universe| Arc::new(universe.clone().with_names(names));
        if !names.is_empty() {
            self.universe = with_names(&self.universe);
            for policy in &mut self.policies {
                policy.universe = with_names(&policy.universe);
            }
        }
        self
    }

    /// Holds back, beside what was used, what tears down what stays: for whoever looks at each.
    #[must_use]
    pub fn holding_tear_down(mut self) -> Self {
        let held: Vec<HeldBack> = self.with_tear_down().collect();
        for (policy, held) in self.policies.iter_mut().zip(held) {
            policy.held = Arc::new(held);
        }
        self
    }

    /// What is held back of each policy, with what tears down what stays of any loaded one.
    pub(super) fn with_tear_down(&self) -> impl Iterator<Item = HeldBack> + '_ {
        let others = self.others.iter();
        let others = others.map(|other| other.policy.document.policy());
        let allowed = allowed_by(self.meanings().chain(others));
        self.policies.iter().map(move |policy| {
            let mut held = HeldBack::clone(&policy.held);
            held.add_tear_down(&allowed, &policy.universe, &self.options.keeps);
            held.except(|action| self.keeps().fate(action, true).stays())
        })
    }

    /// Adds the `others`, the further policies of those who have the reviewed ones.
    #[must_use]
    pub fn with_others(mut self, others: Vec<OtherPolicy>) -> Self {
        self.others = others;
        self
    }

    /// The document of a policy.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn document(&self, policy: usize) -> &Document {
        &self.policies[policy].loaded.document
    }

    /// The policies as values, in the order they were given, without their texts.
    pub fn meanings(&self) -> impl Iterator<Item = &Policy> {
        (self.policies.iter()).map(|policy| policy.loaded.document.policy())
    }

    /// What is known when a policy is refined.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn universe_of(&self, policy: usize) -> &Universe {
        &self.policies[policy].universe
    }

    /// How many policies are left out that could have been refined, were it not for the reasons in
    /// [`left`](Self::left).
    pub fn left_policies(&self) -> usize {
        let is_grave = |why: &&Problem| why.severity() != Severity::Note;
        self.left.iter().filter(is_grave).count()
    }

    /// Whether not all policies are had by the same principals.
    pub fn has_several_principals(&self) -> bool {
        let blocks = self
            .policies
            .iter()
            .map(|policy| &policy.loaded.origin.block);
        let mut holders = blocks.map(|block| block.as_ref().map(|block| &block.holders));
        let first = holders.next();
        holders.any(|others| Some(others) != first)
    }

    /// What is found of all who have a policy.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn findings_of(&self, policy: usize) -> &Findings {
        &self.policies[policy].findings
    }

    /// What is reported of those who have a policy, also where it is too young for that.
    pub(super) fn reported_of(&self, policy: usize) -> &Universe {
        match self.young_since(policy) {
            Some(_) => &self.universe,
            None => self.universe_of(policy),
        }
    }

    /// What is known of the principal, and when any of the policies is refined: each universe once.
    pub fn universes(&self) -> Vec<&Universe> {
        let of_policies = self.policies.iter().map(|policy| &policy.universe);
        distinct(std::iter::once(&self.universe).chain(of_policies))
    }

    /// Those of some of the policies.
    pub(super) fn universes_of(&self, policies: &[usize]) -> Vec<&Universe> {
        distinct(
            policies
                .iter()
                .map(|&policy| &self.policies[policy].universe),
        )
    }

    /// The policies, by their places, of those who have some in common: one group, but for policies in
    /// blocks of a source, which tell who has them.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        // For each policy itself, or an earlier one of its group.
        let mut earlier: Vec<usize> = (0..self.policies.len()).collect();
        let mut first_of: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, policy) in self.policies.iter().enumerate() {
            let Some(block) = &policy.loaded.origin.block else {
                return vec![(0..self.policies.len()).collect()];
            };
            for holder in &block.holders {
                let known = *first_of.entry(holder).or_insert(place);
                let (own, other) = (first(&earlier, place), first(&earlier, known));
                earlier[own.max(other)] = own.min(other);
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in 0..self.policies.len() {
            groups
                .entry(first(&earlier, place))
                .or_default()
                .push(place);
        }
        if groups.is_empty() {
            return vec![Vec::new()];
        }
        groups.into_values().collect()
    }

    /// The policies that somebody has who has this one too, itself among them.
    pub fn of_same_holders(&self, policy: usize) -> Vec<usize> {
        let groups = self.groups().into_iter();
        let mut own = groups.filter(|group| group.contains(&policy));
        own.next().unwrap_or_default()
    }

    /// The policies of each file, by their places, in the order of its text; the files in the order
    /// in which they were given.
    pub fn files(&self) -> Vec<Vec<usize>> {
        let mut files: Vec<Vec<usize>> = Vec::new();
        for policy in 0..self.policies.len() {
            let file = self.document(policy).file();
            let known = (files.iter_mut())
                .find(|policies| Arc::ptr_eq(self.document(policies[0]).file(), file));
            match known {
                Some(policies) => policies.push(policy),
                None => files.push(vec![policy]),
            }
        }
        for policies in &mut files {
            policies.sort_by_key(|&policy| self.document(policy).place_in_file());
        }
        files
    }

    /// When a policy was changed last, or the principal was made, if that is within the days that the
    /// report is asked about: it is too young for anything of it to be unused.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn young_since(&self, policy: usize) -> Option<jiff::Timestamp> {
        let changed_at = self.policies[policy].loaded.origin.changed_at;
        self.findings_of(policy).young_since(changed_at)
    }

    /// Whether nobody can tell since when a policy is granted, so that what it grants may be younger
    /// than the days that the report is asked about.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn is_of_unknown_age(&self, policy: usize) -> bool {
        let changed_at = self.policies[policy].loaded.origin.changed_at;
        self.findings_of(policy).is_of_unknown_age(changed_at)
    }

    /// The day the findings were made, if they have a date; UTC.
    pub fn finding_date(&self) -> Option<jiff::civil::Date> {
        self.findings.analyzed_at.map(day)
    }

    /// Whether the findings were made after the catalogue was: they may name actions that it does
    /// not have, and AWS may have actions that neither names.
    pub fn finding_is_newer_than_catalogue(&self) -> bool {
        match (self.finding_date(), self.universe.catalogue.date()) {
            (Some(finding), Some(catalogue)) => finding > catalogue,
            _ => false,
        }
    }

    /// Whether the entry at `place` stands where it can be edited.
    ///
    /// # Panics
    /// When there is no such entry.
    pub fn is_editable(&self, place: EntryPlace) -> bool {
        let document = self.document(place.policy);
        document.place(place.statement, place.entry).is_editable()
    }

    /// What becomes of `entry` as it is curated: under its own marks and at its own granularity.
    pub(super) fn plan(&self, place: EntryPlace, entry: &EntryReview) -> EntryPlan {
        let (old, granularity) = (&entry.plan.old, entry.granularity);
        let curation = self.options.curation(&entry.marks, &entry.held);
        let plan = plan_entry(old, self.universe_of(place.policy), curation, granularity);
        if self.is_editable(place) {
            plan
        } else {
            plan.left_as_it_is()
        }
    }

    /// Takes from the marks of `entry` those that ask to leave whole what is not: what is unused under
    /// them would stay, name by name, and nobody asked for that. Returns whether there were any.
    pub(super) fn takes_idle_wholes(&self, place: EntryPlace, entry: &mut EntryReview) -> bool {
        let is_whole = |mark: &Mark| mark.kind == MarkKind::Whole;
        if !entry.marks.iter().any(is_whole) || entry.plan.old.is_literal() {
            return false;
        }
        let curation = self.options.curation(&entry.marks, &entry.held);
        let wildcard =
            EntryExpansion::new(&entry.plan.old, self.universe_of(place.policy), curation);
        let trie = Trie::new(wildcard, entry.granularity, curation);
        let count = entry.marks.len();
        entry
            .marks
            .retain(|mark| !is_whole(mark) || !trie.is_idle(mark));
        entry.marks.len() < count
    }

    /// What could be appended to the `NotAction` at `place` while `held` is held back.
    pub(super) fn extension(&self, place: EntryPlace, held: &HeldBack) -> Extension {
        let entries = self.statement(place).actions.entries();
        let curation = self.options.curation(&[], held);
        let mut extension = extend(entries, self.universe_of(place.policy), curation);
        let at = |entry| EntryPlace { entry, ..place };
        if !(0..entries.len()).any(|entry| self.is_editable(at(entry))) {
            extension.additions.clear();
        }
        extension
    }

    /// The statement that `place` is in.
    ///
    /// # Panics
    /// When there is no such statement.
    pub fn statement(&self, place: EntryPlace) -> &Statement {
        &self.document(place.policy).policy().statements[place.statement]
    }

    /// The keeps of the command line, without marks.
    pub fn keeps(&self) -> Curation<'_> {
        self.options.curation(&[], HeldBack::NOTHING)
    }

    /// What of a policy is reported and not taken away unasked.
    ///
    /// # Panics
    /// When there is no such policy.
    pub fn held(&self, policy: usize) -> &Arc<HeldBack> {
        &self.policies[policy].held
    }
}

/// The owner that the policies name, in case the findings name none.
fn owner(policies: &[LoadedPolicy]) -> Option<Untrusted> {
    let mut owners = policies
        .iter()
        .filter_map(|policy| policy.origin.owner.as_ref());
    owners.next().map(|owner| owner.name.as_str().into())
}
