//! What a review of sources works from: the policies that findings are about, each with what none of
//! those uses who have it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::IntakeOptions;
use super::everywhere::what_stays;
use super::made::{made, reviewed_whole, take_out_parts};
use super::notes::of_unknown;
use super::passed_over::passed_over;
use crate::catalogue::Catalogue;
use crate::findings::{Findings, contested};
use crate::iam::PolicyName;
use crate::iam::quota::PolicyKind;
use crate::policies::{LoadedPolicy, Made, Origin, PolicyOwner, SourceBlock, outdated};
use crate::review::{KeptFor, PolicyInput, ReviewInput, keepers_by_name};
use crate::sources::{Live, LivePolicy, MadeBy, Matched, PlacedFindings, SourcePolicy, Unused};
use crate::text::{Problem, Untrusted, counted, some_of};

/// The policies of sources that can be narrowed, and those that cannot.
#[derive(Debug)]
pub struct SourceReview {
    /// What a review of them works from. There may be no policies.
    pub input: ReviewInput,
    /// What to report of the files although they are used.
    pub notes: Vec<Problem>,
}

impl SourceReview {
    pub(super) fn of(
        matched: &Matched,
        (findings, told): (Vec<Findings>, &[Untrusted]),
        mut notes: Vec<Problem>,
        options: &IntakeOptions,
    ) -> Self {
        let of_all = findings.clone();
        let placed = matched.live.placed_beside(findings, told);
        notes.extend(placed.strangers.iter().cloned());
        notes.extend(placed.notes.iter().cloned());
        let mut left = passed_over(matched, &placed, &options.catalogue);
        let mut concerned = concerned(matched, &placed, told, &mut left);
        for policy in take_out_parts(&mut concerned) {
            let message =
                "another document that it is put together of stays as it is, and so does this one";
            let help = "see why the other stays: what a policy grants is judged as a whole";
            left.push(stays(matched, policy, message).help(help));
        }
        let reviewed = || concerned.iter().map(|(policy, _)| *policy);
        notes.extend(said_to_make_nothing(matched, reviewed()));
        let believed = reviewed().flat_map(|policy| policy.believed.iter().chain(&policy.notes));
        notes.extend(distinct(believed));
        let whole = reviewed_whole(reviewed());
        let made = made(&matched.live, reviewed());
        let refined = concerned.into_iter().zip(made);
        let refined = refined.map(|((policy, findings), made)| {
            (policy, loaded(matched, &placed, policy, made), findings)
        });
        let refined: Vec<Refined<'_>> = refined.collect();
        notes.extend(outdated_findings(&refined, &placed));
        let kept_for: Vec<KeptFor> = (refined.iter())
            .map(|(policy, loaded, _)| {
                kept_for(matched, &placed, policy, loaded, &options.catalogue)
            })
            .collect();
        let found: Vec<&Findings> = of_all.iter().collect();
        let policies = refined.iter().map(|(_, loaded, _)| loaded);
        notes.extend(of_unknown(&found, policies, options));
        let of_policies = refined.iter().map(|(policy, ..)| *policy);
        notes.extend(staying_for_others(of_policies.zip(&kept_for)));
        let mut input = input(refined, &of_all, options);
        for (policy, kept_for) in input.policies.iter_mut().zip(kept_for) {
            policy.kept_for = Arc::new(kept_for);
        }
        let mut found = matched.found_principals(&placed);
        input.principal.all_policies_loaded =
            found.all(|principal| has_no_other(&matched.live, &whole, principal));
        SourceReview {
            input: ReviewInput { left, ..input },
            notes,
        }
    }
}

/// The policies that findings are about, each with what none of those uses who have it. Why others stay is `left`.
fn concerned<'m>(
    matched: &'m Matched,
    placed: &PlacedFindings,
    told: &[Untrusted],
    left: &mut Vec<Problem>,
) -> Vec<(&'m SourcePolicy, Findings)> {
    let strangers = matched.live.strangers(told);
    let mut concerned = Vec::new();
    for policy in &matched.policies {
        match matched.live.unused_by_all(&policy.holders, placed) {
            Unused::NotConcerned => {}
            Unused::ByAll(findings) => match contradicted(matched, policy, &strangers) {
                Some(why) => left.push(why),
                None => concerned.push((policy, *findings)),
            },
            Unused::Unknown(why, help) => left.push(stays(matched, policy, &why).help(help)),
        }
    }
    concerned
}

/// That a policy stays as it is, and why.
fn stays(matched: &Matched, policy: &SourcePolicy, why: &str) -> Problem {
    let source = policy.document.source();
    let name = matched.name(policy.makes[0]);
    source.warning_at(source.line_at(policy.start), format!("{name}: {why}"))
}

/// The warnings of findings that are older than their policy, each once.
fn outdated_findings(refined: &[Refined<'_>], placed: &PlacedFindings) -> Vec<Problem> {
    let mut warnings = Vec::new();
    for (policy, loaded, _) in refined {
        let found = placed.of_holders(&policy.holders);
        for warning in found.flat_map(|found| outdated(std::slice::from_ref(loaded), found)) {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    warnings
}

/// What some of those who have a policy do not use, and stays because of others.
fn kept_for(
    matched: &Matched,
    placed: &PlacedFindings,
    policy: &SourcePolicy,
    loaded: &LoadedPolicy,
    catalogue: &Catalogue,
) -> KeptFor {
    let found: Vec<(usize, &Findings)> = placed.of_each(&policy.holders).collect();
    if found.len() < 2 {
        return KeptFor::new();
    }
    let findings: Vec<Option<&Findings>> =
        found.iter().map(|(_, finding)| Some(*finding)).collect();
    let document = loaded.document.policy();
    let contested = contested(&findings, document, loaded.origin.changed_at, catalogue);
    keepers_by_name(contested, |&place| matched.live.called(found[place].0))
}

/// What stays because of others who have a policy: for each of a few policies, and of many in one note.
fn staying_for_others<'m>(
    of_policies: impl Iterator<Item = (&'m SourcePolicy, &'m KeptFor)>,
) -> Vec<Problem> {
    let of_policies = of_policies.filter(|(_, kept_for)| !kept_for.is_empty());
    let of_policies: Vec<_> = of_policies.collect();
    let note = |policy: &SourcePolicy, message: String| {
        let source = policy.document.source();
        source.note_at(source.line_at(policy.start), message)
    };
    match of_policies.as_slice() {
        [(first, _), ..] if of_policies.len() > NAMED => {
            let actions = of_policies.iter().map(|(_, kept_for)| kept_for.len()).sum();
            let message = format!(
                "here and in {} more policies {} because of others who have these",
                of_policies.len() - 1,
                counted(
                    actions,
                    "action that some do not use stays",
                    "actions that some do not use stay"
                ),
            );
            vec![note(first, message).help("`--format markdown` names them")]
        }
        few => (few.iter())
            .flat_map(|(policy, kept_for)| {
                let messages = what_stays(kept_for).into_iter();
                messages.map(|message| note(policy, message))
            })
            .collect(),
    }
}

/// Notes, each once; where many say the same of different places, the first of them with the others' places.
fn distinct<'m>(notes: impl Iterator<Item = &'m Problem>) -> Vec<Problem> {
    let mut by_message: Vec<(&str, Vec<&Problem>)> = Vec::new();
    for note in notes {
        let known = by_message
            .iter_mut()
            .find(|(message, _)| *message == note.message());
        match known {
            Some((_, same)) if same.contains(&note) => {}
            Some((_, same)) => same.push(note),
            None => by_message.push((note.message(), vec![note])),
        }
    }
    let told = by_message.into_iter().flat_map(|(_, same)| {
        let [first, others @ ..] = same.as_slice() else {
            return Vec::new();
        };
        if same.len() <= ALIKE {
            return same.into_iter().cloned().collect();
        }
        let places: Vec<String> = others.iter().filter_map(|note| place_of(note)).collect();
        let more = format!("; so are {}", some_of(&places, NAMED));
        vec![Problem::clone(first).and(&more)]
    });
    told.collect()
}

/// So many notes that say the same are told one by one.
const ALIKE: usize = 10;

/// How many callers or policies are named.
const NAMED: usize = 5;

/// Why a policy stays of which it is said that nothing else is made of it: a finding, whatever it says, is about
/// one of the `strangers` whom nothing here makes, and who may have it.
fn contradicted(
    matched: &Matched,
    policy: &SourcePolicy,
    strangers: &[PolicyOwner],
) -> Option<Problem> {
    let name = matched.name(policy.makes[0]);
    let arn = |stranger: &PolicyOwner| {
        stranger
            .arn
            .as_ref()
            .map_or(String::new(), ToString::to_string)
    };
    // Who has it by AWS's answer counts with what is found of him.
    let has_it = |stranger: &PolicyOwner| {
        let place = matched.live.principal(&arn(stranger));
        place.is_some_and(|place| policy.holders.contains(&place))
    };
    let (message, help) = if let Some((how, callers)) = policy.named_elsewhere() {
        let stranger = strangers.iter().find(|one| !has_it(one))?;
        let callers = some_of(&callers, NAMED);
        let message = format!(
            "{name}: its {how} elsewhere too: {callers}; and there is a finding for {}, which no state has",
            arn(stranger)
        );
        (message, GIVE_CALLERS)
    } else {
        let mut strangers = strangers.iter().filter(|_| policy.may_be_made_elsewhere);
        let stranger = strangers.find(|stranger| matched.may_have(policy, stranger))?;
        let (what, missing) = match matched.live.made_by {
            MadeBy::Terraform => ("state", "give the other states of the root module too"),
            MadeBy::CloudFormation => ("stack", "give the other stacks of the template too"),
        };
        let message = format!(
            "{name}: there is a finding for {}, which no {what} has and another one may have made",
            arn(stranger)
        );
        (message, missing)
    };
    let source = policy.document.source();
    let why = source.warning_at(source.line_at(policy.start), message);
    Some(why.help(format!("{help}, or leave out findings of others")))
}

const GIVE_CALLERS: &str = "give the root modules that these are in too, each with its state";

/// Of which callers of modules it is said that they make nothing, with the policies that are edited for that.
fn said_to_make_nothing<'m>(
    matched: &Matched,
    policies: impl Iterator<Item = &'m SourcePolicy>,
) -> Vec<Problem> {
    let mut by_callers: BTreeMap<(&str, Vec<String>), Vec<&SourcePolicy>> = BTreeMap::new();
    for policy in policies {
        if let Some(callers) = policy.named_elsewhere() {
            by_callers.entry(callers).or_default().push(policy);
        }
    }
    let warning = |((how, callers), policies): ((&str, Vec<String>), Vec<&SourcePolicy>)| {
        let names = policies.iter().map(|policy| matched.name(policy.makes[0]));
        let names: Vec<String> = names.collect();
        let whose = if names.len() == 1 { "its" } else { "their" };
        let message = format!(
            "{}: {whose} {how} elsewhere too, of which you say that it makes nothing: {}",
            some_of(&names, NAMED),
            some_of(&callers, NAMED)
        );
        let source = policies[0].document.source();
        let start = source.line_at(policies[0].start);
        let help = format!("where it makes something, {GIVE_CALLERS}");
        source.warning_at(start, message).help(help)
    };
    by_callers.into_iter().map(warning).collect()
}

/// Whether an account tells that a principal has no other policies than those that are `reviewed`.
fn has_no_other(live: &Live, reviewed: &BTreeSet<usize>, principal: usize) -> bool {
    let principal = &live.principals[principal];
    principal.is_held
        && principal.made_elsewhere.is_empty()
        && principal.embedded_elsewhere.is_empty()
        && principal
            .policies
            .iter()
            .all(|policy| reviewed.contains(policy))
}

/// A policy to be refined, with what none of those uses who have it.
type Refined<'m> = (&'m SourcePolicy, LoadedPolicy, Findings);

/// What a review works from. Each policy has what those do not use who have it; all known names matter
/// to all of them.
fn input(refined: Vec<Refined<'_>>, all: &[Findings], options: &IntakeOptions) -> ReviewInput {
    let together = |loaded: Vec<LoadedPolicy>, findings: Findings| {
        let catalogue = Arc::clone(&options.catalogue);
        ReviewInput::new(loaded, findings, catalogue, options.refine.clone())
    };
    let loaded = refined.iter().map(|(_, loaded, _)| loaded.clone());
    // Those who use nothing at all have nothing in common, and no policy here.
    let common = Findings::common(&all.iter().collect::<Vec<_>>());
    let mut input = together(loaded.collect(), common.unwrap_or_else(|| all[0].clone()));
    let names = input.universe.names_beside_catalogue();
    let mut known: BTreeMap<&BTreeSet<usize>, ReviewInput> = BTreeMap::new();
    for (place, (policy, loaded, findings)) in refined.into_iter().enumerate() {
        let alone = known.entry(&policy.holders).or_insert_with(|| {
            let alone = together(vec![loaded.clone()], findings);
            alone.knowing(&names)
        });
        input.policies[place] = PolicyInput {
            loaded,
            ..alone.policies[0].clone()
        };
    }
    input
}

/// `FILE:LINE`
fn place_of(note: &Problem) -> Option<String> {
    let line = note.position()?.line;
    Some(format!("{}:{line}", note.source().name().raw()))
}

fn loaded(
    matched: &Matched,
    placed: &PlacedFindings,
    policy: &SourcePolicy,
    made: Vec<Made>,
) -> LoadedPolicy {
    let only = match policy.makes.as_slice() {
        [only] => Some(&matched.live.policies[*only]),
        _ => None,
    };
    let makes = policy.makes.iter();
    let holders = policy.holders.iter();
    let findings = placed.of_holders(&policy.holders);
    let live = policy
        .makes
        .iter()
        .map(|&made| &matched.live.policies[made]);
    let changed_at = live.filter_map(|live| live.changed_at);
    let block = SourceBlock {
        address: policy.address.clone(),
        line: policy.line,
        makes: makes.map(|&policy| matched.name(policy)).collect(),
        holders: holders.map(|&holder| matched.live.called(holder)).collect(),
        findings: findings.cloned().collect(),
        is_part: policy.is_part(),
        claims: policy.claims.clone(),
        as_in_states: policy.believed.iter().filter_map(place_of).collect(),
        notes: policy.notes.iter().map(Problem::in_one_line).collect(),
        made: made.into(),
    };
    LoadedPolicy {
        document: policy.document.clone(),
        kind: (block.tightest()).map_or(PolicyKind::Unknown, |made| made.quota.kind),
        origin: Origin {
            name: only.and_then(|only| PolicyName::parse(only.name.raw())),
            arn: only.and_then(LivePolicy::arn).cloned(),
            changed_at: changed_at.max(),
            block: Some(Arc::new(block)),
            ..Origin::default()
        },
    }
}
