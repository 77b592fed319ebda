//! What the proof says of what would be written now, and what else to mind.

use std::collections::{BTreeMap, BTreeSet};

use super::{Decision, Review, StatementReview};
use crate::catalogue::LevelCounts;
use crate::findings::LastUse;
use crate::iam::{Action, ActionPattern, Allowed, Grants, ServicePrefix, Statement};
use crate::proof::{Fault, Part};
use crate::refine::{EntryExpansion, Fate};
use crate::text::{Untrusted, some_of};

/// How many actions are named.
const NAMED: usize = 3;

/// The proofs of all policies of a review, together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofReport {
    /// Each part of the proof, and whether it holds.
    pub parts: [(Part, bool); 5],
    /// How many unused actions no loaded policy grants any more.
    pub gone: usize,
    /// How many of these are, unless what is computed beside them grants them too.
    pub unless: usize,
    /// Unused actions that new entries still grant: under `*` a service that the catalogue does not
    /// have stays whole.
    pub excepted: BTreeSet<Action>,
    /// How many unused actions are still granted by prefixes that are left whole, by access level, the
    /// most far-reaching first; under none those of which the catalogue does not tell it.
    pub left_whole: LevelCounts,
}

/// Something to mind although the proof holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caveat {
    /// The principal, called so, has policies that are not loaded.
    PoliciesNotLoaded(Untrusted),
    /// So many actions were dropped by hand, though nobody reported them as unused.
    DroppedByHand(usize),
    /// So many unused actions do not go.
    StillThere(usize, StillThere),
    /// So many unused actions do not go since these comments ask for them, each as `main.tf:12`.
    Commented(usize, Vec<Untrusted>),
    /// So many unused actions do not go since these grant them: statements of the reviewed policies, as
    /// `statement 2 of main.tf:4`, or policies that are loaded and not reviewed.
    GrantedBy(usize, Vec<Untrusted>),
    /// What goes was used before, the latest first.
    UsedBefore(Vec<(String, LastUse)>),
    /// What goes is of policies without a date: it may be younger than the days that a report is asked
    /// about.
    AgeUnknown(Vec<Untrusted>),
    /// What goes, and of which AWS tells of no use whatever happens.
    Untold(Vec<Action>),
    /// What goes changes or removes what other actions make, which stay.
    TearsDown(Vec<Action>),
    /// So many statements hold something that nobody knows the actions of, and may grant anything.
    UnknownEntries(usize),
    /// Of statements nothing would be left, and they cannot be removed where they are written: they
    /// stay as they are, for these reasons.
    StatementsStay(Vec<Untrusted>),
    /// What goes is still written where nothing comes of it now, each with its place and why: `kms:Decrypt in
    /// template.yaml:24, nothing that is made has statement 2`.
    NotGranted(Vec<Untrusted>),
    /// What goes unless what is computed beside it grants it too, which nobody can tell: `kms:Decrypt, it comes from
    /// var.more, main.tf:19`.
    GoesUnless(Vec<Untrusted>),
    /// `*` is narrowed, so a service that the catalogue does not have is denied.
    EverythingRefined,
    /// The catalogue does not have a service of which these unused actions stay.
    UnknownService(ServicePrefix, Vec<Action>),
    /// AWS may have added actions between the catalogue and the finding.
    FindingNewerThanCatalogue,
}

/// Why unused actions do not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StillThere {
    /// An entry that nobody decided on grants them.
    Undecided,
    /// A `NotAction` grants them, to which they could be appended.
    InNotAction,
    /// An entry whose proposal was rejected grants them.
    Rejected,
    /// They were asked to be kept.
    Kept,
    /// They start with a prefix that is left whole.
    LeftWhole,
    /// They are held back: something speaks for them.
    Held,
    /// An entry that cannot be edited where it is written grants them.
    NotEditable,
    /// A policy of which nothing would be left stays as it is and grants them.
    NothingLeft,
    /// A policy grants them that is younger than the days the report is asked about.
    Young,
    /// No loaded policy granted them, before or now.
    NeverGranted,
}

impl Review {
    /// What the proof found wrong; nothing when it holds.
    pub fn faults(&self) -> Vec<Fault> {
        let outcomes = self.outcomes().iter();
        let faults = outcomes.flat_map(|outcome| &outcome.proved.faults);
        faults.chain(self.faults_together()).cloned().collect()
    }

    /// The proof of what would be written now.
    pub fn proof(&self) -> ProofReport {
        let faults = self.faults_together();
        let holds = |part| {
            (self.outcomes().iter()).all(|outcome| outcome.proved.part_holds(part))
                && faults.iter().all(|fault| fault.part != part)
        };
        ProofReport {
            parts: Part::ALL.map(|part| (part, holds(part))),
            gone: self.now().gone,
            unless: self.gone_unless().len(),
            excepted: (self.outcomes().iter())
                .flat_map(|outcome| &outcome.proved.excepted)
                .cloned()
                .collect(),
            left_whole: self
                .input()
                .universe
                .catalogue
                .levels_of(&self.now().left_whole_actions),
        }
    }

    /// What to mind that the proof does not say.
    pub fn caveats(&self) -> Vec<Caveat> {
        let (input, now) = (self.input(), self.now());
        let mut caveats = Vec::new();
        if !input.principal.all_policies_loaded {
            let name = input.principal.display_name();
            caveats.push(Caveat::PoliciesNotLoaded(name));
        }
        let outcomes = self.outcomes().iter();
        let dropped: usize = outcomes.map(|outcome| outcome.proved.dropped.len()).sum();
        if dropped > 0 {
            caveats.push(Caveat::DroppedByHand(dropped));
        }
        let commented: usize = now.commented.values().sum();
        let in_not_action = now.undecided_in_not_action;
        let young = self.granted_by_young().len().min(now.still_granted);
        for (count, why) in [
            (now.undecided - in_not_action, StillThere::Undecided),
            (now.in_not_action + in_not_action, StillThere::InNotAction),
            (now.left, StillThere::Rejected),
            (now.kept, StillThere::Kept),
            (now.left_whole, StillThere::LeftWhole),
            (now.held - commented, StillThere::Held),
            (now.not_editable, StillThere::NotEditable),
            (now.nothing_left, StillThere::NothingLeft),
            (young, StillThere::Young),
            (now.never_granted, StillThere::NeverGranted),
        ] {
            if count > 0 {
                caveats.push(Caveat::StillThere(count, why));
            }
        }
        if commented > 0 {
            let comments = now.commented.keys().cloned().collect();
            caveats.push(Caveat::Commented(commented, comments));
        }
        for (count, by) in [
            (now.still_granted - young, self.granting_statements()),
            (now.granted_beside, self.granting_policies()),
        ] {
            if count > 0 {
                caveats.push(Caveat::GrantedBy(count, by));
            }
        }
        let used = self.accepted_used_before();
        if !used.is_empty() {
            caveats.push(Caveat::UsedBefore(used));
        }
        let of_unknown_age = self.accepted_of_unknown_age();
        if !of_unknown_age.is_empty() {
            caveats.push(Caveat::AgeUnknown(of_unknown_age));
        }
        let untold = self.untold();
        if !untold.is_empty() {
            caveats.push(Caveat::Untold(untold));
        }
        let torn_down = self.tears_down();
        if !torn_down.is_empty() {
            caveats.push(Caveat::TearsDown(torn_down));
        }
        let not_granted = self.written_and_not_granted();
        if !not_granted.is_empty() {
            caveats.push(Caveat::NotGranted(not_granted));
        }
        let unless = self.all_that_goes_unless();
        if !unless.is_empty() {
            caveats.push(Caveat::GoesUnless(unless));
        }
        let unknown = self.statements_with_unknown_entries();
        if unknown > 0 {
            caveats.push(Caveat::UnknownEntries(unknown));
        }
        let stay = self.state().stay_whole(input).map(Untrusted::from);
        let stay: Vec<Untrusted> = stay.collect();
        if !stay.is_empty() {
            caveats.push(Caveat::StatementsStay(stay));
        }
        if self.refines_everything() {
            caveats.push(Caveat::EverythingRefined);
        }
        let unknown = self.left_in_unknown_services().into_iter();
        caveats.extend(unknown.map(|(service, actions)| Caveat::UnknownService(service, actions)));
        if input.finding_is_newer_than_catalogue() {
            caveats.push(Caveat::FindingNewerThanCatalogue);
        }
        caveats
    }

    /// What goes and stands where nothing comes of it as the policy is now, each statement with the reason.
    fn written_and_not_granted(&self) -> Vec<Untrusted> {
        let gone = &self.now().gone_actions;
        let mut found = Vec::new();
        for policy in 0..self.input().policies.len() {
            let document = self.input().document(policy);
            for statement in 0..document.policy().statements.len() {
                let perhaps = document.form(statement).perhaps.iter();
                let perhaps: Vec<ActionPattern> =
                    perhaps.filter_map(|entry| entry.parse().ok()).collect();
                let is_there = |action: &&Action| perhaps.iter().any(|one| one.matches(action));
                let there = gone.iter().filter(is_there).map(ToString::to_string);
                let there: Vec<String> = there.collect();
                let place = document.opaque_ranges(statement).next();
                let reason = document.opaque_reasons(statement).next();
                if let (false, Some(place), Some(reason)) = (there.is_empty(), place, reason) {
                    let source = document.source();
                    let line = source.position(place.start).line;
                    let (actions, file) = (some_of(&there, NAMED), source.name().raw());
                    found.push(format!("{actions} in {file}:{line}, {reason}").into());
                }
            }
        }
        found
    }

    /// The statements of the reviewed policies that still grant what is unused.
    fn granting_statements(&self) -> Vec<Untrusted> {
        let by = self.now().still_granted_by.iter();
        let names = by.map(|by| {
            let document = self.input().document(by.policy);
            let source = document.source();
            let start = document.statement_range(by.statement).start;
            let (number, line) = (by.statement + 1, source.position(start).line);
            format!("statement {number}, {}:{line}", source.name().raw()).into()
        });
        names.collect()
    }

    /// The policies beside the reviewed ones that still grant what is unused.
    fn granting_policies(&self) -> Vec<Untrusted> {
        let by = self.granting_elsewhere(&self.now().granted_beside_actions);
        let names = by.map(|(other, _)| {
            let policy = &other.policy;
            let name = policy.origin.name.as_ref().map(ToString::to_string);
            let name = name.unwrap_or_else(|| policy.document.source().name().raw().to_owned());
            format!("{name} of {}", other.holder).into()
        });
        names.collect()
    }

    /// How many statements would be left that may allow any action, for all that is known.
    fn statements_with_unknown_entries(&self) -> usize {
        let policies = self.outcomes().iter().map(|outcome| &outcome.policy);
        let statements = policies.flat_map(|policy| &policy.statements);
        let unknown = statements.filter(|statement| statement.may_allow_all());
        unknown.count()
    }

    /// The unused actions that only policies grant which are too young for the report.
    fn granted_by_young(&self) -> BTreeSet<Action> {
        let input = self.input();
        let is_young: Vec<bool> = (0..input.policies.len())
            .map(|policy| input.young_since(policy).is_some())
            .collect();
        if !is_young.contains(&true) {
            return BTreeSet::new();
        }
        let of_age = |young: bool| {
            let outcomes = self.outcomes().iter().zip(&is_young);
            let outcomes = outcomes.filter(move |(_, policy_is_young)| **policy_is_young == young);
            outcomes.flat_map(|(outcome, _)| &outcome.policy.statements)
        };
        let old = Allowed::by(of_age(false));
        let entries = of_age(true).filter_map(Statement::refinable_entries);
        let mut granted = BTreeSet::new();
        for entry in entries.flatten().collect::<BTreeSet<_>>() {
            let expansion = EntryExpansion::new(entry, &input.universe, input.keeps());
            let unused = expansion.actions().filter(|(_, fate)| *fate == Fate::Goes);
            granted.extend(unused.map(|(action, _)| action));
        }
        // What a person would drop by hand, and has not accepted, counts as such.
        let entries = (self.state().places()).filter_map(|place| self.state().entry(place));
        let open = entries.filter(|entry| entry.decision != Decision::Accepted);
        let open: Grants<'_, ()> = open.map(|entry| (&entry.plan.old, ())).collect();
        granted.retain(|action| !old.any_of(action) && !open.any_of(action));
        granted
    }

    /// What goes although what it changes or removes can still be made.
    fn tears_down(&self) -> Vec<Action> {
        let gone: BTreeSet<&Action> = self.now().gone_actions.iter().collect();
        let mut torn_down: BTreeSet<Action> = BTreeSet::new();
        for held in self.input().with_tear_down() {
            let actions = held.iter().map(|(action, _)| action);
            torn_down.extend(actions.filter(|action| gone.contains(action)).cloned());
        }
        torn_down.into_iter().collect()
    }

    /// Whether a wildcard over all services is narrowed.
    fn refines_everything(&self) -> bool {
        self.state().places().any(|place| {
            let entry = self.state().entry(place);
            entry.is_some_and(|entry| {
                entry.decision == Decision::Accepted
                    && entry.plan.changes()
                    && entry.plan.old.service().is_none()
            })
        })
    }

    /// The unused actions that stay granted of each service that the catalogue does not have.
    fn left_in_unknown_services(&self) -> BTreeMap<ServicePrefix, Vec<Action>> {
        let mut actions = BTreeSet::new();
        for policy in 0..self.input().policies.len() {
            for statement in self.state().statements(policy) {
                if let StatementReview::Entries(entries) = statement {
                    actions.extend(entries.iter().flat_map(|entry| &entry.plan.excepted));
                }
            }
        }
        let mut services: BTreeMap<ServicePrefix, Vec<Action>> = BTreeMap::new();
        for action in actions {
            let of_service = services.entry(action.service.clone()).or_default();
            of_service.push(action.clone());
        }
        services
    }
}
